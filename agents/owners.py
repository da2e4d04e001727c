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
from dafeng.agents.fleet import Listing, expand, fleet
from dafeng.agents.fleet_money import capital_cny
from dafeng.agents.owners_building import awarded, bars, best, offers, order, rooms, why_not
from dafeng.agents.owners_builds import New, detail, flows_of, profit_cny, rows
from dafeng.agents.owners_leases import leases
from dafeng.agents.owners_mind import Mind
from dafeng.agents.owners_retrofits import asked_for, name_of, retrofits
from dafeng.agents.owners_standing import (
    LOSS,
    Standing,
    avoidable_loss_cny,
    extension_cny,
    is_at_end,
    must_close,
    standing,
    will_change,
)
from dafeng.agents.owners_standing import profit_cny as plant_profit_cny
from dafeng.agents.view import Bid, Call, Notice, View
from dafeng.agents.works import Build, Extend, Retire, Works
from dafeng.configs.schema import City, Row


@AGENTS.add("owners")
class Owner(CityAgent):
    """One company: money, a mind, plants, leases and what it has built on them.

    Its view's `own` holds the settlements of all units it owns: plants of the list by their keys, and what it built.
    """

    kind = "owners"
    order = 90

    def __init__(self, model: mesa.Model, row: Row, listings: Sequence[Listing], city: City) -> None:
        self.listings = {entry.machine.key: entry for entry in listings}
        self.plants = expand(str(row["plants"]), sorted(self.listings))
        super().__init__(model, str(row["owner_key"]), _main_county(self.plants, self.listings, city))
        self.mind = Mind(row, city)
        self.reinvested_share = float(row["yearly_cash_in_share_of_profit"])
        self.cash_cny = float(row["cash_bn_cny_2020"]) * 1e9
        self.decided_year = 0
        self.builds: list[New] = []
        self.retrofitted: dict[str, list[str]] = {}
        self.extended: list[str] = []
        self.closed: list[str] = []
        self.contracts: dict[str, float] = {}
        self.profits: dict[str, list[float]] = {}
        self.leases: dict[str, list[float]] | None = None

    @classmethod
    def populate(cls, model: mesa.Model, city: City, rows: tuple[Row, ...]) -> list[CityAgent]:
        """One agent for each owner."""
        listings = fleet(city)
        return [cls(model, row, listings, city) for row in sorted(rows, key=lambda row: str(row["owner_key"]))]

    def bid(self, call: Call, view: View) -> list[Bid]:
        """Offers for what is left of its leases; none before there is an outlook."""
        if not view.outlooks:
            return []
        return offers(call, view, self._leases(view), self.builds, self.mind, self.cash_cny)

    def notices(self, view: View) -> list[Notice]:
        """Plants that would close for their losses, before the operator says which must run."""
        return [
            Notice(self.key, plant.machine.key, plant.machine.net_mw * view.credit_of(plant.machine.cost_key),
                   avoidable_loss_cny(plant))
            for plant in self._standing(view) if must_close(plant, view).startswith(LOSS)
        ]

    def decide(self, view: View) -> list[Works]:
        """Once a year what stands and what was won; then, each time it is asked, at most one new investment."""
        works: list[Works] = []
        is_first = self.decided_year != view.year
        if is_first:
            self.decided_year = view.year
            works += self._close_or_extend(view)
            works += [self._order(awarded(view, award, self.builds, self.mind), view) for award in view.awards]
            works += self._retrofit(view) if view.outlooks else []
        return works + (self._invest(view, is_first) if view.outlooks else [])

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
        keep = int(view.value("extra.loss_years_before_closure"))
        total = 0.0
        for key in self.plants:
            if key in view.own:
                plant = self._standing_plant(key, view)
                earned = plant_profit_cny(plant.machine, plant.now, view.own[key], view)
                self.profits[key] = [*self.profits.get(key, []), earned][-keep:]
                total += earned
        for new in self.builds:
            total += profit_cny(new, view)
        total += sum(self.contracts.values())
        self.cash_cny += self.reinvested_share * max(0.0, total)

    def flows(self, view: View) -> Iterable[Flow]:
        """Capital and fixed cost of what it built; what awards cost the budget is the government's account."""
        for new in self.builds:
            yield from flows_of(new, view)
        for key, cny in self.contracts.items():
            machine = self.listings[key].machine
            yield Flow("subsidy_cny", machine.county, "power", machine.technology, machine.fuel, cny, "CNY")

    def snapshot(self) -> Snapshot:
        """All state; what it thought this year can be thought again."""
        kept = {name: value for name, value in super().snapshot().items() if name not in ("listings", "plants", "mind")}
        return {**kept, "builds": [asdict(new) for new in self.builds]}

    def restore(self, snapshot: Snapshot) -> None:
        """The same owner again."""
        super().restore(snapshot)
        self.builds = [New(**record) for record in snapshot["builds"]]

    def _standing(self, view: View) -> list[Standing]:
        return [self._standing_plant(key, view) for key in self.plants if self._stands(key, view)]

    def _stands(self, key: str, view: View) -> bool:
        """Known from the records, or from what it earned last year."""
        entry = self.listings[key]
        is_recorded = entry.is_base and entry.start_year is not None and entry.start_year < view.year
        return key not in self.closed and (is_recorded or key in self.profits)

    def _standing_plant(self, key: str, view: View) -> Standing:
        done, earned = self.retrofitted.get(key, ()), self.profits.get(key, ())
        return standing(self.listings[key], done, key in self.extended, earned, view)

    def _close_or_extend(self, view: View) -> list[Works]:
        works: list[Works] = []
        self.contracts = {}
        for plant in self._standing(view):
            key, why = plant.machine.key, must_close(plant, view)
            if why.startswith(LOSS) and key in view.contracts:
                self.contracts[key] = view.contracts[key]
            elif why:
                lost = plant.profits_cny
                options = {"stay": sum(lost) / max(1, len(lost)), "close": 0.0}
                saw = {"worst_year_cny": min(lost, default=0.0), "best_year_cny": max(lost, default=0.0)}
                self.log(view, f"close {key}", options, "CNY/y", "close", saw=saw, why=why)
                works.append(self._close(view, key))
            elif is_at_end(plant, view) and view.outlooks:
                works.append(self._end_of_life(view, plant))
        return works

    def _end_of_life(self, view: View, plant: Standing) -> Works:
        """Ten more years if they are worth their capital, once; else the end."""
        key = plant.machine.key
        options = {"close": 0.0}
        if not plant.is_extended:
            options["extend"] = extension_cny(plant, self.mind.seen(view, view.year + 1), view, self.mind.rate)
        choice = "extend" if options.get("extend", 0.0) > 0.0 else "close"
        self.log(view, f"life {key}", options, "CNY", choice, saw={"end_year": plant.end_year, **self._saw(view)})
        if choice == "close":
            return self._close(view, key)
        self.extended.append(key)
        capital = view.value("extra.life_extension_capex_share") * capital_cny(plant.machine, view.city, view.year)
        return Extend(key, key, 0.0, 0.0, None, complete_h=view.hour, detail={"capital_cny": capital})

    def _close(self, view: View, key: str) -> Works:
        self.closed.append(key)
        return Retire(key, key, 0.0, 0.0, None, complete_h=view.hour)

    def _retrofit(self, view: View) -> list[Works]:
        coal = [p for p in self._standing(view) if p.machine.kind == "coal" and not will_change(p.machine.key, view)]
        works: list[Works] = []
        start = view.hour
        for ordered in retrofits(coal, view, self.mind, self.cash_cny):
            key = ordered.plant.machine.key
            if len(ordered.worth) > 1:
                left = {"end_year": ordered.plant.end_year, **self._saw(view)}
                chosen = name_of(ordered.choice)
                why = asked_for(view) if ordered.options[chosen] < 0.0 else ""
                self.log(view, f"retrofit {key}", ordered.options, "CNY", chosen, saw=left, why=why)
            if ordered.choice:
                works.append(ordered.works(view, start))
                start += ordered.outage_h
                self.retrofitted[key] = [*self.retrofitted.get(key, []), *ordered.choice]
                self.cash_cny -= self.mind.equity(ordered.capital_cny)
        return works

    def _invest(self, view: View, is_first: bool) -> list[Works]:
        held = rooms(self._leases(view), self.builds)
        barred = [(room, bars(view, room, self.mind, self.cash_cny)) for room in held]
        possible = [room for room, reasons in barred if not reasons]
        chosen = best(view, possible, self.builds, self.mind)
        if held and (chosen or is_first):
            worth = {room.technology: self.mind.option(view, room.technology).npv for room in held}
            self.log(
                view, "invest", {**worth, "nothing": 0.0}, "CNY/MW", chosen.technology if chosen else "nothing",
                saw={"sites_open": float(len(possible)), **self._saw(view)},
                why="" if chosen else why_not(worth, {room.technology: reasons for room, reasons in barred}),
            )
        if chosen is None:
            return []
        option = self.mind.option(view, chosen.technology)
        return [self._order(order(view, self.key, chosen.bus, chosen.next_mw, option, self.builds), view)]

    def _order(self, new: New, view: View) -> Works:
        self.builds.append(new)
        self.cash_cny -= self.mind.equity(new.capital_cny)
        what = detail(new, view.city)
        return Build(self.key, new.key, new.due_h - view.hour, 0.0, None, complete_h=new.due_h, detail=what)

    def _saw(self, view: View) -> dict[str, float]:
        """Its money, its hurdle and what it expects of next year."""
        return {"cash_cny": self.cash_cny, "hurdle": self.mind.rate, **self.mind.seen(view, view.year + 1).saw}

    def _leases(self, view: View) -> dict[str, list[float]]:
        """Drawn once, the same under every bundle."""
        if self.leases is None:
            self.leases = leases(view.city, tuple(self.listings.values()), view.luck).get(self.key, {})
        return self.leases


def _main_county(plants: Sequence[str], listings: Mapping[str, Listing], city: City) -> str:
    """County with most of its MW; the first county for an owner without plants."""
    mw: dict[str, float] = {}
    for key in plants:
        machine = listings[key].machine
        mw[machine.county] = mw.get(machine.county, 0.0) + machine.net_mw
    return max(sorted(mw), key=lambda county: mw[county]) if mw else city.counties[0].key
