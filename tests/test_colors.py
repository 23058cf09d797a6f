"""The pictures can be read by colour-blind readers, in grey print, and with weak eyes."""

from itertools import combinations

import numpy as np
import pytest
from colorspacious import cspace_convert
from matplotlib.colors import to_rgb
from matplotlib.text import Text
from test_figures import PICTURES

from helpers.figures import COLORS, LINE_STYLES, confusion_heatmap, pixel_values

# In CAM02-UCS (Luo, Cui and Li, 2006). A just noticeable difference there is about 1, for two
# patches side by side; thin lines far apart need more. Matplotlib's own red and green, which
# deutans confuse, are 5 apart to them; our closest two are 11.7 apart, blue and green to tritans.
FAR_ENOUGH = 10
# How Machado, Oliveira and Fernandes (2009) show what dichromats see.
BLINDNESS = ("protanomaly", "deuteranomaly", "tritanomaly")


def luminance(colors):
    """Relative luminance by WCAG 2, of colours of shape (..., 3) in [0, 1]."""
    colors = np.asarray(colors)
    linear = np.where(colors <= 0.04045, colors / 12.92, ((colors + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


def contrast(a, b):
    """Contrast by WCAG 2, from 1 to 21."""
    darker, lighter = sorted([luminance(a), luminance(b)])
    return (lighter + 0.05) / (darker + 0.05)


def seen(colors, eyes):
    """Colours as seen by eyes: "normal", "grey print", or one of BLINDNESS."""
    rgb = np.array([to_rgb(color) for color in colors])
    if eyes == "grey print":
        y = luminance(rgb)[:, np.newaxis]
        grey = np.where(y <= 0.0031308, 12.92 * y, 1.055 * y ** (1 / 2.4) - 0.055)
        return np.repeat(grey, 3, axis=1)
    if eyes in BLINDNESS:
        space = {"name": "sRGB1+CVD", "cvd_type": eyes, "severity": 100}
        return cspace_convert(rgb, space, "sRGB1").clip(0, 1)
    return rgb


def distances(colors, eyes):
    """Distance of each pair of colours, by the pair's numbers."""
    places = cspace_convert(seen(colors, eyes), "sRGB1", "CAM02-UCS")
    pairs = combinations(range(len(colors)), 2)
    return {(a, b): np.linalg.norm(places[a] - places[b]) for a, b in pairs}


def lookalikes(colors, eyes):
    return [pair for pair, distance in distances(colors, eyes).items() if distance < FAR_ENOUGH]


# --- the series -----------------------------------------------------------------------------


@pytest.mark.parametrize("eyes", ["normal", *BLINDNESS])
def test_every_two_series_differ_in_colour(eyes):
    assert lookalikes(COLORS, eyes) == []


def test_series_that_look_alike_in_grey_print_differ_in_their_lines():
    alike = lookalikes(COLORS, "grey print")
    assert alike  # so the colours alone would not do
    for a, b in alike:
        assert LINE_STYLES[a] != LINE_STYLES[b]
    assert len(LINE_STYLES) == len(COLORS) == len(set(LINE_STYLES))


@pytest.mark.parametrize("eyes", ["protanomaly", "deuteranomaly", "grey print"])
def test_red_and_green_of_one_lightness_look_alike(eyes):
    red_and_green = ("#C0392B", "#587032")
    assert lookalikes(red_and_green, "normal") == []
    assert lookalikes(red_and_green, eyes) == [(0, 1)]


def test_blue_and_green_of_one_lightness_look_alike_to_tritans():
    assert lookalikes(("#008FB8", "#009687"), "tritanomaly") == [(0, 1)]


def test_the_simulation_and_the_contrast_have_their_known_values():
    # What all eyes share: greys stay grey.
    for eyes in BLINDNESS:
        assert np.allclose(seen(["#808080"], eyes), 128 / 255, atol=1e-3)
    assert contrast(to_rgb("black"), to_rgb("white")) == pytest.approx(21)
    assert contrast(to_rgb("white"), to_rgb("#767676")) == pytest.approx(4.54, abs=0.005)


# --- contrast, by WCAG 2.1: 3 for graphics (1.4.11), 4.5 for text (1.4.3) -------------------


@pytest.mark.parametrize("name", PICTURES)
def test_lines_and_bars_stand_out_from_the_page(name):
    for axis in PICTURES[name]().axes:
        colors = [line.get_color() for line in axis.lines]
        colors += [patch.get_facecolor() for patch in axis.patches]
        for color in colors:
            assert contrast(to_rgb(color), axis.get_facecolor()[:3]) >= 3, color


def text_contrasts(figure):
    """Contrast of each text of a figure with the page, or with its pixel of the image."""
    figure.draw_without_rendering()  # makes the tick labels
    found = {text: figure.get_facecolor()[:3] for text in figure.findobj(Text) if text.get_text()}
    for axis in figure.axes:
        for text in axis.texts if axis.images else ():
            column, row = text.get_position()
            image = axis.images[0]
            found[text] = image.to_rgba(image.get_array())[row, column, :3]
    return [contrast(to_rgb(text.get_color()), back) for text, back in found.items()]


@pytest.mark.parametrize("name", PICTURES)
def test_all_text_can_be_read(name):
    found = text_contrasts(PICTURES[name]())
    assert found and min(found) >= 4.5


def test_numbers_can_be_read_on_every_shade():
    greys = pixel_values(np.arange(784) % 256)
    # All 256 shades of blue, beside the diagonal.
    blues = confusion_heatmap(np.arange(17 * 17).reshape(17, 17).clip(max=255))
    for figure in (greys, blues):
        (image,) = figure.axes[0].images
        assert len(np.unique(image.norm(image.get_array()))) > 230
        assert min(text_contrasts(figure)) >= 4.5


def test_text_that_cannot_be_read_is_seen():
    figure = PICTURES["confusion_heatmap"]()
    for text in figure.axes[0].texts:
        text.set_color("black")
    assert min(text_contrasts(figure)) < 4.5
    figure = PICTURES["curves"]()
    figure.axes[0].set_xlabel("epoch", color="0.6")
    assert min(text_contrasts(figure)) < 4.5


# --- colour maps ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["digit_grid", "pixel_values", "confusion_heatmap"])
def test_more_is_darker_all_the_way(name):
    shades = PICTURES[name]().axes[0].images[0].cmap(np.arange(256))[:, :3]
    lightness = cspace_convert(shades, "sRGB1", "CAM02-UCS")[:, 0]
    assert (np.diff(lightness) < 0).all()
    assert contrast(shades[0], shades[-1]) > 10
