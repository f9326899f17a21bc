"""The Python execution: one row or one subject at a time, for API, forms and explanations."""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import cast

from gongxin.core import dates
from gongxin.core.rules import patterns
from gongxin.core.rules.functions import PYTHON, Value
from gongxin.core.rules.nodes import (
    Aggregate,
    And,
    Arith,
    Bands,
    Call,
    Compare,
    Const,
    Expr,
    IfElse,
    Name,
    Not,
    OneOf,
    Or,
    Type,
    children,
)

Row = Mapping[str, Value]


def _less(left: Value, right: Value) -> bool:
    return cast("int", left) < cast("int", right)  # the parser lets only equal types meet


_COMPARE: dict[str, Callable[[Value, Value], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": _less,
    "<=": lambda left, right: not _less(right, left),
    ">": lambda left, right: _less(right, left),
    ">=": lambda left, right: not _less(left, right),
}
_ARITH: dict[str, Callable[[int, int], int]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}


@dataclass(frozen=True, slots=True)
class Scope:
    """What an expression can see besides the row.

    ``records`` are the subject's records for aggregates, each with ``decided_on``; ``as_of`` is
    the day that windows look back from; ``units`` the codes that ``known_unit`` accepts.
    """

    records: Sequence[Row] = ()
    as_of: date | None = None
    units: frozenset[str] = field(default_factory=frozenset)


NOTHING = Scope()

# What stands for a value that is not there (nodes.py): a number and a day stay missing.
_MISSING: Mapping[Type, Value] = MappingProxyType(
    {Type.TEXT: "", Type.INT: 0, Type.NUMBER: None, Type.DAY: None, Type.BOOL: False}
)


def evaluate(  # noqa: C901, PLR0911 - one arm a construct
    expr: Expr, row: Row, scope: Scope = NOTHING
) -> Value:
    """Return the value of the expression for one row; total: no row makes it fail.

    A text that is not there is blank, an integer 0; a number or day stays missing.
    """
    match expr:
        case Const():
            return expr.value
        case Name():
            given = row.get(expr.name)
            return _MISSING[expr.type] if given is None else given
        case Compare():
            return _compare(expr, row, scope)
        case OneOf(value=value, options=options):
            found = evaluate(value, row, scope)
            return any(found == option.value for option in options)
        case And(parts=parts):
            return all(holds(part, row, scope) for part in parts)
        case Or(parts=parts):
            return any(holds(part, row, scope) for part in parts)
        case Not(part=part):
            return not holds(part, row, scope)
        case Arith():
            left = cast("int", evaluate(expr.left, row, scope))
            return _ARITH[expr.op](left, cast("int", evaluate(expr.right, row, scope)))
        case IfElse():
            chosen = expr.then if holds(expr.condition, row, scope) else expr.other
            return evaluate(chosen, row, scope)
        case Call():
            return _call(expr, row, scope)
        case Bands():
            return _band(expr, row, scope)
        case _:
            return _aggregate(expr, scope)


def holds(expr: Expr, row: Row, scope: Scope = NOTHING) -> bool:
    """Tell whether the condition holds for one row."""
    return evaluate(expr, row, scope) is True


def _compare(expr: Compare, row: Row, scope: Scope) -> bool:
    left, right = evaluate(expr.left, row, scope), evaluate(expr.right, row, scope)
    if left is None or right is None:
        return False
    return _COMPARE[expr.op](left, right)


def _call(expr: Call, row: Row, scope: Scope) -> Value:
    values = [evaluate(arg, row, scope) for arg in expr.args]
    if expr.function == "known_unit":
        return values[0] in scope.units
    if expr.function == "matches":
        return patterns.matches(cast("str", values[0]), cast("str", values[1]))
    return PYTHON[expr.function](*values)


def _band(expr: Bands, row: Row, scope: Scope) -> int:
    value = evaluate(expr.value, row, scope)
    result = 0
    for threshold, step in expr.steps:
        if value is not None and _COMPARE[">="](value, threshold.value):
            result = step
    return result


def _aggregate(expr: Aggregate, scope: Scope) -> int | bool:
    rows = [record for record in scope.records if _counts(expr, record, scope.as_of)]
    if expr.kind == "exists":
        return len(rows) > 0
    if expr.value is None:
        return len(rows)
    return sum(cast("int", evaluate(expr.value, record)) for record in rows)


def _counts(expr: Aggregate, record: Row, as_of: date | None) -> bool:
    return in_window(record, as_of, expr.months) and holds(expr.where, record)


def met_by(expr: Expr, record: Row, scope: Scope) -> bool:
    """Tell whether a condition that holds for the scope counts the record.

    Of parts joined by ``or`` only those that hold have a say.
    """
    match expr:
        case Or(parts=parts):
            row = {"as_of": scope.as_of}
            return any(holds(p, row, scope) and met_by(p, record, scope) for p in parts)
        case Aggregate():
            return _counts(expr, record, scope.as_of)
        case Not():
            return False  # a record that it counts would speak against it
        case _:
            return any(met_by(part, record, scope) for part in children(expr))


def in_window(record: Row, as_of: date | None, months: int) -> bool:
    """Tell whether the record was decided later than ``months`` before the as-of day."""
    if months == 0 or as_of is None:
        return True
    decided_on = record.get("decided_on")
    return isinstance(decided_on, date) and decided_on > dates.add_months(as_of, -months)
