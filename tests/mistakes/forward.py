"""What students write in lesson 3's exercises."""

import math
import types

import numpy as np
import scipy.special

from helpers import forward as lesson
from helpers.checks import (
    check_compute_loss,
    check_forward,
    check_initialize_parameters,
    check_network_sizes,
    check_predict,
    check_starts,
)
from helpers.checks.forward import predict
from helpers.checks.mistakes import change
from mistakes import edited, prediction, right, right_answer, wrong, wrong_answer

prediction(check_network_sizes, 40_480, (20, 50), (20, 32))
right_answer(check_network_sizes, np.int64(40_480), [20, 50], [20, 32])
right_answer(check_network_sizes, 40_480.0, np.zeros((20, 50)).shape, (20.0, 32))
for fragment, *answers in (
    ("parameters is not right yet", 40_000, (20, 50), (20, 32)),
    ("without quotes, and without a comma", "40,480", (20, 50), (20, 32)),
    ("a comma makes two numbers in Python", (40, 480), (20, 50), (20, 32)),
    ("shape of W2 is not right yet", 40_480, (3, 3), (20, 32)),
    ("W2 as two numbers in brackets", 40_480, 1000, (20, 32)),
    ("W2 as two numbers in brackets", 40_480, "20 x 50", (20, 32)),
    ("Z2 as two numbers in brackets", 40_480, (20, 50), (20,)),
    ("still to be filled in", None, (20, 50), (20, 32)),
    ("still to be filled in", 40_480, (20, 50), ...),
    ("still to be filled in", 40_480, (20, None), (20, 32)),
):
    wrong_answer(check_network_sizes, fragment, *answers)


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


NORMAL = "weights = rng.standard_normal((fan_out, fan_in)) * np.sqrt(2 / fan_in)"
for edits in (
    [(NORMAL, "weights = rng.normal(0, np.sqrt(2 / fan_in), size=(fan_out, fan_in))")],
    [
        ("default_rng(seed)", "default_rng(seed).spawn(20)"),
        ("weights = rng", "weights = rng[layer]"),
    ],
):
    right_answer(check_initialize_parameters, change(lesson.initialize_parameters, edits))
for fragment, *edit in (
    ("'b1' is of type int, not zeros of shape (3, 1)", "np.zeros((fan_out, 1), dtype=dtype)", "0"),
    ("first layer's fan_in for every layer", "/ fan_in", "/ layer_dims[0]"),
    ("number, or the first", "np.sqrt(2 / fan_in)", "1.4"),
    ("all weights of W1 are equal", "np.sqrt(2 / fan_in)", "0"),
    ("global random state", "rng = ", "rng = np.random.seed(3) or np.random\n    copy = "),
    ("something of type list", "return params", "return list(params.values())"),
    ("something of type tuple", "return params", "return params, {}"),
    ("a layer is missing", "pairwise(layer_dims)", "pairwise(layer_dims[:-1])"),
    ("end at fixed limits", "rng.standard_normal(", "rng.uniform(-9, 9, "),
    ("a variance of 1.94 / fan_in", "2 / fan_in", "1.95 / fan_in"),
    ("a variance of 2.04 / fan_in", "2 / fan_in", "2.05 / fan_in"),
    ("The shape stands in brackets of its own", "((fan_out, fan_in))", "(fan_out, fan_in)"),
    ("has the name W{layer} in your dict", 'f"W{layer}"', '"W{layer}"'),
    ("changes its input layer_dims", "return params", "layer_dims.pop()\n    return params"),
):
    edited(check_initialize_parameters, fragment, lesson.initialize_parameters, edit)


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
    columns = [lesson.forward(x[:, [j]], params)[1] for j in range(x.shape[1])]
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


for fragment, *edit in (
    ("Does your loop stop too early", "len(params) // 2", "len(params) // 2 - 1"),
    ("KeyError: 'W4'. This network has the layers 1 to 3", "len(params) // 2", "len(params)"),
    ("KeyError: 'W0'. This network has the layers 1 to 3", "range(1, num_layers + 1)", "range(9)"),
    ("KeyError: 'b4'. This network has the layers 1 to 3", 'f"b{layer}"', 'f"b{layer + 1}"'),
    ("len(params) // 2", "len(params) // 2", "len(params) / 2"),
    ('need an f before the quotes: f"W{layer}"', 'f"W{layer}"', '"W{layer}"'),
    ("'X' is of type list, expected a NumPy array", '"X": x', '"X": x.tolist()'),
    ("returns None", "return activations, cache", ""),
    ("one array alone", "activations, cache", "activations"),
    ("the cache alone", "activations, cache", "cache"),
    ("the cache comes first", "activations, cache", "cache, activations"),
    ("the cache is of type list", "activations, cache", "activations, list(cache.values())"),
    ("expected two values", "activations, cache", "activations, scores, cache"),
    ("changes its input x", "num_layers =", "x -= x.mean()\n    num_layers ="),
    ("its input params. Read from it only", 'params[f"W{layer}"]', 'params.pop(f"W{layer}")'),
):
    edited(check_forward, fragment, lesson.forward, edit)


a0 = ('"] @ activations', '"] @ cache[f"A{layer - 1}"]')
edited(check_forward, "KeyError: 'A0'. What goes into layer 1 is x", lesson.forward, a0)
repeated = [
    ("num_layers + 1", "num_layers"),
    ("softmax(scores) if layer == num_layers else relu(scores)", "relu(scores)"),
    (
        "activations, cache",
        'softmax(params[f"W{layer}"] @ activations + params[f"b{layer}"]), cache',
    ),
]
edited(check_forward, "W or b of the layer before", lesson.forward, *repeated)
# Two mistakes at once: the sentence names one of them.
without_bias = ('scores += params[f"b{layer}"]', "")
edited(check_forward, "biases out", lesson.forward, without_bias, ("relu(scores)", "scores"))
two = [("softmax(scores)", "scores"), ("relu(scores)", "np.tanh(scores)")]
edited(check_forward, "its logits", lesson.forward, *two)


@right(check_compute_loss)
def loss_with_constant(y_hat, y):
    m = y.shape[1]
    return -np.sum(y * np.log(y_hat + 1e-8)) / m


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
def loss_in_float32(y_hat, y):
    y_hat, y = y_hat.astype(np.float32), y.astype(np.float32)
    return -np.einsum("ij,ij->", y, np.log(y_hat + np.float32(1e-8))) / y.sum()


for answer in (
    "np.abs(y * np.log(y_hat + 1e-10)).sum(axis=0).mean()",
    "-np.mean(np.log(np.sum(y * y_hat, axis=0) + np.finfo(float).eps))",
    "float(np.mean(-np.sum(y * np.log(np.clip(y_hat, 1e-15, 1 - 1e-15)), axis=0)))",
):
    right_answer(check_compute_loss, change(loss_with_constant, [("", f"return {answer}")]))
for fragment, answer, *edit in (
    ("one number for each example", loss_with_constant, ")) / m", "), axis=0)"),
    ("went over axis 1", loss_with_constant, "))", "), axis=1)"),
    ("array of shape (3, 5)", loss_with_constant, "np.sum", ""),
    ("float(...)", loss_with_constant, "/ m", "/ m * np.ones((1, 1))"),
    ("changes its input y_hat", loss_with_constant, "return", "y_hat += 1e-8\n    return"),
    ("math domain error", loss_by_loops, "max(y_hat[k, i], 1e-12)", "y_hat[k, i]"),
    ("IndexError", loss_by_picking, "axis=0", "axis=1"),
):
    edited(check_compute_loss, fragment, answer, edit)


@right(check_predict)
def predict_by_loops(x, params):
    y_hat = lesson.forward(x, params)[0]
    labels = np.zeros(x.shape[1], dtype=int)
    for i in range(x.shape[1]):
        for k in range(len(y_hat)):
            if y_hat[k, i] > y_hat[labels[i], i]:
                labels[i] = k
    return labels


LOGITS = 'return lesson.forward(x, params)[1][f"Z{len(params) // 2}"]'
right_answer(check_predict, change(predict, [("", f"{LOGITS}.T.argmax(1).astype(np.uint8)")]))


def predict_with_own_forward(x, params):
    y_hat, cache = forward(x, params)  # noqa: F821
    return y_hat.argmax(axis=0)


def with_forward(forward):
    """The function above in a notebook that holds this forward."""
    return types.FunctionType(predict_with_own_forward.__code__, {"forward": forward, "np": np})


def predict_with_a_forward_of_its_own(forward):
    def predict(x, params):
        y_hat, cache = forward(x, params)
        return np.argmax(y_hat, axis=0)

    return predict


def forward_unwritten(x, params):
    """Not written yet."""
    ...


# Without softmax the largest stays the largest: predict is right, and forward has its own check.
without_softmax = change(lesson.forward, [("softmax(scores)", "scores")])
right_answer(check_predict, with_forward(lesson.forward))
right_answer(check_predict, with_forward(without_softmax))
right_answer(check_predict, predict_with_a_forward_of_its_own(lesson.forward))
for answer in (
    with_forward(forward_unwritten),
    with_forward(change(lesson.forward, [("return activations, cache", "")])),
    with_forward(change(lesson.forward, [("relu(scores)", "scores")])),
    with_forward(None),
    predict_with_a_forward_of_its_own(change(lesson.forward, [without_bias])),
):
    wrong_answer(check_predict, "it calls your forward, which is not right yet", answer)
LARGEST, PAIR = "y_hat.argmax(axis=0)", ("y_hat, _", "y_hat")
for fragment, *edits in (
    ("Make one of the list: np.array(...)", (LARGEST, f"list({LARGEST})")),
    ("of type float64, so that they cannot serve as indices", (LARGEST, f"1.0 * {LARGEST}")),
    ("forward returns two things", PAIR, (LARGEST, "np.argmax(y_hat, axis=0)")),
    ("has no attribute 'argmax'. forward returns two", PAIR),
):
    edited(check_predict, fragment, predict, *edits)

prediction(check_starts, "He", "3 x He", "He / 10", size=3)
right_answer(check_starts, "he", "3 * he", "he/10")
wrong_answer(check_starts, 'as in the list: "He / 10"', "He", "3 x He", "zeros")
wrong_answer(check_starts, "fade, stay or grow", "3 x He", "He / 10", "He")
wrong_answer(check_starts, "write each start as a text", "He", 3, 0.1)
wrong_answer(check_starts, "still to be filled in", None, "He", "He")


@wrong(check_initialize_parameters, "== only compares. = stores")
def init_compares(layer_dims, rng):
    params = {}
    for layer in range(1, len(layer_dims)):
        n, fan_in = layer_dims[layer], layer_dims[layer - 1]
        params[f"W{layer}"] == rng.standard_normal((n, fan_in)) * np.sqrt(2 / fan_in)  # noqa: B015
        params[f"b{layer}"] = np.zeros((n, 1))
    return params
