from kommtyp._version import __version__
from kommtyp.codebook import (
    Block,
    Codebook,
    Item,
    read_codebook,
)
from kommtyp.comparison import (
    Comparison,
    compare,
)
from kommtyp.datasets import (
    load_sample,
    make_survey,
)
from kommtyp.definitions import (
    Definitions,
    Finding,
    TypeDefinition,
)
from kommtyp.errors import (
    CodebookError,
    FitError,
    KommtypError,
    MissingExtraError,
    SurveyError,
)
from kommtyp.findings import check_findings
from kommtyp.plotting import (
    plot_choices,
    plot_clustergram,
    plot_comparison,
    plot_findings,
    plot_k,
    plot_membership,
    plot_profile,
    plot_similarity,
    plot_sizes,
    plot_stability,
    plot_waves,
)
from kommtyp.profiles import profile
from kommtyp.raking import (
    Raking,
    population_margins,
    rake,
)
from kommtyp.reading import (
    draft_codebook,
    read_survey,
)
from kommtyp.reporting import (
    write_report,
    write_tables,
)
from kommtyp.screening import (
    Screening,
    screen,
)
from kommtyp.selection import (
    Across,
    Selection,
    choose_k,
    follow_over_k,
)
from kommtyp.sensitivity import (
    Sensitivity,
    explore_choices,
)
from kommtyp.stability import (
    Stability,
    assess_stability,
)
from kommtyp.survey import (
    Note,
    Survey,
)
from kommtyp.typology import (
    Classification,
    Typology,
    fit,
)
from kommtyp.waves import (
    Waves,
    compare_waves,
)

__all__ = [
    "Across",
    "Block",
    "Classification",
    "Codebook",
    "CodebookError",
    "Comparison",
    "Definitions",
    "Finding",
    "FitError",
    "Item",
    "KommtypError",
    "MissingExtraError",
    "Note",
    "Raking",
    "Screening",
    "Selection",
    "Sensitivity",
    "Stability",
    "Survey",
    "SurveyError",
    "TypeDefinition",
    "Typology",
    "Waves",
    "__version__",
    "assess_stability",
    "check_findings",
    "choose_k",
    "compare",
    "compare_waves",
    "draft_codebook",
    "explore_choices",
    "fit",
    "follow_over_k",
    "load_sample",
    "make_survey",
    "plot_choices",
    "plot_clustergram",
    "plot_comparison",
    "plot_findings",
    "plot_k",
    "plot_membership",
    "plot_profile",
    "plot_similarity",
    "plot_sizes",
    "plot_stability",
    "plot_waves",
    "population_margins",
    "profile",
    "rake",
    "read_codebook",
    "read_survey",
    "screen",
    "write_report",
    "write_tables",
]
