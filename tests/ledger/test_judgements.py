"""The life of a judgement: booked, changed, withdrawn, followed to new keys; no contradiction is ever accepted."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.clearing.judgements import judgements_of_run
from reconcile.core.errors import InputError, UsageError
from reconcile.core.messages import speak
from reconcile.core.period import Period
from reconcile.ledger.judged_cases import judged_cases
from reconcile.ledger.judgements import book, judgements, plan, withdraw
from reconcile.ledger.store import open_ledger
from reconcile.matching.judgements import with_people
from reconcile.workspace import Workspace


@pytest.fixture(autouse=True)
def _language() -> None:
    speak("en")


SIGNS = {"=": "same", "≠": "different", "?": "unsure"}


def decided(*pairs):
    """`a = b`, `a ≠ c`: records of the resident register; `h:b` is one of the household register."""
    rows = []
    for pair in pairs:
        left, sign, right = pair.split()
        rows.append((*_record(left), *_record(right), SIGNS[sign], "", "", pair))
    columns = ("source_l", "record_id_l", "source_r", "record_id_r", "decision", "who", "why", "named")
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")


def _record(word):
    return ("household", word[2:]) if word.startswith("h:") else ("residents", word)


def judge(workspace, *pairs):
    """Books the pairs in one entry, as the commands do; the plan."""
    with workspace.lock(), open_ledger(workspace, create=True) as ledger:
        planned = plan(ledger, decided(*pairs))
        with ledger.booking("review") as booking:
            book(ledger, booking, planned)
        return planned


def standing(workspace, before=None):
    """The judgements that stand, as they are written here: the pair, and its number."""
    signs = {decision: sign for sign, decision in SIGNS.items()}
    with open_ledger(workspace) as ledger:
        rows = judgements(ledger, before).select(*PAIR, "decision", "judgement").rows()
    return {
        f"{_word(*row[:2])} {signs[row[4]]} {_word(*row[2:4])}": row[5]
        for row in rows
    }  # fmt: skip


PAIR = ("source_l", "record_id_l", "source_r", "record_id_r")


def _word(source, record_id):
    return f"h:{record_id}" if source == "household" else record_id


def month(workspace, period, *renamed, replaces=False):
    """A booked run in which these records (`old new`, residents) go on under new keys."""
    with workspace.lock(), open_ledger(workspace, create=True) as ledger, ledger.booking("run") as booking:
        if replaces:
            ledger.connection.execute("UPDATE runs SET replaced = ? WHERE period = ?", (booking.entry, period))
        found = ledger.connection.execute(
            "INSERT INTO runs (period, manifest, inputs, sources, entry) VALUES (?, '', '', '{}', ?) RETURNING run",
            (period, booking.entry),
        )
        run = found.fetchone()[0]
        rows = [("residents", *pair.split(), "home", run) for pair in renamed]
        ledger.connection.executemany("INSERT INTO aliases VALUES (?, ?, ?, ?, ?)", rows)


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    monkeypatch.setenv("RECONCILE_USER", "Li")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")
    monkeypatch.setenv("RECONCILE_LANG", "en")
    return Workspace(tmp_path / "work")


def test_a_pair_is_booked_once_whichever_way_it_is_written(workspace):
    judge(workspace, "b = a", "h:a ≠ b")
    again = judge(workspace, "a = b", "b ≠ h:a")
    assert standing(workspace) == {"a = b": 1, "h:a ≠ b": 2}
    assert (again.new.height, again.unchanged) == (0, 2)


def test_who_and_when_are_kept(workspace):
    judge(workspace, "a = b")
    with open_ledger(workspace) as ledger:
        told = judgements(ledger).row(0, named=True)
    assert (told["who"], told["when"], told["row"]) == ("Li", "2026-09-21", None)


def test_another_decision_takes_the_place_of_the_first_which_stays_in_the_ledger(workspace):
    judge(workspace, "a = b")
    judge(workspace, "a ≠ b")
    assert standing(workspace) == {"a ≠ b": 2}
    with open_ledger(workspace) as ledger:
        assert ledger.query("SELECT judgement, decision, withdrawn FROM judgements ORDER BY judgement") == [
            {"judgement": 1, "decision": "same", "withdrawn": 2},
            {"judgement": 2, "decision": "different", "withdrawn": None},
        ]


def test_a_change_of_mind_may_mend_what_would_contradict(workspace):
    judge(workspace, "a = b", "b = c")
    judge(workspace, "b ≠ c", "a ≠ c")
    assert sorted(standing(workspace)) == ["a = b", "a ≠ c", "b ≠ c"]


def test_withdrawn_means_without_effect_and_can_be_judged_anew(workspace):
    judge(workspace, "a = b", "b = c")
    with workspace.lock(), open_ledger(workspace) as ledger, ledger.booking("judgements") as booking:
        withdraw(ledger, booking, [1])
    assert standing(workspace) == {"b = c": 2}
    judge(workspace, "a ≠ c", "a ≠ b")
    assert sorted(standing(workspace)) == ["a ≠ b", "a ≠ c", "b = c"]


@pytest.mark.parametrize("number", [1, 99], ids=["withdrawn already", "never booked"])
def test_what_does_not_stand_cannot_be_withdrawn(workspace, number):
    judge(workspace, "a = b", "b = c")
    with workspace.lock(), open_ledger(workspace) as ledger:
        with ledger.booking("judgements") as booking:
            withdraw(ledger, booking, [1])
        with pytest.raises(UsageError, match=f"number {number}"), ledger.booking("judgements") as booking:
            withdraw(ledger, booking, [2, number])
    assert standing(workspace) == {"b = c": 2}


def test_contradictions_are_all_named_and_nothing_is_booked(workspace):
    judge(workspace, "a = b", "b = c")
    with pytest.raises(InputError) as error:
        judge(workspace, "c = d", "a ≠ d", "x = y", "a ≠ c")
    lines = str(error.value).splitlines()[1:]
    assert lines == [
        "  a ≠ d says different; that it is the same follows from "
        "judgement 1 of the ledger (Li, 2026-09-21), judgement 2 of the ledger (Li, 2026-09-21), c = d",
        "  a ≠ c says different; that it is the same follows from "
        "judgement 1 of the ledger (Li, 2026-09-21), judgement 2 of the ledger (Li, 2026-09-21)",
    ]
    assert sorted(standing(workspace)) == ["a = b", "b = c"]


def test_ledger_and_file_are_held_against_each_other(workspace, tmp_path):
    judge(workspace, "a = b")
    path = tmp_path / "judged.csv"
    path.write_text("source_l,record_id_l,source_r,record_id_r,decision\nresidents,b,residents,a,different\n")
    with pytest.raises(InputError, match=r"judged\.csv, the ledger") as error:
        judgements_of_run(str(path), workspace, Period(2026, 10))
    assert "row 2 says different" in str(error.value)
    assert "judgement 1 of the ledger (Li, 2026-09-21)" in str(error.value)


RENAMED = [
    ("a new key", [("2026-11", ["b B"])], "B = a"),
    ("twice", [("2026-11", ["b c"]), ("2026-12", ["c d"])], "a = d"),
    ("two records change keys", [("2026-11", ["a b", "b a"])], "a = b"),
    ("a key that another record had once", [("2026-11", ["b c"]), ("2026-12", ["x b"])], "a = c"),
    ("in the month that was judged already", [("2026-10", ["b c"])], "a = b"),
]


@pytest.mark.parametrize(("what", "months", "now"), RENAMED, ids=[case[0] for case in RENAMED])
def test_records_are_followed_to_their_present_keys(workspace, what, months, now):
    month(workspace, "2026-10")
    judge(workspace, "a = b")
    for period, renamed in months:
        month(workspace, period, *renamed, replaces=period == "2026-10")
    assert list(standing(workspace)) == [now]
    assert list(standing(workspace, before="2026-11")) == ["a = b"]


def test_a_run_that_was_replaced_renames_nothing(workspace):
    month(workspace, "2026-10")
    judge(workspace, "a = b")
    month(workspace, "2026-11", "b wrong")
    month(workspace, "2026-11", "b c", replaces=True)
    assert list(standing(workspace)) == ["a = c"]


def test_a_judgement_under_an_old_key_is_found_under_the_new_one(workspace):
    month(workspace, "2026-10")
    judge(workspace, "a = b")
    month(workspace, "2026-11", "b c")
    assert judge(workspace, "a = c").unchanged == 1
    judge(workspace, "c ≠ a")
    assert standing(workspace) == {"a ≠ c": 2}


def test_two_records_that_became_one_and_were_judged_different_are_named(workspace):
    month(workspace, "2026-10")
    judge(workspace, "a ≠ b")
    month(workspace, "2026-11", "b a")
    with pytest.raises(InputError, match=r"judgement 1 of the ledger .* are one by now"):
        judgements_of_run(None, workspace, Period(2026, 12))


@settings(max_examples=20, deadline=None)
@given(
    rounds=st.lists(
        st.lists(
            st.tuples(st.sampled_from(list(combinations("abcdef", 2))), st.sampled_from("=≠?")),
            min_size=1,
            max_size=4,
            unique_by=lambda pair: pair[0],
        ),
        max_size=6,
    )
)
def test_no_contradiction_is_ever_accepted(rounds, tmp_path_factory):
    workspace = Workspace(tmp_path_factory.mktemp("work"))
    expected = {}
    for pairs in rounds:
        wanted = expected | dict(pairs)
        try:
            judge(workspace, *(f"{a} {sign} {b}" for (a, b), sign in pairs))
            assert not _contradicts(wanted)
            expected = wanted
        except InputError:
            assert _contradicts(wanted)
    if expected:
        assert set(standing(workspace)) == {f"{a} {sign} {b}" for (a, b), sign in expected.items()}
        with open_ledger(workspace) as ledger:
            placed = with_people(judgements(ledger))
        assert placed.filter(decision="different").filter(pl.col("person_l") == pl.col("person_r")).is_empty()


def _contradicts(pairs):
    """Whether somebody is judged to be one and two, by merging groups one after the other."""
    group = {name: name for name in "abcdef"}
    for (a, b), sign in pairs.items():
        if sign == "=":
            old, new = group[a], group[b]
            group = {name: new if of == old else of for name, of in group.items()}
    return any(sign == "≠" and group[a] == group[b] for (a, b), sign in pairs.items())


ENDED = [
    ("a possible match judged", "possible_match", "a ≠ b", True),
    ("judged the other way", "possible_match", "a = b", True),
    ("left open", "possible_match", "a ? b", False),
    ("of other records", "possible_match", "a = c", False),
    ("along a chain", "possible_match", "a = c, c = b", True),
    ("different along a chain", "possible_match", "a = c, c ≠ b", True),
    ("a duplicate that is none", "duplicate_person", "a ≠ b", True),
    ("a duplicate confirmed", "duplicate_person", "a = b", False),
    ("one number, one person after all", "one_id_two_people", "a = b", True),
    ("one number, two people still", "one_id_two_people", "a ≠ b", False),
    ("an ID number that is wrong", "id_invalid", "a ≠ b", False),
]  # fmt: skip


@pytest.mark.parametrize(("what", "code", "said", "ended"), ENDED, ids=[case[0] for case in ENDED])
def test_which_cases_a_judgement_ends(what, code, said, ended):
    cases = pl.DataFrame({"key": ["K1"], "code": [code], "subjects": [["residents:a", "residents:b"]]})
    assert (judged_cases(cases, decided(*said.split(", "))).to_list() == ["K1"]) == ended


def test_the_digest_of_a_run_does_not_depend_on_times(workspace, monkeypatch):
    judge(workspace, "a = b")
    first = judgements_of_run(None, workspace, None).inputs()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795000000")
    judge(workspace, "a ≠ b")
    judge(workspace, "a = b")
    second = judgements_of_run(None, workspace, None).inputs()
    assert first == second
    judge(workspace, "a = c")
    assert judgements_of_run(None, workspace, None).inputs() != first


def test_without_judgements_nothing_is_listed(tmp_path: Path):
    assert judgements_of_run(None, Workspace(tmp_path), Period(2026, 10)).inputs() == []
