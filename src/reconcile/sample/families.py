"""Households of a made-up city: who lives together, their ages, and who is whose parent.

Everything is one array operation over all households: each household is a row of ten places
(grandfather, grandmother, husband, wife, and three deliveries with room for a twin), and a mask
says which are filled.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from reconcile.sample.naming import Flags, Floats, Integers

AS_OF = date(2026, 10, 31)  # the day of the exports
TODAY = (AS_OF - date(1970, 1, 1)).days
YEAR = 365.25

GRANDFATHER, GRANDMOTHER, HUSBAND, WIFE, FIRST_CHILD = range(5)
PLACES = 10

ALONE, COUPLE, FAMILY, LONE_PARENT, THREE_GENERATIONS = range(5)
_KINDS = (0.23, 0.21, 0.33, 0.06, 0.17)
TWIN_DELIVERIES = 0.015


@dataclass(frozen=True)
class Families:
    """People household by household. People are positions; -1 is nobody in the city.

    `born` is in days since 1970-01-01, `place` one of the ten places; `delivery` numbers the
    deliveries, twins sharing one (-1 for adults); `order` is the how-many-th child of the mother.
    """

    house: Integers
    place: Integers
    male: Flags
    born: Integers
    father: Integers
    mother: Integers
    spouse: Integers
    head: Integers
    relation: Integers  # GB/T 4761-2008
    delivery: Integers
    order: Integers

    @property
    def size(self) -> int:
        return len(self.house)


def simulate(
    people: int,
    rng: np.random.Generator,
    twins_since: float = TODAY,
    twin_deliveries: float = TWIN_DELIVERIES,
) -> Families:
    """About `people` persons in households, as of AS_OF; `twin_deliveries` of those since the day
    `twins_since`."""
    count = max(10, round(people / 2.62))
    kind = rng.choice(len(_KINDS), count, p=_KINDS)
    born, present, male = _places(kind, rng, twins_since, twin_deliveries)
    wifes_parents = rng.random(count) < 0.2  # the grandparents are hers
    grandfather_leads = (rng.random(count) < 0.4) & present[:, GRANDFATHER]

    flat = present.ravel()
    index = np.where(flat, np.cumsum(flat) - 1, -1).reshape(count, PLACES)
    leader = np.where(grandfather_leads, GRANDFATHER, np.where(present[:, HUSBAND], HUSBAND, WIFE))
    head = index[np.arange(count), leader]
    kin = _kin(index, wifes_parents)
    children = present[:, FIRST_CHILD:]
    order = np.zeros((count, PLACES), np.int64)
    order[:, FIRST_CHILD:] = np.cumsum(children, axis=1)
    delivery = np.full((count, PLACES), -1)
    delivery[:, FIRST_CHILD:] = np.arange(count)[:, None] * 3 + np.arange(6) // 2
    relation = _relations(male, present, grandfather_leads, wifes_parents)
    families = Families(
        house=np.repeat(np.arange(count), PLACES)[flat],
        place=np.tile(np.arange(PLACES), count)[flat],
        male=male.ravel()[flat],
        born=born.ravel()[flat],
        father=kin["father"].ravel()[flat],
        mother=kin["mother"].ravel()[flat],
        spouse=kin["spouse"].ravel()[flat],
        head=np.repeat(head, PLACES)[flat],
        relation=relation.ravel()[flat],
        delivery=delivery.ravel()[flat],
        order=order.ravel()[flat],
    )
    _give_parents_of_other_households(families, rng)
    return families


def _places(
    kind: Integers, rng: np.random.Generator, twins_since: float, twin_deliveries: float
) -> tuple[Integers, Flags, Flags]:
    """Birth days, who is there, and sex, for the ten places of each household."""
    count = len(kind)
    with_children = kind >= FAMILY
    youngest = TODAY - rng.random(count) * 24 * YEAR
    mothers_age = np.clip(rng.normal(28.0, 4.6, count), 19.2, 44)
    adult = 22 + 68 * rng.beta(1.5, 1.9, count)

    born = np.zeros((count, PLACES))
    born[:, WIFE] = np.where(with_children, youngest - mothers_age * YEAR, TODAY - adult * YEAR)
    born[:, HUSBAND] = born[:, WIFE] - np.clip(rng.normal(2.0, 2.6, count), -4, 14) * YEAR
    gap = np.clip(rng.normal(26.5, 4.2, count), 19, 45)
    born[:, GRANDMOTHER] = born[:, [HUSBAND, WIFE]].min(axis=1) - gap * YEAR
    born[:, GRANDFATHER] = (
        born[:, GRANDMOTHER] - np.clip(rng.normal(2.0, 2.6, count), -1, 12) * YEAR
    )

    present = np.zeros((count, PLACES), bool)
    one_sex = rng.random(count)
    present[:, HUSBAND] = np.select(
        [kind == ALONE, kind == LONE_PARENT], [one_sex < 0.5, one_sex < 0.3], True
    )
    present[:, WIFE] = np.select(
        [kind == ALONE, kind == LONE_PARENT], [one_sex >= 0.5, one_sex >= 0.3], True
    )
    _add_grandparents(kind, born, present, rng)
    chance = _add_children(with_children, youngest, born, present, rng)
    share = np.where(born[:, FIRST_CHILD::2] > twins_since, twin_deliveries, TWIN_DELIVERIES)
    present[:, FIRST_CHILD + 1 :: 2] = present[:, FIRST_CHILD::2] & (chance < share)

    male = rng.random((count, PLACES)) < 0.523
    male[:, [GRANDFATHER, HUSBAND]] = True
    male[:, [GRANDMOTHER, WIFE]] = False
    identical = rng.random((count, 3)) < 0.35
    male[:, FIRST_CHILD + 1 :: 2] = np.where(
        identical, male[:, FIRST_CHILD::2], male[:, FIRST_CHILD + 1 :: 2]
    )
    return np.minimum(born, TODAY).astype(np.int64), present, male


def _add_grandparents(
    kind: Integers, born: Floats, present: Flags, rng: np.random.Generator
) -> None:
    room = kind == THREE_GENERATIONS
    alive = TODAY - born[:, :2] < rng.normal(84, 7, (len(kind), 2)) * YEAR
    present[:, GRANDFATHER] = room & alive[:, GRANDFATHER] & (rng.random(len(kind)) < 0.75)
    present[:, GRANDMOTHER] = room & alive[:, GRANDMOTHER] & (rng.random(len(kind)) < 0.85)


def _add_children(
    with_children: Flags, youngest: Floats, born: Floats, present: Flags, rng: np.random.Generator
) -> Floats:
    """One to three deliveries, the oldest first; the last place pair is the youngest. Twins share a
    day.

    Gives a number in [0, 1) for each delivery: those below the share of twins have a second child.
    """
    count = len(with_children)
    more = np.cumsum(rng.random((count, 2)) < (0.38, 0.12), axis=1)
    spacing = np.cumsum(1.2 + rng.gamma(2.0, 1.5, (count, 2)), axis=1) * YEAR
    days = np.column_stack([youngest - spacing[:, 1], youngest - spacing[:, 0], youngest])
    there = np.column_stack([(more[:, 1] == 2), more[:, 0] >= 1, np.ones(count, bool)])
    younger_parent = born[:, [HUSBAND, WIFE]].max(axis=1, keepdims=True)
    there &= with_children[:, None] & (days - younger_parent > 18.5 * YEAR)
    born[:, FIRST_CHILD::2] = born[:, FIRST_CHILD + 1 :: 2] = days
    present[:, FIRST_CHILD::2] = there
    return rng.random((count, 3))


def _kin(index: NDArray[np.int64], wifes_parents: Flags) -> dict[str, Integers]:
    father, mother, spouse = (np.full(index.shape, -1, np.int64) for _ in range(3))
    father[:, FIRST_CHILD:] = index[:, [HUSBAND]]
    mother[:, FIRST_CHILD:] = index[:, [WIFE]]
    for place, theirs in ((HUSBAND, ~wifes_parents), (WIFE, wifes_parents)):
        father[:, place] = np.where(theirs, index[:, GRANDFATHER], -1)
        mother[:, place] = np.where(theirs, index[:, GRANDMOTHER], -1)
    for one, other in ((GRANDFATHER, GRANDMOTHER), (HUSBAND, WIFE)):
        spouse[:, one], spouse[:, other] = index[:, other], index[:, one]
    return {"father": father, "mother": mother, "spouse": spouse}


def _relations(
    male: Flags, present: Flags, grandfather_leads: Flags, wifes_parents: Flags
) -> Integers:
    """Relation to the head of the household, as GB/T 4761-2008 codes."""
    count = len(male)
    relation = np.full((count, PLACES), 2, np.int64)
    relation[:, WIFE] = np.where(present[:, HUSBAND], 12, 2)
    relation[:, GRANDFATHER] = np.where(wifes_parents, 55, 51)
    relation[:, GRANDMOTHER] = np.where(wifes_parents, 56, 52)
    boys, children = male[:, FIRST_CHILD:], present[:, FIRST_CHILD:]
    only = children.sum(axis=1, keepdims=True) == 1
    which = np.where(boys, np.cumsum(children & boys, axis=1), np.cumsum(children & ~boys, axis=1))
    kind = np.select([only, which <= 5], [1, which + 1], 9)  # 独生子 1, 长子 2 … 五子 6, 其他儿子 9
    relation[:, FIRST_CHILD:] = np.where(boys, 20, 30) + kind

    lead, hers = grandfather_leads, wifes_parents
    relation[lead, GRANDFATHER] = 2
    relation[lead, GRANDMOTHER] = 12
    relation[lead, HUSBAND] = np.where(hers[lead], 28, 22)
    relation[lead, WIFE] = np.where(hers[lead], 32, 38)
    grandchildren = np.where(boys, 41, 42) + np.where(hers, 2, 0)[:, None]
    relation[lead, FIRST_CHILD:] = grandchildren[lead]
    return relation


def _give_parents_of_other_households(families: Families, rng: np.random.Generator) -> None:
    """Make nearly half of the adults without parents children of a couple in another household (in
    place).

    So people of different households share parents, surname and generation name, as brothers and
    sisters do.
    """
    born, mother, father = families.born, families.mother, families.father
    wives = np.flatnonzero((families.place == WIFE) & (families.spouse >= 0))
    wives = wives[np.argsort(born[wives], kind="stable")]
    adults = np.flatnonzero(
        ((families.place == HUSBAND) | (families.place == WIFE)) & (mother < 0) & (father < 0)
    )
    adults = adults[rng.random(len(adults)) < 0.45]
    wanted = born[adults] - np.clip(rng.normal(26.5, 4.0, len(adults)), 19.5, 42) * YEAR
    found = wives[np.minimum(np.searchsorted(born[wives], wanted), len(wives) - 1)]
    husbands = families.spouse[found]
    gap = born[adults] - np.maximum(born[found], born[husbands])
    fits = (gap > 18.5 * YEAR) & (born[adults] - born[found] < 46 * YEAR)
    fits &= families.house[found] != families.house[adults]
    fits &= (
        np.abs(born[found] - wanted) < 3 * YEAR
    )  # or the oldest couple would be everybody's parents
    mother[adults[fits]], father[adults[fits]] = found[fits], husbands[fits]
    married = np.flatnonzero((families.place == WIFE) & (families.spouse >= 0) & (mother >= 0))
    kin = married[mother[married] == mother[families.spouse[married]]]  # nobody marries a brother
    mother[kin] = father[kin] = -1
