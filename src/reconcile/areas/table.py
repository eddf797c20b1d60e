"""The office's table of areas: read, checked, and seen as of one day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from reconcile.areas.checks import sound_rows
from reconcile.areas.names import names_of
from reconcile.areas.rows import LEVELS, Level, area_rows, valid_on
from reconcile.config import AreasConfig
from reconcile.core.errors import InputError
from reconcile.core.frames import REJECTS, Schema, conform
from reconcile.core.masking import mask_text
from reconcile.core.messages import text
from reconcile.reading.read import ReadResult, read_source
from reconcile.reading.reasons import row_reason
from reconcile.standardising.areas import standard_towns, standard_villages

SOURCE = (
    "areas"  # what the table is called among the inputs of a run, and among rows that are not used
)

# The areas in force on the day, one row each, by code: what they are called in full, the codes of
# those they lie in (their own at their level; null above the highest of the table), and these in
# the form of the records' `*_std`.
AREAS: Schema = {
    "code": pl.String,
    "level": Level,
    "name": pl.String,
    **{f"{level}_code": pl.String for level in LEVELS[1:-1]},
    **{f"{level}_name": pl.String for level in LEVELS[1:-1]},
    **{f"{level}_std": pl.String for level in LEVELS[1:-1]},
    "other_names": pl.List(pl.String),
    "expected_households": pl.Int64,
    "expected_people": pl.Int64,
}


@dataclass(frozen=True)
class AreaTable:
    """`areas`: AREAS. `names`: areas.names.NAMES, every word for them. `read`: the files; `rejects`
    (frames.REJECTS): rows that reading or checking could not use."""

    areas: pl.DataFrame
    names: pl.DataFrame
    read: ReadResult
    rejects: pl.DataFrame


def read_areas(config: AreasConfig | None, day: date) -> AreaTable | None:
    """The table of the config as of `day`, None without one. InputError when nothing in it can be
    used."""
    if config is None:
        return None
    return area_table(read_source(SOURCE, config.as_source(), Path()), day)


def area_table(read: ReadResult, day: date) -> AreaTable:
    """The table in these records as of `day`. InputError when no area in it is in force."""
    rows, refused = sound_rows(area_rows(read.records))
    rejects = _rejects(read, refused)
    if rows.filter(valid_on(day)).is_empty():
        _refuse(read, rejects, rows.height)
    return AreaTable(*in_force(rows, day), read, rejects)


def in_force(rows: pl.DataFrame, day: date) -> tuple[pl.DataFrame, pl.DataFrame]:
    """AREAS, and areas.names.NAMES, of sound rows (areas.rows.ROWS) as of `day`."""
    chains = _chains(rows)
    present = rows.filter(valid_on(day)).unique("code", keep="first", maintain_order=True)
    now = _present_codes(rows, present["code"])
    areas = _areas(present, chains, now)
    return areas, names_of(rows, day, chains, now, areas)


def _refuse(read: ReadResult, rejects: pl.DataFrame, past: int) -> None:
    counted = (
        rejects["reason"].value_counts().sort("count", "reason", descending=[True, False]).rows()
    )
    counted += [("area_not_in_force", past)] if past else []
    reasons = text("lists.separator").join(
        text("areas.counted", reason=row_reason(reason), count=count) for reason, count in counted
    )
    files = "、".join(file.file for file in read.files)
    raise InputError(
        "areas.error.nothing_usable", file=files, count=read.records.height, reasons=reasons
    )


def _rejects(read: ReadResult, refused: pl.DataFrame) -> pl.DataFrame:
    """frames.REJECTS of the rows refused; `shown`: the cell, masked, for nobody knows what was
    written there."""
    texts = [
        name for name, dtype in read.records.schema.items() if dtype == pl.String and name != "file"
    ]
    told = refused.join(read.records, on=["file", "row"], how="left", maintain_order="left")
    cells = [pl.when(pl.col("column") == name).then(mask_text(pl.col(name))) for name in texts]
    shown = pl.coalesce(*cells, pl.lit("")) if cells else pl.lit("")
    own = conform(told.with_columns(source=pl.lit(SOURCE), shown=shown), REJECTS)
    return pl.concat([read.rejects, own]).sort("file", "row")


def _chains(rows: pl.DataFrame) -> pl.DataFrame:
    """code, level, and the codes that each lies in by level (`district`, `town`, `village`): its
    own at its level."""
    steps = (
        rows.sort("valid_from", nulls_last=False)
        .unique("code", keep="last")
        .select("code", "level", "parent")
    )
    chain = steps.select(
        "code", "level", at="code", **{name: pl.lit(None, pl.String) for name in LEVELS[1:-1]}
    )
    parents = steps.select(at="code", at_level="level", above="parent")
    for _ in LEVELS:
        chain = chain.join(parents, on="at", how="left").with_columns(
            *(
                pl.when(pl.col("at_level") == name).then(pl.coalesce(name,
                "at")).otherwise(name).alias(name)
                for name in LEVELS[1:-1]
            ),
            at="above",
        ).drop("at_level", "above")  # fmt: skip
    return chain.drop("at").sort("code")


def _present_codes(rows: pl.DataFrame, present: pl.Series) -> pl.DataFrame:
    """code, now: for every code of the table those in force that it is now, through any number of
    successors."""
    edges = rows.select("code", now="successors").explode("now").drop_nulls().unique()
    open_ = rows.select("code", now="code").unique()
    found: list[pl.DataFrame] = []
    while open_.height:
        arrived = pl.col("now").is_in(present.implode())
        found.append(open_.filter(arrived))
        further = open_.filter(~arrived).join(edges, left_on="now", right_on="code")
        open_ = further.select("code", now="now_right").unique()
    return pl.concat(found).unique().sort("code", "now")


def _areas(present: pl.DataFrame, chains: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """AREAS. An area that still names an abolished parent lies in that one's successor."""
    single = now.filter(pl.len().over("code") == 1)
    names = present.select("code", "name")
    areas = present.select(
        "code", "name", "expected_households", "expected_people",
        other_names=pl.concat_list("former_names", "short_names"),
    ).join(chains, on="code")  # fmt: skip
    for level in LEVELS[1:-1]:
        areas = areas.join(
            single.select(pl.col("code").alias(level), pl.col("now").alias(f"{level}_code")),
            on=level,
            how="left",
        )
        of_level = names.select(
            pl.col("code").alias(f"{level}_code"), pl.col("name").alias(f"{level}_name")
        )
        areas = areas.join(of_level, on=f"{level}_code", how="left")
    standard = {"district": standard_towns, "town": standard_towns, "village": standard_villages}
    areas = areas.with_columns(
        standardise(areas[f"{level}_name"]).alias(f"{level}_std")
        for level, standardise in standard.items()
    )
    return conform(areas, AREAS).sort("code")
