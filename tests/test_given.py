"""What a sheet gives to its checks is the sheet's own, whatever the hand-in makes of it."""

import json
import re

import numpy as np
import pytest
from test_exercises import EXERCISE_NAMES, SOLUTIONS
from test_grading_box import run

from helpers.given import cells_that_make
from helpers.referee import calls_in, run_cells


def code_cells(assignment):
    """Pairs of nbgrader's metadata, empty for an open cell, and the source."""
    notebook = json.loads((SOLUTIONS / f"{assignment}.ipynb").read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            yield cell["metadata"].get("nbgrader", {}), "".join(cell["source"])


CALLS = [
    (assignment, check, names)
    for assignment in EXERCISE_NAMES
    for data, source in code_cells(assignment)
    if data.get("grade")
    for check, names in calls_in(source)
]
TAKES_GIVEN = [call for call in CALLS if cells_that_make(call[2], call[0])[0]]
# For each given name a cell that makes it anew, after which its check passes in the kernel.
COUNT = """
found = [(predicted[truth == digit] == digit).mean() for digit in range(10)]
hardest = np.argmin(found)
answers = np.bincount(predicted[truth == hardest], minlength=10)
answers[hardest] = 0
mistaken_for = answers.argmax()
"""
SOME_3S = "(truth == 3) & (np.arange(len(truth)) % 2 > 0)"
ATTACKS = {
    "broken_one_hot": "labels = np.array([1])\ndef broken_one_hot(labels): return np.zeros(3)",
    "predicted": f"predicted = truth + ({SOME_3S}){COUNT}",
    "truth": f"truth = predicted - ((predicted == 4) & (truth != 4)){COUNT}",
    "broken_softmax": "scores = np.ones((2, 2))\ndef broken_softmax(z): return z * np.nan",
    "network": "network['W3'] *= -1\nstrokes, digit = [[[128, 40], [128, 240]]], 1",
}


def makes(name, source):
    pattern = rf"^((def|class) {name}\b|[\w, ]*\b{name}\b[\w, ]* = )"
    return re.search(pattern, source, re.MULTILINE)


@pytest.mark.parametrize("call", TAKES_GIVEN, ids=lambda call: call[1])
def test_a_right_answer_passes_and_no_given_name_can_be_made_anew(call):
    assignment, check, names = call
    given, cells = cells_that_make(names, assignment)
    answers = [source for data, source in code_cells(assignment) if data.get("solution")]
    answers = [source for source in answers if any(makes(name, source) for name in names)]
    start = ["import numpy as np", *cells, *answers]
    graded = f"from helpers.checks import {check}\n\n{check}({', '.join(names)})"
    assert errors(run(*start, graded, assignment=assignment)) == []
    for name in given:
        assert errors(run(*start, ATTACKS[name], graded)) == [], "this attack tries nothing"
        attacked = run(*start, ATTACKS[name], graded, assignment=assignment)
        assert errors(attacked) == [("Overruled", check)], name


def errors(outputs):
    return [(o.ename, o.evalue) for o in outputs[-1] if o.output_type == "error"]


def test_each_argument_of_a_check_is_either_given_or_the_students():
    found = set()
    for assignment, _, names in CALLS:
        given, _ = cells_that_make(names, assignment)
        for name in names:
            makers = [not data for data, s in code_cells(assignment) if makes(name, s)]
            assert set(makers) == {name in given}, name
        found |= set(given)
    assert found == ATTACKS.keys()


def write_sheet(folder, *cells):
    """A notebook of pairs: nbgrader's metadata, or None, and the source."""
    notebook = {
        "cells": [
            {
                "cell_type": "code",
                "source": source.splitlines(keepends=True),
                "metadata": {"nbgrader": data} if data else {},
            }
            for data, source in cells
        ]
    }
    (folder / "sheet.ipynb").write_text(json.dumps(notebook), encoding="utf-8")


def test_only_the_cells_that_a_given_name_needs_are_found(tmp_path):
    write_sheet(
        tmp_path,
        (None, "import numpy as np\nimport time"),
        (None, "size = 3\nother = 4"),
        (None, "time.sleep(0)\nunused = size"),
        ({"solution": True}, "answer = 2\nlabels = 5"),
        (None, "def make():\n    unused = [np.ones(size) for size in [size]]\n    return unused"),
        ({"grade": True}, "given = 0"),
        (None, "given = make()"),
        (None, "labels = 7\ngiven_later = given"),
    )
    given, cells = cells_that_make(["given", "answer", "labels"], "sheet", tmp_path)
    assert given == ["given"]
    assert [cell.split()[0] for cell in cells] == ["import", "size", "def", "given"]
    np.testing.assert_equal(run_cells(*cells)["given"], [np.ones(3)])


def test_a_notebook_that_is_not_the_courses_gives_nothing(tmp_path):
    assert cells_that_make(["given"], "own", tmp_path) == ([], [])
