import numpy as np

from kommtyp.clustering import cluster
from kommtyp.codebook import packaged_codebook
from kommtyp.definitions import packaged_definitions
from kommtyp.typology.naming import name_types

GOALS = packaged_codebook().goals
MARKS = np.kron(np.eye(4), np.ones((1, 2)))


def planted(counts):
    rng = np.random.default_rng(0)
    return np.concatenate([rng.normal(0, 0.1, (count, 8)) + row for count, row in zip(counts, MARKS, strict=False)])


def test_types_come_in_the_order_of_their_definitions_whatever_their_size():
    X = planted([10, 40, 20, 30])
    clusters = cluster(X, 4, n_init=10)
    definitions, labelling, order = name_types(clusters, X, np.ones(len(X)), GOALS, packaged_definitions())
    assert definitions.keys == packaged_definitions().keys
    assert np.bincount(clusters.labels)[order].tolist() == [10, 40, 20, 30]
    assert not labelling.doubtful.any()


def test_clusters_without_definitions_are_named_by_two_goals_and_ordered_by_size():
    X = planted([10, 40, 20])
    definitions, _, order = name_types(cluster(X, 3, n_init=10), X, np.ones(len(X)), GOALS, None)
    assert order.tolist() == [0, 1, 2]
    assert [set(entry.goals) for entry in definitions.types] == [
        {"effizienz", "effektivitaet"},
        {"attraktivitaet", "buergernaehe"},
        {"recht", "foerdermittel"},
    ]
    assert len(set(definitions.keys)) == 3
    assert all(" / " in entry.label and " / " in entry.label_en for entry in definitions.types)


def test_clusters_that_share_their_two_goals_are_told_apart_by_a_number():
    profiles = [[3.0, 2, 0, 0, 0, 0, 0, 0], [2.0, 3, 0, 0, 0, 0, 0, 0], [-2.0, -2, 2, 2, 0, 0, 0, 0]]
    X = np.repeat(profiles, 20, axis=0)
    definitions, _, _ = name_types(cluster(X, 3, n_init=10), X, np.ones(60), GOALS, None)
    assert len({frozenset(entry.goals) for entry in definitions.types}) == 2
    assert len(set(definitions.keys)) == 3
    assert len({entry.label for entry in definitions.types}) == 3
