"""Who may lose points, and that nobody loses any by what is missing (不利指标).

Points are taken, and levels capped, for adverse records alone; a field that a record may lack never
makes it worse (invariants P6, P16).
"""

from collections.abc import Iterator, Mapping

from gongxin.core import rules
from gongxin.core.catalog import Item, Nature
from gongxin.core.clauses import ModelItem
from gongxin.core.rules import Expr, Type, type_of
from gongxin.core.rules.nodes import (
    Aggregate,
    And,
    Arith,
    Bands,
    Call,
    Compare,
    Const,
    IfElse,
    Name,
    Not,
    OneOf,
    Or,
    children,
)

CLASS = "failing_class"
ALWAYS_THERE = frozenset({"item", "decided_on", "as_of"})
_BOUNDLESS = 10**18


def line_faults(
    line: ModelItem, where: Expr, points: Expr, items: Mapping[str, Item]
) -> Iterator[str]:
    """Yield what lets a minus item take points for no harm, or for what is missing."""
    for name in line.types:
        if name in items and not _is_adverse(items[name]) and not _only_adverse(where, items):
            yield (
                f"{name} lowers only where it is adverse:"
                " say failing_class == '…' in where, or leave it out"
            )
    sure = ALWAYS_THERE | _required(line.types, items)
    yield from _condition_faults(where, sure)
    yield from _points_faults(points, sure)


def ceiling_faults(when: Expr, items: Mapping[str, Item]) -> Iterator[str]:
    """Yield what lets a ceiling hold for no harm, or for what is missing."""
    for part in rules.walk(when):
        if isinstance(part, Aggregate):
            if not _only_adverse(part.where, items):
                yield (
                    "a ceiling counts adverse records only:"
                    " say item == '…' of an adverse item, or failing_class == '…'"
                )
            yield from _condition_faults(part.where, ALWAYS_THERE)
            if part.value is not None:
                yield from _points_faults(part.value, ALWAYS_THERE)


def _is_adverse(item: Item) -> bool:
    return item.nature is Nature.ADVERSE


def _required(types: tuple[str, ...], items: Mapping[str, Item]) -> frozenset[str]:
    """Fields that a record of every one of the types has."""
    each = [
        frozenset(field.identify for field in items[name].fields if field.required == "yes")
        for name in types
        if name in items
    ]
    return frozenset.intersection(*each) if each else frozenset()


def _only_adverse(where: Expr, items: Mapping[str, Item]) -> bool:
    """Tell whether the condition holds for adverse records only; no other record has a class."""
    match where:
        case Or(parts=parts):
            return all(_only_adverse(part, items) for part in parts)
        case And(parts=parts):
            return any(_only_adverse(part, items) for part in parts)
        case Compare(op="==", left=Name(name=name), right=Const(value=value)):
            return _says_adverse(name, [value], items)
        case OneOf(value=Name(name=name), options=options):
            return _says_adverse(name, [option.value for option in options], items)
        case _:
            return False


def _says_adverse(name: str, values: list[object], items: Mapping[str, Item]) -> bool:
    if name == CLASS:
        return "" not in values
    return name == "item" and all(
        value in items and _is_adverse(items[str(value)]) for value in values
    )


def _unsure(expr: Expr, sure: frozenset[str]) -> list[str]:
    return sorted(rules.names_in(expr) - sure)


def _told(names: list[str]) -> str:
    return (
        f"a missing {'、'.join(names)} would make it worse:"
        " name the values that count, with the most points for what is stated"
    )


def _condition_faults(when: Expr, sure: frozenset[str]) -> Iterator[str]:
    """A condition over a field that may be missing is positive and false where it is missing."""
    if isinstance(when, And | Or):
        for part in when.parts:
            yield from _condition_faults(part, sure)
        return
    unsure = _unsure(when, sure)
    negative = isinstance(when, Not | IfElse) or getattr(when, "op", "") == "!="
    several = len(rules.names_in(when)) > 1
    if unsure and (negative or several or rules.holds(when, {})):
        yield _told(unsure)


def _points_faults(points: Expr, sure: frozenset[str]) -> Iterator[str]:
    """Points are fewest where what they read is missing."""
    if isinstance(points, IfElse):
        yield from _condition_faults(points.condition, sure)
        yield from _points_faults(points.then, sure)
        yield from _points_faults(points.other, sure)
    else:
        for part in children(points):
            if type_of(part) is Type.INT:
                yield from _points_faults(part, sure)
    unsure = _unsure(points, sure)
    if unsure and _turns(points, sure):
        yield _told(unsure)


def _turns(points: Expr, sure: frozenset[str]) -> bool:
    """Tell whether more points can stand where something is missing."""
    match points:
        case IfElse(condition=condition, then=then, other=other):
            return len(_unsure(condition, sure)) > 0 and _range(other)[1] > _range(then)[0]
        case Bands(steps=steps):
            worth = [0, *(result for _, result in steps)]
            return worth != sorted(worth)
        case Arith(op="-", right=right):
            return len(_unsure(right, sure)) > 0
        case Arith(op="*", left=left, right=right):
            return min(_range(left)[0], _range(right)[0]) < 0
        case _:
            return False


def _range(points: Expr) -> tuple[int, int]:
    """Return the least and greatest value that an integer expression can have."""
    match points:
        case Const(value=int(value)):
            return value, value
        case Bands(steps=steps):
            worth = [0, *(result for _, result in steps)]
            return min(worth), max(worth)
        case IfElse(then=then, other=other):
            ranges = _range(then), _range(other)
            return min(low for low, _ in ranges), max(high for _, high in ranges)
        case Arith(op="+", left=left, right=right):
            return _range(left)[0] + _range(right)[0], _range(left)[1] + _range(right)[1]
        case Call(function="length"):
            return 0, _BOUNDLESS
        case _:
            return -_BOUNDLESS, _BOUNDLESS
