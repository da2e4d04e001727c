"""Electric vehicles on the road."""

from __future__ import annotations

from dataclasses import replace

from dafeng.sim.ledger import Ledger
from dafeng.sim.metrics.base import METRICS
from dafeng.sim.year import Year


@METRICS.add("ev_stock", unit="1", title="Electric vehicles", title_zh="电动汽车保有量")
def ev_stock(year: Year) -> Ledger:
    """Battery and plug-in hybrid vehicles, in all and by class."""
    stock = Ledger([replace(e, variable="ev_stock") for e in year.book("vehicle_stock").where(fuel=("bev", "phev"))])
    return Ledger([*stock.by(), *stock.by("technology")])
