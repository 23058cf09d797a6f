"""Lesson 7: what the network gets wrong, how surely, and why."""

import math
from itertools import pairwise

import numpy as np
from PIL import Image
from scipy import ndimage
from scipy.optimize import minimize_scalar
from scipy.stats import binomtest
from sklearn import metrics
from sklearn.calibration import calibration_curve
from sklearn.decomposition import PCA

from helpers.activations import relu_derivative, softmax
from helpers.contracts import (
    classes,
    contract,
    count_out_of,
    finite,
    floats,
    grey_values,
    layers,
    positive_integer,
    square_matrix,
)
from helpers.data import one_hot
from helpers.forward import compute_loss, forward


@contract(num_correct=count_out_of("num_examples"))
def accuracy_interval(num_correct, num_examples, confidence_level=0.95):
    """The range of true accuracies that fit a count of right answers (Wilson's interval).

    Parameters
    ----------
    num_correct : int
    num_examples : int
    confidence_level : float
        Between 0 and 1.

    Returns
    -------
    low, high : float

    Raises
    ------
    ValueError
        If the counts are not 0 <= num_correct <= num_examples with at least one example.

    Notes
    -----
    Wilson: Probable inference, the law of succession, and statistical inference, 1927.
    """
    interval = binomtest(int(num_correct), int(num_examples)).proportion_ci(
        confidence_level, method="wilson"
    )
    return float(interval.low), float(interval.high)


@contract(
    num_classes=positive_integer,
    labels=classes("num_classes"),
    predicted=classes("num_classes"),
)
def confusion_matrix(labels, predicted, num_classes=10):
    """Count how often each true class was called each class.

    Parameters
    ----------
    labels : int array of shape (m,)
        True classes.
    predicted : int array of shape (m,)
        Predicted classes.
    num_classes : int

    Returns
    -------
    int ndarray of shape (num_classes, num_classes)
        Row: true class. Column: predicted class.

    Raises
    ------
    ValueError
        If the arrays are empty, differ in length, or hold other classes.
    """
    return metrics.confusion_matrix(labels, predicted, labels=range(num_classes))


@contract(confusion=square_matrix, num_pairs=positive_integer)
def most_confused_pairs(confusion, num_pairs=5):
    """The pairs of classes taken for each other most often, in either direction.

    Parameters
    ----------
    confusion : int ndarray of shape (n, n)
        As from `confusion_matrix`.
    num_pairs : int
        How many pairs to return.

    Returns
    -------
    list of (a, b, count)
        Classes a < b and the number of errors between them, largest first;
        equal counts in the order of a, then b.

    Raises
    ------
    ValueError
        If `confusion` is not square.
    """
    rows, columns = np.triu_indices(len(confusion), k=1)
    counts = confusion[rows, columns] + confusion[columns, rows]
    order = np.argsort(-counts, kind="stable")[:num_pairs]
    return [(int(rows[i]), int(columns[i]), int(counts[i])) for i in order]


@contract(
    num_classes=positive_integer,
    labels=classes("num_classes"),
    predicted=classes("num_classes"),
)
def precision_and_recall(labels, predicted, num_classes=10):
    """For each class, how far its name can be trusted, and how much of it is found.

    Parameters
    ----------
    labels, predicted : int arrays of shape (m,)
    num_classes : int

    Returns
    -------
    precision : ndarray of shape (num_classes,)
        Of the examples called k, the share that are k. 0 if none were.
    recall : ndarray of shape (num_classes,)
        Of the examples that are k, the share called k. 0 if there are none.

    Raises
    ------
    ValueError
        As `confusion_matrix`.
    """
    precision, recall, _, _ = metrics.precision_recall_fscore_support(
        labels, predicted, labels=range(num_classes), zero_division=0
    )
    return precision, recall


@contract(y_hat=finite(floats("n", "m")), labels=classes("n"), num_mistakes=positive_integer)
def surest_mistakes(y_hat, labels, num_mistakes=10):
    """The wrong answers that the network gave with the highest probability.

    Parameters
    ----------
    y_hat : float ndarray of shape (n, m)
        Probabilities, as from `forward`.
    labels : int array of shape (m,)
        True classes.
    num_mistakes : int
        How many to return, if there are as many.

    Returns
    -------
    int ndarray
        Positions of the examples, surest first.

    Raises
    ------
    ValueError
        If y_hat is no batch of floats, or labels do not fit to it.
    """
    confidence, is_correct = _confidence(y_hat, labels)
    order = np.argsort(-confidence, kind="stable")
    return order[~is_correct[order]][:num_mistakes]


@contract(y_hat=finite(floats("n", "m")), labels=classes("n"), num_bins=positive_integer)
def calibration(y_hat, labels, num_bins=10):
    """Compare how sure the network is with how often it is right.

    Parameters
    ----------
    y_hat : float ndarray of shape (n, m)
        Probabilities, as from `forward`.
    labels : int array of shape (m,)
        True classes.
    num_bins : int
        Equal bins of confidence from 0 to 1. Empty ones are left out.

    Returns
    -------
    confidence : ndarray of shape (bins,)
        Mean probability of the predicted class, for each bin that has examples.
    accuracy : ndarray of shape (bins,)
        Share of right answers in the bin.
    counts : int ndarray of shape (bins,)
        Examples in the bin.
    error : float
        Expected calibration error: the mean distance between the two, each bin
        weighted with its count.

    Raises
    ------
    ValueError
        As `surest_mistakes`.

    Notes
    -----
    Guo, Pleiss, Sun, Weinberger: On calibration of modern neural networks, 2017.
    """
    top, is_correct = _confidence(y_hat, labels)
    accuracy, confidence = calibration_curve(is_correct, top, n_bins=num_bins)
    # calibration_curve keeps its counts to itself; these are its bins.
    edges = np.linspace(0, 1, num_bins + 1)
    counts = np.bincount(np.searchsorted(edges[1:-1], top), minlength=num_bins)
    counts = counts[counts > 0]
    error = float(np.average(np.abs(confidence - accuracy), weights=counts))
    return confidence, accuracy, counts, error


@contract(logits=finite(floats("n", "m")), labels=classes("n"))
def fit_temperature(logits, labels):
    """The temperature at which softmax gives the labels the lowest cross-entropy.

    Parameters
    ----------
    logits : float ndarray of shape (n, m)
        The scores before softmax, of a network that has not learned from these examples. Of
        those that it has learned from it knows nearly all, and would seem too modest.
    labels : int array of shape (m,)
        True classes.

    Returns
    -------
    float
        `softmax(logits / temperature)` are the probabilities to use. Above 1 it makes them more
        modest, below 1 surer. The search goes from 0.1 to 10.

    Raises
    ------
    ValueError
        If logits is no batch of floats, or labels do not fit to it.

    Notes
    -----
    Guo, Pleiss, Sun, Weinberger: On calibration of modern neural networks, 2017.
    """
    y = one_hot(labels, num_classes=len(logits))

    def loss(temperature):
        return compute_loss(softmax(logits / temperature), y)

    return float(minimize_scalar(loss, bounds=(0.1, 10)).x)


@contract(params=layers, x=finite(floats("n_0", "m")), digits=classes("n_L"))
def pixel_contributions(x, params, digits):
    """What each pixel adds to the score of a digit: its value times the score's slope along it.

    Parameters
    ----------
    x : float ndarray of shape (n_0, m)
        One example in each column.
    params : dict
        The network.
    digits : int array of shape (m,)
        For each example the digit whose score is asked for.

    Returns
    -------
    ndarray of shape (n_0, m)
        Above 0 where a pixel speaks for the digit, below 0 where it speaks against it. As long
        as no unit switches on or off, the network is linear: the sum of a column, and a part
        that comes from the biases, are exactly the score. It does not say what the score would
        be without a pixel, since then units may switch.

    Raises
    ------
    ValueError
        If params is no network, x does not fit to it, or digits do not fit to both.
    """
    _, cache = forward(x, params)
    num_layers = len(params) // 2
    slopes = params[f"W{num_layers}"][digits].T
    for layer in range(num_layers - 1, 0, -1):
        slopes = params[f"W{layer}"].T @ (slopes * relu_derivative(cache[f"Z{layer}"]))
    return slopes * x


@contract(activations=finite(floats("n", "m")))
def principal_components(activations):
    """The places of examples in the plane in which their activations differ most.

    Parameters
    ----------
    activations : float ndarray of shape (n, m)
        At least two units, and two examples.

    Returns
    -------
    points : ndarray of shape (2, m)
        Along the first and the second principal component, with mean 0.
    share : float
        Of the variance of the activations, the part that lies in this plane.

    Raises
    ------
    ValueError
        If activations is no batch of floats, or too small for a plane.
    """
    pca = PCA(2, svd_solver="full")  # the other solvers may draw at random
    points = pca.fit_transform(activations.T).T
    return points, float(pca.explained_variance_ratio_.sum())


@contract(x=floats(784, "m"))
def shift_images(x, down=0, right=0):
    """Move 28 x 28 images, filling with background.

    Parameters
    ----------
    x : float ndarray of shape (784, m)
    down, right : int
        Whole pixels; negative values move up and left.

    Returns
    -------
    ndarray of shape (784, m)

    Raises
    ------
    ValueError
        If x is not a float array of shape (784, m).
    """
    images = x.reshape(28, 28, -1)
    moved = np.zeros_like(images)
    # scipy.ndimage.shift does the same, but takes about as long as the rest of a training step.
    down, right = np.clip((down, right), -28, 28)
    rows = slice(max(-down, 0), 28 - max(down, 0))
    columns = slice(max(-right, 0), 28 - max(right, 0))
    moved[max(down, 0) : 28 + min(down, 0), max(right, 0) : 28 + min(right, 0)] = images[
        rows, columns
    ]
    return moved.reshape(784, -1)


def picture_of_strokes(strokes, size=280, pen_width=22):
    """Draw strokes with a round pen.

    Parameters
    ----------
    strokes : sequence of list of [x, y]
        Each a line from point to point, in pixels; a single point is a dot. [x, y] is the centre
        of the pixel in column x and row y, both counted from 0. What leaves the picture is cut
        off.
    size : int
        Width and height of the picture.
    pen_width : int

    Returns
    -------
    uint8 ndarray of shape (size, size)
        255 for ink: each pixel whose centre lies at most half the pen's width from a stroke.
        0 for paper.

    Notes
    -----
    `pictureOfStrokes` in network.js does the same in a browser. Whole numbers stay whole in all
    that is compared, so that both find the same pixels.
    """
    picture = np.zeros((size, size), np.uint8)
    radius = pen_width / 2
    for stroke in strokes:
        points = np.asarray(stroke, dtype=float).reshape(-1, 2).tolist()
        # From each point to the next. The first one comes twice, which makes a dot.
        for (x1, y1), (x2, y2) in pairwise(points[:1] + points):
            left, right = _within(min(x1, x2) - radius, max(x1, x2) + radius, size)
            top, bottom = _within(min(y1, y2) - radius, max(y1, y2) + radius, size)
            # Where the pixels lie, seen from the first point.
            x, y = np.arange(left, right) - x1, np.arange(top, bottom)[:, np.newaxis] - y1
            dx, dy = x2 - x1, y2 - y1
            near_the_end = (x - dx) ** 2 + (y - dy) ** 2 <= radius**2
            # Both are distances times the line's length.
            along, aside = x * dx + y * dy, x * dy - y * dx
            length_squared = dx**2 + dy**2
            beside_the_line = (along > 0) & (along < length_squared)
            beside_the_line &= aside**2 <= radius**2 * length_squared
            picture[top:bottom, left:right][near_the_end | beside_the_line] = 255
    return picture


def _within(low, high, size):
    """Where the pixels from low to high begin and end, of those from 0 to size - 1."""
    return max(math.ceil(low), 0), max(min(math.floor(high) + 1, size), 0)


@contract(picture=grey_values)
def prepare_digit(picture):
    """Bring a picture of one digit into the form of MNIST's images.

    Parameters
    ----------
    picture : array_like of numbers, shape (height, width)
        Grey values, 0 for paper and larger for ink. Any scale, any size.

    Returns
    -------
    float64 ndarray of shape (784, 1)
        From 0 to 1: the ink fitted into 20 x 20 pixels with its proportions
        kept, and its centre of mass moved to the middle of 28 x 28.

    Raises
    ------
    ValueError
        If the picture is not two-dimensional, or has no ink.

    Notes
    -----
    LeCun, Bottou, Bengio, Haffner: Gradient-based learning applied to document
    recognition, 1998, describes how MNIST's own images were made.
    """
    rows, columns = np.nonzero(picture.any(axis=1))[0], np.nonzero(picture.any(axis=0))[0]
    ink = picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] / picture.max()
    scale = 20 / max(ink.shape)
    height, width = (max(1, round(side * scale)) for side in ink.shape)
    image = Image.fromarray(ink.astype(np.float32)).resize((width, height), Image.Resampling.BOX)
    small = np.asarray(image, dtype=np.float64)
    # Rounded, so that the last bits do not decide where a symmetric drawing goes.
    centre = np.round(ndimage.center_of_mass(small), 6)
    # Pixel 14, counted from 0, is the middle that MNIST itself uses.
    top, left = (round(14 - c) for c in centre)
    top, left = min(max(top, 0), 28 - height), min(max(left, 0), 28 - width)
    digit = np.zeros((28, 28))
    digit[top : top + height, left : left + width] = small
    return digit.reshape(784, 1)


def _confidence(y_hat, labels):
    """The probability of each predicted class, and whether it is the true one."""
    return y_hat.max(axis=0), y_hat.argmax(axis=0) == labels
