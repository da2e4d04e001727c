"""Interruptions as customers meet them: how long and how often a year, by cause and county (MODEL_SPEC 7.7).

bulk: expected unserved energy of the provincial view (the island's where the city stands alone), shed in turn, so that
hours out are unserved energy over the county's mean load, and an interruption lasts as long as the event.
distribution: faults of 10 kV feeders by their length, urban and rural; one fault darkens a section.
storm: the customers that severe typhoons put in the dark, at their yearly rate (most published figures leave them out).
Planned work on the network is left out: a third of what customers meet in large cities (`fault_share_of_outage_time`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dafeng.configs.schema import City, Row
from dafeng.configs.units import DAY_H
from dafeng.network.adequacy import Adequacy, Support
from dafeng.network.outages_wires import KM_OF_RATE
from dafeng.sim.ledger import Entry, Ledger
from dafeng.sim.year import Year

CAUSES = ("bulk", "distribution", "storm")
AREAS = ("urban", "rural")


@dataclass(frozen=True)
class Interrupted:
    """What the average customer meets in a year."""

    hours: float
    times: float


def ledger(year: Year, variable: str, field: str, unit: str) -> Ledger:
    """One index by cause and by county, weighted by customers; empty where the city tells no customers."""
    rows = {str(row["county"]): row for row in year.city.table("customers")}
    total = sum(float(row["customers_k"]) for row in rows.values())
    found = {county: interruptions(year, row) for county, row in rows.items()}
    book = Ledger()
    if total <= 0.0:
        return book
    for county, by_cause in found.items():
        book.add(variable, sum(getattr(one, field) for one in by_cause.values()), unit, county=county)
    share = {county: float(row["customers_k"]) / total for county, row in rows.items()}
    causes = {
        cause: sum(share[county] * getattr(found[county][cause], field) for county in rows) for cause in CAUSES
    }
    return Ledger(
        [
            Entry(variable, sum(causes.values()), unit),
            *(Entry(variable, value, unit, technology=cause) for cause, value in causes.items()),
            *book,
        ]
    )


def interruptions(year: Year, row: Row) -> Mapping[str, Interrupted]:
    """By cause, for the customers of one county."""
    return {
        "bulk": bulk(year, str(row["county"])), "distribution": distribution(year.city, row), "storm": storm(year.city),
    }


def bulk(year: Year, county: str) -> Interrupted:
    """Shortages of supply, shed in turn over the county's customers."""
    adequacy = _view(year.adequacy)
    if adequacy is None or county not in adequacy.by_county:
        return Interrupted(0.0, 0.0)
    at = [bus for bus, name in enumerate(year.grid.counties) if name == county]
    mean_mw = float(year.grid.load_mw[at].sum(axis=0).mean())
    hours = adequacy.by_county[county]["eue_mwh"].value / mean_mw if mean_mw > 0.0 else 0.0
    events = adequacy.lolf_hourly.value
    lasting_h = adequacy.lolh_h.value / events if events > 0.0 else 1.0
    return Interrupted(hours, hours / lasting_h)


def distribution(city: City, row: Row) -> Interrupted:
    """Faults of feeders: each darkens its section, a share of the customers that is the section's share of length.

    So the length cancels: a customer is out as often as a section of its area fails.
    """
    rural = float(row["rural_feeder_share"])
    hours = times = 0.0
    for area, share in zip(AREAS, (1.0 - rural, rural), strict=True):
        failures = city.value(f"outage.distribution_line_rate_{area}") / KM_OF_RATE
        out = share * failures * city.value("outage.distribution_section")
        times += out
        hours += out * city.value(f"outage.distribution_repair_{area}")
    return Interrupted(hours, times)


def storm(city: City) -> Interrupted:
    """Severe typhoons: most customers are back within a day, the others over the days until the last."""
    if "typhoon.rate_severe" not in city.parameters or city.setting("storms", "yes") == "no":
        return Interrupted(0.0, 0.0)
    quick = city.value("typhoon.customers_restored_in_24h")
    last_h = city.value("typhoon.full_restoration") * DAY_H
    out_h = quick * DAY_H / 2.0 + (1.0 - quick) * (DAY_H + last_h) / 2.0
    times = city.value("typhoon.rate_severe") * city.value("typhoon.customer_outage_share_severe")
    return Interrupted(times * out_h, times)


def _view(views: Mapping[Support, Adequacy]) -> Adequacy | None:
    return views.get("province") or views.get("island")
