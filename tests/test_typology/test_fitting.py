import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference_data import figures, ratings, same_partition

from kommtyp.codebook import packaged_codebook
from kommtyp.datasets import make_survey
from kommtyp.definitions import packaged_definitions
from kommtyp.errors import FitError, KommtypError, SurveyError
from kommtyp.reading import to_survey
from kommtyp.typology import fit

GOALS = [item.name for item in packaged_codebook().goals]


def named_ratings(n=412):
    return pd.DataFrame(ratings()[:n], columns=GOALS)


def adjusted_rand(a, b):
    table = pd.crosstab(np.asarray(a), np.asarray(b)).to_numpy()

    def pairs(x):
        return (x * (x - 1) / 2).sum()

    expected = pairs(table.sum(axis=0)) * pairs(table.sum(axis=1)) / pairs(table.sum())
    return (pairs(table) - expected) / ((pairs(table.sum(axis=0)) + pairs(table.sum(axis=1))) / 2 - expected)


@pytest.mark.parametrize(("scaling", "r_name"), [("raw", "raw"), ("ipsative", "rowcenter"), ("zscore", "z")])
def test_the_whole_way_gives_the_partition_of_r(scaling, r_name):
    expected = figures("kmeans")[r_name]["result"]["4"]
    result = fit(named_ratings(), scaling=scaling)
    assert not result.excluded
    assert same_partition(result.types.cat.codes, expected["cluster"])
    assert result.typology.quality.objective == pytest.approx(expected["tot_withinss"], rel=1e-9)
    explained = 1 - expected["tot_withinss"] / expected["totss"]
    assert result.typology.quality.explained == pytest.approx(explained)


def test_planted_types_are_found_again_under_their_names():
    frame = make_survey(412, random_state=3, with_truth=True)
    truth = frame.pop("planted_type").to_numpy()
    result = fit(frame)
    formed = result.types.notna().to_numpy()
    assert adjusted_rand(truth[formed], result.types[formed]) >= 0.85
    assert (result.types[formed].to_numpy() == truth[formed]).mean() >= 0.9
    assert not result.typology.doubtful


@settings(deadline=None, max_examples=8)
@given(st.integers(0, 10**6), st.permutations(range(8)))
def test_order_of_rows_and_columns_and_seed_change_no_name_and_no_type(seed, columns):
    frame = make_survey(150, random_state=1).set_index("ags")[GOALS]
    result = fit(frame)
    shuffled = fit(frame.sample(frac=1, random_state=seed).iloc[:, columns], random_state=seed)
    assert shuffled.types.reindex(result.types.index).equals(result.types)
    assert shuffled.typology.centers.to_numpy() == pytest.approx(result.typology.centers.to_numpy())


def test_the_same_seed_gives_the_same_digits_in_any_order_of_rows_and_columns(sample):
    result = fit(sample, n_init=30)
    shuffled = fit(sample.sample(frac=1, random_state=2).iloc[:, ::-1], n_init=30)
    assert shuffled.typology.quality == result.typology.quality
    assert np.array_equal(shuffled.typology.centers[result.typology.centers.columns], result.typology.centers)


@settings(deadline=None, max_examples=5)
@given(st.integers(0, 2))
def test_a_shifted_answering_style_does_not_matter_under_ipsative_scaling(shift):
    frame = named_ratings(200).clip(upper=3)
    moved = frame.copy()
    moved.iloc[::2] += shift
    assert fit(moved, n_init=50).types.equals(fit(frame, n_init=50).types)


def test_input_is_never_changed(sample):
    before = sample.copy(deep=True)
    fit(sample, n_init=5)
    pd.testing.assert_frame_equal(sample, before)


def test_every_way_in_gives_the_same(sample, tmp_path):
    result = fit(sample, n_init=20)
    sample.to_csv(tmp_path / "umfrage.csv", index=False)
    for answers in (to_survey(sample), tmp_path / "umfrage.csv", str(tmp_path / "umfrage.csv")):
        assert fit(answers, n_init=20).types.equals(result.types)
    renamed = sample.rename(columns={goal: f"F{j}" for j, goal in enumerate(GOALS)})
    mapped = fit(renamed, goals={f"F{j}": goal for j, goal in enumerate(GOALS)}, n_init=20)
    assert mapped.types.equals(result.types)


def test_goals_of_ones_own_are_named_by_what_marks_them():
    frame = pd.DataFrame(ratings(), columns=[f"ziel {j}" for j in range(8)]).assign(haus=["a", "b"] * 206)
    result = fit(frame, goals=[f"ziel {j}" for j in range(8)], types="unnamed", n_init=20)
    assert len(result.sizes) == 4
    assert result.typology.settings.types == "unnamed"
    for definition in result.typology.definitions.types:
        z = result.typology.labelling.z[result.typology.keys.index(definition.key)]
        best = {result.typology.goals[j] for j in np.argsort(-z)[:2]}
        assert set(definition.goals) == best
    assert "haus" in result.survey.answers


@pytest.mark.parametrize("method", ["kmeans", "ward", "average", "complete", "ward_kmeans"])
@pytest.mark.parametrize("scaling", ["raw", "ipsative", "ipsative_z", "zscore", "minmax", "rank"])
def test_every_scaling_goes_with_every_method(scaling, method, sample):
    result = fit(sample, scaling=scaling, method=method, n_init=5)
    assert result.sizes["n"].sum() + len(result.excluded) == len(sample)
    assert result.sizes["share"].sum() == pytest.approx(1)
    assert (result.sizes["n"] > 0).all()


def test_more_types_than_definitions_leave_groups_and_fewer_are_named_by_goals(sample):
    assert fit(sample, n_types=6, n_init=20).typology.keys == [*packaged_definitions().keys, "gruppe_5", "gruppe_6"]
    assert not set(fit(sample, n_types=3, n_init=20).typology.keys) & set(packaged_definitions().keys)


def test_weights_count_like_repeated_municipalities():
    frame = named_ratings(150)
    w = np.resize([1, 2, 3], 150)
    weighted = fit(frame, weights=w)
    repeated = fit(frame.loc[np.repeat(frame.index, w)].reset_index(drop=True))
    assert np.array_equal(np.repeat(weighted.types.cat.codes, w), repeated.types.cat.codes)
    assert weighted.typology.centers.to_numpy() == pytest.approx(repeated.typology.centers.to_numpy())
    assert weighted.sizes["share"].tolist() == pytest.approx(repeated.sizes["share"].tolist())
    assert fit(frame, weights=5 * w).types.equals(weighted.types)


def test_weights_may_be_a_column_or_the_weight_of_the_codebook(sample):
    w = np.resize([0.5, 1.0, 2.0], len(sample))
    by_array = fit(sample, weights=w, n_init=20)
    assert fit(sample.assign(hochrechnung=w), weights="hochrechnung", n_init=20).types.equals(by_array.types)
    by_role = fit(sample.assign(gewicht=w), n_init=20)
    assert by_role.types.equals(by_array.types)
    assert by_role.typology.settings.weighted


def test_straight_liners_form_no_type_but_stay_in_the_survey():
    frame = named_ratings()
    frame.iloc[5] = 4
    frame.iloc[6] = [4, 4, 4, 4, 4, 4, np.nan, np.nan]
    result = fit(frame)
    assert result.excluded == {5: "all goals rated alike", 6: "all goals rated alike"}
    assert result.types.isna().sum() == 2
    assert len(result.survey) == 412
    assert not fit(frame.drop(index=6), scaling="raw").excluded


def test_too_few_answers_are_left_out_with_the_reason_and_the_rest_is_filled_and_counted():
    frame = named_ratings()
    frame.iloc[0, :3] = np.nan
    frame.iloc[1, :2] = np.nan
    result = fit(frame, n_init=20)
    assert result.excluded == {0: "too few goals answered"}
    assert result.ratings.iloc[1].notna().all()
    assert [note.count for note in result.survey.notes if note.kind == "filled"] == [2]
    assert result.typology.quality.filled_share == pytest.approx(2 / (411 * 8))


def test_a_constant_goal_is_noted():
    result = fit(named_ratings().assign(recht=3), n_init=20)
    assert [note.where for note in result.survey.notes if note.kind == "constant_goal"] == ["recht"]


def test_margins_and_distances_belong_together(sample):
    result = fit(sample, n_init=20)
    formed = result.types.notna()
    ordered = np.sort(result.distances[formed].to_numpy(), axis=1)
    assert result.margin[formed].to_numpy() == pytest.approx(1 - ordered[:, 0] / ordered[:, 1])
    assert (result.distances[formed].idxmin(axis=1) == result.types[formed].astype(str)).all()


BAD_FRAMES = {
    "no rows": (named_ratings().iloc[:0], KommtypError, "row"),
    "fewer rows than types": (named_ratings(3), FitError, "n_types: 4 types wanted of 3"),
    "all goals missing": (named_ratings() * np.nan, KommtypError, "answer|rated"),
    "one goal without answers": (named_ratings().assign(recht=np.nan), KommtypError, "recht"),
    "a goal absent": (named_ratings().drop(columns="recht"), FitError, "goals: 'recht' not among the columns"),
    "a goal twice": (named_ratings().set_axis(["recht", "recht", *GOALS[2:]], axis=1), SurveyError, "recht"),
    "text in a goal": (named_ratings().astype(object).assign(recht="blau"), SurveyError, "recht.*blau"),
    "99 in a goal": (named_ratings().assign(recht=99), SurveyError, "recht.*99"),
    "-9 in a goal": (named_ratings().assign(recht=-9), SurveyError, "recht.*-9"),
    "inf in a goal": (named_ratings().assign(recht=np.inf), SurveyError, "recht.*inf"),
    "all rows equal": (named_ratings().iloc[[0] * 50], FitError, "1 different"),
    "all goals rated alike": (named_ratings() * 0 + 3, FitError, "all with enough answers rated all goals alike"),
    "a goal renamed": (
        named_ratings().rename(columns={"recht": "Rechtliche Vorgaben"}),
        FitError,
        r"Is 'Rechtliche Vorgaben' 'recht'\?",
    ),
    "few distinct rows": (named_ratings().iloc[np.resize([0, 1, 2], 100)], FitError, "3 different"),
}


@pytest.mark.parametrize("name", BAD_FRAMES)
def test_bad_answers_are_refused_in_words(name):
    frame, kind, message = BAD_FRAMES[name]
    with pytest.raises(kind, match=f"(?s){message}") as caught:
        fit(frame)
    assert str(caught.value).endswith(".")


BAD_OPTIONS = {
    "scaling": ("ipsativ", "Did you mean 'ipsative'"),
    "method": ("k-means", "Did you mean 'kmeans'"),
    "n_types": (1, "n_types: 1 does not do"),
    "min_answered": (0, "min_answered: 0 is not a share"),
    "n_init": (0, "n_init: 0 does not do"),
    "random_state": (-1, "random_state: -1 does not do"),
    "progress": ("yes", "progress: 'yes' does not do"),
    "types": ("digitale-komune", "Known: 'digitale-kommune'"),
    "weights": ("nirgends", "no such column"),
    "codebook": ("nirgends.toml", "cannot be read"),
    "goals": ({"recht": "rechte"}, "rechte"),
}


@pytest.mark.parametrize("option", BAD_OPTIONS)
def test_bad_options_are_refused_with_what_would_be_right(option):
    value, message = BAD_OPTIONS[option]
    with pytest.raises(KommtypError, match=f"(?s){message}"):
        fit(named_ratings(50), **{option: value})


def test_more_types_than_municipalities_are_refused():
    with pytest.raises(FitError, match="n_types: 60 types wanted of 50"):
        fit(named_ratings(50), n_types=60)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (np.zeros(50), "zero in all 50 rows"),
        (np.append(np.ones(49), -1), "-1 in 1 of 50 rows, first 49"),
        (np.append(np.ones(49), np.nan), "nan in 1 of 50 rows"),
        (np.append(np.ones(49), np.inf), "inf in 1 of 50 rows"),
        (np.ones(49), "49 values for 50 rows"),
        (pd.DataFrame({"w": np.ones(50)}), r"weights: DataFrame given \(50 × 1\)\. Give one column"),
        (np.ones((50, 2)), r"weights: ndarray given \(50 × 2\)\. Give one column"),
        (2.0, r"weights: float given \(a single number\)\. Give one column"),
        (["a"] * 50, "not numbers"),
        (pd.Series(1.0, index=range(1, 51)), r"a Series with the index 1, 2 and 48 more, which holds neither the keys"),
    ],
)
def test_bad_weights_are_refused(weights, message):
    with pytest.raises(FitError, match=message):
        fit(named_ratings(50), weights=weights)


@pytest.mark.parametrize("keys", [False, True])
def test_weights_in_a_series_belong_to_their_rows_in_any_order(keys):
    frame = named_ratings(60)
    if keys:
        frame.index = [f"k{place}" for place in range(60)]
    weights = pd.Series(np.linspace(0.5, 3, 60), index=frame.index)
    expected = fit(frame, weights=weights.to_numpy(), n_init=5).weights
    shuffled = frame.sample(frac=1, random_state=1)
    assert fit(frame, weights=weights.sample(frac=1, random_state=2), n_init=5).weights.equals(expected)
    for each in (weights, weights[shuffled.index]):
        found = fit(shuffled, weights=each, n_init=5).weights
        np.testing.assert_allclose(found, expected.loc[found.index], rtol=1e-12)


def test_huge_weights_have_a_sum():
    weights = np.linspace(1, 2, 50)
    expected = fit(named_ratings(50), weights=weights, n_init=5).weights
    np.testing.assert_allclose(fit(named_ratings(50), weights=weights * 5e307, n_init=5).weights, expected)


@pytest.mark.parametrize("dtype", ["Int64", "Float64", "int8", "float32", "category", "string", "object"])
def test_the_kind_of_column_does_not_matter(dtype):
    frame = named_ratings(120).astype(int)
    expected = fit(frame, n_init=10)
    result = fit(frame.astype(str).astype(dtype) if dtype in ("category", "string") else frame.astype(dtype), n_init=10)
    assert result.types.equals(expected.types)


def test_several_index_levels_become_one_key():
    frame = named_ratings(60).set_index(pd.MultiIndex.from_product([["a", "b"], range(30)]))
    result = fit(frame, n_init=5)
    assert result.types.index.is_unique
    assert result.types.index.nlevels == 1


def test_it_prints_itself(sample):
    result = fit(sample, n_init=20)
    assert "Die Optimierer" in repr(result)
    assert "random starts reached the best solution" in repr(result)
    assert "<table>" in result._repr_html_()


def test_what_was_guessed_from_one_file_does_not_bind_the_next(sample, tmp_path):
    odd = sample.assign(anmerkung=np.arange(len(sample)) % 2)
    typology = fit(odd, n_init=5).typology
    assert "anmerkung" not in typology.codebook
    assert "bots" in typology.codebook
    again = typology.classify(odd.assign(anmerkung="viel Text"))
    assert again.types.notna().sum() > 400
    own = pd.DataFrame(ratings(), columns=[f"z{j}" for j in range(8)]).assign(haus=["a", "b"] * 206)
    codebook = fit(own, goals=[f"z{j}" for j in range(8)], types="unnamed", n_init=5).typology.codebook
    assert [item.name for item in codebook.items] == [f"z{j}" for j in range(8)]
