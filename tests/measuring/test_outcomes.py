"""What the benchmark of match outcomes counts, on a small city."""

from __future__ import annotations

import polars as pl
from benchmarks.births.cities import Kind
from benchmarks.lists.outcomes import added_up, outcome_counts, outcome_rows, reason_counts, reason_rows, with_truth

REASON = pl.Enum(["cancelled_there", "cancelled_here", "registered_outside", "newborn", "no_id", "id_not_there"])
# register, record, entity, errors, person of the run, outcome, reason
ROWS = [
    ("residents", "r1", "1", "", "A", "matched", None),
    ("household", "h1", "1", "", "A", "matched_fields_differ", None),
    ("residents", "r2", "2", "", "B", "matched", None),  # with somebody else's row
    ("household", "h3", "3", "moved", "B", "matched", None),
    ("residents", "r3", "3", "", "C", "unmatched", "no_id"),  # missed
    ("residents", "r4", "4", "hygiene", "D", "unmatched", "registered_outside"),
    ("residents", "r5", "5", "", "E", "unmatched", "registered_outside"),  # is a newborn
    ("residents", "r6", "6", "", "F", "unmatched", "cancelled_there"),
    ("household", "h6", "6", "died_not_cancelled|cancelled", "F", "matched", None),
    ("household", "h7", "7", "cancelled", "G", "unmatched", "cancelled_here"),
    ("residents", "r8", "8", "", "H", "possible", None),
    ("household", "h9", "9", "", "I", "unmatched", "id_not_there"),
]


def rows() -> pl.DataFrame:
    names = ("source", "record_id", "entity_id", "errors", "person_id", "outcome", "reason")
    frame = pl.DataFrame(ROWS, schema=dict.fromkeys(names, pl.String), orient="row")
    truth = {register: frame.filter(source=register) for register in ("residents", "household")}
    people = pl.DataFrame({"entity_id": ["4", "9"], "registered": ["outside", "city"]})
    children = pl.DataFrame({"entity_id": ["5", "9"], "why": ["household_not_yet", "resident_not_yet|moved"]})
    outcomes = frame.select("source", "record_id", "outcome", pl.col("reason").cast(REASON))
    return with_truth(outcomes, frame.select("source", "record_id", "person_id"), truth, people, children)


def test_matches_are_counted_by_row() -> None:
    counts = {row.pop("register"): row for row in outcome_counts(rows()).to_dicts()}
    assert counts["residents"] == {
        "rows": 7, "found": 2, "correct": 1, "true": 2, "possible": 1, "unmatched": 4, "absent": 3,
    }  # fmt: skip
    # A cancelled row is matched by any; r3 is there for h3, which has somebody else.
    assert counts["household"] == {
        "rows": 5, "found": 3, "correct": 2, "true": 3, "possible": 0, "unmatched": 2, "absent": 2,
    }  # fmt: skip


def test_reasons_are_held_against_the_truth() -> None:
    counts = {row[:2]: row[2:] for row in reason_counts(rows()).rows()}
    assert counts["residents", "registered_outside"] == (2, 1, 1)
    assert counts["residents", "newborn"] == (0, 0, 1)
    assert counts["residents", "cancelled_there"] == (1, 1, 1)
    assert counts["residents", "no_id"] == (1, 0, None)
    assert counts["household", "cancelled_here"] == (1, 1, None)
    assert counts["household", "id_not_there"] == (1, 1, None)
    assert counts["household", "newborn"] == (0, 0, 1)


def test_cities_are_added_up_and_told() -> None:
    kind = Kind(20_000)
    twice = added_up([reason_counts(rows())] * 2, ["register", "reason"])
    told = {row[3]: row[4:] for row in reason_rows(kind, twice) if row[2] == "residents"}
    assert told["`registered_outside`"] == ["4", "2", "0.5000", "2", "1.0000"]
    assert told["`no_id`"] == ["2", "0", "0.0000", "–", "–"]
    assert "`moved_out`" not in told
    ends = [row[2:] for row in outcome_rows(kind, added_up([outcome_counts(rows())] * 2, ["register"]))]
    assert ends[0] == ["residents", "14", "4", "0.5000", "0.5000", "2", "8", "6"]
