"""Two names as written: the same, written otherwise, misheard, misread or cut short.

Costs of character pairs and their alignment follow DOMAIN.md §4; see `characters`.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from rapidfuzz.distance import JaroWinkler
from rapidfuzz.process import cpdist

from reconcile.matchers.shared import characters
from reconcile.population.pairs import Levels, Mask, Pairs
from reconcile.standardising.names import in_other_order

# Of a person's name, the likeliest first.
LEVELS = (
    "missing",
    "equal",
    "variant",  # traditional or variant form, or a character that the system could not show
    "same_reading",  # 王伟 王玮
    "similar",  # dialect, look-alike, or the given characters in another order
    "character_missing",  # 王明 王晓明
    "former",  # the other's former name
    "surname_changed",  # 李晓明 王晓明: the mother's surname
    "given_overlaps",  # 王晓明 王晓红: one given character the same, as brothers and sisters have
    "other_given",
    "different",
)
OTHER_SCRIPT = -1
"""Of two names as written: one is Chinese, the other Latin; whether they are one name only their
readings can tell."""

_AT = {level: position for position, level in enumerate(LEVELS)}
_LAST_LATIN = 0x24F
_LONG_NAME_SIMILARITY = 0.92


def compare_written(pairs: Pairs, column: str, where: Mask) -> Levels:
    """The level of two names as written, where it is one of variant … character_missing;
    OTHER_SCRIPT; 0 otherwise."""
    levels = np.zeros(len(pairs), dtype=np.int8)
    spelt = pairs.spelt(column, characters.codepoints, where)
    levels[where] = _of_one_script(*spelt)
    long = np.zeros(len(pairs), dtype=bool)
    long[where] = _too_long(*spelt)
    return np.where(
        long & (levels != OTHER_SCRIPT), pairs.compare(column, _long, long), levels
    ).astype(np.int8)


def written_levels(left: pl.Series, right: pl.Series) -> Levels:
    """As `compare_written`, of standardised names without nulls."""
    spelt = characters.codepoints(left), characters.codepoints(right)
    found = _of_one_script(*spelt)
    long = _too_long(*spelt) & (found != OTHER_SCRIPT)
    return np.where(long, _long(left, right), found).astype(np.int8)


def _too_long(left: characters.Points, right: characters.Points) -> Mask:
    """Where names are not aligned character by character: long ones, and Latin ones, which are
    words."""
    long = (left[:, characters.WIDTH] > 0) | (right[:, characters.WIDTH] > 0)
    return long | (_latin(left) & _latin(right))


def _latin(names: characters.Points) -> Mask:
    return (names[:, 0] > 0) & (names[:, 0] <= _LAST_LATIN)


def _of_one_script(left: characters.Points, right: characters.Points) -> Levels:
    found = _aligned(left, right)
    found[(_latin(left) != _latin(right)) & (left[:, 0] > 0) & (right[:, 0] > 0)] = OTHER_SCRIPT
    return found


def _aligned(left: characters.Points, right: characters.Points) -> Levels:
    length_l, length_r = (left > 0).sum(axis=1), (right > 0).sum(axis=1)
    found = np.zeros(len(left), dtype=np.int8)
    same = np.flatnonzero(length_l == length_r)
    found[same] = _written_otherwise(left[same], right[same])
    # 王 alone is inside every 王某某: a name must keep two characters to be called cut short.
    for longer, shorter, length in (
        (left, right, length_l - length_r),
        (right, left, length_r - length_l),
    ):
        cut = np.flatnonzero((length == 1) & (shorter[:, 1] > 0))
        cost = characters.cost_of_one_left_out(longer[cut], shorter[cut])
        found[cut[cost <= characters.SIMILAR + characters.ROUNDING]] = _AT["character_missing"]
    return found


def _written_otherwise(left: characters.Points, right: characters.Points) -> Levels:
    """The level of pairs of names of equal length."""
    total, worst = characters.costs(left, right)
    levels = np.select(
        [
            worst <= characters.VARIANT + characters.ROUNDING,
            worst <= characters.SAME_READING + characters.ROUNDING,
            total <= 2 * characters.SIMILAR + characters.ROUNDING,
        ],
        [_AT["variant"], _AT["same_reading"], _AT["similar"]],
        default=0,
    ).astype(np.int8)
    anagram = np.flatnonzero(
        (levels == 0) & (left[:, 0] == right[:, 0]) & (left.sum(axis=1) == right.sum(axis=1))
    )
    reordered = (np.sort(left[anagram]) == np.sort(right[anagram])).all(axis=1)
    levels[anagram[reordered]] = _AT["similar"]
    return levels


def _long(left: pl.Series, right: pl.Series) -> Levels:
    """Names with more characters than the alignment takes: minority and foreign names, truncated or
    turned round."""
    texts_l, texts_r = left.to_list(), right.to_list()
    similar = cpdist(texts_l, texts_r, scorer=JaroWinkler.similarity) >= _LONG_NAME_SIMILARITY
    shorter = pl.select(pl.min_horizontal(left.str.len_chars(), right.str.len_chars())).to_series()
    cut = (left.str.slice(0, shorter) == right.str.slice(0, shorter)) & (shorter >= 4)
    ways = {
        "same_reading": turned(left, right) > 0,
        "character_missing": cut.to_numpy(),
        "similar": similar,
    }
    return np.select([*ways.values()], [_AT[level] for level in ways], default=0).astype(np.int8)


def turned(left: pl.Series, right: pl.Series) -> Levels:
    """1 where two names are the same words in another order, else 0."""
    names = pl.DataFrame({"left": left, "right": right})
    return (
        names.select(in_other_order(pl.col("left"), pl.col("right")))
        .to_series()
        .to_numpy()
        .astype(np.int8)
    )
