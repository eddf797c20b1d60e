"""What is said of rows that may be somebody: those with a name only, and those whose birth date is near."""

from __future__ import annotations

import json
from datetime import date

import polars as pl
import pytest

from reconcile.config import RostersConfig
from reconcile.core.frames import conform
from reconcile.crosschecks.roster.facts import RECORDS as OF_REGISTERS
from reconcile.crosschecks.roster.findings import Material, possible
from reconcile.crosschecks.roster.lookup import ROWS
from reconcile.crosschecks.roster.namesakes import namesakes

NO_NUMBER = dict.fromkeys(("id_number_std", "id_number_core"), pl.lit(None, pl.String))
SCHEMA = ("person_id", "name_std", "village_std", "town_std")
RECORDS = pl.DataFrame(
    [
        ("p1", "王海棠", "春江", "府城"),
        ("p1", "王海棠", "春江", "府城"),  # the other register's
        ("p2", "王海棠", "榕桥", "府城"),
        ("p3", "李子墨", "春江", "府城"),
        ("p4", "陈若溪", "春江", "府城"),
        ("p5", "陈若溪", "春江", "府城"),
    ],
    schema=SCHEMA,
    orient="row",
).with_row_index("node", offset=1)

# The row's name, village and town → how many have the name, whom it may be, and whether the place tells.
CASES: dict[str, tuple[tuple[str | None, ...], tuple[object, ...] | None]] = {
    "one in the village, two in all": (("王海棠", "春江", "府城"), (2, "p1", 1, True)),
    "one in the village, which has no town": (("王海棠", "榕桥", None), (2, "p2", 3, True)),
    "two in the town": (("王海棠", None, "府城"), (2, None, None, False)),
    "nobody in the village, two elsewhere": (("王海棠", "石岭", "府城"), (2, None, None, False)),
    "no place, two in all": (("王海棠", None, None), (2, None, None, False)),
    "no place, one in all": (("李子墨", None, None), (1, "p3", 4, False)),
    "one in all, in another village": (("李子墨", "石岭", "府城"), (1, "p3", 4, False)),
    "two in the village": (("陈若溪", "春江", "府城"), (2, None, None, False)),
    "nobody": (("赵无人", "春江", "府城"), None),
    "no name": ((None, "春江", "府城"), None),
}


@pytest.mark.parametrize("case", CASES)
def test_namesakes(case: str) -> None:
    row, expected = CASES[case]
    rows = pl.DataFrame([(None, *row)], schema=dict.fromkeys(SCHEMA, pl.String), orient="row").with_columns(
        node=pl.lit(0, pl.UInt32), birth_date_std=pl.lit(None, pl.Date), **NO_NUMBER
    )
    found = namesakes(rows, RECORDS).select("namesakes", "person_id", "near", "in_place").rows()
    assert found == ([expected] if expected else [])


def test_a_row_with_a_birth_date_is_not_asked_by_its_name() -> None:
    row = RECORDS.head(1).with_columns(birth_date_std=pl.date(1950, 3, 4), **NO_NUMBER)
    assert namesakes(row, RECORDS).is_empty()


@pytest.mark.parametrize(
    ("own", "why", "variant"),
    [
        (date(1990, 5, 3), None, "swapped"),
        (date(1990, 5, 3), "other_number", "other_number"),  # weighs more
        (date(1990, 3, 5), None, None),  # the same day
        (date(1991, 5, 3), None, None),
        (date(1990, 5, 13), None, None),
        (None, "name_only", "name_only"),
    ],
)
def test_a_possible_match_says_that_day_and_month_are_swapped(
    own: date | None, why: str | None, variant: str | None
) -> None:
    near = {"near_source": ["r"], "near_record_id": ["r1"], "person_id": ["p1"]}
    row = conform(pl.DataFrame({"node": [0], "status": ["possible"], "why": [why], **near}), ROWS)
    row = row.with_columns(pl.lit(own, pl.Date).alias("birth_date_std"))
    record = {"person_id": ["p1"], "source": ["r"], "record_id": ["r1"], "birth_date_std": [date(1990, 3, 5)]}
    told = possible(Material(row, conform(pl.DataFrame(record), OF_REGISTERS), RostersConfig()))
    assert [json.loads(said)["variant"] for said in told["evidence"]] == [variant]
