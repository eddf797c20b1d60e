"""Homes: the households a record belongs to, comparable across registers.

Each register numbers its households in its own way. A person who is certainly the same in two
registers ties the two households; the tied ones are one home. A record is at home in its own
household and in those of the parents, the spouse and the head whose numbers it states.

Where a row has no household number, its household is known by its head and the dwelling, or the
village; without a head, by the couple that it is of, in one dwelling or village: spouses who name
each other, children of two parents.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile.core.threads import side_by_side
from reconcile.population.corroboration import RELATIVES
from reconcile.population.grouping import Positions, distinct, grouped, lookup, mixed
from reconcile.population.population import Codes, Nodes, Population

_NONE = -1
# A household known by names: rows that share these are one where they are at least two, and no more
# than a family is.
_FEWEST, _MOST = 2, 30

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Homes:
    """`node`, `home`: every home of every record, sorted, each once; `starts`: where each node's
    homes begin; `numbered`: which nodes have a home with a number."""

    node: Nodes
    home: npt.NDArray[np.uint32]
    starts: Positions
    numbered: Mask

    @classmethod
    def of(
        cls, size: int, node: Nodes, home: npt.NDArray[np.uint32], numbered: Mask | None = None
    ) -> Homes:
        """The homes of `size` nodes from rows in any order; `numbered`: of every home, whether it
        has a number, which all have when not given."""
        packed = distinct(node.astype(np.uint64) << np.uint64(32) | home.astype(np.uint64))
        node, home = (packed >> np.uint64(32)).astype(np.uint32), packed.astype(np.uint32)
        starts = np.concatenate(([0], np.cumsum(np.bincount(node, minlength=size))))
        told = np.zeros(size, dtype=bool)
        told[node if numbered is None else node[numbered[home]]] = True
        return cls(node, home, starts, told)

    @cached_property
    def codes(self) -> Codes:
        """Each home as a code, as `Population.codes` has them."""
        return np.maximum(pl.Series(self.home).hash(seed=4761).to_numpy(), np.uint64(1))

    def shared(self, left: Nodes, right: Nodes) -> tuple[Mask, Mask]:
        """Of pairs of nodes: which have a home in common, and of which both have one with a number.

        Homes known by names are not held against each other: only a certain person ties those of
        two registers.
        """
        first_l, first_r = self.starts[left], self.starts[right]
        count_l, count_r = self.starts[left + 1] - first_l, self.starts[right + 1] - first_r
        shared = np.zeros(len(left), dtype=bool)
        open_pairs = np.flatnonzero((count_l > 0) & (count_r > 0))
        for i in range(int(count_l.max(initial=0))):
            open_pairs = open_pairs[(count_l[open_pairs] > i) & ~shared[open_pairs]]
            rest = open_pairs
            for j in range(int(count_r.max(initial=0))):
                rest = rest[count_r[rest] > j]
                same = self.home[first_l[rest] + i] == self.home[first_r[rest] + j]
                shared[rest[same]] = True
                rest = rest[~same]
        return shared, self.numbered[left] & self.numbered[right]


def homes(population: Population, certain: pl.DataFrame) -> Homes:
    """Every home of every record.

    `certain`: `node_l`, `node_r` of pairs that are surely one person; they decide which household
    of the left source is which of the right one (most shared members, ties by the smaller number).
    """
    own = _own_households(population)
    numbered = np.zeros(own.max(initial=_NONE) + 1, dtype=bool)
    numbered[own[population.codes("household_no_std") != 0]] = True
    tied = _tied(own, certain)
    own = np.append(tied, _NONE)[own]  # without a household stays so
    housed = np.flatnonzero(own != _NONE)
    node, home = _lent(population, own, certain)
    return Homes.of(
        len(population),
        np.concatenate([housed, node]).astype(np.uint32),
        np.concatenate([own[housed], home]).astype(np.uint32),
        numbered,
    )


def _own_households(population: Population) -> Positions:
    """The number of each record's household, each register's apart; `_NONE` where it has none."""
    source = population.codes("source")
    code = mixed(population.codes("household_no_std"), source)
    numberless = np.flatnonzero(code == 0)
    code[numberless] = _known_by_names(population, numberless)
    housed = np.flatnonzero(code != 0)
    own = np.full(len(population), _NONE, dtype=np.int64)
    own[housed] = grouped(code[housed]).numbers()
    return own


def _known_by_names(population: Population, nodes: Positions) -> Codes:
    """A code for the household of each of these records, as far as names and places tell it; else
    0."""

    def of(column: str) -> Codes:
        return population.codes(column)[nodes]

    dwelling, village, head = of("dwelling_std"), of("village_std"), of("head_name_std")
    place = np.where(dwelling != 0, dwelling, village)
    couple = _couple(
        of("name_std"), of("spouse_name_std"), of("father_name_std"), of("mother_name_std")
    )
    code = mixed(np.where(head != 0, head, couple), place, of("source"))
    known = np.flatnonzero(code != 0)
    groups = grouped(code[known])
    sizes = groups.sizes[groups.numbers()]
    code[known[(sizes < _FEWEST) | (sizes > _MOST)]] = 0
    return code


def _couple(name: Codes, spouse: Codes, father: Codes, mother: Codes) -> Codes:
    """One code for husband, wife and their children; who is married is of a couple of his own."""
    married = (name != 0) & (spouse != 0)
    child = ~married & (father != 0) & (mother != 0)
    return np.select([married, child], [name + spouse, father + mother], np.uint64(0))


def _tied(own: Positions, certain: pl.DataFrame) -> Positions:
    """For each household the one that it is called by: of those it shares certain people with, the
    most shared."""
    tied = np.arange(own.max(initial=_NONE) + 2)  # the one to spare is a place for `_NONE`
    one, other = (own[certain[side].to_numpy()] for side in ("node_l", "node_r"))
    tying = (one != _NONE) & (other != _NONE) & (one != other)
    pairs, count = np.unique(one[tying] << 32 | other[tying], return_counts=True)
    one, other = pairs >> 32, pairs & 0xFFFFFFFF
    if len(pairs):
        starts = np.flatnonzero(np.diff(one, prepend=_NONE))
        most = np.repeat(np.maximum.reduceat(count, starts), np.diff(np.append(starts, len(one))))
        best = np.flatnonzero(count == most)[::-1]  # the smallest number is set last and stays
        tied[one[best]] = other[best]
    return tied


def _lent(population: Population, own: Positions, certain: pl.DataFrame) -> tuple[Nodes, Positions]:
    """Homes of the relatives whose numbers a record states, where the number has one holder in a
    source.

    Records that are settled already need none.
    """
    numbers = population.codes("id_number_std")
    stated = [population.codes(role) for role in RELATIVES]
    free = np.ones(len(population), dtype=bool)
    for side in ("node_l", "node_r"):
        free[certain[side].to_numpy()] = False
    speakers = [np.flatnonzero((codes != 0) & free) for codes in stated]
    node = np.concatenate(speakers).astype(np.uint32)
    number = np.concatenate([codes[who] for codes, who in zip(stated, speakers, strict=True)])

    def lent_by(source: str) -> tuple[Nodes, Positions]:
        holders = population.nodes_of(source)
        holders = holders[numbers[holders] != 0]
        groups = grouped(numbers[holders])
        sole = holders[groups.order[groups.starts[:-1][groups.sizes == 1]]]
        if not len(sole):
            return node[:0], own[:0]
        at = lookup(numbers[sole], number)
        home = np.where(at < 0, _NONE, own[sole[at]])
        new = (home != _NONE) & (home != own[node])
        return node[new], home[new]

    lent = side_by_side(lent_by, population.sources)
    return np.concatenate([nodes for nodes, _ in lent]), np.concatenate([home for _, home in lent])
