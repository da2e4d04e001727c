"""The clock: SimPy's environment, in hours since 1 January of the run's first year."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, TypeAlias

import simpy

Steps: TypeAlias = Generator[simpy.Event, Any, Any]
"""What a process is: it yields the events it waits for."""
