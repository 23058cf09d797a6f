"""Does a class fit on this computer? A hub on loopback, and students who all train at once.

    python deploy/load_test.py

Each student logs in over HTTP as a browser does, gets a server and a kernel, loads all images,
and trains lesson 5's network for an epoch at the same time as all others. Then one kernel is
killed and another reaches its limit of file size, while the rest train on and must see nothing.
It needs what deploy/requirements.txt and README.md name, and Linux, which alone tells how much
memory each process adds.
"""

import argparse
import contextlib
import json
import os
import secrets
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import requests
import websocket
from jupyter_client.jsonutil import json_default
from jupyter_client.session import Session

from helpers.box import NOBODY, python_paths
from helpers.workspace import ROOT

CONFIG = Path(__file__).parent / "jupyterhub_config.py"
TIMEOUT = 300  # seconds, for any single step

# What the students run, in two cells.
LOAD = """
import time
from helpers.data import load_mnist_bytes, one_hot
from helpers.training_loop import train_mnist

train_images, train_labels, test_images, test_labels = load_mnist_bytes()
"""
EPOCH = """
start = time.perf_counter()
_, losses, accuracies = train_mnist(
    train_images.T,
    one_hot(train_labels),
    test_images.T,
    one_hot(test_labels),
    [784, 128, 64, 10],
    num_epochs=1,
    progress=False,
)
seconds = time.perf_counter() - start
print(f"loss {losses[0]:.4f}, accuracy {accuracies[0]:.4f}")
"""
# Linux's peak of this process, in kB, with what it shares counted in full.
COST = """
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]
print(seconds, int(peak) * 1024 / 1e6)
"""
# A real full disk would stop everybody on this computer. A limit on the size of this kernel's
# files fails in the same place, write(), for this student alone.
FILL_DISK = """
import resource, signal
from helpers.forward import initialize_parameters
from helpers.training_loop import save_parameters

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
try:
    save_parameters("weights.npz", initialize_parameters([784, 128, 64, 10]))
except OSError as error:
    print(error)
"""


class Student:
    """A student's browser.

    Parameters
    ----------
    hub : str
        The address of the proxy, such as http://127.0.0.1:8000.
    name : str
    """

    def __init__(self, hub, name):
        self.hub, self.name = hub, name
        self.password = secrets.token_hex(8)
        self.server = f"{hub}/user/{name}"
        self.web = requests.Session()
        # Proxies of the environment are for other addresses than this computer's own.
        self.web.trust_env = False
        self.connection = self.connected = None

    def request(self, method, url, **arguments):
        response = self.web.request(method, url, timeout=TIMEOUT, **arguments)
        response.raise_for_status()
        return response

    def log_in(self, password):
        """Log in, which starts the server, and wait for JupyterLab. Returns seconds."""
        start = time.perf_counter()
        self.request("GET", f"{self.hub}/hub/login")
        form = {
            "username": self.name,
            "password": self.password,
            "class_password": password,
            "_xsrf": self.web.cookies["_xsrf"],
        }
        self.request("POST", f"{self.hub}/hub/login", data=form)
        self.wait()
        return time.perf_counter() - start

    def wait(self):
        """Wait for JupyterLab."""
        status = f"{self.hub}/hub/api/users/{self.name}"
        is_ready = False
        while not is_ready:
            time.sleep(0.2)
            servers = self.request("GET", status).json()["servers"]
            # The hub gives up a server that takes longer than the configuration allows.
            check("" in servers, f"the server of {self.name} did not start")
            is_ready = servers[""]["ready"]
        self.request("GET", f"{self.server}/lab")

    def start_kernel(self):
        """Start a kernel and run the first cell. Returns seconds."""
        start = time.perf_counter()
        self.kernel = self.post("api/kernels", {"name": "python3"})["id"]
        self.run(LOAD)
        return time.perf_counter() - start

    def restart_kernel(self):
        """What Kernel > Restart does."""
        self.post(f"api/kernels/{self.kernel}/restart")

    def post(self, path, content=None):
        token = self.web.cookies.get("_xsrf", path=f"/user/{self.name}/")
        url, headers = f"{self.server}/{path}", {"X-XSRFToken": token}
        return self.request("POST", url, json=content, headers=headers).json()

    def run(self, code):
        """Run a cell. Returns what it prints."""
        for _ in range(TIMEOUT // 5):
            if self.hears_kernel():
                self.connection.settimeout(TIMEOUT)
                return self.ask("execute_request", {"code": code, "silent": False})
        raise RuntimeError(f"the kernel of {self.name} says nothing")

    def hears_kernel(self):
        """Ask the kernel for a word, and connect anew where none comes, as after a restart."""
        try:
            if self.connection is None or self.connected != self.kernel:
                self.connect()
            self.connection.settimeout(5)
            self.ask("kernel_info_request", {})
            return True
        except (websocket.WebSocketException, OSError):
            self.connection = None
            return False

    def connect(self):
        """Open a connection to the kernel and keep it, as a page does."""
        url = f"{self.server}/api/kernels/{self.kernel}/channels"
        cookie = requests.cookies.get_cookie_header(self.web.cookies, requests.Request(url=url))
        self.connection = websocket.create_connection(
            url.replace("http", "ws", 1), timeout=TIMEOUT, cookie=cookie
        )
        self.connected = self.kernel

    def ask(self, kind, content):
        """Send the kernel a message. Returns what it prints until it is idle and has replied.

        ipykernel 7.3 can lose a message that comes while a reply is on its way.
        """
        message = Session().msg(kind, content)
        self.connection.send(json.dumps({**message, "channel": "shell"}, default=json_default))
        printed, failure, expected = "", None, {"idle", "reply"}
        while expected:
            reply = json.loads(self.connection.recv())
            if reply["parent_header"].get("msg_id") != message["header"]["msg_id"]:
                continue
            kind, content = reply["msg_type"], reply["content"]
            if kind == "stream":
                printed += content["text"]
            elif kind == "error":
                failure = RuntimeError(f"{self.name}: {content['ename']}: {content['evalue']}")
            elif kind == "status":
                expected.discard(content["execution_state"])
            elif kind.endswith("_reply"):
                expected.discard("reply")
        if failure:
            raise failure
        return printed


class Hub:
    """The hub, with all processes that it starts.

    Parameters
    ----------
    folder : str
        Where it runs and keeps the students' homes.
    password : str
    url : str, optional
        Its address. By default one that nobody uses.
    around : iterable of str, optional
        A command that runs the hub's command.
    """

    def __init__(self, folder, password, url=None, around=()):
        free, proxy_url = free_addresses(2)
        self.url = url or free
        self.log = Path(folder) / "log"
        command = [
            *around,
            *(sys.executable, "-m", "jupyterhub", f"--config={CONFIG}"),
            f"--JupyterHub.bind_url={self.url}",
            f"--ConfigurableHTTPProxy.api_url={proxy_url}",
        ]
        with open(self.log, "w") as log:
            self.process = psutil.Popen(
                command if os.geteuid() else as_nobody(command, folder),
                cwd=folder,
                env={**os.environ, "CLASS_PASSWORD": password, "HOME": str(folder)},
                stdout=log,
                stderr=subprocess.STDOUT,
                # Ctrl-C reaches this program only, which then stops the hub.
                start_new_session=True,
            )

    def wait(self):
        """Wait until it answers. Returns seconds."""
        start = time.perf_counter()
        while self.process.poll() is None and time.perf_counter() - start < TIMEOUT:
            try:
                if requests.get(f"{self.url}/hub/health", timeout=TIMEOUT).ok:
                    return time.perf_counter() - start
            except requests.ConnectionError:
                pass
            time.sleep(0.1)
        raise RuntimeError(f"the hub did not start. Its log ends:\n{self.log.read_text()[-2000:]}")

    def family(self):
        """The hub's process and all that came from it."""
        running = self.process.is_running()
        return [self.process, *(self.process.children(recursive=True) if running else [])]

    def send_signal(self, number):
        """Send a signal to the hub itself, not to what it started."""
        for process in self.family():
            with contextlib.suppress(psutil.Error):  # it has just ended
                if process.cmdline()[1:3] == ["-m", "jupyterhub"]:
                    process.send_signal(number)

    def processes(self):
        """Those that live, as {(student, kind): process}; the hub's own have no student."""
        found = {}
        for process in self.family():
            try:
                student = process.environ().get("JUPYTERHUB_USER")
                command = process.cmdline()
            except psutil.Error:  # it has just ended
                continue
            is_server, is_kernel = (
                "jupyterhub.singleuser" in command,
                "ipykernel_launcher" in command,
            )
            kind = "server" if is_server else "kernel" if is_kernel else process.pid
            found[student, kind] = process
        return found

    def stop(self):
        """Stop it, and return the processes that had to be killed: there should be none."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        family = self.family()
        self.send_signal(signal.SIGTERM)
        deadline = time.perf_counter() + 60
        while (alive := list(filter(is_alive, family))) and time.perf_counter() < deadline:
            time.sleep(0.2)
        for process in alive:
            process.kill()
        return alive


def as_nobody(command, folder):
    """The command, run by nobody, where root starts it, as in a container.

    The course and its Python may lie in root's home, so they are put in sight.
    """
    view = ["bwrap", "--die-with-parent", "--dev-bind", "/", "/", "--tmpfs", "/root"]
    for path in [*python_paths(), str(ROOT), str(folder)]:
        view += [part for place in reversed(Path(path).parents) for part in ("--dir", str(place))]
        view += ["--bind", path, path]
    view += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID", "--", "setpriv"]
    os.chown(folder, NOBODY, NOBODY)
    return [*view, f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--", *command]


def is_alive(process):
    """Whether a process runs. One that has ended may wait for long until init takes note."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def free_addresses(count):
    """Addresses of this computer that nobody uses."""
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    addresses = [f"http://127.0.0.1:{probe.getsockname()[1]}" for probe in probes]
    for probe in probes:
        probe.close()
    return addresses


def check(is_right, message):
    """Stop with the message unless all is right."""
    if not is_right:
        raise RuntimeError(message)


def print_table(students, hub, times):
    """One line a student, then the median and the worst: seconds, and memory in MB."""
    processes = hub.processes()
    # A process's proportional memory: what several processes share is split among them.
    memory = {key: process.memory_full_info().pss / 1e6 for key, process in processes.items()}
    rows = []
    for student, server_start, kernel_start in zip(students, *times, strict=True):
        seconds, peak = map(float, student.run(COST).split())
        server, kernel = memory[student.name, "server"], memory[student.name, "kernel"]
        rows.append((server_start, kernel_start, seconds, server, kernel, peak))
    head = ("server s", "kernel s", "epoch s", "server MB", "kernel MB", "kernel peak MB")
    print("|", " | ".join(("student", *head)), "|")
    print("|---" * 7 + "|")
    for name, row in [
        *zip([student.name for student in students], rows, strict=True),
        ("median", map(statistics.median, zip(*rows, strict=True))),
        ("worst", map(max, zip(*rows, strict=True))),
    ]:
        print("|", " | ".join((name, *(f"{value:.1f}" for value in row))), "|")
    own = sum(size for (student, _), size in memory.items() if student is None)
    print(f"The hub itself takes {own:.0f} MB, and all together {sum(memory.values()):.0f} MB.")


def hold_class(hub, names, password, expected, pool):
    """Let all students work, then let two of them fail."""
    print(f"The hub is up after {hub.wait():.1f} s.")
    students = [Student(hub.url, name) for name in names]

    def all_at_once(action, who=students):
        return list(pool.map(action, who))

    times = [
        all_at_once(lambda student: student.log_in(password)),
        all_at_once(Student.start_kernel),
    ]
    printed = all_at_once(lambda student: student.run(EPOCH))
    check(set(printed) == {expected}, f"expected {expected!r} from all, got {set(printed)}")
    print(f"All {len(students)} students trained at the same time: {expected.strip()}.")
    print_table(students, hub, times)

    killed, full, *others = students
    work = [pool.submit(student.run, EPOCH) for student in others]
    before = hub.processes()
    before[killed.name, "kernel"].send_signal(signal.SIGKILL)
    message = full.run(FILL_DISK)
    check("could not be written" in message, f"{full.name} could write: {message!r}")
    printed = {future.result() for future in work}
    check(printed == {expected}, f"the others noticed: expected {expected!r}, got {printed}")
    print("One kernel was killed, one could write no more: the others trained on, same result.")

    # The killed kernel is started again by its server, the other one by its student.
    full.restart_kernel()
    deadline = time.perf_counter() + TIMEOUT
    while hub.processes().get((killed.name, "kernel")) in (None, before[killed.name, "kernel"]):
        check(time.perf_counter() < deadline, f"the kernel of {killed.name} stays dead")
        time.sleep(0.5)
    all_at_once(lambda student: student.run(LOAD), (killed, full))
    printed = set(all_at_once(lambda student: student.run(EPOCH), (killed, full)))
    check(printed == {expected}, f"after a restart: expected {expected!r}, got {printed}")
    after = hub.processes()
    for student in others:
        for key in ((student.name, "server"), (student.name, "kernel")):
            check(after.get(key) == before[key], f"a process of {student.name} has ended")
    print("Both have a new kernel and trained again. Nobody else's process has ended.")


def main():
    """Run the test.

    Returns
    -------
    int
        0 if all went well, else 1: the command's exit status.
    """
    parser = argparse.ArgumentParser(description="Does a class fit on this computer?")
    parser.add_argument("--students", type=int, default=20, help="3 or more; default: 20")
    count = parser.parse_args().students
    if count < 3 or sys.platform != "linux":
        parser.error("it needs Linux, and 3 students or more: two fail, and one must not notice.")
    # A signal that would end this program at once first stops the hub, as Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)

    code = [sys.executable, "-c", LOAD + EPOCH]
    expected = subprocess.run(code, capture_output=True, text=True, check=True).stdout
    password = secrets.token_hex(8)
    names = [f"student-{number}" for number in range(1, count + 1)]
    status = 0
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(count) as pool:
        hub = Hub(folder, password)
        try:
            hold_class(hub, names, password, expected, pool)
        except (RuntimeError, OSError, websocket.WebSocketException) as error:
            print(f"FAILED: {error}\nThe end of the hub's log:\n{hub.log.read_text()[-4000:]}")
            status = 1
        except KeyboardInterrupt:
            print("Stopped.")
            status = 1
        finally:
            alive = hub.stop()
    if alive:
        print(f"FAILED: these processes had to be killed: {alive}")
        return 1
    print("Everything is stopped.")
    return status


if __name__ == "__main__":
    sys.exit(main())
