"""The trained network that ships with the course: `python -m helpers.trained_network` trains it.

It is the network of lesson 5: `train_mnist` with its defaults, on all 60,000 training images.
"""

import sys

import numpy as np

from helpers.data import SHIPPED_FOLDER, load_mnist_bytes, one_hot
from helpers.training_loop import (
    layer_dims_of,
    load_parameters,
    save_parameters,
    train_mnist,
)

WEIGHTS = SHIPPED_FOLDER / "weights.npz"
LAYER_DIMS = [784, 128, 64, 10]


def load_trained_network():
    """Read the weights and biases of the trained network.

    Returns
    -------
    dict of str to ndarray
        "W1" of shape (128, 784), "b1" of shape (128, 1), and so on to "W3" and "b3". They are
        stored as float32, half the bytes, and come as float64, in which the course computes.

    Raises
    ------
    FileNotFoundError
        If the file is missing.
    ValueError
        If the file is damaged, or holds another network. Each error says what to type.
    """
    python = f'"{sys.executable}"' if " " in sys.executable else sys.executable
    restore = f"Restore them: in a terminal, type {python} -m helpers.trained_network"
    try:
        params = load_parameters(WEIGHTS)
    except FileNotFoundError:
        raise FileNotFoundError(f"The trained weights {WEIGHTS} are missing. {restore}") from None
    except ValueError as error:
        raise ValueError(f"The trained weights {WEIGHTS} are damaged. {restore}") from error
    if layer_dims_of(params) != LAYER_DIMS:
        raise ValueError(
            f"The trained weights {WEIGHTS} are of a network with {layer_dims_of(params)} units, "
            f"expected {LAYER_DIMS}. {restore}"
        )
    return {name: array.astype(np.float64) for name, array in params.items()}


def train_network():
    """Train the network anew, which takes about a minute.

    Returns
    -------
    params : dict of str to ndarray
        In float64.
    test_accuracy : float
        After the last epoch.
    """
    images, labels, test_images, test_labels = load_mnist_bytes()
    params, _, accuracies = train_mnist(
        images.T, one_hot(labels), test_images.T, one_hot(test_labels), LAYER_DIMS
    )
    return params, accuracies[-1]


def main():
    """Train the network anew, and write its weights where `load_trained_network` reads them."""
    params, _ = train_network()
    save_parameters(WEIGHTS, {name: array.astype(np.float32) for name, array in params.items()})
    print(f"{WEIGHTS} holds the trained network.")


if __name__ == "__main__":
    main()
