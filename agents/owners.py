"""Owners: companies that close, extend, retrofit, build and bid (MODEL_SPEC 2; EMLab-Generation, ElecSim).

The grid company and the storage entrant are owners too: without plants of their own they hold leases for storage only.
A plant that stands keeps its own state; its owner keeps what it ordered for it and what it earned.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict

import mesa

from dafeng.agents.assets import Assets, Flow
from dafeng.agents.base import AGENTS, CityAgent, Snapshot
from dafeng.agents.expectations import Foresight, Habits, forecast_error
from dafeng.agents.fleet import Listing, expand, fleet
from dafeng.agents.fleet_dates import FIRST_FREE_YEAR, dated_change, hour_of_date
from dafeng.agents.fleet_money import capital_cny, fixed_cny, lead_y
from dafeng.agents.fleet_units import Condition
from dafeng.agents.invest import hurdle, payment, strike
from dafeng.agents.owners_builds import New, companion_of, detail, due_hour, machine_of, rows, subsidy_cny
from dafeng.agents.owners_builds import profit_cny as new_profit_cny
from dafeng.agents.owners_leases import STORAGE, leases
from dafeng.agents.owners_options import Option, option
from dafeng.agents.owners_outlook import Prospect, prospect
from dafeng.agents.owners_standing import (
    EXTENSION_Y,
    Standing,
    candidate,
    extension_cny,
    is_at_end,
    must_close,
    profit_cny,
    quotas,
)
from dafeng.agents.retrofit import Choice, applied, choose, outage_h
from dafeng.agents.retrofit import capital_cny as retrofit_capital_cny
from dafeng.agents.retrofit import main_cny as retrofit_main_cny
from dafeng.agents.view import Award, Bid, Call, View
from dafeng.agents.works import Build, Extend, Retire, Retrofit, Works
from dafeng.configs.schema import City, Row
from dafeng.configs.units import HOURS_A_YEAR

CREW = "overhaul"
"""The crew that retrofits large units."""


@AGENTS.add("owners")
class Owner(CityAgent):
    """One company: money, a hurdle, a way to look ahead, plants, leases and what it has built on them."""

    kind = "owners"
    order = 90

    def __init__(self, model: mesa.Model, row: Row, listings: Sequence[Listing], city: City) -> None:
        self.listings = {entry.machine.key: entry for entry in listings}
        self.plants = expand(str(row["plants"]), sorted(self.listings))
        super().__init__(model, str(row["owner_key"]), _main_county(self.plants, self.listings, city))
        self.foresight = Foresight(str(row["foresight"]))
        self.habits = Habits.of(city)
        self.cash_in_share = float(row["yearly_cash_in_share_of_profit"])
        self.rate = hurdle(
            city.value("investment.debt_share"), city.value("investment.equity_rate_real"),
            city.value("investment.debt_rate_real"), float(row["risk_premium"]),
        )
        self.equity_share = 1.0 - city.value("investment.debt_share")
        self.cash_cny = float(row["cash_bn_cny_2020"]) * 1e9
        self.builds: list[New] = []
        self.retrofits: dict[str, list[str]] = {}
        self.extended: list[str] = []
        self.closed: list[str] = []
        self.profits: dict[str, list[float]] = {}
        self.subsidies: dict[str, float] = {}
        self.leases: dict[str, list[float]] | None = None
        self.decided_year = 0
        self.thought = Thought()

    @classmethod
    def populate(cls, model: mesa.Model, city: City, rows: tuple[Row, ...]) -> list[CityAgent]:
        """One agent for each owner."""
        listings = fleet(city)
        return [cls(model, row, listings, city) for row in sorted(rows, key=lambda row: str(row["owner_key"]))]

    def bid(self, call: Call, view: View) -> list[Bid]:
        """Offers for what is left of its leases, each at the price that makes its worth zero, as far as its money goes."""
        offers: list[Bid] = []
        cash = self.cash_cny
        for site, free in self._sites(view, call.kind):
            technology = site.partition("@")[0]
            made = self._option(view, technology, call.hours if technology == STORAGE else 0.0)
            if not self._in_time(view, technology, call.year):
                continue
            mw = min(free, max(0.0, cash) / (self.equity_share * made.cash.capital_cny))
            if mw > 0.0:
                offers.append(self._offer(call, view, site, made, mw))
                cash -= mw * self.equity_share * made.cash.capital_cny
        return offers

    def decide(self, view: View) -> list[Works]:
        """Once a year what stands and what was won; then, each time it is asked, at most one new investment."""
        works: list[Works] = []
        if self.decided_year != view.year:
            self.decided_year = view.year
            works += self._close_or_extend(view)
            works += [self._take(view, award) for award in view.awards]
            works += self._retrofit(view) if view.outlooks else []
        return works + (self._invest(view) if view.outlooks else [])

    def complete(self, works: Works, hour: float) -> None:
        """New units come at the hour they were ordered for: nothing is left to learn."""

    def assets(self, view: View) -> Assets:
        """Units and stores it has built; plants of the list stand for themselves."""
        made = [rows(new, view) for new in self.builds]
        return Assets(
            units=tuple(unit for units, _ in made for unit in units),
            stores=tuple(store for _, stores in made for store in stores),
        )

    def settle(self, view: View) -> None:
        """Count profits: of each plant for its future, of all for the money to invest."""
        total = 0.0
        keep = int(view.value("extra.loss_years_before_closure"))
        for key in self.plants:
            if key in view.own:
                plant = self._standing_plant(key, view)
                earned = profit_cny(plant.machine, plant.now, view.own[key], view)
                self.profits[key] = [*self.profits.get(key, []), earned][-keep:]
                total += earned
        for new in self.builds:
            total += new_profit_cny(new, view)
            paid = subsidy_cny(new, view.hour, view.own)
            if paid != 0.0:
                self.subsidies[new.key] = paid
        self.cash_cny += self.cash_in_share * max(0.0, total)

    def flows(self, view: View) -> Iterable[Flow]:
        """Capital and fixed cost of what it built, and what awards cost the budget this year."""
        end = view.hour + HOURS_A_YEAR
        for new in self.builds:
            if new.due_h >= end:
                continue
            made = machine_of(new, view.city)
            share = (end - max(view.hour, new.due_h)) / HOURS_A_YEAR
            fixed = fixed_cny(made, view.city, view.year)
            if new.companion_mw > 0.0:
                fixed += fixed_cny(companion_of(new, view.city), view.city, view.year)
            amounts = {"cost_cny": fixed * share, "subsidy_cny": self.subsidies.pop(new.key, 0.0)}
            if new.due_h >= view.hour:
                amounts["investment_cny"] = new.capital_cny
            for variable, cny in amounts.items():
                if cny != 0.0:
                    yield Flow(variable, made.county, "power", made.technology, made.fuel, cny, "CNY")

    def snapshot(self) -> Snapshot:
        """All state; what it thought this year can be thought again."""
        facts = ("listings", "plants", "foresight", "habits", "thought")
        kept = {name: value for name, value in super().snapshot().items() if name not in facts}
        return {**kept, "builds": [asdict(new) for new in self.builds]}

    def restore(self, snapshot: Snapshot) -> None:
        """The same owner again."""
        super().restore(snapshot)
        self.builds = [New(**record) for record in snapshot["builds"]]
        self.thought = Thought()

    # what stands

    def _standing(self, view: View) -> list[Standing]:
        return [self._standing_plant(key, view) for key in self.plants if self._stands(key, view)]

    def _stands(self, key: str, view: View) -> bool:
        entry = self.listings[key]
        is_recorded = entry.is_base and entry.start_year is not None and entry.start_year < view.year
        return key not in self.closed and (is_recorded or key in self.profits)

    def _standing_plant(self, key: str, view: View) -> Standing:
        entry = self.listings[key]
        machine, city = entry.machine, view.city
        now = _recorded(view, key)
        now = applied(machine, now, tuple(self.retrofits.get(key, [])), city)
        start = entry.start_year or entry.expected_year or view.year
        life = city.value(f"{machine.cost_key}.lifetime") + (EXTENSION_Y if key in self.extended else 0)
        return Standing(machine, now, start + 0.5 + life, key in self.extended, tuple(self.profits.get(key, ())))

    def _close_or_extend(self, view: View) -> list[Works]:
        works: list[Works] = []
        for plant in self._standing(view):
            key, why = plant.machine.key, must_close(plant, view)
            if why:
                mean = sum(plant.profits_cny) / max(1, len(plant.profits_cny))
                self.log(view, f"close {key}", {"stay": mean, "close": 0.0}, "CNY/y", "close", why=why)
                works.append(self._close(view, key))
            elif is_at_end(plant, view) and view.outlooks:
                works.append(self._end_of_life(view, plant))
        return works

    def _end_of_life(self, view: View, plant: Standing) -> Works:
        key = plant.machine.key
        worth = extension_cny(plant, self._seen(view, view.year + 1), view, self.rate)
        extends = worth > 0.0 and not plant.is_extended
        options = {"close": 0.0} if plant.is_extended else {"extend": worth, "close": 0.0}
        self.log(view, f"life {key}", options, "CNY", "extend" if extends else "close", saw={"end": plant.end_year})
        if not extends:
            return self._close(view, key)
        self.extended.append(key)
        capital = view.value("extra.life_extension_capex_share") * capital_cny(plant.machine, view.city, view.year)
        return Extend(key, key, 0.0, 0.0, None, complete_h=view.hour, detail={"capital_cny": capital})

    def _close(self, view: View, key: str) -> Works:
        self.closed.append(key)
        return Retire(key, key, 0.0, 0.0, None, complete_h=view.hour)

    def _retrofit(self, view: View) -> list[Works]:
        plants = [p for p in self._standing(view) if p.machine.kind == "coal" and not _will_change(view, p.machine.key)]
        if not plants:
            return []
        machines = [p.machine for p in plants]
        seen = self._seen(view, view.year + 1)
        units = [candidate(p, machines, seen, view, self.rate) for p in plants]
        asked = quotas(view)
        picked = choose(units, asked)
        works: list[Works] = []
        start = view.hour
        for plant, unit in zip(plants, units, strict=True):
            choice = picked[unit.key]
            capital = retrofit_capital_cny(
                plant.machine, choice, retrofit_main_cny(plant.machine, machines, view.city), view.city
            )
            is_asked = any(asked[name] > 0.0 for name in choice)
            if not is_asked and self.equity_share * capital > self.cash_cny:
                choice = ()
            if len(unit.worth) > 1:
                options = {"+".join(c) or "none": worth for c, worth in unit.worth.items()}
                self.log(view, f"retrofit {unit.key}", options, "CNY", "+".join(choice) or "none", saw=dict(asked))
            if choice:
                works.append(self._order_retrofit(view, plant, choice, capital, start))
                start += outage_h(choice, view.city)
        return works

    def _order_retrofit(self, view: View, plant: Standing, choice: Choice, capital: float, start: float) -> Works:
        machine = plant.machine
        after = applied(machine, plant.now, choice, view.city)
        self.retrofits[machine.key] = [*self.retrofits.get(machine.key, []), *choice]
        self.cash_cny -= self.equity_share * capital
        what = {
            "retrofits": list(choice), "capital_cny": capital,
            "coal_rate_change_gce": after.coal_rate_change_gce - plant.now.coal_rate_change_gce,
            "min_share": after.min_share, "heat": after.has_heat_retrofit,
        }
        return Retrofit(machine.key, machine.key, 0.0, outage_h(choice, view.city), CREW, start_h=start, detail=what)

    # what is built

    def _invest(self, view: View) -> list[Works]:
        options: dict[str, float] = {}
        sites: dict[str, tuple[str, float]] = {}
        for site, free in self._sites(view, ""):
            technology = site.partition("@")[0]
            mw = min(free, self._leases(view)[site][1])
            if technology not in options:
                options[technology] = self._option(view, technology).npv
            if self._may_build(view, technology, mw) and mw > sites.get(technology, ("", 0.0))[1]:
                sites[technology] = (site, mw)
        paying = sorted((t for t in sites if options[t] > 0.0), key=lambda t: (-options[t], t))
        chosen = next((t for t in paying if self._within_share(view, t, sites[t][1])), paying[0] if paying else "")
        if chosen or view.year not in self.thought.logged:
            self.thought.logged.add(view.year)
            self.log(view, "invest", {**options, "nothing": 0.0}, "CNY/MW", chosen or "nothing",
                     saw={"cash_cny": self.cash_cny, "hurdle": self.rate})
        if not chosen:
            return []
        site, mw = sites[chosen]
        return [self._order(view, site, mw, self._option(view, chosen))]

    def _sites(self, view: View, call: str) -> list[tuple[str, float]]:
        """Its sites with room, most first; those that a kind of call asks for, or all."""
        held = self._leases(view)
        free = {site: held[site][0] - self._built(site) for site in held}
        fits = [site for site in held if free[site] > 1e-6 and _answers(site.partition("@")[0], call)]
        return [(site, free[site]) for site in sorted(fits, key=lambda site: (-free[site], site))]

    def _built(self, site: str) -> float:
        return sum(new.mw for new in self.builds if f"{new.technology}@{new.bus}" == site)

    def _may_build(self, view: View, technology: str, mw: float) -> bool:
        """In time, within the pipeline of investors, the yearly build rate, and its money."""
        under_way = sum(view.pipeline.get(t, 0.0) for t in self._technologies(view))
        peak = max([o.peak_mw for o in view.outlooks] + list(view.prices.get("peak_mw", {}).values()))
        rate = view.value("extra.site_build_rate") * max(1.0, lead_y(view.city, technology))
        equity = self.equity_share * self._option(view, technology).cash.capital_cny * mw
        return (
            self._in_time(view, technology, 0)
            and under_way + mw <= view.value("investment.pipeline_limit") * peak
            and view.pipeline.get(technology, 0.0) + mw <= rate
            and equity <= self.cash_cny
        )

    def _in_time(self, view: View, technology: str, year: int) -> bool:
        done = view.year + lead_y(view.city, technology)
        return done >= FIRST_FREE_YEAR and (year == 0 or done <= year + 1)

    def _within_share(self, view: View, technology: str, mw: float) -> bool:
        """Whether a technology keeps below its share of the owner's new MW; the first block is free."""
        mine = sum(new.mw for new in self.builds if new.technology == technology)
        total = sum(new.mw for new in self.builds)
        return mine + mw <= max(mw, view.value("extra.technology_share_cap") * (total + mw))

    def _technologies(self, view: View) -> set[str]:
        """Technologies that investors may choose anywhere in the city."""
        return {str(row["technology"]) for row in view.city.table("site_limits")} - {"nuclear_gen3", "pumped_hydro"}

    def _offer(self, call: Call, view: View, site: str, made: Option, mw: float) -> Bid:
        asset = self._asset_key(view, site)
        term = int(call.term_y)
        if call.kind == "storage":
            paid = payment(made.cash, term)
            return Bid(self.key, asset, mw, paid / 1e3, paid * mw)
        price = strike(made.cash, made.energy_mwh, made.market_cny, term)
        return Bid(self.key, asset, mw, price, max(0.0, price * made.energy_mwh - made.market_cny) * mw)

    def _take(self, view: View, award: Award) -> Works:
        _, technology, bus, *_ = award.asset.split(":")
        hours = award.call.hours if technology == STORAGE else 0.0
        return self._order(view, f"{technology}@{bus}", award.amount, self._option(view, technology, hours), award)

    def _order(self, view: View, site: str, mw: float, made: Option, award: Award | None = None) -> Works:
        key = self._asset_key(view, site)
        due = due_hour(view.city, view.luck, view.hour, key, made.technology)
        is_strike = award is not None and award.call.kind != "storage"
        new = New(
            key, self.key, made.technology, site.partition("@")[2], mw, made.hours, due, made.cash.capital_cny * mw,
            made.companion_share * mw, made.companion_hours,
            award.cny if award and is_strike else None, award.cny if award and not is_strike else 0.0,
            due + award.call.term_y * HOURS_A_YEAR if award else 0.0,
        )
        self.builds.append(new)
        self.cash_cny -= self.equity_share * new.capital_cny
        return Build(self.key, key, due - view.hour, 0.0, None, complete_h=due, detail=detail(new, view.city))

    def _asset_key(self, view: View, site: str) -> str:
        start = f"{self.key}:{site.replace('@', ':')}:{view.year}:"
        return f"{start}{1 + sum(new.key.startswith(start) for new in self.builds)}"

    # what it thinks

    def _leases(self, view: View) -> dict[str, list[float]]:
        if self.leases is None:
            self.leases = leases(view.city, tuple(self.listings.values()), view.luck).get(self.key, {})
        return self.leases

    def _seen(self, view: View, year: int) -> Prospect:
        thought = self.thought.of(view.year)
        if year not in thought.seen:
            error = forecast_error(view.luck, self.key, view.value("investment.expectation_sd"))
            error = 1.0 if self.foresight is Foresight.PERFECT else error
            thought.seen[year] = prospect(view, self.foresight, self.habits, year, error)
        return thought.seen[year]

    def _option(self, view: View, technology: str, hours: float = 0.0) -> Option:
        thought = self.thought.of(view.year)
        if (technology, hours) not in thought.options:
            seen = lambda year: self._seen(view, year)  # noqa: E731
            thought.options[technology, hours] = option(technology, view, seen, self.rate, hours)
        return thought.options[technology, hours]


class Thought:
    """What an owner worked out this year: prospects and options, kept until the next year."""

    def __init__(self) -> None:
        self.year = 0
        self.seen: dict[int, Prospect] = {}
        self.options: dict[tuple[str, float], Option] = {}
        self.logged: set[int] = set()

    def of(self, year: int) -> Thought:
        """The thoughts of a year; older ones are forgotten."""
        if year != self.year:
            self.year, self.seen, self.options = year, {}, {}
        return self


def _answers(technology: str, call: str) -> bool:
    is_storage = technology == STORAGE
    is_renewable = technology.split("_")[0] in ("wind", "pv")
    return {"": True, "storage": is_storage, "renewable": is_renewable}.get(call, False)


def _recorded(view: View, key: str) -> Condition:
    """What the unit history records up to this year's end."""
    row = dated_change(view.city, key)
    if row is None or _will_change(view, key):
        return Condition()
    return Condition(float(row["coal_rate_change_gce_per_kwh"]), row["min_share"], row["min_share"] is not None)


def _will_change(view: View, key: str) -> bool:
    row = dated_change(view.city, key)
    return row is not None and hour_of_date(view.city, str(row["from_date"])) >= view.hour + HOURS_A_YEAR


def _main_county(plants: Sequence[str], listings: Mapping[str, Listing], city: City) -> str:
    """County with most of its MW; the first county for an owner without plants."""
    mw: dict[str, float] = {}
    for key in plants:
        machine = listings[key].machine
        mw[machine.county] = mw.get(machine.county, 0.0) + machine.net_mw
    return max(sorted(mw), key=lambda county: mw[county]) if mw else city.counties[0].key
