"""Copies of the exercises to write in: `python -m helpers.workspace`.

They lie in notebooks/my_work, which git ignores, so that an update of the course
never meets a student's work. The checks leave their marks there, in progress.txt, and
`helpers.progress` shows them. An instructor runs `python -m helpers.workspace class`,
which lays out the solutions in class/source as nbgrader wants them.
"""

import os
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
EXERCISES, MY_WORK = ROOT / "notebooks" / "exercises", ROOT / "notebooks" / "my_work"
SOLUTIONS, CLASS_SOURCE = ROOT / "notebooks" / "solutions", ROOT / "class" / "source"
MARKS = "progress.txt"


def copy_new(source, target):
    """Copy the notebooks that `target` does not have yet.

    Parameters
    ----------
    source : Path
        The folder with the exercises.
    target : Path
        The student's folder. It is made where it is missing. A file in it is
        never changed or removed.

    Returns
    -------
    copied, kept : list of str
        Names of the notebooks.

    Raises
    ------
    FileNotFoundError
        If `source` has no notebooks.
    OSError
        If `target` cannot be written. No half notebook is left there.
    """
    notebooks = sorted(source.glob("*.ipynb"))
    if not notebooks:
        raise FileNotFoundError(
            f"There are no exercises in {source}. Get the course again, from where you had it."
        )
    copied, kept = [], []
    try:
        target.mkdir(parents=True, exist_ok=True)
        for notebook in notebooks:
            if _copy_unless_there(notebook, target / notebook.name):
                copied.append(notebook.name)
            else:
                kept.append(notebook.name)
    except OSError as error:
        raise OSError(
            f"The exercises could not be copied to {target} ({error}). Check that you may write "
            "there and that the disk has room. Your own work is as it was. If the course belongs "
            "to another user of this computer, get it into a folder of your own."
        ) from error
    return copied, kept


def _copy_unless_there(source, target):
    """Copy beside and then move, so that a file is there whole or not at all."""
    if target.exists():
        return False
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        shutil.copyfile(source, part)
        try:
            # Unlike a rename, a link fails where a file has appeared in the meantime.
            os.link(part, target)
        except FileExistsError:
            return False
        except OSError:  # a drive without links, such as a USB stick
            part.rename(target)
    finally:
        part.unlink(missing_ok=True)
    return True


def marks_file():
    """Find the marks that belong to the notebook that runs.

    Its kernel runs in its own folder. On a class's hub every student has a notebooks/my_work;
    solutions lie elsewhere, and hand-ins are graded elsewhere.

    Returns
    -------
    Path or None
        None unless the notebook lies in notebooks/my_work, or in notebooks, as the first look.
    """
    here = Path.cwd()
    folder = here / MY_WORK.name if here.name == MY_WORK.parent.name else here
    return folder / MARKS if folder.parts[-2:] == MY_WORK.parts[-2:] else None


def leave_mark(state, name):
    """Add to the marks what a check found. Where that cannot be, do nothing.

    Only a notebook in notebooks/my_work leaves marks.

    Parameters
    ----------
    state : str
        "right" or "begun".
    name : str
        Of the check, such as "softmax".
    """
    mark = f"{state} {name}"
    try:
        path = marks_file()
        if path and path.parent == Path.cwd() and are_kept() and mark not in read_marks(path):
            # At the end, so that two notebooks can write at the same moment. The line break comes
            # first, because a student may have edited the file and left none.
            with open(path, "a", encoding="utf-8") as file:
                file.write(f"\n{mark}")
    except OSError:
        pass


def read_marks(path):
    """Read the marks in a file.

    Parameters
    ----------
    path : Path

    Returns
    -------
    set of str
        Its lines, such as "right softmax". Lines that are no marks do no harm. Empty where
        the file cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return set()
    return set(text.splitlines()) if are_kept() else set()


def are_kept():
    """Whether marks are left and read. They are not where the course itself is tested."""
    return "DIGITS_NO_MARKS" not in os.environ


def whose(path):
    """Say to whom a file belongs, as far as the system tells.

    Parameters
    ----------
    path : Path

    Returns
    -------
    str
        "which is yours", "which belongs to ada", or "which was there" on Windows.
    """
    if not hasattr(os, "geteuid"):
        return "which was there"
    number = path.lstat().st_uid  # of a link, not of what it leads to
    if number == os.geteuid():
        return "which is yours"
    import pwd  # not on Windows

    try:
        return f"which belongs to {pwd.getpwuid(number).pw_name}"
    except KeyError:
        return f"which belongs to user number {number}"


def lay_out_class(source, target):
    """Give each solution a folder of its own, `target`/NAME/NAME.ipynb.

    Parameters
    ----------
    source : Path
        The folder with the solutions.
    target : Path
        nbgrader's source folder. Notebooks in it are replaced.

    Returns
    -------
    list of str
        The names, which are nbgrader's names of the assignments.
    """
    notebooks = sorted(source.glob("*.ipynb"))
    for notebook in notebooks:
        folder = target / notebook.stem
        folder.mkdir(parents=True, exist_ok=True)
        part = folder / f"{notebook.name}.part"
        shutil.copyfile(notebook, part)
        os.replace(part, folder / notebook.name)
    return [notebook.stem for notebook in notebooks]


def main(arguments):
    """Run the command, and say what it did.

    Parameters
    ----------
    arguments : list of str
        Nothing for a student, ["class"] for an instructor.
    """
    if arguments == ["class"]:
        print("class/source has", *lay_out_class(SOLUTIONS, CLASS_SOURCE))
    elif arguments:
        sys.exit(f"This command takes nothing, or the word class, got {' '.join(arguments)}.")
    else:
        copied, kept = copy_new(EXERCISES, MY_WORK)
        for name in copied:
            print(f"new:  notebooks/my_work/{name}")
        owners = [whose(MY_WORK / name) for name in kept]
        for name, owner in zip(kept, owners, strict=True):
            print(f"kept: notebooks/my_work/{name}, {owner}")
        if any("belongs to" in owner for owner in owners):
            print(
                "Where that is another user of this computer, the work is not yours to change. "
                "Get the course into a folder of your own, and run this command there."
            )


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except OSError as error:
        sys.exit(str(error))
