"""What the tables of the power graph must say together; cells that could not be read are passed by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from dafeng.configs.errors import Place, nearest
from dafeng.configs.files import Reader
from dafeng.configs.graph import PROVINCE
from dafeng.configs.schema import Row
from dafeng.configs.tables import Table

Tables = Mapping[str, Table]

SHARE_TOLERANCE = 0.01
"""Published shares are rounded."""
ENDED = ("lines", "transformers", "province_links")
"""Tables whose rows join two nodes."""


def check_graph(tables: Tables, reader: Reader) -> None:
    """Keep a problem for each end that leads nowhere, each voltage that does not fit, and each group without supply."""
    if "nodes" not in tables:
        return
    known = node_names(tables)
    for table, i, end in _ends(tables):
        name = table.rows[i][end]
        if known is not None and name is not None and name not in known:
            reader.problem(table.place(i, end), f"there is no node '{name}'", nearest(name, known))
    own = {row["id"] for row in tables["nodes"].rows}
    for i, row in tables["transformers"].placed() if "transformers" in tables else ():
        if row["to"] in own and row["to"] is not None:
            says = f"'{row['to']}' is a node already; the lower side is a new bus"
            reader.problem(tables["transformers"].place(i, "to"), says)
    if "lines" in tables:
        _usable_shares(tables, reader)
        _line_voltages(tables, reader)
        _no_island(tables, known, reader)
    _load_shares(tables["nodes"], reader)


def node_names(tables: Tables) -> frozenset[str] | None:
    """All nodes that a row may name; None when some cannot be read."""
    parts = [tables["nodes"].names("id") if "nodes" in tables else None]
    if "transformers" in tables:
        parts.append(tables["transformers"].names("to"))
    if "province_links" in tables:
        parts.append(frozenset({PROVINCE}))
    return None if None in parts else frozenset().union(*filter(None, parts))


def _ends(tables: Tables) -> Iterator[tuple[Table, int, str]]:
    for table in (tables[name] for name in ENDED if name in tables):
        for end in ("from", "to"):
            for i, _ in table.placed():
                yield table, i, end


def _usable_shares(tables: Tables, reader: Reader) -> None:
    """Every voltage has its N-1 share, and a planned line its first year."""
    lines = tables["lines"]
    known = tables["extra_parameters"].names("parameter") if "extra_parameters" in tables else None
    for i, row in lines.placed():
        if known is not None and row["kv"] is not None and f"alpha_n1_{row['kv']:g}kv" not in known:
            says = f"is {row['kv']:g} kV, for which extra_parameters has no usable share alpha_n1_{row['kv']:g}kv"
            reader.problem(lines.place(i, "kv"), says)
        elif row["status"] == "planned" and row["year"] is None and not reader.has(lines.place(i, "year")):
            reader.problem(lines.place(i, "year"), "is empty; a planned line needs its first year")


def _line_voltages(tables: Tables, reader: Reader) -> None:
    """A line meets a node of its own voltage, or transformers that lead to it."""
    nodes = {row["id"]: row for row in tables["nodes"].rows}
    groups = tables.get("transformers")
    if groups and (groups.names("from") is None or groups.names("kv_to") is None):
        return
    lower = {(row["from"], row["kv_to"]) for row in groups.rows} if groups else set()
    lines = tables["lines"]
    for i, row in lines.placed():
        for end in ("from", "to"):
            node: Row = nodes.get(row[end], {})
            at, kv = node.get("kv"), row["kv"]
            if row[end] is not None and None not in (at, kv) and at != kv and (row[end], kv) not in lower:
                says = f"is a {kv:g} kV line at node {row[end]} of {at:g} kV without transformers between"
                reader.problem(lines.place(i, end), says)


def _load_shares(nodes: Table, reader: Reader) -> None:
    if nodes.names("load_share_est") is None:
        return
    shared = sum(row["load_share_est"] for row in nodes.rows)
    if abs(shared - 1.0) > SHARE_TOLERANCE:
        reader.problem(Place(nodes.file, 0, "load_share_est"), f"adds up to {shared:.3f}; 1 is expected")


def _no_island(tables: Tables, known: frozenset[str] | None, reader: Reader) -> None:
    """Every group of connected buses with a load has a unit or a link to the province."""
    nodes = tables["nodes"]
    stations = tables["plants"].names("node") if "plants" in tables else frozenset[str]()
    whole = all(tables[name].is_whole for name in ENDED if name in tables)
    named = [table.rows[i][end] for table, i, end in _ends(tables)] + list(stations or ())
    if known is None or stations is None or not whole or nodes.names("load_share_est") is None:
        return
    if not known.issuperset(named):
        return  # said already; what is meant decides what is joined
    row_of = {str(row["id"]): i for i, row in nodes.placed()}
    for island in islands(known, _joined(tables)):
        first = min((key for key in island if key in row_of), default="")
        has_load = any(nodes.rows[row_of[key]]["load_share_est"] > 0.0 for key in island if key in row_of)
        if has_load and not island & (stations | {PROVINCE}):
            says = f"is an island of {len(island)} buses with load but neither unit nor link"
            reader.problem(nodes.place(row_of[first], "id"), says)


def _joined(tables: Tables) -> Iterator[tuple[str, str]]:
    """Pairs of nodes that are joined in the first year."""
    for table in (tables[name] for name in ENDED if name in tables):
        for row in table.rows:
            if row.get("status") != "planned":
                yield str(row["from"]), str(row["to"])


def islands(names: Iterable[str], pairs: Iterable[tuple[str, str]]) -> tuple[frozenset[str], ...]:
    """The sets of names that pairs connect.

    >>> sorted(map(sorted, islands("abc", [("a", "b")])))
    [['a', 'b'], ['c']]
    """
    group = {name: {name} for name in names}
    for one, other in pairs:
        if group[one] is not group[other]:
            joined = group[one] | group[other]
            for name in joined:
                group[name] = joined
    return tuple(dict.fromkeys(frozenset(members) for members in group.values()))
