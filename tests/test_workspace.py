"""A student's work is never touched, and new exercises arrive beside it."""

import errno
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from helpers import workspace
from helpers.workspace import copy_new, lay_out_class

ROOT = Path(__file__).parent.parent
unix_only = pytest.mark.skipif(os.name == "nt", reason="Windows tells no owner in this way")


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "exercises"
    folder.mkdir()
    for name in ("01_data.ipynb", "02_activations.ipynb"):
        (folder / name).write_text(f"new {name}")
    (folder / "notes.txt").write_text("not a notebook")
    return folder


def contents(folder):
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_first_run_copies_all_notebooks(source, tmp_path):
    copied, kept = copy_new(source, tmp_path / "my_work")
    assert (copied, kept) == (["01_data.ipynb", "02_activations.ipynb"], [])
    assert contents(tmp_path / "my_work") == {name: f"new {name}" for name in copied}


def test_later_runs_add_what_is_new_and_touch_nothing_else(source, tmp_path):
    copy_new(source, tmp_path / "my_work")
    (tmp_path / "my_work" / "01_data.ipynb").write_text("my work")
    (tmp_path / "my_work" / "own.ipynb").write_text("my own")
    (source / "01_data.ipynb").write_text("mended")
    (source / "03_forward.ipynb").write_text("third")
    copied, kept = copy_new(source, tmp_path / "my_work")
    assert (copied, kept) == (["03_forward.ipynb"], ["01_data.ipynb", "02_activations.ipynb"])
    assert contents(tmp_path / "my_work") == {
        "01_data.ipynb": "my work",
        "02_activations.ipynb": "new 02_activations.ipynb",
        "03_forward.ipynb": "third",
        "own.ipynb": "my own",
    }


@pytest.mark.skipif(os.name == "nt", reason="Windows lets only administrators make symbolic links")
def test_a_link_to_nowhere_is_the_students_too(source, tmp_path):
    (tmp_path / "my_work").mkdir()
    (tmp_path / "my_work" / "01_data.ipynb").symlink_to(tmp_path / "unplugged-drive")
    copied, kept = copy_new(source, tmp_path / "my_work")
    assert kept == ["01_data.ipynb"]
    assert (tmp_path / "my_work" / "01_data.ipynb").is_symlink()


def test_a_file_that_appears_during_the_copy_is_kept(source, tmp_path, monkeypatch):
    def copy_slowly(start, end):
        end.write_bytes(start.read_bytes())
        (tmp_path / "my_work" / start.name).write_text("made meanwhile")

    monkeypatch.setattr(workspace.shutil, "copyfile", copy_slowly)
    copied, kept = copy_new(source, tmp_path / "my_work")
    assert (copied, kept) == ([], ["01_data.ipynb", "02_activations.ipynb"])
    assert set(contents(tmp_path / "my_work").values()) == {"made meanwhile"}


def test_a_drive_without_links_works_too(source, tmp_path, monkeypatch):
    def refuse(start, end):
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(workspace.os, "link", refuse)
    (tmp_path / "my_work").mkdir()
    (tmp_path / "my_work" / "01_data.ipynb").write_text("my work")
    copy_new(source, tmp_path / "my_work")
    assert contents(tmp_path / "my_work") == {
        "01_data.ipynb": "my work",
        "02_activations.ipynb": "new 02_activations.ipynb",
    }


def test_a_full_disk_leaves_no_half_notebook(source, tmp_path, monkeypatch):
    def fail(start, end):
        end.write_text("half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(workspace.shutil, "copyfile", fail)
    with pytest.raises(OSError, match="disk has room. Your own work is as it was"):
        copy_new(source, tmp_path / "my_work")
    assert contents(tmp_path / "my_work") == {}


def test_a_target_that_is_a_file_is_named(source, tmp_path):
    (tmp_path / "my_work").write_text("a file")
    with pytest.raises(OSError, match="my_work"):
        copy_new(source, tmp_path / "my_work")
    assert (tmp_path / "my_work").read_text() == "a file"


def test_missing_exercises_are_an_error(tmp_path):
    with pytest.raises(FileNotFoundError, match="no exercises"):
        copy_new(tmp_path / "nowhere", tmp_path / "my_work")


def test_a_class_gets_a_folder_for_each_solution_and_the_newest_text(source, tmp_path):
    assert lay_out_class(source, tmp_path / "class") == ["01_data", "02_activations"]
    (source / "01_data.ipynb").write_text("mended")
    lay_out_class(source, tmp_path / "class")
    assert (tmp_path / "class" / "01_data" / "01_data.ipynb").read_text() == "mended"
    assert contents(tmp_path / "class" / "02_activations") == {
        "02_activations.ipynb": "new 02_activations.ipynb"
    }


def test_git_ignores_the_students_folder_and_the_class():
    paths = ["notebooks/my_work/01_data.ipynb", "class/gradebook.db"]
    ignored = subprocess.run(
        ["git", "check-ignore", *paths], cwd=ROOT, capture_output=True, text=True
    )
    assert ignored.stdout.split() == paths


def test_command_refuses_other_words():
    command = [sys.executable, "-m", "helpers.workspace", "clas"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 1
    assert "or the word class, got clas" in result.stderr


@pytest.fixture
def checkout(tmp_path, monkeypatch, source):
    monkeypatch.setattr(workspace, "EXERCISES", source)
    monkeypatch.setattr(workspace, "MY_WORK", tmp_path / "my_work")


@unix_only
def test_command_says_what_it_copied(checkout, capsys):
    workspace.main([])
    workspace.main([])
    assert capsys.readouterr().out.splitlines() == [
        "new:  notebooks/my_work/01_data.ipynb",
        "new:  notebooks/my_work/02_activations.ipynb",
        "kept: notebooks/my_work/01_data.ipynb, which is yours",
        "kept: notebooks/my_work/02_activations.ipynb, which is yours",
    ]


@unix_only
@pytest.mark.parametrize("has_name", [True, False])
def test_command_tells_a_second_user_whose_the_copies_are(
    checkout, tmp_path, monkeypatch, capsys, has_name
):
    import pwd

    workspace.main([])
    before = contents(tmp_path / "my_work")
    owner = f"user number {os.geteuid()}"
    if has_name:
        owner = "ada"
        monkeypatch.setattr(pwd, "getpwuid", lambda number: SimpleNamespace(pw_name="ada"))
    else:
        monkeypatch.setattr(pwd, "getpwuid", {}.__getitem__)  # as of a user who was removed
    second = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: second)
    capsys.readouterr()
    workspace.main([])
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == [
        f"kept: notebooks/my_work/01_data.ipynb, which belongs to {owner}",
        f"kept: notebooks/my_work/02_activations.ipynb, which belongs to {owner}",
    ]
    assert "Get the course into a folder of your own" in lines[2]
    assert contents(tmp_path / "my_work") == before


@unix_only
def test_a_link_is_of_who_made_it(tmp_path):
    link = tmp_path / "01_data.ipynb"
    link.symlink_to(tmp_path / "unplugged-drive")
    assert workspace.whose(link) == "which is yours"


def test_command_claims_nothing_where_the_system_tells_no_owner(checkout, monkeypatch, capsys):
    monkeypatch.delattr(os, "geteuid", raising=False)  # as on Windows
    workspace.main([])
    workspace.main([])
    lines = capsys.readouterr().out.splitlines()
    assert lines[2] == "kept: notebooks/my_work/01_data.ipynb, which was there"
    assert len(lines) == 4


def test_a_second_user_who_may_not_write_is_told_to_get_a_copy(source, tmp_path, monkeypatch):
    def refuse(start, end):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(workspace.shutil, "copyfile", refuse)
    with pytest.raises(OSError, match="Permission denied.*get it into a folder of your own"):
        copy_new(source, tmp_path / "my_work")
