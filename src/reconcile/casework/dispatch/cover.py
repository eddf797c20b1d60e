"""The office's own table of a batch: which area gets which file, with how many cases, and the
sums."""

from __future__ import annotations

import polars as pl

from reconcile.casework.dispatch.batch import Letter
from reconcile.core.frames import SEVERITIES
from reconcile.core.messages import text
from reconcile.lists.build import column_widths
from reconcile.lists.writers.list_table import DIFFERS, ColumnKind, ListColumn, ListTable

COUNTS = ("cases", *SEVERITIES, "rows")


def counts_of(rows: pl.DataFrame, language: str) -> pl.DataFrame:
    """area, file and COUNTS of every workbook, in the order of the rows (forms.SENT). A case is in
    one workbook only, so that the counts add up to those of the batch."""
    grades = {name: text(f"lists.severities.{name}", language) for name in SEVERITIES}
    by_grade = {
        name: pl.col("key").filter(pl.col("severity") == told).n_unique().cast(pl.Int64)
        for name, told in grades.items()
    }
    return rows.group_by("area", "file", maintain_order=True).agg(
        pl.col("key").n_unique().cast(pl.Int64).alias("cases"),
        rows=pl.len().cast(pl.Int64),
        **by_grade,
    )


def cover(counts: pl.DataFrame, letter: Letter) -> ListTable:
    """The cover table of `counts_of` (its `file` as it is called where it was written), the sums in
    the last row."""
    language = letter.language
    total = counts.select(
        area=pl.lit(text("dispatch.cover.total", language)),
        file=pl.lit(None, pl.String),
        **{name: pl.col(name).sum() for name in COUNTS},
    )
    names = ("batch", "area", "file", *COUNTS, "due")
    frame = pl.concat([counts.select(total.columns), total]).with_columns(
        batch=pl.lit(letter.number),
        due=pl.lit(letter.due),
        **{DIFFERS: pl.lit([], dtype=pl.List(pl.String))},
    )
    headers = {name: text(f"dispatch.cover.{name}", language) for name in names}
    widths = column_widths(frame, headers)
    columns = tuple(
        ListColumn(name, header, _kind(name), widths[name]) for name, header in headers.items()
    )
    title = text("dispatch.cover.title", language, batch=letter.number)
    return ListTable("dispatch_cover", title, language, columns, frame.select(*names, DIFFERS))


def _kind(name: str) -> ColumnKind:
    return "number" if name in COUNTS else "text"
