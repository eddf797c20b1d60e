"""What a record says in a comparison, as one number: two records that say the same say it against
the same others."""

from __future__ import annotations

import numpy as np

from reconcile.matchers import load_matcher
from reconcile.population.homes import Homes
from reconcile.population.population import Codes, Nodes, Population

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


def value_codes(population: Population, homes: Homes, comparison: str, nodes: Nodes) -> Codes:
    """A number for what each of the nodes says in this comparison, by the columns that its
    matcher's `VALUE` names (`home` is the first of a record's homes); 0 where it says nothing.
    Where none are named, every record says something of its own."""
    columns = getattr(load_matcher(comparison), "VALUE", ())
    if not columns:
        return nodes.astype(np.uint64) + np.uint64(1)
    key = np.zeros(nodes.shape, dtype=np.uint64)
    for column in columns:
        key *= _MULTIPLIER
        key ^= _first_homes(homes, nodes) if column == "home" else population.codes(column)[nodes]
    return key


def _first_homes(homes: Homes, nodes: Nodes) -> Codes:
    housed = homes.starts[nodes + 1] > homes.starts[nodes]
    at = np.where(housed, homes.starts[nodes], 0)
    if not len(homes.codes):
        return np.zeros(nodes.shape, dtype=np.uint64)
    return np.where(housed, homes.codes[at], np.uint64(0))
