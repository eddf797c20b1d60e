"""What it costs to take one Chinese character for another, and the alignment of two short names.

Costs [DOMAIN.md §4]: the same 0, variant or unreadable character 0.05, same reading 0.2, a pair
that dialects confuse or that looks alike 0.3, else 1; one character may be missing. All pairs of
names are aligned at once: names are rows of code points, characters index tables of readings and
forms.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile.standardising import characters as tables

WIDTH = 6
VARIANT = 0.05
SAME_READING = 0.2
SIMILAR = 0.3
ROUNDING = 0.01  # costs are sums of 32-bit floats
_OTHER = 1.0
# The last character of three tells most names apart; the surname, often the same, comes late.
_PLACES = (2, 1, 0, *range(3, WIDTH))

Points = npt.NDArray[np.uint32]
Costs = npt.NDArray[np.float32]


def codepoints(names: pl.Series) -> Points:
    """The first `WIDTH` characters of each name as code points and one more where it is longer,
    padded with 0."""
    padded = names.fill_null("").str.slice(0, WIDTH + 1).str.pad_end(WIDTH + 1, "\0")
    joined = "".join(padded.to_list()).encode("utf-32-le")
    return np.frombuffer(joined, dtype=np.uint32).reshape(len(names), WIDTH + 1)


def costs(left: Points, right: Points) -> tuple[Costs, Costs]:
    """Total and greatest cost of the characters of each pair of names of equal length.

    Infinite where a character is another one altogether: most pairs are out after a character or
    two.
    """
    total, greatest = np.zeros(len(left), dtype=np.float32), np.zeros(len(left), dtype=np.float32)
    rest = np.arange(len(left))
    for place in _PLACES:
        cost = substitution_cost(left[rest, place], right[rest, place])
        total[rest] += cost
        greatest[rest] = np.maximum(greatest[rest], cost)
        rest = rest[cost < _OTHER]
    other = greatest >= _OTHER
    total[other] = greatest[other] = np.inf
    return total, greatest


def cost_of_one_left_out(longer: Points, shorter: Points) -> Costs:
    """The least total cost of each pair when one character of the longer name, not its first, is
    left out."""
    found = np.full(len(longer), np.inf, dtype=np.float32)
    rest = np.flatnonzero(substitution_cost(longer[:, 0], shorter[:, 0]) < _OTHER)
    for gap in range(1, WIDTH):
        left_out = np.delete(longer[rest], gap, axis=1)
        found[rest] = np.minimum(found[rest], costs(left_out, shorter[rest])[0])
    return found


def substitution_cost(left: Points, right: Points) -> Costs:
    """The cost of taking each character for the other."""
    cost = np.zeros(len(left), dtype=np.float32)
    differ = np.flatnonzero(left != right)
    if len(differ):
        cost[differ] = _tables().cost(left[differ], right[differ])
    return cost


class _Tables:
    """Readings, folded readings, variant classes and look-alikes, indexed by code point."""

    def __init__(self) -> None:
        readings = tables.readings_table().filter(pl.col("rank") < _READINGS)
        syllables = readings.select(
            _point("char"),
            "rank",
            pl.col("reading"),
            tables.dialect_fold(pl.col("reading")).alias("folded"),
        )
        self._readings = _by_rank(syllables, "reading")
        self._folded = _by_rank(syllables, "folded")
        variants = tables.variant_classes().select(_point("char"), _point("variant_class"))
        self._variant = np.zeros(_POINTS, dtype=np.uint32)
        self._variant[variants["char"].to_numpy()] = variants["variant_class"].to_numpy()
        pairs = tables.lookalike_pairs().select(_point("char_l"), _point("char_r"))
        self._lookalikes = np.sort(
            _pair_key(pairs["char_l"].to_numpy(), pairs["char_r"].to_numpy())
        )

    def cost(self, left: Points, right: Points) -> Costs:
        """The cost of each pair of different characters; 0 is padding."""
        inside = (left < _POINTS) & (right < _POINTS) & (left > 0) & (right > 0)
        unreadable = ((left == _WILDCARD) & (right > 0)) | ((right == _WILDCARD) & (left > 0))
        a, b = np.where(inside, left, 0), np.where(inside, right, 0)
        variant = inside & (self._variant[a] == self._variant[b]) & (self._variant[a] > 0)
        return np.select(
            [
                variant | unreadable,
                inside & _shared(self._readings[a], self._readings[b]),
                inside & (_shared(self._folded[a], self._folded[b]) | self._alike(a, b)),
            ],
            [VARIANT, SAME_READING, SIMILAR],
            default=_OTHER,
        ).astype(np.float32)

    def _alike(self, left: Points, right: Points) -> npt.NDArray[np.bool_]:
        key = _pair_key(np.minimum(left, right), np.maximum(left, right))
        at = np.minimum(np.searchsorted(self._lookalikes, key), len(self._lookalikes) - 1)
        return self._lookalikes[at] == key


_READINGS = 3
_POINTS = 0x33480  # the last Chinese character that Unicode has, and a little
_WILDCARD = ord(tables.WILDCARD)


@cache
def _tables() -> _Tables:
    return _Tables()


def _point(column: str) -> pl.Expr:
    """The code point of a column of single characters."""
    return pl.col(column).map_elements(ord, return_dtype=pl.UInt32)


def _by_rank(syllables: pl.DataFrame, column: str) -> npt.NDArray[np.int32]:
    """(code points, readings): a number for each syllable, 0 where there is none."""
    table = np.zeros((_POINTS, _READINGS), dtype=np.int32)
    numbers = syllables[column].rank("dense").to_numpy()
    table[syllables["char"].to_numpy(), syllables["rank"].to_numpy()] = numbers
    return table


def _shared(left: npt.NDArray[np.int32], right: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
    """Where two rows of syllables have one in common."""
    return ((left[:, :, None] == right[:, None, :]) & (left[:, :, None] > 0)).any(axis=(1, 2))


def _pair_key(low: Points, high: Points) -> npt.NDArray[np.uint64]:
    return (low.astype(np.uint64) << np.uint64(32)) | high.astype(np.uint64)
