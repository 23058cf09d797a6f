"""What students write in lesson 1's exercises."""

import numpy as np

from helpers.checks import (
    check_broken_one_hot,
    check_hardest_digit,
    check_load_mnist_data,
    check_one_hot,
    check_positions,
)
from helpers.checks import data as lesson
from helpers.checks.mistakes import change
from mistakes import edited, prediction, right, right_answer, wrong, wrong_answer

prediction(check_positions, (784,), (60000,), 89)
right_answer(check_positions, [784], [60_000], 28 * 3 + 5)
right_answer(check_positions, np.zeros((784, 2))[:, 1].shape, (60000,), np.int64(89))
wrong_answer(check_positions, "Section 1.2 has a formula", (784,), (60000,), 100)
wrong_answer(check_positions, "without quotes", "(784,)", "(60000,)", 89)
wrong_answer(check_positions, "(2,) is a shape, while (2) is the number 2", 784, 60000, 89)
wrong_answer(check_positions, "a shape is no number", (784,), np.int64(60000), 89)
wrong_answer(check_positions, "takes all rows", (5, 5), (60000,), 89)
wrong_answer(check_positions, "still to be filled in", None, None, None)
wrong_answer(check_positions, "still to be filled in", (784,), (60000,), None)


@right(check_one_hot)
def one_hot_by_identity(labels, num_classes=10):
    return np.eye(num_classes, dtype=int)[labels].T


@right(check_one_hot)
def one_hot_by_loop(labels, num_classes=10):
    columns = []
    for label in labels:
        column = [0] * num_classes
        column[label] = 1
        columns.append(column)
    return np.array(columns, dtype=np.uint8).T


@right(check_one_hot)
def one_hot_by_two_loops_in_float32(labels, num_classes=10):
    encoded = np.empty((num_classes, labels.shape[0]), dtype=np.float32)
    for k in range(num_classes):
        for j in range(labels.shape[0]):
            encoded[k, j] = 1 if labels[j] == k else 0
    return encoded


@right(check_one_hot)
def one_hot_that_refuses_bad_labels(labels, num_classes=10):
    labels = np.asarray(labels)
    if labels.min() < 0 or labels.max() >= num_classes:
        raise ValueError("bad labels")
    encoded = np.zeros((labels.size, num_classes))
    encoded.ravel()[np.arange(labels.size) * num_classes + labels] = 1
    return encoded.T


for answer in (
    "np.arange(num_classes).reshape(-1, 1) == labels",
    "np.stack([np.where(labels == k, 1.0, 0.0) for k in range(num_classes)])",
):
    right_answer(check_one_hot, change(lesson.one_hot, [("", f"return {answer}")]))
EMPTY, RETURN = "np.zeros((num_classes, len(labels)))", "return encoded"
for fragment, *edits in (
    ("as many columns as there are classes", (EMPTY, "np.zeros((num_classes, num_classes))")),
    # Two mistakes at once: the shape alone is told.
    ("your examples are rows", ("labels, np", "labels - 1, np"), (RETURN, "return encoded.T")),
    ("one column for all labels", (EMPTY, "np.zeros(10)"), (", np.arange(len(labels))", "")),
    ("only where every class occurs", (EMPTY, "np.zeros((np.unique(labels).size, len(labels)))")),
    ("changes its input labels", (RETURN, "labels[:] = 1\n    return encoded")),
    ("The shape stands in brackets of its own", (EMPTY, "np.zeros(num_classes, len(labels))")),
    ("returns a list", (RETURN, "return list(encoded.T)")),
    ("the result has shape (10, 7)", (RETURN, "return encoded[:, 1:]")),
    ("returns None", (RETURN, "")),
):
    edited(check_one_hot, fragment, lesson.one_hot, *edits)
for fragment, *edit in (
    ("your examples are rows", ".T", ""),
    ("with 40 labels: the result at position", "[labels]", "[labels % 9]"),
    ("with 12 classes", "(num_classes, dtype=int)[labels].T", "(10)[:num_classes, labels]"),
):
    edited(check_one_hot, fragment, one_hot_by_identity, edit)
in_bytes = ("np.arange(labels.size)", "np.arange(labels.size, dtype=labels.dtype)")
edited(check_one_hot, "labels are bytes", one_hot_that_refuses_bad_labels, in_bytes)


@wrong(check_one_hot, "in the line `return np.eye(num_classes)[labels / 1].T`")
def one_hot_float_index(labels, num_classes=10):
    return np.eye(num_classes)[labels / 1].T


def encode(labels):
    return np.eye(10)[labels].T


@right(check_load_mnist_data)
def load_in_float32_as_a_list(read_bytes):
    arrays = list(read_bytes())
    for i in (0, 2):
        arrays[i] = arrays[i].T.astype(np.float32)
        arrays[i] *= np.float32(1 / 255)
        arrays[i + 1] = encode(arrays[i + 1]).astype(np.float32)
    return arrays


@right(check_load_mnist_data)
def load_in_place_with_loops(read_bytes):
    results = []
    arrays = read_bytes()
    for images, labels in (arrays[:2], arrays[2:]):
        X = np.zeros((784, len(labels)))
        Y = np.zeros((10, len(labels)), dtype=int)
        for j in range(len(labels)):
            X[:, j] = images[j]
            Y[labels[j], j] = 1
        X /= 255
        results.extend([X, Y])
    return tuple(results)


@right(check_load_mnist_data)
def load_calls_it_four_times(read_bytes):
    return (
        np.swapaxes(read_bytes()[0], 0, 1) * (1 / 255.0),
        np.arange(10)[:, None] == read_bytes()[1],
        np.divide(read_bytes()[2].transpose(), 255.0),
        np.arange(10)[:, None] == read_bytes()[3],
    )


SCALED, LABELS_READ = "images.T / 255", "one_hot(train_labels)"
FOUR = "train_images, train_labels, test_images, test_labels ="
for fragment, *edit in (
    ("nearly all of X_train is 0", SCALED, "images.T // 255"),
    ("nearly all of X_train is 0", SCALED, "(images.T / 255).astype(int)"),
    ("Was it never filled", SCALED, "np.zeros(images.T.shape)"),
    ("X_train still holds bytes", SCALED, "images.T.astype(float)"),
    ("you divided X_train by 256", "255", "256"),
    ("you divided X_train by 255 twice", "255", "255 / 255"),
    ("the largest pixel of X_train", "255", "images.max()"),
    ("stretched X_train", SCALED, "(images.T - images.min()) / np.ptp(images)"),
    ("shifted the pixels", SCALED, "(images.T - images.mean()) / images.std()"),
    ("shifted the pixels", SCALED, "images.T / 127.5 - 1"),
    ("ink and paper are turned around", SCALED, "1 - images.T / 255"),
    ("0 or 1. Keep the greys", SCALED, "np.round(images.T / 255)"),
    ("in X_train you multiplied with 255", SCALED, "images.T * 255.0"),
    ("your examples are rows", SCALED, "images / 255"),
    ("your examples are rows", SCALED, "images"),
    ("reshape cuts the numbers anew", SCALED, "images.reshape(784, -1) / 255"),
    ("reshape cuts the numbers anew", SCALED, "images.reshape(784, -1)"),
    ("one flat column of 784 pixels", SCALED, "images.T.reshape(28, 28, -1) / 255"),
    ("pixels of each image changed places", SCALED, "images[:, ::-1].T / 255"),
    ("images of X_train are in another order", SCALED, "images[::-1].T / 255"),
    ("You need no reshape", SCALED, "images.reshape(784, 60000) / 255"),
    ("bytes keep whole numbers only", SCALED, "(images.T / 255).astype(images.dtype)"),
    ("with / in place of /=", "return images", "images /= 255\n        return images"),
    ("in Y_train you counted", LABELS_READ, "one_hot(train_labels.astype(int) - 1)"),
    ("in Y_train you sorted", LABELS_READ, "one_hot(sorted(train_labels))"),
    ("a byte cannot go below 0", LABELS_READ, "one_hot(train_labels - 1)"),
    ("Y_train still is one number", LABELS_READ, "train_labels"),
    ("Y_train is of type list", LABELS_READ, "train_labels.tolist()"),
    ("Y_train is None", LABELS_READ, "None"),
    ("Y_train has the shape (7, 10)", LABELS_READ, "one_hot(train_labels).T"),
    ("Y_train by 255 too", LABELS_READ, "one_hot(train_labels) / 255"),
    ("only where every digit occurs", LABELS_READ, "one_hot(train_labels, max(train_labels) + 1)"),
    ("X_test still holds bytes", "scale(test_images)", "test_images.T"),
    (
        "you divided X_test by 200, the largest pixel of X_train",
        "scale(test_images)",
        "test_images.T / train_images.max()",
    ),
    ("X_test you return an array with the shape of X_train", "scale(test", "scale(train"),
    ("Y_test you return an array with the shape of Y_train", "one_hot(test", "one_hot(train"),
    (
        "you return X_train, X_test, Y_train, Y_test",
        "one_hot(train_labels), scale(test_images)",
        "scale(test_images), one_hot(train_labels)",
    ),
    ("you return X_test, Y_test", FOUR, "test_images, test_labels, train_images, train_labels ="),
    ("never calls read_bytes", "read_bytes()", "_ALL_DIGITS[0]()"),
    ("Call it with brackets", "read_bytes()", "read_bytes"),
    ("Call it with brackets", "scale(train_images)", "read_bytes[0].T"),
    ("(7,) and type float64. It takes the labels", LABELS_READ, "one_hot(train_labels / 255)"),
    ("Do you take all four at once", FOUR, "train_images, train_labels ="),
    ("NameError: name 'load_bytes' is not defined", "read_bytes()", "load_bytes()"),
    (
        "the training and the test examples together",
        "scale(train_images)",
        "scale(np.concatenate([train_images, test_images]))",
    ),
    ("two pairs", "return scale", "return (one_hot, 1), (scale, 1)\n    return scale"),
    ("it returns 2 things, not these four", ", scale(test_images), one_hot(test_labels)", ""),
    ("it returns one value of type dict", "return scale", "return {}\n    return scale"),
):
    edited(check_load_mnist_data, fragment, lesson.load_mnist_data, edit)


def one_hot(labels):
    Y = np.zeros((10, len(labels)))
    Y[labels, np.arange(len(labels))] = 1
    return Y


@wrong(
    check_load_mnist_data, "`Y_train = one_hot(train_images)` it gets an array of shape (7, 784)"
)
def load_one_hot_of_images(read_bytes):
    train_images, train_labels, test_images, test_labels = read_bytes()
    Y_train = one_hot(train_images)
    return train_images.T / 255, Y_train, test_images.T / 255, one_hot(test_labels)


@wrong(check_load_mnist_data, "you take the four arrays in a wrong order")
def load_reads_images_first(read_bytes):
    a, c, b, d = read_bytes()
    return a.T / 255, encode(b), c.T / 255, encode(d)


def broken_one_hot(labels):
    encoded = np.zeros((10, len(labels)))
    for label in labels:
        column = list(labels).index(label)
        encoded[label, column] = 1
    return encoded


right_answer(check_broken_one_hot, broken_one_hot, np.array([4, 1, 4]))
right_answer(check_broken_one_hot, broken_one_hot, [0, 0])
right_answer(check_broken_one_hot, broken_one_hot, np.array([1, 2, 9, 1], dtype=np.uint8))
wrong_answer(check_broken_one_hot, "still to be filled in", broken_one_hot, None)
wrong_answer(check_broken_one_hot, "gets these labels right", broken_one_hot, [5, 0, 4])
wrong_answer(check_broken_one_hot, "gets these labels right", broken_one_hot, np.arange(10))
wrong_answer(check_broken_one_hot, "from 0 to 9", broken_one_hot, [3, 10])
wrong_answer(check_broken_one_hot, "from 0 to 9", broken_one_hot, np.array([-1, 2]))
wrong_answer(check_broken_one_hot, "flat list", broken_one_hot, [])
wrong_answer(check_broken_one_hot, "flat list", broken_one_hot, [[1, 1]])
wrong_answer(check_broken_one_hot, "flat list", broken_one_hot, [[1, 1], [2]])
wrong_answer(check_broken_one_hot, "flat list", broken_one_hot, 4)
wrong_answer(check_broken_one_hot, "whole numbers", broken_one_hot, [1.5, 1.5])
wrong_answer(check_broken_one_hot, "whole numbers", broken_one_hot, ["a", "a"])

# Row k: how often a nearest average answers 0, 1, 2, ... to images of a k that it has not seen.
COUNTS = np.array(
    [
        [842, 0, 8, 6, 3, 65, 37, 4, 18, 4],
        [0, 1078, 10, 0, 0, 13, 2, 2, 18, 1],
        [27, 52, 747, 35, 29, 4, 31, 20, 44, 4],
        [9, 22, 40, 794, 0, 50, 12, 12, 63, 20],
        [2, 14, 3, 0, 806, 2, 17, 1, 11, 118],
        [12, 83, 4, 99, 30, 611, 22, 6, 14, 22],
        [10, 43, 28, 1, 20, 36, 844, 0, 4, 0],
        [6, 50, 13, 1, 19, 5, 1, 884, 11, 54],
        [6, 53, 12, 92, 7, 38, 8, 4, 718, 37],
        [12, 27, 3, 14, 100, 5, 0, 39, 13, 779],
    ]
)
LABELS = np.repeat(np.arange(10), COUNTS.sum(axis=1))
PREDICTED = np.repeat(np.tile(np.arange(10), 10), COUNTS.ravel())
FOUND = [(PREDICTED[LABELS == digit] == digit).mean() for digit in range(10)]
HITS = np.bincount(LABELS[PREDICTED == LABELS])


def wrong_hardest(fragment, *answers, predicted=PREDICTED):
    wrong_answer(check_hardest_digit, fragment, predicted, LABELS, *answers)


prediction(check_hardest_digit, PREDICTED, LABELS, FOUND, 5, 3)
for answers in (
    (np.array(FOUND), np.int64(5), np.argsort(COUNTS[5])[-2]),
    (np.round(FOUND, 2), 5.0, np.array([3])),
    (dict(enumerate(FOUND)), 5, 3),
    (HITS / np.bincount(LABELS), int(np.argmin(FOUND)), 3),
):
    right_answer(check_hardest_digit, PREDICTED, LABELS, *answers)

wrong_hardest("still to be filled in", None, None, None)
wrong_hardest("still to be filled in", FOUND, None, None)
wrong_hardest("still to be filled in", FOUND, 5, None)
wrong_hardest("per cent", np.round(100 * np.array(FOUND), 1), 5, 3)
wrong_hardest("a single number", (PREDICTED == LABELS).mean(), 5, 3)
wrong_hardest("a whole table", COUNTS / COUNTS.sum(axis=1, keepdims=True), 5, 3)
wrong_hardest("Give ten numbers", FOUND[1:], 5, 3)
wrong_hardest("ten numbers, one for each", "many", 5, 3)
wrong_hardest("not complete", [*FOUND[:9], np.nan], 5, 3)
wrong_hardest("these are not the shares", np.linspace(0.5, 0.9, 10), 5, 3)
wrong_hardest("another digit", FOUND, 9, 4)
wrong_hardest("with np.bincount", FOUND, 5, 8)
wrong_hardest("Run the cells above again", FOUND, 5, 3, predicted=PREDICTED[:5])
