"""Small power systems whose answers fit on a card, under short names."""

from dafeng.network.small_grids import (
    Battery,
    Line,
    Offer,
    Unit,
    flexible,
    full,
    shorter,
    small_grid,
    with_market,
)

U, S, O, B = Unit, Battery, Offer, Line

__all__ = ["B", "O", "S", "U", "flexible", "full", "shorter", "small_grid", "with_market"]
