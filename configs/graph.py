"""The power graph of a city, from its tables of nodes, lines, transformers and links."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from dafeng.configs.schema import Branch, Bus, County, Row
from dafeng.configs.tables import Table
from dafeng.configs.values import Parameter

NODE_KINDS = {
    "substation": "substation",
    "substation group": "substation",
    "HVDC converter": "converter",
    "plant bus": "plant",
    "external": "external",
}
OUTSIDE = {"external"}
PROVINCE = "PROV"
"""Key of the bus behind which the rest of the province stands."""


@dataclass(frozen=True)
class Province:
    """The bus behind which the rest of the province stands, as `city.yaml` tells it."""

    title: str = PROVINCE
    title_zh: str = PROVINCE
    kv: float = field(default=500.0, metadata={"least": 0.0})
    lat: float = field(default=0.0, metadata={"least": -90.0, "most": 90.0})
    lon: float = field(default=0.0, metadata={"least": -180.0, "most": 180.0})


@dataclass(frozen=True)
class Graph:
    """Buses and branches, in the order of their tables."""

    buses: tuple[Bus, ...]
    branches: tuple[Branch, ...]


def graph(
    tables: Mapping[str, Table], counties: tuple[County, ...], parameters: Mapping[str, Parameter], province: Province
) -> Graph:
    """The graph: 500/220 kV lower busbars and 110 kV load buses come from the transformers, the rest from its table.

    A line ends at the lower busbar of a node when the node's transformers lead to the line's voltage; the load of a
    node sits behind its 110 kV offtake when it has one. The tables have been checked (`graph_checks`).
    """
    nodes, transformers = tables["nodes"], tables.get("transformers")
    groups = transformers.rows if transformers else ()
    own = [_node_bus(row, _county_keys(counties)) for row in nodes.rows]
    by_key = {bus.key: bus for bus in own}
    under = {row["from"]: _below(row, by_key[row["from"]]) for row in groups if row["from"] in by_key}
    moved = {above for above, bus in under.items() if bus.kind == "load"}
    own = [replace(bus, load_share=0.0) if bus.key in moved else bus for bus in own]
    links = tables.get("province_links")
    buses = [*own, *under.values(), *([_province_bus(province)] if links else [])]
    branches = [
        *_lines(tables["lines"], by_key, groups, parameters),
        *([_transformer(row) for row in groups]),
        *([_link(row) for row in links.rows] if links else []),
    ]
    return Graph(tuple(buses), tuple(branches))


def _county_keys(counties: Iterable[County]) -> dict[str, str]:
    return {name: county.key for county in counties for name in (county.key, county.title, county.title_zh)}


def _node_bus(row: Row, counties: Mapping[str, str]) -> Bus:
    county: str = row["county"] if row["county"] in OUTSIDE else counties.get(row["county"], row["county"])
    kind: str = NODE_KINDS[row["kind"]]
    share = row["load_share_est"]
    return Bus(row["id"], row["name_en"], row["name_zh"], row["kv"], kind, county, row["lat"], row["lon"], share)


def _below(row: Row, above: Bus) -> Bus:
    """The bus on the lower side of transformers: a 220 kV busbar, or the 110 kV side where the load sits."""
    is_load = row["kv_to"] < above.kv and above.kv <= 220.0
    kind, title = ("load", f"{above.title} 110 kV side") if is_load else ("lower", f"{above.title} 220 kV busbar")
    title_zh = f"{above.title_zh}{row['kv_to']:g}kV侧"
    share = above.load_share if is_load else 0.0
    return Bus(row["to"], title, title_zh, row["kv_to"], kind, above.county, above.lat, above.lon, share)


def _province_bus(about: Province) -> Bus:
    return Bus(PROVINCE, about.title, about.title_zh, about.kv, "province", "province", about.lat, about.lon)


def _lines(
    table: Table, nodes: Mapping[str, Bus], groups: Iterable[Row], parameters: Mapping[str, Parameter]
) -> list[Branch]:
    lower: dict[tuple[str, float], str] = {(row["from"], row["kv_to"]): row["to"] for row in groups}
    return [_line(row, lower, parameters[f"extra.alpha_n1_{row['kv']:g}kv"].value) for row in table.rows]


def _line(row: Row, lower: Mapping[tuple[str, float], str], alpha: float) -> Branch:
    """A corridor; its usable rating keeps the N-1 rule (MODEL_SPEC 6.3)."""
    ends = [lower.get((row[end], row["kv"]), row[end]) for end in ("from", "to")]
    thermal, circuits = row["capacity_mva_total"], int(row["circuits"])
    from_year = int(row["year"] or 0) if row["status"] == "planned" else 0
    return Branch(
        row["id"], ends[0], ends[1], row["kv"], "line", circuits, row["x_pu_100mva"], thermal, alpha * thermal,
        row["length_km"], from_year, thermal / max(circuits, 1),
    )  # fmt: skip


def _transformer(row: Row) -> Branch:
    kind = "transformer" if row["kv_to"] >= 220.0 else "offtake"
    return Branch(
        row["id"], row["from"], row["to"], row["kv_from"], kind, int(row["units"]), row["x_pu_100mva_total"],
        row["total_mva"], row["n1_limit_mva"], unit_mw=row["unit_mva"],
    )  # fmt: skip


def _link(row: Row) -> Branch:
    limit = row["limit_mw"]
    return Branch(row["id"], row["from"], row["to"], 500.0, "link", 1, row["x_pu_100mva"], limit, limit, unit_mw=limit)
