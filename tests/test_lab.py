"""The command that opens the course: what it decides, says and hands to JupyterLab."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from helpers import lab

LINUX_SCREENS = [{"DISPLAY": ":0"}, {"WAYLAND_DISPLAY": "wayland-0"}]
EDITOR = {"BROWSER": "/opt/editor/open-in-browser.sh"}
SSH = {"SSH_CONNECTION": "192.0.2.7 50022 192.0.2.1 22"}


@pytest.mark.parametrize(
    "environ, platform",
    [(screen, "linux") for screen in LINUX_SCREENS]
    + [({}, "darwin"), ({}, "win32")]
    + [(SSH | {"DISPLAY": "localhost:10.0"}, "linux")]
    + [({"DISPLAY": ":0", "BROWSER": "firefox"}, "linux"), ({"BROWSER": "firefox"}, "darwin")],
)
def test_where_one_sees_a_browser_it_opens(environ, platform):
    assert lab.browser_arguments(environ, platform) == []


@pytest.mark.parametrize(
    "environ, platform",
    [({}, "linux"), ({"DISPLAY": "", "WAYLAND_DISPLAY": "", "BROWSER": ""}, "linux")]
    + [(SSH, platform) for platform in ("linux", "darwin", "win32")],
)
def test_where_nobody_would_see_a_browser_none_opens(environ, platform):
    assert lab.browser_arguments(environ, platform) == ["--no-browser"]


@pytest.mark.parametrize("platform", ["linux", "darwin"])
def test_an_editor_far_away_opens_the_address_itself(platform):
    arguments = lab.browser_arguments(EDITOR | SSH, platform)
    assert arguments == ["--ServerApp.use_redirect_file=False"]


@pytest.mark.parametrize("uid, allowed", [(0, True), (1000, False)])
def test_only_root_is_allowed_to_be_root(monkeypatch, uid, allowed):
    monkeypatch.setattr(os, "geteuid", lambda: uid, raising=False)
    assert ("--allow-root" in lab.lab_arguments()) == allowed


def test_windows_has_no_root(monkeypatch):
    monkeypatch.delattr(os, "geteuid", raising=False)
    assert "--allow-root" not in lab.lab_arguments()


# --- a whole start, with a server that serves nothing --------------------------------------


@pytest.fixture
def start(tmp_path, monkeypatch, capsys):
    """A function that runs the command, and returns its arguments for JupyterLab and its words.

    notebooks/ of a small course and a home lie in `start.folder`.
    """
    from jupyterlab.labapp import LabApp

    course, home = tmp_path / "course", tmp_path / "home"
    exercises = course / "notebooks" / "exercises"
    exercises.mkdir(parents=True)
    home.mkdir()
    (course / lab.FIRST_NOTEBOOK).write_text("a lesson")
    (exercises / "01_data.ipynb").write_text("an exercise")
    monkeypatch.setattr(lab, "ROOT", course)
    monkeypatch.setattr(lab.workspace, "EXERCISES", exercises)
    monkeypatch.setattr(lab.workspace, "MY_WORK", course / "notebooks" / "my_work")
    monkeypatch.chdir(tmp_path)  # undone in the end, though the command goes elsewhere
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER", "SSH_CONNECTION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    seen = SimpleNamespace(home=None)

    def initialize_server(arguments):
        seen.arguments, seen.home, seen.cwd = arguments, os.environ["HOME"], Path.cwd()
        assert Path(seen.home).is_dir()
        return SimpleNamespace(
            open_browser="--no-browser" not in arguments,
            port=8889,
            display_url="http://127.0.0.1:8889/lab?token=secret",
            identity_provider=SimpleNamespace(token_generated=True),
            io_loop=SimpleNamespace(add_callback=lambda f, *args, **kwargs: f(*args, **kwargs)),
            start=lambda: None,
        )

    monkeypatch.setattr(LabApp, "initialize_server", initialize_server)

    def run(*arguments):
        lab.main(list(arguments))
        return seen.arguments, capsys.readouterr().out

    run.folder, run.seen = tmp_path, seen
    return run


def lock(monkeypatch, *folders):
    """Let folders be such that nothing can be written in them; root may write everywhere."""
    can_write, mkdir = lab.can_write, Path.mkdir

    def locked(folder):
        return any(Path(folder).is_relative_to(closed) for closed in folders)

    def refuse(path, *args, **kwargs):
        if locked(path) and not path.exists():
            raise PermissionError(13, "Permission denied", str(path))
        mkdir(path, *args, **kwargs)

    monkeypatch.setattr(lab, "can_write", lambda folder: not locked(folder) and can_write(folder))
    monkeypatch.setattr(Path, "mkdir", refuse)


def test_a_start_copies_the_exercises_and_opens_the_first_notebook(start):
    arguments, words = start()
    course = start.folder / "course"
    assert (course / "notebooks" / "my_work" / "01_data.ipynb").read_text() == "an exercise"
    assert {"--ip=127.0.0.1", f"--ServerApp.root_dir={course}"} <= set(arguments)
    assert f"--LabApp.default_url=/lab/tree/{lab.FIRST_NOTEBOOK}" in arguments
    assert start.seen.cwd == course
    assert start.seen.home == str(start.folder / "home")
    assert "root" not in words and "cannot be saved" not in words


def test_the_address_is_the_last_that_one_reads(start):
    _, words = start()
    block = words.strip().split(lab.LINE)[-2]
    assert "\n    http://127.0.0.1:8889/lab?token=secret\n" in block
    assert "Open this address" in block and "ssh -L 8889:127.0.0.1:8889" in block
    assert words.strip().endswith(lab.LINE)


def test_beside_a_browser_the_address_is_told_too(start, monkeypatch):
    monkeypatch.setenv("DISPLAY", ":0")
    arguments, words = start()
    assert "--no-browser" not in arguments
    assert "opens in your browser" in words and "ssh" not in words
    assert "\n    http://127.0.0.1:8889/lab?token=secret\n" in words


def test_root_reads_that_it_is_root(start, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    arguments, words = start()
    assert "--allow-root" in arguments
    assert [line for line in words.splitlines() if "root" in line] == [lab.ROOT_USER]


def test_what_follows_the_command_goes_to_jupyterlab(start):
    arguments, _ = start("--port=9000", "--ip=0.0.0.0")
    # Jupyter refuses an argument that is there twice.
    assert [argument for argument in arguments if argument.startswith(("--port", "--ip"))] == [
        "--port=9000",
        "--ip=0.0.0.0",
    ]


def test_in_a_course_that_cannot_be_written_the_lessons_open(start, monkeypatch):
    lock(monkeypatch, start.folder / "course")
    _, words = start()
    assert "could not be copied" in words and "http://127.0.0.1:8889" in words
    notebooks = start.folder / "course" / "notebooks"
    assert f"Nothing can be written in {notebooks}.\nThe lessons open and run" in words


def test_work_that_can_no_longer_be_saved_is_announced(start, monkeypatch):
    start()
    my_work = start.folder / "course" / "notebooks" / "my_work"
    lock(monkeypatch, my_work)
    _, words = start()
    assert words.count("kept: ") == 1 and f"Nothing can be written in {my_work}." in words


def test_a_course_without_exercises_opens_all_the_same(start):
    (start.folder / "course" / "notebooks" / "exercises" / "01_data.ipynb").unlink()
    _, words = start()
    assert "There are no exercises" in words and "http://127.0.0.1:8889" in words


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps settings elsewhere")
@pytest.mark.parametrize("kind", ["locked", "missing"])
def test_without_a_home_jupyterlab_gets_one_for_the_time(start, monkeypatch, kind):
    home = start.folder / ("home" if kind == "locked" else "nonexistent")
    monkeypatch.setenv("HOME", str(home))
    if kind == "locked":
        lock(monkeypatch, home)
    registered = []
    monkeypatch.setattr(lab.atexit, "register", lambda *call, **kw: registered.append(call))
    _, words = start()
    stand_in = Path(start.seen.home)
    assert stand_in != home and stand_in.parent == Path(tempfile.gettempdir())
    (function,) = [call for call in registered if call[1] == str(stand_in)]
    function[0](*function[1:], ignore_errors=True)
    assert not stand_in.exists()
    assert f"Nothing can be written in your home folder, {home}." in words
    assert str(stand_in) in words


def test_a_full_disk_is_no_place_to_write(tmp_path, monkeypatch):
    class Full:
        def __enter__(self):
            return self

        def __exit__(self, *error):
            pass

        def write(self, data):
            raise OSError(28, "No space left on device")

    assert lab.can_write(tmp_path)
    assert os.listdir(tmp_path) == []
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda dir: Full())
    assert not lab.can_write(tmp_path)


def test_without_the_course_it_says_so(start):
    (start.folder / "course" / lab.FIRST_NOTEBOOK).unlink()
    with pytest.raises(SystemExit, match=r"There is no .*00_first_look\.ipynb\. Get the whole"):
        start()


def test_without_jupyterlab_it_says_so():
    # -S: no package but those of Python itself.
    command = [sys.executable, "-S", "-m", "helpers.lab"]
    result = subprocess.run(command, cwd=Path(__file__).parent.parent, capture_output=True)
    assert result.returncode == 1 and result.stdout == b""
    assert b"JupyterLab is not installed in" in result.stderr
    assert b"Traceback" not in result.stderr and b"-m helpers.doctor" in result.stderr
