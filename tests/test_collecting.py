"""Files in = graded + reported, by name: a class with every name that a download may have."""

import csv
import io
import json
import os
import random
import re
import shutil
import time
import unicodedata
import zipfile
from dataclasses import dataclass

import pytest
from test_grading import NAME, nbgrader

from helpers.collecting import fold, safe_id
from helpers.workspace import SOLUTIONS, lay_out_class

NOON = time.mktime((2026, 11, 20, 12, 0, 0, 0, 0, -1))
FIRST = "Ada Bo Chloé Dörte Émile Fatma Gülşen Иван 明 Nasrīn O'Neil Zoë Jean-Luc".split()
LAST = "Abt Böhm Çelik Lovelace Müller Nuñez Ö Quist Соколов Straße 王 d'Arc van-Dyk".split()


@dataclass
class Sent:
    """One file of the class."""

    path: str
    owner: str
    data: bytes
    age: int = 0  # hours
    graded: bool = False
    student: str = ""  # the id, where the test knows it


def notebook(owner, **more):
    """A notebook that bears its owner's name inside, and no cell of the exercise."""
    content = {"cells": [], "metadata": {"owner": owner, **more}, "nbformat": 4}
    return json.dumps(content | {"nbformat_minor": 5}).encode()


def moodle_folder(rng, name, n):
    return f"{name}_{90_000 + n}_assignsubmission_file/", "", name


def moodle_loose(rng, name, n):
    return f"{name}_{90_000 + n}_assignsubmission_file_", "", name


def moodle_old(rng, name, n):
    return f"{name}_{90_000 + n}_assignsubmission_file_/", "", name


def canvas(rng, name, n):
    plain = re.sub(r"\W", "", name).lower()
    late = rng.choice(["", "_LATE"])
    return f"{plain}{late}_{5_000 + n}_{700_000 + n}_", "", f"{plain}_{5_000 + n}"


def canvas_anonymous(rng, name, n):
    return f"anon_x{n}Kq_{700_000 + n}_", "", f"anon_x{n}Kq"


def blackboard(rng, name, n):
    return f"{NAME}_s_{n}_attempt_2026-11-{n % 28 + 1:02}-10-00-02_", "", f"s_{n}"


def blackboard_other_title(rng, name, n):
    return f"Week 2_bend it_s{n}_attempt_2026-11-{n % 28 + 1:02}-10-00-02_", "", f"s{n}"


def ilias(rng, name, n):
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode() or "X"
    folder = f"{plain}_{plain}_user{n}_{1_000 + n}"
    return f"Abgaben/Team {n}/{folder}/", "", folder


def folder(rng, name, n):
    return f"{name} {n}/", "", f"{name} {n}"


def by_hand(rng, name, n):
    return f"{name}_{n}_", NAME, f"{name}_{n}"


PLATFORMS = [
    moodle_folder,
    moodle_loose,
    moodle_old,
    canvas,
    canvas_anonymous,
    blackboard,
    blackboard_other_title,
    ilias,
    folder,
    by_hand,
]
# What a student called the file; by hand only such names tell the exercise.
ENDINGS = [".ipynb", " (1).ipynb", "-1.ipynb", " - Kopie.ipynb", "_final.ipynb", ".IPYNB"]
OTHERS = [".ipynb.txt", ".ipynb.json", ".html", ".pdf", ".py", ".tar.gz", ""]
ODD = ["[x]", "a*b?", '"q"', "-dash", "CON", "nul", ".hidden", "dot.", "a,b", "x" * 90, "{y}", "%s"]


def make_class(seed):
    """A random class of at least 200 files.

    Returns
    -------
    list of Sent
    """
    rng, sent, n = random.Random(seed), [], 0

    def send(path, owner, kind="", **more):
        sent.append(Sent(path, owner, notebook(owner, file=len(sent), kind=kind), **more))

    for _ in range(60):
        n += 1
        platform = rng.choice(PLATFORMS) if n > len(PLATFORMS) else PLATFORMS[n - 1]
        name = f"{rng.choice(FIRST)} {rng.choice(LAST)}"
        if platform in (folder, by_hand) and rng.random() < 0.5:
            name = rng.choice(ODD)
        if platform in (moodle_folder, moodle_loose, moodle_old):
            name = f"{name.replace(chr(39), '')} {'abcdefghij'[n // 10]}{'abcdefghij'[n % 10]}"
        start, stem, student = platform(rng, name, n)
        student = student if safe_id(student) == student else ""
        owner = f"owner {n}"
        stem = stem or NAME
        send(f"{start}{stem}{rng.choice(ENDINGS)}", owner, graded=True, student=student)
        if rng.random() < 0.5:
            # Blackboard writes the time of an attempt into the name, the others leave it as it is.
            older = re.sub(r"2026-11-\d\d", "2026-10-01", start)
            send(f"{older}{stem} (2).ipynb", owner, age=30)
        for ending in rng.sample(OTHERS, 2):
            send(f"{start}{stem}{ending}", owner)
        if platform in (blackboard, blackboard_other_title):
            send(f"{start[:-1]}.txt", owner)
        if start.endswith("/") and rng.random() < 0.5:
            send(f"{start}.ipynb_checkpoints/{NAME}-checkpoint.ipynb", owner)
        if rng.random() < 0.3:
            send(f"__MACOSX/{start}._{NAME}.ipynb", owner)
    # Namesakes, and names that differ in next to nothing.
    for number in (1, 2):
        send(f"Eve Abt_{number}_assignsubmission_file/{NAME}.ipynb", f"Eve {number}", graded=True)
        send(f"first_{'mk'[number - 1]}_{NAME}.ipynb", f"first {number}", graded=True)
    for name in ("kim", "Kim", "KIM", "J\u00fcrg", "Ju\u0308rg", "ru/b", "ru(b", "ru{b"):
        send(f"{name.replace('/', '|')}_{NAME}.ipynb", f"close {name}", graded=True)
    # Whose these are, nobody can tell.
    for path in ("my final version.ipynb", f"{NAME}.ipynb", f"a/b/{NAME}.ipynb", f"_{NAME}.ipynb"):
        send(path, "nobody")
    send("ada_01_data.ipynb", "Ada", student="")
    send("._x.zip", "macOS")
    sent += [
        Sent("rar.zip", "R", b"Rar!\x1a\x07\x01\x00" + bytes(50)),
        Sent("empty.zip", "E", zipped([])),
        Sent("nothing.zip", "N", b""),
        Sent("__MACOSX/._x.zip", "M", b"\x00\x05\x16\x07"),
    ]
    rng.shuffle(sent)
    return sent


class AsMac(zipfile.ZipInfo):
    """An entry of which the name is UTF-8, and the zip file does not say so."""

    encoding = "utf-8"

    def _encodeFilenameFlags(self):
        return self.filename.encode(self.encoding), self.flag_bits & ~0x800


class AsDos(AsMac):
    """An entry with a name from an old Windows."""

    encoding = "cp437"


def zipped(files, kind=zipfile.ZipInfo):
    """A zip file of triples of path, age in hours, and data."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, age, data in files:
            archive.writestr(kind(path, time.localtime(NOON - 3600 * age)[:6]), data)
    return stream.getvalue()


@pytest.fixture(scope="module")
def empty_course(tmp_path_factory):
    """A class with a released assignment and no hand-in."""
    course = tmp_path_factory.mktemp("class") / "course"
    lay_out_class(SOLUTIONS, course / "source")
    assert nbgrader(course, "generate_assignment", NAME).returncode == 0
    return course


@pytest.fixture
def course(empty_course, tmp_path):
    """A copy of it, for one test."""
    shutil.copytree(empty_course, tmp_path / "course")
    (archive_of(tmp_path / "course")).mkdir(parents=True)
    return tmp_path / "course"


def archive_of(course):
    return course / "downloaded" / NAME / "archive"


def put(folder, path, data, age=0):
    """Write a file, unless this system takes its name for that of another."""
    target = folder / path
    if target.exists():
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
    os.utime(target, (NOON - 3600 * age,) * 2)
    return True


def collect(course, *options):
    """Collect, and export.

    Returns
    -------
    submitted : dict
        The metadata of each student's notebook, by the student's id.
    look : list of (str, str)
        Student and reason, from look.csv.
    """
    run = nbgrader(course, "zip_collect", NAME, *options)
    assert run.returncode == 0, run.stderr
    return look_at(course)


def look_at(course):
    """What lies in submitted, and what the report says."""
    run = nbgrader(course, "export", f"--to={course / 'grades.csv'}")
    assert run.returncode == 0, run.stderr
    with open(course / "look.csv", newline="", encoding="utf-8") as file:
        look = [(row["student_id"], row["look at"]) for row in csv.DictReader(file)]
    submitted = {}
    for path in (course / "submitted").glob(f"*/{NAME}/{NAME}.ipynb"):
        submitted[path.parent.parent.name] = json.loads(path.read_bytes())["metadata"]
    return submitted, look


def is_reported(path, look):
    return any(
        reason.startswith(f"{path} ")
        or reason.endswith((f": {path}", f", {path}"))
        or f": {path}, " in reason
        or f", {path}, " in reason
        for _, reason in look
    )


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("form", ["loose", "one zip file"])
def test_every_file_is_graded_or_reported(course, seed, form):
    sent = make_class(seed)
    if form == "loose":
        sent = [s for s in sent if put(archive_of(course), s.path, s.data, s.age)]
    else:
        data = zipped([(s.path, s.age, s.data) for s in sent])
        put(archive_of(course), "all.zip", data)
        for one in sent:
            one.path = f"all.zip/{one.path}"
    assert len(sent) >= 200
    submitted, look = collect(course)
    graded = {(data["owner"], data["file"]) for data in submitted.values()}
    for one in sent:
        try:
            data = json.loads(one.data)["metadata"]
        except ValueError:
            data = {"owner": one.owner, "file": None}
        is_graded = (one.owner, data["file"]) in graded
        assert is_graded == one.graded, one
        assert is_graded or is_reported(one.path, look), one
        if one.student and one.graded:
            assert submitted[one.student]["owner"] == one.owner
    # No student has two ids, and no two students one.
    assert len({data["owner"] for data in submitted.values()}) == len(submitted)
    assert len({fold(student) for student in submitted}) == len(submitted)
    assert len(submitted) == sum(one.graded for one in sent)
