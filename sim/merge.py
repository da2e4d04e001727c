"""Rows that cannot be told apart count as one on the grid: sun and wind at one bus, batteries of one owner and kind.

An owner builds in many small steps; hour by hour they do the same. What the merged row earned is shared by size.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from operator import attrgetter
from typing import Any, TypeAlias

from dafeng.agents.assets import Storage, Unit
from dafeng.agents.view import Settlement

Members: TypeAlias = Mapping[str, tuple[tuple[str, float], ...]]
"""Key of a merged row -> keys and shares of what it is made of."""
WEATHER = ("solar", "wind_onshore", "wind_offshore")
BATTERY = "battery_li"


def merged_units(units: Sequence[Unit]) -> tuple[list[Unit], dict[str, tuple[tuple[str, float], ...]]]:
    """Units with those alike made one, in the order in which they first appear."""
    groups = _groups(units, "capacity_mw", lambda u: u.profile in WEATHER and u.is_free and u.in_service_from_h is None)
    made = [
        replace(group[0], capacity_mw=sum(u.capacity_mw for u in group)) if len(group) > 1 else group[0]
        for group in groups
    ]
    return made, {
        g[0].key: tuple((u.key, u.capacity_mw / m.capacity_mw) for u in g)
        for g, m in zip(groups, made, strict=True)
        if len(g) > 1
    }


def merged_stores(stores: Sequence[Storage]) -> tuple[list[Storage], dict[str, tuple[tuple[str, float], ...]]]:
    """Batteries with those alike made one."""
    groups = _groups(stores, "power_mw", lambda s: s.technology == BATTERY and s.in_service_from_h is None)
    made = [
        replace(group[0], power_mw=sum(s.power_mw for s in group)) if len(group) > 1 else group[0] for group in groups
    ]
    return made, {
        g[0].key: tuple((s.key, s.power_mw / m.power_mw) for s in g)
        for g, m in zip(groups, made, strict=True)
        if len(g) > 1
    }


def _groups(items: Sequence[Any], size: str, may_merge: Any) -> list[list[Any]]:
    """Items that agree in everything but key and size, where they may merge; all others alone."""
    found: dict[Any, list[Any]] = {}
    if not items:
        return []
    same = attrgetter(*(f.name for f in fields(items[0]) if f.name not in {"key", size}))
    for item in items:
        found.setdefault(same(item) if may_merge(item) else item.key, []).append(item)
    return list(found.values())


def shared(settled: dict[str, Settlement], members: Members) -> dict[str, Settlement]:
    """Settlements with those of merged rows shared out by size; hours, starts and peaks are those of all."""
    for key, parts in members.items():
        whole = settled[key]
        for part, share in parts:
            settled[part] = replace(
                whole,
                energy_mwh=whole.energy_mwh * share,
                revenue_cny=whole.revenue_cny * share,
                variable_cost_cny=whole.variable_cost_cny * share,
                fuel_gj=whole.fuel_gj * share,
                emissions_t=whole.emissions_t * share,
                charged_mwh=whole.charged_mwh * share,
                curtailed_mwh=whole.curtailed_mwh * share,
            )
    return settled
