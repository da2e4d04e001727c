"""Hot spells cut the imports of the operated year and those of adequacy alike, and stand among the events."""

from types import SimpleNamespace

import numpy as np
import pytest
import simpy

from dafeng.agents.assets import Unit
from dafeng.configs import load
from dafeng.configs.luck import Luck
from dafeng.network.adequacy import adequacy
from dafeng.network.adequacy_pools import CitySide, province_pool
from dafeng.network.adequacy_system import System, no_measures
from dafeng.network.outages import Process
from dafeng.network.province import DAYS_OF_MONTH, IMPORTS, NUCLEAR, Block, Province
from dafeng.network.province_paths import fleet_paths
from dafeng.network.weather import weather_year
from dafeng.sim.assess import _province_pool, _Shares
from dafeng.sim.heat_spells import HeatSpells, spells_of
from dafeng.sim.surroundings import around

NEVER = Process(1e12, 1.0)
CUT = 0.06


@pytest.fixture(scope="module")
def jiangmen():
    return load.city("jiangmen")


# worked out by hand


def block(key, family, mw):
    return Block(key, key, family, mw, mw, 1.0, 0.0, mw / 10, 10, "", NEVER, "", np.ones(12))


def system(hot, load_mw=1450.0):
    """Imports of 1,000 MW and nuclear of 500 that never fail; `hot` (weather years, hours) are hours of spells."""
    blocks = block("imports", IMPORTS, 1000.0), block("nuclear", NUCLEAR, 500.0)
    province = Province(2021, "normal", 1.0, 1.0, 1.0, blocks, (), np.zeros(12))
    rest = np.full(hot.shape, 0.9 * load_mw)
    side = CitySide((), np.zeros((0, 8760)), 0.1 * load_mw * np.ones(hot.shape), ())
    pool, probability = province_pool([province], rest, {}, side, 1.0 - CUT * hot)
    return System(2021, ("all",), np.full((1, 8760), 0.1 * load_mw), probability, pool, None, no_measures(8760),
                  city_share=0.1, case_names=("normal",))


def hours(*days):
    return np.isin(np.arange(8760) // 24, days).astype(float)


def test_what_a_spell_cuts_is_worked_out_by_hand():
    """1,450 MW against 1,500 and in 48 hours of heat 1,440: 10 MW short in each, a tenth of it the city's."""
    found = adequacy(system(hours(200, 201)[None, :]), Luck(1), sample_years=10, support="province")
    assert found.lolh_h.value == pytest.approx(48.0)
    assert found.eue_mwh.value == pytest.approx(48 * 10 * 0.1)


def test_each_weather_year_has_the_cut_of_its_own_spells():
    """A day of heat in one of two weather years, two days in the other: 36 hours, each in its own weather."""
    hot = np.array([hours(190), hours(200, 201)])
    found = adequacy(system(hot), Luck(1), sample_years=200, support="province", with_margin=False)
    assert found.lolh_h.value == pytest.approx(36.0)
    days = {(int(case), int(hour) // 24) for case, hour in zip(found.events["case"], found.events["hour"], strict=True)}
    assert days == {(0, 190), (1, 200)}


# both paths


def test_the_pool_of_adequacy_is_cut_in_the_hours_of_the_operated_year(jiangmen):
    lived = around(jiangmen, Luck(1), 2021)
    row = next(row for row, one in enumerate(lived.province.blocks) if one.family == IMPORTS)
    in_service = fleet_paths(lived.province, Luck(1), 2021, lived.paces)[row]
    sun = Unit("sun", "N07", "TS", "pv_utility", "solar", 10.0, profile="solar")
    assembly = SimpleNamespace(units=(sun,))
    shares = _Shares(assembly, SimpleNamespace(windows=(), base=np.ones((1, 8760))), lived.paces)
    pool, _ = _province_pool(jiangmen, lived, assembly, shares, np.full(8760, 5000.0))
    at = pool.machines.group[pool.machines.keys.index("prov-import_contract")]
    month = np.repeat(np.arange(12), 24 * DAYS_OF_MONTH)
    whole = np.array([pool.share[at][month == m].max() for m in range(12)])[month]
    hot = lived.weather.is_hot_spell
    assert 0 < hot.sum() < 8760
    assert np.allclose(pool.share[at] / whole, np.where(hot, 1.0 - CUT, 1.0))
    assert np.allclose(lived.block_share[row], in_service * pool.share[at] / whole)


# events


def test_spells_are_told_with_their_begin_their_end_and_what_they_cut(jiangmen):
    heard, env = [], simpy.Environment(initial_time=8760.0)
    lived = around(jiangmen, Luck(1), 2021)
    HeatSpells(env, lambda *what: heard.append((env.now - 8760.0, *what))).schedule(jiangmen, lived)
    env.run(until=2 * 8760.0)
    spells = list(spells_of(weather_year(jiangmen, Luck(1), 2021).is_hot_spell))
    assert [(hour, amount) for hour, kind, _, amount in heard if kind == "heat"] == [(s.start, len(s)) for s in spells]
    assert [hour for hour, kind, *_ in heard if kind == "heat over"] == [s.stop for s in spells]
    cut = [(hour, mw) for hour, kind, key, mw in heard if (kind, key) == ("import cut", "prov-import_contract")]
    limit = lived.province.block("import_contract")
    month = [np.searchsorted(np.cumsum(DAYS_OF_MONTH), s.start // 24, side="right") for s in spells]
    assert [hour for hour, _ in cut] == [s.start for s in spells]
    assert [mw for _, mw in cut] == pytest.approx([CUT * limit.capacity_mw * limit.month_share[m] for m in month])
