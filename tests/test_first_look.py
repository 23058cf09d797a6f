"""The first notebook: its program computes what the course's functions do, and its map is true."""

import re
from pathlib import Path

import nbformat
import numpy as np
import pytest

from helpers.data import one_hot
from helpers.training_loop import train_mnist

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
CELLS = nbformat.read(NOTEBOOKS / "00_first_look.ipynb", as_version=4).cells
(PROGRAM,) = (
    cell.source for cell in CELLS if "learning_rate" in cell.source and "def " in cell.source
)
(MAP,) = (cell.source for cell in CELLS if "names its lesson" in cell.source)


def with_fewer(**numbers):
    """The program with other numbers."""
    source = PROGRAM
    for name, (old, new) in numbers.items():
        assert source.count(old) == 1, name
        source = source.replace(old, new)
    return source


def test_the_program_computes_what_the_functions_of_the_course_do(mnist_bytes, monkeypatch, capsys):
    few = mnist_bytes[0][:1300], mnist_bytes[1][:1300], *mnist_bytes[2:]
    monkeypatch.setattr("helpers.data.load_mnist_bytes", lambda: few)
    # 1000 images make seven batches of 128, and a short one.
    source = with_fewer(images=("m = 50_000", "m = 1000"), epochs=("128, 3 ", "128, 2 "))
    names = {}
    exec(compile(source, "the program", "exec"), names)
    printed = capsys.readouterr().out.splitlines()

    x, y = few[0].T / 255, one_hot(few[1])
    params, losses, accuracies = train_mnist(
        x[:, :1000],
        y[:, :1000],
        x[:, 1000:],
        y[:, 1000:],
        [784, 128, 64, 10],
        num_epochs=2,
        progress=False,
    )
    assert printed == [
        f"Epoch {epoch}: loss {loss:.4f}, accuracy {accuracy:.4f}"
        for epoch, loss, accuracy in zip((1, 2), losses, accuracies, strict=True)
    ]
    assert names["loss"] == pytest.approx(losses[-1], rel=1e-12)
    for name, array in params.items():
        np.testing.assert_allclose(names[name], array, rtol=0, atol=1e-12, err_msg=name)


def test_the_program_needs_numpy_and_the_images_alone():
    imports = re.findall(r"^.*\bimport\b.*$", PROGRAM, re.MULTILINE)
    assert imports == ["import numpy as np", "from helpers.data import load_mnist_bytes"]


def test_the_program_reads_over_95_of_100_new_digits():
    (output,) = (cell.outputs for cell in CELLS if cell.source == PROGRAM)
    accuracies = [float(number) for number in re.findall(r"accuracy ([\d.]+)", output[0].text)]
    assert accuracies[0] > 0.92 and accuracies[-1] > 0.95


def parts(program):
    """The parts that the comments of a program name: a list of (lesson, name)."""
    return re.findall(r"# Lesson (\d): (.+)$", program, re.MULTILINE)


def parts_on_the_map(text):
    """What the map says: the same list, where each link leads to the lesson that it names."""
    found = []
    for lesson, link, names in re.findall(
        r"^- \[Lesson (\d)\]\((\S+)\): (.*)$", text, re.MULTILINE
    ):
        assert link.startswith(f"0{lesson}_") and (NOTEBOOKS / link).is_file()
        found += [(lesson, name) for name in re.findall(r"\*([^*]+)\*", names)]
    return found


def test_the_map_names_each_part_of_the_program_and_no_other():
    assert sorted(parts_on_the_map(MAP)) == sorted(parts(PROGRAM))
    assert {lesson for lesson, _ in parts(PROGRAM)} == set("12345")


def test_the_stroke_on_the_pad_is_that_of_image_number_7(mnist_bytes):
    from helpers.error_analysis import picture_of_strokes, prepare_digit

    (source,) = (cell.source for cell in CELLS if "load_trained_network()" in cell.source)
    names = {}
    exec("\n".join(re.findall(r"^(?:[xy] = |three = ).*$", source, re.MULTILINE)), names)
    image, label = mnist_bytes[0][7] / 255, mnist_bytes[1][7]
    assert label == 3
    drawn = prepare_digit(picture_of_strokes([names["three"]]))[:, 0]
    alike = np.corrcoef(drawn, mnist_bytes[0][:1000])[0, 1:]
    assert alike.argmax() == 7 and np.corrcoef(drawn, image)[0, 1] > 0.8
