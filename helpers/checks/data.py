"""Checks of lesson 1's exercises."""

import linecache
from itertools import permutations

import numpy as np

from helpers.checks.mistakes import known_mistakes
from helpers.checks.probe import (
    CheckFailed,
    advising,
    attempt,
    call,
    check,
    compare,
    compare_answer,
    find_difference,
    find_problem,
    require,
    require_given,
    same_value,
)


def _as_shape(answer):
    """A shape as a tuple: [784] and (784,) are one answer."""
    if answer is None or answer is ...:
        return answer
    require(not isinstance(answer, str), "a shape stands in brackets, without quotes: (2, 3).")
    require(
        np.ndim(answer) > 0,
        "a shape is no number. It stands in brackets, and keeps its comma when it has one number "
        "alone: (2,) is a shape, while (2) is the number 2.",
    )
    try:
        return tuple(np.atleast_1d(answer).tolist())
    except ValueError:
        return answer


_DROPS = "A single number as index drops its axis, so one number is left in the shape."
_WRONG_SHAPES_OF_A_COLUMN = [
    (
        (60000,),
        "X[:, 3] is not one pixel of all images. Its `:` stands first, so it takes every "
        "row, and the rows are pixels.",
    ),
    ((784, 1), f"X[:, 3] is no matrix with one column. {_DROPS}"),
    ((1, 784), f"X[:, 3] is no matrix with one row. {_DROPS}"),
    ((784, 3), "X[:, 3] is one column, the one with number 3. X[:, :3] is three of them."),
    ((784, 4), "X[:, 3] is one column, the one with number 3. X[:, :4] is four of them."),
    ((3,), "the 3 in X[:, 3] says which image. How many pixels does an image have?"),
    ((28, 28), "X[:, 3] is one image, but flat. Only reshape makes 28 x 28 of it."),
    ((784, 60000), "this is the shape of X itself. X[:, 3] is one column of it."),
]
_WRONG_SHAPES_OF_A_ROW = [
    (
        (784,),
        "X[3] is not an image. One index alone picks a row, and a row of X is one pixel "
        "of all images.",
    ),
    ((1, 60000), f"X[3] is no matrix with one row. {_DROPS}"),
    ((60000, 1), f"X[3] is no matrix with one column. {_DROPS}"),
    ((3,), "the 3 in X[3] says which row. How many numbers does a row of X have?"),
    ((3, 60000), "X[3] is one row, the one with number 3. X[:3] is three of them."),
    ((4, 60000), "X[3] is one row, the one with number 3. X[:4] is four of them."),
    ((28, 28), "X[3] is not an image. One index alone picks a row."),
    ((28,), "the rows of X are not the rows of a picture. Each holds one pixel of all."),
    ((1,), "X[3] is not a single number. It is a whole row of X."),
    ((), "X[3] is not a single number. It is a whole row of X."),
    ((784, 60000), "this is the shape of X itself. X[3] is one row of it."),
]
_WRONG_POSITIONS = [
    (143, "you took the row for the column in the position. It is 28 times the *row*."),
    (90, "you counted the positions from 1. They start at 0, as all indices do."),
    (88, "you counted the columns from 1. Column 5 has five pixels before it in its row."),
    (61, "you counted the rows from 1. Row 3 has three whole rows before it: 0, 1 and 2."),
    (60, "you counted rows and columns from 1. Both start at 0 here."),
    (62, "you counted the rows from 1. Row 3 has three whole rows before it: 0, 1 and 2."),
    (117, "four rows are too many. Row 3 has three whole rows before it: 0, 1 and 2."),
    (118, "you counted rows and columns one too far. Both start at 0: 28 r + c."),
    (8, "you added row and column. Each row before it holds 28 pixels: 28 r + c."),
    (15, "you multiplied row and column. The position is 28 r + c."),
    (84, "row 3 starts there. Column 5 is 5 steps further."),
    (2357, "a row of a picture has 28 pixels, not 784."),
    ((3, 5), "this is the place in the picture. The position in the column is one number."),
]


@check(
    "1.2",
    "X has 784 rows, one for each pixel, and 60,000 columns, one for each image. X[3] means "
    "X[3, :].",
    "The rows 0, 1 and 2 lie before row 3, with 28 pixels each. Column 5 is 5 steps further.",
)
def check_positions(one_image, one_pixel, position):
    """Check the predicted shapes of X[:, 3] and X[3], and the place of one pixel in a column."""
    compare_answer(
        _as_shape(one_image),
        (784,),
        _WRONG_SHAPES_OF_A_COLUMN,
        "the shape of X[:, 3] is not that one. `:` takes all rows, 3 takes a single column.",
    )
    compare_answer(
        _as_shape(one_pixel),
        (60000,),
        _WRONG_SHAPES_OF_A_ROW,
        "the shape of X[3] is not that one. One index alone picks a row of X.",
    )
    compare_answer(
        position,
        89,
        _WRONG_POSITIONS,
        "the position is not that one. Section 1.2 has a formula for row r and column c.",
    )


_BYTES = np.tile([3, 9, 0, 8, 2, 2, 7, 5], 5).astype(np.uint8)
# Eight labels, fewer than the classes, and the largest is not 9. None is missing from 0 to 3.
_LABELS = {
    "with the labels 7, 0, 3, 3, 1, 5, 2, 7": {"labels": np.array([7, 0, 3, 3, 1, 5, 2, 7])},
    "with 4 classes and the labels 3, 1, 3, 3, 0": {
        "labels": np.array([3, 1, 3, 3, 0]),
        "num_classes": 4,
    },
    "with a single label": {"labels": np.array([6])},
    "with 40 labels": {"labels": _BYTES},
}


def one_hot(labels, num_classes=10):
    """The right answer, as a student writes it."""
    encoded = np.zeros((num_classes, len(labels)))
    encoded[labels, np.arange(len(labels))] = 1
    return encoded


@check(
    "1.4",
    "Start with np.zeros((num_classes, len(labels))). Where does column 0 need its 1?",
    "encoded[rows, columns] = 1 with two arrays sets one entry for each pair: the rows are the "
    "labels, the columns np.arange(len(labels)). In a loop it is one label, and one number.",
)
def check_one_hot(answer):
    """Check the encoding of labels as columns. Bad labels need not be refused."""

    def gets_right(labels):
        return _is_right(attempt(answer, labels=labels), one_hot(labels))

    outcomes = [attempt(answer, **arguments) for arguments in _LABELS.values()]
    returned = [outcome.value for outcome in outcomes if outcome.error is None]
    is_square = all(len(set(np.shape(value))) == 1 for value in returned)
    for outcome, arguments in zip(outcomes, _LABELS.values(), strict=True):
        num_labels, num_classes = len(arguments["labels"]), arguments.get("num_classes", 10)
        require(
            not isinstance(outcome.value, (list, tuple)),
            "it returns a list. Return a NumPy array with one column for each label.",
        )
        # Told by the shape alone, since other mistakes can come on top of this one.
        require(
            np.shape(outcome.value) != (num_labels, num_classes),
            "the result is turned over: your examples are rows. Make them columns with .T.",
        )
        require(
            np.shape(outcome.value) != (num_classes,) or num_labels == 1,
            "you made one column for all labels together. Each label gets a column of its own.",
        )
        require(
            np.shape(outcome.value) != (num_classes, 1) or num_labels == 1,
            "only one column is there. Does return stand inside the loop? Or is it made anew?",
        )
        require(
            np.shape(outcome.value) != (num_classes, num_classes) or not is_square,
            "you made as many columns as there are classes. Make one for each label.",
        )
    if outcomes[0].error is not None:
        require(
            not gets_right(np.array([*range(10), 4, 4])),
            "it is right only where every class occurs. Do you count the classes in the labels? "
            "Make num_classes rows.",
        )
    require(
        not gets_right(_BYTES.astype(int)) or gets_right(_BYTES),
        "it is right for ordinary whole numbers, but MNIST's labels are bytes, and what you "
        "compute with a byte must stay below 256. Start with labels = labels.astype(int).",
    )
    compare(answer, one_hot, _LABELS)
    twelve = {"labels": np.array([11, 0, 10, 9, 3]), "num_classes": 12}
    problem = find_problem(attempt(answer, **twelve), one_hot(**twelve), "with 12 classes")
    require(problem is None, f"{problem}. Does a 10 stand in your code? Take num_classes.")


_NAMES = ("X_train", "Y_train", "X_test", "Y_test")


def _reader(train_labels, test_labels, lightest, darkest, test_darkest):
    """A small `read_bytes` with random pixels, and the four arrays to be made of it."""
    rng = np.random.default_rng(1)
    arrays = []
    for labels, largest in ((train_labels, darkest), (test_labels, test_darkest)):
        images = rng.integers(lightest, largest, (len(labels), 784))
        images[-1, 100] = largest
        arrays += [images.astype(np.uint8), np.array(labels, dtype=np.uint8)]

    def read_bytes():
        return tuple(array.copy() for array in arrays)

    right = tuple(array.T / 255 if array.ndim == 2 else one_hot(array) for array in arrays)
    return read_bytes, right


# Sizes differ, digits are missing, and the largest pixels are not 255.
_READERS = {
    "with 7 training and 4 test images": _reader([5, 0, 4, 1, 9, 2, 1], [7, 2, 1, 0], 3, 200, 180),
    "with 3 training and 6 test images": _reader([8, 8, 1], [3, 3, 0, 9, 6, 1], 0, 255, 255),
}
# The same with all ten digits in both sets.
_ALL_DIGITS = _reader([*range(10), 4, 4], [*range(10), 0], 3, 200, 180)


def load_mnist_data(read_bytes):
    """The right answer."""

    def scale(images):
        return images.T / 255

    train_images, train_labels, test_images, test_labels = read_bytes()
    return scale(train_images), one_hot(train_labels), scale(test_images), one_hot(test_labels)


_ADVICE_ON_ERRORS = {
    "index 255 is out of bounds": "A label 0 became 255, since a byte cannot go below 0. Use the "
    "labels as they are.",
    "cannot reshape": "The number of images is another one here. You need no reshape: .T turns "
    "rows into columns.",
    "Cannot cast ufunc": "The arrays hold bytes, which cannot keep fractions, so steps in place "
    "such as /= stop. Make a new array, with / in place of /=.",
    **dict.fromkeys(
        ["non-iterable function", "'function' object"],
        "read_bytes is a function. Call it with brackets: read_bytes().",
    ),
    "values to unpack": "The number of arrays does not fit. read_bytes() gives four: train_images, "
    "train_labels, test_images and test_labels. Do you take all four at once? Or only a part of "
    "them?",
}


@check(
    "1.4",
    "read_bytes() gives four arrays, as in section 1.1. Examples become columns in 1.2, pixels are "
    "scaled in 1.3, labels are one-hot in 1.4.",
    "The images become images.T / 255, and the labels one_hot(labels). Return the training "
    "arrays first.",
)
def check_load_mnist_data(answer):
    """Check the student's loader on small data sets."""
    with advising(_ADVICE_ON_ERRORS, alone=True):
        for phrase, (read_bytes, right) in _READERS.items():
            _check_arrays(answer, phrase, read_bytes, right)


def _check_arrays(answer, phrase, read_bytes, right):
    """Name what is wrong with the arrays that the loader makes of these bytes."""
    calls = []
    outcome = attempt(answer, read_bytes=lambda: calls.append(1) or read_bytes())
    if _is_right(outcome, right):
        return
    if outcome.error is not None:
        _check_labels_of_one_hot(outcome.error.__traceback__)
        if calls:
            _explain_by_other_readers(answer)
    require(
        calls or outcome.error is not None,
        "it never calls read_bytes. Take the arrays from read_bytes(), so that it works for other "
        "data too.",
    )
    arrays = call(answer, phrase, read_bytes=read_bytes)
    _check_kinds_and_order(arrays, right)
    _explain_by_other_readers(answer)
    stored = dict(zip(_NAMES, read_bytes(), strict=True))
    for name, got, expected in zip(_NAMES, arrays, right, strict=True):
        _check_shape(name, got, right)
        if find_difference(got, expected):
            explain = _explain_pixels if name[0] == "X" else _explain_labels
            explain(name, np.asarray(got, dtype=float), stored)
        difference = find_difference(got, expected, name)
        require(not difference, f"it goes wrong {phrase}: {difference}")


def _is_right(outcome, right):
    return outcome.error is None and not find_difference(outcome.value, right)


def _check_labels_of_one_hot(trace):
    """Require whole numbers, one for each example, where one_hot stops."""
    while trace.tb_next is not None:
        line = linecache.getline(trace.tb_frame.f_code.co_filename, trace.tb_lineno).strip()
        trace = trace.tb_next
        code, values = trace.tb_frame.f_code, trace.tb_frame.f_locals
        if code.co_name == "one_hot" and code.co_argcount:
            labels = np.asarray(values[code.co_varnames[0]])
            require(
                labels.ndim == 1 and labels.dtype.kind in "iu",
                f"one_hot stops, since in the line `{line}` it gets an array of shape "
                f"{labels.shape} and type {labels.dtype}. It takes the labels, as they come from "
                "read_bytes().",
            )


def _explain_by_other_readers(answer):
    """Name a mistake that shows itself by another reader for which the result is right."""
    read_bytes, right = _ALL_DIGITS
    require(
        not _is_right(attempt(answer, read_bytes=read_bytes), right),
        "it is right only where every digit occurs in both sets. Make ten rows for the labels, "
        "also when a digit is missing.",
    )
    arrays = read_bytes()
    for order in permutations(arrays):
        outcome = attempt(answer, read_bytes=lambda order=order: order)
        require(
            not _is_right(outcome, right),
            "you take the four arrays in a wrong order. read_bytes() gives train_images, "
            "train_labels, test_images, test_labels.",
        )


def _check_kinds_and_order(arrays, right):
    names = ", ".join(_NAMES)
    require(
        isinstance(arrays, (tuple, list)),
        f"it returns one value of type {type(arrays).__name__}. Return all four: {names}.",
    )
    require(
        len(arrays) != 2 or not isinstance(arrays[0], (tuple, list)),
        f"it returns two pairs. Return the four arrays side by side: {names}.",
    )
    require(len(arrays) == 4, f"it returns {len(arrays)} things, not these four: {names}.")
    for name, got in zip(_NAMES, arrays, strict=True):
        kind = type(got).__name__
        require(got is not None, f"{name} is None. Do your functions all return what they compute?")
        is_array = isinstance(got, np.ndarray)
        require(is_array, f"{name} is of type {kind}. Make it a NumPy array.")
    found = [_name_by_shape(got.shape, right) for got in arrays]
    if found != list(_NAMES) and set(found) == set(_NAMES):
        raise CheckFailed(
            f"you return {', '.join(found)}, but it should be {names}. Compare the order after "
            "return, and the order in which you take the arrays from read_bytes()."
        )


def _name_by_shape(shape, right):
    """Which of the four arrays has this shape, also turned over or before one-hot encoding."""
    for name, array in zip(_NAMES, right, strict=True):
        if shape in (array.shape, array.T.shape) or (name[0] == "Y" and shape == array.shape[1:]):
            return name
    return None


def _check_shape(name, got, right):
    """Name what is wrong with the shape of one of the four arrays."""
    shape, expected = got.shape, right[_NAMES.index(name)].shape
    part = _name_by_shape(shape, right)
    require(
        part in (name, None),
        f"in the place of {name} you return an array with the shape of {part}. Is a name "
        "mistyped, perhaps in a copied line?",
    )
    require(
        right[0].shape[1] + right[2].shape[1] not in shape,
        f"{name} holds the training and the test examples together. Keep them apart.",
    )
    require(
        shape != expected[::-1],
        f"{name} has the shape {shape}: your examples are rows. Make them columns with .T.",
    )
    if name[0] == "X":
        require(
            len(shape) != 3,
            f"{name} has the shape {shape}: each image is one flat column of 784 pixels here.",
        )
    else:
        require(
            shape != expected[1:],
            f"{name} still is one number for each example. Make one-hot columns of the labels.",
        )
        require(
            len(shape) != 2 or shape[1] != expected[1] or shape[0] == 10,
            f"{name} has {shape[0]} rows, expected 10. The number of digits is always 10, also "
            "where one does not occur.",
        )
    require(shape == expected, f"{name} has the shape {shape}, expected {expected}.")


def _explain_pixels(name, got, stored):
    """Name what is wrong with the pixels of one set, if it is a known mistake."""
    images = stored[name]
    pixels = images.T.astype(float)
    require(np.isfinite(got).all(), f"{name} holds nan or infinity, which are no numbers.")
    require(
        (got == 0).mean() < 0.9,
        f"nearly all of {name} is 0. Was it never filled, or are its fractions dropped? //, "
        ".astype(int) and arrays of bytes keep whole numbers only. Divide with /.",
    )
    require(
        not np.isin(got, (0, 1)).all(),
        f"each pixel of {name} is 0 or 1. Keep the greys between: divide by 255, and do no more.",
    )
    for sentence, wrong in known_mistakes(load_mnist_data):
        with np.errstate(all="ignore"):
            result = wrong(lambda: tuple(stored.values()))[_NAMES.index(name)]
        require(not np.allclose(got, result, atol=1e-5), sentence.replace("X_train", name))
    require(
        not _fit_line(got, pixels.T.reshape(784, -1)),
        f"in {name} the pixels of different images are mixed: reshape cuts the numbers anew. "
        "Turn rows into columns with .T.",
    )
    line = _fit_line(got, pixels)
    if line:
        _explain_scale(name, *line, stored)
        return
    require(
        not _fit_line(np.sort(got, axis=0), np.sort(pixels, axis=0)),
        f"in {name} the pixels of each image changed places. Keep the order that they have in "
        "the row.",
    )
    require(
        not _fit_line(got[:, np.lexsort(got)], pixels[:, np.lexsort(pixels)]),
        f"the images of {name} are in another order. Keep the order: do not shuffle or sort here.",
    )


def _fit_line(got, pixels):
    """The factor and shift with got = factor * pixels + shift everywhere, or None."""
    low, high = (np.unravel_index(at, pixels.shape) for at in (pixels.argmin(), pixels.argmax()))
    factor = (got[high] - got[low]) / (pixels[high] - pixels[low])
    shift = got[low] - factor * pixels[low]
    if factor == 0:
        return None
    fits = np.abs(got - factor * pixels - shift).max() <= 1e-4 * abs(got[high] - got[low])
    return (factor, shift) if fits else None


def _explain_scale(name, factor, shift, stored):
    require(factor > 0, f"in {name} ink and paper are turned around. Paper is 0, full ink is 1.")
    low, high = float(stored[name].min()), float(stored[name].max())
    require(
        not np.allclose((factor * low + shift, factor * high + shift), (0, 1)) or shift == 0,
        f"you stretched {name} from its own smallest to its own largest pixel. Divide by 255, "
        "whatever the images hold.",
    )
    require(
        abs(shift) < 0.01 * factor,
        f"in {name} you shifted the pixels, so that paper is no longer 0. Divide by 255, and do "
        "no more.",
    )
    require(
        abs(factor / 255 - 1) > 1e-3, f"in {name} you multiplied with 255. Divide the bytes by 255."
    )
    divisor = 1 / factor
    require(abs(divisor - 1) > 1e-3, f"{name} still holds bytes from 0 to 255. Divide them by 255.")
    for other in ("X_train", "X_test"):
        require(
            abs(divisor - stored[other].max()) > 1e-3 * divisor,
            f"you divided {name} by {divisor:.6g}, the largest pixel of {other}. Always divide by "
            "255, so that all images get the same scale.",
        )
    advice = (
        " by 255 twice. Once is enough."
        if abs(divisor / 255**2 - 1) < 1e-3
        else (f" by {divisor:.6g}. The largest byte is 255, so divide by 255.")
    )
    raise CheckFailed(f"you divided {name}{advice}")


def _explain_labels(name, got, stored):
    """Name what is wrong with the one-hot labels of one set, if it is a known mistake."""
    labels = stored[name]
    right = one_hot(labels)
    require(
        not np.allclose(got, right / 255),
        f"you divided {name} by 255 too. Only the pixels are scaled.",
    )
    for sentence, wrong in known_mistakes(one_hot):
        outcome = attempt(wrong, labels=labels)
        require(outcome.error or not same_value(got, outcome.value), f"in {name} {sentence}")
    require(
        not np.array_equal(got[:, np.lexsort(got)], right[:, np.lexsort(right)]),
        f"the columns of {name} are in another order than the labels. Keep the order.",
    )


@check(
    "1.4",
    "Follow the loop by hand, with few labels. Write down `column` each time round.",
    "list(labels).index(label) is the first place where this label stands. When is that not "
    "the place you want?",
)
def check_broken_one_hot(broken_one_hot, labels):
    """Check that the student's labels bring out the bug of `broken_one_hot`."""
    require_given(labels, what="the labels are")
    try:
        labels = np.asarray(labels)
    except ValueError:
        labels = np.array("uneven")
    require(
        labels.ndim == 1 and labels.size > 0,
        "give a flat list of labels, such as np.array([5, 0, 4]).",
    )
    require(labels.dtype.kind in "iu", "labels are whole numbers.")
    require(
        labels.min() >= 0 and labels.max() <= 9,
        "labels are digits, from 0 to 9. Any function may fail with others.",
    )
    outcome = attempt(broken_one_hot, labels=labels)
    require(
        not _is_right(outcome, one_hot(labels)),
        "broken_one_hot gets these labels right. Follow the loop by hand: which `column` does "
        "it find for each label?",
    )


@check(
    "1.7",
    "truth == 0 picks the images of a 0. What share of predicted[truth == 0] is 0?",
    "For each digit: (predicted[truth == digit] == digit).mean(). And np.bincount counts "
    "predicted[truth == hardest].",
)
def check_hardest_digit(predicted, truth, found, hardest, mistaken_for):
    """Check the share of each digit that was found, the hardest digit, and its double."""
    predicted, truth = np.asarray(predicted), np.asarray(truth)
    require(
        predicted.shape == truth.shape and np.isin(predicted, range(10)).all(),
        "predicted and truth are not the given ones any more. Run the cells above again.",
    )
    counts = np.zeros((10, 10))  # counts[k, d]: images of k answered with d
    np.add.at(counts, (truth, predicted), 1)
    hits, sizes, answers = counts.diagonal(), counts.sum(axis=1), counts.sum(axis=0)
    with np.errstate(all="ignore"):
        shares, precision = hits / sizes, hits / answers
    _check_shares(found, shares, precision, hits, sizes, answers)

    total = len(truth)
    compare_answer(
        _as_number(hardest),
        int(shares.argmin()),
        [
            (int(shares.argmax()), "this digit is found best. Look for the smallest share."),
            (int(shares.argsort()[1]), "this is the second hardest. One share is smaller."),
            (int(shares.argmin()) + 1, "you counted the digits from 1. found[0] belongs to 0."),
            (float(shares.min()), "this is the share. Give the digit that has it."),
        ],
        "it is another digit. found.argmin() is the digit with the smallest share.",
    )
    hardest = int(shares.argmin())
    taken = counts[hardest].copy()
    taken[hardest] = 0
    wrongly_answered = counts[:, hardest].copy()
    wrongly_answered[hardest] = 0
    compare_answer(
        _as_number(mistaken_for),
        int(taken.argmax()),
        [
            (hardest, f"{hardest} is the right answer for a {hardest}. Which wrong one is next?"),
            (
                int(wrongly_answered.argmax()),
                f"you turned it around: images of this digit are often answered with {hardest}. "
                f"Look at the images of a {hardest}.",
            ),
            (
                int(answers.argmax()),
                f"this digit is answered most often over all images. Count the answers to images "
                f"of a {hardest} alone.",
            ),
            (float(taken.max()), "this is the number of images. Give the digit."),
            (float(taken.max() / total), "this is a share. Give the digit."),
        ],
        f"not this one. Count predicted[truth == {hardest}] with np.bincount.",
    )


def _as_number(answer):
    """A number, also from an array that holds it alone."""
    try:
        return np.asarray(answer).item()
    except ValueError:
        return answer


def _wrong_shares(shares, precision, hits, sizes, answers):
    """Ten numbers that are not the shares, and the sentence for each such ten."""
    total = sizes.sum()
    counted_answers = (
        "you counted how often each digit is answered, also wrongly. Count where the answer is "
        "right."
    )
    return [
        (
            precision,
            "you divided by how often each digit is *answered*. Divide by the number of images "
            "of it: take the mean over truth == digit, not over predicted == digit.",
        ),
        (1 - shares, "these are the shares *missed*. Take them away from 1."),
        (hits, "these are numbers of images. Divide by the number of images of each digit."),
        (sizes - hits, "these are numbers of missed images. Give the share found."),
        (
            hits / total,
            "you divided by the number of all images. Divide by the number of images of each "
            "digit.",
        ),
        (100 * shares, "these are per cent. Give shares between 0 and 1."),
        (sizes, "you counted how many images each digit has, not how many were found."),
        (
            sizes / total,
            "this is the share of each digit among the images. Which of them were found?",
        ),
        *((part, counted_answers) for part in (answers, answers / sizes, answers / total)),
        (
            np.full(10, hits.sum() / total),
            "all ten are equal: this is the share over all images. Take the images of one digit "
            "at a time.",
        ),
        (
            1 - (sizes + answers - 2 * hits) / total,
            "you counted images of other digits as found too, where neither label nor answer is "
            "this digit. Take the images of the digit alone: predicted[truth == digit].",
        ),
    ]


def _check_shares(found, shares, precision, hits, sizes, answers):
    """Check ten shares, which may be rounded to two decimals."""
    if isinstance(found, dict):
        found = [found.get(digit) for digit in range(10)]
    require_given(found)
    try:
        found = np.asarray(found, dtype=float)
    except (TypeError, ValueError):
        raise CheckFailed("found should be ten numbers, one for each digit.") from None
    require(not np.isnan(found).any(), "found is not complete: a digit has no share, or nan.")
    require(found.shape != (), "found is a single number. Give ten shares, one for each digit.")
    require(
        found.shape != (10, 10),
        "found is a whole table. Give ten shares: what stands on its diagonal, each over the "
        "number of images of that digit.",
    )
    require(found.shape == (10,), f"found has the shape {found.shape}. Give ten numbers: (10,).")
    known_wrong = _wrong_shares(shares, precision, hits, sizes, answers)
    for ten, _ in known_wrong:
        if np.allclose(found, ten, rtol=1e-3, atol=1e-6):
            found = ten
    compare_answer(
        shares if np.abs(found - shares).max() <= 0.0051 else found,
        shares,
        known_wrong,
        "these are not the shares. Take the images of one digit, truth == digit, and see what "
        "share of their answers is that digit.",
    )
