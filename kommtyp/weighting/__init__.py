"""Weighted answers: variances, intervals and tests that take the weights into account, and raking."""

from kommtyp.weighting.differences import weighted_difference_from_all, weighted_difference_from_best
from kommtyp.weighting.domains import (
    Means,
    Weighed,
    domain_means,
    domain_shares,
    effective_n,
    others,
    quantiles,
    rank_scores,
    small_sample,
    weigh,
)
from kommtyp.weighting.dominance import weighted_delta
from kommtyp.weighting.overall import equal_means, rao_scott
from kommtyp.weighting.proportional import Fitted, fit_margins
from kommtyp.weighting.shares import difference_of_shares, logit_interval, weighted_odds_ratio

__all__ = [
    "Fitted",
    "Means",
    "Weighed",
    "difference_of_shares",
    "domain_means",
    "domain_shares",
    "effective_n",
    "equal_means",
    "fit_margins",
    "logit_interval",
    "others",
    "quantiles",
    "rank_scores",
    "rao_scott",
    "small_sample",
    "weigh",
    "weighted_delta",
    "weighted_difference_from_all",
    "weighted_difference_from_best",
    "weighted_odds_ratio",
]
