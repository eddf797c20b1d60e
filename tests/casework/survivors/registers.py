"""Small registers for tests of survivors: records as an export writes them, standardised, with their persons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from reconcile.casework.survivors.changes import changes
from reconcile.casework.survivors.choices import choose
from reconcile.casework.survivors.clusters import clusters
from reconcile.casework.survivors.values import candidates
from reconcile.core.frames import CASES, LINKS, conform, empty
from reconcile.core.layouts import load_layout
from reconcile.core.period import Period
from reconcile.persons.view import View
from reconcile.standardising.standardise import standardise

Row = Mapping[str, str | None]

NUMBER, OTHER_NUMBER = "460102199003072516", "46010219900307251X"
JUDGED = dict.fromkeys(("source_l", "record_id_l", "source_r", "record_id_r", "decision"), pl.String)


def id_number(born: str, sequence: int) -> str:
    """A valid number of someone born on this day (YYYYMMDD); an odd sequence is a man's."""
    body = f"460102{born}{sequence:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(w * int(d) for w, d in zip(weights, body, strict=True)) % 11]


def view_of(persons: Mapping[str, str] | None = None, **registers: Sequence[Row]) -> View:
    """A view of raw rows by register; a row's record key is `key`. `persons`: record key → person, all one by default."""
    records = {}
    for source, rows in registers.items():
        layout = load_layout(source)
        names = [column.name for column in layout.columns]
        told = [{**row, "record_key": row["key"]} for row in rows]
        raw = pl.DataFrame(
            [{name: row.get(name) for name in names} for row in told], schema=dict.fromkeys(names, pl.String)
        )
        placed = raw.with_row_index("row", 2).with_columns(source=pl.lit(source), file=pl.lit(f"{source}.csv"))
        frame = standardise(layout, placed, bytes(32), as_of=date(2026, 11, 30)).records
        person = {row["key"]: (persons or {}).get(str(row["key"]), "p") for row in rows}
        records[source] = frame.with_columns(
            person_id=pl.col("record_id").replace_strict(person, return_dtype=pl.String)
        )
    return View(records, {source: source for source in registers}, empty(LINKS), Period(2026, 10))


def members(view: View, layout: str, key: str = "K1") -> pl.DataFrame:
    """One case of all active records of a register."""
    rows = view.active().filter(pl.col("layout") == layout).select("source", "record_id").collect()
    area = {"town": pl.lit("府城镇"), "village": pl.lit("东门")}
    return rows.select(key=pl.lit(key), **area, source=pl.col("source").cast(pl.String), record_id="record_id")


def case(state: str = "answered", answer: str = "confirmed", stale: int = 0, key: str = "K1") -> pl.DataFrame:
    """The ledger's word on a case."""
    return conform(pl.DataFrame([{"key": key, "state": state, "answer": answer, "stale": stale}]), CASES)


def judged(*pairs: tuple[str, str, str]) -> pl.DataFrame:
    """Judgements about pairs of residents: (left, right, decision)."""
    rows = [("residents", left, "residents", right, decision) for left, right, decision in pairs]
    return pl.DataFrame(rows, schema=JUDGED, orient="row")


def proposed(view: View, layout: str = "residents", case_told: pl.DataFrame | None = None) -> pl.DataFrame:
    """changes.CHANGES for the one case of a register, confirmed unless told otherwise."""
    told = case() if case_told is None else case_told
    found, _ = clusters(members(view, layout), told, judged(), view, everything=True)
    return changes(found, choose(candidates(found, view, load_layout(layout))))
