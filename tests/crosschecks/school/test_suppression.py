"""What the school table hides: small cells, and as many more as keep them from being worked out."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
import polars as pl
import pytest
from scipy.optimize import linprog

from reconcile.core.frames import conform
from reconcile.crosschecks.school.cells import CELLS, cells
from reconcile.crosschecks.school.enrolment import ENROLMENT
from reconcile.crosschecks.school.suppression import hidden

Cell = tuple[str, str | None, str | None, int | None, int | None, int | None]
NAMES = ["level", "district", "town", "sex", "births", "enrolled"]


def shown(*rows: Cell) -> list[int]:
    """The places of the cells that are not hidden."""
    made = pl.DataFrame(rows, schema=NAMES, orient="row", infer_schema_length=None)
    gone = hidden(conform(made.with_columns(year=pl.lit(2025)), CELLS))
    return [place for place, hides in enumerate(gone) if not hides]


DISTRICTS: list[Cell] = [
    ("city", None, None, None, 400, 400),
    ("district", "甲区", None, None, 200, 200),
    ("district", "乙区", None, None, 200, 200),
]


def towns(*sizes: tuple[int | None, int | None]) -> list[Cell]:
    return [("town", "甲区", f"{place}镇", None, births, pupils) for place, (births, pupils) in enumerate(sizes)]


@pytest.mark.parametrize(
    ("said", "rows", "seen"),
    [
        ("a small town and the smallest other one of its district",
         [*DISTRICTS, *towns((3, 40), (97, 80), (100, 80))], [0, 1, 2, 5]),
        ("small pupils as small births", [*DISTRICTS, *towns((40, 3), (97, 97), (63, 100))], [0, 1, 2, 4]),
        ("two small towns hide each other, one of them of nobody", [*DISTRICTS, *towns((4, 90), (0, 10), (196, 100))],
         [0, 1, 2, 5]),
        ("nothing is small", [*DISTRICTS, *towns((50, 60), (150, 140))], [0, 1, 2, 3, 4]),
        ("what no file says is no count", [*DISTRICTS, *towns((None, 60), (200, 140))], [0, 1, 2, 3, 4]),
        ("where rows say no town nobody can tell from one town", [*DISTRICTS, *towns((3, 40), (90, 80))], [0, 1, 2, 4]),
        ("of one district alone the town is as small as it is",
         [*DISTRICTS[:1], ("district", "甲区", None, None, 3, 50), ("district", "乙区", None, None, 397, 350),
          *towns((3, 50))], [0]),
        ("a small district is not the sum of towns that are shown",
         [*DISTRICTS[:1], ("district", "甲区", None, None, 4, 90), ("district", "乙区", None, None, 396, 310),
          *towns((1, 40), (3, 50))], [0]),
    ],
)  # fmt: skip
def test_what_is_hidden(said: str, rows: Sequence[Cell], seen: list[int]) -> None:
    assert shown(*rows) == seen


def test_one_small_sex_takes_the_other_and_a_second_district() -> None:
    rows: list[Cell] = [
        ("city", None, None, None, 300, 300),
        *(("city", None, None, sex, n, 150) for sex, n in ((1, 133), (2, 167))),
    ]
    rows += [("district", name, None, None, size, size) for name, size in (("甲区", 40), ("乙区", 60), ("丙区", 200))]
    rows += [("district", "甲区", None, 1, 3, 20), ("district", "甲区", None, 2, 37, 20)]
    rows += [("district", "乙区", None, sex, 30, 30) for sex in (1, 2)]
    rows += [("district", "丙区", None, sex, 100, 100) for sex in (1, 2)]
    assert shown(*rows) == [0, 1, 2, 3, 4, 5, 10, 11]
    assert shown(*rows[:1], *rows[3:]) == [0, 1, 2, 3, 6, 7, 8, 9]  # no total by sex: the two sexes do


def test_parts_that_are_more_than_their_total_are_refused() -> None:
    with pytest.raises(ValueError, match="more than"):
        shown(*DISTRICTS, *towns((150, 50), (51, 50)))


def drawn(draw: random.Random) -> pl.DataFrame:
    """The cells of a small city in which some rows say no district, town or sex."""
    areas = [(f"{d}区", f"{d}区{t}镇") for d in range(draw.randrange(1, 4)) for t in range(draw.randrange(1, 4))]
    vague: list[tuple[str | None, str | None]] = [(areas[0][0], None), (None, None)]
    rows = [
        {"year": 2025, "district": district, "town": town, "sex": sex,
         "births": draw.choice([0, 1, 3, 4, 6, 20, 40]), "enrolled": draw.choice([0, 2, 5, 9, 30])}
        for district, town in areas + vague[: draw.randrange(3)]
        for sex in (1, 2, None)[: draw.randrange(2, 4)]
    ]  # fmt: skip
    said = pl.DataFrame(rows, infer_schema_length=None).with_columns(pl.col("sex").cast(pl.Int8))
    births = said.select("year", "district", "town", "sex", at=pl.int_ranges("births")).explode("at").drop_nulls("at")
    return cells(births.drop("at").cast({"year": pl.Int32}), conform(said.filter(pl.col("enrolled") > 0), ENROLMENT))


def parts(of: pl.DataFrame, count: str) -> np.ndarray:
    """Which part of the city is in which cell (rows): towns by sex, with those of no town, no sex or no district where
    the counts leave any. Parts are as a reader may think them: any that are not less than nobody."""
    value = {tuple(row[:4]): row[4] or 0 for row in of.select(*NAMES[:4], count).rows()}
    found: list[tuple[str | None, str | None, int]] = []
    left = {sex: value.get(("city", None, None, sex), 0) for sex in (1, 2)}
    rest = value.get(("city", None, None, None), 0)
    for district in of["district"].drop_nulls().unique():
        total = value["district", district, None, None]
        own = [key[2] for key, n in value.items() if key[:2] == ("town", district) and n]
        places = [*own, *([None] if total > sum(value["town", district, name, None] for name in own) else [])]
        said = {sex: value.get(("district", district, None, sex), 0) for sex in (1, 2)}
        sexes = [*(sex for sex in (1, 2) if said[sex]), *([0] if total > sum(said.values()) else [])]
        found += [(district, place, sex) for place in places for sex in sexes]
        left, rest = {sex: n - said[sex] for sex, n in left.items()}, rest - total
    found += [(None, None, sex) for sex, n in {**left, 0: rest - sum(left.values())}.items() if n]
    return np.array(
        [
            [district in (None, d) and town in (None, t) and sex in (None, s) for d, t, s in found]
            for _, district, town, sex in of.select(NAMES[:4]).rows()
        ],
        dtype=float,
    ).reshape(of.height, len(found))


@pytest.mark.parametrize("seed", range(60))
def test_what_is_hidden_cannot_be_worked_out(seed: int) -> None:
    """Every hidden count can have another value with all that is shown as it is, as a linear program sees it."""
    table = drawn(random.Random(seed))
    gone = hidden(table).to_numpy()
    for count in ("births", "enrolled"):
        small = table.select((pl.col(count) < 5).fill_null(False)).to_series().to_numpy()
        assert gone[small].all()
        made, true = parts(table, count), table[count].fill_null(0).to_numpy().astype(float)
        known = {"A_eq": made[~gone], "b_eq": true[~gone]} if (~gone).any() else {}
        for at in np.flatnonzero(gone & (true > 0)):
            ends = [linprog(sign * made[at], bounds=(0, None), **known) for sign in (-1, 1)]
            assert any(end.status == 3 or abs(abs(end.fun) - true[at]) > 0.5 for end in ends), (count, table[int(at)])


def test_the_checker_sees_what_small_cells_hidden_alone_give_away() -> None:
    table = conform(pl.DataFrame([*DISTRICTS, *towns((3, 40), (97, 80), (100, 80))], schema=NAMES, orient="row"), CELLS)
    made, true = parts(table, "births"), table["births"].to_numpy().astype(float)
    told = np.delete(made, 3, axis=0), np.delete(true, 3)
    ends = [linprog(sign * made[3], bounds=(0, None), A_eq=told[0], b_eq=told[1]) for sign in (-1, 1)]
    assert [abs(end.fun) for end in ends] == pytest.approx([3, 3])
