"""Access to the figures in `reference/`."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

FOLDER = Path(__file__).parent / "reference"


def figures(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def ratings() -> np.ndarray:
    """The synthetic ratings, 412 × 8."""
    return pd.read_csv(FOLDER / "synthetic_412x8.csv")[[f"p{j}" for j in range(1, 9)]].to_numpy(float)


def same_partition(a: Any, b: Any) -> bool:
    """True if two label vectors divide the rows alike."""
    pairs = set(zip(map(int, a), map(int, b), strict=True))
    return len(pairs) == len(set(a)) == len(set(b))
