"""Lesson 2: the functions between the layers, and their slopes."""

import numpy as np

from helpers.contracts import contract, real_numbers, scores


@contract(z=real_numbers)
def relu(z):
    """Rectified linear unit: z where z is positive, else 0.

    Parameters
    ----------
    z : array_like of numbers, any shape

    Returns
    -------
    ndarray of the shape of z

    Raises
    ------
    ValueError
        If z does not hold real numbers. The same holds for every function here.
    """
    return np.maximum(0, z)


@contract(z=real_numbers)
def relu_derivative(z):
    """Slope of `relu` at z: 1 where z is positive, else 0.

    At exactly 0 ReLU has no slope; the course takes 0 there, as PyTorch does.

    Parameters
    ----------
    z : array_like of numbers, any shape
        The scores before `relu`, not the activations after it.

    Returns
    -------
    ndarray of the shape of z
    """
    return (z > 0).astype(z.dtype)


@contract(z=real_numbers)
def sigmoid(z):
    """Logistic function 1 / (1 + exp(-z)), stable for scores of any size.

    Parameters
    ----------
    z : array_like of numbers, any shape

    Returns
    -------
    ndarray of the shape of z
        Values from 0 to 1.
    """
    # The same function, written with tanh, which cannot overflow.
    return 0.5 * (1 + np.tanh(0.5 * z))


@contract(z=real_numbers)
def sigmoid_derivative(z):
    """Slope of `sigmoid` at z: sigmoid(z) (1 - sigmoid(z)), at most 1/4.

    Parameters
    ----------
    z : array_like of numbers, any shape

    Returns
    -------
    ndarray of the shape of z
    """
    return sigmoid(z) * (1 - sigmoid(z))


@contract(z=real_numbers)
def tanh(z):
    """Hyperbolic tangent.

    Parameters
    ----------
    z : array_like of numbers, any shape

    Returns
    -------
    ndarray of the shape of z
        Values from -1 to 1.
    """
    return np.tanh(z)


@contract(z=real_numbers)
def tanh_derivative(z):
    """Slope of `tanh` at z: 1 - tanh(z)^2, at most 1.

    Parameters
    ----------
    z : array_like of numbers, any shape

    Returns
    -------
    ndarray of the shape of z
    """
    return 1 - tanh(z) ** 2


@contract(z=scores)
def softmax(z):
    """Turn scores into probabilities, down each column.

    Parameters
    ----------
    z : array_like of numbers, shape (n,) or (n, m)
        n scores for each of m examples.

    Returns
    -------
    ndarray of the shape of z
        Non-negative, with sum 1 over axis 0.

    Raises
    ------
    ValueError
        If z does not hold real numbers, or has no scores.

    Notes
    -----
    The largest score of each column is subtracted first. This changes nothing
    in exact arithmetic and keeps the exponential from overflowing.
    """
    exponentials = np.exp(z - z.max(axis=0))
    return exponentials / exponentials.sum(axis=0)
