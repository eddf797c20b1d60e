"""What a screen may show of a person."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest

from reconcile.masking import mask_id, mask_ids_within, mask_name, mask_text


@pytest.mark.parametrize(
    ("mask", "value", "shown"),
    [
        (mask_name, "张小三", "张*三"),
        (mask_name, "王伟", "王*"),
        (mask_name, "欧阳丽娜", "欧**娜"),
        (mask_name, "李", "*"),
        (mask_name, "", ""),
        (mask_name, None, None),
        (mask_name, "𠮷𠮷𠮷", "𠮷*𠮷"),
        (mask_name, "张\n\n三", "张**三"),
        (mask_id, "46010519800101123X", "460***********123X"),
        (mask_id, "460105800101123", "460********1123"),
        (mask_id, "1234567", "*******"),
        (mask_id, "无", "*"),
        (mask_id, None, None),
        (mask_text, "海口市龙华区", "海***"),
        (mask_text, "13800000000", "1***"),
        (mask_text, "", ""),
        (mask_text, None, None),
        (mask_ids_within, "R46010519800101123X-1", "R460********123X-1"),
        (mask_ids_within, "个人编码00123", "个人编码00123"),
    ],
)
def test_masks(mask: Callable[[pl.Expr], pl.Expr], value: str | None, shown: str | None) -> None:
    frame = pl.DataFrame({"value": [value]}, schema={"value": pl.String})
    assert frame.select(mask(pl.col("value"))).item() == shown
