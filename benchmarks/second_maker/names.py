"""Names of people, as matrices of code points: drawing them, and typing them wrongly."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from itertools import permutations

import numpy as np
from benchmarks.second_maker import name_words as words
from numpy.random import Generator
from numpy.typing import NDArray

WIDTH = 18  # characters of the longest name
Text = NDArray[np.str_]
Ints = NDArray[np.int64]


def text(values: list[str]) -> Text:
    return np.array(values, dtype=f"<U{WIDTH}")


def points(names: Text) -> NDArray[np.uint32]:
    """A view of names as code points, one row a name, 0 behind its end."""
    return names.view(np.uint32).reshape(len(names), WIDTH)


def join(first: Text, second: Text) -> Text:
    return np.char.add(first, second).astype(f"<U{WIDTH}")


def zipf(size: int, flat: float, power: float) -> NDArray[np.float64]:
    weights = 1.0 / (np.arange(size) + flat) ** power
    return weights / weights.sum()


def pick(rng: Generator, values: Text, size: int, flat: float, power: float) -> Text:
    """Values drawn with their place as their rank."""
    edges = np.cumsum(zipf(len(values), flat, power))
    place = np.searchsorted(edges, rng.random(size), side="right")
    return values[np.minimum(place, len(values) - 1)]


@cache
def surnames() -> Text:
    return text([*dict.fromkeys(words.SURNAMES)])


def draw_surnames(rng: Generator, size: int) -> Text:
    found = pick(rng, surnames(), size, 6.0, 1.25)
    compound = rng.random(size) < 0.003
    found[compound] = pick(rng, text(list(words.COMPOUND_SURNAMES)), int(compound.sum()), 1.0, 1.6)
    return found


def draw_given(rng: Generator, years: Ints, female: NDArray[np.bool_], shared: Text) -> Text:
    """Given names in the fashion of the birth year; `shared`: the character that siblings have in
    common, empty where none; it stands first."""
    given = text([""] * len(years))
    for place, (first, last, men, women, men_whole, women_whole) in enumerate(words.GENERATIONS):
        for of_sex, single, whole in ((~female, men, men_whole), (female, women, women_whole)):
            rows = np.flatnonzero((years >= first) & (years <= last) & of_sex)
            given[rows] = _of_fashion(
                rng, single, whole.split(), shared[rows], words.TWO_CHARACTER_SHARE[place]
            )
    return given


def _of_fashion(rng: Generator, single: str, whole: list[str], shared: Text, short: float) -> Text:
    size = len(shared)
    characters = text([*dict.fromkeys(single)])
    common = text([*dict.fromkeys("".join(part[2] + part[3] for part in words.GENERATIONS))])
    first, second = (
        np.where(
            rng.random(size) < 0.82,
            pick(rng, characters, size, 4.0, 1.0),
            pick(rng, common, size, 60.0, 0.8),
        )
        for _ in range(2)
    )
    rare = rng.random(size) < 0.012
    second[rare] = pick(rng, text(list(words.RARE)), int(rare.sum()), 3.0, 0.7)
    first = np.where(shared != "", shared, first)
    made = join(first, np.where((rng.random(size) < short) & (shared == ""), "", second))
    fashion = (rng.random(size) < 0.1) & (shared == "")
    return np.where(fashion, pick(rng, text(whole), size, 4.0, 0.8), made)


def draw_dotted(rng: Generator, female: NDArray[np.bool_]) -> Text:
    """A name of one's own as peoples with dotted names have it, without the father's."""
    men = pick(rng, text(words.DOTTED_MEN), len(female), 4.0, 0.7)
    women = pick(rng, text(words.DOTTED_WOMEN), len(female), 4.0, 0.7)
    return np.where(female, women, men)


def _groups(lines: list[str]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for line in lines:
        for one, other in permutations(dict.fromkeys(line), 2):
            found.setdefault(ord(one), []).append(ord(other))
    return found


@cache
def _known() -> frozenset[str]:
    parts = [*(part for g in words.GENERATIONS for part in g[2:4]), words.SURNAMES, words.RARE]
    return frozenset("".join(parts))


@cache
def _homophones() -> dict[int, list[int]]:
    """Characters of one reading that an input method offers: those of names, and common ones."""
    table = files("reconcile").joinpath("data/readings.tsv").read_text("utf-8")
    lines = []
    for line in table.splitlines():
        usual = line.split("\t")[1]
        kept = [c for c in usual if c in _known()]
        common = [c for c in usual if c not in _known() and _common(c)]
        lines.append("".join(kept + common[:4]))
    return _groups(lines)


def _common(character: str) -> bool:
    """Of the first level of GB 2312: the characters in daily use."""
    try:
        code = character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return len(code) == 2 and 0xB0 <= code[0] <= 0xD7


@cache
def _others(kind: str) -> tuple[NDArray[np.uint32], Ints, Ints]:
    """For each code point: where its like begin in a list, and how many there are."""
    lines = {"lookalike": words.LOOKALIKES, "variant": words.VARIANTS}
    table = _homophones() if kind == "homophone" else _groups(lines[kind])
    starts, sizes, flat = np.zeros(0x30000, np.int64), np.zeros(0x30000, np.int64), []
    for point, others in table.items():
        starts[point], sizes[point] = len(flat), len(others)
        flat += others
    return np.array(flat, np.uint32), starts, sizes


def swap_character(rng: Generator, names: Text, kind: str) -> Text:
    """One character of each name, rather of the given name, gives way to one of its kind
    (homophone, lookalike, variant); where none has any, to a homophone; else it stays."""
    names = names.copy()
    found = points(names)
    like, starts, sizes = _others(kind)
    able = (sizes[found] > 0) & (found > 0)
    chance = rng.random(found.shape) * able
    chance[:, 0] *= 0.45
    place = chance.argmax(axis=1)
    rows = np.flatnonzero(able.any(axis=1))
    old = found[rows, place[rows]]
    found[rows, place[rows]] = like[
        starts[old] + (rng.random(len(rows)) * sizes[old]).astype(np.int64)
    ]
    rest = np.flatnonzero(~able.any(axis=1))
    if kind != "homophone" and len(rest):
        names[rest] = swap_character(rng, names[rest], "homophone")
    return names


def drop_character(rng: Generator, names: Text) -> Text:
    """One character of the given name is missing; names of two keep both."""
    names = names.copy()
    found = points(names)
    length = (found > 0).sum(axis=1)
    place = 1 + (rng.random(len(names)) * np.maximum(length - 1, 1)).astype(np.int64)
    column = np.arange(WIDTH)[None, :]
    source = np.where(column >= place[:, None], np.minimum(column + 1, WIDTH - 1), column)
    shorter = np.take_along_axis(found, source, axis=1)
    rows = length >= 3
    found[rows] = shorter[rows]
    return names


def turn_given(names: Text) -> Text:
    """The last two characters change places."""
    names = names.copy()
    found = points(names)
    length = (found > 0).sum(axis=1)
    rows = np.flatnonzero(length == 3)
    found[rows, 1], found[rows, 2] = found[rows, 2].copy(), found[rows, 1].copy()
    return names


def unreadable(rng: Generator, names: Text) -> Text:
    """One character of the given name has become a sign for what a machine could not store."""
    names = names.copy()
    found = points(names)
    length = (found > 0).sum(axis=1)
    rows = np.flatnonzero(length >= 2)
    place = 1 + (rng.random(len(rows)) * (length[rows] - 1)).astype(np.int64)
    signs = np.array([ord(sign) for sign in "?□*〓"], np.uint32)
    found[rows, place] = signs[rng.integers(0, 4, len(rows))]
    return names


def another_dot(rng: Generator, names: Text) -> Text:
    """The dot of a name is another sign, or none; or the name ends at it."""
    signs = text(["•", "・", ".", "‧", "", " "])[rng.integers(0, 6, len(names))]
    head, _, tail = np.char.partition(names, "·").T
    short = rng.random(len(names)) < 0.1
    return np.where(short, head, join(join(head, signs), tail)).astype(f"<U{WIDTH}")
