import pytest

from kommtyp.codebook import packaged_codebook
from kommtyp.definitions import Definitions, TypeDefinition, packaged_definitions
from kommtyp.errors import FitError
from kommtyp.typology.preparation import choose_definitions

GOALS = packaged_codebook().goals


def test_the_packaged_types_name_the_packaged_goals():
    assert choose_definitions(None, GOALS, None) == (packaged_definitions(), 4)
    assert choose_definitions(None, GOALS, 6) == (packaged_definitions(), 6)


def test_goals_of_another_survey_or_fewer_types_leave_clusters_unnamed():
    assert choose_definitions(None, GOALS[:2], None) == (None, 4)
    assert choose_definitions("unnamed", GOALS, 5) == (None, 5)
    assert choose_definitions(None, GOALS, 3) == (None, 3)


def test_types_that_were_asked_for_but_have_no_goals_here_are_refused():
    strangers = Definitions((TypeDefinition("a", "A", goals=("nirgends",)),))
    with pytest.raises(FitError, match="none of the goals that mark 'a' is in the data"):
        choose_definitions(strangers, GOALS, None)


def test_types_that_are_none_are_refused():
    with pytest.raises(FitError, match="types: 5 does not do"):
        choose_definitions(5, GOALS, None)
