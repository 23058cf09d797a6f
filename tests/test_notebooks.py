"""What nbval does not see: whether the saved lessons are whole, clean and true to the README."""

import copy
import re
from pathlib import Path

import nbformat
import pytest
from execute_notebooks import execute

ROOT = Path(__file__).parent.parent
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
NAMES = [path.stem for path in LESSONS]

# The only cells whose output nbval does not compare: they print times and float32 results.
IGNORED_CELLS = {"05_training_loop": 1, "06_pytorch_rebuild": 1}
PARTS = (
    "*Time:",
    "**What you will do**",
    "**What you will learn**",
    "**What you need**",
    "## What you can do now",
    "## Check yourself",
    "<summary>Answers</summary>",
    "**Exercises:**",
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


def problems(notebook, name):
    """All that is wrong with one saved lesson, as a list of short sentences."""
    found = []
    cells = code_cells(notebook)
    if [cell.execution_count for cell in cells] != list(range(1, len(cells) + 1)):
        found.append("cells were not executed once each, from top to bottom")
    for output in outputs(notebook):
        if output.get("name") == "stderr" or output.output_type == "error":
            found.append("a cell wrote to stderr or failed")
        if MACHINE_PATH.search(str(output)):
            found.append("an output holds a path of a machine")
        data, metadata = output.get("data", {}), output.get("metadata", {})
        if any("widget" in mime for mime in data):
            found.append("a widget view was saved without its state")
        if "image/png" in data and len(metadata.get("image/png", {}).get("alt", "")) < 20:
            found.append("a picture has no text alternative")
    if "widgets" in notebook.metadata:
        found.append("widget state was saved")
    tags = [tag for cell in cells for tag in cell.metadata.get("tags", [])]
    if len(tags) != IGNORED_CELLS.get(name, 0) or set(tags) - {"nbval-ignore-output"}:
        found.append("other cells are excused from the comparison than the listed ones")
    if any("NBVAL" in cell.source.upper().replace("-", "_") for cell in cells):
        found.append("a comment excuses a cell from the comparison")
    if any(len(cell.source.splitlines()) > 25 for cell in cells):
        found.append("a cell has more than 25 lines")
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    levels = [len(marks) for marks in re.findall(r"^(#+) ", text, re.MULTILINE)]
    if levels[:1] != [1] or any(
        b - a > 1 or b == 1 for a, b in zip(levels, levels[1:], strict=False)
    ):
        found.append("heading levels are not in order")
    for part in PARTS:
        if text.count(part) != 1:
            found.append(f"the part {part!r} is not there exactly once")
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        # A student's own copy may not be there yet; the exercise it is made from is.
        if not (ROOT / "notebooks" / target.replace("my_work/", "exercises/")).exists():
            found.append(f"the link to {target} leads nowhere")
    return found


@pytest.mark.parametrize("path", LESSONS, ids=NAMES)
def test_lesson_is_whole_and_clean(path):
    assert problems(read(path), path.stem) == []


def test_there_are_seven_lessons_each_with_its_module_and_test():
    assert len(NAMES) == 7
    for number, name in enumerate(NAMES, start=1):
        assert name.startswith(f"{number:02d}_")
        assert (ROOT / "helpers" / f"{name[3:]}.py").exists()
        assert (ROOT / "tests" / f"test_{name[3:]}.py").exists()


def first_picture(notebook):
    return next(output for output in outputs(notebook) if "image/png" in output.get("data", {}))


def first_stream(notebook):
    return next(output for output in outputs(notebook) if output.output_type == "stream")


DAMAGE = {
    "from top to bottom": lambda nb: code_cells(nb)[3].update(execution_count=None),
    "stderr": lambda nb: first_stream(nb).update(name="stderr"),
    "path of a machine": lambda nb: first_stream(nb).update(text="/home/ada/digits"),
    "widget view": lambda nb: first_picture(nb).data.update({"application/x.widget-view": {}}),
    "text alternative": lambda nb: first_picture(nb).metadata["image/png"].update(alt=""),
    "widget state": lambda nb: nb.metadata.update(widgets={}),
    "excused": lambda nb: code_cells(nb)[0].metadata.update(tags=["nbval-skip"]),
    "a comment excuses": lambda nb: code_cells(nb)[0].update(source="# NBVAL_SKIP"),
    "more than 25 lines": lambda nb: code_cells(nb)[0].update(source="x\n" * 26),
    "heading levels": lambda nb: nb.cells[1].update(source="### 1.1 Too deep"),
    "What you need": lambda nb: nb.cells[0].update(source="# 1 · A title"),
    "leads nowhere": lambda nb: nb.cells[1].update(source="[here](99_nowhere.ipynb)"),
}


@pytest.mark.parametrize("sentence", DAMAGE)
def test_damage_to_a_lesson_is_seen(sentence):
    notebook = copy.deepcopy(read(LESSONS[0]))
    DAMAGE[sentence](notebook)
    assert any(sentence in problem for problem in problems(notebook, NAMES[0]))


def claim_rows(text):
    """The rows of the table of claims: its cells, stripped."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    start = lines.index("| claim | measured | lesson | does it stand? |")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[start + 2 :]]
    return [row for row in rows if len(row) == 4]


def numbers(text):
    return re.findall(r"\d+(?:\.\d+)?", text.replace(",", ""))


def test_readme_and_last_lesson_have_the_same_table_of_claims():
    lesson = "\n".join(cell.source for cell in read(LESSONS[6]).cells)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(claim_rows(readme)) == 8
    assert claim_rows(readme) == claim_rows(lesson)


def test_numbers_in_the_table_of_claims_are_those_that_the_lessons_print():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for claim, measured, lessons, _ in claim_rows(readme):
        text = " ".join(printed(read(LESSONS[int(number) - 1])) for number in numbers(lessons))
        # Names of formats and powers of ten are words here, not measurements.
        measured = re.sub(r"float32|1e-10|(?<![\d.])\d/\d(?!\d)", "", measured)
        for number in numbers(measured):
            assert number in numbers(text), f"{number} in {claim!r} is not printed"


def test_other_percentages_in_the_readme_are_printed_too():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    prose = "\n".join(line for line in readme.splitlines() if not line.startswith("|"))
    printed_numbers = numbers(" ".join(printed(read(path)) for path in LESSONS))
    for number in re.findall(r"(\d+\.\d+) ?%", prose):
        assert number in printed_numbers, f"{number} % is not printed"


def test_execute_saves_a_notebook_that_is_whole_and_clean(tmp_path):
    path = tmp_path / "small.ipynb"
    notebook = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}, "widgets": {}},
        cells=[
            nbformat.v4.new_code_cell("from ipywidgets import IntSlider\nIntSlider()"),
            nbformat.v4.new_code_cell("1 + 1"),
        ],
    )
    nbformat.write(notebook, path)
    execute(path)
    saved = read(path)
    assert [cell.execution_count for cell in code_cells(saved)] == [1, 2]
    assert code_cells(saved)[1].outputs[0].data["text/plain"] == "2"
    assert list(code_cells(saved)[0].outputs[0].data) == ["text/plain"]
    assert "widgets" not in saved.metadata and "execution" not in saved.cells[0].metadata
    assert list(tmp_path.iterdir()) == [path]
