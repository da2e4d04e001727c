from __future__ import annotations

import mesa
import pytest

from dafeng.agents.nodes import Node, limit_mw, watched
from dafeng.agents.view import Settlement
from dafeng.agents.works import Connect
from dafeng.configs import load
from dafeng.configs.schema import City
from tests.agents.power_views import view_of


@pytest.fixture(scope="module")
def city() -> City:
    return load.city("jiangmen")


@pytest.fixture
def nodes(city: City) -> dict[str, Node]:
    made = Node.populate(mesa.Model(), city, city.agents["nodes"])
    return {node.key: node for node in made if isinstance(node, Node)}


def used(key: str, share: float) -> dict[str, Settlement]:
    return {key: Settlement(peak_share=share)}


def stressed(key: str, cny: float) -> dict[str, Settlement]:
    return {key: Settlement(peak_share=1.3, overloaded_h=900.0, stressed_mwh=cny / 400.0, stressed_cny=cny)}


CIRCUIT_L02_CNY = 4.5e6 * 97.6
"""Cost a km times length, both of the tables."""
YEARLY_L02_CNY = CIRCUIT_L02_CNY * 0.065 / (1.0 - 1.065**-15.0)
"""At 6.5 % over the 15 years by which the accounts pay off what has no life of its own."""


def test_every_transformer_and_line_of_the_city_is_watched_by_one_node(city: City, nodes: dict[str, Node]) -> None:
    seen = [branch.key for node in nodes.values() for branch in node.branches]
    assert sorted(seen) == sorted(b.key for b in city.branches if b.kind != "link")


def test_a_backbone_line_gets_a_circuit_when_waiting_costs_more_than_the_circuit(
    city: City, nodes: dict[str, Node]
) -> None:
    dear, cheap = YEARLY_L02_CNY * 1.01, YEARLY_L02_CNY * 0.99
    assert nodes["N05"].decide(view_of(city, 2033, own=stressed("L02", cheap))) == []
    (works,) = nodes["N05"].decide(view_of(city, 2034, own=stressed("L02", dear)))
    assert works.asset == "L02"
    assert works.detail["capital_cny"] == pytest.approx(CIRCUIT_L02_CNY)
    waited, ordered = nodes["N05"].take_decisions()
    assert (waited.choice, ordered.choice) == ("wait", "reinforce")
    assert ordered.options == ("reinforce", "wait")
    assert ordered.values == pytest.approx((YEARLY_L02_CNY, dear))
    assert ordered.saw["overloaded_h"] == 900.0


def test_a_backbone_line_gets_no_second_circuit_before_the_first_was_seen_at_work(
    city: City, nodes: dict[str, Node]
) -> None:
    node, much = nodes["N05"], stressed("L02", 1e9)
    (works,) = node.decide(view_of(city, 2033, own=much))
    assert node.decide(view_of(city, 2034, own=much)) == []
    node.complete(works, 14.5 * 8760)
    assert node.decide(view_of(city, 2035, own=much)) == []
    assert len(node.decide(view_of(city, 2036, own=much))) == 1
    whys = [decision.why for decision in node.take_decisions()]
    costly = "a year of waiting costs more than a circuit"
    assert whys == [costly, "one is being built", "one came last year and has not been at work yet", costly]


def test_a_circuit_more_is_a_parallel_one(city: City, nodes: dict[str, Node]) -> None:
    node = nodes["N05"]
    (works,) = node.decide(view_of(city, 2033, own=stressed("L02", 1e9)))
    before = next(w for w in node.assets(view_of(city, 2034)).wires if w.key == "L02")
    node.complete(works, 14.5 * 8760)
    after = next(w for w in node.assets(view_of(city, 2035)).wires if w.key == "L02")
    assert (before.circuits, after.circuits) == (2, 3)
    assert after.x_pu == pytest.approx(before.x_pu * 2 / 3)
    assert after.limit_mw == pytest.approx(before.limit_mw * 3 / 2)


def outlets(l01_mwh: float, l02_mwh: float, share: float) -> dict[str, Settlement]:
    return {"L01": Settlement(energy_mwh=l01_mwh, peak_share=share), "L02": Settlement(energy_mwh=l02_mwh,
                                                                                       peak_share=share)}


def test_a_circuit_is_ordered_with_the_plants_that_would_overload_their_outlet(
    city: City, nodes: dict[str, Node]
) -> None:
    """Usable are 3024 MW of each; 3000 MW more in shares of 1 to 3: L01 0.6 + 0.25, L02 0.6 + 0.74, then 0.89."""
    node = nodes["N05"]
    seen = {"own": outlets(4e6, 12e6, 0.6), "coming_mw": {"N05": 3000.0, "N06": 9000.0}}
    (works,) = node.decide(view_of(city, 2028, **seen))
    assert works.asset == "L02"
    (told,) = node.take_decisions()
    assert dict(zip(told.options, told.values, strict=True)) == {
        "reinforce": pytest.approx(0.6 + 0.75 * 3000.0 / 3024.0), "wait": 1.0,
    }
    assert told.saw["coming_mw"] == 3000.0
    assert node.decide(view_of(city, 2029, **seen)) == []


def test_without_plants_being_built_an_outlet_stays(city: City, nodes: dict[str, Node]) -> None:
    assert nodes["N05"].decide(view_of(city, 2028, own=outlets(4e6, 12e6, 1.01))) == []


def test_a_line_that_was_never_stressed_is_not_thought_of(city: City, nodes: dict[str, Node]) -> None:
    assert nodes["N05"].decide(view_of(city, 2033, own=used("L02", 0.8))) == []
    assert nodes["N05"].take_decisions() == []


def test_a_unit_that_came_last_year_is_not_counted_against_the_use_it_did_not_see(
    city: City, nodes: dict[str, Node]
) -> None:
    """TN07 at 90 % of the limit of eight units, 1512 MW, is 79 % of that of nine, 1728 MW: below the trigger."""
    node = nodes["N07"]
    (works,) = node.decide(view_of(city, 2024, "PJ", own=used("TN07", 0.90)))
    node.complete(works, 8760.0 * 4.5)
    assert node.decide(view_of(city, 2025, "PJ", own=used("TN07", 0.90))) == []


def test_below_the_trigger_nothing_is_ordered(city: City, nodes: dict[str, Node]) -> None:
    assert nodes["N07"].decide(view_of(city, 2024, "PJ", own=used("TN07", 0.85))) == []


def test_above_the_trigger_one_unit_is_ordered_with_its_lead_time_and_cost(city: City, nodes: dict[str, Node]) -> None:
    (works,) = nodes["N07"].decide(view_of(city, 2024, "PJ", own=used("TN07", 0.86)))
    assert isinstance(works, Connect)
    assert works.asset == "TN07"
    assert works.lead_time_h == 2.5 * 8760
    assert works.detail["capital_cny"] == 45e6


def test_what_is_ordered_counts_until_the_use_outgrows_it(city: City, nodes: dict[str, Node]) -> None:
    node = nodes["N07"]
    node.decide(view_of(city, 2024, "PJ", own=used("TN07", 0.90)))
    assert node.decide(view_of(city, 2025, "PJ", own=used("TN07", 0.95))) == []
    assert len(node.decide(view_of(city, 2026, "PJ", own=used("TN07", 0.99)))) == 1


def test_a_unit_more_raises_the_limit_to_what_is_left_when_one_fails(city: City, nodes: dict[str, Node]) -> None:
    node = nodes["N01"]
    (works,) = node.decide(view_of(city, 2024, "HS", own=used("TN01", 0.9)))
    node.complete(works, 8760.0 * 6)
    wire = next(w for w in node.assets(view_of(city, 2027, "HS")).wires if w.key == "TN01")
    before = next(b for b in city.branches if b.key == "TN01")
    assert wire.limit_mw == pytest.approx(before.limit_mw * 3 / 2)
    assert wire.x_pu == pytest.approx(before.x_pu * 3 / 4)
    (flow,) = node.flows(view_of(city, 2026, "HS"))
    assert flow.value == 260e6


def test_a_circuit_more_raises_a_line_by_one_circuit(city: City, nodes: dict[str, Node]) -> None:
    line = next(b for b in city.branches if b.key == "L28")
    assert limit_mw(line, 1) == pytest.approx(line.limit_mw * 3 / 2)
    (works,) = nodes["N14"].decide(view_of(city, 2024, "TS", own=used("L28", 1.0)))
    assert works.detail["capital_cny"] == pytest.approx(2.2e6 * 43.2)


def test_the_collection_lines_of_the_wind_coast_belong_to_its_node(city: City) -> None:
    assert [branch.key for branch in watched(city, "N14")] == ["L28", "L29", "TN14"]


def test_a_node_taken_up_again_is_the_same_node(city: City, nodes: dict[str, Node]) -> None:
    node = nodes["N12"]
    node.decide(view_of(city, 2024, "KP", own=used("TN12", 1.2)))
    (again,) = (n for n in Node.populate(mesa.Model(), city, city.agents["nodes"]) if n.key == "N12")
    again.restore(node.snapshot())
    view = view_of(city, 2025, "KP", own=used("TN12", 1.1))
    assert again.decide(view) == node.decide(view)
    assert again.assets(view) == node.assets(view)
