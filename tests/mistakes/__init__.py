"""What students write, right and wrong, each with the message that its check must give.

One module a lesson. `wrong` and `right` register a function or class with its check;
`wrong_answer` and `right_answer` register numbers and words.
"""

MISTAKES, RIGHT_ANSWERS = [], []


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


def right_answer(check, *answers):
    """Register answers that are no functions."""
    RIGHT_ANSWERS.append((check, answers, f"{check.__name__}-{len(RIGHT_ANSWERS)}"))
