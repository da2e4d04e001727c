"""Families: tables of numbers as parameters `family.name` and dated paths `family.name`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from dafeng.configs.schedule import Path
from dafeng.configs.schema import Row
from dafeng.configs.tables import Table
from dafeng.configs.values import Parameter

Tables = Mapping[str, Table]

SCALARS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "power_plants": ("", ("technology", "parameter")),
    "coal_retrofits": ("retrofit", ("retrofit", "parameter")),
    "chp_parameters": ("chp", ("technology", "parameter")),
    "extra_parameters": ("extra", ("parameter",)),
    "behaviour_parameters": ("behaviour", ("parameter",)),
    "investment_parameters": ("investment", ("parameter",)),
    "charging_parameters": ("charging", ("parameter",)),
    "demand_response": ("dr", ("parameter",)),
    "grid_factors": ("grid_factor", ("parameter",)),
    "nev_parameters": ("nev", ("parameter",)),
    "stock_parameters": ("stock", ("parameter",)),
    "temperature_parameters": ("temperature", ("parameter",)),
    "load_temperature": ("load_temperature", ("parameter",)),
    "outage_events": ("outage", ("parameter",)),
    "building_parameters": ("building", ("parameter",)),
    "transport_activity": ("transport", ("parameter",)),
    "typhoon_parameters": ("typhoon", ("parameter",)),
    "weather_spatial": ("weather", ("parameter",)),
    "landfill_parameters": ("landfill", ("parameter",)),
    "non_energy_and_soft_levers": ("soft", ("parameter",)),
    "air_damage_costs": ("air_damage", ("parameter",)),
}
"""Tables with one number a row (columns value, unit, grade, source): family and the columns that name it."""

COLUMNS: Mapping[str, tuple[str, str, Mapping[str, tuple[str, str, float]]]] = {
    "reliability_classes": (
        "reliability",
        "class",
        {
            "unit_mw": ("unit_mw", "MW", 1.0),
            "FOR": ("for", "1", 1.0),
            "MTTF_h": ("mttf_h", "h", 1.0),
            "MTTR_h": ("mttr_h", "h", 1.0),
            "maintenance_weeks": ("maintenance_weeks", "weeks", 1.0),
        },
    ),
    "fuel_factors": (
        "fuel_factor",
        "fuel",
        {
            "tCO2_per_TJ": ("t_co2_per_gj", "t/GJ", 1e-3),
            "ncv": ("ncv", "kJ/kg or kJ/m3", 1.0),
            "tce_per_t_or_1000m3": ("tce_per_unit", "tce/t or tce/1000 m3", 1.0),
        },
    ),
    "learning_rates": ("learning", "technology", {"learning_rate": ("", "1 per doubling", 1.0)}),
    "air_pollutants": (
        "air",
        "technology",
        {"SO2": ("so2", "", 1.0), "NOx": ("nox", "", 1.0), "PM2.5": ("pm25", "", 1.0)},
    ),
}
"""Tables with one number a column: family, naming column, column -> (name, unit, conversion)."""

DATED: Mapping[str, tuple[str, tuple[str, ...], str, str]] = {
    "fuel_price_paths": ("fuel", ("fuel",), "year", "value"),
    "carbon_price_paths": ("carbon", ("scenario",), "year", "value"),
    "power_cost_trajectory": ("capex", ("technology",), "year", "capex"),
    "ets_benchmarks": ("benchmark", ("class",), "year", "value"),
    "cbam_and_export": ("cbam", ("parameter",), "year", "value"),
    "province_fleet": ("fleet", ("technology",), "year", "capacity"),
    "commercial_vehicle_capex": ("vehicle_capex", ("class", "powertrain"), "year", "value"),
    "tariffs_by_period": ("tariff", ("class", "period"), "from_year", "value"),
    "tariffs": ("price", ("parameter",), "year", "value"),
}
"""Tables with one number a row and year: family, naming columns, year column, value column."""

WHOLLY = (SCALARS.keys() | COLUMNS.keys() | DATED.keys()) - {"province_fleet", "tariffs", "tariffs_by_period"}
"""Tables that are not read whole besides, so that a value that was set cannot be passed by."""

NORMAL = "normal"
"""The state of the province that comes when no other does: its probability is what the others leave."""
STATE = "province_state"
"""Family of the other states' probabilities a year."""
STEPS = {"tariffs_by_period", "tariffs"}
"""Dated tables whose values hold from their year on; the others are linear between their years."""


def parameters(tables: Tables) -> dict[str, Parameter]:
    """All scalars, sorted by key."""
    found: dict[str, Parameter] = {}
    for name, (family, naming) in SCALARS.items():
        for row in _rows(tables, name):
            found[_key(family, row, naming)] = _parameter(row)
    for row in _rows(tables, "province_dispatch_rules"):
        if row["parameter"] not in _dated_rules(tables):
            found[f"province.{row['parameter']}"] = _parameter(row)
    found |= _by_column(tables)
    for row in _rows(tables, "province_states"):
        if row["state"] != NORMAL:
            found[f"{STATE}.{row['state']}"] = _parameter({**row, "value": row["probability_per_year"]})
    return dict(sorted(found.items()))


def paths(tables: Tables, years: range) -> dict[str, Path]:
    """All dated series, sorted by key."""
    found: dict[str, Path] = {}
    for name, (family, naming, year, value) in DATED.items():
        for parts, rows in _grouped(_rows(tables, name), naming).items():
            found[".".join(filter(None, (family, *parts)))] = _path(rows, year, value, steps=name in STEPS)
    for part in (_dispatch_rules, _capex_followers, _growth, _society, _province, _electric_cars, _non_energy):
        found |= part(tables, found, years)
    for key in [key for key in found if key.startswith("carbon.") and key != "carbon.central"]:
        found[key] = _after(found["carbon.central"], found[key])
    return dict(sorted(found.items()))


def _rows(tables: Tables, name: str) -> tuple[Row, ...]:
    return tables[name].rows if name in tables else ()


def _key(family: str, row: Row, naming: Iterable[str]) -> str:
    parts = [family, *(row[name] for name in naming)]
    return ".".join(part for part in parts if part)


def _parameter(row: Row) -> Parameter:
    low, high = row.get("low"), row.get("high")
    return Parameter(row["value"], row["unit"] or "", low, high, row["grade"], row["source"] or "")


def _by_column(tables: Tables) -> dict[str, Parameter]:
    found: dict[str, Parameter] = {}
    for name, (family, naming, columns) in COLUMNS.items():
        for row in _rows(tables, name):
            for column, (part, unit, factor) in columns.items():
                if row[column] is None:
                    continue
                key = ".".join(filter(None, (family, row[naming], part)))
                low, high = (row.get("low"), row.get("high")) if not part else (None, None)
                unit = unit or row["unit"]
                found[key] = Parameter(row[column] * factor, unit, low, high, row["grade"], row["source"] or "")
    return found


def _grouped(rows: Iterable[Row], naming: Iterable[str]) -> dict[tuple[str, ...], list[Row]]:
    """Rows by the values of some columns."""
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(row[name] for name in naming), []).append(row)
    return groups


def _path(rows: Iterable[Row], year: str, value: str, *, steps: bool = False) -> Path:
    """The path of some rows; its grade is that of the weakest."""
    rows = sorted(rows, key=lambda row: row[year])
    points = {int(row[year]): row[value] for row in rows}
    if steps:
        points = _stepped(points)
    low = {int(row[year]): row["low"] for row in rows if row.get("low") is not None}
    high = {int(row[year]): row["high"] for row in rows if row.get("high") is not None}
    grade = max(row["grade"] for row in rows)
    return Path(points, rows[-1].get("unit") or "", grade, rows[-1]["source"] or "", low, high)


def _stepped(points: Mapping[int, float]) -> dict[int, float]:
    """The same values, each holding until the year before the next."""
    found: dict[int, float] = {}
    years = sorted(points)
    for year, later in zip(years, [*years[1:], years[-1] + 1], strict=True):
        found[year] = points[year]
        found[later - 1] = points[year]
    return found


def _after(history: Path, path: Path) -> Path:
    """A path that starts with what was observed before its own first year, up to the last observed year."""
    observed = {year: value for year, value in history.points.items() if year < min(path.points)}
    return replace(path, points={**observed, **path.points})


def _dated_rules(tables: Tables) -> set[str]:
    groups = _grouped(_rows(tables, "province_dispatch_rules"), ("parameter",))
    return {name for (name,), rows in groups.items() if len(rows) > 1}


def _dispatch_rules(tables: Tables, _: Mapping[str, Path], __: range) -> dict[str, Path]:
    rules = _grouped(_rows(tables, "province_dispatch_rules"), ("parameter",))
    return {f"province.{name}": _path(rules[name,], "year", "value") for name in _dated_rules(tables)}


def _capex_followers(tables: Tables, found: Mapping[str, Path], years: range) -> dict[str, Path]:
    """Capital costs of technologies without a trajectory: their own cost with another's slope, or constant."""
    capex = {str(row["technology"]): row for row in _rows(tables, "power_plants") if row["parameter"] == "capex"}
    completed: dict[str, Path] = {}
    for row in _rows(tables, "capex_followers"):
        own, follows = capex[row["technology"]], row["follows"]
        leader = found[f"capex.{follows}"] if follows else Path({years.start: 1.0})
        base = own["value"] / leader.at(own["year"])
        points = {year: base * value for year, value in leader.points.items()}
        completed[f"capex.{row['technology']}"] = Path(points, own["unit"], row["grade"], row["source"] or "")
    return completed


def _growth(tables: Tables, _: Mapping[str, Path], years: range) -> dict[str, Path]:
    """Growth in % a year, one point for each year of a period."""
    found: dict[str, Path] = {}
    for (sector,), rows in _grouped(_rows(tables, "sector_growth_paths"), ("sector",)).items():
        yearly = [
            {**row, "year": year}
            for row in rows
            for year in range(int(row["period"][:4]), int(row["period"][-4:]) + 1)
        ]
        found[f"growth.{sector}"] = _path(yearly, "year", "growth")
    return found


def _several(tables: Tables, table: str, family: str, columns: Mapping[str, tuple[str, str]]) -> dict[str, Path]:
    """One path a column of a yearly table: column -> (name, unit)."""
    rows = _rows(tables, table)
    found: dict[str, Path] = {}
    for column, (name, unit) in columns.items():
        known: list[Row] = [{**row, "value": row[column], "unit": unit} for row in rows if row[column] is not None]
        if known:
            found[f"{family}.{name}"] = _path(known, "year", "value")
    return found


def _society(tables: Tables, _: Mapping[str, Path], __: range) -> dict[str, Path]:
    columns = {
        "gdp_real_growth_pct": ("gdp_growth_pct", "% a year"),
        "population_k": ("population_k", "thousand"),
        "income_real_growth_pct": ("income_growth_pct", "% a year"),
        "urbanisation_pct": ("urbanisation_pct", "%"),
        "household_size": ("household_size", "persons"),
    }
    return _several(tables, "socioeconomic_path", "socio", columns)


def _province(tables: Tables, _: Mapping[str, Path], __: range) -> dict[str, Path]:
    columns = {
        "rest_of_province_twh": ("rest_of_province_twh", "TWh"),
        "guangdong_peak_mw": ("guangdong_peak_mw", "MW"),
        "city_twh_default": ("city_twh", "TWh"),
    }
    return _several(tables, "province_demand", "province", columns)


def _electric_cars(tables: Tables, _: Mapping[str, Path], __: range) -> dict[str, Path]:
    """What electric cars cost: history up to the first year of the forward path, then that path."""
    forward = _several(tables, "ev_cost_path", "ev", {
        "pack_cny2020_per_kwh": ("pack_cny_per_kwh", "CNY/kWh"),
        "electric_drive_kcny": ("electric_drive_kcny", "kCNY"),
        "central_subsidy_kcny": ("central_subsidy_kcny", "kCNY"),
        "purchase_tax_relief_kcny": ("purchase_tax_relief_kcny", "kCNY"),
        "range_km": ("range_km", "km"),
        "gasoline_cny_per_l_real": ("gasoline_cny_per_l", "CNY/l"),
    })  # fmt: skip
    history = _several(tables, "nev_history", "ev", {
        "battery_kwh_C": ("battery_kwh", "kWh"),
        "central_subsidy_kCNY_C": ("central_subsidy_kcny", "kCNY"),
        "local_subsidy_ratio_C": ("local_subsidy_ratio", "1"),
        "purchase_tax_relief_kCNY_C": ("purchase_tax_relief_kcny", "kCNY"),
        "gasoline_CNY_per_l_C": ("gasoline_cny_per_l", "CNY/l"),
        "range_km_C": ("range_km", "km"),
    })  # fmt: skip
    history |= _pack_history(tables)
    joined = {key: _after(history[key], path) if key in history else path for key, path in forward.items()}
    share = _several(tables, "ev_national", "ev", {"nev_share_passenger_pct": ("national_share", "1")})
    for key, path in share.items():
        share[key] = replace(path, points={year: value / 100.0 for year, value in path.points.items()})
    return {**history, **joined, **share}


def _pack_history(tables: Tables) -> dict[str, Path]:
    """Pack prices of past years: dollars of the year at the rate of the year."""
    rows: list[Row] = [
        {**row, "value": row["pack_usd_per_kwh_C"] * row["CNY_per_USD_C"], "unit": "CNY/kWh"}
        for row in _rows(tables, "nev_history")
        if row["pack_usd_per_kwh_C"] is not None and row["CNY_per_USD_C"] is not None
    ]
    return {"ev.pack_cny_per_kwh": _path(rows, "year", "value")} if rows else {}


def _non_energy(tables: Tables, _: Mapping[str, Path], __: range) -> dict[str, Path]:
    """Activities outside energy: their level in 2020 and in 2030, as the columns say."""
    found: dict[str, Path] = {}
    for row in _rows(tables, "non_energy_activity"):
        points = {2020: row["value_2020"], 2030: row["reference_2030_or_plan"]}
        found[f"non_energy.{row['activity']}"] = Path(points, row["unit"], row["grade"], row["source"] or "")
    return found
