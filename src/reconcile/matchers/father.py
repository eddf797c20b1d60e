"""The father that two rows state: by number, else by name."""

from __future__ import annotations

from reconcile.matchers.shared import relative
from reconcile.population.pairs import Levels, Pairs

LEVELS = relative.LEVELS
COLUMNS = ("father_id_std", "father_name_std")
FREQUENCIES = {"same_number": "father_id_std", "same_name": "father_name_std"}
VALUE = ("father_id_std", "father_name_std")
ORDERED = relative.ORDERED


def levels(pairs: Pairs) -> Levels:
    return relative.relative_levels(pairs, "father")
