"""A year of which only lived hours are carried out is the year of whole windows."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from dafeng.configs.units import Floats
from dafeng.experiments.checks.drawn_grid import drawn_grid
from dafeng.network.dispatch import dispatch, plan
from dafeng.network.grid import Engine, Hours, Relief, State
from dafeng.network.live import begin_year
from dafeng.network.lived import Diary, Firm

CUTS = (0, 7, 20, 21, 48, 60)
"""Hours at which a window begins; the one before is cut off there by a surprise, but for every third."""


def told(share: Floats, now: int) -> Floats:
    """A unit whose outage from 20 to 40 is told at 20."""
    known = share.copy()
    if now >= 20:
        known[0, 20:40] = 0.0
    return known


@pytest.mark.parametrize("relieve", [Relief.NONE, Relief.HOURS, Relief.DAYS])
@pytest.mark.parametrize("seed", [1, 3, 8])
def test_a_year_of_lived_hours_is_that_of_whole_windows(seed: int, relieve: Relief) -> None:
    grid, share = drawn_grid(seed)
    made, start = plan(grid, share), State.empty(grid)
    year = begin_year(grid, made, start, engine=Engine.FAST, relieve=relieve)
    diary, state = Diary(grid.hours), start
    firm: Hours | None = None
    running: Firm | None = None
    for number, (now, until) in enumerate(zip(CUTS, (*CUTS[1:], grid.hours), strict=True)):
        window, known = range(now, min(now + 40, grid.hours)), told(share, now)
        is_surprise = number % 3 > 0
        firm = dispatch(grid, known, window, state, made, firm=firm if is_surprise else None,
                        relieve=relieve)
        running = year.ahead(known, window, running if is_surprise else None)
        known[:] = 0.5  # what becomes known later does not change hours that were dispatched before
        lived = firm.until(until - now)
        state = lived.end
        diary.write(lived)
        year.live(running, until - now)
    found, wanted = year.read(), diary.read()
    for f in fields(Hours):
        if f.name != "end":
            assert np.allclose(getattr(found, f.name), getattr(wanted, f.name), rtol=1e-9, atol=1e-7), f.name
    for f in fields(State):
        assert np.allclose(getattr(found.end, f.name), getattr(wanted.end, f.name), rtol=1e-9), f.name
    assert found.unserved_mw.sum() == wanted.unserved_mw.sum()
