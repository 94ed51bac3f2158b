import numpy as np
import pandas as pd
import pytest

from kommtyp.codebook import packaged_codebook
from kommtyp.datasets import make_survey
from kommtyp.errors import FitError
from kommtyp.response_styles import STYLES
from kommtyp.screening import screen
from kommtyp.typology import fit

GOALS = [item.name for item in packaged_codebook().goals]


@pytest.fixture(scope="module")
def timed():
    """A survey with 9 straight lines and 12 respondents in a hurry, two of whom are both."""
    frame = make_survey(200, random_state=2, straightliners=0, missing=0.03)
    frame.loc[:8, GOALS] = 4
    frame["interviewtime"] = np.linspace(400, 900, 200)
    frame.loc[7:18, "interviewtime"] = 100
    frame.loc[30, "interviewtime"] = np.nan
    frame.loc[31, "interviewtime"] = 0
    return frame


def codebook_of(goals, path, **fields):
    written = "".join(f'[[items]]\nname = "{goal}"\nrole = "goal"\n{fields[goal]}\n' for goal in goals)
    path.write_text(written, encoding="utf-8")
    return path


class TestFlags:
    def test_those_who_were_planted_are_found(self, timed):
        found = screen(fit(timed, n_init=10))
        table = found.municipalities.reset_index()
        assert np.flatnonzero(table["straight_lining"]).tolist() == list(range(9))
        assert np.flatnonzero(table["speeding"]).tolist() == list(range(7, 19))
        assert np.flatnonzero(table["flagged"]).tolist() == list(range(19))
        assert (found.duration, found.median_duration) == ("interviewtime", table["duration"].median())
        assert table["duration"].isna().sum() == 2

    def test_they_are_counted_by_type(self, timed):
        found = screen(fit(timed, n_init=10))
        flags = found.flags.set_index("type")
        assert flags["n"].sum() == 200
        assert (flags.loc["", "n"], flags.loc["", "straight_lining"]) == (9, 9)
        assert flags[["straight_lining", "speeding", "flagged"]].sum().tolist() == [9, 12, 19]

    def test_the_rules_can_be_changed(self, timed):
        result = fit(timed, n_init=10)
        assert screen(result, speeder_share=0.1).municipalities["speeding"].sum() == 0
        nearly = screen(result, straight_share=0.75).municipalities
        assert nearly["straight_lining"].equals(nearly["identical"] >= 0.75)
        assert nearly["straight_lining"].sum() > 9

    def test_another_column_can_be_named(self, timed):
        result = fit(timed.assign(sekunden=timed["interviewtime"][::-1].to_numpy()), n_init=5)
        assert screen(result, duration="sekunden").duration == "sekunden"
        with pytest.raises(FitError, match=r"duration: 'sekunde' is not known. Did you mean 'sekunden'"):
            screen(result, duration="sekunde")
        with pytest.raises(FitError, match="duration: 'land' holds"):
            screen(result, duration="land")

    def test_without_a_duration_nobody_hurries(self, sample):
        found = screen(fit(sample, n_init=5))
        assert found.duration == ""
        assert np.isnan(found.median_duration)
        assert not found.municipalities["speeding"].any()
        assert "no duration known" in repr(found)

    def test_one_rating_is_no_straight_line(self, sample):
        sample.loc[0, GOALS[1:]] = np.nan
        sample.loc[1, GOALS] = np.nan
        found = screen(fit(sample, n_init=5)).municipalities
        assert not found["straight_lining"].iloc[:2].any()
        assert found["identical"].iloc[0] == 1
        assert found[list(STYLES)].iloc[1].isna().all()

    def test_a_scale_that_was_turned_does_not_hide_a_straight_line(self, tmp_path):
        rating = 'scale = "rating"\nlow = 1\nhigh = 5'
        book = codebook_of("abc", tmp_path / "book.toml", a=f"{rating}\nreversed = true", b=rating, c=rating)
        frame = pd.DataFrame(np.random.default_rng(0).integers(1, 6, (60, 3)), columns=list("abc"))
        frame.iloc[0] = 5
        frame.iloc[1] = [1, 5, 5]
        found = screen(fit(frame, codebook=book, types="unnamed", n_types=2, n_init=5)).municipalities
        assert found["straight_lining"].iloc[:2].tolist() == [True, False]
        assert found["acquiescence"].iloc[:2].tolist() == pytest.approx([2 / 3, 1])


class TestStyles:
    def test_means_and_deviations_are_those_of_the_types(self, sample):
        result = fit(sample, n_init=10)
        found = screen(result)
        table, formed = found.municipalities, result.types.notna()
        for row in found.by_type.itertuples():
            own = table.loc[result.types == row.type, row.style]
            assert row.n == own.notna().sum()
            assert row.mean == pytest.approx(own.mean())
            assert row.deviation == pytest.approx(own.mean() - table.loc[formed, row.style].mean())
            assert row.ci_low <= row.deviation <= row.ci_high
        assert found.styles["style"].tolist() == ["answered", *STYLES]

    def test_types_of_raw_ratings_are_more_of_a_style_than_types_of_priorities(self):
        frame = make_survey(300, random_state=1, response_style=1.2, straightliners=0)
        raw, ipsative = (
            screen(fit(frame, scaling=scaling, n_init=10)).styles.set_index("style")["omega_squared"]
            for scaling in ("raw", "ipsative")
        )
        assert raw["acquiescence"] > 0.3
        assert ipsative["acquiescence"] < 0.15

    def test_picks_have_neither_ends_nor_middle_and_ranks_have_no_style(self, tmp_path):
        rng = np.random.default_rng(0)
        picks = pd.DataFrame(rng.integers(0, 2, (80, 5)), columns=list("abcde"))
        found = screen(fit(picks, goals=list("abcde"), types="unnamed", n_types=2, n_init=5)).municipalities
        assert found["acquiescence"].to_numpy() == pytest.approx(picks.mean(axis=1).to_numpy())
        assert found[["extremity", "midpoint"]].isna().all(axis=None)
        rank = dict.fromkeys("abcd", 'scale = "rank"\nlow = 1\nhigh = 4')
        book = codebook_of("abcd", tmp_path / "book.toml", **rank)
        ranks = pd.DataFrame(np.argsort(rng.random((80, 4)), axis=1) + 1, columns=list("abcd"))
        result = fit(ranks, codebook=book, types="unnamed", n_types=2, n_init=5)
        found = screen(result)
        assert found.municipalities[list(STYLES)].isna().all(axis=None)
        assert not found.municipalities["straight_lining"].any()
        assert repr(found)


class TestWithoutThem:
    def test_the_types_are_those_of_a_fit_without_the_flagged(self, timed):
        result = fit(timed, n_init=10)
        found = screen(result)
        alone = fit(timed.iloc[19:], n_init=10)
        assert found.refit.types.equals(alone.types)
        assert found.without["n_without"].tolist() == alone.sizes["n"].tolist()
        assert found.without["n"].tolist() == result.sizes["n"].tolist()
        assert found.agreement.n == alone.types.notna().sum()
        both = result.types.iloc[19:]
        same = both.astype(str) == alone.types.astype(str)
        assert found.agreement.same_name == pytest.approx(same[both.notna()].mean())
        assert found.without["kept"].tolist() == pytest.approx(
            [same[both == key].mean() for key in result.typology.keys]
        )
        assert found.without.columns.tolist() == [
            "type", "n", "share", "type_without", "n_without", "share_without", "kept", "doubtful", "doubtful_without",
        ]  # fmt: skip

    def test_unnamed_types_are_matched(self, timed):
        result = fit(timed, types="unnamed", n_types=3, n_init=10)
        found = screen(result)
        assert set(found.without["type_without"]) <= set(found.refit.typology.keys)
        assert found.without["type_without"].is_unique
        assert np.isnan(found.agreement.same_name)
        assert found.without["kept"].between(0, 1).all()

    def test_where_nobody_is_flagged_nothing_is_formed_again(self):
        found = screen(fit(make_survey(80, random_state=0, straightliners=0, missing=0), n_init=5))
        assert (found.refit, found.note) == (None, "nobody is flagged")
        assert found.without["kept"].isna().all()
        assert "nobody is flagged" in repr(found)

    def test_where_too_few_are_left_it_is_said(self):
        frame = make_survey(40, random_state=0, straightliners=0, missing=0).assign(dauer=[1.0] * 19 + [9.0] * 21)
        frame.loc[19:, GOALS] = [1, 2, 3, 4, 5, 4, 3, 2]
        found = screen(fit(frame, n_init=5))
        assert found.refit is None
        assert found.note.startswith("n_types: 4 types wanted of 21 municipalities with 1 different")
        assert found.without["type_without"].isna().all()
        lines = frame.assign(**dict.fromkeys(GOALS, np.resize([1, 2, 4, 5], 40)))
        assert screen(fit(lines, scaling="raw", n_types=2, n_init=5)).note == "everybody is flagged"

    def test_weights_are_kept(self, timed):
        weights = np.resize([0.5, 2.0], 200)
        found = screen(fit(timed, weights=weights, n_init=5))
        assert found.refit.types.equals(fit(timed.iloc[19:], weights=weights[19:], n_init=5).types)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"straight_share": 0.5}, "straight_share: 0.5 does not do. Use a number above 0.5 and at most 1"),
        ({"speeder_share": 0}, "speeder_share: 0 does not do"),
        ({"speeder_share": "half"}, "speeder_share: 'half' does not do"),
        ({"level": 95}, "level: 95 is not between 0 and 1"),
    ],
)
def test_bad_options_are_refused(sample, options, message):
    with pytest.raises(FitError, match=message):
        screen(fit(sample, n_init=2), **options)


def test_it_prints_itself(timed):
    shown = repr(screen(fit(timed, n_init=5)))
    assert "200 municipalities, 19 flagged" in shown
    assert "9 in a straight line, 12 in a hurry (under 50% of the median interviewtime)" in shown
    assert "adjusted Rand index" in shown
