"""The correction for errors of classification: StepMix's figures, and planted truth."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference_data import figures

from kommtyp.agreement import adjusted_rand
from kommtyp.classification_error import (
    bch_weights,
    corrected_means,
    corrected_shares,
    correction,
    type_probabilities,
)
from kommtyp.intervals import mean_interval, moments, wilson
from kommtyp.kmeans import cluster_resamples


def known(probabilities, labels):
    """The correction by probabilities that are taken as they are."""
    return correction(np.zeros((len(labels), 1)), labels, len(probabilities[0]), probabilities=probabilities)


@pytest.fixture(scope="module")
def reference():
    return figures("three_step"), figures("indicators")["data"]


def test_shares_are_those_of_stepmix(reference):
    theirs, data = reference
    probabilities = np.array(theirs["probabilities"])
    found = corrected_shares(known(probabilities, probabilities.argmax(axis=1)), np.array(data["ozg"][:80])[:, None])
    assert found.estimate[:, 0] == pytest.approx(theirs["shares"], abs=1e-8)


def test_means_are_those_of_stepmix(reference):
    theirs, data = reference
    probabilities = np.array(theirs["probabilities"])
    errors = known(probabilities, probabilities.argmax(axis=1))
    assert corrected_means(errors, data["score"][:80]).estimate == pytest.approx(theirs["means"], abs=1e-6)


def test_certain_types_change_nothing():
    draw = np.random.default_rng(0)
    labels, answers, values = draw.integers(0, 3, 90), draw.integers(0, 2, 90), draw.normal(size=90)
    certain = known(np.eye(3)[labels], labels)
    np.testing.assert_allclose(certain.weights, np.eye(3)[labels])
    plain = wilson(np.bincount(labels, answers), np.bincount(labels))
    for mine, theirs in zip(corrected_shares(certain, answers[:, None]), plain, strict=True):
        np.testing.assert_allclose(mine[:, 0], theirs, atol=1e-12)
    of_all = moments(values, labels, 3)
    np.testing.assert_allclose(
        corrected_means(certain, values), mean_interval(of_all.mean, of_all.sd, of_all.n), rtol=1e-9
    )


@given(st.integers(2, 5), st.integers(0, 2**31))
def test_weights_take_a_known_mixture_apart(k, seed):
    """What is expected of the types put, by the error matrix, comes back as what holds for the true ones."""
    draw = np.random.default_rng(seed)
    probabilities = draw.dirichlet(np.full(k, 0.3), 200)
    labels = probabilities.argmax(axis=1)
    weights = bch_weights(probabilities, labels)
    if np.isnan(weights).any():
        return
    np.testing.assert_allclose(weights.sum(axis=1), 1, atol=1e-9)
    np.testing.assert_allclose(weights.sum(axis=0), probabilities.sum(axis=0), atol=1e-8)
    put = np.eye(k)[labels]
    of_true = draw.random(k)
    of_put = probabilities @ of_true
    seen = (put.T @ of_put) / np.maximum(put.sum(axis=0), 1)
    np.testing.assert_allclose(weights.T @ seen[labels] / weights.sum(axis=0), of_true, atol=1e-6)


def test_types_that_cannot_be_told_apart_have_no_weights():
    assert np.isnan(bch_weights([[0.5, 0.5]] * 4, [0, 1, 0, 1])).all()
    empty = bch_weights([[1.0, 0, 0], [0, 1, 0]], [0, 1])
    assert np.isnan(empty[:, 2]).all()
    assert np.isfinite(empty[:, :2]).all()
    errors = known(np.eye(3)[:2], [0, 1])
    np.testing.assert_array_equal(errors.weights, empty)
    assert np.isnan(corrected_shares(errors, [[1], [0]]).estimate[2, 0])
    nobody = errors.of(np.zeros(2, dtype=bool))
    assert np.isnan(corrected_means(nobody, []).estimate).all()
    assert np.isnan(corrected_shares(nobody, np.empty((0, 1))).high).all()


def clouds(draw, n, apart):
    """Four round clouds of unequal size in three dimensions."""
    truth = draw.choice(4, n, p=[0.35, 0.3, 0.2, 0.15])
    corners = np.array([[0, 0, 0], [1, 1, 0], [1, 0, 1], [0, 1, 1]])
    return truth, apart * corners[truth] + draw.normal(size=(n, 3))


def classified(X, truth, seed):
    """k-means clusters, numbered like the true types they hold most of."""
    labels = cluster_resamples(X, np.ones((1, len(X))), 4, n_init=10, seeds=[seed], n_jobs=1).labels[0]
    held = np.stack([np.bincount(truth[labels == c], minlength=4) for c in range(4)])
    return held.argmax(axis=1)[labels]


def test_probabilities_tell_how_many_are_put_wrong():
    draw = np.random.default_rng(1)
    truth, X = clouds(draw, 3000, 3.0)
    labels = classified(X, truth, 1)
    probabilities = type_probabilities(X, labels, 4)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)
    expected = 1 - probabilities[np.arange(len(X)), labels].mean()
    assert (labels != truth).mean() == pytest.approx(expected, abs=0.015)
    same = type_probabilities(np.concatenate([X, X]), np.concatenate([labels, labels]), 4, np.repeat([0.5, 0.5], 3000))
    np.testing.assert_allclose(same[:3000], probabilities, atol=1e-6)


def test_coverage_where_the_types_are_known():
    """Plain intervals miss the true types, corrected ones hold them in about 95 of 100 cases."""
    shares, plain, corrected, found = np.array([0.1, 0.25, 0.4, 0.7]), [], [], []
    for seed in range(60):
        draw = np.random.default_rng(seed)
        truth, X = clouds(draw, 400, 2.5)
        labels = classified(X, truth, seed)
        if len(set(labels)) < 4:
            continue
        found.append(adjusted_rand(truth[None], labels[None])[0])
        of_type = np.stack([draw.permutation(shares) for _ in range(20)])
        answers = (draw.random((400, 20)) < of_type[:, truth].T).astype(float)
        n = np.bincount(labels, minlength=4)[:, None]
        put = wilson(np.eye(4)[labels].T @ answers, n)
        right = corrected_shares(correction(X, labels, 4), answers)
        for hits, interval in ((plain, put), (corrected, right)):
            hits.append(np.abs(of_type.T - (interval.low + interval.high) / 2) <= (interval.high - interval.low) / 2)
    assert 0.65 < np.mean(found) < 0.85
    assert np.mean(plain) < 0.9
    assert 0.93 < np.mean(corrected) < 0.97
