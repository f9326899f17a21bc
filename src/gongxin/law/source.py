"""Strict reading of YAML: every scalar stays a text, and every value knows its file and line."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import yaml

from gongxin.core.errors import CreditError

MAX_DEPTH = 50
# libyaml's reader where it was built in: ten times faster, the same events.
LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class LawError(CreditError):
    """A pack or profile cannot be used; ``faults`` lists every place at fault."""

    code = "law.bad_pack"

    def __init__(self, faults: "list[Fault]") -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in faults))


@dataclass(frozen=True, slots=True)
class Place:
    """A file and a line in it (from 1)."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at a place, and what to do about it."""

    place: Place
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar as written."""

    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    place: Place
    items: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping with text keys, in the order written."""

    place: Place
    entries: "tuple[tuple[Text, Node], ...]"

    def get(self, key: str) -> "Node | None":
        """Return the value of the key, or None."""
        for name, value in self.entries:
            if name.text == key:
                return value
        return None

    def text(self, key: str) -> str:
        """Return the scalar of the key, empty if it is not there or not a scalar."""
        found = self.get(key)
        return found.text if isinstance(found, Text) else ""

    def without(self, *keys: str) -> "Mapping":
        """Return the mapping without the keys."""
        return Mapping(self.place, tuple(e for e in self.entries if e[0].text not in keys))


Node = Text | Sequence | Mapping


def read_file(path: Path, *, shown_as: str = "") -> Mapping:
    """Read one YAML file that holds one mapping.

    Raises:
        LawError: not readable, not UTF-8, not YAML, a duplicate key, an anchor or a tag.
    """
    name = shown_as or str(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise LawError([Fault(Place(name, 1), f"cannot be read: {error}")]) from error
    return read_text(text, shown_as=name)


def read_text(text: str, *, shown_as: str) -> Mapping:
    """Read YAML from a text, as ``read_file``."""
    root = _compose(text, shown_as)
    if root is None:
        raise LawError([Fault(Place(shown_as, 1), "the file is empty")])
    faults: list[Fault] = []
    node = _convert(root, shown_as, faults)
    if not isinstance(node, Mapping):
        raise LawError([Fault(Place(shown_as, 1), "the file must hold one mapping")])
    if len(faults) > 0:
        raise LawError(faults)
    return node


def _compose(text: str, shown_as: str) -> yaml.Node | None:
    try:
        _refuse_tricks(text, shown_as)
        return yaml.compose(text, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        message = f"not YAML: {error.problem}"
        raise LawError([Fault(_place(shown_as, error.problem_mark), message)]) from error
    except yaml.YAMLError as error:
        raise LawError([Fault(Place(shown_as, 1), f"not YAML: {error}")]) from error


def _refuse_tricks(text: str, shown_as: str) -> None:
    # Anchors make one line act in two places, tags make values something else: law stays plain.
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        anchor = getattr(event, "anchor", None)
        tag = getattr(event, "tag", None)
        if anchor is not None or tag is not None:
            message = "anchors, aliases and tags are not allowed"
            raise LawError([Fault(_place(shown_as, event.start_mark), message)])
        if depth > MAX_DEPTH:
            message = f"nested more than {MAX_DEPTH} deep"
            raise LawError([Fault(_place(shown_as, event.start_mark), message)])


class _Mark(Protocol):
    @property
    def line(self) -> int: ...


def _place(file: str, mark: _Mark | None) -> Place:
    return Place(file, 1 if mark is None else mark.line + 1)


def _convert(node: yaml.Node, file: str, faults: list[Fault]) -> Node:
    place = _place(file, node.start_mark)
    if isinstance(node, yaml.ScalarNode):
        return Text(place, node.value)
    if isinstance(node, yaml.SequenceNode):
        return Sequence(place, tuple(_convert(item, file, faults) for item in node.value))
    return Mapping(place, tuple(_entries(node, file, faults)))


def _entries(node: yaml.Node, file: str, faults: list[Fault]) -> Iterator[tuple[Text, Node]]:
    seen: set[str] = set()
    for key_node, value_node in node.value:
        key = _convert(key_node, file, faults)
        if not isinstance(key, Text):
            faults.append(Fault(key.place, "a key must be a plain text"))
            continue
        if key.text in seen:
            faults.append(Fault(key.place, f"the key {key.text} is given twice"))
        seen.add(key.text)
        yield key, _convert(value_node, file, faults)
