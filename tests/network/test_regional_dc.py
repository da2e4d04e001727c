"""DC limits between regions: worked by hand, against linear programmes of every hour, and laws on common luck."""

import string
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import linprog

from dafeng.configs.errors import InputError
from dafeng.configs.luck import Luck
from dafeng.network.flow import build_ptdf
from dafeng.network.outages import Process
from dafeng.network.regional import Ways, assess
from dafeng.network.regional_arrays import arrays_of
from dafeng.network.regional_dc import dc_for
from dafeng.network.regional_dc_hour import set_factors
from dafeng.network.regional_response import RegionalOffers
from dafeng.network.regional_sampling import drawn_for
from dafeng.network.regional_system import Lines, RegionalStores
from dafeng.network.regional_year import draw_one
from dafeng.network.systems import read_system
from tests.network.regional_cases import NEVER, near, one_store, system
from tests.network.small_grids import B, U, small_grid
from tests.network.test_systems import TOY, hours, problems, write

DC, TRANSPORT = Ways(is_dc=True), Ways()
PATH, LOOP = [(0, 1, 100.0), (1, 2, 100.0)], [(0, 1, 100.0), (1, 2, 100.0), (0, 2, 20.0)]
TENTH_OUT, FIFTH_OUT = Process(90.0, 10.0), Process(80.0, 20.0)


def joined(load, units, lines, reactance=None, process=None, **more):
    """A system with reactances, all 1 if none are given; `process` of each line that fails, by its row."""
    made = system(load, units, interfaces=lines, **more)
    rows = np.array(sorted(process or {}), dtype=np.int64)
    fails = [(process or {})[row] for row in rows]
    borders = replace(made.interfaces, reactance=np.array(reactance or [1.0] * len(lines), dtype=float))
    kept = Lines(tuple(map(str, rows)), rows, borders.forward_mw[rows], borders.backward_mw[rows],
                 np.array([one.mttf_h for one in fails]), np.array([one.mttr_h for one in fails]))
    return replace(made, regions=tuple(string.ascii_uppercase[:len(load)]), interfaces=borders, lines=kept)


def eue(one, ways, years=2):
    return assess(one, Luck(1), sample_years=years, ways=ways).indices["eue_mwh"].value


# worked by hand


def test_a_new_line_raises_unserved_energy_under_dc_limits_and_never_in_the_transport_model():
    """A has 100 MW and C wants them, over A-B-C, which carries 100: nothing is short in 24 hours.

    A new line A-C of 20 MW, all reactances alike: two thirds of what A sends go over it, so that A can send 30 and
    70 MW stay unserved. The transport model sends 20 over the new line and 80 over the old ones.
    """
    load = [[0.0] * 24, [0.0] * 24, [100.0] * 24]
    before, after = (joined(load, [(100.0, 0, NEVER)], lines) for lines in (PATH, LOOP))
    assert eue(before, DC) == eue(before, TRANSPORT) == eue(after, TRANSPORT) == 0.0
    found = assess(after, Luck(1), sample_years=2, ways=DC)
    assert found.indices["eue_mwh"].value == pytest.approx(24 * 70.0)
    assert found.by_region["C"]["eue_mwh"].value == pytest.approx(24 * 70.0)
    assert found.hours == {"all": 48, "exchanging": 48, "solved": 48, "short_in_transport": 0, "short": 48}


def test_the_new_line_does_no_harm_while_it_is_out():
    """The same loop, the new line out for a tenth of the time: 0.9 x 70 MW are unserved."""
    one = joined([[0.0] * 24, [0.0] * 24, [100.0] * 24], [(100.0, 0, NEVER)], LOOP, process={2: TENTH_OUT})
    found = assess(one, Luck(1), sample_years=4000, ways=DC).indices["eue_mwh"]
    assert near(found, 24 * 63.0)
    assert found.se < 20.0


def test_a_region_with_less_weight_on_the_line_goes_first():
    """A has 100 MW, B 30, C wants 60 over lines of one reactance; A-C carries 20.

    Of A's MW two thirds go over A-C, of B's one third: 30 from B and 15 from A are let through, 15 MW are short.
    """
    one = joined([[0.0] * 24, [0.0] * 24, [60.0] * 24], [(100.0, 0, NEVER), (30.0, 1, NEVER)], LOOP)
    assert eue(one, DC) == pytest.approx(24 * 15.0)


def test_a_region_sheds_its_own_load_where_that_lets_more_through_elsewhere():
    """A has 90 MW for the 90 of C, B serves its own 30; A-B carries 20, the others 100, reactances alike.

    A third of A's MW go over A-B, a third of B's come back over it: a/3 - b/3 <= 20. With b = 0 A sends 60. Each MW
    that B sends instead of serving its own load lets one more of A through: 15 short in B are better than 30 in C.
    """
    one = joined([[0.0] * 24, [30.0] * 24, [90.0] * 24], [(90.0, 0, NEVER), (30.0, 1, NEVER)],
                 [(0, 1, 20.0), (1, 2, 100.0), (0, 2, 100.0)])
    found = assess(one, Luck(1), sample_years=2, ways=DC)
    assert found.by_region["B"]["eue_mwh"].value == pytest.approx(24 * 15.0)
    assert found.indices["eue_mwh"].value == pytest.approx(24 * 15.0)
    assert eue(one, TRANSPORT) == 0.0


def test_a_store_is_charged_with_what_dc_flows_bring():
    """The loop of 30 MW; C wants nothing for 12 hours and 100 MW for 12, and has an empty store of 70 MW, 700 MWh.

    It is filled by 30 MWh an hour to 360. With 30 MW from A it then covers the load for 5 hours, gives 10 in the sixth
    and leaves 60 short, then 70 in each of 6 hours: 480 MWh. The transport model fills it to 700 MWh, for 10 hours.
    """
    load = [[0.0] * 24, [0.0] * 24, [0.0] * 12 + [100.0] * 12]
    one = joined(load, [(100.0, 0, NEVER)], LOOP, stores=one_store(2, 70.0, 700.0, 24), starts_full=False)
    assert eue(one, DC) == pytest.approx(480.0)
    behind = replace(one, interfaces=replace(one.interfaces, forward_mw=one.interfaces.forward_mw * 0.5))
    assert eue(behind, DC) > 480.0


def test_a_store_on_the_wrong_side_of_a_line_is_not_drawn_upon():
    """C goes short of 70 MW whatever a store in A holds; one in C covers 2 of the 24 hours."""
    load = [[0.0] * 24, [0.0] * 24, [100.0] * 24]
    for region, mwh in ((0, 24 * 70.0), (2, 22 * 70.0)):
        one = joined(load, [(100.0, 0, NEVER)], LOOP, stores=one_store(region, 70.0, 140.0, 24))
        assert eue(one, DC) == pytest.approx(mwh)


# against linear programmes of every hour, written with angles instead of factors


def drawn_system(seed, regions=5, lines=8, steps=72):
    """Units and lines that fail, on a drawn graph whose loads are near what there is."""
    rng = np.random.default_rng(seed)
    units = [(float(rng.integers(20, 60)), r, FIFTH_OUT) for r in range(regions) for _ in range(3)]
    share = np.array([sum(mw for mw, at, _ in units if at == r) for r in range(regions)])[:, None]
    load = share * rng.uniform(0.3, 1.0, (regions, 1)) * rng.uniform(0.8, 1.2, (regions, steps))
    pairs = [(r, r + 1) for r in range(regions - 1)]
    while len(pairs) < lines:
        pairs.append(tuple(rng.choice(regions, 2, replace=False).tolist()))
    made = [(a, b, float(rng.integers(5, 40))) for a, b in pairs]
    return joined(load, units, made, rng.uniform(0.2, 2.0, lines).tolist(),
                  dict.fromkeys(range(0, lines, 3), FIFTH_OUT))


def least_shedding(one, margin_mw, load_mw, is_out, step):
    """The optimum of an hour: supply and shedding of each region, angles, flows by reactance."""
    n, borders = len(margin_mw), one.interfaces
    equal, flows = np.hstack([np.eye(n), np.eye(n), np.zeros((n, n))]), []
    limits = []
    for i, (a, b) in enumerate(zip(borders.from_region, borders.to_region, strict=True)):
        if is_out[i]:
            continue
        flow = np.zeros(3 * n)
        flow[2 * n + a], flow[2 * n + b] = 1.0 / borders.reactance[i], -1.0 / borders.reactance[i]
        equal[a] -= flow
        equal[b] += flow
        flows += [flow, -flow]
        limits += [borders.forward_mw[i, step], borders.backward_mw[i, step]]
    bounds = [(0, x) for x in margin_mw + load_mw] + [(0, x) for x in load_mw] + [(None, None)] * n
    cost = np.r_[np.zeros(n), np.ones(n), np.zeros(n)]
    found = linprog(cost, np.array(flows).reshape(-1, 3 * n), limits, equal, load_mw, bounds, method="highs")
    assert found.status == 0
    return found.fun


def every_hour(one, years):
    """(sample years, steps) least shedding of each hour, by the outages that the sampler draws."""
    arrays = arrays_of(one, Luck(1))
    found = np.zeros((years, one.steps))
    for year in range(years):
        drawn = drawn_for(arrays, False)
        draw_one(arrays, year, False, drawn)
        margin = arrays.margin_mw - np.cumsum(drawn.change_mw, axis=1)[:, :one.steps]
        for h in range(one.steps):
            is_out = np.zeros(len(one.interfaces.from_region), dtype=bool)
            is_out[one.lines.interface] = drawn.line_out[:, h]
            found[year, h] = least_shedding(one, margin[:, h], one.load_mw[:, h], is_out, h)
    return found


@pytest.mark.parametrize("seed", range(6))
def test_hours_that_matter_are_as_good_as_a_programme_of_every_hour(seed):
    one, years = drawn_system(seed), 4
    wanted, found = every_hour(one, years), assess(one, Luck(1), sample_years=years, ways=DC)
    assert found.indices["eue_mwh"].value == pytest.approx(wanted.sum() / years, rel=1e-7)
    assert found.short_share.tolist() == ((wanted > 1e-5).sum(axis=0) / years).tolist()
    assert found.hours["short"] == (wanted > 1e-5).sum()
    assert 0 < found.hours["solved"] < found.hours["exchanging"]
    assert found.indices["eue_mwh"].value > eue(one, TRANSPORT, years) > 0.0


def test_a_large_meshed_system_is_solved_as_well():
    one = drawn_system(11, regions=12, lines=30, steps=24)
    wanted, found = every_hour(one, 4), assess(one, Luck(1), sample_years=4, ways=DC)
    assert found.indices["eue_mwh"].value == pytest.approx(wanted.sum() / 4, rel=1e-7)
    assert found.hours["solved"] > 50


def test_lines_that_let_nothing_back_leave_an_answer():
    """Parallel lines drawn either way, each closed in one direction: only a flow of 0 keeps both limits."""
    one = drawn_system(29, regions=15, lines=30, steps=48)
    forward = one.interfaces.forward_mw.copy()
    forward[1::4] = 0.0
    one = replace(one, interfaces=replace(one.interfaces, forward_mw=forward))
    assert eue(one, DC, 2) == pytest.approx(every_hour(one, 2).sum() / 2, rel=1e-7)


def test_factors_are_those_of_the_grid_with_lines_out_and_parts_cut_off():
    pairs, x = [(0, 1), (1, 2), (0, 2), (2, 3), (3, 4)], [0.1, 0.2, 0.05, 0.3, 0.4]
    one = joined(np.zeros((5, 24)), [], [(*pair, 10.0) for pair in pairs], x)
    branches = [B(*pair, x=each) for pair, each in zip(pairs, x, strict=True)]
    grid = small_grid(np.zeros((5, 1)), [U(0, 1)], branch=branches,
                      counties=("province", "JH", "XH", "PJ", "TS"))
    for out in ([], [1], [2], [3], [0, 3]):
        dc = dc_for(one)
        dc.is_open[out] = True
        set_factors(one.interfaces.from_region, one.interfaces.to_region, dc)
        assert np.allclose(dc.factor, build_ptdf(grid, np.where(dc.is_open, 0.0, 1.0)).matrix)


# laws


def with_stores(one):
    """Three stores beside it."""
    power = np.array([15.0, 25.0, 10.0])
    return replace(one, stores=RegionalStores.batteries(
        tuple("abc"), np.array([0, 2, 3]), power, power, power * np.array([4.0, 2.0, 6.0]), np.array([0.85, 0.9, 0.8]),
        one.steps))


@pytest.mark.parametrize("has_stores", [False, True])
def test_limits_that_never_bind_leave_the_transport_model(has_stores):
    """On a tree, where flows follow from what each region gives, and in a mesh of wide lines: the same to the bit."""
    tree, mesh = drawn_system(3, lines=4), drawn_system(3)
    wide = replace(mesh.interfaces, forward_mw=mesh.interfaces.forward_mw * 1e6,
                   backward_mw=mesh.interfaces.backward_mw * 1e6)
    for one in (tree, replace(mesh, interfaces=wide, lines=Lines.none(mesh.steps))):
        one = with_stores(one) if has_stores else one
        dc, transport = (assess(one, Luck(1), sample_years=200, ways=ways) for ways in (DC, TRANSPORT))
        assert dc.indices == transport.indices
        assert dc.by_region == transport.by_region
        assert dc.hours["solved"] == 0 < dc.hours["short"] < dc.hours["exchanging"]
        assert transport.hours == {}


def test_dc_limits_never_lower_unserved_energy_without_stores():
    for seed in range(8):
        one = drawn_system(seed)
        assert eue(one, DC, 50) >= eue(one, TRANSPORT, 50) - 1e-6


def test_reactances_count_by_their_ratios_only():
    one = drawn_system(2)
    other = replace(one, interfaces=replace(one.interfaces, reactance=one.interfaces.reactance * 64.0))
    assert eue(one, DC, 50) == pytest.approx(eue(other, DC, 50), rel=1e-9)


def test_any_number_of_threads_gives_the_same_numbers():
    base = with_stores(drawn_system(4))
    one, three = (assess(base, Luck(1), sample_years=2100, ways=Ways(threads=n, is_dc=True)) for n in (1, 3))
    assert one.indices == three.indices
    assert one.hours == three.hours
    assert one.hours["solved"] > 0


# bad input


def test_a_system_without_a_dc_network_is_refused_with_every_reason():
    offers = RegionalOffers(np.array([0]), np.full((1, 24), 5.0), np.array([2.0]), np.array([3.0]), np.array([0.0]))
    store = replace(one_store(0, 10.0, 10.0, 24), carryover=np.array([0.9]))
    bare = system([[0.0] * 24] * 3, [], interfaces=PATH, offers=offers, stores=store)
    with pytest.raises(InputError) as found:
        assess(bare, Luck(1), sample_years=2, ways=DC)
    assert [part in str(found.value) for part in ("reactance", "response", "losses over time")] == [True] * 3
    with pytest.raises(InputError, match="no interfaces"):
        assess(replace(bare, interfaces=type(bare.interfaces).none(24)), Luck(1), sample_years=2, ways=DC)


FOLDER = {"units": "unit,region,capacity_mw\nu,A,100\n", "load": hours("A,B,C", 0, 0, 100),
          "regions": "region\nA\nB\nC\n",
          "interfaces": "from,to,forward_mw,reactance\nA,B,100,1\nB,C,100,1\nA,C,20,1\n"}


def test_a_folder_brings_reactances(tmp_path):
    assert eue(read_system(write(tmp_path / "loop", **FOLDER), is_dc=True), DC) == pytest.approx(24 * 70.0)
    assert eue(read_system(write(tmp_path / "loop", **FOLDER)), TRANSPORT) == 0.0


def test_what_a_folder_lacks_for_the_dc_network_is_told_at_once(tmp_path):
    interfaces = "from,to,forward_mw,reactance\nA,B,100,-1\nB,C,100,\nA,C,20,x\n"
    bad = write(tmp_path / "bad", **FOLDER | {"interfaces": interfaces},
                response="region,mw,hours_per_event,events_per_year\nC,5,2,3\n")
    with pytest.raises(InputError) as found:
        read_system(bad, is_dc=True)
    told = problems(found)
    for part in ("interfaces.csv 2 A-B.reactance: is -1; a number above 0", "interfaces.csv 3 B-C.reactance: is empty",
                 "interfaces.csv 4 A-C.reactance: is 'x'; a number", "response.csv 0 : response on call"):
        assert any(part in line for line in told), (part, told)
    for lacking in (FOLDER | {"interfaces": "from,to,forward_mw\nA,B,100\nB,C,100\nA,C,20\n"},
                    {name: text for name, text in FOLDER.items() if name != "interfaces"}):
        with pytest.raises(InputError, match=r"interfaces\.csv"):
            read_system(write(tmp_path / str(len(lacking)), **lacking), is_dc=True)


def test_a_pras_file_has_no_dc_network():
    with pytest.raises(InputError, match="no reactances"):
        read_system(TOY, is_dc=True)


def test_two_circuits_between_the_same_regions_fail_on_their_own(tmp_path):
    """Each is out half the time and carries 50 of the 100 MW that C wants: half of it is short, a quarter of hours all.

    Circuits that fail as one would leave all or nothing: short in half of the hours instead of three quarters.
    """
    tables = FOLDER | {"interfaces": "from,to,forward_mw,for,mttr_h\nA,C,50,0.5,10\nA,C,50,0.5,10\nA,B,1,,\n"}
    found = assess(read_system(write(tmp_path / "two", **tables)), Luck(1), sample_years=4000).indices
    assert near(found["eue_mwh"], 24 * 50.0)
    assert near(found["lolh_h"], 24 * 0.75)
