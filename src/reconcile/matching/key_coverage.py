"""Which blocking rules find which matches, and by that how many matches no rule finds: capture and
recapture.

Each rule is an occasion on which a match is caught or not. How many were never caught follows
without any label:

- From two rules that share no column (Chapman 1951, after Lincoln 1930): with n₁ and n₂ matches
  caught by each and m by both, there are (n₁ + 1)(n₂ + 1)/(m + 1) − 1. Of all such pairs of rules
  the report takes the median.
- From how often matches are caught (Chao 1987): with f₁ caught by just one and f₂ by just two, at
  least f₁(f₁ − 1)/(2(f₂ + 1)) were never caught. Rules of the same columns, such as a name and its
  reading, count as one.

Both assume that being caught by one rule tells nothing about another. It does. A row with one error
is likelier to have a second, which makes both too small; and what one rule needs (a spouse) those
of another lack (a mother), which makes Chapman's too large. On made-up cities of 20,000 Chao's came
to a quarter to eight tenths of the true number, where that was above five, and Chapman's median to
anything from none to twelve times it: the report goes by Chao's, and says that the recall which
follows is one at best.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from reconcile.matching.several import SEVERAL, share_one
from reconcile.population.homes import Homes
from reconcile.population.population import Nodes, Population

Hits = npt.NDArray[np.bool_]

# What a column is about, where the first part of its name does not say it.
_ABOUT = {
    "surname": "name",
    "given": "name",
    "town": "area",
    "village": "area",
    "household": "home",
}
# Two rules that catch fewer matches in common say nothing.
_LEAST_IN_COMMON = 10


@dataclass(frozen=True)
class RuleCoverage:
    """Of the likely matches, how many a rule finds, and how many only it finds."""

    rule: str
    found: int
    only: int


@dataclass(frozen=True)
class Recapture:
    """Estimates of matches that no rule finds; None where too little is known. `pairs_of_rules`:
    how many the median of Chapman's estimates is of."""

    found: int
    chapman: float | None
    pairs_of_rules: int
    chao: float | None


def rule_hits(
    population: Population, homes: Homes, rules: Sequence[Sequence[str]], left: Nodes, right: Nodes
) -> Hits:
    """pairs × rules: whether both sides have the same value in every column of the rule, or one in
    common of a column that may have several."""
    return np.stack([_hits(population, homes, rule, left, right) for rule in rules], axis=1)


def _hits(
    population: Population, homes: Homes, rule: Sequence[str], left: Nodes, right: Nodes
) -> Hits:
    hit = np.ones(len(left), dtype=bool)
    for column in rule:
        if column in SEVERAL:
            hit &= share_one(column, population, homes, left, right)
        else:
            codes = population.codes(column)
            hit &= (codes[left] == codes[right]) & (codes[left] != 0)
    return hit


def key_coverage(rules: Sequence[Sequence[str]], hits: Hits) -> list[RuleCoverage]:
    """What each rule finds of the matches in `hits`."""
    alone = hits & (hits.sum(axis=1) == 1)[:, None]
    return [
        RuleCoverage(" + ".join(rule), int(found), int(only))
        for rule, found, only in zip(rules, hits.sum(axis=0), alone.sum(axis=0), strict=True)
    ]


def recapture(rules: Sequence[Sequence[str]], hits: Hits) -> Recapture:
    """How many matches none of the rules finds, judged by those in `hits` that some rule finds."""
    hits = hits[hits.any(axis=1)]
    about = [frozenset(map(_about, rule)) for rule in rules]
    lists = {
        what: hits[:, [i for i, a in enumerate(about) if a == what]].any(axis=1)
        for what in dict.fromkeys(about)
    }
    totals = [
        total
        for (a, caught), (b, again) in combinations(lists.items(), 2)
        if not a & b
        and (total := chapman(int(caught.sum()), int(again.sum()), int((caught & again).sum())))
        is not None
    ]
    never = max(float(np.median(totals)) - len(hits), 0.0) if totals else None
    return Recapture(
        len(hits), never, len(totals), chao(np.sum(list(lists.values()), axis=0)) if lists else None
    )


def _about(column: str) -> str:
    first = column.split("_")[0]
    return _ABOUT.get(first, first)


def chapman(first: int, second: int, both: int) -> float | None:
    """How many there are, from how many were caught first, second, and both times; None with too
    few in common."""
    return None if both < _LEAST_IN_COMMON else (first + 1) * (second + 1) / (both + 1) - 1


def chao(times: npt.NDArray[np.int64]) -> float | None:
    """How many at least were never caught, from how many times each other was; None when none
    was."""
    if not len(times):
        return None
    once, twice = int((times == 1).sum()), int((times == 2).sum())
    return once * (once - 1) / (2 * (twice + 1))
