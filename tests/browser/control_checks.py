"""Move every control of every lesson by keyboard, mouse or finger, and read what it shows."""

import re

import numpy as np
from playwright.sync_api import expect
from scipy.special import softmax

SLOW = 60_000  # milliseconds that a picture may take on a busy machine


def control(page, place):
    """The control at this place of the lesson, with names for all its sliders."""
    found = page.locator(".course-control").nth(place)
    found.scroll_into_view_if_needed()
    for handle in found.locator(".noUi-handle").all():
        expect(handle).to_have_accessible_name(re.compile(r"\w"))
    return found


def says(found, pattern):
    """Wait until the control's text matches; its picture must say the same."""
    expect(found.locator(".widget-html-content p")).to_have_text(re.compile(pattern), timeout=SLOW)
    picture = found.locator(".widget-html-content img")
    expect(picture).to_have_attribute("alt", re.compile(pattern))
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0


def changes(found, move):
    """Do something; the picture must become another one."""
    picture = found.locator(".widget-html-content img")
    before = picture.get_attribute("src")
    move()
    expect(picture).not_to_have_attribute("src", before, timeout=SLOW)


def reads(pad, pattern, timeout=SLOW):
    """Wait until the sentence beside the pad matches."""
    expect(pad.get_by_role("paragraph")).to_have_text(re.compile(pattern), timeout=timeout)


def first_look(lab, page):
    """The pad of the network that ships, and that of the network which the lesson has trained."""
    for place in (0, 1):
        pad = control(page, place)
        reads(pad, r"The network says 3, with probability (0\.9|1\.0)")
        clear = pad.get_by_role("button", name="Clear")
        clear.click()
        reads(pad, "The pad is empty")
        canvas = pad.get_by_role("application")
        draw_with_mouse(page, canvas, [(80, 60), (200, 60), (120, 230)])
        page.mouse.up()
        reads(pad, r"The network says 7, with probability (0\.[5-9]|1\.0)")
        clear.click()
        reads(pad, "The pad is empty")
        draw_with_finger(page, canvas, [(140, y) for y in range(50, 231, 10)])
        reads(pad, r"The network says 1, with probability (0\.[5-9]|1\.0)")


def data(lab, page):
    # The doctor's last line, which shows that widgets reach the page.
    expect(page.get_by_text("Widgets: ok. A widget drew this line.")).to_be_visible()
    browse = control(page, 0)
    says(browse, "a 3, number 1 of 6,131")
    changes(browse, lambda: lab.move_slider(browse, "digit", "ArrowRight"))
    says(browse, "a 4, number 1 of 5,842")
    lab.move_slider(browse, "number", "ArrowRight", times=2)
    says(browse, "a 4, number 3 of 5,842")
    lab.move_slider(browse, "number", "End")
    says(browse, "a 4, number 5,421 of 5,842")
    lab.move_slider(browse, "digit", "Home")
    says(browse, "a 0, number 5,421 of 5,923")
    changes(browse, lambda: browse.get_by_label("shown as").select_option("numbers"))


def activations(lab, page):
    point = control(page, 0)
    says(point, "ReLU at z = 1.0: a = 1.0000, slope 1.0000")
    changes(point, lambda: lab.move_slider(point, "score z", "ArrowLeft", times=20))
    says(point, "ReLU at z = -1.0: a = 0.0000, slope 0.0000")
    point.get_by_label("function").select_option("sigmoid")
    says(point, "sigmoid at z = -1.0: a = 0.2689, slope 0.1966")
    point.get_by_label("function").select_option("tanh")
    lab.move_slider(point, "score z", "End")
    says(point, "tanh at z = 5.0: a = 0.9999, slope 0.0002")

    bars = control(page, 1)
    scores = [3, 2, 1, 0]

    def expected(temperature):
        shares = softmax(np.array(scores) / temperature)
        return f"T = {temperature:g}: probabilities " + ", ".join(f"{p:.3f}" for p in shares)

    says(bars, expected(1))
    for place, key in enumerate(["ArrowLeft", "End", "Home", "ArrowRight"]):
        lab.move_slider(bars, f"score {place}", key)
        scores[place] = {"ArrowLeft": scores[place] - 1, "End": 5, "Home": -5}.get(key, 1)
        says(bars, expected(1))
    lab.move_slider(bars, "temperature T", "Home")
    says(bars, expected(0.1))
    lab.move_slider(bars, "temperature T", "End")
    says(bars, expected(100))


def forward(lab, page):
    path = control(page, 0)
    says(path, "Image 7, a 3: .* The answer is 3, with probability 0.283")
    changes(path, lambda: lab.move_slider(path, "image", "ArrowRight"))
    says(path, "Image 8, a 1: ")
    lab.move_slider(path, "image", "Home")
    says(path, "Image 0, a 5: .* The answer is 1, with probability 0.183")
    lab.move_slider(path, "image", "End")
    says(path, "Image 999, a ")

    scale = control(page, 1)
    says(scale, "^1 times He's size: typical activation 3.4e-01 in layer 1, 3.3e-01 in layer 6")
    changes(scale, lambda: lab.move_slider(scale, "times He's size", "End"))
    says(scale, r"^3 times He's size: typical activation 1.0e\+00 in layer 1, 2.4e\+02 in layer 6")
    lab.move_slider(scale, "times He's size", "Home")
    says(scale, r"^0 times He's size: typical activation 0.0e\+00 .* mean probability is 10.0%")


def backprop(lab, page):
    by_hand = control(page, 0)
    back, forth = (by_hand.get_by_role("button", name=name) for name in ("Back", "Next"))
    says(by_hand, r"^Step 0 of 10: .* x = \(1, 2\); y = \(1, 0\)\.")
    changes(by_hand, forth.click)
    says(by_hand, r"^Step 1 of 10: z1 = W1 x \+ b1\. 1 · 1 \+ 1 · 2 \+ \(-1\) = 2; ")
    forth.press("Enter")
    says(by_hand, r"^Step 2 of 10: a1 = ReLU\(z1\)\. ReLU\(2\) = 2; ReLU\(-1\) = 0\.")
    back.press("Enter")
    says(by_hand, "^Step 1 of 10: ")
    lab.move_slider(by_hand, "step", "End")
    forth.click()  # there is none
    says(by_hand, r"^Step 10 of 10: dW1 = .*; db1 = \(-0\.5, 0\)\.")
    changes(by_hand, back.click)
    says(by_hand, "^Step 9 of 10: .* -0.5 with z1 = -1 becomes 0")

    pick = control(page, 1)
    says(pick, r"W3\[3, 5\]: computed slope 0.061121, measured 0.061121")
    changes(pick, lambda: lab.move_slider(pick, "row", "ArrowRight"))
    says(pick, r"W3\[4, 5\]: computed slope (-?\d\.\d{6}), measured \1")
    pick.get_by_label("array").select_option("W1")
    says(pick, r"W1\[4, 5\]: ")
    lab.move_slider(pick, "column", "Home")
    says(pick, r"W1\[4, 0\]: computed slope -?0.000000, measured -?0.000000")
    # The row has more values now than it had for W3.
    lab.move_slider(pick, "row", "ArrowRight", times=8)
    says(pick, r"W1\[12, 0\]: ")
    pick.get_by_label("array").select_option("b3")
    says(pick, r"b3\[9, 0\]: computed slope (-?\d\.\d{6}), measured \1")

    steps = control(page, 2)
    says(steps, "Step 1.0e-02: measured 0.0611.., computed 0.061121, relative error 1.6e-05")
    changes(steps, lambda: lab.move_slider(steps, "step size", "End"))
    says(steps, "Step 1.0e-01: .* relative error 1.6e-03")
    lab.move_slider(steps, "step size", "Home")
    says(steps, r"Step 1.0e-12: .* relative error \d")


def training_loop(lab, page):
    runs = control(page, 0)
    start, stop, clear = (runs.get_by_role("button", name=n) for n in ("Start", "Stop", "Clear"))
    says(runs, r"^5 runs, the last with rate 3.0 \(5.4\): epoch 4.0, loss 2.*, accuracy 10.6%\.")
    expect(stop).to_be_disabled()
    changes(runs, clear.click)
    says(runs, "No run yet")
    lab.move_slider(runs, "epochs", "Home")
    changes(runs, start.click)
    says(runs, r"^1 run, the last with rate 0.1, batch 128: epoch 1.0, loss .* Done\.")

    # Long enough that it is stopped and does not end; started and stopped with the keyboard.
    lab.move_slider(runs, "epochs", "End")
    runs.get_by_label("learning rate").select_option("0.01")
    runs.get_by_label("batch size").select_option("8")
    start.press("Enter")
    says(runs, r"^2 runs, the last with rate 0.01, batch 8: epoch \d")
    expect(start).to_be_disabled()
    progress = runs.get_by_role("progressbar")
    stop.press("Enter")
    says(runs, r"^2 runs, the last with rate 0.01, batch 8: epoch \d+\.\d, .* Stopped\.")
    if progress.count():
        assert 0 < float(progress.get_attribute("aria-valuenow")) < 1
    expect(stop).to_be_disabled()
    clear.click()
    says(runs, "No run yet")

    weights = control(page, 1)
    says(weights, r"after epoch 0, 3 and 20\. Last row: what 3 epochs added, on average \d\d% of")
    changes(weights, lambda: lab.move_slider(weights, "epoch", "ArrowLeft"))
    says(weights, r"after epoch 0, 2 and 20\. Last row: what 2 epochs added")
    lab.move_slider(weights, "epoch", "End")
    says(weights, r"Last row: what 20 epochs added, on average 100% of")
    lab.move_slider(weights, "epoch", "Home")
    says(weights, r"Last row: what 0 epochs added, on average 0% of")


def pytorch_rebuild(lab, page):
    compare = control(page, 0)
    says(compare, r"^Epoch 1: NumPy (0\.\d{6}), PyTorch \1")
    changes(compare, lambda: lab.move_slider(compare, "epoch", "ArrowRight"))
    says(compare, r"^Epoch 2: NumPy (0\.\d{6}), PyTorch \1")
    changes(compare, lambda: compare.get_by_label("shown").select_option(index=1))
    says(compare, r"^Epoch 2: difference of the losses (0\.0e\+00|\d\.\de-1\d)")
    compare.get_by_label("shown").select_option(index=2)
    says(compare, r"^Epoch 2: largest gap of a weight \d\.\de-1\d")
    lab.move_slider(compare, "epoch", "End")
    says(compare, r"^Epoch 20: largest gap of a weight \d\.\de-1\d")


def error_analysis(lab, page):
    confusion = control(page, 0)
    cell = confusion.locator('[data-true="9"][data-predicted="4"]')
    count = int(cell.inner_text())
    changes(confusion, cell.click)
    says(confusion, f"True 9, called 4: {count} image")
    expect(cell).to_have_attribute("aria-pressed", "true")
    cell.press("ArrowLeft")
    neighbour = confusion.locator('[data-true="9"][data-predicted="3"]')
    expect(neighbour).to_be_focused()
    says(confusion, f"True 9, called 3: {int(neighbour.inner_text())} image")

    pad = control(page, 1)
    reads(pad, r"The network says 7, with probability (0\.9|1\.0)")
    clear = pad.get_by_role("button", name="Clear")
    canvas = pad.get_by_role("application")
    clear.click()
    reads(pad, "The pad is empty")

    # The answer comes while the stroke is still being drawn.
    draw_with_mouse(page, canvas, [(80, 60), (200, 60)])
    reads(pad, r"The network says \d")
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 120, box["y"] + 230, steps=8)
    page.mouse.up()
    reads(pad, r"The network says 7, with probability (0\.9|1\.0)")

    clear.click()
    reads(pad, "The pad is empty")
    draw_with_finger(page, canvas, [(140, y) for y in range(50, 231, 10)])
    reads(pad, r"The network says 1, with probability (0\.[5-9]|1\.0)")

    canvas.press("Delete")
    reads(pad, "The pad is empty")
    for key in ["ArrowUp"] * 9 + [" "] + ["ArrowDown"] * 18 + [" "]:
        canvas.press(key)
    reads(pad, r"The network says 1, with probability (0\.[5-9]|1\.0)")


def draw_with_mouse(page, canvas, points):
    """Press the button and draw from point to point, in pixels of the pad. It stays pressed."""
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    (x, y), *rest = [(box["x"] + x, box["y"] + y) for x, y in points]
    page.mouse.move(x, y)
    page.mouse.down()
    for x, y in rest:
        page.mouse.move(x, y, steps=8)


def draw_with_finger(page, canvas, points):
    """One stroke by touch, as Chromium reports it from a touch screen."""
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    devtools = page.context.new_cdp_session(page)
    touches = [[{"x": box["x"] + x, "y": box["y"] + y}] for x, y in points]
    kinds = ["touchStart"] + ["touchMove"] * (len(points) - 1)
    for kind, points_now in zip(kinds, touches, strict=True):
        devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points_now})
    devtools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    devtools.detach()
