"""Charging: the evening peak, modes that use the same energy, and envelopes that can be met."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from dafeng.agents import charging, charging_home
from dafeng.agents.charging_home import Homes
from dafeng.agents.view import View
from dafeng.configs import load
from dafeng.configs.luck import Luck
from dafeng.configs.rules import Rules
from dafeng.configs.schema import City
from dafeng.configs.units import HOURS_A_YEAR


def view(city: City, year: int, weekday: Any = None, **asked: Any) -> View:
    """What the owner of an electric car sees."""
    rules = Rules(year, city.counties[0].key).ask(**asked)
    return View(year, 0.0, city, rules, {}, {}, (), {}, {}, {}, {}, (), Luck(1), weekday=weekday)


def jiangmen() -> City:
    """The city with its seven counties and nine load buses."""
    return load.city("jiangmen")


def homes(city: City, cars: float = 1000.0) -> Homes:
    """A thousand cars at home in each county, growing by half over the year."""
    counties = [county.key for county in city.counties]
    return Homes(
        dict.fromkeys(counties, cars), dict.fromkeys(counties, 1.875 * cars), 0.8 * cars * 7, 1.2 * cars * 7,
        dict.fromkeys(counties, 3.0 * cars),
    )  # fmt: skip


def weekdays() -> Any:
    """A year that starts on a Wednesday."""
    day = (np.arange(365) + 2) % 7
    return np.repeat((day < 5).astype(float), 24)


def test_uncontrolled_charging_peaks_late_in_the_evening() -> None:
    """V21: peak between 21 and 23 h, highest over lowest hour about 3.9."""
    weekday, _ = charging.daily(jiangmen(), charging.UNCONTROLLED)
    assert int(weekday.argmax()) in (21, 22, 23)
    assert float(weekday.max() / weekday.min()) == pytest.approx(3.9, abs=0.05)


def test_a_shape_of_the_year_adds_to_one_and_grows_by_months() -> None:
    growth = charging.monthly_growth(100.0, 300.0)
    shape = charging.over_year(*charging.daily(jiangmen(), charging.UNCONTROLLED), weekdays(), growth)
    assert float(shape.sum()) == pytest.approx(1.0)
    daily = shape.reshape(365, 24).sum(axis=1)
    assert daily[0] == pytest.approx(daily[30])
    assert daily[31] > daily[30]
    assert float(daily[-1] / daily[0]) == pytest.approx((100 + 200 * 23 / 24) / (100 + 200 / 24))


def test_delayed_charging_starts_around_the_valleys_start() -> None:
    day = charging_home.delayed_day(0.0, 1.0)
    assert float(day.sum()) == pytest.approx(1.0)
    assert day[[23, 0, 1]] == pytest.approx([0.25, 0.5, 0.25], abs=0.01)
    assert day[2:23].sum() == 0.0


def test_everyone_who_delays_makes_a_new_peak() -> None:
    """The rebound peak of 4.6: the same energy in fewer hours."""
    late, early = charging_home.delayed_day(0.0, 0.73), charging.daily(jiangmen(), charging.UNCONTROLLED)[0]
    assert late.max() > 5 * early.max()


def test_shares_of_modes_add_to_one_and_smart_needs_a_programme() -> None:
    city = jiangmen()
    none, some = charging_home.modes(view(city, 2030)), charging_home.modes(view(city, 2030, ev_smart_share=0.2))
    assert none.smart == 0.0
    assert some.smart == pytest.approx(0.2)
    for modes in (none, some, charging_home.modes(view(city, 2030, ev_smart_share=1.0))):
        assert modes.uncontrolled + modes.delayed + modes.smart == pytest.approx(1.0)
        assert modes.delayed + modes.smart <= city.value("charging.smart_participation_max") + 1e-12
        assert min(modes.uncontrolled, modes.delayed) >= 0.0


def test_without_a_time_of_use_tariff_only_the_habitual_delay() -> None:
    city = jiangmen()
    assert charging_home.valley_saving(view(city, 2020)) == 0.0
    assert charging_home.modes(view(city, 2020)).delayed == pytest.approx(city.value("extra.initial_share_delayed"))
    assert charging_home.modes(view(city, 2024)).delayed > charging_home.modes(view(city, 2020)).delayed


@pytest.mark.parametrize("works", [None, weekdays()])
def test_smart_envelopes_can_be_met_and_end_with_the_same_energy(works: Any) -> None:
    city = jiangmen()
    seen = view(city, 2030, works, ev_smart_share=0.5)
    found = charging_home.shiftables(seen, homes(city), 0.5)
    assert 1 <= len(found) <= 3
    assert sum(item.most_mwh[-1] for item in found) == pytest.approx(0.5 * 7 * 1875.0)
    for item in found:
        assert item.least_mwh[-1] == pytest.approx(item.most_mwh[-1])
        assert (item.least_mwh <= item.most_mwh + 1e-9).all()
        for bound in (item.least_mwh, item.most_mwh):
            draw = np.diff(bound, prepend=0.0)
            assert (draw >= -1e-9).all()
        assert (np.diff(item.most_mwh, prepend=0.0) <= item.power_mw + 1e-9).all()
        greedy = 0.0
        for hour in range(HOURS_A_YEAR):
            greedy = max(greedy, item.least_mwh[hour])
            assert greedy - (item.least_mwh[hour - 1] if hour else 0.0) <= item.power_mw[hour] + 1e-6


def test_a_car_may_wait_but_only_until_it_leaves() -> None:
    least, most = charging_home.envelope(np.array([0.0, 3.0, 0.0, 0.0, 0.0, 0.0]), np.full(6, 3.0), 2)
    assert most.tolist() == [0.0, 3.0, 3.0, 3.0, 3.0, 3.0]
    assert least.tolist() == [0.0, 0.0, 0.0, 3.0, 3.0, 3.0]


def test_what_arrives_late_in_the_year_is_charged_as_late_as_the_plugs_allow() -> None:
    least, most = charging_home.envelope(np.array([0.0, 0.0, 2.0, 2.0]), np.full(4, 2.0), 3)
    assert most.tolist() == [0.0, 0.0, 2.0, 4.0]
    assert least.tolist() == [0.0, 0.0, 2.0, 4.0]


def test_the_load_of_a_county_is_split_over_its_buses() -> None:
    city = jiangmen()
    shares = charging.shares_of_buses(city, "XH")
    assert set(shares) == {"N09D", "N10D"}
    assert shares["N09D"] == pytest.approx(0.1474 / (0.1474 + 0.0983))
    found = charging.loads(city, "x", {"XH": 1000.0, "PJ": 10.0}, np.full(HOURS_A_YEAR, 1.0 / HOURS_A_YEAR))
    assert sum(load.mwh for load in found) == pytest.approx(1010.0)
    for load_of_bus in found:
        assert load_of_bus.hourly_mw is not None
        assert float(load_of_bus.hourly_mw.sum()) == pytest.approx(load_of_bus.mwh)


def test_feeding_back_keeps_a_floor_and_loses_a_fifth() -> None:
    city = jiangmen()
    stores = charging_home.feeding_back(view(city, 2030, ev_v2g_share=0.05), homes(city), 55.0)
    assert charging_home.feeding_back(view(city, 2030), homes(city), 55.0) == []
    assert len(stores) == 3
    store = stores[0]
    assert store.efficiency_in * store.efficiency_out == pytest.approx(0.8)
    energy = sum(item.power_mw * item.hours for item in stores)
    most = 7 * 0.05 * 3000 * 55.0 * 0.6 / 1000
    assert 0.0 < energy < most


def test_cars_feed_back_in_the_hours_in_which_they_are_not_on_the_road() -> None:
    """The spec's 1 - driving / its highest: none at 17, when most drive, and of all hours most before dawn."""
    city = jiangmen()
    store = charging_home.feeding_back(view(city, 2030, ev_v2g_share=0.05), homes(city), 55.0)[0]
    driving = city.profiles.charging["driving"]
    cars = 0.05 * charging_home.gathered(city, homes(city).electric)[store.county]
    there_mw = store.power_mw * np.array(store.day_share)
    assert there_mw == pytest.approx(cars * 7.0 / 1000 * (1.0 - driving / driving.max()))
    assert there_mw[17] == 0.0
    assert max(store.day_share) == 1.0


def test_no_more_cars_feed_back_than_have_a_plug_at_home() -> None:
    city = jiangmen()
    few = replace(homes(city), cars=dict.fromkeys([county.key for county in city.counties], 10.0))
    power = sum(store.power_mw for store in charging_home.feeding_back(view(city, 2030, ev_v2g_share=0.15), few, 55.0))
    assert power <= 70 * 7.0 / 1000
