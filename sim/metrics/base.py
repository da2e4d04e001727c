"""The metrics' registry: pure functions of a Year."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from dafeng.configs.registry import Registry
from dafeng.configs.values import Estimate
from dafeng.sim.ledger import Ledger
from dafeng.sim.year import Year

Metric: TypeAlias = Callable[[Year], float | Estimate | Ledger]

METRICS: Registry[Metric] = Registry("metric", "dafeng.sim.metrics", "dafeng.metrics")
