"""A surprise in mid-week, from the programme of its week and from one made anew: the same optimum."""

from __future__ import annotations

import numpy as np
import pytest

from dafeng.configs.units import Floats
from dafeng.network.dispatch import Solved, dispatch, plan
from dafeng.network.grid import Engine, State
from tests.network.small_grids import full
from tests.network.test_lp_tanks import HOURS, chance_grid


def surprised(seed: int, hour: int) -> tuple[Solved, Solved]:
    """What is left of a week after a unit and a store fell out: after the week was solved, and by itself.

    The week begins in its second hour: the whole year has a programme of its own.
    """
    grid = chance_grid(seed)
    share, rng = full(grid), np.random.default_rng(seed)
    made, anew = (plan(grid, share, engine=Engine.EXACT) for _ in range(2))
    week = dispatch(grid, share, range(1, HOURS), State.empty(grid), made, engine=Engine.EXACT)
    assert isinstance(week, Solved)
    broken = share.copy()
    broken[2, hour : hour + 12] = 0.0
    broken[grid.rows.stores.start + 8, hour:] = rng.uniform(0.0, 0.8)  # of its own kind: the programme stays
    found = [
        dispatch(grid, broken, range(hour, HOURS), week.state_after(hour - 1), by, engine=Engine.EXACT, firm=week)
        for by in (made, anew)
    ]
    assert isinstance(found[0], Solved)
    assert isinstance(found[1], Solved)
    return found[0], found[1]


@pytest.mark.parametrize("hour", [2, 11, 30, 60])
@pytest.mark.parametrize("seed", range(3))
def test_hours_lived_that_keep_their_place_change_no_optimum(seed: int, hour: int) -> None:
    kept, anew = surprised(seed, hour)
    assert kept.objective_cny == pytest.approx(anew.objective_cny, rel=1e-9)


def test_the_window_after_a_surprise_balances_and_goes_on_from_its_state() -> None:
    grid = chance_grid(1)
    kept, _ = surprised(1, 30)
    net: Floats = -grid.load_mw[:, 30:] + kept.unserved_mw
    np.add.at(net, grid.generators.bus, kept.generation_mw)
    np.add.at(net, grid.stores.bus, kept.discharge_mw - kept.charge_mw)
    assert np.abs(net.sum(axis=0)).max() < 1e-6
    stores = grid.stores
    gained = stores.efficiency_in * kept.charge_mw[:, 0] - kept.discharge_mw[:, 0] / stores.efficiency_out
    assert kept.stored_mwh[:, 0] == pytest.approx(kept.before.stored_mwh + gained, abs=1e-6)
