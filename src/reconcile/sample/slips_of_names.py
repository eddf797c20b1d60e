"""What hands and systems do to names. Each function takes rows and gives what the name has
become."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from reconcile.sample.naming import DATA, DOT, Integers

Characters = NDArray[np.uint32]

_LOST = ("", "", "〓", "□", "?", "*")  # private use, geta, box
_DOTS = ("•", "・", "．", "‧", ".", "", " ")
_LONGEST_STORED = 6  # characters that a narrow field keeps


@dataclass(frozen=True)
class Alternatives:
    """For each character (sorted) the characters that may stand for it: `flat[start : start +
    count]`."""

    characters: Characters
    start: Integers
    count: Integers
    flat: Characters

    @classmethod
    def of(cls, groups: list[str]) -> Alternatives:
        """Any member of a group may stand for any other."""
        others: defaultdict[str, set[str]] = defaultdict(set)
        for group in groups:
            for character in group:
                others[character] |= set(group) - {character}
        known = sorted(character for character, instead in others.items() if instead)
        count = np.array([len(others[character]) for character in known])
        return cls(
            np.array([ord(character) for character in known], dtype=np.uint32),
            np.cumsum(count) - count,
            count,
            np.array(
                [ord(other) for one in known for other in sorted(others[one])], dtype=np.uint32
            ),
        )

    def replace_one(self, names: pl.Series, rng: np.random.Generator, first: int = 0) -> pl.Series:
        """Each name with one of its characters from place `first` on replaced, where the table
        knows one."""
        matrix = _matrix(names)
        position = np.minimum(np.searchsorted(self.characters, matrix), len(self.characters) - 1)
        known = self.characters[position] == matrix
        known[:, :first] = False
        column = np.argmax(np.where(known, rng.random(matrix.shape), -1.0), axis=1)
        row = np.arange(len(matrix))
        at = position[row, column]
        other = self.flat[
            self.start[at] + (rng.random(len(matrix)) * self.count[at]).astype(np.int64)
        ]
        matrix[row, column] = np.where(known[row, column], other, matrix[row, column])
        return _text(matrix)


def _matrix(names: pl.Series) -> Characters:
    """Code points of names, one row each, filled up with zeros."""
    texts = np.array(names.fill_null("").to_list() or [""], dtype=np.str_)[: len(names)]
    width = max(1, texts.dtype.itemsize // 4)
    return texts.astype(f"U{width}").view(np.uint32).reshape(len(texts), width).copy()


def _text(matrix: Characters) -> pl.Series:
    texts = np.ascontiguousarray(matrix).view(f"U{matrix.shape[1]}").ravel()
    return pl.Series(texts.tolist(), dtype=pl.String)


@cache
def _sounds() -> dict[str, str]:
    lines = (DATA / "sounds.tsv").read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines if not line.startswith("#"))


@cache
def _tables() -> dict[str, str]:
    return tomllib.loads((DATA / "characters.toml").read_text(encoding="utf-8"))


@cache
def _alternatives(table: str) -> Alternatives:
    return Alternatives.of(
        list(_sounds().values()) if table == "sounds" else _tables()[table].split()
    )


def same_sound(names: pl.Series, rng: np.random.Generator) -> pl.Series:
    """伟 → 玮. The surname stays: people know how that is written."""
    return _alternatives("sounds").replace_one(names, rng, first=1)


def same_look(names: pl.Series, rng: np.random.Generator) -> pl.Series:
    """未 → 末."""
    return _alternatives("look_alikes").replace_one(names, rng)


def variant(names: pl.Series, rng: np.random.Generator) -> pl.Series:
    """国 → 國."""
    return _alternatives("variants").replace_one(names, rng)


def without_middle(names: pl.Series, rng: np.random.Generator) -> pl.Series:
    """王小明 → 王明."""
    return _each(names, pl.when(_length() == 3).then(_part(0, 1) + _part(2, 1)).otherwise("name"))


def lost(names: pl.Series, rng: np.random.Generator) -> pl.Series:
    """The last character has become a sign for something the system could not write."""
    signs = pl.Series(_LOST).gather(rng.integers(0, len(_LOST), len(names)))
    return _each(names, pl.col("name").str.head(-1) + pl.col("with"), signs)


def pinyin(names: pl.Series, rng: np.random.Generator) -> pl.Series:
    """王小明 → 王小ming, or WANG XIAOMING."""
    reading = {character: sound for sound, group in _sounds().items() for character in group}
    whole = rng.random(len(names)) < 0.4

    def read(name: str, all_of_it: bool) -> str:
        if all_of_it and name:
            sounds = [reading.get(character, "") for character in name]
            return f"{sounds[0]} {''.join(sounds[1:])}".upper() if all(sounds) else name
        return name[:-1] + reading.get(name[-1:], name[-1:])

    # A handful of rows in ten thousand: a plain loop is short and quick enough.
    return pl.Series(
        [read(*one) for one in zip(names.fill_null(""), whole, strict=True)], dtype=pl.String
    )


def parts(names: pl.Series, rng: np.random.Generator) -> pl.Series:
    """赟 → 斌贝."""
    table = dict(pair.split("=") for pair in _tables()["parts"].split())
    return names.str.replace_many(table)


def spaced(names: pl.Series, rng: np.random.Generator) -> pl.Series:
    """王伟 → 王　伟, as forms align short names."""
    gaps = pl.Series([" ", "　", "  ", "\u00a0"]).gather(rng.integers(0, 4, len(names)))
    return _each(names, _part(0, 1) + pl.col("with") + _part(1, None), gaps)


def other_dot(names: pl.Series, rng: np.random.Generator) -> pl.Series:
    """买买提·艾力 → 买买提．艾力, 买买提艾力."""
    dots = pl.Series(_DOTS).gather(rng.integers(0, len(_DOTS), len(names)))
    return _each(
        names,
        pl.col("name").str.replace(DOT, "\0", literal=True).str.replace("\0", pl.col("with")),
        dots,
    )


def cut(names: pl.Series, rng: np.random.Generator) -> pl.Series:
    """阿卜杜拉·买买提 → 阿卜杜拉·买."""
    return names.str.slice(0, _LONGEST_STORED)


def _length() -> pl.Expr:
    return pl.col("name").str.len_chars().cast(pl.Int64)


def _part(start: int, length: pl.Expr | int | None) -> pl.Expr:
    return pl.col("name").str.slice(start, length)


def _each(names: pl.Series, expression: pl.Expr, other: pl.Series | None = None) -> pl.Series:
    """`expression` over `name` (and `with`)."""
    frame = pl.DataFrame({"name": names.fill_null("")})
    if other is not None:
        frame = frame.with_columns(other.alias("with"))
    return frame.select(expression.alias("name")).to_series()
