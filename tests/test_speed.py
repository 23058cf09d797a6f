"""The fast loop: it must learn exactly what the plain one learns."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import speed
from helpers.data import one_hot
from helpers.forward import initialize_parameters
from helpers.speed import sort_pixels, train_fast
from helpers.training_loop import train_mnist

LAYER_DIMS = [784, 128, 64, 10]


@pytest.fixture
def few(mnist_bytes):
    """5,000 digits as bytes, of which the last batch gets 8, and their labels."""
    images, labels = mnist_bytes[:2]
    return images[:5000].T, one_hot(labels[:5000])


def assert_same_training(x, y, layer_dims, **settings):
    """Hold weights, biases and losses of both loops against each other."""
    expected, losses, _ = train_mnist(x, y, x, y, layer_dims, progress=False, **settings)
    params, fast_losses = train_fast(x, y, layer_dims, **settings)
    assert params.keys() == expected.keys()
    for name, array in params.items():
        np.testing.assert_allclose(array, expected[name], rtol=0, atol=1e-12, err_msg=name)
        assert array.shape == expected[name].shape and array.dtype == y.dtype
    np.testing.assert_allclose(fast_losses, losses, rtol=1e-12)
    assert all(type(loss) is float for loss in fast_losses)


def test_digits_give_the_same_weights_and_losses(few):
    assert_same_training(*few, LAYER_DIMS, num_epochs=3)


def test_settings_left_out_are_those_of_the_plain_loop(few):
    assert_same_training(few[0][:, :200], few[1][:, :200], LAYER_DIMS)


def test_floats_give_the_same_weights_and_losses(few):
    x, y = few
    assert_same_training(x / 255, y, LAYER_DIMS, num_epochs=1, learning_rate=0.3, seed=7)


@given(
    st.lists(st.integers(1, 9), min_size=2, max_size=5),
    st.integers(1, 30),
    st.integers(0, 1000),
    st.data(),
)
def test_any_network_and_any_batch_give_the_same_weights(layer_dims, num_examples, seed, draw):
    rng = np.random.default_rng(seed)
    # Most pixels are blank, some rows wholly, and some images too.
    x = rng.normal(size=(layer_dims[0], num_examples))
    x *= rng.random(x.shape) < draw.draw(st.sampled_from([0, 0.05, 0.5, 1]))
    y = one_hot(rng.integers(layer_dims[-1], size=num_examples), layer_dims[-1])
    batch_size = draw.draw(st.integers(1, num_examples))
    assert_same_training(x, y, layer_dims, num_epochs=2, batch_size=batch_size, seed=seed)


@pytest.mark.parametrize("order", ["C", "F"])
def test_the_layout_in_memory_does_not_matter(few, order):
    x, y = (np.asarray(array[:, :300], order=order) for array in few)
    assert_same_training(x, y, LAYER_DIMS, num_epochs=1)


def test_float32_stays_float32_and_near(few):
    x, y = few
    expected, losses = train_fast(x, y, LAYER_DIMS, num_epochs=1)
    params, single_losses = train_fast(x, y.astype(np.float32), LAYER_DIMS, num_epochs=1)
    for name, array in params.items():
        assert array.dtype == np.float32
        np.testing.assert_allclose(array, expected[name], rtol=0, atol=1e-5, err_msg=name)
    assert single_losses == pytest.approx(losses, rel=1e-5)


def test_weights_of_blank_pixels_stay_where_they_started(few):
    x, y = few
    started = initialize_parameters(LAYER_DIMS, 42)["W1"]
    trained = train_fast(x, y, LAYER_DIMS, num_epochs=1)[0]["W1"]
    moved = (trained != started).any(axis=0)
    assert np.array_equal(moved, x.any(axis=1)) and 0 < moved.sum() < 717


def test_the_data_stay_as_they_were(few):
    x, y = few[0].copy(), few[1].copy()
    train_fast(x, y, LAYER_DIMS, num_epochs=1)
    assert np.array_equal(x, few[0]) and np.array_equal(y, few[1])


@given(st.integers(1, 8), st.integers(1, 8), st.integers(0, 1000))
def test_pixels_are_sorted_by_how_many_images_have_ink_there(num_pixels, num_images, seed):
    x = np.random.default_rng(seed).integers(-1, 2, size=(num_pixels, num_images))
    order, images = sort_pixels(x)
    assert sorted(order) == list(range(num_pixels))
    assert np.array_equal(images, x[order].T)
    assert (np.diff(np.count_nonzero(images, axis=0)) <= 0).all()


def test_no_batch_is_multiplied_by_more_pixels_than_it_has_ink_for(few, monkeypatch):
    widths = []

    def note(weights, biases, x, y, learning_rate):
        widths.append(x.shape[1])
        assert weights[0].shape == (x.shape[1], 128) and x[:, -1].any()
        return 0

    monkeypatch.setattr(speed, "fast_step", note)
    train_fast(*few, LAYER_DIMS, num_epochs=1)
    assert len(widths) == 40 and min(widths) < max(widths) < 717


def test_images_are_sorted_into_rows(few):
    # A batch of columns would be collected several times slower.
    assert sort_pixels(few[0])[1].flags.c_contiguous


@pytest.mark.parametrize(
    "change, message",
    [
        ({"x_train": np.ones((784, 5))}, r"^y_train must .* shape \(n, 5\)"),
        ({"x_train": np.full((784, 20), np.nan)}, "^x_train must hold finite numbers only"),
        ({"y_train": np.ones((10, 20), int)}, "^y_train must be a float array"),
        ({"layer_dims": [783, 10]}, "^layer_dims must start with 784"),
        ({"learning_rate": 0}, "^learning_rate must be positive and finite, got 0"),
        ({"num_epochs": 0}, "^num_epochs must be a positive integer, got 0"),
        ({"batch_size": 21}, "^batch_size must be an integer from 1 to 20"),
    ],
)
def test_bad_input_is_refused_as_the_plain_loop_does(few, change, message):
    x, y = (array[:, :20] for array in few)
    arguments = {"x_train": x, "y_train": y, "layer_dims": LAYER_DIMS, "batch_size": 20} | change
    with pytest.raises(ValueError, match=message):
        train_fast(**arguments)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_weights_that_run_away_are_an_error(few):
    with pytest.raises(FloatingPointError, match="in epoch 1.*learning_rate below 1e"):
        train_fast(*few, LAYER_DIMS, learning_rate=1e200)
