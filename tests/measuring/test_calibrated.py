"""What the benchmark of calibration counts, on small frames."""

from __future__ import annotations

import polars as pl
import pytest
from benchmarks.lists.calibrated import as_rows, by_tenth, judged

RESIDENTS = pl.DataFrame({"record_id": ["r1", "r2", "r3"], "entity_id": ["1", "2", "3"]})
NUMBERS = pl.DataFrame({"entity_id": ["1", "2", "3"], "true_number": ["A", "B", "C"]})


def candidates(*rows: tuple[str, int, str, float]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=["record_id", "rank", "id_number", "match_probability"], orient="row")


def test_a_candidate_is_right_when_it_is_the_number_that_the_resident_truly_has() -> None:
    told = judged(candidates(("r1", 1, "A", 0.7), ("r1", 2, "B", 0.2), ("r2", 1, "C", 0.9)), RESIDENTS, NUMBERS)
    assert told.sort("match_probability")["right"].to_list() == [False, True, False]


@pytest.mark.parametrize(
    ("said", "tenth"), [(0.05, 0.0), (0.3, 0.3), (0.599, 0.5), (0.9, 0.9), (0.979, 0.9), (0.98, 0.98), (0.999, 0.98)]
)
def test_a_probability_is_counted_in_its_tenth_and_the_surest_apart(said: float, tenth: float) -> None:
    told = judged(candidates(("r1", 1, "A", said)), RESIDENTS, NUMBERS)
    assert by_tenth(told)["said"].to_list() == [tenth]


def test_each_tenth_has_its_true_share_and_that_of_first_candidates() -> None:
    told = judged(
        candidates(("r1", 1, "A", 0.52), ("r2", 1, "C", 0.58), ("r3", 2, "C", 0.55), ("r3", 1, "B", 0.99)),
        RESIDENTS,
        NUMBERS,
    )
    assert as_rows(by_tenth(told)) == [
        ["0.50–0.98", "3", "0.550", "0.667", "+0.117", "2", "0.500"],
        ["0.98–1.00", "1", "0.990", "0.000", "-0.990", "1", "0.000"],
    ]
