"""Every slide of every lesson, in a browser: does it fit, and can the last row read it?"""

import base64
import importlib.util
import io
import re
from pathlib import Path

import nbformat
import pytest
from PIL import Image

expect = pytest.importorskip("playwright.sync_api").expect

ROOT = Path(__file__).parents[2]
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SPEC = importlib.util.spec_from_file_location("slides_build", ROOT / "site/slides/build.py")
slides_build = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(slides_build)

# Shows each slide in turn, with all fragments and answers, and says what is wrong with it.
# Text in pictures has 16.25 px at the picture's own width, so 0.985 of that leaves 16.
CHECK_SLIDES = """
() => {
  const LEFT = 20, TOP = 0, RIGHT = 1260, BOTTOM = 752;
  const TEXT = 26, CODE = 20, MATHS = 26, PICTURE = 0.985;
  const found = [];

  function check(slide, number) {
    const cellOf = (node) => node.parentElement.closest('[id^="cell-id="]').id.slice(8);
    const say = (node, text) => found.push(`slide ${number}, cell ${cellOf(node)}: ${text}`);
    const worst = {};  // one sentence for each cell and side, not for each word
    const inside = (node, rect, what) => {
      const over = {
        below: rect.bottom - BOTTOM, "right of": rect.right - RIGHT,
        "left of": LEFT - rect.left, above: TOP - rect.top,
      };
      for (const [side, pixels] of Object.entries(over)) {
        const key = `${cellOf(node)} ${side}`;
        if (pixels > 0.5 && !(worst[key]?.pixels > pixels))
          worst[key] = { node, pixels, what, side };
      }
    };
    for (const details of slide.querySelectorAll("details")) details.open = true;

    let empty = true;
    const texts = document.createTreeWalker(slide, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
      const parent = node.parentElement, text = node.textContent.trim();
      if (!text || parent.closest("aside.notes, mjx-container, script, style")) continue;
      empty = false;
      const range = document.createRange();
      range.selectNodeContents(node);
      const start = JSON.stringify(text.slice(0, 30));
      inside(node, range.getBoundingClientRect(), `the text ${start}`);
      const size = parseFloat(getComputedStyle(parent).fontSize);
      const wanted = parent.closest("pre, code") ? CODE : TEXT;
      if (size < wanted) say(node, `text ${start} has ${size} px, less than ${wanted}`);
      if (!parent.closest("pre, code") && /\\$|\\\\[a-z(]/i.test(text))
        say(node, `maths was left as text: ${start}`);
    }
    for (const box of slide.querySelectorAll(".highlight, table, mjx-container > svg")) {
      if (!box.closest("aside.notes")) inside(box, box.getBoundingClientRect(), "a box");
    }
    for (const svg of slide.querySelectorAll("mjx-container > svg")) {
      if (svg.closest("aside.notes")) continue;
      empty = false;
      const size = 1000 * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
      if (size < MATHS) say(svg, `a formula shrank to ${size.toFixed(1)} px, less than ${MATHS}`);
    }
    // MathJax draws what it does not know in red.
    for (const bad of slide.querySelectorAll("[data-mml-node='merror'], svg [fill='red']"))
      say(bad, `maths with an error: ${bad.closest("mjx-container").textContent}`);
    for (const image of slide.querySelectorAll("img")) {
      empty = false;
      const box = image.getBoundingClientRect();
      const { naturalWidth, naturalHeight } = image;
      if (!naturalWidth) { say(image, "a picture did not load"); continue; }
      inside(image, box, "a picture");
      const shown = Math.min(box.width, box.height * naturalWidth / naturalHeight);
      const part = shown / Number(image.getAttribute("width"));
      if (!(part >= PICTURE)) {
        const height = image.getAttribute("width") * naturalHeight / naturalWidth;
        say(image, `a picture has room for ${Math.round(100 * part)} % of its size:`
          + ` it needs ${Math.ceil(PICTURE * height - box.height)} px more height`);
      }
      // nbconvert gives a picture without one this sentence.
      if (!image.alt.trim() || image.alt.startsWith("No description has been provided"))
        say(image, "a picture has no text alternative");
    }
    for (const box of slide.querySelectorAll("*")) {
      if (box.closest("mjx-container, aside.notes")) continue;
      if (getComputedStyle(box).overflow === "visible") continue;
      if (box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1)
        say(box, "a box cuts off or scrolls what it holds");
    }
    for (const { node, pixels, what, side } of Object.values(worst))
      say(node, `${what} ends ${Math.ceil(pixels)} px ${side} the slide`);
    if (empty) found.push(`slide ${number} is empty`);
  }

  Reveal.getSlides().forEach((slide, i) => {
    const { h, v } = Reveal.getIndices(slide);
    Reveal.slide(h, v, 999);
    check(slide, i + 1);
  });
  return found;
}
"""
READY = "window.Reveal?.isReady() && window.MathJax?.startup?.promise"


def open_slides(page, path):
    """Open a page of slides, and wait until its maths is rendered."""
    page.goto(path.as_uri())
    page.wait_for_function(READY)
    page.evaluate("() => MathJax.startup.promise")


def slide_problems(page):
    """All that is wrong with the slides of the open page, as a list of sentences."""
    found = page.evaluate(CHECK_SLIDES)
    if page.evaluate("Reveal.getScale()") != 1:
        found.append("the slides are scaled in a window of 1280 x 800")
    if page.locator("aside.notes").count() == 0:
        found.append("no slide has speaker notes")
    return found


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("slides")


@pytest.mark.parametrize("path", LESSONS, ids=[path.stem for path in LESSONS])
def test_every_slide_fits_and_can_be_read(page, path, folder):
    slides_build.build([path], folder)
    open_slides(page, folder / f"{path.stem}.html")
    found = slide_problems(page)
    assert not found, "\n" + "\n".join(found)
    assert page.problems == []


# --- a small slide show -------------------------------------------------------------------


def markdown(source, slide_type):
    metadata = {"slideshow": {"slide_type": slide_type}}
    return nbformat.v4.new_markdown_cell(source, metadata=metadata)


def picture(width, height, attributes='alt="A grey area."', slide_type="-"):
    """A cell whose output is a picture of this size."""
    png = io.BytesIO()
    Image.new("L", (width, height), 128).save(png, format="png")
    data = base64.b64encode(png.getvalue()).decode()
    html = f'<img width="{width}" {attributes} src="data:image/png;base64,{data}">'
    return nbformat.v4.new_code_cell(
        "show(figure)",
        outputs=[nbformat.v4.new_output("display_data", data={"text/html": html})],
        metadata={"slideshow": {"slide_type": slide_type}},
    )


@pytest.fixture
def small_show(page, tmp_path, monkeypatch):
    """Opens slides made of a title with notes, and the cells given."""
    (tmp_path / "small.md").write_text("## Speaker notes\n\n### 1 · Small\n\nSay $x^2$.\n")
    monkeypatch.setattr(slides_build, "GUIDE", tmp_path)

    def show(*cells):
        path = tmp_path / "small.ipynb"
        first = markdown("# 1 · Small", "slide")
        nbformat.write(nbformat.v4.new_notebook(cells=[first, *cells]), path)
        slides_build.build([path], tmp_path)
        open_slides(page, path.with_suffix(".html"))

    return show


def test_a_good_show_has_no_problems(page, small_show):
    small_show(
        markdown("Maths: $\\mathbb{R}^{n}$ and $$\\underbrace{a^\\top b}_{\\text{one}}$$", "slide"),
        picture(1200, 400, slide_type="fragment"),
    )
    assert slide_problems(page) == []
    assert page.problems == []


LONG_LINE = "x" * 104
FAULTS = {
    r"ends \d+ px below the slide": [markdown("a line\n\n" * 20, "slide")],
    r"ends \d+ px right of the slide": [markdown(f"```\n{LONG_LINE}\n```", "slide")],
    r"formula shrank to \d": [markdown(f"$${LONG_LINE}$$", "slide")],
    "maths with an error: Double exponent": [markdown("$a^b^c$", "slide")],
    r"maths with an error: \\nosuch": [markdown("$\\nosuch$", "slide")],
    "maths was left as text": [markdown("A dollar: $x", "slide")],
    r"has 12 px, less than 26": [markdown('<b style="font-size: 12px">a</b>', "slide")],
    r"room for \d\d %.*needs \d+ px more": [markdown("a\n\n" * 8, "slide"), picture(900, 600)],
    "no text alternative": [picture(900, 300, attributes="", slide_type="slide")],
    "did not load": [markdown('<img alt="Lost." src="data:image/png;base64,AA">', "slide")],
    "cuts off or scrolls": [
        markdown('<div style="height: 40px; overflow: auto">a<br>b<br>c</div>', "slide")
    ],
    "slide 2 is empty": [markdown("", "slide"), markdown("b", "slide")],
}


@pytest.mark.parametrize("sentence", FAULTS)
def test_a_fault_is_seen(page, small_show, sentence):
    small_show(*FAULTS[sentence])
    found = slide_problems(page)
    assert any(re.search(sentence, problem) for problem in found), found


def test_the_right_arrow_alone_leads_to_the_end(page, small_show):
    small_show(
        markdown("a", "slide"),
        markdown("b", "fragment"),
        markdown("c", "subslide"),
        markdown("d", "slide"),
    )
    seen = []
    for _ in range(5):
        seen.append(page.evaluate("Reveal.getCurrentSlide().innerText"))
        page.keyboard.press("ArrowRight")
    assert [text.split() for text in seen] == [["1", "·", "Small"], ["a"], ["a", "b"], ["c"], ["d"]]


def test_answers_open_with_the_keyboard(page, small_show):
    small_show(markdown("<details><summary>Answers</summary>\n\nHere.\n\n</details>", "slide"))
    page.keyboard.press("ArrowRight")
    answer = page.locator("details p")
    expect(answer).not_to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(answer).to_be_visible()


def test_the_key_s_opens_a_window_with_the_notes(page, small_show):
    small_show(markdown("next", "slide"))
    with page.expect_popup() as popup:
        page.keyboard.press("s")
    notes = popup.value.locator(".speaker-controls-notes .value")
    expect(notes).to_contain_text("Say")
    expect(notes.locator("svg")).to_be_visible()
    upcoming = popup.value.frame_locator("#upcoming-slide iframe")
    expect(upcoming.locator("p", has_text="next")).to_be_visible()
    assert page.problems == []


def test_slides_print_one_a_page_with_their_fragments(page, small_show, tmp_path):
    small_show(markdown("a", "slide"), markdown("b", "fragment"), picture(900, 300))
    page.goto(page.url.split("#")[0] + "?print-pdf")
    page.wait_for_function(READY)
    expect(page.locator(".pdf-page")).to_have_count(2)
    expect(page.locator("p", has_text="b")).to_be_visible()
    pdf = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 2
