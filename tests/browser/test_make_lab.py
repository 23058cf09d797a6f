"""`make lab` itself, as root and as another user, up to the first notebook in a browser.

The course lies in a copy that the user owns. The environment is the one that runs the tests:
make is told that nothing is to be installed.
"""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import psutil
import pytest

from helpers.lab import FIRST_NOTEBOOK, LINE, ROOT_USER

ROOT = Path(__file__).parents[2]
COURSE = ("Makefile", "requirements.txt", "pyproject.toml", "nbgrader_config.py")
NOBODY = 65534
IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
# Nobody has no folder and no rights here, but may look into every folder: root's environment,
# and root's Python, often lie in a home that is closed to all others.
AS_NOBODY = [
    *("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"),
    *("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"),
]
USERS = {"root": [], "another user": AS_NOBODY} if IS_ROOT else {"this user": []}

pytestmark = [
    pytest.mark.skipif(os.name == "nt", reason="there is no make"),
    pytest.mark.skipif(IS_ROOT and not shutil.which("setpriv"), reason="root cannot be another"),
]


def copy_course(folder):
    """What `make lab` needs, and this environment in place of .venv."""
    folder.mkdir()
    for name in COURSE:
        shutil.copy2(ROOT / name, folder)
    leave_out = shutil.ignore_patterns("my_work", "mnist_images*", ".*", "__pycache__")
    for name in ("helpers", "notebooks"):
        shutil.copytree(ROOT / name, folder / name, ignore=leave_out)
    python = folder / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)


def clean_environment(home):
    """The environment variables of a terminal without a screen, and with nobody's settings."""
    not_ours = r"JUPYTER|JPY_|IPYTHON|XDG_|SSH_|DISPLAY|WAYLAND_DISPLAY|BROWSER|MAKE|MFLAGS"
    environ = {key: value for key, value in os.environ.items() if not re.match(not_ours, key)}
    if sys.platform == "darwin":  # where there is a screen, unless one comes over ssh
        environ["SSH_CONNECTION"] = "127.0.0.1 50022 127.0.0.1 22"
    return environ | {"HOME": str(home)}


@pytest.fixture(params=USERS)
def lab(request):
    """A running `make lab`: its user, process, log and course. Port 8888 is taken."""
    # Not in pytest's folders, which only their owner may enter.
    with tempfile.TemporaryDirectory() as folder, contextlib.closing(socket.socket()) as other:
        with contextlib.suppress(OSError):  # taken already
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            other.bind(("127.0.0.1", 8888))
            other.listen()
        folder = Path(folder)
        folder.chmod(0o755)
        copy_course(folder / "course")
        (folder / "home").mkdir()
        prefix = USERS[request.param]
        if prefix:
            subprocess.run(["chown", "-R", str(NOBODY), str(folder)], check=True)
        # A keyboard. Without one JupyterLab does not handle Ctrl-C itself, and Python may lose the
        # exception that it then raises.
        keys, keyboard = os.openpty()
        with (folder / "log").open("w") as log, os.fdopen(keys, "w"), os.fdopen(keyboard) as stdin:
            process = subprocess.Popen(
                [*prefix, "make", "lab", "-o", ".venv/installed"],
                cwd=folder / "course",
                env=clean_environment(folder / "home"),
                stdin=stdin,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            yield SimpleNamespace(user=request.param, process=process, folder=folder)
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def wait_for(condition, what, timeout=60):
    """Wait until a function returns something, and return it."""
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.1)
    pytest.fail(f"{what} did not come in {timeout} s")


def words(lab):
    """All that it has printed so far."""
    return (lab.folder / "log").read_text()


def block(lab):
    """What stands between the two lines, when both are there."""
    if words(lab).count(LINE) == 2:
        return words(lab).split(LINE)[1]
    assert lab.process.poll() is None, words(lab)
    return None


def processes(lab):
    """make, JupyterLab and the kernel."""
    make = psutil.Process(lab.process.pid)
    return [make, *make.children(recursive=True)]


LOCAL = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def kernel_is_ready(server, token):
    """Whether there is a kernel that waits for work."""
    try:
        with LOCAL.open(f"{server}/api/kernels?{token}", timeout=20) as answer:
            return [kernel["execution_state"] for kernel in json.load(answer)] == ["idle"]
    except urllib.error.HTTPError:  # while the kernel starts
        return False


def ask(address):
    """What the server answers to somebody without the token: a status, and the page's path."""
    try:
        with LOCAL.open(address, timeout=20) as answer:
            return answer.status, urlsplit(answer.url).path
    except urllib.error.HTTPError as refusal:
        return refusal.code, urlsplit(refusal.url).path


def test_make_lab_opens_the_first_notebook_for_its_user_alone(lab, page):
    text = wait_for(lambda: block(lab), "the address")
    (address,) = re.findall(r"^    (http://\S+)$", text, re.MULTILINE)
    parts = urlsplit(address)
    assert (parts.hostname, parts.path) == ("127.0.0.1", f"/lab/tree/{FIRST_NOTEBOOK}")
    assert parts.port != 8888
    assert re.fullmatch("token=[0-9a-f]{48}", parts.query)

    assert (ROOT_USER in words(lab)) == (lab.user == "root")
    assert words(lab).rstrip().endswith(LINE)
    assert not re.search("Traceback|browser found", words(lab))

    page.goto(address)
    lesson = page.locator(".jp-Notebook:visible")
    lesson.get_by_role("heading", name="0 · Draw a digit, then read the whole program").wait_for()
    server = f"http://127.0.0.1:{parts.port}"
    wait_for(lambda: kernel_is_ready(server, parts.query), "the kernel")
    assert page.problems == []

    assert (lab.folder / "course" / "notebooks" / "my_work" / "01_data.ipynb").is_file()
    running = processes(lab)
    user = NOBODY if lab.user == "another user" else os.geteuid()
    assert {process.uids().effective for process in running} == {user}

    listening = {
        connection.laddr.ip
        for process in running
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}
    assert ask(f"{server}/api/contents") == (403, "/api/contents")
    assert ask(f"{server}/files/{FIRST_NOTEBOOK}") == (200, "/login")

    page.goto("about:blank")
    os.killpg(lab.process.pid, signal.SIGINT)  # as Ctrl-C in a terminal
    wait_for(lambda: "Shut down this Jupyter server" in words(lab), "the question")
    os.killpg(lab.process.pid, signal.SIGINT)
    wait_for(lambda: lab.process.poll() is not None, "the end")
    assert psutil.wait_procs(running, timeout=10)[1] == []  # those that are still alive
    with pytest.raises(urllib.error.URLError, match="refused"):
        ask(server)
