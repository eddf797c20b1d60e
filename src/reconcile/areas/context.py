"""Areas of one name told apart by what else the record says: its household, its address, its police
station."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from reconcile.areas.forms import town_short

# Of the records of a police station whose area is known: for a town to be its.
_LEAST_SHARE, _LEAST_RECORDS = 0.9, 3
_STATION_END = r"(?:边防)?派出所$"


def chosen(records: pl.DataFrame, choices: pl.DataFrame, areas: pl.DataFrame) -> pl.DataFrame:
    """place, now: the area of each record that its context leaves as the only one.

    `records`: place (UInt32), triple, area (code or null), open, and those of household_no_std,
    address_std and police_station_std that the source has. `choices`: triple, now. Every clue that
    fits any of the choices must fit the one that is chosen; clues that contradict each other choose
    nothing.
    """
    asked = records.filter("open").join(choices, on="triple")
    if asked.is_empty():
        return asked.select("place", "now")
    lies = areas.select("district_name", "town_name", "town_code", now="code")
    asked = asked.join(lies, on="now", how="left")
    clues = [
        clue.fill_null(False).alias(f"clue_{n}")
        for n, clue in enumerate(_clues(records, asked, areas))
    ]
    told = asked.select("place", "now", *clues)
    fits = [pl.col(clue.meta.output_name()) for clue in clues]
    kept = told.filter(
        pl.any_horizontal(False, *(fit.any().over("place") for fit in fits)),
        *(fit | ~fit.any().over("place") for fit in fits),
    )
    return kept.filter(pl.len().over("place") == 1).select("place", "now")


def _clues(records: pl.DataFrame, asked: pl.DataFrame, areas: pl.DataFrame) -> Iterator[pl.Expr]:
    known = (
        records.filter(~pl.col("open")).select("area", *_clue_columns(records)).drop_nulls("area")
    )
    known = known.join(areas.select("town_code", area="code"), on="area", how="left")
    if "household_no_std" in records.columns:
        yield _of_household(known, asked)
    if "address_std" in records.columns:
        address = pl.col("address_std")
        yield address.str.contains(pl.col("town_name"), literal=True)
        yield address.str.contains(pl.col("district_name"), literal=True)
    if "police_station_std" in records.columns:
        yield _of_station(known, asked)


def _clue_columns(records: pl.DataFrame) -> list[str]:
    return [name for name in ("household_no_std", "police_station_std") if name in records.columns]


def _of_household(known: pl.DataFrame, asked: pl.DataFrame) -> pl.Expr:
    """Whether a record of the same household has this area, or a village of this town."""
    areas = [known.select("household_no_std", now=column) for column in ("area", "town_code")]
    pairs = pl.concat(areas).drop_nulls().unique().with_columns(hit=True)
    return pl.lit(
        asked.join(pairs, on=["household_no_std", "now"], how="left", maintain_order="left")["hit"]
    )


def _of_station(known: pl.DataFrame, asked: pl.DataFrame) -> pl.Expr:
    """Whether the police station bears the town's name, or nearly all of its records are of this
    town."""
    counted = known.drop_nulls().group_by("police_station_std", "town_code").len()
    of_station = pl.col("len").sum().over("police_station_std")
    usual = counted.filter(pl.col("len") >= _LEAST_SHARE * of_station, of_station >= _LEAST_RECORDS)
    pairs = usual.select("police_station_std", "town_code", hit=True)
    joined = asked.join(
        pairs, on=["police_station_std", "town_code"], how="left", maintain_order="left"
    )
    bare = pl.col("police_station_std").str.replace(_STATION_END, "")
    named = bare.str.ends_with(pl.lit(town_short(asked["town_name"])))
    return named | pl.lit(joined["hit"].fill_null(False))
