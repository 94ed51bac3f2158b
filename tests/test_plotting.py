"""Figures: Axes in, Axes out; named units, n and intervals; readable without colour."""

from dataclasses import replace
from functools import partial
from itertools import pairwise

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from kommtyp.codebook import Item, packaged_codebook
from kommtyp.comparison import compare
from kommtyp.datasets import load_sample
from kommtyp.definitions import Definitions, TypeDefinition, packaged_definitions
from kommtyp.errors import FitError
from kommtyp.plotting import (
    answer_label,
    draw_comparison,
    draw_sizes,
    draw_stability,
    goal_order,
    marks,
    monte_carlo,
    plot_choices,
    plot_clustergram,
    plot_comparison,
    plot_findings,
    plot_k,
    plot_membership,
    plot_profile,
    plot_similarity,
    plot_sizes,
    plot_stability,
)
from kommtyp.plotting.canvas import HATCHES, MARK_PATHS, MARKERS, PALETTE, wrapped
from kommtyp.profiles import profile
from kommtyp.selection import Across, choose_k, follow_over_k
from kommtyp.sensitivity import explore_choices
from kommtyp.stability import assess_stability
from kommtyp.typology import fit

SPACE = "\N{NO-BREAK SPACE}"


@pytest.fixture(scope="module")
def result():
    return fit(load_sample(), n_init=30)


@pytest.fixture(scope="module")
def comparison(result):
    return compare(result, ["bots", "mobile_app", "ozg_umsetzung", "ozg_strategie", "faktor_ki", "faktor_standards"])


@pytest.fixture(scope="module")
def stability(result):
    return assess_stability(result, n_boot=40, n_init=10)


@pytest.fixture(scope="module")
def selection(result):
    return choose_k(result, k=[2, 3, 4], n_pairs=4, n_boot=4, n_splits=4, n_null=3)


@pytest.fixture(scope="module")
def choices(result):
    return explore_choices(result, methods=("kmeans", "ward"), n_init=5)


@pytest.fixture(scope="module")
def drawings(result, comparison, stability, selection, choices):
    """Every figure, to be drawn with the options of all."""
    return {
        "profile": partial(plot_profile, result),
        "sizes": partial(plot_sizes, result),
        "comparison": partial(plot_comparison, comparison),
        "stability": partial(plot_stability, result, stability),
        "membership": partial(plot_membership, result, stability),
        "k": partial(plot_k, selection),
        "choices": partial(plot_choices, choices),
        "clustergram": partial(plot_clustergram, result, k=[2, 3, 4]),
        "similarity": partial(plot_similarity, result),
        "findings": partial(plot_findings, result),
        "beside": partial(plot_comparison, compare(result, ["bots"], adjust_for="groessenklasse"), beside="adjusted"),
    }


NAMES = [*("profile", "sizes", "comparison", "stability", "membership", "k"), *("choices", "clustergram", "similarity")]
NAMES += ["findings", "beside"]


@pytest.fixture
def ax():
    return Figure(figsize=(8, 6), layout="constrained").add_subplot()


@pytest.fixture(autouse=True)
def nothing_left_open():
    yield
    pyplot.close("all")


def words_of(ax):
    """All text that stands in a figure."""
    ax.figure.draw_without_rendering()
    found = [text.get_text() for text in ax.texts] + [ax.get_xlabel(), ax.get_ylabel(), ax.get_title()]
    found += [label.get_text() for label in [*ax.get_xticklabels(), *ax.get_yticklabels()]]
    legend = ax.get_legend()
    return found + ([] if legend is None else [text.get_text() for text in legend.get_texts()])


def clipped(ax):
    """Texts that reach beyond the edge of the figure."""
    figure = ax.figure
    figure.draw_without_rendering()
    (left, right), (low, high) = ax.get_xlim(), sorted(ax.get_ylim())
    ticks = [label for label in ax.get_xticklabels() if left <= label.get_position()[0] <= right]
    ticks += [label for label in ax.get_yticklabels() if low <= label.get_position()[1] <= high]
    texts = [*ax.texts, ax.xaxis.label, *ticks]
    legend = ax.get_legend()
    texts += [] if legend is None else legend.get_texts()
    edge = figure.bbox
    boxes = {text.get_text(): text.get_window_extent() for text in texts if text.get_text() and text.get_visible()}
    return [
        text
        for text, box in boxes.items()
        if box.x0 < edge.x0 - 1 or box.x1 > edge.x1 + 1 or box.y0 < edge.y0 - 1 or box.y1 > edge.y1 + 1
    ]


class TestEveryFigure:
    @pytest.mark.parametrize("lang", ["de", "en"])
    @pytest.mark.parametrize("name", NAMES)
    def test_axes_in_axes_out(self, name, lang, ax, drawings):
        assert drawings[name](ax=ax, lang=lang) is ax
        assert not pyplot.get_fignums()

    @pytest.mark.parametrize("lang", ["de", "en"])
    @pytest.mark.parametrize("name", NAMES)
    def test_a_new_figure_belongs_to_pyplot_and_clips_no_text(self, name, lang, drawings):
        ax = drawings[name](lang=lang)
        assert pyplot.get_fignums() == [ax.figure.number]
        assert not [text for one in [ax, *ax.child_axes] for text in clipped(one)]

    @pytest.mark.parametrize("name", NAMES)
    def test_it_says_of_how_many_municipalities(self, name, drawings):
        assert any("n = " in word for word in words_of(drawings[name]()))

    def test_global_settings_stay_as_they_are(self, drawings):
        before = dict(mpl.rcParams)
        for draw in drawings.values():
            draw()
        assert dict(mpl.rcParams) == before

    def test_long_names_of_unnamed_types_are_wrapped_not_clipped(self, result):
        unnamed = fit(load_sample(), types="unnamed", n_types=6, n_init=10)
        again = assess_stability(unnamed, n_boot=4, n_init=2)
        drawn = [plot_profile(unnamed), plot_sizes(unnamed), plot_comparison(compare(unnamed, ["bots"]))]
        for ax in [*drawn, plot_stability(unnamed, again), plot_membership(unnamed, again)]:
            assert not clipped(ax)

    def test_a_dollar_sign_starts_no_formula(self, ax):
        book = packaged_codebook()
        codebook = replace(book, items=(*book.items, Item("kosten", "Kosten in $ und $", scale="binary")))
        sample = load_sample().assign(kosten=1.0)
        plot_comparison(fit(sample, codebook=codebook, n_init=5), ["kosten"], ax=ax)
        ax.figure.draw_without_rendering()
        assert any(r"\$" in word for word in words_of(ax))


class TestProfile:
    def test_it_names_unit_interval_and_n(self, result):
        words = "\n".join(words_of(plot_profile(result, level=0.9)))
        assert "in Punkten der Skala von 1 bis 5" in words
        assert "90-%-Konfidenzintervall" in words
        table = profile(result)
        for kind in result.typology.keys:
            n = table.loc[table["type"] == kind, "n"]
            assert f"n = {n.min()}–{n.max()}" in words

    def test_bars_are_the_deviations(self, result):
        ax = plot_profile(result)
        widths = sorted(round(bar.get_width(), 9) for bar in ax.patches if bar.get_alpha() is None)
        assert widths == sorted(profile(result)["deviation"].round(9))

    def test_german_ticks_have_a_decimal_comma_and_a_real_minus(self, result):
        german = [label.get_text() for label in plot_profile(result).get_xticklabels()]
        english = [label.get_text() for label in plot_profile(result, lang="en").get_xticklabels()]
        assert any("," in label for label in german)
        assert [label.replace(",", ".") for label in german] == english
        assert not [label for label in german if "-" in label]

    def test_goals_that_mark_a_type_stand_together(self, result):
        order = goal_order(profile(result), result.typology.definitions)
        marking = [goal for kind in result.typology.definitions.types for goal in kind.goals]
        assert order == marking

    def test_picks_are_in_percentage_points(self, ax):
        sample = load_sample()
        goals = list(result_goals := packaged_codebook().goals)
        picks = sample.assign(**{goal.name: (sample[goal.name] >= 4).astype(float) for goal in result_goals})
        typed = fit(picks, goals=[goal.name for goal in goals], types="unnamed", n_init=10)
        words = words_of(plot_profile(typed, ax=ax))
        assert any("in Prozentpunkten" in word for word in words)
        assert any("nach denen die Gruppe benannt ist" in word for word in words)


class TestSizes:
    def test_counts_and_shares_stand_at_the_bars(self, result):
        words = words_of(plot_sizes(result))
        for row in result.sizes.itertuples():
            assert f"{row.n} ({f'{100 * row.share:.1f}'.replace('.', ',')}{SPACE}%)" in words
        assert any(f"n = {result.sizes['n'].sum()} Kommunen" in word for word in words)

    def test_types_differ_without_colour(self, result):
        hatches = [bar.get_hatch() for bar in plot_sizes(result).patches]
        assert len(set(hatches)) == len(hatches) == 4

    def test_a_suppressed_size_is_said_in_words(self, result, ax):
        table = result.sizes.astype({"n": float})
        table.loc[:1, ["n", "share"]] = np.nan
        words = words_of(draw_sizes(table, result.typology.definitions, ax=ax))
        assert words.count("nicht gezeigt") == 2
        assert not [word for word in words if "n = " in word]


class TestComparison:
    def test_shares_have_one_axis_in_per_cent(self, comparison):
        ax = plot_comparison(comparison, ["bots", "mobile_app"])
        words = words_of(ax)
        ticks = [label.get_text() for label in ax.get_xticklabels()]
        assert ticks[0] == f"0{SPACE}%"
        assert all(tick.endswith(f"{SPACE}%") for tick in ticks)
        assert any("Anteil der Kommunen" in word and "95-%-Konfidenzintervall" in word for word in words)

    def test_scales_have_their_codes_as_ticks_and_their_ends_in_words(self, comparison):
        ax = plot_comparison(comparison, ["faktor_ki", "faktor_standards"])
        assert [label.get_text() for label in ax.get_xticklabels()] == ["1", "2", "3", "4", "5"]
        assert "1 = unwichtig bis 5 = sehr wichtig" in ax.get_xlabel()

    def test_mixed_rows_bear_the_ends_of_their_own_scale(self, comparison):
        words = words_of(plot_comparison(comparison, ["bots", "ozg_umsetzung"], lang="en"))
        assert {"0%", "100%", "0 = not planned", "4 = implemented"} <= set(words)

    def test_a_nominal_indicator_has_a_row_for_each_answer_and_simultaneous_intervals(self, comparison):
        ax = plot_comparison(comparison, ["ozg_strategie"])
        assert ax.get_yticklabels()[0].get_text() == "eigene Lösungen"
        assert len(ax.get_yticklabels()) == 5
        assert "simultanes 95-%-Konfidenzintervall" in ax.get_xlabel()

    def test_marks_lie_at_the_estimates(self, comparison):
        ax = plot_comparison(comparison, ["faktor_ki"])
        rows = comparison.estimates.query("indicator == 'faktor_ki' and category == ''")
        drawn = [line.get_xdata()[0] for line in ax.lines if line.get_marker() not in ("None", "")]
        assert drawn == pytest.approx(((rows["estimate"] - 1) / 4).tolist())

    def test_n_and_values_stand_in_it(self, comparison):
        words = words_of(plot_comparison(comparison, ["mobile_app"]))
        rows = comparison.estimates.query("indicator == 'mobile_app'")
        assert any(f"n = {rows['n'].sum()}" in word for word in words)
        for share in rows["estimate"]:
            assert f"{100 * share:.0f}{SPACE}%" in words

    def test_types_differ_without_colour(self, comparison):
        legend = plot_comparison(comparison, ["bots"]).get_legend()
        assert len({line.get_marker() for line in legend.get_lines()}) == 4

    def test_a_suppressed_share_is_said_in_words(self, comparison, ax):
        estimates = comparison.estimates.query("indicator == 'bots'").copy()
        estimates.loc[estimates["type"] == "bedaechtige", ["estimate", "ci_low", "ci_high"]] = np.nan
        drawn = draw_comparison(estimates, comparison.definitions, comparison.codebook, ax=ax)
        assert words_of(drawn).count("nicht gezeigt") == 1

    def test_numbers_without_ends_get_a_round_range(self, result, ax):
        ends = words_of(plot_comparison(compare(result, ["einwohner"]), ax=ax))
        assert any("Einwohnerzahl" in word for word in ends)

    def test_a_classification_is_compared_first(self, result, ax):
        assert len(plot_comparison(result, ["bots"], ax=ax).get_yticklabels()) == 1

    def test_an_indicator_that_was_not_compared_is_refused(self, comparison):
        with pytest.raises(FitError, match=r"'bot' is not known\. Did you mean 'bots'"):
            plot_comparison(comparison, ["bot"])
        with pytest.raises(FitError, match="indicators: 5 given"):
            plot_comparison(comparison, 5)

    def test_what_is_no_comparison_is_refused(self, comparison):
        with pytest.raises(FitError, match="comparison: DataFrame given"):
            plot_comparison(comparison.estimates)
        with pytest.raises(FitError, match=r"ax: ndarray given\. Use Axes of matplotlib"):
            plot_comparison(comparison, ax=np.array([None, None]))

    def test_an_empty_comparison_is_refused(self, comparison):
        with pytest.raises(FitError, match="nothing to draw"):
            plot_comparison(replace(comparison, estimates=comparison.estimates.iloc[:0]))


class TestStability:
    def test_marks_lie_at_the_similarities_with_their_monte_carlo_intervals(self, result, stability):
        ax = plot_stability(result, stability)
        drawn = [line.get_xdata()[0] for line in ax.lines if line.get_marker() not in ("None", "")]
        assert drawn == pytest.approx(stability.by_type["jaccard"].tolist())
        ends = [monte_carlo(*row) for row in stability.by_type[["jaccard", "jaccard_se"]].to_numpy()]
        assert set(ends) <= {tuple(line.get_xdata()) for line in ax.lines if len(line.get_xdata()) == 2}

    def test_the_interval_is_the_normal_one_and_stays_between_0_and_1(self):
        assert monte_carlo(0.5, 0.1) == pytest.approx((0.304, 0.696), abs=5e-4)
        assert monte_carlo(0.99, 0.1)[1] == 1
        assert monte_carlo(0.01, 0.1)[0] == 0

    def test_it_names_scheme_and_resamples_and_how_often_names_return(self, result, stability):
        words = words_of(plot_stability(result, stability))
        assert any("40 neue Stichproben (Bootstrap)" in word for word in words)
        for share in stability.by_type["name_returns"]:
            assert f"{100 * share:.0f}{SPACE}%" in words

    def test_the_thresholds_are_those_of_the_bootstrap_alone(self, result, stability):
        assert {"aufgelöst", "wiedergefunden"} <= set(words_of(plot_stability(result, stability)))
        halves = words_of(plot_stability(result, replace(stability, scheme="subset")))
        assert not {"aufgelöst", "wiedergefunden"} & set(halves)
        assert any("je die Hälfte" in word for word in halves)

    def test_types_without_a_name_of_a_study_have_no_returns(self, result, stability):
        nameless = replace(stability, by_type=stability.by_type.assign(name_returns=np.nan))
        assert not [word for word in words_of(plot_stability(result, nameless)) if "Name" in word]

    def test_a_suppressed_similarity_is_said_in_words(self, result, stability, ax):
        table = stability.by_type.copy()
        table.loc[:1, ["jaccard", "jaccard_se", "name_returns"]] = np.nan
        drawn = {"scheme": "bootstrap", "n_boot": 40, "n": 406}
        draw_stability(table, result.typology.definitions, drawn=drawn, ax=ax)
        assert words_of(ax).count("nicht gezeigt") == 2

    def test_it_is_assessed_first_where_it_is_not_given(self, monkeypatch, result, stability, ax):
        monkeypatch.setattr("kommtyp.plotting.stability.assess_stability", lambda _: stability)
        assert plot_stability(result, ax=ax) is ax


class TestMembership:
    def test_the_areas_are_the_shares(self, result, stability, ax):
        plot_membership(result, stability, ax=ax)
        areas = []
        for band in ax.collections:
            for path in [path for path in band.get_paths() if len(path.vertices) > 4]:
                x, y = path.vertices[:, 0], path.vertices[:, 1]
                areas.append(abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2)
        assert sum(areas) == pytest.approx(result.types.notna().sum())

    def test_no_municipality_is_named(self, result, stability):
        words = " ".join(words_of(plot_membership(result, stability)))
        assert not [key for key in result.types.index if key in words]

    def test_types_differ_without_colour(self, result, stability):
        hatches = {band.get_hatch() for band in plot_membership(result, stability).collections}
        assert len(hatches - {None}) >= 4


class TestNumberOfTypes:
    def test_a_panel_a_criterion_with_its_values(self, selection):
        panels = {panel.get_title(loc="left"): panel for panel in plot_k(selection, lang="en").child_axes}
        assert len(panels) == 10
        line = panels["silhouette ↑"].containers[0].lines[0]
        assert line.get_ydata().tolist() == selection.table["silhouette"].tolist()
        assert panels["Davies–Bouldin ↓"].get_xticks().tolist() == [2, 3, 4]

    def test_standard_errors_are_drawn_where_there_are_some(self, selection):
        panels = {panel.get_title(loc="left"): panel for panel in plot_k(selection, lang="en").child_axes}
        (bars,) = panels["gap statistic ↑"].containers[0].lines[2]
        half = [(segment[1, 1] - segment[0, 1]) / 2 for segment in bars.get_segments()]
        assert half == pytest.approx(selection.table["gap_se"].tolist())
        assert not panels["silhouette ↑"].containers[0].has_yerr

    def test_what_a_rule_chooses_has_a_ring(self, selection):
        panels = {panel.get_title(loc="left"): panel for panel in plot_k(selection, lang="en").child_axes}
        chosen = selection.suggestion.set_index("criterion")["k"]["silhouette"]
        rings = [line for line in panels["silhouette ↑"].lines if line.get_markerfacecolor() == "none"]
        assert [line.get_xdata()[0] for line in rings] == [chosen]

    def test_data_without_structure_are_shaded_where_there_are_some(self, selection):
        alone = replace(selection, null=selection.null.assign(null=np.nan, null_low=np.nan, null_high=np.nan))
        with_null, without = (plot_k(one) for one in (selection, alone))
        assert all(panel.collections for panel in with_null.child_axes)
        assert any("ohne Struktur" in word for word in words_of(with_null))
        assert not any("ohne Struktur" in word for word in words_of(without))


class TestChoices:
    def test_each_specification_is_a_point_and_the_main_one_lies_at_one(self, choices):
        ax = plot_choices(choices)
        curve, main = (line.get_ydata() for line in ax.lines[5:7])
        assert len(curve) == len(choices.counted) + 1
        assert (np.diff(curve) >= 0).all()
        assert main.tolist() == [8]

    def test_the_strokes_of_an_option_make_up_all_specifications(self, choices):
        ax = plot_choices(choices, lang="en")
        depths = {label.get_text(): tick for label, tick in zip(ax.get_yticklabels(), ax.get_yticks(), strict=True)}
        strokes = {line.get_ydata()[0]: set(line.get_xdata()) for line in ax.lines[7:]}
        held = [strokes[depths[f"{k} types"]] for k in (3, 4, 5)]
        assert set().union(*held) == set(range(len(choices.counted) + 1))
        assert sum(map(len, held)) == len(choices.counted) + 1


class TestClustergram:
    def test_every_group_is_a_disc_and_every_flow_a_line(self, result):
        across = follow_over_k(result, k=[2, 3, 4], n_init=5)
        ax = plot_clustergram(result, across)
        assert len(ax.collections) == 9
        assert len(ax.lines) == len(across.flows)

    @pytest.mark.parametrize("size", [(7.2, 4.2), (5.0, 2.8)])
    def test_groups_that_lie_alike_stand_beside_each_other(self, size):
        """All lie within a hair's breadth on the component; the order is kept, and no disc covers another."""
        axes = pyplot.subplots(figsize=size, layout="constrained")[1]
        ax = plot_clustergram(None, across_at([0, 1e-3], [0, 1e-3, 2e-3], np.arange(8) * 1e-3), ax=axes)
        ax.figure.draw_without_rendering()
        discs = [(*ax.transData.transform(disc.get_offsets()[0]), *disc.get_sizes() ** 0.5) for disc in ax.collections]
        for (x, y, wide), (other_x, other_y, other_wide) in pairwise(discs):
            if x == pytest.approx(other_x):
                assert (other_y - y) * 72 / ax.figure.dpi >= 0.99 * (wide + other_wide) / 2
        heights = [y for _, y, _ in discs]
        assert ax.bbox.ymin <= min(heights) < max(heights) <= ax.bbox.ymax

    def test_groups_that_lie_apart_stay_where_they_are(self):
        ax = plot_clustergram(None, across_at([-2, 2], [-3, 0, 3]))
        assert [disc.get_offsets()[0][1] for disc in ax.collections] == pytest.approx([-2, 2, -3, 0, 3])


def across_at(*positions):
    """Groups of equal size at these positions."""
    k = np.repeat([len(one) for one in positions], [len(one) for one in positions])
    group = np.concatenate([np.arange(len(one)) for one in positions])
    columns = {"k": k, "group": group, "n": 240 // k, "position": np.concatenate(positions), "slsa": np.nan}
    return Across(pd.DataFrame(columns), pd.DataFrame(columns=["k", "before", "group", "n"]))


class TestSimilarity:
    def test_heights_are_the_counted_municipalities_of_each_similarity(self, result):
        ax = plot_similarity(result)
        formed = result.types.notna()
        near = np.exp(-result.distances[formed].to_numpy(dtype=float))
        similar = near / near.sum(axis=1, keepdims=True)
        bins = np.minimum((similar * 25).astype(int), 24)
        counted = np.array([[(column == place).sum() for place in range(25)] for column in bins.T])
        heights = np.array([patch.get_data().values - patch.get_data().baseline for patch in ax.patches])
        assert counted.sum(axis=1).tolist() == [formed.sum()] * 4
        assert heights / heights.max() == pytest.approx(counted / counted.max())
        assert heights.max() < 1  # each type has a unit for itself
        for patch in ax.patches:
            assert patch.get_data().edges == pytest.approx(np.linspace(0, 1, 26))


class TestMarks:
    def test_every_marker_has_its_path_and_no_two_types_look_alike(self):
        types = tuple(TypeDefinition(f"t{place}", f"Typ {place}") for place in range(8))
        found = marks(Definitions(types), "de")
        assert {mark.marker for mark in found} == set(MARKERS) == set(MARK_PATHS)
        assert len({(mark.colour, mark.marker, mark.hatch) for mark in found}) == 8
        assert len(HATCHES) == len(PALETTE) == len(MARKERS)

    def test_a_colour_that_is_none_is_replaced(self):
        hostile = Definitions(
            (TypeDefinition("a", "A", colour='red"><script>'), TypeDefinition("b", "B", colour="red"))
        )
        assert [mark.colour for mark in marks(hostile, "de")] == [PALETTE[0], "#ff0000"]

    def test_the_packaged_types_keep_apart_in_grey(self):
        # Relative luminance, as WCAG 2.1 defines it.
        def luminance(colour):
            linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
            return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))

        levels = sorted(luminance(kind.colour) for kind in packaged_definitions().types)
        assert min((high + 0.05) / (low + 0.05) for low, high in pairwise(levels)) > 1.4

    def test_labels_are_wrapped_and_cut_between_words(self):
        assert wrapped("eins zwei drei vier fünf", 9, 2) == "eins zwei\ndrei vier …"
        assert wrapped("Serviceorientierten", 12) == "Serviceorientierten"

    def test_answers_have_words(self):
        assert answer_label(packaged_codebook()["ozg_umsetzung"], "4", "en") == "implemented"
        assert answer_label(packaged_codebook()["ozg_umsetzung"], "9", "en") == "9"
