"""The drawings: what they look like, and that each number on them is the array's."""

from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import same_color
from matplotlib.patches import FancyBboxPatch, Rectangle
from matplotlib.testing.compare import compare_images
from matplotlib.text import Annotation, Text
from test_figures import BLOB, DPI, TOLERANCE, remove_all, without_words

from helpers.activations import (
    relu,
    softmax,
)
from helpers.data import (
    one_hot,
)
from helpers.diagrams import (
    BACKWARD,
    LESSONS,
    LIT,
    PALE,
    added_relus,
    architecture_strip,
    array_shapes,
    dense_batch,
    dense_layer,
    fans,
    network_by_hand,
    neuron,
    one_hot_grid,
    picture_to_column,
    softmax_steps,
    strip_in_words,
    three_sets,
    weighted_sum,
)
from helpers.forward import (
    forward,
    initialize_parameters,
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
INK = (255 * BLOB[:, 0]).astype(int)
LABELS = np.array([2, 0, 1, 2])
SHADES = BLOB ** [1, 2, 3, 4]
INPUT = np.linspace(-1, 4, 51)
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
    "picture_to_column": lambda: picture_to_column(INK, 13, 17),
    "weighted_sum": lambda: weighted_sum(np.array([3, 4, 5]), np.array([1.0, -2.0, 0.5])),
    "one_hot_grid": lambda: one_hot_grid(SHADES, LABELS, one_hot(LABELS, 3)),
    "three_sets": lambda: three_sets(500, 200, 100),
    "added_relus": lambda: added_relus(INPUT, (0, -1, -2), (1, -2, 2)),
    "softmax_steps": lambda: softmax_steps(np.array([2.0, -1.0, 0.5])),
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
    "picture_to_column: a row is not coloured": lambda f: (
        f.axes[0].child_axes[0].patches[-2].remove()
    ),
    "picture_to_column: the column is upside down": lambda f: (
        f.axes[0].child_axes[1].images[0].set_data(INK[::-1, np.newaxis])
    ),
    "weighted_sum: a product is missing": lambda f: f.axes[0].patches[1].remove(),
    "one_hot_grid: a 1 is white": lambda f: f.axes[0].patches[1].set_facecolor("white"),
    "three_sets: the test set is as open as the others": lambda f: (
        f.axes[0].patches[2].set_facecolor("white")
    ),
    "added_relus: a neuron is missing": lambda f: remove_all(f.axes[0].child_axes[1].lines),
    "added_relus: the sum is not blue": lambda f: (
        f.axes[0].child_axes[-1].lines[0].set_color("black")
    ),
    "softmax_steps: a probability is missing": lambda f: (
        f.axes[0].child_axes[2].patches[0].remove()
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


# --- what the drawings of lesson 1 say ------------------------------------------------------


@pytest.mark.parametrize("n, row, column", [(28, 13, 17), (5, 3, 0)])
def test_a_column_holds_each_row_of_the_picture_at_its_positions(n, row, column):
    image = np.arange(n * n)
    figure = picture_to_column(image, row, column)
    picture, long = figure.axes[0].child_axes
    assert np.array_equal(picture.images[0].get_array(), image.reshape(n, n))
    assert np.array_equal(long.images[0].get_array().ravel(), image)
    said = texts(figure)
    for number in (0, 1, row, n - 1):
        positions = np.flatnonzero(image // n == number)
        assert f"row {number}: positions {positions[0]} to {positions[-1]}" in said
    place = np.flatnonzero(image.reshape(n, n) == image.reshape(n, n)[row, column])[0]
    blue = " ".join(texts(figure, LIT))
    assert f"{n} × {row} + {column} = {place}, value {image[place]}" in blue
    # The same rows are coloured in both, alike.
    *rows, pixel = picture.patches
    assert pixel.get_xy() == (column, row)
    for in_picture, in_column in zip(rows, long.patches, strict=True):
        first = in_picture.get_y()
        assert (in_column.get_y(), in_column.get_height()) == (n * first, n)
        assert same_color(in_picture.get_facecolor(), in_column.get_facecolor())
    assert [patch.get_y() for patch in rows] == [0, 1, n - 1, row]


def test_a_neuron_says_its_inputs_weights_products_and_sum():
    inputs, weights = np.array([7, 253, 18, 2]), np.array([1.0, 0.5, -0.5, 4.25])
    figure = weighted_sum(inputs, weights)
    expected = [f"{value:g}" for value in inputs]
    expected += [f"× {weight:g}" for weight in weights]
    expected += [f"{product:g}" for product in inputs * weights]
    assert sorted(texts(figure)) == sorted([*expected, "sum", f"{(inputs * weights).sum():g}"])
    assert texts(figure, LIT) == ["133", "sum"]


def test_a_grid_of_labels_shows_every_entry_below_its_picture():
    encoded = one_hot(LABELS, 3)
    figure = one_hot_grid(SHADES, LABELS, encoded)
    (axis,) = figure.axes
    said = [text.get_text() for text in axis.texts]
    assert said[:2] == ["label", "row"] and said[2:5] == ["0", "1", "2"]
    assert said[5:9] == [str(label) for label in LABELS]
    assert said[9:] == [f"{value:g}" for value in encoded.ravel()]
    for text, cell, value in zip(axis.texts[9:], axis.patches, encoded.ravel(), strict=True):
        assert cell.get_bbox().contains(*text.get_position())
        assert same_color(cell.get_facecolor(), LIT if value else "white")
    # From left to right the examples, from the top down the rows.
    places = np.array([text.get_position() for text in axis.texts[9:]]).reshape(3, 4, 2)
    assert (np.diff(places[..., 0], axis=1) > 0).all() and (
        np.diff(places[..., 1], axis=0) < 0
    ).all()
    for example, panel in enumerate(axis.child_axes):
        assert np.array_equal(panel.images[0].get_array().ravel(), SHADES[:, example])


def test_the_bar_of_all_images_is_cut_where_the_sets_end():
    figure = three_sets(600, 250, 150)
    bars = figure.axes[0].patches
    widths = np.array([bar.get_width() for bar in bars])
    assert widths / widths.sum() == pytest.approx([0.6, 0.25, 0.15])
    assert [bar.get_x() for bar in bars[1:]] == pytest.approx(
        [bar.get_x() + bar.get_width() for bar in bars[:-1]]
    )
    assert {"all 1,000 images:", "600", "250", "150"} <= set(texts(figure))


# --- what the drawings of lesson 2 say ------------------------------------------------------


def test_relus_are_drawn_as_they_are_and_add_up():
    biases, weights = (0, -1.5, 2), (1, -2, 0.5)
    figure = added_relus(INPUT, biases, weights)
    *neurons, output = figure.axes[0].child_axes
    for panel, bias in zip(neurons, biases, strict=True):
        assert np.array_equal(panel.lines[0].get_xydata().T, [INPUT, relu(INPUT + bias)])
    total = weights @ relu(INPUT + np.array(biases)[:, np.newaxis])
    assert output.lines[0].get_ydata() == pytest.approx(total)
    assert [panel.texts[0].get_text() for panel in neurons] == [
        "ReLU(x)",
        "ReLU(x - 1.5)",
        "ReLU(x + 2)",
    ]
    assert [text for text in texts(figure) if "×" in text] == ["× 1", "× -2", "× 0.5"]
    assert sorted(output.get_xticks()) == [-2, 0, 1.5]


def test_softmax_is_drawn_in_its_three_steps():
    scores = np.array([2.0, -1.0, 0.5, 0.0])
    figure = softmax_steps(scores)
    exponentials = np.exp(scores)
    steps = [scores, exponentials, softmax(scores)]
    for panel, values in zip(figure.axes[0].child_axes, steps, strict=True):
        assert [bar.get_height() for bar in panel.patches] == pytest.approx(values)
        assert [float(text.get_text()) for text in panel.texts] == pytest.approx(
            values, rel=5e-4, abs=5e-5
        )
    total = f"{exponentials.sum():.4g}"
    assert {f"÷ {total}", f"their sum is {total}", "their sum is 1"} <= set(texts(figure))


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
    shown = [t for t in figure.findobj(Text) if t.get_text() and t.get_visible()]
    boxes = [text.get_window_extent() for text in shown]
    page = figure.bbox
    for number, bounds in enumerate(boxes):
        assert page.x0 <= bounds.x0 and bounds.x1 <= page.x1
        assert page.y0 <= bounds.y0 and bounds.y1 <= page.y1
        assert not any(bounds.overlaps(other) for other in boxes[:number])
