"""A surprise in mid-week, from the programme of its week and from one made anew: the same optimum."""

from __future__ import annotations

import numpy as np
import pytest

from dafeng.network.dispatch import Solved, dispatch, plan
from dafeng.network.grid import Engine, State
from tests.network.small_grids import full
from tests.network.test_lp_tanks import HOURS, chance_grid


def surprised(seed: int, hour: int) -> tuple[Solved, Solved]:
    """What is left of a week after a unit and a store fell out: after the week was solved, and by itself."""
    grid = chance_grid(seed)
    share, rng = full(grid), np.random.default_rng(seed)
    made, anew = (plan(grid, share, engine=Engine.EXACT) for _ in range(2))
    week = dispatch(grid, share, range(HOURS), State.empty(grid), made, engine=Engine.EXACT)
    broken = share.copy()
    broken[2, hour : hour + 12] = 0.0
    broken[grid.rows.stores.start + 1, hour:] = rng.uniform(0.0, 0.8)
    found = [
        dispatch(grid, broken, range(hour, HOURS), week.state_after(hour), by, engine=Engine.EXACT, firm=week)
        for by in (made, anew)
    ]
    assert isinstance(found[0], Solved)
    assert isinstance(found[1], Solved)
    return found[0], found[1]


@pytest.mark.parametrize("hour", [1, 11, 30, 60])
@pytest.mark.parametrize("seed", range(3))
def test_hours_lived_that_keep_their_place_change_no_optimum(seed: int, hour: int) -> None:
    kept, anew = surprised(seed, hour)
    assert kept.objective_cny == pytest.approx(anew.objective_cny, rel=1e-9)
    assert kept.cost_cny == pytest.approx(anew.cost_cny, rel=1e-6)
    assert np.abs(kept.before.stored_mwh - anew.before.stored_mwh).max() == 0.0


def test_a_surprise_takes_fewer_steps_than_a_programme_made_anew() -> None:
    kept, anew = surprised(0, 11)
    assert kept.iterations < 0.5 * anew.iterations
