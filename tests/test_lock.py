"""The lock: every package of the tested set, at its version, with the sums of its files."""

import hashlib
import importlib.metadata
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
# One package: its name, version and marker, and a line for each of its files.
ENTRY = re.compile(r"^(\w\S*==.+?)((?: \\\n    --hash=\S+)*)$", re.MULTILINE)
# The machine on which constraints.txt is written down.
LINUX = {
    "implementation_name": "cpython",
    "os_name": "posix",
    "platform_machine": "x86_64",
    "python_full_version": "3.11.2",
    "sys_platform": "linux",
}


def in_constraints():
    """Names and versions in constraints.txt, but for what a class's hub alone needs."""
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    pins = re.findall(r"^([\w.-]+)==(\S+)$", text, re.MULTILINE)
    pins = {canonicalize_name(name): version for name, version in pins}
    alone = of_the_hub() - locked().keys()
    assert "onetimepass" in alone
    return {name: version for name, version in pins.items() if name not in alone}


def of_the_hub():
    """What deploy/requirements.txt brings along."""
    text = (ROOT / "deploy" / "requirements.txt").read_text(encoding="utf-8")
    left = [Requirement(line) for line in text.splitlines() if line[0] != "#"]
    found = set()
    while left:
        requirement = left.pop()
        name = canonicalize_name(requirement.name)
        if name not in found and (not requirement.marker or requirement.marker.evaluate(LINUX)):
            found.add(name)
            left += map(Requirement, importlib.metadata.requires(name) or [])
    return found


def locked():
    """Each package of the lock: its version, its marker or None, its sums."""
    packages = {}
    for line, sums in ENTRY.findall(LOCK):
        requirement = Requirement(line)
        (pin,) = requirement.specifier
        assert pin.operator == "==", line
        sums = re.findall(r"--hash=(\S+)", sums)
        packages[canonicalize_name(requirement.name)] = (pin.version, requirement.marker, sums)
    return packages


def test_the_lock_has_the_tested_versions():
    packages = locked()
    versions = {
        name: version for name, (version, _, _) in packages.items() if name in in_constraints()
    }
    assert versions == in_constraints()
    here = {
        name for name, (_, marker, _) in packages.items() if not marker or marker.evaluate(LINUX)
    }
    assert here >= in_constraints().keys()


def test_what_else_the_lock_has_is_for_some_platforms_alone():
    others = {
        name: marker for name, (_, marker, _) in locked().items() if name not in in_constraints()
    }
    assert {"appnope", "pywinpty", "triton"} <= others.keys()
    for name, marker in others.items():
        assert re.search(r"(sys_platform|os_name) == ", str(marker)), f"{name}: {marker}"


def test_each_package_has_the_sum_of_a_file():
    for name, (_, _, sums) in locked().items():
        assert sums, name
        assert all(re.fullmatch("sha256:[0-9a-f]{64}", value) for value in sums), name


def test_the_lock_holds_nothing_but_pins():
    # A wheel runs nothing while it is installed; a source archive fetches what builds it, unseen.
    rest = [line for line in ENTRY.sub("", LOCK).splitlines() if line and line[0] != "#"]
    assert rest == ["--only-binary :all:"]


def test_the_command_that_made_the_lock_is_the_one_to_type():
    (command,) = re.findall(r"^#    (uv pip compile .*)$", LOCK, re.MULTILINE)
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert command in re.sub(r" \\\n\s+", " ", text)


def test_make_locked_types_what_an_instructor_reads():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (recipe,) = re.findall(r"^locked:\n((?:\t.*\n)+)", makefile, re.MULTILINE)
    recipe = recipe.replace("$(PYTHON)", "python3").replace("$(BIN)", ".venv/bin")
    page = (ROOT / "notebooks" / "solutions" / "README.md").read_text(encoding="utf-8")
    commands = re.findall(r"^    (.* -m (?:venv|pip) .*)$", page, re.MULTILINE)
    assert commands == re.findall(r"^\t(.* -m (?:venv|pip) .*)$", recipe, re.MULTILINE)
    # pip asks no sum of what is there already, or of what a build brings along.
    for option in ("--clear", "--require-hashes", "--no-build-isolation"):
        assert option in recipe


# --- what pip and uv make of it -----------------------------------------------------------


def download(folder, lines):
    """Let pip fetch what the lines say from a folder, without a network; what it prints."""
    (folder / "lines.txt").write_text(lines, encoding="utf-8")
    words = ("download", "--isolated", "--no-index", "--find-links", folder, "--no-deps")
    words += ("--dest", folder / "taken", "--require-hashes", "-r", folder / "lines.txt")
    command = [sys.executable, "-m", "pip", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.slow
def test_pip_refuses_a_file_with_another_sum(tmp_path):
    """A wheel with the name of one of ours, but made by somebody else."""
    wheel = tmp_path / "six-1.17.0-py2.py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("six.py", "print('not what you expected')\n")
        info = "six-1.17.0.dist-info"
        archive.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: six\nVersion: 1.17.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n")
    (ours,) = (entry[0] for entry in ENTRY.finditer(LOCK) if entry[1].startswith("six=="))
    status, said = download(tmp_path, f"--only-binary :all:\n{ours}\n")
    assert status == 1 and "THESE PACKAGES DO NOT MATCH THE HASHES" in said
    assert list((tmp_path / "taken").iterdir()) == []
    # Nothing else is wrong with it: with its own sum it is taken.
    own = hashlib.sha256(wheel.read_bytes()).hexdigest()
    status, said = download(tmp_path, f"six==1.17.0 --hash=sha256:{own}\n")
    assert status == 0, said
    status, said = download(tmp_path, "six==1.17.0\n")
    assert status == 1 and "Hashes are required" in said


@pytest.mark.slow
@pytest.mark.skipif(not os.environ.get("CI"), reason="asks the package index: on CI only")
@pytest.mark.parametrize("python", ["3.11", "3.13"])
@pytest.mark.parametrize(
    "platform", ["x86_64-unknown-linux-gnu", "aarch64-apple-darwin", "x86_64-pc-windows-msvc"]
)
def test_each_platform_has_wheels_of_what_is_locked(platform, python, tmp_path):
    """Of the sums, uv asks only when it fetches the files: here it fetches none."""
    words = ("--dry-run", "--require-hashes", "-r", ROOT / "requirements.lock")
    words += ("--python-platform", platform, "--python-version", python, "--target", tmp_path)
    command = [sys.executable, "-m", "uv", "pip", "install", *map(str, words)]
    # PyTorch is made for macOS 14 and newer.
    env = os.environ | {"MACOSX_DEPLOYMENT_TARGET": "14.0"}
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert " + torch==2.13.0" in done.stderr
