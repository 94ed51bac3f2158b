"""The correction for errors of classification: figures of StepMix and mclust, finite differences, planted truth."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference_data import figures, ratings
from scipy.special import logsumexp, softmax

from kommtyp.agreement import adjusted_rand
from kommtyp.classification_error import (
    bch_weights,
    corrected_means,
    corrected_shares,
    correction,
    fit_mixture,
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


def test_weights_count_rows_as_often_as_stepmix_sees_them():
    theirs, data = figures("three_step_weighted"), figures("indicators")["data"]
    probabilities = np.array(theirs["probabilities"])
    undone = bch_weights(probabilities, probabilities.argmax(axis=1), theirs["weights"])
    shares, means = (np.array(data[name][:80]) @ undone / undone.sum(axis=0) for name in ("ozg", "score"))
    assert shares == pytest.approx(theirs["shares"], abs=1e-8)
    assert means == pytest.approx(theirs["means"], abs=1e-6)


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


@pytest.mark.parametrize("case", range(5))
def test_probabilities_are_those_of_mclust(case):
    """Clouds of one variance, or each of its own where one of them is wider, as the criterion says."""
    theirs = figures("round_mixtures")["cases"][case]
    X, labels = ratings()[:80], np.array(theirs["start"]) - 1
    middle = X[labels == 0].mean(axis=0)
    X[labels == 0] = middle + theirs["wide"] * (X[labels == 0] - middle)
    model = min(theirs["bic"], key=theirs["bic"].get)
    mine = fit_mixture(X, labels, labels.max() + 1)
    assert mine.alike == (model == "EII")
    assert mine.bic == pytest.approx(theirs["bic"][model] - X.size * np.log(2 * np.pi), abs=1e-3)
    np.testing.assert_allclose(mine.probabilities, theirs["probabilities"][model], atol=1e-3)
    np.testing.assert_array_equal(type_probabilities(X, labels, labels.max() + 1), mine.probabilities)


def mixture(theta, X, k):
    """Log-likelihood of each row, and its probabilities, for centers, log odds of the shares and log variances."""
    r = X.shape[1]
    centers, odds, spread = np.split(theta, [k * r, k * r + k - 1])
    odds, spread = np.append(0, odds), np.broadcast_to(spread, k)
    away = ((X[:, None] - centers.reshape(k, r)) ** 2).sum(axis=2)
    density = odds - logsumexp(odds) - away / (2 * np.exp(spread)) - r / 2 * spread
    return logsumexp(density, axis=1), softmax(density, axis=1)


def slopes(function, theta, step=1e-4):
    """Numerical derivative, one row a parameter."""
    steps = step * np.eye(len(theta))
    return np.array([(function(theta + h) - function(theta - h)) / (2 * step) for h in steps])


@pytest.mark.parametrize("spread", [(1.0, 1.0, 1.0), (0.6, 1.0, 1.8)])
def test_doubt_is_the_delta_method_done_with_numbers(spread):
    """Information, sandwich and derivatives by finite differences of the likelihood and of the estimate."""
    draw, k = np.random.default_rng(3), 3
    truth = draw.integers(0, k, 200)
    X = 2.6 * np.array([[0, 0], [1, 0], [0, 1]])[truth] + draw.normal(size=(200, 2)) * np.array(spread)[truth][:, None]
    w = draw.uniform(0.5, 1.5, 200)
    w /= w.mean()
    labels = type_probabilities(X, truth, k, w).argmax(axis=1)
    fitted, errors = fit_mixture(X, labels, k, w), correction(X, labels, k, weights=w)
    assert fitted.alike == (len(set(spread)) == 1)
    mass = w @ errors.probabilities
    centers = (errors.probabilities * w[:, None]).T @ X / mass[:, None]
    variances = fitted.variances[:1] if fitted.alike else fitted.variances
    theta = np.concatenate([centers.ravel(), np.log(mass[1:] / mass[0]), np.log(variances)])
    scores = slopes(lambda theta: mixture(theta, X, k)[0], theta)
    inverse = np.linalg.inv(slopes(lambda theta: slopes(lambda theta: mixture(theta, X, k)[0], theta) @ w, theta))
    sandwich = inverse @ (scores * w**2) @ scores.T @ inverse
    put, shares = np.eye(k)[labels] * w[:, None], np.array([0.1, 0.5, 0.8])
    seen = put.T @ (errors.probabilities @ shares)
    of_types = slopes(lambda theta: np.linalg.solve((mixture(theta, X, k)[1].T @ put).T, seen), theta)
    expected = np.diag(of_types.T @ sandwich @ of_types)
    np.testing.assert_allclose(np.einsum("r,trs,s->t", shares, errors.doubt, shares), expected, rtol=2e-3)
    assert (expected > 1e-6).all()
    np.testing.assert_allclose(errors.doubt.sum(axis=2), 0, atol=1e-12)


def test_clouds_that_close_in_on_single_rows_are_not_taken():
    draw = np.random.default_rng(6)
    X = np.concatenate([draw.normal(size=(60, 2)), [[4.0, 4.0], [4.0, 4.0], [4.0, 4.01]]])
    assert fit_mixture(X, np.repeat([0, 1], [60, 3]), 2).alike
    same = fit_mixture(np.ones((4, 2)), [0, 0, 1, 1], 2)
    np.testing.assert_array_equal(same.probabilities, np.eye(2)[[0, 0, 1, 1]])
    assert (correction(np.ones((4, 2)), [0, 0, 1, 1], 2).doubt == 0).all()


def test_ends_are_where_the_score_test_turns():
    draw = np.random.default_rng(4)
    truth, X = clouds(draw, 300, 2.5)
    errors = correction(X, classified(X, truth, 4), 4)
    answers = (draw.random(300) < np.array([0.3, 0.5, 0.4, 0.6])[truth]).astype(float)
    found = corrected_shares(errors, answers[:, None], level=0.9)
    for t in range(4):
        parts = errors.weights[:, t] / errors.weights[:, t].sum()
        for end in (found.low[t, 0], found.high[t, 0]):
            shares = found.estimate[:, 0].copy()
            shares[t] = end
            chances = errors.probabilities @ shares
            variance = parts**2 @ (chances * (1 - chances)) + shares @ errors.doubt[t] @ shares
            assert (parts @ answers - end) ** 2 / variance == pytest.approx(1.6448536269514722**2)


def test_estimates_outside_the_scale_have_intervals_too():
    """Where neighbours say yes and a type less than never, its interval is not shorter than if it were known."""
    probabilities = np.repeat([[0.9, 0.1], [0.3, 0.7]], 30, axis=0)
    errors = known(probabilities, np.repeat([0, 1], 30))
    found = corrected_shares(errors, np.repeat([[0.0], [1.0]], 30, axis=0))
    assert found.estimate[:, 0].tolist() == [0, 1]
    assert found.low[0] == 0
    assert found.high[1] == 1
    certain = wilson(0, 60)
    assert found.high[0, 0] > certain.high
    assert found.low[1, 0] < 1 - certain.high


def test_weights_count_rows_and_their_scale_does_not_matter():
    draw = np.random.default_rng(5)
    truth, X = clouds(draw, 200, 2.5)
    labels, times = classified(X, truth, 5), draw.integers(1, 4, 200)
    answers = (draw.random((200, 3)) < 0.4).astype(float)
    weighted = correction(X, labels, 4, weights=times)
    rows = np.repeat(np.arange(200), times)
    repeated = correction(X[rows], labels[rows], 4)
    np.testing.assert_allclose(weighted.weights[rows] / times[rows, None], repeated.weights, atol=1e-4)
    for mine, theirs in (
        (corrected_shares(weighted, answers).estimate, corrected_shares(repeated, answers[rows]).estimate),
        (corrected_means(weighted, answers[:, 0]).estimate, corrected_means(repeated, answers[rows, 0]).estimate),
    ):
        np.testing.assert_allclose(mine, theirs, atol=1e-4)
    scaled = correction(X, labels, 4, weights=times * 7.0)
    for estimate, of_answers in ((corrected_shares, answers), (corrected_means, answers[:, 0])):
        for mine, theirs in zip(estimate(scaled, of_answers), estimate(weighted, of_answers), strict=True):
            np.testing.assert_allclose(mine, theirs)


def inside(truth, interval):
    return (interval.low <= truth) & (truth <= interval.high)


@pytest.mark.parametrize("shares", [(0.1, 0.25, 0.4, 0.7), (0.02, 0.05, 0.2, 0.9)])
def test_coverage_where_the_types_are_known(shares):
    """Plain intervals miss the true types, corrected ones hold them in about 95 of 100 cases, means too."""
    plain, corrected, means, undoubted, found = [], [], [], [], []
    for seed in range(60):
        draw = np.random.default_rng(seed)
        truth, X = clouds(draw, 400, 2.5)
        labels = classified(X, truth, seed)
        if len(set(labels)) < 4:
            continue
        found.append(adjusted_rand(truth, labels))
        of_type = np.stack([draw.permutation(shares) for _ in range(20)])
        answers = (draw.random((400, 20)) < of_type[:, truth].T).astype(float)
        n = np.bincount(labels, minlength=4)[:, None]
        plain.append(inside(of_type.T, wilson(np.eye(4)[labels].T @ answers, n)))
        errors = correction(X, labels, 4)
        corrected.append(inside(of_type.T, corrected_shares(errors, answers)))
        certain = replace(errors, doubt=np.zeros((4, 4, 4)))
        undoubted.append(inside(of_type.T, corrected_shares(certain, answers)))
        numbers = 5 * of_type[:, truth].T + draw.normal(size=(400, 20))
        means.append([inside(5 * of_type[j], corrected_means(errors, numbers[:, j])) for j in range(20)])
    assert 0.65 < np.mean(found) < 0.85
    assert np.mean(plain) < 0.9
    assert 0.94 < np.mean(corrected) < 0.965
    assert np.mean(undoubted) < np.mean(corrected)
    assert 0.93 < np.mean(means) < 0.97
