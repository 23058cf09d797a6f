"""Checks of lesson 4's exercises."""

import functools
import math
import re

import numpy as np

from helpers import backprop
from helpers.checks.mistakes import known_mistakes
from helpers.checks.probe import (
    CheckFailed,
    attempt,
    call,
    check,
    compare,
    compare_answer,
    find_problem,
    require,
)
from helpers.data import one_hot
from helpers.forward import compute_loss as checked_loss
from helpers.forward import forward as checked_forward

# Without their contracts: each known mistake of the gradient check calls them a hundred times.
compute_loss, forward = checked_loss.__wrapped__, checked_forward.__wrapped__


@check(
    "4.2",
    "The slope is made of two numbers: how far off the prediction is, and the input.",
    "It is (y_hat - y) * x. Here y_hat is 0.8808, and y is 1.",
)
def check_neuron_slope(slope):
    """Check the slope along the weight of one neuron: w = 1.5, b = -1, x = 2, y = 1."""
    w, x, y, y_hat = 1.5, 2, 1, 0.8808
    error, of_sigmoid = y_hat - y, y_hat * (1 - y_hat)
    right = error * x
    wrong = [
        (
            -right,
            "the sign is turned around: it is prediction minus truth. A higher w brings y_hat "
            "nearer to 1, so the loss falls, and the slope is negative.",
        ),
        (error * w, "you multiplied with w. The slope of z = w x + b along w is x."),
        (error, "you left the input out. This is the slope along b; multiply it with x."),
        (
            error * of_sigmoid * x,
            "you multiplied with the sigmoid's slope too. The loss brings 1 over it, so it "
            "cancels here. (It stays for another loss, the square of y_hat - y.)",
        ),
        (
            error / of_sigmoid * x,
            "you left the sigmoid's slope out of the chain: multiply with y_hat (1 - y_hat).",
        ),
        (
            error / of_sigmoid,
            "this is the slope along y_hat, the first factor of three. Go on to z, then to w.",
        ),
        (y_hat * x, "you left the truth out. It is prediction minus truth: take y = 1 away."),
        ((2 - y) * x, "you took z for the prediction. The prediction is the sigmoid of z."),
        (of_sigmoid * x, "this is the slope of y_hat along w. You want that of the loss."),
        (of_sigmoid, "this is the sigmoid's slope, the second factor of three."),
        (2 * right, "this is twice the slope. The square of y_hat - y has a 2, this loss has not."),
        (right / x**2, "you divided by the input. The slope of z along w is x: multiply."),
        (error * w * x, "you multiplied with w too. The slope of z along w is x alone."),
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
    run = functools.partial(_slopes, backward)
    outcome = attempt(run, **three_layers["with 3 layers"])
    down = "it returns an empty dict. Does the loop run? Counting down takes range(n, 0, -1)."
    require(not isinstance(outcome.value, dict) or any(outcome.value.values()), down)
    _require_slopes_alone(outcome)
    try:
        compare(backward, backprop.backward, three_layers, run=_slopes)
    except CheckFailed as failure:
        place, is_shape, words = str(failure).partition(": ValueError: ")
        # Where a slope of ReLU stands, * is right.
        is_by_entry = "*" in place and not re.search("@|relu|> 0", place)
        is_by_entry &= words.startswith("operands could not be broadcast")
        product = " * goes entry by entry; side by side in a formula means @." * is_by_entry
        if re.search(r"\[:, \w\]", place):
            product = " x[:, i] is flat; x[:, [i]] is a column, and column @ column.T a matrix."
        require(
            not is_shape,
            f"{place}. The shapes do not fit.{product} Start at the last layer, go down, and write "
            "each shape down, as in 4.4: dZ_l (n_l, m), inputs (n_{l-1}, m), W_l (n_l, n_{l-1}).",
        )
        if place.startswith("it goes wrong"):
            lower = [
                _lower(mistake, layer)
                for layer in (2, 1)
                for mistake in known_mistakes(backprop.backward)
            ]
            compare(backward, backprop.backward, three_layers, run=_slopes, known=lower)
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
        outcome = attempt(run, **case)
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
    return {"the list of names": ", ".join(names)} | {name: grads[name] for name in found}


def _lower(known_mistake, top):
    """A known mistake as it is made in the layers from `top` down alone, and its sentence.

    This is how it looks where a student writes each layer on its own.
    """
    sentence, mistake = known_mistake

    def backward(y, params, cache):
        num_layers, m = len(params) // 2, y.shape[1]
        dZ = (cache[f"A{num_layers}"] - y) / m
        for layer in range(num_layers, top, -1):
            dZ = params[f"W{layer}"].T @ dZ * (cache[f"Z{layer - 1}"] > 0)
        # With these in the places of y_hat and y, the lower layers begin with the right dZ.
        handed = cache | {f"A{top}": m * dZ + 2}
        lower = {name: array for name, array in params.items() if int(name[1:]) <= top}
        return backprop.backward(y, params, cache) | mistake(0 * dZ + 2, lower, handed)

    def renamed(number):
        return str(int(number[0]) + top - 3)

    sentence = re.sub(r"(?<=[WbAZ_])\d|(?<=layer )\d", renamed, sentence)
    return sentence.replace("A0", "X"), backward


def _require_slopes_alone(outcome):
    """Raise `CheckFailed` where `backward` asks for what is not there, or changes its input."""
    key = outcome.error.args[0] if isinstance(outcome.error, KeyError) else None
    require(
        key != "A0",
        'the cache has no "A0". Do you take it for the inputs of layer 1? They are cache["X"]. Or '
        "for a slope below layer 1? There is none to find: put that step under `if layer > 1:`.",
    )
    require(
        key != "Z0",
        'the cache has no "Z0". Below layer 1 there are only pictures, so find no dZ there: put '
        "that step under `if layer > 1:`.",
    )
    require(
        not re.fullmatch("d?[AZWb][lL]", str(key)),
        f"there is no {key!r}: a key holds a number, as A3 and dW3 do. In a loop over `layer`, "
        'write f"A{layer}".',
    )
    require(
        not re.fullmatch("[WbZA][4-9]", str(key)),
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


def gradient_check(x, y, params, backward, epsilon=1e-5):
    """As a student writes it: on every entry, and one after the other."""
    grads = backward(y, params, forward(x, params)[1])
    differences, norm = {}, np.linalg.norm
    for name, array in params.items():
        computed, numerical = grads[f"d{name}"], np.zeros(array.shape)
        for position in np.ndindex(array.shape):
            old = array[position]
            array[position] = old + epsilon
            up = compute_loss(forward(x, params)[0], y)
            array[position] = old - epsilon
            down = compute_loss(forward(x, params)[0], y)
            array[position] = old
            numerical[position] = (up - down) / (2 * epsilon)
        differences[f"d{name}"] = norm(computed - numerical) / (norm(computed) + norm(numerical))
    return differences


# Multiples of 2**-30, and weights that are multiples of 1/64: an entry moved up and down comes back
# exactly in float64, while float32 rounds it. No ReLU of this network crosses 0 under the large
# step.
_SMALL_STEP, _LARGE_STEP = round(1e-5 * 2**30) / 2**30, 2.0**-6
_CHECKED = {
    "x": np.array([[5, 1, 0, 8, 6], [2, 8, 8, 0, 5]]) / 8,
    "y": one_hot(np.array([0, 1, 1, 0, 2]), 3),
    "params": {
        "W1": np.array([[36, -22], [-45, 56]]) / 64,
        "b1": np.array([[0], [-12]]) / 64,
        "W2": np.array([[46, 12], [-27, -14], [-60, 46]]) / 64,
        "b2": np.array([[9], [-6], [-1]]) / 64,
    },
}


def _wrong_backward(spoil):
    """A backward whose slopes go through `spoil`, array by array."""

    def backward(y, params, cache):
        grads = backprop.backward(y, params, cache)
        return {name: spoil(name, slopes) for name, slopes in grads.items()}

    return backward


def _spoil_all(name, slopes):
    return slopes * (1 + np.arange(len(slopes))[:, None]) + 0.1


def _forget_to_divide(name, slopes):
    return slopes * _CHECKED["y"].shape[1]


def _spoil_last(name, slopes):
    """Make the last slope wrong in two of the arrays."""
    wrong = np.arange(slopes.size) == slopes.size - 1
    return slopes + {"dW2": 0.25, "db1": -0.125}.get(name, 0) * wrong.reshape(slopes.shape)


def _spoil_rows(name, slopes):
    """Make every second row 0, and all of db2."""
    return slopes * (np.arange(len(slopes))[:, None] % 2) * (name != "db2")


_GRADIENT_CHECKS = {
    phrase: _CHECKED | {"backward": backward, "epsilon": _SMALL_STEP}
    for phrase, backward in {
        # No two numbers agree by chance here, so this one tells most mistakes apart.
        "with a backward that returns wrong slopes": _wrong_backward(_spoil_all),
        "with a right backward": backprop.backward,
        "with a backward that forgets to divide by m": _wrong_backward(_forget_to_divide),
        "with a backward that gets two entries wrong": _wrong_backward(_spoil_last),
        "with a backward that gives 0 for every second row, and for all of db2": _wrong_backward(
            _spoil_rows
        ),
    }.items()
}
_GRADIENT_CHECKS["with a right backward and epsilon = 1/64"] = _CHECKED | {
    "backward": backprop.backward,
    "epsilon": _LARGE_STEP,
}


@check(
    "4.5",
    "For each entry of each array: move it up, take the loss; move it down, take the loss; put it "
    "back. Two loops are enough: over params.items(), and over np.ndindex(array.shape).",
    "numerical[position] = (loss_up - loss_down) / (2 * epsilon). When an array is done, compare "
    "with grads: np.linalg.norm(computed - numerical), divided by the sum of the two lengths.",
)
def check_gradient_check(answer):
    """Check a gradient check: on a right backward, and on wrong ones."""
    _require_numbers(attempt(answer, **_GRADIENT_CHECKS["with a right backward"]))
    try:
        compare(answer, gradient_check, _GRADIENT_CHECKS, run=_differences)
    except CheckFailed as failure:
        if str(failure).startswith("it goes wrong"):
            _require_whole_arrays(answer)
        raise
    _check_large_array(answer)


@functools.cache
def _right_differences(backward, epsilon):
    return gradient_check(**_CHECKED, backward=backward, epsilon=epsilon)


def _differences(check, x, y, params, backward, epsilon):
    """What a gradient check finds. Two digits are enough, and round-off alone counts as 0."""
    got = check(x, y, params, backward, epsilon)
    if not isinstance(got, dict):
        return got
    right = _right_differences(backward, epsilon)
    numbers = {name: got[name] for name in right if name in got}
    for name, number in numbers.items():
        if np.ndim(number) == 0 and math.isclose(number, right[name], rel_tol=0.02, abs_tol=1e-7):
            numbers[name] = right[name]
    names = right if len(numbers) == len(right) else sorted(map(str, got))
    return {"the list of names": ", ".join(names)} | numbers


def _require_numbers(outcome):
    """Raise `CheckFailed` where the outcome is no dict of numbers, or params are changed."""
    require(
        outcome.changed != "params" or outcome.error is not None,
        "params come back changed. Put each entry back after its two losses. If you work on a "
        "copy: params.copy() copies the dict, but not the arrays in it.",
    )
    if outcome.error is not None or outcome.value is None:
        return
    require(
        isinstance(outcome.value, dict),
        "return a dict with one number for each array: dW1, db1, and so on.",
    )
    for name in sorted(outcome.value, key=str):
        number = outcome.value[name]
        require(
            not isinstance(number, (bool, np.bool_)),
            "you return True or False. Return the difference itself: its size says how wrong.",
        )
        require(
            np.size(number) == 1,
            f"{name!r} has {np.size(number)} numbers. Take the length of the whole array, which is "
            "one number: np.linalg.norm(...) without an axis.",
        )


def _require_whole_arrays(answer):
    """Raise `CheckFailed` where what goes wrong shows in several of the cases together."""
    outcomes = {}
    for phrase, case in _GRADIENT_CHECKS.items():
        outcome = attempt(functools.partial(_differences, answer), **case)
        if not isinstance(outcome.value, dict) or len(outcome.value) != 5:
            return
        outcomes[phrase.removeprefix("with a ")] = dict(list(outcome.value.items())[1:])
    of_right = outcomes["right backward"]
    negative = next((name for name in of_right for o in outcomes.values() if o[name] < 0), None)
    require(
        negative is None,
        f"{negative!r} is negative, and no length is. Do you add up entries with their signs, or "
        "put a minus between the two lengths? Take np.linalg.norm, and add the lengths.",
    )
    of_large_step = outcomes["right backward and epsilon = 1/64"]
    require(
        max(of_right.values()) <= 5 * max(of_large_step.values()),
        "with a small epsilon it finds differences that are not there: digits got lost. Do "
        "you round the loss, or use float32? Keep all digits of float64.",
    )
    require(
        not _measures_a_part(of_right, outcomes["backward that forgets to divide by m"]),
        f"you measure some entries of each array only; the others stay 0. {_ALL_ENTRIES}",
    )
    require(
        max(of_right.values()) > 1e-6
        or outcomes["backward that gets two entries wrong"]["dW2"] > 1e-6,
        "it does not see a wrong entry, the last one of dW2: you compare some entries only. "
        f"{_ALL_ENTRIES}",
    )
    name = max(of_right, key=of_right.get)
    question = (
        ", while the biases come out right. Does each slope stand at the place of its weight? "
        "reshape fills row after row."
        if max(of_right["db1"], of_right["db2"]) <= 1e-6
        else ". So look at how you measure, and at the fraction. Do you move an entry of the "
        "arguments, and not of arrays outside? Has the lower part of the fraction its brackets?"
    )
    require(
        not of_right[name] > 1e-6,
        f"with a right backward {name!r} should be nearly 0, and is {of_right[name]:.3g}{question}",
    )


_ALL_ENTRIES = "Go through all of them: for position in np.ndindex(array.shape)."


def _measures_a_part(of_right, of_not_divided):
    """Whether the numerical slopes are right in some entries, and 0 in the others.

    Be s their length as a share of the full one. Then the difference is
    sqrt((1 - s) / (1 + s)) for a right backward, and sqrt(m^2 - (2 m - 1) s^2) / (m + s)
    for one that is m times too long.
    """
    numbers = np.array(list(of_right.values()))
    # Slopes far too long look much as if nearly all were 0.
    if not (0 <= numbers).all() or numbers.max() < 0.03 or numbers.min() > 0.99:
        return False
    s, m = (1 - numbers**2) / (1 + numbers**2), _CHECKED["y"].shape[1]
    guessed = np.sqrt(m**2 - (2 * m - 1) * s**2) / (m + s)
    return np.allclose(list(of_not_divided.values()), guessed, rtol=1e-4)


def _check_large_array(answer):
    """Require that a mistake beyond the first entries of a large array shows itself."""
    rng = np.random.default_rng(0)
    params = {
        "W1": rng.normal(size=(20, 25)) / 4,
        "b1": np.zeros((20, 1)),
        "W2": rng.normal(size=(2, 20)) / 4,
        "b2": np.zeros((2, 1)),
    }
    case = {"x": rng.random((25, 4)), "y": one_hot(np.array([0, 1, 1, 0]), 2), "params": params}

    def spoil(name, slopes):
        return slopes * (1 + (name == "dW1") * (np.arange(len(slopes))[:, None] > 9))

    found = call(
        answer,
        "with an array of 500 entries",
        **case,
        backward=_wrong_backward(spoil),
        epsilon=_SMALL_STEP,
    )
    # Some entries drawn from all of them, as in the course's own gradient check, are enough.
    require(
        found["dW1"] > 0.01,
        "it does not see that the second half of dW1, 500 entries, is wrong. Do you stop after "
        f"some of them? {_ALL_ENTRIES}",
    )


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
            (6, f"not line 6: here the scores Z are in place. {no_dZ}"),
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
    if is_number and 0 < best_step < 1:  # read off a logarithmic axis: the nearest point
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
            (1e-4, "that is about the error at the lowest point. Read its step off the axis."),
            (1e-7, "the float32 curve is at its highest there. Look for the lowest point."),
            (0.1, "at 0.1 it is not lowest yet: the lowest point is one point further left."),
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
