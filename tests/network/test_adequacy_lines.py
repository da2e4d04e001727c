"""Lines in the deliverability view: worked by hand, against linear programmes of every hour, and laws."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import linprog

from dafeng.configs.luck import Luck
from dafeng.network.adequacy import adequacy, sampled
from dafeng.network.adequacy_lines import draw_lines
from dafeng.network.adequacy_mesh import Feed, Mesh
from dafeng.network.adequacy_request import on_request
from dafeng.network.adequacy_samples import DELIVERY_MWH, LINES_MWH
from dafeng.network.adequacy_storms import Season
from dafeng.network.adequacy_system import Offtakes, Pool, System, no_measures, no_stores
from dafeng.network.adequacy_view import view_of
from dafeng.network.outages import Process
from dafeng.network.sampling import Machine, Machines
from tests.network.regional_cases import near

NEVER = Process(math.inf, 1.0)
TENTH_OUT = Process(90.0, 10.0)
LOOP = [(0, 1, 200.0), (1, 2, 200.0), (0, 2, 40.0)]


def mesh_of(lines, load_mw, run_mw, supply_mw, offtake_node, process=None, circuits=None):
    """Lines (from, to, MW) of one reactance; (nodes, hours) what units ran at and could give; loads of offtakes."""
    (nodes, hours), n = np.shape(supply_mw), len(lines)
    count = np.array(circuits or [1] * n, dtype=np.int64)
    ends = np.array([line[:2] for line in lines], dtype=np.int64)
    incidence = np.zeros((n, nodes))
    incidence[np.arange(n), ends[:, 0]], incidence[np.arange(n), ends[:, 1]] = 1.0, -1.0
    factor = np.zeros((n, nodes))
    factor[:, 1:] = incidence[:, 1:] @ np.linalg.inv(incidence[:, 1:].T @ incidence[:, 1:])
    fed = np.array(run_mw, dtype=float)
    np.subtract.at(fed, offtake_node, load_mw)
    carry = np.array([line[2] for line in lines])
    fails = Machines.of([Machine(f"l{row}", 0.0, one, row, int(count[row])) for row, one in (process or {}).items()])
    feed = Feed(np.zeros((nodes, hours)), np.array(supply_mw, dtype=float))
    county = np.full(nodes, -1, dtype=np.int64)
    county[offtake_node] = np.arange(len(offtake_node))
    return Mesh(ends[:, 0].copy(), ends[:, 1].copy(), np.ones(n), count, carry, carry, fails, factor,
                np.ascontiguousarray((factor @ fed).T), county, np.array(offtake_node, dtype=np.int64), lambda: feed)


def city(mesh, load_mw, limit_mw=math.inf):
    """Offtakes in counties of their own, whose transformers never fail."""
    load = np.array(load_mw, dtype=float)
    n = len(load)
    parts = Machines.of([Machine(f"t{row}", 0.0, NEVER, row, 2) for row in range(n)])
    offtakes = Offtakes(np.arange(n), load, parts, np.full(n, limit_mw))
    return System(2030, tuple(f"C{row}" for row in range(n)), load, np.ones(1), None, None,
                  no_measures(load.shape[1]), offtakes, mesh)


def loop(unit_mw=0.0, limit_mw=math.inf, hours=24, lines=LOOP, **more):
    """The province at node 0, a unit at 1 that stood still, and at 2 an offtake of 90 MW."""
    load, supply = np.full((1, hours), 90.0), np.zeros((3, hours))
    supply[1] = unit_mw
    return city(mesh_of(lines, load, np.zeros((3, hours)), supply, [2], **more), load, limit_mw)


def found(system, years=4, support="deliverability", with_margin=False):
    return adequacy(system, Luck(1), sample_years=years, support=support, with_margin=with_margin)


# worked by hand


def test_what_the_short_way_cannot_carry_is_shed():
    """Three lines of one reactance: two thirds of what 2 takes from 0 come over 0-2, which carries 40 MW.

    So 60 of 90 MW arrive, and 30 are shed in each of 24 hours, though the long way is all but empty.
    """
    one = found(loop())
    assert one.eue_mwh.value == pytest.approx(24 * 30.0)
    assert one.parts["lines_mwh"].value == pytest.approx(one.parts["delivery_mwh"].value) == pytest.approx(24 * 30.0)
    assert (one.lolh_h.value, one.lole_d.value, one.lolf_hourly.value) == (24.0, 1.0, 1.0)
    assert one.by_county["C0"]["lolh_h"].value == 24.0


def test_a_unit_that_stood_still_is_started_for_the_line():
    """One third of what 1 sends comes over 0-2: with 30 MW from there, 2/3 x + 10 <= 40 lets x = 45 in: 15 are shed."""
    assert found(loop(unit_mw=30.0)).eue_mwh.value == pytest.approx(24 * 15.0)


def test_what_an_offtake_cannot_take_does_not_burden_the_line():
    """The offtake lets 70 MW through, so 20 are cut there; 60 arrive, and 10 are the line's. An hour counts once."""
    one = found(loop(limit_mw=70.0))
    assert one.parts["delivery_mwh"].value == pytest.approx(24 * 30.0)
    assert one.parts["lines_mwh"].value == pytest.approx(24 * 10.0)
    assert one.by_county["C0"]["eue_mwh"].value == pytest.approx(24 * 30.0)
    assert one.lolh_h.value == one.by_county["C0"]["lolh_h"].value == 24.0


def test_circuits_out_take_their_part_of_susceptance_and_limit():
    """Line 0-2 has two circuits, each out for a tenth of the time.

    Both in service (0.81): 30 MW are shed, as above. One out (0.18): what is left has half the susceptance, the way
    over 1 too, so half of what 2 takes comes over 0-2, which carries 20: 40 MW arrive, 50 are shed. Both out (0.01):
    all 90 MW come over 1. So 0.81 x 30 + 0.18 x 50 = 33.3 MW are shed on average.
    """
    one = found(loop(hours=8760, process={2: TENTH_OUT}, circuits=[1, 1, 2]), years=100)
    assert near(one.eue_mwh, 8760 * 33.3)
    assert near(one.lolh_h, 8760 * 0.99)
    assert one.eue_mwh.se < 0.01 * one.eue_mwh.value


def test_what_is_cut_off_lives_on_its_own_units():
    """2 hangs on 1 by a line that is out for a tenth of the time, and has a unit of 40 MW: 50 of 90 are shed then."""
    load, supply = np.full((1, 8760), 90.0), np.zeros((3, 8760))
    supply[2] = 40.0
    mesh = mesh_of([(0, 1, 200.0), (1, 2, 200.0)], load, np.zeros((3, 8760)), supply, [2], process={1: TENTH_OUT})
    one = found(city(mesh, load), years=100)
    assert near(one.eue_mwh, 8760 * 0.1 * 50.0)
    assert near(one.lolh_h, 8760 * 0.1)


def test_n_minus_1_holds_a_row_at_the_limit_of_one_out():
    """Both circuits of 0-2 are in service and could carry 60 MW, but 40 are allowed: 30 of 90 are shed, as above."""
    one = loop(lines=[(0, 1, 200.0), (1, 2, 200.0), (0, 2, 60.0)], circuits=[1, 1, 2])
    assert found(one).eue_mwh.value == 0.0
    held = replace(one, mesh=replace(one.mesh, limit_mw=np.array([200.0, 200.0, 40.0])))
    assert found(held).eue_mwh.value == pytest.approx(24 * 30.0)


def test_the_margin_is_what_the_line_leaves():
    """Without units 60 MW arrive: with a load of 50 the line is loaded by 33, and bears 10 MW more."""
    load = np.full((1, 8760), 50.0)
    load[0, 100:] = 20.0
    mesh = mesh_of(LOOP, load, np.zeros((3, 8760)), np.zeros((3, 8760)), [2])
    one = found(city(mesh, load, limit_mw=80.0), with_margin=True)
    assert found(city(None, load, limit_mw=80.0), with_margin=True).margin_mw.value == pytest.approx(30.0, abs=1.0)
    assert one.margin_mw.value == pytest.approx(10.0, abs=1.0)


def test_the_provincial_view_adds_what_lines_cannot_bring():
    """The province is short of 10 MW in three hours, of which the city sheds all: 24 x 30 for the line come on top."""
    need = np.full((1, 24), 90.0)
    need[0, 3:6] = 110.0
    pool = Pool(Machines.of([Machine("p", 100.0, NEVER)]), np.ones((1, 24)), np.ones((1, 1)), need, no_stores())
    one = found(replace(loop(), province=pool), support="province")
    assert (one.parts["pool_mwh"].value, one.parts["lines_mwh"].value) == pytest.approx((30.0, 720.0))
    assert one.lolh_h.value == one.by_county["C0"]["lolh_h"].value == 24.0


def test_a_storm_takes_a_circuit_of_each_line_that_it_hits():
    """Two storms a year, each sure to hit the only line to 2, out for 10 hours on average: 90 MW are lost then.

    An hour is out when its beginning lies in the outage, so 10 on average. Storms that overlap find nothing left: with
    20 of 6000 hours out that is 0.3 % less, within the error.
    """
    season = Season("s", 2.0, 1.0, np.ones(1), np.full(1, 1000.0), np.full(1, 6000.0), np.zeros(3), ("a", "b", "c"),
                    np.array([[0.0, 0.0], [0.0, 1.0], [0.0, 0.0]]), 10.0)
    load, nothing = np.full((1, 8760), 90.0), np.zeros((3, 8760))
    mesh = replace(mesh_of([(0, 1, 200.0), (1, 2, 200.0), (0, 1, 200.0)], load, nothing, nothing, [2]), season=season)
    one = found(city(mesh, load), years=4000)
    assert near(one.lolh_h, 2.0 * 10.0)
    assert near(one.eue_mwh, 90.0 * 2.0 * 10.0)
    assert one.lolh_h.se < 0.5


# against linear programmes


def drawn(seed, hours=48):
    """A network of random lines, units and loads; the last node hangs on one line alone."""
    rng = np.random.default_rng(seed)
    nodes = int(rng.integers(4, 7))
    lines = [(0, 1, 1.0), (1, 2, 1.0), (0, 2, 1.0), *((int(rng.integers(0, a)), a, 1.0) for a in range(3, nodes)),
             (0, nodes - 2, 1.0)]
    lines = [(a, b, float(rng.uniform(15, 50))) for a, b, _ in lines]
    supply = rng.uniform(0, 60, (nodes, hours))
    at = np.arange(1, nodes)
    load = rng.uniform(-10, 70, (len(at), hours))
    process = {row: Process(60.0, 20.0) for row in range(len(lines))}
    circuits = rng.integers(1, 4, len(lines)).tolist()
    mesh = mesh_of(lines, load, supply * rng.random(supply.shape), supply, at, process, circuits)
    return city(mesh, load, limit_mw=55.0)


def least_shed(mesh, load, supply, out):
    """Of one hour, with angles: what nodes but the first shed at least, with so many circuits of each row out."""
    nodes, left = len(load), 1.0 - out / mesh.circuits
    laplace, flows = np.zeros((nodes, nodes)), np.zeros((len(left), nodes))
    for row, (a, b) in enumerate(zip(mesh.from_node, mesh.to_node, strict=True)):
        flows[row, a], flows[row, b] = left[row], -left[row]
        laplace[a] += flows[row]
        laplace[b] -= flows[row]
    limit = mesh.carry_mw * left
    none = np.zeros((len(left), 2 * nodes))
    found = linprog(np.r_[np.zeros(nodes), 0.0, np.ones(nodes - 1), np.zeros(nodes)],
                    A_ub=np.vstack([np.c_[none, flows], np.c_[none, -flows]]), b_ub=np.r_[limit, limit],
                    A_eq=np.c_[np.eye(nodes), np.eye(nodes), -laplace], b_eq=load, method="highs",
                    bounds=[(None, None), *((0, has) for has in supply[1:]), *((0, want) for want in load),
                            *([(None, None)] * nodes)])
    assert found.status == 0
    return found.fun


@pytest.mark.parametrize("seed", range(8))
def test_every_hour_sheds_what_a_linear_programme_sheds(seed):
    system, years = drawn(seed), 4
    view = view_of(system, Luck(seed), "deliverability")
    got = sampled(system, view, Luck(seed), years, False).amount
    net, mesh = system.offtakes.net_load_mw, system.mesh
    load = np.zeros_like(mesh.feed.supply_mw)
    load[mesh.offtake_node] = np.minimum(np.maximum(net, 0.0), 55.0)
    supply = mesh.feed.supply_mw.copy()
    np.add.at(supply, mesh.offtake_node, np.maximum(-net, 0.0))
    cut = np.maximum(net - 55.0, 0.0).sum()
    states = set()
    for year in range(years):
        draw_lines(view.lines, year)
        out = view.lines.out.copy()
        view.lines.out[:], view.lines.rows_out[:], view.lines.is_out_day[:] = 0, 0, False
        states |= {row.tobytes() for row in out}
        expected = sum(least_shed(mesh, load[:, h], supply[:, h], out[h]) for h in range(load.shape[1]))
        assert got[year, LINES_MWH] == pytest.approx(expected, abs=1e-4)
        assert got[year, DELIVERY_MWH] == pytest.approx(expected + cut, abs=1e-4)
        assert expected > 0.0
    assert len(states) > 5


# laws


@pytest.mark.parametrize("seed", range(6))
def test_a_looser_limit_never_raises_what_is_unserved(seed):
    system, before = drawn(seed, 240), math.inf
    for factor in (0.5, 0.8, 1.0, 1.3, 2.0, 5.0):
        carry = system.mesh.carry_mw * factor
        one = replace(system, mesh=replace(system.mesh, carry_mw=carry, limit_mw=carry))
        now = found(one, years=10).eue_mwh.value
        assert now <= before + 1e-6
        before = now


@pytest.mark.parametrize("support", ["deliverability", "province"])
def test_lines_without_limit_or_outage_change_nothing_to_the_bit(support):
    system = drawn(3, 8760)
    load = system.offtakes.net_load_mw
    parts = Machines.of([Machine(f"t{row}", 0.0, Process(2000.0, 50.0), row, 2) for row in range(len(load))])
    need = np.random.default_rng(1).uniform(60.0, 85.0, (1, 8760))
    pool = Pool(Machines.of([Machine("p", 10.0, TENTH_OUT, count=10)]), np.ones((1, 8760)), np.ones((1, 1)), need,
                no_stores())
    bare = replace(system, offtakes=replace(system.offtakes, parts=parts), mesh=None, province=pool)
    free = np.full(len(system.mesh.circuits), math.inf)
    mesh = replace(system.mesh, carry_mw=free, limit_mw=free, parts=Machines.of([]))
    one, other = (found(each, 60, support, with_margin=True) for each in (bare, replace(bare, mesh=mesh)))
    for name in ("eue_mwh", "lolh_h", "lole_d", "lolf_hourly", "margin_mw", "cvar95_mwh", "by_county", "parts"):
        assert getattr(one, name) == getattr(other, name)
    assert all((one.events[name] == other.events[name]).all() for name in one.events)
    assert one.eue_mwh.value > 0.0


def test_sample_years_are_the_same_however_they_are_parted():
    system = drawn(5, 240)
    whole, view = sampled(system, view_of(system, Luck(2), "deliverability"), Luck(2), 30, False), None
    view = view_of(system, Luck(2), "deliverability")
    parts = [sampled(system, view, Luck(2), 10, False, begin).amount for begin in (20, 0, 10)]
    assert (np.vstack([parts[1], parts[2], parts[0]]) == whole.amount).all()


def test_on_request_tells_which_part_is_the_lines():
    one = on_request(loop(), Luck(1), support="deliverability", sample_years=3)
    assert one.indices["lines_mwh"].value == pytest.approx(24 * 30.0)
    assert "lines_mwh" not in on_request(replace(loop(), mesh=None), Luck(1), support="deliverability",
                                         sample_years=3).indices
