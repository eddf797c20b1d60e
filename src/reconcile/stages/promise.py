"""promise: what candidate pairs could weigh at best, by a look at what costs little. Most pairs of wide keys end here.

Names are not aligned and numbers not read digit by digit: what is not equal is taken for the best that it can still
be, but for relatives, whose names two rows mostly state differently because they are others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from reconcile.matchers import load_matcher
from reconcile.matching.model import Level, Model
from reconcile.matching.pairs import Pairs

Bits = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Table = Mapping[str, Level]

# What equality of a value can say at best.
_EQUAL = 20.0
# Relatives that differ may still be one who was written otherwise.
_OTHER_RELATIVE = 1.0
_CHEAP = ("birth_date", "sex", "area", "delivery")


def at_best(pairs: Pairs, comparisons: Sequence[str], model: Model, parameters: str) -> Bits:
    """Bits of evidence that no pair is above, but for relatives written in two ways."""
    tables = model.comparisons[parameters]
    total = np.zeros(len(pairs))
    for name in comparisons:
        total += _BOUNDS.get(name, _exactly if name in _CHEAP else _any)(pairs, name, tables[name])
    return total


def _weight(table: Table, level: str) -> float:
    return float(np.log2(table[level].m / table[level].u))


def _any(pairs: Pairs, name: str, table: Table) -> Bits:
    """Of a comparison of which nothing is known: its best level."""
    best = _EQUAL if load_matcher(name).FREQUENCIES else max(_weight(table, level) for level in table)
    return np.full(len(pairs), max(best, 0.0))


def _exactly(pairs: Pairs, name: str, table: Table) -> Bits:
    """Of a comparison that costs little: its level's weight."""
    matcher = load_matcher(name)
    weights = [
        0.0 if level == "missing" else _EQUAL if level in matcher.FREQUENCIES else _weight(table, level)
        for level in matcher.LEVELS
    ]
    return np.array(weights)[matcher.levels(pairs)]


def _name(pairs: Pairs, name: str, table: Table) -> Bits:
    known = pairs.known("name_std")
    equal = pairs.equal("name_std") | pairs.equal("name_reading")
    former = pairs.equal("name_std", "former_name_std") | pairs.equal("former_name_std", "name_std")
    part = pairs.equal("given_first") | pairs.equal("given_last")
    alike = max(_weight(table, level) for level in ("similar", "character_missing", "variant"))
    other = max(_weight(table, level) for level in ("surname_changed", "other_given", "different"))
    return np.select([~known, equal | former, pairs.equal("surname") | part], [0.0, _EQUAL, alike], max(other, 0.0))


def _id_number(pairs: Pairs, name: str, table: Table) -> Bits:
    known = pairs.known("id_number_std") & pairs.known("id_number_core")
    part = pairs.equal("id_number_head") | pairs.equal("id_number_tail")
    other = max(_weight(table, level) for level in ("suspect", "unconfirmed"))
    return np.select([pairs.equal("id_number_core") | part | ~known], [np.where(known, _EQUAL, 0.0)], other)


def _relative(pairs: Pairs, name: str, table: Table) -> Bits:
    number, written = f"{name}_id_std", f"{name}_name_std"
    known = pairs.known(number) | pairs.known(written)
    equal = pairs.equal(number) | pairs.equal(written)
    return np.select([~known, equal], [0.0, _EQUAL], _OTHER_RELATIVE)


def _home(pairs: Pairs, name: str, table: Table) -> Bits:
    matcher = load_matcher(name)
    found = matcher.levels(pairs)
    return np.where(found == 0, 0.0, np.where(found < len(matcher.LEVELS) - 1, _EQUAL, 0.0))


_BOUNDS: Mapping[str, Callable[[Pairs, str, Table], Bits]] = {
    "name": _name,
    "id_number": _id_number,
    "mother": _relative,
    "father": _relative,
    "spouse": _relative,
    "home": _home,
}
