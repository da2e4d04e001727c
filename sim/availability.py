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
    """Two views of one truth: `actual` (rows, hours) and `known` by what has been told so far.

    >>> import numpy as np
    >>> availability = Availability(np.ones((1, 4)))
    >>> availability.add(Window(0, 1, 3, 0.0, told=1, why="trip"))
    >>> availability.actual[0].tolist(), availability.known[0].tolist()
    ([1.0, 0.0, 0.0, 1.0], [1.0, 1.0, 1.0, 1.0])
    >>> availability.tell(1)
    >>> availability.known[0].tolist()
    [1.0, 0.0, 0.0, 1.0]
    """

    def __init__(self, base: Floats) -> None:
        self.base = base
        self.actual, self.known = base.copy(), base.copy()
        self.windows: list[Window] = []
        self._untold: list[Window] = []

    def add(self, window: Window) -> None:
        """One more window; of several the lowest share holds."""
        self.windows.append(window)
        self._lower(self.actual, window)
        if window.told <= 0:
            self._lower(self.known, window)
        else:
            self._untold.append(window)

    def tell(self, now: int) -> None:
        """The operator learns of everything told up to now."""
        for window in self._untold:
            if window.told <= now:
                self._lower(self.known, window)
        self._untold = [window for window in self._untold if window.told > now]

    def close(self, window: Window, end: int) -> None:
        """A window whose end was open ends at an hour."""
        self.windows[self.windows.index(window)] = replace(window, end=end)
        for view in (self.actual, self.known):
            view[window.row, end:] = self.base[window.row, end:]
            for other in self.windows:
                if other.row == window.row and (view is self.actual or other not in self._untold):
                    self._lower(view, replace(other, start=max(other.start, end)))

    def _lower(self, view: Floats, window: Window) -> None:
        if window.end > window.start:
            hours = slice(window.start, window.end)
            np.minimum(
                view[window.row, hours], self.base[window.row, hours] * window.share, out=view[window.row, hours]
            )
