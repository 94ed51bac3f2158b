"""Tests whether the types differ, and where: tables, ranks, means, v-tests."""

from kommtyp.tests_of_association.exact import fisher_exact
from kommtyp.tests_of_association.groups import (
    PairedMeans,
    Ranks,
    RankTest,
    dunn,
    games_howell,
    kruskal_wallis,
    ranks_of,
    welch_anova,
)
from kommtyp.tests_of_association.outcome import Outcome
from kommtyp.tests_of_association.paired import kappa, mcnemar, stuart_maxwell
from kommtyp.tests_of_association.picks import multiple_response
from kommtyp.tests_of_association.stratified import cochran_mantel_haenszel, ridits
from kommtyp.tests_of_association.studentized_range import studentized_range, studentized_range_quantile
from kommtyp.tests_of_association.tables import (
    Residuals,
    association,
    association_2x2,
    fisher_2x2,
    fisher_monte_carlo,
    pearson,
    residuals,
)
from kommtyp.tests_of_association.v_tests import VTest, v_test_categorical, v_test_numeric

__all__ = [
    "Outcome",
    "PairedMeans",
    "RankTest",
    "Ranks",
    "Residuals",
    "VTest",
    "association",
    "association_2x2",
    "cochran_mantel_haenszel",
    "dunn",
    "fisher_2x2",
    "fisher_exact",
    "fisher_monte_carlo",
    "games_howell",
    "kappa",
    "kruskal_wallis",
    "mcnemar",
    "multiple_response",
    "pearson",
    "ranks_of",
    "residuals",
    "ridits",
    "stuart_maxwell",
    "studentized_range",
    "studentized_range_quantile",
    "v_test_categorical",
    "v_test_numeric",
    "welch_anova",
]
