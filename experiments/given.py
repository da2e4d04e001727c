"""What is given on the command line, as values: years, shares of work, settings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from dafeng.configs.errors import InputError, Place, Problem, nearest
from dafeng.configs.settings import SETTINGS

LANGUAGES = ("en", "zh")
FIGURE_FORMATS = ("svg", "pdf", "png")


def years(text: str) -> tuple[int, int]:
    """First and last year from `2020-2040` or `2030`.

    >>> years("2020-2040"), years("2030")
    ((2020, 2040), (2030, 2030))
    """
    match = re.fullmatch(r"(\d{4})(?:-(\d{4}))?", text.strip())
    first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
    if first > last:
        raise InputError([Problem(Place("--years", 0, text), "is no span of years; write 2020-2040")])
    return first, last


def shard(text: str) -> tuple[int, int]:
    """Which part of how many from `2/8`.

    >>> shard("2/8")
    (2, 8)
    """
    match = re.fullmatch(r"(\d+)/(\d+)", text.strip())
    number, of = (int(match[1]), int(match[2])) if match else (0, 0)
    if not 1 <= number <= of:
        raise InputError([Problem(Place("--shard", 0, text), "is no part of the runs; write i/N with i from 1 to N")])
    return number, of


def settings(texts: Sequence[str], problems: list[Problem]) -> dict[str, float | str]:
    """Values from `key=value`, numbers where they read as numbers; what is none joins the problems.

    >>> settings(["extra.boiler_flh=30", "province_scenario=tight"], [])
    {'extra.boiler_flh': 30.0, 'province_scenario': 'tight'}
    """
    found = dict[str, float | str]()
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not key.strip() or not value.strip():
            problems.append(Problem(Place("--set", 0, text), "is no setting; write key=value"))
        elif key.strip() in found:
            problems.append(Problem(Place("--set", 0, key.strip()), "is set twice"))
        else:
            word = key.strip() in SETTINGS
            found[key.strip()] = value.strip() if word else _number_or_word(value.strip())
    return found


def language(text: str) -> str:
    """A language that labels exist in."""
    return _one_of(text, LANGUAGES, "--lang")


def formats(text: str) -> tuple[str, ...]:
    """File formats of figures from `svg,pdf`.

    >>> formats("svg,png")
    ('svg', 'png')
    """
    return tuple(_one_of(word.strip(), FIGURE_FORMATS, "--format") for word in text.split(","))


def figures(text: str, known: Sequence[str]) -> tuple[str, ...]:
    """Names of figures from `map,targets`; every one that there is not is told.

    >>> figures("map, targets", ("map", "targets"))
    ('map', 'targets')
    """
    names = tuple(dict.fromkeys(word.strip() for word in text.split(",")))
    says = f"no such figure; there are {', '.join(sorted(known))}"
    wrong = [name for name in names if name not in known]
    if problems := [Problem(Place("--only", 0, name), says, nearest(name, known)) for name in wrong]:
        raise InputError(problems)
    return names


def table_format(text: str, known: Sequence[str]) -> str:
    """A format that comparisons are written in."""
    if text == "json":
        raise InputError([Problem(Place("--format", 0, text), f"is none of {', '.join(known)}; use --json")])
    return _one_of(text, known, "--format")


def workbook_path(given: Path | None, default: Path, form: str) -> Path:
    """Where a workbook goes: a file of the user's own, in a folder that is there and may be written, or the default."""
    if given is None:
        return default
    place, folder = Place("--out", 0, str(given)), given.resolve().parent
    problems = []
    if form != "xlsx":
        problems.append(Problem(place, f"is for --format xlsx; with {form} the table is printed"))
    if given.suffix != ".xlsx" or given.is_dir():
        problems.append(Problem(place, "is no workbook; a file name that ends in .xlsx is expected"))
    if not folder.is_dir():
        problems.append(Problem(place, "lies in a folder that does not exist"))
    if problems:
        raise InputError(problems)
    return given


def _one_of(text: str, known: Sequence[str], option: str) -> str:
    if text not in known:
        says = f"is none of {', '.join(known)}"
        raise InputError([Problem(Place(option, 0, text), says, nearest(text, known))])
    return text


def _number_or_word(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text
