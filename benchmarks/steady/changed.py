"""A resident register a month later: a few of its rows changed, each in one way."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

# What a row can have become. A newcomer lives in another row's home, and has no number yet.
KINDS = ("name", "address", "phone", "added", "removed")
# By maker, the headers of what changes.
COLUMNS: Mapping[str, Mapping[str, str]] = {
    "own": {
        "key": "个人编码",
        "name": "姓名",
        "id_number": "身份证号",
        "birth_date": "出生日期",
        "address": "现居住地址",
        "phone": "联系电话",
    },
    "second": {
        "key": "全员人口编码",
        "name": "居民姓名",
        "id_number": "有效身份证件号码",
        "birth_date": "出生日",
        "address": "现住地址",
        "phone": "联系手机",
    },
}


def month_later(
    residents: pl.DataFrame, columns: Mapping[str, str], share: float, seed: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The register with this share of its rows changed, as many of each kind; and record_id, kind
    of those.

    `residents`: all text. `columns`: as one of `COLUMNS`.
    """
    draw = np.random.Generator(np.random.PCG64([seed, 9]))
    count = max(round(len(residents) * share / len(KINDS)), 1)
    rows = draw.permutation(len(residents))[: count * len(KINDS)]
    of_kind = dict(zip(KINDS, rows.reshape(len(KINDS), count), strict=True))
    whose, born = (residents[draw.integers(0, len(residents), count)] for _ in range(2))
    name, address, phone = (columns[kind] for kind in KINDS[:3])
    newcomers = residents[of_kind["added"]].with_columns(
        pl.format("N{}-{}", pl.lit(seed), pl.int_range(count)).alias(columns["key"]),
        whose[name],
        born[columns["birth_date"]],
        pl.lit("").alias(columns["id_number"]),
    )
    others = residents[name].gather(draw.integers(0, len(residents), count)).str.slice(-1)
    changed = residents.with_columns(
        _put(
            residents[name],
            of_kind["name"],
            residents[name].gather(of_kind["name"]).str.head(-1) + others,
        ),
        _put(
            residents[address],
            of_kind["address"],
            _other_digit(residents[address].gather(of_kind["address"])),
        ),
        _put(
            residents[phone],
            of_kind["phone"],
            _other_digit(residents[phone].gather(of_kind["phone"])),
        ),
    )
    stay = np.ones(len(residents), dtype=bool)
    stay[of_kind["removed"]] = False
    keys = residents[columns["key"]]
    told = [
        (newcomers[columns["key"]] if kind == "added" else keys.gather(of_kind[kind]), kind)
        for kind in KINDS
    ]
    touched = pl.concat(
        pl.DataFrame({"record_id": key}).with_columns(kind=pl.lit(kind)) for key, kind in told
    )
    return pl.concat([changed.filter(pl.Series(stay)), newcomers]), touched


def _put(column: pl.Series, rows: np.typing.NDArray[np.int64], values: pl.Series) -> pl.Series:
    return column.clone().scatter(rows, values)


def _other_digit(text: pl.Series) -> pl.Series:
    """The texts with the next digit in place of their last one."""
    last = text.str.extract(r"(\d)\D*$").cast(pl.Int8)
    after = text.str.extract(r"\d(\D*)$")
    before = text.str.replace(r"\d\D*$", "")
    return pl.select(
        pl.when(last.is_null())
        .then(text)
        .otherwise(before + ((last + 1) % 10).cast(pl.String) + after)
    ).to_series()
