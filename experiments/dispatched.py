"""What `dafeng dispatch` found: the same few numbers for every kind of network, as text and as one object."""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from dafeng.configs.errors import InputError, Place, Problem
from dafeng.configs.units import Floats


@dataclass(frozen=True)
class EngineStatistics:
    """What solving took."""

    name: str
    lp_windows: int
    iterations: int
    cpu_s: float
    peak_mb: float


UNBALANCED = "unbalanced"
"""A bus at which power is missing."""


@dataclass(frozen=True)
class Use:
    """What was used of an energy limit, in its own unit; bounds that are not there are None."""

    limit: str
    used: float
    at_least: float | None
    at_most: float | None
    is_kept: bool

    def asked(self) -> str:
        """Its bounds in words.

        >>> Use("co2", 3.0, None, 5.0, True).asked(), Use("gas", 3.0, 1.0, None, True).asked()
        ('at most 5.0', 'at least 1.0')
        """
        bounds = (("at least", self.at_least), ("at most", self.at_most))
        return " and ".join(f"{word} {bound:,.1f}" for word, bound in bounds if bound is not None) or "free"


@dataclass(frozen=True)
class Dispatched:
    """Energies in MWh over all hours dispatched; `tables` are what `--out` writes."""

    network: str
    objective: float
    unit: str
    """Currency as in the input."""
    status: str
    hours: int
    generation_mwh: Mapping[str, float]
    """By carrier."""
    curtailed_mwh: float
    unserved_mwh: float
    binding_hours: int
    """Hours with at least one branch at its limit."""
    binding: Mapping[str, int]
    """Hours at the limit, by branch, most first."""
    engine: EngineStatistics
    remarks: tuple[str, ...] = ()
    """What the input says and the model does not take up."""
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    lost_mwh: float | None = None
    """Losses of branches; None where they were not asked for."""
    untaken_mwh: float = 0.0
    """What must be fed in and nothing takes."""
    limits: tuple[Use, ...] = ()
    """Energy limits of the network, less what must run."""
    stores_mwh: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """What stores took and gave, by carrier."""
    mean_price: float | None = None
    """Currency per MWh, of all hours and buses by what they draw; None where nothing draws."""

    def as_object(self) -> dict[str, object]:
        """The object of `--json` (all but the tables)."""
        content = {name: value for name, value in vars(self).items() if name != "tables"}
        limits = [vars(use) for use in self.limits]
        return {**content, "engine": vars(self.engine), "remarks": list(self.remarks), "limits": limits}

    def warnings(self) -> tuple[str, ...]:
        """What makes the result one that does not hold, of its status and limits."""
        broken = [f"limit {use.limit} is broken: {use.used:,.1f} used" for use in self.limits if not use.is_kept]
        return (*broken, *(["a bus is not balanced"] if self.status.startswith(UNBALANCED) else []))

    def as_text(self) -> str:
        """A short table."""
        lines = [
            f"{self.network}: {self.status}, {self.hours} hour{'s' if self.hours > 1 else ''}",
            f"  objective            {self.objective:>18,.4f} {self.unit}",
        ]
        for carrier, mwh in sorted(self.generation_mwh.items(), key=lambda item: -item[1]):
            lines.append(f"  {carrier[:20]:20s} {mwh:>18,.1f} MWh")
        lines += [f"  {name[:14]:14s} stored {taken:>16,.1f} MWh, given {given:,.1f}"
                  for name, (taken, given) in self.stores_mwh.items()]
        lines += [
            f"  curtailed            {self.curtailed_mwh:>18,.1f} MWh",
            f"  unserved             {self.unserved_mwh:>18,.1f} MWh",
            *([f"  untaken              {self.untaken_mwh:>18,.1f} MWh"] if self.untaken_mwh else []),
            *([] if self.mean_price is None else [f"  mean price           {self.mean_price:>18,.4f} per MWh drawn"]),
            *([] if self.lost_mwh is None else [f"  losses               {self.lost_mwh:>18,.1f} MWh"]),
            f"  hours with a binding line {self.binding_hours:>13,d}",
        ]
        lines += [f"    {branch}: {hours} h" for branch, hours in list(self.binding.items())[:5]]
        for use in sorted(self.limits, key=lambda use: use.is_kept)[:5]:
            lines.append(f"  limit {use.limit}: {use.used:,.1f}, {use.asked()}{'' if use.is_kept else ', broken'}")
        e = self.engine
        windows = "1 window" if e.lp_windows == 1 else f"{e.lp_windows} windows"
        lines.append(
            f"  engine {e.name}: {windows} by LP, {e.iterations} iterations, {e.cpu_s:.2f} CPU s, "
            f"peak {e.peak_mb:.0f} MB"
        )
        return "\n".join(lines)

    def write(self, folder: Path) -> list[str]:
        """The tables in Parquet; names of the files."""
        check_folder(folder)
        folder.mkdir(parents=True, exist_ok=True)
        for name, table in self.tables.items():
            table.to_parquet(folder / f"{name}.parquet", index=False)
        return [str(folder / f"{name}.parquet") for name in self.tables]


def check_folder(folder: Path) -> None:
    """A folder for tables is none yet or one that may be written, in a place that may."""
    place, there = Place("--out", 0, str(folder)), folder.resolve()
    if there.exists() and not there.is_dir():
        raise InputError([Problem(place, "is a file; a folder is wanted")])
    above = next(parent for parent in (there, *there.parents) if parent.exists())
    if not (above.is_dir() and os.access(above, os.W_OK)):
        raise InputError([Problem(place, f"cannot be written; {above} is no folder that may be")])


def drawn_price(price: Floats, load_mw: Floats) -> float | None:
    """Mean price by what is drawn; arrays of one shape."""
    drawn = np.maximum(load_mw, 0.0)
    total = float(drawn.sum())
    return float((price * drawn).sum()) / total if total > 0.0 else None


def peak_mb() -> float:
    """The most memory the process has held."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1e6 if sys.platform == "darwin" else 1024.0)
