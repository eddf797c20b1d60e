"""A run without a period: it is not in the ledger, but a run like it before gave its cases their
numbers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from reconcile.clearing.judgements import BindingJudgements
from reconcile.config import RuleConfig
from reconcile.core.notice import Notice
from reconcile.workspace import ALL, Workspace


@dataclass(frozen=True)
class OpenRun:
    """Before the run. `rules`: the config's."""

    workspace: Workspace
    rules: Mapping[str, RuleConfig] = field(default_factory=dict)

    def configured(self, rules: Mapping[str, RuleConfig]) -> OpenRun:
        """This run under the config's rules."""
        return replace(self, rules=rules)

    def bound_by(
        self, judged: BindingJudgements, records: Mapping[str, pl.DataFrame]
    ) -> BindingJudgements:
        """The judgements as they are."""
        return judged

    def followed(
        self, records: Mapping[str, pl.DataFrame], judged: BindingJudgements
    ) -> FollowedRun:
        """Beside the cases of the last such run; nothing else is carried on."""
        last = self.workspace.run(ALL)
        known = (
            last.read("discrepancies", "code", "key", "subjects")
            if last.has("discrepancies")
            else None
        )
        return FollowedRun(known)


@dataclass(frozen=True)
class FollowedRun:
    """`known`: the discrepancies of the last such run, as `check` needs them; None without one."""

    known: pl.DataFrame | None

    def cleared(self, discrepancies: pl.DataFrame, codes: Collection[str]) -> ClearedRun:
        """Everything is reported."""
        return ClearedRun(discrepancies)


@dataclass(frozen=True)
class ClearedRun:
    """`reported`: frames.DISCREPANCIES, all that were found."""

    reported: pl.DataFrame

    @property
    def counts(self) -> Mapping[str, int]:
        """Nothing is carried on."""
        return {}

    def notices(self) -> list[Notice]:
        """Nothing to say."""
        return []

    def book(self, folder: Path) -> None:
        """Nothing to book."""
