"""What stands at the root of the project: the README's examples run, and the versions agree."""

import doctest
import re
from pathlib import Path

import pytest

import kommtyp

ROOT = Path(__file__).parents[1]


def text(name):
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("CITATION.cff", r"^version: (\S+)$"),
        ("publiccode.yml", r'^softwareVersion: "(\S+)"$'),
        ("CHANGELOG.md", r"^## (\d+\.\d+\.\d+)"),
    ],
)
def test_every_document_names_the_same_version(name, pattern):
    assert re.search(pattern, text(name), re.MULTILINE)[1] == kommtyp.__version__


def test_every_document_names_the_same_day_of_release():
    days = {
        re.search(r"^date-released: \"(\S+)\"$", text("CITATION.cff"), re.MULTILINE)[1],
        re.search(r"^releaseDate: \"(\S+)\"$", text("publiccode.yml"), re.MULTILINE)[1],
        re.search(r"^## \S+, (\S+)$", text("CHANGELOG.md"), re.MULTILINE)[1],
    }
    assert len(days) == 1


def test_the_examples_of_the_readme_print_what_the_readme_shows():
    blocks = re.findall(r"^```python\n(.*?)^```", text("README.md"), re.DOTALL | re.MULTILINE)
    examples = doctest.DocTestParser().get_doctest("\n".join(blocks), {}, "README.md", "README.md", 0)
    assert len(examples.examples) >= 6
    failures, _ = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(examples)
    assert failures == 0


def test_what_the_readme_links_to_is_there():
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", text("README.md"))
    assert targets
    assert not [target for target in targets if not (ROOT / target).exists()]
