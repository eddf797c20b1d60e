"""standardise: rows of a source in, comparable values, record ids and rejects out."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from stdnum.cn import ric

from reconcile.core import frames
from reconcile.core.layouts import layout_names, load_layout
from reconcile.core.messages import has_text
from reconcile.standardising.standardise import standardise

KEY = b"k" * 32


def number(born="19900101", sequence="123"):
    body = f"460105{born}{sequence}"
    return body + ric.calc_check_digit(f"{body}0")


def run(*rows, layout="residents", key=KEY):
    columns = list(dict.fromkeys(name for row in rows for name in row))
    records = pl.DataFrame(
        {
            "source": [layout] * len(rows),
            "file": ["a.csv"] * len(rows),
            "row": pl.Series(range(2, len(rows) + 2), dtype=pl.UInt32),
            **{name: pl.Series([row.get(name) for row in rows], dtype=pl.String) for name in columns},
        }
    )
    return standardise(load_layout(layout), records, key, as_of=date(2026, 10, 31))


def one(layout="residents", **values):
    row = {"name": "张三", "birth_date": "1990-01-01"} if layout != "births" else {}
    return run(row | values, layout=layout).records.row(0, named=True)


def reasons(*rows, layout="residents"):
    rejects = run(*rows, layout=layout).rejects
    return rejects.select("reason", "column", "shown").rows()


# Columns


@pytest.mark.parametrize("layout", layout_names())
def test_each_column_becomes_what_its_kind_says(layout):
    columns = load_layout(layout).columns
    needed = {"name": "张三", "birth_date": "2026-01-01", "mother_name": "李四", "id_number": number()}
    row = {column.name: needed.get(column.name, "1") for column in columns}
    records = run(row, layout=layout).records
    for column in columns:
        assert records.schema[column.name] == pl.String
        for part, dtype in frames.STANDARDISED_BY_KIND[column.kind].items():
            assert records.schema[column.name + part] == dtype


def test_columns_that_later_stages_read_are_there_when_the_source_lacks_them():
    record = one()
    people = [f"{role}_{what}" for role in ("mother", "father", "spouse") for what in ("name", "id")]
    places = ["town", "village", "address", "household_no"]
    absent = [*people, *places, "id_number", "sex", "relation", "head_name", "former_name", "cancelled"]
    assert {name: record[f"{name}_std"] for name in absent} == dict.fromkeys(absent)
    assert "mother_name" not in record
    assert record["id_number_trusted"] is False


def test_raw_values_stay_beside():
    record = one(name=" 张　三 ", birth_date="1990年1月1日")
    assert (record["name"], record["name_std"]) == (" 张　三 ", "张三")
    assert (record["birth_date"], record["birth_date_std"]) == ("1990年1月1日", date(1990, 1, 1))


# The number and its row


@pytest.mark.parametrize(
    ("values", "trusted"),
    [
        ({"birth_date": "1990-01-01", "sex": "男"}, True),
        ({"birth_date": "1990-01-01", "sex": ""}, True),
        ({"birth_date": "", "sex": ""}, True),
        ({"birth_date": "1990-01", "sex": "男"}, True),
        ({"birth_date": "1990-01-02", "sex": "男"}, False),
        ({"birth_date": "1991-01", "sex": "男"}, False),
        ({"birth_date": "1990-01-01", "sex": "女"}, False),
        ({"id_number": number()[:-1] + "0"}, False),
        ({"id_number": "CAN110780521201"}, False),
        ({"id_number": "E12345678", "id_type": "护照"}, False),
    ],
)
def test_a_number_is_trusted_when_it_is_valid_and_its_row_does_not_disagree(values, trusted):
    assert one(**({"id_number": number()} | values))["id_number_trusted"] is trusted


def test_what_the_row_does_not_say_comes_from_a_valid_number():
    record = one(id_number=number("19850607", "124"), birth_date="", sex="未知")
    assert (record["birth_date_std"], record["birth_date_flag"], record["birth_date_from_id"]) == (
        date(1985, 6, 7),
        "",
        True,
    )
    assert (record["sex_std"], record["sex_from_id"]) == (2, True)


def test_what_the_row_says_stays():
    record = one(id_number=number("19850607", "124"), birth_date="1985-06-08", sex="男")
    assert (record["birth_date_std"], record["birth_date_from_id"]) == (date(1985, 6, 8), False)
    assert (record["sex_std"], record["sex_from_id"]) == (1, False)


def test_a_wrong_check_digit_lends_nothing():
    record = one(id_number=number()[:-1] + "0", birth_date="")
    assert (record["id_number_status"], record["birth_date_std"]) == ("checksum", None)


def test_a_ruined_number_still_tells_the_birth_date():
    record = one(id_number=f"{number('19850607')[:15]}000", birth_date="")
    assert (record["id_number_status"], record["id_number_std"]) == ("ruined", None)
    assert (record["birth_date_std"], record["birth_date_from_id"]) == (date(1985, 6, 7), True)


# Cancelled


@pytest.mark.parametrize(
    ("layout", "values", "cancelled"),
    [
        ("residents", {"cancelled": "已注销"}, True),
        ("residents", {"cancelled": "否"}, False),
        ("residents", {"cancelled": ""}, False),
        ("residents", {"cancelled_on": "2020-05-01"}, True),
        ("residents", {"cancelled_on": "9999-12-31"}, False),
        ("residents", {"cancelled": "0", "cancelled_on": "2020-05-01"}, True),
        ("residents", {"moved_out_on": "2020-05-01"}, None),  # moved elsewhere and still registered
        ("household", {"moved_out_on": "2020-05-01"}, True),
        ("household", {"moved_out_on": "", "cancelled_on": ""}, False),
    ],
)
def test_cancelled(layout, values, cancelled):
    assert one(layout=layout, **values)["cancelled_std"] is cancelled


# Rejects


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"name": "", "birth_date": "1990-01-01"}, ("missing", "name", "")),
        ({"name": "未知", "birth_date": "1990-01-01"}, ("missing", "name", "")),
        ({"name": "123", "birth_date": "1990-01-01"}, ("unusable_name", "name", "1*3")),
        ({"name": "张三", "id_number": "", "birth_date": "无"}, ("missing", "id_number / birth_date", "")),
        ({"name": "张三", "birth_date": "2012-02-30"}, ("unusable_date", "birth_date", "2012-02-30")),
        (
            {"name": "张三", "id_number": "46010519901301123X", "birth_date": ""},
            ("unusable_id_number", "id_number", "460***********123X"),
        ),
        ({"name": "张三", "id_number": "4.60105E+17"}, ("unusable_id_number", "id_number", "***********")),
    ],
)
def test_a_row_without_a_usable_needed_value_is_rejected(row, reason):
    assert reasons(row) == [reason]
    assert all(has_text(f"standardising.reason.{reason[0]}", language) for language in ("zh", "en"))


def test_a_birth_needs_its_date_and_its_mother():
    births = [
        {"birth_date": "2026-01-01 08:30", "mother_name": "李四"},
        {"birth_date": "2026-01-01", "mother_name": "", "mother_id": number()},
        {"birth_date": "2026-01-01", "mother_name": "", "mother_id": ""},
        {"birth_date": "昨天", "mother_name": "李四"},
    ]
    result = run(*births, layout="births")
    assert result.records["row"].to_list() == [2, 3]
    assert result.rejects.select("row", "reason").rows() == [(4, "missing"), (5, "unusable_date")]


def test_a_source_without_the_needed_columns_has_no_records():
    assert run({"sex": "男"}).records.is_empty()


def test_a_placeholder_for_a_newborns_name_is_usable():
    record = one(name="李某之子")
    assert (record["name_std"], record["name_unnamed"], record["surname"]) == (None, True, None)


def test_no_rows():
    result = run({"name": "张三", "birth_date": "1990-01-01"})
    empty = standardise(load_layout("residents"), result.records.head(0).select("source", "file", "row", "name"), KEY)
    assert empty.records.is_empty()
    assert empty.rejects.schema == pl.Schema(frames.REJECTS)


# Record ids


def test_a_record_is_called_by_its_own_key():
    records = run(
        *({"record_key": key, "name": "张三", "birth_date": "1990-01-01"} for key in ("A1", " Ａ２", "3.0"))
    ).records
    assert records["record_id"].to_list() == ["A1", "A2", "3"]
    assert not records["record_key_repeated"].any()


REPEATED = [
    {"record_key": "A1", "name": name, "birth_date": "1990-01-01", "address": address}
    for name, address in (("李四", "乙路1号"), ("张三", "甲路1号"), ("李四", "甲路1号"))
]


def test_a_key_used_again_is_numbered_by_content_whatever_the_order_of_rows():
    def by_content(rows):
        records = run(*rows).records
        assert records["record_key_repeated"].all()
        return {(row["name"], row["address"]): row["record_id"] for row in records.iter_rows(named=True)}

    ids = by_content(REPEATED)
    assert sorted(ids.values()) == ["A1", "A1~2", "A1~3"]
    assert by_content(REPEATED[::-1]) == ids


def test_a_key_that_looks_numbered_takes_nobodys_place():
    keys = ("A1", "A1", "A1~2", "A1-2")
    ids = run(*({"record_key": key, "name": "张三", "birth_date": "1990-01-01"} for key in keys)).records["record_id"]
    assert ids.n_unique() == len(keys)


def test_without_a_key_the_id_is_a_keyed_digest_of_what_the_record_says():
    written = {"name": "张三", "birth_date": "1990-01-01"}
    otherwise = {"name": " 张 三", "birth_date": "1990年1月1日"}
    first, second = run(written).records["record_id"].item(), run(otherwise).records["record_id"].item()
    assert first == second
    assert len(first) == 16
    assert run(written, key=b"another key").records["record_id"].item() != first
    twice = run(written, written).records
    assert twice["record_id"].to_list() == [first, f"{first}~2"]
    assert not twice["record_key_repeated"].any()


UGLY = st.fixed_dictionaries(
    {
        "record_key": st.sampled_from(["A1", "A2", "", None, "A1~2"]),
        "name": st.sampled_from(["张三", "李某之子", "", None, "???", "王 五", "123"]),
        "sex": st.sampled_from(["男", "2", "x", None]),
        "id_number": st.sampled_from([number(), number()[:17], "4.6E+17", "无", None, f"{number()[:15]}000"]),
        "birth_date": st.sampled_from(["1990-01-01", "19900230", "1990-01", "", None, "32874"]),
        "relation": st.sampled_from(["户主", "01", "3", "?", None]),
        "cancelled_on": st.sampled_from(["", "2020-01-01", "9999-12-31", None]),
    }
)


@settings(deadline=None, max_examples=15)
@given(st.lists(UGLY, min_size=1, max_size=40), st.randoms())
def test_every_row_is_kept_or_rejected_and_the_order_of_rows_changes_nothing(rows, random):
    result, shuffled = run(*rows), run(*random.sample(rows, len(rows)))
    assert sorted([*result.records["row"], *result.rejects["row"]]) == list(range(2, len(rows) + 2))
    assert result.records["record_id"].null_count() == 0
    assert result.records["record_id"].is_unique().all()
    assert_frame_equal(
        result.records.drop("row").sort("record_id"),
        shuffled.records.drop("row").sort("record_id"),
        check_column_order=False,
    )
