"""Nodes: the grid company reinforces transformers and lines where they were used too much (MODEL_SPEC 6.3)."""

from __future__ import annotations

from collections.abc import Iterable

import mesa

from dafeng.agents.assets import Assets, Flow, Wire
from dafeng.agents.base import AGENTS, CityAgent
from dafeng.agents.expectations import trend
from dafeng.agents.nodes_backbone import coming_mw, is_backbone, outlet_mw, waiting_cny, yearly_cny
from dafeng.agents.view import Settlement, View
from dafeng.agents.works import Connect, Works
from dafeng.configs.schema import Branch, City, Row
from dafeng.configs.units import HOURS_A_YEAR

CNY_PER_MCNY = 1e6
USES = "of the limit"
REGIONAL_KV = 220.0
"""Lines of this voltage grow with the load behind them, those above it with what a circuit more is worth."""


@AGENTS.add("nodes")
class Node(CityAgent):
    """One station: it watches its transformers, the 220 kV lines that end at it and the 500 kV lines that start there.

    Where last year's highest use, taken against the units that stand and those ordered, passes the trigger, it orders
    as many units or circuits as bring the use expected at completion below it, the peak growing on its trend. A
    faster growth, a hot year or a delay are met late, and load is shed. A 500 kV line gets a circuit when a year of
    waiting costs more than the circuit does (see `nodes_backbone`), or when plants are being built behind it that would
    bring it above its N-1 limit; one a year.
    """

    kind = "nodes"
    order = 80

    def __init__(self, model: mesa.Model, key: str, county: str, branches: tuple[Branch, ...]) -> None:
        super().__init__(model, key, county)
        self.branches = branches
        self.added = {branch.key: 0 for branch in branches}
        self.ordered = {branch.key: 0 for branch in branches}
        self.unseen = {branch.key: 0 for branch in branches}
        """Done in the year past: the loads just met are those of the grid without them."""
        self.spent_cny: dict[str, float] = {}

    @classmethod
    def populate(cls, model: mesa.Model, city: City, rows: tuple[Row, ...]) -> list[CityAgent]:
        """One agent for each listed node that watches anything."""
        counties = {county.key for county in city.counties}
        found: list[CityAgent] = []
        for key in sorted(str(row["id"]) for row in rows):
            bus = next(bus for bus in city.buses if bus.key == key)
            mine = watched(city, key)
            if mine and bus.county in counties:
                found.append(cls(model, key, bus.county, mine))
        return found

    def decide(self, view: View) -> list[Works]:
        """Order units wherever the use of a branch passed the trigger."""
        works: list[Works] = []
        for branch in self.branches:
            settled, unseen = view.own.get(branch.key), self.unseen[branch.key]
            self.unseen[branch.key] = 0
            if settled is None:
                continue
            outlet = self._outlet(view, branch, settled, unseen) if branch.kind == "line" else []
            works += outlet
            if outlet:
                continue
            if is_backbone(branch):
                works += self._strengthen(view, branch, settled, unseen)
                continue
            standing = limit_mw(branch, self.added[branch.key] - unseen)
            coming = limit_mw(branch, self.added[branch.key] + self.ordered[branch.key])
            first = len(works)
            use, trigger = settled.peak_share * standing / coming, view.value("extra.reinforcement_trigger")
            asks = use > trigger
            growth = self._growth(view)
            expected = settled.peak_share * standing * growth
            while asks and expected > trigger * limit_mw(branch, self.added[branch.key] + self.ordered[branch.key]):
                self.ordered[branch.key] += 1
                works.append(self._connect(view, branch))
            if asks or settled.peak_share > trigger:
                limits = (standing, coming, limit_mw(branch, self.added[branch.key] + self.ordered[branch.key]))
                self._tell(view, branch, settled.peak_share * standing, limits, growth, works[first:])
        return works

    def _tell(
        self, view: View, branch: Branch, peak_mw: float, limits: tuple[float, float, float], growth: float,
        new: list[Works],
    ) -> None:  # fmt: skip
        """Last year's peak against the limits: of what stood, with what was ordered, and with the new orders."""
        standing, coming, after = limits
        use, trigger = peak_mw / coming, view.value("extra.reinforcement_trigger")
        capital = sum(float(work.detail["capital_cny"]) for work in new) / CNY_PER_MCNY
        self.log(
            view, f"reinforce {branch.key}", {"reinforce": use, "wait": trigger}, USES,
            "reinforce" if new else "wait",
            saw={"peak_mw": peak_mw, "limit_mw": standing, "peak_share": peak_mw / standing,
                 "limit_with_orders_mw": coming, "expected_growth_pct": 100.0 * (growth - 1.0),
                 "ordered_units": float(self.ordered[branch.key])},
            why=f"last year's peak is {use:.3g} of the limit with what was ordered before, "
                f"{'above' if use > trigger else 'not above'} the {trigger:.3g} that starts a project",
            terms={"new_units": (float(len(new)), 0.0), "capital_mcny": (capital, 0.0),
                   "expected_share_of_limit": (peak_mw * growth / after, peak_mw * growth / coming)},
        )  # fmt: skip

    def _outlet(self, view: View, branch: Branch, settled: Settlement, unseen: int) -> list[Works]:
        """One circuit more where plants that are being built behind a line would bring it above its N-1 limit."""
        coming = coming_mw(view, branch)
        added, ordered = self.added[branch.key], self.ordered[branch.key]
        wanted = outlet_mw(view, branch, settled.peak_share * limit_mw(branch, added - unseen))
        use = wanted / limit_mw(branch, added + ordered)
        if coming <= 0.0 or use <= 1.0:
            return []
        self.log(view, f"reinforce {branch.key}", {"reinforce": use, "wait": 1.0}, USES, "reinforce",
                 why="plants are being built behind it, which would bring it above its N-1 limit",
                 saw={"peak_share": settled.peak_share, "coming_mw": coming, "ordered_circuits": float(ordered)},
                 terms={"capital_mcny": (unit_cny(branch, view.city) / CNY_PER_MCNY, 0.0)})
        self.ordered[branch.key] += 1
        return [self._connect(view, branch)]

    def _strengthen(self, view: View, branch: Branch, settled: Settlement, unseen: int) -> list[Works]:
        """One circuit more where it costs less a year than to wait; none while one is on its way or not yet seen."""
        if settled.stressed_mwh <= 0.0:
            return []
        costs = {"reinforce": yearly_cny(view, unit_cny(branch, view.city)), "wait": waiting_cny(settled)}
        ordered = self.ordered[branch.key]
        why = "one is being built" if ordered else "one came last year and has not been at work yet" if unseen else ""
        asks = not why and costs["reinforce"] < costs["wait"]
        why = why or f"a year of waiting costs {'more' if asks else 'no more'} than a circuit"
        self.log(view, f"reinforce {branch.key}", costs, "CNY/y", "reinforce" if asks else "wait", why=why,
                 saw={"peak_share": settled.peak_share, "overloaded_h": settled.overloaded_h,
                      "redispatched_h": settled.redispatched_h, "stressed_mwh": settled.stressed_mwh,
                      "ordered_circuits": float(ordered)},
                 terms={"capital_mcny": (unit_cny(branch, view.city) / CNY_PER_MCNY, 0.0)})
        if not asks:
            return []
        self.ordered[branch.key] += 1
        return [self._connect(view, branch)]

    def complete(self, works: Works, hour: float) -> None:
        """One unit more; it counts from the next year's grid on."""
        self.added[works.asset] += 1
        self.ordered[works.asset] -= 1
        self.unseen[works.asset] += 1
        self.spent_cny[works.asset] = self.spent_cny.get(works.asset, 0.0) + float(works.detail["capital_cny"])

    def assets(self, view: View) -> Assets:
        """Its branches at their present limits."""
        return Assets(wires=tuple(self._wire(branch) for branch in self.branches if branch.from_year <= view.year))

    def flows(self, view: View) -> Iterable[Flow]:
        """Capital of what was connected this year."""
        for branch in self.branches:
            cny = self.spent_cny.pop(branch.key, 0.0)
            if cny > 0.0:
                technology = "line" if branch.kind == "line" else "transformer"
                yield Flow("investment_cny", self.county, "power", technology, "electricity", cny, "CNY")

    def snapshot(self) -> dict[str, object]:
        """All state; the branches are facts of the city."""
        return {name: value for name, value in super().snapshot().items() if name != "branches"}

    def _growth(self, view: View) -> float:
        """Expected growth of the peak until an order is done, at least 1."""
        peaks = view.prices.get("peak_mw", {})
        if not peaks:
            return 1.0
        done = view.year + round(view.value("extra.reinforcement_lead_time"))
        habits = int(view.value("investment.lookback_years"))
        return max(1.0, trend(peaks, done, habits) / peaks[max(peaks)])

    def _connect(self, view: View, branch: Branch) -> Works:
        number = self.added[branch.key] + self.ordered[branch.key]
        lead = view.value("extra.reinforcement_lead_time") * HOURS_A_YEAR
        return Connect(self.key, branch.key, lead, 0.0, None, start_h=view.hour,
                       delay_log_sd=view.value("investment.delay_lognormal_sigma"),
                       detail={"capital_cny": unit_cny(branch, view.city), "number": number})

    def _wire(self, branch: Branch) -> Wire:
        units = branch.circuits + self.added[branch.key]
        x_pu = (branch.x_pu or 0.0) * branch.circuits / units
        limit = limit_mw(branch, self.added[branch.key])
        return Wire(branch.key, branch.from_bus, branch.to_bus, x_pu, limit, branch.kind, units)


def watched(city: City, key: str) -> tuple[Branch, ...]:
    """Transformers and 500 kV lines that start at a node, and 220 kV lines that end at it."""
    return tuple(
        branch for branch in sorted(city.branches, key=lambda branch: branch.key)
        if (branch.from_bus == key and (branch.kind in ("offtake", "transformer") or is_backbone(branch)))
        or (branch.kind == "line" and branch.kv == REGIONAL_KV and branch.to_bus == key)
    )


def limit_mw(branch: Branch, added: int) -> float:
    """Usable rating with units added: lines by circuits, transformers by what is left when one unit fails (N-1).

    >>> eight = Branch("TN07", "N07", "N07D", 220.0, "offtake", 8, 0.0, 1440.0, 1512.0, unit_mw=180.0)
    >>> limit_mw(eight, 1)
    1728.0
    """
    spare = 0 if branch.kind == "line" or branch.circuits < 2 else 1
    return branch.limit_mw * (branch.circuits + added - spare) / (branch.circuits - spare)


def unit_cny(branch: Branch, city: City) -> float:
    """Capital of one more transformer, or of one more circuit over the length of a line."""
    if branch.kind == "line":
        return city.value(f"extra.line_{branch.kv:g}kv") * 1e6 * branch.length_km
    name = "500kv" if branch.kind == "transformer" else "220kv"
    return city.value(f"extra.grid_reinforcement_{name}_transformer") * 1e6
