"""Chances of a comparison's levels, as a matching model holds them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Level:
    """Chances of one level among matches (`m`), strangers (`u`) and kin (`k`), where both sides
    have a value."""

    m: float
    u: float
    k: float


# As the three of `Level`, of many pairs at a level that depends on the registers of a run.
Chances = tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]
