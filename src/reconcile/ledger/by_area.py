"""Cases whose evidence is of areas: what a month without the office's table of areas, or where it
tells less, cannot say of them."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import polars as pl

from reconcile.areas.placing import BEYOND, NOT_TOLD
from reconcile.areas.table import SOURCE
from reconcile.ledger.store import Ledger
from reconcile.rules import rule_codes, says


def blind_rules(ledger: Ledger, period: str, sources: Collection[str]) -> list[str]:
    """The rules of areas that cannot be run in `period`, sorted: this run (its inputs: `sources`)
    has no table of areas, and the last booked one before in which they ran had one. Every name
    would look as if it had changed."""
    if SOURCE in sources:
        return []
    asked = "SELECT facts FROM runs JOIN audit USING (entry) WHERE replaced IS NULL AND period < ? ORDER BY period DESC"  # noqa: E501
    booked = [json.loads(run["facts"]) for run in ledger.query(asked, period)]
    return [code for code in rule_codes() if says(code, "BY_AREA") and _had_table(booked, code)]


def _had_table(booked: Sequence[Mapping[str, Any]], code: str) -> bool:
    ran = next((facts for facts in booked if code in facts.get("rules", [])), {})
    return any(source == SOURCE for source, _ in ran.get("inputs", []))


def untold_records(records: Mapping[str, pl.DataFrame]) -> pl.Series:
    """The active records (source:record_id, sorted) whose area the table ought to tell and does
    not; none without a table."""
    found = [pl.Series(dtype=pl.String)]
    for source, frame in records.items():
        if "area_how" in frame.columns:
            untold = frame.filter(
                pl.col("area_how").is_in(NOT_TOLD),
                ~BEYOND,
                ~pl.col("cancelled_std").fill_null(False),
            )
            found.append(
                untold.select(pl.concat_str(pl.lit(f"{source}:"), "record_id")).to_series()
            )
    return pl.concat(found).sort()
