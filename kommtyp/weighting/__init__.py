"""Weighted answers: variances, intervals and tests that take the weights into account, and raking."""

from kommtyp.weighting.differences import weighted_difference_from_all, weighted_difference_from_best
from kommtyp.weighting.domains import Means, domain_means, domain_shares, quantiles, rank_scores
from kommtyp.weighting.dominance import weighted_delta
from kommtyp.weighting.overall import equal_means, rao_scott, tested
from kommtyp.weighting.proportional import Fitted, fit_margins
from kommtyp.weighting.shares import difference_of_shares, equal_shares, logit_interval, weighted_odds_ratio
from kommtyp.weighting.standardised import Stratified, weigh_strata, weighted_shares
from kommtyp.weighting.standardised_means import Valued, difference_of_weighted_means, weigh_values, weighted_means
from kommtyp.weighting.weighing import Weighed, effective_n, kish_n, others, small_sample, weigh
from kommtyp.weighting.within_strata import weighted_cmh, weighted_ridits

__all__ = [
    "Fitted",
    "Means",
    "Stratified",
    "Valued",
    "Weighed",
    "difference_of_shares",
    "difference_of_weighted_means",
    "domain_means",
    "domain_shares",
    "effective_n",
    "equal_means",
    "equal_shares",
    "fit_margins",
    "kish_n",
    "logit_interval",
    "others",
    "quantiles",
    "rank_scores",
    "rao_scott",
    "small_sample",
    "tested",
    "weigh",
    "weigh_strata",
    "weigh_values",
    "weighted_cmh",
    "weighted_delta",
    "weighted_difference_from_all",
    "weighted_difference_from_best",
    "weighted_means",
    "weighted_odds_ratio",
    "weighted_ridits",
    "weighted_shares",
]
