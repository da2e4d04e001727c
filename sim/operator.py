"""The system operator: each week it dispatches the coming 168 hours, 24 hours ahead of itself, on what it knows.

A surprise flushes the hours already lived and re-dispatches the rest of the week. Units that were off in the
running plan then need their cold-start time, and response its notice: otherwise a surprise would cost nothing.
"""

from __future__ import annotations

from typing import Any

import simpy

from dafeng.configs.units import DAY_H, WEEK_H
from dafeng.network.grid import Engine, Grid, Hours, Plan, Relief, State
from dafeng.network.live import begin_year
from dafeng.network.lived import Firm
from dafeng.sim.availability import Availability
from dafeng.sim.clock import Steps


class Operator:
    """One year of weekly dispatch as a SimPy process."""

    def __init__(
        self, env: simpy.Environment, grid: Grid, availability: Availability, plan: Plan, state: State, engine: Engine,
        relieve: Relief = Relief.NONE,
    ) -> None:
        self.env, self.grid, self.availability = env, grid, availability
        self.start_h = env.now
        self.lived = begin_year(grid, plan, state, engine=engine, relieve=relieve)
        self.calls = 0
        self._alarm = env.event()
        self._planned = False
        env.process(self._weeks())

    def surprise(self, planned: bool = False) -> None:
        """Something changed now: dispatch anew from this hour. A planned change leaves time to prepare."""
        if not self._alarm.triggered:
            self._planned = planned
            self._alarm.succeed()
        else:
            self._planned = self._planned and planned

    def finish(self) -> Hours:
        """The year's hours, after the clock has passed them."""
        return self.lived.read()

    @property
    def hour(self) -> int:
        """Hour of the year, now."""
        return int(self.env.now - self.start_h + 1e-4)

    def _weeks(self) -> Steps:
        while self.hour < self.grid.hours:
            week_end = min(self.hour + WEEK_H, self.grid.hours)
            running, begin = self._dispatch(week_end, None), self.hour
            while True:
                self._alarm = self.env.event()
                week_is_over = self.env.timeout(week_end - self.hour - 1e-6)
                yield week_is_over | self._alarm
                if not self._alarm.triggered:
                    break
                now = self.hour
                self._live(running, begin, now)
                firm = None if self._planned else running
                running, begin = self._dispatch(week_end, firm), now
            self._live(running, begin, week_end)
            if week_end == self.grid.hours:
                return  # a process left waiting would keep this year's arrays through the next
            yield self.env.timeout(self.start_h + week_end - self.env.now)

    def _dispatch(self, week_end: int, firm: Firm | None) -> Any:
        now = self.hour
        self.availability.tell(now)
        self.calls += 1
        window = range(now, min(week_end + DAY_H, self.grid.hours))
        return self.lived.ahead(self.availability.known, window, firm)

    def _live(self, running: Any, begin: int, until: int) -> None:
        if until > begin:
            self.lived.live(running, until - begin)
