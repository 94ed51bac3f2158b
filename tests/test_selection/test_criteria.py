import numpy as np
import pandas as pd
import pytest

from kommtyp.selection.criteria import CRITERIA, suggest
from kommtyp.selection.wording import sentence


def table(**columns):
    given = pd.DataFrame({"k": [2, 3, 4]} | columns)
    return given.reindex(columns=[*given.columns, *(c.name for c in CRITERIA if c.name not in given), "gap_se"])


def beside(values, low, high):
    return pd.DataFrame(
        [(name, 4, value, (low + high) / 2, low, high, 0.0) for name, value in values.items()],
        columns=["criterion", "k", "value", "null", "null_low", "null_high", "as_good"],
    )


def choice(criterion, panel, single=(np.nan, np.nan)):
    return suggest(panel, beside({}, 0, 0), single).set_index("criterion")["k"][criterion]


@pytest.mark.parametrize("criterion", ["silhouette", "calinski_harabasz", "ari"])
def test_the_largest_value_is_chosen(criterion):
    assert choice(criterion, table(**{criterion: [0.2, 0.5, 0.4]})) == 3


@pytest.mark.parametrize("criterion", ["davies_bouldin", "instability", "bic"])
def test_the_smallest_value_is_chosen(criterion):
    assert choice(criterion, table(**{criterion: [0.2, np.nan, 0.1]})) == 4


@pytest.mark.parametrize(
    ("strength", "k"), [([0.9, 0.7, 0.85], 4), ([0.9, 0.81, 0.8], 3), ([0.5, 0.4, 0.3], 1)]
)
def test_the_largest_number_with_enough_prediction_strength_is_chosen(strength, k):
    assert choice("prediction_strength", table(prediction_strength=strength)) == k


@pytest.mark.parametrize(
    ("single", "gap", "se", "k"),
    [
        ((0.5, 0.01), [0.4, 0.3, 0.2], [0.01] * 3, 1),
        ((0.1, 0.01), [0.3, 0.5, 0.505], [0.01] * 3, 3),
        ((0.1, 0.01), [0.2, 0.3, 0.4], [0.01] * 3, 4),
        ((0.1, 0.01), [0.3, np.nan, 0.2], [0.01] * 3, 2),
    ],
)
def test_the_gap_may_say_that_there_is_no_division(single, gap, se, k):
    assert choice("gap", table(gap=gap).assign(gap_se=se), single) == k


def test_a_criterion_that_could_not_be_computed_chooses_nothing():
    found = suggest(table(), beside({}, 0, 0), (np.nan, np.nan))
    assert found["k"].isna().all()
    assert found["beyond_null"].isna().all()
    assert sentence(found, beside({}, 0, 0), 4, "de").startswith("Für keine Zahl von Typen")


def test_beyond_means_on_the_better_side_of_the_whole_range():
    panel = table(silhouette=[0.1, 0.1, 0.3], davies_bouldin=[3.0, 3, 1], instability=[0.3, 0.3, 0.1])
    null = beside({"silhouette": 0.3, "davies_bouldin": 1.0}, 0.1, 0.2)
    found = suggest(panel, null, (np.nan, np.nan)).set_index("criterion")
    assert found.loc["silhouette", "beyond_null"]
    assert not found.loc["davies_bouldin", "beyond_null"]
    assert found["beyond_null"].isna()["instability"]


def suggestion(**chosen):
    return pd.DataFrame({"criterion": list(chosen), "k": pd.array(list(chosen.values()), dtype="Int64")})


@pytest.mark.parametrize(
    ("chosen", "given", "expected"),
    [
        (
            {"silhouette": 4, "ari": 4},
            4,
            "Alle Kriterien sprechen für 4 Typen; das ist auch die Zahl der Studie.",
        ),
        (
            {"silhouette": 2, "gap": 1, "ari": 4},
            4,
            "Die Kriterien sprechen für verschiedene Zahlen von Typen: keine Teilung (Gap-Statistik), 2 (Silhouette), "
            "4 (Übereinstimmung der Stichproben); dass es 4 Typen sind, gibt die Studie vor, die Daten allein legen "
            "es nicht fest.",
        ),
        (
            {"silhouette": 2, "ari": 2},
            4,
            "Alle Kriterien sprechen für 2 Typen; dass es 4 Typen sind, gibt die Studie vor, aus diesen Daten ergibt "
            "es sich nicht.",
        ),
        ({"gap": 1, "prediction_strength": 1}, None, "Alle Kriterien sprechen für keine Teilung."),
        ({"gap": 3, "ari": None}, None, "Alle Kriterien sprechen für 3 Typen."),
    ],
)
def test_the_sentence_says_what_is_found_and_what_is_given(chosen, given, expected):
    assert sentence(suggestion(**chosen), beside({}, 0, 0), given, "de") == expected


@pytest.mark.parametrize(
    ("silhouette", "ari", "end"),
    [
        (0.3, 0.9, "with 4 types all criteria do better than in data without structure."),
        (0.3, 0.1, "with 4 types no better than in data without structure: agreement of samples."),
        (0.1, 0.1, "with 4 types no criterion does better than in data without structure."),
    ],
)
def test_the_sentence_says_what_data_without_structure_would_give_too(silhouette, ari, end):
    null = beside({"silhouette": silhouette, "ari": ari}, 0.1, 0.2)
    found = sentence(suggestion(silhouette=4, ari=2), null, 4, "en")
    assert found.endswith(end)
    assert "given by the study" in found


def test_every_criterion_has_a_name_in_both_languages():
    assert all(criterion.de and criterion.en for criterion in CRITERIA)
    assert len({criterion.de for criterion in CRITERIA}) == len(CRITERIA)
