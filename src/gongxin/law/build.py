"""From read nodes, or from a release's JSON, to the frozen values of core.

The type annotations of the dataclasses are the schema: unknown keys, missing keys and values of
another type are faults with file and line.
"""

import dataclasses
import re
import types
import typing
from collections.abc import Callable
from datetime import date
from enum import Enum
from typing import Any, TypeVar

from gongxin.law.source import Fault, LawError, Mapping, Node, Place, Sequence, Text

T = TypeVar("T")

_INTEGER = re.compile(r"-?[0-9]{1,18}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TRUTH = {"yes": True, "no": False, "true": True, "false": False}


def build(shape: type[T], node: Node) -> T:
    """Make a value of ``shape`` from a read node.

    Raises:
        LawError: with every fault found.
    """
    faults: list[Fault] = []
    value = _value(shape, node, faults)
    if faults:
        raise LawError(faults)
    return typing.cast("T", value)


def snake(key: str) -> str:
    """Turn the template's camelCase into our attribute names."""
    return re.sub(r"(?<=[a-z])([A-Z])", lambda m: "_" + m.group(1).lower(), key)


def _value(shape: Any, node: Node, faults: list[Fault]) -> object:
    origin, args = typing.get_origin(shape), typing.get_args(shape)
    if origin is types.UnionType:
        return _optional(args, node, faults)
    if origin is tuple:
        return _tuple(args, node, faults)
    if dataclasses.is_dataclass(shape):
        return _dataclass(typing.cast("type[object]", shape), node, faults)
    if origin is dict:
        return _dict(args, node, faults)
    if not isinstance(node, Text):
        faults.append(Fault(node.place, "a single value is wanted here"))
        return None
    return _scalar(shape, node, faults)


def _optional(args: tuple[Any, ...], node: Node, faults: list[Fault]) -> object:
    inner = next(arg for arg in args if arg is not type(None))
    if isinstance(node, Text) and node.text in {"", "none"}:
        return None
    return _value(inner, node, faults)


def _tuple(args: tuple[Any, ...], node: Node, faults: list[Fault]) -> object:
    if not isinstance(node, Sequence):
        faults.append(Fault(node.place, "a list is wanted here"))
        return ()
    if len(args) == 2 and args[1] is Ellipsis:  # noqa: PLR2004 - tuple[T, ...]
        return tuple(_value(args[0], item, faults) for item in node.items)
    if len(args) != len(node.items):
        faults.append(Fault(node.place, f"{len(args)} values are wanted here"))
        return ()
    return tuple(_value(a, item, faults) for a, item in zip(args, node.items, strict=True))


def _dict(args: tuple[Any, ...], node: Node, faults: list[Fault]) -> object:
    if not isinstance(node, Mapping):
        faults.append(Fault(node.place, "a mapping is wanted here"))
        return {}
    return {key.text: _value(args[1], value, faults) for key, value in node.entries}


def _dataclass(shape: type[object], node: Node, faults: list[Fault]) -> object:
    if not isinstance(node, Mapping):
        faults.append(Fault(node.place, f"a mapping ({shape.__name__}) is wanted here"))
        return None
    hints = typing.get_type_hints(shape)
    known = {f.name: f for f in dataclasses.fields(typing.cast("Any", shape))}
    given: dict[str, object] = {}
    before = len(faults)
    for key, value in node.entries:
        name = snake(key.text)
        if name not in known:
            wanted = ", ".join(known)
            faults.append(Fault(key.place, f"unknown key {key.text}; known here: {wanted}"))
        elif name in given:
            faults.append(Fault(key.place, f"the key {key.text} is given twice"))
        else:
            given[name] = _value(hints[name], value, faults)
    missing = [f for f in known.values() if f.name not in given and _is_required(f)]
    faults.extend(Fault(node.place, f"the key {f.name} is missing") for f in missing)
    return None if len(faults) > before else shape(**given)


def _is_required(field: "dataclasses.Field[Any]") -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def _integer(text: str) -> int:
    if _INTEGER.fullmatch(text) is None:
        raise ValueError(text)
    return int(text)


def _day(text: str) -> date:
    if _DAY.fullmatch(text) is None:  # fromisoformat reads weeks and days without hyphens too
        raise ValueError(text)
    return date.fromisoformat(text)


_SCALARS: dict[type, tuple[Callable[[str], object], str]] = {
    str: (str, "a text"),
    int: (_integer, "a whole number"),
    bool: (lambda text: _TRUTH[text], "yes or no"),
    date: (_day, "a day YYYY-MM-DD"),
}


def _scalar(shape: type, node: Text, faults: list[Fault]) -> object:
    if issubclass(shape, Enum):
        allowed = [member.value for member in shape]
        if node.text in allowed:
            return shape(node.text)
        faults.append(Fault(node.place, f"{node.text!r} is none of {', '.join(allowed)}"))
        return None
    convert, wanted = _SCALARS[shape]
    try:
        return convert(node.text)
    except (ValueError, KeyError):
        faults.append(Fault(node.place, f"{node.text!r} is not {wanted}"))
        return None


def to_plain(value: object) -> object:
    """Turn a value of core into what JSON holds: texts, lists and mappings only."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = dataclasses.fields(value)
        return {f.name: to_plain(getattr(value, f.name)) for f in fields}
    if isinstance(value, dict):
        return {key: to_plain(part) for key, part in value.items()}
    if isinstance(value, tuple):
        return [to_plain(part) for part in value]
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else str(value)


def from_plain(plain: object, *, shown_as: str) -> Node:
    """Turn plain JSON back into nodes, so that ``build`` reads it as strictly as a pack."""
    place = Place(shown_as, 1)
    match plain:
        case dict():
            entries = (
                (Text(place, str(k)), from_plain(v, shown_as=shown_as)) for k, v in plain.items()
            )
            return Mapping(place, tuple(entries))
        case list():
            return Sequence(place, tuple(from_plain(part, shown_as=shown_as) for part in plain))
        case _:
            return Text(place, str(plain))
