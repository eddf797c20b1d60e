"""What happens to exports between the office that makes them and the one that reads them: to a row, at random."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tests.pipelines.cities import Rows

# What may be done to `rows` (no header) at place `at`; the width of the table is that of its header.
Damage = Callable[[Rows, int, Random, list[str]], None]


def cut(rows: Rows, at: int, random: Random, header: list[str]) -> None:
    """The end of a row is missing."""
    rows[at] = rows[at][: random.randrange(1, len(header))]


def stretched(rows: Rows, at: int, random: Random, header: list[str]) -> None:
    """Values beyond the last column."""
    rows[at] = [*rows[at], "多出", "的值"]


def repeated(rows: Rows, at: int, random: Random, header: list[str]) -> None:
    rows.insert(random.randrange(len(rows) + 1), list(rows[at]))


def blanked(rows: Rows, at: int, random: Random, header: list[str]) -> None:
    rows[at] = [random.choice(["", " ", "　"])] * len(header)


def thinned(rows: Rows, at: int, random: Random, header: list[str]) -> None:
    """Most values of a row are lost, needed ones too."""
    rows[at] = [value if random.random() < 0.15 else "" for value in rows[at]]


def totalled(rows: Rows, at: int, random: Random, header: list[str]) -> None:
    rows.insert(at, [random.choice(["合计", "小计", "总计：", "城东街道小计"]), str(at)])


def noted(rows: Rows, at: int, random: Random, header: list[str]) -> None:
    rows.insert(at, [random.choice(["制表人：", "备注：以下无正文", "说明"])])


def headed(rows: Rows, at: int, random: Random, header: list[str]) -> None:
    """The header again, as where pages were put together."""
    rows.insert(at, list(header))


def shuffled(rows: Rows, at: int, random: Random, header: list[str]) -> None:
    """Values in each other's columns."""
    random.shuffle(rows[at])


def spoiled(rows: Rows, at: int, random: Random, header: list[str]) -> None:
    """A value that no one typed."""
    value = random.choice(["\0", "=1+1", "#REF!", "4.60105E+17", "〓□", "某某之子", "x" * 40_000])
    rows[at] = [*rows[at], ""]
    rows[at][random.randrange(len(rows[at]))] = value


def rekeyed(rows: Rows, at: int, random: Random, header: list[str]) -> None:
    """The source's own key is another row's too."""
    rows[at] = [*random.choice(rows)[:1], *rows[at][1:]]


DAMAGES: tuple[Damage, ...] = (
    cut, stretched, repeated, blanked, thinned, totalled, noted, headed, shuffled, spoiled, rekeyed,
)  # fmt: skip
