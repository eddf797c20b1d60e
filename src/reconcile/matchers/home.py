"""Two rows' homes: households tied by people that are certainly the same, else the head's name."""

from __future__ import annotations

import numpy as np

from reconcile.matching.pairs import Levels, Pairs

LEVELS = ("missing", "same_home", "same_head", "head_is_relative", "different")
FREQUENCIES = {"same_head": "head_name_std"}
VALUE = ("home", "head_name_std")
ORDERED = ("same_home", "same_head", "head_is_relative", "different")

_RELATIVES = ("father_name_std", "mother_name_std", "spouse_name_std")


def levels(pairs: Pairs) -> Levels:
    head = "head_name_std"
    relative = np.zeros(len(pairs), dtype=bool)
    for name in _RELATIVES:
        relative |= pairs.equal(head, name) | pairs.equal(name, head)
    same_home, both_have_homes = pairs.share_home()
    return np.select(
        [same_home, pairs.equal(head), relative, pairs.known(head) | both_have_homes], [1, 2, 3, 4], default=0
    ).astype(np.int8)
