"""Whom a case is sent to: the town or village that keeps the record, or the area outside the city
where the person is registered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import Literal

import polars as pl

from reconcile.areas.outside_city import Home, area_named, home_of, lies_elsewhere
from reconcile.core.messages import text
from reconcile.lists.writers.files import safe_names
from reconcile.workspace import RunFolder

By = Literal["town", "village"]

# Only the police of the place where somebody is registered can answer why the city's police do not
# have him. Whatever else is wrong is corrected by the town that keeps the record, wherever the
# person is registered.
_ANSWERED_THERE = ("birth_without_household",)
# Its evidence names the area, and the record on the left is of the place of registration wherever
# that is in the city.
_TOLD = "registered_elsewhere"
_OUTSIDE = ("city", "city_unnamed")
_REGISTERED = ("registered_address_std", "mother_address_std")
_SAMPLE = 100_000  # addresses of each register that tell which places are home


def registered_outside(
    cases: pl.DataFrame, run: RunFolder, home_areas: Sequence[str]
) -> pl.DataFrame:
    """key, outside: the cases that go to an area outside the city, and its name, empty where the
    address only says that it is outside.

    `cases`: frames.DISCREPANCIES. `home_areas`: of the config; read off the registers' addresses
    when not given.
    """
    told = _told_outside(cases)
    asked = cases.filter(pl.col("code").is_in(_ANSWERED_THERE)).unique(
        "key", keep="first", maintain_order=True
    )
    found = []
    for (source,), of_source in asked.partition_by(
        "source_l", as_dict=True, maintain_order=True
    ).items():
        records = run.records(str(source), _REGISTERED, of_source["record_id_l"])
        said = [pl.col(name).cast(pl.String) for name in _REGISTERED if name in records.columns]
        stated = records.select(
            record_id_l="record_id", place=pl.coalesce(*said, pl.lit(None, pl.String))
        )
        found.append(
            of_source.select("key", "record_id_l")
            .join(stated, on="record_id_l")
            .drop_nulls("place")
        )
    schema = {"key": pl.String, "record_id_l": pl.String, "place": pl.String}
    places = pl.concat([pl.DataFrame(schema=schema), *found]).sort("key")
    if places.is_empty():
        return told
    outside = lies_elsewhere(places["place"], _home(run, home_areas))
    return pl.concat(
        [told, places.select("key", outside=area_named(places["place"])).filter(outside)]
    )


def _told_outside(cases: pl.DataFrame) -> pl.DataFrame:
    """key, outside of the people registered elsewhere whose case says that it is outside the
    city."""
    told = {
        name: pl.col("evidence").str.json_path_match(f"$.{name}")
        for name in ("variant", "registered")
    }
    elsewhere = (
        cases.filter(pl.col("code") == _TOLD)
        .unique("key", keep="first")
        .sort("key")
        .with_columns(**told)
    )
    return elsewhere.filter(pl.col("variant").is_in(_OUTSIDE)).select(
        "key", outside=pl.col("registered").fill_null("")
    )


def _home(run: RunFolder, told: Sequence[str]) -> Home:
    registers = [
        source for source, layout in run.layouts.items() if layout in ("residents", "household")
    ]
    frames = [run.records(source, ("address_std", "id_number_std")) for source in registers]
    thinned = [frame.gather_every(max(frame.height // _SAMPLE, 1)) for frame in frames]
    addresses, numbers = (
        [
            pl.Series(dtype=pl.String),
            *(frame[c].cast(pl.String) for frame in thinned if c in frame.columns),
        ]
        for c in ("address_std", "id_number_std")
    )
    return home_of(addresses, pl.concat(numbers), told)


def addressed(
    cases: pl.DataFrame, outside: pl.DataFrame, by: By, number: str, language: str
) -> pl.DataFrame:
    """The cases (key, town, village, …) with `area`, whom each is for, and `file`, the workbook
    that it goes to, below the folder of the batch; no two areas share a workbook.

    The areas outside the city, and with `by` village those of each town, are in a folder of their
    own.
    """
    unknown = pl.lit(text("lists.unknown_area", language))
    known = {name: pl.col(name).str.strip_chars() for name in ("town", "village")}
    parts = {
        name: pl.when(value != "").then(value).otherwise(unknown) for name, value in known.items()
    }
    there = pl.when(pl.col("outside").is_not_null())
    named = pl.when(pl.col("outside") == "").then(unknown).otherwise("outside")
    routed = cases.join(outside, on="key", how="left", maintain_order="left").with_columns(
        _one=there.then(pl.lit(_folder_outside(cases, language))).otherwise(parts["town"]),
        _two=there.then(named).when(pl.lit(by == "village")).then(parts["village"]),
    )
    areas = routed.select("_one", "_two").unique().sort("_one", "_two", nulls_last=True)
    files = pl.DataFrame(
        _files(areas.rows(), number), schema={"area": pl.String, "file": pl.String}, orient="row"
    )
    told = areas.hstack(files)
    joined = routed.join(
        told, on=["_one", "_two"], how="left", nulls_equal=True, maintain_order="left"
    )
    return joined.drop("_one", "_two", "outside")


def receivers(rows: pl.DataFrame, by: By, language: str) -> pl.DataFrame:
    """key, town, village, outside of a batch (forms.SENT) that was split `by` in this language:
    whom each of its cases went to; `outside` is null for an area of the city, else the area's name,
    or what people call one without."""
    unknown = text("lists.unknown_area", language)
    one, two = (
        pl.col(name).str.strip_chars().replace("", None).fill_null(unknown)
        for name in ("town", "village")
    )
    in_city = one if by == "town" else pl.concat_str(one, pl.lit(" "), two)
    folder = re.escape(text("dispatch.outside", language))
    outside = pl.when(pl.col("area") != in_city).then(
        pl.col("area").str.replace(f"^{folder}_? ", "")
    )
    sent = rows.select(
        "key", pl.col("town", "village").fill_null("").str.strip_chars(), outside=outside
    )
    return sent.unique("key", keep="first").sort("key")


def _folder_outside(cases: pl.DataFrame, language: str) -> str:
    """What the areas outside go by together; no town is called so."""
    name = text("dispatch.outside", language)
    return f"{name}_" if (cases["town"].str.strip_chars() == name).any() else name


def _files(areas: list[tuple[str, str | None]], number: str) -> list[tuple[str, str]]:
    """Of each of the sorted areas, what people call it, and its workbook."""
    stems = safe_names(one for one, _ in areas)
    found = []
    for one, below in groupby(areas, key=itemgetter(0)):
        parts = [two for _, two in below]
        inner = safe_names(two for two in parts if two is not None)
        for two in parts:
            place = stems[one] if two is None else f"{stems[one]}/{inner[two]}"
            found.append((one if two is None else f"{one} {two}", f"{place}_{number}.xlsx"))
    return found
