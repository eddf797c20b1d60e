"""Which of several values the merged record takes, and why; where nothing decides, a person
must."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from reconcile.standardising.id_numbers import birth_of, sex_of

# Where someone lives is one fact in many columns: all of them are taken from one record, or none.
_HOME = (
    "household_no",
    "relation",
    "head_name",
    "head_id",
    "head_id_type",
    "address",
    "district",
    "town",
    "village",
)
# What may rightly change in a life: the value of the record that was updated last.
_CHANGING = (
    "registered_address", "phone", "id_type", "spouse_name", "spouse_id", "spouse_id_type",
    "moved_in_on",
    "moved_in_reason", "moved_out_on", "moved_out_reason", "police_station",
)  # fmt: skip
# What is not worth asking anyone: where nothing else decides, the survivor's own value stays.
_MINOR = (
    "former_name",
    "phone",
    "id_type",
    "father_id_type",
    "mother_id_type",
    "spouse_id_type",
    "birth_place",
    "registered_on",
    "moved_in_on",
    "moved_in_reason",
    "police_station",
)

# Why a person must decide, by column; `differ` for all others.
UNDECIDED: Mapping[str, str] = {
    "id_number": "numbers",
    "birth_date": "dates",
    "sex": "sexes",
    "name": "names",
    **dict.fromkeys(_HOME, "homes"),
}

_TEXTS = ("text", "address")
_GROUP = ("key", "column")


def choose(candidates: pl.DataFrame) -> pl.DataFrame:
    """`candidates` (values.candidates) with:

    several (the column has other values too), chosen (this is the one that the merged record
    takes), reason (why; a text `survivors.reason.*`), undecided (why a person must decide about its
    column; null where it is decided).
    """
    numbers = _decided(
        candidates.filter(pl.col("column") == "id_number").with_columns(of_number=pl.lit(False))
    )
    return _decided(_with_number(candidates, numbers)).sort("key", "order", "place", "value")


def _with_number(candidates: pl.DataFrame, numbers: pl.DataFrame) -> pl.DataFrame:
    """The candidates with `of_number`: the number that is taken, if it is a valid one, says so."""
    number = pl.col("value")
    taken = numbers.filter("chosen", "sound").select(
        "key", _birth=birth_of(number).cast(pl.String), _sex=sex_of(number).cast(pl.String)
    )
    says = {"birth_date": "_birth", "sex": "_sex"}
    agrees = [
        (pl.col("column") == column) & (pl.col("value") == pl.col(said))
        for column, said in says.items()
    ]
    return (
        candidates.join(taken, on="key", how="left")
        .with_columns(of_number=pl.any_horizontal(*agrees).fill_null(False))
        .drop("_birth", "_sex")
    )


def _decided(candidates: pl.DataFrame) -> pl.DataFrame:
    """See `choose`; needs `of_number`."""
    column = pl.col("column")
    rows = candidates.with_columns(
        several=pl.len().over(_GROUP) > 1, fuller=_fuller()
    ).with_columns(whole=pl.col("fuller").any().over(_GROUP))
    contested = column.is_in(_HOME) & pl.col("several") & ~pl.col("whole")
    homes = rows.filter(contested)["key"].unique()
    moved = column.is_in(_HOME) & pl.col("key").is_in(homes.implode())
    rows = rows.with_columns(moved=moved, agreed=~pl.col("several") & pl.col("own"))
    grounds = _grounds()
    decides = {name: ground & (ground.sum().over(_GROUP) == 1) for name, ground in grounds.items()}
    rows = rows.with_columns(
        pl.when(ground).then(pl.lit(name)).alias(f"_{name}") for name, ground in decides.items()
    )
    # The first ground that singles out one value decides for its column.
    first = pl.coalesce(pl.col(f"_{name}").drop_nulls().first().over(_GROUP) for name in grounds)
    rows = rows.with_columns(ground=first, against=_against())
    settled = pl.col("ground").is_not_null() & ~pl.col("against")
    mine = pl.coalesce(
        pl.when(pl.col("ground") == name).then(pl.col(f"_{name}").is_not_null()) for name in grounds
    )
    why = (
        pl.when("against")
        .then(pl.lit("against"))
        .otherwise(column.replace_strict(UNDECIDED, default="differ"))
    )
    return rows.with_columns(
        chosen=settled & mine.fill_null(False),
        reason=pl.when(settled).then("ground"),
        undecided=pl.when(~settled).then(why),
    ).drop(
        "whole", "moved", "agreed", "fuller", "against", "ground", *(f"_{name}" for name in grounds)
    )


def _grounds() -> dict[str, pl.Expr]:
    """What can decide for a value, the strongest first; each decides only where it speaks for just
    one."""
    column, kind, own = pl.col("column"), pl.col("kind"), pl.col("own")
    free = ~pl.col("moved")
    several = pl.col("several") & free
    day = pl.col("dated")
    last = (day == day.max().over(_GROUP)) & (day.is_null().sum().over(_GROUP) == 0)
    first = pl.col("value") == pl.col("value").min().over(_GROUP)
    grounds = {
        "latest_home": pl.col("moved") & pl.col("newest"),
        "agreed": pl.col("agreed") & free,
        "only": ~pl.col("several") & ~own & free,
        "confirmed": several & pl.col("confirmed").is_not_null(),
        "valid": several & (kind == "id_number") & pl.col("sound"),
        "fits": several & (column == "id_number") & pl.col("trusted"),
        "of_number": several & pl.col("of_number"),
        "readable": several & (kind != "id_number") & pl.col("readable"),
        "renamed": several
        & (column == "name")
        & ~pl.col("former")
        & pl.col("former").any().over(_GROUP),
        "fuller": several
        & (pl.col("fuller") | (kind.is_in(("date", "datetime")) & pl.col("sound"))),
        "earliest": several & (column == "registered_on") & pl.col("sound") & first,
        "latest": several & column.is_in(_CHANGING) & last,
        "survivor": several & column.is_in(_MINOR) & own,
    }
    return {name: ground.fill_null(False) for name, ground in grounds.items()}


def _fuller() -> pl.Expr:
    """Whether a text contains all others of its column."""
    size = pl.col("value").str.len_chars()
    longest = pl.col("value").sort_by(size).last().over(_GROUP)
    contains = longest.str.contains(pl.col("value"), literal=True).all().over(_GROUP)
    several = pl.len().over(_GROUP) > 1
    return (
        pl.col("kind").is_in(_TEXTS)
        & ~pl.col("column").is_in(_CODES)
        & several
        & contains
        & (pl.col("value") == longest)
    )


_CODES = ("household_no", "phone", "ethnicity", "id_type")  # one that is longer says another thing


def _against() -> pl.Expr:
    """Whether the number says one thing and another register another: of a birth date or a sex,
    that is for people."""
    speak = pl.col("_confirmed").is_not_null() | pl.col("_of_number").is_not_null()
    return (speak.sum().over(_GROUP) > 1) & pl.col("column").is_in(("birth_date", "sex"))
