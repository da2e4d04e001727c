"""What is to be known of a dispatched network beside its numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dafeng.configs.units import DAY_H, WEEK_H, Bools
from dafeng.experiments.dispatched import Use
from dafeng.experiments.dispatched_check import imbalance_mw, ramps_of, uses
from dafeng.network.dispatch import Commitment
from dafeng.network.graph import graph, islands
from dafeng.network.grid import Hours
from dafeng.network.lp_relief import RAMPED
from dafeng.network.lp_scarce import SCARCE
from dafeng.network.pypsa_grid import Imported

LEAST_MWH = 1e-6
SPENT = 1e-6
"""Part of a cap that may be left of it when it is used up."""
MOST_TOLD = 5
"""Stores that are told one by one."""
LEAST_TOLD_MWH = 1e-3
"""By so much more than an exact run does an engine leave unserved before it is told."""


def told(
    found: Imported, hours: Hours, over: int, is_exact: bool, has_losses: bool, commitment: Commitment,
    least_mwh: float | None = None, has_chosen: bool = False,
) -> tuple[str, ...]:
    """What a shortage adds to the objective, what the engine leaves out of it, and whose prices are told.

    `has_chosen` says that one programme of all hours chose with what cyclic stores begin; `least_mwh` is what an exact
    run left unserved, where the fast one asked.
    """
    in_part = _switched(found) & (is_exact and commitment is Commitment.RELAXED)
    said = [*_missing(found, hours, over, in_part), *_engine(found, hours, is_exact, commitment)]
    said += _spent_caps(uses(found, hours), float(hours.unserved_mw.sum()))
    if not is_exact or commitment is Commitment.FIXED:
        said += _own_shortage(found, hours, least_mwh)
    said += _cyclic(found, hours, has_chosen)
    if is_exact and not has_chosen:
        said += _by_week(found, hours)
    if has_losses:
        said.append("losses are served as load and not priced: neither prices nor the order of merit hold them")
    return tuple(said)


def _missing(found: Imported, hours: Hours, over: int, in_part: Bools) -> list[str]:
    """Load not served, output not taken, lines overloaded, power missing."""
    price, said = found.grid.voll_cny_per_mwh, list[str]()
    unserved, untaken = float(hours.unserved_mw.sum()), float(hours.untaken_mw.sum())
    if unserved > LEAST_MWH:
        said.append(f"{unserved:,.1f} MWh are not served; the objective holds {price:,.0f} for each")
    if untaken > LEAST_MWH:
        says = "MWh must be fed in and nothing takes them; the objective holds"
        said.append(f"{untaken:,.1f} {says} {price:,.0f} for each")
    if over:
        said.append(f"in {_hours(over)} a branch carries more than its limit: the objective is too low")
    broken = ramps_of(found, hours, in_part)
    if broken.moves:
        said.append(f"{broken.moves} times a unit moves by more than its ramp, since load or lines leave no other way")
    if broken.starts:
        said.append(f"{broken.starts} times a unit starts or stops by more than its minimum and its ramp")
    if broken.forced:
        said.append(f"{broken.forced} times a unit moves by more than its ramp, as its availability falls by more")
    missing = imbalance_mw(found, hours)
    if missing:
        said.append(f"up to {missing:,.3f} MW are missing or left over at a bus: the result does not hold")
    return said


def _engine(found: Imported, hours: Hours, is_exact: bool, commitment: Commitment) -> list[str]:
    """What the engine does otherwise than asked for."""
    grid, said = found.grid, list[str]()
    units, switched = grid.generators, _switched(found)
    if is_exact and commitment is Commitment.RELAXED and switched.any():
        said.append(f"{int(switched.sum())} committable generators may run in part (relaxed), a lower bound; "
                    "--commitment milp switches them on or off")
    parts = len(islands(graph(grid)))
    if not is_exact and parts > 1:
        said.append(f"the network is in {parts} parts; the fast engine commits and stores as for one (--engine exact)")
    relieved = hours.way == 1
    if not is_exact and relieved.any():
        dearest = units.cost_cny_per_mwh >= units.cost_cny_per_mwh.max(initial=0.0)
        called = int((hours.generation_mw[dearest][:, relieved] > LEAST_MWH).any(axis=0).sum())
        if called:
            says = "relief of lines calls the dearest generators"
            said.append(f"{says} in {_hours(called)}; --engine exact may need less")
    ramped = int((hours.way == RAMPED).sum())
    if ramped:
        says = "units could not ramp as merit order asks, or were committed anew since load would be shed"
        said.append(f"in {_hours(ramped)} {says}: a linear programme dispatched them")
    scarce = int((hours.way == SCARCE).sum())
    if scarce:
        says = "of windows in which merit order left load unserved: a linear programme dispatched them whole"
        said.append(f"{_hours(scarce)} {'are' if scarce > 1 else 'is'} {says}")
    if not is_exact and len(grid.branches.key):
        said.append("the price is one for all buses, that of the market; nodal prices: --engine exact")
    if not is_exact and found.caps:
        said.append("the price holds no worth of energy limits, which are counted; --engine exact's does")
    return said


def _hours(number: int) -> str:
    """So many hours.

    >>> _hours(1), _hours(2)
    ('1 hour', '2 hours')
    """
    return f"{number} hour{'s' if number != 1 else ''}"


def _spent_caps(used: Sequence[Use], unserved_mwh: float) -> list[str]:
    """That a cap which is used up may be what leaves load unserved."""
    spent = [use.limit for use in used if use.at_most is not None and use.used >= use.at_most * (1.0 - SPENT)]
    if unserved_mwh <= LEAST_MWH or not spent:
        return []
    return [f"limits that are used up, {', '.join(spent[:MOST_TOLD])}, may be what leaves load unserved"]


def _own_shortage(found: Imported, hours: Hours, least_mwh: float | None) -> list[str]:
    """That load may go unserved since the fast engine decides lines, stores and commitment one by one.

    Of a window that a programme dispatched whole, commitment alone is the engine's.
    """
    unserved, grid, is_switched = float(hours.unserved_mw.sum()), found.grid, bool(_switched(found).any())
    own = unserved if is_switched else float(hours.unserved_mw[:, hours.way != SCARCE].sum())
    could = own > LEAST_MWH and bool(grid.branches.key or grid.stores.key or is_switched)
    if least_mwh is not None:
        could = unserved > least_mwh + LEAST_TOLD_MWH
    if unserved <= LEAST_MWH or not could:
        return []
    return ["the shortage, or part of it, may be the engine's own: try --engine exact"]


def _switched(found: Imported) -> Bools:
    """(generators,) units that are switched on and off."""
    units = found.grid.generators
    return ~units.is_block & ~units.is_free & (
        (units.min_share > 0.0) | (units.no_load_cny_per_h > 0.0) | (units.start_cny > 0.0) | (units.min_up_h > 0.0)
        | (units.min_down_h > 0.0)
    )


def _cyclic(found: Imported, hours: Hours, has_chosen: bool) -> list[str]:
    """With what cyclic stores begin, and that they end elsewhere than they began."""
    said, stores = list[str](), found.grid.stores
    cyclic = [key for key, is_so in zip(stores.key, found.is_cyclic.tolist(), strict=True) if is_so]
    if cyclic and not has_chosen:
        said.append(f"cyclic stores {', '.join(cyclic[:MOST_TOLD])} begin half full and end so; PyPSA chooses it, "
                    f"and so does --engine exact in one programme (--hours {WEEK_H} or fewer)")
    begun, end = (np.where(found.is_cyclic, one.stored_mwh, 0.0) for one in (found.start, hours.end))
    moved = [f"{key} {first:,.1f} and {last:,.1f}" for key, first, last in zip(stores.key, begun, end, strict=True)
             if abs(first - last) > LEAST_TOLD_MWH]
    if moved:
        more = f" and {len(moved) - MOST_TOLD} more" if len(moved) > MOST_TOLD else ""
        told_of = "; ".join(moved[:MOST_TOLD]) + more
        said.append("cyclic stores do not end as they begin, so that this is another problem than the cyclic one "
                    f"(MWh at the begin and the end: {told_of}); --engine exact ends them so")
    return said


def _by_week(found: Imported, hours: Hours) -> list[str]:
    """That no programme of the exact engine saw all hours of a store."""
    stores = found.grid.stores
    is_long = bool((stores.energy_mwh > DAY_H * stores.discharge_mw).any())
    is_kept = bool(hours.end.stored_mwh[~found.is_cyclic].sum() > LEAST_TOLD_MWH)
    if not stores.key or not (is_long or is_kept):
        return []
    says = "with a day of look-ahead and the worth that the plan gives what they hold"
    one = f"--hours {WEEK_H} or fewer are one programme"
    return [f"stores are dispatched week by week, {says}; an optimum of all hours may cost less ({one})"]
