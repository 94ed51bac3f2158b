"""Findings with the doubt about the types: the same difference in each resample, and how the doubt grows."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kommtyp.comparison import compare
from kommtyp.datasets import make_survey
from kommtyp.definitions import Finding
from kommtyp.findings import check_findings
from kommtyp.stability import repeat_types
from kommtyp.typology import fit

FINDINGS = [
    Finding("mobile_app", "high", ("optimierer",)),
    Finding("mobile_app", "highest", ("optimierer", "serviceorientierte")),
    Finding("vorreiter", "low", ("bedaechtige",)),
    Finding("prozessautomation", "highest", ("optimierer",)),
]
ENDS = ["ci_low", "ci_high"]


@pytest.fixture(scope="module")
def result():
    return fit(make_survey(200, random_state=3, clarity=1.5), n_init=20)


@pytest.fixture(scope="module")
def table(result):
    return check_findings(result, findings=FINDINGS, n_boot=60, n_init=5, random_state=4)


def basis(table, name):
    return table[table["basis"] == name].reset_index(drop=True)


def mean(rows):
    return np.average(rows["answer"], weights=rows["weight"])


@pytest.fixture(scope="module", params=["plain", "weighted"])
def checked(request, result, table):
    """The findings of municipalities that count alike, and of those with weights."""
    if request.param == "plain":
        return result, table
    weights = pd.Series(np.random.default_rng(0).uniform(0.4, 2, len(result.types)), index=result.types.index)
    weighted = replace(result, weights=weights)
    return weighted, check_findings(weighted, findings=FINDINGS, n_boot=60, n_init=5, random_state=4)


def test_each_resample_is_compared_as_pandas_would(checked):
    result, table = checked
    repeats = repeat_types(result, n_boot=60, n_init=5, random_state=4)
    answers, keys = result.survey.answers[repeats.formed], np.array(result.typology.keys)
    weights = result.weights[repeats.formed].to_numpy()
    plain, found = basis(table, "plain"), basis(table, "uncertain")
    for place, finding in enumerate(FINDINGS):
        gaps = []
        for counts, types in zip(repeats.counts, repeats.types, strict=True):
            drawn = pd.DataFrame({"type": keys[types], "answer": answers[finding.indicator].to_numpy()})
            drawn = drawn.assign(weight=weights).loc[np.repeat(np.arange(len(drawn)), counts)].dropna()
            own = mean(drawn[drawn["type"].isin(finding.types)])
            if finding.claim == "highest":
                others = drawn[~drawn["type"].isin(finding.types)]
                gaps.append({kind: own - mean(rows) for kind, rows in others.groupby("type")})
            else:
                gaps.append({"all": own - mean(drawn)})
        gaps = pd.DataFrame(gaps)
        low = gaps.quantile(0.025).min()
        high = gaps.quantile(1 - 0.025 / gaps.shape[1]).min()
        row, own = found.loc[place], plain.loc[place]
        assert row["ci_low"] == pytest.approx(min(low, own["ci_low"]), abs=1e-12)
        assert row["ci_high"] == pytest.approx(max(high, own["ci_high"]), abs=1e-12)
        assert row["estimate"] == own["estimate"]
        holds = (gaps.min(axis=1) < 0 if finding.claim == "low" else gaps.min(axis=1) > 0).sum()
        assert row["note"] == f"the claim holds in {holds} of 60 resamples"


def test_low_ends_against_the_best_are_those_of_the_comparison(result, table):
    pairs = compare(result, "prozessautomation", n_boot=60, n_init=5, random_state=4).uncertain_differences
    pairs = pairs[pairs["category"] == ""]
    ends = [*pairs.query("type_a == 'optimierer' and type_b != ''")["ci_low"],
            *-pairs.query("type_b == 'optimierer'")["ci_high"]]
    assert basis(table, "uncertain")["ci_low"].iloc[3] == pytest.approx(min(ends))


def test_doubt_never_makes_a_verdict_stronger(table):
    plain, found = basis(table, "plain"), basis(table, "uncertain")
    assert (found["ci_low"] <= plain["ci_low"]).all()
    assert (found["ci_high"] >= plain["ci_high"]).all()
    sure = found["verdict"].isin(["supported", "contradicted"])
    assert found.loc[sure, "verdict"].tolist() == plain.loc[sure, "verdict"].tolist()


def surveys(clarity, count):
    tables = []
    for seed in range(count):
        found = fit(make_survey(150, random_state=seed, clarity=clarity), n_init=5)
        tables.append(check_findings(found, findings=FINDINGS, n_boot=25, n_init=3, random_state=seed))
    found = pd.concat(tables)
    found["width"] = found["ci_high"] - found["ci_low"]
    return found


def test_the_doubt_grows_as_types_blur():
    """Clear types come back in every resample and add no doubt; blurred ones widen the intervals."""
    ratios = []
    for clarity in (8, 1.5):
        found = surveys(clarity, 4)
        ratios.append(basis(found, "uncertain")["width"].mean() / basis(found, "plain")["width"].mean())
    assert ratios[0] < 1.08
    assert ratios[1] > 1.12


def test_intervals_hold_what_other_surveys_of_the_same_population_show():
    """The mean estimate over surveys lies in nearly all intervals, also with blurred types."""
    found = surveys(1.5, 20)
    own = basis(found, "uncertain")
    expected = own.groupby(["indicator", "claim"])["estimate"].transform("mean")
    inside = (own["ci_low"] <= expected) & (expected <= own["ci_high"])
    assert inside.mean() >= 0.95


def test_the_same_seed_gives_the_same_table(result, table):
    again = check_findings(result, findings=FINDINGS, n_boot=60, n_init=5, random_state=4)
    pd.testing.assert_frame_equal(again, table)
    other = check_findings(result, findings=FINDINGS, n_boot=60, n_init=5, random_state=5)
    assert not np.allclose(basis(other, "uncertain")[ENDS], basis(table, "uncertain")[ENDS])


def test_a_type_without_answers_is_left_out_and_said(result):
    answers = result.survey.answers["mobile_app"].mask((result.types == "optimierer").to_numpy())
    gaps = replace(result, survey=replace(result.survey, answers=result.survey.answers.assign(mobile_app=answers)))
    rows = check_findings(gaps, findings=FINDINGS[:1], n_boot=5, n_init=2)
    assert rows["verdict"].tolist() == ["not checkable"] * 2
    assert rows["note"].tolist() == ["too few answers, or all alike"] * 2


def test_without_findings_nothing_is_resampled(result):
    assert check_findings(result, findings=[], n_boot=100_000).empty
