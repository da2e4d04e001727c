"""Generalised cost of an electric car over a combustion car (MODEL_SPEC 4.1), in kCNY of 2020."""

from __future__ import annotations

from dataclasses import dataclass

from dafeng.agents.vehicles_energy import PER_100_KM, Use, gj_per_litre
from dafeng.agents.view import View
from dafeng.configs.schema import City

KILO = 1000.0


@dataclass(frozen=True)
class CostOfFit:
    """The constants of the G to which alpha and rho were fitted (technology/README): they belong to the fit.

    G = 1.25 pack + drive - 38 - subsidy - tax relief - annuity(8 %, 8 y) x saving + range term, with a national car
    of 12,000 km a year, 7.2 l and 15 kWh per 100 km, 0.75 CNY/kWh and 0.8 kCNY a year of saved maintenance.
    """

    pack_markup: float = 1.25
    combustion_drive_kcny: float = 38.0
    electric_drive_kcny: float = 15.0
    rate: float = 0.08
    years: int = 8
    km: float = 12_000.0
    litres_per_100km: float = 7.2
    kwh_per_100km: float = 15.0
    cny_per_kwh: float = 0.75
    maintenance_kcny: float = 0.8
    range_wanted_km: float = 500.0

    @property
    def annuity(self) -> float:
        """Years of saving that count."""
        return (1.0 - (1.0 + self.rate) ** -self.years) / self.rate


FIT = CostOfFit()


@dataclass(frozen=True)
class Cost:
    """Components of G of one buyer, kCNY; `total` is what the choice sees."""

    capex: float
    subsidy: float
    tax_relief: float
    saving: float
    range_lack: float
    home_charger: float

    @property
    def total(self) -> float:
        """Electric minus combustion."""
        return self.capex - self.subsidy - self.tax_relief - self.saving + self.range_lack - self.home_charger


def capex_kcny(city: City, year: int) -> float:
    """Price of an electric car over a combustion car, without support."""
    pack = FIT.pack_markup * city.path("ev.pack_cny_per_kwh").at(year) * city.path("ev.battery_kwh").at(year) / KILO
    return pack + city.path("ev.electric_drive_kcny").at(year) - FIT.combustion_drive_kcny


def range_kcny(city: City, year: int) -> float:
    """What the missing range is worth."""
    missing = max(0.0, FIT.range_wanted_km - city.path("ev.range_km").at(year))
    return city.value("nev.wtp_range") / KILO * missing


def national_cost(city: City, year: int) -> float:
    """G of the national car, as the fit defines it; the electric drive follows the cost path."""
    litres = FIT.litres_per_100km / PER_100_KM * city.path("ev.gasoline_cny_per_l").at(year)
    power = FIT.kwh_per_100km / PER_100_KM * FIT.cny_per_kwh
    saving = FIT.annuity * (FIT.km / KILO * (litres - power) + FIT.maintenance_kcny)
    support = city.path("ev.central_subsidy_kcny").at(year) + city.path("ev.purchase_tax_relief_kcny").at(year)
    return capex_kcny(city, year) - support - saving + range_kcny(city, year)


def buyer_cost(view: View, use: Use, *, at_home: bool, mean_home: float, local_kcny: float) -> Cost:
    """G of a buyer who can (or cannot) charge at home; `local_kcny` is the city's own payment."""
    city, year = view.city, view.year
    tariff = "tariff.residential.tier1" if at_home else "tariff.ev_public_total.flat"
    litres = use.fuel_gj_per_km / gj_per_litre(city, use.fuel)
    per_km = litres * city.path("ev.gasoline_cny_per_l").at(year) - use.mwh_per_km * KILO * city.path(tariff).at(year)
    yearly = use.km / KILO * per_km + FIT.maintenance_kcny
    return Cost(
        capex=capex_kcny(city, year),
        subsidy=city.path("ev.central_subsidy_kcny").at(year) + local_kcny,
        tax_relief=city.path("ev.purchase_tax_relief_kcny").at(year),
        saving=city.value("nev.fuel_saving_horizon") * yearly,
        range_lack=range_kcny(city, year),
        home_charger=city.value("nev.wtp_home_charger") / KILO * (float(at_home) - mean_home),
    )
