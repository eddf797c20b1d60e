"""The whole job: files in, ratios and remarks out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from reconcile.config import Config
from reconcile.core.errors import ConfigError
from reconcile.core.layouts import load_layout
from reconcile.core.notice import Notice
from reconcile.core.progress import Progress
from reconcile.crosschecks.figures import Remark, listed_areas, refusal_remarks, remark
from reconcile.crosschecks.school.cells import CITY, cells
from reconcile.crosschecks.school.cohort import cohort
from reconcile.crosschecks.school.enrolment import enrolment
from reconcile.crosschecks.school.ratios import Terms, ratios
from reconcile.pipeline.jobs import linked_job
from reconcile.pipeline.sources import Prepared
from reconcile.reading.read import ReadResult, read_source

SCHOOL, BIRTHS = "school", "births"


@dataclass(frozen=True)
class Retrospective:
    """`ratios`: school.ratios.RATIOS. `read`: the enrolment files as read. `prepared`: the births.

    `remarks`: what to know about the files, refused rows first; `notices`: about the matching of
    certificates.
    """

    ratios: pl.DataFrame
    read: ReadResult
    prepared: Prepared
    remarks: tuple[Remark, ...]
    notices: tuple[Notice, ...]


def sources_of(config: Config) -> tuple[str, str]:
    """The names of the enrolment and the births source, by layout. ConfigError unless there is one
    of each."""
    found = {
        SCHOOL: [
            name
            for name, source in config.sources.items()
            if load_layout(source.layout).name == SCHOOL
        ]
    }
    found[BIRTHS] = [
        name for name, source in config.sources.items() if load_layout(source.layout).name == BIRTHS
    ]
    if len(found[SCHOOL]) != 1 or len(found[BIRTHS]) != 1:
        given = ", ".join(f"{name} ({source.layout})" for name, source in config.sources.items())
        raise ConfigError("school.error.sources", given=given)
    return found[SCHOOL][0], found[BIRTHS][0]


def retrospective(
    config: Config, school_year: int | None, terms: Terms, progress: Progress
) -> Retrospective:
    """First graders against births, from a config with one source of each layout.

    `school_year`: taken where the enrolment says none. Raises InputError for files that cannot be
    used.
    """
    school, births = sources_of(config)
    with progress.stage("read"):
        read = read_source(school, config.sources[school], Path())
        pupils = enrolment(read, school_year)
    births_only = config.model_copy(update={"sources": {births: config.sources[births]}})
    prepared, view, notices, _ = linked_job(births_only, progress)
    born = cohort(view, pupils.rows["year"].unique())
    counted = cells(born.births, pupils.rows)
    remarks = [
        *refusal_remarks(pupils.refused),
        *_given_twice(read, prepared.read),
        *pupils.remarks,
    ]
    remarks += [*born.remarks, *_unknown_areas(counted)]
    return Retrospective(ratios(counted, terms), read, prepared, tuple(remarks), tuple(notices))


def _given_twice(read: ReadResult, births: Mapping[str, ReadResult]) -> list[Remark]:
    """Enrolment files that are the same to the byte as another one; and rows that repeat."""
    files = [*read.files, *(file for result in births.values() for file in result.files)]
    first: dict[tuple[str, str], str] = {}
    remarks = []
    for file in files:
        seen = first.setdefault((file.digest, file.sheet or ""), file.file)
        if seen != file.file:
            remarks.append(remark("figures.given_twice", file=file.file, first=seen))
    repeated = read.set_aside.filter(pl.col("reason") == "repeated_row").height
    if repeated and "school_name" not in read.records.columns:
        remarks.append(remark("school.remark.repeated", count=repeated))
    return remarks


def _unknown_areas(counted: pl.DataFrame) -> list[Remark]:
    """Areas that only one of the two sides names, for they may be one area under two names."""
    remarks = []
    areas = counted.filter(pl.col("sex").is_null(), pl.col("level") != CITY)
    for key, side in (("no_births", "births"), ("no_pupils", "enrolled")):
        lacking = (
            areas.filter(pl.col(side).is_null()).select(pl.coalesce("town", "district")).to_series()
        )
        names = lacking.drop_nulls().unique().sort()
        if names.len():
            remarks.append(
                remark(f"school.remark.{key}", count=names.len(), areas=listed_areas(names))
            )
    return remarks
