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


def check_setting(name: str, value: object, place: Place, reader: Reader) -> None:
    """Keep a problem when a switch is unknown or does not take a value."""
    if name not in SETTINGS:
        reader.problem(place, "no such setting", nearest(name, SETTINGS))
    elif not isinstance(value, str):
        reader.problem(place, f"is {value!r}; text is expected")
    elif SETTINGS[name] and value not in SETTINGS[name]:
        wanted = ", ".join(SETTINGS[name])
        reader.problem(place, f"is '{value}'; one of {wanted} is expected", nearest(value, SETTINGS[name]))
