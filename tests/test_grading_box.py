"""A class of which some attack the grading: nobody gets a point or a byte that is not theirs."""

import csv
import json
import os
import socket
import sqlite3
import subprocess
import sys
import textwrap
import time
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from test_grading import NAME, ROOT, WRONG_SOFTMAX, add_code, hand_in, nbgrader, write

from helpers.box import NOBODY, boxed, python_paths, why_no_box
from helpers.executing import ExecuteBoxed, processes_of
from helpers.workspace import SOLUTIONS, lay_out_class

WHY = why_no_box()
pytestmark = pytest.mark.skipif(
    bool(WHY) and not os.environ.get("CI"), reason=f"hand-ins are not boxed here: {WHY}"
)
SECRET = "sesame-4711"
TAKE = """
def take(what, attempt):
    try:
        print("TOOK", what, attempt())
    except BaseException as error:
        print("kept", what, type(error).__name__)
"""


def attack(*lines):
    """Put an attack at the top; {HOME}, {CLASS}, {ROOT}, {PORT} stand for the teacher's places."""
    return lambda notebook, places: add_code(notebook, TAKE + _fill("\n".join(lines), places))


def _fill(source, places):
    for name, place in places.items():
        source = source.replace("{" + name + "}", str(place))
    return source


def read(*paths):
    return attack(
        "from pathlib import Path",
        *(f"take({path!r}, lambda: Path({path!r}).read_bytes())" for path in paths),
        *(f"take({path!r}, lambda: list(Path({path!r}).iterdir()))" for path in paths),
    )


def write_to(*paths):
    return attack(
        "from pathlib import Path",
        "def append(path):",
        "    Path(path).parent.mkdir(parents=True, exist_ok=True)",
        "    with open(path, 'ab') as file:",
        "        file.write(b'hostile')",
        *(f"take({path!r}, lambda: append({path!r}))" for path in paths),
    )


def wrong_and(*lines):
    """A softmax with wrong numbers, and an attack that would hide them."""

    def damage(notebook, places):
        write(notebook, softmax="def softmax(z):\n    return helper_softmax(2 * z)")
        attack(*lines)(notebook, places)

    return damage


def skipped(notebook, places):
    """Tags that make a runner leave a cell out."""
    write(notebook, softmax=WRONG_SOFTMAX)
    for cell in notebook["cells"]:
        cell["metadata"]["tags"] = ["skip-execution", "raises-exception"]


def changed_kinds(notebook, places):
    """Graded cells that are no code any more, and worth more points."""
    write(notebook, softmax=WRONG_SOFTMAX)
    for cell in notebook["cells"]:
        data = cell["metadata"].get("nbgrader", {})
        if data.get("grade") and cell["cell_type"] == "code":
            data["points"] = 100
            cell["cell_type"] = "raw"
            del cell["outputs"], cell["execution_count"]


def ignores_signals(notebook, places):
    write(
        notebook,
        relu=textwrap.dedent("""
            import signal
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            while True:
                try:
                    while True:
                        pass
                except BaseException:
                    pass
            """),
    )


MOST = {"numpy": 6, "silencer": 6, "referee": 6}  # an attack may also cost points that it deserves


@dataclass
class Graded:
    """What became of the class."""

    grades: dict  # the points by student
    look: dict  # the lines of look.csv by student
    course: Path
    autograde: object  # the command that has run
    places: dict
    listener: socket.socket

    def printed(self, student):
        """What the hand-in printed: an attack prints what it took."""
        path = self.course / "autograded" / student / NAME / f"{NAME}.ipynb"
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        outputs = [output for cell in cells for output in cell.get("outputs", [])]
        return "".join("".join(output.get("text", [])) for output in outputs)


STAYS = "import time; time.sleep(471147)"
# What is done, the points it earns, and the words that look.csv must have about it.
HOSTILE = {
    "a-right": (lambda notebook, places: None, 8, None),
    "keys": (read("{HOME}/.ssh/id_rsa", "{HOME}/.ssh"), 8, "no exercise needs"),
    "solutions": (
        read("{ROOT}/notebooks/solutions/{NAME}.ipynb", "{CLASS}/source", "{ROOT}/.git"),
        8,
        "solutions",
    ),
    "others": (
        read("{CLASS}/submitted/a-right/{NAME}/{NAME}.ipynb", "{CLASS}/submitted", "{CLASS}"),
        8,
        "pathlib",
    ),
    "gradebook": (read("{CLASS}/gradebook.db"), 8, "gradebook"),
    "environment": (
        attack(
            "import glob, os",
            "print(os.environ)",
            "for path in glob.glob('/proc/[0-9]*/environ') + glob.glob('/proc/[0-9]*/cmdline'):",
            "    take(path, lambda: open(path).read())",
        ),
        8,
        "no exercise needs",
    ),
    "writer": (
        write_to(
            "{ROOT}/helpers/hostile.py",
            "{ROOT}/hostile.txt",
            "{CLASS}/gradebook.db",
            "{CLASS}/hostile.txt",
            "{CLASS}/submitted/z-right/{NAME}/{NAME}.ipynb",
            "{CLASS}/autograded/a-right/{NAME}/{NAME}.ipynb",
            "{HOME}/.bashrc",
            "{HOME}/.ipython/profile_default/startup/hostile.py",
            "{PREFIX}/lib/hostile.pth",
            "/usr/lib/hostile.txt",
            "/etc/hostile.txt",
            "/var/tmp/hostile.txt",
        ),
        8,
        "open",
    ),
    "network": (
        attack(
            "import socket",
            "take('loopback', lambda: socket.create_connection(('127.0.0.1', {PORT}), 3))",
            "abstract = socket.socket(socket.AF_UNIX)",
            "take('abstract', lambda: abstract.connect('\\0hostile-{PORT}'))",
            "take('name', lambda: socket.getaddrinfo('localhost', 80))",
        ),
        8,
        "socket",
    ),
    "forks": (
        attack(
            "import os, time",
            "for _ in range(1000):",
            "    if os.fork() == 0:",
            "        time.sleep(471147)",
            "print('TOOK', 'a thousand processes')",
        ),
        None,
        "no exercise needs",
    ),
    "disk": (
        attack(
            "import os",
            "def fill(folder):",
            "    written = 0",
            "    while written < 600e6:",
            "        with open(folder + '/' + str(written), 'wb') as file:",
            "            written += file.write(bytes(10_000_000))",
            "for folder in ('.', '/tmp', '/dev/shm', '/dev', '/', '/var/tmp', '/run'):",
            "    take(folder, lambda: fill(folder))",
            "def large():",
            "    with open('/dev/shm/large', 'wb') as file:",
            "        file.truncate(10**12)",
            "take('a large file', large)",
        ),
        None,
        "no exercise needs",
    ),
    "memory": (
        attack("print('TOOK', len(bytearray(6 * 10**9)))"),
        8,
        "out of memory",
    ),
    "manymemories": (
        attack(
            "import os, time",
            "for _ in range(8):",
            "    if os.fork() == 0:",
            "        held = b'x' * 1_000_000_000",
            "        time.sleep(471147)",
            "time.sleep(60)",
        ),
        0,
        "GB of memory",
    ),
    "signals": (ignores_signals, 1, "did not stop"),
    "stays": (
        attack(
            "import os, subprocess, sys",
            "if os.fork() == 0:",
            "    os.setsid()",
            "    if os.fork() == 0:",
            f"        os.execv(sys.executable, [sys.executable, '-c', {STAYS!r}])",
            "    os._exit(0)",
            f"subprocess.Popen([sys.executable, '-c', {STAYS!r}], start_new_session=True)",
        ),
        8,
        "subprocess",
    ),
    "killed": (attack("import os", "os.kill(os.getpid(), 9)"), 0, "was ended"),
    "flood": (attack("while True:", "    print('x' * 100_000)"), 0, "printed more"),
    "screen": (
        # Past Jupyter, which keeps a copy of what the kernel was started with.
        attack(
            "import os",
            "for number in os.listdir('/proc/self/fd'):",
            "    try:",
            "        if 'pipe' in os.readlink('/proc/self/fd/' + number):",
            "            os.write(int(number), b'FORGED LINE')",
            "    except OSError:",
            "        pass",
        ),
        8,
        "no exercise needs",
    ),
    "skipped": (skipped, 6, "settings of cells "),
    "kinds": (changed_kinds, 6, "settings of cells "),
    "checks": (
        wrong_and(
            "import helpers.checks as checks",
            "import helpers.checks.probe as probe",
            "checks.check_softmax = lambda answer: None",
            "probe.find_problem = lambda *arguments: None",
        ),
        6,
        "replaces a check",
    ),
    "numpy": (
        wrong_and(
            "import numpy as np",
            "np.isclose = lambda a, b, **options: np.ones(np.shape(a), bool)",
        ),
        None,
        "check_softmax passed in 02_activations.ipynb alone",
    ),
    "imports": (
        wrong_and(
            "import builtins, types",
            "real = builtins.__import__",
            "class Anything(types.ModuleType):",
            "    def __getattr__(self, name):",
            "        return lambda *arguments: print('softmax: right.')",
            "def fake(name, *arguments, **options):",
            "    if name == 'helpers.checks':",
            "        return Anything(name)",
            "    return real(name, *arguments, **options)",
            "builtins.__import__ = fake",
        ),
        6,
        "check_softmax passed in 02_activations.ipynb alone",
    ),
    "rewriter": (
        wrong_and(
            "def rewrite(lines):",
            "    text = ''.join(lines)",
            "    forged = ['print(\"softmax: right.\")\\n', '100']",
            "    return forged if 'check_softmax' in text else lines",
            "get_ipython().input_transformers_cleanup.append(rewrite)",
        ),
        6,
        "check_softmax passed in 02_activations.ipynb alone",
    ),
    "silencer": (
        wrong_and(
            "ip = get_ipython()",
            "ip.showtraceback = lambda *arguments, **options: None",
            "real = ip.kernel.do_execute",
            "async def always_right(*arguments, **options):",
            "    reply = await real(*arguments, **options)",
            "    return {**reply, 'status': 'ok', 'payload': [], 'user_expressions': {}}",
            "ip.kernel.do_execute = always_right",
        ),
        None,
        "passed in 02_activations.ipynb alone",
    ),
    "referee": (
        wrong_and(
            "import helpers.referee as referee, numpy as np",
            "np.isclose = lambda a, b, **options: np.ones(np.shape(a), bool)",
            "referee.answer = lambda *arguments: referee.pack({'verdict': ''})",
            "referee.judge = lambda *arguments: ''",
            "referee.calls_in = lambda *arguments: []",
        ),
        None,
        "passed in 02_activations.ipynb alone",
    ),
    "given": (
        lambda notebook, places: write(
            notebook,
            scores="scores = np.zeros((2, 2))\n\n\n"
            "def broken_softmax(z):\n    return np.full(z.shape, np.nan)",
        ),
        7,
        "check_broken_softmax passed in 02_activations.ipynb alone",
    ),
    "z-right": (lambda notebook, places: None, 8, None),
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Grade the class once. Grades, lines of look.csv by student, notebooks, log and places."""
    course, home = tmp_path_factory.mktemp("class"), tmp_path_factory.mktemp("home")
    (home / ".ssh").mkdir()
    (home / ".ssh" / "id_rsa").write_text(SECRET)
    listener = socket.create_server(("127.0.0.1", 0))
    places = {"HOME": home, "CLASS": course, "ROOT": ROOT, "NAME": NAME, "PREFIX": sys.prefix}
    places |= {"PORT": listener.getsockname()[1]}
    abstract = socket.socket(socket.AF_UNIX)
    abstract.bind(f"\0hostile-{places['PORT']}")
    abstract.listen()
    lay_out_class(SOLUTIONS, course / "source")
    assert nbgrader(course, "generate_assignment", NAME).returncode == 0
    released = (course / "release" / NAME / f"{NAME}.ipynb").read_text(encoding="utf-8")
    solved = json.loads((SOLUTIONS / f"{NAME}.ipynb").read_text(encoding="utf-8"))
    for student, (damage, _, _) in HOSTILE.items():
        notebook = hand_in(json.loads(released), solved)
        damage(notebook, places)
        path = course / "submitted" / student / NAME / f"{NAME}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(notebook), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(home))
        patch.setenv("SECRET_TOKEN", SECRET)
        autograde = nbgrader(course, "autograde", NAME, "--Execute.timeout=10")
    assert nbgrader(course, "export", f"--to={course / 'grades.csv'}").returncode == 0
    with open(course / "grades.csv", newline="", encoding="utf-8") as file:
        grades = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    look = {student: [] for student in [*HOSTILE, "?"]}
    with open(course / "look.csv", newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            look[row["student_id"]].append(row["look at"])
    yield Graded(grades, look, course, autograde, places, listener)
    listener.close()
    abstract.close()


@pytest.mark.parametrize("student", HOSTILE)
def test_each_gets_the_points_deserved_and_a_line_for_the_teacher(graded, student):
    _, points, words = HOSTILE[student]
    if points is None:
        assert graded.grades[student] <= MOST.get(student, 8)
    else:
        assert graded.grades[student] == points
    assert words is None or any(words in reason for reason in graded.look[student])


@pytest.mark.parametrize("student", sorted(HOSTILE.keys() - {"environment", "writer"}))
def test_no_attack_takes_anything(graded, student):
    assert "TOOK" not in graded.printed(student)
    assert SECRET not in graded.printed(student)


def test_no_secret_of_the_environment_is_in_sight(graded):
    text = graded.printed("environment")
    assert "TOOK /proc/1/environ" in text  # else this attack tries nothing
    assert SECRET not in text and "CourseDirectory" not in text


def test_nothing_outside_of_the_box_is_written(graded):
    assert not (ROOT / "hostile.txt").exists() and not (ROOT / "helpers" / "hostile.py").exists()
    assert not (graded.course / "hostile.txt").exists()
    assert not (graded.places["HOME"] / ".bashrc").exists()
    assert not list(Path(sys.prefix).rglob("hostile*"))
    assert not list(graded.places["HOME"].rglob("hostile*"))
    assert "hostile" not in graded.printed("a-right")
    path = graded.course / "submitted" / "z-right" / NAME / f"{NAME}.ipynb"
    assert "hostile" not in path.read_text(encoding="utf-8")


def test_the_gradebook_is_whole(graded):
    with sqlite3.connect(graded.course / "gradebook.db") as database:
        assert database.execute("pragma integrity_check").fetchall() == [("ok",)]
    assert b"hostile" not in (graded.course / "gradebook.db").read_bytes()


def test_nobody_comes_through_the_network(graded):
    graded.listener.settimeout(0.1)
    with pytest.raises(TimeoutError):
        graded.listener.accept()


def test_nothing_stays_behind(graded):
    left = [
        process.info["cmdline"]
        for process in psutil.process_iter(["cmdline"])
        if "471147" in " ".join(process.info["cmdline"] or [])
    ]
    assert left == []


def test_nothing_reaches_the_screen(graded):
    assert "FORGED" not in graded.autograde.stdout + graded.autograde.stderr


def test_all_are_graded_and_the_command_ends_well(graded):
    assert graded.autograde.returncode == 0, graded.autograde.stderr
    assert graded.grades.keys() == HOSTILE.keys()
    assert graded.look["?"] == []


def run(*sources, assignment="", **options):
    """Run a notebook whose last cell is a graded one; return the cells' outputs."""
    cells = [new_code_cell(source) for source in sources]
    cells[-1].metadata["nbgrader"] = {"grade": True, "grade_id": "last", "points": 1}
    notebook = new_notebook(cells=cells)
    resources = {"metadata": {"path": ""}, "nbgrader": {"notebook": assignment}}
    ExecuteBoxed(**options).preprocess(notebook, resources)
    return [cell.outputs for cell in notebook.cells]


def test_a_notebook_that_takes_too_long_in_all_is_ended():
    outputs = run(*["import time; time.sleep(2)"] * 4, "print('late')", seconds=3)
    assert outputs[0] == []
    reason = "it ran longer than 3 seconds"
    assert [output.evalue for output in outputs[-1]] == [reason]


def test_the_box_is_ended_when_the_computer_runs_out_of_memory(monkeypatch):
    memory = SimpleNamespace(total=100, available=4)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: memory)
    outputs = run("import time; time.sleep(5)", "print('late')")
    assert [output.evalue for output in outputs[-1]] == ["the computer had almost no memory left"]


def test_a_number_in_a_graded_cell_is_no_points():
    assert run("1", "100")[-1] == []


INSIDE = """
import json, os, subprocess
print(json.dumps({
    "user": os.getuid(),
    "root": sorted(os.listdir("/")),
    "home": os.listdir(os.environ["HOME"]),
    "processes": sum(name.isdigit() for name in os.listdir("/proc")),
    "namespace": subprocess.run(["unshare", "--user", "true"], capture_output=True).returncode,
    "rights": [line for line in open("/proc/self/status") if line.startswith("CapEff")],
    "session": os.getsid(0),
    "first": open("/proc/self/oom_score_adj").read().strip(),
}))
"""


def test_a_box_holds_nothing_and_gives_no_rights(tmp_path):
    command = boxed([sys.executable, "-c", INSIDE], read=python_paths())
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    inside = json.loads(printed)
    assert inside["user"] == (NOBODY if os.getuid() == 0 else os.getuid())
    places = {"bin", "dev", "etc", "lib", "lib32", "lib64", "libx32", "proc", "sbin", "tmp", "usr"}
    assert set(inside["root"]) <= places | {Path(path).parts[1] for path in python_paths()}
    assert inside["home"] == [] and inside["processes"] == 2
    assert inside["namespace"] != 0  # none inside, with new rights and new memory
    assert inside["rights"] == ["CapEff:\t0000000000000000\n"]
    assert inside["session"] > 0  # its own, so that no terminal can be typed into
    assert inside["first"] == "1000"  # ended before anything else when memory runs out


def test_what_is_given_to_write_is_written_as_the_user_and_the_rest_is_read_only(tmp_path):
    given, other = tmp_path / "given", tmp_path / "other"
    for folder in (given, other):
        folder.mkdir()
        folder.chmod(0o777)
    script = f"cd {given} && touch new; cd {other} && touch new"
    subprocess.run(boxed(["sh", "-c", script], read=[other], write=[given]), capture_output=True)
    assert (given / "new").stat().st_uid == (NOBODY if os.getuid() == 0 else os.getuid())
    assert not (other / "new").exists()


def test_all_ends_with_the_one_who_started_the_box():
    script = "import subprocess, sys; subprocess.Popen(sys.argv[1:]); sys.stdin.read()"
    command = [sys.executable, "-c", script, *boxed(["sleep", "471148"])]
    starter, end = subprocess.Popen(command, stdin=subprocess.PIPE), time.monotonic() + 30
    sleeping = []
    while not sleeping and time.monotonic() < end:
        sleeping = [p for p in processes_of(starter.pid) if p.cmdline() == ["sleep", "471148"]]
    starter.kill()
    starter.communicate()
    assert len(sleeping) == 1 and psutil.wait_procs(sleeping, timeout=30)[1] == []


@pytest.fixture
def asked_anew():
    why_no_box.cache_clear()
    yield
    why_no_box.cache_clear()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda patch: patch.setattr(sys, "platform", "darwin"), "boxes need Linux"),
        (lambda patch: patch.setattr("shutil.which", lambda name: None), "Install bubblewrap"),
        (lambda patch: patch.setattr("platform.release", lambda: "5.10.0-30-amd64"), "too old"),
        (
            lambda patch: patch.setattr("helpers.box.boxed", lambda command: ["false"]),
            "lets users make namespaces",
        ),
    ],
)
def test_why_there_is_no_box_is_said_with_what_to_do(change, words, monkeypatch, asked_anew):
    change(monkeypatch)
    assert words in why_no_box()


def lay_out(course, students):
    """A class with right hand-ins of these students."""
    lay_out_class(SOLUTIONS, course / "source")
    assert nbgrader(course, "generate_assignment", NAME).returncode == 0
    released = (course / "release" / NAME / f"{NAME}.ipynb").read_text(encoding="utf-8")
    solved = json.loads((SOLUTIONS / f"{NAME}.ipynb").read_text(encoding="utf-8"))
    for student in students:
        path = course / "submitted" / student / NAME / f"{NAME}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(hand_in(json.loads(released), solved)), encoding="utf-8")


# Runs where the folder argv[2] is a file system of its own, and small.
FULL = """
import os, shutil, sys
from pathlib import Path
sys.path.insert(0, "tests")
from test_grading_box import NAME, nbgrader
course, report = Path(sys.argv[2]), {}
shutil.copytree(sys.argv[1], course, dirs_exist_ok=True)
def fill(spare):
    state = os.statvfs(course)
    size = state.f_bavail * state.f_frsize - spare
    (course / "filler").write_bytes(bytes(size))
def grades():
    return (course / "grades.csv").read_text()
fill(75_000)
first = nbgrader(course, "autograde", NAME)
report["first"] = first.returncode, "disk is full" in first.stderr or "No space" in first.stderr
(course / "filler").unlink()
nbgrader(course, "export", f"--to={course / 'grades.csv'}")
before = grades()
report["look"] = (course / "look.csv").read_text()
fill(0)
export = nbgrader(course, "export", f"--to={course / 'grades.csv'}")
report["export"] = export.returncode, "as they were before" in export.stderr, grades() == before
(course / "filler").unlink()
report["second"] = nbgrader(course, "autograde", NAME).returncode
nbgrader(course, "export", f"--to={course / 'grades.csv'}")
report["points"] = [line.split(",")[9] for line in grades().splitlines()[1:]]
import json
print(json.dumps(report))
"""


def test_a_full_disk_takes_nothing_and_all_is_graded_once_there_is_room(tmp_path):
    lay_out(tmp_path / "class", ["ada", "eve", "zoe"])
    (tmp_path / "full").mkdir()
    command = ["bwrap", "--dev-bind", "/", "/", "--size", "2400000", "--tmpfs"]
    command += [tmp_path / "full", *(["--cap-add", "ALL"] if os.getuid() == 0 else []), "--"]
    command += [sys.executable, "-c", FULL, tmp_path / "class", tmp_path / "full"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["first"] == [1, True]
    assert "no grade at all: run autograde again" in report["look"]
    assert report["export"] == [1, True, True]
    assert report["second"] == 0 and report["points"] == ["8.0", "8.0", "8.0"]


def test_without_bubblewrap_grading_says_once_that_it_was_not_boxed(tmp_path, monkeypatch):
    lay_out(tmp_path, ["ada", "eve"])
    monkeypatch.setenv("PATH", "")
    autograde = nbgrader(tmp_path, "autograde", NAME)
    assert autograde.returncode == 0
    assert autograde.stderr.count("Not graded in a box: bwrap") == 1
    export = nbgrader(tmp_path, "export", f"--to={tmp_path / 'grades.csv'}")
    assert export.stdout.count("2 hand-ins were not graded in a box: bwrap") == 1
    assert "README.md tells how to box them" in export.stdout
    with open(tmp_path / "grades.csv", newline="", encoding="utf-8") as file:
        assert [float(row["score"]) for row in csv.DictReader(file)] == [8, 8]
