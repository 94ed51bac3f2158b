"""How well clusters describe the data: what speaks for one number of clusters and against another."""

from kommtyp.validity.gap import Box, SERule, draw_reference, gap_statistic, log_within, max_se, reference_box
from kommtyp.validity.mixture import mixture_bic
from kommtyp.validity.repeated import instability, nearest_center, prediction_strength
from kommtyp.validity.silhouettes import silhouette
from kommtyp.validity.squares import calinski_harabasz, davies_bouldin, explained_share, within_sum

__all__ = [
    "Box",
    "SERule",
    "calinski_harabasz",
    "davies_bouldin",
    "draw_reference",
    "explained_share",
    "gap_statistic",
    "instability",
    "log_within",
    "max_se",
    "mixture_bic",
    "nearest_center",
    "prediction_strength",
    "reference_box",
    "silhouette",
    "within_sum",
]
