"""The reading site as a reader sees it: opened as files, wide and narrow, light and dark."""

import functools
import http.server
import threading
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = (
    "index.html",
    "notebooks/04_backprop.html",
    "notebooks/exercises/04_backprop.html",
    "site/guide/04_backprop.html",
    "reference/helpers.backprop.html",
    "search.html",
)
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 800}

# Pages that a reader must move sideways, and formulas within a line that are cut off.
TOO_WIDE = """() => {
  const root = document.documentElement;
  const cut = [...document.querySelectorAll("span.math")].filter(formula =>
    formula.querySelector("mjx-math").offsetWidth > formula.clientWidth + 1);
  return [...(root.scrollWidth > innerWidth ? [`page: ${root.scrollWidth} pixels`] : []),
    ...cut.map(formula => formula.textContent)];
}"""
BRIGHTNESS = """() => getComputedStyle(document.body).backgroundColor
  .match(/[0-9.]+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0) / 3"""


@pytest.fixture(scope="module")
def paths(site):
    """All pages of the site."""
    found = [p for p in site.rglob("*.html") if not {"_static", "slides"} & set(p.parts)]
    assert len(found) > 40
    return found


@pytest.fixture(scope="module")
def served(site):
    """The address of the same site on a web server."""
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=site)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def open_page(page, address):
    """Open a page, and wait until its formulas are set."""
    page.goto(address)
    page.evaluate("() => window.MathJax?.startup.promise")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("name", PAGES)
def test_page(site, page, name, size, scheme):
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=scheme)
    open_page(page, (site / name).as_uri())
    assert (page.evaluate(BRIGHTNESS) < 64) == (scheme == "dark")
    formulas = page.locator(".math")
    assert page.locator(".math mjx-container").count() == formulas.count()
    assert page.locator("mjx-merror, [data-mjx-error]").count() == 0
    assert formulas.count() > 10 or "04_backprop" not in name or "guide" in name
    assert page.evaluate(TOO_WIDE) == []
    # A button or link without a name would end its line here.
    nameless = [
        line
        for line in page.locator("body").aria_snapshot().splitlines()
        if line.strip(" -:") in ("button", "link", "img", "searchbox", "textbox", "checkbox")
    ]
    assert nameless == []
    assert page.problems == []


def test_no_page_is_too_wide_for_a_phone(paths, page):
    page.set_viewport_size(NARROW)
    for path in paths:
        open_page(page, path.as_uri())
        assert page.evaluate(TOO_WIDE) == [], path
        assert page.locator("mjx-merror, [data-mjx-error]").count() == 0, path
    assert page.problems == []


# Blocks of code, outputs and formulas of which a part is hidden until one scrolls.
CUT = """() => [...document.querySelectorAll("article pre, article mjx-container[display]")]
  .filter(block => block.scrollWidth > block.clientWidth + 1).map(block => block.textContent)"""


def test_no_code_and_no_formula_is_cut_off(paths, page):
    page.set_viewport_size(WIDE)
    cut = {}
    for path in paths:
        open_page(page, path.as_uri())
        cut[path.name] = page.evaluate(CUT)
    assert not any(cut.values()), {name: blocks for name, blocks in cut.items() if blocks}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pictures_shrink_and_keep_white_paper(site, page, scheme):
    page.set_viewport_size(NARROW)
    page.emulate_media(color_scheme=scheme)
    open_page(page, (site / "notebooks/01_data.html").as_uri())
    pictures = page.locator(".cell_output img").all()
    assert pictures
    for picture in pictures:
        shape = "p => [p.clientWidth, p.clientHeight, p.naturalWidth, p.naturalHeight]"
        width, height, full_width, full_height = picture.evaluate(shape)
        padding = 16 if scheme == "dark" else 0
        assert 200 < width <= 390
        ratio = (width - padding) / (height - padding)
        assert ratio == pytest.approx(full_width / full_height, rel=0.02)
        if scheme == "dark":
            assert picture.evaluate("p => getComputedStyle(p).backgroundColor") == (
                "rgb(255, 255, 255)"
            )


def test_answers_open_with_a_click(site, page):
    open_page(page, (site / "notebooks/01_data.html").as_uri())
    answer = page.locator("article details li").first
    assert not answer.is_visible()
    page.get_by_text("Answers", exact=True).click()
    assert answer.is_visible()


def test_contents_on_a_phone(site, page):
    page.set_viewport_size(NARROW)
    open_page(page, (site / "notebooks/01_data.html").as_uri())
    page.get_by_role("button", name="Toggle primary sidebar").click()
    contents = page.locator("#pst-primary-sidebar-modal")
    contents.get_by_role("link", name="2 · Bend the line", exact=True).click()
    page.wait_for_url("**/02_activations.html")
    assert page.problems == []


@pytest.mark.parametrize("as_file", [True, False], ids=["file", "server"])
def test_search(site, served, page, as_file):
    start = (site / "index.html").as_uri() if as_file else f"{served}/index.html"
    open_page(page, start)
    page.keyboard.press("Control+k")
    page.keyboard.type("softmax")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=softmax*")
    results = page.locator("#search-results ul.search")
    lesson = results.get_by_role("link", name="2 · Bend the line", exact=True)
    lesson.wait_for()
    page.get_by_text("Search finished").wait_for()
    if not as_file:
        results.locator("p.context").first.wait_for()
    lesson.click()
    page.wait_for_url("**/02_activations.html*")
    assert page.problems == []


def test_paper_shows_whole_lines(site, page):
    open_page(page, (site / "notebooks/04_backprop.html").as_uri())
    page.set_viewport_size({"width": 700, "height": 1000})
    page.emulate_media(media="print")
    cut = "blocks => blocks.filter(b => b.scrollWidth > b.clientWidth + 1).map(b => b.textContent)"
    assert page.locator("article pre").evaluate_all(cut) == []
    assert not page.locator(".bd-sidebar-primary").is_visible()
