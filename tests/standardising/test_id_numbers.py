"""Identity numbers: forms, status, and what they say."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import ric

from reconcile.standardising.documents import of_one_kind
from reconcile.standardising.id_numbers import (
    birth_of,
    check_digit_ok,
    sex_of,
    standard_id_numbers,
    subject_id_numbers,
)

TODAY = date(2026, 10, 31)


def number(area="460105", born="19900101", sequence="123"):
    body = f"{area}{born}{sequence}"
    return body + ric.calc_check_digit(f"{body}0")


VALID = number()
WITH_X = next(n for n in (number(sequence=f"{i:03}") for i in range(100)) if n.endswith("X"))


def standard(*values, types=None):
    kinds = None if types is None else pl.Series(types, dtype=pl.String)
    return standard_id_numbers(pl.Series("id_number", values, dtype=pl.String), kinds, as_of=TODAY).rows()


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        (VALID, VALID),
        (WITH_X.lower(), WITH_X),
        (f"{WITH_X[:-1]}×", WITH_X),
        (f"{WITH_X[:-1]}＊", WITH_X),
        (f"{WITH_X[:-1]}ｘ", WITH_X),
        (f"{WITH_X[:-1]}Ｘ", WITH_X),
        (VALID.translate({ord(str(i)): chr(0xFF10 + i) for i in range(10)}), VALID),
        (f"{VALID[:6]} {VALID[6:14]} {VALID[14:]}", VALID),
        (f"{VALID[:6]}-{VALID[6:14]}-{VALID[14:]}", VALID),
        (f"'{VALID}", VALID),
        (f'="{VALID}"', VALID),
        (f"\ufeff{VALID}\u00a0", VALID),
        (f"{VALID}.0", VALID),
        (f"{VALID}（已换证）", VALID),
        (VALID[:6] + VALID[8:17], VALID),  # 15 digits
        (number("810000"), number("810000")),
        (number("830000"), number("830000")),
        (number("911156"), number("911156")),
        ("CAN110780521201", "CAN110780521201"),
    ],
)
def test_valid_numbers(written, compared):
    assert standard(written) == [(compared, "valid")]


def test_an_old_number_of_a_centenarian_is_of_the_19th_century():
    assert standard("460105980101997")[0][0].startswith("46010518980101997")


@pytest.mark.parametrize("nothing", [None, "", "无", "0", "-", "——", "000000000000000000", "NULL", "待补"])
def test_absent(nothing):
    assert standard(nothing) == [(None, "absent")]


@pytest.mark.parametrize("ruined", ["4.60105E+17", "4.60105199001011E+17", "4.6e17", f"{VALID[:15]}000"])
def test_ruined_by_a_spreadsheet(ruined):
    assert standard(ruined) == [(None, "ruined")]


def test_a_wrong_check_digit_keeps_the_number():
    wrong = VALID[:-1] + ("0" if VALID[-1] != "0" else "1")
    assert standard(wrong) == [(wrong, "checksum")]


@pytest.mark.parametrize(
    "malformed",
    [
        VALID[:17],
        f"{VALID}1",
        VALID[:14],
        number(born="19901301"),
        number(born="19900230"),
        number(born="18000101"),
        number(born="20261101"),  # tomorrow
        "0" + VALID[1:],
        "123456",
        "111111111111111111",
        "460105********1232",
        "A1234567",  # a card of Hong Kong, or the number of an office
        "123456789",
        "12345678",
        "46010519X",  # the beginning of a number, and its end
        f"{VALID[:16]}O{VALID[17]}",
        "R00000123",  # a counter
        "E11111111",
        "ABCDEFGHI",
        "A123456789",  # the number of a birth certificate
        f"{VALID}10",  # no grade of a disability
        f"{VALID[:17]}{'1' if VALID[-1] != '1' else '2'}11",
        "南字第1234567号",
        "张三",
    ],
)
def test_malformed(malformed):
    assert standard(malformed) == [(None, "malformed")]


@pytest.mark.parametrize(
    ("written", "person"),
    [
        ("E12345678", "E12345678"),
        ("ea 1234567", "EA1234567"),
        ("G12345678", "G12345678"),
        ("D12345678", "D12345678"),
        ("K12345678", "K12345678"),
        ("TR1234567", "TR1234567"),  # Japan
        ("P1234567A", "P1234567A"),  # the Philippines
        ("12AB34567", "12AB34567"),  # France
        ("护照E12345678", "E12345678"),
        ("护照号码：123456789", "123456789"),
        ("Ｅ１２３４５６７８", "E12345678"),
        ("H12345678", "H12345678"),
        ("H1234567801", "H12345678"),
        ("m12345678-02", "M12345678"),
        ("H12345678(03)", "H12345678"),
        ("12345678（台胞证）", "12345678"),
        (f"{VALID}11", VALID),  # a disabled person's card: kind and grade behind the number
        (f"{WITH_X.lower()}74", WITH_X),
        (f"{VALID}43B1", VALID),  # reissued
    ],
)
def test_a_document_is_told_by_its_form(written, person):
    assert standard(written) == [(person, "valid")]


@pytest.mark.parametrize(
    ("written", "kind", "person"),
    [
        ("E12345678", "护照", "E12345678"),
        ("123456789", "普通护照", "123456789"),
        ("A1234567", "03", "A1234567"),
        ("C01X00T47", "414", "C01X00T47"),
        ("E12345678", "其他身份证件", "E12345678"),
        ("H1234567800", "港澳居民来往内地通行证", "H12345678"),
        ("12345678", "台胞证", "12345678"),
        ("1234567801", "台湾居民来往大陆通行证", "12345678"),
        ("12345678(B)", "07", "12345678"),
        ("A123456(7)", "香港居民身份证", "A123456"),
        ("A1234567", "香港永久性居民身份证", "A123456"),
        ("CAN110780521201", "外国人永久居留证", "CAN110780521201"),
        (number("911156"), "外国人永久居留身份证", number("911156")),
        (number("820000"), "港澳台居民居住证", number("820000")),
        ("南字第1234567号", "军官证", "南1234567"),
        ("军字第2001988号", "114", "军2001988"),
        ("A123456789", "出生医学证明", "A123456789"),
        (f"{VALID}11", "残疾人证", VALID),
        (VALID, "护照", VALID),
        (VALID, "户口簿", VALID),
    ],
)
def test_a_document_is_told_by_its_type(written, kind, person):
    assert standard(written, types=[kind]) == [(person, "valid")]


@pytest.mark.parametrize(
    ("written", "kind", "why"),
    [
        ("乱写", "护照", "no number"),
        ("PASSPORT", "护照", "no number"),
        (VALID[:17], "护照", "an ID number that lost a digit"),
        (f"{VALID}123", "护照", "too long for a passport"),
        ("E12345678", "居民身份证", "one of the two is wrong"),
        ("H12345678", "01", "one of the two is wrong"),
        ("123456789", "户口簿", "a household's number is nobody's"),
        ("12345678", "其他", "digits alone"),
    ],
)
def test_what_type_and_form_do_not_bear_out_stays_malformed(written, kind, why):
    assert standard(written, types=[kind]) == [(None, "malformed")], why


def test_a_wrong_check_digit_is_none_the_better_for_a_type():
    wrong = VALID[:-1] + ("0" if VALID[-1] != "0" else "1")
    assert standard(wrong, types=["护照"]) == [(wrong, "checksum")]


@pytest.mark.parametrize(
    ("left", "right", "comparable"),
    [
        (VALID, WITH_X, True),
        (VALID, number("830000"), True),
        ("E12345678", "E87654321", True),
        ("E12345678", "EA1234567", False),  # an old and a new passport
        ("E12345678", VALID, False),
        ("H12345678", "E12345678", False),
        ("H12345678", "12345678", False),
        ("CAN110780521201", number("911156"), False),
        (None, VALID, None),
    ],
)
def test_only_documents_of_one_kind_can_contradict_each_other(left, right, comparable):
    frame = pl.DataFrame({"l": [left], "r": [right]}, schema={"l": pl.String, "r": pl.String})
    assert frame.select(of_one_kind(pl.col("l"), pl.col("r"))).item() is comparable


def intact(count, sequence="123"):
    return [number(born=f"19{50 + i % 50}0101", sequence=sequence, area=f"46{1000 + i}") for i in range(count)]


def ending_in_zeros(count):
    found = (number(area=f"46{area}", sequence="500") for area in range(1000, 9999))
    whole = [f"{n[:15]}000" for n in found]
    return [n for n in whole if ric.calc_check_digit(n) == "0"][:count]


def test_a_fitting_check_digit_does_not_save_a_column_of_zeros():
    zeros = ending_in_zeros(5)
    assert {status for _, status in standard(*intact(50), *zeros)} == {"valid", "ruined"}
    assert {status for _, status in standard(*zeros)} == {"ruined"}


def test_one_number_ending_in_zeros_is_chance():
    assert {status for _, status in standard(*intact(50), *ending_in_zeros(1))} == {"valid"}


def subject(value):
    return subject_id_numbers(pl.Series("id_number", [value], dtype=pl.String), as_of=TODAY).row(0, named=True)


@pytest.mark.parametrize(
    ("value", "core", "birth", "sex"),
    [
        (VALID, VALID[:17], date(1990, 1, 1), 1),
        (number(sequence="124"), number(sequence="124")[:17], date(1990, 1, 1), 2),
        (VALID[:17], VALID[:17], None, None),  # the check digit is lost
        (f"{VALID[:17]}{'1' if VALID[-1] != '1' else '2'}", VALID[:17], None, None),
        (f"{VALID[:15]}000", None, date(1990, 1, 1), None),  # the last digits are lost
        ("4.60105E+17", None, None, None),
        (f"{VALID[0]}.{VALID[1:15]}E+17", None, date(1990, 1, 1), None),  # 15 digits are left of a number in a cell
        (f"{VALID[0]}.{VALID[1:14]}E+17", None, date(1990, 1, 1), None),  # the fifteenth is a nought
        (f"{VALID[0]}.{VALID[1:13]}E+17", None, None, None),
        ("4.60105199013011E+17", None, None, None),  # no such month
        ("CAN110780521201", None, None, None),
        ("E12345678", None, None, None),
        (f"{VALID}11", VALID[:17], date(1990, 1, 1), 1),
    ],
)
def test_what_a_number_says(value, core, birth, sex):
    row = subject(value)
    assert (row["core"], row["birth"], row["sex"]) == (core, birth, sex)


HEAD, TAIL = VALID[:14], VALID[14:]


@pytest.mark.parametrize(
    ("what", "value", "head", "tail"),
    [
        ("as it should be", VALID, HEAD, TAIL),
        ("with an X", WITH_X, WITH_X[:14], WITH_X[14:]),
        ("of 15 digits", VALID[:6] + VALID[8:17], HEAD, TAIL),
        ("a wrong digit in the sequence", f"{VALID[:14]}9{VALID[15:]}", HEAD, f"9{VALID[15:]}"),
        ("a wrong digit in the area", f"9{VALID[1:]}", f"9{VALID[1:14]}", TAIL),
        ("no such month", f"{VALID[:10]}13{VALID[12:]}", f"{VALID[:10]}13{VALID[12:14]}", TAIL),
        ("a digit lost in front", VALID[1:], VALID[1:15], TAIL),
        ("a digit lost in front of an X", WITH_X[1:], WITH_X[1:15], WITH_X[14:]),
        ("the check digit lost", VALID[:17], HEAD, VALID[13:17]),
        ("a digit too many at the end", f"{VALID}7", HEAD, f"{VALID[15:]}7"),
        ("a digit too many in front", f"7{VALID}", f"7{VALID[:13]}", TAIL),
        ("two digits lost", VALID[:16], None, None),
        ("ruined by a spreadsheet", f"{VALID[:15]}000", None, None),
        ("in scientific form", "4.60105E+17", None, None),
        ("another document", "CAN110780521201", None, None),
        ("nothing", None, None, None),
    ],
)
def test_one_slip_leaves_one_end_of_a_number(what, value, head, tail):
    row = subject(value)
    assert (row["head"], row["tail"]) == (head, tail)


def expression(build, *values):
    return pl.DataFrame({"n": pl.Series(values, dtype=pl.String)}).select(build(pl.col("n"))).to_series().to_list()


BODIES = st.tuples(st.integers(110000, 999999), st.dates(date(1850, 1, 1), TODAY), st.integers(0, 999)).map(
    lambda parts: f"{parts[0]}{parts[1]:%Y%m%d}{parts[2]:03}"
)


@settings(deadline=None, max_examples=50)
@given(st.lists(BODIES, min_size=1, max_size=30))
def test_the_check_digit_is_that_of_the_standard(bodies):
    numbers = [body + ric.calc_check_digit(f"{body}0") for body in bodies]
    assert all(expression(check_digit_ok, *numbers))
    assert expression(birth_of, *numbers) == [date.fromisoformat(f"{n[6:10]}-{n[10:12]}-{n[12:14]}") for n in numbers]
    assert expression(sex_of, *numbers) == [1 if int(n[16]) % 2 else 2 for n in numbers]


@settings(deadline=None, max_examples=50)
@given(BODIES)
def test_the_check_digit_catches_every_substitution_and_every_adjacent_swap(body):
    right = body + ric.calc_check_digit(f"{body}0")
    substituted = [
        right[:i] + digit + right[i + 1 :]
        for i in range(18)
        for digit in ("0123456789X" if i == 17 else "0123456789"[i == 0 :])
        if digit != right[i]
    ]
    swapped = [
        right[:i] + right[i + 1] + right[i] + right[i + 2 :]
        for i in range(17)
        if right[i] != right[i + 1] and (i or right[1] != "0") and (i < 16 or right[17] != "X")
    ]
    assert not any(expression(check_digit_ok, *substituted, *swapped))


@settings(deadline=None, max_examples=50)
@given(st.lists(st.one_of(BODIES, st.text("0123456789Xx -.E+×张", max_size=20)), max_size=20))
def test_a_standard_number_stays_as_it_is(values):
    kept = [n for n, _ in standard(*values)]
    assert [n for n, _ in standard(*kept)] == kept
