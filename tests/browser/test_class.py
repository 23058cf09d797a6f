"""A student's day on the hub, in a browser: log in, a lesson, a control, a check, log out."""

import itertools
import json
import os
import re
import shutil
import tempfile
from pathlib import Path

import pytest
from playwright.sync_api import expect
from test_class_boxes import PASSWORD, missing

from browser import control_checks
from browser.conftest import READY, SETTINGS, WATCH_KERNEL, Lab
from helpers.lab import FIRST_NOTEBOOK

EXERCISE = "notebooks/my_work/02_activations.ipynb"
OWN = "good-enough-77"
ANSWER = """([from, to]) => {
  const panel = window.jupyterapp.shell.currentWidget;
  const cell = panel.content.widgets.find(cell => cell.model.sharedModel.source.includes(from));
  cell.model.sharedModel.setSource(to);
}"""


class ClassLab(Lab):
    """A student's JupyterLab on a running hub, which the hub has started."""

    def __init__(self, url):
        self.url = url
        self._workspaces = itertools.count()


@pytest.fixture
def hub():
    if missing():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(missing())
    from load_test import NOBODY, Hub

    with tempfile.TemporaryDirectory(prefix="class-") as folder:
        hub = Hub(folder, PASSWORD)
        hub.folder = Path(folder)
        home = hub.folder / "students" / "anna"
        settings = home / ".jupyter" / "lab" / "user-settings" / "@jupyterlab"
        for name, values in SETTINGS.items():
            path = settings / f"{name}.jupyterlab-settings"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(values))
        config = home / ".jupyter" / "jupyter_server_config.py"
        config.write_text("c.LabApp.expose_app_in_browser = True\n")
        if os.geteuid() == 0:
            for path in [hub.folder / "students", *(hub.folder / "students").rglob("*")]:
                shutil.chown(path, NOBODY, NOBODY)
        hub.wait()
        yield hub
        alive = hub.stop()
    assert alive == []


def log_in(page, password, class_password):
    """Fill in the login page."""
    page.get_by_label("Username:").fill("anna")
    page.get_by_label("Password:", exact=True).fill(password)
    page.get_by_label("The class's password, at your first login only:").fill(class_password)
    page.get_by_role("button", name="Sign in").click()


def test_a_students_day(hub, page):
    page.goto(hub.url)
    log_in(page, OWN, "not the class's")
    expect(page.locator(".login_error")).to_contain_text("Nobody has logged in as anna so far")
    page.problems.clear()  # the refusal
    log_in(page, OWN, PASSWORD)

    page.wait_for_url(f"**/user/anna/lab/tree/{FIRST_NOTEBOOK}", timeout=180_000)
    page.wait_for_function(READY, timeout=90_000)
    page.evaluate(WATCH_KERNEL)
    lab = ClassLab(f"{hub.url}/user/anna/")
    lab.run_all(page, timeout=300)
    control_checks.first_look(lab, page)
    lab.settle(page)
    lab.shutdown(page)

    lab.open(page, EXERCISE)
    answer = "def relu(z):\n    return np.maximum(0, z)"
    page.evaluate(ANSWER, ["def relu(z):", answer])
    lab.choose(page, "Run", "runmenu:run-all")
    right = page.locator(".jp-OutputArea-output", has_text=re.compile("relu.*right", re.I))
    expect(right.first).to_be_visible(timeout=120_000)
    marks = hub.folder / "students" / "anna" / "notebooks" / "my_work" / "progress.txt"
    assert "right relu" in marks.read_text().splitlines()
    lab.choose(page, "File", "docmanager:save")
    expect(page.locator(".jp-mod-dirty")).to_have_count(0)
    problems = [line for line in page.problems if "kernel: " not in line]
    assert problems == []

    lab.choose(page, "File", "hub:logout")
    page.wait_for_url("**/hub/login*")
    page.goto(f"{hub.url}/user/anna/lab")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    log_in(page, OWN, "")
    page.wait_for_url("**/user/anna/lab*", timeout=180_000)
    lab.open(page, EXERCISE)
    expect(page.locator(".jp-Cell", has_text="return np.maximum(0, z)").first).to_be_visible()
