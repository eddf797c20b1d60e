"""Small populations for tests, written as rows of what matters; everything else is null."""

from datetime import date

import polars as pl

from reconcile.population.population import Population


def frame(rows):
    """Standardised records from dicts in short form: id, name, born, sex, number, house, relation, mother …"""
    return pl.DataFrame([_record(i, row) for i, row in enumerate(rows)], infer_schema_length=None)


def population(**sources):
    return Population.stack({source: frame(rows) for source, rows in sources.items()})


_NAMES = {"name": "name_std", "mother": "mother_name_std", "father": "father_name_std", "spouse": "spouse_name_std"}
_PLAIN = {
    "number": "id_number_std", "sex": "sex_std", "house": "household_no_std", "relation": "relation_std",
    "village": "village_std", "town": "town_std", "head": "head_name_std", "mother_id": "mother_id_std",
    "father_id": "father_id_std", "spouse_id": "spouse_id_std", "place": "place_in_delivery_std",
    "issue": "issue_type_std", "dwelling": "dwelling_std", "building": "building_std",
    "registered": "registered_dwelling_std", "former": "former_name_std",
    "delivered": "children_delivered_std", "minute": "birth_date_minute", "called": "name_place", "key": "record_key",
}  # fmt: skip


def _record(position, row):
    record = {"record_id": row.get("id", str(position))}
    for short, column in {**_NAMES, **_PLAIN}.items():
        if short in row:
            record[column] = row[short]
    if "born" in row:
        record["birth_date_std"] = date.fromisoformat(row["born"])
    if "name" in row:
        record |= {"surname": row["name"][0], "given": row["name"][1:], "name_reading": row["name"]}
    if "number" in row:
        number = row["number"]
        record |= {"id_number_core": number[:17], "id_number_head": number[:14], "id_number_tail": number[14:]}
        record["id_number_trusted"] = row.get("trusted", True)
    return record
