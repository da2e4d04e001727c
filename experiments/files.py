"""Writing files whole or not at all."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dafeng.configs.errors import ResultsError

TEMPORARY = ".tmp-"
"""What the name of an unfinished file or folder begins with; readers pass over it."""


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary name beside a file or new folder: renamed to it when the block ends well, else removed.

    Raises ResultsError when the disk is full or refuses to be written.
    """
    temporary = path.with_name(f"{TEMPORARY}{os.getpid()}-{path.name}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        os.replace(temporary, path)
    except OSError as error:
        raise ResultsError(f"{path}: {reason(error)}") from error
    finally:
        discard(temporary)


def write_text(path: Path, text: str) -> None:
    """Write a text file in UTF-8, whole or not at all."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write a JSON file, whole or not at all."""
    write_text(path, json.dumps(content, ensure_ascii=False, indent=2) + "\n")


def append_line(path: Path, content: Mapping[str, Any]) -> None:
    """Add one JSON line to a log in a single write, so that several processes may share it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as log:
            log.write((json.dumps(content, ensure_ascii=False) + "\n").encode())
    except OSError as error:
        raise ResultsError(f"{path}: {reason(error)}") from error


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The lines of a JSON log; a line torn by a kill is passed over."""
    lines = []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else ():
        try:
            lines.append(json.loads(line))
        except ValueError:
            continue
    return lines


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object from a file, or a ResultsError with the reason."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ResultsError(f"{path.parent}: is not a results folder ({path.name} is missing)") from error
    except OSError as error:
        raise ResultsError(f"{path}: {reason(error)}") from error
    except ValueError as error:
        raise ResultsError(f"{path}: is damaged ({error})") from error
    if not isinstance(content, dict):
        raise ResultsError(f"{path}: is damaged (an object is expected)")
    return content


def reason(error: OSError) -> str:
    """Why the system refused, in words a user can act on."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "the disk is full; free some space and give the same command again, finished runs are kept"
    return error.strerror or str(error)


def discard(path: Path) -> None:
    """Remove a file or folder if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
