"""What an effect size gives back."""

from typing import NamedTuple

import numpy as np

__all__ = ["Effect"]


class Effect(NamedTuple):
    """An effect size with its interval; NaN where there is none."""

    name: str
    estimate: np.ndarray
    low: np.ndarray
    high: np.ndarray
