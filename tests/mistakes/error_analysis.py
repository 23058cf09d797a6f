"""What students write in lesson 7's exercises."""

from collections import Counter

import numpy as np
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
from mistakes import prediction, right, right_answer, wrong, wrong_answer

prediction(check_precision_and_recall_of_8, 0.6, 0.75, 0.2, 1, size=2)
right_answer(check_precision_and_recall_of_8, np.float64(30 / 50), 3 / 4, 40 / 200, 1.0)
wrong_answer(check_precision_and_recall_of_8, "you swapped the two. Prec", 0.75, 0.6, 1, 0.2)
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
def confusion_by_add_at(labels, predicted, num_classes=10):
    matrix = np.zeros((num_classes, num_classes), dtype=int)
    np.add.at(matrix, (labels, predicted), 1)
    return matrix


@right(check_confusion_matrix)
def confusion_by_sklearn(labels, predicted, num_classes=10):
    return metrics.confusion_matrix(labels, predicted, labels=np.arange(num_classes))


@right(check_confusion_matrix)
def confusion_by_one_hot_product(labels, predicted, num_classes=10):
    identity = np.eye(num_classes, dtype=np.float32)
    return identity[:, labels] @ identity[predicted]


@right(check_confusion_matrix)
def confusion_by_bincount(labels, predicted, num_classes=10):
    pairs = num_classes * labels + predicted
    return np.bincount(pairs, minlength=num_classes**2).reshape(num_classes, -1)


@right(check_confusion_matrix)
def confusion_by_two_loops(labels, predicted, num_classes=10):
    rows = [
        [((labels == a) & (predicted == b)).sum() for b in range(num_classes)]
        for a in range(num_classes)
    ]
    return np.array(rows)


@right(check_confusion_matrix)
def confusion_by_a_histogram(labels, predicted, num_classes=10):
    edges = np.arange(num_classes + 1)
    return np.histogram2d(labels, predicted, bins=[edges, edges])[0]


@right(check_confusion_matrix)
def confusion_in_lists(labels, predicted, num_classes=10):
    matrix = [[0] * num_classes for _ in range(num_classes)]
    for a, b in zip(labels, predicted, strict=True):
        matrix[a][b] += 1
    return matrix


@wrong(check_confusion_matrix, "brackets: (labels == a) & (predicted == b)")
def confusion_with_and_in_brackets(labels, predicted, num_classes=10):
    matrix = np.zeros((num_classes, num_classes))
    for i in range(num_classes):
        for j in range(num_classes):
            matrix[i, j] = np.sum((labels == i) and (predicted == j))
    return matrix


@wrong(check_confusion_matrix, "ValueError: cannot reshape")
def confusion_reshapes_too_few(labels, predicted, num_classes=10):
    counts = np.bincount(labels * num_classes + predicted)
    return counts.reshape(num_classes, num_classes)


@wrong(check_confusion_matrix, "of type Counter, expected a NumPy array")
def confusion_as_counter(labels, predicted, num_classes=10):
    return Counter(zip(labels.tolist(), predicted.tolist(), strict=True))


@wrong(check_confusion_matrix, "returns None")
def confusion_prints(labels, predicted, num_classes=10):
    print(metrics.confusion_matrix(labels, predicted, labels=range(num_classes)))


@wrong(check_confusion_matrix, "still to be written")
def confusion_unwritten(labels, predicted, num_classes=10):
    """Count how often each true class was called each class."""
    ...


def counts(labels, predicted, num_classes):
    matrix = np.zeros((num_classes, num_classes), dtype=int)
    np.add.at(matrix, (labels, predicted), 1)
    return matrix


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
def shares_by_nan_to_num(labels, predicted, num_classes=10):
    matrix = counts(labels, predicted, num_classes)
    right_ones = matrix.diagonal()
    precision = np.nan_to_num(right_ones / matrix.sum(axis=0))
    recall = np.nan_to_num(right_ones / matrix.sum(axis=1))
    return np.array([precision, recall], dtype=np.float32)


@right(check_precision_and_recall)
def shares_by_maximum(labels, predicted, num_classes=10):
    matrix = counts(labels, predicted, num_classes)
    # Where the sum is 0, the diagonal is 0 too.
    return [np.diag(matrix) / np.maximum(matrix.sum(axis), 1) for axis in (0, 1)]


@right(check_precision_and_recall)
def shares_in_lists(labels, predicted, num_classes=10):
    precision, recall = [], []
    for k in range(num_classes):
        called, true = labels[predicted == k], predicted[labels == k]
        precision.append(float(np.mean(called == k)) if len(called) else 0)
        recall.append(float(np.mean(true == k)) if len(true) else 0)
    return precision, recall


@wrong(check_precision_and_recall, "you swapped the two")
def shares_swapped_with_nan(labels, predicted, num_classes=10):
    matrix = counts(labels, predicted, num_classes)
    return np.diag(matrix) / matrix.sum(axis=1), np.diag(matrix) / matrix.sum(axis=0)


@wrong(check_precision_and_recall, "in the precision, you count the images that are rightly not")
def shares_precision_as_accuracy(labels, predicted, num_classes=10):
    precision, recall = np.zeros(num_classes), np.zeros(num_classes)
    for k in range(num_classes):
        precision[k] = ((labels == k) == (predicted == k)).sum() / len(labels)
        recall[k] = ((labels == k) & (predicted == k)).sum() / max((labels == k).sum(), 1)
    return precision, recall


@wrong(check_precision_and_recall, "in the precision, for classes that were never called, 0 / 0")
def shares_with_nan_in_precision(labels, predicted, num_classes=10):
    precision, recall = np.zeros(num_classes), np.zeros(num_classes)
    for k in range(num_classes):
        both = np.sum((labels == k) & (predicted == k))
        precision[k] = both / np.sum(predicted == k)
        if np.any(labels == k):
            recall[k] = both / np.sum(labels == k)
    return precision, recall


@wrong(check_precision_and_recall, "in the recall, you give F1")
def shares_with_f1(labels, predicted, num_classes=10):
    precision, recall = shares_by_maximum(labels, predicted, num_classes)
    total = precision + recall
    f1 = np.divide(2 * precision * recall, total, out=np.zeros(num_classes), where=total > 0)
    return precision, f1


@wrong(check_precision_and_recall, "in the recall, you rounded")
def shares_with_rounded_recall(labels, predicted, num_classes=10):
    precision, recall = shares_by_a_loop(labels, predicted, num_classes)
    return precision, np.round(recall, 3)


@wrong(check_precision_and_recall, "the recall at position [0] is 0.8")
def shares_with_another_recall(labels, predicted, num_classes=10):
    precision, recall = shares_by_a_loop(labels, predicted, num_classes)
    return precision, recall * 0 + 0.8


@wrong(check_precision_and_recall, "write & and brackets")
def shares_with_and(labels, predicted, num_classes=10):
    precision = np.zeros(num_classes)
    for k in range(num_classes):
        precision[k] = sum((labels == k) and (predicted == k)) / sum(predicted == k)
    return precision, precision


@right(check_most_confused_pairs)
def pairs_by_loops(confusion, num_pairs=5):
    pairs = []
    for a in range(len(confusion)):
        for b in range(a + 1, len(confusion)):
            pairs.append((a, b, confusion[a, b] + confusion[b, a]))
    pairs.sort(key=lambda pair: -pair[2])
    return pairs[:num_pairs]


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


@wrong(check_most_confused_pairs, "you fill up with others")
def pairs_by_as_many_maxima_down_to_minus_one(confusion, num_pairs=5):
    errors = np.triu(confusion + confusion.T, 1)
    found = np.zeros((num_pairs, 3), dtype=int)
    for i in range(num_pairs):
        a, b = np.unravel_index(errors.argmax(), errors.shape)
        found[i] = a, b, errors[a, b]
        errors[a, b] = -1
    return found


@wrong(check_most_confused_pairs, "the larger class comes first in some")
def pairs_larger_class_first_and_largest_last(confusion, num_pairs=5):
    pairs = []
    for a in range(len(confusion)):
        for b in range(a):
            pairs.append((a, b, confusion[a, b] + confusion[b, a]))
    return sorted(pairs, key=lambda pair: pair[2])[-num_pairs:]


@wrong(check_most_confused_pairs, "a pair is there twice, as")
def pairs_of_a_symmetric_matrix(confusion, num_pairs=5):
    errors = confusion + confusion.T
    np.fill_diagonal(errors, 0)
    order = np.argsort(errors, axis=None)[::-1][:num_pairs]
    return [(i // len(errors), i % len(errors), errors.flat[i]) for i in order]


@wrong(check_most_confused_pairs, "changes its input confusion")
def pairs_empty_the_diagonal_one_direction(confusion, num_pairs=5):
    np.fill_diagonal(confusion, 0)
    n = len(confusion)
    pairs = [(a, b, confusion[a, b]) for a in range(n) for b in range(a + 1, n)]
    return sorted(pairs, key=lambda pair: -pair[2])[:num_pairs]


@wrong(check_most_confused_pairs, "Does a 10 stand in your code")
def pairs_of_ten_classes(confusion, num_pairs=5):
    pairs = [(a, b, confusion[a, b] + confusion[b, a]) for a in range(10) for b in range(a + 1, 10)]
    return sorted(pairs, key=lambda pair: -pair[2])[:num_pairs]


@wrong(check_most_confused_pairs, "returns None")
def pairs_of_a_sort(confusion, num_pairs=5):
    return pairs_by_loops(confusion, num_pairs).sort(key=lambda pair: -pair[2])


@right(check_surest_mistakes)
def surest_by_mask(y_hat, labels, num_mistakes=10):
    confidence, predicted = y_hat.max(axis=0), y_hat.argmax(axis=0)
    order = np.argsort(confidence)[::-1]
    return order[(predicted != labels)[order]][:num_mistakes]


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


@wrong(check_surest_mistakes, "with max and argmax, write axis=0")
def surest_largest_of_rows(y_hat, labels, num_mistakes=10):
    confidence = y_hat.max(axis=1)
    is_wrong = y_hat.argmax(axis=0) != labels
    return np.argsort(-confidence * is_wrong)[:num_mistakes]


@wrong(check_surest_mistakes, "with max and argmax, write axis=0")
def surest_largest_of_all(y_hat, labels, num_mistakes=10):
    mistakes = np.flatnonzero(y_hat.argmax(axis=0) != labels)
    return mistakes[np.argsort(-y_hat.max()[mistakes])][:num_mistakes]


@wrong(check_surest_mistakes, "in the line `mistakes = np.flatnonzero(y_hat.argmax(axis=1)")
def surest_wrong_axis(y_hat, labels, num_mistakes=10):
    mistakes = np.flatnonzero(y_hat.argmax(axis=1) != labels)
    return mistakes[np.argsort(-y_hat.max(axis=1)[mistakes])][:num_mistakes]


@wrong(check_surest_mistakes, "changes its input y_hat")
def surest_erases(y_hat, labels, num_mistakes=10):
    y_hat[:, y_hat.argmax(axis=0) == labels] = 0
    num_mistakes = min(num_mistakes, np.count_nonzero(y_hat.max(axis=0)))
    return np.argsort(-y_hat.max(axis=0))[:num_mistakes]


def calibrate_by_loop(y_hat, labels, num_bins, error):
    """The loop that most students write, with an error of their own."""
    top, is_right = y_hat.max(axis=0), y_hat.argmax(axis=0) == labels
    edges = np.linspace(0, 1, num_bins + 1)
    bins = []
    for low, high in zip(edges[:-1], edges[1:], strict=True):
        inside = (top > low) & (top <= high)
        if inside.any():
            bins.append((top[inside].mean(), is_right[inside].mean(), inside.sum()))
    confidence, accuracy, counts = map(np.array, zip(*bins, strict=True))
    return confidence, accuracy, counts, error(confidence, accuracy, counts)


@right(check_calibration)
def calibration_by_loop(y_hat, labels, num_bins=10):
    return calibrate_by_loop(
        y_hat, labels, num_bins, lambda c, a, n: np.average(abs(c - a), weights=n)
    )


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


def calibrate_by_masks(y_hat, labels, masks):
    """Values for masks of the bins, which may be wrong; the error is divided by all answers."""
    top, is_right = y_hat.max(axis=0), y_hat.argmax(axis=0) == labels
    confidence, accuracy, sizes, error = [], [], [], 0
    for inside in masks(top):
        if inside.sum() == 0:
            continue
        confidence.append(top[inside].mean())
        accuracy.append(is_right[inside].mean())
        sizes.append(inside.sum())
        error += sizes[-1] / len(labels) * abs(confidence[-1] - accuracy[-1])
    return np.array(confidence), np.array(accuracy), np.array(sizes), error


@right(check_calibration)
def calibration_closed_below(y_hat, labels, num_bins=10):
    edges = np.linspace(0, 1, num_bins + 1)
    edges[-1] += 1
    return calibrate_by_masks(
        y_hat,
        labels,
        lambda top: [(top >= edges[k]) & (top < edges[k + 1]) for k in range(num_bins)],
    )


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


@wrong(check_calibration, "an answer with probability 1 is in none of your bins")
def calibration_without_ones_by_digitize(y_hat, labels, num_bins=10):
    edges = np.linspace(0, 1, num_bins + 1)
    return calibrate_by_masks(
        y_hat,
        labels,
        lambda conf: [np.digitize(conf, edges) - 1 == k for k in range(num_bins)],
    )


@wrong(check_calibration, "an answer on the edge of two bins is in neither")
def calibration_open_on_both_sides_but_with_ones(y_hat, labels, num_bins=10):
    edges = np.linspace(0, 1, num_bins + 1)
    edges[-1] = 1.1
    return calibrate_by_masks(
        y_hat,
        labels,
        lambda conf: [(conf > edges[k]) & (conf < edges[k + 1]) for k in range(num_bins)],
    )


@wrong(check_calibration, "you leave out bins with few examples")
def calibration_without_small_bins(y_hat, labels, num_bins=10):
    edges = np.linspace(0, 1, num_bins + 1)

    def masks(top):
        for low, high in zip(edges[:-1], edges[1:], strict=True):
            inside = (top > low) & (top <= high)
            if inside.sum() > 3:
                yield inside

    return calibrate_by_masks(y_hat, labels, masks)


@wrong(check_calibration, "you stop at the first empty bin")
def calibration_with_break(y_hat, labels, num_bins=10):
    edges = np.linspace(0, 1, num_bins + 1)

    def masks(top):
        for k in range(num_bins):
            inside = (top > edges[k]) & (top <= edges[k + 1])
            if not inside.any():
                break
            yield inside

    return calibrate_by_masks(y_hat, labels, masks)


@wrong(check_calibration, "np.digitize counts the bins from 1")
def calibration_by_digitize_from_0(y_hat, labels, num_bins=10):
    edges = np.linspace(0, 1, num_bins + 1)
    return calibrate_by_masks(
        y_hat, labels, lambda top: [np.digitize(top, edges) == i for i in range(num_bins)]
    )


@wrong(check_calibration, "equally many examples")
def calibration_by_percentiles(y_hat, labels, num_bins=10):
    def masks(top):
        edges = np.percentile(top, np.linspace(0, 100, num_bins + 1))
        return [(top >= edges[k]) & (top < edges[k + 1]) for k in range(num_bins)]

    return calibrate_by_masks(y_hat, labels, masks)


@wrong(check_calibration, "with 3 bins: the confidence at position [0] is 0.5")
def calibration_of_another_confidence(y_hat, labels, num_bins=10):
    confidence, accuracy, sizes, error = calibration_by_loop(y_hat, labels, num_bins)
    return 0 * confidence + 0.5, accuracy, sizes, error


@wrong(check_calibration, "with max and argmax, write axis=0")
def calibration_largest_of_rows_only(y_hat, labels, num_bins=10):
    return calibration_by_loop(y_hat.T, labels, num_bins)


@wrong(check_calibration, "too sure and too modest bins cancel out. Take")
def calibration_absolute_too_late(y_hat, labels, num_bins=10):
    return calibrate_by_loop(
        y_hat, labels, num_bins, lambda c, a, n: abs(np.sum((c - a) * n)) / len(labels)
    )


@wrong(check_calibration, "confidence and accuracy are swapped")
def calibration_sklearn_order(y_hat, labels, num_bins=10):
    top, is_right = y_hat.max(axis=0), y_hat.argmax(axis=0) == labels
    confidence, accuracy = calibration_curve(is_right, top, n_bins=num_bins)
    sizes = np.histogram(top, bins=num_bins, range=(0, 1))[0]
    sizes = sizes[sizes > 0]
    return confidence, accuracy, sizes, np.mean(abs(confidence - accuracy))


@wrong(check_calibration, "the number of values is 3, expected 4")
def calibration_without_error(y_hat, labels, num_bins=10):
    return calibration_by_loop(y_hat, labels, num_bins)[:3]


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
wrong_answer(check_drawing, "each a list of points", ALWAYS_7, [80, 120], 1)
wrong_answer(check_drawing, "each a list of points", ALWAYS_7, [ONE], 1)
wrong_answer(check_drawing, "each a list of points", ALWAYS_7, [[]], 1)
wrong_answer(check_drawing, "each a list of points", ALWAYS_7, [[[1, 2, 3]]], 1)
wrong_answer(check_drawing, "each a list of points", ALWAYS_7, [[[1, 2], [3]]], 1)
wrong_answer(check_drawing, "each a list of points", ALWAYS_7, [[["a", "b"]]], 1)
wrong_answer(check_drawing, "each a list of points", ALWAYS_7, 12, 1)
wrong_answer(check_drawing, "outside of the pad", ALWAYS_7, [[[-90, 900], [-80, 950]]], 1)
wrong_answer(check_drawing, "whole number from 0 to 9", ALWAYS_7, ONE, 10)
wrong_answer(check_drawing, "whole number from 0 to 9", ALWAYS_7, ONE, "1")
wrong_answer(check_drawing, "whole number from 0 to 9", ALWAYS_7, ONE, 1.5)


@wrong(check_confusion_matrix, "== only compares. = stores")
def confusion_compares(labels, predicted, num_classes=10):
    matrix = np.zeros((num_classes, num_classes))
    for a, b in zip(labels, predicted, strict=True):
        matrix[a, b] == matrix[a, b] + 1  # noqa: B015
    return matrix
