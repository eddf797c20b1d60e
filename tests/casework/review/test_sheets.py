"""Pairs on a sheet: what goes out, and what comes back in whatever shape clerks leave it."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import polars as pl
import pytest
import xlwt

from reconcile.casework.review.answers import words
from reconcile.casework.review.booking import import_answers
from reconcile.casework.review.pairs import ReviewChoice
from reconcile.casework.review.run import open_review
from reconcile.casework.review.workbook import build_sheet
from reconcile.cli.main import run as command
from reconcile.core.errors import InputError
from reconcile.ledger.judgements import judgements
from reconcile.ledger.store import open_ledger
from reconcile.lists.writers import load_writer


@pytest.fixture
def sheet(reviewed, tmp_path):
    """The sheet in Chinese as rows of text: header and pairs."""
    load_writer("xlsx").write(build_sheet(reviewed, "zh"), tmp_path / "out.xlsx")
    return rows_of(tmp_path / "out.xlsx")


def rows_of(path: Path) -> list[list[str]]:
    return [["" if cell is None else str(cell) for cell in row] for row in openpyxl.load_workbook(path).active.values]


def filled(sheet, *decisions, why=""):
    """The sheet with these decisions in its rows, from the top."""
    head, *rows = [list(row) for row in sheet]
    for row, decision in zip(rows, decisions, strict=False):
        row[head.index("判定")] = decision
        row[head.index("依据")] = why
    return [head, *rows]


def save(path: Path, rows) -> Path:
    if path.suffix == ".csv":
        with path.open("w", encoding="gb18030", newline="") as file:
            csv.writer(file).writerows(rows)
        return path
    if path.suffix == ".xls":
        book = xlwt.Workbook()
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                (book.get_sheet(0) if r or c else book.add_sheet("Sheet1")).write(r, c, value)
        book.save(str(path))
        return path
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def booked(workspace) -> dict[str, str]:
    """Decisions by the two record ids, in their order."""
    with open_ledger(workspace) as ledger:
        found = judgements(ledger).select("record_id_l", "record_id_r", pl.col("decision").cast(pl.String))
    return {" ".join(pair): decision for *pair, decision in found.iter_rows()}


def pair_of(sheet, row: int) -> str:
    head = sheet[0]
    ends = [(sheet[row][head.index(f"来源{n}")], sheet[row][head.index(f"记录编号{n}")]) for n in "12"]
    return " ".join(record for _, record in sorted(ends))


def refusals(done) -> list[tuple[int, str]]:
    return list(done.answers.refused.select("row", "reason").iter_rows())


# What goes out


def test_a_pair_is_a_row_with_both_records_next_to_each_other(sheet, reviewed):
    head = sheet[0]
    assert len(sheet) == reviewed.pairs.height + 1 > 8
    for name in ("姓名", "身份证号", "出生日期"):
        assert head.index(f"{name}（2）") == head.index(f"{name}（1）") + 1
    assert [row[head.index("差异编号")] for row in sheet[1:]] == reviewed.pairs["key"].to_list()


def test_differences_are_marked_and_the_decision_is_chosen_from_a_list(reviewed, tmp_path):
    load_writer("xlsx").write(build_sheet(reviewed, "en"), tmp_path / "out.xlsx")
    page = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    head = [cell.value for cell in page[1]]
    (chosen,) = page.data_validations.dataValidation
    assert chosen.formula1 == '"same person,different people,not sure"'
    assert page.cell(2, head.index("decision") + 1).coordinate in chosen.sqref
    marked = {page.cell(1, cell.column).value for cell in page[2] if cell.fill.fgColor.rgb == "FFFFEB9C"}
    table = build_sheet(reviewed, "en")
    headers = {column.name: column.header for column in table.columns}
    assert marked == {headers[name] for name in table.frame["_differs"][0]} != set()
    for name in ("name", "birth_date"):
        left, right = (table.frame[f"{name}_{side}"][0] for side in "lr")
        assert (left != right and None not in (left, right)) == (f"{name}_l" in table.frame["_differs"][0])


def test_a_masked_sheet_shows_no_name_and_no_number(reviewed):
    table = build_sheet(reviewed, "zh", masked=True)
    whole = build_sheet(reviewed, "zh").frame
    for name in ("name_l", "name_r", "id_number_l", "id_number_r", "mother_name_r", "address_r"):
        values = whole[name].drop_nulls().unique()
        assert not set(values) & set(table.frame[name].drop_nulls()), name


def test_the_commands_write_and_read_a_file_of_ones_own(workspace, tmp_path, capsys):
    target = tmp_path / "pairs.xlsx"
    words = ["review", "export", "-w", str(workspace.folder), "-o", str(target), "--limit", "3"]
    assert (command(words), oct(target.stat().st_mode)[-3:]) == (0, "600")
    save(target, filled(rows_of(target), "同一人", "", "看着办"))
    again = ["review", "import", str(target), "-w", str(workspace.folder)]
    assert command([*again, "--dry-run"]) == 10
    assert booked(workspace) == {}
    assert command(again) == 10
    told = capsys.readouterr().err
    assert "Booked: 1 decisions" in told
    assert "Empty rows: 1. Not taken: 1." in told
    assert "pairs.xlsx row 4: the decision '看着办' is not understood" in told
    assert list(booked(workspace).values()) == ["same"]


def test_a_sheet_that_may_be_filled_in_is_never_written_over(workspace, tmp_path, capsys):
    target = tmp_path / "pairs.xlsx"
    assert command(["review", "export", "-o", str(target), "-w", str(workspace.folder)]) == 0
    sent = target.read_bytes()
    assert command(["review", "export", "-o", str(target), "-w", str(workspace.folder), "--limit", "1"]) == 2
    assert "was not overwritten" in capsys.readouterr().err
    assert target.read_bytes() == sent


# What comes back

WORDS = {
    "same": ["同一人", "是同一人", " 同一人 ", "同一人。", "“同一人”", "同　一　人", "相同", "是", "一致", "Same", "same person", "SAME PERSON!", "yes", "Ｙ", "确认同一人"],
    "different": ["不是同一人", "非同一人", "不是 同一人", "不同", "不同人", "否", "不是", "两个人", "different", "Different people", "no", "not the same", "不是同一个人"],
    "unsure": ["无法确定", "不确定", "不清楚", "无法核实", "待核实", "not sure", "unsure", "Unknown", "（无法确定）"],
}  # fmt: skip


@pytest.mark.parametrize(("word", "meant"), [(word, meant) for meant, ways in WORDS.items() for word in ways])
def test_words_for_a_decision(word, meant):
    from reconcile.casework.review.answers import _plain

    plain = pl.select(_plain(pl.lit(word))).item()
    assert words()[plain] == meant


@pytest.mark.parametrize("suffix", [".xlsx", ".xls", ".csv"])
def test_formats_and_shapes(suffix, workspace, sheet, tmp_path):
    """Title rows above, columns turned round, rows in another order, some deleted."""
    head, *rows = filled(sheet, "同一人", "不是同一人", "", "无法确定", why="问过村里")
    turned = [row[::-1] for row in (head, *rows[3::-1])]
    path = save(tmp_path / f"back{suffix}", [["凤和街道核对表"], [], *turned])
    done = import_answers(workspace, [str(path)])
    assert (refusals(done), done.booked, done.answers.sheets[0].empty) == ([], 3, 1)
    expected = {pair_of(sheet, 1): "same", pair_of(sheet, 2): "different", pair_of(sheet, 4): "unsure"}
    assert booked(workspace) == expected
    with open_ledger(workspace) as ledger:
        assert judgements(ledger)["why"].unique().to_list() == ["问过村里"]
        assert "问过村里" not in str(ledger.query("SELECT facts FROM audit"))


def test_the_clerk_who_decided_is_kept_else_whoever_imports(workspace, sheet, tmp_path):
    rows = filled(sheet, "same", "same")
    rows[1][rows[0].index("判定人")] = "王会计"
    import_answers(workspace, [str(save(tmp_path / "back.xlsx", rows))])
    with open_ledger(workspace) as ledger:
        assert sorted(judgements(ledger)["who"]) == ["Li", "王会计"]


def test_a_sheet_of_which_nothing_was_taken_is_read_again(workspace, sheet, tmp_path):
    path = str(save(tmp_path / "back.xlsx", filled(sheet, "也许")))
    for _ in range(2):
        done = import_answers(workspace, [path])
        assert (done.booked, refusals(done), done.answers.known) == (0, [(2, "unknown_word")], ())
    with open_ledger(workspace) as ledger:
        assert ledger.query("SELECT 1 FROM files") == []


def test_another_table_is_told_what_it_lacks(workspace, tmp_path):
    path = str(save(tmp_path / "other.xlsx", [["甲", "乙"], ["1", "2"]]))
    with pytest.raises(InputError) as error:
        import_answers(workspace, [path])
    assert error.value.key == "review.error.columns"


def test_booking_a_file_twice_changes_nothing(workspace, sheet, tmp_path):
    path = str(save(tmp_path / "back.xlsx", filled(sheet, "same", "different")))
    import_answers(workspace, [path])
    copy = save(tmp_path / "copy.csv", filled(sheet, "同一人", "否"))
    assert import_answers(workspace, [path]).answers.known == ("back.xlsx",)
    done = import_answers(workspace, [str(copy), path])
    assert (done.booked, done.unchanged) == (0, 2)
    assert len(booked(workspace)) == 2


def test_another_decision_later_takes_the_place_of_the_first(workspace, sheet, tmp_path):
    import_answers(workspace, [str(save(tmp_path / "one.xlsx", filled(sheet, "same")))])
    done = import_answers(workspace, [str(save(tmp_path / "two.xlsx", filled(sheet, "different")))])
    assert (done.booked, done.replaced) == (1, 1)
    assert booked(workspace) == {pair_of(sheet, 1): "different"}


def change(sheet, header, value, row=1):
    rows = filled(sheet, "same", "same")
    rows[row][rows[0].index(header)] = value
    return rows


REFUSED = [
    ("a word that nobody knows", lambda s: change(s, "判定", "也许"), "unknown_word"),
    ("no record", lambda s: change(s, "记录编号2", ""), "no_record"),
    ("a record that is not there", lambda s: change(s, "记录编号1", "R-404"), "unknown_record"),
    ("another name: half of the sheet was sorted", lambda s: change(s, "姓名（1）", "赵钱孙"), "overwritten"),
    ("another number", lambda s: change(s, "身份证号（2）", "11010119900307123X"), "overwritten"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "spoilt", "reason"), REFUSED, ids=[case[0] for case in REFUSED])
def test_rows_that_cannot_be_taken_are_named_and_the_others_booked(what, spoilt, reason, workspace, sheet, tmp_path):
    done = import_answers(workspace, [str(save(tmp_path / "back.xlsx", spoilt(sheet)))])
    assert refusals(done) == [(2, reason)]
    assert booked(workspace) == {pair_of(sheet, 2): "same"}


def test_a_record_and_itself(workspace, sheet, tmp_path):
    rows = filled(sheet, "same")
    head = rows[0]
    for name in ("来源", "记录编号"):
        rows[1][head.index(f"{name}2")] = rows[1][head.index(f"{name}1")]
    assert refusals(import_answers(workspace, [str(save(tmp_path / "back.xlsx", rows))])) == [(2, "itself")]


def test_two_files_that_answer_a_pair_differently(workspace, sheet, tmp_path):
    one = save(tmp_path / "one.xlsx", filled(sheet, "same", "same"))
    two = save(tmp_path / "two.xlsx", filled(sheet, "different", "same"))
    done = import_answers(workspace, [str(one), str(two)])
    assert refusals(done) == [(2, "two_answers"), (2, "two_answers")]
    assert booked(workspace) == {pair_of(sheet, 2): "same"}


def test_a_masked_sheet_can_be_read_back(workspace, reviewed, tmp_path):
    load_writer("xlsx").write(build_sheet(reviewed, "zh", masked=True), tmp_path / "out.xlsx")
    path = save(tmp_path / "back.xlsx", filled(rows_of(tmp_path / "out.xlsx"), "same", "no"))
    assert import_answers(workspace, [str(path)]).booked == 2


def test_a_sheet_without_its_decisions_is_refused(workspace, sheet, tmp_path):
    column = sheet[0].index("判定")
    path = save(tmp_path / "back.xlsx", [row[:column] + row[column + 1 :] for row in sheet])
    with pytest.raises(InputError, match="decision"):
        import_answers(workspace, [str(path)])


def test_contradictions_are_all_named_and_nothing_is_booked(workspace, sheet, tmp_path):
    """The first pair joined by two judgements through a third record, and parted by the sheet."""
    head = sheet[0]
    one, two = ([sheet[1][head.index(f"{name}{n}")] for name in ("来源", "记录编号")] for n in "12")
    third = [sheet[3][head.index(f"{name}1")] for name in ("来源", "记录编号")]
    header = ["来源1", "记录编号1", "来源2", "记录编号2", "判定"]
    import_answers(
        workspace, [str(save(tmp_path / "a.xlsx", [header, [*one, *third, "same"], [*third, *two, "same"]]))]
    )
    with pytest.raises(InputError) as error:
        import_answers(workspace, [str(save(tmp_path / "b.xlsx", filled(sheet, "different", "same")))])
    assert "b.xlsx row 2 says different" in str(error.value)
    assert "judgement 1 of the ledger (Li, 2026-09-21)" in str(error.value)
    assert len(booked(workspace)) == 2


def test_pairs_that_were_judged_are_not_sent_out_again(workspace, sheet, reviewed, tmp_path):
    import_answers(workspace, [str(save(tmp_path / "back.xlsx", filled(sheet, "same", "different", "unsure")))])
    left = open_review(workspace, ReviewChoice()).pairs
    assert left.equals(reviewed.pairs.slice(3))
    assert open_review(workspace, ReviewChoice(unsure=True)).pairs.height == left.height + 1
