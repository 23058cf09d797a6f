"""A whole class, from release to grades, with nbgrader's command line."""

import copy
import csv
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from helpers.feedback import exercise_numbers
from helpers.grading import OLD_FEEDBACK, is_older, look_reasons, replaces_a_check
from helpers.sanitizing import SUM, sum_of
from helpers.workspace import SOLUTIONS, lay_out_class

ROOT = Path(__file__).parent.parent
NAME = "02_activations"
ALL_POINTS = 8  # graded by the checks; one more point is given by hand
WRONG_SOFTMAX = "def softmax(z):\n    return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)"


def nbgrader(course, *arguments, around=()):
    """Run nbgrader as the instructor's page says, with another folder for the class."""
    command = [
        *around,
        sys.executable,
        "-m",
        "nbgrader",
        *arguments,
        f"--CourseDirectory.root={course}",
    ]
    bin_folder = Path(sys.executable).parent
    environment = os.environ | {"PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=900
    )


def cell(notebook, grade_id):
    return next(c for c in notebook["cells"] if grade_id_of(c) == grade_id)


def grade_id_of(cell):
    return cell["metadata"].get("nbgrader", {}).get("grade_id")


def write(notebook, **sources):
    """Put code into the student's cells; relu_derivative stands for the cell of that name."""
    for grade_id, source in sources.items():
        cell(notebook, grade_id)["source"] = source


def add_code(notebook, source):
    """Put a cell of the student's own at the top."""
    own = {"cell_type": "code", "id": "own", "metadata": {}, "outputs": []}
    notebook["cells"].insert(0, own | {"source": source, "execution_count": None})


def delete(notebook, grade_id):
    notebook["cells"].remove(cell(notebook, grade_id))


def duplicate(notebook, grade_id):
    original = cell(notebook, grade_id)
    position = notebook["cells"].index(original)
    notebook["cells"].insert(position, copy.deepcopy(original) | {"id": f"copy-{position}"})


def deleted_and_wrong(notebook):
    write(notebook, softmax=WRONG_SOFTMAX)
    delete(notebook, "check-softmax")


def deleted_with_answer(notebook):
    for grade_id in ("check-softmax", "softmax", "check-relu"):
        delete(notebook, grade_id)


def deleted_all(notebook):
    notebook["cells"] = [c for c in notebook["cells"] if grade_id_of(c) is None]


def old_metadata(notebook):
    del cell(notebook, "check-softmax")["metadata"]["nbgrader"]["schema_version"]
    cell(notebook, "softmax")["metadata"]["nbgrader"] = {"schema_version": 1}


def duplicated(notebook):
    duplicate(notebook, "check-softmax")
    duplicate(notebook, "softmax")


def tampered_names(notebook):
    write(notebook, softmax=WRONG_SOFTMAX)
    add_code(notebook, "import helpers.checks as checks\nchecks.check_softmax = lambda f: None")


def tampered_engine(notebook):
    write(notebook, softmax=WRONG_SOFTMAX)
    add_code(
        notebook,
        "import helpers.checks.probe as probe\nprobe.find_problem = lambda *a: None",
    )


def shadowed(notebook):
    write(notebook, softmax=WRONG_SOFTMAX)
    fake = "class Anything:\\n    def __getattr__(self, name): return lambda *a: None\\n"
    add_code(
        notebook,
        "from pathlib import Path\nPath('helpers').mkdir(exist_ok=True)\n"
        "Path('helpers/__init__.py').write_text('')\n"
        f"Path('helpers/checks.py').write_text('{fake}import sys; sys.modules[__name__] = "
        "Anything()')",
    )


def edited_check(notebook):
    write(notebook, softmax=WRONG_SOFTMAX)
    cell(notebook, "check-softmax")["source"] = "pass"


def old_format(notebook):
    """As programs wrote it before 2014: with worksheets, and other names for all."""
    old = nbformat.reads(json.dumps(notebook), as_version=3)
    notebook.clear()
    notebook.update(old)


def noisy(notebook):
    write(
        notebook,
        relu="import sys, warnings\nwarnings.warn('careful')\n\n\ndef relu(z):\n"
        "    print('noise', file=sys.stderr)\n    warnings.warn('more noise')\n"
        "    return np.maximum(0, z)",
    )


# The student's name: what is done to the solution, the points it deserves, and the words that
# the report must have about it.
CLASS = {
    "right": (lambda n: None, 8, None),
    "wrong": (lambda n: write(n, softmax=WRONG_SOFTMAX), 6, None),
    "blank": (None, 0, "nothing was filled in"),
    "partial": (lambda n: write(n, sigmoid="", tanh="", scores="scores = None"), 5, None),
    "endless": (lambda n: write(n, relu="def relu(z):\n    while True:\n        pass"), 7, None),
    "hanging": (lambda n: write(n, relu="while True:\n    pass"), 7, "ran out of time"),
    "deleted": (lambda n: delete(n, "check-softmax"), 8, "check-softmax is missing"),
    "deletedwrong": (deleted_and_wrong, 6, "check-softmax is missing"),
    "deletedboth": (deleted_with_answer, 6, "check-softmax is missing"),
    "deletedall": (deleted_all, 0, "check-softmax is missing"),
    "metadata": (old_metadata, 8, "softmax is missing"),
    "duplicated": (duplicated, 8, "check-softmax is there more than once"),
    "noisy": (noisy, 8, None),
    "tampered": (tampered_names, 6, "replaces a check"),
    "engine": (tampered_engine, 6, "replaces a check"),
    "shadow": (shadowed, 6, None),
    "edited": (edited_check, 6, None),
    "oldformat": (old_format, 8, None),
    "killer": (lambda n: add_code(n, "import os\nos._exit(0)"), 0, "was ended"),
}


def as_downloaded(student, number):
    """The path that a platform gives to a hand-in, and the student's id."""
    return (
        (f"{student}_{number}_assignsubmission_file/{NAME}.ipynb", student),  # Moodle
        (f"{student}_{number}_assignsubmission_file_{NAME}.ipynb", student),
        (f"{student}_{number}_98765_{NAME}-1.ipynb", f"{student}_{number}"),  # Canvas
        (f"{student}_LATE_{number}_98765_final.ipynb", f"{student}_{number}"),
        (f"{NAME}_{student}_attempt_2026-11-29-10-00-02_{NAME}.ipynb", student),  # Blackboard
        (f"Abt_Ada_{student}_{number}/{NAME}.ipynb", f"Abt_Ada_{student}_{number}"),  # ILIAS
        (f"{student}/{NAME}.ipynb", student),  # a folder for each
        (f"{student}_{NAME}.ipynb", student),  # by hand
    )[number % 8]


IDS = {student: as_downloaded(student, 4711 + n)[1] for n, student in enumerate(CLASS)}


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """Grade the class once; return the grades and the lines of the report."""
    course = tmp_path_factory.mktemp("class")
    lay_out_class(SOLUTIONS, course / "source")
    assert nbgrader(course, "generate_assignment", NAME).returncode == 0
    released = (course / "release" / NAME / f"{NAME}.ipynb").read_text(encoding="utf-8")
    solved = json.loads((SOLUTIONS / f"{NAME}.ipynb").read_text(encoding="utf-8"))
    archive = course / "downloaded" / NAME / "archive"
    archive.mkdir(parents=True)

    def put(path, text, time=1.7e9):
        (archive / path).parent.mkdir(exist_ok=True)
        (archive / path).write_text(text, encoding="utf-8")
        os.utime(archive / path, (time, time))

    for number, (student, (damage, _, _)) in enumerate(CLASS.items()):
        notebook = hand_in(json.loads(released), solved)
        if damage:
            damage(notebook)
        path, _ = as_downloaded(student, 4711 + number)
        put(path, json.dumps(notebook) if damage or student == "right" else released)
    right = json.dumps(hand_in(json.loads(released), solved))
    put(f"cut_{NAME}.ipynb", right[: len(right) // 2])
    put(f"renamed_4711_{NAME} (1).ipynb", right)
    put("my final version.ipynb", right)
    put(f"twice_{NAME}.ipynb", released, time=1e9)
    put(f"twice_{NAME} (1).ipynb", right)
    assert nbgrader(course, "zip_collect", NAME).returncode == 0
    # The same class as one zip file.
    again = tmp_path_factory.mktemp("class")
    shutil.copytree(course / "release", again / "release")
    (again / "downloaded" / NAME / "archive").mkdir(parents=True)
    shutil.make_archive(again / "downloaded" / NAME / "archive" / "all", "zip", archive)
    assert nbgrader(again, "zip_collect", NAME).returncode == 0
    assert files_of(again / "submitted") == files_of(course / "submitted")
    (course / "submitted" / IDS["right"] / NAME / "helpers.py").write_text("raise SystemExit")
    shutil.rmtree(archive)
    by_hand = course / "submitted" / "byhand" / NAME / f"{NAME}.ipynb"
    brackets = course / "submitted" / "[x]" / NAME / f"{NAME}.ipynb"
    misplaced = course / "submitted" / "misplaced" / f"{NAME}.ipynb"
    for path in (by_hand, brackets, misplaced):
        path.parent.mkdir(parents=True)
        path.write_text(right, encoding="utf-8")
    autograde = nbgrader(course, "autograde", NAME, "--Execute.timeout=10")
    # The log names those who could not be graded, and nobody else.
    assert autograde.returncode != 0
    assert "for student 'cut'" in autograde.stderr
    assert autograde.stderr.count("There was an error processing assignment '") == 1
    # It warns of the check that a student has edited, of no other, and not of nbgrader itself.
    assert re.findall("'checksum' for cell (.+?) has changed", autograde.stderr) == [
        "check-softmax"
    ]
    assert "SAWarning" not in autograde.stderr
    assert nbgrader(course, "generate_feedback", NAME).returncode == 0
    assert nbgrader(course, "export", f"--to={course / 'grades.csv'}").returncode == 0
    with open(course / "grades.csv", newline="", encoding="utf-8") as file:
        grades = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    with open(course / "look.csv", newline="", encoding="utf-8") as file:
        look = [(row["student_id"], row["look at"]) for row in csv.DictReader(file)]
    return course, grades, look


def files_of(folder):
    """All files but the times, of which a zip file keeps the even seconds."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".txt"]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def hand_in(released, solved):
    """What a student with all answers right hands in: the release, filled in."""
    answers = {
        grade_id_of(c): c["source"]
        for c in solved["cells"]
        if c["metadata"].get("nbgrader", {}).get("solution")
    }
    for c in released["cells"]:
        c["source"] = answers.get(grade_id_of(c), c["source"])
    return released


@pytest.mark.parametrize("student", CLASS)
def test_student_gets_the_grade_deserved(report, student):
    _, grades, look = report
    _, points, words = CLASS[student]
    assert grades[IDS[student]] == points
    reasons = [reason for name, reason in look if name == IDS[student]]
    if words:
        assert any(words in reason for reason in reasons)
    assert any("nothing was filled in" in reason for reason in reasons) == (student == "blank")
    by_hand = ["1 written answers to grade by hand"]
    if words is None and student not in ("right", "shadow", "edited"):
        assert reasons == by_hand


def test_files_with_other_names_are_graded_or_reported(report):
    _, grades, look = report
    assert grades["renamed_4711"] == grades["twice"] == ALL_POINTS
    assert any("my final version" in reason for name, reason in look if name == "?")
    assert [reason for name, reason in look if name == "twice"] == [
        "1 written answers to grade by hand",
        f"twice_{NAME}.ipynb was not graded: twice_{NAME} (1).ipynb counts, which is newer",
    ]


def test_a_cut_file_is_reported_and_stops_nobody(report):
    _, grades, look = report
    assert grades["cut"] == 0
    reasons = [reason for name, reason in look if name == "cut"]
    assert reasons == [f"{NAME}.ipynb is damaged: ask for it again"]
    assert len(grades) == len(CLASS) + 4


def test_files_put_into_submitted_by_hand_are_graded_or_reported(report):
    _, grades, look = report
    assert grades["byhand"] == ALL_POINTS
    assert "[x]" not in grades and "misplaced" not in grades
    (reason,) = [reason for name, reason in look if name == "[x]"]
    assert reason.startswith("nbgrader finds no folder with [")
    place = f"submitted/misplaced/{NAME}.ipynb was not graded: it lies in no folder"
    assert any(reason.startswith(place) for name, reason in look if name == "?")


def test_files_beside_the_notebook_are_reported_and_not_used(report):
    _, grades, look = report
    assert (IDS["right"], "handed in helpers.py too, which was not graded") in look
    assert grades[IDS["right"]] == ALL_POINTS


def test_feedback_names_the_mistake(report):
    course, _, _ = report
    page = (course / "feedback" / IDS["wrong"] / NAME / f"{NAME}.html").read_text(encoding="utf-8")
    assert "you normalised over the batch" in page


def test_feedback_lists_the_exercises_by_their_names(report):
    course, _, _ = report
    for student in ("wrong", "deletedboth"):  # where the cells come back, they stand at the end
        page = (course / "feedback" / IDS[student] / NAME / f"{NAME}.html").read_text("utf-8")
        assert 'href="#' not in page
        assert "HIDDEN TESTS" not in page or student == "deletedboth"  # there in a traceback
        lines = re.findall(r"<li>(2\..*?) \((?:Score: )?(.*?)(?: /.*?)?\)", page)
        assert sorted(lines) == [
            ("2.A temperature", "1.0"),
            ("2.B relu", "1.0"),
            ("2.B relu_derivative", "1.0"),
            ("2.C sigmoid", "1.0"),
            ("2.C tanh", "1.0"),
            ("2.D softmax", "0.0"),
            ("2.E broken_softmax", "1.0"),
            ("2.E written answer", "not graded yet"),
        ]


@pytest.mark.parametrize("path", sorted(SOLUTIONS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_each_graded_cell_belongs_to_an_exercise(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    numbers = exercise_numbers(path.stem)
    for c in cells:
        if c["metadata"].get("nbgrader", {}).get("grade"):
            assert re.fullmatch(rf"{path.stem[1]}\.[A-F]", numbers[grade_id_of(c)])
    assert exercise_numbers(NAME)["check-broken-softmax"] == "2.E"
    assert exercise_numbers("no_sheet") == {}


def test_feedback_is_shown_before_the_internet_answers(report):
    course, _, _ = report
    page = (course / "feedback" / IDS["right"] / NAME / f"{NAME}.html").read_text("utf-8")
    scripts = re.findall(r"<script[^>]* src=.*?>", page)
    assert scripts and all(" defer " in script for script in scripts)


def lines_of(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_another_file_is_graded_again_however_it_came(report, tmp_path):
    course, grades, _ = report
    again = shutil.copytree(course, tmp_path / "class")
    # One had no timestamp.txt, and the time of the other one stays, or becomes an earlier one.
    changed = {"byhand": None, "twice": None, IDS["right"]: "2001-09-09 01:46:40 UTC"}
    for student, time in changed.items():
        folder = again / "submitted" / student / NAME
        notebook = json.loads((folder / f"{NAME}.ipynb").read_text(encoding="utf-8"))
        write(notebook, softmax=WRONG_SOFTMAX)
        (folder / f"{NAME}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
        os.utime(folder / f"{NAME}.ipynb", (1e9, 1e9))  # as `cp -p` leaves it
        if time:
            (folder / "timestamp.txt").write_text(time)
    assert nbgrader(again, "export", f"--to={again / 'grades.csv'}").returncode == 0
    words = f"{NAME}.ipynb is not the one that was graded: run autograde again"
    look = {row["student_id"] for row in lines_of(again / "look.csv") if row["look at"] == words}
    assert look == set(changed)
    shutil.rmtree(again / "submitted" / "cut")
    autograde = nbgrader(again, "autograde", NAME)
    assert autograde.returncode == 0, autograde.stderr
    assert autograde.stderr.count("Skipping existing assignment") == len(grades) - 4
    # Another one was graded by hand after its page of feedback was made.
    with Gradebook(f"sqlite:///{again / 'gradebook.db'}") as gradebook:
        (grade,) = [
            grade
            for notebook in gradebook.find_submission(NAME, "renamed_4711").notebooks
            for grade in notebook.grades
            if grade.needs_manual_grade
        ]
        grade.manual_score, grade.needs_manual_grade = 0.5, False
        gradebook.db.commit()
    assert nbgrader(again, "export", f"--to={again / 'grades.csv'}").returncode == 0
    older = {r["student_id"] for r in lines_of(again / "look.csv") if r["look at"] == OLD_FEEDBACK}
    assert older == {*changed, "renamed_4711"}
    assert nbgrader(again, "generate_feedback", NAME).returncode == 0
    page = again / "feedback" / "renamed_4711" / NAME / f"{NAME}.html"
    assert "(Score: 8.5 / 9.0)" in page.read_text(encoding="utf-8")
    assert "2.E written answer (Score: 0.5 / 1.0)" in page.read_text(encoding="utf-8")
    assert nbgrader(again, "export", f"--to={again / 'grades.csv'}").returncode == 0
    now = {row["student_id"]: float(row["score"]) for row in lines_of(again / "grades.csv")}
    assert now == grades | dict.fromkeys(changed, 6) | {"renamed_4711": 8.5}
    look = {row["look at"] for row in lines_of(again / "look.csv")}
    assert look.isdisjoint({words, OLD_FEEDBACK})


def test_a_page_of_feedback_is_older_by_its_points_or_its_date(tmp_path):
    page, graded = tmp_path / "x.html", tmp_path / "x.ipynb"
    graded.write_text("{}")
    assert not is_older(page, graded, 5.0)
    page.write_text("<h4>x (Score: 5.33 / 9.0)</h4> (Score: 1.0 / 1.0)")
    assert not is_older(page, graded, 16 / 3)
    assert is_older(page, graded, 5.5)
    os.utime(page, (1e9, 1e9))
    assert is_older(page, graded, 16 / 3)


def look_at(tmp_path, outputs):
    """The reasons for one notebook whose graded cell has these outputs; None: not graded."""
    metadata = {"nbgrader": {"grade_id": "check-relu", "grade": True}}
    code = {"cell_type": "code", "source": "check_relu(relu)", "metadata": metadata}
    code["execution_count"] = None
    for step in ("submitted", "released", "graded"):
        (tmp_path / step).mkdir()
        if step != "graded" or outputs is not None:
            notebook = {"cells": [code | {"outputs": outputs or []}], "nbformat": 4}
            notebook |= {"nbformat_minor": 4, "metadata": {}}
            if step == "graded":
                notebook["metadata"][SUM] = sum_of(tmp_path / "submitted" / "x.ipynb")
            (tmp_path / step / "x.ipynb").write_text(json.dumps(notebook))
    return look_reasons(tmp_path / "submitted", tmp_path / "graded", tmp_path / "released/x.ipynb")


def test_stderr_in_a_graded_cell_is_reported(tmp_path):
    stderr = {"output_type": "stream", "name": "stderr", "text": "noise"}
    reasons = look_at(tmp_path, [stderr])
    assert reasons == ["cell check-relu wrote to stderr, which counts as 0 points"]


def test_a_notebook_that_autograde_left_out_is_reported(tmp_path):
    assert look_at(tmp_path, None) == ["x.ipynb was not graded: read the log of autograde"]


def test_a_notebook_that_is_another_one_since_its_grade_is_reported(tmp_path):
    look_at(tmp_path, [])
    folders = tmp_path / "submitted", tmp_path / "graded", tmp_path / "released" / "x.ipynb"
    with open(folders[0] / "x.ipynb", "a") as file:
        file.write("\n")
    reason = "x.ipynb is not the one that was graded: run autograde again"
    assert look_reasons(*folders) == [reason]


def test_a_notebook_under_another_name_is_reported(tmp_path):
    look_at(tmp_path, [])
    (tmp_path / "submitted" / "x.ipynb").rename(tmp_path / "submitted" / "final.ipynb")
    folders = tmp_path / "submitted", tmp_path / "graded", tmp_path / "released" / "x.ipynb"
    assert look_reasons(*folders) == [
        "x.ipynb was not handed in",
        "handed in final.ipynb too, which was not graded",
    ]


def test_an_ordinary_notebook_is_not_reported(tmp_path):
    assert (
        look_at(tmp_path, [{"output_type": "stream", "name": "stdout", "text": "relu: right."}])
        == []
    )


@pytest.mark.parametrize(
    "source",
    [
        "check_relu = print",
        "def check_softmax(f): pass",
        "import helpers.checks\nhelpers.checks.check_relu = print",
        "np.isclose = lambda *a, **k: True",
        "import sys\nsys.modules['helpers'] = None",
        "%%writefile helpers.py\nx = 1",
        "from helpers.activations import softmax as check_softmax",
    ],
)
def test_code_that_replaces_a_check_is_seen(source):
    assert replaces_a_check(source)


@pytest.mark.parametrize(
    "source",
    [
        "check_relu(relu)",
        "from helpers.checks import check_relu, hint",
        "def relu(z):\n    return np.maximum(0, z)",
        "this is no code (",
        "%matplotlib inline\nx = 1",
    ],
)
def test_ordinary_code_is_not_reported(source):
    assert not replaces_a_check(source)
