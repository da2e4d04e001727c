"""Bundles: what they extend and drop, and what a wrong one says."""

from __future__ import annotations

from pathlib import Path

import pytest

from dafeng.configs import load
from dafeng.configs.errors import InputError


def bundle(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_lever_replaces_the_whole_lever_of_what_it_extends(tmp_path: Path) -> None:
    bundle(tmp_path, "low", "title: Low\nlevers:\n  storage: {target_mw: {2025: 1}, hours: 2}\n  tax: {cny: 5}\n")
    high = bundle(tmp_path, "high", "title: High\nextends: [low]\nlevers:\n  storage: {target_mw: {2025: 9}}\n")
    found = load.bundle(high)
    assert found.levers == {"storage": {"target_mw": {2025: 9}}, "tax": {"cny": 5}}
    assert (Path(found.places["storage"].file).name, found.places["storage"].line) == ("high.yaml", 4)
    assert (Path(found.places["tax"].file).name, found.places["tax"].line) == ("low.yaml", 4)


def test_a_dropped_lever_is_gone_with_its_place(tmp_path: Path) -> None:
    bundle(tmp_path, "low", "title: Low\nlevers: {a: {x: 1}, b: {x: 2}}\n")
    found = load.bundle(bundle(tmp_path, "less", "title: Less\nextends: [low]\ndrop: [a]\n"))
    assert (set(found.levers), {key for key in found.places if "." not in key}) == ({"b"}, {"b"})


def test_the_later_of_two_extended_bundles_wins(tmp_path: Path) -> None:
    for name, value in (("one", 1), ("two", 2)):
        bundle(tmp_path, name, f"title: {name}\nlevers: {{a: {{x: {value}}}}}\n")
    assert load.bundle(bundle(tmp_path, "both", "title: Both\nextends: [one, two]\n")).levers["a"] == {"x": 2}


def test_a_user_bundle_may_extend_one_of_the_package(tmp_path: Path) -> None:
    mine = load.bundle(bundle(tmp_path, "mine", "title: Mine\nextends: [coal_control]\nlevers: {}\n"))
    assert mine.levers == load.bundle("coal_control").levers
    assert (mine.key, mine.title_zh) == ("mine", "Mine")


@pytest.mark.parametrize("name", load.names("bundles"))
def test_every_bundle_of_the_package_loads_with_titles_in_two_languages(name: str) -> None:
    found = load.bundle(name)
    assert found.key == name
    assert found.title != found.title_zh
    fields = {f"{name}.{field}" for name, given in found.levers.items() for field in given}
    assert set(found.levers) | fields == set(found.places)


@pytest.mark.parametrize(
    ("text", "line", "says", "close"),
    [
        ("titel: A\n", 1, "no such field", "title"),
        ("levers: {}\n", 1, "is missing", None),
        ("title: A\nextends: [plann]\n", 2, "there is no bundle 'plann'", "plan"),
        ("title: A\nextends: [bad]\n", 2, "extends itself", None),
        ("title: A\nextends: [storage, plan, storage]\n", 2, "'storage' stands twice", None),
        ("title: A\nextends: [plan]\ndrop: [storge]\n", 3, "is no lever of what it extends", "storage"),
        ("title: A\nlevers: [a]\n", 2, "is not a mapping of levers", None),
        ("title: A\nlevers:\n  storage: 5\n", 3, "a mapping of fields is expected", None),
        ("title: A\nlevers:\n  a: {x: 1}\n  a: {x: 2}\n", 4, "stands twice; first in line 3", None),
        ("title: A\nlevers:\n  a: {2025: 1, 2025: 2}\n", 3, "stands twice; first in line 3", None),
        ("title: [A\n", 2, "is not YAML", None),
        ("title: A\n  b: c\n", 2, "is not YAML", None),
        ("just words\n", 1, "is not a mapping", None),
        ("", 0, "is empty", None),
        ("title: 5\n", 1, "text is expected", None),
    ],
)
def test_a_wrong_bundle_names_its_line(tmp_path: Path, text: str, line: int, says: str, close: str | None) -> None:
    path = bundle(tmp_path, "bad", text)
    with pytest.raises(InputError) as raised:
        load.bundle(path)
    matching = [problem for problem in raised.value.problems if says in problem.says]
    assert matching, str(raised.value)
    assert (matching[0].place.file, matching[0].place.line) == (path.as_posix(), line)
    assert matching[0].nearest == close


def test_a_circle_of_bundles_is_drawn(tmp_path: Path) -> None:
    for name, parent in (("a", "b"), ("b", "c"), ("c", "a")):
        bundle(tmp_path, name, f"title: {name}\nextends: [{parent}]\n")
    with pytest.raises(InputError, match="extends in a circle: a -> b -> c -> a"):
        load.bundle(tmp_path / "a.yaml")


def test_a_bundle_extended_twice_by_different_ways_is_no_circle(tmp_path: Path) -> None:
    bundle(tmp_path, "root", "title: Root\nlevers: {a: {x: 1}}\n")
    for name in ("left", "right"):
        bundle(tmp_path, name, f"title: {name}\nextends: [root]\n")
    assert load.bundle(bundle(tmp_path, "top", "title: Top\nextends: [left, right]\n")).levers == {"a": {"x": 1}}


def test_an_unknown_bundle_is_answered_with_the_nearest_name() -> None:
    with pytest.raises(InputError, match="no such bundle; did you mean 'coal_control'"):
        load.bundle("coal_controll")
