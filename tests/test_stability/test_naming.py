import numpy as np
from reference_data import ratings

from kommtyp.labelling import label_clusters
from kommtyp.stability.naming import match_by_overlap, name_by_rule

MARKS = np.kron(np.eye(4, dtype=bool), np.ones((1, 2), dtype=bool))


def test_the_rule_is_that_of_the_fit():
    X, rng = ratings(), np.random.default_rng(0)
    centers = X.mean(axis=0) + rng.normal(0, 0.7, size=(20, 4, 8))
    weights = rng.poisson(1, size=(20, 412)).astype(float)
    names = name_by_rule(centers, X, weights, MARKS)
    for b in range(20):
        assert names[b].tolist() == label_clusters(centers[b], X, MARKS, weights[b]).names.tolist()


def test_a_resample_without_clusters_has_no_names():
    centers = np.full((1, 4, 8), np.nan)
    assert (name_by_rule(centers, ratings(), np.ones((1, 412)), MARKS) == -1).all()
    assert (match_by_overlap(np.zeros(5, dtype=int), np.full((1, 5), -1), 4) == -1).all()


def test_overlap_undoes_any_numbering():
    original = np.repeat(np.arange(4), 10)
    for numbering in ([3, 1, 0, 2], [0, 1, 2, 3]):
        found = np.array(numbering)[original]
        names = match_by_overlap(original, found[None], 4)
        assert np.array_equal(names[0][found], original)
