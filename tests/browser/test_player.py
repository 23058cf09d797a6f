"""Recorded controls on slides and pages, opened as files: moved by mouse, finger and keyboard."""

import base64
import hashlib
import io
import json
import re
import shutil
import sys
import urllib.parse
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from browser.control_checks import draw_with_finger, draw_with_mouse

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "site" / "controls"))
import pages  # noqa: E402
import record  # noqa: E402

NAMES = [path.stem for path in record.LESSONS]
SLIDES, SITE = "slides", "site"


@pytest.fixture
def offline(page):
    """A page without a network."""
    page.context.set_offline(True)
    return page


def open_lesson(page, site, kind, name):
    """Open a lesson's page or slides. Returns its controls, by the id of their cell."""
    folder = "slides" if kind == SLIDES else "notebooks"
    page.goto((site / folder / f"{name}.html").as_uri())
    if kind == SLIDES:
        page.wait_for_function("window.Reveal?.isReady()")
    boxes = page.locator("[data-recording]").all()
    return {box.get_attribute("data-recording").split("/")[1]: box for box in boxes}


def alive(page, kind, box):
    """Bring a control into sight, and wait until it plays. Returns what kind it is."""
    if kind == SLIDES:
        box.evaluate(
            """box => { const slide = box.closest("section");
              Reveal.slide(Reveal.getSlides().indexOf(slide), 0, 99); }"""
        )
    else:
        box.scroll_into_view_if_needed()
    expect(box).to_have_attribute("data-plays", re.compile("states|runs|pad"))
    return box.get_attribute("data-plays")


def recording_of(name, cell):
    script = (record.RECORDINGS / name / f"{cell}.js").read_text(encoding="utf-8")
    return json.loads(script.removeprefix("courseRecording(").removesuffix(");\n"))


def choose(page, box, recording, state, by_mouse):
    """Set every input of a control, one after the other, with the mouse or the keyboard."""
    for place, input_ in enumerate(recording["inputs"]):
        value = list(state.values())[place]
        if input_["kind"] == "table":
            cell = box.locator(f'[data-true="{value[0]}"][data-predicted="{value[1]}"]')
            if by_mouse:
                cell.click()
            else:
                walk_to(box, value)
            continue
        word = input_["words"][input_["values"].index(value)]
        found = box.locator("label").filter(has_text=re.compile(rf"^{re.escape(input_['label'])}"))
        if input_["kind"] == "list":
            found.locator("select").select_option(word)
            continue
        slider = found.locator("input")
        if slider.is_hidden():
            expect(found.locator("output")).to_have_text(word)
            continue
        reach = int(slider.get_attribute("max"))
        offered = offers(recording, place, state)
        target = offered.index(value)
        if by_mouse:
            area = slider.bounding_box()
            # The middle of the handle moves from its half width to its half width.
            half = area["height"] / 2
            across = half + (area["width"] - 2 * half) * target / reach
            page.mouse.click(area["x"] + across, area["y"] + area["height"] / 2)
        else:
            slider.press("Home")
        # Where many values lie on few pixels, the mouse alone cannot tell them apart.
        for _ in range(reach + 1):
            if slider.input_value() == str(target):
                break
            slider.press("ArrowRight" if int(slider.input_value()) < target else "ArrowLeft")
        expect(found.locator("output")).to_have_text(word)


def offers(recording, place, state):
    """The values that an input offers, when those before it are set to a state."""
    before = list(state.values())[:place]
    found = [v[place] for v in recording["values"] if v[:place] == before]
    return list({json.dumps(value): value for value in found}.values())


def walk_to(box, value):
    """Walk through the confusion table with the arrow keys."""
    for _ in range(20):
        here = box.locator('[aria-pressed="true"]')
        true, called = (int(here.get_attribute(f"data-{name}")) for name in ("true", "predicted"))
        if [true, called] == value:
            return
        if true != value[0]:
            here.press("ArrowDown" if true < value[0] else "ArrowUp")
        else:
            here.press("ArrowRight" if called < value[1] else "ArrowLeft")
    raise AssertionError(f"the arrow keys do not lead to {value}")


def digest_of_picture(box):
    """The SHA-256 of the picture that a control shows: of an SVG's text, or of WebP's pixels."""
    image = box.locator("img")
    assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    source = image.get_attribute("src")
    head, _, data = source.partition(",")
    if "svg" in head:
        return hashlib.sha256(urllib.parse.unquote(data).encode()).hexdigest()
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB"))
    return hashlib.sha256(pixels.tobytes()).hexdigest()


@pytest.mark.parametrize("kind", [SITE, SLIDES])
@pytest.mark.parametrize("name", NAMES)
def test_every_control_says_and_shows_what_python_does(recorded, site, offline, kind, name):
    boxes = open_lesson(offline, site, kind, name)
    assert set(boxes) == set(recorded[name])
    for cell, box in boxes.items():
        if alive(offline, kind, box) != "states":
            continue
        recording = recording_of(name, cell)
        told = recorded[name][cell]
        assert len(told) >= 5
        for visit, expected in enumerate(told):
            choose(offline, box, recording, expected["state"], by_mouse=visit % 2 == 0)
            expect(box.locator("p").first).to_have_text(expected["text"])
            assert box.locator("img").get_attribute("alt") == expected["text"]
            assert digest_of_picture(box) in expected["digests"], expected["text"]
        for slider in box.locator("input:visible").all():
            expect(slider).to_have_accessible_name(re.compile(r"\w"))
    assert offline.problems == []


def test_each_pad_has_the_weights_of_its_own_network(recorded):
    pads = {
        (name, cell): told
        for name, of_lesson in recorded.items()
        for cell, told in of_lesson.items()
        if isinstance(told, str)
    }
    for (name, cell), told in pads.items():
        weights = base64.b64decode(recording_of(name, cell)["weights"])
        assert hashlib.sha256(weights).hexdigest() == told
        assert len(weights) < 500_000
    assert len(pads) == len(set(pads.values())) == 3


def test_an_input_keeps_its_value_or_takes_the_nearest_when_one_before_it_moves(site, offline):
    boxes = open_lesson(offline, site, SITE, "04_backprop")
    box = boxes["04-16b"]
    alive(offline, SITE, box)
    said = box.locator("p").first
    for array, text in [("W1", "W1[3, 5]"), ("b3", "b3[3, 0]"), ("W2", "W2[3, 0]")]:
        box.get_by_label("array").select_option(array)
        expect(said).to_contain_text(f"{text}: ")
    box.get_by_label("row").press("End")
    expect(said).to_contain_text("W2[63, 0]: ")
    box.get_by_label("array").select_option("b3")
    expect(said).to_contain_text("b3[9, 0]: ")


def test_all_fifteen_controls_are_recorded(recorded):
    assert sum(map(len, recorded.values())) == 15
    states = [len(recording_of(n, c).get("values", [])) for n in recorded for c in recorded[n]]
    assert max(states) <= 303 and sum(states) > 1000


@pytest.mark.parametrize("kind", [SITE, SLIDES])
def test_trainings_are_replayed_with_their_numbers(site, offline, kind):
    boxes = open_lesson(offline, site, kind, "05_training_loop")
    (cell, box), *_ = ((c, b) for c, b in boxes.items() if alive(offline, kind, b) == "runs")
    alive(offline, kind, box)
    runs = recording_of("05_training_loop", cell)["runs"]
    text = box.locator("p").first
    expect(text).to_have_text(re.compile(r"^5 runs, the last with rate 3\.0 \(5\.4\): epoch 4\.0"))
    expect(box).to_contain_text("Recorded")
    for scheme in ("dark", "light"):  # the curves cover the picture, no more and no less
        offline.emulate_media(color_scheme=scheme)
        frame = box.locator(".frame")
        assert frame.locator("img").evaluate("i => getComputedStyle(i).padding") == "0px"
        assert frame.locator("svg").bounding_box() == frame.locator("img").bounding_box()
    start, stop, clear = (box.get_by_role("button", name=n) for n in ("Start", "Stop", "Clear"))
    expect(stop).to_be_disabled()
    clear.click()
    expect(text).to_have_text(re.compile("^No run yet"))
    assert box.locator(".frame polyline").count() == 0
    box.get_by_label("epochs a second").select_option("20")
    for number, (rate, size) in enumerate([("0.03", "32"), ("0.3", "512")], start=1):
        box.get_by_label("learning rate").select_option(rate)
        box.get_by_label("batch size").select_option(size)
        start.press("Enter") if number == 1 else start.click()
        run = runs[f"rate {rate}, batch {size}"]
        count = "1 run" if number == 1 else f"{number} runs"
        expect(text).to_have_text(run["texts"][-1].replace("1 run", count) + " Done.")
        expect(box.locator("li").nth(number - 1)).to_contain_text(
            re.search(r"loss .*", run["texts"][-1])[0]
        )
        assert box.locator(".frame polyline").count() == 2 * number
        points = box.locator(".frame polyline").last.get_attribute("points").split(" ")
        assert [tuple(map(float, p.split(","))) for p in points] == [
            tuple(p) for p in run["curves"][1]
        ]
    # It takes its time, and can be stopped.
    box.get_by_label("epochs a second").select_option("1")
    start.click()
    expect(start).to_be_disabled()
    expect(text).to_have_text(re.compile(r"epoch 0\.\d"))
    points = box.locator(".frame polyline").last.get_attribute("points").split(" ")
    assert 0 < len(points) < 15
    # The focus is where one goes on, so that no key turns a slide by mistake.
    expect(stop).to_be_focused()
    stop.press("Enter")
    expect(start).to_be_focused()
    expect(text).to_have_text(re.compile(r"epoch [01]\.\d"))
    if kind == SLIDES:  # what plays stops when its slide is turned
        start.press("Enter")
        offline.keyboard.press("PageDown")
        offline.keyboard.press("PageUp")
        expect(start).to_be_enabled()
    assert offline.problems == []


def test_a_finger_that_scrolls_leaves_a_slider_as_it_is(site, offline):
    box = open_lesson(offline, site, SITE, "03_forward")["03-15b"]
    alive(offline, SITE, box)
    slider, said = box.locator("input"), box.locator("p").first
    slider.dispatch_event("pointerdown")
    slider.evaluate("s => { s.value = 90; s.dispatchEvent(new Event('input')); }")
    expect(said).to_have_text(re.compile("^Image 90, "))
    slider.dispatch_event("pointercancel")
    expect(said).to_have_text(re.compile("^Image 7, "))
    assert slider.input_value() == "7"


@pytest.mark.parametrize("name", NAMES)
def test_the_tab_key_stays_on_the_slide_that_is_seen(site, offline, name):
    boxes = open_lesson(offline, site, SLIDES, name)
    for box in boxes.values():
        alive(offline, SLIDES, box)
    strays = """() => Reveal.getSlides().flatMap((slide, h) => {
      Reveal.slide(h, 0, 99);
      const others = "section:not(.present) :is(input, select, button, canvas)";
      return [...document.querySelectorAll(others)]
        .filter((node) => node.checkVisibility({ visibilityProperty: true }))
        .map((node) => `${h}: ${node.outerHTML}`);
    })"""
    assert offline.evaluate(strays) == []


@pytest.mark.parametrize(
    ("kind", "name"), [(SITE, "index"), *((k, n) for k in (SITE, SLIDES) for n in ("00", "07"))]
)
def test_the_pad_answers(site, offline, kind, name):
    if name == "index":
        offline.goto((site / "index.html").as_uri())
        pad = offline.locator("[data-recording]")
        alive(offline, kind, pad)
    else:
        (name,) = (full for full in NAMES if full.startswith(name))
        boxes = open_lesson(offline, site, kind, name).values()
        (pad, *_) = (box for box in boxes if alive(offline, kind, box) == "pad")
        alive(offline, kind, pad)
    said = pad.locator("p").first
    expect(said).to_have_text(re.compile(r"^The network says [37], with probability (1|0\.[5-9])"))
    clear = pad.get_by_role("button", name="Clear")
    clear.click()
    expect(said).to_have_text("The pad is empty. Draw a digit.")
    canvas = pad.locator("canvas").first
    draw_with_mouse(offline, canvas, [(80, 60), (200, 60), (120, 230)])
    offline.mouse.up()
    expect(said).to_have_text(re.compile(r"^The network says 7, with probability (0\.[5-9]|1\.0)"))
    clear.click()
    draw_with_finger(offline, canvas, [(140, y) for y in range(50, 231, 10)])
    expect(said).to_have_text(re.compile(r"^The network says 1, with probability (0\.[5-9]|1\.0)"))
    canvas.press("Delete")
    for key in ["ArrowUp"] * 9 + [" "] + ["ArrowDown"] * 18 + [" "]:
        canvas.press(key)
    expect(said).to_have_text(re.compile(r"^The network says 1, with probability (0\.[5-9]|1\.0)"))
    assert offline.problems == []


def test_steps_play_by_themselves(site, offline):
    boxes = open_lesson(offline, site, SITE, "04_backprop")
    box = next(iter(boxes.values()))
    alive(offline, SITE, box)
    said = box.locator("p").first
    play = box.get_by_role("button", name="Play")
    play.click()
    expect(said).to_have_text(re.compile("^Step 2 of 10"))
    box.get_by_role("button", name="Pause").click()
    box.get_by_role("button", name="Back").click()
    expect(said).to_have_text(re.compile("^Step [12] of 10"))
    box.locator("input").press("End")
    box.get_by_role("button", name="Next").press("ArrowLeft")
    expect(said).to_have_text(re.compile("^Step 9 of 10"))
    play.click()
    expect(play).to_be_visible()  # it has come to its end
    expect(said).to_have_text(re.compile("^Step 10 of 10"))
    play.click()
    expect(said).to_have_text(re.compile("^Step [01] of 10"))
    box.locator("input").press("End")  # a hand on the slider stops what plays
    expect(play).to_be_visible()


def test_on_slides_arrow_keys_move_what_has_the_focus(site, offline):
    boxes = open_lesson(offline, site, SLIDES, "03_forward")
    box = next(iter(boxes.values()))
    alive(offline, SLIDES, box)
    here = offline.evaluate("Reveal.getIndices().h")
    slider = box.locator("input")
    slider.press("ArrowRight")
    expect(box.locator("p").first).to_have_text(re.compile("^Image 8, "))
    assert offline.evaluate("Reveal.getIndices().h") == here
    # A clicker sends Page Down.
    slider.press("PageDown")
    assert offline.evaluate("Reveal.getIndices().h") == here + 1
    offline.keyboard.press("PageUp")
    assert offline.evaluate("Reveal.getIndices().h") == here
    expect(box.locator("p").first).to_have_text(re.compile("^Image 8, "))
    slider.press("Escape")
    assert not offline.evaluate("Reveal.isOverview()")
    offline.keyboard.press("ArrowRight")
    assert offline.evaluate("Reveal.getIndices().h") == here + 1
    # A button next to a timeline, too: its arrow keys go back and forth.
    boxes = open_lesson(offline, site, SLIDES, "04_backprop")
    box = next(iter(boxes.values()))
    alive(offline, SLIDES, box)
    here = offline.evaluate("Reveal.getIndices().h")
    box.get_by_role("button", name="Next").press("ArrowRight")
    expect(box.locator("p").first).to_have_text(re.compile("^Step 1 of 10"))
    assert offline.evaluate("Reveal.getIndices().h") == here


@pytest.fixture
def broken(site, tmp_path):
    """A copy of lesson 3's page and of its recordings, to be damaged."""
    copy = tmp_path / "site"
    shutil.copytree(site, copy, ignore=lambda folder, names: {"mathjax", "slides"} & set(names))
    return copy


@pytest.mark.parametrize("fault", ["missing", "cut off", "of another kind", "broken picture"])
def test_without_its_recording_the_saved_picture_stands(broken, page, fault):
    problems = []
    page.on(
        "console",
        lambda message: problems.append(message.text) if message.type == "error" else None,
    )
    page.on("pageerror", lambda error: problems.append(str(error)))
    for file in (broken / "controls" / "03_forward").glob("*.js"):
        text = file.read_text("utf-8")
        if fault == "missing":
            file.unlink()
        elif fault == "cut off":
            file.write_text(text[: len(text) // 2])
        elif fault == "of another kind":
            file.write_text(text.replace('"kind":"states"', '"kind":"unknown"'))
        else:
            file.write_text(
                re.sub(r'"lines":\["[^"]*"', '"lines":["<svg"', text).replace("UklGR", "AAAAA")
            )
    page.goto((broken / "notebooks" / "03_forward.html").as_uri())
    for box in page.locator("[data-recording]").all():
        box.scroll_into_view_if_needed()
        expect(box.locator(".note")).to_have_text(re.compile("stands still"))
        picture = box.locator("img")
        assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
        assert picture.get_attribute("alt") in box.locator("p").first.inner_text()
        assert box.locator("input, select").count() == 0
    # The browser itself reports the missing file; nothing else does.
    assert [text for text in problems if "Failed to load resource" not in text] == []


def test_without_javascript_the_saved_picture_stands(site, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "notebooks" / "04_backprop.html").as_uri())
    boxes = page.locator("[data-recording]")
    assert boxes.count() == 3
    for box in boxes.all():
        assert box.locator("img").get_attribute("alt") == box.locator("p").first.inner_text()
        expect(box.locator("img")).to_be_visible()
    context.close()


def test_no_page_and_no_set_of_slides_is_too_large(site):
    megabyte = 1_000_000
    slides = sum(f.stat().st_size for f in (site / "slides").rglob("*") if f.is_file())
    assert slides <= 30 * megabyte
    for name in NAMES:
        page = (site / "notebooks" / f"{name}.html").stat().st_size
        page += sum(f.stat().st_size for f in (site / "controls" / name).glob("*.js"))
        page += sum((site / "controls" / f).stat().st_size for f in (*pages.PLAYER, "widgets.js"))
        assert page <= 6 * megabyte, name
