"""The registers that a roster is held against, with the persons that a run made of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from reconcile.config import Config, SourceConfig
from reconcile.core.errors import InputError, UsageError
from reconcile.core.frames import PROVENANCE
from reconcile.core.layouts import load_layout
from reconcile.core.progress import Progress
from reconcile.pipeline.jobs import linked_job
from reconcile.pipeline.sources import Prepared
from reconcile.workspace import open_run

REGISTERS = ("residents", "household")

# source, columns, and the record ids wanted (None: all) → record_id, PROVENANCE and those of the
# columns it has.
Reader = Callable[[str, Sequence[str], pl.Series | None], pl.DataFrame]


@dataclass(frozen=True)
class Registers:
    """`layouts`: the layout of each source. `persons`: source, record_id, person_id. `read`: see
    Reader. `run`: the folder of the run that made the persons. `prepared`: what was read for this
    job; either of the two is None."""

    layouts: dict[str, str]
    persons: pl.DataFrame
    read: Reader
    run: Path | None = None
    prepared: Prepared | None = None


def of_run(folder: Path, against: Collection[str]) -> Registers:
    """The registers of a published run.

    InputError when the folder is none, or its run had none of the layouts `against`; WorkspaceError
    when it is damaged.
    """
    run = open_run(folder)
    layouts = {source: layout for source, layout in run.layouts.items() if layout in against}
    if not layouts:
        raise InputError("roster.error.run_lacks", run=folder, against="、".join(sorted(against)))
    persons = run.read("persons", "source", "record_id", "person_id")
    return Registers(layouts, _of(layouts, persons), run.records, run=folder)


def of_files(config: Config, against: Collection[str], progress: Progress) -> Registers:
    """The registers that a config names, read and matched for this job. UsageError when it has none
    `against`."""
    chosen = {
        name: source
        for name, source in config.sources.items()
        if load_layout(source.layout).name in against
    }
    if not chosen:
        raise UsageError("roster.error.no_registers", against="、".join(sorted(against)))
    prepared, view, _, _ = linked_job(_alone(config, chosen), progress)
    layouts = {name: prepared.layouts[name].name for name in chosen}
    persons = pl.concat(
        frame.select(pl.lit(source).alias("source"), "record_id", "person_id")
        for source, frame in view.records.items()
    )

    def read(source: str, columns: Sequence[str], wanted: pl.Series | None) -> pl.DataFrame:
        frame = view.records[source]
        names = dict.fromkeys(["record_id", *PROVENANCE, *columns])
        found = frame.select(name for name in names if name in frame.columns)
        return (
            found
            if wanted is None
            else found.filter(pl.col("record_id").is_in(wanted.unique().implode()))
        )

    return Registers(layouts, persons, read, prepared=prepared)


def _alone(config: Config, sources: Mapping[str, SourceConfig]) -> Config:
    """The config of these sources only, and of the links among them."""
    matching = config.matching
    if matching is not None:
        links = [link for link in matching.links if set(link.sources) <= set(sources)]
        matching = matching.model_copy(update={"links": links})
    return config.model_copy(update={"sources": dict(sources), "matching": matching})


def _of(layouts: Collection[str], persons: pl.DataFrame) -> pl.DataFrame:
    return persons.filter(pl.col("source").is_in(list(layouts)))
