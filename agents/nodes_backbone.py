"""What a circuit more on a 500 kV line is worth to the grid company, against what it costs a year (MODEL_SPEC 6.3)."""

from __future__ import annotations

from dafeng.agents.boilers import crf
from dafeng.agents.view import Settlement, View
from dafeng.configs.schema import Branch

BACKBONE_KV = 500.0
"""Lines from this voltage on carry what plants send out, which does not grow with the load of a county."""


def is_backbone(branch: Branch) -> bool:
    """Whether a branch is a line of the 500 kV grid."""
    return branch.kind == "line" and branch.kv >= BACKBONE_KV


def yearly_cny(view: View, capital_cny: float) -> float:
    """A circuit's capital as an annuity, at the rate and over the years by which the accounts pay it off."""
    return capital_cny * crf(view.value("extra.discount_rate_private"), view.value("extra.auction_term"))


def outlet_mw(view: View, branch: Branch, peak_mw: float) -> float:
    """What a line must carry when all that is being built at its first bus runs besides the highest load just met.

    The new output takes the lines of that bus in the shares that they had of last year's energy.
    """
    energy = {key: view.own[key].energy_mwh for key in outlets(view, branch) if key in view.own}
    whole = sum(energy.values())
    share = energy.get(branch.key, 0.0) / whole if whole > 0.0 else 0.0
    return peak_mw + share * view.coming_mw.get(branch.from_bus, 0.0)


def outlets(view: View, branch: Branch) -> list[str]:
    """Keys of the 500 kV lines that start at the bus of a line."""
    return [b.key for b in view.city.branches if is_backbone(b) and b.from_bus == branch.from_bus]


def waiting_cny(settled: Settlement) -> float:
    """What last year's stress would cost a year if it were held back instead of carried.

    The energy beyond the loading that starts a project (`extra.reinforcement_trigger`) would have to be bought at the
    market price of its hours. The fuel saved behind the line is not taken off, so this is an upper bound: a plant's
    outlet is built to carry the plant. It does not depend on whether the dispatch keeps line limits.
    """
    return settled.stressed_cny
