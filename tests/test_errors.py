"""One grammar for all that can go wrong."""

import pytest

from kommtyp.errors import (
    CodebookError,
    FitError,
    KommtypError,
    MissingExtraError,
    SurveyError,
    check_choice,
    check_kind,
    first_of,
)


@pytest.mark.parametrize(
    ("kind", "also"),
    [(CodebookError, ValueError), (SurveyError, ValueError), (FitError, ValueError), (MissingExtraError, ImportError)],
)
def test_every_error_can_be_caught_as_kommtyps_and_as_pythons(kind, also):
    assert issubclass(kind, KommtypError)
    assert issubclass(kind, also)


class TestFirstOf:
    def test_few_values_are_all_named(self):
        assert first_of([1, "a"]) == "1, 'a'"

    def test_of_many_the_rest_is_counted(self):
        assert first_of(range(7), limit=2) == "0, 1 and 5 more"

    def test_nothing_is_nothing(self):
        assert first_of([]) == ""


class TestCheckChoice:
    def test_an_allowed_word_comes_back(self):
        assert check_choice("method", "ward", ["kmeans", "ward"]) == "ward"

    @pytest.mark.parametrize("given", ["Ward", "wards", "WARD"])
    def test_the_nearest_word_is_named(self, given):
        with pytest.raises(FitError, match=r"^method: .* Did you mean 'ward'\? Allowed: 'kmeans', 'ward'\."):
            check_choice("method", given, ["kmeans", "ward"])

    @pytest.mark.parametrize("given", [None, 3, "", "ganz etwas anderes"])
    def test_what_is_like_no_word_gets_no_guess(self, given):
        with pytest.raises(FitError, match="is not known") as refused:
            check_choice("method", given, ["kmeans", "ward"])
        assert "Did you mean" not in str(refused.value)


class TestCheckKind:
    @pytest.mark.parametrize("given", ["a", 3.5])
    def test_what_is_of_the_kind_passes(self, given):
        check_kind("n", given, (str, float), "nobody")

    @pytest.mark.parametrize(("given", "named"), [(None, "NoneType"), ([1], "list"), (str, "type")])
    def test_what_is_not_is_named_with_where_it_comes_from(self, given, named):
        with pytest.raises(FitError, match=rf"^selection: {named} given\. Use what kommtyp\.choose_k returns\.$"):
            check_kind("selection", given, str, "what kommtyp.choose_k returns")
