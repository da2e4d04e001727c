"""The look of bundles and technologies: the same colour, line and marker in every figure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from typing import Any, Literal, TypeAlias

import matplotlib as mpl
from matplotlib import font_manager

Dashes: TypeAlias = Literal["-", "--", "-.", ":"] | tuple[float, tuple[float, ...]]

FONT = "NotoSansSC-subset.otf"
SHEET = "dafeng.mplstyle"


@dataclass(frozen=True)
class Look:
    """How a bundle is drawn; told apart by colour, by line and by marker, so that grey print is enough."""

    colour: str
    line: Dashes
    marker: str
    width: float = 1.5

    def of_line(self) -> dict[str, Any]:
        """Keywords of a line."""
        return {"color": self.colour, "linestyle": self.line, "linewidth": self.width}

    def of_marker(self, *, is_hollow: bool = False) -> dict[str, Any]:
        """Keywords of a marker; hollow says 'not clear of chance' or 'may lie beyond the last year'."""
        size = 8.0 if self.marker in "*" else 5.5
        face = "white" if is_hollow else self.colour
        return {"marker": self.marker, "markersize": size, "markerfacecolor": face, "markeredgecolor": self.colour}


LOOKS: Mapping[str, Look] = {
    "baseline": Look("#000000", "-", "o", 2.0),
    "plan": Look("#D55E00", "-", "*", 2.2),
    "coal_control": Look("#0072B2", "--", "s"),
    "storage": Look("#56B4E9", "-.", "^"),
    "ev_adoption": Look("#009E73", ":", "D", 2.0),
    "demand_response": Look("#CC79A7", (0, (5, 1, 1, 1, 1, 1)), "v"),
    "renewables": Look("#E69F00", (0, (8, 2)), "P"),
    "smart_charging": Look("#117733", (0, (1, 1)), "X", 2.0),
    "carbon_price": Look("#882255", (0, (3, 1, 1, 1)), "h"),
    "efficiency": Look("#AA4499", (0, (6, 1, 2, 1)), "<"),
}
"""Bundles that come with the program, after Okabe & Ito (2008) and Tol (2021): safe for the colour-blind."""

SPARE = (
    Look("#332288", (0, (4, 2)), ">"),
    Look("#999933", (0, (2, 1)), "p"),
    Look("#661100", (0, (7, 1, 1, 1)), "d"),
    Look("#44AA99", (0, (3, 3)), "H"),
    Look("#6699CC", (0, (5, 3)), "<"),
    Look("#888888", (0, (1, 2)), "8"),
)
"""For other bundles, in the order of the study."""


def looks(bundles: Sequence[str]) -> dict[str, Look]:
    """The look of each bundle of a study.

    >>> looks(["baseline", "mine"])["mine"].colour
    '#332288'
    """
    others = [bundle for bundle in bundles if bundle not in LOOKS]
    spare = {bundle: SPARE[at % len(SPARE)] for at, bundle in enumerate(others)}
    return {bundle: LOOKS.get(bundle) or spare[bundle] for bundle in bundles}


@dataclass(frozen=True)
class Source:
    """A group of technologies in a stack."""

    key: str
    colour: str
    technologies: tuple[str, ...]
    hatch: str = ""


SOURCES = (
    Source("nuclear", "#8a6fae", ("nuclear",)),
    Source("coal", "#454545", ("coal",)),
    Source("gas", "#c9a66b", ("gas",)),
    Source("waste", "#3f5a2a", ("waste_to_energy", "biomass")),
    Source("hydro", "#5aa5d6", ("hydro",)),
    Source("wind", "#8fd0e8", ("wind",), "...."),
    Source("solar", "#f4cf45", ("pv",)),
    Source("other", "#b08fa0", ()),
    Source("hvdc", "#a9bfd6", ("hvdc",), "////"),
    Source("purchase", "#dddddd", (), "////"),
    Source("discharge", "#e48f8f", (), "xxxx"),
    Source("response", "#cc79a7", (), "\\\\\\\\"),
    Source("unserved", "#ffffff", (), "||||||"),
)
"""From the bottom of a stack to its top; neighbours differ in lightness or hatching."""

BY_KEY = {source.key: source for source in SOURCES}


def source_of(technology: str) -> str:
    """The group a technology belongs to.

    >>> source_of("coal_usc"), source_of("pv_rooftop"), source_of("fusion")
    ('coal', 'solar', 'other')
    """
    found = (s.key for s in SOURCES if s.technologies and technology.startswith(s.technologies))
    return next(found, "other")


@contextmanager
def applied() -> Iterator[None]:
    """Everything drawn and saved inside has the look of the house, whatever the user's own settings are."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_sheet())
        yield


@cache
def _sheet() -> mpl.RcParams:
    """Settings of the style sheet, with the font made known once."""
    room = files("dafeng.experiments") / "style"
    with as_file(room / FONT) as font:
        font_manager.fontManager.addfont(str(font))
    with as_file(room / SHEET) as sheet:
        return mpl.rc_params_from_file(str(sheet), use_default_template=False)
