"""Adjusted and uncertain estimates beside the plain ones: both drawn, on one scale, and said what they are."""

import numpy as np
import pytest
from matplotlib import pyplot
from test_plotting import clipped, words_of

from kommtyp.comparison import compare
from kommtyp.datasets import load_sample
from kommtyp.errors import FitError
from kommtyp.plotting import plot_comparison
from kommtyp.plotting.beside import beside_of, on_one_scale
from kommtyp.plotting.lines import lines_of
from kommtyp.typology import fit

SHARES = ["bots", "mobile_app"]
MIXED = ["prozessautomation", "bots", "einwohner", "ozg_strategie"]


@pytest.fixture(scope="module")
def result():
    return fit(load_sample(), n_init=20)


@pytest.fixture(scope="module")
def comparison(result):
    return compare(result, [*MIXED, "mobile_app"], adjust_for=["groessenklasse", "land"], n_boot=20, n_init=3)


@pytest.fixture(autouse=True)
def nothing_left_open():
    yield
    pyplot.close("all")


def marks_of(ax, *, filled):
    """Where hollow or filled marks stand, from above."""
    marks = [line for line in ax.lines if len(line.get_xdata()) == 1]
    marks = [line for line in marks if (line.get_markerfacecolor() != "white") == filled]
    return [line.get_xdata()[0] for line in sorted(marks, key=lambda line: line.get_ydata()[0])]


def intervals_of(ax):
    lines = [line for line in ax.lines if len(line.get_xdata()) == 2 and line.get_ydata()[0] == line.get_ydata()[1]]
    lines = [line for line in lines if line.get_linewidth() in (0.9, 1.7)]
    return [tuple(line.get_xdata()) for line in sorted(lines, key=lambda line: line.get_ydata()[0])]


@pytest.mark.parametrize("basis", ["adjusted", "uncertain"])
def test_both_estimates_are_drawn_with_their_intervals(comparison, basis):
    ax = plot_comparison(comparison, SHARES, beside=basis)
    plain = comparison.estimates.set_index("indicator").loc[SHARES]
    other = getattr(comparison, basis).set_index("indicator").loc[SHARES]
    high = ax.get_xticks()[-1]
    ends = [float(label.get_text().removesuffix("\N{NO-BREAK SPACE}%")) / 100 for label in ax.get_xticklabels()]
    top = ends[-1] / high
    assert marks_of(ax, filled=False) == pytest.approx((plain["estimate"] / top).tolist())
    assert marks_of(ax, filled=True) == pytest.approx((other["estimate"] / top).tolist())
    pairs = np.stack([plain[["ci_low", "ci_high"]], other[["ci_low", "ci_high"]]], axis=1).reshape(-1, 2)
    np.testing.assert_allclose(intervals_of(ax), pairs / top)


def test_it_says_what_was_adjusted_for_and_how_many_strata_were_pooled(comparison):
    words = "\n".join(words_of(plot_comparison(comparison, SHARES, beside="adjusted")))
    assert "bereinigt um Größenklasse der KGSt und Land" in words
    table = comparison.adjusted.drop_duplicates("indicator").set_index("indicator")
    for name in SHARES:
        before = table.loc[name, "note"].split()[0]
        assert f"{table.loc[name, 'strata']} Schichten aus {before}" in words
    for row in comparison.adjusted.query("indicator == 'bots'").itertuples():
        assert f"{100 * row.raw:.0f} % → {100 * row.estimate:.0f} %" in words.replace("\N{NO-BREAK SPACE}", " ")


def test_it_says_how_many_resamples_carry_the_doubt(comparison):
    words = "\n".join(words_of(plot_comparison(comparison, SHARES, beside="uncertain", lang="en")))
    assert "20 new samples" in words
    assert "→" not in words


def test_nominal_answers_and_numbers_too(comparison):
    for basis in ("adjusted", "uncertain"):
        for names in (["ozg_strategie"], MIXED):
            ax = plot_comparison(comparison, names, beside=basis, lang="en")
            assert not clipped(ax)
            hollow, filled = (marks_of(ax, filled=kind) for kind in (False, True))
            assert len(hollow) == len(filled) == 4 * (5 if names == ["ozg_strategie"] else 8)
            assert all(0 <= place <= 1 for place in hollow + filled)
    header = [text.get_text() for text in plot_comparison(comparison, ["ozg_strategie"], beside="adjusted").texts]
    assert any("Schichten" in words for words in header)


def test_small_changes_of_means_can_be_read(comparison):
    words = words_of(plot_comparison(comparison, ["prozessautomation"], beside="adjusted"))
    changes = [word for word in words if "→" in word]
    assert len(changes) == 4
    assert all(len(value.split(",")[1]) == 2 for change in changes for value in change.split(" → "))


def test_all_that_was_adjusted_is_drawn_where_nothing_is_named(result):
    found = compare(result, ["groessenklasse", "bots"], adjust_for="groessenklasse")
    ax = plot_comparison(found, beside="adjusted")
    assert [label.get_text().splitlines()[0] for label in ax.get_yticklabels()] == ["Einsatz von Bots"]


def test_fewer_municipalities_are_said(result):
    sample = load_sample()
    sample.loc[sample.index[:60], "groessenklasse"] = np.nan
    found = compare(fit(sample, n_init=20), ["bots"], adjust_for="groessenklasse")
    n = int(found.adjusted["n"].sum())
    assert n < int(found.estimates["n"].sum())
    assert f"(n = {n})" in "\n".join(words_of(plot_comparison(found, beside="adjusted")))


def test_lines_on_one_scale_take_the_ends_further_out(comparison):
    item = comparison.codebook["einwohner"]
    lines = [lines_of(table[table["indicator"] == "einwohner"], item, "de")[0]
             for table in (comparison.estimates, beside_of(comparison, "adjusted", "de").table)]
    first, second = on_one_scale(*lines, "de")
    assert (first.low, first.high) == (second.low, second.high)
    assert first.low == min(line.low for line in lines)
    assert first.high == max(line.high for line in lines)


@pytest.mark.parametrize(
    ("beside", "message"),
    [("adjusted", r"Compare with adjust_for=\[…\]"), ("uncertain", "Compare with n_boot=1000"),
     ("adjustd", "Did you mean 'adjusted'")],
)
def test_without_such_estimates_it_says_what_to_do(result, beside, message):
    with pytest.raises(FitError, match=f"beside: .*{message}"):
        plot_comparison(result, ["bots"], beside=beside)


@pytest.mark.parametrize("high", [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0])
def test_ticks_of_shares_say_exactly_where_they_stand(result, comparison, high):
    table = comparison.estimates.query("indicator == 'bots'").assign(ci_high=high)
    ax = plot_comparison(type(comparison)(**{**vars(comparison), "estimates": table}), ["bots"])
    labels = [float(label.get_text().removesuffix("\N{NO-BREAK SPACE}%")) for label in ax.get_xticklabels()]
    assert labels[-1] == pytest.approx(100 * high)
    np.testing.assert_allclose(np.array(labels) / 100 / high, ax.get_xticks())
