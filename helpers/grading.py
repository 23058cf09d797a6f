"""For instructors: grades.csv, and look.csv, which says who needs a human look.

nbgrader_config.py names the class `ClassReport`. It needs nbgrader.
"""

import ast
import csv
import functools
import glob
import json
import os
import re
import sys
import warnings
from collections import Counter
from pathlib import Path

import nbformat
import nbgrader.plugins.export
from nbgrader.api import MissingEntry
from nbgrader.plugins import CsvExportPlugin

from helpers.collecting import download_reasons, files_below
from helpers.executing import EARLY_END, NOT_BOXED, OVERRULED
from helpers.sanitizing import grade_id, was_graded

# nbgrader writes grades.csv in the encoding of the system, and on Windows that lacks most letters.
nbgrader.plugins.export.open = functools.partial(open, encoding="utf-8")

NO_FOLDER = (
    "has a grade, but no folder in class/submitted any more: if the hand-in counts for another "
    "student now, do not use this grade"
)
OLD_FEEDBACK = "the feedback is older than the grade: run generate_feedback again"
# What the exercises, and ordinary answers to them, import.
USUAL = re.compile(
    r"(numpy|helpers|matplotlib|torch|sklearn|scipy|pandas|IPython\.display|ipywidgets|tqdm|math|"
    r"time|sys|warnings|random|itertools|functools|collections|copy|typing|dataclasses|operator|"
    r"string|statistics|decimal|fractions|numbers|textwrap|__future__)(\.|$)"
)
UNUSUAL_NAMES = {"open", "exec", "eval", "compile", "__import__", "__builtins__", "__globals__"}
UNUSUAL_NAMES |= {"__subclasses__", "__code__", "setattr", "delattr", "get_ipython", "_getframe"}
# Files of others, and the words with which a check says that an answer is right.
UNUSUAL_TEXT = re.compile(r"~/|/home|/root|/etc|/proc|\.\./|\.ssh|gradebook|solutions|: right\.")
NOT_SUBMITTED = "was not graded: it lies in no folder class/submitted/STUDENT/ASSIGNMENT"
NOT_DOWNLOADED = "was not collected: it lies in no folder class/downloaded/ASSIGNMENT/archive"


class ClassReport(CsvExportPlugin):
    """Write grades.csv, as nbgrader does, and look.csv: one line for each thing to look at."""

    def export(self, gradebook):
        """Write both files, and print the lines of look.csv.

        Parameters
        ----------
        gradebook : nbgrader.api.Gradebook
        """
        path = Path(self.to or "grades.csv")
        look = path.with_name("look.csv")
        parts = [file.with_name(f"{file.name}.part") for file in (path, look)]
        assignments = [assignment.name for assignment in gradebook.assignments]
        lines = [
            (assignment, student, reason)
            for assignment in assignments
            for student, reason in self._reasons(gradebook, assignment)
        ]
        lines += self._strays(assignments)
        try:
            self.to = str(parts[0])
            super().export(gradebook)
            with open(parts[1], "w", newline="", encoding="utf-8", errors="backslashreplace") as f:
                csv.writer(f).writerows([("assignment", "student_id", "look at"), *lines])
            for part, file in zip(parts, (path, look), strict=True):
                os.replace(part, file)
        except OSError as error:
            for part in parts:
                part.unlink(missing_ok=True)
            sys.exit(f"{error}. {path} and {look.name} are as they were before.")
        for assignment, student, reason in lines:
            _say(f"{assignment}, {student}: {reason}")
        _say(f"{len(lines)} things to look at, written to {look}")

    def _reasons(self, gradebook, assignment):
        """Pairs of student and reason."""
        course = self.parent.coursedir
        root, submitted = Path(course.root), Path(course.root) / course.submitted_directory
        released = Path(course.format_path(course.release_directory, ".", assignment))
        students = sorted(path.parent.name for path in submitted.glob(f"*/{assignment}"))
        for student in students:
            folder = submitted / student / assignment
            if unfit_id(student):
                yield student, unfit_id(student)
                continue
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
            if by_hand and any(graded.glob("*.ipynb")):
                yield student, f"{by_hand} written answers to grade by hand"
            pages = Path(course.format_path(course.feedback_directory, student, assignment))
            for notebook in submission.notebooks:
                page, result = pages / f"{notebook.name}.html", graded / f"{notebook.name}.ipynb"
                if is_older(page, result, notebook.score - (notebook.late_submission_penalty or 0)):
                    yield student, OLD_FEEDBACK
        for submission in gradebook.assignment_submissions(assignment):
            if submission.student.id not in students:
                yield submission.student.id, NO_FOLDER
        yield from download_reasons(root / "downloaded" / assignment, submitted)
        notebooks = Path(course.format_path(course.autograded_directory, "*", assignment))
        yield from unboxed(sorted(root.glob(f"{notebooks.relative_to(root)}/*.ipynb")))

    def _strays(self, assignments):
        """Triples of assignment, student and reason for what lies where nothing is graded."""
        root = Path(self.parent.coursedir.root)
        for path in files_below(root / self.parent.coursedir.submitted_directory):
            place = path.relative_to(root).parts
            if len(place) < 4 or place[2] not in assignments:
                yield "?", "?", f"{'/'.join(place)} {NOT_SUBMITTED}"
        for path in files_below(root / "downloaded"):
            place = path.relative_to(root).parts
            right = place[2:3] in {("archive",), ("extracted",), ("collected.csv",)}
            if place[1] not in assignments or not right:
                yield "?", "?", f"{'/'.join(place)} {NOT_DOWNLOADED}"


def unboxed(notebooks):
    """Say once how many notebooks were graded without a box, and why.

    Parameters
    ----------
    notebooks : list of Path
        Graded ones.

    Yields
    ------
    tuple of str
        "?", which stands for no student, and the sentence.
    """
    metadata = [json.loads(path.read_text(encoding="utf-8"))["metadata"] for path in notebooks]
    for reason, count in Counter(data.get("not_boxed", "") for data in metadata).items():
        if reason:
            yield "?", f"{count} hand-ins were not graded in a box: {reason}. {NOT_BOXED}"


def unfit_id(student):
    """Say why nbgrader cannot grade what lies in a student's folder.

    Parameters
    ----------
    student : str
        The folder's name, as somebody wrote it by hand.

    Returns
    -------
    str
        Empty if it can.
    """
    if glob.escape(student) == student and not student.startswith("."):
        return ""
    return (
        "nbgrader finds no folder with [, ], *, ? or a dot in front in its name: rename "
        f"class/submitted/{student}, and run autograde"
    )


def is_older(page, graded, score):
    """Whether a page of feedback is from before the last grade, by hand or by autograde.

    Parameters
    ----------
    page, graded : Path
        The page, and the graded notebook.
    score : float
        The points that the student has now.

    Returns
    -------
    bool
        False where there is no page yet.
    """
    if not page.exists():
        return False
    shown = re.search(r"\(Score: (-?[\d.]+) /", page.read_text(encoding="utf-8"))
    is_other = not shown or float(shown[1]) != round(score, 2)
    return is_other or graded.exists() and graded.stat().st_mtime > page.stat().st_mtime


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
    path, result = submitted / released.name, graded / released.name
    names = [file.relative_to(submitted).as_posix() for file in files_below(submitted)]
    extra = [name for name in names if name not in {path.name, "timestamp.txt"}]
    reasons = [f"handed in {name} too, which was not graded" for name in extra]
    if not path.exists():
        return [f"{path.name} was not handed in", *reasons]
    try:
        cells = _cells(path)
        sources = [cell["source"] for cell in cells if cell["cell_type"] == "code"]
        ids = [grade_id(cell) for cell in cells if grade_id(cell)]
    except Exception:  # nbformat says in many ways that a file is no notebook
        return [f"{path.name} is damaged: ask for it again", *reasons]
    if not result.exists():
        reasons.append(f"{path.name} was not graded: read the log of autograde")
    elif not was_graded(path, result):
        reasons.append(f"{path.name} is not the one that was graded: run autograde again")
    for name in (grade_id(cell) for cell in _cells(released) if grade_id(cell)):
        if ids.count(name) != 1:
            state = "missing" if name not in ids else "there more than once"
            reasons.append(f"cell {name} is {state} in {path.name}")
    given_out = {grade_id(cell): cell["source"] for cell in _cells(released) if _is_answer(cell)}
    answers = [cell for cell in cells if grade_id(cell) in given_out]
    if answers and all(cell["source"] == given_out[grade_id(cell)] for cell in answers):
        reasons.append(f"nothing was filled in: all answers in {path.name} are as given out")
    before = {grade_id(cell): _settings(cell) for cell in _cells(released) if grade_id(cell)}
    changed = [
        grade_id(cell)
        for cell in cells
        if before.get(grade_id(cell), _settings(cell)) != _settings(cell)
    ]
    if changed:
        reasons.append(f"the settings of cells {', '.join(changed)} in {path.name} were changed")
    if any(replaces_a_check(source) for source in sources):
        reasons.append(f"code in {path.name} replaces a check or reaches into the course's code")
    reached = sorted({name for source in sources for name in reaches_for(source)})
    if reached:
        reasons.append(f"code in {path.name} has {', '.join(reached)}: no exercise needs that")
    return reasons + (_run_reasons(result) if result.exists() else [])


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
    if re.search(r"sys\.(modules|meta_path)|%%writefile|importlib|\bsetattr\b.*check", source):
        return True
    for node in _nodes(source):
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


def reaches_for(source):
    """Name what code uses that no exercise needs: files, programs, the network, Python's insides.

    It reads the code, and does not run it. What is well hidden in it is not found.

    Parameters
    ----------
    source : str
        One code cell.

    Returns
    -------
    set of str
        As a teacher finds them in the code.
    """
    found = set(re.findall(r"^\s*(?:!|%(?!matplotlib|time)).*$", source, flags=re.MULTILINE))
    for node in _nodes(source):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if not USUAL.match(alias.name)}
        elif isinstance(node, ast.ImportFrom) and not USUAL.match(node.module or ""):
            found.add(node.module or ".")
        elif isinstance(node, ast.Name) and node.id in UNUSUAL_NAMES:
            found.add(node.id)
        elif isinstance(node, ast.Attribute) and node.attr in UNUSUAL_NAMES - {"eval", "compile"}:
            found.add(node.attr)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found |= {f'"{text}"' for text in UNUSUAL_TEXT.findall(node.value)}
    return {name.strip() for name in found}


def _nodes(source):
    """The parts of a cell's code, without its magic lines. None where it is no Python."""
    try:
        return list(ast.walk(ast.parse(re.sub(r"^\s*[%!].*$", "", source, flags=re.MULTILINE))))
    except SyntaxError:
        return []


def _say(line):
    """Print also what the console has no letters for."""
    encoding = sys.stdout.encoding or "utf-8"
    print(line.encode(encoding, "backslashreplace").decode(encoding))


def _cells(path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # cells without an id, as older programs write them
        return nbformat.read(path, as_version=4).cells


def _run_reasons(result):
    """What to look at in how a notebook ran."""
    reasons = []
    outputs = [output for cell in _cells(result) for output in cell.get("outputs", [])]
    for words in dict.fromkeys(o["evalue"] for o in outputs if o.get("ename") == EARLY_END):
        reasons.append(f"{result.name} was ended: {words}. The cells from there on earned nothing")
    for check in dict.fromkeys(o["evalue"] for o in outputs if o.get("ename") == OVERRULED):
        reasons.append(f"{check} passed in {result.name} alone: does its code replace anything?")
    if any(output.get("ename") == "CellTimeoutError" for output in outputs):
        reasons.append(f"a cell of {result.name} ran out of time")
    if any(output.get("ename") == "MemoryError" for output in outputs):
        reasons.append(f"a cell of {result.name} ran out of memory")
    for cell in _cells(result):
        is_graded = cell["metadata"].get("nbgrader", {}).get("grade")
        if is_graded and any(o.get("name") == "stderr" for o in cell.get("outputs", [])):
            reasons.append(f"cell {grade_id(cell)} wrote to stderr, which counts as 0 points")
    return reasons


def _is_answer(cell):
    return cell["metadata"].get("nbgrader", {}).get("solution")


def _settings(cell):
    """What decides how a cell is graded, and is not the student's to change."""
    data = cell["metadata"].get("nbgrader", {})
    names = ("grade", "solution", "locked", "points")
    skipped = "skip-execution" in cell["metadata"].get("tags", [])
    return cell["cell_type"], skipped, *(data.get(name) for name in names)
