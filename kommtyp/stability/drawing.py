"""Drawing a survey again: which municipalities a resample holds, and with which ratings."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["Draws", "Scheme", "draw", "samples"]

Array = NDArray[np.float64]
Scheme = Literal["bootstrap", "subset", "noise"]
NOISE_SHARE = 0.05
NOISE_SPREAD = 4.0


@dataclass(frozen=True, eq=False)
class Draws:
    """Resamples of a survey.

    Parameters
    ----------
    counts : ndarray of int, shape (B, n)
        How often each row was drawn; 0 also for a row that was replaced by noise.
    weights : ndarray, shape (B, n)
        How much each row counts in the clustering.
    noise : tuple of ndarray, each of shape (m, p)
        For each resample the points that replace rows; empty except in the scheme "noise".
    """

    counts: NDArray[np.int16]
    weights: Array
    noise: tuple[Array, ...]

    def __len__(self) -> int:
        return len(self.counts)

    def first(self, count: int) -> "Draws":
        """Return the first of the resamples."""
        return Draws(self.counts[:count], self.weights[:count], self.noise[:count])


def draw(
    X: Array, weights: Array, scheme: Scheme, seeds: Sequence[np.random.SeedSequence], *, multiplicity: bool
) -> Draws:
    """Draw resamples.

    Parameters
    ----------
    X : ndarray, shape (n, p)
        Scaled ratings.
    weights : ndarray, shape (n,)
        Weights of the municipalities.
    scheme : {"bootstrap", "subset", "noise"}
        ``bootstrap`` draws n rows with replacement; ``subset`` half of the rows without; ``noise`` replaces
        each row with a probability of 5 % by a point from the box of ± 4 standard deviations along the
        principal axes, as ``fpc::clusterboot`` does.
    seeds : sequence of SeedSequence, length B
        Seed of each resample.
    multiplicity : bool
        Whether a row that was drawn twice counts twice; fpc's default is that it does not.

    Returns
    -------
    Draws
        The resamples.

    Examples
    --------
    >>> seeds = np.random.SeedSequence(0).spawn(2)
    >>> draw(np.zeros((4, 1)), np.ones(4), "subset", seeds, multiplicity=False).counts.sum(axis=1)
    array([2, 2])
    """
    n = len(X)
    generators = [np.random.default_rng(seed) for seed in seeds]
    counts = np.zeros((len(seeds), n), dtype=np.int16)
    noise: tuple[Array, ...] = tuple(np.empty((0, X.shape[1])) for _ in seeds)
    if scheme == "bootstrap":
        for row, rng in zip(counts, generators, strict=True):
            row += np.bincount(rng.integers(n, size=n), minlength=n).astype(np.int16)
    elif scheme == "subset":
        for row, rng in zip(counts, generators, strict=True):
            row[rng.permutation(n)[: n // 2]] = 1
    else:
        for row, rng in zip(counts, generators, strict=True):
            row[rng.random(n) >= NOISE_SHARE] = 1
        missing = n - counts.sum(axis=1)
        noise = tuple(_noise(X, int(m), rng) for m, rng in zip(missing, generators, strict=True))
    present = counts if multiplicity else counts > 0
    return Draws(counts, present * weights, noise)


def _noise(X: Array, m: int, rng: np.random.Generator) -> Array:
    values, axes = np.linalg.eigh(np.cov(X, rowvar=False).reshape(X.shape[1], -1))
    half = NOISE_SPREAD * np.sqrt(np.maximum(values, 0))
    return rng.uniform(-half, half, size=(m, len(half))) @ axes.T + X.mean(axis=0)


def samples(X: Array, draws: Draws) -> Iterator[tuple[Array, Array]]:
    """Yield the rows and weights of each resample; points of noise have the weight 1."""
    for w, noise in zip(draws.weights, draws.noise, strict=True):
        present = w > 0
        yield np.concatenate([X[present], noise]), np.concatenate([w[present], np.ones(len(noise))])
