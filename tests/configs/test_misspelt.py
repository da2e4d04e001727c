"""One cell of each keyed column misspelt: the check names it, or the column is one where any name is right."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from dafeng.configs import load
from dafeng.configs.errors import InputError
from dafeng.configs.files import home
from dafeng.configs.tables import column_book

CITY = home() / "cities" / "toy3"
TECHNOLOGY = home() / "technology"
FREE = {
    "building_stock_2020.vintage", "fleet_2020.class", "industry.id", "owners.owner_key", "energy_balance_2020.item",
    "energy_balance_2020.sector", "energy_balance_2020.fuel", "non_energy_activity.activity", "lines.id",
    "validation_targets.id",
}  # fmt: skip
"""Names that a city gives itself, and tables that are compared with and not read."""


def columns() -> Iterator[tuple[Path, str, str]]:
    """Every keyed text column that holds anything, with its first cell."""
    for path in sorted([*CITY.glob("*.csv"), *TECHNOLOGY.glob("*.csv")]):
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        for column in column_book().get(path.stem, ()):
            if rows and column.is_key and column.kind == "text" and rows[0][column.name]:
                yield path, column.name, rows[0][column.name]


CELLS = [cell for cell in columns() if f"{cell[0].stem}.{cell[1]}" not in FREE]


@pytest.mark.parametrize(("path", "column", "cell"), CELLS, ids=[f"{path.stem}.{column}" for path, column, _ in CELLS])
def test_a_misspelt_name_is_a_problem_of_the_check(folder: Path, path: Path, column: str, cell: str) -> None:
    mine = folder / path.name if path.parent == CITY else folder.parent / "technology" / path.name
    with mine.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    at = rows[0].index(column)
    rows[1][at] = f"{cell[:1]}q{cell[2:]}" if len(cell) > 2 else f"{cell}q"
    with mine.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    with pytest.raises(InputError) as raised:
        load.city(folder)
    assert all(problem.place.line for problem in raised.value.problems if problem.place.file.endswith(path.name))


@pytest.mark.parametrize(
    ("table", "column"),
    [("project_risk", "status"), ("province_availability", "technology"), ("province_availability", "parameter"),
     ("province_fleet", "technology"), ("province_fleet", "reliability_class"), ("province_scenarios", "scenario"),
     ("province_states", "state"), ("sector_growth_paths", "sector"), ("tariffs", "parameter"),
     ("weather_spatial", "parameter")],
)  # fmt: skip
def test_a_misspelt_name_of_the_province_is_a_problem_of_the_check(tmp_path: Path, table: str, column: str) -> None:
    mine = tmp_path / "mine"
    shutil.copytree(CITY.parent / "jiangmen", mine)
    shutil.copytree(TECHNOLOGY, tmp_path / "technology")
    city = mine / "city.yaml"
    city.write_text(city.read_text(encoding="utf-8").replace("../../technology", "../technology"), encoding="utf-8")
    with (mine / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    at = rows[0].index(column)
    rows[1][at] = f"{rows[1][at][:1]}q{rows[1][at][2:]}"
    with (mine / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    with pytest.raises(InputError) as raised:
        load.city(mine)
    (problem,) = [problem for problem in raised.value.problems if problem.place.file.endswith(f"{table}.csv")]
    assert problem.place.line == 2
    assert problem.nearest is not None


@pytest.mark.parametrize("name", ["jiangmen", "toy3"])
def test_no_name_of_a_city_of_the_package_is_taken_for_a_misspelt_one(name: str) -> None:
    assert load.city(name).key == name
