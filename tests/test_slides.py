"""What of the slides can be seen without a browser: tests/browser looks at them."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[1]
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
NAMES = [path.stem for path in LESSONS]
SPEC = importlib.util.spec_from_file_location("slides_build", ROOT / "site/slides/build.py")
slides_build = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(slides_build)

SLIDE_TYPES = {"slide", "subslide", "fragment", "skip", "-"}
CODE_TAGS = {"slide-hide-input", "slide-hide-output"}


def markdown(source, slide_type="-"):
    metadata = {"slideshow": {"slide_type": slide_type}}
    return nbformat.v4.new_markdown_cell(source, metadata=metadata)


def code(source, outputs=(), tags=()):
    metadata = {"slideshow": {"slide_type": "-"}, "tags": list(tags)}
    return nbformat.v4.new_code_cell(source, outputs=list(outputs), metadata=metadata)


def printed(text):
    return nbformat.v4.new_output("stream", name="stdout", text=text)


def displayed(**data):
    return nbformat.v4.new_output(
        "display_data", data={mime.replace("_", "/"): text for mime, text in data.items()}
    )


def slides(*cells, notes=None):
    """The HTML of slides with a title and these cells."""
    notebook = nbformat.v4.new_notebook(cells=[markdown("# 1 · A & B", "slide"), *cells])
    return slides_build.slides(notebook, notes or {})


def test_each_slide_type_has_its_place():
    html = slides(
        markdown("first", "slide"),
        markdown("below", "subslide"),
        markdown("later", "fragment"),
        markdown("secret", "skip"),
    )
    # Three slides in two sections.
    assert html.count("<section") == html.count("</section>") == 2 + 3
    assert re.search(r'<div class="fragment"\s*>(?:(?!</section>).)*later', html, re.DOTALL)
    assert "secret" not in html


def test_the_notes_of_a_section_are_on_each_of_its_slides():
    html = slides(
        markdown("## 1.1 First", "slide"),
        markdown("below", "subslide"),
        markdown("goes on"),
        code("## 1.2 Next"),  # a comment
        markdown("below", "subslide"),
        markdown("## 1.2 Next", "slide"),
        markdown("## 1.3 Last", "slide"),
        notes={"1 · A & B": "hum", "1.1 First": "*whisper*", "1.2 Next": "murmur"},
    )
    assert re.search(r"below(?:(?!</section>).)*goes on", html, re.DOTALL)
    notes = re.findall(r'<aside class="notes">(.*?)</aside>', html, re.DOTALL)
    heard = ["".join(re.findall("hum|<em>whisper|murmur", note)) for note in notes]
    assert heard == ["hum", "<em>whisper", "<em>whisper", "<em>whisper", "murmur"]


@pytest.mark.parametrize("path", LESSONS, ids=NAMES)
def test_the_guide_has_notes_for_every_heading_of_a_lesson_and_no_others(path):
    cells = nbformat.read(path, as_version=4).cells
    notes = slides_build.speaker_notes(path.stem)
    assert list(notes) == [h for h in map(slides_build.heading, cells) if h]
    assert all(re.search(r"^(Half a|\d+) minute", text, re.M) for text in notes.values())
    assert all(re.search(r"^- \w", text, re.M) for text in notes.values())


def test_tags_hide_the_code_or_its_output():
    html = slides(
        code("left = 1", [printed("one")]),
        code("hidden = 2", [printed("two")], ["slide-hide-input"]),
        code("right = 3", [printed("three")], ["slide-hide-output"]),
    )
    assert "left" in html and "one" in html
    assert "hidden" not in html and "two" in html
    assert "right" in html and "three" not in html


def test_a_slide_has_no_prompt_no_progress_bar_and_no_link_to_a_notebook():
    html = slides(
        code(
            "train()",
            [
                printed("epoch 1\n"),
                displayed(text_plain="Training:   0%|          | 0/20 [00:00<?, ?epoch/s]"),
                printed("epoch 2\n"),
            ],
        ),
        markdown("Do [these](exercises/01_data.ipynb), see [its site](https://example.org)."),
    )
    assert "epoch 1\nepoch 2" in html and "0%|" not in html
    assert "In&nbsp;[" not in html and "Out[" not in html
    assert "Do these, see" in html and 'href="https://example.org"' in html


def test_shown_source_is_highlighted_and_pictures_keep_their_text():
    html = slides(
        code("show_source(f)", [displayed(text_markdown="```python\ndef f(x):\n    pass\n```")]),
        code("show(g)", [displayed(text_html='<img alt="Two bars." src="data:,">')]),
    )
    assert '<span class="k">def</span>' in html
    assert 'alt="Two bars."' in html


def test_the_title_is_that_of_the_lesson():
    assert "<title>1 · A &amp; B</title>" in slides()


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """The slides of all lessons."""
    folder = tmp_path_factory.mktemp("slides")
    slides_build.build(LESSONS, folder)
    return folder


def loaded(text):
    """The addresses that a browser loads by itself for this HTML or CSS."""
    tags = re.findall(r"<(?:script|link|img|iframe)\b[^>]*>", text)
    in_tags = [a for tag in tags for a in re.findall(r'\b(?:src|href)="([^"]*)"', tag)]
    return in_tags + re.findall(r"(?:url\(|@import )[\"']?([^\"')]+)", text)


def test_the_search_for_addresses_finds_them():
    text = '<link rel="x" href="a"><script src="b"></script><style>@import "c"; url(d)</style>'
    assert loaded(text) == ["a", "b", "c", "d"]


def test_slides_load_nothing_but_files_that_are_there(folder):
    pages = sorted(folder.glob("*.html"))
    assert [page.stem for page in pages] == [*NAMES, "index"]
    for page in [*pages, *folder.glob("assets/*.css")]:
        for address in loaded(page.read_text(encoding="utf-8")):
            assert address.startswith("data:") or (page.parent / address).is_file(), address


def test_the_index_lists_all_lessons(folder):
    index = (folder / "index.html").read_text(encoding="utf-8")
    assert re.findall(r'href="([^"]+)\.html"', index) == NAMES


def test_a_lesson_that_fails_leaves_the_old_slides_untouched(tmp_path, monkeypatch):
    slides_build.build(LESSONS[:1], tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    old_slides = slides_build.slides

    def fail_late(notebook, notes):
        if "1 ·" in notebook.cells[0].source:
            raise ValueError("no slides of this one")
        return old_slides(notebook, notes).replace("section", "SECTION")

    monkeypatch.setattr(slides_build, "slides", fail_late)
    with pytest.raises(ValueError, match="no slides"):
        slides_build.build(LESSONS[:2], tmp_path)
    assert before == {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}


def test_a_wrong_name_is_answered_with_the_right_ones():
    run = subprocess.run(
        [sys.executable, ROOT / "site/slides/build.py", "03_backward"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.returncode == 2
    assert "there is no lesson 03_backward" in run.stderr and "03_forward" in run.stderr


def test_a_missing_package_is_named_with_its_remedy():
    with pytest.raises(ModuleNotFoundError, match=r"need no_such_package.*\[instructor\]"):
        slides_build.package_folder("no_such_package")


@pytest.mark.parametrize("path", LESSONS, ids=NAMES)
def test_every_cell_says_what_it_is_on_the_slides(path):
    wrong = []
    for cell in nbformat.read(path, as_version=4).cells:
        slide_type = cell.metadata.get("slideshow", {}).get("slide_type")
        tags = set(cell.metadata.get("tags", []))
        if slide_type not in SLIDE_TYPES:
            wrong.append(f"{cell.id}: its slide type is {slide_type!r}")
        if tags & CODE_TAGS and cell.cell_type != "code":
            wrong.append(f"{cell.id}: a tag for code is on a text")
    assert not wrong, "\n" + "\n".join(wrong)
