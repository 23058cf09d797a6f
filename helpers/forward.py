"""Lesson 3: from pixels to probabilities, and the loss that grades them."""

from itertools import pairwise

import numpy as np

from helpers.activations import relu, softmax
from helpers.contracts import (
    check_probabilities,
    contract,
    finite,
    floats,
    layer_sizes,
    layers,
    one_hot_labels,
    pixels,
    probabilities,
)
from helpers.data import scale_pixels


@contract(layer_dims=layer_sizes)
def initialize_parameters(layer_dims, seed=42, dtype=np.float64):
    """Draw He-initialised weights and zero biases for a dense network.

    Parameters
    ----------
    layer_dims : sequence of int
        The number of units in each layer, input first: [784, 128, 64, 10].
    seed : int or numpy.random.Generator
        The same seed gives the same weights. No global random state is used.
    dtype : {np.float64, np.float32}
        Drawn in float64 and then rounded, so both types start alike.

    Returns
    -------
    dict of str to ndarray
        For each layer l from 1: "Wl" of shape (n_l, n_{l-1}), drawn from a
        normal distribution with mean 0 and variance 2 / n_{l-1} (fan_in), and
        "bl" of shape (n_l, 1), zeros.

    Raises
    ------
    ValueError
        If `layer_dims` has fewer than two sizes, or one is not a positive integer.

    Notes
    -----
    He, Zhang, Ren, Sun: Delving deep into rectifiers, 2015.
    """
    rng = np.random.default_rng(seed)
    params = {}
    for layer, (fan_in, fan_out) in enumerate(pairwise(layer_dims), start=1):
        weights = rng.standard_normal((fan_out, fan_in)) * np.sqrt(2 / fan_in)
        params[f"W{layer}"] = weights.astype(dtype)
        params[f"b{layer}"] = np.zeros((fan_out, 1), dtype=dtype)
    return params


@contract(params=layers, x=finite(floats("n_0", "m")))
def forward(x, params):
    """Run a batch through the network: ReLU in every hidden layer, softmax at the end.

    Parameters
    ----------
    x : float ndarray of shape (n_0, m)
        m examples, one column for each.
    params : dict
        Weights and biases, as from `initialize_parameters`.

    Returns
    -------
    y_hat : ndarray of shape (n_L, m)
        Probabilities; each column sums to 1.
    cache : dict of str to ndarray
        "X", and for each layer l "Zl" (scores) and "Al" (activations), both of
        shape (n_l, m). `backward` reads it.

    Raises
    ------
    ValueError
        If x is empty, not a float array, of the wrong shape, or holds NaN or
        infinity; or if the shapes of `params` do not fit together.
    """
    num_layers = len(params) // 2
    cache = {"X": x}
    activations = x
    for layer in range(1, num_layers + 1):
        scores = params[f"W{layer}"] @ activations
        scores += params[f"b{layer}"]
        activations = softmax(scores) if layer == num_layers else relu(scores)
        cache[f"Z{layer}"], cache[f"A{layer}"] = scores, activations
    return activations, cache


@contract(y_hat=probabilities("n_L", "m"), y=one_hot_labels("n_L", "m"))
def compute_loss(y_hat, y):
    """Mean categorical cross-entropy.

    Parameters
    ----------
    y_hat : float ndarray of shape (n_L, m)
        Predicted probabilities.
    y : float ndarray of shape (n_L, m)
        One-hot labels.

    Returns
    -------
    float
        In nats: minus the natural logarithm of the true class's probability,
        averaged over the m examples. Guessing evenly among ten costs ln 10 = 2.3026.

    Raises
    ------
    ValueError
        If the shapes differ, the batch is empty, y_hat holds no probabilities, or y is not
        one-hot.

    Notes
    -----
    A probability of 0 counts as the smallest normal number of its type, so the
    loss stays finite. Adding a small constant inside the logarithm would do
    that too, and change every other loss a little.
    """
    surprise = -np.log(np.maximum(y_hat, np.finfo(y_hat.dtype).tiny))
    return float(np.sum(y * surprise) / y.shape[1])


@contract(params=layers, x=finite(pixels("n_0", "m")))
def predict(x, params):
    """The most probable class of each example.

    Parameters
    ----------
    x : ndarray of shape (n_0, m)
        Floats, or pixels as bytes (uint8).
    params : dict

    Returns
    -------
    int ndarray of shape (m,)

    Raises
    ------
    ValueError
        As `forward`.
    FloatingPointError
        If a probability is not a number, as after a training that ran away.
    """
    predicted = []
    # A thousand at a time: what lies between the layers then stays small, and in the cache.
    for start in range(0, x.shape[1], 1000):
        x_block = scale_pixels(x[:, start : start + 1000], params["W1"].dtype)
        y_hat, _ = forward(x_block, params)
        check_probabilities(y_hat)
        predicted.append(y_hat.argmax(axis=0))
    return np.concatenate(predicted)


@contract(params=layers, x=finite(pixels("n_0", "m")), y=one_hot_labels("n_L", "m"))
def compute_accuracy(x, y, params):
    """The share of examples whose most probable class is the true one.

    Parameters
    ----------
    x : ndarray of shape (n_0, m)
        Floats, or pixels as bytes (uint8).
    y : float ndarray of shape (n_L, m)
        One-hot labels.
    params : dict

    Returns
    -------
    float
        From 0 to 1.

    Raises
    ------
    ValueError
        As `forward`, or if y does not fit to x and params.
    FloatingPointError
        As `predict`.
    """
    return float(np.mean(predict(x, params) == y.argmax(axis=0)))


def count_parameters(params):
    """The number of weights and biases.

    Parameters
    ----------
    params : dict

    Returns
    -------
    int
    """
    return sum(array.size for array in params.values())
