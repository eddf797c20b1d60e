"""Who lives where, who is registered where, and with whom: two households that differ now and
then."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from benchmarks.second_maker.days import NOW, YEAR, day
from benchmarks.second_maker.families import Couples, People
from benchmarks.second_maker.places import Places
from numpy.random import Generator
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

MOVED_IN = 0.44  # couples of another city that came here
STAYS_WITH_PARENTS, SAME_VILLAGE, REGISTERED_AT_OLD_HOME, OWN_REGISTER = 0.42, 0.42, 0.12, 0.3


@dataclass
class Homes:
    """Of each person: the household that he lives in and the one that he is registered in (a unit:
    a couple, or a number beyond for one alone), and whether the city holds him at all.

    `lives` and `registered` are units, -1 for nobody; `dwelling` and `book` of a unit: the place,
    and the household number; `village` of a dwelling.
    """

    lives: Ints
    registered: Ints
    here: Flags  # lives in the city
    on_books: Flags  # is in its household register
    live_at: Ints  # dwelling of a unit where one lives
    book_at: Ints  # dwelling of a unit where one is registered
    book: Ints  # household of a unit in the register
    village: Ints  # of a dwelling


def settle(rng: Generator, people: People, couples: Couples, places: Places) -> Homes:
    number = len(couples.husband)
    up = people.parents[couples.husband]  # the couple of the husband's parents, or -1
    up = np.where((up >= 0) & (people.foreign[couples.husband] == people.foreign[up]), up, -1)
    here = np.arange(number)
    draw = rng.random((4, number))
    first = np.unique(np.where(up >= 0, up, number), return_index=True)[1]
    heir = np.zeros(number, bool)
    heir[first] = True  # one child at most stays in the parents' house
    stays = heir & (up >= 0) & (draw[0] < STAYS_WITH_PARENTS)
    near = (up >= 0) & (stays | (draw[1] < SAME_VILLAGE))
    old = draw[2] < REGISTERED_AT_OLD_HOME
    live = _root(np.where(stays, up, here))
    near_root = _root(np.where(near, up, here))
    book_root = _root(np.where((stays | old) & (up >= 0), up, here))
    own = draw[3] < OWN_REGISTER
    book = _root(np.where((stays | old) & (up >= 0) & ~own, up, here))

    singles = np.arange(number, number + len(people.born))  # a unit for each who lives alone
    drawn = rng.choice(len(places.weight), number + len(people.born), p=places.weight)
    village = np.concatenate([drawn[:number][near_root], drawn[number:]])
    # an old home that no parents keep is a dwelling of its own
    lost = old & (book_root == here) & (rng.random(number) < 0.5)
    extra = rng.choice(len(places.weight), int(lost.sum()), p=places.weight)
    book_at = np.concatenate([live[book_root], singles])
    book_at[np.flatnonzero(lost)] = len(village) + np.arange(len(extra))
    homes = Homes(
        lives=_units(rng, people, couples, singles),
        registered=np.full(len(people.born), -1),
        here=np.zeros(len(people.born), bool),
        on_books=np.zeros(len(people.born), bool),
        live_at=np.concatenate([live, singles]),
        book_at=book_at,
        book=np.concatenate([book, singles]),
        village=np.concatenate([village, extra]),
    )
    _register(rng, people, couples, homes)
    _move(rng, people, couples, homes)
    return homes


def _root(up: Ints) -> Ints:
    """The end of each chain of pointers."""
    for _ in range(4):
        up = up[up]
    return up


def _units(rng: Generator, people: People, couples: Couples, singles: Ints) -> Ints:
    """Where each lives: with the couple, with the parents, or alone."""
    size = len(people.born)
    age = (NOW - people.born) / YEAR
    unit = np.where(people.couple >= 0, people.couple, people.parents)
    apart = np.zeros(size, bool)
    apart[couples.wife[couples.divorced]] = True
    back = apart & (people.parents >= 0) & (rng.random(size) < 0.45)
    unit = np.where(back, people.parents, unit)
    alone = (apart & ~back) | ((people.couple < 0) & (age > 25) & (rng.random(size) < 0.22))
    unit = np.where(alone, singles, unit)
    child = (people.couple < 0) & (age < 20) & (people.parents >= 0)
    of_divorced = child & couples.divorced[people.parents] & (rng.random(size) < 0.4)
    unit = np.where(of_divorced, unit[people.mother], unit)
    grand = people.parents[people.father]
    alive = (grand >= 0) & ~(people.dead[couples.husband[grand]] & people.dead[couples.wife[grand]])
    raised = child & alive & (age < 16) & (rng.random(size) < 0.08)
    unit = np.where(raised, grand, unit)
    unit[-1] = -1
    return unit


def _register(rng: Generator, people: People, couples: Couples, homes: Homes) -> None:
    """Where each is registered: wives at their parents' now and then, children with one of both."""
    size = len(people.born)
    age = (NOW - people.born) / YEAR
    unit = np.where(people.couple >= 0, people.couple, people.parents)
    wife = (people.couple >= 0) & people.female & (people.parents >= 0)
    at_parents = wife & (rng.random(size) < 0.11)
    unit = np.where(at_parents, people.parents, unit)
    divorced = np.zeros(size, bool)
    divorced[couples.wife[couples.divorced]] = True
    unit = np.where(divorced & (rng.random(size) < 0.6), homes.lives, unit)
    grown = (people.couple < 0) & (age > 25) & (rng.random(size) < 0.3)
    unit = np.where(grown, homes.lives, unit)
    with_mother = (people.couple < 0) & (age < 22) & (rng.random(size) < 0.2)
    unit = np.where(with_mother & (people.mother < size - 1), unit[people.mother], unit)
    unit = np.where(unit < 0, homes.lives, unit)
    unit[-1] = -1
    homes.registered = unit


def _move(rng: Generator, people: People, couples: Couples, homes: Homes) -> None:
    """Who lives here and who is on the books."""
    size = len(people.born)
    age = (NOW - people.born) / YEAR
    man, woman = people.foreign[couples.husband], people.foreign[couples.wife]
    came = rng.random(len(man)) < MOVED_IN
    came &= people.born[couples.wife] > day(1950)
    settled = rng.random(len(man)) < 0.55  # with the books too, of those who married here
    couple = np.where(people.couple >= 0, people.couple, people.parents)
    known = couple >= 0
    mixed = known & (man[couple] != woman[couple]) & (people.couple >= 0)
    here = ~people.foreign | mixed | (known & people.foreign & came[couple])
    books = ~people.foreign | (mixed & settled[couple])
    books |= people.foreign & here & (rng.random(size) < 0.05)
    left = rng.random(len(man)) < 0.035
    gone = known & (people.couple >= 0) & left[couple] & (age < 60)
    gone |= (people.couple < 0) & (age > 17) & (age < 50) & (rng.random(size) < 0.14)
    child = known & (people.couple < 0) & (age <= 17)
    gone |= child & left[couple] & (homes.lives == people.parents)
    gone |= ~people.foreign & (rng.random(size) < 0.012)
    homes.here = here & ~gone & ~people.dead
    homes.on_books = books & ~people.dead
    homes.here[-1] = homes.on_books[-1] = False
