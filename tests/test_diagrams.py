"""The drawings: what they look like, and that each number on them is the array's."""

import itertools
from collections import Counter

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import same_color
from matplotlib.patches import FancyBboxPatch, Rectangle
from matplotlib.text import Annotation, Text
from test_figures import (
    BLOB,
    DPI,
    TOLERANCE,
    assert_beyond_the_tolerance,
    remove_all,
    without_words,
)

from helpers.activations import (
    relu,
    softmax,
)
from helpers.data import (
    one_hot,
)
from helpers.diagrams import (
    BACKWARD,
    FORWARD,
    LESSONS,
    LIT,
    PALE,
    STEPS,
    added_relus,
    architecture_strip,
    array_shapes,
    autograd_graph,
    bias_paths,
    dense_batch,
    dense_layer,
    epoch_diagram,
    epoch_in_steps,
    exercise_map,
    fans,
    layer_both_ways,
    network_by_hand,
    neuron,
    neuron_chain,
    one_hot_grid,
    picture_to_column,
    rows_and_columns,
    score_paths,
    short,
    show_epoch,
    softmax_steps,
    strip_in_words,
    three_sets,
    weighted_sum,
)
from helpers.forward import (
    forward,
    initialize_parameters,
)
from helpers.training_loop import (
    create_mini_batches,
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
LAYER_W, LAYER_B, BATCH = (
    RNG.standard_normal(shape).round(1) for shape in ((4, 3), (4, 1), (3, 5))
)
SMALL = initialize_parameters([784, 30, 10])
Y_HAT, Y_TRUE = np.array([0.1, 0.2, 0.3, 0.4]), np.array([0.0, 0.0, 1.0, 0.0])
W, A, DZ = np.array([[0.5, 2.0], [-1.0, 3.0]]), np.array([[4.0], [0.0]]), np.array([[-0.7], [0.7]])
SLOPES = np.array([[0.1, -0.2, 0.3, 0.4, -0.5], [1.0, 2.0, 3.0, 4.0, 5.0]])
STATES = {
    "1 · One": {"A": "right", "B": "begun", "C": "open"},
    "2 · Two": {"A": "open", "B": "right"},
}
PICTURES = {
    "neuron": lambda: neuron(np.array([0.5, 0.0, 1.0]), np.array([1.0, -2.0, 0.5]), -0.25),
    "dense_layer": lambda: dense_layer(BATCH[:, :1], LAYER_W, LAYER_B, unit=1),
    "dense_batch": lambda: dense_batch(BATCH, LAYER_W, LAYER_B, example=2),
    "array_shapes": lambda: array_shapes(SMALL, forward(np.ones((784, 100)), SMALL)[1]),
    "fans": lambda: fans(np.ones((16, 32))),
    "architecture_strip": lambda: architecture_strip(BLOB[:, 0], [784, 128, 64, 10]),
    "architecture_strip_lit": lambda: architecture_strip(BLOB[:, 0], [784, 50, 10], "forward"),
    "exercise_map": lambda: exercise_map(STATES),
    "picture_to_column": lambda: picture_to_column(INK, 13, 17),
    "weighted_sum": lambda: weighted_sum(np.array([3, 4, 5]), np.array([1.0, -2.0, 0.5])),
    "one_hot_grid": lambda: one_hot_grid(SHADES, LABELS, one_hot(LABELS, 3)),
    "three_sets": lambda: three_sets(500, 200, 100),
    "added_relus": lambda: added_relus(INPUT, (0, -1, -2), (1, -2, 2)),
    "softmax_steps": lambda: softmax_steps(np.array([2.0, -1.0, 0.5])),
    "network_by_hand": lambda: network_by_hand(X, Y, BY_HAND),
    "neuron_chain": lambda: neuron_chain(0.8, -0.2, 1.5, 1),
    "score_paths": lambda: score_paths(Y_HAT, Y_TRUE, score=1),
    "layer_both_ways": lambda: layer_both_ways(W, A, DZ, 2, row=0, column=1),
    "bias_paths": lambda: bias_paths(SLOPES, row=0),
    "epoch_diagram": lambda: epoch_diagram(10_000, 128),
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
    "exercise_map: what is begun looks open": lambda f: f.axes[0].patches[2].remove(),
    "exercise_map: what is right looks begun": lambda f: (
        f.axes[0].patches[0].set_facecolor("white")
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
    "neuron_chain: the loss is missing": lambda f: f.axes[0].patches[-1].remove(),
    "score_paths: another path counts": lambda f: f.axes[0].lines[1].set_color(BACKWARD),
    "layer_both_ways: another row is lit": lambda f: f.axes[0].patches[2].set_edgecolor(PALE),
    "bias_paths: an example is missing": lambda f: f.axes[0].patches[-1].remove(),
    "epoch_diagram: the last batch is missing": lambda f: f.axes[0].patches[3].remove(),
    "epoch_diagram: a call is missing": lambda f: f.axes[0].patches[5].remove(),
    "autograd_graph: a box is missing": lambda f: f.axes[0].patches[2].remove(),
    "rows_and_columns: no example is blue": lambda f: [
        patch.set_facecolor("white") for patch in f.axes[0].patches
    ],
    "rows_and_columns: a block is missing": lambda f: f.axes[0].patches[0].remove(),
} | {f"{name}: blank": lambda f: remove_all(f.axes) for name in PICTURES}


@pytest.mark.parametrize("damage", SPOILED)
def test_a_spoiled_picture_is_beyond_the_tolerance(damage, tmp_path):
    assert_beyond_the_tolerance(damage.split(":")[0], PICTURES, SPOILED[damage], tmp_path)


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


def test_the_map_of_exercises_shows_each_letter_in_its_cell():
    (axis,) = exercise_map(STATES).axes
    said = [text.get_text() for text in axis.texts]
    assert said == ["1 · One", *"ABC", "2 · Two", *"AB", "", "right", "", "begun", "", "open"]
    letters = [text for text in axis.texts if text.get_text() in {*"ABC"}]
    cells = [patch for patch in axis.patches if patch.get_height() == patch.get_width()]
    for letter, cell in zip(letters, cells[:5], strict=True):
        assert cell.get_bbox().contains(*letter.get_position())
    # One tells the three apart by their shape, and the letters can be read on each.
    assert [letter.get_weight() for letter in letters] == [*["bold"] * 2, *["normal"] * 2, "bold"]
    feet = [patch for patch in axis.patches if patch.get_height() < patch.get_width()]
    assert [cells[1].get_bbox().contains(*feet[0].get_center()), len(feet)] == [True, 2]


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
    """Where each arrow of a figure ends, and its colour."""
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
    z = LAYER_W @ x + LAYER_B
    figure = dense_layer(x, LAYER_W, LAYER_B, unit)
    in_graph = [*x.ravel(), *z.ravel()]
    in_blocks = [*LAYER_W.ravel(), *x.ravel(), *LAYER_B.ravel(), *z.ravel()]
    assert numbers(figure) == pytest.approx(in_graph + in_blocks)
    assert numbers(figure, LIT) == pytest.approx([z[unit, 0]])  # its box in the graph
    assert numbers(figure, "white") == pytest.approx([*LAYER_W[unit], LAYER_B[unit, 0], z[unit, 0]])
    assert len(cells(figure, LIT)) == 3 + 1 + 1
    edges = arrows(figure)
    assert len(edges) == 12
    lit = [end for end, color in edges if same_color(color, LIT)]
    assert len(lit) == 3 and len(set(lit)) == 1
    boxes = figure.findobj(FancyBboxPatch)
    (lit_box,) = (box for box in boxes if same_color(box.get_edgecolor(), LIT))
    assert lit_box.get_y() < lit[0][1] < lit_box.get_y() + lit_box.get_height()
    for name, array in {"W": LAYER_W, "x": x, "b": LAYER_B, "z": z}.items():
        assert f"{name} {array.shape}" in texts(figure)
    assert any(text.startswith("blue: neuron 3, its weights (row 3") for text in texts(figure))


def test_a_batch_shows_its_arrays_and_lights_one_column():
    Z = LAYER_W @ BATCH + LAYER_B
    figure = dense_batch(BATCH, LAYER_W, LAYER_B, example=3)
    blocks = [*LAYER_W.ravel(), *BATCH.ravel(), *LAYER_B.ravel(), *Z.ravel()]
    assert numbers(figure) == pytest.approx(blocks)
    assert numbers(figure, "white") == pytest.approx([*BATCH[:, 3], *Z[:, 3]])
    assert len(cells(figure)) == LAYER_W.size + BATCH.size + LAYER_B.size + Z.size
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


WORDY = {name: PICTURES[name] for name in list(PICTURES)[: list(PICTURES).index("network_by_hand")]}
WORDY = {name: draw for name, draw in WORDY.items() if "strip" not in name}


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


# --- what the drawings of lesson 4 say ------------------------------------------------------


def placed(figure, *colors):
    """Words of these colours, and where they stand: (text, across, up)."""
    return [
        (text.get_text(), *text.get_position())
        for text in figure.findobj(Text)
        if text.get_text() and any(same_color(text.get_color(), color) for color in colors)
    ]


def count_numbers(figure, *colors):
    """How often each number stands on a figure in these colours; words beside it do not count."""
    found = [text.removeprefix("b = ") for text, *_ in placed(figure, *colors)]
    return Counter(text for text in found if text.lstrip("-").replace(".", "", 1).isdigit())


def arrows_of(figure, color):
    """Start and end of each arrow of a colour."""
    found = [text for text in figure.findobj(Annotation) if text.arrow_patch is not None]
    return [
        (text.xyann, text.xy)
        for text in found
        if same_color(text.arrow_patch.get_edgecolor(), color)
    ]


def shorts(*arrays):
    return Counter(short(value) for array in arrays for value in np.ravel(array))


def random_network(seed):
    """A network of two layers whose numbers are long, with one example."""
    rng = np.random.default_rng(seed)
    shapes = {"W1": (2, 2), "b1": (2, 1), "W2": (2, 2), "b2": (2, 1)}
    params = {name: -np.abs(rng.normal(size=shape)) for name, shape in shapes.items()}
    params["W1"][rng.random((2, 2)) < 0.5] *= -1
    return -np.abs(rng.normal(size=(2, 1))), np.array([[0.0], [1.0]]), params


def worked(x, y, params):
    """What a network of two layers computes for one example, by the formulas of the lesson."""
    z1 = params["W1"] @ x + params["b1"]
    a1 = np.maximum(z1, 0)
    z2 = params["W2"] @ a1 + params["b2"]
    y_hat = np.exp(z2) / np.exp(z2).sum()
    dz2 = y_hat - y
    da1 = params["W2"].T @ dz2
    dz1 = da1 * (z1 > 0)
    return {
        "Z1": [z1],
        "A1": [a1],
        "Z2": [z2],
        "A2": [y_hat],
        "loss": [-np.log((y_hat * y).sum())],
        "dZ2": [dz2],
        "dW2": [dz2 @ a1.T, dz2],
        "dA1": [da1],
        "dZ1": [dz1],
        "dW1": [dz1 @ x.T, dz1],
    }


NETWORKS = {"the lesson's": (X, Y, BY_HAND)} | {f"random {n}": random_network(n) for n in range(5)}


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("step", STEPS)
def test_the_network_by_hand_shows_what_is_known_and_no_more(network, step):
    x, y, params = NETWORKS[network]
    expected = worked(x, y, params)
    assert list(STEPS) == ["start", *expected]
    done = list(expected)[: list(STEPS).index(step)]
    values = [
        a for name in done if not name.startswith("d") and name != step for a in expected[name]
    ]
    slopes = [a for name in done if name.startswith("d") and name != step for a in expected[name]]
    figure = network_by_hand(x, y, params, step)
    assert count_numbers(figure, FORWARD) == shorts(x, *params.values(), *values)
    assert count_numbers(figure, BACKWARD) == shorts(*slopes)
    assert count_numbers(figure, LIT) == shorts(*expected.get(step, []))
    assert STEPS[step] in texts(figure, LIT)
    for unit in (0, 1):
        assert f"y = {y[unit, 0]:g}" in texts(figure)


def test_each_number_of_the_network_by_hand_stands_in_its_place():
    """From top to bottom: the first unit's, and what crosses over comes from its own end."""
    x, y, params = (
        -X,
        Y,
        BY_HAND
        | {
            "W1": np.array([[-1.01, -0.52], [0.43, -1.34]]),
            "b1": np.array([[0.15], [0.26]]),
            "W2": np.array([[0.57, -0.88], [-1.19, 0.71]]),
        },
    )
    expected = worked(x, y, params)
    (z1,), (z2,), (y_hat,), (dz2,), (da1,) = (expected[n] for n in ("Z1", "Z2", "A2", "dZ2", "dA1"))
    assert (z1 > 0).all()
    (dW2, _), (dW1, db1) = expected["dW2"], expected["dW1"]
    figure = network_by_hand(x, y, params)
    words = [
        (text.removeprefix("b = "), *at) for text, *at in placed(figure, FORWARD, BACKWARD, LIT)
    ]

    def find(value):
        """The places of a number; z and a are the same where ReLU is on."""
        return [(across, up) for text, across, up in words if text == short(value)]

    def order(matrix):
        """The top edge, the one from the top, the one from below, and the bottom edge."""
        return [matrix[0, 0], matrix[1, 0], matrix[0, 1], matrix[1, 1]]

    columns = {"W1": order(params["W1"]), "W2": order(params["W2"])}
    slopes = {"W1": order(dW1), "W2": order(dW2)}
    columns |= {"b1": params["b1"][:, 0], "Z2": z2[:, 0]}
    slopes |= {"b1": db1[:, 0], "Z2": dz2[:, 0]}
    places = {name: [find(value)[0] for value in column] for name, column in columns.items()}
    for name, column in places.items():
        assert [up for _, up in column] == sorted((up for _, up in column), reverse=True), name
        for (across, up), slope in zip(column, slopes[name], strict=True):
            below = [where for where in find(slope) if where[0] == across and where[1] < up]
            assert any(up - where[1] < 0.3 for where in below), name
    # From left to right.
    firsts = [find(x[0, 0])[0], places["W1"][0], find(z1[0, 0])[0], find(z1[0, 0])[1]]
    firsts += [places["W2"][0], places["Z2"][0], find(y_hat[0, 0])[0]]
    assert [across for across, _ in firsts] == sorted(across for across, _ in firsts)
    # Eight weights, and from both probabilities to the loss.
    assert len(arrows_of(figure, PALE)) == 10
    in_z, in_a = find(z1[0, 0])
    assert (in_a[0], in_a[1] - 0.25) in find(da1[0, 0])


@pytest.mark.parametrize("w, b, x, y", [(0.8, -0.2, 1.5, 1), (-0.7, 0.4, 2.5, 0)])
def test_the_chain_shows_values_slopes_and_the_slope_of_each_step(w, b, x, y):
    def loss(w, b):
        y_hat = 1 / (1 + np.exp(-w * x - b))
        return -np.log(y_hat if y else 1 - y_hat)

    def slope(f, at):
        return (f(at + 1e-6) - f(at - 1e-6)) / 2e-6

    z, y_hat = w * x + b, 1 / (1 + np.exp(-w * x - b))
    figure = neuron_chain(w, b, x, y)
    assert count_numbers(figure, FORWARD) == shorts(w, b, z, y_hat, loss(w, b))
    along_w, along_b = slope(lambda w: loss(w, b), w), slope(lambda b: loss(w, b), b)
    along_y_hat = slope(lambda p: -np.log(p if y else 1 - p), y_hat)
    assert count_numbers(figure, BACKWARD) == shorts(along_w, along_b, along_b, along_y_hat, 1)
    there, back = arrows_of(figure, FORWARD), arrows_of(figure, BACKWARD)
    assert len(there) == len(back) == 4
    assert all(start[0] < end[0] for start, end in there)
    assert all(start[0] > end[0] for start, end in back)
    assert {f"x = {short(x)}", f"y = {y}"} < set(texts(figure))
    steps = [text.strip("· ()") for text in texts(figure, BACKWARD) if "·" in text]
    of_sigmoid = slope(lambda z: 1 / (1 + np.exp(-z)), z)
    assert [float(step) for step in steps] == pytest.approx([x, 1, of_sigmoid, along_y_hat], 1e-3)


@pytest.mark.parametrize("score", range(4))
def test_the_paths_of_a_score_add_up_to_prediction_minus_truth(score):
    figure = score_paths(Y_HAT, Y_TRUE, score)
    nudged = np.log(Y_HAT) + 1e-6 * (np.arange(4) == score)
    to_probability = (np.exp(nudged) / np.exp(nudged).sum() - Y_HAT) / 1e-6
    written = [float(text) for text, across, _ in placed(figure, BACKWARD) if across == 2.5]
    assert written == pytest.approx(to_probability, abs=6e-4)
    true_path = to_probability[2] * -1 / Y_HAT[2]
    assert f"{-1 / Y_HAT[2]:.3f}" in texts(figure, BACKWARD)
    assert texts(figure, BACKWARD).count(f"{true_path:.3f}") >= 1
    assert f"sum {(Y_HAT - Y_TRUE)[score]:.3f}" in texts(figure, BACKWARD)
    assert texts(figure, PALE) == ["0"] * 6  # two for each path without the truth
    for c in range(4):
        assert f"ŷ{c} = {Y_HAT[c]:.3f}" in texts(figure)


@pytest.mark.parametrize("row, column", [(0, 0), (0, 1), (1, 0), (1, 1)])
def test_a_layer_collects_along_a_row_forward_and_along_a_column_back(row, column):
    figure = layer_both_ways(W, A, DZ, 2, row, column)
    z, da = (W @ A)[row, 0], (W.T @ DZ)[column, 0]
    assert count_numbers(figure, FORWARD) == shorts(A, z)
    below = 0 if A[column, 0] == 0 else da
    assert count_numbers(figure, BACKWARD) == shorts(DZ, da, below)
    # Lit: on the edges and in W, and the column once more as a row of its transpose.
    assert count_numbers(figure, LIT) == shorts(W[row], W[row], *[W[:, column]] * 3)
    assert count_numbers(figure, PALE) == shorts(W[1 - row], W[1 - row], *[W[:, 1 - column]] * 3)
    assert ("ReLU off" if below == 0 else "ReLU on") in texts(figure)
    there, back, pale = (arrows_of(figure, color) for color in (FORWARD, BACKWARD, PALE))
    scores = [up for _, across, up in placed(figure, BACKWARD) if across == 8.4]
    # Two edges end at one score; two come back from both, and go on if ReLU is on.
    assert [end[1] for _, end in there] == [scores[row]] * 2
    assert [start[1] for start, _ in back[:2]] == scores
    assert len({end for _, end in back[:2]}) == 1
    assert len(back) == 2 + (below != 0) and len(pale) == 4 + (below == 0)
    assert [text for text in texts(figure) if text.endswith(f"= {short(z)}")]
    assert [text for text in texts(figure, BACKWARD) if text.endswith(f"= {short(da)}")]


def test_a_bias_gets_the_sum_of_its_row():
    for row in (0, 1):
        figure = bias_paths(SLOPES, row)
        assert count_numbers(figure, BACKWARD) == shorts(SLOPES[row, [0, 1, 2, 4]])
        assert f"sum of all 5: {short(SLOPES[row].sum())}" in texts(figure)
        assert {f"score, image {n}" for n in (0, 1, 2, 4)} < set(texts(figure))
        assert [len(arrows_of(figure, color)) for color in (FORWARD, BACKWARD)] == [4, 4]


@pytest.mark.parametrize("value, written", [(-0.0, "0"), (-0.31329, "-0.3133"), (12.3456, "12.35")])
def test_numbers_are_short(value, written):
    assert short(value) == written


DRAWN = {f"network, {name}": network_by_hand(*NETWORKS[name]) for name in NETWORKS} | {
    "chain": neuron_chain(-1.234, -2.345, -1.111, 0),
    "chain of the lesson": neuron_chain(0.8, -0.2, 1.5, 1),
    "paths": score_paths(np.full(10, 0.1), np.eye(10)[3], 5),
    "layer": layer_both_ways(-1.1111 * W - 0.0011, 1.2345 * A, 0.4321 * DZ, 2, 0, 0),
    "layer off": layer_both_ways(-1.1111 * W - 0.0011, 1.2345 * A, 0.4321 * DZ, 2, 1, 1),
    "bias": bias_paths(-0.1234 * np.ones((1, 100)), 0),
}


@pytest.mark.parametrize("name", DRAWN)
def test_no_words_lie_over_others_or_leave_the_page(name):
    figure = DRAWN[name]
    renderer = FigureCanvasAgg(figure).get_renderer()
    boxes = [
        (text.get_text(), text.get_window_extent(renderer))
        for text in figure.findobj(Text)
        if text.get_text()
    ]
    page = figure.bbox
    for (text, one), (other, two) in itertools.combinations(boxes, 2):
        across = min(one.x1, two.x1) - max(one.x0, two.x0)
        up = min(one.y1, two.y1) - max(one.y0, two.y0)
        # Room above and below the letters belongs to a text's box: half of it may be shared.
        assert across <= 0 or up <= 0.2 * min(one.height, two.height), f"{text} and {other}"
    for text, box in boxes:
        assert box.x0 >= 0 and box.x1 <= page.x1 and box.y0 >= 0 and box.y1 <= page.y1, text


# --- lesson 5: training loop ----------------------------------------------------------------


@pytest.mark.parametrize("num_examples, batch_size", [(10, 4), (12, 4), (3, 3), (5, 1), (7, 6)])
def test_an_epoch_has_the_steps_that_the_loop_takes(num_examples, batch_size):
    x = np.zeros((1, num_examples))
    sizes = [batch.shape[1] for batch, _ in create_mini_batches(x, x, batch_size)]
    assert epoch_in_steps(num_examples, batch_size) == (len(sizes), sizes[-1])


@pytest.mark.parametrize("num_examples, batch_size", [(10_000, 128), (50_000, 64), (800, 100)])
def test_the_drawing_of_an_epoch_counts_its_images_and_batches(num_examples, batch_size):
    num_steps, last = epoch_in_steps(num_examples, batch_size)
    said = texts(epoch_diagram(num_examples, batch_size))
    assert [text for text in said if text.isdigit()] == 3 * [str(batch_size)] + [str(last)]
    assert f"an epoch: {num_examples:,} images, in a new random order" in said
    assert f"…  {num_steps} batches in all  …" in said
    calls = [text for text in said if text in {"forward", "loss", "backward", "update"}]
    assert calls == ["forward", "loss", "backward", "update"]


def test_the_text_of_an_epoch_says_what_is_drawn(monkeypatch):
    shown = []
    monkeypatch.setattr("helpers.diagrams.show", lambda figure, alt: shown.append((figure, alt)))
    show_epoch(10_000, 128)
    ((figure, alt),) = shown
    assert "10,000 images in random order is cut into 79 batches of 128, the last with 16" in alt
    assert texts(figure) == texts(epoch_diagram(10_000, 128))


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
