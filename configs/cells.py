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
    "efficiency": (math.ulp(0.0), 1.0),
    "below_one": (0.0, math.nextafter(1.0, 0.0)),
    "time": (0.01, 1e9),
    "hours_a_year": (0.0, 8760.0),
    "weeks": (0.0, 52.0),
    "life": (1.0, 200.0),
    "lead": (0.0, 50.0),
    "count": (1.0, 10_000.0),
    "one_or_more": (1.0, math.inf),
    "shape": (0.2, 20.0),
    "change": (-100.0, math.inf),
}
"""Kinds of numbers and what they may be: those of columns, and of parameters (`ranges.csv`)."""
WHOLE = {"year", "month", "hour", "count"}
WANTED: Mapping[str, str] = {
    "number": "a number",
    "positive": "a number above 0",
    "efficiency": "a number above 0, up to 1",
    "below_one": "a number from 0 to below 1",
    "time": "a number above 0 (0.01 to 1e+09 hours)",
    "hours_a_year": "0 to 8760 hours",
    "weeks": "0 to 52 weeks",
    "life": "1 to 200 years",
    "lead": "0 to 50 years",
    "count": "a whole number from 1 to 10,000",
    "shape": "a number from 0.2 to 20",
    "change": "-100 % or more",
}
"""How a kind's range is told, where its ends do not tell themselves."""
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
    says = wrong_number(value, kind, short(cell))
    return (None, says) if says else (value, "")


def wrong_number(value: float, kind: str, shown: str) -> str:
    """What is wrong with a number of a kind; empty when nothing is.

    >>> wrong_number(-4.0, "time", "-4")
    'is -4; a number above 0 (0.01 to 1e+09 hours) is expected'
    >>> wrong_number(2.5, "count", "2.5"), wrong_number(3.0, "count", "3")
    ('is 2.5; a whole number is expected', '')
    """
    least, most = RANGES[kind]
    if not math.isfinite(value):
        return f"is {shown}; a finite number is expected"
    if not least <= value <= most:
        return f"is {shown}; {wanted(kind)} {'are' if wanted(kind).endswith('s') else 'is'} expected"
    if kind in WHOLE and value != int(value):
        return f"is {shown}; a whole number is expected"
    return ""


def wanted(kind: str) -> str:
    """What a number of a kind may be.

    >>> wanted("share"), wanted("amount"), wanted("weeks")
    ('a number from 0 to 1', '0 or more', '0 to 52 weeks')
    """
    least, most = RANGES[kind]
    plain = f"{least:g} or more" if most == math.inf else f"a number from {least:g} to {most:g}"
    return WANTED.get(kind, plain)


def short(text: str) -> str:
    """A text as it may stand in a message.

    >>> short("7" * 400)
    '777777777777777777777777777777777777777777777777777777777...'
    """
    return text if len(text) < 60 else f"{text[:57]}..."
