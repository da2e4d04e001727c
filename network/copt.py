"""Exact indices of a single node without storage, by convolution of all machines (capacity outage probability table).

Recursive method of Billinton and Allan: each machine is added to the probability, and to the frequency, of at least so
many MW being out. A machine may have a derated state, and the load a normal error in seven steps. Reference: IEEE
RTS-79 (Allan, Billinton and Abdel-Gawad 1986), LOLE 1.36886 d, 9.39418 h, 1,176 MWh.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from dafeng.configs.units import DAY_H, Floats, Ints
from dafeng.network.outages import Process
from dafeng.network.sampling import Derated

ROUNDING = 1e-9
NORMAL_STEPS = ((0.0, 0.382), (1.0, 0.242), (-1.0, 0.242), (2.0, 0.061), (-2.0, 0.061), (3.0, 0.006), (-3.0, 0.006))
"""The normal distribution in seven steps of one standard deviation, as the RTS literature uses it (Billinton and Allan,
Reliability Evaluation of Power Systems, 2.7)."""


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

    lole_peak_d: float
    """Days whose peak hour is short, expected: the LOLE of the published answers. Days with any short hour (`lole_d` of
    the sampled methods) depend on the order of states, which a table does not know; see `lole_most_d`."""
    lole_most_d: float
    """No more days than this have a short hour: short at the first hour, or an event that begins later in the day.
    A day counts once, whatever the chances of its hours add up to."""
    lolh_h: float
    lolf_continuous: float
    """Events in continuous time: outages that begin one, and hours whose load rises beyond what is there."""
    eue_mwh: float


def outage_table(capacity_mw: Sequence[float], processes: Sequence[Process], step_mw: float = 1.0,
                 derated: Sequence[Derated] | None = None) -> Copt:
    """The table of a fleet; a capacity between two steps is split between them so that its mean is kept."""
    size = int(sum(np.ceil(mw / step_mw) for mw in capacity_mw)) + 1
    at_least, entered = np.zeros(size), np.zeros(size)
    at_least[0] = 1.0
    third = derated or [Derated()] * len(capacity_mw)
    for mw, process, part in zip(capacity_mw, processes, third, strict=True):
        at_least, entered = _added(at_least, entered, step_mw, _states(mw, process, part))
    return Copt(step_mw, float(sum(capacity_mw)), at_least, entered)


def exact(capacity_mw: Sequence[float], processes: Sequence[Process], load_mw: Floats, step_mw: float = 1.0,
          derated: Sequence[Derated] | None = None, load_error: float = 0.0) -> Exact:
    """Exact indices of a single node against an hourly load; the year is taken to repeat.

    `load_error` is the standard deviation of the load forecast as a share of the load; the whole year errs together.
    """
    table = outage_table(capacity_mw, processes, step_mw, derated)
    if load_error <= 0.0:
        return of_table(table, load_mw)
    cases = [(weight, of_table(table, load_mw * (1.0 + load_error * away))) for away, weight in NORMAL_STEPS]
    return Exact(**{
        field.name: sum(weight * getattr(case, field.name) for weight, case in cases) for field in fields(Exact)
    })


def of_table(table: Copt, load_mw: Floats) -> Exact:
    """Exact indices of a fleet against an hourly load."""
    loss = table.loss_probability(load_mw)
    daily_peak = load_mw.reshape(-1, DAY_H).max(axis=1)
    by_outage, by_load = table.loss_frequency_per_h(load_mw), np.maximum(loss - np.roll(loss, 1), 0.0)
    daily = loss.reshape(-1, DAY_H)
    later = by_outage.reshape(-1, DAY_H)[:, :-1].sum(axis=1) + by_load.reshape(-1, DAY_H)[:, 1:].sum(axis=1)
    most = np.minimum(np.minimum(daily[:, 0] + later, daily.sum(axis=1)), 1.0)
    return Exact(
        lole_peak_d=float(table.loss_probability(daily_peak).sum()),
        lole_most_d=float(most.sum()), lolh_h=float(loss.sum()),
        lolf_continuous=float(by_outage.sum() + by_load.sum()),
        eue_mwh=float(table.unserved_mw(load_mw).sum()),
    )


@dataclass(frozen=True)
class _State:
    """A state below full output: MW out, share of time in it, mean hours until it ends."""

    out_mw: float
    probability: float
    mttr_h: float


def _states(mw: float, process: Process, derated: Derated) -> list[_State]:
    """The states of one machine that are not full output."""
    full_h, part_h = (1.0 - derated.rate) * process.mttr_h, derated.rate * derated.mttr_h
    cycle_h = process.mttf_h + full_h + part_h
    out = [_State(mw, full_h / cycle_h, process.mttr_h)]
    if derated.rate > 0.0:
        out.append(_State(mw * (1.0 - derated.share), part_h / cycle_h, derated.mttr_h))
    return out


def _added(at_least: Floats, entered: Floats, step_mw: float, states: list[_State]) -> tuple[Floats, Floats]:
    """Both tables with one more machine.

    F'(x) = p F(x) + sum over states of q F(x - c) + q / MTTR (P(x - c) - P(x)): the last term is its own failures.
    """
    up = 1.0 - sum(state.probability for state in states)
    probability, frequency = up * at_least, up * entered
    for state in states:
        if_out = _moved_mw(at_least, state.out_mw / step_mw, 1.0)
        own = state.probability / state.mttr_h * (if_out - at_least)
        probability = probability + state.probability * if_out
        frequency = frequency + state.probability * _moved_mw(entered, state.out_mw / step_mw, 0.0) + own
    return probability, frequency


def _moved_mw(values: Floats, steps: float, first: float) -> Floats:
    """Values moved by a number of steps; between two whole numbers of steps, a mean of both."""
    whole = int(np.floor(steps + ROUNDING))
    part = steps - whole
    if part <= ROUNDING:
        return _moved(values, whole, first)
    return (1.0 - part) * _moved(values, whole, first) + part * _moved(values, whole + 1, first)


def _moved(values: Floats, steps: int, first: float) -> Floats:
    """Values `steps` further on, with `first` before them."""
    if steps == 0:
        return values
    return np.concatenate([np.full(steps, first), values[:-steps]])
