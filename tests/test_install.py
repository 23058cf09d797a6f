"""The course works however it is installed: as a wheel, an sdist, a folder, with pip or uv."""

import contextlib
import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parent.parent
PYTHON = Path("Scripts/python.exe" if os.name == "nt" else "bin/python")

# What a learner does first, far from the course's folder.
USE = """
import numpy as np
from helpers.data import load_mnist_bytes
images, labels, test_images, test_labels = load_mnist_bytes()
assert images.shape == (60_000, 784) and test_labels.shape == (10_000,)
from helpers.trained_network import load_trained_network
network = load_trained_network()
assert network["W1"].shape == (128, 784)
from helpers import controls
controls.browse_digits(images[:1000], labels[:1000])
controls.draw_digit(network)
from helpers.checks import check_softmax
check_softmax(lambda z: np.exp(z - z.max(axis=0)) / np.exp(z - z.max(axis=0)).sum(axis=0))
try:
    check_softmax(lambda z: np.exp(z) / np.exp(z).sum(axis=1, keepdims=True))
except Exception as error:
    print("wrong:", error)
"""


def run(*command, folder, expected_status=0, **environment):
    """Run a command in a folder, as from a terminal without this test's own settings."""
    own = ("PYTHON", "JUPYTER", "VIRTUAL_ENV", "UV_")
    env = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=env | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=1200,
    )
    out, err = done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")
    assert done.returncode == expected_status, f"{out}\n{err}"
    return out


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A copy of the course, in a folder whose name has spaces and umlauts."""
    folder = tmp_path_factory.mktemp("install") / "Zif fern für übermorgen"
    leave_out = (".git", ".venv*", "build", "my_work", "class", "*.npy*", "*.egg-info", ".*_cache")
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*leave_out), symlinks=True)
    # What lies there after the first lesson, and must not travel.
    (folder / "helpers" / "mnist" / "mnist_images.npy").write_text("made here")
    return folder


def build(course, kind, target):
    """Ask setuptools for a "wheel" or "sdist" of a folder."""
    code = f"import sys, setuptools.build_meta as b; print(b.build_{kind}(sys.argv[1]))"
    target.mkdir(exist_ok=True)
    printed = run(sys.executable, "-c", code, target, folder=course)
    shutil.rmtree(course / "build", ignore_errors=True)
    return target / printed.split()[-1]


@pytest.fixture(scope="module")
def wheel(course, tmp_path_factory):
    return build(course, "wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def sdist(course, tmp_path_factory):
    return build(course, "sdist", tmp_path_factory.mktemp("sdist"))


def with_what_the_course_needs(environment):
    """Let an empty environment find the packages of this one, but not its copy of the course."""
    # A line in a .pth file adds a folder, and runs no .pth file that lies there.
    packages = sysconfig.get_paths()["purelib"]
    (site_packages,) = environment.glob("[Ll]ib/**/site-packages")
    (site_packages / "packages.pth").write_text(packages, encoding="utf-8")
    return environment / PYTHON


@pytest.fixture
def python(tmp_path):
    """The Python of a new environment in which the course is not installed."""
    run(sys.executable, "-m", "venv", "--without-pip", tmp_path / ".venv", folder=tmp_path)
    return with_what_the_course_needs(tmp_path / ".venv")


def install(python, *what, folder):
    words = ("install", "-q", "--no-deps", "--no-build-isolation", "--no-index", *what)
    run(python, "-m", "pip", *words, folder=folder)


def doctor(python, folder, expected_status=0, **environment):
    # What JupyterLab loads lies in the environment that lends its packages.
    environment["JUPYTER_PATH"] = str(Path(sys.prefix) / "share" / "jupyter")
    command = (python, "-m", "helpers.doctor")
    return run(*command, folder=folder, expected_status=expected_status, **environment)


def assert_usable(python, folder, **environment):
    printed = run(python, "-c", USE, folder=folder, **environment)
    assert "wrong: softmax: you normalised over the batch" in printed
    assert doctor(python, folder, **environment).endswith("The course can run here.\n")


# --- what is packed -----------------------------------------------------------------------


def contents(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_wheel_holds_all_of_helpers_and_nothing_that_a_run_left(wheel):
    packed = {name for name in contents(wheel) if ".dist-info/" not in name}
    files = (path for path in (ROOT / "helpers").rglob("*") if path.is_file())
    there = {path.relative_to(ROOT).as_posix() for path in files}
    assert packed == {n for n in there if not re.search(r"__pycache__|mnist_images\.npy", n)}
    needed = ("mnist/mnist.npz", "mnist/weights.npz", "drawing_pad.js", "network.js")
    assert packed >= {f"helpers/{name}" for name in needed}


def test_an_sdist_makes_the_same_wheel(wheel, sdist, tmp_path):
    words = ("-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "--no-index")
    run(sys.executable, *words, "-w", tmp_path, sdist, folder=tmp_path)
    (again,) = tmp_path.glob("*.whl")
    assert contents(again) == contents(wheel)


def test_the_licences_travel_along(wheel):
    (licence,) = (text for name, text in contents(wheel).items() if name.endswith("/LICENSE"))
    assert licence == (ROOT / "LICENSE").read_bytes()


# --- what is installed --------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["wheel", "sdist", "folder", "editable"])
def test_the_course_runs_however_it_is_installed(request, course, python, tmp_path, kind):
    what = [course] if kind == "folder" else ["-e", course]
    if kind in ("wheel", "sdist"):
        what = [request.getfixturevalue(kind)]
    install(python, *what, folder=tmp_path)
    assert_usable(python, course / "notebooks")
    assert_usable(python, tmp_path, LC_ALL="C")
    # Where Python cannot find a folder by its name, it is said.
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    if kind == "editable" and os.name != "nt":
        printed = doctor(python, course, expected_status=1, **ascii_only)
        assert "Python reads names of folders as ascii here" in printed
        assert "export PYTHONUTF8=1" in printed and "delete" not in printed
        assert_usable(python, course, **(ascii_only | {"PYTHONUTF8": "1"}))
    else:
        assert_usable(python, tmp_path, **ascii_only)


def test_a_copy_that_is_not_the_folders_code_is_no_sound_installation(course, wheel, python):
    install(python, wheel, folder=course)
    path = course / "helpers" / "forward.py"
    before = path.read_text(encoding="utf-8")
    try:
        path.write_text(f"{before}\n# An update.\n", encoding="utf-8")
        printed = doctor(python, course, expected_status=1)
        assert "another copy of the course installed" in printed
        assert "install -r requirements.txt" in printed
    finally:
        path.write_text(before, encoding="utf-8")


def test_missing_data_gets_no_advice_to_use_git_without_a_checkout(wheel, python, tmp_path):
    install(python, wheel, folder=tmp_path)
    (shipped,) = tmp_path.glob(".venv/**/helpers/mnist/mnist.npz")
    shipped.unlink()
    printed = doctor(python, tmp_path, expected_status=1)
    assert "mnist.npz is missing" in printed and "get the course again" in printed
    assert "git" not in printed


def test_an_environment_that_uv_made_gets_advice_that_works(course, wheel, tmp_path):
    uv = [sys.executable, "-m", "uv"]
    offline = ("--offline", "--no-cache")
    run(*uv, "venv", *offline, "--python", sys.executable, tmp_path / ".venv", folder=tmp_path)
    python = with_what_the_course_needs(tmp_path / ".venv")
    run(*uv, "pip", "install", *offline, "--no-deps", "--python", python, wheel, folder=tmp_path)
    assert_usable(python, tmp_path)
    # Without the packages that were lent: no pip either, as is usual with uv.
    next(tmp_path.glob(".venv/**/packages.pth")).unlink()
    bin_folder = Path(shutil.which("uv", path=str(Path(sys.executable).parent))).parent
    printed = doctor(
        python, course, expected_status=1, PATH=f"{bin_folder}{os.pathsep}{os.environ['PATH']}"
    )
    advice = f"uv pip install -r requirements.txt --python {python}"
    assert advice in printed and "-m pip" not in printed
    # Without a network it gets no further than the first package; what it says shows that uv
    # understands the command.
    words = [*uv, *advice.split()[1:], *offline, "--dry-run"]
    words[words.index("requirements.txt")] = str(ROOT / "requirements.txt")
    done = subprocess.run(words, cwd=course, capture_output=True, text=True)
    assert "unexpected argument" not in done.stderr


# --- what it needs ------------------------------------------------------------------------


@pytest.mark.skipif(
    not os.environ.get("CI"), reason="installs everything anew, which takes minutes: on CI only"
)
def test_a_fresh_environment_gets_all_it_needs_from_the_wheel_alone(wheel, sdist, tmp_path):
    run(sys.executable, "-m", "venv", tmp_path / ".venv", folder=tmp_path)
    python = tmp_path / ".venv" / PYTHON
    words = ("-m", "pip", "install", "-q", "-c", ROOT / "constraints.txt")
    run(python, *words, wheel, folder=tmp_path)
    assert_usable(python, tmp_path)
    run(python, *words, "--force-reinstall", "--no-deps", sdist, folder=tmp_path)
    assert_usable(python, tmp_path)
    run(python, "-m", "pip", "check", folder=tmp_path)
    # The install of next year is the install of today.
    if sys.platform == "linux":
        frozen = run(python, "-m", "pip", "freeze", folder=tmp_path)
        assert pins(frozen).keys() - pins((ROOT / "constraints.txt").read_text()).keys() == set()


def pins(text):
    """Names of packages, as pip compares them, and their versions."""
    lines = re.findall(r"^([\w.-]+)==(\S+)$", text, flags=re.MULTILINE)
    return {re.sub("[-_.]+", "-", name).lower(): version for name, version in lines}


@pytest.mark.parametrize("python", ["3.11.0", "3.12.0", "3.13.0"])
def test_every_pinned_version_is_made_for_every_python_of_the_course(python):
    # Debian's Python is 3.11.2, and some packages ask for a later one.
    too_new = []
    for name, version in pins((ROOT / "constraints.txt").read_text()).items():
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            package = importlib.metadata.metadata(name)
            assert package["Version"].partition("+")[0] == version, name
            if python not in SpecifierSet(package["Requires-Python"] or ""):
                too_new.append(f"{name} {version}")
    assert too_new == []


def test_requirements_and_constraints_agree():
    constraints = pins((ROOT / "constraints.txt").read_text())
    requirements = pins((ROOT / "requirements.txt").read_text())
    assert requirements == {name: constraints.get(name) for name in requirements}
    assert requirements["torch"] == "2.13.0"
