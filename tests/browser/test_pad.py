"""The drawing pad computes in the page what Python computes, and asks nobody for it."""

import base64
import json
import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect

from browser.control_checks import draw_with_finger, draw_with_mouse, reads
from helpers.controls import draw_digit, drawing_view, pack_weights
from helpers.error_analysis import picture_of_strokes, prepare_digit
from helpers.figures import COLORS
from helpers.forward import forward, initialize_parameters
from helpers.trained_network import load_trained_network

NETWORK = Path(__file__).parents[2] / "helpers" / "network.js"
SEVEN = [[[80, 60], [200, 60], [120, 230]]]


def as_text(array_or_bytes):
    return base64.b64encode(bytes(array_or_bytes)).decode()


@pytest.fixture
def network_js(page):
    """An empty page in which the functions of network.js are."""
    page.add_script_tag(path=NETWORK)
    page.add_script_tag(
        content="""
        const toBytes = text => Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
        const toText = bytes => btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(""));
        """
    )
    return page


# --- network.js ---------------------------------------------------------------------------

FORWARD = """([images, {layer_dims, scales, weights}]) => {
  const layers = unpackWeights(new DataView(toBytes(weights).buffer), layer_dims, scales);
  const pixels = toBytes(images);
  return Array.from({length: pixels.length / 784}, (_, i) =>
    [...forward(Float64Array.from(pixels.subarray(784 * i, 784 * i + 784), p => p / 255), layers)]);
}"""


def in_the_page(page, images, params):
    """The probabilities from network.js, of shape (n_L, m). `images`: uint8, shape (m, 784)."""
    packed = pack_weights(params)
    packed["weights"] = as_text(packed["weights"])
    return np.array(page.evaluate(FORWARD, [as_text(images.tobytes()), packed])).T


def test_each_test_image_gets_the_same_answer_as_from_python(network_js, mnist_bytes):
    images, params = mnist_bytes[2], load_trained_network()
    assert len(images) == 10_000
    expected, _ = forward(images.T / 255, params)
    found = in_the_page(network_js, images, params)
    assert np.abs(found - expected).max() < 1e-5
    assert np.array_equal(found.argmax(axis=0), expected.argmax(axis=0))


@pytest.mark.parametrize("layer_dims", [[784, 10], [784, 30, 10], [784, 40, 30, 20, 30, 7]])
def test_a_network_of_any_depth_and_with_biases_is_computed(network_js, mnist_bytes, layer_dims):
    params, rng = initialize_parameters(layer_dims), np.random.default_rng(0)
    for layer in range(1, len(layer_dims)):
        params[f"b{layer}"] += rng.standard_normal((layer_dims[layer], 1))
    images = mnist_bytes[2][:200]
    expected, _ = forward(images.T / 255, params)
    found = in_the_page(network_js, images, params)
    assert found.shape == (layer_dims[-1], 200) and np.abs(found - expected).max() < 1e-5


def drawings(count):
    """Strokes of many sizes, at many places: dots, lines, scribbles, flat, tall and symmetric."""
    rng = np.random.default_rng(0)
    while count > 0:
        reach = rng.choice([1, 10, 50, 120, 280, 600])
        shape = rng.choice([[1, 1], [1, 1], [1, 0], [0, 1], [1, 0.1], [0.1, 1]])
        middle = rng.integers(-30, 310, 2)
        strokes = [
            np.rint(middle + shape * rng.integers(-reach, reach, (rng.integers(1, 15), 2)) / 2)
            for _ in range(rng.integers(1, 4))
        ]
        if rng.random() < 0.4:
            axis, fold = rng.integers(2), rng.integers(200, 360)
            mirror = [stroke.copy() for stroke in strokes]
            for stroke in mirror:
                stroke[:, axis] = fold - stroke[:, axis]
            strokes += mirror
        yield [stroke.astype(int).tolist() for stroke in strokes]
        count -= 1


DRAW = """strokes => {
  const picture = pictureOfStrokes(strokes, 280, 22);
  const digit = picture.includes(255) ? [...prepareDigit(picture, 280)] : null;
  return [toText(picture), digit];
}"""


def test_300_drawings_become_the_same_picture_and_the_same_digit(network_js):
    num_empty = 0
    for strokes in drawings(300):
        expected = picture_of_strokes(strokes)
        picture, digit = network_js.evaluate(DRAW, strokes)
        assert base64.b64decode(picture) == expected.tobytes(), strokes
        num_empty += digit is None
        if digit is not None:
            # A grey level is 1/255. Both round to 32 bits, which is 2^-24 at most, two times.
            assert np.abs(digit - prepare_digit(expected)[:, 0]).max() <= 2**-23, strokes
    assert 0 < num_empty < 60


@pytest.mark.parametrize("size, pen_width", [(28, 1), (28, 3), (100, 7), (101, 10)])
def test_pads_and_pens_of_other_sizes(network_js, size, pen_width):
    for strokes in drawings(20):
        call = "([strokes, size, pen]) => toText(pictureOfStrokes(strokes, size, pen))"
        picture = network_js.evaluate(call, [strokes, size, pen_width])
        expected = picture_of_strokes(strokes, size, pen_width)
        assert base64.b64decode(picture) == expected.tobytes(), strokes


def test_grey_pictures_become_the_same_digit(network_js):
    rng = np.random.default_rng(0)
    pictures = [
        rng.integers(0, 200, (size, size), dtype=np.uint8)
        for size in (1, 5, 19, 20, 21, 28, 37, 60)
    ]
    line = np.zeros((60, 60), np.uint8)  # which would be 0.3 pixels high
    line[7] = pictures[-1][7]
    for picture in [*pictures, line, line.T.copy()]:
        call = "([text, size]) => [...prepareDigit(toBytes(text), size)]"
        digit = network_js.evaluate(call, [as_text(picture.tobytes()), len(picture)])
        assert np.abs(digit - prepare_digit(picture)[:, 0]).max() <= 2**-23, picture.shape


# --- the pad on a page of its own, without a kernel ---------------------------------------

# A classic script, as a page without anywidget would use it.
SHOW = """({script, state, weights}) => {
  state.weights = new DataView(toBytes(weights).buffer);
  const model = {
    get: name => state[name], set: (name, value) => { state[name] = value; },
    on: () => {}, save_changes: () => { window.saved = JSON.stringify(state.value); },
  };
  const el = document.createElement("div");
  document.body.replaceChildren(el);
  new Function(script + "\\nreturn render;")()({model, el});
}"""
LAST_LINE = "export default { render };"


def show_pad(page, params, strokes=()):
    """Show the pad of these strokes without a kernel.

    Returns
    -------
    Locator
    """
    pad = draw_digit(params, strokes).inputs["strokes"]
    names = ("size", "pen_width", "value", "layer_dims", "scales")
    script = str(pad._esm).strip()
    assert script.endswith(f"\n{LAST_LINE}")
    script = script.removesuffix(LAST_LINE)
    assert not re.search(r"^\s*(import|export)\b", script, re.MULTILINE)
    state = {name: getattr(pad, name) for name in names}
    page.evaluate(SHOW, {"script": script, "state": state, "weights": as_text(pad.weights)})
    return page.locator(".drawing-pad")


SEEN = """canvas => {
  const {data} = canvas.getContext("2d").getImageData(0, 0, 28, 28);
  return Array.from({length: 784}, (_, i) => [...data.subarray(4 * i, 4 * i + 4)]);
}"""


def test_the_pad_says_and_shows_what_pythons_picture_does(network_js):
    params = load_trained_network()
    rgb = [f"rgb({', '.join(str(int(c[i : i + 2], 16)) for i in (1, 3, 5))})" for c in COLORS[:2]]
    for strokes in [SEVEN, [], *list(drawings(15))]:
        pad = show_pad(network_js, params, strokes)
        figure, text = drawing_view(params, strokes)
        expect(pad.locator("p")).to_have_text(text)
        expect(pad.locator("p")).to_have_attribute("aria-live", "polite")

        ink = np.asarray(figure.axes[0].images[0].get_array()).ravel()
        grey = np.array(pad.locator(".seen").evaluate(SEEN))
        assert np.abs(grey[:, :3].T - 255 * (1 - ink)).max() <= 0.51 and (grey[:, 3] == 255).all()

        heights = [bar.get_height() for bar in figure.axes[1].patches] or [0] * 10
        bars = pad.locator(".bar")
        boxes = bars.locator("i").evaluate_all("bars => bars.map(bar => bar.style.height)")
        shown = np.array([float(box.removesuffix("%")) for box in boxes])
        assert shown == pytest.approx(100 * np.array(heights), abs=1e-3)
        assert bars.all_inner_texts() == [str(k) for k in range(10)]
        colors = bars.locator("i").evaluate_all(
            "bars => bars.map(bar => getComputedStyle(bar).backgroundColor)"
        )
        largest = int(np.argmax(heights)) if strokes and any(heights) else None
        assert colors == [rgb[k == largest] for k in range(10)]

        words = [f"{k}: {height:.3f}" for k, height in enumerate(heights)]
        alternative = f"Probabilities. {', '.join(words)}" if ink.any() else "No probabilities yet"
        expect(pad.locator(".bars")).to_have_accessible_name(alternative)
    assert network_js.problems == []


def test_the_pad_answers_mouse_finger_and_keys_without_python(network_js):
    pad = show_pad(network_js, load_trained_network())
    canvas = pad.get_by_role("application")
    reads(pad, "The pad is empty. Draw a digit.")
    draw_with_mouse(network_js, canvas, SEVEN[0])
    reads(pad, "The network says 7, ")  # before the button is let go
    network_js.mouse.up()
    strokes = json.loads(network_js.evaluate("window.saved"))
    assert len(strokes) == 1 and strokes[0][0] == SEVEN[0][0] and strokes[0][-1] == SEVEN[0][-1]
    pad.get_by_role("button", name="Clear").click()
    reads(pad, "The pad is empty. Draw a digit.")
    draw_with_finger(network_js, canvas, [(140, y) for y in range(50, 231, 10)])
    reads(pad, "The network says 1, ")
    canvas.press("Delete")
    reads(pad, "The pad is empty. Draw a digit.")
    for key in ["ArrowUp"] * 9 + [" "] + ["ArrowDown"] * 18:
        canvas.press(key)
    reads(pad, "The network says 1, ")
    assert network_js.problems == []


@pytest.mark.parametrize(
    "width, is_beside", [(1280, True), (720, True), (390, False), (300, False)]
)
def test_the_answer_stands_beside_the_pad_or_below_it_where_the_page_is_narrow(
    network_js, width, is_beside
):
    network_js.set_viewport_size({"width": width, "height": 800})
    pad = show_pad(network_js, load_trained_network(), SEVEN)
    canvas, answer = pad.locator(".paper").bounding_box(), pad.locator(".answer").bounding_box()
    assert (answer["x"] >= canvas["x"] + canvas["width"]) == is_beside
    assert (answer["y"] >= canvas["y"] + canvas["height"]) == (not is_beside)
    assert network_js.evaluate("document.documentElement.scrollWidth") <= width
    # While one draws, nothing moves.
    place = pad.locator(".bars").bounding_box()
    pad.get_by_role("button", name="Clear").click()
    reads(pad, "The pad is empty")
    assert pad.locator(".bars").bounding_box() == place


# --- in JupyterLab ------------------------------------------------------------------------

SHOW_PAD = """from pathlib import Path
import time
from helpers.controls import draw_digit
from helpers.trained_network import load_trained_network
control = draw_digit(load_trained_network())
control"""
KERNEL = "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel"
ASK = f"""async code => {{
  let printed = "";
  const future = {KERNEL}.requestExecute({{code}});
  future.onIOPub = message => {{ printed += message.content.text ?? ""; }};
  await future.done;
  return printed;
}}"""


def test_the_pad_answers_while_the_kernel_is_busy(lab, page):
    lab.add_notebook("busy.ipynb", [SHOW_PAD])
    lab.open(page, "busy.ipynb")
    lab.run_all(page)
    pad = page.locator(".drawing-pad")
    reads(pad, "The pad is empty")
    # A cell that ends when a file is there.
    code = 'while not Path("end").exists(): time.sleep(0.1)'
    busy = f"{KERNEL}.requestExecute({{code}}).done.then(() => {{ window.hasEnded = true; }})"
    page.evaluate(f"code => {{ window.hasEnded = false; window.busy = {busy}; }}", code)
    page.wait_for_function(f"() => {KERNEL}.status === 'busy'")
    draw_with_mouse(page, pad.get_by_role("application"), SEVEN[0])
    page.mouse.up()
    reads(pad, "The network says 7, ", timeout=5000)
    # The kernel's own word does not tell: it is idle where the thread that hears the pad is.
    assert not page.evaluate("window.hasEnded")
    (lab.notebooks / "end").touch()
    page.evaluate("window.busy")
    # Python hears of the strokes afterwards, and its answer does not disturb the pad.
    lab.settle(page)
    strokes = json.loads(page.evaluate(ASK, 'print(control.inputs["strokes"].value)'))
    assert len(strokes) == 1 and strokes[0][-1] == pytest.approx(SEVEN[0][-1], abs=1)
    reads(pad, "The network says 7, ")
    assert page.problems == []
    lab.shutdown(page)


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_the_pad_is_legible_in_both_themes(lab, page, theme):
    lab.add_notebook("theme.ipynb", [SHOW_PAD])
    lab.open(page, "theme.ipynb")
    command = (
        f"jupyterapp.commands.execute('apputils:change-theme', {{theme: 'JupyterLab {theme}'}})"
    )
    page.evaluate(command)
    lab.run_all(page)
    pad = page.locator(".drawing-pad")
    reads(pad, "The pad is empty")
    back = page.evaluate("getComputedStyle(document.querySelector('.jp-Notebook')).backgroundColor")
    text = pad.locator("p").evaluate("p => getComputedStyle(p).color")
    brightness = [np.mean([float(n) for n in re.findall(r"[\d.]+", c)[:3]]) for c in (back, text)]
    assert np.diff(brightness) * (-1 if theme == "Light" else 1) > 150, (back, text)
    lab.shutdown(page)
