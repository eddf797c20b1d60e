"""Which cases go out: those that need someone now."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import polars as pl

from reconcile.core.errors import UsageError
from reconcile.core.messages import has_text, text
from reconcile.ledger.judgements import settled_cases
from reconcile.ledger.store import Ledger
from reconcile.rules import as_codes, rule_codes

_ALWAYS = ("new", "reopened", "returned")


@dataclass(frozen=True)
class CaseChoice:
    """What the office wants to send out; empty: everything. `codes`: kinds of cases, by code or by
    name. `overdue`: also what was sent out and not answered by its day."""

    codes: Collection[str] = ()
    towns: Collection[str] = ()
    severities: Collection[str] = ()
    overdue: bool = False


def check_wanted(wanted: CaseChoice) -> None:
    """UsageError when there is no such kind of case."""
    unknown = sorted(set(as_codes(wanted.codes)) - set(rule_codes()))
    if unknown:
        known = text("lists.separator").join(
            text("dispatch.error.known", code=code, name=_name(code)) for code in rule_codes()
        )
        raise UsageError("dispatch.error.code", code=", ".join(unknown), known=known)


def _name(code: str) -> str:
    key = f"rules.{code}.name"
    return text(key) if has_text(key) else code


def cases_to_send(ledger: Ledger, wanted: CaseChoice, today: date, language: str) -> pl.DataFrame:
    """frames.CASES to be sent out, sorted by key, with `note`: what whoever answers should know
    beside the case, null for nothing. Cases that judgements have settled stay at home.

    UsageError when no case was ever found in one of the towns.
    """
    cases = ledger.cases()
    unknown = sorted(set(wanted.towns) - {town.strip() for town in cases["town"].unique()})
    if unknown:
        raise UsageError("dispatch.error.town", town=", ".join(unknown))
    settled = settled_cases(ledger, cases)
    chosen = cases.filter(
        _needs_someone(today, wanted.overdue),
        *_wanted(wanted),
        ~pl.col("key").is_in(settled.implode()),
    )
    remarks = _remarks(ledger)
    noted = chosen.join(remarks, on="key", how="left", maintain_order="left")
    return noted.with_columns(note=_note(language)).drop(remarks.columns[1:])


def _needs_someone(today: date, overdue: bool) -> pl.Expr:
    past = (pl.col("due") != "") & (pl.col("due") < today.isoformat())
    return (
        pl.col("state").is_in(_ALWAYS)
        | ((pl.col("state") == "answered") & (pl.col("stale") == 1))
        | ((pl.col("state") == "deferred") & past)
        | ((pl.col("state") == "dispatched") & past & overdue)
    )


def _wanted(wanted: CaseChoice) -> list[pl.Expr]:
    asked = {"code": as_codes(wanted.codes), "town": wanted.towns, "severity": wanted.severities}
    return [
        pl.col(name).str.strip_chars().is_in(sorted(values))
        for name, values in asked.items()
        if values
    ]


def _remarks(ledger: Ledger) -> pl.DataFrame:
    """key, remark, by_run of the last time that each case was returned or deferred."""
    found = ledger.query(
        "SELECT key, remark, run IS NOT NULL AS by_run FROM events JOIN (SELECT max(event) "
        "AS event FROM events "
        "WHERE kind IN ('returned', 'deferred') GROUP BY key) USING (event) ORDER BY key"
    )
    return pl.DataFrame(found, schema={"key": pl.String, "remark": pl.String, "by_run": pl.Int64})


def _note(language: str) -> pl.Expr:
    """Why it comes once more: what the office wrote, that the export still shows it, that things
    have changed, or that it is late."""
    late = pl.format(text("dispatch.note.overdue", language, due="{}"), "due")
    return (
        pl.when((pl.col("state") == "returned") & (pl.col("by_run") == 1))
        .then(pl.lit(text("dispatch.note.still_there", language)))
        .when(pl.col("state").is_in(["returned", "deferred"]))
        .then("remark")
        .when(pl.col("state") == "answered")
        .then(pl.lit(text("dispatch.note.stale", language)))
        .when(pl.col("state") == "dispatched")
        .then(late)
    )
