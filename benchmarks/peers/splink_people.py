"""Splink's model of people in Chinese registers: as good as we could make it, tuned on cities that no table shows.

Columns come cleaned, and with readings, from `columns.people`. Two things are particular to the data: DuckDB's edit
distances count bytes, of which a Chinese character has three, so one character that differs is found by comparing
characters place by place; and a number that fails its check digit, unlike one that is valid and another, says little.
"""

from __future__ import annotations

from typing import Any

import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import block_on
from splink.internals.comparison_level_creator import ComparisonLevelCreator

PREDICTION = [
    block_on("id"),
    block_on("id_core"),
    block_on("name", "birth_date"),
    block_on("reading", "birth_date"),
    block_on("birth_date", "sex", "surname", "village"),
    block_on("birth_date", "mother_name"),
    block_on("birth_date", "father_name"),
    block_on("birth_date", "given"),
    block_on("reading", "village"),
    block_on("name", "birth_year", "town"),
    block_on("name", "birth_day_of_year"),
    block_on("reading", "birth_month"),
    block_on("reading", "mother_name"),
    block_on("reading", "father_name"),
    block_on("reading", "spouse_name"),
    "l.former_name = r.name and l.birth_date = r.birth_date",
    "l.name = r.former_name and l.birth_date = r.birth_date",
]
HOME_PREDICTION = [
    block_on("birth_date", "sex", "door"),
    block_on("birth_date", "head_name"),
    block_on("reading", "door"),
]
# Rules that hardly ever join two people, and the share of true pairs that they find.
DETERMINISTIC = [block_on("id"), block_on("name", "birth_date")]
RECALL = {"link_only": 0.95, "dedupe_only": 0.85}
# Pairs that are nearly all true: among looser ones siblings and twins, alike in all but the given name, are so
# many that expectation-maximisation takes "of one family" for "the same person".
TRAINING = [block_on("id", "birth_date"), block_on("id", "name"), block_on("name", "birth_date")]
PARENTS = ("mother", "father")


def by_frequency(level: ComparisonLevelCreator, column: str) -> ComparisonLevelCreator:
    """A level below the first whose weight follows how common the value is."""
    return level.configure(tf_adjustment_column=column, disable_tf_exact_match_detection=True)


def by_chance(level: ComparisonLevelCreator) -> ComparisonLevelCreator:
    """A level so rare in random pairs that a sample has none, or only true pairs: its u is set."""
    return level.configure(u_probability=1e-6, fix_u_probability=True)


def number() -> cl.CustomComparison:
    suspect = "not (id_valid_l and id_valid_r)"  # the numbers of twins are one digit apart, and both valid
    return cl.CustomComparison(
        output_column_name="id",
        comparison_levels=[
            cll.CustomLevel("id_core_l is null or id_core_r is null", "no number").configure(is_null_level=True),
            by_chance(cll.CustomLevel("id_l = id_r or id_core_l = id_core_r", "the same")),
            by_chance(
                cll.CustomLevel(f"{suspect} and damerau_levenshtein(id_core_l, id_core_r) <= 1", "one digit or a swap")
            ),
            cll.CustomLevel(suspect, "differ, and one is wrong"),
            cll.ElseLevel(),
        ],
    )


def name() -> cl.CustomComparison:
    places = " + ".join(f"(name_{place}_l = name_{place}_r)::int" for place in (1, 2, 3))
    same_length = "length(name_l) = length(name_r)"
    middle_missing = (
        "name_1_l = name_1_r and ((length(name_l) = 3 and length(name_r) = 2 and name_3_l = name_2_r)"
        " or (length(name_l) = 2 and length(name_r) = 3 and name_2_l = name_3_r))"
    )
    former = "former_name_l = name_r or name_l = former_name_r or former_name_l = former_name_r"
    return cl.CustomComparison(
        output_column_name="name",
        comparison_levels=[
            cll.NullLevel("name"),
            cll.ExactMatchLevel("name", term_frequency_adjustments=True),
            by_frequency(cll.ExactMatchLevel("reading"), "reading"),
            cll.CustomLevel(f"length(name_l) = 3 and {same_length} and {places} = 2", "one character of three"),
            cll.CustomLevel(middle_missing, "a middle character missing"),
            by_chance(cll.CustomLevel(f"coalesce({former}, false)", "former name")),
            cll.CustomLevel("jaro_winkler_similarity(reading_l, reading_r) >= 0.92", "much the same sound"),
            by_frequency(cll.ExactMatchLevel("surname"), "surname"),
            cll.ElseLevel(),
        ],
    )


def birth_date() -> cl.CustomComparison:
    days = "abs(birth_date_l - birth_date_r)"
    return cl.CustomComparison(
        output_column_name="birth_date",
        comparison_levels=[
            cll.NullLevel("birth_date"),
            cll.ExactMatchLevel("birth_date"),
            cll.CustomLevel("birth_swapped_l = birth_date_r", "day and month swapped"),
            cll.CustomLevel(
                "birth_day_of_year_l = birth_day_of_year_r and abs(birth_year_l - birth_year_r) = 1", "one year off"
            ),
            cll.CustomLevel(
                "birth_year_l = birth_year_r and (birth_day_of_year_l = '01-01' or birth_day_of_year_r = '01-01')",
                "the year, and a default day",
            ),
            cll.CustomLevel("birth_month_l = birth_month_r", "year and month"),
            cll.CustomLevel(f"{days} between 17 and 52", "as far apart as lunar and solar dates"),
            cll.ElseLevel(),
        ],
    )


def home() -> cl.CustomComparison:
    """Address and head in one comparison: they come and go together, and counted twice they would join siblings."""
    return cl.CustomComparison(
        output_column_name="home",
        comparison_levels=[
            cll.NullLevel("village"),
            cll.CustomLevel("door_l = door_r and head_name_l = head_name_r", "door and head"),
            cll.CustomLevel("door_l = door_r or (head_name_l = head_name_r and village_l = village_r)", "door or head"),
            cll.CustomLevel("head_name_l = head_name_r", "head elsewhere"),
            cll.ExactMatchLevel("town"),
            cll.ElseLevel(),
        ],
    )


def place() -> cl.CustomComparison:
    return cl.CustomComparison(
        output_column_name="village",
        comparison_levels=[
            cll.NullLevel("village"),
            by_frequency(cll.CustomLevel("village_l = village_r and town_l = town_r", "village"), "village"),
            cll.ExactMatchLevel("town"),
            cll.ElseLevel(),
        ],
    )


def parents() -> cl.CustomComparison:
    """Mother and father in one comparison, for the same reason."""
    mother, father = ((f"({role}_id_l = {role}_id_r or {role}_name_l = {role}_name_r)") for role in PARENTS)
    no_mother, no_father = ((f"({role}_name_l is null or {role}_name_r is null)") for role in PARENTS)
    sound = " or ".join(f"jaro_winkler_similarity({role}_reading_l, {role}_reading_r) >= 0.92" for role in PARENTS)
    return cl.CustomComparison(
        output_column_name="parents",
        comparison_levels=[
            cll.CustomLevel(f"{no_mother} and {no_father}", "unknown").configure(is_null_level=True),
            cll.CustomLevel(f"{mother} and {father}", "both"),
            cll.CustomLevel(f"({mother} and {no_father}) or ({father} and {no_mother})", "the only one known"),
            cll.CustomLevel(f"{mother} or {father}", "one of two"),
            cll.CustomLevel(sound, "much the same sound"),
            cll.ElseLevel(),
        ],
    )


def spouse() -> cl.CustomComparison:
    return cl.CustomComparison(
        output_column_name="spouse",
        comparison_levels=[
            cll.NullLevel("spouse_name"),
            cll.ExactMatchLevel("spouse_name", term_frequency_adjustments=True),
            cll.CustomLevel("jaro_winkler_similarity(spouse_reading_l, spouse_reading_r) >= 0.92", "sound"),
            cll.ElseLevel(),
        ],
    )


# Address and head serve links only: inside one register they say that two rows are of one family, and twins and
# siblings come out as duplicates (a modern city's F1 at the own threshold: .75 with them, .92 without).


def prediction(link_type: str) -> list[Any]:
    """The blocking rules, of which some are SQL."""
    return [*PREDICTION, *(HOME_PREDICTION if link_type == "link_only" else [])]


def comparisons(link_type: str) -> list[cl.CustomComparison]:
    where = home() if link_type == "link_only" else place()
    return [number(), name(), birth_date(), cl.ExactMatch("sex"), where, parents(), spouse()]
