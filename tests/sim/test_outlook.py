"""What owners expect of later years against what the operated system gave."""

from dataclasses import replace

import numpy as np
import pytest

from dafeng.agents.invest_margin import Days, battery_margin
from dafeng.network.grid import Market
from dafeng.sim import model
from dafeng.sim.assembly import market
from dafeng.sim.merit_order import Pool, levelled, prices
from dafeng.sim.outlook import Lived, Then, expected_prices, later, pool, typical_hours
from dafeng.sim.run import run

EFFICIENCY, WEAR = 0.85, 10.0


@pytest.fixture(scope="module")
def years(runs):
    """Each year of a run as it was lived, the weights of its typical days, and the outlooks made from it."""
    seen = {}

    def spy(city, around, assembly, hours, share, *rest):
        at, weight = typical_hours(assembly.grid.load_mw.sum(axis=0), around.days.hour_month)
        made = model_outlooks(city, around, assembly, hours, share, *rest)
        seen[around.year] = (Lived(city, around, assembly, hours, share, at), weight, made)
        return made

    model_outlooks = model.outlooks
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(model, "outlooks", spy)
        run(runs.job_of("jiangmen", "baseline", last_year=2027, seed=2020))
    return seen


def worth(price, weight):
    """Yearly arbitrage of two hours of storage, CNY/MW."""
    count = weight.reshape(-1, 24).mean(axis=1)
    return battery_margin(Days(price.reshape(-1, 24), count), 2.0, EFFICIENCY, WEAR, 1.0)


def spread(price):
    return float(np.ptp(price.reshape(-1, 24), axis=1).mean())


def test_a_year_like_the_last_is_expected_to_have_its_prices(years):
    for lived, _, _ in years.values():
        expected = expected_prices(lived, Then(lived.around, 1.0, {}))
        assert np.allclose(expected, lived.hours.price_cny_per_mwh[lived.at])


def test_storage_is_not_expected_to_earn_many_times_what_it_would_have_earned(years):
    """Owners once saw twenty times it; 2,000 CNY/MW-y is a thirtieth of what a battery costs a year."""
    for year, (lived, _, made) in years.items():
        if year >= 2023:
            earned = worth(lived.hours.price_cny_per_mwh, np.ones(8760))
            assert worth(made[0].price_cny_per_mwh, made[0].weight) < 2.0 * earned + 2_000.0


def test_prices_stay_between_the_floor_and_the_cap(years):
    expected = np.concatenate([look.price_cny_per_mwh for _, _, made in years.values() for look in made])
    assert expected.min() >= 0.0
    assert expected.max() <= 1500.0



def test_stores_that_stand_then_lower_the_spread_that_stores_expect(years):
    """The sun of 2034 would swing the price by tens of CNY a day; stores of that year take part of it away."""
    lived = years[2027][0]
    seen, rules = pool(lived, then_of(lived, 2034)), market(lived.city, 2034)
    seen = replace(seen, efficiency=1.0)
    by_share = [
        spread(prices(replace(seen, store_mw=part * seen.store_mw, store_mwh=part * seen.store_mwh), rules))
        for part in (0.0, 0.5, 1.0)
    ]
    assert by_share[0] > by_share[1] > by_share[2]
    more = pool(lived, then_of(lived, 2034, battery_li=1000.0))
    assert more.store_mw - seen.store_mw == pytest.approx(1000.0)
    assert more.store_mwh - seen.store_mwh == pytest.approx(1000.0 * lived.city.value("battery_li.hours"))


def test_plants_under_way_lower_the_price(years):
    lived = years[2027][0]
    alone = expected_prices(lived, then_of(lived, 2029))
    with_nuclear = expected_prices(lived, then_of(lived, 2029, nuclear_epr=10_000.0))
    assert with_nuclear.mean() < alone.mean() - 5.0


def then_of(lived, year, **coming):
    return Then(later(lived.city, lived.around, year), 1.0, coming)


def test_levelled_days_keep_their_energy_and_their_limits():
    day = 100.0 + 40.0 * np.sin(np.linspace(0.0, 2.0 * np.pi, 24, endpoint=False))
    days = np.concatenate([day, np.full(24, 80.0)])
    flat = levelled(days, np.full(48, 15.0), 60.0, 0.8)
    moved = flat - days
    assert -moved[moved < 0].sum() == pytest.approx(60.0, rel=1e-6)
    assert moved[moved > 0].sum() == pytest.approx(60.0 / 0.8, rel=1e-6)
    assert np.abs(moved).max() <= 15.0
    assert np.allclose(moved[24:], 0.0, atol=1e-6)
    assert spread(flat[:24]) < spread(day)


def test_a_store_without_end_makes_the_day_flat():
    day = np.array([40.0] * 12 + [60.0] * 12)
    assert np.allclose(levelled(day, np.full(24, 1e3), 1e6, 1.0), 50.0)


def test_stores_leave_a_spread_that_their_losses_eat():
    """Two prices, 300 and 330: with a fifth lost there is nothing to earn; with nothing lost the day is flat."""
    load = np.array([90.0] * 12 + [110.0] * 12)
    rows = np.array([[100.0] * 24, [50.0] * 24])
    day = Pool(np.array([300.0, 330.0]), rows, np.full(24, 999.0), load, load, np.full(24, 50.0), 1e4, 0.8)
    assert spread(prices(day, Market())) == pytest.approx(30.0)
    assert spread(prices(replace(day, efficiency=1.0), Market())) == pytest.approx(0.0)
