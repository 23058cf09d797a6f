"""For instructors: whose a downloaded file is, by its name, and under which id it is graded.

notebooks/solutions/README.md has the table of names that are understood.
"""

import hashlib
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from helpers.workspace import MARKS, SOLUTIONS

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


@dataclass
class File:
    """One downloaded file. The first seven are the columns of collected.csv."""

    file: str  # as in all.zip/ada/02_activations.ipynb, seen from the folder archive/
    name: str = ""  # the student's, as the platform or the path gives it
    key: str = ""  # tells students of one name apart
    student_id: str = ""
    collected: str = ""  # yes, or nothing
    look_at: str = ""
    sum: str = ""  # SHA-256, of a file in a zip file that of the zip file
    date: float = 0.0
    data: bytes = b""  # of a notebook
    own: str = ""  # the name without what the platform put in front
    fault: str = ""  # why it cannot be read

    @property
    def suffix(self):
        """The ending, in lower case."""
        return PurePosixPath(self.file).suffix.lower()


def is_system(path):
    """Whether a file is one that macOS, Windows, Jupyter or the course made for itself.

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
        or parts[-1].lower() in {".ds_store", "thumbs.db", "desktop.ini", MARKS}
    )


def names_exercise(exercise, text):
    """Whether the exercise's name stands in the text, 02_activations also as 02 Activations."""
    found = re.findall(EXERCISE, text, re.IGNORECASE)
    names = [re.sub("[ _-]", "", name.lower()) for name in [exercise, *found]]
    return names[0] in names[1:]


def tell_students(files):
    """Fill in name, key and own, as far as the paths tell them.

    The outermost folder or file that a platform has named decides: what lies within was named
    by a student. Without one, the folder tells the student, if it is a single one and is not
    shared by files that name several students; then the file's own name; then its zip file's.

    Parameters
    ----------
    files : list of File
    """
    own_names = {}  # of each folder
    notebooks = Counter()  # in each folder and each zip file
    for file in files:
        if file.suffix == ".ipynb" and not is_system(file.file):
            own_names.setdefault(_folders(file.file), set()).add(_own_name(file.file))
            notebooks.update(map(str, PurePosixPath(file.file).parents))
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
        if not file.name and not is_system(file.file):
            _told_by_zip(file, notebooks)


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
                    file.date = _date(groups["date"])
                return True
    return False


def _date(text):
    try:
        return datetime.strptime(text, "%Y-%m-%d-%H-%M-%S").timestamp()
    except ValueError:  # such as month 0
        return 0.0


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


def _told_by_zip(file, notebooks):
    """A zip file such as ada_02_activations.zip is ada's, if it holds one notebook."""
    for path in PurePosixPath(file.file).parents:
        match = re.match(BY_HAND, path.name, re.IGNORECASE)
        if match and path.suffix.lower() == ".zip" and notebooks[str(path)] == 1:
            file.name = match["name"]


def _own_name(path):
    match = re.match(BY_HAND, PurePosixPath(path).name, re.IGNORECASE)
    return match["name"] if match else ""


def _words(name):
    return set(re.findall(r"[^\W_]+", name.casefold()))


def _folders(path):
    """The folders that may be a student's: no zip file, none that bears a zip file's name."""
    folders, zips = [], set()
    # From a hub come homes: anna/notebooks/my_work/02_activations.ipynb. What lies elsewhere in a
    # home may be a lesson, which has the same name.
    for part in re.sub(r"/notebooks/my_work/(?=[^/]+$)", "/", path).split("/")[:-1]:
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
