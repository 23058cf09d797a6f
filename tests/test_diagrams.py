"""The drawings: what they look like, and that each number on them is the array's."""

import itertools
from collections import Counter

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import same_color
from matplotlib.testing.compare import compare_images
from matplotlib.text import Annotation, Text
from test_figures import BLOB, DPI, TOLERANCE, remove_all, without_words

from helpers.diagrams import (
    BACKWARD,
    FORWARD,
    LIT,
    PALE,
    STEPS,
    architecture_strip,
    bias_paths,
    layer_both_ways,
    network_by_hand,
    neuron_chain,
    score_paths,
    short,
)


def texts(figure, color=None):
    """All words on a figure, or those of one colour."""
    return [
        text.get_text()
        for text in figure.findobj(Text)
        if text.get_text() and (color is None or same_color(text.get_color(), color))
    ]


# --- the pictures, compared with those in tests/baseline ------------------------------------

X, Y = np.array([[1.0], [2.0]]), np.array([[1.0], [0.0]])
BY_HAND = {
    "W1": np.array([[1.0, 1.0], [1.0, -1.0]]),
    "b1": np.array([[-1.0], [0.0]]),
    "W2": np.array([[1.0, 2.0], [0.0, 1.0]]),
    "b2": np.array([[0.0], [2.0]]),
}
Y_HAT, Y_TRUE = np.array([0.1, 0.2, 0.3, 0.4]), np.array([0.0, 0.0, 1.0, 0.0])
W, A, DZ = np.array([[0.5, 2.0], [-1.0, 3.0]]), np.array([[4.0], [0.0]]), np.array([[-0.7], [0.7]])
SLOPES = np.array([[0.1, -0.2, 0.3, 0.4, -0.5], [1.0, 2.0, 3.0, 4.0, 5.0]])
PICTURES = {
    "architecture_strip": lambda: architecture_strip(BLOB[:, 0], [784, 128, 64, 10]),
    "architecture_strip_lit": lambda: architecture_strip(BLOB[:, 0], [784, 50, 10], "forward"),
    "network_by_hand": lambda: network_by_hand(X, Y, BY_HAND),
    "neuron_chain": lambda: neuron_chain(0.8, -0.2, 1.5, 1),
    "score_paths": lambda: score_paths(Y_HAT, Y_TRUE, score=1),
    "layer_both_ways": lambda: layer_both_ways(W, A, DZ, row=0, column=1),
    "bias_paths": lambda: bias_paths(SLOPES, row=0),
}


@pytest.mark.mpl_image_compare(
    style="default", tolerance=TOLERANCE, savefig_kwargs={"dpi": DPI}, deterministic=True
)
@pytest.mark.parametrize("name", PICTURES)
def test_picture(name):
    return without_words(PICTURES[name]())


SPOILED = {
    "architecture_strip: a layer is missing": lambda f: f.axes[0].patches[1].remove(),
    "architecture_strip_lit: the way back is lit too": lambda f: (
        f.axes[0].lines[-1].set(color=LIT, linewidth=6)
    ),
    "network_by_hand: an output is missing": lambda f: f.axes[0].patches[-2].remove(),
    "neuron_chain: the loss is missing": lambda f: f.axes[0].patches[-1].remove(),
    "score_paths: another path counts": lambda f: f.axes[0].lines[1].set_color(BACKWARD),
    "layer_both_ways: another row is lit": lambda f: f.axes[0].patches[2].set_edgecolor(PALE),
    "bias_paths: an example is missing": lambda f: f.axes[0].patches[-1].remove(),
} | {f"{name}: blank": lambda f: remove_all(f.axes) for name in PICTURES}


@pytest.mark.parametrize("damage", SPOILED)
def test_a_spoiled_picture_is_beyond_the_tolerance(damage, tmp_path):
    from pathlib import Path

    import matplotlib as mpl

    name = damage.split(":")[0]
    baseline = Path(__file__).parent / "baseline" / f"test_picture_{name}.png"
    with mpl.rc_context(mpl.rcParamsDefault):
        figure = without_words(PICTURES[name]())
        SPOILED[damage](figure)
        figure.savefig(tmp_path / "spoiled.png", dpi=DPI)
    assert compare_images(baseline, tmp_path / "spoiled.png", TOLERANCE) is not None


# --- what they say ----------------------------------------------------------------------------


def placed(figure, *colors):
    """Words of these colours, and where they stand: (text, across, up)."""
    return [
        (text.get_text(), *text.get_position())
        for text in figure.findobj(Text)
        if text.get_text() and any(same_color(text.get_color(), color) for color in colors)
    ]


def numbers(figure, *colors):
    """How often each number stands on a figure in these colours; words beside it do not count."""
    found = [text.removeprefix("b = ") for text, *_ in placed(figure, *colors)]
    return Counter(text for text in found if text.lstrip("-").replace(".", "", 1).isdigit())


def arrows(figure, color):
    """Start and end of each arrow of a colour: the pictures above show none."""
    found = [text for text in figure.findobj(Annotation) if text.arrow_patch is not None]
    return [
        (text.xyann, text.xy)
        for text in found
        if same_color(text.arrow_patch.get_edgecolor(), color)
    ]


def shorts(*arrays):
    return Counter(short(value) for array in arrays for value in np.ravel(array))


def random_network(seed):
    """A network of two layers whose numbers are long, with one example."""
    rng = np.random.default_rng(seed)
    shapes = {"W1": (2, 2), "b1": (2, 1), "W2": (2, 2), "b2": (2, 1)}
    params = {name: -np.abs(rng.normal(size=shape)) for name, shape in shapes.items()}
    params["W1"][rng.random((2, 2)) < 0.5] *= -1
    return -np.abs(rng.normal(size=(2, 1))), np.array([[0.0], [1.0]]), params


def worked(x, y, params):
    """What a network of two layers computes for one example, by the formulas of the lesson."""
    z1 = params["W1"] @ x + params["b1"]
    a1 = np.maximum(z1, 0)
    z2 = params["W2"] @ a1 + params["b2"]
    y_hat = np.exp(z2) / np.exp(z2).sum()
    dz2 = y_hat - y
    da1 = params["W2"].T @ dz2
    dz1 = da1 * (z1 > 0)
    return {
        "Z1": [z1],
        "A1": [a1],
        "Z2": [z2],
        "A2": [y_hat],
        "loss": [-np.log((y_hat * y).sum())],
        "dZ2": [dz2],
        "dW2": [dz2 @ a1.T, dz2],
        "dA1": [da1],
        "dZ1": [dz1],
        "dW1": [dz1 @ x.T, dz1],
    }


NETWORKS = {"the lesson's": (X, Y, BY_HAND)} | {f"random {n}": random_network(n) for n in range(5)}


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("step", STEPS)
def test_the_network_by_hand_shows_what_is_known_and_no_more(network, step):
    x, y, params = NETWORKS[network]
    expected = worked(x, y, params)
    assert list(STEPS) == ["start", *expected]
    done = list(expected)[: list(STEPS).index(step)]
    values = [
        a for name in done if not name.startswith("d") and name != step for a in expected[name]
    ]
    slopes = [a for name in done if name.startswith("d") and name != step for a in expected[name]]
    figure = network_by_hand(x, y, params, step)
    assert numbers(figure, FORWARD) == shorts(x, *params.values(), *values)
    assert numbers(figure, BACKWARD) == shorts(*slopes)
    assert numbers(figure, LIT) == shorts(*expected.get(step, []))
    assert STEPS[step] in texts(figure, LIT)
    for unit in (0, 1):
        assert f"y = {y[unit, 0]:g}" in texts(figure)


def test_each_number_of_the_network_by_hand_stands_in_its_place():
    """From top to bottom: the first unit's, and what crosses over comes from its own end."""
    x, y, params = (
        -X,
        Y,
        BY_HAND
        | {
            "W1": np.array([[-1.01, -0.52], [0.43, -1.34]]),
            "b1": np.array([[0.15], [0.26]]),
            "W2": np.array([[0.57, -0.88], [-1.19, 0.71]]),
        },
    )
    expected = worked(x, y, params)
    (z1,), (z2,), (y_hat,), (dz2,), (da1,) = (expected[n] for n in ("Z1", "Z2", "A2", "dZ2", "dA1"))
    assert (z1 > 0).all()
    (dW2, _), (dW1, db1) = expected["dW2"], expected["dW1"]
    figure = network_by_hand(x, y, params)
    words = [
        (text.removeprefix("b = "), *at) for text, *at in placed(figure, FORWARD, BACKWARD, LIT)
    ]

    def find(value):
        """The places of a number; z and a are the same where ReLU is on."""
        return [(across, up) for text, across, up in words if text == short(value)]

    def order(matrix):
        """The top edge, the one from the top, the one from below, and the bottom edge."""
        return [matrix[0, 0], matrix[1, 0], matrix[0, 1], matrix[1, 1]]

    columns = {"W1": order(params["W1"]), "W2": order(params["W2"])}
    slopes = {"W1": order(dW1), "W2": order(dW2)}
    columns |= {"b1": params["b1"][:, 0], "Z2": z2[:, 0]}
    slopes |= {"b1": db1[:, 0], "Z2": dz2[:, 0]}
    places = {name: [find(value)[0] for value in column] for name, column in columns.items()}
    for name, column in places.items():
        assert [up for _, up in column] == sorted((up for _, up in column), reverse=True), name
        for (across, up), slope in zip(column, slopes[name], strict=True):
            below = [where for where in find(slope) if where[0] == across and where[1] < up]
            assert any(up - where[1] < 0.3 for where in below), name
    # From left to right.
    firsts = [find(x[0, 0])[0], places["W1"][0], find(z1[0, 0])[0], find(z1[0, 0])[1]]
    firsts += [places["W2"][0], places["Z2"][0], find(y_hat[0, 0])[0]]
    assert [across for across, _ in firsts] == sorted(across for across, _ in firsts)
    # Eight weights, and from both probabilities to the loss.
    assert len(arrows(figure, PALE)) == 10
    in_z, in_a = find(z1[0, 0])
    assert (in_a[0], in_a[1] - 0.25) in find(da1[0, 0])


@pytest.mark.parametrize("w, b, x, y", [(0.8, -0.2, 1.5, 1), (-0.7, 0.4, 2.5, 0)])
def test_the_chain_shows_values_slopes_and_the_slope_of_each_step(w, b, x, y):
    def loss(w, b):
        y_hat = 1 / (1 + np.exp(-w * x - b))
        return -np.log(y_hat if y else 1 - y_hat)

    def slope(f, at):
        return (f(at + 1e-6) - f(at - 1e-6)) / 2e-6

    z, y_hat = w * x + b, 1 / (1 + np.exp(-w * x - b))
    figure = neuron_chain(w, b, x, y)
    assert numbers(figure, FORWARD) == shorts(w, b, z, y_hat, loss(w, b))
    along_w, along_b = slope(lambda w: loss(w, b), w), slope(lambda b: loss(w, b), b)
    along_y_hat = slope(lambda p: -np.log(p if y else 1 - p), y_hat)
    assert numbers(figure, BACKWARD) == shorts(along_w, along_b, along_b, along_y_hat, 1)
    there, back = arrows(figure, FORWARD), arrows(figure, BACKWARD)
    assert len(there) == len(back) == 4
    assert all(start[0] < end[0] for start, end in there)
    assert all(start[0] > end[0] for start, end in back)
    steps = [text.strip("· ()") for text in texts(figure, BACKWARD) if "·" in text]
    of_sigmoid = slope(lambda z: 1 / (1 + np.exp(-z)), z)
    assert [float(step) for step in steps] == pytest.approx([x, 1, of_sigmoid, along_y_hat], 1e-3)


@pytest.mark.parametrize("score", range(4))
def test_the_paths_of_a_score_add_up_to_prediction_minus_truth(score):
    figure = score_paths(Y_HAT, Y_TRUE, score)
    nudged = np.log(Y_HAT) + 1e-6 * (np.arange(4) == score)
    to_probability = (np.exp(nudged) / np.exp(nudged).sum() - Y_HAT) / 1e-6
    written = [float(text) for text, across, _ in placed(figure, BACKWARD) if across == 2.5]
    assert written == pytest.approx(to_probability, abs=6e-4)
    true_path = to_probability[2] * -1 / Y_HAT[2]
    assert f"{-1 / Y_HAT[2]:.3f}" in texts(figure, BACKWARD)
    assert texts(figure, BACKWARD).count(f"{true_path:.3f}") >= 1
    assert f"sum\n{(Y_HAT - Y_TRUE)[score]:.3f}" in texts(figure, BACKWARD)
    assert texts(figure, PALE) == ["0"] * 6  # two for each path without the truth
    for c in range(4):
        assert f"ŷ{c} = {Y_HAT[c]:.3f}" in texts(figure)


@pytest.mark.parametrize("row, column", [(0, 0), (0, 1), (1, 0), (1, 1)])
def test_a_layer_collects_along_a_row_forward_and_along_a_column_back(row, column):
    figure = layer_both_ways(W, A, DZ, row, column)
    z, da = (W @ A)[row, 0], (W.T @ DZ)[column, 0]
    assert numbers(figure, FORWARD) == shorts(A, z)
    below = 0 if A[column, 0] == 0 else da
    assert numbers(figure, BACKWARD) == shorts(DZ, da, below)
    # Lit: on the edges and in W, and the column once more as a row of its transpose.
    assert numbers(figure, LIT) == shorts(W[row], W[row], *[W[:, column]] * 3)
    assert numbers(figure, PALE) == shorts(W[1 - row], W[1 - row], *[W[:, 1 - column]] * 3)
    assert ("ReLU off" if below == 0 else "ReLU on") in texts(figure)
    there, back, pale = (arrows(figure, color) for color in (FORWARD, BACKWARD, PALE))
    scores = [up for _, across, up in placed(figure, BACKWARD) if across == 8.4]
    # Two edges end at one score; two come back from both, and go on if ReLU is on.
    assert [end[1] for _, end in there] == [scores[row]] * 2
    assert [start[1] for start, _ in back[:2]] == scores
    assert len({end for _, end in back[:2]}) == 1
    assert len(back) == 2 + (below != 0) and len(pale) == 4 + (below == 0)
    assert [text for text in texts(figure) if text.endswith(f"= {short(z)}")]
    assert [text for text in texts(figure, BACKWARD) if text.endswith(f"= {short(da)}")]


def test_a_bias_gets_the_sum_of_its_row():
    for row in (0, 1):
        figure = bias_paths(SLOPES, row)
        assert numbers(figure, BACKWARD) == shorts(SLOPES[row, [0, 1, 2, 4]])
        assert f"sum of all 5: {short(SLOPES[row].sum())}" in texts(figure)
        assert {f"score, image {n}" for n in (0, 1, 2, 4)} < set(texts(figure))
        assert [len(arrows(figure, color)) for color in (FORWARD, BACKWARD)] == [4, 4]


@pytest.mark.parametrize("value, written", [(-0.0, "0"), (-0.31329, "-0.3133"), (12.3456, "12.35")])
def test_numbers_are_short(value, written):
    assert short(value) == written


DRAWN = {f"network, {name}": network_by_hand(*NETWORKS[name]) for name in NETWORKS} | {
    "chain": neuron_chain(-1.234, -2.345, -1.111, 0),
    "chain of the lesson": neuron_chain(0.8, -0.2, 1.5, 1),
    "paths": score_paths(np.full(10, 0.1), np.eye(10)[3], 5),
    "layer": layer_both_ways(-1.1111 * W - 0.0011, 1.2345 * A, 0.4321 * DZ, 0, 0),
    "layer off": layer_both_ways(-1.1111 * W - 0.0011, 1.2345 * A, 0.4321 * DZ, 1, 1),
    "bias": bias_paths(-0.1234 * np.ones((1, 100)), 0),
}


@pytest.mark.parametrize("name", DRAWN)
def test_no_words_lie_over_others_or_leave_the_page(name):
    figure = DRAWN[name]
    renderer = FigureCanvasAgg(figure).get_renderer()
    boxes = [
        (text.get_text(), text.get_window_extent(renderer))
        for text in figure.findobj(Text)
        if text.get_text()
    ]
    page = figure.bbox
    for (text, one), (other, two) in itertools.combinations(boxes, 2):
        across = min(one.x1, two.x1) - max(one.x0, two.x0)
        up = min(one.y1, two.y1) - max(one.y0, two.y0)
        # Room above and below the letters belongs to a text's box: half of it may be shared.
        assert across <= 0 or up <= 0.2 * min(one.height, two.height), f"{text} and {other}"
    for text, box in boxes:
        assert box.x0 >= 0 and box.x1 <= page.x1 and box.y0 >= 0 and box.y1 <= page.y1, text
