"""One run folder: what its files are called, how they are written, how each is read.

What they hold is said in docs/run-folder.md.

<run>/lists/                  what people work from
<run>/frames/<name>.parquet   what the lists and later commands are made from
<run>/summary.json, matching.json, manifest.json, timings.json
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from reconcile.core import frames
from reconcile.core.errors import InputError, WorkspaceError
from reconcile.core.frames import PROVENANCE, Schema
from reconcile.core.labels import source_labels
from reconcile.core.period import Period
from reconcile.workspace.manifest import MANIFEST, TIMINGS, write_json

# Tables of figures: written for other programs, read by none of the commands.
_FIGURES: Schema = {}

# Every frame but the standardised records, and the columns that it must have; it may have more.
FRAMES: Mapping[str, Schema] = {
    "scored_pairs": frames.SCORED_PAIRS,
    "persons": frames.PERSONS,
    "links": frames.LINKS,
    "mentions": frames.MENTIONS,
    "homes": frames.HOMES,
    "weak_edges": frames.WEAK_EDGES,
    "judgements": frames.JUDGEMENTS,
    "discrepancies": frames.DISCREPANCIES,
    "children": frames.CHILDREN,
    "rejects": frames.REJECTS,
    "set_aside": frames.REJECTS,
    "outcomes": _FIGURES,
    "outcome_counts": _FIGURES,
    "unresolved_areas": frames.UNRESOLVED_AREAS,
    "birth_cells": _FIGURES,
    "birth_reasons": _FIGURES,
    "birth_statistics": _FIGURES,
    "birth_models": _FIGURES,
    "completions": frames.COMPLETIONS,
    "residences": frames.RESIDENCES,
    "split_households": frames.SPLIT_HOUSEHOLDS,
    "registered_elsewhere_by_area": _FIGURES,
    "households_without_residents": frames.UNCOVERED_HOUSEHOLDS,
    "residents_without_household": frames.UNCOVERED_HOUSEHOLDS,
    "area_coverage": frames.AREA_COVERAGE,
}

# The standardised records of one source; their other columns are those of its layout.
RECORDS: Schema = {"record_id": pl.String}
_RECORDS_OF = "standardised_"


@dataclass(frozen=True)
class RunFolder:
    """A run's folder, made or to be made.

    Whatever reads a file of it raises WorkspaceError when that is missing or damaged, lacks a
    column, or has one of another type. A run of an earlier version may lack columns: name those
    that are needed, and no other is missed.
    """

    path: Path

    @property
    def lists(self) -> Path:
        """The folder of the lists."""
        return self.path / "lists"

    @property
    def summary_file(self) -> Path:
        """The run in counts."""
        return self.path / "summary.json"

    @property
    def matching_file(self) -> Path:
        """The plan of the run's matching, and the thresholds and shares that it came to."""
        return self.path / "matching.json"

    @property
    def manifest_file(self) -> Path:
        """What went in and came out, by digest."""
        return self.path / MANIFEST

    @property
    def timings_file(self) -> Path:
        """Seconds by stage."""
        return self.path / TIMINGS

    def frame_file(self, name: str) -> Path:
        """The file of one of FRAMES."""
        if name not in FRAMES and not name.startswith(_RECORDS_OF):
            raise KeyError(name)
        return self.path / "frames" / f"{name}.parquet"

    def records_file(self, source: str) -> Path:
        """The file of a source's standardised records."""
        return self.frame_file(f"{_RECORDS_OF}{source}")

    # Writing

    def write_frames(
        self, written: Mapping[str, pl.DataFrame], records: Mapping[str, pl.DataFrame]
    ) -> None:
        """Writes frames by their names, and standardised `records` by source, into a new folder."""
        every = {
            **written,
            **{f"{_RECORDS_OF}{source}": frame for source, frame in records.items()},
        }
        files = {self.frame_file(name): frame for name, frame in every.items()}
        (self.path / "frames").mkdir(mode=0o700)
        for file, frame in files.items():
            frame.write_parquet(file, compression="lz4")

    def write_matching(self, matching: Mapping[str, Any]) -> None:
        """Writes `matching.json`."""
        write_json(self.matching_file, matching)

    def write_timings(self, timings: Any) -> None:
        """Writes `timings.json`."""
        write_json(self.timings_file, timings)

    # Reading

    @property
    def exists(self) -> bool:
        """Whether there is a run in the folder."""
        return self.has("persons")

    def has(self, name: str) -> bool:
        """Whether the run has this one of FRAMES."""
        return self.frame_file(name).is_file()

    def has_records(self, source: str) -> bool:
        """Whether the run has records of this source."""
        return self.records_file(source).is_file()

    @contextmanager
    def scan(self, name: str, *columns: str) -> Iterator[pl.LazyFrame]:
        """These columns of one of FRAMES, every column of its file when none is named.

        They are to be collected in the block.
        """
        schema = FRAMES[name]
        asked = {column: schema[column] for column in columns} if columns else schema
        with _scanned(self.frame_file(name), asked) as rows:
            yield rows.select(columns) if columns else rows

    def read(self, name: str, *columns: str) -> pl.DataFrame:
        """As `scan`, collected."""
        with self.scan(name, *columns) as rows:
            return rows.collect()

    @contextmanager
    def scan_records(
        self, source: str, columns: Sequence[str] | None = None
    ) -> Iterator[pl.LazyFrame]:
        """The standardised records of a source: those of these columns that it has, or every
        column.

        They are to be collected in the block.
        """
        with _scanned(self.records_file(source), RECORDS) as rows:
            if columns is None:
                yield rows
            else:
                there = rows.collect_schema()
                yield rows.select(name for name in dict.fromkeys(columns) if name in there)

    def records(
        self, source: str, columns: Sequence[str], wanted: pl.Series | None = None
    ) -> pl.DataFrame:
        """record_id, PROVENANCE and those of these columns that the source has.

        `wanted`: of these records only.
        """
        with self.scan_records(source, ["record_id", *PROVENANCE, *columns]) as rows:
            if wanted is not None:
                asked = wanted.drop_nulls().unique().rename("record_id").to_frame().lazy()
                rows = rows.join(asked, on="record_id", how="semi")
            return rows.collect()

    @cached_property
    def matching(self) -> dict[str, Any]:
        """What `matching.json` says."""
        return _json(self.matching_file)

    @cached_property
    def _summary(self) -> dict[str, Any]:
        return _json(self.summary_file)

    @cached_property
    def layouts(self) -> dict[str, str]:
        """source → the name of its layout."""
        with _readable(self.summary_file, KeyError, TypeError):
            return {
                str(source["name"]): str(source["layout"]) for source in self._summary["sources"]
            }

    @property
    def period(self) -> Period | None:
        """The month of the run, YYYY-MM; None of a run without one."""
        with _readable(self.summary_file, KeyError):
            written = self._summary["period"]
            return Period.parse(written) if written else None

    def sources_of(self, layout: str) -> list[str]:
        """The sources of this layout."""
        return [source for source, name in self.layouts.items() if name == layout]

    def labels(self, language: str) -> dict[str, str]:
        """What people call each source."""
        return source_labels(self.layouts, language)


def open_run(path: Path) -> RunFolder:
    """The run in this folder. InputError when there is none."""
    run = RunFolder(path)
    if not run.exists:
        raise InputError("workspace.error.no_run", folder=path)
    return run


@contextmanager
def _readable(path: Path, *lacking: type[Exception]) -> Iterator[None]:
    """WorkspaceError when the file cannot be read in the block.

    `lacking`: what is raised when it does not hold what is looked for.
    """
    expected: tuple[type[Exception], ...] = (
        OSError,
        ValueError,
        pl.exceptions.PolarsError,
        *lacking,
    )
    try:
        yield
    except expected as error:
        raise WorkspaceError(
            "workspace.error.run_damaged", file=path.name, run=path.parent
        ) from error


@contextmanager
def _scanned(path: Path, asked: Schema) -> Iterator[pl.LazyFrame]:
    """The rows of a file that has these columns."""
    with _readable(path):
        rows = pl.scan_parquet(path, glob=False)
        there = rows.collect_schema()
        for column, dtype in asked.items():
            if column not in there or not _fits(there[column], dtype):
                raise ValueError(f"{column}: {there.get(column)} instead of {dtype}")
        yield rows


def _fits(found: pl.DataType, asked: pl.DataType | type[pl.DataType]) -> bool:
    """Whether a column of type `found` can be read as `asked`.

    Of an Enum the words may differ: an earlier version may have known others.
    """
    return found == (pl.Enum if isinstance(asked, pl.Enum) else asked)


def _json(path: Path) -> dict[str, Any]:
    with _readable(path):
        data = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(data, dict):
            raise ValueError("no object")
        return data
