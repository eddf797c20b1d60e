"""A person's name: the same, written otherwise, misheard, misread, cut short, or another name.

Costs of character pairs and their alignment follow DOMAIN.md §4; see `_characters`.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from rapidfuzz.distance import JaroWinkler
from rapidfuzz.process import cpdist

from reconcile.matchers import _characters as characters
from reconcile.matching.pairs import Levels, Pairs

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
FREQUENCIES = {"equal": "name_std", "variant": "name_reading", "same_reading": "name_reading"}

_AT = {level: position for position, level in enumerate(LEVELS)}
_LONG_NAME_SIMILARITY = 0.92


def levels(pairs: Pairs) -> Levels:
    known = pairs.known("name_std")
    found = np.where(known, _AT["different"], 0).astype(np.int8)
    same = pairs.equal("name_std")
    compared = pairs.compare("name_std", written_levels, known & ~same)
    found = np.where(compared > 0, compared, found)
    given = pairs.equal("given") & (found == _AT["different"])
    found[given & pairs.compare("given", _two_characters, given).astype(bool)] = _AT["surname_changed"]
    surname = pairs.equal("surname") & (found == _AT["different"])
    found[surname] = _AT["other_given"]
    overlap = pairs.compare("given", _overlap, surname).astype(bool)
    found[overlap] = _AT["given_overlaps"]
    weak = found > _AT["former"]
    former = pairs.equal("name_std", "former_name_std") | pairs.equal("former_name_std", "name_std")
    found[weak & former] = _AT["former"]
    alike = (found > _AT["same_reading"]) & pairs.equal("name_reading")
    found[alike] = _AT["same_reading"]
    found[same] = _AT["equal"]
    return found


def written_levels(left: pl.Series, right: pl.Series) -> Levels:
    """The level of two names as written, where it is one of variant … character_missing; 0 otherwise.

    Both are standardised names without nulls.
    """
    found = np.zeros(len(left), dtype=np.int8)
    short = ((left.str.len_chars() <= characters.WIDTH) & (right.str.len_chars() <= characters.WIDTH)).to_numpy()
    if short.any():
        found[short] = _aligned(left.filter(pl.Series(short)), right.filter(pl.Series(short)))
    if not short.all():
        found[~short] = _long(left.filter(pl.Series(~short)), right.filter(pl.Series(~short)))
    return found


def _aligned(left: pl.Series, right: pl.Series) -> Levels:
    chars_l, chars_r = characters.codepoints(left), characters.codepoints(right)
    length_l, length_r = (chars_l > 0).sum(axis=1), (chars_r > 0).sum(axis=1)
    found = np.zeros(len(left), dtype=np.int8)
    same = length_l == length_r
    found[same] = _written_otherwise(chars_l[same], chars_r[same])
    # 王 alone is inside every 王某某: a name must keep two characters to be called cut short.
    for longer, shorter, length in (
        (chars_l, chars_r, length_r - length_l),
        (chars_r, chars_l, length_l - length_r),
    ):
        cut = (length == -1) & ((shorter > 0).sum(axis=1) >= 2)
        cost = characters.missing_cost(longer[cut], shorter[cut])
        limit = characters.GAP + characters.SIMILAR + characters.ROUNDING
        found[cut] = np.where(cost <= limit, _AT["character_missing"], 0)
    return found


def _written_otherwise(left: characters.Points, right: characters.Points) -> Levels:
    """The level of pairs of names of equal length."""
    costs = characters.positional_costs(left, right)
    worst, total = costs.max(axis=1, initial=0), costs.sum(axis=1)
    reordered = (np.sort(left) == np.sort(right)).all(axis=1) & (left[:, 0] == right[:, 0])
    return np.select(
        [
            worst <= characters.VARIANT + characters.ROUNDING,
            worst <= characters.SAME_READING + characters.ROUNDING,
            (total <= 2 * characters.SIMILAR + characters.ROUNDING) | reordered,
        ],
        [_AT["variant"], _AT["same_reading"], _AT["similar"]],
        default=0,
    ).astype(np.int8)


def _long(left: pl.Series, right: pl.Series) -> Levels:
    """Names with more characters than the alignment takes: minority and foreign names, mostly truncated."""
    texts_l, texts_r = left.to_list(), right.to_list()
    similar = cpdist(texts_l, texts_r, scorer=JaroWinkler.similarity) >= _LONG_NAME_SIMILARITY
    shorter = pl.select(pl.min_horizontal(left.str.len_chars(), right.str.len_chars())).to_series()
    cut = (left.str.slice(0, shorter) == right.str.slice(0, shorter)) & (shorter >= 4)
    return np.select([cut.to_numpy(), similar], [_AT["character_missing"], _AT["similar"]], default=0).astype(np.int8)


def _two_characters(left: pl.Series, right: pl.Series) -> Levels:
    return (left.str.len_chars() >= 2).to_numpy().astype(np.int8)


def _overlap(left: pl.Series, right: pl.Series) -> Levels:
    """1 where two given names share a character in the same place."""
    chars_l, chars_r = characters.codepoints(left), characters.codepoints(right)
    return ((chars_l == chars_r) & (chars_l > 0)).any(axis=1).astype(np.int8)
