"""Exact indices of a single node without storage, by convolution of all machines (capacity outage probability table).

Recursive method of Billinton and Allan: each machine is added to the probability, and to the frequency, of at least so
many MW being out. Reference: IEEE RTS-79 (Allan, Billinton and Abdel-Gawad 1986), LOLE 1.36886 d, 9.39418 h, 1,176 MWh.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dafeng.configs.units import DAY_H, Floats, Ints
from dafeng.network.outages import Process

ROUNDING = 1e-9


@dataclass(frozen=True)
class Copt:
    """Outages of a fleet on a grid of MW steps; both arrays start at 0 steps and never rise."""

    step_mw: float
    installed_mw: float
    at_least: Floats
    """(steps,) probability of at least so many steps being out."""
    entered_per_h: Floats
    """(steps,) how often an hour the fleet passes from fewer steps out to at least so many."""

    def loss_probability(self, load_mw: Floats) -> Floats:
        """Probability that the machines in service cannot carry a load."""
        return self._of_load(self.at_least, load_mw)

    def loss_frequency_per_h(self, load_mw: Floats) -> Floats:
        """How often an hour outages make a constant load impossible to carry."""
        return self._of_load(self.entered_per_h, load_mw)

    def unserved_mw(self, load_mw: Floats) -> Floats:
        """Expected load that is not served: the sum over steps out of what each further step adds."""
        beyond = np.append(np.cumsum(self.at_least[::-1])[::-1], 0.0) * self.step_mw
        first = self._first_short(load_mw)
        over_mw = first * self.step_mw - (self.installed_mw - load_mw)
        short: Floats = over_mw * self._of_load(self.at_least, load_mw) + beyond[np.minimum(first + 1, len(beyond) - 1)]
        return short

    def _of_load(self, values: Floats, load_mw: Floats) -> Floats:
        padded = np.append(values, 0.0)
        result: Floats = padded[np.minimum(self._first_short(load_mw), len(values))]
        return result

    def _first_short(self, load_mw: Floats) -> Ints:
        """The fewest steps out at which a load is not met; a gap of rounding size is none."""
        spare = (self.installed_mw - load_mw) / self.step_mw
        return np.maximum(np.floor(spare + ROUNDING).astype(np.int64) + 1, 0)


@dataclass(frozen=True)
class Exact:
    """Exact indices of a year."""

    lole_d: float
    """Days whose peak is not met, expected."""
    lolh_h: float
    lolf_continuous: float
    """Events in continuous time: outages that begin one, and hours whose load rises beyond what is there."""
    eue_mwh: float


def outage_table(capacity_mw: Sequence[float], processes: Sequence[Process], step_mw: float = 1.0) -> Copt:
    """The table of a fleet; a capacity between two steps is split between them so that its mean is kept."""
    size = int(sum(np.ceil(mw / step_mw) for mw in capacity_mw)) + 1
    at_least, entered = np.zeros(size), np.zeros(size)
    at_least[0] = 1.0
    for mw, process in zip(capacity_mw, processes, strict=True):
        steps = int(np.floor(mw / step_mw + ROUNDING))
        part = mw / step_mw - steps
        at_least, entered = _added(at_least, entered, steps, part if part > ROUNDING else 0.0, process)
    return Copt(step_mw, float(sum(capacity_mw)), at_least, entered)


def exact(capacity_mw: Sequence[float], processes: Sequence[Process], load_mw: Floats, step_mw: float = 1.0) -> Exact:
    """Exact indices of a single node against an hourly load; the year is taken to repeat."""
    table = outage_table(capacity_mw, processes, step_mw)
    loss = table.loss_probability(load_mw)
    daily_peak = load_mw.reshape(-1, DAY_H).max(axis=1)
    by_load = np.maximum(loss - np.roll(loss, 1), 0.0).sum()
    return Exact(
        lole_d=float(table.loss_probability(daily_peak).sum()), lolh_h=float(loss.sum()),
        lolf_continuous=float(table.loss_frequency_per_h(load_mw).sum() + by_load),
        eue_mwh=float(table.unserved_mw(load_mw).sum()),
    )


def _added(at_least: Floats, entered: Floats, steps: int, part: float, process: Process) -> tuple[Floats, Floats]:
    """Both tables with one more machine of `steps` (a share `part` of the time of one step more).

    F'(x) = p F(x) + q F(x - c) + q / MTTR (P(x - c) - P(x)): the last term is the machine's own failures.
    """
    down = process.forced_outage_rate
    probability_if_out = (1.0 - part) * _moved(at_least, steps, 1.0) + part * _moved(at_least, steps + 1, 1.0)
    entered_if_out = (1.0 - part) * _moved(entered, steps, 0.0) + part * _moved(entered, steps + 1, 0.0)
    own = down / process.mttr_h * (probability_if_out - at_least)
    return (1.0 - down) * at_least + down * probability_if_out, (1.0 - down) * entered + down * entered_if_out + own


def _moved(values: Floats, steps: int, first: float) -> Floats:
    """Values `steps` further on, with `first` before them."""
    if steps == 0:
        return values
    return np.concatenate([np.full(steps, first), values[:-steps]])
