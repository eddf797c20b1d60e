"""What is said beside the list: what the rosters were held against, the balance of their rows, the
findings by code."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from reconcile.core.labels import source_labels
from reconcile.core.messages import language, text
from reconcile.crosschecks.roster.findings import CODES
from reconcile.crosschecks.roster.job import RosterCheck
from reconcile.pipeline.notices import of_dead_keys


def remarks(checked: RosterCheck) -> list[str]:
    """The lines, in the language in use."""
    return [
        _against(checked),
        *_twice(checked),
        *map(str, of_dead_keys(checked.dead_keys)),
        *_balance(checked),
        *_counts(checked),
        text("roster.internal"),
    ]


def _against(checked: RosterCheck) -> str:
    registers = checked.registers
    labels = source_labels(registers.layouts, language())
    counted = dict(registers.persons.group_by("source").len().iter_rows())
    named = [
        text("roster.register", register=labels[s], count=f"{counted.get(s, 0):,}")
        for s in registers.layouts
    ]
    joined = text("lists.separator").join(named)
    if registers.run is None:
        return text("roster.against_files", registers=joined)
    return text("roster.against", registers=joined, run=registers.run)


def _twice(checked: RosterCheck) -> Iterator[str]:
    """Rosters whose files have the same content: most likely one file that was given twice."""
    rosters: dict[tuple[str, ...], list[str]] = {}
    for name, read in checked.prepared.read.items():
        rosters.setdefault(tuple(sorted(file.digest for file in read.files)), []).append(name)
    for names in rosters.values():
        if len(names) > 1:
            yield text("roster.same_content", rosters=text("lists.separator").join(names))


def _balance(checked: RosterCheck) -> Iterator[str]:
    for source in checked.balance():
        rejected, set_aside = sum(source.rejected.values()), sum(source.set_aside.values())
        counts = {
            "read": source.read,
            "kept": source.kept,
            "rejected": rejected,
            "set_aside": set_aside,
        }
        yield text("roster.balance", None, roster=source.name, **counts)
        yield text("roster.ends", None, roster=source.name, **source.outcomes)


def _counts(checked: RosterCheck) -> Iterator[str]:
    of_rows = checked.findings.join(checked.rows.select("node", "source"), on="node")
    for source in checked.prepared.layouts:
        own = of_rows.filter(pl.col("source") == source)
        counted = {str(code): count for code, count in own.group_by("code").len().iter_rows()}
        named = [
            text("roster.count", name=text(f"roster.finding.{code}.name"), count=counted[code])
            for code in CODES
            if code in counted
        ]
        if named:
            yield text("roster.counts", roster=source, findings=text("lists.separator").join(named))
        else:
            yield text("roster.counts_none", roster=source)
