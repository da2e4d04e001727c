"""PYPOWER's case dictionaries as MATPOWER text, and small cases of our own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SMALL = """function mpc = small
mpc.version = '2';
mpc.baseMVA = 100;
%% bus data: %	bus_i type Pd Qd Gs Bs area Vm Va baseKV zone Vmax Vmin
mpc.bus = [
	1  3  0   0  0  0  1  1  0  230  1  1.1  0.9;
	2  1  50  0  0  0  1  1  0  230  1  1.1  0.9; % a comment; with a semicolon
	3  1  90  0  10 0  1  1  0  230  1  1.1  0.9;
];
mpc.gen = [
	1  0  0  0  0  1  100  1  200  0;
	3  0  0  0  0  1  100  1  200  0;
];
mpc.gencost = [
	2  0  0  3  0    10  0;
	1  0  0  3  0  0  50  1000  200  7000;
];
mpc.branch = [
	1  2  0.01  0.1  0  0   0  0  0  0  1  -360  360;
	2  3  0.01  0.1  0  0   0  0  0  0  1  -360  360;
	1  3  0.01  0.1  0  60  0  0  0  0  1  -360  360;
];
"""
"""Three equal lines, the line 1-3 limited to 60 MW; cheap power at bus 1, at bus 3 from 20 a MWh on."""


def matpower_text(ppc: Mapping[str, Any]) -> str:
    """A case dictionary in MATPOWER's format."""
    lines = ["function mpc = peer", "mpc.version = '2';", f"mpc.baseMVA = {float(ppc['baseMVA'])!r};"]
    for name in ("bus", "gen", "branch", "gencost"):
        rows = ["\t" + "\t".join(repr(float(value)) for value in row) + ";" for row in ppc[name]]
        lines += [f"mpc.{name} = [", *rows, "];"]
    return "\n".join(lines)
