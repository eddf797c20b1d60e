"""Which rows share a key: groups by one sort of whole numbers, the cheapest way to join millions of
rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reconcile.population.population import Codes

Positions = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Groups:
    """`order`: positions of the rows, those of one key side by side, by position inside a group.
    `starts`: where in `order` each group begins, and at last the number of rows."""

    order: Positions
    starts: Positions

    @property
    def sizes(self) -> Positions:
        return np.diff(self.starts)

    def numbers(self) -> Positions:
        """The number of each row's group, by position of the row."""
        numbers = np.empty(len(self.order), dtype=np.int64)
        numbers[self.order] = np.repeat(np.arange(len(self.starts) - 1), self.sizes)
        return numbers


def grouped(keys: Codes) -> Groups:
    """The rows grouped by key. Keys are hashes: their upper bits must differ as much as the lower
    ones."""
    bits = np.uint64(max(len(keys).bit_length(), 1))
    packed = (keys >> bits << bits) | np.arange(len(keys), dtype=np.uint64)
    packed.sort()
    order = (packed & ((np.uint64(1) << bits) - np.uint64(1))).view(np.int64)
    packed >>= bits
    differ = packed[1:] != packed[:-1]
    # Keys that share their upper bits are mostly the same; those that are not may be interleaved.
    alike = np.flatnonzero(~differ)
    parted = keys[order[alike + 1]] != keys[order[alike]]
    if parted.any():
        for first, last in _runs(packed, packed[alike[parted]]):
            rows = order[first:last]
            order[first:last] = rows[np.lexsort((rows, keys[rows]))]
        parted = keys[order[alike + 1]] != keys[order[alike]]
        differ[alike[parted]] = True
    starts = (
        np.concatenate(([0], np.flatnonzero(differ) + 1, [len(keys)])) if len(keys) else np.zeros(1)
    )
    return Groups(order, starts.astype(np.int64))


def _runs(ordered: Codes, values: Codes) -> Iterator[tuple[int, int]]:
    """Where each of these values begins and ends among the ordered ones."""
    for value in distinct(values):
        first, last = (
            np.searchsorted(ordered, value, side="left"),
            np.searchsorted(ordered, value, side="right"),
        )
        yield int(first), int(last)


def distinct(values: Codes) -> Codes:
    """The different values, sorted; by sorting, which is several times faster than the hashing of
    np.unique."""
    ordered = np.sort(values)
    first = np.ones(len(ordered), dtype=bool)
    first[1:] = ordered[1:] != ordered[:-1]
    return ordered[first]


def lookup(keys: Codes, wanted: Codes) -> Positions:
    """Where each wanted key stands among `keys`, which are all different; -1 where it does not."""
    groups = grouped(np.concatenate([keys, wanted]))
    first = groups.order[groups.starts[:-1]]
    found = np.empty(len(keys) + len(wanted), dtype=np.int64)
    found[groups.order] = np.repeat(np.where(first < len(keys), first, -1), groups.sizes)
    return found[len(keys) :]


def mixed(*codes: Codes) -> Codes:
    """One key of several codes a row; 0 where any of them is 0."""
    key = codes[0].copy()
    known = codes[0] != 0
    for code in codes[1:]:
        key *= _MULTIPLIER
        key ^= code
        known &= code != 0
    key *= _MULTIPLIER
    np.maximum(key, np.uint64(1), out=key)
    key[~known] = 0
    return key


def present(wanted: Codes, keys: Codes) -> npt.NDArray[np.bool_]:
    """Which keys may be among the wanted ones: all that are, and a few more."""
    bits = min(max(len(wanted).bit_length() + 4, 10), 26)
    shift = np.uint64(64 - bits)
    seen = np.zeros(1 << bits, dtype=bool)
    seen[wanted >> shift] = True
    return seen[(keys >> shift).view(np.int64)]


_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
