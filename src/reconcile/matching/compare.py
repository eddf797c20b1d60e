"""compare: how the two sides of each candidate pair agree. Candidate pairs → comparison vectors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from reconcile.core.threads import side_by_side
from reconcile.matchers import load_matcher
from reconcile.population.homes import Homes
from reconcile.population.pairs import Pairs
from reconcile.population.population import Nodes, Population

# Pairs compared at once: bounds the memory of the character arithmetic.
CHUNK = 2_000_000


def compare(
    population: Population, homes: Homes, left: Nodes, right: Nodes, comparisons: Sequence[str]
) -> pl.DataFrame:
    """One Int8 column for each comparison: the position of the pair's level in the matcher's
    `LEVELS`."""
    chunks = [
        _chunk(
            Pairs(population, left[start : start + CHUNK], right[start : start + CHUNK], homes),
            comparisons,
        )
        for start in range(0, max(len(left), 1), CHUNK)
    ]
    return pl.concat(chunks)


def _chunk(pairs: Pairs, comparisons: Sequence[str]) -> pl.DataFrame:
    # Loaded here: threads that import modules of each other's can lock one another out.
    matchers = [load_matcher(name) for name in comparisons]
    found = side_by_side(lambda matcher: matcher.levels(pairs).astype(np.int8), matchers)
    return pl.DataFrame(
        dict(zip(comparisons, found, strict=True)), schema=dict.fromkeys(comparisons, pl.Int8)
    )
