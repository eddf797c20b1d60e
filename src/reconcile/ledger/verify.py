"""Whether the ledger is what it was made to be: nothing changed, removed, swapped or added by other
hands."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from reconcile.core.errors import UnbalancedError, WorkspaceError
from reconcile.core.messages import text
from reconcile.ledger import audit
from reconcile.ledger.fold import fold
from reconcile.ledger.sent import SENT, recounted
from reconcile.ledger.status import booked_months, month_digest, tally
from reconcile.ledger.store import Ledger
from reconcile.workspace import ALL, RunFolder, file_digest

_SHOWN = 5  # keys or rows named in one finding


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be; `kind` names a text `ledger.finding.<kind>` that takes
    `values`."""

    kind: str
    values: dict[str, Any]

    def __str__(self) -> str:
        return text(f"ledger.finding.{self.kind}", None, **self.values)


def verify(ledger: Ledger, files: bool = False) -> list[Finding]:
    """Everything that is wrong with the ledger, its note of the last entry, and the published runs;
    none when all is well. `files`: look at every file of the runs too. Raises WorkspaceError when
    the file cannot be read at all.
    """
    noted = audit.read_head(ledger.workspace)  # before the ledger: a writer may be at work
    ledger.connection.execute("BEGIN")
    try:
        found = verify_content(ledger)
        if not any(finding.kind == "integrity" for finding in found):
            found += [*_head(ledger.connection, noted), *_runs(ledger, files)]
        return found
    finally:
        ledger.connection.execute("ROLLBACK")


def verify_content(ledger: Ledger) -> list[Finding]:
    """What is wrong within the ledger's file, whatever lies beside it."""
    broken = list(_integrity(ledger.connection))
    if broken:  # what else it says could not be trusted
        return broken
    return [
        *_foreign_keys(ledger.connection),
        *_chain(ledger.connection, ledger.workspace.key),
        *_cases(ledger),
        *_sent(ledger.connection),
        *_months(ledger),
    ]


def _integrity(connection: sqlite3.Connection) -> Iterator[Finding]:
    try:
        said = [row[0] for row in connection.execute(f"PRAGMA integrity_check({_SHOWN})")]
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        said = [str(error)]
    if said != ["ok"]:
        yield Finding("integrity", {"reason": "; ".join(said[:_SHOWN])})


def _foreign_keys(connection: sqlite3.Connection) -> Iterator[Finding]:
    tables = [row[0] for row in connection.execute("PRAGMA foreign_key_check")]
    for table in sorted(set(tables)):
        yield Finding("foreign_key", {"table": table, "count": tables.count(table)})


def _chain(connection: sqlite3.Connection, key: bytes) -> Iterator[Finding]:
    """Each entry against its digest, the one before it and the rows that it vouches for."""
    columns = ", ".join(audit.Entry.__dataclass_fields__)
    entries = connection.execute(f"SELECT {columns}, digest FROM audit ORDER BY entry").fetchall()
    rows = audit.rows_digests(connection, key)
    last, previous = 0, audit.START
    for *values, digest in entries:
        entry = audit.Entry(*values)
        told = {"entry": entry.entry, "command": entry.command}
        if entry.entry != last + 1:
            yield Finding("entry_missing", {"first": last + 1, "last": entry.entry - 1})
        if entry.digest(key) != digest:
            yield Finding("entry_changed", told)
        elif entry.previous != previous:
            yield Finding("entry_unchained", told)
        if rows[entry.entry] != entry.events:
            yield Finding("rows_changed", told)
        last, previous = entry.entry, digest


def _head(connection: sqlite3.Connection, noted: tuple[int, str] | None) -> Iterator[Finding]:
    """The note of the last entry: it may be behind, never ahead, and is of an entry that is
    there."""
    last, _ = audit.last_entry(connection)
    if noted is None:
        if last > 1:  # the very first command may have been killed before it wrote the note
            yield Finding("head_missing", {"last": last})
        return
    number, digest = noted
    if number > last:
        yield Finding("tail_cut", {"noted": number, "last": last})
        return
    found = connection.execute("SELECT digest FROM audit WHERE entry = ?", (number,)).fetchone()
    if found is None or found[0] != digest:
        yield Finding("head_differs", {"noted": number})


def _cases(ledger: Ledger) -> Iterator[Finding]:
    """The cases against what their events come to; but for `last_seen`, which runs without an event
    move on as well."""
    kept = ledger.cases().drop("last_seen")
    folded = fold(ledger.events(), ledger.replaced_runs()).drop("last_seen")
    yield from _difference("cases", kept, folded)


def _sent(connection: sqlite3.Connection) -> Iterator[Finding]:
    rows = connection.execute("SELECT key, period, due, answered FROM sent ORDER BY key").fetchall()
    yield from _difference(
        "sent", pl.DataFrame(rows, schema=dict(SENT), orient="row"), recounted(connection)
    )


def _difference(kind: str, kept: pl.DataFrame, reckoned: pl.DataFrame) -> Iterator[Finding]:
    if kept.equals(reckoned):
        return
    columns = kept.columns
    odd = [
        one.join(other, on=columns, how="anti", nulls_equal=True)
        for one, other in ((kept, reckoned), (reckoned, kept))
    ]
    keys = pl.concat(odd)["key"].unique().sort()
    yield Finding(kind, {"count": len(keys), "keys": ", ".join(keys.head(_SHOWN))})


def _months(ledger: Ledger) -> Iterator[Finding]:
    """Earlier months as they were kept, and every month's balance."""
    for told in _facts(ledger, "run"):
        if told.get("kept"):
            period, digest = told["kept"]
            if month_digest(ledger, period) != digest:
                yield Finding("month_changed", {"period": period})
    for period in booked_months(ledger):
        try:
            tally(ledger, period)
        except UnbalancedError:
            yield Finding("unbalanced", {"period": period})
        except WorkspaceError:  # what was kept is no JSON any more; said above
            continue


def _facts(ledger: Ledger, command: str) -> list[dict[str, Any]]:
    """The facts of this command's entries; those that are no JSON are found by the chain."""
    found = []
    for (facts,) in ledger.connection.execute(
        "SELECT facts FROM audit WHERE command = ? ORDER BY entry", (command,)
    ):
        try:
            found.append(json.loads(facts))
        except ValueError:
            continue
    return found


def _runs(ledger: Ledger, files: bool) -> Iterator[Finding]:
    """Published runs against what was booked of them. Those that were purged are not missed."""
    booked = ledger.query(
        "SELECT period, manifest FROM runs WHERE replaced IS NULL ORDER BY period"
    )
    purged = {period for told in _facts(ledger, "purge") for period in told.get("runs", [])}
    for run in booked:
        folder = ledger.workspace.run(run["period"])
        if not folder.path.is_dir():
            if run["period"] not in purged:
                yield Finding("run_missing", {"period": run["period"]})
        elif (
            not folder.manifest_file.is_file()
            or file_digest(folder.manifest_file) != run["manifest"]
        ):
            yield Finding("run_changed", {"period": run["period"]})
        elif files:
            yield from _files(folder)
    known = {run["period"] for run in booked}
    # What was published before there was a ledger is not in it.
    unknown = [
        p
        for p in ledger.workspace.published()
        if p != ALL and p not in known and p >= min(known, default=p)
    ]
    for period in unknown:
        yield Finding("run_unknown", {"period": period})


def _files(run: RunFolder) -> Iterator[Finding]:
    for name, digest in json.loads(run.manifest_file.read_text(encoding="utf-8"))[
        "outputs"
    ].items():
        path = run.path / name
        if not path.is_file():
            yield Finding("file_missing", {"run": run.path.name, "file": name})
        elif file_digest(path) != digest:
            yield Finding("file_changed", {"run": run.path.name, "file": name})
