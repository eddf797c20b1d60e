"""The clerks of the towns, as a script: they open their workbook, write a result into each row, and
send it back."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from openpyxl import load_workbook

from reconcile.casework.form import header

LANGUAGE = "zh"
# How each answer is written, by whoever happens to write it.
WORDS = {
    "confirmed": ("属实待改", "属实", "情况属实", "属实 ", "确认属实"),
    "corrected": ("已更正", "已改", "已修改"),
    "false_alarm": ("误报", "无误"),
    "moved_out": ("外辖转出", "外辖"),
    "unverifiable": ("无法核实", "联系不上"),
}


def chance(*told: object) -> float:
    """A number in [0, 1) that depends on nothing but what is told: the same script every time."""
    digest = hashlib.blake2b("\n".join(map(str, told)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


def fill_in(
    workbook: Path, target: Path, answer_of: Callable[[str], str | None], done_on: str
) -> dict[str, str] | None:
    """Writes into a copy what `answer_of` says of each case's key, in one of the answer's words;
    what was answered, by key. None for a workbook that is no form, as the cover is."""
    book = load_workbook(workbook)
    rows = list(book.worksheets[0].iter_rows())
    heads = [row for row in rows if any(cell.value == header("key", LANGUAGE) for cell in row)]
    if not heads or header("result", LANGUAGE) not in [cell.value for cell in heads[0]]:
        return None
    headers = {cell.value: place for place, cell in enumerate(heads[0])}
    key, result, on = (headers[header(name, LANGUAGE)] for name in ("key", "result", "done_on"))
    answered = {}
    for row in rows[rows.index(heads[0]) + 1 :]:
        case = row[key].value
        answer = answer_of(case) if case else None
        if answer:
            words = WORDS[answer]
            row[result].value = words[int(chance(case, "word") * len(words))]
            row[on].value = done_on
            answered[case] = answer
    book.save(target)
    return answered
