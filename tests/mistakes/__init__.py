"""What students write, right and wrong, each with the message that its check must give.

One module a lesson. `wrong` and `right` register a function or class with its check;
`wrong_answer` and `right_answer` register numbers and words. What `helpers/checks` knows is not
written here again: `EXERCISES` lists edits of a right answer, and `prediction` finds numbers.
"""

import importlib
import sys
from pathlib import Path
from unittest import mock

from helpers import checks
from helpers.checks.mistakes import change, read_mistakes

MISTAKES, RIGHT_ANSWERS, PREDICTIONS = [], [], []
# The check of each exercise, and the right answer that its known mistakes are changes of.
EXERCISES = []
for path in sorted(Path(checks.__file__).parent.glob("*.diff")):
    modules = [f"helpers.checks.{path.stem}", f"helpers.{path.stem}"]
    places = [importlib.import_module(module) for module in modules]
    for name in read_mistakes(path.stem):
        answers = [getattr(place, name) for place in places if hasattr(place, name)]
        EXERCISES.append((getattr(checks, f"check_{name}"), answers[0]))


def wrong(check, fragment):
    """Register the decorated function: the check must answer with this part of a sentence."""

    def register(function):
        MISTAKES.append((check, fragment, (function,), function.__name__))
        return function

    return register


def right(check):
    """Register the decorated function: the check must pass it."""

    def register(function):
        RIGHT_ANSWERS.append((check, (function,), function.__name__))
        return function

    return register


def wrong_answer(check, fragment, *answers):
    """Register answers that are no functions."""
    MISTAKES.append((check, fragment, answers, f"{check.__name__}-{len(MISTAKES)}"))


def edited(check, fragment, right, *edits):
    """Register a wrong answer: the right one with edits, pairs of what leaves and what comes."""
    wrong_answer(check, fragment, change(right, edits))


def right_answer(check, *answers):
    """Register answers that are no functions."""
    RIGHT_ANSWERS.append((check, answers, f"{check.__name__}-{len(RIGHT_ANSWERS)}"))


def prediction(check, *answers, size=1):
    """Register right answers, and in their places each wrong one that the check has a sentence for.

    The last of its arguments are what it holds against known answers, `size` at a time.
    """
    right_answer(check, *answers)
    PREDICTIONS.append(check)
    calls = []
    module = sys.modules[check.__module__]
    with mock.patch.object(module, "compare_answer", lambda *call: calls.append(call)):
        check.__wrapped__(*answers)
    name, end = check.__name__.removeprefix("check_"), len(answers)
    for _, _, known_wrong, _ in reversed(calls):
        for wrong, sentence in known_wrong:
            given = wrong if size > 1 else [wrong]
            answers_with_it = *answers[: end - size], *given, *answers[end:]
            wrong_answer(check, f"{name}: {sentence}", *answers_with_it)
        end -= size
