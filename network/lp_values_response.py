"""Numbers of response in a window's programme: what may be called, and the load that comes back of it."""

from __future__ import annotations

import numpy as np

from dafeng.configs.units import DAY_H, Floats
from dafeng.network.grid import Offers
from dafeng.network.lp_facts import FAR, Facts, Values
from dafeng.network.lp_shape import Shape
from dafeng.network.response import REBOUND_H, called_before, called_of, coming_back
from dafeng.network.window import Task


def call_response(shape: Shape, facts: Facts, made: Values) -> None:
    """Response (5.5): full events a window at the pace of the year, more of them only where supply runs out."""
    task, offers, rest = facts.task, facts.task.frame.grid.offers, facts.rest
    if not offers.key:
        return
    if facts.shed_mw is not None:
        np.add.at(made.given_mw[:, rest:], offers.bus, facts.shed_mw)
        return
    power, hours = offers.power_mw[:, task.hours], facts.task.frame.grid.hours
    stands, back = running_response(facts)
    low = np.where(np.isnan(stands), 0.0, np.minimum(stands, power))
    high = np.where(np.isnan(stands), power, low)
    np.add.at(made.given_mw[:, rest:], offers.bus, -back)
    made.bound(shape.shed, low, high, rest)
    made.price(shape.shed, offers.price_cny_per_mwh[:, None])
    size = full_event_mwh(offers)
    most = np.repeat(size[:, None], shape.per_day.width, axis=1)
    most[:, :1] = np.maximum(most[:, :1] - _called_today(task)[:, None], 0.0)
    made.require(shape.per_day, -FAR, most)
    left = np.maximum(offers.events_per_year - task.start.events, 0.0)
    pace = np.maximum(offers.events_per_year * task.window.stop / hours - task.start.events, 0.0)
    made.require(shape.per_window, -FAR, np.minimum(left, pace)[:, None])
    made.bound(shape.extra, 0.0, (left - np.minimum(left, pace))[:, None])
    made.price(shape.extra, (size * facts.task.frame.grid.market.price_cap_cny_per_mwh)[:, None])


def _called_today(task: Task) -> Floats:
    """(offers,) MWh called on a window's first day before it, as far as its state remembers."""
    hours, offers = min(task.window.start % DAY_H, REBOUND_H), len(task.frame.grid.offers.key)
    before = called_before(task.start.called_mw, offers)
    return np.asarray(before[:, REBOUND_H - hours :].sum(axis=1))


def full_event_mwh(offers: Offers) -> Floats:
    """(offers,) energy of a full event, in which a programme counts what it calls."""
    return np.asarray(offers.power_mw.max(axis=1, initial=0.0) * np.maximum(offers.hours_per_event, 1.0))


def running_response(facts: Facts) -> tuple[Floats, Floats]:
    """(offers, hours) response of the running plan that stands, NaN where free, and load that comes back anyway."""
    task, offers = facts.task, facts.task.frame.grid.offers
    shape = len(offers.key), len(task.window)
    before = called_before(task.start.called_mw, shape[0])
    stands, back = np.full(shape, np.nan), coming_back(before, offers.rebound_share, shape[1])
    if task.firm is None:
        return stands, back
    now = task.window.start - task.firm.first_hour
    coming = called_of(task.firm.shed_mw[:, now : now + shape[1]], before, offers.rebound_share)
    is_near = np.arange(coming.shape[1]) < np.ceil(offers.notice_h)[:, None]
    stands[:, : coming.shape[1]] = np.where(is_near, coming, np.nan)
    return stands, back
