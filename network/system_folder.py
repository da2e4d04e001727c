"""Reads a system folder: units.csv and load.csv, and where there are such, storage, response, regions and interfaces.

All problems of all files are told at once. Two of `for`, `mttf_h` and `mttr_h` say how often a machine fails; none of
them, that it never does. A derated unit is out altogether for a share `for` of the time, and gives `derated_mw` less
for a share `derated_probability`, with the same mean repair. Beyond the tables of notes/interfaces.md a folder may
bring `capacity.csv` (hour, and MW of units whose capacity follows the hours) and `response.csv` (load shed on call).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from dafeng.configs.errors import InputError, Place, Problem, nearest
from dafeng.configs.files import Reader, home, shown
from dafeng.configs.reliability import agrees
from dafeng.configs.schema import Row
from dafeng.configs.units import Floats
from dafeng.configs.values import ROUNDING
from dafeng.network.outages import Process, of_rate
from dafeng.network.regional_response import RegionalOffers
from dafeng.network.regional_system import Interfaces, Lines, RegionalStores, RegionalSystem
from dafeng.network.sampling import Derated, Machine, Machines
from dafeng.network.system_columns import ENDS, TIMES_H, Sheet, read_hours, read_sheet

ONE = "load_mw"
"""The column of a load with one region."""
BY_WEATHER = ("solar", "wind")
MOST_NAMED = 5
NEVER = Process(math.inf, 1.0)
FILES = ("units", "load", "capacity", "storage", "response", "regions", "interfaces")


def system_names() -> tuple[str, ...]:
    """Systems that come with the program."""
    return tuple(sorted(path.parent.name for path in (home() / "systems").glob("*/units.csv")))


def find_system(name_or_path: str | Path) -> Path:
    """The folder or `.pras` file of a system given by name or path; a name of the package comes first."""
    given = str(name_or_path)
    if given in system_names():
        return home() / "systems" / given
    path = Path(given)
    if path.is_dir() or (path.is_file() and path.suffix == ".pras"):
        return path
    says = "is no system: a folder with units.csv and load.csv, or a .pras file, is expected"
    if not path.exists():
        says = "no such system, folder or file"
    raise InputError([Problem(Place(given), says, nearest(given, system_names()))])


def read_folder(folder: Path, is_dc: bool = False) -> RegionalSystem:
    """The system of a folder, for the DC network or not; an InputError with every problem of its files."""
    reader = Reader()
    _known_files(folder, reader)
    names = ("regions", "storage", "response", "interfaces", "units")
    sheets = {name: read_sheet(folder / f"{name}.csv", reader) for name in names
              if name == "units" or (folder / f"{name}.csv").is_file()}
    regions = tuple(sheets["regions"].names) if "regions" in sheets else ()
    load = _hours_of_load(folder, regions, reader)
    load_mw = _loads(folder, regions or (ONE,), load, reader)
    system = _system(folder, sheets, regions or ("all",), load_mw, reader)
    _supplied(folder, sheets, regions, reader)
    if is_dc:
        _reactances(folder, sheets, reader)
    reader.stop()
    assert system is not None
    return system


def _known_files(folder: Path, reader: Reader) -> None:
    for path in sorted(folder.glob("*.csv")):
        if path.stem not in FILES:
            reader.problem(Place(shown(path)), "no such table", nearest(path.stem, FILES))


def _hours_of_load(folder: Path, regions: tuple[str, ...], reader: Reader) -> dict[str, list[float]]:
    """Columns of load.csv; regions that it names and that regions.csv does not list are told in one line."""
    found, before = folder / "load.csv", len(reader.problems)
    load = read_hours(found, reader, regions or (ONE,), "region")
    says = [problem for problem in reader.problems[before:] if problem.says == "no such region"]
    if regions or not says or load:
        return load
    reader.problems[before:] = [problem for problem in reader.problems[before:] if problem not in says]
    names = ", ".join(problem.place.key for problem in says)
    reader.problem(Place(shown(folder / "regions.csv")), f"is needed: load.csv has columns {names}. One region has a "
                   f"column {ONE}; for several, regions.csv lists them, one a row under the heading region")
    return load


def _loads(folder: Path, columns: tuple[str, ...], load: dict[str, list[float]], reader: Reader) -> Floats:
    """(regions, hours); a region without a column is a problem."""
    if load and not any(problem.place.file == shown(folder / "regions.csv") for problem in reader.problems):
        for name in columns:
            if name not in load:
                reader.problem(Place(shown(folder / "load.csv"), 1, name), "region has no load; a column is expected")
    hours = max((len(values) for values in load.values()), default=0)
    return np.array([load.get(name, [0.0] * hours) for name in columns]).reshape(len(columns), hours)


def _system(folder: Path, sheets: dict[str, Sheet], regions: tuple[str, ...], load_mw: Floats, reader: Reader
            ) -> RegionalSystem | None:
    """The whole system, or None when there is something wrong."""
    hours = load_mw.shape[1]
    varying_mw = _capacities(folder, sheets["units"], hours, reader)
    machines = [_machine(sheets["units"], i, regions, reader) for i in range(len(sheets["units"].rows))]
    stores = _stores(sheets.get("storage"), regions, hours, reader)
    offers = _offers(sheets.get("response"), regions, hours, reader)
    borders = _borders(sheets.get("interfaces"), regions, hours, reader)
    if reader.problems or not all(machines):
        return None
    found = [machine for machine in machines if machine]
    varying = [machine for machine in found if machine.key in varying_mw]
    ones = [Machine(m.key, 1.0, m.process, m.group, m.count, m.derated) for m in varying]
    return RegionalSystem(
        folder.name, regions, load_mw, Machines.of([m for m in found if m.key not in varying_mw]), Machines.of(ones),
        np.array([varying_mw[m.key] for m in varying]).reshape(len(varying), hours), stores, *borders,
        offers=offers, nameplate_mw=np.array([m.mw for m in varying], dtype=np.float64),
        notes=(*_merged(sheets, regions), *_flat(sheets["units"], varying_mw)),
    )


def _merged(sheets: Mapping[str, Sheet], regions: tuple[str, ...]) -> tuple[str, ...]:
    """That regions which only units or stores name are one, since there is no regions.csv."""
    named = dict.fromkeys(str(row["region"]) for sheet in sheets.values() for row in sheet.rows if row.get("region"))
    if regions != ("all",) or len(named) < 2:
        return ()
    says = "count as one, without limits between them: regions.csv parts them, interfaces.csv joins them"
    return (f"regions {_some([*named])} {says}",)


def _flat(units: Sheet, varying_mw: Mapping[str, list[float]]) -> tuple[str, ...]:
    """That sun or wind without hours counts as there in every hour."""
    names = [str(row["unit"]) for row in units.rows
             if row["type"] in BY_WEATHER and row["unit"] not in varying_mw and row["capacity_mw"]]
    if not names:
        return ()
    says = "solar or wind without a column of capacity.csv counts as flat capacity, there in every hour"
    return (f"{says}: {_some(names)}",)


def _some(names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    return ", ".join(names[:MOST_NAMED]) + (f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else "")


def _capacities(folder: Path, units: Sheet, hours: int, reader: Reader) -> dict[str, list[float]]:
    path = folder / "capacity.csv"
    if not path.is_file():
        return {}
    found = read_hours(path, reader, tuple(units.names), "unit")
    length = max((len(values) for values in found.values()), default=hours)
    if hours and length != hours:
        reader.problem(Place(shown(path)), f"has {length} hours; load.csv has {hours}")
    capacity_mw = {row["unit"]: row["capacity_mw"] for row in units.rows}
    for name, of_hours in found.items():
        most, named = max(of_hours, default=0.0), capacity_mw.get(name)
        if named is not None and most > named * (1.0 + ROUNDING):
            says = f"is {most:g} MW; capacity_mw of units.csv, which no hour may exceed, is {named:g}"
            reader.problem(Place(shown(path), of_hours.index(most) + 2, name), says)
    return found


def _machine(units: Sheet, i: int, regions: tuple[str, ...], reader: Reader) -> Machine | None:
    """A row of units.csv as a machine."""
    row = units.rows[i]
    group = region_of(units, i, "region", regions, reader)
    process, derated = outages_of(units, i, reader)
    if row["capacity_mw"] is None or row["unit"] is None:
        return None
    return Machine(row["unit"], row["capacity_mw"], process, group, derated=derated)


def region_of(sheet: Sheet, i: int, column: str, regions: tuple[str, ...], reader: Reader) -> int:
    """The region of a row; it may be left out where there is only one."""
    name = sheet.rows[i][column]
    if name in regions:
        return regions.index(name)
    if name is None and len(regions) > 1:
        reader.problem(sheet.table.place(i, column), "is empty; there is more than one region")
    elif name is not None and regions != ("all",):
        reader.problem(sheet.table.place(i, column), f"is '{name}'; no such region", nearest(name, regions))
    return 0


def outages_of(sheet: Sheet, i: int, reader: Reader) -> tuple[Process, Derated]:
    """How a machine fails; contradictions are problems."""
    row, place = sheet.rows[i], sheet.table.place
    rate, up_h, down_h = row["for"], row["mttf_h"], row["mttr_h"]
    given = [value for value in (rate, up_h, down_h) if value is not None]
    cells = sheet.table.rows[i]
    if any(cells.get(name) is not None and row[name] is None for name in ("for", "mttf_h", "mttr_h")):
        return NEVER, Derated()  # a number out of its range is told where it stands
    part = row.get("derated_probability") or 0.0
    if row.get("derated_mw") and cells.get("derated_probability") is None:
        says = f"is {row['derated_mw']:g}; derated_probability, the share of the time with it, is expected beside it"
        reader.problem(place(i, "derated_mw"), says)
        return NEVER, Derated()
    if not given and not part:
        return NEVER, Derated()
    if rate == 0.0 and not part:
        return NEVER, Derated()
    if len(given) < 2:
        reader.problem(place(i, "for"), "two of for, mttf_h and mttr_h are expected")
        return NEVER, Derated()
    if part >= 1.0 or (rate is not None and rate + part >= 1.0):
        says = "a machine that is never in service is none" if not part else \
            f"with derated_probability {part:g} the sum is {(rate or 0.0) + part:g}; below 1 is expected"
        column = "derated_probability" if rate is None else "for"
        reader.problem(place(i, column), f"is {part if rate is None else rate:g}; {says}")
        return NEVER, Derated()
    if rate is not None and up_h is not None and down_h is not None:
        of_times = down_h * (1.0 - part) / (up_h + down_h)
        if not agrees(rate, of_times):
            beside = f" of the time that is not derated, {of_times:.4g} of all with derated_probability {part:g}"
            said = f"mttf_h and mttr_h say {of_times / (1.0 - part):.4g}{beside if part else ''}"
            reader.problem(place(i, "for"), f"is {rate:g}; {said}")
    return _process(row, rate, up_h, down_h, part, sheet, i, reader)


def _process(row: Row, rate: float | None, up_h: float | None, down_h: float | None, part: float, sheet: Sheet, i: int,
             reader: Reader) -> tuple[Process, Derated]:
    """Two of three numbers as a process; with a derated state, both states by their probabilities and one repair."""
    if up_h is not None and down_h is not None:
        process = Process(up_h, down_h)
    elif down_h is not None and rate is not None:
        process = of_rate(rate / (1.0 - part), down_h)
    elif up_h is not None and rate is not None:
        process = Process(up_h, up_h * rate / (1.0 - rate - part))
    else:
        process = NEVER
    if min(process.mttf_h, process.mttr_h) < TIMES_H[0] or process.mttr_h > TIMES_H[1]:
        says = (f"is {rate:g}: with it the mean times are {process.mttf_h:.3g} h to failure, {process.mttr_h:.3g} h to "
                f"repair; {TIMES_H[0]:g} to {TIMES_H[1]:g} hours are expected")
        reader.problem(sheet.table.place(i, "for"), says)
        return NEVER, Derated()
    if not part:
        return process, Derated()
    less_mw, capacity = row["derated_mw"], row["capacity_mw"]
    if less_mw is None or capacity is None or less_mw > capacity:
        _wrong_derating(sheet, i, reader)
        return NEVER, Derated()
    if not math.isfinite(process.mttf_h) or process.mttr_h <= 0.0:
        reader.problem(sheet.table.place(i, "for"), "a derated unit needs a full outage with a rate above 0")
        return NEVER, Derated()
    return three_states(process.forced_outage_rate * (1.0 - part), part, process.mttr_h,
                        1.0 - less_mw / capacity if capacity else 0.0)


def _wrong_derating(sheet: Sheet, i: int, reader: Reader) -> None:
    """Say what is wrong with the MW of a derated state, unless its cell or the capacity's was told already."""
    less_mw, capacity = sheet.rows[i]["derated_mw"], sheet.rows[i]["capacity_mw"]
    if less_mw is not None and capacity is not None:
        reader.problem(sheet.table.place(i, "derated_mw"), f"is {less_mw:g}; capacity_mw {capacity:g} is the most")
    elif less_mw is None and sheet.table.rows[i].get("derated_mw") is None:
        says = "is empty; the MW that the derated state takes are expected beside derated_probability"
        reader.problem(sheet.table.place(i, "derated_mw"), says)


def three_states(full: float, part: float, mttr_h: float, share: float) -> tuple[Process, Derated]:
    """The process of a unit out altogether for `full` of the time and derated for `part`, with one mean repair.

    >>> process, derated = three_states(0.1, 0.1, 40.0, 0.5)
    >>> round(process.mttf_h, 9), round(derated.rate, 9)
    (160.0, 0.5)
    """
    below = full + part
    return Process(mttr_h * (1.0 - below) / below, mttr_h), Derated(part / below, mttr_h, share)


def _stores(sheet: Sheet | None, regions: tuple[str, ...], hours: int, reader: Reader) -> RegionalStores:
    """Stores; their efficiency is that of the round trip, lost on charging."""
    if sheet is None:
        return RegionalStores.none(hours)
    region = [region_of(sheet, i, "region", regions, reader) for i in range(len(sheet.rows))]
    processes = [outages_of(sheet, i, reader)[0] for i in range(len(sheet.rows))]
    column = {name: np.array([row[name] if row[name] is not None else math.nan for row in sheet.rows])
              for name in ("charge_mw", "discharge_mw", "energy_mwh", "efficiency")}
    n = len(sheet.rows)
    return RegionalStores(
        tuple(sheet.names), np.array(region, dtype=np.int64), column["charge_mw"], column["discharge_mw"],
        column["energy_mwh"], column["efficiency"], np.ones(n), np.ones(n), np.array([p.mttf_h for p in processes]),
        np.array([p.mttr_h for p in processes]), np.zeros((n, hours)), np.full(n, np.inf), np.full(n, np.inf),
    )


def _offers(sheet: Sheet | None, regions: tuple[str, ...], hours: int, reader: Reader) -> RegionalOffers | None:
    """Response, the same in every hour; nothing comes back where the table says nothing."""
    if sheet is None:
        return None
    region = [region_of(sheet, i, "region", regions, reader) for i in range(len(sheet.rows))]
    mw, length, events, rebound = (np.array([row[name] or 0.0 for row in sheet.rows]) for name in
                                   ("mw", "hours_per_event", "events_per_year", "rebound_share"))
    by_hour = np.repeat(mw[:, None], hours, axis=1)
    return RegionalOffers(np.array(region, dtype=np.int64), by_hour, length, events, rebound)


def _borders(sheet: Sheet | None, regions: tuple[str, ...], hours: int, reader: Reader) -> tuple[Interfaces, Lines]:
    """Interfaces; one that fails is an interface with a single line. Without `backward_mw` both ways are alike."""
    if sheet is None:
        return Interfaces.none(hours), Lines.none(hours)
    ends = np.array([[region_of(sheet, i, end, regions, reader) for end in ENDS]
                     for i in range(len(sheet.rows))]).reshape(-1, 2)
    processes = [outages_of(sheet, i, reader)[0] for i in range(len(sheet.rows))]
    for i, (one, other) in enumerate(ends):
        is_same = sheet.rows[i]["from"] in regions and sheet.rows[i]["from"] == sheet.rows[i]["to"]
        if is_same or (one == other and not reader.problems):
            reader.problem(sheet.table.place(i, "to"), "an interface joins two regions")
    forward = np.array([row["forward_mw"] or 0.0 for row in sheet.rows])
    backward = np.array([row["forward_mw"] if row["backward_mw"] is None else row["backward_mw"] for row in sheet.rows])
    both = [np.repeat(np.nan_to_num(limit.astype(np.float64))[:, None], hours, axis=1) for limit in (forward, backward)]
    failing = np.array([i for i, process in enumerate(processes) if math.isfinite(process.mttf_h)], dtype=np.int64)
    lines = Lines(_line_keys(sheet, failing.tolist()), failing, both[0][failing], both[1][failing],
                  np.array([processes[i].mttf_h for i in failing]), np.array([processes[i].mttr_h for i in failing]))
    reactance = np.array([row["reactance"] or math.nan for row in sheet.rows], dtype=np.float64)
    return Interfaces(ends[:, 0].astype(np.int64), ends[:, 1].astype(np.int64), both[0], both[1], reactance), lines


def _line_keys(sheet: Sheet, failing: list[int]) -> tuple[str, ...]:
    """Ends of the lines that fail; those after the first between two regions are numbered, or all would fail as one."""
    ends = [f"{sheet.rows[i]['from']}-{sheet.rows[i]['to']}" for i in failing]
    return tuple(key if not (before := ends[:n].count(key)) else f"{key}/{before + 1}" for n, key in enumerate(ends))


def _reactances(folder: Path, sheets: dict[str, Sheet], reader: Reader) -> None:
    """What the DC network needs: a reactance for each interface; and what it does not know."""
    path, sheet = folder / "interfaces.csv", sheets.get("interfaces")
    if sheet is None:
        reader.problem(Place(shown(path)), "there is none; the DC network needs lines between regions, with reactances")
    elif sheet.rows and "reactance" not in sheet.table.rows[0]:
        says = "column is missing; the DC network needs it, in any one unit; --network transport does without"
        reader.problem(Place(shown(path), 1, "reactance"), says)
    elif sheet.rows:
        for i, given in sheet.table.placed():
            if given["reactance"] is None:
                reader.problem(sheet.table.place(i, "reactance"), "is empty; the DC network needs one for each line")
    if "response" in sheets:
        says = "response on call is not placed in the DC network; leave it out, or --network transport"
        reader.problem(Place(shown(folder / "response.csv")), says)


def _supplied(folder: Path, sheets: dict[str, Sheet], regions: tuple[str, ...], reader: Reader) -> None:
    """A region that nothing can supply is a mistake in the tables rather than a result."""
    own = {row["region"] for name in ("units", "storage") if name in sheets for row in sheets[name].rows}
    ties = sheets["interfaces"].rows if "interfaces" in sheets else []
    joined = {row[end] for row in ties for end in ENDS}
    reached = {region for row in ties for region in _reached(row)}
    for i, region in enumerate(regions):
        if len(regions) < 2 or region in own or region in reached:
            continue
        says = "has no supply: neither a unit nor a store, and no interface that carries more than 0 MW to it"
        reader.problem(sheets["regions"].table.place(i, "region"),
                       says if region in joined else "has no unit, no store and no interface")


def _reached(row: Row) -> list[str]:
    """The ends to which an interface carries anything; a limit that could not be read may."""
    forward, backward = row["forward_mw"], row["forward_mw"] if row["backward_mw"] is None else row["backward_mw"]
    return [row[end] for end, mw in (("to", forward), ("from", backward)) if mw is None or mw > 0.0]
