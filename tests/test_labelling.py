import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from reference_data import ratings

from kommtyp.labelling import label_clusters, profile_scores

MARKS = np.kron(np.eye(4, dtype=bool), np.ones((1, 2), dtype=bool))
CENTERS = arrays(float, (4, 8), elements=st.floats(-2, 2))


def brute_force(scores, forbidden=None):
    totals = [
        sum(scores[c, t] for c, t in enumerate(names))
        for names in itertools.permutations(range(scores.shape[1]), len(scores))
        if forbidden is None or names[forbidden[0]] != forbidden[1]
    ]
    return max(totals)


def test_score_by_hand():
    z = np.array([[1.0, 0.5, -0.5, 0.0]])
    assert profile_scores(z, [[True, True, False, False]])[0, 0] == pytest.approx(0.75 + 0.25)


@settings(deadline=None)
@given(CENTERS)
def test_names_have_the_largest_total_and_clarity_is_the_loss_per_cluster(centers):
    found = label_clusters(centers, ratings(), MARKS)
    total = brute_force(found.scores)
    assert found.score.sum() == pytest.approx(total)
    for c in range(4):
        assert found.clarity[c] == pytest.approx((total - brute_force(found.scores, (c, found.names[c]))) / 4, abs=1e-9)


@settings(deadline=None)
@given(CENTERS, st.permutations(range(4)), st.permutations(range(8)))
def test_order_of_clusters_and_goals_does_not_matter(centers, clusters, goals):
    X = ratings()
    found = label_clusters(centers, X, MARKS)
    if found.clarity.min() < 1e-6:
        return
    again = label_clusters(centers[clusters][:, goals], X[:, goals], MARKS[:, goals])
    assert again.names.tolist() == found.names[clusters].tolist()
    assert again.score == pytest.approx(found.score[clusters])
    assert again.doubtful.tolist() == found.doubtful[clusters].tolist()


def test_a_goal_that_is_high_everywhere_counts_for_nothing():
    X = ratings()
    raised, centers = X.copy(), X[:4].copy()
    raised[:, 3] += 10
    lifted = centers.copy()
    lifted[:, 3] += 10
    assert label_clusters(lifted, raised, MARKS).scores == pytest.approx(label_clusters(centers, X, MARKS).scores)


def test_two_clusters_that_are_alike_bear_doubtful_names():
    X = ratings()
    profiles = X.mean(axis=0) + np.array([[1.0] * 2 + [0.0] * 6, [1.0] * 2 + [0.0] * 6])
    found = label_clusters(profiles, X, MARKS[:2])
    assert found.clarity == pytest.approx([0, 0], abs=1e-9)
    assert found.doubtful.all()


def test_more_clusters_than_types_leave_some_without_a_name():
    X = ratings()
    centers = X.mean(axis=0) + np.vstack([MARKS.astype(float), np.zeros(8)])
    found = label_clusters(centers, X, MARKS)
    assert found.names.tolist() == [0, 1, 2, 3, -1]
    assert np.isnan(found.score[4])
    assert not found.doubtful.any()


def test_weights_count_like_repeated_rows():
    """But for the divisor of the standard deviation, n − 1, where n is the number of municipalities."""
    X, w = ratings()[:60], np.resize([1, 2, 3], 60)
    weighted = label_clusters(X[:4], X, MARKS, w)
    repeated = label_clusters(X[:4], np.repeat(X, w, axis=0), MARKS)
    assert weighted.names.tolist() == repeated.names.tolist()
    divisors = np.sqrt((60 - 1) / 60 * w.sum() / (w.sum() - 1))
    assert weighted.scores == pytest.approx(repeated.scores * divisors)
