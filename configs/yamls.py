"""YAML with line numbers: every key knows where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode
from ruamel.yaml.reader import ReaderError

from dafeng.configs.errors import Place
from dafeng.configs.files import Reader, shown


@dataclass(frozen=True)
class Document:
    """A mapping read from a YAML file, with the line of every key."""

    file: str
    data: Mapping[str, Any]
    lines: Mapping[str, int]

    def place(self, key: str = "") -> Place:
        """Where a dotted key stands; the nearest key above it when it is missing."""
        above = key
        while above and above not in self.lines:
            above = above.rpartition(".")[0]
        return Place(self.file, self.lines.get(above, 1), key)


def read_yaml(path: Path, reader: Reader) -> Document | None:
    """The mapping of a YAML file; None, with the problems kept, when it has none."""
    text = reader.text(path)
    if text is None:
        return None
    file, yaml = shown(path), YAML(typ="safe", pure=True)
    try:
        node = yaml.compose(text)
    except YAMLError as error:
        reader.problem(*_what_yaml_says(file, text, error))
        return None
    if not isinstance(node, MappingNode):
        reader.problem(Place(file, 1), "is not a mapping; lines of `key: value` are expected")
        return None
    lines: dict[str, int] = {}
    data = _Builder(file, reader, lines, yaml.constructor).value(node, "")
    return Document(file, data, lines)


def _what_yaml_says(file: str, text: str, error: YAMLError) -> tuple[Place, str]:
    """Where a file stops being YAML, and why, on one line."""
    if isinstance(error, ReaderError):
        line = text[: error.position].count("\n") + 1
        return Place(file, line), f"is not YAML: the character U+{ord(text[error.position]):04X} is not allowed"
    says, line = str(error), 0
    if isinstance(error, MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        says, line = error.problem or error.context, mark.line + 1 if mark else 0
    return Place(file, line), f"is not YAML: {' '.join(says.split())}"


@dataclass
class _Builder:
    file: str
    reader: Reader
    lines: dict[str, int]
    constructor: Any
    open: list[Node] = field(default_factory=list)
    """Nodes that are being built, to meet one that contains itself."""

    def value(self, node: Node, key: str) -> Any:
        """A node as plain Python: mappings, lists, numbers, text."""
        self.lines.setdefault(key, node.start_mark.line + 1)
        if isinstance(node, ScalarNode):
            return self._scalar(node, key)
        if node in self.open:
            self.reader.problem(Place(self.file, node.start_mark.line + 1, key), "contains itself")
            return None
        self.open.append(node)
        found = self._mapping(node, key) if isinstance(node, MappingNode) else self._list(node, key)
        self.open.pop()
        return found

    def _list(self, node: Node, key: str) -> list[Any]:
        return [self.value(item, f"{key}.{i}") for i, item in enumerate(node.value)]

    def _mapping(self, node: MappingNode, key: str) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for name_node, value_node in node.value:
            line = name_node.start_mark.line + 1
            if not isinstance(name_node, ScalarNode):
                self.reader.problem(Place(self.file, line, key), "has a key that is not a name")
                continue
            name = self._scalar(name_node, key)
            dotted = f"{key}.{name}" if key else str(name)
            if name in found:
                first = self.lines[dotted]
                self.reader.problem(Place(self.file, line, dotted), f"stands twice; first in line {first}")
                continue
            self.lines[dotted] = line
            found[name] = self.value(value_node, dotted)
        return found

    def _scalar(self, node: ScalarNode, key: str) -> Any:
        try:
            return self.constructor.construct_object(node)
        except (YAMLError, ValueError) as error:
            says = str(getattr(error, "problem", error))
            self.reader.problem(Place(self.file, node.start_mark.line + 1, key), f"cannot be read: {says}")
            return None
