"""A run stops at year ends and resumes bit for bit: state as JSON and arrays in one .npz, nothing pickled.

SimPy environments cannot be stored; every process is a pure function of state that stands here, and is started
again in the stored order.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from dafeng.configs.errors import ResultsError

VERSION = 2
_MARK = "__array__"


def save(path: Path, state: Mapping[str, Any]) -> None:
    """Write a state (plain values and arrays, nested) to a temporary name, then rename."""
    arrays: dict[str, np.ndarray[Any, Any]] = {}
    text = json.dumps({"version": VERSION, "state": _strip(state, arrays)}, allow_nan=True)
    temporary = path.with_suffix(".part.npz")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            np.savez(file, __json__=np.frombuffer(text.encode(), dtype=np.uint8), **arrays)  # type: ignore[arg-type]
        os.replace(temporary, path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise ResultsError(f"{path}: the checkpoint cannot be written: {error.strerror}") from error


def load(path: Path) -> dict[str, Any]:
    """The state of a checkpoint.

    Raises ResultsError when the file is damaged or of another version.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            document = json.loads(bytes(file["__json__"]).decode())
            arrays = {name: file[name] for name in file.files if name != "__json__"}
    except (OSError, ValueError, KeyError, EOFError) as error:
        raise ResultsError(f"{path}: not a readable checkpoint ({error}); delete it to start anew") from error
    if document.get("version") != VERSION:
        raise ResultsError(f"{path}: a checkpoint of another version; delete it to start anew")
    state: dict[str, Any] = _fill(document["state"], arrays)
    return state


def _strip(value: Any, arrays: dict[str, np.ndarray[Any, Any]]) -> Any:
    if isinstance(value, np.ndarray):
        name = f"a{len(arrays)}"
        arrays[name] = value
        return {_MARK: name}
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            return {"__pairs__": [[_strip(k, arrays), _strip(v, arrays)] for k, v in value.items()]}
        return {key: _strip(item, arrays) for key, item in value.items()}
    if isinstance(value, tuple):
        return {"__tuple__": [_strip(item, arrays) for item in value]}
    if isinstance(value, list):
        return [_strip(item, arrays) for item in value]
    if isinstance(value, set | frozenset):
        return {"__set__": sorted(_strip(item, arrays) for item in value)}
    if isinstance(value, np.generic):
        return value.item()
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise TypeError(f"a checkpoint cannot hold {type(value).__name__}: snapshots are plain values and arrays")


def _fill(value: Any, arrays: Mapping[str, np.ndarray[Any, Any]]) -> Any:
    if isinstance(value, dict):
        if set(value) == {_MARK}:
            return arrays[value[_MARK]]
        if set(value) == {"__pairs__"}:
            return {_fill(k, arrays): _fill(v, arrays) for k, v in value["__pairs__"]}
        if set(value) == {"__tuple__"}:
            return tuple(_fill(item, arrays) for item in value["__tuple__"])
        if set(value) == {"__set__"}:
            return set(value["__set__"])
        return {key: _fill(item, arrays) for key, item in value.items()}
    if isinstance(value, list):
        return [_fill(item, arrays) for item in value]
    return value
