"""Hours of the province: its load in a state, and how much of each block can run, sampled machine by machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from dafeng.configs.luck import Luck
from dafeng.configs.units import HOURS_A_YEAR, Floats
from dafeng.network.outages_pace import NO_PACES, PROVINCE, Paces
from dafeng.network.province import Block, Province, by_month
from dafeng.network.sampling import block_share, share_of


def load_path(province: Province, normal_load_mw: Floats) -> Floats:
    """(hours,) load of the rest of the province: that of a normal year with the state's summer uplift."""
    load: Floats = normal_load_mw * (1.0 + by_month(province.load_uplift))
    return load


def fleet_paths(province: Province, luck: Luck, year: int, paces: Paces = NO_PACES) -> Floats:
    """(blocks, hours) share of each block that can run: months x sampled outages; weather is not in it.

    Keyed by block, machine and year, so every bundle and scenario sees the same outages.
    """
    return np.array([_path(block, luck, year, paces) for block in province.blocks])


def store_paths(province: Province, luck: Luck, year: int) -> Floats:
    """(stores, hours) share of each kind of store in service."""
    paths = [block_share(luck.key("outage", s.key, year), s.machines, s.process) for s in province.stores]
    return np.array(paths).reshape(len(paths), HOURS_A_YEAR)


def expected_paths(province: Province, profiles: Mapping[str, Floats]) -> Floats:
    """(blocks, hours) expected share of each block: months x mean of outages x profile of wind and sun."""
    rows = [_expected(block) * profiles[block.profile] if block.profile else _expected(block)
            for block in province.blocks]
    return np.array(rows)


def _path(block: Block, luck: Luck, year: int, paces: Paces) -> Floats:
    if block.profile:
        return by_month(block.month_share)
    rows = [replace(row, mw=1.0 / row.count) for row in block.rows(pace=paces.row(block.outage_class, PROVINCE))]
    in_service = share_of(rows, [luck.key("outage", row.key, year) for row in rows], paces=paces)
    path: Floats = by_month(block.month_share) * in_service
    return path


def _expected(block: Block) -> Floats:
    up = 1.0 if block.profile else block.up
    return up * by_month(block.month_share)
