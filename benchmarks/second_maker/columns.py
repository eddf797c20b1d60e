"""Columns as the registers hold them: what is stated, by whom, and in which form."""

from __future__ import annotations

import numpy as np
import polars as pl
from benchmarks.second_maker import names
from benchmarks.second_maker.city import City
from benchmarks.second_maker.days import NOW, YEAR, day
from benchmarks.second_maker.identity import HONG_KONG, ID_CARD, Digits, id_numbers
from benchmarks.second_maker.rates import Rates
from benchmarks.second_maker.slips import Typist, written
from numpy.random import Generator
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


def who_is_in(
    rng: Generator, city: City, due: Flags, slow: float, never: float, dead: float = 0.0025
) -> Ints:
    """People of a register: those due but for newborns whom nobody has entered yet (in the mean
    after `slow` days; `never`: a share of the young), and the dead whom nobody has taken out."""
    people = city.people
    age = NOW - people.born
    late = rng.exponential(slow, len(age)) > age
    late |= people.certified & (rng.random(len(age)) < never)
    own = ~people.foreign & people.dead & ~city.early_death
    own &= age > 50 * YEAR
    own[-1] = False
    still = rng.random(len(age)) < dead * due.sum() / max(int(own.sum()), 1)
    return np.flatnonzero((due & ~late) | (own & still))


def second_number(
    rng: Generator, city: City, rows: Ints, double: Flags, typist: Typist, rates: Rates
) -> Digits:
    """The numbers of a register's rows; of doubles some are other valid ones, some are missing."""
    number = city.who.number[rows].copy()
    draw = rng.random(len(rows))
    fresh = np.flatnonzero(double & (draw < rates.second_number))
    number[fresh] = other_numbers(rng, city, rows[fresh])
    typist.note("id_second", fresh)
    number[double & (draw > 1 - rates.doubles_without_number)] = 0
    return number


def other_numbers(rng: Generator, city: City, rows: Ints) -> Digits:
    """Second valid numbers of people, of another county and some of another day; a permit is
    renewed instead."""
    people, who = city.people, city.who
    born = people.born[rows] + np.where(
        rng.random(len(rows)) < 0.35, rng.integers(-400, 400, len(rows)), 0
    )
    found = id_numbers(rng, born, people.female[rows], 369900 + rng.integers(1, 40, len(rows)))
    kept = who.paper[rows] != ID_CARD
    found[kept] = who.number[rows[kept]]
    renewed = np.flatnonzero(who.paper[rows] == HONG_KONG)
    found[renewed, 10] = ord("2")
    return found


def missing(rng: Generator, typist: Typist, rates: Rates, born: Ints) -> Flags:
    """Rows whose number nobody has entered: some carelessness, some chance, most of newborns."""
    careless = rates.id_missing_careless
    chance = rates.id_missing * (1 - careless + careless * typist.care)
    chance = np.where(NOW - born < YEAR, chance * 2, chance)
    return rng.random(len(born)) < 1 - np.exp(-chance * (1.25 if rates.id_missing > 0.2 else 1.0))


def divorced(city: City, rows: Ints) -> Flags:
    couple = city.people.couple[rows]
    return (couple >= 0) & city.couples.divorced[couple]


def marriage(city: City, rows: Ints) -> NDArray[np.str_]:
    people = city.people
    apart = divorced(city, rows)
    wed = people.couple[rows] >= 0
    return np.select(
        [apart, wed & people.dead[people.spouse[rows]], wed], ["离婚", "丧偶", "已婚"], "未婚"
    )


def habit(rng: Generator, at: Ints, rare: float) -> Ints:
    """How a town's clerk writes, 0 to 3, and now and then otherwise."""
    usual = (at // 997) % 2
    return np.where(rng.random(len(at)) < rare, rng.integers(0, 4, len(at)), usual)


def keys(rng: Generator, size: int, letter: str) -> pl.Series:
    """Keys that say nothing of the order of rows."""
    numbers = pl.Series(rng.permutation(size) + 10_000_000).cast(pl.String)
    return pl.select(pl.lit(letter) + numbers).to_series()


def areas(
    rng: Generator, typist: Typist, homes: pl.DataFrame, rates: Rates
) -> tuple[pl.Series, pl.Series]:
    """Town and village of dwellings; now and then that of another, or none."""
    wrong = typist.slips(rates.village)
    typist.note("village_other", wrong)
    turned = np.where(wrong, rng.permutation(len(wrong)), np.arange(len(wrong)))
    village = homes["village"].gather(turned)
    empty = typist.slips(rates.village * 0.6)
    village = where(empty, pl.select(pl.repeat("", len(village))).to_series(), village)
    typist.note("village_missing", empty)
    return homes["town"], village


def where(rows: Flags, one: pl.Series, other: pl.Series) -> pl.Series:
    return one.zip_with(pl.Series(rows), other)


def spaced(rng: Generator, values: names.Text) -> names.Text:
    """Some names of two characters with a wide space between, some with a blank behind."""
    wide = np.flatnonzero((np.char.str_len(values) == 2) & (rng.random(len(values)) < 0.01))
    values = values.copy()
    first, second = values[wide].astype("<U1").astype(values.dtype), names.points(values)[wide, 1]
    last = second.view("<U1").astype(values.dtype)
    values[wide] = names.join(names.join(first, names.text(["\u3000"])), last)
    blank = np.flatnonzero(rng.random(len(values)) < 0.003)
    values[blank] = names.join(values[blank], names.text([" "]))
    return values


def sex(typist: Typist, female: Flags, rates: Rates) -> NDArray[np.str_]:
    wrong = typist.slips(rates.sex)
    empty = typist.slips(rates.sex / 2)
    typist.note("sex_wrong", wrong)
    typist.note("sex_missing", empty)
    return np.where(empty, "", np.where(female ^ wrong, "女", "男"))


def dates(days: Ints, style: Ints) -> pl.Series:
    """Days in one of four forms."""
    frame = pl.DataFrame({"day": pl.Series(days.astype(np.int32)).cast(pl.Date), "style": style})
    number = pl.col("day")
    plain = pl.concat_str(
        number.dt.year().cast(pl.String), pl.lit("."), number.dt.month().cast(pl.String),
        pl.lit("."), number.dt.day().cast(pl.String),
    )  # fmt: skip
    return frame.select(
        pl.when(pl.col("style") == 0)
        .then(number.dt.to_string("%Y%m%d"))
        .when(pl.col("style") == 1)
        .then(number.dt.to_string("%Y-%m-%d"))
        .when(pl.col("style") == 2)
        .then(number.dt.to_string("%Y年%m月%d日"))
        .otherwise(plain)
    ).to_series()


def stated(
    rng: Generator,
    typist: Typist,
    values: names.Text,
    share: float | NDArray[np.float64],
    rates: Rates,
    about: str,
) -> names.Text:
    """Names of relatives, of which a share is stated at all."""
    told = rng.random(len(values)) < share
    return typist.name(np.where(told, values, "").astype(values.dtype), rates.relative_name, about)


def ids(
    rng: Generator,
    typist: Typist,
    city: City,
    relative: Ints,
    share: float | NDArray[np.float64],
    rates: Rates,
) -> pl.Series:
    """Numbers of relatives, of which a share is stated; a digit is wrong now and then."""
    number = city.who.number[relative].copy()
    told = rng.random(len(relative)) < share * (1 - min(rates.id_missing, 0.3))
    number[~told] = 0
    rows = np.flatnonzero(typist.slips(rates.id_slips["digit"]) & (number[:, 17] > 0))
    place = rng.integers(6, 17, len(rows))
    number[rows, place] = (
        ord("0") + (number[rows, place] - ord("0") + rng.integers(1, 10, len(rows))) % 10
    )
    return written(number)


def phones(rng: Generator, at: Ints) -> pl.Series:
    """One of a home's two numbers, or none."""
    number = 13_000_000_000 + (at * 7919 + rng.integers(0, 2, len(at)) * 104_729) % 6_000_000_000
    value = pl.Series(number).cast(pl.String)
    return where(rng.random(len(at)) < 0.35, pl.select(pl.repeat("", len(at))).to_series(), value)


def entered(rng: Generator, born: Ints, double: Flags) -> pl.Series:
    """When each row was made: after the birth, and not before there were computers."""
    start = np.maximum(born + 1, day(2005))
    span = np.minimum(NOW - 1 - start, np.where(born > NOW - 5 * YEAR, 120, 3000))
    found = start + (rng.random(len(born)) * np.maximum(span, 1)).astype(np.int64)
    late = day(2018) + rng.integers(0, NOW - day(2018), len(born))
    return dates(
        np.minimum(np.where(double, np.maximum(late, found), found), NOW - 1), np.ones(len(born))
    )


def shuffled(
    rng: Generator, frame: pl.DataFrame, city: City, rows: Ints, key: pl.Series, typist: Typist
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A register in the order of its keys, and its truth in the same order."""
    order = key.arg_sort()
    truth = pl.DataFrame(
        {"record_id": key, "entity_id": city.entities(rows), "errors": typist.errors()}
    )
    return frame[order], truth[order]
