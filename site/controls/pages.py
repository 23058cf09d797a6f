"""What slides and pages need to play the recorded controls."""

import json
import shutil
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))
from record import RECORDINGS, is_recorded  # noqa: E402

PLAYER = ("player.js", "player.css")
STILL = "This picture stands still here: what it showed while it moved is missing."


def live(name, cell, saved):
    """A control, as HTML that player.js brings to life.

    Parameters
    ----------
    name : str
        The lesson's: 04_backprop.
    cell : str
        The id of its cell.
    saved : str
        The saved picture and text, as HTML.

    Returns
    -------
    str
        Without a recording of today's lesson, the saved picture and a sentence that says so.
    """
    if is_recorded(name):
        return f'<div class="course-control" data-recording="{name}/{cell}">{saved}</div>'
    return f'<div class="course-control">{saved}<p class="note">{STILL}</p></div>'


def widgets():
    """What the player needs beside itself: the sentence for what stands still, and the scripts of
    the course's own widgets, not as modules, because a page opened as a file may not load those.
    """
    from helpers.controls import ConfusionTable, DrawingPad

    scripts = {"confusion_table": ConfusionTable._esm, "drawing_pad": DrawingPad._esm}
    parts = ["window.courseWidgets = {};", f"window.courseStill = {json.dumps(STILL)};"]
    for name, script in scripts.items():
        body = str(script).replace("export default", "return")
        parts.append(f"courseWidgets.{name} = (() => {{\n{body}}})();")
    return "\n".join(parts)


def copy_player(folder):
    """Write the player, and the recordings that there are, to a folder `controls` in this one."""
    target = folder / "controls"
    beside = folder / "controls.part"
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    for name in PLAYER:
        shutil.copyfile(Path(__file__).with_name(name), beside / name)
    (beside / "widgets.js").write_text(widgets(), encoding="utf-8")
    for lesson in filter(Path.is_dir, RECORDINGS.glob("*")):
        if is_recorded(lesson.name):
            shutil.copytree(lesson, beside / lesson.name, ignore=shutil.ignore_patterns("*.json"))
    shutil.rmtree(target, ignore_errors=True)
    beside.rename(target)
