"""What a screen may show of a person."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest

from reconcile.core.masking import mask_id, mask_ids_within, mask_name, mask_record_key, mask_text


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
        (mask_id, "E12345678", "*********"),  # a passport
        (mask_id, "H1234567801", "***********"),  # a permit
        (mask_id, "46010519800101123X43", "460*****************"),  # the kind and the grade of a disability
        (mask_id, "46010519800101123X43B1", "460*******************"),
        (mask_id, "无", "*"),
        (mask_id, None, None),
        (mask_text, "海口市龙华区", "海***"),
        (mask_text, "13800000000", "1***"),
        (mask_text, "", ""),
        (mask_text, None, None),
        (mask_ids_within, "R46010519800101123X-1", "R460********123X-1"),
        (mask_ids_within, "残疾证46010519800101123X43", "残疾证460********123X"),
        (mask_ids_within, "个人编码00123", "个人编码00123"),
        (mask_record_key, "46010500100007471", "46010500100007471"),
        (mask_record_key, "460105001002000515", "460105001002000515"),  # a family code has 18 digits too
        (mask_record_key, "HJ000042500", "HJ000042500"),
        (mask_record_key, "46010519800101123X", "460***********123X"),
        (mask_record_key, "460105198001011234~2", "460*************34~2"),
        (mask_record_key, "460105800101123", "460********1123"),
        (mask_record_key, None, None),
    ],
)
def test_masks(mask: Callable[[pl.Expr], pl.Expr], value: str | None, shown: str | None) -> None:
    frame = pl.DataFrame({"value": [value]}, schema={"value": pl.String})
    assert frame.select(mask(pl.col("value"))).item() == shown
