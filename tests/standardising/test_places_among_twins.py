"""Which of several newborns a placeholder means."""

import polars as pl
import pytest

from reconcile.standardising.names import places_among_twins

SAID = [
    ("张某之子（大）", 1), ("张某之子（小）", 2), ("张某之子(大)", 1), ("王芳之长女", 1), ("王芳之次女", 2), ("李某之女2", 2),
    ("李某之女一", 1), ("李某之子三", 3), ("李某之子甲", 1), ("李某之子 乙", 2), ("李某之子a", 1), ("双胞胎二", 2), ("男婴1", 1),
    ("李某之子", None), ("未取名", None), ("婴儿", None), ("李小二", None), ("王大", None), ("", None), (None, None),
]  # fmt: skip


@pytest.mark.parametrize(("written", "place"), SAID)
def test_the_place_that_a_placeholder_says(written: str | None, place: int | None) -> None:
    assert places_among_twins(pl.Series([written], dtype=pl.String)).to_list() == [place]


def test_each_value_is_read_by_itself() -> None:
    written = pl.Series([written for written, _ in SAID], dtype=pl.String)
    assert places_among_twins(written).to_list() == [place for _, place in SAID]
