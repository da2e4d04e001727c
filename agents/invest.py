"""What an investment is worth: discounting, the hurdle, net present value and the payment that makes it zero."""

from __future__ import annotations

from dataclasses import dataclass


def discounted_years(rate: float, first: int, count: int) -> float:
    """Present value of one CNY a year in `count` years from year `first` on.

    >>> round(discounted_years(0.10, 1, 2), 6)
    1.735537
    >>> discounted_years(0.0, 3, 4)
    4.0
    """
    if count <= 0:
        return 0.0
    if rate == 0.0:
        return float(count)
    return float((1.0 + rate) ** (1 - first) * (1.0 - (1.0 + rate) ** -count) / rate)


def capital_recovery(rate: float, years: float) -> float:
    """Yearly share of a capital that pays it back with interest, at each year's end.

    >>> round(capital_recovery(0.065, 25), 6)
    0.081981
    """
    return 1.0 / years if rate == 0.0 else rate / (1.0 - (1.0 + rate) ** -years)


def hurdle(debt_share: float, equity_rate: float, debt_rate: float, premium: float, green_cut: float = 0.0) -> float:
    """Weighted cost of capital of an owner, with its risk premium and cheaper green debt (MODEL_SPEC 2.4).

    >>> round(hurdle(0.7, 0.10, 0.03, 0.015), 6)
    0.066
    """
    return (1.0 - debt_share) * equity_rate + debt_share * (debt_rate - green_cut) + premium


@dataclass(frozen=True)
class Cash:
    """Money of one MW: capital paid evenly over the lead years, then a life of yearly margins less fixed cost.

    CNY per MW and CNY per MW and year; lead and life in whole years.
    """

    capital_cny: float
    lead_y: int
    life_y: int
    margin_cny: float
    fixed_cny: float
    rate: float

    @property
    def capital_now(self) -> float:
        """Present value of the capital, paid from this year on."""
        return self.capital_cny / self.lead_y * discounted_years(self.rate, 0, self.lead_y)

    @property
    def life_now(self) -> float:
        """Present value of one CNY a year over the life."""
        return discounted_years(self.rate, self.lead_y, self.life_y)

    def term_now(self, term_y: int) -> float:
        """Present value of one CNY a year over the term of a contract."""
        return discounted_years(self.rate, self.lead_y, min(term_y, self.life_y))


def npv(cash: Cash) -> float:
    """Net present value of one MW, CNY (MODEL_SPEC 2.3).

    Built in one year for 1,000, then two years of 700 less 100, at 10 %: -1000 + 600 / 1.1 + 600 / 1.21.

    >>> round(npv(Cash(1000.0, 1, 2, 700.0, 100.0, 0.10)), 4)
    41.3223
    """
    return (cash.margin_cny - cash.fixed_cny) * cash.life_now - cash.capital_now


def payment(cash: Cash, term_y: int) -> float:
    """Yearly payment over a term that makes the net present value zero, CNY per MW; 0 when it pays without.

    >>> cash = Cash(1000.0, 1, 2, 400.0, 100.0, 0.10)
    >>> round(payment(cash, 2), 4)
    276.1905
    >>> round(npv(Cash(1000.0, 1, 2, 400.0 + payment(cash, 2), 100.0, 0.10)), 9)
    0.0
    """
    return max(0.0, -npv(cash) / cash.term_now(term_y))


def strike(cash: Cash, energy_mwh: float, market_cny: float, term_y: int) -> float:
    """Price of a contract for difference that makes the net present value zero, CNY/MWh, over its term.

    In the term each MWh earns the strike instead of the market; `market_cny` is the yearly revenue of that energy in
    the market, already inside the margin.

    >>> cash = Cash(1000.0, 1, 2, 400.0, 100.0, 0.10)
    >>> round(strike(cash, 2.0, 400.0, 2), 4)
    338.0952
    """
    shortfall = -npv(cash) / cash.term_now(term_y)
    return max(0.0, (market_cny + shortfall) / energy_mwh)
