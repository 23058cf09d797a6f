"""For instructors: every downloaded file is collected, or look.csv says why not.

`nbgrader zip_collect` uses the two classes at the end; nbgrader_config.py names them. A zip file
is only read: what is written lies under the ids of helpers/whose.py. Every file gets a line in
collected.csv, from which `nbgrader export` takes what look.csv says.
"""

import csv
import hashlib
import io
import os
import re
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

import nbformat
from nbgrader.plugins import ExtractorPlugin, FileNameCollectorPlugin

from helpers.whose import File, give_ids, is_system, names_exercise, tell_students

COLUMNS = [field.name for field in fields(File)][:7]
LARGEST = 100_000_000  # bytes of a notebook, or of a zip file within another
DEEPEST = 3  # zip files one within the other
SYSTEM = "kept by macOS, Windows, Jupyter or the course, no hand-in"
NO_NOTEBOOK = "was not graded: it is no notebook (.ipynb)"
EARLIER = (
    "was collected earlier, but is not in archive/ any more: its copy in class/submitted still "
    "counts. Put the file back, or delete the copy"
)
COMMENT = "written by Blackboard, no hand-in, but a student's comment may stand there"


# --- Which files there are.


def find_files(folder):
    """Find all files of a folder, also those within zip files.

    Parameters
    ----------
    folder : Path

    Yields
    ------
    File
        With file and date. Notebooks have their data. What cannot be read has a fault, and
        stops nothing.
    """
    for path in sorted(path for path in folder.rglob("*") if not path.is_dir()):
        whole = _sum(path)
        for file in _at(folder, path):
            file.sum = whole
            yield file


def _at(folder, path):
    """One file, or the files of one zip file."""
    file = File(printable(path.relative_to(folder).as_posix()))
    try:
        file.date = path.stat().st_mtime
        if file.suffix == ".zip" and not is_system(file.file):
            yield from _in_zip(file, path)
            return
        if file.suffix == ".ipynb":
            with open(path, "rb") as stream:
                file.data = _read(stream)
    except Exception as error:  # whatever is wrong with one file must not stop the others
        file.fault = f"was not read ({printable(str(error))}): ask for it again"
    yield file


def _sum(path):
    try:
        return sum_of(path)
    except OSError:  # it has a fault, which says more
        return ""


def _in_zip(file, source, depth=1):
    """The files of a zip file, or where it cannot be opened, the zip file itself."""
    try:
        with ZipFile(source) as archive:
            members = [m for m in archive.infolist() if not _member_name(m).endswith("/")]
            for member in members:
                yield from _member(file, archive, member, depth)
            file.fault = "" if members else "holds no file: ask for it again"
    except Exception:
        file.fault = "was not opened, it is damaged or no zip file: ask for it again"
    if file.fault:
        yield file


def _member(outer, archive, member, depth):
    file = File(f"{outer.file}/{printable(_member_name(member))}", date=_date(member))
    if file.suffix in {".ipynb", ".zip"} and not is_system(file.file):
        try:
            with archive.open(member) as stream:
                file.data = _read(stream)
            if file.suffix == ".zip" and depth < DEEPEST:
                yield from _in_zip(file, io.BytesIO(file.data), depth + 1)
                return
            if file.suffix == ".zip":
                file.fault = "was not opened, it lies too deep in other zip files: unpack it"
                file.data = b""
        except Exception as error:
            file.fault = f"was not read ({printable(str(error))}): ask for it again"
            if member.flag_bits & 1:
                file.fault = "is protected by a password: ask for it without one"
    yield file


def _read(stream):
    data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise ValueError(f"larger than {LARGEST // 1_000_000} MB")
    return data


def _member_name(member):
    name = member.filename
    if not member.flag_bits & 0x800:
        # macOS writes UTF-8 and does not say so; zipfile then took the bytes for cp437.
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            pass
    return name.replace("\\", "/")


def _date(member):
    try:
        return datetime(*member.date_time).timestamp()
    except (ValueError, OverflowError, OSError):  # such as month 0
        return datetime(1980, 1, 2).timestamp()


def sum_of(path):
    """The SHA-256 sum of a file.

    Parameters
    ----------
    path : Path

    Returns
    -------
    str
    """
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def printable(name):
    """Give a name that every file in UTF-8 can hold; names on Linux may be any bytes.

    Parameters
    ----------
    name : str

    Returns
    -------
    str
    """
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


# --- Which of them are graded.


def account_for(files, exercise, cells, before=(), taken=(), blocked=()):
    """Decide about every file: it is collected, or look_at says why not.

    Parameters
    ----------
    files : list of File
        From `find_files`. They are changed.
    exercise : str
        Such as 02_activations.
    cells : list of str
        The grade_ids of the exercise, by which a notebook of another name is known.
    before : dict of (str, str) to str
        As in `give_ids`.
    taken : set of str
        As in `give_ids`.
    blocked : set of str
        Students whose folder is filled, and must stay as it is.
    """
    tell_students(files)
    give_ids(files, dict(before), set(taken))
    hand_ins = {}  # of each student
    for file in files:
        reason = _why_not(file, exercise, cells)
        if reason:
            file.look_at, file.data = reason, b""
        else:
            hand_ins.setdefault(file.student_id, []).append(file)
    for student, versions in hand_ins.items():
        *older, newest = sorted(versions, key=lambda f: (f.date, len(f.file), f.file))
        for file in older:
            newer = "counts, which is newer"
            if newest.date == file.date:
                newer = "counts, which has the same date"
            file.look_at = f"was not graded: {newest.file} {newer}"
        if student not in blocked:
            newest.collected = "yes"
            continue
        for file in versions:
            file.look_at = (
                f"was not collected: class/submitted/{student}/{exercise} holds a hand-in "
                "already. To replace it, delete that folder and collect with --force"
            )


def _why_not(file, exercise, cells):
    """Why a file is not graded, whatever else there is; nothing for a hand-in."""
    if is_system(file.file):
        return SYSTEM
    if file.key.startswith("Blackboard") and file.own == ".txt":
        return COMMENT
    if file.fault:
        return file.fault
    again = (
        f"put it into archive/ as {file.name or 'ada'}_{exercise}.ipynb, and collect with --force"
    )
    if ".ipynb" in file.own.lower() and file.suffix != ".ipynb":
        return f"was not graded, because of its ending: if it is a notebook, {again}"
    if file.suffix != ".ipynb":
        return NO_NOTEBOOK
    if not file.name:
        return (
            "was not collected: its name and its folder tell no student, or more than one. "
            f"Find out whose it is, say ada's, and {again}"
        )
    found = {name.decode() for name in re.findall(rb'"grade_id"\s*:\s*"(\w[\w-]*)"', file.data)}
    if names_exercise(exercise, file.own) or found & set(cells):
        return ""
    return (
        f"was not collected: neither its name nor its cells are those of {exercise}. Ask for the "
        f"right file, or if this is it, {again}"
    )


# --- What nbgrader calls.


def read_record(path):
    """Read a collected.csv.

    Parameters
    ----------
    path : Path

    Returns
    -------
    list of File
        Empty where nothing was collected yet.
    """
    if not path.exists():
        return []
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [File(**{name: row.get(name, "") for name in COLUMNS}) for row in rows]


def write_record(path, files):
    """Write a collected.csv, beside and then moved.

    Parameters
    ----------
    path : Path
    files : list of File
    """
    part = path.with_name(f"{path.name}.part")
    with open(part, "w", newline="", encoding="utf-8") as stream:
        rows = [[getattr(file, name) for name in COLUMNS] for file in files]
        csv.writer(stream).writerows([COLUMNS, *rows])
    os.replace(part, path)


def grade_ids(path):
    """The names of a notebook's cells, as nbgrader knows them.

    Parameters
    ----------
    path : Path

    Returns
    -------
    list of str
        Empty where there is no such file.
    """
    cells = nbformat.read(path, as_version=4).cells if path.exists() else []
    names = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in cells]
    return [name for name in names if name]


def download_reasons(downloaded, submitted):
    """Say which downloaded files of one assignment a human should look at.

    Parameters
    ----------
    downloaded : Path
        The folder class/downloaded/ASSIGNMENT.
    submitted : Path
        The folder class/submitted.

    Returns
    -------
    list of (str, str)
        Student and reason.
    """
    exercise, record = downloaded.name, downloaded / "collected.csv"
    files = read_record(record)
    reasons = []
    for file in files:
        copy = submitted / file.student_id / exercise / f"{exercise}.ipynb"
        if file.collected and not copy.exists():
            file.look_at = "was collected, but its copy is gone: collect again with --force"
        if file.look_at == NO_NOTEBOOK and file.student_id and not copy.exists():
            file.look_at += ", and nothing else of this student is graded"
        if file.look_at and file.look_at not in {SYSTEM, COMMENT}:
            reasons.append((file.student_id or "?", f"{file.file} {file.look_at}"))
    for path in files_below(downloaded / "archive"):
        name = printable(path.relative_to(downloaded / "archive").as_posix())
        known = {f.sum for f in files if f.file == name or f.file.startswith(f"{name}/")}
        if known != {_sum(path)}:  # the date may be one before the last zip_collect
            reasons.append(("?", f"{name} came after the last zip_collect: collect with --force"))
    for kind in (COMMENT, SYSTEM):
        names = ", ".join(file.file for file in files if file.look_at == kind)
        if names:
            reasons.append(("?", f"{kind}: {names}"))
    return reasons


def files_below(folder):
    """Find what people put into a folder, at any depth.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    list of Path
    """
    paths = sorted(path for path in folder.rglob("*") if not path.is_dir())
    return [path for path in paths if not is_system(path.relative_to(folder).as_posix())]


class AccountForAll(ExtractorPlugin):
    """Write each student's newest notebook to extracted/STUDENT/, and collected.csv about all."""

    def extract(self, archive_path, extracted_path):
        """As in nbgrader.

        Parameters
        ----------
        archive_path, extracted_path : str
        """
        course = self.parent.coursedir
        exercise = course.assignment_id
        released = Path(course.format_path(course.release_directory, ".", exercise))
        submitted = Path(course.root) / course.submitted_directory
        record = Path(archive_path).parent / "collected.csv"
        files = list(find_files(Path(archive_path)))
        now = {file.file for file in files}
        filled = {path.name for path in submitted.glob("*") if path.is_file()}
        for path in submitted.glob(f"*/{exercise}"):
            if path.is_file() or any(path.iterdir()):
                filled.add(path.parent.name)
        old = [
            file
            for file in read_record(record)
            if file.file in now or file.collected and file.student_id in filled
        ]
        collected_before = {file.student_id for file in old if file.collected}
        account_for(
            files,
            exercise,
            grade_ids(released / f"{exercise}.ipynb"),
            before={(file.name, file.key): file.student_id for file in old if file.student_id},
            taken={path.name for path in submitted.glob("*") if path.is_dir()},
            blocked=filled - collected_before if self.force else filled,
        )
        for file in files:
            if file.collected:
                target = Path(extracted_path) / file.student_id / f"{exercise}.ipynb"
                target.parent.mkdir(parents=True)
                target.write_bytes(file.data)
                os.utime(target, (file.date, file.date))
        students = {file.student_id for file in files if file.collected}
        for file in old:
            if file.collected and file.file not in now and file.student_id not in students:
                file.look_at = EARLIER
                files.append(file)
        write_record(record, files)
        self.log.info(
            "%d files in, %d collected; what became of each stands in %s",
            len(now),
            len(students),
            record,
        )


class ByFolder(FileNameCollectorPlugin):
    """Take the student from the folder in extracted/, and the time from the file."""

    def collect(self, submitted_file):
        """As in nbgrader.

        Parameters
        ----------
        submitted_file : str

        Returns
        -------
        dict
            With student_id, file_id and timestamp.
        """
        path = Path(submitted_file)
        time = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        return {
            "student_id": path.parent.name,
            "file_id": path.stem,
            "timestamp": time.isoformat(),
        }
