"""The lists that people work from, written to files.

A list without rows is not written: the summary shows it as 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import polars as pl

from reconcile.config import ListsConfig
from reconcile.core.layouts import Layout
from reconcile.core.messages import text
from reconcile.core.period import Period
from reconcile.lists.build import build_list
from reconcile.lists.unused import build_unused
from reconcile.lists.writers import load_writer
from reconcile.lists.writers.files import safe_names
from reconcile.lists.writers.list_table import ListTable

_SPLITS = {None: (), "town": ("town",), "village": ("town", "village")}

Area = tuple[str, ...]  # nothing, a town, or a town and a village


@dataclass(frozen=True)
class ListFile:
    """One written file: its path below the lists folder, with `/`; its rows; the area it is for, if
    any."""

    code: str
    path: str
    rows: int
    area: str | None = None


def write_lists(
    discrepancies: pl.DataFrame,
    records: Mapping[str, pl.DataFrame],
    layouts: Mapping[str, Layout],
    lists: ListsConfig,
    folder: Path,
    tables: Sequence[ListTable] = (),
) -> list[ListFile]:
    """Write the list of every code that has rows, in each format of the config; what was written,
    in order.

    `discrepancies`: frames.DISCREPANCIES; `records`: the standardised frame of each source;
    `tables`: lists that are not of cases, which follow. With `split_by` each area has a folder of
    its own, a village's below its town's, that holds only its own rows; tables that are not
    `by_area` stay above. A list longer than a file of its format may be goes into several, numbered
    from 1.
    """
    codes = discrepancies["code"].unique().sort().to_list()
    shown = [table for table in tables if table.code not in lists.leave_out and table.frame.height]
    stems = safe_names(
        [
            *(_stem(code, lists.language) for code in codes),
            *(_table_stem(t.code, lists.language) for t in shown),
        ]
    )
    folders = _folders([discrepancies, *(table.frame for table in shown if table.by_area)], lists)
    period = _period(discrepancies)
    masked = not lists.whole_values
    whole: dict[Area, str] = {(): ""}
    written: list[ListFile] = []
    for code in codes:
        table = build_list(code, discrepancies, records, layouts, lists.language, period, masked)
        written += _write_by_area(table, folders, stems[_stem(code, lists.language)], lists, folder)
    for table in shown:
        where = folders if table.by_area else whole
        written += _write_by_area(
            table, where, stems[_table_stem(table.code, lists.language)], lists, folder
        )
    return written


def write_unused(
    rejects: pl.DataFrame,
    set_aside: pl.DataFrame,
    layouts: Mapping[str, Layout],
    lists: ListsConfig,
    folder: Path,
) -> list[ListFile]:
    """Write the list of rows that were not used (frames.REJECTS) into `folder`; nothing when all
    were."""
    table = build_unused(rejects, set_aside, layouts, lists.language)
    if table.frame.is_empty():
        return []
    folder.mkdir(parents=True, exist_ok=True)
    [stem] = safe_names([_plain(table.title)]).values()
    return [
        ListFile(table.code, file.name, rows) for file, rows in _write(table, folder / stem, lists)
    ]


def _period(discrepancies: pl.DataFrame) -> Period | None:
    periods = discrepancies["period"].drop_nulls()
    return Period.parse(periods[0]) if periods.len() else None


def _stem(code: str, language: str) -> str:
    """What the list's files are called, before it is made safe: 重复人员, duplicate_person."""
    return _plain(text(f"rules.{code}.name", language))


def _table_stem(code: str, language: str) -> str:
    """What the files of a list that is not of cases are called, before it is made safe."""
    return _plain(text(f"lists.{code}", language))


def _plain(name: str) -> str:
    return name.lower().replace(" ", "_")


def _area_columns(lists: ListsConfig) -> list[pl.Expr]:
    """The parts of a row's area by which lists are split; an area that is not known has a name
    too."""
    unknown = pl.lit(text("lists.unknown_area", lists.language))
    stripped = {name: pl.col(name).str.strip_chars() for name in _SPLITS[lists.split_by]}
    return [
        pl.when(area != "").then(area).otherwise(unknown).alias(name)
        for name, area in stripped.items()
    ]


def _folders(frames: Iterable[pl.DataFrame], lists: ListsConfig) -> dict[Area, str]:
    """Where each area's lists go. Two names that would be one folder get two: no area sees
    another's rows."""
    if not lists.split_by:
        return {(): ""}
    areas: list[Area] = sorted(
        {row for frame in frames for row in frame.select(_area_columns(lists)).unique().rows()}
    )
    towns = safe_names(area[0] for area in areas)
    folders: dict[Area, str] = {}
    for town, of_town in groupby(areas, key=itemgetter(0)):
        below = list(of_town)
        villages = safe_names(village for area in below for village in area[1:])
        folders |= {
            area: "/".join([towns[town], *map(villages.__getitem__, area[1:])]) for area in below
        }
    return folders


def _write_by_area(
    table: ListTable, folders: Mapping[Area, str], stem: str, lists: ListsConfig, folder: Path
) -> Iterator[ListFile]:
    """Write the list into the folder of each of its areas; `folders`: theirs, or `{(): ""}` to
    leave it whole."""
    for area, part in _by_area(table, lists) if () not in folders else [((), table)]:
        path = folder / folders[area] / stem
        path.parent.mkdir(parents=True, exist_ok=True)
        for file, rows in _write(part, path, lists):
            yield ListFile(
                table.code, file.relative_to(folder).as_posix(), rows, "/".join(area) or None
            )


def _by_area(table: ListTable, lists: ListsConfig) -> Iterator[tuple[Area, ListTable]]:
    names = [f"_split_{name}" for name in _SPLITS[lists.split_by]]
    areas = table.frame.with_columns(area.name.prefix("_split_") for area in _area_columns(lists))
    for area, rows in areas.partition_by(
        names, include_key=False, as_dict=True, maintain_order=True
    ).items():
        yield area, table.with_frame(rows)


def _write(table: ListTable, path: Path, lists: ListsConfig) -> Iterator[tuple[Path, int]]:
    """Write the list in each format of the config, `path` without its suffix; the files and their
    rows."""
    for name in dict.fromkeys(lists.format):
        writer = load_writer(name)
        most = writer.MAX_ROWS or max(table.frame.height, 1)
        parts = list(table.frame.iter_slices(most))
        for number, rows in enumerate(parts, start=1):
            file = path.with_name(
                f"{path.name}{f'_{number}' if len(parts) > 1 else ''}{writer.SUFFIX}"
            )
            writer.write(table.with_frame(rows), file)
            yield file, rows.height
