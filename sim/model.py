"""The city as a model: Mesa keeps the agents, SimPy keeps the clock, and a year runs through fixed phases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf
from typing import Any

import mesa
import simpy

from dafeng.agents.base import AGENTS, CityAgent
from dafeng.agents.view import Decision, Settlement, View
from dafeng.agents.works import Retire, Works
from dafeng.configs.luck import Luck
from dafeng.configs.schema import Bundle, City
from dafeng.configs.units import HOURS_A_YEAR
from dafeng.network.adequacy import Support
from dafeng.network.dispatch import plan
from dafeng.network.grid import Engine, Hours, Relief
from dafeng.sim import booking
from dafeng.sim.assembly import Assembly, assemble
from dafeng.sim.assess import assess
from dafeng.sim.availability import Availability, Window
from dafeng.sim.capital import Capital
from dafeng.sim.carry import carried
from dafeng.sim.chance import Draws, by_loss, circuits_of, large_rows, link_outages, unit_outages, wire_outages
from dafeng.sim.credit import credits_of_year
from dafeng.sim.credit_curves import curves_of_year
from dafeng.sim.credit_shares import Credits
from dafeng.sim.decide import decide
from dafeng.sim.government import Government
from dafeng.sim.heat_spells import HeatSpells
from dafeng.sim.history import history_windows, without_dated
from dafeng.sim.ledger import Ledger
from dafeng.sim.maintenance import maintenance_windows
from dafeng.sim.memory import Memory, coming, pipeline
from dafeng.sim.must_run import spare_mw
from dafeng.sim.operator import Operator
from dafeng.sim.outlook import outlooks
from dafeng.sim.settle import own, settlements
from dafeng.sim.site import Site
from dafeng.sim.storms import Storms
from dafeng.sim.surroundings import Around, around
from dafeng.sim.trips import Trips
from dafeng.sim.year import Event, Year


class CityModel(mesa.Model):  # type: ignore[misc]
    """One run of one bundle: `step()` is one year."""

    def __init__(
        self,
        city: City,
        bundle: Bundle,
        luck: Luck,
        *,
        engine: Engine = Engine.FAST,
        sample_years: int = 200,
        support: Sequence[Support] = ("province", "deliverability", "island"),
    ) -> None:
        super().__init__(rng=0)
        self.city, self.bundle, self.luck = city, bundle, luck
        self.engine, self.sample_years, self.support = engine, sample_years, tuple(support)
        self.year = city.first_year
        self.government = Government(bundle, city)
        self.people = people(self, city)
        self.memory, self.capital = Memory(), Capital()
        self.credit = booking.credits(city)
        self.stored: dict[str, float] = {}
        self.out_until_h: dict[str, float] = {}
        self.left: dict[str, float] = {}
        self.spare_mw = inf
        self.first: dict[str, float] = {}
        self.events: list[Event] = []
        self._start_clock(0.0)

    def _start_clock(self, hour: float) -> None:
        self.env = simpy.Environment(initial_time=hour)
        crews = {"works": self._crews()}
        self.site = Site(self.env, self.luck, crews, self.people, self._planned_outage, self._done)
        self.operator: Operator | None = None
        self.availability: Availability | None = None
        self.assembly: Assembly | None = None

    def _crews(self, of: str = "large_units") -> simpy.Resource:
        return simpy.Resource(self.env, int(self.city.value(f"outage.repair_crews_{of}")))

    def step(self) -> None:
        """One year."""
        self.advance_year()

    def advance_year(self) -> Year:
        """Rules, decide, start, sample, operate, settle, assess: one simulated year."""
        views = self._views(self.memory.own)
        decide(
            list(self.people.values()),
            views,
            self.government,
            self.capital,
            self.luck,
            self._begin,
            lambda: pipeline(self.site.tasks),
            self.spare_mw,
        )
        surroundings = around(self.city, self.luck, self.year)
        assembly = self.assembly = self._assemble(views, surroundings)
        hours = self._operate(assembly, surroundings)
        assert self.availability is not None
        adequacy = assess(
            self.city,
            surroundings,
            assembly,
            self.availability,
            hours,
            self.luck,
            sample_years=self.sample_years,
            support=self.support,
        )
        self.spare_mw = spare_mw(adequacy)
        credit = credits_of_year(self.city, surroundings, assembly, self.availability, hours, self.luck, self.credit)
        settled = settlements(
            self.city, self.year, assembly, hours, self.availability.actual(assembly.grid.rows.branches)
        )
        ledger = self._settle(assembly, hours, settled)
        self.credit = credit  # the year was paid by the credit known at its start
        year = booking.year_record(
            self.city,
            self.year,
            self.government.rules(self.year),
            assembly,
            hours,
            adequacy,
            ledger,
            settled,
            self.events,
            self._decisions(),
            self.first,
            self.credit,
            curves_of_year(self.city, surroundings, assembly, self.availability, hours, self.luck),
        )
        self._remember(surroundings, assembly, hours, settled, year)
        return year

    # phases

    def _views(self, seen: Mapping[str, Mapping[str, Settlement]], hour: float | None = None) -> dict[str, View]:
        """One window on the world for each agent; the hour is the clock's unless told."""
        hour = self.env.now if hour is None else hour
        rules, home = self.government.rules(self.year), self.city.counties[0].key
        announced = {key: self.government.announced(self.year, key) for key in rules}
        prices, under_way = self.memory.known_prices(self.city, self.year), pipeline(self.site.tasks)
        by_bus = coming(self.site.tasks)
        weekday = booking.weekday(self.year)
        views = {}
        for key, agent in self.people.items():
            county = agent.county if agent.county in rules else home
            views[key] = View(
                year=self.year,
                hour=hour,
                city=self.city,
                rules=rules[county],
                announced=announced[county],
                prices=prices,
                outlooks=self.memory.outlooks,
                own=seen.get(key, {}),
                pipeline=under_way,
                coming_mw=by_bus,
                standing=self.memory.standing,
                credit=self.credit,
                awards=(),
                luck=self.luck,
                weekday=weekday,
            )
        return views

    def _begin(self, works: Sequence[Works]) -> None:
        for item in works:
            self.site.begin(item)

    def _assemble(self, views: Mapping[str, View], surroundings: Around) -> Assembly:
        assets = {key: agent.assets(views[key]) for key, agent in self.people.items()}
        cap = min(view.rules.coal_power_cap_mt for view in views.values())
        ends = {t.works.asset: t.next_at for t in self.site.tasks if isinstance(t.works, Retire) and t.phase == "lead"}
        return assemble(self.city, surroundings, self.env.now, assets, ends, cap)

    def _operate(self, assembly: Assembly, surroundings: Around) -> Hours:
        """The year's hours: windows known beforehand, then the clock with the operator's weeks, trips and works."""
        availability = self.availability = Availability(assembly.base_share, circuits_of(self.city, assembly))
        history = history_windows(self.city, self.year, assembly)
        planned = maintenance_windows(self.city, assembly, history)
        for window in (*planned, *history, *self._outages_under_way(assembly)):
            availability.add(window)
        scheme = plan(assembly.grid, availability.known, engine=self.engine)
        self.events = []
        trips = Trips(self.env, availability, self._crews(), self._surprise, self._report)
        draws = Draws(self.city, self.luck, self.year, self.out_until_h, surroundings.paces, self.left)
        large, small = by_loss(without_dated(unit_outages(draws, assembly), history), assembly)
        trips.schedule(large, large_rows(assembly))
        trips.schedule(small, frozenset())
        trips.schedule(wire_outages(draws, assembly), frozenset())
        crews = self._crews("lines")
        mends = Trips(self.env, availability, crews, self._surprise, self._report, trips.out)
        mends.schedule(without_dated(link_outages(draws, assembly), history), large_rows(assembly))
        Storms(self.env, availability, mends).schedule(self.city, self.luck, self.year, assembly)
        HeatSpells(self.env, self._report).schedule(self.city, surroundings)
        start = carried(assembly, self.stored)
        relieve = Relief(self.city.setting("line_relief", "no"))
        self.operator = Operator(self.env, assembly.grid, availability, scheme, start, self.engine, relieve)
        end = self.env.now + HOURS_A_YEAR
        self.env.run(until=end)
        hours = self.operator.finish()
        self.out_until_h, self.left = trips.out_until_h(draws.drawn), trips.left
        self.stored = dict(zip(assembly.grid.stores.key, hours.stored_mwh[:, -1].tolist(), strict=True))
        return hours

    def _settle(self, assembly: Assembly, hours: Hours, settled: Mapping[str, Settlement]) -> Ledger:
        by_agent = own(settled, assembly)
        views = self._views_of_past(by_agent)
        for key, agent in self.people.items():
            agent.settle(views[key])
        flows = [flow for key, agent in self.people.items() for flow in agent.flows(views[key])]
        self.memory.own = by_agent
        rules = self.government.rules(self.year)
        return booking.book(self.city, self.year, rules, assembly, hours, flows, self.capital)

    def _decisions(self) -> list[Decision]:
        taken = [decision for agent in self.people.values() for decision in agent.take_decisions()]
        return [*self.government.take_decisions(), *taken]

    def _views_of_past(self, by_agent: Mapping[str, Mapping[str, Settlement]]) -> dict[str, View]:
        """The year's views again, with what has happened; the hour is still that of its start."""
        return self._views(by_agent, self.env.now - HOURS_A_YEAR)

    def _remember(
        self, surroundings: Around, assembly: Assembly, hours: Hours, settled: Mapping[str, Settlement], year: Year
    ) -> None:
        assert self.availability is not None
        load = float(assembly.grid.load_mw[assembly.in_city].sum() + hours.flexible_mw.sum())
        self.memory.remember(
            self.year,
            power=float(hours.price_cny_per_mwh.mean()),
            peak_mw=float(year.city_load_mw().max()),
            load_mwh=load,
        )
        self.memory.standing = booking.standing(assembly)
        self.memory.outlooks = outlooks(
            self.city,
            surroundings,
            assembly,
            hours,
            self.availability.known,
            self.memory.prices["load_mwh"],
            self.memory.prices["peak_mw"][self.year],
            pipeline(self.site.tasks),
        )
        self.year += 1
        self.operator = self.availability = self.assembly = None

    # what the site, the trips and the operator tell each other

    def _planned_outage(self, asset: str, from_h: float, until_h: float) -> None:
        if self.assembly is None or self.availability is None or self.operator is None:
            return
        row, start = self.assembly.row_of(asset), self.operator.hour
        if row >= 0 and start < HOURS_A_YEAR:
            end = min(int(start + until_h - from_h), HOURS_A_YEAR)
            self.availability.add(Window(row, start, end, 0.0, start, "retrofit"))
            self._report("planned outage", asset, until_h - from_h)
            self.operator.surprise(planned=True)

    def _outages_under_way(self, assembly: Assembly) -> list[Window]:
        found = []
        for asset, until_h in self.site.out_of_service():
            row, end = assembly.row_of(asset), int(min(until_h - self.env.now, HOURS_A_YEAR))
            if row >= 0 and end > 0:
                found.append(Window(row, 0, end, 0.0, 0, "retrofit"))
        return found

    def _done(self, works: Works, hour: float) -> None:
        self._report(type(works).__name__.lower(), works.asset, float(works.detail.get("mw", 0.0) or 0.0))

    def _surprise(self) -> None:
        if self.operator is not None:
            self.operator.surprise()

    def _report(self, kind: str, agent: str, amount: float) -> None:
        self.events.append(Event(self.env.now, kind, agent, amount))

    def close(self) -> None:
        """Let go of the model: Mesa counts agents by model in a table of the class, which would keep it for ever."""
        mesa.Agent._ids.pop(self, None)

    # checkpoint

    def snapshot(self) -> dict[str, Any]:
        """Everything that the next years depend on."""
        return {
            "year": self.year,
            "hour": self.env.now,
            "stored": dict(self.stored),
            "out_until_h": dict(self.out_until_h),
            "left": dict(self.left),
            "spare_mw": self.spare_mw,
            "first": dict(self.first),
            "agents": {key: dict(agent.snapshot()) for key, agent in self.people.items()},
            "site": self.site.records(),
            "site_count": self.site.count,
            "memory": self.memory.record(),
            "capital": self.capital.record(),
            "credit": dict(self.credit),
            "credit_se": dict(self.credit.se),
        }

    def restore(self, snapshot: Mapping[str, Any]) -> None:
        """Go on from a snapshot, as if the run had never stopped."""
        self.year, self.stored, self.first = int(snapshot["year"]), dict(snapshot["stored"]), dict(snapshot["first"])
        self.out_until_h, self.left = dict(snapshot["out_until_h"]), dict(snapshot["left"])
        for key, state in snapshot["agents"].items():
            self.people[key].restore(state)
        self.memory, self.capital = Memory.of(snapshot["memory"]), Capital.of(snapshot["capital"])
        self.credit = Credits(dict(snapshot["credit"]), dict(snapshot["credit_se"]))
        self.spare_mw = float(snapshot["spare_mw"])
        self._start_clock(float(snapshot["hour"]))
        self.site.resume(snapshot["site"], int(snapshot["site_count"]))


def people(model: mesa.Model, city: City) -> dict[str, CityAgent]:
    """All agents in the order in which they decide: by their kind's order, then by key."""
    made: list[CityAgent] = []
    for kind, rows in sorted(city.agents.items()):
        made += AGENTS.get(kind).populate(model, city, rows)
    return {agent.key: agent for agent in sorted(made, key=lambda a: (a.order, a.key))}
