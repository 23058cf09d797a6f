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
from mistakes import right, right_answer, wrong, wrong_answer

right_answer(check_precision_and_recall_of_8, 0.6, 0.75, 0.2, 1)
right_answer(check_precision_and_recall_of_8, np.float64(30 / 50), 3 / 4, 40 / 200, 1.0)
wrong_answer(check_precision_and_recall_of_8, "you swapped the two. Prec", 0.75, 0.6, 0.2, 1)
wrong_answer(check_precision_and_recall_of_8, "you swapped the two. Prec", 0.75, 0.6, 1, 0.2)
wrong_answer(check_precision_and_recall_of_8, "per cent", 60, 75, 20, 100)
wrong_answer(check_precision_and_recall_of_8, "by all 200", 30 / 200, 30 / 200, 0.2, 0.2)
wrong_answer(check_precision_and_recall_of_8, "accuracy", 0.79, 0.79, 0.2, 0.2)
wrong_answer(check_precision_and_recall_of_8, "rightly not called", 0.85, 0.85, 0.2, 1)
wrong_answer(check_precision_and_recall_of_8, "both are the recall", 0.75, 0.75, 0.2, 1)
wrong_answer(check_precision_and_recall_of_8, "both are the precision", 0.6, 0.6, 0.2, 1)
wrong_answer(check_precision_and_recall_of_8, "wrong answers only", 30 / 20, 30 / 10, 0.25, 1)
wrong_answer(check_precision_and_recall_of_8, "the precision is right", 0.6, 0.3, 0.2, 1)
wrong_answer(check_precision_and_recall_of_8, "the recall is right", 0.5, 0.75, 0.2, 1)
wrong_answer(check_precision_and_recall_of_8, "second you swapped", 0.6, 0.75, 1, 0.2)
wrong_answer(check_precision_and_recall_of_8, "most are none", 0.6, 0.75, 1, 1)
wrong_answer(check_precision_and_recall_of_8, "not by the 160 others", 0.6, 0.75, 0.25, 1)
wrong_answer(check_precision_and_recall_of_8, "not equally frequent", 0.6, 0.75, 1 / 3, 1)
wrong_answer(check_precision_and_recall_of_8, "does the second miss", 0.6, 0.75, 0.2, 0.2)
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


@wrong(check_confusion_matrix, "8 bits, too few")
def confusion_of_bytes(labels, predicted, num_classes=10):
    edges = np.arange(num_classes + 1)
    return np.histogram2d(labels, predicted, bins=[edges, edges])[0].astype(int).astype(np.uint8)


@wrong(check_confusion_matrix, "8 bits, too few")
def confusion_of_bytes_by_a_loop(labels, predicted, num_classes=10):
    matrix = np.zeros((num_classes, num_classes), dtype=np.uint8)
    for i in range(len(labels)):
        matrix[labels[i], predicted[i]] += 1
    return matrix


@wrong(check_confusion_matrix, "8 bits, too few")
def confusion_of_signed_bytes(labels, predicted, num_classes=10):
    matrix = np.zeros((num_classes, num_classes), dtype=np.int8)
    np.add.at(matrix, (labels, predicted), 1)
    return matrix


@wrong(check_confusion_matrix, "repeats one and the same list")
def confusion_of_one_list(labels, predicted, num_classes=10):
    matrix = [[0] * num_classes] * num_classes
    for a, b in zip(labels, predicted, strict=True):
        matrix[a][b] += 1
    return matrix


@wrong(check_confusion_matrix, "each image adds 1 to one row alone")
def confusion_of_whole_columns(labels, predicted, num_classes=10):
    matrix = np.zeros((num_classes, num_classes))
    for b in predicted:
        matrix[:, b] += 1
    return matrix


@wrong(check_confusion_matrix, "repeats one and the same list")
def confusion_of_one_list_as_array(labels, predicted, num_classes=10):
    return np.array(confusion_of_one_list(labels, predicted, num_classes))


@wrong(check_confusion_matrix, "Loop over all: range(len(labels))")
def confusion_of_the_first_images(labels, predicted, num_classes=10):
    matrix = np.zeros((num_classes, num_classes))
    for i in range(num_classes):
        matrix[labels[i], predicted[i]] += 1
    return matrix


@wrong(check_confusion_matrix, "brackets: (labels == a) & (predicted == b)")
def confusion_with_and_in_brackets(labels, predicted, num_classes=10):
    matrix = np.zeros((num_classes, num_classes))
    for i in range(num_classes):
        for j in range(num_classes):
            matrix[i, j] = np.sum((labels == i) and (predicted == j))
    return matrix


@wrong(check_confusion_matrix, "rows and columns are exchanged. The row")
def confusion_transposed(labels, predicted, num_classes=10):
    matrix = np.zeros((num_classes, num_classes), dtype=int)
    for true, called in zip(labels, predicted, strict=True):
        matrix[called, true] += 1
    return matrix


@wrong(check_confusion_matrix, "wants the true labels first")
def confusion_sklearn_exchanged(labels, predicted, num_classes=10):
    return metrics.confusion_matrix(predicted, labels, labels=range(num_classes))


@wrong(check_confusion_matrix, "+= 1 adds only once: use np.add.at")
def confusion_counts_once(labels, predicted, num_classes=10):
    matrix = np.zeros((num_classes, num_classes), dtype=int)
    matrix[labels, predicted] += 1
    return matrix


@wrong(check_confusion_matrix, "no count is above 1")
def confusion_of_booleans(labels, predicted, num_classes=10):
    matrix = np.zeros((num_classes, num_classes), dtype=bool)
    for a, b in zip(labels, predicted, strict=True):
        matrix[a, b] = True
    return matrix


@wrong(check_confusion_matrix, "and rows and columns are exchanged")
def confusion_counts_once_transposed(labels, predicted, num_classes=10):
    matrix = np.zeros((num_classes, num_classes))
    matrix[predicted, labels] += 1
    return matrix


@wrong(check_confusion_matrix, "labels=range(num_classes)")
def confusion_sklearn_plain(labels, predicted, num_classes=10):
    return metrics.confusion_matrix(labels, predicted)


@wrong(check_confusion_matrix, "labels=range(num_classes)")
def confusion_of_labels_that_occur(labels, predicted, num_classes=10):
    classes = np.unique(labels)
    return np.array([[np.sum((labels == a) & (predicted == b)) for b in classes] for a in classes])


@wrong(check_confusion_matrix, "from the classes that occur")
def confusion_up_to_the_largest_label(labels, predicted, num_classes=10):
    n = labels.max() + 1
    matrix = np.zeros((n, n), dtype=int)
    np.add.at(matrix, (labels, predicted), 1)
    return matrix


@wrong(check_confusion_matrix, "too small where a class is missing")
def confusion_too_small(labels, predicted, num_classes=10):
    n = len(set(labels))
    matrix = np.zeros((n, n))
    for a, b in zip(labels, predicted, strict=True):
        matrix[a, b] = matrix[a, b] + 1
    return matrix


@wrong(check_confusion_matrix, "always 10 x 10")
def confusion_always_ten(labels, predicted, num_classes=10):
    matrix = np.zeros((10, 10), dtype=int)
    np.add.at(matrix, (labels, predicted), 1)
    return matrix


@wrong(check_confusion_matrix, "only the diagonal")
def confusion_right_ones(labels, predicted, num_classes=10):
    matrix = np.zeros((num_classes, num_classes), dtype=int)
    for a, b in zip(labels, predicted, strict=True):
        if a == b:
            matrix[a, b] += 1
    return matrix


@wrong(check_confusion_matrix, "the diagonal is empty")
def confusion_errors(labels, predicted, num_classes=10):
    matrix = np.zeros((num_classes, num_classes), dtype=int)
    is_wrong = labels != predicted
    np.add.at(matrix, (labels[is_wrong], predicted[is_wrong]), 1)
    return matrix


@wrong(check_confusion_matrix, "these are shares")
def confusion_normalised(labels, predicted, num_classes=10):
    matrix = metrics.confusion_matrix(labels, predicted, labels=range(num_classes))
    return matrix / matrix.sum(axis=1, keepdims=True)


@wrong(check_confusion_matrix, "these are shares")
def confusion_normalised_by_sklearn(labels, predicted, num_classes=10):
    return metrics.confusion_matrix(labels, predicted, labels=range(num_classes), normalize="true")


@wrong(check_confusion_matrix, "these are shares")
def confusion_share_of_all(labels, predicted, num_classes=10):
    matrix = np.zeros((num_classes, num_classes))
    for a, b in zip(labels, predicted, strict=True):
        matrix[a, b] += 1 / len(labels)
    return matrix


@wrong(check_confusion_matrix, "in one long row. End with")
def confusion_flat(labels, predicted, num_classes=10):
    return np.bincount(labels * num_classes + predicted, minlength=num_classes * num_classes)


@wrong(check_confusion_matrix, "Give np.bincount a minlength")
def confusion_flat_and_short(labels, predicted, num_classes=10):
    return np.bincount(labels * num_classes + predicted)


@wrong(check_confusion_matrix, "ValueError: cannot reshape")
def confusion_reshapes_too_few(labels, predicted, num_classes=10):
    counts = np.bincount(labels * num_classes + predicted)
    return counts.reshape(num_classes, num_classes)


@wrong(check_confusion_matrix, "one row too high and one column too far left")
def confusion_off_by_one(labels, predicted, num_classes=10):
    matrix = np.zeros((num_classes, num_classes), dtype=int)
    for a, b in zip(labels, predicted, strict=True):
        matrix[a - 1, b - 1] += 1
    return matrix


@wrong(check_confusion_matrix, "a row and a column too many")
def confusion_one_too_many(labels, predicted, num_classes=10):
    matrix = np.zeros((num_classes + 1, num_classes + 1), dtype=int)
    np.add.at(matrix, (labels, predicted), 1)
    return matrix


@wrong(check_confusion_matrix, "np.histogram2d spreads its bins")
def confusion_by_a_narrow_histogram(labels, predicted, num_classes=10):
    matrix, _, _ = np.histogram2d(labels, predicted, bins=num_classes)
    return matrix


@wrong(check_confusion_matrix, "no count is above 1: a pair")
def confusion_assigns_one(labels, predicted, num_classes=10):
    matrix = np.zeros((num_classes, num_classes))
    for i in range(len(labels)):
        matrix[labels[i], predicted[i]] = +1
    return matrix


@wrong(check_confusion_matrix, "whether it is right")
def confusion_is_right(labels, predicted, num_classes=10):
    return labels == predicted


@wrong(check_confusion_matrix, "every label with every prediction")
def confusion_all_against_all(labels, predicted, num_classes=10):
    return (labels.reshape(-1, 1) == predicted.reshape(1, -1)).astype(int)


@wrong(check_confusion_matrix, "each true class alone")
def confusion_row_sums(labels, predicted, num_classes=10):
    return np.bincount(labels, minlength=num_classes)


@wrong(check_confusion_matrix, "each predicted class alone")
def confusion_column_sums(labels, predicted, num_classes=10):
    return np.array([np.count_nonzero(predicted == k) for k in range(num_classes)])


@wrong(check_confusion_matrix, "this is the accuracy")
def confusion_accuracy(labels, predicted, num_classes=10):
    return np.mean(labels == predicted)


@wrong(check_confusion_matrix, "in both directions")
def confusion_in_both_directions(labels, predicted, num_classes=10):
    matrix = np.zeros((num_classes, num_classes), dtype=int)
    for a, b in zip(labels, predicted, strict=True):
        matrix[a, b] += 1
        if a != b:
            matrix[b, a] += 1
    return matrix


@wrong(check_confusion_matrix, "not | (or)")
def confusion_with_or(labels, predicted, num_classes=10):
    matrix = np.zeros((num_classes, num_classes))
    for a in range(num_classes):
        for b in range(num_classes):
            matrix[a, b] = np.sum((labels == a) | (predicted == b))
    return matrix


@wrong(check_confusion_matrix, "as if every label met every prediction")
def confusion_product(labels, predicted, num_classes=10):
    matrix = np.zeros((num_classes, num_classes))
    for a in range(num_classes):
        for b in range(num_classes):
            matrix[a, b] = np.sum(labels == a) * np.sum(predicted == b)
    return matrix


@wrong(check_confusion_matrix, "as if every label met every prediction")
def confusion_nested_loops(labels, predicted, num_classes=10):
    matrix = np.zeros((num_classes, num_classes))
    for a in labels:
        for b in predicted:
            matrix[a, b] += 1
    return matrix


@wrong(check_confusion_matrix, "changes a copy")
def confusion_of_a_copy(labels, predicted, num_classes=10):
    matrix = np.zeros((num_classes, num_classes))
    matrix[labels][predicted] += 1
    return matrix


@wrong(check_confusion_matrix, "in the line `if labels == a and predicted == b:`")
def confusion_with_and(labels, predicted, num_classes=10):
    matrix = np.zeros((num_classes, num_classes))
    for a in range(num_classes):
        for b in range(num_classes):
            if labels == a and predicted == b:
                matrix[a, b] += 1
    return matrix


@wrong(check_confusion_matrix, "1 too large. Start from zeros")
def confusion_from_ones(labels, predicted, num_classes=10):
    matrix = np.ones((num_classes, num_classes))
    np.add.at(matrix, (labels, predicted), 1)
    return matrix


@wrong(check_confusion_matrix, "return stand inside the loop")
def confusion_returns_early(labels, predicted, num_classes=10):
    matrix = np.zeros((num_classes, num_classes))
    for a, b in zip(labels, predicted, strict=True):
        matrix[a, b] += 1
        return matrix


@wrong(check_confusion_matrix, "the last image is not counted")
def confusion_without_the_last(labels, predicted, num_classes=10):
    matrix = np.zeros((num_classes, num_classes))
    for i in range(len(labels) - 1):
        matrix[labels[i], predicted[i]] += 1
    return matrix


@wrong(check_confusion_matrix, "labels with themselves")
def confusion_labels_twice(labels, predicted, num_classes=10):
    return metrics.confusion_matrix(labels, labels, labels=range(num_classes))


@wrong(check_confusion_matrix, "2 x 2 tables")
def confusion_one_against_rest(labels, predicted, num_classes=10):
    return metrics.multilabel_confusion_matrix(labels, predicted, labels=range(num_classes))


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
def shares_swapped(labels, predicted, num_classes=10):
    matrix = counts(labels, predicted, num_classes)
    precision = np.diag(matrix) / np.maximum(matrix.sum(axis=1), 1)
    recall = np.diag(matrix) / np.maximum(matrix.sum(axis=0), 1)
    return precision, recall


@wrong(check_precision_and_recall, "you swapped the two")
def shares_swapped_with_nan(labels, predicted, num_classes=10):
    matrix = counts(labels, predicted, num_classes)
    return np.diag(matrix) / matrix.sum(axis=1), np.diag(matrix) / matrix.sum(axis=0)


@wrong(check_precision_and_recall, "both arrays are the recall")
def shares_of_rows(labels, predicted, num_classes=10):
    matrix = counts(labels, predicted, num_classes)
    of_rows = np.diag(matrix) / np.maximum(matrix.sum(axis=1), 1)
    return of_rows, of_rows


@wrong(check_precision_and_recall, "both arrays are the precision")
def shares_of_columns(labels, predicted, num_classes=10):
    matrix = counts(labels, predicted, num_classes)
    of_columns = np.diag(matrix) / np.maximum(matrix.sum(axis=0), 1)
    return of_columns, of_columns.copy()


@wrong(check_precision_and_recall, "in both, you count the images that are rightly not called")
def shares_as_accuracy(labels, predicted, num_classes=10):
    accuracy = np.array([np.mean((labels == k) == (predicted == k)) for k in range(num_classes)])
    return accuracy, accuracy


@wrong(check_precision_and_recall, "in the precision, you count the images that are rightly not")
def shares_precision_as_accuracy(labels, predicted, num_classes=10):
    precision, recall = np.zeros(num_classes), np.zeros(num_classes)
    for k in range(num_classes):
        precision[k] = ((labels == k) == (predicted == k)).sum() / len(labels)
        recall[k] = ((labels == k) & (predicted == k)).sum() / max((labels == k).sum(), 1)
    return precision, recall


@wrong(check_precision_and_recall, "over all classes, a single number")
def shares_micro_average(labels, predicted, num_classes=10):
    return (
        metrics.precision_score(labels, predicted, average="micro"),
        metrics.recall_score(labels, predicted, average="micro"),
    )


@wrong(check_precision_and_recall, "mean over the classes")
def shares_macro_average(labels, predicted, num_classes=10):
    precision, recall = shares_by_a_loop(labels, predicted, num_classes)
    return precision.mean(), recall.mean()


@wrong(check_precision_and_recall, "never called, or never occur, 0 / 0 gives nan")
def shares_with_nan(labels, predicted, num_classes=10):
    matrix = counts(labels, predicted, num_classes)
    precision = np.diag(matrix) / matrix.sum(axis=0)
    recall = np.diag(matrix) / matrix.sum(axis=1)
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


@wrong(check_precision_and_recall, "you divide by 0, where")
def shares_in_plain_python(labels, predicted, num_classes=10):
    labels, predicted = labels.tolist(), predicted.tolist()
    precision, recall = [], []
    for k in range(num_classes):
        both = sum(a == b == k for a, b in zip(labels, predicted, strict=True))
        precision.append(both / predicted.count(k))
        recall.append(both / labels.count(k))
    return np.array(precision), np.array(recall)


@wrong(check_precision_and_recall, "you put 1 for classes")
def shares_with_ones(labels, predicted, num_classes=10):
    precision, recall, _, _ = metrics.precision_recall_fscore_support(
        labels, predicted, labels=range(num_classes), zero_division=1
    )
    return precision, recall


@wrong(check_precision_and_recall, "in both, you leave out classes")
def shares_without_labels(labels, predicted, num_classes=10):
    precision, recall, _, _ = metrics.precision_recall_fscore_support(
        labels, predicted, zero_division=0
    )
    return precision, recall


@wrong(check_precision_and_recall, "you leave out the classes that were never called")
def shares_without_empty_ones(labels, predicted, num_classes=10):
    precision, recall = [], []
    for k in range(num_classes):
        if (predicted == k).any():
            precision.append((labels[predicted == k] == k).mean())
        if (labels == k).any():
            recall.append((predicted[labels == k] == k).mean())
    return np.array(precision), np.array(recall)


@wrong(check_precision_and_recall, "returns four values")
def shares_all_four(labels, predicted, num_classes=10):
    return metrics.precision_recall_fscore_support(
        labels, predicted, labels=range(num_classes), zero_division=0
    )


@wrong(check_precision_and_recall, "in the recall, you give F1")
def shares_with_f1(labels, predicted, num_classes=10):
    precision, recall = shares_by_maximum(labels, predicted, num_classes)
    total = precision + recall
    f1 = np.divide(2 * precision * recall, total, out=np.zeros(num_classes), where=total > 0)
    return precision, f1


@wrong(check_precision_and_recall, "in both, you give F1")
def shares_f1_twice(labels, predicted, num_classes=10):
    f1 = metrics.f1_score(
        labels, predicted, labels=range(num_classes), average=None, zero_division=0
    )
    return f1, f1


@wrong(check_precision_and_recall, "by the number of all images")
def shares_of_all(labels, predicted, num_classes=10):
    right_ones = np.diag(counts(labels, predicted, num_classes))
    return right_ones / len(labels), right_ones / len(predicted)


@wrong(check_precision_and_recall, "per cent")
def shares_in_per_cent(labels, predicted, num_classes=10):
    precision, recall = shares_by_a_loop(labels, predicted, num_classes)
    return 100 * precision, 100 * recall


@wrong(check_precision_and_recall, "you give counts. Divide")
def shares_not_divided(labels, predicted, num_classes=10):
    right_ones = np.bincount(labels[labels == predicted], minlength=num_classes)
    return right_ones, right_ones


@wrong(check_precision_and_recall, "share of wrong answers")
def shares_of_wrong_ones(labels, predicted, num_classes=10):
    matrix = counts(labels, predicted, num_classes)
    wrong_ones = matrix - np.diag(np.diag(matrix))
    return (
        wrong_ones.sum(axis=0) / np.maximum(matrix.sum(axis=0), 1),
        wrong_ones.sum(axis=1) / np.maximum(matrix.sum(axis=1), 1),
    )


@wrong(check_precision_and_recall, "divide by the wrong answers alone")
def shares_by_the_wrong_ones(labels, predicted, num_classes=10):
    right_ones = np.diag(counts(labels, predicted, num_classes))
    false_positives = np.array(
        [np.sum((predicted == k) & (labels != k)) for k in range(num_classes)]
    )
    false_negatives = np.array(
        [np.sum((predicted != k) & (labels == k)) for k in range(num_classes)]
    )
    return right_ones / false_positives, right_ones / false_negatives


@wrong(check_precision_and_recall, "always give ten classes")
def shares_always_ten(labels, predicted, num_classes=10):
    return shares_by_a_loop(labels, predicted, 10)


@wrong(check_precision_and_recall, "adds 1 only once")
def shares_counted_once(labels, predicted, num_classes=10):
    right_ones = np.zeros(num_classes)
    right_ones[labels[labels == predicted]] += 1
    called = np.bincount(predicted, minlength=num_classes)
    true = np.bincount(labels, minlength=num_classes)
    return right_ones / np.maximum(called, 1), right_ones / np.maximum(true, 1)


@wrong(check_precision_and_recall, "to whole numbers")
def shares_in_an_array_of_ints(labels, predicted, num_classes=10):
    precision, recall = np.zeros((2, num_classes), dtype=int)
    for k in range(num_classes):
        both = np.sum((labels == k) & (predicted == k))
        precision[k] = both / max(np.sum(predicted == k), 1)
        recall[k] = both / max(np.sum(labels == k), 1)
    return precision, recall


@wrong(check_precision_and_recall, "in both, you divide by one too many")
def shares_plus_one(labels, predicted, num_classes=10):
    c = counts(labels, predicted, num_classes)
    return np.diag(c) / (c.sum(axis=0) + 1), np.diag(c) / (c.sum(axis=1) + 1)


@wrong(check_precision_and_recall, "in both, you rounded")
def shares_rounded(labels, predicted, num_classes=10):
    precision, recall = shares_by_a_loop(labels, predicted, num_classes)
    return precision.round(2), [round(share, 2) for share in recall]


@wrong(check_precision_and_recall, "in the recall, you rounded")
def shares_with_rounded_recall(labels, predicted, num_classes=10):
    precision, recall = shares_by_a_loop(labels, predicted, num_classes)
    return precision, np.round(recall, 3)


@wrong(check_precision_and_recall, "The right answers are on the diagonal")
def shares_of_the_largest(labels, predicted, num_classes=10):
    c = counts(labels, predicted, num_classes)
    called, true = np.maximum(c.sum(axis=0), 1), np.maximum(c.sum(axis=1), 1)
    return c.max(axis=0) / called, c.max(axis=1) / true


@wrong(check_precision_and_recall, "The right answers are on the diagonal")
def recall_of_the_largest(labels, predicted, num_classes=10):
    c = counts(labels, predicted, num_classes)
    precision, _ = shares_by_a_loop(labels, predicted, num_classes)
    return precision, c.max(axis=1) / np.maximum(c.sum(axis=1), 1)


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


@wrong(check_precision_and_recall, "this is the precision alone")
def shares_precision_only(labels, predicted, num_classes=10):
    return shares_by_a_loop(labels, predicted, num_classes)[0]


@wrong(check_precision_and_recall, "one row for each class")
def shares_in_columns(labels, predicted, num_classes=10):
    return np.column_stack(shares_by_a_loop(labels, predicted, num_classes))


@wrong(check_precision_and_recall, "in the line `if predicted == k:`")
def shares_by_if(labels, predicted, num_classes=10):
    called = np.zeros(num_classes)
    for k in range(num_classes):
        if predicted == k:
            called[k] += 1
    return called, called


@wrong(check_precision_and_recall, "returns None")
def shares_printed(labels, predicted, num_classes=10):
    print(shares_by_a_loop(labels, predicted, num_classes))


@wrong(check_precision_and_recall, "still to be written")
def shares_unwritten(labels, predicted, num_classes=10):
    """Precision and recall."""
    ...


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
def pairs_by_as_many_maxima(confusion, num_pairs=5):
    errors = np.triu(confusion + confusion.T, 1)
    found = []
    for _ in range(num_pairs):
        a, b = np.unravel_index(np.argmax(errors), errors.shape)
        found.append((int(a), int(b), int(errors[a, b])))
        errors[a, b] = 0
    return found


@wrong(check_most_confused_pairs, "you fill up with others")
def pairs_by_as_many_maxima_down_to_minus_one(confusion, num_pairs=5):
    errors = np.triu(confusion + confusion.T, 1)
    found = np.zeros((num_pairs, 3), dtype=int)
    for i in range(num_pairs):
        a, b = np.unravel_index(errors.argmax(), errors.shape)
        found[i] = a, b, errors[a, b]
        errors[a, b] = -1
    return found


@wrong(check_most_confused_pairs, "you return a generator")
def pairs_yielded(confusion, num_pairs=5):
    yield from pairs_by_loops(confusion, num_pairs)


@wrong(check_most_confused_pairs, "you return a generator")
def pairs_in_a_generator_expression(confusion, num_pairs=5):
    return (pair for pair in pairs_by_loops(confusion, num_pairs))


@wrong(check_most_confused_pairs, "the larger class comes first in some")
def pairs_larger_class_first_and_largest_last(confusion, num_pairs=5):
    pairs = []
    for a in range(len(confusion)):
        for b in range(a):
            pairs.append((a, b, confusion[a, b] + confusion[b, a]))
    return sorted(pairs, key=lambda pair: pair[2])[-num_pairs:]


@wrong(check_most_confused_pairs, "the larger class comes first in some")
def pairs_larger_class_first_and_smallest(confusion, num_pairs=5):
    pairs = []
    for a in range(len(confusion)):
        for b in range(a):
            pairs.append((a, b, confusion[a, b] + confusion[b, a]))
    return sorted(pairs, key=lambda pair: pair[2])[:num_pairs]


@wrong(check_most_confused_pairs, "each direction by itself")
def pairs_one_direction(confusion, num_pairs=5):
    pairs = []
    for a in range(len(confusion)):
        for b in range(len(confusion)):
            if a != b:
                pairs.append((a, b, confusion[a, b]))
    return sorted(pairs, key=lambda pair: pair[2], reverse=True)[:num_pairs]


@wrong(check_most_confused_pairs, "one direction only: a called b")
def pairs_upper_triangle(confusion, num_pairs=5):
    n = len(confusion)
    pairs = [(a, b, confusion[a, b]) for a in range(n) for b in range(a + 1, n)]
    return sorted(pairs, key=lambda pair: pair[2], reverse=True)[:num_pairs]


@wrong(check_most_confused_pairs, "one direction only: b called a")
def pairs_lower_triangle(confusion, num_pairs=5):
    n = len(confusion)
    pairs = [(a, b, confusion[b, a]) for a in range(n) for b in range(a + 1, n)]
    return sorted(pairs, key=lambda pair: pair[2], reverse=True)[:num_pairs]


@wrong(check_most_confused_pairs, "a pair is there twice, as")
def pairs_twice(confusion, num_pairs=5):
    n = len(confusion)
    pairs = [
        (a, b, confusion[a, b] + confusion[b, a]) for a in range(n) for b in range(n) if a != b
    ]
    return sorted(pairs, key=lambda pair: pair[2], reverse=True)[:num_pairs]


@wrong(check_most_confused_pairs, "a pair is there twice, as")
def pairs_of_a_symmetric_matrix(confusion, num_pairs=5):
    errors = confusion + confusion.T
    np.fill_diagonal(errors, 0)
    order = np.argsort(errors, axis=None)[::-1][:num_pairs]
    return [(i // len(errors), i % len(errors), errors.flat[i]) for i in order]


@wrong(check_most_confused_pairs, "the diagonal is there. It counts")
def pairs_with_diagonal(confusion, num_pairs=5):
    n = len(confusion)
    pairs = [(a, b, confusion[a, b] + confusion[b, a]) for a in range(n) for b in range(a, n)]
    return sorted(pairs, key=lambda pair: pair[2], reverse=True)[:num_pairs]


@wrong(check_most_confused_pairs, "the diagonal is there, and each direction")
def pairs_largest_entries(confusion, num_pairs=5):
    order = np.argsort(-confusion.ravel())[:num_pairs]
    rows, columns = np.unravel_index(order, confusion.shape)
    return [(a, b, confusion[a, b]) for a, b in zip(rows, columns, strict=True)]


@wrong(check_most_confused_pairs, "the smallest counts come first")
def pairs_smallest_first(confusion, num_pairs=5):
    n = len(confusion)
    pairs = [(a, b, confusion[a, b] + confusion[b, a]) for a in range(n) for b in range(a + 1, n)]
    return sorted(pairs, key=lambda pair: pair[2])[:num_pairs]


@wrong(check_most_confused_pairs, "but the largest count comes last")
def pairs_largest_last(confusion, num_pairs=5):
    n = len(confusion)
    pairs = [(a, b, confusion[a, b] + confusion[b, a]) for a in range(n) for b in range(a + 1, n)]
    return sorted(pairs, key=lambda pair: pair[2])[-num_pairs:]


@wrong(check_most_confused_pairs, "the count comes first")
def pairs_count_first(confusion, num_pairs=5):
    n = len(confusion)
    pairs = [(confusion[a, b] + confusion[b, a], a, b) for a in range(n) for b in range(a + 1, n)]
    return sorted(pairs, reverse=True)[:num_pairs]


@wrong(check_most_confused_pairs, "the larger class comes first in some")
def pairs_larger_class_first(confusion, num_pairs=5):
    pairs = []
    for a in range(len(confusion)):
        for b in range(a):
            pairs.append((a, b, confusion[a, b] + confusion[b, a]))
    return sorted(pairs, key=lambda pair: pair[2], reverse=True)[:num_pairs]


@wrong(check_most_confused_pairs, "not by the count: the third number is the key")
def pairs_sorted_by_class(confusion, num_pairs=5):
    n = len(confusion)
    pairs = [(a, b, confusion[a, b] + confusion[b, a]) for a in range(n) for b in range(a + 1, n)]
    return sorted(pairs, reverse=True)[:num_pairs]


@wrong(check_most_confused_pairs, "the first pairs in the order of the classes")
def pairs_not_sorted(confusion, num_pairs=5):
    n = len(confusion)
    pairs = [(a, b, confusion[a, b] + confusion[b, a]) for a in range(n) for b in range(a + 1, n)]
    return pairs[:num_pairs]


@wrong(check_most_confused_pairs, "before you sorted")
def pairs_cut_too_early(confusion, num_pairs=5):
    n = len(confusion)
    pairs = [(a, b, confusion[a, b] + confusion[b, a]) for a in range(n) for b in range(a + 1, n)]
    return sorted(pairs[:num_pairs], key=lambda pair: -pair[2])


@wrong(check_most_confused_pairs, "you return all pairs. Keep")
def pairs_all(confusion, num_pairs=5):
    n = len(confusion)
    pairs = [(a, b, confusion[a, b] + confusion[b, a]) for a in range(n) for b in range(a + 1, n)]
    return sorted(pairs, key=lambda pair: -pair[2])


@wrong(check_most_confused_pairs, "always return 5 pairs")
def pairs_always_five(confusion, num_pairs=5):
    return pairs_all(confusion)[:5]


@wrong(check_most_confused_pairs, "you changed the matrix that you were given")
def pairs_empty_the_diagonal(confusion, num_pairs=5):
    np.fill_diagonal(confusion, 0)
    errors = np.triu(confusion + confusion.T)
    order = np.argsort(-errors, axis=None, kind="stable")
    pairs = [(int(i // len(errors)), int(i % len(errors)), int(errors.flat[i])) for i in order]
    return [pair for pair in pairs if pair[2] > 0][:num_pairs]


@wrong(check_most_confused_pairs, "changes its input confusion")
def pairs_empty_the_diagonal_one_direction(confusion, num_pairs=5):
    np.fill_diagonal(confusion, 0)
    n = len(confusion)
    pairs = [(a, b, confusion[a, b]) for a in range(n) for b in range(a + 1, n)]
    return sorted(pairs, key=lambda pair: -pair[2])[:num_pairs]


@wrong(check_most_confused_pairs, "the larger of the two directions")
def pairs_maximum(confusion, num_pairs=5):
    n = len(confusion)
    pairs = [
        (a, b, max(confusion[a, b], confusion[b, a])) for a in range(n) for b in range(a + 1, n)
    ]
    return sorted(pairs, key=lambda pair: -pair[2])[:num_pairs]


@wrong(check_most_confused_pairs, "the mean of the two directions")
def pairs_mean(confusion, num_pairs=5):
    both = (confusion + confusion.T) / 2
    n = len(both)
    pairs = [(a, b, both[a, b]) for a in range(n) for b in range(a + 1, n)]
    return sorted(pairs, key=lambda pair: -pair[2])[:num_pairs]


@wrong(check_most_confused_pairs, "the counts are missing")
def pairs_without_counts(confusion, num_pairs=5):
    return [(a, b) for a, b, _ in pairs_by_loops(confusion, num_pairs)]


@wrong(check_most_confused_pairs, "a pair within the pair")
def pairs_nested(confusion, num_pairs=5):
    errors = {}
    for a in range(len(confusion)):
        for b in range(a + 1, len(confusion)):
            errors[(a, b)] = confusion[a, b] + confusion[b, a]
    return sorted(errors.items(), key=lambda item: -item[1])[:num_pairs]


@wrong(check_most_confused_pairs, "you return a dict")
def pairs_in_a_dict(confusion, num_pairs=5):
    return {(a, b): count for a, b, count in pairs_by_loops(confusion, num_pairs)}


@wrong(check_most_confused_pairs, "IndexError")
def pairs_of_ten_classes(confusion, num_pairs=5):
    pairs = [(a, b, confusion[a, b] + confusion[b, a]) for a in range(10) for b in range(a + 1, 10)]
    return sorted(pairs, key=lambda pair: -pair[2])[:num_pairs]


@wrong(check_most_confused_pairs, "returns None")
def pairs_of_a_sort(confusion, num_pairs=5):
    return pairs_all(confusion).sort(key=lambda pair: -pair[2])


@wrong(check_most_confused_pairs, "still to be written")
def pairs_unwritten(confusion, num_pairs=5):
    """The pairs of classes taken for each other most often."""
    ...


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


@wrong(check_surest_mistakes, "floats, which cannot index")
def surest_as_floats(y_hat, labels, num_mistakes=10):
    found = np.zeros(len(labels))
    mistakes = surest_by_mask(y_hat, labels, num_mistakes)
    found[: len(mistakes)] = mistakes
    return found[: len(mistakes)]


@wrong(check_surest_mistakes, "with max and argmax, write axis=0")
def surest_largest_of_rows(y_hat, labels, num_mistakes=10):
    confidence = y_hat.max(axis=1)
    is_wrong = y_hat.argmax(axis=0) != labels
    return np.argsort(-confidence * is_wrong)[:num_mistakes]


@wrong(check_surest_mistakes, "with max and argmax, write axis=0")
def surest_largest_of_rows_at_mistakes(y_hat, labels, num_mistakes=10):
    mistakes = np.flatnonzero(y_hat.argmax(axis=0) != labels)
    return mistakes[np.argsort(-y_hat.max(axis=1)[mistakes])][:num_mistakes]


@wrong(check_surest_mistakes, "with max and argmax, write axis=0")
def surest_largest_of_all(y_hat, labels, num_mistakes=10):
    mistakes = np.flatnonzero(y_hat.argmax(axis=0) != labels)
    return mistakes[np.argsort(-y_hat.max()[mistakes])][:num_mistakes]


@wrong(check_surest_mistakes, "with max and argmax, write axis=0")
def surest_rows(y_hat, labels, num_mistakes=10):
    confidence, predicted = y_hat.max(axis=1), y_hat.argmax(axis=1)
    order = np.argsort(-confidence)
    return order[(predicted != labels)[order]][:num_mistakes]


@wrong(check_surest_mistakes, "right answers are among yours")
def surest_of_all(y_hat, labels, num_mistakes=10):
    return np.argsort(-y_hat.max(axis=0))[:num_mistakes]


@wrong(check_surest_mistakes, "these are right answers")
def surest_right_ones(y_hat, labels, num_mistakes=10):
    is_right = y_hat.argmax(axis=0) == labels
    order = np.argsort(-y_hat.max(axis=0))
    return order[is_right[order]][:num_mistakes]


@wrong(check_surest_mistakes, "the least sure come first")
def surest_least_first(y_hat, labels, num_mistakes=10):
    mistakes = np.flatnonzero(y_hat.argmax(axis=0) != labels)
    return mistakes[np.argsort(y_hat.max(axis=0)[mistakes])][:num_mistakes]


@wrong(check_surest_mistakes, "but the surest come last")
def surest_last(y_hat, labels, num_mistakes=10):
    mistakes = np.flatnonzero(y_hat.argmax(axis=0) != labels)
    return mistakes[np.argsort(y_hat.max(axis=0)[mistakes])][-num_mistakes:]


@wrong(check_surest_mistakes, "in the order of their positions. Put the surest")
def surest_in_order_of_positions(y_hat, labels, num_mistakes=10):
    return sorted(surest_by_mask(y_hat, labels, num_mistakes))


@wrong(check_surest_mistakes, "the probability of the true class. Sort")
def surest_by_true_class(y_hat, labels, num_mistakes=10):
    mistakes = np.flatnonzero(y_hat.argmax(axis=0) != labels)
    of_true = y_hat[labels[mistakes], mistakes]
    return mistakes[np.argsort(-of_true)][:num_mistakes]


@wrong(check_surest_mistakes, "the true class, from the lowest")
def surest_by_lowest_of_true_class(y_hat, labels, num_mistakes=10):
    mistakes = np.flatnonzero(y_hat.argmax(axis=0) != labels)
    of_true = y_hat[labels[mistakes], mistakes]
    return mistakes[np.argsort(of_true)][:num_mistakes]


@wrong(check_surest_mistakes, "the probability of the first class")
def surest_by_first_class(y_hat, labels, num_mistakes=10):
    mistakes = np.flatnonzero(y_hat.argmax(axis=0) != labels)
    return mistakes[np.argsort(-y_hat[0, mistakes])][:num_mistakes]


@wrong(check_surest_mistakes, "max, not argmax")
def surest_by_class_number(y_hat, labels, num_mistakes=10):
    predicted = y_hat.argmax(axis=0)
    order = np.argsort(-predicted, kind="stable")
    return order[predicted[order] != labels[order]][:num_mistakes]


@wrong(check_surest_mistakes, "far the highest probability is from the second")
def surest_by_lead(y_hat, labels, num_mistakes=10):
    ranked = np.sort(y_hat, axis=0)
    lead = ranked[-1] - ranked[-2]
    mistakes = np.flatnonzero(y_hat.argmax(axis=0) != labels)
    return mistakes[np.argsort(-lead[mistakes])][:num_mistakes]


@wrong(check_surest_mistakes, "you return all mistakes. Keep")
def surest_all(y_hat, labels, num_mistakes=10):
    mistakes = np.flatnonzero(y_hat.argmax(axis=0) != labels)
    return mistakes[np.argsort(-y_hat.max(axis=0)[mistakes])]


@wrong(check_surest_mistakes, "always return 10")
def surest_ten(y_hat, labels, num_mistakes=10):
    return surest_all(y_hat, labels)[:10]


@wrong(check_surest_mistakes, "return the true classes")
def surest_true_classes(y_hat, labels, num_mistakes=10):
    return labels[surest_by_mask(y_hat, labels, num_mistakes)]


@wrong(check_surest_mistakes, "return the predicted classes")
def surest_predicted_classes(y_hat, labels, num_mistakes=10):
    predicted = y_hat.argmax(axis=0)
    is_wrong = predicted != labels
    return predicted[is_wrong][np.argsort(-y_hat.max(axis=0)[is_wrong])][:num_mistakes]


@wrong(check_surest_mistakes, "you return probabilities")
def surest_probabilities(y_hat, labels, num_mistakes=10):
    is_wrong = y_hat.argmax(axis=0) != labels
    return np.sort(y_hat.max(axis=0)[is_wrong])[::-1][:num_mistakes]


@wrong(check_surest_mistakes, "among the mistakes alone. Translate")
def surest_within_the_mistakes(y_hat, labels, num_mistakes=10):
    is_wrong = y_hat.argmax(axis=0) != labels
    return np.argsort(-y_hat[:, is_wrong].max(axis=0))[:num_mistakes]


@wrong(check_surest_mistakes, "among the mistakes alone, and the least sure")
def surest_within_the_mistakes_least_first(y_hat, labels, num_mistakes=10):
    is_wrong = y_hat.argmax(axis=0) != labels
    return y_hat.max(axis=0)[is_wrong].argsort()[:num_mistakes]


@wrong(check_surest_mistakes, "order[is_wrong[order]]")
def surest_mask_in_another_order(y_hat, labels, num_mistakes=10):
    is_wrong = y_hat.argmax(axis=0) != labels
    return np.argsort(-y_hat.max(axis=0))[is_wrong][:num_mistakes]


@wrong(check_surest_mistakes, "you fill up with right answers")
def surest_fills_up(y_hat, labels, num_mistakes=10):
    is_wrong = y_hat.argmax(axis=0) != labels
    return np.argsort(-y_hat.max(axis=0) * is_wrong)[:num_mistakes]


@wrong(check_surest_mistakes, "you return the probabilities too")
def surest_with_probabilities(y_hat, labels, num_mistakes=10):
    mistakes = []
    for i in range(len(labels)):
        if np.argmax(y_hat[:, i]) != labels[i]:
            mistakes.append((i, y_hat[:, i].max()))
    return sorted(mistakes, key=lambda mistake: -mistake[1])[:num_mistakes]


@wrong(check_surest_mistakes, "places in your sorted list")
def surest_places(y_hat, labels, num_mistakes=10):
    order = np.argsort(-y_hat.max(axis=0))
    is_wrong = y_hat.argmax(axis=0)[order] != labels[order]
    return np.where(is_wrong)[0][:num_mistakes]


@wrong(check_surest_mistakes, "you return True and False. np.flatnonzero")
def surest_as_mask(y_hat, labels, num_mistakes=10):
    return y_hat.argmax(axis=0) != labels


@wrong(check_surest_mistakes, "first mistakes in the order of their positions")
def surest_not_sorted(y_hat, labels, num_mistakes=10):
    return np.flatnonzero(y_hat.argmax(axis=0) != labels)[:num_mistakes]


@wrong(check_surest_mistakes, "before you sorted by probability")
def surest_cut_first(y_hat, labels, num_mistakes=10):
    mistakes = np.flatnonzero(y_hat.argmax(axis=0) != labels)[:num_mistakes]
    return mistakes[np.argsort(-y_hat.max(axis=0)[mistakes])]


@wrong(check_surest_mistakes, "too few are left")
def surest_filtered_last(y_hat, labels, num_mistakes=10):
    order = np.argsort(-y_hat.max(axis=0))[:num_mistakes]
    return np.array([i for i in order if y_hat[:, i].argmax() != labels[i]])


@wrong(check_surest_mistakes, "as one long row")
def surest_flattened(y_hat, labels, num_mistakes=10):
    return np.argsort(y_hat.ravel())[::-1][:num_mistakes]


@wrong(check_surest_mistakes, "in the line `mistakes = np.flatnonzero(y_hat.argmax(axis=1)")
def surest_wrong_axis(y_hat, labels, num_mistakes=10):
    mistakes = np.flatnonzero(y_hat.argmax(axis=1) != labels)
    return mistakes[np.argsort(-y_hat.max(axis=1)[mistakes])][:num_mistakes]


@wrong(check_surest_mistakes, "changes its input y_hat")
def surest_erases(y_hat, labels, num_mistakes=10):
    y_hat[:, y_hat.argmax(axis=0) == labels] = 0
    num_mistakes = min(num_mistakes, np.count_nonzero(y_hat.max(axis=0)))
    return np.argsort(-y_hat.max(axis=0))[:num_mistakes]


@wrong(check_surest_mistakes, "returns None")
def surest_printed(y_hat, labels, num_mistakes=10):
    print(surest_by_mask(y_hat, labels, num_mistakes))


@wrong(check_surest_mistakes, "still to be written")
def surest_unwritten(y_hat, labels, num_mistakes=10):
    """Positions of the wrong answers with the highest probability."""
    ...


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
def calibration_without_ones(y_hat, labels, num_bins=10):
    edges = np.linspace(0, 1, num_bins + 1)
    return calibrate_by_masks(
        y_hat,
        labels,
        lambda conf: [
            (conf >= low) & (conf < high) for low, high in zip(edges[:-1], edges[1:], strict=True)
        ],
    )


@wrong(check_calibration, "an answer with probability 1 is in none of your bins")
def calibration_without_ones_by_digitize(y_hat, labels, num_bins=10):
    edges = np.linspace(0, 1, num_bins + 1)
    return calibrate_by_masks(
        y_hat,
        labels,
        lambda conf: [np.digitize(conf, edges) - 1 == k for k in range(num_bins)],
    )


@wrong(check_calibration, "an answer with probability 1 is in none of your bins")
def calibration_without_ones_by_a_product(y_hat, labels, num_bins=10):
    return calibrate_by_masks(
        y_hat,
        labels,
        lambda conf: [(conf * num_bins).astype(int) == k for k in range(num_bins)],
    )


@wrong(check_calibration, "an answer with probability 1 is in none of your bins")
def calibration_open_on_both_sides(y_hat, labels, num_bins=10):
    edges = np.linspace(0, 1, num_bins + 1)
    return calibrate_by_masks(
        y_hat,
        labels,
        lambda conf: [(conf > edges[k]) & (conf < edges[k + 1]) for k in range(num_bins)],
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


@wrong(check_calibration, "an answer on the edge of two bins is counted in both")
def calibration_closed_on_both_sides(y_hat, labels, num_bins=10):
    edges = np.linspace(0, 1, num_bins + 1)
    return calibrate_by_masks(
        y_hat,
        labels,
        lambda conf: [(conf >= edges[k]) & (conf <= edges[k + 1]) for k in range(num_bins)],
    )


@wrong(check_calibration, "an answer with probability 1 gets a bin of its own")
def calibration_ones_by_themselves(y_hat, labels, num_bins=10):
    def masks(top):
        number = (top * num_bins).astype(int)
        return [number == k for k in np.unique(number)]

    return calibrate_by_masks(y_hat, labels, masks)


@wrong(check_calibration, "counted in the one and averaged in the other")
def calibration_by_sklearn_and_histogram(y_hat, labels, num_bins=10):
    top = y_hat.max(axis=0)
    accuracy, confidence = calibration_curve(y_hat.argmax(axis=0) == labels, top, n_bins=num_bins)
    sizes = np.histogram(top, bins=num_bins, range=(0, 1))[0]
    sizes = sizes[sizes > 0]
    return confidence, accuracy, sizes, float(sizes @ abs(confidence - accuracy) / sizes.sum())


@wrong(check_calibration, "you leave out a bin that holds one example")
def calibration_without_single_examples(y_hat, labels, num_bins=10):
    edges = np.linspace(0, 1, num_bins + 1)

    def masks(top):
        for k in range(num_bins):
            m = (top > edges[k]) & (top <= edges[k + 1])
            if m.sum() < 2:
                continue
            yield m

    return calibrate_by_masks(y_hat, labels, masks)


@wrong(check_calibration, "your counts add up to 5, but there are 11 answers")
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


@wrong(check_calibration, "the last bin is missing")
def calibration_without_the_last_of_range(y_hat, labels, num_bins=10):
    edges = np.linspace(0, 1, num_bins + 1)
    return calibrate_by_masks(
        y_hat,
        labels,
        lambda top: [(top >= edges[i]) & (top < edges[i + 1]) for i in range(num_bins - 1)],
    )


@wrong(check_calibration, "the first bin is missing")
def calibration_from_the_second_bin(y_hat, labels, num_bins=10):
    edges = np.linspace(0, 1, num_bins + 1)
    return calibrate_by_masks(
        y_hat,
        labels,
        lambda top: [(top >= edges[i]) & (top < edges[i + 1]) for i in range(1, num_bins)],
    )


@wrong(check_calibration, "from the lowest confidence to the highest")
def calibration_from_min_to_max(y_hat, labels, num_bins=10):
    def masks(top):
        edges = np.linspace(top.min(), top.max(), num_bins + 1)
        return [(top >= edges[k]) & (top < edges[k + 1]) for k in range(num_bins)]

    return calibrate_by_masks(y_hat, labels, masks)


@wrong(check_calibration, "equally many examples")
def calibration_by_percentiles(y_hat, labels, num_bins=10):
    def masks(top):
        edges = np.percentile(top, np.linspace(0, 100, num_bins + 1))
        return [(top >= edges[k]) & (top < edges[k + 1]) for k in range(num_bins)]

    return calibrate_by_masks(y_hat, labels, masks)


@wrong(check_calibration, "your counts hold the right answers only")
def calibration_counts_right_answers(y_hat, labels, num_bins=10):
    confidence, accuracy, sizes, _ = calibration_by_loop(y_hat, labels, num_bins)
    sizes = np.round(accuracy * sizes)
    return confidence, accuracy, sizes, np.sum(sizes / len(labels) * abs(confidence - accuracy))


@wrong(check_calibration, "with 3 bins: the confidence at position [0] is 0.5")
def calibration_of_another_confidence(y_hat, labels, num_bins=10):
    confidence, accuracy, sizes, error = calibration_by_loop(y_hat, labels, num_bins)
    return 0 * confidence + 0.5, accuracy, sizes, error


@wrong(check_calibration, "with max and argmax, write axis=0")
def calibration_largest_of_rows(y_hat, labels, num_bins=10):
    top, is_right = y_hat.max(axis=1), y_hat.argmax(axis=0) == labels
    edges = np.linspace(0, 1, num_bins + 1)
    masks = [(top > edges[k]) & (top <= edges[k + 1]) for k in range(num_bins)]
    accuracy = np.array([is_right[inside].mean() for inside in masks if inside.any()])
    return accuracy, accuracy, accuracy, 0


@wrong(check_calibration, "with max and argmax, write axis=0")
def calibration_largest_of_rows_only(y_hat, labels, num_bins=10):
    return calibration_by_loop(y_hat.T, labels, num_bins)


@wrong(check_calibration, "0 / 0, which is nan")
def calibration_with_nan(y_hat, labels, num_bins=10):
    top, is_right = y_hat.max(axis=0), y_hat.argmax(axis=0) == labels
    number = np.minimum((top * num_bins).astype(int), num_bins - 1)
    sizes = np.bincount(number, minlength=num_bins)
    confidence = np.bincount(number, weights=top, minlength=num_bins) / sizes
    accuracy = np.bincount(number, weights=is_right, minlength=num_bins) / sizes
    return confidence, accuracy, sizes, np.sum(sizes * abs(confidence - accuracy)) / sizes.sum()


@wrong(check_calibration, "0 / 0, which is nan")
def calibration_with_nan_ignored(y_hat, labels, num_bins=10):
    confidence, accuracy, sizes, _ = calibration_with_nan(y_hat, labels, num_bins)
    return confidence, accuracy, sizes, np.nansum(sizes * abs(confidence - accuracy)) / len(labels)


@wrong(check_calibration, "the empty bins are there, as 0")
def calibration_with_zeros(y_hat, labels, num_bins=10):
    top, is_right = y_hat.max(axis=0), y_hat.argmax(axis=0) == labels
    confidence, accuracy, sizes = np.zeros(num_bins), np.zeros(num_bins), np.zeros(num_bins)
    for k in range(num_bins):
        inside = (top >= k / num_bins) & (top < (k + 1) / num_bins)
        if inside.sum() > 0:
            confidence[k] = top[inside].mean()
            accuracy[k] = is_right[inside].mean()
            sizes[k] = inside.sum()
    error = (abs(confidence - accuracy) * sizes).sum() / sizes.sum()
    return confidence, accuracy, sizes, error


@wrong(check_calibration, "your counts hold the empty bins too")
def calibration_counts_empty_bins(y_hat, labels, num_bins=10):
    confidence, accuracy, _, error = calibration_by_loop(y_hat, labels, num_bins)
    sizes = np.histogram(y_hat.max(axis=0), bins=num_bins, range=(0, 1))[0]
    return confidence, accuracy, sizes, error


@wrong(check_calibration, "plain mean over the bins")
def calibration_not_weighted(y_hat, labels, num_bins=10):
    return calibrate_by_loop(y_hat, labels, num_bins, lambda c, a, n: np.mean(abs(c - a)))


@wrong(check_calibration, "equally many examples")
def calibration_quantiles(y_hat, labels, num_bins=10):
    top, is_right = y_hat.max(axis=0), y_hat.argmax(axis=0) == labels
    parts = np.array_split(np.argsort(top), num_bins)
    confidence = np.array([top[part].mean() for part in parts])
    accuracy = np.array([is_right[part].mean() for part in parts])
    sizes = np.array([len(part) for part in parts])
    return confidence, accuracy, sizes, np.average(abs(confidence - accuracy), weights=sizes)


@wrong(check_calibration, "the probability of the true class")
def calibration_of_true_class(y_hat, labels, num_bins=10):
    top = y_hat[labels, np.arange(len(labels))]
    is_right = y_hat.argmax(axis=0) == labels
    edges = np.linspace(0, 1, num_bins + 1)
    bins = [(top > low) & (top <= high) for low, high in zip(edges, edges[1:], strict=False)]
    bins = [inside for inside in bins if inside.any()]
    confidence = np.array([top[inside].mean() for inside in bins])
    accuracy = np.array([is_right[inside].mean() for inside in bins])
    sizes = np.array([inside.sum() for inside in bins])
    return confidence, accuracy, sizes, np.average(abs(confidence - accuracy), weights=sizes)


@wrong(check_calibration, "the probabilities of all classes")
def calibration_of_all_classes(y_hat, labels, num_bins=10):
    top = y_hat.flatten()
    is_right = (labels == np.arange(len(y_hat)).reshape(-1, 1)).flatten()
    accuracy, confidence = calibration_curve(is_right, top, n_bins=num_bins)
    sizes = np.histogram(top, bins=num_bins, range=(0, 1))[0]
    sizes = sizes[sizes > 0]
    return confidence, accuracy, sizes, np.average(abs(confidence - accuracy), weights=sizes)


@wrong(check_calibration, "the middle of each bin. Take")
def calibration_of_centres(y_hat, labels, num_bins=10):
    top, is_right = y_hat.max(axis=0), y_hat.argmax(axis=0) == labels
    confidence, accuracy, sizes = [], [], []
    for k in range(num_bins):
        inside = (top > k / num_bins) & (top <= (k + 1) / num_bins)
        if inside.any():
            confidence.append((k + 0.5) / num_bins)
            accuracy.append(is_right[inside].mean())
            sizes.append(inside.sum())
    confidence, accuracy, sizes = map(np.array, (confidence, accuracy, sizes))
    return confidence, accuracy, sizes, np.average(abs(confidence - accuracy), weights=sizes)


@wrong(check_calibration, "the error is squared. Take")
def calibration_squared(y_hat, labels, num_bins=10):
    return calibrate_by_loop(
        y_hat, labels, num_bins, lambda c, a, n: np.sum(n * (c - a) ** 2) / np.sum(n)
    )


@wrong(check_calibration, "too sure and too modest bins cancel out. Take")
def calibration_signed(y_hat, labels, num_bins=10):
    return calibrate_by_loop(y_hat, labels, num_bins, lambda c, a, n: np.average(c - a, weights=n))


@wrong(check_calibration, "too sure and too modest bins cancel out. Take")
def calibration_absolute_too_late(y_hat, labels, num_bins=10):
    return calibrate_by_loop(
        y_hat, labels, num_bins, lambda c, a, n: abs(np.sum((c - a) * n)) / len(labels)
    )


@wrong(check_calibration, "cancel out, and each bin weighs the same")
def calibration_signed_not_weighted(y_hat, labels, num_bins=10):
    return calibrate_by_loop(y_hat, labels, num_bins, lambda c, a, n: (c - a).mean())


@wrong(check_calibration, "confidence and accuracy are swapped")
def calibration_swapped(y_hat, labels, num_bins=10):
    confidence, accuracy, sizes, error = calibration_by_loop(y_hat, labels, num_bins)
    return accuracy, confidence, sizes, error


@wrong(check_calibration, "confidence and accuracy are swapped")
def calibration_sklearn_order(y_hat, labels, num_bins=10):
    top, is_right = y_hat.max(axis=0), y_hat.argmax(axis=0) == labels
    confidence, accuracy = calibration_curve(is_right, top, n_bins=num_bins)
    sizes = np.histogram(top, bins=num_bins, range=(0, 1))[0]
    sizes = sizes[sizes > 0]
    return confidence, accuracy, sizes, np.mean(abs(confidence - accuracy))


@wrong(check_calibration, "per cent")
def calibration_in_per_cent(y_hat, labels, num_bins=10):
    return calibrate_by_loop(
        y_hat, labels, num_bins, lambda c, a, n: 100 * np.average(abs(c - a), weights=n)
    )


@wrong(check_calibration, "the largest distance")
def calibration_maximum(y_hat, labels, num_bins=10):
    return calibrate_by_loop(y_hat, labels, num_bins, lambda c, a, n: np.max(np.abs(c - a)))


@wrong(check_calibration, "from the lowest confidence to the highest")
def calibration_from_the_lowest(y_hat, labels, num_bins=10):
    top, is_right = y_hat.max(axis=0), y_hat.argmax(axis=0) == labels
    sizes, edges = np.histogram(top, bins=num_bins)
    number = np.clip(np.digitize(top, edges) - 1, 0, num_bins - 1)
    full = np.unique(number)
    confidence = np.array([top[number == k].mean() for k in full])
    accuracy = np.array([is_right[number == k].mean() for k in full])
    sizes = sizes[sizes > 0]
    return confidence, accuracy, sizes, np.average(abs(confidence - accuracy), weights=sizes)


@wrong(check_calibration, "from the lowest confidence to the highest")
def calibration_from_the_lowest_by_loop(y_hat, labels, num_bins=10):
    top, is_right = y_hat.max(axis=0), y_hat.argmax(axis=0) == labels
    edges = np.linspace(top.min(), top.max(), num_bins + 1)
    confidence, accuracy, sizes = [], [], []
    for k in range(num_bins):
        inside = (top >= edges[k]) & (top < edges[k + 1])
        if inside.any():
            confidence.append(top[inside].mean())
            accuracy.append(is_right[inside].mean())
            sizes.append(inside.sum())
    confidence, accuracy, sizes = np.array(confidence), np.array(accuracy), np.array(sizes)
    return confidence, accuracy, sizes, (abs(confidence - accuracy) * sizes).sum() / sizes.sum()


@wrong(check_calibration, "one bin too few")
def calibration_too_few_edges(y_hat, labels, num_bins=10):
    top, is_right = y_hat.max(axis=0), y_hat.argmax(axis=0) == labels
    edges = np.linspace(0, 1, num_bins)
    number = np.digitize(top, edges)
    full = np.unique(number)
    confidence = np.array([top[number == k].mean() for k in full])
    accuracy = np.array([is_right[number == k].mean() for k in full])
    sizes = np.array([(number == k).sum() for k in full])
    return confidence, accuracy, sizes, np.average(abs(confidence - accuracy), weights=sizes)


@wrong(check_calibration, "the last bin is missing")
def calibration_without_the_last_bin(y_hat, labels, num_bins=10):
    top, is_right = y_hat.max(axis=0), y_hat.argmax(axis=0) == labels
    edges = np.arange(num_bins) / num_bins
    confidence, accuracy, sizes = [], [], []
    for low, high in zip(edges[:-1], edges[1:], strict=True):
        inside = np.logical_and(top > low, top < high)
        if np.any(inside):
            confidence.append(np.mean(top[inside]))
            accuracy.append(np.mean(is_right[inside]))
            sizes.append(np.sum(inside))
    confidence, accuracy, sizes = np.array(confidence), np.array(accuracy), np.array(sizes)
    return confidence, accuracy, sizes, np.average(abs(confidence - accuracy), weights=sizes)


@wrong(check_calibration, "always make 10 bins")
def calibration_always_ten(y_hat, labels, num_bins=10):
    return calibration_by_loop(y_hat, labels, 10)


@wrong(check_calibration, "the share of wrong answers. Accuracy")
def calibration_of_wrong_ones(y_hat, labels, num_bins=10):
    top, is_wrong = y_hat.max(axis=0), y_hat.argmax(axis=0) != labels
    share, confidence = calibration_curve(is_wrong, top, n_bins=num_bins)
    sizes = np.histogram(top, bins=num_bins, range=(0, 1))[0]
    sizes = sizes[sizes > 0]
    return confidence, share, sizes, np.average(abs(confidence - share), weights=sizes)


@wrong(check_calibration, "your counts are shares")
def calibration_weights(y_hat, labels, num_bins=10):
    confidence, accuracy, sizes, error = calibration_by_loop(y_hat, labels, num_bins)
    return confidence, accuracy, sizes / len(labels), error


@wrong(check_calibration, "a sum, not a mean")
def calibration_sum(y_hat, labels, num_bins=10):
    return calibrate_by_loop(y_hat, labels, num_bins, lambda c, a, n: np.sum(abs(c - a) * n))


@wrong(check_calibration, "a plain sum over the bins")
def calibration_plain_sum(y_hat, labels, num_bins=10):
    return calibrate_by_loop(y_hat, labels, num_bins, lambda c, a, n: np.sum(abs(c - a)))


@wrong(check_calibration, "divided by the number of bins")
def calibration_divided_by_bins(y_hat, labels, num_bins=10):
    return calibrate_by_loop(y_hat, labels, num_bins, lambda c, a, n: np.mean(abs(c - a) * n))


@wrong(check_calibration, "one distance for each bin")
def calibration_distances(y_hat, labels, num_bins=10):
    return calibrate_by_loop(y_hat, labels, num_bins, lambda c, a, n: abs(c - a))


@wrong(check_calibration, "the accuracy is a count of right answers")
def calibration_counts_right_ones(y_hat, labels, num_bins=10):
    top, is_right = y_hat.max(axis=0), y_hat.argmax(axis=0) == labels
    number = np.ceil(top * num_bins).astype(int)
    full = sorted(set(number))
    confidence = np.array([top[number == k].mean() for k in full])
    accuracy = np.array([is_right[number == k].sum() for k in full])
    sizes = np.array([(number == k).sum() for k in full])
    return confidence, accuracy, sizes, np.average(abs(confidence - accuracy), weights=sizes)


@wrong(check_calibration, "from sure to unsure")
def calibration_downwards(y_hat, labels, num_bins=10):
    confidence, accuracy, sizes, error = calibration_by_loop(y_hat, labels, num_bins)
    return confidence[::-1], accuracy[::-1], sizes[::-1], error


@wrong(check_calibration, "it returns 3 values, expected 4")
def calibration_without_error(y_hat, labels, num_bins=10):
    return calibration_by_loop(y_hat, labels, num_bins)[:3]


@wrong(check_calibration, "in the line `is_right = y_hat.argmax(axis=1) == labels`")
def calibration_wrong_axis(y_hat, labels, num_bins=10):
    top = y_hat.max(axis=1)
    is_right = y_hat.argmax(axis=1) == labels
    accuracy, confidence = calibration_curve(is_right, top, n_bins=num_bins)
    return confidence, accuracy, len(top), np.mean(abs(confidence - accuracy))


@wrong(check_calibration, "returns None")
def calibration_printed(y_hat, labels, num_bins=10):
    print(*calibration_by_loop(y_hat, labels, num_bins))


@wrong(check_calibration, "still to be written")
def calibration_unwritten(y_hat, labels, num_bins=10):
    """Compare how sure the network is with how often it is right."""
    ...


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


@wrong(check_most_confused_pairs, "two pairs have 7 errors each")
def pairs_under_their_count(confusion, num_pairs=5):
    found = {}
    for a in range(len(confusion)):
        for b in range(a + 1, len(confusion)):
            found[confusion[a, b] + confusion[b, a]] = (a, b)
    return [(*found[count], count) for count in sorted(found, reverse=True)[:num_pairs]]


@wrong(check_most_confused_pairs, "a pair with a single error is missing")
def pairs_with_more_than_one_error(confusion, num_pairs=5):
    return [pair for pair in pairs_by_loops(confusion, num_pairs) if pair[2] > 1]


@wrong(check_most_confused_pairs, "a pair that is confused one way only is missing")
def pairs_confused_both_ways(confusion, num_pairs=5):
    pairs = pairs_by_loops(confusion, confusion.size)
    return [(a, b, n) for a, b, n in pairs if confusion[a, b] and confusion[b, a]][:num_pairs]


@wrong(check_most_confused_pairs, "with 12 classes")
def pairs_of_the_first_ten_classes(confusion, num_pairs=5):
    return pairs_by_loops(confusion[:10, :10], num_pairs)


@wrong(check_surest_mistakes, "two mistakes have the same probability")
def surest_under_their_probability(y_hat, labels, num_mistakes=10):
    found = {}
    for i in range(y_hat.shape[1]):
        if y_hat[:, i].argmax() != labels[i]:
            found[y_hat[:, i].max()] = i
    return [found[p] for p in sorted(found, reverse=True)[:num_mistakes]]


@wrong(check_surest_mistakes, "with 12 classes")
def surest_among_ten_classes(y_hat, labels, num_mistakes=10):
    return surest_by_mask(y_hat[:10], labels, num_mistakes)


@wrong(check_confusion_matrix, "with 12 classes")
def confusion_of_ten_classes(labels, predicted, num_classes=10):
    matrix = np.zeros((num_classes, num_classes))
    for a in range(min(10, num_classes)):
        for b in range(min(10, num_classes)):
            matrix[a, b] = np.sum((labels == a) & (predicted == b))
    return matrix


@wrong(check_confusion_matrix, "with 1,100 images of one kind")
def confusion_of_the_first_1000(labels, predicted, num_classes=10):
    return counts(labels[:1000], predicted[:1000], num_classes)


@wrong(check_precision_and_recall, "with 12 classes")
def shares_of_ten_classes(labels, predicted, num_classes=10):
    precision, recall = shares_by_a_loop(labels, predicted, num_classes)
    precision[10:] = recall[10:] = 0
    return precision, recall


@wrong(check_calibration, "with 12 classes")
def calibration_of_ten_classes(y_hat, labels, num_bins=10):
    return calibration_by_loop(y_hat[:10], labels, num_bins)


@wrong(check_confusion_matrix, "== only compares. = stores")
def confusion_compares(labels, predicted, num_classes=10):
    matrix = np.zeros((num_classes, num_classes))
    for a, b in zip(labels, predicted, strict=True):
        matrix[a, b] == matrix[a, b] + 1  # noqa: B015
    return matrix
