"""What is in files before they are used: how they were read, what their columns hold, what looks
wrong."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import polars as pl

from reconcile.core.layouts import Column, Layout, load_layout
from reconcile.core.masking import mask_id, mask_name, mask_text
from reconcile.reading.header_checks import header_problems
from reconcile.reading.header_rows import Header
from reconcile.reading.headers import UNUSED, ColumnMatch
from reconcile.reading.inputs import STDIN, Input, expand
from reconcile.reading.opening import read_tables
from reconcile.reading.rows import REJECTED, Sorted, sort_rows
from reconcile.reading.scratch import scratch_folder
from reconcile.reading.tables import Table, TableChoice
from reconcile.reading.workbooks import ALL_SHEETS
from reconcile.standardising.columns import standard_column
from reconcile.standardising.text import NOTHING

# In the order in which a guess falls where headers fit several alike.
LAYOUTS = ("residents", "household", "births")
MOST_EXAMPLES = 3

_WRONG_IDS = ("malformed", "checksum", "ruined")
_WRONG_DATES = ("unreadable", "impossible")
_DATE_LIKE = r"^[\d\s年月日时分秒/.\-:：T]{1,20}$"
_SCIENTIFIC = r"^\d(?:\.\d{1,6})?[Ee]\+?\d{1,2}$"


@dataclass(frozen=True)
class InspectedColumn:
    """A column: what its header was taken for and why, and what it holds.

    filled: share of the records with a value. wrong: how many values cannot be what the column's
    kind says, with masked examples. ruined: how many ID numbers a spreadsheet has cut. All zero
    where it is not read.
    """

    header: str
    column: str | None
    why: str
    filled: float = 0.0
    distinct: int = 0
    wrong: int = 0
    ruined: int = 0
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class InspectedTable:
    """A table of a file: how it was read, what became of its rows (reason → count), its columns."""

    file: str
    encoding: str
    delimiter: str | None
    sheet: str | None
    header_row: int
    rows_read: int
    rows_kept: int
    rejected: dict[str, int]
    set_aside: dict[str, int]
    columns: tuple[InspectedColumn, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True)
class Inspection:
    """A file: its path as given, the layout that it has or fits best, its tables."""

    path: str
    layout: str
    tables: tuple[InspectedTable, ...]


def inspect_files(files: Sequence[str], layout: str | None = None) -> list[Inspection]:
    """Inspect files (paths, patterns, `-`) without a config; without a `layout` it is told from
    each header.

    What a run would refuse in a header stands in the tables' `problems`. Raises InputError for a
    file in which no table can be found.
    """
    layouts = [load_layout(layout)] if layout else [load_layout(name) for name in LAYOUTS]
    with scratch_folder() as scratch:
        return [_inspect(file, layouts, layout, scratch) for file in expand(files, Path(), scratch)]


def _inspect(
    file: Input, layouts: Sequence[Layout], given: str | None, scratch: Path
) -> Inspection:
    wanted = TableChoice(layouts, sheet=ALL_SHEETS)
    found = [(table.header, _inspect_table(table)) for table in read_tables(file, wanted, scratch)]
    best = max((header for header, _ in found), key=lambda header: header.score)
    path = STDIN if file.label == STDIN else str(file.path)
    return Inspection(path, given or best.layout.name, tuple(table for _, table in found))


def _inspect_table(table: Table) -> InspectedTable:
    problems = tuple(str(problem) for problem in header_problems(table.header, {}, table.file))
    rows = sort_rows(replace(table, header=_first_of_each(table.header)))
    rejected, set_aside = _counts(rows)
    return InspectedTable(
        file=table.file,
        encoding=table.encoding,
        delimiter=table.delimiter,
        sheet=table.sheet,
        header_row=table.header.first_row,
        rows_read=rows.records.height + rows.others.height,
        rows_kept=rows.records.height,
        rejected=rejected,
        set_aside=set_aside,
        columns=_columns(table.header, rows.records),
        problems=problems,
    )


def _first_of_each(header: Header) -> Header:
    """The header with the first of several columns that fit one canonical column."""
    seen: set[str | None] = set()
    matches = []
    for match in header.matches:
        taken = match.column is not None and match.column in seen
        matches.append(replace(match, column=None, why=UNUSED) if taken else match)
        seen.add(match.column)
    return replace(header, matches=tuple(matches))


def _counts(rows: Sorted) -> tuple[dict[str, int], dict[str, int]]:
    counts = dict(rows.others.group_by("reason").len().sort("reason").iter_rows())
    rejected = {reason: count for reason, count in counts.items() if reason in REJECTED}
    return rejected, {reason: count for reason, count in counts.items() if reason not in REJECTED}


def _columns(header: Header, records: pl.DataFrame) -> tuple[InspectedColumn, ...]:
    read = _first_of_each(header).matches
    return tuple(
        _inspect_column(match, header.layout, records)
        if alone.column
        else InspectedColumn(match.header, match.column, match.why)
        for match, alone in zip(header.matches, read, strict=True)
    )


def _inspect_column(match: ColumnMatch, layout: Layout, records: pl.DataFrame) -> InspectedColumn:
    column = layout.column(match.column or "")
    assert column is not None  # a match names a column of its layout
    values = records[column.name]
    wrong, ruined = _looking_wrong(records, column)
    shown = values.filter(wrong).unique(maintain_order=True).head(MOST_EXAMPLES)
    return InspectedColumn(
        header=match.header,
        column=column.name,
        why=match.why,
        filled=1 - values.null_count() / max(len(values), 1),
        distinct=values.drop_nulls().n_unique(),
        wrong=int(wrong.sum()),
        ruined=int(ruined.sum()),
        examples=tuple(shown.to_frame("value").select(_masked(column.kind)).to_series()),
    )


def _looking_wrong(records: pl.DataFrame, column: Column) -> tuple[pl.Series, pl.Series]:
    """Which values the standardiser can make nothing of, and which of them a spreadsheet has
    ruined."""
    standard = standard_column(records, column, date.today())
    nothing = pl.repeat(False, records.height, eager=True)
    if column.kind == "key":
        return nothing, nothing
    if column.kind == "id_number":
        status = standard[f"{column.name}_status"]
        return status.is_in(_WRONG_IDS).fill_null(False), (status == "ruined").fill_null(False)
    if column.kind in ("date", "datetime"):
        return standard[f"{column.name}_flag"].is_in(_WRONG_DATES).fill_null(False), nothing
    lost = standard[f"{column.name}_std"].is_null()
    if f"{column.name}_unnamed" in standard.columns:
        lost &= ~standard[f"{column.name}_unnamed"].fill_null(False)
    says = (~records[column.name].str.contains(NOTHING)).fill_null(False)
    return lost & says, nothing


def _masked(kind: str) -> pl.Expr:
    """A value as an example shows it: what is needed to see the mistake, never a whole name or
    number."""
    value = pl.col("value")
    if kind == "name":
        return mask_name(value.str.head(20))
    if kind == "id_number":
        return (
            pl.when(value.str.contains(_SCIENTIFIC))
            .then(value)
            .otherwise(mask_id(value.str.head(30)))
        )
    if kind in ("date", "datetime"):
        return pl.when(value.str.contains(_DATE_LIKE)).then(value).otherwise(mask_text(value))
    return mask_text(value)


def sources_block(inspections: Sequence[Inspection]) -> str:
    """A `sources:` block for the config that reads these files, one source for each layout.

    Where files of a source agree in their headers, the columns are named, so that the mapping can
    be seen and corrected; a column that several headers fit has the first one, the others in a
    comment.
    """
    lines = ["sources:"]
    for layout in dict.fromkeys(inspection.layout for inspection in inspections):
        same = [inspection for inspection in inspections if inspection.layout == layout]
        tables = [table for inspection in same for table in inspection.tables]
        lines += [f"  {Path(layout).stem}:", f"    layout: {_quoted(layout)}", "    files:"]
        lines += [f"      - {_quoted(inspection.path)}" for inspection in same]
        if any(len(i.tables) > 1 and i.tables[0].sheet for i in same):
            lines.append(f"    sheet: {_quoted(ALL_SHEETS)}")
        if len({tuple(column.header for column in table.columns) for table in tables}) == 1:
            lines += ["    columns:", *_column_lines(tables[0].columns)]
    return "\n".join(lines) + "\n"


def _column_lines(columns: Sequence[InspectedColumn]) -> list[str]:
    fitting: dict[str, list[str]] = {}
    for place, column in enumerate(columns):
        if column.column:
            fitting.setdefault(column.column, []).append(_quoted(_told_apart(columns, place)))
    return [
        f"      {name}: {first}" + (f"  # {', '.join(others)}" if others else "")
        for name, (first, *others) in fitting.items()
    ]


def _told_apart(columns: Sequence[InspectedColumn], place: int) -> str:
    """The header at `place` as the config names it: with its number where several are the same."""
    headers = [column.header.strip() for column in columns]
    header = headers[place]
    return f"{header}#{headers[: place + 1].count(header)}" if headers.count(header) > 1 else header


def _quoted(value: str) -> str:
    """A string as YAML (of which JSON is a part)."""
    return json.dumps(value, ensure_ascii=False)
