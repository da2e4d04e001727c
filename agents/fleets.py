"""Which powertrain a fleet buys: logit on total cost of ownership, with memory and mandates (MODEL_SPEC 4.3).

Fleets are taxis, buses, coaches, lorries; motorcycles choose by the same arithmetic. The log-odds of an option
against combustion are v_t = rho v_(t-1) + (1 - rho) theta (TCO_combustion - TCO_option) / capex_combustion: rho is the
memory of 4.2, theta the logit scale of 3.4 (per unit of NPV over capex). Without memory 98 % of heavy lorries would
have been bought with LNG in 2020.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dafeng.agents.adoption_draws import uniforms
from dafeng.agents.vehicles_energy import KILO_CNY, Use, payload_loss
from dafeng.agents.vehicles_stock import BEV, CLEAN, H2, ICE, LNG, POWERTRAINS, Bytes
from dafeng.agents.view import View
from dafeng.configs.schema import City
from dafeng.configs.units import Floats, Ints

OPTIONS = {ICE: "ice_diesel_or_gasoline", LNG: "lng", BEV: "bev", H2: "h2"}
"""Powertrain -> its name in commercial_vehicle_capex."""
TARIFFS = {
    "bus_city": "services.flat",
    "coach": "services.flat",
    "truck_light": "industry_10kv.flat",
    "truck_medium": "industry_10kv.flat",
    "truck_heavy": "industry_10kv.flat",
    "taxi_ridehail": "ev_public_total.flat",
    "motorcycle": "residential.tier1",
}
"""Where a class charges: buses and coaches at their depots, lorries in the yards of firms, taxis at public points."""
UNSEEN = 0.003
"""Share of an option that the statistics show as none: they count in tenths of a thousand (half a step of 18 k)."""
MANDATED = ("car_business", "taxi_ridehail", "bus_city", "truck_light")
"""Fleets that a mandate reaches: government and firms, taxis, buses, delivery (MODEL_SPEC 4.3)."""


@dataclass(frozen=True)
class FleetChoice:
    """What a fleet's buyers chose and the numbers behind it."""

    rows: Ints
    powertrain: Bytes
    uniform: Floats
    options: tuple[int, ...]
    capital_kcny: Floats
    """Price of each option after support."""
    fuel_kcny_per_y: Floats
    life_fuel_kcny: Floats
    """Fuel of the mean life, discounted."""
    pull: Floats
    """What this year's costs alone would make of the log-odds against combustion."""
    last: Floats
    """Log-odds of last year."""
    rho: float
    """Weight of last year."""
    cost_kcny: Floats
    """Total cost of ownership of each option."""
    shares: Floats
    memory: Floats
    """Log-odds against combustion, before any mandate; handed to next year."""


@dataclass(frozen=True)
class FleetMarket:
    """Buyers of one class by total cost of ownership."""

    name: str
    technology: str
    use: Use
    life_y: float
    options: tuple[int, ...]

    def first_memory(self, counts: Ints) -> Floats:
        """Log-odds of the options in the observed stock; what the statistics do not show is not quite nothing."""
        have = counts.sum(axis=0)[list(self.options)] + UNSEEN * counts.sum()
        return np.asarray(np.log(have / have[0]), dtype=np.float64)

    def choose(self, view: View, rows: Ints, memory: Floats) -> FleetChoice:
        """Every buyer's choice, one draw each; cleaner options take the lower draws."""
        capital, fuel, years = self._parts(view)
        costs = capital + years * fuel
        scale = view.value("behaviour.logit_scale_theta") / self._capex(view.city, ICE, view.year)
        rho = view.value("nev.rho")
        pull = scale * (costs[0] - costs)
        later = rho * memory + (1.0 - rho) * pull
        share = np.exp(later - later.max())
        shares = self.mandated(view, share / share.sum())
        draws = uniforms(view.luck.key("fleet", self.name, view.year), rows)
        order = clean_first(self.options)
        place = np.searchsorted(np.cumsum(shares[order]), draws, side="right")
        kinds = np.array(self.options, dtype=np.uint8)[order][np.minimum(place, len(order) - 1)]
        return FleetChoice(
            rows, kinds, draws, self.options, capital, fuel, years * fuel, pull, memory, rho, costs, shares, later
        )

    def mandated(self, view: View, shares: Floats) -> Floats:
        """Clean options raised together to the mandate, the others lowered together."""
        mandate = view.rules.ev_fleet_mandate_share if self.technology in MANDATED else 0.0
        return raised(shares, np.array([kind in CLEAN for kind in self.options]), mandate)

    def costs_kcny(self, view: View) -> Floats:
        """Capital plus fuel over the mean life at the fleet's rate of return, for each option."""
        capital, fuel, years = self._parts(view)
        return np.asarray(capital + years * fuel)

    def _parts(self, view: View) -> tuple[Floats, Floats, float]:
        """(options,) price after support and yearly fuel in kCNY, and the years of fuel that count."""
        rate = view.value("investment.equity_rate_real")
        annuity = (1.0 - (1.0 + rate) ** -self.life_y) / rate
        capital = [self._capex(view.city, kind, view.year) - self._support(view, kind) for kind in self.options]
        return np.array(capital), np.array([self._fuel(view, kind) for kind in self.options]), annuity

    def _capex(self, city: City, kind: int, year: int) -> float:
        return city.path(f"vehicle_capex.{self.technology}.{OPTIONS[kind]}").at(year)

    def _support(self, view: View, kind: int) -> float:
        is_car = kind == BEV and self.technology == "taxi_ridehail"
        return view.rules.ev_subsidy_cny / KILO_CNY if is_car else 0.0

    def _fuel(self, view: View, kind: int) -> float:
        """Yearly fuel of one vehicle for the same work, kCNY."""
        prices = {"lng": "lng_vehicle"}
        burnt = sum(gj * view.fuel(prices.get(fuel, fuel)) for fuel, gj in self.use.fuels(kind).items())
        tariff = view.city.path(f"tariff.{TARIFFS[self.technology]}").at(view.year)
        charged = self.use.mwh(kind) * KILO_CNY * tariff
        return (burnt + charged) / KILO_CNY / (1.0 - payload_loss(view.city, self.technology, POWERTRAINS[kind]))


def fleet_market(city: City, name: str, technology: str, use: Use, life_y: float) -> FleetMarket:
    """The market of a class with every option whose price and use are known."""
    known = [kind for kind, word in OPTIONS.items() if f"vehicle_capex.{technology}.{word}" in city.paths]
    return FleetMarket(name, technology, use, life_y, tuple(known))


def raised(shares: Floats, is_clean: np.ndarray, least: float) -> Floats:
    """Shares with the clean ones scaled up to `least` together.

    >>> raised(np.array([0.8, 0.2]), np.array([False, True]), 0.5).tolist()
    [0.5, 0.5]
    """
    now = float(shares[is_clean].sum())
    if now >= least or now <= 0.0:
        return shares
    return np.where(is_clean, shares * least / now, shares * (1.0 - least) / (1.0 - now))


def clean_first(options: tuple[int, ...]) -> list[int]:
    """Places of the options, clean ones first: a stricter mandate then moves buyers one way only.

    >>> clean_first((ICE, LNG, BEV))
    [2, 0, 1]
    """
    return sorted(range(len(options)), key=lambda place: (options[place] not in CLEAN, place))
