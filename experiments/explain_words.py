"""A choice in words: options under each other with what they are made of, each number with its unit."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from math import isfinite, isnan
from typing import Any

from dafeng.agents.view import CHOICES

UNITS: Mapping[str, str] = {
    "mcny_per_y": "MCNY/y", "kcny_per_y": "kCNY/y", "cny_per_y": "CNY/y", "cny_per_gj": "CNY/GJ",
    "cny_per_mwh": "CNY/MWh", "cny_per_kwh": "CNY/kWh", "cny_per_kw": "CNY/kW", "cny_per_t": "CNY/t", "mcny": "MCNY",
    "kcny": "kCNY", "cny": "CNY", "mwh": "MWh", "mw": "MW", "kw": "kW", "gj": "GJ", "h": "h", "pct": "%",
    "per_y": "/y", "y": "y", "firms": "firms", "vehicles": "vehicles", "units": "units", "circuits": "circuits",
    "mt": "Mt", "tce": "tce",
}  # fmt: skip
"""End of a number's name -> its unit; the longest that fits counts."""
PER_UNIT = re.compile(r"(.+)_(cny_per_)(.+)")
"""Cost per unit of a product whose own unit stands in the name, such as `unit_cost_cny_per_MCNY VA`."""
COUNTED = ("firms", "firms took it", "boilers")
"""Units of what is counted over many: to take none of them is no choice."""
SAME = "1"
"""Unit of what has none."""


def as_lines(told: Any) -> list[str]:
    """Head, what was seen, the options, the draw and the reason of a choice (`explain.Told`)."""
    lines = [f"{told.year}  {told.agent} ({told.kind}): {told.topic}"]
    if told.saw:
        lines.append("  saw      " + ", ".join(seen(name, value) for name, value in told.saw.items()))
    lines += options(told)
    if not told.choice and told.unit not in COUNTED:
        lines.append("  chose    none of these")
    if told.uniform is not None:
        lines.append(f"  draw     {told.uniform:.4f}")
    if told.why and told.why != told.choice:
        lines.append(f"  because  {told.why}")
    return lines


def options(told: Any) -> list[str]:
    """The options, the chosen ones marked; where their terms are known, as a table under a head."""
    chosen = told.choice.split(CHOICES) if told.choice else []
    unit = "" if told.unit == SAME else told.unit
    if not told.terms:
        width = max(len(option) for option in told.options)
        return [f"  {'→' if option in chosen else ' '} {option.ljust(width)}  {number(value)} {unit}".rstrip()
                for option, value in told.options.items()]
    names = list(dict.fromkeys(name for terms in told.terms.values() for name in terms))
    heads = [f"{word} ({of})" if of else word for word, of in map(spoken, names)]
    rows = [["", *heads, unit or "value"]]
    for option, value in told.options.items():
        terms = told.terms.get(option, {})
        rows.append([option, *(number(terms.get(name, float("nan"))) for name in names), number(value)])
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return [f"  {'→' if row[0] in chosen else ' '} {_row(row, widths)}".rstrip() for row in rows]


def seen(name: str, value: Any) -> str:
    """A number that the choice saw, in words with its unit.

    >>> seen("payback_y", 6.25), seen("own_pull_per_y", 0.003), seen("end_year", 2035.0), seen("", "text")
    ('payback 6.25 y', 'own pull 0.003 /y', 'end year 2035', ' text')
    """
    word, unit = spoken(name)
    return f"{word} {number(value)} {unit}".rstrip()


def spoken(name: str) -> tuple[str, str]:
    """A number's name in words, and its unit.

    >>> spoken("capital_mcny"), spoken("unit_cost_cny_per_t cement"), spoken("peak_share")
    (('capital', 'MCNY'), ('unit cost', 'CNY/t cement'), ('peak share', ''))
    """
    for end in sorted(UNITS, key=len, reverse=True):
        if name.endswith(f"_{end}"):
            return name.removesuffix(f"_{end}").replace("_", " "), UNITS[end]
    found = PER_UNIT.fullmatch(name)
    if found:
        return found[1].replace("_", " "), f"CNY/{found[3]}"
    return name.replace("_", " "), ""


def number(value: Any) -> str:
    """A number to four digits, whole from 10,000 on."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return str(value)
    if isnan(value):
        return "–"
    if not isfinite(value):
        return "not possible" if value < 0 else "never"
    return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:.4g}"


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join([cells[0].ljust(widths[0]), *map(str.rjust, cells[1:], widths[1:])])
