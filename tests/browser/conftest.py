"""A real browser, and a real JupyterLab on a copy of the course, for the tests beside this file."""

import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import nbformat
import pytest
from filelock import FileLock

from helpers.workspace import copy_new

try:
    from playwright.sync_api import TimeoutError as PlaywrightTimeout
    from playwright.sync_api import sync_playwright
except ImportError:
    sync_playwright = None

ROOT = Path(__file__).parents[2]
NOTEBOOKS = ROOT / "notebooks"
sys.path.append(str(ROOT / "site" / "controls"))
import record  # noqa: E402

# No sandbox: CI runs as root. No host but this one can be found, so nothing leaves the machine.
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


# --- the browser --------------------------------------------------------------------------


def find_chromium():
    """The path of a Chromium or Chrome on this machine, or None."""
    names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"]
    places = [
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        r"C:\Program Files\Google\Chrome\Application\chrome.exe",
        r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    ]
    candidates = [os.environ.get("CHROMIUM"), *map(shutil.which, names), *places]
    return next((path for path in candidates if path and Path(path).is_file()), None)


# Playwright leaves an event loop running in this thread for as long as it is open, and the
# tests that run notebooks need one of their own. So it closes at the end of each file.
@pytest.fixture(scope="module")
def browser():
    """Chromium. Where there is none, the test skips; on CI (variable CI set) it fails."""
    chromium = find_chromium()
    missing = None
    if sync_playwright is None:
        install = 'python -m pip install -e ".[instructor]" -c constraints.txt'
        missing = f"Playwright is missing. Run: {install}"
    elif chromium is None:
        missing = (
            "No Chromium or Chrome found. Install one (on Debian: apt-get install chromium), "
            "or set the environment variable CHROMIUM to its path."
        )
    if missing:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(missing)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser):
    """A page with empty storage. `page.problems` lists what went wrong in it, as str."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 800}, service_workers="block", reduced_motion="reduce"
    )
    context.set_default_timeout(60_000)  # a busy machine is no failure
    page = context.new_page()
    page.problems = problems = []

    def request(asked):
        address = urlsplit(asked.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.hostname != "127.0.0.1":
            problems.append(f"request to another host: {asked.url}")

    def response(answer):
        if answer.status >= 400:
            problems.append(f"{answer.status} {answer.request.method} {answer.url}")

    def console(message):
        # Chromium repeats each failed request on the console, and says less.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            problems.append(f"console: {message.text}")

    def failed(asked):
        # The page itself gave this request up: it went elsewhere or closed.
        if asked.failure != "net::ERR_ABORTED":
            problems.append(f"{asked.failure}: {asked.url}")

    context.on("request", request)
    context.on("response", response)
    context.on("requestfailed", failed)
    context.on("console", console)
    context.on("weberror", lambda error: problems.append(f"uncaught: {error.error}"))
    page.on("websocket", request)
    page.on("crash", lambda _: problems.append("the page crashed"))
    yield page
    context.close()


# --- recorded controls --------------------------------------------------------------------

NUM_VISITS = 8
# What Python's own view says of some states, and the weights of a pad. Runs in a lesson's kernel.
ASK_VIEW = """
def _told(control):
    import hashlib, io
    import numpy as np
    from PIL import Image
    from helpers.controls import PadWithPicture, pack_weights
    from helpers.figures import svg
    if isinstance(control, PadWithPicture):
        return hashlib.sha256(pack_weights(control.params)["weights"]).hexdigest()
    states = getattr(control, "states", ())
    told = []
    for state in states[:: max(1, len(states) // NUM_VISITS)]:
        figure, text = control.view(**state)
        # Drawn anew, a figure's parts may move by a hair. The recording draws SVG first.
        file, drawing = io.BytesIO(), svg(figure)
        figure.savefig(file, dpi=150)
        pixels = np.asarray(Image.open(file).convert("RGB"))
        digests = [hashlib.sha256(data).hexdigest() for data in (drawing, pixels.tobytes())]
        told.append({"state": state, "text": text, "digests": digests})
    return told
print(json.dumps(_told(CONTROL)))
""".replace("NUM_VISITS", str(NUM_VISITS)).replace("CONTROL", record.CONTROL)


def truth_of(name):
    """What the views of a lesson say, by cell, and fresh recordings. The lesson runs once."""
    file = record.RECORDINGS / name / "truth.json"  # which goes when the lesson is recorded anew
    if not (record.is_recorded(name) and file.exists()):
        told = {}
        record.record_lesson(
            ROOT / "notebooks" / f"{name}.ipynb",
            lambda cell, ask: told.update({cell: json.loads(ask(ASK_VIEW))}),
        )
        file.write_text(json.dumps(told), encoding="utf-8")
    return json.loads(file.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def recorded():
    """Fresh recordings; and by lesson and cell, what Python's views say of some states."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    record.RECORDINGS.mkdir(parents=True, exist_ok=True)
    with FileLock(record.RECORDINGS / "lock"), ThreadPoolExecutor(2) as pool:
        names = [path.stem for path in reversed(record.LESSONS)]  # the longest ones first
        return dict(zip(names, pool.map(truth_of, names), strict=True))


@pytest.fixture(scope="session")
def site(recorded, tmp_path_factory):
    """The folder of a freshly built site, its controls alive and the slides in it."""
    target = tmp_path_factory.mktemp("build") / "site"
    subprocess.run([sys.executable, "site/build.py", target], cwd=ROOT, check=True, timeout=300)
    return target


# --- JupyterLab ---------------------------------------------------------------------------

SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "docmanager-extension/plugin": {"autosave": False},
    # All cells are in the page, also those far below.
    "notebook-extension/tracker": {"windowingMode": "none"},
}

READY = """() => {
  const panel = window.jupyterapp?.shell.currentWidget;
  const kernel = panel?.sessionContext?.session?.kernel;
  return panel?.context?.isReady && panel.sessionContext.isReady
    && kernel?.connectionStatus === "connected" && kernel.status === "idle"
    && panel.content.widgets.every(cell => !cell.isPlaceholder());
}"""

# What a callback of a widget raises or writes appears in no cell. Here it goes to the console.
# The first words of JupyterLab's widget manager reach a kernel that has not imported ipywidgets
# yet. It complains about each of them, and both carry on.
WATCH_KERNEL = r"""() => {
  const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  const harmless =
    /^(No such comm( target registered: jupyter\.widget\.control|: [0-9a-f-]+)\n?)+$/;
  const unanswered = window.unanswered = new Set();
  kernel.anyMessage.connect((_, {direction, msg}) => {
    const {header, parent_header, content} = msg;
    if (direction === "send") unanswered.add(header.msg_id);
    else if (header.msg_type === "status" && content.execution_state === "idle")
      unanswered.delete(parent_header.msg_id);
    else if (header.msg_type === "error")
      console.error(`kernel: ${content.ename}: ${content.evalue}`);
    else if (header.msg_type === "stream" && content.name === "stderr"
             && !harmless.test(content.text))
      console.error(`kernel: ${content.text}`);
  });
}"""

# The code cells that a run has not numbered yet, and the errors so far.
RUN = """() => {
  const panel = window.jupyterapp.shell.currentWidget;
  const cells = panel.content.widgets.filter(
    cell => cell.model.type === "code" && cell.model.sharedModel.source.trim());
  return {
    kernel: panel.sessionContext.session?.kernel?.status ?? "gone",
    waiting: cells.filter(cell => cell.model.executionCount === null)
      .map(cell => cell.model.sharedModel.source),
    errors: cells.flatMap(cell => cell.model.outputs.toJSON()
      .filter(output => output.output_type === "error")
      .map(output => [`${output.ename}: ${output.evalue}`, ...output.traceback].join("\\n"))),
  };
}"""

ENDED = f"""() => {{
  const {{kernel, waiting, errors}} = ({RUN})();
  return kernel === "idle" ? !waiting.length || errors.length > 0
    : ["dead", "gone", "terminating", "autorestarting", "restarting"].includes(kernel);
}}"""

ASK_KERNEL = """async () => {
  await window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.requestKernelInfo();
}"""


class Lab:
    """A JupyterLab server on a temporary copy of the lessons and exercises.

    Parameters
    ----------
    folder : Path
        An empty folder. The server's settings, log and notebooks go there.

    Attributes
    ----------
    url : str
    notebooks : Path
        The folder that JupyterLab shows.
    """

    def __init__(self, folder):
        self.notebooks = folder / "notebooks"
        leave_out = shutil.ignore_patterns("my_work", ".ipynb_checkpoints")
        shutil.copytree(NOTEBOOKS, self.notebooks, ignore=leave_out)
        copy_new(self.notebooks / "exercises", self.notebooks / "my_work")  # as `make lab` does
        for name, settings in SETTINGS.items():
            path = folder / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(settings))
        # Nothing of this user's own Jupyter is read or written.
        own = ("JUPYTER", "JPY_")
        env = {name: value for name, value in os.environ.items() if not name.startswith(own)}
        for name in ("config", "data", "runtime"):
            env[f"JUPYTER_{name.upper()}_DIR"] = str(folder / name)
        env["JUPYTERLAB_SETTINGS_DIR"] = str(folder / "settings")
        env["JUPYTERLAB_WORKSPACES_DIR"] = str(folder / "workspaces")
        env["IPYTHONDIR"] = str(folder / "ipython")
        self.log = folder / "server.log"
        with self.log.open("w") as log:
            self.server = subprocess.Popen(
                [
                    *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
                    *("--ServerApp.ip=127.0.0.1", "--ServerApp.port=0"),
                    f"--ServerApp.root_dir={self.notebooks}",
                    *("--IdentityProvider.token=", "--ServerApp.disable_check_xsrf=True"),
                    "--LabApp.expose_app_in_browser=True",
                    "--LabApp.extension_manager=readonly",
                    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
                ],
                cwd=self.notebooks,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.url = self._wait_for_url(folder / "runtime")
        self._workspaces = itertools.count()

    def _wait_for_url(self, runtime, timeout=60):
        """Read the server's address from the file that it writes when it is ready."""
        end = time.monotonic() + timeout
        while time.monotonic() < end and self.server.poll() is None:
            for path in runtime.glob("jpserver-*.json"):
                try:
                    return json.loads(path.read_text())["url"]
                except ValueError:  # half written
                    pass
            time.sleep(0.1)
        self.server.kill()
        raise RuntimeError(f"JupyterLab did not start. Its log:\n{self.log.read_text()[-3000:]}")

    def stop(self):
        """End the server and its kernels. Asked over HTTP, which works on Windows too."""
        local = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            local.open(urllib.request.Request(f"{self.url}api/shutdown", method="POST"), timeout=10)
            self.server.wait(20)
        except (OSError, subprocess.TimeoutExpired):
            self.server.kill()  # a kernel ends when its server is gone
            self.server.wait()

    def add_notebook(self, name, cells):
        """Write a notebook into the server's folder.

        Parameters
        ----------
        name : str
        cells : list of str or NotebookNode
            A str is the source of a code cell.
        """
        cells = [nbformat.v4.new_code_cell(c) if isinstance(c, str) else c for c in cells]
        notebook = nbformat.v4.new_notebook(cells=cells)
        # Without it JupyterLab would ask which kernel to start.
        notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
        nbformat.write(notebook, self.notebooks / name)

    def open(self, page, name):
        """Open a notebook in an empty workspace, and wait until its kernel is ready."""
        workspace = f"test-{next(self._workspaces)}"
        page.goto(f"{self.url}lab/workspaces/{workspace}/tree/{name}")
        page.wait_for_function(READY, timeout=90_000)
        page.evaluate(WATCH_KERNEL)
        self.settle(page)

    def run_all(self, page, timeout=60):
        """Clear all outputs, run all cells from the menu, wait until the last one has ended.

        Parameters
        ----------
        page : Page
            With an open notebook.
        timeout : float
            In seconds.

        Raises
        ------
        AssertionError
            If a cell raised or was not run, with the error's text.
        """
        self.choose(page, "Edit", "editmenu:clear-all")
        self.choose(page, "Run", "runmenu:run-all")
        try:
            page.wait_for_function(ENDED, timeout=timeout * 1000)
        except PlaywrightTimeout:
            pass
        run = page.evaluate(RUN)
        assert run["errors"] == [], "\n".join(run["errors"])
        assert run["waiting"] == [], f"not run in {timeout} s; kernel {run['kernel']}: {run}"
        self.settle(page)

    def choose(self, page, menu, command):
        """Choose a command from JupyterLab's menu bar."""
        page.locator(".lm-MenuBar-itemLabel", has_text=re.compile(f"^{menu}$")).click()
        page.locator(f'.lm-Menu-item[data-command="{command}"]').click()

    def settle(self, page):
        """Wait until the kernel has answered everything that the page has sent it."""
        # Twice, because a widget holds a second change back until the first one is answered.
        # Widgets talk to a thread of their own in the kernel, so one question is not enough.
        for _ in range(2):
            page.wait_for_function("() => window.unanswered.size === 0")
            page.evaluate(ASK_KERNEL)

    def shutdown(self, page):
        """End the kernel of the open notebook."""
        page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")

    def move_slider(self, control, label, key, times=1):
        """Press a key (ArrowRight, ArrowLeft, Home, End, ...) on a slider.

        Parameters
        ----------
        control : Locator
            What the slider lies in.
        label : str
            What stands before the slider.
        key : str
        times : int

        Returns
        -------
        str
            What stands behind the slider in the end.
        """
        has_label = control.page.get_by_text(label, exact=True)
        slider = control.locator(".widget-slider").filter(has=has_label)
        handle = slider.locator(".noUi-handle")
        for _ in range(times):
            handle.press(key)
        return slider.locator(".widget-readout").inner_text()


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """A running JupyterLab, see `Lab`."""
    lab = Lab(tmp_path_factory.mktemp("lab"))
    yield lab
    lab.stop()
