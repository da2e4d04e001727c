"""What a line must carry for plants being built, and what a circuit more is worth at 500 kV (MODEL_SPEC 6.3)."""

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
    """What a line must carry when all that is being built at its ends runs besides the highest load just met.

    The new output takes the lines of a bus in the shares that they had of last year's energy.
    """
    return peak_mw + sum(
        view.coming_mw.get(bus, 0.0) * _share(view, branch, outlets(view, branch, bus)) for bus in sources(branch)
    )


def coming_mw(view: View, branch: Branch) -> float:
    """MW being built at the buses that a line serves as an outlet."""
    return sum(view.coming_mw.get(bus, 0.0) for bus in sources(branch))


def sources(branch: Branch) -> tuple[str, ...]:
    """Buses whose plants a line carries away: a 500 kV line starts at them, others may have them at both ends."""
    return (branch.from_bus,) if is_backbone(branch) else (branch.from_bus, branch.to_bus)


def outlets(view: View, branch: Branch, bus: str) -> list[str]:
    """Keys of the lines of the same voltage by which plants at a bus send out."""
    alike = (b for b in view.city.branches if b.kind == "line" and is_backbone(b) == is_backbone(branch))
    return [b.key for b in alike if bus in sources(b)]


def _share(view: View, branch: Branch, keys: list[str]) -> float:
    """A line's share of last year's energy on some lines; an equal part where a node does not watch them all."""
    energy = {key: view.own[key].energy_mwh for key in keys if key in view.own}
    whole = sum(energy.values())
    if len(energy) < len(keys):
        return 1.0 / len(keys)
    return energy[branch.key] / whole if whole > 0.0 else 0.0


def waiting_cny(settled: Settlement) -> float:
    """What last year's stress would cost a year if it were held back instead of carried.

    The energy beyond the loading that starts a project (`extra.reinforcement_trigger`) would have to be bought at the
    market price of its hours. The fuel saved behind the line is not taken off, so this is an upper bound: a plant's
    outlet is built to carry the plant. It does not depend on whether the dispatch keeps line limits.
    """
    return settled.stressed_cny
