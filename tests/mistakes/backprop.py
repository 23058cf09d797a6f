"""What students write in lesson 4's exercises."""

import numpy as np

from helpers import backprop
from helpers.activations import relu_derivative, sigmoid
from helpers.checks import (
    check_backward,
    check_broken_backward,
    check_float32_step,
    check_gradient_check,
    check_neuron_slope,
)
from helpers.checks.backprop import gradient_check
from helpers.checks.mistakes import change
from helpers.forward import compute_loss, forward
from mistakes import edited, prediction, right, right_answer, wrong, wrong_answer

prediction(check_neuron_slope, -0.24)
right_answer(check_neuron_slope, -0.2384)
right_answer(check_neuron_slope, np.float64((sigmoid(2) - 1) * 2))
right_answer(check_neuron_slope, np.float32(-0.238))
wrong_answer(check_neuron_slope, "left the input out", -0.12)
wrong_answer(check_neuron_slope, "not yet", 17)
wrong_answer(check_neuron_slope, "not yet", 0)
wrong_answer(check_neuron_slope, "give one number", "-0.24")
wrong_answer(check_neuron_slope, "give one number", [0.8808, -1])
wrong_answer(check_neuron_slope, "still to be filled in", None)


@right(check_backward)
def backward_with_einsum(y, params, cache):
    num_layers = len(params) // 2
    grads, dZ = {}, (cache[f"A{num_layers}"] - y) / y.shape[1]
    while num_layers:
        below = cache.get(f"A{num_layers - 1}", cache["X"])
        grads[f"db{num_layers}"] = np.einsum("ki->k", dZ)[:, None]
        grads[f"dW{num_layers}"] = np.einsum("ki,ji->kj", dZ, below)
        # X counts as a layer too; what this gives for it is not used.
        dZ = np.einsum("kj,ki->ji", params[f"W{num_layers}"], dZ) * (below > 0)
        num_layers -= 1
    return grads


@right(check_backward)
def backward_example_by_example(y, params, cache):
    L = len(params) // 2
    grads = {"d" + name: np.zeros(array.shape) for name, array in params.items()}
    for i in range(y.shape[1]):
        dz = cache[f"A{L}"][:, i] - y[:, i]
        for layer in range(L, 0, -1):
            a = cache["X"][:, i] if layer == 1 else cache[f"A{layer - 1}"][:, i]
            grads[f"dW{layer}"] += np.outer(dz, a) / y.shape[1]
            grads[f"db{layer}"][:, 0] += dz / y.shape[1]
            if layer > 1:
                dz = params[f"W{layer}"].T @ dz
                dz[cache[f"Z{layer - 1}"][:, i] <= 0] = 0
    return grads


@right(check_backward)
def backward_in_float32_with_extra_keys(y, params, cache):
    L = len(params) // 2
    grads = {f"dZ{L}": ((cache[f"A{L}"] - y) / y.shape[1]).astype(np.float32)}
    for layer in range(L, 0, -1):
        dZ = grads[f"dZ{layer}"]
        inputs = cache["X"] if layer == 1 else cache[f"A{layer - 1}"]
        grads[f"dW{layer}"] = (dZ @ inputs.T).astype(np.float32)
        grads[f"db{layer}"] = dZ.sum(axis=1, keepdims=True)
        if layer > 1:
            grads[f"dA{layer - 1}"] = params[f"W{layer}"].T @ dZ
            slope = relu_derivative(cache[f"A{layer - 1}"])
            grads[f"dZ{layer - 1}"] = (grads[f"dA{layer - 1}"] * slope).astype(np.float32)
    return grads


@right(check_backward)
def backward_adds_a_key_to_the_cache(y, params, cache):
    cache["A0"] = cache["X"]
    L = len(params) // 2
    grads = {}
    dZ = cache[f"A{L}"] - y
    dZ /= y.shape[1]
    for layer in range(L, 0, -1):
        grads[f"dW{layer}"] = dZ @ cache[f"A{layer - 1}"].T
        grads[f"db{layer}"] = dZ @ np.ones((y.shape[1], 1))
        dZ = params[f"W{layer}"].T @ dZ
        if layer > 1:
            dZ *= relu_derivative(cache[f"Z{layer - 1}"])
    return grads


@right(check_backward)
def backward_recursive(y, params, cache):
    def go(layer, dZ):
        if layer == 0:
            return {}
        below = cache[f"A{layer - 1}"] if layer > 1 else cache["X"]
        mine = {f"dW{layer}": dZ @ below.T, f"db{layer}": np.sum(dZ, 1).reshape(-1, 1)}
        return go(layer - 1, np.where(below > 0, params[f"W{layer}"].T @ dZ, 0)) | mine

    last = len(params) // 2
    return go(last, (cache[f"A{last}"] - y) / y.shape[1])


ALWAYS, DOWN = ("if layer > 1:", "if True:"), "range(num_layers, 0, -1)"
# Changes of the right answer whose sentences are no entries of backprop.diff.
for fragment, *edits in [
    ("it changes the cache", ("return", "dZ = cache['A1']; dZ -= 1.0\n    return")),
    ("it changes params", ("return", "for name in params: params[name] -= 1.0\n    return")),
    ("of type tuple, expected a dict", ("return grads", "return tuple(grads.values())")),
    ("returns None", ("return grads", "print(grads)")),
    ("layer 3 is the last one", ('W{layer}"].T', 'W{layer + 1}"].T')),
    ('no "A0"', ('"] if layer > 1 else cache["X"]', '"]')),
    ('no "Z0"', ALWAYS),
    ("there is no 'AL': a key holds a number", ('f"A{num_layers}"', '"AL"')),
    ("put that step under `if layer > 1:`", ALWAYS, ('tive(cache[f"Z', 'tive(cache[f"A')),
    (
        "Start at the last layer, go down, and write each shape",
        (DOWN, "range(1, num_layers + 1)"),
        ("if layer > 1:", "if layer < num_layers:"),
        ('W{layer}"].T', 'W{layer + 1}"].T'),
        ("Z{layer - 1}", "Z{layer}"),
    ),
    ("it returns an empty dict. Does the loop run?", (DOWN, "range(num_layers, 0)")),
    ("'dW2' is 0 everywhere", ("dZ = dA * relu", "dZ = 0 * dA * relu")),
    ("The shapes do not fit. Start", ("dA = ", "dZ = np.zeros(inputs.shape)\n            dA = ")),
    ("right with more layers, but not with one", ("1 else", "1 or num_layers == 1 else")),
    ("As text, W10 comes before W2", (DOWN, "sorted(range(1, num_layers + 1), key=str)[::-1]")),
]:
    edited(check_backward, fragment, backprop.backward, *edits)


@wrong(check_backward, "side by side in a formula means @")
def backward_entry_by_entry(y, params, cache):
    dZ = (cache["A3"] - y) / y.shape[1]
    return {"dW3": dZ * cache["A2"]}


@wrong(check_backward, "is flat; x[:, [i]] is a column")
def backward_column_by_column(y, params, cache):
    dZ = (cache["A3"] - y) / y.shape[1]
    return {"dW3": dZ[:, 0] * cache["A2"][:, 0]}


def three_layers(y, params, cache):
    """Right, but each layer is written on its own."""
    dZ3 = (cache["A3"] - y) / y.shape[1]
    dZ2 = params["W3"].T @ dZ3 * (cache["Z2"] > 0)
    dZ1 = params["W2"].T @ dZ2 * (cache["Z1"] > 0)
    grads = {"dW3": dZ3 @ cache["A2"].T, "db3": dZ3.sum(axis=1, keepdims=True)}
    grads |= {"dW2": dZ2 @ cache["A1"].T, "db2": dZ2.sum(axis=1, keepdims=True)}
    return grads | {"dW1": dZ1 @ cache["X"].T, "db1": dZ1.sum(axis=1, keepdims=True)}


for fragment, *edits in [
    ("it is right with 3 layers, but not with 4 layers",),
    ("for dW2 you took the scores Z1", ('cache["A1"]', 'cache["Z1"]')),
    ("at layer 1 every unit passes its slope on", (' * (cache["Z1"] > 0)', "")),
    ("where Z1 is exactly 0", ('"Z1"] > 0', '"Z1"] >= 0')),
    ("db1 is divided by the batch size twice, though dW1 is not", ("dZ1.sum", "dZ1.mean")),
    ("dW1 is divided by the batch size twice", ('cache["X"].T', 'cache["X"].T / y.shape[1]')),
]:
    edited(check_backward, fragment, three_layers, *edits)


by_a_mask = ('relu_derivative(cache[f"Z{layer - 1}"])', '(cache[f"Z{layer - 1}"] > 0)')
SUM, ALL = "sum(axis=1, keepdims=True)", " / y.shape[1]"
in_each = [(ALL, ""), ("@ inputs.T", f"@ inputs.T{ALL}"), (SUM, SUM + ALL)]
for edits in ([by_a_mask], in_each):
    right_answer(check_backward, change(backprop.backward, edits))


@right(check_gradient_check)
def gradient_check_in_nested_loops(x, y, params, backward, epsilon=1e-5):
    _, cache = forward(x, params)
    grads = backward(y, params, cache)
    result = {}
    for name in params:
        squares, left, right_ = 0.0, 0.0, 0.0
        rows, columns = params[name].shape
        for i in range(rows):
            for j in range(columns):
                old = params[name][i, j]
                params[name][i, j] = old + epsilon
                up = compute_loss(forward(x, params)[0], y)
                params[name][i, j] = old - epsilon
                down = compute_loss(forward(x, params)[0], y)
                params[name][i, j] = old
                slope = (up - down) / (2 * epsilon)
                squares += (grads["d" + name][i, j] - slope) ** 2
                left += grads["d" + name][i, j] ** 2
                right_ += slope**2
        result["d" + name] = squares**0.5 / (left**0.5 + right_**0.5)
    return result


@right(check_gradient_check)
def gradient_check_moves_up_and_down_in_place(x, y, params, backward, epsilon=1e-5):
    grads = backward(y, params, forward(x, params)[1])
    differences = {}
    for name in sorted(params):
        flat, slopes = params[name].reshape(-1), []
        for i in range(flat.size):
            flat[i] += epsilon
            up = compute_loss(forward(x, params)[0], y)
            flat[i] -= 2 * epsilon
            down = compute_loss(forward(x, params)[0], y)
            flat[i] += epsilon
            slopes.append((up - down) / 2 / epsilon)
        computed, numerical = grads["d" + name].ravel(), np.array(slopes)
        gap = np.sqrt(np.sum((computed - numerical) ** 2))
        length = np.sqrt((computed**2).sum()) + np.sqrt((numerical**2).sum())
        differences["d" + name] = float(gap / (length + 1e-12))
    return differences


@right(check_gradient_check)
def gradient_check_of_the_helpers(x, y, params, backward, epsilon=1e-5):
    return backprop.gradient_check(x, y, params, epsilon, backward=backward)


# Changes of the right answer whose sentences are no entries of backprop.diff.
length = "(norm(computed) + norm(numerical))"
turned_around = "up = checked_loss(y, forward(x, params)[0])"
start, found = "differences, norm = {}, np.linalg.norm", 'differences[f"d{name}"] = '
for fragment, *edits in [
    ("params come back changed", ("array[position] = old\n            numerical", "numerical")),
    ("return a dict with one number", ("return differences", "return max(differences.values())")),
    ("you return True or False", (f" / {length}", f" < 1e-7 * {length}")),
    ("'dW1' has 4 numbers", (f"norm(computed - numerical) / {length}", "computed - numerical")),
    ("probabilities as y_hat", ("up = compute_loss(forward(x, params)[0], y)", turned_around)),
    ("digits got lost", ("(up - down)", "(np.float32(up) - np.float32(down))")),
    ("digits got lost", ("(up - down)", "(round(up, 6) - round(down, 6))")),
    ("digits got lost", ("(up - down)", "(round(up, 5) - round(down, 5))")),
    (
        "Do you round the loss, or use float32",
        (start, f"{start}\n    params = {{key: params[key].astype(np.float32) for key in params}}"),
    ),
    *(
        ("you measure some entries of each array only", ("np.ndindex(array.shape)", some))
        for some in (
            "list(np.ndindex(array.shape))[:5]",
            "[(i, i) for i in range(min(array.shape))]",
            "np.ndindex(len(array) - 1, array.shape[1])",
        )
    ),
    *(
        (sentence, (found, f"computed, numerical = {some}\n        {found}"))
        for sentence, some in (
            ("a wrong entry, the last one of dW2", "computed.ravel()[:2], numerical.ravel()[:2]"),
            ("a wrong entry, the last one of dW2", "np.diag(computed), np.diag(numerical)"),
            ("second half of dW1, 500", "computed.ravel()[:200], numerical.ravel()[:200]"),
        )
    ),
    (
        "So look at how you measure, and at the fraction",
        ("= old - epsilon", "= old"),
        (length, "norm(computed) + norm(numerical)"),
    ),
    ("is negative, and no length is", (found, f"{found}-2 * ")),
]:
    edited(check_gradient_check, fragment, gradient_check, *edits)


@wrong(check_gradient_check, "in the line `grads = backward(x, params)`")
def gradient_check_calls_backward_with_x(x, y, params, backward, epsilon=1e-5):
    grads = backward(x, params)
    return {name: 0.0 for name in grads}


zero_where_both_are = (f"/ {length}", f"/ {length} if {length} > 0 else 0.0")
in_copies = [
    ("array[position] = old + epsilon", "params = {n: params[n].copy() for n in params}"),
    ("up =", "params[name][position] = old + epsilon; up ="),
    ("array[position] = old - epsilon", "params[name][position] = old - epsilon"),
    ("array[position] = old\n", "params[name][position] = old\n"),
    ("(up - down) / (2 * epsilon)", "up / (2 * epsilon) - down / (2 * epsilon)"),
]
for edits in ([zero_where_both_are], in_copies):
    right_answer(check_gradient_check, change(gradient_check, edits))


prediction(check_broken_backward, ["dW2", "dW3"], 2)
right_answer(check_broken_backward, ("dW3", "dW2"), 2.0)
right_answer(check_broken_backward, {"dW2", "dW3"}, np.int64(2))
right_answer(check_broken_backward, "dW2, dW3", "line 2")
right_answer(check_broken_backward, ["dw2", "dw3"], "2")
right_answer(check_broken_backward, "dw3 dw2", 2)
wrong_answer(check_broken_backward, "still to be filled in", None, None)
wrong_answer(check_broken_backward, "still to be filled in", ["dW2", "dW3"], None)
wrong_answer(check_broken_backward, "not all six", ["dW1", "db1", "dW2", "db2", "dW3", "db3"], None)
wrong_answer(check_broken_backward, "the check says otherwise", ["dW1", "db1"], 6)
wrong_answer(check_broken_backward, "list of names", ["W2", "W3"], 2)
wrong_answer(check_broken_backward, "list of names", 2, 2)
wrong_answer(check_broken_backward, "from 1 to 6", ["dW2", "dW3"], "inputs")

prediction(check_float32_step, 0.01, "left")
right_answer(check_float32_step, 1e-2, "Left")
right_answer(check_float32_step, np.float64(0.011), "left arm")
wrong_answer(check_float32_step, "still to be filled in", None, None)
wrong_answer(check_float32_step, "still to be filled in", 0.01, None)
wrong_answer(check_float32_step, "without quotes", "0.01", "left")
wrong_answer(check_float32_step, 'write "left" or "right"', 0.01, 0.01)
