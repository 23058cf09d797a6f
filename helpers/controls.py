"""The controls of the lessons: move something, and see what it does.

Behind each control stands a plain function whose name ends in `_view`. It takes the
values that the reader has chosen, and returns a picture and the text that says the
same. `Control` puts both below the widgets, and draws anew whenever one of them moves.
"""

import itertools
import threading
from html import escape
from pathlib import Path

import anywidget
import ipywidgets as widgets
import matplotlib as mpl
import numpy as np
import traitlets
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from helpers import activations, contracts
from helpers.backprop import backward, centred_difference
from helpers.diagrams import STEPS, dot_product, factor, network_by_hand, short, values_by_hand
from helpers.figures import (
    COLORS,
    LINE_STYLES,
    STYLE,
    curves,
    digit_grid,
    picture_html,
    pixel_values,
)
from helpers.forward import compute_accuracy, compute_loss, forward, initialize_parameters
from helpers.training_loop import (
    create_mini_batches,
    layer_dims_of,
    train_mnist,
    update_parameters,
)

# A picture that follows the hand is drawn at a lower resolution than one for print.
LIVE_DPI = 110

# --- what all controls share --------------------------------------------------------------


class PictureBelow(widgets.VBox):
    """Widgets, and below them a picture and a text.

    Parameters
    ----------
    children : list of Widget

    Notes
    -----
    Its output carries the picture and the text too, so that a page without a
    running kernel shows them in place of the widgets.
    """

    def __init__(self, children):
        self.picture = widgets.HTML()
        super().__init__([*children, self.picture, SliderNames()])
        self.add_class("course-control")

    def show(self, figure, text):
        """Put a Figure, and the text that says the same, below the widgets."""
        self.text = text
        self.picture.value = f"{picture_html(figure, text, LIVE_DPI)}<p>{escape(text)}</p>"

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        return bundle | {"text/html": self.picture.value, "text/plain": self.text}


class Control(PictureBelow):
    """Widgets, and below them a picture and a text that follow them.

    Parameters
    ----------
    view : callable
        Takes the value of each input by name, and returns a Figure and a str.
    states : list of dict, optional
        The values of all inputs, by name, that are worth recording for a page without a kernel:
        at most some 300. There an input offers the values that go with those before it.
    plays : str, optional
        The input that is time: such a page plays it.
    **inputs : Widget
        Each with a trait `value`.
    """

    def __init__(self, view, states=(), plays=None, **inputs):
        self.view, self.inputs = view, inputs
        self.states, self.plays = states, plays
        super().__init__(list(inputs.values()))
        self.update()
        for widget in inputs.values():
            widget.observe(self.update, "value")

    def update(self, change=None):
        """Draw the picture for the values that the inputs have now."""
        values = {name: widget.value for name, widget in self.inputs.items()}
        try:
            self.show(*self.view(**values))
        except Exception as error:
            # Jupyter hides what such a callback raises in a log. The reader shall see it.
            self.picture.value = f'<p role="alert">This went wrong: {escape(str(error))}</p>'
            raise


def combinations(**values):
    """All states that take one of the values of each input, as a list of dict.

    Parameters
    ----------
    **values : iterables
        By name of input. The last one changes fastest.
    """
    return [dict(zip(values, state, strict=True)) for state in itertools.product(*values.values())]


class SliderNames(anywidget.AnyWidget):
    """Gives the sliders around it their labels as names, for screen readers.

    ipywidgets 8 shows the label beside a slider, but does not tie the two together.
    """

    _esm = """
    function render({ el }) {
      const name = () => {
        for (const handle of el.closest(".course-control")?.querySelectorAll(".noUi-handle") ?? [])
          handle.ariaLabel = handle.closest(".widget-slider").querySelector("label").textContent;
      };
      // Once the whole control is on the page.
      const observer = new ResizeObserver(name);
      observer.observe(el);
      return () => observer.disconnect();
    }
    export default { render };
    """


# All labels in full, and the widgets below each other.
WIDE = {"style": {"description_width": "9em"}, "layout": {"width": "34em", "max_width": "100%"}}
NARROW = {"style": {"description_width": "9em"}}


# --- lesson 1: data -----------------------------------------------------------------------


def browse_digits(images, labels):
    """Turn through the images of one digit; see an image as numbers.

    Parameters
    ----------
    images : uint8 ndarray of shape (m, 784)
    labels : int ndarray of shape (m,)

    Returns
    -------
    Control
    """
    rarest = np.bincount(labels, minlength=10).min()
    digits = range(10)
    return Control(
        lambda digit, number, shown: digit_view(images, labels, digit, number, shown),
        combinations(digit=digits, shown=["picture"], number=range(1, 21))
        + combinations(digit=digits, shown=["numbers"], number=range(1, 3)),
        digit=widgets.IntSlider(3, 0, 9, description="digit", **WIDE),
        number=widgets.IntSlider(1, 1, int(rarest), description="number", **WIDE),
        shown=widgets.Dropdown(options=["picture", "numbers"], description="shown as", **NARROW),
    )


def digit_view(images, labels, digit, number, shown="picture"):
    """The image with the given number among those of one digit.

    Parameters
    ----------
    images : uint8 ndarray of shape (m, 784)
    labels : int ndarray of shape (m,)
    digit : int
    number : int
        Counted from 1.
    shown : {"picture", "numbers"}

    Returns
    -------
    figure : Figure
    text : str
    """
    index = np.flatnonzero(labels == digit)[number - 1]
    image = images[index]
    if shown == "numbers":
        figure = pixel_values(image)
    else:
        figure = Figure(figsize=(3.2, 3.2), layout="constrained")
        axis = figure.subplots()
        axis.imshow(image.reshape(28, 28), cmap="Greys", vmin=0, vmax=255)
        axis.set(xticks=[], yticks=[])
    return figure, (
        f"Image {index}: a {digit}, number {number:,} of {(labels == digit).sum():,}. "
        f"{np.count_nonzero(image)} of its 784 pixels hold ink, the darkest {image.max()}."
    )


# --- lesson 2: activations ----------------------------------------------------------------

FUNCTIONS = {
    "ReLU": (activations.relu, activations.relu_derivative),
    "sigmoid": (activations.sigmoid, activations.sigmoid_derivative),
    "tanh": (activations.tanh, activations.tanh_derivative),
}


def move_point():
    """Move a point along an activation function, and watch the slope there.

    Returns
    -------
    Control
    """
    return Control(
        slope_view,
        combinations(function=FUNCTIONS, z=np.linspace(-5, 5, 101).round(1).tolist()),
        function=widgets.Dropdown(options=list(FUNCTIONS), description="function", **NARROW),
        z=widgets.FloatSlider(1, min=-5, max=5, step=0.1, description="score z", **WIDE),
    )


def slope_view(function, z):
    """An activation function with its tangent at z, and its slope beside it.

    Parameters
    ----------
    function : {"ReLU", "sigmoid", "tanh"}
    z : float

    Returns
    -------
    figure : Figure
    text : str
    """
    f, derivative = FUNCTIONS[function]
    grid = np.linspace(-5, 5, 401)
    a, slope = float(f(z)), float(derivative(z))
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(8, 3.4))
        left, right = figure.subplots(1, 2)
        left.plot(grid, f(grid), color=COLORS[0])
        near = np.array([z - 1.2, z + 1.2])
        left.plot(near, a + slope * (near - z), color=COLORS[1], linestyle="--")
        left.set(title="function and tangent", xlabel="score z", ylabel="a")
        left.set(ylim=(-1.2, 5.2 if function == "ReLU" else 1.2))
        right.plot(grid, derivative(grid), color=COLORS[0])
        right.set(title="slope", xlabel="score z", ylim=(-0.05, 1.1))
        for axis, height in ((left, a), (right, slope)):
            axis.plot(z, height, "o", color=COLORS[1], markersize=9)
    return figure, f"{function} at z = {z:.1f}: a = {a:.4f}, slope {slope:.4f}."


def bend_softmax():
    """Move four scores and the temperature, and watch the probabilities.

    Returns
    -------
    Control
    """
    scores = {
        f"score_{k}": widgets.IntSlider(3 - k, -5, 5, description=f"score {k}", **WIDE)
        for k in range(4)
    }
    temperature = widgets.FloatLogSlider(1, min=-1, max=2, description="temperature T", **WIDE)
    return Control(
        lambda temperature, **scores: softmax_view(list(scores.values()), temperature),
        # The same shift of all scores changes nothing, so the last one may stay.
        combinations(
            score_0=range(4),
            score_1=range(4),
            score_2=range(4),
            score_3=[0],
            temperature=[0.1, 1.0, 5.0, 100.0],
        ),
        **scores,
        temperature=temperature,
    )


def softmax_view(scores, temperature):
    """The softmax of scores at a temperature, as bars.

    Parameters
    ----------
    scores : sequence of float
    temperature : float
        Above 0.

    Returns
    -------
    figure : Figure
    text : str
    """
    probabilities = activations.softmax(np.asarray(scores) / temperature)
    figure = probability_bars(probabilities, "class")
    listed = ", ".join(f"{p:.3f}" for p in probabilities)
    return figure, f"T = {temperature:g}: probabilities {listed}."


def probability_bars(probabilities, xlabel):
    """Bars of probabilities, on an axis that always runs from 0 to 1.

    Parameters
    ----------
    probabilities : ndarray of shape (n,)
    xlabel : str

    Returns
    -------
    Figure
    """
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(8, 3))
        draw_probabilities(figure.subplots(), probabilities, xlabel)
        figure.axes[0].bar_label(figure.axes[0].containers[0], fmt="%.2f", fontsize=11)
    return figure


def draw_probabilities(axis, probabilities, xlabel):
    """Draw the bars of `probability_bars` into an axis; the largest stands out."""
    classes = range(len(probabilities))
    colors = [COLORS[1] if k == np.argmax(probabilities) else COLORS[0] for k in classes]
    axis.bar(classes, probabilities, color=colors)
    axis.set(ylim=(0, 1.1), xticks=classes, xlabel=xlabel, ylabel="probability")
    axis.grid(False)


# --- lesson 3: forward --------------------------------------------------------------------


def follow_digit(images, labels, params, image=0):
    """Choose an image, and see what every layer makes of it.

    Parameters
    ----------
    images : float ndarray of shape (784, m)
    labels : int ndarray of shape (m,)
    params : dict
        A network with two hidden layers, of 128 and 64 units.
    image : int
        Which column it begins with.

    Returns
    -------
    Control
    """
    return Control(
        lambda image: path_view(images, labels, params, image),
        combinations(image=range(100)),
        image=widgets.IntSlider(image, 0, images.shape[1] - 1, description="image", **WIDE),
    )


def path_view(images, labels, params, image):
    """One image, the activations of both hidden layers, and the probabilities.

    Parameters
    ----------
    images : float ndarray of shape (784, m)
    labels : int ndarray of shape (m,)
    params : dict
    image : int
        Which column.

    Returns
    -------
    figure : Figure
    text : str
    """
    y_hat, cache = forward(images[:, [image]], params)
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(9, 2.8))
        axes = figure.subplots(1, 4, width_ratios=[1, 1, 1, 1.7])
        layers = (
            ("784 pixels", images[:, image].reshape(28, 28)),
            ("layer 1, 128 units", cache["A1"].reshape(16, 8)),
            ("layer 2, 64 units", cache["A2"].reshape(8, 8)),
        )
        for axis, (title, values) in zip(axes, layers, strict=False):
            axis.imshow(values, cmap="Greys", vmin=0)
            axis.set_title(title, fontsize=11)
            axis.set(xticks=[], yticks=[])
            axis.spines[:].set(visible=True, color="0.6")
        draw_probabilities(axes[3], y_hat[:, 0], "digit")
    on = [int((cache[name] > 0).sum()) for name in ("A1", "A2")]
    answer = int(y_hat.argmax())
    return figure, (
        f"Image {image}, a {labels[image]}: {on[0]} of 128 units are on in layer 1, {on[1]} of 64 "
        f"in layer 2. The answer is {answer}, with probability {y_hat[answer, 0]:.3f}."
    )


def scale_weights(x):
    """Change the size of the first weights, and see the signal die or explode.

    Parameters
    ----------
    x : float ndarray of shape (784, m)

    Returns
    -------
    Control
    """
    he = initialize_parameters([784] + [128] * 6 + [10])
    return Control(
        lambda factor: scale_view(x, he, factor),
        combinations(factor=np.linspace(0, 3, 31).round(1).tolist()),
        factor=widgets.FloatSlider(1, min=0, max=3, description="times He's size", **WIDE),
    )


def scale_view(x, params, factor):
    """The positive activations of each hidden layer when all weights are scaled.

    Parameters
    ----------
    x : float ndarray of shape (784, m)
    params : dict
        A network with He's weights.
    factor : float
        What the weights are multiplied by.

    Returns
    -------
    figure : Figure
    text : str
    """
    y_hat, cache = forward(x, {name: factor * array for name, array in params.items()})
    layers = range(1, len(params) // 2)
    sizes = [np.sqrt((cache[f"A{layer}"] ** 2).mean()) for layer in layers]
    bins = np.geomspace(1e-7, 1e7, 71)
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(9, 2.6))
        axes = figure.subplots(1, len(layers), sharey=True)
        for axis, layer, size in zip(axes, layers, sizes, strict=True):
            positive = cache[f"A{layer}"][cache[f"A{layer}"] > 0]
            axis.hist(positive, bins, color=COLORS[0])
            # The axis is the same for every factor, so that one sees the values move.
            axis.set(xscale="log", xlim=(1e-7, 1e7), xticks=[1e-6, 1, 1e6], yticks=[])
            axis.set_title(f"layer {layer}", fontsize=11)
            if size > 0:
                axis.axvline(size, color=COLORS[1], linestyle="--")
        figure.supxlabel("activation, where positive (dashed: typical size)", fontsize=11)
    return figure, (
        f"{factor:g} times He's size: typical activation {sizes[0]:.1e} in layer 1, "
        f"{sizes[-1]:.1e} in layer {len(layers)}. The answer's mean probability is "
        f"{y_hat.max(axis=0).mean():.1%}."
    )


# --- lesson 4: backprop -------------------------------------------------------------------


def step_through(x, y, params):
    """Work a small network by hand, step by step: guess, and press Next.

    Parameters
    ----------
    x, y, params
        As for `helpers.diagrams.network_by_hand`.

    Returns
    -------
    Control
    """
    steps = list(STEPS)
    step = widgets.IntSlider(0, 0, len(steps) - 1, description="step", **WIDE)
    back, forth = widgets.Button(description="Back"), widgets.Button(description="Next")
    # The slider stays within its range by itself.
    back.on_click(lambda button: step.set_trait("value", step.value - 1))
    forth.on_click(lambda button: step.set_trait("value", step.value + 1))
    control = Control(
        lambda step: by_hand_view(x, y, params, steps[step]),
        combinations(step=range(len(steps))),
        plays="step",
        step=step,
    )
    control.children = [widgets.HBox([back, forth]), *control.children]
    return control


def by_hand_view(x, y, params, step):
    """The network worked by hand up to one step, and that step with its numbers.

    Parameters
    ----------
    x, y, params
        As for `helpers.diagrams.network_by_hand`.
    step : str
        One of STEPS.

    Returns
    -------
    figure : Figure
    text : str
    """
    sums = "; ".join(_sums_by_hand(values_by_hand(x, y, params))[step])
    text = f"Step {list(STEPS).index(step)} of {len(STEPS) - 1}: {STEPS[step]}. {sums}."
    return network_by_hand(x, y, params, step), text


def _sums_by_hand(values):
    """For each of STEPS a sentence for every number that it computes."""
    W1, b1, W2, b2, X, A1, dZ2, dZ1 = (
        values[name] for name in ("W1", "b1", "W2", "b2", "X", "A1", "dZ2", "dZ1")
    )

    def each(sentence, *names):
        columns = [map(short, values[name][:, 0]) for name in names]
        return [sentence.format(*numbers) for numbers in zip(*columns, strict=True)]

    def vector(name):
        return [f"{name.lower()} = ({', '.join(each('{}', name))})"]

    def products(left, right, bias=None):
        found = []
        for (row, column), total in np.ndenumerate(left @ right + (0 if bias is None else bias)):
            added = "" if bias is None else f" + {factor(bias[row, 0])}"
            found.append(f"{dot_product(left[row], right[:, column])}{added} = {short(total)}")
        return found

    powers = " + ".join(each("e^{}", "Z2"))
    is_true = values["Y"][:, 0] == 1
    return {
        "start": vector("X") + vector("Y"),
        "Z1": products(W1, X, b1),
        "A1": each("ReLU({}) = {}", "Z1", "A1"),
        "Z2": products(W2, A1, b2),
        "A2": each(f"e^{{}} / ({powers}) = {{}}", "Z2", "A2"),
        "loss": [f"-ln {short(values['A2'][is_true, 0][0])} = {short(values['loss'][0, 0])}"],
        "dZ2": each("{} - {} = {}", "A2", "Y", "dZ2"),
        "dW2": products(dZ2, A1.T) + vector("db2"),
        "dA1": products(W2.T, dZ2),
        "dZ1": each("{} with z1 = {} becomes {}", "dA1", "Z1", "dZ1"),
        "dW1": products(dZ1, X.T) + vector("db1"),
    }


def pick_weight(x, y, params):
    """Pick a weight, and hold its measured slope beside the computed one.

    Parameters
    ----------
    x : float64 ndarray of shape (n_0, m)
    y : float64 ndarray of shape (n_L, m)
        One-hot labels.
    params : dict

    Returns
    -------
    Control
    """
    grads = backward(y, params, forward(x, params)[1])
    names = widgets.Dropdown(options=list(params), value="W3", description="array", **NARROW)
    rows, columns = params["W3"].shape
    row = widgets.IntSlider(3, 0, rows - 1, description="row", **WIDE)
    column = widgets.IntSlider(5, 0, columns - 1, description="column", **WIDE)

    def fit_ranges(change):
        rows, columns = params[change.new].shape
        row.max, column.max = rows - 1, columns - 1

    def view(name, row, column):
        # Row and column follow the array one after the other; in between one may lie outside.
        rows, columns = params[name].shape
        row, column = min(row, rows - 1), min(column, columns - 1)
        return weight_view(x, y, params, grads, name, row, column)

    names.observe(fit_ranges, "value")
    states = []
    for name, array in params.items():
        # Of each range its ends, its quarters, and where the control begins. A quarter of a
        # picture ends at its white margin, so we go on by half a row, which is 14 of 784.
        rows, columns = (
            sorted({0, first, *(k * n // 4 + n // 56 for k in (1, 2, 3)), n - 1} & set(range(n)))
            for first, n in zip((row.value, column.value), array.shape, strict=True)
        )
        states += combinations(name=[name], row=rows, column=columns)
    return Control(view, states, name=names, row=row, column=column)


def weight_view(x, y, params, grads, name, row, column):
    """The loss as one weight moves, and the slope that `backward` gives there.

    Parameters
    ----------
    x : float64 ndarray of shape (n_0, m)
    y : float64 ndarray of shape (n_L, m)
    params, grads : dict
    name : str
        Which array of `params`.
    row, column : int

    Returns
    -------
    figure : Figure
    text : str
    """
    nudges = np.linspace(-0.5, 0.5, 21)
    losses = []
    moved = params | {name: params[name].copy()}
    for nudge in nudges:
        moved[name][row, column] = params[name][row, column] + nudge
        losses.append(compute_loss(forward(x, moved)[0], y))
    computed = grads[f"d{name}"][row, column]
    here = losses[len(nudges) // 2]
    figure = curves(
        nudges,
        {"loss": losses, "computed slope": here + computed * nudges},
        f"change of {name}[{row}, {column}]",
        "loss",
    )
    figure.axes[0].ticklabel_format(axis="y", useOffset=False)
    measured = centred_difference(x, y, params, name, (row, column), 1e-5)
    found = "lies on a corner of ReLU" if measured is None else f"{measured:.6f}"
    return figure, f"{name}[{row}, {column}]: computed slope {computed:.6f}, measured {found}."


def try_step_sizes(measure, exact):
    """Move the step of a centred difference along the V of its error.

    Parameters
    ----------
    measure : callable
        Takes the step size, and returns the measured slope.
    exact : float
        The computed slope, not 0.

    Returns
    -------
    Control
    """
    steps = 10.0 ** np.arange(-12, -0.5, 0.5)
    errors = [abs(measure(step) - exact) / abs(exact) for step in steps]
    return Control(
        lambda step: step_view(steps, errors, measure, exact, step),
        combinations(step=steps.tolist()),
        step=widgets.FloatLogSlider(
            0.01, min=-12, max=-1, step=0.5, readout_format=".1e", description="step size", **WIDE
        ),
    )


def step_view(steps, errors, measure, exact, step):
    """The V of the errors, with the chosen step marked on it.

    Parameters
    ----------
    steps, errors : sequences of float
    measure : callable
        Takes the step size, and returns the measured slope.
    exact : float
    step : float

    Returns
    -------
    figure : Figure
    text : str
    """
    measured = measure(step)
    error = abs(measured - exact) / abs(exact)
    figure = curves(steps, {"error": errors}, "step size", "relative error", "log", "log")
    # An error of exactly 0 has no place on a log axis.
    figure.axes[0].plot(step, max(error, 1e-16), "o", color=COLORS[1], markersize=11)
    return figure, (
        f"Step {step:.1e}: measured {measured:.6f}, computed {exact:.6f}, "
        f"relative error {error:.1e}."
    )


# --- lesson 5: training loop --------------------------------------------------------------


def training_steps(
    x, y, x_validation, y_validation, layer_dims, learning_rate, batch_size, num_epochs
):
    """Train a fresh network, and report about ten times an epoch.

    Parameters
    ----------
    x, y, x_validation, y_validation, layer_dims, learning_rate, batch_size, num_epochs
        As for `helpers.training_loop.train_mnist`.

    Yields
    ------
    epochs : float
        How far the training is.
    loss : float
        Mean over the examples since the last report.
    accuracy : float
        On the validation images, now.

    Raises
    ------
    ValueError
        As `train_mnist`.
    FloatingPointError
        If the loss or a probability stops being a number.
    """
    train_mnist.check_arguments(
        x, y, x_validation, y_validation, layer_dims, learning_rate, num_epochs, batch_size
    )
    rng = np.random.default_rng(42)
    params = initialize_parameters(layer_dims, rng, y.dtype)
    report_every = max(1, -(-x.shape[1] // batch_size) // 10)
    seen, losses = 0, []
    for _ in range(num_epochs):
        for step, (x_batch, y_batch) in enumerate(create_mini_batches(x, y, batch_size, rng)):
            # What overflows is reported below, in plain words.
            with np.errstate(over="ignore", invalid="ignore"):
                y_hat, cache = forward(x_batch, params)
                losses.append(compute_loss(y_hat, y_batch))
                update_parameters(params, backward(y_batch, params, cache), learning_rate)
            if not np.isfinite(losses[-1]):
                raise FloatingPointError("the loss is no number any more: the weights ran away")
            seen += x_batch.shape[1]
            if (step + 1) % report_every == 0:
                with np.errstate(over="ignore", invalid="ignore"):
                    accuracy = compute_accuracy(x_validation, y_validation, params)
                yield seen / x.shape[1], float(np.mean(losses)), accuracy
                losses = []
    # A few steps come after the last report. They too may have run away.
    with np.errstate(over="ignore", invalid="ignore"):
        compute_accuracy(x_validation, y_validation, params)


def runs_view(runs):
    """The loss and the validation accuracy of several trainings, over each other.

    Parameters
    ----------
    runs : dict of str to list of (epochs, loss, accuracy)
        Label of each run, and what `training_steps` has reported.

    Returns
    -------
    figure : Figure
    text : str
        About the last run.
    """
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(9, 3.6))
        axes = figure.subplots(1, 2)
        for place, (label, points) in enumerate(runs.items()):
            style = {
                "color": COLORS[place % len(COLORS)],
                # Where the colours begin anew, each gets another line than the first time.
                "linestyle": LINE_STYLES[(place + place // len(COLORS)) % len(LINE_STYLES)],
            }
            for axis, column in zip(axes, (1, 2), strict=True):
                axis.plot([p[0] for p in points], [p[column] for p in points], label=label, **style)
        axes[0].set(xlabel="epoch", ylabel="training loss", yscale="log")
        axes[1].set(xlabel="epoch", ylabel="validation accuracy", ylim=(0, 1))
        for axis in axes:
            axis.xaxis.set_major_locator(MaxNLocator(integer=True))
        if runs:
            # Beside the curves: dead runs lie at the bottom, and good ones at the top.
            axes[1].legend(loc="upper left", bbox_to_anchor=(1, 1), fontsize=11)
    return figure, runs_text(runs)


def runs_text(runs):
    """How many runs there are, and how far the last one is; for `runs_view`."""
    if not runs:
        return "No run yet. Choose a learning rate and a batch size, and press Start."
    label, points = list(runs.items())[-1]
    text = f"{len(runs)} run{'' if len(runs) == 1 else 's'}, the last with {label}"
    if not points:
        return f"{text}: starting."
    epochs, loss, accuracy = points[-1]
    return f"{text}: epoch {epochs:.1f}, loss {loss:.4f}, accuracy {accuracy:.1%}."


def run_label(learning_rate, batch_size):
    """The name of a run."""
    return f"rate {learning_rate:g}, batch {batch_size}"


class TrainingRuns(PictureBelow):
    """Start a training, watch it, stop it, and lay several over each other.

    Parameters
    ----------
    x, y, x_validation, y_validation, layer_dims
        As for `helpers.training_loop.train_mnist`.
    runs : dict of str to list of (epochs, loss, accuracy), optional
        Runs to show from the start.
    """

    def __init__(self, x, y, x_validation, y_validation, layer_dims, runs=None):
        self.data = (x, y, x_validation, y_validation, layer_dims)
        self.runs = dict(runs or {})
        self.stopped, self.thread = threading.Event(), None
        rates, sizes = [0.001, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0], [8, 32, 128, 512, 2048]
        self.learning_rate = widgets.Dropdown(
            options=rates, value=0.1, description="learning rate", **NARROW
        )
        self.batch_size = widgets.Dropdown(
            options=sizes, value=128, description="batch size", **NARROW
        )
        self.num_epochs = widgets.IntSlider(4, 1, 20, description="epochs", **WIDE)
        self.start_button = widgets.Button(description="Start", button_style="primary")
        self.stop_button = widgets.Button(description="Stop", disabled=True)
        self.clear_button = widgets.Button(description="Clear")
        self.progress = widgets.FloatProgress(0, max=1, description="progress")
        buttons = widgets.HBox([self.start_button, self.stop_button, self.clear_button])
        settings = [self.learning_rate, self.batch_size, self.num_epochs]
        super().__init__([*settings, buttons, self.progress])
        self.start_button.on_click(self.start)
        self.stop_button.on_click(lambda button: self.stopped.set())
        self.clear_button.on_click(self.clear)
        self.draw()

    def draw(self, note=""):
        """Draw the runs as they are now, with a note behind the text."""
        figure, text = runs_view(self.runs)
        self.show(figure, f"{text} {note}".strip())

    def clear(self, button=None):
        """Forget the runs that have ended."""
        self.runs = {}
        self.draw()

    def start(self, button=None):
        """Train beside the notebook, so that the page can still be used."""
        if self.thread is not None and self.thread.is_alive():
            return
        self.stopped.clear()
        self.thread = threading.Thread(target=self.train, daemon=True)
        self.thread.start()

    def train(self):
        """Train with the chosen settings until the end, or until Stop is pressed."""
        rate, batch_size = self.learning_rate.value, self.batch_size.value
        num_epochs = self.num_epochs.value
        label = run_label(rate, batch_size)
        self.runs.pop(label, None)  # a run with the same settings is done anew
        points = self.runs[label] = []
        self.start_button.disabled, self.stop_button.disabled = True, False
        self.clear_button.disabled = True
        self.progress.value = 0
        note = "Done."
        try:
            for point in training_steps(*self.data, rate, batch_size, num_epochs):
                points.append(point)
                self.progress.value = point[0] / num_epochs
                self.draw()
                if self.stopped.is_set():
                    note = "Stopped."
                    break
        except Exception as error:
            # Nobody would see what a thread raises.
            note = f"Ended: {str(error).rstrip('.')}."
        finally:
            self.start_button.disabled, self.stop_button.disabled = False, True
            self.clear_button.disabled = False
            self.draw(note)


def watch_weights(snapshots):
    """Walk along a training, and see what the units of layer 1 have learned.

    Parameters
    ----------
    snapshots : dict of int to ndarray of shape (n_1, 784)
        Epoch, and W1 after it, in the order of the epochs.

    Returns
    -------
    Control
    """
    epochs = list(snapshots)
    return Control(
        lambda epoch: weights_view(snapshots, epoch),
        combinations(epoch=epochs),
        plays="epoch",
        epoch=widgets.SelectionSlider(
            options=epochs, value=epochs[len(epochs) // 2], description="epoch", **WIDE
        ),
    )


def weights_view(snapshots, epoch, num_units=10):
    """The rows of W1 as pictures: at the start, after one epoch, and at the end.

    Parameters
    ----------
    snapshots : dict of int to ndarray of shape (n_1, 784)
        Epoch, and W1 after it, in the order of the epochs.
    epoch : int
    num_units : int
        How many units are shown: those whose weights move furthest in the whole training.

    Returns
    -------
    figure : Figure
        Below the three rows stands a fourth, the change from the start to the epoch.
    text : str
    """
    first, *_, last = snapshots
    moves = {e: np.linalg.norm(W1 - snapshots[first], axis=1) for e, W1 in snapshots.items()}
    units = np.argsort(-moves[last])[:num_units]
    before, now, after = (snapshots[e][units] for e in (first, epoch, last))
    rows = np.concatenate([before, now, after, now - before])
    figure = digit_grid(rows.T, num_columns=len(units), signed=True)
    labels = (f"epoch {first}", f"epoch {epoch}", f"epoch {last}", f"{first} to {epoch}")
    for axis, label in zip(figure.axes[:: len(units)], labels, strict=True):
        axis.set_ylabel(label, fontsize=13)
    share = (moves[epoch][units] / moves[last][units]).mean()
    return figure, (
        f"Weights of {len(units)} units of layer 1, red above 0, blue below: after epoch {first}, "
        f"{epoch} and {last}. Last row: what {epoch} epoch{'' if epoch == 1 else 's'} added, on "
        f"average {share:.0%} of the way that the whole training moves them."
    )


# --- lesson 6: PyTorch --------------------------------------------------------------------


def compare_losses(losses, gaps):
    """Walk along two trainings that should be equal, and magnify their difference.

    Parameters
    ----------
    losses : dict of str to list of float
        The training loss of each epoch, for two programs.
    gaps : list of float
        For each epoch the largest difference between two weights.

    Returns
    -------
    Control
    """
    shown = ["losses", "difference of the losses", "largest gap of a weight"]
    return Control(
        lambda shown, epoch: losses_view(losses, gaps, shown, epoch),
        combinations(shown=shown, epoch=range(1, len(gaps) + 1)),
        plays="epoch",
        shown=widgets.Dropdown(options=shown, description="shown", **NARROW),
        epoch=widgets.IntSlider(1, 1, len(gaps), description="epoch", **WIDE),
    )


def losses_view(losses, gaps, shown, epoch):
    """Two losses, their difference, or the gap of the weights, with one epoch marked.

    Parameters
    ----------
    losses : dict of str to list of float
    gaps : list of float
    shown : {"losses", "difference of the losses", "largest gap of a weight"}
    epoch : int
        Counted from 1.

    Returns
    -------
    figure : Figure
    text : str
    """
    epochs = range(1, len(gaps) + 1)
    if shown == "losses":
        figure = curves(epochs, losses, "epoch", "training loss")
        values = ", ".join(f"{name} {loss[epoch - 1]:.6f}" for name, loss in losses.items())
    else:
        first, second = losses.values()
        difference = np.abs(np.subtract(first, second)) if "losses" in shown else np.asarray(gaps)
        # A difference of exactly 0 has no place on a log axis.
        figure = curves(
            epochs, {shown: np.maximum(difference, 1e-17)}, "epoch", shown, yscale="log", marker="o"
        )
        figure.axes[0].set_ylim(1e-17, 1)
        values = f"{shown} {difference[epoch - 1]:.1e}"
    figure.axes[0].axvline(epoch, color=COLORS[2], linestyle=":")
    return figure, f"Epoch {epoch}: {values}."


# --- lesson 7: error analysis -------------------------------------------------------------


class ConfusionTable(anywidget.AnyWidget):
    """A confusion matrix whose cells can be chosen by a click or the arrow keys.

    Parameters
    ----------
    counts : list of list of int
        Row: true class. Column: predicted class.
    value : list of two int
        The chosen true and predicted class.
    """

    _esm = (Path(__file__).parent / "confusion_table.js").read_text(encoding="utf-8")
    counts = traitlets.List().tag(sync=True)
    value = traitlets.List([4, 9]).tag(sync=True)


def open_confusion(images, labels, answers):
    """Choose a cell of the confusion matrix, and see the digits in it.

    Parameters
    ----------
    images : float ndarray of shape (784, m)
    labels, answers : int ndarrays of shape (m,)
        True and predicted digits.

    Returns
    -------
    Control
    """
    # Imported here, as below: only lesson 7 needs scikit-learn for its controls, and it takes
    # a second and 100 MB.
    from helpers.error_analysis import confusion_matrix

    counts = confusion_matrix(labels, answers).tolist()
    return Control(
        lambda cell: cell_view(images, labels, answers, *cell),
        [{"cell": [true, called]} for true in range(10) for called in range(10)],
        cell=ConfusionTable(counts=counts),
    )


def cell_view(images, labels, answers, true, called):
    """The first images of one cell of the confusion matrix.

    Parameters
    ----------
    images : float ndarray of shape (784, m)
    labels, answers : int ndarrays of shape (m,)
    true, called : int

    Returns
    -------
    figure : Figure
    text : str
    """
    found = np.flatnonzero((labels == true) & (answers == called))
    text = f"True {true}, called {called}: {len(found)} image{'' if len(found) == 1 else 's'}"
    if len(found) == 0:
        return Figure(figsize=(9, 0.5)), f"{text}."
    figure = digit_grid(images[:, found[:20]], titles=list(found[:20]))
    return figure, f"{text}{', here the first 20' if len(found) > 20 else ''}."


class DrawingPad(anywidget.AnyWidget):
    """A square to draw on with mouse, finger, pen or arrow keys, and a network's answer beside it.

    The page computes the answer itself, so it comes at once, also while Python is busy.

    Parameters
    ----------
    value : list of list of [x, y]
        The strokes, in pixels from the top left.
    layer_dims, scales, weights
        The network, from `pack_weights`.
    """

    _esm = "\n".join(
        (Path(__file__).parent / name).read_text(encoding="utf-8")
        for name in ("network.js", "drawing_pad.js")
    )
    size = traitlets.Int(280).tag(sync=True)
    pen_width = traitlets.Int(22).tag(sync=True)
    value = traitlets.List().tag(sync=True)
    layer_dims = traitlets.List().tag(sync=True)
    scales = traitlets.List().tag(sync=True)
    weights = traitlets.Bytes().tag(sync=True)


@contracts.contract(params=contracts.layers)
def pack_weights(params):
    """Write a network as the page reads it: each number in 24 bits, three quarters of a float32.

    Parameters
    ----------
    params : dict
        Weights and biases.

    Returns
    -------
    dict
        "layer_dims", the units of each layer, input first; "weights", the bytes of W1, b1, W2,
        b2, ..., for each number a whole one of three bytes, the lowest first; and "scales", for
        each array what its whole numbers are multiplied by.

    Raises
    ------
    ValueError
        If `params` is no network.
    FloatingPointError
        If a weight is not a number, as after a training that ran away.
    """
    packed, scales = [], []
    for layer in range(1, len(params) // 2 + 1):
        for array in (params[f"W{layer}"], params[f"b{layer}"]):
            array = array.astype(np.float64)
            if not np.isfinite(array).all():
                raise FloatingPointError(
                    "The weights are not numbers (nan): they have run away. Train again with a "
                    "smaller learning_rate."
                )
            scale = np.abs(array).max() / (2**23 - 1)
            whole = np.rint(array / (scale or 1)).astype("<i4")
            packed.append(whole.reshape(-1, 1).view(np.uint8)[:, :3].tobytes())
            scales.append(float(scale))
    return {"layer_dims": layer_dims_of(params), "scales": scales, "weights": b"".join(packed)}


class PadWithPicture(PictureBelow):
    """A `DrawingPad`, and for a page without a running kernel a picture and a text.

    Parameters
    ----------
    params : dict
    pad : DrawingPad
    """

    def __init__(self, params, pad):
        self.params, self.inputs = params, {"strokes": pad}
        super().__init__([pad])
        self.children = [pad]  # which shows the answer itself

    def _repr_mimebundle_(self, **kwargs):
        self.show(*drawing_view(self.params, self.inputs["strokes"].value))
        return super()._repr_mimebundle_(**kwargs)


def draw_digit(params, strokes=()):
    """Draw a digit, and see the network's probabilities while you draw.

    Parameters
    ----------
    params : dict
        A trained network, with 784 inputs.
    strokes : sequence of list of [x, y]
        What is on the pad at first.

    Returns
    -------
    PadWithPicture
        If it is called `control`, then `control.inputs["strokes"].value` are the strokes.

    Raises
    ------
    ValueError, FloatingPointError
        As `pack_weights`, or if the network takes another number of inputs.
    """
    packed = pack_weights(params)
    num_inputs = packed["layer_dims"][0]
    if num_inputs != 784:
        raise ValueError(f"W1 must have 784 columns, one for each pixel, got {num_inputs}.")
    return PadWithPicture(params, DrawingPad(value=list(strokes), **packed))


def drawing_view(params, strokes):
    """What the network sees of a drawing, and what it makes of it.

    Parameters
    ----------
    params : dict
        A trained network.
    strokes : sequence of list of [x, y]

    Returns
    -------
    figure : Figure
    text : str
    """
    from helpers.error_analysis import picture_of_strokes, prepare_digit

    picture = picture_of_strokes(strokes)
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(8, 2.8))
        left, right = figure.subplots(1, 2, width_ratios=[1, 2])
        left.set_title("what the network sees", fontsize=11)
        left.set(xticks=[], yticks=[])
        left.spines[:].set(visible=True, color="0.6")
        if not picture.any():
            right.axis("off")
            left.imshow(np.zeros((28, 28)), cmap="Greys", vmin=0, vmax=1)
            return figure, "The pad is empty. Draw a digit."
        digit = prepare_digit(picture)
        y_hat = forward(digit, params)[0][:, 0]
        left.imshow(digit.reshape(28, 28), cmap="Greys", vmin=0, vmax=1)
        draw_probabilities(right, y_hat, "digit")
    answer = int(y_hat.argmax())
    return figure, f"The network says {answer}, with probability {y_hat[answer]:.3f}."
