"""Each known mistake, made on purpose, gets its own sentence."""

import pytest
from mistakes import EXERCISES

from helpers.checks import CheckFailed, probe
from helpers.checks.mistakes import change, known_mistakes

KNOWN = [
    pytest.param(check, right, number, id=f"{right.__name__}-{number}")
    for check, right in EXERCISES
    for number in range(len(known_mistakes(right)))
]


@pytest.mark.parametrize(("check", "right", "number"), KNOWN)
def test_a_known_mistake_gets_its_own_sentence(check, right, number, monkeypatch):
    monkeypatch.setattr(probe, "SECONDS_A_CALL", 2)  # for the endless ones
    sentence, mistake = known_mistakes(right)[number]
    with pytest.raises(CheckFailed) as failure:
        check(mistake)
    assert str(failure.value).split("\n")[0] == f"{right.__name__}: {sentence}"


@pytest.mark.parametrize(("check", "right"), EXERCISES, ids=lambda value: value.__name__)
def test_the_right_answer_with_no_change_passes(check, right):
    check(change(right, []))


def double(z):
    """Twice as much."""
    return 2 * z


def test_a_change_that_fits_nowhere_or_twice_is_refused():
    with pytest.raises(ValueError, match="'3' occurs 0 times in double"):
        change(double, [("3", "4")])
    with pytest.raises(ValueError, match="'z' occurs 2 times"):
        change(double, [("z", "x")])


@pytest.mark.parametrize(
    "edits",
    [
        [("2 * z", "6")],
        [("2", "3"), ("return 3 * z", "return 6")],
        [("", "number = 6\nreturn number")],
        [("", "def half(z):\n    return 6\ndef double(z):\n    return half(z)")],
    ],
)
def test_lines_bodies_and_definitions_are_changed(edits):
    assert change(double, edits)(1) == 6
