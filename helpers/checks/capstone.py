"""The check of the last exercise: beat the course."""

import numpy as np

from helpers.checks.probe import call, check, is_unwritten, require, require_given
from helpers.data import load_mnist_bytes

TARGET = 0.99


@check(
    "7.7",
    "The network has seen each digit in one place only. Show it every image a little moved, "
    "turned and bent, anew in every mini-batch, and train longer.",
    "Two hidden layers of 512 and 256 units, momentum 0.9, batches of 64, a learning rate that "
    "falls from 0.04 to 0, and some 30 epochs are enough, if the images are distorted.",
)
def check_capstone(predict, choices):
    """Check the validation figures behind the choices, and then the test accuracy."""
    require_given(choices, None if is_unwritten(predict) else predict, what="the answers are")
    choices = list(choices.items()) if isinstance(choices, dict) else choices
    _check_choices(choices)
    _, _, test_images, test_labels = load_mnist_bytes()
    predicted = np.asarray(call(predict, "on the test images", x=test_images.T / 255))
    require(
        predicted.shape == test_labels.shape,
        f"predict must give one digit for each image, so shape {test_labels.shape}, not "
        f"{predicted.shape}. Take argmax(axis=0) of the scores.",
    )
    accuracy = (predicted == test_labels).mean()
    require(
        accuracy > 0.5,
        f"only {accuracy:.2%} of the test images are right. Are these the digits, in the order of "
        "the images, and does predict see pixels from 0 to 1, as in training?",
    )
    require(
        accuracy >= TARGET,
        f"{accuracy:.2%} of the test images are right, the goal is {TARGET:.0%}. The test set is "
        "open now, so do not tune on it: go back to validation, and run hint for ideas.",
    )
    best = max(share for _, share in choices)
    require(
        best - accuracy < 0.01,
        f"your best validation figure is {best:.2%}, the test set says {accuracy:.2%}. Were the "
        "validation images among those that you trained on?",
    )


def _check_choices(choices):
    """The table of choices: at least four pairs of a name and a share, with a gain in the end."""
    is_table = isinstance(choices, (list, tuple)) and all(
        isinstance(pair, (list, tuple)) and len(pair) == 2 and isinstance(pair[0], str)
        for pair in choices
    )
    require(is_table, 'choices must be a list of pairs such as ("wider", 0.971).')
    require(
        all(isinstance(share, (float, int, np.number)) for _, share in choices),
        "each pair in choices must end with a number, the validation accuracy.",
    )
    require(
        all(share <= 1 for _, share in choices),
        "give the validation accuracy as a share, 0.971 for 97.1 %.",
    )
    require(
        len(choices) >= 4,
        f"choices has {len(choices)} lines. Give a start and at least three choices, each with its "
        "validation figure.",
    )
    require(
        len({round(float(share), 6) for _, share in choices}) > 1,
        "all your validation figures are the same. Measure each choice.",
    )
    require(
        choices[-1][1] > choices[0][1],
        "your last validation figure is not above the first. Then these choices have no ground: "
        "keep only what helps.",
    )
