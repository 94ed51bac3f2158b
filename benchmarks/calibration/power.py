"""Power beside the size of the same tests, ours and those of others."""

import numpy as np
import other_intervals
import peers_in_r
from grid import SETTINGS, TYPES, Cell, seed, shapes_of, shares_of, sizes_of, steps_of
from intervals_of_shares import binomial
from scipy.special import ndtr
from scipy.stats import alexandergovern, boschloo_exact, chi2, chi2_contingency, f_oneway
from size_of_tests import ALPHA
from strata import STRATA, survey_of_strata
from weights import CODES, every, survey

from kommtyp.intervals import moments
from kommtyp.tests_of_association import (
    association,
    association_2x2,
    cochran_mantel_haenszel,
    fisher_2x2,
    games_howell,
    kruskal_wallis,
    ranks_of,
    studentized_range,
    welch_anova,
)
from kommtyp.weighting import domain_means, equal_means

NS = (15, 30, 60)
ALIKE, APART = list(SETTINGS)[:2]
UNLIKE = "normal, small types spread more"
LIKELIHOOD_RATIO = {"correction": False, "lambda_": "log-likelihood"}


def run(options):
    repeats = options.repeats or 2_000
    print("| question | answers | test |" + "".join(f" {n} per type |" for n in NS))
    print("|---|---|---|" + "---:|" * len(NS))
    for question, (test, alternatives) in QUESTIONS.items():
        for answers in alternatives:
            null, other = ([test(answers, n, setting, repeats) for n in NS] for setting in (ALIKE, APART))
            rates(question, answers, null, other)
    pairs_of_shares()
    other_intervals.show()


def rates(question, answers, null, other):
    """One row for each test, one column for each n: alarms without and with a difference."""
    for name in null[0]:
        texts = [f"{alarms(a[name]):.3f} / {alarms(b[name]):.3f}" for a, b in zip(null, other, strict=True)]
        if not np.isnan(null[0][name]).all():
            print(f"| {question} | {answers} | {name} | {' | '.join(texts)} |", flush=True)


def alarms(p_values):
    return np.mean(np.asarray(p_values) < ALPHA)


def chi_square(table, **options):
    """p of SciPy's test of a table; no alarm where all answers are alike."""
    table = table[:, table.sum(axis=0) > 0]
    return chi2_contingency(table, **options).pvalue if table.shape[1] > 1 else 1.0


def shares_overall(share, n, setting, repeats):
    yes = seed("power", share, n, setting).binomial(n, shares_of(share, setting), size=(repeats, TYPES))
    tables = [np.stack([n - row, row], axis=1) for row in yes]
    return {
        "kommtyp: Pearson, or Fisher where few are expected": [association(table).p_value for table in tables],
        "SciPy: Pearson always": [chi_square(table, correction=False) for table in tables],
        "SciPy: likelihood ratio": [chi_square(table, **LIKELIHOOD_RATIO) for table in tables],
    }


def ordinal_overall(shape, n, setting, repeats):
    tables = seed("power", shape, n, setting).multinomial(n, shapes_of(shape, setting), size=(repeats, TYPES))
    values = [[np.repeat(CODES, row) for row in table] for table in tables]
    return {
        "kommtyp: Kruskal–Wallis": [kruskal_wallis(ranks_of(table)).p_value for table in tables],
        "R: proportional odds, likelihood ratio": peers_in_r.proportional_odds(tables),
        "SciPy: analysis of variance": [f_oneway(*groups).pvalue for groups in values],
        "SciPy: Pearson": [chi_square(table) for table in tables],
    }


def numbers(kind, n, setting, repeats):
    """Values of the types, normal or lognormal, one sample after the other."""
    draw, sizes = seed("power", kind, n, setting), sizes_of(n, "unequal" if kind == UNLIKE else "equal")
    spreads = (2, 1.5, 1.25, 1) if kind == UNLIKE else (1, 1, 1, 1)
    for _ in range(repeats):
        parts = zip(sizes, 0.25 * steps_of(setting), spreads, strict=True)
        if kind == "lognormal":
            yield [draw.lognormal(centre, spread, size) for size, centre, spread in parts]
        else:
            yield [draw.normal(centre, spread, size) for size, centre, spread in parts]


def grouped(values):
    return moments(np.concatenate(values), np.repeat(np.arange(TYPES), [len(own) for own in values]), TYPES)


def means_overall(kind, n, setting, repeats):
    samples = list(numbers(kind, n, setting, repeats))
    return {
        "kommtyp: Welch's analysis of variance": [welch_anova(grouped(values)).p_value for values in samples],
        "SciPy: classical analysis of variance": [f_oneway(*values).pvalue for values in samples],
        "SciPy: Alexander–Govern": [alexandergovern(*values).pvalue for values in samples],
    }


def means_pairs(kind, n, setting, repeats):
    samples = [grouped(values) for values in numbers(kind, n, setting, max(repeats // 4, 1))]
    return {
        "kommtyp: Games–Howell": [games_howell(groups).p_joint.min() for groups in samples],
        "Tukey": [tukey(groups).min() for groups in samples],
    }


def tukey(groups):
    first, second = np.triu_indices(TYPES, 1)
    df = groups.n.sum() - TYPES
    spread = ((groups.n - 1) @ groups.sd**2) / df
    error = np.sqrt(spread / 2 * (1 / groups.n[first] + 1 / groups.n[second]))
    q = np.abs(groups.mean[first] - groups.mean[second]) / error
    return studentized_range(q, TYPES, np.full(len(first), df))


def within_strata(share, n, setting, repeats):
    p_values, tables = [], np.zeros((repeats, 2, len(STRATA), TYPES), int)
    for repeat in range(repeats):
        draw = np.random.default_rng([n, repeat])
        strata, labels, answers, _ = survey_of_strata(draw, n, share, 0.4 * steps_of(setting))
        p_values.append(cochran_mantel_haenszel(labels, answers, strata, TYPES).p_value)
        np.add.at(tables[repeat], (1 - answers, strata, labels), 1)
    return {
        "kommtyp: Cochran–Mantel–Haenszel": p_values,
        "R: logistic regression, likelihood ratio": peers_in_r.logistic_within_strata(tables[:, 0], tables[:, 1]),
    }


def weighted_means(strength, n, setting, repeats):
    below = np.cumsum(shapes_of("low", setting), axis=1)[:, :-1]
    weighed = survey(Cell("", n, "equal", setting, "low", 0), strength, below, repeats)
    means = [domain_means(one, CODES) for one in every(weighed)]
    return {
        "kommtyp: Welch on linearised variances": [equal_means(own, test="").p_value for own in means],
        "R's survey: Wald": [equal_means(own, test="", small_sample=False).p_value for own in means],
    }


QUESTIONS = {
    "shares of four types": (shares_overall, (0.1, 0.3)),
    "ordinal answers of four types": (ordinal_overall, ("even", "low")),
    "means of four types": (means_overall, ("normal", UNLIKE, "lognormal")),
    "any pair of four means": (means_pairs, ("normal", UNLIKE)),
    "shares of four types within strata": (within_strata, (0.1, 0.3)),
    "weighted means of four types": (weighted_means, ("moderate", "strong")),
}


def pairs_of_shares():
    """Exact size and power of tests of two types, all outcomes counted."""
    of_n = [two_types(n) for n in NS]
    for share, other in ((0.1, 0.4), (0.3, 0.6)):
        for name in of_n[0]:
            texts = []
            for n, tests in zip(NS, of_n, strict=True):
                first, second = binomial(n, share)[:, None] * (tests[name] < ALPHA), (share, other)
                texts.append(" / ".join(f"{(first * binomial(n, one)).sum():.3f}" for one in second))
            print(f"| shares of two types | {share:g}, {other:g} | {name} | {' | '.join(texts)} |", flush=True)


def two_types(n):
    a, b = np.arange(n + 1)[:, None], np.arange(n + 1)
    share, away = (a + b) / (2 * n), np.abs(a - b) / n
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = share * (1 - share) * 2 / n
        corrected = chi2.sf(np.maximum(away - 1 / n, 0) ** 2 / spread, 1)
        wald = 2 * ndtr(-away / np.sqrt((a * (n - a) + b * (n - b)) / n**3))
    return {
        "kommtyp: Pearson, or Fisher where few are expected": association_2x2(a, n, b, n),
        "R's fisher.test": fisher_2x2(a, n, b, n),
        "R's prop.test, with continuity correction": corrected,
        "SciPy: Boschloo": boschloo(n),
        "Wald": wald,
    }


def boschloo(n):
    """Boschloo's exact test of all outcomes; those that mirror each other are done once."""
    p_values = np.ones((n + 1, n + 1))
    for a in range(n + 1):
        for b in range(a + 1, n + 1 - a):
            p = boschloo_exact([[a, b], [n - a, n - b]], n=32).pvalue
            p_values[[a, b, n - a, n - b], [b, a, n - b, n - a]] = p
    return p_values
