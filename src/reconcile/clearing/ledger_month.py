"""A month on its way into the ledger: open, with its records followed, cleared, booked. Each step
makes the next."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Set
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import polars as pl

from reconcile.clearing.cases_before import cases_without
from reconcile.clearing.clear import Cleared, clear, known_cases
from reconcile.clearing.earlier import records_before
from reconcile.clearing.follow import NOTHING, Followed, follow
from reconcile.clearing.judgements import BindingJudgements
from reconcile.clearing.scope import Scope
from reconcile.config import RuleConfig
from reconcile.core.notice import Notice
from reconcile.core.period import Period
from reconcile.core.version import __version__
from reconcile.ledger.backup import backup_before_run
from reconcile.ledger.by_area import blind_rules, untold_records
from reconcile.ledger.columns import lost_columns
from reconcile.ledger.status import keep_month
from reconcile.ledger.store import Booking, Ledger
from reconcile.workspace import RunFolder, file_digest
from reconcile.workspace.inputs import RunInputs
from reconcile.workspace.storage import seal

# How many cases are not reported since answers have closed them, by how.
_AT_REST = {"false_alarm": "known_false", "settled": "known_settled"}


@dataclass(frozen=True)
class OpenMonth:
    """A month before its run.

    `replaces`: the number of its run that is booked already, if there is one. `before`: rows by
    source of the booked runs, by period. `rules`: the config's, as `configured` leaves them;
    `blind`: those that it switched off.
    """

    ledger: Ledger
    period: Period
    inputs: RunInputs
    replaces: int | None
    before: Mapping[str, Mapping[str, int]]
    rules: Mapping[str, RuleConfig]
    blind: Collection[str] = ()

    def configured(self, rules: Mapping[str, RuleConfig]) -> OpenMonth:
        """This month under the config's rules, those switched off that it cannot judge for want of
        a table of areas."""
        sources = {file.source for file in self.inputs.files}
        known = {
            code: rules.get(code, RuleConfig())
            for code in blind_rules(self.ledger, str(self.period), sources)
        }
        blind = [code for code, rule in known.items() if rule.enabled]
        off = {code: known[code].model_copy(update={"enabled": False}) for code in blind}
        return replace(self, rules={**rules, **off}, blind=blind)

    @property
    def last(self) -> str:
        """The period booked last, empty before the first."""
        return max(self.before, default="")

    @property
    def skipped(self) -> int:
        """How many months lie between the one booked last and this."""
        return Period.parse(self.last).months_until(self.period) - 1 if self.before else 0

    @cached_property
    def cases(self) -> pl.DataFrame:
        """frames.CASES as they were before this month, whether it has a run already or not."""
        return cases_without(self.ledger, self.replaces, self.last)

    def bound_by(
        self, judged: BindingJudgements, records: Mapping[str, pl.DataFrame]
    ) -> BindingJudgements:
        """The judgements under the keys of this run's standardised records."""
        return judged.under_present_keys(
            self.ledger.workspace.previous_run(str(self.period)), records
        )

    def followed(
        self, records: Mapping[str, pl.DataFrame], judged: BindingJudgements
    ) -> FollowedMonth:
        """The last run's records followed into this run's (standardised, with person_id), as far as
        its folder is still there. `judged`: the judgements that bound the run."""
        earlier = records_before(self.ledger, sorted(self.before), records, self.cases)
        seen = self.cases.filter(
            pl.col("state") != "closed", pl.col("last_seen").is_in(sorted(self.before))
        )
        periods = [*seen["last_seen"].unique(), *([self.last] if self.before else [])]
        return FollowedMonth(
            self,
            judged,
            rows={source: frame.height for source, frame in records.items()},
            records=follow(earlier, records) if earlier else NOTHING,
            lost=lost_columns(self.ledger.workspace, periods, records),
            untold=untold_records(records),
        )


@dataclass(frozen=True)
class FollowedMonth:
    """A month whose records are known.

    `rows` of this run by source; `records`: what became of the last run's; `lost`: see
    `ledger.columns`; `untold`: records whose area the table of areas does not tell.
    """

    month: OpenMonth
    judged: BindingJudgements
    rows: Mapping[str, int]
    records: Followed
    lost: Mapping[str, Set[tuple[str, str]]]
    untold: pl.Series

    @cached_property
    def known(self) -> pl.DataFrame:
        """The cases known before, as `check` needs them."""
        return known_cases(self.month.cases, self.records.aliases)

    def cleared(self, discrepancies: pl.DataFrame, codes: Collection[str]) -> ClearedMonth:
        """What becomes of the cases. `discrepancies`: frames.DISCREPANCIES; `codes`: the rules that
        ran."""
        month = self.month
        answered = _answered_in(month.ledger, str(month.period))
        scope = Scope(
            str(month.period), set(self.rows), month.before, codes, self.records,
            self.judged.rows, answered, self.lost, self.untold,
        )  # fmt: skip
        cases = clear(self.known, discrepancies, scope)
        return ClearedMonth(self, cases, cases.reported(discrepancies), tuple(sorted(codes)))


@dataclass(frozen=True)
class ClearedMonth:
    """A month of which only the booking is left. `cases`: what becomes of them; `reported`:
    frames.DISCREPANCIES that the lists show, each with where it stands; `codes`: the rules that
    ran."""

    followed: FollowedMonth
    cases: Cleared
    reported: pl.DataFrame
    codes: tuple[str, ...]

    @property
    def counts(self) -> Mapping[str, int]:
        """The cases of the ledger in this run, by `clear.CLEARANCE`."""
        return self.cases.counts

    def notices(self) -> list[Notice]:
        """What the clerk should know of this month beside its lists."""
        followed, month = self.followed, self.followed.month
        found = [Notice("months_skipped", {"count": month.skipped})] if month.skipped else []
        missing = sorted(set(month.before.get(month.last, {})) - set(followed.rows))
        if missing:
            found.append(Notice("source_missing", {"sources": ", ".join(missing)}))
        found += [
            Notice("source_incomplete", {"name": name}) for name in followed.records.incomplete
        ]
        found += [
            Notice("town_incomplete", {"name": source, "town": town})
            for source, town in followed.records.towns
        ]
        lost = sorted({column for columns in followed.lost.values() for column in columns})
        found += [
            Notice("column_lost", {"name": source, "field": column}) for source, column in lost
        ]
        found += [Notice("areas_missing", {"rule": code}) for code in month.blind]
        closed = self.cases.at_rest["how"].to_list()
        return found + [
            Notice(kind, {"count": closed.count(how)})
            for how, kind in _AT_REST.items()
            if how in closed
        ]

    def book(self, folder: Path) -> None:
        """Books the run whose finished folder this is: events, aliases and audit entry in one
        transaction.

        The folder is brought to the disk first: once it is booked, a run that is killed before its
        folder takes its place is put there by the next one.
        """
        seal(folder)
        manifest = file_digest(RunFolder(folder).manifest_file)
        month, events, aliases = (
            self.followed.month,
            self.cases.events,
            self.followed.records.aliases,
        )
        ledger, period = month.ledger, str(month.period)
        backup_before_run(ledger)
        with ledger.booking("run") as booking:
            kept = keep_month(ledger, period)
            run = self._new_run(booking, manifest)
            ledger.append(events.with_columns(run=pl.lit(run, pl.Int64)), booking)
            if month.replaces is not None:
                ledger.refold(ledger.keys_of_run(month.replaces))
            _mark_seen(ledger, run, month.cases, period)
            ledger.connection.executemany(
                f"INSERT INTO aliases VALUES (?, ?, ?, ?, {run})",
                aliases.select("source", "old", "new", "how").rows(),
            )
            booking.facts |= {
                "period": period,
                "run": run,
                "replaces": month.replaces,
                "manifest": manifest,
                "rows": dict(self.followed.rows),
                "events": dict(sorted(events["kind"].value_counts().rows())),
                "aliases": aliases.height,
                "kept": kept,
                "inputs": [[file.source, file.sha256] for file in month.inputs.files],
                "config": month.inputs.config,
                "model": month.inputs.model,
                "version": __version__,
                "rules": list(self.codes),
            }

    def _new_run(self, booking: Booking, manifest: str) -> int:
        month = self.followed.month
        connection, period = month.ledger.connection, str(month.period)
        rows = json.dumps(self.followed.rows, ensure_ascii=False)
        connection.execute(
            "UPDATE runs SET replaced = ? WHERE period = ? AND replaced IS NULL",
            (booking.entry, period),
        )
        added = connection.execute(
            "INSERT INTO runs (period, manifest, inputs, sources, entry) VALUES (?, ?, ?, ?, "
            "?) RETURNING run",
            (period, manifest, month.inputs.digest, rows, booking.entry),
        )
        return int(added.fetchone()[0])


def _mark_seen(ledger: Ledger, run: int, cases: pl.DataFrame, period: str) -> None:
    """Every open case that this run did not fail to see was last seen in it; when the others were
    is in `cases`, which knows nothing of a run that this one replaces."""
    unseen = ledger.query("SELECT key FROM events WHERE run = ? AND kind = 'unseen'", run)
    ledger.connection.execute("UPDATE cases SET last_seen = ? WHERE state <> 'closed'", (period,))
    before = (
        pl.DataFrame(unseen, schema={"key": pl.String})
        .join(cases, on="key")
        .select("last_seen", "key")
    )
    ledger.connection.executemany("UPDATE cases SET last_seen = ? WHERE key = ?", before.rows())


def _answered_in(ledger: Ledger, period: str) -> list[str]:
    """The cases that people have answered since this month was first run, sorted."""
    asked = "SELECT DISTINCT key FROM events WHERE period = ? AND kind = 'answered' ORDER BY key"
    return [row["key"] for row in ledger.query(asked, period)]
