"""What students hand in for the last exercise."""

import numpy as np

from helpers.checks import check_capstone
from helpers.data import load_mnist_bytes
from mistakes import right_answer, wrong_answer

LABELS = load_mnist_bytes()[3].astype(int)
CHOICES = [("start", 0.965), ("wider", 0.97), ("momentum", 0.981), ("distortions", 0.99)]


def right_for(num_right):
    """A predict that gets this many test images right."""

    def predict(x):
        assert x.shape == (784, 10_000) and x.max() == 1
        return np.where(np.arange(10_000) < num_right, LABELS, (LABELS + 1) % 10)

    return predict


def unwritten(x):
    """The digit in each image."""
    ...


def probabilities(x):
    return np.eye(10)[:, LABELS]


def takes_bytes(x):
    return right_for(9930)(x / 255)


right_answer(check_capstone, right_for(9900), CHOICES)
right_answer(check_capstone, right_for(9934), dict(CHOICES))
right_answer(check_capstone, lambda x: list(right_for(9950)(x)), tuple(CHOICES))
wrong_answer(check_capstone, "still to be filled in", unwritten, CHOICES)
wrong_answer(check_capstone, "still to be filled in", right_for(9900), None)
wrong_answer(check_capstone, "98.99% of the test images", right_for(9899), CHOICES)
wrong_answer(check_capstone, "97.70% of the test images", right_for(9770), CHOICES)
wrong_answer(check_capstone, "pixels from 0 to 1", right_for(1000), CHOICES)
wrong_answer(check_capstone, "one digit for each image", probabilities, CHOICES)
wrong_answer(check_capstone, "it stops on the test images", takes_bytes, CHOICES)
wrong_answer(check_capstone, "list of pairs", right_for(9930), [0.96, 0.97, 0.98, 0.99])
wrong_answer(check_capstone, "as a share", right_for(9930), [(n, 100 * s) for n, s in CHOICES])
wrong_answer(check_capstone, "end with a number", right_for(9930), [(n, "?") for n, _ in CHOICES])
wrong_answer(check_capstone, "choices has 2 lines", right_for(9930), CHOICES[:2])
wrong_answer(check_capstone, "are the same", right_for(9930), [(n, 0.99) for n, _ in CHOICES])
wrong_answer(check_capstone, "not above the first", right_for(9930), CHOICES[::-1])
wrong_answer(check_capstone, "among those that", right_for(9900), [*CHOICES, ("all", 1.0)])
