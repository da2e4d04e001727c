"""The City: frozen facts, validated whole at load; a wrong City cannot exist."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from dafeng.configs.errors import InputError, Place, Problem, nearest
from dafeng.configs.schedule import Path
from dafeng.configs.units import Floats
from dafeng.configs.values import Parameter

Row = Mapping[str, Any]
"""One line of a table: numbers are floats, empty cells None, the rest text."""


@dataclass(frozen=True)
class County:
    """One county unit of the city; coordinates of its seat."""

    key: str
    title: str
    title_zh: str
    lat: float
    lon: float
    area_km2: float
    population_k: float
    gdp_bn_cny: float
    peak_plan_group: str = ""
    facts: Row = field(default_factory=dict)


@dataclass(frozen=True)
class Bus:
    """One node of the power graph; `county` is a county key, 'external' or 'province'.

    Kinds: substation, plant, converter, external, province, lower (500/220 kV lower busbar),
    load (110 kV side of a county node, where its load sits).
    """

    key: str
    title: str
    title_zh: str
    kv: float
    kind: str
    county: str
    lat: float
    lon: float
    load_share: float = 0.0


@dataclass(frozen=True)
class Branch:
    """One corridor of circuits, a group of transformers or a link; the usable N-1 rating is `limit_mw`.

    Kinds: line, transformer (500/220), offtake (220/110, radial), link (to the province).
    """

    key: str
    from_bus: str
    to_bus: str
    kv: float
    kind: str
    circuits: int
    x_pu: float
    thermal_mw: float
    limit_mw: float
    length_km: float = 0.0
    from_year: int = 0
    unit_mw: float = 0.0


@dataclass(frozen=True)
class Target:
    """One quantified or dated commitment of the plan."""

    key: str
    action: int
    measure: int
    kind: str
    title: str
    title_zh: str
    unit: str
    base_year: int | None
    year: int | None
    value: float | None
    value_high: float | None
    comparator: str
    metric: str
    """Name of the metric that measures it; empty when the model does not."""
    status: str
    """`modelled`, `no number in the plan`, or why it is not modelled."""


@dataclass(frozen=True)
class Profiles:
    """Derived profiles: month x day type x hour, spread and correlation. Arrays are month first."""

    load_pu: Floats
    """(12, 2, 24) province load per unit of the annual mean, by month, weekday/weekend, hour."""
    sector_shapes: Mapping[str, Floats]
    """(2, 24) temperature-neutral shape of a sector, mean of the week 1: weekday, weekend."""
    capacity_factor: Mapping[str, Floats]
    """(2, 12, 24) mean and standard deviation of solar, onshore and offshore output."""
    moments: tuple[Row, ...]
    correlations: tuple[Row, ...]
    temperature: tuple[Row, ...]
    holidays: tuple[Row, ...]
    heat: Mapping[str, Floats]
    """Ratio to mean of industrial heat demand: `hour` (24), `month` (12), `weekend` (1)."""
    charging: Mapping[str, Floats]
    """(24,) share of a day's charging by hour: uncontrolled weekday and weekend, driving, bus depot."""


@dataclass(frozen=True)
class City:
    """Everything known of one city before anything is simulated."""

    key: str
    title: str
    title_zh: str
    first_year: int
    last_year: int
    """Last year of the run."""
    horizon: int
    """Last year for which the city has facts: what agents draw and expect reaches there, however long the run is."""
    counties: tuple[County, ...]
    buses: tuple[Bus, ...]
    branches: tuple[Branch, ...]
    targets: tuple[Target, ...]
    agents: Mapping[str, tuple[Row, ...]]
    """Registered kind -> one mapping an agent; the kind checks it."""
    parameters: Mapping[str, Parameter]
    """Scalars by `family.name`: `coal_usc.capex`, `reliability.gas_ccgt.mttf_h`."""
    paths: Mapping[str, Path]
    """Dated series by `family.name`: `fuel.natural_gas_power`, `carbon.central`, `capex.pv_utility`."""
    tables: Mapping[str, tuple[Row, ...]]
    """Small tables that a kind of agent reads whole, by file name without ending."""
    profiles: Profiles
    digest: str
    """Hash of all files read and values set."""

    def value(self, key: str) -> float:
        """A parameter's number.

        Raises InputError with the nearest right name.
        """
        if key not in self.parameters:
            place = Place(f"city {self.key}", 0, key)
            raise InputError([Problem(place, "no such parameter", nearest(key, self.parameters))])
        return self.parameters[key].value

    def path(self, key: str) -> Path:
        """A dated series."""
        if key not in self.paths:
            place = Place(f"city {self.key}", 0, key)
            raise InputError([Problem(place, "no such series", nearest(key, self.paths))])
        return self.paths[key]

    def table(self, name: str) -> tuple[Row, ...]:
        """A table by its file name; empty when the city brings none."""
        return self.tables.get(name, ())

    def setting(self, name: str, default: str) -> str:
        """A structural switch of the city or scenario: `province_scenario`, `reliability_coal`, `ev_form` …"""
        return str(self.settings.get(name, default))

    settings: Mapping[str, str] = field(default_factory=dict)

    def county(self, key: str) -> County:
        """A county by key."""
        return next(county for county in self.counties if county.key == key)

    def with_values(self, values: Mapping[str, float | str], place: Place) -> City:
        """The city with parameters or switches set, as `--set key=value` does; unknown keys in one InputError."""
        from dafeng.configs.load import with_values

        return with_values(self, values, place)


@dataclass(frozen=True)
class Bundle:
    """A named list of levers with dated values, `extends` and `drop` resolved."""

    key: str
    title: str
    title_zh: str
    levers: Mapping[str, Row]
    places: Mapping[str, Place]


@dataclass(frozen=True)
class Study:
    """Bundles x scenarios x replications."""

    key: str
    title: str
    title_zh: str
    city: str
    first_year: int
    last_year: int
    seed: int
    replications: int
    engine: str
    bundles: tuple[str, ...]
    baseline: str
    scenarios: Mapping[str, Mapping[str, float | str]]
    sample_years: int
    support: tuple[str, ...]
    hourly_years: tuple[int, ...]
    place: Place
    places: Mapping[str, Place] = field(default_factory=dict, compare=False, repr=False)
    """Where each dotted key of its file stands; empty for a study that is no file."""

    def at(self, key: str) -> Place:
        """Where a dotted key stands: on its own line where the file has it, else on that of what it belongs to."""
        above = key
        while above and above not in self.places:
            above = above.rpartition(".")[0]
        return replace(self.places.get(above, self.place), key=key)

    def changed(self, **changes: Any) -> Study:
        """The same study with fields replaced."""
        return replace(self, **changes)
