"""Hand-ins from the homes of a hub, and feedback back, also where a home is full of traps."""

import csv
import os
import re
import shlex
import sys
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from helpers.collecting import account_for, find_files

if sys.platform != "linux":
    pytest.skip("a hub runs on Linux", allow_module_level=True)

ROOT = Path(__file__).parent.parent
NAME = "02_activations"
sys.path.insert(0, str(ROOT / "deploy"))

from hand_ins import main  # noqa: E402

PAGE = ROOT / "notebooks" / "solutions" / "README.md"
EARLY = 1.7e9


@pytest.fixture
def hub(tmp_path):
    """A class and the homes of three students, and the options that name both."""
    for name in ("anna-m", "ben", "con"):
        folder = tmp_path / "students" / name / "notebooks" / "my_work"
        folder.mkdir(parents=True)
        (folder / f"{NAME}.ipynb").write_text(f"by {name}")
        os.utime(folder / f"{NAME}.ipynb", (EARLY, EARLY))
    (tmp_path / "class" / "source" / NAME).mkdir(parents=True)
    return tmp_path


def run(hub, what):
    """Run the command of the page, in this process."""
    (line,) = re.findall(rf"python (deploy/hand_ins.py {what} .+)", PAGE.read_text("utf-8"))
    options = ["--students", str(hub / "students"), "--course", str(hub / "class")]
    main([*shlex.split(line)[1:], *options])


def my_work(hub, name):
    return hub / "students" / name / "notebooks" / "my_work"


def archive(hub):
    return hub / "class" / "downloaded" / NAME / "archive"


def test_hand_ins_are_copied_with_name_and_date(hub, capsys):
    (my_work(hub, "ben") / f"{NAME}.ipynb").unlink()
    run(hub, "collect")
    files = {path.name: path.read_text() for path in archive(hub).iterdir()}
    assert files == {f"{name}_{NAME}.ipynb": f"by {name}" for name in ("anna-m", "con")}
    assert {path.stat().st_mtime for path in archive(hub).iterdir()} == {EARLY}
    said = capsys.readouterr().out
    assert (
        f"ben has no notebooks/my_work/{NAME}.ipynb\nNotebooks copied to {archive(hub)}: 2," in said
    )


def save(hub, name, text, date):
    path = my_work(hub, name) / f"{NAME}.ipynb"
    path.write_text(text)
    os.utime(path, (date, date))


def what_counts(hub):
    """The contents that zip_collect takes, by student, and what look.csv says of all others."""
    files = list(find_files(archive(hub)))
    account_for(files, NAME, [])
    counts = {file.student_id: file.data.decode() for file in files if file.collected}
    return counts, {file.file: file.look_at for file in files if not file.collected}


def test_an_earlier_hand_in_is_kept_and_the_newest_counts(hub, capsys):
    run(hub, "collect")
    for i, text in enumerate(["second", "third", "second"]):
        save(hub, "anna-m", text, EARLY + 60 * (i + 1))
        run(hub, "collect")
        said = capsys.readouterr().out
        assert f"anna-m: the earlier file is kept, as anna-m_{NAME} ({i + 1}).ipynb\n" in said
        assert f"{archive(hub)}: 3," in said
    names = [f"anna-m_{NAME}{end}.ipynb" for end in ("", " (1)", " (2)", " (3)")]
    files = [archive(hub) / name for name in names]
    assert [file.read_text() for file in files] == ["second", "by anna-m", "second", "third"]
    assert [file.stat().st_mtime - EARLY for file in files] == [180, 0, 60, 120]
    words = f"was not graded: {names[0]} counts, which is newer"
    counts, look = what_counts(hub)
    assert counts["anna-m"] == "second"
    assert sorted(counts.values()) == ["by ben", "by con", "second"]
    assert look == dict.fromkeys(names[1:], words)


def test_a_hand_in_of_an_older_date_does_not_count(hub):
    run(hub, "collect")
    save(hub, "ben", "put back", EARLY - 60)
    run(hub, "collect")
    counts, look = what_counts(hub)
    assert counts["ben"] == "by ben"
    words = f"was not graded: ben_{NAME} (1).ipynb counts, which is newer"
    assert look == {f"ben_{NAME}.ipynb": words}


def test_the_same_contents_are_collected_once(hub, capsys):
    run(hub, "collect")
    before = {path: (path.read_text(), path.stat().st_mtime) for path in archive(hub).iterdir()}
    said = capsys.readouterr().out
    run(hub, "collect")
    assert capsys.readouterr().out == said
    after = {path: (path.read_text(), path.stat().st_mtime) for path in archive(hub).iterdir()}
    assert after == before
    assert len(after) == 3


def test_a_link_in_the_place_of_an_earlier_hand_in_is_kept_too(hub):
    run(hub, "collect")
    copy, precious = archive(hub) / f"ben_{NAME}.ipynb", hub / "precious"
    copy.rename(precious)
    copy.symlink_to(precious)
    save(hub, "ben", "newer", EARLY + 60)
    run(hub, "collect")
    assert (copy.is_symlink(), copy.read_text(), precious.read_text()) == (False, "newer", "by ben")
    assert copy.with_name(f"ben_{NAME} (1).ipynb").is_symlink()


def test_it_is_said_whose_written_answer_is_not_graded_yet(hub, capsys, monkeypatch):
    # A new gradebook calls alembic, which lies beside Python.
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    with open_gradebook(hub) as gradebook:
        for exercise, students in ((NAME, ["anna-m", "ben"]), ("03_forward_pass", ["con"])):
            gradebook.add_assignment(exercise)
            gradebook.add_notebook(exercise, exercise)
            gradebook.add_grade_cell("why", exercise, exercise, max_score=1, cell_type="markdown")
            for student in students:
                gradebook.update_or_create_student(student)
                gradebook.add_submission(exercise, student)
        gradebook.find_grade("why", NAME, NAME, "anna-m").needs_manual_grade = False
        gradebook.db.commit()
    for student in ("anna-m", "ben", "con"):
        page = hub / "class" / "feedback" / student / NAME / f"{NAME}.html"
        page.parent.mkdir(parents=True)
        page.write_text(f"for {student}")
    run(hub, "give-back")
    first, last = capsys.readouterr().out.splitlines()
    assert first.startswith("ben: the page was given, but the written answer is not graded yet.")
    assert last.startswith("3 students find")
    assert (my_work(hub, "ben") / "feedback" / f"{NAME}.html").read_text() == "for ben"
    with open_gradebook(hub) as gradebook:
        gradebook.find_grade("why", NAME, NAME, "ben").needs_manual_grade = False
        gradebook.db.commit()
    run(hub, "give-back")
    assert "not graded yet" not in capsys.readouterr().out


def open_gradebook(hub):
    return Gradebook(f"sqlite:///{hub / 'class' / 'gradebook.db'}")


def test_a_gradebook_that_cannot_be_read_is_named(hub):
    (hub / "class" / "gradebook.db").write_text("no database " * 99)
    with pytest.raises(SystemExit, match=r"gradebook\.db: file is not a database. Nothing was"):
        run(hub, "give-back")


def test_a_page_comes_to_the_student_whose_it_is(hub, capsys):
    archive(hub).mkdir(parents=True)
    with open(archive(hub).parent / "collected.csv", "w", newline="") as file:
        rows = [("file", "student_id"), (f"con_{NAME}.ipynb", "_con-123456")]
        csv.writer(file).writerows(rows)
    for student in ("anna-m", "_con-123456", "con"):
        page = hub / "class" / "feedback" / student / NAME / f"{NAME}.html"
        page.parent.mkdir(parents=True)
        page.write_text(f"for {student}")
    run(hub, "give-back")
    for name, student in (("anna-m", "anna-m"), ("con", "_con-123456")):
        page = my_work(hub, name) / "feedback" / f"{NAME}.html"
        assert page.read_text() == f"for {student}"
        assert page.stat().st_mode & 0o777 == 0o644
        assert page.stat().st_uid == (hub / "students" / name).stat().st_uid
        assert [path.name for path in page.parent.iterdir()] == [page.name]
    assert not (my_work(hub, "ben") / "feedback").exists()
    assert "ben has no page" in capsys.readouterr().out
    page.write_text("changed by the student")
    run(hub, "give-back")
    assert page.read_text() == "for _con-123456"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root gives files away")
def test_files_belong_to_whose_folder_they_lie_in(hub):
    os.chown(hub / "class", 1234, 1234)
    for path in [hub / "students" / "ben", *(hub / "students" / "ben").rglob("*")]:
        os.chown(path, 4321, 4321)
    page = hub / "class" / "feedback" / "ben" / NAME / f"{NAME}.html"
    page.parent.mkdir(parents=True)
    page.write_text("for ben")
    run(hub, "collect")
    save(hub, "ben", "newer", EARLY + 60)
    run(hub, "collect")
    run(hub, "give-back")
    assert (archive(hub) / f"ben_{NAME} (1).ipynb").exists()
    copies = [hub / "class" / "downloaded", *(hub / "class" / "downloaded").rglob("*")]
    assert {path.stat().st_uid for path in copies} == {1234}
    given = my_work(hub, "ben") / "feedback"
    assert {path.stat().st_uid for path in (given, *given.iterdir())} == {4321}


@pytest.mark.parametrize("place", ["file", "my_work", "notebooks", "pipe"])
def test_no_link_brings_the_work_of_others(hub, capsys, place):
    own, other = my_work(hub, "ben"), my_work(hub, "anna-m")
    link, target = {
        "file": (own / f"{NAME}.ipynb", other / f"{NAME}.ipynb"),
        "my_work": (own, other),
        "notebooks": (own.parent, other.parent),
        "pipe": (own / f"{NAME}.ipynb", None),
    }[place]
    link.rename(hub / "away")
    if target:
        link.symlink_to(target)
    else:
        os.mkfifo(link)
    run(hub, "collect")
    assert not (archive(hub) / f"ben_{NAME}.ipynb").exists()
    assert "ben: not taken" in capsys.readouterr().out


@pytest.mark.parametrize("place", ["feedback", "my_work", "page", "part"])
def test_no_link_leads_feedback_out_of_the_home(hub, place):
    outside = hub / "outside"
    outside.mkdir()
    (outside / "precious").write_text("precious")
    page = hub / "class" / "feedback" / "ben" / NAME / f"{NAME}.html"
    page.parent.mkdir(parents=True)
    page.write_text("for ben")
    own = my_work(hub, "ben")
    if place == "my_work":
        own.rename(hub / "away")
        own.symlink_to(outside)
    elif place == "feedback":
        (own / "feedback").symlink_to(outside)
    else:
        (own / "feedback").mkdir()
        name = {"page": f"{NAME}.html", "part": f".{NAME}.html.part"}[place]
        (own / "feedback" / name).symlink_to(outside / "precious")
    run(hub, "give-back")
    assert [path.name for path in outside.iterdir()] == ["precious"]
    assert (outside / "precious").read_text() == "precious"
    assert (own / "feedback" / f"{NAME}.html").exists() == (place in ("page", "part"))


def test_a_wrong_name_or_place_says_what_to_do(hub):
    options = ["--students", str(hub / "students"), "--course", str(hub / "class")]
    with pytest.raises(SystemExit, match="There is no .*2_activation. Type the assignment's"):
        main(["collect", "2_activation", *options])
    options[1] = str(hub / "nowhere")
    with pytest.raises(SystemExit, match="nowhere.*Run this as root, and with --students"):
        main(["collect", NAME, *options])
