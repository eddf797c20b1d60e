"""Every source of a run, read and standardised, and placed in the areas of today where the office
gave a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import polars as pl

from reconcile.areas.from_addresses import with_areas_of_addresses
from reconcile.areas.placing import place
from reconcile.areas.table import SOURCE as AREAS
from reconcile.areas.table import AreaTable, read_areas
from reconcile.config import AreasConfig, SourceConfig
from reconcile.core.errors import InputError, UsageError
from reconcile.core.frames import UNRESOLVED_AREAS, empty
from reconcile.core.layouts import Layout, load_layout
from reconcile.core.messages import has_text, text
from reconcile.core.progress import Progress
from reconcile.reading.inputs import STDIN
from reconcile.reading.read import ReadResult, read_source
from reconcile.reading.reasons import reasons_text
from reconcile.standardising.standardise import Standardised, standardise


@dataclass(frozen=True)
class Prepared:
    """Every source, read and standardised; with a table of areas, by which they are then placed.

    `unresolved`: frames.UNRESOLVED_AREAS. `addressed`: areas.from_addresses.Addressed.counts, None
    where nobody asked.
    """

    layouts: Mapping[str, Layout]
    read: Mapping[str, ReadResult]
    standardised: Mapping[str, Standardised]
    areas: AreaTable | None = None
    unresolved: pl.DataFrame = field(default_factory=lambda: empty(UNRESOLVED_AREAS))
    addressed: pl.DataFrame | None = None

    @property
    def records(self) -> dict[str, pl.DataFrame]:
        return {name: result.records for name, result in self.standardised.items()}

    @property
    def rejects(self) -> pl.DataFrame:
        """frames.REJECTS: rows that reading or standardising could not use."""
        stages: list[ReadResult | Standardised] = [*self.read.values(), *self.standardised.values()]
        return pl.concat(
            [*(result.rejects for result in stages), *([self.areas.rejects] if self.areas else [])]
        )

    @property
    def set_aside(self) -> pl.DataFrame:
        """frames.REJECTS: rows that are no records, or that were there before."""
        tables = [*self.read.values(), *([self.areas.read] if self.areas else [])]
        return pl.concat([result.set_aside for result in tables])

    @property
    def all_layouts(self) -> dict[str, Layout]:
        """The layouts of all that was read, the table of areas last."""
        return {**self.layouts, **({AREAS: load_layout(AREAS)} if self.areas else {})}


def read_sources(sources: Mapping[str, SourceConfig], progress: Progress) -> dict[str, ReadResult]:
    """Every source as it stands in its files. UsageError when stdin is to be several of them."""
    if sum(STDIN in source.files for source in sources.values()) > 1:
        raise UsageError("run.error.stdin_twice")
    read = {}
    for name, source in sources.items():
        with progress.stage("read"):
            read[name] = read_source(name, source, Path())
    return read


def read_area_table(config: AreasConfig | None, day: date, progress: Progress) -> AreaTable | None:
    """The table of areas as of `day`, None where the office gave none."""
    with progress.stage("read"):
        return read_areas(config, day)


def standardise_sources(
    sources: Mapping[str, SourceConfig],
    read: Mapping[str, ReadResult],
    key: bytes,
    as_of: date,
    progress: Progress,
    areas: AreaTable | None = None,
    home_areas: Sequence[str] = (),
) -> Prepared:
    """Standardises every source. `key` names records that have no key of their own; no one is born
    after `as_of`. With `areas` every record is placed in one of today's (see areas/placing.py);
    records without a town get that of their address (see areas/from_addresses.py)."""
    layouts = {name: load_layout(source.layout) for name, source in sources.items()}
    standardised = {}
    for name, result in read.items():
        with progress.stage("standardise"):
            standardised[name] = standardise(layouts[name], result.records, key, as_of=as_of)
        _refuse_nothing(result, standardised[name])
    records: Mapping[str, pl.DataFrame] = {
        name: result.records for name, result in standardised.items()
    }
    unresolved = empty(UNRESOLVED_AREAS)
    with progress.stage("standardise"):
        if areas:
            placed = place(records, areas)
            _refuse_other_city(placed.records, areas)
            records, unresolved = placed.records, placed.unresolved
        addressed = with_areas_of_addresses(records, areas, home_areas)
    standardised = {
        name: replace(standardised[name], records=frame)
        for name, frame in addressed.records.items()
    }
    return Prepared(layouts, read, standardised, areas, unresolved, addressed.counts)


def _refuse_other_city(records: Mapping[str, pl.DataFrame], areas: AreaTable) -> None:
    """InputError when the table tells no area of any record: it is another city's, and every case
    about areas would look as if it had been corrected."""
    written = [
        frame["area_code"].filter(frame["area_how"] != "absent") for frame in records.values()
    ]
    count = sum(map(len, written))
    if count and all(codes.null_count() == len(codes) for codes in written):
        raise InputError(
            "areas.error.other_city", file="、".join(f.file for f in areas.read.files), count=count
        )


def _refuse_nothing(read: ReadResult, standardised: Standardised) -> None:
    """InputError with every reason when no row of a source is left."""
    if standardised.records.is_empty():
        others = pl.concat([read.set_aside, read.rejects, standardised.rejects])
        columns = others["column"].unique(maintain_order=True).to_list()
        raise InputError(
            "standardising.error.nothing_left",
            file="、".join(file.file for file in read.files),
            count=others.height,
            reasons=reasons_text(Counter(others["reason"])),
            columns="、".join(_named(column) for column in columns if column) or "–",
        )


def _named(column: str) -> str:
    """A canonical column in the words of the office; a header as it stands."""
    return text(f"columns.{column}") if has_text(f"columns.{column}") else column
