"""The checks name every known mistake, and refuse no right answer."""

import importlib
import math
import subprocess
import sys
import threading
import time
import warnings
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import torch
from mistakes import EXERCISES, MISTAKES, PREDICTIONS, RIGHT_ANSWERS

from helpers import checks
from helpers.checks import CheckFailed, check_one_hot, check_relu, check_softmax, hint, probe
from helpers.checks.advice import ADVICE
from helpers.checks.mistakes import known_mistakes
from helpers.checks.probe import HINTS

ROOT = Path(__file__).parent.parent

for path in sorted((Path(__file__).parent / "mistakes").glob("[a-z]*.py")):
    importlib.import_module(f"mistakes.{path.stem}")

CHECKS = [getattr(checks, name) for name in dir(checks) if name.startswith("check_")]


@pytest.mark.parametrize(
    ("check", "fragment", "answers"),
    [mistake[:3] for mistake in MISTAKES],
    ids=[mistake[3] for mistake in MISTAKES],
)
def test_mistake_is_named(check, fragment, answers, capfd, monkeypatch):
    monkeypatch.setattr(probe, "SECONDS_A_CALL", 2)  # for the endless ones
    with pytest.raises(CheckFailed) as failure:
        check(*answers)
    sentence, advice = str(failure.value).split("\n")
    assert fragment in sentence
    assert advice == f'For a hint, run hint("{check.__name__.removeprefix("check_")}").'
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("check", "answers"),
    [answer[:2] for answer in RIGHT_ANSWERS],
    ids=[answer[2] for answer in RIGHT_ANSWERS],
)
def test_right_answer_passes(check, answers, capfd):
    assert check(*answers) is None
    out, err = capfd.readouterr()
    assert out.endswith(": right.\n") and err == ""


def is_for_functions(check):
    return any(check is c and callable(answers[-1]) for c, answers, _ in RIGHT_ANSWERS)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_every_check_has_enough_mistakes_and_right_answers(check):
    mistakes = Counter(c.__name__ for c, *_ in MISTAKES)[check.__name__]
    mistakes += sum(len(known_mistakes(right)) for c, right in EXERCISES if c is check)
    rights = Counter(c.__name__ for c, *_ in RIGHT_ANSWERS)[check.__name__]
    assert mistakes >= (10 if is_for_functions(check) else 4)
    assert rights >= (3 if is_for_functions(check) else 1)
    has_tables = "compare_answer" in check.__wrapped__.__code__.co_names
    assert has_tables == (check in PREDICTIONS)  # which tries every wrong answer in them


def test_hints_come_one_by_one_and_end_with_the_section(capsys):
    for start in ("First hint: ", "Second hint: ", "Read section 2.4 of lesson 2", "Read section"):
        hint("softmax")
        assert capsys.readouterr().out.startswith(start)


def test_hint_for_an_unknown_exercise_offers_close_names():
    with pytest.raises(ValueError, match="Close names: softmax"):
        hint("softmx")
    with pytest.raises(ValueError, match="Close names: none"):
        hint(check_relu)


@pytest.mark.parametrize("name", HINTS)
def test_every_exercise_has_two_hints_and_a_section_that_exists(name):
    first, second, section = HINTS[name]
    assert first != second
    number = section.split()[2]
    lesson = next((ROOT / "notebooks").glob(f"0{number[0]}_*.ipynb"))
    assert f"## {number} " in lesson.read_text(encoding="utf-8")


def test_jupyter_shows_the_sentence_alone():
    assert CheckFailed("wrong axis.")._render_traceback_() == ["wrong axis."]


def sentence_for(check, *answers):
    with pytest.raises(CheckFailed) as failure:
        check(*answers)
    return str(failure.value)


FOR_FUNCTIONS = [check for check in CHECKS if is_for_functions(check)]


def unwritten(*arguments):
    """Not written yet."""
    ...


@pytest.mark.parametrize("check", FOR_FUNCTIONS, ids=lambda check: check.__name__)
def test_every_check_tells_that_a_function_is_still_to_be_written(check):
    assert "still to be written" in sentence_for(check, unwritten)


def loop_that_catches_everything(z):
    while True:
        try:
            time.sleep(0.001)
        except BaseException:
            pass


def long_sleep(z):
    time.sleep(60)


def endless_generator(z):
    while True:
        yield z


@pytest.mark.parametrize("endless", [loop_that_catches_everything, long_sleep, endless_generator])
def test_endless_code_is_left_behind(endless, monkeypatch):
    monkeypatch.setattr(probe, "SECONDS_A_CALL", 0.2)
    assert "does not come to an end" in sentence_for(check_relu, endless)


def test_a_right_answer_may_wait_for_a_busy_computer(monkeypatch, capsys):
    monkeypatch.setattr(probe, "SECONDS_A_CALL", 0.2)

    def waits(z):
        time.sleep(0.25)  # which takes no time of the processor
        return np.maximum(0, z)

    check_relu(waits)
    assert capsys.readouterr().out == "relu: right.\n"


def test_a_list_that_holds_itself_is_told_as_such():
    def rows(z):
        rows = z.tolist()
        rows.append(rows)
        return rows

    assert "a list that holds itself" in sentence_for(check_relu, rows)


def test_endless_code_that_can_be_stopped_is_stopped(monkeypatch):
    monkeypatch.setattr(probe, "SECONDS_A_CALL", 0.2)

    def count(z):
        steps = 0
        while True:
            try:
                steps += 1
            except Exception:
                pass

    before = threading.active_count()
    sentence_for(check_relu, count)
    assert threading.active_count() == before


def test_what_the_function_prints_is_shown_and_warnings_are_not(capfd):
    def noisy(z):
        print("debug")
        print("error", file=sys.stderr)
        warnings.warn("careful", stacklevel=1)
        return np.maximum(0, z)

    check_relu(noisy)
    out, err = capfd.readouterr()
    assert out.startswith("debug\ndebug\n") and out.endswith("debug\nrelu: right.\n")
    assert err == ""


def test_nothing_reaches_stderr_in_a_fresh_interpreter():
    code = """
import sys, warnings
import numpy as np
from helpers.checks import check_relu

def noisy(z):
    warnings.warn("careful")
    print("error", file=sys.stderr)
    np.log(np.zeros(2)), np.array([1e308]) * 10
    return np.maximum(0, z)

check_relu(noisy)
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (result.stdout, result.stderr) == ("relu: right.\n", "")


@pytest.fixture
def know(monkeypatch):
    """Give `compare` other known mistakes than those of the lesson's file."""
    return lambda *known: monkeypatch.setattr(probe, "known_mistakes", lambda right: known)


def test_errors_alone_name_no_mistake(know):
    def fail(z):
        raise ValueError("my own")

    know(("this sentence fits every error.", fail))
    with pytest.raises(CheckFailed, match="ValueError: my own"):
        probe.compare(fail, np.abs, {"with one score": {"z": np.array([1.0])}})


def test_a_loop_that_prints_does_not_flood_the_page(capfd, monkeypatch):
    monkeypatch.setattr(probe, "SECONDS_A_CALL", 0.2)

    def prints_for_ever(z):
        while True:
            print("still here")

    assert "does not come to an end" in sentence_for(check_relu, prints_for_ever)
    assert len(capfd.readouterr().out) == 1000


@pytest.mark.parametrize(
    ("stop", "words"),
    [
        (lambda z: sys.exit("enough"), "SystemExit: enough"),
        (lambda z: recursive(z), "RecursionError"),
        (lambda z: undefined_name, "undefined_name"),  # noqa: F821
        (lambda: 1, "takes 0 positional arguments"),
        (3, "this is no function but of type int"),
    ],
)
def test_whatever_a_function_raises_becomes_a_sentence(stop, words, capfd):
    assert words in sentence_for(check_relu, stop)
    assert capfd.readouterr() == ("", "")


def unsure_name(z):
    if z.size > 1000:
        name = 1
    return name


def half(z, count=3):
    return [z for _ in range(count / 2)]


def new_names_in_a_loop(z):
    params = {"W": z}
    for name in params:
        params[f"new {name}"] = z


# What beginners write, and a part of the advice on the error that Python or NumPy raises.
ERRORS = {
    "Python's if, max, and, or take one number": lambda z: max(0, z),
    "np.max has the axis there": lambda z: np.max(0, z),
    "math works on one number": lambda z: math.exp(z),
    "np.exp and np.tanh on all entries": lambda z: float(z.ravel()),
    "Is its axis the right one, and does it need": lambda z: z - z.max(axis=1),
    "the inner sizes of @ must agree": lambda z: z @ z,
    "the inner sizes of @ and np.dot must agree": lambda z: np.dot(z, z),
    "Here the array has fewer dimensions than you index": lambda z: z.shape[2],
    "the array has fewer dimensions than you index": lambda z: z[0, 0, 0],
    "Or did a sum or a single index drop one?": lambda z: z[0].sum(axis=1),
    "A text, such as a name, stands": lambda z: np.subtract("z", z),
    "Python has no end: a block ends": lambda z: end,  # noqa: F821
    "In Python it is len(x): of an array": lambda z: length(z),  # noqa: F821
    "x.shape has the rows first": lambda z: z[len(z)],
    "so the last of n is n - 1.": lambda z: list(z)[len(z)],
    "This is Python's own sum": lambda z: sum(z, axis=1, keepdims=True),
    "Python's own sum, max and min know no axis": lambda z: max(z, axis=0),
    "Of a flat array, .reshape(-1, 1) makes a column": lambda z: np.array(z, keepdims=True),
    "A list grows with append": lambda z: [].__setitem__(0, z),
    "torch.relu does without": lambda z: F.relu(z),  # noqa: F821
    "belong to an array of another length": lambda z: z[z[0] > 0],
    "An index is a whole number. /": lambda z: z[len(z) / 2],
    "make the array with dtype=int": lambda z: z[z],
    "A whole number is wanted": half,
    "Make an array of the list first.": lambda z: z.tolist()[0, 0],
    "range(n) gives such numbers": lambda z: z.tolist()[1.0],
    "This is a single number, without entries": lambda z: z.sum()[0],
    "The shape stands in brackets of its own": lambda z: np.zeros(2, 3),
    "such as rng.shuffle, append and sort": lambda z: [].append(z)[0],
    "as in x.item()": lambda z: z.item * 2,
    "write np.log(y + 1e-8)": lambda z: np.log(z, 1e-8),
    "has self. in front": lambda z: layer1(z),  # noqa: F821
    "in a loop or an if that did not run": unsure_name,
    "a product needs its *": lambda z: z(0),
    "for i in range(n)": lambda z: [i for i in len(z)],
    "Did a sum, or a single index, leave only one?": lambda z: len(z.sum()),
    "Lists do not compute": lambda z: [1] - z.tolist(),
    "Make arrays of them": lambda z: 2 - [1],
    "Lists do not compute. Make": lambda z: [1] * 0.5,
    'f"W{layer}"': lambda z: "W" + 1,
    "Arrays have that, lists do not": lambda z: z.tolist().shape,
    "In Python a list grows with append": lambda z: z.tolist().push(1),
    "In Python it is len(x)": lambda z: z.length,
    "In Python a part is x[start:stop]": lambda z: z.slice(1),
    "ln 0 is minus infinity": lambda z: math.log(0),
    "The natural logarithm is called log": lambda z: math.ln(2),
    "np.maximum compares two arrays": lambda z: np.maximum(z),
    "arrays do not grow": lambda z: z.exp(),
    "Several numbers meet a place for one": lambda z: np.zeros(3).__setitem__(0, [1, 2]),
    "different lengths, so they make no array": lambda z: np.array([[1, 2], [3]]),
    "To turn it over, write .T": lambda z: z.reshape(7, 7),
    "Make a new one: a = a - b": lambda z: np.arange(6).reshape(2, 3).__isub__(z),
    "a text or a tuple": lambda z: {z: 1},
    "while you loop over it": new_names_in_a_loop,
    "** is the power": lambda z: z ^ 2,
    "Curly brackets in a text need an f": lambda z: {"W1": z}["W{layer}"],
    "the first argument there is self": lambda z: half(z, 1, 2, 3),
}
TORCH_ERRORS = {
    "the inner sizes of @ must agree": lambda z: torch.ones(2, 3) @ torch.ones(2, 3),
    "a batch against all labels": lambda z: torch.ones(4) == torch.ones(10),
}


def behind_the_line(function):
    """The sentence after the line of code that it quotes, in which the advice stands too."""
    return sentence_for(check_relu, function).rpartition("`")[2]


@pytest.mark.parametrize("advice", ERRORS)
def test_python_s_and_numpy_s_words_are_explained(advice):
    assert advice in behind_the_line(ERRORS[advice])


@pytest.mark.parametrize("advice", TORCH_ERRORS)
def test_pytorch_s_words_are_explained(advice):
    assert advice in behind_the_line(TORCH_ERRORS[advice])


@pytest.mark.parametrize("alone", [False, True])
def test_an_exercise_adds_its_advice_to_the_general_one_or_puts_it_in_its_place(alone):
    with pytest.raises(CheckFailed) as failure:
        with probe.advising({"could not be broadcast": "Take axis 0."}, alone=alone):
            probe.call(lambda z: z - z.max(axis=1), z=np.ones((3, 2)))
    sentence = str(failure.value)
    assert sentence.endswith(". Take axis 0.")
    assert (dict(ADVICE)["could not be broadcast"].rstrip(".") in sentence) != alone


def test_every_advice_is_given_for_some_error():
    sentences = [behind_the_line(f) for f in [*ERRORS.values(), *TORCH_ERRORS.values()]]
    given = [words for words, advice in ADVICE if any(advice in s for s in sentences)]
    assert set(dict(ADVICE)) - set(given) == set()


def without(column):
    """relu, but for a column that a loop leaves out."""

    def function(z):
        result = np.maximum(0, z)
        if z.ndim == 2:
            result[:, column] = -1
        return result

    return function


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda z: -np.maximum(0, z) + 0.0, "All signs are turned around"),
        (lambda z: 1 - np.maximum(0, z), "Each number is 1 minus the right one"),
        (lambda z: np.maximum(0, z) * 3, "Everywhere it is 3 times the right one"),
        (lambda z: np.maximum(0, z) - 0.5, "Everywhere it is the right one minus 0.5"),
        (lambda z: np.zeros(z.shape), "the result is 0 everywhere"),
        (lambda z: np.maximum(0, z) + 1j, "holds complex numbers"),
        (lambda z: np.maximum(0, z).T, "rows and columns are turned over"),
        (lambda z: np.maximum(0, z)[None], "there is an axis too many"),
        (lambda z: np.maximum(0, z).ravel(), "there is an axis too few"),
        (lambda z: np.maximum(0, z) + 0.125 * (z > 2), "is 3.125, expected 3"),
        (without(0), "Only the first column is wrong: does a loop start at 1"),
        (without(-1), "Only the last column is wrong: does a loop end too early"),
        (lambda z: np.ones((1, 7)), "It is the same in all cases. Does it use its arguments"),
    ],
)
def test_what_a_result_has_in_common_with_the_right_one_is_said(function, words):
    assert words in sentence_for(check_relu, function)


def test_a_row_that_a_loop_leaves_out_is_seen(know):
    know()
    with pytest.raises(
        CheckFailed, match=r"Only the last row is wrong: does a loop end too early\?"
    ):
        probe.compare(
            lambda z: np.vstack([np.abs(z[:-1]), z[-1]]), np.abs, {"here": {"z": -np.ones((4, 3))}}
        )


def one_hot_with_a_transpose_for_nobody(labels, num_classes=10):
    rows = np.eye(num_classes)[labels]
    rows.T  # noqa: B018
    return rows


def one_hot_that_returns_in_the_loop(labels, num_classes=10):
    for label in labels:
        return np.eye(num_classes)[:, [label]]


def one_hot_by_a_call(labels, num_classes=10):
    encoded = np.zeros((num_classes, len(labels)))
    for column in range(len(labels)):
        encoded(labels(column), column) == 1  # noqa: B015
    return encoded


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (one_hot_with_a_transpose_for_nobody, "`rows.T`: what it computes is stored nowhere."),
        (one_hot_that_returns_in_the_loop, "Does return stand inside the loop?"),
        (one_hot_by_a_call, "= stores. An entry stands in square brackets, x[i]."),
    ],
)
def test_a_line_that_does_nothing_or_ends_the_loop_is_named(function, words):
    assert words in sentence_for(check_one_hot, function)


def test_of_words_that_are_wrong_no_relation_between_numbers_is_said(know):
    know()

    def run(function, z):
        return {"the kind": function.__name__, "the size": np.abs(z)}

    with pytest.raises(CheckFailed, match="the kind is negative, not absolute$"):
        probe.compare(np.negative, np.abs, {"here": {"z": np.arange(20.0)}}, run=run)


def test_a_known_mistake_that_is_alike_by_chance_is_not_named(know):
    draws = iter([5, 6])
    know(("unseeded.", lambda z: next(draws)))
    with pytest.raises(CheckFailed, match="the size is 5, expected 3"):
        probe.compare(
            lambda z: 5, np.abs, {"here": {"z": 3.0}}, run=lambda f, z: {"the size": f(z), "": z}
        )


def test_facts_that_end_early_are_not_those_that_go_on(know):
    def run(function, z):
        facts = {"the sign": "plus" if function(z) > 0 else "minus"}
        return facts if function(z) == 5 else facts | {"the size": function(z)}

    know(("five.", lambda z: 5))
    with pytest.raises(CheckFailed, match="the size is 6, expected 3"):
        probe.compare(lambda z: 2 * z, np.abs, {"here": {"z": 3.0}}, run=run)


def test_a_result_that_is_an_argument_is_told_as_such(know):
    know()
    with pytest.raises(CheckFailed, match="This is what went in"):
        probe.compare(lambda z: z, np.abs, {"here": {"z": np.array([-1.0, 2, 3])}})


def test_the_first_wrong_fact_names_one_of_two_mistakes(know):
    def run(function, z):
        value = function(z)
        return {"the sign": "plus" if value > 0 else "minus", "the size": abs(value)}

    know(("the size.", lambda z: 2 * z), ("the sign.", lambda z: -z))
    for function, words in (
        (lambda z: -2 * z, "^the sign.$"),
        (lambda z: 2 * z, "^the size.$"),
        (lambda z: 4 * z, r"^it goes wrong here: the size is 12, expected 3 \(z = 3.0\)$"),
    ):
        with pytest.raises(CheckFailed, match=words):
            probe.compare(function, lambda z: z, {"here": {"z": 3.0}}, run)


def test_a_dict_of_anything_is_told_as_no_numbers(know):
    know(("a known mistake.", lambda z: {"a": -z}))
    with pytest.raises(CheckFailed, match="'a' is of type module, expected"):
        probe.compare(lambda z: {"a": math}, lambda z: {"a": z}, {"here": {"z": np.ones(5)}})


def recursive(z):
    return recursive(z)


def test_the_message_in_the_readme_is_the_one_that_the_check_gives():
    def over_the_batch(z):
        return np.exp(z - z.max()) / np.exp(z - z.max()).sum(axis=1, keepdims=True)

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for line in sentence_for(check_softmax, over_the_batch).splitlines():
        assert f"> {line}\n" in readme


def test_two_mistakes_at_once_get_the_sentence_of_the_first():
    def over_the_batch_and_wrong_for_one_example(z):
        if z.shape[1] == 1:
            return z
        return np.exp(z - z.max()) / np.exp(z - z.max()).sum(axis=1, keepdims=True)

    message = sentence_for(check_softmax, over_the_batch_and_wrong_for_one_example)
    assert "normalised over the batch" in message


def test_of_several_results_the_first_wrong_one_names_the_mistake(know):
    def results(up, down):
        return lambda z: {"up": up(z), "down": down(z)}

    right = results(lambda z: z + 1, lambda z: z - 1)
    know(("you doubled.", results(lambda z: 2 * z, lambda z: z - 1)))
    cases = {"here": {"z": np.arange(4.0)}}
    with pytest.raises(CheckFailed, match="you doubled"):
        probe.compare(results(lambda z: 2 * z, np.abs), right, cases)
    with pytest.raises(CheckFailed, match="'up' at position"):
        probe.compare(results(lambda z: 3 * z, np.abs), right, cases)
    with pytest.raises(CheckFailed, match="Everywhere it is 3 times the right one"):
        probe.compare(results(lambda z: 3 * z + 3, lambda z: 3 * z - 3), right, cases)


def test_an_unknown_mistake_is_located():
    message = sentence_for(check_relu, lambda z: np.maximum(0, z) + 0.125)
    assert (
        "with scores of both signs: the result at position [0, 0] is 0.125, expected 0" in message
    )


def test_checks_load_without_torch_and_scikit_learn():
    code = "import sys, helpers.checks; print({'torch', 'sklearn', 'PIL'} & set(sys.modules))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout == "set()\n"


def test_a_training_is_checked_without_the_compiler_which_still_works_afterwards():
    code = """
import sys
from helpers.checks import check_train_pytorch
from helpers.checks.pytorch_rebuild import train_pytorch

check_train_pytorch(train_pytorch)  # the first to load PyTorch
import torch
print("torch._dynamo" in sys.modules)

def compiled(model, *others):
    torch.compile(model, backend="eager")(others[0])
    return train_pytorch(model, *others)

check_train_pytorch(compiled)
print("torch._dynamo" in sys.modules)
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    right = "train_pytorch: right."
    assert result.stdout.splitlines() == [right, "False", right, "True"]


UNWRITTEN = '''
import numpy as np
import torch
from helpers.checks import check_MNISTNet, check_relu

BODIES = [
    "pass",
    "...",
    '"""A docstring."""',
    '"""A docstring."""\\n    pass  # your answer here',
    '"""A docstring."""\\n    ...',
    '"""A docstring."""\\n    ...\\n    pass',
    '"""A docstring."""\\n    return',
    '"""A docstring."""\\n    raise NotImplementedError',
    "# A comment.\\n    raise NotImplementedError()",
]
for body in BODIES:
    exec(f"def relu(z):\\n    {body}")
    try:
        check_relu(relu)
    except Exception as error:
        print(str(error).splitlines()[0])


class MNISTNet(torch.nn.Module):
    def __init__(self):
        """A docstring."""
        pass

    def forward(self, x):
        """A docstring."""
        pass


class Half(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(784, 10)

    def forward(self, x):
        """A docstring."""
        ...


for network in (MNISTNet, Half):
    try:
        check_MNISTNet(network)
    except Exception as error:
        print(str(error).splitlines()[0])
# These do something, if not much.
for body in ('return "A docstring."', '"""A docstring."""\\n    return "A docstring."'):
    exec(f"def relu(z):\\n    {body}")
    try:
        check_relu(relu)
    except Exception as error:
        print("still to be written" in str(error))
check_relu(lambda z: np.maximum(0, z))
'''


# python -O leaves out assertions, -OO docstrings too.
@pytest.mark.parametrize("flags", [[], ["-O"], ["-OO"]], ids=["plain", "O", "OO"])
def test_an_unwritten_exercise_is_told_from_a_written_one_under_every_flag(flags):
    command = [sys.executable, *flags, "-c", UNWRITTEN]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.stderr == ""
    assert result.stdout.splitlines() == [
        *["relu: still to be written."] * 9,
        "MNISTNet: still to be written.",
        "MNISTNet: forward is still to be written.",
        "False",
        "False",
        "relu: right.",
    ]
