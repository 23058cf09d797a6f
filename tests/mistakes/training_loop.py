"""What students write in lesson 5's exercises."""

import functools
import math
from collections.abc import Mapping

import numpy as np

from helpers.activations import relu, sigmoid
from helpers.backprop import backward
from helpers.checks import (
    check_create_mini_batches,
    check_network,
    check_steps,
    check_train_mnist,
    check_update_parameters,
)
from helpers.checks.mistakes import change
from helpers.data import load_mnist_data
from helpers.forward import compute_accuracy, compute_loss, forward, initialize_parameters
from helpers.training_loop import create_mini_batches, train_mnist, update_parameters
from mistakes import prediction, right, right_answer, wrong, wrong_answer

prediction(check_steps, 391, 80, 7820)
right_answer(check_steps, math.ceil(50_000 / 128), 50_000 - 390 * 128, 20 * 391.0)
right_answer(check_steps, np.int64(391), np.float32(80), np.float64(7820))
wrong_answer(check_steps, "for 60,000 images", 469, 96, 9380)
wrong_answer(check_steps, "How often can you take", 392, 80, 7820)
wrong_answer(check_steps, "still to be filled in", None, None, None)
wrong_answer(check_steps, "still to be filled in", 391, 80, None)


@right(check_create_mini_batches)
def batches_yielded(x, y, batch_size, rng):
    order = rng.permutation(x.shape[1])
    for start in range(0, x.shape[1], batch_size):
        batch = order[start : start + batch_size]
        yield x[:, batch], y[:, batch]


@right(check_create_mini_batches)
def batches_from_shuffled_copies(x, y, batch_size, rng):
    m = x.shape[1]
    permutation = list(rng.permutation(m))
    shuffled_x, shuffled_y = x[:, permutation], y[:, permutation]
    mini_batches = []
    num_full = math.floor(m / batch_size)
    for k in range(num_full):
        here = slice(k * batch_size, (k + 1) * batch_size)
        mini_batches.append((shuffled_x[:, here], shuffled_y[:, here]))
    if m % batch_size != 0:
        rest = slice(num_full * batch_size, m)
        mini_batches.append((shuffled_x[:, rest], shuffled_y[:, rest]))
    return mini_batches


@right(check_create_mini_batches)
def batches_zipped(x, y, batch_size, rng):
    indices = np.arange(x.shape[1])
    rng.shuffle(indices)
    cuts = range(batch_size, len(indices), batch_size)
    return zip(
        np.split(x[:, indices], cuts, axis=1), np.split(y[:, indices], cuts, axis=1), strict=True
    )


@right(check_create_mini_batches)
def batches_by_choice_without_replacement(x, y, batch_size, rng):
    order = rng.choice(x.shape[1], x.shape[1], replace=False)
    return tuple(
        [x[:, order[i : i + batch_size]], y[:, order[i : i + batch_size]]]
        for i in range(0, x.shape[1], batch_size)
    )


@right(check_create_mini_batches)
def batches_by_sorting_random_numbers(x, y, batch_size, rng):
    left = np.argsort(rng.random(x.shape[1])).tolist()
    while left:
        batch, left = left[:batch_size], left[batch_size:]
        yield x[:, batch].astype(np.float32), y[:, batch].astype(np.float32)


@right(check_create_mini_batches)
def batches_of_the_stacked_data(x, y, batch_size, rng):
    both = rng.permutation(np.vstack([x, y]), axis=1)
    for i in range(0, both.shape[1], batch_size):
        yield both[: len(x), i : i + batch_size], both[len(x) :, i : i + batch_size]


@right(check_create_mini_batches)
def batches_in_one_array(x, y, batch_size, rng):
    order = rng.permutation(x.shape[1])
    room = np.empty((len(x), batch_size))
    for i in range(0, x.shape[1], batch_size):
        batch = order[i : i + batch_size]
        room[:, : len(batch)] = x[:, batch]
        yield room[:, : len(batch)], y[:, batch]


@wrong(check_create_mini_batches, "you draw each batch by itself")
def batches_drawn_one_by_one(x, y, batch_size, rng):
    m = x.shape[1]
    batches = []
    for i in range(0, m, batch_size):
        order = rng.permutation(m)
        batches.append((x[:, order[i : i + batch_size]], y[:, order[i : i + batch_size]]))
    return batches


@wrong(check_create_mini_batches, "changes its input")
def batches_shuffled_in_place(x, y, batch_size, rng):
    seed = rng.integers(1_000_000)
    np.random.default_rng(seed).shuffle(x.T)
    np.random.default_rng(seed).shuffle(y.T)
    for i in range(0, x.shape[1], batch_size):
        yield x[:, i : i + batch_size], y[:, i : i + batch_size]


@wrong(
    check_create_mini_batches,
    "is 0:17, 16:33, 32:49, 48:53, not 0:16, 16:32, 32:48, 48:53",
)
def batches_one_too_long(x, y, batch_size, rng):
    order = rng.permutation(x.shape[1])
    for i in range(0, x.shape[1], batch_size):
        batch = order[i : i + batch_size + 1]
        yield x[:, batch], y[:, batch]


@wrong(check_create_mini_batches, "does not come to an end")
def batches_for_ever(x, y, batch_size, rng):
    while True:
        batch = rng.choice(x.shape[1], batch_size, replace=False)
        yield x[:, batch], y[:, batch]


@wrong(check_create_mini_batches, "returns None")
def batches_not_returned(x, y, batch_size, rng):
    batches = []
    order = rng.permutation(x.shape[1])
    for i in range(0, x.shape[1], batch_size):
        batches.append((x[:, order[i : i + batch_size]], y[:, order[i : i + batch_size]]))


@wrong(check_create_mini_batches, "in the line `for i in range(x.shape[1] / batch_size):`")
def batches_by_a_part(x, y, batch_size, rng):
    order = rng.permutation(x.shape[1])
    for i in range(x.shape[1] / batch_size):
        batch = order[i * batch_size : (i + 1) * batch_size]
        yield x[:, batch], y[:, batch]


collected = []


@wrong(check_create_mini_batches, "is 0:16, 16:32, 32:48, 32:53, not")
def batches_with_the_rest_from_the_last_i(x, y, batch_size, rng):
    m = x.shape[1]
    p = rng.permutation(m)
    for i in range(m // batch_size):
        batch = p[i * batch_size : (i + 1) * batch_size]
        yield x[:, batch], y[:, batch]
    batch = p[i * batch_size :]
    yield x[:, batch], y[:, batch]


@wrong(check_create_mini_batches, "each call returns the same list")
def batches_in_a_list_that_stays(x, y, batch_size, rng):
    o = rng.permutation(x.shape[1])
    for i in range(0, x.shape[1], batch_size):
        collected.append((x[:, o[i : i + batch_size]], y[:, o[i : i + batch_size]]))
    return collected


@wrong(check_create_mini_batches, "on a table it moves the rows, which are pixels")
def batches_of_rows_shuffled_in_place(x, y, batch_size, rng):
    np.random.shuffle(x)  # noqa: NPY002
    for i in range(0, x.shape[1], batch_size):
        yield x[:, i : i + batch_size], y[:, i : i + batch_size]


@wrong(check_create_mini_batches, "you draw each batch by itself")
def batches_with_a_rest_drawn_by_itself(x, y, batch_size, rng):
    m = x.shape[1]
    order = rng.permutation(m)
    for i in range(0, m - m % batch_size, batch_size):
        yield x[:, order[i : i + batch_size]], y[:, order[i : i + batch_size]]
    rest = rng.permutation(m)[: m % batch_size]
    yield x[:, rest], y[:, rest]


@right(check_update_parameters)
def update_by_names(params, grads, learning_rate):
    for name in params:
        params[name] -= learning_rate * grads["d" + name]


@right(check_update_parameters)
def update_by_layers(parameters, gradients, learning_rate):
    for layer in range(1, len(parameters) // 2 + 1):
        for kind in ("W", "b"):
            key = kind + str(layer)
            parameters[key] = parameters[key] - learning_rate * gradients["d" + key]
    return parameters


@right(check_update_parameters)
def update_by_gradients(params, grads, learning_rate):
    for name, gradient in grads.items():
        params[name[1:]] += -learning_rate * gradient


@right(check_update_parameters)
def update_in_one_go(params, grads, learning_rate):
    params.update({name: params[name] - learning_rate * grads["d" + name] for name in params})


@right(check_update_parameters)
def update_entry_by_entry(params, grads, learning_rate):
    for name, array in params.items():
        for position in np.ndindex(array.shape):
            array[position] -= learning_rate * grads[f"d{name}"][position]


@right(check_update_parameters)
def update_in_float32(params, grads, learning_rate):
    for name in params:
        step = (learning_rate * grads[f"d{name}"]).astype(np.float32)
        params[name] = params[name].astype(np.float32) - step


@right(check_update_parameters)
def update_a_shallow_copy(params, grads, learning_rate):
    moved = params.copy()  # a new dict with the same arrays
    for name in moved:
        moved[name] -= learning_rate * grads[f"d{name}"]
    return moved


@wrong(check_update_parameters, "left out the biases")
def update_uphill_without_biases(params, grads, learning_rate):
    for layer in range(1, len(params) // 2 + 1):
        params[f"W{layer}"] += learning_rate * grads[f"dW{layer}"]


@wrong(check_update_parameters, "there is no layer 0")
def update_from_layer_0(params, grads, learning_rate):
    for layer in range(len(params) // 2):
        params[f"W{layer}"] -= learning_rate * grads[f"dW{layer}"]
        params[f"b{layer}"] -= learning_rate * grads[f"db{layer}"]


@wrong(check_update_parameters, "there is no layer 4 in a network with 3 layers")
def update_range_of_names(params, grads, learning_rate):
    for layer in range(1, len(params) + 1):
        params[f"W{layer}"] -= learning_rate * grads[f"dW{layer}"]
        params[f"b{layer}"] -= learning_rate * grads[f"db{layer}"]


@wrong(check_update_parameters, "there is no layer 2 in a network with 1 layer:")
def update_three_layers(params, grads, learning_rate):
    for layer in (1, 2, 3):
        params[f"W{layer}"] -= learning_rate * grads[f"dW{layer}"]
        params[f"b{layer}"] -= learning_rate * grads[f"db{layer}"]


@wrong(check_update_parameters, "You give the dict new names")
def update_adds_names(params, grads, learning_rate):
    for name in params:
        params[f"d{name}"] = params[name] - learning_rate * grads[f"d{name}"]


@wrong(check_update_parameters, "is W1, W1_new, W2")
def update_stored_under_other_names(params, grads, learning_rate):
    for name in list(params):
        params[f"{name}_new"] = params[name] - learning_rate * grads[f"d{name}"]


@wrong(check_update_parameters, "that is a name in grads")
def update_loops_over_grads(params, grads, learning_rate):
    for name in grads:
        params[name] -= learning_rate * grads[name]


@wrong(check_update_parameters, "Its names have a d in front")
def update_without_d(params, grads, learning_rate):
    for name in params:
        params[name] -= learning_rate * grads[name]


@wrong(check_update_parameters, "params = {")
def update_zipped(params, grads, learning_rate):
    names = zip(params, grads, strict=True)
    params = {name: params[name] - learning_rate * grads[other] for name, other in names}


@wrong(check_update_parameters, "is of type list, not an array")
def update_to_lists(params, grads, learning_rate):
    for n in params:
        params[n] = (params[n] - learning_rate * grads["d" + n]).tolist()


@wrong(check_update_parameters, "large gradients are cut off")
def update_clipped(params, grads, learning_rate):
    for n in params:
        params[n] -= learning_rate * np.clip(grads["d" + n], -5, 5)


@wrong(check_update_parameters, "Everywhere it is 0.007812 times the right one")
def update_divided_by_128(params, grads, learning_rate):
    for n in params:
        params[n] -= learning_rate * grads["d" + n] / 128


@right(check_train_mnist)
def train_plain(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    params = initialize_parameters(layer_dims, rng)
    train_losses, test_accuracies = [], []
    for _ in range(num_epochs):
        loss_sum = 0
        for x_batch, y_batch in create_mini_batches(x_train, y_train, batch_size, rng):
            y_hat, cache = forward(x_batch, params)
            loss_sum += compute_loss(y_hat, y_batch) * x_batch.shape[1]
            grads = backward(y_batch, params, cache)
            update_parameters(params, grads, learning_rate)
        train_losses.append(loss_sum / x_train.shape[1])
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@right(check_train_mnist)
def train_by_hand(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    m = x_train.shape[1]
    params = {}
    for layer in range(1, len(layer_dims)):
        n_in, n_out = layer_dims[layer - 1], layer_dims[layer]
        params[f"W{layer}"] = rng.normal(0, np.sqrt(2 / n_in), (n_in, n_out)).T.copy()
        params[f"b{layer}"] = np.zeros((n_out, 1))
    L = len(layer_dims) - 1
    losses, accuracies = np.zeros(num_epochs), np.zeros(num_epochs)

    def run(x):
        A = [x]
        for layer in range(1, L + 1):
            Z = params[f"W{layer}"] @ A[-1] + params[f"b{layer}"]
            E = np.exp(Z - Z.max(axis=0))
            A.append(E / E.sum(axis=0) if layer == L else np.maximum(Z, 0))
        return A

    for epoch in range(num_epochs):
        order = rng.permutation(m)
        x_shuffled, y_shuffled = x_train[:, order], y_train[:, order]
        for start in range(0, m, batch_size):
            x, y = (
                x_shuffled[:, start : start + batch_size],
                y_shuffled[:, start : start + batch_size],
            )
            A = run(x)
            losses[epoch] -= np.sum(y * np.log(A[-1] + 1e-8)) / m
            dZ = (A[-1] - y) / y.shape[1]
            for layer in range(L, 0, -1):
                dW, db = dZ @ A[layer - 1].T, dZ.sum(axis=1, keepdims=True)
                dZ = (params[f"W{layer}"].T @ dZ) * (A[layer - 1] > 0)
                params[f"W{layer}"] -= learning_rate * dW
                params[f"b{layer}"] -= learning_rate * db
        accuracies[epoch] = (run(x_test)[-1].argmax(axis=0) == y_test.argmax(axis=0)).mean()
    return params, losses, accuracies


@right(check_train_mnist)
def train_that_draws_its_batches_first(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    params = initialize_parameters(layer_dims, rng)
    orders = [rng.permutation(x_train.shape[1]) for _ in range(num_epochs)]
    train_losses, test_accuracies = [], []
    for order in orders:
        loss_sum = 0
        for start in range(0, len(order), batch_size):
            batch = order[start : start + batch_size]
            x_batch, y_batch = x_train[:, batch], y_train[:, batch]
            y_hat, cache = forward(x_batch, params)
            loss_sum += compute_loss(y_hat, y_batch) * x_batch.shape[1]
            grads = backward(y_batch, params, cache)
            update_parameters(params, grads, learning_rate)
        train_losses.append(loss_sum / x_train.shape[1])
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


def train(*edits):
    """The plain training with some lines changed."""
    return change(train_plain, edits)


LOSS_SUM = "loss_sum += compute_loss(y_hat, y_batch) * x_batch.shape[1]"
LIST_OF_LOSSES = (
    ("loss_sum = 0", "losses, sizes = [], []"),
    (
        LOSS_SUM,
        "losses.append(compute_loss(y_hat, y_batch)); sizes.append(len(y_batch.T))",
    ),
    ("loss_sum / x_train.shape[1]", "np.average(losses, weights=sizes)"),
)
RETURN = "return params, train_losses, test_accuracies"
START = "params = initialize_parameters(layer_dims, rng)"
UPDATE = "update_parameters(params, grads, learning_rate)"

right(check_train_mnist)(train(*LIST_OF_LOSSES))
right(check_train_mnist)(
    train(
        (START, "params = initialize_parameters(layer_dims, rng, np.float32)"),
        (
            "    for _ in",
            "    x_train, y_train, x_test, y_test = (\n"
            "        a.astype(np.float32) for a in (x_train, y_train, x_test, y_test)\n"
            "    )\n"
            "    for _ in",
        ),
    )
)
right(check_train_mnist)(
    train(
        (
            START,
            f"{START}\n    params = {{n: 0.1 * rng.normal(size=params[n].shape) for n in params}}",
        ),
        (RETURN, "return [{**params, 'rate': 1}, tuple(train_losses), np.array(test_accuracies)]"),
    )
)
right(check_train_mnist)(
    train(
        (START, f"{START}\n    seed = rng.integers(1_000_000)"),
        ("for _ in", "for epoch in"),
        ("batch_size, rng):", "batch_size, np.random.default_rng([seed, epoch])):"),
    )
)

for fragment, *edits in [
    (
        "only one batch of each epoch",
        (UPDATE, f"{UPDATE}\n            break"),
        ("loss_sum / x_train", "loss_sum / x_batch"),
    ),
    (
        "the number of images that an epoch uses is",
        (
            "y_hat, cache",
            "batch = rng.choice(x_train.shape[1], x_batch.shape[1], replace=False)\n"
            "            x_batch, y_batch = x_train[:, batch], y_train[:, batch]\n"
            "            y_hat, cache",
        ),
    ),
    ("train_losses is a single number", (RETURN, RETURN.replace("losses", "losses[-1]"))),
    (
        "Return params, train_losses, test_accuracies, in this order",
        (RETURN, "return train_losses, test_accuracies, params"),
    ),
    ("it returns one thing only", (RETURN, "return params")),
    ("changes its input x_train", (START, f"{START}\n    x_train /= x_train.max()")),
    ("returns None", (RETURN, "")),
    (
        "grads must be a dict of dW1, db1, ..., got float",
        (UPDATE, "update_parameters(params, learning_rate, grads)"),
    ),
    ("such as rng.shuffle, append and sort, returns nothing", (UPDATE, f"params = {UPDATE}")),
    (
        "the number of train_losses after 3 epochs is 1, expected 3",
        ("loss_sum = 0", "loss_sum, train_losses = 0, []"),
        (UPDATE, UPDATE.replace("params,", "{n: params[n].copy() for n in params},")),
    ),
    ("ValueError: y must be one-hot", ("backward(y_batch", "backward(y_hat")),
    (
        "Append the numbers themselves",
        ("append(loss_sum / x_train.shape[1])", "append(str(loss_sum / x_train.shape[1]))"),
    ),
]:
    wrong(check_train_mnist, fragment)(train(*edits))


class Later(Mapping):
    """Params or accuracies, computed when a check asks for them, and shown by a name."""

    def __init__(self, name, make):
        self.name, self.make = name, functools.cache(make)

    def __repr__(self):
        return self.name

    def __getitem__(self, key):
        return self.make()[key]

    def __iter__(self):
        return iter(self.make())

    def __len__(self):
        return len(self.make())

    def __array__(self, dtype=None, copy=None):
        return np.array(self.make(), dtype)


SIZES = [784, 128, 64, 10]


@functools.cache
def mnist():
    return load_mnist_data(dtype=np.float32)


def train_shortly(rate=0.3, epochs=4, part="train", sizes=SIZES, images=60_000):
    X_train, Y_train, X_test, Y_test = mnist()
    x, y = (X_train, Y_train) if part == "train" else (X_test, Y_test)
    x, y = x[:, :images], y[:, :images]
    settings = {"batch_size": 128, "seed": 0, "progress": False}
    return train_mnist(x, y, X_test, Y_test, sizes, rate, epochs, **settings)[0]


def rising_to(params, activation=relu):
    """A list of 20 accuracies that ends with that of the params."""

    def make():
        x = mnist()[2]
        for layer in (1, 2, 3):
            x = params[f"W{layer}"] @ x + params[f"b{layer}"]
            x = activation(x) if layer < 3 else x
        last = np.mean(x.argmax(axis=0) == mnist()[3].argmax(axis=0))
        return np.append(np.linspace(0.9, 0.96, 19), last)

    return Later(f"rising to that of {params}", make)


def changed(name, change):
    return Later(name, lambda: change(dict(good)))


good = Later("a good network", train_shortly)
listed = rising_to(good)
one_epoch = Later("one epoch", lambda: train_shortly(0.1, 1))
few_images = Later("few images", lambda: train_shortly(0.1, 10, images=3000))
trained_on_test = Later("trained on the test images", lambda: train_shortly(0.1, 8, "test"))
fresh = Later("a fresh network", lambda: initialize_parameters(SIZES))
dead = changed("a dead network", lambda p: {name: 0 * p[name] for name in p})
unbiased = changed("no biases", lambda p: {name: p[name] * (name[0] == "W") for name in p})
raw = changed("for raw bytes", lambda p: p | {"W1": p["W1"] / 255})
infinite = changed("infinite", lambda p: p | {"W2": p["W2"] * np.inf})
turned = changed("turned over", lambda p: {name: p[name].T for name in p})
flat = changed("flat biases", lambda p: p | {"b1": p["b1"].ravel()})

other_sizes = Later("100 units", lambda: initialize_parameters([784, 100, 64, 10]))
two_layers = Later("two layers", lambda: initialize_parameters([784, 128, 64]))
four_layers = Later("four layers", lambda: initialize_parameters([784, 128, 64, 10, 10]))


def of_listed(name, change):
    return Later(name, lambda: change(np.array(listed)))


losses = np.geomspace(0.42, 0.03, 20)

right_answer(check_network, good, losses, listed)
right_answer(check_network, changed("with a note", lambda p: p | {"note": 1}), losses, listed)
right_answer(
    check_network, changed("float64", lambda p: {n: p[n] * 1.0 for n in p}), losses, listed
)
wrong_answer(check_network, "still to be filled in", None, None, None)
wrong_answer(check_network, "still to be filled in", good, None, None)
wrong_answer(check_network, "params is of type list", [1, 2], losses, listed)
wrong_answer(check_network, "W1 is turned over", turned, losses, listed)
wrong_answer(check_network, "b1 has shape (128,), expected (128, 1)", flat, losses, listed)
wrong_answer(
    check_network, "W1 has shape (100, 784), expected (128, 784)", other_sizes, losses, listed
)
wrong_answer(check_network, "params has no 'W3'", two_layers, losses, listed)
wrong_answer(check_network, "a layer too many", four_layers, losses, listed)
wrong_answer(check_network, "ran away", infinite, losses, listed)
wrong_answer(
    check_network, "is in per cent", good, losses, of_listed("per cent", lambda a: 100 * a)
)
wrong_answer(
    check_network, "counts the right", good, losses, of_listed("counts", lambda a: 10_000 * a)
)
wrong_answer(check_network, "is a single number", good, losses, 0.9766)
wrong_answer(check_network, "has 5 entries", good, losses, of_listed("5 epochs", lambda a: a[-5:]))
wrong_answer(check_network, "has one entry", good, losses, of_listed("1 epoch", lambda a: a[-1:]))
wrong_answer(
    check_network, "share of wrong answers", good, losses, of_listed("errors", lambda a: 1 - a)
)
wrong_answer(check_network, "did you pass the losses", good, losses, np.geomspace(0.42, 0.02, 20))
wrong_answer(check_network, "Did you pass the losses", good, losses, np.geomspace(1.42, 0.02, 20))
wrong_answer(
    check_network, "order of the epochs", good, losses, of_listed("turned", lambda a: a[::-1])
)
wrong_answer(
    check_network, "Measure on x_test and y_test", good, losses, np.linspace(0.94, 0.9953, 20)
)
wrong_answer(check_network, "Yours go from 0 to 255", raw, losses, listed)
wrong_answer(
    check_network, "has nothing between its layers", good, losses, rising_to(good, lambda z: z)
)
wrong_answer(check_network, "has tanh in", good, losses, rising_to(good, np.tanh))
wrong_answer(check_network, "has the sigmoid in", good, losses, rising_to(good, sigmoid))
wrong_answer(check_network, "it has not learned", fresh, losses, rising_to(fresh))
wrong_answer(check_network, "the same answer to every image", dead, losses, rising_to(dead))
wrong_answer(check_network, "It has learned too little", one_epoch, losses, rising_to(one_epoch))
wrong_answer(check_network, "has learned too little", few_images, losses, rising_to(few_images))
wrong_answer(
    check_network, "learned from the test", trained_on_test, losses, rising_to(trained_on_test)
)
wrong_answer(check_network, "all biases are still 0", unbiased, losses, rising_to(unbiased))
float32_losses = np.array(losses, np.float32)
a_batch = np.geomspace(0.42, 0.03, 9380)
right_answer(check_network, good, float32_losses, listed)
wrong_answer(check_network, "still to be filled in", good, None, listed)
wrong_answer(check_network, "train_losses has one entry for each batch", good, a_batch, listed)
wrong_answer(check_network, "train_losses has 5 entries", good, losses[:5], listed)
wrong_answer(check_network, "train_losses is a single number", good, 0.0298, listed)
wrong_answer(check_network, "train_losses holds text", good, [f"{a:.4f}" for a in losses], listed)
wrong_answer(check_network, "test_accuracies holds text", good, losses, ["0.97"] * 20)
wrong_answer(check_network, "train_losses must be a list of 20", good, {"loss": 0.03}, listed)
wrong_answer(check_network, "Did you pass the accuracies", good, listed, losses)
wrong_answer(check_network, "not set back to 0", good, losses.cumsum(), listed)
wrong_answer(check_network, "in per cent", good, 100 * losses, listed)
wrong_answer(check_network, "Is it a sum", good, 60_000 * losses, listed)
wrong_answer(check_network, "of the test images", good, np.geomspace(0.23, 0.09, 20), listed)
wrong_answer(check_network, "too little after 20 epochs", good, losses / 128, listed)
wrong_answer(check_network, "never negative", good, -losses, listed)


@wrong(check_create_mini_batches, "Is your order None? rng.shuffle works in place")
def batches_in_the_order_that_shuffle_returns(x, y, batch_size, rng):
    order = rng.shuffle(np.arange(x.shape[1]))
    x, y = x[:, order], y[:, order]
    for i in range(0, x.shape[1], batch_size):
        yield x[:, i : i + batch_size], y[:, i : i + batch_size]


@wrong(check_create_mini_batches, "such as rng.shuffle, append and sort, returns nothing")
def batches_cut_out_of_what_shuffle_returns(x, y, batch_size, rng):
    order = rng.shuffle(np.arange(x.shape[1]))
    for i in range(0, x.shape[1], batch_size):
        yield x[:, order[i : i + batch_size]], y[:, order[i : i + batch_size]]
