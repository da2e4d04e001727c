"""Where and what an owner may build, what it offers in auctions, and the order that follows (MODEL_SPEC 2.5, 2.6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dafeng.agents.fleet_dates import FIRST_FREE_YEAR
from dafeng.agents.fleet_money import lead_y
from dafeng.agents.invest import payment, strike
from dafeng.agents.owners_builds import New, due_hour
from dafeng.agents.owners_leases import STORAGE
from dafeng.agents.owners_mind import Mind
from dafeng.agents.owners_options import Option
from dafeng.agents.view import Award, Bid, Call, View
from dafeng.configs.units import HOURS_A_YEAR

OF_THE_STATE = ("nuclear_gen3", "pumped_hydro")
"""Technologies that come as named projects only."""


@dataclass(frozen=True)
class Room:
    """What an owner may still build at a site: MW of all its leases there, and of the next one."""

    technology: str
    bus: str
    free_mw: float
    next_mw: float


def rooms(leases: Mapping[str, Sequence[float]], builds: Sequence[New], call: str = "") -> list[Room]:
    """An owner's sites with room, most first; those that a kind of call asks for, or all."""
    found = []
    for site in sorted(leases):
        technology, _, bus = site.partition("@")
        free = leases[site][0] - sum(new.mw for new in builds if (new.technology, new.bus) == (technology, bus))
        if free > 1e-6 and answers(technology, call):
            found.append(Room(technology, bus, free, min(free, leases[site][1])))
    return sorted(found, key=lambda room: -room.free_mw)


def answers(technology: str, call: str) -> bool:
    """Whether a technology is what a kind of call asks for; every one without a call.

    >>> answers("pv_utility", "renewable"), answers("battery_li", "renewable"), answers("battery_li", "storage")
    (True, False, True)
    """
    is_renewable = technology.split("_")[0] in ("wind", "pv")
    return {"": True, "storage": technology == STORAGE, "renewable": is_renewable}.get(call, False)


def in_time(view: View, technology: str, year: int | None = None) -> bool:
    """Whether a unit ordered now is expected after the recorded years, and by the end of a year that asks for it."""
    done = view.year + lead_y(view.city, technology)
    return done >= FIRST_FREE_YEAR and (year is None or done <= year + 1)


def bars(view: View, room: Room, mind: Mind, cash_cny: float) -> tuple[str, ...]:
    """What keeps an owner from a site: too early, the pipeline of investors, the yearly build rate, its own money.

    The pipeline counts what investors may choose; named projects of the state (nuclear, pumped hydro) are outside it.
    """
    free = {str(row["technology"]) for row in view.city.table("site_limits")} - set(OF_THE_STATE)
    under_way = sum(view.pipeline.get(technology, 0.0) for technology in sorted(free))
    peak = max([o.peak_mw for o in view.outlooks] + list(view.prices.get("peak_mw", {}).values()))
    rate = view.value("extra.site_build_rate") * max(1.0, lead_y(view.city, room.technology))
    capital = mind.option(view, room.technology).cash.capital_cny * room.next_mw
    tests = {
        "it would come in a recorded year": in_time(view, room.technology),
        "the pipeline is full": under_way + room.next_mw <= view.value("investment.pipeline_limit") * peak,
        "its yearly build rate is reached": view.pipeline.get(room.technology, 0.0) + room.next_mw <= rate,
        "its equity exceeds the cash": mind.equity(capital) <= cash_cny,
    }
    return tuple(says for says, holds in tests.items() if not holds)


def why_not(worth: Mapping[str, float], barred: Mapping[str, tuple[str, ...]]) -> str:
    """Why nothing is built: no option pays, or what bars those that do.

    >>> why_not({"pv_utility": 5.0, "battery_li": -1.0}, {"pv_utility": ("the pipeline is full",)})
    'pv_utility would pay, but the pipeline is full'
    """
    paying = sorted((name for name in worth if worth[name] > 0.0), key=lambda name: -worth[name])
    if not paying:
        return "no option is worth more than nothing"
    return "; ".join(f"{name} would pay, but {' and '.join(barred.get(name, ()))}" for name in paying)


def best(view: View, open_rooms: Sequence[Room], builds: Sequence[New], mind: Mind) -> Room | None:
    """The site whose technology is worth most per MW, above zero; one over its share only when nothing else pays."""
    worth = {room.technology: mind.option(view, room.technology).npv for room in open_rooms}
    paying = sorted(
        (room for room in open_rooms if worth[room.technology] > 0.0),
        key=lambda room: (-worth[room.technology], room.technology),
    )
    return next((room for room in paying if within_share(view, room, builds)), paying[0] if paying else None)


def within_share(view: View, room: Room, builds: Sequence[New]) -> bool:
    """Whether a technology keeps below its share of the owner's new MW; the first block is free."""
    mine = sum(new.mw for new in builds if new.technology == room.technology)
    total = sum(new.mw for new in builds)
    return mine + room.next_mw <= max(room.next_mw, view.value("extra.technology_share_cap") * (total + room.next_mw))


def offers(
    call: Call, view: View, leases: Mapping[str, Sequence[float]], builds: Sequence[New], mind: Mind, cash_cny: float
) -> list[Bid]:
    """Offers for what is left of an owner's leases, each at the price that makes its worth zero, while money lasts."""
    made: list[Bid] = []
    for room in rooms(leases, builds, call.kind):
        if not in_time(view, room.technology, call.year):
            continue
        option = mind.option(view, room.technology, call.hours if room.technology == STORAGE else 0.0)
        mw = min(room.free_mw, max(0.0, cash_cny) / mind.equity(option.cash.capital_cny))
        if mw > 0.0:
            asset = asset_key(mind.key, room.technology, room.bus, view.year, builds)
            made.append(_offer(call, mind.key, asset, option, mw))
            cash_cny -= mind.equity(option.cash.capital_cny) * mw
    return made


def _offer(call: Call, owner: str, asset: str, option: Option, mw: float) -> Bid:
    term = int(call.term_y)
    if call.kind == "storage":
        paid = payment(option.cash, term)
        return Bid(owner, asset, mw, paid / 1e3, paid * mw)
    price = strike(option.cash, option.energy_mwh, option.market_cny, term)
    return Bid(owner, asset, mw, price, max(0.0, price * option.energy_mwh - option.market_cny) * mw)


def order(view: View, owner: str, bus: str, mw: float, option: Option, builds: Sequence[New]) -> New:
    """The record of a unit ordered now."""
    key = asset_key(owner, option.technology, bus, view.year, builds)
    return New(
        key, owner, option.technology, bus, mw, option.hours,
        due_hour(view.city, view.luck, view.hour, key, option.technology), option.cash.capital_cny * mw,
        option.companion_share * mw, option.companion_hours,
    )


def awarded(view: View, award: Award, builds: Sequence[New], mind: Mind) -> New:
    """The record of a unit that an auction asks for, with its contract."""
    owner, technology, bus, *_ = award.asset.split(":")
    option = mind.option(view, technology, award.call.hours if technology == STORAGE else 0.0)
    new = order(view, owner, bus, award.amount, option, builds)
    until = new.due_h + award.call.term_y * HOURS_A_YEAR
    if award.call.kind == "storage":
        return replace(new, paid_cny_per_kw=award.cny, paid_until_h=until)
    return replace(new, strike_cny_per_mwh=award.cny, paid_until_h=until)


def asset_key(owner: str, technology: str, bus: str, year: int, builds: Sequence[New]) -> str:
    """Key of a new unit: owner, technology, bus, year and number in that year."""
    start = f"{owner}:{technology}:{bus}:{year}:"
    return f"{start}{1 + sum(new.key.startswith(start) for new in builds)}"
