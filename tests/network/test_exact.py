"""The exact engine against PyPSA with HiGHS, answers worked by hand, and laws."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from dafeng.configs.errors import InputError
from dafeng.configs.units import WEEK_H, Floats
from dafeng.network.dispatch import Commitment, Exactly, Solved, dispatch, join, plan
from dafeng.network.grid import Buyers, Engine, Grid, Hours, Limit, Market, State
from tests.network.peer_case import Case, as_grid, as_pypsa, case, solve_pypsa
from tests.network.peer_published import published
from tests.network.small_grids import B, O, S, U, flexible, full, shorter, small_grid, with_market

TWO = ("PJ", "JH")


def exact(grid: Grid, share: Floats | None = None, *, start: State | None = None, **options: object) -> Solved:
    """The whole span of a grid as one programme."""
    share = full(grid) if share is None else share
    made = plan(grid, share, engine=Engine.EXACT)
    found = dispatch(grid, share, range(grid.hours), start or State.empty(grid), made, engine=Engine.EXACT,
                     options=Exactly(**options))  # type: ignore[arg-type]
    assert isinstance(found, Solved)
    return found


def rolled(grid: Grid, share: Floats, **options: object) -> tuple[Hours, list[Solved]]:
    """168 hours at a time with 24 more in view."""
    made, state, parts, solved = plan(grid, share, engine=Engine.EXACT), State.empty(grid), [], []
    pinned = tuple(state.stored_mwh.tolist())
    for now in range(0, grid.hours, 168):
        stop = min(now + 192, grid.hours)
        asked = Exactly(pinned_mwh=pinned if stop == grid.hours else None, **options)  # type: ignore[arg-type]
        found = dispatch(grid, share, range(now, stop), state, made, engine=Engine.EXACT, options=asked)
        assert isinstance(found, Solved)
        part = found.until(min(168, grid.hours - now))
        state = part.end
        parts.append(part)
        solved.append(found)
    return join(parts), solved


def year_end(grid: Grid) -> tuple[float, ...]:
    return tuple(State.empty(grid).stored_mwh.tolist())


@pytest.fixture(scope="module")
def fortnight() -> tuple[Case, Grid, Floats]:
    made = case(hours=336, tight=0.6)
    return (made, *as_grid(made))


def test_cost_and_nodal_prices_are_those_of_pypsa(fortnight: tuple[Case, Grid, Floats]) -> None:
    made, grid, share = fortnight
    found = exact(grid, share, pinned_mwh=year_end(grid))
    net = as_pypsa(made)
    assert found.cost_cny == pytest.approx(solve_pypsa(net), rel=1e-6)
    prices = net.buses_t.marginal_price.to_numpy().T
    assert np.abs(prices - found.nodal_cny_per_mwh).max() < 1e-4
    binding = np.abs(found.flow_mw) > grid.branches.limit_mw[:, None] * (1 - 1e-6)
    assert binding.any(axis=0).mean() > 0.1


def test_all_limits_from_the_start_give_the_same_optimum(fortnight: tuple[Case, Grid, Floats]) -> None:
    _, grid, share = fortnight
    few, every = (exact(grid, share, pinned_mwh=year_end(grid), all_limits=all_limits) for all_limits in (False, True))
    assert few.cost_cny == pytest.approx(every.cost_cny, rel=1e-9)


def test_rolling_is_within_a_ten_thousandth_of_one_programme(fortnight: tuple[Case, Grid, Floats]) -> None:
    made = case(hours=840)
    grid, share = as_grid(made)
    year, _ = rolled(grid, share)
    one = exact(grid, share, pinned_mwh=year_end(grid))
    assert one.cost_cny * (1 - 1e-9) <= year.cost_cny <= one.cost_cny * 1.0001


def test_every_node_balances_in_every_hour(fortnight: tuple[Case, Grid, Floats]) -> None:
    _, grid, share = fortnight
    found = exact(grid, share)
    net = -grid.load_mw + found.unserved_mw
    np.add.at(net, grid.generators.bus, found.generation_mw)
    np.add.at(net, grid.stores.bus, found.discharge_mw - found.charge_mw)
    np.subtract.at(net, grid.branches.from_bus, found.flow_mw)
    np.add.at(net, grid.branches.to_bus, found.flow_mw)
    assert np.abs(net).max() < 1e-6


def test_a_binding_line_parts_the_prices() -> None:
    grid = small_grid(np.array([[0.0], [100.0]]), [U(200, 100, bus=0), U(200, 300, bus=1)],
                      branch=[B(0, 1, mw=60.0)], counties=TWO)
    found = exact(grid)
    assert found.generation_mw[:, 0] == pytest.approx([60.0, 40.0])
    assert found.nodal_cny_per_mwh[:, 0] == pytest.approx([100.0, 300.0])
    assert found.cost_cny == pytest.approx(60 * 100 + 40 * 300)
    assert set(found.way.tolist()) == {2}


def test_what_no_unit_can_serve_is_shed_at_voll() -> None:
    found = exact(small_grid(np.array([80.0, 150.0]), [U(100, 200)]))
    assert found.unserved_mw.sum(axis=0) == pytest.approx([0.0, 50.0])
    assert found.nodal_cny_per_mwh[0] == pytest.approx([200.0, 10_000.0])
    assert found.cost_cny == pytest.approx(180 * 200 + 50 * 10_000)


def test_an_island_lives_on_what_it_has() -> None:
    grid = small_grid(np.array([[50.0, 50.0], [40.0, 40.0]]), [U(200, 100, bus=0), U(25, 300, bus=1)],
                      branch=[B(0, 1)], counties=TWO)
    share = full(grid)
    share[grid.rows.branches, 1] = 0.0
    found = exact(grid, share)
    assert found.unserved_mw[:, 1] == pytest.approx([0.0, 15.0])
    assert found.nodal_cny_per_mwh[:, 1] == pytest.approx([100.0, 10_000.0], rel=1e-5)
    assert found.flow_mw[0] == pytest.approx([40.0, 0.0])


def test_zero_impedance_is_named() -> None:
    grid = small_grid(np.array([[0.0], [100.0]]), [U(200, 100)], branch=[B(0, 1, x=0.0)], counties=TWO)
    with pytest.raises(InputError, match=r"branch-0\.x_pu"):
        exact(grid)


def test_missing_numbers_and_sizes_below_zero_are_named_at_once() -> None:
    load = np.array([100.0, np.nan])
    grid = small_grid(load, [U(200, 100, "a"), U(-5, np.nan, "b")])
    with pytest.raises(InputError) as caught:
        exact(grid)
    text = str(caught.value)
    assert "load_mw[N0][1]" in text
    assert "b.capacity_mw" in text
    assert "b.cost_cny_per_mwh" in text


def test_a_negative_load_is_a_feed() -> None:
    grid = small_grid(np.array([[-30.0], [100.0]]), [U(200, 100, bus=1)], branch=[B(0, 1, mw=20.0)], counties=TWO)
    found = exact(grid)
    assert found.generation_mw[0, 0] == pytest.approx(80.0)
    assert found.flow_mw[0, 0] == pytest.approx(20.0)


def test_a_line_and_a_unit_of_no_capacity_carry_nothing() -> None:
    grid = small_grid(np.array([[0.0], [100.0]]), [U(200, 100, bus=0), U(0, 10, bus=1), U(80, 300, bus=1)],
                      branch=[B(0, 1, mw=0.0)], counties=TWO)
    found = exact(grid)
    assert found.unserved_mw[1, 0] == pytest.approx(20.0)
    assert found.generation_mw[:, 0] == pytest.approx([0.0, 0.0, 80.0])


def test_looser_lines_more_storage_and_cheaper_units_never_cost_more(fortnight: tuple[Case, Grid, Floats]) -> None:
    _, grid, share = fortnight
    few, share = shorter(grid, share, 72)
    end = year_end(few)
    before = exact(few, share, pinned_mwh=end).cost_cny
    wider = replace(few, branches=replace(few.branches, limit_mw=few.branches.limit_mw * 1.3))
    larger = replace(few, stores=replace(few.stores, energy_mwh=few.stores.energy_mwh * 1.5,
                                         discharge_mw=few.stores.discharge_mw * 1.5))
    cost = few.generators.cost_cny_per_mwh.copy()
    cost[9] -= 100.0
    cheaper = replace(few, generators=replace(few.generators, cost_cny_per_mwh=cost))
    for better in (wider, larger, cheaper):
        assert exact(better, share, pinned_mwh=end, start=State.empty(few)).cost_cny <= before * (1 + 1e-9)


def test_a_store_moves_energy_until_prices_meet_at_its_efficiency() -> None:
    load = np.array([20.0, 100.0])
    grid = small_grid(load, [U(60, 100), U(60, 300)], store=[S(30, 60, into=0.9, out=0.9)])
    start = replace(State.empty(grid), stored_mwh=np.zeros(1))
    found = exact(grid, start=start, pinned_mwh=(0.0,))
    assert found.charge_mw[0] == pytest.approx([30.0, 0.0])
    assert found.discharge_mw[0] == pytest.approx([0.0, 24.3])
    assert found.cost_cny == pytest.approx(50 * 100 + 60 * 100 + (40 - 24.3) * 300)


def test_a_budget_is_spent_where_it_is_worth_most() -> None:
    limit = Limit("water", np.array([1.0, 0.0, 0.0]), 50.0, 50.0, 0, 24)
    load = np.full(24, 80.0)
    load[18] = 150.0
    grid = small_grid(load, [U(60, 0, kind="block"), U(100, 200), U(100, 500)], limits=(limit,))
    found = exact(grid)
    assert found.generation_mw[0, 18] == pytest.approx(50.0)
    assert found.end.used[0] == pytest.approx(50.0)


def test_a_cap_is_kept_over_the_whole_span() -> None:
    limit = Limit("coal", np.array([0.9, 0.0]), -np.inf, 90.0, 0, 4)
    grid = small_grid(np.full(4, 80.0), [U(100, 200), U(100, 500)], limits=(limit,))
    found = exact(grid)
    assert found.end.used[0] == pytest.approx(90.0)
    assert found.cost_cny == pytest.approx(100 * 200 + 220 * 500)


def test_a_contract_is_fulfilled_though_it_is_dear() -> None:
    limit = Limit("gas", np.array([0.0, 1.0]), 60.0, np.inf, 0, 4)
    grid = small_grid(np.full(4, 80.0), [U(100, 200), U(100, 500)], limits=(limit,))
    assert exact(grid).generation_mw[1].sum() == pytest.approx(60.0)


def test_running_idle_and_starting_cost_what_a_hand_says() -> None:
    unit = U(100, 200, kind="unit", least=0.5, no_load=1000, start=5000)
    grid = small_grid(np.array([40.0, 80.0]), [unit, U(100, 600)])
    found = exact(grid, commitment=Commitment.BINARY)
    assert found.committed[0].tolist() == [False, True]
    assert found.cost_cny == pytest.approx(40 * 600 + 80 * 200 + 1000 + 5000)
    relaxed = exact(grid)
    assert relaxed.on_share[0] == pytest.approx([0.4, 0.8])
    assert relaxed.cost_cny == pytest.approx(120 * 200 + 1.2 * 1000 + 0.8 * 5000)


def test_binary_units_keep_their_minimum_times() -> None:
    unit = U(100, 100, kind="unit", least=0.5, up=3, down=3)
    grid = small_grid(np.array([20.0, 60.0, 20.0, 20.0, 20.0, 20.0]), [unit, U(100, 900)])
    found = exact(grid, commitment=Commitment.BINARY)
    assert found.committed[0].tolist() in ([False] * 6, [True, True, True, True, True, True])
    grid = small_grid(np.array([20.0, 60.0, 60.0, 60.0, 20.0, 20.0]), [unit, U(100, 900)])
    assert exact(grid, commitment=Commitment.BINARY).committed[0].tolist() == [False, True, True, True, False, False]


def test_ramps_bind_where_a_unit_stays_on() -> None:
    unit = U(100, 100, kind="unit", least=0.1, ramp=20)
    grid = small_grid(np.array([30.0, 90.0, 90.0]), [unit, U(100, 900)])
    start = replace(State.empty(grid), committed=np.array([True, False]))
    found = exact(grid, commitment=Commitment.BINARY, start=start)
    assert found.generation_mw[0] == pytest.approx([30.0, 50.0, 70.0])


def test_a_unit_on_in_part_before_a_window_is_not_all_on_in_its_minimum_time() -> None:
    """It gave 8 MW of a minimum of 50, so it was on in part (0.16); held on whole, its ramp of 20 forbids 50 MW.

    Rising by 20 MW an hour times 0.16, it gives 11.2 MW at most; what else starts of it costs 40,000 CNY for all.
    """
    slow = U(100, 100, "slow", kind="unit", least=0.5, ramp=20.0, up=8.0, start=40_000.0)
    grid = small_grid(np.full(3, 60.0), [slow, U(100, 200, "dear")])
    begun = State.empty(grid)
    begun = replace(begun, committed=np.array([True, False]), hours_on=np.array([1.0, 9.0]),
                    output_mw=np.array([8.0, 52.0]))
    found = exact(grid, start=begun)
    assert found.generation_mw.sum(axis=0) == pytest.approx([60.0] * 3)
    on = found.on_share[0]
    assert (found.generation_mw[0] >= 50.0 * on - 1e-6).all()
    before = np.concatenate([[0.16], on[:-1]])
    rise = np.diff(found.generation_mw[0], prepend=8.0)
    assert (rise <= 20.0 * before + 50.0 * np.maximum(on - before, 0.0) + 1e-6).all()
    assert on[0] >= 0.16 - 1e-9


def test_heat_keeps_a_unit_in_its_region() -> None:
    chp = U(100, 400, kind="unit", least=0.4, back=0.6, loss=0.2, heat=0)
    grid = small_grid(np.full(2, 90.0), [chp, U(100, 200)], heat=np.array([[80.0, 0.0]]))
    assert exact(grid).generation_mw[0] == pytest.approx([48.0, 0.0])


def test_response_is_called_for_its_hours_a_day_and_comes_back() -> None:
    load = np.full(24, 100.0)
    load[10:14] = 130.0
    grid = small_grid(load, [U(110, 100)], offer=[O(20, 2000, hours=2, rebound=0.5)])
    found = exact(grid)
    assert np.maximum(found.shed_mw, 0.0).sum() <= 40.0 + 1e-6
    assert found.shed_mw.sum() == pytest.approx(0.5 * np.maximum(found.shed_mw, 0.0).sum(), abs=4.0)
    assert found.unserved_mw.sum() == pytest.approx(80.0 - np.maximum(found.shed_mw, 0.0).sum(), abs=15.0)


@pytest.mark.parametrize("engine", Engine)
def test_response_is_paid_for_all_that_is_called_though_some_of_it_comes_back_meanwhile(engine: Engine) -> None:
    load = np.full(24, 100.0)
    load[10:14] = 120.0
    grid = small_grid(load, [U(110, 100)], offer=[O(20, 2000, hours=4, rebound=0.5)])
    share = full(grid)
    found = dispatch(grid, share, range(24), State.empty(grid), plan(grid, share, engine=engine), engine=engine)
    called = np.zeros(24)
    for h in range(24):
        called[h] = max(0.0, found.shed_mw[0, h] + called[max(0, h - 6) : h].sum() * 0.5 / 6)
    assert called.sum() > np.maximum(found.shed_mw, 0.0).sum() + 1.0
    parts = 100.0 * found.generation_mw.sum() + 2000.0 * called.sum()
    parts += grid.voll_cny_per_mwh * found.unserved_mw.sum()
    assert found.cost_cny == pytest.approx(parts, rel=1e-9)


def test_flexible_loads_draw_when_power_is_cheap_within_their_bounds() -> None:
    least, most = np.array([0.0, 0.0, 0.0, 40.0]), np.array([20.0, 40.0, 40.0, 40.0])
    grid = small_grid(np.array([90.0, 50.0, 90.0, 90.0]), [U(80, 100), U(80, 300)], flex=flexible(4, 30.0, least, most))
    found = exact(grid)
    assert found.flexible_mw[0].sum() == pytest.approx(40.0)
    assert found.flexible_mw[0, 1] == pytest.approx(30.0)


def test_buyers_take_what_is_cheaper_than_they_pay() -> None:
    buyers = Buyers(("west",), np.array([0]), np.array([250.0]), np.array([50.0]))
    found = exact(small_grid(np.array([90.0]), [U(100, 100), U(100, 300)], buyers=buyers))
    assert found.bought_mw[0, 0] == pytest.approx(10.0)


def test_after_a_surprise_a_cold_unit_needs_its_lead_time() -> None:
    units = [U(100, 100, "big", kind="unit", least=0.3), U(100, 300, "cold", kind="unit", least=0.3, lead=3)]
    grid = small_grid(np.full(12, 80.0), units)
    share = full(grid)
    made = plan(grid, share, engine=Engine.EXACT)
    running = dispatch(grid, share, range(12), State.empty(grid), made, engine=Engine.EXACT)
    now = running.until(4)
    tripped = share.copy()
    tripped[0, 4:] = 0.0
    found = dispatch(grid, tripped, range(4, 12), now.end, made, engine=Engine.EXACT, firm=running)
    assert found.unserved_mw[0] == pytest.approx([80.0] * 3 + [0.0] * 5)
    free = dispatch(grid, tripped, range(4, 12), now.end, made, engine=Engine.EXACT)
    assert free.unserved_mw.sum() == pytest.approx(0.0)


def test_a_window_that_begins_in_mid_week_equals_one_of_its_own(fortnight: tuple[Case, Grid, Floats]) -> None:
    _, grid, share = fortnight
    made, state = plan(grid, share, engine=Engine.EXACT), State.empty(grid)
    first = dispatch(grid, share, range(192), state, made, engine=Engine.EXACT)
    later = first.until(50).end
    warm = dispatch(grid, share, range(50, 192), later, made, engine=Engine.EXACT)
    fresh = plan(grid, share, engine=Engine.EXACT)
    cold = dispatch(grid, share, range(50, 192), later, fresh, engine=Engine.EXACT)
    assert warm.cost_cny == pytest.approx(cold.cost_cny, rel=1e-9)
    assert warm.generation_mw.shape == (35, 142)


def test_with_the_same_commitment_fast_is_within_a_thousandth() -> None:
    rng, hour = np.random.default_rng(3), np.arange(336)
    load = 700 + 200 * np.sin((hour % 24 - 9) * np.pi / 12) + 40 * rng.standard_normal(336)
    units = [U(150, 200 + 30 * k, f"u{k}", kind="unit", least=0.4, no_load=3000, start=30_000) for k in range(8)]
    grid = small_grid(load, [*units, U(300, 900)], store=[S(60, 240, into=0.9, out=0.9)])
    share = full(grid)
    costs = {}
    for engine in Engine:
        made = plan(grid, share, engine=engine)
        made = replace(made, value_width_mwh=np.zeros_like(made.value_width_mwh))
        options = Exactly(commitment=Commitment.FIXED) if engine is Engine.EXACT else None
        found = dispatch(grid, share, range(336), State.empty(grid), made, engine=engine, options=options)
        costs[engine] = found.cost_cny
    assert costs[Engine.EXACT] * (1 - 1e-6) <= costs[Engine.FAST] <= costs[Engine.EXACT] * 1.001


def test_a_shortage_of_the_province_reaches_the_city_by_its_share() -> None:
    grid = small_grid(np.array([[100.0], [900.0]]), [U(800, 100, bus=1)], branch=[B(0, 1)], counties=("PJ", "province"),
                      market=Market(city_share=0.1, reserve_share_load=0.0, reserve_share_vre=0.0))
    found = exact(grid)
    assert found.unserved_mw[:, 0] == pytest.approx([20.0, 180.0])
    assert found.price_cny_per_mwh[0] == pytest.approx(1500.0)


def test_missing_reserve_is_bought_where_its_slack_is_dearer() -> None:
    units = [U(100, 100, kind="unit"), U(50, 300, kind="unit", least=0.5, no_load=100)]
    grid = with_market(small_grid(np.array([95.0]), units), reserve_share_load=0.2)
    found = exact(grid, commitment=Commitment.BINARY)
    assert found.committed[:, 0].tolist() == [True, True]
    assert found.generation_mw[:, 0] == pytest.approx([70.0, 25.0])
    assert found.reserve_short_mw[0] == pytest.approx(0.0)


def test_a_published_network_costs_what_pypsa_says_and_nobody_goes_short() -> None:
    made = published("case30", hours=48)
    grid, share = as_grid(made)
    found = exact(grid, share, pinned_mwh=year_end(grid))
    assert found.cost_cny == pytest.approx(solve_pypsa(as_pypsa(made)), rel=1e-6)
    at_limit = np.abs(found.flow_mw) > grid.branches.limit_mw[:, None] * (1 - 1e-6)
    assert at_limit.any(axis=0).mean() > 0.1
    assert found.unserved_mw.max() < 1e-6


@pytest.mark.parametrize("engine", Engine)
def test_what_was_shed_comes_back_after_a_week_and_after_a_surprise(engine: Engine) -> None:
    """40 MW called in the week's last hour: 20 MWh come back in six hours, whatever window they are in."""
    hours, last = 2 * WEEK_H, WEEK_H - 1
    load = np.full(hours, 100.0)
    load[last] = 150.0
    grid = small_grid(load, [U(110, 100)], offer=[O(40, 2000, hours=2, rebound=0.5)])
    share = full(grid)
    made = plan(grid, share, engine=engine)
    week = dispatch(grid, share, range(WEEK_H + 24), State.empty(grid), made, engine=engine)
    assert week.shed_mw[0, last] == pytest.approx(40.0)
    state = week.state_after(WEEK_H)
    for firm in (None, week):
        after = dispatch(grid, share, range(WEEK_H, hours), state, made, engine=engine, firm=firm)
        assert after.shed_mw[0, :7] == pytest.approx([-20.0 / 6] * 6 + [0.0])
        assert after.generation_mw[0, :7] == pytest.approx([100.0 + 20.0 / 6] * 6 + [100.0])
    midst = dispatch(grid, share, range(WEEK_H + 3, hours), after.state_after(3), made, engine=engine, firm=after)
    assert midst.shed_mw[0, :4] == pytest.approx([-20.0 / 6] * 3 + [0.0])
    assert midst.generation_mw[0, :4] == pytest.approx([100.0 + 20.0 / 6] * 3 + [100.0])


def test_a_programme_is_solved_in_a_process_in_which_highs_began_with_more_threads() -> None:
    """In a process of its own, since threads are one setting of a whole process."""
    script = "\n".join([
        "import highspy, numpy as np",
        "other = highspy.Highs(); other.setOptionValue('output_flag', False)",
        "other.setOptionValue('threads', 2); other.minimize(other.addVariable(0, 1))",
        "from dafeng.network.dispatch import dispatch, plan",
        "from dafeng.network.grid import Engine, State",
        "from tests.network.small_grids import U, full, small_grid",
        "grid = small_grid(np.full(24, 50.0), [U(100, 20)])",
        "share = full(grid)",
        "made = plan(grid, share, engine=Engine.EXACT)",
        "print(dispatch(grid, share, range(24), State.empty(grid), made, engine=Engine.EXACT).cost_cny)",
    ])
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert float(done.stdout.split()[-1]) == pytest.approx(24 * 50 * 20)
