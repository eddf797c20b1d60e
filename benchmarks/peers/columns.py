"""The columns that peers are given: ours, cleaned, so that no peer's result hangs on its
cleaning."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from reconcile.population.population import Population
from reconcile.population.relatives import with_relatives
from reconcile.standardising.names import name_parts

_RELATIVES = ("mother", "father", "spouse")


def people(standardised: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Registers' standardised records as a peer sees them; `unique_id` is the record id.

    `standardised`: by source, a frame `standardised_<source>` of a run folder. Where a row names no
    parents, spouse or head and its household tells who they are, they are filled in, as for our own
    matching. Empty values are null.
    """
    population = with_relatives(Population.stack(standardised))
    return {source: _people(population, source) for source in standardised}


def _people(population: Population, source: str) -> pl.DataFrame:
    stated = population.frame[population.span(source)]
    nodes = population.nodes_of(source)
    relatives = {
        f"{role}_name": population.values(f"{role}_name_std", nodes)
        for role in (*_RELATIVES, "head")
    }
    readings = {
        f"{role}_reading": name_parts(relatives[f"{role}_name"])["name_reading"]
        for role in _RELATIVES
    }
    numbers = {f"{role}_id": population.values(f"{role}_id_std", nodes) for role in _RELATIVES}
    date = pl.col("birth_date_std")
    day, month = date.dt.day(), date.dt.month()
    swapped = pl.when(day <= 12).then(pl.date(date.dt.year(), day, month))
    return stated.select(
        pl.col("record_id").alias("unique_id"),
        pl.col("id_number_std").alias("id"),
        pl.col("id_number_core").alias("id_core"),
        pl.col("id_number_head").alias("id_head"),
        pl.col("id_number_tail").alias("id_tail"),
        pl.col("id_number_trusted").fill_null(False).alias("id_trusted"),
        pl.col("name_std").alias("name"),
        *(pl.col("name_std").str.slice(place, 1).alias(f"name_{place + 1}") for place in range(3)),
        pl.col("former_name_std").alias("former_name"),
        pl.col("name_reading").alias("reading"),
        pl.col("surname"),
        pl.col("given"),
        pl.col("given").str.head(1).alias("given_first"),
        pl.col("given").str.tail(1).alias("given_last"),
        date.alias("birth_date"),
        date.dt.year().alias("birth_year"),
        date.dt.strftime("%Y-%m").alias("birth_month"),
        date.dt.strftime("%m-%d").alias("birth_day_of_year"),
        swapped.alias("birth_swapped"),
        pl.col("sex_std").alias("sex"),
        pl.col("town_std").alias("town"),
        pl.col("village_std").alias("village"),
        pl.col("dwelling_std").alias("dwelling"),
        pl.col("registered_dwelling_std").alias("registered_dwelling"),
        pl.col("building_std").alias("building"),
        pl.col("household_no_std").alias("household_no"),
        pl.col("relation_std").alias("relation"),
        pl.col("head_id_std").alias("head_id"),
    ).with_columns(**relatives, **readings, **numbers)


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
