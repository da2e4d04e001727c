"""A hot state of the province raises load, and nothing of what supplies it."""

from types import SimpleNamespace

import numpy as np
import pytest

from dafeng.agents.assets import Unit
from dafeng.configs import load
from dafeng.network.outages_pace import NO_PACES
from dafeng.network.province import states
from dafeng.sim.assess import _province_pool, _Shares
from dafeng.sim.surroundings import province_of

CITY_MW, REST_MW, LITTLE_MW, SUN_MW = 6000.0, 150_000.0, 10.0, 40_000.0
MAY_NOON = (31 + 28 + 31 + 30 + 14) * 24 + 12
JULY_NOON = (31 + 28 + 31 + 30 + 31 + 30 + 14) * 24 + 12


@pytest.fixture(scope="module")
def jiangmen():
    return load.city("jiangmen")


def need_mw(city, drawn, sun_mw):
    """State -> (hours,) need of the pool in a year that is itself `drawn`, with a flat load and so much sun at noon."""
    shape = np.tile(np.arange(24) == 12, 365).astype(float)
    unit = Unit("sun", "N07", "TS", "pv_utility", "solar", sun_mw, profile="solar")
    assembly = SimpleNamespace(units=(unit,))
    shares = _Shares(assembly, SimpleNamespace(windows=(), base=shape[None, :]), NO_PACES)
    province = province_of(city, 2030, next(row for row in states(city) if row["state"] == drawn))
    raised = 1.0 + np.repeat(province.load_uplift, np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) * 24)
    around = SimpleNamespace(province=province, province_load_mw=REST_MW * raised, paces=NO_PACES, year=2030,
                             weather=SimpleNamespace(factor=lambda name, place: np.zeros(8760),
                                                     is_hot_spell=np.zeros(8760, np.bool_)))
    pool, _ = _province_pool(city, around, assembly, shares, CITY_MW * raised)
    return dict(zip((row["state"] for row in states(city)), pool.need_mw, strict=True))


@pytest.mark.parametrize("drawn", ["normal", "hot"])
@pytest.mark.parametrize("sun_mw", [LITTLE_MW, SUN_MW])
def test_heat_adds_its_share_of_the_load_whatever_the_sun_gives(jiangmen, drawn, sun_mw):
    """4 % of 156 GW in the summer's hours, at noon and at night, in whatever state the operated year is."""
    need = need_mw(jiangmen, drawn, sun_mw)
    uplift = next(row["summer_load_uplift"] for row in states(jiangmen) if row["state"] == "hot")
    for hour in (JULY_NOON, JULY_NOON + 12):
        assert need["hot"][hour] - need["normal"][hour] == pytest.approx(uplift * (CITY_MW + REST_MW))
    assert need["hot"][12] == need["normal"][12]


def test_the_sun_takes_its_own_output_off_the_need_in_every_state(jiangmen):
    """At noon in May, before the storms, whose machines hold part of it later."""
    with_sun, without = need_mw(jiangmen, "normal", SUN_MW), need_mw(jiangmen, "normal", LITTLE_MW)
    taken = [without[state][MAY_NOON] - with_sun[state][MAY_NOON] for state in with_sun]
    assert taken == pytest.approx([SUN_MW - LITTLE_MW] * len(taken))
