"""One month in the ledger: what is known before its run, and the run booked, whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from reconcile.clearing.clear import Cleared, Scope, clear, known_cases
from reconcile.clearing.earlier import records_before
from reconcile.clearing.follow import NOTHING, follow
from reconcile.clearing.judgements import NONE as UNJUDGED
from reconcile.clearing.judgements import BindingJudgements
from reconcile.config import RuleConfig
from reconcile.core.errors import UsageError
from reconcile.core.frames import CASES
from reconcile.core.notice import Notice
from reconcile.core.period import Period
from reconcile.core.version import __version__
from reconcile.ledger.backup import backup_before_run
from reconcile.ledger.by_area import blind_rules, untold_records
from reconcile.ledger.columns import lost_columns
from reconcile.ledger.fold import fold
from reconcile.ledger.status import keep_month
from reconcile.ledger.store import Booking, Ledger, open_ledger
from reconcile.workspace import ALL, RunFolder, Workspace, file_digest
from reconcile.workspace.inputs import RunInputs
from reconcile.workspace.storage import seal


class Month:
    """A month on its way into the ledger: `begin` with its records, `clear` what was found, `book` the finished run.

    `replaces`: the number of its run that is booked already, if there is one; `skipped`: how many months lie between
    the one booked last and this; `followed`: what became of the last run's records; `lost`: see `ledger.columns`;
    `cleared`: what became of the cases.
    """

    def __init__(
        self,
        ledger: Ledger,
        period: Period,
        inputs: RunInputs,
        replaces: int | None,
        before: Mapping[str, Mapping[str, int]],
    ) -> None:
        self.replaces = replaces
        self._inputs = inputs
        self.skipped = Period.parse(max(before)).months_until(period) - 1 if before else 0
        self.followed = NOTHING
        self.lost: dict[str, set[tuple[str, str]]] = {}
        self.cleared: Cleared | None = None
        self._ledger = ledger
        self._period = str(period)
        self._before = before
        self._cases = cases_without(ledger, replaces, max(before, default=""))
        self._known = self._cases.clear()
        self._rows: dict[str, int] = {}
        self._codes: list[str] = []
        self._judged = UNJUDGED
        self._blind: list[str] = []
        self._untold = untold_records({})

    def rules(self, rules: Mapping[str, RuleConfig]) -> dict[str, RuleConfig]:
        """The config's rules, those switched off that this run cannot judge since it lacks the table of areas."""
        blind = blind_rules(self._ledger, self._period, {file.source for file in self._inputs.files})
        on = {code: rules.get(code, RuleConfig()) for code in blind}
        self._blind = [code for code, rule in on.items() if rule.enabled]
        return {**rules, **{code: on[code].model_copy(update={"enabled": False}) for code in self._blind}}

    def judged(self, judged: BindingJudgements, records: Mapping[str, pl.DataFrame]) -> BindingJudgements:
        """The judgements under the keys of this run's standardised records."""
        self._judged = judged.under_present_keys(self._ledger.workspace.previous_run(self._period), records)
        return self._judged

    def begin(self, records: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
        """Follows the last run's records into this run's (standardised, with person_id), as far as its folder is still
        there; the cases known before, as `check` needs them."""
        self._rows = {source: frame.height for source, frame in records.items()}
        earlier = records_before(self._ledger, sorted(self._before), records, self._cases)
        if earlier:
            self.followed = follow(earlier, records)
        seen = self._cases.filter(pl.col("state") != "closed", pl.col("last_seen").is_in(sorted(self._before)))
        periods = [*seen["last_seen"].unique(), *([max(self._before)] if self._before else [])]
        self.lost = lost_columns(self._ledger.workspace, periods, records)
        self._untold = untold_records(records)
        self._known = known_cases(self._cases, self.followed.aliases)
        return self._known

    def clear(self, discrepancies: pl.DataFrame, codes: Collection[str]) -> pl.DataFrame:
        """What is to be reported of frames.DISCREPANCIES, each with where it stands. `codes`: the rules that ran."""
        judged, answered = self._judged.rows, _answered_in(self._ledger, self._period)
        scope = Scope(
            self._period, set(self._rows), self._before, codes, self.followed, judged, answered, self.lost, self._untold
        )  # fmt: skip
        self.cleared = clear(self._known, discrepancies, scope)
        self._codes = sorted(codes)
        return self.cleared.reported(discrepancies)

    def book(self, folder: Path) -> None:
        """Books the run whose finished folder this is: its events, its aliases and its audit entry in one transaction.

        The folder is brought to the disk first: once it is booked, a run that is killed before its folder takes its
        place is put there by the next one.
        """
        if self.cleared is None:
            raise RuntimeError("clear comes before book")
        seal(folder)
        manifest = file_digest(RunFolder(folder).manifest_file)
        ledger, events, aliases = self._ledger, self.cleared.events, self.followed.aliases
        backup_before_run(ledger)
        with ledger.booking("run") as booking:
            kept = keep_month(ledger, self._period)
            run = self._new_run(booking, manifest)
            ledger.append(events.with_columns(run=pl.lit(run, pl.Int64)), booking)
            if self.replaces is not None:
                ledger.refold(ledger.keys_of_run(self.replaces))
            _mark_seen(ledger, run, self._cases, self._period)
            ledger.connection.executemany(
                f"INSERT INTO aliases VALUES (?, ?, ?, ?, {run})", aliases.select("source", "old", "new", "how").rows()
            )
            booking.facts |= {
                "period": self._period,
                "run": run,
                "replaces": self.replaces,
                "manifest": manifest,
                "rows": self._rows,
                "events": dict(sorted(events["kind"].value_counts().rows())),
                "aliases": aliases.height,
                "kept": kept,
                "inputs": [[file.source, file.sha256] for file in self._inputs.files],
                "config": self._inputs.config,
                "model": self._inputs.model,
                "version": __version__,
                "rules": self._codes,
            }

    def counts(self) -> dict[str, int]:
        """The cases of the ledger in this run, by `clear.CLEARANCE`."""
        return self.cleared.counts if self.cleared else {}

    def notices(self) -> list[Notice]:
        """What the clerk should know of this month beside its lists."""
        found = [Notice("months_skipped", {"count": self.skipped})] if self.skipped else []
        last = self._before[max(self._before)] if self._before else {}
        missing = sorted(set(last) - set(self._rows))
        if missing:
            found.append(Notice("source_missing", {"sources": ", ".join(missing)}))
        found += [Notice("source_incomplete", {"name": source}) for source in self.followed.incomplete]
        found += [Notice("town_incomplete", {"name": source, "town": town}) for source, town in self.followed.towns]
        lost = sorted({column for columns in self.lost.values() for column in columns})
        found += [Notice("column_lost", {"name": source, "field": column}) for source, column in lost]
        found += [Notice("areas_missing", {"rule": code}) for code in self._blind]
        return found + self._at_rest()

    def _at_rest(self) -> list[Notice]:
        """How many cases are not reported since answers have closed them."""
        kinds = {"false_alarm": "known_false", "settled": "known_settled"}
        closed = self.cleared.at_rest["how"].to_list() if self.cleared else []
        return [Notice(kind, {"count": closed.count(how)}) for how, kind in kinds.items() if how in closed]

    def _new_run(self, booking: Booking, manifest: str) -> int:
        connection, told = self._ledger.connection, json.dumps(self._rows, ensure_ascii=False)
        connection.execute(
            "UPDATE runs SET replaced = ? WHERE period = ? AND replaced IS NULL", (booking.entry, self._period)
        )
        new = (self._period, manifest, self._inputs.digest, told, booking.entry)
        added = connection.execute(
            "INSERT INTO runs (period, manifest, inputs, sources, entry) VALUES (?, ?, ?, ?, ?) RETURNING run", new
        )
        return int(added.fetchone()[0])


class Unbooked:
    """A run without a period: it is not in the ledger, but a run like it before gave its cases their numbers."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def rules(self, rules: Mapping[str, RuleConfig]) -> Mapping[str, RuleConfig]:
        """The rules as they are."""
        return rules

    def judged(self, judged: BindingJudgements, records: Mapping[str, pl.DataFrame]) -> BindingJudgements:
        """The judgements as they are."""
        return judged

    def begin(self, records: Mapping[str, pl.DataFrame]) -> pl.DataFrame | None:
        """The discrepancies of the last such run, as `check` needs them."""
        last = self._workspace.run(ALL)
        return last.read("discrepancies", "code", "key", "subjects") if last.has("discrepancies") else None

    def clear(self, discrepancies: pl.DataFrame, codes: Collection[str]) -> pl.DataFrame:
        """Everything is reported."""
        return discrepancies

    def counts(self) -> dict[str, int]:
        """Nothing is carried on."""
        return {}

    def notices(self) -> list[Notice]:
        """Nothing to say."""
        return []

    def book(self, folder: Path) -> None:
        """Nothing to book."""


@contextmanager
def month_of(
    workspace: Workspace, period: Period | None, inputs: RunInputs, may_replace: Callable[[], bool]
) -> Iterator[Month | Unbooked]:
    """The month ready to be run; needs the workspace's lock.

    `may_replace` is asked when this month is booked already with other inputs. Raises UsageError when it says no, and
    when a later month is booked: a month that others build on cannot change under them.
    """
    if period is None:
        yield Unbooked(workspace)
        return
    with open_ledger(workspace, create=True) as ledger:
        name, latest = str(period), ledger.latest_period()
        if latest is not None and name < latest:
            raise UsageError("ledger.error.earlier", period=period, latest=latest)
        booked = ledger.query("SELECT run, inputs FROM runs WHERE period = ? AND replaced IS NULL", name)
        if booked and booked[0]["inputs"] != inputs.digest and not may_replace():
            raise UsageError("ledger.error.booked", period=period)
        runs = ledger.query("SELECT period, sources FROM runs WHERE replaced IS NULL AND period < ?", name)
        before = {run["period"]: json.loads(run["sources"]) for run in runs}
        yield Month(ledger, period, inputs, booked[0]["run"] if booked else None, before)


def cases_without(ledger: Ledger, run: int | None, last: str) -> pl.DataFrame:
    """frames.CASES as they would be had this run not been; cases that only it knows keep their numbers, without a
    state. `last`: the period booked before it."""
    cases = ledger.cases()
    if run is None:
        return cases
    keys = ledger.keys_of_run(run)
    folded = fold(ledger.events(keys), {*ledger.replaced_runs(), run}, ghosts=True)
    unseen = ledger.query(
        "SELECT key FROM events JOIN runs USING (run) WHERE kind = 'unseen' AND runs.period = ? AND replaced IS NULL",
        last,
    )
    rest = cases.join(keys.to_frame(), on="key", how="anti", maintain_order="left")
    all_cases = pl.concat([rest, folded.select(*CASES)]).sort("key")
    # What was open then, and not out of sight, was seen by the run before.
    seen = (pl.col("state") != "closed") & ~pl.col("key").is_in([row["key"] for row in unseen])
    seen &= (pl.col("first_seen") != "") & (pl.col("first_seen") <= last)
    return all_cases.with_columns(last_seen=pl.when(seen).then(pl.lit(last)).otherwise("last_seen"))


def _mark_seen(ledger: Ledger, run: int, cases: pl.DataFrame, period: str) -> None:
    """Every open case that this run did not fail to see was last seen in it; when the others were is in `cases`, which
    knows nothing of a run that this one replaces."""
    unseen = ledger.query("SELECT key FROM events WHERE run = ? AND kind = 'unseen'", run)
    ledger.connection.execute("UPDATE cases SET last_seen = ? WHERE state <> 'closed'", (period,))
    before = pl.DataFrame(unseen, schema={"key": pl.String}).join(cases, on="key").select("last_seen", "key")
    ledger.connection.executemany("UPDATE cases SET last_seen = ? WHERE key = ?", before.rows())


def _answered_in(ledger: Ledger, period: str) -> list[str]:
    """The cases that people have answered since this month was first run, sorted."""
    asked = "SELECT DISTINCT key FROM events WHERE period = ? AND kind = 'answered' ORDER BY key"
    return [row["key"] for row in ledger.query(asked, period)]
