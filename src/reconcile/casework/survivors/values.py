"""What the records of a cluster state, column by column: each distinct value once, with what speaks
for it."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from reconcile.core.fields import records_of
from reconcile.core.layouts import Layout
from reconcile.persons.view import View

# These belong to the row, not to the person.
_OF_THE_ROW = ("updated_on", "cancelled", "cancelled_on", "cancelled_reason")
# What another register can confirm. An address there is another one: where someone is registered,
# not where they live.
_CONFIRMED = (
    "name", "former_name", "sex", "ethnicity", "id_number", "birth_date", "birth_place",
    "father_name", "father_id", "mother_name", "mother_id", "spouse_name", "spouse_id",
)  # fmt: skip
# Flags of a date; the last two only of births, for which offices put the first of a month or of
# January.
_FLAWED = ("unreadable", "impossible", "partial", "default_day", "default_year")


def columns_of(layout: Layout) -> Mapping[str, str]:
    """The columns of a layout that a merged record takes over, in order, with their kinds."""
    return {c.name: c.kind for c in layout.columns if c.kind != "key" and c.name not in _OF_THE_ROW}


def candidates(clusters: pl.DataFrame, view: View, layout: Layout) -> pl.DataFrame:
    """Of the clusters in this layout every distinct value: key, column, value (standardised, as
    text), raw (as the best record writes it), place (of that record), own (the survivor has it),
    and what speaks for it:

    readable, sound (a valid number, a whole date), trusted (a number that agrees with its own row),
    confirmed (the source of another register that has it for this person), dated (the latest day on
    which a record that has it was updated; null when one of them has none), newest (the one record
    that was updated last has it), former (another record gives it as the former name). Sorted by
    key, the layout's columns, place.
    """
    columns = columns_of(layout)
    own = clusters.filter(pl.col("layout") == layout.name)
    said = _stated(own, view, columns).join(
        _confirmations(own, view, columns), on=["key", "column", "value"], how="left"
    )
    former = (
        said.filter(pl.col("column") == "former_name")
        .select("key", "value", former=pl.lit(True))
        .unique()
    )
    newest = own.join(_newest(own), on=["key", "place"], how="semi").select(
        "key", "place", newest=pl.lit(True)
    )
    day = pl.col("updated_on")
    return (
        said.join(newest, on=["key", "place"], how="left")
        .sort("key", "place")
        .group_by("key", "column", "value")
        .agg(
            pl.col("raw", "place", "confirmed").first(),
            own=(pl.col("place") == 0).any(),
            readable=pl.col("readable").any(),
            sound=pl.col("sound").any(),
            trusted=pl.col("trusted").any(),
            dated=pl.when(day.is_not_null().all()).then(day.max()),
            newest=pl.col("newest").fill_null(False).any(),
        )
        .join(former, on=["key", "value"], how="left")
        .with_columns(
            former=pl.col("former").fill_null(False) & (pl.col("column") == "name"),
            kind=pl.col("column").replace_strict(columns, return_dtype=pl.String),
            order=pl.col("column").replace_strict(
                {c: i for i, c in enumerate(columns)}, return_dtype=pl.UInt32
            ),
        )
        .sort("key", "order", "place", "value")
    )


def _newest(own: pl.DataFrame) -> pl.DataFrame:
    """key, place of the record that was updated last, where there is just one and all say when."""
    day = pl.col("updated_on")
    last = (day == day.max().over("key")) & (day.is_null().sum().over("key") == 0)
    only = own.filter(last)
    return only.filter(~only["key"].is_duplicated()).select("key", "place")


def _stated(records: pl.DataFrame, view: View, columns: Mapping[str, str]) -> pl.DataFrame:
    """The records' own columns with column, raw, value, sound and trusted, a row for each value
    that is there."""
    asked = records.select(source_l="source", record_id_l="record_id")
    names = list(columns)
    raw = (
        records_of(asked, "l", view.records, ["record_id", *names])
        if records.height
        else pl.DataFrame()
    )
    read = view.values(records["node"], *_read_columns(view, columns))
    nothing = pl.repeat(None, records.height, dtype=pl.String, eager=True)
    parts = [
        records.with_columns(
            column=pl.lit(name),
            raw=raw[name] if name in raw.columns else nothing,
            value=read[f"{name}_std"].cast(pl.String) if f"{name}_std" in read.columns else nothing,
            sound=_sound(read, name, kind),
            trusted=read["id_number_trusted"].fill_null(False)
            if name == "id_number"
            else pl.lit(False),
            silent=_silent(read, name),
        )
        for name, kind in columns.items()
    ]
    unread = pl.col("value").is_null()
    return (
        pl.concat(parts)
        .filter(pl.col("raw").is_not_null(), ~pl.col("silent"))
        .with_columns(
            readable=~unread, sound=pl.col("sound") & ~unread, value=pl.coalesce("value", "raw")
        )
    )


def _read_columns(view: View, columns: Mapping[str, str]) -> list[str]:
    available = {column for frame in view.records.values() for column in frame.columns}
    wanted = [
        f"{name}{suffix}" for name in columns for suffix in ("_std", "_status", "_flag", "_from_id")
    ]
    return [name for name in [*wanted, "name_unnamed", "id_number_trusted"] if name in available]


def _sound(read: pl.DataFrame, name: str, kind: str) -> pl.Series:
    """Whether a value is as good as one of its kind can be."""
    all_are = pl.repeat(True, read.height, dtype=pl.Boolean, eager=True)
    if kind == "id_number" and f"{name}_status" in read.columns:
        return (read[f"{name}_status"].cast(pl.String) == "valid").fill_null(False)
    if kind in ("date", "datetime") and f"{name}_flag" in read.columns:
        flawed = _FLAWED if name == "birth_date" else _FLAWED[:-2]
        return ~read[f"{name}_flag"].cast(pl.String).is_in(flawed).fill_null(True)
    return all_are


def _silent(read: pl.DataFrame, name: str) -> pl.Series:
    """Whether what stands there says nothing: a placeholder, a day or sex that the number gave."""
    nothing = pl.repeat(False, read.height, dtype=pl.Boolean, eager=True)
    if name == "name" and "name_unnamed" in read.columns:
        return read["name_unnamed"].fill_null(False)
    return (
        read[f"{name}_from_id"].fill_null(False) if f"{name}_from_id" in read.columns else nothing
    )


def _confirmations(own: pl.DataFrame, view: View, columns: Mapping[str, str]) -> pl.DataFrame:
    """key, column, value, confirmed: the source of another register that states this value of the
    same person, the police's before others."""
    people = view.population.select(
        "node", "person", "source", "record_id", register=pl.col("layout").cast(pl.String)
    )
    person = own.select("key", "layout", "node").join(people.select("node", "person"), on="node")
    others = (
        person.select("key", "layout", "person")
        .unique()
        .join(people, on="person")
        .filter(pl.col("register") != pl.col("layout"))
        .with_columns(pl.col("source").cast(pl.String))
        .sort("key", pl.col("register") != "household", "source", "record_id")
    )
    asked = {name: kind for name, kind in columns.items() if name in _CONFIRMED}
    said = _stated(others, view, asked).filter("sound")
    return said.group_by("key", "column", "value", maintain_order=True).agg(
        confirmed=pl.col("source").first()
    )
