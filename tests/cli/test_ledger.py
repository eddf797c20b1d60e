"""`reconcile ledger …` through the command line."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from reconcile.cli.main import run
from reconcile.ledger.store import open_ledger
from reconcile.workspace import Workspace
from tests.ledger.small_ledgers import on, year_end


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return year_end(tmp_path / "w").folder


@pytest.fixture(autouse=True)
def _day() -> Iterator[None]:
    with on("2026-11-20"):
        yield


def asked(place: Path, *words: str, language: str = "en") -> int:
    return run(["--lang", language, "ledger", *words, "--workspace", str(place)])


def tamper(place: Path) -> None:
    with closing(sqlite3.connect(place / "ledger.sqlite", isolation_level=None)) as connection:
        connection.execute("UPDATE audit SET who = 'x' WHERE entry = 2")


@pytest.mark.parametrize(("language", "said"), [("zh", "台账完好：5 条"), ("en", "5 entries")])
def test_verify_says_that_all_is_well(
    place: Path, language: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert asked(place, "verify", "--files", language=language) == 0
    assert said in capsys.readouterr().out


@pytest.mark.parametrize(("language", "said"), [("zh", "第 2 条操作记录"), ("en", "Entry 2")])
def test_verify_says_what_is_wrong(place: Path, language: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    tamper(place)
    assert asked(place, "verify", language=language) == 4
    streams = capsys.readouterr()
    assert said in streams.out
    assert "restore" in streams.err


def test_backup_and_restore(place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert asked(place, "backup", "--to", str(tmp_path / "b")) == 0
    made = capsys.readouterr().out.strip()
    tamper(place)
    assert asked(place, "restore", made) == 2
    assert "--yes" in capsys.readouterr().err
    assert asked(place, "verify") == 4
    capsys.readouterr()
    assert asked(place, "restore", made, "--yes") == 0
    streams = capsys.readouterr()
    assert made in streams.out.replace("\n", "")
    assert "ledger.sqlite.damaged-20261120T080000" in streams.out
    assert "Nothing came after" in streams.err
    assert asked(place, "verify") == 0


def test_a_backup_goes_into_a_folder(place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "b").write_text("x", encoding="utf-8")
    assert asked(place, "backup", "--to", str(tmp_path / "b")) == 4
    assert "is not a folder" in capsys.readouterr().err


def test_restore_takes_the_backup_made_before_the_last_run(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert asked(place, "restore", "--yes") == 0
    said = capsys.readouterr().err
    assert "up to entry 4" in said
    assert "1 entries came after" in said
    assert asked(place, "verify") == 4  # November is published and not booked any more
    assert "2026-11" in capsys.readouterr().out


@pytest.mark.parametrize("command", [["restore", "--yes"], ["purge", "--older-than", "1month"]])
def test_a_workspace_that_is_not_there_is_not_made(
    tmp_path: Path, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert asked(tmp_path / "nowhere", *command) == 2
    assert not (tmp_path / "nowhere").exists()
    assert "--workspace" in capsys.readouterr().err


def test_purge_lists_asks_and_does(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with on("2029-01-01"):
        assert asked(place, "purge", "--older-than", "24months", "--dry-run") == 0
        assert "run 2026-10" in capsys.readouterr().out
        assert asked(place, "purge", "--older-than", "24months") == 2
        assert (place / "runs" / "2026-10").is_dir()
        assert asked(place, "purge", "--older-than", "24months", "--yes") == 0
        assert "purge-000006.json" in capsys.readouterr().out.replace("\n", "")
        assert [path.name for path in (place / "runs").iterdir()] == ["2026-11"]
        assert asked(place, "verify") == 0
        capsys.readouterr()
        assert asked(place, "purge", "--older-than", "24months", "--yes") == 0
        assert "nothing to remove" in capsys.readouterr().out
    assert asked(place, "purge", "--older-than", "soon") == 2


def test_the_log_tells_what_every_command_came_to_in_one_language(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    facts = {
        "feedback": {"answers": {"confirmed": 2}, "rows": {"booked": 2, "already": 1, "empty": 1, "rejected": 3}},
        "defer": {"cases": 4, "period": "2026-11"},
        "review import": {"judgements": {"same": 1, "unsure": 2}, "refused": 5, "unchanged": 6, "rows": 9},
        "judgements withdraw": {"withdrawn": [7]},
        "reveal": {"reason": "核对户口簿", "of": "review"},
    }
    folder = Workspace(place)
    with folder.lock(), open_ledger(folder) as ledger:
        for command, told in facts.items():
            with ledger.booking(command) as booking:
                booking.facts |= told
    assert asked(place, "log", language="zh") == 0
    page = capsys.readouterr().out.splitlines()
    rows = [line.split(maxsplit=4)[4].strip() for line in page if line.split()[:1] in [[str(n)] for n in range(6, 11)]]
    assert rows == [
        "登记反馈         反馈结果 属实待改 2；行数 已记过 1, 记账 2, 未填 1, 退回 3",
        "挂账             件数 4；月份 2026-11",
        "登记判定工作簿   判定 同一人 1, 无法确定 2；未采用 5；行数 9；原来就有 6",
        "撤回判定         撤回的判定 7",
        "查看原值         理由 核对户口簿",
    ]


def test_the_log(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert asked(place, "log", language="zh") == 0
    page = capsys.readouterr().out
    assert [word for word in ("运行记账", "派发", "登记反馈", "张三", "2026-11-05 08:00") if word not in page] == []
    assert "批次 2026-10-01" in page
    assert asked(place, "log", "--format", "json") == 0
    told = json.loads(capsys.readouterr().out)
    assert [entry["command"] for entry in told] == ["run", "dispatch", "feedback", "review", "run"]
    assert told[0]["facts"]["events"] == {"found": 6}
    assert asked(place, "log", "--format", "csv") == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["entry"] for row in rows] == ["1", "2", "3", "4", "5"]
