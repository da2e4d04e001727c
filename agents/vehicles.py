"""Vehicles: every vehicle is a row; one agent holds a class and lets its owners scrap and buy (MODEL_SPEC 4)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import mesa
import numpy as np

from dafeng.agents import charging, charging_home, vehicles_energy, vehicles_flows, vehicles_stock
from dafeng.agents.adoption import CarMarket, Chosen, Local, car_market, plug_in_share
from dafeng.agents.adoption_draws import logit
from dafeng.agents.assets import Assets, Flow
from dafeng.agents.base import AGENTS, CityAgent, Snapshot, copied
from dafeng.agents.fleets import MANDATED, FleetChoice, FleetMarket, fleet_market
from dafeng.agents.vehicles_energy import Use
from dafeng.agents.vehicles_log import car_decisions, fleet_decision
from dafeng.agents.vehicles_stock import BEV, ELECTRIC, ICE, NONE, PHEV, POWERTRAINS, Stock
from dafeng.agents.vehicles_targets import CARS, PEOPLE_PER_UNIT, stock_by_year
from dafeng.agents.view import View
from dafeng.agents.works import Works
from dafeng.configs.schema import City, Row
from dafeng.configs.units import Floats, Ints

STATE = (
    "year", "powertrain", "born", "memory", "begin", "end", "bought", "gone", "chargers", "chargers_built",
    "home_begin", "home_end",
)  # fmt: skip
PRIVATE = "car_private"


@AGENTS.add("vehicles")
class Vehicles(CityAgent):
    """One class of vehicles: owners' places as rows, their market, and what they charge and burn."""

    kind = "vehicles"
    order = 30

    def __init__(self, model: mesa.Model, city: City, row: Row) -> None:
        super().__init__(model, f"vehicles:{row['class']}", "all")
        self.name, self.technology = str(row["class"]), str(row["technology_class"])
        self.counties = tuple(county.key for county in city.counties)
        self.targets = stock_by_year(city, row)
        self.use: Use = vehicles_energy.use_of(city, self.technology)
        facts = next(r for r in city.table("vehicle_classes") if r["class"] == self.technology)
        life, shape = facts["mean_life_y"], facts["weibull_k_C"]
        self.hazard = vehicles_stock.hazards(life, shape)
        self.parking = parking(city) if self.technology == PRIVATE else np.zeros(len(city.counties))
        stock = observed_stock(city, row, life, shape, self.targets)
        self.first, self.powertrain, self.born = stock.first, stock.powertrain, stock.born
        self.market: CarMarket | FleetMarket = (
            car_market(city, self.name, self.use, self.parking)
            if self.technology in CARS
            else fleet_market(city, self.name, self.technology, self.use, life)
        )
        self.year = city.first_year
        self.begin = self.end = stock.counts()
        self.bought, self.gone = first_sales(city, row, stock), np.zeros_like(self.begin)
        self.memory = self._first_memory(city)
        self.home_begin = self.home_end = self._homes()
        electric = float(self.begin[:, ELECTRIC].sum())
        self.chargers = city.value("stock.chargers_per_ev_2020") * electric if self.technology == PRIVATE else 0.0
        self.chargers_built = 0.0

    @classmethod
    def populate(cls, model: mesa.Model, city: City, rows: tuple[Row, ...]) -> list[CityAgent]:
        """One agent for each class of the observed fleet."""
        return [cls(model, city, row) for row in rows]

    @property
    def stock(self) -> Stock:
        """The rows."""
        return Stock(self.first, self.powertrain, self.born)

    def decide(self, view: View) -> list[Works]:
        """Scrap, replace, grow; the year's purchases take effect month by month, so nothing waits for the site."""
        if view.year > self.year:
            self._advance(view)
        return []

    def _advance(self, view: View) -> None:
        self.begin, self.year = self.end, view.year
        gone, rows, counties = self._turnover(view)
        self.gone = self._tally(gone)
        if isinstance(self.market, CarMarket):
            chosen: Chosen | FleetChoice = self._buy_cars(self.market, view, rows, counties)
        else:
            chosen = self._buy_fleet(self.market, view, rows)
        self.powertrain[gone] = NONE
        self.powertrain[rows], self.born[rows] = chosen.powertrain, view.year
        self.bought = self._tally(rows)
        self.end = self.begin - self.gone + self.bought
        self.home_begin, self.home_end = self.home_end, self._homes()

    def _turnover(self, view: View) -> tuple[Ints, Ints, Ints]:
        """Rows whose vehicle ends, rows that buy, and the county of each buyer."""
        key = view.luck.key("scrap", self.name, view.year)
        target = self.targets[max(year for year in self.targets if year <= view.year)]
        gone, bought, counties = [], [], []
        room = np.empty(int(np.diff(self.first).max(initial=0)), dtype=np.int64)
        for c, block in enumerate(self.stock.block(c) for c in range(len(self.counties))):
            place = (block.start, block.stop)
            n = vehicles_stock.scrapped(key, self.hazard, view.year, *place, self.powertrain, self.born, room)
            ended = room[:n].copy()
            wanted = max(0, int(target[c]) - (int(self.begin[c].sum()) - n))
            found = vehicles_stock.buyers(ended, self.powertrain, *place, wanted, room)
            gone.append(ended)
            bought.append(room[:found].copy())
            counties.append(np.full(found, c))
        return np.concatenate(gone), np.concatenate(bought), np.concatenate(counties)

    def _buy_cars(self, market: CarMarket, view: View, rows: Ints, counties: Ints) -> Chosen:
        least = view.rules.ev_fleet_mandate_share if self.technology in MANDATED else 0.0
        local = Local(view.rules.ev_subsidy_cny, self._charger_logit(view), least)
        chosen = market.choose(view, self.stock, rows, counties, float(self.memory[0]), local)
        if len(rows):
            self.memory = np.array([logit(chosen.share)])
        if self.technology == PRIVATE:
            self.decisions += car_decisions(view, self.name, self.counties, chosen, counties)
        return chosen

    def _buy_fleet(self, market: FleetMarket, view: View, rows: Ints) -> FleetChoice:
        chosen = market.choose(view, rows, self.memory)
        self.memory = chosen.memory
        self.decisions.append(fleet_decision(view, self.key, chosen))
        return chosen

    def _charger_logit(self, view: View) -> float:
        """Long-run pull of public chargers beyond what operators build by themselves (4.1, 4.5)."""
        usual = chargers_per_ev(view.city, view.year)
        wanted = max(usual, view.rules.ev_chargers_per_ev)
        if self.technology == PRIVATE:
            built = wanted * float(self.begin[:, ELECTRIC].sum())
            self.chargers_built = max(0.0, built - self.chargers)
            self.chargers += self.chargers_built
        return view.value("stock.charger_effect") * float(np.log2(wanted / usual))

    def _tally(self, rows: Ints) -> Ints:
        """(counties, powertrains) of some rows."""
        county = np.searchsorted(self.first, rows, side="right") - 1
        width = len(POWERTRAINS)
        cells = county * width + self.powertrain[rows]
        found: Ints = np.bincount(cells, minlength=len(self.counties) * width).reshape(-1, width)
        return found

    def _homes(self) -> Floats:
        """(counties,) electric vehicles whose owner parks at home."""
        if not isinstance(self.market, CarMarket) or not self.parking.any():
            return np.zeros(len(self.counties))
        return vehicles_stock.electric_at_home(self.first, self.powertrain, self.market.home_key, self.parking)

    def _first_memory(self, city: City) -> Floats:
        if isinstance(self.market, CarMarket):
            return np.array([logit(self.market.reference(city, city.first_year))])
        return self.market.first_memory(self.begin)

    def assets(self, view: View) -> Assets:
        """Charging at the buses of each county; smart charging and feeding back where a programme asks."""
        energy = dict(zip(self.counties, self.mwh(view).tolist(), strict=True))
        growth = charging.monthly_growth(float(self.begin[:, ELECTRIC].sum()), float(self.end[:, ELECTRIC].sum()))
        days = charging.daily(view.city, charging.of_class(self.technology))
        usual = charging.over_year(*days, charging.weekdays(view), growth)
        if self.technology != PRIVATE:
            return Assets(loads=tuple(charging.loads(view.city, self.key, energy, usual)))
        return vehicles_flows.car_assets(view, self.key, energy, usual, self.homes(view, energy), self.use.battery_kwh)

    def homes(self, view: View, energy: dict[str, float]) -> charging_home.Homes:
        """Electric cars with a charger at home: those who park there, as many as the national count allows."""
        electric = 0.5 * (self.begin + self.end)[:, ELECTRIC].sum(axis=1)
        park = 0.5 * (self.home_begin + self.home_end)
        having = min(1.0, view.value("charging.share_home_charger") * electric.sum() / max(park.sum(), 1.0))
        cars = having * park
        share = np.divide(cars, electric, out=np.zeros_like(cars), where=electric > 0.0)
        mwh = {county: energy[county] * float(share[c]) for c, county in enumerate(self.counties)}
        by_county = dict(zip(self.counties, cars.tolist(), strict=True))
        all_electric = dict(zip(self.counties, electric.tolist(), strict=True))
        ends = float(having * self.home_begin.sum()), float(having * self.home_end.sum())
        return charging_home.Homes(by_county, mwh, *ends, all_electric)

    def mwh(self, view: View) -> Floats:
        """(counties,) electricity of the year at the plug, with the weather's air-conditioning."""
        mean = 0.5 * (self.begin + self.end)
        each = np.array([self.use.mwh(kind) for kind in range(len(POWERTRAINS))])
        cooling = vehicles_energy.air_conditioning(view.city, self.technology, view.temperature_c)
        return np.asarray(mean @ each * cooling)

    def flows(self, view: View) -> Iterable[Flow]:
        """Fuel, electricity, stock, sales and money of the class by county."""
        return vehicles_flows.flows(self, view)

    def snapshot(self) -> Snapshot:
        """The rows and the few numbers that move."""
        return {name: copied(getattr(self, name)) for name in STATE}

    def restore(self, snapshot: Snapshot) -> None:
        """The same class again."""
        for name in STATE:
            value: Any = copied(snapshot[name])
            setattr(self, name, value)


def parking(city: City) -> Floats:
    """(counties,) share of households that park at home."""
    rows = {row["county"]: row["home_parking_share"] for row in city.table("households")}
    return np.array([rows[county.key] for county in city.counties])


def observed_stock(city: City, row: Row, life: float, shape: float, targets: dict[int, Ints]) -> Stock:
    """The first year's stock by age and powertrain, with room for every later year."""
    weights = vehicles_stock.age_weights(life, shape, row["mean_age_y"])
    path = city.path("ev.national_share")
    national = np.array([path.at(city.first_year - age) for age in range(len(weights))])
    electric = vehicles_stock.share_by_age(weights, national, row["nev_stock_k"] / row["stock_k"])
    plug_in = plug_in_share(city, city.first_year) if row["technology_class"] in CARS else 0.0
    by_kind = np.zeros((len(weights), len(POWERTRAINS)))
    by_kind[:, ICE] = weights * (1.0 - electric)
    by_kind[:, BEV] = weights * electric * (1.0 - plug_in)
    by_kind[:, PHEV] = weights * electric * plug_in
    room = np.max(np.array(list(targets.values())), axis=0)
    return vehicles_stock.observed(targets[city.first_year], room, by_kind, city.first_year)


def first_sales(city: City, row: Row, stock: Stock) -> Ints:
    """(counties, powertrains) sales of the first year: the observed number, powertrains as born that year."""
    sold = np.zeros((len(stock.first) - 1, len(POWERTRAINS)), dtype=np.int64)
    new = [stock.powertrain[stock.block(c)][stock.born[stock.block(c)] == city.first_year] for c in range(len(sold))]
    for c, kinds in enumerate(new):
        sold[c] = np.bincount(kinds[kinds != NONE], minlength=len(POWERTRAINS))
    scale = row["new_sales_k_2020"] * PEOPLE_PER_UNIT / max(int(sold.sum()), 1)
    return np.asarray(np.rint(sold * scale), dtype=np.int64)


def chargers_per_ev(city: City, year: int) -> float:
    """Public charging points per electric vehicle that operators keep up: the city's in 2020, the country's later."""
    first, later = city.value("stock.chargers_per_ev_2020"), city.value("charging.public_points_per_nev_2024")
    return float(np.interp(year, (2020, 2024), (first, later)))
