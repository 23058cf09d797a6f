"""The figures show what they are given, and the shown source is the source that runs."""

import ast
import base64
import functools
import importlib
import inspect
import os
import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from bs4 import BeautifulSoup
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.testing.compare import compare_images
from matplotlib.text import Text
from traitlets.config import Config

from helpers import activations, figures, forward, pytorch_rebuild, training_loop
from helpers.contracts import contract
from helpers.figures import (
    activations_view,
    answers_view,
    bars,
    by_layer,
    calibration_curves,
    compare_with_ours,
    confusion_heatmap,
    contributions_view,
    curves,
    digit_grid,
    digit_map_view,
    first_units_view,
    histogram_grid,
    ladder,
    loss_map,
    paired_bars,
    pairs_view,
    picture_html,
    pixel_values,
    planes,
    precision_and_recall_view,
    relu_histograms,
    shared_batch,
    shifts_view,
    show,
    show_source,
    source_without_docstrings,
    valley,
)


@pytest.fixture
def displayed():
    """What was published to the notebook, in order."""
    quiet = Config()
    quiet.HistoryManager.enabled = False
    InteractiveShell.instance(config=quiet)
    with capture_output() as captured:
        yield captured
    InteractiveShell.clear_instance()


# --- show ---------------------------------------------------------------------------------


def image_of(html):
    """The attributes of the one element of a picture's HTML."""
    (image,) = BeautifulSoup(html, "html.parser").find_all(True)
    assert image.name == "img"
    return image.attrs


def test_a_figure_is_published_as_an_image_with_its_text(displayed):
    figure = Figure(figsize=(4, 3))
    figure.subplots().plot([1, 2])
    show(figure, alt="A line that rises from 1 to 2.")
    (output,) = displayed.outputs
    assert set(output.data) == {"text/html", "text/plain"}
    assert output.data["text/plain"] == "A line that rises from 1 to 2."
    assert output.data["text/html"] == picture_html(figure, "A line that rises from 1 to 2.")
    image = image_of(output.data["text/html"])
    assert image["alt"] == "A line that rises from 1 to 2."
    assert image["width"] == str(4 * figures.DISPLAY_DPI)


@pytest.mark.parametrize("alt", ['1 < 2 & "so" on', "<script>alert('no')</script>", "0 → 9 é"])
def test_any_text_arrives_as_it_is(alt):
    assert image_of(picture_html(Figure(figsize=(1, 1)), alt))["alt"] == alt


def test_a_picture_of_lines_is_an_svg_and_one_of_many_points_a_png_for_print():
    lines, points = Figure(figsize=(4, 3)), Figure(figsize=(4, 3))
    lines.subplots().plot([1, 2])
    points.subplots().scatter(*np.random.default_rng(0).random((2, 5000)))
    image = image_of(picture_html(lines, "A line."))
    prefix, data = image["src"].split(",")
    assert prefix == "data:image/svg+xml;base64"
    assert b"<svg" in base64.b64decode(data, validate=True)
    # The same picture is the same file, on any day.
    assert image_of(picture_html(lines, "A line.")) == image
    assert size_of_png(image_of(picture_html(points, "Points."))) == (
        4 * figures.SAVED_DPI,
        3 * figures.SAVED_DPI,
    )


def test_a_picture_that_follows_the_hand_has_the_wanted_resolution():
    image = image_of(picture_html(Figure(figsize=(4, 3)), "Nothing.", dpi=50))
    assert size_of_png(image) == (200, 150)
    # On the page it is as large as ever.
    assert image["width"] == str(4 * figures.DISPLAY_DPI)


def size_of_png(image):
    """The width and height in the file of a PNG."""
    prefix, data = image["src"].split(",")
    png = base64.b64decode(data, validate=True)
    assert prefix == "data:image/png;base64" and png[:8] == b"\x89PNG\r\n\x1a\n"
    return int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")


@pytest.mark.parametrize("alt", ["", "  ", "\n"])
def test_a_figure_without_a_text_is_refused(displayed, alt):
    with pytest.raises(ValueError, match="alt must say in words what the figure shows"):
        show(Figure(), alt=alt)
    assert displayed.outputs == []


# --- the pictures, compared with those in tests/baseline ------------------------------------

ROWS, COLUMNS = np.mgrid[:28, :28]
BLOB = np.exp(-((ROWS - 10) ** 2 + (COLUMNS - 16) ** 2) / 200).reshape(784, 1)
EPOCHS = np.arange(1, 21)
SLOPE = (
    np.linspace(-1, 5, 20),
    np.linspace(-1, 2, 15),
    np.exp(-np.linspace(-1, 5, 20) / 3 + np.linspace(-1, 2, 15)[:, np.newaxis] ** 2 / 4),
    {"one": np.array([[0, 0], [1, 1], [2, 0.5]]), "two": np.array([[0, 0], [4.5, -0.5]])},
)
SHARES = np.linspace(0.9, 0.99, 10)
# For each of four images ten probabilities: sure of 0, less sure of 3, in doubt about 6 and 9.
Y_HAT = np.eye(10)[:, ::3] * [0.91, 0.7, 0.4, 0.3] + np.array([0.009, 0.03, 0.06, 0.07])


def cache_of_units(*pattern):
    """What `forward` would keep of BLOB, with units of layers of 32 and 16 on in a pattern."""
    hidden = {"A1": np.resize(pattern, (32, 1)), "A2": np.resize(pattern, (16, 1)) / 2}
    return {"X": BLOB} | hidden | {"A3": Y_HAT[:, [1]]}


SPIRAL = np.array([np.cos(np.arange(60)), np.sin(np.arange(60))]) * np.linspace(1, 3, 60)
SPIRAL_ANSWERS = np.where(np.arange(60) % 7 == 5, 0, np.arange(60) % 10)
PICTURES = {
    "digit_grid": lambda: digit_grid(BLOB ** (EPOCHS[:7] / 4), titles="abcdefg", num_columns=5),
    "digit_grid_signed": lambda: digit_grid(BLOB - np.linspace(0, 1, 3), titles="abc", signed=True),
    "pixel_values": lambda: pixel_values((255 * BLOB[:, 0]).astype(int)),
    "curves": lambda: curves(
        EPOCHS, {"training": 1 / EPOCHS, "test": 0.2 + 0.5 / EPOCHS}, "epoch", "loss"
    ),
    "curves_log": lambda: curves(
        10.0 ** -EPOCHS[:8], {"error": 10.0 ** -abs(EPOCHS[:8] - 5)}, "step", "error", "log", "log"
    ),
    "curves_five": lambda: curves(
        [1, 2, 3, 4],
        {f"rate {n}": n + np.arange(4) / n for n in range(1, 6)},
        "epoch",
        "loss",
        marker="o",
    ),
    "valley": lambda: valley(
        lambda w: w**2, np.linspace(-3, 4, 50), {0.1: [-2, -1.5, -1], 1.2: [-2, 2.8, -3.92]}
    ),
    "loss_map": lambda: loss_map(*SLOPE),
    "planes": lambda: planes(
        np.array([np.cos(EPOCHS), np.sin(3 * EPOCHS)]),
        EPOCHS % 3 > 0,
        {
            "line": lambda points: points[0] + points[1],
            "square": lambda points: 1 - np.abs(points).sum(axis=0, keepdims=True),
        },
    ),
    "calibration_curves": lambda: calibration_curves(
        {"before": ([0.4, 0.7, 0.95], [0.3, 0.5, 0.9]), "after": ([0.45, 0.65], [0.5, 0.6])}
    ),
    "bars": lambda: bars(range(10), 5000 + 100 * EPOCHS[:10], "digit", "images"),
    "ladder": lambda: ladder(
        list("abcde"), [1, 0.9, 0.6, 0.55, 0.3], {"floor": 0.5, "limit": 0.2}, ""
    ),
    "histogram_grid": lambda: histogram_grid(
        {
            f"{size} times": {
                f"layer {n}": size**n * np.linspace(0, 1, 500) ** n for n in (1, 2, 3)
            }
            for size in (1, 30)
        },
        "activation",
    ),
    "confusion_heatmap": lambda: confusion_heatmap(
        np.array(
            [
                [90, 1, 4, 0, 2],
                [2, 80, 0, 7, 1],
                [0, 10, 70, 3, 2],
                [5, 0, 8, 60, 1],
                [3, 0, 0, 4, 50],
            ]
        )
    ),
    "relu_histograms": lambda: relu_histograms(
        {"even": np.linspace(-1, 1, 100) ** 3, "skewed": EPOCHS - 6.0}
    ),
    "by_layer": lambda: by_layer(
        {title: {"a": 2.0 ** EPOCHS[:6], "b": 2.0 ** -EPOCHS[:6]} for title in ("up", "and down")}
    ),
    "paired_bars": lambda: paired_bars("abc", {"sure": [0.1, 0.2, 1], "right": [0.1] * 3}, "share"),
    "shared_batch": lambda: shared_batch([EPOCHS[:13:2] - 1, EPOCHS[1:13:2] - 1]),
    "first_units_view": lambda: first_units_view(
        {name: (BLOB - shift * np.linspace(0, 1, 6)).T for name, shift in (("a", 1), ("b", 2))}
    )[0],
    "activations_view": lambda: activations_view(
        {"a": cache_of_units(*np.linspace(0, 2, 32)), "b": cache_of_units(*np.linspace(4, 0, 32))}
    )[0],
    "precision_and_recall_view": lambda: precision_and_recall_view(SHARES, SHARES[::-1] ** 2)[0],
    "pairs_view": lambda: pairs_view([(4, 9, 20), (3, 5, 11), (1, 7, 2)])[0],
    "answers_view": lambda: answers_view(BLOB ** (EPOCHS[:4] / 4), Y_HAT, "abcd", 3)[0],
    "digit_map_view": lambda: digit_map_view(SPIRAL, np.arange(60) % 10, SPIRAL_ANSWERS)[0],
    "contributions_view": lambda: contributions_view(BLOB - np.linspace(0, 1, 4), "abcd")[0],
    "shifts_view": lambda: shifts_view({"a": [90, 80, 50], "b": [88, 87, 80]})[0],
}
DPI = 80
# Root mean square over all pixels, which run to 255. From Matplotlib 3.9.4 to 3.11.2 the pictures
# of pixels change by 2.4, since a pixel's edge moves, and all others by 0. The smallest damage
# below, one of five curves missing, makes 4.6.
TOLERANCE = 3


def without_words(figure):
    """The figure with all text hidden, which then takes no room either.

    Letters differ so much between Matplotlib's versions, and move so much else, that no tolerance
    would tell them from a missing label. The tests further down compare all words exactly.
    """
    figure.draw_without_rendering()  # makes the tick labels
    for text in figure.findobj(Text):
        # An arrow belongs to a text, an empty one.
        text.set(visible=getattr(text, "arrow_patch", None) is not None, in_layout=False)
    for axis in figure.axes:
        if axis.get_legend():
            axis.get_legend().set_visible(False)
    for legend in list(figure.legends):  # outside the axes, where also a hidden one takes room
        legend.remove()
    return figure


@pytest.mark.mpl_image_compare(
    style="default", tolerance=TOLERANCE, savefig_kwargs={"dpi": DPI}, deterministic=True
)
@pytest.mark.parametrize("name", PICTURES)
def test_picture(name):
    return without_words(PICTURES[name]())


def test_pictures_are_compared_and_not_only_drawn(pytestconfig):
    assert pytestconfig.getoption("--mpl"), "Run pytest with --mpl, as pyproject.toml says."


def recolor(artists, colors):
    for artist, color in zip(artists, colors, strict=True):
        artist.set_color(color)


def raise_line(line, amount):
    line.set_ydata(line.get_ydata() + amount)


def remove_all(artists):
    for artist in list(artists):
        artist.remove()


def exchange_images(one, other):
    first, second = one.images[0], other.images[0]
    array = first.get_array()
    first.set_data(second.get_array())
    second.set_data(array)


SPOILED = {
    "curves: one is missing": lambda f: f.axes[0].lines[1].remove(),
    "curves: colours are swapped": lambda f: recolor(f.axes[0].lines, figures.COLORS[1::-1]),
    "curves: one is 0.05 too high": lambda f: raise_line(f.axes[0].lines[1], 0.05),
    "curves: one is not dashed": lambda f: f.axes[0].lines[1].set_linestyle("-"),
    "curves_log: y is linear": lambda f: f.axes[0].set_yscale("linear"),
    "curves_five: one is missing": lambda f: f.axes[0].lines[3].remove(),
    "curves_five: two colours are swapped": lambda f: recolor(
        f.axes[0].lines[1:3], figures.COLORS[2:0:-1]
    ),
    "curves_five: no markers": lambda f: [line.set_marker("") for line in f.axes[0].lines],
    "calibration_curves: one is missing": lambda f: f.axes[0].lines[2].remove(),
    "calibration_curves: no diagonal": lambda f: f.axes[0].lines[0].remove(),
    "calibration_curves: one is 0.1 too high": lambda f: raise_line(f.axes[0].lines[1], 0.1),
    "bars: one is missing": lambda f: f.axes[0].patches[3].remove(),
    "bars: one is 2 % too high": lambda f: f.axes[0].patches[3].set_height(1.02 * 5400),
    "bars: another colour": lambda f: recolor(f.axes[0].patches, 10 * [figures.COLORS[1]]),
    "ladder: one rung is longer": lambda f: f.axes[0].patches[3].set_width(0.6),
    "ladder: from below": lambda f: f.axes[0].invert_yaxis(),
    "ladder: one limit is missing": lambda f: f.axes[0].lines[1].remove(),
    "digit_grid: one is missing": lambda f: f.axes[3].images[0].remove(),
    "digit_grid: one is turned": lambda f: (
        f.axes[3].images[0].set_data(f.axes[3].images[0].get_array().T)
    ),
    "digit_grid_signed: red and blue exchanged": lambda f: f.axes[0].images[0].set_cmap("RdBu"),
    "valley: a walk is missing": lambda f: f.axes[1].lines[1].remove(),
    "valley: the valley is missing": lambda f: f.axes[0].lines[0].remove(),
    "loss_map: a path is missing": lambda f: f.axes[0].lines[0].remove(),
    "loss_map: another colour map": lambda f: f.axes[0].collections[0].set_cmap("Greys_r"),
    "planes: a border is missing": lambda f: f.axes[1].collections[1].remove(),
    "planes: a side is not blue": lambda f: f.axes[1].collections[0].remove(),
    "planes: the classes are exchanged": lambda f: recolor(
        f.axes[0].collections[2:], figures.COLORS[1::-1]
    ),
    "pixel_values: light and dark exchanged": lambda f: f.axes[0].images[0].set_cmap("Greys_r"),
    "histogram_grid: one is missing": lambda f: remove_all(f.axes[2].patches),
    "confusion_heatmap: rows and columns exchanged": lambda f: (
        f.axes[0].images[0].set_data(f.axes[0].images[0].get_array().T)
    ),
    "relu_histograms: the left half stays": lambda f: f.axes[1].hist(
        np.linspace(-1, 0, 50) ** 3, 20, color=figures.COLORS[0]
    ),
    "by_layer: one is missing": lambda f: f.axes[1].lines[0].remove(),
    "by_layer: linear": lambda f: f.axes[0].set_yscale("linear"),
    "paired_bars: one is missing": lambda f: f.axes[0].patches[4].remove(),
    "shared_batch: an example is missing": lambda f: f.axes[0].patches[4].remove(),
    "confusion_heatmap: another colour map": lambda f: f.axes[0].images[0].set_cmap("Greys"),
    "first_units_view: red and blue exchanged": lambda f: [
        axis.images[0].set_cmap("RdBu") for axis in f.axes
    ],
    "activations_view: the rows are exchanged": lambda f: exchange_images(f.axes[1], f.axes[5]),
    "activations_view: another colour map": lambda f: f.axes[1].images[0].set_cmap("Greys"),
    "precision_and_recall_view: exchanged": lambda f: recolor(
        f.axes[0].lines, figures.COLORS[1::-1]
    ),
    "precision_and_recall_view: no lines between": lambda f: f.axes[0].collections[0].remove(),
    "pairs_view: one is missing": lambda f: f.axes[0].patches[1].remove(),
    "answers_view: two images are exchanged": lambda f: exchange_images(f.axes[0], f.axes[2]),
    "answers_view: the answer does not stand out": lambda f: recolor(
        f.axes[3].patches, 10 * [figures.COLORS[0]]
    ),
    "digit_map_view: the digits are missing": lambda f: remove_all(f.axes[0].lines),
    "digit_map_view: no rings": lambda f: f.axes[0].collections[0].remove(),
    "contributions_view: for and against exchanged": lambda f: [
        axis.images[0].set_cmap("RdBu") for axis in f.axes
    ],
    "shifts_view: one is missing": lambda f: f.axes[0].lines[1].remove(),
} | {f"{name}: blank": lambda f: remove_all(f.axes) for name in PICTURES}


def assert_beyond_the_tolerance(name, pictures, spoil, folder):
    """A picture that was spoiled is told from its baseline."""
    baseline = Path(__file__).parent / "baseline" / f"test_picture_{name}.png"
    with mpl.rc_context(mpl.rcParamsDefault):
        figure = without_words(pictures[name]())
        spoil(figure)
        figure.savefig(folder / "spoiled.png", dpi=DPI)
    assert compare_images(baseline, folder / "spoiled.png", TOLERANCE) is not None


@pytest.mark.parametrize("damage", SPOILED)
def test_a_spoiled_picture_is_beyond_the_tolerance(damage, tmp_path):
    assert_beyond_the_tolerance(damage.split(":")[0], PICTURES, SPOILED[damage], tmp_path)


# --- the source ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "function", [activations.softmax, forward.forward, figures.curves, pytorch_rebuild.MNISTNet]
)
def test_the_shown_source_is_the_same_program(function):
    shown, original = source_without_docstrings(function), ast.parse(inspect.getsource(function))
    assert shown.startswith(("def ", "class ")) and '"""' not in shown
    for node in ast.walk(original):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            node.decorator_list = []  # the contract
            if ast.get_docstring(node):
                del node.body[0]
    assert ast.dump(ast.parse(shown)) == ast.dump(original)


def test_the_shown_softmax_computes_softmax():
    namespace = dict(vars(activations))
    exec(source_without_docstrings(activations.softmax), namespace)
    z = np.array([[1.0, -2.0], [3.0, 1000.0]])
    assert np.array_equal(namespace["softmax"](z), activations.softmax(z))


def test_comments_stay_and_docstrings_go():
    assert source_without_docstrings(activations.sigmoid) == (
        "def sigmoid(z):\n"
        "    # The same function, written with tanh, which cannot overflow.\n"
        "    return 0.5 * (1 + np.tanh(0.5 * z))"
    )


def test_a_function_is_shown_without_its_contract_and_with_other_decorators():
    shown = source_without_docstrings(training_loop.train_mnist)
    assert shown.startswith("def train_mnist(\n    x_train,") and "contract(" not in shown
    assert source_without_docstrings(cached).splitlines() == [
        "@functools.cache",
        "def cached():",
        "    return 7",
    ]


@functools.cache
@contract()
def cached():
    return 7


def test_a_class_is_shown_without_any_of_its_docstrings():
    source = source_without_docstrings(pytorch_rebuild.MNISTNet)
    assert '"""' not in source
    # The blank line below a class's docstring goes, that between its methods stays.
    assert source.startswith("class MNISTNet(nn.Module):\n    def __init__(self, generator=None):")
    assert "\n\n    def forward(self, x):\n        hidden = " in source
    namespace = dict(vars(pytorch_rebuild))
    exec(source, namespace)
    shown = namespace["MNISTNet"]
    assert shown.__doc__ is None and shown.forward.__doc__ is None
    assert sum(p.numel() for p in shown().parameters()) == 109_386


class Outer:
    # A method and a function within it, to be dedented.
    def method(self, numbers):
        """One line."""

        def double(number):
            """Two lines,

            with a gap.
            """
            return 2 * number

        text = """not a docstring"""
        return [double(number) for number in numbers], text

    def without_docstring(self):
        return 1


def test_a_method_is_dedented_and_a_text_that_is_no_docstring_stays():
    assert source_without_docstrings(Outer.method) == (
        "def method(self, numbers):\n"
        "    def double(number):\n"
        "        return 2 * number\n"
        "\n"
        '    text = """not a docstring"""\n'
        "    return [double(number) for number in numbers], text"
    )


MODULE = """\
import functools


def decorated(function):
    @functools.wraps(function)
    def run():
        return function()

    return run


def one():
    return 1


@decorated
def two():
    return 2


class Three:
    number = 3

    def three(self):
        return self.number

    four = property(lambda self: 4)


class Empty:
    pass
"""


@pytest.fixture
def module(tmp_path, monkeypatch):
    """A module of which a test may change the file after it was loaded."""
    path = tmp_path / "changing.py"
    path.write_text(MODULE, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield importlib.import_module("changing")
    del sys.modules["changing"]


@pytest.mark.parametrize("touch", [False, True])
def test_what_has_not_changed_is_shown(module, touch):
    if touch:  # a new time, and the same text
        os.utime(module.__file__, (1e9, 1e9))
    assert source_without_docstrings(module.one) == "def one():\n    return 1"
    assert source_without_docstrings(module.two) == "@decorated\ndef two():\n    return 2"
    assert source_without_docstrings(module.Three).startswith("class Three:\n    number = 3\n")
    assert source_without_docstrings(module.Three().three).startswith("def three(self):")
    assert source_without_docstrings(module.Empty) == "class Empty:\n    pass"


@pytest.mark.parametrize(
    "name, old, new",
    [
        ("one", "import functools", "import functools\n\nNEW = 1"),  # a later function stands there
        ("one", "return 1", "return 1 + 10"),
        ("one", "    return 1\n", "    # A comment.\n    return 1\n"),
        ("two", "return 2", "return 2 + 10"),
        ("Three", "import functools", "import functools\n\nNEW = 1"),
        ("Three", "self.number", "-self.number"),
        ("Three", "self: 4)\n", "self: 4)\n\n    def five(self):\n        return 5\n"),
        ("Three", "class Three", "class Four"),
        ("one", "return 2", "<<<<<<< a conflict"),
        ("Empty", MODULE, ""),
    ],
)
def test_a_file_that_has_changed_since_it_was_loaded_is_not_shown(module, name, old, new):
    assert old in MODULE
    path = Path(module.__file__)
    path.write_text(MODULE.replace(old, new), encoding="utf-8")
    message = f"changing.py has changed since {name} was loaded from it.*Restart the kernel"
    with pytest.raises(RuntimeError, match=message):
        show_source(getattr(module, name))


@pytest.mark.parametrize("name", ["one", "two", "Three", "Empty"])
def test_a_file_that_is_gone_is_said_to_have_changed(module, name):
    Path(module.__file__).unlink()
    with pytest.raises(RuntimeError, match=f"changed since {name} was loaded.*Restart the kernel"):
        show_source(getattr(module, name))


def test_a_function_of_a_cell_is_shown_as_it_runs(displayed):
    shell = InteractiveShell.instance()
    for number in (1, 2):  # %time and await are no plain Python
        shell.run_cell(
            f"%time 1\nimport asyncio\nawait asyncio.sleep(0)\ndef f():\n    return {number}"
        )
        assert source_without_docstrings(shell.user_ns["f"]) == f"def f():\n    return {number}"


def test_source_without_a_docstring_is_shown_whole():
    assert source_without_docstrings(Outer.without_docstring) == (
        "def without_docstring(self):\n    return 1"
    )


def test_ours_is_folded_under_its_names(displayed):
    compare_with_ours(activations.relu, activations.softmax)
    show_source(activations.relu, activations.softmax)
    folded, open_ = (output.data["text/markdown"] for output in displayed.outputs)
    summary = "Compare with ours: <code>relu</code>, <code>softmax</code>"
    assert folded == f"<details><summary>{summary}</summary>\n\n{open_}\n\n</details>"


def test_several_sources_are_shown_as_one_python_block(displayed):
    show_source(activations.relu, activations.tanh)
    (output,) = displayed.outputs
    assert (
        output.data["text/markdown"]
        == (
            "```python\n"
            "def relu(z):\n"
            "    return np.maximum(0, z)\n"
            "\n"
            "def tanh(z):\n"
            "    return np.tanh(z)\n"
            "```"
        )
        or output.data["text/markdown"].count("\n\n\ndef ") == 1
    )


# --- digit_grid, pixel_values ---------------------------------------------------------------


def images_of(figure):
    return [axis.images[0] for axis in figure.axes if axis.images]


def test_each_digit_has_its_own_panel_and_title():
    x = np.random.default_rng(0).random((784, 13))
    figure = digit_grid(x, titles=list(range(100, 113)), num_columns=5)
    assert isinstance(figure, Figure)
    assert len(figure.axes) == 15 and len(images_of(figure)) == 13
    for index, image in enumerate(images_of(figure)):
        assert np.array_equal(image.get_array(), x[:, index].reshape(28, 28))
    titles = [axis.get_title() for axis in figure.axes]
    assert titles == [str(number) for number in range(100, 113)] + ["", ""]
    # A frame around each digit, no ticks, and nothing at all where there is no digit.
    assert [axis.axison for axis in figure.axes] == [True] * 13 + [False] * 2
    assert not any(axis.get_xticks().size or axis.get_yticks().size for axis in figure.axes[:13])
    assert all(axis.spines["top"].get_visible() for axis in figure.axes[:13])
    # Three rows of five: the sixth panel starts the second row.
    tops = [axis.get_subplotspec().rowspan.start for axis in figure.axes]
    assert tops == [0] * 5 + [1] * 5 + [2] * 5


def test_all_digits_share_one_scale_from_white_to_black():
    x = np.zeros((784, 2))
    x[5, 0], x[6, 1] = 0.2, 0.8
    for image in images_of(digit_grid(x)):
        assert image.get_clim() == (0, 0.8)
        assert to_hex(image.to_rgba(np.array(0.0))) == "#ffffff"
        assert to_hex(image.to_rgba(np.array(0.8))) == "#000000"


def test_weights_are_red_above_0_and_blue_below_on_one_scale_around_white():
    x = np.zeros((784, 2))
    x[5, 0], x[6, 1] = 0.2, -0.8
    for image in images_of(digit_grid(x, signed=True)):
        assert image.get_clim() == (-0.8, 0.8)
        red, white, blue = (image.to_rgba(np.array(w)) for w in (0.8, 0.0, -0.8))
        assert min(white[:3]) > 0.95 and red[0] > 2 * red[2] and blue[2] > 2 * blue[0]


def test_few_digits_need_no_empty_panels_and_no_titles():
    figure = digit_grid(np.ones((784, 3)))
    assert [axis.get_title() for axis in figure.axes] == ["", "", ""]
    assert len(digit_grid(np.ones((784, 10))).axes) == 10
    assert len(digit_grid(np.ones((784, 11))).axes) == 20


def test_titles_of_two_lines_get_more_room():
    one, two = (digit_grid(np.ones((784, 2)), titles=[text] * 2) for text in ("a", "a\nb"))
    none = digit_grid(np.ones((784, 2)))
    assert none.get_figheight() < one.get_figheight() < two.get_figheight()


def test_every_pixel_shows_its_number_in_its_place(mnist_bytes):
    image = mnist_bytes[0][0]
    figure = pixel_values(image)
    (axis,) = figure.axes
    assert np.array_equal(axis.images[0].get_array(), image.reshape(28, 28))
    assert axis.images[0].get_clim() == (0, 255)
    assert len(axis.texts) == 784
    for text in axis.texts:
        column, row = text.get_position()
        assert text.get_text() == str(image[28 * row + column])
    assert (axis.get_xlabel(), axis.get_ylabel()) == ("column", "row")


# --- curves, bars, histogram_grid, confusion_heatmap ------------------------------------------


def test_curves_have_their_data_and_labels():
    series = {"training": [3, 2, 1], "test": [4, 3, 3]}
    figure = curves([1, 2, 4], series, "epoch", "loss", xscale="log", yscale="log", marker="o")
    (axis,) = figure.axes
    assert [line.get_label() for line in axis.lines] == ["training", "test"]
    for line, values in zip(axis.lines, series.values(), strict=True):
        assert line.get_xdata().tolist() == [1, 2, 4]
        assert line.get_ydata().tolist() == values
        assert line.get_marker() == "o"
    assert (axis.get_xlabel(), axis.get_ylabel()) == ("epoch", "loss")
    assert (axis.get_xscale(), axis.get_yscale()) == ("log", "log")
    assert [text.get_text() for text in axis.get_legend().get_texts()] == ["training", "test"]


@pytest.mark.parametrize("xscale, yscale", [("log", "linear"), ("linear", "log")])
def test_each_axis_has_its_own_scale(xscale, yscale):
    (axis,) = curves([1, 2], {"loss": [1, 2]}, "x", "y", xscale=xscale, yscale=yscale).axes
    assert (axis.get_xscale(), axis.get_yscale()) == (xscale, yscale)


def test_a_single_curve_needs_no_legend():
    (axis,) = curves([1, 2], {"loss": [1, 2]}, "epoch", "loss").axes
    assert axis.get_legend() is None
    assert (axis.get_xscale(), axis.get_yscale()) == ("linear", "linear")
    assert axis.lines[0].get_marker() == ""


def test_calibration_curves_each_have_their_own_probabilities():
    series = {"T = 1": ([0.4, 0.7, 0.9], [0.3, 0.5, 0.9]), "T = 2": ([0.5, 0.6], [0.5, 0.7])}
    (axis,) = calibration_curves(series).axes
    diagonal, *lines = axis.lines
    assert np.array_equal(diagonal.get_xdata(), diagonal.get_ydata())
    drawn = {line.get_label(): (list(line.get_xdata()), list(line.get_ydata())) for line in lines}
    assert drawn == series
    assert len({(line.get_color(), line.get_linestyle()) for line in lines}) == 2
    assert axis.get_xlabel() == "mean probability of the answer"
    assert axis.get_ylabel() == "share of right answers"
    texts = [text.get_text() for text in axis.get_legend().get_texts()]
    assert texts == ["as often right as sure", "T = 1", "T = 2"]


def test_five_curves_differ_in_colour_and_in_line_style():
    series = {str(number): [number, number] for number in range(5)}
    (axis,) = curves([0, 1], series, "x", "y").axes
    assert len(axis.lines) == 5
    assert len({line.get_color() for line in axis.lines}) == 5
    assert len({line._dash_pattern[1] and tuple(line._dash_pattern[1]) for line in axis.lines}) == 5


def test_more_curves_than_colours_are_refused():
    series = {str(number): [number, number] for number in range(6)}
    with pytest.raises(ValueError, match="series must hold at most 5 curves.* got 6"):
        curves([0, 1], series, "x", "y")


@pytest.mark.parametrize(
    "x", [range(1, 21), range(1, 9), [1, 2, 3, 4], [1, 2], np.arange(1, 11), [3]]
)
def test_ticks_between_integers_are_integers(x):
    (axis,) = curves(x, {"loss": np.ones(len(x))}, "epoch", "loss").axes
    ticks = axis.get_xticks()
    assert np.array_equal(ticks, ticks.round())
    assert len([tick for tick in ticks if min(x) <= tick <= max(x)]) >= min(len(x), 4)


def test_ticks_between_fractions_may_be_fractions():
    (axis,) = curves([0.0, 0.5, 1.0], {"loss": [3, 2, 1]}, "probability", "loss").axes
    assert any(tick % 1 for tick in axis.get_xticks())
    # A log axis keeps its powers of ten, also for integers.
    (axis,) = curves([1, 10, 100], {"loss": [3, 2, 1]}, "images", "loss", xscale="log").axes
    assert {1, 10, 100} <= set(axis.get_xticks())


def test_a_valley_has_a_panel_for_each_walk_with_all_its_steps():
    walks = {0.1: [0.0, 0.6, 1.1], 1.1: [0.0, 6.6, -1.3]}
    grid = np.linspace(-2, 8, 11)
    figure = valley(lambda w: (w - 3) ** 2, grid, walks)
    assert [axis.get_title() for axis in figure.axes] == ["learning rate 0.1", "learning rate 1.1"]
    for axis, walk in zip(figure.axes, walks.values(), strict=True):
        slope, steps, start = axis.lines
        assert np.array_equal(slope.get_xydata(), np.stack([grid, (grid - 3) ** 2], axis=1))
        assert steps.get_xdata().tolist() == walk
        assert steps.get_ydata() == pytest.approx([(w - 3) ** 2 for w in walk])
        assert start.get_xydata().tolist() == [[0, 9]]
        # All panels share their axes, however far a walk runs away.
        assert axis.get_xlim() == (-2, 8) and axis.get_ylim() == (-1, 25)
        assert axis.get_xlabel() == "w"


def test_a_map_of_the_loss_has_its_heights_and_paths():
    across, up, losses, paths = SLOPE
    figure = loss_map(across, up, losses, paths)
    axis, bar = figure.axes
    levels = axis.collections[0].levels
    assert (levels[0], levels[-1]) == pytest.approx((losses.min(), losses.max()))
    # The ground is lowest at the right end of the middle, so only the palest grey is there.
    palest = axis.collections[0].get_paths()[0]
    lowest = np.unravel_index(losses.argmin(), losses.shape)
    highest = np.unravel_index(losses.argmax(), losses.shape)
    assert palest.contains_point((across[lowest[1]], up[lowest[0]]), radius=0.1)
    assert not palest.contains_point((across[highest[1]], up[highest[0]]), radius=0.1)
    lines, ends = axis.lines[::2], axis.lines[1::2]
    assert [line.get_label() for line in lines] == ["1: one", "2: two"]
    for line, end, path in zip(lines, ends, paths.values(), strict=True):
        assert np.array_equal(line.get_xydata(), path)
        assert end.get_xydata().tolist() == [path[-1].tolist()]
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["1: one", "2: two"]
    ticks = [float(text.get_text()) for text in bar.get_yticklabels()]
    assert ticks == pytest.approx(levels[::3], abs=0.005)
    assert bar.get_ylabel() == "loss" and axis.get_aspect() == 1


def test_each_plane_has_both_classes_and_a_border_where_its_score_is_0():
    points, classes = np.array([[1.0, -2.0, 0.5], [0.0, 1.0, 2.0]]), np.array([True, False, True])
    scores = {f"times {k}": lambda p, k=k: p[:1] + k * p[1:] - 1 for k in (2, 3)}
    figure = planes(points, classes, scores)
    # The point (-2, 1) of the second class lies where its score is -1 and 0, so on its side both
    # times; (1, 0) of the first has the score 0, and lies on the border.
    assert [axis.get_title() for axis in figure.axes] == ["times 2: 67%", "times 3: 67%"]
    for axis, k in zip(figure.axes, (2, 3), strict=True):
        side, border, first, second = axis.collections
        assert np.array_equal(first.get_offsets(), points[:, classes].T)
        assert np.array_equal(second.get_offsets(), points[:, ~classes].T)
        x, y = np.concatenate([path.vertices for path in border.get_paths()]).T
        assert x + k * y == pytest.approx(1, abs=1e-9)
        assert x.min() < -2  # it goes on beyond the points
        # Blue are the first class and the side on which its points should lie.
        x, y = np.concatenate([path.vertices for path in side.get_paths()]).T
        assert (x + k * y).min() == pytest.approx(1, abs=1e-9)
        assert to_hex(side.get_facecolor()[0]) == to_hex(first.get_facecolor()[0])
        assert to_hex(first.get_facecolor()[0]) != to_hex(second.get_facecolor()[0])


def test_bars_have_their_heights_and_numbers():
    figure = bars([0, "one", 2], [5923, 6742.4, 1000], "digit", "images")
    (axis,) = figure.axes
    assert [bar.get_height() for bar in axis.patches] == [5923, 6742.4, 1000]
    assert [label.get_text() for label in axis.get_xticklabels()] == ["0", "one", "2"]
    assert [text.get_text() for text in axis.texts] == ["5,923", "6,742", "1,000"]
    assert axis.yaxis.get_major_formatter()(4000.0) == "4,000"
    assert (axis.get_xlabel(), axis.get_ylabel()) == ("digit", "images")


def test_bars_may_write_their_numbers_otherwise():
    (axis,) = bars(["a"], [0.1234], "", "", number_format="{:.2f}").axes
    assert [text.get_text() for text in axis.texts] == ["0.12"]


def test_a_ladder_has_its_rungs_from_the_top_and_its_limits():
    (axis,) = ladder(["plain", "fast"], [1, 0.456], {"floor": 0.4, "limit": 0.3}, "time").axes
    assert [bar.get_width() for bar in axis.patches] == [1, 0.456]
    assert [label.get_text() for label in axis.get_yticklabels()] == ["plain", "fast"]
    assert axis.yaxis_inverted()
    assert [text.get_text() for text in axis.texts] == ["1.00", "0.46"]
    assert [line.get_xdata()[0] for line in axis.lines] == [0.4, 0.3]
    assert [text.get_text() for text in axis.get_legend().get_texts()] == ["floor", "limit"]
    assert axis.get_xlabel() == "time"


def test_histograms_count_every_value_in_their_own_panel():
    rng = np.random.default_rng(0)
    rows = {
        "zeros": {"layer 1": np.zeros((5, 8)), "layer 2": rng.random((3, 3))},
        "He": {"layer 1": rng.random(30), "layer 2": rng.random((10, 7))},
        "large": {"layer 1": 1e9 * rng.random(12), "layer 2": rng.random(2)},
    }
    figure = histogram_grid(rows, "activation")
    assert len(figure.axes) == 6
    values = [columns[name] for columns in rows.values() for name in columns]
    for axis, expected in zip(figure.axes, values, strict=True):
        assert len(axis.patches) == 40
        assert sum(patch.get_height() for patch in axis.patches) == expected.size
    titles = [axis.get_title() for axis in figure.axes]
    assert titles == ["layer 1", "layer 2", "", "", "", ""]
    assert [axis.get_ylabel() for axis in figure.axes] == ["zeros", "", "He", "", "large", ""]
    assert figure.get_supxlabel() == "activation"


def test_relu_histograms_drop_what_is_below_0_and_say_the_mean_squares():
    rows = {"even": np.array([-2.0, -1, 1, 2]), "skewed": np.array([-1.0, -1, -1, 0, 3])}
    figure = relu_histograms(rows)
    panels = np.reshape(figure.axes, (2, 2))
    for (before, after), values in zip(panels, rows.values(), strict=True):
        # The outline of 40 bins goes up and along, so every other point is a count.
        off, on, left = (patch.get_xy()[1:80:2, 1] for patch in (*before.patches, *after.patches))
        assert (off[:20].sum(), off[20:].sum()) == (np.sum(values < 0), 0)
        assert (on[:20].sum(), on[20:].sum()) == (0, np.sum(values > 0))
        assert np.array_equal(on, left)
        assert before.get_xlim() == after.get_xlim()
    assert [axis.get_title(loc="right") for axis in figure.axes] == [
        "mean square 2.50",
        "mean square 1.25,\n50% of it is left",
        "mean square 2.40",
        "mean square 1.80,\n75% of it is left",
    ]
    assert [axis.get_ylabel() for axis in figure.axes] == ["even", "", "skewed", ""]
    assert [axis.get_xlabel() for axis in figure.axes[2:]] == ["scores z", "activations ReLU(z)"]
    # The words above two neighbours do not run together.
    figure.draw_without_rendering()
    left, right = (axis.get_tightbbox() for axis in panels[0])
    assert right.x0 - left.x1 > 15


def test_by_layer_counts_layers_from_1_and_leaves_out_what_is_0():
    panels = {
        "up": {"zeros": [0, 0, 1], "a": [1, 10, 100], "b": [2, 2, 2]},
        "down": {"zeros": [0, 0], "a": [3, 2], "b": [1, 1]},
    }
    figure = by_layer(panels)
    assert [axis.get_title() for axis in figure.axes] == ["up", "down"]
    for axis, series in zip(figure.axes, panels.values(), strict=True):
        drawn = {line.get_label(): list(line.get_ydata()) for line in axis.lines}
        assert drawn == {name: series[name] for name in "ab"}
        layers = list(range(1, len(series["a"]) + 1))
        assert all(line.get_xdata().tolist() == layers for line in axis.lines)
        assert axis.get_xticks().tolist() == layers
        assert (axis.get_xlabel(), axis.get_yscale()) == ("layer", "log")
        assert [line.get_color() for line in axis.lines] == list(figures.COLORS[:2])
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["a", "b"]


def test_paired_bars_stand_around_their_label_with_their_shares():
    series = {"sure": [0.1, 0.999], "right": [0.126, 0.097]}
    (axis,) = paired_bars(["He", "zeros"], series, "share").axes
    for bars_of_one, shares in zip(axis.containers, series.values(), strict=True):
        assert [bar.get_height() for bar in bars_of_one] == shares
    centers = [[bar.get_x() + bar.get_width() / 2 for bar in c] for c in axis.containers]
    assert np.mean(centers, axis=0) == pytest.approx([0, 1])
    assert centers[1][0] - centers[0][0] > axis.patches[0].get_width()
    assert [t.get_text() for t in axis.texts] == ["10.0%", "99.9%", "12.6%", "9.7%"]
    assert [label.get_text() for label in axis.get_xticklabels()] == ["He", "zeros"]
    assert [text.get_text() for text in axis.get_legend().get_texts()] == ["sure", "right"]
    assert axis.get_ylabel() == "share"


def test_the_heatmap_shows_all_counts_and_shades_only_errors():
    confusion = np.array([[90, 1, 4], [2, 80, 0], [0, 10, 70]])
    before = confusion.copy()
    (axis,) = confusion_heatmap(confusion).axes
    assert axis.images[0].get_array().tolist() == [[0, 1, 4], [2, 0, 0], [0, 10, 0]]
    assert len(axis.texts) == 9
    for text in axis.texts:
        column, row = text.get_position()
        assert text.get_text() == str(confusion[row, column])
        assert text.get_weight() == ("bold" if row == column else "normal")
    assert (axis.get_xlabel(), axis.get_ylabel()) == ("predicted digit", "true digit")
    assert axis.get_xticks().tolist() == axis.get_yticks().tolist() == [0, 1, 2]
    assert np.array_equal(confusion, before)


def test_figures_leave_matplotlibs_settings_alone():
    # A size that no figure here uses.
    with mpl.rc_context({"font.size": 7.25}):
        curves([1, 2], {"a": [1, 2]}, "x", "y")
        bars(["a"], [1], "x", "y")
        digit_grid(np.ones((784, 1)))
        pixel_values(np.zeros(784, int))
        histogram_grid({"a": {"b": np.ones(3)}}, "x")
        confusion_heatmap(np.eye(2, dtype=int))
        relu_histograms({"a": np.array([-1.0, 1.0])})
        by_layer({"a": {"b": [1, 2]}})
        paired_bars("a", {"b": [1]}, "y")
        assert mpl.rcParams["font.size"] == 7.25


@pytest.mark.parametrize("num_processes", [2, 3])
def test_each_example_of_a_shared_batch_is_drawn_in_the_batch_and_in_its_share(num_processes):
    shares = [np.arange(13)[process::num_processes] for process in range(num_processes)]
    (axis,) = shared_batch(shares).axes
    in_batch, in_shares = {}, {}
    for cells, share in zip(axis.containers, np.repeat(np.arange(num_processes), 2), strict=True):
        place = in_batch if cells[0].get_y() == 3 else in_shares
        for cell, number in zip(cells, shares[share], strict=True):
            place[number] = cell.get_x() + cell.get_width() / 2, to_hex(cell.get_facecolor())
    assert {number: x for number, (x, _) in in_batch.items()} == pytest.approx(
        {number: number + 0.5 for number in range(13)}
    )
    # In its share an example keeps its colour, and the shares stand apart, in order.
    assert [in_shares[n][1] for n in range(13)] == [in_batch[n][1] for n in range(13)]
    order = [number for share in shares for number in share]
    assert (np.diff([in_shares[number][0] for number in order]) > 0.99).all()
    words = [text.get_text() for text in axis.texts]
    numbers = [word for word in words if word.isdigit()]
    assert sorted(map(int, numbers)) == sorted(2 * [*range(13)])
    for process, share in enumerate(shares):
        assert f"process {process} takes {len(share)}" in words
        assert f"sum of {len(share)} gradients\ntimes {num_processes}/13" in words
    assert "a batch of 13 examples" in words


# --- lesson 6: pytorch rebuild ----------------------------------------------------------------


def titles_of(figure):
    return [axis.get_title() for axis in figure.axes if axis.get_title()]


def test_each_row_of_weights_is_a_picture_with_its_network_and_number():
    rng = np.random.default_rng(0)
    networks = {"NumPy": rng.normal(size=(7, 784)), "PyTorch": rng.normal(size=(7, 784))}
    figure, text = first_units_view(networks, num_units=3)
    expected = [weights[unit] for weights in networks.values() for unit in range(3)]
    for image, row in zip(images_of(figure), expected, strict=True):
        assert np.array_equal(image.get_array().ravel(), row)
    assert titles_of(figure) == [f"{name} {unit}" for name in networks for unit in range(3)]
    assert "first 3 units" in text and "NumPy and PyTorch" in text


def test_activations_are_drawn_layer_by_layer_on_one_scale_for_all_rows():
    caches = {"a": cache_of_units(0.0, 1.0, 2.0), "b": cache_of_units(4.0, 0.0, 0.0, 1.0)}
    figure, text = activations_view(caches)
    rows = np.reshape(figure.axes, (2, 4))
    assert titles_of(figure) == ["image", "layer 1: 32 units", "layer 2: 16 units", "probabilities"]
    for row, (label, cache) in zip(rows, caches.items(), strict=True):
        assert row[0].get_ylabel() == label
        for axis, name in zip(row, ("X", "A1", "A2"), strict=False):
            (image,) = axis.images
            assert np.array_equal(image.get_array().ravel(), cache[name].ravel())
            assert len(image.get_array()) == (28 if name == "X" else 8)
            largest = max(one[name].max() for one in caches.values())
            assert image.get_clim() == (0, largest)
        assert [bar.get_height() for bar in row[3].patches] == cache["A3"].ravel().tolist()
    assert "a: 21 of 32 and 10 of 16 hidden units are on, called 3, 0.7300" in text
    assert "b: 16 of 32 and 8 of 16 hidden units are on" in text


# --- lesson 7: error analysis -----------------------------------------------------------------


def test_the_lowest_precision_and_recall_have_their_numbers():
    precision, recall = np.array([0.9, 0.8, 0.95]), np.array([0.7, 0.99, 0.96])
    figure, text = precision_and_recall_view(precision, recall)
    (axis,) = figure.axes
    drawn = {line.get_label(): line.get_ydata().tolist() for line in axis.lines}
    assert drawn == {"precision": precision.tolist(), "recall": recall.tolist()}
    assert len({line.get_marker() for line in axis.lines}) == 2
    assert {(note.get_text(), note.xy) for note in axis.texts} == {
        ("0.800", (1, 0.8)),
        ("0.700", (0, 0.7)),
    }
    assert [text.get_text() for text in axis.get_legend().get_texts()] == list(drawn)
    assert "lowest precision, 0.800, is that of digit 1" in text
    assert "lowest recall, 0.700, is that of digit 0" in text


def test_pairs_have_their_bars():
    figure, text = pairs_view([(4, 9, 20), (3, 5, 11)])
    (axis,) = figure.axes
    assert [bar.get_height() for bar in axis.patches] == [20, 11]
    assert [label.get_text() for label in axis.get_xticklabels()] == ["4/9", "3/5"]
    assert text.endswith("4/9 20, 3/5 11.")


def test_each_answer_has_its_image_its_bars_and_its_probability():
    x = np.random.default_rng(0).random((784, 4))
    figure, text = answers_view(x, Y_HAT, titles=["one", "two", "three", "four"], num_columns=3)
    above, below = figure.axes[0:3] + figure.axes[6:9], figure.axes[3:6] + figure.axes[9:12]
    answers = ["called 0, 0.9190", "called 3, 0.7300", "called 6, 0.4600", "called 9, 0.3700"]
    for index, title in enumerate(["one", "two", "three", "four"]):
        assert np.array_equal(above[index].images[0].get_array().ravel(), x[:, index])
        assert above[index].get_title() == f"{title}\n{answers[index]}"
        heights = [bar.get_height() for bar in below[index].patches]
        assert heights == Y_HAT[:, index].tolist()
        colors = [to_hex(bar.get_facecolor()).upper() for bar in below[index].patches]
        assert colors.index(figures.COLORS[1]) == 3 * index and len(set(colors)) == 2
        assert f"{title}: {answers[index]}" in text
    assert [axis.axison for axis in above + below] == 2 * [True, True, True, True, False, False]


def test_on_the_map_each_image_is_its_digit_and_each_error_has_a_ring():
    labels = np.arange(60) % 10
    figure, text = digit_map_view(SPIRAL, labels, SPIRAL_ANSWERS)
    (axis,) = figure.axes
    wrong = SPIRAL_ANSWERS != labels
    for digit in range(10):
        of_digit = [line for line in axis.lines if line.get_marker() == f"${digit}$"]
        places = np.hstack([line.get_data() for line in of_digit])
        assert sorted(places.T.tolist()) == sorted(SPIRAL[:, labels == digit].T.tolist())
        name = axis.texts[digit]
        assert name.get_text() == str(digit)
        middle = np.median(SPIRAL[:, labels == digit], axis=1)
        assert name.get_position() == pytest.approx(middle)
    (rings,) = axis.collections
    assert np.array_equal(rings.get_offsets(), SPIRAL[:, wrong].T)
    assert "60 images" in text and f"The {wrong.sum()} errors" in text


def test_no_two_digits_of_one_colour_are_often_confused():
    (axis,) = digit_map_view(SPIRAL, np.arange(60) % 10, SPIRAL_ANSWERS)[0].axes
    of_color = {}
    for line in axis.lines:
        of_color.setdefault(line.get_color(), set()).add(int(line.get_marker().strip("$")))
    assert sorted(map(len, of_color.values())) == [2] * 5
    often = [{4, 9}, {2, 7}, {3, 8}, {3, 5}, {7, 9}, {5, 6}, {5, 8}, {2, 3}]
    assert not any(digits in often for digits in of_color.values())


def test_contributions_have_their_sums():
    contributions = np.zeros((784, 2))
    contributions[5, 0], contributions[6, 0], contributions[7, 1] = 2.5, -0.26, -3
    figure, text = contributions_view(contributions, ["right", "wrong"])
    assert titles_of(figure) == ["right\nsum +2.2", "wrong\nsum -3.0"]
    for image, column in zip(images_of(figure), contributions.T, strict=True):
        assert np.array_equal(image.get_array().ravel(), column)
    assert text.endswith("right, sum +2.2; wrong, sum -3.0.")


@pytest.mark.parametrize("right", [{"a": [9764, 8112]}, {"a": [90, 80], "b": [88, 87]}])
def test_shifts_have_their_curves_and_their_counts_in_the_legend(right):
    figure, text = shifts_view(right)
    (axis,) = figure.axes
    assert [line.get_xdata().tolist() for line in axis.lines] == len(right) * [[0, 1]]
    assert [list(line.get_ydata()) for line in axis.lines] == list(right.values())
    labels = [label.get_text() for label in axis.get_legend().get_texts()]
    assert labels == [f"{name}: {a:,}, {b:,}" for name, (a, b) in right.items()]
    assert text.endswith(f"{'; '.join(labels)}.")
