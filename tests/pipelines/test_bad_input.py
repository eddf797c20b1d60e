"""Bad input through the real command line: a clear message that names the file, or a run that says what it left out.

Never a traceback, never a bug, never a person's data in a message, never a row that is not accounted for.
"""

from __future__ import annotations

import gzip
import io
import json
import random
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
import xlwt  # type: ignore[import-untyped]
from stdnum.cn.ric import calc_check_digit

from reconcile.cli.main import run
from reconcile.messages import LANGUAGES, set_language

Rows = list[list[str]]

HEADER = ["个人编码", "姓名", "性别", "身份证号", "出生日期", "镇街", "村居"]
BIRTHS_HEADER = ["出生证编号", "新生儿姓名", "性别", "出生时间", "母亲姓名", "母亲证件号码"]
PEOPLE = 12


def rows_of(people: int = PEOPLE) -> Rows:
    """A small register, its header first; everyone has a valid number."""
    return [HEADER, *(person(place) for place in range(people))]


def person(place: int) -> list[str]:
    given = "伟芳娜敏静丽强磊军洋勇艳"
    year, day = 1950 + 3 * place, 1 + place
    number = f"460105{year}05{day:02d}{100 + place}"
    number += calc_check_digit(number)
    name = f"尉迟{given[place % len(given)]}"
    return [f"R{place}", name, "女男"[place % 2], number, f"{year}-05-{day:02d}", "海秀镇", "水头村"]


def births_of(births: int = 6) -> Rows:
    mothers = [person(place) for place in range(births)]
    return [
        BIRTHS_HEADER,
        *(
            [f"A{place:09d}", "未取名", "女", f"2026-10-{place + 1:02d} 08:30", mother[1], mother[3]]
            for place, mother in enumerate(mothers)
        ),
    ]


PERSONAL = {value for row in rows_of()[1:] for value in (row[1], row[3])}


def text_of(rows: Sequence[Sequence[str]], delimiter: str = ",") -> str:
    return "".join(delimiter.join(row) + "\n" for row in rows)


def csv_of(rows: Sequence[Sequence[str]]) -> bytes:
    return text_of(rows).encode()


def changed(rows: Rows, column: str, value: Callable[[int, str], str]) -> Rows:
    """The rows with another value in one column, from its row number and the value there."""
    at = rows[0].index(column)
    return [rows[0], *([*row[:at], value(n, row[at]), *row[at + 1 :]] for n, row in enumerate(rows[1:]))]


def without(rows: Rows, *columns: str) -> Rows:
    kept = [place for place, header in enumerate(rows[0]) if header not in columns]
    return [[row[place] for place in kept] for row in rows]


def zipped(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def bomb() -> bytes:
    """A small archive that says it unpacks to 100 GB."""
    packed = bytearray(zipped({"a.csv": b"0" * 1000}))
    at = packed.rindex(b"PK\x01\x02")  # the central directory: what a reader goes by
    packed[at + 24 : at + 28] = (0xFFFF_FFF0).to_bytes(4, "little")
    return bytes(packed)


def workbook(sheets: dict[str, Rows], numbers: Sequence[str] = ()) -> bytes:
    """An .xlsx with these sheets; the columns in `numbers` are number cells."""
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for row, values in enumerate(rows):
                for column, value in enumerate(values):
                    if row and rows[0][column] in numbers:
                        sheet.write_number(row, column, float(value.rstrip("X")))
                    else:
                        sheet.write_string(row, column, value)
    return packed.getvalue()


def old_workbook(rows: Rows) -> bytes:
    packed, book = io.BytesIO(), xlwt.Workbook()
    sheet = book.add_sheet("Sheet1")
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            sheet.write(row, column, value)
    book.save(packed)
    return packed.getvalue()


PASSWORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(3000)
NOISE = random.Random(6).randbytes(20_000)
TABLE = rows_of()

# name of the file: its content. None of them can be used at all.
REFUSED: dict[str, bytes] = {
    "empty.csv": b"",
    "only_blanks.csv": b"\n \n\t\n",
    "only_nuls.csv": bytes(5000),
    "header_only.csv": csv_of(TABLE[:1]),
    "no_name_column.csv": csv_of(without(TABLE, "姓名")),
    "neither_id_nor_birth_date.csv": csv_of(without(TABLE, "身份证号", "出生日期")),
    "binary.csv": NOISE,
    "binary.xlsx": NOISE,
    "elf.csv": b"\x7fELF" + bytes(range(256)) * 40,
    "broken.xlsx": workbook({"a": TABLE})[:-100],
    "password.xlsx": PASSWORD,
    "document.docx": zipped({"[Content_Types].xml": b"<x/>"}),
    "page.xls": "<html><table><tr><td>姓名</td></tr></table></html>".encode(),
    "scan.pdf": b"%PDF-1.4 and more",
    "zip_in_zip.zip": zipped({"a.zip": zipped({"a.csv": csv_of(TABLE)})}),
    "zip_called_csv.zip": zipped({"a.csv": zipped({"a.csv": csv_of(TABLE)})}),
    "nothing_in_it.zip": zipped({}),
    "cut.zip": zipped({"a.csv": csv_of(TABLE)})[:-30],
    "cut.csv.gz": gzip.compress(csv_of(TABLE))[:-20],
    "gzip_in_gzip.gz": gzip.compress(gzip.compress(csv_of(TABLE))),
    "bomb.zip": bomb(),
    "two_tables.xlsx": workbook({"一": TABLE, "二": TABLE}),
    "same_header_twice.csv": csv_of([[*row, row[1]] for row in TABLE]),
    "two_headers_fit.csv": csv_of([[*row, "公民身份号码" if row is HEADER else row[3]] for row in TABLE]),
    "endless_header.csv": csv_of([["x" * 10_000_000, *HEADER], ["1", *TABLE[1]]]),
    "ruined_and_no_birth_date.csv": csv_of(
        changed(without(TABLE, "出生日期"), "身份证号", lambda n, number: "4.60105E+17")
    ),
    "no_names.csv": csv_of(changed(TABLE, "姓名", lambda n, name: "")),
    "hospital_births.csv": csv_of(births_of()),
    "half_of_utf16.csv": text_of(TABLE).encode("utf-16")[:-1],
}

# name of the file: its content, and how many of its rows are kept.
USED: dict[str, tuple[bytes, int]] = {
    "one_row.csv": (csv_of(TABLE[:2]), 1),
    "wide.csv": (csv_of([[*row, *(f"{'列' if row is HEADER else '值'}{n}" for n in range(293))] for row in TABLE]), PEOPLE),
    "ragged.csv": (csv_of([*TABLE[:4], TABLE[4][:3], [*TABLE[5], "x"], *TABLE[6:]]), PEOPLE - 2),
    "nul_in_a_name.csv": (csv_of(TABLE).replace("海秀镇".encode(), b"\0", 1), PEOPLE - 1),
    "quote_never_closed.csv": (csv_of(TABLE).replace(b"\nR3,", b'\nR3,"', 1), PEOPLE - 1),
    "ten_megabytes_in_a_cell.csv": (csv_of(TABLE).replace("海秀镇".encode(), "镇".encode() * 3_500_000, 1), PEOPLE),
    "ruined.csv": (csv_of(changed(TABLE, "身份证号", lambda n, number: "4.60105E+17")), PEOPLE),
    "numbers.xlsx": (workbook({"a": TABLE}, numbers=("身份证号",)), PEOPLE),
    "one_id_for_all.csv": (csv_of(changed(TABLE, "身份证号", lambda n, number: person(0)[3])), PEOPLE),
    "one_name_for_all.csv": (csv_of(changed(TABLE, "姓名", lambda n, name: "王伟")), PEOPLE),
    "one_key_for_all.csv": (csv_of(changed(TABLE, "个人编码", lambda n, key: "1")), PEOPLE),
    "one_row_for_all.csv": (csv_of([HEADER, *[TABLE[1]] * PEOPLE]), 1),
    "names_of_200.csv": (csv_of(changed(TABLE, "姓名", lambda n, name: (name * 70)[:200])), PEOPLE),
    "emoji.csv": (csv_of(changed(TABLE, "姓名", lambda n, name: f"{name}😀👩‍👧")), PEOPLE),
    "blank_lines.csv": (text_of(TABLE).replace("\n", "\n\n").encode(), PEOPLE),
    "two_header_rows.csv": (csv_of([["基本", "", "", "", "出生", "住址", ""], *TABLE]), PEOPLE),
    "header_again.csv": (csv_of([HEADER, *TABLE[:5], *TABLE]), PEOPLE),
    "three_sheets.xlsx": (workbook({"说明": [["填表说明"]], "数据": TABLE, "Sheet3": []}), PEOPLE),
    "old.xls": (old_workbook(TABLE), PEOPLE),
    "csv_called.xlsx": (csv_of(TABLE), PEOPLE),
    "xlsx_called.csv": (workbook({"a": TABLE}), PEOPLE),
    "utf16_without_mark.csv": (text_of(TABLE).encode("utf-16-le"), PEOPLE),
    "gb18030.csv": (text_of(TABLE).encode("gb18030"), PEOPLE),
    "big5.csv": (
        text_of([["個人編碼", "姓名", "性別", "身份證號", "出生日期", "鎮街", "村居"], *changed(TABLE, "姓名", lambda n, name: "陳偉強")[1:]])
        .replace("海秀镇", "海秀鎮").replace("水头村", "水頭村").encode("big5"),
        PEOPLE,
    ),
    "serial_dates.csv": (csv_of(changed(TABLE, "出生日期", lambda n, date: str(30000 + n))), PEOPLE),
    "dates_in_words.csv": (csv_of(changed(TABLE, "出生日期", lambda n, date: "去年")), PEOPLE),
    "name_and_id_only.csv": (csv_of(without(TABLE, *{*HEADER} - {"姓名", "身份证号"})), PEOPLE),
    "packed.csv.gz": (gzip.compress(csv_of(TABLE)), PEOPLE),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    yield
    set_language("")


def written(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    return str(path)


def assert_told(told: Any, name: str, language: str) -> None:
    """One message on stderr that names the file, in the right language, without personal data; nothing on stdout."""
    assert told.out == ""
    assert told.err.startswith({"zh": "错误：", "en": "Error: "}[language])
    assert name in told.err
    assert "Traceback" not in told.err
    assert not [value for value in PERSONAL if value in told.err]


def balanced_summary(workspace: Path) -> dict[str, Any]:
    """The sources of the only run by name, each read = kept + rejected + set aside = rows with an outcome + the rest."""
    [path] = workspace.glob("runs/*/summary.json")
    sources = {source["name"]: source for source in json.loads(path.read_text(encoding="utf-8"))["sources"]}
    for source in sources.values():
        lost = sum(source["rejected"].values()) + sum(source["set_aside"].values())
        assert source["read"] == source["kept"] + lost
        assert source["kept"] == sum(source["outcomes"].values())
    return sources


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_cannot_be_used_is_refused_by_name(
    name: str, language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path / name, REFUSED[name])
    workspace = tmp_path / "work"
    assert run(["--lang", language, "run", "--residents", file, "-o", str(workspace)]) == 3
    assert_told(capsys.readouterr(), name, language)
    assert not list(workspace.glob("runs/*"))
    assert not list(workspace.glob("runs/.*"))


@pytest.mark.parametrize("name", USED)
def test_an_ugly_file_is_used_and_every_row_accounted_for(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content, kept = USED[name]
    file = written(tmp_path / name, content)
    other = written(tmp_path / "household.csv", csv_of(TABLE))
    workspace = tmp_path / "work"
    words = ["run", "--residents", file, "--household", other, "-o", str(workspace), "--format", "csv"]
    assert run(["--lang", "en", *words]) == 0
    told = capsys.readouterr()
    assert balanced_summary(workspace)["residents"]["kept"] == kept
    assert "Traceback" not in told.err
    assert not [value for value in PERSONAL if value in told.out + told.err]
