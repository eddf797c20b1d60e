"""The shipped tables of characters."""

import polars as pl
import pytest

from reconcile.standardising import characters


def readings(char):
    return characters.readings_table().filter(pl.col("char") == char)["reading"].to_list()


def test_readings_have_the_commonest_first():
    assert readings("行")[0] == "xing"
    assert {"xing", "hang"} <= set(readings("行"))
    assert characters.first_readings()["伟"] == "wei"


def variant(left, right):
    classes = dict(characters.variant_classes().iter_rows())
    return classes.get(left, left) == classes.get(right, right)


@pytest.mark.parametrize("pair", ["宁甯", "闫阎", "萧肖", "峰峯", "钟鍾", "范範", "于於", "昇升"])
def test_variants(pair):
    assert variant(*pair)


@pytest.mark.parametrize("pair", ["伟玮", "明铭", "王汪"])
def test_other_characters_of_one_sound_are_no_variants(pair):
    assert not variant(*pair)


def look_alike(left, right):
    low, high = sorted((left, right))
    pairs = characters.lookalike_pairs()
    return not pairs.filter((pl.col("char_l") == low) & (pl.col("char_r") == high)).is_empty()


@pytest.mark.parametrize("pair", ["己已", "未末", "伟炜", "伟玮", "清晴", "侯候", "颖颍", "人入", "王玉", "淇琪"])
def test_lookalikes(pair):
    assert look_alike(*pair)


@pytest.mark.parametrize("pair", ["伟芳", "一龙", "建国"])
def test_unlike_characters(pair):
    assert not look_alike(*pair)


def test_rewriting_to_simplified_characters_ends_there():
    table = characters.simplified()
    assert table["張"] == "张"
    assert not set(table.values()) & set(table)


@pytest.mark.parametrize(
    "pair",
    [("ning", "ling"), ("lin", "ling"), ("ran", "lan"), ("zhang", "zan"), ("chen", "ceng"), ("shi", "si"),
     ("huang", "fang"), ("hui", "fei"), ("hu", "fu"), ("hun", "fen")],
)  # fmt: skip
def test_sounds_that_dialects_confuse(pair):
    frame = pl.DataFrame({"reading": list(pair)}).select(characters.dialect_fold(pl.col("reading")))
    assert frame["reading"].n_unique() == 1


def test_sounds_that_they_do_not():
    distinct = ["wang", "han", "fan", "dong", "ying", "yang", "ye", "wei"]
    folded = pl.DataFrame({"reading": distinct}).select(characters.dialect_fold(pl.col("reading")))
    assert folded["reading"].n_unique() == len(distinct)
