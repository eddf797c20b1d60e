"""The father that two rows state: by number, else by name."""

from __future__ import annotations

from reconcile.matchers import _relative
from reconcile.population.pairs import Levels, Pairs

LEVELS = _relative.LEVELS
COLUMNS = ("father_id_std", "father_name_std")
FREQUENCIES = {"same_number": "father_id_std", "same_name": "father_name_std"}
VALUE = ("father_id_std", "father_name_std")
ORDERED = _relative.ORDERED


def levels(pairs: Pairs) -> Levels:
    return _relative.relative_levels(pairs, "father")
