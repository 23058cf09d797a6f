"""Run a program in a box: nothing of the computer in sight but what it is given to read.

The box is made by bubblewrap, on Linux. A program in it has a read-only system, an empty home,
no network, no processes but its own, and limits; when it ends, all that it started ends too.
"""

import contextlib
import functools
import os
import platform
import re
import shutil
import site
import subprocess
import sys
from pathlib import Path

# As prlimit calls them. A limit on `as` is one on each process: on the address space, in bytes.
LIMITS = {"as": 4 << 30, "nproc": 128, "fsize": 100 << 20, "nofile": 512, "msgqueue": 0, "core": 0}
DISK = 256 << 20  # bytes in /tmp, and as many in /dev/shm; both are memory
HOME = "/tmp/home"
NOBODY = 65534
# Of /etc only what programs need to start. Of the rest some is secret, and none is needed.
SYSTEM = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc/ld.so.cache"]
SYSTEM += ["/etc/alternatives", "/etc/fonts", "/etc/localtime"]
OLDEST_LINUX = (5, 14)  # since then the processes of each box are counted apart


def boxed(
    command,
    read=(),
    write=(),
    environment=(),
    folder=HOME,
    limits=LIMITS,
    disk=DISK,
    user=NOBODY,
    options=(),
):
    """Return the command that runs a command in a box.

    Parameters
    ----------
    command : list of str
        Its program must be in the system, or in `read`.
    read, write : iterable of str or Path
        Files and folders that it sees at their own paths, to read only or also to write. All
        that is not named here, and is no part of the system, is not there.
    environment : dict of str to str, optional
        Besides PATH, HOME, TMPDIR and LANG. It shows in the list of processes; give None to
        keep the environment with which the command is started, and name no secret here.
    folder : str or Path, optional
        Where it starts. By default its empty home, `HOME`.
    limits : dict of str to int, optional
        As prlimit calls them; see `LIMITS`.
    disk : int, optional
        The bytes that fit into /tmp.
    user : int, optional
        Who it is, inside and outside, where root starts it: nobody. Started by anybody else, it
        is the one who starts it.
    options : iterable of str, optional
        More options of bubblewrap, such as `--share-net`.

    Returns
    -------
    list of str
    """
    start = ["env"]
    if environment is not None:
        values = {"PATH": os.defpath, "HOME": HOME, "TMPDIR": "/tmp", "LANG": "C.UTF-8"}
        values |= dict(environment)
        start += ["-i", *(f"{name}={value}" for name, value in values.items())]
    binds = _binds("--ro-bind-try", SYSTEM) + _binds("--ro-bind", read) + _binds("--bind", write)
    if os.getuid() == 0:
        start += _as_user(user, binds)
    inside = ["bwrap", "--unshare-all", "--unshare-user", "--disable-userns", "--cap-drop", "ALL"]
    inside += ["--die-with-parent", "--new-session", "--proc", "/proc", "--dev", "/dev"]
    for place in ("/tmp", "/dev/shm"):
        inside += ["--size", str(disk), "--tmpfs", place]
    inside += ["--dir", HOME, *binds, *options]
    # What bubblewrap makes to hold all this is memory too, and would have no end.
    inside += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", str(folder), "--"]
    # When the computer has no memory left, Linux ends what stands first in this order.
    inside += ["choom", "-n", "1000", "--", "prlimit"]
    return [*start, *inside, *(f"--{name}={value}" for name, value in limits.items()), *command]


def python_paths():
    """What Python and its packages need: the paths to give a box to read."""
    prefixes = [sys.prefix, sys.base_prefix, *site.getsitepackages()]
    paths = {path for prefix in prefixes for path in (prefix, os.path.realpath(prefix))}
    there = {Path("/usr"), *(Path(path) for path in paths if os.path.exists(path))}
    return sorted(
        str(path) for path in there if path != Path("/usr") and not there & {*path.parents}
    )


def _binds(option, paths):
    """Arguments that put files and folders in sight, below folders that all may walk into."""
    places = [place for path in paths for place in reversed(Path(path).parents)]
    folders = [part for place in dict.fromkeys(places) for part in ("--dir", str(place))]
    return folders + [part for path in paths for part in (option, str(path), str(path))]


def _as_user(user, binds):
    """Become somebody who may not walk into the home of root: put what is needed in sight first."""
    # Its own processes, since one of root's that ends may not end those of others.
    sight = ["bwrap", "--unshare-pid", "--die-with-parent", "--dev-bind", "/dev", "/dev"]
    sight += ["--bind", "/proc", "/proc", "--tmpfs", "/tmp", *binds]
    sight += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    become = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"]
    return [*sight, "--", *become, "--"]


def first_process(number):
    """Find process 1 of a box, as the computer counts it.

    Parameters
    ----------
    number : int
        The process that was started with the command of a box.

    Returns
    -------
    int or None
        None until the box stands.
    """
    import psutil

    def numbers(process):
        """What a process is called, from the outermost space of processes to its own."""
        status = Path(f"/proc/{process.pid}/status").read_text()
        return re.search(r"^NSpid:\s*(.*)$", status, re.MULTILINE)[1].split()

    with contextlib.suppress(psutil.Error, OSError):
        started = psutil.Process(number)
        spaces = len(numbers(started)) + (2 if os.getuid() == 0 else 1)
        for process in started.children(recursive=True):
            found = numbers(process)
            if len(found) == spaces and found[-1] == "1":
                return process.pid
    return None


@functools.cache
def why_no_box():
    """Say why no box can be made on this computer, and what to do. Empty if one can be."""
    if sys.platform != "linux":
        return "boxes need Linux. Grade on Linux, or in a container that holds nothing else"
    missing = [name for name in ("bwrap", "prlimit", "choom", "setpriv") if not shutil.which(name)]
    if missing:
        names = " and ".join(missing)
        return f"{names} not found. Install bubblewrap and util-linux: apt install bubblewrap"
    version = tuple(map(int, re.findall(r"\d+", platform.release())[:2]))
    if version < OLDEST_LINUX:
        return f"Linux {platform.release()} is too old: boxes need 5.14 or newer"
    try:
        tried = subprocess.run(
            boxed(["true"]), capture_output=True, text=True, errors="replace", timeout=30
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"a box was tried and did not start ({error})"
    if tried.returncode == 0:
        return ""
    words = (tried.stderr.strip().splitlines() or ["no word"])[-1]
    return (
        f"a box was tried and did not start ({words}). It needs bubblewrap 0.8 or newer, and a "
        "system that lets users make namespaces: most containers do not, and Ubuntu since 23.10 "
        "only with a profile for bwrap in AppArmor"
    )
