"""The whole job: rosters and registers in, findings out. Nothing is written, neither in a source
nor in a workspace."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from reconcile.config import Config, MatchingConfig, default_matching
from reconcile.core.progress import Progress
from reconcile.crosschecks.roster.amounts import COLUMNS as AMOUNTS
from reconcile.crosschecks.roster.facts import records
from reconcile.crosschecks.roster.findings import Material, findings
from reconcile.crosschecks.roster.lookup import look_up, roster_links
from reconcile.crosschecks.roster.registers import Registers
from reconcile.matching.dead_keys import DeadKeys
from reconcile.pipeline.run_summary import source_summary
from reconcile.pipeline.sources import Prepared, read_sources, standardise_sources
from reconcile.pipeline.summary import SourceSummary
from reconcile.standardising.amounts import DECIMAL

ENDS = ("found", "found_differs", "possible", "not_found")

# What findings read of a row beside lookup.ROWS; null where a roster has no such column.
_READ: Mapping[str, pl.DataType] = {
    "name_std": pl.String(),
    "id_number_std": pl.String(),
    "id_number_status": pl.String(),
    "sex_std": pl.Int8(),
    "birth_date_std": pl.Date(),
    "paid_category_std": pl.String(),
    "paid_on_std": pl.Date(),
    **{name: pl.String() for name in AMOUNTS},
    **{f"{name}_std": DECIMAL for name in AMOUNTS},
}


@dataclass(frozen=True)
class RosterCheck:
    """`prepared`: the rosters as read. `rows`: lookup.ROWS. `findings`: findings.FINDINGS.
    `registers`: what they were held against. `dead_keys`: what of the plan could not work."""

    prepared: Prepared
    rows: pl.DataFrame
    findings: pl.DataFrame
    registers: Registers
    dead_keys: tuple[DeadKeys, ...] = ()

    def balance(self) -> list[SourceSummary]:
        """The rows of each roster: read = kept + rejected + set aside, each kept one with one of
        ENDS. Raises when they do not add up."""
        differ = self.findings.filter(pl.col("code") == "roster_fields_differ")["node"].implode()
        ends = self.rows.select(
            "source",
            end=pl.when((pl.col("status") == "found") & pl.col("node").is_in(differ))
            .then(pl.lit("found_differs"))
            .otherwise(pl.col("status").cast(pl.String)),
        )
        summaries = []
        for name in self.prepared.layouts:
            counted = dict(ends.filter(source=name)["end"].value_counts().iter_rows())
            summaries.append(
                replace(
                    source_summary(self.prepared, name),
                    outcomes={end: counted.get(end, 0) for end in ENDS},
                )
            )
            summaries[-1].check()
        return summaries


def check_rosters(config: Config, registers: Registers, progress: Progress) -> RosterCheck:
    """Holds the sources of `config`, all of them rosters, against the registers.

    Raises InputError for a file that cannot be used, WorkspaceError when the run of the registers
    is damaged.
    """
    read = read_sources(config.sources, progress)
    key = hashlib.blake2b(
        "".join(f.digest for r in read.values() for f in r.files).encode()
    ).digest()
    prepared = standardise_sources(
        config.sources, read, key, date.today(), progress, home_areas=config.births.home_areas
    )
    rosters = prepared.records
    layouts = {
        **{name: source.layout for name, source in config.sources.items()},
        **registers.layouts,
    }
    rows, dead = look_up(
        rosters, registers, _matching(config.matching, layouts, list(rosters)), progress
    )
    with progress.stage("check"):
        material = Material(
            _with_values(rows, rosters), records(registers, rows["person_id"]), config.rosters
        )
        return RosterCheck(prepared, rows, findings(material), registers, dead)


def _matching(
    given: MatchingConfig | None, layouts: Mapping[str, str], rosters: list[str]
) -> MatchingConfig:
    """What the config says of matching, with links of rosters: its own, or where it has none, those
    of the plan."""
    shipped = default_matching(layouts)
    if given is None:
        return roster_links(shipped, shipped, rosters)
    changed = {name: getattr(given, name) for name in given.model_fields_set}
    return roster_links(shipped.model_copy(update=changed), shipped, rosters)


def _with_values(rows: pl.DataFrame, rosters: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The rows with _READ: what each states itself, not what its number says of it."""
    stated = {
        "sex_std": ~pl.col("sex_from_id").fill_null(False),
        "birth_date_std": ~pl.col("birth_date_from_id").fill_null(False),
        "id_number_std": pl.col("id_number_status") == "valid",
    }

    def values(frame: pl.DataFrame) -> pl.DataFrame:
        if "birth_date_flag" in frame.columns:
            whole = pl.col("birth_date_flag") != "partial"
            frame = frame.with_columns(birth_date_std=pl.when(whole).then("birth_date_std"))
        return frame.select(
            (pl.when(stated[name]).then(pl.col(name)) if name in stated else pl.col(name))
            .cast(dtype)
            .alias(name)
            if name in frame.columns
            else pl.lit(None, dtype).alias(name)
            for name, dtype in _READ.items()
        )

    return pl.concat(
        [rows, pl.concat(values(frame) for frame in rosters.values())], how="horizontal"
    )
