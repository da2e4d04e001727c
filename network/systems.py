"""A system by name: one that comes with the program, a folder, or a PRAS file."""

from __future__ import annotations

from pathlib import Path

from dafeng.configs.errors import InputError, Place, Problem
from dafeng.configs.files import shown
from dafeng.network.pras import read_pras
from dafeng.network.regional_system import RegionalSystem
from dafeng.network.system_folder import find_system, read_folder


def read_system(name_or_path: str | Path, is_dc: bool = False) -> RegionalSystem:
    """The system of a name or path, for the DC network or not; an InputError with every problem."""
    path = find_system(name_or_path)
    if path.is_dir():
        return read_folder(path, is_dc)
    if is_dc:
        says = "a PRAS file has transfer limits and no reactances, so there is no DC network; --network transport does"
        raise InputError([Problem(Place(shown(path), 0, "interfaces"), says)])
    return read_pras(path)
