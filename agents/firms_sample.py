"""The sample of firms: every firm above scale of a county as a row, the same in every replication."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from dafeng.agents import efficiency, firms_register
from dafeng.agents.boilers import COAL, FUELS, STEAM, Heaters
from dafeng.agents.efficiency_measures import Measures
from dafeng.agents.firms_register import Group
from dafeng.agents.output import PER_HUNDRED, REFERENCE_GROWTH
from dafeng.agents.output_lines import Lines
from dafeng.agents.output_rows import Rows
from dafeng.configs.luck import Luck
from dafeng.configs.schema import City
from dafeng.configs.units import Floats, Ints

REGISTER = Luck(0, 0)
"""Who the firms are is a fact of the city, not of a replication: one stream for all runs."""
SPARE = 1.5
"""Places kept for newcomers, over those expected."""
WATCHED = 3
"""Firms of each sector whose choices are logged one by one."""


def sample(city: City, county: str, groups: tuple[Group, ...], lines: Lines, kit: Heaters, options: Measures) -> Rows:
    """All firms of a county with their base year, and places for those that may come."""
    groups = tuple(group for group in groups if group.county == county)
    steam = steam_share(city, county, groups, lines)
    parts = [_line_rows(city, group, lines, kit, steam if lines.is_steam[group.line] else 0.0) for group in groups]
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    return completed(city, f"firms-{county}", columns, lines, kit, options)


def completed(
    city: City, key: str, columns: dict[str, Floats], lines: Lines, kit: Heaters, options: Measures
) -> Rows:
    """Rows with everything that is drawn for a producer once: hurdle, potentials, reservation price."""
    line = columns["line"].astype(np.int64)
    n, m = len(line), options.count
    share, per_gj = useful(columns["share"], kit)
    main = share.argmax(axis=1)
    uniform = REGISTER("producers", key).random((4, n))
    heat_gj, electric = columns["heat_gj"], columns["electric"]
    saved = efficiency.saved_shares(options, line, heat_gj, electric, lines.best_practice[line])
    fits = REGISTER("potential of measures", key).random((n, m)) < options.max_share
    return Rows(
        line=line, alive=columns["output"] > 0, output=columns["output"].copy(), wanted=columns["output"].copy(),
        capacity=np.full(n, np.inf), heat=heat_gj * per_gj, electric=electric.copy(),
        waste_gj=np.zeros(n), share=share, main=main, age=uniform[0] * kit.life_y[main],
        other_cost=columns["other_cost"], unit_cost=np.zeros(n), size=columns["size"], heat_class=uniform[1],
        fuel_potential=REGISTER("potential of fuels", key).random((n, len(FUELS))),
        patience=efficiency.patience(city, lines, options, line, ndtri(uniform[2])),
        heat_saving=saved[0], electric_saving=saved[1],
        fuel_saving_gj=saved[0] * heat_gj[:, None] * options.replaces,
        possible=options.fits[line] & fits, adopted=np.zeros((n, m), dtype=np.bool_),
        adopting=np.zeros((n, m), dtype=np.bool_),
        reservation=lines.shed_cny_per_mwh[line] * np.exp(lines.hurdle_sigma[line] * ndtri(uniform[3])),
        enrolled=np.zeros(n, dtype=np.bool_), watched=np.zeros(n, dtype=np.bool_),
    )  # fmt: skip


def useful(bought: Floats, kit: Heaters) -> tuple[Floats, Floats]:
    """Shares of useful heat from shares of energy bought, and useful heat per GJ bought."""
    parts = bought * kit.efficiency
    per_gj = parts.sum(axis=1)
    return parts / per_gj[:, None], per_gj


def steam_share(city: City, county: str, groups: tuple[Group, ...], lines: Lines) -> float:
    """Part of the firms' heat that comes from the county's CHP mains in the base year, named sites served first."""
    mains = firms_register.steam_mains(city, county)
    left = max(0.0, firms_register.steam_gj(mains, city.first_year) - steam_taken_gj(city, county, lines))
    wanted = sum(group.base.heat_gj for group in groups if lines.is_steam[group.line])
    rows = {str(row["measure"]): row for row in city.table("industry_measures")}
    return min(float(rows["district_steam"]["max_share"]), left / wanted) if wanted else 0.0


def steam_taken_gj(city: City, county: str, lines: Lines) -> float:
    """Steam that named sites of a county take in the base year."""
    named = firms_register.named_sites(city, lines)
    return sum(site.base.heat_gj * site.mix.get("steam", 0.0) for site in named if site.county == county)


def watch(rows_of: dict[str, Rows], lines: Lines) -> None:
    """Mark the firms of each sector whose choices are logged: those with the lowest keyed uniform in the whole city."""
    drawn = {key: REGISTER("watched", key).random(rows.count) for key, rows in sorted(rows_of.items())}
    for sector in sorted(set(lines.sector)):
        found = [
            (drawn[key][row], key, int(row))
            for key, rows in sorted(rows_of.items())
            for row in np.flatnonzero(rows.alive & np.isin(rows.line, _lines_of(lines, sector)))
        ]
        for _, key, row in sorted(found)[:WATCHED]:
            rows_of[key].watched[row] = True


def _lines_of(lines: Lines, sector: str) -> list[int]:
    return [row for row, name in enumerate(lines.sector) if name == sector]


def _line_rows(city: City, group: Group, lines: Lines, kit: Heaters, steam: float) -> dict[str, Floats]:
    """Rows of one line in one county: sizes lognormal, fuels by systematic sampling of the line's shares."""
    key = f"{group.county}-{lines.sector[group.line]}"
    n, spare = group.sites, _places(city, lines, group)
    shares = {str(row["sector"]): row for row in city.table("sector_county_shares")}
    sigma = float(shares[lines.sector[group.line]]["size_lognormal_sigma"])
    size = np.exp(sigma * ndtri(REGISTER("size", key).random(n + spare)))
    output = np.where(np.arange(n + spare) < n, size, 0.0)
    output *= group.base.output / output.sum()
    total = np.full(n + spare, group.base.output)
    fuel = _fuel_of(key, output, firms_register.fuel_shares(lines, group.line, steam))
    return {
        "line": np.full(n + spare, float(group.line)), "output": output, "size": size / np.exp(0.5 * sigma**2),
        "heat_gj": group.base.heat_gj / total, "electric": group.base.electric_mwh / total,
        "other_cost": group.base.value_added_cny / total, "share": np.eye(len(FUELS))[fuel],
    }  # fmt: skip


def _places(city: City, lines: Lines, group: Group) -> int:
    """Places for newcomers until the last year, from the sector's growth path."""
    rate = city.value("extra.entry_rate_per_100_sites") / PER_HUNDRED / REFERENCE_GROWTH
    path = city.path(f"growth.{lines.sector[group.line]}")
    years = range(city.first_year + 1, city.horizon + 1)
    grown = np.prod([1.0 + rate * max(0.0, path.at(year) / PER_HUNDRED) for year in years])
    return int(np.ceil(SPARE * group.sites * (float(grown) - 1.0))) + 1


def _fuel_of(key: str, output: Floats, share: Floats) -> Ints:
    """Systematic sampling: firms in a drawn order, laid end to end by size, take the fuel under their middle."""
    draw = REGISTER("fuel", key).random(len(output) + 1)
    order = np.argsort(draw[:-1], kind="stable")
    laid = np.cumsum(output[order]) / output.sum()
    middle = (laid - 0.5 * output[order] / output.sum() + draw[-1]) % 1.0
    fuel = np.full(len(output), COAL)
    fuel[order] = np.minimum(np.searchsorted(np.cumsum(share), middle, side="right"), STEAM + 1)
    return fuel
