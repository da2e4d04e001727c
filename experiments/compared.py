"""The command `compare`: a folder in, text and plain content out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dafeng.experiments.compare import compare
from dafeng.experiments.formats import FORMATS, rendered, write_workbook
from dafeng.experiments.given import table_format
from dafeng.experiments.require import broken, parse_all
from dafeng.experiments.results import Results


def compared(
    folder: Path, baseline: str | None, with_targets: bool, requirements: Sequence[str], form: str
) -> tuple[str, dict[str, Any], list[str]]:
    """The comparison as text, as plain content, and the requirements that were not kept."""
    table_format(form, FORMATS)
    comparison = compare(Results(folder), baseline, with_targets)
    unmet = broken(parse_all(requirements, comparison), comparison)
    if form == "xlsx":
        text = str(write_workbook(comparison, folder / "tables" / "comparison.xlsx"))
    else:
        text = rendered(comparison, form)
    targets, peaks = comparison.targets, comparison.peaks
    content = {
        "baseline": comparison.baseline, "levels": comparison.levels.to_dict("records"),
        "differences": comparison.differences.to_dict("records"), "notes": comparison.notes, "unmet": unmet,
        **({"peaks": peaks.to_dict("records")} if peaks is not None else {}),
        **({"targets": targets.to_dict("records")} if targets is not None else {}),
        **({"file": text} if form == "xlsx" else {}),
    }
    return "\n".join([text, *unmet]), content, unmet
