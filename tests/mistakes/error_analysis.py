"""What students write in lesson 7's exercises."""

from collections import Counter

import numpy as np
import pandas as pd
from sklearn import metrics
from sklearn.calibration import calibration_curve

from helpers.checks import (
    check_calibration,
    check_confusion_matrix,
    check_drawing,
    check_most_confused_pairs,
    check_precision_and_recall,
    check_precision_and_recall_of_8,
    check_surest_mistakes,
)
from helpers.checks import error_analysis as lesson
from helpers.checks.mistakes import change
from mistakes import edited, prediction, right, right_answer, wrong, wrong_answer

prediction(check_precision_and_recall_of_8, 0.6, 0.75, 0.2, 1, size=2)
right_answer(check_precision_and_recall_of_8, np.float64(30 / 50), 3 / 4, 40 / 200, 1.0)
wrong_answer(check_precision_and_recall_of_8, "the precision is right", 0.6, 0.3, 0.2, 1)
wrong_answer(check_precision_and_recall_of_8, "the recall is right", 0.5, 0.75, 0.2, 1)
wrong_answer(check_precision_and_recall_of_8, "all 200 images 8", 0.6, 0.75, 0.3, 0.9)
wrong_answer(check_precision_and_recall_of_8, "'60%' is text", "60%", "75%", "20%", "100%")
wrong_answer(check_precision_and_recall_of_8, "without quotes", 0.6, 0.75, 0.2, "1")
wrong_answer(check_precision_and_recall_of_8, "to be filled in", None, None, None, None)
wrong_answer(check_precision_and_recall_of_8, "to be filled in", 0.6, 0.75, None, None)


@right(check_confusion_matrix)
def confusion_by_a_loop(labels, predicted, num_classes=10):
    matrix = np.zeros((num_classes, num_classes))
    for i in range(len(labels)):
        matrix[labels[i], predicted[i]] += 1
    return matrix


@right(check_confusion_matrix)
def confusion_by_sklearn(labels, predicted, num_classes=10):
    return metrics.confusion_matrix(labels, predicted, labels=np.arange(num_classes))


@right(check_confusion_matrix)
def confusion_by_two_loops(labels, predicted, num_classes=10):
    rows = [
        [((labels == a) & (predicted == b)).sum() for b in range(num_classes)]
        for a in range(num_classes)
    ]
    return np.array(rows)


@right(check_confusion_matrix)
def confusion_in_lists(labels, predicted, num_classes=10):
    matrix = [[0] * num_classes for _ in range(num_classes)]
    for a, b in zip(labels, predicted, strict=True):
        matrix[a][b] += 1
    return matrix


MATRIX = "np.zeros((num_classes, num_classes))"
COUNTS = "np.bincount(num_classes * labels + predicted"
SQUARE = ".reshape(num_classes, -1)"
for fragment, answer, *edits in (
    ("of type Counter, expected a NumPy array", confusion_by_a_loop, (MATRIX, "Counter()")),
    ("returns None", confusion_by_a_loop, ("return matrix", "print(matrix)")),
    ("brackets: (labels == a) & (pred", confusion_by_two_loops, (" & ", " and ")),
    ("ValueError: cannot reshape", lesson.confusion_matrix, ("", f"return {COUNTS}){SQUARE}")),
):
    edited(check_confusion_matrix, fragment, answer, *edits)
for body in (
    f"return {COUNTS}, minlength=num_classes**2){SQUARE}",
    "return np.eye(num_classes, dtype=np.float32)[:, labels] @ np.eye(num_classes)[predicted]",
    "e = np.arange(num_classes + 1); return np.histogram2d(labels, predicted, bins=[e, e])[0]",
):
    right_answer(check_confusion_matrix, change(lesson.confusion_matrix, [("", body)]))


@right(check_precision_and_recall)
def shares_by_a_loop(labels, predicted, num_classes=10):
    precision, recall = np.zeros(num_classes), np.zeros(num_classes)
    for k in range(num_classes):
        both = np.sum((labels == k) & (predicted == k))
        called, true = np.sum(predicted == k), np.sum(labels == k)
        if called > 0:
            precision[k] = both / called
        if true > 0:
            recall[k] = both / true
    return precision, recall


@right(check_precision_and_recall)
def shares_by_sklearn(labels, predicted, num_classes=10):
    settings = dict(labels=range(num_classes), average=None, zero_division=0)
    return (
        metrics.precision_score(labels, predicted, **settings),
        metrics.recall_score(labels, predicted, **settings),
    )


@right(check_precision_and_recall)
def shares_in_lists(labels, predicted, num_classes=10):
    precision, recall = [], []
    for k in range(num_classes):
        called, true = labels[predicted == k], predicted[labels == k]
        precision.append(float(np.mean(called == k)) if len(called) else 0)
        recall.append(float(np.mean(true == k)) if len(true) else 0)
    return precision, recall


CALLED, RECALL = ("called > 0", "True"), "return precision, recall"
F1 = "np.nan_to_num(2 * precision * recall / (precision + recall))"
for fragment, *edits in (
    (
        "in the precision, you count the images that are rightly not",
        CALLED,
        ("both / called", "np.mean((labels == k) == (predicted == k))"),
    ),
    ("in the precision, for classes that were never called, 0 / 0", CALLED),
    ("in the recall, you give F1", (RECALL, f"return precision, {F1}")),
    ("in the recall, you rounded", (RECALL, "return precision, np.round(recall, 3)")),
    ("the recall at position [0] is 0.8", (RECALL, "return precision, recall * 0 + 0.8")),
    ("it returns a dict or a set", (RECALL, "return {'precision': precision, 'recall': recall}")),
    ("write & and brackets", ("(labels == k) & (pred", "(labels == k) and (pred")),
):
    edited(check_precision_and_recall, fragment, shares_by_a_loop, *edits)
SHARE = "right / np.maximum(whole, 1)"
swapped = [(SHARE, "right / whole"), ("(called, true)", "(true, called)")]
edited(check_precision_and_recall, "you swapped the two", lesson.precision_and_recall, *swapped)
without_nan = [
    (SHARE, "np.nan_to_num(right / whole)"),
    ("tuple(", "np.float32([*("),
    ("))", "))])"),
]
for edits in (without_nan, [("tuple(", "list(")]):
    right_answer(check_precision_and_recall, change(lesson.precision_and_recall, edits))


@right(check_most_confused_pairs)
def pairs_by_triangle(confusion, num_pairs=5):
    errors = np.triu(confusion + confusion.T, k=1)
    order = np.argsort(errors, axis=None)[::-1]
    rows, columns = np.unravel_index(order, errors.shape)
    num_pairs = min(num_pairs, np.count_nonzero(errors))
    return [[rows[i], columns[i], errors[rows[i], columns[i]]] for i in range(num_pairs)]


@right(check_most_confused_pairs)
def pairs_by_counter(confusion, num_pairs=5):
    errors = Counter()
    for (a, b), count in np.ndenumerate(confusion):
        if a != b:
            errors[min(a, b), max(a, b)] += int(count)
    return tuple((a, b, count) for (a, b), count in errors.most_common(num_pairs))


@right(check_most_confused_pairs)
def pairs_by_repeated_maximum(confusion, num_pairs=5):
    errors = np.array(confusion, dtype=float)
    errors = np.tril(errors, -1).T + np.triu(errors, 1)
    found = []
    while len(found) < num_pairs and errors.max() > 0:
        a, b = map(int, np.unravel_index(errors.argmax(), errors.shape))
        found.append((a, b, int(errors[a, b])))
        errors[a, b] = 0
    return np.array(found)


INNER, LAST = "range(a + 1, len(confusion))", ("[:num_pairs]", "[-num_pairs:]")
EMPTY = "np.fill_diagonal(confusion, 0)"
for fragment, *edits in (
    ("larger class comes first in some", (INNER, "range(a)"), (", reverse=True", ""), LAST),
    ("changes its input", ("pairs =", f"{EMPTY}; pairs ="), (" + confusion[b, a]", "")),
    ("Does a 10 stand", ("range(len(confusion))", "range(10)"), (INNER, "range(a + 1, 10)")),
    ("returns None", ("pairs[:num_pairs]", "pairs.sort()")),
    ("the same (a, b) is there more than once", ("pairs.sort", "pairs *= 2; pairs.sort")),
    ("before you sorted", ("pairs.sort", "pairs = pairs[:num_pairs]; pairs.sort"), ("=5", "=2")),
):
    edited(check_most_confused_pairs, fragment, lesson.most_confused_pairs, *edits)
twice = [("np.triu", "(1 - np.eye(len(confusion))) * "), (", k=1", "")]
edited(check_most_confused_pairs, "a pair is there twice, as", pairs_by_triangle, *twice)
filled = [(" and errors.max() > 0", ""), ("] = 0", "] = -1")]
edited(check_most_confused_pairs, "you fill up with others", pairs_by_repeated_maximum, *filled)


@right(check_surest_mistakes)
def surest_by_positions(y_hat, labels, num_mistakes=10):
    mistakes = np.where(np.argmax(y_hat, axis=0) != labels)[0]
    order = np.argsort(-np.max(y_hat[:, mistakes], axis=0))
    return mistakes[order][:num_mistakes]


@right(check_surest_mistakes)
def surest_by_a_loop(y_hat, labels, num_mistakes=10):
    mistakes = []
    for i in range(y_hat.shape[1]):
        if y_hat[:, i].argmax() != labels[i]:
            mistakes.append((y_hat[:, i].max(), i))
    mistakes.sort(reverse=True)
    return [i for _, i in mistakes[:num_mistakes]]


@right(check_surest_mistakes)
def surest_by_minus_infinity(y_hat, labels, num_mistakes=10):
    confidence = y_hat.max(axis=0)
    is_right = y_hat.argmax(axis=0) == labels
    confidence[is_right] = -np.inf
    num_mistakes = min(num_mistakes, (~is_right).sum())
    return np.argsort(confidence)[::-1][:num_mistakes]


MASK = ("predicted[order] != labels[order]", "(predicted != labels)[order]")
right_answer(check_surest_mistakes, change(lesson.surest_mistakes, [MASK]))


@wrong(check_surest_mistakes, "the list of positions is of type DataFrame, expected a NumPy array")
def surest_as_a_table(y_hat, labels, num_mistakes=10):
    return pd.DataFrame({"p": y_hat.max(axis=0)}).nlargest(num_mistakes, "p")


@wrong(check_surest_mistakes, "in the line `mistakes = np.flatnonzero(y_hat.argmax(axis=1)")
def surest_wrong_axis(y_hat, labels, num_mistakes=10):
    mistakes = np.flatnonzero(y_hat.argmax(axis=1) != labels)
    return mistakes[np.argsort(-y_hat.max(axis=1)[mistakes])][:num_mistakes]


of_all = [("argmax(axis=1)", "argmax(axis=0)"), ("y_hat.max(axis=1)", "y_hat.max()")]
edited(check_surest_mistakes, "with max and argmax, write axis=0", surest_wrong_axis, *of_all)
rows = ("y_hat.max(axis=0)", "y_hat.max(axis=1)")
edited(check_surest_mistakes, "with max and argmax, write axis=0", surest_by_minus_infinity, rows)
erased = ("return np", "y_hat[:, is_right] = 0\n    return np")
edited(check_surest_mistakes, "changes its input y_hat", surest_by_minus_infinity, erased)


@right(check_calibration)
def calibration_by_digitize(y_hat, labels, num_bins=10):
    predicted = np.argmax(y_hat, axis=0)
    confidence = y_hat[predicted, np.arange(len(labels))].astype(np.float32)
    correct = (predicted == labels).astype(np.float32)
    bins = np.digitize(confidence, np.linspace(0, 1, num_bins + 1)[1:-1])
    means, shares, sizes = [], [], []
    for k in np.unique(bins):
        means.append(confidence[bins == k].mean())
        shares.append(correct[bins == k].mean())
        sizes.append(np.sum(bins == k))
    sizes = np.array(sizes)
    error = np.sum(sizes / sizes.sum() * abs(np.array(means) - np.array(shares)))
    return np.array(means), np.array(shares), sizes, error


@right(check_calibration)
def calibration_in_lists(y_hat, labels, num_bins=10):
    m = y_hat.shape[1]
    members = {}
    for i in range(m):
        number = min(int(y_hat[:, i].max() * num_bins), num_bins - 1)
        members.setdefault(number, []).append(i)
    confidence, accuracy, sizes, error = [], [], [], 0
    for k in sorted(members):
        columns = y_hat[:, members[k]]
        confidence.append(columns.max(axis=0).mean())
        accuracy.append((columns.argmax(axis=0) == labels[members[k]]).mean())
        sizes.append(len(members[k]))
        error += abs(confidence[-1] - accuracy[-1]) * sizes[-1] / m
    return [confidence, accuracy, sizes, error]


@right(check_calibration)
def calibration_by_sklearn(y_hat, labels, num_bins=10):
    top = y_hat.max(axis=0)
    accuracy, confidence = calibration_curve(y_hat.argmax(axis=0) == labels, top, n_bins=num_bins)
    number = np.searchsorted(np.linspace(0, 1, num_bins + 1)[1:-1], top)
    sizes = np.unique(number, return_counts=True)[1]
    return confidence, accuracy, sizes, float(sizes @ abs(confidence - accuracy) / sizes.sum())


@right(check_calibration)
def calibration_closed_below(y_hat, labels, num_bins=10):
    top, is_right = y_hat.max(axis=0), y_hat.argmax(axis=0) == labels
    edges = np.linspace(0, 1, num_bins + 1)
    edges[-1] += 1
    confidence, accuracy, sizes, error = [], [], [], 0
    for k in range(num_bins):
        inside = (top >= edges[k]) & (top < edges[k + 1])
        if inside.sum() == 0:
            continue
        confidence.append(top[inside].mean())
        accuracy.append(is_right[inside].mean())
        sizes.append(inside.sum())
        error += sizes[-1] / len(labels) * abs(confidence[-1] - accuracy[-1])
    return np.array(confidence), np.array(accuracy), np.array(sizes), error


@right(check_calibration)
def calibration_by_histogram(y_hat, labels, num_bins=10):
    top, is_right = y_hat.max(axis=0), (y_hat.argmax(axis=0) == labels).astype(float)
    sizes, total, right_ones = (
        np.histogram(top, num_bins, range=(0, 1), weights=weights)[0]
        for weights in (None, top, is_right)
    )
    full = sizes > 0
    confidence, accuracy = total[full] / sizes[full], right_ones[full] / sizes[full]
    return confidence, accuracy, sizes[full], sum(abs(total - right_ones)) / len(top)


ERROR, OPEN_END = "np.average(abs(confidence - accuracy), weights=counts)", ("+= 1", "+= 0")
BIN = "(top >= edges[k]) & (top < edges[k + 1])"
PERCENTILES = "np.percentile(top, np.linspace(0, 100, num_bins + 1))"
# The bins are wrong, and so is the error, for it is divided by all answers.
for fragment, *edits in (
    ("1 is in none of your bins", OPEN_END, (BIN, "np.digitize(top, edges) - 1 == k")),
    ("an answer on the edge of two bins is in neither", (">=", ">")),
    ("you leave out bins with few examples", ("sum() == 0", "sum() <= 3")),
    ("you stop at the first empty bin", ("continue", "break")),
    ("np.digitize counts the bins from 1", OPEN_END, (BIN, "np.digitize(top, edges) == k")),
    ("equally many examples", OPEN_END, ("np.linspace(0, 1, num_bins + 1)", PERCENTILES)),
):
    edited(check_calibration, fragment, calibration_closed_below, *edits)
for fragment, *edit in (
    ("3 bins: the confidence at position [0] is 0.5", "return confi", "return 0.5 + 0 * confi"),
    ("write axis=0", "max(axis=0), y_hat.argmax(axis=0)", "max(axis=1), y_hat.argmax(axis=1)"),
    ("bins cancel out. Take", ERROR, "abs(np.sum((confidence - accuracy) * counts)) / len(labels)"),
    ("the number of values is 3, expected 4", f", {ERROR}", ""),
):
    edited(check_calibration, fragment, lesson.calibration, edit)
swapped = [("accuracy, confidence", "confidence, accuracy"), ("float(", "1.1 * float(")]
edited(check_calibration, "confidence and accuracy are swapped", calibration_by_sklearn, *swapped)


@wrong(check_calibration, "in the line `is_right = y_hat.argmax(axis=1) == labels`")
def calibration_wrong_axis(y_hat, labels, num_bins=10):
    top = y_hat.max(axis=1)
    is_right = y_hat.argmax(axis=1) == labels
    accuracy, confidence = calibration_curve(is_right, top, n_bins=num_bins)
    return confidence, accuracy, len(top), np.mean(abs(confidence - accuracy))


# A network that calls everything a 7.
ALWAYS_7 = {"W1": np.zeros((10, 784)), "b1": np.eye(10)[:, [7]]}
ONE = [[[80, 120], [150, 50], [150, 230]]]

right_answer(check_drawing, ALWAYS_7, ONE, 1)
right_answer(check_drawing, ALWAYS_7, [[(140, 40)], [(140, 200), (150, 210)]], np.int64(0))
right_answer(check_drawing, ALWAYS_7, ((((140, 40), (140.5, 200))),), 1)
wrong_answer(check_drawing, "to be filled in", ALWAYS_7, None, None)
wrong_answer(check_drawing, "to be filled in", ALWAYS_7, ONE, None)
wrong_answer(check_drawing, "you drew a 7, and the network says 7 too", ALWAYS_7, ONE, 7)
wrong_answer(check_drawing, "strokes is empty. Draw", ALWAYS_7, [], 1)
wrong_answer(check_drawing, "without quotes", ALWAYS_7, str(ONE), 1)
wrong_answer(check_drawing, "one more pair of brackets", ALWAYS_7, ONE[0], 1)
for strokes in ([80, 120], [ONE], [[]], [[[1, 2, 3]]], [[[1, 2], [3]]], [[["a", "b"]]], 12):
    wrong_answer(check_drawing, "each a list of points", ALWAYS_7, strokes, 1)
wrong_answer(check_drawing, "outside of the pad", ALWAYS_7, [[[-90, 900], [-80, 950]]], 1)
for digit in (10, "1", 1.5):
    wrong_answer(check_drawing, "whole number from 0 to 9", ALWAYS_7, ONE, digit)
