"""Two identity numbers: the same, one slip apart, or contradicting each other."""

from __future__ import annotations

import numpy as np
import polars as pl
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

from reconcile.matching.pairs import Levels, Pairs

LEVELS = (
    "missing",
    "equal",
    "same_core",  # the same but for the check digit
    "one_slip",  # one digit or one swap apart, at least one side suspect
    "two_slips",
    "suspect",  # different, but at least one side is not to be trusted
    "contradiction",  # different, both valid and in agreement with their own rows
)
FREQUENCIES = {"equal": "id_number_std"}

_AT = {level: position for position, level in enumerate(LEVELS)}


def levels(pairs: Pairs) -> Levels:
    # A number that is no ID for a wrong digit in its date still has a core to be compared.
    known = pairs.known("id_number_std") | pairs.known("id_number_core")
    equal = pairs.equal("id_number_std")
    trusted_l, trusted_r = pairs.flags("id_number_trusted")
    # Two valid numbers are never one slip apart: the check digit catches every single slip.
    open_to_doubt = known & ~equal & ~(trusted_l & trusted_r)
    slips = pairs.compare("id_number_core", slip_levels, open_to_doubt & pairs.known("id_number_core"))
    return np.select(
        [
            equal,
            known & trusted_l & trusted_r,
            pairs.equal("id_number_core"),
            slips > 0,
            known & pairs.known("id_number_std"),
        ],
        [_AT["equal"], _AT["contradiction"], _AT["same_core"], slips, _AT["suspect"]],
        default=0,
    ).astype(np.int8)


def slip_levels(left: pl.Series, right: pl.Series) -> Levels:
    """`one_slip` or `two_slips` for numbers that close together (a swap of neighbours is one), else 0."""
    distance = cpdist(left.to_list(), right.to_list(), scorer=OSA.distance, score_cutoff=2)
    return np.select([distance == 1, distance == 2], [_AT["one_slip"], _AT["two_slips"]], default=0).astype(np.int8)
