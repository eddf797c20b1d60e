"""What the benchmark for ID completion counts, on small frames."""

from __future__ import annotations

import polars as pl
import pytest
from benchmarks.births.cities import Kind
from benchmarks.lists.completion import as_rows, counts

from reconcile.core.frames import COMPLETIONS, conform

A, B, C = "460105198001010013", "46010519900307001X", "460105197503080024"


def registers() -> tuple[pl.DataFrame, pl.DataFrame]:
    residents = pl.DataFrame(
        {
            "record_id": ["r1", "r2", "r3", "r4", "r5"],
            "entity_id": ["a", "b", "c", "a", "b"],
            "true_number": [A, B, C, A, B],
            "id_number": [None, "4.60105E+17", None, A, None],
            "id_number_status": ["absent", "ruined", "absent", "valid", "absent"],
            "cancelled_std": [False, None, False, False, True],  # r5 is not asked about
        }
    )
    household = pl.DataFrame(
        {
            "record_id": ["h1", "h2", "h3"],
            "entity_id": ["a", "b", "c"],
            "true_number": [A, B, C],
            "id_number_std": [A, B, A],  # the third has somebody else's
            "id_number_trusted": [True, True, True],
        }
    )
    return residents, household


def candidate(record: str, rank: int, number: str, probability: float, repaired: bool = False) -> dict[str, object]:
    return {
        "record_id": record, "rank": rank, "id_number": number, "match_probability": probability, "repaired": repaired
    }  # fmt: skip


@pytest.mark.parametrize(
    ("candidates", "counted"),
    [
        ([], (3, 2, 0, 0, 0, 0, 0, 0)),
        ([candidate("r1", 1, A, 0.95), candidate("r2", 1, B, 0.5, True)], (3, 2, 2, 2, 1, 0, 1, 0)),
        ([candidate("r1", 1, B, 0.6), candidate("r1", 2, A, 0.3)], (3, 2, 0, 1, 0, 0, 0, 0)),
        ([candidate("r3", 1, A, 0.95)], (3, 2, 0, 0, 1, 1, 0, 0)),  # wrong, though the truth is nowhere
        ([candidate("r2", 1, A, 0.9, True)], (3, 2, 0, 0, 0, 0, 1, 1)),  # 0.9 is not above
    ],
)
def test_candidates_are_held_against_the_true_number(
    candidates: list[dict[str, object]], counted: tuple[int, ...]
) -> None:
    frame = conform(pl.DataFrame(candidates), COMPLETIONS) if candidates else pl.DataFrame(schema=dict(COMPLETIONS))
    found = counts(*registers(), frame)
    assert found.filter(number="all").row(0)[1:] == counted
    kinds = found.filter(pl.col("number") != "all")
    assert set(kinds["number"]) == {"missing", "ruined"}
    assert kinds.drop("number").sum().row(0) == counted


def test_the_table_has_shares_with_their_counts() -> None:
    found = counts(*registers(), conform(pl.DataFrame([candidate("r3", 1, A, 0.95)]), COMPLETIONS))
    *_, last = as_rows(Kind(20_000), pl.concat([found, found]))
    assert last == ["20,000", "modern", "× 1", "all", "6", "4", "0.00%", "0.00%", "2", "2 (100.00%)", "0", "0 (–)"]
