"""The registers of the last month, each value beside the one that should stand there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from reconcile.sample import births, errors, registers
from reconcile.sample.city import City
from reconcile.sample.columns import made_columns
from reconcile.sample.naming import Flags, Integers
from reconcile.sample.presets import Preset
from reconcile.sample.register import Register
from reconcile.sample.truth import LETTERS
from reconcile.sample.whereabouts import Whereabouts


@dataclass(frozen=True)
class Written:
    """One register. Its three frames have the same rows and the columns of Register.frame.

    `clean`: nobody has mistyped anything, though some columns were never asked for; `content`: what
    the row says, neatly written; `written`: as it stands in the file. `first`: for a second row of
    one person the place of the first one, -1 for others. `twice`: rows that the file has two times.
    `marks`: the kinds of error of each row.
    """

    source: str
    clean: pl.DataFrame
    content: pl.DataFrame
    written: pl.DataFrame
    first: Integers
    twice: Flags
    marks: Register

    @property
    def size(self) -> int:
        return self.clean.height

    @property
    def who(self) -> Integers:
        return self.clean["who"].to_numpy().astype(np.int64)

    @property
    def columns(self) -> list[str]:
        """Those that are exported."""
        return [column.name for column in made_columns(self.source)]

    @property
    def row_ids(self) -> pl.Series:
        """What each row is called in the truth, whatever its key."""
        return LETTERS[self.source] + pl.Series(np.arange(self.size)).cast(pl.String).str.zfill(8)

    def has(self, kind: str) -> Flags:
        return self.marks.has(kind)[: self.size]


def write_down(
    city: City, where: Whereabouts, preset: Preset, since: int, rng: np.random.Generator
) -> tuple[Written, Written, Written]:
    """Residents, household register and births, with everyone who was on them after the day
    `since`."""
    written = []
    for register in (
        registers.residents(city, where, preset, rng, since),
        registers.household(city, where, preset, rng, since),
        births.births(city, where, preset, rng),
    ):
        before = register.frame.height
        firsts = np.zeros(0, np.int64)
        if register.source != "births":
            firsts = errors.add_duplicates(register, city, preset)
        clean = register.frame
        if register.source == "births":
            errors.mistype_births(register, city)
        else:
            errors.mistype(register, city, where.newborn, preset)
        content = register.frame
        errors.finish(register)
        size = clean.height
        written.append(
            Written(
                register.source,
                _without_empty(clean),
                _without_empty(content),
                _without_empty(register.frame[:size]),
                first=np.r_[np.full(before, -1), firsts],
                twice=register.has("repeated_row")[:size],
                marks=register,
            )
        )
    return written[0], written[1], written[2]


def _without_empty(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.col(pl.String).replace("", None))
