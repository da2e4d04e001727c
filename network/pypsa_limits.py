"""PyPSA's global constraints and energy sums of generators as limits of the grid."""

from __future__ import annotations

import numpy as np

from dafeng.network.grid import Limit
from dafeng.network.pypsa_generators import Supply
from dafeng.network.pypsa_reader import Reader

OF_INVESTMENT = ("transmission_volume_expansion_limit", "transmission_expansion_cost_limit",
                 "tech_capacity_expansion_limit")
NOTHING = 1e-6


def limits(read: Reader, rows: Supply) -> tuple[Limit, ...]:
    """Caps on emissions, energy of carriers and of single generators, less what runs in any case."""
    found = (*_global(read, rows), *_sums(read, rows))
    if found and read.hours < read.tables.whole:
        names, whole = ", ".join(limit.key for limit in found[:5]), read.tables.whole
        says = f"what they allow in all {whole} snapshots bounds the {read.hours} dispatched, unscaled"
        read.remarks.append(f"limits {names}: {says}")
    return found


def _global(read: Reader, rows: Supply) -> list[Limit]:
    """One limit a constraint; those of investment do not bind an hour of what stands."""
    table = read.live("global_constraints")
    kinds, attributes = read.words(table, "type"), read.words(table, "carrier_attribute")
    senses, constants = read.words(table, "sense"), read.fixed(table, "constant")
    found = []
    for row, kind in enumerate(kinds):
        if kind in OF_INVESTMENT:
            read.remarks.append(f"global_constraints {table.keys[row]}: bounds what may be built, and nothing is built")
            continue
        if kind == "primary_energy" and attributes[row] == "co2_emissions":
            per_mwh = rows.emissions_t_per_mwh
            carriers = read.live("carriers")
            factors = zip(carriers.keys, read.fixed(carriers, "co2_emissions").tolist(), strict=True)
            _tell_unknown(read, table.keys[row], rows, set(carriers.keys))
            emitting = {carrier for carrier, factor in factors if factor}
            _refuse_stores(read, table.keys[row], emitting, "which emits: ")
        elif kind == "operational_limit":
            per_mwh = np.array([float(carrier == attributes[row]) for carrier in rows.carrier])
            if not per_mwh.any():
                read.remarks.append(f"global_constraints {table.keys[row]}: no generator is '{attributes[row]}'")
            _refuse_stores(read, table.keys[row], {attributes[row]}, "")
        else:
            says = f"is '{kind}' on '{attributes[row]}'; primary_energy on co2_emissions or operational_limit"
            read.complain(table, row, "type", f"{says} is expected")
            continue
        found.append(_limit(read, rows, table.keys[row], per_mwh, senses[row], float(constants[row]), row))
    return found


def _tell_unknown(read: Reader, limit: str, rows: Supply, known: set[str]) -> None:
    """Carriers of generators that no table knows emit nothing, as in PyPSA; a cap that does not see them says so."""
    unknown = sorted({carrier for carrier in rows.carrier if carrier} - known)
    if unknown:
        names = ", ".join(unknown[:5])
        read.remarks.append(f"global_constraints {limit}: carriers {names} are not in carriers and emit nothing")


def _refuse_stores(read: Reader, limit: str, counted: set[str], why: str) -> None:
    """Stores and reservoirs of counted carriers that need not end as they began: PyPSA counts what they lose."""
    for kind, cyclic in (("storage_units", "cyclic_state_of_charge"), ("stores", "e_cyclic")):
        made = read.live(kind)
        words, is_cyclic = read.words(made, "carrier"), read.flags(made, cyclic)
        for row, word in enumerate(words):
            if word in counted and not is_cyclic[row]:
                says = f"is '{word}', {why}what is left in it counts in '{limit}', and the grid cannot say so"
                read.complain(made, row, "carrier", says)


def _limit(
    read: Reader, rows: Supply, key: str, per_mwh: np.ndarray, sense: str, constant: float, row: int
) -> Limit:
    """A limit over all hours."""
    left = constant - float(per_mwh @ rows.must_run_mw.sum(axis=1))
    if sense not in ("<=", ">=", "=="):
        read.complain(read.live("global_constraints"), row, "sense", f"is '{sense}'; '<=', '>=' or '==' is expected")
    if left < -NOTHING and sense in ("<=", "=="):
        says = f"is {constant:g}; what must run uses {constant - left:g} of it"
        read.complain(read.live("global_constraints"), row, "constant", says)
    low, high = (left if sense in (">=", "==") else _no_floor(left)), (left if sense in ("<=", "==") else np.inf)
    return Limit(key, per_mwh[rows.source], low, high, 0, read.hours)


def _no_floor(most: float) -> float:
    """The lower bound of what has only an upper one: a cap of 0 is no budget of 0, which a shortage would call."""
    return 0.0 if most > 0.0 else -np.inf


def _sums(read: Reader, rows: Supply) -> list[Limit]:
    """Generators whose energy over all hours has bounds."""
    units = read.live("generators")
    least, most = read.fixed(units, "e_sum_min"), read.fixed(units, "e_sum_max")
    ran = rows.must_run_mw.sum(axis=1)
    for g in np.flatnonzero(most < ran - NOTHING).tolist():
        read.complain(units, g, "e_sum_max", f"is {most[g]:g}; what must run is {ran[g]:g}")
    return [
        Limit(f"{units.keys[g]} energy", (rows.source == g).astype(np.float64),
              max(_no_floor(float(most[g] - ran[g])), float(least[g] - ran[g])), float(most[g] - ran[g]), 0, read.hours)
        for g in np.flatnonzero(np.isfinite(least) | np.isfinite(most)).tolist()
    ]
