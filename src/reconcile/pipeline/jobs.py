"""Single jobs without a workspace: duplicates in one file, two files linked, births held against
both.

They run the same stages as the monthly run and end in one list instead of a run folder.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from reconcile.areas.notices import of_addresses, of_areas
from reconcile.config import Config, matching_of
from reconcile.core.errors import UsageError
from reconcile.core.layouts import layout_names, load_layout
from reconcile.core.messages import has_text
from reconcile.core.notice import Notice
from reconcile.core.progress import Progress
from reconcile.matching.link import link_records
from reconcile.persons.differences import with_differences
from reconcile.persons.view import View
from reconcile.pipeline.notices import of_matching
from reconcile.pipeline.run import view_of_run
from reconcile.pipeline.sources import Prepared, read_area_table, read_sources, standardise_sources
from reconcile.rules import columns, evidence, findings
from reconcile.rules.checking.check import named
from reconcile.rules.shared.duplicates import duplicates

COUNTERPART = "counterpart"  # the list of `link` and `births`: what each record was matched with
_DUPLICATES = {"residents": "duplicate_person", "household": "duplicate_household_row"}
DUPLICATE = "duplicate"  # the list of `dedupe` for a register of another kind


@dataclass(frozen=True)
class Job:
    """One list, ready for `stages.report`, and what it was made from. `notices`: what to know about
    the matching."""

    code: str
    discrepancies: pl.DataFrame
    prepared: Prepared
    view: View
    notices: Sequence[Notice]


def dedupe(config: Config, source: str, progress: Progress) -> Job:
    """The people who are in this source more than once. UsageError for a shipped layout that has no
    such list."""
    layout = load_layout(config.sources[source].layout).name
    if layout in layout_names() and layout not in _DUPLICATES:
        raise UsageError("jobs.error.no_duplicates", layout=layout, known=", ".join(_DUPLICATES))
    prepared, view, notices, key = linked_job(config, progress)
    code = _DUPLICATES.get(layout, DUPLICATE)
    return Job(
        code, named(view, code, "high", duplicates(view, layout), key), prepared, view, notices
    )


def link(config: Config, left: str, right: str, progress: Progress) -> Job:
    """What each record of the source `left` was matched with in `right`, and what is left over on
    either side."""
    prepared, view, notices, key = linked_job(config, progress)
    found = _cases(counterparts(view, left, right), left_over(view, right, left))
    return Job(COUNTERPART, named(view, COUNTERPART, "low", found, key), prepared, view, notices)


def births(config: Config, source: str, registers: Sequence[str], progress: Progress) -> Job:
    """What each birth of `source` was matched with in each of the registers."""
    prepared, view, notices, key = linked_job(config, progress)
    found = _cases(*(counterparts(view, source, register) for register in registers))
    return Job(COUNTERPART, named(view, COUNTERPART, "low", found, key), prepared, view, notices)


def linked_job(config: Config, progress: Progress) -> tuple[Prepared, View, list[Notice], bytes]:
    """The config's files read, standardised and matched without a workspace, and the key of this
    job's cases."""
    read = read_sources(config.sources, progress)
    # No workspace, no lasting key: the same files give the same keys, which nobody can make without
    # them.
    key = hashlib.blake2b(
        "".join(f.digest for r in read.values() for f in r.files).encode()
    ).digest()
    areas = read_area_table(config.areas, date.today(), progress)
    prepared = standardise_sources(
        config.sources, read, key, date.today(), progress, areas, config.births.home_areas
    )
    linked = link_records(prepared.records, matching_of(config), progress)
    return (
        prepared,
        view_of_run(prepared, linked, None, config.births),
        [
            *of_matching(linked),
            *of_areas(areas, prepared.unresolved),
            *of_addresses(prepared.addressed),
        ],
        key,
    )


def counterparts(view: View, left: str, right: str) -> pl.DataFrame:
    """node_l, node_r, fields, match_probability, variant: a row for each record of `left` and its
    counterpart.

    The variant is the outcome: matched, matched_fields_differ, possible or unmatched; the last
    names the register that lacks the record, where the catalog has words for it.
    """
    matched, possible = _matched(view, left, right), _possible(view, left, right)
    differs = pl.col("fields").list.len() > 0
    return pl.concat(
        [
            with_differences(view, matched).with_columns(
                variant=pl.when(differs)
                .then(pl.lit("matched_fields_differ"))
                .otherwise(pl.lit("matched"))
            ),
            with_differences(view, possible).with_columns(variant=pl.lit("possible")),
            left_over(view, left, right),
        ],
        how="diagonal",
    )


def left_over(view: View, source: str, other: str) -> pl.DataFrame:
    """node_l, variant: the records of `source` that have no counterpart in `other`, not even a
    possible one."""
    paired = pl.concat(
        [_matched(view, source, other), _possible(view, source, other)], how="diagonal"
    )
    alone = _records(view, source).select(node_l="node").join(paired, on="node_l", how="anti")
    named_variant = f"unmatched_{view.layouts[other]}"
    known = has_text(f"rules.{COUNTERPART}.reason_{named_variant}")
    return alone.with_columns(variant=pl.lit(named_variant if known else "unmatched"))


def _cases(*rows: pl.DataFrame) -> pl.DataFrame:
    """The rows as rules.FINDINGS, each a case of its own."""
    stacked = pl.concat(rows, how="diagonal").sort("node_l", "node_r")
    fields = pl.col("fields").fill_null(columns())
    return findings(
        stacked.with_row_index("case").with_columns(
            fields, evidence=evidence(variant=pl.col("variant"))
        )
    )


def _records(view: View, source: str) -> pl.DataFrame:
    return view.population.filter(pl.col("source") == source)


def _matched(view: View, left: str, right: str) -> pl.DataFrame:
    """The pairs of records of the two sources that are one person."""
    others = _records(view, right).select("person", node_r="node")
    own = _records(view, left).select(
        "person", node_l="node", match_probability="person_probability"
    )
    return own.join(others, on="person").drop("person")


def _possible(view: View, left: str, right: str) -> pl.DataFrame:
    """Possible pairs between the two sources of records that have no counterpart."""
    source = view.population["source"].cast(pl.String)
    links = view.possible
    both = pl.concat(
        [links, links.rename({"node_l": "node_r", "node_r": "node_l"}).select(links.columns)]
    )
    between = both.filter(
        (source.gather(both["node_l"]) == left) & (source.gather(both["node_r"]) == right)
    )
    pairs = _matched(view, left, right)
    return between.join(pairs, on="node_l", how="anti").join(pairs, on="node_r", how="anti")
