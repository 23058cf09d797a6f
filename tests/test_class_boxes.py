"""A class of two on a running hub. Anna tries what she must not, and Ben must not notice."""

import errno
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from helpers.box import why_no_box

ROOT = Path(__file__).parent.parent
sys.path.append(str(ROOT / "deploy"))

PASSWORD = "the-class-of-two"
# In place of systemd's program. It says that all can be shared out, and makes what it runs polite.
SYSTEMD_RUN = """#!/bin/sh
while [ "$1" != -- ]; do shift; done
shift
case "$*" in
*cgroup.controllers*) echo cpu memory ;;
*) exec nice -n 3 "$@" ;;
esac
"""
SECRET = "Ben's own work"


def missing():
    """What a class in boxes needs and this computer does not have."""
    if sys.platform != "linux":
        return "boxes need Linux"
    if not shutil.which("configurable-http-proxy"):
        return "configurable-http-proxy is missing: deploy/README.md tells how to install it"
    try:
        import jupyterhub  # noqa: F401
        import nativeauthenticator  # noqa: F401
    except ImportError as error:
        return f"{error}: deploy/README.md tells how to install it"
    return why_no_box()


@pytest.fixture(scope="module")
def hub():
    """A running hub, in a folder of its own."""
    if missing():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(missing())
    from load_test import Hub

    with tempfile.TemporaryDirectory(prefix="class-") as folder, pytest.MonkeyPatch.context() as m:
        program = Path(folder, "bin", "systemd-run")
        program.parent.mkdir()
        program.write_text(SYSTEMD_RUN)
        program.chmod(0o755)
        m.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
        m.delenv("CLASS_AROUND", raising=False)
        hub = Hub(folder, PASSWORD)
        hub.folder = Path(folder)
        try:
            hub.wait()
            yield hub
        except RuntimeError:
            pytest.fail(hub.log.read_text())
        finally:
            alive = hub.stop()
        assert alive == []


def come_in(hub, name):
    """A student with a server and a kernel."""
    from load_test import Student

    student = Student(hub.url, name)
    student.log_in(PASSWORD)
    student.kernel = student.post("api/kernels", {"name": "python3"})["id"]
    return student


@pytest.fixture(scope="module")
def ben(hub):
    ben = come_in(hub, "ben")
    ben.run(f"open('work.txt', 'w').write({SECRET!r})")
    return ben


@pytest.fixture(scope="module")
def anna(hub, ben):
    return come_in(hub, "anna")


@pytest.fixture(autouse=True)
def ben_works_on(request):
    """Whatever is tried: Ben's processes, his file and his kernel's memory stay as they were."""
    if "ben" not in request.fixturenames:
        yield
        return
    hub, ben = (request.getfixturevalue(name) for name in ("hub", "ben"))
    ben.run("kept = 'in memory'")
    before = {key: process for key, process in hub.processes().items() if key[0] == "ben"}
    yield
    assert ben.run("print(kept, open('work.txt').read())") == f"in memory {SECRET}\n"
    assert {key: process for key, process in hub.processes().items() if key[0] == "ben"} == before


def outcome(student, code):
    """Run code in a student's kernel. Returns what `code` calls `got`, or the error's number."""
    lines = "".join(f"    {line}\n" for line in code.strip().splitlines())
    printed = student.run(
        "import glob, json, os, signal, socket, subprocess\ngot = None\n"
        f"try:\n{lines}except OSError as error:\n    got = error.errno\nprint(json.dumps(got))"
    )
    return json.loads(printed)


# --- files ----------------------------------------------------------------------------------


def test_a_student_sees_no_other_home(hub, anna, ben):
    home = hub.folder / "students" / "ben"
    assert (home / "work.txt").read_text() == SECRET
    assert outcome(anna, f"got = open({str(home / 'work.txt')!r}).read()") == errno.ENOENT
    assert outcome(anna, f"got = os.listdir({str(home.parent)!r})") == ["anna"]
    for path in ("/home", "/root/.ssh", "/var", "/etc/passwd", "/run"):
        assert outcome(anna, f"got = os.listdir({path!r})") == errno.ENOENT


def test_a_student_sees_nothing_of_the_hub(hub, anna, ben):
    own = {path.name for path in hub.folder.iterdir()}
    assert {"jupyterhub.sqlite", "jupyterhub_cookie_secret", "jupyterhub-proxy.pid", "logs"} < own
    assert outcome(anna, f"got = os.listdir({str(hub.folder)!r})") == ["students"]
    outcome(anna, f"open({str(hub.folder / 'new')!r}, 'w')")  # in the box's own memory
    assert {path.name for path in hub.folder.iterdir()} == own
    everywhere = "got = [f for top in os.walk('/') for f in top[2] if f.startswith('jupyterhub')]"
    found = set(outcome(anna, everywhere))
    assert not found & {"jupyterhub.sqlite", "jupyterhub_cookie_secret", "jupyterhub-proxy.pid"}


def test_a_student_sees_no_solution(anna, ben):
    assert (ROOT / "notebooks" / "solutions").is_dir()
    path = str(ROOT / "notebooks" / "solutions")
    assert outcome(anna, f"got = os.listdir({path!r})") == errno.ENOENT
    assert outcome(anna, f"got = os.listdir({str(ROOT / 'helpers')!r})")


@pytest.mark.parametrize(
    "path",
    [
        ROOT / "helpers" / "data.py",
        ROOT / "helpers" / "mnist" / "mnist_images.npy",
        ROOT / "notebooks" / "01_data.ipynb",
        ROOT / "notebooks" / "exercises" / "01_data.ipynb",
        ROOT / "deploy" / "student_server.py",
        Path(requests.__file__),
        Path("/usr/bin/env"),
    ],
    ids=lambda path: path.name,
)
def test_a_student_cannot_change_the_course(anna, ben, path):
    before = path.read_bytes()
    # Where root owns the course, that alone forbids it too.
    refused = (errno.EROFS, errno.EACCES)
    assert outcome(anna, f"open({str(path)!r}, 'ab').write(b'changed')") in refused
    assert outcome(anna, f"got = os.statvfs({str(path)!r}).f_flag & os.ST_RDONLY") == os.ST_RDONLY
    assert path.read_bytes() == before


def test_the_hub_writes_nothing_where_a_student_puts_a_link(hub, anna, ben):
    theirs = hub.folder / "students" / "ben" / "notebooks"
    (theirs / "extras" / "processes.ipynb").unlink()
    before = sorted(theirs.rglob("*"))
    anna.run(f"import os; os.rename('notebooks', 'mine'); os.symlink({str(theirs)!r}, 'notebooks')")
    start_again(hub, anna)
    assert sorted(theirs.rglob("*")) == before
    anna.run("import os; os.unlink('notebooks'); os.rename('mine', 'notebooks')")


def own_form(student):
    """What tells the hub that a request comes from its own page in a student's browser."""
    return {"X-XSRFToken": student.web.cookies.get("_xsrf", path="/hub/")}


def start_again(hub, student):
    """Stop a student's server in the Hub Control Panel, and start it again."""
    api = f"{hub.url}/hub/api/users/{student.name}/server"
    headers = own_form(student)
    student.request("DELETE", api, headers=headers)
    student.request("POST", api, headers=headers)
    student.wait()
    student.kernel = student.post("api/kernels", {"name": "python3"})["id"]


# --- processes ------------------------------------------------------------------------------


def test_a_student_sees_only_own_processes(hub, anna, ben):
    code = "got = [open(f'/proc/{p}/cmdline').read() for p in os.listdir('/proc') if p.isdigit()]"
    seen = [line.split("\0")[0].rpartition("/")[2] for line in outcome(anna, code)]
    assert sorted(seen) == ["bwrap", "python", "python"]


def test_a_student_finds_no_secret_in_an_environment(hub, anna, ben):
    code = "got = [open(p, 'rb').read().decode() for p in glob.glob('/proc/[0-9]*/environ')]"
    seen = "\0".join(outcome(anna, code))
    assert "JUPYTERHUB_USER=anna" in seen
    assert PASSWORD not in seen
    for name in ("CLASS_PASSWORD", "CONFIGPROXY_AUTH_TOKEN", "JUPYTERHUB_USER=ben"):
        assert name not in seen


def test_a_student_ends_no_process_of_others(hub, anna, ben):
    """By the numbers under which the computer knows them, and then all that there are."""
    others = [process.pid for (who, _), process in hub.processes().items() if who != "anna"]
    code = f"""
got = []
for number in {others}:
    try: os.kill(number, signal.SIGKILL)
    except OSError as error: got.append(error.errno)
"""
    assert set(outcome(anna, code)) == {errno.ESRCH}
    assert hub.process.is_running()


def test_a_student_makes_no_box_in_the_box(anna, ben):
    code = "got = subprocess.run(['unshare', '--user', 'true'], capture_output=True).returncode"
    assert outcome(anna, code) != 0


def test_a_fork_bomb_ends_in_its_box(anna, ben):
    code = """
children = []
try:
    while len(children) < 300:
        children.append(subprocess.Popen(['sleep', '60']))
except OSError as error:
    got = [len(children), error.errno]
for child in children:
    child.kill()
    child.wait()
"""
    count, number = outcome(anna, "got = [300, 0]\n" + code)
    assert 20 < count < 128
    assert number == errno.EAGAIN
    assert ben.run("import subprocess; print(subprocess.run(['true']).returncode)") == "0\n"


def test_memory_has_a_limit(anna, ben):
    assert outcome(anna, "try: got = len(bytearray(5 << 30))\nexcept MemoryError: got = 0") == 0
    assert outcome(anna, "got = len(bytearray(1 << 30))") == 1 << 30


def test_systemd_starts_each_server(hub, anna, ben):
    assert outcome(anna, "got = os.nice(0)") == outcome(ben, "got = os.nice(0)") == os.nice(0) + 3


def test_when_memory_is_short_the_hub_is_not_the_first_to_go(hub, anna, ben):
    scores = {
        key: int(Path(f"/proc/{process.pid}/oom_score_adj").read_text())
        for key, process in hub.processes().items()
    }
    assert scores["anna", "kernel"] == scores["ben", "server"] == 1000
    assert {score for (who, _), score in scores.items() if who is None} == {0}


def test_files_have_a_limit(hub, anna, ben):
    """So has the log of a student's server, which lies in the hub's folder."""
    assert outcome(anna, "os.truncate('large', 200 << 20)") == errno.ENOENT
    assert outcome(anna, "open('large', 'w'); os.truncate('large', 200 << 20)") == errno.EFBIG
    log = "/proc/2/fd/1"
    assert outcome(anna, f"got = os.readlink({log!r})").endswith("logs/anna.log")
    assert outcome(anna, f"os.truncate({log!r}, 200 << 20)") == errno.EFBIG
    fill = (
        "with open('/tmp/large', 'wb') as file:\n    for _ in range(300): file.write(bytes(1<<20))"
    )
    assert outcome(anna, f"got = 0\n{fill}") in (errno.EFBIG, errno.ENOSPC)


# --- the network ----------------------------------------------------------------------------


def test_a_student_reaches_nothing_of_the_computer(hub, anna, ben):
    place = urlsplit(hub.url)
    requests.get(f"{hub.url}/hub/health", timeout=60).raise_for_status()
    code = f"got = socket.create_connection(({place.hostname!r}, {place.port}), 5) and 0"
    assert outcome(anna, code) == errno.ECONNREFUSED


def test_own_processes_find_each_other(anna, ben):
    """As PyTorch's processes do, in the extra on them."""
    code = "got = socket.gethostbyname(socket.gethostname())"
    assert outcome(anna, code).startswith("127.")


def test_a_student_finds_the_hub_and_no_other_server(anna, ben):
    code = "got = os.listdir(os.path.dirname(os.environ['JUPYTER_RUNTIME_DIR']))"
    assert sorted(outcome(anna, code)) == ["anna", "the.hub"]
    assert outcome(anna, code.replace("))", ") + '/the.hub')")) == ["socket"]


def test_a_link_in_place_of_the_server_leads_nowhere(hub, anna, ben):
    """The proxy would follow it, outside the box."""
    folder = outcome(anna, "got = os.environ['JUPYTER_RUNTIME_DIR']")
    swap = f"os.rename('{folder}/server', '{folder}/old')\n"
    swap += f"os.symlink('{folder}.server'.replace('anna', 'ben'), '{folder}/server')\ngot = 0"
    assert outcome(anna, swap) == 0
    model = anna.request("GET", f"{anna.server}/api/kernels").json()
    assert [kernel["id"] for kernel in model] == [anna.kernel]
    outcome(anna, f"os.replace('{folder}/old', '{folder}/server')\ngot = 0")


@pytest.mark.parametrize("kind", ["socket", "link", "file"])
def test_the_hub_gives_the_proxy_nothing_but_a_socket(tmp_path, monkeypatch, kind):
    if missing():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(missing())
    import asyncio
    import socket
    from types import SimpleNamespace

    from students import StudentSpawner

    monkeypatch.chdir(tmp_path)  # a socket's path is short
    (tmp_path / "anna").mkdir()
    listener = socket.socket(socket.AF_UNIX)
    listener.bind("anna/server" if kind == "socket" else "other")
    if kind == "link":
        (tmp_path / "anna" / "server").symlink_to(tmp_path / "other")
    elif kind == "file":
        (tmp_path / "anna" / "server").write_text("")

    polls = iter([None, 1])

    async def poll():
        return next(polls)

    spawner = SimpleNamespace(poll=poll, logs="logs", server=SimpleNamespace(base_url="/user/a/"))
    found = StudentSpawner.address(spawner, tmp_path / "anna" / "server")
    if kind == "socket":
        assert asyncio.run(found).endswith("anna.server/user/a/")
        assert (tmp_path / "anna.server").is_socket()
    else:
        with pytest.raises(RuntimeError):
            asyncio.run(found)
    listener.close()


@pytest.mark.parametrize("path", ["api/contents/work.txt", "api/kernels", "lab", "api/terminals"])
def test_a_student_opens_no_other_server(hub, anna, ben, path):
    url = f"{ben.server}/{path}"
    ben.request("GET", url)
    assert anna.web.get(url, timeout=60).status_code == 403
    token = outcome(anna, "got = os.environ['JUPYTERHUB_API_TOKEN']")
    headers = {"Authorization": f"token {token}"}
    assert requests.get(f"{hub.url}/hub/api/user", headers=headers, timeout=60).ok
    assert requests.get(url, headers=headers, timeout=60).status_code == 403


def test_a_student_tells_the_hub_nothing_about_others(hub, anna, ben):
    token = outcome(anna, "got = os.environ['JUPYTERHUB_API_TOKEN']")
    headers = {"Authorization": f"token {token}"}
    api = f"{hub.url}/hub/api/users"
    for method, path in [
        ("GET", ""),
        ("GET", "/ben"),
        ("DELETE", "/ben"),
        ("DELETE", "/ben/server"),
        ("POST", "/ben/tokens"),
        ("POST", "/ben/server"),
        ("POST", "/ben/activity"),
        ("POST", "/carl"),
    ]:
        for web, extra in ((requests, headers), (anna.web, own_form(anna))):
            answer = web.request(method, api + path, headers=extra, timeout=60)
            assert answer.status_code in (403, 404), (method, path, answer.text)


def test_a_quick_answer_reaches_the_browser(hub, anna):
    """The proxy must not mistake it for a server that is gone: see deploy/keep_open.cjs."""
    url = f"{hub.url}/hub/api/users/carl"
    answers = [anna.web.post(url, json={}, timeout=60).status_code for _ in range(100)]
    assert set(answers) == {403}


# --- names and passwords --------------------------------------------------------------------


def login(hub, name, password, class_password=""):
    """Log in with a new browser. Returns what the page says, "" if the student is in."""
    web = requests.Session()
    web.trust_env = False
    web.get(f"{hub.url}/hub/login", timeout=60)
    form = {"username": name, "password": password, "class_password": class_password}
    form["_xsrf"] = web.cookies["_xsrf"]
    answer = web.post(f"{hub.url}/hub/login", data=form, timeout=60, allow_redirects=False)
    if answer.status_code == 302:
        return ""
    _, found, rest = answer.text.partition('class="login_error">')
    assert found, answer.text
    return " ".join(rest.partition("<")[0].split())


@pytest.mark.parametrize("name", ["ben", "Ben", "BEN"])
def test_nobody_logs_in_under_anothers_name(hub, ben, anna, name):
    for password in (anna.password, PASSWORD, "", secrets.token_hex(8), "x" * 73):
        assert "Invalid username or password" in login(hub, name, password, PASSWORD)
    assert login(hub, name, ben.password) == ""


@pytest.mark.parametrize("name", [" ben", "ben ", "../ben", "ben/", "be\0n", "", "b" * 32, "béa"])
def test_a_strange_name_is_refused(hub, name):
    before = sorted((hub.folder / "students").iterdir())
    assert login(hub, name, "good-enough-77", PASSWORD)
    assert sorted((hub.folder / "students").iterdir()) == before


@pytest.mark.parametrize("word", ["", "the-class-of-tw", PASSWORD.upper(), "good-enough-77"])
def test_nobody_comes_in_without_the_classs_password(hub, word):
    assert "Nobody has logged in as carl so far" in login(hub, "carl", "good-enough-77", word)


@pytest.mark.parametrize("password", ["", "short", "password1", "x" * 73, 40 * "ä"])
def test_a_password_of_ones_own_is_a_good_one(hub, password):
    assert login(hub, "carl", password, PASSWORD)
    # The name is still free.
    assert "Nobody has logged in as carl so far" in login(hub, "carl", "good-enough-77")


def test_there_is_no_other_way_in(hub):
    for page in ("signup", "authorize", "authorize/ben", "discard/ben", "change-password/ben"):
        answer = requests.get(f"{hub.url}/hub/{page}", timeout=60)
        assert answer.status_code == 404 or "/hub/login" in answer.url, page
    answer = requests.post(f"{hub.url}/hub/signup", timeout=60)
    assert answer.status_code in (403, 404)


def test_students_change_their_own_password_and_no_other(hub, anna, ben):
    page = f"{hub.url}/hub/change-password"
    new = "another-good-one"

    def change(student, old, path=""):
        token = student.request("GET", page).text.partition('name="_xsrf" value="')[2]
        form = {"_xsrf": token.partition('"')[0], "old_password": old, "new_password": new}
        form["new_password_confirmation"] = new
        return student.web.post(page + path, data=form, timeout=60)

    assert "current password was incorrect" in change(anna, ben.password).text
    assert change(anna, anna.password, "/ben").status_code == 404
    assert login(hub, "anna", anna.password) == login(hub, "ben", ben.password) == ""
    assert "changed successfully" in change(anna, anna.password).text
    assert "Invalid" in login(hub, "anna", anna.password)
    assert login(hub, "anna", new) == ""
    anna.password = new


def reset_password(folder, *names):
    command = [sys.executable, ROOT / "deploy" / "reset_password.py", *names]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def test_the_teacher_gives_a_student_a_new_password(hub, anna, ben):
    assert login(hub, "anna", anna.password) == ""
    done = reset_password(hub.folder, "anna")
    new = re.fullmatch(r"The password of anna is now (\w{10})\.\n", done.stdout)[1]
    assert "Invalid" in login(hub, "anna", anna.password)
    assert login(hub, "anna", new) == login(hub, "ben", ben.password) == ""
    anna.password = new


def test_the_teacher_hears_whose_password_there_is(hub, anna, ben, tmp_path):
    done = reset_password(hub.folder, "carla")
    assert done.returncode == 1
    assert "There is no student carla. There are: anna, ben" in done.stderr
    assert "takes the name of a student" in reset_password(hub.folder).stderr
    assert f"There is no jupyterhub.sqlite in {tmp_path}" in reset_password(tmp_path, "a").stderr
    assert list(tmp_path.iterdir()) == []


# --- what the teacher reads ------------------------------------------------------------------


def test_the_hubs_log_has_no_commands_of_forty_lines(hub, anna):
    log = hub.log.read_text()
    assert "logged in: anna" in log and "--ro-bind" not in log
