"""A run in counts, from its frames."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import polars as pl

from reconcile.areas.notices import of_addresses, of_areas
from reconcile.config import RuleConfig
from reconcile.core.frames import SEVERITIES
from reconcile.lists.report import ListFile
from reconcile.matching.linked import Linked
from reconcile.persons.residence.notices import of_residences
from reconcile.persons.view import View
from reconcile.pipeline import notices
from reconcile.pipeline.office_lists import OfficeLists
from reconcile.pipeline.sources import Prepared
from reconcile.pipeline.summary import CaseCount, SourceSummary, Summary, births_summary
from reconcile.rules import load_rule, rule_codes


def summarise(
    prepared: Prepared,
    linked: Linked,
    view: View,
    office: OfficeLists,
    discrepancies: pl.DataFrame,
    rules: Mapping[str, RuleConfig],
    lists: list[ListFile],
) -> Summary:
    """The run in counts. Raises when the rows of a source do not add up."""
    summary = Summary(
        period=str(view.period) if view.period else None,
        sources=[
            source_summary(prepared, name, office.outcomes.filter(source=name))
            for name in prepared.layouts
        ],
        cases=_case_counts(discrepancies, rules),
        births=births_summary(office.births) if office.births else None,
        completion=office.completion.figures if office.completion else None,
        notices=[
            *notices.of_run(prepared.read, prepared.layouts, view, linked),
            *of_areas(prepared.areas, prepared.unresolved),
            *of_addresses(prepared.addressed),
            *of_residences(view),
        ],
        lists=lists,
    )
    summary.check()
    return summary


def _case_counts(discrepancies: pl.DataFrame, rules: Mapping[str, RuleConfig]) -> list[CaseCount]:
    """The cases of every rule that ran, by severity and code; those that found nothing count 0."""
    found = dict(discrepancies.group_by("code").agg(pl.col("key").n_unique()).iter_rows())
    counts = []
    for code in rule_codes():
        rule = rules.get(code, RuleConfig())
        if rule.enabled:
            counts.append(
                CaseCount(code, rule.severity or load_rule(code).SEVERITY, found.get(code, 0))
            )
    return sorted(counts, key=lambda count: (SEVERITIES.index(count.severity), count.code))


def source_summary(
    prepared: Prepared, name: str, ended: pl.DataFrame | None = None
) -> SourceSummary:
    """The rows of one source: read, kept, rejected and set aside, and how they `ended`:
    outcomes.outcomes of it, none of a job that does not say."""
    read, standardised = prepared.read[name], prepared.standardised[name]
    rejected = pl.concat([read.rejects, standardised.rejects])
    return SourceSummary(
        name=name,
        layout=prepared.layouts[name].name,
        files=[file.file for file in read.files],
        read=sum(file.rows_read for file in read.files),
        kept=standardised.records.height,
        rejected=dict(Counter(sorted(rejected["reason"].to_list()))),
        set_aside=dict(Counter(sorted(read.set_aside["reason"].to_list()))),
        **({} if ended is None else _ends(ended)),
    )


def _ends(ended: pl.DataFrame) -> dict[str, Any]:
    counted = {
        name: ended[name].cast(pl.String).drop_nulls().value_counts()
        for name in ("outcome", "reason")
    }
    outcomes, unmatched = (dict(sorted(counts.iter_rows())) for counts in counted.values())
    return {
        "outcomes": outcomes,
        "unmatched": unmatched,
        "duplicates": int(ended["duplicate"].sum()),
    }
