"""What a run came to, in counts: made by the pipeline, written to summary.json."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from reconcile.completion.job import CompletionFigures
from reconcile.core.errors import UnbalancedError
from reconcile.core.notice import Notice
from reconcile.lists.birth_figures import BirthFigures
from reconcile.lists.report import ListFile
from reconcile.persons.children import CELLS


@dataclass(frozen=True)
class SourceSummary:
    """The rows of one source: read = kept + rejected + set aside; kept = the sum of the outcomes.

    `rejected` and `set_aside` count by reason, `outcomes` by OUTCOMES or BIRTH_OUTCOMES,
    `unmatched` by unmatched_reasons.REASONS; `duplicates`: rows of these that are further ones of a
    person, whatever their outcome.
    """

    name: str
    layout: str
    files: Sequence[str]
    read: int
    kept: int
    rejected: Mapping[str, int] = field(default_factory=dict)
    set_aside: Mapping[str, int] = field(default_factory=dict)
    outcomes: Mapping[str, int] = field(default_factory=dict)
    unmatched: Mapping[str, int] = field(default_factory=dict)
    duplicates: int = 0

    def check(self) -> None:
        """Raise UnbalancedError unless every row read is accounted for exactly once."""
        rejected, set_aside = sum(self.rejected.values()), sum(self.set_aside.values())
        if self.read != self.kept + rejected + set_aside:
            counts = {
                "read": self.read,
                "kept": self.kept,
                "rejected": rejected,
                "set_aside": set_aside,
            }
            raise UnbalancedError("summary.error.rows", source=self.name, **counts)
        if self.kept != sum(self.outcomes.values()):
            ended = sum(self.outcomes.values())
            raise UnbalancedError(
                "summary.error.outcomes", source=self.name, kept=self.kept, ended=ended
            )
        unmatched, reasons = self.outcomes.get("unmatched", 0), sum(self.unmatched.values())
        if unmatched != reasons:
            raise UnbalancedError(
                "summary.error.unmatched", source=self.name, unmatched=unmatched, reasons=reasons
            )


@dataclass(frozen=True)
class CaseCount:
    """How many cases of one code and severity there are; a case may take several rows of its
    list."""

    code: str
    severity: str
    cases: int


@dataclass(frozen=True)
class BirthsSummary:
    """The births of the period. `cells`: by the registers that hold them, children.CELLS;
    `reasons`: of each cell, why they are not in all, reasons.REASONS; `statistics`: rows of
    statistics.births.STATISTICS, city and districts; `models`: rows of
    statistics.births.model_fits."""

    cells: Mapping[str, int]
    reasons: Mapping[str, Mapping[str, int]]
    statistics: Sequence[Mapping[str, Any]] = ()
    models: Sequence[Mapping[str, Any]] = ()


def births_summary(births: BirthFigures) -> BirthsSummary:
    """The figures of births for the summary: of the towns, those that stand in the lists are
    enough."""
    city = births.cells.filter(level="city").select(CELLS)
    reasons: dict[str, dict[str, int]] = {}
    for cell, reason, count in births.reasons.drop_nulls("reason").iter_rows():
        reasons.setdefault(cell, {})[reason] = count
    statistics = births.statistics.filter(pl.col("level") != "town").to_dicts()
    return BirthsSummary(
        city.sum().row(0, named=True), reasons, statistics, births.models.to_dicts()
    )


@dataclass(frozen=True)
class Summary:
    """One run. `notices`: what the clerk should know, such as what an absent column costs.
    `births`: None without a births source. `clearance`: cases of the ledger by
    stages.clear.CLEARANCE, none without a period. `completion`: None without both registers."""

    period: str | None
    sources: Sequence[SourceSummary]
    cases: Sequence[CaseCount]
    notices: Sequence[Notice] = ()
    births: BirthsSummary | None = None
    clearance: Mapping[str, int] = field(default_factory=dict)
    completion: CompletionFigures | None = None
    lists: Sequence[ListFile] = ()

    def check(self) -> None:
        """Raise UnbalancedError for the first source whose rows do not add up."""
        for source in self.sources:
            source.check()

    def to_json(self) -> str:
        """The summary as JSON, keys sorted: the same run gives the same bytes."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2, sort_keys=True) + "\n"

    def write(self, path: Path) -> None:
        """Write `summary.json`. It holds counts and file names only."""
        path.write_text(self.to_json(), encoding="utf-8", newline="\n")
