"""Checks of lesson 3's exercises."""

import inspect
import re

import numpy as np

from helpers import forward as lesson
from helpers.activations import softmax
from helpers.checks.probe import (
    CheckFailed,
    advising,
    attempt,
    call,
    check,
    compare,
    compare_answer,
    is_unwritten,
    require,
    require_given,
)

_WRONG_NUMBERS = [
    (40_400, "you counted the weights only. Each unit has a bias too: 50 + 20 + 10 more."),
    (80, "you counted the biases only. Add the weights, n_l * n_{l-1} in layer l."),
    (40_403, "you counted one bias for each layer. Each unit has its own: 50 + 20 + 10."),
    (41_264, "you gave the 784 pixels biases too. Only units of the layers 1 to 3 have one."),
    (
        41_254,
        "you counted a bias for each input of a layer. It belongs to each unit: b1 has "
        "50 rows, not 784.",
    ),
    (40_480 * 32, "you counted the batch in. All 32 examples share the same parameters."),
    (40_400 * 32, "you counted the batch in. All 32 examples share the same parameters."),
    (40_470, "you left out the biases of the last layer. It has 10."),
    (864, "you counted the units. The parameters are the weights and biases."),
    (7_840_000, "you multiplied all sizes. Multiply neighbours only, then add up the layers."),
    (39_250, "this is layer 1 alone. Add the layers 2 and 3."),
    (40_270, "you left out the last layer, from 20 units to 10."),
    (1_230, "you left out the first layer, from 784 pixels to 50 units."),
    (109_386, "this is the lesson's network, 784-128-64-10. Here it is 784-50-20-10."),
    (23_860, "this is 784-30-10, from the lesson. Here it is 784-50-20-10."),
]
_WRONG_SHAPES_OF_W2 = [
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
]
_WRONG_SHAPES_OF_Z2 = [
    ((32, 20), "Z2 is turned over: examples are columns, so the batch comes second."),
    ((50, 32), "this is the shape of Z1. Z2 has a row for each unit of layer 2."),
    ((10, 32), "this is the shape of Z3. Z2 has a row for each unit of layer 2."),
    ((784, 32), "this is the shape of X. Z2 has a row for each unit of layer 2."),
    ((20, 1), "this is Z2 for one example. The batch has 32 columns."),
    ((20, 50), "this is the shape of W2. Z2 = W2 @ A1 + b2 has a column for each example."),
    ((50, 20), "this is W2 turned over. Z2 = W2 @ A1 + b2 has a column for each example."),
    ((32, 50), "this is A1 turned over. Z2 has a row for each unit of layer 2."),
]


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
        _WRONG_NUMBERS,
        "the number of parameters is not right yet. Layer l has n_l * n_{l-1} weights and n_l "
        "biases. Add up the three layers.",
    )
    _compare_shape("W2", shape_W2, (20, 50), _WRONG_SHAPES_OF_W2)
    _compare_shape("Z2", shape_Z2, (20, 32), _WRONG_SHAPES_OF_Z2)


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


_SMALL = [4, 3, 2]
# With these sizes the standard deviations of all known formulas lie so far apart that chance, half
# a per cent or one, mixes none up.
_WIDE = [107, 153, 108, 108]


@check(
    "3.7",
    "Loop over the layers from 1. Layer l has fan_in = layer_dims[l - 1] and layer_dims[l] units.",
    "rng.standard_normal((n_l, fan_in)) has variance 1. Multiply it by np.sqrt(2 / fan_in).",
)
def check_initialize_parameters(initialize_parameters):
    """Check He-initialised weights and zero biases, drawn from the given generator."""
    right = lesson.initialize_parameters
    state = np.random.get_state()  # noqa: NPY002
    try:
        cases = {}
        for sizes in (_SMALL, [5, 3], [6, 5, 4, 3, 2], [2] * 12):
            params = _draw(initialize_parameters, sizes, seed=1)
            require(
                isinstance(params, dict),
                f"it returns something of type {type(params).__name__}. Return one dict, with the "
                "keys W1, b1, W2, b2, ...",
            )
            name = next((name for name in params if "{" in str(name)), None)
            sentence = 'Numbers get into a name by an f before the quotes: f"W{layer}".'
            require(name is None, f"each layer has the name {name} in your dict. {sentence}")
            cases[f"with layer_dims {sizes}"] = {"layer_dims": sizes}
        compare(initialize_parameters, right, cases, run=_describe_arrays)
        cases = {f"with layer_dims {_WIDE}": {"layer_dims": _WIDE}}
        compare(initialize_parameters, right, cases, run=_describe_draws)
        _check_variance([_draw(initialize_parameters, _WIDE, seed) for seed in range(6)])
        deep = _draw(initialize_parameters, [100] * 13, seed=0)
        for layer in range(1, 13):
            # Of 10,000 weights; a right one is off by 10 % once in 10 ** 11 times.
            variance = 100 * float(np.var(deep[f"W{layer}"]))
            require(
                abs(variance / 2 - 1) < 0.1,
                f"with 12 layers W{layer} has a variance of {variance:.3g} / fan_in. In each "
                "layer it must be 2 / fan_in.",
            )
    finally:
        np.random.set_state(state)  # noqa: NPY002


def _draw(initialize_parameters, layer_dims, seed):
    rng = np.random.default_rng(seed)
    phrase = f"with layer_dims {layer_dims}"
    return call(initialize_parameters, phrase, layer_dims=layer_dims, rng=rng)


def _describe_arrays(initialize_parameters, layer_dims):
    """The names of the arrays, and what each of them is."""
    params = initialize_parameters(layer_dims, np.random.default_rng(1))
    wanted = [f"{letter}{layer}" for layer in range(1, len(layer_dims)) for letter in "Wb"]
    layers = [name for name in params if re.fullmatch(r"[Wb]\d+", str(name))]
    names = layers if set(wanted) <= set(params) else params
    return {
        "the list of names": ", ".join(sorted(map(str, names))),
        **{name: _describe_array(params[name]) for name in wanted if name in params},
    }


def _describe_array(array):
    if not isinstance(array, np.ndarray):
        return f"of type {type(array).__name__}"
    kind = "numbers" if array.dtype.kind == "f" else "whole numbers"
    return f"{kind if array.any() or array.shape[1:] != (1,) else 'zeros'} of shape {array.shape}"


def _describe_draws(initialize_parameters, layer_dims):
    """What is right about the random numbers, up to the first thing that is not."""

    def draw(seed, layer_dims=_SMALL):
        return initialize_parameters(layer_dims, np.random.default_rng(seed))

    def get_global_state():
        _, keys, *rest = np.random.get_state()  # noqa: NPY002
        return keys.tolist(), rest

    before = get_global_state()
    params, first, again, other = draw(1, layer_dims), draw(1), draw(1), draw(2)
    weights = [params[f"W{layer}"] for layer in range(1, len(layer_dims))]
    starts = [[w.ravel(order)[:1000] for w in weights[:2]] for order in "CF"]
    sizes = np.array([w.std() for w in weights])
    facts = {
        "the weights of a layer differ": all(np.ptp(w) > 0 for w in weights),
        "so do its rows": all(np.ptp(w, axis=0).any() for w in weights),
        "so do its columns": all(np.ptp(w, axis=1).any() for w in weights),
        "nearly all differ": all(len(np.unique(w)) > w.size / 2 for w in weights),
        "NumPy's global random state stays as it was": get_global_state() == before,
        "the same seed gives the same weights": all(
            np.array_equal(first[name], again[name]) for name in ("W1", "W2")
        ),
        "another seed gives other weights": not np.array_equal(first["W1"], other["W1"]),
        "W2 begins otherwise than W1": all(abs(np.corrcoef(s)[0, 1]) < 0.9 for s in starts),
        "the mean of the weights is 0": all(abs(w.mean()) < 0.08 * w.std() for w in weights),
        # The mean fourth power of a normal distribution is 3, of a uniform one 1.8.
        "they have no fixed limits": all(np.mean(((w / w.std()) ** 2) ** 2) > 2.4 for w in weights),
        "their standard deviation depends on the layer": np.ptp(sizes) > 0.05 * sizes[0],
    }
    told = {}
    for fact, holds in facts.items():
        told[fact] = "right" if holds else "wrong"
        if not holds:
            return told
    # In steps of 9 %, so that chance changes none of them.
    ratios = 2 ** (np.round(8 * np.log2(sizes / np.sqrt(2 / np.array(layer_dims[:-1])))) / 8)
    return told | {"the standard deviation, in units of np.sqrt(2 / fan_in) and rounded": ratios}


def _check_variance(networks):
    """Require variance 2 / fan_in more exactly, over the 270,000 weights of six networks."""
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


def _make_cases():
    # All sizes equal first: there, wrong products and wrong biases give numbers, not errors. A
    # single layer shows what is wrong with its scores or its softmax, whatever the hidden ones do.
    return {
        "with 3 layers of 4 units and 4 examples": _make_case([4, 4, 4, 4], 4, seed=3),
        "with 1 layer of 4 units and 4 examples": _make_case([4, 4], 4, seed=2),
        "with 3 layers and 6 examples": _make_case([5, 4, 7, 3], 6, seed=4),
        "with 1 layer": _make_case([5, 3], 4, seed=5),
        "with 2 layers": _make_case([3, 5, 4], 2, seed=6),
        "with 4 layers": _make_case([6, 5, 4, 3, 2], 7, seed=7),
        "with a batch of one": _make_case([5, 4, 7, 3], 1, seed=8),
        "with inputs of 1000 and more": _make_case([5, 4, 3], 4, seed=9, factor=3000.0),
        "with 11 layers": _make_case([3] * 12, 4, seed=10),
    }


_ADVICE_ON_ERRORS = {
    **dict.fromkeys(
        ["KeyError: 'W0'", "KeyError: 'b0'", "KeyError: 'W4'", "KeyError: 'b4'"],
        "This network has the layers 1 to 3: range(1, len(params) // 2 + 1).",
    ),
    "cannot be interpreted as an integer": "The number of layers is len(params) // 2.",
    "KeyError: 'A0'": "What goes into layer 1 is x. The cache holds it as X, not as A0.",
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
    with advising(_ADVICE_ON_ERRORS):
        returned = call(forward, phrase, **case)
    _check_pair(returned)
    compare(forward, lesson.forward, cases, run=lambda answer, *batch: answer(*batch)[0])
    compare(forward, lesson.forward, cases, run=_describe_cache)


def _describe_cache(forward, x, params):
    """What the cache of a forward pass holds. More than is asked for does no harm."""
    y_hat, cache = forward(x, params)
    layers = range(1, len(params) // 2 + 1)
    wanted = ["X", *(f"{letter}{layer}" for layer in layers for letter in "ZA")]
    names = cache if set(wanted) - set(cache) else wanted
    return {
        "y_hat": y_hat,
        "the list of names in the cache": ", ".join(sorted(map(str, names))),
        "a new cache in each call": forward(x, params)[1] is not cache,
        **{name: cache[name] for name in wanted if name in cache},
    }


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
    kind = type(returned[1]).__name__
    require(
        isinstance(returned[1], dict),
        f'the cache is of type {kind}. Make it a dict, with the keys "X", "Z1", "A1", ...',
    )


def predict(x, params):
    """The right answer, as a student writes it."""
    y_hat, _ = lesson.forward(x, params)
    return y_hat.argmax(axis=0)


@check(
    "3.4",
    "forward returns two values. Each column of y_hat holds the probabilities of one example.",
    "y_hat.argmax(axis=0) finds the row of the largest entry in each column.",
)
def check_predict(answer):
    """Check the most probable class of each example."""
    cases = {
        "with 3 classes and 30 examples": _make_case([5, 4, 7, 3], 30, seed=4),
        "with 5 classes and 20 examples": _make_case([6, 4, 5], 20, seed=11),
        "with 1 layer": _make_case([4, 3], 20, seed=12),
        "with a batch of one": _make_case([5, 6, 4], 1, seed=13),
        "with 12 classes": _make_case([5, 6, 12], 40, seed=14),
    }
    pair = "forward returns two things: y_hat, cache = forward(...)."
    with advising({"'tuple' object has no": pair, "inhomogeneous": pair}):
        try:
            compare(answer, predict, cases)
        except CheckFailed:
            if not is_unwritten(answer):
                _check_own_forward(answer, cases)
            raise
    kind = call(answer, **next(iter(cases.values()))).dtype
    require(
        kind.kind in "iu",
        f"the classes are right, but of type {kind}, so that they cannot serve as indices. Make "
        "whole numbers of them: dtype=int in np.zeros, or .astype(int).",
    )


def _check_own_forward(answer, cases):
    """Raise `CheckFailed` if the forward that the answer calls leads to wrong classes."""
    try:
        variables = inspect.getclosurevars(answer)
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
            is_right = not outcome.changed and np.array_equal(classes, predict(**case))
        except Exception:  # whatever is wrong, it is in forward
            is_right = False
        require(is_right, sentence)


_Y_HAT = np.array(
    [[0.60, 0.20, 0.25, 0.15, 0.55], [0.30, 0.45, 0.15, 0.50, 0.10], [0.10, 0.35, 0.60, 0.35, 0.35]]
)
# No example of class 1: 0, 2, 0, 2, 2.
_Y = np.array([[1.0, 0, 1, 0, 0], [0, 0, 0, 0, 0], [0, 1, 0, 1, 1]])


@check(
    "3.5",
    "y * np.log(y_hat) keeps the true class of each column, for all other entries are 0.",
    "Sum y * np.log(y_hat + 1e-8) over everything, divide by y.shape[1], and put a minus before.",
)
def check_compute_loss(compute_loss):
    """Check the mean cross-entropy: ordinary probabilities first, and then zeros."""
    first = {"y_hat": _Y_HAT, "y": _Y}
    _check_one_number(call(compute_loss, "with 3 classes and 5 examples", **first))
    two = np.array([[0.7, 0.2, 0.9, 0.35], [0.3, 0.8, 0.1, 0.65]])
    twelve = softmax(np.random.default_rng(1).standard_normal((12, 12)))
    batches = {
        "with 3 classes and 5 examples": [(_Y_HAT, _Y)],
        # One by one, a wrong number to divide by does not hide what else is wrong.
        "with batches of one": [(_Y_HAT[:, [i]], _Y[:, [i]]) for i in range(5)],
        "with 2 classes and 4 examples": [(two, np.eye(2)[:, [1, 0, 0, 1]])],
        "with 12 classes and 12 examples": [(twelve, np.eye(12))],
        "with 1200 examples": [(np.tile(twelve, 100), np.tile(np.eye(12), 100))],
    }
    cases = {phrase: {"batches": batch} for phrase, batch in batches.items()}
    compare(compute_loss, lesson.compute_loss, cases, run=_compute_losses)
    cases = {"with a probability of 0": first}
    compare(compute_loss, lesson.compute_loss, cases, run=_describe_surprise)


def _compute_losses(compute_loss, batches):
    losses = [compute_loss(y_hat, y) for y_hat, y in batches]
    return np.array(losses) if len(losses) > 1 else losses[0]


def _describe_surprise(compute_loss, y_hat, y):
    """The loss of an ordinary batch, and of probabilities of 0."""
    y_hat_0 = np.array([[0.5, 0.25, 0.0], [0.5, 0.0, 0.25], [0.0, 0.75, 0.75]])
    given = y_hat_0.copy()
    loss = compute_loss(given, np.eye(3)[:, [2, 1, 2]])
    require(
        np.array_equal(given, y_hat_0),
        "it changes its input y_hat, which the cache still holds. Work on a copy: y_hat.copy().",
    )
    much = "infinitely much" if np.isinf(loss) else "much" if loss > 9 else "little"
    return {
        "the loss": compute_loss(y_hat, y),
        "the loss if wrong classes have it": compute_loss(y_hat_0, np.eye(3)[:, [0, 0, 2]]),
        "what it costs the true class": "nan" if np.isnan(loss) else much,
    }


def _check_one_number(loss):
    require(
        not isinstance(loss, (tuple, list)) and np.asarray(loss).dtype.kind in "biuf",
        f"it returns something of type {type(loss).__name__}. Return one number, the mean loss.",
    )
    shape = np.shape(loss)
    if shape == ():
        return
    advice = {
        1: "Return a number: float(...) makes one of it.",
        3: "This is one number for each class: you went over axis 1. Sum over both axes, and "
        "divide by the number of examples.",
        5: "This is one number for each example. Return their mean.",
        15: "Sum over the classes, and take the mean over the examples, so that one number is "
        "left.",
    }
    raise CheckFailed(f"it returns an array of shape {shape}. {advice.get(np.size(loss), '')}")


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
