"""Lesson 4: the gradient of the loss, and the check that proves it."""

import numpy as np

from helpers.activations import relu_derivative
from helpers.contracts import (
    cache_of_forward,
    contract,
    finite,
    float64_array,
    float64_layers,
    gradients,
    layers,
    one_hot_labels,
    positive,
    positive_integer,
)
from helpers.forward import compute_loss, forward


@contract(params=layers, cache=cache_of_forward, y=one_hot_labels("n_L", "m"))
def backward(y, params, cache):
    """The slope of the mean loss along every weight and bias.

    Parameters
    ----------
    y : float ndarray of shape (n_L, m)
        One-hot labels.
    params : dict
        The weights and biases that `forward` used.
    cache : dict
        What `forward` returned beside its probabilities.

    Returns
    -------
    dict of str to ndarray
        "dWl" and "dbl" for each layer l, with the shapes of "Wl" and "bl".

    Raises
    ------
    ValueError
        If params, cache and y do not fit together, or y is not one-hot.

    Notes
    -----
    Rumelhart, Hinton, Williams: Learning representations by back-propagating
    errors, 1986. Softmax and cross-entropy together have the slope y_hat - y.
    """
    num_layers = len(params) // 2
    grads = {}
    # The loss is a mean over the batch. Every slope is a multiple of this small array, so
    # here one division reaches them all.
    dZ = (cache[f"A{num_layers}"] - y) / y.shape[1]
    for layer in range(num_layers, 0, -1):
        inputs = cache[f"A{layer - 1}"] if layer > 1 else cache["X"]
        grads[f"dW{layer}"] = dZ @ inputs.T
        grads[f"db{layer}"] = dZ.sum(axis=1, keepdims=True)
        if layer > 1:
            dA = params[f"W{layer}"].T @ dZ
            dZ = dA * relu_derivative(cache[f"Z{layer - 1}"])
    return grads


@contract(
    x=finite(float64_array),
    y=finite(float64_array),
    params=float64_layers,
    epsilon=positive,
    max_entries=positive_integer,
)
def gradient_check(x, y, params, epsilon=1e-5, max_entries=50, seed=0, backward=backward):
    """Hold `backward` against centred differences of the loss.

    Parameters
    ----------
    x : float64 ndarray of shape (n_0, m)
    y : float64 ndarray of shape (n_L, m)
        One-hot labels.
    params : dict
        Weights and biases in float64. They are copied, not changed.
    epsilon : float
        How far each entry is moved, up and down.
    max_entries : int
        How many entries of each array are tried. Larger arrays are sampled.
    seed : int or numpy.random.Generator
        Which entries are sampled.
    backward : callable
        The function to check, with the arguments and result of `backward`.

    Returns
    -------
    dict of str to float
        For each of "dW1", "db1", ... the relative difference
        ``|computed - numerical| / (|computed| + |numerical|)``, with Euclidean
        lengths over the tried entries. About 1e-8 is right, above 1e-4 is a
        mistake. 0 where both are zero.

    Raises
    ------
    ValueError
        If an array is not float64, x holds NaN, epsilon or max_entries is not
        positive, or a gradient is missing or of the wrong shape.

    Notes
    -----
    The loss has a kink wherever a ReLU's score crosses 0, and a difference
    taken across a kink measures no slope. Such entries are left out.
    """
    params = {name: array.copy() for name, array in params.items()}
    rng = np.random.default_rng(seed)
    grads = backward(y, params, forward(x, params)[1])
    # The function that was handed in is not ours: what it gives is checked as arguments are.
    gradients("grads", grads, {"params": params})
    for name, grad in grads.items():
        finite(float64_array)(name, grad, {})
    differences = {}
    for name, array in params.items():
        computed, numerical = [], []
        for entry in rng.permutation(array.size)[:max_entries]:
            position = np.unravel_index(entry, array.shape)
            slope = centred_difference(x, y, params, name, position, epsilon)
            if slope is not None:
                computed.append(grads[f"d{name}"][position])
                numerical.append(slope)
        computed, numerical = np.array(computed), np.array(numerical)
        length = np.linalg.norm(computed) + np.linalg.norm(numerical)
        gap = np.linalg.norm(computed - numerical)
        differences[f"d{name}"] = float(gap / length) if length > 0 else 0.0
    return differences


def centred_difference(x, y, params, name, position, epsilon):
    """The slope of the loss along one weight or bias, measured by moving it both ways.

    Parameters
    ----------
    x : float64 ndarray of shape (n_0, m)
    y : float64 ndarray of shape (n_L, m)
        One-hot labels.
    params : dict
        Weights and biases. The entry is moved in place, and put back.
    name : str
        Which array of `params`.
    position : tuple of int
        Which entry of it.
    epsilon : float
        How far it is moved, up and down.

    Returns
    -------
    float or None
        (loss(entry + epsilon) - loss(entry - epsilon)) / (2 epsilon), or None if
        a ReLU's score crosses 0 on the way: across a kink this is no slope.
    """
    array = params[name]
    original = array[position]
    losses, active_units = [], []
    for moved in (original + epsilon, original - epsilon):
        array[position] = moved
        y_hat, cache = forward(x, params)
        losses.append(compute_loss(y_hat, y))
        hidden_layers = range(1, len(params) // 2)
        active_units.append([cache[f"Z{layer}"] > 0 for layer in hidden_layers])
    array[position] = original
    if any((up != down).any() for up, down in zip(*active_units, strict=True)):
        return None
    return (losses[0] - losses[1]) / (2 * epsilon)


@contract(gain=positive)
def slope_sizes(activation, derivative, gain):
    """How large the slopes are in each of ten layers, when random ones come from above.

    Parameters
    ----------
    activation, derivative : callables
        An elementwise function and its slope, such as `relu` and `relu_derivative`.
    gain : float
        The weights have mean 0 and variance gain / fan_in: 2 for He's start, 1 for
        Xavier's.

    Returns
    -------
    ndarray of shape (10,)
        The root of the mean square of dZ, layer 1 first.

    Raises
    ------
    ValueError
        If gain is not positive.

    Notes
    -----
    Ten layers of 100 units, and 50 random inputs. What came from above is the same for
    every choice, and so are the weights, up to their size.
    """
    rng = np.random.default_rng(0)
    weights = rng.normal(0, np.sqrt(gain / 100), (10, 100, 100))
    a, scores = rng.normal(size=(100, 50)), []
    for W in weights:
        scores.append(W @ a)
        a = activation(scores[-1])
    dA, sizes = rng.normal(size=(100, 50)), []
    for W, Z in zip(weights[::-1], scores[::-1], strict=True):
        dZ = dA * derivative(Z)
        sizes.append(np.sqrt(np.mean(dZ**2)))
        dA = W.T @ dZ
    return np.array(sizes[::-1])
