"""What students write in lesson 4's exercises."""

import copy

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
from helpers.checks.mistakes import change
from helpers.forward import compute_accuracy, compute_loss, forward
from mistakes import right, right_answer, wrong, wrong_answer

right_answer(check_neuron_slope, -0.24)
right_answer(check_neuron_slope, -0.2384)
right_answer(check_neuron_slope, np.float64((sigmoid(2) - 1) * 2))
right_answer(check_neuron_slope, np.float32(-0.238))
wrong_answer(check_neuron_slope, "the sign is turned around", 0.2384)
wrong_answer(check_neuron_slope, "multiplied with w. The slope", -0.1788)
wrong_answer(check_neuron_slope, "left the input out", -0.12)
wrong_answer(check_neuron_slope, "the square of y_hat - y", -0.025)
wrong_answer(check_neuron_slope, "left the sigmoid's slope out", -2.27)
wrong_answer(check_neuron_slope, "the first factor of three", -1 / 0.8808)
wrong_answer(check_neuron_slope, "left the truth out", 1.7616)
wrong_answer(check_neuron_slope, "took z for the prediction", 2)
wrong_answer(check_neuron_slope, "slope of y_hat along w", 0.21)
wrong_answer(check_neuron_slope, "the second factor", 0.105)
wrong_answer(check_neuron_slope, "twice the slope. The square of", -0.4768)
wrong_answer(check_neuron_slope, "divided by the input", -0.0596)
wrong_answer(check_neuron_slope, "multiplied with w too", -0.3576)
wrong_answer(check_neuron_slope, "the loss itself", 0.127)
wrong_answer(check_neuron_slope, "left b out of z", -0.0948)
wrong_answer(check_neuron_slope, "not yet", 17)
wrong_answer(check_neuron_slope, "not yet", 0)
wrong_answer(check_neuron_slope, "give one number", "-0.24")
wrong_answer(check_neuron_slope, "give one number", [0.8808, -1])
wrong_answer(check_neuron_slope, "still to be filled in", None)


@right(check_backward)
def backward_divided_in_dW_and_db(y, params, cache):
    L, m = len(params) // 2, y.shape[1]
    cache = dict(cache, A0=cache["X"])
    grads = {}
    dZ = cache["A" + str(L)] - y
    for i in reversed(range(1, L + 1)):
        grads["dW" + str(i)] = np.dot(dZ, cache["A" + str(i - 1)].T) / m
        grads["db" + str(i)] = np.sum(dZ, axis=1, keepdims=True) / m
        if i > 1:
            dZ = np.dot(params["W" + str(i)].T, dZ) * (cache["Z" + str(i - 1)] > 0)
    return grads


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


# Changes of the right answer that write into the cache, or stop at a key or a shape.
for fragment, *edits in [
    (
        "it changes the cache",
        ('(cache[f"A{num_layers}"] - y) / y.shape[1]', 'cache[f"A{num_layers}"]\n    dZ -= y'),
    ),
    ("layer 3 is the last one", ('W{layer}"].T', 'W{layer + 1}"].T')),
    ('no "A0"', ('"] if layer > 1 else cache["X"]', '"]')),
    ('no "Z0"', ("if layer > 1:", "if True:")),
    (
        "Start at the last layer, go down, and write each shape",
        ("range(num_layers, 0, -1)", "range(1, num_layers + 1)"),
        ("if layer > 1:", "if layer < num_layers:"),
        ('W{layer}"].T', 'W{layer + 1}"].T'),
        ("Z{layer - 1}", "Z{layer}"),
    ),
]:
    wrong_answer(check_backward, fragment, change(backprop.backward, edits))


@wrong(check_backward, "it is right with 3 layers, but not with 4 layers")
def backward_for_three_layers(y, params, cache):
    dZ3 = (cache["A3"] - y) / y.shape[1]
    dZ2 = params["W3"].T @ dZ3 * (cache["Z2"] > 0)
    dZ1 = params["W2"].T @ dZ2 * (cache["Z1"] > 0)
    grads = {"dW3": dZ3 @ cache["A2"].T, "db3": dZ3.sum(axis=1, keepdims=True)}
    grads |= {"dW2": dZ2 @ cache["A1"].T, "db2": dZ2.sum(axis=1, keepdims=True)}
    return grads | {"dW1": dZ1 @ cache["X"].T, "db1": dZ1.sum(axis=1, keepdims=True)}


@wrong(check_backward, "right with more layers, but not with one")
def backward_not_for_one_layer(y, params, cache):
    L = len(params) // 2
    dZ = (cache[f"A{L}"] - y) / y.shape[1]
    grads = {
        f"dW{L}": dZ @ cache[f"A{L - 1}"].T,
        f"db{L}": np.sum(dZ, axis=1, keepdims=True),
    }
    for layer in range(L - 1, 0, -1):
        A = cache["X"] if layer == 1 else cache[f"A{layer - 1}"]
        dZ = params[f"W{layer + 1}"].T @ dZ * (cache[f"Z{layer}"] > 0)
        grads[f"dW{layer}"] = dZ @ A.T
        grads[f"db{layer}"] = np.sum(dZ, axis=1, keepdims=True)
    return grads


@wrong(check_backward, "it changes params")
def backward_takes_the_step_in_place(y, params, cache):
    grads = backprop.backward(y, params, cache)
    for name in params:
        params[name] -= 0.3 * grads[f"d{name}"]
    return grads


@wrong(check_backward, "it changes params")
def backward_puts_new_weights_into_params(y, params, cache):
    grads = backprop.backward(y, params, cache)
    for name in params:
        params[name] = params[name] - 0.1 * grads[f"d{name}"]
    return grads


@wrong(check_backward, "of type tuple, expected a dict")
def backward_returns_a_tuple(y, params, cache):
    return tuple(backprop.backward(y, params, cache).values())


@wrong(check_backward, "returns None")
def backward_without_return(y, params, cache):
    grads = backprop.backward(y, params, cache)
    print(grads)


@wrong(check_backward, "still to be written")
def backward_unwritten(y, params, cache):
    """The slope of the mean loss along every weight and bias."""
    ...


def difference(computed, numerical):
    size = np.linalg.norm(computed) + np.linalg.norm(numerical)
    return np.linalg.norm(computed - numerical) / size


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
def gradient_check_with_deep_copies(x, y, params, backward, epsilon=1e-5):
    grads = backward(y, params, forward(x, params)[1])
    differences = {}
    for name, array in params.items():
        numerical = np.empty_like(array)
        for position in np.ndindex(array.shape):
            losses = []
            for step in (epsilon, -epsilon):
                moved = copy.deepcopy(params)
                moved[name][position] += step
                losses.append(compute_loss(forward(x, moved)[0], y))
            numerical[position] = losses[0] / (2 * epsilon) - losses[1] / (2 * epsilon)
        differences[f"d{name}"] = difference(grads[f"d{name}"], numerical)
    return differences


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


def checked_with(slope=None, compare=difference, keep=lambda name: True):
    """A gradient check with another slope(loss_at, epsilon) or another comparison."""
    slope = slope or (lambda loss_at, e: (loss_at(e) - loss_at(-e)) / (2 * e))

    def gradient_check(x, y, params, backward, epsilon):
        grads = backward(y, params, forward(x, params)[1])
        result = {}
        for name, array in params.items():
            numerical = np.zeros(array.shape)
            for position in np.ndindex(array.shape):

                def loss_at(step, name=name, position=position):
                    moved = {key: value.copy() for key, value in params.items()}
                    moved[name][position] += step
                    return compute_loss(forward(x, moved)[0], y)

                numerical[position] = slope(loss_at, epsilon)
            if keep(name):
                result[f"d{name}"] = compare(grads[f"d{name}"], numerical)
        return result

    return gradient_check


@wrong(check_gradient_check, "one-sided difference")
def gradient_check_one_sided(x, y, params, backward, epsilon=1e-5):
    grads = backward(y, params, forward(x, params)[1])
    base = compute_loss(forward(x, params)[0], y)
    result = {}
    for name, array in params.items():
        numerical = np.zeros(array.shape)
        for position in np.ndindex(array.shape):
            old = array[position]
            array[position] = old + epsilon
            numerical[position] = (compute_loss(forward(x, params)[0], y) - base) / epsilon
            array[position] = old
        result["d" + name] = difference(grads["d" + name], numerical)
    return result


@wrong(check_gradient_check, "one-sided difference")
def gradient_check_one_sided_down(x, y, params, backward, epsilon=1e-5):
    return checked_with(lambda at, e: (at(0) - at(-e)) / e)(x, y, params, backward, epsilon)


@wrong(check_gradient_check, "you divided by epsilon. From")
def gradient_check_divided_by_epsilon(x, y, params, backward, epsilon=1e-5):
    return checked_with(lambda at, e: (at(e) - at(-e)) / e)(x, y, params, backward, epsilon)


@wrong(check_gradient_check, "did not divide the difference")
def gradient_check_not_divided(x, y, params, backward, epsilon=1e-5):
    return checked_with(lambda at, e: at(e) - at(-e))(x, y, params, backward, epsilon)


@wrong(check_gradient_check, "/ 2 * epsilon divides by 2")
def gradient_check_without_brackets(x, y, params, backward, epsilon=1e-5):
    slope = lambda at, epsilon: (at(epsilon) - at(-epsilon)) / 2 * epsilon  # noqa: E731
    return checked_with(slope)(x, y, params, backward, epsilon)


@wrong(check_gradient_check, "sign of your numerical slope")
def gradient_check_down_minus_up(x, y, params, backward, epsilon=1e-5):
    return checked_with(lambda at, e: (at(-e) - at(e)) / (2 * e))(x, y, params, backward, epsilon)


@wrong(check_gradient_check, "taken at the old place")
def gradient_check_only_goes_back(x, y, params, backward, epsilon=1e-5):
    grads = backward(y, params, forward(x, params)[1])
    result = {}
    for name, array in params.items():
        numerical = np.zeros(array.shape)
        for position in np.ndindex(array.shape):
            array[position] += epsilon
            up = compute_loss(forward(x, params)[0], y)
            array[position] -= epsilon
            down = compute_loss(forward(x, params)[0], y)
            numerical[position] = (up - down) / (2 * epsilon)
        result["d" + name] = difference(grads["d" + name], numerical)
    return result


@wrong(check_gradient_check, "params.copy() copies the dict, not the arrays")
def gradient_check_with_shallow_copies(x, y, params, backward, epsilon=1e-5):
    grads = backward(y, params, forward(x, params)[1])
    result = {}
    for name in params:
        numerical = np.zeros_like(params[name])
        for position in np.ndindex(numerical.shape):
            plus, minus = params.copy(), params.copy()
            plus[name][position] += epsilon
            loss_plus = compute_loss(forward(x, plus)[0], y)
            minus[name][position] -= epsilon
            loss_minus = compute_loss(forward(x, minus)[0], y)
            numerical[position] = (loss_plus - loss_minus) / (2 * epsilon)
        result["d" + name] = difference(grads["d" + name], numerical)
    return result


@wrong(check_gradient_check, "your numerical slopes are 0, or nearly")
def gradient_check_shallow_copies_moved_together(x, y, params, backward, epsilon=1e-5):
    grads = backward(y, params, forward(x, params)[1])
    result = {}
    for name in params:
        numerical = np.zeros_like(params[name])
        for position in np.ndindex(numerical.shape):
            plus, minus = dict(params), dict(params)
            plus[name][position] += epsilon
            minus[name][position] -= epsilon
            up, down = forward(x, plus)[0], forward(x, minus)[0]
            numerical[position] = (compute_loss(up, y) - compute_loss(down, y)) / (2 * epsilon)
        result["d" + name] = difference(grads["d" + name], numerical)
    return result


@wrong(check_gradient_check, "your numerical slopes are 0, or nearly")
def gradient_check_runs_the_old_network(x, y, params, backward, epsilon=1e-5):
    grads = backward(y, params, forward(x, params)[1])
    result = {}
    for name in params:
        numerical = np.zeros_like(params[name])
        for position in np.ndindex(numerical.shape):
            moved = copy.deepcopy(params)
            moved[name][position] += epsilon
            up = compute_loss(forward(x, params)[0], y)
            moved[name][position] -= 2 * epsilon
            down = compute_loss(forward(x, params)[0], y)
            numerical[position] = (up - down) / (2 * epsilon)
        result["d" + name] = difference(grads["d" + name], numerical)
    return result


@wrong(check_gradient_check, "the loss and not the accuracy")
def gradient_check_of_the_accuracy(x, y, params, backward, epsilon=1e-5):
    grads = backward(y, params, forward(x, params)[1])
    result = {}
    for name in params:
        numerical = np.zeros_like(params[name])
        for position in np.ndindex(numerical.shape):
            moved = copy.deepcopy(params)
            moved[name][position] += epsilon
            up = compute_accuracy(x, y, moved)
            moved[name][position] -= 2 * epsilon
            down = compute_accuracy(x, y, moved)
            numerical[position] = (up - down) / (2 * epsilon)
        result["d" + name] = difference(grads["d" + name], numerical)
    return result


@wrong(check_gradient_check, "params come back changed")
def gradient_check_does_not_restore(x, y, params, backward, epsilon=1e-5):
    grads = backward(y, params, forward(x, params)[1])
    result = {}
    for name, array in params.items():
        numerical = np.zeros_like(array)
        for position in np.ndindex(array.shape):
            array[position] += epsilon
            up = compute_loss(forward(x, params)[0], y)
            array[position] -= 2 * epsilon
            down = compute_loss(forward(x, params)[0], y)
            numerical[position] = (up - down) / (2 * epsilon)
        result["d" + name] = difference(grads["d" + name], numerical)
    return result


@wrong(check_gradient_check, "do not put an entry back")
def gradient_check_does_not_restore_its_copy(x, y, params, backward, epsilon=1e-5):
    params = copy.deepcopy(params)
    return gradient_check_does_not_restore(x, y, params, backward, epsilon)


@wrong(check_gradient_check, "do not put an entry back")
def gradient_check_copies_once_an_array(x, y, params, backward, epsilon=1e-5):
    grads = backward(y, params, forward(x, params)[1])
    result = {}
    for name in params:
        moved = {key: value.copy() for key, value in params.items()}
        numerical = np.zeros_like(params[name])
        for position in np.ndindex(numerical.shape):
            moved[name][position] = params[name][position] + epsilon
            up = compute_loss(forward(x, moved)[0], y)
            moved[name][position] = params[name][position] - epsilon
            down = compute_loss(forward(x, moved)[0], y)
            numerical[position] = (up - down) / (2 * epsilon)
        result["d" + name] = difference(grads["d" + name], numerical)
    return result


@wrong(check_gradient_check, "a share of itself")
def gradient_check_relative_steps(x, y, params, backward, epsilon=1e-5):
    grads = backward(y, params, forward(x, params)[1])
    result = {}
    for name, array in params.items():
        numerical = np.zeros_like(array)
        for position in np.ndindex(array.shape):
            old = array[position]
            array[position] = old * (1 + epsilon)
            up = compute_loss(forward(x, params)[0], y)
            array[position] = old * (1 - epsilon)
            down = compute_loss(forward(x, params)[0], y)
            array[position] = old
            numerical[position] = (up - down) / (2 * epsilon)
        result["d" + name] = difference(grads["d" + name], numerical)
    return result


@wrong(check_gradient_check, "moved all entries of an array at once")
def gradient_check_moves_whole_arrays(x, y, params, backward, epsilon=1e-5):
    grads = backward(y, params, forward(x, params)[1])
    result = {}
    for name in params:
        up = compute_loss(forward(x, {**params, name: params[name] + epsilon})[0], y)
        down = compute_loss(forward(x, {**params, name: params[name] - epsilon})[0], y)
        numerical = np.full(params[name].shape, (up - down) / (2 * epsilon))
        result["d" + name] = difference(grads["d" + name], numerical)
    return result


@wrong(check_gradient_check, "moved a whole row")
def gradient_check_moves_rows(x, y, params, backward, epsilon=1e-5):
    grads = backward(y, params, forward(x, params)[1])
    result = {}
    for name in params:
        numerical = np.zeros_like(params[name])
        for i in range(len(numerical)):
            moved = copy.deepcopy(params)
            moved[name][i] += epsilon
            up = compute_loss(forward(x, moved)[0], y)
            moved[name][i] -= 2 * epsilon
            down = compute_loss(forward(x, moved)[0], y)
            numerical[i] = (up - down) / (2 * epsilon)
        result["d" + name] = difference(grads["d" + name], numerical)
    return result


@wrong(check_gradient_check, "the first entry of each array only")
def gradient_check_first_entries(x, y, params, backward, epsilon=1e-5):
    grads = backward(y, params, forward(x, params)[1])
    result = {}
    for name, array in params.items():
        old = array[0, 0]
        array[0, 0] = old + epsilon
        up = compute_loss(forward(x, params)[0], y)
        array[0, 0] = old - epsilon
        down = compute_loss(forward(x, params)[0], y)
        array[0, 0] = old
        computed, numerical = grads["d" + name][0, 0], (up - down) / (2 * epsilon)
        result["d" + name] = abs(computed - numerical) / (abs(computed) + abs(numerical))
    return result


@wrong(check_gradient_check, "probabilities as y_hat")
def gradient_check_swaps_the_arguments_of_the_loss(x, y, params, backward, epsilon=1e-5):
    grads = backward(y, params, forward(x, params)[1])
    result = {}
    for name in params:
        numerical = np.zeros_like(params[name])
        for position in np.ndindex(numerical.shape):
            moved = copy.deepcopy(params)
            moved[name][position] += epsilon
            up = compute_loss(y, forward(x, moved)[0])
            moved[name][position] -= 2 * epsilon
            down = compute_loss(y, forward(x, moved)[0])
            numerical[position] = (up - down) / (2 * epsilon)
        result["d" + name] = difference(grads["d" + name], numerical)
    return result


@wrong(check_gradient_check, "your loss is a sum")
def gradient_check_of_the_sum(x, y, params, backward, epsilon=1e-5):
    m = y.shape[1]
    slope = lambda at, e: (m * at(e) - m * at(-e)) / (2 * e)  # noqa: E731
    return checked_with(slope)(x, y, params, backward, epsilon)


@wrong(check_gradient_check, "Divide it by the sum of the two lengths")
def gradient_check_absolute(x, y, params, backward, epsilon=1e-5):
    compare = lambda a, b: np.linalg.norm(a - b)  # noqa: E731
    return checked_with(compare=compare)(x, y, params, backward, epsilon)


@wrong(check_gradient_check, "a square is left")
def gradient_check_squared(x, y, params, backward, epsilon=1e-5):
    def compare(a, b):
        return np.sum((a - b) ** 2) / (np.sum(a**2) + np.sum(b**2))

    return checked_with(compare=compare)(x, y, params, backward, epsilon)


@wrong(check_gradient_check, "length of the numerical slopes alone")
def gradient_check_divided_by_numerical(x, y, params, backward, epsilon=1e-5):
    compare = lambda a, b: np.linalg.norm(a - b) / np.linalg.norm(b)  # noqa: E731
    return checked_with(compare=compare)(x, y, params, backward, epsilon)


@wrong(check_gradient_check, "length of the computed slopes alone")
def gradient_check_divided_by_computed(x, y, params, backward, epsilon=1e-5):
    compare = lambda a, b: np.linalg.norm(a - b) / np.linalg.norm(a)  # noqa: E731
    return checked_with(compare=compare)(x, y, params, backward, epsilon)


@wrong(check_gradient_check, "the larger of the two lengths")
def gradient_check_divided_by_the_larger(x, y, params, backward, epsilon=1e-5):
    norm = np.linalg.norm
    compare = lambda a, b: norm(a - b) / max(norm(a), norm(b))  # noqa: E731
    return checked_with(compare=compare)(x, y, params, backward, epsilon)


@wrong(check_gradient_check, "brackets are missing")
def gradient_check_without_brackets_below(x, y, params, backward, epsilon=1e-5):
    norm = np.linalg.norm
    compare = lambda a, b: norm(a - b) / norm(a) + norm(b)  # noqa: E731
    return checked_with(compare=compare)(x, y, params, backward, epsilon)


@wrong(check_gradient_check, "added the arrays and then took the length")
def gradient_check_length_of_the_sum(x, y, params, backward, epsilon=1e-5):
    norm = np.linalg.norm
    compare = lambda a, b: norm(a - b) / norm(a + b)  # noqa: E731
    return checked_with(compare=compare)(x, y, params, backward, epsilon)


@wrong(check_gradient_check, "the lengths first, then their distance")
def gradient_check_compares_lengths(x, y, params, backward, epsilon=1e-5):
    norm = np.linalg.norm
    compare = lambda a, b: abs(norm(a) - norm(b)) / (norm(a) + norm(b))  # noqa: E731
    return checked_with(compare=compare)(x, y, params, backward, epsilon)


@wrong(check_gradient_check, "divided entry by entry")
def gradient_check_mean_of_shares(x, y, params, backward, epsilon=1e-5):
    compare = lambda a, b: np.mean(abs(a - b) / (abs(a) + abs(b)))  # noqa: E731
    return checked_with(compare=compare)(x, y, params, backward, epsilon)


@wrong(check_gradient_check, "'dW1' has 12 numbers")
def gradient_check_keeps_entries(x, y, params, backward, epsilon=1e-5):
    compare = lambda a, b: abs(a - b) / (abs(a) + abs(b))  # noqa: E731
    return checked_with(compare=compare)(x, y, params, backward, epsilon)


@wrong(check_gradient_check, "added up entries, or their sizes")
def gradient_check_sum_of_sizes(x, y, params, backward, epsilon=1e-5):
    compare = lambda a, b: abs(a - b).sum() / (abs(a).sum() + abs(b).sum())  # noqa: E731
    return checked_with(compare=compare)(x, y, params, backward, epsilon)


@wrong(check_gradient_check, "you return True or False")
def gradient_check_gives_a_verdict(x, y, params, backward, epsilon=1e-5):
    compare = lambda a, b: difference(a, b) < 1e-7  # noqa: E731
    return checked_with(compare=compare)(x, y, params, backward, epsilon)


@wrong(check_gradient_check, "the weights only")
def gradient_check_without_biases(x, y, params, backward, epsilon=1e-5):
    return checked_with(keep=lambda name: "W" in name)(x, y, params, backward, epsilon)


@wrong(check_gradient_check, "which name the weights")
def gradient_check_keys_without_d(x, y, params, backward, epsilon=1e-5):
    result = checked_with()(x, y, params, backward, epsilon)
    return {name[1:]: number for name, number in result.items()}


@wrong(check_gradient_check, "return a dict with one number")
def gradient_check_one_number(x, y, params, backward, epsilon=1e-5):
    return max(checked_with()(x, y, params, backward, epsilon).values())


@wrong(check_gradient_check, "the same for every epsilon")
def gradient_check_fixed_epsilon(x, y, params, backward, epsilon=1e-5):
    return checked_with()(x, y, params, backward, 1e-5)


@wrong(check_gradient_check, "the same for two different backwards")
def gradient_check_of_the_other_backward(x, y, params, backward, epsilon=1e-5):
    return checked_with()(x, y, params, backprop.backward, epsilon)


@wrong(check_gradient_check, "digits got lost")
def gradient_check_in_float32(x, y, params, backward, epsilon=1e-5):
    slope = lambda at, e: (np.float32(at(e)) - np.float32(at(-e))) / np.float32(2 * e)  # noqa: E731
    return checked_with(slope)(x, y, params, backward, epsilon)


@wrong(check_gradient_check, "digits got lost")
def gradient_check_rounds_the_loss(x, y, params, backward, epsilon=1e-5):
    slope = lambda at, e: (round(at(e), 6) - round(at(-e), 6)) / (2 * e)  # noqa: E731
    return checked_with(slope)(x, y, params, backward, epsilon)


@wrong(check_gradient_check, "digits got lost")
def gradient_check_rounds_to_zero(x, y, params, backward, epsilon=1e-5):
    slope = lambda at, e: (round(at(e), 5) - round(at(-e), 5)) / (2 * e)  # noqa: E731
    return checked_with(slope)(x, y, params, backward, epsilon)


@wrong(check_gradient_check, "the distance takes a minus")
def gradient_check_adds_where_it_compares(x, y, params, backward, epsilon=1e-5):
    norm = np.linalg.norm
    compare = lambda a, b: norm(a + b) / (norm(a) + norm(b))  # noqa: E731
    return checked_with(compare=compare)(x, y, params, backward, epsilon)


@wrong(check_gradient_check, "call backward before you move anything")
def gradient_check_calls_backward_after_the_move(x, y, params, backward, epsilon=1e-5):
    result = {}
    for name, array in params.items():
        computed, numerical = np.zeros(array.shape), np.zeros(array.shape)
        for position in np.ndindex(array.shape):
            losses = []
            for step in (-epsilon, +epsilon):
                moved = copy.deepcopy(params)
                moved[name][position] += step
                y_hat, cache = forward(x, moved)
                losses.append(compute_loss(y_hat, y))
            computed[position] = backward(y, moved, cache)["d" + name][position]
            numerical[position] = (losses[1] - losses[0]) / (2 * epsilon)
        result["d" + name] = difference(computed, numerical)
    return result


@wrong(check_gradient_check, "in the line `grads = backward(x, params)`")
def gradient_check_calls_backward_with_x(x, y, params, backward, epsilon=1e-5):
    grads = backward(x, params)
    return {name: 0.0 for name in grads}


@wrong(check_gradient_check, "returns None")
def gradient_check_prints(x, y, params, backward, epsilon=1e-5):
    print(checked_with()(x, y, params, backward, epsilon))


@right(check_gradient_check)
def gradient_check_skips_where_both_are_zero(x, y, params, backward, epsilon=1e-5):
    def compare(computed, numerical):
        length = np.linalg.norm(computed) + np.linalg.norm(numerical)
        return 0.0 if length == 0 else np.linalg.norm(computed - numerical) / length

    return checked_with(compare=compare)(x, y, params, backward, epsilon)


@wrong(check_gradient_check, "you skip entries whose computed slope is 0")
def gradient_check_skips_zeros(x, y, params, backward, epsilon=1e-5):
    grads = backward(y, params, forward(x, params)[1])
    result = {}
    for name, arr in params.items():
        numerical = np.zeros(arr.shape)
        for pos in np.ndindex(arr.shape):
            if grads["d" + name][pos] == 0:
                continue
            old = arr[pos]
            arr[pos] = old + epsilon
            up = compute_loss(forward(x, params)[0], y)
            arr[pos] = old - epsilon
            down = compute_loss(forward(x, params)[0], y)
            arr[pos] = old
            numerical[pos] = (up - down) / (2 * epsilon)
        result["d" + name] = difference(grads["d" + name], numerical)
    return result


@wrong(check_gradient_check, "you skip entries whose computed slope is 0")
def gradient_check_masks_zeros(x, y, params, backward, epsilon=1e-5):
    def compare(computed, numerical):
        on = computed != 0
        return difference(computed[on], numerical[on]) if on.any() else 0.0

    return checked_with(compare=compare)(x, y, params, backward, epsilon)


@wrong(check_gradient_check, "you pass an array whose computed slopes are all 0")
def gradient_check_passes_arrays_of_zeros(x, y, params, backward, epsilon=1e-5):
    compare = lambda c, n: 0.0 if np.linalg.norm(c) == 0 else difference(c, n)  # noqa: E731
    return checked_with(compare=compare)(x, y, params, backward, epsilon)


def gradient_check_in_copies(make_copy, x, y, params, backward, epsilon):
    grads = backward(y, params, forward(x, params)[1])
    result = {}
    for name in params:
        numerical = np.zeros(params[name].shape)
        for position in np.ndindex(numerical.shape):
            losses = []
            for sign in (1, -1):
                moved = {key: make_copy(value) for key, value in params.items()}
                moved[name][position] += sign * epsilon
                losses.append(compute_loss(forward(x, moved)[0], y))
            numerical[position] = (losses[0] - losses[1]) / (2 * epsilon)
        result["d" + name] = difference(grads["d" + name], numerical)
    return result


@wrong(check_gradient_check, "Do you round the loss, or use float32")
def gradient_check_with_float32_copies(x, y, params, backward, epsilon=1e-5):
    make_copy = lambda value: value.astype(np.float32)  # noqa: E731
    return gradient_check_in_copies(make_copy, x, y, params, backward, epsilon)


@wrong(check_gradient_check, "Do you round the loss, or use float32")
def gradient_check_sets_float32_copies(x, y, params, backward, epsilon=1e-5):
    grads = backward(y, params, forward(x, params)[1])
    small = {key: np.array(value, dtype="float32") for key, value in params.items()}
    result = {}
    for name, array in small.items():
        numerical = np.zeros(array.shape)
        for position in np.ndindex(array.shape):
            old = array[position]
            array[position] = old + epsilon
            up = compute_loss(forward(x, small)[0], y)
            array[position] = old - epsilon
            down = compute_loss(forward(x, small)[0], y)
            array[position] = old
            numerical[position] = (up - down) / (2 * epsilon)
        result["d" + name] = difference(grads["d" + name], numerical)
    return result


@wrong(check_gradient_check, "Do you round the loss, or use float32")
def gradient_check_all_in_float32(x, y, params, backward, epsilon=1e-5):
    make_copy = lambda value: value.astype(np.float32)  # noqa: E731
    x = x.astype(np.float32)
    return gradient_check_in_copies(make_copy, x, y, params, backward, epsilon)


@wrong(check_gradient_check, "Does the array for the slopes hold floats")
def gradient_check_keeps_whole_numbers(x, y, params, backward, epsilon=1e-5):
    grads = backward(y, params, forward(x, params)[1])
    result = {}
    for name, array in params.items():
        num = np.zeros(array.shape, dtype=int)
        for position in np.ndindex(array.shape):
            old = array[position]
            array[position] = old + epsilon
            up = compute_loss(forward(x, params)[0], y)
            array[position] = old - epsilon
            down = compute_loss(forward(x, params)[0], y)
            array[position] = old
            num[position] = (up - down) / (2 * epsilon)
        result["d" + name] = difference(grads["d" + name], num)
    return result


@wrong(check_gradient_check, "Does your move reach params (flatten gives a copy)?")
def gradient_check_moves_a_flat_copy(x, y, params, backward, epsilon=1e-5):
    grads = backward(y, params, forward(x, params)[1])
    result = {}
    for name, arr in params.items():
        flat, numerical = arr.flatten(), np.zeros(arr.size)
        for i in range(arr.size):
            flat[i] += epsilon
            up = compute_loss(forward(x, params)[0], y)
            flat[i] -= 2 * epsilon
            down = compute_loss(forward(x, params)[0], y)
            flat[i] += epsilon
            numerical[i] = (up - down) / (2 * epsilon)
        result["d" + name] = difference(grads["d" + name].ravel(), numerical)
    return result


@wrong(check_gradient_check, "moved all entries of an array at once")
def gradient_check_forgets_the_position(x, y, params, backward, epsilon=1e-5):
    grads = backward(y, params, forward(x, params)[1])
    result = {}
    for name, array in params.items():
        numerical = np.zeros(array.shape)
        for position in np.ndindex(array.shape):
            moved = copy.deepcopy(params)
            moved[name] += epsilon
            up = compute_loss(forward(x, moved)[0], y)
            moved[name] -= 2 * epsilon
            down = compute_loss(forward(x, moved)[0], y)
            numerical[position] = (up - down) / (2 * epsilon)
        result["d" + name] = difference(grads["d" + name], numerical)
    return result


@wrong(check_gradient_check, "moved all entries of an array at once")
def gradient_check_one_slope_an_array(x, y, params, backward, epsilon=1e-5):
    grads = backward(y, params, forward(x, params)[1])
    result = {}
    for name in params:
        losses = []
        for step in (epsilon, -epsilon):
            moved = {key: value.copy() for key, value in params.items()}
            moved[name] += step
            losses.append(compute_loss(forward(x, moved)[0], y))
        numerical = (losses[0] - losses[1]) / (2 * epsilon)
        result["d" + name] = difference(grads["d" + name], numerical)
    return result


def gradient_check_of_some(positions, x, y, params, backward, epsilon, elsewhere=0.0):
    grads = backward(y, params, forward(x, params)[1])
    result = {}
    for name in params:
        computed, numerical = [], []
        measured = np.zeros(params[name].shape)
        for position in positions(params[name].shape):
            losses = []
            for step in (epsilon, -epsilon):
                moved = copy.deepcopy(params)
                moved[name][position] += step
                losses.append(compute_loss(forward(x, moved)[0], y))
            measured[position] = (losses[0] - losses[1]) / (2 * epsilon)
            computed.append(grads["d" + name][position])
            numerical.append(measured[position])
        if elsewhere is None:
            result["d" + name] = difference(np.array(computed), np.array(numerical))
        else:
            result["d" + name] = difference(grads["d" + name], measured)
    return result


@wrong(check_gradient_check, "you measure some entries of each array only")
def gradient_check_first_five(x, y, params, backward, epsilon=1e-5):
    positions = lambda shape: list(np.ndindex(shape))[:5]  # noqa: E731
    return gradient_check_of_some(positions, x, y, params, backward, epsilon)


@wrong(check_gradient_check, "you measure some entries of each array only")
def gradient_check_diagonal(x, y, params, backward, epsilon=1e-5):
    positions = lambda shape: [(i, i) for i in range(min(shape))]  # noqa: E731
    return gradient_check_of_some(positions, x, y, params, backward, epsilon)


@wrong(check_gradient_check, "you measure some entries of each array only")
def gradient_check_without_the_last_row(x, y, params, backward, epsilon=1e-5):
    positions = lambda shape: [p for p in np.ndindex(shape) if p[0] < shape[0] - 1]  # noqa: E731
    return gradient_check_of_some(positions, x, y, params, backward, epsilon)


@wrong(check_gradient_check, "it does not see a wrong entry, the last one of dW2")
def gradient_check_first_two_compared_alone(x, y, params, backward, epsilon=1e-5):
    positions = lambda shape: list(np.ndindex(shape))[:2]  # noqa: E731
    return gradient_check_of_some(positions, x, y, params, backward, epsilon, None)


@wrong(check_gradient_check, "it does not see a wrong entry, the last one of dW2")
def gradient_check_diagonal_compared_alone(x, y, params, backward, epsilon=1e-5):
    positions = lambda shape: [(i, i) for i in range(min(shape))]  # noqa: E731
    return gradient_check_of_some(positions, x, y, params, backward, epsilon, None)


@wrong(check_gradient_check, "your step is epsilon / 2")
def gradient_check_half_steps(x, y, params, backward, epsilon=1e-5):
    slope = lambda at, e: (at(e / 2) - at(-e / 2)) / e  # noqa: E731
    return checked_with(slope)(x, y, params, backward, epsilon)


@wrong(check_gradient_check, "your step is 2 epsilon")
def gradient_check_double_steps(x, y, params, backward, epsilon=1e-5):
    slope = lambda at, e: (at(2 * e) - at(-2 * e)) / (4 * e)  # noqa: E731
    return checked_with(slope)(x, y, params, backward, epsilon)


@wrong(check_gradient_check, "added up entries, or their sizes")
def gradient_check_sums_for_lengths(x, y, params, backward, epsilon=1e-5):
    compare = lambda c, n: np.sum(c - n) / (np.sum(c) + np.sum(n))  # noqa: E731
    return checked_with(compare=compare)(x, y, params, backward, epsilon)


@wrong(check_gradient_check, "added up entries, or their sizes")
def gradient_check_sizes_of_sums(x, y, params, backward, epsilon=1e-5):
    compare = lambda c, n: abs(np.sum(c - n)) / (abs(np.sum(c)) + abs(np.sum(n)))  # noqa: E731
    return checked_with(compare=compare)(x, y, params, backward, epsilon)


@wrong(check_gradient_check, "took the one length from the other below the line")
def gradient_check_minus_below(x, y, params, backward, epsilon=1e-5):
    norm = np.linalg.norm
    compare = lambda c, n: norm(c - n) / (norm(c) - norm(n))  # noqa: E731
    return checked_with(compare=compare)(x, y, params, backward, epsilon)


@wrong(check_gradient_check, "took the one length from the other below the line")
def gradient_check_distance_of_lengths_below(x, y, params, backward, epsilon=1e-5):
    norm = np.linalg.norm
    compare = lambda c, n: norm(c - n) / abs(norm(c) - norm(n))  # noqa: E731
    return checked_with(compare=compare)(x, y, params, backward, epsilon)


@wrong(check_gradient_check, "is negative, and no length is")
def gradient_check_with_a_minus(x, y, params, backward, epsilon=1e-5):
    compare = lambda c, n: -np.linalg.norm(c - n, 1) / np.linalg.norm(n)  # noqa: E731
    return checked_with(compare=compare)(x, y, params, backward, epsilon)


@wrong(check_gradient_check, "this is the largest difference of an entry")
def gradient_check_largest_difference(x, y, params, backward, epsilon=1e-5):
    return checked_with(compare=lambda c, n: max(abs(c - n).ravel()))(
        x, y, params, backward, epsilon
    )


@wrong(check_gradient_check, "this is the mean of the differences")
def gradient_check_mean_difference(x, y, params, backward, epsilon=1e-5):
    compare = lambda c, n: np.abs(c - n).mean()  # noqa: E731
    return checked_with(compare=compare)(x, y, params, backward, epsilon)


@wrong(check_gradient_check, "you added up the differences")
def gradient_check_sum_of_differences(x, y, params, backward, epsilon=1e-5):
    compare = lambda c, n: np.abs(c - n).sum()  # noqa: E731
    return checked_with(compare=compare)(x, y, params, backward, epsilon)


@wrong(check_gradient_check, "still to be written")
def gradient_check_unwritten(x, y, params, backward, epsilon=1e-5):
    """Hold `backward` against centred differences of the loss."""


right_answer(check_broken_backward, ["dW2", "dW3"], 2)
right_answer(check_broken_backward, ("dW3", "dW2"), 2.0)
right_answer(check_broken_backward, {"dW2", "dW3"}, np.int64(2))
right_answer(check_broken_backward, "dW2, dW3", "line 2")
right_answer(check_broken_backward, ["dw2", "dw3"], "2")
right_answer(check_broken_backward, "dw3 dw2", 2)
wrong_answer(check_broken_backward, "still to be filled in", None, None)
wrong_answer(check_broken_backward, "still to be filled in", ["dW2", "dW3"], None)
wrong_answer(check_broken_backward, "there is one more", ["dW3"], 2)
wrong_answer(check_broken_backward, "these are the right ones", ["dW1", "db1", "db2", "db3"], 2)
wrong_answer(check_broken_backward, "calls dW1 right", ["dW1", "dW2", "dW3"], 3)
wrong_answer(check_broken_backward, "not all six", ["dW1", "db1", "dW2", "db2", "dW3", "db3"], None)
wrong_answer(check_broken_backward, "the check says otherwise", ["dW1", "db1"], 6)
wrong_answer(check_broken_backward, "list of names", ["W2", "W3"], 2)
wrong_answer(check_broken_backward, "list of names", 2, 2)
wrong_answer(check_broken_backward, "the list is empty", [], 2)
wrong_answer(check_broken_backward, "not line 1. Then a dZ", ["dW2", "dW3"], 1)
wrong_answer(check_broken_backward, "dW1 goes through it too", ["dW2", "dW3"], 3)
wrong_answer(check_broken_backward, "the biases' slopes", ["dW2", "dW3"], 4)
wrong_answer(check_broken_backward, "not line 5. Then a dZ", ["dW2", "dW3"], 5)
wrong_answer(check_broken_backward, "here the scores Z are in place", ["dW2", "dW3"], 6)
wrong_answer(check_broken_backward, "from 1 to 6", ["dW2", "dW3"], "inputs")

right_answer(check_float32_step, 0.01, "left")
right_answer(check_float32_step, 1e-2, "Left")
right_answer(check_float32_step, np.float64(0.011), "left arm")
wrong_answer(check_float32_step, "still to be filled in", None, None)
wrong_answer(check_float32_step, "still to be filled in", 0.01, None)
wrong_answer(check_float32_step, "not its exponent", -2, "left")
wrong_answer(check_float32_step, "smaller than 1", 100, "left")
wrong_answer(check_float32_step, "lowest point of float64", 1e-5, "left")
wrong_answer(check_float32_step, "the error at the lowest point", 1e-4, "left")
wrong_answer(check_float32_step, "at its highest", 1e-7, "left")
wrong_answer(check_float32_step, "one point further left", 0.1, "left")
wrong_answer(check_float32_step, "one further right", 0.001, "left")
wrong_answer(check_float32_step, "without quotes", "0.01", "left")
wrong_answer(check_float32_step, "without quotes", "1e-2", "left")
wrong_answer(check_float32_step, "on the right the two curves", 0.01, "right")
wrong_answer(check_float32_step, "only one", 0.01, "both")
wrong_answer(check_float32_step, "that is its reason", 0.01, "round-off")
wrong_answer(check_float32_step, 'write "left" or "right"', 0.01, 0.01)


@wrong(check_gradient_check, "Do you add the two losses, or use only one")
def gradient_check_up_plus_down(x, y, params, backward, epsilon=1e-5):
    slope = lambda at, e: (at(e) + at(-e)) / (2 * e)  # noqa: E731
    return checked_with(slope)(x, y, params, backward, epsilon)


@wrong(check_gradient_check, "Do you add the two losses, or use only one")
def gradient_check_up_alone(x, y, params, backward, epsilon=1e-5):
    slope = lambda at, e: at(e) / (2 * e)  # noqa: E731
    return checked_with(slope)(x, y, params, backward, epsilon)


@wrong(check_gradient_check, "Do you add the two losses, or use only one")
def gradient_check_down_alone(x, y, params, backward, epsilon=1e-5):
    return checked_with(lambda at, e: at(-e) / e)(x, y, params, backward, epsilon)


@wrong(check_gradient_check, "the slope's fraction is upside down")
def gradient_check_slope_upside_down(x, y, params, backward, epsilon=1e-5):
    slope = lambda at, e: 2 * e / (at(e) - at(-e))  # noqa: E731
    return checked_with(slope)(x, y, params, backward, epsilon)


@wrong(check_gradient_check, "the fraction of your comparison is upside down")
def gradient_check_distance_upside_down(x, y, params, backward, epsilon=1e-5):
    norm = np.linalg.norm
    compare = lambda a, b: (norm(a) + norm(b)) / norm(a - b)  # noqa: E731
    return checked_with(compare=compare)(x, y, params, backward, epsilon)


def backward_with_dZ(step):
    """A student's loop; step(W, dZ, Z) gives dZ of the layer below."""

    def backward(y, params, cache):
        grads, count = {}, len(params) // 2
        dZ = (cache[f"A{count}"] - y) / y.shape[1]
        for layer in range(count, 0, -1):
            inputs = cache[f"A{layer - 1}"] if layer > 1 else cache["X"]
            grads[f"dW{layer}"] = dZ @ inputs.T
            grads[f"db{layer}"] = dZ.sum(axis=1, keepdims=True)
            if layer > 1:
                dZ = step(params[f"W{layer}"], dZ, cache[f"Z{layer - 1}"])
        return grads

    return backward


right_answer(check_backward, backward_with_dZ(lambda W, dZ, Z: (W.T @ dZ) * (Z > 0)))


@wrong(check_backward, "As text, W10 comes before W2")
def backward_in_the_order_of_the_names(y, params, cache):
    layers = [int(name[1:]) for name in sorted(params) if name[0] == "W"]
    grads, dZ = {}, (cache[f"A{len(layers)}"] - y) / y.shape[1]
    for place in reversed(range(len(layers))):
        layer, below = layers[place], layers[place - 1]
        inputs = cache[f"A{below}"] if place else cache["X"]
        grads[f"dW{layer}"] = dZ @ inputs.T
        grads[f"db{layer}"] = dZ.sum(axis=1, keepdims=True)
        if place:
            dZ = (params[f"W{layer}"].T @ dZ) * (cache[f"Z{below}"] > 0)
    return grads


@wrong(check_gradient_check, "the second half of dW1, 500 entries, is wrong")
def gradient_check_of_the_first_200(x, y, params, backward, epsilon=1e-5):
    grads = backward(y, params, forward(x, params)[1])
    result = {}
    for name, array in params.items():
        positions = list(np.ndindex(array.shape))[:200]
        numerical = []
        for position in positions:
            old, losses = array[position], []
            for step in (epsilon, -epsilon):
                array[position] = old + step
                losses.append(compute_loss(forward(x, params)[0], y))
            array[position] = old
            numerical.append((losses[0] - losses[1]) / (2 * epsilon))
        computed = np.array([grads[f"d{name}"][position] for position in positions])
        result[f"d{name}"] = difference(computed, np.array(numerical))
    return result
