"""Names: the form that is compared, reading, surname and given name."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.standardising.names import name_parts, standard_names


def standard(*values):
    return standard_names(pl.Series("name", values, dtype=pl.String)).rows()


def parts(name):
    return name_parts(pl.Series("name", [name], dtype=pl.String)).row(0)


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("张三", "张三"),
        (" 张　三\u00a0", "张三"),
        ("张\u200b三", "张三"),
        ("'张三", "张三"),
        ('="张三"', "张三"),
        ("张三(已故)", "张三"),
        ("张三（小名", "张三"),
        ("（张三）", "张三"),
        ("张三1", "张三"),
        ("张三/李四", "张三"),
        ("张偉", "张伟"),
        ("蕭寧", "萧宁"),
        ("⼀⼆三", "一二三"),
        ("金\uf9dc", "金隆"),
        ("𠮷野", "𠮷野"),
        ("〇三", "〇三"),
    ],
)
def test_chinese_names(written, compared):
    assert standard(written) == [(compared, False)]


@pytest.mark.parametrize("name", ["甯静", "闫妮", "阎维文", "範伟", "於凤至", "锺汉良", "乾隆"])
def test_a_variant_that_may_be_another_name_is_not_rewritten(name):
    assert standard(name) == [(name, False)]


@pytest.mark.parametrize("sign", ["\ue123", "〓", "□", "?", "？", "*", "＊", "\ufffd", "×", "X", "●"])
def test_a_character_that_could_not_be_written_is_a_wildcard(sign):
    assert standard(f"张{sign}三") == [("张〓三", False)]


@pytest.mark.parametrize("dot", ["·", "•", "・", "．", "‧", ".", "-", " ", " · ", "··"])
def test_minority_names_have_one_dot(dot):
    assert standard(f"买买提{dot}吐尔逊") == [("买买提·吐尔逊", False)]


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("wang  xiaoming", "WANG XIAOMING"),
        ("王 xiaoming", "王XIAOMING"),
        ("Ｊｏｈｎ　Smith", "JOHN SMITH"),
        ("J.R. Smith", "J R SMITH"),
        ("O'Brien", "O'BRIEN"),
        ("Jean-Luc", "JEAN-LUC"),
    ],
)
def test_latin_names(written, compared):
    assert standard(written) == [(compared, False)]


@pytest.mark.parametrize(
    "placeholder",
    [
        "李某之子",
        "王芳之女",
        "王芳之次女",
        "张三之婴",
        "未取名",
        "待取名",
        "暂未取名",
        "未命名",
        "无名氏",
        "无名",
        "婴儿",
        "新生儿",
        "男婴",
        "女婴",
        "张男婴",
        "张三女婴",
        "张某",
        "张某某",
        "某某",
        "王之子1",
        "新生儿(女)",
        "Baby",
        "Newborn",
    ],
)
def test_placeholders_of_newborns_and_masked_names(placeholder):
    assert standard(placeholder) == [(None, True)]


@pytest.mark.parametrize("nothing", [None, "", "无", "未知", "不详", "NULL", "/", "???", "〓〓", "123", "（无）"])
def test_no_name(nothing):
    assert standard(nothing) == [(None, False)]


@pytest.mark.parametrize(
    "name", ["张敬之", "毛不易", "贾宝玉", "王子", "李子女", "名扬", "女英", "未央", "不二", "没羽"]
)
def test_names_that_look_like_placeholders(name):
    assert standard(name) == [(name, False)]


@pytest.mark.parametrize(
    ("name", "surname", "given_name", "reading"),
    [
        ("张三", "张", "三", "zhang san"),
        ("单田芳", "单", "田芳", "shan tian fang"),
        ("仇英", "仇", "英", "qiu ying"),
        ("曾国藩", "曾", "国藩", "zeng guo fan"),
        ("解缙", "解", "缙", "xie jin"),
        ("查良镛", "查", "良镛", "zha liang yong"),
        ("盖叫天", "盖", "叫天", "ge jiao tian"),
        ("区楚良", "区", "楚良", "ou chu liang"),
        ("朴树", "朴", "树", "piao shu"),
        ("吕布", "吕", "布", "lv bu"),
        ("尉迟恭", "尉迟", "恭", "yu chi gong"),
        ("万俟雪", "万俟", "雪", "mo qi xue"),
        ("欧阳娜娜", "欧阳", "娜娜", "ou yang na na"),
        ("欧阳", "欧", "阳", "ou yang"),
        ("爱新觉罗溥仪", "爱新觉罗", "溥仪", "ai xin jue luo pu yi"),
        ("买买提·吐尔逊", "买买提", "吐尔逊", "mai mai ti tu er xun"),
        ("WANG XIAOMING", "WANG", "XIAOMING", "wang xiao ming"),
        ("王XIAOMING", "王", "XIAOMING", "wang xiao ming"),
        ("JOHN SMITH", "JOHN", "SMITH", "john smith"),
        ("张〓三", "张", "〓三", "zhang 〓 san"),
        ("〓三", None, "三", "〓 san"),
        ("张", "张", None, "zhang"),
        (None, None, None, None),
    ],
)
def test_parts_and_reading(name, surname, given_name, reading):
    assert parts(name) == (surname, given_name, reading)


ALPHABET = "张王李欧阳偉寧三之子女某未取名婴儿 　·.•-*?□X(（)）/1aB'〓\ue000無"


@settings(deadline=None, max_examples=50)
@given(st.lists(st.one_of(st.text(ALPHABET, max_size=8), st.text(max_size=8)), max_size=20))
def test_a_standard_name_stays_as_it_is(values):
    once = [name for name, _ in standard(*values)]
    assert [name for name, _ in standard(*once)] == once


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ZHANG WEI", "张伟"),
        ("Zhang, Wei", "张伟"),
        ("zhangwei", "张伟"),
        ("WANG XIAO-MING", "王晓明"),
        ("XIAOMING WANG", "王晓明"),
        ("OUYANG NA", "欧阳娜"),
        ("LYU LI", "吕丽"),
        ("LÜ LI", "吕丽"),
        ("SMITH JOHN", "JOHN SMITH"),
        ("Smith, John", "john smith"),
        ("SMITH/JOHN", "John Smith"),
        ("SMITH-JONES ANNA", "Anna Smith Jones"),
        ("O'BRIEN MARY", "Mary OBrien"),
        ("GARCÍA JOSÉ", "Jose Garcia"),
        ("ZHANG SAN/张三", "张三"),
    ],
)
def test_one_reading_of_names_in_two_hands(one, other):
    readings = name_parts(standard_names(pl.Series([one, other]))["std"])["name_reading"]
    assert readings[0] == readings[1]


@pytest.mark.parametrize(
    ("one", "other"), [("WEI ZHANG", "张伟"), ("SMITH JOHN", "史密斯"), ("XIAN LI", "李娴"), ("XI'AN LI", "冼丽")]
)
def test_readings_that_nobody_can_put_in_order_stay_as_they_stand(one, other):
    readings = name_parts(standard_names(pl.Series([one, other]))["std"])["name_reading"]
    assert readings[0] != readings[1]
