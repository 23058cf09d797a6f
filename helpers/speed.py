"""Extra to lesson 5: the same training, as fast as we could make it with NumPy."""

import numpy as np

from helpers.contracts import check_loss
from helpers.data import scale_pixels
from helpers.forward import initialize_parameters
from helpers.training_loop import train_mnist


def train_fast(
    x_train, y_train, layer_dims, learning_rate=0.1, num_epochs=20, batch_size=128, seed=42
):
    """Train as `train_mnist` does, to the same weights, in less time.

    Parameters
    ----------
    x_train : ndarray of shape (n_0, m)
        Floats, or pixels as bytes (uint8), which are scaled to [0, 1] batch by batch.
    y_train : float ndarray of shape (n_L, m)
        One-hot labels. Their dtype is that of the training.
    layer_dims : sequence of int
        Units of each layer, input first: [784, 128, 64, 10].
    learning_rate : float
    num_epochs : int
    batch_size : int
    seed : int
        Fixes the initial weights and the order of the examples, as in `train_mnist`.

    Returns
    -------
    params : dict
        The trained weights and biases, as `train_mnist` returns them.
    train_losses : list of float
        For each epoch the mean loss over its examples, each taken just before
        the step that uses it. Not from probabilities but from scores, so it is right also where
        a probability is too small for its type, and `compute_loss` has a floor.

    Raises
    ------
    ValueError
        As `train_mnist`.
    FloatingPointError
        If the loss of an epoch is not a number, which a too large learning rate causes.
    """
    train_mnist.check_arguments(
        x_train, y_train, x_train, y_train, layer_dims, learning_rate, num_epochs, batch_size
    )
    order, images = sort_pixels(x_train)
    labels = np.ascontiguousarray(y_train.T)
    return train_sorted(
        order, images, labels, layer_dims, learning_rate, num_epochs, batch_size, seed
    )


def sort_pixels(x):
    """Put the pixels with ink in most images first, and those that are always blank last.

    Parameters
    ----------
    x : ndarray of shape (n, m)

    Returns
    -------
    order : int ndarray of shape (n,)
        Where the pixels come from.
    images : ndarray of shape (m, n)
        One image in each row: column i is row order[i] of x.
    """
    order = np.argsort(-np.count_nonzero(x, axis=1), kind="stable")
    # take gives rows that lie in one piece each; x.T[:, order] would give columns that do.
    return order, x.T.take(order, axis=1)


def train_sorted(
    order, images, labels, layer_dims, learning_rate=0.1, num_epochs=20, batch_size=128, seed=42
):
    """Train on images from `sort_pixels`, and put the weights back in the pixels' order.

    Parameters
    ----------
    order, images
        As `sort_pixels` returns them.
    labels : float ndarray of shape (m, n_L)
        One-hot, one in each row.
    layer_dims, learning_rate, num_epochs, batch_size, seed
        As in `train_fast`, with the same results and errors.
    """
    rng = np.random.default_rng(seed)
    params = initialize_parameters(layer_dims, rng, labels.dtype)
    layers = range(1, len(layer_dims))
    weights = [np.ascontiguousarray(params[f"W{layer}"].T) for layer in layers]
    biases = [params[f"b{layer}"].ravel() for layer in layers]
    of_pixels = weights[0][order]
    train_losses = []
    for epoch in range(1, num_epochs + 1):
        shuffled, loss_sum = rng.permutation(len(images)), 0
        for start in range(0, len(images), batch_size):
            batch = shuffled[start : start + batch_size]
            x, y = images.take(batch, axis=0), labels.take(batch, axis=0)
            # Behind the last pixel with ink in this batch there is nothing to multiply.
            width = len(order) - x.any(axis=0)[::-1].argmax()
            x = scale_pixels(x[:, :width], labels.dtype)
            loss_sum += fast_step([of_pixels[:width], *weights[1:]], biases, x, y, learning_rate)
        check_loss(loss_sum, epoch, learning_rate)
        train_losses.append(loss_sum / len(images))
    weights[0][order] = of_pixels
    for layer, W, b in zip(layers, weights, biases, strict=True):
        params[f"W{layer}"], params[f"b{layer}"] = W.T, b[:, None]
    return params, train_losses


def fast_step(weights, biases, x, y, learning_rate):
    """One step of gradient descent, in which the weights and biases change in place.

    Parameters
    ----------
    weights : list of ndarray of shape (n_{l-1}, n_l)
        The transposes of those that `forward` takes: one row for each input.
    biases : list of ndarray of shape (n_l,)
    x : ndarray of shape (m, n_0)
        One example in each row.
    y : ndarray of shape (m, n_L)
        Their one-hot labels.
    learning_rate : float

    Returns
    -------
    float
        The loss, summed over the batch.
    """
    inputs = [x]
    for W, b in zip(weights[:-1], biases[:-1], strict=True):
        scores = inputs[-1] @ W
        scores += b
        inputs.append(np.maximum(scores, 0, out=scores))
    # Here one column for each example: NumPy adds up rows faster than short columns.
    scores = weights[-1].T @ inputs[-1].T
    scores += biases[-1][:, None]
    scores -= scores.max(axis=0)
    exponentials = np.exp(scores)
    totals = exponentials.sum(axis=0)
    # The logarithm of softmax is the score minus the logarithm of the total.
    loss = np.log(totals).sum() - np.sum(scores * y.T)
    dZ = ((exponentials / totals - y.T) * (learning_rate / len(x))).T
    for layer in range(len(weights) - 1, -1, -1):
        # The way back to the layer before needs the weights as they were.
        dA = dZ @ weights[layer].T if layer > 0 else None
        weights[layer] -= inputs[layer].T @ dZ
        biases[layer] -= dZ.sum(axis=0)
        if layer > 0:
            dZ = np.multiply(dA, inputs[layer] > 0, out=dA)
    return float(loss)
