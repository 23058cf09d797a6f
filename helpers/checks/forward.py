"""Checks of lesson 3's exercises."""

import inspect
from contextlib import contextmanager
from itertools import chain, product

import numpy as np

import helpers.forward as _lesson
from helpers.activations import relu, sigmoid, softmax
from helpers.checks.probe import (
    CheckFailed,
    attempt,
    check,
    compare,
    compare_answer,
    find_difference,
    find_problem,
    is_unwritten,
    require,
    require_given,
    same_value,
)


def _call(function, phrase, **arguments):
    """Call a student's function and return what it returns, of whatever type."""
    outcome = attempt(function, **arguments)
    if outcome.error is not None or outcome.changed is not None or outcome.value is None:
        if outcome.error is None and outcome.changed in ("params", "layer_dims"):
            raise CheckFailed(
                f"it changes its input {outcome.changed}. Read from it only, and put what you "
                "compute into variables of your own."
            )
        raise CheckFailed(find_problem(outcome, None, phrase))
    return outcome.value


@check(
    "3.4",
    "Layer l has one row of weights for each of its units, and one bias for each of its units.",
    "Layer 2 has 20 * 50 weights and 20 biases. Z2 has the rows of W2, a column for each example.",
)
def check_network_sizes(num_parameters, shape_W2, shape_Z2):
    """Check the numbers of a 784-50-20-10 network and a batch of 32."""
    require_given(num_parameters, shape_W2, shape_Z2)
    require(
        not isinstance(num_parameters, str),
        "write the number of parameters without quotes, and without a comma.",
    )
    require(
        not isinstance(num_parameters, tuple),
        "a comma makes two numbers in Python. Write the number of parameters without it.",
    )
    compare_answer(
        num_parameters,
        40_480,
        [
            (40_400, "you counted the weights only. Each unit has a bias too: 50 + 20 + 10 more."),
            (80, "you counted the biases only. Add the weights, n_l * n_{l-1} in layer l."),
            (
                40_403,
                "you counted one bias for each layer. Each unit has its own: 50 + 20 + 10.",
            ),
            (
                41_264,
                "you gave the 784 pixels biases too. Only units of the layers 1 to 3 have one.",
            ),
            (
                41_254,
                "you counted a bias for each input of a layer. It belongs to each unit: b1 has "
                "50 rows, not 784.",
            ),
            (40_480 * 32, "you counted the batch in. All 32 examples share the same parameters."),
            (40_400 * 32, "you counted the batch in. All 32 examples share the same parameters."),
            (
                40_470,
                "you left out the biases of the last layer. It has 10.",
            ),
            (864, "you counted the units. The parameters are the weights and biases."),
            (
                784 * 50 * 20 * 10,
                "you multiplied all sizes. Multiply neighbours only, then add up the layers.",
            ),
            (39_250, "this is layer 1 alone. Add the layers 2 and 3."),
            (40_270, "you left out the last layer, from 20 units to 10."),
            (1_230, "you left out the first layer, from 784 pixels to 50 units."),
            (109_386, "this is the lesson's network, 784-128-64-10. Here it is 784-50-20-10."),
            (23_860, "this is 784-30-10, from the lesson. Here it is 784-50-20-10."),
        ],
        "the number of parameters is not right yet. Layer l has n_l * n_{l-1} weights and n_l "
        "biases. Add up the three layers.",
    )
    _compare_shape(
        "W2",
        shape_W2,
        (20, 50),
        [
            ((50, 20), "W2 is turned over: its rows are the units of layer 2."),
            ((50, 784), "this is the shape of W1. W2 leads from layer 1 to layer 2."),
            ((784, 50), "this is W1, and turned over. W2 leads from 50 units to 20."),
            ((10, 20), "this is the shape of W3. W2 leads from layer 1 to layer 2."),
            ((20, 10), "this is W3, and turned over. W2 leads from 50 units to 20."),
            ((20, 784), "layer 2 does not see the pixels. Its inputs are the 50 units of layer 1."),
            ((20, 32), "the weights know nothing of the batch. W2 has a column for each input."),
            ((50, 32), "the weights know nothing of the batch. W2 has a row for each unit."),
            ((20, 1), "this is the shape of b2. W2 has a column for each input of layer 2."),
            ((20, 51), "the bias is no column of W2. It is an array of its own, b2."),
        ],
    )
    _compare_shape(
        "Z2",
        shape_Z2,
        (20, 32),
        [
            ((32, 20), "Z2 is turned over: examples are columns, so the batch comes second."),
            ((50, 32), "this is the shape of Z1. Z2 has a row for each unit of layer 2."),
            ((10, 32), "this is the shape of Z3. Z2 has a row for each unit of layer 2."),
            ((784, 32), "this is the shape of X. Z2 has a row for each unit of layer 2."),
            ((20, 1), "this is Z2 for one example. The batch has 32 columns."),
            ((20, 50), "this is the shape of W2. Z2 = W2 @ A1 + b2 has a column for each example."),
            ((50, 20), "this is W2 turned over. Z2 = W2 @ A1 + b2 has a column for each example."),
            ((32, 50), "this is A1 turned over. Z2 has a row for each unit of layer 2."),
        ],
    )


def _compare_shape(name, answer, right, known_wrong):
    require(
        isinstance(answer, (tuple, list)) and len(answer) == 2,
        f"give the shape of {name} as two numbers in brackets, such as (3, 4).",
    )
    compare_answer(
        tuple(answer),
        right,
        known_wrong,
        f"the shape of {name} is not right yet. W2 has a row for each unit of layer 2 and a "
        "column for each of its inputs; Z2 has a column for each example.",
    )


# 9,000 weights or more a layer: the standard deviation of right ones is never off by 5 %.
_WIDE = [200, 100, 150, 60]
_SMALL = [4, 3, 2]


@check(
    "3.7",
    "Loop over the layers from 1. Layer l has fan_in = layer_dims[l - 1] and layer_dims[l] units.",
    "rng.standard_normal((n_l, fan_in)) has variance 1. Multiply it by np.sqrt(2 / fan_in).",
)
def check_initialize_parameters(initialize_parameters):
    """Check He-initialised weights and zero biases, drawn from the given generator."""
    with _global_state_kept() as used_global_state:
        for layer_dims in (_SMALL, [5, 3], [6, 5, 4, 3, 2], _WIDE):
            params = _draw(initialize_parameters, layer_dims, seed=1)
            _check_arrays(params, layer_dims)
        first, again, other = (_draw(initialize_parameters, _SMALL, seed) for seed in (1, 1, 2))
        uses_global_state = used_global_state()
    for number in range(1, len(_WIDE)):
        _check_variety(f"W{number}", params[f"W{number}"])
    require(
        not uses_global_state,
        "you used NumPy's global random state, as np.random.randn and np.random.seed do. Draw "
        "from rng alone: rng.standard_normal((rows, columns)).",
    )
    require(
        np.array_equal(first["W1"], again["W1"]) and np.array_equal(first["W2"], again["W2"]),
        "two generators with the same seed gave different weights: you draw from something else "
        "than rng, such as a new default_rng(). Draw from the rng you are given.",
    )
    require(
        not np.array_equal(first["W1"], other["W1"]),
        "two different generators gave the same weights: you made a generator with a fixed seed "
        "inside. Draw from the rng you are given.",
    )
    for order in "CF":
        start, following = (params[name].ravel(order)[:1000] for name in ("W1", "W2"))
        require(
            abs(np.corrcoef(start, following)[0, 1]) < 0.9,
            "W1 and W2 begin with the same numbers, only scaled. Draw anew for each layer, from "
            "one rng: do not copy it, and do not make it again in the loop.",
        )
    _check_distribution(params)
    more = [_draw(initialize_parameters, _WIDE, seed) for seed in range(2, 7)]
    _check_variance([params, *more])


def _draw(initialize_parameters, layer_dims, seed):
    rng = np.random.default_rng(seed)
    phrase = f"with layer_dims {layer_dims}"
    return _call(initialize_parameters, phrase, layer_dims=layer_dims, rng=rng)


@contextmanager
def _global_state_kept():
    """Restore NumPy's global random state; the yielded function tells whether it was used."""

    def snapshot():
        _, keys, *rest = np.random.get_state()  # noqa: NPY002
        return keys.tolist(), rest

    state, before = np.random.get_state(), snapshot()  # noqa: NPY002
    try:
        yield lambda: snapshot() != before
    finally:
        np.random.set_state(state)  # noqa: NPY002


def _check_arrays(params, layer_dims):
    """Require a dict with weights and biases of the right shapes, and zeros as biases."""
    kind, num_layers = type(params).__name__, len(layer_dims) - 1
    require(
        isinstance(params, dict),
        f"it returns something of type {kind}. Return one dict, with the keys W1, b1, W2, b2, ...",
    )
    _check_keys(params, layer_dims)
    for number in range(1, num_layers + 1):
        fan_in, fan_out = layer_dims[number - 1 : number + 1]
        for name, shape in ((f"W{number}", (fan_out, fan_in)), (f"b{number}", (fan_out, 1))):
            array = params[name]
            require(
                isinstance(array, np.ndarray),
                f"{name} is of type {type(array).__name__}. Make it a NumPy array of shape "
                f"{shape}.",
            )
            if array.shape == shape:
                continue
            facts = f"for layer_dims {layer_dims}, {name} has shape {array.shape}: expected {shape}"
            if name[0] == "W" and array.shape == shape[::-1]:
                raise CheckFailed(
                    f"{facts}. It is turned over: a row for each unit, (n_l, fan_in)."
                )
            if name[0] == "b" and array.shape == (fan_out,):
                raise CheckFailed(f"{facts}. A bias array is a column: np.zeros((n_l, 1)).")
            if name[0] == "b" and array.shape == (1, fan_out):
                raise CheckFailed(f"{facts}. This is a row. The biases are a column.")
            if name[0] == "b" and array.shape == (fan_in, 1):
                raise CheckFailed(f"{facts}. A bias belongs to a unit, not to an input.")
            if name[0] == "b" and array.shape == (fan_out, fan_in):
                raise CheckFailed(f"{facts}. Each unit has one bias, not one for each input.")
            raise CheckFailed(f"{facts}.")
        require(
            params[f"W{number}"].dtype.kind == "f",
            f"the weights of W{number} are whole numbers. Most of them would be 0. Keep the "
            "digits after the point.",
        )
        require(
            not params[f"b{number}"].any(),
            f"the biases b{number} are not 0. Only the weights start at random.",
        )


_ONLY_LAST_LAYER = (
    "of all layers only the last is left. Do you make a new dict in each turn of the loop? Make it "
    "once, before the loop."
)
_NO_F = 'Numbers get into a name by an f before the quotes: f"W{layer}".'


def _check_keys(params, layer_dims):
    num_layers, found = len(layer_dims) - 1, ", ".join(map(str, params)) or "none"
    have = f"for layer_dims {layer_dims} your dict has the keys {found}"
    wanted = [f"{letter}{number}" for number in range(1, num_layers + 1) for letter in "Wb"]
    missing = [name for name in wanted if name not in params]
    surplus = [
        name
        for name in params
        if str(name)[:1] in ("W", "b") and str(name)[1:].isdigit() and name not in wanted
    ]
    if not missing and not surplus:
        return
    require("W0" not in params, f"{have}. Count the layers from 1: W1, b1 come first.")
    if not missing:
        raise CheckFailed(
            f"{have}: one layer too many. {len(layer_dims)} sizes make {num_layers} layers, for "
            "the first size is the input."
        )
    if missing == [name for name in wanted if name[0] == "b"]:
        raise CheckFailed(f"{have}, and no biases {', '.join(missing)} under these names.")
    if missing == [name for name in wanted if name[0] == "W"]:
        raise CheckFailed(f"{have}, and no weights {', '.join(missing)} under these names.")
    require(not any("{" in str(name) for name in params), f"{have}. {_NO_F}")
    require(
        missing != wanted[: 2 * num_layers - 2] or num_layers == 1,
        f"{have}: {_ONLY_LAST_LAYER}",
    )
    if missing == wanted[2 * num_layers - 2 :] and num_layers > 1 and not surplus:
        raise CheckFailed(
            f"{have}: the last layer is missing. {len(layer_dims)} sizes make {num_layers} layers."
        )
    raise CheckFailed(f"{have}, not {missing[0]}. It needs {', '.join(wanted)}.")


def _check_variety(name, weights):
    require(np.isfinite(weights).all(), f"some weights of {name} are infinite or nan.")
    require(weights.any(), f"all weights of {name} are 0, so no weight could ever learn.")
    require(
        np.ptp(weights) > 0,
        f"all weights of {name} are equal, so all units stay copies. Draw one for each position.",
    )
    require(
        np.ptp(weights, axis=0).any(),
        f"the rows of {name} are copies: all units would stay alike. Draw each row anew, as "
        "rng.standard_normal((rows, columns)) does.",
    )
    require(
        np.ptp(weights, axis=1).any(),
        f"the columns of {name} are copies: a unit weighs all inputs alike. Draw one weight for "
        "each position, as rng.standard_normal((rows, columns)) does.",
    )


def _check_distribution(params):
    """Require mean 0, a normal distribution, and standard deviation sqrt(2 / fan_in)."""
    names = [f"W{number}" for number in range(1, len(_WIDE))]
    sizes = [params[name].std() for name in names]
    for name, size in zip(names, sizes, strict=True):
        mean = params[name].mean()
        require(
            abs(mean) < 0.08 * size,
            f"the weights of {name} have mean {mean:.2g}, not 0. rng.standard_normal has mean 0; "
            "rng.random gives no negative numbers, and rng.normal takes the mean first.",
        )
        # The mean fourth power of a normal distribution is 3, of a uniform one 1.8.
        require(
            ((params[name] / size) ** 4).mean() > 2.4,
            f"the weights of {name} end at fixed limits, as those of rng.uniform do. Draw them "
            "from a normal distribution: rng.standard_normal.",
        )
    layers = [(fan_in, fan_out) for fan_in, fan_out in zip(_WIDE, _WIDE[1:], strict=False)]

    def fits(formula):
        expected = [formula(fan_in, fan_out) for fan_in, fan_out in layers]
        return np.allclose(sizes, expected, rtol=0.05)

    if fits(lambda fan_in, fan_out: np.sqrt(2 / fan_in)):
        return
    known_wrong = [
        (
            "you took the number of units for fan_in. fan_in is the number of inputs, "
            "layer_dims[l - 1].",
            lambda fan_in, fan_out: np.sqrt(2 / fan_out),
        ),
        (
            "your weights have the standard deviation 2 / fan_in. That should be the variance. The "
            "standard deviation is its root, np.sqrt(2 / fan_in); apply it once.",
            lambda fan_in, fan_out: 2 / fan_in,
        ),
        (
            "you took 2 over the number of units, and no root. Multiply by np.sqrt(2 / fan_in), "
            "where fan_in is layer_dims[l - 1].",
            lambda fan_in, fan_out: 2 / fan_out,
        ),
        (
            "your variance is 1 / fan_in. ReLU drops half of the signal, so it must be 2 / fan_in.",
            lambda fan_in, fan_out: np.sqrt(1 / fan_in),
        ),
        (
            "your variance is 1 over the number of units. It must be 2 / fan_in, and fan_in is "
            "layer_dims[l - 1].",
            lambda fan_in, fan_out: np.sqrt(1 / fan_out),
        ),
        (
            "your variance is 2 / (fan_in + the number of units), which suits tanh. For ReLU it "
            "is 2 / fan_in.",
            lambda fan_in, fan_out: np.sqrt(2 / (fan_in + fan_out)),
        ),
        (
            "your standard deviation is 1 / fan_in. It must be np.sqrt(2 / fan_in).",
            lambda fan_in, fan_out: 1 / fan_in,
        ),
        (
            "the root covers the 2 only. Write np.sqrt(2 / fan_in), with both in the brackets.",
            lambda fan_in, fan_out: np.sqrt(2) / fan_in,
        ),
        (
            "the fraction is turned over, and the weights grow with fan_in. Multiply by "
            "np.sqrt(2 / fan_in).",
            lambda fan_in, fan_out: np.sqrt(fan_in / 2),
        ),
        (
            "you divided by the number of weights of the layer. Take fan_in, the inputs of one "
            "unit: np.sqrt(2 / fan_in).",
            lambda fan_in, fan_out: np.sqrt(2 / (fan_in * fan_out)),
        ),
        (
            "you squared 2 / fan_in. Take the root: np.sqrt(2 / fan_in).",
            lambda fan_in, fan_out: (2 / fan_in) ** 2,
        ),
        (
            "you used the first layer's fan_in for every layer. In layer l it is "
            "layer_dims[l - 1].",
            lambda fan_in, fan_out: np.sqrt(2 / _WIDE[0]),
        ),
    ]
    for sentence, formula in known_wrong:
        require(not fits(formula), sentence)
    require(
        not fits(lambda fan_in, fan_out: sizes[0]),
        f"your weights have the same standard deviation in every layer, about {sizes[0]:.2g}. It "
        "depends on the layer: np.sqrt(2 / fan_in).",
    )
    for name, size, (fan_in, _) in zip(names, sizes, layers, strict=True):
        expected = np.sqrt(2 / fan_in)
        require(
            np.isclose(size, expected, rtol=0.05),
            f"with fan_in {fan_in} the weights {name} have the standard deviation {size:.3g}, "
            f"expected np.sqrt(2 / {fan_in}) = {expected:.3g}.",
        )


def _check_variance(networks):
    """Require variance 2 / fan_in more exactly, over the 264,000 weights of six networks."""
    squares = [
        network[f"W{number}"].ravel() ** 2 * fan_in
        for network in networks
        for number, fan_in in enumerate(_WIDE[:-1], start=1)
    ]
    variance = float(np.concatenate(squares).mean())
    # A right one is off by 0.3 % as a rule, and by 1.25 % once in 200,000 times.
    require(
        abs(variance / 2 - 1) < 0.0125,
        f"your weights have a variance of {variance:.3g} / fan_in. It must be 2 / fan_in.",
    )


def _make_case(layer_dims, num_examples, seed, factor=1.0):
    """Inputs and parameters, none of them 0, for a network of these sizes."""
    rng = np.random.default_rng(seed)
    params = {}
    for number in range(1, len(layer_dims)):
        fan_in, fan_out = layer_dims[number - 1 : number + 1]
        params[f"W{number}"] = rng.normal(0, 1.5 / np.sqrt(fan_in), (fan_out, fan_in))
        params[f"b{number}"] = rng.normal(0, 0.8, (fan_out, 1))
    return {"x": factor * rng.normal(0, 1, (layer_dims[0], num_examples)), "params": params}


# From ten layers on, the order of the names is another one than that of the layers.
_ELEVEN = "with 11 layers"


def _make_cases():
    # All sizes equal first: there, wrong products and wrong biases give numbers, not errors.
    return {
        "with 3 layers of 4 units and 4 examples": _make_case([4, 4, 4, 4], 4, seed=3),
        "with 3 layers and 6 examples": _make_case([5, 4, 7, 3], 6, seed=4),
        "with 1 layer": _make_case([5, 3], 4, seed=5),
        "with 2 layers": _make_case([3, 5, 4], 2, seed=6),
        "with 4 layers": _make_case([6, 5, 4, 3, 2], 7, seed=7),
        "with a batch of one": _make_case([5, 4, 7, 3], 1, seed=8),
        "with inputs of 1000 and more": _make_case([5, 4, 3], 4, seed=9, factor=3000.0),
        _ELEVEN: _make_case([3] * 12, 4, seed=10),
    }


def _scores(params, number, activations, x):
    return params[f"W{number}"] @ activations + params[f"b{number}"]


def _is_last(number, count):
    return number == count


def _network(hidden=relu, last=softmax, scores=_scores, num_layers=None, has_softmax=_is_last):
    """A forward pass that returns y_hat alone, with one part replaced by a wrong one."""

    def run(x, params):
        count = num_layers or len(params) // 2
        activations = x
        for number in range(1, count + 1):
            z = scores(params, number, activations, x)
            activations = last(z) if has_softmax(number, count) else hidden(z)
        return activations

    return run


def _softmax_unstable(z):
    return np.exp(z) / np.exp(z).sum(axis=0)


def _same(z):
    return z


def _relu_before_bias(last_scores):
    """Hidden layers relu(W A) + b; the last one softmax of `last_scores`."""

    def run(x, params):
        activations, count = x, len(params) // 2
        for number in range(1, count):
            weights, bias = params[f"W{number}"], params[f"b{number}"]
            activations = relu(weights @ activations) + bias
        return last_scores(params[f"W{count}"] @ activations, params[f"b{count}"])

    return run


def _scores_as(formula):
    """Scores by formula(W, b, a, x) of the layer."""
    return lambda params, n, a, x: formula(params[f"W{n}"], params[f"b{n}"], a, x)


def _last_scores_with(arrays):
    """Scores that take W and b of the last layer from arrays(params, number)."""

    def scores(params, number, activations, x):
        if number < len(params) // 2:
            return _scores(params, number, activations, x)
        weights, bias = arrays(params, number)
        return weights @ activations + bias

    return scores


# What may stand in each of three places. A sentence must hold whatever stands in the others.
_SCORES = [
    (None, _scores),
    (
        "you left the biases out. The scores are W @ A + b.",
        _scores_as(lambda w, b, a, x: w @ a),
    ),
    (
        "you took the biases away. The scores are W @ A + b.",
        _scores_as(lambda w, b, a, x: w @ a - b),
    ),
    (
        "each layer adds b1. Layer l has its own biases: b1, b2, ...",
        lambda params, n, a, x: params[f"W{n}"] @ a + params["b1"],
    ),
    (
        "each layer multiplies with W1. Layer l has its own weights: W1, W2, ...",
        lambda params, n, a, x: params["W1"] @ a + params[f"b{n}"],
    ),
    (
        "each layer uses W1 and b1. Layer l has its own: W1 and b1, W2 and b2, ...",
        lambda params, n, a, x: params["W1"] @ a + params["b1"],
    ),
    (
        "you added b.T, so each column got another bias. b is a column already: W @ A + b.",
        _scores_as(lambda w, b, a, x: w @ a + b.T),
    ),
    (
        "each layer multiplies with x. Layer 2 takes A1, the activations of layer 1, and so on.",
        _scores_as(lambda w, b, a, x: w @ x + b),
    ),
    (
        "you turned the weights over. They have a row for each unit already: W @ A, without .T.",
        _scores_as(lambda w, b, a, x: w.T @ a + b),
    ),
    (
        "the factors are turned around: it is W @ A, not A @ W.",
        _scores_as(lambda w, b, a, x: a @ w + b),
    ),
    (
        "* multiplies entry by entry. A layer is a matrix product: W @ A.",
        _scores_as(lambda w, b, a, x: w * a + b),
    ),
]
_HIDDEN = [
    (None, relu),
    (
        "the ReLU is missing, or what it returns is not used. Every hidden layer hands relu(z) on.",
        _same,
    ),
    ("you used the sigmoid in the hidden layers. Use ReLU there.", sigmoid),
    ("you used tanh in the hidden layers. Use ReLU there.", np.tanh),
    ("you used softmax in the hidden layers. Use ReLU there.", softmax),
    (
        "you let a part of the negative scores through. Here they become 0.",
        lambda z: np.where(z > 0, z, 0.01 * z),
    ),
    ("you dropped the sign of the scores. ReLU makes negative ones 0.", np.abs),
    (
        "you kept the negative scores in the hidden layers. ReLU keeps the positive ones.",
        lambda z: np.minimum(z, 0),
    ),
    (
        "you put the slope of ReLU, 0 or 1, in the hidden layers. Use ReLU itself.",
        lambda z: (z > 0).astype(float),
    ),
]
_LAST = [
    (None, softmax),
    (
        "the last layer has a ReLU too, before its softmax. Its scores go into softmax as they "
        "are.",
        lambda z: softmax(relu(z)),
    ),
    ("the last layer has a ReLU, and no softmax. It needs softmax in place of ReLU.", relu),
    ("you returned the scores of the last layer, its logits. Put softmax on them.", _same),
    ("the last layer has a sigmoid. Softmax makes the entries of a column sum to 1.", sigmoid),
    (
        "your columns do not sum to 1: softmax runs along the batch. Classes are rows, so it goes "
        "over axis 0.",
        lambda z: softmax(z.T).T,
    ),
    (
        "your probabilities sum to 1 over the whole batch. Each column has to sum to 1.",
        lambda z: np.exp(z - z.max()) / np.exp(z - z.max()).sum(),
    ),
    (
        "you apply softmax twice. Once is enough: its output holds the probabilities.",
        lambda z: softmax(softmax(z)),
    ),
    (
        "these are logarithms of probabilities. Leave the logarithm out.",
        lambda z: z - z.max(axis=0) - np.log(np.exp(z - z.max(axis=0)).sum(axis=0)),
    ),
    (
        "you did not divide in your softmax: the columns do not sum to 1.",
        lambda z: np.exp(z - z.max(axis=0)),
    ),
    ("you did not divide in your softmax: the columns do not sum to 1.", np.exp),
    (
        "you divided the scores by their sum. Raise e to the scores first, as softmax does.",
        lambda z: z / z.sum(axis=0),
    ),
    (
        "exp overflows in your softmax. Take the largest score of each column away first, or use "
        "the softmax of the first cell.",
        _softmax_unstable,
    ),
    (
        "this is all or nothing: 1 for the largest score. y_hat holds the probabilities.",
        lambda z: (z == z.max(axis=0)).astype(float),
    ),
]
_WHOLE_NETWORKS = [
    (
        "you apply softmax in every layer. It belongs to the last one; the others have ReLU.",
        _network(hidden=softmax),
    ),
    (
        "you apply softmax in every layer, and along the batch. The hidden layers have ReLU; "
        "softmax belongs to the last, over axis 0.",
        _network(hidden=lambda z: softmax(z.T).T, last=lambda z: softmax(z.T).T),
    ),
    (
        "softmax and ReLU are swapped. ReLU belongs to the hidden layers, softmax to the last.",
        _network(hidden=softmax, last=relu),
    ),
    (
        "the ReLU and the softmax are missing: these are products and sums alone.",
        _network(hidden=_same, last=_same),
    ),
    (
        "the ReLU is missing, or what it returns is not used. Without it all layers together are a "
        "single one.",
        _network(hidden=_same),
    ),
    (
        "you used the sigmoid in all layers. The hidden ones have ReLU, the last has softmax.",
        _network(hidden=sigmoid, last=sigmoid),
    ),
    (
        "you turned x over. Examples are columns already: W @ x, without .T.",
        lambda x, params: _network()(x.T, params),
    ),
    (
        "you put ReLU on the input too. x goes into the first layer as it is.",
        lambda x, params: _network()(relu(x), params),
    ),
    (
        "you divided x by 255. It comes already scaled.",
        lambda x, params: _network()(x / 255, params),
    ),
    (
        "ReLU comes before the bias. First the whole score, W @ A + b, then ReLU.",
        _relu_before_bias(lambda product, bias: softmax(product + bias)),
    ),
    (
        "ReLU and softmax come before the bias. First the whole score, W @ A + b.",
        _relu_before_bias(lambda product, bias: softmax(product) + bias),
    ),
    *(
        (
            "you stop one layer too early: range(1, n), for one, ends at n - 1. The last layer has "
            "the number len(params) // 2, and its scores go into softmax.",
            lambda x, params, last=last: _run_layers(x, params, len(params) // 2 - 1, last),
        )
        for last in (relu, softmax, lambda z: softmax(relu(z)), _same)
    ),
    (
        "your code always runs three layers. Take their number from params: len(params) // 2.",
        _network(num_layers=3),
    ),
    (
        "your code always runs two layers. Take their number from params: len(params) // 2.",
        _network(num_layers=2),
    ),
    (
        "your code runs the first layer only. Loop over all of them: len(params) // 2.",
        _network(num_layers=1),
    ),
    (
        "softmax comes one layer too early, and ReLU at the end. The last layer is number "
        "len(params) // 2.",
        _network(has_softmax=lambda number, count: number == count - 1),
    ),
    *(
        (
            "softmax stands at a fixed layer number. The last layer is number len(params) // 2, "
            "which is another one in each network.",
            _network(has_softmax=has_softmax),
        )
        for fixed in (1, 2, 3)
        for has_softmax in (
            lambda number, count, fixed=fixed: number == fixed,
            lambda number, count, fixed=fixed: number >= fixed,
        )
    ),
    (
        "the bias of the last layer is missing. Its scores are W @ A + b too.",
        _network(scores=_last_scores_with(lambda params, n: (params[f"W{n}"], 0))),
    ),
    *(
        (
            "in the last layer you use W or b of the layer before. After a loop over range(1, n) "
            "the variable of the loop is n - 1; the last layer needs n.",
            _network(scores=_last_scores_with(arrays)),
        )
        for arrays in (
            lambda params, n: (params[f"W{n - 1}"], params[f"b{n - 1}"]),
            lambda params, n: (params[f"W{n - 1}"], params[f"b{n}"]),
            lambda params, n: (params[f"W{n}"], params[f"b{n - 1}"]),
        )
    ),
    (
        "only the first layer has a ReLU. Every hidden layer needs one.",
        lambda x, params: _relu_in_some(x, params, lambda number: number == 1),
    ),
    (
        "the first layer has no ReLU. Every hidden layer needs one.",
        lambda x, params: _relu_in_some(x, params, lambda number: number > 1),
    ),
    (
        "y_hat is turned over: classes are rows, examples are columns.",
        lambda x, params: _network()(x, params).T,
    ),
    (
        "you returned A1, which comes out of the first layer. y_hat comes out of the last.",
        lambda x, params: _run_layers(x, params, 1, relu if len(params) > 2 else softmax),
    ),
    (
        "you rounded the probabilities. Return all their digits.",
        lambda x, params: _network()(x, params).round(2),
    ),
    (
        "you rounded the probabilities. Return all their digits.",
        lambda x, params: _network()(x, params).round(3),
    ),
    (
        "you returned the most probable class. y_hat holds the probabilities of all classes.",
        lambda x, params: _network()(x, params).argmax(axis=0),
    ),
]


def _forward_mistakes():
    """Known wrong networks, and those with a wrong part in one place, or in two at once."""
    yield from _WHOLE_NETWORKS
    for (about_scores, scores), (about_hidden, hidden), (about_last, last) in product(
        _SCORES, _HIDDEN, _LAST
    ):
        sentences = [about for about in (about_scores, about_hidden, about_last) if about]
        if 1 <= len(sentences) <= 2 or hidden is last:
            yield sentences[0], _network(hidden, last, scores)


def _compare_with_many(function, right, cases, mistakes):
    """As `compare`, but first drop the mistakes that fail to give the first result."""
    try:
        compare(function, right, cases, [])
    except CheckFailed:
        first = next(iter(cases.values()))
        value = attempt(function, **first).value
        with np.errstate(all="ignore"):
            likely = [
                (sentence, wrong)
                for sentence, wrong in mistakes
                if find_difference(value, np.asarray(wrong(*first.values()))) is None
            ]
        compare(function, right, cases, likely)


def _run_layers(x, params, count, last):
    activations = x
    for number in range(1, count + 1):
        z = _scores(params, number, activations, x)
        activations = last(z) if number == count else relu(z)
    return activations


def _relu_in_some(x, params, has_relu):
    activations, count = x, len(params) // 2
    for number in range(1, count + 1):
        z = _scores(params, number, activations, x)
        if number == count:
            activations = softmax(z)
        else:
            activations = relu(z) if has_relu(number) else z
    return activations


_ADVICE_ON_ERRORS = {
    **dict.fromkeys(
        ["KeyError: 'W0'", "KeyError: 'b0'", "KeyError: 'W4'", "KeyError: 'b4'"],
        ". This network has the layers 1 to 3: range(1, len(params) // 2 + 1).",
    ),
    "KeyError: 'A0'": ". What goes into layer 1 is x: start with a = x.",
}


@check(
    "3.4",
    "Loop over the layers 1 to len(params) // 2. What goes into layer l came out of layer l - 1.",
    "z = W @ a + b; then a = softmax(z) if the layer is the last, else relu(z). Store both.",
)
def check_forward(forward):
    """Check the forward pass, its probabilities first and then its cache."""
    cases = _make_cases()
    phrase, case = next(iter(cases.items()))
    try:
        returned = _call(forward, phrase, **case)
    except CheckFailed as problem:
        for words, advice in _ADVICE_ON_ERRORS.items():
            require(words not in str(problem), f"{problem}{advice}")
        raise
    _check_pair(returned)
    _require_activations_used(returned[1], **case)

    def y_hat_of(x, params):
        value = forward(x, params)
        return value[0] if isinstance(value, (tuple, list)) and len(value) == 2 else value

    try:
        _compare_with_many(
            y_hat_of, lambda x, params: _lesson.forward(x, params)[0], cases, _forward_mistakes()
        )
    except CheckFailed as problem:
        require(
            _ELEVEN not in str(problem),
            f"{problem}. With up to four layers it is right. Do you sort the names of the arrays, "
            "or use only one digit of their numbers? As text, W10 comes before W2. Loop over "
            "range(1, len(params) // 2 + 1).",
        )
        raise
    require(
        returned[1] is not _call(forward, phrase, **case)[1],
        "two calls share one cache, so the second spoils the first. Make a new dict inside the "
        "function: cache = {}.",
    )
    for phrase, case in cases.items():
        _, cache = _call(forward, phrase, **case)
        expected = _lesson.forward(**case)[1]
        require(isinstance(cache, dict), _no_dict(cache))
        _check_cache_keys(cache, expected, phrase)
        _check_cache_values(cache, expected, case["params"], phrase)


def _no_dict(cache):
    kind = type(cache).__name__
    return f'the cache is of type {kind}. Make it a dict, with the keys "X", "Z1", "A1", ...'


def _check_pair(returned):
    require(
        not isinstance(returned, dict),
        "it returns the cache alone. Return both: return y_hat, cache.",
    )
    require(
        not isinstance(returned, np.ndarray),
        "it returns one array alone. Return both: return y_hat, cache.",
    )
    is_pair = isinstance(returned, (tuple, list)) and len(returned) == 2
    kind = type(returned).__name__
    have = f"{len(returned)} values" if isinstance(returned, (tuple, list)) else f"a {kind}"
    require(is_pair, f"it returns {have}, expected two values: return y_hat, cache.")
    require(
        not isinstance(returned[0], dict),
        "the cache comes first. The course returns y_hat first: return y_hat, cache.",
    )
    require(isinstance(returned[1], dict), _no_dict(returned[1]))


def _require_activations_used(cache, x, params):
    """Raise where the cache shows that ReLU was taken, but the next layer got the scores."""
    for number in range(1, len(params) // 2):
        z, a, above = (cache.get(key) for key in (f"Z{number}", f"A{number}", f"Z{number + 1}"))
        if not all(isinstance(part, np.ndarray) and part.ndim == 2 for part in (z, a, above)):
            return
        weights, bias = params[f"W{number + 1}"], params[f"b{number + 1}"]
        if len(z) != weights.shape[1] or same_value(z, relu(z)) or not same_value(a, relu(z)):
            return
        require(
            not same_value(above, weights @ z + bias),
            f"A{number} is right, but layer {number + 1} multiplies with Z{number}, the scores. "
            f"Hand A{number} on: it goes into the next layer.",
        )


def _check_cache_keys(cache, expected, phrase):
    missing = [key for key in expected if key not in cache]
    if not missing:
        return
    require(cache, f"{phrase} your cache is empty. It needs {', '.join(missing)}.")
    have = f"{phrase} your cache holds {', '.join(map(str, cache))}"
    last = max(int(key[1:]) for key in expected if key != "X")
    scores, activations = (
        [f"{letter}{number}" for number in range(1, last + 1)] for letter in "ZA"
    )
    if "X" in missing:
        require("A0" not in cache, f'{have}. The input goes under "X", not under "A0".')
        require("x" not in cache, f'{have}. The input goes under a large "X".')
        if missing == ["X"]:
            raise CheckFailed(f'{have}, but not the input. Add cache["X"] = x.')
    require("Z0" not in cache, f"{have}. Count the layers from 1, so that Z1 comes first.")
    require(
        not ({"Z", "A"} & set(cache)),
        f"{have}: each layer replaces the one before. Put its number into the key: "
        'cache[f"Z{layer}"].',
    )
    require(not any("{" in str(key) for key in cache), f"{have}. {_NO_F}")
    require(
        last == 1 or set(missing) != set(scores[:-1] + activations[:-1]),
        f"{have}: {_ONLY_LAST_LAYER}",
    )
    if missing == scores:
        raise CheckFailed(f'{have}, but no scores. Keep z too, as cache[f"Z{{layer}}"].')
    if missing == activations:
        raise CheckFailed(f'{have}, but no activations. Keep them too, as cache[f"A{{layer}}"].')
    if last > 1 and set(missing) <= {f"Z{last}", f"A{last}"}:
        raise CheckFailed(f"{have}. The last layer belongs there too: {', '.join(missing)}.")
    raise CheckFailed(f"{have}, but not {', '.join(missing)}.")


def _check_cache_values(cache, expected, params, phrase):
    def holds(key, values):
        return find_difference(cache[key], values) is None

    for key in expected:
        kind = type(cache[key]).__name__
        require(
            isinstance(cache[key], np.ndarray),
            f"cache[{key!r}] is of type {kind}. Store the NumPy array itself.",
        )
    right_input = expected["X"]
    if not holds("X", right_input):
        if np.ndim(cache["X"]) == 2 and holds("X", right_input.T):
            raise CheckFailed('cache["X"] is turned over. Store x as it came.')
        raise CheckFailed(f'{phrase} cache["X"] is not the input x. Store x as it came.')
    last = len(params) // 2
    for number in range(1, last + 1):
        z, a = f"Z{number}", f"A{number}"
        before = expected["X" if number == 1 else f"A{number - 1}"]
        z_is_right, a_is_right = holds(z, expected[z]), holds(a, expected[a])
        if z_is_right and a_is_right:
            continue
        if holds(z, expected[a]) and holds(a, expected[z]):
            raise CheckFailed(f"{z} and {a} are mixed up: Z holds the scores, A what follows.")
        if not z_is_right and holds(z, expected[a]):
            kind = "probabilities" if number == last else "activations"
            raise CheckFailed(
                f"cache[{z!r}] holds {kind}, not scores. Either you stored them there, or you "
                "changed z after storing it, as z[z < 0] = 0 and out=z do."
            )
        if not a_is_right and holds(a, expected[z]):
            step = "softmax" if number == last else "ReLU"
            raise CheckFailed(f"cache[{a!r}] holds scores. Store what comes after the {step}.")
        if holds(z, params[f"W{number}"] @ before):
            raise CheckFailed(f"cache[{z!r}] lacks the bias. Store W @ A + b.")
        if holds(a, before):
            raise CheckFailed(
                f"cache[{a!r}] holds what goes into layer {number}. Store what comes out of it."
            )
        if number == last and holds(a, relu(expected[z])):
            raise CheckFailed(
                f"cache[{a!r}] holds ReLU of the scores. In the last layer, A is y_hat."
            )
        wrong = a if z_is_right else z
        difference = find_difference(cache[wrong], expected[wrong], f"cache[{wrong!r}]")
        raise CheckFailed(f"y_hat is right, but not the cache {phrase}: {difference}")


@check(
    "3.4",
    "forward returns two values. Each column of y_hat holds the probabilities of one example.",
    "y_hat.argmax(axis=0) finds the row of the largest entry in each column.",
)
def check_predict(predict):
    """Check the most probable class of each example."""
    cases = {
        "with 3 classes and 6 examples": _make_case([5, 4, 7, 3], 6, seed=4),
        "with 5 classes and 4 examples": _make_case([6, 4, 5], 4, seed=11),
        "with 1 layer": _make_case([4, 3], 5, seed=12),
        "with a batch of one": _make_case([5, 6, 4], 1, seed=13),
        "with 12 classes": _make_case([5, 6, 12], 40, seed=14),
    }

    def of(answer):
        """A wrong predict that applies `answer` to the probabilities."""
        return lambda x, params: answer(_lesson.forward(x, params)[0])

    known_wrong = [
        (
            "you found the best example for each class. Find the best class for each example: "
            "classes are the rows of y_hat, so argmax goes over axis 0 of it.",
            of(lambda p: p.argmax(axis=1)),
        ),
        (
            "these are the largest probabilities. argmax tells in which row they stand.",
            of(lambda p: p.max(axis=0)),
        ),
        (
            "without an axis, argmax looks at the whole batch and gives one number. Use axis=0.",
            of(lambda p: int(p.argmax())),
        ),
        (
            "without an axis, argmax looks at the whole batch and gives one number. Use axis=0.",
            of(lambda p: int(p.T.argmax())),
        ),
        (
            "you rounded the probabilities, or asked which ones are over one half, before argmax. "
            "The largest can lie below one half: take argmax of y_hat itself.",
            of(lambda p: p.round().argmax(axis=0)),
        ),
        (
            "this is the largest probability of the whole batch. Use argmax and axis=0.",
            of(lambda p: float(p.max())),
        ),
        (
            "you returned the probabilities. Give the most probable class of each column.",
            of(lambda p: p),
        ),
        (
            "you returned ones and zeros for all classes. Give the number of the class alone.",
            of(lambda p: np.where(p == p.max(axis=0), 1.0, 0.0)),
        ),
        (
            "you rounded the probabilities, or asked which ones are over one half. Give the row "
            "of the largest.",
            of(lambda p: np.round(p)),
        ),
        (
            "you took the least probable class. Use argmax.",
            of(lambda p: p.argmin(axis=0)),
        ),
        (
            "the result has two dimensions. Its shape must be (m,): leave out keepdims and "
            "reshape.",
            of(lambda p: p.argmax(axis=0)[np.newaxis]),
        ),
        (
            "the result has two dimensions. Its shape must be (m,): leave out keepdims and "
            "reshape.",
            of(lambda p: p.argmax(axis=0)[:, np.newaxis]),
        ),
        (
            "this is the first example's class alone. Give one for each column.",
            of(lambda p: int(p[:, 0].argmax())),
        ),
        (
            "this is the last example's class alone. Give one for each column.",
            of(lambda p: int(p[:, -1].argmax())),
        ),
        (
            "this is the first example's class in an array. Give one for each column.",
            of(lambda p: p[:, :1].argmax(axis=0)),
        ),
        (
            "your classes are one too large. The first row is class 0.",
            of(lambda p: p.argmax(axis=0) + 1),
        ),
        (
            "you looked at layer 1, at A1 or Z1. The answer is in y_hat.",
            lambda x, params: _lesson.forward(x, params)[1]["A1"].argmax(axis=0),
        ),
        (
            "you looked at x. The answer is in y_hat, which forward returns.",
            lambda x, params: x.argmax(axis=0),
        ),
        (
            "you sorted the classes. Give only the most probable one of each column.",
            of(lambda p: p.argsort(axis=0)),
        ),
    ]
    try:
        compare(predict, _lesson.predict, cases, known_wrong)
    except CheckFailed as problem:
        if not is_unwritten(predict):
            _check_own_forward(predict, cases)
        for words, advice in (
            ("type list, expected a NumPy array", ". Make one of the list: np.array(...)."),
            ("'tuple' object has no", ". forward returns two things: y_hat, cache = forward(...)."),
            ("inhomogeneous", ". forward returns two things: y_hat, cache = forward(...)."),
        ):
            require(words not in str(problem), f"{str(problem).rstrip('.')}{advice}")
        raise
    kind = _call(predict, "", **next(iter(cases.values()))).dtype
    require(
        kind.kind in "iu",
        f"the classes are right, but of type {kind}, so that they cannot serve as indices. Make "
        "whole numbers of them: dtype=int in np.zeros, or .astype(int).",
    )


def _check_own_forward(predict, cases):
    """Raise `CheckFailed` if the forward that predict calls leads to wrong classes."""
    try:
        variables = inspect.getclosurevars(predict)
    except TypeError:  # not a plain function
        return
    variables = {**variables.globals, **variables.nonlocals}
    if "forward" not in variables:
        return
    forward = variables["forward"]
    sentence = (
        "it calls your forward, which is not right yet. First run check_forward(forward) until "
        "it passes, then this cell again."
    )
    for case in cases.values():
        try:
            outcome = attempt(forward, **case)
            classes = np.argmax(outcome.value[0], axis=0)
            is_right = not outcome.changed and np.array_equal(classes, _lesson.predict(**case))
        except Exception:  # whatever is wrong, it is in forward
            is_right = False
        require(is_right, sentence)


_Y_HAT = np.array(
    [
        [0.60, 0.20, 0.25, 0.15, 0.55],
        [0.30, 0.45, 0.15, 0.50, 0.10],
        [0.10, 0.35, 0.60, 0.35, 0.35],
    ]
)
# No example of class 1: 0, 2, 0, 2, 2.
_Y = np.array([[1.0, 0, 1, 0, 0], [0, 0, 0, 0, 0], [0, 1, 0, 1, 1]])


def _total(y_hat, y):
    return np.sum(y * np.log(y_hat))


def _binary(y_hat, y):
    return -np.sum(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat))


def _scaled_losses():
    """The right sum with a wrong sign, logarithm or divisor, or with two or three of them."""
    minus = "the minus is missing: logarithms of probabilities are negative, a loss is not."
    base_2 = "you took the logarithm to base 2. The course takes the natural one: np.log."
    base_10 = "you took the logarithm to base 10. The course takes the natural one: np.log."
    sum_ = "you summed over the batch. Divide by the number of examples, y.shape[1]."
    classes = "you divided by the number of classes. Divide by the number of examples, y.shape[1]."
    entries = (
        "you averaged over all entries, classes and examples. Sum over the classes, and divide "
        "by the number of examples, y.shape[1]."
    )
    twice = "you divided by the number of examples twice. Once makes the mean."
    half = "you divided by 2 m. That 2 belongs to another loss; divide by m."
    ten = "you divided by 10. Divide by the number of examples, y.shape[1]."
    divisors = [
        (None, lambda y: y.shape[1]),
        (sum_, lambda y: 1),
        (classes, len),
        (entries, lambda y: y.size),
        (twice, lambda y: y.shape[1] ** 2),
        (half, lambda y: 2 * y.shape[1]),
        (ten, lambda y: 10),
    ]
    bases = [(None, 1), (base_2, np.log(2)), (base_10, np.log(10))]
    for sign_sentence, sign in ((None, -1), (minus, 1)):
        for base_sentence, base in bases:
            for divisor_sentence, divisor in divisors:

                def wrong(y_hat, y, sign=sign, base=base, divisor=divisor):
                    return sign * _total(y_hat, y) / base / divisor(y)

                sentence = sign_sentence or base_sentence or divisor_sentence
                if sentence:
                    yield sentence, wrong


def _other_losses():
    turned = "you took the logarithm of y. It belongs to the probabilities, y_hat."
    inside = "you multiplied by y inside the logarithm. Multiply after it: y * np.log(y_hat)."
    binary = (
        "you added a term for the wrong classes, (1 - y) log(1 - y_hat). This loss asks for the "
        "true class only."
    )
    squares = "this is the squared difference, not the cross-entropy: -sum(y * log(y_hat)) / m."
    too_large = "the constant in your logarithm is so large that it shifts every loss. Use 1e-8."
    plus_1 = "you took the logarithm of 1 + y_hat, as np.log1p does. It belongs to y_hat."
    yield (
        "you took the logarithm of zeros: y is 0 for all wrong classes. Take np.log of y_hat "
        "alone, and multiply it by y.",
        lambda y_hat, y: np.inf,
    )
    for floor in (1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15, 1e-16, np.finfo(float).tiny):
        for divisor in (lambda y: y.shape[1], lambda y: 1, np.size):
            for sentence, part in (
                (turned, lambda y_hat, y, tiny: y_hat * np.log(y + tiny)),
                (turned, lambda y_hat, y, tiny: y_hat * np.log(np.maximum(y, tiny))),
                (inside, lambda y_hat, y, tiny: np.log(y * y_hat + tiny)),
                (inside, lambda y_hat, y, tiny: np.log(np.maximum(y * y_hat, tiny))),
            ):

                def wrong(y_hat, y, floor=floor, divisor=divisor, part=part):
                    return -np.sum(part(y_hat, y, floor)) / divisor(y)

                yield sentence, wrong
    for floor in (1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1):
        yield (
            plus_1 if floor == 1 else too_large,
            lambda y_hat, y, floor=floor: -np.sum(y * np.log(y_hat + floor)) / y.shape[1],
        )
    for divisor in (lambda y: y.shape[1], np.size, lambda y: 1, len):
        yield binary, lambda y_hat, y, divisor=divisor: _binary(y_hat, y) / divisor(y)
        yield squares, lambda y_hat, y, divisor=divisor: np.sum((y - y_hat) ** 2) / divisor(y)
        yield (
            squares,
            lambda y_hat, y, divisor=divisor: np.sum((y - y_hat) ** 2) / 2 / divisor(y),
        )
        yield (
            "you added up the logarithms of all classes. Multiply by y first, entry by entry with "
            "*, so that only the true class counts.",
            lambda y_hat, y, divisor=divisor: -np.sum(np.log(y_hat)) / divisor(y),
        )
        yield (
            "this is the absolute difference. The loss is -sum(y * log(y_hat)) / m.",
            lambda y_hat, y, divisor=divisor: np.sum(abs(y - y_hat)) / divisor(y),
        )
        yield (
            "you took log(1 - y_hat) of the true class. It is log(y_hat).",
            lambda y_hat, y, divisor=divisor: -np.sum(y * np.log(1 - y_hat)) / divisor(y),
        )
        for sign in (1, -1):
            yield (
                "the logarithm is missing. Take np.log of y_hat.",
                lambda y_hat, y, divisor=divisor, sign=sign: sign * np.sum(y * y_hat) / divisor(y),
            )
        yield (
            "you put softmax on y_hat once more. It holds probabilities already.",
            lambda y_hat, y, divisor=divisor: -_total(softmax(y_hat), y) / divisor(y),
        )
    yield (
        "the logarithm is missing: this is 1 minus the probability. Take -np.log of it.",
        lambda y_hat, y: 1 - np.sum(y * y_hat) / y.shape[1],
    )
    hits = lambda y_hat, y: (y_hat.argmax(axis=0) == y.argmax(axis=0)).mean()  # noqa: E731
    yield "this is the accuracy. The loss asks how probable the true class was called.", hits
    yield (
        "this is the share of wrong answers. The loss asks how probable the true class was called.",
        lambda y_hat, y: 1 - hits(y_hat, y),
    )
    yield (
        "you took the logarithm of the sum. First the logarithm of each, then the mean.",
        lambda y_hat, y: -np.log(np.sum(y * y_hat)),
    )
    yield (
        "you took the logarithm of the sum. First the logarithm of each, then the mean.",
        lambda y_hat, y: -np.log(np.sum(y * y_hat)) / y.shape[1],
    )
    yield (
        "you took the logarithm of the mean. First the logarithm of each, then the mean.",
        lambda y_hat, y: -np.log(np.sum(y * y_hat) / y.shape[1]),
    )
    yield (
        "you took the largest probability of each column. Take the one of the true class.",
        lambda y_hat, y: -np.mean(np.log(y_hat.max(axis=0))),
    )
    for divisor in (lambda y: 1, np.size, lambda y: y.shape[1], lambda y: y.shape[1] ** 2):
        yield (
            "you paired each label with all columns of y_hat, as y_hat[labels] and y.T @ do. Take "
            "one entry a column: multiply y with *, or index y_hat[labels, np.arange(m)].",
            lambda y_hat, y, divisor=divisor: -np.sum(y.T @ np.log(y_hat)) / divisor(y),
        )
    for divisor in (lambda y: 1, lambda y: y.shape[1]):
        for sentence, part in (
            (
                "this is the loss of the first example alone. Does return stand inside the loop?",
                np.s_[:, :1],
            ),
            (
                "this is the loss of the last example alone. Add up all of them first.",
                np.s_[:, -1:],
            ),
            (
                "this is the loss of the first class alone. Does return stand inside the loop?",
                np.s_[:1],
            ),
            ("this is the loss of the last class alone. Add up all of them first.", np.s_[-1:]),
        ):

            def alone(y_hat, y, divisor=divisor, part=part):
                return -_total(y_hat[part], y[part]) / divisor(y)

            yield sentence, alone
    yield (
        "you multiplied by y_hat. Multiply by y, so that only the true class counts.",
        lambda y_hat, y: -_total(y_hat, y_hat) / y.shape[1],
    )
    yield (
        "you multiplied by the numbers of the classes. y itself is one-hot: y * np.log(y_hat).",
        lambda y_hat, y: -_total(y_hat, y.argmax(axis=0)) / y.shape[1],
    )
    for digits in (1, 2, 3, 4):
        yield (
            "you rounded the loss. Return all its digits.",
            lambda y_hat, y, digits=digits: round(-_total(y_hat, y) / y.shape[1], digits),
        )
    yield (
        "you raised e to the loss. Leave np.exp out.",
        lambda y_hat, y: np.exp(-_total(y_hat, y) / y.shape[1]),
    )
    yield (
        "nan comes from the logarithm of a negative number or from 0 * log(0). Take np.log of "
        "y_hat, as it is, and multiply by y.",
        lambda y_hat, y: np.nan,
    )


@check(
    "3.5",
    "y * np.log(y_hat) keeps the true class of each column, for all other entries are 0.",
    "Sum y * np.log(y_hat + 1e-8) over everything, divide by y.shape[1], and put a minus before.",
)
def check_compute_loss(compute_loss):
    """Check the mean cross-entropy: ordinary probabilities first, and then zeros."""
    cases = {
        "with 3 classes and 5 examples": {"y_hat": _Y_HAT, "y": _Y},
        "with a batch of one": {
            "y_hat": np.array([[0.4], [0.2], [0.15], [0.25]]),
            "y": np.array([[0.0], [1], [0], [0]]),
        },
        "with 2 classes and 4 examples": {
            "y_hat": np.array([[0.7, 0.2, 0.9, 0.35], [0.3, 0.8, 0.1, 0.65]]),
            "y": np.array([[0.0, 1, 1, 0], [1, 0, 0, 1]]),
        },
    }
    loss = _call(compute_loss, "with 3 classes and 5 examples", y_hat=_Y_HAT, y=_Y)
    _check_one_number(loss)
    mistakes = chain(_scaled_losses(), _other_losses())
    _compare_with_many(compute_loss, _lesson.compute_loss, cases, mistakes)
    _check_zeros(compute_loss)


def _check_one_number(loss):
    require(
        not isinstance(loss, (tuple, list)) and np.asarray(loss).dtype.kind in "biuf",
        f"it returns something of type {type(loss).__name__}. Return one number, the mean loss.",
    )
    shape = np.shape(loss)
    if shape == ():
        return
    require(
        np.size(loss) > 1,
        f"it returns an array of shape {shape}. Return a number: float(...) makes one of it.",
    )
    require(
        np.size(loss) != 5,
        "it returns one number for each example. Return their mean.",
    )
    require(
        np.size(loss) != 3,
        "it returns one number for each class: you went over axis 1. Sum over both axes, and "
        "divide by the number of examples.",
    )
    raise CheckFailed(
        f"it returns an array of shape {shape}. Sum over the classes, and take the mean over the "
        "examples, so that one number is left."
    )


def _check_zeros(compute_loss):
    y_hat = np.array([[0.5, 0.25, 0.0], [0.5, 0.0, 0.25], [0.0, 0.75, 0.75]])
    y = np.array([[1.0, 1, 0], [0, 0, 0], [0, 0, 1]])
    phrase = "with a probability of 0"
    floor = "Keep 0 out of the logarithm, in one of the two ways that the text names."
    loss = _call(compute_loss, phrase, y_hat=y_hat, y=y)
    require(
        not np.isnan(loss),
        f"{phrase} your loss is nan: log(0) is minus infinity, and 0 times that is nan. {floor}",
    )
    difference = find_difference(loss, _lesson.compute_loss(y_hat, y))
    require(difference is None, f"it goes wrong {phrase} for a wrong class: {difference}")
    wrong = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.5], [0.0, 0.0, 0.5]])
    truth = np.array([[0.0, 1.0, 1.0], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    loss = _call(compute_loss, phrase + " for the true class", y_hat=wrong, y=truth)
    require(
        not np.isnan(loss),
        f"{phrase} for the true class your loss is nan. {floor}",
    )
    require(
        np.isfinite(loss),
        f"{phrase} for the true class your loss is infinite. {floor}",
    )
    require(
        loss > 9,
        f"a true class of probability 0 costs {loss + 0.0:.3g} in your loss. It has to cost much: "
        "make the constant or the floor smaller, and leave no example out.",
    )


@check(
    "3.7",
    "The shapes are alike. Read the numbers on the axes, from layer 1 to layer 5.",
    "The He size keeps the axis. A tenth of it makes each layer ten times smaller than the last.",
)
def check_starts(start_1, start_2, start_3):
    """Check which start each of the three networks had."""
    starts = (start_1, start_2, start_3)
    require_given(*starts)
    starts = tuple(_read_start(start) for start in starts)
    small, he, large = "he/10", "he", "3xhe"
    require(
        set(starts) <= {small, he, large},
        'write each start as a text, as in the list: "He / 10", "He" or "3 x He".',
    )
    compare_answer(
        starts,
        _STARTS,
        [
            (
                tuple({small: large, large: small, he: he}[start] for start in _STARTS),
                "the small and the large one are turned around. Read the numbers, and the power of "
                "ten, on the axes of layer 5.",
            ),
            (
                tuple({small: small, large: he, he: large}[start] for start in _STARTS),
                "He and 3 x He are turned around. Which axis stays the same from layer to layer?",
            ),
            (
                tuple({small: he, large: large, he: small}[start] for start in _STARTS),
                "He and He / 10 are turned around. Which axis stays the same from layer to layer?",
            ),
            (
                (he, he, he),
                "the shapes are alike, but not the numbers on the axes. Compare layers 1 and 5.",
            ),
        ],
        "not yet. Compare the axes of layers 1 and 5: does the signal fade, stay or grow?",
    )


_STARTS = ("he", "3xhe", "he/10")


def _read_start(start):
    text = str(start).lower().replace(" ", "").replace("*", "x").replace("×", "x")
    return text.replace("0.1xhe", "he/10").replace("hex3", "3xhe").replace("3he", "3xhe")
