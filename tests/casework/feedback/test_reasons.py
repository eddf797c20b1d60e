"""Each reason for which a row is not taken, and that the others are booked."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from reconcile.casework.feedback.job import Options, Outcome, feed_back
from reconcile.core.errors import InputError
from reconcile.core.messages import speak, text
from tests.casework.feedback.forms import (
    BATCH,
    Cells,
    Office,
    column,
    form,
    key_of,
    office,
    send,
    sent_rows,
    write_xlsx,
)

ANSWERS = dict.fromkeys(range(6), "属实")
ROWS_OF = {1: 2}


def feed(made: Office, *files: Path, **options: bool) -> Outcome:
    return feed_back([str(file) for file in files], made.workspace, Options(**options), lambda: None)


@pytest.fixture
def made(tmp_path: Path) -> Office:
    return office(tmp_path / "work", 6, ROWS_OF)


def returned(tmp_path: Path, change: Callable[[Cells], object] = lambda cells: None, name: str = "府城镇.xlsx") -> Path:
    """The form with every case answered 属实, changed in some way. Row 1 is the header, row 2 case 0; case 1 has rows 3, 4."""
    cells = form(sent_rows(BATCH, range(6), ROWS_OF), ANSWERS)
    change(cells)
    return write_xlsx(tmp_path / name, cells)


def setting(name: str, row: int, value: str) -> Callable[[Cells], None]:
    def change(cells: Cells) -> None:
        cells[row - 1][column(cells, name)] = value

    return change


def swapped(name: str, one: int, other: int) -> Callable[[Cells], None]:
    """Half of the sheet was sorted: values of two rows are exchanged in some columns."""

    def change(cells: Cells) -> None:
        place = column(cells, name)
        cells[one - 1][place], cells[other - 1][place] = cells[other - 1][place], cells[one - 1][place]

    return change


# (what has happened to the form, reason, rows that are rejected, cases that are booked all the same)
CHANGES = [
    (setting("key", 2, "Q99999999999"), "unknown_key", [2], {1, 2, 3, 4, 5}),
    (setting("key", 2, "府城镇第1条"), "unknown_key", [2], {1, 2, 3, 4, 5}),
    (setting("key", 2, ""), "no_key", [2], {1, 2, 3, 4, 5}),
    (setting("batch", 2, "2025-03-01"), "unknown_batch", [2], {1, 2, 3, 4, 5}),
    (setting("id_number_l", 2, "460105199001010027"), "changed", [2], {1, 2, 3, 4, 5}),
    (setting("name_l", 2, "李四"), "changed", [2], {1, 2, 3, 4, 5}),
    (setting("record_id_l", 2, "999"), "changed", [2], {1, 2, 3, 4, 5}),
    (setting("name_r", 2, "张三"), "changed", [2], {1, 2, 3, 4, 5}),
    (swapped("key", 2, 5), "changed", [2, 5], {1, 3, 4, 5}),
    (swapped("id_number_l", 5, 6), "changed", [5, 6], {0, 1, 4, 5}),
    (setting("result", 2, "看着办"), "unknown_word", [2], {1, 2, 3, 4, 5}),
    (setting("result", 3, "误报"), "two_answers", [3, 4], {0, 2, 3, 4, 5}),
    (setting("done_on", 2, "2026-02-30"), "bad_day", [2], {1, 2, 3, 4, 5}),
    (setting("done_on", 2, "上周"), "bad_day", [2], {1, 2, 3, 4, 5}),
    (setting("done_on", 2, "2026年10月"), "bad_day", [2], {1, 2, 3, 4, 5}),
    (setting("done_on", 2, "2026-10-22"), "day_to_come", [2], {1, 2, 3, 4, 5}),
    (setting("done_on", 2, "2025-10-20"), "day_too_early", [2], {1, 2, 3, 4, 5}),
]  # fmt: skip


@pytest.mark.parametrize(("change", "reason", "rows", "booked"), CHANGES)
def test_a_row_is_rejected_and_the_others_are_booked(
    tmp_path: Path, made: Office, change: Callable[[Cells], None], reason: str, rows: list[int], booked: set[int]
) -> None:
    outcome = feed(made, returned(tmp_path, change))
    rejected = outcome.judged.rejected()
    assert rejected["row"].to_list() == rows
    assert set(rejected["reason"]) == {reason}
    assert made.answered() == {key_of(case): "confirmed" for case in booked}
    told = workbook(outcome)
    assert [row["行号"] for row in told] == rows
    assert all(row["文件"] == "府城镇.xlsx" and row["工作表"] == "反馈表" for row in told)
    start = text(f"feedback.reason.{reason}").split("{")[0]
    assert all(str(row["退回原因"]).startswith(start) and "{" not in str(row["退回原因"]) for row in told)


def test_every_reason_has_its_own_text_and_its_own_test() -> None:
    from reconcile.core.messages import texts

    tested = {reason for _, reason, _, _ in CHANGES}
    elsewhere = {"unreadable", "not_in_batch", "answered_before", "answered_later"}  # below, by name
    assert tested | elsewhere == texts("feedback.reason").keys()
    assert len(set(texts("feedback.reason").values())) == len(texts("feedback.reason"))


def workbook(outcome: Outcome) -> list[dict[str, object]]:
    """The workbook of rejects, row by row."""
    assert outcome.rejects is not None
    assert outcome.rejects.stat().st_mode & 0o777 == 0o600
    header, *rows = openpyxl.load_workbook(outcome.rejects).worksheets[0].values
    return [dict(zip(map(str, header), row, strict=True)) for row in rows]


def test_a_reject_keeps_all_its_cells_as_text(tmp_path: Path, made: Office) -> None:
    def change(cells: Cells) -> None:
        setting("result", 2, "看着办")(cells)
        cells[0].append("村里的话")
        for row in cells[1:]:
            row.append("007")

    [row] = workbook(feed(made, returned(tmp_path, change)))
    assert (row["差异编号"], row["批次"]) == (key_of(0), BATCH)
    assert (row["身份证号（记录一）"], row["核查结果"]) == ("46010519900101000X", "看着办")
    assert row["村里的话"] == "007"


def test_the_reason_says_which_column_was_changed(tmp_path: Path, made: Office) -> None:
    [row] = workbook(feed(made, returned(tmp_path, setting("id_number_l", 2, "460105199001010027"))))
    assert "身份证号" in str(row["退回原因"])
    assert "姓名" not in str(row["退回原因"])


def test_several_columns_are_named_in_one_language(tmp_path: Path, made: Office) -> None:
    def changed(cells: Cells) -> None:
        setting("id_number_l", 2, "460105199001010027")(cells)
        setting("name_l", 2, "李四")(cells)

    path = returned(tmp_path, changed)
    speak("en")
    [row] = workbook(feed(made, path))
    assert "another Name, ID number stands" in str(row["Why it was rejected"])


def test_a_mended_workbook_of_rejects_can_be_handed_in(tmp_path: Path, made: Office) -> None:
    outcome = feed(made, returned(tmp_path, setting("result", 2, "看着办")))
    assert outcome.rejects is not None
    book = openpyxl.load_workbook(outcome.rejects)
    sheet = book.worksheets[0]
    place = [cell.value for cell in sheet[1]].index("核查结果") + 1
    sheet.cell(2, place).value = "误报"
    book.save(tmp_path / "改好.xlsx")
    again = feed(made, tmp_path / "改好.xlsx")
    assert again.judged.rejected().is_empty()
    assert made.states()[key_of(0)] == ("closed", "false_alarm")


def test_a_workbook_of_rejects_among_its_forms_goes_first(tmp_path: Path, made: Office) -> None:
    form_back = returned(tmp_path, setting("result", 4, "看着办"))
    first = feed(made, form_back)
    assert first.rejects is not None
    unmended = feed(made, *sorted(tmp_path.glob("*.xlsx")))
    assert (unmended.rejects, unmended.returned.superseded) == (first.rejects, 2)
    assert sorted(path.name for path in tmp_path.glob("*.xlsx")) == ["府城镇.xlsx", "府城镇_退回.xlsx"]
    book = openpyxl.load_workbook(first.rejects)
    sheet = book.worksheets[0]
    place = [cell.value for cell in sheet[1]].index("核查结果") + 1
    sheet.cell(3, place).value = "属实"
    book.save(first.rejects)
    mended = feed(made, *sorted(tmp_path.glob("*.xlsx")))
    assert mended.judged.rejected().is_empty()
    assert made.answered() == {key_of(case): "confirmed" for case in range(6)}


def test_of_two_workbooks_of_rejects_the_one_saved_last_counts(tmp_path: Path, made: Office) -> None:
    """Of two rejected cases one is mended, then the other in the workbook that came of it; all files are handed in."""

    def unknown(cells: Cells) -> None:
        for row in (2, 5):
            setting("result", row, "看着办")(cells)

    first = feed(made, returned(tmp_path, unknown)).rejects
    assert first is not None
    mend(first, row=2, answer="属实", saved=1)
    second = feed(made, *sorted(tmp_path.glob("*.xlsx"))).rejects
    assert second is not None
    assert second != first
    mend(second, row=2, answer="误报", saved=2)
    third = feed(made, *sorted(tmp_path.glob("*.xlsx")))
    assert third.judged.rejected().is_empty()
    assert made.answered() == {key_of(case): "confirmed" for case in range(6)} | {key_of(2): "false_alarm"}
    mend(first, row=3, answer="外辖转出", saved=3)
    late = feed(made, *sorted(tmp_path.glob("*.xlsx"))).judged.rejected()
    assert late.select("file", "reason").rows() == [(first.name, "answered_before")]


def mend(path: Path, *, row: int, answer: str, saved: int) -> None:
    """Fills in the result in this row of a workbook, and saves it as if `saved` hours later."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    place = [cell.value for cell in sheet[1]].index("核查结果") + 1
    sheet.cell(row, place).value = answer
    book.save(path)
    os.utime(path, (saved * 3600 + 2_000_000_000,) * 2)


def test_a_case_of_another_batch(tmp_path: Path, made: Office) -> None:
    send(made, "2026-10-02", [3])
    outcome = feed(made, returned(tmp_path, lambda cells: [row.__setitem__(0, "2026-10-02") for row in cells[1:4]]))
    assert outcome.judged.rejected().select("row", "reason").rows() == [(row, "not_in_batch") for row in (2, 3, 4)]
    assert made.answered().keys() == {key_of(case) for case in (2, 3, 4, 5)}


def test_a_row_that_cannot_be_read(tmp_path: Path, made: Office) -> None:
    cells = form(sent_rows(BATCH, range(6), ROWS_OF), ANSWERS)
    lines = [",".join(row) for row in cells]
    lines[1] += ",,一,个,逗号,太多"
    path = tmp_path / "府城镇.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    outcome = feed(made, path)
    assert outcome.judged.rejected().select("row", "reason").rows() == [(2, "unreadable")]
    assert len(made.answered()) == 5


def test_two_answers_in_two_files(tmp_path: Path, made: Office) -> None:
    one = returned(tmp_path, lambda cells: cells.__delitem__(slice(4, None)), "一.xlsx")
    other = returned(tmp_path, setting("result", 2, "误报"), "二.xlsx")
    outcome = feed(made, one, other)
    rejected = outcome.judged.rejected()
    assert rejected.select("file", "row", "reason").rows() == [
        ("一.xlsx", 2, "two_answers"),
        ("二.xlsx", 2, "two_answers"),
    ]
    assert key_of(0) not in made.answered()


def test_one_answer_in_two_files_or_in_one_of_two_rows_is_fine(tmp_path: Path, made: Office) -> None:
    one = returned(tmp_path, setting("result", 3, ""), "一.xlsx")
    other = returned(tmp_path, setting("result", 3, "情况属实"), "二.xlsx")
    outcome = feed(made, one, other)
    assert outcome.judged.rejected().is_empty()
    assert len(made.events("answered")) == 6


def test_a_word_that_is_not_known_beside_one_that_is_leaves_the_case_open(tmp_path: Path, made: Office) -> None:
    outcome = feed(made, returned(tmp_path, setting("result", 4, "看着办")))
    assert outcome.judged.rejected().select("row", "reason").rows() == [(3, "two_answers"), (4, "unknown_word")]
    assert key_of(1) not in made.answered()


def test_another_answer_than_the_one_that_is_booked(tmp_path: Path, made: Office) -> None:
    feed(made, returned(tmp_path))
    changed = returned(tmp_path, setting("result", 2, "误报"), "更正.xlsx")
    outcome = feed(made, changed)
    assert outcome.judged.rejected().select("row", "reason", "said").rows() == [(2, "answered_before", "confirmed")]
    assert "属实待改" in str(workbook(outcome)[0]["退回原因"])
    assert made.states()[key_of(0)] == ("answered", "confirmed")


def test_an_answer_to_an_older_batch_does_not_overturn_a_newer_one(tmp_path: Path, made: Office) -> None:
    send(made, "2026-10-02", [0])
    newer = write_xlsx(tmp_path / "新.xlsx", form(sent_rows("2026-10-02", [0]), {0: "已改"}))
    feed(made, newer)
    for options in ({}, {"replace": True}):
        outcome = feed(made, returned(tmp_path), **options)
        assert outcome.judged.rejected().select("row", "reason", "said").rows() == [(2, "answered_later", "corrected")]
    assert made.states()[key_of(0)] == ("corrected", "corrected")
    assert len(made.answered()) == 6


def test_of_two_batches_in_one_call_the_newer_one_stands(tmp_path: Path, made: Office) -> None:
    send(made, "2026-10-02", [0])
    newer = write_xlsx(tmp_path / "新.xlsx", form(sent_rows("2026-10-02", [0]), {0: "已改"}))
    outcome = feed(made, returned(tmp_path), newer)
    assert outcome.judged.rejected().select("file", "row", "reason").rows() == [("府城镇.xlsx", 2, "answered_later")]
    assert made.states()[key_of(0)] == ("corrected", "corrected")


# Files that cannot be used as a whole: nothing of the call is booked


def without(*names: str) -> Callable[[Cells], None]:
    def change(cells: Cells) -> None:
        places = {column(cells, name) for name in names}
        cells[:] = [[value for place, value in enumerate(row) if place not in places] for row in cells]

    return change


@pytest.mark.parametrize("name", ["key", "result"])
def test_a_file_without_key_or_result(tmp_path: Path, made: Office, name: str) -> None:
    good = returned(tmp_path)
    with pytest.raises(InputError) as refused:
        feed(made, good, returned(tmp_path, without(name), "缺列.xlsx"))
    assert refused.value.key == "feedback.error.no_form"
    assert "缺列.xlsx" in str(refused.value)
    assert made.answered() == {}


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"%PDF-1.4 ...", "reading.error.pdf"),
        (b"PK\x03\x04broken", "reading.error.corrupt_archive"),
        (b"", "reading.error.empty"),
        (bytes(range(256)) * 40, "reading.error.binary"),
        ("今天天气很好\n明天也好\n".encode(), "feedback.error.no_form"),
    ],
)
def test_a_file_that_is_no_workbook(tmp_path: Path, made: Office, content: bytes, key: str) -> None:
    bad = tmp_path / "坏.xlsx"
    bad.write_bytes(content)
    with pytest.raises(InputError) as refused:
        feed(made, returned(tmp_path), bad)
    assert refused.value.key == key
    assert made.answered() == {}


def test_a_form_of_another_workspace(tmp_path: Path, made: Office) -> None:
    elsewhere = form(sent_rows("2027-01-03", range(4)), ANSWERS)
    outcome = feed(made, write_xlsx(tmp_path / "别处.xlsx", elsewhere), returned(tmp_path))
    assert outcome.judged.rejected().select("file", "reason").unique().rows() == [("别处.xlsx", "unknown_batch")]
    assert len(made.answered()) == 6


def test_a_batch_whose_copy_is_gone(tmp_path: Path, made: Office) -> None:
    from reconcile.casework.form import sent_file
    from reconcile.core.errors import WorkspaceError

    path = sent_file(made.workspace, BATCH)
    for damage in (lambda: path.write_bytes(b"nothing"), path.unlink):
        damage()
        with pytest.raises(WorkspaceError) as refused:
            feed(made, returned(tmp_path))
        assert refused.value.key == "feedback.error.sent_damaged"


def test_the_typed_word_is_only_in_the_workbook(tmp_path: Path, made: Office) -> None:
    outcome = feed(made, returned(tmp_path, setting("result", 2, "张三说他改了")))
    assert "张三" not in str(outcome.judged.rejected().to_dicts())
    assert pl.Series(outcome.judged.rejected()["reason"]).to_list() == ["unknown_word"]
