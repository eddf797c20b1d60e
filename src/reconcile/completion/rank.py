"""How likely each contender is, and which three are named."""

from __future__ import annotations

from math import log

import polars as pl

from reconcile.completion.certain_holders import held_elsewhere
from reconcile.completion.missing_ids import OLD_FORM
from reconcile.matchers import load_matcher
from reconcile.persons.view import View

MOST = 3
LEAST = 0.01

# 1/1000 bit; measured on generated cities (see docs/benchmarks.md), and on the careful side of
# that. What exact keys or people have joined is wrong less than once in eight thousand; what the
# solver has joined, seldom even where another grouping comes near. What is left over on both sides
# needs no more: the weights know of that.
_CLOSED, _JOINED = 13_000, 3_000
# A record that the solver gave to another resident, though not with certainty.
_TAKEN = 1_500
_BARRED = -3_000  # the other twin, for example
# What it says that the remains of a number fit one with the same birth date and sex: the rest is an
# area, which neighbours share, and as many digits of the sequence as are left.
_FIT = {
    "leading_digits": 2_000,
    "zeros_at_end": 5_000,
    "last_digits_lost": 5_000,
    "old_form": 20_000,
}
_FIT_OTHERWISE = 14_000
_NO_FIT = -3_000  # digits that are there, and are not the number's; a number can be ruined twice
# A hundred per cent would say too much: of the surest some in ten thousand were wrong.
_SUREST = 0.999
_TELLING = r"^\d{15,19}$|^\d{17}X$|E\+?17$"

# How much two names may differ and a repair still be of this person.
_NAMES = ("equal", "variant", "same_reading", "similar", "character_missing", "former")
_DATES = ("equal", "swapped", "default", "one_part", "lunar")


def likely(view: View, asked: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Of each resident at most `MOST` candidates, the likeliest first; never a number that another
    resident holds with certainty, and each number once.

    resident, rank (UInt8, from 1), household, number, probability, way (WAY), repaired (Boolean: of
    all numbers of the household register it is the only one that the remains, the birth date, the
    sex and the name or home leave), and the levels of the comparisons.

    `asked`: as `wanting` gives it. `pairs`: as `contenders` gives it, none without levels.
    """
    told = asked.select(
        "resident", "person", "status", "valid", telling=pl.col("text").str.contains(_TELLING)
    )
    asked_pairs = _in_order(view, pairs).join(told, on="resident", maintain_order="left")
    free = asked_pairs.filter(~held_elsewhere(view, asked_pairs))
    weighed = _best_of_number(view, free.with_columns(_weight(view, free)))
    odds = pl.col("odds")
    return (
        weighed.with_columns(
            odds=((pl.col("weight") / 1000).clip(-60, 60) * log(2)).exp(), fits=_fits()
        )
        .with_columns(
            probability=(odds / (1 + odds.sum().over("resident") + _of_rivals())).clip(
                upper_bound=_SUREST
            )
        )
        .filter(
            pl.col("number").is_not_null() & (pl.col("fits") | (pl.col("probability") >= LEAST))
        )
        .with_columns(repaired=pl.col("fits") & (pl.col("fits").sum().over("resident") == 1))
        .filter(_right_in_the_new_form())
        .sort("resident", "probability", descending=[False, True], maintain_order=True)
        .with_columns(rank=pl.int_range(1, pl.len() + 1, dtype=pl.UInt8).over("resident"))
        .filter(pl.col("rank") <= MOST)
    )


def _in_order(view: View, pairs: pl.DataFrame) -> pl.DataFrame:
    """The pairs by resident, and the records of each by their names: where rows stand in a file
    decides nothing."""
    source, record = (
        view.population[name].gather(pairs["household"]) for name in ("source", "record_id")
    )
    named = pairs.with_columns(source.cast(pl.String).alias("_source"), record.alias("_record"))
    return named.sort("resident", "_source", "_record").drop("_source", "_record")


def _weight(view: View, pairs: pl.DataFrame) -> pl.Series:
    """`weight` of each pair, 1/1000 bit: what the matching made of it, corrected by what the
    persons came to be, and how the remains of the number fit."""
    tied = view.values(pairs["resident"], "how", "margin").rename(
        {"how": "_how", "margin": "_margin"}
    )
    taken = view.once(_taken).gather(pairs["household"]).alias("_taken")
    weight = pl.col("weight").cast(pl.Int64)
    closed = pl.col("_how").cast(pl.String).is_in(["exact", "judgement"])
    joined = pl.max_horizontal(weight, "_margin", pl.when(closed).then(_CLOSED).otherwise(_JOINED))
    apart = (
        pl.when("barred")
        .then(pl.min_horizontal(weight, _BARRED))
        .when("_taken")
        .then(pl.min_horizontal(weight, _TAKEN))
        .otherwise(weight)
    )
    weighed = pl.when("joined").then(joined).otherwise(apart)
    return (
        pl.concat([pairs, tied, taken.to_frame()], how="horizontal")
        .select(weight=weighed + _by_digits())
        .to_series()
    )


def _of_rivals() -> pl.Expr:
    """The odds that the number is another person's."""
    odds = pl.col("odds")
    return (odds.sum().over("own") - odds.sum().over("own", "person")).clip(0)


def _by_digits() -> pl.Expr:
    """What the remains of the number add, beside what the matching has seen in them."""
    fit = (
        pl.col("way")
        .cast(pl.String)
        .replace_strict(_FIT, default=_FIT_OTHERWISE, return_dtype=pl.Int64)
    )
    telling = pl.when("telling").then(_NO_FIT).otherwise(0)
    seen = pl.col("w_id_number").fill_null(0)
    return (
        pl.when(pl.col("way").is_not_null())
        .then(pl.max_horizontal(fit, seen))
        .otherwise(pl.min_horizontal(telling, seen))
        - seen
    )


def _taken(view: View) -> pl.Series:
    """For each node whether its person has a resident record."""
    return view.holds("residents")


def _best_of_number(view: View, pairs: pl.DataFrame) -> pl.DataFrame:
    """One row for each resident and number (`own`, the record itself where it has none), that of
    the record in force where there is one; records without a number stay, for they too may be the
    resident's."""
    active = view.population["active"].gather(pairs["household"])
    own = pl.coalesce("number", pl.concat_str(pl.lit("#"), pl.col("household").cast(pl.String)))
    return (
        pairs.with_columns(active.alias("active"), own.alias("own"))
        .with_columns(pl.col("weight").max().over("resident", "own"))
        .sort("active", "joined", descending=True, maintain_order=True)
        .unique(["resident", "own"], keep="first", maintain_order=True)
    )


def _right_in_the_new_form() -> pl.Expr:
    """Of residents with a number in the old form that the household register knows: that number
    alone."""
    same = pl.col("number") == pl.col("valid")
    return (pl.col("status") != OLD_FORM) | same | ~same.any().over("resident")


def _fits() -> pl.Expr:
    """Whether what stands in the register can have been the number, with the same sex, a birth date
    that is the same but for a known slip, and the name or the home of the person."""
    return (
        pl.col("way").is_not_null()
        & pl.col("number").is_not_null()
        & _agrees("sex", ("missing", "equal"))
        & _agrees("birth_date", ("missing", *_DATES))
        & ((pl.col("way") != "leading_digits") | _agrees("birth_date", ("equal",)))
        & (_agrees("name", _NAMES) | _agrees("home", ("same_home",)))
    )


def _agrees(comparison: str, levels: tuple[str, ...]) -> pl.Expr:
    places = [load_matcher(comparison).LEVELS.index(level) for level in levels]
    return pl.col(comparison).is_in(places)
