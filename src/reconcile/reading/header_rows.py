"""Where a table's header is: the row, or the two rows, near the top that name the most columns of a
layout.

Two rows make one header when the upper one names groups: 母亲 over 姓名 and 身份证号 is 母亲姓名
and 母亲身份证号.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reconcile.core.layouts import Layout
from reconcile.reading.headers import ColumnMatch, match_headers, normalise, synonyms

ROWS_SEARCHED = 30
# One known word may stand in a row of data (户主 is a relation too); two make a header. One will do
# where it is all that a record of the only layout in question needs: a list of names.
LEAST_SCORE = 2

_GROUP_WORDS = re.compile(r"(?:基本|登记|主要|相关|身份|个人)?(?:信息|情况|资料|数据)$")
# A group that speaks of somebody else than the row's own person is never left out of a header.
_SOMEBODY = re.compile(
    r"父|母|夫|妻|配偶|户主|监护|代理|联系人|申请|经办|子女|产妇|新生儿|婴儿|儿童|孩子"
)


@dataclass(frozen=True)
class Header:
    """A header found: its rows (from 1), its texts, the layout it fits best, and what each text
    means."""

    first_row: int
    last_row: int
    texts: tuple[str, ...]
    layout: Layout
    matches: tuple[ColumnMatch, ...]

    @property
    def score(self) -> int:
        """How many columns of the layout it names."""
        return len({match.column for match in self.matches} - {None})


def find_header(
    head: Sequence[Sequence[str]],
    layouts: Sequence[Layout],
    chosen: Mapping[str, str],
    header_row: int | None = None,
) -> Header | None:
    """The best header among the first rows of a table (or at `header_row`), None when nothing is
    known there.

    `head`: the table's first rows, blank ones included. Of equals the first wins: one row before
    two, the upper before the lower, layouts in their order. A `header_row` from the config is taken
    whatever it names.
    """
    rows = range(min(len(head), ROWS_SEARCHED)) if header_row is None else [header_row - 1]
    best: Header | None = None
    for span in (1, 2):
        for row in rows:
            for layout in layouts:
                found = _read_header(head, row, span, layout, chosen)
                if found and (best is None or found.score > best.score):
                    best = found
    return (
        best
        if best and (best.score >= LEAST_SCORE or header_row or _enough(best, layouts))
        else None
    )


def _enough(header: Header, layouts: Sequence[Layout]) -> bool:
    named = {match.column for match in header.matches}
    return len(layouts) == 1 and all(named & set(group) for group in header.layout.needs)


def _read_header(
    head: Sequence[Sequence[str]], row: int, span: int, layout: Layout, chosen: Mapping[str, str]
) -> Header | None:
    if row + span > len(head) or not any(text.strip() for text in head[row + span - 1]):
        return None
    texts = tuple(head[row]) if span == 1 else tuple(_combined(head[row], head[row + 1], layout))
    return Header(row + 1, row + span, texts, layout, match_headers(texts, layout, chosen))


def _combined(upper: Sequence[str], lower: Sequence[str], layout: Layout) -> Iterator[str]:
    group = ""
    for place in range(max(len(upper), len(lower))):
        above = upper[place].strip() if place < len(upper) else ""
        below = lower[place].strip() if place < len(lower) else ""
        group = above or group
        yield _joined(group, below, layout) if below else above


def _joined(group: str, name: str, layout: Layout) -> str:
    group = _GROUP_WORDS.sub("", normalise(group))
    known = synonyms(layout)[1]
    if normalise(group + name) in known or _SOMEBODY.search(group):
        return group + name
    return name
