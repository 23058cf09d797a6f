"""The schematic drawings of the lessons: neurons, layers, the network, and the chain rule.

Each function takes arrays or layer sizes and returns a Matplotlib Figure, those of lesson 6 also
the text that says what it shows; `helpers.figures.show` puts both on the page. Every number on
a drawing is computed from what the function was given.

What goes forward is black, what comes back is orange, and what a lesson is about is blue.
"""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle

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


def show_strip(lesson):
    """Display the strip of the course's network, with one lesson's part in blue.

    Parameters
    ----------
    lesson : str
        One of LESSONS.
    """
    image = load_mnist_bytes()[0][7]
    alt = (
        "The network as a strip: picture, X with 784 numbers, two layers of 128 and 64 units, "
        "10 probabilities, the loss, and below them the way back. "
        f"In blue, what this lesson is about: {PARTS[lesson][1]}."
    )
    show(architecture_strip(image, [784, 128, 64, 10], lesson), alt)


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


# --- lesson 6: pytorch rebuild ----------------------------------------------------------------


def autograd_graph(w, gradient):
    """Draw what autograd records of (3w - 5)², and how it comes back.

    Parameters
    ----------
    w : float
    gradient : float
        The slope that came to w, `w.grad`.

    Returns
    -------
    figure : Figure
    text : str
    """
    difference = 3 * w - 5
    values = {"w": w, "3w": 3 * w, "3w - 5": difference, "loss": difference**2}
    slopes = [gradient, 2 * difference, 2 * difference, 1]
    steps = [
        ("multiply by 3", "× 3"),
        ("subtract 5", "× 1"),
        ("square", f"× 2 · {difference:.4g}"),
    ]
    figure, axis = canvas(9, 2.7)
    places, middle = np.linspace(0.8, 8.2, len(values)), 1.35
    for place, (name, value), slope in zip(places, values.items(), slopes, strict=True):
        box(axis, place, middle, 1, 1.1)
        words(axis, place, middle + 0.8, name, weight="bold")
        words(axis, place, middle + 0.25, f"{value:.4g}", zorder=3)
        words(axis, place, middle - 0.25, f"{slope:.4g}", BACKWARD, weight="bold", zorder=3)
    for (forth, back), left, right in zip(steps, places, places[1:], strict=False):
        start, end, between = left + 0.55, right - 0.55, (left + right) / 2
        arrow(axis, (start, middle + 0.25), (end, middle + 0.25))
        arrow(axis, (end, middle - 0.25), (start, middle - 0.25), BACKWARD)
        words(axis, between, middle + 0.45, forth)
        words(axis, between, middle - 0.47, back, BACKWARD)
    words(axis, places[0], middle - 0.8, "w.grad", BACKWARD)
    words(axis, 3, 0.25, "black: recorded forward", ha="left", fontsize=11)
    words(axis, 5.6, 0.25, "orange: slopes of the loss, backward", BACKWARD, ha="left", fontsize=11)
    forward_words = ", ".join(f"{name} = {value:.4g}" for name, value in values.items())
    backward_words = ", ".join(f"{slope:.4g}" for slope in reversed(slopes))
    text = (
        f"Three operations as a chain, forward in black: {forward_words}. Backward in orange, the "
        f"slopes of the loss from its end to w: {backward_words}."
    )
    return figure, text


def rows_and_columns(weights, x):
    """Draw one layer's product twice: with an example in each column, and in each row.

    Parameters
    ----------
    weights : ndarray of shape (n_1, n_0)
    x : ndarray of shape (n_0, m)
        Few examples. The first is blue.

    Returns
    -------
    figure : Figure
    text : str
    """
    figure, axis = canvas(9, 4.3)
    ours = {"W": weights, "X": x, "W X": weights @ x}
    theirs = {"Xᵀ": x.T, "Wᵀ": weights.T, "Xᵀ Wᵀ": x.T @ weights.T}
    for middle, title, example, products in (
        (3.15, "ours", "column", ours),
        (1, "PyTorch", "row", theirs),
    ):
        words(axis, 0.2, middle + 0.2, title, ha="left", weight="bold")
        words(axis, 0.2, middle - 0.15, f"an example is a {example}", LIT, ha="left")
        for place, (name, array) in zip((4.2, 6.3, 8.2), products.items(), strict=True):
            # By the logarithm, as in the strip: as lengths, 784 and 5 would not fit on one page.
            height, width = 0.5 * np.log10(array.shape)
            edge = {"edgecolor": FORWARD, "linewidth": 1.4}
            corner = np.array([place - width / 2, middle - height / 2])
            axis.add_patch(Rectangle(corner, width, height, facecolor="none", zorder=3, **edge))
            if name not in ("W", "Wᵀ"):
                _draw_examples(axis, corner, width, height, x.shape[1], example)
            words(axis, place, middle + height / 2 + 0.17, name, weight="bold")
            words(axis, place, middle - height / 2 - 0.18, "{} × {}".format(*array.shape))
        words(axis, 5.45, middle, "@")
        words(axis, 7.2, middle, "=")
    shapes = [
        " @ ".join("({}, {})".format(*array.shape) for array in list(products.values())[:2])
        for products in (ours, theirs)
    ]
    text = (
        f"Twice the same product as blocks, with one example in blue. Ours has it as a column: "
        f"W @ X, {shapes[0]}. PyTorch has it as a row: X.T @ W.T, {shapes[1]}."
    )
    return figure, text


def _draw_examples(axis, corner, width, height, count, example):
    """Cut a block into its columns or rows, one for each example, and fill the first."""
    across, up = (width / count, height) if example == "column" else (width, height / count)
    for number in range(count):
        # The first column is the leftmost one, the first row the one on top.
        steps = (number, 0) if example == "column" else (0, count - 1 - number)
        place = corner + np.array(steps) * (across, up)
        color = {"facecolor": "white" if number else LIT, "edgecolor": PALE, "linewidth": 0.8}
        axis.add_patch(Rectangle(place, across, up, zorder=2, **color))
