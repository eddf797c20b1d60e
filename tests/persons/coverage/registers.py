"""Small views of registers: rows as dicts of what the coverage reads, persons by number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from reconcile.core.frames import LINKS, conform, empty
from reconcile.core.period import Period
from reconcile.persons.view import View

Row = Mapping[str, Any]
_DTYPES = {
    "record_id": pl.String, "person_id": pl.String, "file": pl.String, "row": pl.UInt32, "name": pl.String,
    "head_name": pl.String, "address": pl.String, "address_std": pl.String, "household_no_std": pl.String,
    "relation_std": pl.Int8, "district_std": pl.String, "town_std": pl.String, "village_std": pl.String,
    "area_code": pl.String, "cancelled_std": pl.Boolean, "moved_out_on_std": pl.Date, "birth_date_std": pl.Date,
    "registered_address_std": pl.String,
}  # fmt: skip
_SHORT = {
    "home": "household_no_std", "relation": "relation_std", "district": "district_std", "town": "town_std",
    "village": "village_std", "cancelled": "cancelled_std", "moved_out": "moved_out_on_std", "born": "birth_date_std",
    "registered": "registered_address_std", "id": "record_id", "area": "area_code",
}  # fmt: skip


def view(
    *,
    areas: pl.DataFrame | None = None,
    period: str | None = None,
    possible: Sequence[tuple[str, str]] = (),
    **sources: Sequence[Row],
) -> View:
    """A view of rows by source, each source of its own layout. `person`: whom a row is of. `possible`: pairs of
    `source:record_id` that wait for a person."""
    records = {source: _frame(source, rows) for source, rows in sources.items()}
    links = [
        dict(zip(("source", "record_id", "contender_source", "contender_record_id"), (*a.split(":"), *b.split(":")), strict=True))
        | {"band": "review", "match_weight": 0}
        for a, b in possible
    ]  # fmt: skip
    frame = conform(pl.DataFrame(links), LINKS) if links else empty(LINKS)
    month = Period.parse(period) if period else None
    return View(records, {source: source for source in sources}, frame, month, as_of=date(2026, 11, 30), areas=areas)


def _frame(source: str, rows: Sequence[Row]) -> pl.DataFrame:
    told = [_row(source, place, row) for place, row in enumerate(rows, start=2)]
    return pl.DataFrame(told, schema=_DTYPES)


def _row(source: str, place: int, row: Row) -> dict[str, Any]:
    given = {_SHORT.get(word, word): value for word, value in row.items() if word != "person"}
    given.setdefault("record_id", f"{source[0]}{place}")
    given["person_id"] = f"p{row.get('person', f'{source}{place}')}"
    given.setdefault("address_std", given.get("address"))
    return {
        "file": f"{source}.csv",
        "row": place,
        **{name: given.get(name) for name in _DTYPES if name not in ("file", "row")},
    }
