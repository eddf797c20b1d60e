"""What a run tells the clerk, in words."""

from __future__ import annotations

import pytest

from reconcile.core.messages import speak
from reconcile.core.notice import Notice


@pytest.mark.parametrize(
    ("language", "notice", "said"),
    [
        ("zh", Notice("source_missing", {"sources": "births, household"}), "没有“出生医学证明、公安户籍”的数据"),
        ("en", Notice("source_missing", {"sources": "births"}), "has no 'birth certificates'"),
        ("zh", Notice("source_incomplete", {"name": "residents"}), "“全员人口”比上次少了"),
        ("zh", Notice("source_incomplete", {"name": "海南库"}), "“海南库”比上次少了"),
        ("zh", Notice("town_incomplete", {"name": "residents", "town": "府城镇"}), "“全员人口”中府城镇的记录"),
    ],
)
def test_sources_are_called_as_people_call_them(language: str, notice: Notice, said: str) -> None:
    speak(language)
    assert said in str(notice)
