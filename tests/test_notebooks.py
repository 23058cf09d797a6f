"""What nbval does not see: whether lessons and extras are whole, clean and true to the README."""

import ast
import os
import re
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from execute_notebooks import execute, write_time
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbconvert import PythonExporter

ROOT = Path(__file__).parent.parent
README, CLAIMS = ROOT / "README.md", ROOT / "site" / "claims.md"
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
NAMES = [path.stem for path in LESSONS]
# It opens the course, and shows what the lessons explain. So it has no module and no exercises of
# its own.
FIRST_LOOK = "00_first_look"
EXTRAS = sorted((ROOT / "notebooks" / "extras").glob("*.ipynb"))
CLAIMS_EXTRA = ROOT / "notebooks" / "extras" / "claims.ipynb"
NOTEBOOKS = sorted((ROOT / "notebooks").glob("**/[0-9]*.ipynb"))
NOTEBOOKS = [path for path in NOTEBOOKS if "my_work" not in path.parts] + EXTRAS

# The only cells whose output nbval does not compare: they print times and float32 results.
IGNORED_CELLS = {"05_training_loop": 1, "06_pytorch_rebuild": 1, "speed": 4}
PARTS = (
    "*Time:",
    "**What you will do**",
    "**What you will learn**",
    "**What you need**",
    "## What you can do now",
    "## Check yourself",
    "<summary>Answers</summary>",
)
# No code cell is longer. One may be: the whole program, which is to be seen in one piece.
LONGEST_CELL = 25
LONGEST_PROGRAM = {FIRST_LOOK: 45}
# What a lesson ends with, what an extra ends with, and what the first look ends with.
LAST_PART = {"notebooks": "**Exercises:**", "extras": "**Back to:**", FIRST_LOOK: "**Next:**"}
# The picture of the cell with the tag "card" stands for its lesson on the site's first page.
TAGS = {"notebooks": {"nbval-ignore-output", "card"}, "extras": {"nbval-ignore-output"}}
# As tests/execute_notebooks.py writes it into the first cell.
TIME = re.compile(
    r"^\*Time: (?P<minutes>\d+) minutes\. The computer takes (?P<total>\d+) s of them; its "
    r"slowest cell, in section (?P<section>[\d.]+), takes (?P<slowest>\d+) s "
    r"\(measured on \d+ cores\)\.\*$",
    re.MULTILINE,
)
MACHINE_PATH = re.compile(r"/(home|root|Users|tmp|private|var|opt|usr)/\w|\b[A-Z]:\\")


def read(path):
    return nbformat.read(path, as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def outputs(notebook):
    return [output for cell in code_cells(notebook) for output in cell.outputs]


def printed(notebook):
    """All text that the cells print, as one string."""
    texts = [output.text for output in outputs(notebook) if output.output_type == "stream"]
    return "\n".join(texts)


def has_pictures_without_text(output):
    """Whether an output holds an img without alt, or a picture that cannot have any."""
    data = output.get("data", {})
    images = BeautifulSoup(data.get("text/html", ""), "html.parser").find_all("img")
    return any(mime.startswith("image/") for mime in data) or any(
        len(image.get("alt", "").strip()) < 20 for image in images
    )


def tags(cell):
    return cell.metadata.get("tags", [])


def time_is_told(notebook):
    """Whether the header says how long the computer takes, and names a section that exists."""
    told = TIME.search(notebook.cells[0].source)
    if told is None or not 1 <= int(told["slowest"]) <= int(told["total"]):
        return False
    sources = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    return any(source.startswith(f"## {told['section']} ") for source in sources)


def problems(notebook, path):
    """All that is wrong with one saved lesson or extra, as a list of short sentences."""
    folder = path.parent.name
    found = []
    if folder == "notebooks" and sum("card" in tags(cell) for cell in notebook.cells) != 1:
        found.append("not exactly one cell is the lesson's card")
    if any("slideshow" in cell.metadata for cell in notebook.cells):
        found.append("a cell has a slide type, which nothing reads")
    # Other editors show raw cells in full, and a script made from the notebook breaks on them.
    if any(cell.cell_type == "raw" for cell in notebook.cells):
        found.append("a cell is raw")
    cells = code_cells(notebook)
    if [cell.execution_count for cell in cells] != list(range(1, len(cells) + 1)):
        found.append("cells were not executed once each, from top to bottom")
    for output in outputs(notebook):
        if output.get("name") == "stderr" or output.output_type == "error":
            found.append("a cell wrote to stderr or failed")
        if MACHINE_PATH.search(str(output)):
            found.append("an output holds a path of a machine")
        if any("widget" in mime for mime in output.get("data", {})):
            found.append("a widget view was saved without its state")
        if has_pictures_without_text(output):
            found.append("a picture has no text alternative")
    if "widgets" in notebook.metadata:
        found.append("widget state was saved")
    all_tags = [tag for cell in notebook.cells for tag in tags(cell)]
    if set(all_tags) - TAGS[folder]:
        found.append("a tag is not one of the known ones")
    if all_tags.count("nbval-ignore-output") != IGNORED_CELLS.get(path.stem, 0):
        found.append("other cells are excused from the comparison than the listed ones")
    if any("NBVAL" in cell.source.upper().replace("-", "_") for cell in cells):
        found.append("a comment excuses a cell from the comparison")
    lengths = sorted(len(cell.source.splitlines()) for cell in cells)
    longest = lengths.pop() if path.stem in LONGEST_PROGRAM else 0
    if longest > LONGEST_PROGRAM.get(path.stem, 0) or max(lengths, default=0) > LONGEST_CELL:
        found.append("a cell has too many lines")
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    levels = [len(marks) for marks in re.findall(r"^(#+) ", text, re.MULTILINE)]
    if levels[:1] != [1] or any(
        b - a > 1 or b == 1 for a, b in zip(levels, levels[1:], strict=False)
    ):
        found.append("heading levels are not in order")
    for part in (*PARTS, LAST_PART.get(path.stem, LAST_PART[folder])):
        if text.count(part) != 1:
            found.append(f"the part {part!r} is not there exactly once")
    if not time_is_told(notebook):
        found.append("the time is not told as tests/execute_notebooks.py does: execute it anew")
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        # A student's own copy may not be there yet; the exercise it is made from is.
        if not (path.parent / target.replace("my_work/", "exercises/")).exists():
            found.append(f"the link to {target} leads nowhere")
    for target, anchor in re.findall(r"\]\((my_work/[^)#:]+)#((?:[^()]|\([^()]*\))+)\)", text):
        exercises = path.parent / target.replace("my_work/", "exercises/")
        if anchor not in anchors(exercises):
            found.append(f"{exercises.name} has no heading {anchor}")
    return found


def anchors(path):
    """What JupyterLab calls the headings of a notebook in a link."""
    if not path.exists():
        return set()
    text = "\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")
    return {h.replace("`", "").replace(" ", "-") for h in re.findall(r"^#+ (.+)$", text, re.M)}


@pytest.mark.parametrize("path", LESSONS + EXTRAS, ids=lambda path: path.stem)
def test_lesson_or_extra_is_whole_and_clean(path):
    assert problems(read(path), path) == []


def links(path):
    """The files that the text of a notebook links to."""
    text = "\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")
    return {(path.parent / target).resolve() for target in re.findall(r"\]\(([^)#:]+)\)", text)}


@pytest.mark.parametrize("path", EXTRAS, ids=lambda path: path.stem)
def test_an_extra_hangs_on_a_lesson_and_leads_back_to_it(path):
    assert [lesson for lesson in LESSONS if path in links(lesson) and lesson in links(path)]


def test_a_first_look_and_seven_lessons_each_with_its_module_and_test():
    first, *lessons = NAMES
    assert first == FIRST_LOOK and len(lessons) == 7
    assert LESSONS[1] in links(LESSONS[0])
    for number, name in enumerate(lessons, start=1):
        assert name.startswith(f"{number:02d}_")
        assert (ROOT / "helpers" / f"{name[3:]}.py").exists()
        assert (ROOT / "tests" / f"test_{name[3:]}.py").exists()


def cell(kind, source, tags=(), **content):
    """A cell as a lesson has it."""
    new = getattr(nbformat.v4, f"new_{kind}_cell")(source, **content)
    if tags:
        new.metadata.tags = list(tags)
    return new


HEADER = (
    "# 1 · A title",
    "*Time: 9 minutes. The computer takes 3 s of them; its slowest cell, in section 1.1, takes 3 s "
    "(measured on 2 cores).*",
    *PARTS[1:4],
)


def whole_lesson():
    """The shortest lesson without a problem: a title, a print, a picture, an end."""
    html = '<img alt="A line that rises from 1 to 2." width="9" src="data:image/png;base64,iVBO">'
    printed = nbformat.v4.new_output("stream", text="1 to 2\n")
    picture = nbformat.v4.new_output("display_data", {"text/html": html, "text/plain": "A line."})
    cells = [
        cell("markdown", "\n\n".join(HEADER)),
        cell("markdown", "## 1.1 A part\n\n### A smaller one"),
        cell("code", "print(f'{a} to {b}')", execution_count=1, outputs=[printed]),
        cell("code", "show(figure)", ["card"], execution_count=2, outputs=[picture]),
        cell("markdown", "\n\n".join([*PARTS[4:], LAST_PART["notebooks"]])),
    ]
    return nbformat.v4.new_notebook(cells=cells)


def test_a_whole_lesson_has_no_problem():
    assert problems(whole_lesson(), LESSONS[1]) == []


def test_the_first_look_may_have_one_long_cell_and_ends_with_the_next_lesson():
    notebook = whole_lesson()
    end = notebook.cells[-1]
    end.source = end.source.replace(LAST_PART["notebooks"], LAST_PART[FIRST_LOOK])
    notebook.cells[2].source = "x\n" * 45
    assert problems(notebook, LESSONS[0]) == []
    notebook.cells[3].source = "x\n" * 26
    assert problems(notebook, LESSONS[0]) == ["a cell has too many lines"]
    notebook.cells[2].source, notebook.cells[3].source = "x\n" * 46, "x"
    assert problems(notebook, LESSONS[0]) == ["a cell has too many lines"]
    assert len(problems(whole_lesson(), LESSONS[0])) == 1  # nothing that leads on


def test_an_extra_needs_no_card_and_leads_back():
    notebook = whole_lesson()
    notebook.cells[3].metadata.pop("tags")
    end = notebook.cells[-1]
    end.source = end.source.replace(LAST_PART["notebooks"], "**Back to:** [1](../01_data.ipynb)")
    path = ROOT / "notebooks" / "extras" / "processes.ipynb"
    assert problems(notebook, path) == []
    notebook.cells[2].metadata.tags = ["card"]
    end.source = end.source.replace("../", "")
    found = " ".join(problems(notebook, path))
    assert "not one of the known ones" in found and "01_data.ipynb leads nowhere" in found
    assert len(problems(whole_lesson(), path)) == 2  # a card, and nothing that leads back


def set_html(notebook, html):
    notebook.cells[3].outputs[0].data["text/html"] = html


def replace_in_header(notebook, old, new):
    assert notebook.cells[0].source.count(old) == 1
    notebook.cells[0].source = notebook.cells[0].source.replace(old, new)


A_HEADING = "my_work/01_data.ipynb#Exercises-1-·-Read-handwritten-digits-as-numbers"
NO_HEADING = "my_work/01_data.ipynb#1.Z-Fly-(9-minutes)"
DAMAGE = [
    ("from top to bottom", lambda nb: nb.cells[3].update(execution_count=None)),
    ("stderr", lambda nb: nb.cells[2].outputs[0].update(name="stderr")),
    ("path of a machine", lambda nb: nb.cells[2].outputs[0].update(text="/home/ada/digits")),
    (
        "widget view",
        lambda nb: nb.cells[3].outputs[0].data.update({"application/x.widget-view": {}}),
    ),
    ("no text alternative", lambda nb: set_html(nb, '<p>A line</p><img src="a.png">')),
    ("no text alternative", lambda nb: set_html(nb, f'<img alt="{30 * " "}" src="a.png">')),
    ("no text alternative", lambda nb: set_html(nb, f'<img alt="{30 * "a"}"><img alt="a">')),
    ("no text alternative", lambda nb: nb.cells[3].outputs[0].data.update({"image/png": "iVBO"})),
    ("widget state", lambda nb: nb.metadata.update(widgets={})),
    ("not one of the known", lambda nb: nb.cells[2].metadata.update(tags=["nbval-skip"])),
    ("excused", lambda nb: nb.cells[2].metadata.update(tags=["nbval-ignore-output"])),
    ("a comment excuses", lambda nb: nb.cells[2].update(source="# NBVAL_SKIP")),
    ("not exactly one", lambda nb: nb.cells[3].metadata.pop("tags")),
    ("not exactly one", lambda nb: nb.cells[2].metadata.update(tags=["card"])),
    (
        "a slide type",
        lambda nb: nb.cells[2].metadata.update(slideshow={"slide_type": "slide"}),
    ),
    ("a cell is raw", lambda nb: nb.cells.insert(3, cell("raw", "Note."))),
    ("too many lines", lambda nb: nb.cells[2].update(source="x\n" * 26)),
    ("heading levels", lambda nb: nb.cells[1].update(source="## 1.1 A part\n\n#### Too deep")),
    ("What you need", lambda nb: nb.cells[0].update(source="\n\n".join(HEADER[:-1]))),
    ("time is not told", lambda nb: replace_in_header(nb, "9 minutes. The", "9 minutes. A")),
    ("time is not told", lambda nb: replace_in_header(nb, "takes 3 s of", "takes 2 s of")),
    ("time is not told", lambda nb: replace_in_header(nb, "takes 3 s (", "takes 0 s (")),
    ("time is not told", lambda nb: replace_in_header(nb, "1.1", "1.2")),
    ("leads nowhere", lambda nb: nb.cells[1].update(source="## 1.1 [here](99_nowhere.ipynb)")),
    (
        "01_data.ipynb has no heading 1.Z-Fly-(9-minutes)",
        lambda nb: nb.cells[1].update(source=f"## 1.1 [A]({A_HEADING}), [B]({NO_HEADING})"),
    ),
]


@pytest.mark.parametrize("sentence, damage", DAMAGE)
def test_damage_to_a_lesson_is_seen(sentence, damage):
    notebook = whole_lesson()
    damage(notebook)
    (problem,) = problems(notebook, LESSONS[1])
    assert sentence in problem


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_notebook_exports_as_a_script_that_python_can_read(path):
    notebook = read(path)
    script, _ = PythonExporter().from_notebook_node(notebook)
    compile(script, path.name, "exec")
    code = ast.unparse(ast.parse(script))
    for cell in code_cells(notebook):  # no cell is lost
        assert ast.unparse(ast.parse(cell.source)) in code


def claim_rows(text):
    """The rows of the table of claims: its cells, stripped."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    start = lines.index("| claim | measured | lesson | does it stand? |")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[start + 2 :]]
    return [row for row in rows if len(row) == 4]


def numbers(text):
    return re.findall(r"\d+(?:\.\d+)?", text.replace(",", ""))


def test_the_page_of_claims_and_the_extra_have_the_same_table():
    extra = "\n".join(cell.source for cell in read(CLAIMS_EXTRA).cells)
    page = CLAIMS.read_text(encoding="utf-8")
    assert len(claim_rows(page)) == 8
    assert claim_rows(page) == claim_rows(extra)


def test_numbers_in_the_table_of_claims_are_those_that_the_lessons_print():
    for claim, measured, lessons, _ in claim_rows(CLAIMS.read_text(encoding="utf-8")):
        paths = (
            [CLAIMS_EXTRA] if lessons == "extra" else [LESSONS[int(n)] for n in numbers(lessons)]
        )
        text = " ".join(printed(read(path)) for path in paths)
        # Names of formats and powers of ten are words here, not measurements.
        measured = re.sub(r"float32|1e-10|(?<![\d.])\d/\d(?!\d)", "", measured)
        for number in numbers(measured):
            assert number in numbers(text), f"{number} in {claim!r} is not printed"


@pytest.mark.parametrize("page", [README, CLAIMS], ids=["readme", "claims"])
def test_other_percentages_are_printed_too(page):
    lines = page.read_text(encoding="utf-8").splitlines()
    prose = "\n".join(line for line in lines if not line.startswith("|"))
    printed_numbers = numbers(" ".join(printed(read(path)) for path in LESSONS))
    for number in re.findall(r"(\d+\.\d+) ?%", prose):
        assert number in printed_numbers, f"{number} % is not printed"


def test_the_readme_lists_lessons_and_extras_with_their_minutes():
    readme = README.read_text(encoding="utf-8")
    in_readme = re.findall(r"\((notebooks/[\w/]+\.ipynb)\) \| (\d+) \|", readme)
    headers = [read(path).cells[0].source for path in LESSONS + EXTRAS]
    minutes = [re.search(r"\*Time: (\d+) minutes", header)[1] for header in headers]
    places = [path.relative_to(ROOT).as_posix() for path in LESSONS + EXTRAS]
    assert in_readme[: len(LESSONS)] == list(zip(places, minutes, strict=True))[: len(LESSONS)]
    assert dict(in_readme) == dict(zip(places, minutes, strict=True))


def small_lesson(*sources):
    """A lesson with a section for each of the code cells."""
    cells = [nbformat.v4.new_markdown_cell("# 1 · Small\n\n*Time: 9 minutes.*\n\nMore.")]
    for number, source in enumerate(sources, start=1):
        cells.append(nbformat.v4.new_markdown_cell(f"## 1.{number} A part\n\nText."))
        cells.append(nbformat.v4.new_code_cell(source))
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}, "widgets": {}}
    return nbformat.v4.new_notebook(metadata=kernel, cells=cells)


@pytest.mark.parametrize("folder", ["notebooks", "extras", "solutions"])
def test_execute_saves_a_notebook_that_is_whole_and_clean(tmp_path, folder, capsys):
    path = tmp_path / folder / "small.ipynb"
    path.parent.mkdir()
    widget = "import time\nfrom ipywidgets import IntSlider\ntime.sleep(1)\nIntSlider()"
    notebook = small_lesson("2 + 2", widget, "1 + 1")
    nbformat.write(notebook, path)
    execute(path)
    saved = read(path)
    assert [cell.execution_count for cell in code_cells(saved)] == [1, 2, 3]
    assert code_cells(saved)[2].outputs[0].data["text/plain"] == "2"
    assert list(code_cells(saved)[1].outputs[0].data) == ["text/plain"]
    assert "widgets" not in saved.metadata
    assert not any("execution" in cell.metadata for cell in saved.cells)
    assert list(path.parent.iterdir()) == [path]
    if folder != "solutions":
        assert TIME.search(saved.cells[0].source)["section"] == "1.2" and time_is_told(saved)
    else:
        assert saved.cells[0] == notebook.cells[0]
    assert re.fullmatch(r" +\d+\.\d s, peak memory \d+ MB\n", capsys.readouterr().out)


@pytest.mark.parametrize("source", ["1 / 0", "import os; os._exit(1)"], ids=["error", "death"])
def test_a_notebook_that_fails_stays_as_it_was(tmp_path, source):
    path = tmp_path / "small.ipynb"
    nbformat.write(small_lesson("1", source), path)
    before = path.read_bytes()
    with pytest.raises((CellExecutionError, DeadKernelError), match="ZeroDivision|Kernel died"):
        execute(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_the_time_of_a_lesson_replaces_the_last_one():
    notebook = small_lesson("a", "b")
    write_time(notebook, {2: 0.2, 4: 20.6}, "small.ipynb")
    write_time(notebook, {2: 41.7, 4: 20.6}, "small.ipynb")
    assert notebook.cells[0].source == (
        "# 1 · Small\n\n*Time: 9 minutes. The computer takes 62 s of them; its slowest cell, in "
        f"section 1.1, takes 42 s (measured on {os.cpu_count()} cores).*\n\nMore."
    )
    assert time_is_told(notebook)


def test_a_fast_lesson_takes_a_second():
    notebook = small_lesson("a")
    write_time(notebook, {2: 0.01}, "small.ipynb")
    assert "takes 1 s of them; its slowest cell, in section 1.1, takes 1 s (" in str(notebook)


def test_the_picture_that_opens_a_lesson_is_in_the_total_and_in_no_section():
    notebook = small_lesson("a")
    notebook.cells.insert(1, nbformat.v4.new_code_cell("show_strip()"))
    write_time(notebook, {1: 4.0, 3: 2.0}, "small.ipynb")
    assert "takes 6 s of them; its slowest cell, in section 1.1, takes 2 s (" in str(notebook)


def test_a_lesson_without_a_line_for_the_time_or_a_section_is_refused():
    notebook = small_lesson("a")
    notebook.cells[1].source = "Text."
    with pytest.raises(ValueError, match=r'of small.ipynb is in a section. .* "## 1.1 Pixels"'):
        write_time(notebook, {2: 1}, "small.ipynb")
    notebook.cells[0].source = "# 1 · Small"
    with pytest.raises(ValueError, match=r'small.ipynb has no line .* "\*Time: 40 minutes.\*"'):
        write_time(notebook, {2: 1}, "small.ipynb")
