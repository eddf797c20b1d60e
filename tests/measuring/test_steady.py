"""What the benchmark of steadiness changes and counts, on small frames."""

from __future__ import annotations

import polars as pl
import pytest
from benchmarks.steady.changed import COLUMNS, KINDS, month_later
from benchmarks.steady.moved import RECORD, moved, of_changed_persons, reasons, shifts, spread

from reconcile.quality.labels import PAIR

SOURCES = {"r": "residents", "h": "household"}


def persons(groups: str) -> pl.DataFrame:
    """'r1 h1 | r2': records by their register's letter and a number, persons parted by strokes."""
    rows = [
        (SOURCES[record[0]], record, f"P{group.split()[0]}") for group in groups.split("|") for record in group.split()
    ]
    return pl.DataFrame(rows, schema=["source", "record_id", "person_id"], orient="row")


def records(*ids: str) -> pl.DataFrame:
    return pl.DataFrame([(SOURCES[i[0]], i) for i in ids], schema=dict.fromkeys(RECORD, pl.String), orient="row")


def pairs(*ends: str, **columns: object) -> pl.DataFrame:
    """'r1 h1': pairs of records."""
    rows = [(SOURCES[left[0]], left, SOURCES[right[0]], right) for left, right in map(str.split, ends)]
    return pl.DataFrame(rows, schema=dict.fromkeys(PAIR, pl.String), orient="row").with_columns(
        pl.lit(v).alias(k) for k, v in columns.items()
    )


BEFORE = "r1 h1 | r2 h2 | r3 | h3"


@pytest.mark.parametrize(
    ("after", "touched", "contenders", "found"),
    [
        (BEFORE, [], [], []),
        ("r1 | h1 | r2 h2 | r3 | h3", [], [], [("Pr1", False)]),  # parted
        ("r1 h1 | r2 h2 | r3 h3", [], [], [("Ph3", False), ("Pr3", False)]),  # joined
        ("r1 h2 | r2 h1 | r3 | h3", [], [], [("Pr1", False), ("Pr2", False)]),  # exchanged
        ("h1 | r1 | r2 h2 | r3 | h3", ["r1"], [], []),  # the changed record itself may move
        ("h1 | r2 h2 | r3 | h3", ["r1"], [], []),  # gone
        ("r1 h1 | r2 h2 | r3 h3 r9", ["r9"], [], [("Ph3", True), ("Pr3", True)]),  # newcomer between them
        ("r1 h1 | r2 | h2 | r3 | h3", ["r1"], ["r1 h2"], [("Pr2", True)]),  # a contender was changed
        ("r1 h1 | r2 | h2 | r3 | h3", ["r1"], ["h2 h1"], [("Pr2", True)]),  # a contender's person was changed
        ("r1 h1 | r2 | h2 | r3 | h3", ["r1"], ["h1 r3"], [("Pr2", False)]),  # somebody else's
    ],
)
def test_a_person_moves_when_its_unchanged_records_are_grouped_otherwise(
    after: str, touched: list[str], contenders: list[str], found: list[tuple[str, bool]]
) -> None:
    assert moved(persons(BEFORE), persons(after), records(*touched), pairs(*contenders)).rows() == found


SAME = {
    "match_weight": 100, "prior": -9000, "price": 0, "kin": 0, "others": 0,
    "name": 1, "w_name": 5000, "sex": 1, "w_sex": 4100,
}  # fmt: skip


@pytest.mark.parametrize(
    ("then", "reason", "bits"),
    [
        ({"prior": -9200, "match_weight": -100}, "odds", -200),
        ({"w_sex": 3900, "match_weight": -100}, "chances", -200),
        ({"w_name": 4800, "match_weight": -100}, "frequency", -200),  # equal names weigh by how common they are
        ({"others": -200, "match_weight": -100}, "others", -200),
        ({"w_sex": 3900, "prior": -9050, "match_weight": -150}, "chances", -250),  # the larger part
        ({"name": 4, "w_name": 4800, "match_weight": -100}, "agreement", -200),
        ({}, "no pair", 0),
        (None, "compared once", -100),
    ],
)
def test_the_part_of_the_weight_that_moved_most_is_the_reason(
    then: dict[str, int] | None, reason: str, bits: int
) -> None:
    before = pairs("r1 h1", **SAME)
    after = before.clear() if then is None else pairs("r1 h1", **{**SAME, **then})
    told = reasons(pl.DataFrame({"person_id": ["Pr1"]}), persons("r1 h1"), shifts(before, after))
    assert told.rows() == [("Pr1", reason, bits)]


def test_pairs_of_changed_persons_are_not_counted_among_the_shifts() -> None:
    before = pairs("r1 h1", "r2 h2", "r3 h3", **SAME)
    after = pl.concat([pairs("r1 h1", "r2 h2", **{**SAME, "prior": -9300, "match_weight": -200}), before[2:]])
    changed = of_changed_persons(persons("r1 r9 | h1"), persons("r1 | r9 | h1"), records("r9"))
    found = {row["part"]: row for row in spread(shifts(before, after), changed).to_dicts()}
    assert (found["odds"]["pairs"], found["odds"]["changed"], found["odds"]["most"]) == (2, 0.5, 300)
    assert (found["all"]["crossed"], found["chances"]["most"]) == (1, 0)


def test_a_month_later_so_many_rows_are_changed_and_no_other_cell() -> None:
    columns = COLUMNS["second"]
    size = 1000
    residents = pl.DataFrame(
        {
            columns["key"]: [f"Q{n}" for n in range(size)],
            columns["name"]: [f"王{n:04}" for n in range(size)],
            columns["id_number"]: ["1"] * size,
            columns["birth_date"]: ["20010101"] * size,
            columns["address"]: [f"东街{n}号楼" for n in range(size)],
            columns["phone"]: [f"13{n:09}" for n in range(size)],
        }
    )
    later, touched = month_later(residents, columns, 0.05, seed=3)
    assert dict(touched.group_by("kind").len().iter_rows()) == dict.fromkeys(KINDS, 10)
    assert later.height == size
    both = residents.join(later, on=columns["key"], suffix="_then").join(
        touched, left_on=columns["key"], right_on="record_id", how="left"
    )
    for kind in ("name", "address", "phone"):
        differ = both.filter(pl.col(columns[kind]) != pl.col(f"{columns[kind]}_then"))
        assert set(differ["kind"]) == {kind}, kind
        assert differ.height >= 6  # another row may end with the same character
    gone = residents.join(later, on=columns["key"], how="anti")
    assert set(gone[columns["key"]]) == set(touched.filter(pl.col("kind") == "removed")["record_id"])
    again, _ = month_later(residents, columns, 0.05, seed=3)
    assert again.equals(later)
