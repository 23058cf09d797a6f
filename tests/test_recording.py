"""Controls recorded for pages without a kernel: nothing lost, nothing exchanged, nothing stale."""

import base64
import io
import json
import sys
from pathlib import Path

import ipywidgets as widgets
import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from helpers.controls import Control, TrainingRuns, combinations, draw_digit, move_point
from helpers.data import one_hot
from helpers.figures import svg
from helpers.forward import initialize_parameters

ROOT = Path(__file__).parent.parent
sys.path.append(str(ROOT / "site" / "controls"))
import pages  # noqa: E402
import record  # noqa: E402


def square_view(number, word):
    figure = Figure(figsize=(5 if word == "b" else 4, 1))
    axis = figure.subplots()
    axis.plot(np.sin(np.arange(300)))
    axis.set_title(f"{word}{number**2}")
    return figure, f"{word}: {number**2}"


def few_squares():
    return Control(
        square_view,
        combinations(word=["a", "b"], number=range(60)) + combinations(word=["c"], number=[4]),
        plays="number",
        number=widgets.IntSlider(4, 0, 70, description="the number"),
        word=widgets.Dropdown(options=["a", "b", "c"], value="b", description="the word"),
    )


def svg_of(recording, state):
    """The picture of a state, put together as player.js does."""
    blocks = [
        recording["lines"][first : first + count] for first, count in recording["pictures"][state]
    ]
    return "\n".join(sum(blocks, [])).encode()


def test_combinations_of_values():
    states = combinations(a=[1, 2], b="xy")
    assert states == [
        {"a": 1, "b": "x"},
        {"a": 1, "b": "y"},
        {"a": 2, "b": "x"},
        {"a": 2, "b": "y"},
    ]


def test_each_state_has_its_own_text_and_picture():
    recording = record.record(few_squares())
    states = [[word, number] for word in "ab" for number in range(60)]
    assert recording["values"] == [*states, ["c", 4]]
    assert recording["first"] == 64
    for state, (word, number) in enumerate(recording["values"]):
        figure, text = square_view(number, word)
        assert recording["texts"][state] == text
        assert svg_of(recording, state) == svg(figure)
        assert recording["widths"][state] == (450 if word == "b" else 360)


def test_inputs_stand_in_the_order_of_the_states_and_say_what_their_values_are():
    word, number = record.record(few_squares())["inputs"]
    assert word == {
        "kind": "list",
        "label": "the word",
        "values": ["a", "b", "c"],
        "words": ["a", "b", "c"],
        "plays": False,
    }
    assert number == {
        "kind": "slider",
        "label": "the number",
        "values": list(range(60)),
        "words": [str(number) for number in range(60)],
        "plays": True,
    }


def test_a_control_that_begins_with_a_state_of_no_record_is_refused():
    control = few_squares()
    control.inputs["word"].value = "c"
    control.inputs["number"].value = 5
    with pytest.raises(ValueError, match="not in list"):
        record.record(control)


def test_pictures_of_many_points_are_kept_as_pixels_without_loss():
    rng = np.random.default_rng(0)
    figures = [Figure(figsize=(2, 1)) for _ in range(3)]
    for figure in figures:
        figure.subplots().plot(*rng.standard_normal((2, 3000)))
    recording = record.encoded(figures)
    assert "lines" not in recording
    for figure, data in zip(figures, recording["pictures"], strict=True):
        png = io.BytesIO()
        figure.savefig(png, dpi=record.DPI)
        drawn, kept = (
            np.asarray(Image.open(file).convert("RGB"))
            for file in (png, io.BytesIO(base64.b64decode(data)))
        )
        assert (drawn == kept).all()


def test_a_slider_of_floats_says_them_as_the_notebook_does():
    control = move_point()
    control.states = control.states[::20]
    control.inputs["z"].value = control.states[0]["z"]
    recorded = record.recorded_input(control, "z")
    assert recorded["values"][:2] == [-5, -3] and recorded["words"][:2] == ["-5.00", "-3.00"]


def test_the_pad_takes_its_network_and_its_strokes_along():
    params = initialize_parameters([784, 5, 10])
    control = draw_digit(params, strokes=[[(1, 2), (3, 4)]])
    recording = json.loads(json.dumps(record.record(control)))
    pad = control.inputs["strokes"]
    assert recording["kind"] == "pad"
    assert recording["value"] == [[[1, 2], [3, 4]]]
    assert recording["layer_dims"] == [784, 5, 10]
    assert recording["scales"] == pad.scales
    assert base64.b64decode(recording["weights"]) == pad.weights
    assert recording["size"] == 280 and recording["pen_width"] == 22


@pytest.fixture(scope="module")
def trainings():
    """A small TrainingRuns, and its recording."""
    rng = np.random.default_rng(0)
    x, labels = rng.random((784, 40)), rng.integers(0, 10, 40)
    y = one_hot(labels)
    runs = {"before": [(1, 2.5, 0.2), (2, 2.0, 0.4)]}
    control = TrainingRuns(x, y, x, y, [784, 6, 10], runs)
    control.learning_rate.options, control.batch_size.options = [0.1, 1e200], [8, 32]
    control.num_epochs.value = 2
    return control, record.record(control)


def test_trainings_are_those_that_the_control_would_run(trainings):
    control, recording = trainings
    assert list(recording["runs"]) == ["before", *sum(recording["labels"], [])]
    control.learning_rate.value, control.batch_size.value = 0.1, 8
    control.train()
    run = recording["runs"]["rate 0.1, batch 8"]
    assert run["epochs"] == [point[0] for point in control.runs["rate 0.1, batch 8"]]
    last = run["texts"][-1].replace("1 run", "2 runs") + " " + run["note"]
    assert last == control.text and last.endswith("Done.")


def test_a_training_that_ran_away_says_so(trainings):
    control, recording = trainings
    control.learning_rate.value, control.batch_size.value = 1e200, 8
    control.train()
    run = recording["runs"]["rate 1e+200, batch 8"]
    assert run["note"].startswith("Ended: ")
    assert control.text.endswith(run["note"])


def test_curves_lie_where_matplotlib_draws_them(trainings):
    _, recording = trainings
    (first, last), *_ = recording["runs"]["before"]["curves"]
    # From left to right, and the loss falls.
    assert 0 < first[0] < last[0] < 0.52 and 0 < first[1] < last[1] < 1
    loss, accuracy = recording["runs"]["before"]["curves"]
    assert accuracy[0][0] > 0.5 and accuracy[1][1] < accuracy[0][1]
    # Epoch 2 is where the runs of two epochs end.
    assert recording["runs"]["rate 0.1, batch 8"]["curves"][0][-1][0] == last[0]


@pytest.fixture
def recordings(tmp_path, monkeypatch):
    """A folder of recordings, with one of a made-up lesson from two files."""
    monkeypatch.setattr(record, "ROOT", tmp_path)
    monkeypatch.setattr(record, "RECORDINGS", tmp_path / "controls")
    monkeypatch.setattr(pages, "RECORDINGS", tmp_path / "controls")
    (tmp_path / "helper.py").write_text("x = 1\n")
    cells = [{"cell_type": "code", "source": "x", "metadata": {}, "outputs": []}]
    cells[0] |= {"execution_count": None, "id": "a"}
    words = [{"cell_type": "markdown", "source": "words", "metadata": {}, "id": "b"}]
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells + words}
    (tmp_path / "lesson.ipynb").write_text(json.dumps(notebook))
    folder = tmp_path / "controls" / "lesson"
    folder.mkdir(parents=True)
    files = ("helper.py", "lesson.ipynb")
    (folder / "made_from.json").write_text(json.dumps({f: record.digest(f) for f in files}))
    (folder / "a.js").write_text("courseRecording({});\n")
    return tmp_path


def test_a_recording_is_stale_after_a_change_of_code_alone(recordings):
    assert record.is_recorded("lesson")
    assert not record.is_recorded("another")
    lesson, helper = recordings / "lesson.ipynb", recordings / "helper.py"
    lesson.write_text(lesson.read_text().replace("words", "other words"))
    assert record.is_recorded("lesson")
    lesson.write_text(lesson.read_text().replace('"source": "x"', '"source": "y"'))
    assert not record.is_recorded("lesson")
    lesson.write_text(lesson.read_text().replace('"source": "y"', '"source": "x"'))
    assert record.is_recorded("lesson")
    helper.write_text("x = 2\n")
    assert not record.is_recorded("lesson")
    helper.unlink()
    assert not record.is_recorded("lesson")


def test_a_page_plays_what_is_recorded_and_shows_the_saved_picture_of_what_is_not(recordings):
    saved = "<img alt='a'><p>text</p>"
    assert pages.live("lesson", "a", saved) == (
        f'<div class="course-control" data-recording="lesson/a">{saved}</div>'
    )
    still = pages.live("another", "a", saved)
    assert saved in still and "stands still" in still and "data-recording" not in still


def test_no_stale_recording_is_copied(recordings):
    pages.copy_player(recordings / "page")
    copied = recordings / "page" / "controls"
    names = {path.relative_to(copied).as_posix() for path in copied.rglob("*") if path.is_file()}
    assert names == {"player.js", "player.css", "widgets.js", "lesson/a.js"}
    (recordings / "helper.py").write_text("x = 2\n")
    pages.copy_player(recordings / "page")
    assert not (copied / "lesson").exists()


def test_what_a_lesson_is_made_from():
    lesson = ROOT / "notebooks" / "02_activations.ipynb"
    made_from = record.sources(lesson)
    for name in ("helpers/controls.py", "helpers/activations.py", "helpers/network.js"):
        assert name in made_from
    assert {"notebooks/02_activations.ipynb", "site/controls/record.py"} <= set(made_from)
    assert "helpers/mnist/weights.npz" in made_from


def test_the_player_can_be_read_in_one_sitting():
    lines = (ROOT / "site" / "controls" / "player.js").read_text("utf-8").splitlines()
    assert len(lines) <= 300
