"""Checks of lesson 4's exercises."""

import math
import re
from functools import partial

import numpy as np

from helpers import backprop
from helpers.checks.probe import (
    CheckFailed,
    attempt,
    check,
    compare,
    compare_answer,
    find_problem,
    require,
)
from helpers.data import one_hot
from helpers.forward import compute_accuracy, compute_loss, forward


@check(
    "4.2",
    "The slope is made of two numbers: how far off the prediction is, and the input.",
    "It is (y_hat - y) * x. Here y_hat is 0.8808, and y is 1.",
)
def check_neuron_slope(slope):
    """Check the slope along the weight of one neuron: w = 1.5, b = -1, x = 2, y = 1."""
    w, x, y, y_hat = 1.5, 2, 1, 0.8808
    right = (y_hat - y) * x
    wrong = [
        (
            -right,
            "the sign is turned around: it is prediction minus truth. A higher w brings y_hat "
            "nearer to 1, so the loss falls, and the slope is negative.",
        ),
        ((y_hat - y) * w, "you multiplied with w. The slope of z = w x + b along w is x."),
        (y_hat - y, "you left the input out. This is the slope along b; multiply it with x."),
        (
            (y_hat - y) * y_hat * (1 - y_hat) * x,
            "you multiplied with the sigmoid's slope too. The loss brings 1 over it, so it "
            "cancels here. (It stays for another loss, the square of y_hat - y.)",
        ),
        (
            (y_hat - y) / (y_hat * (1 - y_hat)) * x,
            "you left the sigmoid's slope out of the chain: multiply with y_hat (1 - y_hat).",
        ),
        (
            (y_hat - y) / (y_hat * (1 - y_hat)),
            "this is the slope along y_hat, the first factor of three. Go on to z, then to w.",
        ),
        (y_hat * x, "you left the truth out. It is prediction minus truth: take y = 1 away."),
        ((2 - y) * x, "you took z for the prediction. The prediction is the sigmoid of z."),
        (y_hat * (1 - y_hat) * x, "this is the slope of y_hat along w. You want that of the loss."),
        (y_hat * (1 - y_hat), "this is the sigmoid's slope, the second factor of three."),
        (
            2 * right,
            "this is twice the slope. The square of y_hat - y would bring a 2; this loss does not.",
        ),
        (right / x**2, "you divided by the input. The slope of z along w is x: multiply."),
        ((y_hat - y) * w * x, "you multiplied with w too. The slope of z along w is x alone."),
        (-np.log(y_hat), "this is the loss itself. You want its slope along w."),
        ((0.9526 - y) * x, "you left b out of z. With w = 1.5, x = 2 and b = -1, z is 2."),
    ]
    is_number = isinstance(slope, (int, float, np.number)) and not isinstance(slope, bool)
    if is_number:  # two digits are enough
        slope = next((v for v in (right, *(v for v, _ in wrong)) if abs(slope / v - 1) < 0.03), 0)
    require(slope is None or slope is ... or is_number, "give one number, such as 0.5.")
    compare_answer(
        slope,
        right,
        wrong,
        "not yet. Prediction minus truth, times input: which of the given numbers are these?",
    )


def _batch(layer_dims, batch_size, seed=0):
    """A small network, and a batch that has run through it."""
    rng = np.random.default_rng(seed)
    x = rng.integers(0, 9, (layer_dims[0], batch_size)) / 8
    y = one_hot(rng.permutation(batch_size) % max(2, layer_dims[-1] - 1), layer_dims[-1])
    params = {}
    for layer in range(1, len(layer_dims)):
        # Eighths, so that the scores are exact, and one of them can be exactly 0.
        size = (layer_dims[layer], layer_dims[layer - 1])
        params[f"W{layer}"] = rng.integers(-8, 9, size) / 8
        params[f"b{layer}"] = rng.integers(-4, 5, (size[0], 1)) / 8
    return {"y": y, "params": params, "cache": forward(x, params)[1]}


def _batch_with_scores_at_zero():
    """One example whose scores are exactly 0, but for the first of each layer, just above."""
    case = _batch([5, 6, 8, 4], 7)
    params, x = case["params"], case["cache"]["X"]
    for layer, inputs in ((1, "X"), (2, "A1")):
        cache = forward(x, params)[1]
        params[f"b{layer}"] = -(params[f"W{layer}"] @ cache[inputs])[:, layer : layer + 1]
        params[f"b{layer}"][0] += 2.0**-20
    return case | {"cache": forward(x, params)[1]}


@check(
    "4.4",
    "Begin with dZ = (y_hat - y) / m at the last layer, and go down, layer by layer. In each "
    "layer find dW and db, then dZ of the layer below.",
    "dW = dZ @ inputs.T, db = dZ.sum(axis=1, keepdims=True), and then, one layer down, "
    "dZ = (W.T @ dZ) * (Z > 0), with the W of the upper layer and the Z of the lower one.",
)
def check_backward(backward):
    """Check the gradient of the mean loss, for any number of layers."""
    three_layers = {
        "with 3 layers": _batch([5, 6, 8, 4], 7),
        "with a batch of one": _batch([5, 6, 8, 4], 1),
        "where scores are 0 or just above": _batch_with_scores_at_zero(),
        # Here the shapes fit where they should not, and the numbers tell one slip from another.
        "with 4 units in each layer, and 4 examples": _batch([4, 4, 4, 4], 4, seed=1),
    }
    _require_slopes_alone(attempt(partial(_slopes, backward), **three_layers["with 3 layers"]))
    try:
        compare(backward, backprop.backward, three_layers, run=_slopes)
    except CheckFailed as failure:
        place, is_shape, _ = str(failure).partition(": ValueError: ")
        require(
            not is_shape,
            f"{place}. The shapes do not fit. Start at the last layer, go down, and write each "
            "shape down, as in 4.4: dZ_l (n_l, m), its inputs (n_{l-1}, m), W_l (n_l, n_{l-1}).",
        )
        raise
    fixed = "Take num_layers = len(params) // 2, and write no layer's number into the code."
    for layer_dims, sentence in {
        (4, 5, 6, 7, 3): f"3 layers, but not with 4 layers. {fixed}",
        (6, 5, 3): f"3 layers, but not with 2 layers. {fixed}",
        (5, 3): "more layers, but not with one. There the last layer is also the first: its inputs "
        'are cache["X"].',
        (3,) * 12: "up to 4 layers, but not with 11. Do you sort the names of the arrays, or use "
        "only one digit of their numbers? As text, W10 comes before W2. Loop over "
        "range(num_layers, 0, -1).",
    }.items():
        case = _batch(layer_dims, 4, seed=1)
        outcome = attempt(partial(_slopes, backward), **case)
        is_right = find_problem(outcome, _slopes(backprop.backward, **case), "") is None
        require(is_right, f"it is right with {sentence}")


def _slopes(backward, y, params, cache):
    """What `backward` returns, from the last layer to the first, but for what it need not."""
    given = set(cache)
    grads = backward(y, params, cache)
    for key in set(cache) - given:  # it may add to the cache, but not change what is there
        del cache[key]
    if not isinstance(grads, dict):
        return grads
    wanted = [f"d{kind}{k}" for k in range(len(params) // 2, 0, -1) for kind in "Wb"]
    found = [name for name in wanted if name in grads]
    names = wanted if found == wanted else sorted(map(str, grads))
    return {"the names": ", ".join(names)} | {name: grads[name] for name in found}


def _require_slopes_alone(outcome):
    """Raise `CheckFailed` where `backward` asks for what is not there, or changes its input."""
    key = outcome.error.args[0] if isinstance(outcome.error, KeyError) else None
    require(key != "A0", 'the cache has no "A0". The inputs of layer 1 are cache["X"].')
    require(
        key != "Z0",
        'the cache has no "Z0". Below layer 1 there are only pictures, so find no dZ there: put '
        "that step under `if layer > 1:`.",
    )
    require(
        key not in ("W4", "b4", "Z4", "A4"),
        f"you ask for {key!r}, but layer 3 is the last one. Begin with num_layers = "
        "len(params) // 2, and take the W of the layer that dZ belongs to.",
    )
    require(
        outcome.changed != "params" or outcome.error is not None,
        "it changes params. backward only finds the slopes; the weights stay as they are until "
        "the step of lesson 5.",
    )
    require(
        outcome.changed != "cache" or outcome.error is not None,
        "it changes the cache. After dZ = cache[...], dZ is the very array in the cache: write "
        "dZ = dZ * ... and dZ = dZ - y, not dZ *= ... and dZ -= y.",
    )


# Multiples of 2**-30, and weights that are multiples of 1/64: an entry moved up and down comes back
# exactly in float64, while float32 rounds it. No ReLU of this network crosses 0 under the large
# step.
_SMALL_STEP, _LARGE_STEP = round(1e-5 * 2**30) / 2**30, 2.0**-6
_CHECKED = {
    "x": np.array([[6, 1, 7, 8, 0], [7, 5, 5, 1, 1], [5, 5, 6, 1, 8]]) / 8,
    "y": one_hot(np.array([0, 2, 2, 0, 1]), 3),
    "params": {
        "W1": np.array([[-17, 28, 23], [60, 5, -20], [33, -22, -45], [15, 37, -54]]) / 64,
        "b1": np.array([[0], [25], [-7], [16]]) / 64,
        "W2": np.array([[-47, 54, 53, -48], [21, -7, -28, -13], [36, -29, -20, -55]]) / 64,
        "b2": np.array([[-19], [-8], [-16]]) / 64,
    },
}


def _backward_not_divided(y, params, cache):
    return {
        name: y.shape[1] * slopes for name, slopes in backprop.backward(y, params, cache).items()
    }


def _backward_without_relu_slope(y, params, cache):
    grads = backprop.backward(y, params, cache)
    dZ = params["W2"].T @ (cache["A2"] - y) / y.shape[1]
    return grads | {"dW1": dZ @ cache["X"].T, "db1": dZ.sum(axis=1, keepdims=True)}


def _backward_with_wrong_entries(y, params, cache):
    grads = backprop.backward(y, params, cache)
    grads["dW2"][-1, -1] += 0.25
    grads["db1"][-1, 0] -= 0.125
    return grads


def _backward_with_wrong_zeros(y, params, cache):
    grads = backprop.backward(y, params, cache)
    for slopes in grads.values():
        slopes[::2] = 0
    return grads | {"db2": np.zeros((3, 1))}


@check(
    "4.5",
    "For each entry of each array: move it up, take the loss; move it down, take the loss; put it "
    "back. Two loops are enough: over params.items(), and over np.ndindex(array.shape).",
    "numerical[position] = (loss_up - loss_down) / (2 * epsilon). When an array is done, compare "
    "with grads: np.linalg.norm(computed - numerical), divided by the sum of the two lengths.",
)
def check_gradient_check(gradient_check):
    """Check a gradient check: on a right backward, and on wrong ones."""
    tried = {
        "with a right backward": (backprop.backward, _SMALL_STEP),
        "with a backward that forgets to divide by m": (_backward_not_divided, _SMALL_STEP),
        "with a backward without ReLU's slope": (_backward_without_relu_slope, _SMALL_STEP),
        "with a backward that gets two entries wrong": (_backward_with_wrong_entries, _SMALL_STEP),
        "with a backward that gives 0 for every second row": (
            _backward_with_wrong_zeros,
            _SMALL_STEP,
        ),
        "with a right backward and epsilon = 1/64": (backprop.backward, _LARGE_STEP),
    }
    centred = {epsilon: _losses_around(epsilon) for epsilon in (_SMALL_STEP, _LARGE_STEP)}
    _, cache = forward(_CHECKED["x"], _CHECKED["params"])
    tried_grads = [
        (backward(_CHECKED["y"], _CHECKED["params"], cache), epsilon)
        for backward, epsilon in tried.values()
    ]
    right = {
        epsilon: {name: (up - down) / (2 * epsilon) for name, (up, down, _) in losses.items()}
        for epsilon, losses in centred.items()
    }
    expected = [
        {
            f"d{name}": _relative_difference(grads[f"d{name}"], numerical)
            for name, numerical in right[epsilon].items()
        }
        for grads, epsilon in tried_grads
    ]
    got = []
    for phrase, (backward, epsilon) in tried.items():
        outcome = attempt(gradient_check, **_CHECKED, backward=backward, epsilon=epsilon)
        _require_differences(outcome, phrase)
        got.append({name: float(outcome.value[name]) for name in expected[0]})
    if all(_close(mine, theirs, 0.02) for mine, theirs in zip(got, expected, strict=True)):
        _check_large_array(gradient_check)
        return

    def explains(slopes, distance):
        return all(
            _agree(mine[f"d{name}"], distance(grads[f"d{name}"], numerical), 1e-4)
            for mine, (grads, epsilon) in zip(got, tried_grads, strict=True)
            for name, numerical in slopes[epsilon].items()
        )

    with np.errstate(all="ignore"):
        wrong_slopes = [
            (sentence, {epsilon: make(epsilon) for epsilon in centred})
            for sentence, make in _wrong_slopes(centred)
        ]
        wrong_distances = _wrong_distances()
        for sentence, slopes in wrong_slopes:
            require(not explains(slopes, _relative_difference), sentence)
        for sentence, distance in wrong_distances:
            require(not explains(right, distance), sentence)
        for sentence, slopes in wrong_slopes:  # two mistakes at once: name that of the slopes
            for _, distance in wrong_distances:
                require(not explains(slopes, distance), sentence)
    negative = next((name for name in expected[0] for mine in got if mine[name] < 0), None)
    require(
        negative is None,
        f"{negative!r} is negative, and no length is. Do you add up entries with their signs, or "
        "put a minus between the two lengths? Take np.linalg.norm, and add the lengths.",
    )
    require(
        got[0] != got[1] or len(set(got[0].values())) == 1,
        "it finds the same for two different backwards. Call the one that is passed in: "
        "grads = backward(y, params, cache).",
    )
    require(
        got[0] != got[5],
        "it finds the same for every epsilon. Use the epsilon that is passed in.",
    )
    require(
        not all(got[0][name] > 5 * got[5][name] for name in got[0]),
        "with a small epsilon it finds differences that are not there: digits got lost. Do "
        "you round the loss, or use float32? Keep all digits of float64.",
    )
    require(
        not all(500 < got[5][name] / max(got[0][name], 1e-300) < 10_000 for name in got[0]),
        "its error shrinks only as fast as epsilon. Measure at + epsilon and at - epsilon, and "
        "call backward before you move anything.",
    )
    require(
        not _measures_a_part(got[0], got[1]),
        f"you measure some entries of each array only; the others stay 0. {_ALL_ENTRIES}",
    )
    require(
        max(got[0].values()) > 1e-6 or got[3]["dW2"] > 1e-6,
        "it does not see a wrong entry, the last one of dW2: you compare some entries only. "
        f"{_ALL_ENTRIES}",
    )
    for step, factor in (("epsilon / 2", 1 / 4), ("2 epsilon", 4)):
        require(
            not all(
                abs(got[5][name] / (factor * wanted) - 1) < 0.03
                for name, wanted in expected[5].items()
            ),
            f"your step is {step}. Move each entry by epsilon, and divide by 2 epsilon.",
        )
    raise CheckFailed(_describe_first_difference(tried, got, expected))


def _check_large_array(gradient_check):
    """Require that a mistake beyond the first entries of a large array shows itself."""
    rng = np.random.default_rng(0)
    params = {
        "W1": rng.normal(size=(20, 25)) / 4,
        "b1": np.zeros((20, 1)),
        "W2": rng.normal(size=(3, 20)) / 4,
        "b2": np.zeros((3, 1)),
    }
    x, y = rng.random((25, 4)), one_hot(np.array([0, 2, 1, 0]), 3)

    def backward(y, params, cache):
        grads = backprop.backward(y, params, cache)
        grads["dW1"][10:] *= 2
        return grads

    phrase = "with an array of 500 entries"
    outcome = attempt(
        gradient_check, x=x, y=y, params=params, backward=backward, epsilon=_SMALL_STEP
    )
    _require_differences(outcome, phrase)
    # Some entries drawn from all of them, as in the course's own gradient check, are enough.
    require(
        outcome.value["dW1"] > 0.01,
        "it does not see that the second half of dW1, 500 entries, is wrong. Do you stop after "
        f"some of them? {_ALL_ENTRIES}",
    )


def _close(got, expected, tolerance):
    """Whether the differences of all arrays agree."""
    return all(_agree(got[name], number, tolerance) for name, number in expected.items())


def _agree(got, expected, tolerance):
    """Whether two differences agree. Round-off alone counts as 0, and any number fits a nan."""
    return math.isclose(got, expected, rel_tol=tolerance, abs_tol=1e-7) or math.isnan(expected)


def _measures_a_part(of_right, of_not_divided):
    """Whether the numerical slopes are right in some entries, and 0 in the others.

    Be s their length as a share of the full one. Then the difference is
    sqrt((1 - s) / (1 + s)) for a right backward, and sqrt(m^2 - (2 m - 1) s^2) / (m + s)
    for one that is m times too long.
    """
    if not all(0 <= number <= 1 for number in of_right.values()):
        return False
    m = _CHECKED["y"].shape[1]
    if min(of_right.values()) > 0.99:  # slopes far too long look much as if nearly all were 0
        return False
    shares = {name: (1 - number**2) / (1 + number**2) for name, number in of_right.items()}
    guessed = {n: math.sqrt(m**2 - (2 * m - 1) * s**2) / (m + s) for n, s in shares.items()}
    return min(shares.values()) < 0.999 and _close(of_not_divided, guessed, 1e-4)


def _describe_first_difference(tried, got, expected):
    for phrase, mine, right in zip(tried, got, expected, strict=True):
        for name, number in right.items():
            if not _close({name: mine[name]}, {name: number}, 0.02):
                wanted = f"{number:.4g}" if number > 1e-6 else "less than 1e-6"
                return f"it goes wrong {phrase}: {name!r} is {mine[name]:.4g}, expected {wanted}."


def _require_differences(outcome, phrase):
    """Raise `CheckFailed` unless the outcome is a dict with a number for dW1, db1, dW2, db2."""
    require(
        outcome.changed != "params" or outcome.error is not None,
        "params come back changed. Put each entry back after its two losses. If you work on a "
        "copy: params.copy() copies the dict, but not the arrays in it.",
    )
    problem = find_problem(outcome, outcome.value, phrase)
    require(problem is None, problem)
    value, names = outcome.value, ("dW1", "db1", "dW2", "db2")
    require(
        isinstance(value, dict),
        "return a dict with one number for each array: dW1, db1, and so on.",
    )
    require(
        not all(name[1:] in value for name in names) or all(name in value for name in names),
        "your keys are W1, b1, ..., which name the weights. The slopes are dW1, db1, ...",
    )
    require(
        not ("dW1" in value and "dW2" in value) or ("db1" in value and "db2" in value),
        "you check the weights only. Check the biases too: db1, db2, ...",
    )
    missing = next((name for name in names if name not in value), None)
    require(
        missing is None,
        f"the result has no {missing!r}, only {', '.join(map(repr, value)) or 'nothing'}.",
    )
    for name in names:
        number = value[name]
        require(
            not isinstance(number, (bool, np.bool_)),
            "you return True or False. Return the difference itself: its size says how wrong.",
        )
        require(
            np.size(number) == 1,
            f"{name!r} has {np.size(number)} numbers, one for each entry. Take the length of the "
            "whole array: np.linalg.norm(...) without an axis.",
        )
        require(
            np.ndim(number) == 0 and np.asarray(number).dtype.kind in "iuf",
            f"{name!r} is of type {type(number).__name__}. Give one number.",
        )


def _relative_difference(computed, numerical):
    norm = np.linalg.norm
    return norm(computed - numerical) / (norm(computed) + norm(numerical))


def _moved(name, position, value):
    """The checked network with one entry set to a value."""
    params = {key: array.copy() for key, array in _CHECKED["params"].items()}
    params[name][position] = value
    return params


def _loss(params, grade=compute_loss):
    return grade(forward(_CHECKED["x"], params)[0], _CHECKED["y"])


def _losses_around(epsilon, relative=False):
    """For each array: the losses one step up, one step down, and in place."""
    here, losses = _loss(_CHECKED["params"]), {}
    for name, array in _CHECKED["params"].items():
        up, down = np.zeros(array.shape), np.zeros(array.shape)
        for position, entry in np.ndenumerate(array):
            step = epsilon * entry if relative else epsilon
            up[position] = _loss(_moved(name, position, entry + step))
            down[position] = _loss(_moved(name, position, entry - step))
        losses[name] = up, down, here
    return losses


_ALL_ENTRIES = "Go through all of them: for position in np.ndindex(array.shape)."
_SIGN = (
    "the sign of your numerical slope is turned around: it is the loss at + epsilon minus the "
    "loss at - epsilon. If you add where you compare: the distance takes a minus."
)


def _wrong_slopes(centred):
    """Sentences, and functions from epsilon to wrong numerical slopes of each array."""

    def from_losses(combine):
        return lambda e: {name: combine(*losses, e) for name, losses in centred[e].items()}

    def from_slopes(combine):
        return from_losses(lambda up, down, here, e: combine((up - down) / (2 * e)))

    relative = {e: _losses_around(e, relative=True) for e in centred}
    left = {(e, new): _slopes_without_return(e, new) for e in centred for new in (False, True)}
    of_accuracy = {e: _slopes_of(compute_accuracy, e) for e in centred}
    m = _CHECKED["y"].shape[1]
    one_sided = (
        "you took a one-sided difference. Its error shrinks only as fast as epsilon. Take the loss "
        "at + epsilon and at - epsilon, and divide by 2 epsilon."
    )
    old_place = (
        "one of your two losses is taken at the old place. After += epsilon, -= epsilon only goes "
        "back. And params.copy() copies the dict, not the arrays in it."
    )
    not_back = (
        "you do not put an entry back after its two losses, so the next ones are measured at "
        "another place. Keep its old value, and set it again."
    )
    all_at_once = (
        "you moved all entries of an array at once. Move one, array[position], and leave the "
        "others."
    )
    share = "you moved each entry by a share of itself. Add epsilon, whatever the entry is."
    return [
        (
            "your numerical slopes are 0, or nearly. Does your move reach params (flatten gives a "
            "copy)? Do you run forward with it, take the loss and not the accuracy, and divide by "
            "2 epsilon? Does the array for the slopes hold floats?",
            from_slopes(lambda slopes: 0 * slopes),
        ),
        (
            "you took the accuracy. It moves in jumps, so it has no slope. Take compute_loss.",
            lambda e: of_accuracy[e],
        ),
        (one_sided, from_losses(lambda up, down, here, e: (up - here) / e)),
        (one_sided, from_losses(lambda up, down, here, e: (here - down) / e)),
        (
            "you divided by epsilon. From - epsilon to + epsilon it is 2 epsilon.",
            from_losses(lambda up, down, here, e: (up - down) / e),
        ),
        (old_place, from_losses(lambda up, down, here, e: (up - here) / (2 * e))),
        (old_place, from_losses(lambda up, down, here, e: (here - down) / (2 * e))),
        *(
            (
                "your numerical slopes hold the whole loss. Do you add the two losses, or use only "
                "one of them? Take their difference: (loss_up - loss_down) / (2 * epsilon).",
                from_losses(
                    lambda *losses, use=use, divide=divide: divide(use(*losses[:3]), losses[3])
                ),
            )
            for divide in (lambda n, e: n / (2 * e), lambda n, e: n / e, lambda n, e: n)
            for use in (
                lambda up, down, here: up + down,
                lambda up, down, here: up,
                lambda up, down, here: down,
            )
        ),
        (
            "the slope's fraction is upside down. The difference of the losses goes above the "
            "line: (loss_up - loss_down) / (2 * epsilon).",
            from_losses(lambda up, down, here, e: 2 * e / (up - down)),
        ),
        (
            "you did not divide the difference of the two losses. Divide by 2 epsilon.",
            from_losses(lambda up, down, here, e: up - down),
        ),
        (
            "you divided the difference of the two losses by 2 alone. Divide by 2 epsilon.",
            from_losses(lambda up, down, here, e: (up - down) / 2),
        ),
        (
            "/ 2 * epsilon divides by 2 and then multiplies with epsilon. Put brackets around "
            "2 * epsilon.",
            from_losses(lambda up, down, here, e: (up - down) / 2 * e),
        ),
        (
            "you divided by epsilon squared. Divide by 2 epsilon.",
            from_losses(lambda up, down, here, e: (up - down) / e**2),
        ),
        (
            _SIGN,
            from_slopes(lambda slopes: -slopes),
        ),
        (
            "your loss is a sum over the batch. Take compute_loss, which is a mean.",
            from_slopes(lambda slopes: m * slopes),
        ),
        (
            "your loss is divided by the batch size twice. compute_loss is a mean already.",
            from_slopes(lambda slopes: slopes / m),
        ),
        (
            share,
            lambda e: {n: (up - down) / (2 * e) for n, (up, down, _) in relative[e].items()},
        ),
        (
            share + " Where it is 0, a share of it is 0 too.",
            lambda e: {
                n: (up - down) / (2 * e * _CHECKED["params"][n])
                for n, (up, down, _) in relative[e].items()
            },
        ),
        (not_back, lambda e: left[e, False]),
        (not_back, lambda e: left[e, True]),
        (
            all_at_once,
            from_slopes(lambda slopes: np.full(slopes.shape, slopes.sum().round(9))),
        ),
        (all_at_once, from_slopes(lambda slopes: slopes.sum().round(9))),
        (
            "you moved a whole row of each array at once. Move one entry: array[row, column].",
            from_slopes(lambda slopes: slopes.sum(axis=1, keepdims=True) + 0 * slopes),
        ),
    ]


def _slopes_of(grade, epsilon):
    """Centred differences of something else than the loss."""
    slopes = {}
    for name, array in _CHECKED["params"].items():
        slopes[name] = np.zeros(array.shape)
        for position, entry in np.ndenumerate(array):
            up, down = (
                grade(_CHECKED["x"], _CHECKED["y"], _moved(name, position, entry + step))
                for step in (epsilon, -epsilon)
            )
            slopes[name][position] = (up - down) / (2 * epsilon)
    return slopes


def _slopes_without_return(epsilon, new_copy):
    """Centred differences where all entries stay at - epsilon, in one copy or one per array."""
    params = {key: array.copy() for key, array in _CHECKED["params"].items()}
    slopes = {}
    for name, array in params.items():
        slopes[name] = np.zeros(array.shape)
        old = array.copy()
        for position, entry in np.ndenumerate(old):
            array[position] = entry + epsilon
            up = _loss(params)
            array[position] = entry - epsilon
            slopes[name][position] = (up - _loss(params)) / (2 * epsilon)
        if new_copy:
            array[...] = old
    return slopes


def _wrong_distances():
    """Sentences, and wrong measures of how far the computed slopes are from the numerical ones."""
    norm = np.linalg.norm

    def longest(c):
        return abs(c).max()

    def shares(c, n):
        return abs(c - n) / (abs(c) + abs(n))

    def ratio(top, bottom):
        return top / bottom if abs(bottom) > 1e-8 else math.nan  # round-off alone: any number

    entrywise = (
        "you divided entry by entry. Take the lengths of the whole arrays first, with "
        "np.linalg.norm, then divide."
    )
    not_divided = "this is the distance alone. Divide it by the sum of the two lengths."
    no_length = (
        "Take the length of the difference, np.linalg.norm(computed - numerical), and divide it "
        "by the sum of the two lengths."
    )
    no_sum = (
        "you took the one length from the other below the line. Add them: norm(computed) + "
        "norm(numerical)."
    )
    skipped = (
        "you skip entries whose computed slope is 0: a wrong backward can give just these. "
        "Measure them all."
    )
    squared = "a square is left. A length is the root of a sum of squares, as in np.linalg.norm."
    sums = (
        "you added up entries, or their sizes. A length is the root of the sum of the squares: "
        "np.linalg.norm."
    )
    return [
        (
            "brackets are missing: a / b + c divides by b alone. Divide by (length + length).",
            lambda c, n: norm(c - n) / norm(c) + norm(n),
        ),
        (
            "brackets are missing: a / b + c divides by b alone. Divide by (length + length).",
            lambda c, n: norm(c - n) / norm(n) + norm(c),
        ),
        (not_divided, lambda c, n: norm(c - n)),
        (
            f"this is the largest difference of an entry. {no_length}",
            lambda c, n: longest(c - n),
        ),
        (f"you added up the differences. {no_length}", lambda c, n: abs(c - n).sum()),
        (f"this is the mean of the differences. {no_length}", lambda c, n: abs(c - n).mean()),
        (skipped, lambda c, n: _relative_difference(c, np.where(c == 0, 0, n))),
        (
            "you pass an array whose computed slopes are all 0: a wrong backward can give just "
            "these. Compare them too.",
            lambda c, n: _relative_difference(c, n) if c.any() else 0.0,
        ),
        (no_sum, lambda c, n: ratio(norm(c - n), norm(c) - norm(n))),
        (no_sum, lambda c, n: ratio(norm(c - n), norm(n) - norm(c))),
        (no_sum, lambda c, n: ratio(norm(c - n), abs(norm(c) - norm(n)))),
        (
            "you divided by the length of the computed slopes alone. Add that of the numerical.",
            lambda c, n: norm(c - n) / norm(c),
        ),
        (
            "you divided by the length of the numerical slopes alone. Add that of the computed.",
            lambda c, n: norm(c - n) / norm(n),
        ),
        (
            "you divided by the larger of the two lengths. Divide by their sum.",
            lambda c, n: norm(c - n) / max(norm(c), norm(n)),
        ),
        (
            "you divided by the mean of the two lengths. Divide by their sum.",
            lambda c, n: 2 * norm(c - n) / (norm(c) + norm(n)),
        ),
        (
            "the fraction of your comparison is upside down. The distance goes above the line, "
            "the sum of the two lengths below it.",
            lambda c, n: ratio(norm(c) + norm(n), norm(c - n)),
        ),
        (
            "you divided by the product of the two lengths. Divide by their sum.",
            lambda c, n: norm(c - n) / (norm(c) * norm(n)),
        ),
        (
            "you added the arrays and then took the length. Take the two lengths, then add.",
            lambda c, n: norm(c - n) / norm(c + n),
        ),
        (_SIGN, lambda c, n: norm(c + n) / (norm(c) + norm(n))),
        (squared, lambda c, n: norm(c - n) ** 2 / (norm(c) ** 2 + norm(n) ** 2)),
        (squared, lambda c, n: norm(c - n) ** 2 / (norm(c) + norm(n))),
        (squared, lambda c, n: norm(c - n) ** 2),
        (squared, lambda c, n: np.mean((c - n) ** 2)),
        (squared, lambda c, n: (norm(c - n) / (norm(c) + norm(n))) ** 2),
        (
            "you took the lengths first, then their distance. Arrays of one length can still "
            "differ: take the length of computed - numerical.",
            lambda c, n: abs(norm(c) - norm(n)) / (norm(c) + norm(n)),
        ),
        (entrywise, lambda c, n: shares(c, n).mean()),
        (entrywise, lambda c, n: shares(c, n).max()),
        (entrywise, lambda c, n: shares(c, n).sum()),
        (entrywise, lambda c, n: norm(shares(c, n))),
        (
            f"you look at the first entry of each array only. {_ALL_ENTRIES}",
            lambda c, n: shares(c.flat[0], n.flat[0]),
        ),
        (sums, lambda c, n: abs(c - n).sum() / (abs(c).sum() + abs(n).sum())),
        (sums, lambda c, n: ratio(abs((c - n).sum()), abs(c.sum()) + abs(n.sum()))),
        (sums, lambda c, n: ratio((c - n).sum(), c.sum() + n.sum())),
        (sums, lambda c, n: ratio(abs((c - n).sum()), c.sum() + n.sum())),
        (
            "you took the largest entry for the length. The length is the root of the sum of the "
            "squares: np.linalg.norm.",
            lambda c, n: longest(c - n) / (longest(c) + longest(n)),
        ),
    ]


_RIGHT_LINE = 2
_SLOPES = ("dW1", "db1", "dW2", "db2", "dW3", "db3")


@check(
    "4.7",
    "A wrong dZ would spoil dW and db of its layer, and of all layers below.",
    "All the biases are right, so every dZ is. What else goes into dW2 and dW3, but not into dW1?",
)
def check_broken_backward(wrong_slopes, line):
    """Check which slopes of `broken_backward` are wrong, and which of its lines 1 to 6."""
    if isinstance(wrong_slopes, str):
        wrong_slopes = re.findall(r"\w+", wrong_slopes)
    spelling = {name.lower(): name for name in _SLOPES}
    if wrong_slopes is not None and wrong_slopes is not ...:
        try:
            wrong_slopes = tuple(
                sorted({spelling.get(str(name).lower(), str(name)) for name in wrong_slopes})
            )
        except TypeError:
            wrong_slopes = ("",)
        require(
            all(name in _SLOPES for name in wrong_slopes),
            'give a list of names such as ["dW1", "db1"].',
        )
        wrong_slopes = " ".join(wrong_slopes)
    compare_answer(
        wrong_slopes,
        "dW2 dW3",
        [
            ("", "the list is empty, but the check finds wrong ones."),
            ("dW2", "there is one more. The check prints a line for each of the six."),
            ("dW3", "there is one more. The check prints a line for each of the six."),
            ("dW1 db1 db2 db3", "these are the right ones. Which two are wrong?"),
            ("dW1 dW2 dW3", "not all weights: the check calls dW1 right."),
            (" ".join(sorted(_SLOPES)), "not all six are wrong. Run the check, and read each."),
        ],
        "the check says otherwise. Run it, and list the names that it calls wrong.",
    )
    if isinstance(line, str) and (found := re.fullmatch(r"\D*(\d)\D*", line)):
        line = int(found[1])
    no_dZ = "Then a dZ would be wrong, and db with it. All of the biases are right."
    compare_answer(
        line,
        _RIGHT_LINE,
        [
            (1, f"not line 1. {no_dZ}"),
            (3, "not line 3: dW1 goes through it too, and is right. Look at what line 3 uses."),
            (4, "not line 4: it makes the biases' slopes, and they are all right."),
            (5, f"not line 5. {no_dZ}"),
            (
                6,
                f"not line 6: here the scores Z are in place. {no_dZ}",
            ),
        ],
        "give the number of the line, from 1 to 6.",
    )


@check(
    "4.5",
    "Find the lowest point of the float32 curve, and read its step size off the axis below.",
    "The two curves lie on each other on one side of that point. On the other side float32 is "
    "far above: that arm is made of round-off.",
)
def check_float32_step(best_step, arm):
    """Check the best step size in float32, and the arm of the V that is higher than in float64."""
    if isinstance(arm, str):
        arm = arm.lower().removesuffix(" arm").strip()
    require(not isinstance(best_step, str), "give the step size as a number, without quotes.")
    is_number = isinstance(best_step, (int, float, np.number)) and not isinstance(best_step, bool)
    if is_number and best_step > 0:  # read off a logarithmic axis: the nearest point
        best_step = float(10.0 ** np.round(np.log10(best_step)))
    compare_answer(
        best_step,
        0.01,
        [
            (-2, "give the step size itself, not its exponent."),
            (2, "the exponent is negative: the step is smaller than 1."),
            (100, "the exponent is negative: the step is smaller than 1."),
            (1e-5, "that is the lowest point of float64. Read the float32 curve."),
            (1e-6, "that is beside the lowest point of float64. Read the float32 curve."),
            (
                1e-4,
                "that is about the error at the lowest point. Read its step off the axis below.",
            ),
            (1e-7, "the float32 curve is at its highest there. Look for the lowest point."),
            (
                0.1,
                "at 0.1 the curve has not reached its lowest point: it is one point further left.",
            ),
            (0.001, "at 0.001 the curve has risen again: the lowest point is one further right."),
            (1, "the step is smaller than 1. Look for the lowest point of the float32 curve."),
        ],
        "not yet. Look for the lowest point of the float32 curve, and give its step size.",
    )
    compare_answer(
        arm,
        "left",
        [
            (
                "right",
                "on the right the two curves lie on each other: what calculus leaves out does not "
                "depend on the digits.",
            ),
            ("both", "only one: on the right the two curves lie on each other."),
            ("round-off", 'that is its reason. Say where it is: "left" or "right".'),
            ("truncation", 'that is a reason, and of the other arm. Say "left" or "right".'),
        ],
        'write "left" or "right".',
    )
