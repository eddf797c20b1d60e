"""Births in files that are too little, too much or wrong, through the real command line: never a bug, never a birth
counted twice, never a mother who agrees because nobody names her."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from reconcile.cli.main import run
from reconcile.core.messages import LANGUAGES, text
from reconcile.matchers import load_matcher
from reconcile.persons.children import CELLS
from tests.crosschecks.figure_files import id_number, write_csv, write_xlsx

pytestmark = pytest.mark.slow

Rows = list[list[str]]

BIRTHS = [
    "出生证编号",
    "新生儿姓名",
    "性别",
    "出生时间",
    "体重",
    "母亲姓名",
    "母亲证件号码",
    "父亲姓名",
    "父亲证件号码",
    "签发日期",
]
RESIDENTS = [
    "个人编码",
    "户编码",
    "姓名",
    "性别",
    "身份证号",
    "出生日期",
    "与户主关系",
    "母亲姓名",
    "母亲身份证号",
    "父亲姓名",
    "父亲身份证号",
    "镇街",
    "登记日期",
]
HOUSEHOLD = [
    "户籍记录号",
    "户号",
    "姓名",
    "性别",
    "公民身份号码",
    "出生日期",
    "与户主关系",
    "母亲姓名",
    "母亲身份证号",
    "父亲姓名",
    "父亲身份证号",
    "镇街",
    "登记日期",
]
FAMILIES = 12
PERIOD = "2026-10"


def named(place: int, role: int) -> str:
    """An invented name for a mother (0), father (1) or child (2)."""
    surnames = "赵钱孙李周吴郑王冯陈褚卫"
    given = "秀强宝"[role] + "芳明佳丽军洋敏伟静磊娜勇"[(place + 5 * role) % 12]
    return surnames[(place + (3 if role == 0 else 0)) % 12] + given


def born(place: int, month: int = 10) -> str:
    return f"2026-{month:02}-{2 + 2 * place:02}"


def certificates(month: int = 10, letter: str = "A") -> Rows:
    return [
        BIRTHS,
        *(
            [f"{letter}{place:09d}", "未取名", "男女"[place % 2], f"{born(place, month)} 08:3{place % 10}", "3200", named(place, 0),
             id_number(place), named(place, 1), id_number(place + 30), born(place, month)]
            for place in range(FAMILIES)
        ),
    ]  # fmt: skip


def register(header: list[str], prefix: str, month: int = 10) -> Rows:
    """Mothers and their children; every family in its own household."""
    rows: Rows = [header]
    for place in range(FAMILIES):
        mother, number = named(place, 0), id_number(place)
        parents = [mother, number, named(place, 1), id_number(place + 30)]
        day = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
        rows.append(
            [f"{prefix}M{place}", str(place), mother, "女", number, day, "02", "", "", "", "", "城东街道", "2020-01-01"]
        )
        child = [f"{prefix}C{month}{place}", str(place), named(place, 2), "男女"[place % 2], "", born(place, month)]
        rows.append([*child, "20" if place % 2 == 0 else "30", *parents, "城东街道", "2026-11-20"])
    return rows


def changed(rows: Rows, column: str, value: Any) -> Rows:
    """The rows with another value in one column, from its row number and the value there."""
    at = rows[0].index(column)
    return [rows[0], *([*row[:at], value(n, row[at]), *row[at + 1 :]] for n, row in enumerate(rows[1:]))]


def without(rows: Rows, *columns: str) -> Rows:
    kept = [place for place, header in enumerate(rows[0]) if header not in columns]
    return [[row[place] for place in kept] for row in rows]


class Month:
    """What a run came to."""

    def __init__(self, folder: Path) -> None:
        [path] = folder.glob("work/runs/*/summary.json")
        self.folder = path.parent
        self.summary = json.loads(path.read_text(encoding="utf-8"))
        self.cells: dict[str, int] = self.summary["births"]["cells"] if self.summary["births"] else {}
        self.sources = {source["name"]: source for source in self.summary["sources"]}
        self.notices = {notice["kind"]: notice["values"] for notice in self.summary["notices"]}
        for source in self.sources.values():
            lost = sum(source["rejected"].values()) + sum(source["set_aside"].values())
            assert source["read"] == source["kept"] + lost
            assert source["kept"] == sum(source["outcomes"].values())

    def frame(self, name: str) -> pl.DataFrame:
        return pl.read_parquet(self.folder / "frames" / f"{name}.parquet")


def month(tmp_path: Path, *options: str, code: int = 0, period: str | None = PERIOD, **files: Any) -> Month:
    """The run over these files: rows (written as GB18030), or paths that are there."""
    words = ["--lang", "zh", "run", "-o", str(tmp_path / "work"), "--format", "csv", *options]
    words += ["--period", period] if period else []
    for name, given in files.items():
        paths = given if isinstance(given[0], Path) else [write_csv(tmp_path / f"{name}.csv", given)]
        words += [f"--{name}", *map(str, paths)]
    assert run(words) == code
    return Month(tmp_path)


def registers() -> dict[str, Any]:
    return {"residents": register(RESIDENTS, "R"), "household": register(HOUSEHOLD, "P")}


def levels(found: Month, comparison: str) -> set[str]:
    """The levels of a comparison over the pairs of a certificate and a row."""
    pairs = found.frame("scored_pairs")
    of_births = pairs.filter((pl.col("source_l") == "births") != (pl.col("source_r") == "births"))
    return {load_matcher(comparison).LEVELS[level] for level in of_births[comparison].drop_nulls()}


def test_where_no_mother_is_named_the_father_stands_in_and_nobody_agrees(tmp_path: Path) -> None:
    births = without(certificates(), "母亲姓名", "母亲证件号码")
    found = month(tmp_path, births=births, **registers())
    assert levels(found, "mother") <= {"missing"}
    assert sum(found.cells.values()) == FAMILIES
    assert found.cells["HRP"] == FAMILIES
    told = [notice["values"] for notice in found.summary["notices"] if notice["kind"] == "dead_keys"]
    assert {one["column"] for values in told for one in values["lacking"]} >= {"mother_name", "mother_id"}


def test_where_no_parents_are_named_nobody_is_joined_by_their_silence(tmp_path: Path) -> None:
    births = without(certificates(), "母亲姓名", "母亲证件号码", "父亲姓名", "父亲证件号码")
    found = month(tmp_path, births=births, **registers())
    assert levels(found, "mother") | levels(found, "father") <= {"missing"}
    assert found.cells["H"] == FAMILIES
    assert found.cells["RP"] == FAMILIES


def blank(n: int, value: str) -> str:
    """One word for nothing in every row, in both files."""
    return ["", "无", "不详", "－"][n % 4]


def test_mothers_who_are_blank_never_agree(tmp_path: Path) -> None:
    rows, births = registers(), certificates()
    for column in ("母亲姓名", "母亲证件号码", "父亲姓名", "父亲证件号码"):
        births = changed(births, column, blank)
    for name, column in (("residents", "母亲身份证号"), ("household", "母亲身份证号")):
        rows[name] = changed(changed(rows[name], column, blank), "母亲姓名", blank)
    births = changed(births, "新生儿姓名", lambda n, value: named(n, 2))
    found = month(tmp_path, births=births, **rows)
    assert levels(found, "mother") <= {"missing"}
    assert sum(found.cells[cell] for cell in CELLS if "H" in cell) == FAMILIES


def test_newborns_without_names_and_with_weights_in_kilograms_find_their_rows(tmp_path: Path) -> None:
    births = changed(certificates(), "新生儿姓名", lambda n, value: ["", "未取名", "某某之子", "婴儿", "张某某"][n % 5])
    births = changed(births, "体重", lambda n, value: ["3.2", "3.25kg", "3200", "", "0"][n % 5])
    found = month(tmp_path, births=births, **registers())
    assert found.cells == {**dict.fromkeys(CELLS, 0), "HRP": FAMILIES}
    assert levels(found, "name") == {"missing"}
    cases = {case["code"]: case["cases"] for case in found.summary["cases"]}
    assert 0 < cases["weight_implausible"] < FAMILIES


def test_two_months_in_one_file(tmp_path: Path) -> None:
    """The period's are listed, earlier ones that are still open are carried, later ones are said."""
    births = [*certificates(), *certificates(9, "B")[1:], *certificates(11, "C")[1:]]
    rows = registers()
    rows["residents"] += [row for row in register(RESIDENTS, "R", 9)[1:8] if "C" in row[0]]
    found = month(tmp_path, births=births, **rows)
    assert found.cells == {**dict.fromkeys(CELLS, 0), "HRP": FAMILIES}
    children = found.frame("children")
    assert children.height == FAMILIES
    assert children["births"].str.starts_with("A").all()
    carried = FAMILIES  # none of September is with the police
    assert found.notices["earlier_births"]["count"] == carried
    assert found.notices["later_births"]["count"] == FAMILIES
    statistics = {(row["statistic"], row["level"]): row for row in found.summary["births"]["statistics"]}
    assert statistics["dual", "city"]["denominator"] in (FAMILIES, None)
    cases = {case["code"]: case["cases"] for case in found.summary["cases"]}
    assert cases["birth_without_household"] == carried


def twice(tmp_path: Path, how: str) -> list[Path]:
    first = write_csv(tmp_path / "一院.csv", certificates())
    if how == "same file":
        return [first, write_csv(tmp_path / "一院最终版2.csv", certificates())]
    if how == "fewer columns":
        return [first, write_csv(tmp_path / "一院简表.csv", without(certificates(), "体重", "签发日期"))]
    return [first, write_xlsx(tmp_path / "一院.xlsx", certificates())]


@pytest.mark.parametrize("how", ["same file", "fewer columns", "workbook"])
def test_a_hospitals_file_given_twice_counts_each_birth_once(how: str, tmp_path: Path) -> None:
    found = month(tmp_path, births=twice(tmp_path, how), **registers())
    assert found.cells == {**dict.fromkeys(CELLS, 0), "HRP": FAMILIES}
    births = found.sources["births"]
    assert births["read"] == 2 * FAMILIES
    said = births["set_aside"].get("repeated_row", 0) == FAMILIES
    repeated = {case["code"]: case["cases"] for case in found.summary["cases"]}["certificate_repeated"]
    assert said or repeated == FAMILIES or "file_twice" in found.notices


def test_times_without_dates_are_rejected_by_row_and_column(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    times = ["08:30", "上午8点", "8时30分"]
    births = changed(certificates(), "出生时间", lambda n, value: times[n] if n < 3 else value)
    found = month(tmp_path, births=births, **registers())
    rejects = found.frame("rejects").filter(pl.col("source") == "births")
    assert rejects["row"].to_list() == [2, 3, 4]
    assert set(rejects["column"]) == {"birth_date"}
    assert found.sources["births"]["kept"] == FAMILIES - 3
    told = capsys.readouterr()
    personal = {value for row in births[1:] for value in row[5:9]}
    assert not [value for value in personal if value in told.out + told.err]


def test_times_without_dates_in_every_row_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for language in LANGUAGES:
        births = write_csv(tmp_path / "births.csv", changed(certificates(), "出生时间", lambda n, value: "08:30"))
        words = ["--lang", language, "run", "--births", str(births), "-o", str(tmp_path / "work")]
        assert run([*words, "--residents", str(write_csv(tmp_path / "residents.csv", registers()["residents"]))]) == 3
        told = capsys.readouterr()
        assert "births.csv" in told.err
        assert text("columns.birth_date", language) in told.err
        assert "Traceback" not in told.err


def test_no_births_in_the_period_is_said(tmp_path: Path) -> None:
    found = month(tmp_path, period="2026-08", births=certificates(), **registers())
    assert sum(found.cells.values()) == 0
    assert found.notices["none_born"]["period"] == "2026-08"
    assert found.notices["later_births"]["count"] == FAMILIES
    assert all(row["value"] is None for row in found.summary["births"]["statistics"] if row["statistic"] == "dual")


@pytest.mark.parametrize(
    ("names", "period"),
    [((), PERIOD), (("residents",), PERIOD), (("residents", "household"), None)],
)
def test_one_birth_with_whatever_registers_there_are(
    names: tuple[str, ...], period: str | None, tmp_path: Path
) -> None:
    rows = {name: of for name, of in registers().items() if name in names}
    found = month(tmp_path, period=period, births=certificates()[:2], **rows)
    [(cell, count)] = found.sources["births"]["outcomes"].items()
    assert (cell[0], count) == ("H", 1)
    assert found.cells[cell] == 1
    assert found.frame("children")["births"].drop_nulls().to_list() == ["A000000000"]


def test_a_threshold_of_open_births(tmp_path: Path) -> None:
    mothers = [row for row in register(RESIDENTS, "R") if "C" not in row[0]]
    found = month(tmp_path, "--open-threshold", "3", code=10, births=certificates(), residents=mothers)
    assert found.cells == {**dict.fromkeys(CELLS, 0), "H": FAMILIES}


def test_one_number_on_all_certificates(tmp_path: Path) -> None:
    births = changed(certificates(), "出生证编号", lambda n, value: "A000000001")
    found = month(tmp_path, births=births, **registers())
    assert found.cells == {**dict.fromkeys(CELLS, 0), "HRP": FAMILIES}
    assert {case["code"]: case["cases"] for case in found.summary["cases"]}["certificate_repeated"] > 0
