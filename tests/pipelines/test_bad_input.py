"""Bad input through the real command line: a clear message that names the file, or a run that says what it left out.

Never a traceback, never a bug, never a person's data in a message, never a row that is not accounted for.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import random
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
import xlwt  # type: ignore[import-untyped]
from stdnum.cn.ric import calc_check_digit

from reconcile.cli.main import run
from reconcile.core.messages import LANGUAGES
from tests.systems import posix, refused

pytestmark = pytest.mark.slow

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
    "ten_megabytes_in_a_cell.csv": (csv_of(TABLE).replace("海秀镇".encode(), "镇".encode() * 3_500_000, 1), PEOPLE - 1),
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


# Registers that are too little, too much or the wrong ones


def files(tmp_path: Path, **registers: Rows) -> list[str]:
    """The options that name a file for each register."""
    return [
        word
        for name, rows in registers.items()
        for word in (f"--{name}", written(tmp_path / f"{name}.csv", csv_of(rows)))
    ]


BIRTHS = births_of()
REGISTERS: dict[str, dict[str, Rows]] = {
    "residents only": {"residents": TABLE},
    "household only": {"household": TABLE},
    "births only": {"births": BIRTHS},
    "two rows each": {"residents": TABLE[:3], "household": TABLE[:3], "births": BIRTHS[:3]},
    "one register twice": {"residents": TABLE, "household": TABLE},
    "mothers without numbers": {"residents": TABLE, "births": without(BIRTHS, "母亲证件号码")},
    "mothers without names": {"household": TABLE, "births": without(BIRTHS, "母亲姓名")},
    "dates and mothers only": {"residents": TABLE, "births": without(BIRTHS, "出生证编号", "新生儿姓名", "性别")},
    "one number in both registers": {
        "residents": changed(TABLE, "身份证号", lambda n, number: person(0)[3]),
        "household": changed(TABLE, "身份证号", lambda n, number: person(0)[3]),
    },
    "one name and no numbers": {
        "residents": without(changed(TABLE, "姓名", lambda n, name: "王伟"), "身份证号"),
        "household": without(changed(TABLE, "姓名", lambda n, name: "王伟"), "身份证号"),
    },
}


@pytest.mark.parametrize("name", REGISTERS)
def test_every_kept_row_has_an_outcome_whatever_registers_there_are(name: str, tmp_path: Path) -> None:
    workspace = tmp_path / "work"
    assert run(["run", *files(tmp_path, **REGISTERS[name]), "-o", str(workspace), "--format", "csv"]) == 0
    sources = balanced_summary(workspace)
    assert {source: counts["read"] for source, counts in sources.items()} == {
        source: len(rows) - 1 for source, rows in REGISTERS[name].items()
    }


def test_births_without_mothers_are_held_against_the_registers_by_the_rest(tmp_path: Path) -> None:
    words = files(tmp_path, residents=TABLE, births=without(BIRTHS, "母亲姓名", "母亲证件号码"))
    assert run(["--lang", "zh", "run", *words, "-o", str(tmp_path / "work")]) == 0
    births = balanced_summary(tmp_path / "work")["births"]
    assert births["kept"] == births["read"]


def test_births_without_any_name_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nameless = without(BIRTHS, "新生儿姓名", "母亲姓名", "母亲证件号码", "父亲姓名", "父亲证件号码")
    words = files(tmp_path, residents=TABLE, births=nameless)
    assert run(["--lang", "zh", "run", *words, "-o", str(tmp_path / "work")]) == 3
    assert_told(capsys.readouterr(), "births.csv", "zh")


def test_a_file_named_twice_is_read_once_and_a_copy_set_aside(tmp_path: Path) -> None:
    one, copy = (written(tmp_path / name, csv_of(TABLE)) for name in ("a.csv", "b.csv"))
    workspace = tmp_path / "work"
    assert run(["run", "--residents", one, one, copy, "-o", str(workspace)]) == 0
    residents = balanced_summary(workspace)["residents"]
    assert (residents["read"], residents["set_aside"]) == (2 * PEOPLE, {"repeated_row": PEOPLE})


NOTICES = [
    (["--period", "2099-01"], "2099-01"),
    (["--period", "1999-01"], "1999-01"),
    ([], "residents.csv"),  # given as the household register too
]


@pytest.mark.parametrize(("options", "said"), NOTICES)
def test_what_is_probably_a_mistake_is_said(
    options: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = files(tmp_path, residents=TABLE, births=BIRTHS)
    if not options:
        words += ["--household", words[1]]
    assert run(["run", *words, "-o", str(tmp_path / "work"), *options]) == 0
    [summary] = (tmp_path / "work").glob("runs/*/summary.json")
    notices = json.loads(summary.read_text(encoding="utf-8"))["notices"]
    told = [json.dumps(notice["values"]) for notice in notices]
    assert any(said in values and ("2026-10" in values or not options) for values in told)
    capsys.readouterr()


# Arguments. A word that ends in .csv and is no option stands for a file in the test's folder.

ARGUMENTS = [
    (2, "run --residents a.csv --period 2026-13", "2026-13"),
    (2, "run --residents a.csv --period 9999-12", "9999-12"),
    (2, "run --residents a.csv --period 0000-01", "0000-01"),
    (2, "run --residents a.csv -o -", "dedupe"),
    (2, "run --residents - --household -", "(-)|（-）"),
    (2, "run --residents a.csv --format table", "xlsx, csv, ndjson, parquet"),
    (2, "run --residents a.csv --open-threshold -1", "0"),
    (2, "run one.yaml two.yaml", "two.yaml"),
    (2, "run", "--residents"),
    (3, "run --residents nobody.csv", "nobody.csv"),
    (3, "run --residents nobody*.csv", "nobody"),
    (3, "run --residents . -o work", "."),
    (4, "run --residents a.csv -o a.csv", "a.csv"),
    (4, "run --residents a.csv -o a.csv/work", "a.csv"),
    (2, "dedupe a.csv -o a.csv", "a.csv"),
    (2, "dedupe a.csv -o .", "."),
    (2, "dedupe a.csv -o nowhere/list.csv", "nowhere"),
    (2, "dedupe a.csv -o list.xls", ".xlsx"),
    (2, "dedupe a.csv --layout births", "residents"),
    (2, "dedupe a.csv --layout own.toml", "residents"),
    (2, "link a.csv a.csv --left-layout nothing", "nothing"),
    (2, "births a.csv", "--residents"),
    (3, "births a.csv --residents nobody.csv", "nobody.csv"),
    (3, "inspect nobody.csv", "nobody.csv"),
    (3, "explain R1 --run .", "."),
    (3, "evaluate . --truth .", "."),
    (2, "config check nobody.yaml", "nobody.yaml"),
    (2, "config check .", "."),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("code", "words", "said"), ARGUMENTS, ids=[words for _, words, _ in ARGUMENTS])
def test_arguments_that_cannot_be_meant_are_told(
    code: int,
    words: str,
    said: str,
    language: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path / "a.csv", csv_of(TABLE))
    assert run(["--lang", language, *words.split()]) == code
    told = capsys.readouterr()
    assert any(word in told.err for word in said.split("|"))
    assert told.err.startswith({"zh": "错误：", "en": "Error: "}[language])
    assert (tmp_path / "a.csv").read_bytes() == csv_of(TABLE)


def test_a_register_is_never_replaced_by_a_list(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    register = tmp_path / "a.csv"
    written(register, csv_of(TABLE))
    (tmp_path / "link.csv").symlink_to(register)
    assert run(["dedupe", str(tmp_path / "*.csv"), "-o", str(tmp_path / "link.csv")]) == 2
    assert register.read_bytes() == csv_of(TABLE)
    capsys.readouterr()


def test_a_single_job_says_which_rows_it_left_out(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file = written(tmp_path / "a.csv", csv_of([*TABLE[:5], TABLE[5][:3], ["合计", "11"], *TABLE[6:]]))
    assert run(["--lang", "zh", "dedupe", file]) == 0
    told = capfd.readouterr().err
    assert "退回" in told
    assert "1 行" in told
    assert "合计" in told
    assert run(["--quiet", "dedupe", file]) == 0
    assert capfd.readouterr().err == ""


# A layout of one's own

LAYOUTS = {
    "a name that the program needs": ('needs = [["source"]]\n[columns.source]\nkind = "text"\n', "source"),
    "a need that is no column": ('needs = [["nome"]]\n[columns.name]\nkind = "name"\n', "nome"),
    "a kind that there is not": ('needs = [["name"]]\n[columns.name]\nkind = "names"\n', "name"),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", LAYOUTS)
def test_a_layout_that_cannot_work_is_told_by_the_config_check(
    name: str, language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content, said = LAYOUTS[name]
    written(tmp_path / "own.toml", content.encode())
    written(tmp_path / "a.csv", csv_of(TABLE))
    config = written(tmp_path / "a.yaml", b"sources:\n  a:\n    layout: own.toml\n    files: [a.csv]\n")
    assert run(["--lang", language, "config", "check", config]) == 2
    told = capsys.readouterr()
    assert_told(told, "own.toml", language)
    assert said in told.err


# A run folder that something has happened to


def test_a_damaged_run_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["run", *files(tmp_path, residents=TABLE), "-o", str(tmp_path / "work"), "--period", "2026-10"]
    assert run(words) == 0
    folder = tmp_path / "work" / "runs" / "2026-10"
    explain = ["explain", "R1", "--run", str(folder)]
    capsys.readouterr()
    next_month = [*words[:-1], "2026-11"]
    asked = (("standardised_residents", explain), ("standardised_residents", next_month), ("persons", explain))
    for name, again in asked:
        (folder / "frames" / f"{name}.parquet").write_bytes(b"junk")
        assert run(["--lang", "en", *again]) == 4
        assert_told(capsys.readouterr(), f"{name}.parquet", "en")


# A process of its own: pipes, signals, disks


def shell(*words: str, **options: Any) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "reconcile", "--lang", "en", *words], stderr=subprocess.PIPE, **options
    )


@pytest.mark.parametrize("words", [("dedupe",), ("dedupe", "--format", "table"), ("inspect",)], ids=" ".join)
def test_a_reader_that_has_seen_enough_is_no_error(words: tuple[str, ...], tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    job = shell("--quiet", *words, written(tmp_path / "a.csv", csv_of(TABLE)), stdout=writing)
    os.close(writing)
    _, told = job.communicate()
    assert job.returncode == 141
    assert told == b""


@posix
def test_a_full_disk_is_told(tmp_path: Path) -> None:
    with open("/dev/full", "wb") as full:
        job = shell("dedupe", written(tmp_path / "a.csv", csv_of(TABLE)), stdout=full)
        _, told = job.communicate()
    assert job.returncode == 4
    assert b"The disk is full" in told


@posix
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_run_that_is_stopped_leaves_nothing_half_done(sent: signal.Signals, code: int, tmp_path: Path) -> None:
    """It is stopped while it waits for standard input, in the middle of a run."""
    workspace = tmp_path / "work"
    job = shell("run", "--residents", "-", "-o", str(workspace), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    while not (workspace / "runs").is_dir() and job.poll() is None:
        time.sleep(0.05)
    time.sleep(0.5)
    job.send_signal(sent)
    _, told = job.communicate()
    assert job.returncode == code
    assert told.decode().strip() == "Error: Interrupted. Nothing half-done was left behind."
    assert list((workspace / "runs").iterdir()) == []
    assert run(["run", *files(tmp_path, residents=TABLE), "-o", str(workspace)]) == 0


@refused
def test_a_file_that_may_not_be_read_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = written(tmp_path / "a.csv", csv_of(TABLE))
    os.chmod(file, 0)
    assert run(["--lang", "en", "run", "--residents", file]) == 3
    assert_told(capsys.readouterr(), "a.csv", "en")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("layout", ["school", "claimed"])
def test_figures_are_no_register(
    layout: str, language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "month.yaml"
    written(tmp_path / "a.csv", csv_of(TABLE))
    sources = f"sources:\n  pupils:\n    layout: {layout}\n    files: [a.csv]\n"
    config.write_text(f"workspace: work\n{sources}", encoding="utf-8")
    assert run(["--lang", language, "run", str(config)]) == 2
    assert_told(capsys.readouterr(), "pupils", language)
    assert not (tmp_path / "work").exists()
