"""Two rows of one birth date: the only child of its delivery, the same of several, or its twin.

Of rows with different birth dates only one household that counts them as different sons or
daughters says anything.
"""

from __future__ import annotations

import numpy as np

from reconcile.matchers.shared.written_names import compare_written
from reconcile.population.deliveries import SONS_AND_DAUGHTERS
from reconcile.population.pairs import Levels, Mask, Pairs
from reconcile.population.population import MISSING

LEVELS = ("missing", "only_child", "same_child", "other_child")
COLUMNS = ("birth_date_std",)
FREQUENCIES: dict[str, str] = {}

_CHILDHOOD = 18 * 365  # days

_AT = {level: position for position, level in enumerate(LEVELS)}


def levels(pairs: Pairs) -> Levels:
    size_l, size_r, known = pairs.numbers("delivery_size")
    alike_l, alike_r, _ = pairs.numbers("delivery_alike")
    place_l, place_r, placed = pairs.numbers("delivery_place")
    sex_l, sex_r, of_known_sex = pairs.numbers("sex_std")
    certified_l, certified_r, _ = pairs.numbers("delivery_certified")
    known &= pairs.equal("birth_date_std")
    # Places count among those of one sex, so they compare where both sides know of as many.
    several = known & (size_l > 1) & (size_r > 1) & of_known_sex & (alike_l == alike_r)
    comparable = several & placed & (sex_l == sex_r)
    # A name tells more than a place: parents may call either twin the elder.
    named_apart = ~(pairs.equal("name_std") | pairs.equal("name_reading"))
    beside = pairs.equal("source") & pairs.equal("birth_date_std")
    written_apart = _written_apart(pairs, beside & named_apart)
    numbered_apart = _numbered_apart(pairs) & (known | written_apart)
    apart = named_apart & several & (sex_l != sex_r) | _counted_apart(pairs) | numbered_apart
    apart |= written_apart & _under_one_number(pairs)
    return np.select(
        [
            apart,
            # Of a register that holds one child of a day the other may be missing: a certificate
            # has to say so.
            known & (size_l == 1) & (size_r == 1) & ((certified_l == 1) | (certified_r == 1)),
            comparable & (place_l == place_r),
            comparable & named_apart,
        ],
        [_AT["other_child"], _AT["only_child"], _AT["same_child"], _AT["other_child"]],
        default=0,
    ).astype(np.int8)


def _numbered_apart(pairs: Pairs) -> Mask:
    """Where two children, unless they bear one name, have two numbers that are valid and agree with
    their rows."""
    trusted_l, trusted_r = pairs.flags("id_number_trusted")
    numbers = pairs.known("id_number_std") & ~pairs.equal("id_number_std") & trusted_l & trusted_r
    return numbers & ~pairs.equal("given") & ~pairs.equal("name_reading")


def _under_one_number(pairs: Pairs) -> Mask:
    """Children of one mother under one number, as when a twin is entered under the other's; or it
    is one child by another name: the rows do not tell. Of grown-up people a new name is the
    likelier."""
    born = pairs.population.numbers("birth_date_std")
    child = (born > born.max(initial=MISSING) - _CHILDHOOD)[pairs.left]
    one_family = pairs.equal("mother_name_std") & pairs.equal("surname")
    return child & pairs.equal("id_number_std") & one_family


def _written_apart(pairs: Pairs, where: Mask) -> Mask:
    """Those of the pairs in `where` that have two given names, neither a slip of the other nor a
    former name."""
    former = pairs.equal("name_std", "former_name_std") | pairs.equal("former_name_std", "name_std")
    where = where & pairs.known("given") & ~pairs.equal("given") & ~former
    return where & (compare_written(pairs, "name_std", where) == 0)


def _counted_apart(pairs: Pairs) -> Mask:
    """Where one household has both, as its first and its second son, say, or as a son and a
    daughter of two names."""
    left, right, known = pairs.numbers("relation_std")
    apart = pairs.equal("source") & pairs.equal("household_no_std") & known & (left != right)
    low, high = np.minimum(left, right), np.maximum(left, right)
    both = [(low >= first) & (high <= last) for first, last in SONS_AND_DAUGHTERS]
    # GB/T 4761: 20 to 26 are sons, 30 to 36 daughters. One name in both is one child entered
    # wrongly.
    son_and_daughter = (
        (low >= 20) & (low <= 26) & (high >= 30) & (high <= 36) & ~pairs.equal("name_std")
    )
    return apart & (np.logical_or.reduce(both) | son_and_daughter)
