"""Values that are a choice among few: sex, relation to the head, yes or no, ethnicity; and whole
numbers."""

from __future__ import annotations

import polars as pl

from reconcile.standardising.text import VALUE, by_distinct, clean, tidy

MALE, FEMALE = 1, 2

# GB/T 4761-2008; 10, 20, 30 … are its group codes, used where no more is said.
_RELATIONS = {
    1: "本人 自己 本户人",
    2: "户主 本户户主 家长",
    10: "配偶 爱人 夫妻",
    11: "夫 丈夫 夫君 老公",
    12: "妻 妻子 老婆 媳妇",
    20: "子 儿子 儿 男 男孩",
    21: "独生子 独子",
    22: "长子 大儿子 大儿 长男",
    23: "次子 二子 二儿子 二儿 次男",
    24: "三子 三儿子 三儿",
    25: "四子 四儿子 四儿",
    26: "五子 五儿子 六子 七子 八子 幼子 小儿子",
    27: "养子 继子 养子或继子 养子/继子",
    28: "女婿 婿",
    29: "其他儿子",
    30: "女 女儿 女孩",
    31: "独生女 独女",
    32: "长女 大女儿 大女",
    33: "次女 二女 二女儿",
    34: "三女 三女儿",
    35: "四女 四女儿",
    36: "五女 五女儿 六女 七女 八女 幼女 小女儿",
    37: "养女 继女 养女或继女 养女/继女",
    38: "儿媳 儿媳妇 媳",
    39: "其他女儿",
    40: "孙子女 孙 孙辈 孙子孙女 孙子/孙女 孙子或孙女 外孙子女 孙子、孙女或外孙子、外孙女",
    41: "孙子 长孙 次孙 孙儿",
    42: "孙女 长孙女 次孙女 孙女儿",
    43: "外孙子 外孙 外孙儿",
    44: "外孙女 外孙女儿",
    45: "孙媳妇 孙媳 外孙媳 外孙媳妇 孙媳妇或外孙媳妇",
    46: "孙女婿 外孙女婿 孙女婿或外孙女婿",
    47: "曾孙子 曾孙 重孙 重孙子 曾外孙子 曾外孙",
    48: "曾孙女 重孙女 曾外孙女",
    49: "其他孙子女",
    50: "父母 双亲",
    51: "父 父亲 爸爸",
    52: "母 母亲 妈妈",
    53: "公公 公 家公",
    54: "婆婆 婆 家婆",
    55: "岳父 丈人",
    56: "岳母 丈母 丈母娘",
    57: "继父 养父 继父或养父",
    58: "继母 养母 继母或养母",
    59: "其他父母关系",
    60: "祖父母 外祖父母 祖父母或外祖父母",
    61: "祖父 爷爷",
    62: "祖母 奶奶",
    63: "外祖父 外公 姥爷",
    64: "外祖母 外婆 姥姥",
    65: "配偶的祖父母 配偶的祖父母或外祖父母",
    66: "曾祖父",
    67: "曾祖母",
    70: "兄弟姐妹 兄弟姊妹 兄弟 姐妹 姊妹 兄、弟、姐、妹",
    71: "兄 哥 哥哥",
    72: "嫂 嫂子",
    73: "弟 弟弟",
    74: "弟媳 弟妹 弟媳妇",
    75: "姐 姐姐 姊",
    76: "姐夫",
    77: "妹 妹妹",
    78: "妹夫",
    79: "其他兄弟姐妹",
    81: "伯父 伯伯",
    82: "伯母",
    83: "叔父 叔叔 叔",
    84: "婶母 婶婶 婶",
    85: "舅父 舅舅 舅",
    86: "舅母 舅妈",
    87: "姨父 姨夫",
    88: "姨母 姨妈 姨",
    89: "姑父 姑夫",
    90: "姑母 姑妈 姑姑 姑",
    91: "堂兄弟 堂姐妹 堂兄 堂弟 堂姐 堂妹 堂兄弟、堂姐妹",
    92: "表兄弟 表姐妹 表兄 表弟 表姐 表妹 表兄弟、表姐妹",
    93: "侄子 侄 侄儿",
    94: "侄女 侄女儿",
    95: "外甥 外甥子",
    96: "外甥女",
    97: "其他亲属 其他 亲戚 亲属",
    99: "非亲属 无亲属关系 无关系 非亲属关系 保姆 雇工 寄居 寄居人 房客",
}
_RELATION_WORDS = {word: code for code, words in _RELATIONS.items() for word in words.split()}
# The one-digit form of GB 4761-84; a column in it has heads, 0.
_OLD_RELATIONS = {"0": 2, "1": 10, "2": 20, "3": 30, "4": 40, "5": 50, "6": 60, "7": 70, "8": 97}

# GB/T 3304, from 01 on.
_ETHNICITIES = (
    "汉 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 "
    "佤 畲 高山 拉祜 水 东乡 纳西 景颇 柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 "  # noqa: E501
    ""
    ""
    "塔吉克 怒 乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 京 塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺"
)
_ETHNICITY_CODES = {
    f"{code:02}": f"{name}族" for code, name in enumerate(_ETHNICITIES.split(), start=1)
} | {
    "97": "其他",
    "98": "外国血统中国籍人士",
}

_YES = "1|是|有|Y|YES|T|TRUE|√|✓|✔|对|真"
_NO = "0|2|否|无|N|NO|F|FALSE|×|✗|正常|有效|在册|健在|存活"
_ENDED = "注销|死亡|销户|迁出|迁移|失踪|出国|参军|服役|作废|已故"
_NOT_ENDED = "未|否|非|没|不"


def standard_sexes(values: pl.Series) -> pl.Series:
    """1 male, 2 female (Int8, GB/T 2261.1); null for 0, 9, unknown and unreadable."""
    male = VALUE.str.contains(r"^(?:0?1(?:\.0)?|M|MALE|BOY|♂)$") | VALUE.str.contains("男")
    female = VALUE.str.contains(r"^(?:0?2(?:\.0)?|F|FEMALE|GIRL|♀)$") | VALUE.str.contains("女")
    sex = pl.when(male & ~female).then(MALE).when(female & ~male).then(FEMALE).cast(pl.Int8)
    return _coded(values, sex)


def standard_relations(values: pl.Series) -> pl.Series:
    """The two-digit code of GB/T 4761-2008 (Int8) of a code or a Chinese word; null where it is
    neither.

    A column of one-digit codes is read as the older form (0 head, 1 spouse, 2 son …) when it has
    heads, 0, and no code of two digits; else its digits are two-digit codes that lost their 0.
    """
    code = VALUE.str.extract(r"^(\d{1,2})(?:\.0|\D.*)?$", 1)
    old = (
        ~VALUE.str.contains(r"^(?:0[1-9]|[1-9]\d)").any() & VALUE.str.contains(r"^0(?:\D|$)").any()
    )
    number = code.cast(pl.Int8)
    known = pl.when(number.is_in(list(_RELATIONS))).then(number)
    word = VALUE.str.replace(r"\(.*", "").str.replace(
        r"^(?:\d+[-.、 ]*)?(?:户主)?[之的]?(.+)$", "$1"
    )
    by_code = (
        pl.when(old)
        .then(code.replace_strict(_OLD_RELATIONS, default=None, return_dtype=pl.Int8))
        .otherwise(known)
    )
    by_word = pl.coalesce(
        each.replace_strict(_RELATION_WORDS, default=None, return_dtype=pl.Int8)
        for each in (VALUE, word)
    )
    return _coded(values, pl.coalesce(by_word, by_code))


def standard_flags(values: pl.Series) -> pl.Series:
    """True for yes and for words of cancellation (已注销, 死亡 …), False for no and 正常, null
    otherwise."""
    ended = VALUE.str.contains(_ENDED)
    denied = ended & VALUE.str.contains(_NOT_ENDED)
    yes, no = (
        VALUE.str.contains(rf"^(?:{_YES})(?:\.0)?$"),
        VALUE.str.contains(rf"^(?:{_NO})(?:\.0)?$"),
    )
    return _coded(values, pl.when(denied | no).then(False).when(yes | ended).then(True))


def standard_integers(values: pl.Series) -> pl.Series:
    """The whole number (Int32) in `2`, `2.0`, `第二胎`; null where there is none or it has a
    fraction."""
    number = _number()
    return _coded(
        values, pl.when(number == number.floor()).then(number).cast(pl.Int32, strict=False)
    )


def standard_weights(values: pl.Series) -> pl.Series:
    """A newborn's weight in grams (Int32), also of kilograms (3.2, 3.2kg) and of 斤 (500 g)."""
    number, pounds = _number(), VALUE.str.contains("斤") & ~VALUE.str.contains("公斤")
    grams = (
        pl.when(pounds).then(number * 500).when(number < 20).then(number * 1000).otherwise(number)
    )
    return _coded(values, grams.round().cast(pl.Int32, strict=False))


def standard_ethnicities(values: pl.Series) -> pl.Series:
    """汉族 for 汉, 汉族 and the codes of GB/T 3304 (01, 1); other words as they stand."""
    names = {
        **_ETHNICITY_CODES,
        **{str(int(code)): name for code, name in _ETHNICITY_CODES.items()},
    }
    names |= {name: f"{name}族" for name in _ETHNICITIES.split()}

    def read(frame: pl.LazyFrame) -> pl.LazyFrame:
        return tidy(frame.with_columns(read=VALUE)).select(
            VALUE.str.replace(r"\.0$", "")
            .str.replace(r"^\d+[-. ]*(\D.*)$", "$1")
            .replace(names)
            .alias("code"),
            value="read",
        )

    return by_distinct(values, read)["code"]


def _number() -> pl.Expr:
    digits = VALUE.str.replace_all("十([一二三四五六七八九])", "1$1").str.replace_all("十", "10")
    digits = digits.str.replace_many(list("〇零一二两三四五六七八九"), list("001223456789"))
    return (
        digits.str.replace_all(r"(\d),(\d{3})", "$1$2")
        .str.extract(r"(\d+(?:\.\d+)?)")
        .cast(pl.Float64)
    )


def _coded(values: pl.Series, code: pl.Expr) -> pl.Series:
    """`code`, an expression of the cleaned upper-case VALUE, for every row."""

    def read(frame: pl.LazyFrame) -> pl.LazyFrame:
        cleaned = frame.with_columns(read=VALUE).with_columns(clean(VALUE).str.to_uppercase())
        return cleaned.select(value="read", code=code)

    return by_distinct(values, read)["code"]
