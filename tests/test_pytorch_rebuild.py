"""Lesson 6: the network in PyTorch is the same network, and trains the same way."""

import math
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from helpers.data import one_hot
from helpers.forward import forward, initialize_parameters
from helpers.pytorch_rebuild import (
    MNISTNet,
    cache_of,
    choose_device,
    evaluate,
    load_parameters_into,
    save_model,
    train_pytorch,
)
from helpers.training_loop import create_mini_batches, train_mnist

LAYER_DIMS = [784, 128, 64, 10]


@pytest.fixture
def digits(mnist):
    """1000 training and 500 test images in float32."""
    x_train, y_train, x_test, y_test = mnist
    few = x_train[:, :1000], y_train[:, :1000], x_test[:, :500], y_test[:, :500]
    return tuple(array.astype(np.float32) for array in few)


# --- MNISTNet -----------------------------------------------------------------------------


def test_the_network_has_the_courses_layers():
    shapes = {name: tuple(p.shape) for name, p in MNISTNet().named_parameters()}
    assert shapes == {
        "layer1.weight": (128, 784),
        "layer1.bias": (128,),
        "layer2.weight": (64, 128),
        "layer2.bias": (64,),
        "layer3.weight": (10, 64),
        "layer3.bias": (10,),
    }
    assert sum(p.numel() for p in MNISTNet().parameters()) == 109_386


def test_weights_are_hes_and_biases_zero():
    model = MNISTNet(torch.Generator().manual_seed(0))
    for layer in (model.layer1, model.layer2, model.layer3):
        weights = layer.weight.detach().double()
        variance = 2 / layer.in_features
        # Four standard errors of a mean and of a variance, for a fixed seed.
        assert abs(weights.mean()) < 4 * math.sqrt(variance / weights.numel())
        assert abs(weights.var() / variance - 1) < 4 * math.sqrt(2 / weights.numel())
        # A normal distribution goes beyond three sigmas, a uniform one ends at 1.73.
        assert weights.abs().max() > 2.5 * math.sqrt(variance)
        assert not layer.bias.any()


def test_the_generator_decides_the_weights():
    first, again, other = (MNISTNet(torch.Generator().manual_seed(s)) for s in (1, 1, 2))
    for layer in ("layer1", "layer2", "layer3"):
        weights = getattr(first, layer).weight
        assert torch.equal(weights, getattr(again, layer).weight)
        assert not torch.equal(weights, getattr(other, layer).weight)


def numpy_and_torch_networks(seed=42):
    params = initialize_parameters(LAYER_DIMS, seed)
    for name in ("b1", "b2", "b3"):
        params[name] += 0.1 * np.random.default_rng(1).standard_normal(params[name].shape)
    model = MNISTNet().double()
    load_parameters_into(model, params)
    return params, model


def test_the_output_is_logits_for_rows(mnist):
    params, model = numpy_and_torch_networks()
    x = mnist[2][:, :50]
    logits = model(torch.tensor(x.T))
    assert logits.shape == (50, 10)
    y_hat, cache = forward(x, params)
    assert np.allclose(logits.detach().numpy().T, cache["Z3"], rtol=1e-12, atol=1e-13)
    assert np.allclose(torch.softmax(logits, dim=1).detach().numpy().T, y_hat, rtol=1e-12)


@pytest.mark.parametrize("shape", [(784, 3), (3, 28, 28), (784,), (3, 783)])
def test_images_of_another_shape_are_refused(shape):
    expected = rf"x must have shape \(batch, 784\), .*got {re.escape(str(shape))}"
    with pytest.raises(ValueError, match=expected):
        MNISTNet()(torch.zeros(shape))


# --- load_parameters_into ------------------------------------------------------------------


def test_weights_and_biases_are_copied_in():
    params, model = numpy_and_torch_networks()
    for number, layer in enumerate((model.layer1, model.layer2, model.layer3), start=1):
        assert np.array_equal(layer.weight.detach().numpy(), params[f"W{number}"])
        assert np.array_equal(layer.bias.detach().numpy(), params[f"b{number}"][:, 0])


def test_the_model_keeps_its_type_its_gradients_and_its_own_memory():
    params = initialize_parameters(LAYER_DIMS)
    model = MNISTNet()
    load_parameters_into(model, params)
    assert {p.dtype for p in model.parameters()} == {torch.float32}
    assert all(p.requires_grad and p.is_leaf for p in model.parameters())
    before = model.layer1.weight.clone()
    params["W1"] += 1
    assert torch.equal(model.layer1.weight, before)


@pytest.mark.parametrize("layer_dims", [[784, 1, 64, 10], [1, 128, 64, 10], [784, 128, 10]])
def test_a_network_of_other_sizes_is_not_stretched_into_the_model(layer_dims):
    with pytest.raises(RuntimeError, match="layer3|size mismatch for layer1.weight"):
        load_parameters_into(MNISTNet(), initialize_parameters(layer_dims))


def test_what_is_no_network_is_not_copied_in():
    params = initialize_parameters(LAYER_DIMS)
    params["b1"] = params["b1"][:1]
    with pytest.raises(ValueError, match=r"b1 must have shape \(128, 1\), got \(1, 1\)"):
        load_parameters_into(MNISTNet(), params)


# --- cache_of ---------------------------------------------------------------------------------


def test_the_model_computes_on_its_way_what_forward_keeps(mnist):
    params, model = numpy_and_torch_networks()
    x = mnist[2][:, :50]
    _, expected = forward(x, params)
    cache = cache_of(model, x)
    assert cache.keys() == expected.keys()
    for name, array in expected.items():
        assert np.allclose(cache[name], array, rtol=1e-12, atol=1e-13), name


# --- the same training, weight for weight --------------------------------------------------


def test_numpy_and_pytorch_train_to_the_same_weights(mnist):
    # float64, several epochs on real images, and a short last batch (3000 = 23 * 128 + 56).
    x_train, y_train = mnist[0][:, :3000], mnist[1][:, :3000]
    x_test, y_test = mnist[2][:, :1000], mnist[3][:, :1000]
    num_epochs, batch_size, learning_rate = 5, 128, 0.1
    params, losses, accuracies = train_mnist(
        x_train, y_train, x_test, y_test, LAYER_DIMS, learning_rate, num_epochs, batch_size, 42
    )

    # The same generator, drawn from in the same order as in train_mnist.
    rng = np.random.default_rng(42)
    model = MNISTNet().double()
    load_parameters_into(model, initialize_parameters(LAYER_DIMS, rng))
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    loss_function = nn.CrossEntropyLoss()
    for epoch in range(num_epochs):
        loss_sum = 0
        for x, y in create_mini_batches(x_train, y_train, batch_size, rng):
            loss = loss_function(model(torch.tensor(x.T)), torch.tensor(y.argmax(axis=0)))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            loss_sum += loss.item() * x.shape[1]
        assert losses[epoch] == pytest.approx(loss_sum / 3000, abs=1e-10)
        with torch.no_grad():
            predicted = model(torch.tensor(x_test.T)).argmax(dim=1).numpy()
        assert accuracies[epoch] == np.mean(predicted == y_test.argmax(axis=0))

    for number, layer in enumerate((model.layer1, model.layer2, model.layer3), start=1):
        weights, biases = layer.weight.detach().numpy(), layer.bias.detach().numpy()
        assert np.abs(params[f"W{number}"] - weights).max() < 1e-10
        assert np.abs(params[f"b{number}"][:, 0] - biases).max() < 1e-10
    # They did move: agreement at the start would say nothing.
    start = initialize_parameters(LAYER_DIMS)
    assert all(np.abs(params[name] - start[name]).max() > 0.01 for name in params)


# --- choose_device --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cuda, mps, expected",
    [
        (True, True, "cuda"),
        (True, False, "cuda"),
        (False, True, "mps"),
        (False, False, "cpu"),
    ],
)
def test_cuda_comes_before_mps_and_mps_before_the_cpu(monkeypatch, cuda, mps, expected):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    device = choose_device()
    assert isinstance(device, torch.device) and device.type == expected


# --- train_pytorch --------------------------------------------------------------------------


def test_training_learns_and_returns_losses_and_accuracies(digits):
    losses, accuracies = train_pytorch(num_epochs=5, batch_size=50, data=digits)
    assert [type(value) for value in losses + accuracies] == [float] * 10
    assert losses == sorted(losses, reverse=True)
    assert losses[0] < 2.3 and losses[4] < 0.5
    assert accuracies[4] > 0.8


def test_one_line_an_epoch_on_stdout(digits, capsys):
    losses, accuracies = train_pytorch(num_epochs=10, data=digits)
    printed = [line for line in capsys.readouterr().out.splitlines() if line.strip()]
    assert printed == [
        f"Epoch {epoch:>2}: loss {loss:.4f}, accuracy {accuracy:.4f}"
        for epoch, (loss, accuracy) in enumerate(zip(losses, accuracies, strict=True), start=1)
    ]
    assert re.fullmatch(r"Epoch  1: loss \d\.\d{4}, accuracy 0\.\d{4}", printed[0])
    assert re.fullmatch(r"Epoch 10: loss \d\.\d{4}, accuracy 0\.\d{4}", printed[9])


def test_the_seed_decides_the_training_and_the_global_one_does_not(digits, on_cpu):
    torch.manual_seed(1)
    first = train_pytorch(num_epochs=2, seed=5, data=digits)
    torch.manual_seed(2)
    assert train_pytorch(num_epochs=2, seed=5, data=digits) == first
    assert train_pytorch(num_epochs=2, seed=6, data=digits)[0] != first[0]


def test_defaults_are_those_of_the_course(digits, on_cpu):
    explicit = train_pytorch(20, batch_size=128, learning_rate=0.1, seed=42, data=digits)
    assert train_pytorch(data=digits) == explicit
    assert len(explicit[0]) == 20


def test_whole_mnist_in_float32_is_the_default_data(digits, few_bytes, on_cpu):
    assert train_pytorch(num_epochs=1) == train_pytorch(num_epochs=1, data=digits)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_bytes_train_to_the_weights_of_floats_in_the_dtype_of_the_labels(
    mnist_bytes, dtype, on_cpu, tmp_path
):
    images, labels = mnist_bytes[0][:300].T, one_hot(mnist_bytes[1][:300], dtype=dtype)
    floats = np.divide(images, 255, dtype=dtype)
    results = [
        train_pytorch(2, data=(x, labels, x_test, labels), path=tmp_path / "weights")
        for x in (images, floats)
        for x_test in (images, floats)
    ]
    assert results == results[:1] * 4
    other_type = np.float64 if dtype == np.float32 else np.float32
    x = floats.astype(other_type)
    train_pytorch(1, data=(x, labels, x, labels.astype(other_type)), path=tmp_path / "weights")
    weights = torch.load(tmp_path / "weights")
    assert weights["layer1.weight"].numpy().dtype == dtype


def test_the_loss_is_the_mean_over_examples_with_a_short_last_batch(digits, on_cpu):
    # With a learning rate near 0 the weights stay, so every order has the same mean.
    settings = {"num_epochs": 1, "learning_rate": 1e-30, "data": digits}
    losses = [train_pytorch(batch_size=size, **settings)[0][0] for size in (1000, 700, 999)]
    assert losses[1:] == pytest.approx([losses[0]] * 2, rel=1e-5)


def test_every_example_is_used_once_an_epoch_in_a_new_order(digits, on_cpu, monkeypatch):
    numbered = digits[0].copy()
    numbered[0] = np.arange(1000) / 1000
    seen = []
    original = MNISTNet.forward

    def recorded(self, x):
        if self.training:
            seen.append(torch.round(x[:, 0] * 1000).int())
        return original(self, x)

    monkeypatch.setattr(MNISTNet, "forward", recorded)
    train_pytorch(num_epochs=2, batch_size=300, data=(numbered, *digits[1:]))
    assert [len(batch) for batch in seen] == [300, 300, 300, 100] * 2
    first, second = torch.cat(seen[:4]).tolist(), torch.cat(seen[4:]).tolist()
    assert sorted(first) == sorted(second) == list(range(1000))
    assert first != list(range(1000)) and first != second


def test_train_mode_for_training_and_eval_mode_without_gradients_for_testing(digits, monkeypatch):
    calls = []
    original = MNISTNet.forward

    def recorded(self, x):
        calls.append((self.training, torch.is_grad_enabled()))
        return original(self, x)

    monkeypatch.setattr(MNISTNet, "forward", recorded)
    train_pytorch(num_epochs=2, batch_size=500, data=digits)
    # Two batches of training, one of testing, in each epoch.
    assert calls == [(True, True), (True, True), (False, False)] * 2


def test_gradients_do_not_pile_up_from_step_to_step(digits, on_cpu, monkeypatch):
    # Two steps on one batch of everything must equal plain gradient descent.
    models = []
    original = MNISTNet.__init__

    def kept(self, generator=None):
        original(self, generator)
        models.append(self)

    monkeypatch.setattr(MNISTNet, "__init__", kept)
    double = tuple(array.astype(np.float64) for array in digits)
    train_pytorch(num_epochs=3, batch_size=1000, learning_rate=0.2, data=double)
    trained = models.pop()

    expected = MNISTNet(torch.Generator().manual_seed(42)).double()
    images, labels = torch.tensor(double[0].T), torch.tensor(double[1].argmax(axis=0))
    for _ in range(3):
        loss = nn.functional.cross_entropy(expected(images), labels)
        parameters = list(expected.parameters())
        gradients = torch.autograd.grad(loss, parameters)
        with torch.no_grad():
            for parameter, gradient in zip(parameters, gradients, strict=True):
                parameter -= 0.2 * gradient
    pairs = zip(trained.parameters(), expected.parameters(), strict=True)
    # The order of the examples differs, and so does the last bit of every sum.
    assert all(torch.allclose(one, other, rtol=0, atol=1e-12) for one, other in pairs)


def test_the_datas_dtype_is_used(digits, monkeypatch, on_cpu):
    dtypes = set()
    original = MNISTNet.forward

    def recorded(self, x):
        dtypes.update({x.dtype, self.layer1.weight.dtype})
        return original(self, x)

    monkeypatch.setattr(MNISTNet, "forward", recorded)
    train_pytorch(num_epochs=1, data=tuple(array.astype(np.float64) for array in digits))
    assert dtypes == {torch.float64}


def test_data_is_not_changed(digits):
    before = [array.copy() for array in digits]
    train_pytorch(num_epochs=1, data=digits)
    assert all(np.array_equal(array, old) for array, old in zip(digits, before, strict=True))


def test_a_numpy_integer_is_a_batch_size(digits):
    assert len(train_pytorch(num_epochs=1, batch_size=np.int64(100), data=digits)[0]) == 1


BAD_ARGUMENTS = [
    ({"num_epochs": 0}, "num_epochs must be a positive integer, got 0"),
    ({"batch_size": 0}, "batch_size must be an integer from 1 to 1000.*got 0"),
    ({"batch_size": 1001}, "batch_size must be an integer from 1 to 1000.*got 1001"),
    ({"batch_size": 2.5}, "batch_size must be an integer from 1 to 1000.*got 2.5"),
    ({"learning_rate": -0.1}, "learning_rate must be positive and finite, got -0.1"),
]


@pytest.mark.parametrize("changes, message", BAD_ARGUMENTS)
def test_bad_settings_are_refused_by_name(digits, changes, message):
    with pytest.raises(ValueError, match=message):
        train_pytorch(**{"num_epochs": 1, "data": digits, **changes})


@pytest.mark.parametrize(
    "position, spoil, message",
    [
        (0, lambda x: x.astype(np.int8), "x_train must be a float or uint8 array.*got dtype int8"),
        (0, lambda x: np.where(x == 1, np.nan, x), "x_train must hold finite numbers"),
        (1, lambda y: y[:, :-1], "y_train must be a float array of shape"),
        (2, lambda x: x[:, :0], "x_test must be a float or uint8 array.*got an empty batch"),
        (2, lambda x: x[:700], r"x_test must be a float or uint8 array of shape \(784, m\)"),
        (3, lambda y: y[:9], r"y_test must be a float array of shape \(10, 500\)"),
    ],
)
def test_bad_data_is_refused_by_name(digits, position, spoil, message):
    data = [*digits]
    data[position] = spoil(data[position])
    with pytest.raises(ValueError, match=message):
        train_pytorch(num_epochs=1, data=data)


def test_images_of_another_size_are_refused(digits):
    x_train, y_train, x_test, y_test = digits
    with pytest.raises(ValueError, match="layer_dims must start with 783, the rows of x_train"):
        train_pytorch(num_epochs=1, data=(x_train[1:], y_train, x_test[1:], y_test))


def test_weights_are_saved_if_a_path_is_given(digits, tmp_path, on_cpu):
    train_pytorch(num_epochs=1, data=digits)
    assert list(tmp_path.iterdir()) == []
    path = tmp_path / "weights.pt"
    path.write_text("an old file")
    _, accuracies = train_pytorch(num_epochs=1, data=digits, path=path)
    assert list(tmp_path.iterdir()) == [path]
    model = MNISTNet()
    model.load_state_dict(torch.load(path))
    right = model(torch.tensor(digits[2].T)).argmax(dim=1) == torch.tensor(digits[3].argmax(axis=0))
    assert right.double().mean().item() == accuracies[0]


def test_a_save_that_fails_leaves_the_old_file_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "weights.pt"
    save_model(path, MNISTNet())
    before = path.read_bytes()

    def write_half(weights, file):
        Path(file).write_bytes(before[:1000])
        raise OSError("the disk is full")

    monkeypatch.setattr(torch, "save", write_half)
    with pytest.raises(OSError, match="the disk is full"):
        save_model(path, MNISTNet())
    assert path.read_bytes() == before


@pytest.mark.parametrize("num_epochs, batch_size", [(1, 1000), (3, 128)])
def test_weights_that_run_away_are_reported_also_in_the_last_step(
    digits, on_cpu, num_epochs, batch_size
):
    message = "logits are not numbers.*the weights have run away.*smaller learning_rate"
    with pytest.raises(FloatingPointError, match=message):
        train_pytorch(num_epochs, batch_size, learning_rate=1e30, data=digits)


# --- evaluate -------------------------------------------------------------------------------


def test_accuracy_counts_over_all_batches():
    model = MNISTNet().double()
    # Only the first ten pixels reach the output: the largest of them names the class.
    for layer in (model.layer1, model.layer2, model.layer3):
        nn.init.zeros_(layer.weight)
        nn.init.eye_(layer.weight)
    images = torch.zeros(5, 784, dtype=torch.float64)
    images[range(5), [3, 1, 4, 1, 5]] = 1
    labels = torch.tensor([3, 1, 4, 0, 0])
    dataset = torch.utils.data.TensorDataset(images, labels)
    for batch_size in (1, 2, 5):
        loader = torch.utils.data.DataLoader(dataset, batch_size)
        accuracy = evaluate(model, loader, torch.device("cpu"))
        assert type(accuracy) is float and accuracy == 0.6
    assert not model.training
