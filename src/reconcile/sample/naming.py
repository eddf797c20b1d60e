"""Names for made-up people: surnames and given names of their years, as common as in life."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

DATA = Path(__file__).parent / "data"
DOT = "·"

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

_COMMON_SHARE = 0.86  # of the hundred commonest surnames
_RARE_SHARE = 0.002  # of people with a character that old systems lack


@dataclass(frozen=True)
class Choice:
    """Values with the cumulative chance of each, so that one uniform number picks one value."""

    values: pl.Series
    cumulative: Floats

    @classmethod
    def of(cls, values: list[str], weights: NDArray[np.floating[Any]]) -> Choice:
        cumulative = np.cumsum(weights) / np.sum(weights)
        cumulative[-1] = 1.0
        return cls(pl.Series(values, dtype=pl.String), cumulative)

    @classmethod
    def ranked(cls, values: list[str], steepness: float) -> Choice:
        """Distinct values in order of popularity; the k-th weighs k to the power of minus
        `steepness`."""
        distinct = list(dict.fromkeys(values))
        return cls.of(distinct, (np.arange(len(distinct)) + 2.0) ** -steepness)

    def pick(self, uniform: Floats) -> Integers:
        """Positions in `values` for numbers in [0, 1)."""
        return np.searchsorted(self.cumulative, uniform, side="right").astype(np.int64)

    def draw(self, uniform: Floats) -> pl.Series:
        return self.values.gather(self.pick(uniform))


@dataclass(frozen=True)
class Era:
    """The given names of one sex among people born up to the end of the year `until`."""

    until: int
    single: float
    whole_share: float
    characters: Choice
    whole: Choice


@cache
def _names() -> dict[str, dict[str, str]]:
    return tomllib.loads((DATA / "names.toml").read_text(encoding="utf-8"))


@cache
def surnames() -> Choice:
    """Surnames by share: the hundred commonest carry 86 % of people."""
    table = _names()["surnames"]
    common = table["common"].split()
    shares = np.array(common[1::2], dtype=np.float64)
    other = table["other"].split()
    weights = np.concatenate(
        [
            shares / shares.sum() * _COMMON_SHARE,
            np.full(len(other), (1 - _COMMON_SHARE) / len(other)),
        ]
    )
    return Choice.of(common[::2] + other, weights)


def surname_of(names: pl.Series) -> pl.Series:
    """The first character, or the first two of a compound surname."""
    compound = "|".join(surname for surname in surnames().values if len(surname) > 1)
    return names.str.extract(f"^({compound}|.)")


@cache
def _eras(sex: str) -> tuple[Era, ...]:
    eras: list[dict[str, str]] = _names()["eras"]  # type: ignore[assignment]
    return tuple(
        Era(
            int(era["until"]),
            float(era["single"]),
            float(era["whole_share"]),
            Choice.ranked(list(era[sex]), 0.75),
            Choice.ranked(era[f"{sex}_whole"].split(), 0.7),
        )
        for era in eras
    )


def given_names(male: Flags, year: Integers, first: Floats, rng: np.random.Generator) -> pl.Series:
    """A given name for each person.

    `first` (in [0, 1)) decides the first character, so that siblings who share the number share the
    character, as families with a generation name do.
    """
    size = len(male)
    names = pl.Series([""], dtype=pl.String).new_from_index(0, size)
    second, kind = rng.random(size), rng.random(size)
    for sex, of_sex in (("male", male), ("female", ~male)):
        since = 0
        for era in _eras(sex):
            rows = np.flatnonzero(of_sex & (year > since) & (year <= era.until))
            drawn = _draw(era, first[rows], second[rows], kind[rows])
            names = put(names, rows, drawn)
            since = era.until
    rare = np.flatnonzero(rng.random(size) < _RARE_SHARE)
    characters = pl.Series(list(_names()["rare"]["characters"]))
    picked = characters.gather(rng.integers(0, len(characters), len(rare)))
    return put(names, rare, names.gather(rare).str.slice(0, 1) + picked)


def _draw(era: Era, first: Floats, second: Floats, kind: Floats) -> pl.Series:
    frame = pl.DataFrame(
        {
            "first": era.characters.draw(first),
            "second": era.characters.draw(second),
            "whole": era.whole.draw(second),
            "kind": kind,
        }
    )
    return frame.select(
        pl.when(pl.col("kind") < era.single)
        .then(pl.col("first"))
        .when(pl.col("kind") < era.single + era.whole_share)
        .then(pl.col("whole"))
        .otherwise(pl.col("first") + pl.col("second"))
    ).to_series()


def two_part_names(male: Flags, rng: np.random.Generator) -> pl.Series:
    """Own name, dot, father's name, as several minorities are named."""
    table = _names()["two_parts"]
    men, women = pl.Series(table["male"].split()), pl.Series(table["female"].split())
    size = len(male)
    frame = pl.DataFrame(
        {
            "male": male,
            "man": men.gather(rng.integers(0, len(men), size)),
            "woman": women.gather(rng.integers(0, len(women), size)),
            "father": men.gather(rng.integers(0, len(men), size)),
        }
    )
    own = pl.when(pl.col("male")).then(pl.col("man")).otherwise(pl.col("woman"))
    return frame.select(own + DOT + pl.col("father")).to_series()


def put(column: pl.Series, rows: Integers, values: pl.Series) -> pl.Series:
    """`column` with `values` in the places `rows`."""
    places = np.arange(len(column))
    places[rows] = len(column) + np.arange(len(values))
    return (
        pl.concat([column, values.cast(column.dtype)], rechunk=True)
        .gather(places)
        .alias(column.name)
    )
