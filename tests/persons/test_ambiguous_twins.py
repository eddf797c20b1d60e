"""Twins whom nothing tells apart are counted once each, and asked about."""

from __future__ import annotations

import pytest

from reconcile.persons.children import children
from tests.views import view_of

BORN = {"born": "2026-10-05"}
SURE, DOUBTFUL = 6_000, -3_000  # 1/1000 bit


def told(certificates: int, residents: int, links: list[tuple[int, int, int]], household: int = 0):
    """The children of certificates B1 …, of residents R1 … and household rows, each a person of its own but that Hn is
    the person of Rn; (n, m, weight) links Bn with Rm."""
    view = view_of(
        births=[{"id": f"B{n}", "person": f"b{n}", **BORN} for n in range(1, certificates + 1)],
        residents=[{"id": f"R{n}", "person": f"r{n}", **BORN} for n in range(1, residents + 1)],
        household=[{"id": f"H{n}", "person": f"r{n}", **BORN} for n in range(1, household + 1)],
        links=[(f"births:B{n}", f"residents:R{m}", "match", weight) for n, m, weight in links],
        period="2026-10",
    )
    found = children(view)
    names = view.population["record_id"]
    rows = found.with_columns(
        names.gather(found[layout]).alias(layout) for layout in ("births", "residents", "household")
    )
    return rows.select("births", "residents", "household", "cell", "paired").rows()


ALL_WITH_ALL = [(1, 1, SURE), (1, 2, SURE), (2, 1, SURE), (2, 2, SURE)]


def test_two_certificates_and_two_rows_are_two_children() -> None:
    assert told(2, 2, ALL_WITH_ALL) == [("B1", "R1", None, "HR", True), ("B2", "R2", None, "HR", True)]


def test_a_row_brings_its_household_record() -> None:
    both = [("B1", "R1", "H1", "HRP", True), ("B2", "R2", "H2", "HRP", True)]
    assert told(2, 2, ALL_WITH_ALL, household=2) == both


@pytest.mark.parametrize(
    ("certificates", "residents", "links"),
    [
        pytest.param(1, 1, [(1, 1, SURE)], id="one with one is a question of its own"),
        pytest.param(2, 1, [(1, 1, SURE), (2, 1, SURE)], id="more certificates than rows"),
        pytest.param(1, 2, [(1, 1, SURE), (1, 2, SURE)], id="more rows than certificates"),
        pytest.param(2, 2, ALL_WITH_ALL[:3], id="one of them cannot be one of the others"),
        pytest.param(2, 2, [*ALL_WITH_ALL[:3], (2, 2, DOUBTFUL)], id="one of them hardly is one of the others"),
        pytest.param(2, 2, [], id="nothing says that they may be"),
    ],
)
def test_what_is_not_as_many_all_with_all_stays_apart(
    certificates: int, residents: int, links: list[tuple[int, int, int]]
) -> None:
    found = told(certificates, residents, links)
    assert len(found) == certificates + residents
    assert not any(paired for *_, paired in found)
    assert {cell for *_, cell, _ in found} == {"H", "R"}


def test_triplets_are_three_children() -> None:
    links = [(n, m, SURE) for n in (1, 2, 3) for m in (1, 2, 3)]
    assert [row[:2] for row in told(3, 3, links)] == [("B1", "R1"), ("B2", "R2"), ("B3", "R3")]
