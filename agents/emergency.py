"""Orderly power use: what industry can be ordered off in an emergency (有序用电).

A plan names a share of industry's load. It is called when nothing else is left for the city's share of a shortage,
just before feeders would be opened: its price is a hair below the value of lost load, so no market ever calls it. The
cut is planned by shift, so its energy is told apart from unserved energy; nobody is paid, the output lost is a cost.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from dafeng.agents.assets import Offer
from dafeng.agents.view import View
from dafeng.configs.schema import Bus
from dafeng.configs.units import DAY_H, DAYS_A_YEAR, HOURS_A_YEAR

BELOW_VOLL = 1.0
"""CNY/MWh by which an order comes before the opening of feeders."""


def orderly_use(
    view: View, key: str, buses: Sequence[tuple[Bus, float]], sector: str, mwh: Mapping[str, float],
    contracted_mw: float,
) -> tuple[Offer, ...]:
    """What a producer can be ordered to cut, at its buses; what it offers by contract (annual mean MW) is not in it.

    `mwh` is its electricity of the year by shape.
    """
    total = sum(mwh.values())
    if view.rules.orderly_use_share <= 0.0 or total <= 0.0:
        return ()
    mean_mw = max(0.0, view.rules.orderly_use_share * total / HOURS_A_YEAR - contracted_mw)
    days = min(view.rules.orderly_use_days, float(DAYS_A_YEAR))
    price = view.value("dr.voll_industry") - BELOW_VOLL
    cooling = view.value("temperature.cooling_share_industry_multiplier")
    return tuple(
        Offer(f"{key}-{bus.key}-{shape}", bus.key, bus.county, sector, mean_mw * part * energy / total, price,
              0.0, float(DAY_H), days, shape=shape, cooling=cooling, is_ordered=True)
        for bus, part in buses for shape, energy in sorted(mwh.items()) if part * energy > 0.0
    )  # fmt: skip


def pooled_orders(offers: Iterable[Offer]) -> tuple[Offer, ...]:
    """All offers, with orders of one bus and shape made one and put last: the operator calls them together."""
    paid, orders = [], dict[tuple[str, str], Offer]()
    for offer in offers:
        if not offer.is_ordered:
            paid.append(offer)
            continue
        of = (offer.bus, offer.shape)
        seen = orders.get(of)
        whole = replace(offer, key=f"orderly-{offer.bus}-{offer.shape}", sector="industry")
        orders[of] = replace(whole, mw=whole.mw + seen.mw) if seen else whole
    return (*paid, *(orders[of] for of in sorted(orders)))
