"""Checks of lesson 7's exercises."""

import contextlib
import functools
import inspect
import itertools
from collections.abc import Iterator

import numpy as np

from helpers.checks.probe import (
    ADVICE,
    CheckFailed,
    attempt,
    call,
    check,
    compare,
    compare_answer,
    find_problem,
    require,
    require_given,
    same_value,
)
from helpers.forward import forward


def _with_lists(function):
    """The same version, but lists for its arrays. An array equals a list, but not the reverse."""

    def run(*arguments):
        result = function(*arguments)
        if isinstance(result, tuple):
            return tuple(part.tolist() if hasattr(part, "tolist") else part for part in result)
        return result.tolist() if hasattr(result, "tolist") else result

    return run


# What an error means in this lesson: its words, and the advice for it.
_TWO_CONDITIONS = {
    "truth value of an array": (
        " To join two conditions, write & and brackets: (labels == a) & (predicted == b)."
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
    " The columns of y_hat are images: with max and argmax, write axis=0.",
)


def _reword(sentence, names=(), advice=None):
    """Put names for the numbers of the returned values, and this lesson's advice for an error."""
    for number, name in enumerate(names, start=1):
        sentence = sentence.replace(f"returned value {number} ", f"{name} ")
    for words, meaning in (advice or {}).items():
        if words in sentence and meaning not in sentence:
            if advice is _WRONG_AXIS:  # here the general advice would lead astray
                for _, general in ADVICE:
                    sentence = sentence.replace(general, ".")
            sentence += meaning if sentence.endswith(".") else f".{meaning}"
    return sentence


@contextlib.contextmanager
def _advice(advice):
    """In what a check says of an error, put this lesson's advice."""
    try:
        yield
    except CheckFailed as mistake:
        raise CheckFailed(_reword(str(mistake), advice=advice)) from None


# COMPARE
def _compare(function, right, cases, known_wrong, names=(), advice=None):
    """`compare`, with lists so that arrays, lists and tuples pass, in this lesson's words."""
    as_lists = [(sentence, _with_lists(wrong)) for sentence, wrong in known_wrong]
    try:
        compare(function, _with_lists(right), cases, as_lists)
    except CheckFailed as mistake:
        raise CheckFailed(_reword(str(mistake), names, advice)) from None


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
    compare_answer(
        (precision, recall),
        (0.6, 0.75),
        [
            (
                (0.75, 0.6),
                "you swapped the two. Precision asks about the images that were called 8.",
            ),
            (
                (0.6, 0.6),
                "both are the precision. Recall asks about the images that are 8s: a row.",
            ),
            (
                (0.75, 0.75),
                "both are the recall. Precision asks about the images called 8: a column.",
            ),
            ((60, 75), "these are per cent. Give shares, from 0 to 1."),
            ((75, 60), "these are per cent, and swapped. Give shares, precision first."),
            (
                (0.15, 0.15),
                "you divided by all 200 images. Divide by the column's or the row's sum.",
            ),
            (
                (158 / 200, 158 / 200),
                "this is the accuracy, over all digits. The question asks about the 8s alone.",
            ),
            (
                (0.85, 0.85),
                "you counted the images that are rightly not called 8. Neither number does.",
            ),
            ((0.4, 0.25), "these are the shares of wrong answers. Take them away from 1."),
            ((0.25, 0.4), "these are the shares of wrong answers, and swapped."),
            (
                (1.5, 3),
                "you divided by the wrong answers only. The sum of a column or a row holds "
                "the right ones too.",
            ),
            ((30, 30), "this is the count of right ones. Divide it by the column's or row's sum."),
            ((50, 40), "these are the sums. Divide the 30 right ones by them."),
            ((2 / 3, 2 / 3), "this is F1, a mean of both. Give the two by themselves."),
        ],
        otherwise,
    )
    compare_answer(
        (precision_always_8, recall_always_8),
        (0.2, 1),
        [
            (
                (1, 0.2),
                "the first network is right. For the second you swapped the two: it misses no 8.",
            ),
            ((20, 100), "the first network is right. For the second, give shares from 0 to 1."),
            ((100, 20), "the first network is right. For the second, give shares from 0 to 1."),
            (
                (1, 1),
                "the first network is right. The second calls 200 images 8, and most are none.",
            ),
            (
                (0.2, 0.2),
                "the first network is right. How many of the 40 eights does the second miss?",
            ),
            (
                (0.25, 1),
                "the first network is right. For the second's precision, divide by all 200 images "
                "that it calls 8, not by the 160 others.",
            ),
            (
                (0.6, 1),
                "the first network is right. The second's precision is another one: it calls all "
                "200 images 8.",
            ),
            (
                (0, 1),
                "the first network is right. The second's precision is low, not 0: some of the "
                "200 images are 8s.",
            ),
            (
                (40, 40),
                "the first network is right. For the second you gave counts. Divide them.",
            ),
            (
                (1 / 3, 1),
                "the first network is right. The three digits are not equally frequent, so the "
                "second's precision is not 1 / 3.",
            ),
        ],
        "the first network is right. The second calls all 200 images 8. How many of them are 8s, "
        "and how many 8s does it miss?",
    )


def _images(counts, seed):
    """Labels and predictions, mixed, with these counts in their confusion matrix."""
    counts = np.array(counts)
    rows, columns = np.indices(counts.shape).reshape(2, -1).repeat(counts.ravel(), axis=1)
    order = np.random.default_rng(seed).permutation(len(rows))
    return {"labels": rows[order], "predicted": columns[order]}


# Each image apart from the diagonal's comes from row to column; no two sums are equal.
FOUR_CLASSES = _images([[5, 0, 2, 0], [1, 4, 3, 0], [0, 2, 6, 1], [3, 0, 0, 2]], seed=7)
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
    """An array for a list or tuple of numbers, so that the student may return either."""
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
def check_confusion_matrix(student):
    """Check the counts of each pair of true and predicted class."""
    cases = LABEL_CASES | {
        "with a single image": {"labels": np.array([2]), "predicted": np.array([0])},
        "with 300 images of one kind": _images([[2, 300], [1, 0]], seed=2) | {"num_classes": 2},
        "with 1,100 images of one kind": _images([[9, 0], [1100, 0]], seed=3) | {"num_classes": 2},
    }
    with _advice(_TWO_CONDITIONS):
        compare(
            student,
            confusion_matrix,
            cases | TWELVE_CLASSES,
            run=lambda function, *arguments: _as_array(function(*arguments)),
        )


def _named(*names):
    """A run that gives the returned values by name, and says how many there are."""

    def run(function, *arguments):
        values = function(*arguments)
        if values is None or inspect.isroutine(values):
            return values
        is_array = isinstance(values, np.ndarray) and len(values) == len(names)
        if not is_array and not isinstance(values, (tuple, list)):
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

    with _advice(_TWO_CONDITIONS):
        try:
            hold(run_both)
        except CheckFailed as mistake:
            sentences = list(map(alone, _ALONE))
            if None in sentences or str(mistake).startswith("it goes wrong"):
                raise CheckFailed(next(filter(None, sentences))) from None
            raise


def _require_twelve_classes(function, right, arguments):
    """Raise where a function is right with ten classes, and not with twelve."""
    problem = find_problem(
        attempt(function, **arguments), _with_lists(right)(*arguments.values()), "with 12 classes"
    )
    require(
        problem is None,
        f"{problem}. Does a 10 stand in your code for the number of classes? There can be more.",
    )


# No two counts are equal, in one direction or in both, so every order is clear.
CONFUSION = np.array(
    [
        [61, 11, 2, 19, 5],
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
    kinds = {dict: "a dict", Iterator: "a generator"}
    kind = next((words for kind, words in kinds.items() if isinstance(pairs, kind)), "a list")
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
    a, b, _ = first.T
    largest = max(*a, *b, 0)
    out_of_range = "one too large" if largest == n else "no classes"
    facts |= {
        "the first two numbers": "classes" if largest < n else out_of_range,
        "a class with itself": "in a pair" if (a == b).any() else "in no pair",
        "each pair": "once" if len({*map(frozenset, first[:, :2])}) == len(first) else "twice",
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
            "with 5 classes and 4 pairs": {"confusion": CONFUSION, "num_pairs": 4},
            "with 4 classes and 2 pairs": {"confusion": CONFUSION[1:, 1:], "num_pairs": 2},
            "without num_pairs, so with 5": {"confusion": CONFUSION[:4, :4]},
            "with fewer pairs than num_pairs": {"confusion": CONFUSION[:3, :3], "num_pairs": 6},
            "where pairs have equal counts": {"confusion": rare, "num_pairs": 6},
            "with 12 classes": {"confusion": twelve, "num_pairs": 66},
        },
        run=_describe_pairs,
    )


def _require_no_more(result, expected, sentence):
    """Raise the sentence if something follows the expected entries."""
    try:
        starts_right = np.array_equal(result[: len(expected)], expected)
    except (TypeError, KeyError, ValueError):
        starts_right = False
    require(not starts_right or len(result) == len(expected), sentence)


def _probabilities(top, predicted, num_classes):
    """One column for each example: `top` for the predicted class, the rest for the others."""
    top, predicted = np.array(top), np.array(predicted)
    others = np.linspace(0.9, 1.1, num_classes - 1)[:, np.newaxis] * (1 - top) / (num_classes - 1)
    y_hat = np.empty((num_classes, len(top)))
    for i, k in enumerate(predicted):
        y_hat[:, i] = np.insert(others[:, i], k, top[i])
    return y_hat


def _surest(y_hat, labels, num_mistakes=10, key=None, sign=-1):
    """The right answer, with parts that the wrong versions replace."""
    key = y_hat.max(axis=0) if key is None else key
    order = np.argsort(sign * key, kind="stable")
    return order[(y_hat.argmax(axis=0) != labels)[order]][:num_mistakes]


def _wrong_surest(change):
    """A wrong version that makes something else of the right positions."""
    return lambda y_hat, labels, num_mistakes=10: change(
        _surest(y_hat, labels, num_mistakes), y_hat, labels
    )


def _surest_by(key, sign=-1):
    """A wrong version that sorts by key(y_hat, labels)."""
    return lambda y_hat, labels, num_mistakes=10: _surest(
        y_hat, labels, num_mistakes, key(y_hat, labels), sign
    )


def _is_wrong(y_hat, labels):
    return y_hat.argmax(axis=0) != labels


def _order(y_hat, sign=-1):
    return np.argsort(sign * y_hat.max(axis=0))


def _of_true_class(y_hat, labels):
    return y_hat[labels, np.arange(len(labels))]


def _within_mistakes(y_hat, labels, num_mistakes=10, sign=-1):
    return _order(y_hat[:, _is_wrong(y_hat, labels)], sign)[:num_mistakes]


def _within_sorted(y_hat, labels, num_mistakes=10):
    order = _order(y_hat)
    return np.flatnonzero(_is_wrong(y_hat, labels)[order])[:num_mistakes]


def _cut_first(y_hat, labels, num_mistakes=10):
    order = _order(y_hat)[:num_mistakes]
    return order[_is_wrong(y_hat, labels)[order]]


def _first_mistakes(y_hat, labels, num_mistakes=10):
    return np.flatnonzero(_is_wrong(y_hat, labels))[:num_mistakes]


def _sort_first_mistakes(y_hat, labels, num_mistakes=10):
    positions = _first_mistakes(y_hat, labels, num_mistakes)
    return positions[_order(y_hat[:, positions])]


@check(
    "7.5",
    "Find the positions of the wrong answers first: np.flatnonzero(condition) gives them.",
    "Sort those positions: mistakes[np.argsort(-confidence[mistakes])], where confidence is "
    "y_hat.max(axis=0).",
)
def check_surest_mistakes(surest_mistakes):
    """Check the positions of the wrong answers with the highest probability."""
    predicted = np.array([2, 0, 3, 1, 2, 3, 0, 1, 1, 2, 0, 3, 1])
    labels = np.array([2, 1, 0, 1, 3, 3, 2, 1, 0, 2, 3, 1, 1])
    top = [0.97, 0.52, 0.83, 0.46, 0.91, 0.99, 0.41, 0.88, 0.78, 0.64, 0.95, 0.58, 0.71]
    y_hat = _probabilities(top, predicted, 4)
    y_hat[:, 2] = [0.01, 0.15, 0.01, 0.83]  # a small lead over the second
    twice = _probabilities(top[::-1] + [0.93 * t for t in top], [*predicted, *predicted], 4)
    cases = {
        "with 7 mistakes, of which 4 are asked for": {
            "y_hat": y_hat,
            "labels": labels,
            "num_mistakes": 4,
        },
        "without num_mistakes, so with 10": {"y_hat": twice, "labels": np.tile(labels, 2)},
        "with fewer mistakes than num_mistakes": {
            "y_hat": y_hat,
            "labels": labels,
            "num_mistakes": 9,
        },
        "with no mistake at all": {"y_hat": y_hat, "labels": predicted, "num_mistakes": 3},
    }
    few = cases["with fewer mistakes than num_mistakes"]
    _require_no_more(
        attempt(surest_mistakes, **few).value,
        _surest(*few.values()),
        "where there are fewer mistakes than num_mistakes, you fill up with right answers. Leave "
        "them out.",
    )
    _compare(
        surest_mistakes,
        _surest,
        cases,
        [
            (
                "right answers are among yours. Keep only those where the predicted class is not "
                "the label.",
                lambda y_hat, labels, num_mistakes=10: _order(y_hat)[:num_mistakes],
            ),
            (
                "these are right answers. Keep those where the predicted class is not the label.",
                lambda y_hat, labels, num_mistakes=10: _order(y_hat)[
                    ~_is_wrong(y_hat, labels)[_order(y_hat)]
                ][:num_mistakes],
            ),
            (
                "the least sure come first. np.argsort goes upwards: sort by the negative "
                "probability, or turn the order around before you cut it.",
                lambda y_hat, labels, num_mistakes=10: _surest(y_hat, labels, num_mistakes, sign=1),
            ),
            (
                "these are the right ones, but the surest come last. Turn them around.",
                _wrong_surest(lambda positions, y_hat, labels: positions[::-1]),
            ),
            (
                "these are the right ones, but in the order of their positions. Put the surest "
                "first.",
                _wrong_surest(lambda positions, y_hat, labels: np.sort(positions)),
            ),
            (
                "you sorted by the probability of the true class. Sort by that of the predicted "
                "class: y_hat.max(axis=0).",
                _surest_by(_of_true_class),
            ),
            (
                "you sorted by the probability of the true class, from the lowest. Sort by that of "
                "the predicted class: y_hat.max(axis=0).",
                _surest_by(_of_true_class, sign=1),
            ),
            (
                "you sorted by the probability of the first class. Take the predicted class: "
                "y_hat.max(axis=0).",
                _surest_by(lambda y_hat, labels: y_hat[0]),
            ),
            (
                "you sorted by the number of the predicted class. Sort by its probability: max, "
                "not argmax.",
                _surest_by(lambda y_hat, labels: y_hat.argmax(axis=0)),
            ),
            (
                "you sorted by how far the highest probability is from the second. Sort by the "
                "highest itself.",
                _surest_by(
                    lambda y_hat, labels: np.sort(y_hat, axis=0)[-1] - np.sort(y_hat, axis=0)[-2]
                ),
            ),
            (
                "these are the first mistakes in the order of their positions. Sort them by their "
                "probability before you cut.",
                _first_mistakes,
            ),
            (
                "you kept the first num_mistakes before you sorted by probability. Sort all "
                "mistakes first.",
                _sort_first_mistakes,
            ),
            (
                "you cut before you left out the right answers, so too few are left. Keep the "
                "mistakes first, then cut.",
                _cut_first,
            ),
            (
                "you return all mistakes. Keep num_mistakes of them.",
                lambda y_hat, labels, num_mistakes=10: _surest(y_hat, labels, None),
            ),
            (
                "you return all mistakes, in the order of their positions. Put the surest first, "
                "and keep num_mistakes.",
                lambda y_hat, labels, num_mistakes=10: np.flatnonzero(_is_wrong(y_hat, labels)),
            ),
            (
                "you use True and False, which stand in the order of the images, on the sorted "
                "positions. Sort both: order[is_wrong[order]].",
                lambda y_hat, labels, num_mistakes=10: _order(y_hat)[_is_wrong(y_hat, labels)][
                    :num_mistakes
                ],
            ),
            (
                "you always return 10. Take num_mistakes.",
                lambda y_hat, labels, num_mistakes=10: _surest(y_hat, labels, 10),
            ),
            (
                "there is one too few. A slice [:n] already holds n entries.",
                lambda y_hat, labels, num_mistakes=10: _surest(y_hat, labels, num_mistakes - 1),
            ),
            (
                "you return the true classes. Return the positions of the images.",
                _wrong_surest(lambda positions, y_hat, labels: labels[positions]),
            ),
            (
                "you return the predicted classes. Return the positions of the images.",
                _wrong_surest(lambda positions, y_hat, labels: y_hat.argmax(axis=0)[positions]),
            ),
            (
                "you return probabilities. Return the positions of the images.",
                _wrong_surest(lambda positions, y_hat, labels: y_hat.max(axis=0)[positions]),
            ),
            (
                "you return probabilities, in the order of the images. Return the positions of the "
                "images, the surest first.",
                lambda y_hat, labels, num_mistakes=10: y_hat.max(axis=0)[_is_wrong(y_hat, labels)][
                    :num_mistakes
                ],
            ),
            (
                "you return the probabilities too. Return the positions of the images alone.",
                _wrong_surest(
                    lambda positions, y_hat, labels: np.column_stack(
                        [positions, y_hat.max(axis=0)[positions]]
                    )
                ),
            ),
            (
                "you return columns of y_hat. Return the positions of the images.",
                _wrong_surest(lambda positions, y_hat, labels: y_hat[:, positions]),
            ),
            (
                "you count the positions among the mistakes alone. Translate them back: "
                "positions_of_mistakes[order].",
                _within_mistakes,
            ),
            (
                "you count the positions among the mistakes alone, and return all of them. "
                "Translate them back: positions_of_mistakes[order], and keep num_mistakes.",
                lambda y_hat, labels, num_mistakes=10: _within_mistakes(y_hat, labels, None),
            ),
            (
                "you count the positions among the mistakes alone, and the least sure come first. "
                "Translate them back, and turn the order around.",
                functools.partial(_within_mistakes, sign=1),
            ),
            (
                "these are places in your sorted list. Translate them back to positions of images: "
                "order[places].",
                _within_sorted,
            ),
            (
                "you return True and False. np.flatnonzero makes positions of them; then sort.",
                lambda y_hat, labels, num_mistakes=10: _is_wrong(y_hat, labels),
            ),
            (
                "you return True and False for the sorted images. Use them to pick from the "
                "sorted positions.",
                lambda y_hat, labels, num_mistakes=10: _is_wrong(y_hat, labels)[_order(y_hat)],
            ),
            (
                "you sorted the whole array as one long row. Take the highest of each column "
                "first: y_hat.max(axis=0).",
                lambda y_hat, labels, num_mistakes=10: np.argsort(-y_hat, axis=None)[:num_mistakes],
            ),
            (
                "each position is 1 too large. Python counts from 0.",
                _wrong_surest(lambda positions, y_hat, labels: positions + 1),
            ),
        ],
        advice=_WRONG_AXIS,
    )
    require(
        np.asarray(attempt(surest_mistakes, **few).value).dtype.kind != "f",
        "the positions are right, but floats, which cannot index an array. Return whole numbers: "
        "dtype=int.",
    )
    same = {
        "y_hat": _probabilities([0.75, 0.5, 0.75, 0.875], [0, 1, 2, 1], 3),
        "labels": np.array([1, 0, 1, 2]),
        "num_mistakes": 4,
    }
    found = np.array(call(surest_mistakes, "with equal probabilities", **same)).tolist()
    require(
        sorted(found) == [0, 1, 2, 3],
        "two mistakes have the same probability, and you return only one of them. Is the "
        "probability the key of a dict? A key holds one entry: keep the positions in a list.",
    )
    _require_twelve_classes(
        surest_mistakes,
        _surest,
        {
            "y_hat": _probabilities([0.97, 0.55, 0.83, 0.46], [11, 2, 10, 0], 12),
            "labels": np.array([2, 11, 9, 0]),
            "num_mistakes": 3,
        },
    )


def _bin_means(top, is_correct, member, num_bins):
    """Mean probability, share of right answers and count of each bin; nan where it is empty."""
    places = np.where((member >= 0) & (member < num_bins), member, num_bins)
    counts, total, right = (
        np.bincount(places, weights, num_bins + 1)[:num_bins] for weights in (None, top, is_correct)
    )
    with np.errstate(invalid="ignore"):
        return total / counts, right / counts, counts


def _top(y_hat, labels):
    return y_hat.max(axis=0), y_hat.argmax(axis=0) == labels


def _from_0_to_1(top, num_bins, num_classes):
    """For each example the number of its bin, and how many bins there are."""
    return np.searchsorted(np.linspace(0, 1, num_bins + 1), top) - 1, num_bins


def _from_0_to_1_upwards(top, num_bins, num_classes):
    """The same, but an example on the edge of two bins goes to the upper one."""
    return np.minimum(np.floor(top * num_bins).astype(int), num_bins - 1), num_bins


def _leave_out_empty(confidence, accuracy, counts):
    full = counts > 0
    return confidence[full], accuracy[full], counts[full]


def _find_bins(
    y_hat, labels, num_bins=10, find=_top, sort=_from_0_to_1, show=_leave_out_empty, count=None
):
    """The three arrays, as lists; wrong versions replace a part. `count` sorts for the counts."""
    top, is_correct = find(y_hat, labels)
    bins = _bin_means(top, is_correct, *sort(top, num_bins, len(y_hat)))
    if count:
        bins = *bins[:2], _bin_means(top, is_correct, *count(top, num_bins, len(y_hat)))[2]
    # Lists, so that the student may return arrays or lists.
    return tuple(part.tolist() for part in show(*bins))


def _show_full(change):
    return lambda *bins: change(*_leave_out_empty(*bins))


def _show_ends(shift, empty_accuracy):
    """Bins of which the confidence is a fixed place; shift: 0.5 for the middle."""

    def show(confidence, accuracy, counts):
        places = (np.arange(len(counts)) + shift) / len(counts)
        if empty_accuracy is None:
            return _leave_out_empty(places, accuracy, counts)
        return places, np.where(counts > 0, accuracy, empty_accuracy), counts

    return show


def _show_until_empty(confidence, accuracy, counts):
    end = np.argmin(counts > 0)
    return confidence[:end], accuracy[:end], counts[:end]


def _show_more_than_one(*bins):
    return tuple(part[bins[2] > 1] for part in bins)


def _equal_counts(top, num_bins, num_classes):
    member = np.empty(len(top), dtype=int)
    for k, positions in enumerate(np.array_split(np.argsort(top), num_bins)):
        member[positions] = k
    return member, num_bins


def _between(make_edges, lost=None):
    """Bins with the edges make_edges(top, num_bins, num_classes)."""

    def sort(top, num_bins, num_classes):
        member = np.searchsorted(make_edges(top, num_bins, num_classes), top) - 1
        member = np.clip(member, 0, num_bins - 1)
        return np.where(top == lost(top), -1, member) if lost else member, num_bins

    return sort


def _lowest_to_highest(top, num_bins, num_classes):
    return np.linspace(top.min(), top.max(), num_bins + 1)


def _quantiles(top, num_bins, num_classes):
    return np.quantile(top, np.linspace(0, 1, num_bins + 1))


def _pooled(y_hat, labels):
    return y_hat.ravel(), (np.arange(len(y_hat))[:, np.newaxis] == labels).ravel()


INNER_EDGE = 0.75


def _without(place):
    """A wrong version's examples, without those of which the probability is `place`."""

    def find(y_hat, labels):
        top, is_correct = _top(y_hat, labels)
        return top[top != place], is_correct[top != place]

    return find


def _twice(y_hat, labels):
    """A wrong version's examples, with those on the inner edge in both bins."""
    top, is_correct = _top(y_hat, labels)
    again = top == INNER_EDGE
    return np.append(top, top[again] + 1e-9), np.append(is_correct, is_correct[again])


_EMPTY_AS_NAN = "an empty bin gives 0 / 0, which is nan. Leave empty bins out of all three arrays."
_EMPTY_AS_ZERO = "the empty bins are there, as 0. Leave them out of all three arrays."
_EMPTY_AND_MIDDLE = (
    "the confidence is the middle of each bin, also of the empty ones. Take the mean probability "
    "of its examples, and leave empty bins out."
)
_FROM_LOWEST = (
    "your bins go from the lowest confidence to the highest. Let them go from 0 to 1, for every "
    "network alike."
)
_EQUAL_COUNTS = "your bins hold equally many examples. Make them equally wide, from 0 to 1."
_ON_TWO_SCALES = (
    "an answer on the edge of two bins is counted in the one and averaged in the other. "
    "np.histogram puts it in the upper bin, calibration_curve in the lower. Use the same bins for "
    "all arrays."
)
# What is wrong with the bins.
_BINS = [
    (
        "confidence and accuracy are swapped. Confidence, the mean probability, comes first.",
        {"show": _show_full(lambda confidence, accuracy, counts: (accuracy, confidence, counts))},
    ),
    (
        "you took the probability of the true class. Confidence is that of the predicted class: "
        "y_hat.max(axis=0).",
        {"find": lambda y_hat, labels: (_of_true_class(y_hat, labels), _top(y_hat, labels)[1])},
    ),
    (
        "you took the probabilities of all classes. Take that of the predicted class alone: "
        "y_hat.max(axis=0).",
        {"find": _pooled},
    ),
    (
        "the confidence is the middle of each bin. Take the mean probability of its examples.",
        {"show": _show_ends(0.5, None)},
    ),
    (_EMPTY_AND_MIDDLE, {"show": _show_ends(0.5, np.nan)}),
    (_EMPTY_AND_MIDDLE, {"show": _show_ends(0.5, 0)}),
    (
        "the confidence is the lower end of each bin. Take the mean probability of its examples.",
        {"show": _show_ends(0, None)},
    ),
    (
        "the confidence is the upper end of each bin. Take the mean probability of its examples.",
        {"show": _show_ends(1, None)},
    ),
    (_EQUAL_COUNTS, {"sort": _equal_counts}),
    *((_EQUAL_COUNTS, {"sort": _between(_quantiles, lost)}) for lost in (None, np.min, np.max)),
    *(
        (_FROM_LOWEST, {"sort": _between(_lowest_to_highest, lost)})
        for lost in (None, np.min, np.max)
    ),
    (
        "your bins begin at 1 / classes, the least that the highest probability can be. Let them "
        "begin at 0.",
        {"sort": _between(lambda top, num_bins, n: np.linspace(1 / n, 1, num_bins + 1))},
    ),
    (
        "there is one bin too few: num_bins bins have num_bins + 1 edges. Write "
        "np.linspace(0, 1, num_bins + 1).",
        {"sort": lambda top, num_bins, n: _from_0_to_1(top, num_bins - 1, n)},
    ),
    (
        "there is one bin too many: num_bins bins have num_bins + 1 edges.",
        {"sort": lambda top, num_bins, n: _from_0_to_1(top, num_bins + 1, n)},
    ),
    (
        "the last bin is missing, up to 1. There are num_bins bins and num_bins + 1 edges; "
        "np.digitize counts the bins from 1, range from 0.",
        {"sort": lambda top, num_bins, n: (_from_0_to_1(top, num_bins, n)[0], num_bins - 1)},
    ),
    (
        "the first bin is missing, from 0. There are num_bins bins: go through all of them.",
        {"sort": lambda top, num_bins, n: (_from_0_to_1(top, num_bins, n)[0] - 1, num_bins)},
    ),
    (
        "an answer with probability 1 is in none of your bins. The last bin must hold it: take "
        "top > low and top <= high, or np.minimum(bin_number, num_bins - 1).",
        {"find": _without(1)},
    ),
    (
        "an answer with probability 1 gets a bin of its own. The last bin must hold it: "
        "np.minimum(bin_number, num_bins - 1) puts it there.",
        {"sort": lambda top, num_bins, n: (np.floor(top * num_bins).astype(int), num_bins + 1)},
    ),
    (
        "an answer on the edge of two bins is in neither. One of them must hold it: take top > low "
        "and top <= high.",
        {"find": _without(INNER_EDGE)},
    ),
    (
        "an answer on the edge of two bins is counted in both. Only one may hold it: take "
        "top > low and top <= high.",
        {"find": _twice},
    ),
    (_ON_TWO_SCALES, {"count": _from_0_to_1_upwards}),
    (_ON_TWO_SCALES, {"sort": _from_0_to_1_upwards, "count": _from_0_to_1}),
    (
        "you stop at the first empty bin. Leave it out, and go on with the next: continue, not "
        "break.",
        {"show": _show_until_empty},
    ),
    (
        "you leave out a bin that holds one example. Leave out empty bins only.",
        {"show": _show_more_than_one},
    ),
    (
        "you took means of class numbers. Accuracy is the share of right answers: compare the "
        "predicted class with the label.",
        {"find": lambda y_hat, labels: (y_hat.max(axis=0), y_hat.argmax(axis=0))},
    ),
    (
        "you always make 10 bins. Take num_bins.",
        {"sort": lambda top, num_bins, n: _from_0_to_1(top, 10, n)},
    ),
    (_EMPTY_AS_NAN, {"show": lambda *bins: bins}),
    (_EMPTY_AS_ZERO, {"show": lambda *bins: tuple(map(np.nan_to_num, bins))}),
    (
        "your counts hold the empty bins too. Leave them out, as in the other two arrays.",
        {"show": lambda c, a, counts: (*_leave_out_empty(c, a, counts)[:2], counts)},
    ),
    (
        "you give the share of wrong answers. Accuracy is the share of right ones.",
        {"find": lambda y_hat, labels: (y_hat.max(axis=0), _is_wrong(y_hat, labels))},
    ),
    (
        "your counts are shares. Count the examples.",
        {"show": _show_full(lambda c, a, counts: (c, a, counts / counts.sum()))},
    ),
    (
        "your counts hold the right answers only. Count all examples of the bin.",
        {"show": _show_full(lambda c, a, counts: (c, a, a * counts))},
    ),
    (
        "you did not divide: these are sums. Divide by the number of examples in the bin.",
        {"show": _show_full(lambda c, a, counts: (c * counts, a * counts, counts))},
    ),
    (
        "the accuracy is a count of right answers. Divide by the number of examples in the bin.",
        {"show": _show_full(lambda c, a, counts: (c, a * counts, counts))},
    ),
    (
        "confidence and accuracy are divided by all examples. Divide by those in the bin.",
        {
            "show": _show_full(
                lambda c, a, counts: (
                    c * counts / counts.sum(),
                    a * counts / counts.sum(),
                    counts,
                )
            )
        },
    ),
    (
        "the accuracy is divided by all examples. Divide by those in the bin.",
        {"show": _show_full(lambda c, a, counts: (c, a * counts / counts.sum(), counts))},
    ),
    (
        "the bins come from sure to unsure. Begin at 0.",
        {"show": _show_full(lambda *bins: tuple(part[::-1] for part in bins))},
    ),
]
_CANCELS = (
    "in your error, too sure and too modest bins cancel out. Take the absolute value of each "
    "bin's difference, before you add up."
)
_CANCELS_UNWEIGHTED = (
    "in your error, too sure and too modest bins cancel out, and each bin weighs the same. Take "
    "absolute values, and weight them with the counts."
)
_ERRORS = [
    (
        "the error is a plain mean over the bins. Weight each bin with its count.",
        lambda c, a, counts: abs(c - a).mean(),
    ),
    (
        "the error is squared. Take the distance, abs(confidence - accuracy).",
        lambda c, a, counts: np.average((c - a) ** 2, weights=counts),
    ),
    (
        "the error is squared, and each bin weighs the same. Take abs(confidence - accuracy), and "
        "weight it with the counts.",
        lambda c, a, counts: ((c - a) ** 2).mean(),
    ),
    (
        "the error is a root of squares. Take the mean of abs(confidence - accuracy).",
        lambda c, a, counts: np.sqrt(np.average((c - a) ** 2, weights=counts)),
    ),
    (_CANCELS, lambda c, a, counts: np.average(c - a, weights=counts)),
    (_CANCELS, lambda c, a, counts: np.average(a - c, weights=counts)),
    (_CANCELS, lambda c, a, counts: abs(np.average(a - c, weights=counts))),
    (_CANCELS_UNWEIGHTED, lambda c, a, counts: (c - a).mean()),
    (_CANCELS_UNWEIGHTED, lambda c, a, counts: (a - c).mean()),
    (_CANCELS_UNWEIGHTED, lambda c, a, counts: abs((c - a).mean())),
    (
        "the error is in per cent. Leave the factor 100 out.",
        lambda c, a, counts: 100 * np.average(abs(c - a), weights=counts),
    ),
    (
        "the error is the largest distance of all bins. Take the mean, weighted with the counts.",
        lambda c, a, counts: abs(c - a).max(),
    ),
    (
        "the error is a sum, not a mean. Divide it by the number of examples.",
        lambda c, a, counts: (abs(c - a) * counts).sum(),
    ),
    (
        "the error is a plain sum over the bins. Weight each bin with its count, and divide by "
        "the number of examples.",
        lambda c, a, counts: abs(c - a).sum(),
    ),
    (
        "the error is divided by the number of bins. Divide by the number of examples.",
        lambda c, a, counts: (abs(c - a) * counts).mean(),
    ),
    (
        "there is one distance for each bin. The error is one number: their mean, weighted with "
        "the counts.",
        lambda c, a, counts: abs(c - a),
    ),
    (
        "the error is the share of wrong answers. It is the mean distance between confidence and "
        "accuracy.",
        lambda c, a, counts: 1 - np.average(a, weights=counts),
    ),
]


def _name_calibration(result, y_hat, labels, num_bins=10):
    """The sentence for what is wrong with the four values, or None."""
    bins, error = tuple(result[:3]), result[3]
    arguments = y_hat, labels, num_bins
    with np.errstate(all="ignore"):
        for sort in (_from_0_to_1, _from_0_to_1_upwards):
            right = _find_bins(*arguments, sort=sort)
            if same_value(bins, right):
                return next(
                    (
                        sentence
                        for sentence, wrong in _ERRORS
                        if same_value(error, wrong(*map(np.array, right)).tolist())
                    ),
                    None,
                )
        for sentence, parts in _BINS:
            if same_value(bins, _find_bins(*arguments, **parts)):
                return sentence
    try:
        counts = np.array(bins[2], dtype=float)
    except (TypeError, ValueError):
        return None
    total, m = counts.sum(), len(labels)
    if np.all(counts == np.floor(counts)) and total != m:
        return (
            f"your counts add up to {total:.0f}, but there are {m} answers. Each must be in "
            "exactly one bin, from 0 to 1."
        )
    return None


@check(
    "7.6",
    "Two arrays of shape (m,) are all you need: the highest probability of each column, and "
    "whether that class is the label. Then go through the bins one by one.",
    "With edges = np.linspace(0, 1, num_bins + 1), bin k holds the examples with top > edges[k] "
    "and top <= edges[k + 1]. np.average(distances, weights=counts) gives the error.",
)
def check_calibration(calibration):
    """Check confidence, accuracy and count of each bin, and the expected calibration error."""
    bins_of_3 = {
        "y_hat": _probabilities(
            [0.97, 0.48, 0.83, 0.31, 0.91, 0.74, 0.41, 0.88, 0.29, 0.51, 0.32],
            [2, 0, 3, 1, 2, 3, 0, 1, 1, 2, 0],
            5,
        ),
        "labels": np.array([2, 3, 1, 1, 0, 3, 0, 1, 1, 2, 0]),
        "num_bins": 3,
    }
    bins_of_5 = {
        "y_hat": _probabilities(
            [0.18, 0.93, 0.46, 0.98, 0.55, 0.65, 0.85, 0.19, 0.96, 0.42, 0.88, 0.51, 0.99],
            [1, 0, 2, 0, 1, 2, 1, 0, 2, 2, 5, 1, 1],
            6,
        ),
        "labels": np.array([1, 0, 2, 2, 0, 2, 1, 4, 2, 2, 3, 1, 0]),
        "num_bins": 5,
    }
    bins_of_4 = {
        "y_hat": _probabilities([0.97, 0.55, 0.83, 0.46, 0.66], [11, 2, 10, 0, 4], 12),
        "labels": np.array([11, 2, 10, 1, 3]),
        "num_bins": 4,
    }
    top, predicted = [1, 0.4, 0.97, 0.61, 1, 0.86, 0.8, 1, 0.7], [2, 0, 1, 1, 0, 2, 2, 1, 0]
    labels = np.array([2, 0, 1, 0, 0, 2, 1, 0, 1])
    cases = {
        "with 3 bins": bins_of_3,
        "with 5 bins, of which one is empty": bins_of_5,
        "without num_bins, so with 10": {k: bins_of_5[k] for k in ("y_hat", "labels")},
        "with answers of probability 1": {
            "y_hat": _probabilities(top, predicted, 3),
            "labels": labels,
            "num_bins": 8,
        },
        "with an answer on the edge of two bins": {
            "y_hat": _probabilities([*top, INNER_EDGE], [*predicted, 0], 3),
            "labels": np.append(labels, 0),
            "num_bins": 8,
        },
        "with 12 classes": bins_of_4,
    }
    for phrase, arguments in cases.items():
        outcome, problems = attempt(calibration, **arguments), []
        for sort in (_from_0_to_1, _from_0_to_1_upwards):
            bins = _find_bins(*arguments.values(), sort=sort)
            error = np.average(abs(np.subtract(*bins[:2])), weights=bins[2])
            problems.append(find_problem(outcome, (*bins, error), phrase))
        if all(problems):
            result = outcome.value
            if isinstance(result, (tuple, list)) and len(result) == 4 and not outcome.changed:
                problems.insert(0, _name_calibration(result, *arguments.values()))
            names = ("the confidence", "the accuracy", "the count", "the error")
            raise CheckFailed(_reword(next(filter(None, problems)), names, _WRONG_AXIS))


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
