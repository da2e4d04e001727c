"""Laws of the dispatched hour, and answers worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dafeng.configs.errors import InputError
from dafeng.configs.units import Floats
from dafeng.experiments.checks.drawn_grid import drawn_grid, imbalance_mw
from dafeng.network.dispatch import dispatch, join, plan
from dafeng.network.grid import Buyers, Grid, Hours, Limit, Market, State
from tests.network.small_grids import B, S, U, full, small_grid


def run(grid: Grid, share: Floats | None = None, hours: range | None = None) -> Hours:
    """A window dispatched on what the plan expected."""
    known = full(grid) if share is None else share
    return dispatch(grid, known, hours or range(grid.hours), State.empty(grid), plan(grid, known))


@pytest.mark.parametrize("seed", range(12))
def test_every_bus_balances_in_every_hour(seed: int) -> None:
    grid, share = drawn_grid(seed)
    hours = run(grid, share)
    assert imbalance_mw(grid, hours) < 1e-6


@pytest.mark.parametrize("seed", range(6))
def test_nothing_gives_more_than_it_has(seed: int) -> None:
    grid, share = drawn_grid(seed)
    hours = run(grid, share)
    units = grid.generators
    room = units.capacity_mw[:, None] * share[grid.rows.generators]
    assert (hours.generation_mw <= room + 1e-9).all()
    assert (hours.generation_mw >= 0.0).all()
    assert hours.stored_mwh.min() >= 0.0
    assert (hours.stored_mwh <= grid.stores.energy_mwh[:, None] + 1e-9).all()
    assert (hours.unserved_mw >= -1e-9).all()
    assert (hours.unserved_mw <= grid.load_mw + 1e-9).all()
    assert (hours.generation_mw[3:6][~hours.committed[3:6]] == 0.0).all()
    net = grid.load_mw[3] + hours.flexible_mw[0] - hours.generation_mw[6] - hours.unserved_mw[3]
    assert (net <= 45.0 + 1e-6).all()


def test_the_same_window_gives_the_same_numbers() -> None:
    grid, share = drawn_grid(2)
    first, second = run(grid, share), run(grid, share)
    assert first.cost_cny == second.cost_cny
    assert (first.generation_mw == second.generation_mw).all()
    assert (first.stored_mwh == second.stored_mwh).all()


def test_levels_follow_from_what_is_charged_and_discharged() -> None:
    grid, share = drawn_grid(4)
    hours = run(grid, share)
    into, out = grid.stores.efficiency_in[:, None], grid.stores.efficiency_out[:, None]
    gained = np.cumsum(hours.charge_mw * into - hours.discharge_mw / out, axis=1)
    assert np.allclose(hours.stored_mwh, State.empty(grid).stored_mwh[:, None] + gained)


def test_a_flexible_load_draws_between_least_and_most() -> None:
    grid, share = drawn_grid(1)
    drawn = np.cumsum(run(grid, share).flexible_mw[0])
    assert (drawn >= grid.flexible.least_mwh[0] - 1e-6).all()
    assert (drawn <= grid.flexible.most_mwh[0] + 1e-6).all()


costs = st.lists(st.integers(50, 600), min_size=3, max_size=5, unique=True)
loads = st.lists(st.integers(20, 95), min_size=24, max_size=48)


def bill(load: list[int], cost: list[int], store_mwh: float, cheaper: float = 0.0) -> float:
    """Cost of a city of blocks and one store that begins and ends empty of value."""
    units = [U(30, c) for c in cost]
    units[0] = replace(units[0], cost=units[0].cost - cheaper)
    grid = small_grid(np.array(load, dtype=float), units, store=[S(8, store_mwh, into=0.9, out=0.9)])
    made = plan(grid, full(grid))
    blank = replace(made, value_slope=made.value_slope * 0.0)
    start = replace(State.empty(grid), stored_mwh=np.zeros(1))
    return dispatch(grid, full(grid), range(grid.hours), start, blank).cost_cny


@settings(max_examples=30, deadline=None, derandomize=True)
@given(load=loads, cost=costs)
def test_a_cheaper_unit_never_raises_the_cost(load: list[int], cost: list[int]) -> None:
    assert bill(load, cost, 20.0, cheaper=30.0) <= bill(load, cost, 20.0) + 1e-6


@settings(max_examples=30, deadline=None, derandomize=True)
@given(load=loads, cost=costs)
def test_a_larger_store_never_raises_the_cost(load: list[int], cost: list[int]) -> None:
    assert bill(load, cost, 40.0) <= bill(load, cost, 20.0) + 1e-6 <= bill(load, cost, 1.0) + 2e-6


@settings(max_examples=20, deadline=None, derandomize=True)
@given(load=loads, cost=costs, cap=st.floats(0.05, 0.6))
def test_a_looser_cap_never_raises_the_cost(load: list[int], cost: list[int], cap: float) -> None:
    def cost_at(part: float) -> float:
        weight = np.zeros(len(cost))
        weight[0] = 1.0
        limits = (Limit("cap", weight, 0.0, part * 30.0 * len(load), 0, len(load)),)
        return run(small_grid(np.array(load, dtype=float), [U(30, c) for c in cost], limits=limits)).cost_cny

    if min(cost) == cost[0]:
        assert cost_at(cap + 0.3) <= cost_at(cap) + 1e-6


def test_three_buses_by_hand() -> None:
    """Cheap unit at bus 0, dear one at bus 2, loads 60 at bus 1 and 90 at bus 2; three equal lines.

    Bus 0 gives 100 at 200, bus 2 gives 50 at 400. Of the 60 for bus 1, 40 go directly and 20 around; of the 40 for
    bus 2, 26.7 go directly and 13.3 around: 53.3 on line 0-1, -6.7 on line 1-2, 46.7 on line 0-2.
    """
    load = np.zeros((3, 24))
    load[1], load[2] = 60.0, 90.0
    units = [U(100, 200, bus=0), U(80, 400, bus=2)]
    grid = small_grid(load, units, branch=[B(0, 1), B(1, 2), B(0, 2)], counties=("PJ", "JH", "XH"))
    hours = run(grid)
    assert np.allclose(hours.generation_mw[:, 0], [100.0, 50.0])
    assert np.allclose(hours.flow_mw[:, 0], [160.0 / 3.0, -20.0 / 3.0, 140.0 / 3.0])
    assert np.allclose(hours.price_cny_per_mwh, 400.0)
    assert hours.cost_cny == pytest.approx(24 * (100 * 200 + 50 * 400))


def test_a_line_out_for_some_hours_moves_its_flow_only_then() -> None:
    load = np.zeros((3, 24))
    load[2] = 90.0
    grid = small_grid(load, [U(100, 200)], branch=[B(0, 1), B(1, 2), B(0, 2)], counties=("PJ", "JH", "XH"))
    share = full(grid)
    share[grid.rows.branches][2, 6:10] = 0.0
    flow = run(grid, share).flow_mw
    assert np.allclose(flow[:, [0, 5, 10]], np.array([[30.0], [30.0], [60.0]]))
    assert np.allclose(flow[:, 6:10], np.array([[90.0], [90.0], [0.0]]))


def test_a_part_cut_off_by_a_storm_lives_on_its_own_unit_and_sheds_the_rest() -> None:
    """Bus 2 (90 MW, a unit of 50) loses both lines at hours 6 to 9: 40 MW unserved there, the rest idles."""
    load = np.zeros((3, 24))
    load[1], load[2] = 30.0, 90.0
    units = [U(200, 200, bus=0), U(50, 400, bus=2)]
    grid = small_grid(load, units, branch=[B(0, 1), B(1, 2), B(0, 2)], counties=("province", "JH", "XH"))
    share = full(grid)
    share[grid.rows.branches][1:, 6:10] = 0.0
    hours = dispatch(grid, share, range(24), State.empty(grid), plan(grid, full(grid)))
    assert np.allclose(hours.generation_mw[:, [5, 6]], [[120.0, 30.0], [0.0, 50.0]])
    assert np.allclose(hours.unserved_mw[:, 6], [0.0, 0.0, 40.0])
    assert np.allclose(hours.flow_mw[:, 6], [30.0, 0.0, 0.0])
    assert imbalance_mw(grid, hours) < 1e-6


def test_a_part_cut_off_with_too_much_power_lowers_it_and_the_rest_helps_itself() -> None:
    """Wind of 100 MW sits at bus 2 with a load of 20: cut off, 80 MW are lost to the others."""
    load = np.zeros((3, 24))
    load[1], load[2] = 90.0, 20.0
    units = [U(70, 200, bus=0), U(100, 0, bus=2, kind="free", fuel="wind")]
    grid = small_grid(load, units, branch=[B(0, 1), B(1, 2), B(0, 2)], counties=("province", "JH", "XH"))
    share = full(grid)
    share[grid.rows.branches][1:, 6:10] = 0.0
    hours = dispatch(grid, share, range(24), State.empty(grid), plan(grid, full(grid)))
    assert np.allclose(hours.generation_mw[:, 6], [70.0, 20.0])
    assert np.allclose(hours.unserved_mw[:, 6], [0.0, 20.0, 0.0])
    assert np.allclose(hours.curtailed_mw[1, 6], 80.0)
    assert imbalance_mw(grid, hours) < 1e-6


def test_an_offtake_that_is_too_weak_sheds_the_load_behind_it_and_supply_gives_way() -> None:
    """110 MW behind a limit of 100: 10 MW unserved there although power is plentiful; the dear unit runs 10 MW less."""
    load = np.zeros((3, 24))
    load[1], load[2] = 40.0, 110.0
    branch = [B(0, 1), B(1, 2, mw=100.0, radial=True)]
    grid = small_grid(load, [U(100, 200), U(100, 400)], branch=branch, counties=("PJ", "JH", "XH"))
    hours = run(grid)
    assert np.allclose(hours.unserved_mw[:, 0], [0.0, 0.0, 10.0])
    assert np.allclose(hours.generation_mw[:, 0], [100.0, 40.0])
    assert np.allclose(hours.flow_mw[1], 100.0)
    assert hours.cost_cny == pytest.approx(24 * (100 * 200 + 40 * 400 + 10 * 10_000))


def test_the_market_price_rises_with_scarcity_to_its_cap_and_not_above() -> None:
    """Margin 20 %: 300; 9 %: 1.3 times; 2 %: 1.6 times; short: the cap, never the value of lost load."""
    load = np.repeat([100 / 1.2, 100 / 1.09, 100 / 1.02, 101.0], 24)
    market = Market(markup_high=1.6, reserve_share_load=0.0, reserve_share_vre=0.0)
    price = run(small_grid(load, [U(100, 300)], market=market)).price_cny_per_mwh
    assert np.allclose(price[[0, 24, 48, 72]], [300.0, 390.0, 480.0, 1500.0])


def test_a_surplus_is_curtailed_and_worth_nothing() -> None:
    grid = small_grid(np.full(24, 50.0), [U(80, 0, kind="free", fuel="wind"), U(30, 300)])
    hours = run(grid)
    assert np.allclose(hours.curtailed_mw[0], 30.0)
    assert np.allclose(hours.price_cny_per_mwh, 0.0)
    assert hours.cost_cny == pytest.approx(24 * 30 * grid.market.curtailment_cny_per_mwh)


def test_an_export_is_sold_only_when_it_pays() -> None:
    buyers = Buyers(("export",), np.array([0]), np.array([250.0]), np.array([20.0]))
    load = np.repeat([50.0, 95.0], 24)
    hours = run(small_grid(load, [U(80, 200), U(80, 300)], buyers=buyers))
    assert np.allclose(hours.bought_mw[0, [0, 24]], [20.0, 0.0])
    assert hours.cost_cny == pytest.approx(24 * (70 * 200 - 20 * 250) + 24 * (80 * 200 + 15 * 300))


def test_heat_holds_an_extraction_unit_in_its_region_and_costs_fuel() -> None:
    """q 40, c_b 0.5, c_v 0.2, P 100, m 0.4: p between 32 (0.4 x 100 - 8) and 92; fuel on p + 8 (MODEL_SPEC 1.6)."""
    units = [U(100, 500, kind="unit", least=0.4, heat=0, back=0.5, loss=0.2), U(200, 300)]
    load = np.repeat([100.0, 290.0], 24)
    hours = run(small_grid(load, units, heat=np.full((1, 48), 40.0)))
    assert np.allclose(hours.generation_mw[0, [0, 24]], [32.0, 90.0])
    assert hours.cost_cny == pytest.approx(24 * (40 * 500 + 68 * 300) + 24 * (98 * 500 + 200 * 300))


def test_a_window_at_the_end_of_the_year_is_clipped() -> None:
    grid = small_grid(np.full(200, 50.0), [U(80, 200)])
    hours = run(grid, hours=range(150, 342))
    assert hours.price_cny_per_mwh.size == 50
    assert hours.first_hour == 150


def test_lived_slices_join_to_what_the_whole_window_was() -> None:
    grid, share = drawn_grid(3)
    made = plan(grid, share)
    whole = dispatch(grid, share, range(72), State.empty(grid), made)
    begin = whole.until(30)
    assert 0.0 < begin.cost_cny < whole.cost_cny
    rest = dispatch(grid, share, range(30, 72), begin.end, made)
    joined = join([begin, rest])
    assert joined.generation_mw.shape == whole.generation_mw.shape
    assert joined.cost_cny == pytest.approx(begin.cost_cny + rest.cost_cny)
    assert joined.starts.sum() == begin.starts.sum() + rest.starts.sum()
    assert (joined.end.stored_mwh == rest.end.stored_mwh).all()
    assert np.allclose(begin.end.used, (grid.limits[0].per_mwh @ begin.generation_mw).sum())


def test_an_availability_outside_0_to_1_is_refused() -> None:
    grid = small_grid(np.full(24, 50.0), [U(80, 200)])
    with pytest.raises(InputError, match="0 to 1 is expected"):
        plan(grid, full(grid) * 1.2)
