"""Writes three_step_weighted.json: StepMix's corrected three-step estimates where rows count once, twice or thrice.

StepMix leaves weights out of the correction and of the third step, so the rows stand there as often as they count.
Run in this folder: python three_step_weighted.py   (stepmix 3.0.0)
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import stepmix
from stepmix.stepmix import StepMix

ratings = pd.read_csv("synthetic_412x8.csv")[[f"p{j}" for j in range(1, 9)]].head(80)
data = json.loads(Path("indicators.json").read_text(encoding="utf-8"))["data"]
answers = pd.DataFrame({"ozg": data["ozg"][:80]})
score = pd.DataFrame({"score": data["score"][:80]})
weights = np.tile([1, 2, 1, 3, 1], 16)
rows = np.repeat(np.arange(80), weights)
ratings, answers, score = (frame.iloc[rows].reset_index(drop=True) for frame in (ratings, answers, score))
options = {"n_components": 3, "measurement": "gaussian_unit", "random_state": 3, "n_init": 20, "progress_bar": 0}
options["max_iter"] = 2000
found = StepMix(n_steps=1, **options).fit(ratings)
probabilities = found.predict_proba(ratings)
three = {"n_steps": 3, "correction": "BCH", "assignment": "modal"}
binary = StepMix(structural="binary", **three, **options).fit(ratings, answers)
numbers = StepMix(structural="gaussian_unit", **three, **options).fit(ratings, score)
out = {
    "call": "StepMix(n_components=3, measurement='gaussian_unit', n_steps=3, correction='BCH', assignment='modal')"
    ".fit(repeated ratings, repeated answers)",
    "package": f"stepmix {stepmix.__version__}",
    "weights": weights.tolist(),
    "probabilities": np.round(probabilities[np.r_[0, np.cumsum(weights)[:-1]]], 12).tolist(),
    "shares": np.ravel(binary.get_parameters()["structural"]["pis"]).tolist(),
    "means": np.ravel(numbers.get_parameters()["structural"]["means"]).tolist(),
}
Path("three_step_weighted.json").write_text(json.dumps(out, separators=(",", ":")) + "\n", encoding="utf-8")
