"""For instructors: the pages that tell students how their hand-ins were graded.

nbgrader_config.py names the class `FeedbackExporter`. It needs nbgrader.
"""

import json
import re

from nbconvert.exporters import HTMLExporter

from helpers.sanitizing import grade_id
from helpers.workspace import EXERCISES

# A line of the list at the head of nbgrader 0.9.6's pages, which all are called alike.
LINE = re.compile(r'<a href="#(?P<id>[\w-]+)">(?P<kind>Test cell|Written response)</a>')


class FeedbackExporter(HTMLExporter):
    """nbgrader's page, with a list that names the exercises, and that waits for no network."""

    def from_notebook_node(self, nb, resources=None, **kw):
        """As in nbconvert."""
        page, resources = super().from_notebook_node(nb, resources, **kw)
        numbers = exercise_numbers(resources["nbgrader"]["notebook"])
        page = LINE.sub(lambda line: _named(line, numbers), page)
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


def _named(line, numbers):
    """A line of the list, with the exercise's number, and the name of the check."""
    name = line["id"].removeprefix("check-").replace("-", "_")
    name = name if line["kind"] == "Test cell" else "written answer"
    title = f"{numbers.get(line['id'], '')} {name}".strip()
    return f'<a href="#{line["id"]}">{title}</a>'
