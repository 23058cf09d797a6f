"""How a check runs a student's function, and finds the sentence that names the mistake."""

import ast
import copy
import ctypes
import difflib
import dis
import functools
import inspect
import io
import itertools
import linecache
import os
import sys
import textwrap
import threading
import time
import warnings
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass

import numpy as np

from helpers.checks.advice import ADVICE
from helpers.checks.mistakes import known_mistakes
from helpers.workspace import leave_mark

SECONDS_A_CALL = 5
HELPERS = os.path.dirname(os.path.dirname(__file__))
HINTS, HINTS_GIVEN = {}, {}
RETURNING = ["relu", "softmax", "torch.relu", "F.relu", "np.where"]  # they change nothing in place


class CheckFailed(Exception):
    """A check's verdict. Jupyter shows its sentence alone, without a traceback."""

    def _render_traceback_(self):
        return [str(self)]


def check(section, first_hint, second_hint):
    """Make a check of a function that raises `CheckFailed` where it finds a mistake.

    Parameters
    ----------
    section : str
        Where the lesson explains it, such as "2.4".
    first_hint, second_hint : str
        What `hint(name)` says the first and the second time.

    Returns
    -------
    decorator
        The decorated function check_NAME prints that NAME is right, or raises
        `CheckFailed`. It returns nothing, so no number can be taken for a grade. In
        notebooks/my_work it leaves a mark for `helpers.progress`.
    """

    def decorate(find_mistake):
        name = find_mistake.__name__.removeprefix("check_")
        HINTS[name] = (
            f"First hint: {first_hint}",
            f"Second hint: {second_hint}",
            f"Read section {section} of lesson {section[0]} again.",
        )

        @functools.wraps(find_mistake)
        def run(*answers):
            try:
                find_mistake(*answers)
            except CheckFailed as mistake:
                sentence = str(mistake)
                if "still to be" not in sentence:  # written, or filled in
                    leave_mark("begun", name)
                # What such a line spoils can look like any other mistake.
                idle = _describe_idle_line(answers[0]) if answers else ""
                sentence = idle or sentence
                message = f'{name}: {sentence}\nFor a hint, run hint("{name}").'
                raise CheckFailed(message) from None
            leave_mark("right", name)
            print(f"{name}: right.")

        return run

    return decorate


def hint(name):
    """Print the next hint for an exercise, and in the end the section to read.

    Parameters
    ----------
    name : str
        As the check prints it, such as "softmax".

    Raises
    ------
    ValueError
        If there is no such exercise.
    """
    if name not in HINTS:
        close = difflib.get_close_matches(str(name), HINTS, n=3, cutoff=0.4)
        raise ValueError(
            f"There is no exercise {name!r}. Close names: {', '.join(close) or 'none'}. The name "
            'is that of its check: check_relu has hint("relu").'
        )
    number = HINTS_GIVEN.get(name, 0)
    HINTS_GIVEN[name] = min(number + 1, len(HINTS[name]) - 1)
    print(HINTS[name][number])


@dataclass
class Outcome:
    """What one call did: the value it returned, or the error it raised."""

    value: object = None
    error: BaseException | None = None
    changed: str | None = None  # the name of an argument that the call changed


def compare(function, right, cases, run=None, known=None):
    """Hold a student's function against the right one, and against the known mistakes.

    Parameters
    ----------
    function : callable
        The student's.
    right : callable
        What `function` should do.
    cases : dict of str to dict
        Arguments by name, passed in this order, under a phrase that completes
        "It goes wrong ...": "with a batch of one".
    run : callable, optional
        run(function, *arguments) does more than call the function once, and returns what is to be
        compared: numbers, texts, arrays, and tuples and dicts of them. It may raise
        `CheckFailed` where there is nothing to compare.
    known : list of (str, callable), optional
        Mistakes and their sentences, in place of those in the lesson's file.

    Raises
    ------
    CheckFailed
        With the sentence of the known mistake that explains all results, or else a wrong one
        of at least four numbers, or the first wrong part of a dict; else with that result.
    """
    require_written(function)

    def ready(answer):
        return answer if run is None else functools.partial(run, answer)

    outcomes = {phrase: attempt(ready(function), **case) for phrase, case in cases.items()}
    expected = {phrase: _run(ready(right), case) for phrase, case in cases.items()}
    problems = {
        phrase: find_problem(outcomes[phrase], expected[phrase].value, phrase) for phrase in cases
    }
    wrong_cases = [phrase for phrase in cases if problems[phrase]]
    if not wrong_cases:
        return
    phrase = wrong_cases[0]
    known = known_mistakes(right) if known is None else known

    @functools.cache
    def behaves(number, phrase):
        return _run(ready(known[number][1]), cases[phrase])

    sentences = [sentence for sentence, _ in known]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sentence = (
            _explain_all(outcomes, expected, phrase, sentences, behaves)
            or _explain_one(outcomes, expected, wrong_cases, sentences, behaves)
            or _explain_part(outcomes, expected, phrase, sentences, behaves, run is not None)
        )
    if sentence:
        raise CheckFailed(sentence)
    seen = _describe_seen(outcomes, expected, phrase, cases[phrase])
    said = f"{problems[phrase]}. {seen}".replace("?. ", "? ") if seen else problems[phrase]
    raise CheckFailed(said + _show(cases[phrase]))


def _agreeing(outcomes, expected, phrase, sentences, behaves):
    """The numbers of the known mistakes that do in one case what the student's function does."""
    for number in range(len(sentences)):
        known = behaves(number, phrase)
        # A mistake that this case does not show says nothing about the student's.
        if same(outcomes[phrase], known) and not same(known, expected[phrase]):
            # Again: a mistake that draws without a seed may be alike by chance.
            if same(outcomes[phrase], behaves.__wrapped__(number, phrase)):
                yield number


def _explain_all(outcomes, expected, first_wrong, sentences, behaves):
    """The sentence of the known mistake that does the same in all cases, or None."""
    for number in _agreeing(outcomes, expected, first_wrong, sentences, behaves):
        others = {phrase: behaves(number, phrase) for phrase in outcomes}
        # Errors of one kind have many causes: alone they name none.
        returns = any(other.error is None for other in others.values())
        if returns and all(same(outcomes[phrase], other) for phrase, other in others.items()):
            return sentences[number]


def _explain_one(outcomes, expected, wrong_cases, sentences, behaves):
    """Of two mistakes at once, the sentence of the one that alone explains a wrong result."""
    returned = [phrase for phrase in wrong_cases if outcomes[phrase].error is None]
    # The parts of a dict fit more easily: so only the first one counts, and no two mistakes.
    has_parts = bool(returned) and isinstance(outcomes[returned[0]].value, dict)
    for phrase in returned[:1] if has_parts else returned:
        value, right = outcomes[phrase].value, expected[phrase].value
        if has_parts and isinstance(right, dict):
            wrong = value.get(_first_wrong(value, right))
            if np.ndim(wrong) and not np.any(wrong):
                continue  # where everything is 0, the causes are many
        # Where the first wrong result is another one, zeros that are alike prove nothing.
        zeros = 0
        if isinstance(value, np.ndarray):
            is_plain = value.dtype.kind in "biuf" and value.size and np.unique(value).size == 1
            zeros = value.size if is_plain else np.sum(value == 0)
        if _count_numbers(value) - zeros * (phrase != returned[0]) < 4:
            continue
        agreeing = _agreeing(outcomes, expected, phrase, sentences, behaves)
        found = list(dict.fromkeys(sentences[number] for number in agreeing))
        if found and not (has_parts and len(found) > 1):
            return found[0]
    return None


def _explain_part(outcomes, expected, phrase, sentences, behaves, has_facts):
    """The sentence of the known mistake that is alike as far as the first wrong part of a dict."""
    outcome, right = outcomes[phrase], expected[phrase].value
    if outcome.changed or not all(isinstance(value, dict) for value in (outcome.value, right)):
        return None
    parts, wrong = {}, None
    for name, part in outcome.value.items():
        parts[name] = part
        if name in right and not same_value(part, right[name]):
            wrong = name
            break
    # Where everything is 0, the causes are many.
    if wrong is None or (np.ndim(parts[wrong]) and not np.any(parts[wrong])):
        return None

    def is_alike(other):
        shows_it = isinstance(other, dict) and not same_value(other.get(wrong), right[wrong])
        return shows_it and same_value(other, parts)

    agreeing = dict.fromkeys(
        sentence
        for number, sentence in enumerate(sentences)
        if is_alike(behaves(number, phrase).value)
        and is_alike(behaves.__wrapped__(number, phrase).value)
    )
    is_clear = (has_facts and len(agreeing) == 1) or _count_numbers(parts[wrong]) >= 4
    return next(iter(agreeing), None) if is_clear else None


def _is_constant(outcomes):
    first, *others = outcomes.values()
    return first.error is None and bool(others) and all(same(first, other) for other in others)


def _is_argument(outcome, arguments):
    is_unharmed = outcome.error is None and outcome.changed is None
    values = (value for value in arguments.values() if not callable(value))
    return is_unharmed and any(same_value(outcome.value, value) for value in values)


def _describe_seen(outcomes, expected, phrase, arguments):
    """What is striking about the results, as a sentence without its full stop, or an empty text.

    It says what is seen: the cause can be one of several.
    """
    if _is_argument(outcomes[phrase], arguments):
        return "This is what went in"
    pairs = _pair_numbers(outcomes, expected)
    is_right = any(same(outcome, expected[phrase]) for phrase, outcome in outcomes.items())
    if pairs and _is_constant(outcomes) and not _is_constant(expected) and not is_right:
        return "It is the same in all cases. Does it use its arguments, or other variables?"
    if not pairs:
        return ""
    got, wanted = (
        np.concatenate([part.ravel() for part in parts]) for parts in zip(*pairs, strict=True)
    )
    if not np.isfinite(got).all() or not np.isfinite(wanted).all() or got.size < 3:
        return ""

    def fits(numbers):
        return np.allclose(got, numbers, rtol=1e-5, atol=1e-7 * np.abs(got).max())

    if got.shape == wanted.shape and fits(wanted) and all(a.shape == b.shape for a, b in pairs):
        return ""
    if all(a.T.shape == b.shape and same_value(a.T, b) for a, b in pairs):
        return "The numbers are right, but rows and columns are turned over: is a .T missing?"
    if got.shape != wanted.shape:
        return ""
    if any(a.shape != b.shape for a, b in pairs):
        many = sum(a.ndim for a, _ in pairs) > sum(b.ndim for _, b in pairs)
        is_right = fits(wanted) and any(a.ndim != b.ndim for a, b in pairs)
        amount = "many" if many else "few"
        return f"The numbers are right, but there is an axis too {amount}" if is_right else ""
    if edge := _describe_edge(pairs):
        return edge
    if np.ptp(wanted) == 0 or not got.any():
        return ""
    if fits(-wanted):
        return "All signs are turned around: is a minus missing, or one too many?"
    if fits(1 - wanted):
        return "Each number is 1 minus the right one"
    factor, shift = got @ wanted / (wanted @ wanted), np.mean(got - wanted)
    if fits(factor * wanted):
        question = "is a factor missing, or too many?"
        return f"Everywhere it is {factor:.4g} times the right one: {question}"
    if fits(wanted + shift):
        return f"Everywhere it is the right one plus {shift:.4g}".replace("plus -", "minus ")
    return ""


def _describe_edge(pairs):
    """Say so where all wrong numbers stand at one edge of the arrays, or return an empty text."""
    wrong = [pair for pair in pairs if not same_value(*pair)]
    if sum(a.shape == b.shape and np.sum(~np.isclose(a, b)) for a, b in wrong) < 2:
        return ""
    words = "column" if wrong and wrong[0][0].ndim > 1 else "number", "row"
    for axis, end in itertools.product((-1, -2), (0, -1)):
        if not all(a.ndim >= -axis and a.shape == b.shape and a.shape[axis] for a, b in wrong):
            continue
        inner = ([np.delete(part, end, axis) for part in pair] for pair in wrong)
        if any(a.shape[axis] > 2 for a, _ in wrong) and all(same_value(*pair) for pair in inner):
            loop = ("last", "end too early") if end else ("first", "start at 1, in place of 0")
            return f"Only the {loop[0]} {words[axis + 1]} is wrong: does a loop {loop[1]}?"
    return ""


def _pair_numbers(outcomes, expected):
    """Pairs of a result and the right one, of all cases; none where words or types differ."""
    pairs = []
    for phrase, outcome in outcomes.items():
        parts = [(outcome.value, expected[phrase].value)]
        if all(isinstance(value, dict) for value in parts[0]):
            got, wanted = parts[0]
            if type(wanted.get(_first_wrong(got, wanted))) is str:
                return []  # words are wrong before any numbers are
            parts = [
                (got.get(name), part) for name, part in wanted.items() if type(part) is not str
            ]
        arrays = (got for got, right in parts if isinstance(right, np.ndarray) and right.ndim)
        if not all(isinstance(got, np.ndarray) for got in arrays):
            return []  # another type is the first thing to mend
        try:
            if any(np.iscomplexobj(value) for pair in parts for value in pair):
                return []
            pairs += [[np.asarray(value, dtype=float) for value in pair] for pair in parts]
        except (TypeError, ValueError):
            continue  # words have no such relation
    return pairs


def _first_wrong(got, wanted):
    """The name of the first part of a dict that is wrong, or None."""
    return next((name for name in wanted if not same_value(got.get(name), wanted[name])), None)


def call(function, phrase="", **arguments):
    """Call a student's function, and return what it returns.

    Parameters
    ----------
    function : callable
    phrase : str
        Completes "It goes wrong ...".
    **arguments
        Passed by position, in this order.

    Raises
    ------
    CheckFailed
        If the call raises, changes an argument or returns None.
    """
    outcome = attempt(function, **arguments)
    if outcome.error is not None or outcome.changed is not None or outcome.value is None:
        raise CheckFailed(find_problem(outcome, None, phrase))
    return outcome.value


@contextmanager
def advising(advice, alone=False):
    """Add advice to what a check says of an error.

    Parameters
    ----------
    advice : dict of str to str
        Words of an error, and what they mean in this exercise.
    alone : bool, default False
        Leave the general advice out, where it would lead astray.
    """
    try:
        yield
    except CheckFailed as mistake:
        sentence = str(mistake)
        for words, meaning in advice.items():
            if words in sentence and meaning not in sentence:
                for _, general in ADVICE if alone else ():
                    sentence = sentence.replace(general, "")
                sentence = f"{sentence.rstrip('.')}. {meaning}"
        raise CheckFailed(sentence) from None


def require(condition, sentence):
    """Raise `CheckFailed` with the sentence unless the condition holds."""
    if not condition:
        raise CheckFailed(sentence)


def require_given(*answers, what="the answer is"):
    """Raise `CheckFailed` if an answer is None or ..., which counts as not given yet."""
    given = all(answer is not None and answer is not ... for answer in answers)
    require(given, f"{what} still to be filled in.")


def require_written(function):
    """Raise `CheckFailed` unless this is a function with a body."""
    require(not is_unwritten(function), "still to be written.")
    kind = type(function).__name__
    require(
        callable(function), f"this is no function but of type {kind}. Pass the function itself."
    )


def compare_answer(answer, right, known_wrong, otherwise):
    """Hold a student's number, text or tuple against the right one, and known wrong ones.

    Parameters
    ----------
    answer : object
        None or ... counts as not given yet.
    right : object
    known_wrong : list of (object, str)
        Wrong answers, and the sentence for each.
    otherwise : str
        The sentence for any other answer.

    Raises
    ------
    CheckFailed
        If the answer is not the right one.
    """
    require_given(*(answer if isinstance(answer, tuple) else (answer,)))
    if same_value(answer, right):
        return
    for wrong, sentence in known_wrong:
        if same_value(answer, wrong):
            raise CheckFailed(sentence)
    raise CheckFailed(otherwise)


def attempt(function, **arguments):
    """Call a function on copies of the arguments, for a few seconds at most.

    It runs in a thread of its own, which can be left behind when it does not end.
    The beginning of what it prints is shown, and nothing reaches stderr.

    Raises
    ------
    CheckFailed
        If the function is not written yet, is no function, or does not end in time.
    """
    require_written(function)
    outcome = Outcome()
    worker = threading.Thread(target=_run, args=(function, arguments, outcome), daemon=True)
    with open(os.devnull, "w") as nowhere, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with redirect_stdout(_FirstCharacters(sys.stdout)), redirect_stderr(nowhere):
            worker.start()
            try:
                seconds = _wait(worker)
            finally:  # also when the student presses the stop button
                is_late = worker.is_alive()
                _stop(worker)
    if is_late:
        raise CheckFailed(
            f"it does not come to an end: it was stopped after {seconds:.0f} seconds. "
            "Is there a loop that never ends?"
        )
    if isinstance(outcome.error, NotImplementedError) and not str(outcome.error):
        raise CheckFailed("still to be written.")
    if isinstance(outcome.error, CheckFailed):  # what was called found the mistake itself
        raise outcome.error
    require(
        not _holds_itself(outcome.value),
        "it returns a list that holds itself. Does an append put a list into itself?",
    )
    return outcome


def _holds_itself(value, outer=()):
    if not isinstance(value, (dict, list, tuple)):
        return False
    parts = value.values() if isinstance(value, dict) else value
    inner = *outer, id(value)
    return id(value) in outer or any(_holds_itself(part, inner) for part in parts)


def _wait(worker):
    """Wait for a thread, longer where other programs leave it little time. Returns the seconds."""
    start, computed = time.monotonic(), time.process_time()
    seconds = 0
    while worker.is_alive() and seconds < 4 * SECONDS_A_CALL:
        worker.join(max(0.1, SECONDS_A_CALL - seconds))
        seconds = time.monotonic() - start
        if time.process_time() - computed > SECONDS_A_CALL <= seconds:
            break
    return seconds


def _run(function, arguments, outcome=None):
    """Call a function on copies of the arguments, and fill in the outcome."""
    outcome = outcome or Outcome()
    copies = copy.deepcopy(arguments)
    try:
        with np.errstate(all="ignore"):
            outcome.value = function(*copies.values())
            if inspect.isgenerator(outcome.value):
                outcome.value = list(outcome.value)
        for name, copied in copies.items():
            if not same_value(copied, arguments[name], exactly=True):
                outcome.changed = name
    except _OutOfTime:
        pass
    except BaseException as error:  # also sys.exit(), which would end the thread unheard
        outcome.error = error
    return outcome


def _show(arguments):
    """The arguments of a call in brackets, where they are short enough to read."""
    if not arguments or _count_numbers(arguments) > 12:
        return ""
    parts = (
        f"{name} = {value.tolist() if isinstance(value, np.ndarray) else value}"
        for name, value in arguments.items()
    )
    return f" ({', '.join(parts)})"


def _count_numbers(value):
    if isinstance(value, dict):
        value = tuple(value.values())
    if isinstance(value, (tuple, list)):
        return sum(map(_count_numbers, value))
    return np.size(value)


class _FirstCharacters(io.TextIOBase):
    """Passes on what a student's function prints, until it is more than one can read."""

    def __init__(self, target, limit=1000):
        self.target, self.left = target, limit

    def write(self, text):
        if self.left > 0:
            self.target.write(text[: self.left])
        self.left -= len(text)
        return len(text)


class _OutOfTime(BaseException):
    """Stops a student's function. Not an Exception, so that `except Exception` lets it pass."""


def _stop(worker):
    """Raise `_OutOfTime` in the thread, a few times, in case that the code there catches it."""
    for _ in range(20):
        if not worker.is_alive():
            return
        ctypes.pythonapi.PyThreadState_SetAsyncExc(
            ctypes.c_ulong(worker.ident), ctypes.py_object(_OutOfTime)
        )
        worker.join(0.05)


def is_unwritten(function):
    """Whether a function's body is empty: a docstring, `...`, `pass`, or several of them."""

    def empty(): ...

    code = getattr(function, "__code__", None)
    return code is not None and _instructions(code) == _instructions(empty.__code__)


def _instructions(code):
    """What a function does, step by step. A line that does nothing leaves a NOP, or no trace."""
    steps = dis.get_instructions(code)
    return [(step.opname, step.argval) for step in steps if step.opname != "NOP"]


def find_problem(outcome, expected, phrase):
    """The first thing that is wrong with the outcome of a call, as a sentence, or None."""
    if outcome.error is not None:
        kind, text = type(outcome.error).__name__, str(outcome.error).split("\n")[0]
        advice = next((advice for words, advice in ADVICE if words in text.lower()), "")
        text = text.removesuffix(".") + advice if advice else text
        return f"it stops {phrase}{_where(outcome.error)}: {kind}: {text}"
    if outcome.changed is not None:
        name = outcome.changed
        # Scores can be whole numbers, and a plain copy would keep that type.
        copied = "z.astype(float)" if name == "z" else f"{name}.copy()"
        advice = f"Begin with a copy: {name} = {copied}."
        if name in ("params", "layer_dims"):  # the arrays in a dict would be the same
            advice = "Read from it only, and put what you compute into variables of your own."
        return f"it changes its input {name}. {advice}"
    if inspect.isroutine(outcome.value):
        return (
            "it returns a function, not what that function gives. Are round brackets missing "
            "behind it, as in x.item()?"
        )
    if outcome.value is None:
        return "it returns None. Does it end with return?"
    difference = find_difference(outcome.value, expected)
    return difference and f"it goes wrong {phrase}: {difference}"


def _describe_idle_line(answer):
    """A sentence on the first line of a function that stores nothing of what it computes."""
    functions = vars(answer).values() if inspect.isclass(answer) else [answer]
    for function in filter(inspect.isfunction, functions):
        try:
            source = textwrap.dedent(inspect.getsource(function))
            statements = [node for node in ast.walk(ast.parse(source)) if type(node) is ast.Expr]
        except (OSError, SyntaxError):  # no file to read, or a piece of a line, as of a lambda
            continue
        for node in statements:
            line = ast.get_source_segment(source, node).split("\n")[0]
            if isinstance(node.value, ast.Compare) and isinstance(node.value.ops[0], ast.Eq):
                entry = " An entry stands in square brackets, x[i]."
                is_call = isinstance(node.value.left, ast.Call)
                return f"look at the line `{line}`: == only compares. = stores.{entry * is_call}"
            name = ast.unparse(node.value.func) if isinstance(node.value, ast.Call) else ""
            is_turned = isinstance(node.value, ast.Attribute) and node.value.attr == "T"
            if isinstance(node.value, ast.BinOp) or is_turned or name in RETURNING:
                return f"look at the line `{line}`: what it computes is stored nowhere."
    return ""


def _where(error):
    """The line of the student's code that raised the error."""
    found = ""
    trace = error.__traceback__.tb_next
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        line = linecache.getline(name, trace.tb_lineno).strip()
        if line and "site-packages" not in name and not name.startswith(HELPERS):
            found = f", in the line `{line}`"
        trace = trace.tb_next
    return found


def find_difference(got, expected, what="the result"):
    """Say where `got` first differs from `expected`, or return None."""
    if isinstance(expected, dict):
        if not isinstance(got, dict):
            return f"{what} is of type {type(got).__name__}, expected a dict"
        for key, part in expected.items():
            if key not in got:
                return f"{what} has no {key!r}, only {', '.join(map(repr, got)) or 'nothing'}"
            # A key such as "the list of batch sizes" is part of the sentence.
            name = key if " " in str(key) else repr(key)
            difference = find_difference(got[key], part, name)
            if difference:
                return difference
        return None
    if isinstance(expected, tuple):
        if not isinstance(got, (tuple, list)) or len(got) != len(expected):
            size = f"{len(got)} values" if isinstance(got, (tuple, list)) else type(got).__name__
            return f"it returns {size}, expected {len(expected)} values"
        parts = zip(got, expected, strict=True)
        differences = (
            find_difference(a, b, f"returned value {number}")
            for number, (a, b) in enumerate(parts, start=1)
        )
        return next(filter(None, differences), None)
    if np.ndim(expected) and isinstance(expected, np.ndarray) and not isinstance(got, np.ndarray):
        advice = ". Make one of the list: np.array(...)" if isinstance(got, list) else ""
        return f"{what} is of type {type(got).__name__}, expected a NumPy array{advice}"
    try:
        numbers, expected = np.asarray(got), np.asarray(expected)
        if "c" in (numbers.dtype.kind, expected.dtype.kind):
            return f"{what} holds complex numbers. Is a root of a negative number taken?"
        # bool, int and float alike: 1, 1.0 and True are the same answer.
        with np.errstate(invalid="ignore"):  # np.empty in float32 can hold anything
            numbers = numbers.astype(float) if numbers.dtype.kind != "U" else numbers
            expected = expected.astype(float) if expected.dtype.kind not in "US" else expected
    except (TypeError, ValueError):
        return f"{what} is of type {type(got).__name__}, expected numbers"
    if numbers.shape != expected.shape:
        return f"{what} has shape {numbers.shape}, expected {expected.shape}"
    if expected.dtype.kind in "US" or numbers.dtype.kind == "U":
        return None if np.array_equal(numbers, expected) else f"{what} is {got}, not {expected}"
    if np.isnan(numbers).any() and not np.isnan(expected).any():
        return f"{what} holds nan, which is not a number"
    # float32 is a right answer too, and holds seven digits.
    tolerance = 1e-4 if getattr(got, "dtype", None) == np.float32 else 1e-6
    differs = ~np.isclose(numbers, expected, rtol=tolerance, atol=tolerance / 10, equal_nan=True)
    if not differs.any():
        return None
    first = numbers.flat[0]
    is_clear = numbers.size > 1 and (numbers.ndim > 1 or first == 0)
    if is_clear and (numbers == first).all() and np.ptp(expected):
        question = (
            ". Is what you compute stored nowhere? Or does a comparison never hold?"
            if first == 0
            else ""
        )
        return f"{what} is {first:.6g} everywhere{question}"
    position = tuple(map(int, np.argwhere(differs)[0]))
    place = f" at position {list(position)}" if position else ""
    return f"{what}{place} is {numbers[position]:.6g}, expected {expected[position]:.6g}"


def same_value(got, expected, exactly=False):
    """Whether two results agree: exactly, or as far as rounding allows."""
    if not exactly:
        return find_difference(got, expected) is None
    if isinstance(expected, dict):
        return got.keys() == expected.keys() and all(
            same_value(got[key], expected[key], exactly) for key in expected
        )
    if isinstance(expected, (tuple, list)):
        return len(got) == len(expected) and all(
            same_value(a, b, exactly) for a, b in zip(got, expected, strict=True)
        )
    if isinstance(expected, np.ndarray):
        return got.shape == expected.shape and np.array_equal(got, expected, equal_nan=True)
    return True  # numbers and functions cannot be changed by a call


def same(outcome, other):
    """Whether two calls did the same: equal results, or errors of one kind."""
    if outcome.error is not None or other.error is not None:
        return type(outcome.error) is type(other.error)
    if outcome.value is None or other.value is None:
        return outcome.value is other.value
    if all(isinstance(o.value, dict) for o in (outcome, other)):
        # Facts end with the first that makes the others meaningless: fewer are not the same.
        if outcome.value.keys() != other.value.keys():
            return False
    return outcome.changed == other.changed and same_value(outcome.value, other.value)
