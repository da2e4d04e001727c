"""What we write PyPSA opens, solves to our optimum, and we read again."""

from __future__ import annotations

import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dafeng.network.dispatch import Exactly, dispatch, plan
from dafeng.network.grid import Engine, Grid, State
from dafeng.network.pypsa_export import export_network
from dafeng.network.pypsa_grid import read_network
from tests.network.peer_network import solved
from tests.network.small_grids import B, S, U, full, small_grid


def opened(path: Path) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pypsa

        return pypsa.Network(str(path))


@pytest.fixture
def grid() -> Grid:
    hour = np.arange(48)
    load = np.vstack([20.0 + 0.0 * hour, 60.0 + 30.0 * np.sin(hour / 4.0), 40.0 + 0.0 * hour])
    units = [U(120, 20, "coal", 0), U(100, 50, "gas", 2), U(60, 0, "wind", 1, kind="free", fuel="wind")]
    branch = [B(0, 1, mw=70.0), B(1, 2, mw=70.0), B(0, 2, mw=30.0)]
    store = [S(10, 40, "cell", 1, into=0.9, out=0.9, wear=1.0)]
    return small_grid(load, units, branch=branch, store=store, counties=("PJ", "JH", "XH"))


def test_pypsa_opens_what_we_write_and_finds_our_optimum(grid: Grid, tmp_path: Path) -> None:
    share = full(grid)
    share[2] = 0.5 + 0.5 * np.cos(np.arange(48) / 7.0)
    made = plan(grid, share, engine=Engine.EXACT)
    pinned = Exactly(pinned_mwh=(20.0,))
    hours = dispatch(grid, share, range(48), State.empty(grid), made, engine=Engine.EXACT, options=pinned)
    remarks = export_network(tmp_path / "year.nc", grid, share, 2030, hours)
    net = opened(tmp_path / "year.nc")
    assert list(net.generators.index) == ["coal", "gas", "wind"]
    assert set(net.generators.carrier) <= set(net.carriers.index)
    assert not {"use", "offer", "buyer"} & set(net.carriers.index)
    assert str(net.snapshots[47]) == "2030-01-02 23:00:00"
    assert net.generators_t.p["coal"].to_numpy() == pytest.approx(hours.generation_mw[0])
    assert pytest.approx(hours.flow_mw) == net.lines_t.p0.to_numpy().T
    assert any("market" in remark for remark in remarks)
    net.storage_units["cyclic_state_of_charge"] = False
    net.storage_units["state_of_charge_initial"] = 20.0
    net.storage_units_t.state_of_charge_set.loc[net.snapshots[-1], "cell"] = 20.0
    assert solved(net).objective == pytest.approx(hours.cost_cny, rel=1e-6)


def test_a_network_written_and_read_again_is_the_same(grid: Grid, tmp_path: Path) -> None:
    share = full(grid)
    share[2] = 0.25
    export_network(tmp_path / "year.nc", grid, share, 2030)
    again = read_network(tmp_path / "year.nc")
    assert again.grid.load_mw == pytest.approx(grid.load_mw)
    assert again.grid.branches.x_pu == pytest.approx(grid.branches.x_pu)
    assert again.grid.branches.limit_mw == pytest.approx(grid.branches.limit_mw)
    assert again.grid.stores.energy_mwh == pytest.approx(grid.stores.energy_mwh)
    generators = again.grid.rows.generators
    ours, theirs = grid.generators.capacity_mw, again.grid.generators.capacity_mw
    assert again.share[generators] * theirs[:, None] == pytest.approx(share[generators] * ours[:, None])


def test_emissions_and_stores_that_are_there_in_part_are_written_and_read_again(grid: Grid, tmp_path: Path) -> None:
    """The gas units burn the same at 50 and 40 %; a third emits nothing. Half a store is there from the second day."""
    units = replace(
        grid.generators, fuel=("gas", "gas", "gas"), emissions_t_per_mwh=np.array([0.4, 0.5, 0.0]),
        fuel_gj_per_mwh=np.array([7.2, 9.0, 0.0]),
    )
    share = full(grid)
    share[grid.rows.stores, 24:] = 0.5
    remarks = export_network(tmp_path / "year.nc", replace(grid, generators=units), share, 2030)
    assert any("resistances" in remark for remark in remarks)
    net = opened(tmp_path / "year.nc")
    assert net.carriers.co2_emissions["gas"] == pytest.approx(0.2)
    assert net.generators.efficiency.tolist() == pytest.approx([0.5, 0.4, 1.0])
    again = read_network(tmp_path / "year.nc")
    assert again.grid.generators.emissions_t_per_mwh == pytest.approx([0.4, 0.5, 0.0])
    assert again.share[again.grid.rows.stores] == pytest.approx(share[grid.rows.stores])


def test_a_leap_years_hours_have_a_gap_where_29_february_was(grid: Grid, tmp_path: Path) -> None:
    wide = small_grid(np.full((1, 60 * 24), 5.0), [U(10, 1, "coal")])
    export_network(tmp_path / "leap.nc", wide, full(wide), 2032)
    snapshots = opened(tmp_path / "leap.nc").snapshots
    assert [str(snapshots[at]) for at in (1415, 1416)] == ["2032-02-28 23:00:00", "2032-03-01 00:00:00"]


def test_units_are_free_to_start_and_minima_are_lower_where_the_dispatch_was(grid: Grid, tmp_path: Path) -> None:
    """PyPSA would have units on for an hour before; and an output below p_min_pu is none it could find."""
    hours = dispatch(grid, full(grid), range(48), State.empty(grid), plan(grid, full(grid)))
    output = hours.generation_mw.copy()
    output[0], output[0, 30:33] = 60.0, 6.0
    least, none = np.array([0.2, 0.3, 0.0]), np.zeros(3, dtype=np.bool_)
    grid = replace(grid, generators=replace(grid.generators, min_share=least, is_block=none))
    committed = hours.committed.copy()
    committed[0], committed[1] = output[0] > 0.0, False
    output[1] = 0.0
    hours = replace(hours, generation_mw=output, committed=committed)
    remarks = export_network(tmp_path / "year.nc", grid, full(grid), 2030, hours)
    assert any("in 3 hours units give less than their minimum" in remark for remark in remarks), remarks
    net = opened(tmp_path / "year.nc")
    assert net.generators.up_time_before.tolist()[:2] == [0, 0]
    assert net.generators.down_time_before["gas"] > 8
    least = net.generators_t.p_min_pu["coal"].to_numpy()
    assert least[[29, 30, 32, 33]] == pytest.approx([0.2, 0.05, 0.05, 0.2])
    assert net.generators_t.p_min_pu["gas"].to_numpy() == pytest.approx(0.3)
    again = read_network(tmp_path / "year.nc")
    assert not again.grid.minima_hold
    assert again.grid.generators.min_share[:2] == pytest.approx([0.2, 0.3])
    assert not again.start.committed.any()
    assert any("minima give way" in remark for remark in again.remarks)
