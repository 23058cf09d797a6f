"""Lesson 2: the activation functions, their slopes, and softmax."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from helpers.activations import (
    relu,
    relu_derivative,
    sigmoid,
    sigmoid_derivative,
    softmax,
    tanh,
    tanh_derivative,
)

ELEMENTWISE = [relu, relu_derivative, sigmoid, sigmoid_derivative, tanh, tanh_derivative]
ALL = [*ELEMENTWISE, softmax]

scores = arrays(
    np.float64, array_shapes(max_dims=2, max_side=6), elements=st.floats(-1000, 1000, width=32)
)


def test_values_by_hand():
    z = np.array([-2.0, 0.0, 3.0])
    assert relu(z).tolist() == [0, 0, 3]
    assert relu_derivative(z).tolist() == [0, 0, 1]
    assert sigmoid([0.0, np.log(3)]) == pytest.approx([0.5, 0.75], rel=1e-15)
    assert sigmoid_derivative([0.0, np.log(3)]) == pytest.approx([0.25, 0.1875], rel=1e-15)
    assert tanh([0.0, np.log(3)]) == pytest.approx([0, 0.8], rel=1e-15)
    assert tanh_derivative([0.0, np.log(3)]) == pytest.approx([1, 0.36], rel=1e-14)


def test_relus_slope_is_0_at_0_and_1_just_above():
    assert relu_derivative([0.0, -0.0, 5e-324, -5e-324]).tolist() == [0, 0, 1, 0]


@given(st.floats(-20, 20))
def test_sigmoid_is_the_logistic_function(z):
    # 1 / (1 + exp(-z)) is accurate to a few units in the last place of 1 in this range.
    assert sigmoid(z) == pytest.approx(1 / (1 + np.exp(-z)), abs=1e-15)


@given(st.floats(-20, 20))
def test_tanh_is_a_stretched_sigmoid(z):
    assert tanh(z) == pytest.approx(2 / (1 + np.exp(-2 * z)) - 1, abs=1e-15)


# The third derivative of both functions is at most 2, so a centred difference with
# step h is at most h^2 / 3 from the slope; round-off adds about 1e-16 / h.
@pytest.mark.parametrize(
    "function, derivative", [(sigmoid, sigmoid_derivative), (tanh, tanh_derivative)]
)
@given(z=st.floats(-30, 30))
def test_smooth_slopes_against_centred_differences(function, derivative, z):
    step = 1e-5
    numerical = (function(z + step) - function(z - step)) / (2 * step)
    assert derivative(z) == pytest.approx(numerical, abs=1e-10)


@given(z=st.floats(-1000, 1000).filter(lambda z: abs(z) > 0.01))
def test_relus_slope_against_centred_differences(z):
    step = 0.001
    numerical = (relu(z + step) - relu(z - step)) / (2 * step)
    assert relu_derivative(z) == pytest.approx(numerical, abs=1e-9)


@given(scores)
def test_softmax_gives_probabilities(z):
    probabilities = softmax(z)
    assert probabilities.shape == z.shape
    assert (probabilities >= 0).all()
    assert np.allclose(probabilities.sum(axis=0), 1, rtol=0, atol=1e-14)


# Quarters and whole shifts are exact in binary, so nothing is lost by the shift.
@given(
    arrays(np.float64, array_shapes(max_dims=2, max_side=6), elements=st.integers(-4000, 4000)),
    st.integers(-1000, 1000),
)
def test_softmax_ignores_a_common_shift(quarters, shift):
    z = quarters / 4
    assert np.array_equal(softmax(z + shift), softmax(z))


@given(scores)
def test_softmax_keeps_the_order_of_the_scores(z):
    probabilities = softmax(z)
    order = np.argsort(z, axis=0)
    assert (np.diff(np.take_along_axis(probabilities, order, axis=0), axis=0) >= 0).all()


def test_softmax_by_hand_down_each_column():
    z = np.log([[1.0, 2.0, 5.0], [3.0, 2.0, 15.0]])
    assert softmax(z) == pytest.approx(np.array([[0.25, 0.5, 0.25], [0.75, 0.5, 0.75]]), rel=1e-14)
    assert softmax(np.log([1.0, 3.0])) == pytest.approx([0.25, 0.75], rel=1e-14)


def test_softmax_at_scores_of_1000(recwarn):
    assert softmax([1000.0, -1000.0]).tolist() == [1, 0]
    assert softmax([1000.0, 1000.0]).tolist() == [0.5, 0.5]
    assert softmax([-1000.0, -1000.0]).tolist() == [0.5, 0.5]
    # Each column has its own largest score.
    assert softmax([[1000.0, -1000.0], [1000.0, -1000.0]]).tolist() == [[0.5, 0.5], [0.5, 0.5]]
    assert list(recwarn) == []


@pytest.mark.parametrize("function", ALL)
def test_scores_of_any_size_give_finite_values_without_a_warning(function, recwarn):
    for dtype in (np.float32, np.float64):
        values = function(np.array([-1e30, -1000, -1, 0, 1, 1000, 1e30], dtype))
        assert np.isfinite(values).all()
    assert list(recwarn) == []


def test_values_stay_in_their_range():
    z = np.linspace(-50, 50, 1001)
    for function, low, high in (
        (sigmoid, 0, 1),
        (sigmoid_derivative, 0, 0.25),
        (tanh, -1, 1),
        (tanh_derivative, 0, 1),
    ):
        assert low <= function(z).min() and function(z).max() <= high


@pytest.mark.parametrize("function", ALL)
@given(z=scores)
def test_the_input_is_never_changed(function, z):
    before = z.copy()
    z.flags.writeable = False
    values = function(z)
    assert np.array_equal(z, before)
    assert not np.shares_memory(values, z)


@pytest.mark.parametrize("function", ALL)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_shape_and_float_dtype_are_kept(function, dtype):
    values = function(np.ones((3, 4), dtype))
    assert (values.shape, values.dtype) == ((3, 4), dtype)


@pytest.mark.parametrize("function", ALL)
def test_integers_and_lists_count_as_float64(function):
    z = np.array([3, 0, 1, 200], dtype=np.uint8)
    expected = function(z.astype(np.float64))
    for same in (z, z.astype(np.int64), z.tolist()):
        assert function(same).dtype == np.float64
        assert np.array_equal(function(same), expected)


@pytest.mark.parametrize("function", ELEMENTWISE)
def test_a_single_number_is_enough(function):
    assert np.shape(function(2.5)) == ()


@pytest.mark.parametrize("function", ALL)
@pytest.mark.parametrize(
    "z, dtype",
    [("3", "<U1"), (["a"], "<U1"), ([None], "object"), ([1j], "complex128"), ([True], "bool")],
)
def test_what_is_no_real_number_is_refused(function, z, dtype):
    with pytest.raises(ValueError, match=f"z must hold real numbers, got dtype {dtype}"):
        function(z)


@pytest.mark.parametrize("z", [3.0, [], np.zeros((0, 4))], ids=repr)
def test_softmax_of_no_scores_is_refused(z):
    with pytest.raises(ValueError, match="z must have at least one score along axis 0, got shape"):
        softmax(z)


def test_softmax_of_no_examples_is_empty():
    assert softmax(np.zeros((3, 0))).shape == (3, 0)
