"""Checks of lesson 5's exercises."""

import copy
import functools
import itertools
import re
import zipfile
from collections.abc import Iterator, Mapping
from types import SimpleNamespace

import numpy as np

from helpers.activations import relu, sigmoid, softmax
from helpers.backprop import backward
from helpers.checks.probe import (
    CheckFailed,
    advising,
    check,
    compare,
    compare_answer,
    require,
    require_given,
    same_value,
)
from helpers.data import SHIPPED_FOLDER, one_hot
from helpers.forward import compute_accuracy, compute_loss, forward, initialize_parameters
from helpers.training_loop import update_parameters

# A check trains many small networks: without the contracts that takes half the time.
backward, forward, compute_loss, update_parameters = (
    function.__wrapped__ for function in (backward, forward, compute_loss, update_parameters)
)


@check(
    "5.3",
    "Every image comes once an epoch. What is left after the full batches is a batch too.",
    "390 * 128 is 49,920. The images that are left make one more step.",
)
def check_steps(steps, last_batch, total_steps):
    """Check the predictions for 50,000 images, a batch size of 128 and 20 epochs."""
    compare_answer(
        steps,
        391,
        [
            (390, "you left out the last, shorter batch. Its images count too: one step more."),
            (50_000 / 128, "there is no part of a step. The images that are left get a whole one."),
            (391 * 20, "these are the steps of all 20 epochs. One epoch is one pass."),
            (469, "this is for 60,000 images. Here there are 50,000."),
            (79, "this is the lesson's number, for 10,000 images. Here there are 50,000."),
            (782, "this is for batches of 64. Here they have 128 images."),
            (128, "this is the number of images in a batch. Divide the images by it."),
            (50_000, "this would be one step for each image. A step takes 128 of them."),
            (1, "this would be one step with all images. A step takes 128 of them."),
        ],
        "steps is not the number of batches. How often can you take 128 out of 50,000? Count the "
        "last, shorter batch too.",
    )
    compare_answer(
        last_batch,
        80,
        [
            (128, "50,000 is no multiple of 128, so the last batch is shorter than the others."),
            (48, "48 images are missing for a full batch. How many are there?"),
            (0.625, "0.625 is the share of a full batch. Multiply it with 128."),
            (96, "this is for 60,000 images. Here there are 50,000."),
            (16, "this is for batches of 64, or for 10,000 images. Here there are 50,000 and 128."),
            (0, "50,000 is no multiple of 128: some images are left."),
        ],
        "last_batch is not right. Take the 390 full batches of 128 away from 50,000.",
    )
    in_parts = "each epoch ends with its own short batch. Multiply whole steps: 20 * 391."
    compare_answer(
        total_steps,
        7820,
        [
            (391, "these are the steps of one epoch. There are 20 epochs."),
            (390 * 20, "you left out the last, shorter batch of each epoch."),
            *((number, in_parts) for number in (7812.5, 7813, 7812)),
            (20, "20 is the number of epochs. Each has many steps."),
            (469 * 20, "this is for 60,000 images. Here there are 50,000."),
            (79 * 20, "this is for the lesson's 10,000 images. Here there are 50,000."),
            (50_000 * 20, "this counts images. A step takes 128 of them."),
        ],
        "total_steps is not right. Each of the 20 epochs has the same number of steps.",
    )


def _see(answer, *arguments):
    """Facts on a student's function: the last argument finds them."""
    *arguments, see = arguments
    return see(answer, *arguments)


def create_mini_batches(x, y, batch_size, rng):
    num_examples = x.shape[1]
    order = rng.permutation(num_examples)
    for start in range(0, num_examples, batch_size):
        batch = order[start : start + batch_size]
        yield x[:, batch], y[:, batch]


def _make_examples(num_examples):
    """Examples whose columns all differ: x of 7 rows, y of 10."""
    x = 1.0 + np.arange(7 * num_examples).reshape(7, num_examples)
    return {"x": x, "y": -1.0 - np.arange(10 * num_examples).reshape(10, num_examples)}


def _collect(answer, x, y, batch_size, rng):
    """The batches of one pass as a list."""
    before = x.copy(), y.copy()
    batches = answer(x, y, batch_size, rng)
    if isinstance(batches, Iterator):
        # A copy, in case that each batch is written into the same array.
        limited = itertools.islice(batches, 3 * x.shape[1])
        batches = [copy.deepcopy(batch) for batch in limited]
    require(
        np.array_equal(x, before[0]) and np.array_equal(y, before[1]),
        "it changes its input. shuffle works in place, and on a table it moves the rows, which "
        "are pixels; and after a = x, without a copy, a is x. Draw an order, order = "
        "rng.permutation(m), and take x[:, order], which is a new array.",
    )
    kind = "None" if batches is None else f"something of type {type(batches).__name__}"
    require(
        isinstance(batches, (list, tuple)),
        f"it returns {kind}. Return a list of pairs (x_batch, y_batch), or yield the pairs.",
    )
    require(
        len(batches) < 3 * x.shape[1],
        f"it does not come to an end: there are more than {len(batches) - 1} batches.",
    )
    return batches


def _describe_batch(batch, num_examples=None):
    """The numbers of rows, which are those of x and y, or what else it is."""
    if isinstance(batch, (tuple, list)):
        parts = [_describe_part(part, num_examples) for part in batch]
        return f"({', '.join(parts[:3])}{', ...' * (len(parts) > 3)})"
    is_array = isinstance(batch, np.ndarray)
    return f"an array of shape {batch.shape}" if is_array else f"a {type(batch).__name__}"


def _describe_part(part, num_examples):
    if not isinstance(part, np.ndarray):
        return f"a {type(part).__name__}"
    if part.ndim != 2:
        return f"shape {part.shape}" if part.size else "nothing"
    return f"{len(part)} rows" + " of all columns" * (part.shape[1] == num_examples)


def _find_columns(columns, table):
    """The position in the table of each column, or None."""
    positions = {tuple(column): number for number, column in enumerate(table.T.tolist())}
    return [positions.get(tuple(column)) for column in columns.T.tolist()]


def _see_batches(answer, x, y, batch_size, rng):
    """Facts on the batches of one pass."""
    batches = _collect(answer, x, y, batch_size, rng)
    right = f"({len(x)} rows, {len(y)} rows)"
    wrong = [batch for batch in batches if _describe_batch(batch) != right]
    if wrong or not batches:
        kinds = dict.fromkeys(_describe_batch(batch, x.shape[1]) for batch in wrong)
        words = ", or ".join(kinds) or "missing"
        return {"each batch": words if len(wrong) == len(batches) else f"in part {words}"}
    facts = {"each batch": f"a pair (x_batch, y_batch): {right}"}
    total = sum(x_batch.shape[1] for x_batch, _ in batches)
    if total > 3 * x.shape[1]:
        return facts | {"what x_batch holds": f"in all batches together {total} columns"}
    widths = [f"{a.shape[1]} and {b.shape[1]}" for a, b in batches if a.shape[1] != b.shape[1]]
    facts["the number of columns in x_batch and y_batch"] = (widths or ["the same"])[0]
    found = [[_find_columns(*pair) for pair in ((a, x), (b, y))] for a, b in batches]
    in_x, in_y = (list(itertools.chain(*part)) for part in zip(*found, strict=True))
    facts["what x_batch holds"] = _describe_columns(in_x, x, [a for a, _ in batches])
    is_sorted = None not in in_y and in_y == sorted(in_y)
    facts["the order of y"] = "that of before" if is_sorted and in_x != in_y else "a new one"
    facts["what y_batch holds"] = f"the labels of {'the' if in_x == in_y else 'other'} images"
    is_once = all(len(set(batch)) == len(batch) for batch, _ in found)
    facts["an example in one batch"] = "once" if is_once else "several times"
    pieces = _describe_pieces([a for a, _ in found])
    if len(set(in_x)) < x.shape[1]:  # then nobody can tell where in the order a batch starts
        sizes = ", ".join(str(a.shape[1]) for a, _ in batches[:5])
        pieces = f"open, as examples are missing (the batches have {sizes} of them)"
    facts["the start and end of the batches in the order"] = pieces
    return facts


def _describe_columns(in_x, x, batches):
    if None not in in_x:
        return "columns of x"
    if any((batch == 0).all(axis=0).any() for batch in batches):
        return "zeros in part"
    is_mixed = None not in _find_columns(np.sort(np.hstack(batches), axis=0), x)
    return "columns of x with their rows mixed up" if is_mixed else "columns that x does not have"


def _describe_pieces(batches):
    """Where each batch starts and ends, if all are pieces of one order."""
    following = {a: b for batch in batches for a, b in itertools.pairwise(batch)}
    order, followers = {}, set(following.values())
    for example in dict.fromkeys(itertools.chain(*batches)):
        if example not in followers:
            while example is not None and example not in order:
                order[example] = len(order)
                example = following.get(example)
    positions, order, pieces = order, list(order), []
    for batch in batches:
        start = positions.get(batch[0], len(order)) if batch else 0
        if order[start : start + len(batch)] != batch:
            return "none: the batches are no pieces of one order"
        pieces.append(f"{start}:{start + len(batch)}" if batch else "an empty batch")
    return ", ".join(pieces[:5]) + f" and {len(pieces) - 5} more" * (len(pieces) > 5)


def _see_order(answer, x, y, batch_size, rng):
    """Facts on the order of the examples, in a pass and in the next ones."""

    def draw(rng):
        batches = _collect(answer, x, y, batch_size, rng)
        return batches, [_find_columns(x_batch, x) for x_batch, _ in batches]

    again = copy.deepcopy(rng)
    (batches, first), (next_batches, second) = draw(rng), draw(rng)
    require(
        not batches or batches is not next_batches,
        "each call returns the same list, and so the batches of all calls together. Make the list "
        "inside the function, and not among its arguments.",
    )
    order = list(itertools.chain(*first))
    numbers = iter(range(len(order)))
    blocks = [list(itertools.islice(numbers, len(batch))) for batch in first]
    words = {True: "the same", False: "another"}
    neighbours = sum(b == a + 1 for a, b in itertools.pairwise(order))
    is_given = order in (sorted(order), sorted(order)[::-1])
    are_together = list(map(sorted, first)) == blocks
    return {
        "the order of the examples": "that of x" if is_given else "a drawn one",
        "the examples of a batch": "those that stand together in x" if are_together else "any",
        "the next example": "mostly the next of x" if 2 * neighbours > len(order) else "any",
        "the order from the same rng": words[draw(again)[1] == first],
        "the order of the next pass": words[second == first],
        "the order from another rng": words[draw(np.random.default_rng(1))[1] == first],
    }


@check(
    "5.3",
    "Draw one order of all columns with rng.permutation. Then cut it into pieces.",
    "for i in range(0, m, batch_size): the piece is order[i : i + batch_size]. Use the same piece "
    "for x and for y, and yield both.",
)
def check_create_mini_batches(answer):
    """Check the pairs of batches: each example once, shuffled, x and y in step."""
    sizes = {
        f"with {num_examples} examples and batch_size {batch_size}": _make_examples(num_examples)
        | {"batch_size": batch_size, "rng": np.random.default_rng(0), "see": _see_batches}
        for num_examples, batch_size in ((53, 16), (8, 4), (9, 4), (5, 5), (6, 1), (1100, 300))
    }
    order = {"in the order": next(iter(sizes.values())) | {"see": _see_order}}
    compare(answer, create_mini_batches, sizes | order, run=_see)


def _draw_step(layer_dims, learning_rate):
    """Weights, gradients and a learning rate for one step."""
    rng = np.random.default_rng(3)
    params, grads = {}, {}
    for layer, (fan_in, units) in enumerate(itertools.pairwise(layer_dims), start=1):
        params[f"W{layer}"] = rng.normal(size=(units, fan_in))
        params[f"b{layer}"] = rng.normal(size=(units, 1))
    for layer in range(len(layer_dims) - 1, 0, -1):  # backward starts with the last layer, too
        for name in (f"W{layer}", f"b{layer}"):
            grads[f"d{name}"] = 4 * rng.normal(size=params[name].shape)
    return {"params": params, "grads": grads, "learning_rate": learning_rate}


def _take_step(answer, params, grads, learning_rate):
    """The params after a student's step, the grads after it, and what it returns."""
    after, used = copy.deepcopy((params, grads))
    try:
        returned = answer(after, used, learning_rate)
    except KeyError as error:
        _name_key_error(error, params)
        raise
    return after, used, returned


def _name_key_error(error, params):
    """Raise a sentence for a name that a dict does not have, if its kind is known."""
    key = str(error.args[0] if error.args else "")
    num_layers = len(params) // 2
    require(
        key not in params,
        f"grads has no {key!r}. Its names have a d in front: 'd{key}', or f\"d{{name}}\".",
    )
    require(
        key[1:] not in params,
        f"params has no {key!r}: that is a name in grads. Its weights are {key[1:]!r}.",
    )
    found = re.fullmatch(r"d?[Wb](\d+)", key)
    require(
        not found or 1 <= int(found[1]) <= num_layers,
        f"there is no layer {found and found[1]} in a network with {num_layers} "
        f"layer{'s' * (num_layers > 1)}: {key!r} does not exist. Layers count from 1 to "
        "len(params) // 2.",
    )


def _see_step_in_words(answer, params, grads, learning_rate):
    """Facts on one step of the whole network."""
    after, used, returned = _take_step(answer, params, grads, learning_rate)
    facts = {"the list of names in params": ", ".join(sorted(after))}
    if after.keys() != params.keys():
        return facts
    for name, array in after.items():
        is_array = isinstance(array, np.ndarray)
        facts[f"params[{name!r}]"] = "an array" if is_array else f"of type {type(array).__name__}"
    moving = [name for name in params if not same_value(after[name], params[name])]
    is_new = isinstance(returned, dict) and not same_value(returned, params) and not moving
    none = "none, and a new dict is returned" if is_new else "none"
    facts["the list of arrays that move"] = ", ".join(moving) or none
    other = _take_step(answer, params, grads, 2 * learning_rate)[0]
    facts["the step with twice the learning rate"] = "the same" if _near(other, after) else "longer"
    moves = {name: (params[name] - after[name]) / learning_rate for name in params}
    slopes = {name: grads[f"d{name}"] for name in params}
    cap = max(np.abs(move).max() for move in moves.values())
    cut = {name: np.clip(array, -cap, cap) for name, array in slopes.items()}
    is_cut = _near(moves, cut) and not _near(cut, slopes)
    facts["a large slope"] = "cut off" if is_cut else "counted in full"
    is_kept = same_value(used, grads, exactly=True)
    facts["grads after the step"] = "as before" if is_kept else "changed"
    return facts


def _see_move(name):
    """Make a function that tells how far an array has moved, for a learning rate of 1."""

    def see(answer, params, grads, learning_rate):
        after, *_ = _take_step(answer, params, grads, learning_rate)
        return np.divide(params[name] - after[name], learning_rate, dtype="f")

    return see


def _near(got, expected):
    """Whether two results agree as far as float32 allows."""
    if isinstance(expected, dict):
        return all(_near(got[name], expected[name]) for name in expected)
    got, expected = np.asarray(got), np.asarray(expected)
    return got.shape == expected.shape and np.allclose(got, expected, rtol=1e-4, atol=1e-5)


@check(
    "5.1",
    "Each array moves against its gradient. params['W1'] belongs to grads['dW1'].",
    'Loop over the names in params. The gradient of name is grads[f"d{name}"]. Store the new '
    "array under the same name: params[name] = ...",
)
def check_update_parameters(answer):
    """Check one step of gradient descent, which is stored in params."""
    cases = {}
    for phrase, step, names in (
        ("with three layers", _draw_step([2, 4, 5, 4], 0.3), "W1 b1 W2 b2 W3 b3"),
        ("with one layer", _draw_step([4, 3], 2), "W1 b1"),
        ("with eleven layers", _draw_step([2] * 12, 0.3), "W1 b2 W10 b11"),
    ):
        cases[phrase] = step | {"see": _see_step_in_words}
        for name in names.split():
            cases[f"{phrase}, in how far {name} moves"] = step | {"see": _see_move(name)}
    compare(answer, update_parameters, cases, run=_see)


def train_mnist(
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


NUM_TRAIN, NUM_TEST = 30, 40
LAYER_DIMS = [NUM_TRAIN + 4, 64, 3]
RATE = 0.3
VERY_SMALL = 1e-12  # a learning rate that leaves the weights where they are


def _make_problem(scale=1.0):
    """Data in which each training image has a pixel of its own, and four common ones.

    So the column of W1 that belongs to a pixel shows in which steps its image was used.
    """
    rng = np.random.default_rng(5)
    centres = rng.normal(size=(4, 3))
    y_train, y_test = rng.integers(3, size=NUM_TRAIN), rng.integers(3, size=NUM_TEST)
    common_train = centres[:, y_train] + rng.normal(size=(4, NUM_TRAIN))
    common_test = centres[:, y_test] + rng.normal(size=(4, NUM_TEST))
    return {
        "x_train": scale * np.vstack([np.eye(NUM_TRAIN), common_train]),
        "y_train": one_hot(y_train, 3),
        "x_test": scale * np.vstack([np.zeros((NUM_TRAIN, NUM_TEST)), common_test]),
        "y_test": one_hot(y_test, 3),
    }


PROBLEM = _make_problem()
# Small pixels, so that no start is sure of its answers, and all images leave a trace.
FAINT = _make_problem(0.1)
# The test images are the training images.
SEEN = PROBLEM | {f"{letter}_test": PROBLEM[f"{letter}_train"].copy() for letter in "xy"}
# In whatever order images come that are all alike, the losses are the same.
ALIKE = FAINT | {
    name: np.repeat(FAINT[name][:, :1], NUM_TRAIN, axis=1) for name in ("x_train", "y_train")
}


def _train(train_mnist, data, rate, num_epochs, batch_size, seed=0):
    """Train with the student's function, and raise unless it returns the three things."""
    rng = np.random.default_rng(seed)
    returned = train_mnist(*data, list(LAYER_DIMS), rate, num_epochs, batch_size, rng)
    order = "Return params, train_losses, test_accuracies, in this order."
    require(returned is not None, f"it returns None. {order}")
    require(
        isinstance(returned, (tuple, list)),
        f"it returns one thing only, of type {type(returned).__name__}. {order}",
    )
    require(len(returned) == 3, f"it returns {len(returned)} things. {order}")
    params, losses, accuracies = returned
    require(isinstance(params, dict), f"the first thing you return is not params. {order}")
    for name, values in {"train_losses": losses, "test_accuracies": accuracies}.items():
        require(not isinstance(values, dict), f"{name} is a dict. {order}")
        require(
            np.ndim(values) > 0,
            f"{name} is a single number. Give a list with one number for each epoch.",
        )
        require(np.ndim(values) == 1, f"{name} must be a plain list, one number for each epoch.")
        require(
            np.asarray(values).dtype.kind in "biuf",
            f"{name} holds something else than numbers. Append the numbers themselves, no text.",
        )
    for name, shape in {"W1": (64, 34), "b1": (64, 1), "W2": (3, 64), "b2": (3, 1)}.items():
        require(name in params, f"params has no {name!r}, with layer_dims {LAYER_DIMS}.")
        found = np.shape(params[name])
        require(
            found == shape,
            f"{name} has shape {found}, expected {shape}, with layer_dims {LAYER_DIMS}.",
        )
    params = {name: np.array(params[name], float) for name in ("W1", "b1", "W2", "b2")}
    return SimpleNamespace(
        params=params, losses=np.asarray(losses, float), accuracies=np.asarray(accuracies, float)
    )


def _gradients(params, x, y):
    return backward(y, params, forward(x, params)[1])


def _take_steps(params, x, y, rate, number):
    """Yield the params before the first of some steps with all images, after it, and so on."""
    yield params
    for _ in range(number):
        params = copy.deepcopy(params)
        update_parameters(params, _gradients(params, x, y), rate)
        yield params


def _count_steps(start, ended, x, y, rate):
    """How many steps with all images lead from the start to the end, if it is up to six."""
    path = enumerate(_take_steps(start, x, y, rate, 6))
    number = next((str(number) for number, params in path if _near(ended, params)), "no number of")
    return f"{number} right steps"


def _beside(one, other):
    return "the same" if _near(one, other) else "another"


def _see_epochs(train, x, y, *test):
    # In the longest the loss rises, falls below 0.1, and all test images are right: go on.
    runs = {3: train(RATE, 3, NUM_TRAIN), 1: train(RATE, 1, NUM_TRAIN), 15: train(2, 15, NUM_TRAIN)}
    facts = {}
    for number, run in runs.items():
        facts[f"the number of train_losses, with num_epochs={number},"] = len(run.losses)
        facts[f"the number of test_accuracies, with num_epochs={number},"] = len(run.accuracies)
    name = "the network after 3 epochs (all with steps?), beside that after 1"
    return facts | {name: _beside(runs[3].params, runs[1].params)}


def _see_start(train, x, y, *test):
    start, moved = train(VERY_SMALL, 3, NUM_TRAIN).params, train(RATE, 3, NUM_TRAIN)
    again, other = train(VERY_SMALL, 3, NUM_TRAIN), train(VERY_SMALL, 3, NUM_TRAIN, seed=1)
    one, first = train(VERY_SMALL, 1, NUM_TRAIN), moved.losses[:1].repeat(3)
    size = np.max([np.abs(array).max() for array in start.values()])
    words = "small" if size < 1e6 else "huge" if np.isfinite(size) else "no number any more"
    return {
        "the size of the weights, with a learning rate near 0,": words,
        "W1 at the start": "all 0" if _near(start["W1"], 0 * start["W1"]) else "drawn",
        "the start from the same rng": _beside(again.params, start),
        "the start from another rng": _beside(other.params, start),
        "the network after training, beside the start": _beside(moved.params, start),
        "the start after 3 epochs, beside that after 1": _beside(one.params, start),
        "the loss of an epoch, beside that of the first": _beside(moved.losses, first),
    }


def _see_batch_size(train, x, y, *test):
    all_at_once, batches = train(RATE, 1, NUM_TRAIN), train(RATE, 1, 12)
    beside = _beside(batches.params, all_at_once.params)
    return {f"the network with batch_size 12, beside that with {NUM_TRAIN}": beside}


def _see_step(train, x, y, *test):
    start, ended = train(VERY_SMALL, 1, NUM_TRAIN).params, train(RATE, 1, NUM_TRAIN).params
    facts = {}
    for name, slopes in _gradients(start, x, y).items():
        moved = (start[name[1:]] - ended[name[1:]]) / RATE
        ratio = np.vdot(moved, slopes) / np.vdot(slopes, slopes)
        turned = "" if _near(moved, ratio * slopes) else ", and aside from it"
        length = f"{round(ratio, 3) + 0.0:g}"
        facts[f"the move of {name[1:]}"] = f"{length} of a right step{turned}"
    facts["the way that the weights go"] = _count_steps(start, ended, x, y, RATE)
    is_still = _near(start["W1"][:, :NUM_TRAIN], ended["W1"][:, :NUM_TRAIN])
    facts["the weights of the training images' own pixels"] = "still" if is_still else "moved"
    return facts


def _see_three_steps(train, x, y, *test):
    start, moved = train(VERY_SMALL, 1, NUM_TRAIN).params, train(RATE, 3, NUM_TRAIN)
    # With so large a rate the accuracy falls, and the best epoch is not the last.
    wild = train(10, 3, NUM_TRAIN).params
    first = moved.losses[:1].repeat(3)
    is_early = any(_near(wild, params) for params in _take_steps(start, x, y, 10, 2))
    return {
        "the way that the weights go": _count_steps(start, moved.params, x, y, RATE),
        "the network that comes back with learning rate 10": ["the last", "an early one"][is_early],
        "the loss of an epoch, beside that of the first": _beside(moved.losses, first),
    }


def _see_losses(train, x, y, *test):
    start = train(VERY_SMALL, 1, NUM_TRAIN).params
    path = _take_steps(start, x, y, 1, 4)  # the losses and the accuracies fall and rise
    right = [compute_loss(forward(x, params)[0], y) for params in path]
    got = [*train(1, 5, NUM_TRAIN).losses, *train(RATE, 1, NUM_TRAIN).losses]
    return {"each loss, divided by the right one": np.divide(got, right + right[:1], dtype="f")}


def _see_accuracies(train, x, y, *test):
    start = train(VERY_SMALL, 1, NUM_TRAIN).params
    right = [compute_accuracy(*test, params) for params in _take_steps(start, x, y, 1, 5)][1:]
    got = [*train(1, 5, NUM_TRAIN).accuracies, *train(1, 1, NUM_TRAIN).accuracies]
    return {"each accuracy, divided by the right one": np.divide(got, right + right[:1], dtype="f")}


def _find_slopes(params, x, y):
    """What each training image adds to the slope of its own pixel's weights, a column each."""
    return _gradients(params, x, y)["dW1"][:, :NUM_TRAIN] * NUM_TRAIN


def _weigh_images(train, num_epochs, x, y, seed=0):
    """How much each training image moves the weights, in steps: 1/12 for a batch of 12.

    Only the image itself moves the weights of its own pixel, and with a small learning
    rate all steps of one image are alike. The median, because a unit whose score is next
    to 0 may be switched on or off in between.
    """
    rate = 3e-4
    start = train(VERY_SMALL, 1, NUM_TRAIN, seed=seed).params
    slopes = _find_slopes(start, x, y)
    moves = (start["W1"] - train(rate, num_epochs, 12, seed=seed).params["W1"])[:, :NUM_TRAIN]
    clear = np.abs(slopes) > np.abs(slopes).max(axis=0) / 3
    weights = np.nanmedian(np.where(clear, moves / slopes, np.nan), axis=0) / rate
    return np.round(60 * weights) / 60


def _see_images(train, x, y, *test):
    weights = _weigh_images(train, 1, x, y)
    return {
        "the number of images that an epoch uses": int((weights > 0).sum()),
        "the way that the weights go": f"{weights.sum():.1f} right steps",
        "how much the images count, from least to most": np.sort(weights),
    }


def _see_shuffling(train, x, y, *test):
    two, again = _weigh_images(train, 2, x, y), _weigh_images(train, 2, x, y)
    last_twice = np.flatnonzero(two > 0.3)  # a sixth in each epoch
    which = "drawn once" if min(last_twice, default=0) < NUM_TRAIN - 6 else "the last of x_train"
    is_same = len(last_twice) == 6
    return {
        "the way that the weights go in 2 epochs": f"{two.sum():.1f} right steps",
        "the last batch": f"the same images in each epoch, {which}" if is_same else "other images",
        "the batches from the same rng": _beside(again, two),
        "the batches from another rng": _beside(_weigh_images(train, 2, x, y, seed=1), two),
    }


def _see_mean_of_batches(train, x, y, *test):
    start, ended = train(VERY_SMALL, 1, 12).params, train(RATE, 1, 12)
    losses = [compute_loss(forward(x, p)[0], y) for p in _take_steps(start, x, y, RATE, 2)]
    right = np.average(losses, weights=[12, 12, 6])
    return {
        "the number of train_losses": len(ended.losses),
        "the number of test_accuracies": len(ended.accuracies),
        "the way that the weights go": _count_steps(start, ended.params, x, y, RATE),
        "the loss, divided by the right one": np.divide(ended.losses, right, dtype="f"),
    }


def _see_own_images(train, x, y, *test):
    """Find the three batches of an epoch, and the loss of each before its step.

    What an image moves depends on the params before its step, so those images are the
    next batch that moved the weights of their pixels as the present params would.
    """
    params, ended = train(VERY_SMALL, 1, 12).params, train(1, 1, 12)
    moves = (params["W1"] - ended.params["W1"])[:, :NUM_TRAIN]
    left, loss_sum = np.arange(NUM_TRAIN), 0
    for size in (12, 12, 6):
        errors = np.linalg.norm(moves - _find_slopes(params, x, y) / size, axis=0)
        batch = left[np.argsort(errors[left])[:size]]
        left = np.setdiff1d(left, batch)
        loss_sum += compute_loss(forward(x[:, batch], params)[0], y[:, batch]) * size
        _, params = _take_steps(params, x[:, batch], y[:, batch], 1, 1)
    is_right, right = _near(ended.params, params), loss_sum / NUM_TRAIN
    return {
        "the network after an epoch": "that of three right steps" if is_right else "another",
        "the loss, divided by the right one": np.divide(ended.losses, right, dtype="f"),
    }


TRAININGS = {
    "in the first trainings": (_see_epochs, SEEN),
    "at the start": (_see_start, PROBLEM),
    "in batch_size": (_see_batch_size, PROBLEM),
    "in one step with all images": (_see_step, PROBLEM),
    "in three epochs of one step each": (_see_three_steps, PROBLEM),
    "in train_losses, with one step an epoch": (_see_losses, PROBLEM),
    "in test_accuracies, with one step an epoch": (_see_accuracies, PROBLEM),
    "with batches of 12, 12 and 6 images": (_see_images, FAINT),
    "in the shuffling": (_see_shuffling, FAINT),
    "with batches of 12, 12 and 6 images that are all alike": (_see_mean_of_batches, ALIKE),
    "with the loss of each batch just before its step": (_see_own_images, FAINT),
}


@check(
    "5.3",
    "Start the weights once. Then, in each epoch and for each batch: forward, loss, backward, "
    "update.",
    "After the batches of an epoch, append the mean loss, and compute_accuracy(x_test, y_test, "
    "params). Hand rng on to initialize_parameters and to create_mini_batches.",
)
def check_train_mnist(answer):
    """Check a whole training on 30 images, whose traces in the weights can be told apart."""

    def run(answer, x_train, y_train, x_test, y_test, see):
        data = x_train, y_train, x_test, y_test
        return see(functools.partial(_train, answer, data), *data)

    cases = {phrase: data | {"see": see} for phrase, (see, data) in TRAININGS.items()}
    nothing = "update_parameters changes params and returns nothing: write no params = before it."
    pair = "forward returns two things: y_hat, cache = forward(x_batch, params)."
    with advising({"got tuple": pair, "NoneType": nothing}):
        compare(answer, train_mnist, cases, run=run)


def _read_images(part, count):
    """The first images and labels of the shipped "train" or "test" part, and no others."""
    arrays = []
    with zipfile.ZipFile(SHIPPED_FOLDER / "mnist.npz") as shipped:
        for name, length in ((f"{part}_images", 784), (f"{part}_labels", 1)):
            with shipped.open(f"{name}.npy") as file:
                np.lib.format.read_magic(file)
                np.lib.format.read_array_header_1_0(file)
                values = np.frombuffer(file.read(count * length), np.uint8)
            arrays.append(values.reshape(count, length))
    return arrays[0].T / np.float32(255), arrays[1].ravel()


def _run_network(x, params, activation):
    """Probabilities of the network with another function between its layers."""
    for layer in (1, 2, 3):
        scores = params[f"W{layer}"] @ x + params[f"b{layer}"]
        x = softmax(scores) if layer == 3 else activation(scores)
    return x


@check(
    "5.5",
    "layer_dims is [784, 128, 64, 10], the learning rate 0.1, the batch size 128. Each of the "
    "five exercises before has one of the functions you need.",
    "Divide the pixels by 255, one_hot the labels, transpose the images to (784, m), and hand "
    "the four arrays to train_mnist. Test it first with num_epochs=1: about 93 %.",
)
def check_network(params, train_losses, test_accuracies):
    """Check the student's own network on the shipped test images."""
    require_given(params, train_losses, test_accuracies)
    params = _read_network(params)
    losses = _read_losses(train_losses)
    listed = _read_accuracies(test_accuracies)
    x, labels = _read_images("test", 10_000)

    def measure(activation, x=x, labels=labels):
        with np.errstate(all="ignore"):
            y_hat = _run_network(x, params, activation)
        return float(np.mean(y_hat.argmax(axis=0) == labels))

    found = measure(relu)
    if abs(found - listed[-1]) > 0.0005:
        _explain_mismatch(found, listed, measure, x)
    require(
        found < 0.99,
        f"{found:.2%} of the test images right is too good for this network: it has learned from "
        "the test images. Train with x_train and y_train only.",
    )
    on_train = measure(relu, *_read_images("train", 2000))
    require(
        on_train > found - 0.02,
        f"it gets {found:.2%} of the test images right, but only {on_train:.2%} of the training "
        "images: it has learned from the test images. Train with x_train and y_train only.",
    )
    if found < 0.2:
        _explain_guessing(found, params, x)
    require(
        any(np.any(params[f"b{layer}"]) for layer in (1, 2, 3)),
        "all biases are still 0: they never moved. The update takes b1, b2 and b3 too.",
    )
    steady = found >= 0.965 and np.median(listed[-5:]) >= 0.97  # one bad last epoch is bad luck
    require(
        found >= 0.97 or steady,
        f"{found:.2%} right is below 97 %: the case study got 97.12 %. It has learned too little: "
        "fewer than 60,000 images or 20 epochs, a smaller learning rate than 0.1, or larger "
        "batches than 128.",
    )
    require(
        losses[-1] <= 1,
        f"train_losses ends with {losses[-1]:.4g}, too much for a mean loss. Is it a sum, to "
        "divide by the number of images, or in per cent?",
    )
    require(
        losses[-1] < 0.06,
        f"train_losses ends with {losses[-1]:.4f}, and the case study with 0.0298. Is it the mean "
        "over the training images of the last epoch, and not of all epochs or of the test images?",
    )
    require(
        losses[-1] > 0.004,
        f"train_losses ends with {losses[-1]:.2g}, too little after 20 epochs with batches of 128 "
        "and learning rate 0.1. Do you divide twice? compute_loss gives a mean already.",
    )


def _explain_guessing(found, params, x):
    """Raise with the reason why a network is no better than chance."""
    y_hat = _run_network(x[:, :1000], params, relu)
    require(
        np.ptp(y_hat, axis=1).max() > 1e-6,
        f"{found:.2%} right, as by guessing: the network gives the same answer to every image. "
        "Its ReLUs are all off, or its weights are all 0. Is the learning rate 0.1, and are "
        "the pixels divided by 255?",
    )
    raise CheckFailed(
        f"{found:.2%} right, as by guessing: it has not learned. Do the labels belong to their "
        "images, and are the params that you return the trained ones?"
    )


def _read_network(params):
    """The six arrays of the network, or a sentence about them."""
    require(
        isinstance(params, Mapping),
        f"params is of type {type(params).__name__}, expected the dict that train_mnist returns. "
        "It returns params first.",
    )
    arrays, sizes = {}, [784, 128, 64, 10]
    for layer in (1, 2, 3):
        shape = sizes[layer], sizes[layer - 1]
        for name, expected in ((f"W{layer}", shape), (f"b{layer}", (shape[0], 1))):
            try:
                arrays[name] = np.asarray(params[name], np.float32)
            except KeyError:
                raise CheckFailed(
                    f"params has no {name!r}. The network 784-128-64-10 has three layers of "
                    "weights: W1, b1 to W3, b3."
                ) from None
            found = arrays[name].shape
            require(
                found == expected or found != expected[::-1],
                f"{name} is turned over: its shape is {found}. Units are rows: {expected}.",
            )
            require(
                found == expected,
                f"{name} has shape {found}, expected {expected}. layer_dims is {sizes}.",
            )
            require(
                bool(np.isfinite(arrays[name]).all()),
                f"{name} holds nan or infinity: the weights ran away. Is the learning rate 0.1, "
                "and are the pixels divided by 255?",
            )
    extra = [name for name in params if re.fullmatch(r"[Wb]\d+", str(name)) and name not in arrays]
    require(not extra, f"params has a layer too many: {', '.join(extra)}. layer_dims is {sizes}.")
    return arrays


def _read_list(values, name, place):
    """A list of 20 numbers as an array, or a sentence about it."""
    numbers = f"{name} must be a list of 20 numbers, the {place} thing that train_mnist returns."
    try:
        listed = np.asarray(values)
    except ValueError:  # rows of different lengths
        raise CheckFailed(numbers) from None
    require(listed.dtype.kind not in "US", f"{name} holds text. Append the numbers themselves.")
    require(listed.dtype.kind in "biuf", numbers)
    require(
        listed.ndim > 0,
        f"{name} is a single number. Pass the whole list, with one number an epoch.",
    )
    require(listed.ndim == 1 and listed.size > 0 and bool(np.isfinite(listed).all()), numbers)
    require(listed.size != 1, f"{name} has one entry, for one epoch. Train for 20 epochs.")
    require(
        listed.size not in (20 * 469, 20 * 468),
        f"{name} has one entry for each batch. Append once an epoch.",
    )
    require(
        listed.size == 20,
        f"{name} has {listed.size} entries. 20 epochs make 20, one for each epoch.",
    )
    return listed.astype(float)


def _read_losses(train_losses):
    """The losses as an array, or a sentence about them."""
    losses = _read_list(train_losses, "train_losses", "second")
    require(losses.min() >= 0, "train_losses goes below 0. A loss is never negative.")
    require(
        losses[-1] <= 1.01 * losses[0],
        f"train_losses rises, from {losses[0]:.4g} to {losses[-1]:.4g}. Did you pass the "
        "accuracies, or is the sum of the losses not set back to 0 in each epoch?",
    )
    return losses


def _read_accuracies(test_accuracies):
    """The accuracies as an array, or a sentence about them."""
    listed = _read_list(test_accuracies, "test_accuracies", "third")
    require(
        not (listed.max() > 100),
        "test_accuracies counts the right images. Divide by their number, 10,000.",
    )
    require(
        listed.max() <= 1 or listed[0] > listed[-1],
        "test_accuracies is in per cent. An accuracy goes from 0 to 1.",
    )
    require(listed.max() <= 1, "test_accuracies goes above 1. Did you pass the losses?")
    return listed


def _explain_mismatch(found, listed, measure, x):
    """Raise with the reason why params do not have the accuracy that the list ends with."""
    facts = f"test_accuracies ends with {listed[-1]:.2%}, but these params get {found:.2%} of the "
    facts += "test images right"

    def agrees(accuracy):
        return abs(accuracy - listed[-1]) <= 0.0005

    require(
        not agrees(measure(relu, x * 255)),
        f"{facts} when the pixels go from 0 to 1. Yours go from 0 to 255: divide by 255.",
    )
    for activation, kind in (
        (lambda z: z, "nothing between its layers. Call relu in forward"),
        (sigmoid, "the sigmoid in its hidden layers. Take ReLU"),
        (np.tanh, "tanh in its hidden layers. Take ReLU"),
    ):
        require(not agrees(measure(activation)), f"{facts} with ReLU. Your network has {kind}.")
    require(
        abs(1 - found - listed[-1]) > 5e-5,
        f"{facts}. Your list holds the share of wrong answers.",
    )
    require(
        not (found > 0.9 and listed[-1] < 0.2 and listed[-1] < listed[0]),
        f"{facts}. Your list falls: did you pass the losses? The accuracies come third.",
    )
    require(
        not np.any(np.abs(listed[:-1] - found) < 5e-5),
        f"{facts}. The list has to be in the order of the epochs, and params those after the last "
        "one.",
    )
    raise CheckFailed(
        f"{facts}. Measure on x_test and y_test, after each epoch, with the params that you "
        "return, and with pixels from 0 to 1 in both parts."
    )
