"""What the registers say of the persons that rosters name: their records, and whether those are
still in force."""

from __future__ import annotations

import polars as pl

from reconcile.core.frames import Schema, conform, empty
from reconcile.crosschecks.roster.registers import Registers
from reconcile.standardising.codes import standard_flags

# One row a record of a person. `ended`: cancelled or moved out, be it that only the reason says so;
# `died`: for a death; `ended_on`: since when.
RECORDS: Schema = {
    "person_id": pl.String,
    "source": pl.String,
    "layout": pl.String,
    "record_id": pl.String,
    "name_std": pl.String,
    "sex_std": pl.Int8,
    "id_number_std": pl.String,
    "id_number_status": pl.String,
    "birth_date_std": pl.Date,
    "ended": pl.Boolean,
    "died": pl.Boolean,
    "ended_on": pl.Date,
}

_DEATH = "死亡|去世|病故|亡故|身故|已故|过世"
_NO_DEATH = rf"[未非没不][^,，、;；]{{0,2}}(?:{_DEATH})"
_FROM_ID = {"sex_std": "sex_from_id", "birth_date_std": "birth_date_from_id"}
_REASONS = ("cancelled_reason", "cancelled")
_DAYS = ("cancelled_on_std", "moved_out_on_std")
_READ = (*RECORDS, *_FROM_ID.values(), *_REASONS, *_DAYS, "cancelled_std")


def records(registers: Registers, persons: pl.Series) -> pl.DataFrame:
    """RECORDS of these persons, sorted by person, the police's register before the residents',
    source and record.

    A sex or a birth date is what the record states itself, not what its number says.
    """
    own = registers.persons.filter(
        pl.col("person_id").is_in(persons.drop_nulls().unique().implode())
    )
    parts = [empty(RECORDS)]
    for source, layout in registers.layouts.items():
        wanted = own.filter(pl.col("source") == source).select("record_id", "person_id")
        found = registers.read(source, _READ, wanted["record_id"]).join(wanted, on="record_id")
        parts.append(_told(found.with_columns(source=pl.lit(source), layout=pl.lit(layout))))
    return pl.concat(parts).sort(
        "person_id", pl.col("layout") != "household", "source", "record_id"
    )


def _told(found: pl.DataFrame) -> pl.DataFrame:
    reasons = [name for name in _REASONS if name in found.columns]
    said = [standard_flags(found[name]).alias(f"says_{name}") for name in reasons]
    days = [pl.col(name) for name in _DAYS if name in found.columns]
    flags = ["cancelled_std", *(series.name for series in said)]
    found = found.with_columns(said)
    ended = pl.any_horizontal(
        pl.lit(False), *(pl.col(name) for name in flags if name in found.columns)
    )
    death = (
        pl.concat_str(reasons or [pl.lit("")], ignore_nulls=True)
        .str.replace_all(_NO_DEATH, "")
        .str.contains(_DEATH)
    )
    stated = {
        name: pl.when(~pl.col(flag).fill_null(False)).then(pl.col(name))
        for name, flag in _FROM_ID.items()
        if flag in found.columns
    }
    told = found.with_columns(**stated, ended=ended.fill_null(False)).with_columns(
        died=pl.col("ended") & death,
        ended_on=pl.when("ended").then(pl.coalesce(*days, pl.lit(None, pl.Date))),
    )
    return conform(told, RECORDS)
