"""Values of a PyPSA network by kind and attribute, with everything noted that the grid cannot say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

import numpy as np

from dafeng.configs.errors import Place, Problem, nearest
from dafeng.configs.units import Bools, Floats, Ints
from dafeng.network.pypsa_kinds import ELSEWHERE, INVESTMENT, KINDS, MUST_BE, RESULTS, USED, Value
from dafeng.network.pypsa_stamps import astray
from dafeng.network.pypsa_tables import Component, Series, Tables

MAY_BE_INFINITE = ("s_nom", "e_sum_min", "e_sum_max")
ROUNDING = 1e-9
"""Relative difference under which a series is called constant."""
MOST = 1e15
"""A number beyond this is a slip."""
SLIP = 0.85
"""A name as like as this to that of an attribute which is not given is a slip (difflib's ratio)."""


@dataclass
class Reader:
    """Tables with what is wrong in them (problems) and what is left aside (remarks)."""

    tables: Tables
    problems: list[Problem] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def hours(self) -> int:
        """Snapshots."""
        return len(self.tables.snapshots)

    def complain(self, component: Component, row: int, attribute: str, says: str, near: str | None = None) -> None:
        """Note a problem of one component, unless the cell is no number: that is told already."""
        place = component.place(row, attribute)
        if all(place != known.place for known in self.tables.problems):
            self.problems.append(Problem(place, says, near))

    def check(self) -> None:
        """What holds for the network as a whole, and attributes that the grid has no word for."""
        file = self.tables.file
        for kind in self.tables.unread:
            says = "are no components that the grid knows"
            self.problems.append(Problem(Place(file, 0, kind), says, nearest(kind, KINDS)))
        if self.tables.has_periods:
            self.problems.append(Problem(Place(file, 0, "investment_periods"), "are several; one year is expected"))
        for name, weights in self.tables.weights.items():
            if (weights != 1.0).any():
                says = f"are {weights.min():g} to {weights.max():g}; snapshots of one hour (1) are expected"
                self.problems.append(Problem(Place(file, 0, f"snapshot_weightings.{name}"), says))
        if not self.tables.of("buses").keys:
            self.problems.append(Problem(Place(file, 0, "buses"), "are none; one or more is expected"))
        if not self.hours:
            self.problems.append(Problem(Place(file, 0, "snapshots"), "are none; one or more is expected"))
        first = dict[str, int]()
        for row, label in enumerate(self.tables.snapshots):
            if first.setdefault(label, row) != row:
                says = f"has '{label}' a second time in row {row + 1}; row {first[label] + 1} has it first"
                self.problems.append(Problem(Place(file, 0, "snapshots"), says))
                break
        if wrong := astray(self.tables.snapshots):
            says = f"'{self.tables.snapshots[wrong[0]]}' in row {wrong[0] + 1} {wrong[1]}"
            self.problems.append(Problem(Place(file, 0, "snapshots"), says))
        for kind in KINDS:
            self._attributes(self.live(kind))

    def _attributes(self, component: Component) -> None:
        """Attributes that must keep their default, and those nobody reads."""
        must = MUST_BE.get(component.kind, {})
        for attribute, default in must.items():
            for row in np.flatnonzero(self._differs(component, attribute, default)).tolist():
                says = f"is not {default}, its default; the grid has no word for it"
                self.complain(component, row, attribute, says)
        if component.keys:
            for names, file_of in ((component.static, lambda _: component.file),
                                   (component.series, lambda name: component.series[name].file)):
                self._unread(component.kind, tuple(names), {*USED[component.kind], *must}, file_of)

    def _unread(self, kind: str, names: tuple[str, ...], meant: set[str], file_of: Callable[[str], str]) -> None:
        """Columns, or series, of which nothing is made: a slip of the pen is a problem, the rest is told."""
        known, told = {*meant, *INVESTMENT, *RESULTS, *ELSEWHERE}, list[str]()
        missing = sorted(meant - {*names})
        for name in (name for name in names if name not in known):
            if (right := _slip_of(name, missing)) is not None:
                says = "is no attribute that PyPSA or the grid knows"
                self.problems.append(Problem(Place(file_of(name), 0, f"{kind}.{name}"), says, right))
            else:
                close = nearest(name, missing)
                told.append(name if close is None else f"{name} (did you mean {close}?)")
        if told:
            self.remarks.append(f"{kind}: nothing is made of {', '.join(told)}")

    def _differs(self, component: Component, attribute: str, default: Value) -> Bools:
        """(n,) where an attribute, by hour or not, is not its default."""
        made = np.zeros(len(component.keys), dtype=np.bool_)
        static = component.static.get(attribute)
        if static is not None:
            made |= ~_same(static, default)
        series = component.series.get(attribute)
        if series is not None:
            rows = [component.keys.index(name) for name in series.names if name in component.keys]
            made[rows] = ~_same(series.values[:, : len(series.names)], default).all(axis=0)
        return made

    def live(self, kind: str) -> Component:
        """Components in service."""
        whole = self.tables.of(kind)
        given = whole.static.get("active")
        kept = np.ones(len(whole.keys), dtype=np.bool_) if given is None else np.asarray(given, dtype=np.float64) > 0.0
        if kept.all():
            return whole
        keys = {key for key, is_kept in zip(whole.keys, kept.tolist(), strict=True) if is_kept}
        return replace(
            whole, keys=tuple(key for key in whole.keys if key in keys),
            static={name: values[kept] for name, values in whole.static.items()},
            series={name: _only(series, keys) for name, series in whole.series.items()},
            lines=tuple(np.array(whole.lines)[kept].tolist()) if whole.lines else (),
        )

    def words(self, component: Component, attribute: str) -> list[str]:
        """(n,) words."""
        given = component.static.get(attribute)
        default = str(USED[component.kind][attribute])
        return [default] * len(component.keys) if given is None else [str(v) if v == v else "" for v in given.tolist()]

    def hourly(self, component: Component, attribute: str) -> Floats:
        """(n, hours) numbers; what is no number where one is needed is a problem."""
        default = float(USED[component.kind][attribute])
        static = component.static.get(attribute)
        column = np.full(len(component.keys), default) if static is None else np.asarray(static, dtype=np.float64)
        made = np.repeat(column[:, None], self.hours, axis=1)
        series = component.series.get(attribute)
        if series is not None:
            at = {key: row for row, key in enumerate(component.keys)}
            for column_at, name in enumerate(series.names):
                if name in at:
                    made[at[name]] = series.values[:, column_at]
        if attribute not in MAY_BE_INFINITE:
            for row in np.flatnonzero(np.isinf(made).any(axis=1)).tolist():
                self.complain(component, row, attribute, "is infinite; a finite number is expected")
            made[np.isinf(made)] = 0.0
        for row in np.flatnonzero(((np.abs(made) > MOST) & np.isfinite(made)).any(axis=1)).tolist():
            self.complain(component, row, attribute, f"is beyond {MOST:g}, which no programme can count with")
            made[row] = 0.0
        if default == default:
            for row in np.flatnonzero(np.isnan(made).any(axis=1)).tolist():
                self._not_a_number(component, row, attribute, int(np.isnan(made[row]).argmax()))
                made[row] = np.nan_to_num(made[row])
        return made

    def _not_a_number(self, component: Component, row: int, attribute: str, hour: int) -> None:
        """Tell of a number that is missing in an hour where it stands: in a series, or with the component."""
        says = f"is no number in snapshot {self.tables.snapshots[hour]}"
        series = component.series.get(attribute)
        if series is None or component.keys[row] not in series.names:
            self.complain(component, row, attribute, says)
            return
        line = hour + 2 if series.file.endswith(".csv") else 0
        place = Place(series.file, line, f"{component.kind}.{component.keys[row]}.{attribute}")
        if all(place != known.place for known in self.tables.problems):
            self.problems.append(Problem(place, says))

    def fixed(self, component: Component, attribute: str) -> Floats:
        """(n,) numbers that must be the same in all hours."""
        made = self.hourly(component, attribute)
        first: Floats = made[:, 0] if self.hours else np.zeros(len(made))
        finite = np.nan_to_num(made, posinf=0.0, neginf=0.0)
        spread = np.ptp(finite, axis=1) if self.hours else np.zeros(len(made))
        for row in np.flatnonzero(spread > ROUNDING * (1.0 + np.abs(finite).max(axis=1, initial=0.0))).tolist():
            self.complain(component, row, attribute, "changes by hour; the grid has one value a year for it")
        return first

    def size(self, component: Component, attribute: str) -> Floats:
        """(n,) what stands: where the size was open, what PyPSA chose."""
        size = self.fixed(component, attribute)
        is_open = self.flags(component, f"{attribute}_extendable")
        chosen = component.static.get(f"{attribute}_opt")
        for row in np.flatnonzero(is_open).tolist():
            if chosen is None:
                says = f"is open (extendable) and {attribute}_opt is not there; solve the network first"
                self.complain(component, row, attribute, says)
        if chosen is not None:
            size = np.where(is_open, np.asarray(chosen, dtype=np.float64), size)
        for row in np.flatnonzero(~(size >= 0.0)).tolist():
            self.complain(component, row, attribute, f"is {size[row]:g}; 0 or more is expected")
        return np.maximum(size, 0.0)

    def flags(self, component: Component, attribute: str) -> Bools:
        """(n,) true or false."""
        given = component.static.get(attribute)
        default = bool(USED[component.kind][attribute])
        if given is None:
            return np.full(len(component.keys), default)
        return np.asarray([float(v) > 0.0 if not isinstance(v, str) else v.lower() == "true" for v in given.tolist()])

    def bus(self, component: Component, attribute: str = "bus") -> Ints:
        """(n,) rows of buses; one that is not there is a problem."""
        names = self.tables.of("buses").keys
        at = {name: row for row, name in enumerate(names)}
        found = self.words(component, attribute)
        for row, name in enumerate(found):
            if name not in at:
                self.complain(component, row, attribute, f"is '{name}'; there is no such bus", nearest(name, names))
        return np.array([at.get(name, 0) for name in found], dtype=np.int64)


def _slip_of(name: str, meant: list[str]) -> str | None:
    """The attribute of which a name is a slip of the pen; a name with a number, as of a third bus, is none.

    >>> _slip_of("marginal_cst", ["marginal_cost"]), _slip_of("cost", ["marginal_cost"]), _slip_of("bus2", ["bus1"])
    ('marginal_cost', None, None)
    """
    close = [] if name[-1:].isdigit() else get_close_matches(name, meant, n=1, cutoff=SLIP)
    return close[0] if close else None


def _same(values: np.ndarray, default: Value) -> Bools:
    """Where values are the default."""
    if isinstance(default, str):
        return np.asarray([v == default or v != v for v in values.ravel().tolist()]).reshape(values.shape)
    numbers = np.asarray(values, dtype=np.float64)
    return np.asarray(np.isnan(numbers) if default != default else numbers == float(default))


def _only(series: Series, keys: set[str]) -> Series:
    """The columns of some components."""
    kept = [at for at, name in enumerate(series.names) if name in keys]
    return Series(tuple(series.names[at] for at in kept), series.values[:, kept], series.file)
