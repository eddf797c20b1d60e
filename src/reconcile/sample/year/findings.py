"""Which rules the rows of a month must break: by one row alone, and by pairs of rows of one person.

Of pairs, and of rows without a partner, a month is NO, YES, or UNSURE where it would take a
matcher's judgement.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reconcile.sample.naming import Flags, Integers
from reconcile.sample.year.history import History
from reconcile.sample.year.said import ABSENT, INVALID, NOTHING, RUINED, VALID, Said

NO, YES, UNSURE = 0, 1, 2
States = NDArray[np.int8]


@dataclass(frozen=True)
class Month:
    """One register in one month: the history at that month, and what its rows say."""

    history: History
    said: Said

    @property
    def present(self) -> Flags:
        return self.history.present

    @property
    def active(self) -> Flags:
        return self.history.active


# By code, the rows that break a rule by themselves.
SINGLE: Mapping[str, Callable[[Said], Flags]] = {
    "id_missing": lambda said: said.status == ABSENT,
    "id_invalid": lambda said: said.status == INVALID,
    "id_ruined": lambda said: said.status == RUINED,
    "id_against_sex": lambda said: (said.status == VALID) & (said.male != said.number_male),
    "id_against_birth_date": lambda said: (
        (said.status == VALID) & (said.born != NOTHING) & (said.born != said.number_born)
    ),
}


def single(code: str, month: Month, rows: Integers) -> States:
    return _both(np.full(len(rows), YES), (SINGLE[code](month.said) & month.active)[rows])


def differing(residents: Month, household: Month, r: Integers, h: Integers) -> States:
    """fields_differ of resident and household row, both active: one number, and one value besides
    that differs."""
    one, two = residents.said, household.said
    same_name = one.name[r] == two.name[h]
    doubtful = ~same_name & ~(one.plain[r] & two.plain[h])
    born = (one.born[r] != two.born[h]) & (one.born[r] != NOTHING) & (two.born[h] != NOTHING)
    differences = ~same_name + 1 * born + (one.male[r] != two.male[h])
    numbers = (
        (one.number[r] != two.number[h]) & (one.status[r] != ABSENT) & (two.status[h] != ABSENT)
    )
    known = one.own[r] & two.own[h]
    states = np.select(
        [numbers | doubtful, differences == 0, known & (differences == 1)],
        [UNSURE, NO, YES],
        UNSURE,
    )
    return _both(states, residents.active[r] & household.active[h])


def cancelled_in_one(residents: Month, household: Month, r: Integers, h: Integers) -> States:
    """active_and_cancelled: one person by number, name and birth date."""
    one, two = residents.said, household.said
    same = one.own[r] & two.own[h] & (one.name[r] == two.name[h]) & (one.born[r] == two.born[h])
    unlike = residents.active[r] != household.active[h]
    states = np.where(unlike, np.where(same, YES, UNSURE), NO)
    return _both(states, residents.present[r] & household.present[h])


def twice(month: Month, first: Integers, second: Integers) -> States:
    """Two active rows of one person, that agree in name, birth date, and number or both parents."""
    said = month.said
    number = (said.number[first] == said.number[second]) & (said.status[first] == VALID)
    no_conflict = (said.status[first] == ABSENT) | (said.status[second] == ABSENT)
    parents = (
        (said.parents[first] == said.parents[second]) & (said.parents[first] != 0) & no_conflict
    )
    same = (said.name[first] == said.name[second]) & (said.born[first] == said.born[second])
    return _both(
        np.where(same & (number | parents), YES, UNSURE), month.active[first] & month.active[second]
    )


def alone(month: Month, rows: Integers, held: Flags) -> States:
    """Rows of people whom nothing else knows (`held` says who is known): sure of those with their
    own number."""
    states = np.where(month.said.own[rows], YES, UNSURE)
    return _both(states, month.active[rows] & ~held)


def one_key(month: Month, first: Integers, second: Integers) -> States:
    return _both(np.full(len(first), YES), month.present[first] & month.present[second])


def _both(states: NDArray[np.int64], where: Flags) -> States:
    return np.where(where, states, NO).astype(np.int8)
