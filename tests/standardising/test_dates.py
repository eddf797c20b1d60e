"""Days and times in every form that registers write."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.standardising.dates import standard_dates

FIFTH_OF_MARCH = date(2012, 3, 5)


def standard(*values):
    return standard_dates(pl.Series("birth_date", values, dtype=pl.String), minutes=True).rows()


@pytest.mark.parametrize(
    "written",
    [
        "2012-03-05",
        "2012/3/5",
        "2012.3.5",
        "2012.03.05",
        "20120305",
        "2012年3月5日",
        "2012年03月05号",
        "2012 3 5",
        "2012,3,5",
        "2012—03—05",
        "２０１２－０３－０５",
        "'20120305",
        " 2012-03-05",
        "20120305.0",
        "二〇一二年三月五日",
        "二零一二年三月五日",
        "12年3月5日",
        "40973",
        "2012-3-5星期一",
        "5 March 2012",
        "05-Mar-2012",
        "March 5, 2012",
    ],
)
def test_a_day(written):
    assert standard(written) == [(FIFTH_OF_MARCH, "", None)]


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("一九八五年十二月二十三日", date(1985, 12, 23)),
        ("一九八五年十月三十一日", date(1985, 10, 31)),
        ("一九八五年十一月廿二日", date(1985, 11, 22)),
        ("85年3月5日", date(1985, 3, 5)),
        ("13/3/2012", date(2012, 3, 13)),
        ("3/13/2012", date(2012, 3, 13)),
        ("18991230", None),
        ("2087-01-02", date(2087, 1, 2)),
    ],
)
def test_other_days(written, day):
    assert standard(written)[0][0] == day


@pytest.mark.parametrize(
    ("written", "minute"),
    [
        ("2012-03-05 14:30", 870),
        ("2012-03-05 14:30:59", 870),
        ("2012-03-05T14:30:00.000+08:00", 870),
        ("20120305143000", 870),
        ("201203051430", 870),
        ("2012/3/5 上午9:30", 570),
        ("2012/3/5下午9:30", 1290),
        ("2012年3月5日14时30分", 870),
        ("2012年3月5日 9时", 540),
        ("2012-03-05 12:10 AM", 10),
        ("40973.5", 720),
        ("2012-03-05 14:75", None),
    ],
)
def test_a_time_of_the_day(written, minute):
    assert standard(written) == [(FIFTH_OF_MARCH, "", minute)]


@pytest.mark.parametrize(
    "written",
    [
        "2026-10-05 24:00",
        "2026-10-05 24:00:00",
        "2026-10-05T24:00:00.000",
        "2026/10/5 24:00",
        "2026年10月5日24时",
        "2026年10月5日24时0分",
        "2026年10月5日24时00分00秒",
        "2026年10月5日24点",
        "2026年10月5日24点整",
        "2026-10-05 ２４：００",
        "20261005240000",
        "202610052400",
        "2026-10-06 00:00",
    ],
)
def test_the_end_of_a_day_is_the_beginning_of_the_next(written):
    assert standard(written) == [(date(2026, 10, 6), "", 0)]
    alone = standard_dates(pl.Series([written]))
    assert alone.rows() == [(date(2026, 10, 6), "")]


@pytest.mark.parametrize(
    "written", ["2026-10-05 24:01", "2026-10-05 24:00:01", "2026-10-05 25:00", "2026年10月5日24时30分"]
)
def test_a_time_after_the_end_of_a_day_is_none(written):
    assert standard(written) == [(date(2026, 10, 5), "", None)]


def test_the_midnight_that_ends_a_year_is_no_default():
    assert standard("2025-12-31 24:00", "2026-01-01 00:00") == [
        (date(2026, 1, 1), "", 0),
        (date(2026, 1, 1), "default_year", 0),
    ]


def test_a_time_in_utc_is_moved_to_china():
    assert standard("2012-03-04T16:05:00Z", "2012-03-05T06:00:00.000+0000") == [
        (FIFTH_OF_MARCH, "", 5),
        (FIFTH_OF_MARCH, "", 840),
    ]


@pytest.mark.parametrize(
    ("written", "day", "flag"),
    [
        ("2012-03", date(2012, 3, 1), "partial"),
        ("2012年3月", date(2012, 3, 1), "partial"),
        ("2012", date(2012, 1, 1), "partial"),
        ("1985-03-00", date(1985, 3, 1), "partial"),
        ("19850000", date(1985, 1, 1), "partial"),
        ("2012-03-01", date(2012, 3, 1), "default_day"),
        ("2012-01-01", date(2012, 1, 1), "default_year"),
        ("2012-02-30", None, "impossible"),
        ("20121305", None, "impossible"),
        ("1012-03-05", None, "impossible"),
        ("12-3-5", None, "unreadable"),
        ("120305", None, "unreadable"),
        ("5/3/2012", None, "unreadable"),
        ("农历二月初五", None, "unreadable"),
        ("2012-03-05 农历", None, "unreadable"),
        ("正月初一", None, "unreadable"),
        ("1985年闰二月初三", None, "unreadable"),
        ("不知道哪天", None, "unreadable"),
        ("", None, "absent"),
        (None, None, "absent"),
        ("无", None, "absent"),
        ("0000-00-00", None, "absent"),
        ("9999-12-31", None, "absent"),
        ("1900-01-00", None, "absent"),
    ],
)
def test_flags(written, day, flag):
    assert standard(written) == [(day, flag, None)]


def test_without_minutes_stamps_are_days():
    written = pl.Series("updated_on", ["2012-03-05 23:59:59", "2012/03/05 00:00:00.0", "2012-03-04T16:00:00Z", None])
    assert standard_dates(written).rows() == [(FIFTH_OF_MARCH, "")] * 3 + [(None, "absent")]


FORMS = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y-%m-%dT%H:%M:%S")


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.dates(date(1851, 1, 1), date(2199, 12, 31)), st.sampled_from(FORMS)), min_size=1))
def test_every_day_is_read_in_every_form(cases):
    assert [row[0] for row in standard(*(day.strftime(form) for day, form in cases))] == [day for day, _ in cases]


@settings(deadline=None, max_examples=50)
@given(st.lists(st.integers(10_000, 73_000), min_size=1))
def test_every_serial_day_of_a_spreadsheet(serials):
    days = [row[0] for row in standard(*map(str, serials))]
    assert days == [date(1899, 12, 30) + timedelta(days=serial) for serial in serials]


@settings(deadline=None, max_examples=50)
@given(st.lists(st.text("0123456789-/.年月日 :T上下午Z", max_size=20), max_size=20))
def test_no_text_is_an_error_and_a_read_day_reads_the_same(values):
    days = [row[0] for row in standard(*values)]
    assert [row[0] for row in standard(*(day and day.isoformat() for day in days))] == days
