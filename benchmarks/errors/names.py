"""Names: who is called what, and which characters are taken for which."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from pypinyin import Style, lazy_pinyin

Texts = npt.NDArray[np.object_]
Ints = npt.NDArray[np.int64]

_COMMON = 0.86  # share of people with one of the hundred commonest surnames
_COMPOUND = 0.004
_TAIL = 0.08  # share of given names with a character from another list
_FLAT = 5.0  # how flat a list begins: weights fall as 1 / (place + _FLAT)


@cache
def book() -> Mapping[str, Any]:
    """The lists in `names.toml`."""
    return tomllib.loads((Path(__file__).parent / "names.toml").read_text(encoding="utf-8"))


def surnames(random: np.random.Generator, count: int) -> Texts:
    """So many surnames: a hundred that are common, the rare ones, some of two characters."""
    lists = book()["surnames"]
    parts = (_letters(lists["common"]), _letters(lists["rare"]), lists["compound"].split())
    shares = (_COMMON, 1 - _COMMON - _COMPOUND, _COMPOUND)
    chances = [share * _falling(len(part), 2.7) for part, share in zip(parts, shares, strict=True)]
    return random.choice(
        np.array(list(chain(*parts)), dtype=object), count, p=np.concatenate(chances)
    )


def given_names(random: np.random.Generator, years: Ints, women: npt.NDArray[np.bool_]) -> Texts:
    """A given name for each person, in the fashion of the year of birth."""
    names = np.empty(len(years), dtype=object)
    for which, key in ((~women, "men"), (women, "women")):
        since = 0
        for fashion in book()[key]:
            at = np.flatnonzero(which & (years > since) & (years <= fashion["to"]))
            names[at] = _in_fashion(random, fashion, len(at))
            since = fashion["to"]
    return names


def minority_names(random: np.random.Generator, women: npt.NDArray[np.bool_]) -> Texts:
    """Given names of people who have no surname."""
    lists = book()["minority"]
    drawn = [
        random.choice(np.array(lists[key].split(), dtype=object), len(women))
        for key in ("men", "women")
    ]
    return np.where(women, drawn[1], drawn[0])


def split(name: str) -> tuple[str, str]:
    """Surname and given name; a name with a dot is all given name."""
    if "·" in name:
        return "", name
    length = 2 if len(name) > 2 and name[:2] in book()["surnames"]["compound"].split() else 1
    return name[:length], name[length:]


def homophones(character: str) -> Sequence[str]:
    """Other characters that names are written with and that sound alike, or nearly so in the
    south."""
    return [one for one in _by_sound()[_sound(character)] if one != character]


def lookalikes(character: str) -> Sequence[str]:
    """Characters that the eye takes for this one."""
    return _by_shape().get(character, ())


def variant(character: str) -> str | None:
    """The traditional form, or another one that means the same."""
    return _variants().get(character)


@cache
def any_characters() -> Sequence[str]:
    """Characters that nobody expects in a name, and some that are in many."""
    return _letters(book()["unknown"]["any"])


def _in_fashion(random: np.random.Generator, fashion: Mapping[str, Any], count: int) -> Texts:
    first, last, whole = (
        _letters(fashion["first"]),
        _letters(fashion["last"]),
        fashion["names"].split(),
    )
    names = _pick(random, first, count) + _pick(random, last, count)
    rare = random.random(count) < _TAIL
    tail = random.choice(np.array(_name_characters(), dtype=object), int(rare.sum()))
    names[rare] = [name[0] + one for name, one in zip(names[rare], tail, strict=True)]
    kind = random.random(count)
    single = kind < fashion["single"]
    names[single] = _pick(random, last, int(single.sum()))
    known = kind > 1 - fashion["whole"]
    names[known] = _pick(random, whole, int(known.sum()))
    return names


def _pick(random: np.random.Generator, values: Sequence[str], count: int) -> Texts:
    return random.choice(np.array(values, dtype=object), count, p=_falling(len(values), _FLAT))


def _falling(count: int, flat: float) -> npt.NDArray[np.float64]:
    weights = 1 / (np.arange(count) + 1 + flat)
    return weights / weights.sum()


def _letters(text: str) -> list[str]:
    return list("".join(text.split()))


@cache
def _name_characters() -> list[str]:
    """Every character of a surname or a given name, each once, in the order of the lists."""
    lists = book()
    texts = [
        fashion[key]
        for sex in ("men", "women")
        for fashion in lists[sex]
        for key in ("first", "last", "names")
    ]
    texts += [lists["surnames"]["common"], lists["surnames"]["rare"]]
    return list(dict.fromkeys("".join(_letters("".join(texts)))))


@cache
def _by_sound() -> Mapping[str, list[str]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for one in dict.fromkeys([*_name_characters(), *any_characters()]):
        groups[_sound(one)].append(one)
    return groups


@cache
def _sound(character: str) -> str:
    """The reading without tone; z and zh, n and l, in and ing are one in the south."""
    reading = lazy_pinyin(character, style=Style.NORMAL)[0]
    for southern, standard in (("zh", "z"), ("ch", "c"), ("sh", "s")):
        reading = reading.replace(southern, standard)
    reading = "l" + reading[1:] if reading.startswith("n") else reading
    return reading.removesuffix("g") if reading.endswith(("ang", "eng", "ing")) else reading


@cache
def _by_shape() -> Mapping[str, list[str]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for group in book()["shapes"]["groups"].split():
        for one in group:
            groups[one] += [other for other in group if other != one and other not in groups[one]]
    return groups


@cache
def _variants() -> Mapping[str, str]:
    return {
        pair[0]: pair[1] for pair in book()["traditional"]["pairs"].split() if pair[0] != pair[1]
    }
