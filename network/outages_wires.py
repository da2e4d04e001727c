"""Outages of lines, transformers and converter poles, from rates a year (MODEL_SPEC 7.1, `outage_events`)."""

from __future__ import annotations

from dafeng.configs.schema import City
from dafeng.configs.units import HOURS_A_YEAR
from dafeng.network.outages import Process
from dafeng.network.sampling import Machine

KM_OF_RATE = 100.0
"""Line rates are given per 100 km and year."""
EXTRA_HIGH_KV = 500.0
LINK = "hvdc_link"
"""Outage class of direct-current links: poles that fail each by itself, and what takes them together."""
POLES = 2
BOTH = "both"
"""What is appended to a link's key for the luck of what takes both its poles."""


def of_yearly_rate(outages_a_year: float, mttr_h: float) -> Process:
    """The process with so many outages in a year of service.

    >>> of_yearly_rate(4.0, 12.0).mttf_h
    2190.0
    """
    return Process(HOURS_A_YEAR / outages_a_year, mttr_h)


def line_process(city: City, kv: float, length_km: float) -> Process:
    """Lasting outages of one circuit; trips that reclose at once are no outages."""
    level = "500kv" if kv >= EXTRA_HIGH_KV else "220kv"
    rate = city.value(f"outage.line_{level}_rate") * length_km / KM_OF_RATE
    return of_yearly_rate(rate, city.value(f"outage.line_{level}_mttr"))


def transformer_process(city: City, has_spare: bool = False) -> Process:
    """Major failures of one transformer; a spare on the site shortens the repair."""
    repair = city.value("outage.transformer_mttr_spare" if has_spare else "outage.transformer_mttr_repair")
    return of_yearly_rate(city.value("outage.transformer_rate"), repair)


def pole_process(city: City) -> Process:
    """Outages of one pole of a direct-current link."""
    return of_yearly_rate(city.value("outage.hvdc_pole_rate"), city.value("outage.hvdc_pole_mttr"))


def bipole_process(city: City) -> Process:
    """Outages that take both poles of a direct-current link."""
    return of_yearly_rate(city.value("outage.hvdc_bipole_rate"), city.value("outage.hvdc_bipole_mttr"))


def link_machines(key: str, mw: float, pole: Process, both: Process, group: int = 0, links: int = 1) -> list[Machine]:
    """Links alike of so many MW each as two rows: their poles, and what takes two of them at once.

    >>> [(row.key, row.mw, row.count, row.takes) for row in link_machines("a", 10.0, Process(9, 1), Process(99, 1))]
    [('a', 5.0, 2, 0), ('a/both', 10.0, 1, 2)]
    """
    return [Machine(key, mw / POLES, pole, group, POLES * links),
            Machine(both_of(key), mw, both, group, links, takes=POLES)]


def both_of(key: str) -> str:
    """Key of luck of what takes both poles of the links of a key."""
    return f"{key}/{BOTH}"
