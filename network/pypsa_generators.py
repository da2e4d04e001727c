"""PyPSA's generators as rows of the grid.

What must run whatever happens (a minimum without commitment, a given output) is taken off the load of its bus, with
its cost beside the objective; a cost that changes by hour becomes rows that are there in the hours of one cost.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dafeng.configs.units import Bools, Floats, Ints
from dafeng.network.grid import Generators
from dafeng.network.pypsa_reader import ROUNDING, Reader
from dafeng.network.pypsa_tables import Component

MOST_COSTS = 48
"""Different marginal costs of one generator that become rows of their own."""
UNSPECIFIED = "unspecified"


@dataclass(frozen=True)
class Supply:
    """Rows of generators with their availability, and what runs in any case."""

    generators: Generators
    share: Floats
    """(rows, hours)."""
    source: Ints
    """(rows,) generator of the network behind each row."""
    carrier: tuple[str, ...]
    """Of the network's generators."""
    must_run_mw: Floats
    """(network's generators, hours)."""
    must_run_cost: float
    bus: Ints
    """(network's generators,)."""
    emissions_t_per_mwh: Floats
    """(network's generators,)."""
    committed: Bools
    hours_on: Floats
    is_curtailed: Bools
    """(rows,) with an availability that changes by hour and no commitment, as PyPSA's statistics count curtailment."""
    minima_hold: bool
    """Whether units that are on give their minimum though nothing takes it: not where the file's own did not."""


def supply(read: Reader) -> Supply:
    """All generators in service."""
    units = read.live("generators")
    low, high, gives_way = _bounds(read, units)
    is_unit = read.flags(units, "committable")
    cost = read.hourly(units, "marginal_cost")
    must_run = np.where(is_unit[:, None], 0.0, low)
    room = high - must_run
    size = np.where(must_run.any(axis=1), 0.0, read.size(units, "p_nom"))
    capacity = np.maximum(room.max(axis=1, initial=0.0), np.where(np.isfinite(size), size, 0.0))
    ramp = _ramps(read, units, low, high)
    carriers = tuple(word or UNSPECIFIED for word in read.words(units, "carrier"))
    source, level, mask = _levels(read, units, cost, is_unit | np.isfinite(ramp))
    share = np.divide(room, capacity[:, None], out=np.zeros_like(room), where=capacity[:, None] > 0.0)[source] * mask
    emissions = _emissions(read, units, carriers)
    least = np.divide(low.max(axis=1, initial=0.0), capacity, out=np.zeros_like(capacity), where=capacity > 0.0)
    made = _rows(read, units, source, level, carriers, emissions, np.where(is_unit, least, 0.0), capacity, ramp)
    up, down = read.fixed(units, "up_time_before"), read.fixed(units, "down_time_before")
    committed = (up > 0.0) & is_unit
    return Supply(
        made, np.clip(share, 0.0, 1.0), source, carriers, must_run, float((must_run * cost).sum()),
        read.bus(units), emissions, committed[source], np.where(committed, up, down)[source],
        (_is_varying(read.hourly(units, "p_max_pu")) & ~is_unit)[source], not gives_way,
    )


def _bounds(read: Reader, units: Component) -> tuple[Floats, Floats, bool]:
    """(n, hours) least and most output in MW; a given output (p_set) is both.

    And whether minima give way, as they do in a year that we export.
    """
    size = read.size(units, "p_nom")[:, None]
    low, high = size * read.hourly(units, "p_min_pu"), size * read.hourly(units, "p_max_pu")
    given = read.hourly(units, "p_set")
    low, high = np.where(np.isnan(given), low, given), np.where(np.isnan(given), high, given)
    is_off = read.flags(units, "committable")[:, None] & (high < low)  # PyPSA: no room to be on
    low, high = np.where(is_off, 0.0, low), np.where(is_off, 0.0, high)
    for row in np.flatnonzero(~np.isfinite(high).all(axis=1)).tolist():
        read.complain(units, row, "p_nom", "has no end; a capacity in MW is expected")
    for row in np.flatnonzero((low < 0.0).any(axis=1)).tolist():
        read.complain(units, row, "p_min_pu", "is below 0: the generator may consume, which the grid cannot say")
    for row in np.flatnonzero((low > high * (1 + 1e-12) + 1e-12).any(axis=1)).tolist():
        read.complain(units, row, "p_min_pu", "lies above p_max_pu; 0 <= p_min_pu <= p_max_pu is expected")
    is_changing = read.flags(units, "committable") & _is_changing(low, high)
    gave_way = is_changing & _as_dispatched(units, low, high)
    if gave_way.any():
        names = ", ".join(np.array(units.keys)[gave_way].tolist()[:5])
        says = "p_min_pu is lower in hours whose output in the file is lower: minima give way where nothing takes them"
        read.remarks.append(f"generators {names}: {says}")
    for row in np.flatnonzero(is_changing & ~gave_way).tolist():
        read.complain(units, row, "p_min_pu", "of a committable generator changes by hour; the grid has one value")
    finite = np.where(np.isfinite(high), high, 0.0)
    return np.clip(low, 0.0, finite), np.maximum(finite, 0.0), bool(gave_way.any())


def _is_changing(low: Floats, high: Floats) -> Bools:
    """(n,) whether a least output is another by hour, but where an outage leaves less than it.

    >>> _is_changing(np.array([[4.0, 0.0], [4.0, 0.0]]), np.array([[9.0, 0.0], [9.0, 9.0]])).tolist()
    [False, True]
    """
    return np.asarray(_is_lower(low, high).any(axis=1))


def _is_lower(low: Floats, high: Floats) -> Bools:
    """(n, hours) where a least output is not the highest of its generator, nor what an outage leaves."""
    one = np.minimum(low.max(axis=1, initial=0.0)[:, None], high)
    return np.asarray(np.abs(low - one) > 1e-9 * np.abs(high))


def _as_dispatched(units: Component, low: Floats, high: Floats) -> Bools:
    """(n,) whether the output that stands in the file is the least one wherever that is lower than usual."""
    output, given = np.full(low.shape, np.nan), units.series.get("p")
    at = {key: row for row, key in enumerate(units.keys)}
    for column, name in enumerate(given.names if given is not None else ()):
        if given is not None and name in at:
            output[at[name]] = given.values[:, column]
    return np.asarray((~_is_lower(low, high) | (np.abs(output - low) <= 1e-6)).all(axis=1))


def _is_varying(values: Floats) -> Bools:
    """(n,) whether a row changes by hour."""
    return np.asarray(values.max(axis=1, initial=0.0) - values.min(axis=1, initial=np.inf) > ROUNDING)


def _ramps(read: Reader, units: Component, low: Floats, high: Floats) -> Floats:
    """(n,) MW an hour, the same up and down; infinite where there is none, or one as wide as the output."""
    up, down = read.fixed(units, "ramp_limit_up"), read.fixed(units, "ramp_limit_down")
    is_unit = read.flags(units, "committable")
    whole = high.max(axis=1, initial=0.0)
    is_free = [np.isnan(one) | (~is_unit & (one * read.size(units, "p_nom") >= whole)) for one in (up, down)]
    for row in np.flatnonzero(~((up == down) | (is_free[0] & is_free[1]))).tolist():
        words = ["not limited" if np.isnan(one[row]) else f"{one[row]:g}" for one in (up, down)]
        says = f"is {words[0]} up and {words[1]} down; the grid has one ramp for both"
        read.complain(units, row, "ramp_limit_up", says)
    made = np.where(np.isnan(up), np.inf, up * read.size(units, "p_nom"))
    made = np.where(~is_unit & is_free[0] & is_free[1], np.inf, made)
    for row in np.flatnonzero(~is_unit & np.isfinite(made) & _is_varying(low)).tolist():
        says = "changes by hour beside a ramp limit; the grid has one minimum for a generator that ramps"
        read.complain(units, row, "p_min_pu", says)
    both = is_unit & np.isfinite(up)
    if both.any():
        names = ", ".join(np.array(units.keys)[both].tolist()[:5])
        read.remarks.append(f"generators {names}: start and stop within the larger of minimum output and ramp; "
                            "PyPSA without ramp_limit_start_up and ramp_limit_shut_down at any output")
    return made


def _levels(read: Reader, units: Component, cost: Floats, is_whole: Bools) -> tuple[Ints, Floats, Floats]:
    """Rows by generator and marginal cost: generator, cost and (rows, hours) 1 in the hours of that cost."""
    source, level, mask = list[int](), list[float](), list[Floats]()
    for g in range(len(units.keys)):
        levels = np.unique(cost[g])
        if len(levels) > 1 and (is_whole[g] or len(levels) > MOST_COSTS):
            says = f"takes {len(levels)} values over the hours; of a unit with commitment or ramps one is expected"
            if not is_whole[g]:
                says = f"takes {len(levels)} values over the hours; {MOST_COSTS} at most can be told apart"
            read.complain(units, g, "marginal_cost", says)
            levels = levels[:1]
        for value in levels.tolist():
            source.append(g)
            level.append(value)
            mask.append((cost[g] == value).astype(np.float64) if len(levels) > 1 else np.ones(read.hours))
    return np.array(source, dtype=np.int64), np.array(level), np.array(mask).reshape(len(source), read.hours)


def _emissions(read: Reader, units: Component, carriers: tuple[str, ...]) -> Floats:
    """(n,) t a MWh of output: those of the carrier over the efficiency."""
    table = read.live("carriers")
    factor = dict(zip(table.keys, read.fixed(table, "co2_emissions").tolist(), strict=True))
    primary = np.array([factor.get(carrier, 0.0) for carrier in carriers])
    efficiency = read.hourly(units, "efficiency")
    if primary.any() and read.hours:
        efficiency = read.fixed(units, "efficiency")[:, None]
    at = efficiency[:, 0] if read.hours else np.ones(len(primary))
    return np.asarray(np.divide(primary, at, out=np.zeros(len(primary)), where=(primary != 0.0) & (at > 0.0)))


def _rows(
    read: Reader, units: Component, source: Ints, level: Floats, carriers: tuple[str, ...], emissions: Floats,
    min_share: Floats, capacity: Floats, ramp: Floats,
) -> Generators:
    """The rows as generators of the grid; one that ramps is a unit, which is on and off at no cost if so told."""
    n, count = len(source), np.bincount(source, minlength=len(units.keys))
    zero, none = np.zeros(n), np.zeros(n, dtype=np.bool_)
    is_unit = read.flags(units, "committable")[source]
    is_block = ~is_unit & np.isinf(ramp[source])
    pairs = zip(source.tolist(), level.tolist(), strict=True)
    keys = [units.keys[g] if count[g] == 1 else f"{units.keys[g]} at {cost:g}" for g, cost in pairs]

    def of(attribute: str) -> Floats:
        return np.where(is_unit, read.fixed(units, attribute)[source], 0.0)

    return Generators(
        key=tuple(keys), bus=read.bus(units)[source], technology=tuple(carriers[g] for g in source),
        fuel=tuple(carriers[g] for g in source), capacity_mw=capacity[source], min_share=min_share[source],
        ramp_mw_per_h=ramp[source], min_up_h=of("min_up_time"), min_down_h=of("min_down_time"), lead_time_h=zero,
        back_pressure=zero, power_loss=zero, cost_cny_per_mwh=level, no_load_cny_per_h=of("stand_by_cost"),
        start_cny=of("start_up_cost"), emissions_t_per_mwh=emissions[source], no_load_t_per_h=zero,
        fuel_gj_per_mwh=zero, no_load_gj_per_h=zero, is_block=is_block, is_free=is_block & (level == 0.0),
        shares_hours=none, is_city=~none, is_provincial=none, heat_row=np.full(n, -1, dtype=np.int64), heat_share=zero,
    )
