"""Without a table of areas: which names are other names of an area, and what that does to levels."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
import pytest

from reconcile.persons.residence.levels import residences
from reconcile.persons.residence.notices import of_residences
from reconcile.persons.residence.other_names import other_names
from reconcile.persons.view import View
from tests.views import view_of

Pairs = Sequence[tuple[str, str, int]]
HOME: Pairs = [("东门", "东门", 150), ("西门", "西门", 150), ("东门", "西门", 9), ("西门", "东门", 6)]


def names(pairs: Pairs) -> list[str]:
    people = pl.DataFrame([(a, b) for a, b, n in pairs for _ in range(n)], schema=["lives", "registered"], orient="row")
    return other_names(people["lives"], people["registered"]).to_list()


@pytest.mark.parametrize(
    ("pairs", "others"),
    [
        pytest.param([], [], id="people who moved are no other names"),
        pytest.param([("老东门", "东门", 12)], ["老东门"], id="a former name in the resident register"),
        pytest.param([("东门", "老东门", 12)], ["老东门"], id="in the police's"),
        pytest.param([("老东门", "东门", 12), ("东门", "老东门", 12), ("老东门", "老东门", 2)], ["老东门"], id="in both"),
        pytest.param([("东闩", "东门", 1)], ["东闩"], id="a misspelling"),
        pytest.param([("新城", "东门", 20), ("新城", "西门", 20)], [], id="a new estate whose people come from all over"),
        pytest.param([("新城", "新城", 20), ("新城", "东门", 30)], [], id="an area many of whose people are registered elsewhere"),
        pytest.param([("南门", "旧南门", 40)], ["南门", "旧南门"], id="one name in the one register, another in the other"),
        pytest.param([("南门", "北门", 3)], [], id="too few to say so"),
        pytest.param([("南门", "南门", 20), ("小庄", "南门", 4)], [], id="beside an area too small to be sure of"),
    ],
)  # fmt: skip
def test_other_names(pairs: Pairs, others: list[str]) -> None:
    assert names([*HOME, *pairs]) == others


def test_nobody_has_no_other_names() -> None:
    nothing = pl.Series(dtype=pl.String)
    assert other_names(nothing, nothing).to_list() == []


def city(*pairs: tuple[str, str, int]) -> View:
    people = [(lives, registered) for lives, registered, n in [*HOME, *pairs] for _ in range(n)]
    return view_of(
        residents=[{"person": f"P{n}", "town": "府城镇", "village": lives} for n, (lives, _) in enumerate(people)],
        household=[{"person": f"P{n}", "town": "府城镇", "village": said} for n, (_, said) in enumerate(people)],
    )


def counted(view: View) -> dict[str, int]:
    return dict(residences(view)["level"].value_counts().rows())


def test_an_other_name_is_no_other_village() -> None:
    view = city(("老东门", "东门", 12), ("西门", "老东门", 2))
    assert counted(view) == {"here": 314, "village": 15}


def test_many_other_names_are_told_few_are_not() -> None:
    [notice] = of_residences(city(("老东门", "东门", 12)))
    assert (notice.kind, notice.values) == ("areas_one_sided", {"count": 12})
    assert list(of_residences(city(("老东门", "东门", 3)))) == []
    assert list(of_residences(city())) == []
