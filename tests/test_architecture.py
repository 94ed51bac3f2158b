"""The house: imports go only downwards, rooms are small and each has its tests."""

import ast
from pathlib import Path

import pytest
from importlinter import cli as importlinter

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "kommtyp"
FILES = sorted(PACKAGE.rglob("*.py"))
LINES_AT_MOST = 400
LINES_OF_A_FUNCTION = 60


def functions(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def lines_without_docstring(function):
    docstring = ast.get_docstring(function, clean=False)
    return function.end_lineno - function.lineno + 1 - (docstring.count("\n") + 1 if docstring else 0)


def rooms():
    """Files that bear a name of their own; a folder is one room, its lobby and its parts are tested together."""
    folders = {path.parent.name for path in FILES if path.parent != PACKAGE}
    files = {path.stem for path in FILES if path.parent == PACKAGE}
    return sorted((folders | files) - {"__init__", "__main__", "_version"})


def test_imports_go_only_downwards(capsys):
    status = importlinter.lint_imports(str(ROOT / "pyproject.toml"), no_cache=True)
    assert status == importlinter.EXIT_STATUS_SUCCESS, capsys.readouterr().out


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
class TestEveryFile:
    def test_no_import_inside_a_function(self, path):
        inside = [
            f"{function.name}, line {node.lineno}"
            for function in functions(path)
            for node in ast.walk(function)
            if isinstance(node, ast.Import | ast.ImportFrom)
        ]
        assert not inside

    def test_it_is_not_too_long(self, path):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= LINES_AT_MOST

    def test_its_functions_fit_a_screen(self, path):
        assert not [f.name for f in functions(path) if lines_without_docstring(f) > LINES_OF_A_FUNCTION]

    def test_only_the_lobby_storey_enters_through_the_lobby(self, path):
        entered = {
            alias.name
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Import) or (isinstance(node, ast.ImportFrom) and node.module == "kommtyp")
            for alias in node.names
            if alias.name == "kommtyp" or isinstance(node, ast.ImportFrom)
        }
        assert entered <= set(rooms()) or path.parent.name == "cli"


@pytest.mark.parametrize("room", rooms())
def test_every_room_has_a_test_file_or_folder_of_its_name(room):
    assert (ROOT / "tests" / f"test_{room}.py").is_file() or list((ROOT / "tests" / f"test_{room}").glob("test_*.py"))


@pytest.mark.parametrize("room", rooms())
def test_the_guide_for_contributors_knows_every_room(room):
    assert f"`{room}`" in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
