"""Results that the tests of the report share."""

from functools import cache
from html.parser import HTMLParser

import numpy as np

from kommtyp.codebook import packaged_codebook
from kommtyp.datasets import load_sample
from kommtyp.selection import choose_k
from kommtyp.sensitivity import explore_choices
from kommtyp.stability import assess_stability
from kommtyp.typology import fit

VOID = {"meta", "link", "br", "hr", "img", "input", "path", "use", "rect"}


@cache
def sample_result():
    """The packaged sample with its four types."""
    return fit(load_sample(), n_init=30)


@cache
def small_result():
    """So few municipalities that some types are smaller than the smallest number shown."""
    return fit(load_sample().head(40), n_init=30)


@cache
def sample_stability():
    """What comes back of the types of the sample."""
    return assess_stability(sample_result(), n_boot=30, n_init=10)


@cache
def weak_result():
    """Types where there are none: the ratings of each goal shuffled by themselves."""
    answers, rng = load_sample(), np.random.default_rng(0)
    for goal in packaged_codebook().goals:
        answers[goal.name] = rng.permutation(answers[goal.name].to_numpy())
    return fit(answers, n_init=30)


@cache
def weak_stability():
    """What comes back of types that are not there."""
    return assess_stability(weak_result(), n_boot=30, n_init=10)


@cache
def sample_selection():
    """What speaks for which number of types in the sample."""
    return choose_k(sample_result(), k=[2, 3, 4], n_pairs=4, n_boot=4, n_splits=4, n_null=3)


@cache
def sample_sensitivity():
    """What other choices make of the types of the sample."""
    few = {"scalings": ("ipsative", "zscore"), "methods": ("kmeans", "ward"), "k": (3, 4), "missing": (0.75, 1.0)}
    return explore_choices(sample_result(), **few, n_init=5)


class Page(HTMLParser):
    """A page taken apart: tags with attributes, text by tag, and what does not close."""

    def __init__(self, source):
        super().__init__(convert_charrefs=True)
        self.tags, self.open, self.unclosed, self.texts = [], [], [], []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs), tuple(self.open)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs), tuple(self.open)))

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if not self.open or self.open[-1] != tag:
            self.unclosed.append((tag, tuple(self.open[-3:])))
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data):
        if self.open and data.strip():
            self.texts.append((self.open[-1], data.strip()))

    def named(self, tag):
        """Attributes of every tag of this name."""
        return [attrs for name, attrs, _ in self.tags if name == tag]

    @property
    def words(self):
        """Everything that is to be read."""
        return " ".join(text for tag, text in self.texts if tag not in ("style", "script"))
