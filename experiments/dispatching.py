"""The command `dispatch`: what kind of network a path is, and its dispatch."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from pathlib import Path

from dafeng.configs.errors import InputError, Place, Problem, nearest
from dafeng.experiments.dispatched import Dispatched
from dafeng.network.case import Susceptance
from dafeng.network.grid import Engine, Relief
from dafeng.network.lp_options import Commitment

SNAPSHOT = "a MATPOWER case is one DC optimal power flow, whichever --engine is asked for"


def dispatch_network(
    path: Path, engine: str, susceptance: str | None, hours: int | None, relief: str | None = None,
    has_losses: bool = False, commitment: str | None = None,
) -> Dispatched:
    """Dispatch a MATPOWER case (`.m`), a PyPSA file (`.nc`) or a PyPSA folder of CSV tables."""
    problems = [*_unknown("--engine", engine, Engine), *_unknown("--susceptance", susceptance, Susceptance),
                *_unknown("--relief", relief, Relief), *_unknown("--commitment", commitment, Commitment)]
    is_case = path.suffix.lower() == ".m"
    if not path.exists():
        problems.append(Problem(Place(str(path)), "is not there; a .m file, a .nc file or a CSV folder is expected"))
    elif not (is_case or path.is_dir() or path.suffix.lower() == ".nc"):
        says = "is no network; a MATPOWER .m file, a PyPSA .nc file or a PyPSA CSV folder is expected"
        problems.append(Problem(Place(str(path)), says))
    if is_case and hours not in (None, 1):
        problems.append(Problem(Place("--hours", 0, str(hours)), "a MATPOWER case is one hour"))
    if relief is not None and (is_case or engine == Engine.EXACT):
        problems.append(Problem(Place("--relief", 0, relief), "is for the fast engine of hours; others keep limits"))
    if commitment is not None and is_case:
        says = "is for networks of many hours; a MATPOWER case is one hour in which all its units run"
        problems.append(Problem(Place("--commitment", 0, commitment), says))
    elif commitment is not None and engine == Engine.FAST:
        says = "needs --engine exact; the fast engine commits units by its own order"
        problems.append(Problem(Place("--commitment", 0, commitment), says))
    if not is_case and susceptance is not None:
        says = "is for MATPOWER cases; PyPSA's lines have the susceptance 1 / x"
        problems.append(Problem(Place("--susceptance", 0, susceptance), says))
    if problems:
        raise InputError(problems)
    if is_case:
        from dafeng.experiments.dispatching_case import dispatch_case

        found = dispatch_case(path, Susceptance(susceptance or Susceptance.MATPOWER), has_losses)
        return replace(found, remarks=(SNAPSHOT, *found.remarks)) if engine == Engine.EXACT else found
    from dafeng.experiments.dispatching_hours import dispatch_hours

    how = Commitment(commitment or Commitment.RELAXED)
    return dispatch_hours(path, Engine(engine), hours, Relief(relief or Relief.DAYS), has_losses, how)


def _unknown(option: str, value: str | None, known: type[StrEnum]) -> list[Problem]:
    """A problem when a word is none of those known."""
    names = [item.value for item in known]
    if value is None or value in names:
        return []
    says = f"is not known; {', '.join(names[:-1])} or {names[-1]} is expected"
    return [Problem(Place(option, 0, value), says, nearest(value, names))]
