"""The benchmark: what it runs learns the same, its arithmetic is right, and no result is lost.

Nothing is timed here, and nothing is said about who is fast.
"""

import functools
import itertools
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parent.parent
# Not installed: the benchmark runs from the course's folder, as `python -m benchmarks`.
sys.path.insert(0, str(ROOT))

from benchmarks import __main__ as run  # noqa: E402
from benchmarks import jobs, report  # noqa: E402
from helpers import pytorch_rebuild  # noqa: E402

CONTENDERS = {(function, dtype): name for name, function, dtype in run.EPOCHS}
# These draw the start and the order of the images from the same generator, in the same way.
SAME_START = ["case_study", "case_study_rows", "course", "course_fast", "jax_step", "jax_scan"]


# What is measured.


@pytest.fixture
def few(mnist_bytes, monkeypatch):
    """A thousand images, in place of all, also for the whole jobs. 104 are in the last batch."""
    train_images, train_labels, test_images, test_labels = mnist_bytes
    arrays = train_images[:1000], train_labels[:1000], test_images[:500], test_labels[:500]
    monkeypatch.setattr(jobs, "load_mnist_bytes", lambda: arrays)
    return arrays


def prepared(function, dtype, arrays, monkeypatch):
    """A contender's `train`, on few images. Without its library the test is skipped."""
    if function.startswith("jax"):
        pytest.importorskip("jax", reason="benchmarks/requirements.txt is not installed")
    if function == "torch_compiled":
        # Without a C++ compiler, which not every computer has. The benchmark needs one.
        import torch

        eager = functools.partial(torch.compile, backend="eager")
        monkeypatch.setattr(torch, "compile", eager)
    return getattr(jobs, function)(*arrays[:2], np.dtype(dtype).type)


@pytest.mark.parametrize("function, dtype", [c for c in CONTENDERS if c[0] != "floor"])
def test_all_contenders_learn_the_same(function, dtype, few, monkeypatch):
    expected = jobs.case_study(*few[:2], np.float64)(5)
    losses = prepared(function, dtype, few, monkeypatch)(5)
    assert len(losses) == 5
    if function in SAME_START:
        # The 1e-8 in the case study's logarithm moves its loss by less than that.
        tolerance = 1e-6 if dtype == "float64" else 1e-4
        np.testing.assert_allclose(losses, expected, rtol=tolerance)
    else:
        # Another start and another order. Half or double the learning rate is out by far.
        np.testing.assert_allclose(losses, expected, rtol=0.17)


@pytest.mark.parametrize("function, dtype", [c for c in CONTENDERS if c[0] != "floor"])
def test_each_training_starts_anew(function, dtype, few, monkeypatch):
    train = prepared(function, dtype, few, monkeypatch)
    once, again = train(1), train(2)
    assert len(once) == 1 and len(again) == 2
    assert again[0] == pytest.approx(once[0], rel=1e-5)


def test_the_floor_makes_the_products_of_one_epoch(few, monkeypatch):
    train = jobs.floor(*few[:2], np.float32)
    made = []

    def matmul(left, right, out):
        assert left.dtype == right.dtype == out.dtype == np.float32
        made.append(left.shape[0] * left.shape[1] * right.shape[1])

    monkeypatch.setattr(np, "matmul", matmul)
    train(1)
    weights = 784 * 128 + 128 * 64 + 64 * 10
    # Each weight is used three times for an image, but in layer 1 only twice.
    assert len(made) == 8 * 8 and sum(made) == 1000 * (3 * weights - 784 * 128)


@pytest.mark.parametrize("function", [function for _, function, _ in run.WHOLE_JOBS[1:]])
def test_whole_jobs_reach_the_case_study(function, few, monkeypatch):
    y_train, y_test = (jobs.one_hot(labels) for labels in few[1::2])
    floats = few[0].T / 255, y_train, few[2].T / 255, y_test
    monkeypatch.setattr(jobs, "load_mnist_data", lambda dtype: floats)
    monkeypatch.setattr(pytorch_rebuild, "load_mnist_bytes", lambda: few)
    expected = jobs.whole_case_study(np.float64)
    accuracy = getattr(jobs, function)(np.float64)
    assert 0.8 < expected < 0.95
    # PyTorch draws another start.
    assert accuracy == pytest.approx(expected, abs=0.03 if "pytorch" in function else 1e-12)


def test_an_epoch_is_timed_after_a_first_one(few, monkeypatch):
    monkeypatch.setattr(jobs, "use_cores", lambda num_cores: None)
    trained, clock = [], itertools.count()

    def contender(images, labels, dtype):
        assert images.shape == (1000, 784) and dtype == np.float32
        return lambda num_epochs: trained.append(num_epochs) or [0.5, 0.4, 0.3][:num_epochs]

    monkeypatch.setattr(jobs.time, "perf_counter", lambda: next(clock))
    result = jobs.time_epoch(contender, np.float32)
    assert trained == [1, 3, 1, 1, 1, 1, 1]
    assert result["seconds"] == 1 and result["loss"] == 0.3
    assert set(result) == {
        "seconds",
        "first_seconds",
        "loss",
        "cores_busy",
        "peak_mb",
        "cores_of_others",
    }


def test_peak_memory_is_counted_in_megabytes():
    code = (
        "import numpy as np; from benchmarks.jobs import peak_mb; before = peak_mb(); "
        "np.ones(30_000_000); print(peak_mb() - before)"
    )
    assert float(run.fresh_process(["-c", code], 1)) == pytest.approx(240, abs=10)


def test_a_process_has_the_threads_and_cores_that_it_was_given():
    code = "import os; print(os.environ['OMP_NUM_THREADS'], os.environ['PJRT_NPROC'])"
    assert run.fresh_process(["-c", code], 2) == "2 2"


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system cannot pin")
def test_a_process_keeps_to_its_cores():
    code = "import os; from benchmarks.jobs import use_cores; use_cores(1); "
    assert run.fresh_process(["-c", code + "print(len(os.sched_getaffinity(0)))"], 1) == "1"


def test_a_kernel_that_fails_says_so():
    with pytest.raises(RuntimeError, match="kernel failed at '1 / 0': ZeroDivisionError"):
        jobs.time_kernel("1 / 0")


def test_functions_are_there():
    for _, function, _ in run.EPOCHS + run.WHOLE_JOBS:
        assert callable(getattr(jobs, function))
    # What the round ends with, and what ratios are formed to.
    assert run.EPOCHS[0] == (report.FLOOR, "floor", "float64")
    assert CONTENDERS["case_study", "float64"] == report.CASE_STUDY


# Arithmetic.


def a_round(number, threads, seconds, floor_at_end=1.0, floor=1.0, others=None):
    """A round of three: the floor, the case study, and a third with `seconds` for these two."""
    shared = {"first_seconds": 9, "cores_busy": threads, "peak_mb": 300, "loss": 0.25}
    others = {} if others is None else others
    times = {report.FLOOR: floor, report.CASE_STUDY: seconds[0], "third": seconds[1]}
    epochs = [
        {
            "name": name,
            "dtype": "float64",
            "seconds": time,
            "cores_of_others": others.get(name, 0.1),
            **shared,
        }
        for name, time in times.items()
    ]
    return {"number": number, "threads": threads, "epochs": epochs, "floor_at_end": floor_at_end}


def find(rows, name, threads):
    (row,) = [row for row in rows if (row["name"], row["threads"]) == (name, threads)]
    return row


def test_ratios_are_formed_round_by_round():
    rounds = [
        a_round(1, 2, (2, 1)),
        a_round(1, 1, (8, 2)),
        a_round(2, 2, (4, 1), floor=2, floor_at_end=2),
        a_round(3, 2, (3, 3)),
    ]
    rows, dropped = report.summarise(rounds)
    assert dropped == [] and len(rows) == 6
    third = find(rows, "third", 2)
    assert third["seconds"] == 1
    # A ratio of the medians would be 1/3.
    assert third["to_case_study"] == {"pairs": 3, "median": 0.5, "min": 0.25, "max": 1}
    assert third["to_floor"] == {"pairs": 3, "median": 1, "min": 0.5, "max": 3}
    assert find(rows, "third", 1)["to_case_study"]["median"] == 0.25
    own = find(rows, report.CASE_STUDY, 2)["to_case_study"]
    assert own == {"pairs": 3, "median": 1, "min": 1, "max": 1}


@pytest.mark.parametrize("start, end", [(1.0, 1.21), (1.21, 1.0)])
def test_a_round_is_dropped_when_the_floor_moves(start, end):
    rounds = [a_round(1, 2, (2, 1)), a_round(2, 2, (2, 9), floor=start, floor_at_end=end)]
    rows, dropped = report.summarise(rounds)
    assert [(drop["round"], drop["threads"]) for drop in dropped] == 3 * [(2, 2)]
    assert {drop["reason"] for drop in dropped} == {
        "the computer changed its speed within the round"
    }
    assert find(rows, "third", 2)["to_case_study"]["pairs"] == 1
    assert find(rows, "third", 2)["to_case_study"]["max"] == 0.5


def test_a_measurement_beside_a_busy_program_is_dropped():
    busy = {"others": {"third": 0.11}}
    rows, dropped = report.summarise([a_round(1, 2, (2, 1)), a_round(2, 2, (4, 9), **busy)])
    expected = {"round": 2, "threads": 2, "name": "third", "dtype": "float64"}
    assert dropped == [{**expected, "reason": "other programs were busy"}]
    assert find(rows, "third", 2)["to_case_study"]["pairs"] == 1
    assert find(rows, "third", 2)["seconds"] == 1
    assert find(rows, report.CASE_STUDY, 2)["seconds"] == 3


def test_without_the_case_study_there_is_no_pair_with_it():
    busy = {"others": {report.CASE_STUDY: 2}}
    rows, dropped = report.summarise([a_round(1, 2, (2, 1)), a_round(2, 2, (50, 9), **busy)])
    assert len(dropped) == 1
    third = find(rows, "third", 2)
    assert third["to_case_study"]["pairs"] == 1 and third["to_floor"]["pairs"] == 2


def test_nothing_is_dropped_for_what_a_contender_did():
    rounds = [a_round(1, 2, (2, 1), floor_at_end=1.2), a_round(2, 2, (2, 1000))]
    rows, dropped = report.summarise(rounds)
    assert dropped == [] and find(rows, "third", 2)["to_case_study"]["max"] == 500


def test_a_contender_without_a_pair_is_no_result():
    busy = {"others": {"third": 0.5}}
    rounds = [a_round(1, 2, (2, 1)), a_round(1, 1, (2, 1), **busy)]
    with pytest.raises(ValueError, match="third, float64, and case study.* on 1 threads.*Close it"):
        report.summarise(rounds)


# Tables and files.


def some_results():
    rounds = [a_round(1, 2, (2, 1)), a_round(1, 1, (8, 2)), a_round(2, 2, (2, 1), 5)]
    rows, dropped = report.summarise(rounds)
    spread = {"median": 1.5, "min": 1, "max": 2}
    return {
        "conditions": {
            "date": "2026-01-31",
            "processor": "Some processor",
            "cores": 2,
            "memory_gb": 8.1,
            "system": "Linux",
            "blas": "openblas 0.3, kernel Zen",
            "versions": {"Python": "3.12.0", "NumPy": "2.4"},
        },
        "rounds": 2,
        "dropped": dropped,
        "epochs": rows,
        "whole_jobs": [
            {"name": "a job", "dtype": "float32", "peak_mb": 1234.4, "accuracy": 0.97661}
        ],
        "kernels": [{"name": "it answers", "seconds": spread}],
        "imports": [{"name": "numpy", "seconds": spread}],
    }


def test_the_tables_say_what_was_measured():
    text = report.markdown(some_results())
    for line in [
        "| third | float64 | 1.00 | 0.50 (0.50 to 0.50) | 1.00 (1.00 to 1.00) "
        "| 0.25 (0.25 to 0.25) | 300 | 0.250 |",
        "| a job | float32 | 1,234 | 0.9766 |",
        "| it answers | 1.50 (1.00 to 2.00) |",
        "| numpy | 1.50 (1.00 to 2.00) |",
    ]:
        assert line in text.splitlines()
    for words in ["2026-01-31", "Some processor, 2 cores", "kernel Zen", "NumPy 2.4", "2 rounds"]:
        assert words in text
    assert "Of 12 measurements 3 were dropped, 3 because the computer changed its speed" in text


def test_tables_replace_the_old_ones_and_leave_the_rest():
    page = f"before\n{report.BEGIN}old{report.END}after\n"
    new = report.put_into(page, "new")
    assert new == f"before\n{report.BEGIN}\nnew\n{report.END}after\n"
    assert report.put_into(new, "new") == new


@pytest.mark.parametrize(
    "page",
    ["", report.BEGIN, report.END + report.BEGIN, 2 * (report.BEGIN + report.END)],
    ids=["none", "no end", "in reverse", "twice"],
)
def test_a_page_without_its_marks_is_refused(page):
    with pytest.raises(ValueError, match="must have the lines .* once each"):
        report.put_into(page, "new")


@pytest.fixture
def files(tmp_path, monkeypatch):
    """The three files in a folder of their own, with old content."""
    for name in ("RESULTS", "TABLES", "README"):
        path = tmp_path / getattr(report, name).name
        path.write_text(f"old {name}\n{report.BEGIN}{report.END}", encoding="utf-8")
        monkeypatch.setattr(report, name, path)
    return tmp_path


def contents(folder):
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


def test_files_are_written_and_agree(files):
    results = some_results()
    report.write(results)
    assert sorted(contents(files)) == ["README.md", "results.json", "results.md"]
    assert json.loads(report.RESULTS.read_text(encoding="utf-8")) == results
    tables = report.TABLES.read_text(encoding="utf-8")
    assert tables == report.markdown(results)
    readme = report.README.read_text(encoding="utf-8")
    assert readme.startswith("old README") and tables in readme


def test_a_full_disk_leaves_the_old_files(files, monkeypatch):
    before = contents(files)
    write_text = Path.write_text

    def fail(path, text, **options):
        write_text(path, text[:10], **options)
        if "README" in path.name:
            raise OSError("No space left on device")

    monkeypatch.setattr(Path, "write_text", fail)
    with pytest.raises(OSError, match="No space"):
        report.write(some_results())
    assert contents(files) == before


def test_files_are_moved_not_written_over(files, monkeypatch):
    before = contents(files)

    def fail(part, path):
        raise PermissionError(f"{path} is in use")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="in use"):
        report.write(some_results())
    assert contents(files) == before


def test_readme_and_tables_show_the_results():
    results = json.loads(report.RESULTS.read_text(encoding="utf-8"))
    tables = report.markdown(results)
    assert report.TABLES.read_text(encoding="utf-8") == tables
    readme = report.README.read_text(encoding="utf-8")
    assert report.put_into(readme, tables) == readme


def test_results_are_complete():
    results = json.loads(report.RESULTS.read_text(encoding="utf-8"))
    expected = [(name, dtype) for name, _, dtype in run.EPOCHS]
    for threads in run.THREADS:
        rows = [row for row in results["epochs"] if row["threads"] == threads]
        assert [(row["name"], row["dtype"]) for row in rows] == expected
    assert [job["name"] for job in results["whole_jobs"]] == [job[0] for job in run.WHOLE_JOBS]
    assert [kernel["name"] for kernel in results["kernels"]] == [name for name, _ in run.KERNELS]
    assert [one["name"] for one in results["imports"]] == run.IMPORTS


# A whole run, without the work.


@pytest.fixture
def asked(monkeypatch):
    """The list of what a run asks for, answered at once."""
    calls = []

    def answer(*arguments, threads=2):
        calls.append((*arguments, threads))
        return {
            "epoch": dict.fromkeys(["seconds", "first_seconds", "loss", "cores_busy", "peak_mb"], 1)
            | {"cores_of_others": 0},
            "whole": {"accuracy": 0.9, "peak_mb": 9},
            "kernel": {"seconds": 1},
            "conditions": {"blas": "openblas 0.3, kernel Zen"},
        }[arguments[0]]

    monkeypatch.setattr(run, "check_packages", lambda: None)
    monkeypatch.setattr(run, "job", answer)
    monkeypatch.setattr(run, "import_seconds", lambda module: 0.1)
    monkeypatch.setattr(run.importlib.metadata, "version", lambda name: "1.0")
    return calls


def test_contenders_take_turns(asked, files, capsys):
    run.main(["--rounds", "2"])
    turn = [("epoch", function, dtype) for _, function, dtype in run.EPOCHS]
    turn.append(("epoch", "floor", "float64"))
    expected = [(*call, threads) for threads in (2, 1, 2, 1) for call in turn]
    assert [call for call in asked if call[0] == "epoch"] == expected
    results = json.loads(report.RESULTS.read_text(encoding="utf-8"))
    assert results["rounds"] == 2 and {row["to_floor"]["pairs"] for row in results["epochs"]} == {2}
    assert report.markdown(results) in capsys.readouterr().out
    kernels = [call for call in asked if call[0] == "kernel"]
    assert len(kernels) == len(run.KERNELS) * (run.REPEATS + 1) and kernels[0] != kernels[1]


@pytest.mark.parametrize("error", [RuntimeError("jax_scan failed"), KeyboardInterrupt()])
def test_a_run_that_ends_early_leaves_the_old_files(error, asked, files, monkeypatch):
    before, answer = contents(files), run.job

    def fail(*arguments, **options):
        if arguments[0] == "kernel":
            raise error
        return answer(*arguments, **options)

    monkeypatch.setattr(run, "job", fail)
    with pytest.raises(SystemExit) as stop:
        run.main(["--rounds", "1"])
    assert str(error) in str(stop.value) and "as they were" in str(stop.value)
    assert contents(files) == before


def test_a_readme_without_marks_is_found_before_measuring(asked, files):
    report.README.write_text("no marks", encoding="utf-8")
    with pytest.raises(SystemExit, match="must have the lines"):
        run.main([])
    assert asked == []


def test_a_missing_package_is_named_before_measuring(asked, files, monkeypatch):
    monkeypatch.undo()
    find_spec = run.importlib.util.find_spec
    gone = ("jax", "psutil")
    monkeypatch.setattr(
        run.importlib.util, "find_spec", lambda name: None if name in gone else find_spec(name)
    )
    monkeypatch.setattr(run, "measure", lambda num_rounds: pytest.fail("measured all the same"))
    with pytest.raises(SystemExit) as stop:
        run.main([])
    lines = str(stop.value).splitlines()
    assert "jax, psutil" in lines[0]
    assert lines[1].endswith("pip install -r requirements.txt -r benchmarks/requirements.txt")


def test_a_job_that_fails_names_itself_and_its_reason():
    with pytest.raises(RuntimeError, match=r"jobs epoch nobody float64 failed \(exit 1") as failure:
        run.job("epoch", "nobody", "float64")
    assert str(failure.value).endswith("KeyError: 'nobody'")
    with pytest.raises(RuntimeError, match="no room for it"):
        run.fresh_process(["-c", "raise SystemExit('no room for it')"], 1)


@pytest.mark.parametrize("rounds", ["0", "-1", "many", "1.5"])
def test_a_wrong_number_of_rounds_is_refused(rounds, capsys):
    with pytest.raises(SystemExit):
        run.main([f"--rounds={rounds}"])
    assert f"expected a number from 1 up, got '{rounds}'" in capsys.readouterr().err


def test_it_starts_as_a_command():
    command = [sys.executable, "-m", "benchmarks", "--help"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "--rounds" in done.stdout
