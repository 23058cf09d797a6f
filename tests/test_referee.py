"""The second opinion: the same verdicts as in the student's kernel, from plain data alone."""

import base64
import functools
import json
from pathlib import Path

import numpy as np
import pytest
from mistakes import EXERCISES, MISTAKES, RIGHT_ANSWERS
from test_checks import CHECKS  # which also fills both lists

from helpers.checks import probe
from helpers.checks.mistakes import known_mistakes
from helpers.referee import (
    answer,
    answer_from_afar,
    call_function,
    calls_in,
    judge,
    make_error,
    pack,
    unpack,
)

SOLUTIONS = Path(__file__).parent.parent / "notebooks" / "solutions"
JUDGED = {check.__name__ for check in CHECKS}


def from_afar(value, check=""):
    """What the referee has in hand for a student's value: a copy, or a stand-in."""
    value = value.make() if hasattr(value, "make") else value  # the tests make some when asked
    functions = []

    def ask(expression, packed, others):
        function = eval(expression, {"student": functions[0]})
        return answer(function, packed, functools.partial(call_function, others))

    return unpack(pack(value, functions), lambda _: answer_from_afar(check, "student", ask))


@pytest.mark.parametrize(
    ("check", "answers"),
    [answer[:2] for answer in RIGHT_ANSWERS],
    ids=[answer[2] for answer in RIGHT_ANSWERS],
)
def test_right_answer_passes_from_afar(check, answers, monkeypatch):
    monkeypatch.setattr(probe, "SECONDS_A_CALL", 300)
    name = check.__name__
    assert judge(name, [from_afar(value, name) for value in answers]) == ""


@pytest.mark.parametrize("name", sorted(JUDGED))
def test_mistake_is_named_from_afar(name, monkeypatch):
    monkeypatch.setattr(probe, "SECONDS_A_CALL", 2)  # for the endless ones
    # Of networks something is lost on the way: here no mistake may be lost with it.
    most = None if name in {"check_MNISTNet", "check_evaluate"} else 5
    mistakes = [answers for check, _, answers, _ in MISTAKES if check.__name__ == name][:most]
    for right in (right for check, right in EXERCISES if check.__name__ == name):
        mistakes += [(mistake,) for _, mistake in known_mistakes(right)[:most]]
    assert mistakes
    for answers in mistakes:
        verdict = judge(name, [from_afar(value, name) for value in answers])
        assert verdict and "the check stopped" not in verdict


def test_each_check_of_a_graded_cell_is_judged():
    found = set()
    for path in SOLUTIONS.glob("*.ipynb"):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["metadata"].get("nbgrader", {}).get("grade") and cell["cell_type"] == "code":
                found |= {name for name, _ in calls_in("".join(cell["source"]))}
    assert found == JUDGED


def test_calls_are_found_once_with_their_names():
    source = "from helpers.checks import check_a\n\ncheck_a(f, x)\nimport sys\n\ncheck_a(f, x)\n"
    assert calls_in(source) == [("check_a", ["f", "x"])]


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        3,
        0.1,
        float("inf"),
        "text",
        [1, [2.5]],
        (1, ("a", None)),
        {"W1": 1, 2: (3,)},
        {1, 2},
        np.float32(0.1),
        np.arange(6).reshape(2, 3),
        np.array(3.0),
        np.array(["a", "bc"]),
        np.zeros((0, 3), bool),
    ],
)
def test_plain_data_comes_back_as_it_was(value):
    back = unpack(pack(value))
    assert type(back) is type(value)
    np.testing.assert_equal(back, value)
    assert getattr(back, "dtype", None) == getattr(value, "dtype", None)


def test_a_generator_draws_the_same_from_afar():
    rng = np.random.default_rng(3)
    rng.random(5)
    copied = unpack(pack(rng))
    assert copied.random() == rng.random()
    assert copied.spawn(1)[0].random() == rng.spawn(1)[0].random()


def test_changed_arguments_and_drawn_numbers_come_back():
    def student(params, batch, sizes, rng):
        params["W1"] -= 1
        params["new"] = rng.random()
        params["b1"] = [1.0, 2.0]
        batch += 1
        sizes.append(4)

    params, batch, sizes = {"W1": np.zeros(2), "b1": np.zeros(2), "old": 0}, np.zeros(3), [5]
    inner, rng = params["W1"], np.random.default_rng(0)
    from_afar(student)(params, batch, sizes, rng)
    assert inner.tolist() == [-1, -1] and batch.tolist() == [1, 1, 1] and sizes == [5, 4]
    assert params["b1"] == [1, 2]  # a list, which is no array any more
    assert params["new"] == np.random.default_rng(0).random() != rng.random()


def test_an_error_comes_back_as_one_of_its_kind():
    def student():
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        from_afar(student)()
    assert type(make_error(["SystemExit", "0"])) is Exception  # it would end the referee
    assert type(make_error(["print", ""])) is Exception


def test_objects_become_nothing_but_a_name():
    class Odd(np.ndarray):
        def __reduce__(self):
            raise AssertionError("pickled")

    assert type(unpack(pack(object()))).__name__ == "object"
    assert type(unpack(pack(np.zeros(2).view(Odd)))) is np.ndarray
    assert type(unpack(pack(np.array([object()])))).__name__ == "ndarray"
    with pytest.raises(ValueError, match="no plain data"):
        text = base64.b64decode(pack(np.zeros(1)))
        unpack(base64.b64encode(text.replace(b"<f8", b"|O")))
