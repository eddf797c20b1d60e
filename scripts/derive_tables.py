"""Derive the character tables in src/reconcile/data from pypinyin, OpenCC and Unihan.

    python scripts/derive_tables.py --unihan DIR

DIR holds the unpacked Unihan_*.txt files of the Unicode Character Database (14.0 made the tables
that are shipped); pypinyin, opencc and rapidfuzz are development dependencies. Licences:
src/reconcile/data/NOTICE.md.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import tempfile
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations
from pathlib import Path

import numpy as np
import opencc
from pypinyin.constants import PINYIN_DICT
from rapidfuzz.distance import DamerauLevenshtein
from rapidfuzz.process import cdist

DATA = Path(__file__).parent.parent / "src" / "reconcile" / "data"
OPENCC = Path(opencc.__file__).parent / "clib"

# Read in names otherwise than in running text, where dictionaries put the other reading first.
NAME_READINGS = {"晟": "sheng", "都": "du", "薄": "bo", "卜": "bu"}

# Written for each other in registers though no standard calls them variants: the second
# simplification of surnames that was withdrawn, and forms of one word that names use side by side.
SWAPPED = "萧肖 阎闫 傅付 戴代 蓝兰 邱丘 喆哲 堃坤 昇升 陞升 祐佑 甯宁 仝同 於于 锺钟"

Properties = dict[str, dict[str, str]]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--unihan", type=Path, required=True, help="folder of the Unihan_*.txt files"
    )
    unihan = read_unihan(parser.parse_args().unihan)
    known = (
        {chr(point) for point in PINYIN_DICT if 0x3400 <= point < 0xA000}
        | set(unihan["kTGH"])
        | {"〇"}
    )
    readings = {char: char_readings(char) for char in sorted(known) if ord(char) in PINYIN_DICT}
    write("readings.tsv", reading_lines(readings))
    write("simplified.tsv", simplified_lines(unihan["kTGH"]))
    write("variants.txt", variant_lines(unihan, readings))
    write("lookalikes.tsv", lookalike_lines(unihan))


def write(name: str, lines: Iterable[str]) -> None:
    (DATA / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")


def read_unihan(folder: Path) -> Properties:
    """{property: {character: value}} of every Unihan file in `folder`."""
    properties: Properties = defaultdict(dict)
    for path in sorted(folder.glob("Unihan_*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("U+"):
                point, name, value = line.split("\t")
                properties[name][as_char(point)] = value
    return properties


def as_char(point: str) -> str:
    return chr(int(re.match(r"U\+([0-9A-F]+)", point)[1], 16))  # type: ignore[index]


# Readings


def char_readings(char: str) -> list[str]:
    """Toneless readings, the commonest in names first."""
    plain = [toneless(reading) for reading in PINYIN_DICT[ord(char)].split(",")]
    return list(dict.fromkeys([NAME_READINGS.get(char, plain[0]), *plain]))


def toneless(reading: str) -> str:
    """`lǜ` → `lv`, `ê̄` → `e`."""
    decomposed = unicodedata.normalize("NFD", reading).replace("u\N{COMBINING DIAERESIS}", "v")
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def reading_lines(readings: dict[str, list[str]]) -> Iterator[str]:
    """`syllable TAB characters read so first TAB characters read so otherwise`."""
    first: dict[str, str] = defaultdict(str)
    other: dict[str, str] = defaultdict(str)
    for char, syllables in readings.items():
        first[syllables[0]] += char
        for syllable in syllables[1:]:
            other[syllable] += char
    for syllable in sorted(first | other):
        yield f"{syllable}\t{first[syllable]}\t{other[syllable]}"


# Simplified characters and variants


def opencc_table(name: str) -> dict[str, list[str]]:
    """{character: its forms} of one of OpenCC's dictionaries."""
    with tempfile.NamedTemporaryFile(suffix=".txt") as out:
        dump = [OPENCC / "bin" / "opencc_dict", "-f", "ocd2", "-t", "text"]
        source = OPENCC / "share" / "opencc" / f"{name}.ocd2"
        subprocess.run([*dump, "-i", source, "-o", out.name], check=True, stdout=subprocess.DEVNULL)
        rows = [
            line.split("\t") for line in Path(out.name).read_text(encoding="utf-8").splitlines()
        ]
    return {char: forms.split(" ") for char, forms in rows}


def simplified_lines(standard: Iterable[str]) -> Iterator[str]:
    """`simplified TAB traditional forms` that may be rewritten without losing a name.

    Not when the traditional form has two simplified ones (鍾 钟 锺), when it is itself a character
    of the mainland's standard table (昇, 甯), or when the simplified form is a traditional
    character of its own (范 beside 範, 于 beside 於).
    """
    to_traditional, kept = opencc_table("STCharacters"), set(standard)
    forms: dict[str, str] = defaultdict(str)
    for traditional, simplified in opencc_table("TSCharacters").items():
        safe = len(simplified) == 1 and len(simplified[0]) == 1 and traditional not in kept
        if safe and simplified[0] not in to_traditional.get(simplified[0], []):
            forms[simplified[0]] += traditional
    for simple in sorted(forms):
        yield f"{simple}\t{''.join(sorted(forms[simple]))}"


def variant_lines(unihan: Properties, readings: dict[str, list[str]]) -> Iterator[str]:
    """Characters that are forms of one another, one class a line."""
    parent: dict[str, str] = {}

    def root(char: str) -> str:
        while parent.setdefault(char, char) != char:
            char = parent[char]
        return char

    for left, right in variant_pairs(unihan, readings):
        if left in readings and right in readings:
            low, high = sorted((root(left), root(right)))
            parent[high] = low
    classes: dict[str, str] = defaultdict(str)
    for char in sorted(parent):
        classes[root(char)] += char
    return (chars for chars in sorted(classes.values()) if len(chars) > 1)


def variant_pairs(unihan: Properties, readings: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    for name in (
        "TSCharacters",
        "STCharacters",
        "HKVariants",
        "TWVariants",
        "JPShinjitaiCharacters",
    ):
        for char, forms in opencc_table(name).items():
            yield from ((char, form) for form in forms if len(form) == 1)
    for name in ("kZVariant", "kSemanticVariant"):
        for char, value in unihan[name].items():
            for form in map(as_char, value.split()):
                mutual = char in map(as_char, unihan[name].get(form, "").split())
                if mutual and set(readings.get(char, ())) & set(readings.get(form, ())):
                    yield char, form
    yield from ((pair[0], pair[1]) for pair in SWAPPED.split())


# Look-alike glyphs


def lookalike_lines(unihan: Properties) -> Iterator[str]:
    """`character TAB later characters that look like it`, among those of the mainland's standard
    table."""
    pairs: dict[str, set[str]] = defaultdict(set)
    for left, right in (*one_part_exchanged(unihan), *same_corners(unihan), *near_codes(unihan)):
        pairs[min(left, right)].add(max(left, right))
    for char in sorted(pairs):
        yield f"{char}\t{''.join(sorted(pairs[char]))}"


def standard_chars(unihan: Properties, *needed: str) -> list[str]:
    return [char for char in sorted(unihan["kTGH"]) if all(char in unihan[name] for name in needed)]


def radical_and_rest(unihan: Properties, char: str) -> tuple[int, int]:
    radical, rest = re.split(r"'*\.", unihan["kRSUnicode"][char].split()[0])
    return int(radical), int(rest)


def one_part_exchanged(unihan: Properties) -> Iterator[tuple[str, str]]:
    """Another radical beside the same part: 伟 炜 玮, 清 请 晴."""
    by_rest: dict[int, list[str]] = defaultdict(list)
    for char in standard_chars(unihan, "kCangjie"):
        by_rest[radical_and_rest(unihan, char)[1]].append(char)
    for strokes, chars in by_rest.items():
        for left, right in combinations(chars, 2) if strokes >= 2 else ():
            codes = unihan["kCangjie"][left], unihan["kCangjie"][right]
            other_radical = radical_and_rest(unihan, left)[0] != radical_and_rest(unihan, right)[0]
            if other_radical and (
                shares_start(*codes) or shares_start(codes[0][::-1], codes[1][::-1])
            ):
                yield left, right


def shares_start(left: str, right: str) -> bool:
    """Whether two cangjie codes share two letters or more and differ in at most two after them."""
    shared = next(
        (i for i, (a, b) in enumerate(zip(left, right, strict=False)) if a != b),
        min(len(left), len(right)),
    )
    return shared >= 2 and max(len(left), len(right)) - shared <= 2


def same_corners(unihan: Properties) -> Iterator[tuple[str, str]]:
    """The same four corners and radical, at most one stroke apart: 己 已, 未 末, 宇 字."""
    by_code: dict[tuple[str, int], list[str]] = defaultdict(list)
    for char in standard_chars(unihan, "kFourCornerCode"):
        by_code[unihan["kFourCornerCode"][char][:4], radical_and_rest(unihan, char)[0]].append(char)
    for chars in by_code.values():
        yield from (pair for pair in combinations(chars, 2) if stroke_gap(unihan, *pair) <= 1)


def near_codes(unihan: Properties) -> Iterator[tuple[str, str]]:
    """Cangjie codes one slip apart, at most two strokes apart: 侯 候, 颖 颍, 由 甲."""
    chars = standard_chars(unihan, "kCangjie")
    codes = [unihan["kCangjie"][char] for char in chars]
    near = (
        cdist(codes, codes, scorer=DamerauLevenshtein.distance, score_cutoff=1, dtype=np.uint8) <= 1
    )
    for i, j in np.argwhere(np.triu(near, 1)):
        if max(len(codes[i]), len(codes[j])) >= 2 and stroke_gap(unihan, chars[i], chars[j]) <= 2:
            yield chars[i], chars[j]


def stroke_gap(unihan: Properties, left: str, right: str) -> int:
    strokes = unihan["kTotalStrokes"]
    return abs(int(strokes[left].split()[0]) - int(strokes[right].split()[0]))


if __name__ == "__main__":
    main()
