"""A class: the hub starts only when it can serve one, and students do not disturb each other."""

import os
import re
import shutil
import stat
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote

import psutil
import pytest
import yaml
from traitlets.config.loader import PyFileConfigLoader

from helpers.lab import FIRST_NOTEBOOK

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
NEEDS = ("jupyterhub", "jupyterhub-nativeauthenticator")

pytestmark = pytest.mark.skipif(os.name == "nt", reason="JupyterHub does not run on Windows")
sys.path.append(str(DEPLOY))


@pytest.fixture
def ready(tmp_path, monkeypatch):
    """All that the configuration asks for, with a proxy that is never started."""
    proxy = tmp_path / "bin" / "configurable-http-proxy"
    proxy.parent.mkdir()
    proxy.write_text("#!/bin/sh\n")
    proxy.chmod(0o755)
    monkeypatch.setenv("PATH", str(proxy.parent))
    monkeypatch.setenv("CLASS_PASSWORD", "12345678")
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    monkeypatch.setattr("helpers.box.why_no_box", lambda: "")
    for name in ("CLASS_WITHOUT_BOXES", "CLASS_MEMORY", "CLASS_AROUND"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    umask = os.umask(0o022)
    yield tmp_path
    os.umask(umask)


def load_config():
    """What JupyterHub does with its configuration, without a hub."""
    for name in NEEDS:
        if not is_installed(name) and not os.environ.get("CI"):
            pytest.skip(f"{name} is missing. deploy/README.md tells how to install it.")
    return PyFileConfigLoader("jupyterhub_config.py", path=str(DEPLOY)).load_config()


@pytest.mark.parametrize(
    "password, found",
    [
        (None, "has no password"),
        ("", "has no password"),
        ("seven-7", "a password that is too short"),
        ("pässword-1", "a password with accents"),
    ],
)
def test_without_a_password_the_hub_does_not_start(ready, monkeypatch, password, found):
    monkeypatch.delenv("CLASS_PASSWORD")
    if password is not None:
        monkeypatch.setenv("CLASS_PASSWORD", password)
    with pytest.raises(SystemExit, match=f"{found}. Choose one of at least 8") as error:
        load_config()
    assert "export CLASS_PASSWORD=" in str(error.value)


def test_without_the_proxy_the_hub_says_how_to_get_it(ready, monkeypatch):
    monkeypatch.setenv("PATH", str(ready))
    with pytest.raises(SystemExit, match="configurable-http-proxy is missing") as error:
        load_config()
    install = re.findall(r"^    \S.*$", str(error.value), re.MULTILINE)
    assert install[-1].startswith("    npm install -g configurable-http-proxy@")
    # The same lines as those that the page gives and CI runs.
    page = (DEPLOY / "README.md").read_text(encoding="utf-8").splitlines()
    assert set(install) <= set(page)
    for path in (".ci/run", ".github/workflows/test.yml"):
        assert install[-1].strip() in (ROOT / path).read_text(encoding="utf-8")


@pytest.mark.parametrize("words", [None, "", "yes", "everybody trusts everyone"])
def test_without_boxes_the_hub_does_not_start(ready, monkeypatch, words):
    monkeypatch.setattr("helpers.box.why_no_box", lambda: "bwrap not found")
    if words is not None:
        monkeypatch.setenv("CLASS_WITHOUT_BOXES", words)
    with pytest.raises(SystemExit, match="bwrap not found") as error:
        load_config()
    assert 'export CLASS_WITHOUT_BOXES="everybody trusts everybody"' in str(error.value)


def test_without_boxes_the_hub_starts_where_everybody_trusts_everybody(ready, monkeypatch):
    assert load_config().StudentSpawner.is_boxed is True
    monkeypatch.setattr("helpers.box.why_no_box", lambda: "bwrap not found")
    monkeypatch.setenv("CLASS_WITHOUT_BOXES", "everybody trusts everybody")
    assert load_config().StudentSpawner.is_boxed is False


def test_the_hub_is_never_root(ready, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(SystemExit, match="must not run as root"):
        load_config()


def test_no_other_account_can_enter_the_folder_of_a_hub(ready):
    """Nor read what an earlier hub, or a copy of the folder, has left open to all."""
    ready.chmod(0o755)
    load_config()
    Path("new").touch()
    assert [stat.S_IMODE(Path(name).stat().st_mode) for name in (".", "new")] == [0o700, 0o600]


def test_a_hub_in_a_folder_of_somebody_else_does_not_start(ready, monkeypatch):
    def refuse(path, mode):
        raise PermissionError

    monkeypatch.setattr(Path, "chmod", refuse)
    with pytest.raises(SystemExit, match="mkdir -p ~/hub && cd ~/hub") as error:
        load_config()
    assert f"{ready} is not yours" in str(error.value)


def test_the_log_names_no_deprecation_that_a_teacher_cannot_mend(ready, caplog):
    from students import StudentAuthenticator

    database = object()
    with caplog.at_level("WARNING"):
        authenticator = StudentAuthenticator.__new__(StudentAuthenticator)
        authenticator._deprecated_db_session = database
        assert authenticator.db is database
    assert caplog.text == ""


def test_images_that_cannot_be_shared_stop_the_hub(ready, monkeypatch):
    monkeypatch.setattr("helpers.data.SHIPPED_FOLDER", ready)
    with pytest.raises(SystemExit, match="mnist.npz is missing"):
        load_config()


def test_the_class_has_the_instructors_password(ready):
    assert load_config().StudentAuthenticator.class_password == "12345678"


@pytest.mark.parametrize("name", ["anna", "anna-m", "anna_2", "2", "a" * 31])
def test_names_that_students_may_choose(ready, name):
    assert re.match(load_config().Authenticator.username_pattern, name)


@pytest.mark.parametrize(
    "name", ["", "..", ".", "a/b", "a b", "müller", "-a", "a\n", "a" * 32, "~"]
)
def test_names_that_are_no_folder_of_ones_own(ready, name):
    assert not re.match(load_config().Authenticator.username_pattern, name)


def test_each_student_has_own_copies_and_keeps_them(tmp_path):
    from student_server import give_notebooks

    for name in ("anna", "ben"):
        give_notebooks(tmp_path / name)
    lesson = tmp_path / "anna" / "notebooks" / "01_data.ipynb"
    exercise = tmp_path / "anna" / "notebooks" / "my_work" / "01_data.ipynb"
    extra = tmp_path / "anna" / "notebooks" / "extras" / "processes.ipynb"
    original = (ROOT / "notebooks" / "01_data.ipynb").read_bytes()
    assert lesson.read_bytes() == original
    assert exercise.read_bytes() == (ROOT / "notebooks/exercises/01_data.ipynb").read_bytes()
    assert extra.read_bytes() == (ROOT / "notebooks/extras/processes.ipynb").read_bytes()

    lesson.write_text("Anna's own lesson")
    exercise.unlink()
    give_notebooks(tmp_path / "anna")
    assert lesson.read_text() == "Anna's own lesson"
    assert exercise.exists()
    assert (tmp_path / "ben/notebooks/01_data.ipynb").read_bytes() == original
    assert (ROOT / "notebooks" / "01_data.ipynb").read_bytes() == original


def test_the_page_that_opens_first_is_there(ready):
    from student_server import give_notebooks

    give_notebooks(ready)
    assert (ready / load_config().Spawner.default_url.removeprefix("/lab/tree/")).is_file()


def test_kernels_talk_through_files_whose_paths_are_not_too_long(ready):
    config = load_config()
    assert "--KernelManager.transport=ipc" in config.Spawner.args
    runtime = config.Spawner.environment["JUPYTER_RUNTIME_DIR"]
    folders = {runtime(SimpleNamespace(user=SimpleNamespace(name=31 * char))) for char in "ab"}
    # One folder a student, and what Linux's sockaddr_un has room for.
    assert len(folders) == 2
    assert max(map(len, folders)) + len(f"/kernel-{36 * '0'}-ipc-5") <= 107


def test_the_teacher_sets_limits(ready, monkeypatch):
    assert load_config().Spawner.mem_limit == "4G"
    monkeypatch.setenv("CLASS_MEMORY", "2G")
    assert load_config().Spawner.mem_limit == "2G"


@pytest.fixture
def systemd_run(ready, monkeypatch):
    """Put a program in place of systemd-run, which notes how it was started. Returns the note."""
    path = ready / "bin" / "systemd-run"
    monkeypatch.setenv("PATH", f"{path.parent}:{os.defpath}")

    def make(script):
        note = 'for word in "$XDG_RUNTIME_DIR" "$@"; do echo "$word"; done'
        path.write_text(f"#!/bin/sh\n({note}) > {ready}/note\n{script}\n")
        path.chmod(0o755)
        return ready / "note"

    return make


@pytest.mark.parametrize("memory", ["4G", "2G"])
def test_each_student_has_a_share_where_systemd_gives_one(systemd_run, monkeypatch, capfd, memory):
    note = systemd_run("echo cpuset cpu memory pids")
    if memory != "4G":
        monkeypatch.setenv("CLASS_MEMORY", memory)
    around = load_config().StudentSpawner.around
    assert capfd.readouterr().err == ""
    folder = f"/run/user/{os.getuid()}"
    assert around[:3] == ["env", f"XDG_RUNTIME_DIR={folder}", "systemd-run"]
    # What was tried is what is used, with all its properties.
    tried = note.read_text().splitlines()
    assert [folder, *around[3:]] == tried[: len(around) - 2]
    for part in ("--user", "--scope", f"MemoryMax={memory}", "CPUWeight=100", "--"):
        assert part in around


@pytest.mark.parametrize(
    "script, words",
    [
        (None, "there is no systemd-run"),
        ("echo Started. >&2\necho No bus. >&2\nexit 1", "systemd-run says: No bus."),
        ("exit 1", "no word"),
    ],
)
def test_without_a_share_for_each_the_hub_says_so(
    systemd_run, ready, monkeypatch, capfd, script, words
):
    if script is None:
        monkeypatch.setenv("PATH", str(ready / "bin"))
    else:
        systemd_run(script)
    assert load_config().StudentSpawner.around == []
    (line,) = capfd.readouterr().err.splitlines()
    assert line.startswith("One student can slow all others") and words in line
    assert f"loginctl enable-linger {psutil.Process().username()};" in line


def test_a_systemd_that_does_not_answer_does_not_stop_the_hub(systemd_run, capfd, monkeypatch):
    systemd_run("exec sleep 60")
    monkeypatch.setattr("students.PATIENCE", 0.2)
    assert load_config().StudentSpawner.around == []
    assert "timed out" in capfd.readouterr().err


@pytest.mark.parametrize(
    "controllers, what",
    [("memory pids", "processor"), ("cpu pids", "memory"), ("pids", "processor and the memory")],
)
def test_the_hub_says_what_systemd_does_not_share_out(systemd_run, capfd, controllers, what):
    systemd_run(f"echo {controllers}")
    assert "systemd-run" in load_config().StudentSpawner.around
    (line,) = capfd.readouterr().err.splitlines()
    assert f"take the {what} of all others" in line
    page = (DEPLOY / "README.md").read_text(encoding="utf-8")
    for part in ("Delegate=cpu memory pids", "/etc/systemd/system/user@.service.d/class.conf"):
        assert part in line and part in page


@pytest.mark.parametrize("own", ["", "nice -n 3", "systemd-run --user -p 'MemoryMax=3G' --"])
def test_the_teachers_own_command_comes_first(systemd_run, monkeypatch, capfd, own):
    note = systemd_run("echo cpu memory")
    monkeypatch.setenv("CLASS_AROUND", own)
    assert load_config().StudentSpawner.around == own.replace("'", "").split()
    assert not note.exists() and capfd.readouterr().err == ""


def test_no_student_gets_the_folder_of_the_hub(ready):
    config = load_config()
    hub = unquote(config.JupyterHub.hub_bind_url.removeprefix("http+unix://"))
    assert Path(hub).parent.parent == Path(config.StudentSpawner.sockets)
    assert not re.match(config.Authenticator.username_pattern, Path(hub).parent.name)


def test_kubernetes_values():
    text = (DEPLOY / "kubernetes-values.yaml").read_text(encoding="utf-8")
    values = yaml.safe_load(text)
    assert set(values) == {"hub", "singleuser", "cull"}
    student = values["singleuser"]
    # Kubernetes refuses a variable that is a number, and Helm would pass one on.
    assert all(isinstance(value, str) for value in student["extraEnv"].values())
    assert isinstance(student["image"]["tag"], str)
    # The volume must not lie over the course.
    assert student["storage"]["homeMountPath"] == "/home/jovyan/notebooks/my_work"
    assert student["defaultUrl"] == f"/lab/tree/{FIRST_NOTEBOOK}"
    # No password that somebody could know.
    assert values["hub"]["config"]["SharedPasswordAuthenticator"]["user_password"] == ""


def test_the_link_for_binder_opens_the_same_notebook():
    text = (DEPLOY / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"urlpath=lab/tree/(\S+)", text) == [FIRST_NOTEBOOK]


def missing():
    """What a hub needs and this computer does not have."""
    python = [name for name in NEEDS if not is_installed(name)]
    proxy = "configurable-http-proxy"
    return python + ([] if shutil.which(proxy) else [proxy])


def is_installed(name):
    return bool(list(metadata.distributions(name=name)))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what a process adds")
def test_a_small_class_trains_and_nobody_notices_who_fails():
    if missing() and not os.environ.get("CI"):
        pytest.skip(f"missing: {', '.join(missing())}. deploy/README.md tells how to install them.")
    assert not missing()
    done = subprocess.run(
        [sys.executable, DEPLOY / "load_test.py", "--students=3"],
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    for line in (
        "All 3 students trained at the same time: loss 0.4184, accuracy 0.9329.",
        "the others trained on, same result.",
        "Nobody else's process has ended.",
        "Everything is stopped.",
    ):
        assert line in done.stdout
    assert len(re.findall(r"^\| student-\d( \| \d+\.\d){6} \|$", done.stdout, re.MULTILINE)) == 3
