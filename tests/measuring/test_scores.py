"""Every tool of `benchmarks/peers` is scored from persons, in the same way."""

from __future__ import annotations

import polars as pl
import pytest
from benchmarks.peers.scores import best_f1, f1, persons_of

LEFT = pl.DataFrame({"record_id": ["a", "b", "c", "d"], "entity_id": ["1", "1", "2", "9"]})
RIGHT = pl.DataFrame({"record_id": ["v", "w", "x"], "entity_id": ["1", "2", "3"]})
LINKS = {"left": LEFT, "right": RIGHT}
DUPLICATES = {"left": LEFT}


def pairs(*rows: tuple[str, str, float]) -> pl.DataFrame:
    schema = {"left_id": pl.String, "right_id": pl.String, "match_weight": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


@pytest.mark.parametrize(
    ("found", "threshold", "expected"),
    [
        ([("a", "v", 9.0), ("b", "v", 9.0), ("c", "w", 9.0)], 5, 1.0),  # one right row may serve two left rows
        ([("a", "v", 9.0), ("b", "v", 4.0), ("c", "w", 9.0)], 5, 4 / 5),  # b is below the threshold
        ([("a", "v", 9.0), ("a", "x", 8.0), ("b", "v", 9.0), ("c", "w", 9.0)], 5, 1.0),  # only the best counts
        ([("a", "x", 9.0), ("a", "v", 8.0), ("b", "v", 9.0), ("c", "w", 9.0)], 5, 2 / 3),
        ([("a", "v", 9.0), ("b", "v", 9.0), ("c", "w", 9.0), ("d", "x", 9.0)], 5, 6 / 7),  # d should have none
        ([], 5, 0.0),
    ],
)
def test_links_count_once_for_each_left_row(
    found: list[tuple[str, str, float]], threshold: float, expected: float
) -> None:
    assert f1(persons_of(pairs(*found), LINKS, threshold), LINKS) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([("a", "b", 9.0)], 1.0),
        ([("a", "b", 9.0), ("c", "d", 9.0)], 2 / 3),
        ([("a", "b", 9.0), ("b", "c", 9.0)], 2 * 1 / (3 + 1)),  # a chain is one person: three pairs
        ([("a", "b", 4.0)], 0.0),
    ],
)
def test_duplicates_count_by_pairs_of_connected_records(found: list[tuple[str, str, float]], expected: float) -> None:
    assert f1(persons_of(pairs(*found), DUPLICATES, 5), DUPLICATES) == pytest.approx(expected)


def test_hindsight_finds_the_threshold_between_right_and_wrong() -> None:
    scored = pairs(("a", "b", 9.0), ("b", "c", 7.0))
    assert f1(persons_of(scored, DUPLICATES, 5), DUPLICATES) == pytest.approx(0.5)
    assert best_f1(scored, DUPLICATES) == 1.0
