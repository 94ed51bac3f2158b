"""The types of resamples: who was drawn, and which type each got."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from reference_data import figures, ratings
from sklearn.cluster import Birch, KMeans

from kommtyp.agreement import best_jaccard
from kommtyp.datasets import make_survey
from kommtyp.errors import FitError
from kommtyp.scaling import apply_scaling
from kommtyp.stability import assess_stability, repeat_types
from kommtyp.stability.drawing import Draws, draw
from kommtyp.stability.repeating import cluster_draws
from kommtyp.typology import Typology, fit


@pytest.fixture(scope="module", params=["kmeans", "ward", "mixture"])
def fitted(request):
    return fit(make_survey(150, random_state=3), method=request.param, n_init=20)


def test_resamples_are_as_large_as_the_survey(fitted):
    found = repeat_types(fitted, n_boot=12, n_init=5)
    n = int(fitted.types.notna().sum())
    assert found.formed.sum() == n
    assert found.counts.shape == found.types.shape == (12, n)
    assert (found.counts.sum(axis=1) == n).all()
    assert found.types.min() >= 0
    assert found.types.max() < 4
    assert found.failed == 0


def test_the_seed_decides_and_the_number_of_workers_does_not(fitted):
    one, two, other = (
        repeat_types(fitted, n_boot=6, n_init=5, random_state=seed, n_jobs=jobs)
        for seed, jobs in ((1, 1), (1, 2), (2, 1))
    )
    np.testing.assert_array_equal(one.types, two.types)
    assert (one.types != other.types).any()


def test_votes_are_those_of_the_membership(fitted):
    """With multiplicity, assess_stability draws, clusters and names alike; who was not drawn has the nearest center."""
    found = repeat_types(fitted, n_boot=10, n_init=5)
    assessed = assess_stability(fitted, n_boot=10, n_init=5, multiplicity=True)
    out = found.counts == 0
    some = out.any(axis=0)
    votes = np.stack([((found.types == t) & out).sum(axis=0) for t in range(4)], axis=1)[some]
    table = assessed.out_of_bag.loc[found.formed, fitted.typology.keys]
    np.testing.assert_allclose(table[some], votes / out.sum(axis=0)[some, None])
    if fitted.typology.settings.method == "kmeans":  # where each is in the cluster with the nearest center
        votes = np.stack([(found.types == t).mean(axis=0) for t in range(4)], axis=1)
        np.testing.assert_allclose(assessed.membership.loc[found.formed, fitted.typology.keys], votes)


def test_jaccard_of_a_hierarchy_is_that_of_its_own_clusters():
    """R's cutree of the rows drawn, compared by fpc::clujaccard; nearest centers would give other clusters."""
    reference = figures("hierarchy_resamples")
    original = np.array([int(digit) for digit in reference["partition"]]) - 1
    counts = np.zeros((len(reference["rows"]), 412), dtype=np.int16)
    for drawn, rows in zip(counts, reference["rows"], strict=True):
        drawn[np.array(rows) - 1] = 1
    X = ratings() + 0.01 * np.sin(np.arange(1, ratings().size + 1)).reshape(ratings().shape[::-1]).T
    result = fit(pd.DataFrame(ratings(), columns=[f"p{j}" for j in range(8)]), types="unnamed", n_types=4,
                 goals=[f"p{j}" for j in range(8)], method="ward")  # fmt: skip
    draws = Draws(counts, counts.astype(float), tuple(np.empty((0, 8)) for _ in counts))
    seeds = tuple(np.random.SeedSequence(0).spawn(len(counts)))
    options = {"n_init": 1, "seeds": seeds, "n_jobs": 1, "advance": lambda _: None, "keep_partial": False}
    found, own = cluster_draws(result, X, draws, **options)
    assert best_jaccard(original, own, counts, 4, 4) == pytest.approx(np.array(reference["jaccard"]), abs=1e-12)
    assert (own != found.labels)[counts > 0].any()
    assert (own == found.labels)[counts == 0].all()


@pytest.mark.parametrize("scheme", ["bootstrap", "subset", "noise"])
@pytest.mark.parametrize("method", ["mixture", KMeans(4, n_init=1, random_state=0), "kmedoids"])
def test_who_was_drawn_is_in_the_cluster_it_was_put_into(method, scheme):
    """Each cluster's own rows lie around its center, whatever way the rows were handed over."""
    result = fit(make_survey(90, random_state=3), method=method, n_init=3)
    formed = result.types.notna().to_numpy()
    X = apply_scaling(result.typology.scaling, result.ratings.to_numpy()[formed])
    seeds = tuple(np.random.SeedSequence(1).spawn(4))
    draws = draw(X, np.ones(len(X)), scheme, seeds, multiplicity=True)
    options = {"n_init": 3, "seeds": seeds, "n_jobs": 1, "advance": lambda _: None, "keep_partial": False}
    found, own = cluster_draws(result, X, draws, **options)
    for b in range(4):
        rows = np.repeat(np.arange(len(X)), draws.counts[b])
        for c in range(4):
            mine = X[rows][own[b, rows] == c]
            if not len(draws.noise[b]):
                assert mine.mean(axis=0) == pytest.approx(found.centers[b, c])
            elif len(mine) > 10:  # the points of noise belong to clusters, too
                assert np.linalg.norm(mine.mean(axis=0) - found.centers[b, c]) < 1


def test_too_few_different_ratings_are_refused():
    ratings = pd.DataFrame([[5, 1, 3], [1, 5, 3], [3, 1, 5]], columns=["recht", "effizienz", "gemeinschaft"])
    result = fit(ratings, goals=list(ratings), types="unnamed", n_types=3, n_init=5)
    with pytest.raises(FitError, match=r"n_boot: . of 4 resamples .* different ratings"):
        repeat_types(result, n_boot=4, n_init=2)


class OnlyTheWhole(Birch):
    """Refuses every resample."""

    def fit_predict(self, X, y=None):
        if len(np.unique(X, axis=0)) < 50:
            raise ValueError("too small for me")
        return super().fit_predict(X)


def test_why_no_resample_could_be_clustered_is_told():
    result = fit(make_survey(60, random_state=3), method=OnlyTheWhole(n_clusters=4, threshold=0.2))
    with pytest.raises(FitError, match=r"n_boot: 0 of 4 resamples could be clustered\. .*too small for me"):
        repeat_types(result, n_boot=4, n_init=2)


def test_clusterers_from_elsewhere_are_repeated_as_long_as_they_are_at_hand(tmp_path):
    answers = make_survey(60, random_state=3)
    result = fit(answers, method=Birch(n_clusters=4, threshold=0.2))
    repeats = repeat_types(result, n_boot=4, n_init=2)
    assert repeats.types.shape[0] + repeats.failed == 4
    read = Typology.from_json(result.typology.to_json(tmp_path / "typologie.json")).classify(answers)
    with pytest.raises(FitError, match=r"formed by Birch.*, of which only the name is known"):
        repeat_types(read, n_boot=4, n_init=2)


def test_resamples_in_which_a_clusterer_finds_too_few_groups_are_counted():
    rng = np.random.default_rng(0)
    answers = pd.DataFrame(rng.integers(1, 6, size=(40, 3)), columns=["recht", "effizienz", "gemeinschaft"])
    result = fit(answers, goals=list(answers), types="unnamed", n_types=3, method=KMeans(3, n_init=1, random_state=0))
    repeats = repeat_types(replace(result, clusterer=Reluctant()), n_boot=12, n_init=2)
    assert 0 < repeats.failed < 12


class Reluctant(KMeans):
    """A clusterer that finds a single group in every sample with an odd number of different rows."""

    def __init__(self, n_clusters=3):
        super().__init__(n_clusters=n_clusters, n_init=1, random_state=0)

    def fit(self, X, y=None, sample_weight=None):
        super().fit(X)
        if len(np.unique(X, axis=0)) % 2:
            self.labels_ = np.zeros_like(self.labels_)
        return self

    def fit_predict(self, X, y=None, sample_weight=None):
        return self.fit(X).labels_
