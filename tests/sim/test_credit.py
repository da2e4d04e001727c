"""Capacity credits in a run: made from the year's own system, kept between, and switched off."""

from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest

from dafeng.configs import load
from dafeng.configs.errors import Place
from dafeng.configs.luck import Luck
from dafeng.network.adequacy_system import single_node
from dafeng.network.capacity_credit import conditioned_elcc_mw
from dafeng.network.capacity_margins import room_of
from dafeng.network.outages import Process
from dafeng.network.outages_expected import out_of_any
from dafeng.network.outages_pace import NO_PACES, paces_of
from dafeng.sim import booking
from dafeng.sim.assess import machines_of
from dafeng.sim.credit import CLOSE, SAMPLE_YEARS, SIZE, _resource, computed_credits, credits_of_year, new_unit
from dafeng.sim.credit_curves import SIZES_MW, curves_of, paid_offers, sizes_mw
from dafeng.sim.credit_shares import Credits
from dafeng.sim.metrics.capacity_credit import capacity_credit


def made(settings=None, times=1.0, paces=NO_PACES, temperature_c=20.0):
    """A fleet of 12 units of 500 MW against a load with an evening peak, and no province; or so many times of both."""
    city = load.city("jiangmen").with_values(settings or {}, Place("test", 0, ""))
    hour = np.arange(8760) % 24
    sun = np.maximum(0.0, np.cos(2 * np.pi * (hour - 13) / 24))
    load_mw = times * (4000 + 900 * np.cos(2 * np.pi * (hour - 19) / 24))
    system = single_node([(f"u{i}", 500.0 * times, Process(920.0, 80.0)) for i in range(12)], load_mw)
    weather = SimpleNamespace(factor=lambda profile, place: sun if profile == "solar" else np.full(8760, 0.3),
                              temperature_c=temperature_c + np.zeros(8760))
    around = SimpleNamespace(weather=weather, year=2025, paces=paces)
    return city, around, SimpleNamespace(units=(), base_share=np.zeros((0, 8760))), system


def test_credits_follow_the_system_and_not_the_table():
    city, around, assembly, system = made()
    counted = booking.credits(city)
    found = computed_credits(city, around, assembly, system, Luck(1), counted)
    assert set(found) == set(counted)
    assert all(0.0 <= share <= 1.0 for share in found.values())
    assert found["nuclear_epr"] < found["coal_usc"] < found["waste_to_energy"]
    assert abs(found["wind_offshore"] - 0.3) < 0.01
    assert found["battery_li"] < found["pumped_hydro"]
    assert found["import"] == counted["import"]


def test_each_computed_credit_knows_its_error_and_constants_of_the_data_are_marked():
    """The error of a curve's point is told from the same sample years by the full search: sun of the same size."""
    city, around, assembly, system = made()
    counted = booking.credits(city)
    found = computed_credits(city, around, assembly, system, Luck(1), counted)
    assert set(counted) - set(found.se) == {"import", "hydro_small"}
    assert all(0.0 < error < 0.1 for error in found.se.values())
    assembly.grid = SimpleNamespace(offers=SimpleNamespace(power_mw=np.zeros((0, 8760))))
    assembly.stores = assembly.offers = ()
    assert (system.province, SIZE) == (None, 0.02)
    size_mw = sizes_mw(system)[0]
    curves = curves_of(city, around, assembly, system, Luck(1))
    assert found.se["pv_utility"] == pytest.approx(curves["solar", size_mw].se, rel=0.2)
    assert found.se["wind_offshore"] < CLOSE  # of a constant output nothing is left to chance
    room = room_of(system, Luck(1), sample_years=SAMPLE_YEARS, balance="island")
    for technology in ("coal_usc", "nuclear_epr"):
        unit = new_unit(city, technology)
        causes = machines_of(city, replace(unit, key=""), 0, NO_PACES)
        size_mw, rate = min(unit.capacity_mw, 0.02 * 4900.0), float(np.mean(out_of_any(causes, NO_PACES)))
        exactly = conditioned_elcc_mw(room, size_mw, rate).se / size_mw
        assert found.se[technology] == pytest.approx(exactly, rel=0.35), technology


def test_rows_of_credits_hold_the_error_and_say_what_is_a_constant():
    year = SimpleNamespace(credit=Credits({"import": 1.0, "pv_utility": 0.3}, {"pv_utility": 0.01}))
    rows = {entry.technology: (entry.value, entry.se, entry.basis) for entry in capacity_credit(year)}
    assert rows == {"import": (1.0, 0.0, "table"), "pv_utility": (0.3, 0.01, "all")}


def test_a_small_city_alone_has_the_credits_of_a_large_one_of_its_kind():
    """Of 4,900 MW and of 153 MW, where 500 MW of anything and an EPR of 1,750 MW are more than the city."""
    large, small = (
        computed_credits(*made(times=times), Luck(1), booking.credits(made()[0])) for times in (1.0, 1.0 / 32.0)
    )
    same = ("coal_usc", "gas_ccgt", "nuclear_epr", "battery_li", "pumped_hydro", "pv_utility", "wind_offshore")
    for technology in same:
        assert abs(small[technology] - large[technology]) < 2 * CLOSE, technology
    assert small["coal_usc"] > small["nuclear_epr"] > 0.5
    assert small["battery_li"] > 0.1


def test_the_credit_of_a_unit_in_a_city_alone_is_that_of_an_addition_of_two_percent():
    city, around, assembly, system = made(times=1.0 / 32.0)
    found = computed_credits(city, around, assembly, system, Luck(1), booking.credits(city))
    room = room_of(system, Luck(1), sample_years=SAMPLE_YEARS, balance="island")
    for technology in ("coal_usc", "nuclear_epr"):
        size_mw = 0.02 * 4900.0 / 32.0
        causes = machines_of(city, new_unit(city, technology), 0, NO_PACES)
        rate = out_of_any(causes, NO_PACES)[0]
        exactly = conditioned_elcc_mw(room, size_mw, rate).value / size_mw
        assert abs(found[technology] - exactly) < 0.005  # the curve of few points


def test_the_table_stands_when_it_is_asked_for_and_between_the_years_of_credits():
    before = Credits({"coal_usc": 0.5})
    for settings, year in (({"capacity_credit": "table"}, 2025), ({}, 2026)):
        city, around, assembly, _ = made(settings)
        around.year = year
        assert credits_of_year(city, around, assembly, None, None, Luck(1), before) is before


def test_curves_fall_with_size_and_longer_stores_are_worth_more():
    city, around, assembly, system = made()
    assembly.grid = SimpleNamespace(offers=SimpleNamespace(
        power_mw=np.full((2, 8760), 10.0)))
    offer = SimpleNamespace(hours_per_event=4.0, events_per_year=30.0, rebound_share=0.8, is_ordered=False)
    assembly.offers = (offer, SimpleNamespace(is_ordered=True))
    cars = SimpleNamespace(technology="v2g", hours=3.0, efficiency_in=0.9, efficiency_out=0.9, day_share=())
    assembly.stores = (cars,)
    found = curves_of(city, around, assembly, system, Luck(1))
    kinds, sizes = {kind for kind, _ in found}, sizes_mw(system)
    assert kinds == {"solar", "wind_offshore", "response", "v2g", *(f"storage_{hours}h" for hours in (1, 2, 4, 8))}
    for kind in kinds:
        shares = [found[kind, mw].value for mw in sizes]
        assert all(later <= earlier + 3e-3 for earlier, later in pairwise(shares)), kind
    by_hours = [found[f"storage_{hours}h", sizes[2]].value for hours in (1, 2, 4, 8)]
    assert by_hours == sorted(by_hours)


def test_the_curve_of_cars_counts_only_those_at_their_plugs():
    """Half of them on the road in the evening, when the system is short; at their plugs always they are a store."""
    city, around, assembly, system = made()
    assembly.grid, assembly.offers = SimpleNamespace(offers=SimpleNamespace(power_mw=np.zeros((0, 8760)))), ()
    away = tuple(0.5 if 15 <= hour < 24 else 1.0 for hour in range(24))
    found = {}
    for name, day in (("always", (1.0,) * 24), ("away", away)):
        one_way = city.value("battery_li.eff_roundtrip") ** 0.5
        assembly.stores = (SimpleNamespace(technology="v2g", hours=4.0, efficiency_in=one_way, efficiency_out=one_way,
                                           day_share=day),)
        found[name] = curves_of(city, around, assembly, system, Luck(1))
    for mw in sizes_mw(system)[:3]:
        assert found["always"]["v2g", mw].value == pytest.approx(found["always"]["storage_4h", mw].value, abs=0.02)
        assert found["away"]["v2g", mw].value < 0.75 * found["always"]["v2g", mw].value


def test_a_city_without_a_province_has_sizes_that_suit_its_load():
    *_, system = made()
    assert sizes_mw(system) == (98.0, 245.0, 490.0, 980.0, 2450.0)
    assert sizes_mw(SimpleNamespace(province=object())) == SIZES_MW


def test_in_hot_hours_units_are_credited_for_what_the_weather_leaves_of_them():
    """Short in summer evenings alone, at 36 degrees: gas and coal lose output, and more of all machines fail."""
    hour = np.arange(8760)
    summer = np.exp(-(((hour / 24 - 200) / 30) ** 2))
    mild, hot = made()[0], 18.0 + 18.0 * summer
    counted = booking.credits(mild)
    found = []
    for paces, degrees in ((NO_PACES, 20.0), (NO_PACES, hot), (paces_of(mild, hot, hot), hot)):
        city, around, assembly, _ = made(paces=paces, temperature_c=degrees)
        load_mw = 3300.0 + 1000.0 * summer + 600.0 * np.cos(2 * np.pi * (hour % 24 - 19) / 24)
        system = single_node([(f"u{i}", 500.0, Process(920.0, 80.0)) for i in range(12)], load_mw)
        found.append(computed_credits(city, around, assembly, system, Luck(1), counted))
    mild, in_heat, at_pace = found
    assert mild["gas_ccgt"] - in_heat["gas_ccgt"] > 5 * CLOSE
    assert mild["coal_usc"] - in_heat["coal_usc"] > CLOSE
    assert in_heat["nuclear_gen3"] == mild["nuclear_gen3"]
    assert at_pace["nuclear_gen3"] < in_heat["nuclear_gen3"] - CLOSE
    assert at_pace["gas_ccgt"] < in_heat["gas_ccgt"] - CLOSE
    assert at_pace["battery_li"] == in_heat["battery_li"]


def test_the_battery_that_is_credited_holds_what_the_one_that_stands_holds():
    """Two hours of its power inside, of which 0.93 reach the grid: not two hours at the grid."""
    city, around, assembly, _ = made()
    stored = _resource(city, around, assembly, "battery_li", 500.0).stores
    assert stored.energy_mwh / stored.discharge_mw == city.value("battery_li.hours") == 2.0


def test_the_response_that_is_credited_is_the_citys_own_without_orders():
    power_mw = np.array([[6.0], [1.0], [2.0], [50.0]])
    assembly = SimpleNamespace(grid=SimpleNamespace(offers=SimpleNamespace(power_mw=power_mw)))
    terms = ((4.0, 30.0, 0.8), (2.7, 30.0, 0.0), (2.7, 30.0, 0.0), (24.0, 9.0, 0.0))
    assembly.offers = tuple(SimpleNamespace(hours_per_event=hours, events_per_year=days, rebound_share=back,
                                            is_ordered=hours == 24.0) for hours, days, back in terms)
    assert paid_offers(assembly) == {(2.7, 30.0, 0.0): 3.0 / 9.0, (4.0, 30.0, 0.8): 6.0 / 9.0}
