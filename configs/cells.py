"""Cells of tables: what each kind of column may hold, and what is said of a cell that holds something else."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

RANGES: Mapping[str, tuple[float, float]] = {
    "number": (-math.inf, math.inf),
    "amount": (0.0, math.inf),
    "positive": (math.ulp(0.0), math.inf),
    "share": (0.0, 1.0),
    "percent": (0.0, 100.0),
    "year": (1900.0, 2100.0),
    "month": (1.0, 12.0),
    "hour": (0.0, 23.0),
}
"""Kinds of numeric columns and what they may hold."""
WHOLE = {"year", "month", "hour"}
PATTERNS: Mapping[str, tuple[str, str]] = {
    "period": (r"\d{4}-\d{4}", "two years such as 2021-2025"),
    "months": (r"(1[0-2]|[1-9])-(1[0-2]|[1-9])", "two months such as 7-9"),
    "date": (r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", "a date such as 2021-07-30"),
    "numbers": (r"\d+(\.\d+)?(;\d+(\.\d+)?)*", "numbers such as 0.4;0.6"),
}
"""Kinds of text with a form, and what is expected of them."""


@dataclass(frozen=True)
class Column:
    """One line of the column book."""

    name: str
    kind: str
    needed: bool
    is_key: bool
    choices: tuple[str, ...]


def cell_value(cell: str, column: Column) -> tuple[Any, str]:
    """A cell's value and what is wrong with it."""
    if cell == "":
        return None, "is empty; a value is expected" if column.needed else ""
    if column.kind == "text":
        return cell, ""
    if column.kind in PATTERNS:
        pattern, wanted = PATTERNS[column.kind]
        return (cell, "") if re.fullmatch(pattern, cell) else (None, f"is '{short(cell)}'; {wanted} is expected")
    if column.kind == "choice":
        says = f"is '{short(cell)}'; one of {', '.join(column.choices)} is expected"
        return (cell, "") if cell in column.choices else (None, says)
    return _number(cell, column.kind)


def _number(cell: str, kind: str) -> tuple[float | None, str]:
    """A filled cell as a number of a kind, and what is wrong with it."""
    try:
        value = float(cell.replace("_", "no number"))  # Python would read 1_000
    except ValueError:
        return None, f"is '{short(cell)}'; a number is expected"
    least, most = RANGES[kind]
    if not math.isfinite(value):
        return None, f"is {short(cell)}; a finite number is expected"
    if not least <= value <= most:
        wanted = f"{least:g} or more" if most == math.inf else f"a number from {least:g} to {most:g}"
        wanted = wanted if kind != "positive" else "a number above 0"
        return None, f"is {short(cell)}; {wanted} is expected"
    if kind in WHOLE and value != int(value):
        return None, f"is {short(cell)}; a whole number is expected"
    return value, ""


def short(text: str) -> str:
    """A text as it may stand in a message.

    >>> short("7" * 400)
    '777777777777777777777777777777777777777777777777777777777...'
    """
    return text if len(text) < 60 else f"{text[:57]}..."
