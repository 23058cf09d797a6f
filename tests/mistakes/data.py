"""What students write in lesson 1's exercises."""

import numpy as np

from helpers.checks import (
    check_broken_one_hot,
    check_hardest_digit,
    check_load_mnist_data,
    check_one_hot,
    check_positions,
)
from mistakes import MISTAKES, RIGHT_ANSWERS, right, right_answer, wrong, wrong_answer

right_answer(check_positions, (784,), (60000,), 89)
right_answer(check_positions, [784], [60_000], 28 * 3 + 5)
right_answer(check_positions, np.zeros((784, 2))[:, 1].shape, (60000,), np.int64(89))
wrong_answer(check_positions, "it takes every row", (60000,), (784,), 89)
wrong_answer(check_positions, "no matrix with one column", (784, 1), (60000,), 89)
wrong_answer(check_positions, "three of them", (784, 3), (3, 60000), 89)
wrong_answer(check_positions, "How many pixels", (3,), 3, 89)
wrong_answer(check_positions, "Only reshape", (28, 28), (60000,), 89)
wrong_answer(check_positions, "X[3] is not an image", (784,), (784,), 89)
wrong_answer(check_positions, "X[3] is no matrix with one row", (784,), (1, 60000), 89)
wrong_answer(check_positions, "not the rows of a picture", (784,), (28,), 89)
wrong_answer(check_positions, "took the row for the column", (784,), (60000,), 5 * 28 + 3)
wrong_answer(check_positions, "positions from 1", (784,), (60000,), 90)
wrong_answer(check_positions, "counted the rows from 1", (784,), (60000,), 61)
wrong_answer(check_positions, "rows and columns from 1", (784,), (60000,), 60)
wrong_answer(check_positions, "columns from 1", (784,), (60000,), 88)
wrong_answer(check_positions, "28 pixels, not 784", (784,), (60000,), 3 * 784 + 5)
wrong_answer(check_positions, "one number", (784,), (60000,), (3, 5))
wrong_answer(check_positions, "Section 1.2 has a formula", (784,), (60000,), 100)
wrong_answer(check_positions, "without quotes", "(784,)", "(60000,)", 89)
wrong_answer(check_positions, "(2,) is a shape, while (2) is the number 2", 784, 60000, 89)
wrong_answer(check_positions, "a shape is no number", (784,), np.int64(60000), 89)
wrong_answer(check_positions, "takes all rows", (5, 5), (60000,), 89)
wrong_answer(check_positions, "still to be filled in", None, None, None)
wrong_answer(check_positions, "still to be filled in", (784,), (60000,), None)


@right(check_one_hot)
def one_hot_by_rows_and_columns(labels, num_classes=10):
    encoded = np.zeros((num_classes, len(labels)))
    encoded[labels, np.arange(len(labels))] = 1
    return encoded


@right(check_one_hot)
def one_hot_by_identity(labels, num_classes=10):
    return np.eye(num_classes, dtype=int)[labels].T


@right(check_one_hot)
def one_hot_by_comparing(labels, num_classes=10):
    return np.arange(num_classes).reshape(-1, 1) == labels


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


@right(check_one_hot)
def one_hot_stacked(labels, num_classes=10):
    return np.stack([np.where(labels == k, 1.0, 0.0) for k in range(num_classes)])


@wrong(check_one_hot, "your examples are rows")
def one_hot_without_t(labels, num_classes=10):
    return np.eye(num_classes)[labels]


@wrong(check_one_hot, "your examples are rows")
def one_hot_shape_turned(labels, num_classes=10):
    m = len(labels)
    Y = np.zeros((m, num_classes))
    Y[np.arange(m), labels] = 1
    return Y


@wrong(check_one_hot, "your examples are rows")
def one_hot_rows_and_off_by_one(labels, num_classes=10):
    Y = np.zeros((len(labels), num_classes))
    for i in range(len(labels)):
        Y[i, labels[i] - 1] = 1
    return Y


@wrong(check_one_hot, "counted the labels from 1")
def one_hot_minus_one(labels, num_classes=10):
    Y = np.zeros((num_classes, len(labels)))
    for j, label in enumerate(labels):
        Y[label - 1, j] = 1
    return Y


@wrong(check_one_hot, "label 0 got row 1")
def one_hot_plus_one(labels, num_classes=10):
    Y = np.zeros((num_classes, len(labels)))
    Y[labels + 1, range(len(labels))] = 1
    return Y


@wrong(check_one_hot, "label 0 got row 1")
def one_hot_plus_one_in_a_circle(labels, num_classes=10):
    return np.eye(num_classes)[(labels + 1) % num_classes].T


@wrong(check_one_hot, "rows are counted from the bottom")
def one_hot_upside_down(labels, num_classes=10):
    return np.eye(num_classes)[::-1][labels].T


@wrong(check_one_hot, "took rows for columns")
def one_hot_pairs_turned(labels, num_classes=10):
    Y = np.zeros((num_classes, labels.size))
    Y[np.arange(labels.size), labels] = 1
    return Y


@wrong(check_one_hot, "you set whole rows, as encoded[labels] = 1 does")
def one_hot_rows_set(labels, num_classes=10):
    Y = np.zeros((num_classes, len(labels)))
    Y[labels] = 1
    return Y


@wrong(check_one_hot, "A list [row] * n holds one and the same row")
def one_hot_one_row_many_times(labels, num_classes=10):
    Y = [[0] * len(labels)] * num_classes
    for j, label in enumerate(labels):
        Y[label][j] = 1
    return np.array(Y)


@wrong(check_one_hot, "or your columns are one and the same array, as in a list [zeros] * m")
def one_hot_one_array_many_times(labels, num_classes=10):
    Y = [np.zeros(num_classes)] * len(labels)
    for j, label in enumerate(labels):
        Y[j][label] = 1
    return np.array(Y).T


@wrong(check_one_hot, "or your columns are one and the same array")
def one_hot_column_before_the_loop(labels, num_classes=10):
    columns, column = [], np.zeros(num_classes)
    for label in labels:
        column[label] = 1
        columns.append(column)
    return np.stack(columns, axis=1)


@wrong(check_one_hot, "keep the 1s of the labels before them")
def one_hot_column_not_reset(labels, num_classes=10):
    Y, column = np.zeros((num_classes, len(labels))), np.zeros(num_classes)
    for j, label in enumerate(labels):
        column[label] = 1
        Y[:, j] = column
    return Y


@wrong(check_one_hot, "took the smallest label away")
def one_hot_from_the_smallest(labels, num_classes=10):
    Y = np.zeros((num_classes, len(labels)))
    Y[labels - labels.min(), np.arange(len(labels))] = 1
    return Y


@wrong(check_one_hot, "with 40 labels: the result at position")
def one_hot_modulo_nine(labels, num_classes=10):
    return np.eye(num_classes)[labels % 9].T


@wrong(check_one_hot, "your loop runs over the classes")
def one_hot_loop_over_classes_guarded(labels, num_classes=10):
    Y = np.zeros((num_classes, len(labels)))
    for i in range(num_classes):
        if i < len(labels):
            Y[labels[i], i] = 1
    return Y


@wrong(check_one_hot, "your loop runs over the classes")
def one_hot_loop_over_classes(labels, num_classes=10):
    Y = np.zeros((num_classes, len(labels)))
    for i in range(num_classes):
        Y[labels[i], i] = 1
    return Y


@wrong(check_one_hot, "your loop runs over the classes")
def one_hot_loop_over_classes_and_one(labels, num_classes=10):
    Y = np.zeros((num_classes, len(labels)))
    for i in range(num_classes + 1):
        if i < len(labels):
            Y[labels[i], i] = 1
    return Y


@wrong(check_one_hot, "your loop runs over the classes")
def one_hot_loop_over_ten(labels, num_classes=10):
    Y = np.zeros((num_classes, len(labels)))
    for i in range(10):
        Y[labels[i]][i] = 1
    return Y


@wrong(check_one_hot, "your loop runs over the classes")
def one_hot_loop_over_classes_but_one(labels, num_classes=10):
    Y = np.zeros((num_classes, len(labels)))
    for i in range(num_classes - 1):
        Y[labels[i], i] = 1
    return Y


@wrong(check_one_hot, "set whole columns to 1")
def one_hot_columns_set(labels, num_classes=10):
    Y = np.zeros((num_classes, len(labels)))
    Y[:, labels] = 1
    return Y


@wrong(check_one_hot, "for the column number too")
def one_hot_label_twice(labels, num_classes=10):
    Y = np.zeros((num_classes, len(labels)))
    for label in labels:
        Y[label, label] = 1
    return Y


@wrong(check_one_hot, "comes a second time gets an empty column")
def one_hot_first_place(labels, num_classes=10):
    Y = np.zeros((num_classes, len(labels)))
    for label in labels:
        Y[label, np.argmax(labels == label)] = 1
    return Y


@wrong(check_one_hot, "one column for all labels together")
def one_hot_single_column(labels, num_classes=10):
    Y = np.zeros(num_classes)
    Y[labels] = 1
    return Y


@wrong(check_one_hot, "as many columns as there are classes")
def one_hot_square_of_classes(labels, num_classes=10):
    Y = np.zeros((num_classes, num_classes))
    for column, label in enumerate(labels[:num_classes]):
        Y[label, column] = 1
    return Y


@wrong(check_one_hot, "num_classes has lost its default")
def one_hot_no_default(labels, num_classes):
    return np.eye(num_classes)[labels].T


@wrong(check_one_hot, "all your entries are 1")
def one_hot_ones(labels, num_classes=10):
    return np.ones((num_classes, len(labels)))


@wrong(check_one_hot, "all your entries are 0")
def one_hot_zeros(labels, num_classes=10):
    Y = np.zeros((num_classes, len(labels)))
    for k in range(num_classes):
        Y[k][labels == k] == 1  # noqa: B015
    return Y


@wrong(check_one_hot, "wrote the label itself")
def one_hot_label_as_value(labels, num_classes=10):
    Y = np.zeros((num_classes, len(labels)))
    for j, label in enumerate(labels):
        Y[label, j] = label
    return Y


@wrong(check_one_hot, "holds the label in every row")
def one_hot_repeated_labels(labels, num_classes=10):
    return np.tile(labels, (num_classes, 1))


@wrong(check_one_hot, "these are the labels as they came")
def one_hot_untouched(labels, num_classes=10):
    return labels.astype(float)


@wrong(check_one_hot, "these are the labels as they came")
def one_hot_one_row(labels, num_classes=10):
    return labels.reshape(1, -1)


@wrong(check_one_hot, "argsort gives places")
def one_hot_argsort(labels, num_classes=10):
    order = np.argsort(labels)
    return np.eye(num_classes)[order].T


@wrong(check_one_hot, "you sorted the labels")
def one_hot_sorted(labels, num_classes=10):
    return np.eye(num_classes)[sorted(labels)].T


@wrong(check_one_hot, "only your last column")
def one_hot_reset_in_loop(labels, num_classes=10):
    for j in range(len(labels)):
        Y = np.zeros((num_classes, len(labels)))
        Y[labels[j], j] = 1
    return Y


@wrong(check_one_hot, "return stand inside the loop")
def one_hot_returns_in_loop(labels, num_classes=10):
    Y = np.zeros((num_classes, len(labels)))
    for j in range(len(labels)):
        Y[labels[j], j] = 1
        return Y


@wrong(check_one_hot, "ends one example too early")
def one_hot_stops_early(labels, num_classes=10):
    Y = np.zeros((num_classes, len(labels)))
    for j in range(len(labels) - 1):
        Y[labels[j], j] = 1
    return Y


@wrong(check_one_hot, "starts one example too late")
def one_hot_starts_late(labels, num_classes=10):
    Y = np.zeros((num_classes, len(labels)))
    for j in range(1, len(labels)):
        Y[labels[j], j] = 1
    return Y


@wrong(check_one_hot, "label 0 gets an empty column")
def one_hot_skips_zero(labels, num_classes=10):
    Y = np.zeros((num_classes, len(labels)))
    for j, label in enumerate(labels):
        if label:
            Y[label, j] = 1
    return Y


@wrong(check_one_hot, "label 0 gets an empty column")
def one_hot_range_from_one(labels, num_classes=10):
    Y = np.zeros((num_classes, len(labels)))
    for k in range(1, num_classes):
        Y[k] = labels == k
    return Y


@wrong(check_one_hot, "the largest class gets an empty column")
def one_hot_range_too_short(labels, num_classes=10):
    Y = np.zeros((num_classes, len(labels)))
    for k in range(num_classes - 1):
        Y[k] = labels == k
    return Y


@wrong(check_one_hot, "0 and 1 are turned around")
def one_hot_inverted(labels, num_classes=10):
    return np.arange(num_classes)[:, None] != labels


@wrong(check_one_hot, "wrote -1 for the other classes")
def one_hot_minus_ones(labels, num_classes=10):
    Y = -np.ones((num_classes, len(labels)))
    Y[labels, np.arange(len(labels))] = 1
    return Y


@wrong(check_one_hot, "up to its label")
def one_hot_filled(labels, num_classes=10):
    Y = np.zeros((num_classes, len(labels)))
    for j, label in enumerate(labels):
        Y[: label + 1, j] = 1
    return Y


@wrong(check_one_hot, "did not use the labels")
def one_hot_diagonal(labels, num_classes=10):
    return np.eye(num_classes, labels.shape[0])


@wrong(check_one_hot, "reshape cuts a matrix anew")
def one_hot_reshaped(labels, num_classes=10):
    return np.eye(num_classes)[labels].reshape(num_classes, len(labels))


@wrong(check_one_hot, "one long vector")
def one_hot_concatenated(labels, num_classes=10):
    return np.concatenate([np.eye(num_classes)[label] for label in labels])


@wrong(check_one_hot, "ten rows, whatever num_classes is")
def one_hot_ten(labels, num_classes=10):
    Y = np.zeros((10, len(labels)))
    Y[labels, np.arange(len(labels))] = 1
    return Y


@wrong(check_one_hot, "counted the classes in the labels")
def one_hot_max(labels, num_classes=10):
    num_classes = max(labels) + 1
    return np.eye(num_classes)[labels].T


@wrong(check_one_hot, "only where every class occurs")
def one_hot_unique(labels, num_classes=10):
    n = np.unique(labels).size
    Y = np.zeros((n, len(labels)))
    Y[labels, np.arange(len(labels))] = 1
    return Y


@wrong(check_one_hot, "only for the classes that occur")
def one_hot_dummies(labels, num_classes=10):
    return np.array([[label == k for label in labels] for k in sorted(set(labels))])


@wrong(check_one_hot, "number of labels for the number of classes")
def one_hot_square(labels, num_classes=10):
    return np.identity(len(labels))[labels].T


@wrong(check_one_hot, "== cannot pair them")
def one_hot_broadcast(labels, num_classes=10):
    return (np.arange(num_classes) == labels).astype(float)


@wrong(check_one_hot, "it takes no num_classes")
def one_hot_one_argument(labels):
    return np.eye(10)[labels].T


@wrong(check_one_hot, "returns a list")
def one_hot_list(labels, num_classes=10):
    columns = []
    for label in labels:
        column = np.zeros(num_classes)
        column[label] = 1
        columns.append(column)
    return columns


@wrong(check_one_hot, "changes its input labels")
def one_hot_in_place(labels, num_classes=10):
    Y = np.zeros((num_classes, len(labels)))
    for j in range(len(labels)):
        Y[labels[j], j] = 1
        labels[j] = 1
    return Y


@wrong(check_one_hot, "shape in brackets of its own")
def one_hot_one_bracket(labels, num_classes=10):
    Y = np.zeros(num_classes, len(labels))
    Y[labels, np.arange(len(labels))] = 1
    return Y


@wrong(check_one_hot, "in the line `return np.eye(num_classes)[labels / 1].T`")
def one_hot_float_index(labels, num_classes=10):
    return np.eye(num_classes)[labels / 1].T


@wrong(check_one_hot, "labels are bytes")
def one_hot_bytes_overflow(labels, num_classes=10):
    m = len(labels)
    Y = np.zeros(num_classes * m)
    for j in range(m):
        Y[labels[j] * np.uint8(m) + j] = 1
    return Y.reshape(num_classes, m)


@wrong(check_one_hot, "returns None")
def one_hot_without_return(labels, num_classes=10):
    Y = np.zeros((num_classes, len(labels)))
    Y[labels, np.arange(len(labels))] = 1


@wrong(check_one_hot, "still to be written")
def one_hot_empty(labels, num_classes=10):
    """One column a label."""
    ...


# The notebook has arrays of these names too.
train_images, train_labels = np.zeros((5, 784), np.uint8), np.array([3, 1, 4, 1, 5])


def encode(labels):
    return np.eye(10)[labels].T


@right(check_load_mnist_data)
def load_plain(read_bytes):
    train_images, train_labels, test_images, test_labels = read_bytes()
    X_train = train_images.T / 255
    X_test = test_images.T / 255
    return X_train, encode(train_labels), X_test, encode(test_labels)


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


def load_with(scale, encode_labels=encode):
    """A loader as load_plain, with another step; scale(images) has the shape (m, 784)."""

    def load(read_bytes):
        train_images, train_labels, test_images, test_labels = read_bytes()
        return (
            scale(train_images).T,
            encode_labels(train_labels),
            scale(test_images).T,
            encode_labels(test_labels),
        )

    return load


def register_load(fragment, name, *steps):
    load = load_with(*steps)
    load.__name__ = f"load_{name}"
    wrong(check_load_mnist_data, fragment)(load)


register_load("nearly all of X_train is 0", "integer_division", lambda x: x // 255)
register_load("nearly all of X_train is 0", "as_int", lambda x: (x / 255).astype(int))
register_load("nearly all of X_train is 0", "as_bytes", lambda x: (x / 255).astype("uint8"))
register_load("never filled, or its fractions", "unfilled", lambda x: np.zeros(x.shape))
register_load("X_train still holds bytes", "unscaled", lambda x: x)
register_load("X_train still holds bytes", "unscaled_float", lambda x: x.astype(float))
register_load("you divided X_train by 256", "by_256", lambda x: x / 256)
register_load("you divided X_train by 255 twice", "twice", lambda x: x / 255 / 255)
register_load("you divided X_train by 784", "by_784", lambda x: x / 784)
register_load("the largest pixel of X_train", "by_largest", lambda x: x / x.max())
register_load("its own largest", "per_image", lambda x: x / x.max(axis=1)[:, None])
register_load("largest value at its place", "per_pixel", lambda x: x / np.max(x, axis=0))
register_load("stretched X_train", "stretched", lambda x: (x - x.min()) / (x.max() - x.min()) * 1.0)
register_load("shifted the pixels", "standardised", lambda x: (x - x.mean()) / x.std())
register_load("shifted the pixels", "from_minus_1", lambda x: x / 127.5 - 1)
register_load("shifted the pixels", "pytorch", lambda x: (x / 255 - 0.1307) / 0.3081)
register_load(
    "average of each pixel place",
    "standardised_by_pixel",
    lambda x: (x - x.mean(axis=0)) / x.std(axis=0),
)
register_load(
    "average of each image", "centred_images", lambda x: x / 255 - (x / 255).mean(1)[:, None]
)
register_load("ink and paper are turned around", "inverted", lambda x: 1 - x / 255)
register_load("ink and paper are turned around", "inverted_bytes", lambda x: (255 - x) / 255)
register_load("0 or 1. Keep the greys", "rounded", lambda x: np.round(x / 255))
register_load("0 or 1. Keep the greys", "threshold", lambda x: (x > 127) * 1)
register_load("you turned the bytes into int8", "int8", lambda x: x.astype("int8") / 255)
register_load("you rounded", "two_digits", lambda x: np.round(x / 255, 2))
register_load(
    "in Y_train you counted", "minus_1", lambda x: x / 255, lambda y: encode(y.astype(int) - 1)
)
register_load("Y_train still is one number", "labels", lambda x: x / 255, lambda y: y)
register_load(
    "Y_train has the shape (7, 10)", "one_hot_rows", lambda x: x / 255, lambda y: np.eye(10)[y]
)
register_load("Y_train by 255 too", "labels_scaled", lambda x: x / 255, lambda y: encode(y) / 255)
register_load(
    "only where every digit occurs",
    "classes_max",
    lambda x: x / 255,
    lambda y: np.eye(y.max() + 1)[y].T,
)
register_load(
    "only where every digit occurs",
    "classes_counted",
    lambda x: x / 255,
    lambda y: np.eye(len(np.unique(y)))[y].T,
)
register_load(
    "only where every digit occurs",
    "classes_that_occur",
    lambda x: x / 255,
    lambda y: (np.unique(y)[:, None] == y).astype(int),
)


@wrong(check_load_mnist_data, "your examples are rows")
def load_rows(read_bytes):
    train_images, train_labels, test_images, test_labels = read_bytes()
    return train_images / 255, encode(train_labels), test_images / 255, encode(test_labels)


@wrong(check_load_mnist_data, "your examples are rows")
def load_rows_and_unscaled(read_bytes):
    train_images, train_labels, test_images, test_labels = read_bytes()
    return train_images, encode(train_labels).T, test_images, encode(test_labels).T


@wrong(check_load_mnist_data, "reshape cuts the numbers anew")
def load_reshaped(read_bytes):
    train_images, train_labels, test_images, test_labels = read_bytes()
    X_train = train_images.reshape(784, -1) / 255
    X_test = test_images.reshape(784, -1) / 255
    return X_train, encode(train_labels), X_test, encode(test_labels)


@wrong(check_load_mnist_data, "reshape cuts the numbers anew")
def load_reshaped_and_unscaled(read_bytes):
    a, b, c, d = read_bytes()
    return a.reshape(784, len(b)), encode(b), c.reshape(784, len(d)), encode(d)


@wrong(check_load_mnist_data, "one flat column of 784 pixels")
def load_pictures(read_bytes):
    a, b, c, d = read_bytes()
    return a.T.reshape(28, 28, -1) / 255, encode(b), c.T.reshape(28, 28, -1) / 255, encode(d)


@wrong(check_load_mnist_data, "the pixels of each image changed places")
def load_pictures_turned(read_bytes):
    a, b, c, d = read_bytes()
    X = a.reshape(-1, 28, 28).T.reshape(784, -1) / 255
    return X, encode(b), c.T / 255, encode(d)


@wrong(check_load_mnist_data, "images of X_train are in another order")
def load_shuffled(read_bytes):
    a, b, c, d = read_bytes()
    order = np.random.default_rng(3).permutation(len(a))
    return a[order].T / 255, encode(b[order]), c.T / 255, encode(d)


@wrong(check_load_mnist_data, "images of X_train are in another order")
def load_sorted_by_label(read_bytes):
    a, b, c, d = read_bytes()
    return a[b.argsort()].T / 255, encode(np.sort(b)), c.T / 255, encode(d)


@wrong(check_load_mnist_data, "in Y_train you sorted")
def load_labels_sorted(read_bytes):
    a, b, c, d = read_bytes()
    return a.T / 255, encode(sorted(b)), c.T / 255, encode(d)


@wrong(check_load_mnist_data, "a byte cannot go below 0")
def load_labels_minus_1(read_bytes):
    a, b, c, d = read_bytes()
    return a.T / 255, encode(b - 1), c.T / 255, encode(d - 1)


@wrong(check_load_mnist_data, "You need no reshape")
def load_reshaped_to_60000(read_bytes):
    a, b, c, d = read_bytes()
    X_train, X_test = a.reshape(784, 60000) / 255, c.reshape(784, 10000) / 255
    return X_train, encode(b), X_test, encode(d)


@wrong(check_load_mnist_data, "cannot keep fractions")
def load_in_place(read_bytes):
    train_images, train_labels, test_images, test_labels = read_bytes()
    train_images /= 255
    test_images /= 255
    return train_images.T, encode(train_labels), test_images.T, encode(test_labels)


@wrong(check_load_mnist_data, "arrays of bytes keep whole numbers only")
def load_into_bytes(read_bytes):
    a, b, c, d = read_bytes()
    X_train, X_test = np.zeros_like(a.T), np.zeros_like(c.T)
    X_train[:] = a.T / 255
    X_test[:] = c.T / 255
    return X_train, encode(b), X_test, encode(d)


@wrong(check_load_mnist_data, "with / in place of /=")
def load_in_place_under_short_names(read_bytes):
    a, b, c, d = read_bytes()
    a /= 255
    return a.T, encode(b), c.T / 255, encode(d)


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


@wrong(check_load_mnist_data, "(7,) and type float64. It takes the labels, as they come")
def load_one_hot_of_scaled_labels(read_bytes):
    a, b, c, d = (array / 255 for array in read_bytes())
    return a.T, one_hot(b), c.T, one_hot(d)


@wrong(check_load_mnist_data, "X_test still holds bytes")
def load_test_unscaled(read_bytes):
    a, b, c, d = read_bytes()
    return a.T / 255, encode(b), c.T, encode(d)


@wrong(check_load_mnist_data, "you divided X_test by 200, the largest pixel of X_train")
def load_test_by_training_maximum(read_bytes):
    a, b, c, d = read_bytes()
    return a.T / 255, encode(b), c.T / a.max(), encode(d)


@wrong(
    check_load_mnist_data, "in the place of X_test you return an array with the shape of X_train"
)
def load_copied_line(read_bytes):
    train_images, train_labels, test_images, test_labels = read_bytes()
    X_train = train_images.T / 255
    X_test = train_images.T / 255
    return X_train, encode(train_labels), X_test, encode(test_labels)


@wrong(
    check_load_mnist_data, "in the place of Y_test you return an array with the shape of Y_train"
)
def load_copied_labels(read_bytes):
    a, b, c, d = read_bytes()
    Y = encode(b)
    return a.T / 255, Y, c.T / 255, Y


@wrong(check_load_mnist_data, "you return X_train, X_test, Y_train, Y_test")
def load_returns_images_first(read_bytes):
    a, b, c, d = read_bytes()
    return a.T / 255, c.T / 255, encode(b), encode(d)


@wrong(check_load_mnist_data, "you return X_test, Y_test, X_train, Y_train")
def load_test_first(read_bytes):
    test_images, test_labels, train_images, train_labels = read_bytes()
    return train_images.T / 255, encode(train_labels), test_images.T / 255, encode(test_labels)


@wrong(check_load_mnist_data, "you take the four arrays in a wrong order")
def load_reads_images_first(read_bytes):
    train_images, test_images, train_labels, test_labels = read_bytes()
    return train_images.T / 255, encode(train_labels), test_images.T / 255, encode(test_labels)


@wrong(check_load_mnist_data, "Call it with brackets")
def load_without_brackets(read_bytes):
    train_images, train_labels, test_images, test_labels = read_bytes
    return train_images.T / 255, encode(train_labels), test_images.T / 255, encode(test_labels)


@wrong(check_load_mnist_data, "Call it with brackets")
def load_indexes_the_function(read_bytes):
    return read_bytes[0].T / 255, encode(read_bytes[1]), read_bytes[2].T / 255, read_bytes[3]


@wrong(check_load_mnist_data, "Take all four at once")
def load_takes_two(read_bytes):
    images, labels = read_bytes()
    X, Y = images.T / 255, encode(labels)
    return X[:, :60000], Y[:, :60000], X[:, 60000:], Y[:, 60000:]


@wrong(check_load_mnist_data, "never calls read_bytes")
def load_ignores_read_bytes(read_bytes):
    return train_images.T / 255, encode(train_labels), train_images.T / 255, encode(train_labels)


@wrong(check_load_mnist_data, "NameError: name 'load_bytes' is not defined")
def load_misspelt(read_bytes):
    a, b, c, d = load_bytes()  # noqa: F821
    return a.T / 255, encode(b), c.T / 255, encode(d)


@wrong(check_load_mnist_data, "the training and the test examples together")
def load_joined(read_bytes):
    a, b, c, d = read_bytes()
    X, Y = np.concatenate([a, c]).T / 255, encode(np.concatenate([b, d]))
    return X, Y, X, Y


@wrong(check_load_mnist_data, "two pairs")
def load_pairs(read_bytes):
    a, b, c, d = read_bytes()
    return (a.T / 255, encode(b)), (c.T / 255, encode(d))


@wrong(check_load_mnist_data, "it returns 2 things, not these four")
def load_returns_two(read_bytes):
    a, b, c, d = read_bytes()
    return a.T / 255, encode(b)


@wrong(check_load_mnist_data, "it returns one value of type dict")
def load_returns_a_dict(read_bytes):
    a, b, c, d = read_bytes()
    return {"X_train": a.T / 255, "Y_train": encode(b), "X_test": c.T / 255, "Y_test": encode(d)}


@wrong(check_load_mnist_data, "Y_train is of type list")
def load_labels_as_list(read_bytes):
    a, b, c, d = read_bytes()
    return a.T / 255, [encode(y) for y in b], c.T / 255, [encode(y) for y in d]


@wrong(check_load_mnist_data, "Y_train is None")
def load_with_an_unwritten_one_hot(read_bytes):
    a, b, c, d = read_bytes()
    return a.T / 255, one_hot_empty(b), c.T / 255, one_hot_empty(d)


@wrong(check_load_mnist_data, "it returns None")
def load_without_return(read_bytes):
    a, b, c, d = read_bytes()
    (a.T / 255, encode(b), c.T / 255, encode(d))


@wrong(check_load_mnist_data, "still to be written")
def load_empty(read_bytes):
    """Load."""
    ...


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
ANSWERED = [(LABELS[PREDICTED == digit] == digit).mean() for digit in range(10)]
HITS = np.bincount(LABELS[PREDICTED == LABELS])


def register_hardest(fragment, *answers, predicted=PREDICTED):
    answers = predicted, LABELS, *answers
    MISTAKES.append((check_hardest_digit, fragment, answers, f"hardest_digit: {fragment}"))


for kind, answers in {
    "list": (FOUND, 5, 3),
    "array": (np.array(FOUND), np.int64(5), np.argsort(COUNTS[5])[-2]),
    "rounded": (np.round(FOUND, 2), 5.0, np.array([3])),
    "dict": (dict(enumerate(FOUND)), 5, 3),
    "counted": (HITS / np.bincount(LABELS), int(np.argmin(FOUND)), 3),
}.items():
    answers = PREDICTED, LABELS, *answers
    RIGHT_ANSWERS.append((check_hardest_digit, answers, f"hardest_digit: {kind}"))

register_hardest("still to be filled in", None, None, None)
register_hardest("still to be filled in", FOUND, None, None)
register_hardest("still to be filled in", FOUND, 5, None)
register_hardest("how often each digit is *answered*", ANSWERED, 9, 4)
register_hardest("shares *missed*", 1 - np.array(FOUND), 5, 3)
register_hardest("numbers of images. Divide", HITS, 5, 3)
register_hardest("numbers of missed images", np.bincount(LABELS[PREDICTED != LABELS]), 5, 3)
register_hardest("number of all images", HITS / 10_000, 5, 3)
register_hardest("per cent", 100 * np.array(FOUND), 5, 3)
register_hardest("how many images each digit has", np.bincount(LABELS), 5, 3)
register_hardest("share of each digit among", np.bincount(LABELS) / 10_000, 5, 3)
register_hardest("also wrongly", np.bincount(PREDICTED), 1, 3)
register_hardest("also wrongly", np.bincount(PREDICTED) / np.bincount(LABELS), 1, 3)
register_hardest(
    "neither label nor answer is this digit",
    [((PREDICTED == k) == (LABELS == k)).mean() for k in range(10)],
    5,
    3,
)
register_hardest("a single number", (PREDICTED == LABELS).mean(), 5, 3)
register_hardest("all ten are equal", [(PREDICTED == LABELS).mean()] * 10, 5, 3)
register_hardest("a whole table", COUNTS / COUNTS.sum(axis=1, keepdims=True), 5, 3)
register_hardest("Give ten numbers", FOUND[1:], 5, 3)
register_hardest("ten numbers, one for each", "many", 5, 3)
register_hardest("not complete", [*FOUND[:9], np.nan], 5, 3)
register_hardest("these are not the shares", np.linspace(0.5, 0.9, 10), 5, 3)
register_hardest("found best", FOUND, 1, 2)
register_hardest("from 1", FOUND, 6, 3)
register_hardest("this is the share", FOUND, min(FOUND), 3)
register_hardest("second hardest", FOUND, 8, 3)
register_hardest("another digit", FOUND, 9, 4)
register_hardest("5 is the right answer", FOUND, 5, 5)
register_hardest("you turned it around", FOUND, 5, 0)
register_hardest("answered most often over all", FOUND, 5, 1)
register_hardest("number of images. Give the digit", FOUND, 5, 99)
register_hardest("with np.bincount", FOUND, 5, 8)
register_hardest("Run the cells above again", FOUND, 5, 3, predicted=PREDICTED[:5])


@wrong(check_one_hot, "reshape cuts a matrix anew and scrambles it")
def one_hot_in_rows_then_reshaped(labels, num_classes=10):
    out = np.zeros((len(labels), num_classes))
    out[np.arange(len(labels)), labels] = 1
    return out.reshape(num_classes, len(labels))


@wrong(check_load_mnist_data, "in X_train you multiplied with 255")
def load_times_255(read_bytes):
    X_train, Y_train, X_test, Y_test = load_plain(read_bytes)
    train_images, _, test_images, _ = read_bytes()
    return train_images.T * 255, Y_train, test_images.T * 255, Y_test


@wrong(check_load_mnist_data, "in X_train you multiplied with 255")
def load_floats_times_255(read_bytes):
    X_train, Y_train, X_test, Y_test = load_plain(read_bytes)
    return X_train * 255**2, Y_train, X_test * 255**2, Y_test


@wrong(check_load_mnist_data, "in X_train you divided 255 by the pixels")
def load_255_by_pixels(read_bytes):
    X_train, Y_train, X_test, Y_test = load_plain(read_bytes)
    with np.errstate(all="ignore"):
        return 1 / X_train, Y_train, 1 / X_test, Y_test


@wrong(check_one_hot, "with 12 classes")
def one_hot_of_ten_classes_cut(labels, num_classes=10):
    return np.eye(10)[:num_classes, labels]
