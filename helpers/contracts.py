"""What the functions of the course refuse, said once above each function and enforced there.

    @contract(params=layers, x=finite(floats("n_0", "m")))
    def forward(x, params):

This reads: `params` are layers that fit together, the first of which takes n_0 numbers. `x` is a
float array of shape (n_0, m), for any m, of finite numbers. A call with other arguments ends in
a ValueError that says which argument is wrong, what was expected, and what was found.

A check is a function `check(name, value, known)`. It raises, or returns the value, which it may
have turned into an array. `known` holds the call's arguments by name, and the sizes that earlier
checks met: n_0 in the example, by which the check of x knows how many rows to expect.

What came through one contract is not checked again by the functions that are called with it: a
training checks its data at the door, and not five times in each of ten thousand steps.
"""

import functools
import inspect
from contextvars import ContextVar
from numbers import Real

import numpy as np

_is_inside = ContextVar("whether a function with a contract is running", default=False)


def contract(**checks):
    """Make a decorator that checks a function's arguments before each call.

    Parameters
    ----------
    **checks : functions
        For each argument to check, in this order, one of the checks below.

    Returns
    -------
    decorator
        The decorated function raises what its checks raise. Its `check_arguments(...)` checks
        the arguments of a call, and does not call.
    """

    def decorate(function):
        signature = inspect.signature(function)

        def check_arguments(*args, **kwargs):
            try:
                bound = signature.bind(*args, **kwargs)
            except TypeError:
                # One argument too many, or too few: the call says so, in Python's usual words.
                function(*args, **kwargs)
                raise
            bound.apply_defaults()
            known = dict(bound.arguments)
            for name, check in checks.items():
                bound.arguments[name] = check(name, bound.arguments[name], known)
            return bound

        @functools.wraps(function)
        def checked(*args, **kwargs):
            if _is_inside.get():
                return function(*args, **kwargs)
            try:
                bound = check_arguments(*args, **kwargs)
            except ValueError as error:
                # The error points at the call. How it was found interests nobody.
                raise error.with_traceback(None) from None
            # A function that was handed in is not ours: what it calls is checked.
            values = bound.arguments.values()
            handed_in = any(callable(value) and not isinstance(value, type) for value in values)
            token = _is_inside.set(not handed_in)
            try:
                return function(*bound.args, **bound.kwargs)
            finally:
                _is_inside.reset(token)

        checked.check_arguments = check_arguments
        return checked

    return decorate


# Numbers and arrays of any shape.


def real_numbers(name, value, known):
    """Anything that NumPy reads as real numbers. It comes as an array of floats."""
    array = _as_array(name, value)
    if array.dtype.kind not in "iuf":
        raise ValueError(f"{name} must hold real numbers, got dtype {array.dtype}.")
    return array if array.dtype.kind == "f" else array.astype(np.float64)


def _as_array(name, value):
    try:
        return np.asarray(value)
    except ValueError as error:
        raise ValueError(
            f"{name} must be an array, or lists of equal lengths, got {type(value).__name__}: "
            f"{error}"
        ) from None


def scores(name, value, known):
    """Real numbers, at least one of them along axis 0."""
    array = real_numbers(name, value, known)
    if array.ndim == 0 or len(array) == 0:
        raise ValueError(
            f"{name} must have at least one score along axis 0, got shape {array.shape}."
        )
    return array


def positive(name, value, known):
    """A number above 0, and not infinity."""
    if not isinstance(value, Real) or not 0 < value < np.inf:
        raise ValueError(f"{name} must be positive and finite, got {value!r}.")
    return value


def positive_integer(name, value, known):
    """An integer from 1 up."""
    if not isinstance(value, (int, np.integer)) or value < 1:
        raise ValueError(f"{name} must be a positive integer, got {value!r}.")
    return value


def integer_up_to(size):
    """An integer from 1 to a size that is known, such as the number of examples "m"."""

    def check(name, value, known):
        if not isinstance(value, (int, np.integer)) or not 1 <= value <= known[size]:
            raise ValueError(
                f"{name} must be an integer from 1 to {known[size]}, the number of examples, "
                f"got {value!r}."
            )
        return value

    return check


def one_of(*choices):
    """One of some texts, or of some of NumPy's types."""
    words = [f'"{one}"' if isinstance(one, str) else f"np.{one.__name__}" for one in choices]

    def check(name, value, known):
        if not isinstance(value, (str, type, np.dtype)) or value not in choices:
            raise ValueError(f"{name} must be {' or '.join(words)}, got {value!r}.")
        return value

    return check


# Batches: one column for each example.


def floats(rows, columns, may_be_bytes=False):
    """A float array of shape (rows, columns), at least (1, 1).

    Parameters
    ----------
    rows : int or str
        A size, or the name of one, such as "n_0". Who first meets a name tells its size.
    columns : str
        The name of a size.
    may_be_bytes : bool
        Whether pixels as uint8 are welcome too.
    """
    kind = "float or uint8" if may_be_bytes else "float"

    def check(name, value, known):
        num_rows = rows if isinstance(rows, int) else known.get(rows)
        num_columns = known.get(columns)
        n, m = "n" if num_rows is None else num_rows, "m" if num_columns is None else num_columns
        expected = f"{name} must be a {kind} array of shape ({n}, {m}), one column for each example"
        if not isinstance(value, np.ndarray):
            raise ValueError(f"{expected}, got {type(value).__name__}.")
        if value.dtype.kind != "f" and not (may_be_bytes and value.dtype == np.uint8):
            advice = " Divide pixels by 255 first." if value.dtype == np.uint8 else ""
            raise ValueError(f"{expected}, got dtype {value.dtype}.{advice}")
        if value.ndim == 2 and value.size == 0:
            raise ValueError(f"{expected}, got an empty batch of shape {value.shape}.")
        fits = value.ndim == 2 and num_rows in (None, value.shape[0])
        if not fits or num_columns not in (None, value.shape[1]):
            raise ValueError(f"{expected}, got shape {value.shape}.")
        known[rows], known[columns] = value.shape
        return value

    return check


def pixels(rows, columns):
    """A batch of floats, or of bytes from 0 to 255."""
    return floats(rows, columns, may_be_bytes=True)


def finite(check):
    """What another check demands, and no NaN or infinity in it."""

    def check_both(name, value, known):
        value = check(name, value, known)
        if value.dtype.kind == "f" and not _is_finite(value):  # bytes pass unread
            raise ValueError(
                f"{name} must hold finite numbers only, got {np.isnan(value).sum()} NaN and "
                f"{np.isinf(value).sum()} infinite. Remove or replace these values."
            )
        return value

    return check_both


def _is_finite(array):
    # A finite sum has finite terms only, and needs no copy of the array. Large finite
    # terms can overflow the sum, so the terms themselves decide.
    with np.errstate(over="ignore", invalid="ignore"):
        total = array.sum()
    return bool(np.isfinite(total) or np.isfinite(array).all())


def probabilities(rows, columns):
    """A batch of numbers from 0 to 1. NaN passes: a training that ran away says so itself."""

    def check(name, value, known):
        floats(rows, columns)(name, value, known)
        if value.min() < 0 or value.max() > 1:
            raise ValueError(
                f"{name} must hold probabilities between 0 and 1, got values from "
                f"{value.min():.4g} to {value.max():.4g}. Pass the output of softmax, not its "
                "input."
            )
        return value

    return check


def one_hot_labels(rows, columns):
    """A batch of floats with one 1 in each column, and else 0."""

    def check(name, value, known):
        floats(rows, columns)(name, value, known)
        ones = (value == 1).sum(axis=0) == 1
        wrong = np.flatnonzero(~ones | (np.count_nonzero(value, axis=0) != 1))
        if len(wrong):
            column = np.array2string(value[:, wrong[0]], precision=4, threshold=10)
            raise ValueError(
                f"{name} must be one-hot, with one 1 in each column and else 0, got "
                f"{column} in column {wrong[0]}. Pass what one_hot returns, and probabilities as "
                "y_hat."
            )
        return value

    return check


def rows_of(num_columns):
    """A tensor of shape (batch, num_columns), as PyTorch has it: one example in each row."""

    def check(name, value, known):
        if value.ndim != 2 or value.shape[1] != num_columns:
            raise ValueError(
                f"{name} must have shape (batch, {num_columns}), one row for each example, "
                f"got {tuple(value.shape)}."
            )
        return value

    return check


# Classes: one integer for each example.


def classes(num_classes, length="m"):
    """A row of integers from 0 to num_classes - 1, as an array.

    Parameters
    ----------
    num_classes : str
        The argument, or the size, that says how many classes there are.
    length : str
        The number of examples.
    """

    def check(name, value, known):
        array, count = _as_array(name, value), known[num_classes]
        if array.ndim != 1 or array.size == 0 or array.dtype.kind not in "iu":
            raise ValueError(
                f"{name} must be a one-dimensional array of at least one integer, "
                f"got shape {array.shape} and dtype {array.dtype}."
            )
        if array.min() < 0 or array.max() >= count:
            reason = f" for num_classes={count}" if num_classes == "num_classes" else ""
            raise ValueError(
                f"{name} must lie between 0 and {count - 1}{reason}, "
                f"got values from {array.min()} to {array.max()}."
            )
        expected = known.setdefault(length, len(array))
        if len(array) != expected:
            raise ValueError(
                f"{name} must have {expected} entries, one for each example, got {len(array)}."
            )
        return array

    return check


# Counts, and a picture.


def count_out_of(total):
    """A number of right answers, and the argument that says out of how many."""

    def check(name, value, known):
        are_counts = all(isinstance(n, (int, np.integer)) for n in (value, known[total]))
        if not are_counts or not 0 <= value <= known[total] or known[total] < 1:
            raise ValueError(
                f"{name} must lie between 0 and {total}, and {total} be at least 1, "
                f"got {value} and {known[total]}."
            )
        return value

    return check


def square_matrix(name, value, known):
    """As many rows as columns, of counts."""
    array = _as_array(name, value)
    if array.ndim != 2 or len(array) != array.shape[1]:
        raise ValueError(f"{name} must be a square matrix, got shape {array.shape}.")
    if array.dtype.kind not in "iu":
        raise ValueError(f"{name} must be a square matrix of counts, got dtype {array.dtype}.")
    return array.astype(np.int64)  # where no sum or difference of counts runs over


def grey_values(name, value, known):
    """A picture: 0 for paper, larger for ink, and some ink."""
    picture = _as_array(name, value)
    if picture.dtype.kind not in "biuf":
        raise ValueError(f"{name} must hold grey values, got dtype {picture.dtype}.")
    if picture.ndim != 2:
        raise ValueError(f"{name} must have shape (height, width), got {picture.shape}.")
    picture = picture.astype(np.float64)
    if not picture.any() or not np.isfinite(picture).all() or picture.min() < 0:
        raise ValueError(
            f"{name} must hold finite values, 0 for paper and larger for ink, and some ink."
        )
    return picture


# Networks.


def layer_sizes(name, value, known):
    """At least two positive integers."""
    sizes = _as_array(name, value)
    is_row = sizes.ndim == 1 and len(sizes) >= 2
    if not is_row or sizes.dtype.kind not in "iu" or sizes.min() < 1:
        raise ValueError(
            f"{name} must be at least two positive integers, input first, got {value!r}."
        )
    return value


def layer_sizes_of_training(name, value, known):
    """Layer sizes that begin and end with the rows of x_train and y_train, n_0 and n_L."""
    sizes = _as_array(name, value).ravel().tolist()
    if not sizes or (sizes[0], sizes[-1]) != (known["n_0"], known["n_L"]):
        raise ValueError(
            f"{name} must start with {known['n_0']}, the rows of x_train, and end with "
            f"{known['n_L']}, the rows of y_train, got {value!r}."
        )
    return layer_sizes(name, value, known)


def layers(name, value, known):
    """Weights and biases that form a chain of layers, from n_0 numbers to n_L.

    "Wl" has the shape (n_l, n_{l-1}) and "bl" the shape (n_l, 1), for each layer l from 1, and
    there is nothing else.
    """
    if not isinstance(value, dict):
        raise ValueError(
            f"{name} must be a dict of pairs W1, b1, W2, b2, ..., got {type(value).__name__}."
        )
    names = sorted(map(str, value))
    fan_in = None
    for layer in range(1, len(value) // 2 + 1):
        for key in (f"W{layer}", f"b{layer}"):
            if key not in value:
                raise ValueError(f"{name} must have {key}, got only {names}.")
        weights, biases = _shape(value[f"W{layer}"]), _shape(value[f"b{layer}"])
        is_matrix = isinstance(weights, tuple) and len(weights) == 2 and all(weights)
        if not is_matrix or weights[1] != (fan_in or weights[1]):
            raise ValueError(
                f"W{layer} must have shape (n_{layer}, {fan_in or 'n_0'}), got {weights}."
            )
        fan_in = weights[0]
        if biases != (fan_in, 1):
            raise ValueError(f"b{layer} must have shape ({fan_in}, 1), got {biases}.")
        for key in (f"W{layer}", f"b{layer}"):
            if value[key].dtype.kind != "f":
                raise ValueError(f"{key} must be a float array, got dtype {value[key].dtype}.")
    if fan_in is None or len(value) % 2:
        raise ValueError(f"{name} must be pairs W1, b1, W2, b2, ..., got {names}.")
    known["n_0"], known["n_L"] = value["W1"].shape[1], fan_in
    return value


def _shape(array):
    """An array's shape. What is no array has a name in its place."""
    return getattr(array, "shape", type(array).__name__)


def cache_of_forward(name, value, known):
    """What `forward` kept of a batch with these params: X, and Zl and Al of each layer l."""
    params, shapes = known["params"], {"X": (known["n_0"], "m")}
    for layer in range(1, len(params) // 2 + 1):
        shapes[f"Z{layer}"] = shapes[f"A{layer}"] = (len(params[f"b{layer}"]), "m")
    if not isinstance(value, dict) or not shapes.keys() <= value.keys():
        found = list(value) if isinstance(value, dict) else type(value).__name__
        raise ValueError(
            f"{name} must be what forward kept with these params, {', '.join(shapes)}, got {found}."
        )
    for key, shape in shapes.items():
        floats(*shape)(key, value[key], known)
    return value


def gradients(name, value, known):
    """For each array of `params` a gradient of its shape: "dW1" for "W1", and so on."""
    if not isinstance(value, dict):
        raise ValueError(f"{name} must be a dict of dW1, db1, ..., got {type(value).__name__}.")
    for key, array in known["params"].items():
        found = _shape(value[f"d{key}"]) if f"d{key}" in value else "none"
        if found != _shape(array):
            raise ValueError(f"d{key} must have shape {_shape(array)}, got {found}.")
    return value


# The gradient check.


def float64_array(name, value, known):
    """An array in float64."""
    if not isinstance(value, np.ndarray) or value.dtype != np.float64:
        found = getattr(value, "dtype", type(value).__name__)
        raise ValueError(f"{name} must be float64 for a gradient check, got {found}.")
    return value


def float64_layers(name, value, known):
    """Layers of arrays in float64."""
    for key, array in layers(name, value, known).items():
        float64_array(key, array, known)
    return value


# What only shows on the way: a training that ran away.


def check_loss(loss, epoch, learning_rate):
    """Raise a FloatingPointError unless the loss of a step is a number."""
    if not np.isfinite(loss):
        raise FloatingPointError(
            f"The loss is {loss} in epoch {epoch}: the weights have run away. "
            f"Try a learning_rate below {learning_rate}."
        )


def check_probabilities(y_hat):
    """Raise a FloatingPointError if a probability is NaN, which argmax takes for the largest."""
    if np.isnan(y_hat).any():
        raise FloatingPointError(
            "The network's probabilities are not numbers (nan): the weights have run away, or x "
            "holds nan. Train again with a smaller learning_rate."
        )


def check_logits(logits):
    """Raise a FloatingPointError unless all of a tensor's logits are numbers."""
    if not logits.isfinite().all():
        raise FloatingPointError(
            "The network's logits are not numbers (nan or inf): the weights have run away, or the "
            "images hold nan. Train again with a smaller learning_rate."
        )
