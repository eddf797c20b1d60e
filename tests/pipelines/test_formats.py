"""One city, exported in every format that offices use: the same lists and the same frames."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter
from polars.testing import assert_frame_equal

from reconcile.pipeline.run import Run
from tests.pipelines.cities import SOURCES, Rows, plain_city, read_json, read_rows, run_city

pytestmark = pytest.mark.slow

# File names are no content. All variants bear the same one, which ends like none of the formats, so that
# what lists say of a row's file is the same too. In an archive it is `residents!dat`, just as long.
SUFFIX, MEMBER = ".dat", "dat"


def delimited(rows: Rows, delimiter: str = ",", ending: str = "\n") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=ending).writerows(rows)
    return text.getvalue()


def workbook(rows: Rows) -> bytes:
    """All cells are text; empty values are empty cells."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet("导出")
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                if value:
                    sheet.write_string(at, column, value)
    return stream.getvalue()


def zipped(rows: Rows) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(MEMBER, delimited(rows).encode("gb18030"))
    return stream.getvalue()


VARIANTS: dict[str, Callable[[Rows], bytes]] = {
    "UTF-8": lambda rows: delimited(rows).encode(),
    "UTF-8 with a byte order mark": lambda rows: delimited(rows, ending="\r\n").encode("utf-8-sig"),
    "GB18030": lambda rows: delimited(rows).encode("gb18030"),
    "UTF-16 with tabs": lambda rows: delimited(rows, "\t", "\r\n").encode("utf-16"),
    "workbook of text": workbook,
    "zipped GB18030": zipped,
    "gzipped UTF-8": lambda rows: gzip.compress(delimited(rows).encode()),
}


PLAIN = "UTF-8"
# Each format is read for one register at least, a workbook, whose cells are the least like text, for all.
OFFICES = [
    ("UTF-8 with a byte order mark", "zipped GB18030", "workbook of text"),
    ("workbook of text", "GB18030", "gzipped UTF-8"),
    ("UTF-16 with tabs", "workbook of text", "UTF-8 with a byte order mark"),
]


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Rows]:
    city = plain_city(tmp_path_factory.mktemp("city"), 250, seed=21, preset="seed2012", error_scale=2.0)
    return {source: read_rows(city / f"{source}.csv") for source in SOURCES}


def run_as(exports: dict[str, Rows], formats: Sequence[str], folder: Path) -> Run:
    """The run over the exports, each in its format."""
    files = {}
    for (source, rows), name in zip(exports.items(), formats, strict=True):
        encode = VARIANTS[name]
        path = folder / (source if encode is zipped else f"{source}{SUFFIX}")
        path.write_bytes(encode(rows))
        files[source] = [path]
    return run_city(files, folder / "work", ("csv", "xlsx"))


@pytest.fixture(scope="module")
def reference(exports: dict[str, Rows], tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The run over plain UTF-8 CSV."""
    return run_as(exports, [PLAIN] * len(SOURCES), tmp_path_factory.mktemp("utf8"))


def test_every_format_is_read() -> None:
    assert {name for office in OFFICES for name in office} | {PLAIN} == set(VARIANTS)


@pytest.mark.parametrize("office", OFFICES, ids=["; ".join(office) for office in OFFICES])
def test_lists_and_frames_do_not_depend_on_the_format(
    office: Sequence[str], exports: dict[str, Rows], reference: Run, tmp_path: Path
) -> None:
    run = run_as(exports, office, tmp_path)
    for name, content in lists(reference).items():
        assert lists(run)[name] == content, name
    assert list(lists(run)) == list(lists(reference))
    assert counts(run) == counts(reference)
    for path in sorted((reference.folder / "frames").iterdir()):
        found, expected = (pl.read_parquet(r.folder / "frames" / path.name) for r in (run, reference))
        assert_frame_equal(comparable(found), comparable(expected))


def test_the_city_has_lists_enough_to_tell(reference: Run) -> None:
    assert len(lists(reference)) >= 20
    assert sum(source["kept"] for source in counts(reference)) > 400


def lists(run: Run) -> dict[str, bytes]:
    """The content of every list: of a workbook's parts one after the other, archive members' names taken out."""
    content = {}
    for path in sorted((run.folder / "lists").rglob("*")):
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                whole = b"".join(book.read(part) for part in book.namelist())
        else:
            whole = path.read_bytes()
        content[path.name] = whole.replace(f"!{MEMBER}".encode(), SUFFIX.encode())
    return content


def counts(run: Run) -> list[dict[str, Any]]:
    sources = read_json(run.folder / "summary.json")["sources"]
    return [{name: value for name, value in source.items() if name != "files"} for source in sources]


def comparable(frame: pl.DataFrame) -> pl.DataFrame:
    """Without file names; a workbook's midnight is a day, for a date cell and a text cell read alike."""
    return frame.drop("file", strict=False).with_columns(pl.col(pl.String).str.strip_suffix(" 00:00:00"))
