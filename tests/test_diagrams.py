"""The drawings: what they look like, and that each number on them is the array's."""

import numpy as np
import pytest
from matplotlib.colors import same_color
from matplotlib.testing.compare import compare_images
from matplotlib.text import Text
from test_figures import BLOB, DPI, TOLERANCE, remove_all, without_words

from helpers.diagrams import (
    BACKWARD,
    FORWARD,
    LIT,
    architecture_strip,
    autograd_graph,
    network_by_hand,
    rows_and_columns,
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
    "autograd_graph": lambda: autograd_graph(2.0, 6.0)[0],
    "rows_and_columns": lambda: rows_and_columns(np.ones((128, 784)), np.ones((784, 5)))[0],
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
    "autograd_graph: a box is missing": lambda f: f.axes[0].patches[2].remove(),
    "rows_and_columns: no example is blue": lambda f: [
        patch.set_facecolor("white") for patch in f.axes[0].patches
    ],
    "rows_and_columns: a block is missing": lambda f: f.axes[0].patches[0].remove(),
} | {f"{name}: blank": lambda f: remove_all(f.axes) for name in PICTURES}


@pytest.mark.parametrize("damage", SPOILED)
def test_a_spoiled_picture_is_beyond_the_tolerance(damage, tmp_path):
    from pathlib import Path

    import matplotlib as mpl

    name = damage.split(":")[0]
    baseline = Path(__file__).parent / "baseline" / f"test_picture_{name}.png"
    with mpl.rc_context(mpl.rcParamsDefault):
        figure = without_words(PICTURES[name]())
        SPOILED[damage](figure)
        figure.savefig(tmp_path / "spoiled.png", dpi=DPI)
    assert compare_images(baseline, tmp_path / "spoiled.png", TOLERANCE) is not None


# --- lesson 6: pytorch rebuild ----------------------------------------------------------------


@pytest.mark.parametrize("value", [2.0, -1.5, 0.25])
def test_the_graph_has_the_values_and_slopes_of_autograd(value):
    import torch

    w = torch.tensor(value, requires_grad=True)
    tensors = [w, 3 * w]
    tensors += [tensors[1] - 5]
    tensors += [tensors[2] ** 2]
    for tensor in tensors:
        tensor.retain_grad()
    tensors[-1].backward()
    exact = [tensor.grad.item() for tensor in tensors]
    values, slopes = [f"{t.item():.4g}" for t in tensors], [f"{slope:.4g}" for slope in exact]
    figure, text = autograd_graph(w.item(), w.grad.item())
    assert [word for word in texts(figure, FORWARD) if word in values] == values
    in_orange = texts(figure, BACKWARD)
    assert [word for word in in_orange if word in slopes][: len(slopes)] == slopes
    assert f"w = {values[0]}, 3w = {values[1]}, 3w - 5 = {values[2]}, loss = {values[3]}" in text
    assert ", ".join(reversed(slopes)) in text
    # Each slope is the one to its right times what stands on the arrow between them.
    factors = [3, 1, 2 * tensors[2].item()]
    assert exact[:-1] == pytest.approx(np.multiply(exact[1:], factors))
    assert {"× 3", "× 1", f"× 2 · {values[2]}"} <= set(in_orange)


def test_the_slope_that_comes_to_w_is_the_one_that_was_passed():
    assert "12" in texts(autograd_graph(2.0, 12.0)[0], BACKWARD)


def test_rows_and_columns_have_their_shapes_and_one_example_in_blue():
    figure, text = rows_and_columns(np.ones((4, 9)), np.ones((9, 3)))
    words = texts(figure)
    for shape in ("4 × 9", "9 × 3", "4 × 3", "3 × 9", "9 × 4", "3 × 4"):
        assert words.count(shape) == 1
    assert "W @ X, (4, 9) @ (9, 3)" in text and "X.T @ W.T, (3, 9) @ (9, 4)" in text
    patches = figure.axes[0].patches
    blue = [patch for patch in patches if same_color(patch.get_facecolor(), LIT)]
    # A column of X and of W X, then a row of each of their transposes.
    tall = [patch.get_height() > patch.get_width() for patch in blue]
    assert tall == [True, True, False, False]
    blocks = [patch for patch in patches if same_color(patch.get_edgecolor(), FORWARD)]
    sizes = [(block.get_height(), block.get_width()) for block in blocks]
    assert sizes[3:] == [sizes[1][::-1], sizes[0][::-1], sizes[2][::-1]]
