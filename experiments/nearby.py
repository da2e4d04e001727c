"""Which agents a wrong key may have meant: several, best first, each with its kind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher

import pandas as pd

MOST = 5
"""Candidates that are told."""
ALIKE = 0.6
"""Share of equal letters from which two keys are alike."""


def agents_of(decisions: pd.DataFrame) -> dict[str, str]:
    """Key -> kind of every agent that can be asked for; of what others chose for it, who that is.

    A choice of an owner for its unit ends its topic with the unit's key.
    """
    pairs = decisions[["agent", "kind", "topic"]].drop_duplicates()
    found = dict(zip(pairs["agent"].astype(str), pairs["kind"].astype(str), strict=True))
    for topic, kind in zip(pairs["topic"].astype(str), pairs["kind"].astype(str), strict=True):
        word = topic.rpartition(" ")[2]
        if " " in topic and len(word) > 1 and re.search(r"\d", word):
            found.setdefault(word, f"by {kind}")
    return found


def candidates(given: str, agents: Mapping[str, str]) -> list[str]:
    """The keys nearest to a wrong one: the same but for case, zeros and signs, then its parts, then letters.

    >>> candidates("12", {"N12": "nodes", "012": "plants", "112": "plants", "firms-T": "firms"})
    ['012', 'N12', '112']
    """
    of_units = given.isdigit()

    def place(key: str, rank: int) -> tuple[int, bool, float, str]:
        return rank, of_units and not key.isdigit(), -_alike(given, key), key

    ranked = sorted(place(key, rank) for key in agents if (rank := _rank(given, key)) is not None)
    return [key for *_, key in ranked[:MOST]]


def listed(keys: Iterable[str], agents: Mapping[str, str]) -> str:
    """Keys with their kinds, as a message tells them."""
    return ", ".join(f"{key} ({agents[key]})" for key in keys)


def _rank(given: str, key: str) -> int | None:
    """How a key resembles what was given, 0 most; None when it does not."""
    ours, theirs = _parts(given), _parts(key)
    if ours == theirs:
        return 0
    if ours and any(theirs[i : i + len(ours)] == ours for i in range(len(theirs))):
        return 1
    if len(given) > 1 and given.casefold() in key.casefold():
        return 2
    return 3 if _alike(given, key) >= ALIKE else None


def _parts(key: str) -> list[str]:
    """Words and numbers of a key, without case, signs and leading zeros."""
    return [part.lstrip("0") or "0" for part in re.findall(r"\d+|[^\W\d_]+", key.casefold())]


def _alike(given: str, key: str) -> float:
    return SequenceMatcher(None, given.casefold(), key.casefold()).ratio()
