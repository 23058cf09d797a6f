"""Make the pictures of README.md: `python site/picture.py`, which writes two files beside it.

For site/digits.png it trains the course's network as README.md shows, and asks it about test
images: the first nine, and the first one that it gets wrong. site/network.svg is the strip that
opens each lesson, with the numbers of all lessons. It also prints the texts that README.md gives
to those who cannot see the pictures.
"""

import os
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from helpers.data import load_mnist_bytes, one_hot, scale_pixels
from helpers.diagrams import architecture_strip, strip_in_words
from helpers.figures import COLORS, STYLE, svg
from helpers.forward import forward
from helpers.training_loop import train_mnist

PICTURE = Path(__file__).parent / "digits.png"
STRIP = Path(__file__).parent / "network.svg"
RIGHT, WRONG, OTHERS = COLORS[0], COLORS[1], "0.75"


def choose(y_hat, labels):
    """The first nine images, and the first of the rest that the network gets wrong."""
    wrong = np.flatnonzero(y_hat.argmax(axis=0) != labels)
    return [*range(9), int(wrong[wrong >= 9][0])]


def percent(probability):
    """A probability in words: never 100 %, of which no softmax is sure."""
    return "over 99 %" if probability > 0.99 else f"{probability:.0%}".replace("%", " %")


def draw(images, labels, y_hat):
    """Draw images in a row, with the probability of each digit beneath.

    Parameters
    ----------
    images : ndarray of shape (m, 784)
    labels : ndarray of shape (m,)
    y_hat : ndarray of shape (10, m)

    Returns
    -------
    Figure
    """
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(11, 2.9))
        axes = figure.subplots(2, len(labels), height_ratios=[1.5, 1])
        for image, label, probabilities, (above, below) in zip(
            images, labels, y_hat.T, axes.T, strict=True
        ):
            answer = probabilities.argmax()
            color = RIGHT if answer == label else WRONG
            above.imshow(image.reshape(28, 28), cmap="Greys")
            above.set(xticks=[], yticks=[])
            above.spines[:].set(visible=True, color="0.8")
            above.set_title(f"{answer}", color=color, fontsize=20, fontweight="bold", pad=4)
            bars = below.bar(range(10), probabilities, color=OTHERS)
            bars[answer].set_color(color)
            below.set(ylim=(0, 1.05), xticks=[answer], yticks=[])
            below.set_xlabel(percent(probabilities[answer]), fontsize=11)
            below.tick_params(length=0)
            below.grid(False)
            below.spines["left"].set_visible(False)
    return figure


def alt_text(labels, y_hat):
    """What the picture shows, in a sentence for those who cannot see it."""
    answers, sure = y_hat.argmax(axis=0), y_hat.max(axis=0)
    said = ", ".join(f"{a} ({percent(s)})" for a, s in zip(answers, sure, strict=True))
    right = int((answers == labels).sum())
    return (
        f"{len(labels)} handwritten digits, and under each ten bars: how probable the network "
        f"finds each digit. Its answers, with their probabilities, are {said}. "
        f"{right} are right; the last digit is a {labels[-1]}."
    )


def main():
    """Train, draw, and write the picture beside the old one before it is moved."""
    images, labels, test_images, test_labels = load_mnist_bytes()
    params, _, _ = train_mnist(
        images.T, one_hot(labels), test_images.T, one_hot(test_labels), [784, 128, 64, 10]
    )
    y_hat, _ = forward(scale_pixels(test_images.T, np.float64), params)
    chosen = choose(y_hat, test_labels)
    write(test_images[chosen], test_labels[chosen], y_hat[:, chosen])
    write_strip(images[7])


def write_strip(image):
    """Write the strip with the numbers of the lessons, and print its text alternative."""
    part = STRIP.with_suffix(".part.svg")
    part.write_bytes(svg(architecture_strip(image, [784, 128, 64, 10])))
    os.replace(part, STRIP)
    print(strip_in_words())


def write(images, labels, y_hat):
    """Write the picture, and print its text alternative."""
    part = PICTURE.with_suffix(".part.png")
    draw(images, labels, y_hat).savefig(part, dpi=120)
    os.replace(part, PICTURE)
    print(alt_text(labels, y_hat))


if __name__ == "__main__":
    main()
