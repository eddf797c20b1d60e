"""Keys of which a record may have several values: its homes, and the names of its head of household
and parents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reconcile.population.homes import Homes
from reconcile.population.population import Codes, Nodes, Population

# A newborn's father is often the head of the household that it is entered in, which names no
# father.
HEAD_OR_PARENT = ("head_name_std", "father_name_std", "mother_name_std")


@dataclass(frozen=True)
class Several:
    """`node`, `code`: every value of every record, as `Population.codes` has them."""

    node: Nodes
    code: Codes


def _of_homes(population: Population, homes: Homes) -> Several:
    return Several(homes.node, homes.codes)


def _heads_and_parents(population: Population, homes: Homes) -> Several:
    codes = np.stack([population.codes(column) for column in HEAD_OR_PARENT])
    for i in range(1, len(codes)):  # a name that stands twice counts once
        codes[i, (codes[i] == codes[:i]).any(axis=0)] = 0
    place, node = np.nonzero(codes)
    return Several(node.astype(np.uint32), codes[place, node])


_MADE: Mapping[str, Callable[[Population, Homes], Several]] = {
    "home": _of_homes,
    "head_or_parent": _heads_and_parents,
}
SEVERAL = tuple(_MADE)


def several_values(column: str, population: Population, homes: Homes) -> Several:
    """The values of a column of `SEVERAL`."""
    return _MADE[column](population, homes)


def share_one(
    column: str, population: Population, homes: Homes, left: Nodes, right: Nodes
) -> npt.NDArray[np.bool_]:
    """Which pairs of nodes have a value of a column of `SEVERAL` in common."""
    if column == "home":
        return homes.shared(left, right)[0]
    shared = np.zeros(len(left), dtype=bool)
    for one in HEAD_OR_PARENT:
        codes = population.codes(one)[left]
        for other in HEAD_OR_PARENT:
            shared |= (codes != 0) & (codes == population.codes(other)[right])
    return shared
