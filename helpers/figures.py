"""The pictures that the lessons draw, and the source code that they show.

Every drawing function returns a Matplotlib Figure; `show` puts it on the page
together with the text that says what it shows. A function whose name ends in `_view`
returns that text too: `show(*answers_view(...))`.
"""

import ast
import base64
import inspect
import io
import textwrap
from html import escape
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType

import matplotlib as mpl
import numpy as np
from IPython.display import Markdown, display
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator, PercentFormatter

# Five of Okabe and Ito's eight colours, 2008, which stay apart for colour-blind readers.
# The other three, sky blue, orange and yellow, are too faint for a line on white.
# In grey print some of the five look alike: there the line styles tell them apart.
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000")
LINE_STYLES = ("-", "--", "-.", ":", (0, (6, 1, 1, 1, 1, 1)))
STYLE = {
    "font.size": 13,
    "axes.titlesize": 13,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.3,
    "lines.linewidth": 2,
    "legend.frameon": False,
    "figure.constrained_layout.use": True,
}
DISPLAY_DPI, SAVED_DPI = 90, 150


def show(figure, alt):
    """Display a figure with its text alternative.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    alt : str
        What the picture shows, for those who cannot see it. It travels with the
        picture into the saved notebook.

    Raises
    ------
    ValueError
        If alt is empty.
    """
    display({"text/html": picture_html(figure, alt), "text/plain": alt}, raw=True)


def picture_html(figure, alt, dpi=None):
    """A figure as an HTML image that screen readers can read.

    JupyterLab shows a bare picture without its text alternative, so the picture
    goes to the page inside an img element, which keeps it.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    alt : str
        What the picture shows, for those who cannot see it.
    dpi : int, optional
        Dots an inch in a PNG. On the page an inch has DISPLAY_DPI. If not given, the
        picture is an SVG, which is sharp at any size, or a PNG for print where that is
        the smaller file: a picture of many points.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If alt is empty.
    """
    if not alt.strip():
        raise ValueError("alt must say in words what the figure shows, got an empty text.")
    png = io.BytesIO()
    figure.savefig(png, format="png", dpi=dpi or SAVED_DPI)
    kind, picture = "png", png.getvalue()
    if dpi is None:
        drawing = svg(figure)
        if len(drawing) < len(picture):
            kind, picture = "svg+xml", drawing
    width = round(figure.get_figwidth() * DISPLAY_DPI)
    data = base64.b64encode(picture).decode()
    return (
        f'<img alt="{escape(alt)}" width="{width}" style="max-width: 100%" '
        f'src="data:image/{kind};base64,{data}">'
    )


def svg(figure):
    """A figure as SVG, of which the same figure always makes the same.

    Parameters
    ----------
    figure : matplotlib.figure.Figure

    Returns
    -------
    bytes
    """
    file = io.BytesIO()
    # Without a date, and with a fixed salt in place of a random one.
    with mpl.rc_context({"svg.hashsalt": "digits"}):
        figure.savefig(file, format="svg", metadata={"Date": None})
    return file.getvalue()


def show_source(*functions):
    """Display the source code of functions as it runs, without their docstrings.

    Parameters
    ----------
    *functions : functions or classes

    Raises
    ------
    RuntimeError
        If the source has changed since it was loaded, or is gone.
    """
    display(Markdown(_sources(functions)))


def compare_with_ours(*functions):
    """Display the source code as `show_source` does, folded under a line that one opens.

    Parameters
    ----------
    *functions : functions or classes

    Raises
    ------
    RuntimeError
        If the source has changed since it was loaded, or is gone.
    """
    names = ", ".join(f"<code>{function.__name__}</code>" for function in functions)
    summary = f"<summary>Compare with ours: {names}</summary>"
    display(Markdown(f"<details>{summary}\n\n{_sources(functions)}\n\n</details>"))


def _sources(functions):
    """The source code of functions, as a block of code in Markdown."""
    sources = "\n\n".join(source_without_docstrings(function) for function in functions)
    return f"```python\n{sources}\n```"


def source_without_docstrings(function):
    """The source code of a function or class, dedented, without docstrings.

    Parameters
    ----------
    function : function or class

    Returns
    -------
    str

    Raises
    ------
    RuntimeError
        If the source has changed since it was loaded, or is gone.
    """
    _check_source_is_what_runs(function)
    source = textwrap.dedent(inspect.getsource(function))
    lines = source.rstrip().splitlines()
    for node in ast.walk(ast.parse(source)):
        is_definition = isinstance(node, (ast.FunctionDef, ast.ClassDef))
        for decorator in node.decorator_list if is_definition else ():
            if ast.unparse(decorator).startswith("contract("):
                for number in range(decorator.lineno, decorator.end_lineno + 1):
                    lines[number - 1] = None
        if is_definition and ast.get_docstring(node) is not None:
            docstring = node.body[0]
            for number in range(docstring.lineno, docstring.end_lineno + 1):
                lines[number - 1] = None
            # The blank line that set a class's docstring apart goes with it.
            if docstring.end_lineno < len(lines) and lines[docstring.end_lineno] == "":
                lines[docstring.end_lineno] = None
    return "\n".join(line for line in lines if line is not None)


def _check_source_is_what_runs(function):
    """Raise a RuntimeError unless its file still holds the function or class that runs.

    Python reads a source when it is asked for it, at the line where the function stood when it
    was loaded. After an update of the course another function may stand there.
    """
    function = inspect.unwrap(function)  # a decorated one, as Python does when it shows it
    module, name = function.__module__, function.__qualname__
    if module == "__main__":  # from a cell, whose text IPython keeps
        return
    file = inspect.getfile(function)
    try:
        # What an import would load now. Codes are equal if they do the same on the same lines.
        in_file = set(_code_objects(SourceFileLoader(module, file).get_code(module)))
    except (OSError, SyntaxError):
        in_file = set()
    # A class keeps no code of its own, but its methods do. Some come from no file, such as the
    # __init__ of a dataclass.
    parts = vars(function).values() if inspect.isclass(function) else [function]
    codes = {part.__code__ for part in parts if hasattr(part, "__code__")}
    changed = {code for code in codes if code.co_filename == file} - in_file
    methods = {code.co_name for code in in_file if code.co_qualname == f"{name}.{code.co_name}"}
    added = methods - set(vars(function)) - {"<lambda>", "<listcomp>"}
    if changed or added or name not in {code.co_qualname for code in in_file}:
        raise RuntimeError(
            f"{Path(file).name} has changed since {name} was loaded from it, so what stands there "
            "is not what runs. Restart the kernel (Kernel > Restart Kernel), and run the cells "
            "again."
        )


def _code_objects(code):
    """A code object and all within it: those of a module's functions, classes and methods."""
    within = [part for part in code.co_consts if isinstance(part, CodeType)]
    return [code, *(inner for part in within for inner in _code_objects(part))]


def digit_grid(x, titles=None, num_columns=10, signed=False):
    """Draw images side by side, dark ink on white.

    Parameters
    ----------
    x : ndarray of shape (784, m)
        Any scale; all images share it.
    titles : sequence of str or int, optional
        One for each image.
    num_columns : int
    signed : bool
        Draw numbers above 0 in red, those below 0 in blue, and 0 in white: for weights.

    Returns
    -------
    Figure
    """
    num_images = x.shape[1]
    num_columns = min(num_columns, num_images)
    num_rows = -(-num_images // num_columns)
    if signed:
        largest = np.abs(x).max()
        colors = {"cmap": "RdBu_r", "vmin": -largest, "vmax": largest}
    else:
        colors = {"cmap": "Greys", "vmin": x.min(), "vmax": x.max()}
    title_height = 0.32 * max(str(title).count("\n") + 1 for title in titles) if titles else 0
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(9, num_rows * (min(9 / num_columns, 1.8) + title_height)))
        axes = figure.subplots(num_rows, num_columns, squeeze=False).ravel()
        for axis in axes:
            # A thin frame, so that one sees where in its image a digit stands.
            axis.set(xticks=[], yticks=[])
            axis.spines[:].set(visible=True, color="0.8")
        for axis in axes[num_images:]:
            axis.axis("off")
        for index in range(num_images):
            axes[index].imshow(x[:, index].reshape(28, 28), **colors)
            if titles is not None:
                axes[index].set_title(titles[index])
    return figure


def pixel_values(image):
    """Draw one image with the number in each of its pixels.

    Parameters
    ----------
    image : int ndarray of shape (784,)
        From 0 to 255.

    Returns
    -------
    Figure
    """
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(8, 8))
        axis = figure.subplots()
        axis.imshow(image.reshape(28, 28), cmap="Greys", vmin=0, vmax=255)
        for (row, column), value in np.ndenumerate(image.reshape(28, 28)):
            # From here on white is easier to read on the grey than black.
            color = "white" if value > 157 else "black"
            axis.text(column, row, value, ha="center", va="center", fontsize=6.5, color=color)
        axis.grid(False)
        axis.set(xlabel="column", ylabel="row")
    return figure


def curves(x, series, xlabel, ylabel, xscale="linear", yscale="linear", marker=""):
    """Draw one or more curves over a common x axis.

    Parameters
    ----------
    x : array_like of shape (n,)
    series : dict of str to array_like of shape (n,)
        Label and values of each curve, five at most.
    xlabel, ylabel : str
    xscale, yscale : {"linear", "log"}
    marker : str
        Matplotlib's marker for the points, where x holds few of them.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If there are more curves than colours.
    """
    if len(series) > len(COLORS):
        raise ValueError(
            f"series must hold at most {len(COLORS)} curves, to tell them apart; "
            f"got {len(series)}. Draw two pictures."
        )
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(8, 4.2))
        axis = figure.subplots()
        for (label, values), color, style in zip(series.items(), COLORS, LINE_STYLES, strict=False):
            axis.plot(x, values, label=label, color=color, linestyle=style, marker=marker)
        axis.set(xlabel=xlabel, ylabel=ylabel, xscale=xscale, yscale=yscale)
        if xscale == "linear" and np.issubdtype(np.asarray(x).dtype, np.integer):
            # There is no epoch 2.5, not even where the only epoch is 3.
            axis.locator_params(axis="x", integer=True, min_n_ticks=1)
        if len(series) > 1:
            axis.legend()
    return figure


def valley(loss, grid, walks):
    """Draw the loss over one weight, and on it the steps of walks, a panel for each.

    Parameters
    ----------
    loss : callable
        Takes an array of weights, and returns the loss for each.
    grid : ndarray of shape (n,)
        Where the valley is drawn, from left to right. What steps beyond it leaves the picture.
    walks : dict of float to sequence of float
        Learning rate and weights of each walk, five at most. A black point marks its start.

    Returns
    -------
    Figure
    """
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(9, 3))
        axes = figure.subplots(1, len(walks), sharex=True, sharey=True, squeeze=False)[0]
        for axis, (rate, walk), color in zip(axes, walks.items(), COLORS, strict=False):
            axis.plot(grid, loss(grid), color="0.55", linewidth=4)
            walk = np.asarray(walk)
            axis.plot(walk, loss(walk), color=color, marker="o", markersize=5, linewidth=1.5)
            axis.plot(walk[0], loss(walk[0]), "o", color="black", markersize=8)
            axis.set(title=f"learning rate {rate}", xlabel="w", xlim=(grid[0], grid[-1]))
            axis.locator_params(axis="x", nbins=4, integer=True)
        axes[0].set(ylabel="loss", ylim=(-0.04 * loss(grid).max(), loss(grid).max()))
    return figure


def loss_map(across, up, losses, paths):
    """Draw the loss over two directions as a map in grey, and the paths of trainings on it.

    Parameters
    ----------
    across, up : ndarrays of shape (n,) and (m,)
        Distances along the two directions.
    losses : ndarray of shape (m, n)
        Above 0. The darker, the higher.
    paths : dict of str to ndarray of shape (k, 2)
        Label, and the places across and up, of each path, five at most. Its end is a large point
        with its number, from 1 on.

    Returns
    -------
    Figure
    """
    levels = np.geomspace(losses.min(), losses.max(), 13)
    # The darkest grey stays unused, so that every path stands out.
    norm = LogNorm(levels[0], 6 * levels[-1])
    with mpl.rc_context(STYLE):
        # As high as the map needs, whose two directions have one scale.
        figure = Figure(figsize=(9, 1.8 + 7 * np.ptp(up) / np.ptp(across)))
        axis = figure.subplots()
        filled = axis.contourf(across, up, losses, levels, cmap="Greys", norm=norm)
        axis.contour(across, up, losses, levels, colors="0.55", linewidths=0.6)
        ticks = levels[::3]
        bar = figure.colorbar(filled, label="loss", ticks=ticks, pad=0.02)
        bar.set_ticks(ticks, labels=[f"{tick:.2f}" for tick in ticks])
        bar.minorticks_off()
        numbered = enumerate(zip(paths.items(), COLORS, LINE_STYLES, strict=False), 1)
        for number, ((name, path), color, style) in numbered:
            label = f"{number}: {name}"
            axis.plot(*path.T, label=label, color=color, linestyle=style, marker=".", markersize=4)
            axis.plot(*path[-1], "o", color=color, markersize=8)
            # Where two end at one place, their numbers stand side by side.
            beside = (-14, 6) if number % 2 else (8, -14)
            axis.annotate(number, path[-1], beside, textcoords="offset points", weight="bold")
        axis.set(xlabel="distance in one direction", ylabel="in another", aspect="equal")
        axis.grid(False)
        figure.legend(loc="outside lower center", ncols=2)
    return figure


def planes(points, classes, scores):
    """Draw points of two classes, and the border where a score changes its sign.

    Parameters
    ----------
    points : ndarray of shape (2, m)
    classes : bool ndarray of shape (m,)
        True for the first class, False for the second.
    scores : dict of str to callable
        Title and score of each picture, side by side. A score takes points (2, k) and returns
        k numbers: above 0 for the first class.

    Returns
    -------
    Figure
        The side of the first class is blue. Each title says how many points are on their side.
    """
    side = min(9 / len(scores), 3.8)
    reach = 1.15 * np.abs(points).max()
    x, y = np.meshgrid(np.linspace(-reach, reach, 201), np.linspace(-reach, reach, 201))
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(side * len(scores), side + 0.4))
        axes = figure.subplots(1, len(scores), squeeze=False).ravel()
        for axis, (title, score) in zip(axes, scores.items(), strict=True):
            values = score(np.stack([x.ravel(), y.ravel()])).reshape(x.shape)
            axis.contourf(x, y, values, [0, np.inf], colors=[COLORS[0]], alpha=0.15)
            axis.contour(x, y, values, [0], colors="black", linewidths=2)
            for in_class, color, marker in ((classes, COLORS[0], "o"), (~classes, COLORS[1], "^")):
                axis.scatter(*points[:, in_class], color=color, marker=marker, s=1.5 * side**2)
            right = ((score(points) > 0) == classes).mean()
            axis.set(title=f"{title}: {right:.0%}", aspect="equal", xticks=[], yticks=[])
            axis.spines[:].set_visible(False)
    return figure


def calibration_curves(series):
    """Draw how often answers are right against how sure they are.

    Parameters
    ----------
    series : dict of str to (confidence, accuracy)
        Label, mean probabilities and shares of right answers of each curve, five at most. Each
        has its own probabilities.

    Returns
    -------
    Figure
        Where a curve lies below the grey diagonal, answers are surer than they are right.
    """
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(8, 4.8))
        axis = figure.subplots()
        axis.plot([0, 1], [0, 1], label="as often right as sure", color="0.5", linestyle=":")
        curves_and_styles = zip(series.items(), COLORS, LINE_STYLES, strict=False)
        for (label, (confidence, accuracy)), color, style in curves_and_styles:
            axis.plot(confidence, accuracy, label=label, color=color, linestyle=style, marker="o")
        axis.set(xlabel="mean probability of the answer", ylabel="share of right answers")
        axis.legend()
    return figure


def bars(labels, values, xlabel, ylabel, number_format="{:,.0f}"):
    """Draw a bar for each label, with its value on top.

    Parameters
    ----------
    labels : sequence of str or int
    values : sequence of float
    xlabel, ylabel : str
    number_format : str
        How the values are written.

    Returns
    -------
    Figure
    """
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(8, 4.2))
        axis = figure.subplots()
        container = axis.bar([str(label) for label in labels], values, color=COLORS[0])
        axis.bar_label(container, fmt=number_format.format, fontsize=11)
        # Round steps, so that the ticks stay exact in a short number format.
        axis.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
        axis.yaxis.set_major_formatter(number_format.format)
        axis.margins(y=0.12)
        axis.grid(False)
        axis.set(xlabel=xlabel, ylabel=ylabel)
    return figure


def ladder(labels, values, limits, xlabel):
    """Draw a bar for each step of a program's way, the first on top, and what limits it.

    Parameters
    ----------
    labels : sequence of str
    values : sequence of float
        The length of each bar, which is also written beside it.
    limits : dict of str to float
        Label and place of each vertical line, four at most.
    xlabel : str

    Returns
    -------
    Figure
    """
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(9, 1.2 + 0.5 * len(labels)))
        axis = figure.subplots()
        container = axis.barh(labels, values, color=COLORS[0])
        axis.bar_label(container, fmt="{:.2f}", padding=4, fontsize=11)
        styles = zip(limits.items(), COLORS[1:], LINE_STYLES[1:], strict=False)
        for (label, place), color, style in styles:
            axis.axvline(place, label=label, color=color, linestyle=style)
        axis.invert_yaxis()
        axis.margins(x=0.1)
        axis.grid(False)
        axis.set(xlabel=xlabel)
        # Above the bars, which may reach anywhere.
        axis.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=len(limits))
    return figure


def histogram_grid(rows, xlabel):
    """Draw a grid of histograms: one row for each setting, one column for each layer.

    Parameters
    ----------
    rows : dict of str to dict of str to ndarray
        Row label, column label, values.
    xlabel : str

    Returns
    -------
    Figure
        Each panel has its own scale, since the values may differ by many powers of ten.
    """
    num_columns = len(next(iter(rows.values())))
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(9, 1.9 * len(rows)))
        axes = figure.subplots(len(rows), num_columns, squeeze=False)
        for axis_row, (row_label, columns) in zip(axes, rows.items(), strict=True):
            axis_row[0].set_ylabel(row_label)
            for axis, (column_label, values) in zip(axis_row, columns.items(), strict=True):
                axis.hist(np.ravel(values), bins=40, color=COLORS[0])
                is_top = axis.get_subplotspec().is_first_row()
                axis.set(title=column_label if is_top else "", yticks=[])
                axis.locator_params(axis="x", nbins=4)
                axis.ticklabel_format(axis="x", scilimits=(-3, 4))
        figure.supxlabel(xlabel, fontsize=13)
    return figure


def relu_histograms(scores):
    """Draw histograms of scores, and beside each what ReLU leaves of it.

    Parameters
    ----------
    scores : dict of str to ndarray
        Label and scores of each row.

    Returns
    -------
    Figure
        The scores that become 0 are grey, on the right all at 0, where a line stands for them.
        Each panel says the mean of the squares.
    """
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(9, 2 * len(scores)))
        figure.get_layout_engine().set(wspace=0.08)  # words above a panel end where it ends
        axes = figure.subplots(len(scores), 2, sharex="row", sharey="row", squeeze=False)
        for row, (label, values) in zip(axes, scores.items(), strict=True):
            largest = np.abs(values).max()
            # Zero is between two bins.
            bins = np.linspace(-largest, largest, 41)
            row[0].hist(values[values < 0], bins, color="0.55", histtype="stepfilled")
            for axis in row:
                axis.hist(values[values > 0], bins, color=COLORS[0], histtype="stepfilled")
                axis.set(yticks=[])
                axis.spines["left"].set_visible(False)
                axis.grid(False)
                axis.locator_params(axis="x", nbins=5)
            row[0].set_ylabel(label)
            row[1].axvline(0, color="0.55", linewidth=6, zorder=0)
            zeros = f"{np.mean(values <= 0):.0%} are now 0"
            row[1].set_title(zeros, loc="left", y=0.97, va="top", color="0.4")
            before, after = np.mean(values**2), np.mean(np.maximum(values, 0) ** 2)
            for axis, text in (
                (row[0], f"mean square {before:.2f}"),
                (row[1], f"mean square {after:.2f},\n{after / before:.0%} of it is left"),
            ):
                axis.set_title(text, loc="right", y=0.97, va="top")
        for axis, text in zip(axes[-1], ("scores z", "activations ReLU(z)"), strict=True):
            axis.set_xlabel(text)
    return figure


def by_layer(panels):
    """Draw how something grows or shrinks from layer to layer, in one panel or in several.

    Parameters
    ----------
    panels : dict of str to dict of str to array_like
        Title of each panel; label and values of each curve, one value for each layer from 1 on.
        Five curves at most, the same in all panels.

    Returns
    -------
    Figure
        The axis is logarithmic. A curve with a 0 has no place on it, and is left out.
    """
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(9, 3.6))
        axes = figure.subplots(1, len(panels), squeeze=False)[0]
        for axis, (title, series) in zip(axes, panels.items(), strict=True):
            shown = [(label, values) for label, values in series.items() if min(values) > 0]
            for (label, values), color, style in zip(shown, COLORS, LINE_STYLES, strict=False):
                layers = np.arange(1, len(values) + 1)
                axis.plot(layers, values, marker="o", label=label, color=color, linestyle=style)
            axis.set(title=title, xlabel="layer", yscale="log", xticks=layers)
        figure.legend(*axes[0].get_legend_handles_labels(), loc="outside right center")
    return figure


def paired_bars(labels, series, ylabel):
    """Draw two or more bars for each label side by side, with their shares on top.

    Parameters
    ----------
    labels : sequence of str
    series : dict of str to sequence of float
        Name and shares, from 0 to 1, of each colour of bars.
    ylabel : str

    Returns
    -------
    Figure
    """
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(9, 3.4))
        axis = figure.subplots()
        width = 0.8 / len(series)
        for number, ((name, shares), color) in enumerate(zip(series.items(), COLORS, strict=False)):
            places = np.arange(len(labels)) + width * (number - (len(series) - 1) / 2)
            container = axis.bar(places, shares, 0.92 * width, label=name, color=color)
            axis.bar_label(container, fmt="{:.1%}")
        axis.set(ylabel=ylabel, xticks=range(len(labels)), xticklabels=labels)
        axis.yaxis.set_major_formatter(PercentFormatter(1))
        axis.margins(y=0.15)
        axis.grid(False)
        axis.legend()
    return figure


def confusion_heatmap(confusion):
    """Draw a confusion matrix, shaded by its errors.

    Parameters
    ----------
    confusion : int ndarray of shape (n, n)
        Row: true class. Column: predicted class.

    Returns
    -------
    Figure
        The diagonal is left white, so that the errors are what one sees.
    """
    errors = confusion * (1 - np.eye(len(confusion), dtype=int))
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(7.5, 7))
        axis = figure.subplots()
        axis.imshow(errors, cmap="Blues")
        for (row, column), count in np.ndenumerate(confusion):
            # From here on white is easier to read on the blue than black.
            color = "white" if errors[row, column] > 0.72 * errors.max() else "black"
            weight = "bold" if row == column else "normal"
            axis.text(column, row, count, ha="center", va="center", color=color, weight=weight)
        axis.grid(False)
        axis.set(xlabel="predicted digit", ylabel="true digit")
        axis.set(xticks=range(len(confusion)), yticks=range(len(confusion)))
    return figure


def shared_batch(shares):
    """Draw how processes share a batch: each takes its examples, and all average what they find.

    Parameters
    ----------
    shares : sequence of int ndarrays
        The numbers of each process's examples, from 0 on. Two or three processes have room.

    Returns
    -------
    Figure
        From top to bottom: the batch, the shares, what each makes of its own, and their mean.
    """
    num_processes, num_examples = len(shares), sum(map(len, shares))
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(9, 5.4))
        axis = figure.subplots()
        # Across, an example has the width 1; down, the rows of the picture are 1 apart.
        axis.set(xlim=(-1, num_examples + 1), ylim=(-0.4, 3.8))
        axis.axis("off")
        axis.text(0, 3.55, f"a batch of {num_examples} examples")
        for process, (share, color) in enumerate(zip(shares, COLORS, strict=False)):
            middle = (process + 0.5) * (num_examples + 2) / num_processes - 1
            side_by_side = middle + np.arange(len(share)) - (len(share) - 1) / 2
            for bottom, positions in ((3, share + 0.5), (1.85, side_by_side)):
                cells = axis.bar(positions, 0.2, 0.94, bottom, color=color)
                axis.bar_label(cells, share, padding=2)
            axis.text(middle, 2.4, f"process {process} takes {len(share)}", ha="center")
            box = {"facecolor": "white", "edgecolor": color, "pad": 7}
            found = f"sum of {len(share)} gradients\ntimes {num_processes}/{num_examples}"
            axis.text(middle, 1.1, found, ha="center", va="center", bbox=box)
            toward_mean = (middle + num_examples / 2) / 2
            for start, end in (
                ((middle, 1.8), (middle, 1.4)),
                ((middle, 0.8), (toward_mean, 0.2)),
            ):
                arrow = {"arrowstyle": "->", "color": color, "linewidth": 2}
                axis.annotate("", end, start, arrowprops=arrow)
        box = {"facecolor": "white", "edgecolor": "black", "pad": 7}
        mean = f"mean of the {num_processes}: each process steps by the gradient of the whole batch"
        axis.text(num_examples / 2, 0, mean, ha="center", va="center", bbox=box)
    return figure


# --- lesson 6: pytorch rebuild ----------------------------------------------------------------


def first_units_view(networks, num_units=5):
    """Draw what the first units of some networks look for: one row for each network.

    Parameters
    ----------
    networks : dict of str to ndarray of shape (n_1, 784)
        Name, and the weights of layer 1. All share one scale.
    num_units : int

    Returns
    -------
    figure : Figure
        A row of the weights as a picture: red above 0, blue below.
    text : str
    """
    rows = np.vstack([weights[:num_units] for weights in networks.values()])
    titles = [f"{name} {unit}" for name in networks for unit in range(num_units)]
    figure = digit_grid(rows.T, titles=titles, num_columns=num_units, signed=True)
    text = (
        f"The weights of the first {num_units} units of layer 1 as red and blue pictures, one row "
        f"each for {' and '.join(networks)}."
    )
    return figure, text


def activations_view(caches):
    """Draw what becomes of an image in each layer: one row for each image or network.

    Parameters
    ----------
    caches : dict of str to dict
        Label of a row, and what `forward` kept of one image: "X" of shape (784, 1), "A1", "A2"
        and so on, the last of which are probabilities.

    Returns
    -------
    figure : Figure
        The hidden units of a layer stand in eight rows, white where they are off.
    text : str
    """
    num_layers = sum(name.startswith("A") for name in next(iter(caches.values())))
    hidden = [f"A{layer}" for layer in range(1, num_layers)]
    sizes = [next(iter(caches.values()))[name].size for name in hidden]
    # All rows share the scale of a layer.
    tops = {name: max(cache[name].max() for cache in caches.values()) for name in ["X", *hidden]}
    said = []
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(9, 0.4 + 1.75 * len(caches)))
        # Eight rows of units beside a square picture: each unit is a square, too.
        widths = [1, *(size / 64 for size in sizes), 1.5]
        axes = figure.subplots(len(caches), len(widths), width_ratios=widths, squeeze=False)
        for row, (label, cache) in zip(axes, caches.items(), strict=True):
            for axis, name in zip(row[:-1], tops, strict=True):
                picture = cache[name].reshape(28 if name == "X" else 8, -1)
                colors = "Greys" if name == "X" else "Blues"
                axis.imshow(picture, cmap=colors, vmin=0, vmax=tops[name], aspect="auto")
                _frame(axis)
            row[0].set_ylabel(label)
            probabilities = cache[f"A{num_layers}"].ravel()
            _ten_bars(row[-1], probabilities)
            on = " and ".join(f"{(cache[name] > 0).sum()} of {cache[name].size}" for name in hidden)
            said.append(f"{label}: {on} hidden units are on, {_answer(probabilities)}")
        units = [f"layer {layer}: {size} units" for layer, size in enumerate(sizes, start=1)]
        for axis, title in zip(axes[0], ["image", *units, "probabilities"], strict=True):
            axis.set_title(title)
    return figure, f"Images, their hidden units and their ten probabilities. {'; '.join(said)}."


def _frame(axis):
    """A thin frame, so that one sees where in its image a digit stands, and nothing else."""
    axis.set(xticks=[], yticks=[])
    axis.spines[:].set(visible=True, color="0.8")
    axis.grid(False)


def _ten_bars(axis, probabilities):
    """The probabilities of one image as bars over the digits; the largest stands out."""
    container = axis.bar(range(len(probabilities)), probabilities, color=COLORS[0])
    container[probabilities.argmax()].set_color(COLORS[1])
    axis.set(ylim=(0, 1.05), xlim=(-0.7, len(probabilities) - 0.3), yticks=[])
    axis.set_xticks(range(len(probabilities)))
    axis.tick_params(labelsize=10, length=0, pad=2)
    axis.spines["left"].set_visible(False)
    axis.grid(False)


def _answer(probabilities):
    """The most probable digit, and how probable it is."""
    return f"called {probabilities.argmax()}, {probabilities.max():.4f}"


# --- lesson 7: error analysis -----------------------------------------------------------------


def precision_and_recall_view(precision, recall):
    """Draw two points for each digit, and write its value at the lowest of each kind.

    Parameters
    ----------
    precision, recall : ndarray of shape (n,)
        As from `helpers.error_analysis.precision_and_recall`.

    Returns
    -------
    figure : Figure
    text : str
    """
    digits, said = range(len(precision)), []
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(8, 4.2))
        axis = figure.subplots()
        axis.vlines(digits, precision, recall, color="0.55", linewidth=2)
        series = {"precision": precision, "recall": recall}
        for (label, values), color, marker in zip(series.items(), COLORS, "o^", strict=False):
            axis.plot(digits, values, marker, label=label, color=color, markersize=9)
            lowest = int(np.argmin(values))
            place = {"xytext": (0, -19), "textcoords": "offset points", "ha": "center"}
            axis.annotate(f"{values[lowest]:.3f}", (lowest, values[lowest]), **place)
            said.append(f"The lowest {label}, {values[lowest]:.3f}, is that of digit {lowest}.")
        axis.margins(y=0.15)
        axis.set(xlabel="digit", ylabel="share", xticks=digits)
        axis.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
    return figure, f"Precision and recall of each digit, as two points. {' '.join(said)}"


def pairs_view(pairs):
    """Draw a bar for each pair of digits that are taken for each other.

    Parameters
    ----------
    pairs : list of (a, b, count)
        As from `helpers.error_analysis.most_confused_pairs`.

    Returns
    -------
    figure : Figure
    text : str
    """
    names, counts = [f"{a}/{b}" for a, b, _ in pairs], [count for _, _, count in pairs]
    figure = bars(names, counts, "pair of digits", "errors, both directions")
    said = ", ".join(f"{name} {count}" for name, count in zip(names, counts, strict=True))
    return figure, f"Errors in the pairs of digits confused most often: {said}."


def answers_view(x, y_hat, titles, num_columns=5):
    """Draw images, and under each the ten probabilities that the network gives it.

    Parameters
    ----------
    x : ndarray of shape (784, m)
    y_hat : ndarray of shape (10, m)
    titles : sequence of str
        One for each image. Below it stands the network's answer, with its probability.
    num_columns : int

    Returns
    -------
    figure : Figure
    text : str
    """
    num_rows = -(-len(titles) // num_columns)
    said = []
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(9, 2.65 * num_rows))
        axes = figure.subplots(2 * num_rows, num_columns, height_ratios=num_rows * [1.7, 1])
        above, below = axes[::2].ravel(), axes[1::2].ravel()
        for index, title in enumerate(titles):
            answer = _answer(y_hat[:, index])
            above[index].imshow(x[:, index].reshape(28, 28), cmap="Greys")
            above[index].set_title(f"{title}\n{answer}")
            _frame(above[index])
            _ten_bars(below[index], y_hat[:, index])
            said.append(f"{title}: {answer}")
        for axis in (*above[len(titles) :], *below[len(titles) :]):
            axis.axis("off")
    return figure, f"Images, and under each its ten probabilities as bars. {'; '.join(said)}."


def digit_map_view(points, labels, answers):
    """Draw each image as its digit at a place in the plane, and a ring around each error.

    Parameters
    ----------
    points : ndarray of shape (2, m)
    labels, answers : int ndarrays of shape (m,)
        True and predicted digits.

    Returns
    -------
    figure : Figure
    text : str
    """
    wrong = labels != answers
    # Ten colours could not be told apart. Five do, each for two digits that lie apart.
    color_of = dict(zip((0, 8, 1, 6, 2, 9, 3, 4, 5, 7), np.repeat(range(5), 2), strict=True))
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(9, 6.4))
        axis = figure.subplots()
        for digit in np.unique(labels):
            # The digit itself is the marker.
            style = {"color": COLORS[color_of[digit]], "linestyle": "", "markeredgewidth": 0}
            style["marker"] = f"${digit}$"
            is_digit = labels == digit
            axis.plot(*points[:, is_digit & ~wrong], markersize=6.5, **style)
            axis.plot(*points[:, is_digit & wrong], markersize=10, **style)
            middle = np.median(points[:, is_digit], axis=1)
            name = axis.text(*middle, digit, fontsize=26, weight="bold", ha="center", va="center")
            name.set_path_effects([withStroke(linewidth=5, foreground="white")])
        axis.scatter(
            *points[:, wrong], s=260, facecolors="none", edgecolors="black", label="called wrong"
        )
        axis.set(xlabel="first principal component", ylabel="second principal component")
        axis.grid(False)
        axis.legend(loc="upper right")
    text = (
        f"{len(labels):,} images, each as its digit, on a map with a large digit in the middle of "
        f"each kind. The {wrong.sum()} errors have a ring."
    )
    return figure, text


def contributions_view(contributions, titles):
    """Draw which pixels speak for a digit, in red, and which against it, in blue.

    Parameters
    ----------
    contributions : ndarray of shape (784, m)
        As from `helpers.error_analysis.pixel_contributions`.
    titles : sequence of str
        One for each column. Below it stands the sum.

    Returns
    -------
    figure : Figure
    text : str
    """
    titles = [
        f"{title}\nsum {total:+.1f}"
        for title, total in zip(titles, contributions.sum(axis=0), strict=True)
    ]
    figure = digit_grid(contributions, titles=titles, num_columns=4, signed=True)
    said = "; ".join(title.replace("\n", ", ") for title in titles)
    return figure, f"The pixels that speak for a digit in red, against it in blue. {said}."


def shifts_view(right):
    """Draw how many moved images networks get right, over the distance.

    Parameters
    ----------
    right : dict of str to list of int
        Name of a network, and its count of right answers after 0, 1, 2 ... pixels.

    Returns
    -------
    figure : Figure
        Each count stands in the legend.
    text : str
    """
    said = [f"{name}: {', '.join(f'{n:,}' for n in counts)}" for name, counts in right.items()]
    pixels = range(len(next(iter(right.values()))))
    series = dict(zip(said, right.values(), strict=True))
    figure = curves(pixels, series, "pixels to the right", "images read right", marker="o")
    with mpl.rc_context(STYLE):
        figure.axes[0].legend(loc="lower left")
    return figure, f"Right answers over the distance in pixels, from 0 on. {'; '.join(said)}."
