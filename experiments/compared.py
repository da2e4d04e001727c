"""The command `compare`: a folder in, text and plain content out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dafeng.configs.errors import ResultsError
from dafeng.experiments.compare import Comparison, compare
from dafeng.experiments.formats import FORMATS, rendered, write_workbook
from dafeng.experiments.given import table_format, workbook_path
from dafeng.experiments.require import parse_all, verdicts
from dafeng.experiments.results import Results


def compared(
    folder: Path, baseline: str | None, with_targets: bool, requirements: Sequence[str], form: str,
    out: Path | None = None,
) -> tuple[str, dict[str, Any], list[str]]:
    """The comparison as text, as plain content, and the requirements that were not kept.

    `out` is the workbook's file; without it the results folder's `tables/comparison.xlsx`.
    """
    table_format(form, FORMATS)
    path = workbook_path(out, folder / "tables" / "comparison.xlsx", form)
    comparison = compare(Results(folder), baseline, with_targets)
    kept, unmet = verdicts(parse_all(requirements, comparison), comparison)
    text = str(_written(comparison, path)) if form == "xlsx" else rendered(comparison, form)
    targets, peaks = comparison.targets, comparison.peaks
    content = {
        "baseline": comparison.baseline, "levels": comparison.levels.to_dict("records"),
        "differences": comparison.differences.to_dict("records"), "notes": comparison.notes, "kept": kept,
        "unmet": unmet,
        **({"peaks": peaks.to_dict("records")} if peaks is not None else {}),
        **({"targets": targets.to_dict("records")} if targets is not None else {}),
        **({"file": text} if form == "xlsx" else {}),
    }
    return "\n".join([text, *kept, *unmet]), content, unmet


def _written(comparison: Comparison, path: Path) -> Path:
    """The workbook's file; where it cannot be written, what would help is told."""
    try:
        return write_workbook(comparison, path)
    except ResultsError as wrong:
        raise ResultsError(f"{wrong}; --out FILE.xlsx writes the workbook elsewhere") from wrong
