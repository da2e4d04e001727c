"""What a thermal unit burns, emits and costs, from two points of its heat rate (MODEL_SPEC 1.1 to 1.3)."""

from __future__ import annotations

from dataclasses import dataclass

from dafeng.configs.units import GJ_PER_MWH


@dataclass(frozen=True)
class HeatLine:
    """Heat input of a unit that is on: `gj_per_mwh` for each MWh and `no_load_gj_per_mw` for each MW it could give."""

    gj_per_mwh: float
    no_load_gj_per_mw: float

    def heat_gj(self, output_mw: float, capacity_mw: float) -> float:
        """Heat of an hour at an output, F = n u P + b p (MODEL_SPEC 1.1)."""
        return self.no_load_gj_per_mw * capacity_mw + self.gj_per_mwh * output_mw


def heat_line(efficiency: float, min_share: float, min_load_ratio: float) -> HeatLine:
    """The affine heat input through full load and minimum load (MODEL_SPEC 1.1).

    `min_load_ratio` is the efficiency at minimum load over that at full load. RTS-GMLC unit U350 (0.40, 0.935)
    burns 4.6 % of its full heat without output:

    >>> line = heat_line(0.36, 0.40, 0.935)
    >>> round(line.no_load_gj_per_mw / line.heat_gj(1.0, 1.0), 3)
    0.046
    """
    full = GJ_PER_MWH / efficiency
    if min_share <= 0.0 or min_share >= 1.0:
        return HeatLine(full, 0.0)
    slope = full * (1.0 - min_share / min_load_ratio) / (1.0 - min_share)
    return HeatLine(slope, full - slope)


def emission_rate(heat_gj: float, factor_t_per_gj: float, output_mwh: float, captured_share: float = 0.0) -> float:
    """CO2 per MWh in t, e = F EF (1 - phi) / p (MODEL_SPEC 1.2)."""
    return heat_gj * factor_t_per_gj * (1.0 - captured_share) / output_mwh


def fuel_cost(price_cny_per_gj: float, factor_t_per_gj: float, carbon_cny_per_t: float) -> float:
    """What a GJ of fuel costs with its carbon, p_f + EF p_C in CNY/GJ (MODEL_SPEC 1.3)."""
    return price_cny_per_gj + factor_t_per_gj * carbon_cny_per_t


def marginal_cost(
    line: HeatLine,
    fuel_cny_per_gj: float,
    factor_t_per_gj: float,
    carbon_cny_per_t: float,
    benchmark_t_per_mwh: float = 0.0,
    vom_cny_per_mwh: float = 0.0,
) -> float:
    """Cost of one more MWh, c = b (p_f + EF p_C) - B p_C + v in CNY/MWh (MODEL_SPEC 1.3).

    With an output benchmark B a unit pays only for what it emits above it; B = 0 gives a tax or an auction.

    >>> marginal_cost(HeatLine(9.0, 0.0), 30.0, 0.1, 100.0, 0.8, 20.0)
    300.0
    """
    fuel = line.gj_per_mwh * fuel_cost(fuel_cny_per_gj, factor_t_per_gj, carbon_cny_per_t)
    return fuel - benchmark_t_per_mwh * carbon_cny_per_t + vom_cny_per_mwh


def no_load_cost(
    line: HeatLine, capacity_mw: float, fuel_cny_per_gj: float, factor_t_per_gj: float, carbon_cny_per_t: float
) -> float:
    """Cost of an hour on without output, n P (p_f + EF p_C) in CNY/h (MODEL_SPEC 6.1)."""
    return line.no_load_gj_per_mw * capacity_mw * fuel_cost(fuel_cny_per_gj, factor_t_per_gj, carbon_cny_per_t)


def start_cost(
    capacity_mw: float, start_gj_per_mw: float, fuel_cny_per_gj: float, wear_cny_per_mw: float
) -> float:
    """Cost of one start, s = (fuel GJ/MW p_f + wear) P in CNY (MODEL_SPEC 1.3)."""
    return (start_gj_per_mw * fuel_cny_per_gj + wear_cny_per_mw) * capacity_mw
