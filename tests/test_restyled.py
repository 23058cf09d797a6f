"""A check says the same, in whatever style a student returns the same result."""

import importlib
from pathlib import Path

import numpy as np
import pytest
from mistakes import EXERCISES, MISTAKES, RIGHT_ANSWERS

from helpers.checks import CheckFailed, probe
from helpers.checks.mistakes import known_mistakes

for path in sorted((Path(__file__).parent / "mistakes").glob("[a-z]*.py")):
    importlib.import_module(f"mistakes.{path.stem}")


def everywhere(change):
    """Apply a change to a result and, where it is a tuple, list or dict, to its parts."""

    def restyle(value):
        if type(value) is dict:
            value = {name: restyle(part) for name, part in value.items()}
        elif type(value) in (tuple, list):
            value = type(value)(map(restyle, value))
        return change(value)

    return restyle


def as_python_number(value):
    is_float = isinstance(value, (np.floating, np.ndarray)) and np.ndim(value) == 0
    return float(value) if is_float and value.dtype.kind == "f" else value


def as_numpy_number(value):
    return np.float64(value) if type(value) is float else value


def as_0d_array(value):
    return np.array(value) if isinstance(value, (float, np.floating)) else value


def as_float32(value):
    if isinstance(value, (np.ndarray, np.floating)) and value.dtype == np.float64:
        return value.astype(np.float32)
    return value


def in_fortran_order(value):
    return np.asfortranarray(value) if isinstance(value, np.ndarray) and value.ndim > 1 else value


def with_keys_turned_around(value):
    return dict(reversed(value.items())) if type(value) is dict else value


def tuple_for_list(value):
    return tuple(value) if type(value) is list else value


def list_for_tuple(value):
    return list(value) if type(value) is tuple else value


STYLES = [
    as_python_number,
    as_numpy_number,
    as_0d_array,
    as_float32,
    in_fortran_order,
    with_keys_turned_around,
    tuple_for_list,
    list_for_tuple,
]


# These sentences speak of the very thing that a style changes, or a style hides the mistake:
# it makes a new object, or a function of its own around the student's.
ABOUT_STYLE = (
    *("of type", "the list", "share one cache", "the same list", "it calls your forward"),
    "== only compares",
    # The seven digits of float32 do not show by which of two small steps a slope was measured.
    "your step is epsilon / 2",
)


def restyled(function, style, changed):
    """The student's function, with its result in another style, if that is another one."""

    def run(*arguments):
        result = function(*arguments)
        new = everywhere(style)(result)
        if describe(new) == describe(result):
            return result
        changed.append(new)
        return new

    return run


def note(results):
    """A style that changes nothing, and keeps what it is given."""
    return lambda value: results.append(value) or value


def describe(value):
    """What a style can change: the types, and the order in a dict or in memory."""
    if type(value) is dict:
        return [(name, describe(part)) for name, part in value.items()]
    if type(value) in (tuple, list):
        return type(value), [describe(part) for part in value]
    if isinstance(value, np.ndarray):
        return np.ndarray, value.dtype, value.strides
    return type(value)


def sentence_for(check, *answers):
    """The check's sentence, or None where it passes the answers."""
    try:
        check(*answers)
    except CheckFailed as failure:
        return str(failure).split("\n")[0]


def is_function(answer):
    return callable(answer) and not isinstance(answer, type) and not probe.is_unwritten(answer)


CHECKS = {check: None for check, answers, _ in RIGHT_ANSWERS if is_function(answers[0])}


@pytest.mark.slow
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_check_says_the_same_in_every_style(check, monkeypatch):
    monkeypatch.setattr(probe, "SECONDS_A_CALL", 2)
    known = [(answers, fragment) for c, fragment, answers, _ in MISTAKES if c is check]
    known += [(answers, None) for c, answers, _ in RIGHT_ANSWERS if c is check]
    for right in (right for c, right in EXERCISES if c is check):
        known += [((mistake,), sentence) for sentence, mistake in known_mistakes(right)]
    differing = []
    for (function, *others), fragment in known:
        if not is_function(function) or any(words in (fragment or "") for words in ABOUT_STYLE):
            continue
        results = []
        sentence_for(check, restyled(function, note(results), []), *others)
        for style in STYLES:
            if all(describe(everywhere(style)(result)) == describe(result) for result in results):
                continue
            changed = []
            sentence = sentence_for(check, restyled(function, style, changed), *others)
            is_same = sentence is None if fragment is None else fragment in (sentence or "")
            if changed and not is_same:
                differing.append((style.__name__, fragment, sentence))
    assert differing == []
