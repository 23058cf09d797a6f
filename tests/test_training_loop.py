"""Lesson 5: mini-batches, gradient descent, and weights that survive the disk."""

import math
import os
import re
import subprocess
import sys
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import data, training_loop
from helpers.backprop import backward
from helpers.forward import compute_accuracy, compute_loss, forward, initialize_parameters
from helpers.training_loop import (
    create_mini_batches,
    flatten,
    gradient_cosines,
    load_parameters,
    loss_on_plane,
    save_parameters,
    train_mnist,
    training_path,
    unflatten,
    update_parameters,
)

# --- create_mini_batches ------------------------------------------------------------------


def numbered(num_examples):
    """Examples and labels that carry their own number."""
    x = np.arange(num_examples, dtype=np.float64)
    return np.stack([x, 10 * x]), 100 * x[np.newaxis]


@st.composite
def sizes(draw):
    num_examples = draw(st.integers(1, 60))
    return num_examples, draw(st.integers(1, num_examples))


@given(sizes(), st.integers(0, 1000))
def test_every_example_comes_once_with_its_own_label(size, seed):
    num_examples, batch_size = size
    batches = list(create_mini_batches(*numbered(num_examples), batch_size, seed))
    for x_batch, y_batch in batches:
        assert np.array_equal(x_batch[1], 10 * x_batch[0])
        assert np.array_equal(y_batch[0], 100 * x_batch[0])
    seen = np.concatenate([x_batch[0] for x_batch, _ in batches])
    assert sorted(seen) == list(range(num_examples))


@given(sizes())
def test_all_batches_are_full_but_the_last(size):
    num_examples, batch_size = size
    lengths = [y.shape[1] for _, y in create_mini_batches(*numbered(num_examples), batch_size)]
    full, rest = divmod(num_examples, batch_size)
    assert lengths == [batch_size] * full + [rest] * (rest > 0)


def order(seed, num_examples=100):
    batches = create_mini_batches(*numbered(num_examples), num_examples // 3, seed)
    return np.concatenate([x_batch[0] for x_batch, _ in batches]).tolist()


def test_examples_are_shuffled_and_the_seed_decides_how():
    assert order(1) == order(1)
    assert order(1) != order(2)
    assert order(1) != list(range(100))
    assert order(42) == [
        x for xs, _ in create_mini_batches(*numbered(100), 33) for x in xs[0].tolist()
    ]


def test_every_position_gets_every_example_about_equally_often():
    counts = np.zeros((5, 5))
    for seed in range(2000):
        counts[np.arange(5), np.array(order(seed, num_examples=5), dtype=int)] += 1
    # 400 expected each, with a standard deviation of 18.
    assert np.abs(counts - 400).max() < 5 * 18


def test_a_generator_gives_each_pass_a_new_order():
    rng = np.random.default_rng(3)
    first, second = order(rng), order(rng)
    assert first == order(3)
    assert sorted(first) == sorted(second) and first != second


def test_batches_are_copies_and_the_data_stays():
    x, y = numbered(10)
    before = x.copy(), y.copy()
    for x_batch, y_batch in create_mini_batches(x, y, 4):
        x_batch += 1
        y_batch += 1
    assert np.array_equal(x, before[0]) and np.array_equal(y, before[1])


def test_no_global_random_state_is_used():
    before = np.random.get_state()  # noqa: NPY002 - the old global state must stay as it is
    order(5)
    after = np.random.get_state()  # noqa: NPY002
    assert np.array_equal(before[1], after[1]) and before[2:] == after[2:]


@pytest.mark.parametrize("batch_size", [0, -1, 11, 2.0, 2.5, "2", None, [2]], ids=repr)
def test_a_batch_size_that_makes_no_sense_is_refused_at_once(batch_size):
    expected = "batch_size must be an integer from 1 to 10, the number of examples, got "
    with pytest.raises(ValueError, match=expected + re.escape(repr(batch_size))):
        create_mini_batches(*numbered(10), batch_size)


def test_numpy_integers_are_batch_sizes():
    assert len(list(create_mini_batches(*numbered(10), np.int64(10)))) == 1


@pytest.mark.parametrize(
    "x, y, message",
    [
        (np.ones((2, 5)), np.ones((3, 4)), r"^y must be a float array of shape \(n, 5\).*\(3, 4\)"),
        (np.ones((2, 0)), np.ones((3, 0)), "^x must .*, got an empty batch"),
        (np.ones(5), np.ones((3, 5)), "^x must be a float or uint8 array.*got shape"),
        (np.ones((2, 5), np.int8), np.ones((3, 5)), "^x must be a float or uint8.*dtype int8"),
        (np.ones((2, 5)), np.ones((3, 5), int), "^y must be .*got dtype int64"),
        ([[1.0]], np.ones((3, 1)), "^x must be a float or uint8 array.*got list"),
    ],
    ids=["lengths differ", "empty", "one dimension", "signed bytes", "integer labels", "list"],
)
def test_data_that_does_not_fit_is_refused_at_once(x, y, message):
    with pytest.raises(ValueError, match=message):
        create_mini_batches(x, y, 1)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_bytes_are_scaled_batch_by_batch_in_the_dtype_of_y(mnist_bytes, dtype):
    images, labels = mnist_bytes[0][:100], data.one_hot(mnist_bytes[1][:100], dtype=dtype)
    expected = create_mini_batches(images.T / 255, labels, 30)
    batches = list(create_mini_batches(images.T, labels, 30))
    assert len(batches) == 4
    for (x, y), (x_expected, y_expected) in zip(batches, expected, strict=True):
        assert x.dtype == y.dtype == dtype
        assert np.array_equal(y, y_expected)
        np.testing.assert_allclose(x, x_expected, rtol=2 * np.finfo(dtype).eps)


# --- update_parameters --------------------------------------------------------------------


def test_a_step_goes_down_the_slope_in_place():
    params = {"W1": np.array([[1.0, 2.0]]), "b1": np.array([[3.0]])}
    arrays = dict(params)
    result = update_parameters(
        params, {"dW1": np.array([[10.0, -20.0]]), "db1": np.array([[4.0]])}, learning_rate=0.5
    )
    assert result is None
    assert params["W1"].tolist() == [[-4, 12]] and params["b1"].tolist() == [[1]]
    assert all(params[name] is arrays[name] for name in params)


def test_a_step_leaves_the_gradients():
    grads = {"dW1": np.array([[10.0]]), "db1": np.array([[4.0]])}
    update_parameters({"W1": np.ones((1, 1)), "b1": np.ones((1, 1))}, grads, 0.1)
    assert grads == {"dW1": [[10.0]], "db1": [[4.0]]}


# --- train_mnist --------------------------------------------------------------------------


@pytest.fixture
def digits(mnist):
    """1000 training and 500 test images."""
    x_train, y_train, x_test, y_test = mnist
    return x_train[:, :1000], y_train[:, :1000], x_test[:, :500], y_test[:, :500]


def test_training_returns_params_losses_and_accuracies(digits):
    params, losses, accuracies = train_mnist(*digits, [784, 16, 10], num_epochs=3, batch_size=20)
    assert {name: array.shape for name, array in params.items()} == {
        "W1": (16, 784),
        "b1": (16, 1),
        "W2": (10, 16),
        "b2": (10, 1),
    }
    assert [type(value) for value in losses + accuracies] == [float] * 6
    assert losses[0] > losses[1] > losses[2] > 0
    assert accuracies[2] > 0.7
    # The last accuracy is that of the weights that are returned, on the test images.
    assert accuracies[2] == compute_accuracy(digits[2], digits[3], params)


def test_one_line_an_epoch_on_stdout(digits, capsys):
    _, losses, accuracies = train_mnist(*digits, [784, 10], num_epochs=11)
    printed = [line for line in capsys.readouterr().out.splitlines() if line.strip()]
    assert printed == [
        f"Epoch {epoch:>2}: loss {loss:.4f}, accuracy {accuracy:.4f}"
        for epoch, (loss, accuracy) in enumerate(zip(losses, accuracies, strict=True), start=1)
    ]
    assert re.fullmatch(r"Epoch  1: loss \d\.\d{4}, accuracy 0\.\d{4}", printed[0])
    assert re.fullmatch(r"Epoch 11: loss \d\.\d{4}, accuracy 0\.\d{4}", printed[10])


def test_the_first_epoch_of_the_whole_training_set(mnist):
    # Fixed by a seed in float64: these digits are the same on every machine.
    _, losses, accuracies = train_mnist(*mnist, [784, 128, 64, 10], num_epochs=1)
    assert (f"{losses[0]:.4f}", f"{accuracies[0]:.4f}") == ("0.4184", "0.9329")


def test_the_seed_decides_the_training(digits):
    first, again, other = (
        train_mnist(*digits, [784, 8, 10], num_epochs=2, seed=seed) for seed in (1, 1, 2)
    )
    assert first[1:] == again[1:]
    assert all(np.array_equal(first[0][name], again[0][name]) for name in first[0])
    assert first[1] != other[1]


def test_defaults_are_those_of_the_course(digits):
    explicit = train_mnist(
        *digits, [784, 8, 10], learning_rate=0.1, num_epochs=20, batch_size=128, seed=42
    )
    implicit = train_mnist(*digits, [784, 8, 10])
    assert explicit[1:] == implicit[1:]


def by_hand(x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size):
    """The training written out: one generator for the weights and then for every order."""
    rng = np.random.default_rng(42)
    params = initialize_parameters(layer_dims, rng)
    epochs = []
    for _ in range(num_epochs):
        batches = list(create_mini_batches(x_train, y_train, batch_size, rng))
        losses = []
        for x, y in batches:
            y_hat, cache = forward(x, params)
            losses += [compute_loss(y_hat[:, [j]], y[:, [j]]) for j in range(x.shape[1])]
            grads = backward(y, params, cache)
            params = {name: params[name] - learning_rate * grads[f"d{name}"] for name in params}
        epochs.append((np.mean(losses), compute_accuracy(x_test, y_test, params)))
    return params, epochs


def test_training_against_a_loop_written_out_with_a_short_last_batch(digits):
    # 1000 = 3 * 300 + 100: the last batch counts for a third of a full one.
    arguments = dict(learning_rate=0.2, num_epochs=3, batch_size=300)
    params, losses, accuracies = train_mnist(*digits, [784, 8, 10], **arguments)
    expected, epochs = by_hand(*digits, [784, 8, 10], **arguments)
    for name in expected:
        assert np.allclose(params[name], expected[name], rtol=0, atol=1e-13)
    assert losses == pytest.approx([loss for loss, _ in epochs], rel=1e-12)
    assert accuracies == [accuracy for _, accuracy in epochs]


def test_training_data_is_not_changed(digits):
    # The fixture's arrays are read-only: a write would raise.
    assert not any(array.flags.writeable for array in digits)
    train_mnist(*digits, [784, 10], num_epochs=1)


def test_bytes_train_the_network_that_their_quotients_train(mnist_bytes):
    images, labels, test_images, test_labels = mnist_bytes
    y, y_test = data.one_hot(labels[:1000]), data.one_hot(test_labels[:500])
    x, x_test = images[:1000].T, test_images[:500].T
    settings = dict(layer_dims=[784, 8, 10], num_epochs=3, progress=False)
    params, losses, accuracies = train_mnist(x, y, x_test, y_test, **settings)
    # Floats for training and bytes for the test, too.
    expected = train_mnist(x / 255, y, x_test, y_test, **settings)
    for name, array in params.items():
        np.testing.assert_allclose(array, expected[0][name], rtol=0, atol=1e-13)
    assert losses == pytest.approx(expected[1], rel=1e-12)
    assert accuracies == expected[2]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_params_have_the_dtype_of_y(mnist_bytes, dtype):
    y = data.one_hot(mnist_bytes[1][:200], dtype=dtype)
    images = mnist_bytes[0][:200].T
    for x in (images, images / 255):
        params, _, _ = train_mnist(x, y, x, y, [784, 8, 10], num_epochs=1)
        assert {array.dtype for array in params.values()} == {np.dtype(dtype)}


MEMORY = r"""
import re
from pathlib import Path
from helpers.data import load_mnist_bytes, one_hot
from helpers.training_loop import train_mnist

images, labels, test_images, test_labels = load_mnist_bytes()
data = images.T, one_hot(labels), test_images.T, one_hot(test_labels)
train_mnist(*data, [784, 128, 64, 10], num_epochs=2, progress=False)
print(re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[1])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from Linux's /proc")
def test_a_whole_float64_training_on_bytes_peaks_below_250_mb():
    done = subprocess.run(
        [sys.executable, "-c", MEMORY], capture_output=True, text=True, timeout=300, check=True
    )
    # As floats, the training images alone take 376 MB. All epochs are alike.
    assert int(done.stdout) * 1024 < 250e6


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_params_have_the_datas_dtype(digits, dtype):
    typed = [array.astype(dtype) for array in digits]
    params, losses, _ = train_mnist(*typed, [784, 8, 10], num_epochs=1)
    assert {array.dtype for array in params.values()} == {np.dtype(dtype)}
    assert type(losses[0]) is float


def test_float32_trains_much_like_float64(digits):
    single = [array.astype(np.float32) for array in digits]
    losses = train_mnist(*digits, [784, 8, 10], num_epochs=2)[1]
    assert train_mnist(*single, [784, 8, 10], num_epochs=2)[1] == pytest.approx(losses, rel=1e-3)


def test_weights_that_run_away_are_reported_with_the_cure(digits):
    learning_rate = 1e200
    cure = re.escape(f"Try a learning_rate below {learning_rate}")
    expected = f"The loss is nan in epoch 1: the weights have run away. {cure}"
    with np.errstate(all="ignore"), pytest.raises(FloatingPointError, match=expected):
        train_mnist(*digits, [784, 8, 10], learning_rate=learning_rate, num_epochs=3)


@pytest.mark.parametrize("dtype, learning_rate", [(np.float64, 1e200), (np.float32, 1e30)])
def test_weights_that_run_away_in_the_last_step_are_reported_too(digits, dtype, learning_rate):
    typed = [array.astype(dtype) for array in digits]
    settings = {"learning_rate": learning_rate, "num_epochs": 1, "batch_size": digits[0].shape[1]}
    # The only step begins with a good loss.
    message = "probabilities are not numbers.*the weights have run away.*smaller learning_rate"
    with np.errstate(all="ignore"), pytest.raises(FloatingPointError, match=message):
        train_mnist(*typed, [784, 8, 10], **settings)


GOOD = {
    "x_train": np.full((4, 10), 0.5),
    "y_train": np.eye(3)[:, np.arange(10) % 3],
    "x_test": np.full((4, 6), 0.5),
    "y_test": np.eye(3)[:, np.arange(6) % 3],
    "layer_dims": [4, 5, 3],
    "learning_rate": 0.1,
    "num_epochs": 1,
    "batch_size": 5,
}


# --- the way of a training, and the loss around it ----------------------------------------

SMALL = [784, 16, 10]


@pytest.fixture(scope="module")
def fresh():
    return initialize_parameters(SMALL)


def test_a_network_is_a_vector_and_back(fresh):
    vector = flatten(fresh)
    assert vector.shape == (784 * 16 + 16 + 16 * 10 + 10,)
    assert vector[784 : 2 * 784].tolist() == fresh["W1"][1].tolist()
    again = unflatten(vector, SMALL)
    assert list(again) == list(fresh)
    assert all(np.array_equal(again[name], fresh[name]) for name in fresh)


@pytest.mark.parametrize("change", [-1, 1])
def test_a_vector_of_another_network_is_refused(fresh, change):
    vector = np.resize(flatten(fresh), 12_730 + change)
    with pytest.raises(ValueError, match=f"must hold 12730 numbers, got {12_730 + change}"):
        unflatten(vector, SMALL)


def test_cosines_are_those_of_the_angles_between_the_gradients(digits, fresh):
    x, y = digits[:2]
    cosines = gradient_cosines(x, y, fresh, [1, 50, 1000], num_batches=3, seed=5)
    assert cosines.shape == (3, 3)
    rng = np.random.default_rng(5)
    exact = backward(y, fresh, forward(x, fresh)[1])
    for size, row in zip((1, 50, 1000), cosines, strict=True):
        for cosine in row:
            batch = rng.choice(1000, size, replace=False)
            grads = backward(y[:, batch], fresh, forward(x[:, batch], fresh)[1])

            def dot(one, other):
                return sum((one[name] * other[name]).sum() for name in exact)

            by_hand = dot(grads, exact) / math.sqrt(dot(grads, grads) * dot(exact, exact))
            assert cosine == pytest.approx(by_hand, abs=1e-12)
    assert cosines[2] == pytest.approx(1)
    assert cosines[0].mean() < cosines[1].mean() < 1


def test_a_path_goes_the_way_of_train_mnist(digits):
    path = training_path(*digits[:2], SMALL, 0.2, 3, 300, num_points=3, seed=7)
    assert path.shape == (4, 12_730)
    start = initialize_parameters(SMALL, np.random.default_rng(7))
    assert np.array_equal(path[0], flatten(start))
    for epoch in (1, 2, 3):
        trained, _, _ = train_mnist(
            *digits, SMALL, 0.2, num_epochs=epoch, batch_size=300, seed=7, progress=False
        )
        assert np.array_equal(path[epoch], flatten(trained))


@pytest.mark.parametrize("num_points, kept", [(1, [0, 12]), (5, [0, 2, 4, 7, 9, 12]), (99, None)])
def test_points_of_a_path_are_evenly_spaced_from_start_to_end(digits, num_points, kept):
    data = digits[0][:, :100], digits[1][:, :100]
    every = training_path(*data, SMALL, 0.1, 3, 30, num_points=12)
    assert every.shape == (13, 12_730)
    some = training_path(*data, SMALL, 0.1, 3, 30, num_points)
    assert np.array_equal(some, every if kept is None else every[kept])


@pytest.fixture(scope="module")
def landscape(mnist):
    """The loss of 50 images on the plane through start and ends of two paths, and a third path."""
    x, y = mnist[0][:, :50], mnist[1][:, :50]
    settings = {"one": (0.3, 4, 50), "two": (0.05, 4, 1), "three": (0.1, 3, 10)}
    paths = {name: training_path(x, y, SMALL, *s, num_points=4) for name, s in settings.items()}
    corners = paths["one"][0], paths["one"][-1], paths["two"][-1]
    return x, y, corners, paths, loss_on_plane(x, y, SMALL, corners, paths, num_cells=5)


def test_the_map_holds_the_loss_at_the_weights_of_each_place(landscape):
    x, y, (origin, right, third), _, (across, up, losses, shadows) = landscape
    assert (across.shape, up.shape, losses.shape) == ((6,), (6,), (6, 6))
    # A place is a share of the way to each of the two corners, whose places are known.
    ends = np.array([shadows["one"][-1], shadows["two"][-1]]).T
    for (row, column), loss in np.ndenumerate(losses):
        shares = np.linalg.solve(ends, [across[column], up[row]])
        weights = origin + shares[0] * (right - origin) + shares[1] * (third - origin)
        y_hat, _ = forward(x, unflatten(weights, SMALL))
        assert loss == pytest.approx(compute_loss(y_hat, y), rel=1e-9)
    assert losses.max() > 1.5 * losses.min()


def test_distances_on_the_map_are_those_between_the_weights(landscape):
    _, _, (origin, right, third), _, (_, _, _, shadows) = landscape
    start, one, two = shadows["one"][0], shadows["one"][-1], shadows["two"][-1]
    assert start == pytest.approx([0, 0], abs=1e-12)
    assert one == pytest.approx([np.linalg.norm(right - origin), 0], abs=1e-12)
    assert np.linalg.norm(two) == pytest.approx(np.linalg.norm(third - origin))
    assert np.linalg.norm(two - one) == pytest.approx(np.linalg.norm(third - right))


def test_a_shadow_is_the_nearest_point_of_the_plane_and_lies_on_the_map(landscape):
    _, _, (origin, right, third), paths, (across, up, _, shadows) = landscape
    edges = np.stack([right - origin, third - origin], axis=1)
    assert list(shadows) == list(paths)
    for name, path in paths.items():
        shares, residual, _, _ = np.linalg.lstsq(edges, (path - origin).T, rcond=None)
        lengths = np.linalg.norm(edges @ shares, axis=0)
        assert np.linalg.norm(shadows[name], axis=1) == pytest.approx(lengths, abs=1e-9)
        assert (shadows[name].min(axis=0) > [across[0], up[0]]).all()
        assert (shadows[name].max(axis=0) < [across[-1], up[-1]]).all()


def with_value(array, value):
    array = array.copy()
    array[1, 2] = value
    return array


BAD_ARGUMENTS = [
    ("x_train", np.zeros((4, 0)), "x_train must be a float or uint8 array.*got an empty batch"),
    ("x_train", np.zeros(4), r"x_train must be a float or uint8 array.*got shape \(4,\)"),
    ("x_train", np.zeros((4, 10), np.int8), "x_train must be a float or uint8 .*dtype int8"),
    ("x_train", np.zeros((4, 10), int), "x_train must be a float or uint8 array.*got dtype int64"),
    (
        "x_train",
        np.zeros((4, 10), object),
        "x_train must be a float or uint8 array.*got dtype object",
    ),
    ("x_train", np.full((4, 10), "a"), "x_train must be a float or uint8 array.*got dtype <U1"),
    ("x_train", [[0.0] * 10] * 4, "x_train must be a float or uint8 array.*got list"),
    ("x_train", with_value(GOOD["x_train"], np.nan), "x_train must hold finite .*got 1 NaN and 0"),
    ("x_train", with_value(GOOD["x_train"], np.inf), "x_train must hold finite .*0 NaN and 1 inf"),
    ("y_train", np.zeros((3, 9)), r"y_train must .*shape \(n, 10\).*got shape \(3, 9\)"),
    ("y_train", np.zeros((10, 3)), r"y_train must .*shape \(n, 10\).*got shape \(10, 3\)"),
    ("y_train", np.zeros((3, 10), int), "y_train must be a float array.*got dtype int64"),
    ("y_train", np.arange(10) % 3, "y_train must be a float array.*got dtype int64"),
    ("x_test", np.zeros((5, 6)), r"x_test must .*shape \(4, m\).*got shape \(5, 6\)"),
    ("x_test", np.zeros((4, 0)), "x_test must be a float or uint8 array.*got an empty batch"),
    ("x_test", with_value(GOOD["x_test"], np.nan), "x_test must hold finite numbers.*got 1 NaN"),
    ("y_test", np.zeros((4, 6)), r"y_test must .*shape \(3, 6\).*got shape \(4, 6\)"),
    ("y_test", np.zeros((3, 5)), r"y_test must .*shape \(3, 6\).*got shape \(3, 5\)"),
    ("layer_dims", [5, 3], r"layer_dims must start with 4, .* and end with 3, .*got \[5, 3\]"),
    ("layer_dims", [4, 4], r"layer_dims must start with 4, .* and end with 3, .*got \[4, 4\]"),
    ("layer_dims", [4], "layer_dims must start with 4, .*and end with 3"),
    ("layer_dims", [], r"layer_dims must start with 4, .*and end with 3.*got \[\]"),
    ("layer_dims", 4, "layer_dims must start with 4, .*and end with 3.*got 4"),
    ("layer_dims", None, "layer_dims must start with 4, .*and end with 3.*got None"),
    ("layer_dims", [4, 0, 3], r"layer_dims must be at least two positive integers.*\[4, 0, 3\]"),
    ("layer_dims", [4, -5, 3], "layer_dims must be at least two positive integers"),
    ("layer_dims", [4, 5.0, 3], "layer_dims must be at least two positive integers"),
    ("layer_dims", [4.0, 3], "layer_dims must be at least two positive integers"),
    ("learning_rate", 0, "learning_rate must be positive and finite, got 0"),
    ("learning_rate", -0.1, "learning_rate must be positive and finite, got -0.1"),
    ("learning_rate", math.nan, "learning_rate must be positive and finite, got nan"),
    ("num_epochs", 0, "num_epochs must be a positive integer, got 0"),
    ("num_epochs", -1, "num_epochs must be a positive integer, got -1"),
    ("num_epochs", 1.0, "num_epochs must be a positive integer, got 1.0"),
    ("batch_size", 0, "batch_size must be an integer from 1 to 10.*got 0"),
    ("batch_size", -5, "batch_size must be an integer from 1 to 10.*got -5"),
    ("batch_size", 11, "batch_size must be an integer from 1 to 10.*got 11"),
    ("batch_size", 5.0, "batch_size must be an integer from 1 to 10.*got 5.0"),
]


def test_the_good_arguments_are_good():
    train_mnist(**GOOD)


@pytest.mark.parametrize("name, value, message", BAD_ARGUMENTS)
def test_bad_arguments_are_refused_by_name(name, value, message, capsys):
    with pytest.raises(ValueError, match=f"^{message}"):
        train_mnist(**{**GOOD, name: value})
    # They are found before the first epoch, not after it.
    assert capsys.readouterr().out.strip() == ""


# --- save_parameters and load_parameters ---------------------------------------------------


@pytest.fixture
def params():
    return initialize_parameters([6, 4, 3])


def assert_same(loaded, params):
    assert loaded.keys() == params.keys()
    for name, array in params.items():
        assert loaded[name].dtype == array.dtype
        assert np.array_equal(loaded[name], array)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", ["weights.npz", "weights", "weights.v2"])
def test_weights_come_back_as_they_were(tmp_path, dtype, name):
    params = initialize_parameters([6, 4, 3], dtype=dtype)
    save_parameters(tmp_path / name, params)
    assert_same(load_parameters(tmp_path / name), params)
    assert [file.name for file in tmp_path.iterdir()] == [name]


def test_a_path_may_be_text(tmp_path, params):
    path = os.path.join(tmp_path, "weights.npz")
    save_parameters(path, params)
    assert_same(load_parameters(path), params)


def test_an_old_file_is_replaced(tmp_path, params):
    save_parameters(tmp_path / "weights.npz", initialize_parameters([9, 8, 7, 6]))
    save_parameters(tmp_path / "weights.npz", params)
    assert_same(load_parameters(tmp_path / "weights.npz"), params)


@pytest.mark.parametrize("is_file", [False, True])
def test_a_missing_folder_is_reported_with_the_cure(tmp_path, params, is_file):
    folder = tmp_path / "folder"
    if is_file:
        folder.write_text("not a folder")
    path = folder / "weights.npz"
    with pytest.raises(OSError, match="could not be written to.*Check that the folder") as error:
        save_parameters(path, params)
    assert str(path) in str(error.value)
    assert list(tmp_path.iterdir()) == ([folder] if is_file else [])


def test_a_folder_in_the_files_place_is_reported(tmp_path, params):
    (tmp_path / "weights.npz").mkdir()
    with pytest.raises(OSError, match="The weights could not be written to"):
        save_parameters(tmp_path / "weights.npz", params)
    assert [file.name for file in tmp_path.iterdir()] == ["weights.npz"]


def test_an_interrupted_write_leaves_the_old_file(tmp_path, params, monkeypatch):
    path = tmp_path / "weights.npz"
    save_parameters(path, params)

    def half_written(file, **arrays):
        file.write(b"half of it")
        raise KeyboardInterrupt

    monkeypatch.setattr(training_loop.np, "savez", half_written)
    with pytest.raises(KeyboardInterrupt):
        save_parameters(path, initialize_parameters([6, 3]))
    assert_same(load_parameters(path), params)
    assert [file.name for file in tmp_path.iterdir()] == ["weights.npz"]


FULL_DISK = """
import resource, signal, sys
from helpers.forward import initialize_parameters
from helpers.training_loop import save_parameters

# No file may grow beyond 4,000 bytes: writing fails as it does on a full disk.
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000))
try:
    save_parameters(sys.argv[1], initialize_parameters([100, 50, 10]))
except OSError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on a file's size")
def test_a_full_disk_leaves_the_old_file_and_no_part(tmp_path, params):
    path = tmp_path / "weights.npz"
    save_parameters(path, params)
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(path)], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert f"The weights could not be written to {path}" in done.stdout
    assert "that the disk has room" in done.stdout
    assert done.stderr == ""
    assert_same(load_parameters(path), params)
    assert [file.name for file in tmp_path.iterdir()] == ["weights.npz"]


def test_a_missing_file_is_reported_with_the_cure(tmp_path):
    path = tmp_path / "weights.npz"
    with pytest.raises(FileNotFoundError, match="There are no weights at.*save_parameters") as e:
        load_parameters(path)
    assert str(path) in str(e.value)


def foreign_files(path, params):
    """What may lie in the place of the weights."""
    path.write_text("W1 = [[1, 2], [3, 4]]")
    yield "text"
    path.write_bytes(b"")
    yield "empty"
    with open(path, "wb") as file:
        np.save(file, params["W1"])
    yield "npy"
    with open(path, "wb") as file:
        np.savez(file, images=np.ones((2, 3)), labels=np.ones(3))
    yield "other arrays"
    with open(path, "wb") as file:
        np.savez(file, **{**params, "W2": params["W2"].T})
    yield "layers that do not chain"
    with open(path, "wb") as file:
        np.savez(file, **{name: array for name, array in params.items() if name != "b2"})
    yield "an array is missing"
    with open(path, "wb") as file:
        np.savez(file, W1=np.array([[None]]), b1=np.zeros((1, 1)))
    yield "pickled objects"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("W1", "no array")
        file.writestr("b1", "no array")
    yield "another archive"
    path.write_bytes((data.SHIPPED_FOLDER / "mnist.npz").read_bytes())
    yield "MNIST"


def test_foreign_files_are_refused_with_the_cure(tmp_path, params):
    path = tmp_path / "weights.npz"
    tried = []
    for kind in foreign_files(path, params):
        with pytest.raises(ValueError, match="does not hold a network's weights.*Write them") as e:
            load_parameters(path)
        assert str(path) in str(e.value), kind
        tried.append(kind)
    assert len(tried) == 9


@given(share=st.floats(0, 1, exclude_max=True))
def test_a_cut_file_is_refused(tmp_path_factory, share):
    path = tmp_path_factory.getbasetemp() / "cut.npz"
    save_parameters(path, initialize_parameters([6, 4, 3]))
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(ValueError, match="does not hold a network's weights"):
        load_parameters(path)


def same_networks(params, others):
    return params.keys() == others.keys() and all(
        params[name].dtype == others[name].dtype and np.array_equal(params[name], others[name])
        for name in params
    )


def load_with_a_flip(path, content, position, bit):
    """What `load_parameters` makes of a file with one bit changed, or None if it refuses it."""
    flipped = bytearray(content)
    flipped[position] ^= 1 << bit
    path.write_bytes(flipped)
    try:
        return load_parameters(path)
    except ValueError as error:
        assert "does not hold a network's weights" in str(error)


@pytest.fixture(scope="module")
def saved_network(tmp_path_factory):
    """A file, what is in it, and the network."""
    path = tmp_path_factory.mktemp("flips") / "weights.npz"
    params = initialize_parameters([3, 2, 2, 2])
    save_parameters(path, params)
    return path, path.read_bytes(), params


# Each flip is refused, or does not matter (a time of the container, for one).
def test_a_flipped_bit_in_the_list_of_arrays_is_refused_or_harmless(saved_network):
    path, content, params = saved_network
    entries = [match.start() for match in re.finditer(b"PK\x01\x02", content)]
    assert len(entries) == 7
    # Of an entry: how it is packed, and the lengths of its name, extra field and comment. A wrong
    # length can hide the entries that follow.
    fields = [entry + offset for entry in entries for offset in (*range(8, 12), *range(28, 34))]
    for position in [*fields, *range(len(content) - 22, len(content))]:
        for bit in range(8):
            loaded = load_with_a_flip(path, content, position, bit)
            assert loaded is None or same_networks(loaded, params), (position, bit)


@given(share=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_flipped_bit_is_refused_or_harmless(saved_network, share, bit):
    path, content, params = saved_network
    loaded = load_with_a_flip(path, content, int(share * len(content)), bit)
    assert loaded is None or same_networks(loaded, params)


@pytest.mark.slow
def test_no_flipped_bit_makes_another_network(saved_network):
    path, content, params = saved_network
    refused = 0
    for position in range(len(content)):
        for bit in range(8):
            loaded = load_with_a_flip(path, content, position, bit)
            assert loaded is None or same_networks(loaded, params), (position, bit)
            refused += loaded is None
    assert refused > len(content) * 8 / 2


@pytest.mark.parametrize("lost", [["W3", "b3"], ["W2", "b2", "W3", "b3"], ["b3"], ["W1", "b1"]])
def test_a_file_that_has_lost_arrays_is_refused(saved_network, tmp_path, lost):
    path, content, _ = saved_network
    path.write_bytes(content)
    with np.load(path) as arrays:
        left = {name: array for name, array in arrays.items() if name not in lost}
    np.savez(tmp_path / "left.npz", **left)
    with pytest.raises(ValueError, match="does not hold a network's weights.*Write them again"):
        load_parameters(tmp_path / "left.npz")


def test_a_file_of_an_older_version_is_read(tmp_path, params):
    np.savez(tmp_path / "weights.npz", **params)
    assert same_networks(load_parameters(tmp_path / "weights.npz"), params)


def test_a_saved_file_is_a_plain_npz_that_tells_its_layers(saved_network):
    path, content, params = saved_network
    path.write_bytes(content)
    with np.load(path) as arrays:
        assert arrays["layer_dims"].tolist() == [3, 2, 2, 2]
        assert {*arrays} == {"layer_dims", *params}


def test_what_is_no_network_is_not_saved(tmp_path, params):
    with pytest.raises(ValueError, match="pairs W1, b1"):
        save_parameters(tmp_path / "weights.npz", {"W1": params["W1"], "b1": params["b1"], "W2": 1})
    assert list(tmp_path.iterdir()) == []
