"""The tables of docs/matching.md that say which keys are left when two fields of a record fail
together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scripts.coverage_kinds import FIELDS, KINDS
from scripts.coverage_people import REGIMES
from scripts.key_coverage import LINKS, UNTOLD, Found, found_by_keys, untold
from scripts.marked import table

from reconcile.core.messages import text

_NEVER, _NOT_ALL = "", r"\*"
_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "register": "{left} – {right}", "inside": "inside {left}",
        "error": "{link}: errors", "compared": "compared", "regime": "regime",
        "fewest": "fewest keys",
        "worst": "there, with these two errors", "keys": "keys that are left",
        "errors": "errors that leave too little", "left": "what is left, and how many share it",
        # Fields
        "given": "given name", "surname": "surname", "year": "year", "day": "month, day",
        "area": "area",
        "sex": "sex", "id": "ID number", "mother": "mother", "father": "father", "spouse": "spouse",
        "head": "head",
        "household_no": "household number", "address": "address",
        # Kinds
        "given_wrong": "given name: another character",
        "given_missing": "given name: the first character missing",
        "given_truncated": "given name: cut short", "given_homophone": "given name: same sound",
        "surname_wrong": "another surname", "year_wrong": "birth year wrong",
        "month": "birth month wrong",
        "first_january": "1 January by default", "first_of_month": "day 1 by default",
        "turned": "day and month swapped", "lunar": "date by the old calendar",
        "village": "another village",
        "town": "another town and village", "sex_wrong": "sex wrong",
        "id_missing": "ID number missing",
        "id_digit": "ID number: one digit wrong", "id_of_relative": "a relative's ID number",
        "mother_missing": "mother missing", "mother_mistyped": "mother mistyped",
        "father_missing": "father missing", "father_mistyped": "father mistyped",
        "spouse_missing": "spouse missing", "spouse_mistyped": "spouse mistyped",
        "head_missing": "head missing", "head_mistyped": "head mistyped",
        "household_missing": "household number missing", "address_missing": "address missing",
        "address_other": "another address",
        # Regimes
        "regime_rich": "rich", "regime_kin": "kin", "regime_head": "head", "regime_bare": "bare",
        # What nothing can tell
        "old_calendar_given": "someone born in January: date by the old calendar, so that year, month and day are "  # noqa: E501
        "wrong, × given name other than in sound",
        "old_calendar_given_left": "surname, sex and village: 70 people of a village of 4,500",
        "old_calendar_town": "someone born in January: date by the old calendar × another town and village",  # noqa: E501
        "old_calendar_town_left": "name and sex: some 25 people of a city of two million",
        "unnamed_date": "child without a name: birth year × month or day",
        "unnamed_date_left": "sex and village: more than 2,000 people",
        "unnamed_date_area": "child without a name: any error in the date × another village or town",  # noqa: E501
        "unnamed_date_area_left": "sex, and the year or the day of the year: more than 2,000 people",  # noqa: E501
        "unnamed_date_sex": "child without a name: birth year, or month and day × sex wrong",
        "unnamed_date_sex_left": "village, and the day of the year or the year: 15 to 40 people",
        "unnamed_area_sex": "child without a name: another village or town × sex wrong",
        "unnamed_area_sex_left": "the date: some 50 children of a city of two million",
        "no_parent_day": "child without a name whose head of household is no parent: month and day × address",  # noqa: E501
        "no_parent_day_left": "sex, year and village: some 20 children",
        "no_parent_area": "child without a name whose head of household is no parent: another village, town × address",  # noqa: E501
        "no_parent_area_left": "date and sex: some 30 children of a city of two million",
    },
    "zh": {
        "register": "{left} – {right}", "inside": "{left}内部",
        "error": "{link}：差错", "compared": "比较对象", "regime": "数据情形",
        "fewest": "最少的键数",
        "worst": "出现在这两处差错", "keys": "还剩的键",
        "errors": "剩下太少的差错", "left": "剩下什么，有多少人与之相同",
        "given": "名字", "surname": "姓", "year": "年", "day": "月、日", "area": "镇街村居",
        "sex": "性别", "id": "身份证号", "mother": "母亲", "father": "父亲", "spouse": "配偶",
        "head": "户主",
        "household_no": "户号", "address": "地址",
        "given_wrong": "名字错一个字", "given_missing": "名字缺头一个字",
        "given_truncated": "名字缺末尾", "given_homophone": "名字写成同音字",
        "surname_wrong": "姓写错", "year_wrong": "出生年写错", "month": "出生月写错",
        "first_january": "默认写成 1 月 1 日", "first_of_month": "日默认写成 1 日",
        "turned": "日与月颠倒", "lunar": "写成农历日期", "village": "村居是另一个",
        "town": "镇街村居都是另一个", "sex_wrong": "性别写错", "id_missing": "缺身份证号",
        "id_digit": "身份证号错一位", "id_of_relative": "写成亲属的身份证号",
        "mother_missing": "缺母亲", "mother_mistyped": "母亲写错",
        "father_missing": "缺父亲", "father_mistyped": "父亲写错",
        "spouse_missing": "缺配偶", "spouse_mistyped": "配偶写错",
        "head_missing": "缺户主", "head_mistyped": "户主写错",
        "household_missing": "缺户号", "address_missing": "缺地址",
        "address_other": "地址是另一处",
        "regime_rich": "齐全", "regime_kin": "亲属", "regime_head": "户主", "regime_bare": "最少",
        "old_calendar_given": "1 月出生的人：写成农历日期，年、月、日都错，× 名字错（同音字除外）",
        "old_calendar_given_left": "姓、性别、村居：4,500 人的村居里约 70 人",
        "old_calendar_town": "1 月出生的人：写成农历日期 × 镇街村居都是另一个",
        "old_calendar_town_left": "姓名、性别：两百万人的城市里约 25 人",
        "unnamed_date": "没有名字的孩子：出生年 × 月或日",
        "unnamed_date_left": "性别、村居：2,000 人以上",
        "unnamed_date_area": "没有名字的孩子：出生日期有任何差错 × 村居或镇街是另一个",
        "unnamed_date_area_left": "性别，以及年份或月日：2,000 人以上",
        "unnamed_date_sex": "没有名字的孩子：出生年，或月和日 × 性别写错",
        "unnamed_date_sex_left": "村居，以及月日或年份：15 到 40 人",
        "unnamed_area_sex": "没有名字的孩子：村居或镇街是另一个 × 性别写错",
        "unnamed_area_sex_left": "出生日期：两百万人的城市里约 50 个孩子",
        "no_parent_day": "没有名字、户主不是父母的孩子：月和日 × 地址",
        "no_parent_day_left": "性别、年份、村居：约 20 个孩子",
        "no_parent_area": "没有名字、户主不是父母的孩子：村居或镇街是另一个 × 地址",
        "no_parent_area_left": "出生日期、性别：两百万人的城市里约 30 个孩子",
    },
}  # fmt: skip


def coverage_tables(language: str) -> str:
    """A table for each link, the fewest keys of each link and regime, and what nothing can tell."""
    return "\n\n".join(
        [*(_by_errors(link, language) for link in LINKS), _fewest(language), _untold(language)]
    )


def _by_errors(link: tuple[str, str], language: str) -> str:
    """Kinds of errors × fields: how many keys are left at least, whatever kind the field's error is
    of."""
    words, fields = _WORDS[language], {kind.name: kind.field for kind in KINDS}
    cells: dict[tuple[str, str], list[Found]] = {}
    for found in found_by_keys(link):
        for kind, other in (found.errors, found.errors[::-1]):
            cells.setdefault((kind, fields[other]), []).append(found)
    met = [field for field in FIELDS if any(field == other for _, other in cells)]
    rows = [
        (words[kind.name], *(_left(link, cells.get((kind.name, field), [])) for field in met))
        for kind in KINDS
        if any(kind.name == one for one, _ in cells)
    ]
    headers = [words["error"].format(link=_link(link, language)), *(words[field] for field in met)]
    return table(headers, rows, right=len(met))


def _left(link: tuple[str, str], found: Sequence[Found]) -> str:
    told = [len(one.keys) for one in found if not untold(link, one)]
    mark = _NOT_ALL if len(told) < len(found) else ""
    return f"{min(told)}{mark}" if told else mark or _NEVER


def _fewest(language: str) -> str:
    words = _WORDS[language]
    rows = []
    for link in LINKS:
        for regime in REGIMES:
            told = [
                one for one in found_by_keys(link) if one.regime == regime and not untold(link, one)
            ]
            worst = min(told, key=lambda one: len(one.keys))
            errors = " × ".join(words[kind] for kind in worst.errors)
            keys = "<br>".join(f"`{key}`" for key in worst.keys)
            rows.append(
                (_link(link, language), words[f"regime_{regime}"], len(worst.keys), errors, keys)
            )
    return table([words[one] for one in ("compared", "regime", "fewest", "worst", "keys")], rows)


def _untold(language: str) -> str:
    words = _WORDS[language]
    rows = [
        (
            "<br>".join(_link(link, language) for link in one.links),
            words[f"regime_{one.regime}"],
            words[one.name],
            words[f"{one.name}_left"],
        )
        for one in UNTOLD
    ]
    return table([words[one] for one in ("compared", "regime", "errors", "left")], rows)


def _link(link: tuple[str, str], language: str) -> str:
    left, right = (text(f"lists.sources.{source}", language) for source in link)
    return _WORDS[language]["inside" if link[0] == link[1] else "register"].format(
        left=left, right=right
    )
