"""From a file to its tables, whatever it is: text, workbook or archive."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from reconcile.reading.archives import unpack
from reconcile.reading.content import Content, content_of
from reconcile.reading.delimited import read_delimited
from reconcile.reading.inputs import Input
from reconcile.reading.tables import Table, TableChoice
from reconcile.reading.workbooks import read_workbook


def read_tables(source: Input, wanted: TableChoice, scratch: Path) -> Iterator[Table]:
    """The tables in one file, in order. Every problem with the file is an InputError that names
    it."""
    content = content_of(source.path, source.label)
    if content in (Content.ZIP, Content.GZIP):
        for member in unpack(source, content, scratch):
            yield from read_tables(member, wanted, scratch)
            member.path.unlink()
    elif content is Content.WORKBOOK:
        yield from read_workbook(source, wanted)
    else:
        yield read_delimited(source, wanted, scratch)


def digest(path: Path) -> str:
    """SHA-256 of the file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
