"""Records followed from one run to the next: labelled situations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.clearing.follow import Followed, follow

Row = Mapping[str, Any]

_NAMES = {
    "id": "record_id", "person": "person_id", "town": "town_std", "village": "village_std", "name": "name_std",
    "born": "birth_date_std", "sex": "sex_std", "number": "id_number_std", "home": "household_no_std",
    "mother": "mother_name_std", "father": "father_name_std",
}  # fmt: skip
_SCHEMA = {**dict.fromkeys(_NAMES.values(), pl.String), "birth_date_std": pl.Date, "sex_std": pl.Int8}

WANG: Row = {
    "name": "王小明", "born": date(1990, 3, 7), "sex": 1, "number": "460102199003072516", "home": "A17",
    "town": "府城镇", "village": "东门", "mother": "李芳", "father": "王强",
}  # fmt: skip
OTHER: Row = {
    "name": "陈静", "born": date(1985, 8, 9), "sex": 2, "number": "460102198508092528", "home": "B3",
    "town": "府城镇", "village": "西门", "mother": "林玉", "father": "陈勇",
}  # fmt: skip
NOBODY = {"mother": None, "father": None}


def records(rows: Sequence[Row]) -> pl.DataFrame:
    told = [{_NAMES[word]: value for word, value in {**row}.items()} for row in rows]
    filled = [{name: row.get(name) for name in _SCHEMA} for row in told]
    return pl.DataFrame(filled, schema=_SCHEMA)


def followed(before: Sequence[Row], now: Sequence[Row], **others: tuple[Sequence[Row], Sequence[Row]]) -> Followed:
    """Residents, and other sources, in two runs; everyone is a person of their own unless a row says `person`."""
    sources = {"residents": (before, now), **others}
    first, second = (
        {s: records([{"person": f"{s}:{row['id']}", **row} for row in runs[place]]) for s, runs in sources.items()}
        for place in (0, 1)
    )
    return follow(first, second)


def aliases(told: Followed) -> list[tuple[str, str, str]]:
    return told.aliases.select("old", "new", "how").rows()


def gone(told: Followed) -> list[tuple[str, bool]]:
    return told.vanished.select("record_id", "delivered").rows()


CROWD = [{"id": f"C{n}", "name": f"赵{chr(0x4E10 + n)}", "town": "府城镇", "village": "东门"} for n in range(20)]

# (situation, before, now, who goes on under which key and how, who is gone)
SITUATIONS: list[tuple[str, Sequence[Row], Sequence[Row], list[Any], list[str]]] = [
    ("same key", [{**WANG, "id": "1"}], [{**WANG, "id": "1"}], [], []),
    ("same key, name corrected", [{**WANG, "id": "1"}], [{**WANG, "id": "1", "name": "王晓明"}], [], []),
    ("same key, number filled in", [{**WANG, "id": "1", "number": None}], [{**WANG, "id": "1"}], [], []),
    ("new key, nothing else", [{**WANG, "id": "1"}], [{**WANG, "id": "9"}], [("1", "9", "number_and_name")], []),
    ("new key, birth date corrected", [{**WANG, "id": "1"}], [{**WANG, "id": "9", "born": date(1990, 7, 3)}],
     [("1", "9", "number_and_name")], []),
    ("new key, name corrected", [{**WANG, "id": "1"}], [{**WANG, "id": "9", "name": "王晓明"}],
     [("1", "9", "number_and_birth")], []),
    ("new key, moved", [{**WANG, "id": "1"}], [{**WANG, "id": "9", "home": "Z1", "town": "云龙镇", "village": "南门"}],
     [("1", "9", "number_and_name")], []),
    ("new key, number filled in, same home", [{**WANG, "id": "1", "number": None}], [{**WANG, "id": "9"}],
     [("1", "9", "home")], []),
    ("new key, number corrected, same home", [{**WANG, "id": "1", "number": "460102199003072511"}],
     [{**WANG, "id": "9"}], [("1", "9", "home")], []),
    ("new key, number filled in, moved, same parents", [{**WANG, "id": "1", "number": None}],
     [{**WANG, "id": "9", "home": "Z1", "village": "南门"}], [("1", "9", "parents")], []),
    ("new key, number filled in, another home in the village", [{**WANG, **NOBODY, "id": "1", "number": None}],
     [{**WANG, "id": "9", "home": "Z1"}], [("1", "9", "village")], []),
    ("new key, name and birth date corrected at once: not certain", [{**WANG, "id": "1"}],
     [{**WANG, "id": "9", "name": "王晓明", "born": date(1990, 7, 3)}], [], ["1"]),
    ("new key, number filled in, moved, no parents", [{**WANG, **NOBODY, "id": "1", "number": None}],
     [{**WANG, "id": "9", "home": "Z1", "village": "南门"}], [("1", "9", "birth")], []),
    ("new key, name corrected, no number", [{**WANG, "id": "1", "number": None, "name": "王晓名"}],
     [{**WANG, "id": "9", "number": None}], [("1", "9", "place_in_home")], []),
    ("gone", [{**WANG, "id": "1"}], [], [], ["1"]),
    ("gone, and somebody else came", [{**WANG, "id": "1"}], [{**OTHER, "id": "9"}], [], ["1"]),
    ("two rows could be it", [{**WANG, "id": "1"}], [{**WANG, "id": "8"}, {**WANG, "id": "9"}], [], ["1"]),
    ("it could be either of two rows", [{**WANG, "id": "1"}, {**WANG, "id": "2"}], [{**WANG, "id": "9"}], [],
     ["1", "2"]),
    ("two rows, told apart by their homes", [{**WANG, "id": "1"}, {**WANG, "id": "2", "home": "B8"}],
     [{**WANG, "id": "8"}, {**WANG, "id": "9", "home": "B8"}], [("1", "8", "home"), ("2", "9", "home")], []),
    ("twins under new keys, one is named only now",
     [{**WANG, "id": "1", "number": None, "name": "王大宝"}, {**WANG, "id": "2", "number": None, "name": None}],
     [{**WANG, "id": "8", "number": None, "name": "王大宝"}, {**WANG, "id": "9", "number": None, "name": "王二宝"}],
     [("1", "8", "home"), ("2", "9", "place_in_home")], []),
    ("twins of one sex without names: not certain",
     [{**WANG, "id": "1", "number": None, "name": None}, {**WANG, "id": "2", "number": None, "name": None}],
     [{**WANG, "id": "8", "number": None, "name": None}, {**WANG, "id": "9", "number": None, "name": None}], [],
     ["1", "2"]),
    ("a family under new keys",
     [{**WANG, "id": "1"}, {**OTHER, "id": "2", "home": "A17"}], [{**OTHER, "id": "7", "home": "A17"}, {**WANG, "id": "8"}],
     [("1", "8", "number_and_name"), ("2", "7", "number_and_name")], []),
    ("two people swap their keys", [{**WANG, "id": "1"}, {**OTHER, "id": "2"}],
     [{**OTHER, "id": "1"}, {**WANG, "id": "2"}], [("1", "2", "number_and_name"), ("2", "1", "number_and_name")], []),
    ("the key of one who is gone is given to another", [{**WANG, "id": "1"}, *CROWD],
     [{**OTHER, "id": "1"}, *CROWD], [("1", "1†", "reused")], ["1"]),
    ("all keys move on by one", [{**WANG, "id": "1"}, {**OTHER, "id": "2"}],
     [{**WANG, "id": "2"}, {**OTHER, "id": "3"}],
     [("1", "2", "number_and_name"), ("2", "3", "number_and_name")], []),
    ("same key; name and number corrected, born on the same day", [{**WANG, "id": "1"}],
     [{**WANG, "id": "1", "name": "王晓明", "number": "460102199003072532"}], [], []),
    ("same key; only the name is there on both sides, and corrected", [{"id": "1", "name": "王小明"}],
     [{"id": "1", "name": "王晓明"}], [], []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("situation", "before", "now", "wanted", "lost"), SITUATIONS, ids=[situation[0] for situation in SITUATIONS]
)
def test_who_goes_on_under_which_key(
    situation: str, before: Sequence[Row], now: Sequence[Row], wanted: list[Any], lost: list[str]
) -> None:
    told = followed(before, now)
    assert aliases(told) == wanted, situation
    assert [record for record, _ in gone(told)] == lost


POLICE = {**WANG, "id": "H1", "person": "P"}


@pytest.mark.parametrize(
    ("situation", "now", "police_now", "wanted"),
    [
        ("the person's other row stayed, the name is the same", {"born": date(1990, 7, 3), "number": None}, POLICE,
         [("1", "9", "person")]),
        ("the person's other row stayed, the birth date is the same", {"name": "王晓明", "number": None}, POLICE,
         [("1", "9", "person")]),
        ("the person's other row stayed, nothing else is the same",
         {"name": "王晓明", "born": date(1990, 7, 3), "number": None}, POLICE, []),
        ("the person's other row has gone too", {"born": date(1990, 7, 3), "number": None}, {**OTHER, "id": "H9"}, []),
    ],
)  # fmt: skip
def test_a_row_of_the_person_in_another_register_leads_on(
    situation: str, now: Row, police_now: Row, wanted: list[Any]
) -> None:
    strange = {"home": "Z1", "village": "南门", "mother": None, "person": "P"}
    before = [{**WANG, "id": "1", "person": "P"}, *CROWD]
    told = followed(before, [{**WANG, **strange, **now, "id": "9"}, *CROWD], household=([POLICE], [police_now]))
    assert [alias for alias in aliases(told) if alias[0] == "1"] == wanted, situation


def crowd(town: str, count: int, start: int = 0) -> list[Row]:
    return [{"id": f"{town}{n}", "name": f"赵{chr(0x4E10 + n)}", "town": town} for n in range(start, start + count)]


@pytest.mark.parametrize(
    ("situation", "before", "now", "incomplete", "towns", "delivered"),
    [
        ("one in twenty is gone", crowd("东镇", 20), crowd("东镇", 19), (), (), {True}),
        ("a fifth is gone", crowd("东镇", 20), crowd("东镇", 16), (), (), {True}),
        ("more than a fifth is gone", crowd("东镇", 20), crowd("东镇", 15), ("residents",), (), {False}),
        ("a town is gone", crowd("东镇", 200) + crowd("西镇", 20), crowd("东镇", 200), (), ("西镇",), {False}),
        ("half a town is gone", crowd("东镇", 200) + crowd("西镇", 20), crowd("东镇", 200) + crowd("西镇", 10), (), (),
         {True}),
        ("most of a town is gone", crowd("东镇", 200) + crowd("西镇", 20), crowd("东镇", 200) + crowd("西镇", 9), (),
         ("西镇",), {False}),
        ("a hamlet is gone", crowd("东镇", 200) + crowd("西镇", 19), crowd("东镇", 200), (), (), {True}),
        ("a town that grew is no loss", crowd("东镇", 20), crowd("东镇", 40), (), (), set()),
    ],
)  # fmt: skip
def test_where_too_many_are_gone_the_file_is_missing(
    situation: str, before: list[Row], now: list[Row], incomplete: Any, towns: Any, delivered: set[bool]
) -> None:
    told = followed(before, now)
    assert told.incomplete == incomplete, situation
    assert tuple(town for _, town in told.towns) == towns
    assert set(told.vanished["delivered"]) == delivered


def test_a_town_that_is_missing_takes_nobody_else_with_it() -> None:
    told = followed(crowd("东镇", 200) + crowd("西镇", 20), crowd("东镇", 199))
    assert dict(gone(told)) == {"东镇199": True, **{f"西镇{n}": False for n in range(20)}}


def test_new_keys_for_all_are_no_loss() -> None:
    before = [{**row, "number": f"46010219900307{n:04d}"} for n, row in enumerate(crowd("东镇", 50))]
    told = followed(before, [{**row, "id": f"N{n}"} for n, row in enumerate(before)])
    assert (told.incomplete, told.towns, gone(told)) == ((), (), [])
    assert told.aliases.height == 50


def test_of_a_source_that_is_in_one_run_only_nothing_is_said() -> None:
    one, other = records([{**WANG, "id": "1", "person": "P"}]), records([{**OTHER, "id": "2", "person": "Q"}])
    told = follow({"residents": one}, {"household": other})
    assert told.aliases.is_empty()
    assert told.vanished.is_empty()
    assert told.incomplete == ()


PEOPLE = [
    {"name": f"{'王李张'[n % 3]}{chr(0x5010 + n // 2)}", "born": date(1990, 1, 1 + n % 5), "sex": n % 2 + 1,
     "number": f"4601021990030{n:05d}" if n % 3 else None, "home": f"A{n // 4}", "town": "府城镇", "village": "东门"}
    for n in range(24)
]  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(new=st.permutations(range(24)), kept=st.sets(st.integers(0, 23)), left=st.sets(st.integers(0, 23), max_size=4))
def test_nobody_becomes_two_and_nobody_becomes_another(new: list[int], kept: set[int], left: set[int]) -> None:
    """Some keep their keys, some leave, the others get keys that nobody had."""
    before = [{**person, "id": f"{n:02d}"} for n, person in enumerate(PEOPLE)]
    now = [{**p, "id": f"{n:02d}" if n in kept else f"N{new[n]:02d}"} for n, p in enumerate(PEOPLE) if n not in left]
    told = followed(before, now)
    went = {old: fresh for old, fresh, _ in aliases(told)}
    assert len(set(went.values())) == len(went)
    assert all(fresh == f"N{new[int(old)]:02d}" for old, fresh in went.items())
    assert {record for record, _ in gone(told)} == {f"{n:02d}" for n in range(24) if n not in kept} - went.keys() | {
        f"{n:02d}" for n in left
    }
