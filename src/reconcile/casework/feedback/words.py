"""Answers as people type them: 属实, 已改。, `False alarm`, 经核实，系统误报 → one of
frames.ANSWERS."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from reconcile.core.frames import ANSWERS
from reconcile.core.messages import LANGUAGES, text

EMPTY = ""
_WORDS = Path(__file__).parent / "words.toml"
_NO_LETTER = re.compile(r"[^\w]|_")
# Something is meant by these, but not which of the answers.
_TICK = re.compile("[√✓✔☑×✗✘☒○●◯]")
_CLAUSE_ENDS = re.compile(r"[,，.。;；、:：!！/|()\[\]【】\n\r]+")
# A day beside the answer belongs into its own column, but does not make it another answer.
_DAY = re.compile(
    r"^(?:\d{2,4}年)?\d{1,2}月\d{1,2}[日号]?|(?:\d{2,4}年)?\d{1,2}月\d{1,2}[日号]?$|^\d{4,8}$"
)


def read_answers(results: pl.Series) -> pl.Series:
    """The answer (of frames.ANSWERS) that each text gives: empty where nothing is answered yet,
    null where the words are not known or say two things."""
    distinct = results.unique().to_list()
    read = {value: answer_of(value or "") for value in distinct}
    table = pl.DataFrame(
        {"value": distinct, "answer": list(read.values())},
        schema=dict.fromkeys(("value", "answer"), pl.String),
    )
    return results.to_frame("value").join(
        table, on="value", how="left", nulls_equal=True, maintain_order="left"
    )["answer"]


def answer_of(said: str) -> str | None:
    """The answer that one text gives; empty for none yet, None when it is not known."""
    folded = unicodedata.normalize("NFKC", said).casefold()
    whole = _NO_LETTER.sub("", folded)
    if not whole:
        return None if _TICK.search(folded) else EMPTY
    known = _known()
    if whole in known:
        return known[whole]
    answers = set()
    for clause in filter(None, (_NO_LETTER.sub("", part) for part in _CLAUSE_ENDS.split(folded))):
        word = _without_filler(_DAY.sub("", clause))
        if not word:
            continue
        if word not in known:
            return None
        answers.add(known[word])
    # Right, and mended since.
    answers -= {"confirmed"} if "corrected" in answers else set()
    return answers.pop() if len(answers) == 1 else None


def _without_filler(clause: str) -> str:
    for filler in _fillers():
        if clause.startswith(filler):
            return clause.removeprefix(filler)
    return clause


@cache
def _known() -> Mapping[str, str]:
    """Each word of the list, and the words of our own lists and drop-downs, by what it means."""
    words = _file()
    own = {
        _plain(text(f"lists.answers.{answer}", lang)): answer
        for answer in ANSWERS
        for lang in LANGUAGES
    }
    listed = {
        _plain(word): answer for answer, several in words["answers"].items() for word in several
    }
    return {**dict.fromkeys(map(_plain, words["pending"]), EMPTY), **listed, **own}


@cache
def _fillers() -> list[str]:
    """The longest first."""
    return sorted(map(_plain, _file()["fillers"]), key=lambda word: (-len(word), word))


def _plain(word: str) -> str:
    return _NO_LETTER.sub("", unicodedata.normalize("NFKC", word).casefold())


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads(_WORDS.read_text(encoding="utf-8"))
