"""Published answers the program must reproduce: value, error, tolerance, source, pass or fail."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from dafeng.configs.errors import InputError, Place, Problem, nearest
from dafeng.configs.files import Reader, home
from dafeng.configs.schema import Row
from dafeng.configs.tables import read_table
from dafeng.configs.values import Estimate
from dafeng.experiments.checks.base import CHECKS

OFF: Mapping[str, Callable[[float, float, float], float]] = {
    "relative": lambda found, value, _: abs(found / value - 1.0),
    "absolute": lambda found, value, _: abs(found - value),
    "at_least": lambda found, value, _: max(0.0, value - found),
    "at_most": lambda found, value, _: max(0.0, found - value),
    "standard_errors": lambda found, value, error: abs(found - value) / error if error > 0.0 else math.inf,
}
"""How far a measured value is off, by the kind of its tolerance."""


@dataclass(frozen=True)
class Verified:
    """One published answer, measured again."""

    id: str
    check: str
    published: float
    measured: float
    se: float
    unit: str
    kind: str
    off: float
    tolerance: float
    passes: bool
    source: str


def verify(only: Sequence[str] = ()) -> list[Verified]:
    """Measure all rows, or those of some checks (by name) or ids (`V06` for `V06a` to `V06f`); a row that nothing
    measures fails."""
    tables = {name: _rows(name) for name in CHECKS.names()}
    ids, found = _wanted(only, tables), []
    for name, rows in tables.items():
        wanted = [row for row in rows if not only or str(row["id"]) in ids]
        values = CHECKS.get(name)() if wanted else {}
        found += [_verified(row, values.get(str(row["id"]))) for row in wanted]
    return found


def as_text(rows: Sequence[Verified]) -> str:
    """One line a row, then how many pass."""
    lines = [f"{row.id:<5} {'pass' if row.passes else 'FAIL'}  {row.check}: {_measured(row)} {row.unit}, expected "
             f"{row.published:g} ({_allowed(row)}; {row.source})" for row in rows]
    passed = sum(row.passes for row in rows)
    end = f"{passed} of {len(rows)} answers reproduced: published ones, own references and laws, as each row says"
    return "\n".join([*lines, end])


def content(rows: Sequence[Verified]) -> dict[str, Any]:
    """The object of `--json`."""
    return {"passed": sum(row.passes for row in rows), "failed": sum(not row.passes for row in rows),
            "rows": [asdict(row) for row in rows]}


def _rows(name: str) -> list[Row]:
    reader = Reader()
    table = read_table(home() / "published" / f"{name}.csv", reader)
    for i, row in table.placed():
        if row["kind"] not in OFF:
            reader.problem(table.place(i, "kind"), f"is '{row['kind']}'; no such kind", nearest(row["kind"], OFF))
    reader.stop()
    return list(table.rows)


def _wanted(only: Sequence[str], tables: Mapping[str, Sequence[Row]]) -> set[str]:
    """Ids of the rows that are meant."""
    by_check = {name: [str(row["id"]) for row in rows] for name, rows in tables.items()}
    every, found, problems = [one for ids in by_check.values() for one in ids], set[str](), []
    for name in only:
        ids = by_check.get(name, [name] if name in every else [one for one in every if one[:-1] == name])
        found |= set(ids)
        if not ids:
            says = f"no such check or row; checks: {', '.join(tables)}; rows: {', '.join(every)}"
            problems.append(Problem(Place("--only", 0, name), says, nearest(name, [*tables, *every])))
    if problems:
        raise InputError(problems)
    return found


def _verified(row: Row, value: float | Estimate | None) -> Verified:
    found = value if isinstance(value, Estimate) else Estimate(math.nan if value is None else float(value), 0.0)
    error = math.hypot(found.se, row["error"] or 0.0)
    off = OFF[row["kind"]](found.value, row["value"], error)
    return Verified(
        str(row["id"]), row["check"], row["value"], found.value, found.se, row["unit"], row["kind"], off,
        row["tolerance"], bool(off <= row["tolerance"]), row["source"],
    )


def _measured(row: Verified) -> str:
    if math.isnan(row.measured):
        return "not measured"
    return str(Estimate(row.measured, row.se)) if row.se > 0.0 else f"{row.measured:.7g}"


def _allowed(row: Verified) -> str:
    if row.kind in ("at_least", "at_most"):
        return row.kind.replace("_", " ")
    return f"off by {row.off:.2g} of {row.tolerance:g} {row.kind.replace('_', ' ')}"
