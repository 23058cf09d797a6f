"""What may happen to a running class: a full disk, a hub that is killed, a clock set back."""

import errno
import glob
import json
import os
import signal
import tempfile
import time
from email.utils import parsedate_to_datetime
from pathlib import Path

import psutil
import pytest
import requests
from test_class_boxes import PASSWORD, come_in, login, missing, outcome, own_form

SMALL = 60 << 20  # bytes of a disk that is soon full
NOTEBOOK = "notebooks/my_work/01_data.ipynb"


@pytest.fixture
def start_hub(request):
    """Start a hub in a folder; the same one after a first hub is gone."""
    if missing():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(missing())
    from load_test import Hub

    with tempfile.TemporaryDirectory(prefix="class-") as folder:
        hubs = []

        def start(around=()):
            url = hubs[-1].url if hubs else None
            around = [part.format(folder) for part in around]
            # JupyterHub gives its proxy ten seconds, which a busy computer may take for other work.
            for is_last in (False, True):
                hubs.append(Hub(folder, PASSWORD, url=url, around=around))
                hubs[-1].folder = Path(folder)
                try:
                    hubs[-1].wait()
                    return hubs[-1]
                except RuntimeError:
                    if is_last:
                        raise

        yield start
        alive = [process for hub in hubs for process in hub.stop()]
    assert alive == []


def save(student, text):
    """Save a notebook with one cell, as JupyterLab does. Returns the server's answer."""
    cell = {"cell_type": "markdown", "id": "cell", "metadata": {}, "source": text}
    content = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    token = student.web.cookies.get("_xsrf", path=f"/user/{student.name}/")
    return student.web.put(
        f"{student.server}/api/contents/{NOTEBOOK}",
        json={"type": "notebook", "format": "json", "content": content},
        headers={"X-XSRFToken": token},
        timeout=60,
    )


def saved(hub, student):
    """What that cell holds on the disk, which may be one that only the hub sees."""
    root = Path("/proc", str(hub.processes()[student.name, "server"].pid), "root")
    home = root.joinpath(*(hub.folder / "students" / student.name).parts[1:])
    return "".join(json.loads((home / NOTEBOOK).read_text())["cells"][0]["source"])


# A small disk in the place of the hub's folder, whose files a command finds in /mnt.
SMALL_DISK = ["bwrap", "--die-with-parent", "--dev-bind", "/", "/", "--bind", "{0}", "/mnt"]
SMALL_DISK += ["--size", str(SMALL), "--tmpfs", "{0}", "--chdir", "{0}", "--"]
FILL = """
file = open("large", "wb", buffering=0)
for size in (1 << 16, 1):
    try:
        while True:
            file.write(bytes(size))
    except OSError as error:
        got = error.errno
"""


def test_on_a_full_disk_everybody_is_told_and_nothing_is_lost(start_hub):
    from load_test import FILL_DISK, LOAD

    hub = start_hub(SMALL_DISK)
    ben, anna = come_in(hub, "ben"), come_in(hub, "anna")
    ben.run(LOAD)
    assert save(ben, "first").ok
    assert outcome(anna, FILL) == errno.ENOSPC

    answer = save(ben, "second" * 1000)
    assert answer.status_code == 500
    assert "disk is full" in answer.json()["message"]
    assert saved(hub, ben) == "first"
    write = FILL_DISK.replace("resource.setrlimit", "# ")
    assert "could not be written to weights.npz ([Errno 28] No space left" in ben.run(write)
    assert "weights.npz" not in ben.run("import os; print(os.listdir())")
    assert "disk of its computer is full" in login(hub, "carl", "good-enough-77", PASSWORD)
    assert "carl cannot be admitted: database or disk is full" in hub.log.read_text()
    # The hub cannot write down that it stops a server, and does so when it can.
    user = f"{hub.url}/hub/api/users/ben"
    ben.request("DELETE", f"{user}/server", headers=own_form(ben))
    assert ben.request("GET", user).json()["servers"][""]["pending"] == "stop"

    anna.run("import os; file.close(); os.unlink('large')")
    deadline = time.monotonic() + 60
    while ben.request("GET", user).json()["servers"]:
        assert time.monotonic() < deadline, "ben's server is gone, and yet listed"
        time.sleep(0.5)
    ben.request("POST", f"{user}/server", headers=own_form(ben))
    ben.wait()
    assert save(ben, "second").ok
    assert saved(hub, ben) == "second"
    assert login(hub, "carl", "good-enough-77", PASSWORD) == ""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_on_a_full_disk_the_hub_stops_in_good_order(start_hub, number):
    # What is on the small disk outlasts it, but for the file that filled it.
    keep = '"$@"; rm students/anna/large; cp -a . /mnt'
    hub = start_hub([*SMALL_DISK, "sh", "-c", keep, "sh"])
    ben, anna = come_in(hub, "ben"), come_in(hub, "anna")
    assert save(ben, "before").ok
    assert outcome(anna, FILL) == errno.ENOSPC
    family = hub.family()
    hub.send_signal(number)
    assert psutil.wait_procs(family, timeout=60)[1] == []

    hub = start_hub()
    for student in (ben, anna):
        assert student.web.get(f"{student.server}/api/kernels", timeout=60).status_code == 424
        student.request("GET", f"{hub.url}/hub/spawn")
        student.wait()
    assert saved(hub, ben) == "before"
    assert save(ben, "after").ok
    assert login(hub, "ben", ben.password) == ""


def test_a_hub_that_is_killed_and_started_again_finds_all_that_was_saved(start_hub):
    hub = start_hub()
    ben = come_in(hub, "ben")
    assert save(ben, "before").ok
    kernel = hub.processes()["ben", "kernel"]
    boxes = [process for process in hub.family() if "bwrap" in process.name()]
    hub.send_signal(signal.SIGKILL)
    # Nothing of it goes on: a second server in the same home would meet the first.
    assert psutil.wait_procs([kernel, *boxes], timeout=60)[1] == []

    hub = start_hub()
    # Ben's browser still is his. JupyterLab hears that the server is gone, and offers to start it.
    answer = ben.web.get(f"{ben.server}/api/kernels", timeout=60)
    assert answer.status_code == 424
    assert "no longer running" in answer.text
    ben.request("GET", f"{hub.url}/hub/spawn")
    ben.wait()
    assert saved(hub, ben) == "before"
    assert save(ben, "after").ok
    # His password is the same one, and still no other opens his server.
    assert login(hub, "ben", ben.password) == ""
    assert "Invalid" in login(hub, "ben", "good-enough-77", PASSWORD)


def test_a_kernel_killed_for_memory_is_started_again(start_hub):
    hub = start_hub()
    ben = come_in(hub, "ben")
    assert save(ben, "before").ok
    before = hub.processes()["ben", "kernel"]
    before.send_signal(signal.SIGKILL)
    url = f"{ben.server}/api/kernels/{ben.kernel}"
    states = set()
    while hub.processes().get(("ben", "kernel")) in (None, before):
        states.add(ben.request("GET", url).json()["execution_state"])
    assert states & {"restarting", "dead", "starting"}
    assert ben.run("print('a new kernel')") == "a new kernel\n"
    assert saved(hub, ben) == "before"


@pytest.mark.parametrize("days", [1, 400])
def test_a_clock_set_back_throws_nobody_out(start_hub, days):
    libraries = glob.glob("/usr/lib/*/faketime/libfaketime.so.1")
    if not libraries:
        missing = "faketime is missing: apt-get install faketime"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(missing)
    fake = [f"LD_PRELOAD={libraries[0]}", "FAKETIME_TIMESTAMP_FILE={0}/clock"]
    fake += ["FAKETIME_NO_CACHE=1", "FAKETIME_DONT_FAKE_MONOTONIC=1"]
    hub = start_hub(["env", *fake])
    ben = come_in(hub, "ben")
    (hub.folder / "clock").write_text(f"-{days}d")
    answer = requests.get(f"{hub.url}/hub/health", timeout=60)
    hours = (time.time() - parsedate_to_datetime(answer.headers["Date"]).timestamp()) / 3600
    assert round(hours) == 24 * days
    assert save(ben, "later, or earlier").ok
    assert ben.run("print(1)") == "1\n"
    assert ben.request("GET", f"{hub.url}/hub/home").url.endswith("/hub/home")
    assert login(hub, "ben", ben.password) == ""
    assert login(hub, "carl", "good-enough-77", PASSWORD) == ""
