"""Two waves of synthetic municipalities with a lasting opinion, for the tests of comparing them."""

import numpy as np
import pandas as pd

GOALS = ["recht", "foerdermittel", "effizienz", "effektivitaet", "attraktivitaet", "buergernaehe", "daseinsvorsorge",
         "gemeinschaft"]  # fmt: skip
TYPES = ["bedaechtige", "optimierer", "serviceorientierte", "community_manager"]
MEANS = np.array([3.2, 2.9, 4.1, 3.9, 3.2, 3.8, 3.1, 2.8])
SHARES = (0.29, 0.25, 0.24, 0.22)


def two_waves(n=150, shared=100, *, seed=0, shares=SHARES, later=None, moved=0.0, lasting=0.5, noise=0.5):
    """Two surveys of `n` municipalities each, `shared` of them the same; `moved` takes a goal of a type elsewhere."""
    rng = np.random.default_rng([n, shared, seed])
    total = 2 * n - shared
    types = rng.choice(4, total, p=shares)
    opinions = lasting * rng.standard_normal((total, 8)) + 0.5 * rng.standard_normal((total, 1))
    keys = [f"k{place:04d}" for place in range(total)]
    waves = []
    for wave, rows in enumerate((slice(0, n), slice(n - shared, total))):
        kinds = types.copy()
        if wave and later is not None:
            new = rng.random(total) < 0.3
            kinds[new] = rng.choice(4, int(new.sum()), p=later)
        opinion = MEANS + opinions
        for t in range(4):
            opinion[kinds == t, 2 * t : 2 * t + 2] += 1.8
        if wave:
            opinion[kinds == 1, 0] += moved
        rated = np.clip(np.rint(opinion[rows] + noise * rng.standard_normal((n, 8))), 1, 5)
        waves.append(pd.DataFrame(rated, columns=GOALS, index=pd.Index(keys[rows], name="key")))
    return waves[0], waves[1]
