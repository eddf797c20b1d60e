"""Pairs of strangers are drawn alike in every month."""

from __future__ import annotations

import numpy as np
import pytest

from reconcile.matching.draws import drawn


def ids(count: int, seed: int) -> np.typing.NDArray[np.uint64]:
    return np.random.default_rng(seed).integers(1, 2**63, count, dtype=np.uint64)


def pairs(left: np.typing.NDArray[np.uint64], right: np.typing.NDArray[np.uint64], count: int) -> set[tuple[int, int]]:
    places = drawn(left, right, count)
    return set(zip(left[places[0]].tolist(), right[places[1]].tolist(), strict=True))


@pytest.mark.parametrize(("left", "right", "count"), [(2000, 3000, 1000), (5000, 400, 30_000), (700, 700, 9000)])
def test_about_as_many_as_asked_for(left: int, right: int, count: int) -> None:
    assert 0.6 * count < len(pairs(ids(left, 1), ids(right, 2), count)) < 1.6 * count


def test_of_few_records_every_pair_is_drawn() -> None:
    assert len(pairs(ids(20, 1), ids(30, 2), 5000)) == 600
    assert pairs(ids(0, 1), ids(30, 2), 5000) == set()


def test_only_the_pairs_of_changed_records_change() -> None:
    left, right = ids(3000, 1), ids(3000, 2)
    changed = left.copy()
    changed[:30] = ids(30, 3)
    before, after = pairs(left, right, 20_000), pairs(np.roll(changed, 7), right, 20_000)
    stay = set(changed[30:].tolist())
    assert {pair for pair in before if pair[0] in stay} == {pair for pair in after if pair[0] in stay}


def test_records_with_one_id_are_drawn_no_more_than_others() -> None:
    same = ids(20_000, 1)
    assert sum(left == right for left, right in pairs(same, same, 400_000)) < 60  # 20 by chance
