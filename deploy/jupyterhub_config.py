"""A class on one computer: JupyterHub for students who share a password.

README.md beside this file tells how to use it. All that changes lies in the folder in which
the hub is started: the students' homes, the hub's database and its secrets.
"""

import atexit
import logging
import os
import shlex
import shutil
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

from helpers import box, data
from helpers.lab import FIRST_NOTEBOOK

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
import full_disk  # noqa: E402
from students import HUB, StudentAuthenticator, StudentSpawner, share_of  # noqa: E402

TRUST = "everybody trusts everybody"

c = get_config()  # noqa: F821

# --- what must be there before a student comes ---------------------------------------------

password = os.environ.get("CLASS_PASSWORD", "")
if len(password) < 8 or not password.isascii():
    found = "has a password that is too short" if password else "has no password"
    if not password.isascii():
        found = "has a password with accents"
    sys.exit(
        f"The class {found}. Choose one of at least 8 letters, digits and signs, without accents, "
        "and start the hub with it:\n"
        "    export CLASS_PASSWORD=...\n"
    )
if not shutil.which("configurable-http-proxy"):
    sys.exit(
        "configurable-http-proxy is missing, which stands between the browsers and the hub. "
        "Install it as root, and see that its folder is in PATH:\n"
        "    apt-get install --no-install-recommends nodejs npm\n"
        "    npm install -g configurable-http-proxy@5.3.0\n"
    )
why = box.why_no_box()
is_boxed = os.environ.get("CLASS_WITHOUT_BOXES") != TRUST
if is_boxed and why:
    sys.exit(
        f"No box can be made for the students' servers: {why}.\nWithout boxes every student can "
        "read, change and delete the work of all others. If they may, say so in these words:\n"
        f'    export CLASS_WITHOUT_BOXES="{TRUST}"\n'
    )
if os.geteuid() == 0:
    sys.exit(
        "The hub must not run as root: whoever got through it would be root on this computer. "
        "Start it as a user who owns nothing else, as deploy/README.md describes."
    )
# One file with the images, which all kernels share. It stops the hub if that cannot be made.
data.main()
# No other account of this computer can read what lies here, nor what an earlier hub left here.
try:
    Path.cwd().chmod(0o700)
except PermissionError:
    sys.exit(
        f"{Path.cwd()} is not yours, and the hub keeps the class's work and passwords where it is "
        "started. Start it in a folder of your own:\n    mkdir -p ~/hub && cd ~/hub\n"
    )
os.umask(0o077)

memory = os.environ.get("CLASS_MEMORY", "4G")
if "CLASS_AROUND" in os.environ:
    around = shlex.split(os.environ["CLASS_AROUND"])
else:
    around, missing = share_of(memory)
    if missing:
        print(missing, file=sys.stderr)

# --- who may come in -----------------------------------------------------------------------

c.JupyterHub.authenticator_class = StudentAuthenticator
c.StudentAuthenticator.class_password = password
c.StudentAuthenticator.open_signup = True
c.StudentAuthenticator.minimum_password_length = 8
c.StudentAuthenticator.check_common_password = True
c.Authenticator.allow_all = True
# A name becomes the name of a folder.
c.Authenticator.username_pattern = r"[a-z0-9][a-z0-9_-]{0,30}\Z"
c.JupyterHub.template_paths = [str(HERE / "templates")]
c.JupyterHub.template_vars = {
    "announcement_login": "Your name: letters a to z, digits and hyphens, such as anna-m. Always "
    "the same one: your work is kept under it. Your password: your own, of at least 8 letters, "
    "digits and signs. You choose it at your first login."
}

# --- what a student gets -------------------------------------------------------------------

# The hub, the servers and the kernels talk through files: a box has no network, and of twenty
# kernels that start at once, one may find its port taken, and end. The folder has a short path,
# because Linux allows 107 characters for the path of such a file.
sockets = Path(tempfile.mkdtemp(prefix="class-", dir="/tmp"))
atexit.register(shutil.rmtree, sockets, ignore_errors=True)
(sockets / HUB).mkdir()
hub = f"http+unix://{quote(str(sockets / HUB / 'socket'), safe='')}"
c.JupyterHub.hub_bind_url = c.JupyterHub.hub_connect_url = hub
os.environ["NODE_OPTIONS"] = f'--require="{HERE / "keep_open.cjs"}"'
c.JupyterHub.spawner_class = StudentSpawner
# The command that starts a server in its box has some forty lines.
logging.getLogger("JupyterHub").addFilter(lambda record: record.msg != "Spawning %s")
c.StudentSpawner.sockets = str(sockets)
c.StudentSpawner.logs = str(Path.cwd() / "logs")
c.StudentSpawner.is_boxed = is_boxed
c.StudentSpawner.around = around
c.StudentSpawner.home_dir_template = str(Path.cwd() / "students" / "{username}")
c.Spawner.mem_limit = memory
c.Spawner.default_url = f"/lab/tree/{FIRST_NOTEBOOK}"
c.Spawner.environment = {
    "JUPYTER_RUNTIME_DIR": lambda spawner: str(sockets / spawner.user.name),
    # A kernel computes on one core: there are more students than cores.
    "OMP_NUM_THREADS": "1",
}
# Thirty servers that start at once keep few cores busy for a minute.
c.Spawner.start_timeout = 180
c.Spawner.http_timeout = 180

# --- what is stopped, so that memory is free again -----------------------------------------

# After an hour: a kernel that has nothing to do, and a server without a kernel.
c.Spawner.args = [
    "--KernelManager.transport=ipc",
    "--MappingKernelManager.cull_idle_timeout=3600",
    "--MappingKernelManager.cull_interval=300",
    "--MappingKernelManager.cull_connected=True",
    "--ServerApp.shutdown_no_activity_timeout=3600",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
]
full_disk.install()
