"""Where data stands: the files inside the package and the user's own."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

from dafeng.configs.errors import InputError, Place, Problem, nearest

KINDS = {"cities": "city", "bundles": "bundle", "studies": "study"}
"""Folders of named things, and what one of them is called."""


def home() -> Path:
    """The folder of the data inside the package."""
    return Path(str(resources.files("dafeng.configs")))


def shown(path: Path) -> str:
    """A file's name as a user may be told it: `configs/...` inside the package, else as it was given."""
    inside, inner = home().resolve(), path.resolve()
    return (Path("configs") / inner.relative_to(inside)).as_posix() if inner.is_relative_to(inside) else path.as_posix()


def names(kind: str) -> tuple[str, ...]:
    """Everything of a kind (`cities`, `bundles`, `studies`) that the package brings, sorted."""
    folder = home() / kind
    single = {path.stem for path in folder.glob("*.yaml")}
    folders = {path.parent.name for path in folder.glob(f"*/{KINDS[kind]}.yaml")}
    return tuple(sorted(single | folders))


def find(kind: str, name_or_path: str | Path, beside: Path | None = None) -> Path:
    """The YAML file of a city, bundle or study given by name or path.

    A name of the package comes first; a path is taken from the folder `beside` (that of the file which names it), then
    from the working folder. Raises InputError with the nearest right name.
    """
    given = str(name_or_path)
    if not given:
        raise InputError([Problem(Place(f"({KINDS[kind]})"), "nothing is given; a name or a file is expected")])
    if given in names(kind):
        single = home() / kind / f"{given}.yaml"
        return single if single.is_file() else home() / kind / given / f"{KINDS[kind]}.yaml"
    for base in (beside, Path()) if beside else (Path(),):
        for tried in (base / given, base / f"{given}.yaml"):
            if tried.is_dir() and (tried / f"{KINDS[kind]}.yaml").is_file():
                return tried / f"{KINDS[kind]}.yaml"
            if tried.is_file() and (tried.suffix in {".yaml", ".yml"} or tried.name == given):
                return tried
    says = "no such file" if Path(given).suffix or "/" in given else f"no such {KINDS[kind]}"
    if Path(given).is_dir():
        says = f"the folder has no {KINDS[kind]}.yaml"
    raise InputError([Problem(Place(given), says, nearest(given, names(kind)))])


def own_key(kind: str, path: Path) -> str:
    """The key of what a YAML file describes: its stem, or its folder's name for `city.yaml` and its like."""
    return path.resolve().parent.name if path.stem == KINDS[kind] else path.stem


@dataclass
class Reader:
    """Reads files, keeps every problem it meets and a hash of every byte."""

    problems: list[Problem] = field(default_factory=list)
    _digest: hashlib.blake2b = field(default_factory=lambda: hashlib.blake2b(digest_size=16))

    def problem(self, place: Place, says: str, close: str | None = None) -> None:
        """One more thing that is wrong."""
        self.problems.append(Problem(place, says, close))

    def has(self, place: Place) -> bool:
        """Whether something is said of a place already."""
        return any(problem.place == place for problem in self.problems)

    def text(self, path: Path) -> str | None:
        """The text of a UTF-8 file; None, with a problem kept, when there is none."""
        place = Place(shown(path))
        try:
            data = path.read_bytes()
        except OSError as error:
            missing = isinstance(error, FileNotFoundError)
            says = "no such file" if missing else f"cannot be read ({error.strerror})"
            self.problem(place, says, self._neighbour(path) if missing else None)
            return None
        self._digest.update(f"{path.name}:{len(data)}:".encode() + data)
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data[: error.start].count(b"\n") + 1
            self.problem(Place(shown(path), line), "is not UTF-8 text; save it as UTF-8")
            return None
        if text.strip():
            return text
        self.problem(place, "is empty")
        return None

    def digest(self) -> str:
        """The hash of all files read so far."""
        return self._digest.hexdigest()

    def stop(self) -> None:
        """Speak once, if anything was wrong."""
        if self.problems:
            raise InputError(dict.fromkeys(self.problems))

    @staticmethod
    def _neighbour(path: Path) -> str | None:
        if not path.parent.is_dir():
            return None
        by_stem = {item.stem: item.name for item in path.parent.iterdir()}  # a common ending makes no name near
        return by_stem.get(nearest(path.stem, by_stem) or "")
