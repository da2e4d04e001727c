"""The site: works under way as SimPy processes, with lead times, delays, crews and outage windows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from math import exp
from typing import Any, Protocol

import simpy

from dafeng.agents import works as kinds
from dafeng.agents.works import Works
from dafeng.configs.luck import Luck
from dafeng.configs.units import HOURS_A_YEAR
from dafeng.sim.clock import Steps

QUIET_FROM_H, QUIET_UNTIL_H = 151 * 24, 273 * 24
"""June to September: no planned outage begins in the hot season (data: province maintenance shares are 0 to 0.03)."""


class Worker(Protocol):
    """Who is told that works are done."""

    def complete(self, works: Works, hour: float) -> None:
        """Works are done."""


@dataclass
class Task:
    """One piece of works under way: all its process state, so that a run can stop and resume."""

    works: Works
    phase: str
    """lead, waiting (for a window or crew), outage, done."""
    next_at: float
    number: int

    def record(self) -> dict[str, Any]:
        """The task as plain values."""
        return {
            "kind": type(self.works).__name__,
            "works": asdict(self.works),
            "phase": self.phase,
            "next_at": self.next_at,
            "number": self.number,
        }

    @staticmethod
    def of(record: Mapping[str, Any]) -> Task:
        """The task from plain values."""
        works: Works = getattr(kinds, record["kind"])(**record["works"])
        return Task(works, record["phase"], record["next_at"], record["number"])


@dataclass
class Site:
    """Everything under construction, and the crews that do it."""

    env: simpy.Environment
    luck: Luck
    crews: Mapping[str, simpy.Resource]
    workers: Mapping[str, Worker]
    on_outage: Callable[[str, float, float], None]
    """Told (asset, from hour, until hour) when a planned outage begins."""
    on_done: Callable[[Works, float], None]
    tasks: list[Task] = field(default_factory=list)
    count: int = 0

    def begin(self, works: Works) -> None:
        """Take works in; their delay is drawn for the asset, and for each of several orders of the same asset by its
        number, so every bundle meets the same luck.
        """
        start = max(works.start_h, self.env.now)
        if works.complete_h is not None:
            done = max(works.complete_h, self.env.now)
        else:
            order = (int(works.detail["number"]),) if "number" in works.detail else ()
            normal = self.luck("delay", works.asset, type(works).__name__, *order).standard_normal()
            done = start + works.lead_time_h * exp(works.delay_log_sd * normal)
        self.count += 1
        self._run(Task(works, "lead", done, self.count))

    def resume(self, records: list[Mapping[str, Any]], count: int) -> None:
        """Take up the works of a checkpoint, in their order."""
        self.count = count
        for record in records:
            self._run(Task.of(record))

    def records(self) -> list[dict[str, Any]]:
        """All works under way as plain values."""
        return [task.record() for task in self.tasks]

    def out_of_service(self) -> list[tuple[str, float]]:
        """Assets in a planned outage now, and until when."""
        return [(task.works.asset, task.next_at) for task in self.tasks if task.phase == "outage"]

    def _run(self, task: Task) -> None:
        self.tasks.append(task)
        self.env.process(self._life(task))

    def _life(self, task: Task) -> Steps:
        if task.phase == "lead":
            yield self.env.timeout(task.next_at - self.env.now)
            task.phase = "waiting"
        if task.works.outage_h > 0:
            yield from self._outage(task)
        self.tasks.remove(task)
        self.workers[task.works.agent].complete(task.works, self.env.now)
        self.on_done(task.works, self.env.now)

    def _outage(self, task: Task) -> Steps:
        if task.phase == "waiting":
            yield self.env.timeout(wait_for_window(self.env.now))
        crew = self.crews.get(task.works.crew or "")
        request = crew.request() if crew else None
        if request:
            yield request
        if task.phase == "waiting":
            task.phase, task.next_at = "outage", self.env.now + task.works.outage_h
            self.on_outage(task.works.asset, self.env.now, task.next_at)
        yield self.env.timeout(task.next_at - self.env.now)
        if crew and request:
            crew.release(request)


def wait_for_window(now: float) -> float:
    """Hours until a planned outage may begin.

    >>> wait_for_window(0.0), wait_for_window(200 * 24.0) == 73 * 24
    (0.0, True)
    """
    hour = now % HOURS_A_YEAR
    return QUIET_UNTIL_H - hour if QUIET_FROM_H <= hour < QUIET_UNTIL_H else 0.0
