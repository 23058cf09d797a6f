"""A check leaves its mark in the student's own folder, and progress() shows what the marks say."""

import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from test_exercises import STILL_OPEN

from helpers import progress as module
from helpers import workspace
from helpers.checks.probe import CheckFailed, check
from helpers.progress import choose_next, find_exercises, progress
from helpers.workspace import leave_mark, read_marks

ROOT = Path(__file__).parent.parent
EXERCISES = find_exercises()


@pytest.fixture
def my_work(tmp_path, monkeypatch):
    """A student's folder, and a notebook that runs in it."""
    folder = tmp_path / "ada" / "notebooks" / "my_work"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    monkeypatch.delenv("DIGITS_NO_MARKS")
    return folder


@pytest.fixture
def run(monkeypatch):
    """Run a check of an exercise called demo, which raises an error, or none if it passes."""
    monkeypatch.setattr("helpers.checks.probe.HINTS", {})  # this check is none of the course's

    @check("2.4", "first", "second")
    def check_demo(error):
        if error:
            raise error

    def run(sentence=None, error=CheckFailed):
        try:
            check_demo(sentence and error(sentence))
        except error:
            pass

    return run


@pytest.fixture
def shown(monkeypatch):
    """The figures and texts that progress() shows."""
    pictures = []
    monkeypatch.setattr(module, "show", lambda figure, alt: pictures.append((figure, alt)))
    return pictures


def files_below(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


# --- what a check leaves ----------------------------------------------------------------------


def test_a_check_that_passes_leaves_its_mark_once_and_nothing_else(my_work, run):
    run()
    run()
    assert files_below(my_work.parents[2]) == [my_work / "progress.txt"]
    assert (my_work / "progress.txt").read_text().split("\n") == ["", "right demo"]


def test_an_answer_that_is_wrong_is_begun_and_right_stays_right(my_work, run):
    run("it goes wrong.")
    assert read_marks(my_work / "progress.txt") == {"", "begun demo"}
    run()
    run("it goes wrong again.")
    assert read_marks(my_work / "progress.txt") >= {"begun demo", "right demo"}


@pytest.mark.parametrize("words", STILL_OPEN)
def test_an_answer_that_is_not_written_yet_leaves_no_mark(my_work, run, words):
    run(f"the answer is {words}.")
    assert files_below(my_work) == []


def test_an_error_of_the_check_itself_leaves_no_mark(my_work, run):
    run("divided by 0", ZeroDivisionError)
    assert files_below(my_work) == []


ELSEWHERE = [
    "notebooks",
    "notebooks/exercises",
    "notebooks/solutions",
    "my_work",
    "notebooks/my_work/attic",
    "class/autograded/ada/02_activations",
]


@pytest.mark.parametrize("place", ELSEWHERE)
def test_no_check_leaves_a_mark_in_another_folder(tmp_path, monkeypatch, run, place):
    (tmp_path / "notebooks" / "my_work").mkdir(parents=True)
    (tmp_path / place).mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir(tmp_path / place)
    monkeypatch.delenv("DIGITS_NO_MARKS")
    run("it goes wrong.")
    run()
    assert files_below(tmp_path) == []


def test_no_test_leaves_or_reads_marks(my_work, run, monkeypatch):
    run()
    monkeypatch.setenv("DIGITS_NO_MARKS", "1")
    assert read_marks(my_work / "progress.txt") == set()
    (my_work / "progress.txt").unlink()
    run()
    assert files_below(my_work) == []


@pytest.mark.parametrize("program", ["conftest", "tests.execute_notebooks"])
def test_kernels_of_tests_and_of_the_author_are_told_that_there_are_no_marks(program):
    code = f"import os, {program}; print(os.environ['DIGITS_NO_MARKS'])"
    environment = {name: os.environ[name] for name in os.environ if name != "DIGITS_NO_MARKS"}
    command = [sys.executable, "-c", code]
    result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert result.stdout == "1\n"


@pytest.mark.parametrize("why", ["read-only", "a folder", "deleted", "full disk"])
def test_where_no_mark_can_be_the_check_says_the_same(my_work, run, monkeypatch, capsys, why):
    def refuse(*arguments, **options):
        raise OSError(why)

    if why == "a folder":
        (my_work / "progress.txt").mkdir()
    elif why == "deleted":
        my_work.rmdir()
    else:
        monkeypatch.setattr("builtins.open", refuse)
    run()
    assert capsys.readouterr() == ("demo: right.\n", "")


# --- files that are not as they should be -----------------------------------------------------


@pytest.mark.parametrize(
    "there",
    [b"", b"\xff\xfe\x00\x80", b"PK\x03\x04 no text", b"right relu\nmastered tanh 2", b"{}"],
    ids=["empty", "damaged", "foreign", "newer", "json"],
)
def test_a_strange_file_does_no_harm_and_keeps_its_good_marks(my_work, run, there, shown, capsys):
    (my_work / "progress.txt").write_bytes(there)
    run()
    marks = read_marks(my_work / "progress.txt")
    assert "right demo" in marks and ("right relu" in marks) == (b"relu" in there)
    assert (my_work / "progress.txt").read_bytes().startswith(there)
    progress()
    assert "39 exercises: 0 right, " in capsys.readouterr().out


def test_notebooks_that_pass_checks_at_the_same_moment_lose_no_mark(my_work):
    code = (
        "import sys; from helpers.workspace import leave_mark\n"
        "for n in range(100): leave_mark('right', f'{sys.argv[1]}{n}')"
    )
    kernels = [subprocess.Popen([sys.executable, "-c", code, letter]) for letter in "abcd"]
    assert [kernel.wait() for kernel in kernels] == [0] * 4
    expected = {f"right {letter}{n}" for letter in "abcd" for n in range(100)}
    assert read_marks(my_work / "progress.txt") == expected | {""}


# --- which exercises there are ----------------------------------------------------------------


def test_the_exercises_are_those_of_the_notebooks():
    headings = []
    for path in sorted((ROOT / "notebooks" / "exercises").glob("*.ipynb")):
        cells = nbformat.read(path, as_version=4).cells
        text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
        headings += re.findall(r"^## (\d\.[A-Z]) (.*) \(", text, re.MULTILINE)
    found = [(f"{e.notebook[1]}.{e.letter}", e.title) for e in EXERCISES]
    assert found == [(number, title.replace("`", "")) for number, title in headings]
    assert all(e.lesson.startswith(f"{e.notebook[1]} · ") for e in EXERCISES)


def test_each_check_belongs_to_one_exercise_and_each_exercise_has_one():
    import helpers.checks

    names = {n.removeprefix("check_") for n in vars(helpers.checks) if n.startswith("check_")}
    *lessons, a, b, c = EXERCISES
    assert [f"{e.lesson[0]}{e.letter}" for e in (a, b, c)] == ["8A", "8B", "8C"]
    assert a.checks == b.checks == c.checks == ["capstone"]  # the first two have none of their own
    checks = [name for exercise in lessons for name in exercise.checks]
    assert sorted([*checks, "capstone"]) == sorted(names)
    assert all(exercise.checks for exercise in lessons)


def test_progress_is_the_first_cell_of_each_exercise_and_is_in_the_first_look():
    call = "from helpers.progress import progress\n\nprogress()"
    for path in sorted((ROOT / "notebooks" / "exercises").glob("*.ipynb")):
        cells = nbformat.read(path, as_version=4).cells
        assert next(c for c in cells if c.cell_type == "code").source.startswith(call), path.name
    first_look = nbformat.read(ROOT / "notebooks" / "00_first_look.ipynb", as_version=4)
    assert sum(cell.source.startswith(call) for cell in first_look.cells) == 1


# --- what the marks say -----------------------------------------------------------------------

TWO_CHECKS = next(exercise for exercise in EXERCISES if exercise.checks == ["forward", "predict"])


@pytest.mark.parametrize(
    "marks, state",
    [
        (set(), "open"),
        ({"right relu", "begun", "right", "right forward2"}, "open"),
        ({"begun predict"}, "begun"),
        ({"right forward"}, "begun"),
        ({"right forward", "begun predict"}, "begun"),
        ({"right forward", "right predict", "begun forward"}, "right"),
    ],
)
def test_an_exercise_is_right_when_all_its_checks_have_passed(marks, state):
    assert TWO_CHECKS.state(marks) == state


@pytest.mark.parametrize(
    "states, number",
    [
        ("ooooo", 0),
        ("roooo", 1),
        ("rorbo", 3),  # what was left out before can wait
        ("rbroo", 3),
        ("ooboo", 2),
        ("rorrr", 1),
        ("brrrr", 0),
        ("rrrrr", None),
    ],
)
def test_one_goes_on_from_the_last_exercise_that_has_marks(states, number):
    words = {"o": "open", "b": "begun", "r": "right"}
    goal = choose_next(EXERCISES[:5], [words[letter] for letter in states])
    assert goal == (None if number is None else EXERCISES[number])


def test_it_says_what_is_right_and_where_to_go_on(my_work, shown, capsys):
    for name in ("positions", "one_hot", "load_mnist_data", "broken_one_hot", "hardest_digit"):
        leave_mark("right", name)
    leave_mark("right", "neuron_slope")
    leave_mark("begun", "backward")
    progress()
    assert capsys.readouterr().out == (
        "39 exercises: 6 right, 1 begun, 32 open.\n"
        'Go on with exercise 4.B, "Write backward":\n'
        "notebooks/my_work/04_backprop.ipynb\n"
    )
    ((figure, alt),) = shown
    assert "1 · Read handwritten digits as numbers: right A, B, C, D, E. 2 · Bend" in alt
    assert "4 · Find the slope of every weight: right A; begun B; open C, D, E. 5 ·" in alt
    assert (ROOT / "notebooks" / "exercises" / "04_backprop.ipynb").is_file()


def test_who_has_done_nothing_begins_and_who_has_done_all_has_written_the_course(
    my_work, shown, capsys
):
    progress()
    assert 'Begin with exercise 1.A, "Predict, then run' in capsys.readouterr().out
    for name in (name for exercise in EXERCISES for name in exercise.checks):
        leave_mark("right", name)
    progress()
    assert capsys.readouterr().out == (
        "39 exercises: 39 right, 0 begun, 0 open.\nYou have written the whole course.\n"
    )


def test_the_first_look_shows_the_marks_of_the_folder_below_it(my_work, shown, capsys, monkeypatch):
    leave_mark("right", "positions")
    monkeypatch.chdir(my_work.parent)
    progress()
    assert "39 exercises: 1 right, " in capsys.readouterr().out


@pytest.mark.parametrize("place", ELSEWHERE[1:])
def test_elsewhere_no_marks_are_read(tmp_path, monkeypatch, shown, capsys, place):
    # Such as a hand-in that brings its own.
    for folder in (place, f"{place}/my_work", "notebooks/my_work"):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / folder / "progress.txt").write_text("right positions")
    monkeypatch.chdir(tmp_path / place)
    monkeypatch.delenv("DIGITS_NO_MARKS")
    progress()
    assert capsys.readouterr().out.startswith("Your progress is kept in notebooks/my_work.")
    assert shown == []


def test_functions_that_are_installed_without_lessons_have_nothing_to_show(
    my_work, shown, capsys, monkeypatch
):
    monkeypatch.setattr(module, "EXERCISES", my_work / "nowhere")
    progress()
    assert capsys.readouterr().out.startswith("Your progress is kept") and shown == []


# --- in notebooks -----------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("folder", ["exercises", "solutions"])
def test_a_notebook_of_the_student_leaves_marks_of_what_was_written(my_work, folder):
    notebook = nbformat.read(ROOT / "notebooks" / folder / "02_activations.ipynb", as_version=4)
    resources = {"metadata": {"path": str(my_work)}}
    said = []
    for _ in range(2):
        NotebookClient(notebook, timeout=120, resources=resources).execute()
        picture, printed = next(c for c in notebook.cells if c.cell_type == "code").outputs
        assert "2 · Bend the line: " in picture.data["text/plain"]
        said.append(printed.text)
    nothing = "39 exercises: 0 right, 0 begun, 39 open.\nBegin with exercise 1.A"
    assert said[0].startswith(nothing)
    if folder == "exercises":
        assert said[1] == said[0] and files_below(my_work) == []
        return
    checks = [name for e in EXERCISES if e.notebook.startswith("02") for name in e.checks]
    assert read_marks(my_work / "progress.txt") == {"", *(f"right {name}" for name in checks)}
    assert said[1].startswith("39 exercises: 5 right, 0 begun, 34 open.\nGo on with exercise 3.A")


def test_the_marks_lie_where_git_ignores_them():
    path = workspace.MY_WORK / workspace.MARKS
    assert path.relative_to(ROOT).as_posix() == "notebooks/my_work/progress.txt"
    assert subprocess.run(["git", "check-ignore", "-q", path], cwd=ROOT).returncode == 0
