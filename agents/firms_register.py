"""The register of the base year: named sites plus firms add up to each sector and to each county's electricity."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from dafeng.agents.boilers import FUELS
from dafeng.agents.output_lines import BATTERIES, Lines, in_units, line_of
from dafeng.configs.schema import City, Row
from dafeng.configs.units import GJ_PER_MWH, MWH_PER_TWH, Floats
from dafeng.configs.words import AGGREGATES, FUEL_WORDS
from dafeng.configs.words import WASTE as WASTE

AGGREGATE = re.compile(AGGREGATES, re.IGNORECASE)
"""Words in the name of a row that stands for many firms: these rows are the cohorts' (U08 to U15)."""
PERCENT = 100.0
KWH_PER_MWH = 1000.0
CNY_PER_BILLION = 1e9
ROUNDS = 200
Mains = tuple[tuple[int, float], ...]
"""CHP mains of a county: year of service, GJ of heat a year."""


@dataclass(frozen=True)
class Amounts:
    """What someone made and used in the base year."""

    output: float
    heat_gj: float
    electric_mwh: float
    value_added_cny: float


@dataclass(frozen=True)
class Named:
    """A named site in the base year."""

    key: str
    title: str
    county: str
    line: int
    base: Amounts
    mix: Mapping[str, float]
    """Share of its energy for heat by fuel (waste included)."""
    has_waste_heat: bool
    row: Row


@dataclass(frozen=True)
class Group:
    """All firms of one line in one county in the base year."""

    line: int
    county: str
    sites: int
    base: Amounts


def is_named(row: Row) -> bool:
    """Whether a row of the industry table is one site (an agent of its own) rather than a cluster."""
    return AGGREGATE.search(str(row["name_en"])) is None


def county_of(city: City, text: str) -> str:
    """The first county named in a text, by title or key.

    Raises LookupError when none is.
    """
    named = [(c.key, name) for c in city.counties for name in (c.title, c.title_zh) if name and name in text]
    found = {text.find(name): key for key, name in [*named, *((c.key, text) for c in city.counties if c.key == text)]}
    if not found:
        raise LookupError(f"no county of {city.key} in '{text}'")
    return found[min(found)]


def fuel_mix(text: str, note: str) -> dict[str, float]:
    """Shares of a site's energy for heat, from its fuel mix in words; what is left open goes to the fuel after '->'.

    >>> fuel_mix("coal 88; RDF 4; grid 8", "")["coal"].__round__(3)
    0.957
    >>> fuel_mix("coal gas 60 -> natural gas 100; grid", "")
    {'coal': 0.6, 'natural_gas': 0.4}
    >>> fuel_mix("steam from CHP; grid", "")
    {'steam': 1.0}
    """
    found: dict[str, float] = {}
    later = ""
    for part in text.split(";"):
        now, _, after = part.partition("->")
        fuel, number = _fuel(now), re.search(r"(\d+)", now)
        later = _fuel(after) or later
        if fuel:
            found[fuel] = found.get(fuel, 0.0) + (float(number.group(1)) if number else 0.0)
    if "captive coal CHP" in note and "coal" in found:
        found["steam"] = found.pop("coal") + found.get("steam", 0.0)
    rest = PERCENT - sum(found.values())
    if rest > 0:
        open_fuel = later or next((fuel for fuel, share in found.items() if share == 0.0 and fuel != "electricity"), "")
        if open_fuel:
            found[open_fuel] = found.get(open_fuel, 0.0) + rest
    found.pop("electricity", None)
    heat = {fuel: share for fuel, share in found.items() if share > 0}
    return {fuel: share / sum(heat.values()) for fuel, share in heat.items()}


def _fuel(text: str) -> str:
    return next((fuel for word, fuel in FUEL_WORDS if word in text.lower()), "")


def named_sites(city: City, lines: Lines) -> tuple[Named, ...]:
    """The named sites with what they made and used, scaled so that their sector closes."""
    rows = [row for row in city.table("industry") if is_named(row)]
    return tuple(_named(city, lines, row) for row in sorted(rows, key=lambda row: str(row["id"])))


def firm_groups(city: City, lines: Lines) -> tuple[Group, ...]:
    """The firms of each line and county: sector totals less named sites, electricity fitted to the counties' totals."""
    named = named_sites(city, lines)
    found: list[Group] = []
    for row in city.table("sector_county_shares"):
        found += _groups_of(city, lines, row, [site for site in named if lines.sector[site.line] == row["sector"]])
    return _fitted(city, found, named)


def _named(city: City, lines: Lines, row: Row) -> Named:
    sector, technology = line_of(str(row["product"]))
    county = county_of(city, str(row["county"]))
    return Named(
        key=str(row["id"]), title=str(row["name_en"]), county=county, line=lines.index(sector, technology),
        base=_amounts_of(city, row, sector, technology, county), has_waste_heat="waste-heat" in str(row["note"] or ""),
        mix=fuel_mix(str(row["fuel_mix_pct"]), str(row["note"] or "")), row=row,
    )  # fmt: skip


def _amounts_of(city: City, row: Row, sector: str, technology: str, county: str) -> Amounts:
    """A named site's part of its sector: its figures over those of all rows of the sector.

    Where the table names no other producer it is at most its county's share.
    """
    if (sector, technology) == BATTERIES:
        return Amounts(0.0, 0.0, 0.0, 0.0)
    base = next(r for r in city.table("sector_base_2020") if r["sector"] == sector)
    rows = [r for r in city.table("industry") if line_of(str(r["product"]))[0] == sector]
    alike = [r for r in rows if line_of(str(r["product"]))[1] == technology]
    most = 1.0 if len(rows) > 1 else _county_share(city, sector, county)

    def part(of: list[Row], *columns: str) -> float:
        amount = [float(np.prod([r[column] or 0.0 for column in columns])) for r in of]
        return min(most, amount[of.index(row)] / sum(amount))

    total = sector_total(base)
    heat = total.heat_gj * part(rows, "output_2020_est", "energy_intensity")
    power = total.electric_mwh * part(rows, "output_2020_est", "elec_intensity")
    energy = (heat + power * GJ_PER_MWH) / (total.heat_gj + total.electric_mwh * GJ_PER_MWH)
    return Amounts(total.output * part(alike, "output_2020_est"), heat, power, total.value_added_cny * energy)


def sector_total(base: Row) -> Amounts:
    """A sector's output, energy for heat, electricity and value added in the base year."""
    output = in_units(base["activity_2020"], str(base["activity_unit"]))
    return Amounts(
        output, output * base["thermal_intensity"], output * base["electric_intensity"] / KWH_PER_MWH,
        base["value_added_bn_cny"] * CNY_PER_BILLION,
    )  # fmt: skip


def _county_share(city: City, sector: str, county: str) -> float:
    row = next(r for r in city.table("sector_county_shares") if r["sector"] == sector)
    return float(row[f"{county}_pct"]) / PERCENT


def _groups_of(city: City, lines: Lines, row: Row, named: list[Named]) -> list[Group]:
    """The groups of one sector: county shares of the sector's energy less named sites; none when those have all."""
    sector = str(row["sector"])
    base = next(r for r in city.table("sector_base_2020") if r["sector"] == sector)
    total, keys = sector_total(base), [county.key for county in city.counties]
    share = np.array([float(row[f"{key}_pct"]) for key in keys]) / PERCENT
    there = np.array([sum(s.base.electric_mwh for s in named if s.county == key) for key in keys])
    left = np.maximum(share * total.electric_mwh - there, 0.0)
    if left.sum() <= 0:
        return []
    left /= left.sum()
    standing = np.array([sum(s.county == key for s in named) for key in keys])
    sites = whole(share * row["sites_above_scale_2020"]) - standing
    line, output = _line_and_output(city, lines, sector, str(base["technology_sector"]), total, named)
    heat, power, value = (
        getattr(total, name) - sum(getattr(s.base, name) for s in named)
        for name in ("heat_gj", "electric_mwh", "value_added_cny")
    )
    return [
        Group(line, key, max(1, int(sites[i])), Amounts(output * w, heat * w, power * w, value * w))
        for i, (key, w) in enumerate(zip(keys, left, strict=True))
        if w > 0
    ]


def _line_and_output(
    city: City, lines: Lines, sector: str, technology: str, total: Amounts, named: list[Named]
) -> tuple[int, float]:
    """The firms' line and output; where a cluster makes another product than the named sites, that product's."""
    clusters = [r for r in city.table("industry") if not is_named(r) and line_of(str(r["product"]))[0] == sector]
    other = [r for r in clusters if line_of(str(r["product"]))[1] != technology]
    if other:
        output = sum(in_units(r["output_2020_est"], str(r["capacity_unit"])) for r in other)
        return lines.index(*line_of(str(other[0]["product"]))), output
    return lines.index(sector, technology), total.output - sum(site.base.output for site in named)


def whole(shares: Floats) -> Floats:
    """Whole numbers with the same sum, by largest remainder.

    >>> whole(np.array([1.7, 2.9, 0.4])).tolist()
    [2.0, 3.0, 0.0]
    """
    floor = np.floor(shares)
    short = round(float(shares.sum() - floor.sum()))
    floor[np.argsort(floor - shares, kind="stable")[:short]] += 1.0
    return floor


def _fitted(city: City, groups: list[Group], named: tuple[Named, ...]) -> tuple[Group, ...]:
    """The same groups with electricity that closes on sectors and counties (iterative proportional fitting).

    The county figures add up to 15.999 TWh against 16.0 of the sectors: they are scaled by that 0.006 %.
    """
    wanted = {str(r["county"]): r["twh"] * MWH_PER_TWH for r in city.table("electricity_2020_by_sector_county")
              if r["sector"] == "industry"}  # fmt: skip
    if not wanted:
        return tuple(groups)
    mwh = np.array([group.base.electric_mwh for group in groups])
    line, county = np.array([str(g.line) for g in groups]), np.array([g.county for g in groups])
    by_line = {name: float(mwh[line == name].sum()) for name in sorted(set(line))}
    scale = (mwh.sum() + sum(site.base.electric_mwh for site in named)) / sum(wanted.values())
    by_county = {
        key: wanted[key] * scale - sum(site.base.electric_mwh for site in named if site.county == key)
        for key in sorted(set(county))
    }
    for _ in range(ROUNDS):
        for keys, totals in ((county, by_county), (line, by_line)):
            for key, total in totals.items():
                mwh[keys == key] *= total / mwh[keys == key].sum()
    return tuple(
        Group(g.line, g.county, g.sites, Amounts(g.base.output, g.base.heat_gj, float(m), g.base.value_added_cny))
        for g, m in zip(groups, mwh, strict=True)
    )


def steam_mains(city: City, county: str) -> Mains:
    """The county's combined heat and power plants by the plant table: year of service, GJ of heat a year."""
    plants = {str(row["id"]): row for row in city.table("plants")}
    found = []
    for row in city.table("chp_heat"):
        first = plants.get(str(row["plant_ids"]).split("-")[0])
        if first is None or first["chp"] != "Y" or county_of(city, str(row["county"])) != county:
            continue
        opens = first["start_year"] or first["expected_year"]
        if opens is not None:
            found.append((int(opens), row["peak_heat_mwth"] * row["full_load_h"] * GJ_PER_MWH))
    return tuple(found)


def steam_gj(mains: Mains, year: int) -> float:
    """Heat that the mains can deliver to industry in a year.

    >>> steam_gj(((2018, 3.0), (2025, 2.0)), 2020)
    3.0
    """
    return sum((heat for opens, heat in mains if opens <= year), 0.0)


def fuel_shares(lines: Lines, line: int, steam: float) -> Floats:
    """(fuels,) shares of a line's energy for heat: steam, the technology's ratios, oil for what they leave open."""
    share = np.zeros(len(FUELS))
    ratios = np.array([lines.coal_share[line], lines.gas_share[line], lines.biomass_share[line]])
    share[:3] = ratios * (1.0 - steam)
    share[FUELS.index("steam")] = steam
    share[FUELS.index("diesel")] = max(0.0, 1.0 - ratios.sum()) * (1.0 - steam)
    return share
