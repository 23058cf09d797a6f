"""Checks of lesson 5's exercises."""

import copy
import functools
import itertools
import math
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from types import SimpleNamespace

import numpy as np

from helpers.activations import relu, relu_derivative, sigmoid, softmax
from helpers.backprop import backward
from helpers.checks.probe import (
    CheckFailed,
    attempt,
    check,
    compare,
    compare_answer,
    find_difference,
    find_problem,
    require,
    require_given,
    require_written,
    same_value,
)
from helpers.data import SHIPPED_FOLDER, one_hot
from helpers.forward import compute_accuracy, compute_loss
from helpers.forward import forward as _forward


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
    compare_answer(
        total_steps,
        7820,
        [
            (391, "these are the steps of one epoch. There are 20 epochs."),
            (390 * 20, "you left out the last, shorter batch of each epoch."),
            (7812.5, "each epoch ends with its own short batch. Multiply whole steps: 20 * 391."),
            (7813, "each epoch ends with its own short batch. Multiply whole steps: 20 * 391."),
            (7812, "each epoch ends with its own short batch. Multiply whole steps: 20 * 391."),
            (20, "20 is the number of epochs. Each has many steps."),
            (469 * 20, "this is for 60,000 images. Here there are 50,000."),
            (79 * 20, "this is for the lesson's 10,000 images. Here there are 50,000."),
            (50_000 * 20, "this counts images. A step takes 128 of them."),
        ],
        "total_steps is not right. Each of the 20 epochs has the same number of steps.",
    )


def _make_examples(num_examples):
    """Examples whose columns all differ: x of 7 rows, y one-hot."""
    x = 1.0 + np.arange(7 * num_examples).reshape(7, num_examples)
    return x, np.eye(num_examples + 20)[:, :num_examples]


def _hand_out(create_mini_batches, num_examples, batch_size, seed=0, num_passes=1):
    """The positions in x of the examples, batch by batch, one list a pass."""

    def collect(x, y, rng):
        passes = []
        for _ in range(num_passes):
            batches = create_mini_batches(x, y, batch_size, rng)
            if isinstance(batches, Iterator):
                # A copy, in case that each batch is written into the same array.
                limited = itertools.islice(batches, 3 * x.shape[1])
                batches = [copy.deepcopy(batch) for batch in limited]
            passes.append(batches)
        return passes

    x, y = _make_examples(num_examples)
    phrase = f"with {num_examples} examples and batch_size {batch_size}"
    outcome = attempt(collect, x=x, y=y, rng=np.random.default_rng(seed))
    require(
        outcome.changed is None,
        f"it changes its input {outcome.changed}. (shuffle works in place, and on a table it moves "
        "the rows, which are pixels.) Draw an order, order = rng.permutation(m), and index with "
        "that.",
    )
    if isinstance(outcome.error, IndexError):
        require(
            not re.search(rf"axis 0 with size ({len(x)}|{len(y)})$", str(outcome.error)),
            "x[batch] takes rows, and a row is a pixel. The examples are columns: x[:, batch].",
        )
    if outcome.error is not None:
        raise CheckFailed(find_problem(outcome, None, phrase))
    require(
        num_passes == 1 or not (outcome.value[0] is outcome.value[1] is not None),
        "each call returns the same list, and so the batches of all calls together. Make the list "
        "inside the function, and not among its arguments.",
    )
    return [_read_batches(batches, x, y, phrase) for batches in outcome.value]


def _read_batches(batches, x, y, phrase):
    """Find each batch's examples in x and y, and raise where that is not possible."""
    require(
        batches is not None,
        "it returns None. Return a list of the batches, or yield them one by one.",
    )
    require(
        isinstance(batches, (list, tuple)),
        f"it returns something of type {type(batches).__name__}. Return a list of pairs "
        "(x_batch, y_batch), or yield the pairs.",
    )
    if len(batches) == 2 and all(getattr(part, "ndim", 0) == 2 for part in batches):
        require(
            x.shape[1] not in batches[0].shape,
            "it returns all examples in one piece. Cut them into batches.",
        )
        raise CheckFailed(
            "it returns a single batch. return ends the function in the first turn of the loop: "
            "write yield there, or collect the pairs in a list and return it after the loop."
        )
    require(
        not (
            len(batches) == 2
            and all(isinstance(part, (list, tuple)) for part in batches)
            and all(np.shape(x_batch)[:1] == (len(x),) for x_batch in batches[0])
            and all(np.shape(y_batch)[:1] == (len(y),) for y_batch in batches[1])
        ),
        "it returns the x batches and the y batches apart. Put each x_batch together with its "
        "y_batch, in a pair.",
    )
    require(len(batches) > 0, f"it gives no batch at all {phrase}. Do you append them?")
    for batch in batches:
        _check_pair(batch, x, y, phrase)
    return [_find_examples(x_batch, y_batch, x, y) for x_batch, y_batch in batches]


def _check_pair(batch, x, y, phrase):
    """Raise unless a batch is a pair of arrays with the rows of x and y."""
    if isinstance(batch, np.ndarray) and batch.ndim == 1:
        raise CheckFailed(
            "it gives the positions of the examples. Give the examples: x[:, batch], y[:, batch]."
        )
    require(
        not isinstance(batch, np.ndarray),
        "each batch is one array. Give a pair: x_batch and its labels y_batch.",
    )
    require(
        isinstance(batch, (tuple, list)) and len(batch) == 2,
        "a batch is no pair. Give (x_batch, y_batch), and nothing else.",
    )
    for name, part in zip(("x_batch", "y_batch"), batch, strict=True):
        require(
            isinstance(part, np.ndarray),
            f"{name} is of type {type(part).__name__}. Take the columns out of the array with an "
            "index, such as x[:, batch], so that it stays an array.",
        )
    x_batch, y_batch = batch
    if x_batch.ndim == y_batch.ndim == 2 and np.array_equal(x_batch, y_batch):
        given, missing = ("x", "y") if len(x_batch) == len(x) else ("y", "x")
        raise CheckFailed(
            f"{missing}_batch is taken from {given} too. Take it from {missing}: "
            f"{missing}[:, batch]."
        )
    require(
        not (
            x_batch.shape[0] == len(y) != x_batch.shape[-1]
            and y_batch.shape[0] == len(x) != y_batch.shape[-1]
        ),
        "the pair is turned around: x_batch comes first, then y_batch.",
    )
    require(
        x_batch.shape[:2] != (len(x), 1) or x_batch.shape[2:] != (x.shape[1],),
        "a batch has three dimensions. Is your order None? rng.shuffle works in place and returns "
        "nothing, and x[:, None] adds an axis. rng.permutation(m) returns the order.",
    )
    require(
        x_batch.ndim == y_batch.ndim == 2,
        f"a batch does not have two dimensions {phrase}. Each stays a table with one column for "
        "each example, also when it has only one: x[:, [5]] does, x[:, 5] does not.",
    )
    is_cut = any(
        part.shape[1] == table.shape[1] and len(part) < len(table)
        for part, table in ((x_batch, x), (y_batch, y))
    )
    require(
        not is_cut,
        "you cut rows out, and a row is a pixel. The examples are columns: x[:, batch].",
    )
    require(
        not (len(x_batch) != len(x) == x_batch.shape[1]),
        "your batches are turned over. In x_batch and y_batch, examples are columns.",
    )
    require(
        len(x_batch) == len(x),
        f"x_batch has shape {x_batch.shape} {phrase}. It needs all {len(x)} rows of x.",
    )


def _find_examples(x_batch, y_batch, x, y):
    """The positions of a batch's columns in x, which must be those in y too."""

    def find(columns, table):
        positions = {tuple(column): number for number, column in enumerate(table.T.tolist())}
        return [positions.get(tuple(column)) for column in columns.T.tolist()]

    require(
        not (x_batch.shape[1] and (x_batch == 0).all(axis=0).any()),
        "you fill the last batch up with zeros. Leave it shorter.",
    )
    in_x = find(x_batch, x)
    if None in in_x:
        require(
            None in find(np.sort(x_batch, axis=0), x),
            "you shuffle the rows, so the pixels of each image are mixed up. Shuffle the columns: "
            "rng.permutation(x.shape[1]).",
        )
        raise CheckFailed(
            "x_batch holds a column that is none of x's. Take whole columns: x[:, batch]."
        )
    require(
        len(y_batch) == len(y),
        f"x_batch is right, but y_batch has {len(y_batch)} of the {len(y)} rows of y. Take its "
        "columns: y[:, batch].",
    )
    require(
        y_batch.shape[1] == x_batch.shape[1],
        f"a batch has {x_batch.shape[1]} images and {y_batch.shape[1]} labels. Take the same "
        "columns from x and from y.",
    )
    in_y = find(y_batch, y)
    if in_x != in_y:
        sentence = "x and y are out of step: the images get the labels of others. "
        if in_y == sorted(in_y, key=lambda position: (position is None, position)):
            sentence += "You shuffle x, and leave y as it is. "
        elif in_x == sorted(in_x):
            sentence += "You shuffle y, and leave x as it is. "
        raise CheckFailed(sentence + "Draw one order, and use it for both.")
    return in_x


def _find_pieces(batches):
    """Where each batch starts and ends, if all are pieces of one order, else None."""
    following = {a: b for batch in batches for a, b in itertools.pairwise(batch)}
    order, followers = [], set(following.values())
    for example in dict.fromkeys(itertools.chain(*batches)):
        if example not in followers:
            while example is not None and example not in order:
                order.append(example)
                example = following.get(example)
    pieces = []
    for batch in batches:
        start = order.index(batch[0]) if batch[0] in order else len(order)
        pieces.append((start, start + len(batch)))
        if order[slice(*pieces[-1])] != batch:
            return None
    return pieces


def _show_pieces(pieces):
    return ", ".join(f"{start}:{end}" for start, end in pieces[:4]) + ", ..." * (len(pieces) > 4)


def _require_columns_counted(handed_out):
    """Raise where as many examples come as x has rows, which are pixels."""
    require(
        not (len(handed_out) == 7 == max(handed_out) + 1),
        "only 7 examples come: you counted the rows of x. len(x) and x.shape[0] are the number of "
        "pixels, x.shape[1] is the number of examples.",
    )


def _check_each_once(batches, num_examples, batch_size):
    """Raise unless the batches hold each example once, in batches of the right size."""
    sizes = [len(batch) for batch in batches]
    handed_out = list(itertools.chain(*batches))
    total, num_full = len(handed_out), num_examples // batch_size
    numbers = f"with {num_examples} examples and batch_size {batch_size}"
    short = f"the last batch, of {num_examples % batch_size},"
    require(
        len(batches) < 3 * num_examples,
        f"it does not come to an end: there are more than {len(batches) - 1} batches {numbers}.",
    )
    _require_columns_counted(handed_out)
    if 0 in sizes:
        require(
            any(sizes[1:]) or not sizes[0],
            "every batch but the first is empty. With i from range(0, m, batch_size) a batch goes "
            "from i to i + batch_size: order[i : batch_size] ends too early, "
            "order[i * batch_size : ...] starts too late.",
        )
        require(
            0 in sizes[:-1],
            f"{numbers} the last batch is empty: the loop takes a turn too many. "
            "range(0, m, batch_size) ends in time.",
        )
        raise CheckFailed(
            f"{numbers} batch number {sizes.index(0) + 1} is empty. Does its slice start after its "
            "end, or after the last example?"
        )
    if len(set(handed_out)) < total:
        require(
            num_examples % batch_size or sizes[-1] < num_examples or len(batches) == 1,
            f"{numbers} there is no rest, but a last batch with all {num_examples} comes. "
            "order[-0:] is the whole order. Make a last batch only if there is a rest.",
        )
        require(
            not (
                len(set(handed_out)) == num_examples
                and sizes == [batch_size] * math.ceil(num_examples / batch_size)
            ),
            "you fill the last batch up with examples that come a second time. Leave it shorter: "
            "a slice that goes past the end just stops there.",
        )
        again = "so in one pass some examples come twice, and others never. Draw one order of all "
        again += "examples before the loop, rng.permutation(m), and cut it into batches."
        require(
            all(len(set(batch)) == len(batch) for batch in batches),
            f"you draw with replacement, {again}",
        )
        pieces = _find_pieces(batches)
        if pieces:
            right = [
                (i, min(i + batch_size, num_examples)) for i in range(0, num_examples, batch_size)
            ]
            raise CheckFailed(
                f"{numbers} your batches overlap: they take the positions {_show_pieces(pieces)} "
                f"of the order, expected {_show_pieces(right)}. Each starts where the one before "
                "ended: order[i : i + batch_size], with i from range(0, m, batch_size)."
            )
        raise CheckFailed(f"you draw each batch by itself, {again}")
    if total < num_examples:
        require(
            not (len(batches) == 1 and num_full > 1),
            "only one batch comes. Three things do that: a return or break inside the loop; a list "
            "that is made anew in each turn (append to it, do not assign); a step of the loop that "
            "is not batch_size.",
        )
        require(
            not (sizes[0] == batch_size - 1 and sizes[:num_full] == [batch_size - 1] * num_full),
            "each batch is one example short. order[i : i + batch_size] has batch_size entries: "
            "its end is left out already.",
        )
        require(
            not (sizes == [batch_size] * num_full),
            f"you dropped the rest: {short} is missing. Let the loop run to the last example.",
        )
        require(
            not (total == num_examples - 1),
            "one example never comes. Does the order hold all of them? rng.permutation(m) goes "
            "from 0 to m - 1.",
        )
        require(
            not (total == num_examples - batch_size),
            "one full batch is missing. Does the loop start at 0?",
        )
        raise CheckFailed(
            f"{numbers} only {total} examples come in one pass. Each must come "
            "once. Do both the loop and the slice go on by batch_size?"
        )
    expected = [batch_size] * num_full + [num_examples % batch_size] * (
        num_full * batch_size < total
    )
    if sizes != expected:
        require(
            not (len(batches) == 1),
            "all examples are in one batch. Cut the order into pieces of batch_size.",
        )
        require(
            not (len(batches) == batch_size),
            f"you took batch_size for the number of batches: there are {batch_size}. It is the "
            "number of examples in each.",
        )
        require(
            not (sizes == expected[:-2] + [sum(expected[-2:])]),
            f"you put the rest into the last full batch. It is a batch of its own: {short} comes "
            "by itself.",
        )
        require(
            sorted(sizes) != sorted(expected),
            "the short batch is not the last one. Shuffle the examples, and then cut: the order "
            "of the batches is a matter of chance already.",
        )
        require(
            max(sizes) - min(sizes) > 1 or len(sizes) != len(expected),
            f"you cut into equal parts, of {max(sizes)} or {min(sizes)}. Each batch has batch_size "
            f"examples, and only the last is shorter.",
        )
        raise CheckFailed(
            f"{numbers} your batches have {', '.join(map(str, sizes[:5]))}"
            f"{', ...' * (len(sizes) > 5)} examples, expected {', '.join(map(str, expected[:5]))}."
        )


def _check_shuffled(batches):
    """Raise unless the order of the examples looks drawn."""
    order = list(itertools.chain(*batches))
    require(
        order not in (sorted(order), sorted(order, reverse=True)),
        "nothing is shuffled. Draw an order with rng.permutation(m), and index with it.",
    )
    blocks, start = [], 0
    for batch in batches:
        blocks.append(list(range(start, start + len(batch))))
        start += len(batch)
    require(
        [sorted(batch) for batch in batches] != blocks,
        "you shuffle inside each batch only, so the same examples stay together in every pass. "
        "Shuffle all of them before you cut.",
    )
    require(
        sum(b == a + 1 for a, b in itertools.pairwise(order)) < len(order) / 2,
        "the examples keep their neighbours: you moved whole batches only. Shuffle the examples "
        "before you cut.",
    )


@check(
    "5.3",
    "Draw one order of all columns with rng.permutation. Then cut it into pieces.",
    "for i in range(0, m, batch_size): the piece is order[i : i + batch_size]. Use the same piece "
    "for x and for y, and yield both.",
)
def check_create_mini_batches(create_mini_batches):
    """Check the pairs of batches: each example once, shuffled, x and y in step."""
    require_written(create_mini_batches)
    batches, second = _hand_out(create_mini_batches, 53, 16, num_passes=2)
    if [len(batch) for batch in batches] == [16]:
        require(
            len(_hand_out(create_mini_batches, 53, 2)[0]) != 4,
            "the batches end too early: with 7 rows in x, they end at position 7. Do you count "
            "the rows of x? len(x) and x.shape[0] are the number of pixels, x.shape[1] is the "
            "number of examples.",
        )
    _check_each_once(batches, 53, 16)
    _check_shuffled(batches)
    require(
        _hand_out(create_mini_batches, 53, 16)[0] == batches,
        "the order does not come from rng: with an rng in the same state it differs. np.random and "
        "a generator of your own do not know rng. Write rng.permutation(m).",
    )
    require(
        batches != second and _hand_out(create_mini_batches, 53, 16, seed=1)[0] != batches,
        "each pass has the same order, as from a fixed seed. Draw from the rng that you are "
        "given: it goes on from where it stands.",
    )
    for num_examples, batch_size in ((8, 4), (9, 4), (5, 5), (6, 1), (1100, 300)):
        batches = _hand_out(create_mini_batches, num_examples, batch_size)[0]
        _check_each_once(batches, num_examples, batch_size)


def _draw_step(layer_dims, learning_rate):
    """Weights, gradients and a learning rate for one step."""
    rng = np.random.default_rng(3)
    params, grads = {}, {}
    for layer in range(1, len(layer_dims)):
        shape = layer_dims[layer], layer_dims[layer - 1]
        params[f"W{layer}"], params[f"b{layer}"] = (
            rng.normal(size=shape),
            rng.normal(size=shape[:1]),
        )
        params[f"b{layer}"] = params[f"b{layer}"].reshape(-1, 1)
    for layer in range(len(layer_dims) - 1, 0, -1):  # backward starts with the last layer, too
        for name in (f"W{layer}", f"b{layer}"):
            grads[f"d{name}"] = 4 * rng.normal(size=params[name].shape)
    return {"params": params, "grads": grads, "learning_rate": learning_rate}


STEPS = {
    "with three layers": _draw_step([2, 3, 5, 4], 0.3),
    "with one layer": _draw_step([4, 3], 2),
    "with eleven layers": _draw_step([2] * 12, 0.3),
}


def _each(change):
    """An update of one array after the other: change(array, gradient, learning rate)."""

    def wrong(params, grads, learning_rate):
        return {
            name: change(array, grads[f"d{name}"], learning_rate) for name, array in params.items()
        }

    return wrong


def _only(chosen):
    """An update of some arrays: chosen(name, number of layers)."""

    def wrong(params, grads, learning_rate):
        return {
            name: array - learning_rate * grads[f"d{name}"] * chosen(name, len(params) // 2)
            for name, array in params.items()
        }

    return wrong


_step = _only(lambda name, num_layers: True)

# What can go wrong with an array a and its gradient g.
WRONG_MOVES = [
    (
        "the sign is turned around: this goes uphill. Move against the slope, with a minus.",
        lambda a, g, rate: a + rate * g,
    ),
    (
        "you divide by the learning rate. Multiply the gradient with it.",
        lambda a, g, rate: a - g / rate,
    ),
    (
        "the learning rate counts twice. Multiply the gradient with it once.",
        lambda a, g, rate: a - rate**2 * g,
    ),
    (
        "the step is taken twice. Each array moves once.",
        lambda a, g, rate: a - 2 * rate * g,
    ),
    (
        "you multiply the array with the step. Take the step away from it.",
        lambda a, g, rate: a * rate * g,
    ),
    (
        "you multiply the array with the step. Take the step away from it.",
        lambda a, g, rate: a * (1 - rate * g),
    ),
    (
        "the old numbers are gone: only the step is stored. Take it away from the old ones.",
        lambda a, g, rate: rate * g,
    ),
    (
        "the old numbers are gone: only the step is stored. Take it away from the old ones.",
        lambda a, g, rate: -rate * g,
    ),
    (
        "you take a part of the array itself away, not of its gradient.",
        lambda a, g, rate: a - rate * a,
    ),
    (
        "the gradient is left out: you take the learning rate itself away.",
        lambda a, g, rate: a - rate,
    ),
    (
        "check the brackets: the learning rate belongs to the gradient alone.",
        lambda a, g, rate: rate * (a - g),
    ),
    (
        "you turned the two around: this is step minus array. It is array minus step.",
        lambda a, g, rate: rate * g - a,
    ),
    (
        "only the sign of the gradient counts in your step. Its size counts too.",
        lambda a, g, rate: a - rate * np.sign(g),
    ),
    ("the learning rate is missing.", lambda a, g, rate: a - g),
]

WRONG_STEPS = [(sentence, _each(move)) for sentence, move in WRONG_MOVES] + [
    (
        "you left out the biases. They move against db in the same way.",
        _only(lambda name, num_layers: name[0] == "W"),
    ),
    (
        "only the biases move. The weights move against dW in the same way.",
        _only(lambda name, num_layers: name[0] == "b"),
    ),
    (
        "only W1 moves. Does a return stand inside the loop? It ends the function there.",
        _only(lambda name, num_layers: name == "W1"),
    ),
    (
        "only the first layer moves. Go through all len(params) // 2 layers.",
        _only(lambda name, num_layers: name[1:] == "1"),
    ),
    (
        "only the last layer moves. Go through all len(params) // 2 layers.",
        _only(lambda name, num_layers: int(name[1:]) == num_layers),
    ),
    (
        "the last layer does not move. range leaves its end out: "
        "range(1, len(params) // 2 + 1) ends with the last layer.",
        _only(lambda name, num_layers: int(name[1:]) < num_layers),
    ),
    (
        "the first layer does not move. Layers count from 1.",
        _only(lambda name, num_layers: int(name[1:]) > 1),
    ),
    (
        "the weights go downhill, the biases uphill. Both move with a minus.",
        _only(lambda name, num_layers: 1 if name[0] == "W" else -1),
    ),
    (
        "the biases go downhill, the weights uphill. Both move with a minus.",
        _only(lambda name, num_layers: 1 if name[0] == "b" else -1),
    ),
    (
        "W10 and W11 move by the gradient of W1: only the first digit of the layer's number is "
        'used. Take the whole name: grads[f"d{name}"].',
        lambda params, grads, rate: {
            name: array - rate * grads[f"d{name[:2]}"] for name, array in params.items()
        },
    ),
    (
        "you moved the weights by db. It fits by its shape alone: the gradient of W1 is dW1.",
        lambda params, grads, rate: {
            name: array - rate * grads[f"db{name[1:]}"] for name, array in params.items()
        },
    ),
    (
        "you moved the biases by dW, which gave them another shape. The gradient of b1 is db1.",
        lambda params, grads, rate: {
            name: array - rate * grads[f"dW{name[1:]}"] for name, array in params.items()
        },
    ),
]


def _name_key_error(error, params):
    """A sentence for a name that a dict does not have."""
    key = str(error.args[0] if error.args else "")
    layer = int((re.findall(r"\d+$", key) or [-1])[0])
    num_layers = len(params) // 2
    if key in params:
        return f"grads has no {key!r}. Its names have a d in front: 'd{key}', or f\"d{{name}}\"."
    if key[1:] in params:
        return f"params has no {key!r}: that is a name in grads. Its weights are {key[1:]!r}."
    if layer in (0, num_layers + 1) or layer > num_layers:
        return (
            f"there is no layer {layer} in a network with {num_layers} "
            f"layer{'s' * (num_layers > 1)}: {key!r} does not exist. Layers count from 1 to "
            "len(params) // 2."
        )
    return None


def _name_array(after, params, grads, learning_rate):
    """Raise with what is wrong with the first wrong array, if it is known."""
    for name, array in params.items():
        gradient = grads[f"d{name}"]
        if not same_value(after[name], array - learning_rate * gradient):
            for sentence, move in WRONG_MOVES:
                require(
                    not same_value(after[name], move(array, gradient, learning_rate)),
                    f"{name} goes wrong: {sentence}",
                )
            if after[name].shape == array.shape:
                _describe_move((array - after[name]) / learning_rate, gradient, name)
            return


def _describe_move(moved, gradient, name):
    """Raise with what is wrong with a move that should be the gradient, if it shows."""
    ratio = np.vdot(moved, gradient) / np.vdot(gradient, gradient)
    require(
        not _near(moved, ratio * gradient),
        f"{name} moves {ratio:.3g} times as far as it should. The step is learning_rate * "
        "gradient, with no other factor: backward has divided by the number of images already.",
    )
    require(
        np.ptp(moved) > 1e-6,
        f"all entries of {name} move by the same number. Each has a slope of its own: take the "
        "whole gradient.",
    )
    largest = np.abs(moved).max()
    require(
        not _near(moved, np.clip(gradient, -largest, largest)),
        f"large gradients are cut off: in {name} none counts for more than {largest:.3g}. Each "
        "entry moves by learning_rate times its slope, however large.",
    )


@check(
    "5.1",
    "Each array moves against its gradient. params['W1'] belongs to grads['dW1'].",
    'Loop over the names in params. The gradient of name is grads[f"d{name}"]. Store the new '
    "array under the same name: params[name] = ...",
)
def check_update_parameters(update_parameters):
    """Check one step of gradient descent, which is stored in params."""
    require_written(update_parameters)

    def watch(params, grads, learning_rate):
        params, grads = copy.deepcopy((params, grads))
        returned = update_parameters(params, grads, learning_rate)
        is_new = isinstance(returned, dict) and returned is not params
        is_new = is_new and (returned.keys() != params.keys() or not same_value(returned, params))
        return {"params": params, "grads": grads, "is_new": is_new}

    def step(params, grads, learning_rate):
        params, grads = copy.deepcopy((params, grads))
        update_parameters(params, grads, learning_rate)
        return params

    for phrase, arguments in STEPS.items():
        before = arguments["params"]
        outcome = attempt(watch, **arguments)
        if isinstance(outcome.error, KeyError):
            sentence = _name_key_error(outcome.error, before)
            require(sentence is None, sentence)
        require(
            not (isinstance(outcome.error, RuntimeError) and "dictionary" in str(outcome.error)),
            "you store new names in params while you loop over it. The gradient dW1 moves the "
            "array that is there already: params['W1'].",
        )
        if outcome.error is not None:
            problem, broadcast, _ = find_problem(outcome, None, phrase).partition(": ValueError: ")
            require(
                not broadcast or "broadcast" not in str(outcome.error),
                f"{problem}: an array meets a gradient of another shape. grads may be in another "
                'order than params: take each by its name, grads[f"d{name}"], and as it is, '
                "without .T.",
            )
            raise CheckFailed(find_problem(outcome, None, phrase))
        after = outcome.value["params"]
        missing = before.keys() - after.keys()
        require(not missing, f"params has lost its {min(missing, default='')!r}.")
        new = sorted(after.keys() - before.keys())
        require(
            not new,
            f"params has a new entry {''.join(new[:1])!r} after the step. Change the arrays that "
            "are there: W1, b1, ...",
        )
        for name in before:
            kind = type(after[name]).__name__
            require(
                isinstance(after[name], np.ndarray),
                f"params[{name!r}] is of type {kind} after the step. Keep an array.",
            )
        if phrase == "with three layers" and same_value(
            {name: after[name] for name in before}, before
        ):
            require(
                not outcome.value["is_new"],
                "you return a new dict, and params itself stays as it was. Store the new arrays in "
                "the params that you are given: params[name] = params[name] - ...",
            )
            raise CheckFailed(
                "params is as before. A new array, W = W - ..., and a copy of params are not "
                "stored in it. Store the new array: params[name] = params[name] - ..."
            )
    first = STEPS["with three layers"]
    require(
        not same_value(
            attempt(step, **first).value, attempt(step, **first | {"learning_rate": 2}).value
        ),
        "the learning rate makes no difference: each value gives the same step. Multiply the "
        "gradient with learning_rate.",
    )
    try:
        compare(step, _step, STEPS, WRONG_STEPS)
    except CheckFailed as mistake:
        if not str(mistake).startswith("it goes wrong"):
            raise
        _name_array(attempt(step, **first).value, **first)  # two mistakes, perhaps
        raise
    for arguments in STEPS.values():
        after = attempt(watch, **arguments).value
        require(
            same_value(after["grads"], arguments["grads"], exactly=True),
            "the step is right, but grads is changed afterwards. Compute learning_rate * grads "
            "in a new array.",
        )


NUM_TRAIN, NUM_TEST = 30, 40
LAYER_DIMS = [NUM_TRAIN + 4, 64, 3]
VERY_SMALL = 1e-12  # a learning rate that leaves the weights where they are


def _make_problem():
    """Data in which each training image has a pixel of its own, and four common ones.

    So the column of W1 that belongs to a pixel shows in which steps its image was used.
    """
    rng = np.random.default_rng(5)
    centres = rng.normal(size=(4, 3))
    y_train, y_test = rng.integers(3, size=NUM_TRAIN), rng.integers(3, size=NUM_TEST)
    common_train = centres[:, y_train] + rng.normal(size=(4, NUM_TRAIN))
    common_test = centres[:, y_test] + rng.normal(size=(4, NUM_TEST))
    return {
        "x_train": np.vstack([np.eye(NUM_TRAIN), common_train]),
        "y_train": one_hot(y_train, 3),
        "x_test": np.vstack([np.zeros((NUM_TRAIN, NUM_TEST)), common_test]),
        "y_test": one_hot(y_test, 3),
    }


PROBLEM = _make_problem()
X, Y = PROBLEM["x_train"], PROBLEM["y_train"]


def _train(train_mnist, learning_rate, num_epochs, batch_size, seed=0, run=1):
    """Train with the student's function, in a first run, or in another one like it."""
    outcome = attempt(
        train_mnist,
        **PROBLEM,
        layer_dims=LAYER_DIMS,
        learning_rate=learning_rate,
        num_epochs=num_epochs,
        batch_size=batch_size,
        rng=np.random.default_rng(seed),
    )
    returned = outcome.value
    if outcome.error is not None or outcome.changed is not None or returned is None:
        phrase = f"with {NUM_TRAIN} images, batch_size {batch_size}, num_epochs {num_epochs}"
        problem = find_problem(outcome, None, phrase)
        if re.search("params must be a dict .* got NoneType", str(outcome.error)):
            problem += (
                ". If you wrote params = update_parameters(...): it works in place, and returns "
                "nothing."
            )
        raise CheckFailed(problem)
    order = "Return params, train_losses, test_accuracies, in this order."
    require(
        isinstance(returned, (tuple, list)),
        f"it returns one thing only, of type {type(returned).__name__}. {order}",
    )
    require(len(returned) == 3, f"it returns {len(returned)} things. {order}")
    params, losses, accuracies = returned
    require(isinstance(params, dict), f"the first thing you return is not params. {order}")
    for name, values in (("train_losses", losses), ("test_accuracies", accuracies)):
        require(
            not isinstance(values, dict),
            f"{name} is a dict. {order}",
        )
        require(
            np.ndim(values) > 0,
            f"{name} is a single number. Give a list with one number for each epoch.",
        )
        require(np.ndim(values) == 1, f"{name} must be a plain list, one number for each epoch.")
        require(
            np.asarray(values).dtype.kind in "biuf",
            f"{name} holds something else than numbers. Append the numbers themselves, no text.",
        )
    for layer in (1, 2):
        weights, biases = f"W{layer}", f"b{layer}"
        shape = LAYER_DIMS[layer], LAYER_DIMS[layer - 1]
        for name, expected in ((weights, shape), (biases, (shape[0], 1))):
            require(name in params, f"params has no {name!r}, with layer_dims {LAYER_DIMS}.")
            require(
                np.shape(params[name]) == expected,
                f"{name} has shape {np.shape(params[name])}, expected {expected}, with layer_dims "
                f"{LAYER_DIMS}.",
            )
    params = {name: np.asarray(params[name], float) for name in ("W1", "b1", "W2", "b2")}
    return SimpleNamespace(
        params=params, losses=np.asarray(losses, float), accuracies=np.asarray(accuracies, float)
    )


def _near(got, expected):
    """Whether two results agree as far as float32 allows."""
    if isinstance(expected, dict):
        return all(_near(got[name], expected[name]) for name in expected)
    got, expected = np.asarray(got), np.asarray(expected)
    return got.shape == expected.shape and np.allclose(got, expected, rtol=1e-4, atol=1e-5)


def _gradients(params, x=X, y=Y):
    return backward(y, params, _forward(x, params)[1])


def _scaled_step(factor):
    """A step along `factor` times the gradient."""
    return lambda params, rate: _step(params, _gradients(params), rate * factor)


def _step_that_mixes(params, rate):
    """A step that moves W2 before it is used for layer 1's gradient."""
    cache = _forward(X, params)[1]
    dZ = (cache["A2"] - Y) / NUM_TRAIN
    grads = {"dW2": dZ @ cache["A1"].T, "db2": dZ.sum(axis=1, keepdims=True)}
    dZ = (params["W2"] - rate * grads["dW2"]).T @ dZ * relu_derivative(cache["Z1"])
    grads |= {"dW1": dZ @ X.T, "db1": dZ.sum(axis=1, keepdims=True)}
    return _step(params, grads, rate)


def _step_from_the_test_images(params, rate):
    return _step(params, _gradients(params, PROBLEM["x_test"], PROBLEM["y_test"]), rate)


EARLY_PARAMS = (
    "the params that you return are those after epoch {} of {}. Return the ones after the last "
    "epoch, no earlier copy. And call create_mini_batches anew in each epoch: it may give its "
    "batches only once."
)

WRONG_TRAINING_STEPS = [
    ("the weights go uphill: the sign of the update is turned around.", _scaled_step(-1)),
    (
        "the weights move before all gradients are known: layer 1's gradient is computed with W2 "
        "after its step. First compute every gradient, then update.",
        _step_that_mixes,
    ),
    (
        "the step follows the sum of the gradients. Divide by the number of images in the batch.",
        _scaled_step(NUM_TRAIN),
    ),
    (
        "the gradient is divided by the number of images twice. backward divides already.",
        _scaled_step(1 / NUM_TRAIN),
    ),
    (
        "each batch moves the weights two times as far as it should. Do you update twice?",
        _scaled_step(2),
    ),
    (
        "one epoch with one batch makes two steps. One step a batch: forward, backward, update.",
        lambda params, rate: _scaled_step(1)(_scaled_step(1)(params, rate), rate),
    ),
    (
        "only the biases move.",
        lambda params, rate: _only(lambda name, _: name[0] == "b")(
            params, _gradients(params), rate
        ),
    ),
    (
        "the biases never move.",
        lambda params, rate: _only(lambda name, _: name[0] == "W")(
            params, _gradients(params), rate
        ),
    ),
    (
        "only the last layer learns.",
        lambda params, rate: _only(lambda name, _: name[1] == "2")(
            params, _gradients(params), rate
        ),
    ),
    (
        "only the first layer learns.",
        lambda params, rate: _only(lambda name, _: name[1] == "1")(
            params, _gradients(params), rate
        ),
    ),
    (
        "it learns from the test images. They are there to measure the accuracy only.",
        _step_from_the_test_images,
    ),
]


def _check_lengths(train, rate):
    """Raise unless there is one entry for each epoch."""
    three = train(rate, 3, NUM_TRAIN)
    one = train(rate, 1, NUM_TRAIN)
    still = train(VERY_SMALL, 3, NUM_TRAIN)
    require(
        not (len(three.losses) != 3 and all(_near(r.params, three.params) for r in (one, still))),
        "the weights are the same after 1 epoch and after 3, and with every learning rate. Does "
        "each batch call backward with y_batch, and update_parameters with the params that you "
        "return?",
    )
    small_batches = train(rate, 3, 4)
    for name in ("losses", "accuracies"):
        shown = "train_losses" if name == "losses" else "test_accuracies"
        num_three, num_one = len(getattr(three, name)), len(getattr(one, name))
        num_small = len(getattr(small_batches, name))
        require(
            num_three > 0,
            f"{shown} is empty after 3 epochs: you never append to it, or empty it again. Append "
            "once an epoch, after the loop over the batches.",
        )
        if num_three == num_one == 1:
            require(
                not _near(three.params, one.params),
                "num_epochs makes no difference: one epoch is all that happens. Does a return "
                "stand inside the loop?",
            )
            require(
                num_small != 8,
                f"{shown} holds the batches of the last epoch. Make the list before the loop over "
                "the epochs, and append once an epoch.",
            )
            raise CheckFailed(
                f"{shown} holds the last epoch only. Make the list before the loop, and append to "
                "it once an epoch."
            )
        require(
            num_three != num_one,
            f"num_epochs makes no difference: {shown} has {num_one} entries after 1 epoch and "
            "after 3. Use range(num_epochs).",
        )
        require(
            num_three != 2,
            f"{shown} has 2 entries after 3 epochs. range(1, num_epochs) ends one too early; "
            "range(num_epochs) has num_epochs turns.",
        )
        require(
            num_three != 4,
            f"{shown} has 4 entries after 3 epochs: there is one epoch too many, or an entry "
            "from before the training.",
        )
        require(
            num_three == 3, f"{shown} has {num_three} entries after 3 epochs. Append one for each."
        )
        require(
            num_small != 24,
            f"{shown} has one entry for each batch. Append once an epoch, after the loop over the "
            "batches.",
        )
        require(
            num_small == 3,
            f"{shown} has {num_small} entries after 3 epochs with batch_size 4, expected 3.",
        )


def _check_start(train, rate):
    """Find the weights that the training starts from, and raise if they cannot be told."""
    still = train(VERY_SMALL, 3, NUM_TRAIN)
    start = still.params
    require(
        max(np.abs(array).max() for array in start.values()) < 1e6,
        "with a learning rate near 0 the weights run away. Multiply the gradient with it.",
    )
    require(
        not (start["W1"] == 0).all(),
        "all weights start at 0, and so all units of a layer stay alike. Call "
        "initialize_parameters(layer_dims, rng).",
    )
    require(
        _near(train(VERY_SMALL, 3, NUM_TRAIN, run=2).params, start),
        "with an rng in the same state it starts from other weights. Hand rng on: "
        "initialize_parameters(layer_dims, rng).",
    )
    require(
        not _near(train(VERY_SMALL, 3, NUM_TRAIN, seed=1).params, start),
        "each rng gives the same start: you replace rng (rng = np.random.default_rng(...)), or do "
        "not use it. Write initialize_parameters(layer_dims, rng), with the rng that is given.",
    )
    moved = train(rate, 3, NUM_TRAIN)
    if _near(moved.params, start):
        require(
            _near(moved.losses, still.losses),
            "the params that you return have not moved, though the loss changes. Return the "
            "ones that you trained, and update no copy of them.",
        )
        require(
            _near(still.losses, np.full(3, still.losses[0])),
            f"learning_rate makes no difference: {VERY_SMALL} and {rate} give the same weights. "
            "Hand it on to update_parameters.",
        )
        raise CheckFailed(
            "the weights never move. Does each batch call backward with y_batch, and "
            "update_parameters with the params that you return?"
        )
    require(
        _near(train(VERY_SMALL, 1, NUM_TRAIN).params, start),
        "each epoch starts from new random weights. Call initialize_parameters once, before the "
        "loop over the epochs.",
    )
    return start


def _check_full_batches(train, start, rate):
    """Hold three epochs of one step each against the same steps done here."""
    single = train(rate, 1, NUM_TRAIN).params
    require(
        not _near(single, train(rate, 1, 4).params),
        f"batch_size makes no difference: {NUM_TRAIN} and 4 give the same weights. Make a step "
        "for each batch that create_mini_batches(x_train, y_train, batch_size, rng) gives.",
    )
    path = [start]
    for _ in range(6):
        path.append(_scaled_step(1)(path[-1], rate))
    if not _near(single, path[1]):
        own_pixels = np.s_[:, :NUM_TRAIN]
        for sentence, wrong in WRONG_TRAINING_STEPS:
            require(not _near(single, wrong(start, rate)), sentence)
        require(
            not _near(single["W1"][own_pixels], start["W1"][own_pixels]),
            "it learns from the test images. They are there to measure the accuracy only.",
        )
        name = next(name for name in path[1] if not _near(single[name], path[1][name]))
        raise CheckFailed(
            f"one step with all images goes wrong in {name}. It should be one step against the "
            "gradient of the batch's mean loss, with every image and its own label."
        )
    moved = train(rate, 3, NUM_TRAIN)
    again = np.full(3, compute_loss(_forward(X, start)[0], Y))
    require(
        not (_near(moved.params, path[1]) and _near(moved.losses, again)),
        "each epoch starts again from the first weights. It goes on from where the last one "
        "ended, with the same params.",
    )
    wild = start  # with so large a rate the accuracy falls, and the best epoch is not the last
    for number in (1, 2):
        wild = _scaled_step(1)(wild, 10)
        is_early = _near(moved.params, path[number]) or _near(train(10, 3, NUM_TRAIN).params, wild)
        require(not is_early, EARLY_PARAMS.format(number, 3))
    for number in (4, 5, 6):
        require(
            not _near(moved.params, path[number]),
            f"after 3 epochs with one batch each, {number} steps have been made. An epoch goes "
            "through its batches once, with one step each.",
        )
    problem = find_difference(moved.params, path[3], "params")
    if not _near(moved.params, path[3]):
        raise CheckFailed(f"after 3 epochs with batch_size {NUM_TRAIN} params is off: {problem}.")
    _check_losses(moved, train(rate, 1, NUM_TRAIN).losses[0], path)
    _check_accuracies(moved, path)


def _check_losses(moved, first_alone, path):
    """Raise unless the losses are those before each of three steps.

    first_alone is the loss of the first epoch where there is no other one.
    """
    losses = np.array([compute_loss(_forward(X, params)[0], Y) for params in path[:4]])
    x_test, y_test = PROBLEM["x_test"], PROBLEM["y_test"]
    test_losses = np.array([compute_loss(_forward(x_test, p)[0], y_test) for p in path[:4]])
    accuracies = np.array([compute_accuracy(x_test, y_test, params) for params in path[1:4]])
    wrong_losses = [
        (
            "you measure the loss after the step. Take it from the y_hat that the gradient "
            "comes from, before the step.",
            losses[1:],
        ),
        (
            "loss_sum is not set back: it goes on from epoch to epoch. Start each epoch with 0.",
            np.cumsum(losses[:3]),
        ),
        (
            "you add the losses up. Divide the sum by the number of images, x_train.shape[1].",
            losses[:3] * NUM_TRAIN,
        ),
        (
            "the loss is divided by the number of images twice. compute_loss gives a mean "
            "already: multiply it with the size of its batch before you add it.",
            losses[:3] / NUM_TRAIN,
        ),
        ("this is the loss of the test images. train_losses is about training.", test_losses[1:]),
        ("this is the loss of the test images. train_losses is about training.", test_losses[:3]),
        ("the sign of the loss is turned around: it is never negative.", -losses[:3]),
        (
            "train_losses and test_accuracies have changed places. The losses come first.",
            accuracies,
        ),
        (
            "loss_sum is not set back: it goes on from epoch to epoch. Start each epoch with 0.",
            np.cumsum(losses[:3] * NUM_TRAIN),
        ),
        ("this is the mean of the epochs so far.", np.cumsum(losses[:3]) / np.arange(1, 4)),
        (
            "train_losses holds only zeros. Is each batch's loss added to the sum, and do you "
            "divide with / and not with //?",
            np.zeros(3),
        ),
    ]
    counts = len(X), len(Y), X.size, Y.size, NUM_TRAIN
    wrong_losses += [
        (
            "you count along the wrong axis: len() and shape[0] count pixels or classes, and size "
            "counts all entries. The number of images is shape[1].",
            losses[:3] * size / total,
        )
        for size, total in itertools.permutations(counts, 2)
    ]
    if not _near(moved.losses, losses[:3]):
        require(
            not moved.losses.any() or not _near(3 * moved.losses[0], first_alone),
            "you divide by num_epochs. Each entry belongs to one epoch: divide by the number of "
            "images.",
        )
        for sentence, wrong in wrong_losses:
            require(not _near(moved.losses, wrong), sentence)
        raise CheckFailed(
            f"train_losses is {_show(moved.losses)} after 3 epochs of one step each, expected "
            f"{_show(losses[:3])}: the mean loss of the images, each before the step that uses it."
        )


def _check_accuracies(moved, path):
    """Raise unless the accuracies are those of the test images after each of three steps."""
    on_test = [compute_accuracy(PROBLEM["x_test"], PROBLEM["y_test"], p) for p in path[:4]]
    on_train = [compute_accuracy(X, Y, params) for params in path[:4]]
    on_test, on_train = np.array(on_test), np.array(on_train)
    got, right = moved.accuracies, on_test[1:]
    if _near(got, right):
        return
    for sentence, wrong in [
        ("this is the accuracy of the training images. Measure it on x_test.", on_train[1:]),
        ("this is the accuracy of the training images. Measure it on x_test.", on_train[:3]),
        ("you measure the accuracy before the epoch. Measure it after its last step.", on_test[:3]),
        ("this is per cent. An accuracy goes from 0 to 1.", right * 100),
        ("this counts the right images. Divide by their number.", right * NUM_TEST),
        ("you divide by num_epochs. Each entry belongs to one epoch.", right / 3),
        ("you divide by the number of training images. Divide by that of the test images.",
         right * NUM_TEST / NUM_TRAIN),
        ("this is the share of wrong answers. The accuracy is the share of right ones.", 1 - right),
    ]:  # fmt: skip
        require(not _near(got, wrong), sentence)
    raise CheckFailed(
        f"test_accuracies is {_show(got)} after 3 epochs of one step each, expected "
        f"{_show(right)}: the share of x_test that the network gets right after each epoch."
    )


def _show(numbers):
    return "[" + ", ".join(f"{number:.4g}" for number in numbers) + "]"


def _find_slopes(start):
    """What each training image adds to the slope of its own pixel's weights, a column each."""
    return _gradients(start)["dW1"][:, :NUM_TRAIN] * NUM_TRAIN


def _weigh_images(start, params, rate):
    """How much each training image has moved the weights, in steps: 1/4 for a batch of 4.

    Only the image itself moves the weights of its own pixel, and with a very small
    learning rate all steps of one image are alike. The median, because a unit whose
    score is next to 0 may be switched on or off in between.
    """
    slopes = _find_slopes(start)
    moves = (start["W1"] - params["W1"])[:, :NUM_TRAIN]
    clear = np.abs(slopes) > np.abs(slopes).max(axis=0) / 3
    return np.array(
        [
            np.median(moves[units, image] / slopes[units, image]) / rate
            for image, units in enumerate(clear.T)
        ]
    )


def _find_visible_starts(train):
    """Up to three seeds, each with a start from which every image leaves a clear trace."""
    starts = {seed: train(VERY_SMALL, 3, NUM_TRAIN, seed=seed).params for seed in range(6)}
    visible = [
        (seed, start)
        for seed, start in starts.items()
        if np.linalg.norm(_find_slopes(start), axis=0).min() > 0.05
    ]
    return visible[:3]


def _check_mini_batches(train):
    """See from the weights which images were used together: batches of 4, the last of 2."""
    starts = _find_visible_starts(train)
    if not starts:  # large weights, which are sure of their answers
        return
    seed, start = starts[0]
    # So small that all steps start from nearly the same place, and yet a move that shows.
    is_float32 = np.array_equal(start["W1"], start["W1"].astype(np.float32))
    rate = 1e-4 if is_float32 else 1e-6
    weights = _weigh_images(start, train(rate, 1, 4, seed=seed).params, rate)
    steps = weights.sum()
    used = weights > 0.01
    require(
        not np.allclose(weights, 1 / NUM_TRAIN, atol=0.003),
        "each batch's gradient is divided by the number of all images. Divide by the number of "
        "images in the batch.",
    )
    require(
        not (np.ptp(weights) < 0.01 and abs(steps - 8) < 0.2),
        "each step uses all images. forward and backward take x_batch and y_batch.",
    )
    require(
        not (abs(steps - 1) < 0.05 and used.sum() in (2, 4)),
        "only one batch of each epoch moves the weights. The update belongs into the loop over "
        "the batches, and nothing may end that loop early.",
    )
    require(
        not (used.sum() == 28 and abs(steps - 7) < 0.2),
        "the last, shorter batch is not used. Every image counts, once an epoch.",
    )
    require(
        used.all(),
        f"only {used.sum()} of {NUM_TRAIN} images are used in an epoch. Each must come once.",
    )
    require(
        not (np.ptp(weights) < 0.01 and abs(weights[0] - 1 / 4) < 0.01),
        "the gradient of the last, shorter batch is divided by batch_size. Divide it by the "
        "number of its own images.",
    )
    in_last = weights > 3 / 8
    require(
        np.allclose(weights, np.where(in_last, 1 / 2, 1 / 4), atol=0.02) and in_last.sum() == 2,
        "the images of an epoch do not count as they should. Each comes once, in a batch of "
        "batch_size, and the rest makes a shorter one.",
    )
    again = _weigh_images(start, train(rate, 1, 4, seed=seed, run=2).params, rate)
    require(
        np.allclose(again, weights, atol=0.02),
        "with an rng in the same state the batches are others. Hand rng on: "
        "create_mini_batches(x_train, y_train, batch_size, rng).",
    )
    weights_of_five = _weigh_images(start, train(rate, 5, 4, seed=seed).params, rate)
    for number in (1, 2, 3, 4):
        require(abs(weights_of_five.sum() - 8 * number) > 0.4, EARLY_PARAMS.format(number, 5))
    times_last = Counter(np.flatnonzero(weights_of_five > 15 / 8).tolist())
    others = np.delete(weights_of_five, list(times_last))
    if len(times_last) == 2 and np.allclose(others, 5 / 4, atol=0.1):
        require(
            set(times_last) != {NUM_TRAIN - 2, NUM_TRAIN - 1},
            "nothing is shuffled: the images come in the same order as in x_train. Shuffle them "
            "in each epoch.",
        )
        raise CheckFailed(
            "each epoch has the same batches. Call create_mini_batches(x_train, y_train, "
            "batch_size, rng) in each epoch, with the rng that you are given."
        )
    require(
        abs(weights_of_five.sum() - 40) < 2,
        f"5 epochs of 8 batches make 40 steps, but the weights show {weights_of_five.sum():.0f}.",
    )
    traces = [_trace_epoch(train, *found) for found in starts]
    require(
        len(traces) == 1 or any((trace[0] != traces[0][0]).any() for trace in traces),
        "each rng gives the same batches. Make no generator of your own: hand the rng that you are "
        "given on to create_mini_batches, in each epoch.",
    )
    _check_mean_of_batches(train(1, 1, 12, seed=seed).losses[0], *traces[0])


def _trace_epoch(train, seed, start):
    """Find the three batches of one epoch of visible steps, and the params before each and after.

    What an image moves depends on the params before its step, so those images are the
    next batch that moved the weights of their pixels as the present params would.
    """
    ended = train(1, 1, 12, seed=seed).params
    moves = (start["W1"] - ended["W1"])[:, :NUM_TRAIN]
    left, path = np.arange(NUM_TRAIN), [start]
    in_batch = np.zeros(NUM_TRAIN, int)
    for number, size in enumerate((12, 12, 6)):
        errors = np.linalg.norm(moves - _find_slopes(path[-1]) / size, axis=0)
        batch = left[np.argsort(errors[left])[:size]]
        left = np.setdiff1d(left, batch)
        in_batch[batch] = number
        path.append(_step(path[-1], _gradients(path[-1], X[:, batch], Y[:, batch]), 1))
    require(
        all(np.allclose(ended[name], path[-1][name], rtol=1e-3, atol=1e-3) for name in ended),
        "with batch_size 12 the weights end somewhere else after one epoch. Each step follows the "
        "gradient of its batch's mean loss at the weights of that moment.",
    )
    return in_batch, path


def _check_mean_of_batches(got, in_batch, path):
    """Raise unless the epoch's loss is the mean over its images, each just before its step."""
    of_all = np.array([-np.log((_forward(X, params)[0] * Y).sum(axis=0)) for params in path])
    losses = of_all[in_batch, np.arange(NUM_TRAIN)]
    if _near(got, losses.mean()):
        return
    sums, sizes = np.bincount(in_batch, losses), np.bincount(in_batch)
    first, _, last = sums / sizes
    sum_of_means, means_of_all = (sums / sizes).sum(), of_all.mean(axis=1)
    means = "Multiply each batch's loss with its size, add, and divide by the number of images."
    own = (
        "Take each batch's loss from the y_hat that its gradient comes from, just before the step."
    )
    for sentence, wrong in [
        (f"the short last batch counts as much as a full one. {means}", sum_of_means / 3),
        ("each batch's mean loss counts in full: you only add them up, or weigh them with len(), "
         "which counts pixels. The number of images is shape[1], in x_batch and in x_train.",
         sum_of_means),
        (f"this is the loss of the last batch alone. {means}", last),
        (f"this is the loss of the first batch alone. {means}", first),
        (f"this is the loss of all images before the epoch. {own}", means_of_all[0]),
        (f"this is the loss of all images before the last step. {own}", means_of_all[2]),
        (f"you measure the loss of all images at each step. {own}",
         means_of_all[:3] @ sizes / NUM_TRAIN),
        (f"you measure the loss of all images at each step. {own}", means_of_all[:3].mean()),
        (f"you divide the batches' mean losses by the images. {means}", sum_of_means / NUM_TRAIN),
        (f"you divide a sum over the images by the number of batches. {means}", losses.sum() / 3),
        (f"you divide by the number of full batches. {means}", losses.sum() / 2),
        (f"you divide by the number of full batches. {means}", sum_of_means / 2),
        (f"you divide a sum over the images by batch_size. {means}", losses.sum() / 12),
        (f"you divide the batches' mean losses by batch_size. {means}", sum_of_means / 12),
        (f"you add the losses of the images up. {means}", losses.sum()),
        (f"the last batch's loss counts as if it had batch_size images. {means}",
         sum_of_means * 12 / NUM_TRAIN),
    ]:  # fmt: skip
        require(not _near(got, wrong), sentence)
    raise CheckFailed(
        f"with batch_size 12 the first of train_losses is {got:.4g}, expected {losses.mean():.4g}, "
        f"the mean over all images of the epoch. {own} {means}"
    )


@check(
    "5.3",
    "Start the weights once. Then, in each epoch and for each batch: forward, loss, backward, "
    "update.",
    "After the batches of an epoch, append the mean loss, and compute_accuracy(x_test, y_test, "
    "params). Hand rng on to initialize_parameters and to create_mini_batches.",
)
def check_train_mnist(train_mnist):
    """Check a whole training on 30 images, whose traces in the weights can be told apart."""
    rate = 0.3
    train = functools.cache(functools.partial(_train, train_mnist))
    _check_lengths(train, rate)
    start = _check_start(train, rate)
    _check_full_batches(train, start, rate)
    _check_mini_batches(train)


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
