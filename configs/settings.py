"""Structural switches of a city or scenario, with the words each may take."""

from __future__ import annotations

from collections.abc import Mapping

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


def check_setting(name: str, value: object, place: Place, reader: Reader) -> None:
    """Keep a problem when a switch is unknown or does not take a value."""
    if name not in SETTINGS:
        reader.problem(place, "no such setting", nearest(name, SETTINGS))
    elif not isinstance(value, str):
        reader.problem(place, f"is {value!r}; text is expected")
    elif SETTINGS[name] and value not in SETTINGS[name]:
        wanted = ", ".join(SETTINGS[name])
        reader.problem(place, f"is '{value}'; one of {wanted} is expected", nearest(value, SETTINGS[name]))
