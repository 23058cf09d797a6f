"""Make the reading site: `python site/build.py`, which writes build/site.

Sphinx reads a copy of what the site shows, laid out as in the project, so that every link
between the files holds on the site too. The solutions are not in it.
"""

import pkgutil
import shutil
import sys
from pathlib import Path

from sphinx.cmd.build import build_main

ROOT = Path(__file__).parent.parent
PAGES = (
    "README.md",
    "CONTRIBUTING.md",
    ".devcontainer/devcontainer.json",
    "environment.yml",
    "benchmarks/README.md",
    "benchmarks/jobs.py",
    "deploy/README.md",
    "deploy/kubernetes-values.yaml",
    "helpers/mnist/README.md",
    "notebooks/*.ipynb",
    "notebooks/exercises/*.ipynb",
    "notebooks/extras/*.ipynb",
    "notebooks/solutions/README.md",
    "site/claims.md",
    "site/digits.png",
    "site/network.svg",
    "site/guide/*.md",
)


def copy_pages(source):
    """Copy the pages to the folder `source`, the start page and the licences to its top."""
    for pattern in PAGES:
        for path in ROOT.glob(pattern):
            copy = source / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
    shutil.copyfile(ROOT / "site" / "index.md", source / "index.md")
    licences = (ROOT / "LICENSE").read_text(encoding="utf-8")
    (source / "LICENSE.md").write_text(f"# Licences\n\n~~~\n{licences}~~~\n", encoding="utf-8")


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
        shutil.rmtree(target, ignore_errors=True)
        new.rename(target)
        shutil.rmtree(work)
        print(f"The site is ready: open {target / 'index.html'}")
    return status


if __name__ == "__main__":
    if len(sys.argv) > 2:
        sys.exit("This command takes nothing, or the folder to write the site to.")
    sys.exit(build(Path(sys.argv[1] if sys.argv[1:] else ROOT / "build" / "site").resolve()))
