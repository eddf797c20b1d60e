"""The solver against brute force: every grouping of a small tangle weighed by a plain reading of the objective."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.matching.greedy import grouped_greedily
from reconcile.matching.solver import TIE, solve
from reconcile.matching.tangles import IMPOSSIBLE, Tangles


def tangle(size, evidence, prior=-20_000, barred=(), sources=None, price=-6_000, values=None):
    """One tangle from {(i, j): evidence}; pairs not named have evidence 0. `values`: of each record, in the comparison
    that speaks against; all different when not given."""
    matrix = np.zeros((1, size, size), dtype=np.int64)
    bars = np.zeros((1, size, size), dtype=bool)
    for (i, j), weight in evidence.items():
        matrix[0, i, j] = matrix[0, j, i] = weight
    for i, j in barred:
        bars[0, i, j] = bars[0, j, i] = True
    source = np.array([sources or range(size)], dtype=np.int64)
    values = list(values or range(size))
    value = np.array([[[values.index(v)] for v in values]])
    agreement, against = np.maximum(matrix, 0) + prior, np.minimum(matrix, 0)[..., None]
    return Tangles(agreement, against, value, bars, source, np.full_like(source, price))


def groups(solution):
    labels = solution.group[0].tolist()
    return {frozenset(i for i, other in enumerate(labels) if other == label) for label in labels}


def heaviest_tree(items, weight):
    """By trying every spanning tree; `weight`: of a pair of items in order."""
    pairs, trees = list(combinations(items, 2)), [0] if len(items) < 2 else []
    for chosen in combinations(pairs, len(items) - 1) if len(items) > 1 else ():
        reached = {items[0]}
        for _ in items:
            reached |= {n for p in chosen if reached & set(p) for n in p}
        if len(reached) == len(items):
            trees.append(sum(weight(*p) for p in chosen))
    return max(trees)


def brute_value(t, group):
    """The objective as the module states it."""
    group = sorted(group)
    if len(group) < 2:
        return 0
    if any(t.barred[0, i, j] for i, j in combinations(group, 2)):
        return IMPOSSIBLE
    agreement = heaviest_tree(group, lambda i, j: int(t.agreement[0, i, j]))
    holders = {v: [i for i in group if t.value[0, i, 0] == v] for v in sorted({int(t.value[0, i, 0]) for i in group})}

    def contradiction(v, w):
        return max(-int(t.against[0, i, j, 0]) for i in holders[v] for j in holders[w])

    repeats = len(group) - len({int(t.source[0, i]) for i in group})
    return agreement - heaviest_tree(list(holders), contradiction) + repeats * int(t.price[0, 0])


def groupings(items):
    if not items:
        yield []
        return
    first, *rest = items
    for smaller in groupings(rest):
        yield [[first], *smaller]
        for at, group in enumerate(smaller):
            yield [*smaller[:at], [first, *group], *smaller[at + 1 :]]


@st.composite
def tangles(draw):
    size = draw(st.integers(2, 5))
    pairs = list(combinations(range(size), 2))
    evidence = {p: draw(st.integers(-30_000, 60_000)) for p in pairs}
    barred = draw(st.lists(st.sampled_from(pairs), max_size=2))
    sources, values = (draw(st.lists(st.integers(0, 2), min_size=size, max_size=size)) for _ in range(2))
    return tangle(size, evidence, barred=barred, sources=sources, values=values)


@settings(max_examples=60, deadline=None)
@given(tangles())
def test_the_grouping_is_the_best_one_or_what_all_near_best_ones_agree_on(t):
    size = t.source.shape[1]
    valued = [(sum(brute_value(t, g) for g in grouping), grouping) for grouping in groupings(list(range(size)))]
    best = max(value for value, _ in valued)
    near = [[set(g) for g in grouping] for value, grouping in valued if value >= best - TIE]
    found = groups(solve(t))
    for i, j in combinations(range(size), 2):
        agreed = all(any({i, j} <= g for g in grouping) for grouping in near)
        assert agreed == any({i, j} <= g for g in found)


@settings(max_examples=40, deadline=None)
@given(tangles())
def test_greedy_never_invents_worth_and_respects_bars(t):
    home = grouped_greedily(t)[0][0]
    for label in set(home.tolist()):
        members = np.flatnonzero(home == label).tolist()
        assert brute_value(t, members) > IMPOSSIBLE


CASES = [
    ("a resident and her household row", 2, {(0, 1): 30_000}, (), [0, 1], [{0, 1}]),
    ("too little evidence", 2, {(0, 1): 15_000}, (), [0, 1], [{0}, {1}]),
    (
        "a second resident row joins through the household row",
        3,
        {(0, 1): 40_000, (1, 2): 30_000, (0, 2): 3_000},
        (),
        [0, 1, 0],
        [{0, 1, 2}],
    ),
    (
        "a contradiction parts what a chain would join",
        3,
        {(0, 1): 40_000, (1, 2): 30_000, (0, 2): -25_000},
        (),
        [0, 1, 0],
        [{0, 1}, {2}],
    ),
    ("a bar cannot be outweighed", 2, {(0, 1): 90_000}, ((0, 1),), [0, 1], [{0}, {1}]),
    (
        "twins that nothing tells apart stay alone",
        4,
        {(0, 2): 25_000, (0, 3): 25_000, (1, 2): 25_000, (1, 3): 25_000},
        ((0, 1), (2, 3)),
        [0, 0, 1, 1],
        [{0}, {1}, {2}, {3}],
    ),
]


@pytest.mark.parametrize(
    ("what", "size", "evidence", "barred", "sources", "expected"), CASES, ids=[c[0] for c in CASES]
)
def test_cases(what, size, evidence, barred, sources, expected):
    assert groups(solve(tangle(size, evidence, barred=barred, sources=sources))) == {frozenset(g) for g in expected}


def with_copy(t, record):
    """The tangle with one more record that is the same as this one in everything."""
    at = [*range(t.source.shape[1]), record]
    matrix = np.ix_([0], at, at)
    agreement, barred = t.agreement[matrix].copy(), t.barred[matrix].copy()
    agreement[0, -1, record] = agreement[0, record, -1] = 60_000
    barred[0, -1, record] = barred[0, record, -1] = False
    return Tangles(agreement, t.against[matrix], t.value[:, at], barred, t.source[:, at], t.price[:, at])


@settings(max_examples=60, deadline=None)
@given(tangles(), st.data())
def test_a_copy_of_a_record_parts_nobody_and_joins_nobody(t, data):
    size = t.source.shape[1]
    record = data.draw(st.integers(0, size - 1))
    before, after = solve(t).group[0], solve(with_copy(t, record)).group[0]
    for i, j in combinations(range(size), 2):
        assert (before[i] == before[j]) == (after[i] == after[j])


@settings(max_examples=60, deadline=None)
@given(tangles(), st.data())
def test_the_order_of_the_records_does_not_matter(t, data):
    size = t.source.shape[1]
    order = data.draw(st.permutations(range(size)))
    matrix = np.ix_([0], order, order)
    first = {int(t.value[0, i, 0]): place for place, i in reversed(list(enumerate(order)))}
    value = np.array([[[first[int(t.value[0, i, 0])]] for i in order]])
    turned = Tangles(
        t.agreement[matrix], t.against[matrix], value, t.barred[matrix], t.source[:, order], t.price[:, order]
    )
    found = {frozenset(order[i] for i in group) for group in groups(solve(turned))}
    assert found == groups(solve(t))


# Records of one person, the last of which has another value that contradicts what all others have.
@pytest.mark.parametrize("size", [3, 5, 7, 9, 30])
def test_one_error_is_one_error_however_many_rows_say_otherwise(size):
    evidence = {(i, j): 45_000 if j < size - 1 else -3_000 for i, j in combinations(range(size), 2)}
    evidence[0, size - 1] = 27_000
    t = tangle(size, evidence, sources=[i % 2 for i in range(size)], price=-1_000, values=[0] * (size - 1) + [1])
    assert groups(solve(t)) == {frozenset(range(size))}


def test_the_same_error_in_many_rows_is_one_error_too():
    wrong = range(4, 9)
    evidence = {(i, j): 45_000 if (i in wrong) == (j in wrong) else -3_000 for i, j in combinations(range(9), 2)}
    evidence[0, 4] = 27_000
    t = tangle(9, evidence, sources=[0] * 9, price=-1_000, values=[i in wrong for i in range(9)])
    assert groups(solve(t)) == {frozenset(range(9))}


@pytest.mark.parametrize(("size", "largest"), [(5, 5), (9, 9), (24, 9)])
def test_a_chain_is_a_person_only_while_it_is_short(size, largest):
    """Each record is like the next one, nothing but the odds speaks against the others."""
    evidence = {(i, i + 1): 22_000 for i in range(size - 1)}
    found = groups(solve(tangle(size, evidence, sources=[0] * size, price=0)))
    assert max(map(len, found)) <= largest
    assert size > 9 or found == {frozenset(range(size))}


def test_a_large_tangle_is_solved_greedily():
    size = 12
    evidence = {(i, j): 40_000 if i // 3 == j // 3 else -10_000 for i, j in combinations(range(size), 2)}
    found = groups(solve(tangle(size, evidence, sources=[i % 3 for i in range(size)])))
    assert found == {frozenset(range(i, i + 3)) for i in range(0, size, 3)}


FIELDS = ("agreement", "against", "value", "barred", "source", "price")


def test_solutions_of_many_tangles_do_not_depend_on_each_other():
    one = tangle(3, {(0, 1): 40_000, (1, 2): 30_000, (0, 2): -25_000}, sources=[0, 1, 0])
    many = Tangles(*(np.concatenate([getattr(one, f)] * 3) for f in FIELDS))
    assert (solve(many).group == solve(one).group).all()
