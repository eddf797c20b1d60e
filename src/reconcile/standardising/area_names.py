"""Areas by other names: districts that were merged or renamed, short forms such as 红河州 and
科左中旗."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import polars as pl

_RENAMED = Path(__file__).parent.parent / "data" / "renamed_areas.tsv"
_LEVEL = "自治[州县旗区]|地区|新区|[省市县区旗州盟]"

# City and county of one name, in one prefecture.
_BOTH = "^(?:临夏|伊宁|和田)[市县]$"


def area_stem(name: pl.Expr) -> pl.Expr:
    """The name of today without the word for its level.

    宁乡县 and 宁乡市 → 宁乡, 横县 and 横州市 → 横州, 宣武区 → 西城, 绍兴县 → 柯桥.
    """
    now = name.replace(renamed_areas()).str.replace("^(.)县$", "${1}州县")
    stem = now.str.replace(f"^(.{{2,}}?)(?:{_LEVEL})$", "$1")
    return pl.when(now.str.contains(_BOTH)).then(now).otherwise(stem)


@cache
def renamed_areas() -> dict[str, str]:
    """{former district, county or city: the name, without its level, of what it belongs to today}.

    Only those that went there as a whole.
    """
    return dict(line.split("\t") for line in _RENAMED.read_text(encoding="utf-8").splitlines())


def is_short_form(short: str, full: str) -> bool:
    """Whether `short` leaves out characters of `full`, neither the first nor the level: 科左中旗 of
    科尔沁左翼中旗.

    Not of names so short that they are names of their own: 东区 is not 东城区.
    """
    if (
        not 2 <= len(short) < len(full)
        or len(full) < 4
        or short[0] != full[0]
        or short[-1] != full[-1]
    ):
        return False
    left = iter(full)
    return all(char in left for char in short)
