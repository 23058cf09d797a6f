"""The known mistakes: each is an edit of a right answer, and the sentence that names it.

They stand in one file a lesson, such as activations.diff::

    == relu ==

    you kept the smaller of 0 and z: the negative scores. Keep the larger.
    ~ np.maximum -> np.minimum

    you left the negative scores out. Set them to 0, so that the shape stays.
    +return z[z > 0]
    or return z[z >= 0]

Below the name of an exercise come changes of its right answer, which stands in `helpers`. What
stands before the arrow occurs there once, and gives way to what follows. Where that takes several
lines, it is what is behind a minus, and what is behind a plus. Several such changes one after the
other make one wrong answer. `or` alone begins the next one for the same sentence; where it differs
in what comes last, that follows behind the `or`. A plus without a minus is a new body, or a new
function or class with all that belongs to it.
"""

import ast
import functools
import inspect
import itertools
import math
import re
import sys
import textwrap
from pathlib import Path

EDIT = re.compile(
    r"^~ (.+?) -> (.+)$|(?=^[-+])((?:^-.*\n?)*)((?:^\+.*\n?)*)",
    re.MULTILINE,
)


@functools.cache
def known_mistakes(right):
    """Make the wrong answers to an exercise.

    Parameters
    ----------
    right : callable
        The right answer. Its name is that of the exercise, its module's that of the lesson.

    Returns
    -------
    list of (str, callable)
        In the order of the file: a sentence, and a function or class that makes the mistake.

    Raises
    ------
    ValueError
        If a change does not fit the right answer.
    """
    entries = read_mistakes(right.__module__.rpartition(".")[2]).get(right.__name__, [])
    return [(sentence, change(right, edits)) for sentence, edits in entries]


@functools.cache
def read_mistakes(lesson):
    """Read the file of a lesson.

    Parameters
    ----------
    lesson : str
        Such as "activations".

    Returns
    -------
    dict of str to list of (str, list of (str, str))
        For each exercise: a sentence, and pairs of what leaves and what comes.
    """
    text = Path(__file__).with_name(f"{lesson}.diff").read_text(encoding="utf-8")
    found = {}
    for paragraph in re.split(r"\n{2,}", text.strip()):
        if heading := re.fullmatch(r"== (\w+) ==", paragraph):
            entries = found[heading[1]] = []
            continue
        lines = paragraph.split("\n")
        words = list(itertools.takewhile(lambda line: line[0] not in "~-+", lines))
        for version in "\n".join(lines[len(words) :]).split("\nor\n"):
            first, *others = version.split("\nor ")
            *edits, (old, new) = map(_read_edit, EDIT.finditer(first))
            entries += [(" ".join(words), [*edits, (old, text)]) for text in (new, *others)]
    return found


def _read_edit(edit):
    old, new, *blocks = edit.groups()
    if old:
        return old, new
    return tuple("\n".join(line[1:] for line in block.splitlines()) for block in blocks)


def change(right, edits):
    """Make a function or class from the source of another one.

    Parameters
    ----------
    right : callable
        Its docstring and decorators are left out before.
    edits : list of (str, str)
        What leaves, and what comes for it. Where nothing leaves, a whole body or definition comes.

    Returns
    -------
    callable

    Raises
    ------
    ValueError
        If what leaves does not occur exactly once.
    """
    source = plain_source(right)
    for old, new in edits:
        if not old and re.match(r"(def|class|import|from|@)\b", new):
            source = new
        elif not old:
            first = ast.parse(source).body[0].body[0].lineno
            head = "\n".join(source.split("\n")[: first - 1])
            source = f"{head}\n{textwrap.indent(textwrap.dedent(new), '    ')}"
        else:
            count = source.count(old)
            if count != 1:
                raise ValueError(f"{old!r} occurs {count} times in {right.__name__}:\n{source}")
            source = source.replace(old, new)
    names = {"math": math} | vars(sys.modules[right.__module__])
    exec(compile(source, f"<a wrong {right.__name__}>", "exec"), names)
    return names[right.__name__]


@functools.cache
def plain_source(right):
    """The source of a function or class, without its decorators and docstrings."""
    lines = textwrap.dedent(inspect.getsource(right)).split("\n")
    top = ast.parse("\n".join(lines)).body[0]
    left_out = set(range(1, top.lineno))
    for node in ast.walk(top):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(node):
            docstring = node.body[0]
            left_out |= set(range(docstring.lineno, docstring.end_lineno + 1))
    kept = (line for number, line in enumerate(lines, start=1) if number not in left_out)
    return "\n".join(kept).strip()
