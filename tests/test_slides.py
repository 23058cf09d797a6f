"""What of the slides can be seen without a browser: tests/browser looks at them."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup

ROOT = Path(__file__).parents[1]
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
NAMES = [path.stem for path in LESSONS]
SPEC = importlib.util.spec_from_file_location("slides_build", ROOT / "site/slides/build.py")
slides_build = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(slides_build)

STRIP = nbformat.v4.new_code_cell("show_strip()")
STRIP.outputs = [
    nbformat.v4.new_output(
        "display_data", data={"text/html": '<img alt="The strip." src="data:,">'}
    )
]
NOTES = """# 1 · A & B

Not a note.

## Speaker notes

### 1 · A & B

hum

### 1.1 First

*whisper*

### 1.2 Next

murmur
"""


def code(source, *outputs):
    return nbformat.v4.new_code_cell(source, outputs=list(outputs))


def printed(text):
    return nbformat.v4.new_output("stream", name="stdout", text=text)


def displayed(**data):
    return nbformat.v4.new_output(
        "display_data", data={mime.replace("_", "/"): text for mime, text in data.items()}
    )


@pytest.fixture
def slides(tmp_path, monkeypatch):
    """Makes the HTML of slides from a text below the title, and the cells of a lesson."""
    template = (slides_build.HERE / "slides.html.j2").read_text("utf-8")
    (tmp_path / "slides.html.j2").write_text(template, "utf-8")
    (tmp_path / "guide").mkdir()
    (tmp_path / "guide" / "small.md").write_text(NOTES, "utf-8")
    monkeypatch.setattr(slides_build, "HERE", tmp_path)
    monkeypatch.setattr(slides_build, "GUIDE", tmp_path / "guide")

    def make(text, *cells):
        title = nbformat.v4.new_markdown_cell("# 1 · A & B\n\nText of the lesson.")
        notebook = nbformat.v4.new_notebook(cells=[title, STRIP, *cells])
        nbformat.write(notebook, tmp_path / "small.ipynb")
        (tmp_path / "small.md").write_text(f"# 1 · A & B\n\nThe question.\n\n{text}", "utf-8")
        return slides_build.slides(tmp_path / "small.ipynb")

    return make


def sections(html):
    return BeautifulSoup(html, "html.parser").select("section")


def test_each_slide_has_its_title_its_text_and_the_notes_of_its_heading(slides):
    html = slides("# 1.1 First\n\n## One\n\na\n\n## Two\n\nb\n\n# 1.2 Next\n\n## Three\n\nc\n")
    shown = [section.get_text(" ", strip=True) for section in sections(html)]
    assert shown == [
        "1 · A & B The question. hum",
        "One a whisper",
        "Two b whisper",
        "Three c murmur",
    ]
    assert BeautifulSoup(html, "html.parser").title.text == "1 · A & B"
    assert "Text of the lesson" not in html
    assert [section.get("class") for section in sections(html)] == [["title"], [], [], []]
    assert [section["data-part"] for section in sections(html)] == ["", "1.1", "1.1", "1.2"]


def test_columns_and_fragments(slides):
    html = slides("## Predict: what?\n\na\n\n+++\n\nb\n\n|||\n\nc\n")
    section = sections(html)[1]
    assert section["class"] == ["predict"]
    left, right = section.select(".column")
    assert left.select_one(".fragment").text.strip() == "b" and "a" in left.text
    assert right.text.strip() == "c" and not right.select(".fragment")


def test_a_picture_an_output_and_code_come_from_the_cell_with_that_code(slides):
    picture = displayed(text_html='<img style="max-width: 100%" alt="Two bars." src="data:,a">')
    source = displayed(text_markdown="```python\ndef f(x):\n    pass\n```")
    cells = [
        code("# one\nfor i in a:\n    print(i)\ndone()", printed("1 < 2\n"), picture),
        code("show_source(f)", source),
    ]
    html = slides(
        "## A\n\n{picture: # one}\n\n{output: done()}\n\n## B\n\n{code: for i ... print(}\n\n"
        "## C\n\n{code: # one}\n\n## D\n\n{output: show_source(}\n",
        *cells,
    )
    _, a, b, c, d = sections(html)
    assert a.select_one(".picture img").attrs == {"alt": "Two bars.", "src": "data:,a"}
    assert a.select_one("pre.output").text == "1 < 2"
    assert b.select_one(".highlight").text.strip() == "for i in a:\n    print(i)"
    assert c.select_one(".highlight").text.strip() == cells[0].source
    assert d.select_one(".highlight .k").text == "def"


def test_some_lines_of_what_a_cell_prints_and_of_a_source(slides):
    source = displayed(text_markdown="```python\ndef f(x):\n    if x:\n        y()\n    z()\n```")
    cell = code("run(f)", printed("a 1\nb 2\nc 3\nd 4\n"), source)
    html = slides(
        "## A\n\n{output: run(f ... b ... c}\n\n## B\n\n{output: run( ... if ... y}\n", cell
    )
    _, a, b = sections(html)
    assert a.select_one("pre.output").text == "b 2\nc 3" and not a.select(".highlight")
    assert b.select_one(".highlight").text.strip() == "if x:\n    y()" and not b.select(".output")
    html = slides("## A\n\n{code: run( ... run(}\n", cell)
    assert sections(html)[1].select_one(".highlight").text.strip() == "run(f)"


def test_long_lines_get_smaller_letters(slides):
    html = slides("## A\n\n{code: x =}\n\n{output: x =}\n", code("x = 1" + "0" * 80, printed("y")))
    assert sections(html)[1].select_one(".long .highlight")
    assert not sections(html)[1].select_one("pre.long")
    html = slides("## A\n\n{output: x =}\n", code("x = 1", printed("y" * 80)))
    assert sections(html)[1].select_one("pre.output.long")


@pytest.mark.parametrize(
    "text, message",
    [
        ("## A\n\n{picture: nowhere}\n", "0 cells of the lesson contain 'nowhere'"),
        ("## A\n\n{code: twice}\n", "2 cells of the lesson contain 'twice'"),
        ("## A\n\n{picture: once}\n", "The cell with 'once' has no picture"),
        ("## A\n\n{output: once}\n", "The cell with 'once' has no output"),
        ("## A\n\n{code: once( ... here}\n", "The cell with 'once( ... here' has no code"),
        ("# 1.3 Lost\n\n## A\n\na\n", "no speaker notes for '1.3 Lost'"),
        ("# 1.1 First\n\na\n\n## A\n", "'1.1 First' stands text before the first slide"),
    ],
)
def test_what_does_not_fit_the_lesson_is_refused(slides, text, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        slides(text, code("twice()"), code("twice() # again"), code("once()"))


@pytest.mark.parametrize("path", LESSONS, ids=NAMES)
def test_the_guide_has_notes_for_every_heading_of_a_lesson_and_no_others(path):
    headings = []
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "markdown":
            headings += re.findall(r"\A##? (.+)", cell.source)
    notes = slides_build.speaker_notes(path.stem)
    assert list(notes) == headings
    assert all(re.search(r"^(Half a|\d+) minute", text, re.M) for text in notes.values())
    assert all(re.search(r"^- \w", text, re.M) for text in notes.values())


@pytest.mark.parametrize("path", LESSONS, ids=NAMES)
def test_every_section_of_a_lesson_has_a_slide_in_the_lesson_order(path):
    text = (slides_build.HERE / f"{path.stem}.md").read_text("utf-8")
    headings = [heading for heading, _, _ in slides_build.parse(text)]
    assert list(dict.fromkeys(headings)) == list(slides_build.speaker_notes(path.stem))
    assert headings == sorted(headings, key=list(dict.fromkeys(headings)).index)
    assert headings[0] == slides_build.title(path)


def numbers(text):
    """The numbers in a text, all of them written in one way: 60000 for 60,000, and 2% for 2 %."""
    text = re.sub(r"(?<=\d)(?:,|\{,\}|_)(?=\d{3}(?!\d))", "", text)
    text = re.sub(r"(?<=\d)\s*\\?%", "%", text)
    return set(re.findall(r"(?<![\w.])\d+(?:\.\d+)?%?", text))


def figures(text):
    """Those with a decimal point or a % sign, and those of a thousand or more."""
    return {number for number in numbers(text) if not number.isdigit() or len(number) > 3}


def is_rounded(figure, number):
    """Whether a figure is this number, or what is left of it in three digits or more."""
    if figure.endswith("%") != number.endswith("%"):
        return False
    figure, number = figure.rstrip("%"), number.rstrip("%")
    digits = figure.lstrip("0.").replace(".", "")
    decimals = len(figure.partition(".")[2])
    rounded = len(digits) >= 3 and f"{float(number):.{decimals}f}" == figure
    return rounded or float(figure) == float(number)


def test_figures_are_found_however_they_are_written():
    text = r"9,764 and 60{,}000 of 1_000_000, 0.5 or $p=97.6\%$, 2 %; not 512, layer1.5, $x_{1,2}$."
    assert figures(text) == {"9764", "60000", "1000000", "0.5", "97.6%", "2%"}


def test_a_figure_may_be_rounded_to_three_digits():
    pairs = [("2.30", "2.3026"), ("97.6%", "97.64%"), ("0.5", "0.50"), ("9.2%", "9.20%")]
    assert all(is_rounded(*pair) for pair in pairs)
    pairs = [("2.31", "2.3026"), ("0.05", "0.0498"), ("97.6", "97.64%"), ("97.64%", "97.6%")]
    assert not any(is_rounded(*pair) for pair in pairs)


@pytest.mark.parametrize("path", LESSONS, ids=NAMES)
def test_the_figures_on_the_slides_stand_in_the_lesson(path):
    lesson = []
    for cell in nbformat.read(path, as_version=4).cells:
        lesson.append(cell.source)
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            lesson += [output.get("text", ""), data.get("text/plain", "")]
    text = (slides_build.HERE / f"{path.stem}.md").read_text("utf-8")
    slides = (f"{title}\n{body}" for _, title, body in slides_build.parse(text))
    typed = figures(slides_build.DIRECTIVE.sub("", "\n".join(slides)))
    there = numbers("\n".join(lesson))
    lost = {figure for figure in typed if not any(is_rounded(figure, n) for n in there)}
    assert not lost, f"on the slides, but nowhere in the lesson: {sorted(lost)}"


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

    def fail_late(path):
        if path == LESSONS[1]:
            raise ValueError("no slides of this one")
        return old_slides(path).replace("section", "SECTION")

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
