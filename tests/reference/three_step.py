"""Writes three_step.json: StepMix's three-step estimates with the correction of Bolck, Croon and Hagenaars.

Run in this folder: python three_step.py   (stepmix 3.0.0)
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
options = {"n_components": 3, "measurement": "gaussian_unit", "random_state": 3, "n_init": 20, "progress_bar": 0}
options["max_iter"] = 2000
found = StepMix(n_steps=1, **options).fit(ratings)
probabilities = found.predict_proba(ratings)
three = {"n_steps": 3, "correction": "BCH", "assignment": "modal"}
binary = StepMix(structural="binary", **three, **options).fit(ratings, answers)
numbers = StepMix(structural="gaussian_unit", **three, **options).fit(ratings, score)
out = {
    "call": "StepMix(n_components=3, measurement='gaussian_unit', n_steps=3, correction='BCH', assignment='modal')",
    "package": f"stepmix {stepmix.__version__}",
    "probabilities": np.round(probabilities, 12).tolist(),
    "shares": np.ravel(binary.get_parameters()["structural"]["pis"]).tolist(),
    "means": np.ravel(numbers.get_parameters()["structural"]["means"]).tolist(),
}
Path("three_step.json").write_text(json.dumps(out, separators=(",", ":")) + "\n", encoding="utf-8")
