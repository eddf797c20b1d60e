"""Single jobs without a config or a workspace: duplicates in one file, two files linked, births held against both.

They run the same stages as the monthly run and end in one list instead of a run folder.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from reconcile.config import Config, matching_of
from reconcile.differences import with_differences
from reconcile.errors import UsageError
from reconcile.linkage import link_records
from reconcile.pipeline import Prepared, read_sources, standardise_sources, view_of
from reconcile.progress import Progress
from reconcile.rules import columns, evidence, findings, load_rule
from reconcile.stages.check import named
from reconcile.view import View

COUNTERPART = "counterpart"  # the list of `link` and `births`: what each record was matched with
_DUPLICATES = {"residents": "duplicate_person", "household": "duplicate_household_row"}


@dataclass(frozen=True)
class Job:
    """One list, ready for `stages.report`, and what it was made from."""

    code: str
    discrepancies: pl.DataFrame
    prepared: Prepared
    view: View


def dedupe(config: Config, layout: str, progress: Progress) -> Job:
    """The records of one layout that are there more than once. UsageError for a layout without such a rule."""
    code = _DUPLICATES.get(Path(layout).stem)
    if code is None:
        raise UsageError("jobs.error.no_duplicates", layout=layout, known=", ".join(_DUPLICATES))
    prepared, view, key = _linked(config, progress)
    rule = load_rule(code)
    return Job(code, named(view, code, rule.SEVERITY, rule.find(view), key), prepared, view)


def link(config: Config, left: str, right: Sequence[str], progress: Progress) -> Job:
    """What each record of the source `left` was matched with in each source of `right`, and what is left over."""
    prepared, view, key = _linked(config, progress)
    found = pl.concat([counterparts(view, left, other) for other in right])
    return Job(COUNTERPART, named(view, COUNTERPART, "low", found, key), prepared, view)


def _linked(config: Config, progress: Progress) -> tuple[Prepared, View, bytes]:
    read = read_sources(config, progress)
    # No workspace, no lasting key: the same files give the same keys, which nobody can make without them.
    key = hashlib.blake2b("".join(f.digest for r in read.values() for f in r.files).encode()).digest()
    prepared = standardise_sources(config, read, key, date.today(), progress)
    linked = link_records(prepared.records, matching_of(config), progress)
    return prepared, view_of(prepared, linked, None), key


def counterparts(view: View, left: str, right: str) -> pl.DataFrame:
    """rules.FINDINGS: a row for each record of `left` and its counterpart in `right`, then what `right` has left.

    The variant of the evidence is the outcome: matched, matched_fields_differ, possible or unmatched.
    """
    population = view.population
    sides = [population.filter(pl.col("source") == source) for source in (left, right)]
    pairs = (
        sides[0]
        .select("person", node_l="node", match_probability="person_probability")
        .join(sides[1].select("person", pl.col("node").alias("node_r")), on="person")
        .drop("person")
    )
    possible = _possible(view, left, right, pairs)
    paired = pl.concat([pairs, possible], how="diagonal")
    alone = [
        side.select("node").join(paired, left_on="node", right_on=name, how="anti").select(node_l="node")
        for side, name in zip(sides, ("node_l", "node_r"), strict=True)
    ]
    differs = pl.col("fields").list.len() > 0
    rows = pl.concat(
        [
            with_differences(view, pairs).with_columns(
                variant=pl.when(differs).then(pl.lit("matched_fields_differ")).otherwise(pl.lit("matched"))
            ),
            with_differences(view, possible).with_columns(variant=pl.lit("possible")),
            *(rest.with_columns(variant=pl.lit("unmatched")) for rest in alone),
        ],
        how="diagonal",
    ).sort("node_l", "node_r")
    return findings(
        rows.with_row_index("case").with_columns(
            pl.col("fields").fill_null(columns()), evidence=evidence(variant=pl.col("variant"))
        )
    )


def _possible(view: View, left: str, right: str, pairs: pl.DataFrame) -> pl.DataFrame:
    """Possible pairs between the two sources of records that have no counterpart."""
    source = view.population["source"].cast(pl.String)
    links = view.possible
    both = pl.concat([links, links.rename({"node_l": "node_r", "node_r": "node_l"}).select(links.columns)])
    between = both.filter((source.gather(both["node_l"]) == left) & (source.gather(both["node_r"]) == right))
    return between.join(pairs, on="node_l", how="anti").join(pairs, on="node_r", how="anti")
