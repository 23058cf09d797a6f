"""What students write in lesson 2's exercises."""

import math

import numpy as np
import scipy.special

from helpers.activations import relu
from helpers.checks import (
    check_broken_softmax,
    check_relu,
    check_relu_derivative,
    check_sigmoid,
    check_sigmoid_derivative,
    check_softmax,
    check_tanh,
    check_tanh_derivative,
    check_temperature,
)
from helpers.checks.mistakes import change
from mistakes import edited, prediction, right, right_answer, wrong, wrong_answer


@right(check_relu)
def relu_by_mask(z):
    z = np.array(z)
    z[z < 0] = 0
    return z


@right(check_relu)
def relu_by_loops(z):
    result = np.zeros(z.shape)
    for position in np.ndindex(z.shape):
        if z[position] > 0:
            result[position] = z[position]
    return result


for check, answer in (
    (check_relu, "(z + abs(z)) / 2"),
    (check_relu, "(z * (z > 0)).astype(np.float32)"),
    (check_relu_derivative, "np.where(z > 0, 1.0, 0.0)"),
    (check_sigmoid, "1 / (1 + np.exp(-np.clip(z, -500, 500)))"),
):
    right_answer(check, change(relu, [("", f"return {answer}")]))


@wrong(check_relu, "in the line `if z > 0:`")
def relu_if(z):
    if z > 0:
        return z
    return 0


@wrong(check_relu, "with a vector of whole numbers, in the line")
def relu_by_rows_and_columns(z):
    result = np.zeros(z.shape)
    for i in range(z.shape[0]):
        for j in range(z.shape[1]):
            result[i, j] = max(0, z[i, j])
    return result


@right(check_relu_derivative)
def relu_slope_as_bool(z):
    return z > 0


@right(check_relu_derivative)
def relu_slope_of_the_activation(z):
    return (np.maximum(0, z) > 0).astype(int)


@right(check_relu_derivative)
def relu_slope_by_loops(z):
    return np.array([1.0 if entry > 0 else 0.0 for entry in z.ravel()]).reshape(z.shape)


@right(check_sigmoid)
def sigmoid_plain(z):
    return 1 / (1 + np.exp(-z))


@right(check_sigmoid)
def sigmoid_by_tanh(z):
    return (np.tanh(z / 2) + 1) / 2


@right(check_sigmoid)
def sigmoid_in_two_halves(z):
    small = np.exp(-abs(z))
    return np.where(z >= 0, 1 / (1 + small), small / (1 + small)).astype(np.float32)


@right(check_sigmoid)
def sigmoid_of_scipy(z):
    return scipy.special.expit(z)


@right(check_sigmoid_derivative)
def sigmoid_slope_plain(z):
    s = 1 / (1 + np.exp(-z))
    return s * (1 - s)


@right(check_sigmoid_derivative)
def sigmoid_slope_difference_of_squares(z):
    s = sigmoid_by_tanh(z)
    return s - s**2


@right(check_sigmoid_derivative)
def sigmoid_slope_by_tanh(z):
    return (1 - np.tanh(z / 2) ** 2) / 4


@right(check_sigmoid_derivative)
def sigmoid_slope_by_symmetry(z):
    return sigmoid_plain(z) * sigmoid_plain(-z)


@right(check_tanh)
def tanh_of_numpy(z):
    return np.tanh(z)


@right(check_tanh)
def tanh_by_sigmoid(z):
    return 2 * sigmoid_plain(2 * z) - 1


@right(check_tanh)
def tanh_by_small_exponentials(z):
    e = np.exp(-2 * abs(z))
    return np.sign(z) * (1 - e) / (1 + e)


@right(check_tanh)
def tanh_in_float32(z):
    return np.tanh(z.astype(np.float32))


@right(check_tanh_derivative)
def tanh_slope_plain(z):
    return 1 - np.tanh(z) ** 2


@right(check_tanh_derivative)
def tanh_slope_factors(z):
    t = np.tanh(z)
    return (1 - t) * (1 + t)


@right(check_tanh_derivative)
def tanh_slope_by_cosh(z):
    return 1 / np.cosh(z) ** 2


@right(check_softmax)
def softmax_plain(z):
    e = np.exp(z - z.max(axis=0))
    return e / e.sum(axis=0)


@right(check_softmax)
def softmax_by_loops(z):
    result = np.zeros(z.shape)
    for j in range(z.shape[1]):
        largest = max(z[:, j])
        total = sum(math.exp(score - largest) for score in z[:, j])
        for i in range(z.shape[0]):
            result[i, j] = math.exp(z[i, j] - largest) / total
    return result


@right(check_softmax)
def softmax_by_logarithms(z):
    return np.exp(z - scipy.special.logsumexp(z, axis=0))


@right(check_softmax)
def softmax_by_pairs_of_scores(z):
    with np.errstate(over="ignore"):
        return 1 / np.exp(z[np.newaxis] - z[:, np.newaxis]).sum(axis=1).T.T[...]


@right(check_softmax)
def softmax_in_float32_in_place_on_its_own_array(z):
    z = z.astype(np.float32)
    z -= z.max(axis=0, keepdims=True)
    np.exp(z, out=z)
    z /= z.sum(axis=0, keepdims=True)
    return z


@right(check_softmax)
def softmax_of_the_transpose(z):
    rows = z.T
    e = np.exp(rows - rows.max(axis=1, keepdims=True))
    return np.einsum("ij,i->ji", e, 1 / e.sum(axis=1))


@wrong(check_softmax, "in the line `exponentials = np.exp(z - z.max(axis=1))`")
def softmax_without_keepdims(z):
    exponentials = np.exp(z - z.max(axis=1))
    return exponentials / exponentials.sum(axis=0)


for check, fragment, function in (
    (check_relu, "returns None", lambda z: print(np.maximum(0, z))),
    (check_relu, "write 0.0 for 0 in", lambda z: np.vectorize(lambda a: a if a > 0 else 0)(z)),
    (check_relu, "is 0, expected 0.01 (z = [[0.01, -0.01,", lambda z: np.where(z > 0.1, z, 0)),
    (check_relu, "with a score above 1000", lambda z: np.clip(z, 0, 1000)),
    (check_sigmoid_derivative, "Everywhere it is 2 times", lambda z: 2 * sigmoid_slope_plain(z)),
    (check_tanh, "1 / tanh(z)", lambda z: np.cosh(z) / np.sinh(z)),
    (check_softmax, "logarithms", lambda z: z - scipy.special.logsumexp(z, axis=0)),
    (check_softmax, "with scores above 1000", lambda z: softmax_plain(np.minimum(z, 1000))),
):
    wrong_answer(check, fragment, function)

OVER_AXIS_1 = "Do you take the maximum or the sum over axis 1?"
for check, fragment, answer, *edit in (
    (check_relu, "Begin with a copy: z = z.astype(float)", relu_by_mask, "np.array(z)", "z"),
    (check_relu_derivative, "changes its input z", relu_slope_as_bool, "return", "z -= 1; return"),
    (check_softmax, "changes its input z", softmax_plain, "e = np", "z -= z.max(axis=0); e = np"),
    (check_softmax, "returns None", softmax_plain, "return", "e ="),
    (check_softmax, OVER_AXIS_1, softmax_plain, "z.max(axis=0)", "np.max(z, 1)"),
    (check_softmax, OVER_AXIS_1, softmax_plain, "e.sum(axis=0)", "np.sum(e, axis=1)"),
):
    edited(check, fragment, answer, edit)

prediction(check_temperature, 1, 0.25)
right_answer(check_temperature, 1.0, 1 / 4)
right_answer(check_temperature, np.float64(1), np.float32(0.25))
wrong_answer(check_temperature, "other way round", 0.25, 1)
wrong_answer(check_temperature, "hot is not right yet", 1, 1 / 3)
wrong_answer(check_temperature, "still to be filled in", 1, None)
wrong_answer(check_temperature, "cold is not right yet", "sure", "unsure")


def broken_softmax(z):
    e = np.exp(z - z.max())
    return e / e.sum(axis=0)


right_answer(check_broken_softmax, broken_softmax, np.array([[1000.0, 0.0], [999.0, 1.0]]))
right_answer(check_broken_softmax, broken_softmax, [[0, 5000], [1, 0]])
right_answer(check_broken_softmax, broken_softmax, np.array([[1000, 0, -3]], dtype=np.float32))
wrong_answer(check_broken_softmax, "still to be filled in", broken_softmax, None)
wrong_answer(check_broken_softmax, "different lengths", broken_softmax, [[1000, 0], [1]])
wrong_answer(check_broken_softmax, "two-dimensional", broken_softmax, [1000, 0])
wrong_answer(check_broken_softmax, "two-dimensional", broken_softmax, "large ones")
wrong_answer(check_broken_softmax, "finite", broken_softmax, [[np.inf, 0], [0, 1]])
wrong_answer(check_broken_softmax, "Give two", broken_softmax, [[1000], [-1000]])
wrong_answer(check_broken_softmax, "gets these scores right", broken_softmax, [[9, 1], [8, 0]])
