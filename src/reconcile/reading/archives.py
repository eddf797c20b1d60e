"""Archives: the tables inside a .zip, or the one inside a .gz, unpacked to temporary files within
limits."""

from __future__ import annotations

import errno
import gzip
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from reconcile.core.errors import InputError
from reconcile.reading.content import Content, content_of
from reconcile.reading.inputs import Input
from reconcile.reading.scratch import private_file

BLOCK = 1 << 20
# A province's export unpacks to a few gigabytes, five to fifteen times its packed size.
MOST_BYTES = 20 << 30
MOST_RATIO = 200
RATIO_COUNTS_FROM = 1 << 30

_DAMAGE = (
    zipfile.BadZipFile,
    gzip.BadGzipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    ValueError,
    RuntimeError,  # NotImplementedError, for methods of packing that zipfile does not know, is one
)
_TABLES = (".csv", ".tsv", ".xls", ".xlsx")
_MAYBE_TABLES = (".txt", ".dat", ".tab", "")


def unpack(source: Input, content: Content, scratch: Path) -> Iterator[Input]:
    """The tables in an archive, one after the other, each labelled `archive!member`.

    Raises InputError for an archive that is damaged, encrypted, holds no table or another archive,
    or unpacks to more than `MOST_BYTES` or (beyond a gigabyte) `MOST_RATIO` times its size.
    """
    members = (
        _zip_members(source, scratch) if content is Content.ZIP else _gzip_member(source, scratch)
    )
    with damage_named(source, "corrupt_archive"):
        for member in members:
            if content_of(member.path, member.label) in (Content.ZIP, Content.GZIP):
                raise InputError(
                    "reading.error.nested_archive", file=source.label, member=member.label
                )
            yield member


@contextmanager
def damage_named(source: Input, key: str) -> Iterator[None]:
    """What Python says of damaged archives, as the InputError `reading.error.<key>`."""
    try:
        yield
    except _DAMAGE as problem:
        raise InputError(f"reading.error.{key}", file=source.label) from problem
    except OSError as problem:
        if problem.errno != errno.EINVAL:  # a damaged archive leads to places before its beginning
            raise
        raise InputError(f"reading.error.{key}", file=source.label) from problem


def _gzip_member(source: Input, scratch: Path) -> Iterator[Input]:
    with source.path.open("rb") as file, gzip.open(file) as packed:
        yield Input(source.label, _copied(source, packed, file.tell, scratch))


def _zip_members(source: Input, scratch: Path) -> Iterator[Input]:
    with zipfile.ZipFile(source.path) as archive:
        members = _tables(archive, source)
        size = source.path.stat().st_size
        refuse_large(source, size, sum(member.file_size for member in members))
        for member in members:
            if member.flag_bits & 1:
                raise InputError("reading.error.encrypted_archive", file=source.label)
            with archive.open(member) as packed:
                path = _copied(source, packed, lambda: size, scratch)
            yield Input(f"{source.label}!{member_name(member)}", path)


def _tables(archive: zipfile.ZipFile, source: Input) -> list[zipfile.ZipInfo]:
    files = [m for m in archive.infolist() if not m.is_dir() and not _is_litter(m.filename)]
    nested = next((m for m in files if _suffix(m) in (".zip", ".gz", ".rar", ".7z")), None)
    if nested:
        raise InputError(
            "reading.error.nested_archive", file=source.label, member=member_name(nested)
        )
    for suffixes in (_TABLES, _MAYBE_TABLES):
        if tables := [m for m in files if _suffix(m) in suffixes]:
            return sorted(tables, key=member_name)
    raise InputError("reading.error.no_member", file=source.label)


def _is_litter(name: str) -> bool:
    path = PurePosixPath(name)
    return path.name.startswith((".", "~$")) or "__MACOSX" in path.parts


def _suffix(member: zipfile.ZipInfo) -> str:
    return PurePosixPath(member.filename).suffix.lower()


def member_name(member: zipfile.ZipInfo) -> str:
    """The member's name. Archives made on Chinese Windows hold GBK names, which zipfile takes for
    CP437."""
    if member.flag_bits & 0x800:
        return member.filename
    try:
        raw = member.filename.encode("cp437")
    except UnicodeEncodeError:
        return member.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return member.filename


def _copied(
    source: Input, packed: IO[bytes] | gzip.GzipFile, consumed: Callable[[], int], scratch: Path
) -> Path:
    # The size that an archive declares, if any, can lie: what really comes out is held against what
    # went in.
    unpacked = 0
    with private_file(scratch) as (path, target):
        while block := packed.read(BLOCK):
            unpacked += len(block)
            refuse_large(source, consumed(), unpacked)
            target.write(block)
    return path


def refuse_large(source: Input, packed: int, unpacked: int) -> None:
    """InputError when `packed` bytes of the archive `source` become unreasonably many `unpacked`
    ones."""
    if unpacked > MOST_BYTES or (unpacked > RATIO_COUNTS_FROM and unpacked > MOST_RATIO * packed):
        raise InputError(
            "reading.error.unpacks_too_large", file=source.label, limit=MOST_BYTES >> 30
        )
