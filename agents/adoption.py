"""Who buys an electric car: the partial-adjustment logit of each buyer (MODEL_SPEC 4.2).

The national share is observed to 2025 and then follows its own dynamics; the city follows with an offset. A shift
delta_t, solved on the year's buyers without local policy and without neighbours, makes the mean chance equal that
path. It is the same under every policy, so what local policy moves is policy.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from dafeng.agents.adoption_cost import Cost, buyer_cost, national_cost
from dafeng.agents.adoption_draws import POPULATION, logistic, logit, normal_quantile, uniform
from dafeng.agents.adoption_forms import Diffusion
from dafeng.agents.peers import deviations, electric_neighbours
from dafeng.agents.vehicles_energy import Use
from dafeng.agents.vehicles_stock import BEV, ICE, PHEV, Bytes, Stock
from dafeng.agents.view import View
from dafeng.configs.schedule import Path
from dafeng.configs.schema import City
from dafeng.configs.units import Floats, Ints
from dafeng.network.compiled import compiled

CLOSE = 1e-10
MOST_STEPS = 60


@dataclass(frozen=True)
class Chosen:
    """What the year's buyers chose, row by row, and why: all but `powertrain` are there to be explained and tested."""

    rows: Ints
    powertrain: Bytes
    chance: Floats
    """Chance of an electric car."""
    uniform: Floats
    at_home: Bytes
    taste: Floats
    neighbours: Floats
    """Deviation of the neighbours' electric share."""
    costs: tuple[Cost, Cost]
    """Without and with charging at home."""
    shift: float
    """(1 - rho) delta_t."""
    reference: float
    """Share the city would have without local policy."""
    share: float
    """Mean chance before any mandate: the memory of next year."""
    memory: float
    """rho times the logit of the city's own share last year."""
    weights: tuple[float, float, float]
    """(1 - rho) times constant, public chargers and sensitivity to a kCNY of cost."""
    gamma: float
    """Pull of the neighbours, logit."""

    def logits(self, i: int) -> dict[str, float]:
        """The parts of one buyer's log-odds of an electric car; without a mandate they add up to it."""
        constant, chargers, per_kcny = self.weights
        return {
            "last_year_logit": self.memory, "constant_logit": constant, "chargers_logit": chargers,
            "cost_logit": -per_kcny * self.costs[int(self.at_home[i])].total, "shift_logit": self.shift,
            "neighbours_logit": self.gamma * float(self.neighbours[i]), "taste_logit": float(self.taste[i]),
        }  # fmt: skip


@dataclass(frozen=True)
class Local:
    """What local policy does to the choice."""

    subsidy_cny: float
    charger_logit: float
    """Long-run pull of public chargers beyond those that operators build."""
    least_share: float
    """Mandate for fleets, 0 for private buyers."""


@compiled
def tastes(key: np.uint64, rows: Ints, sd: float) -> Floats:
    """Lasting taste of each owner for electric cars, logit; normal."""
    values = np.empty(len(rows))
    for i in range(len(rows)):
        values[i] = sd * normal_quantile(uniform(key, rows[i]))
    return values


@compiled
def shift_to(mean: float, x: Floats) -> float:
    """The d at which the mean of logistic(x + d) is `mean`: Newton within a bracket that always holds the answer."""
    low, high, d = -60.0, 60.0, 0.0
    for _ in range(MOST_STEPS):
        total, slope = 0.0, 0.0
        for i in range(len(x)):
            p = logistic(x[i] + d)
            total += p
            slope += p * (1.0 - p)
        miss = total / len(x) - mean
        if abs(miss) < CLOSE:
            break
        if miss > 0.0:
            high = d
        else:
            low = d
        step = d - miss * len(x) / max(slope, 1e-300)
        d = step if low < step < high else 0.5 * (low + high)
    return d


@compiled
def picked(
    key: np.uint64, rows: Ints, x: Floats, plug_in_share: float, least: float, chance: Floats, draw: Floats, kind: Bytes
) -> float:
    """One draw a buyer: battery car below p (1 - plug-in share), plug-in hybrid below p, else combustion.

    A mandate lifts every chance to `least`. Gives the mean chance without it.
    """
    total = 0.0
    for i in range(len(rows)):
        free = logistic(x[i])
        total += free
        p = max(free, least)
        u = uniform(key, rows[i])
        chance[i], draw[i] = p, u
        if u < p * (1.0 - plug_in_share):
            kind[i] = BEV
        elif u < p:
            kind[i] = PHEV
        else:
            kind[i] = ICE
    return total / max(len(rows), 1)


@dataclass(frozen=True)
class CarMarket:
    """Buyers of one class of cars."""

    name: str
    use: Use
    parking: Floats
    """(counties,) chance that an owner parks at home."""
    national: Path
    """Share of new passenger cars in the country."""
    form: Diffusion

    def reference(self, city: City, year: int) -> float:
        """The city's share without local policy: national path and offset."""
        return logistic(logit(self.national.at(year)) + offset(city, year))

    @property
    def home_key(self) -> np.uint64:
        """Who parks at home."""
        return POPULATION.key("parking", self.name)

    def mean_home(self, stock: Stock) -> float:
        """Mean chance of parking at home over all places."""
        return float((self.parking * np.diff(stock.first)).sum() / stock.first[-1])

    def choose(self, view: View, stock: Stock, rows: Ints, counties: Ints, memory: float, local: Local) -> Chosen:
        """Every buyer's choice. `memory` is logit of the city's own share last year, policy included."""
        city = view.city
        at_home = homes(self.home_key, rows, self.parking[counties])
        own = tastes(view.luck.key("taste", self.name), rows, city.value("stock.taste_sd"))
        reference = self.reference(city, view.year)
        before = logit(self.reference(city, view.year - 1))
        plain = self._pull(before, self._costs(view, stock, 0.0), 0.0)
        shift = shift_to(reference, plain[at_home] + own)
        near = deviations(self._neighbours(city, stock, rows, counties))
        costs = self._costs(view, stock, local.subsidy_cny)
        pull = self._pull(memory, costs, local.charger_logit)[at_home] + shift
        gamma = city.value("stock.peer_gamma")
        x = pull + gamma * near + own
        chance, draw, kind = np.empty(len(rows)), np.empty(len(rows)), np.empty(len(rows), dtype=np.uint8)
        key = view.luck.key("car", self.name, view.year)
        share = picked(key, rows, x, plug_in_share(city, view.year), local.least_share, chance, draw, kind)
        form, rest = self.form, 1.0 - self.form.rho
        return Chosen(
            rows, kind, chance, draw, at_home, own, near, costs, float(shift), reference, float(share),
            form.rho * memory, (rest * form.alpha, rest * local.charger_logit, rest * form.beta), gamma,
        )  # fmt: skip

    def _pull(self, memory: float, costs: tuple[Cost, Cost], charger_logit: float) -> Floats:
        """rho memory + (1 - rho)(alpha + chargers - beta G), without and with charging at home."""
        form = self.form
        wanted = form.alpha + charger_logit - form.beta * np.array([cost.total for cost in costs])
        return np.asarray(form.rho * memory + (1.0 - form.rho) * wanted, dtype=np.float64)

    def _costs(self, view: View, stock: Stock, local_cny: float) -> tuple[Cost, Cost]:
        mean_home = self.mean_home(stock)
        without, with_home = (
            buyer_cost(view, self.use, at_home=at_home, mean_home=mean_home, local_kcny=local_cny / 1000.0)
            for at_home in (False, True)
        )
        return without, with_home

    def _neighbours(self, city: City, stock: Stock, rows: Ints, counties: Ints) -> Floats:
        key = POPULATION.key("neighbours", self.name)
        links, rewired = int(city.value("stock.small_world_k")), city.value("stock.small_world_rewire")
        shares = np.empty(len(rows))
        edges = np.searchsorted(counties, np.arange(int(counties.max(initial=-1)) + 2))  # buyers come county by county
        for county, (first, last) in enumerate(pairwise(edges.tolist())):
            here, block = slice(first, last), stock.block(county)
            size = block.stop - block.start
            shares[here] = electric_neighbours(key, rows[here], block.start, size, stock.powertrain, links, rewired)
        return shares


def car_market(city: City, name: str, use: Use, parking: Floats) -> CarMarket:
    """The market of a class with the national path of the city's `ev_form`."""
    form = diffusion(city)
    return CarMarket(name, use, parking, national_path(city, form), form)


def diffusion(city: City) -> Diffusion:
    """The published fits of nev_parameters."""
    names = ("alpha", "rho", "beta", "bass_p_fit2022", "bass_q_fit2022", "logistic_slope_2012_2025_fit2020")
    return Diffusion(*(city.value(f"nev.{name}") for name in names))


def national_path(city: City, form: Diffusion) -> Path:
    """National share of new passenger cars: as observed, then by the chosen form from its own last value."""
    seen = city.path("ev.national_share")
    points = dict(seen.points)
    word = city.setting("ev_form", "logit")
    for year in range(max(points) + 1, city.horizon + 1):
        points[year] = form.next(word, points[year - 1], national_cost(city, year))
    return Path(points, seen.unit, seen.grade, seen.source)


def offset(city: City, year: int) -> float:
    """logit(city share) - logit(national share) without local policy."""
    points = {at: city.value(f"stock.city_offset_logit_{at}") for at in (2020, 2024)}
    return Path(points).at(year)


def plug_in_share(city: City, year: int) -> float:
    """Plug-in hybrids among new electric cars."""
    return Path({at: city.value(f"stock.share_phev_of_nev_{at}") for at in (2020, 2024, 2035)}).at(year)


@compiled
def homes(key: np.uint64, rows: Ints, chance: Floats) -> Bytes:
    """1 where the owner parks at home, a lasting fact of the row."""
    found = np.empty(len(rows), dtype=np.uint8)
    for i in range(len(rows)):
        found[i] = uniform(key, rows[i]) < chance[i]
    return found
