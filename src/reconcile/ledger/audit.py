"""The audit log: one entry for each command that changed something, chained so that none can be
changed unseen.

An entry's digest is keyed with the workspace's key and takes in the digest of the entry before, so
that whoever changes, removes or swaps one needs the key. The file `audit.head` beside the ledger
notes the last entry: a log that is cut off at its end is shorter than the note.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from reconcile.ledger.actor import now, who
from reconcile.workspace import Workspace
from reconcile.workspace.storage import PRIVATE_FILE

START = "0" * 64
# What an entry vouches for, in this order: of which rows (FROM, the column with the entry's number)
# which columns. All but free text, which can be purged; and what a command did to older rows, a run
# replaced, a judgement withdrawn.
VOUCHED = {
    "events": ("events", "entry", (
        "event", "key", "kind", "period", "run", "batch", "code", "severity", "town", "village",
        "subjects", "evidence",
        "state", "answer", "seen", "due", "how", "done_on",
    )),
    "runs": ("runs", "entry", ("run", "period", "manifest", "inputs", "sources")),
    "aliases": ("aliases JOIN runs USING (run)", "entry", ("aliases.rowid", "source", "old", "new",
    "how", "run")),
    "replaced": ("runs", "replaced", ("run",)),
    "batches": ("batches", "entry", ("batch", "number", "period", "due", "facts")),
    "judgements": ("judgements", "entry", (
        "judgement", "source_l", "record_id_l", "source_r", "record_id_r", "decision", "who", "at",
    )),
    "withdrawn": ("judgements", "withdrawn", ("judgement",)),
    "files": ("files", "entry", ("sha256", "name")),
}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One entry of the log. `facts`: digests, counts, versions; never a person's values."""

    entry: int
    at: str
    who: str
    command: str
    facts: str
    events: str
    previous: str

    def digest(self, key: bytes) -> str:
        """BLAKE2b of the entry under the workspace's key."""
        content = json.dumps(list(vars(self).values()), ensure_ascii=False)
        return hashlib.blake2b(content.encode(), key=key, digest_size=32).hexdigest()


def last_entry(connection: sqlite3.Connection) -> tuple[int, str]:
    """The number and digest of the last entry; 0 and START of an empty log."""
    found = connection.execute(
        "SELECT entry, digest FROM audit ORDER BY entry DESC LIMIT 1"
    ).fetchone()
    return found or (0, START)


def open_entry(connection: sqlite3.Connection, command: str) -> int:
    """A new entry, to be completed by `close_entry` in the same transaction: rows that it books
    refer to its number."""
    number, previous = last_entry(connection)
    connection.execute(
        "INSERT INTO audit VALUES (?, ?, ?, ?, '', '', ?, ?)",
        (number + 1, now().isoformat(), who(), command, previous, f"open {number + 1}"),
    )
    return number + 1


def close_entry(
    connection: sqlite3.Connection, number: int, facts: Mapping[str, Any], key: bytes
) -> str:
    """Fills in the entry's facts and digests; its own digest."""
    events = rows_digest(connection, number, key)
    told = json.dumps(facts, ensure_ascii=False, sort_keys=True)
    connection.execute(
        "UPDATE audit SET facts = ?, events = ? WHERE entry = ?", (told, events, number)
    )
    digest = read_entry(connection, number).digest(key)
    connection.execute("UPDATE audit SET digest = ? WHERE entry = ?", (digest, number))
    return digest


def read_entry(connection: sqlite3.Connection, number: int) -> Entry:
    """The entry with this number; KeyError when there is none."""
    columns = ", ".join(Entry.__dataclass_fields__)
    found = connection.execute(f"SELECT {columns} FROM audit WHERE entry = ?", (number,)).fetchone()
    if found is None:
        raise KeyError(number)
    return Entry(*found)


def rows_digest(connection: sqlite3.Connection, number: int, key: bytes) -> str:
    """A keyed digest of all rows that this entry vouches for, in their order."""
    return _digests(connection, [number], key, f"= {number}")[number]


def rows_digests(connection: sqlite3.Connection, key: bytes) -> dict[int, str]:
    """`rows_digest` of every entry, in one pass over each table."""
    numbers = [number for (number,) in connection.execute("SELECT entry FROM audit")]
    return _digests(connection, numbers, key, "IS NOT NULL")


def _digests(
    connection: sqlite3.Connection, numbers: Iterable[int], key: bytes, which: str
) -> dict[int, str]:
    digests = {number: hashlib.blake2b(key=key, digest_size=32) for number in numbers}
    strays = hashlib.blake2b()  # rows of an entry that is not there: the foreign keys tell
    for name, (source, entry, columns) in VOUCHED.items():
        # Text in SQLite, so that a row is one string and not twenty objects.
        row = "||char(31)||".join([*(f"coalesce({column},char(30))" for column in columns), "''"])
        order = f"{entry}, {columns[0]}"
        found = connection.execute(
            f"SELECT {entry}, {row} FROM {source} WHERE {entry} {which} ORDER BY {order}"
        )
        for number, content in found:
            digests.get(number, strays).update(content.encode() + b"\n")
        for digest in digests.values():
            digest.update(name.encode())
    return {number: digest.hexdigest() for number, digest in digests.items()}


def write_head(workspace: Workspace, number: int, digest: str) -> None:
    """Notes the last entry in `audit.head`, all at once."""
    head = workspace.audit_head
    draft = head.with_name(f".{head.name}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE)
    with os.fdopen(descriptor, "w", encoding="ascii", newline="\n") as file:
        file.write(f"{number} {digest}\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(head)


def read_head(workspace: Workspace) -> tuple[int, str] | None:
    """The entry noted in `audit.head`; None when there is no note that can be read."""
    try:
        number, digest = workspace.audit_head.read_text(encoding="ascii").split()
        return int(number), digest
    except (OSError, ValueError):
        return None


def entries(connection: sqlite3.Connection) -> pl.DataFrame:
    """The log: entry, at, who, command, facts (JSON), in order."""
    rows = connection.execute(
        "SELECT entry, at, who, command, facts FROM audit ORDER BY entry"
    ).fetchall()
    schema = {
        "entry": pl.Int64,
        "at": pl.String,
        "who": pl.String,
        "command": pl.String,
        "facts": pl.String,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")
