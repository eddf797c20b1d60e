"""The whole job: a table of reported figures and a run folder in, figures and records out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from reconcile.config import SourceConfig
from reconcile.core.errors import InputError
from reconcile.crosschecks.claimed.claims import claims, dated
from reconcile.crosschecks.claimed.definitions import figures
from reconcile.crosschecks.claimed.explanations import explanations
from reconcile.crosschecks.claimed.known import known, run_with_births
from reconcile.crosschecks.figures import Remark, listed_areas, refusal_remarks, remark
from reconcile.reading.read import ReadResult, read_source
from reconcile.workspace import RunFolder

CLAIMED = "claimed"


@dataclass(frozen=True)
class ClaimedCheck:
    """`figures`: see definitions.figures. `explained`: explanations.EXPLAINED. `read`: the table as
    read."""

    figures: pl.DataFrame
    explained: pl.DataFrame
    read: ReadResult
    run: RunFolder
    remarks: tuple[Remark, ...]


def check_claims(source: SourceConfig, folder: Path) -> ClaimedCheck:
    """Holds the reported figures of `source` (layout claimed) against the run in `folder`.

    Raises InputError for a table or a folder that cannot be used, WorkspaceError for a damaged run.
    """
    run = run_with_births(folder)
    read = read_source(CLAIMED, source, Path())
    rows = dated(read, run.period)
    found = known(run, *_span(rows, read))
    reported = claims(read, rows, found.areas)
    told = figures(reported.rows, found)
    remarks = [
        *refusal_remarks(reported.refused),
        *reported.remarks,
        *_unknown_areas(reported.rows),
    ]
    remarks += [remark(f"claimed.remark.no_{name}") for name in found.lacking]
    remarks += _other_months(reported.rows, run)
    return ClaimedCheck(told, explanations(reported.rows, found), read, run, tuple(remarks))


def _span(rows: pl.DataFrame, read: ReadResult) -> tuple[date, date]:
    """The first day and the first day after all months of the table."""
    start, end = rows["start"].min(), rows["end"].max()
    if not isinstance(start, date) or not isinstance(end, date):
        raise InputError(
            "claimed.error.bad_months", file="、".join(file.file for file in read.files)
        )
    return start, end


def _unknown_areas(reported: pl.DataFrame) -> list[Remark]:
    names = reported.filter(pl.col("level").is_null())["area"].drop_nulls().unique().sort()
    if names.is_empty():
        return []
    return [remark("claimed.remark.unknown_areas", count=names.len(), areas=listed_areas(names))]


def _other_months(reported: pl.DataFrame, run: RunFolder) -> list[Remark]:
    """Of months other than the run's the files may hold a part only, and reasons are not known."""
    if run.period is None:
        return []
    own = (pl.col("start") == run.period.first) & (pl.col("end") == run.period.end)
    count = reported.filter(~own).height
    return [remark("claimed.remark.other_months", count=count, period=run.period)] if count else []
