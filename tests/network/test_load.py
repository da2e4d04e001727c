"""Loads: energy in a normal year, shapes, holidays on their days, and the observed load factor."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import nnls

from dafeng.configs import load as files
from dafeng.configs.errors import InputError
from dafeng.configs.luck import Luck
from dafeng.configs.schema import City
from dafeng.configs.units import Floats
from dafeng.network import load
from dafeng.network.calendar import days, holiday_factor
from dafeng.network.load_normal import (
    OFF,
    WORKDAY_WEIGHT,
    WORKING,
    daily_pattern,
    non_negative_fit,
    normal_load,
    sector_mix,
    weekly,
)
from dafeng.network.load_response import daily_response, normal_response
from dafeng.network.weather import Weather, weather_year
from dafeng.network.weather_temperature import IS_SUMMER, MONTH_OF_DAY

YEARS = 60
REST_MWH = 662.6e6
"""Use of the province less the city in 2020."""
GUANGDONG_SHARE = 692.6 / 662.6
"""Guangdong over its part outside the city: 692.6 TWh in 2020."""
SECTORS = ("continuous_industry", "shift_industry", "services", "residential", "agriculture")
RAW = Path(__file__).resolve().parents[2].parent / "shared/data/jiangmen/hourly_load_guangdong_2018.csv"


@cache
def city() -> City:
    return files.city("jiangmen")


@cache
def weathers() -> tuple[Weather, ...]:
    return tuple(weather_year(city(), Luck(11, replication), 2020) for replication in range(YEARS))


@cache
def province() -> Floats:
    return np.array([load.province_load(city(), weather, days(2020), REST_MWH) for weather in weathers()])


def multipliers() -> dict[str, float]:
    industry = city().value("temperature.cooling_share_industry_multiplier")
    return {
        "continuous_industry": industry,
        "shift_industry": industry,
        "services": city().value("temperature.cooling_share_services_multiplier"),
        "residential": city().value("temperature.cooling_share_residential_multiplier"),
        "agriculture": 0.0,
    }


@pytest.mark.parametrize("name", [*SECTORS, "flat"])
def test_every_shape_is_positive_and_has_an_annual_mean_of_one(name: str) -> None:
    for year in (2020, 2026, 2033):
        made = load.shape(city().profiles, days(year), name)
        assert made.shape == (8760,)
        assert made.mean() == pytest.approx(1.0)
        assert made.min() > 0.05


def test_a_working_day_has_the_shape_of_its_sector() -> None:
    made = load.shape(city().profiles, days(2021), "services").reshape(365, 24)
    tuesday = days(2021).dates.index(date(2021, 6, 22))
    given = city().profiles.sector_shapes["services"][WORKING]
    assert made[tuesday] / made[tuesday].mean() == pytest.approx(given / given.mean())


def test_sectors_together_dip_as_the_province_does() -> None:
    made = days(2027)
    dip = load.sector_dip(city().profiles, made)
    mix, kind = sector_mix(city().profiles), np.where(made.is_working, WORKING, OFF)
    means = {name: weekly(city().profiles.sector_shapes[name]).mean(axis=1) for name in mix}
    total = sum(
        mix[name] * means[name][kind] * (1.0 if name in load.STEADY_SECTORS else dip) for name in mix
    )
    working = sum(mix[name] * means[name][WORKING] for name in mix)
    ratio = holiday_factor(city().profiles.holidays, made)
    deep = ratio < 0.8
    assert deep.sum() > 20
    assert np.asarray(total)[deep] / working == pytest.approx(ratio[deep])
    assert dip[ratio == 1].min() == 1
    assert 0 < dip.min() < 0.4


def test_households_do_not_close_for_the_festival() -> None:
    made = load.shape(city().profiles, days(2027), "residential").reshape(365, 24).mean(axis=1)
    assert made.max() / made.min() < 1.15


def test_the_mix_of_sectors_and_their_multipliers_give_the_total_slope_back() -> None:
    """temperature_parameters: 'weights give the total slope back'."""
    mix = sector_mix(city().profiles)
    assert sum(mix.values()) == pytest.approx(1.0)
    assert sum(mix[name] * multipliers()[name] for name in mix) == pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize("name", ["services", "residential", "shift_industry"])
def test_a_year_of_normal_weather_gives_the_annual_use(name: str) -> None:
    made, factor = days(2020), multipliers()[name]
    shape = load.shape(city().profiles, made, name)
    normal = load.response(weathers()[0], made, city())
    exactly = replace(normal, cooling=normal.normal_cooling, heating=normal.normal_heating)
    assert load.load_mw(1e6, shape, exactly, factor, factor).sum() == pytest.approx(1e6)
    totals = np.array([
        load.load_mw(1e6, shape, load.response(weather, made, city()), factor, factor).sum() for weather in weathers()
    ])
    error = totals.std(ddof=1) / np.sqrt(YEARS)
    assert abs(totals.mean() - 1e6) < 3 * error + 1e3


def test_load_without_response_is_shape_times_use() -> None:
    made = days(2022)
    shape = load.shape(city().profiles, made, "agriculture")
    found = load.load_mw(8760.0, shape, load.response(weathers()[0], made, city()))
    assert np.allclose(found, shape)
    assert found.sum() == pytest.approx(8760.0)


def test_a_hotter_year_uses_more_and_a_hotter_day_never_less() -> None:
    theta = np.linspace(5.0, 34.0, 365)
    cooling, heating = daily_response(city(), theta)
    flat = np.full(365, 30.0)
    assert (daily_response(city(), flat + 1)[0] >= daily_response(city(), flat)[0]).all()
    assert cooling[theta < 24].max() == 0
    assert heating[theta > 12].max() == 0
    assert heating[0] == pytest.approx(0.006 * 7)
    hot = load.response(weather_year(city(), Luck(1), 2020, uplift=2.0), days(2020), city())
    mild = load.response(weather_year(city(), Luck(1), 2020), days(2020), city())
    assert hot.cooling.sum() > 1.1 * mild.cooling.sum()


def test_normal_cooling_is_what_generated_years_have_on_average() -> None:
    made = np.array([daily_response(city(), weather.theta_c)[0] for weather in weathers()])
    expected = normal_response(city())[0]
    error = made.mean(axis=1).std(ddof=1) / np.sqrt(YEARS)
    assert abs(made.mean() - expected.mean()) < 3 * error + 0.01 * expected.mean()


def test_a_hot_july_day_meets_62_thousandths_per_kelvin_up_to_the_normal() -> None:
    """At 24.5 degrees, below July's normal: 0.062 x 0.5."""
    july = 31 + 28 + 31 + 30 + 31 + 30 + 15
    assert daily_response(city(), np.full(365, 24.5))[0][july] == pytest.approx(0.062 * 0.5)


def test_the_response_of_a_working_day_peaks_in_the_afternoon() -> None:
    pattern = daily_pattern(city())
    assert 13 <= int(pattern[WORKING].argmax()) <= 17
    assert float(WORKDAY_WEIGHT @ pattern.mean(axis=1)) == pytest.approx(1.0)
    hourly = load.response(weathers()[0], days(2020), city()).normal_cooling.reshape(365, 24)
    july_workdays = (MONTH_OF_DAY == 7) & days(2020).is_working
    assert 13 <= int(hourly[july_workdays].mean(axis=0).argmax()) <= 17


def test_the_province_uses_its_annual_energy_in_normal_weather() -> None:
    totals = province().sum(axis=1)
    assert abs(totals.mean() - REST_MWH) < 3 * totals.std(ddof=1) / np.sqrt(YEARS) + 1e-3 * REST_MWH


def test_the_load_factor_of_the_province_is_the_observed_one() -> None:
    """V22: 0.651 within 0.02, and the grid's 121 to 124 GW of 2020 within 3 %."""
    peaks = province().max(axis=1)
    factor = province().mean(axis=1) / peaks
    assert factor.mean() == pytest.approx(0.651, abs=0.02)
    assert 0.97 * 121e3 < GUANGDONG_SHARE * peaks.mean() < 1.03 * 124e3


def test_the_peak_is_a_summer_afternoon_and_the_trough_is_in_the_festival() -> None:
    made = days(2020)
    at = province().argmax(axis=1)
    assert np.isin(made.hour_month[at], [7, 8, 9]).mean() > 0.9
    assert ((at % 24 >= 13) & (at % 24 <= 17)).mean() > 0.9
    lowest = made.festival[province().argmin(axis=1) // 24]
    assert ((lowest >= -1) & (lowest <= 4)).all()


@pytest.mark.parametrize("year", [2021, 2025, 2031, 2038])
def test_the_trough_moves_with_the_festival(year: int) -> None:
    weather = weather_year(city(), Luck(2), year)
    made = days(year)
    daily = load.province_load(city(), weather, made, 1e8).reshape(365, 24).mean(axis=1)
    assert -1 <= made.festival[int(daily.argmin())] <= 4


def test_holidays_taken_out_and_put_back_give_the_measured_profile() -> None:
    """All months but the festival's, which is filled from its neighbours."""
    seen = days(2018)
    made = normal_load(city()).on(seen, city().profiles.holidays)
    weekend = np.array([day.weekday() >= 5 for day in seen.dates])
    for month in (1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12):
        for kind, chosen in ((WORKING, ~weekend), (OFF, weekend)):
            level = made[chosen & (seen.month == month)].mean()
            assert level == pytest.approx(city().profiles.load_pu[month - 1, kind].mean(), abs=0.003)


def test_the_normal_load_has_no_dip_in_october() -> None:
    working = normal_load(city()).pu.mean(axis=2)[:, WORKING]
    assert working[9] > city().profiles.load_pu[9, WORKING].mean()
    assert working[10] < working[9] < working[8]


def test_a_hot_state_raises_summer_only_by_its_share() -> None:
    plain = load.province_load(city(), weathers()[0], days(2020), REST_MWH).reshape(365, 24)
    hot = load.province_load(city(), weathers()[0], days(2020), REST_MWH, uplift=0.04).reshape(365, 24)
    assert np.array_equal(hot[~IS_SUMMER], plain[~IS_SUMMER])
    assert hot[IS_SUMMER].sum() / plain[IS_SUMMER].sum() == pytest.approx(1.04, abs=0.001)


def test_city_and_province_stand_above_their_normal_together() -> None:
    made = days(2020)
    mix = sector_mix(city().profiles)
    own = np.array([
        sum(
            load.load_mw(mix[name] * 30e6, load.shape(city().profiles, made, name), response, multipliers()[name])
            for name in SECTORS
        )
        + load.unexplained(city(), weather, 30e6)
        for weather in weathers()
        for response in [load.response(weather, made, city())]
    ])
    summer = np.repeat(IS_SUMMER, 24)
    city_part, province_part = ((x - x.mean(axis=0))[:, summer].ravel() for x in (own, province()))
    assert np.corrcoef(city_part, province_part)[0, 1] == pytest.approx(0.97, abs=0.05)


def test_heat_follows_months_hours_and_weekends() -> None:
    made = load.heat_shape(city().profiles, days(2025))
    assert made.mean() == pytest.approx(1.0)
    daily = made.reshape(365, 24).mean(axis=1)
    march = (days(2025).month == 3)
    working, off = daily[march & days(2025).is_working].mean(), daily[march & ~days(2025).is_working].mean()
    assert off / working == pytest.approx(0.88)


def test_a_day_of_charging_is_one_day() -> None:
    for user in ("uncontrolled", "freight", "bus_depot", "driving"):
        made = load.charging_day(city().profiles, days(2025), user).reshape(365, 24)
        assert made.sum(axis=1) == pytest.approx(np.ones(365))
    cars = load.charging_day(city().profiles, days(2025)).reshape(365, 24)
    working = cars[days(2025).is_working]
    assert working[0] == pytest.approx(city().profiles.charging["uncontrolled_weekday"], abs=1e-3)


def test_the_link_brings_25_twh_a_year() -> None:
    made = load.hvdc(city(), days(2026))
    assert made.sum() * 5000 / 1e6 == pytest.approx(25.0, abs=0.1)
    assert set(made[days(2026).hour_month == 8]) == {0.84}


def test_wrong_names_are_answered_with_the_nearest() -> None:
    with pytest.raises(InputError, match="residential"):
        load.shape(city().profiles, days(2025), "residental")
    with pytest.raises(InputError, match="bus_depot"):
        load.charging_day(city().profiles, days(2025), "bus_depo")


def test_kept_shapes_cannot_be_changed_by_their_users() -> None:
    with pytest.raises(ValueError, match="read-only"):
        load.shape(city().profiles, days(2025), "services")[0] = 1.0


def test_all_loads_of_a_year_cost_at_most_25_ms() -> None:
    costs = []
    for year in range(2021, 2025):
        weather, made = weather_year(city(), Luck(4), year), days(year)
        start = time.process_time()
        response = load.response(weather, made, city())
        for _ in range(7):
            for name in (*SECTORS, "flat"):
                load.load_mw(1e6, load.shape(city().profiles, made, name), response, 1.0, 1.0)
        load.province_load(city(), weather, made, REST_MWH)
        costs.append(time.process_time() - start)
    assert min(costs) < 0.025


@pytest.mark.skipif(not RAW.exists(), reason="the raw hourly series has no clear licence and is not beside this clone")
def test_the_festival_of_the_raw_year_is_reproduced_day_by_day() -> None:
    raw = pd.read_csv(RAW).load_mw.to_numpy(dtype=np.float64).reshape(365, 24).mean(axis=1)
    raw = raw / raw.mean()
    made = normal_load(city()).on(days(2018), city().profiles.holidays).mean(axis=1)
    near = (days(2018).festival >= -11) & (days(2018).festival <= 14)
    assert np.abs(made - raw)[near].max() < 0.01
    assert made.mean() == pytest.approx(1.0, abs=0.002)


@pytest.mark.skipif(not RAW.exists(), reason="the raw hourly series has no clear licence and is not beside this clone")
def test_the_raw_year_could_be_one_of_the_generated_years() -> None:
    """Load factor, hours near the peak, and days of July and August, each within three standard deviations of years.

    Stated model error: 0.01 per unit in the load duration curve.
    """
    raw = pd.read_csv(RAW).load_mw.to_numpy(dtype=np.float64)
    raw = raw / raw.mean()
    made = days(2018)
    years = np.array([load.province_load(city(), replace(one, year=2018), made, 8760.0) for one in weathers()])
    years = years / years.mean(axis=1, keepdims=True)
    factor = 1 / years.max(axis=1)
    assert abs(1 / raw.max() - factor.mean()) < 3 * factor.std(ddof=1)
    for share in (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99):
        level = np.quantile(years, share, axis=1)
        assert abs(np.quantile(raw, share) - level.mean()) < 3 * level.std(ddof=1) + 0.01


def test_the_fit_without_negative_weights_is_that_of_scipy() -> None:
    """Random columns, about half of whose plain fits have a weight below 0."""
    draw, negative = np.random.default_rng(3), 0
    for _ in range(60):
        columns, wanted = draw.normal(size=(48, 5)), draw.normal(size=48)
        negative += int(np.linalg.lstsq(columns, wanted)[0].min() < 0.0)
        np.testing.assert_allclose(non_negative_fit(columns, wanted), nnls(columns, wanted)[0], atol=1e-12)
    assert negative > 30
