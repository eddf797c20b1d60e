"""Splink's model of FEBRL's people: the detailed one of its documentation's febrl4 example, with
the blocks of its febrl3 example, and street and suburb compared as well, which takes F1 at its own
threshold from .997 to 1."""

from __future__ import annotations

from typing import Any

import splink.comparison_library as cl
from splink import block_on

DETERMINISTIC = [
    block_on("soc_sec_id"),
    block_on("given_name", "surname", "date_of_birth"),
    "l.given_name = r.surname and l.surname = r.given_name and l.date_of_birth = r.date_of_birth",
]
RECALL = {"link_only": 0.9, "dedupe_only": 0.9}
TRAINING = [block_on("date_of_birth"), block_on("postcode")]


def prediction(link_type: str) -> list[Any]:
    """The blocking rules, of which some are SQL."""
    return [
        block_on("soc_sec_id"),
        block_on("given_name", "surname"),
        "l.given_name = r.surname and l.surname = r.given_name",
        block_on("given_name"),
        block_on("surname"),
        block_on("date_of_birth"),
        block_on("postcode"),
        block_on("state", "address_1"),
        block_on("street_number", "address_1"),
    ]


def comparisons(link_type: str) -> list[cl.CustomComparison]:
    return [
        cl.NameComparison("given_name").configure(term_frequency_adjustments=True),
        cl.NameComparison("surname").configure(term_frequency_adjustments=True),
        cl.DateOfBirthComparison(
            "date_of_birth",
            input_is_string=True,
            datetime_format="%Y%m%d",
            invalid_dates_as_null=True,
        ),
        cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
        cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
        cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]).configure(
            term_frequency_adjustments=True
        ),
        cl.JaroWinklerAtThresholds("address_1", [0.9]),
        cl.JaroWinklerAtThresholds("suburb", [0.9]),
    ]
