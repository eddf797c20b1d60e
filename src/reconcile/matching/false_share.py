"""How many matches are false: by the model's probabilities, and by a check that asks the model
nothing.

By the model: of pairs with probabilities p, Σ (1 − p) above the cut are false, and Σ p below it are
missed (Belin and Rubin 1995 call the former the false-match rate).

Without it: a person has at most one record in a register, so of two records of one register that
both match the same record of another, one at least is false (Blakely and Salmond 2002). When each
record has a true match with chance p, and false ones as a Poisson number with mean λ (Dasylva and
Goussanou 2022, their simplest model), records with 0, 1, and 2 or more matches come in the shares

    P(0) = (1 − p) e^−λ      P(1) = (p + (1 − p) λ) e^−λ

and the share of false matches is λ / (λ + p).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.stats import chi2

# Collisions are rare counts; the interval is that of a Poisson count (Garwood 1936), 95 %.
_TAIL = 0.025
# No cut is set higher than this, however small a share is asked for.
_HIGHEST = 1 - 1e-6


@dataclass(frozen=True)
class Shares:
    """Of pairs at a cut: how many are above it, how many of these are expected to be false, and how
    many true matches are expected below it."""

    above: int
    false: float
    missed: float


def shares(match: npt.NDArray[np.float64], cut: float) -> Shares:
    """By the model, from the pairs' match probabilities."""
    above = match >= cut
    return Shares(int(above.sum()), float((1 - match[above]).sum()), float(match[~above].sum()))


def cut_of_share(match: npt.NDArray[np.float64], most: float, least: float) -> float:
    """The lowest cut, `least` or above, at which at most the share `most` of the pairs above is
    expected to be false.

    A cut is the probability of a pair, so that pairs of one probability stay together; where not
    even the surest pairs are sure enough, it is above them.
    """
    ordered = np.sort(match[match >= least])[::-1]
    if not len(ordered):
        return least
    share = np.cumsum(1 - ordered) / np.arange(1, len(ordered) + 1)
    if share[-1] <= most:
        return least
    good = np.searchsorted(share, most, side="right")  # `share` never falls: probabilities do
    if not good:
        return _HIGHEST
    # Above the surest pair that is too many: its own probability is outside.
    return float(min(np.nextafter(ordered[good], 1.0), _HIGHEST))


@dataclass(frozen=True)
class Collisions:
    """How many records have no, one, and several matches in another register, and what follows.

    `false_share` of the matches, with its 95 % interval `low`–`high`; None where there is no match
    at all.
    """

    none: int
    one: int
    several: int
    false_share: float | None
    low: float | None
    high: float | None


def collisions(matches: npt.NDArray[np.int64]) -> Collisions:
    """The check without the model. `matches`: for each record that was looked up, how many records
    of the other register match it, of which no two may be one person."""
    counts = np.bincount(np.minimum(matches, 2), minlength=3)
    none, one, several = (int(c) for c in counts)
    if not one + several:
        return Collisions(none, one, several, None, None, None)
    least = chi2.ppf(_TAIL, 2 * several) / 2 if several else 0.0
    most = min(chi2.ppf(1 - _TAIL, 2 * several + 2) / 2, one + several)
    found = (_false_share(none, one + several - s, s) for s in (several, least, most))
    return Collisions(none, one, several, *found)


def _false_share(none: float, one: float, several: float) -> float:
    """λ / (λ + p) of the two-parameter model that gives exactly these shares."""
    total = none + one + several
    a, b = none / total, one / total
    if several == 0:
        return 0.0
    if b == 0 and a == 0:
        return 1.0
    if a == 0:
        rate = -math.log(b)
        return rate / (rate + 1)

    def surplus(rate: float) -> float:
        return math.exp(-rate) + a * rate - a - b

    most = -math.log(a)  # where no record has a true match
    if surplus(most) >= 0:
        return 1.0
    rate = float(brentq(surplus, 0.0, most))
    return rate / (rate + 1 - a * math.exp(rate))
