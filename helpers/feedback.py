"""For instructors: the pages that tell students how their hand-ins were graded.

nbgrader_config.py names the class `FeedbackExporter`. It needs nbgrader.
"""

import copy
import json
import re

from nbconvert.exporters import HTMLExporter
from nbgrader.api import Gradebook

from helpers.sanitizing import grade_id
from helpers.workspace import EXERCISES

# A line of the list at the head of nbgrader 0.9.6's pages, which all are called alike.
LINE = re.compile(
    r'<a href="#(?P<id>[\w-]+)">(?P<kind>Test cell|Written response)</a> \((?P<score>.*?)\)'
)
# What the check runs again where the student's code is not. It would fill most of the page.
HIDDEN = re.compile(r"\n*### BEGIN HIDDEN TESTS.*?### END HIDDEN TESTS", re.DOTALL)
# Where JupyterLab shows the page, a link within it leads out of it.
INNER_LINK = re.compile(r' href="#[^"]*"')


class FeedbackExporter(HTMLExporter):
    """nbgrader's page, which names the exercises, is as short as can be, and needs no network."""

    def from_notebook_node(self, nb, resources=None, **kw):
        """As in nbconvert."""
        graded, nb = resources["nbgrader"], copy.deepcopy(nb)
        for cell in nb.cells:
            cell.source = HIDDEN.sub("", cell.source)
        numbers, waiting = exercise_numbers(graded["notebook"]), waiting_cells(graded)
        if waiting:
            self.log.warning(
                "%s: a written answer is still to be graded by hand", graded["student"]
            )
        page, resources = super().from_notebook_node(nb, resources, **kw)
        page = LINE.sub(lambda line: _named(line, numbers, waiting), page)
        page = INNER_LINK.sub("", page)
        # MathJax comes from the internet. The page is shown before it is there.
        return page.replace('<script src="http', '<script defer src="http', 1), resources


def exercise_numbers(notebook):
    """Find to which exercise each graded cell of a sheet belongs.

    The sheet is the course's own, as a student may have changed the headings of a hand-in.

    Parameters
    ----------
    notebook : str
        The name of the sheet, such as 02_activations.

    Returns
    -------
    dict of str to str
        Such as {"check-softmax": "2.D"}. Empty for a sheet that is not of this course.
    """
    path, number, found = EXERCISES / f"{notebook}.ipynb", "", {}
    if not path.exists():
        return {}
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if heading := re.match(r"## (\d\.[A-Z]) ", "".join(cell["source"])):
            number = heading[1]
        found[grade_id(cell)] = number
    return found


def waiting_cells(graded):
    """Find the cells of a hand-in that nobody has graded by hand so far.

    Parameters
    ----------
    graded : dict of str to str
        What nbgrader knows: db_url, notebook, assignment and student.

    Returns
    -------
    set of str
        Their grade ids.
    """
    names = (graded[key] for key in ("notebook", "assignment", "student"))
    with Gradebook(graded["db_url"]) as gradebook:
        grades = gradebook.find_submission_notebook(*names).grades
        return {grade.name for grade in grades if grade.needs_manual_grade}


def _named(line, numbers, waiting):
    """A line of the list, with the exercise's number, the name of the check, and the points."""
    name = line["id"].removeprefix("check-").replace("-", "_")
    name = name if line["kind"] == "Test cell" else "written answer"
    score = "not graded yet" if line["id"] in waiting else line["score"]
    return f"{numbers.get(line['id'], '')} {name} ({score})".strip()
