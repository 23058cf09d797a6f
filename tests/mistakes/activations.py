"""What students write in lesson 2's exercises."""

import math

import numpy as np
import scipy.special

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
from mistakes import right, right_answer, wrong, wrong_answer


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


@right(check_relu)
def relu_by_half_of_the_sum(z):
    return (z + abs(z)) / 2


@right(check_relu)
def relu_in_float32(z):
    return (z * (z > 0)).astype(np.float32)


@wrong(check_relu, "kept the smaller")
def relu_minimum(z):
    return np.minimum(0, z)


@wrong(check_relu, "dropped the sign")
def relu_absolute(z):
    return abs(z)


@wrong(check_relu, "this is the slope")
def relu_as_slope(z):
    return np.where(z > 0, 1, 0)


@wrong(check_relu, "left the negative scores out")
def relu_selects(z):
    return z[z >= 0]


@wrong(check_relu, "left the negative scores out")
def relu_selects_positive(z):
    return z[z > 0]


@wrong(check_relu, "np.maximum goes entry by entry")
def relu_max(z):
    return np.max([0, np.max(z)])


@wrong(check_relu, "kept the smaller")
def relu_keeps_negative(z):
    result = z.copy()
    result[z > 0] = 0
    return result


@wrong(check_relu, "leaky ReLU")
def relu_leaky(z):
    return np.maximum(0.01 * z, z)


@wrong(check_relu, "leaky ReLU")
def relu_leaky_02(z):
    return np.maximum(0.2 * z, z)


@wrong(check_relu, "cut the scores off at 1")
def relu_clipped(z):
    return np.clip(z, 0, 1)


@wrong(check_relu, "this is the sigmoid")
def relu_sigmoid(z):
    return 1 / (1 + np.exp(-z))


@wrong(check_relu, "digits after the point")
def relu_in_an_array_of_ints(z):
    result = np.zeros(z.shape, dtype=int)
    result[z > 0] = z[z > 0]
    return result


@wrong(check_relu, "changes its input z")
def relu_in_place(z):
    z[z < 0] = 0
    return z


@wrong(check_relu, "returns None")
def relu_prints(z):
    print(np.maximum(0, z))


@wrong(check_relu, "in the line `if z > 0:`")
def relu_if(z):
    if z > 0:
        return z
    return 0


@wrong(check_relu, "ReLU of -z")
def relu_of_minus_z(z):
    return np.maximum(-z, 0)


@wrong(check_relu, "came back as it was")
def relu_identity(z):
    return z


@wrong(check_relu, "still to be written")
def relu_unwritten(z):
    """Rectified linear unit."""
    ...


@wrong(check_relu, "still to be written")
def relu_not_implemented(z):
    raise NotImplementedError()


@wrong(check_relu, "does not come to an end")
def relu_endless(z):
    while True:
        pass


@wrong(check_relu, "For a whole array use np.maximum")
def relu_python_max(z):
    return max(0, z)


@wrong(check_relu, "np.maximum compares entry by entry")
def relu_np_max(z):
    return np.max(0, z)


@wrong(check_relu, "write 0.0 for 0 in np.vectorize")
def relu_vectorized(z):
    return np.vectorize(lambda score: score if score > 0 else 0)(z)


@wrong(check_relu, "with a vector of whole numbers, in the line")
def relu_by_rows_and_columns(z):
    result = np.zeros(z.shape)
    for i in range(z.shape[0]):
        for j in range(z.shape[1]):
            result[i, j] = max(0, z[i, j])
    return result


@wrong(check_relu, "is 0, expected 0.01 (z = [[0.01, -0.01, 0.2, -12.0, 12.0]])")
def relu_with_a_threshold(z):
    return np.where(z > 0.1, z, 0)


@wrong(check_relu, "Begin with a copy: z = z.copy()")
def relu_in_place_by_another_name(z):
    a = z
    a[a < 0] = 0
    return a


@wrong(check_relu_derivative, "compare with 0, and do not round")
def relu_slope_with_a_threshold(z):
    return (z > 0.1) * 1


@right(check_relu_derivative)
def relu_slope_where(z):
    return np.where(z > 0, 1.0, 0.0)


@right(check_relu_derivative)
def relu_slope_as_bool(z):
    return z > 0


@right(check_relu_derivative)
def relu_slope_of_the_activation(z):
    return (np.maximum(0, z) > 0).astype(int)


@right(check_relu_derivative)
def relu_slope_by_loops(z):
    return np.array([1.0 if entry > 0 else 0.0 for entry in z.ravel()]).reshape(z.shape)


@wrong(check_relu_derivative, "write > for >=")
def relu_slope_one_at_zero(z):
    return (z >= 0).astype(float)


@wrong(check_relu_derivative, "one half")
def relu_slope_half_at_zero(z):
    return np.where(z > 0, 1, np.where(z == 0, 0.5, 0))


@wrong(check_relu_derivative, "this is ReLU itself")
def relu_slope_is_relu(z):
    return z * (z > 0)


@wrong(check_relu_derivative, "turned 0 and 1 around")
def relu_slope_inverted(z):
    return np.where(z > 0, 0, 1)


@wrong(check_relu_derivative, "for negative scores")
def relu_slope_for_negative(z):
    return (z < 0).astype(float)


@wrong(check_relu_derivative, "never negative")
def relu_slope_of_the_activation_with_ge(z):
    return (np.maximum(0, z) >= 0).astype(float)


@wrong(check_relu_derivative, "sign of z")
def relu_slope_sign(z):
    return np.where(z > 0, 1, np.where(z < 0, -1, 0))


@wrong(check_relu_derivative, "slope of the sigmoid")
def relu_slope_sigmoid(z):
    s = 1 / (1 + np.exp(-z))
    return s * (1 - s)


@wrong(check_relu_derivative, "slope of tanh")
def relu_slope_tanh(z):
    return 1 - np.tanh(z) ** 2


@wrong(check_relu_derivative, "leaky")
def relu_slope_leaky(z):
    return np.where(z > 0, 1, 0.01)


@wrong(check_relu_derivative, "positive scores only")
def relu_slope_selects(z):
    return np.ones_like(z[z > 0])


@wrong(check_relu_derivative, "compare with 0")
def relu_slope_threshold(z):
    return (z > 1) * 1.0


@wrong(check_relu_derivative, "changes its input z")
def relu_slope_in_place(z):
    z[z > 0] = 1
    z[z <= 0] = 0
    return z


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


@right(check_sigmoid)
def sigmoid_by_clipping(z):
    return 1 / (1 + np.exp(-np.clip(z, -500, 500)))


@wrong(check_sigmoid, "left out the minus")
def sigmoid_falls(z):
    return 1 / (1 + np.exp(z))


@wrong(check_sigmoid, "infinity / infinity is nan")
def sigmoid_unstable(z):
    return np.exp(z) / (np.exp(z) + 1)


@wrong(check_sigmoid, "this is exp(-z)")
def sigmoid_exp(z):
    return np.exp(-z)


@wrong(check_sigmoid, "this is 1 + exp(-z)")
def sigmoid_not_divided(z):
    return 1 + np.exp(-z)


@wrong(check_sigmoid, "in brackets")
def sigmoid_without_brackets(z):
    return 1 / 1 + np.exp(-z)


@wrong(check_sigmoid, "this is tanh")
def sigmoid_tanh(z):
    return np.tanh(z)


@wrong(check_sigmoid, "slope of the sigmoid")
def sigmoid_slope(z):
    s = 1 / (1 + np.exp(-z))
    return s * (1 - s)


@wrong(check_sigmoid, "half of z")
def sigmoid_tanh_of_z(z):
    return 0.5 * (1 + np.tanh(z))


@wrong(check_sigmoid, "factor one half")
def sigmoid_not_halved(z):
    return 1 + np.tanh(z / 2)


@wrong(check_sigmoid, "sign in the middle")
def sigmoid_minus(z):
    return 1 / (1 - np.exp(-z))


@wrong(check_sigmoid, "this is a softmax")
def sigmoid_softmax(z):
    e = np.exp(z - z.max(axis=0))
    return e / e.sum(axis=0)


@wrong(check_sigmoid, "rounded to 0 and 1")
def sigmoid_step(z):
    return np.where(z > 0, 1.0, 0.0)


@wrong(check_sigmoid, "used 2 for e")
def sigmoid_base_2(z):
    return 1 / (1 + np.power(2.0, -z))


@wrong(check_sigmoid, "TypeError")
def sigmoid_by_math(z):
    return 1 / (1 + math.exp(-z))


@wrong(check_sigmoid, "Make the array with np.zeros(z.shape)")
def sigmoid_into_zeros_like(z):
    result = np.zeros_like(z)
    for position in np.ndindex(z.shape):
        result[position] = 0.5 * (1 + math.tanh(z[position] / 2))
    return result


@wrong(check_sigmoid, "cut the scores off")
def sigmoid_clipped_at_10(z):
    return 1 / (1 + np.exp(-np.clip(z, -10, 10)))


@wrong(check_sigmoid_derivative, "not 1 - z")
def sigmoid_slope_half_of_z(z):
    return sigmoid_plain(z) * (1 - z)


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


@wrong(check_sigmoid_derivative, "took z for the sigmoid")
def sigmoid_slope_of_z(z):
    return z * (1 - z)


@wrong(check_sigmoid_derivative, "the sigmoid itself")
def sigmoid_slope_is_sigmoid(z):
    return sigmoid_plain(z)


@wrong(check_sigmoid_derivative, "this is 1 - s")
def sigmoid_slope_one_minus(z):
    return 1 - sigmoid_plain(z)


@wrong(check_sigmoid_derivative, "this is s * s")
def sigmoid_slope_squared(z):
    return sigmoid_plain(z) ** 2


@wrong(check_sigmoid_derivative, "tanh's pattern")
def sigmoid_slope_tanh_pattern(z):
    return 1 - sigmoid_plain(z) ** 2


@wrong(check_sigmoid_derivative, "slope of tanh")
def sigmoid_slope_tanh(z):
    return 1 - np.tanh(z) ** 2


@wrong(check_sigmoid_derivative, "sign in the middle")
def sigmoid_slope_plus(z):
    return sigmoid_plain(z) * (1 + sigmoid_plain(z))


@wrong(check_sigmoid_derivative, "turned around")
def sigmoid_slope_negative(z):
    return sigmoid_plain(z) * (sigmoid_plain(z) - 1)


@wrong(check_sigmoid_derivative, "applied the sigmoid twice")
def sigmoid_slope_twice(z):
    s = sigmoid_plain(sigmoid_plain(z))
    return s * (1 - s)


@wrong(check_sigmoid_derivative, "infinity / infinity")
def sigmoid_slope_unstable(z):
    return np.exp(-z) / (1 + np.exp(-z)) ** 2


@wrong(check_sigmoid_derivative, "brackets are missing")
def sigmoid_slope_without_brackets(z):
    s = sigmoid_plain(z)
    return s * 1 - s


@wrong(check_sigmoid_derivative, "slope of ReLU")
def sigmoid_slope_relu(z):
    return (z > 0).astype(float)


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


@wrong(check_tanh, "exp(1000) is infinite")
def tanh_unstable(z):
    return (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))


@wrong(check_tanh, "exp(2000) is infinite")
def tanh_unstable_double(z):
    return (np.exp(2 * z) - 1) / (np.exp(2 * z) + 1)


@wrong(check_tanh, "this is the sigmoid")
def tanh_sigmoid(z):
    return sigmoid_plain(z)


@wrong(check_tanh, "slope of tanh")
def tanh_slope(z):
    return 1 - np.tanh(z) ** 2


@wrong(check_tanh, "np.tan")
def tanh_tan(z):
    return np.tan(z)


@wrong(check_tanh, "sinh")
def tanh_sinh(z):
    return np.sinh(z)


@wrong(check_tanh, "np.arctan")
def tanh_arctan(z):
    return np.arctan(z)


@wrong(check_tanh, "turned around")
def tanh_negative(z):
    return 1 - 2 * sigmoid_plain(2 * z)


@wrong(check_tanh, "inner 2 counts")
def tanh_half(z):
    return 2 * sigmoid_plain(z) - 1


@wrong(check_tanh, "Take 1 away")
def tanh_not_shifted(z):
    return 2 * sigmoid_plain(2 * z)


@wrong(check_tanh, "cut z off")
def tanh_hard(z):
    return np.clip(z, -1, 1)


@wrong(check_tanh, "1 / tanh(z)")
def tanh_coth(z):
    return np.cosh(z) / np.sinh(z)


@wrong(check_tanh, "brackets are missing")
def tanh_without_brackets(z):
    return np.exp(z) - np.exp(-z) / np.exp(z) + np.exp(-z)


@wrong(check_tanh_derivative, "square belongs to t alone")
def tanh_slope_squares_too_much(z):
    return (1 - np.tanh(z)) ** 2


@wrong(check_tanh_derivative, "** is the power")
def tanh_slope_with_a_hat(z):
    return 1 - np.tanh(z) ^ 2


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


@wrong(check_tanh_derivative, "took z for tanh")
def tanh_slope_of_z(z):
    return 1 - z**2


@wrong(check_tanh_derivative, "tanh itself")
def tanh_slope_is_tanh(z):
    return np.tanh(z)


@wrong(check_tanh_derivative, "square is missing")
def tanh_slope_without_square(z):
    return 1 - np.tanh(z)


@wrong(check_tanh_derivative, "Take it away from 1")
def tanh_slope_only_square(z):
    return np.tanh(z) ** 2


@wrong(check_tanh_derivative, "sigmoid's pattern")
def tanh_slope_sigmoid_pattern(z):
    return np.tanh(z) * (1 - np.tanh(z))


@wrong(check_tanh_derivative, "slope of the sigmoid")
def tanh_slope_sigmoid(z):
    return sigmoid_slope_plain(z)


@wrong(check_tanh_derivative, "sign in the middle")
def tanh_slope_plus(z):
    return 1 + np.tanh(z) ** 2


@wrong(check_tanh_derivative, "turned around")
def tanh_slope_negative(z):
    return np.tanh(z) ** 2 - 1


@wrong(check_tanh_derivative, "applied tanh twice")
def tanh_slope_twice(z):
    return tanh_slope_plain(np.tanh(z))


@wrong(check_tanh_derivative, "has to be squared")
def tanh_slope_by_cosh_without_square(z):
    return 1 / np.cosh(z)


@wrong(check_tanh_derivative, "The square belongs to tanh(z)")
def tanh_slope_of_the_square(z):
    return 1 - np.tanh(z**2)


@wrong(check_tanh_derivative, "slope of ReLU")
def tanh_slope_relu(z):
    return (z > 0) * 1.0


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


@wrong(check_softmax, "normalised over the batch")
def softmax_over_the_batch(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@wrong(check_softmax, "normalised over the batch")
def softmax_shift_right_sum_wrong(z):
    e = np.exp(z - z.max(axis=0))
    return e / e.sum(axis=1, keepdims=True)


@wrong(check_softmax, "normalised over the batch, and large scores overflow")
def softmax_over_the_batch_without_shift(z):
    return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)


@wrong(check_softmax, "over the whole batch")
def softmax_over_everything(z):
    e = np.exp(z - z.max())
    return e / e.sum()


@wrong(check_softmax, "over the whole batch, and large scores overflow")
def softmax_over_everything_without_shift(z):
    return np.exp(z) / np.sum(np.exp(z))


@wrong(check_softmax, "exp(1000) is infinite")
def softmax_without_shift(z):
    return np.exp(z) / np.exp(z).sum(axis=0)


@wrong(check_softmax, "one maximum for the whole batch")
def softmax_with_one_shift(z):
    e = np.exp(z - np.max(z))
    return e / np.sum(e, axis=0)


@wrong(check_softmax, "largest score of each row")
def softmax_shifts_rows(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=0)


@wrong(check_softmax, "Raise e to the scores first")
def softmax_without_exp(z):
    return z / z.sum(axis=0)


@wrong(check_softmax, "Divide each by its sum")
def softmax_not_divided(z):
    return np.exp(z - z.max(axis=0))


@wrong(check_softmax, "Divide each by its sum")
def softmax_divided_by_the_largest(z):
    e = np.exp(z - z.max(axis=0))
    return e / e.max(axis=0)


@wrong(check_softmax, "logarithms")
def softmax_log(z):
    return z - scipy.special.logsumexp(z, axis=0)


@wrong(check_softmax, "this is the sigmoid")
def softmax_sigmoid(z):
    return 1 / (1 + np.exp(-z))


@wrong(check_softmax, "the sign is turned around")
def softmax_of_minus_z(z):
    e = np.exp(z.min(axis=0) - z)
    return e / e.sum(axis=0)


@wrong(check_softmax, "used 2 for e")
def softmax_base_2(z):
    e = 2.0 ** (z - z.max(axis=0))
    return e / e.sum(axis=0)


@wrong(check_softmax, "all or nothing")
def softmax_hardmax(z):
    return (z == z.max(axis=0)) * 1.0


@wrong(check_softmax, "cut the scores off")
def softmax_clipped(z):
    e = np.exp(np.clip(z, -500, 500))
    return e / e.sum(axis=0)


@wrong(check_softmax, "turned over")
def softmax_transposed(z):
    return softmax_plain(z).T


@wrong(check_softmax, "changes its input z")
def softmax_in_place(z):
    z -= z.max(axis=0)
    e = np.exp(z)
    return e / e.sum(axis=0)


@wrong(check_softmax, "in the line `exponentials = np.exp(z - z.max(axis=1))`")
def softmax_without_keepdims(z):
    exponentials = np.exp(z - z.max(axis=1))
    return exponentials / exponentials.sum(axis=0)


@wrong(check_softmax, "returns None")
def softmax_without_return(z):
    e = np.exp(z - z.max(axis=0))
    e = e / e.sum(axis=0)


@wrong(check_softmax, "you took the smallest score of each column away")
def softmax_minus_the_smallest(z):
    e = np.exp(z - z.min(axis=0))
    return e / e.sum(axis=0)


@wrong(check_softmax, "you took the mean of each column away")
def softmax_minus_the_mean(z):
    e = np.exp(z - z.mean(axis=0))
    return e / e.sum(axis=0)


@wrong(check_softmax, "you took the first score of each column away")
def softmax_minus_the_first(z):
    e = np.exp(z - z[0])
    return e / e.sum(axis=0)


@wrong(check_softmax, "you took the last score of each column away")
def softmax_minus_the_last(z):
    e = np.exp(z - z[-1])
    return e / e.sum(axis=0)


@wrong(check_softmax, "only when a score is large")
def softmax_shifts_when_large(z):
    if z.max() > 700:
        z = z - z.max(axis=0)
    return np.exp(z) / np.exp(z).sum(axis=0)


@wrong(check_softmax, "its value and not its position")
def softmax_minus_argmax(z):
    e = np.exp(z - np.argmax(z, axis=0))
    return e / e.sum(axis=0)


@wrong(check_softmax, "outside of exp")
def softmax_shift_outside(z):
    e = np.exp(z) - z.max(axis=0)
    return e / e.sum(axis=0)


@wrong(check_softmax, "only above the line")
def softmax_shift_above(z):
    return np.exp(z - z.max(axis=0)) / np.exp(z).sum(axis=0)


@wrong(check_softmax, "only below the line")
def softmax_shift_below(z):
    return np.exp(z) / np.exp(z - z.max(axis=0)).sum(axis=0)


@wrong(check_softmax, "sum of the scores")
def softmax_divided_by_scores(z):
    return np.exp(z - z.max(axis=0)) / z.sum(axis=0)


@wrong(check_softmax, "cut the scores off")
def softmax_clipped_above(z):
    e = np.exp(np.minimum(z, 700))
    return e / e.sum(axis=0)


right_answer(check_temperature, 1, 0.25)
right_answer(check_temperature, 1.0, 1 / 4)
right_answer(check_temperature, np.float64(1), np.float32(0.25))
wrong_answer(check_temperature, "other way round", 0.25, 1)
wrong_answer(check_temperature, "even", 0.25, 0.25)
wrong_answer(check_temperature, "divides the differences away", 1, 1)
wrong_answer(check_temperature, "not ten", 1, 0.1)
wrong_answer(check_temperature, "not per cent", 100, 25)
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


@wrong(check_softmax, "Do you take the maximum or the sum over axis 1?")
def softmax_shifts_by_the_rows_without_keepdims(z):
    e = np.exp(z - np.max(z, 1))
    return e / e.sum(axis=0)


@wrong(check_softmax, "Do you take the maximum or the sum over axis 1?")
def softmax_divides_by_the_rows_without_keepdims(z):
    e = np.exp(z - z.max(axis=0))
    return e / np.sum(e, axis=1)


@wrong(check_relu, "with a score above 1000")
def relu_with_a_cap_at_1000(z):
    return np.clip(z, 0, 1000)


@wrong(check_softmax, "with scores above 1000")
def softmax_with_a_cap_at_1000(z):
    return softmax_plain(np.minimum(z, 1000))


@wrong(check_tanh_derivative, "* 2 doubles, and ** 2 squares")
def tanh_derivative_doubles(z):
    return 1 - np.tanh(z) * 2


@wrong(check_sigmoid_derivative, "Everywhere it is 2 times the right one")
def sigmoid_derivative_doubled(z):
    s = 1 / (1 + np.exp(-1.0 * z))
    return 2 * s * (1 - s)
