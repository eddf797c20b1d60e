"""What a file is, judged by its bytes: exports often carry a wrong extension."""

from __future__ import annotations

import zipfile
from enum import Enum
from pathlib import Path

from reconcile.core.errors import InputError
from reconcile.reading.encodings import utf16_of
from reconcile.reading.ole import MAGIC, Container

HEAD = 1 << 16
# One control character in so many bytes: random bytes have two.
MOST_CONTROLS = 20


class Content(Enum):
    TEXT = "text"
    WORKBOOK = "workbook"  # .xlsx or .xls
    ZIP = "zip"
    GZIP = "gzip"


_REFUSED = {  # how a file begins: the text that says what to do instead
    b"%PDF": "pdf",
    b"Rar!": "archive_kind",
    b"7z\xbc\xaf": "archive_kind",
    b"BZh": "archive_kind",
    b"\xfd7zXZ": "archive_kind",
    b"\x28\xb5\x2f\xfd": "archive_kind",
    b"{\\rtf": "document",
}
_MARKUP = (
    b"<html",
    b"<!doctype",
    b"<table",
    b"<meta",
    b"<head",
    b"<style",
    b"<?xml",
    b"<div",
    b"<body",
)
_TEXT_CONTROLS = b"\t\n\r\x0b\x0c\x1a\x1b\x00"


def content_of(path: Path, label: str) -> Content:
    """What is in the file at `path`; InputError when nothing tabular can be in it."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00"):
        raise InputError("reading.error.empty", file=label)
    for start, reason in _REFUSED.items():
        if head.startswith(start):
            raise InputError(f"reading.error.{reason}", file=label)
    if head[257:262] == b"ustar":
        raise InputError("reading.error.archive_kind", file=label)
    if head.startswith(MAGIC):
        return _ole(path, label)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip(path, label)
    if head.startswith(b"\x1f\x8b"):
        return Content.GZIP
    return _text(head, label)


def _ole(path: Path, label: str) -> Content:
    """An .xls, a workbook under a password (both are OLE containers), or another Office
    document."""
    try:
        streams = Container(path.read_bytes()).streams()
    except ValueError as problem:
        raise InputError("reading.error.corrupt_workbook", file=label) from problem
    if "EncryptedPackage" in streams:
        raise InputError("reading.error.password", file=label)
    if streams.isdisjoint(("Workbook", "Book")):
        raise InputError("reading.error.document", file=label)
    return Content.WORKBOOK


def _zip(path: Path, label: str) -> Content:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as problem:
        raise InputError("reading.error.corrupt_archive", file=label) from problem
    if any(name.startswith("xl/") for name in names):
        return Content.WORKBOOK
    if "[Content_Types].xml" in names or "content.xml" in names:
        raise InputError("reading.error.document", file=label)
    return Content.ZIP


def _text(head: bytes, label: str) -> Content:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith(_MARKUP):
        raise InputError("reading.error.web_page", file=label)
    # In UTF-16 any byte may stand anywhere; whether it is text is for the decoder to say.
    if utf16_of(head):
        return Content.TEXT
    odd = sum(head.count(code) for code in range(0x20) if code not in _TEXT_CONTROLS)
    if odd * MOST_CONTROLS > len(head):
        raise InputError("reading.error.binary", file=label)
    return Content.TEXT
