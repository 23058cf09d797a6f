"""The contracts: what each function refuses, and that it says what was wrong."""

import inspect
import math
import re
import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import (
    activations,
    backprop,
    data,
    error_analysis,
    forward,
    training_loop,
)
from helpers.contracts import contract, finite, floats, layers
from helpers.forward import initialize_parameters

# --- contract -------------------------------------------------------------------------------


def even(name, value, known):
    if value % 2:
        raise ValueError(f"{name} must be even, got {value}.")
    return value


def as_float(name, value, known):
    return float(value)


@contract(a=even, b=as_float)
def divide(a, b=4, *, label=None):
    """Half of the words."""
    return a / b, type(b), label


def test_a_contract_checks_and_converts_and_leaves_the_rest():
    assert divide(6, 3) == (2.0, float, None)
    assert divide(b=3, a=6, label="x") == (2.0, float, "x")
    assert divide(8) == (2.0, float, None)
    for call in (lambda: divide(3), lambda: divide(3, 1), lambda: divide(b=1, a=3)):
        with pytest.raises(ValueError, match=r"^a must be even, got 3\.$"):
            call()


def test_a_contract_keeps_what_a_function_says_of_itself():
    assert divide.__doc__ == "Half of the words." and divide.__name__ == "divide"
    assert str(inspect.signature(divide)) == "(a, b=4, *, label=None)"


def test_a_wrong_number_of_arguments_is_told_in_pythons_words():
    with pytest.raises(TypeError, match=r"divide\(\) missing 1 required positional argument: 'a'"):
        divide()
    with pytest.raises(TypeError, match=r"divide\(\) takes from 1 to 2 positional arguments but 3"):
        divide(2, 2, 2)
    with pytest.raises(TypeError, match=r"divide\(\) got an unexpected keyword argument 'c'"):
        divide(2, c=1)


def test_arguments_can_be_checked_without_a_call():
    called = []
    contract(a=even)(lambda a: called.append(a)).check_arguments(2)
    with pytest.raises(ValueError, match="a must be even"):
        contract(a=even)(lambda a: called.append(a)).check_arguments(3)
    assert called == []


def test_the_error_points_at_the_call_and_not_at_the_search():
    with pytest.raises(ValueError) as error:
        divide(3)
    frames = [frame.name for frame in error.traceback]
    assert frames == ["test_the_error_points_at_the_call_and_not_at_the_search", "checked"]


def test_an_error_of_the_function_itself_comes_through():
    @contract(a=even)
    def fails(a):
        raise ValueError("inner")

    with pytest.raises(ValueError, match="^inner$"):
        fails(2)


@contract(a=even)
def inside(a, then=None):
    result = divide(3, 2)
    if then:
        raise then
    return result


def test_what_came_through_a_contract_is_not_checked_again():
    assert inside(2) == (1.5, int, None)  # neither refused nor converted
    with pytest.raises(ValueError, match="a must be even, got 1"):
        inside(1)


@pytest.mark.parametrize("error", [ZeroDivisionError(), ValueError(), KeyboardInterrupt()])
def test_after_it_has_ended_or_failed_all_is_checked_as_before(error):
    inside(2)
    with pytest.raises(type(error)):
        inside(2, error)
    with pytest.raises(ValueError, match="a must be even, got 3"):
        divide(3, 2)


def test_a_function_that_is_handed_in_is_checked_in_what_it_calls():
    @contract(a=even)
    def apply(a, function):
        return function(a + 1)

    with pytest.raises(ValueError, match="a must be even, got 3"):
        apply(2, divide)
    with pytest.raises(ValueError, match="a must be even, got 3"):
        apply(2, lambda a: inside(2) and divide(a))


def test_another_thread_is_outside():
    refusals = []

    def ask():
        try:
            divide(3)
        except ValueError as error:
            refusals.append(str(error))

    @contract()
    def start():
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()

    start()
    assert refusals == ["a must be even, got 3."]


# --- every public function ------------------------------------------------------------------

PARAMS = initialize_parameters([4, 5, 3])
X, Y = np.random.default_rng(0).random((4, 6)), np.eye(3)[:, [0, 1, 2, 0, 1, 2]]
Y_HAT, CACHE = forward.forward(X, PARAMS)
GRADS = backprop.backward(Y, PARAMS, CACHE)
TRAINING = {
    "x_train": X,
    "y_train": Y,
    "x_test": X[:, :2],
    "y_test": Y[:, :2],
    "layer_dims": [4, 5, 3],
    "learning_rate": 0.1,
    "num_epochs": 1,
    "batch_size": 4,
}
# For each function with a contract, arguments that it takes.
GOOD = {
    data.load_mnist_data: {},
    data.load_mnist_bytes: {},
    data.one_hot: {"labels": [0, 2], "num_classes": 3},
    **{
        getattr(activations, name): {"z": X}
        for name in "relu relu_derivative sigmoid sigmoid_derivative tanh tanh_derivative".split()
    },
    activations.softmax: {"z": X},
    forward.initialize_parameters: {"layer_dims": [4, 3]},
    forward.forward: {"params": PARAMS, "x": X},
    forward.compute_loss: {"y_hat": Y_HAT, "y": Y},
    forward.predict: {"params": PARAMS, "x": X},
    forward.compute_accuracy: {"params": PARAMS, "x": X, "y": Y},
    backprop.backward: {"cache": CACHE, "y": Y, "params": PARAMS},
    backprop.gradient_check: {
        "x": X,
        "y": Y,
        "params": PARAMS,
        "epsilon": 1e-5,
        "max_entries": 3,
    },
    backprop.slope_sizes: {"activation": np.tanh, "derivative": np.cos, "gain": 2},
    training_loop.create_mini_batches: {"x": X, "y": Y, "batch_size": 4},
    training_loop.update_parameters: {"grads": GRADS, "params": PARAMS, "learning_rate": 0.1},
    training_loop.train_mnist: TRAINING,
    training_loop.save_parameters: {"params": PARAMS, "path": "weights.npz"},
    error_analysis.accuracy_interval: {"num_correct": 5, "num_examples": 6},
    error_analysis.confusion_matrix: {"labels": [0, 1], "predicted": [1, 1], "num_classes": 10},
    error_analysis.precision_and_recall: {"labels": [0, 1], "predicted": [1, 1], "num_classes": 10},
    error_analysis.most_confused_pairs: {"confusion": np.eye(3, dtype=int)},
    error_analysis.surest_mistakes: {"y_hat": Y_HAT, "labels": [0] * 6},
    error_analysis.calibration: {"y_hat": Y_HAT, "labels": [0] * 6},
    error_analysis.fit_temperature: {"logits": Y_HAT, "labels": [0] * 6},
    error_analysis.pixel_contributions: {"x": X, "params": PARAMS, "digits": [0] * 6},
    error_analysis.principal_components: {"activations": X},
    error_analysis.shift_images: {"x": np.ones((784, 2))},
    error_analysis.prepare_digit: {"picture": np.ones((5, 3))},
}


def is_floats(value, rows=None, columns=None):
    return (
        isinstance(value, np.ndarray)
        and value.dtype in (np.float16, np.float32, np.float64, np.longdouble)
        and value.ndim == 2
        and value.size > 0
        and value.shape[0] == (rows or value.shape[0])
        and value.shape[1] == (columns or value.shape[1])
    )


def is_pixels(value, rows=None):
    if isinstance(value, np.ndarray) and value.dtype == np.uint8:
        value = value.astype(np.float64)
    return is_floats(value, rows)


def is_one_hot(value, rows=None, columns=None):
    return is_floats(value, rows, columns) and all(
        sorted(column) == [0] * (len(column) - 1) + [1] for column in value.T.tolist()
    )


def is_count(value):
    return is_integer(value) and value > 0


def is_numbers(value):
    try:
        array = np.array(value)
    except ValueError:
        return False
    return np.issubdtype(array.dtype, np.integer) or np.issubdtype(array.dtype, np.floating)


def is_classes(value, num_classes, length=None):
    return (
        is_numbers(value)
        and np.array(value).ndim == 1
        and np.issubdtype(np.array(value).dtype, np.integer)
        and len(value) == (length or len(value))
        and len(value) > 0
        and all(0 <= number < num_classes for number in value)
    )


def is_finite(value):
    return bool(np.isfinite(value).all())


def is_integer(value):
    return isinstance(value, (int, np.integer))


def is_positive(value):
    return isinstance(value, (int, float, np.integer, np.floating)) and 0 < value < math.inf


def is_square(value):
    try:
        array = np.array(value)
        is_counts = np.issubdtype(array.dtype, np.integer)
        return array.ndim == 2 and len(set(array.shape)) == 1 and is_counts
    except ValueError:
        return False


def is_picture(value):
    if not is_numbers(value) and not (isinstance(value, np.ndarray) and value.dtype == bool):
        return False
    value = np.array(value)
    return value.ndim == 2 and is_finite(value) and value.min(initial=0) >= 0 and value.any()


# What each argument may be, in other words than those of helpers.contracts.
ALLOWED = {
    (data.load_mnist_data, "dtype"): lambda v: v in (np.float32, np.float64),
    (data.load_mnist_data, "source"): lambda v: v in ("shipped", "openml"),
    (data.load_mnist_bytes, "source"): lambda v: v in ("shipped", "openml"),
    (data.one_hot, "num_classes"): lambda v: is_count(v) and v > 2,
    (data.one_hot, "labels"): lambda v: is_classes(v, 3),
    **{
        (getattr(activations, name), "z"): is_numbers
        for name in "relu relu_derivative sigmoid sigmoid_derivative tanh tanh_derivative".split()
    },
    (activations.softmax, "z"): lambda v: is_numbers(v) and np.ndim(v) > 0 and len(v) > 0,
    (forward.initialize_parameters, "layer_dims"): lambda v: (
        is_numbers(v) and np.ndim(v) == 1 and len(v) > 1 and all(is_integer(n) and n > 0 for n in v)
    ),
    (forward.forward, "params"): lambda v: False,
    (forward.forward, "x"): lambda v: is_floats(v, 4) and is_finite(v),
    (forward.compute_loss, "y_hat"): lambda v: (
        is_floats(v, 3, 6) and not (v < 0).any() and not (v > 1).any()
    ),
    (forward.compute_loss, "y"): lambda v: is_one_hot(v, 3, 6),
    (forward.predict, "params"): lambda v: False,
    (forward.predict, "x"): lambda v: is_pixels(v, 4) and is_finite(v),
    (forward.compute_accuracy, "params"): lambda v: False,
    (forward.compute_accuracy, "x"): lambda v: is_pixels(v, 4) and v.shape[1] == 6 and is_finite(v),
    (forward.compute_accuracy, "y"): lambda v: is_one_hot(v, 3, 6),
    (backprop.backward, "params"): lambda v: False,
    (backprop.backward, "cache"): lambda v: False,
    (backprop.backward, "y"): lambda v: is_one_hot(v, 3, 6),
    (backprop.gradient_check, "x"): lambda v: (
        isinstance(v, np.ndarray) and v.dtype == np.float64 and is_finite(v)
    ),
    (backprop.gradient_check, "y"): lambda v: (
        isinstance(v, np.ndarray) and v.dtype == np.float64 and is_finite(v)
    ),
    (backprop.gradient_check, "params"): lambda v: False,
    (backprop.gradient_check, "epsilon"): is_positive,
    (backprop.gradient_check, "max_entries"): is_count,
    (backprop.slope_sizes, "gain"): is_positive,
    (training_loop.create_mini_batches, "x"): lambda v: is_pixels(v) and v.shape[1] == 6,
    (training_loop.create_mini_batches, "y"): lambda v: is_floats(v, None, 6),
    (training_loop.create_mini_batches, "batch_size"): lambda v: is_integer(v) and 1 <= v <= 6,
    (training_loop.update_parameters, "params"): lambda v: False,
    (training_loop.update_parameters, "grads"): lambda v: False,
    (training_loop.update_parameters, "learning_rate"): is_positive,
    (training_loop.train_mnist, "x_train"): lambda v: (
        is_pixels(v, 4) and v.shape[1] == 6 and is_finite(v)
    ),
    (training_loop.train_mnist, "y_train"): lambda v: is_one_hot(v, 3, 6),
    (training_loop.train_mnist, "x_test"): lambda v: (
        is_pixels(v, 4) and v.shape[1] == 2 and is_finite(v)
    ),
    (training_loop.train_mnist, "y_test"): lambda v: is_one_hot(v, 3, 2),
    (training_loop.train_mnist, "layer_dims"): lambda v: False,
    (training_loop.train_mnist, "learning_rate"): is_positive,
    (training_loop.train_mnist, "num_epochs"): lambda v: is_integer(v) and v > 0,
    (training_loop.train_mnist, "batch_size"): lambda v: is_integer(v) and 1 <= v <= 6,
    (error_analysis.accuracy_interval, "num_correct"): lambda v: is_integer(v) and 0 <= v <= 6,
    (training_loop.save_parameters, "params"): lambda v: False,
    (error_analysis.confusion_matrix, "num_classes"): lambda v: is_count(v) and v > 1,
    (error_analysis.confusion_matrix, "labels"): lambda v: is_classes(v, 10, 2),
    (error_analysis.confusion_matrix, "predicted"): lambda v: is_classes(v, 10, 2),
    (error_analysis.precision_and_recall, "num_classes"): lambda v: is_count(v) and v > 1,
    (error_analysis.precision_and_recall, "labels"): lambda v: is_classes(v, 10, 2),
    (error_analysis.precision_and_recall, "predicted"): lambda v: is_classes(v, 10, 2),
    (error_analysis.most_confused_pairs, "confusion"): is_square,
    (error_analysis.most_confused_pairs, "num_pairs"): is_count,
    (error_analysis.surest_mistakes, "num_mistakes"): is_count,
    (error_analysis.calibration, "num_bins"): is_count,
    (error_analysis.surest_mistakes, "y_hat"): lambda v: is_floats(v, None, 6) and is_finite(v),
    (error_analysis.surest_mistakes, "labels"): lambda v: is_classes(v, 3, 6),
    (error_analysis.calibration, "y_hat"): lambda v: is_floats(v, None, 6) and is_finite(v),
    (error_analysis.calibration, "labels"): lambda v: is_classes(v, 3, 6),
    (error_analysis.fit_temperature, "logits"): lambda v: is_floats(v, None, 6) and is_finite(v),
    (error_analysis.fit_temperature, "labels"): lambda v: is_classes(v, 3, 6),
    (error_analysis.pixel_contributions, "params"): lambda v: False,
    (error_analysis.pixel_contributions, "x"): lambda v: is_floats(v, 4, 6) and is_finite(v),
    (error_analysis.pixel_contributions, "digits"): lambda v: is_classes(v, 3, 6),
    (error_analysis.principal_components, "activations"): lambda v: is_floats(v) and is_finite(v),
    (error_analysis.shift_images, "x"): lambda v: is_floats(v, 784),
    (error_analysis.prepare_digit, "picture"): is_picture,
}
# Where another argument is checked first and fails too, or the message names what lies within.
OTHER_NAMES = {
    "params": ["W1", "b1"],
    "grads": ["dW1", "db1"],
    "labels": ["predicted"],
    "num_classes": ["labels"],
    "y_hat": ["y", "labels"],
    "logits": ["labels"],
    "x": ["y", "batch_size", "digits"],
    "x_train": ["y_train", "layer_dims", "x_test", "batch_size"],
    "x_test": ["y_test"],
    "y_train": ["y_test", "layer_dims"],
}
dtypes = st.sampled_from(
    [np.float64, np.float32, np.float16, np.uint8, np.int64, np.int8, bool, complex, object, "U1"]
)
sizes = st.sampled_from([0, 1, 2, 3, 4, 5, 6, 784])
shapes = st.lists(sizes, max_size=3).filter(lambda shape: math.prod(shape) < 10_000)
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 12), st.floats(), st.text(max_size=3), st.binary()
)
anything = st.one_of(
    scalars,
    st.sampled_from([np.float32, np.float64, np.int64(3), np.float32(0.5), "shipped", "openml"]),
    st.lists(st.one_of(st.integers(-1, 4), st.floats(0, 4)), max_size=7),
    st.lists(st.lists(st.integers(-1, 3), max_size=3), max_size=3),
    st.dictionaries(st.text(max_size=2), scalars, max_size=3),
    st.dictionaries(st.sampled_from(["W1", "b1", "A2", "dW1", 7]), scalars, max_size=3),
    st.builds(
        lambda shape, dtype, fill: np.full(shape, fill).astype(dtype),
        shapes,
        dtypes,
        st.sampled_from([0, 1, 0.5, 2, -1, 3]),
    ),
    st.builds(
        lambda shape, value: np.full(shape, value),
        shapes,
        st.sampled_from([math.nan, math.inf, -math.inf, 1e308]),
    ),
)


def test_every_contract_of_the_lessons_is_tried():
    modules = (data, activations, forward, backprop, training_loop, error_analysis)
    with_contract = {
        function
        for module in modules
        for name, function in vars(module).items()
        if hasattr(function, "check_arguments") and function.__module__ == module.__name__
    }
    assert with_contract == set(GOOD)
    for function, arguments in GOOD.items():
        function.check_arguments(**arguments)
    assert {function for function, _ in ALLOWED} == set(GOOD)


@pytest.mark.parametrize(
    "function, name", ALLOWED, ids=[f"{function.__name__}-{name}" for function, name in ALLOWED]
)
@settings(deadline=None)
@given(value=anything)
def test_whatever_comes_passes_or_is_refused_by_its_name(function, name, value):
    try:
        function.check_arguments(**{**GOOD[function], name: value})
    except ValueError as error:
        assert not is_allowed(function, name, value)
        names = "|".join([name, *OTHER_NAMES.get(name, [])])
        assert_says_all(str(error), names)
    else:
        assert is_allowed(function, name, value)


def is_allowed(function, name, value):
    try:
        return bool(ALLOWED[function, name](value))
    except (TypeError, ValueError):  # such as an array asked whether it is in a list
        return False


def assert_says_all(message, names):
    """Which argument, what was expected, what was found."""
    assert re.match(rf"({names}) must ", message), message
    assert re.search(r", got .+|and some ink", message), message


# --- floats, finite ------------------------------------------------------------------------


def check_batch(name, batch, num_rows=None, num_columns=None, **kind):
    known = {"n": num_rows, "m": num_columns} if num_rows else {}
    assert floats("n", "m", **kind)(name, batch, known) is batch


def check_finite(name, array):
    assert finite(lambda name, value, known: value)(name, array, {}) is array


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_a_float_batch_passes(dtype):
    check_batch("x", np.zeros((3, 2), dtype), 3, 2)
    check_batch("x", np.zeros((3, 2), dtype))


@pytest.mark.parametrize(
    "batch, found",
    [
        ([[1.0]], "got list"),
        (3.0, "got float"),
        ("digits", "got str"),
        (None, "got NoneType"),
        (np.zeros((4, 2), int), "got dtype int64"),
        (np.zeros((4, 2), bool), "got dtype bool"),
        (np.zeros((4, 2), complex), "got dtype complex128"),
        (np.zeros((4, 2), object), "got dtype object"),
        (np.array([["a"]]), "got dtype <U1"),
        (np.zeros((4, 0)), r"got an empty batch of shape \(4, 0\)"),
        (np.zeros(4), r"got shape \(4,\)"),
        (np.zeros((4, 2, 1)), r"got shape \(4, 2, 1\)"),
        (np.zeros((2, 4)), r"got shape \(2, 4\)"),
        (np.zeros((4, 3)), r"got shape \(4, 3\)"),
        (np.zeros((5, 2)), r"got shape \(5, 2\)"),
    ],
    ids=str,
)
def test_other_batches_are_refused_by_name(batch, found):
    shape = r"shape \(4, 2\), one column for each example"
    expected = rf"^pixels must be a float array of {shape}, {found}\."
    with pytest.raises(ValueError, match=expected):
        check_batch("pixels", batch, 4, 2)


def test_unscaled_pixels_are_refused_with_the_cure(mnist_bytes):
    with pytest.raises(ValueError, match=r"got dtype uint8. Divide pixels by 255 first\."):
        check_batch("x", mnist_bytes[2].T)


def test_bytes_pass_where_they_are_welcome(mnist_bytes):
    check_batch("x", mnist_bytes[2], may_be_bytes=True)
    with pytest.raises(ValueError, match=r"^x must be a float or uint8 array.*got dtype int64"):
        check_batch("x", np.ones((2, 3), int), may_be_bytes=True)


def test_an_unknown_shape_is_named_with_letters():
    with pytest.raises(ValueError, match=r"\(n, m\), one column for each.*, got shape \(3,\)"):
        check_batch("x", np.zeros(3))


@pytest.mark.parametrize("num_nan, num_infinite", [(1, 0), (0, 1), (2, 3)])
def test_nan_and_infinity_are_refused_and_counted(num_nan, num_infinite):
    array = np.zeros((5, 4))
    array.flat[:num_nan] = np.nan
    array.flat[num_nan : num_nan + num_infinite] = np.inf
    expected = f"x must hold finite numbers only, got {num_nan} NaN and {num_infinite} infinite"
    with pytest.raises(ValueError, match=expected):
        check_finite("x", array)


def test_infinities_that_cancel_are_refused_without_a_warning(recwarn):
    with pytest.raises(ValueError, match="got 0 NaN and 2 infinite"):
        check_finite("x", np.array([np.inf, -np.inf]))
    assert list(recwarn) == []


def test_sizes_that_one_argument_tells_bind_the_next():
    known = {}
    floats("n", "m")("x", np.ones((2, 3)), known)
    assert (known["n"], known["m"]) == (2, 3)
    with pytest.raises(ValueError, match=r"^y must be .* of shape \(n, 3\).*got shape \(5, 4\)"):
        floats("k", "m")("y", np.ones((5, 4)), known)


def test_bytes_are_finite(mnist_bytes):
    check_finite("x", mnist_bytes[2])


def test_finite_numbers_pass_even_where_their_sum_overflows(recwarn):
    check_finite("x", np.array([1e308, 1e308]))
    check_finite("x", np.ones((784, 100), np.float16))
    assert list(recwarn) == []


# --- layers, gradients ----------------------------------------------------------------------


def check_layers(params):
    assert layers("params", params, {}) is params


def spoil(params, **changes):
    """A copy of params with other arrays; None takes one away."""
    spoiled = {**params, **changes}
    return {name: array for name, array in spoiled.items() if array is not None}


BAD_PARAMS = [
    ({"W1": None}, "params must have W1, got only"),
    ({"b2": None}, "params must be pairs W1, b1, W2, b2, ..., got"),
    ({"W2": None}, "params must be pairs|params must have W2"),
    ({"W2": None, "V": np.eye(2)}, "params must have W2, got only"),
    (
        {"extra": np.eye(2)},
        r"params must be pairs W1, b1, .*'b2', 'extra'\]",
    ),
    ({"W2": np.ones((3, 4))}, r"W2 must have shape \(n_2, 5\), got \(3, 4\)"),
    ({"W1": np.ones(4)}, r"W1 must have shape \(n_1, n_0\), got \(4,\)"),
    ({"W2": np.ones((5, 3))}, r"W2 must have shape \(n_2, 5\), got \(5, 3\)"),
    ({"b1": np.ones(5)}, r"b1 must have shape \(5, 1\), got \(5,\)"),
    ({"b1": np.ones((1, 5))}, r"b1 must have shape \(5, 1\), got \(1, 5\)"),
    ({"b2": np.ones((4, 1))}, r"b2 must have shape \(3, 1\), got \(4, 1\)"),
    ({"W1": np.ones((5, 0))}, r"W1 must have shape \(n_1, n_0\), got \(5, 0\)"),
    ({"W2": np.ones((0, 5))}, r"W2 must have shape \(n_2, 5\), got \(0, 5\)"),
    ({"W1": np.ones((5, 4), int)}, r"W1 must be a float array, got dtype int64"),
    ({"b2": np.ones((3, 1), complex)}, r"b2 must be a float array, got dtype complex128"),
]


@pytest.mark.parametrize("changes, message", BAD_PARAMS, ids=[message for _, message in BAD_PARAMS])
def test_layers_that_do_not_chain_are_refused(changes, message):
    params = spoil(initialize_parameters([4, 5, 3]), **changes)
    for call in (check_layers, lambda params: forward.forward(np.ones((4, 2)), params)):
        with pytest.raises(ValueError, match=message):
            call(params)


def test_no_layers_at_all_are_refused():
    with pytest.raises(ValueError, match=r"params must be pairs W1, b1, W2, b2, ..., got \[\]"):
        check_layers({})


# --- one-hot labels, the cache --------------------------------------------------------------


@pytest.mark.parametrize(
    "column, found",
    [
        ([0.1, 0.8, 0.1], r"\[0.1 0.8 0.1\]"),
        ([0, 0, 0], r"\[0. 0. 0.\]"),
        ([1, 1, 0], r"\[1. 1. 0.\]"),
        ([0, 1, np.nan], r"\[ 0.  1. nan\]"),
        ([0, 2, -1], r"\[ 0.  2. -1.\]"),
    ],
)
def test_labels_that_are_not_one_hot_are_refused_with_the_first_such_column(column, found):
    y = Y.copy()
    y[:, 2] = y[:, 4] = column
    expected = rf"^y must be one-hot.*got {found} in column 2\. Pass what one_hot returns, and"
    for call in (
        lambda: forward.compute_loss(Y_HAT, y),
        lambda: forward.compute_accuracy(X, y, PARAMS),
        lambda: backprop.backward(y, PARAMS, CACHE),
    ):
        with pytest.raises(ValueError, match=expected):
            call()


def test_swapped_arguments_of_the_loss_are_refused():
    with pytest.raises(ValueError, match="y must be one-hot"):
        forward.compute_loss(Y, Y_HAT)


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"A2": None}, r"cache must be what forward kept.* X, Z1, A1, Z2, A2, got \['X'"),
        ({"Z1": None}, "cache must be what forward kept with these params"),
        ({"X": X[:, :5]}, r"Z1 must be a float array of shape \(5, 5\).*got shape \(5, 6\)"),
        ({"X": X[:3]}, r"X must be a float array of shape \(4, m\).*got shape \(3, 6\)"),
        ({"A1": CACHE["A1"].T}, r"A1 must be a float array of shape \(5, 6\)"),
        ({"Z2": None, "A2": CACHE["A1"]}, "cache must be what forward kept"),
    ],
)
def test_a_cache_of_another_network_or_batch_is_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        backprop.backward(Y, PARAMS, spoil(CACHE, **changes))
