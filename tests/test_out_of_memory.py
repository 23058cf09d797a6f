"""Memory that is really full: Linux ends a student's kernel, and the others go on."""

import contextlib
import csv
import json
import os
import re
import shlex
import time
from pathlib import Path

import pytest
import test_class_mishaps
import websocket
from test_class_boxes import come_in
from test_class_mishaps import save, saved
from test_grading import NAME, add_code, nbgrader
from test_grading_box import WHY, lay_out

from helpers.box import NOBODY

GROUPS = Path("/sys/fs/cgroup/memory")
# Enters the group of this folder, and goes on as a command.
ENTER = 'echo $$ > "{}/cgroup.procs" && exec "$@"'
EAT = "b'x' * 2_000_000_000"  # below the limits of a box, so that none of them ends it

start_hub = test_class_mishaps.start_hub


@pytest.fixture
def make_group():
    """Make a control group with so much memory, below this program's own. Returns its folder."""
    made = []

    def make(name, size):
        if not GROUPS.is_dir():
            pytest.skip(f"no control groups for memory, of their version 1: there is no {GROUPS}")
        try:
            own = re.search(r":memory:/(.*)$", Path("/proc/self/cgroup").read_text(), re.MULTILINE)
            folder = GROUPS / own[1] / f"{name}-{os.getpid()}"
            folder.mkdir()
            made.append(folder)
            (folder / "memory.limit_in_bytes").write_text(str(size))
            os.chown(folder / "cgroup.procs", NOBODY, NOBODY)
        except OSError as error:
            pytest.skip(f"no control group for memory can be made, which takes root: {error}")
        return folder

    yield make
    for folder in made:
        end = time.monotonic() + 30  # Linux may still be at work on the last process
        while folder.exists() and time.monotonic() < end:
            with contextlib.suppress(OSError):
                folder.rmdir()
        assert not folder.exists()


def killed(folder):
    """How many processes of the group Linux has ended for want of memory."""
    return int(re.search(r"oom_kill (\d+)", (folder / "memory.oom_control").read_text())[1])


def test_linux_ends_a_students_kernel_and_the_class_goes_on(make_group, start_hub, monkeypatch):
    groups = {name: make_group(name, 400 << 20) for name in ("anna", "ben")}
    enter = ENTER.format(str(groups["ben"]).replace("ben", "$JUPYTERHUB_USER"))
    monkeypatch.setenv("CLASS_AROUND", shlex.join(["sh", "-c", enter, "sh"]))
    hub = start_hub()
    anna, ben = come_in(hub, "anna"), come_in(hub, "ben")
    assert save(ben, "before").ok
    anna.run("kept = 'in memory'")
    before = hub.processes()
    ben.run(f"import threading; threading.Timer(0.5, lambda: {EAT}).start()")
    # What the page hears, and JupyterLab tells: the kernel has died and is started again.
    ben.connection.settimeout(5)
    heard, end = set(), time.monotonic() + 60
    while "restarting" not in heard and time.monotonic() < end:
        with contextlib.suppress(websocket.WebSocketTimeoutException):
            heard.add(json.loads(ben.connection.recv())["content"].get("execution_state"))
    assert "restarting" in heard
    assert {name: killed(group) for name, group in groups.items()} == {"anna": 0, "ben": 1}
    assert ben.run("print('a new kernel')") == "a new kernel\n"
    assert saved(hub, ben) == "before" and save(ben, "after").ok
    assert anna.run("print(kept)") == "in memory\n"
    changed = {key for key, process in hub.processes().items() if before.get(key) != process}
    assert changed == {("ben", "kernel")}


@pytest.mark.skipif(bool(WHY), reason=f"hand-ins are not boxed here: {WHY}")
def test_linux_ends_a_hand_in_and_the_next_one_is_graded(make_group, tmp_path):
    lay_out(tmp_path, ["ada", "eve", "zoe"])
    path = tmp_path / "submitted" / "eve" / NAME / f"{NAME}.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    add_code(notebook, EAT)
    path.write_text(json.dumps(notebook), encoding="utf-8")
    group = make_group("grading", 400 << 20)
    around = ["sh", "-c", ENTER.format(group), "sh"]
    assert nbgrader(tmp_path, "autograde", NAME, around=around).returncode == 0
    assert killed(group) == 1
    assert nbgrader(tmp_path, "export", f"--to={tmp_path / 'grades.csv'}").returncode == 0
    with open(tmp_path / "grades.csv", newline="", encoding="utf-8") as file:
        grades = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    assert grades == {"ada": 8, "eve": 0, "zoe": 8}
    look = (tmp_path / "look.csv").read_text(encoding="utf-8")
    assert re.search("eve,.*the code ended the kernel, or the system did", look)
