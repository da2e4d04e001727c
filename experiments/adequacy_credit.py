"""The capacity credit of units and stores of a system, as the command line asks for it and tells it."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from dafeng.configs.errors import InputError, Place, Problem, nearest
from dafeng.configs.files import Reader
from dafeng.configs.luck import Luck
from dafeng.experiments.adequacy_asked import Asked
from dafeng.network.regional import Ways
from dafeng.network.regional_credit import SAMPLE_YEARS, RegionalCredit, credit_of, names_of
from dafeng.network.regional_system import RegionalSystem
from dafeng.network.system_columns import read_sheet
from dafeng.network.system_folder import find_system

CLOSEST = 3
"""So many names are offered for a wrong one."""
OF_REGIONS = 1000
"""Sample years where there are several regions, whose hours cost more."""


@dataclass(frozen=True)
class ToldCredit:
    """What is said of a credit."""

    system: str
    credit: RegionalCredit
    cpu_s: float
    at_highest: tuple[str, ...] = ()
    """Of these only the hours are known: they count with their highest."""
    notes: tuple[str, ...] = ()
    """What to know about how the system was read."""

    def content(self) -> dict[str, Any]:
        """The object of `--json`."""
        found = self.credit
        return {
            "system": self.system, "of": list(found.keys), "power_mw": found.power_mw,
            "elcc_mw": {"value": found.elcc_mw.value, "se": found.elcc_mw.se},
            "elcc_share": {"value": found.elcc_mw.value / found.power_mw, "se": found.elcc_mw.se / found.power_mw},
            "eue_without_mwh": {"value": found.without_mwh.value, "se": found.without_mwh.se},
            "method": "sequential" if found.sample_years else "exact", "sample_years": found.sample_years,
            "cpu_s": self.cpu_s, "remarks": list(self.notes),
        }

    def text(self) -> str:
        """One line of the credit, and how it is meant."""
        found, names = self.credit, ", ".join(self.credit.keys)
        how = f"{found.sample_years:,} sample years" if found.sample_years else "exact"
        if not math.isfinite(found.elcc_mw.value):
            return (f"{self.system}: nothing is unserved without {names} ({found.power_mw:g} MW, {how}): its credit is "
                    "not defined; --load-scale raises the loads")
        share, error = 100 * found.elcc_mw.se / found.power_mw, ""
        if found.sample_years:
            error = f" ± {share:.2f}" if math.isfinite(share) else " ± unknown"
        of = ", ".join(self.at_highest)
        highest = [f"of {of} the highest hour counts as the capacity"] if of else []
        return "\n".join([
            f"{self.system}: {how}, {self.cpu_s:.2f} CPU s",
            f"  ELCC of {names}: {found.elcc_mw} MW of {found.power_mw:g} MW, "
            f"{100 * found.elcc_mw.value / found.power_mw:.2f}{error} %",
            f"the constant load, spread over regions as their energy is, that the system carries with it at the EUE it "
            f"has without it, {found.without_mwh} MWh", *highest, *self.notes,
        ])


def told_credit(asked: Asked, system: RegionalSystem, seed: int, ways: Ways) -> ToldCredit:
    """The ELCC of what `--credit` names; an InputError where there is no such thing."""
    keys = _named(asked, system)
    start = time.process_time()
    if asked.method == "exact":
        found = credit_of(system, keys, None)
    else:
        years = asked.sample_years or (SAMPLE_YEARS if len(system.regions) == 1 else OF_REGIONS)
        found = credit_of(system, keys, Luck(seed), years, ways)
    highest = tuple(key for key in system.varying.keys if key in keys) if system.nameplate_mw is None else ()
    return ToldCredit(system.key, found, time.process_time() - start, highest, system.notes)


def _named(asked: Asked, system: RegionalSystem) -> set[str]:
    """Units and stores by name, or all units of a type of units.csv."""
    known, types = names_of(system), _types(asked.system)
    words = [word.strip() for word in str(asked.credit).split(",")]
    keys, problems = set[str](), _twice(words, known)
    for word in dict.fromkeys(words):
        if word in known:
            keys.add(word)
        elif word in types:
            keys |= types[word]
        else:
            says = f"no such unit, store{' or type' if types else ''} in {system.key}{_there(word, known, types)}"
            problems.append(Problem(Place("--credit", 0, word), says, nearest(word, (*known, *types))))
    if asked.target is not None:
        problems.append(Problem(Place("--cv (--target)", 0, f"{asked.target:g}"), "is not for --credit, which takes "
                                "--sample-years"))
    if problems:
        raise InputError(problems)
    return keys


def _twice(words: Sequence[str], known: Sequence[str]) -> list[Problem]:
    """Names that are asked for twice, and those of a unit and a store alike: whose credit is meant, none can tell."""
    asked = [Problem(Place("--credit", 0, word), "is named twice; it has one credit")
             for word, times in Counter(words).items() if times > 1]
    alike = [Problem(Place("--credit", 0, word), "is the name of more than one unit or store; rename one of them")
             for word in dict.fromkeys(words) if known.count(word) > 1]
    return asked + alike


def _there(word: str, known: Iterable[str], types: Iterable[str]) -> str:
    """The names closest to a wrong one, and the types that there are."""
    names = get_close_matches(word, list(dict.fromkeys(known)), n=CLOSEST, cutoff=0.0)
    parts = [("names close to it", names), ("types", sorted(types))]
    return "".join(f"; {what}: {', '.join(some)}" for what, some in parts if some)


def _types(name: str) -> dict[str, set[str]]:
    """Units of each type, where a folder says them."""
    path = find_system(name)
    if not Path(path).is_dir():
        return {}
    sheet, found = read_sheet(path / "units.csv", Reader()), dict[str, set[str]]()
    for row in sheet.rows:
        if row["type"] is not None:
            found.setdefault(str(row["type"]), set()).add(str(row["unit"]))
    return found
