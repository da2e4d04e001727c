"""What each row can give in each hour: weather, service dates, and windows of outage that are told in time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from dafeng.configs.units import Floats
from dafeng.network.adequacy_delivery import carried_share


@dataclass(frozen=True)
class Circuits:
    """How many circuits a row has, and whether its limit keeps one spare."""

    count: int
    keeps_spare: bool

    def left(self) -> Floats:
        """(count + 1,) share of the limit that is left with 0, 1, ... circuits out."""
        shares = [carried_share(self.count, float(out), self.keeps_spare) for out in range(self.count + 1)]
        return np.array(shares)


@dataclass(frozen=True)
class Window:
    """A row gives at most `share` of its base in hours [start, end); the operator learns of it at `told`.

    A window with `circuits` takes so many circuits of its row out instead; those of several windows add.
    """

    row: int
    start: int
    end: int
    share: float
    told: int
    why: str
    circuits: int = 0


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

    def __init__(self, base: Floats, circuits: Mapping[int, Circuits] | None = None) -> None:
        self.base = base
        self.left = {row: wire.left() for row, wire in (circuits or {}).items()}
        """Row -> share that is left by the number of its circuits out."""
        self.known = base.copy()
        self.now = 0
        """Hour up to which the operator was told."""
        self._of_row: dict[int, list[Window]] = {}
        self._untold: list[Window] = []

    @property
    def windows(self) -> list[Window]:
        """All of them, row by row."""
        return [window for windows in self._of_row.values() for window in windows]

    def add(self, window: Window) -> None:
        """One more window; of several shares the lowest holds, circuits out add."""
        self._of_row.setdefault(window.row, []).append(window)
        self._untold.append(window)
        if window.told <= self.now:
            self.tell(self.now)

    def tell(self, now: int) -> None:
        """The operator learns of everything told up to now."""
        self.now = max(self.now, now)
        told = [window for window in self._untold if window.told <= self.now]
        self._untold = [window for window in self._untold if window.told > self.now]
        for window in told:
            self._lower(self.known[window.row], window, self._told(window.row))

    def close(self, window: Window, end: int) -> None:
        """A window whose end was open ends at an hour."""
        ended, row = replace(window, end=end), window.row
        self._of_row[row] = [ended if other is window else other for other in self._of_row[row]]
        self._untold = [ended if other is window else other for other in self._untold]
        self.known[row, end:] = self.base[row, end:]
        told = self._told(row)
        for other in told:
            self._lower(self.known[row], replace(other, start=max(other.start, end)), told)

    def actual(self, rows: slice = slice(None)) -> Floats:
        """(rows, hours) what was there, told or not."""
        view = self.base[rows].copy()
        first, last = rows.indices(len(self.base))[:2]
        for row, windows in self._of_row.items():
            if first <= row < last:
                for window in windows:
                    self._lower(view[row - first], window, windows)
        return view

    def _told(self, row: int) -> list[Window]:
        """The windows of a row that the operator knows of."""
        return [window for window in self._of_row[row] if window.told <= self.now]

    def _lower(self, row: Floats, window: Window, beside: list[Window]) -> None:
        """Lower a row in a window's hours to what it leaves, with the circuits that those beside it take out."""
        hours = slice(window.start, max(window.start, window.end))
        base = self.base[window.row, hours]
        left = base * (self._carried(window, len(base), beside) if window.circuits else window.share)
        np.minimum(row[hours], left, out=row[hours])

    def _carried(self, window: Window, hours: int, beside: list[Window]) -> Floats:
        """(hours,) share of a row's limit from a window's start on, with all its circuits that are out."""
        out = np.zeros(hours, np.int64)
        for other in beside:
            out[max(other.start - window.start, 0) : max(other.end - window.start, 0)] += other.circuits
        left = self.left[window.row]
        share: Floats = left[np.minimum(out, len(left) - 1)]
        return share
