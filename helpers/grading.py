"""For instructors: what nbgrader needs to grade this course safely, and who needs a human look.

nbgrader_config.py names these classes. They need nbgrader; nothing else in the course does.
"""

import ast
import csv
import json
import re
from datetime import UTC, datetime
from pathlib import Path

from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.plugins import CsvExportPlugin, FileNameCollectorPlugin
from nbgrader.preprocessors import NbGraderPreprocessor


class ClassReport(CsvExportPlugin):
    """Write grades.csv, as nbgrader does, and look.csv: one line for each thing to look at."""

    def export(self, gradebook):
        """Write both files, and print the lines of look.csv.

        Parameters
        ----------
        gradebook : nbgrader.api.Gradebook
        """
        super().export(gradebook)
        lines = [
            (assignment.name, student, reason)
            for assignment in gradebook.assignments
            for student, reason in self._reasons(gradebook, assignment.name)
        ]
        path = Path(self.to or "grades.csv").with_name("look.csv")
        with open(path, "w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([("assignment", "student_id", "look at"), *lines])
        for assignment, student, reason in lines:
            print(f"{assignment}, {student}: {reason}")
        print(f"{len(lines)} things to look at, written to {path}")

    def _reasons(self, gradebook, assignment):
        """Pairs of student and reason."""
        course = self.parent.coursedir
        released = Path(course.format_path(course.release_directory, ".", assignment))
        for folder in sorted(
            Path(course.root).glob(f"{course.submitted_directory}/*/{assignment}")
        ):
            student = folder.parent.name
            graded = Path(course.format_path(course.autograded_directory, student, assignment))
            for notebook in sorted(released.glob("*.ipynb")):
                for reason in look_reasons(folder, graded, notebook):
                    yield student, reason
            try:
                submission = gradebook.find_submission(assignment, student)
            except MissingEntry:
                yield student, "no grade at all: run autograde again, and read its log"
                continue
            by_hand = sum(
                grade.needs_manual_grade for n in submission.notebooks for grade in n.grades
            )
            if by_hand:
                yield student, f"{by_hand} written answers to grade by hand"
        for file in self._uncollected(assignment):
            yield "?", f"{file} was not collected: its name gives no student and no exercise"

    def _uncollected(self, assignment):
        """Downloaded files whose name the collector cannot read."""
        course = self.parent.coursedir
        pattern = self.config.FileNameCollectorPlugin.get("named_regexp", ".*")
        folder = Path(course.root) / "downloaded" / assignment / "extracted"
        files = sorted(path.name for path in folder.rglob("*") if path.is_file())
        return [name for name in files if not re.match(pattern, name)]


def look_reasons(submitted, graded, released):
    """Say what in one submitted notebook a human should look at.

    Parameters
    ----------
    submitted, graded : Path
        The student's folders, before and after autograding.
    released : Path
        The notebook as it was given to the students.

    Returns
    -------
    list of str
    """
    path = submitted / released.name
    extra = sorted(
        p.name for p in submitted.iterdir() if p.name not in {path.name, "timestamp.txt"}
    )
    reasons = [f"handed in {name} too, which was not graded" for name in extra]
    if not path.exists():
        return [f"{path.name} was not handed in", *reasons]
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        ids = [_grade_id(cell) for cell in cells if _grade_id(cell)]
    except (ValueError, LookupError, TypeError, AttributeError):
        return [f"{path.name} is damaged, and was not graded: ask for it again", *reasons]
    if not (graded / released.name).exists():
        reasons.append(f"{path.name} was not graded: read the log of autograde")
    for name in (_grade_id(cell) for cell in _cells(released) if _grade_id(cell)):
        if ids.count(name) != 1:
            state = "missing" if name not in ids else "there more than once"
            reasons.append(f"cell {name} is {state} in {path.name}")
    if any(replaces_a_check(source) for source in sources):
        reasons.append(f"code in {path.name} replaces a check or reaches into the course's code")
    if (graded / released.name).exists():
        outputs = [o for cell in _cells(graded / released.name) for o in cell.get("outputs", [])]
        if any(output.get("ename") == "CellTimeoutError" for output in outputs):
            reasons.append(f"a cell of {path.name} ran out of time")
        for cell in _cells(graded / released.name):
            is_graded = cell["metadata"].get("nbgrader", {}).get("grade")
            if is_graded and any(o.get("name") == "stderr" for o in cell.get("outputs", [])):
                reasons.append(f"cell {_grade_id(cell)} wrote to stderr, which counts as 0 points")
    return reasons


def replaces_a_check(source):
    """Whether code defines a name such as check_relu, or changes what the checks rely on.

    Parameters
    ----------
    source : str
        One code cell.

    Returns
    -------
    bool
    """
    if re.search(r"sys\.modules|%%writefile|importlib|\bsetattr\b.*check", source):
        return True
    try:
        tree = ast.parse(re.sub(r"^\s*[%!].*$", "", source, flags=re.MULTILINE))
    except SyntaxError:
        return False
    for node in ast.walk(tree):
        is_stored = isinstance(getattr(node, "ctx", None), ast.Store)
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            name = node.name
        elif isinstance(node, ast.alias):
            name = node.asname or ""
        else:
            name = getattr(node, "id", "") if is_stored else ""
        if name.startswith("check_"):
            return True
        root = ast.unparse(node).split(".")[0] if isinstance(node, ast.Attribute) else ""
        if is_stored and root in {"helpers", "checks", "probe", "np", "numpy"}:
            return True
    return False


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
        there = {_grade_id(cell) for cell in nb.cells}
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


class NewestFile(FileNameCollectorPlugin):
    """Collect downloaded files; of two with one name, take the newer one, not neither."""

    def collect(self, submitted_file):
        """As in nbgrader, with the time of the file.

        Parameters
        ----------
        submitted_file : str

        Returns
        -------
        dict or None
            With student_id, file_id and timestamp.
        """
        info = super().collect(submitted_file)
        if info:
            # nbgrader copies without the time; the file in the archive folder still has it.
            original = Path(str(submitted_file).replace("extracted", "archive", 1))
            path = original if original.exists() else Path(submitted_file)
            time = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            info["timestamp"] = time.isoformat()
        return info


def _cells(path):
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def _grade_id(cell):
    return cell["metadata"].get("nbgrader", {}).get("grade_id")
