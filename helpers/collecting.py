"""For instructors: whose each downloaded file is, and where it goes, so that none is lost.

`nbgrader zip_collect` uses the two classes at the end; nbgrader_config.py names them. A zip file
is only read: what is written lies under names that are made here. Every file gets a line in
collected.csv, from which `nbgrader export` takes what look.csv says.
"""

import csv
import hashlib
import io
import os
import re
import unicodedata
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from zipfile import ZipFile

import nbformat
from nbgrader.plugins import ExtractorPlugin, FileNameCollectorPlugin

from helpers.workspace import SOLUTIONS

EXERCISES = sorted(path.stem for path in SOLUTIONS.glob("*.ipynb"))
# An exercise's name inside a file's name: 02_activations, but not 02_activationsheet or 102_...
EXERCISE = (
    r"(?<!\d)(?:" + "|".join(name.replace("_", "[ _-]?") for name in EXERCISES) + r")(?![^\W\d_])"
)
DATE = r"(?P<date>\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d)"
# How a learning platform begins the name of a file or a folder. `name` is the student; `number`
# belongs to the name from assignment to assignment; `key` does not, or may not: it only tells
# apart two students of one name.
PLATFORMS = (
    # Ada Lovelace_4711_assignsubmission_file/ANY.ipynb, or without folders ..._file_ANY.ipynb
    ("Moodle", r"(?P<name>[^_]+)(?:_(?P<key>\d+))?_assignsubmission_[a-z]+_?"),
    # 02_activations_ada_attempt_2026-11-29-10-00-00_ANY.ipynb, and the same ending in .txt
    ("Blackboard", rf".*?{EXERCISE}[^_]*_(?P<name>.+?)_attempt_{DATE}_?"),
    # The same where the assignment is called otherwise: its name may have a _, the student's not.
    ("Blackboard", rf"(?P<key>(?:.+?_)?(?P<name>[^_]+))_attempt_{DATE}_?"),
    # anon_x7Kq2_98765_ANY.ipynb
    ("Canvas", r"(?:LATE_)?(?P<name>anon_[^\W_]+)_\d{4,}_"),
    # lovelaceada_4711_98765_ANY.ipynb, lovelaceada_LATE_4711_98765_ANY.ipynb
    ("Canvas", r"(?P<name>\w+?)(?:_LATE)?(?P<number>_\d+)_\d{4,}_"),
    # Lovelace_Ada_ada_4711/ANY.ipynb, also below a folder of a team
    ("ILIAS", r"(?P<name>.+_.+_.+_\d{3,})$"),
)
# ada_02_activations.ipynb, ada_l_4711_02_activations (1).ipynb
BY_HAND = rf"(?P<name>.*?[^\W_].*?)_(?={EXERCISE})"

# Windows has no folders of these names.
DEVICES = {"con", "prn", "aux", "nul", *(f"{d}{i}" for d in ("com", "lpt") for i in range(10))}

LARGEST = 100_000_000  # bytes of a notebook, or of a zip file within another
DEEPEST = 3  # zip files one within the other
SYSTEM = "kept by macOS, Windows or Jupyter, no hand-in"
NO_NOTEBOOK = "was not graded: it is no notebook (.ipynb)"
EARLIER = (
    "was collected earlier, but is not in archive/ any more: its copy in class/submitted still "
    "counts. Put the file back, or delete the copy"
)
COMMENT = "written by Blackboard, no hand-in, but a student's comment may stand there"


@dataclass
class File:
    """One downloaded file. The first six are the columns of collected.csv."""

    file: str  # as in all.zip/ada/02_activations.ipynb, seen from the folder archive/
    name: str = ""  # the student's, as the platform or the path gives it
    key: str = ""  # tells students of one name apart
    student_id: str = ""
    collected: str = ""  # yes, or nothing
    look_at: str = ""
    date: float = 0.0
    data: bytes = b""  # of a notebook
    own: str = ""  # the name without what the platform put in front
    fault: str = ""  # why it cannot be read

    @property
    def suffix(self):
        """The ending, in lower case."""
        return PurePosixPath(self.file).suffix.lower()


COLUMNS = [field.name for field in fields(File)][:6]


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
        file = File(printable(path.relative_to(folder).as_posix()))
        try:
            file.date = path.stat().st_mtime
            if file.suffix == ".zip" and not is_system(file.file):
                yield from _in_zip(file, path)
                continue
            if file.suffix == ".ipynb":
                with open(path, "rb") as stream:
                    file.data = _read(stream)
        except Exception as error:  # whatever is wrong with one file must not stop the others
            file.fault = f"was not read ({printable(str(error))}): ask for it again"
        yield file


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
    file = File(f"{outer.file}/{printable(_member_name(member))}", date=_date(member.date_time))
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


def _date(numbers):
    try:
        return datetime(*numbers).timestamp()
    except (ValueError, OverflowError, OSError):  # such as month 0
        return datetime(1980, 1, 2).timestamp()


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


def is_system(path):
    """Whether a file is one of those that macOS, Windows and Jupyter make for themselves.

    Parameters
    ----------
    path : str
        With / between the parts.

    Returns
    -------
    bool
    """
    parts = path.split("/")
    return (
        not {"__MACOSX", ".ipynb_checkpoints"}.isdisjoint(parts)
        or parts[-1].startswith("._")
        or parts[-1].lower() in {".ds_store", "thumbs.db", "desktop.ini"}
    )


# --- Whose they are.


def tell_students(files):
    """Fill in name, key and own, as far as the paths tell them.

    The outermost folder or file that a platform has named decides: what lies within was named
    by a student. Without one, the folder tells the student, if it is a single one and is not
    shared by files that name several students; and then the file's own name.

    Parameters
    ----------
    files : list of File
    """
    own_names = {}  # of each folder
    for file in files:
        if file.suffix == ".ipynb" and not is_system(file.file):
            own_names.setdefault(_folders(file.file), set()).add(_own_name(file.file))
    # ada_final is ada's, where ada is there too.
    shared = {
        folders
        for folders, names in own_names.items()
        if len({n for n in names if n and not any(n.startswith(f"{o}_") for o in names if o)}) > 1
    }
    single = sum(len(folders) == 1 for folders in own_names) == 1
    for file in files:
        file.own = PurePosixPath(file.file).name
        if not is_system(file.file) and not _told_by_platform(file):
            _told_by_hand(file, shared, single)


def _told_by_platform(file):
    parts = file.file.split("/")
    for part in parts:
        for platform, pattern in PLATFORMS:
            match = re.match(pattern, part, re.IGNORECASE)
            if match and not re.search(EXERCISE, match["name"], re.IGNORECASE):
                groups = match.groupdict("")
                name = groups["name"] + groups.get("number", "")
                file.name = unicodedata.normalize("NFC", name).strip()
                file.key = f"{platform} {groups.get('key', '')}".strip()
                if part is parts[-1]:
                    file.own = part[match.end() :]
                if "date" in groups:
                    file.date = _date(map(int, groups["date"].split("-")))
                return True
    return False


def _told_by_hand(file, shared, single):
    folders = _folders(file.file)
    file.key = "/".join(folders)
    file.name = own = _own_name(file.file)
    if len(folders) == 1 and folders not in shared:
        file.name = folders[0]
    wrapper = single and folders in shared
    if len(folders) == 1 and own and not wrapper and not _words(own) & _words(folders[0]):
        file.look_at = (
            f"lies in the folder {folders[0]}, but its own name says {own}: it counts for "
            f"{file.name}, find out whose it is"
        )


def _own_name(path):
    match = re.match(BY_HAND, PurePosixPath(path).name, re.IGNORECASE)
    return match["name"] if match else ""


def _words(name):
    return set(re.findall(r"[^\W_]+", name.casefold()))


def _folders(path):
    """The folders that may be a student's: no zip file, none that bears a zip file's name."""
    folders, zips = [], set()
    for part in path.split("/")[:-1]:
        if part.lower().endswith(".zip"):
            zips.add(part[:-4])
        elif part not in zips | {"", ".", ".."} and not re.fullmatch(r"[A-Za-z]:", part):
            match = re.match(BY_HAND, part, re.IGNORECASE)
            if match or not re.search(EXERCISE, part, re.IGNORECASE):
                folders.append(match["name"] if match else part)
    return tuple(folders)


# --- Under which id.


def safe_id(name):
    """Make a student's name into a folder's name for every system, and for nbgrader.

    Parameters
    ----------
    name : str

    Returns
    -------
    str
        The name itself, if it has only letters, digits, spaces and - _ . @ and is short. Else
        what is left of it and six digits from all of it, so that no two names give one id.
    """
    kept = "".join(
        c if unicodedata.category(c)[0] in "LMN" or c in " -_.@" else "_"
        for c in unicodedata.normalize("NFC", name)
    )
    kept = kept[:50].strip(" ._-")
    if unicodedata.normalize("NFKC", kept.split(".")[0]).strip().lower() in DEVICES:
        kept = f"_{kept}"
    return kept if kept == name else with_digits(kept, name)


def with_digits(kept, whole):
    """Add six digits of a hash, which are the same from assignment to assignment."""
    digits = hashlib.sha256(whole.encode("utf-8", "backslashreplace")).hexdigest()[:6]
    return f"{kept}-{digits}" if kept else digits


def fold(name):
    """Give equal results for names that a file system may take for one."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def give_ids(files, before, taken):
    """Fill in student_id; where several students have one name, say so in look_at.

    Parameters
    ----------
    files : list of File
        Each with name and key.
    before : dict of (str, str) to str
        Ids of an earlier collecting, by name and key. They stay.
    taken : set of str
        Folders of students that are there already, from any assignment.
    """
    keys = {}  # of each name
    for name, key in [(file.name, file.key) for file in files] + list(before):
        keys.setdefault(name, set()).add(key)
    for file in files:
        others = keys[file.name] - {""}
        if file.name and not file.key and len(others) == 1:
            (file.key,) = others  # nothing tells it from theirs, so it is theirs
    claims = sorted({(file.name, file.key) for file in files if file.name} | set(before))
    ids = {}
    for name, key in claims:
        several = sum(name == other for other, _ in claims) > 1
        ids[name, key] = safe_id(f"{name}_{key.split(' ')[-1]}" if several and key else name)
    ids |= before
    folded = [fold(student) for student in ids.values()]
    folders = {fold(folder): unicodedata.normalize("NFC", folder) for folder in taken}
    for claim in set(claims) - set(before):
        student = ids[claim]
        if folded.count(fold(student)) > 1 or folders.get(fold(student), student) != student:
            ids[claim] = with_digits(student, "/".join(claim))
    for file in files:
        if file.name:
            claim = file.name, file.key
            file.student_id = ids[claim]
            same = {ids[c] for c in claims if c != claim and fold(c[0]) == fold(file.name)}
            same |= {name for folded, name in folders.items() if folded == fold(file.name)}
            same = sorted(same - {file.student_id})
            if same:
                others = ", ".join(same[:3]) + (", ..." if len(same) > 3 else "")
                file.look_at = _join(
                    file.look_at,
                    f"gives a name that others have too, or nearly so ({others}): it counts as "
                    f"{file.student_id}, find out who is who",
                )


def _join(first, second):
    return f"{first}; it also {second}" if first else second


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
        The grade_ids of the exercise.
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
    for file in files:
        if file.look_at == NO_NOTEBOOK and file.student_id not in hand_ins:
            file.look_at += ", and nothing else of this student can be graded"
    for student, versions in hand_ins.items():
        *older, newest = sorted(versions, key=lambda f: (f.date, len(f.file), f.file))
        for file in older:
            newer = "counts, which is newer"
            if newest.date == file.date:
                newer = "counts, which has the same date"
            file.look_at = f"was not graded: {newest.file} {newer}"
        if student in blocked:
            newest.look_at = (
                f"was not collected: class/submitted/{student}/{exercise} holds a hand-in "
                "already. To replace it, delete that folder and collect with --force"
            )
        else:
            newest.collected = "yes"


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
    found = re.findall(rb'"grade_id"\s*:\s*"([^"]+)"', file.data)
    if _names(exercise, file.own) or not {name.encode() for name in cells}.isdisjoint(found):
        return ""
    return (
        f"was not collected: neither its name nor its cells are those of {exercise}. Ask for the "
        f"right file, or if this is it, {again}"
    )


def _names(exercise, text):
    """Whether the exercise's name stands in the text, 02_activations also as 02 Activations."""
    found = re.findall(EXERCISE, text, re.IGNORECASE)
    names = [re.sub("[ _-]", "", name.lower()) for name in [exercise, *found]]
    return names[0] in names[1:]


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
        return [File(**{name: row[name] for name in COLUMNS}) for row in csv.DictReader(file)]


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
        if file.look_at and file.look_at not in {SYSTEM, COMMENT}:
            reasons.append((file.student_id or "?", f"{file.file} {file.look_at}"))
    for path in files_below(downloaded / "archive"):
        name = printable(path.relative_to(downloaded / "archive").as_posix())
        known = any(file.file == name or file.file.startswith(f"{name}/") for file in files)
        if not known or path.stat().st_mtime > record.stat().st_mtime:
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
