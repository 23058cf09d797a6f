"""Lesson 7: counting mistakes, how sure they were, and pictures from elsewhere."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from helpers.activations import softmax
from helpers.error_analysis import (
    accuracy_interval,
    calibration,
    confusion_matrix,
    fit_temperature,
    most_confused_pairs,
    picture_of_strokes,
    pixel_contributions,
    precision_and_recall,
    prepare_digit,
    principal_components,
    shift_images,
    surest_mistakes,
)
from helpers.forward import forward, initialize_parameters

# --- accuracy_interval --------------------------------------------------------------------


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_the_interval_is_wilsons(num_examples, share):
    num_correct = round(share * num_examples)
    low, high = accuracy_interval(num_correct, num_examples)
    # Its ends are the accuracies p that lie 1.96 standard errors from the one seen.
    z, seen = 1.959963984540054, num_correct / num_examples
    for p in (low, high):
        assert abs(seen - p) == pytest.approx(
            z * math.sqrt(max(p * (1 - p), 0) / num_examples), abs=1e-9
        )
    assert 0 <= low <= seen <= high <= 1 and low < high


def test_a_larger_confidence_level_gives_a_wider_interval():
    narrow, wide = accuracy_interval(90, 100, 0.68), accuracy_interval(90, 100, 0.99)
    assert wide[0] < narrow[0] < 0.9 < narrow[1] < wide[1]
    assert [type(end) for end in narrow] == [float, float]
    assert accuracy_interval(90, 100) == accuracy_interval(90, 100, confidence_level=0.95)


def test_numpy_counts_are_counts():
    assert accuracy_interval(np.int64(90), np.int32(100)) == accuracy_interval(90, 100)


@pytest.mark.parametrize("num_correct, num_examples", [(0, 0), (-1, 10), (11, 10), (0, -5)])
def test_counts_that_make_no_sense_are_refused(num_correct, num_examples):
    expected = "num_correct must lie between 0 and num_examples.*at least 1, got "
    with pytest.raises(ValueError, match=f"{expected}{num_correct} and {num_examples}"):
        accuracy_interval(num_correct, num_examples)


# --- confusion_matrix, most_confused_pairs, precision_and_recall ---------------------------

# Class 0: two right, one called 2. Class 1: one right, two called 0. Class 2: never there.
LABELS, PREDICTED = [0, 0, 0, 1, 1, 1], [0, 0, 2, 1, 0, 0]


def test_confusion_rows_are_true_and_columns_predicted():
    confusion = confusion_matrix(LABELS, PREDICTED, num_classes=4)
    assert confusion.tolist() == [[2, 0, 1, 0], [2, 1, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]
    assert confusion.dtype.kind == "i"
    assert confusion_matrix(LABELS, PREDICTED).shape == (10, 10)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1))
def test_confusion_counts_every_example_once(pairs):
    labels, predicted = np.array(pairs).T
    confusion = confusion_matrix(labels, predicted, num_classes=5)
    for true in range(5):
        for called in range(5):
            assert confusion[true, called] == pairs.count((true, called))


def test_pairs_are_counted_in_both_directions():
    confusion = np.array([[9, 1, 0, 4], [2, 9, 0, 0], [0, 5, 9, 3], [0, 0, 3, 9]])
    pairs = most_confused_pairs(confusion, num_pairs=3)
    assert pairs == [(2, 3, 6), (1, 2, 5), (0, 3, 4)]
    assert all(type(value) is int for pair in pairs for value in pair)


def test_equal_counts_come_in_the_order_of_the_classes():
    confusion = np.array([[5, 1, 2, 1], [1, 5, 0, 2], [0, 2, 5, 0], [1, 0, 1, 5]])
    assert most_confused_pairs(confusion, 6) == [
        (0, 1, 2),
        (0, 2, 2),
        (0, 3, 2),
        (1, 2, 2),
        (1, 3, 2),
        (2, 3, 1),
    ]


def test_many_equal_counts_stay_in_order():
    # Few different counts in many pairs: a sort that is not stable mixes them.
    confusion = np.triu(np.random.default_rng(0).integers(0, 6, (30, 30)))
    pairs = [(a, b, int(confusion[a, b])) for a in range(30) for b in range(a + 1, 30)]
    expected = sorted(pairs, key=lambda pair: -pair[2])
    assert most_confused_pairs(confusion, num_pairs=len(pairs)) == expected


def test_five_pairs_at_most_are_the_default():
    even = np.ones((10, 10), int)
    assert most_confused_pairs(even) == [(0, b, 2) for b in range(1, 6)]
    assert most_confused_pairs(np.ones((2, 2), int)) == [(0, 1, 2)]


@pytest.mark.parametrize("confusion", [np.ones((2, 3)), np.ones(4), 3, np.ones((2, 2, 2))])
def test_a_matrix_that_is_not_square_is_refused(confusion):
    with pytest.raises(ValueError, match="confusion must be a square matrix, got shape"):
        most_confused_pairs(confusion)


def test_precision_and_recall_by_hand(recwarn):
    precision, recall = precision_and_recall(LABELS, PREDICTED, num_classes=4)
    # Called 0: four times, twice rightly. Class 2 was called once, wrongly, and is never
    # there; class 3 is never called and never there: 0 without a warning.
    assert precision.tolist() == [1 / 2, 1, 0, 0]
    assert recall.tolist() == [2 / 3, 1 / 3, 0, 0]
    assert list(recwarn) == []
    assert precision_and_recall(LABELS, PREDICTED)[0].shape == (10,)


@pytest.mark.parametrize("function", [confusion_matrix, precision_and_recall])
@pytest.mark.parametrize(
    "labels, predicted, message",
    [
        ([], [], "labels must be a one-dimensional array of at least one integer"),
        ([0.0], [0], "labels must be a one-dimensional array.*float64"),
        ([[0]], [0], r"labels must be a one-dimensional array.*got shape \(1, 1\)"),
        (["0"], [0], "labels must be a one-dimensional array"),
        ([0], [0.5], "predicted must be a one-dimensional array.*float64"),
        (
            [0, 3],
            [0, 0],
            "labels must lie between 0 and 2 for num_classes=3, got values from 0 to 3",
        ),
        (
            [-1, 0],
            [0, 0],
            "labels must lie between 0 and 2 for num_classes=3, .* -1 to 0",
        ),
        (
            [0, 0],
            [0, 3],
            "predicted must lie between 0 and 2 for num_classes=3, .* 0 to 3",
        ),
        ([0, 1], [0], "predicted must have 2 entries, one for each example, got 1"),
    ],
)
def test_classes_that_make_no_sense_are_refused(function, labels, predicted, message):
    with pytest.raises(ValueError, match=message):
        function(labels, predicted, 3)


# --- surest_mistakes, calibration ----------------------------------------------------------

Y_HAT = np.array(
    [
        [0.6, 0.9, 0.2, 0.3, 0.9, 0.4, 0.1],
        [0.3, 0.1, 0.7, 0.3, 0.0, 0.4, 0.2],
        [0.1, 0.0, 0.1, 0.4, 0.1, 0.2, 0.7],
    ]
)
PREDICTED_BY_Y_HAT = [0, 0, 1, 2, 0, 0, 2]  # of two equal probabilities the first counts


def test_surest_mistakes_come_first_and_ties_in_order():
    labels = np.array([0, 1, 0, 2, 2, 1, 0])  # examples 1, 2, 4, 5 and 6 are wrong
    assert surest_mistakes(Y_HAT, labels).tolist() == [1, 4, 2, 6, 5]
    assert surest_mistakes(Y_HAT, labels, num_mistakes=2).tolist() == [1, 4]
    assert surest_mistakes(Y_HAT, PREDICTED_BY_Y_HAT).tolist() == []


def test_many_equally_sure_mistakes_stay_in_order():
    top = np.random.default_rng(0).choice([0.6, 0.7, 0.8], size=200)
    order = surest_mistakes(np.stack([top, 1 - top]), np.ones(200, int), num_mistakes=200)
    assert order.tolist() == sorted(range(200), key=lambda example: -top[example])


def test_ten_mistakes_at_most_are_the_default():
    y_hat = np.tile([[0.6], [0.4]], 30)
    assert surest_mistakes(y_hat, np.ones(30, int)).tolist() == list(range(10))


def test_calibration_by_hand():
    labels = np.array([0, 0, 0, 2, 2, 1, 2])
    # Bins (0.3, 0.4]: two, one right. (0.5, 0.6]: one, right. (0.6, 0.7]: two, one right.
    # (0.8, 0.9]: two, one right.
    confidence, accuracy, counts, error = calibration(Y_HAT, labels)
    assert confidence == pytest.approx([0.4, 0.6, 0.7, 0.9])
    assert accuracy.tolist() == [0.5, 1, 0.5, 0.5]
    assert counts.tolist() == [2, 1, 2, 2] and counts.dtype.kind == "i"
    assert type(error) is float
    assert error == pytest.approx((2 * 0.1 + 0.4 + 2 * 0.2 + 2 * 0.4) / 7)


def slow_calibration(y_hat, labels, num_bins):
    """One example at a time, without NumPy's tools: bins (a, b], the first one with 0."""
    bins = [[] for _ in range(num_bins)]
    for column, label in zip(y_hat.T.tolist(), labels, strict=True):
        top = max(column)
        # The same edges as NumPy's linspace makes, so that both agree on the ties.
        edges = [float(edge) for edge in np.linspace(0, 1, num_bins + 1)]
        index = next(i for i in range(num_bins) if top <= edges[i + 1] or i == num_bins - 1)
        bins[index].append((top, column.index(top) == label))
    filled = [examples for examples in bins if examples]
    confidence = [sum(top for top, _ in examples) / len(examples) for examples in filled]
    accuracy = [sum(right for _, right in examples) / len(examples) for examples in filled]
    counts = [len(examples) for examples in filled]
    gaps = [abs(c - a) * n for c, a, n in zip(confidence, accuracy, counts, strict=True)]
    return confidence, accuracy, counts, sum(gaps) / len(labels)


@given(st.integers(0, 10_000), st.integers(1, 60), st.integers(1, 15), st.booleans())
@settings(deadline=None)
def test_calibration_against_a_slow_computation(seed, num_examples, num_bins, is_rounded):
    rng = np.random.default_rng(seed)
    y_hat = rng.dirichlet([0.5] * 4, num_examples).T
    if is_rounded:
        y_hat = np.round(y_hat, 1)  # many values on the edges of the bins
    labels = rng.integers(4, size=num_examples)
    found = calibration(y_hat, labels, num_bins)
    for part, expected in zip(found, slow_calibration(y_hat, labels, num_bins), strict=True):
        assert part == pytest.approx(expected, abs=1e-12)


def test_calibration_where_all_or_none_are_right():
    y_hat = np.array([[0.75, 0.75], [0.25, 0.25]])
    assert calibration(y_hat, [0, 0])[3] == pytest.approx(0.25)
    assert calibration(y_hat, [1, 1])[3] == pytest.approx(0.75)


@pytest.mark.parametrize("function", [surest_mistakes, calibration])
@pytest.mark.parametrize(
    "y_hat, labels, message",
    [
        (Y_HAT.tolist(), [0] * 7, "y_hat must be a float array.*got list"),
        (np.ones((3, 7), int), [0] * 7, "y_hat must be a float array.*got dtype int64"),
        (np.ones((3, 0)), [], "y_hat must be a float array.*got an empty batch"),
        (Y_HAT * np.nan, [0] * 7, "y_hat must hold finite numbers only, got 21 NaN"),
        (Y_HAT, [0] * 6, "labels must have 7 entries, one for each example, got 6"),
        (Y_HAT, [0] * 6 + [3], "labels must lie between 0 and 2, got values from 0 to 3"),
        (Y_HAT, np.zeros((3, 7)), "labels must be a one-dimensional array"),
        (Y_HAT, [0.0] * 7, "labels must be a one-dimensional array"),
    ],
)
def test_predictions_and_labels_that_do_not_fit_are_refused(function, y_hat, labels, message):
    with pytest.raises(ValueError, match=message):
        function(y_hat, labels)


# --- fit_temperature -----------------------------------------------------------------------


def labels_drawn_from(logits, temperature, rng):
    """A label for each column, drawn with the probabilities that softmax gives."""
    cumulative = softmax(logits / temperature).cumsum(axis=0)
    return (rng.random(logits.shape[1]) > cumulative).sum(axis=0)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.5])
def test_the_temperature_that_drew_the_labels_is_found(temperature):
    rng = np.random.default_rng(0)
    logits = 3 * rng.standard_normal((4, 20_000))
    labels = labels_drawn_from(logits, temperature, rng)
    found = fit_temperature(logits, labels)
    assert type(found) is float and found == pytest.approx(temperature, rel=0.03)
    # And it is what calibrates.
    assert calibration(softmax(logits / found), labels)[3] < 0.01


def test_two_classes_by_hand():
    # The scores differ by 3, and two of three answers are right. Softmax gives 2/3 where the
    # divided scores differ by ln 2.
    logits = np.array([[3.0, 3, 3], [0, 0, 0]])
    assert fit_temperature(logits, [0, 0, 1]) == pytest.approx(3 / math.log(2), rel=1e-4)


def test_the_search_for_a_temperature_stays_within_its_bounds():
    logits = np.array([[3.0, 3, 3], [0, 0, 0]])
    assert fit_temperature(logits, [0, 0, 0]) == pytest.approx(0.1, abs=1e-3)  # all are right
    assert fit_temperature(logits, [1, 1, 1]) == pytest.approx(10, abs=1e-3)  # none is


def test_scores_may_have_any_offset_and_are_not_changed():
    rng = np.random.default_rng(1)
    logits, labels = rng.standard_normal((3, 50)), rng.integers(3, size=50)
    before = logits.copy()
    assert fit_temperature(logits + 500, labels) == pytest.approx(
        fit_temperature(logits, labels), rel=1e-4
    )
    assert np.array_equal(logits, before)


@pytest.mark.parametrize(
    "logits, labels, message",
    [
        (Y_HAT.tolist(), [0] * 7, "logits must be a float array.*got list"),
        (Y_HAT * np.nan, [0] * 7, "logits must hold finite numbers only"),
        (Y_HAT, [0] * 6, "labels must have 7 entries, one for each example, got 6"),
        (Y_HAT, [0] * 6 + [3], "labels must lie between 0 and 2, got values from 0 to 3"),
    ],
)
def test_logits_and_labels_that_do_not_fit_are_refused(logits, labels, message):
    with pytest.raises(ValueError, match=message):
        fit_temperature(logits, labels)


# --- shift_images --------------------------------------------------------------------------


def one_dot(row, column, value=0.7):
    image = np.zeros((28, 28))
    image[row, column] = value
    return image.reshape(784, 1)


@pytest.mark.parametrize(
    "shift, row, column",
    [
        ({"down": 3}, 8, 9),
        ({"down": -5}, 0, 9),
        ({"right": 2}, 5, 11),
        ({"right": -9}, 5, 0),
        ({"down": 22, "right": 18}, 27, 27),
    ],
)
def test_a_dot_moves_by_whole_pixels(shift, row, column):
    assert np.array_equal(shift_images(one_dot(5, 9), **shift), one_dot(row, column))


@pytest.mark.parametrize("shift", [{"down": 23}, {"down": -6}, {"right": 19}, {"right": -10}])
def test_what_leaves_does_not_come_back(shift):
    assert not shift_images(one_dot(5, 9), **shift).any()


@given(st.integers(-30, 30), st.integers(-30, 30))
@settings(deadline=None)
def test_shifting_against_slices(down, right):
    images = np.random.default_rng(0).uniform(0.1, 1, (784, 3))
    framed = np.zeros((88, 88, 3))
    framed[30 + down : 58 + down, 30 + right : 58 + right] = images.reshape(28, 28, 3)
    expected = framed[30:58, 30:58].reshape(784, 3)
    assert np.array_equal(shift_images(images, down, right), expected)


def test_no_shift_changes_nothing_and_gives_a_copy(mnist):
    x = mnist[2][:, :50]
    for unshifted in (shift_images(x), shift_images(x, down=0, right=0)):
        assert np.array_equal(unshifted, x)
        assert not np.shares_memory(unshifted, x)
    single = x.astype(np.float32)
    assert shift_images(single, down=1).dtype == np.float32


@pytest.mark.parametrize(
    "x, found",
    [
        (np.zeros((783, 2)), r"got shape \(783, 2\)"),
        (np.zeros(784), r"got shape \(784,\)"),
        (np.zeros((784, 0)), "got an empty batch"),
        (np.zeros((784, 2), np.uint8), "got dtype uint8"),
        ("7", "got str"),
    ],
)
def test_images_that_cannot_be_shifted_are_refused(x, found):
    with pytest.raises(ValueError, match=rf"^x must be a float array of shape \(784, m\).*{found}"):
        shift_images(x, down=1)


# --- prepare_digit -------------------------------------------------------------------------


def test_mnists_own_images_come_back_as_they_are(mnist):
    # Size and place stay, and the darkest ink becomes 1, which it is already in nine of ten
    # images and 254/255 in the others. float32 on the way rounds by 3e-8 at most.
    for image in mnist[2][:, :500].T:
        found = prepare_digit(image.reshape(28, 28))[:, 0]
        assert np.abs(found - image / image.max()).max() < 1e-7


@pytest.mark.parametrize("factor", [2, 5, 10])
def test_enlarged_mnist_images_come_back_too(mnist, factor):
    for image in mnist[2][:, :100].T:
        enlarged = np.kron(image.reshape(28, 28), np.ones((factor, factor)))
        found = prepare_digit(enlarged)[:, 0]
        assert np.abs(found - image / image.max()).max() < 1e-6


def test_where_and_how_large_the_ink_is_does_not_matter(mnist):
    image = mnist[2][:, [7]]
    canvas = np.zeros((280, 200))
    canvas[3:143, 50:190] = np.kron(image.reshape(28, 28), np.ones((5, 5))) * 255
    assert np.abs(prepare_digit(canvas) - image).max() < 1e-6


def centre_of_mass(digit):
    image = digit.reshape(28, 28)
    rows, columns = np.indices((28, 28))
    return (rows * image).sum() / image.sum(), (columns * image).sum() / image.sum()


def test_an_off_centre_drawing_ends_up_centred():
    canvas = np.zeros((280, 200))
    canvas[10:110, 20:32] = 180  # a tall stroke in the top left corner ...
    canvas[98:110, 20:70] = 180  # ... and a foot, as in an L
    digit = prepare_digit(canvas)
    assert (digit.shape, digit.dtype) == ((784, 1), np.float64)
    assert digit.min() == 0 and digit.max() == pytest.approx(1)
    rows, columns = (np.flatnonzero(digit.reshape(28, 28).any(axis=a)) for a in (1, 0))
    # 100 x 50 pixels become 20 x 10, and the mass sits on pixel 14, to half a pixel.
    assert (np.ptp(rows) + 1, np.ptp(columns) + 1) == (20, 10)
    assert centre_of_mass(digit) == pytest.approx((14, 14), abs=0.5 + 1e-6)


def test_a_wide_drawing_keeps_its_proportions():
    canvas = np.zeros((50, 300))
    canvas[20:24, 20:270] = 1
    image = prepare_digit(canvas).reshape(28, 28)
    # 250 x 4 pixels become 20 x 0.32, and the one row is kept.
    expected = np.zeros((28, 28))
    expected[14, 4:24] = 1
    assert np.allclose(image, expected, atol=1e-6)


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 1000))
@settings(deadline=None)
def test_any_scribble_fits_into_the_frame(height, width, seed):
    picture = np.random.default_rng(seed).exponential(size=(height, width))
    picture *= np.random.default_rng(seed).random((height, width)) < 0.3
    picture[0, 0] += 1e-3
    digit = prepare_digit(picture)
    rows, columns = (np.flatnonzero(digit.reshape(28, 28).any(axis=a)) for a in (1, 0))
    assert max(np.ptp(rows), np.ptp(columns)) + 1 <= 20
    assert 0 <= digit.min() and digit.max() <= 1 + 1e-6


def test_shrinking_averages_the_ink():
    picture = np.random.default_rng(0).uniform(0.5, 1, (40, 40))
    blocks = picture.reshape(20, 2, 20, 2).mean(axis=(1, 3)) / picture.max()
    image = prepare_digit(picture).reshape(28, 28)
    ink = image[np.ix_(image.any(axis=1), image.any(axis=0))]
    assert ink == pytest.approx(blocks, abs=1e-6)


def test_ink_in_one_corner_stays_inside_the_frame():
    # The mass lies so far from the middle of the ink that centring it would cut the ink off.
    canvas = np.zeros((20, 20))
    canvas[19, :] = 0.001
    canvas[:, 19] = 0.001
    canvas[0, 0] = 1
    image = prepare_digit(canvas).reshape(28, 28)
    assert image[8:, 8:] == pytest.approx(canvas, abs=1e-7)


def test_any_scale_and_type_of_grey_values_gives_the_same(mnist):
    picture = np.rint(mnist[2][:, 3].reshape(28, 28) * 255)
    expected = prepare_digit(picture)
    for same in (picture / 255, picture.astype(np.uint8), picture.tolist(), 1000 * picture):
        assert np.allclose(prepare_digit(same), expected, rtol=0, atol=1e-7)
    assert np.array_equal(prepare_digit(Image.fromarray(picture.astype(np.uint8))), expected)


def test_the_picture_is_not_changed():
    picture = np.zeros((30, 30))
    picture[4:9, 5] = 3
    picture.flags.writeable = False
    prepare_digit(picture)
    assert picture.max() == 3


@pytest.mark.parametrize(
    "picture, found", [(np.ones(784), "(784,)"), (np.ones((28, 28, 3)), "(28, 28, 3)"), (7, "()")]
)
def test_a_picture_of_other_dimensions_is_refused(picture, found):
    with pytest.raises(ValueError, match="picture must have shape .height, width., got") as error:
        prepare_digit(picture)
    assert found in str(error.value)


@pytest.mark.parametrize(
    "picture",
    [np.zeros((28, 28)), -np.ones((3, 3)), [[1, math.nan]], [[1, math.inf]], np.ones((0, 5))],
    ids=["no ink", "negative", "NaN", "infinite", "no pixels"],
)
def test_a_picture_without_ink_or_with_odd_values_is_refused(picture):
    with pytest.raises(ValueError, match="picture must hold finite values.*and some ink"):
        prepare_digit(picture)


# --- strokes ---


def test_strokes_become_ink_where_they_were_drawn():
    picture = picture_of_strokes([[[100, 50], [100, 200]]], pen_width=20)
    rows, columns = np.nonzero(picture)
    assert picture.shape == (280, 280) and picture.max() == 255
    assert (columns.min(), columns.max()) == (90, 110)
    assert (rows.min(), rows.max()) == (40, 210)


def test_a_tap_is_a_dot_and_an_empty_pad_is_paper():
    dot = picture_of_strokes([[[140, 140]]], pen_width=20)
    assert (dot > 0).sum() == pytest.approx(np.pi * 10**2, rel=0.02)
    assert not picture_of_strokes([]).any() and not picture_of_strokes([[]]).any()


def by_distance(strokes, size, pen_width):
    """The same picture from each pixel's distance to each line, in exact fractions."""
    picture = np.zeros((size, size), np.uint8)
    for stroke in strokes:
        for (x1, y1), (x2, y2) in zip(stroke, stroke[1:] or stroke, strict=False):
            length_squared = (x2 - x1) ** 2 + (y2 - y1) ** 2
            for row, column in np.ndindex(size, size):
                along = (column - x1) * (x2 - x1) + (row - y1) * (y2 - y1)
                share = Fraction(along, length_squared) if length_squared else 0
                share = min(max(share, 0), 1)  # of the way, where the line is nearest
                x, y = x1 + share * (x2 - x1), y1 + share * (y2 - y1)
                if (column - x) ** 2 + (row - y) ** 2 <= Fraction(pen_width, 2) ** 2:
                    picture[row, column] = 255
    return picture


point = st.lists(st.integers(-8, 20), min_size=2, max_size=2)


@given(
    st.lists(st.lists(point, min_size=1, max_size=3), max_size=2),
    st.integers(1, 16),
    st.integers(1, 9),
)
@settings(deadline=None)
def test_ink_is_where_the_distance_to_a_stroke_is_at_most_half_the_pens_width(
    strokes, size, pen_width
):
    picture = picture_of_strokes(strokes, size, pen_width)
    assert (picture.shape, picture.dtype) == ((size, size), np.uint8)
    assert np.array_equal(picture, by_distance(strokes, size, pen_width))


def test_strokes_may_leave_the_pad():
    inside, outside = [[0, 10], [279, 10]], [[-50, 10], [400, 10]]
    assert np.array_equal(picture_of_strokes([outside]), picture_of_strokes([inside]))
    for x, y in [(-20, 10), (10, -20), (300, 10), (10, 300), (-2000, 9000)]:
        assert not picture_of_strokes([[[x, y]]]).any()


def test_small_integers_do_not_run_over_in_counts():
    counts = np.array([[9, 0, 3], [0, 9, 5], [0, 0, 9]], np.uint8)
    assert most_confused_pairs(counts) == [(1, 2, 5), (0, 2, 3), (0, 1, 0)]
    assert most_confused_pairs(np.array([[0, 200], [100, 0]], np.uint8)) == [(0, 1, 300)]


def test_shares_are_no_counts():
    with pytest.raises(ValueError, match="must lie between 0 and num_examples"):
        accuracy_interval(0.97, 10_000)
    with pytest.raises(ValueError, match="^confusion must be a square matrix of counts"):
        most_confused_pairs(np.eye(3))


# --- pixel_contributions, principal_components ------------------------------------------------


def small_network(layer_dims, seed=0):
    """A network with biases, and four examples, two of whose numbers are 0."""
    rng = np.random.default_rng(seed)
    params = initialize_parameters(layer_dims, rng)
    for layer in range(1, len(layer_dims)):
        params[f"b{layer}"] += rng.normal(size=params[f"b{layer}"].shape)
    x = rng.random((layer_dims[0], 4))
    x[[0, 3]] = 0
    return params, x


@pytest.mark.parametrize("layer_dims", [[6, 3], [6, 8, 3], [6, 8, 7, 3], [6, 5, 9, 7, 3]])
def test_a_contribution_is_the_pixel_times_the_slope_along_it(layer_dims):
    params, x = small_network(layer_dims)
    digits, epsilon = [2, 0, 1, 2], 1e-6
    last = f"Z{len(layer_dims) - 1}"
    expected = np.zeros_like(x)
    for pixel in range(len(x)):
        step = np.zeros_like(x)
        step[pixel] = epsilon
        scores = [
            forward(moved, params)[1][last][digits, range(4)] for moved in (x + step, x - step)
        ]
        expected[pixel] = x[pixel] * (scores[0] - scores[1]) / (2 * epsilon)
    contributions = pixel_contributions(x, params, digits)
    assert contributions == pytest.approx(expected, abs=1e-8)
    assert not contributions[[0, 3]].any() and np.abs(contributions).max() > 0.1


def test_contributions_and_the_part_of_the_biases_are_the_score():
    params, x = small_network([6, 8, 7, 3])
    digits = [2, 0, 1, 2]
    _, cache = forward(x, params)
    on = [cache[f"Z{layer}"] > 0 for layer in (1, 2)]
    # What the biases add, through the units that are on.
    from_biases = params["W2"] @ (on[0] * params["b1"]) + params["b2"]
    from_biases = params["W3"] @ (on[1] * from_biases) + params["b3"]
    total = pixel_contributions(x, params, digits).sum(axis=0) + from_biases[digits, range(4)]
    assert total == pytest.approx(cache["Z3"][digits, range(4)], abs=1e-12)


def test_contributions_of_a_digit_that_is_none_are_refused():
    params, x = small_network([6, 8, 3])
    with pytest.raises(ValueError, match="digits must lie between 0 and 2, got values from 0 to 3"):
        pixel_contributions(x, params, [0, 1, 2, 3])
    with pytest.raises(ValueError, match=r"x must be a float array of shape \(6, m\)"):
        pixel_contributions(x[:5], params, [0, 1, 2, 2])


def test_components_are_those_of_largest_variance():
    rng = np.random.default_rng(0)
    axes = np.linalg.qr(rng.normal(size=(5, 5)))[0]
    activations = axes @ (rng.normal(size=(5, 400)) * [[4], [3], [0.5], [0.4], [0.1]]) + 7
    points, share = principal_components(activations)
    centred = activations - activations.mean(axis=1, keepdims=True)
    variances = np.linalg.eigvalsh(centred @ centred.T)[::-1]
    assert points.shape == (2, 400) and type(share) is float
    assert (points @ points.T) == pytest.approx(np.diag(variances[:2]), abs=1e-8)
    assert share == pytest.approx(variances[:2].sum() / variances.sum())
    assert points.mean(axis=1) == pytest.approx([0, 0], abs=1e-12)


def test_one_example_makes_no_plane():
    with pytest.raises(ValueError, match="n_components=2"):
        principal_components(np.ones((5, 1)))
