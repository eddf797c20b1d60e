"""The encoding of a text file, and its text as UTF-8 on disk for Polars to scan.

The rule: a byte order mark; else NULs as UTF-16 leaves them; else UTF-8 if all of it is; else
GB18030 (which holds GBK and GB2312), unless it reads like Big5. What fits none is read line by line
as the one or the other, so that a few broken characters, or two exports pasted together, cost those
characters and not the file.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import charset_normalizer
import polars as pl

from reconcile.core.errors import ConfigError, InputError
from reconcile.reading.private_use import fix_private_use
from reconcile.reading.scratch import private_file

HEAD = 1 << 20
BLOCK = 1 << 23
MIXED = "utf-8+gb18030"
# What to try when the text turns out not to be what its beginning looked like.
_TRIES = {"utf-8": ("utf-8", "gb18030"), "big5": ("cp950", "big5hkscs")}
# Share of characters that may be unreadable before we say that we do not know the encoding.
MOST_BROKEN = 0.01
# Two in five characters of Big5 text look rare when they are taken for GB18030; in Chinese text few
# are.
RARE_IN_GB18030 = 0.15

_WIDE_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32-le",  # before UTF-16, whose mark it begins with
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}


@dataclass(frozen=True)
class Text:
    """A text file as UTF-8 on disk: the file itself where it is UTF-8, else a temporary copy."""

    path: Path
    encoding: str


def as_utf8(path: Path, label: str, scratch: Path, encoding: str | None = None) -> Text:
    """The text of `path` as UTF-8, in the `encoding` given or found.

    Raises InputError when it cannot be decoded, ConfigError for an encoding that does not exist.
    """
    with path.open("rb") as file:
        head = file.read(HEAD)
    found = _known(encoding) if encoding else _guess(head)
    only_returns = b"\r" in head and b"\n" not in head
    if found in ("utf-8", "utf-8-sig") and not only_returns and _is_utf8(path):
        return Text(path, found)
    for candidate in _TRIES.get(found, (found,)) if not encoding else (found,):
        with suppress(UnicodeError):
            copy = _written(_blocks(path, candidate), scratch, candidate, only_returns)
            return Text(copy, found if found == "big5" else candidate)
    if encoding or found not in ("utf-8", "utf-8-sig", "gb18030"):
        key = "wrong_encoding" if encoding else "damaged_text"
        raise InputError(f"reading.error.{key}", file=label, encoding=found)
    return _mixed(path, label, scratch)


def _known(encoding: str) -> str:
    if encoding.lower() == MIXED:
        return MIXED
    try:
        "".encode(encoding)  # refuses what is no encoding of text, such as hex
        return codecs.lookup(encoding).name
    except LookupError as problem:
        raise ConfigError("reading.error.unknown_encoding", encoding=encoding) from problem


def _guess(head: bytes) -> str:
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if utf16 := utf16_of(head):
        return utf16
    with suppress(UnicodeDecodeError):
        codecs.getincrementaldecoder("utf-8")().decode(head)
        return "utf-8"
    whole_lines = head[: head.rfind(b"\n") + 1] or head
    return "big5" if _reads_like_big5(whole_lines) else "gb18030"


def utf16_of(head: bytes) -> str | None:
    """The kind of UTF-16 or UTF-32 in which a file begins, by its byte order mark or its NULs.

    Digits, delimiters and line ends leave every other byte of UTF-16 zero, always on the same side.
    """
    for mark, encoding in _WIDE_MARKS.items():
        if head.startswith(mark):
            return encoding
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) * 20 < len(head) or min(even, odd) * 10 > max(even, odd):
        return None
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    text = head[: len(head) // 2 * 2].decode(encoding, errors="replace")
    return encoding if "\n" in text or "\r" in text else None


def _reads_like_big5(head: bytes) -> bool:
    text = head.decode("gb18030", errors="replace")
    wide = [character for character in text if character > "\x7f"]
    common = "".join(wide).encode("gb2312", errors="ignore")
    if len(common) / 2 > (1 - RARE_IN_GB18030) * len(wide):
        return False
    best = charset_normalizer.from_bytes(head, cp_isolation=["gb18030", "big5"]).best()
    return best is not None and best.encoding == "big5"


def _is_utf8(path: Path) -> bool:
    """Whether Polars takes every line for UTF-8: faster than decoding, and it reads the file next
    anyway."""
    lines = pl.scan_lines(path, name="line", glob=False).select(
        pl.col("line").str.len_bytes().max()
    )
    try:
        lines.collect(engine="streaming")
    except pl.exceptions.ComputeError:
        return False
    return True


def _blocks(path: Path, encoding: str) -> Iterator[str]:
    return _mixed_blocks(path) if encoding == MIXED else _decoded_blocks(path, encoding)


def _decoded_blocks(path: Path, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield decoder.decode(block)
    yield decoder.decode(b"", final=True)


def _mixed(path: Path, label: str, scratch: Path) -> Text:
    broken = total = 0

    def counted() -> Iterator[str]:
        nonlocal broken, total
        for block in _mixed_blocks(path):
            broken += block.count("\ufffd")
            total += len(block)
            yield block

    copy = _written(counted(), scratch, MIXED, only_returns=False)
    if broken > MOST_BROKEN * total:
        raise InputError("reading.error.no_encoding", file=label)
    return Text(copy, MIXED)


def _mixed_blocks(path: Path) -> Iterator[str]:
    with path.open("rb") as file:
        while lines := file.readlines(BLOCK):
            try:
                yield b"".join(lines).decode("utf-8")
            except UnicodeDecodeError:
                yield "".join(_mixed_line(line) for line in lines)


def _mixed_line(line: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        with suppress(UnicodeDecodeError):
            return line.decode(encoding)
    readings = [line.decode(encoding, errors="replace") for encoding in ("utf-8", "gb18030")]
    return min(readings, key=lambda text: text.count("\ufffd"))


def _written(blocks: Iterator[str], scratch: Path, encoding: str, only_returns: bool) -> Path:
    with private_file(scratch) as (copy, target):
        for number, text in enumerate(blocks):
            if number == 0:
                text = text.removeprefix("\ufeff")
            utf8 = text.replace("\r", "\n").encode() if only_returns else text.encode()
            target.write(fix_private_use(utf8) if "gb18030" in encoding else utf8)
    return copy
