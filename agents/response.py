"""Demand response of industry: who joins a programme, what it can shed and shift (MODEL_SPEC 5.5 to 5.7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from dafeng.agents.assets import Offer, Shiftable
from dafeng.agents.output_lines import Lines
from dafeng.agents.view import View
from dafeng.configs.schema import Bus, City
from dafeng.configs.units import DAY_H, HOURS_A_YEAR, Bools, Floats, Ints

SHIFT = "shift_industry"
THROUGH = "continuous_industry"
SHIFTING_COUNTIES = 3
"""Counties with enough load for an aggregator of shiftable load; a choice that keeps the hour's arrays small."""
KW_PER_MW = KWH_PER_MWH = 1000.0


@dataclass(frozen=True)
class Terms:
    """What a programme is worth to a producer."""

    shed_mw: Floats
    called_h: Floats
    pay_cny: Floats
    cost_cny: Floats

    @property
    def gain_cny(self) -> Floats:
        """Expected payment less hassle and reservation cost."""
        return self.pay_cny - self.cost_cny


def is_offered(view: View) -> bool:
    """Whether there is a programme this year."""
    return view.rules.dr_price_cny_per_mwh > 0 or view.rules.dr_capacity_cny_per_kw > 0


def terms(view: View, lines: Lines, line: Ints, load_mw: Floats, reservation: Floats, call_rate: float) -> Terms:
    """Payment and cost a year for each producer; `call_rate` is the expected share of the hours that may be called."""
    shed = lines.shed_share[line] * load_mw
    called = call_rate * view.value("dr.events_per_year_max") * lines.shed_hours[line]
    pay = shed * (view.rules.dr_price_cny_per_mwh * called + view.rules.dr_capacity_cny_per_kw * KW_PER_MW)
    cost = view.value("extra.hassle_cost_site") * KW_PER_MW + reservation * shed * called
    return Terms(shed, called, pay, cost)


def joined(enrolled: Bools, offer: Terms, reservation: Floats, alive: Bools, cap_mw: float) -> Bools:
    """Who is enrolled after this year: those in stay; the cheapest who gain come in until the county's part is full."""
    wants = alive & ~enrolled & (offer.gain_cny > 0)
    room = cap_mw - float(offer.shed_mw[enrolled & alive].sum())
    order = np.flatnonzero(wants)[np.argsort(reservation[wants], kind="stable")]
    fits = np.cumsum(offer.shed_mw[order]) <= room
    after = enrolled.copy()
    after[order[fits]] = True
    return after


def told(view: View, offer: Terms, choice: str, row: int, call_rate: float) -> dict[str, Any]:
    """A producer's choice as a decision tells it: what joining pays and costs a year."""
    saw = {
        "shed_mw": float(offer.shed_mw[row]), "called_h": float(offer.called_h[row]), "call_rate": call_rate,
        "price_cny_per_mwh": view.rules.dr_price_cny_per_mwh, "standby_cny_per_kw": view.rules.dr_capacity_cny_per_kw,
    }  # fmt: skip
    paid, cost = float(offer.pay_cny[row]), float(offer.cost_cny[row])
    return {
        "options": {"in": paid - cost, "out": 0.0}, "unit": "CNY/y", "choice": choice, "saw": saw,
        "why": reason(offer, choice, row),
        "terms": {"paid_cny_per_y": (paid, 0.0), "own_cost_cny_per_y": (cost, 0.0)},
    }  # fmt: skip


def reason(offer: Terms, choice: str, row: int) -> str:
    """Why: by this year's gain, unless enrolment stays, or a full programme or one of larger sizes takes nobody."""
    gains = offer.gain_cny[row] > 0
    if choice == "in":
        return "it pays more than it costs" if gains else "enrolled in an earlier year"
    return "no room in the county, or below the least size" if gains else "it costs more than it pays"


def county_cap_mw(view: View, county: str) -> float:
    """A county's part of the response asked: share of last year's peak, by load; without end when none is asked."""
    seen = view.prices.get("peak_mw", {})
    if view.rules.dr_target_share <= 0 or not seen:
        return float("inf")
    return view.rules.dr_target_share * seen[max(seen)] * load_share(view.city, county)


def load_share(city: City, county: str) -> float:
    """A county's share of the city's load."""
    total = sum(bus.load_share for bus in city.buses)
    return sum(bus.load_share for bus in city.buses if bus.county == county) / total


def load_buses(city: City, county: str) -> tuple[tuple[Bus, float], ...]:
    """Where a county's load stands, with each bus's part of it."""
    buses = [bus for bus in city.buses if bus.county == county and bus.load_share > 0]
    total = sum(bus.load_share for bus in buses)
    return tuple((bus, bus.load_share / total) for bus in buses)


def shifts(city: City, county: str) -> bool:
    """Whether a county is among those whose load is worth an aggregator of shifting."""
    ranked = sorted((c.key for c in city.counties), key=lambda key: (-load_share(city, key), key))
    return county in ranked[:SHIFTING_COUNTIES]


def learnt(view: View, call_rate: float, possible_mwh: float, called_mwh: float) -> float:
    """The expected call rate after a year: moved towards what was seen (adaptive expectation)."""
    if possible_mwh <= 0:
        return call_rate
    return call_rate + view.value("extra.adaptive_g") * (called_mwh / possible_mwh - call_rate)


def pooled_offer(
    view: View, key: str, bus: Bus, lines: Lines, line: Ints, shed_mw: Floats, reservation: Floats
) -> tuple[Offer, ...]:
    """One shed offer of all enrolled producers behind a bus: MW added, price, hours and shape weighted by MW."""
    total = float(shed_mw.sum())
    if total <= 0:
        return ()
    biggest = int(np.argmax(np.bincount(line, weights=shed_mw, minlength=lines.count)))
    by_shift = float(shed_mw @ lines.shift_load_share[line])
    return (
        Offer(
            key=key, bus=bus.key, county=bus.county, sector=lines.sector[biggest], mw=total,
            price_cny_per_mwh=float(shed_mw @ reservation) / total, notice_h=view.value("dr.min_duration"),
            hours_per_event=float(shed_mw @ lines.shed_hours[line]) / total,
            events_per_year=view.value("dr.events_per_year_max"), shape=SHIFT if by_shift > 0.5 * total else THROUGH,
            cooling=view.value("temperature.cooling_share_industry_multiplier"),
        ),
    )  # fmt: skip


def shiftable(
    view: View, key: str, bus: Bus, by_sector: Mapping[str, float], by_shape: Mapping[str, float]
) -> tuple[Shiftable, ...]:
    """Load that may move within +-L hours (MODEL_SPEC 5.6); a year's energy by sector, and the same by shape."""
    total = sum(by_shape.values())
    if total <= 0:
        return ()
    usual = sum((mwh * unit_profile(view, shape) for shape, mwh in sorted(by_shape.items())), np.zeros(HOURS_A_YEAR))
    window = round(view.value("extra.shift_window_L"))
    lost = (1.0 - view.value("dr.shift_efficiency")) * view.city.path("tariff.industry_10kv.flat").at(view.year)
    return (
        Shiftable(
            key, bus.key, bus.county, max(by_sector, key=lambda sector: by_sector[sector]), *moving(usual, window),
            lost * KWH_PER_MWH, view.value("dr.min_duration"), tuple(sorted(by_shape.items())),
            view.value("temperature.cooling_share_industry_multiplier"), window,
            tuple((sector, mwh / total) for sector, mwh in sorted(by_sector.items())),
        ),
    )  # fmt: skip


def moving(usual: Floats, window: int) -> tuple[Floats, Floats, Floats]:
    """(hours,) highest draw, cumulative least and most of a use that may come so many hours late or early.

    The highest draw is the usual one with the mean on top. In the year's last hours what is late catches up evenly.
    """
    used = np.cumsum(usual)
    early = np.concatenate([used[window:], np.full(window, used[-1])])
    late = np.concatenate([np.zeros(window), used[:-window]])
    last = 2 * window
    late[-last:] = np.minimum(np.linspace(late[-last - 1], used[-1], last + 1)[1:], used[-last:])
    return usual + usual.mean(), late, early


def unit_profile(view: View, shape: str) -> Floats:
    """(hours,) share of a year's energy used in each hour, by working days and others."""
    days = HOURS_A_YEAR // DAY_H
    working = np.ones(days) if view.weekday is None else view.weekday.reshape(days, DAY_H)[:, 0]
    table = view.city.profiles.sector_shapes[shape]
    hourly = np.where(working[:, None] > 0, table[0][None, :], table[1][None, :]).ravel()
    return np.asarray(hourly / hourly.sum())
