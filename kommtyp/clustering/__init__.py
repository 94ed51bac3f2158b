"""Dividing municipalities into clusters: k-means, hierarchies, medoids, mixtures, and clusterers from elsewhere."""

from kommtyp.clustering.clusterers import Clusterer, check_method, method_name
from kommtyp.clustering.dividing import cluster
from kommtyp.clustering.records import Clusters, Method

__all__ = ["Clusterer", "Clusters", "Method", "check_method", "cluster", "method_name"]
