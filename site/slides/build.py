"""Make slides for the classroom from the lessons: python site/slides/build.py [NAME ...]

Writes build/slides/NAME.html for each lesson, all of them without names, beside an
index.html and the folder assets. The slides ask for nothing outside that folder.
"""

import argparse
import importlib.util
import os
import re
from html import escape
from pathlib import Path

import nbformat
from nbconvert import SlidesExporter
from traitlets.config import Config

ROOT = Path(__file__).parents[2]
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
GUIDE = ROOT / "site" / "guide"
OWN_ASSETS = ("slides.css", "slides.js")
# What tqdm leaves behind in a saved notebook: the bar before its first step.
PROGRESS_BAR = re.compile(r"[^|]*\b0%\|")
LOCAL_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\((?!https?:)[^)]+\)")
INDEX = """\
<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Digits from Scratch: slides</title>
<style>body {{ max-width: 40em; margin: 2em auto; font: 20px/1.6 sans-serif; }}</style>
<h1>Digits from Scratch: slides</h1>
<ul>
{}
</ul>
<p>Right arrow: next. Left arrow: back. S: speaker notes. Esc: overview. F: full screen.</p>
"""
CONFIG = Config(
    {
        "SlidesExporter": {
            "template_name": "slides",
            "extra_template_basedirs": [str(ROOT / "site")],
            "exclude_input_prompt": True,
            "exclude_output_prompt": True,
            "exclude_anchor_links": True,
        },
        "CSSHTMLHeaderPreprocessor": {"style": "a11y-high-contrast-light"},
        "CoalesceStreamsPreprocessor": {"enabled": True},
        "TagRemovePreprocessor": {
            "enabled": True,
            "remove_input_tags": {"slide-hide-input"},
            "remove_all_outputs_tags": {"slide-hide-output"},
        },
    }
)


def package_folder(name):
    """Where an installed package keeps its files.

    Parameters
    ----------
    name : str

    Returns
    -------
    pathlib.Path

    Raises
    ------
    ModuleNotFoundError
        If the package is not installed.
    """
    spec = importlib.util.find_spec(name)
    if spec is None:
        raise ModuleNotFoundError(
            f"The slides need {name}. Install it: "
            'python -m pip install -e ".[instructor]" -c constraints.txt'
        )
    return Path(spec.origin).parent


def assets():
    """The files that all slides share, by name.

    Returns
    -------
    dict of str to bytes
    """
    reveal = package_folder("sphinx_revealjs") / "_static" / "revealjs"
    mathjax = package_folder("sphinx-mathjax-offline") / "static" / "mathjax"
    files = [
        reveal / "dist" / "reveal.css",
        reveal / "dist" / "reveal.js",
        reveal / "plugin" / "notes" / "notes.js",
        mathjax / "tex-svg-full.js",
        *(Path(__file__).with_name(name) for name in OWN_ASSETS),
    ]
    return {file.name: file.read_bytes() for file in files}


def title(notebook):
    """The text of a lesson's first heading."""
    return re.search(r"^# (.+)$", notebook.cells[0].source, re.MULTILINE)[1]


def speaker_notes(name):
    """The speaker notes of a lesson, which stand in the guide under the lesson's own headings.

    Parameters
    ----------
    name : str
        The lesson's: 04_backprop.

    Returns
    -------
    dict of str to str
        Notes in Markdown, by heading.
    """
    guide = (GUIDE / f"{name}.md").read_text(encoding="utf-8")
    _, *sections = guide.partition("## Speaker notes\n")[2].split("\n### ")
    return {heading: notes.strip() for heading, _, notes in (s.partition("\n") for s in sections)}


def heading(cell):
    """The heading of a lesson or a section, if a cell opens with one, else None."""
    match = re.match("##? (.+)", cell.source) if cell.cell_type == "markdown" else None
    return match and match[1]


def spread_notes(cells, notes):
    """Put the speaker notes of a section on each of its slides.

    Parameters
    ----------
    cells : list of nbformat.NotebookNode
    notes : dict of str to str
        By heading. A section without a heading here has no notes.

    Returns
    -------
    list of nbformat.NotebookNode
        The same cells, with cells of notes between them.
    """
    spread, of_section = [], None
    for cell in cells:
        spread.append(cell)
        of_section = notes.get(heading(cell)) if heading(cell) else of_section
        if of_section and cell.metadata.slideshow.slide_type in ("slide", "subslide"):
            metadata = {"slideshow": {"slide_type": "notes"}}
            spread.append(nbformat.v4.new_markdown_cell(of_section, metadata=metadata))
    return spread


def prepare(notebook, notes):
    """Spread the notes, and take out progress bars and links between notebooks."""
    notebook.metadata.title = title(notebook)
    notebook.cells = spread_notes(notebook.cells, notes)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = LOCAL_LINK.sub(r"\1", cell.source)
        else:
            cell.outputs = [
                output
                for output in cell.outputs
                if not PROGRESS_BAR.match(output.get("data", {}).get("text/plain", ""))
            ]


def slides(notebook, notes):
    """One lesson as an HTML page of slides.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        Its cells carry `slideshow.slide_type` and the tags slide-hide-input and
        slide-hide-output. It is changed.
    notes : dict of str to str
        The speaker notes, by heading.

    Returns
    -------
    str
    """
    prepare(notebook, notes)
    html, _ = SlidesExporter(config=CONFIG).from_notebook_node(notebook)
    return html


def index(paths):
    """The page that lists some lessons, as HTML."""
    items = [
        f'<li><a href="{path.stem}.html">{escape(title(nbformat.read(path, as_version=4)))}</a>'
        for path in paths
    ]
    return INDEX.format("\n".join(items))


def build(paths, folder):
    """Write the slides of some lessons, with the assets and the index.

    Everything is made before the first file is written, and each file is written
    beside its place and then moved there.

    Parameters
    ----------
    paths : list of pathlib.Path
        Notebooks.
    folder : pathlib.Path
    """
    files = {f"assets/{name}": data for name, data in assets().items()}
    for path in paths:
        html = slides(nbformat.read(path, as_version=4), speaker_notes(path.stem))
        files[f"{path.stem}.html"] = html.encode()
    there = [path for path in LESSONS if path in paths or (folder / f"{path.stem}.html").exists()]
    files["index.html"] = index(there).encode()
    (folder / "assets").mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        beside = folder / f"{name}.part"
        beside.write_bytes(data)
        os.replace(beside, folder / name)


def main():
    parser = argparse.ArgumentParser(description="Make slides from the lessons.")
    names = [path.stem for path in LESSONS]
    parser.add_argument("name", nargs="*", help=f"one of {', '.join(names)}; default: all")
    chosen = parser.parse_args().name or names
    unknown = sorted(set(chosen) - set(names))
    if unknown:
        parser.error(f"there is no lesson {', '.join(unknown)}; choose from {', '.join(names)}")
    build([path for path in LESSONS if path.stem in chosen], ROOT / "build" / "slides")
    print(f"{ROOT / 'build' / 'slides' / 'index.html'}: {', '.join(chosen)}")


if __name__ == "__main__":
    main()
