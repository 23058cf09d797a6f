"""The drawings: what they look like, and that each number on them is the array's."""

import numpy as np
import pytest
from matplotlib.colors import same_color
from matplotlib.testing.compare import compare_images
from matplotlib.text import Text
from test_figures import BLOB, DPI, TOLERANCE, remove_all, without_words

from helpers.diagrams import LIT, architecture_strip, network_by_hand


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
    from pathlib import Path

    import matplotlib as mpl

    name = damage.split(":")[0]
    baseline = Path(__file__).parent / "baseline" / f"test_picture_{name}.png"
    with mpl.rc_context(mpl.rcParamsDefault):
        figure = without_words(PICTURES[name]())
        SPOILED[damage](figure)
        figure.savefig(tmp_path / "spoiled.png", dpi=DPI)
    assert compare_images(baseline, tmp_path / "spoiled.png", TOLERANCE) is not None
