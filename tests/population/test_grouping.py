"""Groups by sorting: as a dictionary would group, also where the upper bits of two keys are the same."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from reconcile.population.frequencies import counts
from reconcile.population.grouping import distinct, grouped, lookup, mixed, present

# A few values near each other and a few far apart: shared upper bits are common here.
KEYS = st.lists(st.one_of(st.integers(1, 5), st.integers(2**63, 2**63 + 5)), max_size=30)


def codes(values):
    return np.array(values, dtype=np.uint64)


@given(KEYS)
def test_rows_of_one_key_stand_together_in_their_order(values):
    groups = grouped(codes(values))
    members = np.split(groups.order, groups.starts[1:-1]) if values else []
    expected = {key: [i for i, v in enumerate(values) if v == key] for key in set(values)}
    assert sorted(m.tolist() for m in members) == sorted(expected.values())
    numbers = groups.numbers()
    assert all((numbers[i] == numbers[j]) == (values[i] == values[j]) for i in range(len(values)) for j in range(i))


@given(st.sets(st.integers(1, 40)), st.lists(st.integers(1, 60)))
def test_lookup_finds_each_key_where_it_stands(keys, wanted):
    keys = list(keys)
    expected = [keys.index(w) if w in keys else -1 for w in wanted]
    assert lookup(codes(keys), codes(wanted)).tolist() == expected


@given(KEYS, KEYS)
def test_counts_are_exact(among, wanted):
    assert counts(codes(among), codes(wanted)).tolist() == [among.count(value) for value in wanted]


@given(KEYS, KEYS)
def test_whatever_is_wanted_is_present(wanted, keys):
    seen = present(codes(wanted), codes(keys))
    assert all(flag for flag, key in zip(seen, keys, strict=True) if key in wanted)


@given(KEYS)
def test_distinct(values):
    assert distinct(codes(values)).tolist() == sorted(set(values))


def test_a_key_needs_all_its_codes_and_minds_their_order():
    one, other = codes([7, 0, 7, 9]), codes([9, 9, 0, 7])
    key = mixed(one, other)
    assert key[1] == key[2] == 0
    assert key[0] != key[3]
    assert 0 not in (key[0], key[3])
    assert one.tolist() == [7, 0, 7, 9]
