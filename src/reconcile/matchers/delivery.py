"""Two rows of one birth date: the only child of its delivery, the same of several, or its twin.

Of rows with different birth dates only one household that counts them as different sons or daughters says anything.
"""

from __future__ import annotations

import numpy as np

from reconcile.matching.deliveries import SONS_AND_DAUGHTERS
from reconcile.matching.pairs import Levels, Mask, Pairs

LEVELS = ("missing", "only_child", "same_child", "other_child")
FREQUENCIES: dict[str, str] = {}

_AT = {level: position for position, level in enumerate(LEVELS)}


def levels(pairs: Pairs) -> Levels:
    size_l, size_r, known = pairs.numbers("delivery_size")
    alike_l, alike_r, _ = pairs.numbers("delivery_alike")
    place_l, place_r, placed = pairs.numbers("delivery_place")
    sex_l, sex_r, of_known_sex = pairs.numbers("sex_std")
    known &= pairs.equal("birth_date_std")
    several = known & (size_l > 1) & (size_r > 1) & of_known_sex
    # Places count among those of one sex, so they compare where both sides know of as many.
    comparable = several & placed & (sex_l == sex_r) & (alike_l == alike_r)
    return np.select(
        [
            known & (size_l == 1) & (size_r == 1),
            comparable & (place_l == place_r),
            comparable | (several & (sex_l != sex_r)) | _counted_apart(pairs),
        ],
        [_AT["only_child"], _AT["same_child"], _AT["other_child"]],
        default=0,
    ).astype(np.int8)


def _counted_apart(pairs: Pairs) -> Mask:
    """Where one household has both, as its first and its second son, say."""
    left, right, known = pairs.numbers("relation_std")
    apart = pairs.equal("source") & pairs.equal("household_no_std") & known & (left != right)
    spans = [
        ((left >= first) & (left <= last), (right >= first) & (right <= last)) for first, last in SONS_AND_DAUGHTERS
    ]
    return apart & np.logical_or.reduce([of_left & of_right for of_left, of_right in spans])
