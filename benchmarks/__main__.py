"""Measure an epoch in this course and in other libraries, in turns, and write the tables.

    python -m benchmarks [--rounds N]

Run it from the course's folder, on a computer that does nothing else. In each round every
contender trains once on two threads and once on one, each in a process of its own. Nothing is
judged. The results go to benchmarks/results.json, results.md and README.md, at
the end and all at once: a run that is stopped leaves the old ones.
"""

import argparse
import datetime
import importlib.metadata
import importlib.util
import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import report

THREADS = (2, 1)
REPEATS = 5

# The name in the table, the function in jobs.py, and the type it computes in. The floor in the
# case study's type comes first, since it is measured again at the end of each round.
EPOCHS = [
    (report.FLOOR, "floor", "float64"),
    (report.FLOOR, "floor", "float32"),
    (report.CASE_STUDY, "case_study", "float64"),
    ("case study, NumPy, C order", "case_study_rows", "float64"),
    ("this course", "course", "float64"),
    ("this course", "course", "float32"),
    ("this course, fast loop", "course_fast", "float64"),
    ("this course, fast loop", "course_fast", "float32"),
    ("PyTorch, DataLoader", "torch_loader", "float32"),
    ("PyTorch, indexing tensors", "torch_indexed", "float32"),
    ("PyTorch, torch.compile", "torch_compiled", "float32"),
    ("scikit-learn, MLPClassifier", "sklearn_classifier", "float32"),
    ("JAX, jitted step", "jax_step", "float32"),
    ("JAX, epoch in lax.scan", "jax_scan", "float32"),
]
WHOLE_JOBS = [
    (report.CASE_STUDY, "whole_case_study", "float64"),
    ("this course, bytes", "whole_course", "float64"),
    ("this course, bytes", "whole_course", "float32"),
    ("this course, fast loop", "whole_course_fast", "float32"),
    ("this course, load_mnist_data", "whole_course_scaled", "float64"),
    ("PyTorch, bytes", "whole_pytorch", "float32"),
    ("PyTorch, load_mnist_data", "whole_pytorch_scaled", "float32"),
]
# A map reads a page of the file only when it is used: max() uses them all.
KERNEL_IMPORTS = "import numpy as np; from helpers.data import load_mnist_bytes, load_mnist_data; "
KERNELS = [
    ("numpy and helpers.data are imported", "pass"),
    ("it has read load_mnist_bytes()", "data = load_mnist_bytes(); data[0].max()"),
    ("it has load_mnist_data(dtype=np.float32)", "data = load_mnist_data(dtype=np.float32)"),
    ("it has load_mnist_data()", "data = load_mnist_data()"),
]
IMPORTS = ["numpy", "helpers.training_loop", "matplotlib.pyplot", "sklearn", "torch", "jax"]
# The name of the package, and that of its module.
PACKAGES = {
    "numpy": "numpy",
    "torch": "torch",
    "scikit-learn": "sklearn",
    "jax": "jax",
    "matplotlib": "matplotlib",
    "psutil": "psutil",
    "threadpoolctl": "threadpoolctl",
    "jupyter_client": "jupyter_client",
}


def check_packages():
    """Stop before anything is measured if a package is missing, and say what to type."""
    missing = [name for name, module in PACKAGES.items() if not importlib.util.find_spec(module)]
    if missing:
        sys.exit(
            f"The benchmark needs {', '.join(missing)}, which this Python lacks. Type\n"
            f"    {sys.executable} -m pip install -r requirements.txt "
            "-r benchmarks/requirements.txt"
        )


def fresh_process(arguments, threads):
    """Run Python anew, with so many threads, and return the last line that it prints.

    Raises
    ------
    RuntimeError
        With the end of what it wrote to stderr, if it fails.
    """
    names = "OMP", "OPENBLAS", "MKL", "VECLIB_MAXIMUM"
    environment = os.environ | {f"{name}_NUM_THREADS": str(threads) for name in names}
    # A folder of its own, so that torch.compile finds nothing that another process compiled.
    with tempfile.TemporaryDirectory() as folder:
        environment |= {
            "PJRT_NPROC": str(threads),
            "TORCHINDUCTOR_CACHE_DIR": folder,
            "TORCHINDUCTOR_COMPILE_THREADS": "1",
        }
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=report.ROOT,
            env=environment,
            capture_output=True,
            text=True,
        )
    if done.returncode:
        end = "\n".join(done.stderr.strip().splitlines()[-5:])
        raise RuntimeError(f"{' '.join(arguments)} failed (exit {done.returncode}):\n{end}")
    return done.stdout.strip().splitlines()[-1]


def job(*arguments, threads=THREADS[0]):
    """Run one job of jobs.py in a process of its own, and return its result."""
    return json.loads(fresh_process(["-m", "benchmarks.jobs", *arguments], threads))


def measure_round(number, threads):
    """Measure each contender once, one after the other, and the first one again."""
    epochs = []
    for name, function, dtype in EPOCHS:
        result = job("epoch", function, dtype, threads=threads)
        epochs.append({"name": name, "dtype": dtype, **result})
        print(
            f"round {number}, {threads} threads: {result['seconds']:.3f} s  {name}, {dtype}",
            flush=True,
        )
    floor_at_end = job("epoch", *EPOCHS[0][1:], threads=threads)["seconds"]
    return {"number": number, "threads": threads, "epochs": epochs, "floor_at_end": floor_at_end}


def measure_in_turns(names, measure):
    """Measure all of some things, and then all again, and return the seconds of each."""
    seconds = {name: [] for name in names}
    # The first turn reads files from the disk that the others find in memory.
    for turn in range(REPEATS + 1):
        for name in names:
            result = measure(name)
            if turn:
                seconds[name].append(result)
    return [{"name": name, "seconds": report.middle_and_ends(s)} for name, s in seconds.items()]


def import_seconds(module):
    code = "import time; start = time.perf_counter(); import {}; print(time.perf_counter() - start)"
    return float(fresh_process(["-c", code.format(module)], THREADS[0]))


def describe_conditions():
    """The computer and the versions, without the computer's name."""
    import psutil

    shown = {"numpy": "NumPy", "torch": "PyTorch", "scikit-learn": "scikit-learn", "jax": "JAX"}
    versions = {label: importlib.metadata.version(name) for name, label in shown.items()}
    return {
        "date": datetime.date.today().isoformat(),
        "processor": processor_name(),
        "cores": os.cpu_count(),
        "memory_gb": psutil.virtual_memory().total / 1e9,
        "system": platform.system(),
        **job("conditions"),
        "versions": {"Python": platform.python_version(), **versions},
    }


def processor_name():
    """What Linux calls the processor; elsewhere Python's own word for it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def measure(num_rounds):
    """Everything that results.json holds."""
    rounds = []
    for number in range(1, num_rounds + 1):
        rounds += [measure_round(number, threads) for threads in THREADS]
    rows, dropped = report.summarise(rounds)
    print("whole jobs, kernels and imports ...", flush=True)
    return {
        "conditions": describe_conditions(),
        "rounds": num_rounds,
        "dropped": dropped,
        "epochs": rows,
        "whole_jobs": [
            {"name": name, "dtype": dtype, **job("whole", function, dtype)}
            for name, function, dtype in WHOLE_JOBS
        ],
        "kernels": measure_in_turns(
            [name for name, _ in KERNELS],
            lambda name: job("kernel", KERNEL_IMPORTS + dict(KERNELS)[name])["seconds"],
        ),
        "imports": measure_in_turns(IMPORTS, import_seconds),
    }


def positive(text):
    """The number of rounds, from the command line."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a number from 1 up, got {text!r}")
    return int(text)


def main(arguments=None):
    """Measure, write the files, and print the tables."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__.split("\n")[0]
    )
    parser.add_argument("--rounds", type=positive, default=7, help="7 unless given, half an hour")
    options = parser.parse_args(arguments)
    check_packages()
    try:
        # What would fail at the end should fail now.
        report.put_into(report.README.read_text(encoding="utf-8"), "")
        results = measure(options.rounds)
        print("\n" + report.markdown(results))
        report.write(results)
    except KeyboardInterrupt:
        sys.exit("\nStopped. The old results are as they were.")
    except (OSError, RuntimeError, ValueError) as error:
        sys.exit(f"{error}\nThe old results are as they were.")


if __name__ == "__main__":
    main()
