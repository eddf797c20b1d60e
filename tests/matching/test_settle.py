"""What exact keys may close at once."""

import pytest

from reconcile.config import LinkConfig
from reconcile.matching.settle import settle
from tests.people import population

KEYS = [["id_number_std", "name_std", "birth_date_std"], ["name_std", "birth_date_std", "village_std"]]
LINK = LinkConfig(sources=("residents", "household"), exact=KEYS, blocking=[["name_std"]], comparisons=["name"])
WANG = {"name": "王伟", "number": "A", "born": "1980-05-01", "village": "东村"}

CASES = [
    ("the same in everything", [WANG], [WANG], {(0, 1)}),
    ("the same but for a number on one side", [WANG], [{**WANG, "number": None}], {(0, 1)}),
    ("two different numbers never settle", [WANG], [{**WANG, "number": "B"}], set()),
    ("another name is not exact", [WANG], [{**WANG, "name": "王玮"}], set()),
    ("two residents for one row: a question, not a settlement", [WANG, WANG], [WANG], set()),
    ("two rows for one resident", [WANG], [WANG, WANG], set()),
    ("a namesake elsewhere does no harm", [WANG, {**WANG, "number": "C", "village": "西村"}], [WANG], {(0, 2)}),
]


@pytest.mark.parametrize(("what", "residents", "household", "expected"), CASES, ids=[case[0] for case in CASES])
def test_settle(what, residents, household, expected):
    rows = [[{k: v for k, v in row.items() if v is not None} for row in side] for side in (residents, household)]
    certain = settle(population(residents=rows[0], household=rows[1]), [LINK])
    assert set(certain.select("node_l", "node_r").iter_rows()) == expected
