"""What a row says of its person, as numbers: enough to tell which rules its values must break.

Worked out here from GB 11643 and the script, not with the tool's own standardisers: they are what
is tested.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import polars as pl
from numpy.typing import NDArray

from reconcile.sample.city import City
from reconcile.sample.naming import DOT, Flags, Integers
from reconcile.sample.numbers import CHECK_DIGITS, check_positions
from reconcile.sample.slips_of_numbers import NO_NUMBER
from reconcile.sample.year.written import Written

ABSENT, INVALID, RUINED, VALID = range(4)
NOTHING = -(10**6)  # a day that is not said

# Slips after which a name is another name, however it is read; after any other it may count as the
# same one.
_OTHER_NAMES = ("homophone", "look_alike", "missing_character", "former_name")
_PERHAPS = (
    "variant",
    "lost_character",
    "pinyin",
    "parts",
    "spaced",
    "dots",
    "truncated",
    "unnamed",
)


@dataclass(frozen=True)
class Said:
    """One entry a row. `number`, `name`, `parents`: equal where the texts are equal; `parents` 0
    when one is missing.

    `status` of the number: ABSENT … VALID; `number_born` and `number_male` by a valid number;
    `own`: it is the person's. `born`: days, NOTHING when not said. `plain`: where two plain names
    differ, they are two names.
    """

    number: NDArray[np.uint64]
    status: Integers
    number_born: Integers
    number_male: Flags
    own: Flags
    name: NDArray[np.uint64]
    plain: Flags
    born: Integers
    male: Flags
    parents: NDArray[np.uint64]

    def where_wrong(self, wrong: dict[str, Flags], other: Said) -> Said:
        """With the values of `other` where they are wrong now: `wrong` by what is wrong, as Slips
        are named."""
        chosen = {
            field.name: np.where(
                wrong[_SLIP_OF[field.name]], getattr(other, field.name), getattr(self, field.name)
            )
            for field in fields(self)
        }
        return Said(**chosen)


_SLIP_OF = {
    "number": "id_number", "status": "id_number", "number_born": "id_number",
    "number_male": "id_number",
    "own": "id_number", "name": "name", "plain": "name", "born": "birth_date", "male": "sex",
    "parents": "others",
}  # fmt: skip


def said(written: Written, frame: pl.DataFrame, city: City) -> Said:
    """What the rows of `frame`, clean or content, say. Residents and household register only."""
    number = _number(frame["id_number"])
    own = frame["id_number"].eq_missing(city.persons["id_number"].gather(written.who))
    slipped = frame["name"].ne_missing(written.clean["name"]).to_numpy()
    other_name = np.logical_or.reduce([written.has(kind) for kind in _OTHER_NAMES])
    perhaps = np.logical_or.reduce([written.has(kind) for kind in _PERHAPS])
    dotted = frame["name"].str.contains(DOT, literal=True).fill_null(True).to_numpy()
    days = (
        frame["birth_date"].str.to_date("%Y-%m-%d", strict=False).cast(pl.Int32).fill_null(NOTHING)
    )
    parents = frame.select(
        pl.concat_str("father_name", "mother_name", separator="|").hash(seed=0)
    ).to_series()
    unknown = (frame["father_name"].is_null() | frame["mother_name"].is_null()).to_numpy()
    return Said(
        number=frame["id_number"].fill_null("").hash(seed=0).to_numpy(),
        status=number["status"].to_numpy(),
        number_born=number["born"].to_numpy(),
        number_male=number["male"].to_numpy(),
        own=(own & (number["status"] == VALID)).to_numpy(),
        name=frame["name"].fill_null("").hash(seed=0).to_numpy(),
        plain=~dotted & (~slipped | other_name & ~perhaps),
        born=days.to_numpy().astype(np.int64),
        male=(frame["sex"] == "男").to_numpy(),
        parents=np.where(unknown, np.uint64(0), parents.to_numpy()),
    )


def _number(numbers: pl.Series) -> pl.DataFrame:
    """status, born (days) and male of each number."""
    text = pl.col("text")
    old = text.str.contains(r"^[1-9]\d{14}$")
    frame = (
        pl.DataFrame({"text": numbers.fill_null("")})
        .with_columns(
            body=pl.when(old)
            .then(text.str.slice(0, 6) + "19" + text.str.slice(6))
            .when(text.str.contains(r"^[1-9]\d{16}[\dX]$"))
            .then(text.str.slice(0, 17)),
            old=old,
        )
        .with_columns(day=pl.col("body").str.slice(6, 8).str.to_date("%Y%m%d", strict=False))
    )
    body = frame["body"].cast(pl.Int64).fill_null(0).to_numpy()
    check = pl.Series(list(CHECK_DIGITS)).gather(check_positions(body))
    dated = pl.col("day").is_not_null() & (pl.col("day").dt.year() >= 1850)
    right = pl.col("old") | (text.str.slice(17) == pl.col("check"))
    exponent = text.str.contains(r"^\d(\.\d+)?E\+\d+$")
    return frame.with_columns(check=check).select(
        status=pl.when(text.is_in(NO_NUMBER))
        .then(ABSENT)
        .when(dated & right)
        .then(VALID)
        .when(exponent | dated & text.str.ends_with("000"))
        .then(RUINED)
        .otherwise(INVALID)
        .cast(pl.Int64),
        born=pl.col("day").cast(pl.Int32).cast(pl.Int64).fill_null(NOTHING),
        male=(pl.col("body").cast(pl.Int64).fill_null(0) % 2 == 1),
    )
