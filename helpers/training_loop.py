"""Lesson 5: gradient descent on mini-batches, and the weights it leaves."""

import io
import os
import zipfile
from contextlib import suppress
from itertools import chain, pairwise
from pathlib import Path

import numpy as np
from tqdm.auto import tqdm

from helpers.backprop import backward
from helpers.contracts import (
    check_loss,
    contract,
    finite,
    floats,
    gradients,
    integer_up_to,
    layer_sizes_of_training,
    layers,
    one_hot_labels,
    pixels,
    positive,
    positive_integer,
)
from helpers.data import scale_pixels
from helpers.forward import compute_accuracy, compute_loss, forward, initialize_parameters


@contract(x=pixels("n", "m"), y=floats("k", "m"), batch_size=integer_up_to("m"))
def create_mini_batches(x, y, batch_size, seed=42):
    """Shuffle the examples and hand them out in batches, each example once.

    Parameters
    ----------
    x : ndarray of shape (n, m)
        Floats, or pixels as bytes (uint8), an eighth of the memory.
    y : float ndarray of shape (k, m)
    batch_size : int
        From 1 to m. The last batch is shorter where batch_size does not divide m.
    seed : int or numpy.random.Generator
        A generator goes on from where it stands, so each pass has a new order.

    Returns
    -------
    generator of (x_batch, y_batch)
        Float arrays of shape (n, batch_size) and (k, batch_size), copied batch by
        batch, so that no shuffled copy of all the data is ever made. Bytes are
        scaled to [0, 1] on the way, in the dtype of y.

    Raises
    ------
    ValueError
        If x and y differ in the number of examples, are empty, or batch_size is
        not an integer from 1 to m.
    """
    order = np.random.default_rng(seed).permutation(x.shape[1])
    for start in range(0, x.shape[1], batch_size):
        batch = order[start : start + batch_size]
        yield scale_pixels(x[:, batch], y.dtype), y[:, batch]


@contract(params=layers, grads=gradients, learning_rate=positive)
def update_parameters(params, grads, learning_rate):
    """Take one step of gradient descent, changing `params` in place.

    Parameters
    ----------
    params : dict
        Weights and biases.
    grads : dict
        Their gradients, as from `backward`.
    learning_rate : float
        The length of the step for a slope of 1.

    Raises
    ------
    ValueError
        If params is no network, a gradient is missing or not of the shape of what it belongs
        to, or learning_rate is not positive.
    """
    for name in params:
        params[name] -= learning_rate * grads[f"d{name}"]


@contract(
    x_train=finite(pixels("n_0", "m")),
    y_train=one_hot_labels("n_L", "m"),
    x_test=finite(pixels("n_0", "k")),
    y_test=one_hot_labels("n_L", "k"),
    layer_dims=layer_sizes_of_training,
    learning_rate=positive,
    num_epochs=positive_integer,
    batch_size=integer_up_to("m"),
)
def train_mnist(
    x_train,
    y_train,
    x_test,
    y_test,
    layer_dims,
    learning_rate=0.1,
    num_epochs=20,
    batch_size=128,
    seed=42,
    progress=True,
):
    """Train a dense network by mini-batch gradient descent, and report each epoch.

    Parameters
    ----------
    x_train : ndarray of shape (n_0, m)
        Floats, or pixels as bytes (uint8), which are scaled to [0, 1] batch by batch.
    y_train : float ndarray of shape (n_L, m)
        One-hot labels. Their dtype is that of the training.
    x_test : ndarray of shape (n_0, k)
        Floats or bytes. Images that the accuracy is measured on. Pass validation data here while
        you still choose settings.
    y_test : float ndarray of shape (n_L, k)
    layer_dims : sequence of int
        Units of each layer, input first: [784, 128, 64, 10].
    learning_rate : float
    num_epochs : int
        Passes over the training data.
    batch_size : int
    seed : int
        Fixes the initial weights and the order of the examples.
    progress : bool
        Show a progress bar, and a line for each epoch.

    Returns
    -------
    params : dict
        The trained weights and biases, in the dtype of y_train.
    train_losses : list of float
        For each epoch the mean loss over its examples, each taken just before
        the step that uses it.
    test_accuracies : list of float
        For each epoch the accuracy on x_test after its last step.

    Raises
    ------
    ValueError
        If shapes, dtypes or settings do not fit, or the data holds NaN.
    FloatingPointError
        If the loss, or a probability after the last step of an epoch, stops being a number,
        which a too large learning rate causes.
    """
    rng = np.random.default_rng(seed)
    params = initialize_parameters(layer_dims, rng, y_train.dtype)
    train_losses, test_accuracies = [], []
    epochs = range(1, num_epochs + 1)
    for epoch in tqdm(epochs, desc="Training", unit="epoch", leave=False, disable=not progress):
        loss_sum = 0
        for x_batch, y_batch in create_mini_batches(x_train, y_train, batch_size, rng):
            y_hat, cache = forward(x_batch, params)
            loss = compute_loss(y_hat, y_batch)
            check_loss(loss, epoch, learning_rate)
            grads = backward(y_batch, params, cache)
            update_parameters(params, grads, learning_rate)
            loss_sum += loss * y_batch.shape[1]
        train_losses.append(loss_sum / x_train.shape[1])
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
        if progress:
            tqdm.write(
                f"Epoch {epoch:2d}: loss {train_losses[-1]:.4f}, accuracy {test_accuracies[-1]:.4f}"
            )
    return params, train_losses, test_accuracies


def gradient_cosines(x, y, params, batch_sizes, num_batches=10, seed=0):
    """How far the gradients of random batches point the way of the gradient of all examples.

    Parameters
    ----------
    x : float ndarray of shape (n_0, m)
    y : float ndarray of shape (n_L, m)
    params : dict
    batch_sizes : sequence of int
        Each from 1 to m.
    num_batches : int
        How many batches of each size are drawn.
    seed : int

    Returns
    -------
    float ndarray of shape (len(batch_sizes), num_batches)
        The cosine of the angle between the two gradients, all slopes taken as one long vector.
    """

    def direction(x, y):
        gradient = flatten(backward(y, params, forward(x, params)[1]))
        return gradient / np.linalg.norm(gradient)

    rng = np.random.default_rng(seed)
    exact = direction(x, y)
    cosines = np.empty((len(batch_sizes), num_batches))
    for (row, column), _ in np.ndenumerate(cosines):
        batch = rng.choice(x.shape[1], batch_sizes[row], replace=False)
        cosines[row, column] = direction(x[:, batch], y[:, batch]) @ exact
    return cosines


def flatten(arrays):
    """All numbers of a network, or of its gradients, as one long vector.

    Parameters
    ----------
    arrays : dict of str to ndarray

    Returns
    -------
    ndarray of shape (p,)
        Array after array, in the order of the dict.
    """
    return np.concatenate([array.ravel() for array in arrays.values()])


def unflatten(vector, layer_dims):
    """The network whose numbers, array after array, are those of a vector.

    Parameters
    ----------
    vector : ndarray of shape (p,)
        As `flatten` returns it.
    layer_dims : sequence of int
        Units of each layer, input first.

    Returns
    -------
    dict of str to ndarray
        "W1", "b1", ...: views of the vector, no copies.

    Raises
    ------
    ValueError
        If the vector is longer or shorter than the network has numbers.
    """
    shapes = {}
    for layer, (fan_in, units) in enumerate(pairwise(layer_dims), start=1):
        shapes |= {f"W{layer}": (units, fan_in), f"b{layer}": (units, 1)}
    ends = np.cumsum([rows * columns for rows, columns in shapes.values()])
    if ends[-1] != len(vector):
        raise ValueError(f"vector must hold {ends[-1]} numbers, got {len(vector)}")
    parts = np.split(vector, ends[:-1])
    return {
        name: part.reshape(shape) for (name, shape), part in zip(shapes.items(), parts, strict=True)
    }


def training_path(x, y, layer_dims, learning_rate, num_epochs, batch_size, num_points=32, seed=42):
    """Train as `train_mnist` does, and keep the weights along the way.

    Parameters
    ----------
    x, y, layer_dims, learning_rate, num_epochs, batch_size, seed
        As for `train_mnist`, with x_train and y_train: the same seed gives the same training.
    num_points : int
        After how many steps, evenly spaced, the weights are kept. All, if there are fewer.

    Returns
    -------
    ndarray of shape (num_points + 1, p)
        The weights and biases as `flatten` returns them: first those of the start, and last those
        of the end.
    """
    num_steps = num_epochs * -(-x.shape[1] // batch_size)
    kept = set(np.linspace(0, num_steps, min(num_points, num_steps) + 1).astype(int).tolist())
    rng = np.random.default_rng(seed)
    params = initialize_parameters(layer_dims, rng, y.dtype)
    path = [flatten(params)]
    epochs = (create_mini_batches(x, y, batch_size, rng) for _ in range(num_epochs))
    for step, (x_batch, y_batch) in enumerate(chain.from_iterable(epochs), start=1):
        _, cache = forward(x_batch, params)
        update_parameters(params, backward(y_batch, params, cache), learning_rate)
        if step in kept:
            path.append(flatten(params))
    return np.array(path)


def loss_on_plane(x, y, layer_dims, corners, paths, num_cells=24):
    """The loss on the plane through three points, and the shadows that paths throw on it.

    Parameters
    ----------
    x : float ndarray of shape (n_0, m)
    y : float ndarray of shape (n_L, m)
    layer_dims : sequence of int
    corners : sequence of three ndarrays of shape (p,)
        Weights and biases as `flatten` returns them, not all on one line. The first is the origin
        of the map, and the second lies to the right of it.
    paths : dict of str to ndarray of shape (k, p)
        As from `training_path`.
    num_cells : int
        Of the grid, in each direction.

    Returns
    -------
    across, up : ndarrays of shape (num_cells + 1,)
        Where the loss is computed, as distances from the origin. All paths lie within.
    losses : ndarray of shape (num_cells + 1, num_cells + 1)
        A row for each place in `up`.
    shadows : dict of str to ndarray of shape (k, 2)
        Across and up, the point of the plane that is nearest to each point of a path.
    """
    origin, right, third = corners
    axes = [right - origin, third - origin]
    axes[0] = axes[0] / np.linalg.norm(axes[0])
    axes[1] = axes[1] - (axes[1] @ axes[0]) * axes[0]
    axes[1] = axes[1] / np.linalg.norm(axes[1])
    shadows = {name: (path - origin) @ np.transpose(axes) for name, path in paths.items()}
    points = np.concatenate(list(shadows.values()))
    low, high = points.min(axis=0), points.max(axis=0)
    margin = 0.08 * (high - low).max()
    across, up = np.linspace(low - margin, high + margin, num_cells + 1).T
    losses = np.empty((len(up), len(across)))
    for (row, column), _ in np.ndenumerate(losses):
        vector = origin + across[column] * axes[0] + up[row] * axes[1]
        losses[row, column] = compute_loss(forward(x, unflatten(vector, layer_dims))[0], y)
    return across, up, losses, shadows


@contract(params=layers)
def save_parameters(path, params):
    """Write weights and biases to one file, whole or not at all.

    Parameters
    ----------
    path : str or Path
        Where to write, usually ending in .npz. A file that is there is replaced.
    params : dict
        "W1", "b1", ... The file also says how many units each layer has, as "layer_dims".

    Raises
    ------
    ValueError
        If params is no network.
    OSError
        If the folder is missing or cannot be written, or the disk is full. A
        file that was there before is then as it was.
    """
    path = Path(path)
    # Written beside and then moved: a crash or a full disk leaves no half file.
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    content = io.BytesIO()
    # layer_dims comes first, so that no damage to a later entry of the file hides it.
    np.savez(content, layer_dims=layer_dims_of(params), **params)
    try:
        part.write_bytes(content.getbuffer())
        os.replace(part, path)
    except OSError as error:
        raise OSError(
            f"The weights could not be written to {path} ({error}). Check that the folder "
            "exists, that you may write to it, and that the disk has room."
        ) from error
    finally:
        # Where nothing could be written, there is nothing to remove either.
        with suppress(OSError):
            part.unlink()


def layer_dims_of(params):
    """The units of each layer, input first.

    Parameters
    ----------
    params : dict
        "W1", "b1", ...

    Returns
    -------
    list of int
        As `initialize_parameters` takes them: [784, 128, 64, 10].
    """
    biases = (params[f"b{layer}"] for layer in range(1, len(params) // 2 + 1))
    return [params["W1"].shape[1], *map(len, biases)]


def load_parameters(path):
    """Read what `save_parameters` wrote.

    Parameters
    ----------
    path : str or Path
        A file without "layer_dims", as older versions of the course wrote it, is read too. If
        its last layers are lost, nothing tells.

    Returns
    -------
    dict of str to ndarray
        "W1", "b1", ...

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is damaged, or holds something else.
    """
    try:
        content = Path(path).read_bytes()
    except FileNotFoundError:
        raise FileNotFoundError(
            f"There are no weights at {path}. Write them first with save_parameters."
        ) from None
    # Read first and unpacked then: whatever fails from here on is the content's fault. A
    # single damaged byte can raise any of these.
    damage = (ValueError, EOFError, TypeError, AttributeError, RuntimeError)
    try:
        with np.load(io.BytesIO(content)) as arrays:
            params = dict(arrays)
        saved_dims = params.pop("layer_dims", None)
        layers("params", params, {})
        if saved_dims is not None and saved_dims.tolist() != layer_dims_of(params):
            raise ValueError(
                f"its layers had {saved_dims.tolist()} units, and {layer_dims_of(params)} are left"
            )
    except (*damage, zipfile.BadZipFile) as error:
        raise ValueError(
            f"{path} does not hold a network's weights ({error}). Write them again with "
            "save_parameters."
        ) from error
    return params
