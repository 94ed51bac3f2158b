"""Compare the types on the other answers of a survey."""

from collections.abc import Sequence
from itertools import chain
from typing import Any, get_args

import numpy as np

from kommtyp.codebook import Item
from kommtyp.comparison.adjusting import Adjustment, adjustment
from kommtyp.comparison.blocks import Question, block_rows, correct_families, correct_tests, questions_of
from kommtyp.comparison.reasons import with_reasons
from kommtyp.comparison.records import Comparison
from kommtyp.comparison.resampling import uncertain_rows
from kommtyp.comparison.rows import Answers, Options, Rows, frames, too_large, written
from kommtyp.comparison.scores import MOST_SHARES, compare_numbers, compare_ordinal
from kommtyp.comparison.shares import compare_shares
from kommtyp.comparison.standardising import adjusted_rows
from kommtyp.comparison.weighted import compare_weighted
from kommtyp.errors import FitError, check_choice, check_names, first_of
from kommtyp.multiplicity import Correction
from kommtyp.typology import Classification, check_result

__all__ = ["compare"]


def compare(
    result: Classification,
    indicators: str | Sequence[str] | None = None,
    *,
    missing_as_category: str | Sequence[str] = (),
    adjust_for: str | Sequence[str] | None = None,
    level: float = 0.95,
    correction: Correction = "holm",
    pairwise: bool = True,
    n_boot: int = 0,
    n_init: int = 50,
    random_state: int = 0,
) -> Comparison:
    """Compare the types on indicators: estimates with intervals, tests, effect sizes, pairs.

    Each indicator is treated as its scale asks. Shares are compared for binary, choice and nominal items,
    ranks for ordinal ones, means for numbers; answers on an ordered scale are never treated as mere
    categories. Where the municipalities have weights, shares, means and tests take them into account, with
    linearised variances. The goals are not compared, as the types were formed to differ on them: see `profile`.

    Parameters
    ----------
    result : Classification
        From `kommtyp.fit` or `Typology.classify`. Municipalities without a type take no part.
    indicators : str or sequence of str, optional
        Items to compare, of any role but goals, keys and weights, or blocks, which stand for their items; all
        items with the role "indicator" that the data hold where None.
    missing_as_category : str or sequence of str
        Reasons for a missing answer, such as ``"weiß nicht"`` or ``["weiß nicht", "keine Angabe"]``, that are
        compared as answers of their own where municipalities gave them: a further category of a nominal item;
        beside any other one, which keeps its scale and its valid answers, a yes or no such as
        ``fim_nutzung_weiss_nicht``, out of all valid answers and all of these reasons. A codebook can ask for
        it once for all (see `Item`).
    adjust_for : str or sequence of str, optional
        Items with few levels, such as ``["groessenklasse", "land"]``, the most important first: what would the
        types look like if all had the same make-up? Answers are standardised over the strata that these items
        form, with all municipalities, by their weights, as the standard; strata that lack a type are pooled with
        the nearest one, and this is said (see `kommtyp.standardisation.pool_strata`). Municipalities without a
        valid answer to these items count as missing there.
    level : float
        Confidence level of the intervals, between 0 and 1.
    correction : {"holm", "bh", "none"}
        Correction of the p-values: over the overall tests of this call, and over the pairs, types or cells
        within an indicator. The options of a multi-select question are one family: their overall tests are
        corrected together, and so are all their pairs; the question as a whole counts among the indicators.
    pairwise : bool
        Whether to compare each pair of types.
    n_boot : int
        Resamples of the municipalities, such as 1000, in each of which the types are formed and named again
        before they are compared, so that the intervals in `uncertain` carry the doubt about who belongs to
        which type; none where 0. The municipalities are drawn with equal chances and carry their weights.
    n_init : int
        Random starts of k-means in each resample.
    random_state : int
        Seed of the bootstrap intervals and of the Monte Carlo tests, 0 or more.

    Returns
    -------
    Comparison
        Tidy tables `estimates`, `tests`, `pairs`, `versus_rest`, `residuals`, `effects`, `summaries`, `blocks`, with
        `adjust_for` also `adjusted`, `adjusted_differences`, `strata`, with `n_boot` also `uncertain` and
        `uncertain_differences`.

    Raises
    ------
    FitError
        If an indicator or an item to adjust for is not in the data or cannot be used, nobody gave a reason that
        is to be compared, or an option is unknown or out of range.

    References
    ----------
    Newcombe (1998), Statistics in Medicine 17, 873–890; Bergsma (2013), J. Korean Statist. Soc. 42, 323–328;
    Feng & Cliff (2004), J. Modern Applied Statistical Methods 3, 322–332; Games & Howell (1976), Journal of
    Educational Statistics 1, 113–125; Rao & Scott (1984), Annals of Statistics 12, 46–60, for weighted tables.
    Each room names the others.

    Examples
    --------
    >>> import kommtyp
    >>> result = kommtyp.fit(kommtyp.load_sample(), n_init=20)
    >>> comparison = kommtyp.compare(result, ["mobile_app", "prozessautomation"])
    >>> comparison.tests[["indicator", "test", "effect_name"]]
               indicator            test           effect_name
    0         mobile_app    pearson_chi2   cramers_v_corrected
    1  prozessautomation  kruskal_wallis  rank_epsilon_squared
    """
    options = _check_options(level, correction, pairwise, random_state)
    check_result(result)
    items = _chosen(result, indicators)
    if missing_as_category != ():
        result, items = with_reasons(result, items, missing_as_category)
    plan = None if adjust_for is None else adjustment(result, adjust_for)
    questions = {question.options[0]: question for question in questions_of(result.survey.codebook, items)}
    rows = (row for item in items for row in _compare(result, item, options, plan, questions.get(item.name)))
    certain = isinstance(n_boot, int | np.integer) and n_boot == 0
    doubt = () if certain else uncertain_rows(result, items, options, n_boot=n_boot, n_init=n_init)
    tables = frames(chain(rows, doubt))
    main = tables["tests"].pop("main").to_numpy()
    families = list(questions.values())
    tables["tests"] = correct_tests(tables["tests"], main, families, correction)
    for name in ("pairs", "versus_rest"):
        tables[name] = correct_families(tables[name], families, correction)
    return Comparison(
        **tables,
        definitions=result.typology.definitions,
        codebook=result.survey.codebook,
        level=float(level),
        correction=correction,
        missing_as_category=(
            (missing_as_category,) if isinstance(missing_as_category, str) else tuple(missing_as_category)
        ),
        adjust_for=() if plan is None else tuple(item.name for item in plan.items),
        n_boot=int(n_boot),
        n_init=n_init,
        random_state=options.random_state,
    )


def _check_options(level: Any, correction: Any, pairwise: Any, random_state: Any) -> Options:
    if isinstance(level, bool) or not isinstance(level, int | float | np.number) or not 0 < level < 1:
        raise FitError(f"level: {level!r} is not between 0 and 1. Use 0.95 for 95 %.")
    check_choice("correction", correction, get_args(Correction))
    if not isinstance(pairwise, bool | np.bool_):
        raise FitError(f"pairwise: {pairwise!r} is neither True nor False. Use one of them.")
    if isinstance(random_state, bool) or not isinstance(random_state, int | np.integer) or random_state < 0:
        raise FitError(f"random_state: {random_state!r} does not do. Use a whole number of at least 0.")
    return Options(float(level), correction, bool(pairwise), int(random_state))


def _chosen(result: Classification, indicators: str | Sequence[str] | None) -> list[Item]:
    survey = result.survey
    if indicators is None:
        return [item for item in survey.items("indicator") if item.name not in result.typology.goals]
    usable = [item for item in survey.items("indicator", "context", "goal") if item.scale != "rank"]
    known = [item.name for item in usable]
    given = check_names("indicators", indicators)
    if not given:
        raise FitError(f"indicators: no item given. Use some of {first_of(known)}, or None for all indicators.")
    names = list(dict.fromkeys(part for name in given for part in _parts(name, usable, result.typology.goals)))
    weights = [item.name for item in survey.items("weight")]
    for name in names:
        if name in result.typology.goals:
            raise FitError(
                f"indicators: {name!r} is one of the goals that the types were formed from, so a test would only find "
                "what was put in. Use kommtyp.profile for the goals."
            )
        if name in weights:
            raise FitError(
                f"indicators: {name!r} is the weight of the municipalities and cannot be compared under its own "
                "weighting. To compare it, add the column once more under another name."
            )
        check_choice("indicators", name, [other for other in known if other not in result.typology.goals])
    return [survey.codebook[name] for name in names]


def _parts(name: str, usable: Sequence[Item], goals: Sequence[str]) -> list[str]:
    """Names that a name stands for: the items of a block, without goals where it has others, or the name itself."""
    block = [item.name for item in usable if item.block == name != ""]
    return [item for item in block if item not in goals] or block or [name]


def _compare(
    result: Classification, item: Item, options: Options, plan: Adjustment | None, question: Question | None
) -> Rows:
    """Compare an item; the first of a question with several answers has the question before it."""
    if question is not None:
        yield from block_rows(result, question)
    yield from _compare_item(result, item, options, plan)


def _compare_item(result: Classification, item: Item, options: Options, plan: Adjustment | None) -> Rows:
    weights = result.weights.to_numpy(dtype=float)
    valid = result.types.notna().to_numpy() & result.survey.answers[item.name].notna().to_numpy()
    weighted = bool((weights != 1).any())
    if weighted:
        valid &= weights > 0
    answers = _answers(result, item, valid)
    if reason := _hindrance(answers):
        empty = dict.fromkeys(("statistic", "df", "p_value", "effect", "effect_low", "effect_high"), np.nan)
        head = {"indicator": item.name, "test": "none", "effect_name": "", "n": int(answers.n.sum())}
        yield "tests", {**head, **empty, "note": reason, "main": True}
        return
    if weighted:
        yield from compare_weighted(answers, weights[valid], options)
    elif item.scale in ("binary", "choice", "nominal"):
        yield from compare_shares(answers, options)
    elif item.scale == "number":
        yield from compare_numbers(answers, options)
    else:
        yield from compare_ordinal(answers, options)
    if plan is not None:
        yield from adjusted_rows(answers, valid, plan, options, weights[valid] if weighted else None)


def _hindrance(answers: Answers) -> str:
    """Say why there is nothing but a row of the tests with this reason; empty where there is none."""
    scale, values = answers.item.scale, answers.values
    if scale == "nominal":
        many = len(values) > MOST_SHARES
        return f"{len(values)} possible answers. Put them into at most {MOST_SHARES} groups" if many else ""
    return "" if scale in ("binary", "choice") else too_large(values)


def _answers(result: Classification, item: Item, valid: np.ndarray) -> Answers:
    column = result.survey.answers[item.name]
    labels = result.types.cat.codes.to_numpy().astype(int)
    keys = tuple(result.typology.keys)
    missing = np.bincount(labels[(labels >= 0) & ~valid], minlength=len(keys))
    given = column.to_numpy()[valid]
    coded = [code for code, _ in item.codes]
    if item.scale == "nominal":
        texts = np.array([written(value) for value in given], dtype=object)
        categories = list(dict.fromkeys([*map(written, coded), *sorted(set(texts))]))
        place = {category: number for number, category in enumerate(categories)}
        codes = np.array([place[text] for text in texts], dtype=int)
        return Answers(item, keys, labels[valid], codes, np.array(categories, dtype=object), missing)
    numbers = given.astype(float)
    if item.scale in ("binary", "choice"):
        coded = [0, 1]
    elif item.scale == "number":
        coded = []
    values = np.unique(np.concatenate([np.array(coded, dtype=float), numbers]))
    return Answers(item, keys, labels[valid], np.searchsorted(values, numbers), values, missing)
