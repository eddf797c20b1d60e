"""Forms as they come back: other programs, formats, titles, columns and rows moved."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pytest
import pyzipper
import xlwt

from reconcile.casework.feedback.job import Options, Outcome, feed_back
from reconcile.core.errors import InputError
from tests.casework.feedback import libreoffice
from tests.casework.feedback.forms import BATCH, Cells, Office, column, form, key_of, office, sent_rows, write_xlsx

ANSWERS = {0: "属实", 1: "已改", 2: "误报", 3: "", 4: "外辖", 5: "查无此人"}
BOOKED = {
    key_of(0): "confirmed", key_of(1): "corrected", key_of(2): "false_alarm", key_of(4): "moved_out", key_of(5): "unverifiable",
}  # fmt: skip
DAYS = {0: "2026-10-20", 1: "2026年10月19日", 2: "10月18日", 4: "20261017", 5: "2026/10/16"}
TOLD_DAYS = {key_of(case): f"2026-10-{day}" for case, day in ((0, 20), (1, 19), (2, 18), (4, 17), (5, 16))}


def feed(made: Office, *files: Path, password: str | None = None) -> Outcome:
    return feed_back([str(file) for file in files], made.workspace, Options(), lambda: password)


@pytest.fixture
def made(tmp_path: Path) -> Office:
    return office(tmp_path / "work")


def cells(language: str = "zh") -> Cells:
    return form(sent_rows(BATCH, range(6)), ANSWERS, language, done_on=DAYS)


def csv_bytes(rows: Sequence[Sequence[str]], encoding: str) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode(encoding)


def write_xls(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    book = xlwt.Workbook()
    sheet = book.add_sheet("反馈表")
    for number, row in enumerate(rows):
        for place, value in enumerate(row):
            sheet.write(number, place, value)
    book.add_sheet("填表说明").write(0, 0, "填表说明")
    book.save(str(path))
    return path


def is_booked(made: Office, outcome: Outcome) -> None:
    assert outcome.judged.rejected().is_empty()
    assert made.answered() == BOOKED
    assert {event["key"]: event["done_on"] for event in made.events("answered")} == TOLD_DAYS


def test_as_it_was_sent(tmp_path: Path, made: Office) -> None:
    is_booked(made, feed(made, write_xlsx(tmp_path / "府城镇.xlsx", cells())))


def test_in_english(tmp_path: Path, made: Office) -> None:
    is_booked(made, feed(made, write_xlsx(tmp_path / "a.xlsx", cells("en"))))


def test_saved_as_xls(tmp_path: Path, made: Office) -> None:
    is_booked(made, feed(made, write_xls(tmp_path / "府城镇.xls", cells())))


def test_an_xls_that_is_called_xlsx(tmp_path: Path, made: Office) -> None:
    is_booked(made, feed(made, write_xls(tmp_path / "最终版2.xlsx", cells())))


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig", "utf-16"])
def test_saved_as_csv(tmp_path: Path, made: Office, encoding: str) -> None:
    path = tmp_path / "府城镇.csv"
    path.write_bytes(csv_bytes(cells(), encoding))
    is_booked(made, feed(made, path))


def test_a_csv_whose_lines_are_cut_short_where_nothing_follows(tmp_path: Path, made: Office) -> None:
    path = tmp_path / "府城镇.csv"
    path.write_text("\n".join(",".join(row).rstrip(",") for row in cells()), encoding="utf-8")
    is_booked(made, feed(made, path))


def test_title_rows_notes_and_totals(tmp_path: Path, made: Office) -> None:
    width = len(cells()[0])
    around = [
        ["府城镇 2026年10月 差异核查反馈表"], [], ["填报单位：府城镇卫健办", "", "填表人：某某"],
        *cells(), cells()[0], ["合计", "", "6"], ["填表人：某某", "", "审核人：某某"],
    ]  # fmt: skip
    path = write_xlsx(tmp_path / "a.xlsx", [[*row, *[""] * (width - len(row))] for row in around])
    is_booked(made, feed(made, path))


def test_columns_moved_added_and_deleted(tmp_path: Path, made: Office) -> None:
    rows = cells()
    kept = [column(rows, name) for name in ("result", "done_on", "name_l", "key")]
    told = [["序号", *(row[place] for place in kept), "镇里的话"] for row in rows[:1]]
    told += [[str(n), *(row[place] for place in kept), "已上报"] for n, row in enumerate(rows[1:], start=1)]
    is_booked(made, feed(made, write_xlsx(tmp_path / "a.xlsx", told)))


def test_only_key_and_result(tmp_path: Path, made: Office) -> None:
    rows = cells()
    kept = [column(rows, name) for name in ("key", "result")]
    outcome = feed(made, write_xlsx(tmp_path / "a.xlsx", [[row[place] for place in kept] for row in rows]))
    assert outcome.judged.rejected().is_empty()
    assert made.answered() == BOOKED


def test_headers_typed_anew(tmp_path: Path, made: Office) -> None:
    rows = cells()
    rows[0][column(rows, "key")] = "*差异编号（必填）"
    rows[0][rows[0].index("核查结果")] = " 核 查 结 果："
    is_booked(made, feed(made, write_xlsx(tmp_path / "a.xlsx", rows)))


def test_columns_that_are_there_twice(tmp_path: Path, made: Office) -> None:
    rows = cells()
    done_on = column(rows, "done_on")
    for row in rows[1:]:
        row[done_on], day = "", row[done_on]
        row += ["村里说", day, ""]
    rows[0] += ["备注", "核查日期", "核查结果"]
    rows[1][column(rows, "remark")], rows[1][-1] = "镇里说", "已改"  # 属实 in the other column
    outcome = feed(made, write_xlsx(tmp_path / "a.xlsx", rows))
    assert outcome.judged.rejected().is_empty()
    assert made.answered() == BOOKED | {key_of(0): "corrected"}
    events = {event["key"]: event for event in made.events("answered")}
    assert {key: event["done_on"] for key, event in events.items()} == TOLD_DAYS
    assert [events[key_of(case)]["remark"] for case in (0, 1)] == ["镇里说；村里说", "村里说"]


def test_rows_sorted_deleted_and_blank_lines_between(tmp_path: Path, made: Office) -> None:
    header, *rows = cells()
    blank = [""] * len(header)
    told = [header]
    for row in reversed(rows):
        told += [blank, row]
    is_booked(made, feed(made, write_xlsx(tmp_path / "a.xlsx", told)))


def test_hidden_rows_and_columns_are_read(tmp_path: Path, made: Office) -> None:
    book = openpyxl.load_workbook(write_xlsx(tmp_path / "a.xlsx", cells()))
    sheet = book.worksheets[0]
    for row in (2, 3, 5):
        sheet.row_dimensions[row].hidden = True
    sheet.column_dimensions["A"].hidden = sheet.column_dimensions["B"].hidden = True
    sheet.auto_filter.ref = sheet.dimensions
    book.save(tmp_path / "b.xlsx")
    is_booked(made, feed(made, tmp_path / "b.xlsx"))


def test_the_villages_on_sheets_of_their_own(tmp_path: Path, made: Office) -> None:
    header, *rows = cells()
    book = openpyxl.Workbook()
    for name, part in (("城东村", rows[:3]), ("城西村", rows[3:])):
        sheet = book.create_sheet(name)
        for row in [header, *part]:
            sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    is_booked(made, feed(made, tmp_path / "a.xlsx"))


def test_dates_and_batches_that_a_spreadsheet_made_of_text(tmp_path: Path, made: Office) -> None:
    from datetime import datetime

    rows: list[list[object]] = [list(row) for row in cells()]
    done_on, batch = column(cells(), "done_on"), column(cells(), "batch")
    rows[1][done_on], rows[2][done_on] = datetime(2026, 10, 20), 46314
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    for row in (2, 3, 4):
        book.worksheets[0].cell(row, batch + 1).value = [datetime(2026, 10, 1), 46296, "2026/10/1"][row - 2]
    book.save(tmp_path / "a.xlsx")
    is_booked(made, feed(made, tmp_path / "a.xlsx"))


@pytest.mark.parametrize(
    "damage",
    [
        str.lower,
        lambda key: f" {key[:4]} {key[4:8]} {key[8:]} ",
        lambda key: key.replace("0", "O"),
        lambda key: key.replace("0", "o").lower(),
        lambda key: key.replace("1", "l"),
        lambda key: f"'{key}",
        lambda key: "".join(chr(ord(sign) + 0xFEE0) for sign in key),
        lambda key: f"{key[:4]}-{key[4:8]}-{key[8:]}",
    ],
)
def test_a_key_that_was_typed_anew(tmp_path: Path, made: Office, damage: Callable[[str], str]) -> None:
    rows = cells()
    for row in rows[1:]:
        row[column(rows, "key")] = damage(row[column(rows, "key")])
    is_booked(made, feed(made, write_xlsx(tmp_path / "a.xlsx", rows)))


@pytest.mark.parametrize(
    ("name", "made_of"),
    [
        ("id_number_l", lambda value: value.lower()),
        ("id_number_l", lambda value: f"'{value} "),
        ("record_id_l", lambda value: value.lstrip("0") or "0"),
        ("name_l", lambda value: f"{value[0]}　{value[1:]}"),
        ("name_l", lambda value: ""),
    ],
)
def test_what_programs_do_to_a_value_is_no_change(
    tmp_path: Path, made: Office, name: str, made_of: Callable[[str], str]
) -> None:
    rows = cells()
    for row in rows[1:]:
        row[column(rows, name)] = made_of(row[column(rows, name)])
    is_booked(made, feed(made, write_xlsx(tmp_path / "a.xlsx", rows)))


@pytest.mark.parametrize("ruined", ["4.60105E+17", "4.60105199001E+17", "460105199001010000"])
def test_a_number_ruined_by_a_spreadsheet_is_no_change(tmp_path: Path, ruined: str) -> None:
    import polars as pl

    from reconcile.casework.feedback.match_rows import _differs

    pairs = pl.DataFrame({"given": [ruined] * 2, "sent": ["460105199001010011", "460201199001010011"]})
    assert pairs.select(_differs(pl.col("given"), pl.col("sent"))).to_series().to_list() == [False, True]


# Archives


def test_a_zip_of_several_forms_and_other_things(tmp_path: Path, made: Office) -> None:
    header, *rows = cells()
    path = tmp_path / "反馈.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("城东村.csv", csv_bytes([header, *rows[:3]], "gb18030"))
        archive.write(write_xlsx(tmp_path / "x.xlsx", [header, *rows[3:]]), "城西村.xlsx")
        archive.write(write_xlsx(tmp_path / "y.xlsx", [["镇街", "件数"], ["府城镇", "6"]], notes=False), "封面.xlsx")
    outcome = feed(made, path)
    is_booked(made, outcome)
    assert outcome.returned.ignored == ("反馈.zip!封面.xlsx",)


def sealed_zip(tmp_path: Path, password: str) -> Path:
    path = tmp_path / "府城镇.zip"
    with pyzipper.AESZipFile(path, "w", encryption=pyzipper.WZ_AES, compression=pyzipper.ZIP_DEFLATED) as archive:
        archive.setpassword(password.encode())
        archive.write(write_xlsx(tmp_path / "府城镇.xlsx", cells()), "府城镇.xlsx")
    return path


def test_a_zip_under_a_password(tmp_path: Path, made: Office) -> None:
    is_booked(made, feed(made, sealed_zip(tmp_path, "口令2026"), password="口令2026"))


@pytest.mark.parametrize(
    ("password", "key"), [("falsch", "feedback.error.password_wrong"), (None, "feedback.error.password_needed")]
)
def test_a_wrong_or_missing_password(tmp_path: Path, made: Office, password: str | None, key: str) -> None:
    with pytest.raises(InputError) as refused:
        feed(made, sealed_zip(tmp_path, "right"), password=password)
    assert refused.value.key == key
    assert "right" not in str(refused.value)
    assert made.answered() == {}


# A real spreadsheet program


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not libreoffice.AVAILABLE:
        pytest.skip("LibreOffice is not on this machine")
    return libreoffice.prepared(tmp_path_factory.mktemp("office") / "profile")


@pytest.mark.parametrize("ending", libreoffice.FORMATS)
def test_sorted_and_cut_by_libreoffice(tmp_path: Path, profile: Path, made: Office, ending: str) -> None:
    sent = write_xlsx(tmp_path / "sent.xlsx", cells())
    outcome = feed(made, libreoffice.edited(profile, sent, tmp_path / f"back.{ending}"))
    is_booked(made, outcome)
    keys = [key for key in outcome.judged.rows["key"] if key]
    assert keys == sorted(keys, reverse=True) != []


def test_saved_as_ods_and_from_there_as_csv(tmp_path: Path, profile: Path, made: Office) -> None:
    sent = write_xlsx(tmp_path / "sent.xlsx", cells())
    ods = libreoffice.converted(profile, sent, tmp_path, "ods")
    is_booked(made, feed(made, libreoffice.converted(profile, ods, tmp_path, "csv")))
