"""What a wrong city file says: the file, the line, the key, what would be right, and never a traceback."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from dafeng.configs import load
from dafeng.configs.errors import InputError

Spoil = Callable[[Path], object]


def replaced(file: str, old: str, new: str) -> Spoil:
    """Replace the first appearance of a text in a file."""

    def spoil(folder: Path) -> None:
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {file}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return spoil


def added(file: str, line: str) -> Spoil:
    """Add a line at the end of a file."""

    def spoil(folder: Path) -> None:
        with (folder / file).open("a", encoding="utf-8") as out:
            out.write(line + "\n")

    return spoil


def written(file: str, data: bytes) -> Spoil:
    """Write a file anew."""
    return lambda folder: (folder / file).write_bytes(data)


def repeated(file: str, line: int) -> Spoil:
    """Repeat a line of a file at its end."""

    def spoil(folder: Path) -> None:
        lines = (folder / file).read_text(encoding="utf-8").splitlines()
        (folder / file).write_text("\n".join([*lines, lines[line - 1]]) + "\n", encoding="utf-8")

    return spoil


def without_column(file: str, column: str) -> Spoil:
    """Leave a column out."""

    def spoil(folder: Path) -> None:
        with (folder / file).open(encoding="utf-8", newline="") as source:
            rows = list(csv.reader(source))
        at = rows[0].index(column)
        with (folder / file).open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([row[:at] + row[at + 1 :] for row in rows])

    return spoil


TECHNOLOGY = "../technology"

YAML, PLANTS = "city.yaml", "plants.csv"

STATES = "state,probability_per_year,low,high,import_factor,coal_availability,summer_load_uplift,unit,source,grade\n"


def states(hot: str) -> Spoil:
    """A province that has normal years, six in ten, and hot ones."""
    last = ",1,0.9,0,p.u.,x,C\n"
    return written("province_states.csv", f"{STATES}normal,0.6,,{last}hot,{hot}{last}".encode())


CASES: list[tuple[str, Spoil, str, int, str, str | None]] = [
    # what, how, file that is named, line, part of the message, nearest right name
    ("unknown key", replaced(YAML, "settings:", "setings:"), YAML, 37, "no such field", "settings"),
    ("unknown setting", replaced(YAML, "carbon_path", "carbon_paths"), YAML, 39, "no such setting", "carbon_path"),
    ("setting's word", replaced(YAML, "balanced", "balancd"), YAML, 38, "one of adequate, balanced", "balanced"),
    ("years out of order", replaced(YAML, "[2020, 2022]", "[2022, 2020]"), YAML, 4, "in order", None),
    ("years of words", replaced(YAML, "[2020, 2022]", "[2020, soon]"), YAML, 4, "a number is expected", None),
    ("missing title", replaced(YAML, "title: Toy city\n", ""), YAML, 2, "is missing", None),
    ("no folder", replaced(YAML, "../technology", "../technologie"), YAML, 5, "there is no folder", None),
    ("not a mapping", written(YAML, b"- a\n- b\n"), YAML, 1, "is not a mapping", None),
    ("syntax", written(YAML, b"title: [a\nb: c\n"), YAML, 2, "is not YAML", None),
    ("tab", written(YAML, b"title:\n\tx: 1\n"), YAML, 2, "is not YAML", None),
    ("key twice", added(YAML, "title: Again"), YAML, 47, "stands twice; first in line 2", None),
    ("forbidden character", written(YAML, b"title: a\ntitle_zh: \x07\n"), YAML, 2, "U+0007 is not allowed", None),
    ("empty YAML", written(YAML, b"\n"), YAML, 0, "is empty", None),
    ("YAML not UTF-8", written(YAML, "title: a\ntitle_zh: 江".encode("gbk")), YAML, 2, "not UTF-8", None),
    ("agent's table", replaced(YAML, "owners.csv", "ownrs.csv"), YAML, 9, "is no table", "owners"),
    ("lender", replaced(YAML, "jiangmen:", "jiangmn:"), YAML, 20, "no such city", "jiangmen"),
    ("lent table", replaced(YAML, "- time_of_use", "- time_of_us"), YAML, 32, "is no table", "time_of_use"),
    ("province's place", replaced(YAML, "settings:", "province: {lat: 95}\nsettings:"), YAML, 37, "90 or less", None),
    ("a list that contains itself", replaced(YAML, "[2020, 2022]", "&a [*a, 2022]"), YAML, 4, "contains itself", None),
    ("unknown column", replaced("nodes.csv", "kind", "knd"), "nodes.csv", 1, "no such column", "kind"),
    ("missing column", without_column(PLANTS, "net_mw"), PLANTS, 1, "column is missing", None),
    ("column twice", replaced("nodes.csv", "lat,lon", "lat,lat"), "nodes.csv", 1, "column stands twice", None),
    ("semicolons", written("owners.csv", b"owner_key;plants\na;001\n"), "owners.csv", 1, "a comma is expected", None),
    ("open quote", added("owners.csv", 'a,"001,1,0.5,0.02,trend,x,C,,'), "owners.csv", 4, "is not CSV", None),
    ("short row", added("lines.csv", "XX,A,B"), "lines.csv", 5, "has 3 cells; the header has 14", None),
    ("word for a number", replaced(PLANTS, ",120,", ",a lot,"), PLANTS, 2, "'a lot'; a number", None),
    ("negative", replaced(PLANTS, ",120,", ",-120,"), PLANTS, 2, "is -120; 0 or more is expected", None),
    ("infinite", replaced(PLANTS, ",120,", ",inf,"), PLANTS, 2, "a finite number is expected", None),
    ("not a number", replaced(PLANTS, ",120,", ",nan,"), PLANTS, 2, "a finite number is expected", None),
    ("half a year", replaced(PLANTS, ",2005,", ",2005.5,"), PLANTS, 2, "a whole number is expected", None),
    ("far year", replaced(PLANTS, ",2005,", ",20005,"), PLANTS, 2, "from 1900 to 2100", None),
    ("empty cell", replaced(PLANTS, ",120,", ",,"), PLANTS, 2, "is empty; a value is expected", None),
    ("share above 1", replaced("owners.csv", ",0.5,", ",50,"), "owners.csv", 2, "from 0 to 1 is expected", None),
    ("load shares", replaced("nodes.csv", ",1,made", ",0.6,made"), "nodes.csv", 0, "adds up to 0.600; 1 is", None),
    ("status", replaced(PLANTS, "operating", "operatng"), PLANTS, 2, "is 'operatng'; one of", "operating"),
    ("grade", replaced("lines.csv", ",C\n", ",D\n"), "lines.csv", 2, "is 'D'; one of A, B, C", None),
    ("line to nowhere", replaced("lines.csv", "BC,B,C", "BC,B,CC"), "lines.csv", 3, "there is no node 'CC'", "C"),
    ("line's voltage", replaced("lines.csv", "BC,B,C,220", "BC,B,C,330"), "lines.csv", 3, "no usable share", None),
    ("500 kV at 220", replaced("lines.csv", "BC,B,C,220", "BC,B,C,500"), "lines.csv", 3, "without transformers", None),
    ("planned, undated", replaced("lines.csv", "existing", "planned"), "lines.csv", 2, "needs its first year", None),
    ("unit twice", repeated(PLANTS, 2), PLANTS, 5, "stands twice; first in line 2", None),
    ("node twice", repeated("nodes.csv", 4), "nodes.csv", 5, "stands twice; first in line 4", None),
    ("line twice", repeated("lines.csv", 3), "lines.csv", 5, "stands twice; first in line 3", None),
    ("unit's node", replaced(PLANTS, ",A,exact", ",N7,exact"), PLANTS, 2, "there is no node 'N7'", None),
    ("technology", replaced(PLANTS, "gas CCGT", "gas CCTG"), PLANTS, 3, "is no technology", "gas CCGT"),
    ("net above gross", replaced(PLANTS, ",127,120,", ",117,120,"), PLANTS, 2, "above the gross 117", None),
    ("unit's county", replaced(PLANTS, ",Toy,", ",Tyo,"), PLANTS, 2, "no county 'Tyo'", "Toy"),
    ("owner's unit", replaced("owners.csv", "001;003", "001;009"), "owners.csv", 2, "there is no unit '009'", "003"),
    ("two owners", replaced("owners.csv", "toy_gas,002", "toy_gas,001"), "owners.csv", 3, "belongs to toy_coal", None),
    ("undated unit", replaced(PLANTS, ",2005,", ",,"), PLANTS, 2, "are both empty", None),
    ("states' sum", states("0.3,0.2,0.5"), "province_states.csv", 3, "all states add up to 0.9; 1 is expected", None),
    ("state's range", states("0.4,0.5,0.6"), "province_states.csv", 3, "is 0.4, outside of its range", None),
    ("states' highest", states("0.4,0.3,1,1,0.9,0,p.u.,x,C\ndry,0,0,0.1"), "province_states.csv", 4,
     "add up to 1.1 at their highest", None),
    ("empty table", written("lines.csv", b""), "lines.csv", 0, "is empty", None),
    ("not UTF-8", written("owners.csv", b"owner_key\n\xff\xfe"), "owners.csv", 2, "is not UTF-8 text", None),
    ("foreign table", written("plnts.csv", b"a\n1\n"), "plnts.csv", 0, "is no table that a city has", "plants"),
    (
        "fuel's unit",
        replaced(f"{TECHNOLOGY}/fuel_price_paths.csv", "CNY2020/GJ delivered", "CNY/t"),
        "fuel_price_paths.csv", 2, "is 'CNY/t'; one of CNY2020/GJ delivered", None,
    ),
    (
        "capex's unit",
        replaced(f"{TECHNOLOGY}/power_plants.csv", "CNY2020/kW,", "USD/kW,"),
        "power_plants.csv", 2, "is 'USD/kW'; CNY2020/kW or CNY2020/kWh is expected", None,
    ),
    (
        "path's year twice",
        replaced(f"{TECHNOLOGY}/carbon_price_paths.csv", "central,2022,", "central,2021,"),
        "carbon_price_paths.csv", 3, "stands twice; first in line 2", None,
    ),
    (
        "years out of order",
        replaced(f"{TECHNOLOGY}/carbon_price_paths.csv", "central,2022,", "central,2035,"),
        "carbon_price_paths.csv", 4, "comes after 2035; years are out of order", None,
    ),
    (
        "negative parameter",
        replaced(f"{TECHNOLOGY}/power_plants.csv", "coal_sub,capex,3500", "coal_sub,capex,-3500"),
        "power_plants.csv", 2, "is -3500; 0 or more is expected", None,
    ),
    (
        "follower of nobody",
        replaced(f"{TECHNOLOGY}/capex_followers.csv", "coal_sub,coal_usc", "coal_sub,coal_usk"),
        "capex_followers.csv", 2, "'coal_usk' has no capex", "coal_usc",
    ),
    (
        "income ratios",
        replaced("households.csv", "0.40;0.66", "0.40,0.66"),
        "households.csv", 2, "has 12 cells; the header has 11", None,
    ),
    (
        "list of words",
        replaced("households.csv", "0.40;0.66", "0.40;low"),
        "households.csv", 2, "numbers such as 0.4;0.6 is expected", None,
    ),
    (
        "parameter twice",
        repeated(f"{TECHNOLOGY}/extra_parameters.csv", 2),
        "extra_parameters.csv", 72, "stands twice; first in line 2", None,
    ),
    ("product", replaced("industry.csv", ",paper (fine/cultural paper),", ",papr (fine),"), "industry.csv", 2,
     "no product", "paper"),
    ("sector of a product", replaced("industry.csv", "paper (fine/cultural paper)", "clinker"), "industry.csv", 2,
     "made by the sector cement", None),
    ("site's county", replaced("industry.csv", "纸厂,Toy,", "纸厂,Tyo,"), "industry.csv", 2, "no county 'Tyo'", "Toy"),
    ("site's fuel", replaced("industry.csv", "coal 70", "caol 70"), "industry.csv", 2, "names no fuel", "coal"),
    ("no fuel for heat", replaced("industry.csv", "coal 70; biomass 10; grid 20", "grid"), "industry.csv", 2,
     "no fuel for heat", None),
    ("site's unit", replaced("industry.csv", ",Mt/yr,", ",Mt/y,"), "industry.csv", 2, "one of Mt/yr", "Mt/yr"),
    ("technology of a site limit", replaced("site_limits.csv", "wind_onshore", "wind_onshor"), "site_limits.csv", 2,
     "no technology 'wind_onshor'", "wind_onshore"),
    ("node of a site limit", replaced("site_limits.csv", "all county nodes", "all county node"), "site_limits.csv", 4,
     "no node", "all county nodes"),
    ("homes", replaced("building_stock_2020.csv", "residential", "residentail"), "building_stock_2020.csv", 2,
     "no type 'residentail'", "residential"),
    ("unit of a sector", replaced("sector_base_2020.csv", "bn CNY VA", "bn CNY"), "sector_base_2020.csv", 3,
     "one of Mt, Mt clinker", "bn CNY VA"),
    ("unit of an activity", replaced("transport_activity_2020.csv", "billion t-km", "bilion t-km"),
     "transport_activity_2020.csv", 2, "one of billion pkm", "billion t-km"),
    ("an engine's fuel", replaced(f"{TECHNOLOGY}/vehicle_classes.csv", "gasoline l", "gasolin l"),
     "vehicle_classes.csv", 2, "one of gasoline", "gasoline l/100km"),
    ("an owner's unit misread", replaced("owners.csv", "001;003", "0o1;003"), "owners.csv", 2, "'0o1' is no unit",
     None),
    ("retrofit", replaced(f"{TECHNOLOGY}/coal_retrofits.csv", "energy_saving", "enrgy_saving"),
     "coal_retrofits.csv", 2, "there is no 'enrgy_saving",
     "energy_saving.delta_coal_rate_300MW"),
    ("row of a path", replaced(f"{TECHNOLOGY}/carbon_price_paths.csv", "central,2022", "centrl,2022"),
     "carbon_price_paths.csv", 3, "'central' lacks this row", "central"),
    ("a vehicle's use", replaced(f"{TECHNOLOGY}/commercial_vehicle_use.csv", "truck_heavy,lng", "truk_heavy,lng"),
     "commercial_vehicle_use.csv", 2, "lacks this row", "truck_heavy"),
    ("whom a measure fits", replaced(f"{TECHNOLOGY}/industry_measures.csv", ",cement_clinker,", ",cement_clinkr,"),
     "industry_measures.csv", 2, "no technology 'cement_clinkr'", "cement_clinker"),
    ("what a measure saves", replaced(f"{TECHNOLOGY}/industry_measures.csv", "kWh el/t", "kWh e/t"),
     "industry_measures.csv", 2, "no saving unit 'kWh e/t'", "kWh el/t"),
    ("row of a fuel", replaced(f"{TECHNOLOGY}/fuel_price_paths.csv", "steam_coal_power,", "steam_caol_power,"),
     "fuel_price_paths.csv", 2, "lacks this row", "steam_coal_power"),
    (
        "empty profile",
        written(f"{TECHNOLOGY}/sector_load_shapes.csv", b""),
        "sector_load_shapes.csv", 0, "is empty", None,
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("spoil", "file", "line", "says", "close"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_a_wrong_city_names_file_line_and_what_would_be_right(
    folder: Path, spoil: Spoil, file: str, line: int, says: str, close: str | None
) -> None:
    spoil(folder)
    with pytest.raises(InputError) as raised:
        load.city(folder)
    matching = [problem for problem in raised.value.problems if says in problem.says]
    assert matching, str(raised.value)
    assert Path(matching[0].place.file).name == file
    assert matching[0].place.line == line
    assert matching[0].nearest == close


def test_the_unspoilt_copy_loads(folder: Path) -> None:
    assert load.city(folder).key == "mine"
    assert load.city(folder / "city.yaml").key == "mine"


def test_a_single_yaml_file_may_be_a_city(folder: Path) -> None:
    text = (folder / "city.yaml").read_text(encoding="utf-8").replace("technology:", "tables: mine\ntechnology:")
    single = folder.parent / "alone.yaml"
    single.write_text(text.replace("../technology", "technology"), encoding="utf-8")
    assert load.city(single).key == "alone"


def test_problems_of_several_files_come_together(folder: Path) -> None:
    for spoil in (
        replaced("plants.csv", ",120,", ",-120,"),
        replaced("nodes.csv", "substation group", "stop"),
        replaced("city.yaml", "balanced", "balancd"),
    ):
        spoil(folder)
    with pytest.raises(InputError) as raised:
        load.city(folder)
    assert {Path(problem.place.file).name for problem in raised.value.problems} == {PLANTS, "nodes.csv", YAML}


def test_an_island_with_load_but_neither_unit_nor_link_is_named(folder: Path) -> None:
    added("nodes.csv", "D,Far,远,220,substation group,22.0,113.0,,Toy,,0.0,made up,C")(folder)
    replaced("nodes.csv", ",1,made", ",0.5,made")(folder)
    replaced("nodes.csv", ",0.0,made up,C", ",0.5,made up,C")(folder)
    with pytest.raises(InputError, match="island of 1 buses with load") as raised:
        load.city(folder)
    assert raised.value.problems[0].place.line == 5


def test_a_table_that_a_city_needs_is_missed(folder: Path) -> None:
    (folder / "counties.csv").unlink()
    with pytest.raises(InputError, match=r"the city has no table counties\.csv"):
        load.city(folder)


def test_a_profile_with_too_few_rows_is_not_filled_up(folder: Path) -> None:
    path = folder.parent / "technology" / "sector_load_shapes.csv"
    path.write_text("\n".join(path.read_text(encoding="utf-8").splitlines()[:-1]) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match="sector_load_shapes has 23 rows; 24 are expected"):
        load.city(folder)


def test_an_unknown_city_is_answered_with_the_nearest_name() -> None:
    with pytest.raises(InputError, match="no such city; did you mean 'jiangmen'") as raised:
        load.city("jiangmn")
    assert raised.value.problems[0].nearest == "jiangmen"
    with pytest.raises(InputError, match="no such file"):
        load.city("nowhere/city.yaml")


def test_a_file_that_is_not_there_is_a_problem_and_no_traceback(folder: Path) -> None:
    shutil.rmtree(folder)
    with pytest.raises(InputError, match="no such file"):
        load.city(folder)


def test_a_table_of_a_kind_from_elsewhere_is_read_freely(folder: Path) -> None:
    written("harbours.csv", b"key,berths,note\n007,3,old\n008,,\n")(folder)
    replaced("city.yaml", "agents:\n", "agents:\n  ports: harbours.csv\n")(folder)
    city = load.city(folder)
    assert city.agents["ports"] == (
        {"key": "007", "berths": 3.0, "note": "old"},
        {"key": "008", "berths": None, "note": None},
    )
