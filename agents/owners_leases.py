"""Who may build what where: site limits parted into leases, each drawn to one owner (MODEL_SPEC 2.5).

The room of a site is its limit less what the list of plants already takes there, standing or coming. It is parted into
leases of the usual size of a project; each goes to one owner by one uniform, larger owners getting more. Nobody needs
to know what others build, and the same owner holds the same lease under every bundle. What no site limit names cannot
be built, so unabated coal stays on its permit list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np

from dafeng.agents.fleet import Listing, expand
from dafeng.agents.fleet_dates import UNDER_WAY
from dafeng.agents.fleet_units import optional
from dafeng.configs.luck import Luck
from dafeng.configs.schema import City, Row

BY_FIRMS_AND_HOMES = ("pv_rooftop",)
"""Technologies that other agents put up."""

STORAGE = "battery_li"
GRID_KV = 220.0


@dataclass(frozen=True)
class Site:
    """Room for one technology at one bus, MW."""

    technology: str
    bus: str
    room_mw: float
    lease_mw: float

    @property
    def key(self) -> str:
        """Technology and bus."""
        return f"{self.technology}@{self.bus}"


def sites(city: City, listings: Sequence[Listing]) -> tuple[Site, ...]:
    """All sites with room, in key order."""
    found = []
    for row in city.table("site_limits"):
        technology, limit = str(row["technology"]), row["limit_mw"]
        if limit is None or technology in BY_FIRMS_AND_HOMES:
            continue
        for bus in _buses(city, str(row["node"])):
            room = float(limit) - taken_mw(listings, technology, bus)
            if room > 0.0:
                found.append(Site(technology, bus, room, min(room, project_mw(city, listings, technology, room))))
    return tuple(sorted(found, key=lambda site: site.key))


def taken_mw(listings: Sequence[Listing], technology: str, bus: str) -> float:
    """Gross MW that listed plants take of a site: what stands and every project, whose permit lapses with it."""
    return sum(
        entry.machine.gross_mw for entry in listings
        if (entry.machine.technology, entry.machine.bus) == (technology, bus)
        and (entry.status in UNDER_WAY or entry.is_base)
    )


def project_mw(city: City, listings: Sequence[Listing], technology: str, otherwise: float) -> float:
    """Usual size of a project: the median of the listed ones, or the machine of the reliability class if it has one."""
    sizes = [entry.machine.net_mw for entry in listings if entry.machine.technology == technology]
    if sizes:
        return float(np.median(sizes))
    return optional(city, f"reliability.{reliability_class(city, technology)}.unit_mw", otherwise)


def reliability_class(city: City, technology: str) -> str:
    """Class of a technology's failures."""
    return next(str(row["reliability_class"]) for row in city.table("technology_map") if row["cost_key"] == technology)


def leases(city: City, listings: Sequence[Listing], luck: Luck) -> dict[str, dict[str, list[float]]]:
    """What each owner may build at each site: owner -> site key -> MW of all its leases there, and of one."""
    held: dict[str, dict[str, list[float]]] = {}
    places = sites(city, listings)
    takers = {technology: bidders(city, listings, technology) for technology in {site.technology for site in places}}
    for site in places:
        weights = takers[site.technology]
        if not weights:
            continue
        number = ceil(site.room_mw / site.lease_mw)
        names = sorted(weights)
        edges = np.cumsum([weights[name] for name in names])
        draws = luck("lease", site.key).random(number) * edges[-1]
        for i in np.searchsorted(edges, draws, side="right"):
            mine = held.setdefault(names[i], {})
            one = site.room_mw / number
            mine[site.key] = [mine.get(site.key, [0.0])[0] + one, one]
    return held


def bidders(city: City, listings: Sequence[Listing], technology: str) -> Mapping[str, float]:
    """Owners that take leases of a technology, weighted by their money.

    A company with one purpose (a nuclear venture, a mill with its own plant) takes none; one without plants of its own
    (an entrant, the grid company) takes storage only.
    """
    by_key = {entry.machine.key: entry for entry in listings}
    return {
        str(row["owner_key"]): float(row["cash_bn_cny_2020"]) for row in city.table("owners")
        if _takes(row, by_key, technology)
    }


def _takes(row: Row, by_key: Mapping[str, Listing], technology: str) -> bool:
    own = [by_key[key].machine for key in expand(str(row["plants"]), sorted(by_key))]
    if not own:
        return technology == STORAGE
    return not all(machine.is_captive or machine.kind == "nuclear" for machine in own)


def _buses(city: City, node: str) -> tuple[str, ...]:
    keys = [bus.key for bus in city.buses if bus.kind == "substation" and bus.kv == GRID_KV]
    return tuple(keys) if node.startswith("all ") else (node,)

