"""Checks of lesson 2's exercises."""

import numpy as np

from helpers import activations
from helpers.checks.probe import (
    ADVICE,
    CheckFailed,
    attempt,
    check,
    compare,
    compare_answer,
    find_problem,
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


CUT_OFF = (
    "whole numbers come out cut off: np.zeros_like(z) keeps z's type, whole numbers. Make the "
    "array with np.zeros(z.shape)."
)


def _cut_off(right):
    """What comes out if the results are put into an array of the type of z."""
    return lambda z: right(z).astype(z.dtype)


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
        [
            (
                "you kept the smaller of 0 and z: the negative scores. Keep the larger.",
                lambda z: np.minimum(z, 0),
            ),
            ("you dropped the sign. A negative score becomes 0.", np.abs),
            (
                "this is the slope, 0 or 1. ReLU itself keeps the positive scores.",
                lambda z: (z > 0).astype(float),
            ),
            (
                "you left the negative scores out. Set them to 0, so that the shape stays.",
                lambda z: z[z > 0],
            ),
            (
                "you left the negative scores out. Set them to 0, so that the shape stays.",
                lambda z: z[z >= 0],
            ),
            (
                "np.max gives one number, the largest of all. np.maximum goes entry by entry.",
                lambda z: max(z.max(), 0),
            ),
            (
                "you let a part of the negative scores through: a leaky ReLU. Here they become 0.",
                lambda z: np.where(z > 0, z, 0.01 * z),
            ),
            (
                "you let a part of the negative scores through: a leaky ReLU. Here they become 0.",
                lambda z: np.where(z > 0, z, 0.1 * z),
            ),
            (
                "you let a part of the negative scores through: a leaky ReLU. Here they become 0.",
                lambda z: np.where(z > 0, z, 0.2 * z),
            ),
            ("you cut the scores off at 1. ReLU has no upper end.", lambda z: np.clip(z, 0, 1)),
            ("this is the sigmoid. ReLU is max(0, z).", activations.sigmoid),
            (
                "you lost the digits after the point: somewhere an array holds whole numbers. "
                "Make it with np.zeros(z.shape), and write 0.0 for 0 in np.vectorize.",
                lambda z: np.maximum(z, 0).astype(int),
            ),
            ("z came back as it was. Its negative scores become 0.", lambda z: z),
            ("the sign is turned around: this is ReLU of -z.", lambda z: np.maximum(0, -z)),
        ],
    )


@check(
    "2.3",
    "The slope is 1 where ReLU rises, and 0 where it is flat.",
    "z > 0 is True or False for each entry; .astype(float) makes 1 and 0 of it.",
)
def check_relu_derivative(relu_derivative):
    """Check the slope of ReLU at the scores z."""
    compare(
        relu_derivative,
        activations.relu_derivative,
        SCORES | LARGE,
        [
            (
                "at exactly 0 your slope is 1. The course takes 0 there: write > for >=.",
                lambda z: (z >= 0).astype(float),
            ),
            (
                "at exactly 0 your slope is one half. The course takes 0 there, as PyTorch does.",
                lambda z: np.heaviside(z, 0.5),
            ),
            ("this is ReLU itself. Its slope is 1 or 0.", lambda z: np.maximum(0, z)),
            (
                "you turned 0 and 1 around. The slope is 1 where z is positive.",
                lambda z: (z <= 0).astype(float),
            ),
            (
                "your slope is 1 for negative scores. ReLU is flat there, so it is 0.",
                lambda z: (z < 0).astype(float),
            ),
            (
                "your slope is 1 everywhere. ReLU is flat for negative scores. If you compared "
                "the activation with >= 0: it is never negative, so that is always true.",
                lambda z: np.ones(z.shape),
            ),
            ("this is the sign of z. For negative scores the slope is 0, not -1.", np.sign),
            ("this is the slope of the sigmoid.", activations.sigmoid_derivative),
            ("this is the slope of tanh.", activations.tanh_derivative),
            (
                "this is the slope of a leaky ReLU. Here it is 0 for negative scores.",
                lambda z: np.where(z > 0, 1, 0.01),
            ),
            (
                "you gave slopes for the positive scores only. Give one for each entry of z.",
                lambda z: np.ones(int((z > 0).sum())),
            ),
            (
                "small positive scores get the slope 0. It changes exactly at 0: compare with 0, "
                "and do not round.",
                lambda z: (z > 1).astype(float),
            ),
            (
                "small positive scores get the slope 0. It changes exactly at 0: compare with 0, "
                "and do not round.",
                lambda z: (z >= 1).astype(float),
            ),
            (
                "small positive scores get the slope 0. It changes exactly at 0: compare with 0, "
                "and do not round.",
                lambda z: (z > 0.1).astype(float),
            ),
            (
                "you gave one slope for the whole array. Give one for each entry of z.",
                lambda z: float((z > 0).all()),
            ),
        ],
    )


@check(
    "2.2",
    "The formula is 1 / (1 + exp(-z)). np.exp works entry by entry.",
    "To be safe for z = -1000, use 0.5 * (1 + np.tanh(z / 2)), which is the same function.",
)
def check_sigmoid(sigmoid):
    """Check the logistic function."""
    compare(
        sigmoid,
        activations.sigmoid,
        SCORES | LARGE,
        [
            (
                "you left out the minus: this is 1 / (1 + exp(z)), which falls.",
                lambda z: 1 / (1 + np.exp(1.0 * z)),
            ),
            (
                "exp(z) / (1 + exp(z)) is right on paper, but exp(1000) is infinite, and "
                "infinity / infinity is nan. Use 1 / (1 + exp(-z)).",
                lambda z: np.exp(1.0 * z) / (1 + np.exp(1.0 * z)),
            ),
            ("this is exp(-z). Add 1, and take 1 over the sum.", lambda z: np.exp(-1.0 * z)),
            (
                "this is 1 + exp(-z). Take 1 over all of it, in brackets: 1 / (1 + exp(-z)).",
                lambda z: 1 + np.exp(-1.0 * z),
            ),
            ("this is tanh, from -1 to 1. The sigmoid goes from 0 to 1.", np.tanh),
            ("this is the slope of the sigmoid.", activations.sigmoid_derivative),
            (
                "you left out the half of z: it is 0.5 * (1 + tanh(z / 2)).",
                lambda z: 0.5 * (1 + np.tanh(z)),
            ),
            (
                "you left out the factor one half: it is 0.5 * (1 + tanh(z / 2)).",
                lambda z: 1 + np.tanh(z / 2),
            ),
            (
                "this is 1 / (1 - exp(-z)). The sign in the middle is a plus.",
                lambda z: 1 / (1 - np.exp(-1.0 * z)),
            ),
            (
                "this is a softmax: your numbers share out 1. The sigmoid looks at each score "
                "by itself.",
                lambda z: np.exp(z - z.max(axis=0)) / np.exp(z - z.max(axis=0)).sum(axis=0),
            ),
            (
                "you rounded to 0 and 1. The sigmoid gives all values between.",
                lambda z: np.round(activations.sigmoid(z)),
            ),
            (
                "you rounded to 0 and 1. The sigmoid gives all values between.",
                lambda z: (z > 0).astype(float),
            ),
            ("you used 2 for e. np.exp(-z) is e to the -z.", lambda z: 1 / (1 + 2.0 ** (-z))),
            *(
                (
                    "you cut the scores off too near to 0, so larger ones come out wrong.",
                    lambda z, end=end: activations.sigmoid(np.clip(z, -end, end)),
                )
                for end in (1, 5, 10)
            ),
            (CUT_OFF, _cut_off(activations.sigmoid)),
        ],
    )


@check(
    "2.3",
    "The slope can be written with the sigmoid itself. Call it s.",
    "The slope is s * (1 - s), with s = sigmoid(z).",
)
def check_sigmoid_derivative(sigmoid_derivative):
    """Check the slope of the sigmoid at the scores z."""
    s = activations.sigmoid
    compare(
        sigmoid_derivative,
        activations.sigmoid_derivative,
        SCORES | LARGE,
        [
            (
                "you took z for the sigmoid of z. In s * (1 - s), s is sigmoid(z).",
                lambda z: z * (1.0 - z),
            ),
            ("this is the sigmoid itself, not its slope.", s),
            ("this is 1 - s. Multiply it with s.", lambda z: 1 - s(z)),
            ("this is s * s. The slope is s * (1 - s).", lambda z: s(z) ** 2),
            (
                "this is 1 - s * s, which is tanh's pattern. Here it is s * (1 - s).",
                lambda z: 1 - s(z) ** 2,
            ),
            ("this is the slope of tanh.", activations.tanh_derivative),
            (
                "this is s * (1 + s). The sign in the middle is a minus.",
                lambda z: s(z) * (1 + s(z)),
            ),
            (
                "the sign is turned around: the sigmoid rises everywhere.",
                lambda z: -s(z) * (1 - s(z)),
            ),
            (
                "you applied the sigmoid twice. In s * (1 - s), s is sigmoid(z).",
                lambda z: s(s(z)) * (1 - s(s(z))),
            ),
            (
                "your slope is 1 at z = 0, as if scaled. It is s * (1 - s), at most 1/4.",
                lambda z: 4 * s(z) * (1 - s(z)),
            ),
            ("this is the slope of ReLU.", activations.relu_derivative),
            ("this is exp(-z) over 1 + exp(-z). The lower part is squared.", lambda z: s(-z)),
            (
                "exp(-z) / (1 + exp(-z))^2 is right on paper, but at z = -1000 it is infinity / "
                "infinity, so nan. Use s * (1 - s).",
                lambda z: np.exp(-1.0 * z) / (1 + np.exp(-1.0 * z)) ** 2,
            ),
            ("the brackets are missing: s * 1 - s is 0.", lambda z: 0.0 * z),
            ("the second factor is 1 - s, not 1 - z.", lambda z: s(z) * (1 - z)),
            ("the first factor is s, not z.", lambda z: z * (1 - s(z))),
            (CUT_OFF, _cut_off(activations.sigmoid_derivative)),
        ],
    )


@check(
    "2.2",
    "NumPy has this function.",
    "np.tanh(z). The formula with exp overflows at z = 1000; np.tanh does not.",
)
def check_tanh(tanh):
    """Check the hyperbolic tangent."""
    up, down = (lambda z: np.exp(1.0 * z)), (lambda z: np.exp(-1.0 * z))
    compare(
        tanh,
        np.tanh,
        SCORES | LARGE,
        [
            (
                "the formula is right on paper, but exp(1000) is infinite, and infinity / "
                "infinity is nan. Use np.tanh.",
                lambda z: (up(z) - down(z)) / (up(z) + down(z)),
            ),
            (
                "the formula is right on paper, but exp(2000) is infinite, and infinity / "
                "infinity is nan. Use np.tanh.",
                lambda z: (up(2 * z) - 1) / (up(2 * z) + 1),
            ),
            ("this is the sigmoid, from 0 to 1. tanh goes from -1 to 1.", activations.sigmoid),
            ("this is the slope of tanh.", activations.tanh_derivative),
            ("this is np.tan, from another family. The h in tanh matters.", np.tan),
            ("this is sinh, the upper part alone. Divide it by cosh.", np.sinh),
            ("this is np.arctan, which ends at 1.57. tanh ends at 1.", np.arctan),
            ("the sign is turned around: tanh rises.", lambda z: -np.tanh(z)),
            (
                "this is tanh(z / 2). In 2 sigmoid(2 z) - 1, the inner 2 counts too.",
                lambda z: np.tanh(z / 2),
            ),
            ("this is 2 sigmoid(2 z). Take 1 away.", lambda z: 1 + np.tanh(z)),
            ("you turned plus and minus around: this is 1 / tanh(z).", lambda z: 1 / np.tanh(z)),
            ("you cut z off at -1 and 1. tanh bends there gently.", lambda z: np.clip(z, -1, 1)),
            ("this is the sign of z. tanh gives all values from -1 to 1.", np.sign),
            (
                "the brackets are missing: a - b / c + d divides b by c alone. And the formula "
                "overflows at 1000: use np.tanh.",
                lambda z: up(z) - down(z) / up(z) + down(z),
            ),
            (CUT_OFF, _cut_off(np.tanh)),
        ],
    )


@check(
    "2.3",
    "The slope can be written with tanh itself. Call it t.",
    "The slope is 1 - t ** 2, with t = tanh(z).",
)
def check_tanh_derivative(tanh_derivative):
    """Check the slope of tanh at the scores z."""
    compare(
        tanh_derivative,
        activations.tanh_derivative,
        SCORES | LARGE,
        [
            ("you took z for tanh(z). In 1 - t ** 2, t is tanh(z).", lambda z: 1 - z**2.0),
            ("this is tanh itself, not its slope.", np.tanh),
            ("the square is missing: it is 1 - t ** 2.", lambda z: 1 - np.tanh(z)),
            ("this is t ** 2. Take it away from 1.", lambda z: np.tanh(z) ** 2),
            ("* 2 doubles, and ** 2 squares: it is 1 - t ** 2.", lambda z: 1 - 2 * np.tanh(z)),
            (
                "this is t * (1 - t), which is sigmoid's pattern. Here it is 1 - t ** 2.",
                lambda z: np.tanh(z) * (1 - np.tanh(z)),
            ),
            ("this is the slope of the sigmoid.", activations.sigmoid_derivative),
            ("the sign in the middle is a minus: 1 - t ** 2.", lambda z: 1 + np.tanh(z) ** 2),
            ("the sign is turned around: tanh rises everywhere.", lambda z: np.tanh(z) ** 2 - 1),
            (
                "you applied tanh twice. In 1 - t ** 2, t is tanh(z).",
                lambda z: 1 - np.tanh(np.tanh(z)) ** 2,
            ),
            ("this is the slope of ReLU.", activations.relu_derivative),
            (
                "this is a quarter of the slope. tanh rises with slope 1 at z = 0.",
                lambda z: (1 - np.tanh(z) ** 2) / 4,
            ),
            (
                "1 / cosh(z) has to be squared.",
                lambda z: np.sqrt(1 - np.tanh(z) ** 2),
            ),
            ("the square belongs to t alone: 1 - t ** 2.", lambda z: (1 - np.tanh(z)) ** 2),
            (CUT_OFF, _cut_off(activations.tanh_derivative)),
            (
                "you took tanh of z ** 2. The square belongs to tanh(z).",
                lambda z: 1 - np.tanh(z**2),
            ),
        ],
    )


def _softmax_over(axis, shift):
    """A softmax that sums over `axis`, after taking away shift(z)."""

    def wrong(z):
        exponentials = np.exp(1.0 * z - shift(z))
        return exponentials / exponentials.sum(axis=axis, keepdims=True)

    return wrong


@check(
    "2.4",
    "First take the largest score of each column away, then raise e to the rest.",
    "z.max(axis=0) has one number a column, and so has exponentials.sum(axis=0).",
)
def check_softmax(softmax):
    """Check softmax down each column."""
    scores = np.array([[2.0, -1.0], [0.5, 0.0], [-1.0, 3.0]])
    nothing, whole = (lambda z: 0.0), (lambda z: z.max())
    columns = lambda z: z.max(axis=0, keepdims=True)  # noqa: E731
    rows = lambda z: z.max(axis=-1, keepdims=True)  # noqa: E731
    outcome = attempt(softmax, z=scores)
    if "could not be broadcast" in str(outcome.error):
        problem = find_problem(outcome, None, "with 3 classes and 2 examples")
        axis = (
            ". Do you take the maximum or the sum over axis 1? Classes are rows, so it is axis 0."
        )
        raise CheckFailed(problem.replace(dict(ADVICE)["could not be broadcast"], axis))
    compare(
        softmax,
        activations.softmax,
        {
            "with 3 classes and 2 examples": {"z": scores},
            "with a batch of one": {"z": scores[:, :1]},
            "with scores of 1000 and -1000": {
                "z": np.array([[1000.0, 1000.0, -1000.0, 3.0], [998.0, 0.0, -1001.0, 1000.0]])
            },
            "with 1000 in the last row": {"z": np.array([[0.0], [1.0], [1000.0]])},
            "with ten scores, the first of them 1000": {"z": 1000 * np.eye(10)[:, :1]},
            "with all scores near -1000": {"z": np.array([[-1000.0], [-1001.0]])},
            "with whole numbers": {"z": np.array([[1, 0, 2], [3, 3, 0]])},
            "with scores above 1000": {"z": np.array([[2501.0], [2500.0]])},
        },
        [
            (
                "your columns do not sum to 1: you normalised over the batch. Sum over axis 0.",
                _softmax_over(-1, rows),
            ),
            (
                "your columns do not sum to 1: you normalised over the batch. Sum over axis 0.",
                _softmax_over(-1, whole),
            ),
            (
                "your columns do not sum to 1: you normalised over the batch. Sum over axis 0.",
                _softmax_over(-1, columns),
            ),
            (
                "you normalised over the batch, and large scores overflow. Sum over axis 0, and "
                "take the largest score of each column away first.",
                _softmax_over(-1, nothing),
            ),
            (
                "your probabilities sum to 1 over the whole batch. Sum over axis 0, so that each "
                "column sums to 1.",
                _softmax_over(None, whole),
            ),
            (
                "your probabilities sum to 1 over the whole batch. Sum over axis 0, so that each "
                "column sums to 1.",
                _softmax_over(None, columns),
            ),
            (
                "your probabilities sum to 1 over the whole batch, and large scores overflow. Sum "
                "over axis 0, and take the largest score of each column away first.",
                _softmax_over(None, nothing),
            ),
            (
                "exp(1000) is infinite, and infinity / infinity is nan. Take the largest score of "
                "each column away first, its value and not its position: z.max(axis=0).",
                _softmax_over(0, nothing),
            ),
            (
                "you took one maximum for the whole batch away. A column far below it becomes "
                "0 / 0. Take the largest score of each column: z.max(axis=0).",
                _softmax_over(0, whole),
            ),
            (
                "you took the largest score of each row away, so the columns are shifted unevenly. "
                "Take z.max(axis=0).",
                _softmax_over(0, rows),
            ),
            *(
                (
                    f"you took {what} of each column away. Then a score can still be 1000 too "
                    "large. Take the largest away: z.max(axis=0).",
                    _softmax_over(0, shift),
                )
                for what, shift in (
                    ("the smallest score", lambda z: z.min(axis=0)),
                    ("the mean", lambda z: z.mean(axis=0)),
                    ("the median", lambda z: np.median(z, axis=0)),
                    ("the first score", lambda z: z[0]),
                    ("the last score", lambda z: z[-1]),
                    ("the sum", lambda z: z.sum(axis=0)),
                    ("the largest size, without its sign,", lambda z: abs(z).max(axis=0)),
                )
            ),
            (
                "you shift only when a score is large. When all are near -1000, each exp is 0. "
                "Take the largest of each column away always.",
                _softmax_over(0, lambda z: columns(z) * (z.max() > 700)),
            ),
            (
                "you shift only when a score is large. When all are near -1000, each exp is 0. "
                "Take the largest of each column away always.",
                _softmax_over(0, lambda z: np.maximum(columns(z), 0)),
            ),
            (
                "the shift stands outside of exp: it is np.exp(z - z.max(axis=0)).",
                lambda z: (np.exp(z) - columns(z)) / (np.exp(z) - columns(z)).sum(axis=0),
            ),
            (
                "the shift is only below the line. Use the same shifted scores above and below.",
                lambda z: np.exp(z) / np.exp(z - columns(z)).sum(axis=0),
            ),
            (
                "the shift is only above the line. Use the same shifted scores above and below.",
                lambda z: np.exp(z - columns(z)) / np.exp(z).sum(axis=0),
            ),
            (
                "you divided by the sum of the scores. Divide by the sum of their exponentials.",
                lambda z: np.exp(z - columns(z)) / z.sum(axis=0),
            ),
            (CUT_OFF, _cut_off(activations.softmax)),
            (
                "you divided the scores by their sum. Raise e to the scores first.",
                lambda z: z / z.sum(axis=0),
            ),
            (
                "your columns do not sum to 1. Divide each by its sum, exponentials.sum(axis=0).",
                lambda z: np.exp(z - columns(z)),
            ),
            (
                "your columns do not sum to 1. Divide each by its sum, exponentials.sum(axis=0).",
                lambda z: np.exp(1.0 * z),
            ),
            (
                "these are logarithms of probabilities. Leave the logarithm out.",
                lambda z: np.log(activations.softmax(z)),
            ),
            (
                "each score is treated by itself: this is the sigmoid.",
                activations.sigmoid,
            ),
            (
                "the sign is turned around: the largest score gets the smallest probability.",
                lambda z: activations.softmax(-z),
            ),
            (
                "you used 2 for e. np.exp(z) is e to the z.",
                lambda z: 2.0 ** (z - columns(z)) / (2.0 ** (z - columns(z))).sum(axis=0),
            ),
            (
                "this is all or nothing: 1 for the largest score. Softmax shares 1 out.",
                lambda z: (z == columns(z)).astype(float),
            ),
            (
                "you cut the scores off before exp. That changes the shares of large scores. Take "
                "the largest score of each column away instead.",
                lambda z: _softmax_over(0, nothing)(np.clip(z, -500, 500)),
            ),
            (
                "you cut the scores off before exp. That changes the shares of large scores. Take "
                "the largest score of each column away instead.",
                lambda z: _softmax_over(0, nothing)(np.clip(z, -100, 100)),
            ),
            *(
                (
                    "you cut the scores off before exp. That changes the shares of large scores. "
                    "Take the largest score of each column away instead.",
                    lambda z, end=end: _softmax_over(0, nothing)(np.minimum(z, end)),
                )
                for end in (100, 500, 700, 709)
            ),
            (
                "the result is turned over: classes are rows, examples are columns.",
                lambda z: activations.softmax(z).T,
            ),
        ],
    )


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
