"""What a check is: a function that measures again what others published.

A check is registered under the name of its table in `configs/published` and gives a value for each id of it:

    @CHECKS.add("dispatch", title="...", title_zh="...")
    def dispatch() -> dict[str, float | Estimate]: ...
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from dafeng.configs.registry import Registry
from dafeng.configs.values import Estimate

Check: TypeAlias = Callable[[], Mapping[str, "float | Estimate"]]
CHECKS: Registry[Check] = Registry("check", "dafeng.experiments.checks", "dafeng.checks")
