"""The firm margin of the province: what counts as firm, and a fleet scaled to a scenario's margin (data/README 3.5).

The margin is a scenario of the province, never of a bundle: the city's firm capacity enters as a fixed reference.
"""

from __future__ import annotations

from dataclasses import replace

from dafeng.configs.errors import InputError, Place, Problem, nearest
from dafeng.configs.schema import City
from dafeng.network.province import COAL, FIRM_CREDIT, GAS, HISTORY_UNTIL, Block, Province

SCALED = (COAL, GAS)


def firm_mw(province: Province) -> float:
    """Firm capacity of the blocks and stores in MW, by the definition of the margin."""
    blocks = sum(block.gross_mw * credit(block.technology) for block in province.blocks)
    return blocks + sum(store.power_mw * credit(store.technology) for store in province.stores)


def credit(technology: str) -> float:
    """What a gross MW of a technology counts as firm.

    >>> credit("wind_offshore"), credit("coal_usc")
    (0.2, 0.92)
    """
    first, *rest = technology.split("_")
    return FIRM_CREDIT[rest[0] if first == "wind" else first]


def margin_of(city: City) -> float:
    """The firm margin of the scenario chosen by the switch `province_scenario`."""
    chosen = city.setting("province_scenario", "balanced")
    margins = {str(row["scenario"]): float(row["firm_margin"]) for row in city.table("province_scenarios")}
    if chosen not in margins:
        place = Place("(settings)", 0, "province_scenario")
        raise InputError([Problem(place, f"'{chosen}' is no scenario of the province", nearest(chosen, margins))])
    return margins[chosen]


def margin_on_the_way(year: int, last_seen: float, scenario: float, years: float) -> float:
    """The margin of a year: from the last one of history straight to the scenario's, which holds after so many years.

    >>> margin_on_the_way(2027, 1.16, 1.08, 4.0), margin_on_the_way(2040, 1.16, 1.08, 4.0)
    (1.12, 1.08)
    """
    way = min(1.0, (year - HISTORY_UNTIL) / years)
    return last_seen + way * (scenario - last_seen)


def scaled_to_margin(province: Province, *, firm_margin: float, reference_city_firm_mw: float, peak_mw: float
                     ) -> Province:
    """The province with coal and gas scaled so that firm capacity over peak is the margin.

    Years of history keep the fleet as it was: their margins are observed (1.28 in 2020, 1.19 in 2021), and a scenario
    is a view of the future. `reference_city_firm_mw` counts all that stands in the city, the direct-current link
    included, in the reference fleet; it must be the same for all bundles.
    """
    if province.year <= HISTORY_UNTIL:
        return province
    scaled_firm = sum(block.gross_mw * credit(block.technology) for block in province.blocks if block.family in SCALED)
    needed = firm_margin * peak_mw - reference_city_firm_mw - (firm_mw(province) - scaled_firm)
    factor = max(0.0, needed / scaled_firm)
    blocks = tuple(_scaled(block, factor) if block.family in SCALED else block for block in province.blocks)
    return replace(province, blocks=blocks)


def _scaled(block: Block, factor: float) -> Block:
    """So many times the capacity in machines of the same size."""
    machines = max(1, round(block.machines * factor))
    capacity_mw = block.capacity_mw * factor
    return replace(block, capacity_mw=capacity_mw, gross_mw=block.gross_mw * factor, machines=machines,
                   unit_mw=capacity_mw / machines)
