"""Hand-ins from the homes of a hub, and feedback back, also where a home is full of traps."""

import csv
import os
import re
import shlex
import sys
from pathlib import Path

import pytest

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
    assert f"ben has no notebooks/my_work/{NAME}.ipynb\n2 hand-ins are in" in said
    # Once more, and a newer file takes the place of the older one.
    (my_work(hub, "anna-m") / f"{NAME}.ipynb").write_text("newer")
    run(hub, "collect")
    assert (archive(hub) / f"anna-m_{NAME}.ipynb").read_text() == "newer"


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
    run(hub, "give-back")
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
