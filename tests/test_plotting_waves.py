"""The figures of two waves show the numbers of the tables, and clip nothing."""

from itertools import pairwise

import numpy as np
import pytest
from matplotlib import pyplot
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from wave_data import two_waves

from kommtyp.errors import FitError
from kommtyp.plotting import plot_waves
from kommtyp.typology import fit
from kommtyp.waves import compare_waves

VIEWS = ("shares", "moves")


@pytest.fixture(scope="module")
def waves():
    first, second = two_waves(200, 150, later=(0.1, 0.5, 0.2, 0.2))
    return compare_waves(fit(first, n_init=20), second, n_boot=0)


@pytest.fixture(autouse=True)
def nothing_left_open():
    yield
    pyplot.close("all")


def words_of(ax):
    ax.figure.draw_without_rendering()
    return [text.get_text() for text in [*ax.texts, *ax.get_xticklabels(), ax.xaxis.label]]


def boxes(ax):
    ax.figure.draw_without_rendering()
    return [text.get_window_extent() for text in [*ax.texts, ax.xaxis.label] if text.get_text()]


@pytest.mark.parametrize("show", VIEWS)
@pytest.mark.parametrize("lang", ["de", "en"])
def test_axes_in_axes_out_and_nothing_clipped(waves, show, lang):
    own = Figure(figsize=(8, 6), layout="constrained").add_subplot()
    assert plot_waves(waves, show=show, ax=own, lang=lang) is own
    assert not pyplot.get_fignums()
    ax = plot_waves(waves, show=show, lang=lang)
    edge = ax.figure.bbox
    assert all(edge.x0 - 1 <= box.x0 and box.x1 <= edge.x1 + 1 and edge.y0 - 1 <= box.y0 for box in boxes(ax))
    assert any("n = " in word for word in words_of(ax))


def test_shares_and_their_intervals_are_those_of_the_table(waves):
    ax = plot_waves(waves, lang="en")
    table = waves.shares[waves.shares["basis"] == "all"]
    upright = [line.get_ydata() for line in ax.lines if len(line.get_ydata()) == 2 and np.ptp(line.get_xdata()) == 0]
    expected = [
        ends for _, row in table.iterrows()
        for ends in (row[["earlier_low", "earlier_high"]], row[["later_low", "later_high"]])
    ]  # fmt: skip
    np.testing.assert_allclose(np.array(upright), np.array(expected, dtype=float))
    slopes = [line.get_ydata() for line in ax.lines if len(line.get_ydata()) == 2 and np.ptp(line.get_xdata()) > 0]
    np.testing.assert_allclose(slopes, table[["earlier", "later"]])
    told = " ".join(words_of(ax))
    assert f"{table['later'].iloc[1]:.1%}" in told
    assert "150 municipalities took part twice" in told or f"{waves.matched} municipalities took part twice" in told


def test_bands_are_as_wide_as_the_numbers(waves):
    ax = plot_waves(waves, show="moves")
    bands = [patch.get_path().vertices for patch in ax.patches if isinstance(patch, PathPatch)]
    widths = [points[0, 1] - points[-2, 1] for points in bands]
    counts = waves.transitions["n"][waves.transitions["n"] > 0]
    np.testing.assert_allclose(widths, counts / waves.matched, atol=1e-12)
    for points in bands:
        assert points[3, 1] - points[4, 1] == pytest.approx(points[0, 1] - points[-2, 1])
    heights = [patch.get_height() for patch in ax.patches if isinstance(patch, Rectangle)]
    matched = waves.shares[waves.shares["basis"] == "matched"]
    np.testing.assert_allclose(heights, [*matched["earlier"], *matched["later"]])
    # All bands of a type leave and arrive within its bar.
    bars = [(patch.get_y(), patch.get_y() + patch.get_height()) for patch in ax.patches if isinstance(patch, Rectangle)]
    cells = waves.transitions[waves.transitions["n"] > 0].reset_index()
    for (_, cell), points in zip(cells.iterrows(), bands, strict=True):
        k = len(waves.definitions.types)
        start, end = bars[cell["index"] // k], bars[k + cell["index"] % k]
        assert start[0] - 1e-9 <= points[-2, 1] <= points[0, 1] <= start[1] + 1e-9
        assert end[0] - 1e-9 <= points[4, 1] <= points[3, 1] <= end[1] + 1e-9


def test_few_that_moved_bear_no_number():
    first, second = two_waves(60, 60)
    waves = compare_waves(fit(first, n_init=10), second, n_boot=0)
    assert (waves.transitions["n"].between(1, 4)).any()
    numbers = [word for word in words_of(plot_waves(waves, show="moves")) if word.isdecimal()]
    assert numbers
    assert min(map(int, numbers)) >= 5


@pytest.mark.parametrize("show", VIEWS)
def test_long_names_do_not_cover_one_another(show):
    first, second = two_waves(200, 150)
    waves = compare_waves(fit(first, types="unnamed", n_types=7, n_init=10), second, n_boot=0)
    ax = plot_waves(waves, show=show)
    ax.figure.draw_without_rendering()
    named = [text.get_window_extent() for text in ax.texts if "\n" in text.get_text()]
    sides = {}
    for box in named:
        sides.setdefault(box.x0 > ax.figure.bbox.width / 2, []).append(box)
    for side in sides.values():
        side.sort(key=lambda box: box.y0)
        assert all(upper.y0 >= lower.y1 - 3 for lower, upper in pairwise(side))


def test_what_cannot_be_drawn_is_said(waves):
    with pytest.raises(FitError, match="show: 'flows' is not known"):
        plot_waves(waves, show="flows")
    first, second = two_waves(60, 0)
    apart = compare_waves(fit(first, n_init=10), second, n_boot=0)
    with pytest.raises(FitError, match="show: 'moves' wanted, but no municipality"):
        plot_waves(apart, show="moves")
    with pytest.raises(FitError, match=r"waves: int given\. Use what kommtyp\.compare_waves returns"):
        plot_waves(5)
    assert not any("twice" in word for word in words_of(plot_waves(apart, lang="en")))
