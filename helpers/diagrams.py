"""The schematic drawings of the lessons: neurons, layers, the network, and the chain rule.

Each function takes arrays or layer sizes and returns a Matplotlib Figure; `helpers.figures.show`
puts it on the page. Every number on a drawing is computed from what the function was given.

What goes forward is black, what comes back is orange, and what a lesson is about is blue.
"""

from itertools import pairwise

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle

from helpers.activations import relu, sigmoid
from helpers.backprop import backward
from helpers.data import load_mnist_bytes
from helpers.figures import COLORS, show
from helpers.forward import compute_loss, forward

FORWARD, BACKWARD, LIT, PALE = "black", COLORS[1], COLORS[0], "0.55"
FONT_SIZE = 13


# --- what all drawings share ----------------------------------------------------------------


def canvas(width, height):
    """An empty page, on which one unit across or up is an inch.

    Parameters
    ----------
    width, height : float
        In inches.

    Returns
    -------
    figure : Figure
    axis : matplotlib.axes.Axes
    """
    figure = Figure(figsize=(width, height))
    axis = figure.add_axes((0, 0, 1, 1))
    axis.set(xlim=(0, width), ylim=(0, height))
    axis.axis("off")
    return figure, axis


def arrow(axis, start, end, color=FORWARD, **style):
    """Draw an arrow from one point to another.

    Parameters
    ----------
    axis : matplotlib.axes.Axes
    start, end : (x, y)
    color : str
    **style
        As for matplotlib's FancyArrowPatch.
    """
    style = {"arrowstyle": "-|>", "linewidth": 1.6, "shrinkA": 0, "shrinkB": 0} | style
    axis.annotate("", end, start, arrowprops=style | {"color": color})


def words(axis, x, y, text, color=FORWARD, **style):
    """Write words around a point.

    Parameters
    ----------
    axis : matplotlib.axes.Axes
    x, y : float
    text : str
    color : str
    **style
        As for matplotlib's Text.
    """
    style = {"ha": "center", "va": "center", "fontsize": FONT_SIZE} | style
    axis.text(x, y, text, color=color, **style)


def box(axis, x, y, width, height, color=FORWARD, fill="white"):
    """Draw a box with round corners around a point.

    Parameters
    ----------
    axis : matplotlib.axes.Axes
    x, y : float
        Its middle.
    width, height : float
    color, fill : str
    """
    axis.add_patch(
        FancyBboxPatch(
            (x - width / 2, y - height / 2),
            width,
            height,
            boxstyle="round,pad=0,rounding_size=0.08",
            edgecolor=color,
            facecolor=fill,
            linewidth=1.6,
            zorder=2,
        )
    )


# --- all lessons ------------------------------------------------------------------------------

# Which parts of the strip a lesson is about, and how one says that in words.
PARTS = {
    "data": ({"image", "X", "Y"}, "the picture, its column X, and the label"),
    "activations": ({"f"}, "the functions ReLU and softmax"),
    "forward": (
        {"X", "W", "forward", "Z", "f", "answer", "loss"},
        "the way from X through all layers to the loss",
    ),
    "backprop": ({"backward"}, "the way back, with a slope for every weight and bias"),
    "training_loop": ({"W", "update"}, "the weights and biases, and their update by a step"),
    "pytorch_rebuild": ({"frame"}, "a frame around all of it, with the word PyTorch"),
    "error_analysis": ({"answer"}, "the ten probabilities that come out"),
}
LESSONS = list(PARTS)


def show_strip(lesson=None):
    """Display the strip of the course's network, with one lesson's part in blue.

    Parameters
    ----------
    lesson : str, optional
        One of LESSONS. Without one, the number of each lesson stands beside its part.
    """
    image = load_mnist_bytes()[0][7]
    show(architecture_strip(image, [784, 128, 64, 10], lesson), strip_in_words(lesson))


def strip_in_words(lesson=None):
    """What the strip shows, for those who cannot see it.

    Parameters
    ----------
    lesson : str, optional
        One of LESSONS.

    Returns
    -------
    str
    """
    if lesson is None:
        parts = enumerate(PARTS.values(), 1)
        marked = "Numbers mark the lessons: " + ", ".join(f"{n} {said}" for n, (_, said) in parts)
    else:
        marked = f"In blue, what this lesson is about: {PARTS[lesson][1]}"
    return (
        "The network as a strip: a picture of a 3, X with 784 numbers, two layers of 128 and 64 "
        f"units, 10 probabilities, the loss, and below them the way back. {marked}."
    )


def architecture_strip(image, layer_dims, lesson=None):
    """Draw the whole network, from the picture to the loss and back.

    Parameters
    ----------
    image : ndarray of shape (n_0,)
        A square picture.
    layer_dims : sequence of int
        Units of each layer, input first: [784, 128, 64, 10].
    lesson : str, optional
        One of LESSONS, whose part is blue and the rest pale. Without one, numbers in circles say
        which lesson is about what.

    Returns
    -------
    Figure
    """

    def color(part, otherwise=FORWARD):
        if lesson is None or part in PARTS[lesson][0]:
            return otherwise if lesson is None else LIT
        return otherwise if lesson == "pytorch_rebuild" else PALE

    def mark(part_of, x, y):
        """The number of the lesson, in a circle."""
        if lesson is None:
            circle = {"boxstyle": "circle,pad=0.25", "facecolor": LIT, "edgecolor": "none"}
            number = LESSONS.index(part_of) + 1
            words(axis, x, y, number, "white", fontsize=10, weight="bold", bbox=circle)

    figure, axis = canvas(9, 2.9)
    middle, below, back = 1.8, 0.84, 0.32
    places = np.linspace(1.75, 7.15, len(layer_dims))
    side = int(np.sqrt(len(image)))
    picture = axis.inset_axes((0.15, middle - 0.5, 1, 1), transform=axis.transData)
    picture.imshow(image.reshape(side, side), cmap="Greys")
    picture.set(xticks=[], yticks=[])
    picture.spines[:].set(color=color("image"), linewidth=2)
    mark("data", 1.42, middle + 0.25)
    arrow(axis, (1.2, middle), (places[0] - 0.15, middle), color("image"))
    for layer, (place, units) in enumerate(zip(places, layer_dims, strict=True)):
        # Heights by the logarithm: as lengths, 784 and 10 would not fit on one page.
        height = 0.46 * np.log10(units)
        is_output = layer == len(layer_dims) - 1
        part = "X" if layer == 0 else "answer" if is_output else "Z"
        box(axis, place, middle, 0.22, height, color(part))
        if layer == 0:
            words(axis, place, below, f"● X\n{units}", color(part))
            continue
        kept = f"● Z{layer}  ● " + ("A{} = Ŷ" if is_output else "A{}").format(layer)
        words(axis, place, below, f"{kept}\n{units}", color(part))
        function = "softmax" if is_output else "ReLU"
        words(axis, place, middle + height / 2 + 0.15, function, color("f"))
        start, end = places[layer - 1] + 0.17, place - 0.17
        arrow(axis, (start, middle), (end, middle), color("forward"))
        between = (start + end) / 2
        words(axis, between, middle + 0.2, f"W{layer}, b{layer}", color("W"), weight="bold")
        shape = f"{units} × {layer_dims[layer - 1]}"
        words(axis, between, middle - 0.2, shape, color("W"))
        words(axis, between, back + 0.17, f"dW{layer}, db{layer}", color("backward", BACKWARD))
        update = color("update", BACKWARD)
        arrow(axis, (between, back + 0.34), (between, middle - 0.38), update, linestyle=":")
    mark("activations", places[1] + 0.42, middle + 0.23 * np.log10(layer_dims[1]) + 0.15)
    mark("forward", (places[0] + places[1]) / 2 - 0.6, middle + 0.2)
    mark("error_analysis", places[-1] + 0.32, middle - 0.26)
    arrow(axis, (places[-1] + 0.17, middle), (8.05, middle), color("loss"))
    box(axis, 8.45, middle, 0.75, 0.5, color("loss"))
    words(axis, 8.45, middle, "loss", color("loss"))
    words(axis, 8.45, middle + 0.8, "label Y", color("Y"))
    arrow(axis, (8.45, middle + 0.66), (8.45, middle + 0.28), color("Y"))
    slopes = color("backward", BACKWARD)
    axis.plot([8.45, 8.45], [middle - 0.28, back], color=slopes, linewidth=1.6)
    arrow(axis, (8.45, back), (places[0], back), slopes)
    words(axis, 7.95, back + 0.17, "backward", slopes)
    mark("backprop", 7.33, back + 0.17)
    words(axis, 0.15, back, "W ← W - η dW", color("update", BACKWARD), ha="left")
    mark("training_loop", 0.25, back + 0.3)
    words(axis, 4.45, 2.74, "● in the cache", color("Z"))
    if lesson in (None, "pytorch_rebuild"):
        box(axis, 4.5, 1.45, 8.9, 2.8, PALE if lesson is None else LIT, "none")
        words(axis, 0.15, 2.65, "PyTorch", color("frame"), ha="left", weight="bold")
        mark("pytorch_rebuild", 1.1, 2.65)
    return figure


LOOKS = {  # the fill of a cell and of its lower edge, the edge, and the letter
    "right": (LIT, LIT, LIT, "white"),
    "begun": ("white", LIT, LIT, FORWARD),
    "open": ("white", "white", PALE, "0.4"),
}


def exercise_map(lessons):
    """Draw the exercises of each lesson as a row of cells.

    A right one is full, one that is begun has a bar at its foot, and an open one is empty.

    Parameters
    ----------
    lessons : dict of str to dict
        The title of each lesson, and "right", "begun" or "open" for each letter.

    Returns
    -------
    Figure
    """
    row, size, left = 0.42, 0.34, 3.8
    height = row * (len(lessons) + 1) + 0.3
    figure, axis = canvas(6.5, height)

    def cell(x, y, state, letter=""):
        fill, foot, edge, ink = LOOKS[state]
        corner = (x - size / 2, y - size / 2)
        axis.add_patch(Rectangle(corner, size, size, facecolor=fill, edgecolor=edge, linewidth=1.4))
        if foot != fill:
            axis.add_patch(Rectangle(corner, size, 0.09, facecolor=foot))
            y += 0.04
        words(axis, x, y, letter, ink, fontsize=12, weight="normal" if ink == "0.4" else "bold")

    for number, (title, letters) in enumerate(lessons.items()):
        y = height - row * (number + 0.6)
        words(axis, 0.1, y, title, ha="left", fontsize=12)
        for place, (letter, state) in enumerate(letters.items()):
            cell(left + row * place, y, state, letter)
    for place, state in enumerate(LOOKS):
        x = left + row * (3 * place - 2)
        cell(x, 0.25, state)
        words(axis, x + 0.25, 0.25, state, ha="left", fontsize=12)
    return figure


# --- lesson 1: data ---------------------------------------------------------------------------


def picture_to_column(image, row, column):
    """Draw how the rows of a picture, one after another, become a column.

    Parameters
    ----------
    image : ndarray of shape (n * n,)
    row, column : int
        A pixel. Its row is blue; the first two rows and the last are drawn too.

    Returns
    -------
    Figure
    """
    n = int(np.sqrt(len(image)))
    figure, axis = canvas(9, 4.8)
    left, top, side = 0.15, 4.2, 3.6
    picture = axis.inset_axes((left, top - side, side, side), transform=axis.transData)
    picture.imshow(image.reshape(n, n), cmap="Greys", extent=(0, n, n, 0))
    long = axis.inset_axes((4.7, 0.1, 0.5, 4.6), transform=axis.transData)
    long.imshow(image.reshape(-1, 1), cmap="Greys", extent=(0, 1, n * n, 0), aspect="auto")
    for panel in (picture, long):
        panel.set(xticks=[], yticks=[])
    words(axis, left + side / 2, 4.42, f"a picture of {n} × {n} pixels", fontsize=13)
    for number, color in {0: COLORS[2], 1: COLORS[3], n - 1: COLORS[4], row: LIT}.items():
        first, last = n * number, n * (number + 1) - 1
        picture.axhspan(number, number + 1, color=color, alpha=0.4, linewidth=0)
        long.axhspan(first, last + 1, color=color, alpha=0.4, linewidth=0)
        height = 4.7 - 4.6 * (number + 0.5) / n
        arrow(axis, (left + side + 0.03, top - side * (number + 0.5) / n), (4.67, height), color)
        text = f"row {number}: positions {first} to {last}"
        ink = LIT if number == row else FORWARD
        # The label of row 1 has to make room for that of row 0.
        words(axis, 5.35, height - 0.06 * (number == 1), text, ink, ha="left", fontsize=13)
    picture.add_patch(Rectangle((column, row), 1, 1, facecolor="none", edgecolor=LIT, linewidth=2))
    place = n * row + column
    text = f"its column {column}: position\n{n} × {row} + {column} = {place}, value {image[place]}"
    words(axis, 5.35, 4.7 - 4.6 * (row + 0.5) / n - 0.42, text, LIT, ha="left", fontsize=13)
    return figure


def weighted_sum(inputs, weights):
    """Draw a neuron: each input times its weight, and the sum of the products.

    Parameters
    ----------
    inputs, weights : ndarray of shape (n,)

    Returns
    -------
    Figure
    """
    figure, axis = canvas(7, 0.3 + 0.75 * len(inputs))
    rows = 0.75 * np.arange(len(inputs))[::-1] + 0.4
    middle = rows.mean()
    for row, value, weight in zip(rows, inputs, weights, strict=True):
        for place, number in ((0.7, value), (3.4, value * weight)):
            box(axis, place, row, 1, 0.5)
            words(axis, place, row, f"{number:g}", fontsize=14)
        arrow(axis, (1.25, row), (2.85, row))
        words(axis, 2, row + 0.17, f"× {weight:g}", fontsize=14)
        arrow(axis, (3.95, row), (5.25, middle + 0.25 * (row - middle)))
    box(axis, 6, middle, 1.4, 0.7, LIT)
    words(axis, 6, middle, f"{inputs @ weights:g}", LIT, fontsize=17)
    words(axis, 6, middle + 0.55, "sum", LIT, fontsize=14)
    return figure


def one_hot_grid(x, labels, encoded):
    """Draw one-hot labels as a grid, with the picture of each column above it.

    Parameters
    ----------
    x : ndarray of shape (784, m)
        Pictures.
    labels : int ndarray of shape (m,)
    encoded : ndarray of shape (n, m)
        The labels, one-hot.

    Returns
    -------
    Figure
    """
    n, m = encoded.shape
    width, height = 0.75, 0.33
    figure, axis = canvas(0.95 + width * m, 1.2 + height * n)
    words(axis, 0.4, height * n + 1.02, "label", fontsize=13)
    words(axis, 0.4, height * n + 0.3, "row", fontsize=13)
    for digit in range(n):
        words(axis, 0.4, height * (n - digit - 0.5) + 0.1, digit, fontsize=13)
    for example in range(m):
        middle = 0.85 + width * (example + 0.5)
        place = (middle - 0.32, height * n + 0.18, 0.64, 0.64)
        picture = axis.inset_axes(place, transform=axis.transData)
        picture.imshow(x[:, example].reshape(28, 28), cmap="Greys")
        picture.set(xticks=[], yticks=[])
        words(axis, middle, height * n + 1.02, labels[example], weight="bold", fontsize=13)
    for (digit, example), value in np.ndenumerate(encoded):
        corner = (0.85 + width * example, height * (n - 1 - digit) + 0.1)
        fill, ink = (LIT, "white") if value else ("white", "0.4")
        axis.add_patch(Rectangle(corner, width, height, facecolor=fill, edgecolor="0.8"))
        words(axis, corner[0] + width / 2, corner[1] + height / 2, f"{value:g}", ink, fontsize=13)
    return figure


def three_sets(num_training, num_validation, num_test):
    """Draw all images as a bar, cut in the three sets.

    Parameters
    ----------
    num_training, num_validation, num_test : int
        Images of each set.

    Returns
    -------
    Figure
    """
    figure, axis = canvas(9, 1.9)
    sets = {
        "training": (num_training, "to learn from", LIT, "white"),
        "validation": (num_validation, "to choose", "white", FORWARD),
        "test": (num_test, "closed until\nlesson 7", "0.85", FORWARD),
    }
    num_images = num_training + num_validation + num_test
    words(axis, 0.15, 1.62, f"all {num_images:,} images:", ha="left", fontsize=13)
    start, scale = 0.15, 8.7 / num_images
    for name, (size, job, fill, ink) in sets.items():
        length = scale * size
        axis.add_patch(Rectangle((start, 0.75), length, 0.65, facecolor=fill, edgecolor=FORWARD))
        middle = start + length / 2
        words(axis, middle, 1.62, name, weight="bold", fontsize=13)
        words(axis, middle, 1.07, f"{size:,}", ink, fontsize=15)
        words(axis, middle, 0.62, job, fontsize=13, va="top")
        start += length
    return figure


# --- lesson 2: activations --------------------------------------------------------------------


def added_relus(x, biases, weights):
    """Draw a network of one input and one output: its ReLUs bend, and their weighted sum.

    Parameters
    ----------
    x : ndarray of shape (n,)
        Values of the input.
    biases, weights : sequence of float
        One of each for each ReLU: where it bends, and what its output is multiplied by.

    Returns
    -------
    Figure
    """
    figure, axis = canvas(9, 0.2 + 1.45 * len(biases))
    rows = 1.45 * np.arange(len(biases))[::-1] + 0.75
    middle = rows.mean()
    box(axis, 0.45, middle, 0.6, 0.6)
    words(axis, 0.45, middle, "x", fontsize=15)
    bends = [-bias for bias in biases]
    total = 0
    for row, bias, weight in zip(rows, biases, weights, strict=True):
        activation = relu(x + bias)
        total = total + weight * activation
        toward = 0.35 * (row - middle)
        arrow(axis, (0.8, middle + toward / 2), (1.85, row))
        neuron = axis.inset_axes((2.1, row - 0.42, 2.0, 0.85), transform=axis.transData)
        neuron.plot(x, activation, color=FORWARD, linewidth=2)
        neuron.set(xticks=bends, yticks=[0], ylim=(-0.2, np.max(x) + 0.2))
        shift = f" {'+' if bias > 0 else '-'} {abs(bias):g}" if bias else ""
        neuron.text(0.05, 0.72, f"ReLU(x{shift})", transform=neuron.transAxes, fontsize=13)
        neuron.tick_params(labelsize=13)
        arrow(axis, (4.15, row), (5.6, middle + toward))
        words(axis, 4.75, 0.6 * row + 0.4 * (middle + toward) + 0.22, f"× {weight:g}", fontsize=14)
    output = axis.inset_axes((6.0, middle - 1.3, 2.85, 2.6), transform=axis.transData)
    output.plot(x, total, color=LIT, linewidth=3)
    output.set(xticks=bends, yticks=[0, 1])
    output.tick_params(labelsize=13)
    words(axis, 7.42, middle + 1.5, "the sum", LIT, fontsize=14)
    return figure


def softmax_steps(scores):
    """Draw softmax as three charts: the scores, e to each, and each divided by their sum.

    Parameters
    ----------
    scores : ndarray of shape (n,)
        Those of one example.

    Returns
    -------
    Figure
    """
    exponentials = np.exp(scores)
    total = exponentials.sum()
    steps = {"scores": scores, "e to each": exponentials, "probabilities": exponentials / total}
    figure, axis = canvas(9, 3.1)
    for place, (title, values) in zip((0.1, 3.35, 6.6), steps.items(), strict=True):
        color = LIT if title == "probabilities" else PALE
        panel = axis.inset_axes((place, 0.3, 2.3, 2.2), transform=axis.transData)
        container = panel.bar(range(len(values)), values, color=color)
        panel.bar_label(container, [f"{round(v, 4):.4g}" for v in values], fontsize=13, padding=2)
        panel.axhline(0, color=FORWARD, linewidth=1)
        panel.margins(y=0.15)
        panel.axis("off")
        words(axis, place + 1.15, 2.8, title, FORWARD, fontsize=14, weight="bold")
    for place, text in {2.9: "$e^z$", 6.15: f"÷ {total:.4g}"}.items():
        arrow(axis, (place - 0.35, 1.3), (place + 0.35, 1.3))
        words(axis, place, 1.6, text, fontsize=14)
    words(axis, 4.5, 0.15, f"their sum is {total:.4g}", fontsize=13)
    whole = steps["probabilities"].sum()
    words(axis, 7.75, 0.15, f"their sum is {whole:.4g}", LIT, fontsize=13)
    return figure


# --- lesson 3: forward ------------------------------------------------------------------------


def neuron(x, w, b):
    """Draw one neuron with its numbers, from the inputs to the activation.

    Parameters
    ----------
    x, w : float ndarray of shape (n,)
        Inputs, and a weight for each.
    b : float
        The bias.

    Returns
    -------
    Figure
    """
    top = 0.75 * len(x) + 0.35
    figure, axis = canvas(9, top + 0.4)
    middle, score = top / 2, w @ x + b
    titles = {0.6: "inputs x", 2.1: "times weights w", 3.65: "products", 5.6: "sum: score z"}
    for place, title in (titles | {8: "activation a"}).items():
        words(axis, place, top + 0.1, title, fontsize=14)
    for row, (value, weight) in enumerate(zip(x, w, strict=True)):
        up = middle + 0.75 * ((len(x) - 1) / 2 - row)
        box(axis, 0.6, up, 0.9, 0.5)
        words(axis, 0.6, up, f"{value:.4g}", fontsize=15)
        words(axis, 2.1, up + 0.18, f"· {weight:.4g}", LIT, fontsize=15, weight="bold")
        arrow(axis, (1.1, up), (3.15, up), LIT)
        words(axis, 3.65, up, f"{weight * value + 0:.4g}", fontsize=15)
        arrow(axis, (4.05, up), (4.85, middle + 0.3 * (up - middle)))
    words(axis, 5.6, middle - 1, f"bias b = {b:.4g}", LIT, fontsize=15, weight="bold")
    arrow(axis, (5.6, middle - 0.85), (5.6, middle - 0.4), LIT)
    arrow(axis, (6.35, middle), (7.3, middle))
    words(axis, 6.8, middle + 0.2, "ReLU", fontsize=15)
    for place, value in ((5.6, score), (8, relu(score))):
        box(axis, place, middle, 1.3, 0.7)
        words(axis, place, middle, f"{value:.4g}", fontsize=18)
    return figure


def dense_layer(x, W, b, unit=0):
    """Draw a layer as a graph, and beside it as a matrix product, with one neuron in blue.

    Parameters
    ----------
    x : float ndarray of shape (n_in, 1)
        One example.
    W : float ndarray of shape (n_out, n_in)
    b : float ndarray of shape (n_out, 1)
    unit : int
        The neuron in blue, and with it its row of W, its bias and its score.

    Returns
    -------
    Figure
        Three inputs and four neurons have room.
    """
    figure, axis = canvas(9, 3.2)
    z = W @ x + b
    in_rows, out_rows = (1.7 + 0.66 * ((n - 1) / 2 - np.arange(n)) for n in (len(x), len(W)))
    for out, source in np.ndindex(W.shape):
        color = LIT if out == unit else PALE
        ends = (0.95, in_rows[source]), (2.65, out_rows[out])
        arrow(axis, *ends, color, zorder=1 + (out == unit))
    for place, title, values, rows in (
        (0.5, "inputs x", x, in_rows),
        (3.1, "scores z", z, out_rows),
    ):
        words(axis, place, 3.04, title)
        for number, (value, row) in enumerate(zip(values[:, 0], rows, strict=True)):
            color = LIT if values is z and number == unit else FORWARD
            box(axis, place, row, 0.85, 0.46, color)
            words(axis, place, row, f"{value:.4g}", color)
    blocks = ("", "W", W, unit), ("·", "x", x, []), ("+", "b", b, unit), ("=", "z", z, unit)
    _blocks(axis, 4.1, 1.7, blocks)
    lit = f"blue: neuron {unit + 1}, its weights (row {unit + 1} of W), its bias and its score"
    words(axis, 4.5, 0.2, lit, LIT)
    return figure


def dense_batch(X, W, b, example=0):
    """Draw a layer's matrix product for a batch, with the column of one example in blue.

    Parameters
    ----------
    X : float ndarray of shape (n_in, m)
        One column for each example.
    W : float ndarray of shape (n_out, n_in)
    b : float ndarray of shape (n_out, 1)
    example : int
        The example in blue.

    Returns
    -------
    Figure
        Three inputs, four neurons and five examples have room.
    """
    figure, axis = canvas(9, 3)
    column = np.s_[:, example]
    z = W @ X + b
    blocks = ("", "W", W, []), ("·", "X", X, column), ("+", "b", b, []), ("=", "Z", z, column)
    _blocks(axis, -0.2, 1.65, blocks)
    lit = f"blue: example {example + 1} and its scores. All columns share W and b."
    words(axis, 4.5, 0.2, lit, LIT)
    return figure


def _blocks(axis, left, middle, blocks):
    """Draw arrays as blocks of cells with their numbers, side by side.

    Each block is a sign before it, the array's name, the array, and the index of its blue cells.
    """
    width, height = 0.56, 0.46
    for sign, name, array, lit in blocks:
        words(axis, left + 0.15, middle, sign, fontsize=16)
        left += 0.3
        is_lit = np.zeros(array.shape, bool)
        is_lit[lit] = True
        num_rows, num_columns = array.shape
        top = middle + height * num_rows / 2
        for (row, column), value in np.ndenumerate(array):
            corner = left + width * column, top - height * (row + 1)
            color, fill = ("white", LIT) if is_lit[row, column] else (FORWARD, "white")
            axis.add_patch(Rectangle(corner, width, height, edgecolor=FORWARD, facecolor=fill))
            place = corner[0] + width / 2, corner[1] + height / 2
            words(axis, *place, f"{value:.3g}", color)
        center = left + width * num_columns / 2
        words(axis, center, top + 0.17, f"{name} {array.shape}")
        left += width * num_columns


def array_shapes(params, cache):
    """Draw every array of a forward pass as a block, with its shape.

    Parameters
    ----------
    params : dict
        Weights and biases: "W1", "b1", ...
    cache : dict of str to ndarray
        What `forward` keeps of a batch: "X", "Z1", "A1", ...

    Returns
    -------
    Figure
        One row for each layer. Sides grow with the logarithm of the sizes, in the same way for
        all arrays.
    """
    num_layers = len(params) // 2
    figure, axis = canvas(9, 1.4 * num_layers + 0.45)
    places = (0.65, 2.4, 4.1, 5.65, 8.1)
    for layer in range(1, num_layers + 1):
        middle = 1.4 * (num_layers - layer) + 1.25
        is_last = layer == num_layers
        names = f"W{layer}", "X" if layer == 1 else f"A{layer - 1}", f"b{layer}", f"Z{layer}"
        for place, name in zip(places, (*names, f"A{layer}"), strict=True):
            array = params[name] if name in params else cache[name]
            # As lengths, 784 and 10 would not fit on one page.
            height, width = 0.12 + 0.3 * np.log10(array.shape)
            color = LIT if name in params else FORWARD
            corner = place - width / 2, middle - height / 2
            axis.add_patch(Rectangle(corner, width, height, edgecolor=color, facecolor="0.95"))
            label = f"{name} = Ŷ" if is_last and name == f"A{layer}" else name
            beside = (0.25, 0.1) if width < 0.3 else (0, 0)
            words(axis, place + beside[0], middle, label, color, weight="bold")
            words(axis, place, middle - height / 2 - 0.16, f"{array.shape}", color)
        for place, sign in zip((1.5, 3.4, 4.75), "·+=", strict=True):
            words(axis, place, middle, sign, fontsize=18)
        arrow(axis, (6.4, middle), (7.4, middle))
        words(axis, 6.9, middle + 0.2, "softmax" if is_last else "ReLU")
    note = "Sides grow with the logarithm of the sizes. Blue: parameters."
    words(axis, 4.5, 0.2, note)
    return figure


def fans(W):
    """Draw the two sums that a layer's weights take part in: forward and back.

    Parameters
    ----------
    W : ndarray of shape (fan_out, fan_in)

    Returns
    -------
    Figure
        One line for each weight of the sum.
    """
    fan_out, fan_in = W.shape
    figure, axis = canvas(9, 2.6)
    for fan, many, one, color, name, what in (
        (fan_in, 0.5, 3.5, FORWARD, "fan_in", "forward: a score adds up"),
        (fan_out, 8.5, 5.5, BACKWARD, "fan_out", "back: a slope adds up"),
    ):
        for up in np.linspace(0.4, 1.8, fan):
            axis.plot([many, one], [up, 1.1], color=color, linewidth=0.3)
        side = np.sign(one - many)
        arrow(axis, (one - side * 0.1, 1.1), (one, 1.1), color)
        box(axis, one + side * 0.2, 1.1, 0.4, 0.4, color)
        middle = (many + one) / 2
        words(axis, middle, 2.3, f"{what}\n{name} = {fan} terms", color)
        words(axis, middle, 0.15, f"asks for Var(w) = 2 / {fan}", color)
    return figure


# --- lesson 4: backprop -----------------------------------------------------------------------


def short(value):
    """A number in at most seven characters, such as -0.3133."""
    return f"{round(float(value), 4) + 0.0:.4g}"  # + 0.0 turns -0.0 into 0.0


def factor(value):
    """A number that follows a dot: in brackets where it has a sign."""
    return f"({short(value)})" if short(value).startswith("-") else short(value)


def dot_product(left, right):
    """The sum of products that two vectors of the same length make, as words."""
    return " + ".join(f"{factor(a)} · {factor(b)}" for a, b in zip(left, right, strict=True))


def neuron_chain(w, b, x, y):
    """Draw the chain from a neuron's weight and bias to its loss, with the slopes on the way back.

    Parameters
    ----------
    w, b, x : float
        Weight, bias and input of a neuron with a sigmoid.
    y : {0, 1}
        Whether the answer is yes.

    Returns
    -------
    Figure
        In each box stands a value, and below it the slope of the loss along it. On each way
        back stands the slope of this one step. The input and the truth come in from above.
    """
    z = w * x + b
    y_hat = float(sigmoid(z))
    loss = -np.log(y_hat if y else 1 - y_hat)
    of_loss, of_sigmoid = (y_hat - y) / (y_hat * (1 - y_hat)), y_hat * (1 - y_hat)
    along_z = of_loss * of_sigmoid
    values = {"w": w, "b": b, "z": z, "ŷ": y_hat, "loss": loss}
    slopes = {"w": along_z * x, "b": along_z, "z": along_z, "ŷ": of_loss, "loss": 1}
    places = {"w": (0.75, 2.05), "b": (0.75, 0.6), "z": (3.4, 1.3), "ŷ": (5.8, 1.3)}
    places["loss"] = (8.2, 1.3)
    figure, axis = canvas(9, 2.8)
    for name, (across, up) in places.items():
        box(axis, across, up, 1.1, 0.75)
        words(axis, across, up + 0.54, name, weight="bold")
        words(axis, across, up + 0.15, short(values[name]), zorder=3)
        words(axis, across, up - 0.17, short(slopes[name]), BACKWARD, weight="bold", zorder=3)
    for start, end, step, slope in (
        ("w", "z", f"· {factor(x)} + b", x),
        ("b", "z", "+ w x", 1),
        ("z", "ŷ", "sigmoid", of_sigmoid),
        ("ŷ", "loss", "-ln ŷ" if y else "-ln(1 - ŷ)", of_loss),
    ):
        left, right = np.add(places[start], (0.6, 0)), np.add(places[end], (-0.6, 0))
        arrow(axis, left + (0, 0.07), right + (0, 0.07))
        arrow(axis, right - (0, 0.07), left - (0, 0.07), BACKWARD)
        # Where two arrows come together, their words stand apart from both.
        part, away = (0.5, 0.26) if start in ("z", "ŷ") else (0.3, 0.35)
        across, up = left + part * (right - left)
        words(axis, across, up + away, step)
        words(axis, across, up - away, f"· {factor(slope)}", BACKWARD)
    for given, name in ((f"x = {short(x)}", "z"), (f"y = {short(y)}", "loss")):
        across, up = np.add(places[name], (0, 1.25))
        words(axis, across, up, given)
        arrow(axis, (across, up - 0.2), (across, up - 0.55), PALE)
    return figure


def score_paths(y_hat, y, score):
    """Draw the paths from one score through all probabilities to the loss.

    Parameters
    ----------
    y_hat : float ndarray of shape (n,)
        The softmax of the scores of one example.
    y : float ndarray of shape (n,)
        Its label, one-hot.
    score : int
        Which score is nudged.

    Returns
    -------
    Figure
        On each path stand the slopes of its two steps, and their product. A path that brings
        nothing is pale.
    """
    to_probability = y_hat * ((np.arange(len(y)) == score) - y_hat[score])
    to_loss = -y / y_hat
    brings = to_probability * to_loss
    figure, axis = canvas(9, 0.6 + 0.33 * len(y))
    rows = 0.33 * np.arange(len(y), 0, -1) - 0.1
    middle, top = rows.mean(), rows[0] + 0.37
    box(axis, 0.6, middle, 0.9, 0.5)
    words(axis, 0.6, middle, f"z{score}")
    box(axis, 8.4, middle, 0.9, 0.5)
    words(axis, 8.4, middle, "loss")
    for c, row in enumerate(rows):
        color = BACKWARD if y[c] else PALE
        for way, line in (
            ([(1.07, middle), (1.8, row), (3.2, row)], BACKWARD),
            ([(4.5, row), (7.1, row), (7.93, middle)], color),
        ):
            axis.plot(*zip(*way, strict=True), color=line, linewidth=1.6)
        box(axis, 3.85, row, 1.3, 0.28)
        words(axis, 3.85, row, f"ŷ{c} = {y_hat[c]:.3f}", zorder=3)
        on_white = {"bbox": {"facecolor": "white", "edgecolor": "none", "pad": 1}}
        # One digit more than the others: the product is to be seen to hold.
        words(axis, 2.5, row, f"{to_probability[c]:.4f}", BACKWARD, **on_white)
        for across, slope, weight in ((5.3, to_loss[c], None), (6.6, brings[c], "bold")):
            number = f"{slope:.3f}" if y[c] else "0"
            words(axis, across, row, number, color, weight=weight, **on_white)
    titles = {2.2: f"slope of ŷc along z{score}", 5.1: "of the loss along ŷc", 6.75: "product"}
    for across, title in titles.items():
        words(axis, across, top, title, BACKWARD)
    total = f"sum {brings.sum():.3f}"
    words(axis, 0.6, middle - 0.42, total, BACKWARD, weight="bold")
    return figure


def layer_both_ways(W, A, dZ, layer, row, column):
    """Draw a layer forward and back: what a score collects, and what an activation collects.

    Parameters
    ----------
    W : float ndarray of shape (n_l, n_below)
        Its weights. There is room for two or three of both.
    A : float ndarray of shape (n_below, 1)
        What ReLU hands it, for one example.
    dZ : float ndarray of shape (n_l, 1)
        The slopes along its scores.
    layer : int
        Its number, for the names on the drawing.
    row : int
        The score that collects, on the left. Its row of W is blue.
    column : int
        The activation that collects, on the right, and hands its slope to ReLU. Its column of W
        is blue.

    Returns
    -------
    Figure
    """
    figure, axis = canvas(9, 3.9)
    units, sources = np.indices(W.shape)
    in_row, in_column = units == row, sources == column
    z, da = W[row] @ A[:, 0], W[:, column] @ dZ[:, 0]

    below, scores = _draw_layer(axis, 0.6, 3.0, W, in_row)
    for up, a in zip(below, A[:, 0], strict=True):
        words(axis, 0.6, up, short(a), zorder=3)
    words(axis, 3.0, scores[row], short(z), zorder=3)
    _write_matrix(axis, 0.1, f"W{layer}", W, in_row)
    words(axis, 0.1, 0.2, f"{dot_product(W[row], A[:, 0])} = {short(z)}", ha="left")

    _draw_layer(axis, 6.0, 8.4, W, in_column, is_back=True)
    for up, dz in zip(scores, dZ[:, 0], strict=True):
        words(axis, 8.4, up, short(dz), BACKWARD, weight="bold", zorder=3)
    words(axis, 6.0, below[column], short(da), BACKWARD, weight="bold", zorder=3)
    _write_matrix(axis, 4.4, f"W{layer}", W, in_column)
    _write_matrix(axis, 6.7, f"W{layer}ᵀ", W.T, in_column.T)
    back_sum = f"{dot_product(W[:, column], dZ[:, 0])} = {short(da)}"
    words(axis, 4.4, 0.2, back_sum, BACKWARD, ha="left")
    # Through ReLU, which lets a slope pass where it is on.
    is_on = A[column, 0] > 0
    arrow(axis, (5.5, below[column]), (4.75, below[column]), BACKWARD if is_on else PALE)
    words(axis, 5.12, below[column] + 0.2, f"· {is_on:d}", BACKWARD)
    words(axis, 5.12, below[column] - 0.22, "ReLU on" if is_on else "ReLU off")
    words(axis, 4.4, below[column], short(da * is_on), BACKWARD, weight="bold")

    titles = {1.8: f"forward: along row {row + 1}", 7.2: f"back: along column {column + 1}"}
    for across, title in titles.items():
        words(axis, across, 3.72, title, weight="bold")
    names = {0.6: f"a{layer - 1}", 3.0: f"W{layer} a{layer - 1}"}
    names |= {6.0: f"da{layer - 1}", 8.4: f"dz{layer}"}
    for across, name in names.items():
        words(axis, across, 3.36, name)
    words(axis, 4.4, below[column] + 0.36, f"dz{layer - 1}")
    return figure


def _draw_layer(axis, left, right, W, lit, is_back=False):
    """Draw a layer's boxes and edges, with its weights; the lit ones stand out.

    Returns the heights of the activations on the left, and of the scores on the right.
    """
    scores, below = (2.4 - 1.1 * (np.arange(n) - (n - 1) / 2) for n in W.shape)
    for (unit, source), weight in np.ndenumerate(W):
        ends = np.array([(left + 0.5, below[source]), (right - 0.5, scores[unit])])
        color = BACKWARD if is_back else FORWARD
        arrow(axis, *(ends[::-1] if is_back else ends), color if lit[unit, source] else PALE)
        # Where one comes first, and away from where two cross.
        place = ends[0] + (0.68 if unit == source else 0.27) * (ends[1] - ends[0])
        on_white = {"bbox": {"facecolor": "white", "edgecolor": "none", "pad": 1}}
        words(axis, *place, short(weight), LIT if lit[unit, source] else PALE, **on_white)
    for place, heights, collects in ((left, below, is_back), (right, scores, not is_back)):
        for index, up in enumerate(heights):
            # Of those that collect, one is drawn in full.
            is_lit = not collects or (lit[:, index] if is_back else lit[index]).all()
            box(axis, place, up, 0.9, 0.45, FORWARD if is_lit else PALE)
    return below, scores


def _write_matrix(axis, left, name, matrix, lit):
    """Write a matrix with its name, and what is lit in blue."""
    words(axis, left, 0.87, f"{name} =", ha="left")
    for (row, column), value in np.ndenumerate(matrix):
        place = (left + 0.85 + 0.72 * column, 1.02 - 0.3 * row)
        words(axis, *place, short(value), LIT if lit[row, column] else PALE)


def bias_paths(dZ, row):
    """Draw one bias, which feeds a score in every column of a batch, and what comes back to it.

    Parameters
    ----------
    dZ : float ndarray of shape (n_l, m)
        The slopes along the scores of a layer, for four examples at least.
    row : int
        Which bias.

    Returns
    -------
    Figure
        The first three examples and the last one, and the sum over all.
    """
    num_examples = dZ.shape[1]
    figure, axis = canvas(9, 2.3)
    box(axis, 4.5, 1.85, 1.5, 0.5)
    words(axis, 4.5, 1.85, f"bias of unit {row}", zorder=3)
    total = f"sum of all {num_examples}: {short(dZ[row].sum())}"
    words(axis, 5.4, 1.85, total, BACKWARD, ha="left", weight="bold")
    for example, across in zip((0, 1, 2, num_examples - 1), (1, 3, 5, 8), strict=True):
        up = np.array([(4.5 + 0.12 * (across - 4.5), 1.55), (across, 0.85)])
        arrow(axis, *(up - (0.08, 0)))
        arrow(axis, *(up[::-1] + (0.08, 0)), BACKWARD)
        box(axis, across, 0.6, 1.65, 0.4)
        words(axis, across, 0.6, f"score, image {example}", zorder=3)
        words(axis, across, 0.22, short(dZ[row, example]), BACKWARD, weight="bold")
    words(axis, 6.5, 0.6, "...")
    return figure


# What the network by hand computes, in its order: forward, then back.
STEPS = {
    "start": "x, W and b are given",
    "Z1": "z1 = W1 x + b1",
    "A1": "a1 = ReLU(z1)",
    "Z2": "z2 = W2 a1 + b2",
    "A2": "ŷ = softmax(z2)",
    "loss": "loss = -ln of the ŷ whose y is 1",
    "dZ2": "dz2 = ŷ - y",
    "dW2": "dW2 = dz2 a1ᵀ and db2 = dz2",
    "dA1": "da1 = W2ᵀ dz2: along both paths, added",
    "dZ1": "dz1 = da1 where ReLU is on, else 0",
    "dW1": "dW1 = dz1 xᵀ and db1 = dz1",
}


def values_by_hand(x, y, params):
    """All that a network of two layers computes for one example, forward and back.

    Parameters
    ----------
    x : float ndarray of shape (n_0, 1)
    y : float ndarray of shape (n_2, 1)
        Its label, one-hot.
    params : dict
        "W1", "b1", "W2" and "b2".

    Returns
    -------
    dict of str to ndarray
        "X", "Y", the params, "Z1", "A1", "Z2", "A2" and "loss", and with "dZ2", "dW2", "db2", ...
        the slopes along them.
    """
    y_hat, cache = forward(x, params)
    grads = backward(y, params, cache)
    # With a single example the slopes along the scores of a layer are those along its biases.
    dZ2, dZ1 = grads["db2"], grads["db1"]
    slopes = grads | {"dZ2": dZ2, "dA1": params["W2"].T @ dZ2, "dZ1": dZ1}
    return params | cache | slopes | {"Y": y, "loss": np.array([[compute_loss(y_hat, y)]])}


def network_by_hand(x, y, params, step="dW1"):
    """Draw a small network as a graph: each value, and below it its slope in orange.

    Parameters
    ----------
    x : float ndarray of shape (2, 1)
        One example.
    y : float ndarray of shape (2, 1)
        Its label, one-hot.
    params : dict
        "W1", "b1", "W2" and "b2" of a network with two inputs, two hidden units and two outputs.
    step : str
        How far the computation has come, one of STEPS. What it computes now is blue.

    Returns
    -------
    Figure
    """
    values = values_by_hand(x, y, params)
    known = list(STEPS)[: list(STEPS).index(step) + 1]
    # The biases' slopes come with those of the weights.
    known += [name.replace("dW", "db") for name in known if name.startswith("dW")]
    now = {step, step.replace("dW", "db")}
    figure, axis = canvas(9, 3.75)

    def write(name, index, across, up, label="", **style):
        """Write a value, and below it its slope, each as soon as it is known."""
        if name in known or name in params or name == "X":
            text = label + short(values[name][index])
            words(axis, across, up, text, LIT if name in now else FORWARD, zorder=4, **style)
        slope = f"d{name}"
        if slope in known:
            color = LIT if slope in now else BACKWARD
            text = short(values[slope][index])
            words(axis, across, up - 0.25, text, color, zorder=4, weight="bold", **style)

    rows = (2.67, 1.2)
    on_white = {"bbox": {"facecolor": "white", "edgecolor": "none", "pad": 1}}
    for left, right, layer in ((0.95, 2.45, 1), (4.35, 5.8, 2)):
        for (unit, source), _ in np.ndenumerate(params[f"W{layer}"]):
            start, end = np.array([left, rows[source]]), np.array([right, rows[unit]])
            arrow(axis, start, end, PALE)
            # Where one comes first, and away from where two cross.
            place = start + (0.58 if unit == source else 0.3) * (end - start)
            write(f"W{layer}", (unit, source), place[0], place[1] + 0.12, **on_white)
    for unit, row in enumerate(rows):
        box(axis, 0.5, row, 0.85, 0.8)
        write("X", (unit, 0), 0.5, row)
        for middle, layer in ((3.4, 1), (6.75, 2)):
            box(axis, middle, row, 1.9, 0.8)
            axis.plot([middle, middle], [row - 0.4, row + 0.4], color=PALE, zorder=3)
            write(f"Z{layer}", (unit, 0), middle - 0.48, row + 0.12)
            write(f"A{layer}", (unit, 0), middle + 0.48, row + 0.12)
            write(f"b{layer}", (unit, 0), middle - 0.48, row - 0.58, "b = ")
        words(axis, 8.1, row, f"y = {short(y[unit, 0])}", ha="left")
        arrow(axis, (7.7, row), (8.25, np.mean(rows) + 0.3 * np.sign(row - np.mean(rows))), PALE)
    box(axis, 8.45, np.mean(rows), 0.9, 0.5)
    write("loss", (0, 0), 8.45, np.mean(rows))
    titles = {0.5: "x", 2.92: "z1", 3.88: "a1", 6.27: "z2", 7.23: "ŷ"}
    for place, title in titles.items():
        words(axis, place, rows[0] + 0.56, title, weight="bold")
    words(axis, 8.65, np.mean(rows) + 0.4, "loss", weight="bold")
    words(axis, 4.5, 3.55, STEPS[step], LIT, fontsize=15)
    words(axis, 0.1, 0.12, "black: values, forward", ha="left")
    words(axis, 2.6, 0.12, "orange: slopes of the loss, backward", BACKWARD, ha="left")
    words(axis, 6.4, 0.12, "blue: computed in this step", LIT, ha="left")
    return figure


# --- lesson 5: training loop ------------------------------------------------------------------


def show_epoch(num_examples, batch_size):
    """Display one epoch of training: the batches, and the step that each of them takes.

    Parameters
    ----------
    num_examples, batch_size : int
    """
    num_steps, last = epoch_in_steps(num_examples, batch_size)
    alt = (
        f"A bar of {num_examples:,} images in random order is cut into {num_steps} batches of "
        f"{batch_size}, the last with {last}: one epoch. Each batch takes one step: forward, "
        "loss, backward, update. Then the next batch comes, with the new weights."
    )
    show(epoch_diagram(num_examples, batch_size), alt)


def epoch_in_steps(num_examples, batch_size):
    """Count the batches of an epoch, and the examples of the last one.

    Parameters
    ----------
    num_examples, batch_size : int

    Returns
    -------
    num_steps, last : int
    """
    num_steps = -(-num_examples // batch_size)
    return num_steps, num_examples - (num_steps - 1) * batch_size


def epoch_diagram(num_examples, batch_size):
    """Draw an epoch as a bar of batches, and below it the step that each batch takes.

    Parameters
    ----------
    num_examples, batch_size : int
        At least four batches fit.

    Returns
    -------
    Figure
    """
    num_steps, last = epoch_in_steps(num_examples, batch_size)
    figure, axis = canvas(9, 3.3)
    bar, step = 2.35, 1.15
    words(axis, 4.5, 3.05, f"an epoch: {num_examples:,} images, in a new random order", LIT)
    axis.annotate("", (8.85, 2.85), (0.15, 2.85), arrowprops={"arrowstyle": "<->", "color": LIT})
    # Only the first batches are drawn, and the last: with all of them none could be seen.
    for place, size in ((0.8, batch_size), (2.2, batch_size), (3.6, batch_size), (8.45, last)):
        width = 1.3 if size == batch_size else 0.8
        box(axis, place, bar, width, 0.5)
        words(axis, place, bar, f"{size}")
    words(axis, 6.1, bar, f"…  {num_steps} batches in all  …")
    arrow(axis, (0.8, bar - 0.3), (0.8, step + 0.3))
    places = {"forward": 0.8, "loss": 2.5, "backward": 4.3, "update": 6.3}
    colors = (FORWARD, FORWARD, BACKWARD, LIT)
    for (name, place), color in zip(places.items(), colors, strict=True):
        box(axis, place, step, 1.3, 0.5, color)
        words(axis, place, step, name, color, weight="bold")
    for start, end in pairwise(places.values()):
        arrow(axis, (start + 0.7, step), (end - 0.7, step))
    words(axis, 7.1, step, "W ← W - η dW\nb ← b - η db", LIT, ha="left")
    axis.plot([6.3, 6.3, 0.8], [step - 0.3, 0.5, 0.5], color=LIT, linewidth=1.6)
    arrow(axis, (0.8, 0.5), (0.8, step - 0.3), LIT)
    words(axis, 3.4, 0.22, "a step for each batch, and the next begins with the new weights", LIT)
    return figure


# --- lesson 6: pytorch rebuild ----------------------------------------------------------------


def autograd_graph(w, gradient):
    """Draw what autograd records of (3w - 5)², and how it comes back.

    Parameters
    ----------
    w : float
    gradient : float
        The slope that came to w, `w.grad`.

    Returns
    -------
    figure : Figure
    text : str
    """
    difference = 3 * w - 5
    values = {"w": w, "3w": 3 * w, "3w - 5": difference, "loss": difference**2}
    slopes = [gradient, 2 * difference, 2 * difference, 1]
    steps = [
        ("multiply by 3", "× 3"),
        ("subtract 5", "× 1"),
        ("square", f"× 2 · {difference:.4g}"),
    ]
    figure, axis = canvas(9, 2.7)
    places, middle = np.linspace(0.8, 8.2, len(values)), 1.35
    for place, (name, value), slope in zip(places, values.items(), slopes, strict=True):
        box(axis, place, middle, 1, 1.1)
        words(axis, place, middle + 0.8, name, weight="bold")
        words(axis, place, middle + 0.25, f"{value:.4g}", zorder=3)
        words(axis, place, middle - 0.25, f"{slope:.4g}", BACKWARD, weight="bold", zorder=3)
    for (forth, back), left, right in zip(steps, places, places[1:], strict=False):
        start, end, between = left + 0.55, right - 0.55, (left + right) / 2
        arrow(axis, (start, middle + 0.25), (end, middle + 0.25))
        arrow(axis, (end, middle - 0.25), (start, middle - 0.25), BACKWARD)
        words(axis, between, middle + 0.45, forth)
        words(axis, between, middle - 0.47, back, BACKWARD)
    words(axis, places[0], middle - 0.8, "w.grad", BACKWARD)
    words(axis, 3, 0.25, "black: recorded forward", ha="left", fontsize=11)
    words(axis, 5.6, 0.25, "orange: slopes of the loss, backward", BACKWARD, ha="left", fontsize=11)
    forward_words = ", ".join(f"{name} = {value:.4g}" for name, value in values.items())
    backward_words = ", ".join(f"{slope:.4g}" for slope in reversed(slopes))
    text = (
        f"Three operations as a chain, forward in black: {forward_words}. Backward in orange, the "
        f"slopes of the loss from its end to w: {backward_words}."
    )
    return figure, text


def rows_and_columns(weights, x):
    """Draw one layer's product twice: with an example in each column, and in each row.

    Parameters
    ----------
    weights : ndarray of shape (n_1, n_0)
    x : ndarray of shape (n_0, m)
        Few examples. The first is blue.

    Returns
    -------
    figure : Figure
    text : str
    """
    figure, axis = canvas(9, 4.3)
    ours = {"W": weights, "X": x, "W X": weights @ x}
    theirs = {"Xᵀ": x.T, "Wᵀ": weights.T, "Xᵀ Wᵀ": x.T @ weights.T}
    for middle, title, example, products in (
        (3.15, "ours", "column", ours),
        (1, "PyTorch", "row", theirs),
    ):
        words(axis, 0.2, middle + 0.2, title, ha="left", weight="bold")
        words(axis, 0.2, middle - 0.15, f"an example is a {example}", LIT, ha="left")
        for place, (name, array) in zip((4.2, 6.3, 8.2), products.items(), strict=True):
            # By the logarithm, as in the strip: as lengths, 784 and 5 would not fit on one page.
            height, width = 0.5 * np.log10(array.shape)
            edge = {"edgecolor": FORWARD, "linewidth": 1.4}
            corner = np.array([place - width / 2, middle - height / 2])
            axis.add_patch(Rectangle(corner, width, height, facecolor="none", zorder=3, **edge))
            if name not in ("W", "Wᵀ"):
                _draw_examples(axis, corner, width, height, x.shape[1], example)
            words(axis, place, middle + height / 2 + 0.17, name, weight="bold")
            words(axis, place, middle - height / 2 - 0.18, "{} × {}".format(*array.shape))
        words(axis, 5.45, middle, "@")
        words(axis, 7.2, middle, "=")
    shapes = [
        " @ ".join("({}, {})".format(*array.shape) for array in list(products.values())[:2])
        for products in (ours, theirs)
    ]
    text = (
        f"Twice the same product as blocks, with one example in blue. Ours has it as a column: "
        f"W @ X, {shapes[0]}. PyTorch has it as a row: X.T @ W.T, {shapes[1]}."
    )
    return figure, text


def _draw_examples(axis, corner, width, height, count, example):
    """Cut a block into its columns or rows, one for each example, and fill the first."""
    across, up = (width / count, height) if example == "column" else (width, height / count)
    for number in range(count):
        # The first column is the leftmost one, the first row the one on top.
        steps = (number, 0) if example == "column" else (0, count - 1 - number)
        place = corner + np.array(steps) * (across, up)
        color = {"facecolor": "white" if number else LIT, "edgecolor": PALE, "linewidth": 0.8}
        axis.add_patch(Rectangle(place, across, up, zorder=2, **color))
