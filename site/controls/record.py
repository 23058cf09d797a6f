"""Record the controls of the lessons: python site/controls/record.py [NAME ...]

A control needs a kernel, which slides and pages lack. So each lesson runs once, and what its
controls show is written to build/controls/NAME/CELL.js, where player.js finds it: for each
state that the control names, the picture and the text that its view returns. A lesson is run
again only where one of the files that it was made from has changed.
"""

import argparse
import base64
import hashlib
import io
import itertools
import json
import os
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from filelock import FileLock
from nbclient import NotebookClient

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
RECORDINGS = ROOT / "build" / "controls"
DPI = 150
# The last result in a kernel. The lessons use the name `_` for themselves.
CONTROL = "Out[max(Out)]"

# --- in the kernel of a lesson ------------------------------------------------------------


def record(control):
    """What a page needs to play a control.

    Parameters
    ----------
    control : helpers.controls.Control, PadWithPicture or TrainingRuns

    Returns
    -------
    dict
        As player.js reads it, ready for JSON.
    """
    from helpers.controls import PadWithPicture, TrainingRuns

    if isinstance(control, TrainingRuns):
        return recorded_runs(control)
    if isinstance(control, PadWithPicture):
        return {"kind": "pad"} | traits(control.inputs["strokes"])
    first = {name: widget.value for name, widget in control.inputs.items()}
    figures, texts = zip(*(control.view(**state) for state in control.states), strict=True)
    # An input offers the values that go with those of the inputs before it in a state.
    inputs = [recorded_input(control, name) for name in control.states[0]]
    return {
        "kind": "states",
        "inputs": inputs,
        "first": control.states.index(first),
        "values": [list(state.values()) for state in control.states],
        "texts": texts,
    } | encoded(figures)


def recorded_input(control, name):
    """One input: what it is, its name, and how its values are written."""
    from ipywidgets import Dropdown

    from helpers.controls import ConfusionTable

    widget = control.inputs[name]
    if isinstance(widget, ConfusionTable):
        return {"kind": "table"} | traits(widget)
    kind = "list" if isinstance(widget, Dropdown) else "slider"
    values = list(dict.fromkeys(state[name] for state in control.states))
    form = getattr(widget, "readout_format", "")
    words = [value if kind == "list" else format(value, form) for value in values]
    plays = name == control.plays
    return {
        "kind": kind,
        "label": widget.description,
        "values": values,
        "words": words,
        "plays": plays,
    }


def traits(widget):
    """The values of a widget of ours that its own script reads; bytes as base64."""
    from anywidget import AnyWidget

    own = set(widget.trait_names(sync=True)) - set(AnyWidget.class_trait_names())
    values = {name: getattr(widget, name) for name in sorted(own) if not name.startswith("_")}
    return {
        name: base64.b64encode(value).decode() if isinstance(value, bytes) else value
        for name, value in values.items()
    }


def encoded(figures):
    """Pictures in the smaller of two ways: SVG by its lines, or WebP without loss.

    The pictures of one control have most lines in common. So each line is kept once, and a
    picture is a list of [first line, number of lines].

    Parameters
    ----------
    figures : sequence of matplotlib.figure.Figure

    Returns
    -------
    dict
        With the pictures, their widths in CSS pixels, and, for SVG, the lines.
    """
    from helpers.figures import DISPLAY_DPI, svg

    widths = [round(figure.get_figwidth() * DISPLAY_DPI) for figure in figures]
    places, pictures = {}, []
    for figure in figures:
        blocks = []
        for line in svg(figure).decode().split("\n"):
            place = places.setdefault(line, len(places))
            if blocks and sum(blocks[-1]) == place:
                blocks[-1][1] += 1
            else:
                blocks.append([place, 1])
        pictures.append(blocks)
    drawn = {"lines": list(places), "pictures": pictures, "widths": widths}
    first, *others = figures
    photographed = [webp(first)]
    # As WebP all are about as large as the first.
    if len(json.dumps(drawn)) < len(photographed[0]) * len(figures):
        return drawn
    return {"pictures": photographed + [webp(figure) for figure in others], "widths": widths}


def webp(figure):
    """A figure as WebP, in base64."""
    file = io.BytesIO()
    figure.savefig(file, format="webp", dpi=DPI, pil_kwargs={"lossless": True})
    return base64.b64encode(file.getvalue()).decode()


def recorded_runs(control):
    """Trainings at all rates and batch sizes, as curves on the axes of all of them."""
    from helpers.controls import run_label, runs_text, runs_view, training_steps

    rates, sizes = control.learning_rate.options, control.batch_size.options
    points, notes = dict(control.runs), dict.fromkeys(control.runs, "")
    for rate, batch_size in itertools.product(rates, sizes):
        label = run_label(rate, batch_size)
        points[label], notes[label] = [], "Done."
        try:
            for point in training_steps(*control.data, rate, batch_size, control.num_epochs.value):
                points[label].append(point)
        except FloatingPointError as error:
            notes[label] = f"Ended: {str(error).rstrip('.')}."
    figure, _ = runs_view(points)
    for axis in figure.axes:
        axis.set(xlim=axis.get_xlim(), ylim=axis.get_ylim())
    figure.axes[-1].get_legend().remove()
    figure.draw_without_rendering()
    curves, styles = {label: [] for label in points}, []
    for axis in figure.axes:
        for line in list(axis.lines):
            # From the top left, in parts of the picture's width and height.
            places = axis.transData.transform(line.get_xydata()) / figure.bbox.size
            curves[line.get_label()].append([[round(x, 5), round(1 - y, 5)] for x, y in places])
            styles.append([line.get_color(), line.get_linestyle()])
            line.remove()
    return {
        "kind": "runs",
        "rates": rates,
        "sizes": sizes,
        "labels": [[run_label(rate, size) for size in sizes] for rate in rates],
        "chosen": [control.learning_rate.index, control.batch_size.index],
        "first": list(control.runs),
        # A run's line depends on its place among those that are shown, not on its settings.
        "styles": styles[: len(points)],
        "none": runs_text({}),
        "runs": {
            label: {
                "curves": curves[label],
                "epochs": [epoch for epoch, *_ in reports],
                "texts": [runs_text({label: reports[: n + 1]}) for n in range(len(reports))],
                "note": notes[label],
            }
            for label, reports in points.items()
        },
        "pictures": [webp(figure)],
    }


def write(control, file, name):
    """Record a control into a file, for the lesson's cell with this name: LESSON/CELL."""
    data = json.dumps({"id": name} | record(control), separators=(",", ":"))
    file.write_text(f"courseRecording({data});\n", encoding="utf-8")


def sources(path):
    """What a lesson's recordings are made from, once it has run in this process.

    Returns
    -------
    list of str
        Places of files, seen from the project's folder.
    """
    modules = [getattr(module, "__file__", None) for module in sys.modules.values()]
    helpers = [Path(file) for file in modules if file and (ROOT / "helpers") in Path(file).parents]
    scripts = (ROOT / "helpers").glob("*.js")
    weights = ROOT / "helpers" / "mnist" / "weights.npz"
    used = {path, Path(__file__), weights, *helpers, *scripts}
    return sorted(file.relative_to(ROOT).as_posix() for file in used)


# --- beside it ----------------------------------------------------------------------------


def is_control(cell):
    """Whether a cell of a lesson shows a control: its result is a picture, with a text below."""
    return any(
        output.output_type == "execute_result" and "<img" in output.data.get("text/html", "")
        for output in cell.get("outputs", [])
    )


def run_lesson(path, at_control):
    """Run a lesson, and stop at its controls.

    Parameters
    ----------
    path : pathlib.Path
    at_control : callable
        Called after each cell that shows a control, with the cell's id and a function that runs
        code in the kernel, where CONTROL is the control. It gets what that code prints.

    Returns
    -------
    list of str
        `sources` of this lesson.
    """
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=900,
        store_widget_state=False,
        resources={"metadata": {"path": str(path.parent)}},
    )

    def ask(code):
        cell = nbformat.v4.new_code_cell(code)
        notebook.cells.append(cell)
        client.execute_cell(cell, len(notebook.cells) - 1)
        return "".join(output.text for output in notebook.cells.pop().outputs)

    with client.setup_kernel():
        ask(f"import sys; sys.path.append({str(HERE)!r}); import json, pathlib, record as _record")
        for number, cell in enumerate(list(notebook.cells)):
            client.execute_cell(cell, number)
            if is_control(cell):
                at_control(cell.id, ask)
        return json.loads(ask(f"print(json.dumps(_record.sources(pathlib.Path({str(path)!r}))))"))


def digest(file):
    """What a file says, as a short text: of a lesson its code alone, of others each byte."""
    data = (ROOT / file).read_bytes() if (ROOT / file).exists() else b""
    if data and file.endswith(".ipynb"):
        cells = nbformat.reads(data.decode(), as_version=4).cells
        data = json.dumps([cell.source for cell in cells if cell.cell_type == "code"]).encode()
    return hashlib.sha256(data).hexdigest()


def is_recorded(name):
    """Whether a lesson's recordings are there, and nothing that they were made from has changed."""
    made_from = RECORDINGS / name / "made_from.json"
    if not made_from.exists():
        return False
    digests = json.loads(made_from.read_text(encoding="utf-8"))
    return all(digest(file) == said for file, said in digests.items())


def record_lesson(path, at_control=lambda cell, ask: None):
    """Run a lesson, and write the recordings of its controls, all of them or none.

    Parameters
    ----------
    path : pathlib.Path
    at_control : callable, optional
        Called at each control, as by `run_lesson`.

    Returns
    -------
    str
        What was done.
    """
    folder = RECORDINGS / path.stem
    beside = folder.with_suffix(".part")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)

    def record_here(cell, ask):
        file, name = str(beside / f"{cell}.js"), f"{path.stem}/{cell}"
        ask(f"_record.write({CONTROL}, pathlib.Path({file!r}), {name!r})")
        at_control(cell, ask)

    files = run_lesson(path, record_here)
    made_from = {file: digest(file) for file in files}
    (beside / "made_from.json").write_text(json.dumps(made_from, indent=1), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    beside.rename(folder)
    size = sum(file.stat().st_size for file in folder.glob("*.js"))
    return f"{path.stem}: {len(list(folder.glob('*.js')))} controls, {size / 1e6:.1f} MB"


def chosen_lessons(description):
    """The lessons that are named on the command line, or all of them."""
    parser = argparse.ArgumentParser(description=description)
    names = [path.stem for path in LESSONS]
    parser.add_argument("name", nargs="*", help=f"one of {', '.join(names)}; default: all")
    chosen = parser.parse_args().name or names
    unknown = sorted(set(chosen) - set(names))
    if unknown:
        parser.error(f"there is no lesson {', '.join(unknown)}; choose from {', '.join(names)}")
    return [path for path in LESSONS if path.stem in chosen]


def main():
    chosen = chosen_lessons("Record the controls of the lessons.")
    RECORDINGS.mkdir(parents=True, exist_ok=True)
    # Two lessons at a time, each on one thread: the longest ones are the last.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    with FileLock(RECORDINGS / "lock"), ThreadPoolExecutor(2) as pool:
        waiting = [path for path in reversed(chosen) if not is_recorded(path.stem)]
        if waiting:
            print(f"Recording the controls of {len(waiting)} lessons: each runs once.", flush=True)
        for said in pool.map(record_lesson, waiting):
            print(said, flush=True)
    print(f"The recordings are ready: {RECORDINGS}")


if __name__ == "__main__":
    main()
