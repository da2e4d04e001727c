"""The manifest of a results folder: what was asked, on what it stands, what became of it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dafeng
from dafeng.configs.errors import ResultsError
from dafeng.configs.schema import Bundle, City
from dafeng.experiments.expand import Expansion
from dafeng.experiments.files import read_json, write_json, write_text
from dafeng.experiments.keys import library_versions, plain, source_digest

PROGRAM = "dafeng"
FORMAT = 1
"""Raised when tables change so that an older reader would misread them."""


def manifest(expansion: Expansion, command: str) -> dict[str, Any]:
    """What is known before the first run."""
    study, city = expansion.study, expansion.city
    return {
        "program": PROGRAM, "format": FORMAT, "version": dafeng.__version__, "source": source_digest(),
        "libraries": dict(library_versions()), "command": command, "digest": expansion.digest,
        "study": study.key, "title": study.title, "title_zh": study.title_zh,
        "city": city.key, "city_title": city.title, "city_title_zh": city.title_zh, "city_digest": city.digest,
        "years": [study.first_year, study.last_year], "seed": study.seed, "replications": study.replications,
        "engine": study.engine, "sample_years": study.sample_years, "support": list(study.support),
        "bundles": [_titled(bundle) for bundle in expansion.bundles], "baseline": expansion.baseline(),
        "scenarios": {name: plain(values) for name, values in expansion.scenarios.items()},
        "parameters_grade_share": grade_shares(city).get("C", 0.0), "parameters_by_grade": grade_shares(city),
        "status": "running", "runs": {}, "tables": {},
    }


def grade_shares(city: City) -> dict[str, float]:
    """Share of the city's parameters by grade: A read, B derived, C recalled or assumed."""
    counted = Counter(parameter.grade for parameter in city.parameters.values())
    return {grade: counted[grade] / len(city.parameters) for grade in sorted(counted)}


def resolved(expansion: Expansion) -> dict[str, Any]:
    """The study with every name followed to its values."""
    study = expansion.study
    return {
        "title": study.title, "city": expansion.city.key, "years": [study.first_year, study.last_year],
        "seed": study.seed, "replications": study.replications, "engine": study.engine,
        "adequacy": {"sample_years": study.sample_years, "support": list(study.support)},
        "hourly": list(study.hourly_years), "baseline": expansion.baseline(),
        "scenarios": plain(expansion.scenarios),
        "bundles": {
            bundle.key: {"title": bundle.title, "levers": plain(bundle.levers)} for bundle in expansion.bundles
        },
        "settings": plain(expansion.city.settings),
    }


def begin(folder: Path, expansion: Expansion, command: str) -> None:
    """Claim a folder for a study, or say whose it is."""
    claim(folder, expansion.study.key)
    if not (folder / "manifest.json").exists():
        write_json(folder / "manifest.json", manifest(expansion, command))
    write_text(folder / "resolved.yaml", yaml(resolved(expansion)))


def claim(folder: Path, study: str) -> None:
    """Refuse a folder that holds something else."""
    if folder.exists() and not folder.is_dir():
        raise ResultsError(f"{folder}: is a file; a folder for the results is expected")
    if not folder.exists() or not any(folder.iterdir()):
        return
    if not (folder / "manifest.json").exists():
        raise ResultsError(f"{folder}: holds files that are not results of this program; choose another --out")
    there = read_manifest(folder)["study"]
    if there != study:
        raise ResultsError(f"{folder}: holds the results of '{there}', not of '{study}'; choose another --out")


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a results folder of this program and format."""
    if not folder.is_dir():
        raise ResultsError(f"{folder}: no such results folder")
    content = read_json(folder / "manifest.json")
    if content.get("program") != PROGRAM:
        raise ResultsError(f"{folder / 'manifest.json'}: was not written by this program")
    if content.get("format") != FORMAT:
        raise ResultsError(f"{folder / 'manifest.json'}: has format {content.get('format')}; {FORMAT} is expected")
    return content


def yaml(content: Mapping[str, Any], indent: int = 0) -> str:
    """Plain content as a YAML block: one line a value, text and lists in their JSON form, which YAML reads too.

    >>> print(yaml({"city": "toy3", "levers": {"tax": {"2025": 40.0}}}), end="")
    city: "toy3"
    levers:
      tax:
        2025: 40.0
    """
    lines = []
    for key, value in content.items():
        head = f"{' ' * indent}{_word(key)}:"
        if isinstance(value, Mapping) and value:
            lines.append(f"{head}\n{yaml(value, indent + 2)}")
        else:
            lines.append(f"{head} {json.dumps(value, ensure_ascii=False)}\n")
    return "".join(lines)


def _word(key: object) -> str:
    text = str(key)
    return text if re.fullmatch(r"[a-z][a-z0-9_.-]*|[0-9]{4}", text) else json.dumps(text, ensure_ascii=False)


def _titled(bundle: Bundle) -> dict[str, str]:
    return {"key": bundle.key, "title": bundle.title, "title_zh": bundle.title_zh}
