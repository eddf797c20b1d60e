"""The terminal review, driven by keys: every decision is in the ledger at once, nothing is lost, nothing is shown."""

from __future__ import annotations

import asyncio
import io
import json

import polars as pl
import pytest
from rich.console import Console
from textual.widgets import Static

from reconcile.casework.review.booking import record_reveal
from reconcile.casework.review.pairs import ReviewChoice
from reconcile.casework.review.run import open_review
from reconcile.casework.review.session import Session
from reconcile.casework.review.sides import side_by_side
from reconcile.cli.main import run as command
from reconcile.cli.review_screen import Question, Review
from reconcile.core.errors import UsageError
from reconcile.core.messages import speak
from reconcile.ledger.judgements import book, judgements, plan
from reconcile.ledger.store import open_ledger
from reconcile.workspace import Workspace


def drive(session, *keys, size=(100, 40)):
    """Presses the keys one after the other; what is on the screen afterwards, as text."""

    async def play():
        app = Review(session)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            for key in keys:
                if callable(key):
                    key()
                else:
                    await pilot.press(key)
                await pilot.pause()
            return app.is_running and shown(app)

    return asyncio.run(play())


def shown(app) -> str:
    console = Console(width=400, file=io.StringIO())  # so wide that no message is folded
    for widget in app.screen.query(Static):
        console.print(widget.content, markup=False)
    return console.file.getvalue()


def decisions(workspace) -> list[str]:
    with open_ledger(workspace) as ledger:
        return judgements(ledger)["decision"].cast(pl.String).to_list()


def entries(workspace) -> list[tuple[str, dict]]:
    """Commands and facts of the audit log, without the run."""
    with open_ledger(workspace) as ledger:
        rows = ledger.query("SELECT command, facts FROM audit ORDER BY entry")
    return [(row["command"], json.loads(row["facts"])) for row in rows[1:]]


@pytest.fixture
def session(reviewed):
    return Session(reviewed)


def test_a_pair_is_shown_with_its_differences_and_weights(session, reviewed):
    told = drive(session)
    assert f"Pair 1 of {reviewed.pairs.height}" in told
    assert reviewed.pairs["key"][0] in told
    assert "≠" in told
    assert "█" in told
    assert f"{reviewed.pairs['match_weight'][0] / 1000:+.1f}" in told


DECIDED = [
    (["s"], ["same"]),
    (["d"], ["different"]),
    (["u"], ["unsure"]),
    (["s", "k", "space", "d"], ["same", "different"]),
]


@pytest.mark.parametrize(("keys", "expected"), DECIDED, ids=["same", "different", "unsure", "two of four"])
def test_every_decision_is_saved_at_once(keys, expected, session, workspace, reviewed):
    seen = []
    told = drive(session, *keys, lambda: seen.extend(decisions(workspace)))
    assert seen == expected
    assert f"Pair {len(keys) + 1} of" in told
    with open_ledger(workspace) as ledger:
        found = judgements(ledger)
    assert set(found["who"]) == {"Li"}
    pair = set(reviewed.pairs.select("record_id_l", "record_id_r").row(0))
    assert set(found.select("record_id_l", "record_id_r").row(0)) == pair


def test_back_withdraws_what_was_just_decided(session, workspace):
    told = drive(session, "s", "d", "b")
    assert decisions(workspace) == ["same"]
    assert "Pair 2 of" in told
    assert "Judgement 2 is withdrawn" in told
    drive(session, "s")
    assert decisions(workspace) == ["same", "same"]
    assert [facts["withdrawn"] for _, facts in entries(workspace)] == [[], [], [2], []]


def test_back_over_a_skipped_pair_withdraws_nothing(session, workspace):
    assert "Pair 2 of" in drive(session, "s", "k", "b")
    assert decisions(workspace) == ["same"]
    assert "first pair" in drive(session, "b", "b", "b")
    assert decisions(workspace) == []


def test_a_reason_is_kept_with_the_decision(session, workspace):
    told = drive(session, "w", *"ok", "enter", "d")
    with open_ledger(workspace) as ledger:
        assert judgements(ledger)["why"].to_list() == ["ok"]
    assert "Pair 2 of" in told
    drive(session, "w", "n", "escape", "s")
    with open_ledger(workspace) as ledger:
        assert judgements(ledger)["why"].to_list() == ["ok", ""]


def whole_names(reviewed) -> set[str]:
    sides = side_by_side(reviewed.folder, reviewed.pairs.head(1))
    return {side[name][0] for side in (sides.left, sides.right) for name in ("name", "id_number")} - {None}


def test_values_are_masked_until_a_reason_is_given_which_the_log_keeps(session, workspace, reviewed):
    names = {name for name in whole_names(reviewed) if len(name) > 1}
    assert names
    assert not any(name in drive(session) for name in names)
    told = drive(session, "r", *"a check", "enter")
    assert all(name in told for name in names)
    assert entries(workspace) == [("reveal", {"of": "review", "reason": "a check"})]
    drive(session, "r", "k", "b")
    assert len(entries(workspace)) == 1


@pytest.mark.parametrize("keys", [["r", "escape"], ["r", "enter"], ["r", "space", "enter"]])
def test_without_a_reason_values_stay_masked(keys, session, workspace, reviewed):
    told = drive(session, *keys)
    assert not session.revealed
    assert "stay masked" in told
    assert entries(workspace) == []


def test_a_busy_workspace_is_told_and_the_pair_stays(session, workspace):
    with Workspace(workspace.folder).lock():
        told = drive(session, "s")
        revealing = drive(session, "r", "x", "enter")
    assert "NOT SAVED" in told
    assert "in use" in told
    assert "Pair 1 of" in told
    assert "NOT SAVED" in revealing
    assert not session.revealed
    assert decisions(workspace) == []
    assert "Pair 2 of" in drive(session, "s")
    assert decisions(workspace) == ["same"]


def test_a_busy_workspace_keeps_a_decision_from_being_taken_back(session, workspace):
    drive(session, "s")
    with Workspace(workspace.folder).lock():
        assert "Pair 2 of" in drive(session, "b")
    assert decisions(workspace) == ["same"]
    drive(session, "b")
    assert decisions(workspace) == []


def test_what_contradicts_is_told_and_not_booked(session, workspace, reviewed):
    """Both records of the first pair are judged the same as a third one."""
    left, right = (reviewed.pairs.row(0)[place : place + 2] for place in (0, 2))
    third = reviewed.pairs.row(3)[:2]
    rows = [(*left, *third, "same"), (*third, *right, "same")]
    decided = pl.DataFrame(
        rows, schema=["source_l", "record_id_l", "source_r", "record_id_r", "decision"], orient="row"
    )
    with workspace.lock(), open_ledger(workspace) as ledger:
        planned = plan(ledger, decided.with_columns(who=pl.lit(""), why=pl.lit(""), named=pl.lit("x")))
        with ledger.booking("test") as booking:
            book(ledger, booking, planned)
    told = drive(session, "d")
    assert "NOT SAVED" in told
    assert "judgement 1 of the ledger" in told
    assert len(decisions(workspace)) == 2


def test_quit_and_come_back(session, workspace, reviewed):
    assert not drive(session, "s", "k", "d", "q")
    again = open_review(workspace, ReviewChoice())
    assert again.pairs.equals(reviewed.pairs.filter(~pl.int_range(pl.len()).is_in([0, 2])))


def test_ctrl_c_leaves_at_once(session, workspace):
    assert not drive(session, "s", "ctrl+c")
    assert decisions(workspace) == ["same"]


def test_at_the_end_one_can_still_go_back(workspace):
    session = Session(open_review(workspace, ReviewChoice(limit=2)))
    told = drive(session, "s", "k", "s", "k")
    assert "All pairs have been seen. Decided: 1, skipped: 1." in told
    assert "Pair 2 of 2" in drive(session, "b")
    assert decisions(workspace) == ["same"]


def test_another_run_meanwhile_is_told(session, workspace):
    with workspace.lock(), open_ledger(workspace) as ledger, ledger.booking("run") as booking:
        ledger.connection.execute(
            "INSERT INTO runs (period, manifest, inputs, sources, entry) VALUES ('2026-11', '', '', '{}', ?)",
            (booking.entry,),
        )
    assert "Another month was run" in drive(session, "s")
    assert decisions(workspace) == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_small_terminal_shows_all_in_both_languages(language, session):
    speak(language)

    async def play():
        app = Review(session)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            pair = app.query_one("#pair")
            assert pair.size.height >= 12
            assert pair.max_scroll_x == 0
            await pilot.press("end")
            await pilot.press("h")
            await pilot.pause()
            help_ = app.screen.query_one(Static)
            assert help_.size.height + 2 <= 24
            await pilot.press("x")
            await pilot.press("r")
            await pilot.pause()
            assert isinstance(app.screen, Question)

    asyncio.run(play())


def test_without_a_terminal_it_says_what_to_do(workspace, capsys):
    assert command(["review", "-w", str(workspace.folder)]) == 2
    assert "reconcile review export" in capsys.readouterr().err


REASONS = [("", "no_reason"), (" \n ", "no_reason"), ("x" * 201, "long_reason")]


@pytest.mark.parametrize(("reason", "told"), REASONS)
def test_a_reason_that_is_none(reason, told, workspace):
    with pytest.raises(UsageError) as error:
        record_reveal(workspace, reason, "review")
    assert error.value.key == f"review.error.{told}"


def test_a_number_in_a_reason_is_masked(workspace):
    record_reveal(workspace, "for 11010119900307123X", "review")
    assert entries(workspace)[0][1]["reason"] == "for 110********123X"
