"""How one owner thinks: its hurdle, foresight and lasting error, and what it worked out this year."""

from __future__ import annotations

from dafeng.agents.expectations import Foresight, Habits, forecast_error
from dafeng.agents.invest import hurdle
from dafeng.agents.owners_options import Option, option
from dafeng.agents.owners_outlook import Prospect, prospect
from dafeng.agents.view import View
from dafeng.configs.schema import City, Row


class Mind:
    """Fixed habits of an owner; prospects and options are kept within a year and forgotten after it."""

    def __init__(self, row: Row, city: City) -> None:
        self.key = str(row["owner_key"])
        self.foresight = Foresight(str(row["foresight"]))
        self.habits = Habits.of(city)
        self.debt_share = city.value("investment.debt_share")
        self.rate = hurdle(
            self.debt_share, city.value("investment.equity_rate_real"), city.value("investment.debt_rate_real"),
            float(row["risk_premium"]),
        )
        self._year = 0
        self._seen: dict[int, Prospect] = {}
        self._options: dict[tuple[str, float], Option] = {}

    def equity(self, capital_cny: float) -> float:
        """What the owner itself must put into a capital."""
        return (1.0 - self.debt_share) * capital_cny

    def seen(self, view: View, year: int) -> Prospect:
        """A later year as the owner expects it."""
        self._turn_to(view.year)
        if year not in self._seen:
            is_sure = self.foresight is Foresight.PERFECT
            error = 1.0 if is_sure else forecast_error(view.luck, self.key, view.value("investment.expectation_sd"))
            self._seen[year] = prospect(view, self.foresight, self.habits, year, error)
        return self._seen[year]

    def option(self, view: View, technology: str, hours: float = 0.0) -> Option:
        """One MW of a technology, decided this year."""
        self._turn_to(view.year)
        if (technology, hours) not in self._options:
            self._options[technology, hours] = option(
                technology, view, lambda year: self.seen(view, year), self.rate, hours
            )
        return self._options[technology, hours]

    def _turn_to(self, year: int) -> None:
        if year != self._year:
            self._year, self._seen, self._options = year, {}, {}
