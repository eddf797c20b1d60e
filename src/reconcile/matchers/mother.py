"""The mother that two rows state: by number, else by name."""

from __future__ import annotations

from reconcile.matchers.shared import relative
from reconcile.population.pairs import Levels, Pairs

LEVELS = relative.LEVELS
COLUMNS = ("mother_id_std", "mother_name_std")
FREQUENCIES = {"same_number": "mother_id_std", "same_name": "mother_name_std"}
VALUE = ("mother_id_std", "mother_name_std")
ORDERED = relative.ORDERED


def levels(pairs: Pairs) -> Levels:
    return relative.relative_levels(pairs, "mother")
