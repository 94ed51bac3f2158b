"""What the specifications say together."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kommtyp.clustering import method_name
from kommtyp.findings import Verdict
from kommtyp.sensitivity.grid import Specification
from kommtyp.typology import Classification, Quality
from kommtyp.typology.agreeing import Agreement

__all__ = ["INTERRUPTED", "Cell", "Sensitivity", "gather"]

INTERRUPTED = "interrupted"
MOST = 0.5
OPTIONS = ("scaling", "method", "n_types", "min_answered", "left_out")
VERDICTS = tuple(verdict.replace(" ", "_") for verdict in get_args(Verdict))
FINDING = ["indicator", "claim", "types"]
SHARED = {
    "sizes": ["specification", "type", "n", "share", "main_type", "doubtful"],
    "findings": ["specification", *FINDING, "estimate", "ci_low", "ci_high", "verdict", "note"],
}
NOBODY = Agreement(0, np.nan, np.nan, np.nan)


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """What becomes of the types and findings under other choices.

    Parameters
    ----------
    specifications : DataFrame
        One row per specification, the main analysis first: specification (number), scaling, method, n_types,
        min_answered, left_out (goal; empty if none), main (whether it is the main analysis), same_as (number of
        an earlier specification that treats the very same municipalities alike, and is counted instead;
        missing if none), n (municipalities with a type), ari (adjusted Rand index to the main analysis),
        same_name and same_matched (shares of those with a type in both that keep it by its name, or after matching
        types by overlap; same_name is missing where names cannot be compared), smallest (n of the smallest
        type), explained, starts, hits, clarity (of the least clear name), doubtful (types whose name is,
        separated by commas), reason (why it could not be done; empty if it was).
    sizes : DataFrame
        One row per specification and type: specification, type, n, share, main_type (its partner in the main
        analysis), doubtful.
    findings : DataFrame
        One row per specification and finding: specification, indicator, claim, types, estimate, ci_low,
        ci_high, verdict, note.
    verdicts : DataFrame
        One row a finding: indicator, claim, types, main (verdict in the main analysis), specifications (in which it
        can be checked), supported, same_direction, opposite_direction, contradicted, not_checkable (counts
        over the other specifications), median (estimate).
    municipalities : DataFrame, n rows
        type, specifications (others in which it has a type that can be compared), kept (in how many it keeps its
        type), share (kept ÷ specifications), keeps ("all", "most" for more than half, "few"), other (the other
        main type it has most often), share_matched (share of all other specifications with a type in which it
        keeps it after matching by overlap).
    by_choice : DataFrame
        One row per option and value: option, value, specifications, ari_mean, ari_min, same_name, same_matched
        (means). Goals left out are counted apart from the grid.
    compared_by : {"name", "overlap"}
        How municipalities are said to keep their type: by the name of the type where a study defines it.
    random_state : int
        Seed that those of the specifications are derived from.
    """

    specifications: pd.DataFrame
    sizes: pd.DataFrame
    findings: pd.DataFrame
    verdicts: pd.DataFrame
    municipalities: pd.DataFrame
    by_choice: pd.DataFrame
    compared_by: str
    random_state: int

    @property
    def counted(self) -> pd.DataFrame:
        """Rows of `specifications` that were done, are not the main analysis and repeat no other."""
        table = self.specifications
        return table[(table["reason"] == "") & ~table["main"] & table["same_as"].isna()]

    def __repr__(self) -> str:
        done, failed = self.counted, int((self.specifications["reason"] != "").sum())
        lines = [f"{len(done)} other specifications, {failed} more could not be done"]
        if done.empty:
            return lines[0]
        ari, keeps = done["ari"], self.municipalities["keeps"].value_counts()
        told = ", ".join(f"in {word} {keeps.get(word, 0)}" for word in ("all", "most", "few"))
        lines += [
            f"adjusted Rand index to the main analysis: median {ari.median():.2f}, lowest {ari.min():.2f}",
            f"municipalities that keep their type {told}",
        ]
        for indicator, claim, types, n, supported in self.verdicts[
            [*FINDING, "specifications", "supported"]
        ].itertuples(index=False, name=None):
            lines.append(f"  {indicator} {claim} {types}: supported in {supported} of {n}")
        return "\n".join(lines)


@dataclass(frozen=True, eq=False)
class Cell:
    """What is kept of one specification.

    Parameters
    ----------
    agreement : Agreement
        With the main analysis.
    quality : Quality, optional
        Of its types.
    clarity : float
        Of the least clear name; NaN without names.
    sizes, findings : DataFrame
        Its parts of the tables.
    by_name, by_overlap : ndarray of int, shape (n,), optional
        Main type that each municipality has, −1 for none, −2 for a type that is none of them.
    reason : str
        Why it could not be done.
    """

    agreement: Agreement = NOBODY
    quality: Quality | None = None
    clarity: float = np.nan
    sizes: pd.DataFrame = field(default_factory=pd.DataFrame)
    findings: pd.DataFrame = field(default_factory=pd.DataFrame)
    by_name: NDArray[np.int16] | None = None
    by_overlap: NDArray[np.int16] | None = None
    reason: str = ""


def gather(
    main: Classification,
    chosen: Sequence[Specification],
    same_as: Sequence[int],
    cells: Sequence[Cell],
    *,
    random_state: int,
) -> Sensitivity:
    """Put the cells together.

    Parameters
    ----------
    main : Classification
        The main analysis.
    chosen : sequence of Specification
        All specifications, the main one first.
    same_as : sequence of int
        For each the first that is the same.
    cells : sequence of Cell
        Those that are the first of their kind, in order; fewer after an interruption.
    random_state : int
        Seed.

    Returns
    -------
    Sensitivity
        The tables.
    """
    done = dict(zip([p for p, first in enumerate(same_as) if p == first], cells, strict=False))
    of = [done.get(first, Cell(reason=INTERRUPTED)) for first in same_as]
    table = pd.DataFrame(
        [_row(place, one, same_as[place], of[place]) for place, one in enumerate(chosen)]
    ).astype({"same_as": "Int64"})
    findings = _stacked(done, "findings")
    counted = [place for place, cell in done.items() if place > 0 and not cell.reason]
    named = all(name >= 0 for name in main.typology.labelling.names)
    return Sensitivity(
        specifications=table,
        sizes=_stacked(done, "sizes"),
        findings=findings,
        verdicts=_verdicts(main, findings),
        municipalities=_municipalities(main, [done[place] for place in counted], named=named),
        by_choice=_by_choice(table.iloc[counted]),
        compared_by="name" if named else "overlap",
        random_state=random_state,
    )


def _row(place: int, one: Specification, same_as: int, cell: Cell) -> dict[str, Any]:
    sizes, quality, agreement = cell.sizes, cell.quality, cell.agreement
    return {
        "specification": place,
        **one._asdict(),
        "method": method_name(one.method),
        "main": place == 0,
        "same_as": pd.NA if same_as == place else same_as,
        "n": 0 if quality is None else int(sizes["n"].sum()),
        "ari": agreement.ari,
        "same_name": agreement.same_name,
        "same_matched": agreement.same_matched,
        "smallest": 0 if quality is None else int(sizes["n"].min()),
        "explained": np.nan if quality is None else quality.explained,
        "starts": 0 if quality is None else quality.starts,
        "hits": 0 if quality is None else quality.hits,
        "clarity": cell.clarity,
        "doubtful": "" if quality is None else ", ".join(sizes.loc[sizes["doubtful"], "type"]),
        "reason": cell.reason,
    }


def _stacked(done: dict[int, Cell], part: str) -> pd.DataFrame:
    tables = [getattr(cell, part).assign(specification=place) for place, cell in done.items() if not cell.reason]
    return pd.concat(tables, ignore_index=True)[SHARED[part]]


def _verdicts(main: Classification, findings: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for finding in main.typology.definitions.findings:
        types = ", ".join(finding.types)
        own = findings[(findings[FINDING] == [finding.indicator, finding.claim, types]).all(axis=1)]
        others = own[own["specification"] > 0]
        words = others["verdict"].str.replace(" ", "_")
        counts = {verdict: int((words == verdict).sum()) for verdict in VERDICTS}
        estimates = others["estimate"].dropna()
        rows.append(
            {
                "indicator": finding.indicator,
                "claim": finding.claim,
                "types": types,
                "main": own.loc[own["specification"] == 0, "verdict"].iloc[0] if len(own) else "",
                "specifications": len(others) - counts["not_checkable"],
                **counts,
                "median": estimates.median() if len(estimates) else np.nan,
            }
        )
    return pd.DataFrame(rows, columns=[*FINDING, "main", "specifications", *VERDICTS, "median"])


def _municipalities(main: Classification, cells: Sequence[Cell], *, named: bool) -> pd.DataFrame:
    """Count in how many specifications each municipality keeps its type."""
    index, keys = main.types.index, main.typology.keys
    own = main.types.cat.codes.to_numpy()
    overlaps = [cell.by_overlap for cell in cells if cell.by_overlap is not None]
    names = [cell.by_name for cell in cells if cell.by_name is not None]
    votes = np.array(names if named else overlaps, dtype=np.int16).reshape(-1, len(index))
    matched = np.array(overlaps, dtype=np.int16).reshape(-1, len(index))
    has = own >= 0
    total, kept = ((votes != -1) & has).sum(axis=0), ((votes == own) & has).sum(axis=0)
    share = _ratio(kept, total)
    elsewhere = np.stack([((votes == t) & (own != t)).sum(axis=0) for t in range(len(keys))])
    other = np.where((elsewhere.max(axis=0) > 0) & has, elsewhere.argmax(axis=0), -1)
    keeps = np.select([total == 0, share == 1, share > MOST], ["", "all", "most"], "few")
    return pd.DataFrame(
        {
            "type": main.types,
            "specifications": total,
            "kept": kept,
            "share": share,
            "keeps": keeps,
            "other": pd.Categorical.from_codes(other.tolist(), categories=pd.Index(keys)),
            "share_matched": _ratio(((matched == own) & has).sum(axis=0), ((matched != -1) & has).sum(axis=0)),
        },
        index=index,
    )


def _ratio(part: NDArray[Any], whole: NDArray[Any]) -> NDArray[np.float64]:
    return np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)


def _by_choice(counted: pd.DataFrame) -> pd.DataFrame:
    parts = []
    for option in OPTIONS:
        rows = counted[counted["left_out"] != ""] if option == "left_out" else counted[counted["left_out"] == ""]
        grouped = rows.groupby(rows[option].astype(str), sort=False)
        found = grouped.agg(
            specifications=("ari", "size"), ari_mean=("ari", "mean"), ari_min=("ari", "min"),
            same_name=("same_name", "mean"), same_matched=("same_matched", "mean"),
        )  # fmt: skip
        found = found.rename_axis("value").reset_index()
        found.insert(0, "option", option)
        parts.append(found)
    return pd.concat(parts, ignore_index=True)
