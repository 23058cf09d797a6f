"""Lesson 6's networks from afar: a kernel that passes everything earns nothing by it."""

import pytest
from test_given import code_cells, errors
from test_grading_box import run

NAME = "06_pytorch_rebuild"
START = "import torch\nfrom torch import nn\nfrom torch.utils.data import DataLoader, TensorDataset"
# Every check passes in such a kernel, also when its module is imported anew.
PASS_ALL = """
import builtins
real = builtins.__import__
class Anything:
    def __getattr__(self, name):
        return lambda *arguments: print("right.")
def fake(name, *arguments, **options):
    return Anything() if name == "helpers.checks" else real(name, *arguments, **options)
builtins.__import__ = fake
"""
ANSWERS = {data["grade_id"]: source for data, source in code_cells(NAME) if data.get("solution")}
CHANGES = {
    "MNISTNet": [
        ("hidden = torch.relu(self.layer2(hidden))", "hidden = self.layer2(hidden)"),
        ('kaiming_normal_(layer.weight, nonlinearity="relu")', "normal_(layer.weight)"),
        ("(self.layer1(x))", "(self.layer1(x).detach())"),
    ],
    "evaluate": [
        ("model.eval()", ""),
        ("with torch.no_grad():", "torch.set_grad_enabled(False)\n    if True:"),
        ("(predicted == labels).float().mean().item()", "0.5"),
    ],
    "train_pytorch": [
        ("lr=learning_rate", "lr=learning_rate, momentum=0.9"),
        ("shuffle=True", "shuffle=False"),
        ("optimizer.zero_grad()", "pass"),
        ("losses.append(loss_sum / len(images))", "losses.append(loss.item())"),
        ("loss.backward()", "pass"),
    ],
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_wrong_answer_passes_in_a_kernel_that_passes_all_and_earns_nothing(name):
    graded = f"from helpers.checks import check_{name}\n\ncheck_{name}({name})"
    assert errors(run(START, ANSWERS[name], graded, assignment=NAME)) == []
    for old, new in CHANGES[name]:
        assert ANSWERS[name].count(old) == 1
        wrong = ANSWERS[name].replace(old, new)
        outputs = run(START, wrong, PASS_ALL, graded, assignment=NAME)
        assert errors(outputs) == [("Overruled", f"check_{name}")], new
