"""Findings held against the answers: verdicts, what cannot be checked, weights."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kommtyp.definitions import Finding, packaged_definitions
from kommtyp.errors import FitError
from kommtyp.findings import check_findings
from kommtyp.typology import fit


@pytest.fixture(scope="module")
def planted():
    """Types by construction, and indicators that follow them."""
    rng = np.random.default_rng(0)
    types = np.repeat(np.arange(4), 60)
    goals = ["recht", "foerdermittel", "effizienz", "effektivitaet", "attraktivitaet", "buergernaehe"]
    goals += ["daseinsvorsorge", "gemeinschaft"]
    high = np.repeat(np.eye(4), 2, axis=1)[types]
    frame = pd.DataFrame(np.where(rng.random((240, 8)) < 0.9, 2 + 3 * high, 3), columns=goals)
    return frame.assign(
        bots=np.where(types == 1, np.arange(240) % 2, np.arange(240) % 10 == 0).astype(int),
        mobile_app=(np.arange(240) % 4 == 0).astype(int),
        datennutzung=1,
        chatbot=np.nan,
    ), types


def check(planted, indicator, claim, types, **options):
    result = fit(planted[0], n_init=20)
    return check_findings(result, findings=[Finding(indicator, claim, types)], **options).iloc[0]


def test_each_verdict_follows_from_its_interval(planted):
    assert check(planted, "bots", "highest", ["optimierer"])["verdict"] == "supported"
    assert check(planted, "bots", "high", ["optimierer"])["verdict"] == "supported"
    assert check(planted, "bots", "low", ["optimierer"])["verdict"] == "contradicted"
    assert check(planted, "bots", "highest", ["bedaechtige"])["verdict"] == "contradicted"
    assert check(planted, "bots", "low", ["bedaechtige"])["verdict"] == "supported"
    assert check(planted, "mobile_app", "high", ["optimierer"])["verdict"] == "opposite direction"


COLUMNS = ["indicator", "claim", "types", "basis", "adjusted_for", "n", "estimate", "ci_low", "ci_high", "level"]
COLUMNS += ["verdict", "source", "wording", "note"]


def test_the_table_has_one_shape_whatever_is_asked(sample):
    result = fit(sample, n_init=20)
    plain = check_findings(result)
    every = check_findings(result, adjust_for="groessenklasse", n_boot=5, n_init=2, level=0.9)
    for table in (plain, every, check_findings(result, findings=[])):
        assert table.columns.tolist() == COLUMNS
    assert plain["basis"].unique().tolist() == ["plain"]
    assert every["basis"].tolist() == ["plain", "adjusted", "uncertain"] * len(plain)
    assert every.dtypes[["n", "level"]].map(lambda kind: kind.kind).tolist() == ["i", "f"]
    assert set(every["level"]) == {0.9}
    assert every["adjusted_for"].tolist() == ["", "groessenklasse", ""] * len(plain)
    heads = every.iloc[::3].reset_index(drop=True)
    pd.testing.assert_frame_equal(heads, check_findings(result, level=0.9))


def test_n_counts_those_with_type_and_answer(sample):
    result = fit(sample, n_init=20)
    row = check_findings(result).query("indicator == 'bots'").iloc[0]
    assert row["n"] == (result.types.notna().to_numpy() & sample["bots"].notna().to_numpy()).sum()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"level": 95}, "level: 95 is not between 0 and 1"),
        ({"level": "0.95"}, "level: '0.95'"),
        ({"n_boot": 1}, "n_boot: 1 resample has no spread"),
        ({"n_boot": 2.5}, "n_boot: 2.5"),
        ({"n_boot": 10, "n_init": 0}, "n_init: 0"),
        ({"random_state": -1}, "random_state: -1"),
        ({"adjust_for": "einwohner"}, "adjust_for: 'einwohner' is a number"),
        ({"adjust_for": "effizienz"}, "adjust_for: 'effizienz' is one of the goals"),
        ({"adjust_for": []}, "adjust_for: no item given"),
        ({"adjust_for": 5}, "adjust_for: 5 given. Use a name"),
        ({"lang": "fr"}, "lang: 'fr' is not known"),
    ],
)
def test_options_out_of_range_are_refused(sample, options, message):
    with pytest.raises(FitError, match=message):
        check_findings(fit(sample, n_init=5), **options)


def test_one_finding_needs_no_list(planted):
    finding = Finding("bots", "high", ["optimierer"])
    result = fit(planted[0], n_init=20)
    pd.testing.assert_frame_equal(check_findings(result, findings=finding), check_findings(result, findings=[finding]))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("bots", "findings: str given"),
        ([("bots", "high", "optimierer")], "findings: tuple given"),
    ],
)
def test_what_are_no_findings_is_refused(sample, given, message):
    with pytest.raises(FitError, match=message):
        check_findings(fit(sample, n_init=5), findings=given)
    with pytest.raises(FitError, match="result: DataFrame given"):
        check_findings(sample)


def test_verdicts_never_say_more_than_the_interval(sample):
    result = fit(sample, n_init=20)
    for row in check_findings(result, adjust_for=["groessenklasse", "art"], n_boot=20, n_init=3).itertuples():
        sign = -1 if row.claim == "low" else 1
        low, high = sorted((sign * row.ci_low, sign * row.ci_high))
        assert (row.verdict == "supported") == (low > 0)
        assert (row.verdict == "contradicted") == (high < 0)
        assert row.source
        assert row.wording


def test_shares_differ_by_newcombe_scaled_by_the_rest(planted):
    """30 of 60 against 18 of 180.

    R 4.2.2: a <- prop.test(30, 60, correct = FALSE)$conf.int; b <- prop.test(18, 180, correct = FALSE)$conf.int;
    0.4 - sqrt((0.5 - a[1])^2 + (b[2] - 0.1)^2); 0.4 + sqrt((a[2] - 0.5)^2 + (0.1 - b[1])^2)
    """
    row = check(planted, "bots", "high", ["optimierer"])
    assert row["estimate"] == pytest.approx((30 / 60 - 18 / 180) * 0.75)
    assert row["ci_low"] == pytest.approx(0.266577592 * 0.75, abs=1e-9)
    assert row["ci_high"] == pytest.approx(0.527769381 * 0.75, abs=1e-9)


@pytest.mark.parametrize(
    ("finding", "note"),
    [
        (Finding("nirgends", "high", ["optimierer"]), "not in the data"),
        (Finding("datennutzung", "high", ["optimierer"]), "all municipalities answered alike"),
        (Finding("chatbot", "high", ["optimierer"]), "no valid answers"),
        (Finding("bots", "high", ["gruppe_9"]), "no type of the name gruppe_9"),
        (Finding("bots", "high", packaged_definitions().keys), "said of all types"),
    ],
)
def test_what_cannot_be_checked_says_why(planted, finding, note):
    row = check_findings(fit(planted[0], n_init=20), findings=[finding]).iloc[0]
    assert (row["verdict"], row["note"]) == ("not checkable", note)
    assert np.isnan(row["estimate"])


def test_the_wording_comes_in_two_languages(sample):
    result = fit(sample, n_init=20)
    german, english = (check_findings(result, lang=lang)["wording"] for lang in ("de", "en"))
    assert german.tolist() == [finding.wording for finding in packaged_definitions().findings]
    assert english.tolist() == [finding.wording_en for finding in packaged_definitions().findings]


def test_unnamed_types_have_no_findings(sample):
    assert check_findings(fit(sample, types="unnamed", n_init=5)).empty


def test_weights_move_the_estimates(planted):
    """Municipalities with bots count three times: 30 of 60 become 90 of 120, 18 of 180 become 54 of 216."""
    frame, _ = planted
    result = fit(frame, weights=1 + 2 * frame["bots"], n_init=20)
    rows = check_findings(result, findings=[Finding("bots", claim, ["optimierer"]) for claim in ("high", "highest")])
    assert rows["estimate"].tolist() == pytest.approx([(90 / 120 - 54 / 216) * 216 / 336, 90 / 120 - 18 / 72])
    assert rows["verdict"].tolist() == ["supported", "supported"]
    assert ((rows["ci_low"] < rows["estimate"]) & (rows["estimate"] < rows["ci_high"])).all()


def test_equal_weights_and_their_scale_change_little_or_nothing(sample):
    result = fit(sample, n_init=5)
    weights = pd.Series(np.resize([0.5, 1.0, 1.5, 1.0], len(sample)), index=result.types.index)
    plain, equal, once, thrice = (
        check_findings(replace(result, weights=w)) for w in (result.weights, result.weights * 3, weights, weights * 3)
    )
    np.testing.assert_allclose(equal["estimate"], plain["estimate"], atol=1e-12)
    np.testing.assert_allclose(equal[["ci_low", "ci_high"]], plain[["ci_low", "ci_high"]], atol=0.02)
    pd.testing.assert_frame_equal(once, thrice)
    assert not np.allclose(once["estimate"], plain["estimate"])


def test_municipalities_without_weight_do_not_count(planted):
    frame, _ = planted
    result = fit(frame, n_init=20)
    weights = result.weights.mask(frame["bots"] == 0, 0)
    row = check_findings(replace(result, weights=weights), findings=[Finding("bots", "high", ["optimierer"])]).iloc[0]
    assert row["note"] == "all municipalities answered alike"


def test_numbers_too_large_to_compare_say_so(planted):
    frame = planted[0].assign(einwohner=np.arange(1, 241) * 1e160)
    row = check((frame, planted[1]), "einwohner", "high", ["optimierer"])
    assert row["verdict"] == "not checkable"
    assert row["note"] == "numbers as large as 2.4e+162 are too large to compare. Give them in a larger unit"
