"""Make the reading site: `python site/build.py`, which writes build/site.

Sphinx reads a copy of what the site shows, laid out as in the project, so that every link
between the files holds on the site too. The solutions are not in it.
"""

import base64
import pkgutil
import re
import runpy
import shutil
import sys
from pathlib import Path

import nbformat
from bs4 import BeautifulSoup
from sphinx.cmd.build import build_main

ROOT = Path(__file__).parent.parent
sys.path.append(str(ROOT / "site" / "controls"))
from pages import copy_player, live  # noqa: E402
from record import is_control  # noqa: E402

PAGES = (
    "README.md",
    "CONTRIBUTING.md",
    "THIRD_PARTY.md",
    ".devcontainer/devcontainer.json",
    "environment.yml",
    "benchmarks/README.md",
    "benchmarks/jobs.py",
    "deploy/README.md",
    "deploy/kubernetes-values.yaml",
    "deploy/students.py",
    "helpers/mnist/README.md",
    "notebooks/*.ipynb",
    "notebooks/exercises/*.ipynb",
    "notebooks/extras/*.ipynb",
    "notebooks/solutions/README.md",
    "site/claims.md",
    "site/*.png",
    "site/*.svg",
    "site/guide/*.md",
)


def copy_pages(source):
    """Copy the pages to the folder `source`, the start page and the licences to its top."""
    for pattern in PAGES:
        for path in ROOT.glob(pattern):
            copy = source / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
    (source / "index.md").write_text(start_page(source), encoding="utf-8")
    # The start page has the course's name. What remains of README.md for the site is how to use it.
    readme = (source / "README.md").read_text(encoding="utf-8")
    readme = readme.replace("# Digits from Scratch\n", "# Install and use the course\n", 1)
    (source / "README.md").write_text(readme, encoding="utf-8")
    licences = (ROOT / "LICENSE").read_text(encoding="utf-8")
    (source / "LICENSE.md").write_text(f"# Licences\n\n~~~\n{licences}~~~\n", encoding="utf-8")


def start_page(source):
    """The start page: README.md's pictures, the pad, and a card for each lesson of its table.

    The picture of a card is that of the lesson's cell with the tag "card". It is written to the
    folder `source` / site / cards.
    """
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    page = (ROOT / "site" / "index.md").read_text(encoding="utf-8")
    for picture, name in re.findall(r"^(!\[.*\]\(site/(.*)\))$", readme, re.MULTILINE):
        page = page.replace(f"<!-- {name} -->", picture)
    first = ROOT / "notebooks" / "00_first_look.ipynb"
    cell = next(filter(is_control, nbformat.read(first, as_version=4).cells))
    pad = live(first.stem, cell.id, cell.outputs[-1].data["text/html"])
    page = page.replace("<!-- pad -->", f"```{{raw}} html\n{pad}\n```")
    row = r"^\| (\d) \| \[(.*)\]\((notebooks/.*)\.ipynb\) \| (\d+) \| (.*) \|$"
    cards = ["::::{grid} 1 2 3 3", ":gutter: 3", ""]
    for number, title, lesson, minutes, aim in re.findall(row, readme, re.MULTILINE):
        image = card_picture(ROOT / f"{lesson}.ipynb")
        kind, data = re.match(r"data:image/(png|svg).*;base64,(.*)", image["src"]).groups()
        file = source / "site" / "cards" / f"{number}.{kind}"
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(base64.b64decode(data))
        cards += [
            f":::{{grid-item-card}} {number} · {title}",
            f":link: {lesson}",
            ":link-type: doc",
            f":img-top: site/cards/{file.name}",
            f":img-alt: {image['alt']}",
            "",
            f"{minutes} minutes. Afterwards you can {aim}.",
            ":::",
            "",
        ]
    return page.replace("<!-- lessons -->", "\n".join([*cards, "::::"]))


def card_picture(notebook):
    """The img element in the output of a notebook's cell with the tag "card"."""
    (cell,) = (
        cell
        for cell in nbformat.read(notebook, as_version=4).cells
        if "card" in cell.metadata.get("tags", [])
    )
    html = "".join(output.get("data", {}).get("text/html", "") for output in cell.outputs)
    return BeautifulSoup(html, "html.parser").img


def write_reference(folder):
    """Write a page for each module of helpers, which autodoc fills, and a table of them all."""
    folder.mkdir()
    names = []
    for module in pkgutil.iter_modules([ROOT / "helpers"]):
        name = f"helpers.{module.name}"
        page = f"{name}\n{'=' * len(name)}\n\n.. automodule:: {name}\n   :members:\n"
        if module.ispkg:  # helpers.checks gathers its functions from its own modules
            page += "   :imported-members:\n"
        (folder / f"{name}.rst").write_text(page, encoding="utf-8")
        names.append(f"   {name}\n")
    table = "The functions\n=============\n\n.. autosummary::\n\n" + "".join(names)
    contents = "\n.. toctree::\n   :hidden:\n\n" + "".join(names)
    (folder / "index.rst").write_text(table + contents, encoding="utf-8")


def build(target):
    """Build the site beside `target`, then move it there.

    Parameters
    ----------
    target : Path
        A folder. What it held before is replaced, but only by a whole site.

    Returns
    -------
    int
        Sphinx's exit status. Any warning makes it 1, and `target` stays as it was.
    """
    work = target.with_name(target.name + ".part")
    shutil.rmtree(work, ignore_errors=True)
    source, new = work / "source", work / "html"
    copy_pages(source)
    write_reference(source / "reference")
    status = build_main(
        ["-q", "-W", "--keep-going", "-c", str(ROOT / "site"), str(source), str(new)]
    )
    if status == 0:
        copy_player(new)
        slides = runpy.run_path(str(ROOT / "site" / "slides" / "build.py"))
        slides["build"](slides["LESSONS"], new / "slides")
        shutil.rmtree(target, ignore_errors=True)
        new.rename(target)
        shutil.rmtree(work)
        print(f"The site is ready: open {target / 'index.html'}")
    return status


if __name__ == "__main__":
    if len(sys.argv) > 2:
        sys.exit("This command takes nothing, or the folder to write the site to.")
    sys.exit(build(Path(sys.argv[1] if sys.argv[1:] else ROOT / "build" / "site").resolve()))
