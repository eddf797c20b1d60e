"""Two rows' homes: households tied by people that are certainly the same, else the head's name."""

from __future__ import annotations

import numpy as np

from reconcile.matching.pairs import Levels, Mask, Pairs

LEVELS = ("missing", "same_home", "same_head", "head_is_relative", "different")
FREQUENCIES = {"same_head": "head_name_std"}
ORDERED = ("same_home", "same_head", "head_is_relative", "different")

_RELATIVES = ("father_name_std", "mother_name_std", "spouse_name_std")


def levels(pairs: Pairs) -> Levels:
    head = "head_name_std"
    relative = np.zeros(len(pairs), dtype=bool)
    for name in _RELATIVES:
        relative |= pairs.equal(head, name) | pairs.equal(name, head)
    same_home, both_have_homes = pairs.share_home()
    # Two heads of a household each: what they are called was compared before.
    heads = _is_head(pairs)
    same_head, known = pairs.equal(head) & ~heads, pairs.known(head) & ~heads
    return np.select([same_home, same_head, relative, known | both_have_homes], [1, 2, 3, 4], default=0).astype(np.int8)


def _is_head(pairs: Pairs) -> Mask:
    """Where both records are those of a head of household."""
    head, name = (pairs.population.codes(column) for column in ("head_name_std", "name_std"))
    own = (head != 0) & (head == name)
    return own[pairs.left] & own[pairs.right]
