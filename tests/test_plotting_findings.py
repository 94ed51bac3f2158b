"""The forest of findings: what is drawn is what was checked, on one axis, in words."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib import pyplot
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from test_plotting import clipped, words_of

from kommtyp.datasets import load_sample
from kommtyp.definitions import Finding
from kommtyp.errors import FitError
from kommtyp.findings import check_findings
from kommtyp.plotting import draw_findings, plot_findings
from kommtyp.plotting.findings import LOOKS
from kommtyp.texts import display
from kommtyp.typology import fit


@pytest.fixture(scope="module")
def result():
    return fit(load_sample(), n_init=20)


@pytest.fixture(scope="module")
def checked(result):
    return check_findings(result, adjust_for=["groessenklasse", "land"], n_boot=20, n_init=3)


@pytest.fixture(autouse=True)
def nothing_left_open():
    yield
    pyplot.close("all")


def estimates_of(ax, basis):
    """Where the marks of a basis stand."""
    look = LOOKS[basis]
    return [line.get_xdata()[0] for line in ax.lines
            if line.get_marker() == look["marker"] and len(line.get_xdata()) == 1]


def intervals_of(ax):
    """Ends of all intervals, from above."""
    lines = [line for line in ax.lines if line.get_marker() in ("None", "", None) and len(line.get_xdata()) == 2]
    lines = [line for line in lines if line.get_color() in {look["color"] for look in LOOKS.values()}]
    lines = [line for line in lines if line.get_ydata()[0] == line.get_ydata()[1]]
    return [tuple(line.get_xdata()) for line in sorted(lines, key=lambda line: line.get_ydata()[0])]


def scales(result, table):
    items = [result.survey.codebook[name] for name in table["indicator"]]
    return np.array([1 if item.scale in ("binary", "choice") else item.high - item.low for item in items])


def test_every_estimate_and_interval_is_drawn_on_one_axis(result, checked):
    ax = plot_findings(result, checked)
    widths = scales(result, checked)
    for basis in LOOKS:
        rows = (checked["basis"] == basis).to_numpy()
        expected = checked.loc[rows, "estimate"] / widths[rows]
        assert estimates_of(ax, basis) == pytest.approx(expected.tolist())
    expected = checked[["ci_low", "ci_high"]].to_numpy() / widths[:, None]
    np.testing.assert_allclose(intervals_of(ax), expected)


@pytest.mark.parametrize("lang", ["de", "en"])
def test_every_verdict_stands_beside_its_line_in_words(result, checked, lang):
    ax = plot_findings(result, checked, lang=lang)
    words = [text.get_text() for text in sorted(ax.texts, key=lambda text: text.get_position()[1])]
    assert words == [display("verdict", verdict, lang) for verdict in checked["verdict"]]


def test_the_claimed_side_is_shaded(result, checked):
    ax = plot_findings(result, checked)
    sides = [np.sign(band.get_paths()[0].vertices[:, 0].sum()) for band in ax.collections]
    claims = checked["claim"].iloc[::3]
    assert sides == [-1 if claim == "low" else 1 for claim in claims]
    supported = checked["verdict"] == "supported"
    drawn = np.array(intervals_of(ax))[supported.to_numpy()]
    sign = np.where(checked.loc[supported, "claim"] == "low", -1, 1)
    assert (drawn * sign[:, None] > 0).all()


def test_it_names_types_n_interval_and_what_was_adjusted_for(result, checked):
    words = "\n".join(words_of(plot_findings(result, checked)))
    for needed in ("Die Optimierer: höher als das Mittel aller", "(n = 389)", "95-%-Konfidenzintervall",
                   "bereinigt um Größenklasse der KGSt und Land", "mit Unsicherheit der Typen", "wie beobachtet",
                   "Prozentpunkten (Anteile)"):
        assert needed in words, needed


def test_n_is_a_range_where_bases_differ(result, checked):
    fewer = checked.assign(n=checked["n"].where(checked["basis"] != "adjusted", 350))
    assert "n = 350–389" in "\n".join(words_of(plot_findings(result, fewer)))


def test_one_basis_needs_no_legend(result):
    ax = plot_findings(result)
    assert ax.get_legend() is None
    assert len(estimates_of(ax, "plain")) == 10


@pytest.mark.parametrize("lang", ["de", "en"])
@pytest.mark.parametrize("rows", [slice(None), slice(0, 3), slice(27, 30)])
def test_nothing_is_cut_off(result, checked, lang, rows):
    assert not clipped(plot_findings(result, checked.iloc[rows], lang=lang))


def test_axes_in_axes_out(result, checked):
    ax = Figure(figsize=(8, 9), layout="constrained").add_subplot()
    assert plot_findings(result, checked, ax=ax) is ax
    assert not pyplot.get_fignums()


def test_bases_keep_apart_without_colour(result):
    grey = [np.dot(to_rgb(look["color"]), [0.2126, 0.7152, 0.0722]) for look in LOOKS.values()]
    assert len({look["marker"] for look in LOOKS.values()}) == 3
    assert len({to_hex(look["color"]) for look in LOOKS.values()}) == 3
    assert min(np.diff(sorted(grey))) > 0.05


def test_means_only_and_shares_only_have_their_own_units(result):
    means = check_findings(result, findings=[Finding("prozessautomation", "high", ("optimierer",))])
    shares = check_findings(result, findings=[Finding("bots", "high", ("optimierer",))])
    assert plot_findings(result, means).get_xlabel().startswith("Unterschied in Prozent der Antwortskala\n")
    assert plot_findings(result, shares).get_xlabel().startswith("Unterschied in Prozentpunkten\n")


def test_numbers_without_ends_have_a_scale_of_their_own_and_say_so(result):
    findings = [Finding("einwohner", "high", ("optimierer",)), Finding("bots", "high", ("optimierer",))]
    ax = plot_findings(result, check_findings(result, findings=findings))
    low, high = ax.get_xlim()
    assert all(low <= end <= high for ends in intervals_of(ax) for end in ends)
    words = "\n".join(words_of(ax))
    assert "Einwohnerzahl *" in words
    assert "* auf eigener Skala gezeichnet" in words


def test_what_cannot_be_checked_or_shown_has_words_and_no_mark(result):
    findings = [Finding("nirgends", "high", ("optimierer",)), Finding("bots", "highest", ("optimierer",))]
    table = check_findings(result, findings=findings)
    table.loc[1, ["estimate", "ci_low", "ci_high"]] = np.nan
    ax = plot_findings(result, table)
    assert estimates_of(ax, "plain") == []
    words = [text.get_text() for text in ax.texts]
    assert words == ["nicht prüfbar", "nicht gezeigt", display("verdict", table["verdict"].iloc[1], "de")]
    assert "nirgends (n = 0)" in words_of(ax)[-2] + words_of(ax)[-1]


def test_a_table_that_was_filtered_or_indexed_will_do(result, checked):
    few = checked.query("verdict == 'supported' and basis == 'plain'")
    assert len(estimates_of(plot_findings(result, few), "plain")) == len(few)
    assert plot_findings(result, checked.set_index("indicator", drop=False)).get_legend() is not None
    assert len(estimates_of(plot_findings(result, checked.query("basis == 'adjusted'")), "adjusted")) == 10


def test_levels_are_those_of_the_table(result):
    assert "90-%-Konfidenzintervall" in plot_findings(result, check_findings(result, level=0.9)).get_xlabel()


def test_other_tables_are_refused(result, checked):
    with pytest.raises(FitError, match="findings: no rows"):
        plot_findings(result, checked.head(0))
    with pytest.raises(FitError, match="findings: Finding given"):
        plot_findings(result, Finding("bots", "high", ("optimierer",)))
    with pytest.raises(FitError, match="result: DataFrame given"):
        plot_findings(checked)
    with pytest.raises(FitError, match="findings: no basis, level"):
        plot_findings(result, checked.drop(columns=["basis", "level"]))
    with pytest.raises(FitError, match="findings: no rows"):
        plot_findings(fit(load_sample(), types="unnamed", n_init=5))


def test_long_and_hostile_labels(result, checked):
    book = result.survey.codebook
    hostile = "Sehr $lange$ <b>Frage</b> " * 6
    items = [replace(item, text=hostile) if item.name == "bots" else item for item in book.items]
    ax = draw_findings(checked, result.typology.definitions, replace(book, items=tuple(items)))
    assert not clipped(ax)
    assert any("<b>" in word for word in words_of(ax))
