"""block: which pairs are worth comparing. Population → candidate pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile.config import LinkConfig
from reconcile.core.threads import side_by_side
from reconcile.matching.several import SEVERAL, several_values
from reconcile.population.grouping import distinct, grouped, mixed, present
from reconcile.population.homes import Homes
from reconcile.population.population import DERIVED, Codes, Nodes, Population

Mask = npt.NDArray[np.bool_]
# Two nodes in one number, the left one above: sorted, they are sorted as pairs.
Couples = npt.NDArray[np.uint64]

# A block over the cap is divided by these, one after the other.
SPLITTERS = ("birth_year", "sex_std", "town_std", "village_std", "given")
# Keys that are no column of the records.
DERIVED_KEYS = (*DERIVED, *SEVERAL)
_HALF = np.uint64(32)
_FEW = 0.03


@dataclass(frozen=True)
class RuleReport:
    """What one blocking rule brought to a link: its pairs, those no earlier rule had, and the
    blocks it refused.

    Refused blocks are those of all links that are compared alike.
    """

    link: tuple[str, str]
    rule: str
    pairs: int
    new_pairs: int
    refused_blocks: int
    largest_refused: int


@dataclass(frozen=True)
class Candidates:
    """`pairs`: node_l, node_r (UInt32), link (UInt8, position in the links), rule (UInt16, position
    in `rules`), sorted by nodes; each pair once."""

    pairs: pl.DataFrame
    rules: tuple[str, ...]
    reports: tuple[RuleReport, ...]


def block(
    population: Population,
    links: Sequence[LinkConfig],
    rules: Sequence[Sequence[str]],
    homes: Homes,
    probes: Sequence[Mask],
    known: pl.DataFrame | None = None,
    targets: Sequence[Mask] | None = None,
) -> Candidates:
    """The pairs of `links` that share a key of one of `rules`, with at least one side among the
    link's `probes`.

    `homes`: the rule column `home` means any of a record's homes. `probes`: for each link one flag
    a node; records that are settled are no probes. `targets`: in the same way, who may be found;
    everybody when not given. A pair keeps the first rule that found it. Pairs (node_l, node_r) that
    are `known` are left out.
    """
    search = _Search(population, links, homes, probes, targets)
    search.prepare(rules)
    searched = side_by_side(search.couples, rules)
    found, refusals = [couples for couples, _ in searched], [refused for _, refused in searched]
    couples, rule = _first_rules(found, known)
    left, right = _nodes(couples)
    link = search.link_of(left, right)
    pairs = pl.DataFrame({"node_l": left, "node_r": right, "link": link, "rule": rule})
    names = tuple(" + ".join(rule) for rule in rules)
    counts = [
        np.bincount(search.link_of(*_nodes(couples)), minlength=len(links)) for couples in found
    ]
    new = np.bincount(link.astype(np.int64) * len(rules) + rule, minlength=len(links) * len(rules))
    reports = tuple(
        RuleReport(
            config.sources, names[i], int(counts[i][n]), int(new[n * len(rules) + i]), *refusals[i]
        )
        for n, config in enumerate(links)
        for i in range(len(rules))
    )
    return Candidates(pairs, names, reports)


class _Search:
    """Finds pairs for links that share their rules and their cap.

    Its seeds are records of which every wanted pair has one: the probes, or a link's smaller side.
    """

    def __init__(
        self,
        population: Population,
        links: Sequence[LinkConfig],
        homes: Homes,
        probes: Sequence[Mask],
        targets: Sequence[Mask] | None,
    ) -> None:
        self._population = population
        self._homes = homes
        self._several: dict[str, tuple[Nodes, Codes]] = {}
        self._codes: dict[str, Codes] = {}
        self._links, self._probes = links, probes
        self._cap = links[0].max_block
        self._link = np.full((len(population.sources),) * 2, _NO_LINK, dtype=np.uint8)
        self._turned = np.zeros_like(self._link, dtype=bool)
        for position, link in enumerate(links):
            left, right = (population.sources.index(source) for source in link.sources)
            self._link[left, right] = self._link[right, left] = position
            self._turned[right, left] = left != right
        everybody = [np.ones(len(population), dtype=bool)] * len(links)
        self._targets = [
            mask
            & np.isin(
                population.source, [population.sources.index(source) for source in link.sources]
            )
            for link, mask in zip(links, targets or everybody, strict=True)
        ]
        self._wanted = np.logical_or.reduce(self._targets)
        # Everybody, where few are left out: what all have in common needs no copy.
        few = np.count_nonzero(self._wanted) < len(population) / 2
        self._nodes = (np.flatnonzero(self._wanted) if few else np.arange(len(population))).astype(
            np.uint32
        )
        self._seed = np.logical_or.reduce(
            [self._seeds_of(position) for position in range(len(links))]
        )
        self._seeds = np.flatnonzero(self._seed)
        self._few = len(self._seeds) < _FEW * len(population)

    def prepare(self, rules: Sequence[Sequence[str]]) -> None:
        """Makes what these rules read, so that threads may read it side by side."""
        columns = {column for rule in rules for column in rule}
        self._population.encode(columns.difference(SEVERAL))
        for column in columns.difference(SEVERAL):
            codes = self._population.codes(column)
            self._codes[column] = codes if len(self._nodes) == len(codes) else codes[self._nodes]
        for column in sorted(columns.intersection(SEVERAL)):
            values = several_values(column, self._population, self._homes)
            self._several[column] = self._near(values.node, values.code)

    def _seeds_of(self, position: int) -> Mask:
        link, targets = self._links[position], self._targets[position]
        asking = self._probes[position] & targets
        if link.inside:
            return asking
        # Every pair of two sources has a record of the smaller one, whoever asks for it.
        sides = [
            targets & (self._population.source == self._population.sources.index(s))
            for s in link.sources
        ]
        return min(asking, *sides, key=np.count_nonzero)

    def link_of(self, left: Nodes, right: Nodes) -> npt.NDArray[np.uint8]:
        """The position of each pair's link."""
        source = self._population.source
        return self._link[source[left], source[right]]

    def couples(self, rule: Sequence[str]) -> tuple[Couples, tuple[int, int]]:
        """The pairs of a rule, each once, sorted; and the blocks refused: how many, and the size of
        the largest.

        Blocks with more than the cap's records are split by the next key, at last refused.
        """
        nodes, keys = self._keys(rule)
        parts = []
        for splitter in (*SPLITTERS, None):
            groups = grouped(keys)
            nodes, keys, sizes = nodes[groups.order], keys[groups.order], groups.sizes
            small = sizes <= self._cap
            parts.append(self._inside(nodes, groups.starts[:-1][small], sizes[small]))
            if splitter is None or small.all():
                break
            large = np.repeat(~small, sizes)
            nodes, keys = nodes[large], keys[large]
            codes = self._population.codes(splitter)[nodes]
            if codes.any():  # a column that none of them has divides nothing
                keys = mixed(keys, codes)
                nodes, keys = nodes[keys != 0], keys[keys != 0]
        refused = sizes[~small]
        return distinct(np.concatenate(parts)), (len(refused), int(refused.max(initial=0)))

    def _keys(self, rule: Sequence[str]) -> tuple[Nodes, Codes]:
        """Node and key of the records that may share a key with a seed; more than once where they
        have more homes."""
        plain = [column for column in rule if column not in SEVERAL]
        several = [self._several[column] for column in rule if column in SEVERAL]
        if not several and not self._few:
            return self._near(self._nodes, mixed(*(self._codes[column] for column in plain)))
        nodes, value = several[0] if several else (self._nodes, None)
        codes = [] if value is None else [value]
        for column in plain:  # a few seeds leave little of every column
            codes.append(self._population.codes(column)[nodes])
            near = self._near_seeds(nodes, codes[-1])
            nodes, codes = nodes[near], [code[near] for code in codes]
        return self._near(nodes, mixed(*codes))

    def _near(self, nodes: Nodes, keys: Codes) -> tuple[Nodes, Codes]:
        """Those of the rows that are compared at all, have a key, and may have that of a seed."""
        near = self._near_seeds(nodes, keys)
        near = near[self._wanted[nodes[near]] & (keys[near] != 0)]
        return nodes[near], keys[near]

    def _near_seeds(self, nodes: Nodes, keys: Codes) -> npt.NDArray[np.int64]:
        """The rows, by position, that may have the key of a seed."""
        of_seeds = keys[self._seed[nodes]]
        return np.flatnonzero(present(of_seeds[of_seeds != 0], keys))

    def _inside(
        self, nodes: Nodes, starts: npt.NDArray[np.int64], sizes: npt.NDArray[np.int64]
    ) -> Couples:
        """Every seed of a group with everyone in it, as far as a link compares the two."""
        row = _ranges(starts, sizes)
        seed = self._seed[nodes[row]]
        size = np.repeat(sizes, sizes)[seed]
        left = nodes[np.repeat(row[seed], size)]
        right = nodes[_ranges(np.repeat(starts, sizes)[seed], size)]
        # Two seeds meet twice.
        once = (left < right) | ((left > right) & ~self._seed[right])
        left, right = left[once], right[once]
        link = self.link_of(left, right)
        wanted = np.zeros(len(left), dtype=bool)
        for position, (probes, targets) in enumerate(zip(self._probes, self._targets, strict=True)):
            met = targets[left] & targets[right] & (probes[left] | probes[right])
            wanted |= (link == position) & met
        return self._turn(left[wanted], right[wanted])

    def _turn(self, left: Nodes, right: Nodes) -> Couples:
        """Pairs with their sides as the link has them; inside one source the smaller node is
        left."""
        source = self._population.source
        inside = source[left] == source[right]
        turn = np.where(inside, left > right, self._turned[source[left], source[right]])
        return _couples(np.where(turn, right, left), np.where(turn, left, right))


_NO_LINK = 255


def _ranges(starts: npt.NDArray[np.int64], sizes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """start, start + 1, … of each range, one after the other."""
    ends = np.cumsum(sizes)
    return np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - (ends - sizes), sizes)


def _couples(left: Nodes, right: Nodes) -> Couples:
    return left.astype(np.uint64) << _HALF | right.astype(np.uint64)


def _nodes(couples: Couples) -> tuple[Nodes, Nodes]:
    return (couples >> _HALF).astype(np.uint32), couples.astype(np.uint32)


def _first_rules(
    found: Sequence[Couples], known: pl.DataFrame | None
) -> tuple[Couples, npt.NDArray[np.uint16]]:
    """Every pair once, sorted, with the first rule that found it; without the known ones."""
    before = (
        [] if known is None else [_couples(known["node_l"].to_numpy(), known["node_r"].to_numpy())]
    )
    parts = [*before, *found]
    couples = np.concatenate(parts)
    rule = np.repeat(np.arange(len(parts)), [len(part) for part in parts]) - len(before)
    order = np.argsort(couples, kind="stable")
    couples, rule = couples[order], rule[order]
    first = np.ones(len(couples), dtype=bool)
    first[1:] = couples[1:] != couples[:-1]
    first &= rule >= 0
    return couples[first], rule[first].astype(np.uint16)
