"""The doctor finds what is wrong, says what to type, and survives what it examines."""

import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace

import IPython.display
import ipywidgets
import jupyter_core.paths
import psutil
import pytest

import helpers.data
from helpers import doctor

ROOT = Path(__file__).parent.parent
INSTALL = "-m pip install -r requirements.txt"
DAMAGED = "# changed"


def problem_of(check):
    with pytest.raises(doctor.Problem) as caught:
        check()
    return caught.value


def run_doctor(code, *options, python=sys.executable, **environment):
    """Run Python code in a process of its own, from the course's folder."""
    return subprocess.run(
        [python, *options, "-c", code],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )


@pytest.fixture
def installed(monkeypatch):
    """Change what is installed: the version of a package, or None for a missing one."""
    changes = {}
    real = importlib.metadata.distribution

    def distribution(name):
        name = name.replace("-", "_")  # both are in use
        if name not in changes:
            return real(name)
        if changes[name] is None:
            raise importlib.metadata.PackageNotFoundError(name)
        return SimpleNamespace(version=changes[name], requires=[])

    monkeypatch.setattr(importlib.metadata, "distribution", distribution)
    return changes


@pytest.fixture
def roomy(monkeypatch):
    """A computer with enough of everything, whatever runs on it now."""
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=8e9))
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda path: SimpleNamespace(free=8e9))


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A folder of the course without an environment, and a Python that is in none either."""
    for name in ("pyproject.toml", "requirements.txt"):
        (tmp_path / name).write_text((ROOT / name).read_text())
    monkeypatch.setattr(doctor, "ROOT", tmp_path)
    monkeypatch.setattr(doctor.shutil, "which", lambda path: None)
    monkeypatch.setattr(sys, "prefix", sys.base_prefix)
    monkeypatch.setattr(doctor, "installed_from", lambda: None)
    monkeypatch.setattr(doctor, "installed_code", lambda: None)
    return tmp_path


def copy_helpers(folder):
    """Put a copy of the course's code into a folder."""
    shutil.copytree(ROOT / "helpers", folder / "helpers", ignore=shutil.ignore_patterns("*.npy*"))
    return folder


# --- all is well --------------------------------------------------------------------------


def test_command_finds_this_environment_well():
    result = subprocess.run(
        [sys.executable, "-m", "helpers.doctor"], cwd=ROOT, capture_output=True, text=True
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert f"Python: ok ({sys.version.split()[0]} at {sys.executable})" in result.stdout
    assert "WRONG" not in result.stdout
    assert result.stdout.endswith("The course can run here.\n")


def test_cell_prints_the_same_on_every_computer(roomy, monkeypatch, capsys):
    monkeypatch.setattr(IPython.display, "display", lambda bundle, raw: None)
    folder, name = os.path.split(sys.executable)
    monkeypatch.setattr(sys, "executable", os.path.join(folder, ".", name))
    doctor.examine()
    names = "Python", "Environment", "Packages", "Data", "Extensions", "Memory", "Disk"
    assert capsys.readouterr().out == "".join(f"{name}: ok\n" for name in names)


def test_cell_shows_a_live_widget_and_text_for_pages_without(monkeypatch):
    bundles = []
    monkeypatch.setattr(IPython.display, "display", lambda bundle, raw: bundles.append(bundle))
    doctor.show_widget()
    (bundle,) = bundles
    view = bundle["application/vnd.jupyter.widget-view+json"]
    living = ipywidgets.Widget.get_manager_state()["state"]
    assert "Widgets: ok" in living[view["model_id"]]["state"]["_esm"]
    assert "make lab" in bundle["text/html"] and bundle["text/plain"] in bundle["text/html"]


# --- packages -----------------------------------------------------------------------------


def test_versions_are_held_against_what_the_course_requires(installed):
    installed["numpy"] = "1.26.4"
    problem = problem_of(doctor.check_packages)
    assert "numpy is 1.26.4, and the course needs >=2.0.2,<3" in problem.found
    assert "missing" not in problem.found
    assert f"{doctor.this_python()} {INSTALL}" in problem.fix


def test_all_missing_packages_are_named(installed):
    installed.update(torch=None, ipywidgets=None)
    assert problem_of(doctor.check_packages).found == "missing: ipywidgets, torch."


def test_packages_that_a_package_needs_are_checked_too(installed):
    installed["jupyterlab_widgets"] = "1.1.1"
    assert "widgets is 1.1.1, and ipywidgets needs ~=3." in (
        problem_of(doctor.check_packages).found
    )


def test_the_smaller_build_of_pytorch_is_accepted(installed):
    installed["torch"] = "2.13.0+cpu"
    assert doctor.check_packages()


def test_a_package_for_another_system_is_not_missed(course):
    needs = "['numpy', 'winpty; sys_platform == \"nowhere\"']"
    (course / "pyproject.toml").write_text(f"[project]\ndependencies = {needs}")
    assert doctor.check_packages()


def test_what_an_update_needs_is_missed_before_it_is_installed(course):
    (course / "pyproject.toml").write_text('[project]\ndependencies = ["new-package>=1"]')
    assert problem_of(doctor.check_packages).found == "missing: new-package."


def test_a_copy_in_site_packages_knows_what_it_needs(installed, monkeypatch, tmp_path):
    monkeypatch.setattr(doctor, "ROOT", tmp_path)
    installed["numpy"] = "1.26.4"
    with monkeypatch.context() as patch:
        needs = ["numpy>=2", 'nbgrader; extra == "instructor"']
        patch.setattr(importlib.metadata, "requires", lambda name: needs)
        problem = problem_of(doctor.check_packages)
    assert problem.found == "numpy is 1.26.4, and the course needs >=2."
    assert "Get the course again" in problem.fix


# --- Python and environment ---------------------------------------------------------------


def test_an_old_python_is_mended_before_anything_else(course, monkeypatch, capsys):
    monkeypatch.setattr(doctor, "NEEDED_PYTHON", (99, 5))
    assert doctor.main() == 1
    printed = capsys.readouterr().out
    assert "needs 99.5 or newer" in printed
    assert "Install Python 99.5 or newer from https://www.python.org" in printed
    assert "Not checked yet: Environment, Packages" in printed
    assert "Packages:" not in printed


def test_the_oldest_python_is_that_of_pyproject():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["requires-python"] == f">={doctor.python_version(doctor.NEEDED_PYTHON)}"


def test_a_python_without_the_course_is_found(monkeypatch):
    monkeypatch.setattr(doctor, "installed_code", lambda: None)
    assert f"not installed in {sys.executable}" in problem_of(doctor.check_environment).found


def test_an_egg_info_in_the_folder_is_no_installation(monkeypatch):
    left_over = SimpleNamespace(read_text=lambda name: None)
    monkeypatch.setattr(importlib.metadata, "distributions", lambda name: [left_over])
    assert doctor.installed_from() is None


def test_the_folder_it_was_installed_from_is_read(tmp_path, monkeypatch):
    origin = json.dumps({"url": (tmp_path / "a b ü").as_uri()})
    other = SimpleNamespace(read_text={"direct_url.json": origin}.get)
    monkeypatch.setattr(importlib.metadata, "distributions", lambda name: [other])
    assert doctor.installed_from() == tmp_path / "a b ü"


def test_another_copy_of_the_code_is_found(tmp_path, monkeypatch):
    copy_helpers(tmp_path)
    monkeypatch.setattr(doctor, "installed_code", lambda: tmp_path)
    assert doctor.check_environment() == sys.prefix  # the same, elsewhere
    (tmp_path / "helpers" / "forward.py").write_text(DAMAGED)
    problem = problem_of(doctor.check_environment)
    assert f"another copy of the course installed, in {tmp_path}." in problem.found


@pytest.mark.parametrize("name", ["checks/probe.py", "drawing_pad.js", "mnist/mnist.npz"])
def test_a_copy_that_lacks_a_file_is_another_one(tmp_path, name):
    assert doctor.same_code(copy_helpers(tmp_path), ROOT)
    (tmp_path / "helpers" / name).unlink()
    assert not doctor.same_code(tmp_path, ROOT)


@pytest.mark.parametrize(
    "name", ["numpy.py", "helpers.py", "torch/__init__.py", "random.py", "helpers/__init__.py"]
)
def test_a_file_in_the_place_of_a_module_is_named(tmp_path, monkeypatch, name):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path)
    problem = problem_of(doctor.check_environment)
    assert f"{tmp_path.resolve() / name.split('/')[0]}." in problem.found
    assert "Give it another name" in problem.fix


def test_a_stranger_beside_any_notebook_is_found_from_a_terminal(tmp_path, monkeypatch):
    copy_helpers(tmp_path)
    (tmp_path / "notebooks" / "my_work").mkdir(parents=True)
    for name in ("own.ipynb", "numpy.py"):
        (tmp_path / "notebooks" / "my_work" / name).touch()
    monkeypatch.setattr(doctor, "ROOT", tmp_path)
    assert (
        str(tmp_path / "notebooks/my_work/numpy.py") in problem_of(doctor.check_environment).found
    )


def test_other_files_beside_a_notebook_are_the_students_own(tmp_path, monkeypatch):
    for name in ("my_network.py", "numpy.txt", "notes.md", "test.py", "numpy.ipynb", "02.py"):
        (tmp_path / name).touch()
    (tmp_path / "helpers").mkdir()  # a folder of data is no package
    monkeypatch.chdir(tmp_path)
    assert doctor.check_environment()


def test_a_notebook_of_another_copy_is_found(tmp_path, monkeypatch):
    (tmp_path / "helpers").mkdir()
    (tmp_path / "helpers" / "doctor.py").touch()
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    problem = problem_of(doctor.check_environment)
    assert f"lies in {tmp_path.resolve()}, but runs the course's code in {ROOT}" in problem.found


def test_advice_makes_an_environment_where_there_is_none(course):
    advice = doctor.how_to_install()
    assert "-m venv .venv\n" in advice
    assert f"{doctor.COURSE_PYTHON} {INSTALL}" in advice
    assert "delete" not in advice


def test_advice_leads_to_the_environment_that_is_there(course, monkeypatch):
    own = str(course / doctor.COURSE_PYTHON)
    monkeypatch.setattr(doctor.shutil, "which", {own: own}.get)
    advice = doctor.how_to_install()
    assert f"\n{doctor.COURSE_PYTHON} -m helpers.doctor\n" in advice
    assert "Change Kernel" in advice and "venv .venv" not in advice


def test_advice_finishes_an_installation_in_the_environment(course, monkeypatch):
    monkeypatch.setattr(sys, "prefix", str(course / ".venv"))
    monkeypatch.setattr(sys, "executable", str(course / doctor.COURSE_PYTHON))
    monkeypatch.setattr(doctor.shutil, "which", lambda path: path)
    assert f"\n{doctor.COURSE_PYTHON} {INSTALL}\n" in doctor.how_to_install()


def test_advice_respects_another_environment_with_the_course(course, monkeypatch):
    copy_helpers(course)
    monkeypatch.setattr(doctor, "installed_code", lambda: course)
    monkeypatch.setattr(doctor.shutil, "which", lambda path: path)
    assert f"\n{doctor.this_python()} {INSTALL}\n" in doctor.how_to_install()


def test_advice_removes_the_environment_of_a_moved_folder(course, monkeypatch):
    (course / ".venv").mkdir()
    monkeypatch.setattr(sys, "prefix", str(course / ".venv"))
    monkeypatch.setattr(doctor, "installed_from", lambda: course / "before")
    assert f"delete the folder {course / '.venv'}. " in doctor.how_to_install()


@pytest.fixture
def closed_python(tmp_path, monkeypatch):
    """A course that all may read, whose Python lies in a folder that only its owner may enter."""
    python = tmp_path / "home" / "bin" / "python"
    own = tmp_path / "course" / doctor.COURSE_PYTHON
    for path in (python, own):
        path.parent.mkdir(parents=True)
    python.touch()
    own.symlink_to(python)
    for folder in tmp_path.parents:
        if folder.stat().st_uid == os.getuid():
            folder.chmod(folder.stat().st_mode | 0o111)
    for folder in (tmp_path, *tmp_path.rglob("*/")):
        folder.chmod(0o755)
    (tmp_path / "home").chmod(0o700)
    (tmp_path / "course" / "requirements.txt").touch()
    monkeypatch.setattr(doctor, "ROOT", tmp_path / "course")
    monkeypatch.setattr(sys, "executable", str(own))
    return tmp_path / "home"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_root_is_told_of_a_python_that_others_cannot_start(closed_python, monkeypatch, capsys):
    problem = problem_of(doctor.check_other_users)
    assert f"{closed_python}, which only its owner may enter" in problem.found
    assert not problem.stops_the_course
    fix = problem.fix.split("\n")
    assert fix[1:3] == ["rm -rf .venv", "make .venv/installed PYTHON=/usr/bin/python3"]
    closed_python.chmod(0o755)
    assert doctor.check_other_users()
    # A course in root's own home is for nobody else.
    closed_python.chmod(0o700)
    monkeypatch.setattr(doctor, "ROOT", closed_python / "course")
    assert str(closed_python) in doctor.check_other_users()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such user")
@pytest.mark.parametrize("user, is_asked", [(0, True), (1000, False)])
def test_only_root_installs_for_others(monkeypatch, capsys, user, is_asked):
    monkeypatch.setattr(os, "geteuid", lambda: user)
    monkeypatch.setattr(doctor, "CHECKS", {})
    monkeypatch.setattr(doctor, "check_other_users", lambda: "fine")
    doctor.main()
    assert ("Other users: ok (fine)" in capsys.readouterr().out) == is_asked


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_who_may_not_start_the_courses_python_is_told_whom_to_ask(closed_python, monkeypatch):
    monkeypatch.setattr(doctor, "installed_code", lambda: None)
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != closed_python)
    monkeypatch.setattr(doctor.shutil, "which", lambda path: None)
    monkeypatch.setattr(sys, "executable", "/usr/bin/python3")
    advice = doctor.how_to_install()
    assert f"and you may not enter {closed_python}." in advice
    assert "\nrm -rf .venv\nmake .venv/installed PYTHON=/usr/bin/python3\n" in advice
    assert "-m venv" not in advice


def test_advice_for_conda_uses_conda(course, monkeypatch):
    (course / "miniconda" / "conda-meta").mkdir(parents=True)
    monkeypatch.setattr(sys, "prefix", str(course / "miniconda"))
    assert "\nconda env update -f environment.yml\n" in doctor.how_to_install()


def test_without_pip_advice_names_what_works(course, monkeypatch):
    monkeypatch.setattr(sys, "prefix", str(course / ".venv"))
    monkeypatch.setattr(doctor.importlib.util, "find_spec", lambda name: None)
    advice = doctor.how_to_install()
    assert f"{doctor.this_python()} -m ensurepip\n{doctor.this_python()} {INSTALL}\n" in advice
    monkeypatch.setattr(doctor.shutil, "which", {"uv": "uv"}.get)
    advice = doctor.how_to_install()
    assert f"\nuv pip install -r requirements.txt --python {doctor.this_python()}\n" in advice
    assert "-m pip" not in advice
    advice = doctor.how_to_reinstall("numpy")
    assert f"\nuv pip uninstall -y numpy --python {doctor.this_python()}\n" in advice


def test_a_python_with_spaces_in_its_path_can_be_pasted(monkeypatch):
    monkeypatch.setattr(sys, "executable", os.path.join(os.sep, "my programs", "python"))
    assert doctor.this_python() == f'"{Path(sys.executable)}"'


# --- data, widgets, memory, disk, processor -----------------------------------------------


def test_damaged_data_is_found(tmp_path, monkeypatch):
    (tmp_path / "mnist.npz").write_bytes(b"cut off")
    monkeypatch.setattr(helpers.data, "SHIPPED_FOLDER", tmp_path)
    problem = problem_of(doctor.check_data)
    assert "mnist.npz is damaged: its 7 bytes" in problem.found
    assert problem.fix == "Restore it: get the course again, from where you had it."


def test_missing_data_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr(helpers.data, "SHIPPED_FOLDER", tmp_path)
    assert "mnist.npz is missing" in problem_of(doctor.check_data).found


def test_a_missing_extension_is_installed_anew(tmp_path, monkeypatch):
    manager = tmp_path / "@jupyter-widgets" / "jupyterlab-manager"
    monkeypatch.setattr(jupyter_core.paths, "jupyter_path", lambda name: [str(tmp_path)])
    assert "-m pip uninstall -y jupyterlab_widgets\n" in problem_of(doctor.check_extensions).fix
    manager.mkdir(parents=True)
    (manager / "package.json").touch()
    problem = problem_of(doctor.check_extensions)
    assert "extension anywidget is missing" in problem.found
    assert f"-m pip uninstall -y anywidget\n{doctor.this_python()} {INSTALL}" in problem.fix


def test_little_memory_warns_in_the_cell_and_is_no_error(monkeypatch, capsys):
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=1.9e9))
    monkeypatch.setattr(doctor, "CHECKS", {"Memory": doctor.check_memory})
    monkeypatch.setattr(doctor, "show_widget", lambda: None)
    assert doctor.main() == 0
    doctor.examine()
    command, cell = capsys.readouterr().out.split("The course can run here.\n")
    for printed in (command, cell):
        assert "Memory: warning: 1.9 GB are free, and the course needs 2 GB.\n    Close" in printed


def test_a_full_disk_warns(monkeypatch):
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda path: SimpleNamespace(free=1e8))
    problem = problem_of(doctor.check_disk)
    assert "0.10 GB are free" in problem.found and not problem.stops_the_course


def test_a_single_core_warns(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0}, raising=False)
    problem = problem_of(doctor.check_processor)
    assert problem.found.startswith("1 core, ") and not problem.stops_the_course


def test_blas_is_named_or_said_to_be_unknown(monkeypatch):
    threadpoolctl = pytest.importorskip("threadpoolctl")
    library = {"user_api": "blas", "internal_api": "mkl", "version": "7.5", "num_threads": 3}
    monkeypatch.setattr(threadpoolctl, "threadpool_info", lambda: [library])
    assert doctor.describe_blas().startswith("mkl 7.5") and "threads: 3" in doctor.describe_blas()
    monkeypatch.setattr(threadpoolctl, "threadpool_info", lambda: [{"user_api": "openmp"}])
    assert "does not know" in doctor.describe_blas()


# --- on a broken computer -----------------------------------------------------------------

BLOCK = """
import sys

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {blocked!r}:
            raise {error}

sys.meta_path.insert(0, Blocker())
from helpers import doctor
doctor.examine()
print("Processor:", doctor.check_processor())
"""
MISSING = "ModuleNotFoundError(f'No module named {name!r}', name=name)"


@pytest.mark.parametrize(
    "blocked, error, said",
    [
        (["numpy"], MISSING, "Data: WRONG: not checked, because NumPy cannot be imported."),
        (["numpy"], "OSError('a DLL does not load')", "because NumPy cannot be imported."),
        (["packaging"], MISSING, "Packages: WRONG: packaging is missing"),
        (["psutil"], MISSING, "Memory: WRONG: not checked, because psutil is missing."),
        (["jupyter_core"], MISSING, "Extensions: WRONG: not checked, because JupyterLab"),
        (["IPython", "ipywidgets", "matplotlib"], MISSING, "Widgets: WRONG: they cannot be made"),
    ],
)
def test_what_cannot_be_imported_is_said_and_hides_nothing_else(blocked, error, said):
    result = run_doctor(BLOCK.format(blocked=blocked, error=error))
    assert (result.returncode, result.stderr) == (0, "")
    assert said in result.stdout
    assert "Disk: " in result.stdout and "Processor: " in result.stdout


@pytest.mark.skipif(sys.prefix == sys.base_prefix, reason="the tests run in no environment")
def test_a_python_with_nothing_installed_gets_one_advice():
    code = "from helpers import doctor; print('status', doctor.main())"
    result = run_doctor(code, "-S", PYTHONPATH="", python=sys._base_executable)
    assert (result.returncode, result.stderr) == (0, "")
    assert "Environment: WRONG: the course is not installed" in result.stdout
    assert "status 1" in result.stdout


def test_a_check_that_fails_hides_no_other(capsys):
    def explode():
        raise ValueError("lost\nand a page of text")

    assert doctor.run({"First": explode, "Second": lambda: "fine"}, with_details=True) == 1
    first, fix, second = capsys.readouterr().out.splitlines()
    assert first == "First: WRONG: the check failed: ValueError: lost"
    assert second == "Second: ok (fine)"


def test_the_same_advice_is_given_once(capsys):
    def refuse():
        raise doctor.Problem("broken.", "Do this.\nThen that.\n")

    assert doctor.run({"First": refuse, "Second": refuse}, with_details=False) == 2
    assert capsys.readouterr().out == (
        "First: WRONG: broken.\n    Do this.\n    Then that.\nSecond: WRONG: broken.\n"
        "    As above.\n"
    )


def test_a_terminal_that_lacks_a_letter_is_no_obstacle():
    code = "from helpers import doctor; doctor.run({'Path': lambda: '/home/andr\\xe9'}, True)"
    result = run_doctor(code, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert result.stdout == "Path: ok (/home/andr\\xe9)\n", result.stderr
