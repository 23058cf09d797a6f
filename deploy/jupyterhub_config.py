"""A class on one computer: JupyterHub for students who share a password.

README.md beside this file tells how to use it. All that changes lies in the folder in which
the hub is started: the students' homes, the hub's database and its secrets.
"""

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

from helpers import data
from helpers.lab import FIRST_NOTEBOOK
from helpers.workspace import EXERCISES, ROOT, copy_new

c = get_config()  # noqa: F821

# --- what must be there before a student comes ---------------------------------------------

password = os.environ.get("CLASS_PASSWORD", "")
if len(password) < 8 or not password.isascii():
    sys.exit(
        "The class has no password. Choose one of at least 8 letters, digits and signs, without "
        "accents, and start the hub with it:\n"
        "    export CLASS_PASSWORD=...\n"
    )
if not shutil.which("configurable-http-proxy"):
    sys.exit(
        "configurable-http-proxy is missing, which stands between the browsers and the hub. It "
        "needs Node.js 20 or newer. Install it, and see that its folder is in PATH:\n"
        "    npm install -g configurable-http-proxy@5\n"
    )
# Only deploy/load_test.py, in a container, may do so.
is_root = hasattr(os, "geteuid") and os.geteuid() == 0
if is_root and "CLASS_ALLOW_ROOT" not in os.environ:
    sys.exit(
        "The hub must not run as root: every student would be root on this computer. Start it as "
        "a user who owns nothing else, as deploy/README.md describes."
    )
# One file with the images, which all kernels share. It stops the hub if that cannot be made.
data.main()

# --- who may come in -----------------------------------------------------------------------

c.JupyterHub.authenticator_class = "shared-password"
c.SharedPasswordAuthenticator.user_password = password
c.Authenticator.allow_all = True
# A name becomes the name of a folder.
c.Authenticator.username_pattern = r"[a-z0-9][a-z0-9_-]{0,30}\Z"
c.JupyterHub.template_vars = {
    "announcement_login": "Your name: letters a to z, digits and hyphens, such as anna-m. Always "
    "the same one: your work is kept under it."
}

# --- what a student gets -------------------------------------------------------------------

STUDENTS = Path.cwd() / "students"


def give_notebooks(spawner):
    """Copy the notebooks that a student does not have yet. Nothing is overwritten."""
    notebooks = STUDENTS / spawner.user.name / "notebooks"
    copy_new(ROOT / "notebooks", notebooks)
    copy_new(ROOT / "notebooks" / "extras", notebooks / "extras")
    copy_new(EXERCISES, notebooks / "my_work")


# Every server runs as the user who started the hub, with a folder of its own as its home.
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = str(STUDENTS / "{username}")
c.Spawner.pre_spawn_hook = give_notebooks
c.Spawner.cmd = [sys.executable, "-m", "jupyterhub.singleuser"]
c.Spawner.default_url = f"/lab/tree/{FIRST_NOTEBOOK}"
# Kernels and servers talk through files. Ports of the computer are chosen while others choose
# too, and of twenty kernels that start at once, one may find its port taken, and end. The folder
# has a short path, because Linux allows 107 characters for the path of such a file.
sockets = Path(tempfile.mkdtemp(prefix="class-", dir="/tmp"))
atexit.register(shutil.rmtree, sockets, ignore_errors=True)
c.Spawner.environment = {
    "JUPYTER_RUNTIME_DIR": lambda spawner: str(sockets / spawner.user.name),
    # A kernel computes on one core: there are more students than cores.
    "OMP_NUM_THREADS": "1",
}
# Thirty servers that start at once keep few cores busy for a minute.
c.Spawner.start_timeout = 180
c.Spawner.http_timeout = 180

# --- what is stopped, so that memory is free again -----------------------------------------

# After an hour: a kernel whose notebook is closed, and a server that nobody uses.
c.Spawner.args = [
    "--KernelManager.transport=ipc",
    "--MappingKernelManager.cull_idle_timeout=3600",
    "--MappingKernelManager.cull_interval=300",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    *(["--allow-root"] if is_root else []),
]
c.JupyterHub.services = [
    {
        "name": "culler",
        "command": [sys.executable, "-m", "jupyterhub_idle_culler", "--timeout=3600"],
    }
]
c.JupyterHub.load_roles = [
    {
        "name": "culler",
        "services": ["culler"],
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
    }
]
