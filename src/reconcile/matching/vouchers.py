"""Who else knows a person's number: another register, or the row of a relative.

A number that is valid and fits its row may still be nobody's: given by mistake, or belonging to a person of another
city. What tells is that the register which should hold it does not, and that no child, spouse or parent states it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reconcile.matching.frequencies import counts
from reconcile.matching.population import Nodes, Population

RELATIVES = ("mother_id_std", "father_id_std", "spouse_id_std", "head_id_std")
_NUMBER = "id_number_std"
# A register is asked only when nearly every record of it has a number.
_NEARLY_ALL = 0.9

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Vouched:
    """Of some records' numbers: `missed` by a register that should hold them, `stated` by another record as that of a
    relative."""

    missed: Mask
    stated: Mask


def vouched(population: Population, nodes: Nodes) -> Vouched:
    """What other registers and other records say of the numbers of these records."""
    numbers = population.codes(_NUMBER)
    asked, held = np.zeros(len(nodes), dtype=bool), np.zeros(len(nodes), dtype=bool)
    spans = {source: population.span(source) for source in population.sources}
    for source, span in spans.items():
        mine = np.flatnonzero((nodes >= span.start) & (nodes < span.stop))
        for other, there in spans.items():
            if other != source and _nearly_full(numbers[there]):
                asked[mine] = True
                held[mine] |= counts(numbers[there], numbers[nodes[mine]]) > 0
    return Vouched(asked & ~held, _stated_by_others(population, nodes) > 0)


def _stated_by_others(population: Population, nodes: Nodes) -> npt.NDArray[np.int32]:
    """How many other records state each record's number as that of a relative."""
    wanted = population.codes(_NUMBER)[nodes]
    found = np.zeros(len(nodes), dtype=np.int32)
    for role in RELATIVES:
        stated = population.stated(role)
        found += counts(stated, wanted) - (stated[nodes] == wanted)
    return found


def _nearly_full(codes: npt.NDArray[np.uint64]) -> bool:
    return bool(len(codes) and np.count_nonzero(codes) >= _NEARLY_ALL * len(codes))
