"""Small edits of right answers: is it true what the checks say of them?

    python tests/truth.py --seed 0 --edits 2000

A sentence is false where it claims a cause that the edit is not, and an edited answer passes
wrongly where it gives other results than the right one.
"""

import argparse
import ast
import contextlib
import copy
import importlib
import inspect
import io
import itertools
import linecache
import math
import random
import re
import sys
import textwrap
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
import numpy as np
import torch
from mistakes import EXERCISES, RIGHT_ANSWERS

from helpers import checks
from helpers.backprop import backward
from helpers.checks import CheckFailed, probe
from helpers.data import one_hot
from helpers.forward import forward, initialize_parameters

ROOT = Path(__file__).parent.parent

for path in sorted((ROOT / "tests" / "mistakes").glob("[a-z]*.py")):
    importlib.import_module(f"mistakes.{path.stem}")

# What a sentence claims, and what the edit must be: "KIND: - lines before + lines after".
CLAIMS = {
    r"signs? .*turned around|sign in the middle|uphill|minus is missing": (
        r"^(sign|order|part left out|call left out: .*abs)|^constant: .*-"
    ),
    r"factor .*(is missing|one half)|left out the (factor|half)": (
        r"^(factor|constant|argument|(part|call|line) left out)"
    ),
    r"\bsquared?\b": r"\*\*|sqrt|square|(\(.+\)) \* \1",
    r"brackets are missing": r"- .*\(.* [-+*/] .*\)",
    r"(to|keep|hold) whole numbers|cut off|\brounded|digits after the point": (
        r"//|int\b|round|floor|dtype|_like|> 0\."
    ),
    r"divided? |\bmean\b|\bsum of": r"/|mean|sum|average|len|shape|num_|\d|count|\+=|&|zip|:",
    r"over the (batch|units)\b|whole batch|wrong axis|rows? of x|keepdims|each row": (
        r"axis|dim=|\.T|shape|\[|len\(|reshape|view|flatten|split"
        r"|^(call left out|sibling|part left out)"
    ),
    r"turned over|transpose|wrong way round|rows and columns": (
        r"\.T|^(order|factor|argument|axis|index|name|lines exchanged)|reshape|swapaxes|\*\* -"
    ),
    r"entry by entry|matrix product|by @": r"^product|@|\*|einsum|dot|y\b",
    r"left out|(is|are) missing|you never|leaves the": r"^(?!division|order|factor|power)",
    r"new array": r"^(=|call|line|name|index)",
    r"learning rate": r"learning_rate|step|slope|grad",
    r"turn too many|layer too (early|late)": r"range|while|\[.*:|slice|len\(|num_layers",
    r"\bbreak\b": r"break|continue|return|yield|append|range|\[\]|left the block",
    r"you returned A1": r"return",
    r"\brng\b|seed|random state|shuffle|same (start|batches)": (
        r"rng|seed|random|permut|shuffle|order|batch|indices|child|DataLoader"
    ),
    r"(?<!what )softmax": r"softmax|exp|sum|max|layer|range|scores|if |copy",
    r"no ReLU|ReLU.*(left out|missing|used)": r"relu|ReLU|max|[<>]|layer|range|if |z\d?\b",
    r"sigmoid|tanh": r"sigmoid|tanh|exp|s\b|\d|z",
    r"logarithm|log\(": r"log|eps|1e-|tiny|clip|maximum|y\b|true",
    r"super\(\)": r"super",
    r"optimizer gets": r"optim|parameters",
    r"no way from the loss": r"no_grad|detach|numpy|argmax|item|data",
    r"of a loss": r"item|float\(|detach|\(loss\b|return",
    r"training mode|evaluation mode": r"eval|train\b",
    r"torch\.rand draws": r"rand",
    r"lost its default": r"def ",
    r"read_bytes (is|never)|calls read_bytes": r"read_bytes",
    r"argsort|order around": r"^(sign|order|argument|slice|index|constant: .*(True|-1))",
    r"you (kept|took) the (smaller|smallest|least)": r"min|[<>]|^(sign|order)",
    r"diagonal|(one|each) direction": r"confusion|errors|tri[ul]|range|for |diag|[=!]=",
}
# Such sentences say what is seen, and claim nothing.
LOCATED = r"^(it (goes wrong|stops|returns None|changes its input|does not)|still to be)|\?"
# Other results that are as right: the first weights of a training, what comes for 0 / 0, and the
# rounding that is left where an entry goes up and down in place.
FREE = {
    ("train_with_small_start_and_extra_keys", "sibling"),
    ("gradient_check_skips_where_both_are_zero", "argument"),
    ("gradient_check_moves_up_and_down_in_place", "part left out"),
    ("gradient_check_moves_up_and_down_in_place", "call left out"),
}
# The names of the arguments of each exercise.
ARGUMENTS = {}


@dataclass
class Answer:
    """A right answer, as text, and the names that it may use."""

    check: object
    name: str
    source: str
    names: dict


@dataclass
class Edit:
    """A right answer with one thing changed, and the changed lines."""

    answer: Answer
    kind: str
    source: str
    change: str


def right_answers():
    """All functions and classes that a check takes: those of the tests, and the solutions."""
    functions = [(check, f) for check, (f, *others), _ in RIGHT_ANSWERS if not others]
    functions = [(c, f) for c, f in functions + EXERCISES if callable(f)]
    found = []
    for check, f in functions:
        if f.__module__ in sys.modules and not getattr(f, "__closure__", None):
            with contextlib.suppress(OSError):  # an edit of another one has no file
                tree = ast.parse(textwrap.dedent(inspect.getsource(f))).body[0]
                found.append(_answer(check, tree, vars(sys.modules[f.__module__])))
    for path in sorted((ROOT / "notebooks" / "solutions").glob("0[1-7]*.ipynb")):
        modules = [importlib.import_module(f"{m}.{path.stem[3:]}") for m in ("mistakes", "helpers")]
        names = vars(modules[0]) | vars(modules[1])
        cells = [cell for cell in nbformat.read(path, 4).cells if "BEGIN SOLUTION" in cell.source]
        for tree in itertools.chain(*(ast.parse(cell.source).body for cell in cells)):
            check = getattr(checks, f"check_{getattr(tree, 'name', '')}", None)
            if check in dict(functions):
                is_class = isinstance(tree, ast.ClassDef)
                ARGUMENTS[check] = [] if is_class else [arg.arg for arg in tree.args.args]
                found.append(_answer(check, tree, names))
    return found


def _answer(check, tree, names):
    """Without docstrings, and without what registers it."""
    tree.decorator_list = [d for d in tree.decorator_list if "right(" not in ast.unparse(d)]
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(node):
            node.body = node.body[1:]
    return Answer(check, tree.name, ast.unparse(tree), {"math": math} | names)


OPERATORS = {
    ast.Add: [("sign", ast.Sub)],
    ast.Sub: [("sign", ast.Add)],
    ast.Mult: [("factor", ast.Div), ("product", ast.MatMult)],
    ast.Div: [("factor", ast.Mult), ("division", ast.FloorDiv)],
    ast.MatMult: [("product", ast.Mult)],
    ast.FloorDiv: [("division", ast.Div)],
    ast.Pow: [("power", ast.Mult)],
    ast.Gt: [("comparison", ast.GtE), ("comparison", ast.Lt)],
    ast.GtE: [("comparison", ast.Gt), ("comparison", ast.Lt)],
    ast.Lt: [("comparison", ast.LtE), ("comparison", ast.Gt)],
    ast.LtE: [("comparison", ast.Lt), ("comparison", ast.GtE)],
    ast.Eq: [("comparison", ast.NotEq)],
    ast.NotEq: [("comparison", ast.Eq)],
    ast.BitAnd: [("logic", ast.BitOr)],
}
AXES = ("axis", "dim")
SIBLINGS = dict(
    pair.split()
    for pair in (
        *("max min", "min max", "sum mean", "mean sum", "zeros ones", "maximum minimum"),
        *("argmax max", "argmin argmax", "argsort sort", "permutation arange", "any all"),
        *("relu sigmoid", "softmax sigmoid", "tanh sigmoid", "relu_derivative relu"),
        *("log exp", "exp log", "sqrt square", "floor ceil", "arange linspace", "ones_ zeros_"),
        *("standard_normal random", "zeros_ ones_", "train eval", "eval train", "append extend"),
        "kaiming_normal_ kaiming_uniform_",
    )
)


def with_(node, **fields):
    """A copy of a node with some fields changed."""
    node = copy.copy(node)
    for name, value in fields.items():
        setattr(node, name, value)
    return node


def of_expression(node, local_names, rng):
    """Pairs of a kind of edit and the expression that comes for this one."""
    if isinstance(node, ast.BinOp):
        for kind, operator in OPERATORS.get(type(node.op), []):
            yield kind, with_(node, op=operator())
        if not isinstance(node.op, (ast.Add, ast.Mult)):
            yield "order", with_(node, left=node.right, right=node.left)
        yield "part left out", node.left
        yield "part left out", node.right
    elif isinstance(node, ast.Compare):
        for kind, operator in OPERATORS.get(type(node.ops[0]), []):
            yield kind, with_(node, ops=[operator()])
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield "sign", node.operand
    elif isinstance(node, ast.Constant) and type(node.value) is bool:
        yield "constant", with_(node, value=not node.value)
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
        for value in {node.value + 1, node.value - 1, node.value * 2} - {node.value}:
            yield "constant", with_(node, value=value)
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        others = sorted(local_names - {node.id})
        if node.id in local_names and others:
            yield "name", with_(node, id=rng.choice(others))
            if rng.random() < 0.3:  # most of them change nothing
                yield "transpose", ast.Attribute(node, "T", ast.Load())
    elif isinstance(node, ast.Attribute) and node.attr == "T":
        yield "transpose", node.value
    elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        yield "index", node.value
    elif isinstance(node, ast.Slice):
        for end in ("lower", "upper"):
            if value := getattr(node, end):
                yield "slice", with_(node, **{end: None})
                yield "slice", with_(node, **{end: ast.BinOp(value, ast.Sub(), ast.Constant(1))})
    elif isinstance(node, ast.IfExp):
        yield "condition", node.body
        yield "condition", node.orelse
    elif isinstance(node, ast.Call):
        yield from of_call(node)


def of_call(node):
    """Arguments left out and exchanged, the call left out, and another function called."""
    for number, keyword in enumerate(node.keywords):
        others = node.keywords[:number] + node.keywords[number + 1 :]
        is_axis = keyword.arg in AXES
        yield "axis" if is_axis else "argument", with_(node, keywords=others)
        if is_axis:
            axis = ast.Constant(1 if ast.unparse(keyword.value) == "0" else 0)
            yield "axis", with_(node, keywords=[*others, with_(keyword, value=axis)])
    if len(node.args) > 1:
        for number in range(len(node.args)):
            first, pair, rest = (node.args[i:j] for i, j in _cuts(number, len(node.args)))
            yield "argument", with_(node, args=[*first, *pair[1:], *rest])
            yield "argument", with_(node, args=[*first, *reversed(pair), *rest])
    owner = getattr(node.func, "value", None)
    if owner and ast.unparse(owner) not in ("np", "torch", "math", "rng", "nn", "random", "self"):
        yield "call left out", owner
    elif node.args and not isinstance(node.args[0], ast.Starred):
        yield "call left out", node.args[0]
    field = "attr" if owner else "id"
    if other := SIBLINGS.get(getattr(node.func, field, "")):
        yield "sibling", with_(node, func=with_(node.func, **{field: other}))


def _cuts(number, length):
    return (0, number), (number, number + 2), (number + 2, length)


def of_lines(body):
    """Pairs of a kind of edit and the lines that come for these."""
    for number, line in enumerate(body):
        before, after = body[:number], body[number + 1 :]
        yield "line left out", before + after or [ast.Pass()]
        if after:
            yield "lines exchanged", [*before, after[0], line, *after[1:]]
        if isinstance(line, ast.For) and after and isinstance(after[0], ast.Return):
            moved = with_(line, body=[*line.body, after[0]])
            yield "return in the loop", [*before, moved, *after[1:]]
        if isinstance(line, (ast.For, ast.If, ast.With)) and len(line.body) > 1:
            shorter = with_(line, body=line.body[:-1])
            yield "line left the block", [*before, shorter, line.body[-1], *after]
        if isinstance(line, ast.If):
            yield "condition", [*before, *line.body, *after]
        if isinstance(line, ast.AugAssign):
            plain = ast.Assign([line.target], line.value)
            yield "= for +=", [*before, plain, *after]
            for kind, operator in OPERATORS.get(type(line.op), []):
                yield kind, [*before, with_(line, op=operator()), *after]
        if isinstance(line, ast.Assign):
            compared = ast.Expr(ast.Compare(line.targets[0], [ast.Eq()], [line.value]))
            yield "== for =", [*before, compared, *after]


def edits_of(answer, rng):
    """All small edits of an answer, each once, in a random order."""
    tree = ast.parse(answer.source)
    names = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    stored = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    names |= {node.id for node in stored if isinstance(node.ctx, ast.Store)}
    places, seen = [], {answer.source}
    for parent in ast.walk(tree):
        # The first line of an answer is given, and `of_call` changes each axis.
        is_left = isinstance(parent, ast.arguments) or getattr(parent, "arg", "") in AXES
        for field, old in [] if is_left else ast.iter_fields(parent):
            if isinstance(old, list) and old and isinstance(old[0], ast.stmt):
                variants = of_lines(old) if parent is not tree else []
            elif isinstance(old, list):
                variants = [
                    (kind, [*old[:number], new, *old[number + 1 :]])
                    for number, part in enumerate(old)
                    for kind, new in of_expression(part, names, rng)
                ]
            else:
                variants = of_expression(old, names, rng)
            places += [(parent, field, old, kind, new) for kind, new in variants]
    rng.shuffle(places)
    for parent, field, old, kind, new in places:
        setattr(parent, field, new)
        source = ast.unparse(ast.fix_missing_locations(tree))
        setattr(parent, field, old)
        # An array of a list that lies in itself takes all memory.
        if source in seen or re.search(r"\b(\w+)\.append\(\1\)", source):
            continue
        seen.add(source)
        lines = [text.split("\n") for text in (answer.source, source)]
        if kind == "lines exchanged":
            gone = [ast.unparse(a) for a, b in zip(old, new, strict=True) if a is not b]
            come = reversed(gone)
        else:
            gone, come = (
                [line.strip() for line in text if line not in other]
                for text, other in (lines, reversed(lines))
            )
        change = f"- {' ; '.join(gone)} + {' ; '.join(come)}"
        yield Edit(answer, kind, source, change)


def make(source, answer):
    """The function or class of this text, whose lines a check can quote."""
    file, names = f"<an edit of {answer.name}>", dict(answer.names)
    linecache.cache[file] = len(source), None, source.splitlines(keepends=True), file
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        exec(compile(source, file, "exec"), names)
    return names[answer.name]


def sentence_of(edit):
    """What the check says of an edited answer, or None where it passes."""
    torch.manual_seed(0)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            edit.answer.check(make(edit.source, edit.answer))
    except CheckFailed as failure:
        return str(failure).split("\n")[0].partition(": ")[2]


def verdict(edit, sentence):
    if sentence is None and ((edit.answer.name, edit.kind) in FREE or is_equal(edit)):
        return "passed and equal"
    if sentence is None:  # other random numbers are as right
        is_drawn = edit.answer.check is checks.check_initialize_parameters
        is_drawn |= bool(re.search(r"rng|rand|seed", edit.change))
        return "passed, drawn" if is_drawn else "passed wrongly"
    if re.search(LOCATED, sentence):
        return "located"
    claim = re.sub("`.*`", "", sentence)  # not the line that it shows
    needed = [fits for words, fits in CLAIMS.items() if re.search(words, claim)]
    if all(re.search(fits, f"{edit.kind}: {edit.change}") for fits in needed):
        return "named"
    return "false"


def is_equal(edit, num_inputs=10):
    """Whether an edited answer gives the same as the right one for many further inputs."""
    for seed in range(num_inputs):
        inputs = further_inputs(seed, with_torch="pytorch" in edit.answer.check.__module__)
        chosen = {name: inputs[name] for name in ARGUMENTS[edit.answer.check]}
        sources = edit.answer.source, edit.answer.source, edit.source
        try:
            right, again, got = (
                probe.attempt(_with_arguments(source, edit.answer), **chosen) for source in sources
            )
        except CheckFailed:  # it takes too long on a busy computer
            continue
        # Where the right answer draws anew in each call, it is no measure.
        if probe.same(right, again) and not (probe.same(got, right) or probe.same(right, got)):
            return False
    return True


def _with_arguments(source, answer):
    """A function that gives what a call returns, and what it leaves in its arguments."""
    function = make(source, answer)

    def call(*arguments):
        torch.manual_seed(0)
        value = function(*arguments)
        if isinstance(value, torch.nn.Module):  # its first weights are drawn anew
            for p in value.parameters():
                p.data.copy_(torch.linspace(-0.1, 0.1, p.numel()).reshape(p.shape))
            value = value.eval()(torch.eye(784, dtype=p.dtype)).float()
        is_in_place = answer.check is checks.check_update_parameters
        return as_numbers((None if is_in_place else value, arguments))

    return call


def as_numbers(value):
    """Tensors and lists as arrays, and a model as the arrays that it holds."""
    if isinstance(value, torch.nn.Module):
        value = value.state_dict()
    if isinstance(value, torch.Tensor):
        return value.detach().numpy()
    if isinstance(value, dict):
        return {name: as_numbers(part) for name, part in value.items()}
    if isinstance(value, (tuple, list, Iterator)):
        value = tuple(as_numbers(part) for part in value)
        with contextlib.suppress(TypeError, ValueError):
            return np.array(value, dtype=float)
        return value
    is_plain = isinstance(value, (np.ndarray, np.generic, int, float, str, type(None)))
    return value if is_plain else 0


def further_inputs(seed, with_torch):
    """Random arguments, by the names that the exercises give them."""
    rng = np.random.default_rng(seed)
    layer_dims = rng.integers(2, 7, rng.integers(2, 14)).tolist()
    num_classes, m = layer_dims[-1], int(rng.integers(1, 9))
    params = initialize_parameters(layer_dims, rng)
    params |= {name: rng.normal(size=b.shape) for name, b in params.items() if name[0] == "b"}
    x, labels = rng.normal(size=(layer_dims[0], m)), rng.integers(0, num_classes, m)
    (y_hat, cache), y = forward(x, params), one_hot(labels, num_classes)
    pixels = rng.integers(0, 256, (m, 784), dtype=np.uint8)
    found = {
        **{"x": x, "params": params, "y_hat": y_hat, "cache": cache, "labels": labels, "y": y},
        **{"layer_dims": layer_dims, "num_classes": num_classes, "rng": rng, "epsilon": 1e-5},
        **{"x_train": x, "y_train": y, "x_test": x[:, :3], "y_test": y[:, :3], "num_epochs": 2},
        "z": rng.choice([0.1, 3, 400]) * rng.normal(size=(num_classes, m)),
        "predicted": rng.integers(0, num_classes, m),
        "confusion": rng.integers(0, 5, (num_classes, num_classes)),
        "grads": {f"d{name}": rng.normal(size=array.shape) for name, array in params.items()},
        **{"learning_rate": rng.random(), "batch_size": int(rng.integers(1, m + 2))},
        **{name: int(rng.integers(1, 9)) for name in ("num_pairs", "num_mistakes", "num_bins")},
        **{"backward": backward, "read_bytes": lambda: (pixels, labels, pixels, labels)},
    }
    if with_torch:
        torch.manual_seed(seed)
        found |= {"model": torch.nn.Linear(784, 10), "images": torch.rand(5 + seed, 784)}
        found["labels"] = torch.randint(0, 10, (5 + seed,))
    return found


def judge(seed, num_edits, answers=None):
    """Yield edits, the sentences that the checks say, and the verdicts on these."""
    answers = answers or right_answers()
    for answer in answers:
        # A new answer changes nothing for the others.
        rng = random.Random(f"{seed} {answer.name}")
        for edit in itertools.islice(edits_of(answer, rng), math.ceil(num_edits / len(answers))):
            sentence = sentence_of(edit)
            yield edit, sentence, verdict(edit, sentence)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--edits", type=int, default=2000)
    arguments = parser.parse_args()
    counts = {}
    for edit, sentence, found in judge(arguments.seed, arguments.edits):
        lesson = edit.answer.check.__module__.rpartition(".")[2]
        counts.setdefault(lesson, Counter())[found] += 1
        if found in ("false", "passed wrongly"):
            words = f"{edit.answer.name}, {edit.kind}: {edit.change}\n  {sentence}"
            print(f"\n{lesson}, {found}: {words}", flush=True)
    kinds = ("named", "located", "passed and equal", "passed, drawn", "passed wrongly", "false")
    print("\n" + " ".join(f"{text:>16}" for text in ("", "edits", *kinds)))
    total = sum(counts.values(), Counter())
    for lesson, row in (*sorted(counts.items()), ("all", total)):
        numbers = (sum(row.values()), *(row[kind] for kind in kinds))
        print(f"{lesson:>16} " + " ".join(f"{number:>16}" for number in numbers))


if __name__ == "__main__":
    main()
