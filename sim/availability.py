"""What each row can give in each hour: weather, service dates, and windows of outage that are told in time."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from dafeng.configs.units import Floats


@dataclass(frozen=True)
class Window:
    """A row gives at most `share` of its base in hours [start, end); the operator learns of it at `told`."""

    row: int
    start: int
    end: int
    share: float
    told: int
    why: str


class Availability:
    """What each row can give: the truth by all windows, and what the operator knows by those told so far.

    >>> import numpy as np
    >>> availability = Availability(np.ones((1, 4)))
    >>> availability.add(Window(0, 1, 3, 0.0, told=1, why="trip"))
    >>> availability.actual()[0].tolist(), availability.known[0].tolist()
    ([1.0, 0.0, 0.0, 1.0], [1.0, 1.0, 1.0, 1.0])
    >>> availability.tell(1)
    >>> availability.known[0].tolist()
    [1.0, 0.0, 0.0, 1.0]
    """

    def __init__(self, base: Floats) -> None:
        self.base = base
        self.known = base.copy()
        self.windows: list[Window] = []
        self._untold: list[Window] = []

    def add(self, window: Window) -> None:
        """One more window; of several the lowest share holds."""
        self.windows.append(window)
        if window.told <= 0:
            self._lower(self.known, window, window.row)
        else:
            self._untold.append(window)

    def tell(self, now: int) -> None:
        """The operator learns of everything told up to now."""
        for window in self._untold:
            if window.told <= now:
                self._lower(self.known, window, window.row)
        self._untold = [window for window in self._untold if window.told > now]

    def close(self, window: Window, end: int) -> None:
        """A window whose end was open ends at an hour."""
        ended = replace(window, end=end)
        self.windows[self.windows.index(window)] = ended
        self._untold = [ended if other == window else other for other in self._untold]
        row = window.row
        self.known[row, end:] = self.base[row, end:]
        for other in self.windows:
            if other.row == row and other not in self._untold:
                self._lower(self.known, replace(other, start=max(other.start, end)), row)

    def actual(self, rows: slice = slice(None)) -> Floats:
        """(rows, hours) what was there, told or not."""
        view = self.base[rows].copy()
        first, last = rows.indices(len(self.base))[:2]
        for window in self.windows:
            if first <= window.row < last:
                self._lower(view, window, window.row - first)
        return view

    def _lower(self, view: Floats, window: Window, row: int) -> None:
        if window.end > window.start:
            hours = slice(window.start, window.end)
            left = self.base[window.row, hours] * window.share
            np.minimum(view[row, hours], left, out=view[row, hours])
