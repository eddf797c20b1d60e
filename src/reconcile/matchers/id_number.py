"""Two identity numbers: the same, one slip apart, or contradicting each other."""

from __future__ import annotations

import numpy as np
import polars as pl
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

from reconcile.matching.pairs import Levels, Mask, Pairs
from reconcile.matching.vouchers import vouched

LEVELS = (
    "missing",
    "equal",
    "same_core",  # the same but for the check digit
    "one_slip",  # one digit or one swap apart, at least one side suspect
    "two_slips",
    "suspect",  # different, but at least one side is not to be trusted
    "unconfirmed",  # different, both valid and in agreement with their own rows, but one is known to nobody else
    "contradiction",  # different, both valid and in agreement with their own rows, and nothing speaks against either
)
FREQUENCIES = {"equal": "id_number_std"}
VALUE = ("id_number_std", "id_number_core")
ORDERED = ("equal", "same_core", "one_slip", "two_slips", "suspect", "unconfirmed", "contradiction")

_AT = {level: position for position, level in enumerate(LEVELS)}


def levels(pairs: Pairs) -> Levels:
    # A number that is no ID for a wrong digit in its date still has a core to be compared.
    known = pairs.known("id_number_std") | pairs.known("id_number_core")
    equal = pairs.equal("id_number_std")
    trusted_l, trusted_r = pairs.flags("id_number_trusted")
    # Two valid numbers are never one slip apart: the check digit catches every single slip.
    open_to_doubt = known & ~equal & ~(trusted_l & trusted_r)
    slips = pairs.compare("id_number_core", slip_levels, open_to_doubt & pairs.known("id_number_core"))
    contrary = known & ~equal & trusted_l & trusted_r
    doubtful = _doubtful(pairs, contrary)
    return np.select(
        [
            equal,
            contrary & ~doubtful,
            contrary,
            pairs.equal("id_number_core"),
            slips > 0,
            known & pairs.known("id_number_std"),
        ],
        [_AT["equal"], _AT["contradiction"], _AT["unconfirmed"], _AT["same_core"], slips, _AT["suspect"]],
        default=0,
    ).astype(np.int8)


def _doubtful(pairs: Pairs, where: Mask) -> Mask:
    """Of the pairs in `where`: a register that should hold one of the numbers does not, or relatives state only one."""
    doubtful = np.zeros(len(pairs), dtype=bool)
    found = vouched(pairs.population, np.concatenate([pairs.left[where], pairs.right[where]]))
    (missed_l, missed_r), (stated_l, stated_r) = np.split(found.missed, 2), np.split(found.stated, 2)
    doubtful[where] = missed_l | missed_r | (stated_l != stated_r)
    return doubtful


def slip_levels(left: pl.Series, right: pl.Series) -> Levels:
    """`one_slip` or `two_slips` for numbers that close together (a swap of neighbours is one), else 0."""
    distance = cpdist(left.to_list(), right.to_list(), scorer=OSA.distance, score_cutoff=2)
    return np.select([distance == 1, distance == 2], [_AT["one_slip"], _AT["two_slips"]], default=0).astype(np.int8)
