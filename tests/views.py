"""Small views for tests of rules: persons with their records, written as a clerk would tell them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from reconcile.config import BirthsConfig
from reconcile.core.frames import DATE_FLAGS, ID_STATUSES, LINKS, MENTIONS, conform, empty
from reconcile.core.period import Period
from reconcile.persons.view import COLUMNS, View
from reconcile.rules import load_rule

Row = Mapping[str, Any]

# How a test's words are called in a standardised record.
_NAMES = {
    "id": "record_id", "person": "person_id", "probability": "person_probability",
    "name": "name_std", "former_name": "former_name_std", "mother": "mother_name_std", "sex": "sex_std",
    "born": "birth_date_std", "number": "id_number_std", "status": "id_number_status",
    "trusted": "id_number_trusted", "cancelled": "cancelled_std", "updated": "updated_on_std",
    "town": "town_std", "village": "village_std",
    "repeated": "record_key_repeated", "registered": "registered_on_std", "key": "record_key",
    "mother_id": "mother_id_std", "father": "father_name_std", "father_id": "father_id_std",
    "order": "order_of_child_std", "place": "place_in_delivery_std", "delivered": "children_delivered_std",
    "issued": "issued_on_std", "issue": "issue_type_std", "weight": "weight_std", "moved_in": "moved_in_on_std",
    "birth_place": "birth_place_std", "remark": "remark_std", "called": "name", "phone": "phone_std",
    "status_of_newborn": "newborn_status_std", "died": "died_on_std", "address": "address_std",
    "mother_address": "mother_address_std", "moved_in_for": "moved_in_reason_std", "moved_out": "moved_out_on_std",
    "moved_out_for": "moved_out_reason_std", "cancelled_for": "cancelled_reason_std",
    "cancelled_on": "cancelled_on_std", "district": "district_std",
    "registered_address": "registered_address_std",
}  # fmt: skip
_DTYPES = {
    **COLUMNS,
    "id_number_status": pl.Enum(ID_STATUSES),
    "birth_date_flag": pl.Enum(DATE_FLAGS),
    **dict.fromkeys(
        ("record_key", "name", "mother_id_std", "father_name_std", "father_id_std", "issue_type_std", "birth_place_std",
         "remark_std", "phone_std", "newborn_status_std", "address_std", "mother_address_std", "moved_in_reason_std",
         "moved_out_reason_std", "cancelled_reason_std", "district_std", "registered_address_std", "household_no_std",
         "head_name_std"),
        pl.String(),
    ),
    "relation_std": pl.Int8(),
    **dict.fromkeys(
        ("order_of_child_std", "place_in_delivery_std", "children_delivered_std", "weight_std"), pl.Int32()
    ),
    **dict.fromkeys(
        ("issued_on_std", "moved_in_on_std", "moved_out_on_std", "cancelled_on_std", "died_on_std"), pl.Date()
    ),
}  # fmt: skip


def view_of(
    *,
    links: Sequence[tuple[str, str, str, int]] = (),
    period: str | None = None,
    as_of: str = "2027-06-30",
    lacking: Sequence[str] = (),
    births_config: Mapping[str, Any] | None = None,
    **sources: Sequence[Row],
) -> View:
    """A view of these sources; a source is called by its layout, with `_2` for a second one of it.

    A row is its own person unless it says `person`; its number is valid and trusted unless it says `status`
    or `trusted`; `born` is 'YYYY-MM-DD'. Links are (source:record, source:record, band, match_weight). The mother of
    a row with `mother_id` is the person `mother_person`, if it says so. `lacking`: columns that no source has.
    `births_config`: what the config says of births.
    """
    records = {source: _records(source, rows).drop(lacking) for source, rows in sources.items()}
    layouts = {source: source.split("_")[0] for source in sources}
    config = BirthsConfig.model_validate(births_config or {})
    month = Period.parse(period) if period else None
    return View(records, layouts, _links(links), month, _mentions(sources), date.fromisoformat(as_of), config)


def found(view: View, code: str) -> list[tuple[str, str | None]]:
    """The record ids, left and right, of what a rule finds, sorted."""
    ids = view.population["record_id"]
    rows = load_rule(code).find(view)
    pairs = zip(ids.gather(rows["node_l"]), ids.gather(rows["node_r"]), strict=True)
    return sorted(pairs, key=str)


def evidence_of(view: View, code: str) -> list[dict[str, Any]]:
    """The evidence of what a rule finds, in the order of the left and right records."""
    rows = load_rule(code).find(view).sort("node_l", "node_r")
    return [json.loads(text) for text in rows["evidence"]]


def variants_of(view: View, code: str) -> list[str | None]:
    """The variants of what a rule finds, in the order of the left and right records."""
    return [evidence.get("variant") for evidence in evidence_of(view, code)]


def _records(source: str, rows: Sequence[Row]) -> pl.DataFrame:
    values = [_values(source, place, row) for place, row in enumerate(rows)]
    return pl.DataFrame(values, schema=_DTYPES, orient="row") if values else empty(_DTYPES)


def _values(source: str, place: int, row: Row) -> dict[str, Any]:
    given = {_NAMES.get(word, word): value for word, value in row.items() if word != "mother_person"}
    given.setdefault("record_id", f"{source[0].upper()}{place + 1}")
    given.setdefault("person_id", f"{source}:{given['record_id']}")
    if not source.startswith("births"):
        given.setdefault("id_number_status", "valid" if given.get("id_number_std") else "absent")
    given.setdefault("id_number_trusted", given.get("id_number_status") == "valid")
    for name, dtype in _DTYPES.items():
        if dtype == pl.Date and isinstance(given.get(name), str):
            given[name] = date.fromisoformat(given[name])
    unknown = given.keys() - _DTYPES.keys()
    assert not unknown, unknown
    return {name: given.get(name) for name in _DTYPES}


def _mentions(sources: Mapping[str, Sequence[Row]]) -> pl.DataFrame:
    """The mothers whose numbers the rows give."""
    rows = [
        {"source": source, "record_id": row.get("id", f"{source[0].upper()}{place + 1}"), "role": "mother",
         "id_number": row["mother_id"], "person_id": row.get("mother_person")}
        for source, of_source in sources.items()
        for place, row in enumerate(of_source)
        if row.get("mother_id")
    ]  # fmt: skip
    return conform(pl.DataFrame(rows), MENTIONS) if rows else empty(MENTIONS)


def _links(links: Sequence[tuple[str, str, str, int]]) -> pl.DataFrame:
    rows = [
        dict(
            zip(
                ("source", "record_id", "contender_source", "contender_record_id", "band", "match_weight"),
                (*left.split(":"), *right.split(":"), band, weight),
                strict=True,
            )
        )
        for left, right, band, weight in links
    ]
    return conform(pl.DataFrame(rows), LINKS) if rows else empty(LINKS)
