"""What is booked, when it is not, and that booking twice changes nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest

from reconcile.casework.feedback.decisions import send_back
from reconcile.casework.feedback.job import Options, Outcome, feed_back
from reconcile.casework.feedback.report import as_json, file_counts, notes
from reconcile.core.errors import WorkspaceError
from reconcile.ledger.status import tally
from reconcile.ledger.store import Ledger, open_ledger
from reconcile.ledger.verify import verify_content
from reconcile.workspace import Workspace
from tests.casework.feedback.forms import BATCH, PERIOD, Office, form, key_of, office, send, sent_rows, write_xlsx


def feed(made: Office, *files: Path, **options: bool) -> Outcome:
    return feed_back([str(file) for file in files], made.workspace, Options(**options), lambda: None)


@pytest.fixture
def made(tmp_path: Path) -> Office:
    return office(tmp_path / "work", 6)


def answered(
    tmp_path: Path, answers: Mapping[int, str], name: str = "府城镇.xlsx", **columns: Mapping[int, str]
) -> Path:
    return write_xlsx(tmp_path / name, form(sent_rows(BATCH, range(6)), answers, **columns))


@pytest.mark.parametrize(
    ("typed", "state", "answer", "how"),
    [
        ("属实", "answered", "confirmed", ""),
        ("外辖", "answered", "moved_out", ""),
        ("查无此人", "answered", "unverifiable", ""),
        ("已改", "corrected", "corrected", ""),
        ("误报", "closed", "false_alarm", "false_alarm"),
    ],
)
def test_what_becomes_of_a_case(tmp_path: Path, made: Office, typed: str, state: str, answer: str, how: str) -> None:
    feed(made, answered(tmp_path, {0: typed}, done_on={0: "10月20日"}, remark={0: " 本人来过 "}))
    case = made.case(key_of(0))
    assert (case["state"], case["answer"], case["how"], case["stale"]) == (state, answer, how, 0)
    [event] = made.events("answered")
    assert (event["batch"], event["seen"], event["done_on"], event["remark"], event["period"]) == (
        1, f"E{key_of(0)}", "2026-10-20", "本人来过", PERIOD,
    )  # fmt: skip
    with open_ledger(made.workspace) as ledger:
        counts = tally(ledger, PERIOD)
    assert counts.select(
        pl.col("carried") + pl.col("new") + pl.col("reopened") == pl.col("closed") + pl.col("open")
    ).item()
    assert counts["answered"].item() == 1


def test_rows_without_an_answer_are_counted_and_not_booked(tmp_path: Path, made: Office) -> None:
    outcome = feed(made, answered(tmp_path, {0: "属实", 1: "待核实", 2: " "}))
    [counts] = file_counts(outcome)
    assert counts == {
        "file": "府城镇.xlsx",
        "rows": 6,
        "answered": 1,
        "booked": 1,
        "already": 0,
        "empty": 5,
        "rejected": 0,
    }
    assert made.answered() == {key_of(0): "confirmed"}


def test_the_rows_of_a_case_are_one_answer_with_all_remarks(tmp_path: Path) -> None:
    made = office(tmp_path / "work", 2, {0: 3})
    cells = form(sent_rows(BATCH, range(2), {0: 3}), {0: "已改"})
    for row, (day, remark) in zip(cells[1:4], [("", "甲"), ("2026-10-19", "乙"), ("2026-10-20", "甲")], strict=True):
        row[-2:] = [day, remark]
    outcome = feed(made, write_xlsx(tmp_path / "a.xlsx", cells))
    [event] = made.events("answered")
    assert (event["done_on"], event["remark"]) == ("2026-10-19", "甲；乙")
    assert file_counts(outcome)[0]["booked"] == 3


@pytest.mark.parametrize("again", ["same file", "copy", "other file"])
def test_booking_twice_changes_nothing(tmp_path: Path, made: Office, again: str) -> None:
    answers = {0: "属实", 1: "已改", 2: "误报"}
    first = answered(tmp_path, answers)
    feed(made, first)
    before, entries = made.states(), made.entries()
    second = {
        "same file": lambda: first,
        "copy": lambda: Path(str(first.rename(tmp_path / "改名.xlsx"))),
        "other file": lambda: answered(tmp_path, answers | {3: ""}, "另存.xlsx", remark={5: "无"}),
    }[again]()
    outcome = feed(made, second)
    assert (file_counts(outcome)[0]["booked"], file_counts(outcome)[0]["already"]) == (0, 3)
    assert (made.states(), made.entries()) == (before, entries)
    assert bool(outcome.before) == (again != "other file")


def test_the_rest_of_a_form_can_follow(tmp_path: Path, made: Office) -> None:
    feed(made, answered(tmp_path, {0: "属实"}))
    outcome = feed(made, answered(tmp_path, {0: "属实", 1: "已改"}, "补.xlsx"))
    assert (file_counts(outcome)[0]["booked"], file_counts(outcome)[0]["already"]) == (1, 1)
    assert len(made.events("answered")) == 2


def test_what_is_booked_leaves_an_entry_without_names(tmp_path: Path, made: Office) -> None:
    feed(made, answered(tmp_path, {0: "属实", 1: "天知道"}, "张三家.xlsx", remark={0: "张三说 460105199001010011"}))
    with open_ledger(made.workspace) as ledger:
        [entry] = ledger.query("SELECT command, facts FROM audit ORDER BY entry DESC LIMIT 1")
        [file] = ledger.query("SELECT sha256, name FROM files")
    facts = json.loads(entry["facts"])
    assert entry["command"] == "feedback"
    assert "张三" not in entry["facts"]
    assert facts["files"] == [file["sha256"]]
    assert (facts["answers"], facts["batches"], facts["rejected"]) == (
        {"confirmed": 1},
        {BATCH: 1},
        {"unknown_word": 1},
    )
    assert facts["rows"] == {"booked": 1, "empty": 4, "rejected": 1}


def test_strict_books_all_or_nothing(tmp_path: Path, made: Office) -> None:
    outcome = feed(made, answered(tmp_path, {0: "属实", 1: "天知道"}), strict=True)
    assert not outcome.booked
    assert outcome.rejects is not None
    assert made.answered() == {}
    feed(made, answered(tmp_path, {0: "属实"}), strict=True)
    assert made.answered() == {key_of(0): "confirmed"}


def test_a_dry_run_tells_everything_and_changes_nothing(tmp_path: Path, made: Office) -> None:
    form_back = answered(tmp_path, {0: "属实", 1: "天知道"})
    entries, files = made.entries(), sorted(tmp_path.rglob("*"))
    outcome = feed(made, form_back, dry_run=True)
    assert as_json(outcome)["answers"]["confirmed"] == 1
    assert (outcome.booked, outcome.rejects, made.answered()) == (False, None, {})
    assert (made.entries(), sorted(path for path in tmp_path.rglob("*") if "-wal" not in path.name and "-shm" not in path.name)) == (
        entries, [path for path in files if "-wal" not in path.name and "-shm" not in path.name],
    )  # fmt: skip


# A town corrects itself


def test_replacing_an_answer_keeps_the_old_one_in_the_history(tmp_path: Path, made: Office) -> None:
    feed(made, answered(tmp_path, {0: "误报"}))
    feed(made, answered(tmp_path, {0: "属实"}, "更正.xlsx"), replace=True)
    case = made.case(key_of(0))
    assert (case["state"], case["answer"], case["how"], case["closed_in"]) == ("answered", "confirmed", "", "")
    assert [event["answer"] for event in made.events("answered")] == ["false_alarm", "confirmed"]
    entries = made.entries()
    feed(made, answered(tmp_path, {0: "属实"}, "更正.xlsx"), replace=True)
    assert made.entries() == entries


def test_a_false_alarm_of_an_earlier_month_comes_back_when_it_is_revoked(tmp_path: Path, made: Office) -> None:
    feed(made, answered(tmp_path, {0: "误报"}))
    _next_month(made)
    feed(made, answered(tmp_path, {0: "属实"}, "更正.xlsx"), replace=True)
    case = made.case(key_of(0))
    assert (case["state"], case["answer"], case["reopened"], case["opened_in"]) == (
        "answered",
        "confirmed",
        1,
        "2026-11",
    )


def test_another_day_or_remark_is_booked_only_when_asked(tmp_path: Path, made: Office) -> None:
    feed(made, answered(tmp_path, {0: "属实"}))
    supplement = answered(tmp_path, {0: "属实"}, "补.xlsx", remark={0: "户主已来过"})
    outcome = feed(made, supplement)
    assert (notes(outcome)["supplement"], len(made.events("answered"))) == (1, 1)
    assert outcome.judged.rejected().is_empty()
    feed(made, supplement, replace=True)
    assert [event["remark"] for event in made.events("answered")] == [None, "户主已来过"]


def test_what_the_office_sent_back_may_be_answered_differently(tmp_path: Path, made: Office) -> None:
    feed(made, answered(tmp_path, {0: "属实"}))
    made.book({"key": key_of(0), "kind": "returned", "state": "returned", "remark": "请再查"})
    same = feed(made, answered(tmp_path, {0: "属实"}, "原样.xlsx"))
    assert (same.judged.rejected().height, made.states()[key_of(0)]) == (0, ("returned", "confirmed"))
    feed(made, answered(tmp_path, {0: "已改"}, "重查.xlsx"))
    assert made.states()[key_of(0)] == ("corrected", "corrected")


# What an answer settles


@pytest.fixture
def elsewhere(tmp_path: Path) -> Office:
    """Cases that are no mistakes: the receiving area says whether it is so."""
    return office(tmp_path / "work", 6, code="registered_elsewhere")


@pytest.mark.parametrize(
    ("typed", "state", "how"),
    [
        ("属实", "closed", "settled"),
        ("外辖", "closed", "settled"),
        ("误报", "closed", "false_alarm"),
        ("查无此人", "answered", ""),
        ("已改", "corrected", ""),
    ],
)
def test_what_is_no_mistake_is_settled_by_the_answer(
    tmp_path: Path, elsewhere: Office, typed: str, state: str, how: str
) -> None:
    feed(elsewhere, answered(tmp_path, {0: typed}))
    case = elsewhere.case(key_of(0))
    assert (case["state"], case["how"], case["closed_in"]) == (state, how, PERIOD if state == "closed" else "")
    with open_ledger(elsewhere.workspace) as ledger:
        [counts] = tally(ledger, PERIOD).to_dicts()
    assert (counts["closed_settled"], counts["closed_false_alarm"]) == (how == "settled", how == "false_alarm")


@pytest.mark.parametrize(
    ("typed", "state", "how", "opened_in", "closed_in"),
    [
        ("外辖", "closed", "settled", PERIOD, PERIOD),  # it was closed in October, and stays so
        ("误报", "closed", "false_alarm", PERIOD, PERIOD),
        ("查无此人", "answered", "", "2026-11", ""),
        ("已改", "corrected", "", "2026-11", ""),
    ],
)
def test_another_answer_in_a_later_month_takes_the_place_of_the_one_that_settled_it(
    tmp_path: Path, elsewhere: Office, typed: str, state: str, how: str, opened_in: str, closed_in: str
) -> None:
    feed(elsewhere, answered(tmp_path, {0: "属实"}))
    _next_month(elsewhere)
    feed(elsewhere, answered(tmp_path, {0: typed}, "更正.xlsx"), replace=True)
    case = elsewhere.case(key_of(0))
    assert (case["state"], case["how"], case["opened_in"], case["closed_in"]) == (state, how, opened_in, closed_in)
    with open_ledger(elsewhere.workspace) as ledger:
        assert verify_content(ledger) == []
        counted = tally(ledger, "2026-11")
    assert counted["carried"].sum() + counted["reopened"].sum() == (6 if not closed_in else 5)


def test_an_answer_that_settled_a_case_may_be_sent_back(tmp_path: Path, elsewhere: Office) -> None:
    feed(elsewhere, answered(tmp_path, {0: "属实"}))
    assert send_back(elsewhere.workspace, [key_of(0)], "请附户口簿") == ([key_of(0)], [])
    assert (elsewhere.states()[key_of(0)], elsewhere.case(key_of(0))["how"]) == (("returned", "confirmed"), "")
    feed(elsewhere, answered(tmp_path, {0: "误报"}, "重查.xlsx"))
    assert elsewhere.case(key_of(0))["how"] == "false_alarm"


# What has happened since the batch was sent


def test_an_answer_to_evidence_that_has_changed_is_stale(tmp_path: Path, made: Office) -> None:
    made.book({"key": key_of(0), "kind": "changed", "run": 1, "evidence": "other"})
    outcome = feed(made, answered(tmp_path, {0: "属实", 1: "属实"}))
    assert notes(outcome)["stale"] == 1
    assert made.case(key_of(0))["stale"] == 1
    assert made.case(key_of(1))["stale"] == 0


@pytest.mark.parametrize("typed", ["属实", "已改", "误报"])
def test_a_case_that_a_run_has_closed_stays_closed(tmp_path: Path, made: Office, typed: str) -> None:
    made.book({"key": key_of(0), "kind": "closed", "run": 1, "state": "closed", "how": "corrected"})
    outcome = feed(made, answered(tmp_path, {0: typed}))
    assert (notes(outcome)["gone"], notes(outcome)["stale"]) == (1, 0)
    case = made.case(key_of(0))
    assert (case["state"], case["how"], case["answer"]) == ("closed", "corrected", outcome.to_book()["answer"].item())


def test_a_form_without_batch_numbers_is_of_the_latest_batch_that_sent_the_case(tmp_path: Path, made: Office) -> None:
    send(made, "2026-10-02", [0, 1])
    cells = [row[1:] for row in form(sent_rows(BATCH, range(6)), {0: "属实", 3: "属实"})]
    feed(made, write_xlsx(tmp_path / "a.xlsx", cells))
    assert {event["key"]: event["batch"] for event in made.events("answered")} == {key_of(0): 2, key_of(3): 1}


def test_a_batch_number_that_is_missing_is_that_of_the_rows_beside_it(tmp_path: Path, made: Office) -> None:
    send(made, "2026-10-02", [0, 1])
    cells = form(sent_rows(BATCH, range(6)), {0: "属实", 3: "属实"})
    cells[1][0] = "？"
    feed(made, write_xlsx(tmp_path / "a.xlsx", cells))
    assert {event["key"]: event["batch"] for event in made.events("answered")} == {key_of(0): 1, key_of(3): 1}


# One transaction


def test_a_call_that_breaks_off_has_booked_nothing_and_can_be_repeated(
    tmp_path: Path, made: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [answered(tmp_path, {0: "属实", 1: "天知道"}, "一.xlsx"), answered(tmp_path, {2: "误报"}, "二.xlsx")]
    whole = Ledger.append

    def broken(self: Ledger, *arguments: object) -> None:
        whole(self, *arguments)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(Ledger, "append", broken)
    with pytest.raises(KeyboardInterrupt):
        feed(made, *files)
    monkeypatch.undo()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1792540800")
    assert made.answered() == {}
    feed(made, *files)
    assert made.answered() == {key_of(0): "confirmed", key_of(2): "false_alarm"}
    assert sorted(path.name for path in tmp_path.glob("*.xlsx")) == ["一.xlsx", "一_退回.xlsx", "二.xlsx"]


def test_an_edited_workbook_of_rejects_is_not_overwritten(tmp_path: Path, made: Office) -> None:
    back = answered(tmp_path, {0: "天知道"})
    rejects = feed(made, back).rejects
    assert rejects == tmp_path / "府城镇_退回.xlsx"
    assert feed(made, back).rejects == rejects
    rejects.write_bytes(b"edited")
    assert feed(made, back).rejects == tmp_path / "府城镇_退回~2.xlsx"
    assert rejects.read_bytes() == b"edited"


def test_another_process_is_at_work(tmp_path: Path, made: Office) -> None:
    back = answered(tmp_path, {0: "属实"})
    with made.workspace.lock(), pytest.raises(WorkspaceError) as refused:
        feed_back([str(back)], Workspace(made.workspace.folder), Options(), lambda: None)
    assert refused.value.key == "workspace.error.busy"
    assert made.answered() == {}


def test_a_workspace_without_a_ledger(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError) as refused:
        feed_back([str(answered(tmp_path, {0: "属实"}))], Workspace(tmp_path / "none"), Options(), lambda: None)
    assert refused.value.key == "ledger.error.none"


def _next_month(made: Office) -> None:
    with made.workspace.lock(), open_ledger(made.workspace) as ledger, ledger.booking("run") as booking:
        ledger.connection.execute(
            "INSERT INTO runs (period, manifest, inputs, sources, entry) VALUES ('2026-11', '', '', '{}', ?)",
            (booking.entry,),
        )
