"""Files as offices send them, and what becomes of each of their rows."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
import zlib
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.config import SourceConfig
from reconcile.core.errors import ConfigError, InputError
from reconcile.reading.read import ReadResult, read_source

HEADER = ["个人编码", "姓名", "性别", "身份证号", "出生日期", "户籍地址"]
PEOPLE = [
    ["R001", "张伟", "男", "460105199001011234", "1990-01-01", "海口市秀英区长流镇1号"],
    ["R002", "欧阳修远", "男", "460105199001021235", "1990-01-02", "海口市秀英区长流镇2号"],
    ["R003", "李·买买提", "女", "", "1990-01-03", ""],
]


def lines(*rows: list[str], delimiter: str = ",", end: str = "\n") -> str:
    return "".join(delimiter.join(row) + end for row in rows)


REGISTER = lines(HEADER, *PEOPLE)


def read(folder: Path, *files: str, **options: Any) -> ReadResult:
    return read_source("residents", SourceConfig(layout="residents", files=list(files), **options), folder)


def read_bytes(folder: Path, content: bytes, name: str = "人口.csv", **options: Any) -> ReadResult:
    (folder / name).write_bytes(content)
    return read(folder, name, **options)


def read_text(folder: Path, content: str, **options: Any) -> ReadResult:
    return read_bytes(folder, content.encode(), **options)


def balanced(result: ReadResult) -> bool:
    parts = (result.records, result.rejects, result.set_aside)
    return sum(file.rows_read for file in result.files) == sum(part.height for part in parts)


def reasons(frame: pl.DataFrame) -> list[tuple[int, str]]:
    return list(frame.select("row", "reason").iter_rows())


def test_records_are_the_canonical_columns_as_they_stand(tmp_path: Path) -> None:
    result = read_text(tmp_path, REGISTER)
    assert result.records.columns == [
        "source",
        "file",
        "row",
        "record_key",
        "name",
        "sex",
        "id_number",
        "birth_date",
        "registered_address",
    ]
    assert result.records.row(2) == (
        "residents",
        "人口.csv",
        4,
        "R003",
        "李·买买提",
        "女",
        None,
        "1990-01-03",
        None,
    )
    assert result.records.schema["row"] == pl.UInt32
    report = result.files[0]
    assert (report.rows_read, report.rows_kept, report.header_row, report.delimiter) == (3, 3, 1, ",")
    assert len(report.digest) == 64


@pytest.mark.parametrize(
    ("encoding", "mark", "found"),
    [
        ("utf-8", b"", "utf-8"),
        ("utf-8", b"\xef\xbb\xbf", "utf-8-sig"),
        ("utf-16-le", b"\xff\xfe", "utf-16-le"),
        ("utf-16-be", b"\xfe\xff", "utf-16-be"),
        ("utf-16-le", b"", "utf-16-le"),
        ("utf-16-be", b"", "utf-16-be"),
        ("gbk", b"", "gb18030"),
        ("gb18030", b"", "gb18030"),
    ],
)
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_same_records_whatever_the_encoding(
    tmp_path: Path, encoding: str, mark: bytes, found: str, delimiter: str, end: str
) -> None:
    text = lines(HEADER, *PEOPLE * 30, delimiter=delimiter, end=end)
    result = read_bytes(tmp_path, mark + text.encode(encoding))
    plain = read_text(tmp_path, lines(HEADER, *PEOPLE * 30))
    assert result.files[0].encoding == found
    assert result.files[0].delimiter == delimiter
    assert result.records.equals(plain.records)


def test_big5(tmp_path: Path) -> None:
    text = "個人編碼,姓名,性別,身份證號,出生日期,戶籍地址\n" + "".join(
        f"R{i},歐陽修遠,男,4601051990010{i},1990-01-01,臺北市中正區重慶南路一段{i}號\n" for i in range(200)
    )
    result = read_bytes(tmp_path, text.encode("big5"))
    assert result.files[0].encoding == "big5"
    assert result.records["name"][0] == "歐陽修遠"
    assert {match.column for match in result.files[0].columns} >= {"record_key", "sex", "id_number"}


def test_rare_characters_of_gb18030_are_not_left_in_the_private_use_area(tmp_path: Path) -> None:
    # FE59 is 龴 (U+9FB4) and A6D9 is ︐ (U+FE10); Python's codec gives U+E81E and U+E78D.
    content = REGISTER.encode("gb18030").replace("张伟".encode("gb18030"), b"\xfe\x59\xa6\xd9")
    assert read_bytes(tmp_path, content).records["name"][0] == "\u9fb4\ufe10"


def test_a_character_cut_in_half_costs_that_character_only(tmp_path: Path) -> None:
    content = lines(HEADER, *PEOPLE * 40).encode("gb18030")
    cut = content.replace("1号".encode("gb18030"), "1号".encode("gb18030")[:-1], 1)
    result = read_bytes(tmp_path, cut)
    assert result.records["registered_address"][0] == "海口市秀英区长流镇1\ufffd"
    assert result.records["name"][0] == "张伟"


def test_two_exports_pasted_together_are_read_line_by_line(tmp_path: Path) -> None:
    content = REGISTER.encode("gb18030") + lines(["R9", "王芳", "女", "", "1990-01-03", "x"]).encode()
    result = read_bytes(tmp_path, content)
    assert result.records["name"].to_list() == ["张伟", "欧阳修远", "李·买买提", "王芳"]
    assert result.files[0].encoding == "utf-8+gb18030"


def test_config_encoding_that_does_not_fit_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="utf-8"):
        read_bytes(tmp_path, REGISTER.encode("gb18030"), encoding="utf-8")
    with pytest.raises(InputError, match="utf-16"):
        read_text(tmp_path, REGISTER, encoding="utf-16")
    for unknown in ("gb2313", "hex"):
        with pytest.raises(ConfigError, match=unknown):
            read_text(tmp_path, REGISTER, encoding=unknown)


UGLY = """海口市全员人口信息表,,,,,
制表日期：2026-10-05,,,,,
个人编码,姓名,性别,身份证号,出生日期,户籍地址
R001,张伟,男,460105199001011234,1990-01-01,长流镇1号

R002,李娜,女,460105199001011235,1990-01-02,长流镇2号
R002,李娜,女,460105199001011235,1990-01-02,长流镇2号
个人编码,姓名,性别,身份证号,出生日期,户籍地址
R003,王芳,女,460105199001011236,1990-01-03
R004,王芳,女,460105199001011236,1990-01-03,长流镇4号,秀英区
R005,赵敏,女,460105199001011237,1990-01-05,长流镇5号,,,
R006,"钱,多多",男,460105199001011238,1990-01-06,"长流镇
6号"
R007,"孙立,男,460105199001011239,1990-01-07,长流镇7号
R008,周一,男,="460105199001011240",1990-01-08,5" 巷
R009,吴\0,男,460105199001011241,1990-01-09,长流镇9号
  ,,　,,,
合 计,9 人,,,,
填表人：张三,,,审核人：李四,,
"""


def test_every_row_of_an_ugly_export_is_accounted_for(tmp_path: Path) -> None:
    result = read_text(tmp_path, UGLY)
    assert result.records.select("row", "record_key").rows() == [
        (4, "R001"),
        (6, "R002"),
        (11, "R005"),
        (12, "R006"),
        (14, "R008"),
    ]
    assert reasons(result.set_aside) == [
        (1, "title"),
        (2, "title"),
        (7, "repeated_row"),
        (8, "repeated_header"),
        (17, "total"),
        (18, "note"),
    ]
    assert reasons(result.rejects) == [(9, "ragged"), (10, "ragged"), (13, "unclosed_quote"), (15, "nul")]
    assert result.rejects["shown"].to_list() == ["5/6", "7/6", "", ""]
    assert result.records["name"][3] == "钱,多多"
    assert result.records["registered_address"].to_list()[3:] == ["长流镇\n6号", '5" 巷']
    assert result.records["id_number"][4] == '="460105199001011240"'
    assert balanced(result)
    assert result.files[0].rows_read == 15
    assert result.files[0].rows_kept == 5


CELLS = st.text(
    alphabet=st.sampled_from(list("张伟李1234X\"',，;|\t\n =·　."))
    | st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]),
    max_size=8,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=12))
def test_what_is_written_by_rfc_4180_is_read_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]]
) -> None:
    """Any text survives quoting; rows are kept, set aside or blank, and none disappears."""
    import csv

    folder = tmp_path_factory.mktemp("rfc")
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
    numbered = [(f"K{i}", *row) for i, row in enumerate(rows)]
    writer.writerows([("个人编码", "姓名", "身份证号", "户籍地址"), *numbered])
    result = read_text(folder, out.getvalue())
    assert balanced(result)
    assert result.files[0].rows_read == len(rows)
    expected = {key: [text or None for text in row] for key, *row in numbered}
    for key, *row in result.records.select("record_key", "name", "id_number", "registered_address").iter_rows():
        assert row == expected[key]
    assert result.rejects.is_empty()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(alphabet=st.sampled_from(list('张,"\n\r\tab1=')), max_size=20), min_size=1, max_size=15))
def test_no_text_brings_the_reader_down(tmp_path_factory: pytest.TempPathFactory, rubbish: list[str]) -> None:
    """Whatever follows the header, the rows after it are still read and all rows add up."""
    folder = tmp_path_factory.mktemp("rubbish")
    whole = lines(*PEOPLE[:2])
    result = read_text(
        folder, lines(HEADER) + whole + "".join(f"{text}\n" for text in rubbish) + whole.replace("R", "S")
    )
    assert balanced(result)
    assert {"R001", "R002", "S002"} <= set(result.records["record_key"].to_list())


def test_header_found_below_titles_or_taken_from_config(tmp_path: Path) -> None:
    text = "\n\n某某表\n" + REGISTER
    assert read_text(tmp_path, text).files[0].header_row == 4
    assert read_text(tmp_path, text, header_row=4).records.height == 3
    with pytest.raises(InputError, match="2000"):
        read_text(tmp_path, text, header_row=2000)
    with pytest.raises(InputError, match="columns"):
        read_text(tmp_path, text, header_row=2)


def test_columns_out_of_bounds_never_get_into_records(tmp_path: Path) -> None:
    text = "姓名,身份证号,末次月经,是否政策内生育,备注\n张伟,460105199001011234,2026-01-01,是,无\n"
    result = read_text(tmp_path, text)
    assert result.records.columns == ["source", "file", "row", "name", "id_number"]
    assert [(m.header, m.column, m.why) for m in result.files[0].columns] == [
        ("姓名", "name", "synonym"),
        ("身份证号", "id_number", "synonym"),
        ("末次月经", None, "out_of_bounds"),
        ("是否政策内生育", None, "out_of_bounds"),
        ("备注", None, "unused"),
    ]
    with pytest.raises(ConfigError, match="末次月经"):
        read_text(tmp_path, text, columns={"former_name": "末次月经"})


def test_columns_named_by_the_config(tmp_path: Path) -> None:
    text = "甲,乙,姓名,姓名\n460105199001011234,1990-01-01,张伟,李娜\n"
    chosen = {"id_number": "甲", "name": "姓名#2"}
    result = read_text(tmp_path, text, columns=chosen, header_row=1)
    assert result.records.select("name", "id_number").rows() == [("李娜", "460105199001011234")]
    assert [m.why for m in result.files[0].columns] == ["config", "unused", "unused", "config"]


@pytest.mark.parametrize(
    ("text", "options", "says"),
    [
        ("姓名,身份证号,证件号码\n张伟,1,2\n", {}, ["身份证号、证件号码", "id_number"]),
        ("姓名,姓名,身份证号\n张伟,李娜,1\n", {}, ["姓名、姓名", "姓名#1"]),
        ("姓名,性别\n张伟,男\n", {}, ["身份证号", "姓名、性别", "id_number"]),
        ("姓名,身份证号\n张伟,1\n", {"columns": {"id_number": "身份证号码2"}}, ["身份证号码2", "身份证号"]),
        ("姓名,身份证号\n张伟,1\n", {"columns": {"id_nummer": "身份证号"}}, ["id_nummer", "id_number"]),
        ("姓名,姓名,身份证号\n张伟,李娜,1\n", {"columns": {"name": "姓名"}}, ["姓名、姓名", "姓名#1"]),
        ("张伟,460105199001011234\n李娜,460105199001011235\n", {}, ["header_row"]),
        ("姓名,身份证号\n\n", {}, ["人口.csv"]),
        ("", {}, ["人口.csv"]),
        (" \n\n", {}, ["人口.csv"]),
        ("姓名,身份证号\n张伟,1\n", {"delimiter": "，"}, ["，"]),
    ],
    ids=["two fit", "same header", "needed", "not there", "no such column", "choice of two", "no header",
         "header only", "empty", "blank", "wide delimiter"],
)  # fmt: skip
def test_what_cannot_be_read_says_so(tmp_path: Path, text: str, options: dict[str, object], says: list[str]) -> None:
    with pytest.raises((InputError, ConfigError)) as caught:
        read_text(tmp_path, text, **options)
    for words in says:
        assert words in str(caught.value)
    assert "张伟" not in str(caught.value)


def zip_of(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(re.sub("_(?=[a-z]+$)", ".", name), content)
    return out.getvalue()


def ole(stream: str) -> bytes:
    """An OLE container with one stream of this name."""
    book, out = xlwt.Workbook(), io.BytesIO()
    book.add_sheet("x").write(0, 0, "y" * 5000)
    book.save(out)
    old, new = ("Workbook".encode("utf-16-le"), stream.encode("utf-16-le"))
    at = out.getvalue().index(old)
    entry = new.ljust(64, b"\0") + (len(new) + 2).to_bytes(2, "little")
    return out.getvalue()[:at] + entry + out.getvalue()[at + 66 :]


def case_id(value: object) -> str:
    """A name for a case that every process gives it: compressed bytes hold the time."""
    return value if isinstance(value, str) else "file"


@pytest.mark.parametrize(
    ("name", "content", "key"),
    [
        ("a.csv", bytes(range(256)) * 40, "binary"),
        ("a.csv", b"%PDF-1.4 ...", "pdf"),
        ("a.xls", "<html><table><tr><td>姓名</td></tr></table></html>".encode(), "web_page"),
        ("a.xls", b'<?xml version="1.0"?><Workbook/>', "web_page"),
        ("a.rar", b"Rar!\x1a\x07\x00 ....", "archive_kind"),
        ("a.docx", zip_of(**{"[Content_Types]_xml": b"x", "word/document_xml": b"x"}), "document"),
        ("a.doc", ole("WordDocument"), "document"),
        ("a.xlsx", ole("EncryptedPackage"), "password"),
        ("a.xls", ole("Workbook")[:2000], "corrupt_workbook"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "corrupt_workbook"),
        ("a.zip", b"PK\x03\x04" + b"junk" * 50, "corrupt_archive"),
        ("a.zip", zip_of(a_csv=REGISTER.encode() * 50)[:-200], "corrupt_archive"),
        ("a.zip", zip_of(inner_zip=zip_of(a_csv=b"x")), "nested_archive"),
        ("a.zip", zip_of(inner_csv=zip_of(a_csv=b"x")), "nested_archive"),
        ("a.zip", zip_of(photo_jpg=b"x"), "no_member"),
        ("a.gz", gzip.compress(REGISTER.encode())[:-20], "corrupt_archive"),
        ("a.gz", gzip.compress(zip_of(a_csv=b"x")), "nested_archive"),
        ("a.xlsx", zip_of(**{"xl/workbook_xml": b"x"}), "corrupt_workbook"),
    ],
    ids=case_id,
)
def test_files_that_hold_no_table(tmp_path: Path, name: str, content: bytes, key: str) -> None:
    with pytest.raises(InputError) as caught:
        read_bytes(tmp_path, content, name)
    assert caught.value.key == f"reading.error.{key}"
    assert name in str(caught.value)
    assert caught.value.exit_code == 3


def test_paths_that_lead_nowhere(tmp_path: Path) -> None:
    for name, key in [("没有.csv", "missing_file"), ("*.csv", "no_match"), (".", "directory")]:
        with pytest.raises(InputError) as caught:
            read(tmp_path, name)
        assert caught.value.key == f"reading.error.{key}"


def test_a_file_that_may_not_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "a.csv").write_text(REGISTER)
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(InputError, match=r"权限|may not read"):
        read(tmp_path, "a.csv")


def test_patterns_are_sorted_and_files_read_once(tmp_path: Path) -> None:
    for number in (2, 1, 3):
        text = lines(HEADER, [f"R{number}", "张伟", "男", "", "1990-01-01", ""])
        (tmp_path / f"镇{number}.csv").write_text(text)
    (tmp_path / "名单[1].csv").write_text(lines(HEADER, ["R9", "张伟", "男", "", "1990-01-01", ""]))
    result = read(tmp_path, "镇3.csv", "镇*.csv", "名单[1].csv")
    assert result.records["file"].to_list() == ["镇3.csv", "镇1.csv", "镇2.csv", "名单[1].csv"]


def test_files_of_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    for town in ("东镇", "西镇"):
        (tmp_path / town).mkdir()
        (tmp_path / town / "人口.csv").write_text(lines(HEADER, [town, "张伟", "男", "", "1990-01-01", ""]))
    result = read(tmp_path, "*/人口.csv")
    assert [file.file for file in result.files] == ["东镇/人口.csv", "西镇/人口.csv"]
    assert result.records["record_key"].to_list() == ["东镇", "西镇"]


def test_a_file_given_twice_under_two_names_adds_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(REGISTER)
    (tmp_path / "b.csv").write_text(lines(HEADER[::-1], *(row[::-1] for row in PEOPLE)))
    result = read(tmp_path, "a.csv", "b.csv")
    assert result.records.height == 3
    assert [(f.rows_read, f.rows_kept) for f in result.files] == [(3, 3), (3, 0)]
    assert set(result.set_aside["reason"]) == {"repeated_row"}


def test_a_file_with_a_header_only_is_fine_beside_one_with_rows(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(lines(HEADER))
    (tmp_path / "b.csv").write_text(REGISTER)
    assert [f.rows_read for f in read(tmp_path, "*.csv").files] == [0, 3]


def test_stdin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(REGISTER.encode("gb18030"))))
    result = read(tmp_path, "-")
    assert result.records.height == 3
    assert result.files[0].file == "-"


def test_archives(tmp_path: Path) -> None:
    content = zip_of(
        b_csv=lines(HEADER, *PEOPLE[1:]).encode("gb18030"),
        a_csv=lines(HEADER, PEOPLE[0]).encode(),
        说明_pdf=b"%PDF",
    )
    result = read_bytes(tmp_path, content, "人口.zip")
    assert [file.file for file in result.files] == ["人口.zip!a.csv", "人口.zip!b.csv"]
    assert result.records.height == 3
    packed = read_bytes(tmp_path, gzip.compress(REGISTER.encode()), "人口.csv.gz")
    assert packed.records.drop("file").equals(read_text(tmp_path, REGISTER).records.drop("file"))


def test_archive_members_named_in_gbk(tmp_path: Path) -> None:
    content = zip_of(XXXX_csv=REGISTER.encode()).replace(b"XXXX", "人口".encode("gbk"))
    assert read_bytes(tmp_path, content, "a.zip").files[0].file == "a.zip!人口.csv"


def test_archive_with_a_password(tmp_path: Path) -> None:
    content = bytearray(zip_of(a_csv=REGISTER.encode()))
    content[6] |= 1  # the local header's flag and the directory's: encrypted
    content[content.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(InputError) as caught:
        read_bytes(tmp_path, bytes(content), "a.zip")
    assert caught.value.key == "reading.error.encrypted_archive"


def declare(content: bytes, size: int) -> bytes:
    """The archive with another size declared for its only member."""
    at = content.index(b"PK\x01\x02") + 24
    return content[:at] + size.to_bytes(4, "little") + content[at + 4 :]


@pytest.mark.parametrize(
    ("name", "content", "key"),
    [
        ("declared.zip", declare(zip_of(a_csv=b"x"), 0xFFFF_FFFE), "unpacks_too_large"),
        ("honest.zip", zip_of(a_csv=b"0" * 9_000_000), "unpacks_too_large"),
        ("lying.zip", declare(zip_of(a_csv=b"0" * 9_000_000), 1000), "corrupt_archive"),
        ("a.gz", gzip.compress(b"0" * 9_000_000), "unpacks_too_large"),
        ("a.xlsx", zip_of(**{"xl/workbook_xml": b"0" * 9_000_000}), "unpacks_too_large"),
    ],
)
def test_archives_that_swell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: bytes, key: str
) -> None:
    monkeypatch.setattr("reconcile.reading.archives.RATIO_COUNTS_FROM", 1_000_000)
    with pytest.raises(InputError) as caught:
        read_bytes(tmp_path, content, name)
    assert caught.value.key == f"reading.error.{key}"


def test_archive_that_would_unpack_to_100_gb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes out is held against what went in so far, so that it stops long before the disk is full."""
    monkeypatch.setattr("reconcile.reading.archives.RATIO_COUNTS_FROM", 1 << 25)
    packer = zlib.compressobj(9, wbits=31)
    megabyte = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    (tmp_path / "bomb.csv.gz").write_bytes(megabyte + again * 100_000)
    with pytest.raises(InputError) as caught:
        read(tmp_path, "bomb.csv.gz")
    assert caught.value.key == "reading.error.unpacks_too_large"


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    read_bytes(tmp_path, UGLY.encode("gb18030"))
    with pytest.raises(InputError):
        read_bytes(tmp_path, b"x,y\n")
    assert list(scratch.iterdir()) == []


def test_large_cells_and_many_columns(tmp_path: Path) -> None:
    wide = lines([*HEADER, *(f"列{i}" for i in range(300))], [*PEOPLE[0], *("x" for _ in range(300))])
    assert read_text(tmp_path, wide).records.height == 1
    huge = lines(HEADER, PEOPLE[0], ["R9", "张伟", "男", "", "1990-01-01", "x" * 10_000_000], PEOPLE[1])
    result = read_text(tmp_path, huge)
    assert result.records["record_key"].to_list() == ["R001", "R002"]
    assert result.rejects.select("row", "reason", "column").row(0) == (3, "cell_too_long", "户籍地址")


def test_old_macintosh_line_ends(tmp_path: Path) -> None:
    assert read_text(tmp_path, REGISTER.replace("\n", "\r")).records.height == 3
