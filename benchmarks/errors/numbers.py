"""ID numbers by GB 11643."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

Ints = npt.NDArray[np.int64]

_OWN = np.array([439101, 439121, 439122])  # districts of the city
_OTHERS = 40  # districts elsewhere
_PROVINCES = np.array(
    [*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66)]
)
_BORN_HERE = 0.85
_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_CHECKS = np.array(list("10X98765432"))
_SEQUENCES = 500  # of each sex in a district and day


def id_numbers(random: np.random.Generator, born: Ints, men: npt.NDArray[np.bool_]) -> np.ndarray:
    """A valid number for each day of birth (since 1970) and sex, no two alike."""
    count = len(born)
    others = random.choice(_PROVINCES, _OTHERS) * 10_000 + random.integers(1, 5, _OTHERS) * 100
    others += random.integers(1, 29, _OTHERS)
    area = np.where(
        random.random(count) < _BORN_HERE, random.choice(_OWN, count), random.choice(others, count)
    )
    frame = pl.DataFrame(
        {"area": area, "born": born, "man": men, "start": random.integers(0, _SEQUENCES, count)}
    )
    within = pl.int_range(pl.len()).over("area", "born", "man")
    frame = frame.with_columns(
        number=(pl.col("start").first().over("area", "born", "man") + within) % _SEQUENCES
    )
    day = pl.col("born").cast(pl.Int32).cast(pl.Date).dt.strftime("%Y%m%d")
    sequence = (2 * pl.col("number") + pl.col("man")).cast(pl.String).str.zfill(3)
    bodies = frame.select(pl.concat_str(pl.col("area").cast(pl.String), day, sequence)).to_series()
    return (bodies + pl.Series(check_digits(bodies))).to_numpy().astype(object)


def check_digits(bodies: pl.Series) -> np.ndarray:
    """The last place of each number, from its first seventeen."""
    digits = np.frombuffer("".join(bodies.to_list()).encode("ascii"), dtype=np.uint8).reshape(
        -1, 17
    ) - ord("0")
    return _CHECKS[(digits @ _WEIGHTS) % 11]
