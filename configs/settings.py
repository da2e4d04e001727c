"""Structural switches of a city or scenario, with the words each may take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dafeng.configs.cells import short
from dafeng.configs.errors import Place, nearest
from dafeng.configs.files import Reader

SETTINGS: Mapping[str, tuple[str, ...]] = {
    "province_scenario": ("adequate", "balanced", "tight", "short"),
    "carbon_path": ("low", "central", "high"),
    "reliability_coal": ("mean", "rts", "cn"),
    "offtake_rule": ("in_service", "n_minus_1"),
    "line_relief": ("no", "yes", "days"),
    "ev_form": ("logit", "logistic", "bass", "ensemble"),
    "province_follows": ("no",),
    "capacity_credit": ("computed", "curves", "table"),
    "unit_states": ("three", "two"),
    "repair_form": ("exponential", "weibull"),
    "outage_rates": ("by_temperature", "constant"),
    "storms": ("yes", "no"),
    "delivery_lines": ("yes", "no"),
    "provincial_units": (),
    "load_profile_year": (),
}
"""Switch -> its words; without words, any text."""
SAYS: Mapping[str, tuple[str, str]] = {
    "province_scenario": ("balanced", "how much firm capacity the province has over its peak (province_scenarios.csv)"),
    "carbon_path": ("central", "the series carbon.<word> that carbon costs"),
    "reliability_coal": ("mean", "outages of coal from 300 MW: American class, Chinese class, or the geometric mean"),
    "offtake_rule": ("in_service", "what 220/110 kV transformers may carry: all in service, or what is left after one"),
    "line_relief": ("no", "how the fast engine relieves lines: not, hour by hour (yes), or by programme (days)"),
    "ev_form": ("logit", "how the share of electric cars grows; ensemble takes the mean of the three, in log-odds"),
    "province_follows": ("no", "whether the rest of the province follows the city's policies; it does not"),
    "capacity_credit": ("computed", "firm capacity of wind, sun and storage: ELCC of the year (curves: over size too), "
                                    "or as the table says"),
    "unit_states": ("three", "whether coal units have a derated state besides up and down"),
    "repair_form": ("exponential", "distribution of repair times; weibull by outage.weibull_repair_shape"),
    "outage_rates": ("by_temperature", "whether units fail more often in heat and cold, at the same mean rate"),
    "storms": ("yes", "whether typhoons come"),
    "delivery_lines": ("yes", "whether the delivery views of adequacy bound flows by lines, or by transformers alone"),
    "provincial_units": ("", "units that the province dispatches, as 001-009;077"),
    "load_profile_year": ("2018", "year in which the province's load shape was measured, for its holidays"),
}
"""Switch -> the word where city and scenario say nothing, and what it does."""


FREE: Mapping[str, str] = {
    "provincial_units": "units of plants.csv, as 001-009;077",
    "load_profile_year": "a year, 2000 to 2100",
}
"""Switch without words -> what it takes."""
YEARS = range(2000, 2101)
"""Years whose holidays are known or can be computed."""


def check_setting(name: str, value: object, place: Place, reader: Reader) -> None:
    """Keep a problem when a switch is unknown or does not take a value.

    A number is fine where a year is meant. Whether units exist is told by `check_units`.
    """
    if name not in SETTINGS:
        reader.problem(place, "no such setting", nearest(name, SETTINGS))
    elif not (_is_year(value) if name == "load_profile_year" else not SETTINGS[name] and isinstance(value, str)):
        _check_word(name, value, place, reader)


def check_alone(values: Mapping[str, object], place: Place, reader: Reader) -> None:
    """Keep a problem for what is wrong with values in any city: switches, and names that can be nothing else.

    Parameters and series have a dot in their names.
    """
    for key, value in values.items():
        here = Place(place.file, place.line, key)
        if key in SETTINGS:
            check_setting(key, value, here, reader)
        elif "." not in str(key):
            reader.problem(here, "no such parameter, series or setting", nearest(key, SETTINGS))


def check_units(text: object, known: Iterable[str], place: Place, reader: Reader) -> None:
    """Keep a problem for each part of `provincial_units` that is neither a unit nor a range of units."""
    keys = sorted(known)
    for part in str(text).split(";") if isinstance(text, str) and text.strip() else ():
        first, _, last = part.strip().partition("-")
        if part.strip() in keys or (first in keys and last in keys and first <= last):
            continue
        if first in keys and last in keys:
            reader.problem(place, f"'{part.strip()}' is no range of units; the first comes after the last")
            continue
        missing = next((end for end in (first, last) if end not in keys and {first, last} & {*keys}), part.strip())
        says = f"'{missing}' names no unit; plants.csv has {keys[0]} to {keys[-1]}" if keys else "there are no units"
        reader.problem(place, says, nearest(missing, keys))


def _check_word(name: str, value: object, place: Place, reader: Reader) -> None:
    """Keep a problem when a value is none of the words of a switch, or not what it takes instead."""
    words = SETTINGS[name]
    if not (isinstance(value, str) and value in words):
        wanted = f"one of {', '.join(words)} is expected" if words else f"{FREE[name]}, is expected"
        hint = "; put it in quotes" if name == "provincial_units" and type(value) is int else ""
        reader.problem(place, f"is {short(repr(value))}; {wanted}{hint}", nearest(str(value), words))


def _is_year(value: object) -> bool:
    """Whether a number or text is a year that may be meant."""
    text = str(value) if isinstance(value, str) or type(value) is int else ""
    return text.isascii() and text.isdigit() and int(text[:9]) in YEARS
