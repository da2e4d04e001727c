"""A direct-current link that lands in the city: operated, and in adequacy."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import simpy

from dafeng.agents.assets import Unit
from dafeng.configs import load
from dafeng.configs.errors import Place
from dafeng.configs.luck import Luck
from dafeng.network.outages import share_path
from dafeng.network.outages_pace import NO_PACES
from dafeng.network.outages_states import outages_of
from dafeng.network.outages_wires import bipole_process, pole_process
from dafeng.sim.assess import _families, _Shares
from dafeng.sim.availability import Availability
from dafeng.sim.chance import Draws, circuits_of, large_rows, link_outages
from dafeng.sim.failing import plain
from dafeng.sim.rows import import_limit
from dafeng.sim.surroundings import around
from dafeng.sim.trips import Trips

YEAR = 2030
LINK = Unit("077", "N04", "HS", "hvdc", "water", 4700.0, 1.0, profile="hvdc", is_block=True, outage_class="hvdc_link")


@pytest.fixture(scope="module")
def jiangmen():
    """Links that fail often, so that their causes meet."""
    return load.city("jiangmen").with_values({"outage.hvdc_pole_rate": 20.0, "outage.hvdc_pole_mttr": 100.0,
                                              "outage.hvdc_bipole_rate": 6.0}, Place("test", 0, ""))


def assembly():
    branches = SimpleNamespace(key=(), circuits=[], is_radial=[])
    rows = SimpleNamespace(branches=slice(1, 1), stores=slice(1, 1))
    return SimpleNamespace(units=(LINK,), stores=(), grid=SimpleNamespace(branches=branches, rows=rows))


def operated(city, luck, out_until_h=None):
    env, heard = simpy.Environment(), []
    availability = Availability(np.full((1, 8760), 0.7), circuits_of(city, assembly()))
    trips = Trips(env, availability, simpy.Resource(env, 100), lambda: heard.append("surprise"),
                  lambda kind, key, amount: heard.append((kind, key, env.now, amount)))
    draws = Draws(city, luck, YEAR, out_until_h or {})
    trips.schedule(link_outages(draws, assembly()), large_rows(assembly()))
    env.run(until=8760)
    return availability, heard, trips.out_until_h(draws.drawn)


def causes(city, luck):
    """(3, hours) whether each pole, and what takes both, is out, from the streams of each."""
    found = []
    for name, process in (("0", pole_process(city)), ("1", pole_process(city)), ("both", bipole_process(city))):
        key = (f"077/{name}", YEAR)
        drawn = outages_of(plain(city, process), luck("outage", *key), luck("derated", *key))
        found.append(share_path(drawn[:, :2]) == 0.0)
    return np.array(found)


def test_a_link_as_events_gives_what_the_array_path_leaves(jiangmen):
    """Half for a pole, nothing for both or for what takes both; hour for hour, while crews are free."""
    met = 0
    for replication in range(6):
        luck = Luck(4, replication)
        first, second, both = causes(jiangmen, luck)
        left = 1.0 - 0.5 * (first | both) - 0.5 * (second | both)
        availability, _, _ = operated(jiangmen, luck)
        assert np.allclose(availability.actual()[0], 0.7 * left)
        assert np.allclose(availability.known[0], 0.7 * left)
        met += int((both & (first ^ second)).sum())
    assert met > 0


def test_outages_of_poles_are_events_of_the_link_and_go_on_in_the_next_year(jiangmen):
    _, heard, ends = operated(jiangmen, Luck(4))
    trips = [one for one in heard if one[0] == "trip"]
    assert len(trips) > 10
    assert {key for _, key, _, _ in trips} == {"077"}
    assert heard.count("surprise") == len(trips)
    assert ends.keys() == {"077/0#0", "077/1#0", "077/both#0"}
    availability, _, _ = operated(jiangmen, Luck(4), {"077/0#0": 500.0, "077/1#0": 0.0, "077/both#0": 0.0})
    assert (availability.actual()[0, :500] <= 0.35 + 1e-12).all()


def test_adequacy_samples_the_poles_and_what_takes_both(jiangmen):
    shares = _Shares(assembly(), SimpleNamespace(windows=(), base=np.ones((1, 8760))), NO_PACES)
    poles, both = (replace(row, group=3) for row in shares.machines(jiangmen, LINK))
    assert (poles.mw, poles.count, poles.takes, both.mw, both.count, both.takes) == (2350.0, 2, 0, 4700.0, 1, 2)
    assert (poles.process, both.process) == (pole_process(jiangmen), bipole_process(jiangmen))
    assert _families([poles, both], {"077": LINK}, 4) == ("", "", "", "import")


def test_the_limit_of_a_link_in_service_holds_no_outage_of_other_links(jiangmen):
    """Before, it followed the sampled outages of the province's links, and in adequacy failed once more by itself."""
    lived = around(jiangmen, Luck(1), YEAR)
    row = next(i for i, block in enumerate(lived.province.blocks) if block.family == "import")
    limit = import_limit(jiangmen, lived)
    assert (lived.block_share[row] <= limit + 1e-9).all()
    assert (lived.block_share[row] < limit - 1e-6).any()
    assert len(np.unique(limit.round(9))) <= 24
