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
import sqlite3
import stat
import sys
from contextlib import closing, contextmanager
from itertools import count
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
        return _read(folder, f"{exercise}.ipynb")


def _read(folder, name):
    # Without O_NONBLOCK, a pipe in the place of a file would make everybody wait.
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
    with open(os.open(name, flags, dir_fd=folder), "rb") as stream:
        status = os.fstat(stream.fileno())
        if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST:
            raise OSError(f"no file, or one larger than {LARGEST // 1_000_000} MB")
        return stream.read(LARGEST), (status.st_atime, status.st_mtime)


def keep_earlier(folder, name, data):
    """Rename a hand-in of other contents, so that a new one can take its name.

    It may be the one that was graded. Its date stays, and zip_collect takes the newest.

    Parameters
    ----------
    folder : int
        From `folder_in`.
    name : str
        Of both.
    data : bytes
        Of the new one.

    Returns
    -------
    str
        The name that the earlier one has now, such as ada_02_activations (1).ipynb. Empty where
        there is none, or one of the same contents.
    """
    names = set(os.listdir(folder))
    try:
        if name not in names or _read(folder, name)[0] == data:
            return ""
    except OSError:
        pass  # whatever it is, it is not lost
    stem = name.removesuffix(".ipynb")
    kept = next(k for k in (f"{stem} ({i}).ipynb" for i in count(1)) if k not in names)
    os.rename(name, kept, src_dir_fd=folder, dst_dir_fd=folder)
    return kept


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
        A line for each student of whom there is none, or an earlier one, and one for all.
    """
    owner, archive = course.stat(), course / "downloaded" / exercise / "archive"
    for folder in (archive.parent.parent, archive.parent, archive):
        if not folder.exists():
            folder.mkdir()
            os.chown(folder, owner.st_uid, owner.st_gid)
    lines, copied = [], 0
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
            name = f"{home.name}_{exercise}.ipynb"
            if kept := keep_earlier(folder, name, data):
                lines.append(f"{home.name}: the earlier file is kept, as {kept}")
            write(folder, name, data, owner, times)
            copied += 1
    return [
        *lines,
        f"Notebooks copied to {archive}: {copied}, with those that a student only opened. "
        f"Now: nbgrader zip_collect {exercise}",
    ]


def waiting(course, exercise):
    """Find whose written answers wait to be graded by hand.

    Parameters
    ----------
    course : Path
    exercise : str

    Returns
    -------
    set of str
        Their ids. Empty where nothing was graded yet.
    """
    gradebook = (course / "gradebook.db").resolve()
    if not gradebook.exists():
        return set()
    # nbgrader's own class would write to the file, and as root leave files that root owns.
    with closing(sqlite3.connect(f"{gradebook.as_uri()}?mode=ro", uri=True)) as database:
        rows = database.execute(
            "SELECT DISTINCT submitted_assignment.student_id FROM grade"
            " JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id"
            " JOIN submitted_assignment"
            " ON submitted_assignment.id = submitted_notebook.assignment_id"
            " JOIN assignment ON assignment.id = submitted_assignment.assignment_id"
            " WHERE grade.needs_manual_grade AND assignment.name = ?",
            [exercise],
        )
        return {student for (student,) in rows}


def give_back(homes, exercise, course):
    """Copy the pages of feedback to my_work/feedback/ in the students' homes.

    Parameters
    ----------
    homes, exercise, course
        As in `collect`.

    Returns
    -------
    list of str
        A line for each student without a page, or whose page came too early, and one for all.
    """
    record, ids = course / "downloaded" / exercise / "collected.csv", {}
    if record.exists():
        with open(record, newline="", encoding="utf-8") as file:
            ids = {row["file"]: row["student_id"] for row in csv.DictReader(file)}
    lines, given, early = [], 0, waiting(course, exercise)
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
            continue
        given += 1
        if student in early:
            lines.append(
                f"{home.name}: the page was given, but the written answer is not graded yet. Grade "
                "it by hand, and run generate_feedback and give-back again"
            )
    return [*lines, f"{given} students find my_work/feedback/{exercise}.html"]


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
    except sqlite3.Error as error:
        sys.exit(f"{options.course / 'gradebook.db'}: {error}. Nothing was given. Try once more.")
    except OSError as error:
        sys.exit(f"{error}. Run this as root, and with --students where the hub has its homes.")


if __name__ == "__main__":
    main(sys.argv[1:])
