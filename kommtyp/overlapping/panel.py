"""All municipalities of two surveys, side by side."""

from typing import NamedTuple

import numpy as np

__all__ = ["Panel", "transitions"]


class Panel(NamedTuple):
    """Types of all municipalities that took part in at least one of two surveys.

    Parameters
    ----------
    before, after : ndarray of int, shape (N,)
        Type in the first and the second survey, 0 … `k` − 1; −1 for those that have none in it.
    weight_before, weight_after : ndarray, shape (N,)
        Weights; what they say of those without a type does not matter.
    k : int
        Number of types.
    """

    before: np.ndarray
    after: np.ndarray
    weight_before: np.ndarray
    weight_after: np.ndarray
    k: int

    @property
    def both(self) -> np.ndarray:
        """Who has a type in both, shape (N,)."""
        return (self.before >= 0) & (self.after >= 0)

    @property
    def present(self) -> "Panel":
        """Only those that have a type in at least one."""
        some = (self.before >= 0) | (self.after >= 0)
        before, after, weight_before, weight_after = (field[some] for field in self[:4])
        return Panel(before, after, weight_before, weight_after, self.k)

    @property
    def weighted(self) -> tuple[bool, bool]:
        """Whether the municipalities of each survey count differently."""
        first, second = self.weight_before[self.before >= 0], self.weight_after[self.after >= 0]
        return bool((first != first[:1]).any()), bool((second != second[:1]).any())

    @property
    def matched(self) -> "Panel":
        """Only those that have a type in both, each counted once."""
        both = self.both
        ones = np.ones(int(both.sum()))
        return Panel(self.before[both], self.after[both], ones, ones, self.k)


def transitions(panel: Panel) -> np.ndarray:
    """Count who went from which type to which.

    Parameters
    ----------
    panel : Panel
        The municipalities.

    Returns
    -------
    ndarray of int, shape (k, k)
        By the type in the first survey (rows) and in the second, of those that have one in both.

    Examples
    --------
    >>> one = np.ones(4)
    >>> transitions(Panel(np.array([0, 0, 1, -1]), np.array([0, 1, 1, 0]), one, one, 2))
    array([[1, 1],
           [0, 1]])
    """
    both = panel.both
    cells = panel.before[both] * panel.k + panel.after[both]
    return np.bincount(cells, minlength=panel.k**2).reshape(panel.k, panel.k)
