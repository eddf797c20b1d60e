"""Two rows' homes: households tied by people that are certainly the same, else the head's name and the dwelling.

A family is at home together, so that all of this is one comparison: the head, the household and the address of a
brother agree as well. People live elsewhere than they are registered: another dwelling says nothing by itself.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from reconcile.matching.pairs import Levels, Mask, Pairs

LEVELS = (
    "missing", "same_home", "same_head", "same_dwelling", "head_is_relative", "same_building", "different"
)  # fmt: skip
FREQUENCIES = {"same_head": "head_name_std", "same_dwelling": "dwelling_std"}
ORDERED = ("same_home", "same_head", "same_dwelling", "head_is_relative", "same_building", "different")

_RELATIVES = ("father_name_std", "mother_name_std", "spouse_name_std")
_DWELLINGS = ("dwelling_std", "registered_dwelling_std")


def levels(pairs: Pairs) -> Levels:
    head = "head_name_std"
    same_home, both_have_homes = pairs.share_home()
    return np.select(
        [
            same_home,
            pairs.equal(head),
            _any(pairs.equal(dwelling) for dwelling in _DWELLINGS),
            _any(pairs.equal(head, name) | pairs.equal(name, head) for name in _RELATIVES),
            pairs.equal("building_std"),
            pairs.known(head) | both_have_homes,
        ],
        range(1, len(LEVELS)),
        default=0,
    ).astype(np.int8)


def _any(masks: Iterable[Mask]) -> Mask:
    return np.logical_or.reduce(list(masks))
