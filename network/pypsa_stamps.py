"""Labels of snapshots as dates, where they are dates: what netCDF counts from a day on, and what CSV writes out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd

CALENDARS = ("standard", "gregorian", "proleptic_gregorian")
"""Those in which days are the days of a date."""
SECONDS = {
    "nanosecond": 1e-9, "microsecond": 1e-6, "millisecond": 1e-3, "second": 1.0, "minute": 60.0, "hour": 3600.0,
    "day": 86400.0,
}


def decoded(values: Sequence[Any], units: str, calendar: str) -> tuple[str, ...]:
    """Labels of a netCDF file; what counts from no date stays a number.

    >>> decoded([0, 25], "hours since 2030-01-07 00:00:00", "proleptic_gregorian")
    ('2030-01-07 00:00:00', '2030-01-08 01:00:00')
    >>> decoded([0.0, 1.0], "", "")
    ('0', '1')
    """
    unit, _, since = units.partition(" since ")
    try:
        step, first = SECONDS[unit.strip().removesuffix("s")], datetime.fromisoformat(since.strip())
        if (calendar or CALENDARS[0]).lower() not in CALENDARS:
            raise ValueError(calendar)
        first = first.astimezone(UTC).replace(tzinfo=None) if first.tzinfo else first
        return tuple(str(first + timedelta(seconds=step * value)) for value in values)
    except (KeyError, TypeError, ValueError, OverflowError):
        return tuple(str(int(v)) if isinstance(v, float) and v.is_integer() else str(v) for v in values)


def astray(labels: Sequence[str]) -> tuple[int, str] | None:
    """The first row that is no date where the first one is, or is not after the row before it, and what is wrong.

    Labels that are no dates may be in any order.

    >>> astray(["2030-01-07", "2030-01-07 01:00", "x"]), astray(["b", "a"])
    ((2, 'is no date, as the first one is'), None)
    >>> astray(["2030-01-07 01:00", "2030-01-07"])
    (1, 'is not after the one before it')
    """
    before = _date(labels[0]) if labels else None
    if before is None:
        return None
    for row, label in enumerate(labels[1:], start=1):
        date = _date(label)
        if date is None:
            return row, "is no date, as the first one is"
        if date < before:
            return row, "is not after the one before it"
        before = date
    return None


def _date(label: str) -> datetime | None:
    """A date that is written out, without its zone; None for any other label."""
    try:
        return datetime.fromisoformat(label.strip()).replace(tzinfo=None) if "-" in label[1:] else None
    except ValueError:
        return None


def stamps(labels: Sequence[str]) -> pd.Series[Any]:
    """The labels as dates where all are dates written out, else as they are.

    >>> str(stamps(["2030-01-07", "2030-01-08"])[1]), stamps(["0", "1"])[1]
    ('2030-01-08 00:00:00', '1')
    """
    words = pd.Series(list(labels), dtype=object)
    if not all("-" in label[1:] for label in labels):
        return words
    try:
        return pd.to_datetime(words, format="ISO8601")
    except (ValueError, OverflowError):
        return words
