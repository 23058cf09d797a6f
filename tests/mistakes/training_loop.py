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
from helpers.checks import training_loop as lesson
from helpers.checks.mistakes import change
from helpers.data import load_mnist_data
from helpers.forward import compute_accuracy, compute_loss, forward, initialize_parameters
from helpers.training_loop import train_mnist, update_parameters
from mistakes import edited, prediction, right, right_answer, wrong, wrong_answer

prediction(check_steps, 391, 80, 7820)
right_answer(check_steps, math.ceil(50_000 / 128), 50_000 - 390 * 128, 20 * 391.0)
right_answer(check_steps, np.int64(391), np.float32(80), np.float64(7820))
wrong_answer(check_steps, "How often can you take", 392, 80, 7820)
wrong_answer(check_steps, "still to be filled in", None, None, None)
wrong_answer(check_steps, "still to be filled in", 391, 80, None)


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


@wrong(check_create_mini_batches, "in the line `for i in range(x.shape[1] / batch_size):`")
def batches_by_a_part(x, y, batch_size, rng):
    order = rng.permutation(x.shape[1])
    for i in range(x.shape[1] / batch_size):
        batch = order[i * batch_size : (i + 1) * batch_size]
        yield x[:, batch], y[:, batch]


collected = []
ORDER, START = "rng.permutation(num_examples)", "for start in range(0, num_examples, batch_size):"
FLOATS, PAIR = ".astype(np.float32)", "x[:, batch], y[:, batch]"
for order, pair in (
    ("rng.choice(num_examples, num_examples, replace=False)", f"[{PAIR}]"),
    ("np.argsort(rng.random(num_examples))", PAIR.replace("]", f"]{FLOATS}")),
):
    edits = [(ORDER, order), (PAIR, pair)]
    right_answer(check_create_mini_batches, change(lesson.create_mini_batches, edits))
for fragment, *edit in (
    ("you draw each batch by itself", "= order[", f"= {ORDER}["),
    ("is 0:17, 16:33, 32:49, 48:53, not 0:16, 16:32, 32:48, 48:53", "_size]", "_size + 1]"),
    ("does not come to an end", START, "start = 0\n    while True:"),
    ("such as rng.shuffle, append and sort", ORDER, "rng.shuffle(np.arange(x.shape[1]))"),
    ("changes its input", ORDER, f"{ORDER}; rng.shuffle(x.T)"),
    ("on a table it moves the rows, which are pixels", ORDER, f"{ORDER}; np.random.shuffle(x)"),
):
    edited(check_create_mini_batches, fragment, lesson.create_mini_batches, edit)
for fragment, *edit in (
    ("you draw each batch by itself", "slice(num_full * batch_size, m)", "rng.permutation(m)[48:]"),
    ("returns None", "return mini_batches", ""),
    ("is 0:16, 16:32, 32:48, 32:53, not", "slice(num_full *", "slice(k *"),
    (
        "is in part a NoneType, not a pair (x_batch, y_batch): (7",
        "mini_batches = []",
        "mini_batches = [None]",
    ),
    (
        "the batches have 14, 14, 14, 5 of them)",
        "slice(k * batch_size,",
        "slice(k * batch_size + 2,",
    ),
    ("each call returns the same list", "mini_batches = []", "mini_batches = collected"),
):
    edited(check_create_mini_batches, fragment, batches_from_shuffled_copies, edit)


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
def update_in_float32(params, grads, learning_rate):
    for name in params:
        step = (learning_rate * grads[f"d{name}"]).astype(np.float32)
        params[name] = params[name].astype(np.float32) - step


SHALLOW = "params = params.copy()  # a new dict with the same arrays"
ENTRY = "for at in np.ndindex(params[n].shape): params[n][at]"
for body in (
    f'for n in params:\n    {ENTRY} -= learning_rate * grads["d" + n][at]',
    "for name, slope in grads.items(): params[name[1:]] += -learning_rate * slope",
    'params.update({n: params[n] - learning_rate * grads["d" + n] for n in params})',
    f'{SHALLOW}\nfor n in params: params[n] -= learning_rate * grads["d" + n]\nreturn params',
):
    right_answer(check_update_parameters, change(update_parameters, [("", body)]))
MOVE, SLOPE = "params[name] -=", 'grads["d" + name]'
for fragment, *edits in (
    (
        "the list of names in params is W1,",
        ("in params", "in [*params]"),
        (MOVE, f"params['n'] = 1\n        {MOVE}"),
    ),
    ("You give the dict new names", (MOVE, 'params["d" + name] =')),
    ("is W1, W1_new, W2", ("in params", "in [*params]"), (MOVE, 'params[name + "_new"] =')),
    ("that is a name in grads", ("in params", "in grads"), (SLOPE, "grads[name]")),
    ("Its names have a d in front", (SLOPE, "grads[name]")),
    ("large gradients are cut off", (SLOPE, f"{SLOPE}.clip(-5, 5)")),
    ("Everywhere it is 0.007812 times the right one", (SLOPE, f"{SLOPE} / 128")),
):
    edited(check_update_parameters, fragment, update_by_names, *edits)
LAYERS = "range(1, len(parameters) // 2 + 1)"
for fragment, *edits in (
    ("left out the biases", ('("W", "b")', '"W"'), ("] - learn", "] + learn")),
    ("there is no layer 0", (LAYERS, "range(len(parameters) // 2)")),
    ("there is no layer 4 in a network with 3 layers", (LAYERS, "range(1, len(parameters) + 1)")),
    ("there is no layer 2 in a network with 1 layer:", (LAYERS, "(1, 2, 3)")),
):
    edited(check_update_parameters, fragment, update_by_layers, *edits)
as_list = ("params[name].astype(np.float32) - step", "(params[name] - step).tolist()")
edited(check_update_parameters, "is of type list, not an array", update_in_float32, as_list)


@wrong(check_update_parameters, "ValueError: operands could not be broadcast together")
def update_zipped(params, grads, learning_rate):
    names = zip(params, grads, strict=True)
    params = {name: params[name] - learning_rate * grads[other] for name, other in names}


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


nowhere = ("E = np.exp(", "E = np.log(")
edited(check_train_mnist, "near 0, is no number any more, not small", train_by_hand, nowhere)
ARRAYS = "x_train, y_train, x_test, y_test"
START, FOR = "params = initialize_parameters(layer_dims, rng)", "    for _ in"
LOSS = "loss_sum += compute_loss(y_hat, y_batch) * x_batch.shape[1]"
UPDATE = "update_parameters(params, grads, learning_rate)"
RETURN = "return params, train_losses, test_accuracies"
for edits in (
    [
        ("loss_sum = 0", "losses, sizes = [], []"),
        (LOSS, "losses.append(compute_loss(y_hat, y_batch)); sizes.append(len(y_batch.T))"),
        ("loss_sum / x_train.shape[1]", "np.average(losses, weights=sizes)"),
    ],
    [
        (START, "params = initialize_parameters(layer_dims, rng, np.float32)"),
        (FOR, f"    {ARRAYS} = (a.astype(np.float32) for a in ({ARRAYS}))\n{FOR}"),
    ],
    [
        (FOR, f"    params = {{n: 0.1 * rng.normal(size=params[n].shape) for n in params}}\n{FOR}"),
        (RETURN, "return [{**params, 'rate': 1}, tuple(train_losses), np.array(test_accuracies)]"),
    ],
    [
        (FOR, "    seed = rng.integers(1_000_000)\n    for epoch in"),
        ("batch_size, rng):", "batch_size, np.random.default_rng([seed, epoch])):"),
    ],
):
    right(check_train_mnist)(change(lesson.train_mnist, edits))

COPY = ("rs(params", "rs({name: 1 * params[name] for name in params}")
for fragment, *edits in (
    ("only one batch of each epoch", (UPDATE, f"{UPDATE}; break"), ("m / x_train", "m / x_batch")),
    ("train_losses is a single number", (RETURN, RETURN.replace("losses", "losses[-1]"))),
    ("test_accuracies, in this order", (RETURN, "return train_losses, test_accuracies, params")),
    ("it returns one thing only", (RETURN, "return params")),
    ("changes its input x_train", (START, f"{START}\n    x_train /= x_train.max()")),
    ("returns None", (RETURN, "")),
    ("such as rng.shuffle, append and sort, returns nothing", (UPDATE, f"params = {UPDATE}")),
    (
        "train_losses, with num_epochs=3, is 1",
        ("loss_sum = 0", "loss_sum, train_losses = 0, []"),
        COPY,
    ),
    ("Append the numbers", (RETURN, RETURN.replace("train_losses", "[*map(str, train_losses)]"))),
):
    edited(check_train_mnist, fragment, lesson.train_mnist, *edits)
for fragment, *edit in (
    ("images that an epoch uses is", "batch = order", "batch = rng.permutation(order)"),
    ("grads must be a dict of dW1, db1, ..., got float", "grads, learn", "0.1, learn"),
    ("ValueError: y must be one-hot", "backward(y_batch", "backward(y_hat"),
):
    edited(check_train_mnist, fragment, train_that_draws_its_batches_first, edit)


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
as_float64 = changed("float64", lambda p: {n: p[n] * 1.0 for n in p})
right_answer(check_network, good, losses, listed)
right_answer(check_network, good, np.array(losses, np.float32), listed)
right_answer(check_network, changed("with a note", lambda p: p | {"note": 1}), losses, listed)
right_answer(check_network, as_float64, losses, listed)


def wrong_network(fragment, params=good, losses=losses, accuracies=listed):
    wrong_answer(check_network, fragment, params, losses, accuracies)


def wrong_and_measured(fragment, params, *activation):
    """The accuracies fit the params, which are wrong, or another activation."""
    wrong_network(fragment, params, accuracies=rising_to(params, *activation))


wrong_network("still to be filled in", None, losses=None, accuracies=None)
wrong_network("still to be filled in", losses=None, accuracies=None)
wrong_network("params is of type list", [1, 2])
wrong_network("W1 is turned over", turned)
wrong_network("b1 has shape (128,), expected (128, 1)", flat)
wrong_network("W1 has shape (100, 784), expected (128, 784)", other_sizes)
wrong_network("params has no 'W3'", two_layers)
wrong_network("a layer too many", four_layers)
wrong_network("ran away", infinite)
wrong_network("is in per cent", accuracies=of_listed("per cent", lambda a: 100 * a))
wrong_network("counts the right", accuracies=of_listed("counts", lambda a: 10_000 * a))
wrong_network("is a single number", accuracies=0.9766)
wrong_network("has 5 entries", accuracies=of_listed("5 epochs", lambda a: a[-5:]))
wrong_network("has one entry", accuracies=of_listed("1 epoch", lambda a: a[-1:]))
wrong_network("share of wrong answers", accuracies=of_listed("errors", lambda a: 1 - a))
wrong_network("did you pass the losses", accuracies=np.geomspace(0.42, 0.02, 20))
wrong_network("Did you pass the losses", accuracies=np.geomspace(1.42, 0.02, 20))
wrong_network("order of the epochs", accuracies=of_listed("turned", lambda a: a[::-1]))
wrong_network("Measure on x_test and y_test", accuracies=np.linspace(0.94, 0.9953, 20))
wrong_network("Yours go from 0 to 255", raw)
wrong_and_measured("has nothing between its layers", good, lambda z: z)
wrong_and_measured("has tanh in", good, np.tanh)
wrong_and_measured("has the sigmoid in", good, sigmoid)
wrong_and_measured("it has not learned", fresh)
wrong_and_measured("the same answer to every image", dead)
wrong_and_measured("It has learned too little", one_epoch)
wrong_and_measured("has learned too little", few_images)
wrong_and_measured("learned from the test", trained_on_test)
wrong_and_measured("all biases are still 0", unbiased)
wrong_network("still to be filled in", losses=None)
wrong_network("train_losses has one entry for each batch", losses=np.geomspace(0.42, 0.03, 9380))
wrong_network("train_losses has 5 entries", losses=losses[:5])
wrong_network("train_losses is a single number", losses=0.0298)
wrong_network("train_losses holds text", losses=[f"{a:.4f}" for a in losses])
wrong_network("test_accuracies holds text", accuracies=["0.97"] * 20)
wrong_network("train_losses must be a list of 20", losses={"loss": 0.03})
wrong_network("Did you pass the accuracies", losses=listed, accuracies=losses)
wrong_network("not set back to 0", losses=losses.cumsum())
wrong_network("in per cent", losses=100 * losses)
wrong_network("Is it a sum", losses=60_000 * losses)
wrong_network("of the test images", losses=np.geomspace(0.23, 0.09, 20))
wrong_network("too little after 20 epochs", losses=losses / 128)
wrong_network("never negative", losses=-losses)
