"""Reliability-must-run: who may close, and who is paid to stay since adequacy cannot spare it (MODEL_SPEC 2.7).

Owners give notice of plants that lose money. The margin of last year's adequacy (constant load that still fits under
the standard) is what may leave: the dearest to keep, per firm megawatt, go first while it lasts; to the others the
operator offers a contract for a year at their avoidable cost. Where no margin is known nobody is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dafeng.agents.view import Decision, Notice
from dafeng.network.adequacy import Adequacy, Support


def contracts(notices: Sequence[Notice], margin_mw: float) -> dict[str, float]:
    """Asset -> CNY a year of those that must stay.

    >>> notices = [Notice("a", "old", 300.0, 9e6), Notice("b", "dear", 300.0, 30e6)]
    >>> contracts(notices, 400.0), contracts(notices, 700.0), contracts(notices, 0.0)
    ({'old': 9000000.0}, {}, {'dear': 30000000.0, 'old': 9000000.0})
    """
    left, kept = margin_mw, {}
    for notice in sorted(notices, key=lambda n: (-n.yearly_cny / n.firm_mw, n.asset)):
        if notice.firm_mw <= left:
            left -= notice.firm_mw
        else:
            kept[notice.asset] = notice.yearly_cny
    return kept


def spare_mw(views: Mapping[Support, Adequacy]) -> float:
    """What may leave without pushing the hours of shortage above the standard: the margin of the whole pool.

    Stores and response are not counted: they fill the city's share of a gap only, so each MW of theirs would seem to
    make many MW of plant dispensable.
    """
    found = views.get("province") or views.get("island")
    return found.bare_margin_mw if found else float("inf")


def told(year: int, notices: Sequence[Notice], kept: Mapping[str, float], margin_mw: float) -> list[Decision]:
    """The operator's choice for each notice."""
    return [
        Decision(
            year, "operator", "operator", f"must run {notice.asset}", ("let go", "contract"),
            (0.0, notice.yearly_cny), "CNY/y", "contract" if notice.asset in kept else "let go",
            saw={"margin_mw": margin_mw, "firm_mw": notice.firm_mw},
        )
        for notice in notices
    ]
