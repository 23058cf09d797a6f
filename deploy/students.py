"""Who comes in, and where: a password for each student, and a box for each student's server."""

import asyncio
import contextlib
import os
import shutil
import signal
import stat
import subprocess
import sys
from hmac import compare_digest
from pathlib import Path
from urllib.parse import quote

import psutil
from jupyterhub.handlers import LoginHandler
from jupyterhub.spawner import SimpleLocalProcessSpawner
from nativeauthenticator import NativeAuthenticator
from nativeauthenticator.handlers import ChangePasswordHandler
from sqlalchemy.exc import OperationalError
from tornado.web import HTTPError
from traitlets import Bool, List, Unicode, default

from helpers.box import LIMITS, boxed, python_paths
from helpers.workspace import EXERCISES, ROOT

SERVER = Path(__file__).with_name("student_server.py")
# What of the course a student needs. The solutions are not among it.
COURSE = [ROOT / "helpers", SERVER, EXERCISES, ROOT / "notebooks" / "extras"]
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
# PyTorch's processes find each other by the name of the computer, also where there is no network.
NAMES = ["/etc/hosts"]
# The folder of the hub's file: a name that no student can have.
HUB = "the.hub"
MOST_BYTES = 72  # of a password, for bcrypt
CANNOT_WRITE = (
    "The hub cannot write down who you are: most likely the disk of its computer is full. "
    "Tell your teacher, and come back when there is room."
)
# JupyterLab's own default. It refuses a file as its address beside any other port.
PORT = 8888
PATIENCE = 30  # seconds, for systemd
# What Linux can limit in the control group in which this runs.
LOOK = 'cat "/sys/fs/cgroup$(cut -d: -f3 /proc/self/cgroup)/cgroup.controllers"'
NO_SHARE = (
    "One student can slow all others, and take the memory of all: {why}. If this computer runs "
    "systemd, stop the hub, type as root: loginctl enable-linger {user}; and start it again."
)
HALF_A_SHARE = (
    "One student can take the {what} of all others: systemd does not let {user} share it out. "
    "Write the two lines '[Service]' and 'Delegate=cpu memory pids' into "
    "/etc/systemd/system/user@.service.d/class.conf, and restart this computer."
)


def share_of(memory):
    """Find the command that gives each student's server its share of the computer.

    It is systemd-run, which starts the server in a control group of its own.

    Parameters
    ----------
    memory : str
        The most that all processes of a student may take together, such as 4G.

    Returns
    -------
    command : list of str
        Empty where it does not work.
    why : str
        What is missing, and what to do about it. Empty if nothing is.
    """
    # After `su` nothing says where systemd listens. The weight is the same for all, as without
    # it, but systemd shares out the processor only where one is named.
    command = ["env", f"XDG_RUNTIME_DIR=/run/user/{os.getuid()}", "systemd-run", "--user"]
    command += ["--scope", "--quiet", "--collect", "-p", f"MemoryMax={memory}"]
    command += ["-p", "CPUWeight=100", "-p", "OOMPolicy=continue", "--"]
    user = psutil.Process().username()
    if not shutil.which("systemd-run"):
        return [], NO_SHARE.format(why="there is no systemd-run", user=user)
    try:
        tried = subprocess.run(
            [*command, "sh", "-c", LOOK], capture_output=True, text=True, timeout=PATIENCE
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return [], NO_SHARE.format(why=error, user=user)
    if tried.returncode:
        words = (tried.stderr.strip().splitlines() or ["no word"])[-1]
        return [], NO_SHARE.format(why=f"systemd-run says: {words}", user=user)
    kinds = {"cpu": "processor", "memory": "memory"}
    missing = [kinds[name] for name in kinds if name not in tried.stdout.split()]
    why = HALF_A_SHARE.format(what=" and the ".join(missing), user=user) if missing else ""
    return command, why


class StudentAuthenticator(NativeAuthenticator):
    """Each student has a password of their own, chosen at the first login.

    That first login needs the class's password too.
    """

    class_password = Unicode(config=True)

    @default("db")
    def _hubs_database(self):
        # JupyterHub warns of what NativeAuthenticator does here. A teacher could not mend it.
        return self._deprecated_db_session

    async def authenticate(self, handler, data):
        if len(data["password"].encode()) > MOST_BYTES:
            return None
        if not self.user_exists(data["username"]):
            try:
                self.admit(data["username"], data["password"], data.get("class_password", ""))
            except OperationalError as error:
                self.db.rollback()
                self.log.error("%s cannot be admitted: %s", data["username"], error.orig)
                raise HTTPError(503, CANNOT_WRITE) from None
        return await super().authenticate(handler, data)

    def admit(self, name, password, class_password):
        """Keep a new student's name and password.

        Raises
        ------
        tornado.web.HTTPError
            If that cannot be. The login page shows the message.
        """
        if not compare_digest(class_password.encode(), self.class_password.encode()):
            raise HTTPError(
                403,
                f"Nobody has logged in as {name} so far. Is the name right? If this is your first "
                "login, choose a password of your own, and give the class's password below it.",
            )
        if not self.validate_username(self.normalize_username(name)):
            raise HTTPError(403, "A name has at most 31 letters a to z, digits and hyphens.")
        if not self.create_user(name, password):
            raise HTTPError(
                403,
                f"Choose another password of your own: at least {self.minimum_password_length} "
                "letters, digits and signs, and not one that many people have.",
            )

    def is_password_strong(self, password):
        return len(password.encode()) <= MOST_BYTES and super().is_password_strong(password)

    def get_handlers(self, app):
        # No page on which anybody could sign up without the class's password.
        return [("/login", LoginHandler), ("/change-password", ChangePasswordHandler)]


class StudentSpawner(SimpleLocalProcessSpawner):
    """Starts each student's server in a box, with its own home and nobody else's in sight.

    The box has no network. The server listens on a file, of which the proxy gets a second name
    outside the box, and it finds the hub's file in the folder `HUB` beside it.
    """

    sockets = Unicode(config=True, help="A folder of the hub, for the files to talk through.")
    logs = Unicode(config=True, help="A folder of the hub, for what the servers print.")
    is_boxed = Bool(True, config=True)
    around = List(Unicode(), config=True, help="A command that runs each student's server.")

    async def start(self):
        folder = Path(self.sockets, self.user.name)
        shutil.rmtree(folder, ignore_errors=True)
        for path in (folder, Path(self.home_dir), Path(self.logs)):
            path.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, str(SERVER), f"--ServerApp.sock={folder / 'server'}"]
        self.cmd = self.around + (self.boxed(command, folder) if self.is_boxed else command)
        self.port = PORT
        # The limit on the size of a file holds for this one too.
        with open(Path(self.logs, f"{self.user.name}.log"), "w") as log:
            self.popen_kwargs = {
                "stdin": subprocess.DEVNULL,
                "stdout": log,
                "stderr": subprocess.STDOUT,
            }
            await super().start()
        address = await self.address(folder / "server")
        self.server.bind_url = address
        return address

    def boxed(self, command, folder):
        """The command in a box in which the student's home and a folder can be written."""
        return boxed(
            command,
            read=[*python_paths(), *COURSE, *LESSONS, *NAMES, folder.with_name(HUB)],
            write=[self.home_dir, folder],
            environment=None,
            folder=self.home_dir,
            limits=LIMITS | {"as": self.mem_limit},
            options=["--hostname", "localhost"],
        )

    async def address(self, path):
        """Wait for the server's file, and give it a name that its student cannot change.

        Behind a name in the box a student could put a link to another program's file, and the
        proxy would follow it.
        """
        name = path.parent.with_suffix(".server")
        name.unlink(missing_ok=True)
        while not path.is_socket():
            if await self.poll() is not None:
                raise RuntimeError(f"The server ended. It says why in {self.logs}.")
            await asyncio.sleep(0.1)
        os.link(path, name, follow_symlinks=False)
        if not stat.S_ISSOCK(name.lstat().st_mode):
            raise RuntimeError(f"{path} is no socket.")
        return f"http+unix://{quote(str(name), safe='')}{self.server.base_url}"

    async def _signal(self, sig):
        # bwrap passes no signal on. The server itself can end its kernels in good order.
        if sig == signal.SIGINT and self.is_boxed:
            with contextlib.suppress(psutil.Error):
                for process in psutil.Process(self.pid).children(recursive=True):
                    if "jupyterhub.singleuser" in process.cmdline():
                        process.send_signal(sig)
            return True
        return await super()._signal(sig)
