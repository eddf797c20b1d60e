"""Households that move to another village of the city; where they are registered stays as it is."""

from __future__ import annotations

import numpy as np
import polars as pl

from reconcile.sample.city import City
from reconcile.sample.naming import Flags, Integers
from reconcile.sample.registers import address_of, with_committee
from reconcile.sample.year.written import Written

_SHARE = 0.001  # of the households, a month
_VILLAGE_CODE = 12  # digits with which the number of a household begins


class Moves:
    """The moves of residents. Second rows of a person do not move: nobody remembers them."""

    def __init__(self, written: Written, city: City) -> None:
        self._places = city.places
        self._house = city.families.house[written.who]
        self._may = written.first < 0

    def of_month(self, active: Flags, rng: np.random.Generator) -> tuple[Integers, Integers]:
        """The rows that move, sorted, and the village that each has gone to; a household moves as
        one."""
        size = len(self._places.house_village)
        moving, village = (
            rng.random(size) < _SHARE,
            rng.integers(0, self._places.villages.height, size),
        )
        moving &= village != self._places.house_village
        rows = np.flatnonzero(active & self._may & moving[self._house])
        return rows, village[self._house[rows]]

    def values(self, rows: Integers, village: Integers, numbers: pl.Series) -> dict[str, pl.Series]:
        """The columns that say where these rows now live; `numbers`: their household numbers up to
        now."""
        home = self._places.of_houses(village, self._house[rows])
        return {
            "household_no": home["code"] + numbers.str.slice(_VILLAGE_CODE),
            "address": address_of(home, "{district}{town}{within}"),
            "district": home["district"],
            "town": home["town"],
            "village": with_committee(home["village"]),
        }
