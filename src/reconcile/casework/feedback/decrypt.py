"""Zips under a password, opened into plain ones in the scratch folder, which the readers then read
like any other."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from reconcile.core.errors import InputError
from reconcile.reading.archives import BLOCK, member_name, refuse_large
from reconcile.reading.content import Content, content_of
from reconcile.reading.inputs import Input
from reconcile.reading.scratch import private_file

# Asked for only when there is something to open; None when nobody gives one.
Password = Callable[[], str | None]
_ENCRYPTED = 1
_WRONG = (RuntimeError, zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError)


def opened(source: Input, password: Password, scratch: Path) -> Input:
    """`source`, or a copy of it without the encryption.

    Raises InputError when a password is needed and not given, or when it does not open the file.
    """
    if content_of(source.path, source.label) is not Content.ZIP or not _is_sealed(source.path):
        return source
    given = password()
    if not given:
        raise InputError("feedback.error.password_needed", file=source.label)
    with private_file(scratch) as (path, target), zipfile.ZipFile(target, "w") as plain:
        try:
            _copy(source, given.encode(), plain)
        except _WRONG as problem:
            raise InputError("feedback.error.password_wrong", file=source.label) from problem
    return Input(source.label, path)


def _is_sealed(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        return any(member.flag_bits & _ENCRYPTED for member in archive.infolist())


def _copy(source: Input, password: bytes, plain: zipfile.ZipFile) -> None:
    import pyzipper

    size = source.path.stat().st_size
    unpacked = 0
    with pyzipper.AESZipFile(source.path) as archive:
        archive.setpassword(password)
        for member in archive.infolist():
            if member.is_dir():
                continue
            with (
                archive.open(member) as packed,
                plain.open(member_name(member), "w", force_zip64=True) as copy,
            ):
                while block := packed.read(BLOCK):
                    unpacked += len(block)
                    refuse_large(source, size, unpacked)
                    copy.write(block)
