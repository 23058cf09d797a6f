"""Data that several test files share. It is loaded once, and no test may change it."""

import pytest

from helpers.data import load_mnist_bytes, load_mnist_data


@pytest.fixture(scope="session")
def mnist_bytes():
    """The four uint8 arrays, read-only."""
    arrays = load_mnist_bytes()
    for array in arrays:
        array.flags.writeable = False
    return arrays


@pytest.fixture(scope="session")
def mnist():
    """X_train, Y_train, X_test, Y_test in float64, read-only."""
    arrays = load_mnist_data()
    for array in arrays:
        array.flags.writeable = False
    return arrays
