"""Parents and spouses from a household's relations, as a clerk would read them off a household booklet."""

import numpy as np
import pytest

from reconcile.population.relatives import with_relatives
from tests.people import population

HEAD = {"id": "head", "name": "李建国", "number": "F1", "sex": 1, "house": "H1", "relation": 2}
WIFE = {"id": "wife", "name": "陈秀英", "number": "M1", "sex": 2, "house": "H1", "relation": 10}
SON = {"id": "son", "name": "李明", "number": "S1", "sex": 1, "house": "H1", "relation": 20}
SONS_WIFE = {"id": "sons_wife", "name": "吴丽", "number": "D1", "sex": 2, "house": "H1", "relation": 38}
DAUGHTER = {"id": "daughter", "name": "李红", "sex": 2, "house": "H1", "relation": 30}
HER_HUSBAND = {"id": "her_husband", "name": "周强", "sex": 1, "house": "H1", "relation": 28}
GRANDSON = {"id": "grandson", "name": "李小宝", "house": "H1", "relation": 41}

CASES = [
    ("a child of the head", [HEAD, WIFE, SON], "son", {"father_name_std": "李建国", "mother_name_std": "陈秀英", "mother_id_std": "M1"}),
    ("the mother is the head", [{**HEAD, "sex": 2}, {**WIFE, "sex": 1}, SON], "son", {"father_name_std": "陈秀英", "mother_name_std": "李建国"}),
    ("a mother alone", [{**HEAD, "sex": 2}, SON], "son", {"father_name_std": None, "mother_name_std": "李建国"}),
    ("two wives: nothing is derived of the mother", [HEAD, WIFE, {**WIFE, "id": "second"}, SON], "son", {"father_name_std": "李建国", "mother_name_std": None}),
    ("a grandchild of the only married son", [HEAD, WIFE, SON, SONS_WIFE, GRANDSON], "grandson", {"father_name_std": "李明", "mother_name_std": "吴丽", "mother_id_std": "D1"}),
    ("a grandchild of the married daughter", [HEAD, SON, DAUGHTER, HER_HUSBAND, GRANDSON], "grandson", {"father_name_std": "周强", "mother_name_std": "李红"}),
    ("both a son's and a daughter's family: undecided", [HEAD, SON, SONS_WIFE, DAUGHTER, HER_HUSBAND, GRANDSON], "grandson", {"father_name_std": None, "mother_name_std": None}),
    ("husband and wife", [HEAD, WIFE], "wife", {"spouse_name_std": "李建国", "spouse_id_std": "F1"}),
    ("what a row states itself stays", [HEAD, WIFE, {**SON, "mother": "赵敏", "mother_id": "X9"}], "son", {"mother_name_std": "赵敏", "mother_id_std": "X9"}),
    ("another household's couple is nobody's parents", [{**HEAD, "house": "H2"}, {**WIFE, "house": "H2"}, SON], "son", {"father_name_std": None, "mother_name_std": None}),
    ("every member knows the head", [HEAD, WIFE, SON], "son", {"head_name_std": "李建国"}),
]  # fmt: skip


@pytest.mark.parametrize(("what", "rows", "of", "expected"), CASES, ids=[case[0] for case in CASES])
def test_relatives(what, rows, of, expected):
    people, node = with_relatives(population(household=rows)), [row["id"] for row in rows].index(of)
    assert {column: people.values(column, np.array([node]))[0] for column in expected} == expected
    known = [column for column in expected if people.codes(column)[node] != 0]
    assert known == [column for column, value in expected.items() if value is not None]


def test_a_lent_name_is_the_same_name_as_a_stated_one():
    rows = [HEAD, WIFE, SON, {**SON, "id": "other", "house": None, "father": "李建国"}]
    codes = with_relatives(population(household=rows)).codes("father_name_std")
    assert codes[2] == codes[3]


def test_a_register_without_households_is_left_as_it_is():
    before = population(residents=[{"name": "王伟"}])
    assert with_relatives(before) is before
