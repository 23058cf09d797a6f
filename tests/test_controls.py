"""What a control shows is what the course's functions compute, over its whole range."""

import base64
import itertools
import re
import threading
from html import escape
from pathlib import Path

import ipywidgets as widgets
import numpy as np
import pytest
from jupyter_client.manager import start_new_kernel
from matplotlib.figure import Figure
from scipy.special import softmax

from helpers import controls
from helpers.backprop import backward
from helpers.controls import Control, TrainingRuns
from helpers.diagrams import STEPS
from helpers.error_analysis import picture_of_strokes, prepare_digit
from helpers.forward import forward, initialize_parameters
from helpers.trained_network import load_trained_network
from helpers.training_loop import train_mnist

# One example, its label, and a network of two layers for it.
BY_HAND = (
    np.array([[1.0], [2.0]]),
    np.array([[1.0], [0.0]]),
    {
        "W1": np.array([[1.0, 1.0], [1.0, -1.0]]),
        "b1": np.array([[-1.0], [0.0]]),
        "W2": np.array([[1.0, 2.0], [0.0, 1.0]]),
        "b2": np.array([[0.0], [2.0]]),
    },
)
SEVEN = [[[30, 40], [110, 40], [60, 170]]]


def numbers(text):
    """All numbers in a text, in order."""
    return [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?(?:e[+-]\d+)?", text.replace(",", ""))]


@pytest.fixture(scope="module")
def network():
    """A fresh network, and 64 images with their labels."""
    rng = np.random.default_rng(0)
    x = rng.random((784, 64)) * (rng.random((784, 64)) < 0.2)
    x[0] = 0  # a pixel that is never inked
    labels = rng.integers(0, 10, 64)
    return initialize_parameters([784, 128, 64, 10]), x, labels, np.eye(10)[:, labels]


@pytest.fixture(scope="module")
def small_data():
    """A problem that a small network learns in a moment: 300 points, 3 classes."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 3, 300)
    x = rng.standard_normal((4, 300)) + 3 * np.eye(4, 3)[:, labels]
    y = np.eye(3)[:, labels]
    return x[:, :200], y[:, :200], x[:, 200:], y[:, 200:], [4, 8, 3]


# --- what all controls share --------------------------------------------------------------


def square_view(number, word):
    return Figure(figsize=(2, 1)), f"{word}: {number**2}"


def make_control():
    return Control(
        square_view,
        number=widgets.IntSlider(3, 0, 9, description="number"),
        word=widgets.Dropdown(options=["a", "b"], description="word"),
    )


def test_picture_and_text_follow_every_input():
    control = make_control()
    assert control.text == "a: 9"
    control.inputs["number"].value = 5
    assert control.text == "a: 25" and "<p>a: 25</p>" in control.picture.value
    control.inputs["word"].value = "b"
    assert control.text == "b: 25" and 'alt="b: 25"' in control.picture.value


def test_a_page_without_a_kernel_gets_picture_and_text():
    control = make_control()
    bundle = control._repr_mimebundle_()
    assert bundle["text/plain"] == "a: 9"
    assert bundle["text/html"].startswith('<img alt="a: 9"')
    assert "application/vnd.jupyter.widget-view+json" in bundle


def test_an_error_of_the_view_is_shown_and_raised():
    def view(number):
        if number > 2:
            raise ValueError("more than <two>")
        return square_view(number, "ok")

    control = Control(view, number=widgets.IntSlider(1, 0, 9))
    with pytest.raises(ValueError, match="more than <two>"):
        control.inputs["number"].value = 3
    assert control.picture.value == ('<p role="alert">This went wrong: more than &lt;two&gt;</p>')
    control.inputs["number"].value = 2
    assert "ok: 4" in control.picture.value


def snapshots():
    """W1 of 30 units over a made-up training: unit u has moved u * epoch in all its weights."""
    start = np.random.default_rng(0).standard_normal((30, 784))
    return {epoch: start + epoch * np.arange(30)[:, np.newaxis] for epoch in (0, 1, 2, 8)}


def all_controls(network, small_data):
    params, x, labels, y = network
    images = np.arange(40, dtype=np.uint8)[:, np.newaxis] * np.ones(784, dtype=np.uint8)
    digits = np.arange(40) % 10
    losses = {"NumPy": [2.0, 1.0], "PyTorch": [2.0, 1.5]}
    return [
        controls.browse_digits(images, digits),
        controls.move_point(),
        controls.bend_softmax(),
        controls.follow_digit(x, labels, params),
        controls.scale_weights(x[:, :8]),
        controls.step_through(*BY_HAND),
        controls.pick_weight(x[:, :8], y[:, :8], params),
        controls.try_step_sizes(lambda step: 2 + step**2, 2.0),
        TrainingRuns(*small_data),
        controls.watch_weights(snapshots()),
        controls.compare_losses(losses, [0.0, 1e-15]),
        controls.open_confusion(x, labels, labels),
        controls.draw_digit(params, SEVEN),
    ]


def test_every_widget_has_a_label_and_every_control_a_text(network, small_data):
    for control in all_controls(network, small_data):
        saved = control._repr_mimebundle_()
        text, html = saved["text/plain"], saved["text/html"]
        assert len(text) > 20 and f'alt="{escape(text)}"' in html
        # The pad has no sliders, and shows its answer itself.
        if not isinstance(control, controls.PadWithPicture):
            assert any(isinstance(child, controls.SliderNames) for child in control.children)
            assert control.picture in control.children
        for child in control.children:
            if isinstance(child, (widgets.IntSlider, widgets.FloatSlider, widgets.Dropdown)):
                assert child.description


# --- lesson 1: data -----------------------------------------------------------------------


def test_each_digit_and_number_opens_its_image(mnist_bytes):
    images, labels = mnist_bytes[:2]
    for digit in range(10):
        for number in (1, 2, 5421):
            text = controls.digit_view(images, labels, digit, number)[1]
            index, shown, nth, total, inked, _, darkest = numbers(text)
            assert labels[int(index)] == digit == shown and nth == number
            assert np.sum(labels[: int(index) + 1] == digit) == number
            assert total == np.sum(labels == digit)
            assert inked == np.sum(images[int(index)] > 0) and darkest == images[int(index)].max()


def test_an_image_is_shown_as_a_picture_or_as_its_numbers(mnist_bytes):
    images, labels = mnist_bytes[:2]
    picture, _ = controls.digit_view(images, labels, 5, 1, "picture")
    assert np.array_equal(picture.axes[0].images[0].get_array(), images[0].reshape(28, 28))
    in_numbers, _ = controls.digit_view(images, labels, 5, 1, "numbers")
    assert [int(t.get_text()) for t in in_numbers.axes[0].texts] == images[0].tolist()


def test_the_last_number_exists_for_every_digit(mnist_bytes):
    control = controls.browse_digits(*mnist_bytes[:2])
    control.inputs["number"].value = control.inputs["number"].max
    for digit in range(10):
        control.inputs["digit"].value = digit
        assert f"a {digit}, number 5,421 of" in control.text


# --- lesson 2: activations ----------------------------------------------------------------


@pytest.mark.parametrize("function", controls.FUNCTIONS)
def test_the_tangent_touches_the_curve_everywhere(function):
    f = controls.FUNCTIONS[function][0]
    for z in np.linspace(-5, 5, 101).round(1):
        figure, text = controls.slope_view(function, z)
        shown_z, a, slope = numbers(text)
        assert shown_z == pytest.approx(z) and a == pytest.approx(float(f(z)), abs=5e-5)
        if function != "ReLU" or abs(z) > 1e-6:
            measured = float(f(z + 1e-6) - f(z - 1e-6)) / 2e-6
            assert slope == pytest.approx(measured, abs=6e-5)
        tangent = figure.axes[0].lines[1]
        heights = np.interp(z, tangent.get_xdata(), tangent.get_ydata())
        assert heights == pytest.approx(float(f(z)))


def test_probabilities_are_those_of_scipy_at_every_temperature():
    for scores in ([3, 2, 1, 0], [5, -5, 0, 0], [1, 1, 1, 1]):
        for temperature in 10.0 ** np.arange(-1, 2.1, 0.1):
            figure, text = controls.softmax_view(scores, temperature)
            expected = softmax(np.array(scores) / temperature)
            assert numbers(text)[1:] == pytest.approx(expected, abs=6e-4)
            heights = [bar.get_height() for bar in figure.axes[0].patches]
            assert heights == pytest.approx(expected)
            assert figure.axes[0].get_ylim()[0] == 0 and figure.axes[0].get_ylim()[1] > 1


def test_each_score_moves_its_own_bar():
    control = controls.bend_softmax()
    for name in ("score_0", "score_1", "score_2", "score_3"):
        for other in ("score_0", "score_1", "score_2", "score_3"):
            control.inputs[other].value = 5 if other == name else -5
        assert np.argmax(numbers(control.text)[1:]) == int(name[-1])


# --- lesson 3: forward --------------------------------------------------------------------


def test_the_way_of_a_digit_is_that_of_forward(network):
    params, x, labels, _ = network
    y_hat, cache = forward(x, params)
    for image in range(64):
        figure, text = controls.path_view(x, labels, params, image)
        shown, label, on_1, _, _, on_2, _, _, answer, probability = numbers(text)
        assert (shown, label) == (image, labels[image])
        assert on_1 == np.sum(cache["A1"][:, image] > 0)
        assert on_2 == np.sum(cache["A2"][:, image] > 0)
        assert answer == y_hat[:, image].argmax()
        assert probability == pytest.approx(y_hat[:, image].max(), abs=6e-4)
    shown_units = np.asarray(figure.axes[1].images[0].get_array()).ravel()
    assert shown_units == pytest.approx(cache["A1"][:, 63])


def test_the_way_begins_with_the_chosen_image(network):
    params, x, labels, _ = network
    control = controls.follow_digit(x, labels, params, image=7)
    assert control.inputs["image"].value == 7 and numbers(control.text)[:2] == [7, labels[7]]


def test_scaled_weights_scale_layer_l_by_the_factor_to_the_l(network):
    x = network[1][:, :16]
    he = initialize_parameters([784] + [128] * 6 + [10])
    he_sizes = numbers(controls.scale_view(x, he, 1.0)[1])
    for factor in np.arange(0, 3.05, 0.1).round(1):
        text = controls.scale_view(x, he, factor)[1]
        shown, first, _, last, _, percent = numbers(text)
        assert shown == factor
        assert first == pytest.approx(factor * he_sizes[1], rel=0.1)
        assert last == pytest.approx(factor**6 * he_sizes[3], rel=0.1)
        assert 9.9 <= percent <= 100


def test_activations_within_the_reach_of_the_slider_stay_on_the_axis(network):
    he = initialize_parameters([784] + [128] * 6 + [10])
    for factor in (0.1, 3.0):
        figure, _ = controls.scale_view(network[1], he, factor)
        low, high = figure.axes[5].get_xlim()
        dashed = figure.axes[5].lines[0].get_xdata()[0]
        assert low < dashed < high and sum(b.get_height() for b in figure.axes[5].patches) > 0


# --- lesson 4: backprop -------------------------------------------------------------------


# What each step has computed when its sums are done, for BY_HAND.
WORKED = {
    "start": "x = (1, 2); y = (1, 0)",
    "Z1": [2, -1],
    "A1": [2, 0],
    "Z2": [2, 2],
    "A2": [0.5, 0.5],
    "loss": [0.6931],
    "dZ2": [-0.5, 0.5],
    "dW2": [-1, 0, 1, 0, "(-0.5, 0.5)"],
    "dA1": [-0.5, -0.5],
    "dZ1": ["-0.5 with z1 = 2 becomes -0.5", "-0.5 with z1 = -1 becomes 0"],
    "dW1": [-0.5, -1, 0, 0, "(-0.5, 0)"],
}


@pytest.mark.parametrize("step", WORKED)
def test_each_step_by_hand_says_its_sums(step):
    figure, text = controls.by_hand_view(*BY_HAND, step)
    number = list(WORKED).index(step)
    start = f"Step {number} of 10: {STEPS[step]}. "
    assert text.startswith(start) and text.endswith(".")
    sums = text.removeprefix(start).removesuffix(".")
    if step in ("start", "dZ1"):
        assert sums == "; ".join([WORKED[step]] if step == "start" else WORKED[step])
    else:
        assert [part.split(" = ")[-1] for part in sums.split("; ")] == [
            f"{n}" for n in WORKED[step]
        ]
    assert STEPS[step] in [text.get_text() for text in figure.axes[0].texts]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("step", ["Z1", "Z2", "A2", "dZ2", "dW2", "dA1", "dW1"])
def test_each_sum_by_hand_comes_out_for_any_network(step, seed):
    rng = np.random.default_rng(seed)
    params = {name: rng.normal(size=array.shape) for name, array in BY_HAND[2].items()}
    text = controls.by_hand_view(rng.normal(size=(2, 1)), BY_HAND[1], params, step)[1]
    sums = [
        part for part in text.split(". ", 1)[1].rstrip(".").split("; ") if not part.startswith("db")
    ]
    assert len(sums) == (4 if step.startswith("dW") else 2)
    for line in sums:
        left, right = line.split(" = ")
        left = re.sub(r"e\^(-?[\d.]+)", r"np.exp(\1)", left.replace("·", "*"))
        assert eval(left, {"np": np}) == pytest.approx(float(right), abs=2e-3, rel=2e-3)


def test_next_and_back_walk_over_all_steps_and_stop_at_both_ends():
    control = controls.step_through(*BY_HAND)
    back, forth = control.children[0].children
    assert [back.description, forth.description] == ["Back", "Next"]
    for button, steps in ((forth, list(STEPS)), (back, list(STEPS)[::-1])):
        for step in steps:
            assert control.text == controls.by_hand_view(*BY_HAND, step)[1]
            button.click()
        assert control.text == controls.by_hand_view(*BY_HAND, steps[-1])[1]


def test_computed_and_measured_slope_agree_for_weights_of_every_array(network):
    params, x, _, y = network
    grads = backward(y, params, forward(x, params)[1])
    before = {name: array.copy() for name, array in params.items()}
    rng = np.random.default_rng(0)
    kinks = 0
    for name in params:
        for _ in range(5):
            row, column = (int(rng.integers(size)) for size in params[name].shape)
            figure, text = controls.weight_view(x, y, params, grads, name, row, column)
            assert text.startswith(f"{name}[{row}, {column}]: computed slope")
            if "corner" in text:
                kinks += 1
                continue
            computed, measured = numbers(text)[-2:]
            assert computed == pytest.approx(grads[f"d{name}"][row, column], abs=6e-7)
            assert measured == pytest.approx(computed, abs=2e-6)
            loss, line = figure.axes[0].lines
            middle = len(loss.get_xdata()) // 2
            assert line.get_ydata()[middle] == pytest.approx(loss.get_ydata()[middle])
    assert kinks < 5
    assert all(np.array_equal(params[name], before[name]) for name in params)


def test_the_computed_slope_is_that_of_the_drawn_loss(network):
    params, x, _, y = network
    grads = backward(y, params, forward(x, params)[1])
    row, column = np.unravel_index(np.abs(grads["dW3"]).argmax(), grads["dW3"].shape)
    figure, text = controls.weight_view(x, y, params, grads, "W3", row, column)
    nudges, losses = figure.axes[0].lines[0].get_data()
    middle = len(nudges) // 2
    assert nudges[middle] == 0
    assert np.gradient(losses, nudges)[middle] == pytest.approx(numbers(text)[-2], rel=0.05)


def test_a_pixel_without_ink_has_slope_zero(network):
    params, x, _, y = network
    control = controls.pick_weight(x, y, params)
    control.inputs["name"].value = "W1"
    control.inputs["column"].value = 0
    assert "computed slope 0.000000, measured 0.000000" in control.text.replace("-0.0", "0.0")


def test_row_and_column_stay_within_each_array(network):
    params, x, _, y = network
    control = controls.pick_weight(x[:, :8], y[:, :8], params)
    control.inputs["name"].value = "W1"
    control.inputs["row"].value, control.inputs["column"].value = 127, 783
    for name in ("W3", "b3", "W1", "b1", "W2"):
        control.inputs["name"].value = name
        rows, columns = params[name].shape
        row, column = control.inputs["row"], control.inputs["column"]
        assert (row.max, column.max) == (rows - 1, columns - 1)
        assert control.text.startswith(f"{name}[{row.value}, {column.value}]:")


def test_the_step_walks_along_the_v():
    # The error of this slope is known: truncation on the right, noise on the left.
    control = controls.try_step_sizes(lambda step: 2 * (1 + step**2 + 1e-16 / step), 2.0)
    errors = {}
    for exponent in np.arange(-12, -0.5, 0.5):
        control.inputs["step"].value = 10.0**exponent
        step, measured, computed, error = numbers(control.text)
        assert step == pytest.approx(10.0**exponent, rel=0.06) and computed == 2
        assert error == pytest.approx(10 ** (2 * exponent) + 10 ** (-16 - exponent), rel=0.06)
        errors[exponent] = error
    assert min(errors, key=errors.get) in (-5.5, -5.0)


def test_a_step_without_error_can_be_drawn():
    control = controls.try_step_sizes(lambda step: 2.0 + (step > 0.05), 2.0)
    assert "relative error 0.0e+00" in control.text


# --- lesson 5: training loop --------------------------------------------------------------


@pytest.mark.parametrize("batch_size", [1, 7, 32, 200])
def test_a_watched_training_is_the_training_of_the_course(small_data, batch_size):
    reports = list(controls.training_steps(*small_data, 0.1, batch_size, 3))
    _, losses, accuracies = train_mnist(
        *small_data, 0.1, num_epochs=3, batch_size=batch_size, progress=False
    )
    for epoch in (1, 2, 3):
        ends = [report for report in reports if report[0] == epoch]
        if ends:
            assert ends[0][2] == accuracies[epoch - 1]
    if 200 % batch_size == 0:
        # With equal batches the means of the reports average to the epoch's loss.
        per_epoch = np.mean([report[1] for report in reports if report[0] <= 1])
        assert per_epoch == pytest.approx(losses[0])
    assert len(reports) <= 3 * 20 and reports[-1][0] > 2.7


def test_bad_settings_of_a_training_are_refused(small_data):
    with pytest.raises(ValueError, match="batch_size must be an integer from 1 to 200"):
        next(controls.training_steps(*small_data, 0.1, 201, 1))


def test_a_training_that_runs_away_says_so(small_data):
    x, y, x_validation, y_validation, layer_dims = small_data
    with pytest.raises(FloatingPointError, match="the weights ran away"):
        list(
            controls.training_steps(
                x * 1e200, y, x_validation, y_validation, layer_dims, 1e200, 10, 5
            )
        )


# 25 batches: a report after each second one, the last after the 24th.
@pytest.mark.parametrize("step", [24, 25])
def test_a_training_that_runs_away_in_its_last_steps_says_so(small_data, monkeypatch, step):
    steps = []

    def run_away(params, grads, learning_rate):
        steps.append(learning_rate)
        if len(steps) == step:
            for name in params:
                params[name] *= 1e200

    monkeypatch.setattr(controls, "update_parameters", run_away)
    x, y, x_validation, y_validation, layer_dims = small_data
    settings = (x, y, x_validation, y_validation, layer_dims, 0.1, 8, 1)
    with pytest.raises(FloatingPointError, match="not numbers|loss is no number"):
        list(controls.training_steps(*settings))


def press_start(runs):
    runs.start_button.click()
    runs.thread.join(60)
    assert not runs.thread.is_alive()


def test_runs_are_laid_over_each_other_and_cleared(small_data):
    runs = TrainingRuns(*small_data)
    assert "No run yet" in runs.text
    runs.batch_size.value, runs.num_epochs.value = 32, 2
    press_start(runs)
    assert runs.text.startswith("1 run, the last with rate 0.1, batch 32: epoch 2.0, loss")
    assert runs.text.endswith("Done.")
    assert runs.progress.value == pytest.approx(1)
    runs.learning_rate.value = 0.01
    press_start(runs)
    assert list(runs.runs) == ["rate 0.1, batch 32", "rate 0.01, batch 32"]
    press_start(runs)  # the same again replaces its line
    assert runs.text.startswith("2 runs, the last with rate 0.01, batch 32: epoch 2.0")
    figure, _ = controls.runs_view(runs.runs)
    assert [len(axis.lines) for axis in figure.axes] == [2, 2]
    runs.clear_button.click()
    assert runs.runs == {} and "No run yet" in runs.text


def test_no_two_of_ten_runs_look_alike():
    figure, _ = controls.runs_view({f"run {i}": [(1, 2.0, 0.5), (2, 1.0, 0.6)] for i in range(10)})
    for axis in figure.axes:
        assert len({(line.get_color(), line.get_linestyle()) for line in axis.lines}) == 10


def test_stop_ends_a_run_early_and_start_is_free_again(small_data, monkeypatch):
    reported, go_on = threading.Event(), threading.Event()

    def slow_steps(*settings):
        yield 0.1, 2.0, 0.5
        reported.set()
        assert go_on.wait(60)
        yield 0.2, 1.0, 0.6
        raise AssertionError("it went on after Stop")

    monkeypatch.setattr(controls, "training_steps", slow_steps)
    runs = TrainingRuns(*small_data)
    runs.start_button.click()
    assert reported.wait(60)
    assert runs.start_button.disabled and not runs.stop_button.disabled
    thread = runs.thread
    runs.start()  # a second start while the first runs does nothing
    assert runs.thread is thread
    runs.stop_button.click()
    go_on.set()
    thread.join(60)
    assert runs.text.endswith("epoch 0.2, loss 1.0000, accuracy 60.0%. Stopped.")
    assert not runs.start_button.disabled and runs.stop_button.disabled


def test_the_reason_of_a_failed_run_is_shown(small_data):
    runs = TrainingRuns(*small_data)
    runs.batch_size.value = 2048
    press_start(runs)
    assert "Ended: batch_size must be an integer from 1 to 200" in runs.text
    assert not runs.start_button.disabled


ANSWERS = """
import time
import ipywidgets as widgets
slider, button = widgets.IntSlider(), widgets.Button()
button.on_click(lambda b: setattr(b, "description", f"{b.description} at {slider.value}"))
print(slider.comm.comm_id, button.comm.comm_id)
"""


def test_start_is_heard_after_what_was_chosen_before_it_also_while_a_cell_runs():
    """A kernel may not hand two widgets of one control to two threads, which know no order."""
    manager, kernel = start_new_kernel()
    try:
        printed = []
        kernel.execute_interactive(ANSWERS, output_hook=printed.append, timeout=60)
        words = "".join(m["content"].get("text", "") for m in printed)
        slider, button = re.search(r"^(\w{32}) (\w{32})$", words, re.MULTILINE).groups()
        subshell = None
        info = kernel.kernel_info(reply=True, timeout=60)["content"]
        if "kernel subshells" in info.get("supported_features", []):
            kernel.control_channel.send(kernel.session.msg("create_subshell_request"))
            subshell = kernel.get_control_msg(timeout=60)["content"]["subshell_id"]

        def send(comm, data):
            """As JupyterLab sends it: all widgets through one subshell, if the kernel has any."""
            message = kernel.session.msg("comm_msg", {"comm_id": comm, "data": data})
            message["header"]["subshell_id"] = subshell
            kernel.shell_channel.send(message)

        def heard():
            """The next words of the button."""
            while True:
                content = kernel.get_iopub_msg(timeout=60)["content"]
                words = content.get("data", {}).get("state", {}).get("description")
                if words:
                    return words

        press = {"method": "custom", "content": {"event": "click"}}
        send(button, press)
        assert heard() == " at 0"
        kernel.execute("time.sleep(1)")
        send(slider, {"method": "update", "state": {"value": 7}, "buffer_paths": []})
        send(button, press)
        assert heard() == " at 0 at 7"
    finally:
        kernel.stop_channels()
        manager.shutdown_kernel(now=True)


# --- lesson 6: PyTorch --------------------------------------------------------------------


@pytest.mark.parametrize("epoch, share", [(0, 0), (1, 12), (2, 25), (8, 100)])
def test_the_weights_that_move_furthest_are_drawn_at_start_epoch_and_end(epoch, share):
    W1 = snapshots()
    figure, text = controls.weights_view(W1, epoch)
    assert len(figure.axes) == 40
    units = np.arange(29, 19, -1)
    shown = [axis.images[0] for axis in figure.axes]
    wanted = [W1[0], W1[epoch], W1[8], W1[epoch] - W1[0]]
    for row, weights in enumerate(wanted):
        for image, unit in zip(shown[10 * row : 10 * row + 10], units, strict=True):
            assert np.array_equal(image.get_array().ravel(), weights[unit])
    assert len({image.get_clim() for image in shown}) == 1  # one scale
    labels = [figure.axes[place].get_ylabel() for place in (0, 10, 20, 30)]
    assert labels == ["epoch 0", f"epoch {epoch}", "epoch 8", f"0 to {epoch}"]
    assert numbers(text) == [10, 1, 0, 0, epoch, 8, epoch, share]


def test_a_slider_walks_over_the_epochs_that_were_kept():
    control = controls.watch_weights(snapshots())
    slider = control.inputs["epoch"]
    assert slider.options == (0, 1, 2, 8) and slider.value == 2
    for epoch in slider.options:
        slider.value = epoch
        assert f"after epoch 0, {epoch} and 8." in control.text


def test_losses_differences_and_gaps_are_read_off_at_each_epoch():
    losses = {"NumPy": [1.0, 0.5, 0.25], "PyTorch": [1.0, 0.5 + 1e-15, 0.25]}
    gaps = [1e-15, 2e-15, 0.0]
    for epoch in (1, 2, 3):
        text = controls.losses_view(losses, gaps, "losses", epoch)[1]
        first, second = losses["NumPy"][epoch - 1], losses["PyTorch"][epoch - 1]
        assert text == f"Epoch {epoch}: NumPy {first:.6f}, PyTorch {second:.6f}."
        text = controls.losses_view(losses, gaps, "difference of the losses", epoch)[1]
        assert numbers(text) == [epoch, pytest.approx(abs(first - second), rel=0.06)]
        figure, text = controls.losses_view(losses, gaps, "largest gap of a weight", epoch)
        assert numbers(text) == [epoch, gaps[epoch - 1]]
        assert figure.axes[0].get_yscale() == "log"
        assert figure.axes[0].lines[-1].get_xdata()[0] == epoch


# --- lesson 7: error analysis -------------------------------------------------------------


def test_each_cell_opens_the_images_in_it():
    rng = np.random.default_rng(0)
    labels, answers = rng.integers(0, 10, (2, 500))
    images = np.tile(np.arange(500) / 500, (784, 1))
    for true in range(10):
        for called in range(10):
            figure, text = controls.cell_view(images, labels, answers, true, called)
            expected = np.flatnonzero((labels == true) & (answers == called))
            assert numbers(text)[:3] == [true, called, len(expected)]
            shown = [axis.get_title() for axis in figure.axes if axis.images]
            assert shown == [str(index) for index in expected[:20]]


def test_an_empty_cell_and_a_single_image_are_worded_well():
    labels, answers = np.array([4, 4]), np.array([4, 9])
    images = np.ones((784, 2))
    assert controls.cell_view(images, labels, answers, 4, 9)[1] == "True 4, called 9: 1 image."
    assert controls.cell_view(images, labels, answers, 9, 4)[1] == "True 9, called 4: 0 images."


def test_a_drawing_is_prepared_as_mnists_digits_were(network):
    params = network[0]
    figure, text = controls.drawing_view(params, SEVEN)
    digit = prepare_digit(picture_of_strokes(SEVEN))
    seen = np.asarray(figure.axes[0].images[0].get_array()).ravel()
    assert seen == pytest.approx(digit[:, 0])
    y_hat = forward(digit, params)[0][:, 0]
    assert numbers(text) == [y_hat.argmax(), pytest.approx(y_hat.max(), abs=6e-4)]
    heights = [bar.get_height() for bar in figure.axes[1].patches]
    assert heights == pytest.approx(y_hat)


def test_a_drawing_elsewhere_on_the_pad_is_the_same_to_the_network(network):
    moved = [[[x + 100, y + 60] for x, y in stroke] for stroke in SEVEN]
    assert (
        controls.drawing_view(network[0], moved)[1] == (controls.drawing_view(network[0], SEVEN)[1])
    )


def test_a_saved_pad_holds_the_answer_to_what_is_drawn_now(network):
    control = controls.draw_digit(network[0], SEVEN)
    saved = control._repr_mimebundle_()
    assert saved["text/plain"] == controls.drawing_view(network[0], SEVEN)[1]
    assert saved["text/html"].startswith(f'<img alt="{saved["text/plain"]}"')
    control.inputs["strokes"].value = []
    assert control._repr_mimebundle_()["text/plain"] == "The pad is empty. Draw a digit."


def test_python_does_not_draw_while_the_reader_draws(network, monkeypatch):
    control = controls.draw_digit(network[0])
    pad = control.inputs["strokes"]
    assert control.children == (pad,)
    monkeypatch.setattr(controls, "drawing_view", lambda *args: pytest.fail("drawn"))
    pad.value = SEVEN


def unpack(layer_dims, scales, weights):
    """The arrays in the order in which they were packed, from Python's own reading of bytes."""
    scales, parts = iter(scales), iter(range(0, len(weights), 3))
    for fan_in, fan_out in itertools.pairwise(layer_dims):
        for shape in ((fan_out, fan_in), (fan_out, 1)):
            scale, array = next(scales), np.empty(shape)
            for place in np.ndindex(shape):
                start = next(parts)
                whole = int.from_bytes(weights[start : start + 3], "little", signed=True)
                array[place] = whole * scale
            yield array
    assert list(scales) == list(parts) == []


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_packed_weights_are_the_weights_to_24_bits(dtype):
    params = initialize_parameters([784, 12, 7, 10], dtype=dtype)
    params["b2"][:] = np.linspace(-1e-9, 3e-9, 7)[:, np.newaxis]  # as exact as large ones
    backwards = dict(reversed(params.items()))
    packed = controls.pack_weights(backwards)
    assert packed["layer_dims"] == [784, 12, 7, 10]
    for name, array in zip(params, unpack(**packed), strict=True):
        largest = np.abs(params[name]).max()
        # In 24 bits are 2^24 - 1 numbers: from the smallest to the largest, half a step off.
        assert np.abs(array - params[name]).max() <= largest / (2**24 - 2) * (1 + 1e-6), name
        assert np.abs(array).max() == pytest.approx(largest, rel=1e-12)
    assert not list(unpack(**packed))[1].any()  # biases that are all 0


def test_the_weights_of_the_course_fit_into_half_a_megabyte_also_as_text():
    packed = controls.pack_weights(load_trained_network())
    assert len(base64.b64encode(packed["weights"])) < 500_000


def test_a_network_that_ran_away_or_takes_no_images_is_refused(network):
    spoiled = network[0] | {"b2": np.full((64, 1), np.nan)}
    with pytest.raises(FloatingPointError, match="run away.*smaller learning_rate"):
        controls.draw_digit(spoiled)
    with pytest.raises(ValueError, match="W1 must have 784 columns, .* got 2"):
        controls.draw_digit(BY_HAND[2])
    with pytest.raises(ValueError, match="params must be pairs W1, b1"):
        controls.draw_digit({name: a for name, a in network[0].items() if name != "b3"})


@pytest.mark.parametrize("widget", [controls.DrawingPad, controls.ConfusionTable])
def test_a_widgets_script_is_that_of_its_class_also_after_an_update(widget, monkeypatch):
    # Read with the class: a script read at first sight may be newer than the Python it talks to.
    monkeypatch.setattr(Path, "read_text", lambda *args, **options: "a newer script")
    assert "export default" in str(widget()._esm)
