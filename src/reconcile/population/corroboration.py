"""Who else knows a person's number: another register, or the row of a relative.

A number that is valid and fits its row may still be nobody's: given by mistake, or belonging to a
person of another city. What tells is that no other register holds it. How much that tells depends
on how many of such numbers the others hold at all: where they lack every second one, it tells
little. Where no other register holds any, only relatives can tell: no child, spouse or parent
states the number.
"""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from reconcile.population.frequencies import counts
from reconcile.population.population import Nodes, Population

RELATIVES = ("mother_id_std", "father_id_std", "spouse_id_std", "head_id_std")
_NUMBER = "id_number_std"

Mask = npt.NDArray[np.bool_]
Shares = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Corroboration:
    """`missed`: of each node, whether other registers hold some of its register's numbers and not
    its own. `share`: of each source, how many of its trusted numbers are missed; NaN where no other
    register holds any."""

    missed: Mask
    share: Shares


def corroboration(population: Population) -> Corroboration:
    """What the registers say of each other's numbers; made once for a population."""
    if population not in _MADE:
        _MADE[population] = _made(population)
    return _MADE[population]


_MADE: WeakKeyDictionary[Population, Corroboration] = WeakKeyDictionary()


def _made(population: Population) -> Corroboration:
    numbers, trusted = population.codes(_NUMBER), population.flags("id_number_trusted")
    held = np.zeros(len(population), dtype=bool)
    share = np.full(len(population.sources), np.nan)
    spans = [population.span(source) for source in population.sources]
    for position, mine in enumerate(spans):
        for there in spans:
            if there != mine:
                held[mine] |= counts(numbers[there], numbers[mine]) > 0
        among, found = (int(np.count_nonzero(flags[mine])) for flags in (trusted, trusted & held))
        if found:  # of a few numbers one more or less says nothing
            share[position] = 1 - (found + 1) / (among + 2)
        else:
            held[mine] = True
    return Corroboration(~held & (numbers != 0), share)


def stated_by_relatives(population: Population, nodes: Nodes) -> Mask:
    """Whether another record states each record's number as that of a relative."""
    wanted = population.codes(_NUMBER)[nodes]
    found = np.zeros(len(nodes), dtype=np.int32)
    for role in RELATIVES:
        stated = population.stated(role)
        found += counts(stated, wanted) - (stated[nodes] == wanted)
    return found > 0
