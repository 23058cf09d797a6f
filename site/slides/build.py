"""Make slides for the classroom: python site/slides/build.py [NAME ...]

Writes build/slides/NAME.html for each lesson, all of them without names, beside an
index.html and the folder assets. The slides ask for nothing outside that folder.

What is on the slides of a lesson is chosen in site/slides/NAME.md, in Markdown:

    # 4.1 What we are after      a heading of the lesson: the guide's speaker notes for it go
                                 with the slides that follow
    ## Which way is down?        a slide, with its title
    {picture: show_strip(}       the picture that the lesson's cell with this code shows
    {control: pick_weight(}      the control that the lesson's cell with this code shows
    {output: print(slope)}       what that cell prints, or the source that it shows
    {output: train( ... Epoch 9 ... Epoch 12}    its lines from one to another
    {code: def slope}            the code of that cell
    {code: for epoch ... print(} its lines from one to another
    <h3>Words</h3>               a heading in a column: it is shown in place of the title
    |||                          what follows stands in a column of its own
    +++                          what follows comes with the next press of the arrow

The first heading is the lesson's, and makes the title slide.
"""

import importlib.util
import os
import re
import sys
import textwrap
from html import escape
from pathlib import Path

import nbformat
from bs4 import BeautifulSoup
from jinja2 import Template
from nbconvert.filters import Highlight2HTML, markdown2html_mistune
from pygments.formatters import HtmlFormatter

sys.path += [str(Path(__file__).parents[1]), str(Path(__file__).parents[1] / "controls")]
import licences  # noqa: E402
from pages import copy_player, live  # noqa: E402
from record import chosen_lessons  # noqa: E402

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
GUIDE = ROOT / "site" / "guide"
OWN_ASSETS = ("slides.css", "slides.js")
DIRECTIVE = re.compile(r"^\{(picture|control|output|code): (.+)\}$", re.MULTILINE)
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
    colours = [
        HtmlFormatter(style="a11y-high-contrast-light").get_style_defs(".highlight"),
        "@media screen and (prefers-color-scheme: dark) {",
        HtmlFormatter(style="a11y-high-contrast-dark").get_style_defs(".highlight"),
        "}",
    ]
    return {file.name: file.read_bytes() for file in files} | {
        "code.css": "\n".join(colours).encode(),
        "licences.txt": licences.texts().encode(),
    }


def title(path):
    """The text of a lesson's first heading."""
    first = nbformat.read(path, as_version=4).cells[0].source
    return re.search(r"^# (.+)$", first, re.MULTILINE)[1]


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


def parse(text):
    """The slides that a text describes.

    Parameters
    ----------
    text : str
        As the docstring of this module says.

    Yields
    ------
    heading : str
        The lesson's heading under which the slide stands.
    title : str
        Its own title. That of the title slide is the lesson's.
    body : str
        What stands below the title.
    """
    _, first, *parts = re.split(r"^(##? .*)\n", text, flags=re.MULTILINE)
    heading = first.removeprefix("# ")
    yield heading, heading, parts[0]
    for mark, body in zip(parts[1::2], parts[2::2], strict=True):
        level, _, words = mark.partition(" ")
        if level == "##":
            yield heading, words, body
        elif body.strip():
            raise ValueError(f"Below the heading {words!r} stands text before the first slide.")
        else:
            heading = words


def cell_with(code, cells):
    """The only cell with this code; a ValueError where there is none, or several."""
    code = code.split(" ... ")[0]
    found = [cell for cell in cells if cell.cell_type == "code" and code in cell.source]
    if len(found) != 1:
        raise ValueError(f"{len(found)} cells of the lesson contain {code!r}, and not one.")
    return found[0]


def picture(cell, code):
    """The pictures that a cell shows, as HTML."""
    html = "".join(output.get("data", {}).get("text/html", "") for output in cell.outputs)
    images = BeautifulSoup(html, "html.parser").select("img")
    for image in images:
        del image["style"]
    # No column makes a picture narrower than its own size: text in it would get too small.
    return "".join(
        f'<div class="picture" style="min-width: {image.get("width", 0)}px">{image}</div>'
        for image in images
    )


def control(cell, code):
    """The control that a cell shows, as HTML: its saved picture, which the player moves."""
    name = cell.id.split("-")[0]
    (lesson,) = (path.stem for path in LESSONS if path.stem.startswith(name))
    text = cell.outputs[-1].data["text/plain"]
    return live(lesson, cell.id, f"{picture(cell, code)}<p>{escape(text)}</p>")


def output(cell, code):
    """What a cell prints, and the sources that it shows, or some lines of them, as HTML."""
    lines = code.partition(" ... ")[2]
    shown = []
    for part in cell.outputs:
        if part.output_type == "stream" and (text := excerpt(part.text, lines)):
            long = " long" if is_long(text) else ""
            shown.append(f'<pre class="output{long}">{escape(text.rstrip())}</pre>')
        sources = part.get("data", {}).get("text/markdown", "")
        for source in re.findall("```python\n(.*?)```", sources, re.DOTALL):
            if text := excerpt(source, lines):
                shown.append(in_colour(text))
    return "".join(shown)


def lines_of_code(cell, code):
    """A cell's code, or its lines from one that contains a text to one that contains another."""
    lines = excerpt(cell.source, code if " ... " in code else "")
    return in_colour(lines) if lines else ""


def excerpt(text, ends):
    """Some lines of a text.

    Parameters
    ----------
    text : str
    ends : str
        What the first line and the last contain: FIRST ... LAST. Where it is empty, all lines.

    Returns
    -------
    str
        Empty where there are no such lines. One line may be both.
    """
    if not ends:
        return text
    first, _, last = ends.partition(" ... ")
    lines = text.splitlines()
    start = next((i for i, line in enumerate(lines) if first in line), len(lines))
    end = next((i for i, line in enumerate(lines) if i >= start and last in line), -1)
    return textwrap.dedent("\n".join(lines[start : end + 1]))


def in_colour(source):
    """Python code as HTML."""
    html = Highlight2HTML(pygments_lexer="python3")(source.rstrip())
    return f'<div class="long">{html}</div>' if is_long(source) else html


def is_long(text):
    """Whether a line of code or output is too long for large letters."""
    return max(map(len, text.splitlines()), default=0) > 72


MAKE = {"picture": picture, "control": control, "output": output, "code": lines_of_code}


def render(text, cells):
    """Markdown with directives as HTML."""
    html = []
    words, *rest = DIRECTIVE.split(text)
    for before, kind, code in zip(
        [words, *rest[2::3]], [*rest[::3], ""], [*rest[1::3], ""], strict=True
    ):
        html.append(markdown2html_mistune(before) if before.strip() else "")
        if kind:
            html.append(MAKE[kind](cell_with(code, cells), code))
            if not html[-1]:
                raise ValueError(f"The cell with {code!r} has no {kind}.")
    return "".join(html)


def slides(path):
    """One lesson as an HTML page of slides.

    Parameters
    ----------
    path : pathlib.Path
        Its notebook.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If a heading is not one of those with speaker notes, if the code in a directive does not
        stand in exactly one cell, or if that cell has no such output.
    """
    cells = nbformat.read(path, as_version=4).cells
    notes = speaker_notes(path.stem)
    pages = []
    for heading, slide_title, body in parse((HERE / f"{path.stem}.md").read_text("utf-8")):
        if heading not in notes:
            raise ValueError(f"The guide has no speaker notes for {heading!r}.")
        columns = [
            [render(part, cells) for part in re.split(r"^\+\+\+$", column, flags=re.MULTILINE)]
            for column in re.split(r"^\|\|\|$", body, flags=re.MULTILINE)
        ]
        pages.append(
            {
                "part": (re.match(r"\d\.\d+", heading) or [""])[0],
                "kind": "predict" if slide_title.startswith("Predict") else "",
                "title": markdown2html_mistune(slide_title)
                .removeprefix("<p>")
                .removesuffix("</p>"),
                "columns": columns,
                "notes": markdown2html_mistune(notes[heading]),
            }
        )
    pages[0]["kind"] = "title"
    template = Template((HERE / "slides.html.j2").read_text("utf-8"), autoescape=False)
    return template.render(
        title=escape(title(path)), pages=pages, map=picture(cell_with("show_strip(", cells), "")
    )


def index(paths):
    """The page that lists some lessons, as HTML."""
    items = [f'<li><a href="{path.stem}.html">{escape(title(path))}</a>' for path in paths]
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
        files[f"{path.stem}.html"] = slides(path).encode()
    there = [path for path in LESSONS if path in paths or (folder / f"{path.stem}.html").exists()]
    files["index.html"] = index(there).encode()
    (folder / "assets").mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        beside = folder / f"{name}.part"
        beside.write_bytes(data)
        os.replace(beside, folder / name)
    copy_player(folder)


def main():
    chosen = chosen_lessons("Make slides from the lessons.")
    build(chosen, ROOT / "build" / "slides")
    print(f"{ROOT / 'build' / 'slides' / 'index.html'}: {', '.join(p.stem for p in chosen)}")


if __name__ == "__main__":
    main()
