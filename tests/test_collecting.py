"""Files in = graded + reported, by name: a class with every name that a download may have."""

import ast
import csv
import io
import json
import os
import random
import re
import shutil
import subprocess
import sys
import time
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from nbgrader.apps import ExportApp, ZipCollectApp
from test_grading import NAME, ROOT, nbgrader

from helpers.whose import File, give_ids, safe_id, tell_students
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
            # Blackboard writes the time of an attempt into the name, and that is what counts.
            older = re.sub(r"2026-11-\d\d", "2026-10-01", start)
            age = 30 if older == start else -30
            send(f"{older}{stem} (2).ipynb", owner, age=age)
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


def run(app, course, *arguments):
    """Run one of nbgrader's programs as in the project's folder, in this process."""
    folder = Path.cwd()
    os.chdir(ROOT)
    try:
        program = app()
        program.initialize([*arguments, f"--CourseDirectory.root={course}"])
        program.start()
    finally:
        os.chdir(folder)


def collect(course, *options):
    """Collect, and export.

    Returns
    -------
    submitted : dict
        The metadata of each student's notebook, by the student's id.
    look : list of (str, str)
        Student and reason, from look.csv.
    """
    run(ZipCollectApp, course, NAME, *options)
    return look_at(course)


def look_at(course):
    """What lies in submitted, and what the report says."""
    run(ExportApp, course, f"--to={course / 'grades.csv'}")
    with open(course / "look.csv", newline="", encoding="utf-8") as file:
        look = [(row["student_id"], row["look at"]) for row in csv.DictReader(file)]
    explained = [re.compile(pattern) for pattern in sentences_in_readme()]
    for _, reason in look:
        assert any(pattern.search(reason) for pattern in explained), reason
    submitted = {}
    for path in (course / "submitted").glob(f"*/{NAME}/{NAME}.ipynb"):
        submitted[path.parent.parent.name] = json.loads(path.read_bytes())["metadata"]
    return submitted, look


def sentences_in_readme():
    """Patterns for what the instructor's page says about look.csv."""
    page = (SOLUTIONS / "README.md").read_text(encoding="utf-8")
    table = page.split("## What look.csv tells")[1].split("##")[0]
    cells = re.findall(r"^\| (.+?) \|", table, re.MULTILINE)[1:]
    said = [part for cell in cells for part in cell.split("; ")]
    return [re.escape(part).replace(re.escape("..."), ".*") for part in said]


def test_the_page_explains_what_the_code_says_and_no_more():
    # `look_at` holds the other way: what is said in any of these tests is explained.
    said = []
    for name in ("collecting", "grading", "whose"):
        tree = ast.parse((ROOT / "helpers" / f"{name}.py").read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            parts = getattr(node, "values", [node])
            said.append("".join(getattr(part, "value", "") for part in parts if is_text(part)))
    for pattern in sentences_in_readme():
        assert any(re.search(pattern, text) for text in said), pattern


def as_on_a_mac(name):
    """Equal for names that one folder cannot hold both of, on macOS or Windows."""
    return unicodedata.normalize("NFC", name).lower()


def is_text(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


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
        kind = AsMac if seed == 2 else zipfile.ZipInfo
        data = zipped([(s.path, s.age, s.data) for s in sent], kind)
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
    assert len({as_on_a_mac(student) for student in submitted}) == len(submitted)
    assert len(submitted) == sum(one.graded for one in sent)


def locked(data):
    """A zip file with the mark that its first file is protected by a password."""
    first, central = data.index(b"PK\x03\x04") + 6, data.index(b"PK\x01\x02") + 8
    data = bytearray(data)
    data[first] |= 1
    data[central] |= 1
    return bytes(data)


def broken(data):
    """A zip file of which a byte of the first file's contents is another one."""
    data = bytearray(data)
    data[60] ^= 0xFF
    return bytes(data)


def test_a_broken_zip_file_is_reported_and_stops_nobody(course):
    good = notebook("good")
    name = f"ada_{NAME}.ipynb"
    deep = zipped([(f"deep_{NAME}.ipynb", 0, good)])
    for level in range(4):
        deep = zipped([(f"{level}.zip", 0, deep)])
    plain = zipped([(f"inner_{NAME}.ipynb", 0, good)])
    bad = {
        "rar.zip": b"Rar!\x1a\x07\x01\x00" + bytes(50),
        "nothing.zip": b"",
        "cut.zip": plain[: len(plain) // 2],
        "empty.zip": zipped([]),
        "locked.zip": locked(zipped([(f"locked_{NAME}.ipynb", 0, good)])),
        "broken.zip": broken(zipped([(f"broken_{NAME}.ipynb", 0, good)])),
        "deep.zip": deep,
    }
    for path, data in bad.items():
        put(archive_of(course), path, data)
    put(archive_of(course), "outer.zip", zipped([("in.zip", 0, plain), ("rar.zip", 0, b"Rar!")]))
    put(archive_of(course), "up.zip", zipped([("../../up_" + NAME + ".ipynb", 0, good)]))
    put(archive_of(course), "root.zip", zipped([(f"/root_{NAME}.ipynb", 0, good)]))
    put(archive_of(course), "dos.zip", zipped([(f"a\\dos_{NAME}.ipynb", 0, good)]))
    put(archive_of(course), name, good)
    before = {path for path in course.parent.rglob("*") if path.is_file()}
    submitted, look = collect(course)
    assert set(submitted) == {"ada", "inner", "up", "root", "a"}
    sentences = {
        "rar.zip": "was not opened, it is damaged or no zip file",
        "nothing.zip": "was not opened, it is damaged or no zip file",
        "cut.zip": "was not opened, it is damaged or no zip file",
        "empty.zip": "holds no file",
        f"locked.zip/locked_{NAME}.ipynb": "is protected by a password",
        f"broken.zip/broken_{NAME}.ipynb": "was not read (",
        "deep.zip/3.zip/2.zip/1.zip": "was not opened, it lies too deep",
        "outer.zip/rar.zip": "was not opened, it is damaged or no zip file",
    }
    for path, words in sentences.items():
        assert any(reason.startswith(f"{path} {words}") for _, reason in look), path
    # Nothing was written outside of the folders of the class.
    folders = [course / folder for folder in ("submitted", "downloaded")]
    for path in {path for path in course.parent.rglob("*") if path.is_file()} - before:
        assert path.parent == course or any(path.is_relative_to(folder) for folder in folders)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere, names are letters")
def test_a_name_that_is_no_text_is_collected(course):
    put(archive_of(course), f"\udcff_{NAME}.ipynb", notebook("odd"))
    put(archive_of(course), "\udcff.pdf", b"")
    submitted, look = collect(course)
    assert [data["owner"] for data in submitted.values()] == ["odd"]
    assert any(reason.startswith("\\udcff.pdf ") for _, reason in look)


def test_a_file_in_the_place_of_a_folder_stops_nobody(course):
    for student in ("ada", "bob", "eve"):
        put(archive_of(course), f"{student}_{NAME}.ipynb", notebook(student))
    put(course, "submitted/ada", b"")
    put(course, f"submitted/bob/{NAME}", b"")
    submitted, look = collect(course, "--force")
    assert set(submitted) == {"eve"}
    for student in ("ada", "bob"):
        (reason,) = [r for _, r in look if r.startswith(f"{student}_{NAME}.ipynb ")]
        assert "holds a hand-in already" in reason


@pytest.mark.parametrize("kind", [zipfile.ZipInfo, AsMac, AsDos])
def test_umlauts_of_every_kind_of_zip_file_are_read(course, kind):
    put(archive_of(course), "all.zip", zipped([(f"J\xfcrg_{NAME}.ipynb", 0, notebook("x"))], kind))
    submitted, _ = collect(course)
    assert set(submitted) == {"J\xfcrg"}


def test_the_newer_file_of_a_zip_file_counts(course):
    files = [
        (f"ada_{NAME}.ipynb", 0, notebook("new")),
        (f"ada_{NAME} (1).ipynb", 9, notebook("old")),
    ]
    put(archive_of(course), "all.zip", zipped(files))
    submitted, look = collect(course)
    assert submitted["ada"]["owner"] == "new"
    assert (
        "ada",
        f"all.zip/ada_{NAME} (1).ipynb was not graded: all.zip/ada_{NAME}.ipynb counts, "
        "which is newer",
    ) in look


def told(*paths, before=(), taken=()):
    """Student's name and id for each path, and what there is to look at."""
    files = [File(path) for path in paths]
    tell_students(files)
    give_ids(files, dict(before), set(taken))
    return [(file.name, file.student_id, file.look_at) for file in files]


@pytest.mark.parametrize(
    "path, student",
    [
        (f"Ada Lovelace_4711_assignsubmission_file/{NAME}.ipynb", "Ada Lovelace"),
        ("Ada Lovelace_4711_assignsubmission_file_/sub/any.ipynb", "Ada Lovelace"),
        ("all.zip/Ada Lovelace_4711_assignsubmission_file_any.ipynb", "Ada Lovelace"),
        ("Ada Lovelace_4711_assignsubmission_onlinetext/onlinetext.html", "Ada Lovelace"),
        ("Default group_assignsubmission_file/any.ipynb", "Default group"),
        ("lovelaceada_4711_98765_any-1.ipynb", "lovelaceada_4711"),
        (f"lovelaceada_LATE_4711_98765_{NAME}-1.ipynb", "lovelaceada_4711"),
        ("lovelaceada_4711_98765_hw.zip/bob_5000_98766_any.ipynb", "lovelaceada_4711"),
        ("anon_x7Kq2_98765_any.ipynb", "anon_x7Kq2"),
        (f"{NAME}_bb1_attempt_2026-11-29-10-00-02_activations.ipynb", "bb1"),
        (f"{NAME}_a_b_attempt_2026-11-29-10-00-00_{NAME}.ipynb", "a_b"),
        (f"Lab {NAME} (B)_a_b_attempt_2026-11-29-10-00-00.txt", "a_b"),
        ("Week 2_x_bb1_attempt_2026-11-29-10-00-00_any.ipynb", "bb1"),
        ("Abgaben/Team 3/Lovelace_Ada_ada_4711/any.ipynb", "Lovelace_Ada_ada_4711"),
        ("all.zip/all/ada/any.ipynb", "ada"),
        (f"all.zip/{NAME}/ada/{NAME}/any.ipynb", "ada"),
        (f"ada_l_{NAME}/any.ipynb", "ada_l"),
        (f"ada_{NAME}.ipynb", "ada"),
        (f"first_m_{NAME}.ipynb", "first_m"),
        (f"ada_4711_{NAME} (1).ipynb", "ada_4711"),
        (f"ada_2026_11_{NAME}.ipynb", "ada_2026_11"),
        ("ada_02 Activations.ipynb", "ada"),
        (f"gradebook_2026_1_{NAME}_2026-11-29-10-00-00.zip/ada_{NAME}.ipynb", "ada"),
        (f"ada_{NAME}.zip/{NAME}.ipynb", "ada"),
        (f"all.zip/ada_{NAME}.zip/sub/sub/any.ipynb", "ada"),
        (f"anna-m/notebooks/my_work/{NAME}.ipynb", "anna-m"),
        (f"homes.zip/anna-m/notebooks/my_work/{NAME}.ipynb", "anna-m"),
        (f"anna-m/notebooks/{NAME}.ipynb", ""),
        (f"{NAME}.ipynb", ""),
        (f"{NAME}_ada.ipynb", ""),
        (f"Copy of {NAME}.ipynb", ""),
        (f"Late Submission - {NAME}.ipynb", ""),
        (f"a/b/{NAME}.ipynb", ""),
        ("ada_102_activations.ipynb", ""),
        ("ada_01_database.ipynb", ""),
    ],
)
def test_a_path_tells_the_student(path, student):
    assert told(path) == [(student, student, "")]


def test_two_numbers_of_one_name_are_two_students():
    paths = [f"Eve Abt_{n}_assignsubmission_file/any.ipynb" for n in (1, 1, 2)]
    (_, first, look), (_, again, _), (_, second, _) = told(*paths)
    assert (first, again, second) == ("Eve Abt_1", "Eve Abt_1", "Eve Abt_2")
    assert "gives a name that others have too, or nearly so (Eve Abt_2)" in look


def test_an_id_stays_when_a_namesake_comes_later():
    paths = [f"Eve Abt_{n}_assignsubmission_file/any.ipynb" for n in (1, 2)]
    before = {("Eve Abt", "Moodle 1"): "Eve Abt"}
    assert [student for _, student, _ in told(*paths, before=before)] == ["Eve Abt", "Eve Abt_2"]


def test_a_file_renamed_by_hand_stays_with_its_student():
    paths = ["Eve Abt_1_assignsubmission_file/any.pdf", f"Eve Abt_{NAME}.ipynb"]
    assert [student for _, student, _ in told(*paths)] == ["Eve Abt", "Eve Abt"]


def test_a_folder_that_differs_only_in_case_is_another_student():
    ((_, student, look),) = told(f"ada_{NAME}.ipynb", taken={"Ada"})
    assert student.startswith("ada-") and "(Ada)" in look
    assert told(f"ada_{NAME}.ipynb", taken={"ada"}) == [("ada", "ada", "")]


def test_a_folder_outweighs_the_name_that_a_student_gave():
    files = told(f"eve/ada_{NAME}.ipynb", f"ada/{NAME}.ipynb", f"bob/bob_{NAME}.ipynb")
    assert [student for _, student, _ in files] == ["eve", "ada", "bob"]
    assert "its own name says ada: it counts for eve" in files[0][2]
    assert files[1][2] == files[2][2] == ""
    files = told(f"all/ada_{NAME}.ipynb", f"all/bob_{NAME}.ipynb", f"all/{NAME}.ipynb")
    assert [student for _, student, _ in files] == ["ada", "bob", ""]


def test_a_zip_file_of_many_notebooks_is_no_students():
    paths = [f"class_{NAME}.zip/{path}" for path in (f"{NAME}.ipynb", f"ada_{NAME}.ipynb")]
    assert [student for _, student, _ in told(*paths)] == ["", "ada"]


@pytest.mark.parametrize("name", [*ODD, "con.txt", "COM\xb9", "a/b", " a", "\U0001f600", "\udcff"])
def test_an_id_is_a_folder_everywhere_and_found_by_nbgrader(name):
    student = safe_id(name)
    assert re.fullmatch(r"[\w@][\w .@-]*", student) and not student.endswith((" ", "."))
    assert len(student) < 60
    assert student.split(".")[0].upper() not in {"CON", "NUL", "COM\xb9"}
    assert student == safe_id(name)


def test_different_names_never_have_one_id():
    names = [
        *ODD,
        "a b",
        "a_b",
        "a/b",
        "a|b",
        "a?b",
        "a b ",
        " a b",
        ".a b",
        "J\xfcrg",
        "Ju\u0308rg",
    ]
    names += ["x" * 89, "x" * 91, "x-", "-x", "x", "CON", "_CON"]
    ids = {as_on_a_mac(safe_id(name)) for name in names}
    assert len(ids) == len(set(names))


@pytest.mark.parametrize(
    "name", ["Ada Lovelace", "M\xfcller-L\xfc\xdf", "s.0815@uni", "\u738b", "\u0928\u093f"]
)
def test_an_ordinary_name_is_the_id(name):
    assert safe_id(name) == name


def reasons_of(student, look):
    return [reason for name, reason in look if name == student and "cell " not in reason]


def test_collecting_again_adds_files_and_keeps_ids(course):
    eve = "Eve Abt_{}_assignsubmission_file/any.ipynb"
    cells = {"cells": [{"cell_type": "markdown", "source": "", "metadata": {}}]}
    cells["cells"][0]["metadata"]["nbgrader"] = {"grade_id": "check-relu"}

    def hand_in(owner):
        return json.dumps(json.loads(notebook(owner)) | cells).encode()

    put(archive_of(course), eve.format(1), hand_in("first Eve"))
    put(archive_of(course), f"ada_{NAME}.ipynb", notebook("ada"), age=9)
    collect(course)
    put(archive_of(course), eve.format(2), hand_in("second Eve"))
    put(archive_of(course), f"ada_{NAME} (1).ipynb", notebook("ada, newer"))
    # Until it is collected, what has come is reported, and nothing changes.
    _, look = look_at(course)
    with pytest.raises(SystemExit):
        run(ZipCollectApp, course, NAME)
    now = time.time() + 60
    os.utime(archive_of(course) / eve.format(2), (now, now))
    assert look_at(course)[0].keys() == {"Eve Abt", "ada"}
    came = "came after the last zip_collect: collect with --force"
    assert ("?", f"{eve.format(2)} {came}") in look
    assert ("?", f"ada_{NAME} (1).ipynb {came}") in look
    os.utime(archive_of(course) / eve.format(2), (NOON, NOON))
    submitted, look = collect(course, "--force")
    owners = {student: data["owner"] for student, data in submitted.items()}
    assert owners == {"Eve Abt": "first Eve", "Eve Abt_2": "second Eve", "ada": "ada, newer"}
    assert not any(came in reason for _, reason in look)
    assert any("it counts as Eve Abt_2" in reason for reason in reasons_of("Eve Abt_2", look))
    # A file that is taken away still counts, and that is said.
    (archive_of(course) / eve.format(1)).unlink()
    submitted, look = collect(course, "--force")
    assert submitted["Eve Abt"]["owner"] == "first Eve"
    assert any("is not in archive/ any more" in reason for reason in reasons_of("Eve Abt", look))
    # And a copy that is taken away, too.
    shutil.rmtree(course / "submitted" / "ada")
    _, look = look_at(course)
    gone = f"ada_{NAME} (1).ipynb was collected, but its copy is gone: collect again with --force"
    assert ("ada", gone) in look


@pytest.mark.parametrize("options", [[], ["--force"]])
def test_a_file_put_into_submitted_by_hand_is_never_replaced(course, options):
    put(course / "submitted" / "ada" / NAME, f"{NAME}.ipynb", notebook("by hand"))
    put(archive_of(course), f"ada_{NAME}.ipynb", notebook("downloaded"))
    put(archive_of(course), f"ada_{NAME} (1).ipynb", notebook("older"), age=9)
    put(archive_of(course), f"bob_{NAME}.ipynb", notebook("bob"))
    submitted, look = collect(course, *options)
    assert {s: data["owner"] for s, data in submitted.items()} == {"ada": "by hand", "bob": "bob"}
    advice = [
        f"ada_{NAME}{copy}.ipynb was not collected: class/submitted/ada/{NAME} holds a hand-in "
        "already. To replace it, delete that folder and collect with --force"
        for copy in ("", " (1)")
    ]
    assert all(("ada", reason) in look for reason in advice)
    shutil.rmtree(course / "submitted" / "ada" / NAME)
    submitted, look = collect(course, "--force")
    assert submitted["ada"]["owner"] == "downloaded" and ("ada", advice[0]) not in look


def test_whole_homes_of_a_hub_give_each_student_the_exercise_and_not_the_lesson(course):
    for student in ("anna", "ben"):
        home = f"{student}/notebooks"
        put(archive_of(course), f"{home}/my_work/{NAME}.ipynb", notebook(student), age=9)
        put(archive_of(course), f"{home}/{NAME}.ipynb", notebook("lesson"))
        put(archive_of(course), f"{home}/my_work/01_data.ipynb", notebook("other exercise"))
    submitted, look = collect(course)
    owners = {student: data["owner"] for student, data in submitted.items()}
    assert owners == {"anna": "anna", "ben": "ben"}
    assert is_reported(f"anna/notebooks/{NAME}.ipynb", look)
    assert is_reported("ben/notebooks/my_work/01_data.ipynb", look)


@pytest.mark.parametrize("form", ["loose", "zip file"])
def test_another_file_of_the_same_name_is_reported_whatever_its_date(course, form):
    """`cp -p` keeps the date of a file that was saved before the last zip_collect."""
    path = f"ada_{NAME}.ipynb" if form == "loose" else "all.zip"
    for data, age in ((notebook("first"), 0), (notebook("second"), 9)):
        if form != "loose":
            data = zipped([(f"ada_{NAME}.ipynb", 0, data)])
        (archive_of(course) / path).unlink(missing_ok=True)
        put(archive_of(course), path, data, age)
        if not age:
            assert not is_reported(path, collect(course)[1])
    came = ("?", f"{path} came after the last zip_collect: collect with --force")
    assert came in look_at(course)[1]
    submitted, look = collect(course, "--force")
    assert submitted["ada"]["owner"] == "second" and came not in look


def test_a_student_of_whom_nothing_is_graded_is_pointed_out(course):
    for path in ("ada/a.pdf", "bob/a.pdf", f"bob/{NAME}.ipynb", "eve/a.pdf", "a.pdf"):
        put(archive_of(course), path, notebook("x"))
    put(course / "submitted" / "eve" / NAME, f"{NAME}.ipynb", notebook("by hand"))
    _, look = collect(course)
    no = "a.pdf was not graded: it is no notebook (.ipynb)"
    assert ("ada", f"ada/{no}, and nothing else of this student is graded") in look
    assert {("bob", f"bob/{no}"), ("eve", f"eve/{no}"), ("?", no)} <= set(look)


@pytest.mark.parametrize(
    "path, student, words",
    [
        ("Ada L_1_assignsubmission_file/my work.ipynb.txt", "Ada L", "because of its ending"),
        (f"adal_4711_98765_{NAME}.ipynb.json", "adal_4711", "because of its ending"),
        (f"O'Neil/{NAME}.ipynb.txt", safe_id("O'Neil"), "because of its ending"),
        (f"{NAME}.ipynb", "ada", "tell no student, or more than one"),
        (f"a/b/{NAME}.ipynb", "ada", "tell no student, or more than one"),
        ("Ada L_1_assignsubmission_file/my work.ipynb", "Ada L", "neither its name nor its cells"),
        ("Abt_Ada_ada_4711/01_data.ipynb", "Abt_Ada_ada_4711", "neither its name nor its cells"),
        ("ada_01_data.ipynb", "ada", "neither its name nor its cells"),
    ],
)
def test_the_advice_about_a_name_helps(course, path, student, words):
    put(archive_of(course), "all.zip", zipped([(path, 0, notebook("ada"))]))
    submitted, look = collect(course)
    assert submitted == {}
    (reason,) = [reason for _, reason in look if reason.startswith(f"all.zip/{path} ")]
    assert words in reason
    new_name = re.search(r"put it into archive/ as (.*\.ipynb), and collect with --force", reason)
    put(archive_of(course), new_name[1], notebook("ada"))
    submitted, _ = collect(course, "--force")
    assert set(submitted) == {student}


def test_what_lies_in_no_folder_of_an_assignment_is_reported(course):
    put(course, "downloaded/all.zip", zipped([]))
    put(course, f"downloaded/{NAME}/all.zip", zipped([]))
    put(course, "downloaded/02_activation/archive/all.zip", zipped([]))
    put(course, "submitted/ada.ipynb", notebook("ada"))
    put(course, f"submitted/ada/{NAME}.ipynb", notebook("ada"))
    put(course, f"submitted/ada/2_activations/{NAME}.ipynb", notebook("ada"))
    put(course, f"submitted/ada/{NAME}/sub/{NAME}.ipynb", notebook("ada"))
    put(course, "submitted/.DS_Store", b"")
    put(course, f"submitted/ada/{NAME}/progress.txt", b"right relu")  # with all of my_work
    _, look = look_at(course)
    for place in ("", f"{NAME}/", "02_activation/archive/"):
        lies = "was not collected: it lies in no folder class/downloaded/ASSIGNMENT/archive"
        assert ("?", f"downloaded/{place}all.zip {lies}") in look
    for place in ("ada.ipynb", f"ada/{NAME}.ipynb", f"ada/2_activations/{NAME}.ipynb"):
        lies = "was not graded: it lies in no folder class/submitted/STUDENT/ASSIGNMENT"
        assert ("?", f"submitted/{place} {lies}") in look
    assert f"{NAME}.ipynb was not handed in" in reasons_of("ada", look)
    assert f"handed in sub/{NAME}.ipynb too, which was not graded" in reasons_of("ada", look)
    assert not any(".DS_Store" in reason or "progress.txt" in reason for _, reason in look)


def test_a_grade_without_a_hand_in_is_reported(course):
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        gradebook.add_student("ada")
        gradebook.add_submission(NAME, "ada")
    _, look = look_at(course)
    assert reasons_of("ada", look) == [
        "has a grade, but no folder in class/submitted any more: if the hand-in counts for "
        "another student now, do not use this grade"
    ]


def test_names_that_a_console_cannot_print_stop_no_export(course):
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        gradebook.add_student("Ж")
        gradebook.add_submission(NAME, "Ж")
    # Files are written in ASCII here, where nobody says otherwise, as in cp1252 on Windows.
    code = f"""
from helpers.grading import ClassReport
from nbgrader.api import Gradebook
from nbgrader.apps import ExportApp
app = ExportApp()
app.initialize([])
app.coursedir.root = {str(course)!r}
report = ClassReport(parent=app, to={str(course / "grades.csv")!r})
with Gradebook({f"sqlite:///{course / 'gradebook.db'}"!r}) as gradebook:
    report.export(gradebook)
"""
    narrow = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    export = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | narrow | {"PYTHONIOENCODING": "cp1252"},
        capture_output=True,
        timeout=100,
    )
    assert export.returncode == 0, export.stderr
    assert b"\\u0416" in export.stdout
    assert "Ж" in (course / "grades.csv").read_text(encoding="utf-8")
    assert "Ж" in (course / "look.csv").read_text(encoding="utf-8")


def test_the_page_says_how_names_are_understood():
    page = (SOLUTIONS / "README.md").read_text(encoding="utf-8")
    table = page.split("## Whose a file is")[1].split("\n\n")[1]
    rows = [row.split(" | ") for row in table.splitlines()[2:]]
    assert len(rows) == 7
    for _, names, ids in rows:
        names = [name for name in re.findall("`(.+?)`", names) if name.endswith((".ipynb", "..."))]
        ids = re.findall("`(.+?)`", ids)
        assert names and ids
        for number, name in enumerate(name for name in names if name != "..."):
            student = ids[min(number, len(ids) - 1)]
            assert told(name.replace("...", "any.ipynb")) == [(student, student, "")]
    for name, student in re.findall("`([^`]+)` is `([^`]+)`", page):
        assert safe_id(name) == student
