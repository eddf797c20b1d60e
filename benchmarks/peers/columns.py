"""The columns that peers are given: ours, cleaned, so that no peer's result hangs on its cleaning."""

from __future__ import annotations

import polars as pl

from reconcile.standardisers.names import name_parts

_RELATIVES = ("mother", "father", "spouse")
# From the house number back to the name of its street: 古华街道友谊路167号8栋1503室 → 友谊路167号8栋1503室.
_DOOR = r"([^区县市镇乡道]*\d+号.*)$"


def people(standardised: pl.DataFrame) -> pl.DataFrame:
    """A register's standardised records as a peer sees them; `unique_id` is the record id.

    `standardised`: a frame `standardised_<source>` of a run folder. Empty values are null.
    """
    date = pl.col("birth_date_std")
    day, month = date.dt.day(), date.dt.month()
    swapped = pl.when(day <= 12).then(pl.date(date.dt.year(), day, month))
    return standardised.select(
        pl.col("record_id").alias("unique_id"),
        pl.col("id_number_std").alias("id"),
        pl.col("id_number_core").alias("id_core"),
        (pl.col("id_number_status") == "valid").alias("id_valid"),
        pl.col("name_std").alias("name"),
        *(pl.col("name_std").str.slice(place, 1).alias(f"name_{place + 1}") for place in range(3)),
        pl.col("former_name_std").alias("former_name"),
        pl.col("name_reading").alias("reading"),
        pl.col("surname"),
        pl.col("given"),
        date.alias("birth_date"),
        date.dt.year().alias("birth_year"),
        date.dt.strftime("%Y-%m").alias("birth_month"),
        date.dt.strftime("%m-%d").alias("birth_day_of_year"),
        swapped.alias("birth_swapped"),
        pl.col("sex_std").alias("sex"),
        pl.col("town_std").alias("town"),
        pl.col("village_std").alias("village"),
        pl.col("address_std").str.extract(_DOOR).alias("door"),
        pl.col("head_name_std").alias("head_name"),
        *(pl.col(f"{role}_name_std").alias(f"{role}_name") for role in _RELATIVES),
        *(pl.col(f"{role}_id_std").alias(f"{role}_id") for role in _RELATIVES),
        *(_reading(standardised[f"{role}_name_std"]).alias(f"{role}_reading") for role in _RELATIVES),
    )


def _reading(names: pl.Series) -> pl.Series:
    return name_parts(names)["name_reading"]


def febrl(raw: pl.DataFrame) -> pl.DataFrame:
    """FEBRL's people as they are: they come clean."""
    return raw.rename({"rec_id": "unique_id"})


def febrl_keys(raw: pl.DataFrame) -> pl.DataFrame:
    """record_id, id_number, name and birth_date, for exact joins."""
    return raw.select(
        record_id="rec_id",
        id_number="soc_sec_id",
        name=pl.concat_str("given_name", "surname", separator=" "),
        birth_date="date_of_birth",
    )
