"""The hours of a window as lived: they can be cut where a surprise came, and joined to a year."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Protocol

import numpy as np

from dafeng.configs.units import Bools, Floats
from dafeng.network.grid import Hours, State
from dafeng.network.response import REBOUND_H, called_before

WHOLE = {"first_hour", "cost_cny", "starts", "end"}
"""Fields of Hours that are of the window, not of its hours."""


class Firm(Protocol):
    """A running plan that a surprise may overtake: whole `Hours`, or what a window has decided."""

    @property
    def first_hour(self) -> int:
        """Hour of the year with which it begins."""

    @property
    def committed(self) -> Bools:
        """(generators, hours) units that are on."""

    @property
    def flexible_mw(self) -> Floats:
        """(flexible, hours)."""

    @property
    def shed_mw(self) -> Floats:
        """(offers, hours)."""


@dataclass(frozen=True)
class Lived(Hours):
    """Hours that know their cost, starts and use of limits hour by hour, so that any first part of them is exact."""

    before: State
    cost_by_hour_cny: Floats
    """(hours,)."""
    start_in_hour: Bools
    """(generators, hours) starts."""
    used_in_hour: Floats
    """(limits, hours) use of each limit."""
    called_mw: Floats
    """(offers, hours) response called, before what comes back of it."""
    event_in_hour: Floats
    """(offers, hours) events that begin, or of a programme the energy called in parts of a full event's."""

    def until(self, hours: int) -> Hours:
        """The first hours only, with their own cost, starts and end."""
        cut: dict[str, Any] = {}
        for f in fields(Hours):
            if f.name not in WHOLE:
                cut[f.name] = getattr(self, f.name)[..., :hours]
        return Hours(
            first_hour=self.first_hour,
            cost_cny=float(self.cost_by_hour_cny[:hours].sum()),
            starts=self.start_in_hour[:, :hours].sum(axis=1).astype(np.float64),
            end=self.state_after(hours),
            **cut,
        )

    def state_after(self, hours: int) -> State:
        """The state after the first hours."""
        return end_state(
            self.before, self.committed[:, :hours], self.stored_mwh[:, :hours], self.flexible_mw[:, :hours],
            self.event_in_hour[:, :hours], self.used_in_hour[:, :hours], self.generation_mw[:, :hours],
            self.called_mw[:, :hours],
        )


def end_state(
    before: State, committed: Bools, stored_mwh: Floats, flexible_mw: Floats, events: Floats, used: Floats,
    generation_mw: Floats, called_mw: Floats,
) -> State:
    """What is handed on after some hours, all arrays (rows, hours)."""
    return State(
        stored_mwh=stored_mwh[:, -1].copy(),
        committed=committed[:, -1].copy(),
        hours_on=hours_since(before, committed),
        used=before.used + used.sum(axis=1),
        drawn_mwh=before.drawn_mwh + flexible_mw.sum(axis=1),
        events=before.events + events.sum(axis=1),
        output_mw=generation_mw[:, -1].copy(),
        called_mw=called_after(before, called_mw),
    )


def called_after(before: State, called_mw: Floats) -> Floats:
    """(offers, REBOUND_H) response of the last hours; `called_mw` (offers, hours) came after a state."""
    return np.concatenate([called_before(before.called_mw, len(called_mw)), called_mw], axis=1)[:, -REBOUND_H:]


def hours_since(before: State, committed: Bools) -> Floats:
    """(generators,) hours since a unit last went on or off."""
    previous = np.concatenate([before.committed[:, None], committed[:, :-1]], axis=1)
    changed = (committed != previous)[:, ::-1]
    since = np.where(changed.any(axis=1), changed.argmax(axis=1) + 1.0, before.hours_on + committed.shape[1])
    return np.asarray(since, dtype=np.float64)


def events_begun(shed_mw: Floats) -> Floats:
    """(offers, hours) 1 where a response event begins; one that runs on from before counts again."""
    called = shed_mw > 0.0
    begun = called.copy()
    begun[:, 1:] &= ~called[:, :-1]
    return np.asarray(begun, dtype=np.float64)


def join(parts: list[Hours]) -> Hours:
    """Slices lived one after another as one record; cost and starts are sums of what was lived."""
    joined: dict[str, Any] = {}
    for f in fields(Hours):
        if f.name not in WHOLE:
            joined[f.name] = np.concatenate([getattr(part, f.name) for part in parts], axis=-1)
    return Hours(
        first_hour=parts[0].first_hour,
        cost_cny=float(sum(part.cost_cny for part in parts)),
        starts=np.sum([part.starts for part in parts], axis=0),
        end=parts[-1].end,
        **joined,
    )


class Diary:
    """The hours of a year, written as they are lived into arrays of the whole year; no window outlives its week."""

    def __init__(self, hours: int) -> None:
        self.hours, self.lived_h, self.cost_cny = hours, 0, 0.0
        self._arrays: dict[str, Any] = {}
        self._starts: Floats = np.zeros(0)
        self._end: State | None = None

    def write(self, part: Hours) -> None:
        """The next hours lived."""
        width = len(part.way)
        for f in fields(Hours):
            if f.name in WHOLE:
                continue
            values = getattr(part, f.name)
            if f.name not in self._arrays:
                self._arrays[f.name] = np.zeros((*values.shape[:-1], self.hours), dtype=values.dtype)
            self._arrays[f.name][..., self.lived_h : self.lived_h + width] = values
        self._starts = part.starts if self._end is None else self._starts + part.starts
        self.lived_h, self.cost_cny, self._end = self.lived_h + width, self.cost_cny + part.cost_cny, part.end

    def read(self) -> Hours:
        """The year, when all its hours are lived."""
        assert self._end is not None
        assert self.lived_h == self.hours
        return Hours(first_hour=0, cost_cny=self.cost_cny, starts=self._starts, end=self._end, **self._arrays)
