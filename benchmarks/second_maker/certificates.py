"""Birth certificates of the city's hospitals, with their truth: the entity is the child."""

from __future__ import annotations

import numpy as np
import polars as pl
from benchmarks.second_maker import columns, names, places
from benchmarks.second_maker.city import City
from benchmarks.second_maker.days import NOW, parts
from benchmarks.second_maker.rates import Rates
from benchmarks.second_maker.registers import PAPERS
from benchmarks.second_maker.slips import Typist, written
from numpy.random import Generator
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

BORN_ELSEWHERE, COMES_TO_BEAR, REISSUED = 0.04, 0.8, 0.02
UNNAMED, OTHER_NAME_LATER, NO_FATHER = 0.6, 0.12, 0.06
HOSPITALS = (
    "澄州市人民医院",
    "澄州市妇幼保健院",
    "北塘区人民医院",
    "南浦区妇幼保健院",
    "澄州市中医院",
)


def births(city: City, rates: Rates) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The certificates and their truth."""
    rng = np.random.default_rng([city.seed, 4])
    people, homes, who = city.people, city.homes, city.who
    children = _delivered_here(rng, city)
    again = children[rng.random(len(children)) < REISSUED]
    rows = np.concatenate([children, again])
    reissue = np.arange(len(rows)) >= len(children)
    mother, father = people.mother[rows], people.father[rows]
    known = homes.here[mother] | homes.on_books[mother]
    # what concerns the mother is drawn once for twins
    of_mother = rng.random((4, len(people.born)))[:, mother]
    unit = np.where(of_mother[0] < 0.15, homes.registered[mother], homes.lives[mother])
    dwelling = homes.live_at[np.maximum(unit, 0)]
    typist = Typist(rng, rates.level, rows % 7)
    birth = _birth(rng, city, rows)
    minute = birth["minute"].to_numpy()
    born = typist.day(people.born[rows], rates.child_date)
    after = typist.slips(rates.after_midnight) & (minute < 180)
    typist.note("date_midnight", after)
    born = np.where(after, born - 1, born)
    days = 2 - np.log(1 - of_mother[1]) * 8
    issued = np.minimum(people.born[rows] + days.astype(np.int64), NOW - 1)
    late = np.minimum(issued + 20 + rng.integers(0, 300, len(rows)), NOW - 1)
    issued = np.where(reissue, late, issued)
    key = _numbers(rng, issued, rows, reissue)
    fatherless = of_mother[2] < NO_FATHER
    number = typist.number(who.number[mother], who.number[father], rates.id_slips)
    number[typist.slips(rates.mother_id)] = 0
    fathers = who.number[father].copy()
    fathers[fatherless | typist.slips(rates.mother_id * 2)] = 0
    style = columns.habit(rng, rows * 31, 0.6)
    home = places.address(city.dwellings[dwelling], style, rng.random(len(rows)) < 0.5)
    outside = places.elsewhere(rng, rng.integers(0, len(places.ELSEWHERE), len(rows)))
    text = pl.Series(columns.dates(born, np.ones(len(rows), int)))
    clock = birth.select(
        pl.format("{}:{}", *(part.cast(pl.String).str.zfill(2) for part in (
            pl.col("minute") // 60, pl.col("minute") % 60)))
    ).to_series()  # fmt: skip
    frame = pl.DataFrame(
        {
            "出生医学证明编号": key,
            "婴儿姓名": _child_names(rng, city, rows, typist, rates),
            "婴儿性别": columns.sex(typist, people.female[rows], rates),
            "分娩时间": text + " " + clock,
            "出生体重(g)": np.clip(rng.normal(3250, 430, len(rows)), 1200, 5200).astype(int)
            // 10
            * 10,
            "本次分娩胎数": birth["size"],
            "多胎次序": birth["place"],
            "第几孩": birth["order"],
            "分娩地点": np.where(rng.random(len(rows)) < 0.996, "医院", "家中"),
            "助产机构名称": np.array(HOSPITALS)[
                rng.choice(5, len(rows), p=(0.3, 0.4, 0.1, 0.1, 0.1))
            ],
            "产妇姓名": typist.name(who.name[mother], rates.relative_name, "mother_name"),
            "产妇证件类型": pl.Series(who.paper[mother]).replace_strict(PAPERS),
            "产妇证件号码": written(number),
            "父方姓名": typist.name(
                np.where(fatherless, "", who.name[father]).astype(who.name.dtype),
                rates.relative_name,
                "father_name",
            ),
            "父方证件号码": written(fathers),
            "家庭详细地址": columns.where(known, home, outside),
            "产妇手机": columns.phones(rng, dwelling),
            "出证日期": columns.dates(issued, np.ones(len(rows), int)),
            "办证类型": np.where(
                reissue, np.where(rng.random(len(rows)) < 0.6, "补发", "换发"), "首次"
            ),
            "新生儿状况": np.where(city.early_death[rows], "死亡", "良好"),
        }
    )
    return columns.shuffled(rng, frame, city, rows, key, typist)


def _delivered_here(rng: Generator, city: City) -> Ints:
    """The certified children that were born in the city, of mothers from elsewhere too."""
    people, homes = city.people, city.homes
    here = homes.here | homes.here[people.mother] | city.early_death
    inside = here | homes.on_books
    draw = rng.random(len(people.born))
    away = np.where(here, BORN_ELSEWHERE, np.where(inside, 0.75, 1 - COMES_TO_BEAR))
    couple = people.parents  # twins are born in one place
    draw = np.where(couple >= 0, rng.random(len(city.couples.husband))[couple], draw)
    return np.flatnonzero(people.certified & (draw >= away))


def _birth(rng: Generator, city: City, rows: Ints) -> pl.DataFrame:
    """minute, size and place of the delivery, and the how-many-th child of the mother."""
    people = city.people
    own = np.flatnonzero(people.parents >= 0)
    frame = pl.DataFrame({"row": own, "mother": people.mother[own], "born": people.born[own]})
    start = pl.Series(rng.integers(0, 1440, len(people.born)))[people.mother[own]]
    frame = frame.with_columns(
        start=start.clip(0, 1400),
        size=pl.len().over("mother", "born"),
        place=pl.int_range(1, pl.len() + 1).over("mother", "born"),
        order=(pl.col("born") * 100_000_000 + pl.col("row")).rank("ordinal").over("mother"),
    ).with_columns(minute=pl.col("start") + (pl.col("place") - 1) * 7)
    return pl.DataFrame({"row": rows}).join(frame, on="row", how="left", maintain_order="left")


def _numbers(rng: Generator, issued: Ints, rows: Ints, reissue: Flags) -> pl.Series:
    """A letter for the year of print and nine digits that rise with the day of issue; twins have
    numbers one after the other."""
    order = np.lexsort((rows, issued, reissue))
    value = np.empty(len(rows), np.int64)
    value[order] = 360_100_000 + np.cumsum(rng.integers(1, 4, len(rows)))
    letter = np.array(list("STUVWXYZ"))[parts(issued)[0] - 2020]
    return pl.Series(np.char.add(letter, value.astype("<U9")))


def _child_names(
    rng: Generator, city: City, rows: Ints, typist: Typist, rates: Rates
) -> names.Text:
    """None for most, 某某之子 for some; else the later name, or one that was changed since."""
    people, who = city.people, city.who
    final = who.name[rows]
    draw = rng.random(len(rows))
    other = np.flatnonzero(rng.random(len(rows)) < OTHER_NAME_LATER)
    given = names.draw_given(
        rng, parts(people.born[rows[other]])[0], people.female[rows[other]],
        names.text([""] * len(other)),
    )  # fmt: skip
    final = final.copy()
    final[other] = names.join(final[other].astype("<U1").astype(final.dtype), given)
    typist.note("name_later", other)
    final = typist.name(final, rates.name / 2, "name")
    child = names.text(["之女", "之子"])[(~people.female[rows]).astype(int)]
    of_mother = names.join(who.name[people.mother[rows]], child)
    unnamed = draw < UNNAMED
    typist.note("unnamed", unnamed)
    for kind in [kind for kind in typist.notes if kind.startswith("name_")]:
        typist.notes[kind] &= ~unnamed
    return np.select(
        [draw < UNNAMED * 0.4, draw < UNNAMED * 0.6, unnamed], ["", "未取名", of_mother], final
    )
