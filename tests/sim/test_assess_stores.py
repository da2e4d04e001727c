"""Adequacy has the stores, the cars and the link of the operated year, and not more of them."""

from types import SimpleNamespace

import numpy as np
import pytest

from dafeng.agents.assets import Storage, Unit
from dafeng.configs import load
from dafeng.configs.luck import Luck
from dafeng.network.outages import class_of
from dafeng.network.outages_pace import NO_PACES
from dafeng.network.province import IMPORTS, by_month, states
from dafeng.sim import rows, surroundings
from dafeng.sim.assess import _Shares
from dafeng.sim.assess_stores import city_stores
from dafeng.sim.availability import Availability, Window

CUT = 0.06


@pytest.fixture(scope="module")
def jiangmen():
    return load.city("jiangmen")


def battery(key, mw, hours=2.0, since=None):
    return Storage(key, "N07", "TS", "battery_li", mw, hours, 0.95, 0.95, outage_class="battery_li",
                   in_service_from_h=since)


def lived_with(city, stores, units=(), around=None):
    """Assembly and availability with these stores, whose year starts at hour 0."""
    around = around or SimpleNamespace(province=None, weather=SimpleNamespace(temperature_c=np.full(8760, 20.0)))
    first, mw = len(units), np.array([one.power_mw for one in stores])
    grid = SimpleNamespace(
        rows=SimpleNamespace(total=first + len(stores), stores=slice(first, first + len(stores))),
        generators=SimpleNamespace(key=tuple(one.key for one in units)),
        stores=SimpleNamespace(
            key=tuple(one.key for one in stores), is_city=np.ones(len(stores), np.bool_), charge_mw=mw, discharge_mw=mw,
            energy_mwh=mw * np.array([one.hours for one in stores]),
            efficiency_in=np.array([one.efficiency_in for one in stores]),
            efficiency_out=np.array([one.efficiency_out for one in stores]),
        ),
    )
    service = {one.key: one.in_service_from_h for one in stores if one.in_service_from_h is not None}
    base = rows.base_share(city, around, units, stores, grid, service, {}, 0.0)
    return SimpleNamespace(grid=grid, units=units, province_row=-1), Availability(base)


def test_a_battery_counts_from_its_hour_of_service_and_by_its_expected_part(jiangmen):
    mttf_h, mttr_h = class_of(jiangmen, "battery_li")
    up = mttf_h / (mttf_h + mttr_h)
    assembly, availability = lived_with(jiangmen, [battery("a", 100.0), battery("b", 300.0, since=4000.0)])
    found, share = city_stores(assembly, _Shares(assembly, availability, NO_PACES).planned)
    there = found.discharge_mw[:, None] * share
    assert up < 1.0
    assert len(there) == 1
    assert there[0, [0, 3999, 4000, 8759]] == pytest.approx([100.0 * up, 100.0 * up, 400.0 * up, 400.0 * up])
    assert found.energy_mwh / found.discharge_mw == pytest.approx([2.0])


def test_a_store_under_planned_work_is_not_there(jiangmen):
    pumped = Storage("p", "N07", "TS", "pumped_hydro", 300.0, 6.0, 0.87, 0.87)
    assembly, availability = lived_with(jiangmen, [pumped])
    planned = _Shares(assembly, availability, NO_PACES).planned
    assert city_stores(assembly, planned)[1].shape == (0, 8760)  # all of it, always
    availability.add(Window(0, 100, 200, 0.0, told=0, why="maintenance"))
    availability.add(Window(0, 300, 400, 0.0, told=300, why="trip"))
    _, share = city_stores(assembly, _Shares(assembly, availability, NO_PACES).planned)
    assert np.flatnonzero(share[0] < 1.0).tolist() == list(range(100, 200))


def test_a_store_that_never_comes_is_none(jiangmen):
    assembly, availability = lived_with(jiangmen, [battery("a", 100.0, since=9000.0)])
    found, share = city_stores(assembly, _Shares(assembly, availability, NO_PACES).planned)
    assert found.discharge_mw.shape == (0,)
    assert share.shape == (0, 8760)


def test_cars_that_feed_back_are_at_their_plugs_by_the_hour_of_the_day(jiangmen):
    by_hour = tuple(np.linspace(0.0, 1.0, 24).tolist())
    cars = Storage("v2g@TS", "N07", "TS", "v2g", 10.0, 5.0, 0.9, 0.9, day_share=by_hour)
    assembly, availability = lived_with(jiangmen, [cars])
    assert availability.base[0].reshape(365, 24) == pytest.approx(np.tile(by_hour, (365, 1)))
    found, share = city_stores(assembly, _Shares(assembly, availability, NO_PACES).planned)
    assert found.discharge_mw[0] * share[0, 24 * 200:24 * 201] == pytest.approx(10.0 * np.array(by_hour))


# the link that lands in the city


@pytest.fixture(scope="module")
def dry(jiangmen):
    """A dry year with a hot spell, in which other links are out for a while."""
    luck = next(one for one in map(Luck, range(1, 400))
                if "dry" in surroundings.draw_state(jiangmen, one, 2026)["state"]
                and surroundings.around(jiangmen, one, 2026).weather.is_hot_spell.any())
    return surroundings.around(jiangmen, luck, 2026)


def test_the_link_of_a_sample_year_has_season_and_heat_and_neither_the_drawn_state_nor_other_links(jiangmen, dry):
    link = Unit("link", "N07", "TS", "hvdc", "import", 4700.0, profile="hvdc", outage_class="hvdc")
    assembly, availability = lived_with(jiangmen, [], (link,), dry)
    block = next(one for one in dry.province.blocks if one.family == IMPORTS)
    usual = surroundings.province_of(jiangmen, 2026, states(jiangmen)[0]).block(block.technology)
    hot = np.where(dry.weather.is_hot_spell, 1.0 - CUT, 1.0)
    assert dry.province.import_factor < 1.0
    assert availability.base[0] == pytest.approx(by_month(block.month_share) * hot)  # as operated: the drawn state
    shares = _Shares(assembly, availability, NO_PACES, rows.link_share(jiangmen, dry))
    assert shares.planned(0) == pytest.approx(by_month(usual.month_share) * hot)
    availability.add(Window(0, 10, 20, 0.0, told=0, why="maintenance"))
    again = _Shares(assembly, availability, NO_PACES, rows.link_share(jiangmen, dry))
    assert not again.planned(0)[10:20].any()


def test_a_link_that_is_not_there_yet_stays_away(jiangmen, dry):
    link = Unit("link", "N07", "TS", "hvdc", "import", 4700.0, profile="hvdc", outage_class="hvdc")
    assembly, availability = lived_with(jiangmen, [], (link,), dry)
    availability.base[0, :500] = 0.0
    planned = _Shares(assembly, availability, NO_PACES, rows.link_share(jiangmen, dry)).planned(0)
    assert not planned[:500].any()
    assert planned[500:].all()


def test_a_city_without_a_province_has_no_link(jiangmen):
    assert rows.link_share(jiangmen, SimpleNamespace(province=None)) is None
