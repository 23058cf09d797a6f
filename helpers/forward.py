"""Lesson 3: from pixels to probabilities, and the loss that grades them."""

import numpy as np

from helpers.activations import relu, softmax
from helpers.data import check_batch, check_finite, scale_pixels


def initialize_parameters(layer_dims, seed=42, dtype=np.float64):
    """Draw He-initialised weights and zero biases for a dense network.

    Parameters
    ----------
    layer_dims : sequence of int
        Units a layer, input first: [784, 128, 64, 10].
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
    if (
        np.ndim(layer_dims) != 1
        or len(layer_dims) < 2
        or not all(isinstance(n, (int, np.integer)) and n > 0 for n in layer_dims)
    ):
        raise ValueError(
            f"layer_dims must be at least two positive integers, input first, got {layer_dims}."
        )
    rng = np.random.default_rng(seed)
    params = {}
    for layer in range(1, len(layer_dims)):
        fan_in, fan_out = layer_dims[layer - 1], layer_dims[layer]
        weights = rng.standard_normal((fan_out, fan_in)) * np.sqrt(2 / fan_in)
        params[f"W{layer}"] = weights.astype(dtype)
        params[f"b{layer}"] = np.zeros((fan_out, 1), dtype=dtype)
    return params


def forward(x, params):
    """Run a batch through the network: ReLU in every hidden layer, softmax at the end.

    Parameters
    ----------
    x : float ndarray of shape (n_0, m)
        m examples, one a column.
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
        If x is empty, not a float array, of the wrong shape, or holds NaN; or
        if the shapes of `params` do not fit together.
    """
    check_layers(params)
    check_batch("x", x, params["W1"].shape[1])
    num_layers = len(params) // 2
    cache = {"X": x}
    activations = x
    for layer in range(1, num_layers + 1):
        scores = params[f"W{layer}"] @ activations
        scores += params[f"b{layer}"]
        activations = softmax(scores) if layer == num_layers else relu(scores)
        cache[f"Z{layer}"], cache[f"A{layer}"] = scores, activations
    # A NaN anywhere in x reaches the output, where looking for it costs next to nothing.
    if np.isnan(activations).any():
        check_finite("x", x)
    return activations, cache


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
        If the shapes differ, the batch is empty, or y_hat holds no probabilities.

    Notes
    -----
    A probability of 0 counts as the smallest normal number of its type, so the
    loss stays finite. Adding a small constant inside the logarithm would do
    that too, and change every other loss a little.
    """
    check_batch("y_hat", y_hat)
    check_batch("y", y, *y_hat.shape)
    if y_hat.min() < 0 or y_hat.max() > 1:
        raise ValueError(
            "y_hat must hold probabilities between 0 and 1, got values from "
            f"{y_hat.min():.4g} to {y_hat.max():.4g}. Pass the output of softmax, not its input."
        )
    surprise = -np.log(np.maximum(y_hat, np.finfo(y_hat.dtype).tiny))
    return float(np.sum(y * surprise) / y.shape[1])


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
    check_layers(params)
    check_batch("x", x, params["W1"].shape[1], may_be_bytes=True)
    # A thousand at a time: what lies between the layers then stays small, and in the cache.
    blocks = (x[:, i : i + 1000] for i in range(0, x.shape[1], 1000))
    scaled = (scale_pixels(block, params["W1"].dtype) for block in blocks)
    return np.concatenate([_most_probable(forward(block, params)[0]) for block in scaled])


def _most_probable(y_hat):
    """The row of the largest probability in each column. argmax takes NaN for the largest."""
    if np.isnan(y_hat).any():
        raise FloatingPointError(
            "The network's probabilities are not numbers (nan): the weights have run away, or x "
            "holds nan. Train again with a smaller learning_rate."
        )
    return y_hat.argmax(axis=0)


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
    predicted = predict(x, params)
    check_batch("y", y, len(params[f"b{len(params) // 2}"]), len(predicted))
    return float(np.mean(predicted == y.argmax(axis=0)))


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


def check_layers(params):
    """Raise a ValueError unless the weights and biases form a chain of layers.

    Parameters
    ----------
    params : dict
        Expected: "Wl" of shape (n_l, n_{l-1}) and "bl" of shape (n_l, 1) for
        each layer l from 1, and nothing else.

    Raises
    ------
    ValueError
        With the first array that is missing or does not fit.
    """
    fan_in = None
    for layer in range(1, len(params) // 2 + 1):
        for name in (f"W{layer}", f"b{layer}"):
            if name not in params:
                raise ValueError(f"params must have {name}, got only {sorted(params)}.")
        weights, biases = params[f"W{layer}"], params[f"b{layer}"]
        if weights.ndim != 2 or weights.shape[1] != (fan_in or weights.shape[1]):
            raise ValueError(
                f"W{layer} must have shape (n_{layer}, {fan_in or 'n_0'}), got {weights.shape}."
            )
        if biases.shape != (len(weights), 1):
            raise ValueError(f"b{layer} must have shape ({len(weights)}, 1), got {biases.shape}.")
        fan_in = len(weights)
    if fan_in is None or len(params) % 2:
        raise ValueError(f"params must be pairs W1, b1, W2, b2, ..., got {sorted(params)}.")
