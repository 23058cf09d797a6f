"""Bring hand-ins from the homes of a class's hub to the grader, and feedback back.

As root, in the clone in which you grade:

    python deploy/hand_ins.py collect 02_activations
    python deploy/hand_ins.py give-back 02_activations

A home is its student's. A link in it may lead to the solutions, to the work of others, or to
files of the system, so no link is followed.
"""

import argparse
import csv
import os
import stat
import sys
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent
STUDENTS = Path("/home/class/hub/students")
MY_WORK = ("notebooks", "my_work")  # in each home
LARGEST = 100_000_000  # bytes of a hand-in


@contextmanager
def folder_in(home, *parts, make=""):
    """Open a folder in a home, and follow no link on the way.

    Parameters
    ----------
    home : Path
    parts : str
        The folders below it.
    make : str, optional
        One more folder below them, which is made where it is missing.

    Yields
    ------
    int
        For the argument `dir_fd` of functions in `os`.
    """
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
    folder = os.open(home, flags)
    try:
        owner = os.fstat(folder)
        for part in (*parts, make) if make else parts:
            is_new = part == make and part not in os.listdir(folder)
            if is_new:
                os.mkdir(part, 0o755, dir_fd=folder)
            outer, folder = folder, os.open(part, flags, dir_fd=folder)
            os.close(outer)
            if is_new:
                os.fchown(folder, owner.st_uid, owner.st_gid)
        yield folder
    finally:
        os.close(folder)


def write(folder, name, data, owner, times=None):
    """Write a file beside, and then move it, so that it is there whole or not at all.

    Parameters
    ----------
    folder : int
        From `folder_in`.
    name : str
    data : bytes
    owner : os.stat_result
        Of a file or folder whose owner this one gets.
    times : tuple, optional
        As for `os.utime`.
    """
    part = f".{name}.part"
    if part in os.listdir(folder):
        os.unlink(part, dir_fd=folder)
    file = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644, dir_fd=folder)
    with open(file, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fchmod(file, 0o644)
        os.fchown(file, owner.st_uid, owner.st_gid)
        if times:
            os.utime(file, times)
    os.replace(part, name, src_dir_fd=folder, dst_dir_fd=folder)


def read(home, exercise):
    """Read a hand-in.

    Parameters
    ----------
    home : Path
    exercise : str

    Returns
    -------
    data : bytes
    times : tuple of float
        When it was read and saved last.
    """
    with folder_in(home, *MY_WORK) as folder:
        # Without O_NONBLOCK, a pipe in the place of a file would make everybody wait.
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
        with open(os.open(f"{exercise}.ipynb", flags, dir_fd=folder), "rb") as stream:
            status = os.fstat(stream.fileno())
            if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST:
                raise OSError(f"no file, or one larger than {LARGEST // 1_000_000} MB")
            return stream.read(LARGEST), (status.st_atime, status.st_mtime)


def collect(homes, exercise, course):
    """Copy the hand-ins to the folder from which zip_collect takes them.

    Parameters
    ----------
    homes : list of Path
    exercise : str
    course : Path
        The grader's folder class/.

    Returns
    -------
    list of str
        A line for each student of whom there is none, and one for all others.
    """
    owner, archive = course.stat(), course / "downloaded" / exercise / "archive"
    for folder in (archive.parent.parent, archive.parent, archive):
        if not folder.exists():
            folder.mkdir()
            os.chown(folder, owner.st_uid, owner.st_gid)
    lines = []
    with folder_in(archive) as folder:
        for home in homes:
            try:
                data, times = read(home, exercise)
            except FileNotFoundError:
                lines.append(f"{home.name} has no {'/'.join(MY_WORK)}/{exercise}.ipynb")
                continue
            except OSError as error:  # of a link: "Too many levels", or "Not a directory"
                lines.append(f"{home.name}: not taken, a link or no file ({error}). Ask why")
                continue
            write(folder, f"{home.name}_{exercise}.ipynb", data, owner, times)
    count = len(homes) - len(lines)
    return [*lines, f"{count} hand-ins are in {archive}. Now: nbgrader zip_collect {exercise}"]


def give_back(homes, exercise, course):
    """Copy the pages of feedback to my_work/feedback/ in the students' homes.

    Parameters
    ----------
    homes, exercise, course
        As in `collect`.

    Returns
    -------
    list of str
        As in `collect`.
    """
    record, ids = course / "downloaded" / exercise / "collected.csv", {}
    if record.exists():
        with open(record, newline="", encoding="utf-8") as file:
            ids = {row["file"]: row["student_id"] for row in csv.DictReader(file)}
    lines = []
    for home in homes:
        student = ids.get(f"{home.name}_{exercise}.ipynb", home.name)
        page = course / "feedback" / student / exercise / f"{exercise}.html"
        if not page.exists():
            lines.append(f"{home.name} has no page in {page.parent}")
            continue
        try:
            with folder_in(home, *MY_WORK, make="feedback") as folder:
                write(folder, page.name, page.read_bytes(), home.stat())
        except OSError as error:
            lines.append(f"{home.name}: not given, a link or no folder is in the way ({error})")
    return [*lines, f"{len(homes) - len(lines)} students find my_work/feedback/{exercise}.html"]


def main(arguments):
    """Run the command, and print what became of each student.

    Parameters
    ----------
    arguments : list of str
    """
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("what", choices=["collect", "give-back"])
    parser.add_argument("exercise", help="such as 02_activations")
    parser.add_argument("--students", type=Path, default=STUDENTS, help="the homes of the hub")
    parser.add_argument("--course", type=Path, default=ROOT / "class", help="your folder class/")
    options = parser.parse_args(arguments)
    if not (options.course / "source" / options.exercise).is_dir():
        sys.exit(
            f"There is no {options.course / 'source' / options.exercise}. Type the assignment's "
            "name as it stands there, and if class/ is missing: python -m helpers.workspace class"
        )
    try:
        homes = [path for path in sorted(options.students.iterdir()) if not path.is_symlink()]
        homes = [path for path in homes if path.is_dir()]
        does = {"collect": collect, "give-back": give_back}[options.what]
        print(*does(homes, options.exercise, options.course), sep="\n")
    except OSError as error:
        sys.exit(f"{error}. Run this as root, and with --students where the hub has its homes.")


if __name__ == "__main__":
    main(sys.argv[1:])
