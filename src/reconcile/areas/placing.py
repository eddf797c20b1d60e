"""The records of every source with the areas of today in place of what they write, and what could
not be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from reconcile.areas.context import chosen
from reconcile.areas.names import COLUMNS, How
from reconcile.areas.near import near_villages
from reconcile.areas.resolve import Meanings, meanings
from reconcile.areas.table import AreaTable
from reconcile.areas.written import distinct_words, written
from reconcile.core.frames import UNRESOLVED_AREAS, conform, empty

_CLUES = ("household_no_std", "address_std", "police_station_std")
NOT_TOLD = ("ambiguous", "unknown")  # how an area is told that is none of the table for certain
# Of a placed record: the table does not go there at all, so what is written stays what it was
# without one.
BEYOND = (
    pl.col("area_code").is_null()
    & (pl.col("area_how") == "unknown")
    & pl.col("district_std").is_not_null()
).fill_null(False)


@dataclass(frozen=True)
class Placed:
    """`records`: by source, with their areas. `unresolved`: frames.UNRESOLVED_AREAS."""

    records: Mapping[str, pl.DataFrame]
    unresolved: pl.DataFrame


def place(records: Mapping[str, pl.DataFrame], table: AreaTable) -> Placed:
    """Standardised records with `area_code` (the smallest area that is certain, or null) and
    `area_how`.

    `district_std`, `town_std` and `village_std` become those of that area; of what is smaller, or
    larger than the table goes, they stay as they were.
    """
    triples = distinct_words(records)
    meant = meanings(triples, table.names)
    placed = {
        source: _placed(frame, triples, meant, table.areas) for source, frame in records.items()
    }
    return Placed(placed, _unresolved(placed, triples, meant, table))


def _placed(
    frame: pl.DataFrame, triples: pl.DataFrame, meant: Meanings, areas: pl.DataFrame
) -> pl.DataFrame:
    # Beside a column of the frame, for a register without any of areas.
    keys = frame.select("row", *written(frame)).join(
        triples, on=COLUMNS, how="left", nulls_equal=True, maintain_order="left"
    )
    told = keys.select("triple").join(meant.told, on="triple", how="left", maintain_order="left")
    clues = frame.select(name for name in _CLUES if name in frame.columns)
    told = told.with_row_index("place")
    picked = chosen(told.hstack(clues), meant.choices, areas)
    told = told.join(picked, on="place", how="left", maintain_order="left")
    context = pl.col("now").is_not_null() & pl.col("now").ne_missing(pl.col("area"))
    told = told.select(
        area_code=pl.coalesce("now", "area"),
        area_how=pl.when(context).then(pl.lit("context", dtype=How)).otherwise("how"),
    )
    return _with_names(frame.hstack(told), areas)


def _with_names(frame: pl.DataFrame, areas: pl.DataFrame) -> pl.DataFrame:
    """The records with the standard names of their areas."""
    named = areas.select(
        "level", area_code="code", **{f"_{column}": f"{column}_std" for column in COLUMNS}
    )
    joined = frame.join(named, on="area_code", how="left", maintain_order="left")
    certain = ~pl.col("area_how").is_in(NOT_TOLD)
    has_villages = pl.lit((areas["level"] == "village").any())
    without_village = has_villages & pl.col("level").is_in(["city", "district", "town"]).fill_null(
        False
    )
    names = {}
    for column in COLUMNS:
        own = (
            pl.col(f"{column}_std")
            if f"{column}_std" in frame.columns
            else pl.lit(None, dtype=pl.String)
        )
        # A village that has become part of a town without a village is no more.
        kept = (
            pl.when(certain & without_village).then(None).otherwise(own)
            if column == "village"
            else own
        )
        names[f"{column}_std"] = pl.coalesce(f"_{column}", kept)
    placed = joined.with_columns(**names)
    return placed.select(*dict.fromkeys([*frame.columns, *names]))


def _unresolved(
    placed: Mapping[str, pl.DataFrame], triples: pl.DataFrame, meant: Meanings, table: AreaTable
) -> pl.DataFrame:
    """frames.UNRESOLVED_AREAS: what is written of these areas, once for each source; most rows
    first."""
    frames = []
    for source, frame in placed.items():
        rows = frame.filter(pl.col("area_how").is_in(NOT_TOLD)).select(
            *written(frame), "area_how", "file", "row"
        )
        counted = (
            rows.sort("file", "row")
            .group_by(*COLUMNS, "area_how", maintain_order=True)
            .agg(rows=pl.len(), file=pl.col("file").first(), row=pl.col("row").first())
        )
        frames.append(counted.select(pl.lit(source).alias("source"), pl.all()))
    told = pl.concat(frames) if frames else empty(UNRESOLVED_AREAS)
    told = told.join(triples, on=COLUMNS, how="left", nulls_equal=True, maintain_order="left")
    choices = pl.concat(
        [
            meant.choices.filter("best").select("triple", "now"),
            near_villages(triples, meant, table.areas),
        ]
    )
    told = told.join(_named(choices, table.areas), on="triple", how="left", maintain_order="left")
    sources = pl.col("source").cast(pl.Enum(list(placed)))
    ordered = told.sort(
        sources, "rows", *COLUMNS, descending=[False, True, *[False] * 3], nulls_last=True
    )
    return conform(ordered.rename({"area_how": "how"}), UNRESOLVED_AREAS)


def _named(choices: pl.DataFrame, areas: pl.DataFrame) -> pl.DataFrame:
    """triple, candidates: the areas in full and their codes."""
    named = choices.join(areas, left_on="now", right_on="code").sort("triple", "now")
    estate = pl.when(pl.col("level") == "estate").then("name").otherwise(pl.lit(""))
    path = pl.concat_str([*(pl.col(f"{column}_name").fill_null("") for column in COLUMNS), estate])
    return named.group_by("triple", maintain_order=True).agg(
        candidates=pl.format("{} {}", path, "now")
    )
