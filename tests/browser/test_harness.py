"""The browser tests can see failures: here each kind is made on purpose."""

import pytest

CONTROL = """
import ipywidgets as widgets
slider = widgets.IntSlider(3, 0, 10, description="steps")
text = widgets.HTML("<p>still</p>")
def moved(change):
    if change.new == 5:
        raise ValueError("five is right out")
    text.value = f"<p>now {change.new}</p>"
slider.observe(moved, "value")
widgets.VBox([slider, text])
"""
PAGE_GOES_WRONG = """
from IPython.display import HTML, Javascript, display
display(HTML('<img alt="far" src="http://example.org/far.png">'))
display(HTML('<img alt="missing" src="/files/missing.png">'))
display(Javascript('console.error("the console has it")'))
display(Javascript('setTimeout(() => { throw new Error("nobody caught it"); })'))
"""


def test_callback_that_raises_is_seen(lab, page):
    lab.add_notebook("callback.ipynb", [CONTROL])
    lab.open(page, "callback.ipynb")
    lab.run_all(page)
    control = page.locator(".jp-OutputArea-output .widget-vbox")
    assert lab.move_slider(control, "steps", "ArrowRight") == "4"
    control.get_by_text("now 4").wait_for()
    lab.settle(page)
    assert page.problems == []
    assert lab.move_slider(control, "steps", "ArrowRight") == "5"
    lab.settle(page)
    assert len(page.problems) == 1
    assert "five is right out" in page.problems[0]
    lab.shutdown(page)


def test_cell_that_raises_is_seen(lab, page):
    lab.add_notebook("error.ipynb", ["1 + 1", "raise ValueError('no such digit')", "2 + 2"])
    lab.open(page, "error.ipynb")
    with pytest.raises(AssertionError, match="ValueError: no such digit"):
        lab.run_all(page)
    assert page.problems == ["console: kernel: ValueError: no such digit"]
    lab.shutdown(page)


def test_cell_that_does_not_end_is_seen(lab, page):
    lab.add_notebook("endless.ipynb", ["import time; time.sleep(60)", "2 + 2"])
    lab.open(page, "endless.ipynb")
    with pytest.raises(AssertionError, match=r"not run in 2 s; kernel busy"):
        lab.run_all(page, timeout=2)
    lab.shutdown(page)


def test_trouble_in_the_page_is_seen(lab, page):
    lab.add_notebook("page.ipynb", [PAGE_GOES_WRONG])
    lab.open(page, "page.ipynb")
    assert page.problems == []
    lab.run_all(page)
    page.wait_for_load_state("networkidle")
    problems = "\n".join(page.problems)
    assert "request to another host: http://example.org/far.png" in problems
    assert f"404 GET {lab.url}files/missing.png" in problems
    assert "console: the console has it" in problems
    assert "nobody caught it" in problems
    lab.shutdown(page)
