"""The weakest edge of a person: the weight from which on its records no longer hang together."""

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from reconcile.matching.weak_edges import weak_edges

PAIRS = pl.Schema({"node_l": pl.UInt32, "node_r": pl.UInt32})
NONE = pl.DataFrame(schema=PAIRS)


def edges(*rows):
    return pl.DataFrame(rows, schema={**PAIRS, "match_weight": pl.Int32}, orient="row")


def weakest(person, joined, weighed):
    return weak_edges(np.array(person), joined, weighed).select("node_l", "node_r", "match_weight").rows()


def test_the_lightest_edge_that_nothing_heavier_goes_round():
    assert weakest([0, 0, 0], NONE, edges((0, 1, 20_000), (1, 2, 9_000), (0, 2, -4_000))) == [(1, 2, 9_000)]


def test_pairs_and_single_records_have_none():
    assert weakest([0, 0, 2], NONE, edges((0, 1, 20_000))) == []


def test_what_is_joined_by_keys_is_stronger_than_any_weight():
    joined = pl.DataFrame([(0, 1)], schema=PAIRS, orient="row")
    assert weakest([0, 0, 0], joined, edges((0, 1, -5_000), (1, 2, 30_000))) == [(1, 2, 30_000)]


def test_a_person_joined_by_keys_alone_has_an_edge_without_weight():
    joined = pl.DataFrame([(0, 1), (2, 1)], schema=PAIRS, orient="row")
    assert weakest([0, 0, 0], joined, edges()) == [(0, 1, None)]


def test_edges_between_persons_do_not_count():
    weighed = edges((0, 1, 5_000), (1, 2, 6_000), (2, 3, 1_000), (3, 4, 8_000), (3, 5, 7_000))
    assert weakest([0, 0, 0, 3, 3, 3], NONE, weighed) == [(0, 1, 5_000), (3, 5, 7_000)]


@given(
    st.integers(3, 7).flatmap(
        lambda n: st.tuples(
            st.just(n), st.lists(st.integers(-50, 50), min_size=n * (n - 1) // 2, max_size=n * (n - 1) // 2)
        )
    )
)
def test_from_its_weight_on_the_person_hangs_together_and_above_it_not(drawn):
    size, weights = drawn
    pairs = [(i, j) for j in range(size) for i in range(j)]
    rows = [(*pair, weight) for pair, weight in zip(pairs, weights, strict=True)]
    ((_, _, found),) = weakest([0] * size, NONE, edges(*rows))

    def together(least):
        reached = {0}
        for _ in range(size):
            reached |= {n for i, j, weight in rows if weight >= least and {i, j} & reached for n in (i, j)}
        return len(reached) == size

    assert together(found)
    assert not together(found + 1)
