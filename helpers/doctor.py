"""What is wrong with this computer's set-up, and how to mend it: `python -m helpers.doctor`.

Lesson 1 runs the same checks with `examine`. They must run on a broken computer too, so
whatever is not in Python's standard library is imported inside the check that needs it.
"""

import filecmp
import importlib.metadata
import importlib.util
import json
import os
import platform
import shutil
import subprocess
import sys
from importlib.machinery import PathFinder
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit
from urllib.request import url2pathname

# The folder that holds this very `helpers`: the course's, or one of installed packages.
ROOT = Path(__file__).resolve().parent.parent
NEEDED_PYTHON = (3, 11)  # as pyproject.toml says
# As one types them in ROOT.
COURSE_PYTHON = os.path.join(".venv", "Scripts" if os.name == "nt" else "bin", "python")
INSTALL = "install -r requirements.txt"

FREE_MEMORY = 2e9  # bytes, as the README says
FREE_DISK = 0.2e9  # bytes; after the installation only notebooks are written
# What JupyterLab loads into the page, and the package that brings it.
EXTENSIONS = {
    "@jupyter-widgets/jupyterlab-manager": "jupyterlab_widgets",
    "anywidget": "anywidget",
}

# Shown in place of the widget, also by a page that has no kernel.
NO_WIDGET = (
    "Widgets: none on this page. To see them, open this notebook in JupyterLab and run this cell. "
    "If you have done so and still read this, your JupyterLab cannot show widgets: close it. Then, "
    "in the folder of the course, start it with: make lab. "
    r"On Windows with: .venv\Scripts\python -m helpers.lab"
)


class Problem(Exception):
    """Something that a check found.

    Parameters
    ----------
    found : str
    fix : str
        What to do about it.
    stops_the_course : bool
        False if all lessons may still run.
    """

    def __init__(self, found, fix, stops_the_course=True):
        super().__init__(found)
        self.found, self.fix, self.stops_the_course = found, fix, stops_the_course


# --- the checks: each returns what it found, or raises Problem ----------------------------


def check_python():
    """Python is as new as pyproject.toml asks."""
    if sys.version_info < NEEDED_PYTHON:
        raise Problem(
            f"this is Python {platform.python_version()}, and the course needs "
            f"{python_version(NEEDED_PYTHON)} or newer.",
            how_to_install(),
        )
    return f"{platform.python_version()} at {sys.executable}"


def check_environment():
    """Every notebook gets the course's own code, and no other module in place of one."""
    source = installed_code()
    encoding = sys.getfilesystemencoding()
    if source is None and encoding != "utf-8" and not str(ROOT).isascii():
        raise Problem(
            f"Python reads names of folders as {encoding} here, and does not find {ROOT}.",
            "Type this, and start again in the same terminal:\nexport PYTHONUTF8=1",
        )
    if source is None:
        raise Problem(f"the course is not installed in {sys.executable}.", how_to_install())
    if not same_code(source, ROOT):
        raise Problem(
            f"{sys.executable} has another copy of the course installed, in {source}.",
            how_to_install(),
        )
    here = Path.cwd().resolve()
    for folder in (here, *here.parents):
        if (folder / "helpers" / "doctor.py").is_file() and not same_code(folder, ROOT):
            raise Problem(
                f"this notebook lies in {folder}, but runs the course's code in {ROOT}.",
                f"Open the notebook in {ROOT}, or install the copy in {folder} as its README says.",
            )
    folders = {here} | {path.parent for path in ROOT.glob("notebooks/**/*.ipynb")}
    if strangers := [file for folder in folders - {ROOT} for file in find_strangers(folder)]:
        raise Problem(
            "a notebook beside it imports this in place of the module that is meant: "
            f"{', '.join(map(str, sorted(strangers)))}.",
            "Give it another name or move it elsewhere, and restart the kernels of open notebooks.",
        )
    return sys.prefix


def check_packages():
    """All packages of pyproject.toml are there, with all that they need themselves."""
    lines = needed_packages()
    try:
        from packaging.requirements import Requirement
    except ImportError:
        raise Problem(
            "packaging is missing, and without it no version can be checked.", how_to_install()
        ) from None

    missing, wrong, seen = set(), set(), set()
    # Grows while the loop runs: each package adds what it needs.
    to_check = [(line, "the course") for line in lines]
    for line, wanted_by in to_check:
        wanted = Requirement(line)
        if wanted.marker and not wanted.marker.evaluate({"extra": ""}):
            continue
        try:
            package = importlib.metadata.distribution(wanted.name)
        except importlib.metadata.PackageNotFoundError:
            missing.add(wanted.name)
            continue
        if not wanted.specifier.contains(package.version, prereleases=True):
            versions = ",".join(sorted(map(str, wanted.specifier), reverse=True))
            wrong.add(f"{wanted.name} is {package.version}, and {wanted_by} needs {versions}")
        if wanted.name not in seen:
            seen.add(wanted.name)
            to_check += [(needed, wanted.name) for needed in package.requires or []]
    if missing:
        wrong.add(f"missing: {', '.join(sorted(missing))}")
    if wrong:
        raise Problem("; ".join(sorted(wrong)) + ".", how_to_install())
    return "all that the course needs"


def check_data():
    """The shipped data is there and has its SHA-256, and the trained weights are whole."""
    try:
        import numpy  # noqa: F401
    except Exception:  # a damaged NumPy raises many kinds, with a page of text
        raise Problem(
            "not checked, because NumPy cannot be imported.", how_to_reinstall("numpy")
        ) from None
    from helpers.data import load_mnist_bytes
    from helpers.trained_network import load_trained_network

    try:
        load_mnist_bytes()
        load_trained_network()
    except (ValueError, OSError) as error:
        found, _, fix = str(error).partition(" Restore ")
        fix = f"Restore {fix}" if fix else "See that you may read the file."
        raise Problem(found, fix) from error
    return "SHA-256 as expected"


def check_extensions():
    """The parts of the widgets that JupyterLab loads are there."""
    try:
        from jupyter_core.paths import jupyter_path
    except ImportError:
        raise Problem("not checked, because JupyterLab is missing.", how_to_install()) from None
    for extension, package in EXTENSIONS.items():
        folders = [Path(folder) / extension for folder in jupyter_path("labextensions")]
        if not any((folder / "package.json").is_file() for folder in folders):
            raise Problem(
                f"JupyterLab's extension {extension} is missing.", how_to_reinstall(package)
            )
    return "those of ipywidgets and anywidget"


def check_memory():
    """There is free memory for all lessons."""
    try:
        import psutil
    except ImportError:
        raise Problem("not checked, because psutil is missing.", how_to_install()) from None
    free = psutil.virtual_memory().available
    if free < FREE_MEMORY:
        raise Problem(
            f"{free / 1e9:.1f} GB are free, and the course needs {FREE_MEMORY / 1e9:g} GB.",
            "Close other programs and browser tabs. In JupyterLab choose Kernel > Shut Down All "
            "Kernels after each lesson.",
            stops_the_course=False,
        )
    return f"{free / 1e9:.1f} GB free"


def check_disk():
    """There is room to save notebooks."""
    free = shutil.disk_usage(ROOT).free
    if free < FREE_DISK:
        raise Problem(
            f"{free / 1e9:.2f} GB are free in {ROOT}; JupyterLab may fail to save your work.",
            "Delete what you do not need, and empty the bin.",
            stops_the_course=False,
        )
    return f"{free / 1e9:.0f} GB free"


def check_processor():
    """More than one core; which library multiplies NumPy's matrices."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    found = f"{cores} core{'s' if cores > 1 else ''}, {describe_blas()}"
    if cores == 1:
        raise Problem(
            found,
            "Nothing is broken. Training takes longer here than the lessons say.",
            stops_the_course=False,
        )
    return found


def check_other_users():
    """The Python of a course that root has installed for all can be started by all."""

    def others_may_enter(folder):
        return folder.stat().st_mode & 0o001

    if closed := closed_folder(ROOT / COURSE_PYTHON, others_may_enter):
        return f"none: the course lies in {closed}, which only its owner may enter"
    python = Path(sys.executable).resolve()
    if closed := closed_folder(python, others_may_enter):
        raise Problem(
            f"none can start this Python: it is {python}, in {closed}, which only its owner may "
            "enter.",
            "Nothing is wrong if only root works here. For a class, use the system's Python. "
            + take_systems_python(),
            stops_the_course=False,
        )
    return "they can start this Python"


# What these two find explains whatever the others would find, and is mended first.
FOUNDATIONS = ("Python", "Environment")
CHECKS = {
    "Python": check_python,
    "Environment": check_environment,
    "Packages": check_packages,
    "Data": check_data,
    "Extensions": check_extensions,
    "Memory": check_memory,
    "Disk": check_disk,
}


# --- what the checks share ----------------------------------------------------------------


def needed_packages():
    """What pyproject.toml requires, as in a requirements file."""
    import tomllib  # Python 3.10 has none

    try:
        text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    except FileNotFoundError:  # installed as a package, which remembers it
        return importlib.metadata.requires("digits-from-scratch")
    return tomllib.loads(text)["project"]["dependencies"]


def installed_code():
    """The folder from which a notebook anywhere gets `helpers`, or None."""
    # Asked in another process, in a folder that has no `helpers` itself.
    code = (
        "import importlib.util, os, sys; spec = importlib.util.find_spec('helpers'); "
        "sys.stdout.buffer.write(os.fsencode(spec.origin if spec and spec.origin else ''))"
    )
    try:
        found = subprocess.run(
            [sys.executable, "-c", code], cwd=sys.prefix, capture_output=True
        ).stdout
    except OSError:
        return None
    return Path(os.fsdecode(found)).resolve().parent.parent if found else None


def installed_from():
    """The folder that was given to pip to install the course from, or None."""
    for package in importlib.metadata.distributions(name="digits-from-scratch"):
        # ROOT itself holds an egg-info, which is no installation and has no such file.
        origin = package.read_text("direct_url.json")
        if origin:
            path = urlsplit(json.loads(origin)["url"]).path
            # As bytes, because the system's own encoding may know fewer letters than the path has.
            folder = Path(
                url2pathname(path) if os.name == "nt" else os.fsdecode(unquote_to_bytes(path))
            )
            return ROOT if folder.exists() and folder.samefile(ROOT) else folder
    return None


def same_code(folder, other):
    """Whether two folders hold the same `helpers`, be they one folder or copies."""
    folder, other = folder / "helpers", other / "helpers"
    if folder.samefile(other):
        return True
    kinds = {".py", ".js", ".npz"}
    files = [path.relative_to(other) for path in other.rglob("*") if path.suffix in kinds]
    return filecmp.cmpfiles(folder, other, files, shallow=False)[0] == files


def find_strangers(folder):
    """Files in a folder that a notebook there would import in place of a module."""
    elsewhere = [path for path in sys.path if path and Path(path).resolve() not in (folder, ROOT)]
    for path in folder.iterdir():
        name = path.name.split(".")[0]
        is_module = path.suffix in {".py", ".pyd", ".so"} or (path / "__init__.py").is_file()
        # Nothing imports Python's own module test.
        if (
            is_module
            and name != "test"
            and (name == "helpers" or PathFinder.find_spec(name, elsewhere))
        ):
            yield path


def closed_folder(path, may_enter):
    """The topmost folder above a path that one may not enter, or None."""
    return next((folder for folder in reversed(path.parents) if not may_enter(folder)), None)


def take_systems_python():
    """Advice to make the environment anew with the Python that all users of a computer share."""
    return (
        in_terminal(
            "rm -rf .venv",
            "make .venv/installed PYTHON=/usr/bin/python3",
            f"{COURSE_PYTHON} -m pip install -r deploy/requirements.txt -c constraints.txt",
        ).rstrip()
        + "\nThe last line is for a class's hub."
    )


def python_version(numbers):
    """Such as 3.11."""
    return ".".join(map(str, numbers))


def this_python():
    """The running Python, as one types it in ROOT."""
    python = Path(sys.executable)
    try:
        python = python.relative_to(ROOT)
    except ValueError:
        pass
    return f'"{python}"' if " " in str(python) else str(python)


def pip(words):
    """Advice to run pip in this Python. Environments that uv makes have none."""
    if importlib.util.find_spec("pip"):
        return f"{this_python()} -m pip {words}"
    if shutil.which("uv"):
        return f"uv pip {words} --python {this_python()}"
    return f"{this_python()} -m ensurepip\n{this_python()} -m pip {words}"


def in_terminal(*commands):
    """Advice to type commands."""
    return "\n".join([f"In a terminal, in the folder {ROOT}:", *commands, ""])


def how_to_install():
    """Advice that brings Python and all packages to where the lessons find them."""
    if not (ROOT / "requirements.txt").is_file():
        return (
            f"{ROOT} is not the folder of the course, but holds a copy of its code. Get the course "
            "again, from where you had it, and follow its README."
        )
    environment, own = Path(sys.prefix), ROOT / ".venv"
    has_own = shutil.which(str(ROOT / COURSE_PYTHON)) and environment.resolve() != own.resolve()
    too_old = sys.version_info < NEEDED_PYTHON
    source = installed_code()
    installed = source is not None and same_code(source, ROOT) and not too_old
    start = f"{COURSE_PYTHON} -m helpers.lab"

    if not installed and has_own:
        return (
            "The course has its own Python. "
            + in_terminal(f"{COURSE_PYTHON} -m helpers.doctor", start)
            + "The first line checks it, the second opens the course. If JupyterLab runs so, "
            "choose Kernel > Change Kernel > Python 3 (ipykernel)."
        )
    python = (ROOT / COURSE_PYTHON).resolve()
    closed = closed_folder(python, lambda folder: not folder.exists() or os.access(folder, os.X_OK))
    if not installed and closed and own.is_dir():
        return (
            f"The course's own Python is {python}, and you may not enter {closed}. Ask whoever "
            "installed the course to use the system's. " + take_systems_python()
        )
    if not installed and (environment / "conda-meta").is_dir():
        return in_terminal(
            "conda env update -f environment.yml",
            "conda activate digits-from-scratch",
            "python -m helpers.lab",
        )
    # In a folder that was moved, the environment's commands still name the old place.
    moved = installed_from() not in (None, ROOT) and environment.resolve() == own.resolve()
    if too_old or moved or (source is None and sys.prefix == sys.base_prefix):
        advice, new = "", "py" if os.name == "nt" else "python3"
        if too_old:
            version = python_version(NEEDED_PYTHON)
            new = f"py -{version}" if os.name == "nt" else f"python{version}"
            advice = f"Install Python {version} or newer from https://www.python.org. "
        if own.is_dir():
            advice += f"Close JupyterLab, and delete the folder {own}. "
        return advice + in_terminal(
            f"{new} -m venv .venv", f"{COURSE_PYTHON} -m pip {INSTALL}", start
        )
    return in_terminal(pip(INSTALL)) + "Then restart the kernels of open notebooks."


def how_to_reinstall(package):
    """Advice for a package that is there, but damaged."""
    try:
        importlib.metadata.distribution(package)
    except importlib.metadata.PackageNotFoundError:
        return how_to_install()
    # pip installs a package anew only where it finds none.
    install = pip(INSTALL) if (ROOT / "requirements.txt").is_file() else pip(f"install {package}")
    return in_terminal(pip(f"uninstall -y {package}"), install) + "Then start JupyterLab again."


def describe_blas():
    """The library behind NumPy's matrix products, with its threads."""
    try:
        import numpy  # noqa: F401  (threadpoolctl sees only what is loaded)
        import threadpoolctl
    except Exception:
        return "BLAS unknown"
    blas = [lib for lib in threadpoolctl.threadpool_info() if lib["user_api"] == "blas"]
    if not blas:
        return "a BLAS that threadpoolctl does not know"  # such as macOS's own
    name, version = blas[0]["internal_api"], blas[0]["version"]
    return f"{name} {version} for {blas[0].get('architecture')}, threads: {blas[0]['num_threads']}"


def first_line(error):
    """The first line of what an error says."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


# --- what one sees ------------------------------------------------------------------------


def run(checks, with_details):
    """Run checks, and print a line for each, with the fix beneath where something is wrong.

    Parameters
    ----------
    checks : dict of str to callable
    with_details : bool
        Whether to print what was found where all is well. It differs between computers.

    Returns
    -------
    int
        How many found something that stops the course.
    """
    if hasattr(sys.stdout, "reconfigure"):
        # A terminal that cannot show a letter of a path shall not stop the doctor.
        sys.stdout.reconfigure(errors="backslashreplace")
    num_wrong, last_fix = 0, None
    names = list(checks)
    for name, check in checks.items():
        try:
            found = check()
        except Problem as problem:
            mark, fix = "WRONG" if problem.stops_the_course else "warning", problem.fix
            found = problem.found
        except Exception as error:
            # No check may hide the others.
            mark, found = "WRONG", f"the check failed: {type(error).__name__}: {first_line(error)}"
            fix = "Mend what is wrong above, and run the checks again."
        else:
            print(f"{name}: ok ({found})" if with_details else f"{name}: ok")
            continue
        print(f"{name}: {mark}: {found}")
        print("    " + (fix if fix != last_fix else "As above.").strip().replace("\n", "\n    "))
        last_fix = fix
        num_wrong += mark == "WRONG"
        if name in FOUNDATIONS:
            others = names[names.index(name) + 1 :]
            print(f"Mend this first. Not checked yet: {', '.join(others)}.")
            break
    return num_wrong


def examine():
    """Check this computer from a notebook: what is printed, and whether a widget appears."""
    run(CHECKS, with_details=False)
    try:
        show_widget()
    except Exception as error:
        print(f"Widgets: WRONG: they cannot be made here: {first_line(error)}")
        print("    " + "Mend what is wrong above, and restart the kernel.")


def show_widget():
    """Display a line that only a widget can draw, and beneath it what to do without."""
    import anywidget
    from IPython.display import display

    # An anywidget needs ipywidgets' extension too, so one line tests both.
    class Line(anywidget.AnyWidget):
        _esm = """export default { render({ el }) {
            el.textContent = "Widgets: ok. A widget drew this line.";
        } };"""

    view = {"version_major": 2, "version_minor": 0, "model_id": Line().model_id}
    display(
        {
            "application/vnd.jupyter.widget-view+json": view,
            "text/html": f"<p>{NO_WIDGET}</p>",
            "text/plain": NO_WIDGET,
        },
        raw=True,
    )


def main():
    """Check this computer from a terminal.

    Returns
    -------
    int
        0 if the course can run, 1 if not: the command's exit status.
    """
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    others = {"Other users": check_other_users} if is_root else {}
    num_wrong = run({**CHECKS, **others, "Processor": check_processor}, with_details=True)
    print("The course can run here." if num_wrong == 0 else f"To mend: {num_wrong}.")
    return int(num_wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
