"""Lines relieved in the fast engine, and both engines over twelve weeks (MODEL_SPEC 6.13 v and 6.14)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dafeng.configs.units import Floats
from dafeng.network.dispatch import Commitment, Exactly, Solved, dispatch, plan
from dafeng.network.grid import Engine, Grid, Hours, Market, State
from dafeng.network.rolling import roll
from tests.network.peer_case import as_grid, case
from tests.network.small_grids import B, S, U, full, shorter, small_grid

SEASONS = 4


def overloaded(grid: Grid, hours: Hours) -> int:
    return int((np.abs(hours.flow_mw) > grid.branches.limit_mw[:, None] * 1.0001).any(axis=0).sum())


def test_days_with_an_overload_are_dispatched_anew_and_others_stay() -> None:
    grid, share = as_grid(case(hours=336, tight=0.8))
    made = plan(grid, share)
    before, after = (roll(grid, share, made, engine=Engine.FAST, relieve=relieve) for relieve in (False, True))
    assert overloaded(grid, before) > 0
    assert overloaded(grid, after) == 0
    over = (np.abs(before.flow_mw) > grid.branches.limit_mw[:, None] * 1.0001).any(axis=0)
    days = np.repeat(over.reshape(-1, 24).any(axis=1), 24)
    assert (after.way == days).all()
    first = int(np.argmax(days))
    assert (after.generation_mw[:, :first] == before.generation_mw[:, :first]).all()


def test_relieved_hours_cost_within_a_thousandth_of_the_optimum() -> None:
    grid, share = as_grid(case(hours=504))
    fast = roll(grid, share, plan(grid, share), engine=Engine.FAST)
    exact = roll(grid, share, plan(grid, share, engine=Engine.EXACT), engine=Engine.EXACT)
    assert (fast.way == 1).mean() > 0.5
    assert exact.cost_cny * (1 - 1e-5) <= fast.cost_cny <= exact.cost_cny * 1.001


def test_a_relieved_window_keeps_stores_at_its_days_ends_and_every_node_in_balance() -> None:
    load = np.stack([np.full(48, 20.0), 80.0 + 40.0 * np.sin(np.arange(48) * np.pi / 12)])
    grid = small_grid(load, [U(200, 100, bus=0), U(100, 300, bus=1)], branch=[B(0, 1, mw=90.0)],
                      counties=("PJ", "JH"), store=[S(20, 80, bus=1, into=0.9, out=0.9)])
    made, state = plan(grid, full(grid)), State.empty(grid)
    plain, relieved = (dispatch(grid, full(grid), range(48), state, made, relieve=relieve) for relieve in (False, True))
    assert overloaded(grid, plain) > 0
    assert overloaded(grid, relieved) == 0
    assert np.allclose(plain.stored_mwh[:, [23, 47]], relieved.stored_mwh[:, [23, 47]])
    net = relieved.generation_mw - load + relieved.unserved_mw
    net[1] += (relieved.discharge_mw - relieved.charge_mw)[0]
    assert np.abs(net[0] - relieved.flow_mw[0]).max() < 1e-6
    assert np.abs(net[1] + relieved.flow_mw[0]).max() < 1e-6


def test_a_window_of_one_hour_before_midnight_is_relieved() -> None:
    load = np.array([[20.0] * 24, [120.0] * 24])
    grid = small_grid(load, [U(200, 100, bus=0), U(100, 300, bus=1, kind="unit", ramp=10.0)],
                      branch=[B(0, 1, mw=90.0)], counties=("PJ", "JH"))
    found = dispatch(grid, full(grid), range(23, 24), State.empty(grid), plan(grid, full(grid)), relieve=True)
    assert found.flow_mw[0] == pytest.approx([90.0])


def fleet(kind: str, season: int) -> tuple[Grid, Floats]:
    """A week of one node: mostly coal, coal and gas, or a third of wind and sun."""
    rng, hour = np.random.default_rng([11, season]), np.arange(168)
    cold = (1.0, 0.85, 1.1, 0.9)[season]
    load = 4000 * cold * (0.8 + 0.2 * np.sin((hour % 24 - 9) * np.pi / 12)) + 60 * rng.standard_normal(168)
    coal, gas = {"coal": (14, 3), "mixed": (9, 9), "green": (8, 8)}[kind]
    units = [U(float(rng.integers(250, 400)), 280 + 6 * k, f"coal-{k}", kind="unit", least=0.45, no_load=5000,
               start=250_000, up=8, down=8) for k in range(coal)]
    units += [U(float(rng.integers(150, 350)), 430 + 12 * k, f"gas-{k}", kind="unit", least=0.4, no_load=9000,
                start=60_000, up=3, down=2) for k in range(gas)]
    units += [U(900, 1200, "peak")]
    green = 1.0 if kind == "green" else 0.2
    wind = np.clip(0.4 + 0.25 * np.sin(hour / 17 + season) + 0.05 * rng.standard_normal(168), 0, 1)
    sun = np.clip(np.sin((hour % 24 - 6) * np.pi / 12), 0, 1) * (0.6, 0.8, 1.0, 0.8)[season]
    units += [U(1800 * green, 0, "wind", kind="free", fuel="wind")]
    units += [U(2400 * green, 0, "sun", kind="free", fuel="solar")]
    market = Market(reserve_share_load=0.03, reserve_share_vre=0.05)
    grid = small_grid(load, units, store=[S(300, 1800, into=0.88, out=0.88), S(150, 300, into=0.94, out=0.94)],
                      market=market)
    grid = emitting(grid)
    share = full(grid)
    share[len(units) - 2], share[len(units) - 1] = wind, sun
    return grid, share


def emitting(grid: Grid) -> Grid:
    """The same grid with CO2 in proportion to the money spent on each fuel; a MWh of coal emits twice as much."""
    units = grid.generators
    t_per_cny = np.array([{"coal": 0.0028, "gas": 0.0009, "peak": 0.0005}.get(key.split("-")[0], 0.0)
                          for key in units.key])
    return replace(grid, generators=replace(units, emissions_t_per_mwh=t_per_cny * units.cost_cny_per_mwh,
                                            no_load_t_per_h=t_per_cny * units.no_load_cny_per_h))


def priced(grid: Grid, hours: Hours) -> float:
    """Cost with every slack priced (MODEL_SPEC, acceptance of section 6)."""
    return hours.cost_cny + grid.market.reserve_slack_cny_per_mwh * float(hours.reserve_short_mw.sum())


def emissions_t(grid: Grid, hours: Hours, on: Floats) -> float:
    """CO2 of output, and of units kept on in the parts `on`."""
    units = grid.generators
    return float(units.emissions_t_per_mwh @ hours.generation_mw.sum(axis=1) + units.no_load_t_per_h @ on.sum(axis=1))


def curtailed_share(grid: Grid, share: Floats, hours: Hours) -> float:
    """Part of what wind and sun could give that is not taken."""
    units = grid.generators
    able = (units.capacity_mw[:, None] * share[grid.rows.generators])[units.is_free].sum()
    return float(hours.curtailed_mw.sum() / able)


@pytest.fixture(scope="module")
def twelve_weeks() -> list[tuple[float, float, float]]:
    """Gaps of the fast engine in cost, CO2 (both relative) and curtailment (difference), week by week.

    Against the linear programme, a lower bound of the binary one.
    """
    gaps = []
    for kind in ("coal", "mixed", "green"):
        for season in range(SEASONS):
            grid, share = fleet(kind, season)
            start = State.empty(grid)
            fast = roll(grid, share, plan(grid, share), engine=Engine.FAST, start=start)
            asked = Exactly(pinned_mwh=tuple(start.stored_mwh.tolist()))
            exact = dispatch(grid, share, range(grid.hours), start, plan(grid, share, engine=Engine.EXACT),
                             engine=Engine.EXACT, options=asked)
            assert isinstance(exact, Solved)
            carbon = emissions_t(grid, fast, fast.committed) / emissions_t(grid, exact, exact.on_share)
            lost = curtailed_share(grid, share, fast) - curtailed_share(grid, share, exact)
            gaps.append((priced(grid, fast) / priced(grid, exact) - 1.0, carbon - 1.0, lost))
    return gaps


def test_with_commitment_the_cost_of_twelve_weeks_keeps_to_the_acceptance(
    twelve_weeks: list[tuple[float, float, float]],
) -> None:
    gaps = [cost for cost, _, _ in twelve_weeks]
    assert np.median(gaps) <= 0.02
    assert max(gaps) <= 0.04
    assert min(gaps) >= -1e-6


def test_with_commitment_the_emissions_of_twelve_weeks_keep_to_the_acceptance(
    twelve_weeks: list[tuple[float, float, float]],
) -> None:
    gaps = [abs(carbon) for _, carbon, _ in twelve_weeks]
    assert np.median(gaps) <= 0.015
    assert max(gaps) <= 0.05


def test_with_commitment_the_curtailment_of_twelve_weeks_keeps_to_the_acceptance(
    twelve_weeks: list[tuple[float, float, float]],
) -> None:
    assert max(abs(lost) for _, _, lost in twelve_weeks) <= 0.02


def test_the_binary_programme_lies_between_the_linear_one_and_the_fast_engine() -> None:
    grid, share = fleet("coal", 1)
    grid, share = shorter(grid, share, 48)
    made, start = plan(grid, share, engine=Engine.EXACT), State.empty(grid)
    costs = []
    for commitment in (Commitment.RELAXED, Commitment.BINARY):
        options = Exactly(commitment=commitment, pinned_mwh=tuple(start.stored_mwh.tolist()), gap=1e-3)
        found = dispatch(grid, share, range(48), start, made, engine=Engine.EXACT, options=options)
        costs.append(priced(grid, found))
    fast = roll(grid, share, plan(grid, share), engine=Engine.FAST, start=start)
    assert costs[0] <= costs[1] * (1 + 1e-9)
    assert costs[1] <= priced(grid, fast) * 1.001

