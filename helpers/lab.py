"""Open the course in JupyterLab: `python -m helpers.lab`, which is what `make lab` runs.

It first copies the exercises that notebooks/my_work does not have yet. What follows the
command goes to JupyterLab: `python -m helpers.lab --port=9000`.
"""

import atexit
import os
import shutil
import sys
import tempfile

from helpers import workspace

ROOT = workspace.ROOT
# The notebook that opens. deploy/ opens it too.
FIRST_NOTEBOOK = "notebooks/00_first_look.ipynb"

MISSING = """JupyterLab is not installed in {python}.
In the folder of the course, `make lab` installs it; README.md has the commands without make.
If you have done so, this tells what is wrong: {python} -m helpers.doctor"""
NO_COURSE = "There is no {notebook}. Get the whole course, and run this command in its folder."
READ_ONLY = """Nothing can be written in {folder}.
The lessons open and run all the same, but what you change in them cannot be saved. To keep your
work, copy the whole folder of the course to a place of your own, and start it there."""
NO_HOME = """Nothing can be written in your home folder, {home}.
So JupyterLab keeps its settings in {folder}, and deletes them when it ends."""
ROOT_USER = "You are root here, and so is all code that you run in JupyterLab."
LINE = "=" * 78
BROWSER_OPENS = """The course opens in your browser. If it does not, open this address there:

    {address}
"""
NO_BROWSER = """The course is ready. Open this address in a browser:

    {address}

If that browser is on another computer, type this on that computer first, and leave it open:

    ssh -L {port}:127.0.0.1:{port} USER@THIS-COMPUTER
"""
STOP = "To stop JupyterLab, press Ctrl-C here, twice."


def browser_arguments(environ, platform):
    """Whether JupyterLab opens a browser, and how.

    Parameters
    ----------
    environ : dict of str to str
        The environment variables.
    platform : str
        As `sys.platform`.

    Returns
    -------
    list of str
        Arguments for JupyterLab: none where there is a screen. Linux tells it by DISPLAY or
        WAYLAND_DISPLAY; macOS and Windows have one, but not for who comes over ssh.
    """
    screen = environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")
    if screen or (platform in ("darwin", "win32") and not environ.get("SSH_CONNECTION")):
        return []
    if environ.get("BROWSER"):
        # An editor's program that opens the browser of a person far away. That browser cannot
        # read the file on this computer by which JupyterLab usually passes on the address.
        return ["--ServerApp.use_redirect_file=False"]
    return ["--no-browser"]


def is_root():
    """Whether the user is root. Windows has none."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def can_write(folder):
    """Whether a file can be written in a folder. Where not, also on a full disk, False."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(1000))
    except OSError:
        return False
    return True


def stand_in_for_home():
    """Give a home for the time of this process to who has none, and say so.

    Jupyter, IPython and Matplotlib all write into the home, and JupyterLab does not start
    where it cannot.
    """
    home = os.path.expanduser("~")
    if os.name == "nt" or can_write(home):
        return
    os.environ["HOME"] = folder = tempfile.mkdtemp(prefix="digits-from-scratch-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    print(NO_HOME.format(home=home, folder=folder))


def copy_exercises():
    """Copy the exercises to notebooks/my_work. Where that fails, the lessons open all the same."""
    try:
        workspace.main([])
    except OSError as error:
        print(error)
    for folder in (workspace.MY_WORK, workspace.MY_WORK.parent):
        if folder.exists() and not can_write(folder):
            print(READ_ONLY.format(folder=folder))
            break


def lab_arguments():
    """How JupyterLab starts on this computer: a list of str."""
    return [
        "--ip=127.0.0.1",
        f"--ServerApp.root_dir={ROOT}",
        f"--LabApp.default_url=/lab/tree/{FIRST_NOTEBOOK}",
        # Lines about what goes well would push the address out of sight.
        *("--log-level=ERROR", "--LabApp.log_level=ERROR"),
        *(["--allow-root"] if is_root() else []),
        *browser_arguments(os.environ, sys.platform),
    ]


def ready(server):
    """The text with the address of a server, between two lines that one sees."""
    text = BROWSER_OPENS if server.open_browser else NO_BROWSER
    text = text.format(address=server.display_url, port=server.port)
    return f"\n{LINE}\n{text}\n{STOP}\n{LINE}\n"


def main(arguments):
    """Open the course, and return when JupyterLab has ended.

    Parameters
    ----------
    arguments : list of str
        For JupyterLab. One that this module sets too replaces it.
    """
    if not (ROOT / FIRST_NOTEBOOK).is_file():
        sys.exit(NO_COURSE.format(notebook=ROOT / FIRST_NOTEBOOK))
    os.chdir(ROOT)  # where nbgrader looks for its configuration
    stand_in_for_home()
    try:
        from jupyterlab.labapp import LabApp
    except ImportError:
        sys.exit(MISSING.format(python=sys.executable))
    copy_exercises()
    if is_root():
        print(ROOT_USER)
    given = {argument.partition("=")[0] for argument in arguments}
    own = [argument for argument in lab_arguments() if argument.partition("=")[0] not in given]
    server = LabApp.initialize_server([*own, *arguments])
    text = ready(server)
    # Jupyter would tell the address a second time, in other words.
    server.identity_provider.token_generated = False
    # After everything that Jupyter says when it starts.
    server.io_loop.add_callback(print, text, flush=True)
    server.start()


if __name__ == "__main__":
    main(sys.argv[1:])
