"""Stores alike at one bus, together and one by one: the same optimum, and what each does adds up."""

from __future__ import annotations

import numpy as np
import pytest

from dafeng.configs.units import Floats
from dafeng.network.dispatch import Exactly, Solved, dispatch, plan
from dafeng.network.grid import Engine, Grid, State
from dafeng.network.lp_window import ExactForesight
from tests.network.small_grids import B, S, U, full, small_grid, with_market

HOURS = 72
ALIKE = ((10, 40), (20, 80), (5, 20), (7, 28))


def chance_grid(seed: int) -> Grid:
    """Two buses on a narrow line: four batteries alike at each, and one at each that is its own kind."""
    rng, hour = np.random.default_rng(seed), np.arange(HOURS)
    load = 150 + 90 * np.sin((hour % 24 - 9) * np.pi / 12) + 15 * rng.standard_normal((2, HOURS))
    units = [U(120, 200, "a", kind="unit", least=0.4, no_load=2000, start=20_000), U(300, 450, "b", bus=1),
             U(90, 320, "c", bus=1, ramp=20.0, kind="unit", least=0.3, start=9000), U(150, 700, "d")]
    store = [S(mw, mwh, f"s{bus}{k}", bus, 0.95, 0.9, 1.0) for bus in (0, 1) for k, (mw, mwh) in enumerate(ALIKE)]
    store += [S(30, 60, f"own{bus}", bus, 0.9, 0.9, 2.0) for bus in (0, 1)]
    grid = small_grid(np.maximum(load, 20.0), units, store=store, branch=[B(0, 1, mw=60.0)], counties=("PJ", "JH"))
    return with_market(grid, reserve_share_load=0.12)


def windows(seed: int, *, are_alike_together: bool) -> list[Solved]:
    """A window, the same after a store fell out for some hours, and one from levels that differ."""
    rng, grid = np.random.default_rng(seed), chance_grid(seed)
    share, energy = full(grid), grid.stores.energy_mwh
    made, start = plan(grid, share, engine=Engine.EXACT), State.empty(grid)
    broken = share.copy()
    broken[grid.rows.stores.start + 2, 10:40] = rng.uniform(0.0, 0.8)
    levels = energy * np.where(np.arange(len(energy)) % 2, 0.3, 0.8)
    begun = State(levels, start.committed, start.hours_on, start.used, start.drawn_mwh, start.events)
    asked, found = Exactly(are_alike_together=are_alike_together), []
    for known, state in ((share, start), (broken, start), (broken, begun), (share, start)):
        solved = dispatch(grid, known, range(HOURS), state, made, engine=Engine.EXACT, options=asked)
        assert isinstance(solved, Solved)
        found.append(solved)
    return found


@pytest.mark.parametrize("seed", range(6))
def test_together_stores_reach_the_optimum_of_stores_one_by_one(seed: int) -> None:
    both = (windows(seed, are_alike_together=together) for together in (True, False))
    for together, apart in zip(*both, strict=True):
        assert together.objective_cny == pytest.approx(apart.objective_cny, rel=1e-9)


def test_each_store_keeps_its_own_power_energy_and_level() -> None:
    grid = chance_grid(1)
    stores = grid.stores
    start = State.empty(grid)
    for solved, share in zip(windows(1, are_alike_together=True), (1.0, 0.8, 0.8, 1.0), strict=True):
        assert (solved.stored_mwh >= 0.0).all()
        assert (solved.stored_mwh <= stores.energy_mwh[:, None] * (1 + 1e-9)).all()
        assert (solved.discharge_mw <= stores.discharge_mw[:, None] * (1 + 1e-9)).all()
        assert (solved.charge_mw[2, 10:40] <= stores.charge_mw[2] * share * (1 + 1e-9)).all()
        before = np.concatenate([solved.before.stored_mwh[:, None], solved.stored_mwh[:, :-1]], axis=1)
        into = stores.efficiency_in[:, None] * solved.charge_mw
        assert solved.stored_mwh == pytest.approx(before + into - solved.discharge_mw / stores.efficiency_out[:, None])
    assert np.abs(solved.before.stored_mwh - start.stored_mwh).max() == 0.0


def test_the_nodes_balance_with_what_each_store_does() -> None:
    grid = chance_grid(2)
    for solved in windows(2, are_alike_together=True):
        assert np.abs(unbalanced(grid, solved)).max() < 1e-6


def test_levels_that_are_alike_stay_alike() -> None:
    grid = chance_grid(3)
    solved = windows(3, are_alike_together=True)[0]
    level = solved.stored_mwh / grid.stores.energy_mwh[:, None]
    assert np.abs(level[:4] - level[0]).max() < 1e-12
    assert np.abs(level[4:8] - level[4]).max() < 1e-12
    assert np.abs(level[0] - level[4]).max() > 0.01


def test_one_plan_may_be_dispatched_both_ways() -> None:
    grid = chance_grid(4)
    share, costs = full(grid), []
    made = plan(grid, share, engine=Engine.EXACT)
    for together in (True, False, True):
        found = dispatch(grid, share, range(HOURS), State.empty(grid), made, engine=Engine.EXACT,
                         options=Exactly(are_alike_together=together))
        assert isinstance(found, Solved)
        costs.append(found.objective_cny)
    assert costs == pytest.approx([costs[0]] * 3, rel=1e-9)


def city_grid(seed: int, line_mw: float) -> Grid:
    """Three buses in a ring, batteries alike at all of them, sun and wind at two."""
    rng, hour = np.random.default_rng(seed), np.arange(HOURS)
    load = 120 + 60 * np.sin((hour % 24 - 9) * np.pi / 12) + 10 * rng.standard_normal((3, HOURS))
    units = [U(160, 200, "a", kind="unit", least=0.4, no_load=2000, start=20_000), U(400, 450, "b", bus=1),
             U(90, 320, "c", bus=2, ramp=20.0, kind="unit", least=0.3, start=9000),
             U(260, 0.0, "sun", bus=1, kind="free"), U(220, 0.0, "wind", bus=2, kind="free")]
    store = [S(mw, mwh, f"s{bus}{k}", bus, 0.95, 0.9, 1.0) for bus in range(3) for k, (mw, mwh) in enumerate(ALIKE)]
    lines = [B(0, 1, mw=line_mw), B(1, 2, mw=line_mw), B(0, 2, mw=line_mw)]
    return small_grid(np.maximum(load, 20.0), units, store=store, branch=lines, counties=("PJ", "JH", "XH"))


def chance_share(grid: Grid, seed: int) -> Floats:
    """Sun, wind, and a line that is out from hour 50 on."""
    share, hour = full(grid), np.arange(HOURS)
    share[3] = np.clip(np.sin((hour % 24 - 6) * np.pi / 12), 0.0, 1.0)
    share[4] = np.random.default_rng(seed).uniform(0.0, 1.0, HOURS)
    share[grid.rows.branches.start, 50:] = 0.0
    return share


@pytest.mark.parametrize("line_mw", [40.0, 5000.0])
@pytest.mark.parametrize("seed", range(5))
def test_a_city_is_dispatched_as_if_without_lines_only_where_they_allow_it(seed: int, line_mw: float) -> None:
    grid = city_grid(seed, line_mw)
    share, state = chance_share(grid, seed), State.empty(grid)
    made, other = (plan(grid, share, engine=Engine.EXACT) for _ in range(2))
    limit = grid.branches.limit_mw[:, None] * (1 + 1e-5)
    for first in (0, 24, 48):
        window = range(first, first + 24)
        found = dispatch(grid, share, window, state, made, engine=Engine.EXACT)
        apart = dispatch(grid, share, window, state, other, engine=Engine.EXACT,
                         options=Exactly(are_alike_together=False))
        assert isinstance(found, Solved)
        assert isinstance(apart, Solved)
        assert found.objective_cny == pytest.approx(apart.objective_cny, rel=1e-9)
        assert (np.abs(found.flow_mw) <= limit).all()
        assert np.abs(unbalanced(grid, found)).max() < 1e-6
        state = found.end
    assert isinstance(made, ExactForesight)
    pooled = {layout[-1] for layout in made.memory.solvers}
    assert pooled == ({True} if line_mw > 100.0 else {True, False})


def unbalanced(grid: Grid, found: Solved) -> Floats:
    """(buses, hours) what is fed in and not taken."""
    hours = found.generation_mw.shape[1]
    net: Floats = found.unserved_mw - grid.load_mw[:, found.first_hour : found.first_hour + hours]
    np.add.at(net, grid.generators.bus, found.generation_mw)
    np.add.at(net, grid.stores.bus, found.discharge_mw - found.charge_mw)
    np.subtract.at(net, grid.branches.from_bus, found.flow_mw)
    np.add.at(net, grid.branches.to_bus, found.flow_mw)
    return net
