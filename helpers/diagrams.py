"""The schematic drawings of the lessons: neurons, layers, the network, and the chain rule.

Each function takes arrays or layer sizes and returns a Matplotlib Figure; `helpers.figures.show`
puts it on the page. Every number on a drawing is computed from what the function was given.

What goes forward is black, what comes back is orange, and what a lesson is about is blue.
"""

from itertools import pairwise

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle

from helpers.activations import relu
from helpers.backprop import backward
from helpers.data import load_mnist_bytes
from helpers.figures import COLORS, show
from helpers.forward import compute_loss, forward

FORWARD, BACKWARD, LIT, PALE = "black", COLORS[1], COLORS[0], "0.62"
FONT_SIZE = 12


# --- what all drawings share ----------------------------------------------------------------


def canvas(width, height):
    """An empty page, on which one unit across or up is an inch.

    Parameters
    ----------
    width, height : float
        In inches.

    Returns
    -------
    figure : Figure
    axis : matplotlib.axes.Axes
    """
    figure = Figure(figsize=(width, height))
    axis = figure.add_axes((0, 0, 1, 1))
    axis.set(xlim=(0, width), ylim=(0, height))
    axis.axis("off")
    return figure, axis


def arrow(axis, start, end, color=FORWARD, **style):
    """Draw an arrow from one point to another.

    Parameters
    ----------
    axis : matplotlib.axes.Axes
    start, end : (x, y)
    color : str
    **style
        As for matplotlib's FancyArrowPatch.
    """
    style = {"arrowstyle": "-|>", "linewidth": 1.6, "shrinkA": 0, "shrinkB": 0} | style
    axis.annotate("", end, start, arrowprops=style | {"color": color})


def words(axis, x, y, text, color=FORWARD, **style):
    """Write words around a point.

    Parameters
    ----------
    axis : matplotlib.axes.Axes
    x, y : float
    text : str
    color : str
    **style
        As for matplotlib's Text.
    """
    style = {"ha": "center", "va": "center", "fontsize": FONT_SIZE} | style
    axis.text(x, y, text, color=color, **style)


def box(axis, x, y, width, height, color=FORWARD, fill="white"):
    """Draw a box with round corners around a point.

    Parameters
    ----------
    axis : matplotlib.axes.Axes
    x, y : float
        Its middle.
    width, height : float
    color, fill : str
    """
    axis.add_patch(
        FancyBboxPatch(
            (x - width / 2, y - height / 2),
            width,
            height,
            boxstyle="round,pad=0,rounding_size=0.08",
            edgecolor=color,
            facecolor=fill,
            linewidth=1.6,
            zorder=2,
        )
    )


# --- all lessons ------------------------------------------------------------------------------

# Which parts of the strip a lesson is about, and how one says that in words.
PARTS = {
    "data": ({"image", "X", "Y"}, "the picture, its column X, and the label"),
    "activations": ({"f"}, "the functions ReLU and softmax"),
    "forward": ({"W", "forward", "Z", "loss"}, "the way from X through all layers to the loss"),
    "backprop": ({"backward"}, "the way back, with a slope for every weight and bias"),
    "training_loop": ({"W", "update"}, "the weights and biases, and their update by a step"),
    "pytorch_rebuild": ({"frame"}, "a frame around all of it, with the word PyTorch"),
    "error_analysis": ({"answer"}, "the ten probabilities that come out"),
}
LESSONS = list(PARTS)


def show_strip(lesson=None):
    """Display the strip of the course's network, with one lesson's part in blue.

    Parameters
    ----------
    lesson : str, optional
        One of LESSONS. Without one, the number of each lesson stands beside its part.
    """
    image = load_mnist_bytes()[0][7]
    show(architecture_strip(image, [784, 128, 64, 10], lesson), strip_in_words(lesson))


def strip_in_words(lesson=None):
    """What the strip shows, for those who cannot see it.

    Parameters
    ----------
    lesson : str, optional
        One of LESSONS.

    Returns
    -------
    str
    """
    if lesson is None:
        parts = enumerate(PARTS.values(), 1)
        marked = "Numbers mark the lessons: " + ", ".join(f"{n} {said}" for n, (_, said) in parts)
    else:
        marked = f"In blue, what this lesson is about: {PARTS[lesson][1]}"
    return (
        "The network as a strip: a picture of a 3, X with 784 numbers, two layers of 128 and 64 "
        f"units, 10 probabilities, the loss, and below them the way back. {marked}."
    )


def architecture_strip(image, layer_dims, lesson=None):
    """Draw the whole network, from the picture to the loss and back.

    Parameters
    ----------
    image : ndarray of shape (n_0,)
        A square picture.
    layer_dims : sequence of int
        Units of each layer, input first: [784, 128, 64, 10].
    lesson : str, optional
        One of LESSONS, whose part is blue and the rest pale. Without one, numbers in circles say
        which lesson is about what.

    Returns
    -------
    Figure
    """

    def color(part, otherwise=FORWARD):
        if lesson is None or part in PARTS[lesson][0]:
            return otherwise if lesson is None else LIT
        return otherwise if lesson == "pytorch_rebuild" else PALE

    def mark(part_of, x, y):
        """The number of the lesson, in a circle."""
        if lesson is None:
            circle = {"boxstyle": "circle,pad=0.25", "facecolor": LIT, "edgecolor": "none"}
            number = LESSONS.index(part_of) + 1
            words(axis, x, y, number, "white", fontsize=10, weight="bold", bbox=circle)

    figure, axis = canvas(9, 2.9)
    middle, below, back = 1.8, 0.84, 0.32
    places = np.linspace(1.75, 7.15, len(layer_dims))
    side = int(np.sqrt(len(image)))
    picture = axis.inset_axes((0.15, middle - 0.5, 1, 1), transform=axis.transData)
    picture.imshow(image.reshape(side, side), cmap="Greys")
    picture.set(xticks=[], yticks=[])
    picture.spines[:].set(color=color("image"), linewidth=2)
    mark("data", 0.26, middle + 0.4)
    arrow(axis, (1.2, middle), (places[0] - 0.15, middle), color("image"))
    for layer, (place, units) in enumerate(zip(places, layer_dims, strict=True)):
        # Heights by the logarithm: as lengths, 784 and 10 would not fit on one page.
        height = 0.46 * np.log10(units)
        is_output = layer == len(layer_dims) - 1
        part = "X" if layer == 0 else "answer" if is_output else "Z"
        box(axis, place, middle, 0.22, height, color(part))
        if layer == 0:
            words(axis, place, below, f"● X\n{units}", color(part))
            continue
        kept = f"● Z{layer}  ● " + ("A{} = Ŷ" if is_output else "A{}").format(layer)
        words(axis, place, below, f"{kept}\n{units}", color(part))
        function = "softmax" if is_output else "ReLU"
        words(axis, place, middle + height / 2 + 0.15, function, color("f"))
        start, end = places[layer - 1] + 0.17, place - 0.17
        arrow(axis, (start, middle), (end, middle), color("forward"))
        between = (start + end) / 2
        words(axis, between, middle + 0.2, f"W{layer}, b{layer}", color("W"), weight="bold")
        shape = f"{units} × {layer_dims[layer - 1]}"
        words(axis, between, middle - 0.2, shape, color("W"))
        words(axis, between, back + 0.17, f"dW{layer}, db{layer}", color("backward", BACKWARD))
        update = color("update", BACKWARD)
        arrow(axis, (between, back + 0.34), (between, middle - 0.38), update, linestyle=":")
    mark("activations", places[1] + 0.42, middle + 0.23 * np.log10(layer_dims[1]) + 0.15)
    mark("forward", (places[0] + places[1]) / 2 - 0.6, middle + 0.2)
    mark("error_analysis", places[-1] + 0.32, middle - 0.26)
    arrow(axis, (places[-1] + 0.17, middle), (8.05, middle), color("loss"))
    box(axis, 8.45, middle, 0.75, 0.5, color("loss"))
    words(axis, 8.45, middle, "loss", color("loss"))
    words(axis, 8.45, middle + 0.8, "label Y", color("Y"))
    arrow(axis, (8.45, middle + 0.66), (8.45, middle + 0.28), color("Y"))
    slopes = color("backward", BACKWARD)
    axis.plot([8.45, 8.45], [middle - 0.28, back], color=slopes, linewidth=1.6)
    arrow(axis, (8.45, back), (places[0], back), slopes)
    words(axis, 7.95, back + 0.17, "backward", slopes)
    mark("backprop", 7.33, back + 0.17)
    words(axis, 0.15, back, "W ← W - η dW", color("update", BACKWARD), ha="left")
    mark("training_loop", 0.25, back + 0.3)
    words(axis, 0.15, 1.1, "● in the cache", color("Z"), ha="left", fontsize=10)
    if lesson in (None, "pytorch_rebuild"):
        box(axis, 4.5, 1.45, 8.9, 2.8, PALE if lesson is None else LIT, "none")
        words(axis, 0.15, 2.65, "PyTorch", color("frame"), ha="left", weight="bold")
        mark("pytorch_rebuild", 1.1, 2.65)
    return figure


# --- lesson 1: data ---------------------------------------------------------------------------


def picture_to_column(image, row, column):
    """Draw how the rows of a picture, one after another, become a column.

    Parameters
    ----------
    image : ndarray of shape (n * n,)
    row, column : int
        A pixel. Its row is blue; the first two rows and the last are drawn too.

    Returns
    -------
    Figure
    """
    n = int(np.sqrt(len(image)))
    figure, axis = canvas(9, 4.8)
    left, top, side = 0.15, 4.2, 3.6
    picture = axis.inset_axes((left, top - side, side, side), transform=axis.transData)
    picture.imshow(image.reshape(n, n), cmap="Greys", extent=(0, n, n, 0))
    long = axis.inset_axes((4.7, 0.1, 0.5, 4.6), transform=axis.transData)
    long.imshow(image.reshape(-1, 1), cmap="Greys", extent=(0, 1, n * n, 0), aspect="auto")
    for panel in (picture, long):
        panel.set(xticks=[], yticks=[])
    words(axis, left + side / 2, 4.42, f"a picture of {n} × {n} pixels", fontsize=13)
    for number, color in {0: COLORS[2], 1: COLORS[3], n - 1: COLORS[4], row: LIT}.items():
        first, last = n * number, n * (number + 1) - 1
        picture.axhspan(number, number + 1, color=color, alpha=0.4, linewidth=0)
        long.axhspan(first, last + 1, color=color, alpha=0.4, linewidth=0)
        height = 4.7 - 4.6 * (number + 0.5) / n
        arrow(axis, (left + side + 0.03, top - side * (number + 0.5) / n), (4.67, height), color)
        text = f"row {number}: positions {first} to {last}"
        ink = LIT if number == row else FORWARD
        # The label of row 1 has to make room for that of row 0.
        words(axis, 5.35, height - 0.06 * (number == 1), text, ink, ha="left", fontsize=13)
    picture.add_patch(Rectangle((column, row), 1, 1, facecolor="none", edgecolor=LIT, linewidth=2))
    place = n * row + column
    text = f"its column {column}: position\n{n} × {row} + {column} = {place}, value {image[place]}"
    words(axis, 5.35, 4.7 - 4.6 * (row + 0.5) / n - 0.42, text, LIT, ha="left", fontsize=13)
    return figure


def weighted_sum(inputs, weights):
    """Draw a neuron: each input times its weight, and the sum of the products.

    Parameters
    ----------
    inputs, weights : ndarray of shape (n,)

    Returns
    -------
    Figure
    """
    figure, axis = canvas(7, 0.3 + 0.75 * len(inputs))
    rows = 0.75 * np.arange(len(inputs))[::-1] + 0.4
    middle = rows.mean()
    for row, value, weight in zip(rows, inputs, weights, strict=True):
        for place, number in ((0.7, value), (3.4, value * weight)):
            box(axis, place, row, 1, 0.5)
            words(axis, place, row, f"{number:g}", fontsize=14)
        arrow(axis, (1.25, row), (2.85, row))
        words(axis, 2, row + 0.17, f"× {weight:g}", fontsize=14)
        arrow(axis, (3.95, row), (5.25, middle + 0.25 * (row - middle)))
    box(axis, 6, middle, 1.4, 0.7, LIT)
    words(axis, 6, middle, f"{inputs @ weights:g}", LIT, fontsize=17)
    words(axis, 6, middle + 0.55, "sum", LIT, fontsize=14)
    return figure


def one_hot_grid(x, labels, encoded):
    """Draw one-hot labels as a grid, with the picture of each column above it.

    Parameters
    ----------
    x : ndarray of shape (784, m)
        Pictures.
    labels : int ndarray of shape (m,)
    encoded : ndarray of shape (n, m)
        The labels, one-hot.

    Returns
    -------
    Figure
    """
    n, m = encoded.shape
    width, height = 0.75, 0.33
    figure, axis = canvas(0.95 + width * m, 1.2 + height * n)
    words(axis, 0.4, height * n + 1.02, "label", fontsize=13)
    words(axis, 0.4, height * n + 0.3, "row", fontsize=13)
    for digit in range(n):
        words(axis, 0.4, height * (n - digit - 0.5) + 0.1, digit, fontsize=13)
    for example in range(m):
        middle = 0.85 + width * (example + 0.5)
        place = (middle - 0.32, height * n + 0.18, 0.64, 0.64)
        picture = axis.inset_axes(place, transform=axis.transData)
        picture.imshow(x[:, example].reshape(28, 28), cmap="Greys")
        picture.set(xticks=[], yticks=[])
        words(axis, middle, height * n + 1.02, labels[example], weight="bold", fontsize=13)
    for (digit, example), value in np.ndenumerate(encoded):
        corner = (0.85 + width * example, height * (n - 1 - digit) + 0.1)
        fill, ink = (LIT, "white") if value else ("white", "0.4")
        axis.add_patch(Rectangle(corner, width, height, facecolor=fill, edgecolor="0.8"))
        words(axis, corner[0] + width / 2, corner[1] + height / 2, f"{value:g}", ink, fontsize=13)
    return figure


def three_sets(num_training, num_validation, num_test):
    """Draw all images as a bar, cut in the three sets.

    Parameters
    ----------
    num_training, num_validation, num_test : int
        Images of each set.

    Returns
    -------
    Figure
    """
    figure, axis = canvas(9, 1.9)
    sets = {
        "training": (num_training, "to learn from", LIT, "white"),
        "validation": (num_validation, "to choose", "white", FORWARD),
        "test": (num_test, "closed until\nlesson 7", "0.85", FORWARD),
    }
    num_images = num_training + num_validation + num_test
    words(axis, 0.15, 1.62, f"all {num_images:,} images:", ha="left", fontsize=13)
    start, scale = 0.15, 8.7 / num_images
    for name, (size, job, fill, ink) in sets.items():
        length = scale * size
        axis.add_patch(Rectangle((start, 0.75), length, 0.65, facecolor=fill, edgecolor=FORWARD))
        middle = start + length / 2
        words(axis, middle, 1.62, name, weight="bold", fontsize=13)
        words(axis, middle, 1.07, f"{size:,}", ink, fontsize=15)
        words(axis, middle, 0.62, job, fontsize=13, va="top")
        start += length
    return figure


# --- lesson 2: activations --------------------------------------------------------------------


def added_relus(x, biases, weights):
    """Draw a network of one input and one output: its ReLUs bend, and their weighted sum.

    Parameters
    ----------
    x : ndarray of shape (n,)
        Values of the input.
    biases, weights : sequence of float
        One of each for each ReLU: where it bends, and what its output is multiplied by.

    Returns
    -------
    Figure
    """
    figure, axis = canvas(9, 0.2 + 1.45 * len(biases))
    rows = 1.45 * np.arange(len(biases))[::-1] + 0.75
    middle = rows.mean()
    box(axis, 0.45, middle, 0.6, 0.6)
    words(axis, 0.45, middle, "x", fontsize=15)
    bends = [-bias for bias in biases]
    total = 0
    for row, bias, weight in zip(rows, biases, weights, strict=True):
        activation = relu(x + bias)
        total = total + weight * activation
        toward = 0.35 * (row - middle)
        arrow(axis, (0.8, middle + toward / 2), (1.85, row))
        neuron = axis.inset_axes((2.1, row - 0.42, 2.0, 0.85), transform=axis.transData)
        neuron.plot(x, activation, color=FORWARD, linewidth=2)
        neuron.set(xticks=bends, yticks=[0], ylim=(-0.2, np.max(x) + 0.2))
        shift = f" {'+' if bias > 0 else '-'} {abs(bias):g}" if bias else ""
        neuron.text(0.05, 0.72, f"ReLU(x{shift})", transform=neuron.transAxes, fontsize=13)
        neuron.tick_params(labelsize=13)
        arrow(axis, (4.15, row), (5.6, middle + toward))
        words(axis, 4.75, 0.6 * row + 0.4 * (middle + toward) + 0.22, f"× {weight:g}", fontsize=14)
    output = axis.inset_axes((6.0, middle - 1.3, 2.85, 2.6), transform=axis.transData)
    output.plot(x, total, color=LIT, linewidth=3)
    output.set(xticks=bends, yticks=[0, 1])
    output.tick_params(labelsize=13)
    words(axis, 7.42, middle + 1.5, "the sum", LIT, fontsize=14)
    return figure


def softmax_steps(scores):
    """Draw softmax as three charts: the scores, e to each, and each divided by their sum.

    Parameters
    ----------
    scores : ndarray of shape (n,)
        Those of one example.

    Returns
    -------
    Figure
    """
    exponentials = np.exp(scores)
    total = exponentials.sum()
    steps = {"scores": scores, "e to each": exponentials, "probabilities": exponentials / total}
    figure, axis = canvas(9, 3.1)
    for place, (title, values) in zip((0.1, 3.35, 6.6), steps.items(), strict=True):
        color = LIT if title == "probabilities" else PALE
        panel = axis.inset_axes((place, 0.3, 2.3, 2.2), transform=axis.transData)
        container = panel.bar(range(len(values)), values, color=color)
        panel.bar_label(container, [f"{round(v, 4):.4g}" for v in values], fontsize=13, padding=2)
        panel.axhline(0, color=FORWARD, linewidth=1)
        panel.margins(y=0.15)
        panel.axis("off")
        words(axis, place + 1.15, 2.8, title, FORWARD, fontsize=14, weight="bold")
    for place, text in {2.9: "$e^z$", 6.15: f"÷ {total:.4g}"}.items():
        arrow(axis, (place - 0.35, 1.3), (place + 0.35, 1.3))
        words(axis, place, 1.6, text, fontsize=14)
    words(axis, 4.5, 0.15, f"their sum is {total:.4g}", fontsize=13)
    whole = steps["probabilities"].sum()
    words(axis, 7.75, 0.15, f"their sum is {whole:.4g}", LIT, fontsize=13)
    return figure


# --- lesson 4: backprop -----------------------------------------------------------------------

# What the network by hand computes, in its order: forward, then back.
STEPS = {
    "start": "x, W and b are given",
    "Z1": "z1 = W1 x + b1",
    "A1": "a1 = ReLU(z1)",
    "Z2": "z2 = W2 a1 + b2",
    "A2": "ŷ = softmax(z2)",
    "loss": "loss = -ln of the ŷ whose y is 1",
    "dZ2": "dz2 = ŷ - y",
    "dW2": "dW2 = dz2 a1ᵀ,  db2 = dz2",
    "dA1": "da1 = W2ᵀ dz2: along both paths, added",
    "dZ1": "dz1 = da1 where ReLU is on, else 0",
    "dW1": "dW1 = dz1 xᵀ,  db1 = dz1",
}


def network_by_hand(x, y, params, step="dW1"):
    """Draw a small network as a graph: each value, and below it its slope in orange.

    Parameters
    ----------
    x : float ndarray of shape (2, 1)
        One example.
    y : float ndarray of shape (2, 1)
        Its label, one-hot.
    params : dict
        "W1", "b1", "W2" and "b2" of a network with two inputs, two hidden units and two outputs.
    step : str
        How far the computation has come, one of STEPS. What it computes now is blue.

    Returns
    -------
    Figure
    """
    y_hat, cache = forward(x, params)
    grads = backward(y, params, cache)
    values = cache | params | {"loss": np.full((2, 1), compute_loss(y_hat, y))}
    # With a single example the slopes along the scores of a layer are those along its biases.
    dZ2, dZ1 = grads["db2"], grads["db1"]
    slopes = grads | {"dZ2": dZ2, "dA1": params["W2"].T @ dZ2, "dZ1": dZ1}
    known = list(STEPS)[: list(STEPS).index(step) + 1]
    # The biases' slopes come with those of the weights.
    known += [name.replace("dW", "db") for name in known if name.startswith("dW")]
    now = {step, step.replace("dW", "db")}
    figure, axis = canvas(9, 5)

    def write(name, index, across, up, label="", **style):
        """Write a value, and below it its slope, each as soon as it is known."""
        if name in known or name in params or name == "X":
            text = f"{label}{values[name][index]:.4g}"
            words(axis, across, up, text, LIT if name in now else FORWARD, zorder=4, **style)
        slope = f"d{name}"
        if slope in known:
            color = LIT if slope in now else BACKWARD
            text = f"{slopes[slope][index]:.4g}"
            words(axis, across, up - 0.25, text, color, zorder=4, weight="bold", **style)

    rows = (3.6, 1.5)
    on_white = {"bbox": {"facecolor": "white", "edgecolor": "none", "pad": 1}}
    for left, right, layer in ((0.85, 2.45, 1), (4.35, 5.8, 2)):
        for (unit, source), _ in np.ndenumerate(params[f"W{layer}"]):
            start, end = np.array([left, rows[source]]), np.array([right, rows[unit]])
            arrow(axis, start, end, PALE)
            # Where one comes first, and away from where two cross.
            place = start + (0.68 if unit == source else 0.3) * (end - start)
            write(f"W{layer}", (unit, source), place[0], place[1] + 0.12, **on_white)
    for unit, row in enumerate(rows):
        box(axis, 0.5, row, 0.7, 0.8)
        write("X", (unit, 0), 0.5, row)
        for middle, layer in ((3.4, 1), (6.75, 2)):
            box(axis, middle, row, 1.9, 0.8)
            axis.plot([middle, middle], [row - 0.4, row + 0.4], color=PALE, zorder=3)
            write(f"Z{layer}", (unit, 0), middle - 0.48, row + 0.12)
            write(f"A{layer}", (unit, 0), middle + 0.48, row + 0.12)
            write(f"b{layer}", (unit, 0), middle - 0.48, row - 0.58, "b = ")
        words(axis, 8.1, row, f"y = {y[unit, 0]:.4g}", ha="left")
        arrow(axis, (7.7, row), (8.25, np.mean(rows) + 0.3 * np.sign(row - np.mean(rows))), PALE)
    box(axis, 8.45, np.mean(rows), 0.9, 0.5)
    write("loss", (0, 0), 8.45, np.mean(rows))
    titles = {0.5: "x", 2.92: "z1", 3.88: "a1", 6.27: "z2", 7.23: "ŷ", 8.45: "loss"}
    for place, title in titles.items():
        words(axis, place, 4.22 if title != "loss" else np.mean(rows) + 0.42, title, weight="bold")
    words(axis, 4.5, 4.72, STEPS[step], LIT, fontsize=15)
    words(axis, 0.15, 0.3, "black: values, forward", ha="left", fontsize=11)
    words(axis, 2.6, 0.3, "orange: slopes of the loss, backward", BACKWARD, ha="left", fontsize=11)
    words(axis, 6.2, 0.3, "blue: computed in this step", LIT, ha="left", fontsize=11)
    return figure


# --- lesson 5: training loop ------------------------------------------------------------------


def show_epoch(num_examples, batch_size):
    """Display one epoch of training: the batches, and the step that each of them takes.

    Parameters
    ----------
    num_examples, batch_size : int
    """
    num_steps, last = epoch_in_steps(num_examples, batch_size)
    alt = (
        f"A bar of {num_examples:,} images in random order is cut into {num_steps} batches of "
        f"{batch_size}, the last with {last}: one epoch. Each batch takes one step: forward, "
        "loss, backward, update. Then the next batch comes, with the new weights."
    )
    show(epoch_diagram(num_examples, batch_size), alt)


def epoch_in_steps(num_examples, batch_size):
    """Count the batches of an epoch, and the examples of the last one.

    Parameters
    ----------
    num_examples, batch_size : int

    Returns
    -------
    num_steps, last : int
    """
    num_steps = -(-num_examples // batch_size)
    return num_steps, num_examples - (num_steps - 1) * batch_size


def epoch_diagram(num_examples, batch_size):
    """Draw an epoch as a bar of batches, and below it the step that each batch takes.

    Parameters
    ----------
    num_examples, batch_size : int
        At least four batches fit.

    Returns
    -------
    Figure
    """
    num_steps, last = epoch_in_steps(num_examples, batch_size)
    figure, axis = canvas(9, 3.3)
    bar, step = 2.35, 1.15
    words(axis, 4.5, 3.05, f"an epoch: {num_examples:,} images, in a new random order", LIT)
    axis.annotate("", (8.85, 2.85), (0.15, 2.85), arrowprops={"arrowstyle": "<->", "color": LIT})
    # Only the first batches are drawn, and the last: with all of them none could be seen.
    for place, size in ((0.8, batch_size), (2.2, batch_size), (3.6, batch_size), (8.45, last)):
        width = 1.3 if size == batch_size else 0.8
        box(axis, place, bar, width, 0.5)
        words(axis, place, bar, f"{size}")
    words(axis, 6.1, bar, f"…  {num_steps} batches in all  …")
    arrow(axis, (0.8, bar - 0.3), (0.8, step + 0.3))
    places = {"forward": 0.8, "loss": 2.5, "backward": 4.3, "update": 6.3}
    colors = (FORWARD, FORWARD, BACKWARD, LIT)
    for (name, place), color in zip(places.items(), colors, strict=True):
        box(axis, place, step, 1.3, 0.5, color)
        words(axis, place, step, name, color, weight="bold")
    for start, end in pairwise(places.values()):
        arrow(axis, (start + 0.7, step), (end - 0.7, step))
    words(axis, 7.1, step, "W ← W - η dW\nb ← b - η db", LIT, ha="left")
    axis.plot([6.3, 6.3, 0.8], [step - 0.3, 0.5, 0.5], color=LIT, linewidth=1.6)
    arrow(axis, (0.8, 0.5), (0.8, step - 0.3), LIT)
    words(axis, 3.4, 0.22, "a step for each batch, and the next begins with the new weights", LIT)
    return figure
