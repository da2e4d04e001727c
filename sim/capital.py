"""Money over years: investments as annuities, and what past auctions have promised."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from dafeng.agents.view import Award
from dafeng.configs.schema import City
from dafeng.sim.ledger import Entry, Ledger

DEFAULT_LIFE_KEY = "behaviour.default_life_y"


def capital_recovery(rate: float, life_y: float) -> float:
    """Yearly payment per unit of capital.

    >>> round(capital_recovery(0.065, 20), 4)
    0.0908
    """
    return rate / (1 - (1 + rate) ** -life_y) if rate > 0 else 1 / life_y


@dataclass
class Capital:
    """Annuities running and yearly payments promised by kind of auction."""

    annuities: list[tuple[str, str, str, float, int]] = field(default_factory=list)
    """(county, sector, technology, CNY a year, last year)."""
    promises: list[tuple[str, float, int]] = field(default_factory=list)
    """(kind of call, CNY a year, last year)."""

    def invest(self, city: City, year: int, ledger: Ledger) -> None:
        """Turn the year's investments into annuities at the private rate over each technology's life."""
        rate = city.value("extra.discount_rate_private")
        made = [*ledger.where(variable="investment_cny"), *ledger.where(variable="pool_investment_cny")]
        for entry in made:
            life = life_of(city, entry.technology)
            yearly = entry.value * capital_recovery(rate, life)
            self.annuities.append((entry.county, entry.sector, entry.technology, yearly, year + int(life) - 1))

    def book(self, ledger: Ledger, year: int) -> None:
        """This year's annuities and what the auctions cost."""
        sums: dict[tuple[str, str, str], float] = {}
        for county, sector, technology, yearly, last in self.annuities:
            if year <= last:
                sums[county, sector, technology] = sums.get((county, sector, technology), 0.0) + yearly
        ledger.extend(
            Entry("pool_cost_cny" if sector == "pool" else "cost_capital_cny", value, "CNY", county, sector, technology)
            for (county, sector, technology), value in sorted(sums.items())
        )
        for kind in sorted({kind for kind, _, _ in self.promises}):
            ledger.add("subsidy_cny", self.promised(kind, year), "CNY", sector="power", technology=f"auction {kind}")

    def promise(self, award: Award, yearly_cny: float, year: int) -> None:
        """An award binds the budget for its term."""
        self.promises.append((award.call.kind, yearly_cny, year + int(award.call.term_y) - 1))

    def promised(self, kind: str, year: int) -> float:
        """CNY that past awards of a kind cost this year."""
        return sum(yearly for name, yearly, last in self.promises if name == kind and year <= last)

    def record(self) -> dict[str, Any]:
        """Plain values for a checkpoint."""
        return {"annuities": [list(a) for a in self.annuities], "promises": [list(p) for p in self.promises]}

    @staticmethod
    def of(record: dict[str, Iterable[Any]]) -> Capital:
        """From a checkpoint."""
        return Capital([tuple(a) for a in record["annuities"]], [tuple(p) for p in record["promises"]])


def life_of(city: City, technology: str) -> float:
    """Years over which a technology is paid off; vehicles, measures and others by the city's default."""
    key = f"{technology}.lifetime"
    return city.value(key) if key in city.parameters else city.value("extra.auction_term")
