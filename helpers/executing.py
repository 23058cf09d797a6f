"""For instructors: how a hand-in is run, in a box where the computer can make one.

nbgrader_config.py puts `ExecuteBoxed` in the place of nbgrader's own Execute.
"""

import asyncio
import contextlib
import functools
import json
import os
import re
import secrets
import subprocess
import sys
import threading
import time
from pathlib import Path
from queue import Empty

import psutil
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import run_sync
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.v4 import new_output
from nbgrader.preprocessors import Execute
from nbgrader.utils import is_grade
from traitlets import Integer, default

from helpers.box import HOME, LIMITS, boxed, first_process, python_paths, why_no_box
from helpers.given import cells_that_make
from helpers.referee import SECONDS_A_CALL, calls_in

HELPERS = Path(__file__).parent
START = 30  # seconds that a box may take to start
REFEREE = "__import__('helpers.referee').referee"
OVERRULED = "Overruled"  # the name of the error where the referee comes to another verdict
EARLY_END = "KernelEnded"  # the name of the error in a cell that could not run
NOT_BOXED = (
    "The hand-ins run with all your rights: they can read and change your files, and use your "
    "network. notebooks/solutions/README.md tells how to box them."
)


class BoxedKernelManager(AsyncKernelManager):
    """Starts a kernel in a box, which shows it the course's functions and nothing of the class.

    The kernel and nbgrader talk through sockets in the box's own /tmp. Nothing that the kernel
    can write is outside: nbgrader looks into the box instead, through /proc.
    """

    @default("transport")
    def _files_need_no_network(self):
        return "ipc"

    @default("ip")
    def _sockets_in_the_box(self):
        return f"/tmp/{secrets.token_hex(8)}"

    @property
    def kernel_spec(self):
        """The kernel's description. A signal would end the box, so that a message interrupts."""
        spec = super().kernel_spec
        spec.interrupt_mode = "message"
        return spec

    def format_kernel_cmd(self, extra_arguments=None):
        """As in jupyter_client: the command that starts the kernel."""
        command = super().format_kernel_cmd(extra_arguments)
        connection = os.path.realpath(self.connection_file)
        os.chmod(connection, 0o644)  # its folder is private
        return _boxed(command, connection)

    async def _async_launch_kernel(self, kernel_cmd, **kwargs):
        # What it writes past Jupyter would reach the instructor's screen, or a log on the disk.
        kwargs |= {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": "/"}
        await super()._async_launch_kernel(kernel_cmd, **kwargs)
        end = time.monotonic() + START
        while not (first := first_process(self.provisioner.pid)):
            if time.monotonic() > end or await self.provisioner.poll() is not None:
                raise RuntimeError("The box of the kernel did not start.")
            await asyncio.sleep(0.01)
        self.ip = f"/proc/{first}/root{self.ip}"


def _boxed(command, *read):
    """The command that runs Python in a box, which shows it the course's functions."""
    fonts = _font_lists()
    links = [("--symlink", str(path), f"{HOME}/.cache/matplotlib/{path.name}") for path in fonts]
    # As few threads as four, since each takes memory.
    threads = os.environ.get("OMP_NUM_THREADS") or str(min(4, os.cpu_count() or 1))
    return boxed(
        command,
        read=[*python_paths(), HELPERS, *read, *fonts],
        environment={
            "OMP_NUM_THREADS": threads,
            "NBGRADER_EXECUTION": "autograde",
            "DIGITS_NO_MARKS": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        options=[part for link in links for part in link],
    )


@functools.cache
def _font_lists():
    """Matplotlib's lists of fonts, which a kernel with an empty home takes seconds to make."""
    import matplotlib.font_manager  # makes the list where there is none

    return sorted(Path(matplotlib.get_cachedir()).glob("fontlist-*.json"))


class Referee:
    """Has answers judged by `helpers.referee`, in a process where no student's code runs."""

    process = None

    def verdict(self, check, names, assignment, ask):
        """Run a check on what has these names in the student's kernel, or in the sheet.

        Parameters
        ----------
        check : str
        names : list of str
        assignment : str
            Whose open cells make what is not the student's. They run in the referee's process.
        ask : callable
            ask(expression, call) has a Python expression computed in that kernel. call(text) is
            for what the expression asks back.

        Returns
        -------
        str
            Empty if the check passes, else why it does not.
        """
        try:
            if self.process is None:
                self._start()
            given, cells = cells_that_make(names, assignment)
            own = [name for name in names if name not in given]
            answers = {name: ask(f"{REFEREE}.pack({name})", None) for name in own}
            reply = self._send(check=check, names=names, answers=answers, cells=cells)
            while "verdict" not in reply:
                name, packed = reply["name"], reply["arguments"]
                expression = f"{REFEREE}.answer({name}, {packed!r}, get_ipython().kernel.raw_input)"
                answer = ask(expression, lambda text: self._send(call=text)["result"])
                reply = self._send(answer=answer)
            return reply["verdict"]
        except (NoAnswer, OSError, ValueError, KeyError) as error:
            self._stop()
            return f"the check could not be run outside of the student's kernel ({error})"

    def _start(self):
        command = [sys.executable, "-m", "helpers.referee"]
        if not why_no_box():
            command = _boxed(command)
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)
        self._receive()

    def _send(self, **message):
        print(json.dumps(message), file=self.process.stdin, flush=True)
        return self._receive()

    def _receive(self):
        timer = threading.Timer(SECONDS_A_CALL, self.process.kill)
        timer.start()
        try:
            return json.loads(self.process.stdout.readline())
        finally:
            timer.cancel()

    def _stop(self):
        if self.process:
            self.process.kill()
            self.process.communicate()
            self.process = None


class NoAnswer(Exception):
    """The student's kernel does not answer the referee."""


class ExecuteBoxed(Execute):
    """Runs a hand-in as nbgrader does, in a box if one can be made, and never without end.

    Where the kernel ends early, each graded cell from there on says why, and earns nothing.
    Where a graded cell passes, its check runs a second time, outside of the student's kernel.
    """

    referee = Referee()  # one for all hand-ins

    seconds = Integer(600, help="Seconds that a whole notebook may take.").tag(config=True)
    memory = Integer(LIMITS["as"], help="Bytes that all its processes may take.").tag(config=True)
    printed = Integer(20_000_000, help="Characters that it may print.").tag(config=True)

    def __init__(self, *args, **kwargs):
        self.why_not = why_no_box()
        if not self.why_not:
            kwargs["kernel_manager_class"] = BoxedKernelManager
        super().__init__(*args, **kwargs)

    def preprocess(self, nb, resources, km=None):
        """As in nbconvert."""
        if self.why_not:
            _warn_once(self.log, self.why_not)
        nb.metadata["not_boxed"] = self.why_not
        self.ended, self.output_size = "", 0
        self.assignment = resources.get("nbgrader", {}).get("notebook", "")
        for cell in nb.cells:
            cell.metadata.pop("tags", None)  # one of them would skip a graded cell
        return super().preprocess(nb, resources, km)

    @contextlib.contextmanager
    def setup_kernel(self, **kwargs):
        """As in nbclient: a kernel, which is watched while it runs."""
        with super().setup_kernel(**kwargs):
            over = threading.Event()
            watch = threading.Thread(
                target=self._watch, args=(self.km.provisioner.pid, over), daemon=True
            )
            watch.start()
            try:
                yield
            finally:
                over.set()
                watch.join()

    def preprocess_cell(self, cell, resources, index):
        """As in nbconvert."""
        if not self.ended:
            try:
                cell, resources = super().preprocess_cell(cell, resources, index)
                if cell.cell_type == "code" and is_grade(cell):
                    self._judge(cell)
                return cell, resources
            except DeadKernelError:
                self.ended = self.ended or "the code ended the kernel, or the system did"
            except CellTimeoutError:
                self._end("a cell was out of time, and did not stop when it was told to")
            self._say_end(cell)
        elif cell.cell_type == "code" and is_grade(cell):
            self._say_end(cell)
        return cell, resources

    def process_message(self, msg, cell, cell_index):
        """As in nbclient."""
        self.output_size += len(str(msg["content"]))
        if self.output_size > self.printed:
            self._end(f"it printed more than {self.printed / 1e6:g} MB")
            cell.outputs = []
        return None if self.ended else super().process_message(msg, cell, cell_index)

    def _say_end(self, cell):
        words = f"The notebook was ended: {self.ended}."
        error = new_output("error", ename=EARLY_END, evalue=self.ended, traceback=[words])
        cell.outputs = [*cell.get("outputs", []), error]

    def _judge(self, cell):
        """Add the referee's verdict to a graded cell that passed in the student's kernel."""
        # A number there would be points, whoever has put it there.
        cell.outputs = [out for out in cell.outputs if out.output_type != "execute_result"]
        if any(output.output_type == "error" for output in cell.outputs):
            return
        for check, names in calls_in(cell.source):
            verdict = self.referee.verdict(check, names, self.assignment, run_sync(self._ask))
            if verdict:
                words = f"Outside of this notebook, the check does not pass: {verdict}"
                error = new_output("error", ename=OVERRULED, evalue=check, traceback=[words])
                cell.outputs.append(error)
                return

    async def _ask(self, expression, call):
        """Have an expression computed in the student's kernel: plain data, as a text."""
        number = self.kc.execute(
            "", silent=True, allow_stdin=True, user_expressions={"answer": expression}
        )
        end = time.monotonic() + SECONDS_A_CALL
        while time.monotonic() < end and not self.ended:
            while await self.kc.stdin_channel.msg_ready():
                request = await self.kc.get_stdin_msg()
                if call is None:
                    raise NoAnswer("it asks back where it should answer")
                self.kc.input(call(request["content"]["prompt"]))
            try:
                reply = await self.kc.get_shell_msg(timeout=0.05)
            except Empty:
                if not await self.kc.is_alive():
                    break
                continue
            if reply["parent_header"].get("msg_id") == number:
                found = reply["content"].get("user_expressions", {}).get("answer", {})
                text = str(found.get("data", {}).get("text/plain", "")).strip("'")
                if found.get("status") != "ok" or not re.fullmatch(r"[A-Za-z0-9+/=]+", text):
                    raise NoAnswer(f"{found.get('ename')}: {found.get('evalue')}")
                return text
        raise NoAnswer("no answer in time")

    def _watch(self, kernel, over):
        """End the kernel when the notebook takes too long, or its processes too much memory."""
        end, spare = time.monotonic() + self.seconds, psutil.virtual_memory().total / 20
        while not over.wait(0.5):
            if time.monotonic() > end:
                self._end(f"it ran longer than {self.seconds} seconds")
            elif memory_of(kernel) > self.memory:
                self._end(f"it took more than {self.memory / 1e9:.2g} GB of memory")
            elif psutil.virtual_memory().available < spare:
                self._end("the computer had almost no memory left")

    def _end(self, reason):
        self.ended = self.ended or reason
        for process in processes_of(self.km.provisioner.pid):
            with contextlib.suppress(psutil.Error):
                process.kill()


def processes_of(number):
    """The process of this number, and all that it started.

    Parameters
    ----------
    number : int

    Returns
    -------
    list of psutil.Process
        Empty if it has ended.
    """
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(number)
        return [process, *process.children(recursive=True)]
    return []


def memory_of(number):
    """The bytes of memory that a process and all that it started hold.

    Parameters
    ----------
    number : int

    Returns
    -------
    int
        What several of them share counts once.
    """
    held = 0
    for process in processes_of(number):
        with contextlib.suppress(psutil.Error):
            full = process.memory_full_info()
            held += getattr(full, "pss", full.rss)
    return held


@functools.cache
def _warn_once(log, reason):
    log.warning("Not graded in a box: %s. %s", reason, NOT_BOXED)
