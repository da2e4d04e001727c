"""Sequential Monte Carlo: published indices, hand-worked years and laws on common random numbers."""

import csv
import math
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from dafeng.configs.luck import Luck
from dafeng.network.adequacy import adequacy, contract_block_mw, draw_cases
from dafeng.network.adequacy_delivery import carried_share
from dafeng.network.adequacy_stores import charge, discharge
from dafeng.network.adequacy_system import (
    Offtakes,
    Pool,
    Reservoirs,
    System,
    no_measures,
    no_stores,
    single_node,
)
from dafeng.network.copt import exact
from dafeng.network.outages import Process
from dafeng.network.sampling import Machine, Machines

DATA = Path(__file__).parent / "data" / "rts79"
NEVER = Process(math.inf, 1.0)


def table(name):
    with (DATA / f"{name}.csv").open() as file:
        return list(csv.DictReader(file))


def rts79_load_mw(peak_mw=2850.0):
    hourly, load = table("hourly_pct"), []
    for row in table("weekly_peak_pct"):
        week = int(row["week"])
        season = "summer" if 18 <= week <= 30 else "winter" if week <= 8 or week >= 44 else "spring"
        for day, share in enumerate(table("daily_peak_pct")):
            top = peak_mw * float(row["peak_pct_of_annual"]) / 100 * float(share["peak_pct_of_weekly"]) / 100
            load += [top * float(hour[f"{season}_{'wd' if day < 5 else 'we'}"]) / 100 for hour in hourly]
    return np.array(load)


def rts79(load_mw=None, stores=None):
    machines = [(r["unit"], float(r["capacity_mw"]), Process(float(r["mttf_h"]), float(r["mttr_h"])))
                for r in table("units")]
    return single_node(machines, rts79_load_mw() if load_mw is None else load_mw, stores)


def store(power_mw, energy_mwh, efficiency_in=1.0):
    return Reservoirs(*(np.array([x]) for x in (power_mw, power_mw, energy_mwh, efficiency_in, 1.0)))


def island(system, sample_years=4000, seed=1, **more):
    return adequacy(system, Luck(seed), sample_years=sample_years, support="island", **{"with_margin": False, **more})


def near(estimate, value, error=0.0):
    return abs(estimate.value - value) < 3 * math.hypot(estimate.se, error)


# published


def test_rts79_meets_the_published_and_the_exact_indices():
    found = island(rts79(), 30_000)
    assert near(found.lolh_h, 9.39418)
    assert near(found.eue_mwh, 1176.3)
    assert near(found.lolf_hourly, 1.913)
    assert found.converged


def test_rts79_with_a_battery_of_1200_mwh_meets_the_reference():
    found = island(rts79(stores=store(300.0, 1200.0, 0.85)), 30_000)
    assert near(found.eue_mwh, 423.4, 2.8)
    assert near(found.lolh_h, 1.998)


def test_the_margin_is_where_the_exact_hours_reach_the_standard():
    found = island(rts79(), 20_000, with_margin=True)
    units = [(float(r["capacity_mw"]), Process(float(r["mttf_h"]), float(r["mttr_h"]))) for r in table("units")]
    capacity, processes = [mw for mw, _ in units], [process for _, process in units]
    assert found.margin_mw.se < 40.0
    for wide, sign in ((3, -1), (-3, 1)):
        load = rts79_load_mw() + found.margin_mw.value - wide * found.margin_mw.se
        assert sign * (exact(capacity, processes, load).lolh_h - 2.4) > 0


# worked by hand


def small_year():
    """Two days of 50 MW with 120 MW in three hours of the first, against 100 MW that never fail."""
    load = np.full(48, 50.0)
    load[10:13] = 120.0
    return single_node([("a", 100.0, NEVER)], load)


def test_a_year_without_outages_is_worked_out_by_hand():
    found = island(small_year(), 10)
    assert [found.lole_d.value, found.lolh_h.value, found.lolf_hourly.value] == [1.0, 3.0, 1.0]
    assert (found.eue_mwh.value, found.eue_mwh.se) == (60.0, 0.0)
    assert found.neue_ppm.value == pytest.approx(1e6 * 60.0 / (45 * 50.0 + 3 * 120.0))
    assert {name: column[0] for name, column in found.events.items()} == {
        "sample": 0, "case": 0, "hour": 10, "hours": 3, "mwh": 60, "deepest_mw": 20}


def test_the_city_fills_its_share_by_shifting_then_stores_then_response():
    """Half of 20 MW for three hours; 4 MW move, the store holds two hours of 5 MW, the offer answers the third hour."""
    system = small_year()
    measures = no_measures(48)._replace(
        shift_mw=np.full(48, 4.0), stores=store(5.0, 10.0), offer_mw=np.full((1, 48), 3.0),
        hours_per_event=np.array([1.0]), events_per_year=np.array([1.0]), is_ordered=np.zeros(1, np.bool_),
        rebound_share=np.zeros(1))
    found = adequacy(replace(system, province=system.island, city_share=0.5, measures=measures), Luck(1),
                     sample_years=5, support="province", with_margin=False)
    assert found.eue_mwh.value == pytest.approx(1.0 + 1.0 + 3.0)
    assert found.lolh_h.value == 3.0


def test_moved_charging_must_find_quiet_hours_on_the_same_day():
    """22 of 24 hours are short by 20 MW: only two quiet hours can take back what 10 MW of charging gives up."""
    load = np.full(48, 50.0)
    load[2:24] = 120.0
    system = single_node([("a", 100.0, NEVER)], load)
    found = island(replace(system, measures=no_measures(48)._replace(shift_mw=np.full(48, 10.0))), 3)
    assert found.eue_mwh.value == pytest.approx(22 * 20.0 - 2 * 10.0)


def test_a_planned_cut_is_flat_and_loses_no_more_energy():
    """Gaps of 10, 20 and 30 MW and 20 MWh in store: at once leaves 0, 10, 30; planned leaves 10, 15, 15."""
    load = np.full(48, 50.0)
    load[10:13] = 110.0, 120.0, 130.0
    base = single_node([("a", 100.0, NEVER)], load)
    at_once = replace(base.island, stores=store(20.0, 20.0))
    planned = replace(at_once, spreads=True)
    both = [island(replace(base, island=pool), 3) for pool in (at_once, planned)]
    assert [one.eue_mwh.value for one in both] == pytest.approx([40.0, 40.0], rel=1e-5)
    assert [one.lolh_h.value for one in both] == [2.0, 3.0]
    assert both[0].events["deepest_mw"][0] == 30.0
    assert both[1].events["deepest_mw"][0] == pytest.approx(15.0, abs=0.15)


def test_stores_that_last_longer_go_first():
    """4 h and 1 h of 10 MW: an hour of 10 MW is taken from the first alone, the next ones keep them in step."""
    stores = Reservoirs(*(np.array(x) for x in ([10.0, 10.0], [10.0, 10.0], [40.0, 10.0], [1.0, 1.0], [1.0, 1.0])))
    level = stores.energy_mwh.copy()
    assert discharge(stores, level, 10.0) == pytest.approx(0.0)
    assert level == pytest.approx([30.0, 10.0])
    assert discharge(stores, level, 20.0) == pytest.approx(0.0)
    assert level == pytest.approx([20.0, 0.0])
    assert discharge(stores, level, 15.0) == pytest.approx(5.0)
    assert level == pytest.approx([10.0, 0.0])


def test_charging_loses_energy_and_stops_when_full():
    stores = store(10.0, 20.0, 0.5)
    level = np.array([16.0])
    assert charge(stores, level, 6.0) == 0.0
    assert level[0] == pytest.approx(19.0)
    assert charge(stores, level, 6.0) == pytest.approx(4.0)
    assert level[0] == pytest.approx(20.0)


def test_cases_come_in_proportion_to_their_probability():
    load = np.full(48, 50.0)
    high = load.copy()
    high[5] = 130.0
    machines = Machines.of([Machine("a", 100.0, NEVER)])
    pool = Pool(machines, np.ones((1, 48)), np.ones((2, 1)), np.array([load, high]), no_stores())
    system = System(2030, ("all",), load[None, :], np.array([0.75, 0.25]), None, pool, no_measures(48))
    found = island(system, 200)
    assert found.eue_mwh.value == pytest.approx(0.25 * 30.0, abs=30.0 * 2 / 200)
    assert found.eue_mwh.se == 0.0
    assert np.bincount(draw_cases(system, Luck(1), 200)) == pytest.approx([150, 50], abs=2)


def test_groups_in_proportion_are_merged_without_changing_anything():
    load = 60.0 + 40.0 * np.sin(np.arange(8760) / 24 * 2 * np.pi)
    process = Process(300.0, 60.0)
    season = 0.75 + 0.25 * np.cos(np.arange(8760) / 8760 * 2 * np.pi)
    rows = [Machine(f"m{i}", 40.0, process, group=i % 2) for i in range(4)]
    apart = Pool(Machines.of(rows), np.array([season, 0.5 * season]), np.ones((1, 2)), load[None, :], no_stores())
    halved = [replace(row, mw=row.mw / (1 + row.group), group=0) for row in rows]
    by_hand = replace(apart, machines=Machines.of(halved), share=season[None, :], factor=np.ones((1, 1)))
    system = System(2030, ("all",), load[None, :], np.ones(1), None, apart, no_measures(8760))
    assert apart.merged().share.shape == (1, 8760)
    first, second = island(system, 50), island(replace(system, island=by_hand), 50)
    assert first.eue_mwh.value == pytest.approx(second.eue_mwh.value, rel=1e-9)
    assert first.eue_mwh.value > 0


# offtakes


def test_circuits_in_service_carry_their_part_and_a_spare_holds_the_limit_of_one_out():
    assert [carried_share(4, float(out), False) for out in range(5)] == pytest.approx([1, 3 / 4, 1 / 2, 1 / 4, 0])
    assert [carried_share(4, float(out), True) for out in range(5)] == pytest.approx([1, 1, 2 / 3, 1 / 3, 0])
    assert [carried_share(1, out, spare) for out in (0.0, 1.0) for spare in (False, True)] == [1.0, 1.0, 0.0, 0.0]


def offtake_system(process, count, load_mw, limit_mw):
    """Two nodes in two counties, the first as asked, the second far from its limit."""
    parts = Machines.of([Machine("t1", 1.0, process, 0, count), Machine("t2", 1.0, NEVER, 1, 2)])
    load = np.vstack([load_mw, np.full_like(load_mw, 10.0)])
    offtakes = Offtakes(np.array([0, 1]), load, parts, np.array([limit_mw, 100.0]))
    return System(2030, ("PJ", "JH"), load, np.ones(1), None, None, no_measures(len(load_mw)), offtakes)


def test_what_exceeds_an_offtake_is_unserved_in_its_county():
    load = np.full(48, 80.0)
    load[20:22] = 120.0
    found = adequacy(offtake_system(NEVER, 2, load, 100.0), Luck(1), sample_years=4, support="deliverability",
                     with_margin=False)
    assert (found.eue_mwh.value, found.lolh_h.value, found.lole_d.value) == (40.0, 2.0, 1.0)
    assert found.by_county["PJ"]["eue_mwh"].value == 40.0
    assert found.by_county["JH"]["eue_mwh"].value == 0.0


def test_a_single_transformer_loses_its_load_as_often_as_it_is_out():
    found = adequacy(offtake_system(Process(900.0, 100.0), 1, np.full(8760, 50.0), 100.0), Luck(1),
                     sample_years=400, support="deliverability", with_margin=False)
    assert near(found.eue_mwh, 0.1 * 8760 * 50.0)
    assert near(found.lolh_h, 0.1 * 8760)


def test_the_provincial_view_adds_what_the_offtakes_cannot_deliver():
    load = np.full(48, 80.0)
    load[20:22] = 120.0
    system = offtake_system(NEVER, 2, load, 100.0)
    short = np.full(48, 100.0)
    short[21:23] = 200.0
    pool = Pool(Machines.of([Machine("p", 150.0, NEVER)]), np.ones((1, 48)), np.ones((1, 1)), short[None, :],
                no_stores())
    found = adequacy(replace(system, province=pool, city_share=0.1), Luck(1), sample_years=4, support="province",
                     with_margin=False)
    assert found.parts["pool_mwh"].value == pytest.approx(2 * 5.0)
    assert found.parts["delivery_mwh"].value == pytest.approx(40.0)
    assert (found.lolh_h.value, found.lolf_hourly.value) == (3.0, 1.0)
    assert found.by_county["PJ"]["lolh_h"].value == 3.0
    assert found.by_county["JH"]["lolh_h"].value == 2.0
    assert sum(one["eue_mwh"].value for one in found.by_county.values()) == pytest.approx(found.eue_mwh.value)


# laws on common random numbers


def fragile(extra=(), **changes):
    """About 5 % of hours short: eight machines that fail often, against a daily wave."""
    load = 500.0 + 150.0 * np.sin((np.arange(8760) - 9) / 24 * 2 * np.pi)
    machines = [(f"m{i}", 100.0, Process(400.0, 60.0)) for i in range(8)]
    return replace(single_node([*machines, *extra], load), **changes)


def measures(stores=None, shift_mw=0.0, offer_mw=0.0):
    return no_measures(8760)._replace(
        stores=stores or no_stores(), shift_mw=np.full(8760, shift_mw), offer_mw=np.full((1, 8760), offer_mw),
        hours_per_event=np.array([4.0]), events_per_year=np.array([30.0]), is_ordered=np.zeros(1, np.bool_),
        rebound_share=np.zeros(1))


@pytest.mark.parametrize("better", [
    {"extra": [("m9", 50.0, Process(400.0, 60.0))]},
    {"measures": measures(stores=store(60.0, 120.0, 0.8))},
    {"measures": measures(offer_mw=40.0)},
    {"measures": measures(shift_mw=30.0)},
    {"contract_mw": 25.0},
])
def test_more_of_anything_lowers_unserved_energy(better):
    base, more = island(fragile(), 200), island(fragile(**better), 200)
    assert base.eue_mwh.value > 1000.0
    assert more.eue_mwh.value < base.eue_mwh.value
    assert more.lolh_h.value <= base.lolh_h.value


def test_each_measure_still_helps_on_top_of_the_others():
    one = [measures(), measures(shift_mw=30.0), measures(store(60.0, 120.0, 0.8), 30.0),
           measures(store(60.0, 120.0, 0.8), 30.0, 40.0)]
    unserved = [island(fragile(measures=each), 100).eue_mwh.value for each in one]
    assert all(later < earlier for earlier, later in pairwise(unserved))


def test_the_order_of_machines_changes_nothing():
    system = fragile()
    order = np.array([5, 2, 7, 0, 1, 6, 4, 3])
    m = system.island.machines
    shuffled = Machines.of([Machine(m.keys[i], m.mw[i], Process(m.mttf_h[i], m.mttr_h[i])) for i in order])
    other = replace(system, island=replace(system.island, machines=shuffled))
    assert island(other, 100).eue_mwh.value == pytest.approx(island(system, 100).eue_mwh.value, rel=1e-9)


def test_equal_luck_gives_equal_results_and_other_luck_others():
    first, again, other = island(fragile(), 60), island(fragile(), 60), island(fragile(), 60, seed=2)
    assert first.eue_mwh == again.eue_mwh
    assert all(np.array_equal(first.events[name], again.events[name]) for name in first.events)
    assert first.eue_mwh != other.eue_mwh


def test_the_first_sample_years_do_not_depend_on_how_many_follow():
    short, long = island(fragile(), 50), island(fragile(), 80)
    of_first = long.events["sample"] < 50
    assert np.array_equal(long.events["mwh"][of_first], short.events["mwh"])


def test_no_event_gives_the_rule_of_three_and_no_convergence():
    found = island(single_node([("a", 100.0, NEVER)], np.full(8760, 50.0)), 200)
    assert (found.lolh_h.value, found.lolh_h.se) == (0.0, 3 / 200)
    assert (found.eue_mwh.value, found.eue_mwh.se) == (0.0, 3 / 200 * 50.0)
    assert not found.converged


def test_a_contract_block_brings_the_island_to_the_standard():
    system = fragile()
    block = contract_block_mw(system, Luck(1), sample_years=200)
    assert block > 0.0
    found = island(replace(system, contract_mw=block), 200)
    assert found.lolh_h.value == pytest.approx(2.4, rel=0.25)


def test_the_worst_years_are_worse_than_the_mean():
    found = island(fragile(), 200)
    assert found.cvar95_mwh.value > found.eue_mwh.value > 0.0


def short_in(hours, gap_mw, **measures):
    """The province view's EUE of two days of 50 MW, with so many MW missing in some hours, all of it the city's."""
    load = np.full(48, 50.0)
    load[hours] = 100.0 + gap_mw
    system = single_node([("a", 100.0, NEVER)], load)
    of = no_measures(48)._replace(**measures)
    found = adequacy(replace(system, province=system.island, city_share=1.0, measures=of), Luck(1), sample_years=2,
                     support="province", with_margin=False)
    return found.eue_mwh.value


def offer_of(mw, hours):
    return {"offer_mw": np.full((1, 48), mw), "hours_per_event": np.array([hours]), "events_per_year": np.array([9.0]),
            "is_ordered": np.zeros(1, np.bool_), "rebound_share": np.zeros(1)}


def test_a_run_may_begin_in_the_last_hours_of_a_day():
    """100 MW are missing at 22 and 23 h; an offer of 2.7 hours does what one of two hours does."""
    assert short_in([22, 23], 100.0, **offer_of(100.0, 2.0)) == 0.0
    assert short_in([22, 23], 100.0, **offer_of(100.0, 2.7)) == 0.0


def test_stores_leave_the_hours_of_a_run_to_response():
    """30 MW are missing at 10 to 12 h, 60 at 13 h; 20 MW of response for four hours, 60 MWh in the store: 10 lack.

    A store that went first would spend 30 MWh in each of the first two hours.
    """
    load = {"stores": store(60.0, 60.0), **offer_of(20.0, 4.0)}
    assert short_in([10, 11, 12, 13], np.array([30.0, 30.0, 30.0, 60.0]), **load) == pytest.approx(10.0)
