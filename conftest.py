"""How tests and notebooks are run: on one thread each, the slow ones apart, and shared data."""

import os
from pathlib import Path

# Two files are tested at a time. Libraries that each start a thread for every core would then
# wait for one another. The results are the same for any number of threads.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# Whoever tests the course may have done exercises: tests neither read nor leave marks of them.
os.environ["DIGITS_NO_MARKS"] = "1"

import pytest  # noqa: E402

from helpers.data import load_mnist_bytes, load_mnist_data  # noqa: E402

ROOT = Path(__file__).parent
# Not in a plain `pytest`, but in `pytest -m slow`. In other files, single tests are marked.
SLOW = (
    "notebooks/exercises/",
    "notebooks/extras/",
    "notebooks/solutions/",
    "tests/browser/",
    "tests/test_benchmarks.py",
    "tests/test_checks.py",
    "tests/test_collecting.py",
    "tests/test_class_boxes.py",
    "tests/test_class_mishaps.py",
    "tests/test_deploy.py",
    "tests/test_exercises.py",
    "tests/test_given.py",
    "tests/test_grading.py",
    "tests/test_grading_box.py",
    "tests/test_install.py",
    "tests/test_known_mistakes.py",
    "tests/test_out_of_memory.py",
    "tests/test_referee.py",
    "tests/test_referee_pytorch.py",
    "tests/test_site.py",
    "tests/test_slides.py",
)
# The longest of `make test` and of the rest, each the longest first.
LONGEST = (
    "notebooks/07_error_analysis.ipynb",
    "notebooks/06_pytorch_rebuild.ipynb",
    "notebooks/05_training_loop.ipynb",
    "tests/test_controls.py",
    "tests/browser/test_player.py",
    "notebooks/solutions/08_capstone.ipynb",
    "tests/browser/test_lessons.py",
    "tests/test_grading.py",
    "tests/test_checks.py",
    "tests/test_collecting.py",
    "notebooks/solutions/05_training_loop.ipynb",
)


# Loaded once in a process, and no test may change it.
@pytest.fixture(scope="session")
def mnist_bytes():
    """The four uint8 arrays, read-only."""
    arrays = load_mnist_bytes()
    for array in arrays:
        array.flags.writeable = False
    return arrays


@pytest.fixture(scope="session")
def mnist():
    """X_train, Y_train, X_test, Y_test in float64, read-only."""
    arrays = load_mnist_data()
    for array in arrays:
        array.flags.writeable = False
    return arrays


@pytest.fixture
def on_cpu(monkeypatch):
    """PyTorch trains on the CPU: only there results are the same from run to run."""
    import torch  # seconds, which tests without it need not wait

    monkeypatch.setattr("helpers.pytorch_rebuild.choose_device", lambda: torch.device("cpu"))


@pytest.fixture
def few_bytes(mnist_bytes, monkeypatch):
    """1000 training and 500 test images, in place of all that PyTorch trains on."""
    few = mnist_bytes[0][:1000], mnist_bytes[1][:1000], mnist_bytes[2][:500], mnist_bytes[3][:500]
    monkeypatch.setattr("helpers.pytorch_rebuild.load_mnist_bytes", lambda: few)


def place(item):
    """The file of a test, seen from the project's folder."""
    return item.path.relative_to(ROOT).as_posix()


@pytest.hookimpl(tryfirst=True)  # before pytest sorts out what is marked
def pytest_collection_modifyitems(items):
    """Mark what is slow, and put the longest files first, so that both processes end together."""
    for item in items:
        if place(item).startswith(SLOW):
            item.add_marker("slow")
    rank = {file: number for number, file in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(place(item), len(rank)))
