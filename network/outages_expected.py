"""How much of a machine is expected to be out on each day: the mean of what the sampler draws, without drawing it.

A Markov chain of three states (up, out, derated) whose failures come at the pace of the weather, while repairs take as
long as ever: after a hot day more machines are out for as long as repairs last. Weibull repairs count by their mean.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dafeng.configs.units import DAY_H, DAYS_A_YEAR, Floats
from dafeng.network.outages_pace import STEADY, Paces
from dafeng.network.sampling import Machine

HALF_DAY_H = DAY_H // 2


def out_by_day(machine: Machine, paces: Paces) -> Floats:
    """(days,) share of the output expected to be lost at noon of each day of a year that begins as the sampler's do.

    >>> from dafeng.network.outages import Process
    >>> from dafeng.network.outages_pace import NO_PACES
    >>> out_by_day(Machine("a", 1.0, Process(900.0, 100.0)), NO_PACES).round(9).tolist() == [0.1] * 365
    True
    """
    derated, process = machine.derated, machine.process
    lasts_h = np.array([process.mttr_h, derated.mttr_h if derated.rate > 0.0 else process.mttr_h])
    fails = np.array([1.0 - derated.rate, derated.rate]) / process.mttf_h
    at = np.array([1.0, *(fails * lasts_h)])
    at /= at.sum()
    lost = np.zeros(DAYS_A_YEAR)
    for day, half in enumerate(_half_days(_pace(machine, paces), fails, 1.0 / lasts_h)):
        noon = at @ half
        lost[day] = noon[1] + (1.0 - derated.share) * noon[2]
        at = noon @ half
    return lost


def out_of_any(causes: Sequence[Machine], paces: Paces) -> Floats:
    """The same of a machine that is out while any of its independent causes is: a row each, as the sampler has them.

    >>> from dafeng.network.outages import Process
    >>> from dafeng.network.outages_pace import NO_PACES
    >>> row = Machine("a", 1.0, Process(900.0, 100.0))
    >>> out_of_any([row, row], NO_PACES).round(9).tolist() == [0.19] * 365
    True
    """
    left: Floats = np.prod([1.0 - out_by_day(cause, paces) for cause in causes], axis=0)
    return 1.0 - left


def _pace(machine: Machine, paces: Paces) -> Floats:
    """(days,) pace of failures."""
    if machine.pace == STEADY:
        return np.ones(DAYS_A_YEAR)
    pace: Floats = np.diff(paces.arrays.lived_h[machine.pace]) / DAY_H
    return pace


def _half_days(pace: Floats, fails: Floats, ends: Floats) -> Floats:
    """(days, 3, 3) chances to pass from state to state in twelve hours of each day, by midpoints of hours."""
    rates = np.zeros((len(pace), 3, 3))
    rates[:, 0, 1:] = pace[:, None] * fails
    rates[:, 0, 0] = -rates[:, 0].sum(axis=1)
    rates[:, 1, 0], rates[:, 2, 0] = ends
    rates[:, 1, 1], rates[:, 2, 2] = -ends
    one = np.eye(3)
    hour = np.linalg.solve(one - 0.5 * rates, one + 0.5 * rates)
    found: Floats = np.linalg.matrix_power(hour, HALF_DAY_H)
    return found
