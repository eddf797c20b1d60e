"""What rivals take from a pair, and a third record gives to it."""

import numpy as np
import polars as pl
import pytest

from reconcile.matching.others import with_others

# Residents 0 to 2, household rows 3 to 5.
SOURCE = np.array([0, 0, 0, 1, 1, 1], dtype=np.uint8)
ALONE = [0, 1, 2, 3, 4, 5]


def others(pairs, person=ALONE, certain=(), barred=()):
    """`others` of each pair (left, right, bits)."""
    scored = pl.DataFrame(
        {
            "node_l": [p[0] for p in pairs], "node_r": [p[1] for p in pairs],
            "match_weight": [1000 * p[2] for p in pairs], "barred": [p[:2] in barred for p in pairs],
        },
        schema={"node_l": pl.UInt32, "node_r": pl.UInt32, "match_weight": pl.Int32, "barred": pl.Boolean},
    )  # fmt: skip
    closed = pl.DataFrame(certain, schema={"node_l": pl.UInt32, "node_r": pl.UInt32}, orient="row")
    found = with_others(scored, closed, pl.Series("person", person, dtype=pl.UInt32), SOURCE)
    assert (found["match_weight"] == scored["match_weight"] + found["others"]).all()
    return found["others"].to_list()


CASES = [
    ("nobody else", [(0, 3, 5)], {}, [0]),
    ("two that are equally good take half of each other", [(0, 3, 10), (0, 4, 10)], {}, [-10_001, -10_001]),
    ("a better one takes all", [(0, 3, 20), (0, 4, 2)], {}, [-2_322, -20_000]),
    ("the rival of the other side counts as well", [(0, 3, 4), (1, 3, 10)], {}, [-10_001, -4_087]),
    ("two rows of one person are no rivals", [(0, 3, 10), (0, 4, 10)], {"person": [0, 1, 2, 3, 3, 5]}, [0, 0]),
    ("a barred pair is no rival", [(0, 3, 5), (0, 4, 20)], {"barred": {(0, 4)}}, [0, -5_044]),
    ("inside one register there are no rivals", [(0, 1, 5), (0, 2, 5)], {}, [0, 0]),
    ("a third record holds the two together",
     [(0, 3, 12), (1, 3, 9), (0, 1, -4)], {"person": [0, 0, 2, 0, 4, 5]}, [0, 0, 13_000]),
    ("a certain pair and another hold the two together",
     [(1, 3, 9), (0, 1, -4)], {"person": [0, 0, 2, 0, 4, 5], "certain": [(0, 3)]}, [0, 13_000]),
    ("through two records",
     [(0, 3, 8), (3, 4, 7), (1, 4, 6), (0, 1, 0)], {"person": [0, 0, 2, 0, 0, 5]}, [0, 0, 0, 6_000]),
]  # fmt: skip


@pytest.mark.parametrize(("what", "pairs", "given", "expected"), CASES, ids=[case[0] for case in CASES])
def test_others(what, pairs, given, expected):
    assert others(pairs, **given) == pytest.approx(expected, abs=2)


def test_no_pairs():
    assert others([]) == []
