"""Each lesson and extra in a real JupyterLab: opened, run from the menu, looked at to its end."""

import re
from pathlib import Path

import pytest
from nbformat.v4 import new_markdown_cell
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from playwright.sync_api import expect

from browser import control_checks
from browser.conftest import READY

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
LESSONS = sorted(path.name for path in NOTEBOOKS.glob("*.ipynb"))
EXTRAS = sorted(f"extras/{path.name}" for path in NOTEBOOKS.glob("extras/*.ipynb"))

# Each function returns its complaints, as a list of str. `cells` are JupyterLab's own, `short`
# makes a text fit for a message.
LOOK = """() => {
  const cells = window.jupyterapp.shell.currentWidget.content.widgets;
  const short = text => text.replace(/\\s+/g, " ").trim().slice(0, 80);
  const look = %s;
  return cells.flatMap((cell, i) => look(cell.node, cell).map(words => `cell ${i}: ${words}`));
}"""

NOT_RENDERED = r"""(node, cell) => {
  const found = [...node.querySelectorAll("img")].filter(img => !img.complete || !img.naturalWidth)
    .map(img => `picture does not load: ${img.alt}`);
  if (cell.model.type === "markdown" && !cell.inputHidden
      && !node.querySelector(".jp-RenderedMarkdown"))
    found.push("text is not rendered");
  return found;
}"""

# MathJax leaves TeX as it stands where it finds no formula, and marks what it cannot read.
MATHS = r"""(node, cell) => {
  const found = [...node.querySelectorAll("mjx-merror, [data-mjx-error]")]
    .map(error => `MathJax: ${error.dataset.mjxError ?? error.textContent}`);
  for (const text of node.querySelectorAll(".jp-RenderedMarkdown")) {
    const walk = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
    while (walk.nextNode())
      if (!walk.currentNode.parentElement.closest("code, pre, mjx-container")
          && /\$|\\[a-zA-Z(\[]|\*\*|\]\(/.test(walk.currentNode.data))
        found.push(`not rendered: ${short(walk.currentNode.data)}`);
    const source = cell.model.sharedModel.source.replace(/```[^]*?```|`[^`]*`/g, "");
    if (cell.model.type === "markdown" && source.includes("$")
        && !text.querySelector("mjx-container"))
      found.push("no formula");
  }
  return found;
}"""

OUTPUTS = r"""(node, cell) => {
  const found = [...node.querySelectorAll('[data-mime-type$="stderr"], [data-mime-type$="error"]')]
    .map(output => short(output.textContent));
  for (const output of node.querySelectorAll(".jp-OutputArea-output")) {
    const dead = /model not found|Error (displaying|creating) widget|Loading widget/i;
    if (dead.test(output.textContent)) found.push(`dead widget: ${short(output.textContent)}`);
  }
  return found;
}"""

# JupyterLab writes "Image" where an author has written nothing.
PICTURES_WITHOUT_WORDS = r"""node => [...node.querySelectorAll("img")]
  .filter(img => ["", "Image"].includes(img.alt.trim())).map(img => short(img.outerHTML))"""

CUT_OFF = r"""node => {
  const found = [];
  const add = (part, pixels) => {
    if (part.checkVisibility() && part.clientWidth !== 0 && pixels > 1)
      found.push(`${part.tagName} ${Math.round(pixels)} px too wide: ${short(part.textContent)}`);
  };
  for (const box of node.querySelectorAll(".jp-OutputArea-output, .jp-MarkdownOutput")) {
    const edge = box.getBoundingClientRect().left + box.clientWidth;
    for (const part of [box, ...box.querySelectorAll("pre, table, .jupyter-widgets")])
      add(part, part.scrollWidth - part.clientWidth);
    for (const part of box.querySelectorAll("img, canvas, mjx-container"))
      add(part, (part.querySelector("mjx-math") ?? part).getBoundingClientRect().right - edge);
  }
  for (const code of node.querySelectorAll(".cm-scroller"))
    add(code, code.scrollWidth - code.clientWidth);
  return found;
}"""

LINKS = """() => [...document.querySelectorAll(".jp-RenderedMarkdown a:not([href^='#'])")]
  .map(link => link.href)"""


def complaints(page, look):
    """What a look at all cells finds, after it had time to become nothing."""
    look = LOOK % look
    try:
        page.wait_for_function(f"() => ({look})().length === 0", timeout=20_000)
    except PlaywrightTimeout:
        pass
    return page.evaluate(look)


def broken_links(lab, page):
    """The links to this server that lead nowhere."""
    local = [url for url in page.evaluate(LINKS) if url.startswith(lab.url)]
    assert local, "each links to another notebook, so the search for links is broken"
    return [url for url in local if not page.request.head(url).ok]


@pytest.mark.parametrize("name", LESSONS + EXTRAS)
def test_lesson_or_extra(lab, page, name):
    lab.open(page, name)
    lab.run_all(page, timeout=900)
    found = {
        "rendering": complaints(page, NOT_RENDERED),
        "maths": complaints(page, MATHS),
        "outputs": complaints(page, OUTPUTS),
        "text alternatives": complaints(page, PICTURES_WITHOUT_WORDS),
        "cut off": complaints(page, CUT_OFF),
        "links": broken_links(lab, page),
        "problems": page.problems,
    }
    assert {what: words for what, words in found.items() if words} == {}
    if name in LESSONS:  # control_checks.data for 01_data.ipynb, and so on
        getattr(control_checks, name[3:-6])(lab, page)
    lab.settle(page)
    assert page.problems == []
    lab.shutdown(page)


def test_a_link_opens_the_exercise_and_finds_its_heading_and_ours_stays_folded(lab, page):
    target = "my_work/04_backprop.ipynb#4.B-Write-backward-(30-minutes)"
    shown = "from helpers.figures import compare_with_ours; from helpers.backprop import backward"
    cells = [new_markdown_cell(f"[exercise]({target})"), f"{shown}; compare_with_ours(backward)"]
    lab.add_notebook("turn.ipynb", cells)
    lab.open(page, "turn.ipynb")
    lab.run_all(page)
    source = page.locator(".jp-RenderedMarkdown details pre")
    expect(source).not_to_be_visible()
    page.locator("summary", has_text="Compare with ours: backward").click()
    expect(source).to_contain_text("def backward(y, params, cache):")
    lab.shutdown(page)
    exercise = page.get_by_role("link", name="exercise", exact=True)
    exercise.click()
    heading = page.locator("h2", has_text="4.B Write backward")
    heading.wait_for()
    page.wait_for_function(READY)
    # JupyterLab leaves a notebook that it has just opened at its top, whatever the link says.
    page.locator(".lm-TabBar-tab", has_text="turn.ipynb").first.click()
    exercise.click()
    expect(heading).to_be_in_viewport(ratio=1, timeout=60_000)
    lab.shutdown(page)


PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="
# One fault in each cell, and the look that must find it there, and nowhere else.
FAULTS = [
    (NOT_RENDERED, new_markdown_cell('<img alt="broken" src="data:image/gif;base64,R0lG">')),
    (MATHS, new_markdown_cell(r"Nothing is $\frac{1}$.")),
    (MATHS, new_markdown_cell("It costs 5 $.")),
    (MATHS, new_markdown_cell(r"TeX outside: \alpha")),
    (OUTPUTS, "import sys; print('a warning', file=sys.stderr)"),
    (OUTPUTS, "print('Error displaying widget')"),
    (PICTURES_WITHOUT_WORDS, new_markdown_cell(f'<img alt=" " src="{PIXEL}">')),
    (PICTURES_WITHOUT_WORDS, new_markdown_cell(f'<img src="{PIXEL}">')),
    (CUT_OFF, f"from IPython.display import HTML; HTML('<img alt=x width=3000 src={PIXEL}>')"),
    (
        CUT_OFF,
        "HTML('<table><td style=\"white-space: nowrap\">' + 'wide ' * 200 + '</td></table>')",
    ),
    (CUT_OFF, "x = 0  # " + "a long line " * 20),
    (CUT_OFF, new_markdown_cell("$$" + "x + " * 200 + "1$$")),
]


def test_faults_in_a_lesson_are_seen(lab, page):
    links = new_markdown_cell("[here](01_data.ipynb) and [gone](gone.ipynb)")
    lab.add_notebook("faults.ipynb", [*(cell for _, cell in FAULTS), links])
    lab.open(page, "faults.ipynb")
    lab.run_all(page)
    page.locator(".jp-RenderedMarkdown a[href*='files/gone']").wait_for()
    page.locator("mjx-container").nth(1).wait_for()
    for look in {look for look, _ in FAULTS}:
        guilty = [i for i, (other, _) in enumerate(FAULTS) if other is look]
        found = page.evaluate(LOOK % look)
        assert sorted({int(re.match(r"cell (\d+):", words)[1]) for words in found}) == guilty
    broken = broken_links(lab, page)
    assert len(broken) == 1 and "gone.ipynb" in broken[0]
    lab.shutdown(page)
