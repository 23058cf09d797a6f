"""The reading site: complete, whole, free of solutions, and nothing in it from outside."""

import base64
import hashlib
import importlib.metadata
import importlib.util
import json
import os
import re
import runpy
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
import pytest
from bs4 import BeautifulSoup
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
NOTEBOOKS = ROOT / "notebooks"
NAMES = [path.stem for path in sorted(NOTEBOOKS.glob("*.ipynb"))]
EXTRAS = [f"extras/{path.stem}" for path in sorted((NOTEBOOKS / "extras").glob("*.ipynb"))]
EXERCISES = [path.stem for path in sorted((NOTEBOOKS / "exercises").glob("*.ipynb"))]
SHOWN = NAMES + EXTRAS + [f"exercises/{name}" for name in EXERCISES]
MODULES = [path.stem for path in (ROOT / "helpers").glob("*.py") if path.stem != "__init__"]
PAGES = (
    [f"notebooks/{name}.html" for name in SHOWN]
    + ["site/guide/index.html", *(f"site/guide/{name}.html" for name in NAMES)]
    + ["reference/index.html", "reference/helpers.checks.html"]
    + [f"reference/helpers.{name}.html" for name in MODULES]
    + ["notebooks/solutions/README.html", "deploy/README.html", "benchmarks/README.html"]
    + ["README.html", "site/claims.html", "CONTRIBUTING.html", "LICENSE.html"]
    + ["THIRD_PARTY.html"]
)


def build(target, **environment):
    """Build the site to a folder."""
    command = [sys.executable, "site/build.py", str(target)]
    built = subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert (built.returncode, built.stderr) == (0, ""), built.stderr
    assert os.listdir(target.parent) == [target.name]  # nothing is left beside it
    return target


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder of a freshly built site."""
    return build(tmp_path_factory.mktemp("build") / "site", COURSE_REPOSITORY="")


@pytest.fixture(scope="module")
def pages(site):
    """Each page's address, and its HTML as parsed by Beautiful Soup."""
    return {
        path.relative_to(site).as_posix(): BeautifulSoup(path.read_text("utf-8"), "html.parser")
        for path in site.rglob("*.html")
        if not {"_static", "slides"} & set(path.parts)
    }


def words(text):
    """The text with all white space of any kind as single blanks."""
    return " ".join(text.split())


def cells(folder, name):
    return nbformat.read(NOTEBOOKS / folder / f"{name}.ipynb", as_version=4).cells


def test_every_page_is_there_and_in_the_contents(pages):
    assert set(PAGES) | {"index.html", "helpers/mnist/README.html", "search.html"} == set(pages)
    links = {link["href"] for link in pages["index.html"].select(".bd-sidebar-primary nav a")}
    assert set(PAGES) <= links


def test_start_page_shows_the_course_and_where_to_begin(site, pages):
    article = pages["index.html"].article
    assert article.h1.text.startswith("Digits from Scratch")
    links = [link["href"] for link in article.select(".sd-card a")]
    lessons = [f"notebooks/{name}.html" for name in NAMES]
    begin = ["notebooks/00_first_look.html", "README.html", "slides/index.html"]
    assert links == [*begin, "site/guide/index.html", *lessons]
    for card, name in zip(article.select(".sd-card:has(img)"), NAMES, strict=True):
        assert card.a["href"] == f"notebooks/{name}.html"
        title = pages[f"notebooks/{name}.html"].h1.text.removesuffix("#")
        assert card.select_one(".sd-card-title").text.strip() == title
        assert (site / card.img["src"]).stat().st_size > 2000
    # The digits, the pad as it was saved, and the network.
    assert len(article.select("img")) == len(NAMES) + 3
    assert "The network says 3" in article.select_one(".course-control").text
    assert "make lab" in pages["README.html"].article.text


def test_each_lesson_has_a_description(pages):
    said = [pages[f"notebooks/{name}.html"].select_one("meta[name=description]") for name in NAMES]
    assert len({meta["content"] for meta in said}) == len(NAMES)
    assert all("minutes. Afterwards you can" in meta["content"] for meta in said)
    assert pages["index.html"].select_one("meta[name=description]")


def test_a_published_site_knows_its_repository(tmp_path):
    repository = "https://github.com/Some-One/digits"
    target = build(tmp_path / "site", COURSE_REPOSITORY=f"{repository}/")
    home = "https://some-one.github.io/digits/"
    for name in SHOWN:
        page = BeautifulSoup((target / f"notebooks/{name}.html").read_text("utf-8"), "html.parser")
        links = [link["href"] for link in page.select("[href]")]
        path = f"Some-One/digits/blob/main/notebooks/{name}.ipynb"
        assert f"https://colab.research.google.com/github/{path}" in links
        assert any(
            link.startswith("https://mybinder.org/v2/gh/Some-One/digits/main?urlpath=lab/tree/")
            and link.endswith(f"notebooks/{name}.ipynb")
            for link in links
        )
        shared = {meta["property"]: meta["content"] for meta in page.select("meta[property]")}
        assert shared["og:url"] == f"{home}notebooks/{name}.html"
        assert shared["og:title"] and shared["og:description"]
        picture = shared["og:image"].removeprefix(home)
        assert (target / picture).read_bytes() == (ROOT / "site" / "digits.png").read_bytes()
    plan = BeautifulSoup((target / "sitemap.xml").read_text("utf-8"), "html.parser")
    pages = {path.relative_to(target).as_posix() for path in target.rglob("*.html")}
    pages = {page for page in pages if not page.startswith("slides/")}
    listed = {location.text.removeprefix(home) for location in plan.select("loc")}
    assert listed == {page for page in pages if "_static" not in page} - {"search.html"}


@pytest.mark.parametrize("name", NAMES + EXTRAS)
def test_lesson_or_extra_shows_what_was_saved(pages, name):
    page = pages[f"notebooks/{name}.html"].article
    shown = words(page.text)
    pictures = sources = 0
    for cell in cells("", name):
        if cell.cell_type == "code":
            assert words(cell.source) in shown
        for output in cell.get("outputs", []):
            if output.output_type == "stream":
                assert words(output.text) in shown
            pictures += output.get("data", {}).get("text/html", "").count("<img")
            sources += "text/markdown" in output.get("data", {})
    assert len(page.select("img")) == pictures
    assert len(page.select(".cell_output .highlight-python .k")) >= sources  # keywords in colour
    assert page.select("details > summary")[-1].text == "Answers"


def test_no_solution(site, pages):
    text = {name: words(page.text) for name, page in pages.items()}
    for name in SHOWN:
        page = text[f"notebooks/{name}.html"]
        assert not re.search("(BEGIN|END) (SOLUTION|HIDDEN TESTS)", page)
    answers = 0
    for name in EXERCISES:
        exercise = text[f"notebooks/exercises/{name}.html"]
        for cell in cells("solutions", name):
            if not cell.metadata.get("nbgrader", {}).get("solution"):
                continue
            answers += 1
            if cell.cell_type == "markdown":
                assert not any(words(cell.source) in page for page in text.values())
            for code in re.findall("### BEGIN SOLUTION(.*?)### END SOLUTION", cell.source, re.S):
                assert words(code) not in exercise
    assert answers > 30
    sources = [path.read_text("utf-8") for path in (site / "_sources").rglob("*.ipynb")]
    assert len(sources) == len(SHOWN)
    assert not any("BEGIN SOLUTION" in source for source in sources)


@pytest.mark.parametrize("name", SHOWN)
def test_download_button_gives_the_notebook(site, pages, name):
    page = f"notebooks/{name}.html"
    link = pages[page].select_one("a.btn-download-source-button")["href"]
    saved = NOTEBOOKS / f"{name}.ipynb"
    assert (site / page).parent.joinpath(link).read_bytes() == saved.read_bytes()


def test_each_page_has_a_title_a_language_and_one_heading_on_top(pages):
    titles = [page.title.text for page in pages.values()]
    assert len(set(titles)) == len(titles) and all("Digits from Scratch" in t for t in titles)
    for name, page in pages.items():
        assert page.html["lang"] == "en", name
        assert len(page.select("h1")) - len(page.select(".onlyprint h1")) == 1, name


def test_each_picture_says_what_it_shows(pages):
    for name, page in pages.items():
        for picture in page.select("img"):
            assert picture.get("alt", "").strip(), f"{name}: {str(picture)[:80]}"


def test_nothing_comes_from_outside(site, pages):
    for name, page in pages.items():
        for element in page.select("[src], [srcset], link[href], object[data], [poster]"):
            for attribute in ("src", "srcset", "href", "data", "poster"):
                address = element.get(attribute, "")
                assert not re.match(r"(https?:)?//", address), f"{name}: {address[:80]}"
        for style in page.select("style, [style]"):
            assert "//" not in style.get("style", style.text), f"{name}: {style}"
    for sheet in site.rglob("*.css"):
        text = sheet.read_text("utf-8")
        loaded = re.findall(r"(?:url\(|@import(?!\s*url))\s*[\"']?([^\"')\s]+)", text)
        assert not any(re.match(r"(https?:)?//", address) for address in loaded), sheet


def test_links_lead_somewhere(site, pages):
    anchors = {
        name: {element["id"] for element in page.select("[id]")} for name, page in pages.items()
    }
    followed = 0
    for name, page in pages.items():
        for link in page.select("[href], script[src]"):
            link = link.get("href") or link["src"]
            address = urlsplit(link)
            if address.scheme:
                continue
            target = name
            if address.path:
                path = ((site / name).parent / unquote(address.path)).resolve()
                assert path.is_file(), f"{name} links to {link}"
                target = path.relative_to(site.resolve()).as_posix()
            if address.fragment and target in anchors:
                fragment = unquote(address.fragment)
                assert fragment in anchors[target], f"{name} links to {link}"
            followed += 1
    assert followed > 1000


def test_search_knows_lessons_and_functions(site):
    index = (site / "searchindex.js").read_text("utf-8")
    index = json.loads(index.removeprefix("Search.setIndex(").removesuffix(")"))
    pages = index["terms"]["softmax"] + index["titleterms"]["softmax"]
    found = {index["docnames"][page] for page in pages}
    assert {"notebooks/02_activations", "notebooks/exercises/02_activations"} <= found
    assert "initialize_parameters" in str(index["objects"]["helpers.forward"])


# --- what others made ---------------------------------------------------------------------

LICENCES = runpy.run_path(str(ROOT / "site" / "licences.py"))
LISTED = LICENCES["rows"]()
# Our own files, and those that are written anew with each build.
OURS = """*.html .buildinfo .doctrees/* _sources/* _downloads/* _images/* objects.inv searchindex.js
    sitemap.xml _static/documentation_options.js _static/custom.css _static/digits.png
    _static/favicon.svg controls/* slides/controls/* slides/assets/slides.*
    slides/assets/licences.txt"""


@pytest.fixture(scope="module")
def brought(site):
    """For each file of the site, the packages that have a file with the same content."""
    packages = {}
    for package in importlib.metadata.distributions():
        for file in package.files or ():
            if file.hash and file.hash.mode == "sha256":
                name = canonicalize_name(package.name)
                packages.setdefault(file.hash.value, set()).add(name)
    found = {}
    for path in site.rglob("*"):
        if path.is_file() and (content := path.read_bytes()):
            value = base64.urlsafe_b64encode(hashlib.sha256(content).digest())
            names = packages.get(value.decode().rstrip("="), set())
            found[path.relative_to(site).as_posix()] = names
    return found


def listed(path):
    """The packages that THIRD_PARTY.md names for a file."""
    return {
        canonicalize_name(package)
        for _, _, package, patterns in LISTED
        if any(fnmatch(path, pattern) for pattern in patterns)
    }


def test_each_file_of_others_is_listed(brought):
    assert sum(map(bool, brought.values())) > 100
    for path, packages in brought.items():
        if packages:
            assert packages & listed(path), f"{path} comes from {packages}"
        elif not any(fnmatch(path, pattern) for pattern in OURS.split()):
            assert listed(path), f"{path}: is it ours, or what wrote it?"


def test_each_line_of_the_list_has_its_files(brought):
    for work, licence, package, patterns in LISTED:
        assert licence.strip(), work
        for pattern in patterns:
            packages = [brought[path] for path in brought if fnmatch(path, pattern)]
            assert packages, f"{work}: no {pattern}"
            # Of what a package writes with each build, no other has a copy.
            assert any(not p or canonicalize_name(package) in p for p in packages), work


def test_what_files_say_of_their_parts_is_listed(site):
    page = LICENCES["PAGE"].read_text("utf-8")
    works = [name for work, *_ in LISTED for name in re.findall(r"\[(.+?)\]", work)]
    works = [name.replace("-", " ").lower() for name in works]
    parts = notices = 0
    for path in site.rglob("*.map"):
        for part in re.findall(r"node_modules/((?:@[^/\"]+/)?[^/\"]+)", path.read_text("utf-8")):
            assert f"`{part}`" in page, f"{path}: {part}"
            parts += 1
    for path in [*site.rglob("*.js"), *site.rglob("*.css"), *site.rglob("*.LICENSE.txt")]:
        for notice in re.findall(r"/\*!\W*(.*)", path.read_text("utf-8")):
            known = any(work in notice.replace("-", " ").lower() for work in works)
            assert known or notice.startswith("For license information"), f"{path}: {notice}"
            notices += 1
    assert parts > 100 and notices > 5


def test_the_texts_of_the_licences_travel_along(site):
    text = (site / "slides" / "assets" / "licences.txt").read_text("utf-8")
    assert text.startswith(LICENCES["PAGE"].read_text("utf-8"))
    for _, _, package, _ in LISTED:
        assert f"\n{package}: " in text or package == "sphinx-mathjax-offline", package
    assert "Hakim El Hattab" in text and "Permission is hereby granted" in text
    assert re.search(r"Apache License\s+Version 2\.0", text)
    assert re.search(r"SIL OPEN FONT LICENSE\s+Version 1\.1", text, re.IGNORECASE)


def test_a_failing_build_keeps_the_old_site(tmp_path, monkeypatch, capfd):
    """A link that leads nowhere is a warning, and a warning ends the build."""
    spec = importlib.util.spec_from_file_location("build_site", ROOT / "site" / "build.py")
    build_site = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(build_site)

    def copy_pages(source):
        source.mkdir(parents=True)
        (source / "index.md").write_text("# Start\n\n[nowhere](nowhere.md)\n", encoding="utf-8")

    monkeypatch.setattr(build_site, "copy_pages", copy_pages)
    monkeypatch.setattr(build_site, "write_reference", lambda folder: None)
    target = tmp_path / "site"
    target.mkdir()
    (target / "index.html").write_text("the old site", encoding="utf-8")
    assert build_site.build(target) == 1
    assert "nowhere.md" in capfd.readouterr().err
    assert [path.read_text("utf-8") for path in target.iterdir()] == ["the old site"]
