"""Several processes that share each batch train as one with all of it."""

import json
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
import torch

from helpers import distributed
from helpers.distributed import choose_shared_device
from helpers.pytorch_rebuild import train_pytorch

ROOT = Path(__file__).parent.parent

# Of 100 examples, 13 leaves a batch of 9, and 11 a batch of 1: then one process has a share and
# the others have none. With 1, that is so in every step.
BATCH_SIZES = (13, 11, 1)
SCRIPT = f"""
    import io
    import json
    from contextlib import redirect_stderr
    from pathlib import Path

    import numpy as np
    import torch.distributed as dist

    from helpers.distributed import train_distributed

    dist.init_process_group("gloo")
    with np.load("data.npz") as arrays:
        data = list(arrays.values())
    with redirect_stderr(io.StringIO()) as bars:
        results = {{
            size: train_distributed(2, size, data=data, path=f"{{size}}.pt")
            for size in {BATCH_SIZES}
        }}
    results["has bars"] = "Training:" in bars.getvalue()
    Path(f"results{{dist.get_rank()}}.json").write_text(json.dumps(results))
    dist.destroy_process_group()
"""


def torchrun(num_processes, *arguments, folder, before=()):
    """What a run of several processes printed, on the CPU."""
    command = [*before, sys.executable, "-m", "torch.distributed.run", "--local-addr=127.0.0.1"]
    return subprocess.run(
        [*command, f"--nproc-per-node={num_processes}", *arguments],
        cwd=folder,
        env={**os.environ, "CUDA_VISIBLE_DEVICES": ""},
        capture_output=True,
        text=True,
        timeout=120,
    )


def largest_gap(path, other_path):
    """The largest difference between two weights with the same name."""
    weights, others = torch.load(path), torch.load(other_path)
    assert list(weights) == list(others)
    return max((weights[name] - others[name]).abs().max().item() for name in weights)


@pytest.mark.parametrize("num_processes", [2, 3])
def test_processes_with_a_share_of_each_batch_follow_one_with_all(
    num_processes, mnist, tmp_path, on_cpu, capsys
):
    x_train, y_train, x_test, y_test = mnist
    few = x_train[:, :100], y_train[:, :100], x_test[:, :77], y_test[:, :77]
    data = [array.copy() for array in few]
    np.savez(tmp_path / "data.npz", *data)
    (tmp_path / "script.py").write_text(textwrap.dedent(SCRIPT), encoding="utf-8")
    run = torchrun(num_processes, "script.py", folder=tmp_path)
    assert run.returncode == 0, run.stderr

    several = [
        json.loads((tmp_path / f"results{rank}.json").read_text()) for rank in range(num_processes)
    ]
    # The first process draws the bars.
    has_bars = [results.pop("has bars") for results in several]
    assert has_bars == [True] + [False] * (num_processes - 1)
    # Each process knows the losses and accuracies of the whole.
    assert several == several[:1] * num_processes
    for size in BATCH_SIZES:
        path = tmp_path / f"one{size}.pt"
        losses, accuracies = train_pytorch(num_epochs=2, batch_size=size, data=data, path=path)
        assert largest_gap(path, tmp_path / f"{size}.pt") < 1e-10
        assert several[0][str(size)][0] == pytest.approx(losses, rel=0, abs=1e-10)
        assert several[0][str(size)][1] == accuracies
    # Printed once, not once a process.
    assert run.stdout == capsys.readouterr().out


def test_the_command_trains_alone_and_under_torchrun(tmp_path, monkeypatch, capsys, on_cpu):
    few_steps = ["--num-epochs", "1", "--batch-size", "9999", "--dtype", "float64", "--save"]
    run = torchrun(2, "-m", "helpers.distributed", *few_steps, "two.pt", folder=tmp_path)
    assert run.returncode == 0, run.stderr
    monkeypatch.setattr(sys, "argv", ["", *few_steps, str(tmp_path / "one.pt")])
    distributed.main()
    assert largest_gap(tmp_path / "one.pt", tmp_path / "two.pt") < 1e-10
    assert run.stdout == capsys.readouterr().out
    assert re.fullmatch(r"Epoch  1: loss \d\.\d{4}, accuracy 0\.\d{4}\n", run.stdout)


# What a computer does whose own name leads nowhere: a namespace of its own has the new name.
NAMELESS = ["unshare", "--user", "--map-root-user", "--uts", "sh", "-c"]
NAMELESS += ['hostname no-such-computer.invalid && exec "$@"', "sh"]


@pytest.mark.slow
def test_processes_meet_where_the_computers_name_leads_nowhere(tmp_path):
    try:
        subprocess.run([*NAMELESS, "true"], check=True, capture_output=True, timeout=20)
    except (OSError, subprocess.SubprocessError) as error:
        pytest.skip(f"this computer lets no test give it another name: {error}")
    one_step = ["--num-epochs", "1", "--batch-size", "60000"]
    command = [*"-m helpers.distributed".split(), *one_step]
    run = torchrun(2, *command, folder=tmp_path, before=NAMELESS)
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith("Epoch  1: loss ")


def test_the_commands_that_are_shown_meet_at_this_computers_own_address():
    extra = (ROOT / "notebooks" / "extras" / "processes.ipynb").read_text(encoding="utf-8")
    cells = ["".join(cell["source"]) for cell in json.loads(extra)["cells"]]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = [distributed.__doc__, readme, *cells]
    commands = [
        command
        for text in shown
        # A command may go on in the next line.
        for command in re.findall(r"torchrun .*-m helpers.*", text.replace("\\\n", " "))
        if "--nnodes" not in command  # several computers do look for one another by name
    ]
    assert len(commands) == 3
    for command in commands:
        assert command.split()[:2] == ["torchrun", "--local-addr=127.0.0.1"]
    (cell,) = [cell for cell in cells if "-m torch.distributed.run " in cell]
    assert "-m torch.distributed.run --local-addr=127.0.0.1" in cell


def test_the_command_without_options_is_train_pytorch(monkeypatch, few_bytes, on_cpu, capsys):
    monkeypatch.setattr(sys, "argv", [""])
    distributed.main()
    printed = capsys.readouterr().out
    train_pytorch()
    assert printed == capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["--batch-size", "1001"], "batch_size must be an integer from 1 to 1000.*got 1001"),
        (["--num-epochs", "0"], "num_epochs must be a positive integer, got 0"),
        (["--dtype", "int8"], "--dtype: invalid choice: 'int8'"),
        (["--save", "nowhere/weights.pt"], "--save must name a file in a folder.*got nowhere/w"),
        (["--save", "."], r"--save must name a file in a folder that is there, got \.\."),
    ],
)
def test_the_command_refuses_bad_values_in_a_line(
    arguments, message, monkeypatch, few_bytes, capsys, tmp_path
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["", *arguments])
    with pytest.raises(SystemExit, match="2"):
        distributed.main()
    assert re.search(message, capsys.readouterr().err)


def test_a_bad_value_ends_all_processes(tmp_path):
    run = torchrun(2, "-m", "helpers.distributed", "--batch-size", "0", folder=tmp_path)
    assert run.returncode != 0 and run.stdout == ""
    assert "batch_size must be an integer from 1 to 60000" in run.stderr
    assert "distributed.py" not in run.stderr


@pytest.mark.parametrize("cuda, expected", [(True, "cuda"), (False, "cpu")])
def test_processes_never_take_mps(monkeypatch, cuda, expected):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    assert choose_shared_device() == torch.device(expected)
