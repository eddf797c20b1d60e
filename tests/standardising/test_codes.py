"""Sex, relation, yes or no, numbers, ethnicity."""

import polars as pl
import pytest

from reconcile.standardising import codes


def column(standard, *values):
    return standard(pl.Series("column", values, dtype=pl.String)).to_list()


@pytest.mark.parametrize(
    ("sex", "written"),
    [
        (1, ["男", "1", "01", "1.0", "M", "male", "男性", "1-男", "男孩", " 男　", "♂", "Ｍ"]),
        (2, ["女", "2", "02", "2.0", "F", "Female", "女性", "2 女", "女婴"]),
        (None, ["0", "9", "未知", "不详", "", None, "男女", "?", "3"]),
    ],
)
def test_sex(sex, written):
    assert column(codes.standard_sexes, *written) == [sex] * len(written)


@pytest.mark.parametrize(
    ("relation", "written"),
    [
        (1, ["本人", "01"]),
        (2, ["户主", "02", "02户主", "2-户主"]),
        (10, ["配偶", "10"]),
        (11, ["夫", "丈夫"]),
        (12, ["妻", "妻子", "之妻", "12 妻"]),
        (20, ["子", "儿子", "户主之子"]),
        (21, ["独生子"]),
        (22, ["长子"]),
        (23, ["次子", "二子", "23"]),
        (28, ["女婿"]),
        (30, ["女", "女儿"]),
        (32, ["长女"]),
        (38, ["儿媳", "儿媳妇"]),
        (41, ["孙子"]),
        (42, ["孙女"]),
        (43, ["外孙", "外孙子"]),
        (44, ["外孙女"]),
        (51, ["父", "父亲"]),
        (52, ["母亲"]),
        (53, ["公公"]),
        (54, ["婆婆"]),
        (55, ["岳父"]),
        (56, ["岳母"]),
        (61, ["祖父", "爷爷"]),
        (64, ["外祖母", "外婆"]),
        (71, ["兄", "哥哥"]),
        (77, ["妹妹"]),
        (97, ["其他", "其他亲属"]),
        (99, ["非亲属"]),
        (None, ["", None, "不详", "天晓得", "00"]),
    ],
)
def test_relation(relation, written):
    context = "35"  # a code of two digits: the column is of that kind
    assert column(codes.standard_relations, context, *written)[1:] == [relation] * len(written)


def test_one_digit_relations_are_the_old_form_when_the_column_has_heads():
    assert column(codes.standard_relations, "0", "1", "2", "3", "5", "8", None) == [
        2,
        10,
        20,
        30,
        50,
        97,
        None,
    ]


def test_one_digit_relations_beside_two_digit_ones_lost_their_zero():
    assert column(codes.standard_relations, "2", "12", "1", "21") == [2, 12, 1, 21]


@pytest.mark.parametrize(
    ("flag", "written"),
    [
        (True, ["1", "是", "Y", "yes", "TRUE", "注销", "已注销", "死亡注销", "√"]),
        (False, ["0", "否", "N", "false", "正常", "未注销", "有效"]),
        (None, ["", None, "不清楚"]),
    ],
)
def test_flags(flag, written):
    assert column(codes.standard_flags, *written) == [flag] * len(written)


def test_integers():
    written = ["2", "2.0", "第2胎", "第二胎", "十二", "１", "2.5", "", None, "多胎", "99999999999"]
    assert column(codes.standard_integers, *written) == [2, 2, 2, 2, 12, 1, None, None, None, None, None]


def test_weights_in_grams():
    written = ["3200", "3200g", "3,200 克", "3.2", "3.2kg", "3.2公斤", "6.4斤", "3200.0", "", "不详"]
    assert column(codes.standard_weights, *written) == [3200] * 8 + [None, None]


def test_ethnicities():
    written = ["汉", "汉族", "01", "1", "01汉族", "维吾尔", "97", "穿青人", "", None]
    assert column(codes.standard_ethnicities, *written) == [
        "汉族", "汉族", "汉族", "汉族", "汉族", "维吾尔族", "其他", "穿青人", None, None
    ]  # fmt: skip


@pytest.mark.parametrize("standard", [codes.standard_sexes, codes.standard_relations, codes.standard_flags])
def test_an_empty_column(standard):
    assert column(standard) == []
