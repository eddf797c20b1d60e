"""promise: what candidate pairs could weigh at best, by a look at what costs little. Most pairs of
wide keys end here.

Names are not aligned and numbers not read digit by digit: what is not equal is taken for the best
that it can still be, but for relatives, whose names two rows mostly state differently because they
are others. Equal values are taken for as rare as they are among all records.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from reconcile.core.threads import side_by_side
from reconcile.matchers import load_matcher
from reconcile.matchers.home import DWELLINGS
from reconcile.matchers.shared.levels import Level
from reconcile.matching.model import Model
from reconcile.population.pairs import Pairs

Bits = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Table = Mapping[str, Level]

# What equality of a value can say at best.
_EQUAL = 20.0
# Relatives, or heads of household, that differ may still be one who was written otherwise.
_OTHER_RELATIVE, _OTHER_HEAD = -2.0, 0.0
# Of three characters two are hardly ever misread at once.
_OTHER_NAME = -4.0
_CHEAP, _DEAR = ("sex", "area"), ("birth_date",)


def promising(
    pairs: Pairs, comparisons: Sequence[str], model: Model, parameters: str, needed: Bits
) -> Mask:
    """Which pairs' evidence may still reach what each of them needs (bits). All whose does are
    among them, but for some whose relatives were written in two ways, or names with two characters
    wrong."""
    tables = model.comparisons[parameters]
    found = side_by_side(lambda name: _bound(pairs, name, tables[name]), comparisons)
    bounds = dict(zip(comparisons, found, strict=True))
    best = np.add.reduce(found)
    # What costs more is read of the pairs that it can still decide about.
    for name in _DEAR:
        if name in bounds:
            still = np.flatnonzero(best > needed)
            best[still] += _exactly(pairs.of(still), name, tables[name]) - bounds[name][still]
    return best > needed


def _bound(pairs: Pairs, name: str, table: Table) -> Bits:
    if name in _BOUNDS:
        return _BOUNDS[name](pairs, name, table)
    return (
        _exactly(pairs, name, table) if name in _CHEAP else np.full(len(pairs), _most(name, table))
    )


def _most(name: str, table: Table) -> float:
    """Bits that a comparison says at best."""
    return _EQUAL if load_matcher(name).FREQUENCIES else max(_weight(table, *table), 0.0)


def _weight(table: Table, *levels: str) -> float:
    return max(float(np.log2(table[level].m / table[level].u)) for level in levels)


def _exactly(pairs: Pairs, name: str, table: Table) -> Bits:
    """Of a comparison that costs little: its level's weight, or how rare the value is."""
    matcher = load_matcher(name)
    levels = matcher.levels(pairs)
    weights = [0.0 if level == "missing" else _weight(table, level) for level in matcher.LEVELS]
    found = np.array(weights)[levels]
    for level, column in matcher.FREQUENCIES.items():
        chosen = levels == matcher.LEVELS.index(level)
        found[chosen] = pairs.rarity(column)[chosen]
    return found


def _name(pairs: Pairs, name: str, table: Table) -> Bits:
    former = pairs.equal("name_std", "former_name_std") | pairs.equal("former_name_std", "name_std")
    one_given = (
        pairs.equal("given_first")
        | pairs.equal("given_last")
        | pairs.equal("given_first", "given_last")
    )
    surname, single = pairs.equal("surname"), _single_given(pairs)
    alike = _weight(table, "similar", "character_missing", "variant")
    return np.select(
        [
            ~pairs.known("name_std"),
            former,
            pairs.equal("name_std"),
            pairs.equal("name_reading"),
            pairs.equal("given") | (surname & (one_given | single)),
            surname | one_given,
        ],
        [0.0, _EQUAL, pairs.rarity("name_std"), pairs.rarity("name_reading"), alike, 0.0],
        _OTHER_NAME,
    )


def _single_given(pairs: Pairs) -> Mask:
    """Where a side's given name is one character, or one twice."""
    first, last = (pairs.population.codes(column) for column in ("given_first", "given_last"))
    single = first == last
    return single[pairs.left] | single[pairs.right]


def _id_number(pairs: Pairs, name: str, table: Table) -> Bits:
    known = pairs.known("id_number_std") & pairs.known("id_number_core")
    part = pairs.equal("id_number_head") | pairs.equal("id_number_tail")
    other = _weight(table, "suspect", "unconfirmed")
    return np.select(
        [pairs.equal("id_number_core") | part | ~known], [np.where(known, _EQUAL, 0.0)], other
    )


def _relative(pairs: Pairs, name: str, table: Table) -> Bits:
    number, written = f"{name}_id_std", f"{name}_name_std"
    known = pairs.known(number) | pairs.known(written)
    return np.select(
        [~known, pairs.equal(number), pairs.equal(written)],
        [0.0, _weight(table, "same_number"), pairs.rarity(written)],
        _OTHER_RELATIVE,
    )


def _home(pairs: Pairs, name: str, table: Table) -> Bits:
    same_home, both_have_homes = pairs.share_home()
    dwelling = [np.where(pairs.equal(column), pairs.rarity(column), 0.0) for column in DWELLINGS]
    head = np.where(pairs.equal("head_name_std"), pairs.rarity("head_name_std"), 0.0)
    shared = np.maximum.reduce(
        [head, *dwelling, np.where(same_home, _weight(table, "same_home"), 0.0)]
    )
    known = both_have_homes | pairs.known("head_name_std")
    building = np.where(pairs.equal("building_std"), _weight(table, "same_building"), 0.0)
    return np.select([shared > 0, known], [shared, _OTHER_HEAD], building)


_BOUNDS: Mapping[str, Callable[[Pairs, str, Table], Bits]] = {
    "name": _name,
    "id_number": _id_number,
    "mother": _relative,
    "father": _relative,
    "spouse": _relative,
    "home": _home,
}
