"""Two rows' homes: households tied by people that are certainly the same, else the head's name and
the dwelling.

A family is at home together, so that all of this is one comparison: the head, the household and the
address of a brother agree as well. People live elsewhere than they are registered: another dwelling
says nothing by itself.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from reconcile.matchers.shared.written_names import compare_written
from reconcile.population.pairs import Levels, Mask, Pairs

LEVELS = (
    "missing",
    "same_home",
    "same_head",
    "same_dwelling",
    "similar_head",  # the head's name as a slip would have it
    "head_is_relative",
    "same_building",
    # another head, in another village or town: registered with others than one lives with
    "elsewhere",
    "different",
)
COLUMNS = ("home", "head_name_std", "dwelling_std", "registered_dwelling_std", "building_std")
FREQUENCIES = {"same_head": "head_name_std", "same_dwelling": "dwelling_std"}
ORDERED = (
    "same_home",
    "same_head",
    "same_dwelling",
    "similar_head",
    "head_is_relative",
    "same_building",
    "different",
)
VALUE = ("home", "head_name_std")

_RELATIVES = ("father_name_std", "mother_name_std", "spouse_name_std")
DWELLINGS = ("dwelling_std", "registered_dwelling_std")
_HEAD = "head_name_std"


def levels(pairs: Pairs) -> Levels:
    same_home, both_have_homes = pairs.share_home()
    # Two heads of a household each: what they are called was compared before.
    known = pairs.known(_HEAD) & ~_are_heads(pairs)
    same_head, same_dwelling = pairs.equal(_HEAD) & known, dwell_together(pairs)
    similar = compare_written(pairs, _HEAD, known & ~same_head & ~same_home & ~same_dwelling) > 0
    other = known | both_have_homes
    return np.select(
        [
            same_home,
            same_head,
            same_dwelling,
            similar,
            _any(pairs.equal(_HEAD, name) | pairs.equal(name, _HEAD) for name in _RELATIVES),
            pairs.equal("building_std"),
            other & pairs.known("village_std") & ~pairs.equal("village_std"),
            other,
        ],
        range(1, len(LEVELS)),
        default=0,
    ).astype(np.int8)


def dwell_together(pairs: Pairs) -> Mask:
    """Where both addresses are one dwelling, be it where they live or where they are registered."""
    return _any(pairs.equal(dwelling) for dwelling in DWELLINGS)


def _are_heads(pairs: Pairs) -> Mask:
    """Where both records are those of a head of household."""
    head, name = (pairs.population.codes(column) for column in (_HEAD, "name_std"))
    own = (head != 0) & (head == name)
    return own[pairs.left] & own[pairs.right]


def _any(masks: Iterable[Mask]) -> Mask:
    return np.logical_or.reduce(list(masks))
