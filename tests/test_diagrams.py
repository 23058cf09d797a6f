"""The drawings: what they look like, and that each number on them is the array's."""

import numpy as np
import pytest
from matplotlib.colors import same_color
from matplotlib.patches import FancyBboxPatch, Rectangle
from matplotlib.testing.compare import compare_images
from matplotlib.text import Annotation, Text
from test_figures import BLOB, DPI, TOLERANCE, remove_all, without_words

from helpers.diagrams import (
    BACKWARD,
    LIT,
    architecture_strip,
    array_shapes,
    dense_batch,
    dense_layer,
    fans,
    network_by_hand,
    neuron,
)
from helpers.forward import forward, initialize_parameters


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
RNG = np.random.default_rng(0)
W, b, BATCH = (RNG.standard_normal(shape).round(1) for shape in ((4, 3), (4, 1), (3, 5)))
SMALL = initialize_parameters([784, 30, 10])
PICTURES = {
    "neuron": lambda: neuron(np.array([0.5, 0.0, 1.0]), np.array([1.0, -2.0, 0.5]), -0.25),
    "dense_layer": lambda: dense_layer(BATCH[:, :1], W, b, unit=1),
    "dense_batch": lambda: dense_batch(BATCH, W, b, example=2),
    "array_shapes": lambda: array_shapes(SMALL, forward(np.ones((784, 100)), SMALL)[1]),
    "fans": lambda: fans(np.ones((16, 32))),
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
    "neuron: an input is missing": lambda f: f.axes[0].patches[1].remove(),
    "dense_layer: another row is lit": lambda f: [
        f.axes[0].patches[7 + row * 3].set_facecolor(color)
        for row, color in ((0, LIT), (1, "white"))
    ],
    "dense_batch: the column of Z is not lit": lambda f: [
        cell.set_facecolor("white") for cell in f.axes[0].patches[33:]
    ],
    "array_shapes: a bias is missing": lambda f: f.axes[0].patches[2].remove(),
    "fans: the way back is black": lambda f: [line.set_color("k") for line in f.axes[0].lines],
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


# --- what the drawings of lesson 3 say ------------------------------------------------------


def numbers(figure, color=None):
    """All words on a figure that are numbers, in the order in which they were written."""
    found = []
    for text in texts(figure, color):
        try:
            found.append(float(text))
        except ValueError:
            continue
    return found


def arrows(figure):
    """Where each arrow of a figure ends, and its colour. The pictures above show no arrows."""
    patches = [(t.xy, t.arrow_patch) for t in figure.findobj(Annotation)]
    return [(tuple(np.round(end, 3)), patch.get_edgecolor()) for end, patch in patches]


def cells(figure, color=None):
    """The blocks' cells, or those of one colour."""
    patches = [patch for patch in figure.axes[0].patches if type(patch) is Rectangle]
    return [p for p in patches if color is None or same_color(p.get_facecolor(), color)]


@pytest.mark.parametrize("bias, activation", [(-0.25, 0.75), (-3.0, 0.0)])
def test_a_neuron_shows_its_products_their_sum_and_what_relu_makes_of_it(bias, activation):
    x, w = np.array([0.5, 0.0, 1.0]), np.array([1.0, -2.0, 0.5])
    figure = neuron(x, w, bias)
    rows = [number for pair in zip(x, w * x, strict=True) for number in pair]
    assert numbers(figure) == [*rows, w @ x + bias, activation]
    assert texts(figure, LIT) == ["· 1", "· -2", "· 0.5", f"bias b = {bias:g}"]
    assert "-0" not in texts(figure)
    assert len(arrows(figure)) == 3 + 3 + 1 + 1  # weights, products, bias, ReLU


def test_a_layer_shows_its_arrays_and_lights_all_that_belongs_to_one_neuron():
    x, unit = BATCH[:, :1], 2
    z = W @ x + b
    figure = dense_layer(x, W, b, unit)
    in_graph = [*x.ravel(), *z.ravel()]
    in_blocks = [*W.ravel(), *x.ravel(), *b.ravel(), *z.ravel()]
    assert numbers(figure) == pytest.approx(in_graph + in_blocks)
    assert numbers(figure, LIT) == pytest.approx([z[unit, 0]])  # its box in the graph
    assert numbers(figure, "white") == pytest.approx([*W[unit], b[unit, 0], z[unit, 0]])
    assert len(cells(figure, LIT)) == 3 + 1 + 1
    edges = arrows(figure)
    assert len(edges) == 12
    lit = [end for end, color in edges if same_color(color, LIT)]
    assert len(lit) == 3 and len(set(lit)) == 1
    boxes = figure.findobj(FancyBboxPatch)
    (lit_box,) = (box for box in boxes if same_color(box.get_edgecolor(), LIT))
    assert lit_box.get_y() < lit[0][1] < lit_box.get_y() + lit_box.get_height()
    for name, array in {"W": W, "x": x, "b": b, "z": z}.items():
        assert f"{name} {array.shape}" in texts(figure)
    assert any(text.startswith("blue: neuron 3, its weights (row 3") for text in texts(figure))


def test_a_batch_shows_its_arrays_and_lights_one_column():
    Z = W @ BATCH + b
    figure = dense_batch(BATCH, W, b, example=3)
    blocks = [*W.ravel(), *BATCH.ravel(), *b.ravel(), *Z.ravel()]
    assert numbers(figure) == pytest.approx(blocks)
    assert numbers(figure, "white") == pytest.approx([*BATCH[:, 3], *Z[:, 3]])
    assert len(cells(figure)) == W.size + BATCH.size + b.size + Z.size
    assert len(cells(figure, LIT)) == 3 + 4
    assert any("example 4" in text for text in texts(figure, LIT))


@pytest.mark.parametrize("layer_dims, num_images", [([784, 128, 64, 10], 1000), ([5, 3], 1)])
def test_array_shapes_name_every_array_with_its_shape_and_sides(layer_dims, num_images):
    params = initialize_parameters(layer_dims)
    _, cache = forward(np.ones((layer_dims[0], num_images)), params)
    figure = array_shapes(params, cache)
    num_layers = len(layer_dims) - 1
    expected = []
    for layer in range(1, num_layers + 1):
        entering = cache["X"] if layer == 1 else cache[f"A{layer - 1}"]
        own = params[f"W{layer}"], entering, params[f"b{layer}"]
        expected += [array.shape for array in (*own, cache[f"Z{layer}"], cache[f"A{layer}"])]
    assert [text for text in texts(figure) if text[0] == "("] == [str(s) for s in expected]
    for block, shape in zip(cells(figure), expected, strict=True):
        sides = block.get_height(), block.get_width()
        assert sides == pytest.approx([0.12 + 0.3 * np.log10(size) for size in shape])
    names = [f"{kind}{layer}" for layer in range(1, num_layers + 1) for kind in "Wb"]
    in_blue = texts(figure, LIT)
    assert in_blue[::2] == names and in_blue[1::2] == [str(params[n].shape) for n in names]
    assert texts(figure).count("softmax") == 1
    assert texts(figure).count("ReLU") == num_layers - 1
    assert f"A{num_layers} = Ŷ" in texts(figure)


def test_fans_have_a_line_for_each_weight_of_a_sum():
    figure = fans(np.ones((6, 20)))
    colors = [line.get_color() for line in figure.axes[0].lines]
    assert colors.count("black") == 20 and colors.count(BACKWARD) == 6
    back = texts(figure, BACKWARD)
    assert back == ["back: a slope adds up\nfan_out = 6 terms", "asks for Var(w) = 2 / 6"]
    assert "asks for Var(w) = 2 / 20" in texts(figure, "black")


WORDY = {name: PICTURES[name] for name in PICTURES if "strip" not in name and name[:3] != "net"}


@pytest.mark.parametrize("name", WORDY)
def test_words_do_not_overlap_and_stay_on_the_page(name):
    figure = WORDY[name]()
    figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in figure.findobj(Text) if text.get_text()]
    page = figure.bbox
    for number, bounds in enumerate(boxes):
        assert page.x0 <= bounds.x0 and bounds.x1 <= page.x1
        assert page.y0 <= bounds.y0 and bounds.y1 <= page.y1
        assert not any(bounds.overlaps(other) for other in boxes[:number])
