"""registered_elsewhere: how far from home people are registered, and of which area the case is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconcile.areas.placing import place
from reconcile.persons.residence.levels import residences
from reconcile.persons.view import View
from reconcile.rules import load_rule
from reconcile.rules.checking.check import named
from tests.areas.tables import records, table
from tests.views import evidence_of, found, variants_of, view_of

CODE = "registered_elsewhere"
KEY = bytes(range(32))
HOME = {"district": "西岭区", "town": "西头街道", "village": "石沟"}


BAY = {"town": "府城镇"}  # 大湾村 and 大湾社区 are both of it


def level_of(lives: dict[str, str], registered: dict[str, str]) -> str:
    view = view_of(residents=[{"person": "A", **lives}], household=[{"person": "A", **registered}])
    return str(residences(view)["level"].item())


@pytest.mark.parametrize(
    ("lives", "registered", "level"),
    [
        pytest.param(HOME, HOME, "here", id="registered where he lives"),
        pytest.param(HOME, HOME | {"village": "红坊"}, "village", id="the next village"),
        pytest.param(HOME, HOME | {"town": "上洲街道", "village": "古和"}, "town", id="another town"),
        pytest.param(HOME, HOME | {"town": "上洲街道"}, "town", id="a village of the same name in another town"),
        pytest.param(HOME, HOME | {"district": "东华区"}, "district", id="a town and village of the same names elsewhere"),
        pytest.param(HOME, {"district": "东华区", "town": "上洲街道", "village": "古和"}, "district", id="all different"),
        # What one register does not say is no difference.
        pytest.param({"town": "西头街道", "village": "石沟"}, HOME, "here", id="a register without districts"),
        pytest.param({"town": "西头街道", "village": "红坊"}, HOME, "village", id="without districts, another village"),
        pytest.param(HOME, HOME | {"village": None}, "here", id="the police say no village"),
        pytest.param({"village": "石沟"}, HOME | {"village": "红坊"}, "village", id="only villages to go by"),
        pytest.param({"district": "西岭区"}, {"district": "东华区", "village": "古和"}, "district", id="only districts"),
        pytest.param({}, HOME, "unknown", id="nobody says where he lives"),
        pytest.param({"village": "石沟"}, {"town": "西头街道"}, "unknown", id="nothing in common to compare"),
        # Codes and names are not the same word for a place.
        pytest.param(HOME, {"town": "460105001"}, "unknown", id="a code beside a name"),
        pytest.param({"town": "460105001"}, {"town": "460105002"}, "town", id="two codes"),
        pytest.param({"town": "460105"}, {"town": "460105001"}, "unknown", id="codes of two levels"),
    ],
)  # fmt: skip
def test_levels(lives: dict[str, str], registered: dict[str, str], level: str) -> None:
    assert level_of(lives, registered) == level


def city_view(**options: object):  # type: ignore[no-untyped-def]
    """One person of every kind; R… live in 石沟."""
    return view_of(
        residents=[
            {"id": "home", "person": "A", **HOME},
            {"id": "village", "person": "B", **HOME},
            {"id": "twice", "person": "C", **HOME, "number": "460105199003070015"},
            {"id": "twice too", "person": "C", **HOME},
            {"id": "cancelled", "person": "D", "cancelled": True, **HOME},
            {"id": "row cancelled", "person": "E", "registered_address": "广东省南岭市平安路3号", **HOME},
            {"id": "outside", "registered_address": "广东省南岭市平安路3号", **HOME},
            {"id": "unnamed", "registered_address": "外地", **HOME},
            {"id": "both", "person": "F", "registered_address": "广东省南岭市平安路3号", **HOME},
            {"id": "nobody knows", "registered_address": "海临市西岭区西头街道1号", **HOME},
            *({"address": f"海临市西岭区西头街道{n}号", "person": f"Z{n}", **HOME} for n in range(20)),
        ],
        household=[
            {"id": "HA", "person": "A", **HOME},
            {"id": "HB", "person": "B", **HOME, "village": "红坊"},
            {"id": "HC", "person": "C", **HOME, "town": "上洲街道"},
            {"id": "HD", "person": "D", **HOME, "town": "上洲街道"},
            {"id": "HE", "person": "E", "cancelled": True, **HOME, "town": "上洲街道"},
            {"id": "HF", "person": "F", **HOME, "village": "红坊"},
            *({"address": f"海临市西岭区西头街道{n}号", "person": f"Z{n}", **HOME} for n in range(20)),
        ],
        **options,
    )


def test_each_person_once_of_the_area_of_registration() -> None:
    assert found(city_view(), CODE) == [
        ("HB", "village"), ("HC", "twice"), ("HF", "both"), ("outside", None), ("row cancelled", None), ("unnamed", None),
    ]  # fmt: skip
    assert sorted(map(str, variants_of(city_view(), CODE))) == [
        "city", "city", "city_unnamed", "town", "village", "village"
    ]  # fmt: skip


def test_the_evidence_names_both_areas() -> None:
    told = {(e["variant"], e["lives"], e["registered"]) for e in evidence_of(city_view(), CODE)}
    home = "西岭区 西头街道 石沟"
    assert told == {
        ("village", home, "西岭区 西头街道 红坊"), ("town", home, "西岭区 上洲街道 石沟"), ("city", home, "广东南岭市"),
        ("city_unnamed", home, ""),
    }  # fmt: skip


def test_who_is_registered_outside_is_not_missing_from_the_household_register() -> None:
    assert found(city_view(), "unmatched_resident") == [("nobody knows", None)]


@pytest.mark.parametrize(
    "sources", [{"residents": [HOME]}, {"household": [HOME]}, {"residents": [HOME], "births": [{}]}]
)
def test_silent_without_both_registers(sources: dict[str, list[dict[str, str]]]) -> None:
    assert found(view_of(**sources), CODE) == []


def digest(lives: dict[str, str], registered: dict[str, str], **more: str) -> str:
    view = view_of(residents=[{"person": "A", **lives, **more}], household=[{"person": "A", **registered}])
    [told] = named(view, CODE, "low", load_rule(CODE).find(view), KEY)["digest"]
    return str(told)


def test_a_case_rests_on_the_two_places_and_on_nothing_else() -> None:
    there = HOME | {"village": "红坊"}
    first = digest(HOME, there)
    assert digest(HOME, there, name="王伟", number="460105199003070015") == first
    assert digest(HOME | {"village": "新坡"}, there) != first
    assert digest(HOME, there | {"village": "新坡"}) != first


def area_of_case(lives: dict[str, str], registered: dict[str, str]) -> tuple[str | None, str | None]:
    view = view_of(residents=[{"person": "A", **lives}], household=[{"person": "A", **registered}])
    [row] = named(view, CODE, "low", load_rule(CODE).find(view), KEY).select("town", "village").rows()
    return row


def test_the_case_is_of_the_place_of_registration() -> None:
    assert area_of_case(HOME, HOME | {"town": "上洲街道", "village": "古和"}) == ("上洲街道", "古和")
    # The village of the home is none of the other town.
    assert area_of_case(HOME, HOME | {"town": "上洲街道", "village": None}) == ("上洲街道", None)


@pytest.mark.parametrize(
    ("lives", "registered", "level"),
    [
        pytest.param({}, {"village": "向羊"}, "here", id="a misspelt village is no other village"),
        pytest.param({"village": "向羊"}, {}, "here", id="on the other side"),
        pytest.param({"village": "向羊"}, {"village": "向羊"}, "here", id="both misspelt alike"),
        pytest.param({}, {"town": "城东镇"}, "here", id="a town of another district beside the district"),
        pytest.param({}, {"village": "和平社区"}, "village", id="another village that the table has"),
        pytest.param({}, {"district": "北湾区", "town": "无名镇"}, "district", id="a district beyond the table"),
        pytest.param({}, {"town": "府城镇", "village": "无名村"}, "town", id="another town, its village misspelt"),
        pytest.param(BAY | {"village": "大湾村"}, BAY | {"village": "大湾社区"}, "village", id="alike but for the end"),
        pytest.param(
            BAY | {"village": "大湾村"}, BAY | {"village": "大湾村委会"}, "here", id="the same in other words"
        ),
        pytest.param(BAY | {"village": "大湾村"}, BAY | {"village": "460105101203"}, "here", id="a name and its code"),
        pytest.param(BAY | {"village": "大湾"}, BAY | {"village": "大湾社区"}, "here", id="it may be either"),
    ],
)
def test_what_the_area_table_does_not_tell_is_no_difference(
    lives: dict[str, str], registered: dict[str, str], level: str
) -> None:
    assert residences(placed_view(lives, registered))["level"].item() == level


def test_villages_alike_but_for_the_end_are_shown_in_full() -> None:
    [told] = evidence_of(placed_view(BAY | {"village": "大湾村"}, BAY | {"village": "大湾社区"}), CODE)
    assert (told["lives"], told["registered"]) == ("西岭区 府城镇 大湾村", "西岭区 府城镇 大湾社区")


def placed_view(lives: dict[str, str], registered: dict[str, str]) -> View:
    """One person in the areas of the table; what is not said is 西岭区城东街道向阳社区."""
    home = {"district": "西岭区", "town": "城东街道", "village": "向阳社区"}
    areas = table()
    sides = {"residents": home | lives, "household": home | registered}
    placed = place({source: records(words) for source, words in sides.items()}, areas).records
    told = [f"{part}_std" for part in home] + ["area_code", "area_how"]
    view = view_of(residents=[{"person": "A"}], household=[{"person": "A"}])
    frames = {
        source: frame.drop(told, strict=False).hstack(placed[source].select(told))
        for source, frame in view.records.items()
    }
    return replace(view, records=frames, areas=areas.areas, _made={})
