"""How honest the comparison of two waves is when nothing changed, or a known share did.

python benchmarks/waves.py [repetitions]

Synthetic municipalities have a lasting opinion of eight goals, around that of one of four types, and answer with new
noise in each wave. Types are formed of the earlier wave; nothing but noise differs in the later one. Printed: how
often the intervals of the drift hold 0 and the tests reject, how often the share far from all centers and the
agreement of types formed afresh speak against the types, and the same for the shares.
"""

import sys

import numpy as np
import pandas as pd

import kommtyp
from kommtyp.waves import signs

GOALS = ["recht", "foerdermittel", "effizienz", "effektivitaet", "attraktivitaet", "buergernaehe", "daseinsvorsorge",
         "gemeinschaft"]  # fmt: skip
MEANS = np.array([3.2, 2.9, 4.1, 3.9, 3.2, 3.8, 3.1, 2.8])
SHARES = (0.29, 0.25, 0.24, 0.22)
LASTING, NOISE, LIFT = 0.5, 0.55, 1.6


def two_waves(rng: np.random.Generator, n: int, shared: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two surveys of `n` municipalities each, `shared` of them the same."""
    total = 2 * n - shared
    types = rng.choice(4, total, p=SHARES)
    opinion = MEANS + LASTING * rng.standard_normal((total, 8)) + 0.5 * rng.standard_normal((total, 1))
    for t in range(4):
        opinion[types == t, 2 * t : 2 * t + 2] += LIFT
    keys = [f"k{place}" for place in range(total)]
    waves = []
    for rows in (slice(0, n), slice(n - shared, total)):
        rated = np.clip(np.rint(opinion[rows] + NOISE * rng.standard_normal((n, 8))), 1, 5)
        waves.append(pd.DataFrame(rated, columns=GOALS, index=pd.Index(keys[rows], name="key")))
    return waves[0], waves[1]


def one(rng: np.random.Generator, n: int, shared: int) -> dict[str, float]:
    earlier, later = two_waves(rng, n, shared)
    result = kommtyp.fit(earlier, n_init=30)
    waves = kommtyp.compare_waves(result, later, n_boot=40, n_init=20)
    found, drift, centers = signs(waves), waves.drift, waves.centers
    shares = waves.shares[waves.shares["basis"] == "all"]
    far = waves.far.iloc[0]
    return {
        "interval of a goal's drift holds 0": ((drift["ci_low"] <= 0) & (drift["ci_high"] >= 0)).mean(),
        "interval of a center's distance begins at 0": (centers["ci_low"] == 0).mean(),
        "p of a center below 0.05": (centers["p_value"] < 0.05).mean(),
        "any center, corrected p below 0.05": float(bool(found["drift"])),
        "share far from all centers (0.05 expected)": far["share"],
        "interval of the excess above 0": float(found["far"]),
        "interval of the excess below 0": float(far["excess_high"] < 0),
        "agreement of types formed afresh below its yardstick": float(found["ari"]),
        "interval of the change of a share holds 0": ((shares["ci_low"] <= 0) & (shares["ci_high"] >= 0)).mean(),
        "p of all shares below 0.05": float(waves.tests["p_value"].iloc[0] < 0.05),
        "share that stayed in its type": waves.agreement["estimate"].iloc[0],
    }


def main(repetitions: int) -> None:
    rows = {}
    for n, shared in ((412, 0), (412, 250), (412, 412), (150, 90)):
        rng = np.random.default_rng([n, shared])
        rows[f"n = {n}, {shared} in both"] = pd.DataFrame([one(rng, n, shared) for _ in range(repetitions)]).mean()
    print(f"| {repetitions} pairs of waves | {' | '.join(rows)} |\n|---|{'---:|' * len(rows)}")
    for name, values in pd.DataFrame(rows).iterrows():
        print(f"| {name} | {' | '.join(f'{value:.3f}' if np.isfinite(value) else '' for value in values)} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
