"""What settling and barring must not hide: people under two numbers, and two people under one, in a run of the CLI."""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl
import pytest

from tests.pipelines.cities import PERIOD, plain_city, read_rows, run_command, shell
from tests.pipelines.small_months import id_number

pytestmark = pytest.mark.slow

CODES = ("possible_match", "one_id_two_people", "duplicate_person", "duplicate_household_row")
NUMBERS = {"residents": "身份证号", "household": "公民身份号码"}
KEYS = {"residents": "个人编码", "household": "户籍记录号"}
HOUSES = {"residents": "户编码", "household": "户号"}

Row = dict[str, str]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Others, without an error."""
    return plain_city(tmp_path_factory.mktemp("city"), 500, seed=5, error_scale=0.0)


def person(name: str, born: str, sequence: int, **other: str) -> Row:
    return {
        "姓名": name, "出生日期": f"{born[:4]}-{born[4:6]}-{born[6:]}", "number": id_number(born, sequence),
        "性别": "女男"[sequence % 2], "母亲姓名": "符秀琼", "父亲姓名": "邢福保", "镇街": "平岭街道", "村居": "兰山社区",
        "house": "X1", **other,
    }  # fmt: skip


def under(row: Row, of: Row) -> Row:
    """The row with another one's number."""
    return {**row, "number": of["number"]}


WOMAN = person("邢玉琼", "19800502", 102)
ELDER, YOUNGER = person("邢子轩", "20150304", 111), person("邢子墨", "20150304", 113)
FIRST, SECOND = person("邢雨欣", "20150304", 122), person("邢雨彤", "20150304", 124)
LITTLE = person("邢子涵", "20180709", 131)
MOTHER = person("符秀琼", "19880102", 142, 母亲姓名="", 父亲姓名="")

# Rows of the residents and of the household register; then the cases: (code, the names of their records).
TWICE = [WOMAN, person("邢玉琼", "19800502", 104)]
ACCIDENTS = [
    ("a woman registered twice in both registers", TWICE, TWICE,
     {("possible_match", "h0 h1")}),
    ("a woman registered twice in one register, one number known to nobody else", TWICE, TWICE[:1],
     {("duplicate_person", "r0 r1")}),
    ("a twin under his brother's number", [ELDER, under(YOUNGER, ELDER)], [ELDER, YOUNGER],
     {("one_id_two_people", "h0 r1")}),
    ("a twin under her sister's number", [FIRST, under(SECOND, FIRST)], [FIRST, SECOND],
     {("one_id_two_people", "h0 r1")}),
    ("a twin under his number, in the household register", [ELDER, YOUNGER], [ELDER, under(YOUNGER, ELDER)],
     {("one_id_two_people", "h0 h1")}),
    ("a brother under the elder one's number", [ELDER, under(LITTLE, ELDER)], [ELDER, LITTLE],
     {("one_id_two_people", "h0 r1")}),
    ("a mother under her daughter's number", [FIRST, under(MOTHER, FIRST)], [FIRST, MOTHER],
     {("one_id_two_people", "h0 r1")}),
    ("two names under one number, and the police know of one", [ELDER, under(YOUNGER, ELDER)], [ELDER],
     {("one_id_two_people", "h0 r1"), ("possible_match", "r0 r1")}),
]  # fmt: skip


@pytest.mark.parametrize(("what", "residents", "household", "expected"), ACCIDENTS, ids=[case[0] for case in ACCIDENTS])
def test_accidents(
    city: Path, tmp_path: Path, what: str, residents: list[Row], household: list[Row], expected: set[tuple[str, str]]
) -> None:
    for source, told in (("residents", residents), ("household", household)):
        write(city / f"{source}.csv", tmp_path / "city" / f"{source}.csv", source, told)
    work = tmp_path / "work"
    done = shell(run_command(tmp_path / "city", work, "--format", "csv"))
    assert done.returncode in (0, 10), done.stderr.decode()
    assert cases(work / "runs" / PERIOD) == expected


def write(others: Path, path: Path, source: str, told: list[Row]) -> None:
    header, *rows = read_rows(others)
    path.parent.mkdir(exist_ok=True)
    columns = {"number": NUMBERS[source], "house": HOUSES[source]}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerows([header, *rows])
        for place, row in enumerate(told):
            named = {columns.get(name, name): value for name, value in row.items()}
            named[KEYS[source]] = f"{source[0]}{place}"
            writer.writerow([named.get(column, "") for column in header])


def cases(run: Path) -> set[tuple[str, str]]:
    """Code and records of the cases that concern the rows of the accident."""
    found = pl.read_parquet(run / "frames" / "discrepancies.parquet").filter(pl.col("code").is_in(CODES))
    named = found.select(pl.col("code").cast(pl.String), pl.col("^record_id_[lr]$").cast(pl.String))
    return {
        (code, " ".join(sorted((left, right))))
        for code, left, right in named.iter_rows()
        if {left, right} & {"r0", "r1", "h0", "h1"}
    }
