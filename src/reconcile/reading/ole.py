"""OLE containers, the outer form of .xls files and of workbooks under a password ([MS-CFB]).

Read only as far as to name their streams and to make sure that their chains of sectors come to an
end: the parser of .xls files follows a damaged chain until all memory is gone.
"""

from __future__ import annotations

import struct

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_SECTOR_SHIFT = struct.Struct("<H")  # at 30
_STARTS = struct.Struct(
    "<I4xII4xI"
)  # at 48: directory, limit of small streams, their table, rest of the FAT
_ENTRY = struct.Struct("<64sHB49xIQ")  # name, its length, kind, first sector, size
_LAST_SECTOR = 0xFFFF_FFFA  # numbers above are marks: free, end of a chain …
_IN_HEADER = slice(76, 512)  # the first 109 sectors of the FAT
_STREAM, _ROOT = 2, 5


class Container:
    """The sectors of an OLE container and the table (FAT) that chains them. ValueError when it is
    damaged."""

    def __init__(self, data: bytes) -> None:
        try:
            (shift,) = _SECTOR_SHIFT.unpack_from(data, 30)
            self._data, self._size = data, 1 << shift
            self._directory, self._cutoff, mini, more = _STARTS.unpack_from(data, 48)
        except struct.error as problem:
            raise ValueError("no OLE header") from problem
        if shift not in (9, 12):
            raise ValueError("no known size of sectors")
        self._fat = _numbers(b"".join(map(self._sector, self._fat_sectors(more))))
        self._mini_fat = _numbers(self._content(mini))

    def streams(self) -> set[str]:
        """The names of all streams, each of which has been followed to its end."""
        names = set()
        entries = self._content(self._directory)
        for name, length, kind, start, size in _ENTRY.iter_unpack(
            entries[: len(entries) // 128 * 128]
        ):
            if kind in (_STREAM, _ROOT):
                names.add(name[: max(length - 2, 0)].decode("utf-16-le", errors="replace"))
                _chain(
                    self._mini_fat if kind == _STREAM and size < self._cutoff else self._fat, start
                )
        return names

    def _sector(self, number: int) -> bytes:
        found = self._data[(number + 1) * self._size : (number + 2) * self._size]
        if not found:
            raise ValueError("a sector beyond the end")
        return found

    def _content(self, start: int) -> bytes:
        return b"".join(map(self._sector, _chain(self._fat, start)))

    def _fat_sectors(self, more: int) -> list[int]:
        """The sectors of the FAT itself: some named in the header, the rest in sectors that form a
        list."""
        found = _numbers(self._data[_IN_HEADER])
        seen = set()
        while more <= _LAST_SECTOR:
            if more in seen:
                raise ValueError("a chain without an end")
            seen.add(more)
            *numbers, more = _numbers(self._sector(more))
            found += numbers
        return [number for number in found if number <= _LAST_SECTOR]


def _numbers(content: bytes) -> list[int]:
    return [number for (number,) in struct.iter_unpack("<I", content[: len(content) // 4 * 4])]


def _chain(table: list[int], start: int) -> list[int]:
    """The sectors of a chain in order."""
    chain: list[int] = []
    while start <= _LAST_SECTOR:
        if start >= len(table) or len(chain) > len(table):
            raise ValueError("a chain without an end")
        chain.append(start)
        start = table[start]
    return chain
