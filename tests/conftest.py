"""Data that several test files share. It is loaded once, and no test may change it."""

import os

# Two files are tested at a time. Libraries that each start a thread for every core would then
# wait for one another. The results are the same for any number of threads.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest  # noqa: E402

from helpers.data import load_mnist_bytes, load_mnist_data  # noqa: E402


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


def pytest_collection_modifyitems(items):
    """Put the longest files first, so that one process does not wait for another in the end."""
    longest = ("test_lessons.py", "08_capstone.ipynb")
    items.sort(key=lambda item: item.path.name not in longest)
