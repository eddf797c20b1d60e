"""Families of four generations: who was born when, of whom, and whom they married.

A person is a number: the row in `People`. `nobody` stands for one that is not known; its row is the
last one of every array, with empty values.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from benchmarks.second_maker.days import NOW, YEAR, day, fertility
from numpy.random import Generator
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

SOMEWHERE_ELSE = 0.21  # founding couples that are of another city
CHILDREN = (
    (0.04, 0.1, 0.24, 0.27, 0.2, 0.15),
    (0.05, 0.32, 0.43, 0.17, 0.03),
    (0.2, 0.5, 0.28, 0.02),
)
DEAD_AGES = ((0, 40, 60, 70, 80, 90, 98), (0.004, 0.015, 0.07, 0.16, 0.4, 0.8, 0.99))
TWINS = 0.0076  # deliveries of two: 1.5 % of those born


@dataclass
class People:
    """One row a person, and one for nobody at the end of each array.

    `couple`: the marriage that he is or was of; `parents`: the one that he was born of. Days are
    days since 1970.
    """

    born: Ints
    female: Flags
    foreign: Flags  # of another city
    parents: Ints
    father: Ints
    mother: Ints
    couple: Ints
    spouse: Ints
    dead: Flags
    certified: Flags  # born in the months of the certificates

    @property
    def nobody(self) -> int:
        return len(self.born) - 1


@dataclass
class Couples:
    """One row a marriage; `divorced` ended it, death is in the people."""

    husband: Ints
    wife: Ints
    divorced: Flags


def grow(rng: Generator, founders: int, births: int, first_day: int) -> tuple[People, Couples]:
    """The people of a city from a number of founding couples: grown up generation by generation,
    and `births` children more born from `first_day` on."""
    tree = _Tree(rng)
    tree.found(founders)
    for shares in CHILDREN:
        tree.have_children(shares, first_day)
        tree.marry()
    tree.have_babies(births, first_day)
    return tree.people(), tree.couples()


class _Tree:
    """People and marriages while they grow; nobody is -1 here."""

    def __init__(self, rng: Generator) -> None:
        self.rng = rng
        none = np.zeros(0, np.int64)
        self.born, self.parents = none, none
        self.female, self.foreign, self.certified = (np.zeros(0, bool) for _ in range(3))
        self.husband, self.wife = none, none
        self.new = slice(0, 0)  # the youngest generation
        self.new_couples = slice(0, 0)

    def found(self, number: int) -> None:
        rng = self.rng
        born = day(1927) + rng.integers(0, int(24 * YEAR), number)
        wives = born + (rng.normal(2, 2.5, number) * YEAR).astype(np.int64)
        foreign = rng.random(number) < SOMEWHERE_ELSE
        self._add(
            np.concatenate([born, wives]),
            np.arange(2 * number) >= number,
            np.concatenate([foreign, foreign]),
            np.full(2 * number, -1),
        )
        self._wed(np.arange(number), np.arange(number, 2 * number))

    def have_children(self, shares: tuple[float, ...], before: int) -> None:
        """Children of the youngest couples, none born after the day `before`."""
        rng = self.rng
        couples = np.arange(self.new_couples.start, self.new_couples.stop)
        number = rng.choice(len(shares), len(couples), p=np.array(shares) / sum(shares))
        couple = np.repeat(couples, number)
        order = np.arange(len(couple)) - np.repeat(np.cumsum(number) - number, number)
        age = np.clip(rng.normal(24.3, 3, len(couples)), 18.5, 36)
        gap = rng.uniform(1.7, 4.2, len(couples))
        years = np.repeat(age, number) + order * np.repeat(gap, number)
        years += rng.uniform(-0.4, 0.4, len(couple))
        born = self.born[self.wife[couple]] + (years * YEAR).astype(np.int64)
        twin = np.flatnonzero((order > 0) & (rng.random(len(couple)) < 2.2 * TWINS))
        born[twin] = born[twin - 1]
        kept = born < before
        self._add(
            born[kept],
            rng.random(int(kept.sum())) < 0.472,
            self.foreign[self.husband[couple[kept]]],
            couple[kept],
        )

    def marry(self) -> None:
        """Men and women of the youngest generation, a little alike in age, mostly of one city."""
        rng = self.rng
        ones = np.arange(self.new.start, self.new.stop)
        age = (NOW - self.born[ones]) / YEAR
        weds = rng.random(len(ones)) < np.interp(
            age, (20, 25, 30, 36, 50), (0, 0.33, 0.72, 0.91, 0.95)
        )
        pool = self.foreign[ones] ^ (rng.random(len(ones)) < 0.04)
        key = self.born[ones] + rng.normal(0, 1.6 * YEAR, len(ones))
        husbands, wives = [], []
        for here in (False, True):
            men = ones[weds & (pool == here) & ~self.female[ones]]
            women = ones[weds & (pool == here) & self.female[ones]]
            men = men[np.argsort(key[men - self.new.start], kind="stable")]
            women = women[np.argsort(key[women - self.new.start], kind="stable")]
            size = min(len(men), len(women))
            men = men[np.sort(rng.permutation(len(men))[:size])]
            women = women[np.sort(rng.permutation(len(women))[:size])]
            apart = self.parents[men] != self.parents[women]
            husbands.append(men[apart])
            wives.append(women[apart])
        self._wed(np.concatenate(husbands), np.concatenate(wives))

    def have_babies(self, number: int, first_day: int) -> None:
        """`number` children born from `first_day` to now, of mothers of an age for it."""
        rng = self.rng
        middle = (first_day + NOW) / 2
        chance = fertility((middle - self.born[self.wife]) / YEAR)
        chance[self.foreign[self.husband]] *= 0.55
        sizes = 1 + (rng.random(number) < TWINS)
        sizes = sizes[: int(np.searchsorted(np.cumsum(sizes), number)) + 1]
        couple = rng.choice(len(chance), len(sizes), replace=False, p=chance / chance.sum())
        born = first_day + rng.integers(0, NOW - first_day, len(sizes))
        born, couple = np.repeat(born, sizes), np.repeat(couple, sizes)
        female = rng.random(len(born)) < 0.472
        self._add(born, female, self.foreign[self.husband[couple]], couple)
        self.certified[self.new] = True

    def _add(self, born: Ints, female: Flags, foreign: Flags, parents: Ints) -> None:
        start = len(self.born)
        self.born = np.concatenate([self.born, born])
        self.female = np.concatenate([self.female, female])
        self.foreign = np.concatenate([self.foreign, foreign])
        self.parents = np.concatenate([self.parents, parents])
        self.certified = np.concatenate([self.certified, np.zeros(len(born), bool)])
        self.new = slice(start, len(self.born))

    def _wed(self, husband: Ints, wife: Ints) -> None:
        start = len(self.husband)
        self.husband = np.concatenate([self.husband, husband])
        self.wife = np.concatenate([self.wife, wife])
        self.new_couples = slice(start, len(self.husband))

    def couples(self) -> Couples:
        apart = self.rng.random(len(self.husband)) < 0.06
        return Couples(self.husband, self.wife, apart & (self.born[self.wife] > day(1955)))

    def people(self) -> People:
        size = len(self.born)
        number = np.arange(len(self.husband))
        couple, spouse = np.full(size + 1, -1), np.full(size + 1, size)
        couple[self.husband], couple[self.wife] = number, number
        spouse[self.husband], spouse[self.wife] = self.wife, self.husband
        father, mother = np.full(size + 1, size), np.full(size + 1, size)
        known = np.flatnonzero(self.parents >= 0)
        father[known] = self.husband[self.parents[known]]
        mother[known] = self.wife[self.parents[known]]
        age = (NOW - self.born) / YEAR
        dead = self.rng.random(size) < np.interp(age, *DEAD_AGES)
        return People(
            np.append(self.born, 0),
            np.append(self.female, False),
            np.append(self.foreign, False),
            np.append(self.parents, -1),
            father,
            mother,
            couple,
            spouse,
            np.append(dead, True),
            np.append(self.certified, False),
        )
