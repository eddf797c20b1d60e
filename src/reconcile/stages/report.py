"""The lists that people work from, written to files or sent to a screen or a pipe.

A list without rows is not written: the summary shows it as 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import BinaryIO

import polars as pl

from reconcile.birth_figures import BirthFigures
from reconcile.config import ListsConfig
from reconcile.errors import UsageError
from reconcile.layouts import Layout
from reconcile.lists.births import build_cells, build_statistics
from reconcile.lists.build import build_list
from reconcile.lists.unused import build_unused
from reconcile.messages import text
from reconcile.summary import ListFile
from reconcile.writers import load_writer
from reconcile.writers.files import safe_names
from reconcile.writers.list_table import ListTable

__all__ = ["build_list", "send_list", "write_birth_figures", "write_lists", "write_unused"]

_BINARY = ("xlsx", "parquet")
_SPLITS = {None: (), "town": ("town",), "village": ("town", "village")}

Area = tuple[str, ...]  # nothing, a town, or a town and a village


def write_lists(
    discrepancies: pl.DataFrame,
    records: Mapping[str, pl.DataFrame],
    layouts: Mapping[str, Layout],
    lists: ListsConfig,
    folder: Path,
) -> list[ListFile]:
    """Write the list of every code that has rows, in each format of the config; what was written, in order.

    `discrepancies`: frames.DISCREPANCIES; `records`: the standardised frame of each source. With `split_by`
    each area has a folder of its own, a village's below its town's, that holds only its own cases. A list
    longer than a file of its format may be goes into several, numbered from 1.
    """
    codes = discrepancies["code"].unique().sort().to_list()
    stems = safe_names(_stem(code, lists.language) for code in codes)
    folders = _folders(discrepancies, lists)
    period = _period(discrepancies)
    masked = not lists.whole_values
    written = []
    for code in codes:
        table = build_list(code, discrepancies, records, layouts, lists.language, period, masked)
        for area, part in _by_area(table, lists):
            path = folder / folders[area] / stems[_stem(code, lists.language)]
            path.parent.mkdir(parents=True, exist_ok=True)
            for file, rows in _write(part, path, lists):
                name = file.relative_to(folder).as_posix()
                written.append(ListFile(code, name, rows, "/".join(area) or None))
    return written


def write_unused(
    rejects: pl.DataFrame, set_aside: pl.DataFrame, layouts: Mapping[str, Layout], lists: ListsConfig, folder: Path
) -> list[ListFile]:
    """Write the list of rows that were not used (frames.REJECTS) into `folder`; nothing when all were."""
    table = build_unused(rejects, set_aside, layouts, lists.language)
    if table.frame.is_empty():
        return []
    folder.mkdir(parents=True, exist_ok=True)
    [stem] = safe_names([_plain(table.title)]).values()
    return [ListFile(table.code, file.name, rows) for file, rows in _write(table, folder / stem, lists)]


def write_birth_figures(
    figures: BirthFigures | None,
    layouts: Mapping[str, str],
    period: str | None,
    lists: ListsConfig,
    folder: Path,
) -> list[ListFile]:
    """Write the tables of the births' cells and statistics into `folder`; nothing without births.

    Masked lists are those that are passed on: with them, small counts are held back.
    """
    if figures is None:
        return []
    published = not lists.whole_values
    tables = [
        build_cells(figures, lists.language, period, published),
        build_statistics(figures, layouts, lists.language, period, published),
    ]
    folder.mkdir(parents=True, exist_ok=True)
    stems = safe_names(_plain(text(f"lists.{table.code}", lists.language)) for table in tables).values()
    return [
        ListFile(table.code, file.name, rows)
        for table, stem in zip(tables, stems, strict=True)
        for file, rows in _write(table, folder / stem, lists)
    ]


def send_list(
    code: str,
    discrepancies: pl.DataFrame,
    records: Mapping[str, pl.DataFrame],
    layouts: Mapping[str, Layout],
    lists: ListsConfig,
    stream: BinaryIO,
    form: str | None = None,
) -> None:
    """Send the list of one code to a screen, as a table, or a pipe, as CSV, unless `form` says otherwise.

    A screen is shown masked values; a pipe gets whole ones where the config says so. Raises UsageError when
    a screen is asked to show a format that is not text.
    """
    on_screen = stream.isatty()
    if on_screen and form in _BINARY:
        raise UsageError("lists.error.binary_to_terminal", format=form)
    masked = on_screen or not lists.whole_values
    table = build_list(code, discrepancies, records, layouts, lists.language, _period(discrepancies), masked)
    load_writer(form or ("table" if on_screen else "csv")).write(table, stream)


def _period(discrepancies: pl.DataFrame) -> str | None:
    periods = discrepancies["period"].drop_nulls()
    return str(periods.first()) if periods.len() else None


def _stem(code: str, language: str) -> str:
    """What the list's files are called, before it is made safe: 重复人员, duplicate_person."""
    return _plain(text(f"rules.{code}.name", language))


def _plain(name: str) -> str:
    return name.lower().replace(" ", "_")


def _area_columns(lists: ListsConfig) -> list[pl.Expr]:
    """The parts of a row's area by which lists are split; an area that is not known has a name too."""
    unknown = pl.lit(text("lists.unknown_area", lists.language))
    stripped = {name: pl.col(name).str.strip_chars() for name in _SPLITS[lists.split_by]}
    return [pl.when(area != "").then(area).otherwise(unknown).alias(name) for name, area in stripped.items()]


def _folders(discrepancies: pl.DataFrame, lists: ListsConfig) -> dict[Area, str]:
    """Where each area's lists go. Two names that would be one folder get two: no area sees another's rows."""
    if not lists.split_by:
        return {(): ""}
    areas: list[Area] = sorted(discrepancies.select(_area_columns(lists)).unique().rows())
    towns = safe_names(area[0] for area in areas)
    folders: dict[Area, str] = {}
    for town, of_town in groupby(areas, key=itemgetter(0)):
        below = list(of_town)
        villages = safe_names(village for area in below for village in area[1:])
        folders |= {area: "/".join([towns[town], *map(villages.__getitem__, area[1:])]) for area in below}
    return folders


def _by_area(table: ListTable, lists: ListsConfig) -> Iterator[tuple[Area, ListTable]]:
    if not lists.split_by:
        yield (), table
        return
    names = [f"_split_{name}" for name in _SPLITS[lists.split_by]]
    areas = table.frame.with_columns(area.name.prefix("_split_") for area in _area_columns(lists))
    for area, rows in areas.partition_by(names, include_key=False, as_dict=True, maintain_order=True).items():
        yield area, table.with_frame(rows)


def _write(table: ListTable, path: Path, lists: ListsConfig) -> Iterator[tuple[Path, int]]:
    """Write the list in each format of the config, `path` without its suffix; the files and their rows."""
    for name in dict.fromkeys(lists.format):
        writer = load_writer(name)
        most = writer.MAX_ROWS or max(table.frame.height, 1)
        parts = list(table.frame.iter_slices(most))
        for number, rows in enumerate(parts, start=1):
            file = path.with_name(f"{path.name}{f'_{number}' if len(parts) > 1 else ''}{writer.SUFFIX}")
            writer.write(table.with_frame(rows), file)
            yield file, rows.height
