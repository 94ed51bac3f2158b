"""The lobby: cheap to enter, and its stub tells the truth."""

import ast
import inspect
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import kommtyp
from kommtyp.errors import KommtypError

STUB = ast.parse((Path(kommtyp.__file__).parent / "__init__.pyi").read_text(encoding="utf-8"))
HEAVY = {"numpy", "pandas", "scipy", "sklearn", "matplotlib"}


def stub_origins():
    return {
        alias.name: node.module.removeprefix("kommtyp.")
        for node in STUB.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def stub_names():
    (names,) = (node.value for node in STUB.body if isinstance(node, ast.Assign))
    return ast.literal_eval(names)


def test_the_stub_lists_the_same_names_from_the_same_rooms():
    assert stub_origins() == {**kommtyp._ROOM_OF, "__version__": "_version"}
    assert sorted(kommtyp.__all__) == sorted(stub_names()) == dir(kommtyp)


@pytest.mark.parametrize("name", sorted(kommtyp._ROOM_OF))
def test_every_public_name_exists_and_is_public_in_its_room(name):
    room = import_module(f"kommtyp.{kommtyp._ROOM_OF[name]}")
    assert getattr(kommtyp, name) is getattr(room, name)
    assert name in room.__all__
    assert not isinstance(getattr(kommtyp, name), type(sys)), "a room, not what is in it"
    assert getattr(kommtyp, name).__doc__


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'fitt'"):
        kommtyp.fitt  # noqa: B018


def loaded_by(statement):
    code = f"import sys; {statement}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    return set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())


def test_entering_the_lobby_loads_nothing_heavy():
    assert not HEAVY & loaded_by("import kommtyp; dir(kommtyp); kommtyp.__version__")


def test_fit_on_a_frame_needs_neither_scikit_learn_nor_matplotlib():
    loaded = loaded_by("import kommtyp; kommtyp.fit(kommtyp.make_survey(60), n_init=5)")
    assert not {"sklearn", "matplotlib", "jinja2", "xlsxwriter"} & loaded


def functions_of_something():
    """Public functions that cannot be called without an argument, and how many they need."""
    functions = {name: getattr(kommtyp, name) for name in kommtyp.__all__}
    for name, function in functions.items():
        if inspect.isfunction(function):
            needed = sum(given.default is given.empty for given in inspect.signature(function).parameters.values())
            if needed:
                yield pytest.param(function, needed, id=name)


@pytest.mark.parametrize("given", [None, 5, [1, 2], object()], ids=["none", "number", "list", "object"])
@pytest.mark.parametrize(("function", "needed"), list(functions_of_something()))
def test_what_is_of_another_kind_is_refused_in_words(function, needed, given):
    with pytest.raises(KommtypError, match=r"\S.*\. \S"):
        function(*[given] * needed)
