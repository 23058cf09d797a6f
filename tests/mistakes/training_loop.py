"""What students write in lesson 5's exercises."""

import copy
import functools
import math
import random
from collections.abc import Mapping

import numpy as np

from helpers.activations import relu, sigmoid
from helpers.backprop import backward
from helpers.checks import (
    check_create_mini_batches,
    check_network,
    check_steps,
    check_train_mnist,
    check_update_parameters,
)
from helpers.data import load_mnist_data
from helpers.forward import compute_accuracy, compute_loss, forward, initialize_parameters
from helpers.training_loop import create_mini_batches, train_mnist, update_parameters
from mistakes import right, right_answer, wrong, wrong_answer

right_answer(check_steps, 391, 80, 7820)
right_answer(check_steps, math.ceil(50_000 / 128), 50_000 - 390 * 128, 20 * 391.0)
right_answer(check_steps, np.int64(391), np.float32(80), np.float64(7820))
wrong_answer(check_steps, "last, shorter batch", 390, 80, 7800)
wrong_answer(check_steps, "no part of a step", 50_000 / 128, 80, 7820)
wrong_answer(check_steps, "steps of all 20 epochs", 7820, 80, 7820)
wrong_answer(check_steps, "for 60,000 images", 469, 96, 9380)
wrong_answer(check_steps, "for 60,000 images", 391, 96, 7820)
wrong_answer(check_steps, "lesson's number, for 10,000", 79, 16, 1580)
wrong_answer(check_steps, "or for 10,000 images", 391, 16, 7820)
wrong_answer(check_steps, "for the lesson's 10,000 images", 391, 80, 1580)
wrong_answer(check_steps, "one step for each image", 50_000, 1, 1_000_000)
wrong_answer(check_steps, "How often can you take", 392, 80, 7820)
wrong_answer(check_steps, "no multiple of 128", 391, 128, 7820)
wrong_answer(check_steps, "48 images are missing", 391, 48, 7820)
wrong_answer(check_steps, "share of a full batch", 391, 0.625, 7820)
wrong_answer(check_steps, "steps of one epoch", 391, 80, 391)
wrong_answer(check_steps, "left out the last, shorter batch of each", 391, 80, 7800)
wrong_answer(check_steps, "ends with its own short batch", 391, 80, 7812.5)
wrong_answer(check_steps, "ends with its own short batch", 391, 80, math.ceil(20 * 50_000 / 128))
wrong_answer(check_steps, "this counts images", 391, 80, 1_000_000)
wrong_answer(check_steps, "still to be filled in", None, None, None)
wrong_answer(check_steps, "still to be filled in", 391, 80, None)


@right(check_create_mini_batches)
def batches_yielded(x, y, batch_size, rng):
    order = rng.permutation(x.shape[1])
    for start in range(0, x.shape[1], batch_size):
        batch = order[start : start + batch_size]
        yield x[:, batch], y[:, batch]


@right(check_create_mini_batches)
def batches_from_shuffled_copies(x, y, batch_size, rng):
    m = x.shape[1]
    permutation = list(rng.permutation(m))
    shuffled_x, shuffled_y = x[:, permutation], y[:, permutation]
    mini_batches = []
    num_full = math.floor(m / batch_size)
    for k in range(num_full):
        here = slice(k * batch_size, (k + 1) * batch_size)
        mini_batches.append((shuffled_x[:, here], shuffled_y[:, here]))
    if m % batch_size != 0:
        rest = slice(num_full * batch_size, m)
        mini_batches.append((shuffled_x[:, rest], shuffled_y[:, rest]))
    return mini_batches


@right(check_create_mini_batches)
def batches_zipped(x, y, batch_size, rng):
    indices = np.arange(x.shape[1])
    rng.shuffle(indices)
    cuts = range(batch_size, len(indices), batch_size)
    return zip(
        np.split(x[:, indices], cuts, axis=1), np.split(y[:, indices], cuts, axis=1), strict=True
    )


@right(check_create_mini_batches)
def batches_by_choice_without_replacement(x, y, batch_size, rng):
    order = rng.choice(x.shape[1], x.shape[1], replace=False)
    return tuple(
        [x[:, order[i : i + batch_size]], y[:, order[i : i + batch_size]]]
        for i in range(0, x.shape[1], batch_size)
    )


@right(check_create_mini_batches)
def batches_by_sorting_random_numbers(x, y, batch_size, rng):
    left = np.argsort(rng.random(x.shape[1])).tolist()
    while left:
        batch, left = left[:batch_size], left[batch_size:]
        yield x[:, batch].astype(np.float32), y[:, batch].astype(np.float32)


@right(check_create_mini_batches)
def batches_of_the_stacked_data(x, y, batch_size, rng):
    both = rng.permutation(np.vstack([x, y]), axis=1)
    for i in range(0, both.shape[1], batch_size):
        yield both[: len(x), i : i + batch_size], both[len(x) :, i : i + batch_size]


@right(check_create_mini_batches)
def batches_in_one_array(x, y, batch_size, rng):
    order = rng.permutation(x.shape[1])
    room = np.empty((len(x), batch_size))
    for i in range(0, x.shape[1], batch_size):
        batch = order[i : i + batch_size]
        room[:, : len(batch)] = x[:, batch]
        yield room[:, : len(batch)], y[:, batch]


@wrong(check_create_mini_batches, "dropped the rest: the last batch, of 5,")
def batches_without_the_rest(x, y, batch_size, rng):
    order = rng.permutation(x.shape[1])
    for k in range(x.shape[1] // batch_size):
        batch = order[k * batch_size : (k + 1) * batch_size]
        yield x[:, batch], y[:, batch]


@wrong(check_create_mini_batches, "dropped the rest: the last batch, of 1,")
def batches_range_one_short(x, y, batch_size, rng):
    order = rng.permutation(x.shape[1])
    for i in range(0, x.shape[1] - 1, batch_size):
        batch = order[i : i + batch_size]
        yield x[:, batch], y[:, batch]


@wrong(check_create_mini_batches, "you draw with replacement")
def batches_of_random_integers(x, y, batch_size, rng):
    m = x.shape[1]
    for start in range(0, m, batch_size):
        batch = rng.integers(0, m, min(batch_size, m - start))
        yield x[:, batch], y[:, batch]


@wrong(check_create_mini_batches, "you draw with replacement")
def batches_of_one_choice(x, y, batch_size, rng):
    order = rng.choice(x.shape[1], x.shape[1])
    return [
        (x[:, order[i : i + batch_size]], y[:, order[i : i + batch_size]])
        for i in range(0, x.shape[1], batch_size)
    ]


@wrong(check_create_mini_batches, "you draw each batch by itself")
def batches_drawn_one_by_one(x, y, batch_size, rng):
    m = x.shape[1]
    batches = []
    for i in range(0, m, batch_size):
        order = rng.permutation(m)
        batches.append((x[:, order[i : i + batch_size]], y[:, order[i : i + batch_size]]))
    return batches


@wrong(check_create_mini_batches, "out of step")
def batches_with_two_permutations(x, y, batch_size, rng):
    m = x.shape[1]
    x, y = x[:, rng.permutation(m)], y[:, rng.permutation(m)]
    for i in range(0, m, batch_size):
        yield x[:, i : i + batch_size], y[:, i : i + batch_size]


@wrong(check_create_mini_batches, "You shuffle x, and leave y")
def batches_with_labels_left(x, y, batch_size, rng):
    order = rng.permutation(x.shape[1])
    for i in range(0, x.shape[1], batch_size):
        yield x[:, order[i : i + batch_size]], y[:, i : i + batch_size]


@wrong(check_create_mini_batches, "You shuffle y, and leave x")
def batches_with_images_left(x, y, batch_size, rng):
    y = rng.permutation(y, axis=1)
    return [
        (x[:, i : i + batch_size], y[:, i : i + batch_size])
        for i in range(0, x.shape[1], batch_size)
    ]


@wrong(check_create_mini_batches, "you shuffle the rows")
def batches_of_shuffled_rows(x, y, batch_size, rng):
    x = rng.permutation(x)
    for i in range(0, x.shape[1], batch_size):
        yield x[:, i : i + batch_size], y[:, i : i + batch_size]


@wrong(check_create_mini_batches, "you shuffle the rows")
def batches_of_rows_in_another_order(x, y, batch_size, rng):
    x, y = x[rng.permutation(x.shape[0])], y[rng.permutation(y.shape[0])]
    for i in range(0, x.shape[1], batch_size):
        yield x[:, i : i + batch_size], y[:, i : i + batch_size]


@wrong(check_create_mini_batches, "nothing is shuffled")
def batches_in_order(x, y, batch_size, rng):
    for i in range(0, x.shape[1], batch_size):
        yield x[:, i : i + batch_size], y[:, i : i + batch_size]


@wrong(check_create_mini_batches, "nothing is shuffled")
def batches_with_an_unused_order(x, y, batch_size, rng):
    order = np.arange(x.shape[1])
    rng.permutation(order)
    return [
        (x[:, order[i : i + batch_size]], y[:, order[i : i + batch_size]])
        for i in range(0, len(order), batch_size)
    ]


@wrong(check_create_mini_batches, "moved whole batches only")
def batches_in_another_order(x, y, batch_size, rng):
    starts = np.arange(0, x.shape[1], batch_size)
    rng.shuffle(starts)
    for i in starts:
        yield x[:, i : i + batch_size], y[:, i : i + batch_size]


@wrong(check_create_mini_batches, "moved whole batches only")
def full_batches_in_another_order(x, y, batch_size, rng):
    m = x.shape[1]
    for k in rng.permutation(m // batch_size):
        batch = range(k * batch_size, (k + 1) * batch_size)
        yield x[:, batch], y[:, batch]
    if m % batch_size:
        yield x[:, -(m % batch_size) :], y[:, -(m % batch_size) :]


@wrong(check_create_mini_batches, "inside each batch only")
def batches_shuffled_inside(x, y, batch_size, rng):
    for i in range(0, x.shape[1], batch_size):
        batch = rng.permutation(np.arange(i, min(i + batch_size, x.shape[1])))
        yield x[:, batch], y[:, batch]


@wrong(check_create_mini_batches, "changes its input")
def batches_shuffled_in_place(x, y, batch_size, rng):
    seed = rng.integers(1_000_000)
    np.random.default_rng(seed).shuffle(x.T)
    np.random.default_rng(seed).shuffle(y.T)
    for i in range(0, x.shape[1], batch_size):
        yield x[:, i : i + batch_size], y[:, i : i + batch_size]


@wrong(check_create_mini_batches, "same order, as from a fixed seed")
def batches_from_a_fixed_seed(x, y, batch_size, rng):
    rng = np.random.default_rng(42)
    order = rng.permutation(x.shape[1])
    for i in range(0, x.shape[1], batch_size):
        yield x[:, order[i : i + batch_size]], y[:, order[i : i + batch_size]]


@wrong(check_create_mini_batches, "order does not come from rng")
def batches_from_numpy_random(x, y, batch_size, rng):
    order = np.random.permutation(x.shape[1])  # noqa: NPY002
    for i in range(0, x.shape[1], batch_size):
        yield x[:, order[i : i + batch_size]], y[:, order[i : i + batch_size]]


@wrong(check_create_mini_batches, "order does not come from rng")
def batches_from_random(x, y, batch_size, rng):
    order = list(range(x.shape[1]))
    random.shuffle(order)
    for i in range(0, x.shape[1], batch_size):
        yield x[:, order[i : i + batch_size]], y[:, order[i : i + batch_size]]


@wrong(check_create_mini_batches, "examples that come a second time")
def batches_wrapped_around(x, y, batch_size, rng):
    m = x.shape[1]
    order = rng.permutation(m)
    for i in range(0, m, batch_size):
        batch = order[np.arange(i, i + batch_size) % m]
        yield x[:, batch], y[:, batch]


@wrong(check_create_mini_batches, "examples that come a second time")
def batches_with_a_full_last_one(x, y, batch_size, rng):
    order = rng.permutation(x.shape[1])
    for i in range(0, x.shape[1], batch_size):
        batch = order[i : i + batch_size]
        if len(batch) < batch_size:
            batch = order[-batch_size:]
        yield x[:, batch], y[:, batch]


@wrong(check_create_mini_batches, "fill the last batch up with zeros")
def batches_padded(x, y, batch_size, rng):
    m = x.shape[1]
    order = rng.permutation(m)
    padding = ((0, 0), (0, -m % batch_size))
    x, y = np.pad(x[:, order], padding), np.pad(y[:, order], padding)
    for i in range(0, m, batch_size):
        yield x[:, i : i + batch_size], y[:, i : i + batch_size]


@wrong(check_create_mini_batches, "batch_size for the number of batches")
def batches_by_their_number(x, y, batch_size, rng):
    pieces = np.array_split(rng.permutation(x.shape[1]), batch_size)
    return [(x[:, piece], y[:, piece]) for piece in pieces]


@wrong(check_create_mini_batches, "cut into equal parts, of 14 or 13")
def batches_of_equal_size(x, y, batch_size, rng):
    m = x.shape[1]
    pieces = np.array_split(rng.permutation(m), math.ceil(m / batch_size))
    return [(x[:, piece], y[:, piece]) for piece in pieces]


@wrong(check_create_mini_batches, "rest into the last full batch")
def batches_with_a_long_last_one(x, y, batch_size, rng):
    m = x.shape[1]
    order = rng.permutation(m)
    for k in range(m // batch_size):
        end = m if k == m // batch_size - 1 else (k + 1) * batch_size
        yield x[:, order[k * batch_size : end]], y[:, order[k * batch_size : end]]


@wrong(check_create_mini_batches, "each batch is one example short")
def batches_one_short(x, y, batch_size, rng):
    order = rng.permutation(x.shape[1])
    for i in range(0, x.shape[1], batch_size):
        batch = order[i : i + batch_size - 1]
        yield x[:, batch], y[:, batch]


@wrong(check_create_mini_batches, "each batch is one example short")
def batches_without_their_first(x, y, batch_size, rng):
    order = rng.permutation(x.shape[1])
    for i in range(0, x.shape[1], batch_size):
        yield x[:, order[i + 1 : i + batch_size]], y[:, order[i + 1 : i + batch_size]]


@wrong(
    check_create_mini_batches,
    "batches overlap: they take the positions 0:17, 16:33, 32:49, 48:53 of the order",
)
def batches_one_too_long(x, y, batch_size, rng):
    order = rng.permutation(x.shape[1])
    for i in range(0, x.shape[1], batch_size):
        batch = order[i : i + batch_size + 1]
        yield x[:, batch], y[:, batch]


@wrong(
    check_create_mini_batches,
    "overlap: they take the positions 0:16, 1:17, 2:18, 3:19, ... of the order",
)
def batches_sliding(x, y, batch_size, rng):
    order = rng.permutation(x.shape[1])
    for i in range(x.shape[1]):
        yield x[:, order[i : i + batch_size]], y[:, order[i : i + batch_size]]


@wrong(check_create_mini_batches, "one example never comes")
def batches_without_the_last_example(x, y, batch_size, rng):
    order = rng.permutation(x.shape[1] - 1)
    for i in range(0, x.shape[1], batch_size):
        yield x[:, order[i : i + batch_size]], y[:, order[i : i + batch_size]]


@wrong(check_create_mini_batches, "one full batch is missing")
def batches_from_the_second(x, y, batch_size, rng):
    order = rng.permutation(x.shape[1])
    for i in range(batch_size, x.shape[1], batch_size):
        yield x[:, order[i : i + batch_size]], y[:, order[i : i + batch_size]]


@wrong(check_create_mini_batches, "counted the rows")
def batches_of_len_x(x, y, batch_size, rng):
    order = rng.permutation(len(x))
    for i in range(0, len(x), batch_size):
        yield x[:, order[i : i + batch_size]], y[:, order[i : i + batch_size]]


@wrong(check_create_mini_batches, "a row is a pixel")
def batches_of_rows(x, y, batch_size, rng):
    order = rng.permutation(x.shape[1])
    for i in range(0, x.shape[1], batch_size):
        batch = order[i : i + batch_size]
        yield x[batch], y[batch]


@wrong(check_create_mini_batches, "a row is a pixel")
def batches_of_sliced_rows(x, y, batch_size, rng):
    order = rng.permutation(x.shape[1])
    x, y = x[:, order], y[:, order]
    for i in range(0, x.shape[1], batch_size):
        yield x[i : i + batch_size], y[i : i + batch_size]


@wrong(check_create_mini_batches, "turned over")
def batches_transposed(x, y, batch_size, rng):
    order = rng.permutation(x.shape[1])
    for i in range(0, x.shape[1], batch_size):
        yield x.T[order[i : i + batch_size]], y.T[order[i : i + batch_size]]


@wrong(check_create_mini_batches, "the pair is turned around")
def batches_turned_around(x, y, batch_size, rng):
    order = rng.permutation(x.shape[1])
    for i in range(0, x.shape[1], batch_size):
        yield y[:, order[i : i + batch_size]], x[:, order[i : i + batch_size]]


@wrong(check_create_mini_batches, "it returns a single batch")
def batches_returned_in_the_loop(x, y, batch_size, rng):
    order = rng.permutation(x.shape[1])
    for i in range(0, x.shape[1], batch_size):
        batch = order[i : i + batch_size]
        return x[:, batch], y[:, batch]


@wrong(check_create_mini_batches, "only one batch comes")
def batches_list_returned_in_the_loop(x, y, batch_size, rng):
    batches = []
    order = rng.permutation(x.shape[1])
    for i in range(0, x.shape[1], batch_size):
        batch = order[i : i + batch_size]
        batches.append((x[:, batch], y[:, batch]))
        return batches


@wrong(check_create_mini_batches, "the last batch is empty")
def batches_with_an_empty_one(x, y, batch_size, rng):
    order = rng.permutation(x.shape[1])
    for k in range(x.shape[1] // batch_size + 1):
        batch = order[k * batch_size : (k + 1) * batch_size]
        yield x[:, batch], y[:, batch]


@wrong(check_create_mini_batches, "all examples in one piece")
def batches_not_cut(x, y, batch_size, rng):
    order = rng.permutation(x.shape[1])
    return x[:, order], y[:, order]


@wrong(check_create_mini_batches, "the x batches and the y batches apart")
def batches_in_two_lists(x, y, batch_size, rng):
    order = rng.permutation(x.shape[1])
    starts = range(0, len(order), batch_size)
    x_batches = [x[:, order[i : i + batch_size]] for i in starts]
    y_batches = [y[:, order[i : i + batch_size]] for i in starts]
    return x_batches, y_batches


@wrong(check_create_mini_batches, "positions of the examples")
def batches_of_positions(x, y, batch_size, rng):
    order = rng.permutation(x.shape[1])
    for i in range(0, x.shape[1], batch_size):
        yield order[i : i + batch_size]


@wrong(check_create_mini_batches, "each batch is one array")
def batches_without_labels(x, y, batch_size, rng):
    order = rng.permutation(x.shape[1])
    for i in range(0, x.shape[1], batch_size):
        yield x[:, order[i : i + batch_size]]


@wrong(check_create_mini_batches, "does not have two dimensions with 9 examples")
def batches_squeezed(x, y, batch_size, rng):
    order = rng.permutation(x.shape[1])
    for i in range(0, x.shape[1], batch_size):
        batch = order[i : i + batch_size]
        yield x[:, batch].squeeze(), y[:, batch].squeeze()


@wrong(check_create_mini_batches, "does not come to an end")
def batches_for_ever(x, y, batch_size, rng):
    while True:
        batch = rng.choice(x.shape[1], batch_size, replace=False)
        yield x[:, batch], y[:, batch]


@wrong(check_create_mini_batches, "returns None")
def batches_not_returned(x, y, batch_size, rng):
    batches = []
    order = rng.permutation(x.shape[1])
    for i in range(0, x.shape[1], batch_size):
        batches.append((x[:, order[i : i + batch_size]], y[:, order[i : i + batch_size]]))


@wrong(check_create_mini_batches, "in the line `for i in range(x.shape[1] / batch_size):`")
def batches_by_a_part(x, y, batch_size, rng):
    order = rng.permutation(x.shape[1])
    for i in range(x.shape[1] / batch_size):
        batch = order[i * batch_size : (i + 1) * batch_size]
        yield x[:, batch], y[:, batch]


collected = []


@wrong(check_create_mini_batches, "i + batch_size: order[i : batch_size] ends too early")
def batches_that_end_at_batch_size(x, y, batch_size, rng):
    order = rng.permutation(x.shape[1])
    for i in range(0, x.shape[1], batch_size):
        yield x[:, order[i:batch_size]], y[:, order[i:batch_size]]


@wrong(check_create_mini_batches, "order[i * batch_size : ...] starts too late")
def batches_multiplied_twice(x, y, batch_size, rng):
    order = rng.permutation(x.shape[1])
    for i in range(0, x.shape[1], batch_size):
        batch = order[i * batch_size : (i + 1) * batch_size]
        yield x[:, batch], y[:, batch]


@wrong(check_create_mini_batches, "batch number 1 is empty. Does its slice")
def batches_that_end_at_i(x, y, batch_size, rng):
    order = rng.permutation(x.shape[1])
    for i in range(0, x.shape[1], batch_size):
        yield x[:, order[i - batch_size : i]], y[:, order[i - batch_size : i]]


@wrong(
    check_create_mini_batches,
    "overlap: they take the positions 0:16, 1:17, 2:18 of the order, expected 0:16, 16:32",
)
def batches_by_their_number_not_multiplied(x, y, batch_size, rng):
    p = rng.permutation(x.shape[1])
    return [
        (x[:, p[i : i + batch_size]], y[:, p[i : i + batch_size]])
        for i in range(x.shape[1] // batch_size)
    ]


@wrong(check_create_mini_batches, "the positions 0:16, 16:32, 32:48, 32:53 of the order")
def batches_with_the_rest_from_the_last_i(x, y, batch_size, rng):
    m = x.shape[1]
    p = rng.permutation(m)
    for i in range(m // batch_size):
        batch = p[i * batch_size : (i + 1) * batch_size]
        yield x[:, batch], y[:, batch]
    batch = p[i * batch_size :]
    yield x[:, batch], y[:, batch]


@wrong(check_create_mini_batches, "with 8 examples and batch_size 4 there is no rest, but")
def batches_with_a_rest_of_zero(x, y, batch_size, rng):
    m = x.shape[1]
    p = rng.permutation(m)
    for i in range(m // batch_size):
        batch = p[i * batch_size : (i + 1) * batch_size]
        yield x[:, batch], y[:, batch]
    yield x[:, p[-(m % batch_size) :]], y[:, p[-(m % batch_size) :]]


@wrong(check_create_mini_batches, "the positions 0:53, 16:53, 32:53, 48:53 of the order")
def batches_that_end_128_later(x, y, batch_size, rng):
    o = rng.permutation(x.shape[1])
    for i in range(0, x.shape[1], batch_size):
        yield x[:, o[i : i + 128]], y[:, o[i : i + 128]]


@wrong(check_create_mini_batches, "a step of the loop that is not batch_size")
def batches_every_128(x, y, batch_size, rng):
    o = rng.permutation(x.shape[1])
    for i in range(0, x.shape[1], 128):
        yield x[:, o[i : i + batch_size]], y[:, o[i : i + batch_size]]


@wrong(check_create_mini_batches, "append to it, do not assign")
def batches_in_a_list_made_anew(x, y, batch_size, rng):
    o = rng.permutation(x.shape[1])
    for i in range(0, x.shape[1], batch_size):
        b = [(x[:, o[i : i + batch_size]], y[:, o[i : i + batch_size]])]
    return b


@wrong(check_create_mini_batches, "each call returns the same list")
def batches_in_a_list_that_stays(x, y, batch_size, rng):
    o = rng.permutation(x.shape[1])
    for i in range(0, x.shape[1], batch_size):
        collected.append((x[:, o[i : i + batch_size]], y[:, o[i : i + batch_size]]))
    return collected


@wrong(check_create_mini_batches, "on a table it moves the rows, which are pixels")
def batches_of_rows_shuffled_in_place(x, y, batch_size, rng):
    np.random.shuffle(x)  # noqa: NPY002
    for i in range(0, x.shape[1], batch_size):
        yield x[:, i : i + batch_size], y[:, i : i + batch_size]


@wrong(check_create_mini_batches, "you draw each batch by itself")
def batches_with_a_rest_drawn_by_itself(x, y, batch_size, rng):
    m = x.shape[1]
    order = rng.permutation(m)
    for i in range(0, m - m % batch_size, batch_size):
        yield x[:, order[i : i + batch_size]], y[:, order[i : i + batch_size]]
    rest = rng.permutation(m)[: m % batch_size]
    yield x[:, rest], y[:, rest]


@right(check_update_parameters)
def update_by_names(params, grads, learning_rate):
    for name in params:
        params[name] -= learning_rate * grads["d" + name]


@right(check_update_parameters)
def update_by_layers(parameters, gradients, learning_rate):
    for layer in range(1, len(parameters) // 2 + 1):
        for kind in ("W", "b"):
            key = kind + str(layer)
            parameters[key] = parameters[key] - learning_rate * gradients["d" + key]
    return parameters


@right(check_update_parameters)
def update_by_gradients(params, grads, learning_rate):
    for name, gradient in grads.items():
        params[name[1:]] += -learning_rate * gradient


@right(check_update_parameters)
def update_in_one_go(params, grads, learning_rate):
    params.update({name: params[name] - learning_rate * grads["d" + name] for name in params})


@right(check_update_parameters)
def update_entry_by_entry(params, grads, learning_rate):
    for name, array in params.items():
        for position in np.ndindex(array.shape):
            array[position] -= learning_rate * grads[f"d{name}"][position]


@right(check_update_parameters)
def update_in_float32(params, grads, learning_rate):
    for name in params:
        step = (learning_rate * grads[f"d{name}"]).astype(np.float32)
        params[name] = params[name].astype(np.float32) - step


@right(check_update_parameters)
def update_a_shallow_copy(params, grads, learning_rate):
    moved = params.copy()  # a new dict with the same arrays
    for name in moved:
        moved[name] -= learning_rate * grads[f"d{name}"]
    return moved


@wrong(check_update_parameters, "this goes uphill")
def update_uphill(params, grads, learning_rate):
    for name in params:
        params[name] += learning_rate * grads[f"d{name}"]


@wrong(check_update_parameters, "left out the biases")
def update_without_biases(params, grads, learning_rate):
    for layer in range(1, len(params) // 2 + 1):
        params[f"W{layer}"] -= learning_rate * grads[f"dW{layer}"]


@wrong(check_update_parameters, "only the biases move")
def update_without_weights(params, grads, learning_rate):
    for name in params:
        if name.startswith("b"):
            params[name] -= learning_rate * grads[f"d{name}"]


@wrong(check_update_parameters, "only the biases move")
def update_with_a_lost_weight(params, grads, learning_rate):
    for layer in range(1, len(params) // 2 + 1):
        W, b = params[f"W{layer}"], params[f"b{layer}"]
        W = W - learning_rate * grads[f"dW{layer}"]
        b -= learning_rate * grads[f"db{layer}"]


@wrong(check_update_parameters, "learning rate makes no difference")
def update_without_rate(params, grads, learning_rate):
    for name in params:
        params[name] -= grads[f"d{name}"]


@wrong(check_update_parameters, "divide by the learning rate")
def update_divided(params, grads, learning_rate):
    for name in params:
        params[name] -= grads[f"d{name}"] / learning_rate


@wrong(check_update_parameters, "learning rate counts twice")
def update_with_rate_squared(params, grads, learning_rate):
    for name in params:
        step = learning_rate * grads[f"d{name}"]
        params[name] -= learning_rate * step


@wrong(check_update_parameters, "step is taken twice")
def update_twice(params, grads, learning_rate):
    for _ in ("W", "b"):
        for name in params:
            params[name] -= learning_rate * grads[f"d{name}"]


@wrong(check_update_parameters, "learning rate makes no difference")
def update_with_a_fixed_rate(params, grads, learning_rate):
    for name in params:
        params[name] -= 0.1 * grads[f"d{name}"]


@wrong(check_update_parameters, "only W1 moves")
def update_returns_in_the_loop(params, grads, learning_rate):
    for name in params:
        params[name] -= learning_rate * grads[f"d{name}"]
        return params


@wrong(check_update_parameters, "W1 goes wrong: the sign is turned around")
def update_uphill_without_biases(params, grads, learning_rate):
    for layer in range(1, len(params) // 2 + 1):
        params[f"W{layer}"] += learning_rate * grads[f"dW{layer}"]


@wrong(check_update_parameters, "only the first layer")
def update_one_layer(params, grads, learning_rate):
    for layer in range(1, len(params) // 2 + 1):
        params[f"W{layer}"] -= learning_rate * grads[f"dW{layer}"]
        params[f"b{layer}"] -= learning_rate * grads[f"db{layer}"]
        return


@wrong(check_update_parameters, "only the last layer")
def update_last_layer(params, grads, learning_rate):
    layer = len(params) // 2
    params[f"W{layer}"] -= learning_rate * grads[f"dW{layer}"]
    params[f"b{layer}"] -= learning_rate * grads[f"db{layer}"]


@wrong(check_update_parameters, "the last layer does not move")
def update_range_too_short(params, grads, learning_rate):
    for layer in range(1, len(params) // 2):
        params[f"W{layer}"] -= learning_rate * grads[f"dW{layer}"]
        params[f"b{layer}"] -= learning_rate * grads[f"db{layer}"]


@wrong(check_update_parameters, "the first layer does not move")
def update_from_layer_2(params, grads, learning_rate):
    for layer in range(2, len(params) // 2 + 1):
        params[f"W{layer}"] -= learning_rate * grads[f"dW{layer}"]
        params[f"b{layer}"] -= learning_rate * grads[f"db{layer}"]


@wrong(check_update_parameters, "there is no layer 0")
def update_from_layer_0(params, grads, learning_rate):
    for layer in range(len(params) // 2):
        params[f"W{layer}"] -= learning_rate * grads[f"dW{layer}"]
        params[f"b{layer}"] -= learning_rate * grads[f"db{layer}"]


@wrong(check_update_parameters, "there is no layer 4 in a network with 3 layers")
def update_range_of_names(params, grads, learning_rate):
    for layer in range(1, len(params) + 1):
        params[f"W{layer}"] -= learning_rate * grads[f"dW{layer}"]
        params[f"b{layer}"] -= learning_rate * grads[f"db{layer}"]


@wrong(check_update_parameters, "there is no layer 2 in a network with 1 layer:")
def update_three_layers(params, grads, learning_rate):
    for layer in (1, 2, 3):
        params[f"W{layer}"] -= learning_rate * grads[f"dW{layer}"]
        params[f"b{layer}"] -= learning_rate * grads[f"db{layer}"]


@wrong(check_update_parameters, "moved the weights by db")
def update_by_db(params, grads, learning_rate):
    for layer in range(1, len(params) // 2 + 1):
        params[f"W{layer}"] -= learning_rate * grads[f"db{layer}"]
        params[f"b{layer}"] -= learning_rate * grads[f"db{layer}"]


@wrong(check_update_parameters, "moved the biases by dW")
def update_by_dW(params, grads, learning_rate):
    for layer in range(1, len(params) // 2 + 1):
        for kind in "Wb":
            name = f"{kind}{layer}"
            params[name] = params[name] - learning_rate * grads[f"dW{layer}"]


@wrong(check_update_parameters, "multiply the array with the step")
def update_multiplied(params, grads, learning_rate):
    for name in params:
        params[name] *= learning_rate * grads[f"d{name}"]


@wrong(check_update_parameters, "old numbers are gone")
def update_replaced(params, grads, learning_rate):
    for name in params:
        params[name] = -learning_rate * grads[f"d{name}"]


@wrong(check_update_parameters, "a part of the array itself away")
def update_decay(params, grads, learning_rate):
    for name in params:
        params[name] -= learning_rate * params[name]


@wrong(check_update_parameters, "check the brackets")
def update_with_brackets(params, grads, learning_rate):
    for name in params:
        params[name] = learning_rate * (params[name] - grads[f"d{name}"])


@wrong(check_update_parameters, "turned the two around")
def update_turned_around(params, grads, learning_rate):
    for name in params:
        params[name] = learning_rate * grads[f"d{name}"] - params[name]


@wrong(check_update_parameters, "grads is changed afterwards")
def update_scales_grads(params, grads, learning_rate):
    for name in params:
        grads[f"d{name}"] *= learning_rate
        params[name] -= grads[f"d{name}"]


@wrong(check_update_parameters, "store new names in params")
def update_adds_names(params, grads, learning_rate):
    for name in params:
        params[f"d{name}"] = params[name] - learning_rate * grads[f"d{name}"]


@wrong(check_update_parameters, "stays as it was")
def update_adds_gradient_names(params, grads, learning_rate):
    return {**params, **{f"d{n}": params[n] - learning_rate * grads[f"d{n}"] for n in params}}


@wrong(check_update_parameters, "params has a new entry 'W1_new'")
def update_stored_under_other_names(params, grads, learning_rate):
    for name in list(params):
        params[f"{name}_new"] = params[name] - learning_rate * grads[f"d{name}"]


@wrong(check_update_parameters, "that is a name in grads")
def update_loops_over_grads(params, grads, learning_rate):
    for name in grads:
        params[name] -= learning_rate * grads[name]


@wrong(check_update_parameters, "Its names have a d in front")
def update_without_d(params, grads, learning_rate):
    for name in params:
        params[name] -= learning_rate * grads[name]


@wrong(check_update_parameters, "params is as before")
def update_names_only(params, grads, learning_rate):
    for layer in range(1, len(params) // 2 + 1):
        W, b = params[f"W{layer}"], params[f"b{layer}"]
        W = W - learning_rate * grads[f"dW{layer}"]
        b = b - learning_rate * grads[f"db{layer}"]


@wrong(check_update_parameters, "params is as before")
def update_loop_variable(params, grads, learning_rate):
    for name, array in params.items():
        array = array - learning_rate * grads[f"d{name}"]


@wrong(check_update_parameters, "you return a new dict")
def update_returns_new(params, grads, learning_rate):
    return {name: params[name] - learning_rate * grads[f"d{name}"] for name in params}


@wrong(check_update_parameters, "you return a new dict")
def update_of_a_copy(params, grads, learning_rate):
    moved = params.copy()
    for name in moved:
        moved[name] = moved[name] - learning_rate * grads[f"d{name}"]
    return moved


@wrong(check_update_parameters, "params = {")
def update_zipped(params, grads, learning_rate):
    names = zip(params, grads, strict=True)
    params = {name: params[name] - learning_rate * grads[other] for name, other in names}


@wrong(check_update_parameters, "params['W1'] is of type list")
def update_to_lists(params, grads, learning_rate):
    for n in params:
        params[n] = (params[n] - learning_rate * grads["d" + n]).tolist()


@wrong(check_update_parameters, "a gradient of another shape")
def update_transposed(params, grads, learning_rate):
    for n in params:
        params[n] = params[n] - learning_rate * grads["d" + n].T


@wrong(check_update_parameters, "grads may be in another order")
def update_by_order(params, grads, learning_rate):
    for n, d in zip(params, grads, strict=True):
        params[n] -= learning_rate * grads[d]


@wrong(check_update_parameters, "grads may be in another order")
def update_values_by_order(params, grads, learning_rate):
    for a, d in zip(params.values(), grads.values(), strict=True):
        a -= learning_rate * d


@wrong(check_update_parameters, "W10 and W11 move by the gradient of W1")
def update_with_cut_names(params, grads, learning_rate):
    for n in params:
        params[n] -= learning_rate * grads["d" + n[:2]]


@wrong(check_update_parameters, "large gradients are cut off")
def update_clipped(params, grads, learning_rate):
    for n in params:
        params[n] -= learning_rate * np.clip(grads["d" + n], -5, 5)


@wrong(check_update_parameters, "large gradients are cut off")
def update_clipped_to_1(params, grads, learning_rate):
    for n in params:
        params[n] -= learning_rate * np.clip(grads["d" + n], -1, 1)


@wrong(check_update_parameters, "W1 moves 0.00781 times as far")
def update_divided_by_128(params, grads, learning_rate):
    for n in params:
        params[n] -= learning_rate * grads["d" + n] / 128


@wrong(check_update_parameters, "times as far as it should")
def update_normalised(params, grads, learning_rate):
    for n in params:
        g = grads["d" + n]
        params[n] -= learning_rate * g / np.linalg.norm(g)


@wrong(check_update_parameters, "all entries of W1 move by the same number")
def update_by_means(params, grads, learning_rate):
    for n in params:
        params[n] -= learning_rate * grads["d" + n].mean()


@right(check_train_mnist)
def train_plain(
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


@right(check_train_mnist)
def train_by_hand(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    m = x_train.shape[1]
    params = {}
    for layer in range(1, len(layer_dims)):
        n_in, n_out = layer_dims[layer - 1], layer_dims[layer]
        params[f"W{layer}"] = rng.normal(0, np.sqrt(2 / n_in), (n_in, n_out)).T.copy()
        params[f"b{layer}"] = np.zeros((n_out, 1))
    L = len(layer_dims) - 1
    losses, accuracies = np.zeros(num_epochs), np.zeros(num_epochs)

    def run(x):
        A = [x]
        for layer in range(1, L + 1):
            Z = params[f"W{layer}"] @ A[-1] + params[f"b{layer}"]
            E = np.exp(Z - Z.max(axis=0))
            A.append(E / E.sum(axis=0) if layer == L else np.maximum(Z, 0))
        return A

    for epoch in range(num_epochs):
        order = rng.permutation(m)
        x_shuffled, y_shuffled = x_train[:, order], y_train[:, order]
        for start in range(0, m, batch_size):
            x, y = (
                x_shuffled[:, start : start + batch_size],
                y_shuffled[:, start : start + batch_size],
            )
            A = run(x)
            losses[epoch] -= np.sum(y * np.log(A[-1] + 1e-8)) / m
            dZ = (A[-1] - y) / y.shape[1]
            for layer in range(L, 0, -1):
                dW, db = dZ @ A[layer - 1].T, dZ.sum(axis=1, keepdims=True)
                dZ = (params[f"W{layer}"].T @ dZ) * (A[layer - 1] > 0)
                params[f"W{layer}"] -= learning_rate * dW
                params[f"b{layer}"] -= learning_rate * db
        accuracies[epoch] = (run(x_test)[-1].argmax(axis=0) == y_test.argmax(axis=0)).mean()
    return params, losses, accuracies


@right(check_train_mnist)
def train_in_float32(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    x_train, y_train = x_train.astype(np.float32), y_train.astype(np.float32)
    x_test, y_test = x_test.astype(np.float32), y_test.astype(np.float32)
    params = initialize_parameters(layer_dims, rng, np.float32)
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


@right(check_train_mnist)
def train_with_small_start_and_extra_keys(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    params = {}
    for layer, (n_in, n_out) in enumerate(zip(layer_dims, layer_dims[1:], strict=False), start=1):
        params[f"W{layer}"] = 0.1 * rng.standard_normal((n_out, n_in))
        params[f"b{layer}"] = np.zeros((n_out, 1))
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
    return [{**params, "rate": learning_rate}, tuple(train_losses), np.array(test_accuracies)]


@right(check_train_mnist)
def train_with_weighted_mean(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    params = initialize_parameters(layer_dims, rng)
    train_losses, test_accuracies = [], []
    for _ in range(num_epochs):
        losses, sizes = [], []
        for x_batch, y_batch in create_mini_batches(x_train, y_train, batch_size, rng):
            y_hat, cache = forward(x_batch, params)
            losses.append(compute_loss(y_hat, y_batch))
            sizes.append(y_batch.shape[1])
            grads = backward(y_batch, params, cache)
            update_parameters(params, grads, learning_rate)
        train_losses.append(np.average(losses, weights=sizes))
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@right(check_train_mnist)
def train_that_draws_its_batches_first(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    params = initialize_parameters(layer_dims, rng)
    orders = [rng.permutation(x_train.shape[1]) for _ in range(num_epochs)]
    train_losses, test_accuracies = [], []
    for order in orders:
        loss_sum = 0
        for start in range(0, len(order), batch_size):
            batch = order[start : start + batch_size]
            x_batch, y_batch = x_train[:, batch], y_train[:, batch]
            y_hat, cache = forward(x_batch, params)
            loss_sum += compute_loss(y_hat, y_batch) * x_batch.shape[1]
            grads = backward(y_batch, params, cache)
            update_parameters(params, grads, learning_rate)
        train_losses.append(loss_sum / x_train.shape[1])
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "the weights go uphill")
def train_uphill(
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
            for name in params:
                params[name] += learning_rate * grads[f"d{name}"]
        train_losses.append(loss_sum / x_train.shape[1])
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "the weights move before all gradients are known")
def train_updates_inside_backward(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    params = initialize_parameters(layer_dims, rng)
    train_losses, test_accuracies = [], []
    for _ in range(num_epochs):
        loss_sum = 0
        for x_batch, y_batch in create_mini_batches(x_train, y_train, batch_size, rng):
            y_hat, cache = forward(x_batch, params)
            loss_sum += compute_loss(y_hat, y_batch) * x_batch.shape[1]
            last = len(layer_dims) - 1
            dZ = (y_hat - y_batch) / y_batch.shape[1]
            for layer in range(last, 0, -1):
                A = cache[f"A{layer - 1}"] if layer > 1 else x_batch
                params[f"W{layer}"] -= learning_rate * dZ @ A.T
                params[f"b{layer}"] -= learning_rate * dZ.sum(axis=1, keepdims=True)
                if layer > 1:
                    dZ = params[f"W{layer}"].T @ dZ * (cache[f"Z{layer - 1}"] > 0)
        train_losses.append(loss_sum / x_train.shape[1])
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "only one batch of each epoch")
def train_updates_after_the_batches(
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


@wrong(check_train_mnist, "only one batch of each epoch")
def train_breaks_after_a_batch(
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
            break
        train_losses.append(loss_sum / x_batch.shape[1])
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "num_epochs makes no difference: one epoch is all")
def train_returns_in_the_loop(
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


@wrong(check_train_mnist, "each epoch has the same batches")
def train_shuffles_once(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    params = initialize_parameters(layer_dims, rng)
    train_losses, test_accuracies = [], []
    batches = list(create_mini_batches(x_train, y_train, batch_size, rng))
    for _ in range(num_epochs):
        loss_sum = 0
        for x_batch, y_batch in batches:
            y_hat, cache = forward(x_batch, params)
            loss_sum += compute_loss(y_hat, y_batch) * x_batch.shape[1]
            grads = backward(y_batch, params, cache)
            update_parameters(params, grads, learning_rate)
        train_losses.append(loss_sum / x_train.shape[1])
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "each epoch has the same batches")
def train_batches_without_rng(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    params = initialize_parameters(layer_dims, rng)
    train_losses, test_accuracies = [], []
    for _ in range(num_epochs):
        loss_sum = 0
        for x_batch, y_batch in create_mini_batches(x_train, y_train, batch_size):
            y_hat, cache = forward(x_batch, params)
            loss_sum += compute_loss(y_hat, y_batch) * x_batch.shape[1]
            grads = backward(y_batch, params, cache)
            update_parameters(params, grads, learning_rate)
        train_losses.append(loss_sum / x_train.shape[1])
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "call create_mini_batches anew")
def train_uses_up_its_batches(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    params = initialize_parameters(layer_dims, rng)
    train_losses, test_accuracies = [], []
    batches = create_mini_batches(x_train, y_train, batch_size, rng)
    for _ in range(num_epochs):
        loss_sum = 0
        for x_batch, y_batch in batches:
            y_hat, cache = forward(x_batch, params)
            loss_sum += compute_loss(y_hat, y_batch) * x_batch.shape[1]
            grads = backward(y_batch, params, cache)
            update_parameters(params, grads, learning_rate)
        train_losses.append(loss_sum / x_train.shape[1])
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "nothing is shuffled")
def train_without_shuffling(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    params = initialize_parameters(layer_dims, rng)
    train_losses, test_accuracies = [], []
    for _ in range(num_epochs):
        loss_sum = 0
        for start in range(0, x_train.shape[1], batch_size):
            batch = slice(start, start + batch_size)
            x_batch, y_batch = x_train[:, batch], y_train[:, batch]
            y_hat, cache = forward(x_batch, params)
            loss_sum += compute_loss(y_hat, y_batch) * x_batch.shape[1]
            grads = backward(y_batch, params, cache)
            update_parameters(params, grads, learning_rate)
        train_losses.append(loss_sum / x_train.shape[1])
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "the last, shorter batch is not used")
def train_drops_the_rest(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    params = initialize_parameters(layer_dims, rng)
    train_losses, test_accuracies = [], []
    for _ in range(num_epochs):
        loss_sum = 0
        order = rng.permutation(x_train.shape[1])
        for k in range(len(order) // batch_size):
            batch = order[k * batch_size : (k + 1) * batch_size]
            x_batch, y_batch = x_train[:, batch], y_train[:, batch]
            y_hat, cache = forward(x_batch, params)
            loss_sum += compute_loss(y_hat, y_batch) * x_batch.shape[1]
            grads = backward(y_batch, params, cache)
            update_parameters(params, grads, learning_rate)
        train_losses.append(loss_sum / x_train.shape[1])
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "images are used in an epoch. Each must come once")
def train_draws_with_replacement(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    params = initialize_parameters(layer_dims, rng)
    train_losses, test_accuracies = [], []
    for _ in range(num_epochs):
        loss_sum = 0
        m = x_train.shape[1]
        for start in range(0, m, batch_size):
            batch = rng.choice(m, min(batch_size, m - start), replace=m == batch_size)
            if m == batch_size:
                batch = rng.permutation(m)
            x_batch, y_batch = x_train[:, batch], y_train[:, batch]
            y_hat, cache = forward(x_batch, params)
            loss_sum += compute_loss(y_hat, y_batch) * x_batch.shape[1]
            grads = backward(y_batch, params, cache)
            update_parameters(params, grads, learning_rate)
        train_losses.append(loss_sum / x_train.shape[1])
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "each epoch starts from new random weights")
def train_starts_anew(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    train_losses, test_accuracies = [], []
    for _ in range(num_epochs):
        params = initialize_parameters(layer_dims, rng)
        loss_sum = 0
        for x_batch, y_batch in create_mini_batches(x_train, y_train, batch_size, rng):
            y_hat, cache = forward(x_batch, params)
            loss_sum += compute_loss(y_hat, y_batch) * x_batch.shape[1]
            grads = backward(y_batch, params, cache)
            update_parameters(params, grads, learning_rate)
        train_losses.append(loss_sum / x_train.shape[1])
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "starts again from the first weights")
def train_copies_the_start_each_epoch(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    start = initialize_parameters(layer_dims, rng)
    train_losses, test_accuracies = [], []
    for _ in range(num_epochs):
        params = {name: array.copy() for name, array in start.items()}
        loss_sum = 0
        for x_batch, y_batch in create_mini_batches(x_train, y_train, batch_size, rng):
            y_hat, cache = forward(x_batch, params)
            loss_sum += compute_loss(y_hat, y_batch) * x_batch.shape[1]
            grads = backward(y_batch, params, cache)
            update_parameters(params, grads, learning_rate)
        train_losses.append(loss_sum / x_train.shape[1])
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "each rng gives the same start")
def train_start_without_rng(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    params = initialize_parameters(layer_dims)
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


@wrong(check_train_mnist, "each rng gives the same start")
def train_with_a_fixed_seed(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    rng = np.random.default_rng(42)
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


@wrong(check_train_mnist, "in the same state it starts from other weights")
def train_with_a_free_seed(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    rng = np.random.default_rng()
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


@wrong(check_train_mnist, "all weights start at 0")
def train_from_zeros(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    params = initialize_parameters(layer_dims, rng)
    params = {name: 0 * array for name, array in params.items()}
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


@wrong(check_train_mnist, "accuracy of the training images")
def train_accuracy_on_training_images(
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
        test_accuracies.append(compute_accuracy(x_train, y_train, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "accuracy of the training images")
def train_accuracy_of_the_last_batch(
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
        test_accuracies.append(np.mean(y_hat.argmax(axis=0) == y_batch.argmax(axis=0)))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "you measure the accuracy before the epoch")
def train_accuracy_before(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    params = initialize_parameters(layer_dims, rng)
    train_losses, test_accuracies = [], []
    for _ in range(num_epochs):
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
        loss_sum = 0
        for x_batch, y_batch in create_mini_batches(x_train, y_train, batch_size, rng):
            y_hat, cache = forward(x_batch, params)
            loss_sum += compute_loss(y_hat, y_batch) * x_batch.shape[1]
            grads = backward(y_batch, params, cache)
            update_parameters(params, grads, learning_rate)
        train_losses.append(loss_sum / x_train.shape[1])
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "this is per cent")
def train_per_cent(
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
        test_accuracies.append(100 * compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "this counts the right images")
def train_counts(
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
        test_accuracies.append(
            np.sum(forward(x_test, params)[0].argmax(axis=0) == y_test.argmax(axis=0))
        )
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "share of wrong answers")
def train_errors(
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
        test_accuracies.append(1 - compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "loss of the last batch alone")
def train_last_loss(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    params = initialize_parameters(layer_dims, rng)
    train_losses, test_accuracies = [], []
    for _ in range(num_epochs):
        for x_batch, y_batch in create_mini_batches(x_train, y_train, batch_size, rng):
            y_hat, cache = forward(x_batch, params)
            loss = compute_loss(y_hat, y_batch)
            grads = backward(y_batch, params, cache)
            update_parameters(params, grads, learning_rate)
        train_losses.append(loss)
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "short last batch counts as much as a full one")
def train_mean_of_means(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    params = initialize_parameters(layer_dims, rng)
    train_losses, test_accuracies = [], []
    for _ in range(num_epochs):
        losses = []
        for x_batch, y_batch in create_mini_batches(x_train, y_train, batch_size, rng):
            y_hat, cache = forward(x_batch, params)
            losses.append(compute_loss(y_hat, y_batch))
            grads = backward(y_batch, params, cache)
            update_parameters(params, grads, learning_rate)
        train_losses.append(np.mean(losses))
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "you only add them up")
def train_sum_of_means(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    params = initialize_parameters(layer_dims, rng)
    train_losses, test_accuracies = [], []
    for _ in range(num_epochs):
        loss_sum = 0
        for x_batch, y_batch in create_mini_batches(x_train, y_train, batch_size, rng):
            y_hat, cache = forward(x_batch, params)
            loss_sum += compute_loss(y_hat, y_batch)
            grads = backward(y_batch, params, cache)
            update_parameters(params, grads, learning_rate)
        train_losses.append(loss_sum)
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "divided by the number of images twice")
def train_loss_divided_twice(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    params = initialize_parameters(layer_dims, rng)
    train_losses, test_accuracies = [], []
    for _ in range(num_epochs):
        loss_sum = 0
        for x_batch, y_batch in create_mini_batches(x_train, y_train, batch_size, rng):
            y_hat, cache = forward(x_batch, params)
            loss_sum += compute_loss(y_hat, y_batch)
            grads = backward(y_batch, params, cache)
            update_parameters(params, grads, learning_rate)
        train_losses.append(loss_sum / x_train.shape[1])
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "you add the losses up")
def train_sum_of_losses(
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
        train_losses.append(loss_sum)
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "as if it had batch_size images")
def train_loss_times_batch_size(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    params = initialize_parameters(layer_dims, rng)
    train_losses, test_accuracies = [], []
    for _ in range(num_epochs):
        loss_sum = 0
        for x_batch, y_batch in create_mini_batches(x_train, y_train, batch_size, rng):
            y_hat, cache = forward(x_batch, params)
            loss_sum += compute_loss(y_hat, y_batch) * batch_size
            grads = backward(y_batch, params, cache)
            update_parameters(params, grads, learning_rate)
        train_losses.append(loss_sum / x_train.shape[1])
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "loss_sum is not set back")
def train_loss_never_set_back(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    params = initialize_parameters(layer_dims, rng)
    train_losses, test_accuracies, loss_sum = [], [], 0
    for _ in range(num_epochs):
        for x_batch, y_batch in create_mini_batches(x_train, y_train, batch_size, rng):
            y_hat, cache = forward(x_batch, params)
            loss_sum += compute_loss(y_hat, y_batch) * x_batch.shape[1]
            grads = backward(y_batch, params, cache)
            update_parameters(params, grads, learning_rate)
        train_losses.append(loss_sum / x_train.shape[1])
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "you measure the loss after the step")
def train_loss_after(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    params = initialize_parameters(layer_dims, rng)
    train_losses, test_accuracies = [], []
    for _ in range(num_epochs):
        loss_sum = 0
        for x_batch, y_batch in create_mini_batches(x_train, y_train, batch_size, rng):
            y_hat, cache = forward(x_batch, params)
            grads = backward(y_batch, params, cache)
            update_parameters(params, grads, learning_rate)
            loss = compute_loss(forward(x_batch, params)[0], y_batch)
            loss_sum += loss * x_batch.shape[1]
        train_losses.append(loss_sum / x_train.shape[1])
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "you measure the loss after the step")
def train_loss_of_all_after_the_epoch(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    params = initialize_parameters(layer_dims, rng)
    train_losses, test_accuracies = [], []
    for _ in range(num_epochs):
        for x_batch, y_batch in create_mini_batches(x_train, y_train, batch_size, rng):
            y_hat, cache = forward(x_batch, params)
            grads = backward(y_batch, params, cache)
            update_parameters(params, grads, learning_rate)
        train_losses.append(compute_loss(forward(x_train, params)[0], y_train))
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "loss of the test images")
def train_test_loss(
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
        train_losses.append(compute_loss(forward(x_test, params)[0], y_test))
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "train_losses has one entry for each batch")
def train_loss_list_of_batches(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    params = initialize_parameters(layer_dims, rng)
    train_losses, test_accuracies = [], []
    for _ in range(num_epochs):
        for x_batch, y_batch in create_mini_batches(x_train, y_train, batch_size, rng):
            y_hat, cache = forward(x_batch, params)
            train_losses.append(compute_loss(y_hat, y_batch))
            grads = backward(y_batch, params, cache)
            update_parameters(params, grads, learning_rate)
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "test_accuracies has one entry for each batch")
def train_accuracy_for_each_batch(
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
            test_accuracies.append(compute_accuracy(x_test, y_test, params))
        train_losses.append(loss_sum / x_train.shape[1])
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "holds the last epoch only")
def train_lists_made_anew(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    params = initialize_parameters(layer_dims, rng)
    for _ in range(num_epochs):
        train_losses, test_accuracies = [], []
        loss_sum = 0
        for x_batch, y_batch in create_mini_batches(x_train, y_train, batch_size, rng):
            y_hat, cache = forward(x_batch, params)
            loss_sum += compute_loss(y_hat, y_batch) * x_batch.shape[1]
            grads = backward(y_batch, params, cache)
            update_parameters(params, grads, learning_rate)
        train_losses.append(loss_sum / x_train.shape[1])
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "holds the batches of the last epoch")
def train_loss_list_of_the_last_epoch(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    params = initialize_parameters(layer_dims, rng)
    train_losses, test_accuracies = [], []
    for _ in range(num_epochs):
        train_losses = []
        for x_batch, y_batch in create_mini_batches(x_train, y_train, batch_size, rng):
            y_hat, cache = forward(x_batch, params)
            train_losses.append(compute_loss(y_hat, y_batch))
            grads = backward(y_batch, params, cache)
            update_parameters(params, grads, learning_rate)
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "train_losses is a single number")
def train_returns_one_loss(
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
    return params, train_losses[-1], test_accuracies


@wrong(check_train_mnist, "each step uses all images")
def train_gradient_of_all(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    params = initialize_parameters(layer_dims, rng)
    train_losses, test_accuracies = [], []
    for _ in range(num_epochs):
        loss_sum = 0
        for x_batch, y_batch in create_mini_batches(x_train, y_train, batch_size, rng):
            y_hat, cache = forward(x_batch, params)
            loss_sum += compute_loss(y_hat, y_batch) * x_batch.shape[1]
            grads = backward(y_train, params, forward(x_train, params)[1])
            update_parameters(params, grads, learning_rate)
        train_losses.append(loss_sum / x_train.shape[1])
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "batch_size makes no difference")
def train_without_batches(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    params = initialize_parameters(layer_dims, rng)
    train_losses, test_accuracies = [], []
    for _ in range(num_epochs):
        loss_sum = 0
        y_hat, cache = forward(x_train, params)
        loss_sum = compute_loss(y_hat, y_train) * x_train.shape[1]
        update_parameters(params, backward(y_train, params, cache), learning_rate)
        train_losses.append(loss_sum / x_train.shape[1])
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "it learns from the test images")
def train_on_test(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    params = initialize_parameters(layer_dims, rng)
    train_losses, test_accuracies = [], []
    for _ in range(num_epochs):
        loss_sum = 0
        for x_batch, y_batch in create_mini_batches(x_test, y_test, batch_size, rng):
            y_hat, cache = forward(x_batch, params)
            loss_sum += compute_loss(y_hat, y_batch) * x_batch.shape[1]
            grads = backward(y_batch, params, cache)
            update_parameters(params, grads, learning_rate)
        train_losses.append(loss_sum / x_train.shape[1])
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "learning_rate makes no difference")
def train_with_its_own_rate(
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
            update_parameters(params, grads, 0.1)
        train_losses.append(loss_sum / x_train.shape[1])
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "weights never move")
def train_without_update(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    params = initialize_parameters(layer_dims, rng)
    train_losses, test_accuracies = [], []
    for _ in range(num_epochs):
        loss_sum = 0
        for x_batch, y_batch in create_mini_batches(x_train, y_train, batch_size, rng):
            y_hat, cache = forward(x_batch, params)
            loss_sum += compute_loss(y_hat, y_batch) * x_batch.shape[1]
            backward(y_batch, params, cache)
        train_losses.append(loss_sum / x_train.shape[1])
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "weights never move")
def train_loses_the_update(
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
            params_new = {n: params[n] - learning_rate * grads[f"d{n}"] for n in params}  # noqa: F841
        train_losses.append(loss_sum / x_train.shape[1])
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "num_epochs makes no difference")
def train_twenty_epochs(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    params = initialize_parameters(layer_dims, rng)
    train_losses, test_accuracies = [], []
    for _ in range(20):
        loss_sum = 0
        for x_batch, y_batch in create_mini_batches(x_train, y_train, batch_size, rng):
            y_hat, cache = forward(x_batch, params)
            loss_sum += compute_loss(y_hat, y_batch) * x_batch.shape[1]
            grads = backward(y_batch, params, cache)
            update_parameters(params, grads, learning_rate)
        train_losses.append(loss_sum / x_train.shape[1])
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "ends one too early")
def train_one_epoch_less(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    params = initialize_parameters(layer_dims, rng)
    train_losses, test_accuracies = [], []
    for _ in range(1, num_epochs):
        loss_sum = 0
        for x_batch, y_batch in create_mini_batches(x_train, y_train, batch_size, rng):
            y_hat, cache = forward(x_batch, params)
            loss_sum += compute_loss(y_hat, y_batch) * x_batch.shape[1]
            grads = backward(y_batch, params, cache)
            update_parameters(params, grads, learning_rate)
        train_losses.append(loss_sum / x_train.shape[1])
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "one epoch too many")
def train_one_epoch_more(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    params = initialize_parameters(layer_dims, rng)
    train_losses, test_accuracies = [], []
    for _ in range(num_epochs + 1):
        loss_sum = 0
        for x_batch, y_batch in create_mini_batches(x_train, y_train, batch_size, rng):
            y_hat, cache = forward(x_batch, params)
            loss_sum += compute_loss(y_hat, y_batch) * x_batch.shape[1]
            grads = backward(y_batch, params, cache)
            update_parameters(params, grads, learning_rate)
        train_losses.append(loss_sum / x_train.shape[1])
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "Return params, train_losses, test_accuracies, in this order")
def train_returns_in_another_order(
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
    return train_losses, test_accuracies, params


@wrong(check_train_mnist, "changed places")
def train_swaps_the_lists(
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
    return params, test_accuracies, train_losses


@wrong(check_train_mnist, "it returns one thing only")
def train_returns_params(
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
    return params


@wrong(check_train_mnist, "have not moved, though the loss changes")
def train_returns_the_start(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    params = initialize_parameters(layer_dims, rng)
    start = {name: array.copy() for name, array in params.items()}
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
    return start, train_losses, test_accuracies


@wrong(check_train_mnist, "follows the sum of the gradients")
def train_sums_gradients(
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
            update_parameters(params, grads, learning_rate * x_batch.shape[1])
        train_losses.append(loss_sum / x_train.shape[1])
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "divided by the number of images twice")
def train_divides_twice(
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
            update_parameters(params, grads, learning_rate / x_batch.shape[1])
        train_losses.append(loss_sum / x_train.shape[1])
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "divided by the number of all images")
def train_divides_by_all(
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
            part = x_batch.shape[1] / x_train.shape[1]
            update_parameters(params, grads, learning_rate * part)
        train_losses.append(loss_sum / x_train.shape[1])
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "is divided by batch_size")
def train_divides_by_batch_size(
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
            part = x_batch.shape[1] / batch_size
            update_parameters(params, grads, learning_rate * part)
        train_losses.append(loss_sum / x_train.shape[1])
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "two times as far")
def train_updates_twice(
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
            update_parameters(params, grads, learning_rate)
        train_losses.append(loss_sum / x_train.shape[1])
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "one batch makes two steps")
def train_steps_twice(
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
            grads = backward(y_batch, params, forward(x_batch, params)[1])
            update_parameters(params, grads, learning_rate)
        train_losses.append(loss_sum / x_train.shape[1])
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "the biases never move")
def train_without_biases(
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
            for name in ("W1", "W2"):
                params[name] -= learning_rate * grads[f"d{name}"]
        train_losses.append(loss_sum / x_train.shape[1])
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "changes its input x_train")
def train_scales_the_pixels(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    x_train /= x_train.max()
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


@wrong(check_train_mnist, "returns None")
def train_without_return(
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


@wrong(check_train_mnist, "grads must be a dict of dW1, db1, ..., got float")
def train_turns_arguments_around(
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
            update_parameters(params, learning_rate, grads)
        train_losses.append(loss_sum / x_train.shape[1])
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "it works in place, and returns nothing")
def train_binds_none(
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
            params = update_parameters(params, grads, learning_rate)
        train_losses.append(loss_sum / x_train.shape[1])
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "batch_size makes no difference")
def train_with_its_own_batch_size(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    params = initialize_parameters(layer_dims, rng)
    train_losses, test_accuracies = [], []
    for _ in range(num_epochs):
        loss_sum = 0
        for x_batch, y_batch in create_mini_batches(x_train, y_train, 10, rng):
            y_hat, cache = forward(x_batch, params)
            loss_sum += compute_loss(y_hat, y_batch) * x_batch.shape[1]
            grads = backward(y_batch, params, cache)
            update_parameters(params, grads, learning_rate)
        train_losses.append(loss_sum / x_train.shape[1])
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "with every learning rate")
def train_without_moves_or_entries(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    params = initialize_parameters(layer_dims, rng)
    train_losses, test_accuracies = [], []
    for _ in range(num_epochs):
        loss_sum, train_losses = 0, []
        for x_batch, y_batch in create_mini_batches(x_train, y_train, batch_size, rng):
            y_hat, cache = forward(x_batch, params)
            loss_sum += compute_loss(y_hat, y_batch) * x_batch.shape[1]
            grads = backward(y_batch, params, cache)
            update_parameters(copy.deepcopy(params), grads, learning_rate)
        train_losses.append(loss_sum / x_train.shape[1])
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "in the line `grads = backward(y_hat, params, cache)`")
def train_gradient_of_its_own_answers(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    params = initialize_parameters(layer_dims, rng)
    train_losses, test_accuracies = [], []
    for _ in range(num_epochs):
        loss_sum = 0
        for x_batch, y_batch in create_mini_batches(x_train, y_train, batch_size, rng):
            y_hat, cache = forward(x_batch, params)
            loss_sum += compute_loss(y_hat, y_batch) * x_batch.shape[1]
            grads = backward(y_hat, params, cache)
            update_parameters(params, grads, learning_rate)
        train_losses.append(loss_sum / x_train.shape[1])
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "count along the wrong axis")
def train_loss_by_pixels(
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
        train_losses.append(loss_sum / len(x_train))
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "loss of all images before the epoch")
def train_loss_before_the_epoch(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    params = initialize_parameters(layer_dims, rng)
    train_losses, test_accuracies = [], []
    for _ in range(num_epochs):
        y_hat, _ = forward(x_train, params)
        train_losses.append(compute_loss(y_hat, y_train))
        for x_batch, y_batch in create_mini_batches(x_train, y_train, batch_size, rng):
            y_hat, cache = forward(x_batch, params)
            grads = backward(y_batch, params, cache)
            update_parameters(params, grads, learning_rate)
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "loss of all images at each step")
def train_loss_of_all_at_each_step(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    params = initialize_parameters(layer_dims, rng)
    train_losses, test_accuracies = [], []
    for _ in range(num_epochs):
        loss_sum = 0
        for x_batch, y_batch in create_mini_batches(x_train, y_train, batch_size, rng):
            y_hat, cache = forward(x_batch, params)
            loss_sum += compute_loss(forward(x_train, params)[0], y_train) * x_batch.shape[1]
            grads = backward(y_batch, params, cache)
            update_parameters(params, grads, learning_rate)
        train_losses.append(loss_sum / x_train.shape[1])
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "each rng gives the same batches")
def train_batches_from_the_epoch(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    params = initialize_parameters(layer_dims, rng)
    train_losses, test_accuracies = [], []
    for epoch in range(num_epochs):
        loss_sum = 0
        for x_batch, y_batch in create_mini_batches(
            x_train, y_train, batch_size, np.random.default_rng(epoch)
        ):
            y_hat, cache = forward(x_batch, params)
            loss_sum += compute_loss(y_hat, y_batch) * x_batch.shape[1]
            grads = backward(y_batch, params, cache)
            update_parameters(params, grads, learning_rate)
        train_losses.append(loss_sum / x_train.shape[1])
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "each rng gives the same batches")
def train_rng_replaced_after_the_start(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    params = initialize_parameters(layer_dims, rng)
    rng = np.random.default_rng(0)
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


@wrong(check_train_mnist, "you replace rng")
def train_rng_replaced_at_the_top(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    rng = np.random.default_rng(42)
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


@wrong(check_train_mnist, "no earlier copy")
def train_returns_the_best_epoch(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    params = initialize_parameters(layer_dims, rng)
    best = -1
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
        if test_accuracies[-1] > best:
            best, best_params = test_accuracies[-1], copy.deepcopy(params)
    return best_params, train_losses, test_accuracies


@wrong(check_train_mnist, "no earlier copy")
def train_returns_the_last_best_epoch(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    params = initialize_parameters(layer_dims, rng)
    best = -1
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
        if test_accuracies[-1] >= best:
            best, best_params = test_accuracies[-1], copy.deepcopy(params)
    return best_params, train_losses, test_accuracies


@wrong(check_train_mnist, "are those after epoch 1 of 3. Return the ones after the last epoch")
def train_returns_an_early_copy(
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
        if len(train_losses) == 1:
            early = copy.deepcopy(params)
    return early, train_losses, test_accuracies


@wrong(check_train_mnist, "you never append to it")
def train_never_appends(
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
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "count along the wrong axis")
def train_weights_by_len(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    params = initialize_parameters(layer_dims, rng)
    train_losses, test_accuracies = [], []
    for _ in range(num_epochs):
        loss_sum = 0
        for x_batch, y_batch in create_mini_batches(x_train, y_train, batch_size, rng):
            y_hat, cache = forward(x_batch, params)
            loss_sum += compute_loss(y_hat, y_batch) * len(x_batch)
            grads = backward(y_batch, params, cache)
            update_parameters(params, grads, learning_rate)
        train_losses.append(loss_sum / x_train.shape[1])
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "count along the wrong axis")
def train_weights_by_size(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    params = initialize_parameters(layer_dims, rng)
    train_losses, test_accuracies = [], []
    for _ in range(num_epochs):
        loss_sum = 0
        for x_batch, y_batch in create_mini_batches(x_train, y_train, batch_size, rng):
            y_hat, cache = forward(x_batch, params)
            loss_sum += compute_loss(y_hat, y_batch) * x_batch.size
            grads = backward(y_batch, params, cache)
            update_parameters(params, grads, learning_rate)
        train_losses.append(loss_sum / x_train.shape[1])
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "count along the wrong axis")
def train_weights_by_classes(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    params = initialize_parameters(layer_dims, rng)
    train_losses, test_accuracies = [], []
    for _ in range(num_epochs):
        loss_sum = 0
        for x_batch, y_batch in create_mini_batches(x_train, y_train, batch_size, rng):
            y_hat, cache = forward(x_batch, params)
            loss_sum += compute_loss(y_hat, y_batch) * y_batch.shape[0]
            grads = backward(y_batch, params, cache)
            update_parameters(params, grads, learning_rate)
        train_losses.append(loss_sum / x_train.shape[1])
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "weigh them with len(), which counts pixels")
def train_weights_by_a_share_of_pixels(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    params = initialize_parameters(layer_dims, rng)
    train_losses, test_accuracies = [], []
    for _ in range(num_epochs):
        loss_sum = 0
        for x_batch, y_batch in create_mini_batches(x_train, y_train, batch_size, rng):
            y_hat, cache = forward(x_batch, params)
            loss_sum += compute_loss(y_hat, y_batch) * len(x_batch) / len(x_train)
            grads = backward(y_batch, params, cache)
            update_parameters(params, grads, learning_rate)
        train_losses.append(loss_sum)
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "you divide by num_epochs")
def train_loss_by_epochs(
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
        train_losses.append(loss_sum / num_epochs)
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "you divide by num_epochs")
def train_mean_loss_by_epochs(
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
        train_losses.append(loss_sum / x_train.shape[1] / num_epochs)
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "do you divide with / and not with //")
def train_loss_cut(
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
        train_losses.append(loss_sum // x_train.shape[1])
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "holds only zeros")
def train_loss_not_added(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    params = initialize_parameters(layer_dims, rng)
    train_losses, test_accuracies = [], []
    for _ in range(num_epochs):
        loss_sum = 0
        for x_batch, y_batch in create_mini_batches(x_train, y_train, batch_size, rng):
            y_hat, cache = forward(x_batch, params)
            compute_loss(y_hat, y_batch) * x_batch.shape[1]
            grads = backward(y_batch, params, cache)
            update_parameters(params, grads, learning_rate)
        train_losses.append(loss_sum / x_train.shape[1])
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "number of full batches")
def train_by_full_batches(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    params = initialize_parameters(layer_dims, rng)
    train_losses, test_accuracies = [], []
    for _ in range(num_epochs):
        loss_sum = 0
        for x_batch, y_batch in create_mini_batches(x_train, y_train, batch_size, rng):
            y_hat, cache = forward(x_batch, params)
            loss_sum += compute_loss(y_hat, y_batch)
            grads = backward(y_batch, params, cache)
            update_parameters(params, grads, learning_rate)
        train_losses.append(loss_sum / (x_train.shape[1] // batch_size))
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@wrong(check_train_mnist, "Append the numbers themselves")
def train_losses_as_text(
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
        train_losses.append(f"{loss_sum / x_train.shape[1]:.4f}")
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@right(check_train_mnist)
def train_from_one_drawn_seed(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    params = initialize_parameters(layer_dims, rng)
    seed = rng.integers(1_000_000)
    train_losses, test_accuracies = [], []
    for epoch in range(num_epochs):
        loss_sum = 0
        for x_batch, y_batch in create_mini_batches(
            x_train, y_train, batch_size, np.random.default_rng([seed, epoch])
        ):
            y_hat, cache = forward(x_batch, params)
            loss_sum += compute_loss(y_hat, y_batch) * x_batch.shape[1]
            grads = backward(y_batch, params, cache)
            update_parameters(params, grads, learning_rate)
        train_losses.append(loss_sum / x_train.shape[1])
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


@right(check_train_mnist)
def train_with_a_list_of_batch_losses(
    x_train, y_train, x_test, y_test, layer_dims, learning_rate, num_epochs, batch_size, rng
):
    params = initialize_parameters(layer_dims, rng)
    train_losses, test_accuracies = [], []
    for _ in range(num_epochs):
        batch_losses, sizes = [], []
        for x_batch, y_batch in create_mini_batches(x_train, y_train, batch_size, rng):
            y_hat, cache = forward(x_batch, params)
            batch_losses.append(compute_loss(y_hat, y_batch))
            sizes.append(len(y_batch.T))
            grads = backward(y_batch, params, cache)
            update_parameters(params, grads, learning_rate)
        train_losses.append(np.average(batch_losses, weights=sizes))
        test_accuracies.append(compute_accuracy(x_test, y_test, params))
    return params, train_losses, test_accuracies


class Later(Mapping):
    """Params or accuracies, computed when a check asks for them, and shown by a name."""

    def __init__(self, name, make):
        self.name, self.make = name, functools.cache(make)

    def __repr__(self):
        return self.name

    def __getitem__(self, key):
        return self.make()[key]

    def __iter__(self):
        return iter(self.make())

    def __len__(self):
        return len(self.make())

    def __array__(self, dtype=None, copy=None):
        return np.array(self.make(), dtype)


SIZES = [784, 128, 64, 10]


@functools.cache
def mnist():
    return load_mnist_data(dtype=np.float32)


def train_shortly(rate=0.3, epochs=4, part="train", sizes=SIZES, images=60_000):
    X_train, Y_train, X_test, Y_test = mnist()
    x, y = (X_train, Y_train) if part == "train" else (X_test, Y_test)
    x, y = x[:, :images], y[:, :images]
    settings = {"batch_size": 128, "seed": 0, "progress": False}
    return train_mnist(x, y, X_test, Y_test, sizes, rate, epochs, **settings)[0]


def rising_to(params, activation=relu):
    """A list of 20 accuracies that ends with that of the params."""

    def make():
        x = mnist()[2]
        for layer in (1, 2, 3):
            x = params[f"W{layer}"] @ x + params[f"b{layer}"]
            x = activation(x) if layer < 3 else x
        last = np.mean(x.argmax(axis=0) == mnist()[3].argmax(axis=0))
        return np.append(np.linspace(0.9, 0.96, 19), last)

    return Later(f"rising to that of {params}", make)


def changed(name, change):
    return Later(name, lambda: change(dict(good)))


good = Later("a good network", train_shortly)
listed = rising_to(good)
one_epoch = Later("one epoch", lambda: train_shortly(0.1, 1))
few_images = Later("few images", lambda: train_shortly(0.1, 10, images=3000))
trained_on_test = Later("trained on the test images", lambda: train_shortly(0.1, 8, "test"))
fresh = Later("a fresh network", lambda: initialize_parameters(SIZES))
dead = changed("a dead network", lambda p: {name: 0 * p[name] for name in p})
unbiased = changed("no biases", lambda p: {name: p[name] * (name[0] == "W") for name in p})
raw = changed("for raw bytes", lambda p: p | {"W1": p["W1"] / 255})
infinite = changed("infinite", lambda p: p | {"W2": p["W2"] * np.inf})
turned = changed("turned over", lambda p: {name: p[name].T for name in p})
flat = changed("flat biases", lambda p: p | {"b1": p["b1"].ravel()})

other_sizes = Later("100 units", lambda: initialize_parameters([784, 100, 64, 10]))
two_layers = Later("two layers", lambda: initialize_parameters([784, 128, 64]))
four_layers = Later("four layers", lambda: initialize_parameters([784, 128, 64, 10, 10]))


def of_listed(name, change):
    return Later(name, lambda: change(np.array(listed)))


losses = np.geomspace(0.42, 0.03, 20)

right_answer(check_network, good, losses, listed)
right_answer(check_network, changed("with a note", lambda p: p | {"note": 1}), losses, listed)
right_answer(
    check_network, changed("float64", lambda p: {n: p[n] * 1.0 for n in p}), losses, listed
)
wrong_answer(check_network, "still to be filled in", None, None, None)
wrong_answer(check_network, "still to be filled in", good, None, None)
wrong_answer(check_network, "params is of type list", [1, 2], losses, listed)
wrong_answer(check_network, "W1 is turned over", turned, losses, listed)
wrong_answer(check_network, "b1 has shape (128,), expected (128, 1)", flat, losses, listed)
wrong_answer(
    check_network, "W1 has shape (100, 784), expected (128, 784)", other_sizes, losses, listed
)
wrong_answer(check_network, "params has no 'W3'", two_layers, losses, listed)
wrong_answer(check_network, "a layer too many", four_layers, losses, listed)
wrong_answer(check_network, "ran away", infinite, losses, listed)
wrong_answer(
    check_network, "is in per cent", good, losses, of_listed("per cent", lambda a: 100 * a)
)
wrong_answer(
    check_network, "counts the right", good, losses, of_listed("counts", lambda a: 10_000 * a)
)
wrong_answer(check_network, "is a single number", good, losses, 0.9766)
wrong_answer(check_network, "has 5 entries", good, losses, of_listed("5 epochs", lambda a: a[-5:]))
wrong_answer(check_network, "has one entry", good, losses, of_listed("1 epoch", lambda a: a[-1:]))
wrong_answer(
    check_network, "share of wrong answers", good, losses, of_listed("errors", lambda a: 1 - a)
)
wrong_answer(check_network, "did you pass the losses", good, losses, np.geomspace(0.42, 0.02, 20))
wrong_answer(check_network, "Did you pass the losses", good, losses, np.geomspace(1.42, 0.02, 20))
wrong_answer(
    check_network, "order of the epochs", good, losses, of_listed("turned", lambda a: a[::-1])
)
wrong_answer(
    check_network, "Measure on x_test and y_test", good, losses, np.linspace(0.94, 0.9953, 20)
)
wrong_answer(check_network, "Yours go from 0 to 255", raw, losses, listed)
wrong_answer(
    check_network, "has nothing between its layers", good, losses, rising_to(good, lambda z: z)
)
wrong_answer(check_network, "has tanh in", good, losses, rising_to(good, np.tanh))
wrong_answer(check_network, "has the sigmoid in", good, losses, rising_to(good, sigmoid))
wrong_answer(check_network, "it has not learned", fresh, losses, rising_to(fresh))
wrong_answer(check_network, "the same answer to every image", dead, losses, rising_to(dead))
wrong_answer(check_network, "It has learned too little", one_epoch, losses, rising_to(one_epoch))
wrong_answer(check_network, "has learned too little", few_images, losses, rising_to(few_images))
wrong_answer(
    check_network, "learned from the test", trained_on_test, losses, rising_to(trained_on_test)
)
wrong_answer(check_network, "all biases are still 0", unbiased, losses, rising_to(unbiased))
float32_losses = np.array(losses, np.float32)
a_batch = np.geomspace(0.42, 0.03, 9380)
right_answer(check_network, good, float32_losses, listed)
wrong_answer(check_network, "still to be filled in", good, None, listed)
wrong_answer(check_network, "train_losses has one entry for each batch", good, a_batch, listed)
wrong_answer(check_network, "train_losses has 5 entries", good, losses[:5], listed)
wrong_answer(check_network, "train_losses is a single number", good, 0.0298, listed)
wrong_answer(check_network, "train_losses holds text", good, [f"{a:.4f}" for a in losses], listed)
wrong_answer(check_network, "test_accuracies holds text", good, losses, ["0.97"] * 20)
wrong_answer(check_network, "train_losses must be a list of 20", good, {"loss": 0.03}, listed)
wrong_answer(check_network, "Did you pass the accuracies", good, listed, losses)
wrong_answer(check_network, "not set back to 0", good, losses.cumsum(), listed)
wrong_answer(check_network, "in per cent", good, 100 * losses, listed)
wrong_answer(check_network, "Is it a sum", good, 60_000 * losses, listed)
wrong_answer(check_network, "of the test images", good, np.geomspace(0.23, 0.09, 20), listed)
wrong_answer(check_network, "too little after 20 epochs", good, losses / 128, listed)
wrong_answer(check_network, "never negative", good, -losses, listed)


@wrong(check_create_mini_batches, "you counted the rows of x")
def batches_from_an_order_of_the_pixels(x, y, batch_size, rng):
    order = rng.permutation(x.shape[0])
    for i in range(0, x.shape[1], batch_size):
        batch = order[i : i + batch_size]
        yield x[:, batch], y[:, batch]


@wrong(check_create_mini_batches, "Do you count the rows of x?")
def batches_until_the_last_pixel(x, y, batch_size, rng):
    order = rng.permutation(x.shape[1])
    for i in range(0, len(x), batch_size):
        batch = order[i : i + batch_size]
        yield x[:, batch], y[:, batch]


@wrong(check_create_mini_batches, "y_batch is taken from x too")
def batches_of_x_twice(x, y, batch_size, rng):
    order = rng.permutation(x.shape[1])
    for start in range(0, x.shape[1], batch_size):
        i = order[start : start + batch_size]
        yield x[:, i], x[:, i]


@wrong(check_create_mini_batches, "x_batch is taken from y too")
def batches_of_y_twice(x, y, batch_size, rng):
    order = rng.permutation(x.shape[1])
    for start in range(0, x.shape[1], batch_size):
        i = order[start : start + batch_size]
        yield y[:, i], y[:, i]


@wrong(check_update_parameters, "params is as before. A new array")
def update_renames_the_value_and_returns_params(params, grads, learning_rate):
    for name, value in params.items():
        value = value - learning_rate * grads[f"d{name}"]
    return params


@wrong(check_update_parameters, "params is as before. A new array")
def update_renames_the_value_and_returns_a_copy(params, grads, learning_rate):
    updated = params.copy()
    for name, value in updated.items():
        value = value - learning_rate * grads[f"d{name}"]
    return updated


@wrong(check_create_mini_batches, "only 1000 examples come in one pass")
def batches_of_the_first_1000(x, y, batch_size, rng):
    order = rng.permutation(x.shape[1])[:1000]
    for i in range(0, len(order), batch_size):
        yield x[:, order[i : i + batch_size]], y[:, order[i : i + batch_size]]


@wrong(check_create_mini_batches, "Is your order None? rng.shuffle works in place")
def batches_in_the_order_that_shuffle_returns(x, y, batch_size, rng):
    order = rng.shuffle(np.arange(x.shape[1]))
    x, y = x[:, order], y[:, order]
    for i in range(0, x.shape[1], batch_size):
        yield x[:, i : i + batch_size], y[:, i : i + batch_size]


@wrong(check_create_mini_batches, "such as rng.shuffle, append and sort, returns nothing")
def batches_cut_out_of_what_shuffle_returns(x, y, batch_size, rng):
    order = rng.shuffle(np.arange(x.shape[1]))
    for i in range(0, x.shape[1], batch_size):
        yield x[:, order[i : i + batch_size]], y[:, order[i : i + batch_size]]


@wrong(check_update_parameters, "== only compares. = stores")
def update_compares(params, grads, learning_rate):
    for name in params:
        params[name] == params[name] - learning_rate * grads[f"d{name}"]  # noqa: B015


@wrong(check_update_parameters, "what it computes is stored nowhere")
def update_computes_and_forgets(params, grads, learning_rate):
    for name in params:
        params[name] - learning_rate * grads[f"d{name}"]
