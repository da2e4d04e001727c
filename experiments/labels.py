"""The words of figures and report in English and Chinese: one table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dafeng.configs.errors import InputError, Place, Problem, nearest
from dafeng.experiments.labels_figures import FIGURE_WORDS
from dafeng.experiments.labels_report import REPORT_WORDS
from dafeng.experiments.labels_shortages import SHORTAGE_WORDS

LANGUAGES = ("en", "zh")

WORDS: Mapping[str, tuple[str, str]] = {**FIGURE_WORDS, **REPORT_WORDS, **SHORTAGE_WORDS}
"""Key -> English, Chinese."""


def say(key: str, lang: str, **values: object) -> str:
    """A word or sentence of the table in a language, with values filled in.

    >>> say("load", "zh")
    '用电负荷'
    """
    return WORDS[key][_index(lang)].format(**values)


def listed(names: Sequence[str], lang: str) -> str:
    """Names as a list in running text.

    >>> listed(["A", "B", "C"], "en"), listed(["A", "B"], "zh")
    ('A, B and C', 'A和B')
    """
    joint, last = (", ", " and ") if lang == "en" else ("、", "和")
    return last.join([joint.join(names[:-1]), names[-1]] if len(names) > 1 else list(names))


def sentences(parts: Sequence[str], lang: str) -> str:
    """Clauses as one sentence: semicolons between, a capital first."""
    text = ("; " if lang == "en" else "；").join(part for part in parts if part)
    return text[:1].upper() + text[1:]


def _index(lang: str) -> int:
    if lang not in LANGUAGES:
        raise InputError([Problem(Place("--lang"), f"no such language '{lang}'", nearest(lang, LANGUAGES))])
    return LANGUAGES.index(lang)
