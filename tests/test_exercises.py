"""The exercises: made from the solutions, whole, runnable, and each with its check."""

import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from test_notebooks import (
    MACHINE_PATH,
    NAMES,
    code_cells,
    has_pictures_without_text,
    outputs,
    read,
)

ROOT = Path(__file__).parent.parent
SOLUTIONS, EXERCISES = ROOT / "notebooks" / "solutions", ROOT / "notebooks" / "exercises"
# The first look asks for nothing to be written.
LESSONS_WITH_EXERCISES = [name for name in NAMES if name != "00_first_look"]
EXERCISE_NAMES = [*LESSONS_WITH_EXERCISES, "08_capstone"]
STILL_OPEN = ("still to be written", "still to be filled in")

# The only cells whose output nbval does not compare: they print float32 results.
IGNORED_CELLS = {"08_capstone": 2}

# Every function of the course that a student writes.
FUNCTIONS = """
    one_hot load_mnist_data relu relu_derivative sigmoid sigmoid_derivative tanh tanh_derivative
    softmax initialize_parameters forward compute_loss predict backward gradient_check
    create_mini_batches update_parameters train_mnist MNISTNet evaluate train_pytorch
    confusion_matrix precision_and_recall most_confused_pairs surest_mistakes calibration
""".split()


def kinds(notebook):
    """Pairs of nbgrader's metadata and cell, for the cells that have it."""
    return [(c.metadata.nbgrader, c) for c in notebook.cells if "nbgrader" in c.metadata]


def checks(notebook):
    return [c for data, c in kinds(notebook) if data.grade and c.cell_type == "code"]


def test_every_lesson_has_its_exercises_and_solutions():
    for folder in (SOLUTIONS, EXERCISES):
        assert sorted(path.stem for path in folder.glob("*.ipynb")) == EXERCISE_NAMES


def test_exercises_are_what_the_solutions_generate(tmp_path):
    subprocess.run(
        [sys.executable, "-m", "nbconvert", "--to", "notebook", "--log-level", "ERROR"]
        + ["--config", SOLUTIONS / "nbconvert_config.py", "--output-dir", tmp_path]
        + sorted(SOLUTIONS.glob("*.ipynb")),
        check=True,
        cwd=ROOT,
    )
    for name in EXERCISE_NAMES:
        made, saved = (folder / f"{name}.ipynb" for folder in (tmp_path, EXERCISES))
        assert made.read_text(encoding="utf-8") == saved.read_text(encoding="utf-8"), (
            f"{name} differs: run `make exercises`"
        )


@pytest.mark.parametrize("name", EXERCISE_NAMES)
def test_exercises_run_and_say_what_is_still_to_be_written(name):
    notebook = read(EXERCISES / f"{name}.ipynb")
    NotebookClient(
        notebook, timeout=120, resources={"metadata": {"path": str(EXERCISES)}}
    ).execute()
    for cell in code_cells(notebook):
        errors = [output for output in cell.outputs if output.output_type == "error"]
        assert all(output.get("name") != "stderr" for output in cell.outputs)
        if "raises-exception" in cell.metadata.get("tags", []):
            assert [error.ename for error in errors] == ["CheckFailed"], cell.source
            assert any(words in errors[0].evalue for words in STILL_OPEN), errors[0].evalue
            # One plain line and the way to a hint, no traceback.
            assert "\n".join(errors[0].traceback).count("\n") == 1
        else:
            assert errors == [], cell.source


@pytest.mark.parametrize("name", EXERCISE_NAMES)
def test_solution_is_whole_and_clean(name):
    notebook = read(SOLUTIONS / f"{name}.ipynb")
    cells = code_cells(notebook)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    tags = [tag for cell in cells for tag in cell.metadata.get("tags", [])]
    assert tags.count("nbval-ignore-output") == IGNORED_CELLS.get(name, 0)
    assert set(tags) <= {"nbval-ignore-output", "raises-exception", "hide-input"}
    for output in outputs(notebook):
        assert output.output_type != "error" and output.get("name") != "stderr"
        assert not MACHINE_PATH.search(str(output))
        assert not has_pictures_without_text(output)
    for cell in checks(notebook):
        assert all(output.text.endswith("right.\n") for output in cell.outputs)


@pytest.mark.parametrize("name", EXERCISE_NAMES)
def test_graded_cells_hold_a_check_and_call_it_once_more_in_hiding(name):
    notebook = read(SOLUTIONS / f"{name}.ipynb")
    ids = [data.grade_id for data, _ in kinds(notebook)]
    assert len(ids) == len(set(ids))
    for cell in checks(notebook):
        assert cell.metadata.tags == ["raises-exception"] and cell.metadata.nbgrader.points > 0
        shown, hidden = cell.source.split("### BEGIN HIDDEN TESTS")
        lines = [line for line in shown.splitlines() if line.startswith(("from ", "check_"))]
        assert any(line.startswith("check_") for line in lines)
        assert all(line in hidden for line in lines)
    student = (EXERCISES / f"{name}.ipynb").read_text(encoding="utf-8")
    assert "SOLUTION" not in student and "HIDDEN" not in student


def test_every_function_of_the_course_is_written_by_the_student_once():
    sources = [
        c.source
        for name in LESSONS_WITH_EXERCISES
        for c in code_cells(read(EXERCISES / f"{name}.ipynb"))
    ]
    for function in FUNCTIONS:
        stub = re.compile(rf"^(def|class) {function}\b", re.MULTILINE)
        assert sum(bool(stub.search(source)) for source in sources) == 1, function
        call = f"check_{function}({function}"
        assert any(call in source for source in sources), call


def test_lessons_have_three_to_six_exercises_that_say_how_long_they_take():
    total = 0
    for name in LESSONS_WITH_EXERCISES:
        text = "\n".join(cell.source for cell in read(EXERCISES / f"{name}.ipynb").cells)
        headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
        assert 3 <= len(headings) <= 6
        for letter, heading in zip("ABCDEF", headings, strict=False):
            assert re.fullmatch(rf"{name[1]}\.{letter} .*\(\d+ minutes\)", heading)
        total += len(headings)
        minutes = sum(int(re.search(r"\((\d+) minutes\)", heading)[1]) for heading in headings)
        stated = int(re.search(r"\*Time: (\d+) minutes in all", text)[1])
        assert 0 <= stated - minutes < 5
    assert 28 <= total <= 36


@pytest.mark.parametrize("name", EXERCISE_NAMES)
def test_links_lead_somewhere(name):
    for cell in read(EXERCISES / f"{name}.ipynb").cells:
        for target in re.findall(r"\]\(([^)#:]+)\)", cell.source):
            assert (EXERCISES / target).exists(), target


def test_a_wrong_solution_makes_its_notebook_fail():
    notebook = nbformat.from_dict(read(SOLUTIONS / "02_activations.ipynb"))
    for data, cell in kinds(notebook):
        if data.grade_id == "softmax":
            cell.source = cell.source.replace("axis=0", "axis=1, keepdims=True")
    NotebookClient(notebook, timeout=120).execute()
    errors = [output for output in outputs(notebook) if output.output_type == "error"]
    assert [error.ename for error in errors] == ["CheckFailed"]
    assert "normalised over the batch" in errors[0].evalue
