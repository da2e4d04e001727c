"""Lines of industry: each sector with the technology its producers use, and what is known of it in the base year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from dafeng.configs.errors import InputError, Place, Problem, nearest
from dafeng.configs.schema import City, Row
from dafeng.configs.units import Bools, Floats
from dafeng.configs.words import BATTERIES as BATTERIES
from dafeng.configs.words import PRODUCTS

CONTINUOUS = {"cement", "paper", "ceramics", "glass", "chemicals", "textiles"}
"""Sectors with kilns, dryers or reactors that do not stop for the night."""

KILNS: Mapping[str, tuple[str, ...]] = {
    "cement_clinker": ("coal",),
    "cement_grinding": ("coal", "natural_gas"),
    "ceramics": ("coal", "natural_gas"),
    "glass": ("natural_gas",),
}
"""Technologies that burn in a kiln or dryer, and the fuels it can be built for; all others use steam."""

MILLION_TONNES, BILLION = 1e6, 1e3


@dataclass(frozen=True)
class Lines:
    """(n,) lines of industry; units of output are tonnes, GWh of cells or million CNY of value added."""

    sector: tuple[str, ...]
    technology: tuple[str, ...]
    unit: tuple[str, ...]
    aeei: Floats
    """Autonomous gain of energy intensity, share a year."""
    payback_y: Floats
    hurdle_sigma: Floats
    shed_share: Floats
    shift_share: Floats
    shed_hours: Floats
    shed_cny_per_mwh: Floats
    process_t: Floats
    """Process CO2 in t per unit of output (MODEL_SPEC 3.2)."""
    best_practice: Floats
    """Best practice over the base year's heat intensity."""
    coal_share: Floats
    gas_share: Floats
    biomass_share: Floats
    eu_share: Floats
    """Share of output exported under the border charge."""
    carbon_from: Floats
    """First year in which the national carbon market covers the line; infinite where it does not."""
    shift_load_share: Floats
    """Share of the line's load that follows shifts; the rest runs through."""
    is_steam: Bools

    @property
    def count(self) -> int:
        """Number of lines."""
        return len(self.sector)

    def index(self, sector: str, technology: str) -> int:
        """The row of a sector and technology."""
        return list(zip(self.sector, self.technology, strict=True)).index((sector, technology))

    def benchmark(self, city: City, year: int) -> Floats:
        """(n,) free allocation in t per unit; 0 outside the carbon market (MODEL_SPEC 3.3)."""
        found = [
            city.path(f"benchmark.{name}").at(year) if year >= first else 0.0
            for name, first in zip(self.technology, self.carbon_from, strict=True)
        ]
        return np.array(found)

    def growth(self, city: City, year: int) -> Floats:
        """(n,) growth of output in the year, as a share (MODEL_SPEC 3.1)."""
        return np.array([city.path(f"growth.{name}").at(year) / 100.0 for name in self.sector])


def line_of(product: str) -> tuple[str, str]:
    """Sector and technology that make a product.

    >>> line_of("cement (grinding)"), line_of("clinker (1 line about 2500 t/d)")[1]
    (('cement', 'cement_grinding'), 'cement_clinker')
    """
    found = next((line for word, line in PRODUCTS.items() if word in product), None)
    if found is None:
        says = f"is no product with a line; one with {', '.join(PRODUCTS)} in its name is expected"
        raise InputError([Problem(Place("industry.csv", 0, product), says, nearest(product, PRODUCTS))])
    return found


def lines(city: City) -> Lines:
    """All lines of a city's industry, in the order of its base table."""
    base = {str(row["sector"]): row for row in city.table("sector_base_2020")}
    ratios = {str(row["sector"]): row for row in city.table("industry_sectors")}
    pairs = [(sector, str(row["technology_sector"])) for sector, row in base.items()]
    pairs += sorted({line_of(str(row["product"])) for row in city.table("industry")} - set(pairs))
    found = [ratios[technology] for _, technology in pairs]
    best = [base[s]["best_practice_ratio_thermal"] if s in base else base_best(base, t) for s, t in pairs]
    return Lines(
        sector=tuple(s for s, _ in pairs),
        technology=tuple(t for _, t in pairs),
        unit=tuple(_unit(base.get(s), t) for s, t in pairs),
        best_practice=np.array(best),
        eu_share=np.array([_eu_share(city, s) for s, _ in pairs]),
        carbon_from=np.array([_carbon_from(city, t) for _, t in pairs]),
        shift_load_share=_shift_shares(city, [s for s, _ in pairs], base),
        is_steam=np.array([t not in KILNS for _, t in pairs]),
        **{name: np.array([float(row[column]) for row in found]) for name, column in _COLUMNS.items()},
    )


_COLUMNS: Mapping[str, str] = {
    "aeei": "AEEI_per_year",
    "payback_y": "payback_mean_y",
    "hurdle_sigma": "hurdle_sigma_log",
    "shed_share": "dr_shed_share",
    "shift_share": "dr_shift_share",
    "shed_hours": "dr_hours",
    "shed_cny_per_mwh": "dr_price_CNY_MWh",
    "process_t": "process_tCO2_per_unit",
    "coal_share": "coal_share_heat",
    "gas_share": "gas_share_heat",
    "biomass_share": "bio_share_heat",
}


def base_best(base: Mapping[str, Row], technology: str) -> float:
    """Best-practice ratio of the base sector that uses a technology."""
    users = (row for row in base.values() if row["technology_sector"] == technology)
    return float(next(users)["best_practice_ratio_thermal"])


def in_units(amount: float, unit: str) -> float:
    """An activity in tonnes or million CNY.

    >>> in_units(2.4, "Mt"), in_units(12.0, "bn CNY VA")
    (2400000.0, 12000.0)
    """
    return amount * (MILLION_TONNES if unit.startswith("Mt") else BILLION)


def _unit(row: Row | None, technology: str) -> str:
    if row is None:
        return "GWh"
    if technology == "cement_grinding":
        return "t cement"
    return str(row["activity_unit"]).replace("Mt", "t").replace("bn CNY", "MCNY")


def _eu_share(city: City, sector: str) -> float:
    """Share of output under the border charge; only sectors that it covers (steel and aluminium products, cement)."""
    key = f"cbam.eu_export_share_{sector}"
    return city.path(key).at(city.first_year) if key in city.paths else 0.0


def _carbon_from(city: City, technology: str) -> float:
    key = f"benchmark.{technology}"
    return float(min(city.path(key).points)) if key in city.paths else float("inf")


def _shift_shares(city: City, sectors: list[str], base: Mapping[str, Row]) -> Floats:
    """Shift work is `extra.industry_ls_share` of all load; sectors that run through hold as little as they can."""
    weight = {
        sector: in_units(row["activity_2020"], str(row["activity_unit"])) * row["electric_intensity"]
        for sector, row in base.items()
    }
    through = sum(value for s, value in weight.items() if s in CONTINUOUS)
    total, asked = sum(weight.values()), 1.0 - city.value("extra.industry_ls_share")
    steady = min(1.0, asked * total / through) if through else 0.0
    spare = total - through
    others = max(0.0, asked * total - through) / spare if spare else 0.0
    return np.array([1.0 - (steady if s in CONTINUOUS else others) for s in sectors])
