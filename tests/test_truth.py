"""What the checks say of small edits of right answers is true: a part of `tests/truth.py`."""

import pytest
import truth

from helpers.checks import CheckFailed

ANSWERS = truth.right_answers()


@pytest.mark.slow
def test_no_check_claims_a_false_cause_or_passes_a_wrong_answer():
    judged = [
        (edit.answer.name, edit.kind, edit.change, sentence)
        for edit, sentence, verdict in truth.judge(seed=0, num_edits=150, answers=ANSWERS)
        if verdict in ("false", "passed wrongly")
    ]
    assert judged == []


def edit_of(name, kind, new):
    """The edit of this kind after which the answer has this text."""
    answer = next(answer for answer in ANSWERS if answer.name == name)
    edits = truth.edits_of(answer, truth.random.Random(0))
    return next(edit for edit in edits if edit.kind == kind and new in edit.source)


def says(sentence):
    def check(function):
        raise CheckFailed(f"softmax: {sentence}\nFor a hint, ...")

    return check


@pytest.mark.parametrize(
    ("sentence", "verdict"),
    [
        ("your columns do not sum to 1: you normalised over the batch.", "named"),
        ("you lost the digits after the point.", "false"),
        ("the sign is turned around.", "false"),
        ("is the sign turned around?", "located"),
    ],
)
def test_a_sentence_is_held_against_the_edit(sentence, verdict):
    edit = edit_of("softmax_plain", "axis", "e.sum(axis=1)")
    edit.answer = truth.with_(edit.answer, check=says(sentence))
    assert truth.verdict(edit, truth.sentence_of(edit)) == verdict


@pytest.mark.parametrize(
    ("name", "kind", "new", "verdict"),
    [
        ("softmax_plain", "part left out", "np.exp(z)", "passed wrongly"),
        ("relu", "argument", "np.maximum(z, 0)", "passed and equal"),
    ],
)
def test_an_edit_that_a_check_passes_is_run_on_further_inputs(name, kind, new, verdict):
    edit = edit_of(name, kind, new)
    edit.answer = truth.with_(edit.answer, check=passes)
    assert truth.verdict(edit, truth.sentence_of(edit)) == verdict


def passes(function):
    """A check that passes all."""


truth.ARGUMENTS[passes] = ["z"]
