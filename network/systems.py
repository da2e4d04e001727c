"""A system by name: one that comes with the program, a folder, or a PRAS file."""

from __future__ import annotations

from pathlib import Path

from dafeng.network.pras import read_pras
from dafeng.network.regional_system import RegionalSystem
from dafeng.network.system_folder import find_system, read_folder


def read_system(name_or_path: str | Path) -> RegionalSystem:
    """The system of a name or path; an InputError with every problem."""
    path = find_system(name_or_path)
    return read_folder(path) if path.is_dir() else read_pras(path)
