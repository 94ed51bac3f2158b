"""Typologies of municipalities from survey data.

kommtyp reads a survey, forms types from the priorities of the municipalities, names them, says how
clear they are, and compares them on what else was asked.

>>> import kommtyp
>>> result = kommtyp.fit(kommtyp.load_sample())
>>> list(result.types.cat.categories)
['bedaechtige', 'optimierer', 'serviceorientierte', 'community_manager']
"""

from importlib import import_module

from kommtyp._version import __version__

_ROOM_OF = {
    "Across": "selection",
    "Block": "codebook",
    "Classification": "typology",
    "Codebook": "codebook",
    "CodebookError": "errors",
    "Comparison": "comparison",
    "Definitions": "definitions",
    "Finding": "definitions",
    "FitError": "errors",
    "Item": "codebook",
    "KommtypError": "errors",
    "MissingExtraError": "errors",
    "Note": "survey",
    "Raking": "raking",
    "Screening": "screening",
    "Selection": "selection",
    "Sensitivity": "sensitivity",
    "Stability": "stability",
    "Survey": "survey",
    "SurveyError": "errors",
    "TypeDefinition": "definitions",
    "Typology": "typology",
    "Waves": "waves",
    "assess_stability": "stability",
    "check_findings": "findings",
    "choose_k": "selection",
    "compare": "comparison",
    "compare_waves": "waves",
    "draft_codebook": "reading",
    "explore_choices": "sensitivity",
    "fit": "typology",
    "follow_over_k": "selection",
    "load_sample": "datasets",
    "make_survey": "datasets",
    "plot_choices": "plotting",
    "plot_clustergram": "plotting",
    "plot_comparison": "plotting",
    "plot_findings": "plotting",
    "plot_k": "plotting",
    "plot_membership": "plotting",
    "plot_profile": "plotting",
    "plot_similarity": "plotting",
    "plot_sizes": "plotting",
    "plot_stability": "plotting",
    "plot_waves": "plotting",
    "population_margins": "raking",
    "profile": "profiles",
    "rake": "raking",
    "read_codebook": "codebook",
    "read_survey": "reading",
    "screen": "screening",
    "write_report": "reporting",
    "write_tables": "reporting",
}

__all__ = ["__version__", *_ROOM_OF]  # noqa: PLE0604 — written out once, in the table above


def __getattr__(name: str) -> object:
    """Fetch a public name from its room when it is asked for the first time."""
    if name not in _ROOM_OF:
        raise AttributeError(f"module 'kommtyp' has no attribute {name!r}")
    value = getattr(import_module(f"kommtyp.{_ROOM_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names, so that completion finds them before they are loaded."""
    return sorted(__all__)
