"""The drawings: what they look like, and that each number on them is the array's."""

from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import same_color
from matplotlib.testing.compare import compare_images
from matplotlib.text import Text
from test_figures import BLOB, DPI, TOLERANCE, remove_all, without_words

from helpers.diagrams import (
    LESSONS,
    LIT,
    PALE,
    architecture_strip,
    network_by_hand,
    strip_in_words,
)


def texts(figure, color=None):
    """All words on a figure, or those of one colour."""
    return [
        text.get_text()
        for text in figure.findobj(Text)
        if text.get_text() and (color is None or same_color(text.get_color(), color))
    ]


# --- the pictures, compared with those in tests/baseline ------------------------------------

X, Y = np.array([[1.0], [2.0]]), np.array([[1.0], [0.0]])
BY_HAND = {
    "W1": np.array([[1.0, 1.0], [1.0, -1.0]]),
    "b1": np.array([[-1.0], [0.0]]),
    "W2": np.array([[1.0, 2.0], [0.0, 1.0]]),
    "b2": np.array([[0.0], [2.0]]),
}
PICTURES = {
    "architecture_strip": lambda: architecture_strip(BLOB[:, 0], [784, 128, 64, 10]),
    "architecture_strip_lit": lambda: architecture_strip(BLOB[:, 0], [784, 50, 10], "forward"),
    "network_by_hand": lambda: network_by_hand(X, Y, BY_HAND),
}


@pytest.mark.mpl_image_compare(
    style="default", tolerance=TOLERANCE, savefig_kwargs={"dpi": DPI}, deterministic=True
)
@pytest.mark.parametrize("name", PICTURES)
def test_picture(name):
    return without_words(PICTURES[name]())


SPOILED = {
    "architecture_strip: a layer is missing": lambda f: f.axes[0].patches[1].remove(),
    "architecture_strip_lit: the way back is lit too": lambda f: (
        f.axes[0].lines[-1].set(color=LIT, linewidth=6)
    ),
    "network_by_hand: an output is missing": lambda f: f.axes[0].patches[-2].remove(),
} | {f"{name}: blank": lambda f: remove_all(f.axes) for name in PICTURES}


@pytest.mark.parametrize("damage", SPOILED)
def test_a_spoiled_picture_is_beyond_the_tolerance(damage, tmp_path):
    name = damage.split(":")[0]
    baseline = Path(__file__).parent / "baseline" / f"test_picture_{name}.png"
    with mpl.rc_context(mpl.rcParamsDefault):
        figure = without_words(PICTURES[name]())
        SPOILED[damage](figure)
        figure.savefig(tmp_path / "spoiled.png", dpi=DPI)
    assert compare_images(baseline, tmp_path / "spoiled.png", TOLERANCE) is not None


# --- all lessons ----------------------------------------------------------------------------


@pytest.mark.parametrize("layer_dims", [[784, 128, 64, 10], [49, 33, 7], [16, 3]])
def test_the_strip_gives_every_size_and_shape(layer_dims):
    figure = architecture_strip(np.zeros(layer_dims[0]), layer_dims)
    said = texts(figure)
    for layer in range(1, len(layer_dims)):
        assert f"W{layer}, b{layer}" in said and f"dW{layer}, db{layer}" in said
        assert f"{layer_dims[layer]} × {layer_dims[layer - 1]}" in said
    below = [text for text in said if "●" in text and "\n" in text]
    assert [int(text.split("\n")[1]) for text in below] == layer_dims
    # The names in the cache, in order.
    kept = ["X"] + [f"{kind}{layer}" for layer in range(1, len(layer_dims)) for kind in "ZA"]
    assert [name for text in below for name in text.split("\n")[0].split() if name in kept] == kept
    assert said.count("ReLU") == len(layer_dims) - 2 and said.count("softmax") == 1


def test_the_strip_without_a_lesson_numbers_them_all():
    figure = architecture_strip(BLOB[:, 0], [784, 128, 64, 10])
    assert sorted(texts(figure, "white")) == list("1234567")
    assert texts(figure, PALE) == []


BLUE_WORDS = {
    "data": {"● X\n784", "label Y"},
    "activations": {"ReLU", "softmax"},
    "backprop": {"dW1, db1", "dW2, db2", "dW3, db3", "backward"},
    "training_loop": {"W ← W - η dW", "W1, b1", "W2, b2", "W3, b3"},
    "pytorch_rebuild": {"PyTorch"},
    "error_analysis": {"● Z3  ● A3 = Ŷ\n10"},
    "forward": {"● Z1  ● A1\n128", "● Z2  ● A2\n64", "loss", "W1, b1", "● in the cache"},
}


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_strip_lights_the_part_of_the_lesson_and_no_other(lesson):
    blue = set(texts(architecture_strip(BLOB[:, 0], [784, 128, 64, 10], lesson), LIT))
    assert blue >= BLUE_WORDS[lesson]
    shapes = {"128 × 784", "64 × 128", "10 × 64"} if "W1, b1" in BLUE_WORDS[lesson] else set()
    if lesson != "forward":
        assert blue == BLUE_WORDS[lesson] | shapes
    assert "In blue" in strip_in_words(lesson)
