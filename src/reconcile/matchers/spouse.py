"""The spouse that two rows state: by number, else by name."""

from __future__ import annotations

from reconcile.matchers.shared import relative
from reconcile.population.pairs import Levels, Pairs

LEVELS = relative.LEVELS
COLUMNS = ("spouse_id_std", "spouse_name_std")
FREQUENCIES = {"same_number": "spouse_id_std", "same_name": "spouse_name_std"}
VALUE = ("spouse_id_std", "spouse_name_std")
ORDERED = relative.ORDERED


def levels(pairs: Pairs) -> Levels:
    return relative.relative_levels(pairs, "spouse")
