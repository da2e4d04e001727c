"""How many vehicles a county owns in each year: cars by income, the others by activity (MODEL_SPEC 4.4, 4.8)."""

from __future__ import annotations

import math

import numpy as np

from dafeng.agents.adoption_draws import whole
from dafeng.configs.schema import City, Row
from dafeng.configs.units import Floats, Ints

CARS = ("car_private", "car_business")
MODES = {
    "taxi_ridehail": "car",
    "bus_city": "bus",
    "coach": "coach",
    "truck_light": "road_freight_light",
    "truck_medium": "road_freight_heavy",
    "truck_heavy": "road_freight_heavy",
    "motorcycle": "motorcycle",
}
"""Class -> the activity that its stock follows (`transport_activity_2020`)."""
SHARED_BY = {"truck_light": "gdp_2020_bn_cny", "truck_medium": "gdp_2020_bn_cny", "truck_heavy": "gdp_2020_bn_cny"}
"""How the city's stock is split over counties: lorries by GDP, cars by cars, the rest by people (no data by county)."""
PEOPLE_PER_UNIT = 1000.0
PER_CENT = 100.0


def county_weights(city: City, technology: str) -> Floats:
    """Weight of each county in the stock of a class."""
    column = "cars_2020_k_est" if technology in CARS else SHARED_BY.get(technology, "pop_2020_k")
    return np.array([county.facts[column] for county in city.counties])


def stock_by_year(city: City, row: Row) -> dict[int, Ints]:
    """Vehicles of a class by year and county, from the observed stock of the first year."""
    technology = row["technology_class"]
    base = whole(county_weights(city, technology), round(row["stock_k"] * PEOPLE_PER_UNIT))
    stocks = {city.first_year: base}
    for year in range(city.first_year + 1, city.horizon + 1):
        ratio = ownership_ratio(city, year) if technology in CARS else activity_ratio(city, MODES[technology], year)
        stocks[year] = np.rint(base * ratio).astype(np.int64)
    return stocks


def ownership_ratio(city: City, year: int) -> Floats:
    """Cars of each county over those of the first year: Gompertz in income times people."""
    people = city.path("socio.population_k")
    growth = people.at(year) / people.at(city.first_year)
    rows = {row["county"]: row for row in city.table("households")}
    first = [rows[county.key]["disposable_income_cny_per_person_2020"] for county in city.counties]
    risen = income_ratio(city, year)
    return growth * np.array([cars_per_1000(city, income * risen) / cars_per_1000(city, income) for income in first])


def cars_per_1000(city: City, income_cny: float) -> float:
    """O = saturation exp(alpha exp(beta income)), income in kCNY of 2020 a person (MODEL_SPEC 4.4)."""
    inner = math.exp(city.value("stock.gompertz_beta") * income_cny / 1000.0)
    return city.value("stock.gompertz_saturation_cars") * math.exp(city.value("stock.gompertz_alpha") * inner)


def income_ratio(city: City, year: int) -> float:
    """Real income a person over that of the first year."""
    path = city.path("socio.income_growth_pct")
    return math.prod(1.0 + path.at(y) / PER_CENT for y in range(city.first_year + 1, year + 1))


def activity_ratio(city: City, mode: str, year: int) -> float:
    """Activity of a mode over that of the first year: GDP elasticity, plus a trend that meets its rate of 2021-30."""
    row = next(row for row in city.table("transport_activity_2020") if row["mode"] == mode)
    growth = city.path("socio.gdp_growth_pct")
    decade = [growth.at(y) for y in range(2021, 2031)]
    trend = row["growth_2021_30_pct"] - row["gdp_elasticity"] * sum(decade) / len(decade)
    yearly = [trend + row["gdp_elasticity"] * growth.at(y) for y in range(city.first_year + 1, year + 1)]
    return float(math.prod(1.0 + rate / PER_CENT for rate in yearly))
