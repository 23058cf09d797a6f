"""The drawings: what they look like, and that each number on them is the array's."""

from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import same_color
from matplotlib.testing.compare import compare_images
from matplotlib.text import Text
from test_figures import BLOB, DPI, TOLERANCE, remove_all, without_words

from helpers.activations import (
    relu,
    softmax,
)
from helpers.data import (
    one_hot,
)
from helpers.diagrams import (
    LESSONS,
    LIT,
    PALE,
    added_relus,
    architecture_strip,
    epoch_diagram,
    epoch_in_steps,
    network_by_hand,
    one_hot_grid,
    picture_to_column,
    show_epoch,
    softmax_steps,
    strip_in_words,
    three_sets,
    weighted_sum,
)
from helpers.training_loop import create_mini_batches


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
PICTURES = {
    "architecture_strip": lambda: architecture_strip(BLOB[:, 0], [784, 128, 64, 10]),
    "architecture_strip_lit": lambda: architecture_strip(BLOB[:, 0], [784, 50, 10], "forward"),
    "picture_to_column": lambda: picture_to_column(INK, 13, 17),
    "weighted_sum": lambda: weighted_sum(np.array([3, 4, 5]), np.array([1.0, -2.0, 0.5])),
    "one_hot_grid": lambda: one_hot_grid(SHADES, LABELS, one_hot(LABELS, 3)),
    "three_sets": lambda: three_sets(500, 200, 100),
    "added_relus": lambda: added_relus(INPUT, (0, -1, -2), (1, -2, 2)),
    "softmax_steps": lambda: softmax_steps(np.array([2.0, -1.0, 0.5])),
    "network_by_hand": lambda: network_by_hand(X, Y, BY_HAND),
    "epoch_diagram": lambda: epoch_diagram(10_000, 128),
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
    "epoch_diagram: the last batch is missing": lambda f: f.axes[0].patches[3].remove(),
    "epoch_diagram: a call is missing": lambda f: f.axes[0].patches[5].remove(),
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
    for neuron, bias in zip(neurons, biases, strict=True):
        assert np.array_equal(neuron.lines[0].get_xydata().T, [INPUT, relu(INPUT + bias)])
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
