"""Two identity numbers: the same, one slip apart, or contradicting each other.

Two different numbers, each valid and fitting its own row, speak against one person, and alone they
bar it. What can weaken that is that no other register knows one of them (see `corroboration`). Of
records of one person one number is wrong, and a wrong one is missed; of two people's each is missed
as often as the others lack the numbers of its register, q. So a pair is likelier to be one person
by 1/q of a number that is missed, either being the wrong one half of the time. And a miss is
believed as far as the others could have held the number, 1 − q: where they lack nearly everything,
nothing but the bar is left, and the weight falls until there is no step to it.

Documents other than the ID number are the same or say nothing: they are renewed, a person may have
several, and those of a family are one digit apart.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import polars as pl
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

from reconcile.matchers.shared.levels import Chances, Level
from reconcile.population.corroboration import corroboration, stated_by_relatives
from reconcile.population.pairs import Levels, Mask, Pairs
from reconcile.population.population import Nodes, Population

LEVELS = (
    "missing",
    "equal",
    "same_core",  # the same but for the check digit
    "one_slip",  # one digit or one swap apart, at least one side suspect
    "two_slips",
    "suspect",  # different, but at least one side is not to be trusted
    # different, both valid and in agreement with their own rows, but nobody else knows one of them
    "unconfirmed",
    "contradiction",
    # different, both valid and in agreement with their own rows, and nothing speaks against either
)
COLUMNS = ("id_number_std", "id_number_core")
FREQUENCIES = {"equal": "id_number_std"}
VALUE = ("id_number_std", "id_number_core")
ORDERED = ("equal", "same_core", "one_slip", "two_slips", "suspect", "unconfirmed", "contradiction")

# Registers lack one number in thirty of people whom they hold: a smaller share is not believed.
_LEAST_MISSED = 0.03

Grade = Callable[[Mapping[str, Level], Population, Nodes, Nodes], Chances]

_AT = {level: position for position, level in enumerate(LEVELS)}


def levels(pairs: Pairs) -> Levels:
    # A number that is no ID for a wrong digit in its date still has a core to be compared; another
    # document has none.
    known = pairs.known("id_number_std") | pairs.known("id_number_core")
    equal = pairs.equal("id_number_std")
    trusted_l, trusted_r = pairs.flags("id_number_trusted")
    # Two valid numbers are never one slip apart: the check digit catches every single slip.
    open_to_doubt = known & ~equal & ~(trusted_l & trusted_r)
    slips = pairs.compare(
        "id_number_core", slip_levels, open_to_doubt & pairs.known("id_number_core")
    )
    contrary = known & ~equal & trusted_l & trusted_r
    doubtful = _doubtful(pairs, contrary)
    return np.select(
        [
            equal,
            contrary & ~doubtful,
            contrary,
            pairs.equal("id_number_core"),
            slips > 0,
            pairs.known("id_number_std") & pairs.known("id_number_core"),
        ],
        [
            _AT["equal"],
            _AT["contradiction"],
            _AT["unconfirmed"],
            _AT["same_core"],
            slips,
            _AT["suspect"],
        ],
        default=0,
    ).astype(np.int8)


def _doubtful(pairs: Pairs, where: Mask) -> Mask:
    """Of the pairs in `where`: other registers miss one of the numbers; where no register can tell,
    relatives state only one."""
    found, source = corroboration(pairs.population), pairs.population.source
    missed = found.missed[pairs.left] | found.missed[pairs.right]
    mute = np.isnan(found.share)[source]
    alone = np.flatnonzero(where & mute[pairs.left] & mute[pairs.right])
    stated = stated_by_relatives(
        pairs.population, np.concatenate([pairs.left[alone], pairs.right[alone]])
    )
    missed[alone] = np.not_equal(*np.split(stated, 2))
    return missed & where


def _unconfirmed(
    table: Mapping[str, Level], population: Population, left: Nodes, right: Nodes
) -> Chances:
    """By how many numbers the registers of this run miss; the model's where none can tell."""
    found = corroboration(population)
    odds = 1 / np.maximum(found.share, _LEAST_MISSED) - 1
    told = [
        found.missed[nodes] * np.nan_to_num(odds)[population.source[nodes]]
        for nodes in (left, right)
    ]
    asked = found.missed[left] | found.missed[right]
    level, contrary = (
        table["unconfirmed"],
        [table[name] for name in ("unconfirmed", "contradiction")],
    )
    return (
        level.m * np.where(asked, (told[0] + told[1]) / 2, 1.0),
        np.where(asked, sum(one.u for one in contrary), level.u),
        np.where(asked, sum(one.k for one in contrary), level.k),
    )


def _slip(level: str) -> Grade:
    """Numbers of one county and birth date differ in the sequence only, and one sequence in thirty
    is a digit from another: between them a slip says no more than that, and the birth date is
    compared already."""

    def chances(
        table: Mapping[str, Level], population: Population, left: Nodes, right: Nodes
    ) -> Chances:
        head, born = population.codes("id_number_head"), population.codes("birth_date_std")
        one_head = (head[left] != 0) & (head[left] == head[right])
        one_day = (born[left] != 0) & (born[left] == born[right])
        u = _OF_ONE_COUNTY * _SEQUENCES_APART[level] * np.where(one_day, 1.0, _OF_ONE_DAY_BY_SLIP)
        of_level = table[level]
        return (
            np.full(len(left), of_level.m),
            np.where(one_head, np.maximum(u, of_level.u), of_level.u),
            np.where(one_head & one_day, _OF_TWINS, of_level.k),
        )

    return chances


# Of strangers of one birth date: how many have numbers of one county; and of these, whose sequences
# are as far apart.
_OF_ONE_COUNTY = 0.25
_SEQUENCES_APART = {"same_core": 0.004, "one_slip": 0.05, "two_slips": 0.3}
# Of strangers whose rows state two days near each other, how many have numbers of one day.
_OF_ONE_DAY_BY_SLIP = 2.0**-7
# Twins have numbers one after the other.
_OF_TWINS = 0.3

GRADED: Mapping[str, Grade] = {
    "unconfirmed": _unconfirmed,
    **{level: _slip(level) for level in _SEQUENCES_APART},
}


def slip_levels(left: pl.Series, right: pl.Series) -> Levels:
    """`one_slip` or `two_slips` for numbers that close together (a swap of neighbours is one), else
    0."""
    distance = cpdist(left.to_list(), right.to_list(), scorer=OSA.distance, score_cutoff=2)
    return np.select(
        [distance == 1, distance == 2], [_AT["one_slip"], _AT["two_slips"]], default=0
    ).astype(np.int8)
