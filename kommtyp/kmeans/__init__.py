"""k-means for the fit and every resample: Lloyd and exchange for all starts in one batch."""

from kommtyp.kmeans.best import best_partition
from kommtyp.kmeans.resampling import Resamples, cluster_resamples, cluster_sets
from kommtyp.kmeans.search import KMeansFit, distinct_rows, kmeans

__all__ = ["KMeansFit", "Resamples", "best_partition", "cluster_resamples", "cluster_sets", "distinct_rows", "kmeans"]
