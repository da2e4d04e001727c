"""Values that do what nobody meant: set and idle in this city, or together impossible for its machines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dafeng.configs.errors import InputError, Problem
from dafeng.configs.reliability import FAMILY, PARTS
from dafeng.configs.schema import City

NEEDS: Mapping[str, tuple[str, str, str]] = {
    "outage.weibull_repair_shape": ("repair_form", "exponential", "weibull"),
    "outage.coal_derated_state_share": ("unit_states", "three", "three"),
    "outage.derated_level": ("unit_states", "three", "three"),
    "outage.derated_mttr": ("unit_states", "three", "three"),
}
"""Parameter -> the switch, its default and the word with which alone the parameter acts."""
CREWS = "outage.repair_crews_"


def idle(city: City, values: Mapping[str, float | str], is_adequacy: bool = False) -> tuple[str, ...]:
    """What to know of values that were set and do nothing, or not what one would think; the city has them set."""
    said = [remark for key in values for remark in _idle(city, key, is_adequacy)]
    return (*dict.fromkeys(said),)


def _idle(city: City, key: str, is_adequacy: bool) -> Iterator[str]:
    """What to know of one value."""
    known, (name, _, part) = classes(city), key.removeprefix(f"{FAMILY}.").rpartition(".")
    if key.startswith(f"{FAMILY}.") and name not in known:
        yield (f"no unit of {city.key} has the class {name}: {FAMILY}.{name} is set and does nothing for what stands. "
               f"Its units have {', '.join(sorted(known))}")
    elif key.startswith(f"{FAMILY}.") and _is_switched_off(city, name, part):
        switch = city.setting("reliability_coal", "mean")
        yield (f"{key} is not read with reliability_coal={switch}: mean reads coal_ge300 and coal_ge300_cn, rts the "
               "first and cn the second")
    if key in NEEDS and city.setting(*NEEDS[key][:2]) != NEEDS[key][2]:
        yield f"{key} acts with {NEEDS[key][0]}={NEEDS[key][2]} only"
    if key.startswith(CREWS) and is_adequacy:
        yield f"{key} acts in the years that are lived; in the assessment each repair begins at once"


def classes(city: City) -> frozenset[str]:
    """Outage classes of the units that the city lists, of the province's fleet, and of what follows from them."""
    of = {str(row["plants_technology"]): str(row["reliability_class"]) for row in city.table("technology_map")}
    listed = {str(row["technology"]) for row in (*city.table("plants"), *city.table("projects"))
              if row.get("technology") is not None}
    found = {of[name] for name in listed if name in of}
    found |= {str(row["reliability_class"]) for row in city.table("province_fleet") if row.get("reliability_class")}
    found |= {"coal_ge300_cn"} if "coal_ge300" in found else set()
    found |= {"nuclear_epr_long_outage"} if any("EPR" in name for name in listed) else set()
    return frozenset(found)


def outage_problems(city: City) -> list[Problem]:
    """Values that together leave a coal unit without any hour in full service."""
    from dafeng.network.outages import Process, class_of
    from dafeng.network.outages_derated import with_derated_state

    if city.setting("unit_states", "three") == "two":
        return []
    for name in sorted(name for name in classes(city) if name.startswith("coal")):
        process = Process(*class_of(city, name))
        try:
            if process.forced_outage_rate > 0.0:
                with_derated_state(city, process)
        except InputError as wrong:
            return list(wrong.problems)
    return []


def _is_switched_off(city: City, name: str, part: str) -> bool:
    """Whether the switch of coal passes a class by."""
    switch = city.setting("reliability_coal", "mean")
    return part in PARTS and (name, switch) in (("coal_ge300", "cn"), ("coal_ge300_cn", "rts"))
