"""Two addresses: the same dwelling, the same building, estate, village or town, or another place.

They are compared part by part (`standardisers/address_parts`). Areas that one side leaves out say
nothing. Told a second column, an address may stand there on the other side: where people are
registered against where the police have them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from reconcile.matchers.shared.address import Agreement, Compared
from reconcile.population.pairs import Levels, Mask, Pairs

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
    """The level of each pair of addresses, one of `LEVELS`, as String; raw or standardised, of
    equal length.

    A null is `missing`. The same both ways round.
    """
    return pl.Series("level", LEVELS, dtype=pl.String).gather(written_levels(left, right))


def written_levels(left: pl.Series, right: pl.Series) -> Levels:
    """The positions in `LEVELS` of pairs of addresses."""
    compared = Compared.of(left, right)
    house, areas, flat = House.of(compared), compared.areas(), _flat(compared)
    village, building = house.village, house.building
    other_place = areas.differ | village.differ
    located = house.same & ~other_place & ~building.differ & ~building.one_sided
    one_building = building.same | (house.number.same & ~building.said)
    answers: list[Mask] = [
        compared.equal
        | (located & ~flat.differ & ~flat.one_sided)
        | (_in_a_row(compared, house) & ~other_place),
        located & one_building,
        house.same_estate & ~other_place,
        (village.same | house.street.same) & ~other_place,
        areas.same & ~areas.differ,
        other_place | house.differ | building.differ | flat.differ,
    ]
    found = np.select(answers, range(1, len(LEVELS)), default=0)
    return np.where(compared.known, found, 0).astype(np.int8)


@dataclass(frozen=True)
class House:
    """What of each pair says where its house is, or its estate."""

    village: Agreement
    group: Agreement
    street: Agreement
    number: Agreement
    estate: Agreement
    zone: Agreement
    building: Agreement
    nameless: Mask

    @classmethod
    def of(cls, compared: Compared) -> House:
        return cls(
            village=compared.village(),
            group=compared.group(),
            street=compared.street(),
            number=compared.part("street_no"),
            estate=compared.named("estate"),
            zone=compared.part("zone"),
            building=compared.part("building"),
            nameless=compared.nameless(),
        )

    @property
    def named(self) -> Mask:
        return self.village.same | self.street.same | self.estate.same | self.nameless

    @property
    def same(self) -> Mask:
        """No part differs, and what one side leaves out the rest makes up for."""
        on_street, estate = self.street.same & self.number.same, self.estate
        unsaid = (
            (self.zone.one_sided & ~(estate.one_sided & on_street))
            | ((self.number.one_sided | self.street.one_sided) & ~estate.same)
            | (estate.one_sided & ~on_street)
            | (self.village.one_sided & ~self.street.same & ~estate.same)
            | (self.group.one_sided & ~self.number.same & ~self.building.same)
        )
        return self.named & ~self.differ & ~unsaid

    @property
    def same_estate(self) -> Mask:
        """The same estate, or the same number of a street or village."""
        street, number = self.street, self.number
        in_village = (
            self.village.same
            & number.same
            & ~self.group.differ
            & ~street.differ
            & ~street.one_sided
        )
        in_estate = self.estate.same & ~self.zone.differ & ~street.differ & ~number.differ
        return in_estate | (street.same & number.same) | in_village

    @property
    def differ(self) -> Mask:
        return (
            self.group.differ
            | self.street.differ
            | self.number.differ
            | self.estate.differ
            | self.zone.differ
        )


def _in_a_row(compared: Compared, house: House) -> Mask:
    """All numbers in their order and the names are the same: 5-12-3 is 5栋12楼3号 or
    5栋12单元3号."""
    unread, zone = compared.part("unread"), house.zone
    other_name = house.street.differ | house.estate.differ | zone.differ | zone.one_sided
    names = compared.part("place").same | (house.named & ~other_name)
    return compared.in_a_row() & names & ~unread.differ & ~unread.one_sided


def _flat(compared: Compared) -> Agreement:
    """Unit, floor, room, and what was not understood; the floor tells only where no room is
    said."""
    unit, floor, room, unread = (
        compared.part(name) for name in ("unit", "floor", "room", "unread")
    )
    return Agreement(
        same=room.same,
        differ=unit.differ | floor.differ | room.differ,
        one_sided=unit.one_sided
        | room.one_sided
        | unread.one_sided
        | unread.differ
        | (floor.one_sided & ~room.same),
        said=unit.said | floor.said | room.said | unread.said,
    )


def _closer(first: Levels, second: Levels) -> Levels:
    """Of two levels the one that speaks more for one place; missing only where both are."""
    return np.where((second != 0) & ((first == 0) | (second < first)), second, first).astype(
        np.int8
    )
