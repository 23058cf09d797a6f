"""Lesson 3: initialisation, the forward pass, the loss, and the accuracy."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.contracts import layers
from helpers.forward import (
    compute_accuracy,
    compute_loss,
    count_parameters,
    forward,
    initialize_parameters,
    predict,
)

layer_sizes = st.lists(st.integers(1, 6), min_size=2, max_size=5)

# Two inputs, two hidden units, three classes; the numbers are worked out by hand below.
HAND_PARAMS = {
    "W1": np.array([[1.0, -1.0], [2.0, 0.5]]),
    "b1": np.array([[0.0], [-1.0]]),
    "W2": np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]),
    "b2": np.array([[0.0], [math.log(2)], [-3.0]]),
}
HAND_X = np.array([[3.0, 0.0], [1.0, 2.0]])


def small_network(layer_dims, seed=0, num_examples=5):
    rng = np.random.default_rng(seed)
    params = initialize_parameters(layer_dims, rng)
    for name in params:
        if name.startswith("b"):
            params[name] += 0.1 * rng.standard_normal(params[name].shape)
    x = rng.standard_normal((layer_dims[0], num_examples))
    y = np.eye(layer_dims[-1])[:, rng.integers(layer_dims[-1], size=num_examples)]
    return params, x, y


# --- initialize_parameters ----------------------------------------------------------------


def test_shapes_of_the_course_network():
    params = initialize_parameters([784, 128, 64, 10])
    assert {name: array.shape for name, array in params.items()} == {
        "W1": (128, 784),
        "b1": (128, 1),
        "W2": (64, 128),
        "b2": (64, 1),
        "W3": (10, 64),
        "b3": (10, 1),
    }
    assert count_parameters(params) == 100_480 + 8_256 + 650 == 109_386


@given(layer_sizes)
def test_weights_chain_and_biases_are_zero(layer_dims):
    params = initialize_parameters(layer_dims)
    layers("params", params, {})
    assert len(params) == 2 * (len(layer_dims) - 1)
    for layer in range(1, len(layer_dims)):
        assert params[f"W{layer}"].shape == (layer_dims[layer], layer_dims[layer - 1])
        assert params[f"W{layer}"].all()
        assert not params[f"b{layer}"].any()


# The mean of n normal numbers has the standard error sigma / sqrt(n), their variance the
# relative standard error sqrt(2 / n): four of each, for a fixed seed.
@pytest.mark.parametrize("layer_dims", [[784, 128], [50, 2000], [2000, 50], [300, 300]])
def test_weights_have_mean_0_and_hes_variance(layer_dims):
    weights = initialize_parameters(layer_dims, seed=1)["W1"]
    variance = 2 / layer_dims[0]
    assert abs(weights.mean()) < 4 * math.sqrt(variance / weights.size)
    assert abs(weights.var() / variance - 1) < 4 * math.sqrt(2 / weights.size)


def test_weights_are_normally_distributed():
    weights = initialize_parameters([400, 250], seed=2)["W1"].ravel()
    in_sigmas = np.abs(weights) / math.sqrt(2 / 400)
    for sigmas in (0.5, 1, 2, 3):
        share = math.erf(sigmas / math.sqrt(2))
        error = math.sqrt(share * (1 - share) / weights.size)
        assert abs(np.mean(in_sigmas < sigmas) - share) < 4 * error


def test_every_layer_draws_its_own_weights():
    params = initialize_parameters([20, 20, 20])
    assert not np.array_equal(params["W1"], params["W2"])


def test_the_seed_decides_the_weights():
    first, again = (initialize_parameters([5, 4, 3], seed=7) for _ in range(2))
    other = initialize_parameters([5, 4, 3], seed=8)
    assert all(np.array_equal(first[name], again[name]) for name in first)
    assert not np.array_equal(first["W1"], other["W1"])
    assert np.array_equal(
        initialize_parameters([5, 4])["W1"], initialize_parameters([5, 4], 42)["W1"]
    )


def test_the_draw_is_the_one_that_the_lessons_numbers_rest_on():
    # NumPy keeps the stream of default_rng's normal numbers, and rows come first.
    normal = np.random.default_rng(7).standard_normal(6)
    drawn = initialize_parameters([3, 2], seed=7)["W1"] / math.sqrt(2 / 3)
    assert drawn.ravel() == pytest.approx(normal, rel=1e-15)


def test_a_generator_goes_on_from_where_it_stands():
    rng = np.random.default_rng(7)
    first, second = initialize_parameters([5, 4], rng), initialize_parameters([5, 4], rng)
    assert np.array_equal(first["W1"], initialize_parameters([5, 4], 7)["W1"])
    assert not np.array_equal(first["W1"], second["W1"])


def test_no_global_random_state_is_used_or_changed():
    np.random.seed(1)  # noqa: NPY002 - it is the old global state that must not matter
    numpy_before, torch_before = np.random.get_state(), torch.get_rng_state()  # noqa: NPY002
    first = initialize_parameters([5, 4])
    numpy_after, torch_after = np.random.get_state(), torch.get_rng_state()  # noqa: NPY002
    assert np.array_equal(numpy_before[1], numpy_after[1]) and numpy_before[2:] == numpy_after[2:]
    assert torch.equal(torch_before, torch_after)
    np.random.seed(2)  # noqa: NPY002
    assert np.array_equal(initialize_parameters([5, 4])["W1"], first["W1"])


def test_float32_starts_like_float64():
    double = initialize_parameters([30, 20, 10], seed=3)
    single = initialize_parameters([30, 20, 10], seed=3, dtype=np.float32)
    assert {array.dtype for array in double.values()} == {np.dtype(np.float64)}
    assert {array.dtype for array in single.values()} == {np.dtype(np.float32)}
    assert all(np.array_equal(single[name], double[name].astype(np.float32)) for name in double)


def test_numpy_integers_and_tuples_are_sizes_too():
    expected = initialize_parameters([5, 4])["W1"]
    for layer_dims in ((5, 4), np.array([5, 4])):
        assert np.array_equal(initialize_parameters(layer_dims)["W1"], expected)


@pytest.mark.parametrize(
    "layer_dims",
    [[], [784], (), [784, 0, 10], [784, -1], [784.0, 10], [784, "10"], [784, None], 784, None],
    ids=repr,
)
def test_sizes_that_make_no_network_are_refused(layer_dims):
    with pytest.raises(ValueError, match="layer_dims must be at least two positive integers") as e:
        initialize_parameters(layer_dims)
    assert f"got {layer_dims}" in str(e.value)


# --- forward ------------------------------------------------------------------------------


def test_forward_by_hand():
    y_hat, cache = forward(HAND_X, HAND_PARAMS)
    assert cache["Z1"].tolist() == [[2, -2], [5.5, 0]]
    assert cache["A1"].tolist() == [[2, 0], [5.5, 0]]
    expected = np.array([[2, 0], [5.5 + math.log(2), math.log(2)], [4.5, -3]])
    assert cache["Z2"] == pytest.approx(expected, rel=1e-15)
    # The second column: e^0, e^(ln 2), e^-3 over their sum.
    total = 1 + 2 + math.exp(-3)
    second = [1 / total, 2 / total, math.exp(-3) / total]
    assert y_hat[:, 1] == pytest.approx(second, rel=1e-14)
    total = math.exp(2) + 2 * math.exp(5.5) + math.exp(4.5)
    first = [math.exp(2) / total, 2 * math.exp(5.5) / total, math.exp(4.5) / total]
    assert y_hat[:, 0] == pytest.approx(first, rel=1e-14)


def test_cache_holds_input_scores_and_activations():
    params, x, _ = small_network([4, 6, 5, 3], num_examples=7)
    y_hat, cache = forward(x, params)
    shapes = {name: array.shape for name, array in cache.items()}
    assert shapes == {
        "X": (4, 7),
        "Z1": (6, 7),
        "A1": (6, 7),
        "Z2": (5, 7),
        "A2": (5, 7),
        "Z3": (3, 7),
        "A3": (3, 7),
    }
    assert cache["X"] is x and cache["A3"] is y_hat
    for layer in (1, 2):
        assert np.array_equal(
            cache[f"A{layer}"], np.where(cache[f"Z{layer}"] > 0, 1, 0) * cache[f"Z{layer}"]
        )
        assert (cache[f"Z{layer}"] < 0).any()


@given(layer_sizes, st.integers(0, 100))
def test_output_columns_are_probabilities(layer_dims, seed):
    params, x, _ = small_network(layer_dims, seed)
    y_hat, _ = forward(x, params)
    assert y_hat.shape == (layer_dims[-1], 5)
    assert (y_hat >= 0).all()
    assert np.allclose(y_hat.sum(axis=0), 1, rtol=0, atol=1e-14)


@given(layer_sizes, st.integers(0, 100))
def test_each_example_is_worked_on_alone(layer_dims, seed):
    params, x, _ = small_network(layer_dims, seed)
    y_hat, _ = forward(x, params)
    # BLAS may add a single column in another order.
    alone = np.hstack([forward(x[:, [column]], params)[0] for column in range(5)])
    assert np.allclose(y_hat, alone, rtol=1e-12, atol=1e-15)


@settings(deadline=None)  # the first call loads PyTorch
@given(layer_sizes, st.integers(0, 100))
def test_forward_agrees_with_torch(layer_dims, seed):
    params, x, _ = small_network(layer_dims, seed)
    hidden = torch.from_numpy(x.T)
    for layer in range(1, len(layer_dims)):
        weight, bias = (torch.from_numpy(params[f"{name}{layer}"]) for name in "Wb")
        hidden = torch.nn.functional.linear(hidden, weight, bias[:, 0])
        if layer < len(layer_dims) - 1:
            hidden = torch.relu(hidden)
    expected = torch.softmax(hidden, dim=1).numpy().T
    assert np.allclose(forward(x, params)[0], expected, rtol=1e-12, atol=1e-15)


def test_forward_changes_neither_input_nor_params():
    params, x, _ = small_network([4, 5, 3])
    for array in (x, *params.values()):
        array.flags.writeable = False
    before = x.copy()
    forward(x, params)
    assert np.array_equal(x, before)


def test_float32_stays_float32():
    params = initialize_parameters([4, 5, 3], dtype=np.float32)
    y_hat, cache = forward(np.ones((4, 2), np.float32), params)
    assert {array.dtype for array in (y_hat, *cache.values())} == {np.dtype(np.float32)}


def test_an_untrained_network_loses_about_ln_10_on_mnist(mnist):
    params = initialize_parameters([784, 128, 64, 10])
    x, y = mnist[2][:, :2000], mnist[3][:, :2000]
    loss = compute_loss(forward(x, params)[0], y)
    # He's weights make scores of order 1, so the loss is a little above that of a guess.
    assert math.log(10) - 0.2 < loss < math.log(10) + 0.7
    assert compute_accuracy(x, y, params) < 0.3


BAD_BATCHES = [
    (np.zeros((3, 2)), r"got shape \(3, 2\)"),
    (np.zeros(4), r"got shape \(4,\)"),
    (np.zeros((4, 0)), r"got an empty batch of shape \(4, 0\)"),
    (np.zeros((4, 2), np.uint8), "got dtype uint8. Divide pixels by 255 first"),
    (np.zeros((4, 2), int), "got dtype int64"),
    (np.zeros((4, 2), object), "got dtype object"),
    ([[0.0, 0.0]] * 4, "got list"),
    ("digit", "got str"),
]


@pytest.mark.parametrize("x, found", BAD_BATCHES, ids=[found for _, found in BAD_BATCHES])
def test_a_bad_batch_is_refused(x, found):
    params = initialize_parameters([4, 3])
    expected = rf"^x must be a float array of shape \(4, m\), one column for each example, {found}"
    with pytest.raises(ValueError, match=expected):
        forward(x, params)
    if "uint8" not in found:
        with pytest.raises(ValueError, match=expected.replace("float", "float or uint8")):
            predict(x, params)


@pytest.mark.parametrize("layer_dims", [[4, 3], [4, 5, 3], [4, 5, 5, 3]])
def test_one_nan_pixel_is_refused(layer_dims):
    params, x, _ = small_network(layer_dims)
    x[2, 3] = np.nan
    with pytest.raises(ValueError, match="x must hold finite numbers only, got 1 NaN"):
        forward(x, params)


def test_one_infinite_pixel_is_refused():
    params, x, _ = small_network([4, 5, 3])
    x[2, 3] = np.inf
    with np.errstate(invalid="ignore"), pytest.raises(ValueError, match="got 0 NaN and 1 infinite"):
        forward(x, params)


# --- compute_loss -------------------------------------------------------------------------


def test_an_even_guess_costs_ln_10():
    y = np.eye(10)[:, [3, 1, 4, 1, 5]]
    loss = compute_loss(np.full((10, 5), 0.1), y)
    assert type(loss) is float
    assert loss == pytest.approx(math.log(10), rel=1e-15)


def test_loss_by_hand():
    y_hat = np.array([[0.5, 0.1, 0.2], [0.25, 0.8, 0.3], [0.25, 0.1, 0.5]])
    y = np.eye(3)[:, [0, 1, 2]]
    expected = (math.log(2) + math.log(1 / 0.8) + math.log(2)) / 3
    assert compute_loss(y_hat, y) == pytest.approx(expected, rel=1e-15)
    assert compute_loss(np.eye(3), y) == 0


def test_loss_of_a_sure_mistake_is_finite_and_large():
    y_hat, y = np.array([[0.0], [1.0]]), np.array([[1.0], [0.0]])
    assert compute_loss(y_hat, y) == pytest.approx(1022 * math.log(2), rel=1e-12)
    single = compute_loss(y_hat.astype(np.float32), y.astype(np.float32))
    assert single == pytest.approx(126 * math.log(2), rel=1e-6)


def test_the_floor_changes_no_other_loss():
    # A constant of 1e-8 inside the logarithm would shift this loss by 1e-4.
    y_hat, y = np.array([[1e-4], [1 - 1e-4]]), np.array([[1.0], [0.0]])
    assert compute_loss(y_hat, y) == pytest.approx(math.log(1e4), rel=1e-15)
    tiny = np.array([[1e-300], [1.0]])
    assert compute_loss(tiny, y) == pytest.approx(300 * math.log(10), rel=1e-14)


def test_loss_changes_neither_argument():
    y_hat, y = np.array([[0.0, 0.5], [1.0, 0.5]]), np.eye(2)
    y_hat.flags.writeable = y.flags.writeable = False
    compute_loss(y_hat, y)
    assert y_hat.tolist() == [[0, 0.5], [1, 0.5]]


@given(layer_sizes, st.integers(0, 100))
def test_loss_agrees_with_torch(layer_dims, seed):
    params, x, y = small_network(layer_dims, seed)
    y_hat, cache = forward(x, params)
    logits = torch.from_numpy(cache[f"Z{len(layer_dims) - 1}"].T)
    expected = torch.nn.functional.cross_entropy(logits, torch.from_numpy(y.argmax(axis=0)))
    assert compute_loss(y_hat, y) == pytest.approx(expected.item(), rel=1e-12, abs=1e-14)


@pytest.mark.parametrize("logits", [[[2.0], [-1.0]], [[-0.1], [0.3]], [[0.5], [1.1]]])
def test_logits_are_refused(logits):
    with pytest.raises(ValueError, match="y_hat must hold probabilities.*output of softmax") as e:
        compute_loss(np.array(logits), np.array([[1.0], [0.0]]))
    assert f"from {min(logits)[0]:.4g} to {max(logits)[0]:.4g}" in str(e.value)


@pytest.mark.parametrize(
    "y",
    [np.zeros((3, 5)), np.zeros((10, 4)), np.zeros(5), np.zeros((5, 10)), np.zeros((10, 5), int)],
)
def test_labels_that_do_not_fit_are_refused(y):
    with pytest.raises(ValueError, match=r"^y must be a float array of shape \(10, 5\).*, got "):
        compute_loss(np.full((10, 5), 0.1), y)


@pytest.mark.parametrize("y_hat", [np.zeros((10, 0)), np.zeros(10), [[0.1]], np.ones((10, 5), int)])
def test_predictions_that_are_no_batch_are_refused(y_hat):
    with pytest.raises(ValueError, match="^y_hat must be a float array of shape"):
        compute_loss(y_hat, np.zeros((10, 5)))


# --- predict, compute_accuracy, count_parameters -------------------------------------------


def test_predict_by_hand():
    predicted = predict(HAND_X, HAND_PARAMS)
    assert predicted.tolist() == [1, 1]
    assert predicted.dtype.kind == "i"


@pytest.mark.parametrize("name", ["W1", "b2"])
def test_predict_makes_no_class_of_what_is_no_number(name):
    params = {key: array.copy() for key, array in HAND_PARAMS.items()}
    params[name][0, 0] = math.nan
    with pytest.raises(FloatingPointError, match="not numbers.*weights have run away"):
        predict(HAND_X, params)


def test_predict_takes_bytes_and_any_number_of_images(mnist, mnist_bytes):
    # 2,345 is no multiple of the thousand that are looked at together.
    params = initialize_parameters([784, 20, 10])
    expected = forward(mnist[2][:, :2345], params)[0].argmax(axis=0)
    assert len(set(expected.tolist())) > 3
    assert np.array_equal(predict(mnist[2][:, :2345], params), expected)
    assert np.array_equal(predict(mnist_bytes[2][:2345].T, params), expected)
    y = mnist[3][:, :2345]
    accuracy = compute_accuracy(mnist_bytes[2][:2345].T, y, params)
    assert accuracy == np.mean(expected == y.argmax(axis=0))


def test_predict_refuses_layers_that_do_not_chain():
    with pytest.raises(ValueError, match="params must have W1"):
        predict(np.ones((1, 1)), {"b1": np.ones((1, 1)), "W2": np.ones((1, 1))})


def test_accuracy_by_hand():
    # Without a hidden layer and with W = I the largest pixel names the class.
    params = {"W1": np.eye(3), "b1": np.zeros((3, 1))}
    x = np.array([[9.0, 0, 0, 1], [0, 9, 0, 2], [0, 0, 9, 3]])
    assert predict(x, params).tolist() == [0, 1, 2, 2]
    accuracy = compute_accuracy(x, np.eye(3)[:, [0, 1, 2, 0]], params)
    assert type(accuracy) is float and accuracy == 0.75
    assert compute_accuracy(x, np.eye(3)[:, [1, 2, 0, 0]], params) == 0


@pytest.mark.parametrize("shape", [(2, 4), (3, 3), (4, 3), (3,)])
def test_accuracy_refuses_labels_that_do_not_fit(shape):
    params = {"W1": np.eye(3), "b1": np.zeros((3, 1))}
    with pytest.raises(ValueError, match=r"^y must be a float array of shape \(3, 4\).*got shape"):
        compute_accuracy(np.ones((3, 4)), np.zeros(shape), params)


@given(layer_sizes)
def test_every_weight_and_bias_is_counted(layer_dims):
    pairs = zip(layer_dims, layer_dims[1:], strict=False)
    expected = sum(fan_out * (fan_in + 1) for fan_in, fan_out in pairs)
    assert count_parameters(initialize_parameters(layer_dims)) == expected
