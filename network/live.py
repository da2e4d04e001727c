"""A year lived window by window: what an operator dispatches ahead, and the hours of it that come to pass."""

from __future__ import annotations

from typing import Any, Protocol

from dafeng.configs.units import Floats
from dafeng.network.dispatch import check_share, dispatch, foresight_of, task_of
from dafeng.network.grid import Engine, Grid, Hours, Plan, Relief, State
from dafeng.network.lived import Diary, Firm, Lived
from dafeng.network.year_book import Running, YearBook


class Year(Protocol):
    """A year that is being lived."""

    def ahead(self, share: Floats, window: range, firm: Firm | None) -> Any:
        """Dispatch from the next hour to be lived on, on the availability (rows, hours of the year) known."""

    def live(self, running: Any, hours: int) -> None:
        """Live the first hours of what was dispatched."""

    def read(self) -> Hours:
        """The year, when all its hours are lived."""


def begin_year(grid: Grid, plan: Plan, start: State, *, engine: Engine, relieve: Relief) -> Year:
    """A year to be lived from a state."""
    return _Decided(grid, plan, start, relieve) if engine is Engine.FAST else _Whole(grid, plan, start, engine)


class _Decided:
    """Windows of the fast engine: they decide ahead, and only what is lived of them is carried out.

    The hours are those of whole windows, but for the rounding of flows. A window with a line to be relieved is whole.
    """

    def __init__(self, grid: Grid, plan: Plan, start: State, relieve: Relief) -> None:
        self.foresight = foresight_of(grid, plan)
        self.book = YearBook(self.foresight.frame, start, relieve)

    def ahead(self, share: Floats, window: range, firm: Firm | None) -> Running | Lived:
        check_share(self.foresight.frame.grid, share, window)
        return self.book.decide(task_of(self.foresight, share, window, self.book.state, firm))

    def live(self, running: Running | Lived, hours: int) -> None:
        self.book.live(running, hours)

    def read(self) -> Hours:
        return self.book.read()


class _Whole:
    """Windows of the exact engine: whole hours from the first to the last."""

    def __init__(self, grid: Grid, plan: Plan, start: State, engine: Engine) -> None:
        self.grid, self.plan, self.state, self.engine = grid, plan, start, engine
        self.diary = Diary(grid.hours)

    def ahead(self, share: Floats, window: range, firm: Firm | None) -> Hours:
        return dispatch(self.grid, share, window, self.state, self.plan, engine=self.engine, firm=firm)

    def live(self, running: Hours, hours: int) -> None:
        lived = running.until(hours)
        self.state = lived.end
        self.diary.write(lived)

    def read(self) -> Hours:
        return self.diary.read()
