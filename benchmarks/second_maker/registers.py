"""The resident register and the police's household register of a city, with their truth."""

from __future__ import annotations

import numpy as np
import polars as pl
from benchmarks.second_maker import columns, places
from benchmarks.second_maker.city import City, heads, relations
from benchmarks.second_maker.days import NOW, YEAR
from benchmarks.second_maker.identity import HONG_KONG, ID_CARD, PASSPORT, TAIWAN
from benchmarks.second_maker.rates import Rates
from benchmarks.second_maker.slips import Typist, written
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

PAPERS = {
    ID_CARD: "居民身份证",
    PASSPORT: "护照",
    HONG_KONG: "港澳居民来往内地通行证",
    TAIWAN: "台湾居民来往大陆通行证",
}
PEOPLES = {
    1: "汉族", 3: "回族", 5: "维吾尔族", 6: "苗族", 8: "彝族", 15: "土家族", 22: "畲族",
}  # fmt: skip


def residents(city: City, rates: Rates) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The resident register and its truth: record_id, entity_id, errors."""
    rng = np.random.default_rng([city.seed, 2])
    people, homes, who = city.people, city.homes, city.who
    once = columns.who_is_in(rng, city, homes.here, slow=45, never=0.02)
    again = once[rng.random(len(once)) < rates.doubles]
    rows = np.concatenate([once, again])
    double = np.arange(len(rows)) >= len(once)
    moved = double & (rng.random(len(rows)) < 0.4)
    at = np.where(moved, homes.book_at[homes.registered[rows]], homes.live_at[homes.lives[rows]])
    at = np.where(homes.registered[rows] < 0, homes.live_at[homes.lives[rows]], at)
    home = city.dwellings[at]
    typist = Typist(rng, rates.level, city.places.town_no[homes.village[at]])
    typist.care[double] *= rates.careless_doubles
    registered = city.dwellings[homes.book_at[np.maximum(homes.registered[rows], 0)]]
    outside = places.elsewhere(rng, rng.integers(0, len(places.ELSEWHERE), len(rows)))
    books = homes.on_books[rows]
    head = heads(people, rows, at, homes.on_books[rows] & ~double)
    stale = rng.random(len(rows)) < 0.05
    head = np.where(stale & (people.father[rows] < people.nobody), people.father[rows], head)
    number = columns.second_number(rng, city, rows, double, typist, rates)
    relative = who.number[
        np.where(people.couple[rows] >= 0, people.spouse[rows], people.mother[rows])
    ]
    number = typist.number(number, relative, rates.id_slips)
    number[columns.missing(rng, typist, rates, people.born[rows])] = 0
    typist.note("id_missing", number[:, 0] == 0)
    married = ~people.dead[people.spouse[rows]] & ~columns.divorced(city, rows)
    style = columns.habit(rng, at, 0.15)
    key = columns.keys(rng, len(rows), "Q")
    born = typist.day(people.born[rows], rates.date)
    town, village = columns.areas(rng, typist, home, rates)
    frame = pl.DataFrame(
        {
            "全员人口编码": key,
            "居民姓名": columns.spaced(
                rng, typist.name(who.name[rows], rates.name, "name", who.former[rows])
            ),
            "曾用姓名": np.where(rng.random(len(rows)) < 0.5, who.former[rows], ""),
            "性别名称": columns.sex(typist, people.female[rows], rates),
            "族别": pl.Series(who.ethnicity[rows]).replace_strict(PEOPLES, default="其他"),
            "证件种类": pl.Series(who.paper[rows]).replace_strict(PAPERS),
            "有效身份证件号码": written(number),
            "出生日": columns.dates(born, columns.habit(rng, at, 0.1)),
            "婚姻状况": columns.marriage(city, rows),
            "户主名字": typist.name(who.name[head], rates.relative_name, "head_name"),
            "父姓名": columns.stated(
                rng, typist, who.name[people.father[rows]], 0.78, rates, "father_name"
            ),
            "父证件号码": columns.ids(rng, typist, city, people.father[rows], 0.3, rates),
            "母姓名": columns.stated(
                rng, typist, who.name[people.mother[rows]], 0.78, rates, "mother_name"
            ),
            "母证件号码": columns.ids(rng, typist, city, people.mother[rows], 0.35, rates),
            "爱人姓名": columns.stated(
                rng,
                typist,
                np.where(married, who.name[people.spouse[rows]], ""),
                0.88,
                rates,
                "spouse_name",
            ),
            "配偶证件号码": columns.ids(
                rng, typist, city, np.where(married, people.spouse[rows], people.nobody), 0.4, rates
            ),
            "所属镇(街道)": town,
            "所属村(社区)": village,
            "现住地址": places.address(home, style, rng.random(len(rows)) < 0.15),
            "户籍详址": columns.where(
                books, places.address(registered, style, rng.random(len(rows)) < 0.4), outside
            ),
            "联系手机": columns.phones(rng, at),
            "建档日期": columns.entered(rng, people.born[rows], double),
        }
    )
    return columns.shuffled(rng, frame, city, rows, key, typist)


def household(city: City, rates: Rates) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The police's register and its truth."""
    rng = np.random.default_rng([city.seed, 3])
    people, homes, who = city.people, city.homes, city.who
    once = columns.who_is_in(rng, city, homes.on_books, slow=25, never=0.012)
    again = once[rng.random(len(once)) < rates.household_doubles]
    rows = np.concatenate([once, again])
    double = np.arange(len(rows)) >= len(once)
    unit = homes.registered[rows]
    # who is registered twice is so at the parents' and with the spouse, or twice in one place
    elsewhere = double & (people.parents[rows] >= 0) & (rng.random(len(rows)) < 0.6)
    unit = np.where(elsewhere, people.parents[rows], unit)
    at, book = homes.book_at[unit], homes.book[unit]
    home = city.dwellings[at]
    typist = Typist(rng, rates.level, city.places.town_no[homes.village[at]])
    typist.care *= rates.household_care
    head = heads(people, rows, book, ~double & (homes.registered[rows] == book))
    number = who.number[rows].copy()
    fresh = np.flatnonzero(double & (rng.random(len(rows)) < 0.4))
    number[fresh] = columns.other_numbers(rng, city, rows[fresh])
    typist.note("id_second", fresh)
    number = typist.number(number, who.number[head], rates.id_slips)
    number[typist.slips(rates.household_id_missing)] = 0
    typist.note("id_missing", number[:, 0] == 0)
    style = columns.habit(rng, at + 1, 0.12)
    key = columns.keys(rng, len(rows), "")
    young = people.born[rows] > NOW - 20 * YEAR
    told = np.where(young, 0.7, 0.2)
    cancelled = people.dead[rows] & (rng.random(len(rows)) < 0.6)
    town, village = columns.areas(rng, typist, home, rates)
    frame = pl.DataFrame(
        {
            "内部标识": key,
            "立户编号": (pl.Series(book) * 7 + 3_000_017).cast(pl.String),
            "本户户主姓名": typist.name(who.name[head], rates.relative_name, "head_name"),
            "户内关系": pl.Series(relations(people, rows, head)).cast(pl.String).str.zfill(2),
            "常住人口姓名": columns.spaced(
                rng, typist.name(who.name[rows], rates.name, "name", who.former[rows])
            ),
            "别名": np.where(rng.random(len(rows)) < 0.7, who.former[rows], ""),
            "公民身份证编号": written(number),
            "性别代码": pl.Series(columns.sex(typist, people.female[rows], rates)).replace_strict(
                {"男": "1", "女": "2", "": ""}
            ),
            "民族代码": pl.Series(who.ethnicity[rows]).cast(pl.String).str.zfill(2),
            "出生年月日": columns.dates(
                typist.day(people.born[rows], rates.date), np.zeros(len(rows), int)
            ),
            "户籍登记地址": places.address(home, style, rng.random(len(rows)) < 0.85),
            "管辖派出所": home.select(
                pl.col("town").str.replace("(镇|街道)$", "派出所")
            ).to_series(),
            "街镇": town,
            "所属社区": village,
            "父名字": columns.stated(
                rng, typist, who.name[people.father[rows]], told, rates, "father_name"
            ),
            "父公民身份号码": columns.ids(
                rng, typist, city, people.father[rows], told * 0.6, rates
            ),
            "母名字": columns.stated(
                rng, typist, who.name[people.mother[rows]], told, rates, "mother_name"
            ),
            "母公民身份号码": columns.ids(
                rng, typist, city, people.mother[rows], told * 0.6, rates
            ),
            "报户日期": columns.entered(rng, people.born[rows], double),
            "注销标识": np.where(cancelled, "1", "0"),
            "注销类别": np.where(cancelled, "死亡", ""),
        }
    )
    return columns.shuffled(rng, frame, city, rows, key, typist)
