"""The columns and sections of MATPOWER's case format, version 2 (MATPOWER User's Manual, appendix B)."""

from __future__ import annotations

from typing import NamedTuple


class Table(NamedTuple):
    """A matrix of the format: its columns in order, and how many of them a file must have."""

    columns: tuple[str, ...]
    least: int


TABLES = {
    "bus": Table(
        ("bus_i", "type", "Pd", "Qd", "Gs", "Bs", "area", "Vm", "Va", "baseKV", "zone", "Vmax", "Vmin"), 13
    ),
    "gen": Table(("bus", "Pg", "Qg", "Qmax", "Qmin", "Vg", "mBase", "status", "Pmax", "Pmin"), 10),
    "branch": Table(
        ("fbus", "tbus", "r", "x", "b", "rateA", "rateB", "rateC", "ratio", "angle", "status", "angmin", "angmax"), 11
    ),
    "gencost": Table(("model", "startup", "shutdown", "n"), 5),
}
MAY_BE_INFINITE = frozenset(
    {"Pmin", "Pmax", "Qmin", "Qmax", "rateA", "rateB", "rateC", "angmin", "angmax", "Vmin", "Vmax"}
)
"""Bounds, which may be open; every other number is finite."""
WITHOUT_EFFECT = frozenset(
    {"version", "baseMVA", "areas", "bus_name", "gen_name", "branch_name", "gentype", "genfuel", "zones", "reserves",
     "zone_name", "area_name", "casename"}
)
"""Sections that a DC snapshot reads elsewhere or does not need."""
NOT_MODELLED = {
    "dcline": "direct-current lines", "dclinecost": "costs of direct-current lines", "if": "interface flow limits",
    "softlims": "soft limits", "A": "user constraints", "l": "user constraints", "u": "user constraints",
    "N": "user costs", "H": "user costs", "Cw": "user costs", "fparm": "user costs", "z0": "user variables",
    "zl": "user variables", "zu": "user variables", "storage": "storage units", "switch": "switches",
    "pst": "phase-shifting transformers", "busdc": "direct-current buses", "branchdc": "direct-current branches",
    "convdc": "converters", "ne_branch": "candidate branches", "load": "loads beside those of the buses",
    "uncertainty": "uncertain loads",
}
"""Sections that change the answer and are not modelled here: a file that fills them is refused."""
REFERENCE, ISOLATED = 3, 4
"""Bus types."""
PIECEWISE, POLYNOMIAL = 1, 2
"""Cost models."""
