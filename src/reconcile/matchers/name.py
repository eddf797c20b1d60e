"""A person's name: the same, written otherwise, misheard, misread, cut short, or another name."""

from __future__ import annotations

import numpy as np
import polars as pl

from reconcile.matchers.shared import characters
from reconcile.matchers.shared.written_names import LEVELS, OTHER_SCRIPT, compare_written, turned
from reconcile.population.pairs import Levels, Mask, Pairs

COLUMNS = ("name_std",)
FREQUENCIES = {"equal": "name_std", "variant": "name_reading", "same_reading": "name_reading"}
VALUE = ("name_std",)
ORDERED = (
    "equal",
    "same_reading",
    "similar",
    "character_missing",
    "given_overlaps",
    "other_given",
    "different",
)

_AT = {level: position for position, level in enumerate(LEVELS)}


def levels(pairs: Pairs) -> Levels:
    known = pairs.known("name_std")
    found = np.where(known, _AT["different"], 0).astype(np.int8)
    same = pairs.equal("name_std")
    compared = compare_written(pairs, "name_std", known & ~same)
    found = np.where(compared > 0, compared, found)
    given = pairs.equal("given") & (found == _AT["different"])
    found[given & pairs.compare("given", _two_characters, given).astype(bool)] = _AT[
        "surname_changed"
    ]
    surname = pairs.equal("surname") & (found == _AT["different"])
    found[surname] = _AT["other_given"]
    overlap = np.flatnonzero(surname)[
        _overlap(*pairs.spelt("given", characters.codepoints, surname))
    ]
    found[overlap] = _AT["given_overlaps"]
    weak = found > _AT["former"]
    former = pairs.equal("name_std", "former_name_std") | pairs.equal("former_name_std", "name_std")
    found[weak & former] = _AT["former"]
    alike = (found > _AT["same_reading"]) & pairs.equal("name_reading")
    found[alike] = _AT["same_reading"]
    translated = (compared == OTHER_SCRIPT) & (found == _AT["different"])
    found[translated] = np.where(
        pairs.compare("name_reading", turned, translated), _AT["same_reading"], 0
    )[translated]
    found[same] = _AT["equal"]
    return found


def _two_characters(left: pl.Series, right: pl.Series) -> Levels:
    return (left.str.len_chars() >= 2).to_numpy().astype(np.int8)


def _overlap(left: characters.Points, right: characters.Points) -> Mask:
    """Where two given names share a character in the same place."""
    return ((left == right) & (left > 0)).any(axis=1)
