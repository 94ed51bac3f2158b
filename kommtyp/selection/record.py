"""The panel of criteria and what it says."""

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from kommtyp.selection.wording import sentence

__all__ = ["Selection"]


@dataclass(frozen=True, eq=False)
class Selection:
    """What speaks for which number of types.

    Parameters
    ----------
    table : DataFrame
        One row per k: k, within (weighted sum of squares), explained (share between 0 and 1), silhouette
        (weighted mean width, between −1 and 1), calinski_harabasz, davies_bouldin, gap, gap_se,
        prediction_strength and instability (between 0 and 1), ari (mean adjusted Rand index of pairs of
        bootstrap samples), smallest (municipalities in the smallest type), bic; then prediction_strength_se,
        instability_se, ari_se, the errors of the simulation. Missing where a criterion could not be computed.
    null : DataFrame
        The same criteria in data without structure: criterion, k, value (as in `table`), null (mean over
        data sets in which each goal was shuffled by itself), null_low, null_high (its 5 % and 95 %
        quantiles), as_good (share of these data sets that do at least as well). The criteria that cluster
        again use few resamples of each of these data sets, so their quantiles are wider than they need be.
    suggestion : DataFrame
        One row per criterion with a rule of its own: criterion, rule, k (1 means no division), value,
        null_low, null_high, beyond_null. No vote is taken over the criteria.
    resamples : DataFrame
        One row per k, criterion and resample: k, criterion, run, value; missing where a resample could not
        be clustered.
    n : int
        Municipalities.
    given : int or None
        Number of types that the study describes; None where the types come from no study.
    random_state : int
        Seed of the resamples.
    notes : tuple of str
        What could not be computed, and why.
    """

    table: pd.DataFrame
    null: pd.DataFrame
    suggestion: pd.DataFrame
    resamples: pd.DataFrame
    n: int
    given: int | None
    random_state: int
    notes: tuple[str, ...]

    @property
    def failed(self) -> pd.DataFrame:
        """How many resamples could not be clustered: k, criterion, failed, of."""
        missing = self.resamples.assign(failed=self.resamples["value"].isna())
        counts = missing.groupby(["k", "criterion"], sort=False)["failed"].agg(["sum", "size"]).reset_index()
        return counts[counts["sum"] > 0].rename(columns={"sum": "failed", "size": "of"}).reset_index(drop=True)

    def sentence(self, lang: Literal["de", "en"] = "de") -> str:
        """Say in one sentence what the data support.

        Parameters
        ----------
        lang : {"de", "en"}
            Language.

        Returns
        -------
        str
            Which criteria support which number, where the number of the study comes from, and which criteria
            do no better than in data without structure.
        """
        return sentence(self.suggestion, self.null, self.given, lang)

    def __repr__(self) -> str:
        shown = ["k", "explained", "silhouette", "gap", "prediction_strength", "instability", "ari", "smallest"]
        head = f"{self.n} municipalities, k = {', '.join(str(k) for k in self.table['k'])}"
        panel = self.table[shown].round(3).to_string(index=False)
        return "\n".join([head, panel, self.sentence("en"), *self.notes])

    def _repr_html_(self) -> str:
        panel = self.table.round(3).to_html(index=False, border=0, na_rep="–")
        return f"{panel}<p>{self.sentence('en')}</p>"
