"""The areas of records that state an address and no town: read from the address, where it names one
that is known.

Known are the areas of the office's table; without one, those that the registers themselves name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from reconcile.areas.names import COLUMNS, How
from reconcile.areas.outside_city import home_of, lies_elsewhere
from reconcile.areas.resolve import meanings
from reconcile.areas.rows import ROWS
from reconcile.areas.table import AreaTable, in_force
from reconcile.core.frames import conform
from reconcile.standardising.address_parts import address_parts

FROM_ADDRESS = "area_from_address"
_STD = [f"{name}_std" for name in COLUMNS]
# Where the person lives; of a child, else the mother's.
_ADDRESSES = ("address_std", "mother_address_std")
# An area that fewer of the rows that bear its name put there is a slip of theirs.
_LEAST_SHARE = 0.01
_COUNTS = {"source": pl.String, **dict.fromkeys(("rows", "told", "outside", "unknown"), pl.Int64)}
_SAMPLE = 100_000  # addresses of each source that tell which places are home


@dataclass(frozen=True)
class Addressed:
    """`records`: by source, with FROM_ADDRESS. `counts`: source, rows (without a town or village of
    their own), told, outside (the address lies outside the city), unknown; of the sources that have
    such rows."""

    records: Mapping[str, pl.DataFrame]
    counts: pl.DataFrame


def with_areas_of_addresses(
    records: Mapping[str, pl.DataFrame], table: AreaTable | None, home_areas: Sequence[str]
) -> Addressed:
    """Standardised records in which rows that state neither town nor village have those of their
    address.

    `records`: with a table, as `place` left them. `home_areas`: of the config; read off the
    addresses when empty.

    An address that lies outside the city, or that names no area which is known for certain, tells
    nothing.
    """
    lacking = {source: _lacking(frame) for source, frame in records.items()}
    stated = {source: _heads(frame[lacking[source]]) for source, frame in records.items()}
    told = {source: pl.DataFrame() for source in records}
    heads = (
        pl.concat(stated.values())
        .drop_nulls("head")
        .unique()
        .sort("head", "district", nulls_last=True)
    )
    if heads.height:
        areas, names = (table.areas, table.names) if table else in_force(_named(records), date.max)
        meant = _told(heads, _outside(records, heads["head"], home_areas), areas, names)
        told = {source: _looked_up(rows, meant) for source, rows in stated.items()}
    filled = {
        source: _filled(frame, lacking[source], told[source]) for source, frame in records.items()
    }
    counts = [
        _count(source, len(lacking[source]), told[source])
        for source in records
        if len(lacking[source])
    ]
    return Addressed(filled, pl.DataFrame(counts, schema=_COUNTS, orient="row"))


def _lacking(frame: pl.DataFrame) -> pl.Series:
    """The positions of the rows that state neither town nor village."""
    return (
        frame.select(pl.all_horizontal(pl.col("town_std", "village_std").is_null()))
        .to_series()
        .arg_true()
    )


def _heads(rows: pl.DataFrame) -> pl.DataFrame:
    """head, district: what stands before the first number of each address, and the district that
    the row states."""
    addresses = [pl.col(name) for name in _ADDRESSES if name in rows.columns]
    head = pl.coalesce(*addresses, pl.lit(None, pl.String)).str.extract(r"^(\D{2,})", 1)
    district = pl.col("district_std") if "district_std" in rows.columns else pl.lit(None, pl.String)
    return rows.select(head=head, district=district.cast(pl.String))


def _looked_up(stated: pl.DataFrame, meant: pl.DataFrame) -> pl.DataFrame:
    key = ["head", "district"]
    return stated.join(meant, on=key, how="left", nulls_equal=True, maintain_order="left").drop(key)


def _outside(
    records: Mapping[str, pl.DataFrame], heads: pl.Series, told: Sequence[str]
) -> pl.Series:
    thinned = [frame.gather_every(max(frame.height // _SAMPLE, 1)) for frame in records.values()]
    addresses, numbers = (
        [frame[column] for frame in thinned] for column in ("address_std", "id_number_std")
    )
    return lies_elsewhere(heads, home_of(addresses, pl.concat(numbers), told))


def _told(
    heads: pl.DataFrame, outside: pl.Series, areas: pl.DataFrame, names: pl.DataFrame
) -> pl.DataFrame:
    """The heads with outside, area_code and the `_STD` of their area; null where no town is
    certain."""
    parts = address_parts(heads["head"])
    words = parts.select(
        pl.coalesce(heads["district"], "district").alias("district"), "town", "village"
    )
    meant = meanings(words.with_row_index("triple"), names).told.sort("triple")
    area = pl.when(~pl.lit(outside)).then(pl.lit(meant["area"]))
    in_town = areas.filter(pl.col("level").is_in(["town", "village", "estate"])).drop_nulls(
        "town_std"
    )
    return heads.with_columns(outside=outside, area_code=area).join(
        in_town.select(pl.col("code").alias("area_code"), *_STD),
        on="area_code",
        how="left",
        maintain_order="left",
    )


def _filled(frame: pl.DataFrame, rows: pl.Series, told: pl.DataFrame) -> pl.DataFrame:
    """`frame` with the areas `told` of its `rows`, where they tell a town."""
    absent = [pl.lit(None, pl.String).alias(name) for name in _STD if name not in frame.columns]
    frame = frame.with_columns(pl.lit(False).alias(FROM_ADDRESS), *absent)
    if told.is_empty():
        return frame
    found = told["town_std"].is_not_null()
    at, told = rows.filter(found), told.filter(found)
    values = {name: told[name] for name in _STD} | {
        FROM_ADDRESS: pl.repeat(True, told.height, eager=True)
    }
    if "area_how" in frame.columns:
        by_address = pl.Series(["address"], dtype=How).new_from_index(0, told.height)
        values |= {"area_code": told["area_code"], "area_how": by_address}
    return frame.with_columns(
        frame[name].clone().scatter(at, value) for name, value in values.items()
    )


def _count(source: str, rows: int, told: pl.DataFrame) -> tuple[str, int, int, int, int]:
    if told.is_empty():
        return source, rows, 0, 0, rows
    with_town, outside = told["town_std"].count(), int(told["outside"].sum())
    return source, rows, with_town, outside, rows - with_town - outside


def _named(records: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """areas.rows.ROWS of the areas that the records name, a path for a code:
    西岭区/西头街道/红坊."""
    stated = [
        frame.select(pl.col(name).cast(pl.String) for name in _STD)
        for frame in _with_areas(records)
    ]
    counted = pl.concat([pl.DataFrame(schema=dict.fromkeys(_STD, pl.String)), *stated]).drop_nulls(
        "town_std"
    )
    counted = counted.group_by(_STD).len()
    # A town is known without its district only where nobody says which it lies in.
    district, town, village = (pl.col(name) for name in _STD)
    counted = counted.filter(district.is_not_null() | district.is_null().all().over("town_std"))
    usual = pl.col("len").sum().over("district_std", "town_std") >= _LEAST_SHARE * pl.col(
        "len"
    ).sum().over("town_std")
    of_village = pl.col("len") >= _LEAST_SHARE * pl.col("len").sum().over("village_std")
    counted = counted.filter(usual, village.is_null() | of_village)
    path = pl.concat_str(district.fill_null(""), town, separator="/")
    levels = [
        counted.drop_nulls("district_std").select(
            level=pl.lit("district"), name=district, code=district
        ),
        counted.select(level=pl.lit("town"), name=town, code=path, parent=district),
        counted.drop_nulls("village_std").select(
            level=pl.lit("village"),
            name=village,
            code=pl.concat_str(path, village, separator="/"),
            parent=path,
        ),
    ]
    rows = pl.concat(levels, how="diagonal").unique().sort("code")
    nothing = pl.lit([], dtype=pl.List(pl.String))
    return conform(
        rows.with_columns(former_names=nothing, short_names=nothing, successors=nothing), ROWS
    )


def _with_areas(records: Mapping[str, pl.DataFrame]) -> Iterator[pl.DataFrame]:
    for frame in records.values():
        absent = [pl.lit(None, pl.String).alias(name) for name in _STD if name not in frame.columns]
        yield frame.with_columns(absent)
