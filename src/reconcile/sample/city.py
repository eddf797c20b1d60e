"""A made-up city: its people with names, numbers and kin, and what has happened to them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from reconcile.sample import families, naming, numbers, places
from reconcile.sample.families import TODAY, YEAR, Families
from reconcile.sample.naming import Flags, Integers, put
from reconcile.sample.presets import Events

USUAL = Events()
_MINORITY_HOUSES = 0.008  # where names have two parts
_MOTHERS_SURNAME = 0.03
_FORMER_NAMES = 0.02
_SECOND_NUMBERS = 0.02  # people who could turn up with another valid number
_SHARED_CHARACTER = 0.2  # houses whose children share a character of the name


@dataclass(frozen=True)
class City:
    """The people as they are, before any register wrote them down; `persons` has one row for each.

    Columns of `persons`: entity, name, former_name, born (Date), sex (男/女), ethnicity, id_number,
    second_id, father_name, mother_name, father_id, mother_id
    (the last two null when the parent lives elsewhere).
    """

    families: Families
    places: places.Places
    persons: pl.DataFrame
    visitor: Flags  # lives elsewhere, came to give birth

    def of(self, who: Integers, column: str) -> pl.Series:
        """A column of the persons `who`; null for -1."""
        return of(self.persons[column], who)

    def days_old(self) -> Integers:
        return TODAY - self.families.born


def of(column: pl.Series, who: Integers) -> pl.Series:
    """Values of the persons `who`; null for -1."""
    return column.gather(pl.Series(who).replace(-1, None))


def build(people: int, months: int, rng: np.random.Generator, events: Events = USUAL) -> City:
    """A city with about `people` persons on the resident register; births of the last `months`
    months."""
    kin = families.simulate(
        round(people / 0.963), rng, TODAY - months * YEAR / 12, events.twin_deliveries
    )
    houses = int(kin.house[-1]) + 1
    where = places.build(houses, people, rng)
    year = (kin.born // YEAR).astype(np.int64) + 1970
    minority = (rng.random(houses) < _MINORITY_HOUSES)[kin.house]
    names = _names(kin, year, minority, rng)
    local = rng.random(kin.size) < np.where(kin.place >= families.FIRST_CHILD, 0.93, 0.72)
    ids, second = _numbers(kin, year, local, rng)
    persons = pl.DataFrame(
        {
            "entity": "P" + pl.Series(np.arange(kin.size)).cast(pl.String).str.zfill(8),
            **names,
            "born": pl.Series(kin.born.astype(np.int32)).cast(pl.Date),
            "sex": pl.Series(["女", "男"]).gather(kin.male.astype(np.int64)),
            "ethnicity": _ethnicity(kin, minority, rng),
            "id_number": ids,
            "second_id": second,
        }
    ).with_columns(father_id=of(ids, kin.father), mother_id=of(ids, kin.mother))
    return City(kin, where, persons, _visitors(kin, months, events.visiting, rng))


def _visitors(kin: Families, months: int, share: float, rng: np.random.Generator) -> Flags:
    """Households from elsewhere whose child was born in the city's hospitals in these months."""
    newborn = (kin.delivery >= 0) & (kin.born > TODAY - months * YEAR / 12)
    visiting = np.zeros(int(kin.house[-1]) + 1, bool)
    visiting[kin.house[newborn]] = rng.random(newborn.sum()) < share
    return visiting[kin.house]


def _numbers(
    kin: Families, year: Integers, local: Flags, rng: np.random.Generator
) -> tuple[pl.Series, pl.Series]:
    """Everyone's number, and a second one for a few."""
    born = (
        pl.Series(kin.born.astype(np.int32))
        .cast(pl.Date)
        .dt.strftime("%Y%m%d")
        .cast(pl.Int64)
        .to_numpy()
    )
    twice = np.flatnonzero(rng.random(kin.size) < _SECOND_NUMBERS)
    who = np.r_[np.arange(kin.size), twice]
    area = numbers.county_codes(year[who], local[who], rng)
    _, delivery = np.unique(kin.delivery, return_inverse=True)
    child = kin.delivery >= 0
    by_delivery = np.zeros(delivery.max() + 1, np.int64)
    by_delivery[delivery[child]] = area[: kin.size][child]
    area[: kin.size][child] = by_delivery[delivery[child]]  # twins are registered in one place
    issued = numbers.issue(area, born[who], kin.male[who], rng)
    second = put(
        pl.Series([None], dtype=pl.String).new_from_index(0, kin.size), twice, issued[kin.size :]
    )
    return issued[: kin.size], second


def _names(
    kin: Families, year: Integers, minority: Flags, rng: np.random.Generator
) -> dict[str, pl.Series]:
    """name, former_name, father_name, mother_name: also of parents who live elsewhere."""
    surname = naming.surnames().draw(rng.random(kin.size)).gather(_surname_roots(kin, rng))
    names = surname + _given(kin, year, rng)
    names = put(names, np.flatnonzero(minority), naming.two_part_names(kin.male[minority], rng))
    names = _no_two_alike(kin, names, surname, year, rng)
    renamed = np.flatnonzero(rng.random(kin.size) < _FORMER_NAMES)
    former = surname.gather(renamed) + naming.given_names(
        kin.male[renamed], year[renamed], rng.random(len(renamed)), rng
    )
    nobody = pl.Series([None], dtype=pl.String).new_from_index(0, kin.size)
    parents = {}
    for parent, who, male in (("father", kin.father, True), ("mother", kin.mother, False)):
        elsewhere = np.flatnonzero(who < 0)
        size = len(elsewhere)
        family = surname.gather(elsewhere) if male else naming.surnames().draw(rng.random(size))
        given = naming.given_names(np.full(size, male), year[elsewhere] - 27, rng.random(size), rng)
        parents[f"{parent}_name"] = put(of(names, who), elsewhere, family + given)
    return {"name": names, "former_name": put(nobody, renamed, former), **parents}


def _surname_roots(kin: Families, rng: np.random.Generator) -> Integers:
    """For each person the ancestor whose surname they bear: father's father's …, for a few the
    mother's."""
    everyone = np.arange(kin.size)
    source = np.where(rng.random(kin.size) < _MOTHERS_SURNAME, kin.mother, kin.father)
    root = np.where(source >= 0, source, everyone)
    while not np.array_equal(further := root[root], root):
        root = further
    return root


def _given(kin: Families, year: Integers, rng: np.random.Generator) -> pl.Series:
    houses = int(kin.house[-1]) + 1
    shares = (rng.random(houses) < _SHARED_CHARACTER)[kin.house] & (kin.delivery >= 0)
    of_house = rng.random(houses)[kin.house]
    first = np.where(shares, of_house, rng.random(kin.size))
    return naming.given_names(kin.male, year, first, rng)


def _no_two_alike(
    kin: Families, names: pl.Series, surname: pl.Series, year: Integers, rng: np.random.Generator
) -> pl.Series:
    """Nobody bears the name of someone in the same house: draw again until it is so."""
    while True:
        taken = (
            ~pl.DataFrame({"house": kin.house, "name": names})
            .select(pl.struct("house", "name").is_first_distinct())
            .to_series()
        )
        again = taken.arg_true().to_numpy().astype(np.int64)
        if not len(again):
            return names
        given = naming.given_names(kin.male[again], year[again], rng.random(len(again)), rng)
        names = put(names, again, surname.gather(again) + given)


def _ethnicity(kin: Families, minority: Flags, rng: np.random.Generator) -> pl.Series:
    """GB/T 3304 codes, one for a house."""
    codes = naming.Choice.of(
        ["01", "19", "06", "08", "03", "11"], np.array([0.92, 0.05, 0.01, 0.008, 0.007, 0.005])
    )
    house = codes.draw(rng.random(int(kin.house[-1]) + 1)).gather(kin.house)
    return put(
        house, np.flatnonzero(minority), pl.Series(["05"]).new_from_index(0, int(minority.sum()))
    )
