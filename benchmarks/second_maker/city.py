"""The city as it is: people, homes, names and numbers, before any register is written."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from benchmarks.second_maker import places
from benchmarks.second_maker.days import NOW, YEAR, first_day
from benchmarks.second_maker.families import Couples, People, grow
from benchmarks.second_maker.homes import Homes, settle
from benchmarks.second_maker.identity import Identities, identify
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

FOUNDERS = 0.1796  # couples for each resident wanted
BIRTHS = 0.0319 / 43  # children a resident and month, with those of mothers who only come to bear
EARLY_DEATHS = 0.003


@dataclass
class City:
    seed: int
    people: People
    couples: Couples
    homes: Homes
    places: places.Places
    who: Identities
    dwellings: pl.DataFrame
    first_day: int  # of the certificates
    early_death: Flags

    def entities(self, rows: Ints) -> pl.Series:
        """What the truth calls these people."""
        numbers = pl.Series(rows).cast(pl.String).str.zfill(8)
        return pl.select(pl.lit("E") + numbers).to_series()


def build(people: int, seed: int, months: int) -> City:
    rng = np.random.default_rng([seed, 1])
    start = first_day(months)
    tree, couples = grow(rng, int(people * FOUNDERS), int(people * BIRTHS * months), start)
    laid = places.lay_out(rng, people)
    homes = settle(rng, tree, couples, laid)
    died = tree.certified & (rng.random(len(tree.born)) < EARLY_DEATHS)
    homes.here &= ~died
    homes.on_books &= ~died
    return City(
        seed,
        tree,
        couples,
        homes,
        laid,
        identify(rng, tree, couples, homes, laid),
        places.dwellings(rng, laid, homes.village),
        start,
        died,
    )


def heads(people: People, rows: Ints, group: Ints, before: Flags) -> Ints:
    """For each row (a person) of a group, who heads it: those in `before` first, then the oldest
    man, then the oldest woman; of those who are grown up where there are any."""
    age = (NOW - people.born[rows]) / YEAR
    rank = np.where(age < 20, 4, np.where(people.female[rows], 2, 0)) - before * 3
    order = np.lexsort((rows, people.born[rows], rank, group))
    ordered = group[order]
    first = np.r_[True, ordered[1:] != ordered[:-1]]
    head = rows[order][first][np.cumsum(first) - 1]
    found = np.empty(len(rows), np.int64)
    found[order] = head
    return found


def relations(people: People, rows: Ints, head: Ints) -> Ints:
    """GB/T 4761 codes of these people to these heads."""
    nobody = people.nobody
    father, mother, spouse = people.father, people.mother, people.spouse
    woman = people.female[rows]

    def child(one: Ints, other: Ints) -> Flags:
        return (one < nobody) & ((father[one] == other) | (mother[one] == other)) & (other < nobody)

    def grandchild(one: Ints, other: Ints) -> Flags:
        return child(father[one], other) | child(mother[one], other)

    def by_son(one: Ints, other: Ints) -> Flags:
        return child(father[one], other)

    mate, heads_mate = spouse[rows], spouse[head]
    order = _order(people)[rows]
    cases = [
        (rows == head, 2),
        (mate == head, np.where(woman, 12, 11)),
        (child(rows, head), np.where(woman, 30, 20) + np.minimum(order + 1, 5)),
        (child(rows, heads_mate), np.where(woman, 37, 27)),
        (child(mate, head), np.where(woman, 38, 28)),
        (grandchild(rows, head), 41 + woman + 2 * ~by_son(rows, head)),
        (grandchild(mate, head), np.where(woman, 45, 46)),
        (child(head, rows), np.where(woman, 52, 51)),
        (child(heads_mate, rows), np.where(woman, 54, 53) + 2 * ~people.female[head]),
        (grandchild(head, rows), np.where(woman, 62, 61)),
        (
            (father[rows] == father[head]) & (father[head] < nobody),
            np.where(woman, 75, 71) + 2 * (people.born[rows] > people.born[head]),
        ),
        (grandchild(father[rows], head) | grandchild(mother[rows], head), np.where(woman, 48, 47)),
    ]
    return np.select(
        [case for case, _ in cases], [np.broadcast_to(c, rows.shape) for _, c in cases], 97
    )


def _order(people: People) -> Ints:
    """The how-many-th child of its parents and sex each is, from 1."""
    frame = pl.DataFrame({"parents": people.parents, "sex": people.female, "born": people.born})
    ranks = frame.select(pl.col("born").rank("ordinal").over("parents", "sex"))
    return ranks.to_series().cast(pl.Int64).to_numpy()
