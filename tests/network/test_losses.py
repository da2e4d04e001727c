"""Losses of branches in both hourly engines: against the DC-OPF with losses, by hand, and conserved."""

from __future__ import annotations

import numpy as np
import pytest

from dafeng.configs.errors import InputError
from dafeng.configs.units import Floats
from dafeng.network.case import Case, CaseBranches, CaseBuses, CaseGenerators
from dafeng.network.case_cost import Quadratic
from dafeng.network.dispatch import Lived, dispatch, plan
from dafeng.network.grid import Engine, Grid, Relief, State
from dafeng.network.losses import ENOUGH_MW
from dafeng.network.opf import Snapshot, dc_opf
from tests.network.small_grids import B, S, U, full, small_grid

LOADS = np.array([[20.0, 40.0, 5.0], [90.0, 140.0, 60.0], [70.0, 110.0, 30.0]])
ENDS, X = ((0, 1), (1, 2), (0, 2)), (0.10, 0.08, 0.12)
R = np.array([0.02, 0.01, 0.03])
UNITS = ((0, 160.0, 100.0), (2, 200.0, 300.0))
THREE = ("PJ", "JH", "XH")


def triangle(mw: float = 1e9, loads: Floats = LOADS, stores: tuple[S, ...] = ()) -> Grid:
    """A cheap unit at one corner, a dear one at another, load at all; `mw` is the limit of the third line."""
    lines = [B(a, b, x=x, mw=mw if (a, b) == (0, 2) else 1e9) for (a, b), x in zip(ENDS, X, strict=True)]
    units = [U(most, cost, bus=bus) for bus, most, cost in UNITS]
    return small_grid(loads, units, branch=lines, counties=THREE, store=stores)


def operated(grid: Grid, engine: Engine, r_pu: Floats | None = R, relieve: Relief = Relief.NONE) -> Lived:
    share = full(grid)
    made = plan(grid, share, engine=engine)
    found = dispatch(grid, share, range(grid.hours), State.empty(grid), made, engine=engine, relieve=relieve,
                     resistance_pu=r_pu)
    assert isinstance(found, Lived)
    return found


def snapshot(load: Floats) -> Snapshot:
    """The same triangle as a DC-OPF with losses."""
    n, none = 3, np.zeros(3)
    on = np.ones(3, dtype=np.bool_)
    buses = CaseBuses(np.arange(1, 4), load, none, np.array([True, False, False]), on)
    units = CaseGenerators(
        np.array([bus for bus, _, _ in UNITS]), np.zeros(2), np.array([most for _, most, _ in UNITS]), np.zeros(2),
        np.ones(2, dtype=np.bool_), ("coal", "gas"), tuple(Quadratic(0.0, cost, 0.0) for _, _, cost in UNITS),
    )
    wires = CaseBranches(
        np.array([a for a, _ in ENDS]), np.array([b for _, b in ENDS]), R, np.array(X), np.ones(n), none,
        np.full(n, np.inf), np.full(n, -np.inf), np.full(n, np.inf), on,
    )
    return dc_opf(Case("triangle", 100.0, buses, units, wires), has_losses=True)


@pytest.mark.parametrize("engine", list(Engine))
def test_losses_flows_and_output_are_those_of_the_dc_opf(engine: Engine) -> None:
    found = operated(triangle(), engine)
    for hour in range(LOADS.shape[1]):
        truth = snapshot(LOADS[:, hour])
        assert truth.loss_mw.sum() > 0.3
        assert found.lost_mw[:, hour] == pytest.approx(truth.loss_mw, abs=2 * ENOUGH_MW)
        assert found.flow_mw[:, hour] == pytest.approx(truth.flow_mw, abs=5 * ENOUGH_MW)
        assert found.generation_mw[:, hour] == pytest.approx(truth.generation_mw, abs=5 * ENOUGH_MW)
        assert found.cost_by_hour_cny[hour] == pytest.approx(truth.objective, rel=1e-4)


@pytest.mark.parametrize(("engine", "relieve"), [(Engine.FAST, Relief.NONE), (Engine.FAST, Relief.HOURS),
                                                 (Engine.FAST, Relief.DAYS), (Engine.EXACT, Relief.NONE)])
def test_what_is_made_is_what_is_used_and_what_is_lost(engine: Engine, relieve: Relief) -> None:
    loads = np.tile(LOADS, (1, 16))
    grid = triangle(50.0, loads, (S(20, 60, bus=1, into=0.9, out=0.9),))
    found = operated(grid, engine, relieve=relieve)
    fed = found.generation_mw.sum(axis=0) + (found.discharge_mw - found.charge_mw).sum(axis=0)
    used = loads.sum(axis=0) - found.unserved_mw.sum(axis=0)
    assert found.lost_mw.sum(axis=0).min() > 0.1
    assert fed == pytest.approx(used + found.lost_mw.sum(axis=0), abs=1e-6)
    truth = R[:, None] / 100.0 * found.flow_mw**2
    assert found.lost_mw.sum() == pytest.approx(truth.sum(), rel=0.01)
    if relieve is not Relief.DAYS:  # where a store may as well act an hour later, passes of a day's programme differ
        assert found.lost_mw == pytest.approx(truth, abs=0.05)
    over = np.abs(found.flow_mw[2]) > 50.0 * 1.0002
    assert over.any() == (relieve is Relief.NONE and engine is Engine.FAST)


def test_without_resistance_nothing_changes() -> None:
    for engine in Engine:
        none, zero = operated(triangle(), engine, None), operated(triangle(), engine, np.zeros(3))
        assert none.lost_mw.shape == (0, LOADS.shape[1])
        assert (zero.lost_mw == 0.0).all()
        assert np.array_equal(none.generation_mw, zero.generation_mw)


def test_losses_are_cut_and_kept_with_their_hours() -> None:
    found = operated(triangle(), Engine.FAST)
    assert np.array_equal(found.until(2).lost_mw, found.lost_mw[:, :2])


def test_a_resistance_that_is_missing_or_below_zero_is_named() -> None:
    with pytest.raises(InputError, match=r"branch-1\.r_pu") as caught:
        operated(triangle(), Engine.FAST, np.array([0.0, np.nan, -0.1]))
    assert "branch-2.r_pu" in str(caught.value)
    with pytest.raises(InputError, match="one number for each of 3 branches"):
        operated(triangle(), Engine.EXACT, np.zeros(2))
