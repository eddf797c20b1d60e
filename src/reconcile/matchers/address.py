"""Two addresses: the same dwelling, the same building, estate, village or town, or another place.

They are compared part by part (`standardisers/address_parts`). Areas that one side leaves out say nothing. Told a
second column, an address may stand there on the other side: where people are registered against where the police have
them.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from reconcile.matchers._address import Agreement, Compared
from reconcile.matching.pairs import Levels, Mask, Pairs

LEVELS = (
    "missing",  # nothing that both sides say, but for city and district
    "same",  # no part differs, and neither side says more of the dwelling than the other
    "same_building",  # another flat, or a flat on one side only
    "same_estate",  # or the same number of a street or village; another building, or none said
    "same_village",  # or the same street; another house, or none said
    "same_town",
    "different",
)
DTYPE = pl.String()
FREQUENCIES: dict[str, str] = {}
ORDERED = LEVELS[1:]


def levels(pairs: Pairs, column: str, other: str | None = None) -> Levels:
    found = pairs.compare(column, written_levels, pairs.known(column))
    if other is None:
        return found
    for left, right in ((column, other), (other, column)):
        found = _closer(found, pairs.compare(left, written_levels, pairs.known(left, right), right))
    return found


def same_address(left: pl.Series, right: pl.Series) -> pl.Series:
    """The level of each pair of addresses, one of `LEVELS`, as String; raw or standardised, of equal length.

    A null is `missing`. The same both ways round.
    """
    return pl.Series("level", LEVELS, dtype=pl.String).gather(written_levels(left, right))


def written_levels(left: pl.Series, right: pl.Series) -> Levels:
    """The positions in `LEVELS` of pairs of addresses."""
    compared = Compared.of(left, right)
    areas, village, street = compared.areas(), compared.village(), compared.street()
    estate, zone, number = compared.named("estate"), compared.part("zone"), compared.part("street_no")
    group, building, flat = compared.group(), compared.part("building"), _flat(compared)

    on_street = street.same & number.same
    in_village = village.same & number.same & ~group.differ & ~street.differ & ~street.one_sided
    named = village.same | street.same | estate.same | compared.nameless()
    other_place = areas.differ | village.differ
    other_house = group.differ | street.differ | number.differ | estate.differ | zone.differ
    # What one side leaves out that the rest does not make up for.
    house_unsaid = (
        (zone.one_sided & ~(estate.one_sided & on_street))
        | ((number.one_sided | street.one_sided) & ~estate.same)
        | (estate.one_sided & ~on_street)
        | (village.one_sided & ~street.same & ~estate.same)
        | (group.one_sided & ~number.same & ~building.same)
    )
    located = named & ~other_place & ~other_house & ~house_unsaid & ~building.differ & ~building.one_sided
    unread = compared.part("unread")
    in_a_row = compared.in_a_row() & ~(street.differ | estate.differ | zone.differ | zone.one_sided | unread.differ | unread.one_sided)
    one_building = building.same | (number.same & ~building.said)
    one_estate = (estate.same & ~zone.differ & ~street.differ & ~number.differ) | on_street | in_village
    answers: list[Mask] = [
        compared.equal | (located & ~flat.differ & ~flat.one_sided) | (in_a_row & named & ~other_place),
        located & one_building,
        one_estate & ~other_place,
        (village.same | street.same) & ~other_place,
        areas.same & ~areas.differ,
        other_place | other_house | building.differ | flat.differ,
    ]
    found = np.select(answers, range(1, len(LEVELS)), default=0)
    return np.where(compared.known, found, 0).astype(np.int8)


def _flat(compared: Compared) -> Agreement:
    """Unit, floor, room, and what was not understood; the floor tells only where no room is said."""
    unit, floor, room, unread = (compared.part(name) for name in ("unit", "floor", "room", "unread"))
    return Agreement(
        same=room.same,
        differ=unit.differ | floor.differ | room.differ,
        one_sided=unit.one_sided | room.one_sided | unread.one_sided | unread.differ | (floor.one_sided & ~room.same),
        said=unit.said | floor.said | room.said | unread.said,
    )


def _closer(first: Levels, second: Levels) -> Levels:
    """Of two levels the one that speaks more for one place; missing only where both are."""
    return np.where((second != 0) & ((first == 0) | (second < first)), second, first).astype(np.int8)
