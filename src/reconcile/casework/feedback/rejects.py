"""The workbook of rejected rows: where each stands, why it was rejected, and all its cells as they
were."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import polars as pl

from reconcile.casework.feedback.headers import ORIGIN, is_of_rejects
from reconcile.casework.feedback.judging import reason_text
from reconcile.core.messages import language, text
from reconcile.lists.writers import load_writer
from reconcile.lists.writers.files import opened
from reconcile.lists.writers.list_table import DIFFERS, ListColumn, ListTable
from reconcile.reading.headers import OUT_OF_BOUNDS
from reconcile.reading.tables import Table, cell

_WIDTHS = {"file": 26, "sheet": 14, "row": 8, "why": 60}
_CELL_WIDTH = 16
_MOST_NAMES = 1000


def rejects_table(rejected: pl.DataFrame, tables: Sequence[Table]) -> ListTable:
    """The rejected rows (judging.JUDGED) of `tables`, in the language in use. Columns that are
    never read are not repeated either."""
    lang = language()
    headers: dict[str, str] = {}
    parts = []
    for (number,), rows in rejected.group_by("table", maintain_order=True):
        table = tables[int(str(number))]
        headers |= {name: header for _, name, header in _cells(table)}
        parts.append(_part(rows, table, lang))
    columns = (
        *(
            ListColumn(
                name,
                text(f"feedback.column.{name}", lang),
                "number" if name == "row" else "text",
                width,
            )
            for name, width in _WIDTHS.items()
        ),
        *(ListColumn(name, header, "text", _CELL_WIDTH) for name, header in headers.items()),
    )
    marks = pl.lit([], dtype=pl.List(pl.String)).alias(DIFFERS)
    frame = pl.concat(parts, how="diagonal_relaxed").select(
        *(column.name for column in columns), marks
    )
    return ListTable("rejects", text("feedback.rejects_title", lang), lang, columns, frame)


def _part(rows: pl.DataFrame, table: Table, lang: str) -> pl.DataFrame:
    """The rejected rows of one sheet: where they stand (or stood when they were rejected first),
    why, their cells."""
    original = table.rows.select(
        "row", *(pl.col(place).alias(name) for place, name, _ in _cells(table))
    )
    return (
        rows.select("row", "at_file", "at_sheet", "at_row", why=_reasons(rows, lang))
        .join(original, on="row", how="left", maintain_order="left")
        .with_columns(
            row=pl.col("at_row").cast(pl.Int64, strict=False),
            file=pl.col("at_file"),
            sheet=pl.col("at_sheet"),
        )
    )


def _cells(table: Table) -> list[tuple[str, str, str]]:
    """Column of Table.rows, name (the same in every file for the same header), header; in a
    workbook of rejects those that the row had before."""
    added = ORIGIN if is_of_rejects(table) else ()
    seen: Counter[str] = Counter()
    found = []
    for place, match in enumerate(table.header.matches):
        header = "".join(match.header.split())
        if match.why != OUT_OF_BOUNDS and match.column not in added:
            seen[header] += 1
            found.append((cell(place), f"cell:{header}#{seen[header]}", header))
    return found


def _reasons(rows: pl.DataFrame, lang: str) -> pl.Series:
    distinct = rows.select("reason", "said").unique(maintain_order=True)
    texts = [reason_text(reason, said, lang) for reason, said in distinct.iter_rows()]
    table = distinct.with_columns(why=pl.Series(texts, dtype=pl.String))
    joined = rows.select("reason", "said").join(
        table, on=["reason", "said"], how="left", nulls_equal=True, maintain_order="left"
    )
    return joined["why"]


def write_rejects(table: ListTable, target: Path, *, overwrite: bool) -> Path:
    """Writes the workbook for its owner only, all at once; where it is. Unless told to overwrite,
    another file of that name stays, and the workbook goes beside it under a number; one with the
    same content is left as it is."""
    buffer = BytesIO()
    load_writer("xlsx").write(table, buffer)
    content = buffer.getvalue()
    names = (
        [target] if overwrite else [target, *(_numbered(target, n) for n in range(2, _MOST_NAMES))]
    )
    free = next(
        (name for name in names if overwrite or not name.exists() or _holds(name, content)), target
    )
    if free.exists() and not free.is_file():  # a device or a named pipe
        free.write_bytes(content)
        return free
    draft = free.with_name(f".{free.name}.new")
    try:
        with opened(draft) as stream:
            stream.write(content)
        draft.replace(free)
    finally:
        draft.unlink(missing_ok=True)
    return free


def default_target(first: Path | None) -> Path:
    """Beside the first file: `<name>_退回.xlsx`, or in English `<name>_rejects.xlsx`; None: in the
    current folder."""
    folder, stem = (first.parent, first.stem) if first else (Path(), "feedback")
    return folder / f"{stem}_{text('feedback.rejects_suffix')}.xlsx"


def _numbered(target: Path, number: int) -> Path:
    return target.with_name(f"{target.stem}~{number}{target.suffix}")


def _holds(path: Path, content: bytes) -> bool:
    return path.is_file() and path.stat().st_size == len(content) and path.read_bytes() == content
