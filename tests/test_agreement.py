import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from kommtyp import agreement
from kommtyp.agreement import (
    adjusted_rand,
    best_jaccard,
    contingency,
    fowlkes_mallows,
    jaccard,
    pair_jaccard,
    rand,
    slsw,
    variation_of_information,
)
from kommtyp.kmeans import kmeans
from kommtyp.validity import nearest_center
from tests.reference_data import figures, ratings

INDICES = (adjusted_rand, rand, pair_jaccard, fowlkes_mallows)
CASES = figures("partition_agreement")["result"]


def digits(text):
    return np.array(list(text), dtype=int)


partitions = hnp.arrays(int, st.integers(2, 12), elements=st.integers(0, 4))
pairs = partitions.flatmap(lambda a: st.tuples(st.just(a), hnp.arrays(int, len(a), elements=st.integers(0, 4))))


@pytest.mark.parametrize("name", list(CASES))
def test_agreement_is_that_of_r_wherever_r_gives_a_number(name):
    case = CASES[name]
    a, b = digits(case["a"]), digits(case["b"])
    for index, field in (
        (adjusted_rand, "ARI_flexclust"),
        (adjusted_rand, "ARI_mclust"),
        (rand, "RI_flexclust"),
        (pair_jaccard, "Jaccard_pairs"),
        (fowlkes_mallows, "FowlkesMallows"),
        (variation_of_information, "VI_nats_fpc"),
    ):
        if case[field] is not None:
            assert index(a, b) == pytest.approx(case[field], abs=1e-12)
    assert jaccard(a, b, a.max() + 1, b.max() + 1) == pytest.approx(np.array(case["cluster_jaccard"]), abs=1e-12)


@pytest.mark.parametrize("partition", [[0, 0, 0], [0, 1, 2], [0]])
def test_equal_partitions_agree_fully_even_where_no_pairs_are_left_to_tell(partition):
    assert [float(index(partition, partition)) for index in INDICES] == [1, 1, 1, 1]
    assert variation_of_information(partition, partition) == 0


def test_where_only_one_partition_has_pairs_there_is_no_agreement():
    alone, together = [0, 1, 2], [0, 0, 0]
    assert [float(index(alone, together)) for index in INDICES] == [0, 0, 0, 0]


@given(pairs)
def test_agreement_is_symmetric_and_blind_to_numbers_and_order(pair):
    a, b = pair
    order = np.random.default_rng(len(a)).permutation(len(a))
    other = np.random.default_rng(0).permutation(5)
    for index in (*INDICES, variation_of_information):
        value = index(a, b)
        assert index(b, a) == pytest.approx(value, abs=1e-12)
        assert index(other[a], b) == pytest.approx(value, abs=1e-12)
        assert index(a[order], b[order]) == pytest.approx(value, abs=1e-12)


@given(pairs)
def test_indices_stay_within_their_bounds(pair):
    for index in INDICES:
        assert -0.5 - 1e-12 <= index(*pair) <= 1 + 1e-12
    assert 0 <= variation_of_information(*pair) <= np.log(len(pair[0])) + 1e-12


@given(pairs, st.integers(0, 2**32 - 1))
def test_variation_of_information_is_a_metric(pair, seed):
    a, b = pair
    c = np.random.default_rng(seed).integers(0, 4, len(a))
    direct = variation_of_information(a, b)
    assert direct <= variation_of_information(a, c) + variation_of_information(c, b) + 1e-12


def test_a_batch_gives_what_single_pairs_give(monkeypatch):
    monkeypatch.setattr(agreement, "CELLS_AT_ONCE", 50)
    rng = np.random.default_rng(0)
    a, b = rng.integers(0, 4, (7, 20)), rng.integers(0, 3, (7, 20))
    weights = rng.integers(0, 3, (7, 20))
    for index in (*INDICES, variation_of_information):
        assert index(a, b).tolist() == [float(index(one, other)) for one, other in zip(a, b, strict=True)]
        assert index(a[0], b).tolist() == [float(index(a[0], other)) for other in b]
    tables = contingency(a[0], b, 4, 3, weights)
    assert tables.shape == (7, 4, 3)
    for table, other, w in zip(tables, b, weights, strict=True):
        assert (table == contingency(a[0], other, 4, 3, w)).all()


@given(pairs, st.integers(0, 2**32 - 1))
def test_weights_count_as_copies(pair, seed):
    a, b = pair
    copies = np.random.default_rng(seed).integers(0, 3, len(a))
    repeated = contingency(np.repeat(a, copies), np.repeat(b, copies), 5, 5)
    assert (contingency(a, b, 5, 5, copies) == repeated).all()


def test_rows_in_no_cluster_count_nowhere():
    assert contingency([0, -1, 1], [0, 0, 1], 2, 2).tolist() == [[1, 0], [0, 1]]
    assert contingency([0, 1, 1], [0, 0, -1], 2, 2, [2, 3, 4]).tolist() == [[2, 0], [3, 0]]
    assert contingency([-1], [0], 1, 1).tolist() == [[0]]


def test_a_cluster_beyond_the_partition_is_refused():
    with pytest.raises(ValueError, match="cluster 2 in a partition of 2"):
        contingency([0, 1, 2], [0, 0, 0], 2, 1)


@given(pairs)
@settings(max_examples=30)
def test_largest_similarity_is_that_of_the_rows_in_the_sample(pair):
    a, b = pair
    held = np.random.default_rng(len(a)).integers(0, 2, len(a))
    found = best_jaccard(a, b, held, 5, 5)
    inside = jaccard(a[held > 0], b[held > 0], 5, 5).max(axis=1, initial=0)
    present = np.bincount(a[held > 0], minlength=5) > 0
    assert found[present] == pytest.approx(inside[present])
    assert np.isnan(found[~present]).all()


@pytest.mark.parametrize(
    ("draws", "scheme", "multiplicity"),
    [
        ("boot", "boot_multipleboot_FALSE_default", False),
        ("boot", "boot_multipleboot_TRUE", True),
        ("subset", "subset", False),
    ],
)
def test_clusterwise_jaccard_is_that_of_clusterboot(draws, scheme, multiplicity):
    reference = figures("clusterboot")
    original, X = digits(reference["result"]["partition"]), ratings()
    counts = np.array([digits(text) for text in reference[draws]])
    counts = counts if multiplicity else (counts > 0).astype(int)
    found = [kmeans(X, 4, weights=w, n_init=100).labels for w in counts]
    expected = np.array(reference["result"][scheme]).T
    assert best_jaccard(original, np.array(found), counts, 4, 4) == pytest.approx(expected, abs=1e-9)


def test_slsw_is_that_of_flexclust():
    reference = figures("slsw")
    first, second = (np.array([digits(text) for text in reference[side]]) for side in ("first", "second"))
    found = slsw(digits(reference["original"]), first, second, 4).T
    assert found == pytest.approx(np.array(reference["result"]["jaccard_per_segment"]), abs=1e-12)
    assert found.mean(axis=1) == pytest.approx(np.array(reference["result"]["mean"]), abs=1e-12)


@pytest.mark.parametrize("k", ["2", "4", "6"])
def test_agreement_of_pairs_of_centers_is_that_of_bootflexclust(k):
    reference = figures("bootflexclust")
    centers = np.array(reference["centers"][k])
    first, second = (nearest_center(ratings(), centers[:, side]) for side in (0, 1))
    assert adjusted_rand(first, second) == pytest.approx(np.array(reference["result"][k]), abs=1e-9)
