"""The second opinion on a graded answer: the check runs where the student's code is not.

In the student's kernel, code can replace NumPy, the checks or Python itself, so that any answer
passes there. Here a check runs in a process of its own. In the place of the student's function
stands one that sends its arguments to the student's kernel, and gets back what came of them: plain
data, never code.
"""

import base64
import builtins
import contextlib
import copy
import functools
import io
import itertools
import json
import os
import re
import sys
import warnings
import zlib
from collections.abc import Iterator, Mapping, Set, ValuesView

import numpy as np

from helpers import checks
from helpers.checks import probe

# PyTorch's networks are no plain data: how `referee_pytorch` makes some of an answer, and back.
WITH_NETWORKS = {
    "check_MNISTNet": ("plain_network", "network_from_afar"),
    "check_evaluate": ("plain_function", "function_from_afar"),
    "check_train_pytorch": ("plain_function", "function_from_afar"),
}
SECONDS_A_CALL = 300  # the way there and back included; the check in the kernel allows 5
MOST_ITEMS = 1_000_000  # that are taken from a generator
CALL = re.compile(r"^(check_\w+)\(([\w, ]*)\)$", re.MULTILINE)


# --- Plain data, on both sides.


def pack(value, functions=None):
    """Write plain data as a text.

    Parameters
    ----------
    value : object
        Numbers, texts, arrays and random generators, and lists, tuples and dicts of them.
        Anything else becomes the name of its type.
    functions : list, optional
        Functions are added here, and become their number in it.

    Returns
    -------
    str
        Letters and digits, which can stand in a line of code.
    """
    data = _encode(value, [] if functions is None else functions)
    return base64.b64encode(json.dumps(data).encode()).decode()


def unpack(text, make_function=None):
    """Read plain data from a text of `pack`. Nothing in it can run.

    Parameters
    ----------
    text : str
    make_function : callable, optional
        Given the number of a function, what stands for it.

    Returns
    -------
    object
    """
    return _decode(json.loads(base64.b64decode(text)), make_function)


def _encode(value, functions):
    if type(value) in (type(None), bool, int, float, str):
        return value
    if isinstance(value, np.random.Generator):
        seeds = value.bit_generator.seed_seq.state  # from which a generator makes others
        return {"rng": [value.bit_generator.state, seeds]}
    if isinstance(value, tuple):
        return {"tuple": [_encode(part, functions) for part in value]}
    if isinstance(value, Set):
        return {"set": [_encode(part, functions) for part in value]}
    if isinstance(value, Iterator):
        return {"iterator": [_encode(v, functions) for v in itertools.islice(value, MOST_ITEMS)]}
    if isinstance(value, (list, range, ValuesView)):
        return [_encode(part, functions) for part in itertools.islice(value, MOST_ITEMS)]
    if isinstance(value, Mapping):
        return {"dict": [[_encode(k, functions), _encode(v, functions)] for k, v in value.items()]}
    if hasattr(value, "__array__") and not isinstance(value, type):
        array = np.asarray(value)
        if array.dtype.kind in "biufcSU":
            raw = base64.b64encode(zlib.compress(array.tobytes(), 1)).decode()
            kind = "number" if isinstance(value, np.generic) else "array"
            return {kind: [array.dtype.str, list(array.shape), raw]}
    if callable(value):
        functions.append(value)
        return {"function": len(functions) - 1}
    return {"other": type(value).__name__}


def _decode(data, make_function):
    if isinstance(data, list):
        return [_decode(part, make_function) for part in data]
    if not isinstance(data, dict):
        return data
    ((kind, content),) = data.items()
    if kind == "tuple":
        return tuple(_decode(part, make_function) for part in content)
    if kind == "iterator":
        return (_decode(part, make_function) for part in content)
    if kind == "set":
        return {_decode(part, make_function) for part in content}
    if kind == "dict":
        return {_decode(k, make_function): _decode(v, make_function) for k, v in content}
    if kind in ("array", "number"):
        dtype, shape, raw = content
        dtype = np.dtype(str(dtype))
        if dtype.kind not in "biufcSU":
            raise ValueError(f"an array of type {dtype} is no plain data")
        array = np.frombuffer(zlib.decompress(base64.b64decode(raw)), dtype).reshape(shape).copy()
        return array[()] if kind == "number" else array
    if kind == "rng":
        state, seeds = content
        rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence(**seeds)))
        rng.bit_generator.state = state
        return rng
    if kind == "function" and make_function:
        return make_function(content)
    return type(str(content), (), {})()


# --- In the student's kernel.


def answer(function, arguments, call_back):
    """Call a student's function for the referee.

    Parameters
    ----------
    function : callable
    arguments : str
        Packed.
    call_back : callable
        call_back(text) asks the referee to call one of the arguments, and returns its answer.

    Returns
    -------
    str
        Packed: the value or the error, and what the arguments are afterwards.
    """

    def make_function(number):
        def ask(*arguments):
            value, _, error = unpack(call_back(pack((number, list(arguments)))))
            if error:
                raise make_error(error)
            return value

        return ask

    arguments = unpack(arguments, make_function)
    before = copy.deepcopy(arguments)
    value, error = None, None
    try:
        with silence():
            value = function(*arguments)
            if isinstance(value, Iterator):  # it may use one array again and again
                value = iter([copy.deepcopy(v) for v in itertools.islice(value, MOST_ITEMS)])
    except BaseException as mistake:  # also sys.exit()
        error = [type(mistake).__name__, str(mistake)[:1000]]
    pairs = zip(before, arguments, strict=True)
    after = [None if _is_same(old, new) else [new] for old, new in pairs]
    return pack((value, after, error))


def _is_same(old, new):
    if isinstance(new, np.random.Generator):
        return False
    try:
        return callable(new) or probe.same_value(new, old, exactly=True)
    except Exception:  # another shape, or another kind of thing
        return False


@contextlib.contextmanager
def silence():
    """What a function prints, and its warnings, go nowhere."""
    with (
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
        warnings.catch_warnings(),
        np.errstate(all="ignore"),
    ):
        warnings.simplefilter("ignore")
        yield


def make_error(error):
    """Make an error of Python's own kinds from its name and its words."""
    kind = getattr(builtins, str(error[0]), Exception)
    is_error = isinstance(kind, type) and issubclass(kind, Exception)
    return (kind if is_error else Exception)(str(error[1]))


# --- In the referee's process.


def calls_in(source):
    """Find the checks that a graded cell calls, each once.

    Parameters
    ----------
    source : str
        The cell, as nbgrader wrote it anew.

    Returns
    -------
    list of (str, list of str)
        The name of each check, and of its arguments.
    """
    found = dict.fromkeys(CALL.findall(source))
    return [(name, re.findall(r"\w+", names)) for name, names in found]


def answer_from_afar(check, name, ask):
    """Make what stands for a student's function or class in a check.

    Parameters
    ----------
    check, name : str
        Of the check, and of the student's answer.
    ask : callable
        As in `stand_in`.

    Returns
    -------
    callable
    """
    if check not in WITH_NETWORKS:
        return stand_in(name, ask)
    from helpers import referee_pytorch

    plain, from_afar = WITH_NETWORKS[check]
    module = "__import__('helpers.referee_pytorch').referee_pytorch"
    return getattr(referee_pytorch, from_afar)(stand_in(f"{module}.{plain}({name})", ask))


def stand_in(name, ask):
    """Make a function that has its work done in the student's kernel.

    Parameters
    ----------
    name : str
        Of the student's function, or an expression that makes one in the student's kernel.
    ask : callable
        ask(name, arguments, functions) returns the packed answer. `functions` are those that
        the student's function may call.

    Returns
    -------
    callable
    """

    def function(*arguments):
        functions = []
        packed = pack(list(arguments), functions)
        value, after, error = unpack(ask(name, packed, functions))
        for argument, changed in zip(arguments, after, strict=True):
            if changed:
                _change(argument, changed[0])
        if error:
            raise make_error(error)
        return value

    return function


def _change(argument, new):
    """Make an argument what it was after the student's function."""
    if isinstance(argument, np.random.Generator) and isinstance(new, np.random.Generator):
        argument.bit_generator.state = new.bit_generator.state
    elif isinstance(argument, np.ndarray) and getattr(new, "shape", None) == argument.shape:
        argument[...] = new
    elif isinstance(argument, dict) and isinstance(new, dict):
        for key in argument.keys() - new.keys():
            del argument[key]
        for key, value in new.items():
            try:
                _change(argument[key], value)
            except (KeyError, TypeError):
                argument[key] = value
    elif isinstance(argument, list) and isinstance(new, list):
        argument[:] = new
    else:
        raise TypeError(f"an argument has become a {type(new).__name__}")


def call_function(functions, request):
    """Call a function for the student's one, and pack what came of it.

    Parameters
    ----------
    functions : list of callable
    request : str
        Packed: the number of a function, and its arguments.

    Returns
    -------
    str
    """
    value, error = None, None
    try:
        number, arguments = unpack(request)
        with silence():
            value = functions[number](*arguments)
    except Exception as mistake:
        error = [type(mistake).__name__, str(mistake)]
    return pack((value, None, error))


@functools.cache
def run_cells(*sources):
    """Run cells of a sheet, once for all hand-ins.

    Parameters
    ----------
    *sources : str
        The instructor's, in their order.

    Returns
    -------
    dict
        What they make, by name.
    """
    names = {"__name__": "sheet"}
    with silence():
        for source in sources:
            exec(compile(source, "<a cell of the sheet>", "exec"), names)
    return names


def judge(check, arguments):
    """Run a check.

    Parameters
    ----------
    check : str
        Its name.
    arguments : iterable
        Values, and a `stand_in` for each function.

    Returns
    -------
    str
        Empty if the check passes, else what it says.
    """
    try:
        with silence():
            getattr(checks, check)(*arguments)
    except checks.CheckFailed as failure:
        return str(failure)
    except Exception as mistake:
        return f"the check stopped: {type(mistake).__name__}: {mistake}"
    return ""


def main():
    """Judge what comes in, line by line, until nothing comes any more: then it ends by an error."""
    probe.SECONDS_A_CALL = SECONDS_A_CALL
    reading, writing = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")

    def send(**message):
        print(json.dumps(message), file=writing, flush=True)
        return json.loads(reading.readline())

    def ask(name, packed, functions):
        reply = send(name=name, arguments=packed)
        while "call" in reply:
            reply = send(result=call_function(functions, reply["call"]))
        return reply["answer"]

    def value_of(request, name):
        if name not in request["answers"]:
            return copy.deepcopy(run_cells(*request["cells"])[name])
        packed, check = request["answers"][name], request["check"]
        return unpack(packed, lambda _: answer_from_afar(check, name, ask))

    request = send(ready=True)
    while True:
        arguments = map(functools.partial(value_of, request), request["names"])
        request = send(verdict=judge(request["check"], arguments))


if __name__ == "__main__":
    sys.stdout = sys.stderr = open(os.devnull, "w")
    main()
