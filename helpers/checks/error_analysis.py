"""Checks of lesson 7's exercises."""

import inspect
import itertools
from collections.abc import Iterator

import numpy as np

from helpers.checks.probe import (
    CheckFailed,
    advising,
    check,
    compare,
    compare_answer,
    require,
    require_given,
    same_value,
)
from helpers.forward import forward

# What an error means in this lesson: its words, and the advice for it.
_TWO_CONDITIONS = {
    "truth value of an array": (
        "To join two conditions, write & and brackets: (labels == a) & (predicted == b)."
    )
}
_WRONG_AXIS = dict.fromkeys(
    # The first test batches have 4 and 5 classes.
    [
        "could not be broadcast",
        "boolean index did not match",
        "invalid index to scalar variable",
        "for axis 0 with size 4",
        "for axis 0 with size 5",
    ],
    "The columns of y_hat are images: with max and argmax, write axis=0, and pick some images as "
    "y_hat[:, ...].",
)


# Wrong precision and recall of the digit 8, and what they are.
_FIRST_NETWORK = {
    (0.75, 0.6): "you swapped the two. Precision asks about the images called 8.",
    (0.6, 0.6): "both are the precision. Recall asks about the images that are 8s: a row.",
    (0.75, 0.75): "both are the recall. Precision asks about the images called 8: a column.",
    (60, 75): "these are per cent. Give shares, from 0 to 1.",
    (75, 60): "these are per cent, and swapped. Give shares, precision first.",
    (30 / 200, 30 / 200): "you divided by all 200 images. Divide by the column's or row's sum.",
    (158 / 200, 158 / 200): "this is the accuracy, over all digits. Look at the 8s alone.",
    (170 / 200, 170 / 200): "you counted the images that are rightly not called 8. Leave them out.",
    (0.4, 0.25): "these are the shares of wrong answers. Take them away from 1.",
    (0.25, 0.4): "these are the shares of wrong answers, and swapped.",
    (1.5, 3): "you divided by the wrong answers only. A sum holds the right ones too.",
    (30, 30): "this is the count of right ones. Divide it by the column's or row's sum.",
    (50, 40): "these are the sums. Divide the 30 right ones by them.",
    (2 / 3, 2 / 3): "this is F1, a mean of both. Give the two by themselves.",
}
_LAZY_NETWORK = {
    (1, 0.2): "For the second you swapped the two: it misses no 8.",
    (20, 100): "For the second, give shares from 0 to 1.",
    (100, 20): "For the second, give shares from 0 to 1.",
    (1, 1): "The second calls 200 images 8, and most are none.",
    (0.2, 0.2): "How many of the 40 eights does the second miss?",
    (0.25, 1): "For the second's precision, divide by all 200 images, not by the 160 others.",
    (0.6, 1): "The second's precision is another one: it calls all 200 images 8.",
    (0, 1): "The second's precision is low, not 0: some of the 200 images are 8s.",
    (40, 40): "For the second you gave counts. Divide them.",
    (1 / 3, 1): "The three digits are not equally frequent: the second's precision is not 1 / 3.",
}


@check(
    "7.3",
    "Precision: of the images called 8. Recall: of the images that are 8s.",
    "Divide the 30 right ones by the sum of the column for precision, of the row for recall.",
)
def check_precision_and_recall_of_8(precision, recall, precision_always_8, recall_always_8):
    """Check the predictions for a network of three digits, and for one that always says 8."""
    answers = (precision, recall, precision_always_8, recall_always_8)
    require_given(*answers)
    for answer in answers:
        if isinstance(answer, str):
            raise CheckFailed(f"{answer!r} is text. Give a number from 0 to 1, without quotes.")
    otherwise = (
        "not right yet. 30 images are 8s and were called 8. How many were called 8 (the sum of "
        "a column), and how many are 8s (the sum of a row)?"
    )
    if same_value(precision, 0.6):
        otherwise = (
            "the precision is right, the recall not yet. For recall, divide by the number of "
            "images that are 8s, the sum of a row."
        )
    elif same_value(recall, 0.75):
        otherwise = (
            "the recall is right, the precision not yet. For precision, divide by the number of "
            "images that were called 8, the sum of a column."
        )
    compare_answer((precision, recall), (0.6, 0.75), _FIRST_NETWORK.items(), otherwise)
    start = "the first network is right. "
    compare_answer(
        (precision_always_8, recall_always_8),
        (0.2, 1),
        [(wrong, start + sentence) for wrong, sentence in _LAZY_NETWORK.items()],
        f"{start}The second calls all 200 images 8. How many are 8s, and how many 8s does it miss?",
    )


def _images(counts, seed):
    """Labels and predictions, mixed, with these counts in their confusion matrix."""
    counts = np.array(counts)
    rows, columns = np.indices(counts.shape).reshape(2, -1).repeat(counts.ravel(), axis=1)
    order = np.random.default_rng(seed).permutation(len(rows))
    return {"labels": rows[order], "predicted": columns[order]}


# Each image apart from the diagonal's comes from row to column; no two sums are equal. One class
# has no wrong answer in its column, another in its row: cut to whole numbers, their shares stay 1.
FOUR_CLASSES = _images([[5, 0, 2, 1], [2, 4, 3, 0], [0, 0, 6, 0], [3, 0, 0, 2]], seed=7)
# 2 is called and never occurs, 4 occurs and is never called, 5 does neither.
MISSING_CLASSES = _images(
    [
        [3, 1, 2, 0, 0, 0],
        [0, 2, 0, 2, 0, 0],
        [0, 0, 0, 0, 0, 0],
        [1, 0, 0, 4, 0, 0],
        [0, 1, 0, 3, 0, 0],
        [0, 0, 0, 0, 0, 0],
    ],
    seed=1,
)
TEN_CLASSES = {
    "labels": np.array([7, 2, 1, 0, 4, 1, 4, 9, 5, 9, 0, 6, 9, 0, 1, 5, 9, 7, 3, 4, 8, 8, 4, 9]),
    "predicted": np.array([7, 2, 1, 0, 4, 1, 9, 4, 5, 4, 0, 6, 9, 0, 1, 3, 7, 7, 3, 4, 5, 8, 4, 9]),
}
LABEL_CASES = {
    "with 4 classes": FOUR_CLASSES | {"num_classes": 4},
    "with 6 classes, some of which are missing": MISSING_CLASSES | {"num_classes": 6},
    "without num_classes, so with 10": TEN_CLASSES,
}
# Every class but 4 and 9 occurs, and one image of each is taken for the class that follows.
TWELVE_CLASSES = {
    "with 12 classes": {
        "labels": np.array([11, 0, 10, 10, 11, 1, 2, 3, 5, 6, 7, 8]),
        "predicted": np.array([11, 0, 10, 11, 0, 2, 3, 4, 6, 7, 8, 9]),
        "num_classes": 12,
    }
}


def _as_array(value):
    """An array for a list, tuple or generator of numbers: the student may return either."""
    value = list(value) if isinstance(value, Iterator) else value
    try:
        return np.array(value) if isinstance(value, (list, tuple)) else value
    except ValueError:  # parts of different lengths
        return value


def confusion_matrix(labels, predicted, num_classes=10):
    """A right answer, which the known mistakes change."""
    confusion = np.zeros((num_classes, num_classes), dtype=int)
    np.add.at(confusion, (labels, predicted), 1)
    return confusion


@check(
    "7.3",
    "Start from a matrix of zeros. Each image adds 1 to one place. Which one?",
    "Image i adds 1 at row labels[i], column predicted[i].",
)
@advising(_TWO_CONDITIONS)
def check_confusion_matrix(student):
    """Check the counts of each pair of true and predicted class."""
    cases = LABEL_CASES | {
        "with a single image": {"labels": np.array([2]), "predicted": np.array([0])},
        "with 300 images of one kind": _images([[2, 300], [1, 0]], seed=2) | {"num_classes": 2},
        "with 1,100 images of one kind": _images([[9, 0], [1100, 0]], seed=3) | {"num_classes": 2},
    }
    compare(student, confusion_matrix, cases | TWELVE_CLASSES, run=lambda f, *a: _as_array(f(*a)))


def _named(*names):
    """A run that gives the returned values by name, and says how many there are."""

    def run(function, *arguments):
        values = function(*arguments)
        if values is None or inspect.isroutine(values):
            return values
        sentence = "it returns a dict or a set. Return the values side by side, as in return a, b."
        require(not isinstance(values, (dict, set)), sentence)
        is_array = isinstance(values, np.ndarray) and values.shape[:1] == (len(names),)
        if is_array or isinstance(values, (tuple, Iterator)):
            values = list(values)
        elif not isinstance(values, list):
            values = [values]
        named = dict(zip(names, map(_as_array, values), strict=False))
        return {"the number of values": len(values)} | named

    return run


def precision_and_recall(labels, predicted, num_classes=10):
    """A right answer, which the known mistakes change."""
    confusion = confusion_matrix(labels, predicted, num_classes)
    right, called, true = np.diag(confusion), confusion.sum(axis=0), confusion.sum(axis=1)
    return tuple(right / np.maximum(whole, 1) for whole in (called, true))


# What a sentence on both says of one of them.
_ALONE = {
    "the precision": {
        "in both": "in the precision",
        "never called, or never occur": "never called",
        "were called this class (precision), or are of it (recall)": "were called this class",
    },
    "the recall": {
        "in both": "in the recall",
        "were never called, or never occur": "never occur",
        "were called this class (precision), or are of it (recall)": "are of this class",
    },
}


@check(
    "7.3",
    "For class k, count three things: the images called k, those that are k, and those that are "
    "both.",
    "Both divide the diagonal of the confusion matrix. Precision divides it by the sums of the "
    "columns, recall by the sums of the rows. Put 0 where such a sum is 0.",
)
def check_precision_and_recall(student):
    """Check precision and recall, one number for each class."""
    run = _named(*_ALONE)

    def hold(run):
        compare(student, precision_and_recall, LABEL_CASES | TWELVE_CLASSES, run=run)

    def alone(name):
        """What is wrong with one of them, or None."""

        def run_one(*arguments):
            facts = run(*arguments)
            other = _ALONE.keys() - {name}
            is_named = isinstance(facts, dict)
            return {n: f for n, f in facts.items() if n not in other} if is_named else facts

        try:
            hold(run_one)
        except CheckFailed as mistake:
            sentence = str(mistake)
            for of_both, of_one in _ALONE[name].items():
                sentence = sentence.replace(of_both, of_one)
            return sentence

    def run_both(*arguments):
        facts = run(*arguments)
        return tuple(facts.values()) if isinstance(facts, dict) else facts

    with advising(_TWO_CONDITIONS):
        try:
            hold(run_both)
        except CheckFailed as mistake:
            sentences = list(map(alone, _ALONE))
            if None in sentences or str(mistake).startswith("it goes wrong"):
                raise CheckFailed(next(filter(None, sentences))) from None
            raise


# No two counts are equal, in one direction or in both, so every order is clear.
CONFUSION = np.array(
    [
        [61, 11, 2, 19, 13],
        [26, 80, 14, 3, 7],
        [18, 22, 33, 23, 10],
        [15, 6, 1, 70, 30],
        [12, 28, 8, 17, 32],
    ]
)


def most_confused_pairs(confusion, num_pairs=5):
    """A right answer, which the known mistakes change."""
    pairs = []
    for a in range(len(confusion)):
        for b in range(a + 1, len(confusion)):
            pairs.append((a, b, confusion[a, b] + confusion[b, a]))
    pairs.sort(key=lambda pair: pair[2], reverse=True)
    return pairs[:num_pairs]


def _describe_pairs(function, confusion, *num_pairs):
    """What all right lists of pairs share. Equal counts may stand in any order."""
    pairs = function(confusion, *num_pairs)
    if pairs is None or inspect.isroutine(pairs):
        return pairs
    is_list = isinstance(pairs, (list, tuple, np.ndarray))
    kind = "generator" if isinstance(pairs, Iterator) else type(pairs).__name__
    kind = "a list" if is_list else f"a {kind}"
    facts = {"the kind of the result": kind}
    try:
        rows = np.array(pairs, dtype=float)
    except (TypeError, ValueError):
        parts = [part for entry in pairs if isinstance(entry, (list, tuple)) for part in entry]
        is_nested = any(isinstance(part, (list, tuple)) for part in parts)
        return facts | {"each entry": "a pair within the pair" if is_nested else "no three numbers"}
    if rows.size == 0:
        rows = rows.reshape(0, 3)
    facts["each entry"] = f"{' x '.join(map(str, rows.shape[1:])) or 1} numbers"
    if rows.shape[1:] != (3,):
        return facts | {"the list of pairs": rows}
    n = len(confusion)
    first = rows[: n * (n - 1) // 2]  # so many pairs there are
    a, b, counts = first.T
    largest = max([*a, *b], default=0)
    pairs = {*map(frozenset, first[:, :2])}
    are_turned = len({*map(tuple, first[:, :2])}) == len(first)  # (b, a) beside (a, b)
    out_of_range = "one too large" if largest == n else "no classes"
    places = tuple(np.clip([a, b], 0, n - 1).astype(int))
    facts |= {
        "the first two numbers": "classes" if largest < n else out_of_range,
        "the number of pairs of a class with itself": int((a == b).sum()),
        "each pair": "once" if len(pairs) == len(first) else "twice" if are_turned else "repeated",
        "each count": "of both directions"
        if np.array_equal((confusion + confusion.T)[places], counts)
        else "another one",
        "the smaller class": "in front" if (a <= b).all() else "not always in front",
    }
    groups = itertools.groupby(first.tolist(), key=lambda row: row[2])
    facts["the list of pairs"] = np.array([row for _, group in groups for row in sorted(group)])
    return facts | {"the number of pairs": len(rows)}


@check(
    "7.4",
    "4 called 9 and 9 called 4 are one pair. Where do the two counts stand in the matrix?",
    "For each a < b, the count is confusion[a, b] + confusion[b, a]. Collect (a, b, count), and "
    "sort by the count.",
)
def check_most_confused_pairs(student):
    """Check the pairs of classes with the most errors between them."""
    rare = np.array([[9, 3, 4, 1], [4, 8, 1, 0], [3, 1, 7, 2], [0, 2, 3, 6]])
    twelve = np.arange(144).reshape(12, 12) ** 2  # no two sums are equal here either
    compare(
        student,
        most_confused_pairs,
        {
            "with 5 classes and 3 pairs": {"confusion": CONFUSION, "num_pairs": 3},
            "with 4 classes and 2 pairs": {"confusion": CONFUSION[1:, 1:], "num_pairs": 2},
            "without num_pairs, so with 5": {"confusion": CONFUSION[:4, :4]},
            "with fewer pairs than num_pairs": {"confusion": CONFUSION[:3, :3], "num_pairs": 6},
            "where pairs have equal counts": {"confusion": rare, "num_pairs": 6},
            "with 12 classes": {"confusion": twelve, "num_pairs": 66},
        },
        run=_describe_pairs,
    )


def _probabilities(top, predicted, num_classes):
    """One column for each example: `top` for the predicted class, the rest for the others."""
    top, predicted = np.array(top), np.array(predicted)
    others = np.linspace(0.9, 1.1, num_classes - 1)[:, np.newaxis] * (1 - top) / (num_classes - 1)
    y_hat = np.empty((num_classes, len(top)))
    for i, k in enumerate(predicted):
        y_hat[:, i] = np.insert(others[:, i], k, top[i])
    return y_hat


def surest_mistakes(y_hat, labels, num_mistakes=10):
    """A right answer, which the known mistakes change."""
    confidence, predicted = y_hat.max(axis=0), y_hat.argmax(axis=0)
    order = np.argsort(-confidence, kind="stable")
    mistakes = order[predicted[order] != labels[order]][:num_mistakes]
    return mistakes


def _describe_positions(function, y_hat, labels, *num_mistakes):
    """What all right positions share. Equal probabilities may stand in any order."""
    found = _as_array(function(y_hat, labels, *num_mistakes))
    if not isinstance(found, np.ndarray) or not found.ndim:
        return (
            found if found is None or inspect.isroutine(found) else {"the list of positions": found}
        )
    num_wrong = np.sum(y_hat.argmax(axis=0) != labels)
    has_equals = len(np.unique(y_hat.max(axis=0))) < len(labels)
    return {
        "the list of positions": (np.sort(found) if has_equals else found)[:num_wrong],
        "the number of positions": len(found),
        "the type of the positions": "floats" if found.size and found.dtype.kind == "f" else "int",
    }


@check(
    "7.5",
    "Find the positions of the wrong answers first: np.flatnonzero(condition) gives them.",
    "Sort those positions: mistakes[np.argsort(-confidence[mistakes])], where confidence is "
    "y_hat.max(axis=0).",
)
@advising(_WRONG_AXIS, alone=True)
def check_surest_mistakes(student):
    """Check the positions of the wrong answers with the highest probability."""
    predicted = np.array([2, 0, 3, 1, 2, 3, 0, 1, 1, 2, 0, 3, 1])
    labels = np.array([2, 1, 0, 1, 3, 3, 2, 1, 0, 2, 3, 1, 1])
    top = [0.97, 0.52, 0.83, 0.46, 0.91, 0.99, 0.41, 0.88, 0.78, 0.64, 0.95, 0.58, 0.71]
    y_hat = _probabilities(top, predicted, 4)
    y_hat[:, 2] = [0.01, 0.15, 0.01, 0.83]  # a small lead over the second
    y_hat[:, 6] = [0.41, 0.38, 0.2, 0.01]  # the lowest are in another order
    twice = _probabilities(top[::-1] + [0.93 * t for t in top], [*predicted, *predicted], 4)
    cases = {
        "with 7 mistakes, of which 4 are asked for": (y_hat, labels, 4),
        "without num_mistakes, so with 10": (twice, np.tile(labels, 2)),
        "with fewer mistakes than num_mistakes": (y_hat, labels, 9),
        "with no mistake at all": (y_hat, predicted, 3),
        "with equal probabilities": (
            _probabilities([0.75, 0.5, 0.75, 0.875], [0, 1, 2, 1], 3),
            np.array([1, 0, 1, 2]),
            4,
        ),
        "with 12 classes": (
            _probabilities([0.97, 0.55, 0.83, 0.46], [11, 2, 10, 0], 12),
            np.array([2, 11, 9, 0]),
            3,
        ),
    }
    names = ("y_hat", "labels", "num_mistakes")
    cases = {phrase: dict(zip(names, case, strict=False)) for phrase, case in cases.items()}
    compare(student, surest_mistakes, cases, run=_describe_positions)


def calibration(y_hat, labels, num_bins=10):
    """A right answer, which the known mistakes change."""
    top, is_right = y_hat.max(axis=0), y_hat.argmax(axis=0) == labels
    edges = np.linspace(0, 1, num_bins + 1)
    bins = []
    for low, high in itertools.pairwise(edges):
        inside = (top > low) & (top <= high)
        if inside.any():
            bins.append((top[inside].mean(), is_right[inside].mean(), inside.sum()))
    confidence, accuracy, counts = np.transpose(bins)
    return confidence, accuracy, counts, np.average(abs(confidence - accuracy), weights=counts)


_CALIBRATION = ("the confidence", "the accuracy", "the count", "the error")


def _describe_bins(function, y_hat, labels, *num_bins):
    """The returned values by name, those of the bins together.

    Where an answer lies on the edge of two bins and may be in either of them, the sums over all
    bins.
    """
    facts = _named(*_CALIBRATION)(function, y_hat, labels, *num_bins)
    if not isinstance(facts, dict) or not facts.keys() >= {*_CALIBRATION}:
        return facts
    number, confidence, accuracy, counts, error = facts.values()
    bins = {"the sum of the counts": np.sum(counts)}
    inner_edges = np.linspace(0, 1, (num_bins or (10,))[0] + 1)[1:-1]
    if np.isin(y_hat.max(axis=0), inner_edges).any():
        for name, values in (("confidence", confidence), ("accuracy", accuracy)):
            bins[f"the sum of counts times {name}"] = np.sum(counts * values)
        error = error - np.average(abs(confidence - accuracy), weights=counts)
    else:
        bins |= dict(zip(_CALIBRATION, (confidence, accuracy, counts), strict=False))
    return {"the number of values": number, "the values of the bins": bins, "the error": error}


@check(
    "7.6",
    "Two arrays of shape (m,) are all you need: the highest probability of each column, and "
    "whether that class is the label. Then go through the bins one by one.",
    "With edges = np.linspace(0, 1, num_bins + 1), bin k holds the examples with top > edges[k] "
    "and top <= edges[k + 1]. np.average(distances, weights=counts) gives the error.",
)
@advising(_WRONG_AXIS, alone=True)
def check_calibration(student):
    """Check confidence, accuracy and count of each bin, and the expected calibration error."""
    of_3_bins = _probabilities(
        [0.97, 0.48, 0.83, 0.31, 0.91, 0.74, 0.41, 0.88, 0.29, 0.51, 0.32],
        [2, 0, 3, 1, 2, 3, 0, 1, 1, 2, 0],
        5,
    )
    of_5_bins = _probabilities(
        [0.18, 0.93, 0.46, 0.98, 0.55, 0.65, 0.85, 0.19, 0.96, 0.42, 0.88, 0.51, 0.99],
        [1, 0, 2, 0, 1, 2, 1, 0, 2, 2, 5, 1, 1],
        6,
    )
    labels_of_5 = np.array([1, 0, 2, 2, 0, 2, 1, 4, 2, 2, 3, 1, 0])
    top, predicted = [1, 0.4, 0.97, 0.61, 1, 0.86, 0.8, 1, 0.7], [2, 0, 1, 1, 0, 2, 2, 1, 0]
    labels = np.array([2, 0, 1, 0, 0, 2, 1, 0, 1])
    on_edge = _probabilities([*top, 0.75], [*predicted, 0], 3)
    of_12_classes = _probabilities([0.97, 0.55, 0.83, 0.46, 0.66], [11, 2, 10, 0, 4], 12)
    cases = {
        "with 3 bins": (of_3_bins, np.array([2, 3, 1, 1, 0, 3, 0, 1, 1, 2, 0]), 3),
        "with 5 bins, of which one is empty": (of_5_bins, labels_of_5, 5),
        "without num_bins, so with 10": (of_5_bins, labels_of_5),
        "with answers of probability 1": (_probabilities(top, predicted, 3), labels, 8),
        "with an answer on the edge of two bins": (on_edge, np.append(labels, 0), 8),
        "with 12 classes": (of_12_classes, np.array([2, 11, 9, 1, 3]), 4),
    }
    names = ("y_hat", "labels", "num_bins")
    cases = {phrase: dict(zip(names, case, strict=False)) for phrase, case in cases.items()}
    compare(student, calibration, cases, run=_describe_bins)


@check(
    "7.9",
    "Which digits does your country write in another way than the United States? Start with 1.",
    "A 1 with a long upstroke and no foot, or a 0 with sharp corners, is often enough.",
)
def check_drawing(network, strokes, digit):
    """7.F: strokes that a reader takes for `digit`, and the network does not."""
    # Imported here, because scikit-learn, which it brings, takes a second, and no other check
    # needs it.
    from helpers.error_analysis import picture_of_strokes, prepare_digit

    require_given(strokes, digit)
    require(not isinstance(strokes, str), "strokes is text. Paste the list without quotes.")
    require(
        not np.array_equal(strokes, []),
        "strokes is empty. Draw on the pad, run the cell below it again, and copy what it prints.",
    )
    try:
        shapes = [np.asarray(stroke, dtype=float).shape for stroke in strokes]
    except (TypeError, ValueError):
        shapes = [()]
    require(
        set(shapes) != {(2,)}, "strokes is a single stroke. Put it into one more pair of brackets."
    )
    require(
        all(len(shape) == 2 and shape[1] == 2 for shape in shapes),
        "strokes must be a list of strokes, each a list of points [x, y].",
    )
    require(
        isinstance(digit, (int, np.integer)) and 0 <= digit <= 9,
        "digit must be a whole number from 0 to 9: the digit that you drew.",
    )
    picture = picture_of_strokes(strokes)
    require(picture.any(), "these strokes lie outside of the pad. Copy them as they are printed.")
    answer = int(forward(prepare_digit(picture), network)[0].argmax())
    require(
        answer != digit,
        f"you drew a {digit}, and the network says {answer} too. Change the drawing bit by bit, "
        "so that you can still read it.",
    )
    print(f"The network says {answer}. Now ask somebody else: do they read a {digit}?")
