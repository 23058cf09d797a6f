"""For instructors: what is done to a hand-in before it runs, and which hand-ins run again.

nbgrader_config.py names these classes, and loads this file, as it mends nbgrader in places. It
needs nbgrader, as helpers/grading.py does.
"""

import copy
import json
import warnings
from pathlib import Path

from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import Autograde
from nbgrader.preprocessors import ClearHiddenTests, NbGraderPreprocessor, OverwriteCells
from sqlalchemy.exc import SAWarning

from helpers.collecting import sum_of

# Three for each new student, about nbgrader's own use of its database. They mean nothing.
warnings.filterwarnings("ignore", category=SAWarning, module=r"nbgrader\.")

SUM = "sum_of_hand_in"  # in the metadata of a graded notebook


# --- Which hand-ins are graded again.


def was_graded(submitted, graded):
    """Whether a graded notebook was made from the notebook that lies in submitted/ now.

    Parameters
    ----------
    submitted, graded : Path
        The two notebooks.

    Returns
    -------
    bool
    """
    metadata = json.loads(graded.read_text(encoding="utf-8"))["metadata"]
    return metadata.get(SUM) == sum_of(submitted)


class NoteSum(NbGraderPreprocessor):
    """Note of which file a graded notebook was made."""

    def preprocess(self, nb, resources):
        """As in nbconvert."""
        place = resources["metadata"]
        nb.metadata[SUM] = sum_of(Path(place["path"], f"{place['name']}.ipynb"))
        return nb, resources


def _init_destination(self, assignment_id, student_id):
    """Grade again what has changed, also what was put into submitted/ by hand.

    nbgrader 0.9.6 asks timestamp.txt alone, which only a collected hand-in has. It would skip
    another file without a word.
    """
    folders = (
        self._format_source(assignment_id, student_id),
        self._format_dest(assignment_id, student_id),
    )
    pairs = [[Path(folder, Path(name).name) for folder in folders] for name in self.notebooks]
    forced = self.force
    self.force = forced or any(pair[1].exists() and not was_graded(*pair) for pair in pairs)
    try:
        return super(Autograde, self).init_destination(assignment_id, student_id)
    finally:
        self.force = forced


Autograde.init_destination = _init_destination


# --- What is done to a hand-in before it runs.


class OverwriteCellsQuietly(OverwriteCells):
    """As nbgrader's, and silent about checks that are as they were given out.

    Those lack the lines that only the grader runs, so nbgrader warned of each in each hand-in
    that its checksum "has changed". Now that is said only of a check that a student has edited.
    """

    def preprocess_cell(self, cell, resources, cell_index):
        """As in nbconvert."""
        try:
            master = self.gradebook.find_source_cell(
                grade_id(cell), self.notebook_id, self.assignment_id
            )
        except MissingEntry:
            return super().preprocess_cell(cell, resources, cell_index)
        given_out = copy.deepcopy(cell)
        given_out.source = master.source
        ClearHiddenTests(enforce_metadata=False).preprocess_cell(given_out, resources, cell_index)
        if cell.source == given_out.source:
            cell.source = master.source
        return super().preprocess_cell(cell, resources, cell_index)


class ForgetBrokenMetadata(NbGraderPreprocessor):
    """Treat a cell whose nbgrader metadata is damaged or empty as a cell of the student's own.

    nbgrader 0.9.6 stops at such a cell; at an old version number it stops the whole class.
    """

    def preprocess_cell(self, cell, resources, cell_index):
        """As in nbconvert."""
        data = cell.metadata.get("nbgrader", {})
        if data.get("schema_version") != 3 or not data.get("grade_id"):
            cell.metadata.pop("nbgrader", None)
        return cell, resources


class RestoreAnswerCells(NbGraderPreprocessor):
    """Put an empty cell at the end for each answer cell that the student deleted.

    nbgrader 0.9.6 puts a deleted test cell back behind its answer cell, and fails
    where that one is missing too.
    """

    def preprocess(self, nb, resources):
        """As in nbconvert."""
        names = resources["nbgrader"]
        there = {grade_id(cell) for cell in nb.cells}
        with Gradebook(names["db_url"]) as gradebook:
            notebook = gradebook.find_notebook(names["notebook"], names["assignment"])
            solutions = {cell.name for cell in notebook.solution_cells}
            graded = {cell.name for cell in notebook.grade_cells}
            for cell in notebook.source_cells:
                if cell.name in solutions - graded - there:
                    make = new_code_cell if cell.cell_type == "code" else new_markdown_cell
                    data = {"grade_id": cell.name, "solution": True, "grade": False}
                    data |= {"locked": False, "task": False, "schema_version": 3}
                    nb.cells.append(make(metadata={"nbgrader": data}))
        return nb, resources


def grade_id(cell):
    """The name that nbgrader knows a cell by.

    Parameters
    ----------
    cell : dict

    Returns
    -------
    str or None
    """
    return cell["metadata"].get("nbgrader", {}).get("grade_id")
