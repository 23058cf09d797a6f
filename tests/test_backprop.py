"""Lesson 4: the gradients are right by four referees, and the check finds planted bugs."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.backprop import backward, gradient_check, slope_sizes
from helpers.forward import compute_loss, forward, initialize_parameters

layer_sizes = st.lists(st.integers(1, 5), min_size=2, max_size=5)


def random_network(layer_dims, seed=0, num_examples=4):
    """Random weights, random biases, and a batch of random labels."""
    rng = np.random.default_rng(seed)
    params = initialize_parameters(layer_dims, rng)
    for name in params:
        if name.startswith("b"):
            params[name] = 0.3 * rng.standard_normal(params[name].shape)
    x = rng.standard_normal((layer_dims[0], num_examples))
    y = np.eye(layer_dims[-1])[:, rng.integers(layer_dims[-1], size=num_examples)]
    return x, y, params


# --- backward -----------------------------------------------------------------------------


def test_gradients_by_hand():
    # One input, a hidden layer of two units, two classes. For x = 2 the scores are
    # Z1 = (2, -2) and Z2 = (0, ln 3), so y_hat = (1/4, 3/4). For x = -1 they are
    # Z1 = (-1, 1) and Z2 = (0, 0), so y_hat = (1/2, 1/2). Both belong to class 0.
    params = {
        "W1": np.array([[1.0], [-1.0]]),
        "b1": np.zeros((2, 1)),
        "W2": np.array([[0.0, 0.0], [math.log(3) / 2, 0.0]]),
        "b2": np.zeros((2, 1)),
    }
    x, y = np.array([[2.0, -1.0]]), np.array([[1.0, 1.0], [0.0, 0.0]])
    grads = backward(y, params, forward(x, params)[1])
    # dZ2 = (y_hat - y) / 2 = [[-3/8, -1/4], [3/8, 1/4]], and A1 = [[2, 0], [0, 1]].
    assert grads["dW2"] == pytest.approx(np.array([[-0.75, -0.25], [0.75, 0.25]]), rel=1e-14)
    assert grads["db2"] == pytest.approx(np.array([[-0.625], [0.625]]), rel=1e-14)
    # dA1 = W2.T dZ2 has 3/16 ln 3 and 1/8 ln 3 in its first row and zeros below;
    # the slope of ReLU is [[1, 0], [0, 1]].
    slope = 3 / 16 * math.log(3)
    assert grads["dW1"] == pytest.approx(np.array([[2 * slope], [0]]), rel=1e-14)
    assert grads["db1"] == pytest.approx(np.array([[slope], [0]]), rel=1e-14)


@given(layer_sizes, st.integers(0, 10_000))
def test_gradients_have_the_shapes_of_their_arrays(layer_dims, seed):
    x, y, params = random_network(layer_dims, seed)
    grads = backward(y, params, forward(x, params)[1])
    assert {name: grads[f"d{name}"].shape for name in params} == {
        name: array.shape for name, array in params.items()
    }
    assert len(grads) == len(params)


def autograd_gradients(x, y, params):
    """The gradients that PyTorch finds for the same loss, in float64."""
    tensors = {name: torch.tensor(array, requires_grad=True) for name, array in params.items()}
    num_layers = len(params) // 2
    hidden = torch.tensor(x)
    for layer in range(1, num_layers + 1):
        hidden = tensors[f"W{layer}"] @ hidden + tensors[f"b{layer}"]
        hidden = hidden if layer == num_layers else torch.relu(hidden)
    loss = torch.nn.functional.cross_entropy(hidden.T, torch.tensor(y.argmax(axis=0)))
    loss.backward()
    return {f"d{name}": tensor.grad.numpy() for name, tensor in tensors.items()}


def assert_agree(grads, expected):
    for name, gradient in expected.items():
        # Relative to the array's own length; softmax cancels to 0 where one class is left.
        bound = 1e-12 * np.linalg.norm(gradient) + 1e-15
        assert np.linalg.norm(grads[name] - gradient) <= bound, name


@given(layer_sizes, st.integers(0, 10_000), st.integers(1, 6))
@settings(deadline=None)
def test_gradients_agree_with_autograd(layer_dims, seed, num_examples):
    x, y, params = random_network(layer_dims, seed, num_examples)
    grads = backward(y, params, forward(x, params)[1])
    assert_agree(grads, autograd_gradients(x, y, params))


def test_gradients_of_the_course_network_agree_with_autograd_on_mnist(mnist):
    x, y = mnist[2][:, :128], mnist[3][:, :128]
    params = initialize_parameters([784, 128, 64, 10])
    grads = backward(y, params, forward(x, params)[1])
    assert_agree(grads, autograd_gradients(x, y, params))


# A margin of 0.01 to the nearest kink keeps the loss smooth over the step of 1e-5 (inputs
# and weights of a few units move a score by about 1e-4 at most), so the truncation error
# is about 1e-10 times the third derivative; round-off adds about 1e-16 / 1e-5.
@given(layer_sizes, st.integers(0, 10_000))
@settings(deadline=None, max_examples=60)
def test_gradients_against_centred_differences(layer_dims, seed):
    x, y, params = random_network(layer_dims, seed)
    _, cache = forward(x, params)
    hidden = [cache[f"Z{layer}"] for layer in range(1, len(layer_dims) - 1)]
    if any((np.abs(scores) < 0.01).any() for scores in hidden):
        return
    grads = backward(y, params, cache)
    step = 1e-5
    for name, array in params.items():
        numerical = np.zeros_like(array)
        for position in np.ndindex(array.shape):
            up, down = array.copy(), array.copy()
            up[position] += step
            down[position] -= step
            loss_up = compute_loss(forward(x, {**params, name: up})[0], y)
            loss_down = compute_loss(forward(x, {**params, name: down})[0], y)
            numerical[position] = (loss_up - loss_down) / (2 * step)
        assert np.allclose(grads[f"d{name}"], numerical, rtol=1e-6, atol=1e-7)


def test_the_gradient_is_that_of_the_mean():
    x, y, params = random_network([4, 5, 3])
    once = backward(y, params, forward(x, params)[1])
    twice = backward(np.hstack([y, y]), params, forward(np.hstack([x, x]), params)[1])
    for name in once:
        assert np.allclose(once[name], twice[name], rtol=1e-13, atol=1e-16)


def test_a_dead_unit_gets_no_gradient_at_exactly_0():
    params = {
        "W1": np.array([[1.0], [1.0]]),
        "b1": np.array([[-1.0], [0.0]]),
        "W2": np.array([[1.0, 1.0], [-1.0, -1.0]]),
        "b2": np.zeros((2, 1)),
    }
    x, y = np.array([[1.0]]), np.array([[1.0], [0.0]])
    grads = backward(y, params, forward(x, params)[1])
    # The first unit's score is exactly 0, the second one's is 1.
    assert grads["db1"][0, 0] == 0 and grads["db1"][1, 0] != 0


def test_backward_changes_nothing_it_is_given():
    x, y, params = random_network([4, 5, 3])
    _, cache = forward(x, params)
    for array in (y, *params.values(), *cache.values()):
        array.flags.writeable = False
    assert all(np.isfinite(gradient).all() for gradient in backward(y, params, cache).values())


def test_float32_gradients_stay_float32():
    params = initialize_parameters([4, 5, 3], dtype=np.float32)
    x, y = np.ones((4, 2), np.float32), np.eye(3, dtype=np.float32)[:, :2]
    grads = backward(y, params, forward(x, params)[1])
    assert {gradient.dtype for gradient in grads.values()} == {np.dtype(np.float32)}


@pytest.mark.parametrize("shape", [(3, 5), (4, 3), (3,), (4, 4), (3, 1), (1, 4)])
def test_labels_of_another_shape_are_refused(shape):
    x, _, params = random_network([4, 5, 3])
    _, cache = forward(x, params)
    with pytest.raises(ValueError, match=r"^y must be a float array of shape \(3, 4\).*got shape"):
        backward(np.zeros(shape), params, cache)


def test_integer_labels_are_refused():
    x, y, params = random_network([4, 5, 3])
    with pytest.raises(ValueError, match="^y must be a float array.*got dtype int64"):
        backward(y.astype(np.int64), params, forward(x, params)[1])


# --- gradient_check -----------------------------------------------------------------------


@given(layer_sizes, st.integers(0, 10_000))
@settings(deadline=None, max_examples=60)
def test_the_check_passes_for_small_networks_of_any_depth(layer_dims, seed):
    x, y, params = random_network(layer_dims, seed)
    differences = gradient_check(x, y, params)
    assert list(differences) == [f"d{name}" for name in params]
    grads = backward(y, params, forward(x, params)[1])
    for name, difference in differences.items():
        # Round-off of 1e-16 / 1e-5 in each entry is large beside a gradient near 0.
        length = np.linalg.norm(grads[name])
        assert difference < 1e-6 or length < 1e-4, (name, difference, length)


def test_the_check_passes_on_mnist(mnist):
    params = initialize_parameters([784, 128, 64, 10])
    differences = gradient_check(mnist[2][:, :16], mnist[3][:, :16], params, max_entries=20)
    assert max(differences.values()) < 1e-6


def broken(**changes):
    """`backward` with one line gone wrong."""

    def gradients(y, params, cache):
        num_layers = len(params) // 2
        examples = 1 if "no_mean" in changes else y.shape[1]
        dZ = (cache[f"A{num_layers}"] - y) / examples
        grads = {}
        for layer in range(num_layers, 0, -1):
            inputs = cache[f"A{layer - 1}"] if layer > 1 else cache["X"]
            grads[f"dW{layer}"] = dZ @ inputs.T
            if "weight_not_transposed" in changes:
                grads[f"dW{layer}"] = grads[f"dW{layer}"].T
            grads[f"db{layer}"] = dZ.sum(axis=1, keepdims="no_keepdims" not in changes)
            if "bias_mean" in changes:
                grads[f"db{layer}"] = dZ.mean(axis=1, keepdims=True)
            if layer > 1:
                weights = params[f"W{layer}"]
                dA = (weights if "no_transpose" in changes else weights.T) @ dZ
                slope = cache[f"Z{layer - 1}"] > 0
                if "slope_from_activation" in changes:
                    slope = cache[f"A{layer - 1}"] >= 0
                dZ = dA * slope
        if "forgets_a_bias" in changes:
            del grads["db1"]
        if "wrong_sign" in changes:
            grads["dW2"] = -grads["dW2"]
        return grads

    return gradients


# All layers have the same size, so that a missing transpose is no shape error.
SQUARE = [4, 4, 4, 4]


def test_the_unbroken_version_passes():
    x, y, params = random_network(SQUARE, num_examples=8)
    assert max(gradient_check(x, y, params, backward=broken()).values()) < 1e-7


@pytest.mark.parametrize(
    "bug, wrong",
    [
        ("slope_from_activation", {"dW1", "db1", "dW2", "db2"}),
        ("no_mean", {"dW1", "db1", "dW2", "db2", "dW3", "db3"}),
        ("weight_not_transposed", {"dW1", "dW2", "dW3"}),
        ("no_transpose", {"dW1", "db1", "dW2", "db2"}),
        ("bias_mean", {"db1", "db2", "db3"}),
        ("wrong_sign", {"dW2"}),
    ],
)
def test_the_check_finds_a_planted_bug_and_names_the_arrays(bug, wrong):
    x, y, params = random_network(SQUARE, num_examples=8)
    differences = gradient_check(x, y, params, backward=broken(**{bug: True}))
    assert {name for name, difference in differences.items() if difference > 1e-4} == wrong


@pytest.mark.parametrize(
    "bug, message",
    [
        ("no_keepdims", r"db1 must have shape \(4, 1\), got \(4,\)"),
        ("forgets_a_bias", r"db1 must have shape \(4, 1\), got none"),
    ],
)
def test_a_gradient_of_another_shape_is_refused(bug, message):
    x, y, params = random_network(SQUARE)
    with pytest.raises(ValueError, match=message):
        gradient_check(x, y, params, backward=broken(**{bug: True}))


def test_the_relative_difference_by_hand():
    # Twice the gradient: |2g - g| / (|2g| + |g|) = 1/3. Its negative: 2 / 2 = 1.
    x, y, params = random_network([4, 3])

    def scaled(factor):
        return lambda *a: {name: factor * g for name, g in backward(*a).items()}

    for factor, expected in ((2, 1 / 3), (-1, 1), (0, 1)):
        differences = gradient_check(x, y, params, backward=scaled(factor))
        assert differences == pytest.approx({"dW1": expected, "db1": expected}, rel=1e-6)


def test_two_gradients_of_zero_agree():
    # Without any input the weights have no slope.
    params = initialize_parameters([3, 2])
    differences = gradient_check(np.zeros((3, 4)), np.eye(2)[:, [0, 0, 1, 0]], params)
    assert differences["dW1"] == 0


def test_params_come_back_as_they_were_even_after_an_error():
    x, y, params = random_network([4, 5, 3])
    before = {name: array.copy() for name, array in params.items()}
    for array in (x, y, *params.values()):
        array.flags.writeable = False
    gradient_check(x, y, params)
    with pytest.raises(ValueError):
        gradient_check(x, y, params, backward=lambda *a: {})
    assert all(np.array_equal(params[name], before[name]) for name in params)


def test_entries_at_a_kink_are_left_out():
    # The first hidden score is exactly 0, so moving its weight or bias either way crosses
    # the kink: one half of the slope would be reported there. The second stays at 1.
    params = {
        "W1": np.array([[1.0], [1.0]]),
        "b1": np.array([[-1.0], [0.0]]),
        "W2": np.array([[1.0, 1.0], [-1.0, -1.0]]),
        "b2": np.zeros((2, 1)),
    }
    differences = gradient_check(np.array([[1.0]]), np.array([[0.0], [1.0]]), params)
    assert max(differences.values()) < 1e-8

    only_the_kink = {name: array[:1] for name, array in params.items()} | {
        "W2": np.array([[1.0], [-1.0]]),
        "b2": np.zeros((2, 1)),
    }
    differences = gradient_check(np.array([[1.0]]), np.array([[0.0], [1.0]]), only_the_kink)
    assert differences["dW1"] == differences["db1"] == 0


def test_a_kink_in_a_later_layer_is_left_out_too():
    # The first hidden unit stays at 1 whatever is moved; the second one's score is 0.
    one = np.ones((1, 1))
    params = {
        "W1": one,
        "b1": np.zeros((1, 1)),
        "W2": one.copy(),
        "b2": -one,
        "W3": np.array([[1.0], [-1.0]]),
        "b3": np.zeros((2, 1)),
    }
    differences = gradient_check(one, np.array([[0.0], [1.0]]), params)
    # Only the output's bias moves no kink; the rest has nothing left to compare.
    assert max(differences.values()) < 1e-8


def test_only_max_entries_of_each_array_are_tried():
    # An error in a single entry: always found when all are tried, and only when it is
    # among those tried otherwise.
    x, y, params = random_network([6, 5])

    def one_wrong_entry(*arguments):
        grads = backward(*arguments)
        grads["dW1"][2, 3] += 1
        return grads

    def is_found(**settings):
        return gradient_check(x, y, params, backward=one_wrong_entry, **settings)["dW1"] > 0.01

    assert is_found(max_entries=30)
    found = [is_found(max_entries=3, seed=seed) for seed in range(50)]
    # Three of 30 entries: expected 5 times in 50.
    assert 1 <= sum(found) <= 15
    assert found == [is_found(max_entries=3, seed=seed) for seed in range(50)]


def test_epsilon_is_the_step():
    # The truncation error grows with the square of the step.
    x, y, params = random_network([4, 3])
    small, large = (gradient_check(x, y, params, epsilon=e)["dW1"] for e in (1e-3, 1e-2))
    assert large / small == pytest.approx(100, rel=0.01)


def test_settings_that_make_no_sense_are_refused():
    x, y, params = random_network([4, 3])
    for epsilon in (0, -1, np.nan, np.inf, "1e-5"):
        with pytest.raises(ValueError, match="epsilon must be positive and finite, got"):
            gradient_check(x, y, params, epsilon=epsilon)
    for max_entries in (0, 2.5, None):
        with pytest.raises(ValueError, match="max_entries must be a positive integer, got"):
            gradient_check(x, y, params, max_entries=max_entries)


@pytest.mark.parametrize("name", ["x", "y", "W1", "b2"])
@pytest.mark.parametrize("dtype", [np.float32, np.int64, np.uint8, object])
def test_only_float64_can_be_checked(name, dtype):
    x, y, params = random_network([4, 5, 3])
    arrays = {"x": x, "y": y, **params}
    arrays[name] = arrays[name].astype(dtype)
    params = {key: arrays[key] for key in params}
    # What is no float is no network at all.
    kind = "float64 for a gradient check, got|a float array, got dtype"
    expected = f"{name} must be ({kind}) {np.dtype(dtype)}"
    with pytest.raises(ValueError, match=expected):
        gradient_check(arrays["x"], arrays["y"], params)


def test_a_list_cannot_be_checked():
    x, y, params = random_network([4, 3])
    with pytest.raises(ValueError, match="x must be float64 for a gradient check, got list"):
        gradient_check(x.tolist(), y, params)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_nan_and_infinity_are_refused(value):
    x, y, params = random_network([4, 3])
    x[1, 1] = value
    with pytest.raises(ValueError, match="x must hold finite numbers only"):
        gradient_check(x, y, params)


def test_an_infinite_pixel_that_no_unit_passes_on_is_refused_too():
    # The hidden score is minus infinity, so nothing behind the ReLU looks wrong.
    x, y, params = random_network([2, 1, 2])
    x[0, 0], params["W1"] = np.inf, -np.ones((1, 2))
    with pytest.raises(ValueError, match="x must hold finite numbers only, got 0 NaN and 1 inf"):
        gradient_check(x, y, params)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_gradient_that_is_no_number_is_not_called_right(value):
    x, y, params = random_network([4, 3])

    def broken(y, params, cache):
        return {name: grad * value for name, grad in backward(y, params, cache).items()}

    with pytest.raises(ValueError, match="^dW1 must hold finite numbers only"):
        gradient_check(x, y, params, backward=broken)


# --- slope_sizes --------------------------------------------------------------------------


def test_a_slope_of_one_and_weights_of_variance_1_over_n_keep_the_size():
    # Each dA sums 100 products of variance 1/100, so the size stays 1, up to chance.
    sizes = slope_sizes(lambda z: z, np.ones_like, 1)
    assert sizes.shape == (10,) and sizes[-1] == pytest.approx(1, abs=0.03)
    assert sizes == pytest.approx(np.ones(10), abs=0.3)


def test_each_layer_on_the_way_down_multiplies_by_slope_and_gain():
    # The same weights and slopes from above, so the ratios are exact: a factor c of the
    # slope counts once in layer 10 and ten times in layer 1, and the gain's root not at all
    # in layer 10 and nine times in layer 1.
    plain = slope_sizes(lambda z: z, np.ones_like, 1)
    halved = slope_sizes(lambda z: z, lambda z: np.full_like(z, 0.5), 1)
    assert halved / plain == pytest.approx(0.5 ** np.arange(10, 0, -1))
    larger = slope_sizes(lambda z: z, np.ones_like, 4)
    assert larger / plain == pytest.approx(2.0 ** np.arange(9, -1, -1))


def test_a_unit_that_is_off_passes_no_slope():
    assert not slope_sizes(np.zeros_like, np.zeros_like, 2).any()


def test_the_derivative_is_taken_at_each_layers_own_scores():
    # With an activation of 0 every layer but the first has scores of 0 only.
    sizes = slope_sizes(np.zeros_like, lambda z: (z != 0).astype(float), 1)
    assert not sizes.any()
    sizes = slope_sizes(np.zeros_like, lambda z: (z == 0).astype(float), 1)
    assert sizes[0] == 0 and (sizes[1:] > 0.5).all()
