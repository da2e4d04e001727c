"""Interruptions as customers meet them: how long and how often a year, by cause and county (MODEL_SPEC 7.7).

bulk: shortages of the provincial view (the island's where the city stands alone). Hours out are what is cut over the
county's load in that hour, summed over the hours. Interruptions are a lower bound: as few as the course of the cuts
allows, so whoever is out stays out while the cut lasts; with turns of r hours there would be hours out over r.
distribution: faults of 10 kV feeders by their length, urban and rural; one fault darkens a section.
storm: the customers that severe typhoons put in the dark, at their yearly rate (most published figures leave them out).
Planned work on the network is left out: a third of what customers meet in large cities (`fault_share_of_outage_time`).
The error is that of bulk, which is sampled; the rates of the others are given. It holds a bound where bulk is 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dafeng.configs.schema import City, Row
from dafeng.configs.units import DAY_H
from dafeng.configs.values import Estimate
from dafeng.network.adequacy import Adequacy, Support
from dafeng.network.outages_wires import KM_OF_RATE
from dafeng.sim.ledger import Ledger
from dafeng.sim.year import Year

CAUSES = ("bulk", "distribution", "storm")
AREAS = ("urban", "rural")


@dataclass(frozen=True)
class Interrupted:
    """What the average customer meets in a year, with its sampling errors."""

    hours: float
    times: float
    hours_se: float = 0.0
    times_se: float = 0.0

    def estimate(self, field: str) -> Estimate:
        """One of the two, `hours` or `times`."""
        return Estimate(getattr(self, field), getattr(self, f"{field}_se"))


def ledger(year: Year, variable: str, field: str, unit: str) -> Ledger:
    """One index by cause and by county, weighted by customers; empty where the city tells no customers."""
    rows = {str(row["county"]): row for row in year.city.table("customers")}
    total = sum(float(row["customers_k"]) for row in rows.values())
    book = Ledger()
    if total <= 0.0:
        return book
    found = {county: {cause: one.estimate(field) for cause, one in interruptions(year, row).items()}
             for county, row in rows.items()}
    share = {county: float(row["customers_k"]) / total for county, row in rows.items()}
    causes = {cause: _mean([(share[county], found[county][cause]) for county in rows]) for cause in CAUSES}
    for dims, by_cause in ({}, causes), *(({"county": county}, of) for county, of in found.items()):
        every = _sum(by_cause.values())
        book.add(variable, every.value, unit, se=every.se, **dims)
    for cause, one in causes.items():
        book.add(variable, one.value, unit, technology=cause, se=one.se)
    return book


def _mean(parts: Sequence[tuple[float, Estimate]]) -> Estimate:
    """The mean of counties by weight: a shortage meets them at once, so their errors add; bounds count if all are 0."""
    seen = [(weight, one) for weight, one in parts if one.value > 0.0] or parts
    return Estimate(sum(weight * one.value for weight, one in parts), sum(weight * one.se for weight, one in seen))


def _sum(causes: Iterable[Estimate]) -> Estimate:
    """The sum over causes with the error of what is sampled; a bound is no error of a sum."""
    parts = list(causes)
    return Estimate(sum(one.value for one in parts), sum(one.se for one in parts if one.value > 0.0))


def interruptions(year: Year, row: Row) -> Mapping[str, Interrupted]:
    """By cause, for the customers of one county."""
    return {
        "bulk": bulk(year, str(row["county"])), "distribution": distribution(year.city, row), "storm": storm(year.city),
    }


def bulk(year: Year, county: str) -> Interrupted:
    """Shortages of supply as the county's average customer meets them; interruptions are a lower bound."""
    adequacy = _view(year.adequacy)
    if adequacy is None or county not in adequacy.by_county:
        return Interrupted(0.0, 0.0)
    hours, times = (adequacy.by_county[county][name] for name in ("out_h", "times"))
    return Interrupted(hours.value, times.value, hours.se, times.se)


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
