"""The record of a comparison, and how it shows itself."""

from dataclasses import dataclass
from html import escape
from math import isnan

import pandas as pd

from kommtyp.codebook import Codebook
from kommtyp.comparison.display import in_words, remarks
from kommtyp.definitions import Definitions
from kommtyp.texts import Language

__all__ = ["COLUMNS", "Comparison"]

_DIFFERENCE = ["difference", "ci_low", "ci_high", "p_value", "p_corrected"]
_EFFECT = ["effect_name", "effect", "effect_low", "effect_high"]
_UNCERTAIN = ["ci_low", "ci_high", "plain_low", "plain_high", "width_ratio"]
_SHOWN = ["indicator", "test", "p_corrected", *_EFFECT, "note"]
COLUMNS = {
    "estimates": ["indicator", "category", "type", "n", "missing", "estimate", "ci_low", "ci_high"],
    "tests": ["indicator", "test", "statistic", "df", "p_value", "p_corrected", *_EFFECT, "n", "note"],
    "pairs": ["indicator", "category", "type_a", "type_b", *_DIFFERENCE],
    "versus_rest": ["indicator", "category", "type", *_DIFFERENCE],
    "residuals": [
        "indicator", "category", "type", "count", "expected", "residual", "v_test", "p_value", "p_corrected",
    ],
    "effects": ["indicator", "category", "type_a", "type_b", *_EFFECT],
    "summaries": [
        "indicator", "type", "n", "missing", "mean", "sd", "median", "q25", "q75", "effective_n", "design_effect",
    ],
    "adjusted": [
        "indicator", "category", "type", "n", "missing", "estimate", "ci_low", "ci_high", "raw", "strata", "note",
    ],
    "adjusted_differences": ["indicator", "category", "type_a", "type_b", "difference", "ci_low", "ci_high", "raw"],
    "strata": ["indicator", "stratum", "n", "share", "levels"],
    "blocks": ["indicator", "type", "options", "n", "missing", "nothing", "picks"],
    "uncertain": [
        "indicator", "category", "type", "estimate", *_UNCERTAIN, "leads", "corrected", "corrected_low",
        "corrected_high",
    ],
    "uncertain_differences": ["indicator", "category", "type_a", "type_b", "difference", *_UNCERTAIN],
}


@dataclass(frozen=True, eq=False)
class Comparison:
    """The types side by side on each indicator.

    Every table is tidy. Shares lie between 0 and 1, categories are codes written as text, types are keys.
    A binary or choice indicator has one category, ``"1"``. An ordinal one has the mean code as category
    ``""`` and the share of each code; a number has its mean as category ``""``.

    Where the municipalities have weights, n still counts municipalities, and those with the weight 0 count as
    missing. Estimates are weighted, with linearised variances: shares have logit intervals (of a distribution
    together by Bonferroni), means Student's with the degrees of freedom of Bell and McCaffrey. The tests are
    "rao_scott_f" for shares, "weighted_ranks_f" for ordinal answers, "weighted_means_f" for numbers. Pairs and
    rests differ as without weights (shares, Cliff's δ, means) with linearised intervals and p, each for itself;
    the residual of a cell is the t of its share against the rest. Effect sizes and their intervals are those of
    a sample of the effective n. Adjusted estimates have the make-up of the weighted municipalities and the test
    "weighted_cmh_f". Resamples carry the weights: each counts its municipalities as often as drawn, times the weight.

    Parameters
    ----------
    estimates : DataFrame
        indicator, category, type, n, missing, estimate, ci_low, ci_high. Wilson's interval for the share of a
        yes, Goodman's simultaneous ones for the shares of a distribution, Student's for means.
    tests : DataFrame
        One row an indicator: indicator, test ("pearson_chi2", "fisher_exact", "fisher_monte_carlo",
        "kruskal_wallis", "welch_anova", "none"; beside them "cochran_mantel_haenszel"), statistic, df (of the
        numerator), p_value, p_corrected, effect_name, effect, effect_low, effect_high, n, note. A number has
        Kruskal and Wallis' test beside Welch's, and an adjusted comparison the test of Cochran, Mantel and
        Haenszel beside the first; these are not counted in the correction. A test that cannot be done says
        why in its note. A multi-select question of which several options are compared has a row of its own, the
        name of its block as indicator, with the test "multiple_response" of all options at once ("multiple_response_f"
        with weights); its options are corrected among themselves, the question among the other indicators.
    pairs : DataFrame
        indicator, category, type_a, type_b, difference (a − b), ci_low, ci_high, p_value, p_corrected.
        Shares: Newcombe's interval, Pearson's or Fisher's p. Ordinal answers: Cliff's δ, Dunn's p. Numbers:
        difference of means with Games and Howell's simultaneous interval, Welch's p and the joint p.
    versus_rest : DataFrame
        indicator, category, type, then as in `pairs`: the type less all the other types together. Numbers:
        Welch's interval and p.
    residuals : DataFrame
        Cells of nominal indicators: indicator, category, type, count, expected, residual (adjusted,
        standardised), v_test, p_value (of the residual), p_corrected.
    effects : DataFrame
        indicator, category, type_a, type_b (both empty for all types together), effect_name, effect,
        effect_low, effect_high. All types: "cramers_v", "cramers_v_corrected", "rank_epsilon_squared",
        "omega_squared". Pairs: "odds_ratio"; "mean_difference" and "dunn_z"; "hedges_g".
    summaries : DataFrame
        Ordinal indicators and numbers, with weights also shares: indicator, type, n, missing, mean, sd, median,
        q25, q75, effective_n (Kish's; n without weights), design_effect (variance of the mean in units of that
        of an unweighted sample of as many; 1 without weights).
    adjusted : DataFrame
        What the types would look like if all had the make-up of all municipalities, as in `estimates`: with
        Wilson's interval for the effective number of answers, or Student's; then raw (the estimate that is
        not adjusted), strata (their number after pooling), note (what was pooled). Empty without `adjust_for`.
    adjusted_differences : DataFrame
        indicator, category, type_a, type_b (empty: all the other types together), difference (a − b) of shares
        or means, ci_low, ci_high, raw (not adjusted).
    strata : DataFrame
        Strata after pooling: indicator, stratum, n, share (in the standard population; weighted), levels
        (combinations it is made of).
    blocks : DataFrame
        Multi-select questions by type: indicator (name of the block), type, options (how many are compared, without
        one that says that nothing applies), n (municipalities that answered the question at all), missing, nothing
        (of n, how many picked none of the options), picks (mean number of options picked; the shares of the
        options add up to it, so to more than 100 % where it is above 1).
    uncertain : DataFrame
        The estimates with the doubt about who belongs to which type: indicator, category, type, estimate,
        ci_low, ci_high (percentiles of the resamples, or the plain end where that lies further out),
        plain_low, plain_high, width_ratio, leads (share of resamples in which the type has the largest
        estimate), corrected, corrected_low, corrected_high. The interval of the resamples speaks of the types as
        they are formed, if all municipalities were asked. Those who are put into a wrong type make the types look
        more alike than they are, which no resampling shows: the corrected estimate and its interval speak of the
        types without these errors, see `kommtyp.classification_error`. Empty without `n_boot`.
    uncertain_differences : DataFrame
        indicator, category, type_a, type_b (empty: all the other types together), difference (a − b) of shares
        or means, ci_low, ci_high, plain_low, plain_high (Newcombe's or Welch's), width_ratio.
    definitions : Definitions
        The types.
    codebook : Codebook
        What the indicators mean.
    level : float
        Confidence level of all intervals.
    correction : {"holm", "bh", "none"}
        How p-values are corrected: the tests over all indicators, the rest within an indicator. The options of a
        multi-select question are one family: their tests are corrected together, and so are all their pairs.
    missing_as_category : tuple of str
        Reasons for a missing answer that were compared as answers of their own because `compare` was told so.
    adjust_for : tuple of str
        Items that `adjusted` is adjusted for; empty without.
    n_boot, n_init, random_state : int
        Resamples that `uncertain` rests on (0 without), random starts in each, and seed.

    Examples
    --------
    >>> import kommtyp
    >>> comparison = kommtyp.compare(kommtyp.fit(kommtyp.load_sample(), n_init=20), ["bots"])
    >>> print(repr(comparison).splitlines()[0])
    Comparison of 4 types on 1 indicator (intervals 95%, correction holm)
    >>> comparison.estimates["category"].tolist()
    ['1', '1', '1', '1']
    """

    estimates: pd.DataFrame
    tests: pd.DataFrame
    pairs: pd.DataFrame
    versus_rest: pd.DataFrame
    residuals: pd.DataFrame
    effects: pd.DataFrame
    summaries: pd.DataFrame
    adjusted: pd.DataFrame
    adjusted_differences: pd.DataFrame
    strata: pd.DataFrame
    blocks: pd.DataFrame
    uncertain: pd.DataFrame
    uncertain_differences: pd.DataFrame
    definitions: Definitions
    codebook: Codebook
    level: float
    correction: str
    missing_as_category: tuple[str, ...] = ()
    adjust_for: tuple[str, ...] = ()
    n_boot: int = 0
    n_init: int = 50
    random_state: int = 0

    @property
    def indicators(self) -> tuple[str, ...]:
        """Names of the items that were compared, without the questions that some are options of."""
        questions = set(self.blocks["indicator"])
        return tuple(name for name in dict.fromkeys(self.tests["indicator"]) if name not in questions)

    @property
    def options(self) -> tuple[str, ...]:
        """Those of them that are options of a multi-select question, corrected among themselves."""
        questions = set(self.blocks["indicator"])
        choices = {item.name for item in self.codebook.items if item.scale == "choice" and item.block in questions}
        return tuple(name for name in self.indicators if name in choices)

    def items_of(self, name: str) -> list[str]:
        """Names of the items that a name stands for: those of a block that were compared, or the name itself."""
        items = {item.name: item for item in self.codebook.items}
        return [one for one in self.indicators if one in items and items[one].block == name != ""] or [name]

    def in_words(self, table: str = "overview", *, lang: Language = "de") -> pd.DataFrame:
        """Write a table with headings, types, indicators, answers and tests as readers call them.

        The tables have machine names, which stay the same in every version and language. Here everything bears its
        name for readers; numbers stay numbers. The overview is the exception: a table to look at, one row an
        indicator, one column a type, every cell written.

        Parameters
        ----------
        table : str
            "overview", or the name of a table, such as "estimates" or "pairs".
        lang : {"de", "en"}
            Language.

        Returns
        -------
        DataFrame
            The table; in the overview all cells are text.

        Raises
        ------
        FitError
            If there is no such table or language.

        Examples
        --------
        >>> import kommtyp
        >>> comparison = kommtyp.compare(kommtyp.fit(kommtyp.load_sample(), n_init=20), ["bots", "prozessautomation"])
        >>> comparison.in_words("tests")["Test"].tolist()
        ['Fisher-Freeman-Halton', 'Kruskal-Wallis']
        >>> comparison.in_words(lang="en")["The Optimizers"].tolist()
        ['11% (7–19%)', '1.86 (1.63–2.09)']
        """
        return in_words(self, table, lang)

    def _head(self) -> str:
        count = len(self.indicators)
        indicators = f"{count} indicator{'' if count == 1 else 's'}"
        options = f"intervals {100 * self.level:g}%, correction {self.correction}"
        return f"Comparison of {len(self.definitions.types)} types on {indicators} ({options})"

    def _lines(self) -> list[tuple[str, str, str, str]]:
        """Indicator, test, corrected p and effect of each main test; the reason where it could not be done."""
        main = self.tests.drop_duplicates("indicator")
        lines = []
        for name, test, p, effect_name, effect, low, high, note in main[_SHOWN].itertuples(index=False, name=None):
            told = note if isnan(p) or not effect_name else f"{effect_name} {effect:.2f} ({low:.2f} to {high:.2f})"
            lines.append((name, test, _p(p), told))
        return lines

    def __repr__(self) -> str:
        lines = self._lines()
        widths = [max((len(line[part]) for line in lines), default=0) for part in range(3)]
        rows = ("  ".join([*(line[part].ljust(widths[part]) for part in range(3)), line[3]]) for line in lines)
        return "\n".join([self._head(), *(f"  {row}".rstrip() for row in rows)])

    def _repr_html_(self) -> str:
        table = self.in_words(lang="en").to_html(index=False, border=0, justify="left")
        told = "<br>".join(escape(text) for text in remarks(self, "en"))
        return f"<p>{escape(self._head())}</p>{table}{f'<p>{told}</p>' if told else ''}"


def _p(value: float) -> str:
    if isnan(value):
        return ""
    return "p < 0.001" if value < 0.001 else f"p = {value:.3f}"
