"""What a finished run knows about children: one row a child, and one a certificate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from reconcile.core.errors import InputError
from reconcile.core.frames import Schema, conform, empty
from reconcile.crosschecks.figures import (
    districts_of_towns,
    standard_area_districts,
    standard_area_towns,
    with_districts,
)
from reconcile.workspace import RunFolder, open_run

REGISTERS = ("births", "residents", "household")
_AREA = ("district_std", "town_std")
YEAR = timedelta(
    days=366
)  # a child registered later than this after its birth is no birth of that month

_RECORDS: Schema = {
    "source": pl.String, "record_id": pl.String, "person_id": pl.String, "born": pl.Date,
    "sex": pl.Int8,
    "district": pl.String, "town": pl.String, "noted_on": pl.Date, "cancelled": pl.Boolean,
}  # fmt: skip
# `noted_on`: of births the day of issue, of the registers the day of registration.
_NOTED = {
    "births": "issued_on_std",
    "residents": "registered_on_std",
    "household": "registered_on_std",
}


@dataclass(frozen=True)
class RunChildren:
    """The children of a run. `certificates`: every certificate (_RECORDS, and `standing`: it stands
    for its child).

    `children`: person_id; of each register (`_births`, `_residents`, `_household` behind it)
    source, record_id, born, sex, district, town, noted_on of the record that stands for the child;
    birth_date, sex, district, town as the run has them; reason (children.parquet); unsure: a
    register's record may be the child, and no other one is. `areas`: district and town of all
    records. `lacking`: what no column tells: 'issued_on', 'registered_on'.
    """

    children: pl.DataFrame
    certificates: pl.DataFrame
    areas: pl.DataFrame
    lacking: tuple[str, ...]


def run_with_births(folder: Path) -> RunFolder:
    """A published run. InputError when the folder holds none, or its run had no births;
    WorkspaceError when it is damaged."""
    run = open_run(folder)
    if not run.sources_of("births"):
        raise InputError("claimed.error.no_births", run=folder)
    return run


def known(run: RunFolder, start: date, end: date) -> RunChildren:
    """The children with a certificate, and those whom only a register has and that were born from a
    year before `start` to before `end`."""
    persons = run.read("persons", "source", "record_id", "person_id")
    certificates = _records(run, "births", persons, None)
    born = pl.col("birth_date_std").is_between(start - YEAR, end, closed="left")
    registers = {
        layout: _records(run, layout, persons, born, certificates["person_id"])
        for layout in REGISTERS[1:]
    }
    said = _areas(run)
    districts = districts_of_towns([said])
    by_layout = {
        layout: with_districts(records, districts)
        for layout, records in {"births": certificates, **registers}.items()
    }
    told = _children_of_run(run)
    wide = (
        pl.concat([frame.select("person_id") for frame in by_layout.values()])
        .unique()
        .sort("person_id")
    )
    for layout, records in by_layout.items():
        standing = _standing(records, told.select("person_id", preferred=layout))
        own = standing.select("person_id", pl.exclude("person_id").name.suffix(f"_{layout}"))
        wide = wide.join(own, on="person_id", how="left", maintain_order="left")
    return RunChildren(
        _resolved(wide, told, _unsure(run, wide)),
        _marked(by_layout["births"], wide),
        with_districts(said.unique(), districts).unique().sort("district", "town"),
        _lacking(run),
    )


def _records(
    run: RunFolder,
    layout: str,
    persons: pl.DataFrame,
    asked: pl.Expr | None,
    also: pl.Series | None = None,
) -> pl.DataFrame:
    """_RECORDS of a register's sources, of `asked` or of the persons in `also`; all without
    either."""
    parts = [empty(_RECORDS)]
    for source in run.sources_of(layout):
        own = persons.filter(pl.col("source") == source).select("record_id", "person_id")
        with run.scan_records(source) as rows:
            there = rows.collect_schema().names()
            names = {
                "born": "birth_date_std",
                "sex": "sex_std",
                "district": "district_std",
                "town": "town_std",
            }
            names |= {"noted_on": _NOTED[layout], "cancelled": "cancelled_std"}
            wanted = {
                new: pl.col(old) if old in there else pl.lit(None) for new, old in names.items()
            }
            found = rows.join(own.lazy(), on="record_id")
            if asked is not None and also is not None:
                found = found.filter(asked | pl.col("person_id").is_in(also.unique().implode()))
            read = found.select("record_id", "person_id", source=pl.lit(source), **wanted).collect()
        parts.append(conform(read, _RECORDS))
    records = pl.concat(parts).sort("source", "record_id")
    return records.with_columns(
        district=standard_area_districts(records["district"]),
        town=standard_area_towns(records["town"]),
    )


def _areas(run: RunFolder) -> pl.DataFrame:
    """district and town of every record of the run, also of those that are nobody's birth."""
    parts = [pl.DataFrame(schema={"district": pl.String, "town": pl.String})]
    for source in (source for layout in REGISTERS for source in run.sources_of(layout)):
        with run.scan_records(source) as rows:
            there = rows.collect_schema().names()
            wanted = [
                name if name in there else pl.lit(None, pl.String).alias(name) for name in _AREA
            ]
            counted = rows.select(wanted).collect()
        parts.append(
            counted.select(
                district=standard_area_districts(counted["district_std"]),
                town=standard_area_towns(counted["town_std"]),
            )
        )
    return pl.concat(parts)


def _standing(records: pl.DataFrame, preferred: pl.DataFrame) -> pl.DataFrame:
    """One record a person: as the run has it, else one in force, the first entered, the first by
    name."""
    chosen = records.join(preferred, on="person_id", how="left").with_columns(
        preferred=(pl.col("record_id") == pl.col("preferred")).fill_null(False),
        cancelled=pl.col("cancelled").fill_null(False),
    )
    order = ["preferred", "cancelled", "noted_on", "source", "record_id"]
    ordered = chosen.sort(order, descending=[True, False, False, False, False], nulls_last=True)
    return ordered.unique("person_id", keep="first", maintain_order=True).select(
        "person_id", "source", "record_id", "born", "sex", "district", "town", "noted_on"
    )


def _children_of_run(run: RunFolder) -> pl.DataFrame:
    """children.parquet; no rows where an earlier version made the run."""
    columns = ("person_id", *REGISTERS, "birth_date", "sex", "reason")
    if not run.has("children"):
        dtypes = {"birth_date": pl.Date, "sex": pl.Int8}
        return pl.DataFrame(schema={name: dtypes.get(name, pl.String) for name in columns})
    return run.read("children", *columns)


def _resolved(wide: pl.DataFrame, told: pl.DataFrame, unsure: pl.Series) -> pl.DataFrame:
    """What the registers say differently is the hospital's word, else the police's, else the
    resident register's; of the area, the hospital's, else the resident register's (as children.py
    has it)."""

    def first_of(column: str, *layouts: str) -> pl.Expr:
        return pl.coalesce(f"{column}_{layout}" for layout in layouts)

    said = ("births", "household", "residents")
    return (
        wide.with_columns(
            birth_date=first_of("born", *said),
            sex=first_of("sex", *said),
            district=first_of("district", *REGISTERS),
            town=first_of("town", *REGISTERS),
        )
        .join(told.select("person_id", "reason"), on="person_id", how="left", maintain_order="left")
        .with_columns(unsure=unsure)
    )


def _unsure(run: RunFolder, wide: pl.DataFrame) -> pl.Series:
    """Whether the child's certificate has a link that waits for review to a register that lacks the
    child."""
    links = run.read("links", "source", "record_id", "contender_source", "band")
    waiting = links.filter(pl.col("band").cast(pl.String) != "non-match")
    own = wide.select(source="source_births", record_id="record_id_births")
    unsure = pl.repeat(False, wide.height, eager=True)
    for layout in REGISTERS[1:]:
        there = waiting.filter(pl.col("contender_source").is_in(run.sources_of(layout)))
        linked = there.select("source", "record_id", linked=pl.lit(True)).unique()
        found = own.join(linked, on=["source", "record_id"], how="left", maintain_order="left")[
            "linked"
        ]
        unsure |= found.fill_null(False) & wide[f"record_id_{layout}"].is_null()
    return unsure


def _marked(certificates: pl.DataFrame, wide: pl.DataFrame) -> pl.DataFrame:
    standing = wide.select(
        source="source_births", record_id="record_id_births", standing=pl.lit(True)
    ).drop_nulls()
    marked = certificates.join(
        standing, on=["source", "record_id"], how="left", maintain_order="left"
    )
    return marked.with_columns(pl.col("standing").fill_null(False))


def _lacking(run: RunFolder) -> tuple[str, ...]:
    def has(layout: str, column: str) -> bool:
        schemas = []
        for source in run.sources_of(layout):
            with run.scan_records(source) as rows:
                schemas.append(rows.collect_schema())
        return any(column in schema for schema in schemas)

    wanted = {
        "issued_on": ("births", "issued_on_std"),
        "registered_on": ("residents", "registered_on_std"),
    }
    return tuple(name for name, (layout, column) in wanted.items() if not has(layout, column))
