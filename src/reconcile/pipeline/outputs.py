"""What a run was made of, and the frames that it leaves behind: the run folder's contract, see
docs/run-folder.md."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from reconcile.areas.table import SOURCE as AREAS
from reconcile.areas.table import AreaTable
from reconcile.clearing.judgements import BindingJudgements
from reconcile.config import Config, config_digest, findings_digest, matching_of
from reconcile.matching.linked import Linked
from reconcile.matching.model import model_path
from reconcile.persons.children import children_frame
from reconcile.persons.view import View
from reconcile.pipeline.office_lists import OfficeLists
from reconcile.reading.read import ReadResult
from reconcile.workspace import InputFile, RunFolder, file_digest
from reconcile.workspace.inputs import RunInputs

if TYPE_CHECKING:
    from reconcile.pipeline.sources import Prepared


def run_inputs(
    config: Config,
    read: Mapping[str, ReadResult],
    judged: BindingJudgements,
    areas: AreaTable | None = None,
) -> RunInputs:
    """What this run is made of; judgements and the table of areas are inputs as well."""
    matching = matching_of(config)
    tables = {**read, **({AREAS: areas.read} if areas else {})}
    files = [
        InputFile(source, file.file, file.digest, file.rows_read)
        for source, r in tables.items()
        for file in r.files
    ]
    files += judged.inputs()
    digests = (
        config_digest(config),
        findings_digest(config),
        file_digest(model_path(matching.model)),
    )
    return RunInputs(tuple(files), *digests)


def save_frames(
    run: RunFolder,
    prepared: Prepared,
    linked: Linked,
    view: View,
    discrepancies: pl.DataFrame,
    office: OfficeLists,
) -> None:
    """Writes the frames of a run as Parquet, and `matching.json`: the plan that it took, and the
    shares of matches."""
    saved = {
        "scored_pairs": linked.scored_pairs,
        "persons": linked.persons,
        "links": linked.links,
        "mentions": linked.mentions,
        "homes": linked.homes,
        "weak_edges": linked.weak_edges,
        "judgements": linked.judgements,
        "discrepancies": discrepancies,
        "children": children_frame(view),
        "rejects": prepared.rejects,
        "set_aside": prepared.set_aside,
        **office.frames(),
    }
    run.write_frames(saved, prepared.records)
    asked = linked.matching.model_dump(mode="json")
    files = {
        name: path and Path(path).name
        for name, path in asked.items()
        if name in ("model", "judgements")
    }
    run.write_matching({**asked, **files, "shares": linked.shares})
