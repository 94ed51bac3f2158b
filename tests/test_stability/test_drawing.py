import numpy as np
import pytest

from kommtyp.stability.drawing import draw, samples

X = np.random.default_rng(1).normal(size=(60, 3))


def draws(scheme, b=200, multiplicity=True):
    return draw(X, np.ones(60), scheme, np.random.SeedSequence(0).spawn(b), multiplicity=multiplicity)


def test_a_bootstrap_sample_has_as_many_rows_of_which_63_percent_are_different():
    drawn = draws("bootstrap")
    assert (drawn.counts.sum(axis=1) == 60).all()
    expected = 1 - (1 - 1 / 60) ** 60
    assert (drawn.counts > 0).mean() == pytest.approx(expected, abs=0.01)


def test_without_multiplicity_each_row_counts_once():
    drawn = draws("bootstrap", multiplicity=False)
    assert set(np.unique(drawn.weights)) == {0, 1}
    assert np.array_equal(drawn.weights > 0, drawn.counts > 0)


def test_half_of_the_rows_are_a_subset():
    assert (draws("subset").counts.sum(axis=1) == 30).all()


def test_noise_replaces_one_row_in_twenty_within_the_box_of_fpc():
    drawn = draws("noise")
    assert (drawn.counts == 0).mean() == pytest.approx(0.05, abs=0.01)
    points = np.concatenate(drawn.noise)
    assert len(points) == (drawn.counts == 0).sum()
    values, axes = np.linalg.eigh(np.cov(X, rowvar=False))
    turned = np.abs((points - X.mean(axis=0)) @ axes) / np.sqrt(values)
    assert turned.max() <= 4
    assert turned.max(axis=0).min() > 3.8


def test_samples_hold_the_rows_that_were_drawn_and_the_noise():
    drawn = draws("noise", b=3)
    for (rows, w), counts, noise in zip(samples(X, drawn), drawn.counts, drawn.noise, strict=True):
        assert len(rows) == 60
        assert np.array_equal(rows[: counts.sum()], X[counts > 0])
        assert np.array_equal(rows[counts.sum() :], noise)
        assert (w == 1).all()


def test_each_resample_depends_on_its_own_seed_only():
    seeds = np.random.SeedSequence(7).spawn(3)
    together = draw(X, np.ones(60), "bootstrap", seeds, multiplicity=True)
    alone = draw(X, np.ones(60), "bootstrap", np.random.SeedSequence(7).spawn(3)[2:], multiplicity=True)
    assert np.array_equal(together.counts[2], alone.counts[0])
