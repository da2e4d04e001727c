"""Boilers: what heat costs from each fuel, and which one a producer chooses (MODEL_SPEC 3.6)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dafeng.agents.output_lines import KILNS, Lines
from dafeng.agents.view import View
from dafeng.configs.schema import City
from dafeng.configs.units import GJ_PER_MWH, GJ_PER_TCE, Bools, Floats, Ints

FUELS = ("coal", "natural_gas", "biomass", "electricity", "heat_pump", "steam", "diesel")
"""Ways to make heat, in the order of every array; the electric two draw on the grid."""
COAL, GAS, BIOMASS, ELECTRIC, HEAT_PUMP, STEAM, DIESEL = range(len(FUELS))
HEATERS = (
    "coal_boiler_base", "gas_boiler", "biomass_boiler", "electric_boiler", "heat_pump_medium_T", "district_steam",
    "gas_boiler",
)  # fmt: skip
"""Row of industry_measures behind each; an oil boiler is a gas boiler with another burner."""
PRICES = ("steam_coal_industry", "natural_gas_industry", "biomass", "", "", "park_steam", "diesel")
FACTORS = ("raw_coal", "natural_gas", "biomass", "", "", "", "diesel")
TARIFF = "tariff.industry_10kv.flat"
KWH_PER_MWH = 1000.0
SHARPNESS = 8.0
"""mu of the logit on relative heat cost (MODEL_SPEC 3.6, grade C)."""


@dataclass(frozen=True)
class Heaters:
    """(fuels,) equipment that makes heat."""

    efficiency: Floats
    """Useful heat over energy bought; steam is bought as delivered heat."""
    capex_cny_per_gj: Floats
    """Capital over the heat of a year of full-load hours."""
    capital_cny_per_gj: Floats
    """The annuity of it: K CRF / FLH."""
    life_y: Floats
    max_share: Floats
    """Share of producers that could use it at all."""
    t_per_gj: Floats


@dataclass(frozen=True)
class Prices:
    """What energy costs industry in one year."""

    fuel_cny_per_gj: Floats
    """(fuels,) energy bought."""
    electricity_cny_per_mwh: float
    carbon_cny_per_t: Floats
    """(lines,) on the margin: carbon market where it covers the line, tax, border charge on the exported part."""


def heaters(city: City) -> Heaters:
    """The boilers on sale."""
    rows = {str(row["measure"]): row for row in city.table("industry_measures")}
    found = [rows[name] for name in HEATERS]
    rate = city.value("extra.discount_rate_private")
    gj_per_kw = city.value("extra.boiler_flh") / KWH_PER_MWH * GJ_PER_MWH
    life = np.array([float(row["life_y"]) for row in found])
    capex = np.array([row["capex"] / gj_per_kw for row in found])
    annuity = np.array([crf(rate, years) for years in life])
    efficiency = np.array([float(row["saving"]) for row in found])
    efficiency[STEAM] = 1.0
    share = np.array([float(row["max_share"]) for row in found])
    share[HEAT_PUMP] = city.value("extra.heat_pump_max_temp_share")
    share[DIESEL] = 0.0
    factor = [city.value(f"fuel_factor.{name}.t_co2_per_gj") if name else 0.0 for name in FACTORS]
    return Heaters(efficiency, capex, annuity * capex, life, share, np.array(factor))


def crf(rate: float, years: float) -> float:
    """Capital recovery factor: the annuity of one CNY.

    >>> round(crf(0.065, 20.0), 4)
    0.0908
    """
    return float(rate / (1.0 - (1.0 + rate) ** -years))


def prices(view: View, lines: Lines) -> Prices:
    """This year's prices of fuels, electricity and carbon."""
    power = view.city.path(TARIFF).at(view.year) * KWH_PER_MWH
    fuel = [view.fuel(name) if name else power / GJ_PER_MWH for name in PRICES]
    market = np.where(view.year >= lines.carbon_from, view.carbon(), view.rules.carbon_tax_cny_per_t)
    return Prices(np.array(fuel), power, market + lines.eu_share * _border_cny_per_t(view))


def heat_cost(lines: Lines, kit: Heaters, now: Prices, coal_cny_per_tce: float = 0.0) -> Floats:
    """(lines, fuels) running cost of useful heat in CNY/GJ, carbon and a shadow price of coal included."""
    fuel = now.fuel_cny_per_gj.copy()
    fuel[COAL] += coal_cny_per_tce / GJ_PER_TCE
    return np.asarray((fuel + now.carbon_cny_per_t[:, None] * kit.t_per_gj) / kit.efficiency)


def fuels_of(lines: Lines) -> Bools:
    """(lines, fuels) which fuels a new boiler or kiln can be built for; oil is for old ones only."""
    can = np.ones((lines.count, len(FUELS)), dtype=np.bool_)
    for row, technology in enumerate(lines.technology):
        if technology in KILNS:
            can[row] = [fuel in KILNS[technology] for fuel in FUELS]
    can[:, DIESEL] = False
    return can


def weights(cost: Floats, can: Bools) -> Floats:
    """(rows, fuels) logit weights exp(-mu k / k_min) of the options at hand (MODEL_SPEC 3.6).

    >>> cost, can = np.array([[100.0, 110.0, 50.0]]), np.array([[True, True, False]])
    >>> (weights(cost, can) / weights(cost, can).sum()).round(2).tolist()
    [[0.69, 0.31, 0.0]]
    """
    open_cost = np.where(can, cost, np.inf)
    least = open_cost.min(axis=1, keepdims=True)
    return np.where(can, np.exp(-SHARPNESS * (np.where(can, cost, least) / least - 1.0)), 0.0)


def parts(
    lines: Lines, kit: Heaters, now: Prices, coal_cny_per_tce: float, line: int, can: Bools
) -> dict[str, Floats]:
    """(options,) parts of what a GJ of heat from a new boiler costs one line, and the chance of each option at hand."""
    at, none = np.flatnonzero(can), np.zeros(len(FUELS))
    none[COAL] = coal_cny_per_tce / GJ_PER_TCE
    cost = heat_cost(lines, kit, now, coal_cny_per_tce)[line] + kit.capital_cny_per_gj
    weight = weights(cost[None, :], can[None, :])[0]
    return {
        "energy_cny_per_gj": (now.fuel_cny_per_gj / kit.efficiency)[at],
        "carbon_cny_per_gj": (now.carbon_cny_per_t[line] * kit.t_per_gj / kit.efficiency)[at],
        "coal_cap_cny_per_gj": (none / kit.efficiency)[at],
        "capital_cny_per_gj": kit.capital_cny_per_gj[at], "chance": (weight / weight.sum())[at],
    }  # fmt: skip


def chosen(weight: Floats, uniform: Floats) -> Ints:
    """(rows,) option each uniform falls on; coal comes first, so a dearer coal only ever leaves it."""
    cumulated = np.cumsum(weight, axis=1)
    picked = (uniform[:, None] * cumulated[:, -1:] >= cumulated).sum(axis=1)
    last = weight.shape[1] - 1 - np.argmax((weight > 0)[:, ::-1], axis=1)
    return np.asarray(np.minimum(picked, last), dtype=np.int64)


def stays(running: Floats, dearer: Floats, new: Floats, can: Bools) -> Floats:
    """(rows,) probability that a coal boiler not yet at its end is kept when a coal cap makes coal dearer.

    The share of coal against new alternatives, at the shadow price over the same share without it: 1 without a cap.
    """
    open_now = can.copy()
    open_now[:, COAL] = True

    def share(coal: Floats) -> Floats:
        cost = new.copy()
        cost[:, COAL] = coal
        weight = weights(cost, open_now)
        return np.asarray(weight[:, COAL] / weight.sum(axis=1))

    return np.asarray(np.minimum(1.0, share(dearer) / np.maximum(share(running), 1e-300)))


def _border_cny_per_t(view: View) -> float:
    """Border charge in CNY per t of CO2 of an exported unit: price times phase-in (MODEL_SPEC 3.3)."""
    if "cbam.cbam_price" not in view.city.paths:
        return 0.0
    price, phase = view.city.path("cbam.cbam_price"), view.city.path("cbam.cbam_phase_in")
    return price.at(view.year) * phase.at(view.year) if view.year >= min(phase.points) else 0.0
