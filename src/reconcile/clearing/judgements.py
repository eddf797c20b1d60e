"""The judgements that bind a run: of the file that its config names, and of the ledger of its
workspace."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from reconcile.clearing.follow import follow
from reconcile.core.frames import JUDGEMENTS, empty
from reconcile.core.messages import text
from reconcile.core.period import Period
from reconcile.ledger.judgements import followed, judgements, ordered
from reconcile.ledger.store import has_ledger, open_ledger
from reconcile.matching.judgements import PAIR, called, judgements_of, refuse_contradictions
from reconcile.workspace import InputFile, RunFolder, Workspace, file_digest
from reconcile.workspace.booked import LEDGER


@dataclass(frozen=True)
class BindingJudgements:
    """`of_file`, `of_ledger`: frames.JUDGEMENTS, free of contradictions among them all. `file`:
    that of the config."""

    of_file: pl.DataFrame
    of_ledger: pl.DataFrame
    file: Path | None = None

    @property
    def rows(self) -> pl.DataFrame:
        """frames.JUDGEMENTS: those of the file, then those of the ledger."""
        return pl.concat([self.of_file, self.of_ledger])

    def inputs(self) -> list[InputFile]:
        """What a run's manifest lists of them. Of the ledger: pairs and decisions, whenever they
        were booked."""
        found = []
        if self.file is not None:
            found.append(
                InputFile("judgements", self.file.name, file_digest(self.file), self.of_file.height)
            )
        if self.of_ledger.height:
            content = json.dumps(
                self.of_ledger.select(*PAIR, "decision").sort(PAIR).rows(), ensure_ascii=False
            )
            digest = hashlib.sha256(content.encode()).hexdigest()
            found.append(InputFile("judgements", LEDGER, digest, self.of_ledger.height))
        return found

    def checked(self) -> BindingJudgements:
        """These judgements; InputError when they contradict each other, naming where each
        stands."""
        where = [text("judgements.ledger")] if self.of_ledger.height else []
        where = [self.file.name, *where] if self.file is not None else where
        refuse_contradictions(
            self.rows, lambda: called(self.rows), text("judgements.separator").join(where)
        )
        return self

    def under_present_keys(
        self, before: RunFolder | None, records: Mapping[str, pl.DataFrame]
    ) -> BindingJudgements:
        """The same, those of the ledger under the keys of these standardised records.

        `before`: the last run. It is asked only when a judged record is missing: a new key is
        mostly known before persons are; where only the person tells (see clearing/follow.py), a
        judgement sleeps for a month.
        """
        if before is None or not _missing(self.of_ledger, records):
            return self
        earlier = {}
        for source in filter(before.has_records, records):
            with before.scan_records(source) as rows:
                earlier[source] = rows.collect()
        aliases = follow(earlier, records).aliases
        return replace(self, of_ledger=ordered(followed(self.of_ledger, aliases))).checked()


NONE = BindingJudgements(empty(JUDGEMENTS), empty(JUDGEMENTS))


def judgements_of_run(
    file: str | None, workspace: Workspace, period: Period | None
) -> BindingJudgements:
    """The judgements that a run of this month begins with. InputError when they contradict each
    other."""
    of_ledger = empty(JUDGEMENTS)
    if has_ledger(workspace):
        with open_ledger(workspace) as ledger:
            of_ledger = judgements(ledger, before=str(period) if period else None)
    return BindingJudgements(
        judgements_of(file), of_ledger, Path(file) if file is not None else None
    ).checked()


def _missing(judged: pl.DataFrame, records: Mapping[str, pl.DataFrame]) -> bool:
    """Whether a judged record of one of these sources is not among the records."""
    named = pl.concat(
        [judged.select(source=f"source_{s}", record_id=f"record_id_{s}") for s in ("l", "r")]
    )
    return any(
        named.filter(pl.col("source") == source)
        .join(frame.select("record_id"), on="record_id", how="anti")
        .height
        for source, frame in records.items()
    )
