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

# Shows each slide in turn, with all fragments, and says what is wrong with it.
# Text in pictures has 16.25 px at the picture's own width, so 0.985 of that leaves 16.
CHECK_SLIDES = """
() => {
  const LEFT = 20, TOP = 0, RIGHT = 1260, BOTTOM = 752;
  const TEXT = 26, CODE = 20, MATHS = 26, PICTURE = 0.985;
  // What the picture of a control shows is also said below it.
  const MOVING_PICTURE = 0.6;
  const found = [];

  function check(slide, number) {
    const say = (node, text) => found.push(`slide ${number}: ${text}`);
    const worst = {};  // one sentence for each side, not for each word
    const inside = (node, rect, what) => {
      const over = {
        below: rect.bottom - BOTTOM, "right of": rect.right - RIGHT,
        "left of": LEFT - rect.left, above: TOP - rect.top,
      };
      for (const [side, pixels] of Object.entries(over)) {
        if (pixels > 0.5 && !(worst[side]?.pixels > pixels))
          worst[side] = { node, pixels, what, side };
      }
    };
    let empty = true;
    const texts = document.createTreeWalker(slide, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
      const parent = node.parentElement, text = node.textContent.trim();
      if (!text || parent.closest("aside.notes, mjx-container, script, style, option")) continue;
      empty = false;
      const range = document.createRange();
      range.selectNodeContents(node);
      const start = JSON.stringify(text.slice(0, 30));
      inside(node, range.getBoundingClientRect(), `the text ${start}`);
      const size = parseFloat(getComputedStyle(parent).fontSize) * (parent.currentCSSZoom ?? 1);
      const wanted = parent.closest("pre, code, .confusion-table") ? CODE : TEXT;
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
      const wanted = image.closest(".course-control") ? MOVING_PICTURE : PICTURE;
      if (!(part >= wanted)) {
        const height = image.getAttribute("width") * naturalHeight / naturalWidth;
        say(image, `a picture has room for ${Math.round(100 * part)} % of its size:`
          + ` it needs ${Math.ceil(wanted * height - box.height)} px more height`);
      }
      if (!image.alt.trim())
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
# For each slide: where its content ends, as a share of its height, whether it has a picture, its
# words without code and formulas, and the lines of its longest code.
MEASURE_SLIDES = """
() => Reveal.getSlides().map((slide) => {
  const { h, v } = Reveal.getIndices(slide);
  Reveal.slide(h, v, 999);
  const content = [...slide.querySelectorAll("p, li, img, pre, table, h1, h2, mjx-container")]
    .filter((node) => !node.closest("aside.notes"));
  const bottom = Math.max(...content.map((node) => node.getBoundingClientRect().bottom));
  const words = slide.cloneNode(true);
  const others = words.querySelectorAll("aside, pre, mjx-container, .course-control");
  others.forEach((node) => node.remove());
  const code = [...slide.querySelectorAll("pre")].map((pre) => pre.innerText.trim().split("\\n"));
  return {
    bottom: bottom / 800,
    picture: slide.querySelector("img, .drawing-pad") !== null,
    words: words.textContent.split(/\\s+/).filter((word) => /\\w/.test(word)).length,
    code: Math.max(0, ...code.map((lines) => lines.length)),
  };
})
"""
READY = "window.Reveal?.isReady() && window.MathJax?.startup?.promise"


def open_slides(page, path):
    """Open a page of slides, and wait until its maths is rendered."""
    page.goto(path.as_uri())
    page.wait_for_function(READY)
    page.evaluate("() => MathJax.startup.promise")
    for control in page.locator("[data-recording]").all():
        control.evaluate("c => Reveal.slide(Reveal.getSlides().indexOf(c.closest('section')), 0)")
        expect(control).to_have_attribute("data-plays", re.compile("."))


def slide_problems(page):
    """All that is wrong with the slides of the open page, as a list of sentences."""
    found = page.evaluate(CHECK_SLIDES)
    if page.evaluate("Reveal.getScale()") != 1:
        found.append("the slides are scaled in a window of 1280 x 800")
    if page.locator("aside.notes").count() == 0:
        found.append("no slide has speaker notes")
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("slides")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", LESSONS, ids=[path.stem for path in LESSONS])
def test_every_slide_fits_and_can_be_read(recorded, page, path, folder, scheme):
    slides_build.build([path], folder)
    page.emulate_media(color_scheme=scheme)
    open_slides(page, folder / f"{path.stem}.html")
    found = slide_problems(page)
    assert not found, "\n" + "\n".join(found)
    background = "getComputedStyle(document.body).backgroundColor"
    assert (page.evaluate(background) == "rgb(255, 255, 255)") == (scheme == "light")
    assert page.problems == []


def test_slides_are_few_full_and_mostly_pictures(recorded, page, folder):
    slides = []
    slides_build.build(LESSONS, folder)
    for path in LESSONS:
        open_slides(page, folder / f"{path.stem}.html")
        of_lesson = page.evaluate(MEASURE_SLIDES)
        assert len(of_lesson) <= 26, path.stem
        for number, slide in enumerate(of_lesson, 1):
            assert slide["words"] <= 45, f"{path.stem}, slide {number}: {slide['words']} words"
            assert slide["code"] <= 12, f"{path.stem}, slide {number}: {slide['code']} lines"
        slides += of_lesson
    assert sum(slide["bottom"] < 0.5 for slide in slides) <= 0.1 * len(slides)
    assert sum(slide["picture"] for slide in slides) >= 0.6 * len(slides)


# --- a small slide show -------------------------------------------------------------------


def picture(width, height, attributes='alt="A grey area."'):
    """A cell whose output is a picture of this size."""
    png = io.BytesIO()
    Image.new("L", (width, height), 128).save(png, format="png")
    data = base64.b64encode(png.getvalue()).decode()
    html = f'<img width="{width}" {attributes} src="data:image/png;base64,{data}">'
    return nbformat.v4.new_code_cell(
        "show(figure)",
        outputs=[nbformat.v4.new_output("display_data", data={"text/html": html})],
    )


STRIP = nbformat.v4.new_code_cell(
    "show_strip()",
    outputs=[
        nbformat.v4.new_output("display_data", data={"text/html": '<img alt="" src="data:,">'})
    ],
)


@pytest.fixture
def small_show(page, tmp_path, monkeypatch):
    """Opens slides made of a title with notes, and the text and the cells given."""
    (tmp_path / "guide").mkdir()
    notes = "## Speaker notes\n\n### 1 · Small\n\nSay $x^2$.\n"
    (tmp_path / "guide" / "small.md").write_text(notes)
    monkeypatch.setattr(slides_build, "GUIDE", tmp_path / "guide")
    monkeypatch.setattr(slides_build, "HERE", tmp_path)
    template = Path(slides_build.__file__).with_name("slides.html.j2").read_text("utf-8")
    (tmp_path / "slides.html.j2").write_text(template, "utf-8")
    for name in slides_build.OWN_ASSETS:
        (tmp_path / name).write_bytes(Path(slides_build.__file__).with_name(name).read_bytes())

    def show(text, *cells):
        path = tmp_path / "small.ipynb"
        first = nbformat.v4.new_markdown_cell("# 1 · Small")
        nbformat.write(nbformat.v4.new_notebook(cells=[first, STRIP, *cells]), path)
        (tmp_path / "small.md").write_text(f"# 1 · Small\n\nTitle.\n\n{text}\n", "utf-8")
        slides_build.build([path], tmp_path / "shown")
        open_slides(page, tmp_path / "shown" / "small.html")

    return show


SHOW = "{picture: show(figure)}\n"


def test_a_good_show_has_no_problems(page, small_show):
    maths = "Maths: $\\mathbb{R}^{n}$ and $$\\underbrace{a^\\top b}_{\\text{one}}$$"
    small_show(f"## A\n\n{maths}\n\n+++\n\n{SHOW}", picture(1200, 400))
    assert slide_problems(page) == []
    assert page.problems == []


LONG_LINE = "x" * 104
FAULTS = {
    r"ends \d+ px below the slide": ["## A\n\n" + "a line\n\n" * 20],
    r"ends \d+ px right of the slide": [f"## A\n\n```\n{LONG_LINE}\n```"],
    r"formula shrank to \d": [f"## A\n\n$${LONG_LINE}$$"],
    "maths with an error: Double exponent": ["## A\n\n$a^b^c$"],
    r"maths with an error: \\nosuch": ["## A\n\n$\\nosuch$"],
    "maths was left as text": ["## A\n\nA dollar: $x"],
    r"has 12 px, less than 26": ['## A\n\n<b style="font-size: 12px">a</b>'],
    r"room for \d\d %.*needs \d+ px more": ["## A\n\n" + "a\n\n" * 8 + SHOW, picture(900, 600)],
    "no text alternative": [f"## A\n\n{SHOW}", picture(900, 300, attributes="")],
    "did not load": ['## A\n\n<img alt="Lost." src="data:image/png;base64,AA">'],
    "cuts off or scrolls": ['## A\n\n<div style="height: 40px; overflow: auto">a<br>b<br>c</div>'],
    "slide 2 is empty": ["## \n\n## B\n\nb"],
}


@pytest.mark.parametrize("sentence", FAULTS)
def test_a_fault_is_seen(page, small_show, sentence):
    small_show(*FAULTS[sentence])
    found = slide_problems(page)
    assert any(re.search(sentence, problem) for problem in found), found


def test_the_measures_of_a_slide(page, small_show):
    code = "```python\na = 1\nb = 2\n```"
    small_show(f"## One two\n\nthree $x$ four\n\n{code}\n\n## \n\n{SHOW}", picture(1200, 700))
    _, first, second = page.evaluate(MEASURE_SLIDES)
    assert (first["words"], first["code"], first["picture"]) == (4, 2, False)
    assert (second["words"], second["code"], second["picture"]) == (0, 0, True)
    assert first["bottom"] < 0.75 < second["bottom"] < 1


def test_the_right_arrow_alone_leads_to_the_end(page, small_show):
    small_show("## a\n\none\n\n+++\n\ntwo\n\n## c\n\n## d\n")
    seen = []
    for _ in range(5):
        seen.append(page.evaluate("Reveal.getCurrentSlide().innerText").split())
        page.keyboard.press("ArrowRight")
    assert seen[1:] == [["a", "one"], ["a", "one", "two"], ["c"], ["d"]]


def test_columns_stand_side_by_side(page, small_show):
    small_show("## A\n\nleft\n\n|||\n\nright\n")
    page.keyboard.press("ArrowRight")
    left, right = (page.get_by_text(word, exact=True).bounding_box() for word in ("left", "right"))
    assert left["y"] == right["y"] and left["x"] + 600 <= right["x"]


def test_a_picture_beside_words_keeps_its_size(page, small_show):
    small_show(f"## A\n\nleft\n\n|||\n\n{SHOW}", picture(720, 300))
    assert slide_problems(page) == []


def test_a_square_picture_fits_beside_a_heading_in_place_of_the_title(page, small_show):
    small_show(f"## A\n\n<h3>B</h3>\n\n|||\n\n{SHOW}", picture(720, 720))
    assert slide_problems(page) == []
    assert page.locator("h2").evaluate("node => getComputedStyle(node).opacity") == "0"


def test_the_key_s_opens_a_window_with_the_notes(page, small_show):
    small_show("## next\n\nhere\n")
    with page.expect_popup() as popup:
        page.keyboard.press("s")
    notes = popup.value.locator(".speaker-controls-notes .value")
    expect(notes).to_contain_text("Say")
    expect(notes.locator("svg")).to_be_visible()
    upcoming = popup.value.frame_locator("#upcoming-slide iframe")
    expect(upcoming.locator("p", has_text="here")).to_be_visible()
    assert page.problems == []


def test_slides_print_one_a_page_with_their_fragments(page, small_show):
    small_show(f"## A\n\na\n\n+++\n\nb\n\n{SHOW}", picture(900, 300))
    page.goto(page.url.split("#")[0] + "?print-pdf")
    page.wait_for_function(READY)
    expect(page.locator(".pdf-page")).to_have_count(2)
    expect(page.locator("p", has_text="b")).to_be_visible()
    pdf = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 2


def test_a_lesson_prints_all_its_slides(page, folder):
    (path,) = (path for path in LESSONS if path.stem == "04_backprop")
    slides_build.build([path], folder)
    open_slides(page, folder / "04_backprop.html")
    total = page.evaluate("Reveal.getTotalSlides()")
    page.goto((folder / "04_backprop.html").as_uri() + "?print-pdf")
    page.wait_for_function(READY)
    pdf = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == total
