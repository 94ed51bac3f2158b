"""The one door for heavy and optional packages."""

import json

import pytest

from kommtyp import lazy
from kommtyp.errors import MissingExtraError


def test_it_returns_the_module_that_was_asked_for():
    assert lazy.load("json") is json
    assert lazy.load("importlib.metadata").version("pytest")


def test_a_missing_package_names_the_extra_that_installs_it():
    with pytest.raises(MissingExtraError, match=r'pip install "kommtyp\[spss\]"'):
        lazy.load("no_such_package.part", extra="spss")


def test_a_missing_package_without_an_extra_names_itself():
    with pytest.raises(MissingExtraError, match='pip install "no_such_package"'):
        lazy.load("no_such_package")


def test_what_is_missing_inside_a_package_is_not_blamed_on_the_package(tmp_path, monkeypatch):
    (tmp_path / "half_installed.py").write_text("import not_there_at_all\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="not_there_at_all") as missing:
        lazy.load("half_installed", extra="spss")
    assert not isinstance(missing.value, MissingExtraError)
