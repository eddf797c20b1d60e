"""A family with a passport and a permit in three registers, which write names and documents each in their own way."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from reconcile.cli.main import run
from tests.pipelines.small_months import police, resident

pytestmark = pytest.mark.slow

PERSONS = {"father": ("R901", "H901"), "mother": ("R902", "H902"), "child": ("R903", "H903", "U460999001")}

RESIDENTS = [
    {"个人编码": "R901", "姓名": "SMITH JOHN", "性别": "男", "证件类型": "护照", "身份证号": "E12345678",
     "出生日期": "1985-03-07", "户编码": "F901", "配偶姓名": "陈安娜", "配偶证件类型": "回乡证",
     "配偶身份证号": "H1234567801"},
    {"个人编码": "R902", "姓名": "陈安娜", "性别": "女", "证件类型": "港澳居民来往内地通行证", "身份证号": "H1234567801",
     "出生日期": "1988-06-15", "户编码": "F901", "配偶姓名": "SMITH JOHN", "配偶证件类型": "护照",
     "配偶身份证号": "E12345678"},
    {"个人编码": "R903", "姓名": "陈小明", "性别": "男", "身份证号": "460102202610061011", "出生日期": "2026-10-06",
     "户编码": "F901", "母亲姓名": "陈安娜", "母亲证件类型": "回乡证", "母亲身份证号": "H1234567801",
     "父亲姓名": "SMITH JOHN", "父亲证件类型": "护照", "父亲身份证号": "E12345678"},
]  # fmt: skip
HOUSEHOLD = [
    {"户籍记录号": "H901", "姓名": "约翰·史密斯", "性别": "男", "公民身份号码": "护照E12345678",
     "出生日期": "1985-03-07", "户号": "K1"},
    {"户籍记录号": "H902", "姓名": "Anna Chen", "性别": "女", "公民身份号码": "H12345678", "出生日期": "1988-06-15",
     "户号": "K1"},
    {"户籍记录号": "H903", "姓名": "陈小明", "性别": "男", "公民身份号码": "460102202610061011",
     "出生日期": "2026-10-06", "户号": "K1", "母亲姓名": "CHEN ANNA", "母亲身份证号": "H1234567802",
     "父亲姓名": "约翰·史密斯", "父亲身份证号": "460102198503071231"},
]  # fmt: skip
BIRTHS = [
    {"出生证编号": "U460999001", "新生儿姓名": "陈小明", "性别": "男", "出生时间": "2026-10-05 24:00",
     "母亲姓名": "CHEN ANNA", "母亲证件类型": "06", "母亲证件号码": "H1234567801", "父亲姓名": "John Smith",
     "父亲证件类型": "03", "父亲证件号码": "E12345678", "签发日期": "2026-10-09"},
]  # fmt: skip


@pytest.fixture(scope="module")
def frames(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("family")
    sources = {
        "residents": [resident(place) for place in range(1, 25)] + RESIDENTS,
        "household": [police(place) for place in range(1, 25)] + HOUSEHOLD,
        "births": BIRTHS,
    }
    words = []
    for source, rows in sources.items():
        there = [{"镇街": "府城镇", "村居": "东门", **row} for row in rows]
        columns = dict.fromkeys(name for row in there for name in row)
        with (folder / f"{source}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, [*columns], restval="")
            writer.writeheader()
            writer.writerows(there)
        words += [f"--{source}", str(folder / f"{source}.csv")]
    assert run(["--quiet", "--lang", "zh", "run", *words, "-o", str(folder / "work"), "--period", "2026-10"]) == 0
    return folder / "work" / "runs" / "2026-10" / "frames"


@pytest.mark.parametrize("who", PERSONS)
def test_each_is_one_person_in_every_register(frames: Path, who: str) -> None:
    persons = pl.read_parquet(frames / "persons.parquet")
    mine = persons.filter(pl.col("record_id").is_in([*PERSONS[who]]))
    assert (mine.height, mine["person_id"].n_unique()) == (len(PERSONS[who]), 1)
    assert persons.filter(pl.col("person_id").is_in(mine["person_id"].implode())).height == mine.height


def test_the_documents_lead_to_the_parents(frames: Path) -> None:
    mentions = pl.read_parquet(frames / "mentions.parquet").filter(record_id="U460999001")
    persons = dict(pl.read_parquet(frames / "persons.parquet").select("record_id", "person_id").rows())
    found = dict(mentions.select("role", "person_id").rows())
    assert found == {"mother": persons["R902"], "father": persons["R901"]}


def test_documents_that_are_in_order_are_no_case(frames: Path) -> None:
    cases = pl.read_parquet(frames / "discrepancies.parquet")
    family = [record for records in PERSONS.values() for record in records]
    about = cases.filter(pl.any_horizontal(pl.col("record_id_l", "record_id_r").is_in(family)))
    assert about["code"].to_list() == []


def test_midnight_is_the_next_day(frames: Path) -> None:
    births = pl.read_parquet(frames / "standardised_births.parquet").select("birth_date_std", "birth_date_minute")
    assert births.rows() == [(date(2026, 10, 6), 0)]
