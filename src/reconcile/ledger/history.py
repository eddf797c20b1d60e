"""One case: what it is, what has happened to it, and where it stands."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from reconcile.core.errors import UsageError
from reconcile.core.masking import mask_ids_within
from reconcile.ledger.store import Ledger
from reconcile.lists.wording import worded
from reconcile.workspace import Workspace

_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", " ": None, "-": None})
_LENGTH = 12
_NEAR = 5
# Digits in a remark that may be a telephone or an ID number
_NUMBER = re.compile(r"(?<!\d)(\d{3})\d{4,}[\dXx]?(?![\dXx])")
_ABOUT = ("severity", "town", "village", "subjects", "evidence")


@dataclass(frozen=True)
class Step:
    """One event. `kind`: frames.EVENTS; `changed`: of severity, area, subjects and evidence, what
    is not as it was; `replaced`: of a run in whose place there is another, so that it no longer
    counts."""

    period: str
    at: str
    who: str
    kind: str
    state: str
    answer: str
    how: str
    due: str
    done_on: str
    remark: str
    batch: str
    changed: tuple[str, ...]
    replaced: bool


@dataclass(frozen=True)
class History:
    """`case`: a row of frames.CASES with `subjects` as a list, numbers as long as an ID masked, and
    the batch by its number. `reason` and `action`: in words, from the run that saw it last; empty
    when that is no longer there."""

    case: dict[str, Any]
    reason: str
    action: str
    steps: tuple[Step, ...]


def find_key(ledger: Ledger, typed: str) -> str:
    """The key that was meant: small letters, spaces, O for 0, I and L for 1 are forgiven.
    UsageError, with keys that are near, when there is no such case."""
    key = typed.upper().translate(_MISREAD)
    if ledger.connection.execute("SELECT 1 FROM cases WHERE key = ?", (key,)).fetchone():
        return key
    near = sorted(set(_near(ledger, key)))[:_NEAR] if _LENGTH - 1 <= len(key) <= _LENGTH + 1 else []
    said = typed if len(typed) < 15 else f"{typed[:4]}…"  # somebody may have typed an ID number
    raise UsageError(
        "case.error.near" if near else "case.error.unknown", typed=said, near=", ".join(near)
    )


def history(ledger: Ledger, key: str, language: str) -> History:
    """The history of the case with this key, which must be there; its words in `language`."""
    case = ledger.cases(pl.Series("key", [key])).row(0, named=True)
    reason, action = _words(ledger.workspace, case, language)
    steps = tuple(_steps(ledger, key))
    batch = ledger.query("SELECT number FROM batches WHERE batch = ?", case["batch"])
    subjects = mask_ids_within(pl.col("subject"))
    told = pl.DataFrame(
        {"subject": json.loads(case["subjects"])}, schema={"subject": pl.String}
    ).select(subjects)
    case |= {"batch": batch[0]["number"] if batch else "", "subjects": told["subject"].to_list()}
    return History(case, reason, action, steps)


def _near(ledger: Ledger, key: str) -> Iterator[str]:
    """Keys that one slip away: one character wrong, missing or too many, or two neighbours
    swapped."""
    if not set(key) <= set(_DIGITS + "U"):
        return
    places = range(len(key))
    wrong = {_LENGTH: [f"{key[:i]}?{key[i + 1 :]}" for i in places]}
    wrong |= {
        _LENGTH - 1: [f"{key[:i]}?{key[i:]}" for i in range(_LENGTH)],
        _LENGTH + 1: [key[:i] + key[i + 1 :] for i in places],
    }
    swapped = [key[:i] + key[i + 1] + key[i] + key[i + 2 :] for i in places[:-1]]
    for pattern in [*wrong[len(key)], *swapped]:
        yield from (
            found
            for (found,) in ledger.connection.execute(
                "SELECT key FROM cases WHERE key GLOB ?", (pattern,)
            )
        )


def _steps(ledger: Ledger, key: str) -> Iterator[Step]:
    statement = f"""
        SELECT e.period, a.at, a.who, e.kind, e.state, e.answer, e.how, e.due, e.done_on, e.remark, b.number AS batch,
          r.replaced, {", ".join(f"e.{name}" for name in _ABOUT)}
        FROM events e JOIN audit a USING (entry) LEFT JOIN batches b ON b.batch = e.batch
        LEFT JOIN runs r ON r.run = e.run WHERE e.key = ? ORDER BY e.event"""  # noqa: E501
    known: dict[str, Any] = {}
    for event in ledger.query(statement, key):
        about = {name: value for name in _ABOUT if (value := event.pop(name)) is not None}
        # A case that comes back tells all of itself again: only what is not as it was has changed.
        changed = tuple(
            name for name, value in about.items() if name in known and value != known[name]
        )
        if event["replaced"] is None:
            known |= about
        remark = _NUMBER.sub(r"\1****", event.pop("remark") or "")
        replaced = event.pop("replaced") is not None
        yield Step(
            **{name: value or "" for name, value in event.items()},
            remark=remark,
            changed=changed,
            replaced=replaced,
        )


def _words(workspace: Workspace, case: dict[str, Any], language: str) -> tuple[str, str]:
    run = workspace.run(case["last_seen"])
    if not case["last_seen"] or not run.has("discrepancies"):
        return "", ""
    with run.scan("discrepancies", "key", "evidence", "fields") as cases:
        rows = cases.filter(pl.col("key") == case["key"]).head(1).collect()
    if rows.is_empty():
        return "", ""
    told = worded(case["code"], rows, language).row(0, named=True)
    return told["reason"], told["action"]
