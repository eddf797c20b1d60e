"""A workspace month by month, on small files made by hand."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from typing import Any

import polars as pl

from reconcile.cli.main import run
from reconcile.core.frames import CASE_EVENTS, conform
from reconcile.ledger.status import tally
from reconcile.ledger.store import open_ledger
from reconcile.workspace import Workspace

SEX = "id_against_sex"  # the fault of R003, see City.begin
RESIDENTS = (
    "个人编码",
    "姓名",
    "性别",
    "身份证号",
    "出生日期",
    "户编码",
    "镇街",
    "村居",
    "母亲姓名",
    "联系电话",
    "户籍地址",
)
HOUSEHOLD = ("户籍记录号", "姓名", "性别", "公民身份号码", "出生日期", "户号", "镇街", "村居", "母亲姓名")
BIRTHS = ("出生证编号", "新生儿姓名", "性别", "出生时间", "母亲姓名", "母亲证件号码", "住址", "镇街", "签发日期")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
SURNAMES = "王李张刘陈杨赵黄周吴"

Row = dict[str, str]


def id_number(born: str, sequence: int) -> str:
    body = f"460102{born}{sequence:03d}"
    return body + "10X98765432"[sum(w * int(d) for w, d in zip(WEIGHTS, body, strict=True)) % 11]


def resident(place: int, **other: str) -> Row:
    """A person without a fault; an odd place is a man."""
    born = f"{1950 + place}{1 + place % 12:02d}{10 + place % 18:02d}"
    return {
        "个人编码": f"R{place:03d}", "姓名": f"{SURNAMES[place % 10]}{chr(0x5010 + 3 * place)}{chr(0x6010 + 5 * place)}",
        "性别": "女男"[place % 2], "身份证号": id_number(born, 100 + place),
        "出生日期": f"{born[:4]}-{born[4:6]}-{born[6:]}", "户编码": f"F{place:03d}", "镇街": "府城镇", "村居": "东门",
        "母亲姓名": f"林{chr(0x7010 + 7 * place)}", "联系电话": f"1380000{place:04d}", **other,
    }  # fmt: skip


def police(place: int, **other: str) -> Row:
    """The same person in the household register."""
    names = {"个人编码": "户籍记录号", "身份证号": "公民身份号码", "户编码": "户号"}
    told = {names.get(name, name): value for name, value in resident(place).items()}
    return {**told, "户籍记录号": f"H{place:03d}", **other}


class City:
    """A workspace, and the exports of its months."""

    def __init__(self, folder: Path, begun: Path | None = None) -> None:
        self.folder = folder
        self.work = folder / "work"
        self._begun = begun
        self.residents = [resident(place) for place in range(1, 25)]
        self.household = [police(place) for place in range(1, 25)]
        self.births: list[Row] | None = None

    def begin(self) -> None:
        """The first month, 2026-08, with one fault: a man whom the register calls a woman."""
        self.resident("R003", 性别="女")
        if self._begun is None:
            assert self.run("2026-08") == 0
        else:
            shutil.copytree(self._begun, self.work)

    def resident(self, key: str, **changes: str) -> None:
        """Changes a resident's row in the next export."""
        self.residents = [{**row, **changes} if row["个人编码"] == key else row for row in self.residents]

    def export(self, sources: str) -> list[str]:
        words = []
        for source in sources.split():
            rows, columns = {
                "residents": (self.residents, RESIDENTS),
                "household": (self.household, HOUSEHOLD),
                "births": (self.births or [], BIRTHS),
            }[source]
            path = self.folder / f"{source}.csv"
            with path.open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, columns, extrasaction="ignore", restval="")
                writer.writeheader()
                writer.writerows(rows)
            words += [f"--{source}", str(path)]
        return words

    def run(self, period: str, *options: str, sources: str = "residents") -> int:
        words = ["run", *self.export(sources), "-o", str(self.work), "--period", period, "--format", "csv", *options]
        return run(["--quiet", "--lang", "zh", *words])

    def cases(self, *columns: str, code: str | None = None) -> list[tuple[Any, ...]]:
        with open_ledger(Workspace(self.work)) as ledger:
            cases = ledger.cases()
        chosen = cases.filter(pl.col("code") == code) if code else cases
        return chosen.select(columns).rows()

    def case(self, code: str, record: str = "") -> dict[str, Any]:
        """The only case of a code, or of a code and a resident."""
        about = pl.col("subjects").str.contains(f":{record}", literal=True)
        with open_ledger(Workspace(self.work)) as ledger:
            [case] = ledger.cases().filter(about, pl.col("code") == code).to_dicts()
        return case

    def answer(self, code: str, answer: str, record: str = "") -> None:
        """What a town says of a case."""
        states = {"corrected": "corrected", "false_alarm": "closed"}
        case = self.case(code, record)
        told = {
            "key": case["key"], "kind": "answered", "state": states.get(answer, "answered"), "answer": answer,
            "seen": case["evidence"], "how": "false_alarm" if answer == "false_alarm" else None,
        }  # fmt: skip
        workspace = Workspace(self.work)
        with workspace.lock(), open_ledger(workspace) as ledger, ledger.booking("feedback") as booking:
            events = pl.DataFrame([{**told, "period": ledger.latest_period()}])
            ledger.append(conform(events, CASE_EVENTS), booking)

    def listed(self, period: str) -> dict[str, str]:
        """Of each code that is on a list of the month, the state it has there."""
        frame = pl.read_parquet(self.work / "runs" / period / "frames" / "discrepancies.parquet")
        return dict(frame.select("code", "state").rows())

    def tally(self, period: str) -> dict[str, int]:
        with open_ledger(Workspace(self.work)) as ledger:
            counts = tally(ledger, period)
        return {name: counts[name].sum() for name in ("carried", "new", "reopened", "closed", "open")}
