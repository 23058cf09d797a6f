"""Checks of lesson 2's exercises."""

import numpy as np

from helpers import activations
from helpers.checks.probe import (
    CheckFailed,
    advising,
    attempt,
    check,
    compare,
    compare_answer,
    require,
    require_given,
    same_value,
)

# Negative, zero and positive scores, not square, beside a single score and whole numbers.
SCORES = {
    "with scores of both signs": {"z": np.array([[-2.0, 0.0, 0.5], [1.5, -0.3, 3.0]])},
    "with scores near 0": {"z": np.array([[0.01, -0.01, 0.2, -12.0, 12.0]])},
    "with a single score": {"z": np.array([[-1.2]])},
    "with a vector of whole numbers": {"z": np.array([-3, 0, 2])},
}
LARGE = {"with scores of 1000 and -1000": {"z": np.array([[1000.0, -1000.0, 0.2]])}}


@check(
    "2.2",
    "A score that is negative becomes 0. A score that is positive stays.",
    "np.maximum(a, b) takes the larger of two numbers, entry by entry.",
)
def check_relu(relu):
    """Check ReLU: z where z is positive, else 0."""
    compare(
        relu,
        activations.relu,
        SCORES | LARGE | {"with a score above 1000": {"z": np.array([[2500.0, -2500.0]])}},
    )


@check(
    "2.3",
    "The slope is 1 where ReLU rises, and 0 where it is flat.",
    "z > 0 is True or False for each entry; .astype(float) makes 1 and 0 of it.",
)
def check_relu_derivative(relu_derivative):
    """Check the slope of ReLU at the scores z."""
    compare(relu_derivative, activations.relu_derivative, SCORES | LARGE)


@check(
    "2.2",
    "The formula is 1 / (1 + exp(-z)). np.exp works entry by entry.",
    "To be safe for z = -1000, use 0.5 * (1 + np.tanh(z / 2)), which is the same function.",
)
def check_sigmoid(sigmoid):
    """Check the logistic function."""
    compare(sigmoid, activations.sigmoid, SCORES | LARGE)


@check(
    "2.3",
    "The slope can be written with the sigmoid itself. Call it s.",
    "The slope is s * (1 - s), with s = sigmoid(z).",
)
def check_sigmoid_derivative(sigmoid_derivative):
    """Check the slope of the sigmoid at the scores z."""
    compare(sigmoid_derivative, activations.sigmoid_derivative, SCORES | LARGE)


@check(
    "2.2",
    "NumPy has this function.",
    "np.tanh(z). The formula with exp overflows at z = 1000; np.tanh does not.",
)
def check_tanh(tanh):
    """Check the hyperbolic tangent."""
    compare(tanh, activations.tanh, SCORES | LARGE)


@check(
    "2.3",
    "The slope can be written with tanh itself. Call it t.",
    "The slope is 1 - t ** 2, with t = tanh(z).",
)
def check_tanh_derivative(tanh_derivative):
    """Check the slope of tanh at the scores z."""
    compare(tanh_derivative, activations.tanh_derivative, SCORES | LARGE)


@check(
    "2.4",
    "First take the largest score of each column away, then raise e to the rest.",
    "z.max(axis=0) has one number a column, and so has exponentials.sum(axis=0).",
)
def check_softmax(softmax):
    """Check softmax down each column."""
    scores = np.array([[2.0, -1.0], [0.5, 0.0], [-1.0, 3.0]])
    cases = {
        "with 3 classes and 2 examples": scores,
        "with a batch of one": scores[:, :1],
        "with scores of 1000 and -1000": np.array(
            [[1000.0, 1000.0, -1000.0, 3.0], [998.0, 0.0, -1001.0, 1000.0]]
        ),
        "with 1000 in the last row": np.array([[0.0], [1.0], [1000.0]]),
        "with ten scores, the first of them 1000": 1000 * np.eye(10)[:, :1],
        "with all scores near -1000": np.array([[-1000.0], [-1001.0]]),
        "with all scores near -400": np.array([[-400.0], [-401.0]]),
        "with whole numbers": np.array([[1, 0, 2], [3, 3, 0]]),
        "with scores above 1000": np.array([[2501.0], [2500.0]]),
    }
    axis = "Do you take the maximum or the sum over axis 1? Classes are rows, so it is axis 0."
    with advising({"could not be broadcast": axis}, alone=True):
        compare(softmax, activations.softmax, {phrase: {"z": z} for phrase, z in cases.items()})


@check(
    "2.4",
    "Dividing all scores by T changes their differences, and only differences count.",
    "At T = 0.001 neighbours are 1000 apart, at T = 100,000 nothing is. What are the shares of "
    "scores that are 1000 apart, and of equal ones?",
)
def check_temperature(cold, hot):
    """Check the predictions for the largest probability at T near 0 and T very large."""
    swapped = same_value((cold, hot), (0.25, 1))
    require(not swapped, "it is the other way round: a low temperature gives all to the winner.")
    compare_answer(
        cold,
        1,
        [
            (100, "give probabilities from 0 to 1, not per cent."),
            (0.25, "only a high temperature makes the shares even. Look at cold again."),
            (0, "near T = 0 the differences become huge. Who gets all then? Look at cold again."),
            (3, "this is a score. cold is a probability."),
            (3000, "this is a score. cold is a probability."),
        ],
        "cold is not right yet. Near T = 0 the largest score is thousands above the others.",
    )
    compare_answer(
        hot,
        1 / 4,
        [
            (25, "give probabilities from 0 to 1, not per cent."),
            (1, "a high temperature divides the differences away. What do equal scores get?"),
            (0, "the shares still sum to 1. What do equal scores get? Look at hot again."),
            (0.1, "there are four scores here, not ten. Look at hot again."),
            (0.5, "there are four scores here, not two. Look at hot again."),
            (3, "this is a score. hot is a probability."),
        ],
        "hot is not right yet. A high temperature divides the differences away.",
    )


@check(
    "2.4",
    "exp(-800) is 0 in float64. What is 0 / 0?",
    "Two examples are enough: one with scores near 1000, one with scores near 0.",
)
def check_broken_softmax(broken_softmax, scores):
    """Check that the student's scores bring out the bug of `broken_softmax`."""
    require_given(scores, what="the scores are")
    try:
        scores = np.asarray(scores)
    except ValueError:
        raise CheckFailed("the rows have different lengths. Each example is a column.") from None
    require(
        scores.dtype.kind in "iuf" and scores.ndim == 2 and scores.size > 0,
        "give a two-dimensional array of numbers, one column for each example.",
    )
    require(np.isfinite(scores).all(), "give finite scores: infinite ones break any softmax.")
    require(
        scores.shape[1] > 1,
        "one example alone never shows it: its largest score is the largest of all. Give two.",
    )
    outcome = attempt(broken_softmax, z=scores.astype(float))
    require(
        outcome.error is not None or np.isnan(outcome.value).any(),
        "broken_softmax gets these scores right. Which column is hurt when the maximum of "
        "another one is taken away?",
    )
