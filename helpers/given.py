"""For instructors: what a sheet gives to its checks besides the student's answers.

`check_broken_softmax(broken_softmax, scores)` takes a function that an open cell of the sheet
makes. A student can change that cell, or make the name anew below it. So the referee takes from
the student what the student is to write, and makes the rest from the cells found here.
"""

import functools
import json
import symtable
from dataclasses import dataclass

from helpers.workspace import SOLUTIONS


@dataclass
class _Cell:
    source: str
    is_answer: bool  # written by the student
    made: set
    used: set


def cells_that_make(names, assignment, folder=SOLUTIONS):
    """Find the open cells that make what an exercise's sheet gives, and all that they need.

    Parameters
    ----------
    names : list of str
        The arguments of a check. Those that a student's cell makes are left out.
    assignment : str
        The name of the notebook.
    folder : Path, optional
        Where the notebook with the solutions is.

    Returns
    -------
    given : list of str
        The names that are not the student's. None where there is no such notebook.
    sources : list of str
        The cells to run for them, in their order.
    """
    cells = _code_cells(folder / f"{assignment}.ipynb")
    answers = set().union(*(cell.made for cell in cells if cell.is_answer))
    opened = [cell for cell in cells if not cell.is_answer]
    given = [name for name in names if name not in answers and any(name in c.made for c in opened)]
    needed, sources = set(given), []
    for cell in reversed(opened):
        if cell.made & needed:
            needed |= cell.used
            sources.insert(0, cell.source)
    return given, sources


@functools.cache
def _code_cells(path):
    """The code cells without the checks. None where there is no such notebook."""
    if not path.exists():
        return []
    found = []
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        data = cell["metadata"].get("nbgrader", {})
        if cell["cell_type"] == "code" and not data.get("grade"):
            source = "".join(cell["source"])
            found.append(_Cell(source, data.get("solution", False), *_names(source)))
    return found


def _names(source):
    """The names that a cell makes, and the ones that it uses, also in its functions."""
    module = symtable.symtable(source, "cell", "exec")
    made = {s.get_name() for s in module.get_symbols() if s.is_assigned() or s.is_imported()}
    tables, used = [module], set()
    for table in tables:
        used |= {s.get_name() for s in table.get_symbols() if s.is_global() and s.is_referenced()}
        tables += table.get_children()
    return made, used
