"""Whose rows are where, of frames that stand one below the other."""

from __future__ import annotations

import numpy as np
import pytest

from reconcile.core.stacked import rows_by_frame, spans


def test_the_rows_of_each_frame() -> None:
    assert spans([2, 0, 3]) == [slice(0, 2), slice(2, 2), slice(2, 5)]
    assert spans([]) == []


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ([4, 0, 2, 1], [([1, 3], [0, 1]), ([], []), ([0, 2], [2, 0])]),
        ([1, 1], [([0, 1], [1, 1]), ([], []), ([], [])]),
        ([-1, 5], [([], []), ([], []), ([], [])]),  # of nobody
        ([], [([], []), ([], []), ([], [])]),
    ],
)
def test_rows_of_the_stack_are_found_in_their_frames(
    asked: list[int], found: list[tuple[list[int], list[int]]]
) -> None:
    pairs = rows_by_frame(np.array(asked, dtype=np.int64), [2, 0, 3])
    assert [(places.tolist(), rows.tolist()) for places, rows in pairs] == found
