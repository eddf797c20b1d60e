"""Names of people: the form that is compared, the reading, surname and given name.

A standardised name is Chinese characters without blanks, or the parts of a minority name joined by
`·`, or upper-case Latin words with single spaces. Characters that could not be written (PUA, □, ?,
* …) are `〓`. Traditional characters become simplified where no name is lost by it; variants stay:
they are a matcher's business.
"""

from __future__ import annotations

from functools import cache

import polars as pl

from reconcile.standardising import characters
from reconcile.standardising.characters import WILDCARD
from reconcile.standardising.text import HAN, VALUE, repaired, something, tidy

_UNWRITTEN = r"[\x{E000}-\x{F8FF}\x{F0000}-\x{10FFFD}\x{FFFD}□■◇◆○●△▲※◎*?×✕]"
_DOTS = r"\s*[·•・‧∙⋅.。、,˙⸱–—-]+\s*"
_BLANK_FOR_DOT = (
    rf"^(?:([{HAN}]{{3,}})\s+([{HAN}]{{2,}})|([{HAN}]{{2,}})\s+([{HAN}]{{3,}}))$"  # 古再丽 吐尔逊
)
_OPEN, _CLOSE = r"[(\[{<《〈【〔〖「『]", r"[)\]}>》〉】〕〗」』]"
_NOISE = r"[0-9!\"#$%&+,/:;=@\\^_`|~。、，…]"

_KIN = "子|女|儿|婴|孩|娃|男|儿子|女儿|男孩|女孩|男婴|女婴|婴儿|宝宝|双胞胎"
_UNNAMED = "|".join(
    (
        rf"^.+[之的][长次大小幼双]?(?:{_KIN})[一二三四大小甲乙]?$",  # 李某之子, 王芳之次女
        # 未取名, 待命名, 无名氏
        r"^(?:[暂尚还]?[未没待无]|没有|等待)[取起命定报改有上]?(?:好|姓)?名字?氏?$",
        # 新生儿, 张男婴
        rf"^[{HAN}]{{0,3}}(?:新生[男女]?[婴儿]+|[男女]婴儿?|婴儿)[一二三四大小甲乙]?$",
        r"^(?:[男女]孩儿?|[男女]|宝宝|毛毛|毛头|毛孩|小毛头|双胞胎[一二大小]?)$",
        rf"^[{HAN}]{{0,2}}某[某人男女]*$",  # 张某某
        r"^(?:NEW ?BORN|BABY|UNNAMED|NO ?NAME|INFANT)\b.*$",
    )
)
_SUSPECT = r"某|[之的]|名|新生|婴|孩|宝|毛|双胞|^[男女无空略缺]|没|不|未|待"
_UNNAMED_MARK = "\0"  # between the steps only


def standard_names(values: pl.Series) -> pl.DataFrame:
    """`std` (String, null where no name is said), `unnamed` (Boolean: a newborn's or masked
    placeholder)."""
    odd = ~VALUE.str.contains(_plain_name()) | VALUE.str.contains(_SUSPECT)
    names = repaired(values, odd, _tidy_name).to_frame("value")
    unnamed = (VALUE == _UNNAMED_MARK).fill_null(False)
    return names.select(std=pl.when(~unnamed).then(VALUE), unnamed=unnamed)


@cache
def _plain_name() -> str:
    """Matches names of common characters that nothing need be done to."""
    return rf"^[一-鿿--[{''.join(characters.simplified())}]]+$"


def _tidy_name(frame: pl.LazyFrame) -> pl.LazyFrame:
    chinese = VALUE.str.contains(rf"[{HAN}〓]")
    return (
        tidy(frame)
        .with_columns(
            _without_notes(VALUE.str.to_uppercase()).str.replace_all(_UNWRITTEN, WILDCARD)
        )
        .with_columns(pl.when(chinese).then(_chinese_name(VALUE)).otherwise(_foreign_name(VALUE)))
        .with_columns(_masked(VALUE).str.replace_many(characters.simplified()))
        .with_columns(something(VALUE))
        .with_columns(pl.when(~VALUE.str.contains(r"^[〓· '-]*$")).then(VALUE))
        .with_columns(
            value=pl.when(VALUE.str.contains(_UNNAMED)).then(pl.lit(_UNNAMED_MARK)).otherwise(VALUE)
        )
    )


def _without_notes(name: pl.Expr) -> pl.Expr:
    """张三(已故) → 张三; a name that is all in brackets is let out of them; of 张三/李四 the
    first."""
    let_out = name.str.replace(rf"^{_OPEN}([^)\]}}>》〉】〕〗」』]+){_CLOSE}$", "$1")
    without = let_out.str.replace_all(rf" *{_OPEN}[^)\]}}>》〉】〕〗」』]*{_CLOSE}? *", "")
    chinese = without.str.replace(rf"^[^/;{HAN}]+[/;](.*[{HAN}].*)$", "$1")  # ZHANG SAN/张三
    return chinese.str.replace(rf"^(.*[{HAN}〓].*?)/.*$", "$1").str.replace(
        r"(.);.*$", "$1"
    )  # SMITH/JOHN is one name


def _chinese_name(name: pl.Expr) -> pl.Expr:
    """One dot between parts, no blanks beside Chinese characters, no digits and signs."""
    parts = name.str.replace_all(_DOTS, "·").str.replace_all(_NOISE, "").str.strip_chars("· '")
    parts = parts.str.replace(_BLANK_FOR_DOT, "$1$3·$2$4")
    return parts.str.replace_all(rf"([{HAN}〓·])\s+", "$1").str.replace_all(
        rf"\s+([{HAN}〓·])", "$1"
    )


def _foreign_name(name: pl.Expr) -> pl.Expr:
    words = name.str.replace_all(r"[.·•・‧∙⋅]", " ").str.replace_all(_NOISE, " ")
    return words.str.replace_all(r"\s+", " ").str.strip_chars(" '-")


def _masked(name: pl.Expr) -> pl.Expr:
    """张X伟 → 张〓伟; Latin letters beside an X are a name in pinyin and stay."""
    masked = name.str.contains(rf"^[{HAN}〓X]*[{HAN}][{HAN}〓X]*$") & name.str.contains(
        "X", literal=True
    )
    return pl.when(masked).then(name.str.replace_all("X", WILDCARD)).otherwise(name)


def latin(name: pl.Expr) -> pl.Expr:
    """Whether a standardised name is written in Latin letters."""
    return name.str.contains("^[A-Z]")


def in_other_order(left: pl.Expr, right: pl.Expr) -> pl.Expr:
    """Whether two standardised names are the same words in any order: SMITH JOHN, JOHN SMITH."""
    words = [
        name.str.replace_all("-", " ", literal=True).str.split(" ").list.sort()
        for name in (left, right)
    ]
    return words[0] == words[1]


def in_two_hands(left: pl.Expr, right: pl.Expr) -> pl.Expr:
    """Whether two names may be one for all that their letters tell: in two scripts, or in another
    order of words."""
    return (latin(left) != latin(right)) | in_other_order(left, right)


# What tells twins without names apart: 张某之子（大）, 王芳之次女, 李某之女2.
_PLACES = {1: "长大一1甲A", 2: "次小二2乙B", 3: "三3丙C"}


def places_among_twins(values: pl.Series) -> pl.Series:
    """The place among children born together that a newborn's placeholder says (Int8); null where
    it says none.

    大 and 小 are the first and the second; of more than two children places are numbers.
    """
    marks = "".join(_PLACES.values())
    end = VALUE.str.extract(rf"(?:{_KIN})(?:{_OPEN})?([{marks}]){_CLOSE}?$", 1)
    before = VALUE.str.extract(rf"[之的]([{marks}])(?:{_KIN})", 1)
    places = {mark: place for place, written in _PLACES.items() for mark in written}

    def read(frame: pl.LazyFrame) -> pl.LazyFrame:
        tidied = tidy(frame).with_columns(VALUE.str.to_uppercase().str.replace_all(r"\s|（|）", ""))
        found = pl.coalesce(end, before).replace_strict(places, default=None, return_dtype=pl.Int8)
        return tidied.select(found.alias("value"))

    return read(values.to_frame("value").lazy()).collect().to_series()


def name_parts(names: pl.Series) -> pl.DataFrame:
    """`surname`, `given` and `name_reading` (String, null without a name) of standardised names.

    The reading is toneless pinyin, one syllable a character, joined by spaces: the surname as
    surnames are read (单 shan), the given name as its characters are read most often; `〓` stays.
    Names in pinyin are cut into syllables, the surname first as far as that can be told; the words
    of other Latin names are in order of the alphabet, without accents, since the surname stands
    first here and last there. Compound surnames (欧阳) are told from three characters on. The
    surname of a minority name is its first part, of a Latin one its first word; a name of one
    character or word is a surname.
    """
    parts = (
        pl.LazyFrame({"value": names, "surname": _surnames(names)})
        .with_columns(
            given=VALUE.str.slice(pl.col("surname").str.len_chars()).str.strip_chars_start("· '-")
        )
        .collect()
    )
    return parts.select(
        pl.when(pl.col("surname") != WILDCARD).then("surname").alias("surname"),
        pl.when(pl.col("given") != "").then("given").alias("given"),
        name_reading=_readings(parts["surname"], parts["given"]),
    )


def _surnames(names: pl.Series) -> pl.Series:
    """The surname of each name; the whole of a name of one part."""
    starts = sorted({surname[:2] for surname in characters.compound_surnames()})
    odd = VALUE.str.contains("[A-Z·]") | VALUE.str.slice(0, 2).is_in(starts)
    initial = pl.when(odd).then(VALUE).otherwise(VALUE.str.slice(0, 1))
    initials = names.to_frame("value").select(initial).to_series()
    return repaired(initials, VALUE.str.len_chars() > 1, _odd_surname)


def _odd_surname(frame: pl.LazyFrame) -> pl.LazyFrame:
    compound = "|".join(characters.compound_surnames())
    ways = (rf"^({compound}).", "^([^·]+)·", rf"^([{HAN}〓])", "^([^ ]+)")
    return frame.with_columns(pl.coalesce(VALUE.str.extract(way) for way in ways).alias("value"))


def _readings(surnames: pl.Series, given: pl.Series) -> pl.Series:
    known = {**characters.first_readings(), **characters.surname_readings()}
    read = (
        surnames.replace_strict(known, default=surnames)
        + " "
        + given.str.replace_many(_spaced_readings())
    )
    return repaired(read.str.strip_chars_end(" "), VALUE.str.contains(rf"[A-Z·{HAN}]"), _read_odd)


def _read_odd(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Minority surnames read; Latin letters in lower case, cut into syllables where all of it is
    pinyin."""
    read, lower = VALUE.str.to_lowercase().str.replace_many(_spaced_readings()), pl.col("lower")
    plain = read.str.replace_all(r"\b([ln])yu(e?)\b", "${1}v$2").str.replace_all("([ln])ü", "${1}v")
    words = (
        plain.str.normalize("NFKD")
        .str.replace_all(r"\p{M}", "")
        .str.replace_all(r"[· -]+", " ")
        .str.strip_chars()
    )
    syllables = lower.str.extract_all(_syllables())
    pinyin = syllables.list.join("") == lower.str.replace_all("[ ']", "")
    foreign = lower.str.replace_all("'", "").str.split(" ").list.sort().list.join(" ")
    return (
        frame.with_columns(latin=latin(VALUE) & ~VALUE.str.contains("[a-z]"), lower=words)
        .with_columns(
            lower=pl.when(pl.col("latin") & _given_first(lower))
            .then(_turned(lower))
            .otherwise(lower)
        )
        .with_columns(
            value=pl.when(pinyin)
            .then(syllables.list.join(" "))
            .when("latin")
            .then(foreign)
            .otherwise(lower.str.strip_chars())
        )
    )


def _given_first(words: pl.Expr) -> pl.Expr:
    """Whether two words of pinyin are XIAOMING WANG, who is 王晓明; of WEI WANG nobody can tell."""
    first, last = (words.str.extract(r"^([^ ]+) ([^ ]+)$", group) for group in (1, 2))
    counts = [word.str.extract_all(_syllables()).list.len() for word in (first, last)]
    compound = [
        characters.surname_readings()[name].replace(" ", "")
        for name in characters.compound_surnames()
    ]
    return (counts[0] > 1) & (counts[1] == 1) & ~first.is_in(sorted(set(compound)))


def _turned(words: pl.Expr) -> pl.Expr:
    return words.str.replace("^([^ ]+) ([^ ]+)$", "$2 $1")


@cache
def _spaced_readings() -> dict[str, str]:
    readings = {**characters.first_readings(), WILDCARD: WILDCARD}
    return {char: f"{reading} " for char, reading in readings.items()}


@cache
def _syllables() -> str:
    """Matches one syllable of pinyin, the longest first."""
    known = characters.readings_table()["reading"].unique().to_list()
    return f"{WILDCARD}|" + "|".join(sorted(known, key=lambda syllable: (-len(syllable), syllable)))
