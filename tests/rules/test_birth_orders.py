"""birth_order_shifted, birth_order_repeated: orders of one mother's children against each other."""

import pytest

from tests.views import evidence_of, found, variants_of, view_of

SHIFTED, REPEATED = "birth_order_shifted", "birth_order_repeated"
MOTHER = {"mother_id": "M", "mother_person": "residents:M"}


def certificate(born, order, **more):
    return {"born": born, "order": order, **MOTHER, **more}


def sibling(born, **more):
    return {"born": born, **MOTHER, **more}


@pytest.mark.parametrize(
    ("order", "older", "known"),
    [
        (1, [], []),
        (1, ["2020-03-07"], [1]),
        (2, ["2020-03-07"], []),
        (2, ["2020-03-07", "2022-11-02"], [2]),
        (3, ["2020-03-07"], []),
        (1, ["2028-03-07"], []),
        (1, ["2026-03-07"], []),
        (2, ["2020-03-07", "2020-03-09"], []),
        (None, ["2020-03-07"], []),
    ],
    ids=[
        "first",
        "not the first",
        "second",
        "third",
        "a child that nobody knows is not asked for",
        "younger",
        "too close to be another child",
        "two dates of one child",
        "no order",
    ],
)
@pytest.mark.parametrize("register", ["residents", "household"])
def test_against_known_older_children(register, order, older, known):
    view = view_of(births=[certificate("2026-10-05", order)], **{register: [sibling(born) for born in older]})
    assert [case["known"] for case in evidence_of(view, SHIFTED)] == [count for count in known for _ in range(count)]
    assert all(left == "B1" for left, _ in found(view, SHIFTED))


def test_one_child_in_two_registers_counts_once():
    older = {"person": "A", **sibling("2020-03-07")}
    view = view_of(births=[certificate("2026-10-05", 2)], residents=[older], household=[older])
    assert found(view, SHIFTED) == []


@pytest.mark.parametrize("other", [{"mother_id": "N"}, {"mother_id": None, "mother": "王芳"}])
def test_another_mothers_child_does_not_count(other):
    births = [certificate("2026-10-05", 1, mother="王芳")]
    view = view_of(births=births, residents=[{"born": "2020-03-07", "mother_id": "N", **other}])
    assert found(view, SHIFTED) == []


def test_a_number_that_leads_to_no_person_is_the_mother_herself():
    births = [{"born": "2026-10-05", "order": 1, "mother_id": "E1"}]
    assert found(view_of(births=births, residents=[{"born": "2020-03-07", "mother_id": "E1"}]), SHIFTED) != []


PAIRS = [
    ("follow on", (1, 2), "2024-03-05", {}, []),
    ("repeated", (1, 1), "2024-03-05", {}, ["repeated"]),
    ("reversed", (2, 1), "2024-03-05", {}, ["reversed"]),
    ("skipped", (1, 3), "2024-03-05", {}, ["skipped"]),
    ("twins that follow on", (1, 2), "2026-10-05", {"delivered": 2}, []),
    ("twins, the other way round", (2, 1), "2026-10-05", {"delivered": 2}, []),
    ("twins with one order", (1, 1), "2026-10-05", {"delivered": 2}, ["twins"]),
    ("one day, no word of twins", (1, 1), "2026-10-05", {}, []),
    ("one has no order", (None, 1), "2024-03-05", {}, []),
]


@pytest.mark.parametrize(
    ("orders", "earlier", "more", "variants"), [row[1:] for row in PAIRS], ids=[row[0] for row in PAIRS]
)
def test_orders_of_two_certificates(orders, earlier, more, variants):
    view = view_of(births=[certificate(earlier, orders[0], **more), certificate("2026-10-05", orders[1], **more)])
    assert variants_of(view, REPEATED) == variants


def test_the_later_child_stands_left():
    view = view_of(births=[certificate("2026-10-05", 1), certificate("2024-10-05", 1)])
    assert found(view, REPEATED) == [("B1", "B2")]


def test_two_certificates_of_one_child_are_one():
    born = certificate("2026-10-05", 1)
    assert found(view_of(births=[{"person": "A", **born}, {"person": "A", **born}]), REPEATED) == []
