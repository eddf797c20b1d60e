"""How common values are in the registers: exact counts, made for the records that are compared."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from reconcile.population.grouping import grouped, present
from reconcile.population.population import Codes

Counts = npt.NDArray[np.int32]


def counts(among: Codes, wanted: Codes) -> Counts:
    """How often each wanted value occurs among others."""
    near = among[present(wanted, among)]
    groups = grouped(np.concatenate([wanted, near]))
    found = np.empty(len(groups.order), dtype=np.int32)
    if len(found):
        of_groups = np.add.reduceat(groups.order >= len(wanted), groups.starts[:-1], dtype=np.int32)
        found[groups.order] = np.repeat(of_groups, groups.sizes)
    return found[: len(wanted)]
