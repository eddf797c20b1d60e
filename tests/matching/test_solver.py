"""The solver against brute force: every grouping of a small tangle weighed by a plain reading of the objective."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.matching import solver
from reconcile.matching.solver import IMPOSSIBLE, TIE, Tangles, solve


def tangle(size, evidence, prior=-20_000, barred=(), sources=None, price=-6_000):
    """One tangle from {(i, j): evidence}; pairs not named have evidence 0."""
    matrix = np.zeros((1, size, size), dtype=np.int64)
    bars = np.zeros((1, size, size), dtype=bool)
    for (i, j), weight in evidence.items():
        matrix[0, i, j] = matrix[0, j, i] = weight
    for i, j in barred:
        bars[0, i, j] = bars[0, j, i] = True
    source = np.array([sources or range(size)], dtype=np.int64)
    return Tangles(matrix, np.full_like(matrix, prior), bars, source, np.full_like(source, price))


def groups(solution):
    labels = solution.group[0].tolist()
    return {frozenset(i for i, other in enumerate(labels) if other == label) for label in labels}


def brute_value(t, group):
    """The objective as the module states it, by trying every spanning tree."""
    group = sorted(group)
    if len(group) < 2:
        return 0
    pairs = list(combinations(group, 2))
    if any(t.barred[0, i, j] for i, j in pairs):
        return IMPOSSIBLE
    weight = {p: int(t.prior[0][p] + max(0, t.evidence[0][p])) for p in pairs}
    trees = []
    for chosen in combinations(pairs, len(group) - 1):
        reached = {group[0]}
        for _ in group:
            reached |= {n for p in chosen if reached & set(p) for n in p}
        if len(reached) == len(group):
            trees.append(sum(weight[p] for p in chosen))
    repeats = len(group) - len({int(t.source[0, i]) for i in group})
    return sum(min(0, int(t.evidence[0][p])) for p in pairs) + max(trees) + repeats * int(t.price[0, 0])


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
    sources = draw(st.lists(st.integers(0, 2), min_size=size, max_size=size))
    return tangle(size, evidence, barred=barred, sources=sources)


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
    group, _ = solver._Greedy(t).solve()
    for label in set(group.tolist()):
        members = np.flatnonzero(group == label).tolist()
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


def test_a_large_tangle_is_solved_greedily():
    size = 12
    evidence = {(i, j): 40_000 if i // 3 == j // 3 else -10_000 for i, j in combinations(range(size), 2)}
    found = groups(solve(tangle(size, evidence, sources=[i % 3 for i in range(size)])))
    assert found == {frozenset(range(i, i + 3)) for i in range(0, size, 3)}


def test_solutions_of_many_tangles_do_not_depend_on_each_other():
    one = tangle(3, {(0, 1): 40_000, (1, 2): 30_000, (0, 2): -25_000}, sources=[0, 1, 0])
    many = Tangles(*(np.concatenate([getattr(one, f)] * 3) for f in ("evidence", "prior", "barred", "source", "price")))
    assert (solve(many).group == solve(one).group).all()
