"""What each person is called and which number he has, before anybody has typed it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from benchmarks.second_maker import name_words as words
from benchmarks.second_maker import names
from benchmarks.second_maker.days import parts
from benchmarks.second_maker.families import Couples, People
from benchmarks.second_maker.homes import Homes
from benchmarks.second_maker.places import COUNTY_CODES, ELSEWHERE, Places
from numpy.random import Generator
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Digits = NDArray[np.uint8]

MOTHERS_SURNAME, OF_DOTTED_PEOPLES, OF_OTHER_PEOPLES, FORMER_NAME = 0.06, 0.008, 0.025, 0.03
OTHER_PAPERS = 0.02  # of those who are here and on no books: a passport or a permit
_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_CHECKS = np.frombuffer(b"10X98765432", np.uint8)
ID_CARD, PASSPORT, HONG_KONG, TAIWAN = 0, 1, 2, 3


@dataclass
class Identities:
    """One row a person, empty for nobody. `number`: 18 bytes, shorter ones end in 0 bytes."""

    name: names.Text
    former: names.Text  # empty for most
    number: Digits
    paper: Ints  # ID_CARD, PASSPORT, HONG_KONG or TAIWAN
    ethnicity: Ints  # GB/T 3304


def identify(
    rng: Generator, people: People, couples: Couples, homes: Homes, places: Places
) -> Identities:
    size = len(people.born)
    line = np.arange(size)
    for _ in range(4):  # up the fathers to the founder
        line = np.where(people.father[line] < people.nobody, people.father[line], line)
    draw = rng.random(size)[line]
    dotted = draw < OF_DOTTED_PEOPLES
    other = (draw > 1 - OF_OTHER_PEOPLES) & ~dotted
    ethnicity = np.where(dotted, 5, np.where(other, np.array((22, 6, 15, 3, 8))[line % 5], 1))
    name = _names(rng, people, couples, homes, dotted)
    former = names.text([""] * size)
    rows = np.flatnonzero((rng.random(size) < FORMER_NAME) & ~dotted)
    given = names.draw_given(
        rng, parts(people.born[rows])[0], people.female[rows], names.text([""] * len(rows))
    )
    former[rows] = names.join(_surname(name[rows]), given)
    number = id_numbers(rng, people.born, people.female, _areas(rng, people, homes, places))
    paper = _other_papers(rng, people, homes, name, number)
    name[-1] = former[-1] = ""
    number[-1] = 0
    return Identities(name, former, number, paper, ethnicity)


def _surname(full: names.Text) -> names.Text:
    compound = np.isin(full.astype("<U2"), np.array(words.COMPOUND_SURNAMES))
    return np.where(compound, full.astype("<U2"), full.astype("<U1")).astype(full.dtype)


def _names(
    rng: Generator, people: People, couples: Couples, homes: Homes, dotted: Flags
) -> names.Text:
    size = len(people.born)
    founder = people.father == people.nobody
    surname = names.draw_surnames(rng, size)
    village = homes.village[homes.live_at[np.maximum(homes.lives, 0)]]
    clan = names.draw_surnames(rng, 3 * (int(village.max()) + 1)).reshape(-1, 3)
    of_clan = founder & ~people.female & (rng.random(size) < 0.4)
    surname[of_clan] = clan[
        village[of_clan], rng.choice(3, int(of_clan.sum()), p=(0.6, 0.27, 0.13))
    ]
    from_mother = rng.random(size) < MOTHERS_SURNAME
    parent = np.where(from_mother, people.mother, people.father)
    for _ in range(4):
        surname = np.where(founder, surname, surname[parent])
    year = parts(people.born)[0]
    given = names.draw_given(rng, year, people.female, _shared(rng, people, couples, year))
    full = names.join(surname, given)
    alike = pl.DataFrame({"parents": people.parents, "name": full}).is_duplicated().to_numpy()
    again = np.flatnonzero(alike & (people.parents >= 0))
    empty = names.text([""] * len(again))
    other = names.draw_given(rng, year[again], people.female[again], empty)
    full[again] = names.join(surname[again], other)
    own = names.draw_dotted(rng, people.female)
    fathers = np.where(founder, names.draw_dotted(rng, np.zeros(size, bool)), own[people.father])
    full[dotted] = names.join(names.join(own[dotted], names.text(["·"])), fathers[dotted])
    undotted = np.flatnonzero(dotted & (rng.random(size) < 0.05))
    full[undotted] = names.pick(rng, names.text(words.UNDOTTED), len(undotted), 5.0, 0.6)
    return full


def _shared(rng: Generator, people: People, couples: Couples, year: Ints) -> names.Text:
    """The first character of given names that siblings of one sex, or all, have in common."""
    number = len(couples.husband)
    shared = names.text([""] * (2 * number))
    known = people.parents >= 0
    first = np.full(number, 3000)
    np.minimum.at(first, people.parents[known], year[known])
    chance = np.where(first < 1985, 0.42, 0.22)
    has = np.repeat(rng.random(number) < chance, 2)
    female = np.tile([False, True], number)
    rows = np.flatnonzero(has & (np.repeat(first, 2) < 3000))
    given = names.draw_given(
        rng, np.repeat(first, 2)[rows], female[rows], names.text([""] * len(rows))
    )
    shared[rows] = given.astype("<U1").astype(given.dtype)
    brothers_too = np.flatnonzero(rng.random(number) < 0.35)
    shared[2 * brothers_too + 1] = shared[2 * brothers_too]
    empty = names.text([""])[0]
    return np.where(known, shared[2 * np.maximum(people.parents, 0) + people.female], empty)


def _areas(rng: Generator, people: People, homes: Homes, places: Places) -> Ints:
    village = homes.village[homes.book_at[np.maximum(homes.registered, 0)]]
    area = places.county[village]
    draw = rng.random(len(area))
    area = np.where(draw < 0.1, np.array(COUNTY_CODES)[rng.integers(0, 8, len(area))], area)
    area = np.where(draw > 0.95, 362500 + village % 9 * 3 + 1, area)  # codes of former counties
    outside = np.array([code for *_, code in ELSEWHERE])[rng.integers(0, len(ELSEWHERE), len(area))]
    return np.where(people.foreign | ((draw > 0.9) & (draw < 0.93)), outside, area)


def id_numbers(rng: Generator, born: Ints, female: Flags, area: Ints) -> Digits:
    """Valid numbers, no two alike: a row of 18 bytes for each."""
    order = rng.permutation(len(born))
    frame = pl.DataFrame({"area": area[order], "born": born[order], "sex": female[order]})
    place = frame.select(
        place=pl.int_range(pl.len(), dtype=pl.Int64).over("area", "born", "sex"),
        start=(pl.col("area") * 89 + pl.col("born") * 211) % 499,
    )
    rank = np.empty(len(born), np.int64)
    rank[order] = (place["place"].to_numpy() * 37 + place["start"].to_numpy().astype(int)) % 499
    year, month, date = parts(born)
    sequence = rank * 2 + np.where(female, 2, 1)
    value = ((area * 10000 + year) * 100 + month) * 100 + date
    digits = np.empty((len(born), 18), np.uint8)
    for column in range(13, -1, -1):
        digits[:, column] = value % 10
        value = value // 10
    for column, power in ((14, 100), (15, 10), (16, 1)):
        digits[:, column] = sequence // power % 10
    check = (digits[:, :17].astype(np.int64) @ _WEIGHTS) % 11
    digits[:, :17] += ord("0")
    digits[:, 17] = _CHECKS[check]
    return digits


def _other_papers(
    rng: Generator, people: People, homes: Homes, name: names.Text, number: Digits
) -> Ints:
    """Passports and permits for a few who come from abroad; changes their numbers and names."""
    paper = np.zeros(len(name), np.int64)
    able = homes.here & ~homes.on_books & (people.couple >= 0)
    rows = np.flatnonzero(able & (rng.random(len(name)) < OTHER_PAPERS))
    paper[rows] = rng.choice([PASSPORT, HONG_KONG, TAIWAN], len(rows), p=(0.45, 0.35, 0.2))
    values = rng.integers(10_000_000, 99_999_999, len(rows))
    letter = np.array(list("EGKMHC"))[rng.integers(0, 6, len(rows))]
    region = np.array(list("HM"))[rng.integers(0, 2, len(rows))]
    digits = values.astype("<U8")
    permit = np.char.add(np.char.add(region, digits), "01")
    written = np.select(
        [paper[rows] == PASSPORT, paper[rows] == HONG_KONG],
        [np.char.add(letter, digits), permit],
        digits,
    )
    number[rows] = written.astype("S18").view(np.uint8).reshape(-1, 18)
    latin = rows[paper[rows] == PASSPORT]
    name[latin] = names.pick(rng, names.text(list(words.FOREIGN)), len(latin), 8.0, 0.5)
    return paper
