"""Who is on which register, and what happened to them: moved, died, not registered, registered
elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from reconcile.sample import families
from reconcile.sample.city import USUAL, City
from reconcile.sample.families import TODAY, YEAR
from reconcile.sample.naming import Flags, Integers
from reconcile.sample.presets import Events


@dataclass(frozen=True)
class Whereabouts:
    """One entry a person. Days count from 1970-01-01; 0 is never. `missed`: whom a register does
    not hold although nothing else speaks against it, by source."""

    registered_village: Integers
    incoming: Flags
    unregistered: Flags
    left: Integers
    died: Integers
    home_birth: Flags
    born_elsewhere: Flags
    early_death: Flags
    newborn: Flags
    resident_since: Integers
    registered_since: Integers
    missed: Mapping[str, Flags]


def follow(
    city: City, months: int, rng: np.random.Generator, events: Events = USUAL
) -> Whereabouts:
    """What happened to everyone up to today; newborns are those of the last `months` months."""
    kin = city.families
    size, houses = kin.size, int(kin.house[-1]) + 1
    age = city.days_old() / YEAR

    def by_house(share: float) -> Flags:
        return (rng.random(houses) < share)[kin.house]

    home = city.places.house_village
    villages = city.places.villages.height
    elsewhere = np.where(
        rng.random(houses) < events.elsewhere_in_city, rng.integers(0, villages, houses), home
    )
    newborn = (kin.delivery >= 0) & (age < months / 12)
    newborns = newborn & ~city.visitor
    incoming = by_house(events.incoming) & ~city.visitor
    leaves = by_house(events.leaving) | ((rng.random(size) < 0.04) & (age > 17) & (age < 35))
    dies = rng.random(size) < np.where(age > 60, 0.035, 0.001)
    recently = TODAY - rng.integers(1, 1000, size)
    dead = dies & ~newborn
    early_death = newborns & _of_delivery(city, rng.random(size) < events.early_death)
    where_born = rng.random(size)
    at_home = where_born < events.home_birth
    elsewhere_born = ~at_home & (where_born < events.home_birth + events.born_elsewhere)
    return Whereabouts(
        registered_village=elsewhere[kin.house],
        incoming=incoming,
        unregistered=(rng.random(size) < events.unregistered) & ~incoming,
        left=np.where(leaves & ~incoming & ~dead & ~newborn, recently, 0),
        died=np.where(dead, np.maximum(recently, kin.born + 30), 0),
        home_birth=newborns & _of_delivery(city, at_home),
        born_elsewhere=newborns & (_of_delivery(city, elsewhere_born) | (kin.mother < 0)),
        early_death=early_death,
        newborn=newborn,
        resident_since=kin.born
        + np.where(newborn, 2 + rng.exponential(22, size), 60).astype(np.int64),
        registered_since=kin.born
        + np.where(newborn, 4 + rng.exponential(30, size), 60).astype(np.int64),
        missed={source: np.zeros(size, bool) for source in ("births", "residents", "household")},
    )


def _of_delivery(city: City, drawn: Flags) -> Flags:
    """What happens to the first child of a delivery happens to its twin."""
    kin = city.families
    first = kin.place >= families.FIRST_CHILD
    twin = first & ((kin.place - families.FIRST_CHILD) % 2 == 1)
    shared = drawn.copy()
    shared[twin] = drawn[np.flatnonzero(twin) - 1]
    return shared
