"""A year's output and fuels, worked out before anyone acts: one answer for the year and for a trial price of coal."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from dafeng.agents import boilers
from dafeng.agents.boilers import COAL, STEAM, Heaters, Prices
from dafeng.agents.output import growth_of, newcomers, responded, shocked
from dafeng.agents.output_lines import Lines
from dafeng.agents.output_rows import Rows
from dafeng.agents.view import View
from dafeng.configs.units import GJ_PER_TCE, Bools, Floats, Ints


@dataclass(frozen=True)
class Draws:
    """(rows,) uniforms of one year, full length whatever the rules are."""

    output: Floats
    fuel: Floats
    entry: Floats
    """(lines,)."""


@dataclass(frozen=True)
class Start:
    """What a year begins with, apart from any price of coal."""

    rows: Rows
    lines: Lines
    kit: Heaters
    prices: Prices
    benchmark: Floats
    draws: Draws
    alive: Bools
    wanted: Floats
    new: Bools
    can: Bools
    """(rows, fuels) options of a new boiler."""
    due: Bools
    elasticity: float
    before: Floats
    """Unit cost that output responds to."""
    ended: Bools
    """Boilers at the end of their life."""

    def burning_coal(self) -> Start:
        """The same start for those rows only that burn coal now: all that a trial price of coal needs."""
        keep = self.alive & (self.rows.share[:, COAL] > 0)
        draws = Draws(self.draws.output[keep], self.draws.fuel[keep], self.draws.entry)
        cut = {name: getattr(self, name)[keep] for name in ("alive", "wanted", "new", "can", "due", "before", "ended")}
        return replace(self, rows=self.rows.only(keep), draws=draws, **cut)


@dataclass(frozen=True)
class Plan:
    """(rows,) the year as decided at one shadow price of coal."""

    output: Floats
    wanted: Floats
    alive: Bools
    share: Floats
    main: Ints
    switched: Bools
    unit_cost: Floats

    def coal_tce(self, rows: Rows, kit: Heaters) -> float:
        """Coal of the year in tonnes of coal equivalent."""
        useful = self.output * rows.heat * self.share[:, COAL]
        return float(useful.sum() / kit.efficiency[COAL] / GJ_PER_TCE)


def begin(
    view: View, rows: Rows, lines: Lines, kit: Heaters, draws: Draws, *, is_base: bool, has_entry: bool, has_steam: bool
) -> Start:
    """Growth, entry, and whose boiler is due: at its end of life, banned, or new; the base year is given.

    `rows` is the year's own copy: newcomers take their place in it, between best practice and base-year intensity.
    """
    alive, wanted, new = rows.alive, rows.wanted, np.zeros(rows.count, dtype=np.bool_)
    prices = boilers.prices(view, lines)
    if not is_base:
        growth = growth_of(lines, view, with_entry=has_entry)
        wanted = shocked(wanted, growth.standing[rows.line], draws.output, view.value("extra.output_shock_sd"))
        if has_entry:
            new, sized = _enter(rows, lines, growth.entry, draws.entry)
            alive, wanted = alive | new, np.where(new, sized, wanted)
            best = lines.best_practice[rows.line[new]]
            rows.heat[new] *= best + (1.0 - best) * rows.heat_class[new]
    banned = view.rules.coal_boiler_banned > 0
    can = options(rows, lines, kit, is_banned=banned, has_steam=has_steam)
    old = (rows.age >= kit.life_y[rows.main]) if not is_base else new
    due = alive & (old | new | (banned & (rows.main == COAL))) & np.any(can, axis=1)
    start = Start(
        rows, lines, kit, prices, lines.benchmark(view.city, view.year), draws, alive, wanted, new, can, due,
        view.value("extra.output_price_elasticity_sigma"), rows.unit_cost, old,
    )  # fmt: skip
    known = rows.unit_cost if not is_base else unit_costs(start, rows.share, 0.0)
    return replace(start, before=np.where(new, 0.0, known))


def options(rows: Rows, lines: Lines, kit: Heaters, *, is_banned: bool, has_steam: bool) -> Bools:
    """(rows, fuels) what a new boiler may burn: fits the kiln, is within reach, is not banned.

    Coal is for those who burn it already: new coal boilers have not been allowed in the Pearl River Delta since 2018
    (air pollution rules, recalled; grade C), only the renewal of standing ones. A kiln that knows no other fuel is no
    boiler: the ban does not reach it.
    """
    can = boilers.fuels_of(lines)[rows.line] & (rows.fuel_potential < kit.max_share)
    can[:, COAL] &= (rows.main == COAL) & rows.alive
    if not has_steam:
        can[:, STEAM] = False
    if is_banned:
        others = can.copy()
        others[:, COAL] = False
        stuck = np.flatnonzero(~np.any(others, axis=1))
        others[stuck] = can[stuck]
        return others
    return can


def decide(start: Start, coal_cny_per_tce: float) -> Plan:
    """Fuels and output at a shadow price of coal (MODEL_SPEC 3.1, 3.6, 3.8)."""
    rows = start.rows
    main, switched = _fuels(start, coal_cny_per_tce)
    share = _moved(rows.share, rows.main, main, switched)
    cost = unit_costs(start, share, coal_cny_per_tce)
    wanted = responded(start.wanted, cost, start.before, start.elasticity)
    wanted = np.where(start.alive, wanted, 0.0)
    return Plan(np.minimum(wanted, rows.capacity), wanted, start.alive, share, main, switched, cost)


def why_now(start: Start, row: int) -> str:
    """Why a producer needs a new boiler this year."""
    if start.new[row]:
        return "a new producer"
    if not start.due[row]:
        return "the cap on coal makes it too dear to run"
    return "at its end of life" if start.ended[row] else "coal boilers are banned"


def unit_costs(start: Start, share: Floats, coal_cny_per_tce: float) -> Floats:
    """(rows,) CNY per unit: all other cost, heat, electricity, process CO2 less free allocation (MODEL_SPEC 3.3)."""
    rows, prices = start.rows, start.prices
    heat = boilers.heat_cost(start.lines, start.kit, prices, coal_cny_per_tce)[rows.line]
    carbon = prices.carbon_cny_per_t * (start.lines.process_t - start.benchmark)
    energy = rows.heat * (share * heat).sum(axis=1) + rows.electric * prices.electricity_cny_per_mwh
    return np.asarray(rows.other_cost + energy + carbon[rows.line])


def _enter(rows: Rows, lines: Lines, rate: Floats, uniform: Floats) -> tuple[Bools, Floats]:
    """Newcomers take the first free places of their line; their size is drawn around the mean of those who stand."""
    standing = np.bincount(rows.line[rows.alive], minlength=lines.count)
    made = np.bincount(rows.line, weights=rows.wanted * rows.alive, minlength=lines.count)
    count = newcomers(rate * standing, uniform)
    free = ~rows.alive
    place = np.zeros(rows.count, dtype=np.int64)
    for line in np.flatnonzero(count):
        here = free & (rows.line == line)
        place[here] = np.arange(1, here.sum() + 1)
    new = free & (place >= 1) & (place <= count[rows.line])
    return new, np.asarray((made / np.maximum(standing, 1))[rows.line] * rows.size)


def _fuels(start: Start, coal_cny_per_tce: float) -> tuple[Ints, Bools]:
    """The main fuel of each row and whether its boiler was replaced; one uniform a row."""
    rows, kit, lines = start.rows, start.kit, start.lines
    running = boilers.heat_cost(lines, kit, start.prices)
    dearer = boilers.heat_cost(lines, kit, start.prices, coal_cny_per_tce)
    main, switched = rows.main.copy(), start.due.copy()
    due = np.flatnonzero(start.due)
    weight = boilers.weights((dearer + kit.capital_cny_per_gj)[rows.line[due]], start.can[due])
    main[due] = boilers.chosen(weight, start.draws.fuel[due])
    if coal_cny_per_tce > 0:
        _leave_coal(start, running, dearer, main, switched)
    return main, switched


def _leave_coal(start: Start, running: Floats, dearer: Floats, main: Ints, switched: Bools) -> None:
    """Coal boilers in mid-life that a coal cap makes too dear to run go early, to what the same uniform then picks."""
    rows = start.rows
    mid = np.flatnonzero(start.alive & ~start.due & (rows.main == COAL))
    line, can = rows.line[mid], start.can[mid].copy()
    new = (dearer + start.kit.capital_cny_per_gj)[line]
    keep = boilers.stays(running[line, COAL], dearer[line, COAL], new, can)
    can[:, COAL] = False
    uniform = start.draws.fuel[mid]
    go = (uniform >= keep) & can.any(axis=1)
    left = (uniform[go] - keep[go]) / np.maximum(1.0 - keep[go], 1e-12)
    main[mid[go]] = boilers.chosen(boilers.weights(new[go], can[go]), left)
    switched[mid[go]] = True


def _moved(share: Floats, old: Ints, new: Ints, switched: Bools) -> Floats:
    """Shares of heat after the main boiler's part went over to its new fuel."""
    moved = share.copy()
    rows = np.flatnonzero(switched & (old != new))
    part = moved[rows, old[rows]].copy()
    moved[rows, old[rows]] = 0.0
    moved[rows, new[rows]] += part
    return moved
