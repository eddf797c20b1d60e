"""LibreOffice, driven without a screen: a form is opened, sorted, columns deleted and added, and saved in other formats."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

AVAILABLE = shutil.which("soffice") is not None
FORMATS = {
    "xls": ("MS Excel 97", ""),
    "xlsx": ("Calc MS Excel 2007 XML", ""),
    "csv": ("Text - txt - csv (StarCalc)", "44,34,76,1"),
}

_MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">
Sub Main(source, target, kind, options)
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden" : hidden(0).Value = True
  form = StarDesktop.loadComponentFromURL(ConvertToURL(source), "_blank", 0, hidden())
  sheet = form.Sheets.getByIndex(0)
  sheet.unprotect("")
  cursor = sheet.createCursor()
  cursor.gotoEndOfUsedArea(False)
  last = cursor.RangeAddress
  Dim field(0) As New com.sun.star.table.TableSortField
  field(0).Field = 1 : field(0).IsAscending = False
  Dim sorted(0) As New com.sun.star.beans.PropertyValue
  sorted(0).Name = "SortFields" : sorted(0).Value = field()
  sheet.getCellRangeByPosition(0, 1, last.EndColumn, last.EndRow).sort(sorted())
  sheet.Columns.removeByIndex(2, 8)
  sheet.Columns.insertByIndex(0, 1)
  sheet.Rows.insertByIndex(0, 2)
  sheet.getCellByPosition(0, 0).String = "2026"
  Dim saved(1) As New com.sun.star.beans.PropertyValue
  saved(0).Name = "FilterName" : saved(0).Value = kind
  saved(1).Name = "FilterOptions" : saved(1).Value = options
  form.storeToURL(ConvertToURL(target), saved())
  form.close(True)
End Sub
</script:module>
"""


def prepared(profile: Path) -> Path:
    """A profile of its own, with the macro that edits; the first start would put an empty one in its place."""
    _soffice(profile, "--terminate_after_init")
    module = profile / "user" / "basic" / "Standard" / "Module1.xba"
    module.write_text(_MODULE, encoding="utf-8")
    return profile


def edited(profile: Path, form: Path, target: Path) -> Path:
    """The form sorted by case, backwards, without its columns 3 to 10, with a title and an empty column before it, saved
    at `target` in the format of its ending."""
    kind, options = FORMATS[target.suffix[1:]]
    _soffice(profile, f'macro:///Standard.Module1.Main("{form}","{target}","{kind}","{options}")')
    assert target.exists(), "the macro has not run"
    return target


def converted(profile: Path, form: Path, folder: Path, ending: str) -> Path:
    """The form saved again as it is, in the format of `ending`."""
    kind, options = FORMATS.get(ending, ("", ""))
    into = ":".join(filter(None, (ending, kind, options)))
    _soffice(profile, "--convert-to", into, "--outdir", str(folder), str(form))
    return folder / f"{form.stem}.{ending}"


def _soffice(profile: Path, *words: str) -> None:
    command = ["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--norestore", *words]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
