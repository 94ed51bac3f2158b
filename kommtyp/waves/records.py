"""The record of two waves, and how it shows itself."""

from dataclasses import dataclass
from html import escape
from math import isfinite
from typing import Any, NamedTuple

import pandas as pd

from kommtyp.codebook import Codebook
from kommtyp.definitions import Definitions
from kommtyp.errors import check_choice
from kommtyp.texts import Language, interval, number, p_value, percent, signed
from kommtyp.waves.display import in_words
from kommtyp.waves.wording import remark, sentence

__all__ = ["COLUMNS", "Remark", "Waves"]

_CHANGE = ["change", "ci_low", "ci_high", "test", "statistic", "p_value", "p_corrected", "note"]
COLUMNS = {
    "samples": ["wave", "n", "with_type", "without_type", "weight_zero", "without_key", "in_both", "matched",
                "weighted", "effective_n"],
    "shares": ["basis", "type", "n_earlier", "n_later", "earlier", "earlier_low", "earlier_high", "later", "later_low",
               "later_high", *_CHANGE],
    "tests": ["basis", "test", "statistic", "df", "p_value", "n", "note"],
    "transitions": ["type_earlier", "type_later", "n", "of", "share", "ci_low", "ci_high", "margin_earlier",
                    "margin_later", "near"],
    "agreement": ["measure", "n", "estimate", "ci_low", "ci_high"],
    "border": ["group", "n", "margin_earlier", "margin_later", "near", "share", "ci_low", "ci_high"],
    "drift": ["type", "goal", "n_earlier", "n_later", "center", "earlier", "later", "drift", "ci_low", "ci_high",
              "p_value", "p_corrected"],
    "centers": ["type", "n_earlier", "n_later", "distance", "ci_low", "ci_high", "noise", "relative", "p_value",
                "p_corrected", "note"],
    "far": ["type", "n", "far", "share", "ci_low", "ci_high", "expected", "excess", "excess_low", "excess_high"],
    "reformed": ["n", "ari", "same_name", "same_matched", "expected_ari", "expected_low", "expected_high", "resamples",
                 "note"],
    "reformed_types": ["type", "n", "share", "doubtful", "frozen", "n_frozen", "distance"],
    "municipalities": ["type_earlier", "type_later", "margin_earlier", "margin_later", "moved", "near", "far"],
}  # fmt: skip


class Remark(NamedTuple):
    """Something a reader should know: its kind, how many municipalities it concerns, and which types or wave."""

    kind: str
    n: int = 0
    detail: str = ""


@dataclass(frozen=True, eq=False)
class Waves:
    """Two surveys under one typology: shares then and now, who moved where, and whether the types still fit.

    Every table is tidy; shares lie between 0 and 1, types are keys, distances are in scaled units. Two bases
    are told apart: "all" municipalities of each wave, of whom only some took part twice, with the weights they
    have; and those "matched" by their keys that have a type in both waves, each of whom counts once: neither
    wave's weights were made for them.

    Parameters
    ----------
    samples : DataFrame
        One row a wave: wave ("earlier", "later"), n (rows), with_type, without_type, weight_zero (they take no
        part), without_key, in_both (keys in both waves), matched (those with a type in both), weighted,
        effective_n (Kish's, of those with a type).
    shares : DataFrame
        basis ("all", "matched"), type, n_earlier, n_later (municipalities of the type), earlier, later (shares)
        with the ends of their intervals, change (later − earlier), ci_low, ci_high, test, statistic, p_value,
        p_corrected (within a basis), note.
    tests : DataFrame
        One row a basis, whether the shares of all types stayed: basis, test ("stuart_maxwell",
        "stuart_maxwell_exact", "overlapping_chi2", "overlapping_f", "none"), statistic, df, p_value, n, note.
    transitions : DataFrame
        Of those matched, k × k rows: type_earlier, type_later, n, of (all of the earlier type), share (n ÷ of) with
        Wilson's interval, margin_earlier, margin_later (medians), near (how many of n were near a border).
    agreement : DataFrame
        measure ("stayed": share of those matched that kept their type; "stayed_by_chance": the share that these sizes
        of the types would bring about if nobody's type depended on its former one; "kappa"; "moved_by_overlap": about
        the largest share that could move though nobody's type changed, because types overlap: it holds if all that sets
        the members of a type apart were chance, by the model that k-means stands for), n, estimate, ci_low, ci_high.
    border : DataFrame
        group ("stayed", "moved"), n, margin_earlier, margin_later (medians), near (how many had a margin below
        `near` in at least one wave), share (near ÷ n) with Wilson's interval.
    drift : DataFrame
        type, goal, n_earlier, n_later, center (frozen), earlier, later (means of the members in scaled units;
        `earlier` is the center where k-means formed the types of this wave), drift (later − earlier), ci_low,
        ci_high, p_value, p_corrected (over the goals of a type).
    centers : DataFrame
        type, n_earlier, n_later, distance (between the means of the members then and now), ci_low, ci_high (they
        hold in any direction, and begin at 0 where the distance may be chance), noise (distance that chance alone
        brings about), relative (÷ distance to the nearest other frozen center), p_value (one-sided), p_corrected
        (over the types), note.
    far : DataFrame
        Municipalities beyond `far_limit` from all centers; type (empty: all), n, far, share (far ÷ n) with its
        interval, expected (share in the earlier wave, for all types 1 − the quantile chosen), excess (share −
        expected) with an interval that also carries the error of the limit.
    reformed : DataFrame
        One row, frozen types against types formed afresh of the later wave: n, ari (adjusted Rand index), same_name,
        same_matched (shares with the same label, by name and after matching by overlap), expected_ari, expected_low,
        expected_high (median, 5 % and 95 % quantile in pairs of samples of the earlier wave), resamples, note.
    reformed_types : DataFrame
        The types formed afresh: type, n, share, doubtful (name), frozen (the frozen type that shares most of its
        members), n_frozen, distance (between both centers, in scaled units).
    municipalities : DataFrame
        With ``keys=True`` one row a matched municipality under its key: type_earlier, type_later, margin_earlier,
        margin_later, moved, near, far; otherwise no rows.
    definitions : Definitions
        The types.
    codebook : Codebook
        What the goals mean.
    remarks : tuple of Remark
        What to know of this comparison; see `notes`.
    level : float
        Confidence level of all intervals.
    near : float
        Margin below which a municipality is near the border of two types.
    far_limit : float
        Distance beyond which a municipality is far from all centers.
    far_share : float
        Quantile of the earlier wave's distances that `far_limit` is.
    correction : {"holm", "bh", "none"}
        How p-values are corrected.
    """

    samples: pd.DataFrame
    shares: pd.DataFrame
    tests: pd.DataFrame
    transitions: pd.DataFrame
    agreement: pd.DataFrame
    border: pd.DataFrame
    drift: pd.DataFrame
    centers: pd.DataFrame
    far: pd.DataFrame
    reformed: pd.DataFrame
    reformed_types: pd.DataFrame
    municipalities: pd.DataFrame
    definitions: Definitions
    codebook: Codebook
    remarks: tuple[Remark, ...]
    level: float
    near: float
    far_limit: float
    far_share: float
    correction: str

    @property
    def matched(self) -> int:
        """Municipalities that have a type in both waves."""
        return int(self.samples["matched"].iloc[0])

    def sentence(self, lang: str = "de") -> str:
        """Say in a few plain sentences what became of the types.

        Parameters
        ----------
        lang : {"de", "en"}
            Language.

        Returns
        -------
        str
            Who stayed, whether the shares changed, whether the types still fit; never more than the intervals say.
        """
        return sentence(self, lang)

    def notes(self, lang: str = "de") -> list[str]:
        """Return what to know of this comparison, one sentence each.

        Parameters
        ----------
        lang : {"de", "en"}
            Language.

        Returns
        -------
        list of str
            Sentences.
        """
        return [remark(one, self.definitions, lang) for one in self.remarks]

    def in_words(self, table: str = "shares", *, lang: Language = "de") -> pd.DataFrame:
        """Write a table with headings, types, goals, tests and notes as readers call them; numbers stay numbers.

        Parameters
        ----------
        table : str
            Name of the table, such as "shares" or "transitions".
        lang : {"de", "en"}
            Language.

        Returns
        -------
        DataFrame
            The table.

        Raises
        ------
        FitError
            If there is no such table or language.
        """
        check_choice("table", table, list(COLUMNS))
        return in_words(self, table, lang)

    def _head(self) -> str:
        then, now = self.samples["with_type"]
        return (
            f"Two waves under {len(self.definitions.types)} types: {then} municipalities then, {now} now, "
            f"{self.matched} of them the same (intervals {100 * self.level:g}%, correction {self.correction})"
        )

    def _lines(self) -> list[tuple[str, ...]]:
        lines: list[tuple[str, ...]] = []
        titles = {one.key: one.title("en") for one in self.definitions.types}
        for row in _records(self.shares[self.shares["basis"] == "all"]):
            change = f"{signed(100 * row['change'], 'en', 1)} ({_points(row['ci_low'], row['ci_high'])})"
            lines.append(
                (titles[row["type"]], percent(row["earlier"], "en"), percent(row["later"], "en"), change,
                 p_value(row["p_corrected"], "en"))
            )  # fmt: skip
        return lines

    def __repr__(self) -> str:
        table = [("", "then", "now", "change in points", "p (corrected)"), *self._lines()]
        widths = [max(len(line[part]) for line in table) for part in range(5)]
        rows = ("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in table)
        return "\n".join([self._head(), *(f"  {row}".rstrip() for row in rows), self.sentence("en"), *self.notes("en")])

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{text}</th>" for text in ("type", "then", "now", "change in points", "p (corrected)"))
        rows = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in line)}</tr>" for line in self._lines())
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        told = "".join(f"<p>{escape(text)}</p>" for text in (self.sentence("en"), *self.notes("en")))
        return f"<p>{escape(self._head())}</p>{table}{self._moves_html()}{told}"

    def _moves_html(self) -> str:
        """The transition table: rows then, columns now, with row shares."""
        if not self.matched:
            return ""
        titles = {one.key: escape(one.title("en")) for one in self.definitions.types}
        head = "".join(f"<th>{title}</th>" for title in titles.values())
        rows = []
        for key, part in self.transitions.groupby("type_earlier", sort=False):
            cells = "".join(f"<td>{row['n']} ({percent(row['share'], 'en', 0)})</td>" for row in _records(part))
            rows.append(f"<tr><th>{titles[str(key)]}</th>{cells}</tr>")
        caption = "<caption>the same municipalities: then (rows), now (columns)</caption>"
        return f"<table>{caption}<thead><tr><th></th>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def _points(low: float, high: float) -> str:
    return interval(100 * low, 100 * high, "en", 1) if isfinite(low) else number(None)
