"""What must hold of the code itself."""

import ast
import tomllib
from pathlib import Path

import pytest

from dafeng.agents.base import AGENTS
from dafeng.sim.metrics.base import METRICS
from dafeng.sim.policies.base import LEVERS

ROOT = Path(__file__).parents[2]
ROOMS = ("configs", "network", "agents", "sim", "experiments")
SOURCES = sorted(file for room in ROOMS for file in (ROOT / room).rglob("*.py"))
GENERATORS = {"default_rng", "Generator", "SeedSequence", "PCG64DXSM"}


def named(node):
    """Dotted name of an attribute chain, or nothing."""
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join(reversed([*parts, node.id])) if isinstance(node, ast.Name) else ""


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(ROOT)))
def test_chance_comes_from_named_streams_only(file):
    """No global generator, no generator of Mesa, no `random` module (DESIGN 4)."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute):
            name = named(node)
            assert not name.endswith((".model.random", ".model.rng", "self.random", "self.rng")), (node.lineno, name)
            if name.startswith(("np.random.", "numpy.random.")):
                assert file.name == "luck.py", (node.lineno, name)
                assert name.split(".")[2] in GENERATORS, (node.lineno, name)
        if isinstance(node, ast.Import):
            assert all(alias.name != "random" for alias in node.names), node.lineno
        if isinstance(node, ast.ImportFrom) and node.module == "numpy.random":
            allowed = {"Generator"} if file.name != "luck.py" else GENERATORS
            assert {alias.name for alias in node.names} <= allowed, node.lineno


def test_the_package_list_names_every_folder_of_code():
    listed = set(tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"])
    folders = {
        ".".join(("dafeng", *file.parent.relative_to(ROOT).parts)) for file in SOURCES if file.name == "__init__.py"
    }
    assert listed == folders | {"dafeng"}


def test_the_rooms_are_links_to_the_folders_at_the_top():
    for room in ROOMS:
        assert (ROOT / "dafeng" / room).resolve() == (ROOT / room).resolve()


@pytest.mark.parametrize("registry", [LEVERS, METRICS], ids=["levers", "metrics"])
def test_everything_registered_has_a_title_in_both_languages(registry):
    for entry in registry.entries():
        assert entry.title, entry.name
        assert entry.title_zh not in {"", entry.title}, entry.name


def test_every_agent_kind_of_the_cities_is_registered():
    from dafeng.configs import load

    for name in load.names("cities"):
        assert set(load.city(name).agents) <= set(AGENTS.names())


def test_most_functions_fit_in_a_glance():
    """House style: nine functions in ten under 35 lines, none over 60."""
    sizes = []
    for file in SOURCES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                sizes.append((node.end_lineno - node.lineno + 1, f"{file.name}:{node.name}"))
    assert sum(size < 35 for size, _ in sizes) >= 0.9 * len(sizes)
    assert max(sizes)[0] <= 60, max(sizes)
