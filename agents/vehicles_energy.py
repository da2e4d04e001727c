"""What a vehicle uses in a year: fuel in GJ and electricity at the plug in MWh (MODEL_SPEC 4.5)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dafeng.agents.vehicles_stock import BEV, H2, ICE, LNG, PHEV
from dafeng.configs.schema import City, Row
from dafeng.configs.units import GJ_PER_TCE, Floats

KG_PER_LITRE = {"gasoline": 0.75, "diesel": 0.84}
"""Density: litres to mass (GB 17930 allows 0.720-0.775, GB 19147 0.810-0.845 kg/l at 20 degC)."""
KG_PER_T = 1000.0
KILO_CNY = 1000.0
"""CNY in a kCNY, and kWh in a MWh where a price is per kWh."""
KWH_PER_MWH = 1000.0
PER_100_KM = 100.0
CAR_COOLING_FROM_C = 26.0
"""Threshold that is part of the parameter's own name, `hvac_uplift_car_per_K_above_26C`."""
SUMMER_SHARE = 0.5
"""May to October, the half of the year of `extra.ac_hours_factor`."""


@dataclass(frozen=True)
class Use:
    """One class of vehicles: kilometres a year, GJ per km of each fuel, MWh per km at the plug."""

    km: float
    fuel: str
    """What a combustion engine burns: gasoline or diesel."""
    fuel_gj_per_km: float
    mwh_per_km: float
    lng_gj_per_km: float
    hydrogen_gj_per_km: float
    phev_electric_share: float
    battery_kwh: float

    def fuels(self, powertrain: int) -> dict[str, float]:
        """GJ a year of each fuel of one vehicle."""
        if powertrain == ICE:
            return {self.fuel: self.km * self.fuel_gj_per_km}
        if powertrain == PHEV:
            return {self.fuel: self.km * self.fuel_gj_per_km * (1.0 - self.phev_electric_share)}
        if powertrain == LNG:
            return {"lng": self.km * self.lng_gj_per_km}
        if powertrain == H2:
            return {"hydrogen": self.km * self.hydrogen_gj_per_km}
        return {}

    def mwh(self, powertrain: int) -> float:
        """Electricity a year of one vehicle, MWh at the plug, without air-conditioning beyond the mean."""
        share = {BEV: 1.0, PHEV: self.phev_electric_share}.get(powertrain, 0.0)
        return share * self.km * self.mwh_per_km


def gj_per_kg(city: City, fuel: str) -> float:
    """Net calorific value of a fuel."""
    return city.value(f"fuel_factor.{fuel}.tce_per_unit") * GJ_PER_TCE / KG_PER_T


def gj_per_litre(city: City, fuel: str) -> float:
    """Energy of a litre of gasoline or diesel."""
    return KG_PER_LITRE[fuel] * gj_per_kg(city, fuel)


def use_of(city: City, technology: str) -> Use:
    """The use of a technology class (`vehicle_classes`, `commercial_vehicle_use`)."""
    row = next(row for row in city.table("vehicle_classes") if row["class"] == technology)
    fuel = str(row["ice_unit"]).split()[0]
    burnt = row["ice_use"] / PER_100_KM * gj_per_litre(city, fuel)
    plug_in = 0.5 * (city.value("charging.phev_utility_factor_50km") + city.value("charging.phev_utility_factor_80km"))
    hydrogen = _commercial(city, technology, "h2")
    return Use(
        km=row["km_per_year_C"],
        fuel=fuel,
        fuel_gj_per_km=burnt,
        mwh_per_km=row["bev_kWh_per_100km"] / PER_100_KM / KWH_PER_MWH,
        lng_gj_per_km=burnt * _lng_per_diesel(city),
        hydrogen_gj_per_km=hydrogen["value"] / PER_100_KM * gj_per_kg(city, "hydrogen") if hydrogen else 0.0,
        phev_electric_share=plug_in,
        battery_kwh=row["battery_kWh_C"],
    )


def _lng_per_diesel(city: City) -> float:
    """Energy an LNG lorry needs over a diesel one's, from the ratio of their CO2 per t-km."""
    ratio = city.value("transport.lng_truck_co2_ratio")
    return ratio * city.value("fuel_factor.diesel.t_co2_per_gj") / city.value("fuel_factor.natural_gas.t_co2_per_gj")


def _commercial(city: City, technology: str, powertrain: str) -> Row | None:
    rows = city.table("commercial_vehicle_use")
    return next((row for row in rows if row["class"] == technology and row["powertrain"] == powertrain), None)


def payload_loss(city: City, technology: str, powertrain: str) -> float:
    """Share of payload a powertrain costs; 0 where nothing is known."""
    row = _commercial(city, technology, powertrain)
    return float(row["payload_loss"] or 0.0) if row else 0.0


def air_conditioning(city: City, technology: str, temperature_c: Floats | None) -> float:
    """Factor on the electricity of a class for air-conditioning: measured on full buses, per kelvin above 26 in cars.

    Without the year's temperature cars keep their mean use.
    """
    hours = city.value("extra.ac_hours_factor")
    if technology == "bus_city":
        return 1.0 + SUMMER_SHARE * hours * city.value("charging.hvac_uplift_bus")
    if temperature_c is None or technology == "motorcycle":
        return 1.0
    kelvin = float(np.maximum(temperature_c - CAR_COOLING_FROM_C, 0.0).mean())
    return 1.0 + hours * city.value("charging.hvac_uplift_car_per_K_above_26C") * kelvin
