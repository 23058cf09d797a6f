"""What students write in lesson 3's exercises."""

import copy
import math
import random
import types

import numpy as np
import scipy.special

from helpers.activations import relu, sigmoid, softmax
from helpers.checks import (
    check_compute_loss,
    check_forward,
    check_initialize_parameters,
    check_network_sizes,
    check_predict,
    check_starts,
)
from helpers.forward import forward as right_forward
from mistakes import right, right_answer, wrong, wrong_answer

right_answer(check_network_sizes, 40_480, (20, 50), (20, 32))
right_answer(check_network_sizes, np.int64(40_480), [20, 50], [20, 32])
right_answer(check_network_sizes, 40_480.0, np.zeros((20, 50)).shape, (20.0, 32))
for number, fragment in {
    40_400: "weights only",
    80: "biases only",
    40_403: "one bias for each layer",
    41_264: "784 pixels biases",
    41_254: "a bias for each input",
    1_295_360: "counted the batch in",
    40_470: "biases of the last layer",
    864: "counted the units",
    7_840_000: "multiplied all sizes",
    39_250: "layer 1 alone",
    109_386: "the lesson's network",
    40_000: "is not right yet",
    "40,480": "without quotes, and without a comma",
    (40, 480): "a comma makes two numbers in Python",
}.items():
    wrong_answer(check_network_sizes, fragment, number, (20, 50), (20, 32))
for shape, fragment in {
    (50, 20): "W2 is turned over",
    (50, 784): "shape of W1",
    (10, 20): "shape of W3",
    (20, 784): "does not see the pixels",
    (20, 32): "know nothing of the batch",
    (20, 1): "shape of b2",
    (20, 51): "no column of W2",
    (3, 3): "shape of W2 is not right yet",
    1000: "two numbers in brackets",
    "20 x 50": "two numbers in brackets",
}.items():
    wrong_answer(check_network_sizes, fragment, 40_480, shape, (20, 32))
for shape, fragment in {
    (32, 20): "Z2 is turned over",
    (50, 32): "shape of Z1",
    (10, 32): "shape of Z3",
    (784, 32): "shape of X",
    (20, 1): "Z2 for one example",
    (20, 50): "shape of W2",
    (20,): "two numbers in brackets",
}.items():
    wrong_answer(check_network_sizes, fragment, 40_480, (20, 50), shape)
wrong_answer(check_network_sizes, "still to be filled in", None, (20, 50), (20, 32))
wrong_answer(check_network_sizes, "still to be filled in", 40_480, (20, 50), ...)
wrong_answer(check_network_sizes, "still to be filled in", 40_480, (20, None), (20, 32))


@right(check_initialize_parameters)
def init_by_normal(layer_dims, rng):
    params = {}
    for layer in range(1, len(layer_dims)):
        n, fan_in = layer_dims[layer], layer_dims[layer - 1]
        params[f"W{layer}"] = rng.normal(0, np.sqrt(2 / fan_in), size=(n, fan_in))
        params[f"b{layer}"] = np.zeros((n, 1))
    return params


@right(check_initialize_parameters)
def init_by_loops(layer_dims, rng):
    params = {}
    for layer, (fan_in, n) in enumerate(zip(layer_dims, layer_dims[1:], strict=False), start=1):
        weights = np.empty((n, fan_in))
        for i in range(n):
            weights[i] = [rng.normal() * math.sqrt(2 / fan_in) for _ in range(fan_in)]
        params["W" + str(layer)] = weights
        params["b" + str(layer)] = weights[:, :1] * 0
    return params


@right(check_initialize_parameters)
def init_in_float32_with_extras(layer_dims, rng):
    params = {"layer_dims": tuple(layer_dims)}
    for layer in reversed(range(1, len(layer_dims))):
        shape = (layer_dims[layer - 1], layer_dims[layer])
        weights = rng.standard_normal(shape, dtype=np.float32).T
        weights *= np.float32((2 / shape[0]) ** 0.5)
        params[f"b{layer}"] = np.zeros((shape[1], 1), dtype=np.float32)
        params[f"W{layer}"] = weights
    return params


@right(check_initialize_parameters)
def init_from_generators_of_its_own(layer_dims, rng):
    params = {}
    for layer, child in enumerate(rng.spawn(len(layer_dims) - 1), start=1):
        fan_in = layer_dims[layer - 1]
        weights = np.random.default_rng(child).standard_normal((layer_dims[layer], fan_in))
        params[f"W{layer}"] = weights / np.sqrt(fan_in / 2)
        params[f"b{layer}"] = np.zeros((layer_dims[layer], 1))
    return params


def init_with(draw):
    """What most students write, but for the line that draws the weights of one layer."""

    def initialize_parameters(layer_dims, rng):
        params = {}
        for layer in range(1, len(layer_dims)):
            n, fan_in = layer_dims[layer], layer_dims[layer - 1]
            params[f"W{layer}"] = draw(n, fan_in, rng)
            params[f"b{layer}"] = np.zeros((n, 1))
        return params

    return initialize_parameters


def wrong_init(fragment, draw):
    wrong_answer(check_initialize_parameters, fragment, init_with(draw))


wrong_init("number of units for fan_in", lambda n, i, rng: rng.normal(0, np.sqrt(2 / n), (n, i)))
wrong_init("standard deviation 2 / fan_in", lambda n, i, rng: rng.normal(0, 2 / i, (n, i)))
wrong_init("standard deviation 2 / fan_in", lambda n, i, rng: rng.standard_normal((n, i)) * 2 / i)
wrong_init("and no root", lambda n, i, rng: rng.normal(0, 2 / n, (n, i)))
wrong_init("variance is 1 / fan_in", lambda n, i, rng: rng.standard_normal((n, i)) / np.sqrt(i))
wrong_init("1 over the number of units", lambda n, i, rng: rng.normal(0, n**-0.5, (n, i)))
wrong_init("suits tanh", lambda n, i, rng: rng.normal(0, np.sqrt(2 / (n + i)), (n, i)))
wrong_init("the 2 only", lambda n, i, rng: rng.standard_normal((n, i)) * np.sqrt(2) / i)
wrong_init("turned over", lambda n, i, rng: rng.standard_normal((n, i)) / np.sqrt(2 / i))
wrong_init("number of weights", lambda n, i, rng: rng.normal(0, np.sqrt(2 / (n * i)), (n, i)))
wrong_init("is 1 / fan_in", lambda n, i, rng: rng.standard_normal((n, i)) / i)
wrong_init(
    "same standard deviation in every layer", lambda n, i, rng: 0.01 * rng.standard_normal((n, i))
)
wrong_init("same standard deviation in every layer", lambda n, i, rng: rng.standard_normal((n, i)))
wrong_init(
    "same standard deviation in every layer", lambda n, i, rng: np.sqrt(2) * rng.normal(size=(n, i))
)
wrong_init("fixed limits", lambda n, i, rng: rng.uniform(-1, 1, (n, i)) * np.sqrt(2 / i))
wrong_init("fixed limits", lambda n, i, rng: rng.uniform(-((6 / i) ** 0.5), (6 / i) ** 0.5, (n, i)))
wrong_init("rng.random gives no negative", lambda n, i, rng: rng.random((n, i)) * np.sqrt(2 / i))
wrong_init("rng.normal takes the mean first", lambda n, i, rng: rng.normal(1, 0.1, size=(n, i)))
wrong_init("all weights of W1 are 0", lambda n, i, rng: np.zeros((n, i)))
wrong_init("all weights of W1 are equal", lambda n, i, rng: np.ones((n, i)) * np.sqrt(2 / i))
wrong_init("all weights of W1 are equal", lambda n, i, rng: np.full((n, i), rng.normal()))
wrong_init("rows of W1 are copies", lambda n, i, rng: np.tile(rng.normal(size=i), (n, 1)))
wrong_init("columns of W1 are copies", lambda n, i, rng: np.ones((n, i)) * rng.normal(size=(n, 1)))
wrong_init("whole numbers", lambda n, i, rng: rng.integers(-1, 2, (n, i)))
wrong_init("whole numbers", lambda n, i, rng: rng.normal(0, (2 / i) ** 0.5, (n, i)).astype(int))
wrong_init("It is turned over", lambda n, i, rng: rng.standard_normal((i, n)) * np.sqrt(2 / i))
wrong_init(
    "W1 and W2 begin with the same numbers",
    lambda n, i, rng: copy.deepcopy(rng).standard_normal((n, i)) * np.sqrt(2 / i),
)
wrong_init(
    "the same weights: you made a generator with a fixed seed",
    lambda n, i, rng: np.random.default_rng(42).standard_normal((n, i)) * np.sqrt(2 / i),
)
wrong_init(
    "global random state",
    lambda n, i, rng: np.random.randn(n, i) * np.sqrt(2 / i),  # noqa: NPY002
)
wrong_init(
    "gave different weights: you draw from something else than rng",
    lambda n, i, rng: np.random.default_rng().standard_normal((n, i)) * np.sqrt(2 / i),
)
wrong_init(
    "gave different weights: you draw from something else than rng",
    lambda n, i, rng: np.array(
        [[random.gauss(0, (2 / i) ** 0.5) for _ in range(i)] for _ in range(n)]
    ),
)


@wrong(check_initialize_parameters, "global random state")
def init_seeds_the_global_state(layer_dims, rng):
    np.random.seed(3)  # noqa: NPY002
    return init_with(lambda n, i, rng: np.random.randn(n, i) * np.sqrt(2 / i))(layer_dims, rng)  # noqa: NPY002


@wrong(check_initialize_parameters, "you made a generator with a fixed seed inside")
def init_from_a_fixed_seed(layer_dims, rng):
    rng = np.random.default_rng(0)
    return init_by_normal(layer_dims, rng)


@wrong(check_initialize_parameters, "first layer's fan_in for every layer")
def init_with_the_inputs_of_the_first(layer_dims, rng):
    size = np.sqrt(2 / layer_dims[0])
    return init_with(lambda n, i, rng: rng.standard_normal((n, i)) * size)(layer_dims, rng)


@wrong(check_initialize_parameters, "b1 has shape (3,): expected (3, 1). A bias array is a column")
def init_flat_biases(layer_dims, rng):
    params = init_by_normal(layer_dims, rng)
    for layer in range(1, len(layer_dims)):
        params[f"b{layer}"] = np.zeros(layer_dims[layer])
    return params


@wrong(check_initialize_parameters, "This is a row")
def init_biases_in_a_row(layer_dims, rng):
    params = init_by_normal(layer_dims, rng)
    for layer in range(1, len(layer_dims)):
        params[f"b{layer}"] = np.zeros((1, layer_dims[layer]))
    return params


@wrong(check_initialize_parameters, "not to an input")
def init_biases_for_the_inputs(layer_dims, rng):
    params = init_by_normal(layer_dims, rng)
    for layer in range(1, len(layer_dims)):
        params[f"b{layer}"] = np.zeros((layer_dims[layer - 1], 1))
    return params


@wrong(check_initialize_parameters, "b1 is of type int")
def init_biases_as_numbers(layer_dims, rng):
    params = init_by_normal(layer_dims, rng)
    for layer in range(1, len(layer_dims)):
        params[f"b{layer}"] = 0
    return params


@wrong(check_initialize_parameters, "biases b1 are not 0")
def init_random_biases(layer_dims, rng):
    params = init_by_normal(layer_dims, rng)
    for layer in range(1, len(layer_dims)):
        params[f"b{layer}"] = rng.standard_normal((layer_dims[layer], 1))
    return params


@wrong(check_initialize_parameters, "no biases b1, b2")
def init_weights_only(layer_dims, rng):
    params = init_by_normal(layer_dims, rng)
    return {name: array for name, array in params.items() if name[0] == "W"}


@wrong(check_initialize_parameters, "no weights W1, W2")
def init_with_small_letters(layer_dims, rng):
    params = init_by_normal(layer_dims, rng)
    return {name.lower(): array for name, array in params.items()}


@wrong(check_initialize_parameters, "Count the layers from 1")
def init_from_zero(layer_dims, rng):
    params = {}
    for layer in range(len(layer_dims) - 1):
        fan_in, n = layer_dims[layer], layer_dims[layer + 1]
        params[f"W{layer}"] = rng.standard_normal((n, fan_in)) * np.sqrt(2 / fan_in)
        params[f"b{layer}"] = np.zeros((n, 1))
    return params


@wrong(check_initialize_parameters, "the last layer is missing")
def init_one_layer_too_few(layer_dims, rng):
    params = {}
    for layer in range(1, len(layer_dims) - 1):
        fan_in, n = layer_dims[layer - 1], layer_dims[layer]
        params[f"W{layer}"] = rng.standard_normal((n, fan_in)) * np.sqrt(2 / fan_in)
        params[f"b{layer}"] = np.zeros((n, 1))
    return params


@wrong(check_initialize_parameters, "one layer too many")
def init_one_layer_too_many(layer_dims, rng):
    layer_dims = layer_dims + [1]
    return init_by_normal(layer_dims, rng)


@wrong(check_initialize_parameters, "IndexError")
def init_past_the_end(layer_dims, rng):
    params = {}
    for layer in range(1, len(layer_dims) + 1):
        fan_in, n = layer_dims[layer - 1], layer_dims[layer]
        params[f"W{layer}"] = rng.standard_normal((n, fan_in)) * np.sqrt(2 / fan_in)
        params[f"b{layer}"] = np.zeros((n, 1))
    return params


@wrong(check_initialize_parameters, "something of type list")
def init_list(layer_dims, rng):
    return list(init_by_normal(layer_dims, rng).values())


@wrong(check_initialize_parameters, "something of type tuple")
def init_two_dicts(layer_dims, rng):
    params = init_by_normal(layer_dims, rng)
    return {k: v for k, v in params.items() if "W" in k}, {
        k: v for k, v in params.items() if "b" in k
    }


@wrong(check_initialize_parameters, "changes its input layer_dims")
def init_pops(layer_dims, rng):
    params, layer = {}, 1
    fan_in = layer_dims.pop(0)
    while layer_dims:
        n = layer_dims.pop(0)
        params[f"W{layer}"] = rng.standard_normal((n, fan_in)) * np.sqrt(2 / fan_in)
        params[f"b{layer}"] = np.zeros((n, 1))
        fan_in, layer = n, layer + 1
    return params


@wrong(check_initialize_parameters, "returns None")
def init_without_return(layer_dims, rng):
    init_by_normal(layer_dims, rng)


@right(check_forward)
def forward_plain(x, params):
    num_layers = len(params) // 2
    cache = {"X": x}
    a = x
    for layer in range(1, num_layers + 1):
        z = params[f"W{layer}"] @ a + params[f"b{layer}"]
        a = softmax(z) if layer == num_layers else relu(z)
        cache[f"Z{layer}"] = z
        cache[f"A{layer}"] = a
    return a, cache


@right(check_forward)
def forward_hidden_first(x, params):
    cache, layer = {"X": x, "A0": x}, 1
    while f"W{layer + 1}" in params:
        cache[f"Z{layer}"] = params[f"W{layer}"].dot(cache[f"A{layer - 1}"]) + params[f"b{layer}"]
        cache[f"A{layer}"] = np.where(cache[f"Z{layer}"] > 0, cache[f"Z{layer}"], 0)
        layer += 1
    z = np.matmul(params[f"W{layer}"], cache[f"A{layer - 1}"]) + params[f"b{layer}"]
    e = np.exp(z - z.max(axis=0, keepdims=True))
    cache[f"Z{layer}"], cache[f"A{layer}"] = z, e / e.sum(axis=0, keepdims=True)
    return [cache[f"A{layer}"], cache]


@right(check_forward)
def forward_one_example_at_a_time(x, params):
    columns = [forward_plain(x[:, [j]], params)[1] for j in range(x.shape[1])]
    cache = {key: np.hstack([column[key] for column in columns]) for key in columns[0]}
    return cache[f"A{len(params) // 2}"], cache


@right(check_forward)
def forward_in_float32(x, params):
    cache = {"X": x}
    a = x.astype(np.float32)
    for layer in range(1, len(params) // 2 + 1):
        w, b = params[f"W{layer}"].astype(np.float32), params[f"b{layer}"].astype(np.float32)
        z = np.einsum("ij,jm->im", w, a) + b
        cache[f"Z{layer}"] = z
        a = z.copy()
        a[a < 0] = 0
        if f"W{layer + 1}" not in params:
            a = scipy.special.softmax(z, axis=0)
        cache[f"A{layer}"] = a
    return a, cache


def forward_with(step, num_layers=lambda params: len(params) // 2):
    """A student's loop; step(z, is_last) gives the activations."""

    def forward(x, params):
        cache, a, count = {"X": x}, x, num_layers(params)
        for layer in range(1, count + 1):
            z = params[f"W{layer}"] @ a + params[f"b{layer}"]
            a = step(z, layer == count)
            cache[f"Z{layer}"], cache[f"A{layer}"] = z, a
        return a, cache

    return forward


def wrong_forward(fragment, *arguments):
    wrong_answer(check_forward, fragment, forward_with(*arguments))


def usual(z, last):
    return softmax(z) if last else relu(z)


wrong_forward("ReLU too, before its softmax", lambda z, last: softmax(relu(z)) if last else relu(z))
wrong_forward("has a ReLU, and no softmax", lambda z, last: relu(z))
wrong_forward("softmax in every layer", lambda z, last: softmax(z))
wrong_forward("ReLU are swapped", lambda z, last: relu(z) if last else softmax(z))
wrong_forward("ReLU is missing", lambda z, last: softmax(z) if last else z)
wrong_forward("products and sums alone", lambda z, last: z)
wrong_forward("its logits", lambda z, last: z if last else relu(z))
wrong_forward(
    "used the sigmoid in the hidden", lambda z, last: softmax(z) if last else 1 / (1 + np.exp(-z))
)
wrong_forward("used tanh", lambda z, last: softmax(z) if last else np.tanh(z))
wrong_forward("the last layer has a sigmoid", lambda z, last: sigmoid(z) if last else relu(z))
wrong_forward("the sigmoid in all layers", lambda z, last: sigmoid(z))
wrong_forward("softmax twice", lambda z, last: softmax(softmax(z)) if last else relu(z))
wrong_forward(
    "along the batch", lambda z, last: scipy.special.softmax(z, axis=1) if last else relu(z)
)
wrong_forward("over the whole batch", lambda z, last: scipy.special.softmax(z) if last else relu(z))
wrong_forward(
    "logarithms", lambda z, last: scipy.special.log_softmax(z, axis=0) if last else relu(z)
)
wrong_forward(
    "exp overflows", lambda z, last: np.exp(z) / np.exp(z).sum(axis=0) if last else relu(z)
)
wrong_forward("did not divide", lambda z, last: np.exp(z) if last else relu(z))
wrong_forward("dropped the sign", lambda z, last: softmax(z) if last else abs(z))
wrong_forward("the slope of ReLU", lambda z, last: softmax(z) if last else (z > 0) * 1.0)
wrong_forward(
    "let a part of the negative scores through",
    lambda z, last: softmax(z) if last else np.maximum(0.01 * z, z),
)
wrong_forward("always runs three layers", usual, lambda params: 3)
wrong_forward("always runs two layers", usual, lambda params: 2)
wrong_forward("the first layer only", usual, lambda params: 1)
wrong_forward("all or nothing", lambda z, last: 1.0 * (z == z.max(axis=0)) if last else relu(z))
wrong_forward("stop one layer too early", usual, lambda params: len(params) // 2 - 1)
wrong_forward("KeyError: 'W4'. This network has the layers 1 to 3", usual, len)
wrong_forward("len(params) // 2", usual, lambda params: len(params) / 2)


@wrong(check_forward, "always runs three layers")
def forward_without_loop(x, params):
    z1 = params["W1"] @ x + params["b1"]
    a1 = relu(z1)
    z2 = params["W2"] @ a1 + params["b2"]
    a2 = relu(z2)
    z3 = params["W3"] @ a2 + params["b3"]
    a3 = softmax(z3)
    return a3, {"X": x, "Z1": z1, "A1": a1, "Z2": z2, "A2": a2, "Z3": z3, "A3": a3}


@wrong(check_forward, "stop one layer too early")
def forward_range(x, params):
    num_layers = len(params) // 2
    cache, a = {"X": x}, x
    for layer in range(1, num_layers):
        z = params[f"W{layer}"] @ a + params[f"b{layer}"]
        a = softmax(z) if layer == num_layers else relu(z)
        cache[f"Z{layer}"], cache[f"A{layer}"] = z, a
    return a, cache


@wrong(check_forward, "one layer too early, and ReLU at the end")
def forward_softmax_too_early(x, params):
    num_layers = len(params) // 2
    cache, a = {"X": x}, x
    for layer in range(1, num_layers + 1):
        z = params[f"W{layer}"] @ a + params[f"b{layer}"]
        a = softmax(z) if layer == num_layers - 1 else relu(z)
        cache[f"Z{layer}"], cache[f"A{layer}"] = z, a
    return a, cache


def forward_last_after_the_loop(last_step, num_layers=lambda params: len(params) // 2):
    """A student's loop over the hidden layers; last_step(params, n, a, z, layer) gives y_hat."""

    def forward(x, params):
        cache, a, count = {"X": x}, x, num_layers(params)
        for layer in range(1, count):
            z = params[f"W{layer}"] @ a + params[f"b{layer}"]
            a = relu(z)
            cache[f"Z{layer}"], cache[f"A{layer}"] = z, a
        y_hat = last_step(params, count, a, z, layer)
        return y_hat, cache

    return forward


for fragment, last_step in (
    ("stop one layer too early", lambda p, n, a, z, layer: softmax(z)),
    ("stop one layer too early", lambda p, n, a, z, layer: softmax(a)),
    ("stop one layer too early", lambda p, n, a, z, layer: z),
    ("stop one layer too early", lambda p, n, a, z, layer: a),
    ("bias of the last layer", lambda p, n, a, z, layer: softmax(p[f"W{n}"] @ a)),
    (
        "W or b of the layer before",
        lambda p, n, a, z, layer: softmax(p[f"W{layer}"] @ a + p[f"b{layer}"]),
    ),
    (
        "W or b of the layer before",
        lambda p, n, a, z, layer: softmax(p[f"W{n - 1}"] @ a + p[f"b{n}"]),
    ),
    (
        "W or b of the layer before",
        lambda p, n, a, z, layer: softmax(p[f"W{n}"] @ a + p[f"b{layer}"]),
    ),
):
    wrong_answer(check_forward, fragment, forward_last_after_the_loop(last_step))


@wrong(check_forward, "bias of the last layer is missing")
def forward_without_last_bias(x, params):
    cache, a, count = {"X": x}, x, len(params) // 2
    for layer in range(1, count + 1):
        z = params[f"W{layer}"] @ a
        if layer < count:
            z = z + params[f"b{layer}"]
            a = relu(z)
        else:
            a = softmax(z)
        cache[f"Z{layer}"], cache[f"A{layer}"] = z, a
    return a, cache


def forward_with_softmax_where(has_softmax):
    def forward(x, params):
        cache, a = {"X": x}, x
        for layer in range(1, len(params) // 2 + 1):
            z = params[f"W{layer}"] @ a + params[f"b{layer}"]
            a = softmax(z) if has_softmax(layer) else relu(z)
            cache[f"Z{layer}"], cache[f"A{layer}"] = z, a
        return a, cache

    return forward


for has_softmax in (lambda n: n == 3, lambda n: n >= 3, lambda n: n == 2, lambda n: n == 1):
    wrong_answer(check_forward, "a fixed layer number", forward_with_softmax_where(has_softmax))


@wrong(check_forward, "KeyError: 'A0'. What goes into layer 1 is x")
def forward_from_the_cache(x, params):
    cache = {"X": x}
    for layer in range(1, len(params) // 2 + 1):
        z = params[f"W{layer}"] @ cache[f"A{layer - 1}"] + params[f"b{layer}"]
        cache[f"Z{layer}"], cache[f"A{layer}"] = z, relu(z)
    return cache[f"A{layer}"], cache


@wrong(check_forward, "KeyError: 'W0'. This network has the layers 1 to 3")
def forward_from_zero(x, params):
    cache, a = {"X": x}, x
    for layer in range(len(params) // 2):
        z = params[f"W{layer}"] @ a + params[f"b{layer}"]
        a = relu(z)
        cache[f"Z{layer}"], cache[f"A{layer}"] = z, a
    return a, cache


def forward_scores(scores):
    """A student's loop; scores(params, layer, a, x) is the line before the activation."""

    def forward(x, params):
        cache, a, count = {"X": x}, x, len(params) // 2
        for layer in range(1, count + 1):
            z = scores(params, layer, a, x)
            a = softmax(z) if layer == count else relu(z)
            cache[f"Z{layer}"], cache[f"A{layer}"] = z, a
        return a, cache

    return forward


for fragment, scores in {
    "left the biases out": lambda p, n, a, x: p[f"W{n}"] @ a,
    "took the biases away": lambda p, n, a, x: p[f"W{n}"] @ a - p[f"b{n}"],
    "each layer adds b1": lambda p, n, a, x: p[f"W{n}"] @ a + p["b1"],
    "each layer multiplies with W1": lambda p, n, a, x: p["W1"] @ a + p[f"b{n}"],
    "uses W1 and b1": lambda p, n, a, x: p["W1"] @ a + p["b1"],
    "added b.T": lambda p, n, a, x: p[f"W{n}"] @ a + p[f"b{n}"].reshape(1, -1),
    "multiplies with x": lambda p, n, a, x: p[f"W{n}"] @ x + p[f"b{n}"],
    "turned the weights over": lambda p, n, a, x: np.dot(p[f"W{n}"].T, a) + p[f"b{n}"],
    "not A @ W": lambda p, n, a, x: a @ p[f"W{n}"] + p[f"b{n}"],
    "entry by entry": lambda p, n, a, x: p[f"W{n}"] * a + p[f"b{n}"],
    "KeyError: 'b4'. This network has the layers 1 to 3": lambda p, n, a, x: (
        p[f"W{n}"] @ a + p[f"b{n + 1}"]
    ),
}.items():
    wrong_answer(check_forward, fragment, forward_scores(scores))


@wrong(check_forward, "turned x over")
def forward_of_x_transposed(x, params):
    return forward_plain(x.T, params)


@wrong(check_forward, "ReLU on the input too")
def forward_relu_on_the_input(x, params):
    return forward_plain(relu(x), params)


@wrong(check_forward, "divided x by 255")
def forward_scales(x, params):
    return forward_plain(x / 255, params)


@wrong(check_forward, "ReLU comes before the bias")
def forward_bias_last(x, params):
    cache, a, count = {"X": x}, x, len(params) // 2
    for layer in range(1, count + 1):
        z = params[f"W{layer}"] @ a
        if layer < count:
            a = relu(z) + params[f"b{layer}"]
        else:
            a = softmax(z + params[f"b{layer}"])
        cache[f"Z{layer}"], cache[f"A{layer}"] = z, a
    return a, cache


@wrong(check_forward, "ReLU and softmax come before the bias")
def forward_bias_last_everywhere(x, params):
    cache, a, count = {"X": x}, x, len(params) // 2
    for layer in range(1, count + 1):
        z = params[f"W{layer}"] @ a
        a = (softmax(z) if layer == count else relu(z)) + params[f"b{layer}"]
        cache[f"Z{layer}"], cache[f"A{layer}"] = z, a
    return a, cache


@wrong(check_forward, "only the first layer has a ReLU")
def forward_one_relu(x, params):
    cache, a, count = {"X": x}, x, len(params) // 2
    for layer in range(1, count + 1):
        z = params[f"W{layer}"] @ a + params[f"b{layer}"]
        if layer == count:
            a = softmax(z)
        elif layer == 1:
            a = relu(z)
        else:
            a = z
        cache[f"Z{layer}"], cache[f"A{layer}"] = z, a
    return a, cache


@wrong(check_forward, "y_hat is turned over")
def forward_transposed(x, params):
    y_hat, cache = forward_plain(x, params)
    return y_hat.T, cache


@wrong(check_forward, "most probable class")
def forward_classes(x, params):
    y_hat, cache = forward_plain(x, params)
    return np.argmax(y_hat, axis=0), cache


@wrong(check_forward, "you returned A1")
def forward_returns_a1(x, params):
    _, cache = forward_plain(x, params)
    return cache["A1"], cache


@wrong(check_forward, "left the biases out")
def forward_two_mistakes_no_bias_no_relu(x, params):
    cache, a, count = {"X": x}, x, len(params) // 2
    for layer in range(1, count + 1):
        z = params[f"W{layer}"] @ a
        a = softmax(z) if layer == count else z
        cache[f"Z{layer}"], cache[f"A{layer}"] = z, a
    return a, cache


@wrong(check_forward, "used tanh in the hidden layers")
def forward_two_mistakes_tanh_and_logits(x, params):
    cache, a, count = {"X": x}, x, len(params) // 2
    for layer in range(1, count + 1):
        z = params[f"W{layer}"] @ a + params[f"b{layer}"]
        a = z if layer == count else np.tanh(z)
        cache[f"Z{layer}"], cache[f"A{layer}"] = z, a
    return a, cache


@wrong(check_forward, "one array alone")
def forward_without_cache(x, params):
    return forward_plain(x, params)[0]


@wrong(check_forward, "the cache alone")
def forward_cache_alone(x, params):
    return forward_plain(x, params)[1]


@wrong(check_forward, "the cache comes first")
def forward_wrong_order(x, params):
    y_hat, cache = forward_plain(x, params)
    return cache, y_hat


@wrong(check_forward, "the cache is of type list")
def forward_cache_as_list(x, params):
    y_hat, cache = forward_plain(x, params)
    return y_hat, list(cache.values())


@wrong(check_forward, "expected two values")
def forward_three_values(x, params):
    y_hat, cache = forward_plain(x, params)
    return y_hat, cache["Z1"], cache


@wrong(check_forward, "returns None")
def forward_without_return(x, params):
    y_hat, cache = forward_plain(x, params)


@wrong(check_forward, "changes its input x")
def forward_changes_x(x, params):
    x -= x.mean()
    return forward_plain(x, params)


@wrong(check_forward, "changes its input params")
def forward_pops_params(x, params):
    weights = {key: params.pop(key) for key in list(params)}
    return forward_plain(x, weights)


@wrong(check_forward, "changes its input params")
def forward_stores_in_params(x, params):
    y_hat, cache = forward_plain(x, params)
    params.update(cache)
    return y_hat, cache


def forward_cached(change):
    """A student's forward whose cache alone is wrong: change(cache, params, number of layers)."""

    def forward(x, params):
        y_hat, cache = forward_plain(x, params)
        return y_hat, change(cache, params, len(params) // 2)

    return forward


def renamed(old, new):
    return lambda c, p, n: {key.replace(old, new): array for key, array in c.items()}


for fragment, change in {
    "but no scores": lambda c, p, n: {k: v for k, v in c.items() if k[0] != "Z"},
    "but no activations": lambda c, p, n: {k: v for k, v in c.items() if k[0] != "A"},
    "but not the input": lambda c, p, n: {k: v for k, v in c.items() if k != "X"},
    'not under "A0"': renamed("X", "A0"),
    'under a large "X"': renamed("X", "x"),
    "Z1 and A1 are mixed up": lambda c, p, n: {
        k.translate(str.maketrans("ZA", "AZ")): v for k, v in c.items()
    },
    "The last layer belongs there too: Z3, A3": lambda c, p, n: {
        k: v for k, v in c.items() if n == 1 or not k.endswith(str(n))
    },
    "Count the layers from 1": lambda c, p, n: {
        k if k == "X" else f"{k[0]}{int(k[1:]) - 1}": v for k, v in c.items()
    },
    "each layer replaces the one before": lambda c, p, n: {k[0]: v for k, v in c.items()},
    "cache['A1'] holds scores": lambda c, p, n: {
        k: c[f"Z{k[1:]}"] if k[0] == "A" else v for k, v in c.items()
    },
    "cache['X'] is of type list. Store the NumPy array itself": lambda c, p, n: {
        k: v.tolist() for k, v in c.items()
    },
    'cache["X"] is turned over': lambda c, p, n: c | {"X": c["X"].T},
    "lacks the bias": lambda c, p, n: (
        c | {f"Z{i}": p[f"W{i}"] @ c[f"A{i - 1}" if i > 1 else "X"] for i in range(1, n + 1)}
    ),
    "holds what goes into layer 1": lambda c, p, n: (
        c | {f"A{i}": c[f"A{i - 1}" if i > 1 else "X"] for i in range(1, n + 1)}
    ),
    "cache['A3'] holds ReLU": lambda c, p, n: c | {f"A{n}": relu(c[f"Z{n}"])},
    "your cache is empty": lambda c, p, n: {},
}.items():
    wrong_answer(check_forward, fragment, forward_cached(change))


@wrong(check_forward, "cache['Z1'] holds activations, not scores. Either you stored them")
def forward_relu_in_place(x, params):
    cache, a, count = {"X": x}, x, len(params) // 2
    for layer in range(1, count + 1):
        z = params[f"W{layer}"] @ a + params[f"b{layer}"]
        cache[f"Z{layer}"] = z
        if layer == count:
            a = softmax(z)
        else:
            a = z
            a[a < 0] = 0
        cache[f"A{layer}"] = a
    return a, cache


@wrong(check_forward, "cache['Z1'] holds activations, not scores. Either you stored them")
def forward_reuses_the_name(x, params):
    cache, a, count = {"X": x}, x, len(params) // 2
    for layer in range(1, count + 1):
        z = params[f"W{layer}"] @ a + params[f"b{layer}"]
        z = relu(z) if layer < count else softmax(z)
        cache[f"Z{layer}"] = z
        cache[f"A{layer}"] = a = z
    return a, cache


@wrong(check_forward, "cache['Z3'] holds probabilities, not scores")
def forward_last_scores_lost(x, params):
    cache, a, count = {"X": x}, x, len(params) // 2
    for layer in range(1, count + 1):
        z = params[f"W{layer}"] @ a + params[f"b{layer}"]
        if layer < count:
            a = relu(z)
        else:
            z = a = softmax(z)
        cache[f"Z{layer}"], cache[f"A{layer}"] = z, a
    return a, cache


shared_cache = {}


@wrong(check_forward, "two calls share one cache")
def forward_global_cache(x, params):
    y_hat, cache = forward_plain(x, params)
    shared_cache.update(cache)
    return y_hat, shared_cache


@right(check_compute_loss)
def loss_with_constant(y_hat, y):
    m = y.shape[1]
    return -np.sum(y * np.log(y_hat + 1e-8)) / m


@right(check_compute_loss)
def loss_by_clipping(y_hat, y):
    y_hat = np.clip(y_hat, 1e-15, 1 - 1e-15)
    return float(np.mean(-np.sum(y * np.log(y_hat), axis=0)))


@right(check_compute_loss)
def loss_by_picking(y_hat, y):
    true = y_hat[y.argmax(axis=0), np.arange(y.shape[1])]
    return -np.log(np.maximum(true, np.finfo(float).tiny)).mean()


@right(check_compute_loss)
def loss_by_loops(y_hat, y):
    total = 0
    for i in range(y.shape[1]):
        for k in range(y.shape[0]):
            if y[k, i] == 1:
                total += -math.log(max(y_hat[k, i], 1e-12))
    return total / y.shape[1]


@right(check_compute_loss)
def loss_of_absolute_logarithms(y_hat, y):
    return np.abs(y * np.log(y_hat + 1e-10)).sum(axis=0).mean()


@right(check_compute_loss)
def loss_in_float32(y_hat, y):
    y_hat, y = y_hat.astype(np.float32), y.astype(np.float32)
    return -np.einsum("ij,ij->", y, np.log(y_hat + np.float32(1e-8))) / y.sum()


@right(check_compute_loss)
def loss_of_the_sum_over_classes(y_hat, y):
    return -np.mean(np.log(np.sum(y * y_hat, axis=0) + np.finfo(float).eps))


def wrong_loss(fragment, function):
    wrong_answer(check_compute_loss, fragment, function)


wrong_loss("summed over the batch", lambda p, y: -np.sum(y * np.log(p + 1e-8)))
wrong_loss("number of classes", lambda p, y: -np.sum(y * np.log(p + 1e-8)) / y.shape[0])
wrong_loss("number of classes", lambda p, y: -np.sum(y * np.log(p + 1e-8)) / len(y))
wrong_loss("over all entries", lambda p, y: -np.mean(y * np.log(p + 1e-8)))
wrong_loss("minus is missing", lambda p, y: np.sum(y * np.log(p + 1e-8)) / y.shape[1])
wrong_loss("minus is missing", lambda p, y: np.mean(y * np.log(p + 1e-8)))
wrong_loss("to base 2", lambda p, y: -np.sum(y * np.log2(p + 1e-8)) / y.shape[1])
wrong_loss("to base 10", lambda p, y: -np.sum(y * np.log10(p + 1e-8)) / y.shape[1])
wrong_loss(
    "term for the wrong classes",
    lambda p, y: -np.sum(y * np.log(p + 1e-8) + (1 - y) * np.log(1 - p + 1e-8)) / y.shape[1],
)
wrong_loss(
    "term for the wrong classes",
    lambda p, y: -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)),
)
wrong_loss("logarithm of zeros", lambda p, y: -np.sum(p * np.log(y)) / y.shape[1])
wrong_loss("logarithm of zeros", lambda p, y: -np.sum(np.log(p * y)) / y.shape[1])
wrong_loss("inside the logarithm", lambda p, y: -np.sum(np.log(p * y + 1e-8)) / y.shape[1])
wrong_loss("multiplied by y_hat", lambda p, y: -np.sum(p * np.log(p)) / y.shape[1])
wrong_loss("rounded the loss", lambda p, y: round(loss_with_constant(p, y), 3))
wrong_loss("logarithm of y.", lambda p, y: -np.sum(p * np.log(y + 1e-8)) / y.shape[1])
wrong_loss("logarithm of y.", lambda p, y: -np.mean(p * np.log(np.clip(y, 1e-12, 1))))
wrong_loss("the accuracy", lambda p, y: np.mean(np.argmax(p, axis=0) == np.argmax(y, axis=0)))
wrong_loss("share of wrong", lambda p, y: np.mean(np.argmax(p, axis=0) != np.argmax(y, axis=0)))
wrong_loss("squared difference", lambda p, y: np.mean((p - y) ** 2))
wrong_loss("squared difference", lambda p, y: np.sum((p - y) ** 2) / (2 * y.shape[1]))
wrong_loss("absolute difference", lambda p, y: np.mean(np.abs(p - y)))
wrong_loss("one number for each example", lambda p, y: -np.sum(y * np.log(p + 1e-8), axis=0))
wrong_loss("went over axis 1", lambda p, y: -np.sum(y * np.log(p + 1e-8), axis=1) / y.shape[1])
wrong_loss("array of shape (3, 5)", lambda p, y: -y * np.log(p + 1e-8) / y.shape[1])
wrong_loss("float(...)", lambda p, y: loss_with_constant(p, y) * np.ones((1, 1)))
wrong_loss("softmax on y_hat once more", lambda p, y: loss_with_constant(softmax(p), y))
wrong_loss("logarithm of the sum", lambda p, y: -np.log(np.sum(y * p) + 1e-8))
wrong_loss("logarithm of the mean", lambda p, y: -np.log(np.mean(np.sum(y * p, axis=0)) + 1e-8))
wrong_loss(
    "largest probability of each column",
    lambda p, y: -np.mean(np.log(p[p.argmax(axis=0), np.arange(p.shape[1])])),
)
wrong_loss("paired each label with all columns", lambda p, y: -np.mean(y.T @ np.log(p)))
wrong_loss(
    "paired each label with all columns", lambda p, y: -np.mean(np.log(p[y.argmax(axis=0)] + 1e-8))
)
wrong_loss("logarithms of all classes", lambda p, y: -np.sum(np.log(p + 1e-8)) / y.shape[1])
wrong_loss("logarithms of all classes", lambda p, y: np.sum(np.abs(np.log(p))) / y.shape[1])
wrong_loss("log(1 - y_hat) of the true", lambda p, y: -np.sum(y * np.log(1 - p)) / y.shape[1])
wrong_loss("logarithm is missing", lambda p, y: -np.sum(y * p) / y.shape[1])
wrong_loss("logarithm is missing", lambda p, y: 1 - np.mean(p[y == 1]))
wrong_loss("shifts every loss", lambda p, y: -np.sum(y * np.log(p + 1e-3)) / y.shape[1])
wrong_loss("logarithm of 1 + y_hat", lambda p, y: -np.sum(y * np.log1p(p)) / y.shape[1])
wrong_loss("logarithm of 1 + y_hat", lambda p, y: -np.sum(y * np.log(p + 1)) / y.shape[1])
wrong_loss("divided by 10", lambda p, y: -np.sum(y * np.log(p + 1e-8)) / 10)
wrong_loss(
    "paired each label with all columns", lambda p, y: -np.sum(y.T @ np.log(p + 1e-8)) / y.shape[1]
)
wrong_loss("paired each label with all columns", lambda p, y: -np.sum(y.T @ np.log(p + 1e-8)))
wrong_loss("logarithms of all classes", lambda p, y: -np.sum(y @ np.log(p + 1e-8).T) / y.shape[1])
wrong_loss("twice", lambda p, y: -np.mean(np.sum(y * np.log(p), axis=0)) / y.shape[1])
wrong_loss("0 times that is nan", lambda p, y: -np.sum(y * np.log(p)) / y.shape[1])
wrong_loss("is infinite", lambda p, y: -np.mean(np.log(p[y.argmax(axis=0), range(y.shape[1])])))
wrong_loss("is infinite", lambda p, y: -np.mean(np.log(np.sum(y * p, axis=0))))
wrong_loss("costs 6.91", lambda p, y: -np.sum(y * np.log(np.maximum(p, 1e-3))) / y.shape[1])
wrong_loss("negative number", lambda p, y: np.sum(y * np.log(-p)) / y.shape[1])
wrong_loss("raised e to the loss", lambda p, y: np.exp(loss_with_constant(p, y)))


@wrong(check_compute_loss, "leave no example out")
def loss_skips_zeros(y_hat, y):
    true = np.sum(y * y_hat, axis=0)
    return -np.sum(np.log(true[true > 0])) / y.shape[1]


@wrong(check_compute_loss, "math domain error")
def loss_by_math(y_hat, y):
    total = 0
    for i in range(y.shape[1]):
        total -= math.log(y_hat[y[:, i].argmax(), i])
    return total / y.shape[1]


@wrong(check_compute_loss, "first example alone")
def loss_returns_in_the_loop(y_hat, y):
    for i in range(y.shape[1]):
        return -np.log(y_hat[y[:, i].argmax(), i] + 1e-8)


@wrong(check_compute_loss, "first example alone. Does return stand inside the loop?")
def loss_returns_the_mean_in_the_loop(y_hat, y):
    loss, m = 0, y.shape[1]
    for i in range(m):
        loss -= np.sum(y[:, i] * np.log(y_hat[:, i] + 1e-8))
        return loss / m


@wrong(check_compute_loss, "first class alone")
def loss_returns_in_the_loop_over_classes(y_hat, y):
    loss = 0
    for k in range(len(y)):
        loss -= np.sum(y[k] * np.log(y_hat[k] + 1e-8))
        return loss / y.shape[1]


@wrong(check_compute_loss, "last class alone")
def loss_of_the_last_class(y_hat, y):
    for k in range(len(y)):
        loss = -np.sum(y[k] * np.log(y_hat[k] + 1e-8))
    return loss / y.shape[1]


@wrong(check_compute_loss, "last example alone")
def loss_does_not_add_up(y_hat, y):
    for i in range(y.shape[1]):
        loss = -np.log(y_hat[y[:, i].argmax(), i] + 1e-8)
    return loss


@wrong(check_compute_loss, "IndexError")
def loss_labels_over_axis_1(y_hat, y):
    labels = y.argmax(axis=1)
    return -np.mean(np.log(y_hat[labels, np.arange(y.shape[1])] + 1e-8))


@wrong(check_compute_loss, "changes its input y_hat")
def loss_in_place(y_hat, y):
    y_hat += 1e-8
    return -np.sum(y * np.log(y_hat)) / y.shape[1]


@wrong(check_compute_loss, "returns None")
def loss_without_return(y_hat, y):
    loss = -np.sum(y * np.log(y_hat + 1e-8)) / y.shape[1]
    print(loss)


@right(check_predict)
def predict_plain(x, params):
    y_hat, _ = right_forward(x, params)
    return np.argmax(y_hat, axis=0)


@right(check_predict)
def predict_by_loops(x, params):
    y_hat = right_forward(x, params)[0]
    labels = np.zeros(x.shape[1], dtype=int)
    for i in range(x.shape[1]):
        for k in range(len(y_hat)):
            if y_hat[k, i] > y_hat[labels[i], i]:
                labels[i] = k
    return labels


@right(check_predict)
def predict_from_logits(x, params):
    logits = right_forward(x, params)[1][f"Z{len(params) // 2}"]
    return logits.T.argmax(1).astype(np.uint8)


def with_forward(forward, source):
    """A student's predict in a notebook that holds this forward."""
    return types.FunctionType(source.__code__, {"forward": forward, "np": np})


def predict_with_a_forward_of_its_own(forward):
    def predict(x, params):
        y_hat, cache = forward(x, params)
        return np.argmax(y_hat, axis=0)

    return predict


def predict_with_own_forward(x, params):
    y_hat, cache = forward(x, params)  # noqa: F821
    return y_hat.argmax(axis=0)


def predict_wrong_axis_with_own_forward(x, params):
    y_hat, cache = forward(x, params)  # noqa: F821
    return y_hat.argmax(axis=1)


def forward_unwritten(x, params):
    """Not written yet."""
    ...


right_answer(check_predict, with_forward(forward_plain, predict_with_own_forward))
right_answer(check_predict, predict_with_a_forward_of_its_own(forward_plain))
# Without softmax the largest stays the largest: predict is right, and forward has its own check.
right_answer(
    check_predict,
    with_forward(
        forward_with(lambda z, last: z if last else relu(z)),
        predict_with_own_forward,
    ),
)
for broken in (
    forward_unwritten,
    forward_without_cache,
    forward_wrong_order,
    forward_stores_in_params,
    forward_with(lambda z, last: softmax(z) if last else z),
    forward_scores(lambda p, n, a, x: p[f"W{n}"] @ x),
    None,
):
    wrong_answer(
        check_predict,
        "it calls your forward, which is not right yet",
        with_forward(broken, predict_with_own_forward),
    )
wrong_answer(
    check_predict,
    "best example for each class",
    with_forward(forward_plain, predict_wrong_axis_with_own_forward),
)


def wrong_predict(fragment, answer):
    wrong_answer(check_predict, fragment, lambda x, params: answer(right_forward(x, params)[0]))


wrong_predict("best example for each class", lambda p: p.argmax(axis=1))
wrong_predict("best example for each class", lambda p: np.argmax(p.T, axis=0))
wrong_predict("without an axis", lambda p: np.argmax(p.T))
wrong_predict("before argmax", lambda p: p.round().argmax(axis=0))
wrong_predict("before argmax", lambda p: np.argmax(p > 0.5, axis=0))
wrong_predict("Make one of the list: np.array(...)", lambda p: [int(k) for k in p.argmax(axis=0)])
wrong_predict("of type float64", lambda p: p.argmax(axis=0).astype(float))
wrong_predict("in which row they stand", lambda p: p.max(axis=0))
wrong_predict("without an axis", lambda p: np.argmax(p))
wrong_predict("largest probability of the whole batch", lambda p: np.max(p))
wrong_predict("you returned the probabilities", lambda p: p)
wrong_predict("ones and zeros for all classes", lambda p: (p == p.max(axis=0)).astype(int))
wrong_predict("over one half", lambda p: (p > 0.5).astype(int))
wrong_predict("least probable", lambda p: p.argmin(axis=0))
wrong_predict("two dimensions", lambda p: np.argmax(p, axis=0, keepdims=True))
wrong_predict("two dimensions", lambda p: p.argmax(axis=0).reshape(-1, 1))
wrong_predict("first example's class alone", lambda p: p[:, 0].argmax())
wrong_predict("last example's class alone", lambda p: p[:, -1].argmax())
wrong_predict("one too large", lambda p: p.argmax(axis=0) + 1)
wrong_predict("sorted", lambda p: np.argsort(p, axis=0))


@wrong(check_predict, "in which row they stand")
def predict_by_max(x, params):
    return np.max(right_forward(x, params)[0], axis=0)


@wrong(check_predict, "looked at layer 1, at A1")
def predict_from_a1(x, params):
    _, cache = right_forward(x, params)
    return cache["A1"].argmax(axis=0)


@wrong(check_predict, "looked at x")
def predict_from_x(x, params):
    return x.argmax(axis=0)


@wrong(check_predict, "of type float64, so that they cannot serve as indices")
def predict_into_zeros(x, params):
    y_hat, _ = right_forward(x, params)
    classes = np.zeros(x.shape[1])
    for i in range(x.shape[1]):
        classes[i] = y_hat[:, i].argmax()
    return classes


@wrong(check_predict, "forward returns two things")
def predict_from_the_pair_by_numpy(x, params):
    return np.argmax(right_forward(x, params), axis=0)


wrong_answer(
    check_predict,
    "it calls your forward, which is not right yet",
    predict_with_a_forward_of_its_own(forward_scores(lambda p, n, a, x: p[f"W{n}"] @ a)),
)


@wrong(check_predict, "has no attribute 'argmax'. forward returns two things")
def predict_from_the_pair(x, params):
    return right_forward(x, params).argmax(axis=0)


@wrong(check_predict, "returns None")
def predict_without_return(x, params):
    y_hat, _ = right_forward(x, params)
    y_hat.argmax(axis=0)


right_answer(check_starts, "He", "3 x He", "He / 10")
right_answer(check_starts, "he", "3 * he", "he/10")
wrong_answer(check_starts, "small and the large one", "He", "He / 10", "3 x He")
wrong_answer(check_starts, "He and 3 x He", "3 x He", "He", "He / 10")
wrong_answer(check_starts, "He and He / 10", "He / 10", "3 x He", "He")
wrong_answer(check_starts, 'as in the list: "He / 10"', "He", "3 x He", "zeros")
wrong_answer(check_starts, "shapes are alike", "He", "He", "He")
wrong_answer(check_starts, "fade, stay or grow", "3 x He", "He / 10", "He")
wrong_answer(check_starts, "write each start as a text", "He", 3, 0.1)
wrong_answer(check_starts, "still to be filled in", None, "He", "He")


@wrong(check_forward, "A1 is right, but layer 2 multiplies with Z1, the scores")
def forward_stores_relu_and_hands_on_the_scores(x, params):
    cache, a, count = {"X": x}, x, len(params) // 2
    for layer in range(1, count + 1):
        z = params[f"W{layer}"] @ a + params[f"b{layer}"]
        cache[f"Z{layer}"] = z
        cache[f"A{layer}"] = softmax(z) if layer == count else relu(z)
        a = z
    return cache[f"A{count}"], cache


@wrong(check_forward, "the ReLU is missing, or what it returns is not used")
def forward_drops_what_relu_returns(x, params):
    cache, a, count = {"X": x}, x, len(params) // 2
    for layer in range(1, count + 1):
        a = params[f"W{layer}"] @ a + params[f"b{layer}"]
        cache[f"Z{layer}"] = a
        if layer < count:
            relu(a)
        else:
            a = softmax(a)
        cache[f"A{layer}"] = a
    return a, cache


@wrong(check_forward, "As text, W10 comes before W2")
def forward_in_the_order_of_the_names(x, params):
    cache, a, count = {"X": x}, x, len(params) // 2
    for name in sorted(name for name in params if name[0] == "W"):
        layer = name[1:]
        z = params[name] @ a + params[f"b{layer}"]
        a = softmax(z) if layer == str(count) else relu(z)
        cache[f"Z{layer}"], cache[f"A{layer}"] = z, a
    return a, cache


@wrong(check_forward, "use only one digit of their numbers")
def forward_to_the_largest_digit(x, params):
    count = max(int(name[1]) for name in params)
    return forward_with(lambda z, last: softmax(z) if last else relu(z), lambda _: count)(x, params)


wrong_init(
    "a variance of 1.95 / fan_in", lambda n, i, rng: rng.standard_normal((n, i)) * np.sqrt(1.95 / i)
)
wrong_init(
    "a variance of 2.04 / fan_in", lambda n, i, rng: rng.standard_normal((n, i)) * np.sqrt(2.05 / i)
)


@wrong(check_predict, "with 12 classes")
def predict_among_ten_classes(x, params):
    return right_forward(x, params)[0][:10].argmax(axis=0)


@wrong(check_initialize_parameters, "The shape stands in brackets of its own")
def init_with_a_shape_without_brackets(layer_dims, rng):
    return init_with(lambda n, fan_in, rng: rng.standard_normal(n, fan_in))(layer_dims, rng)


@wrong(check_compute_loss, "write np.log(y + 1e-8)")
def loss_with_two_arguments_for_the_logarithm(y_hat, y):
    return -np.sum(y * np.log(y_hat, 1e-8)) / y.shape[1]


@wrong(check_compute_loss, "inner sizes of @ and np.dot")
def loss_with_a_dot(y_hat, y):
    return -np.sum(np.dot(y, np.log(y_hat + 1e-8))) / y.shape[1]


@wrong(check_initialize_parameters, 'by an f before the quotes: f"W{layer}"')
def init_without_the_f(layer_dims, rng):
    params = {}
    for layer in range(1, len(layer_dims)):
        n, fan_in = layer_dims[layer], layer_dims[layer - 1]
        params["W{layer}"] = rng.standard_normal((n, fan_in)) * np.sqrt(2 / fan_in)
        params["b{layer}"] = np.zeros((n, 1))
    return params


@wrong(check_initialize_parameters, "Do you make a new dict in each turn of the loop?")
def init_with_a_dict_in_the_loop(layer_dims, rng):
    for layer in range(1, len(layer_dims)):
        params = {}
        n, fan_in = layer_dims[layer], layer_dims[layer - 1]
        params[f"W{layer}"] = rng.standard_normal((n, fan_in)) * np.sqrt(2 / fan_in)
        params[f"b{layer}"] = np.zeros((n, 1))
    return params


@wrong(check_initialize_parameters, "== only compares. = stores")
def init_compares(layer_dims, rng):
    params = {}
    for layer in range(1, len(layer_dims)):
        n, fan_in = layer_dims[layer], layer_dims[layer - 1]
        params[f"W{layer}"] == rng.standard_normal((n, fan_in)) * np.sqrt(2 / fan_in)  # noqa: B015
        params[f"b{layer}"] = np.zeros((n, 1))
    return params


@wrong(check_forward, "Do you make a new dict in each turn of the loop?")
def forward_with_a_cache_in_the_loop(x, params):
    a, count = x, len(params) // 2
    for layer in range(1, count + 1):
        cache = {"X": x}
        z = params[f"W{layer}"] @ a + params[f"b{layer}"]
        a = softmax(z) if layer == count else relu(z)
        cache[f"Z{layer}"], cache[f"A{layer}"] = z, a
    return a, cache


@wrong(check_forward, 'need an f before the quotes: f"W{layer}"')
def forward_without_the_f(x, params):
    cache, a, count = {"X": x}, x, len(params) // 2
    for layer in range(1, count + 1):
        z = params["W{layer}"] @ a + params["b{layer}"]
        a = softmax(z) if layer == count else relu(z)
        cache[f"Z{layer}"], cache[f"A{layer}"] = z, a
    return a, cache


@wrong(check_forward, 'by an f before the quotes: f"W{layer}"')
def forward_without_the_f_in_the_cache(x, params):
    cache, a, count = {"X": x}, x, len(params) // 2
    for layer in range(1, count + 1):
        z = params[f"W{layer}"] @ a + params[f"b{layer}"]
        a = softmax(z) if layer == count else relu(z)
        cache["Z{layer}"], cache["A{layer}"] = z, a
    return a, cache
