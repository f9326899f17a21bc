"""The syntax tree of the rule language: every construct that any execution must know.

Values have one of five types. Text is never missing (blank is empty); integers are never missing
(0); a number or a day may be missing, and a comparison with a missing value is false. So every
condition is true or false, on every engine.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Type(StrEnum):
    """Type of a value."""

    TEXT = "text"
    INT = "int"
    NUMBER = "number"  # decimal(18,6), may be missing
    DAY = "day"  # may be missing
    BOOL = "bool"


@dataclass(frozen=True, slots=True)
class Const:
    """A literal; a number carries at most six decimals."""

    value: str | int | Decimal | date | bool
    type: Type


@dataclass(frozen=True, slots=True)
class Name:
    """A field of the row or record, or a context day."""

    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class Compare:
    """``left op right`` with op one of == != < <= > >=."""

    op: str
    left: "Expr"
    right: "Expr"


@dataclass(frozen=True, slots=True)
class OneOf:
    """``value in [options]``; options are texts or integers."""

    value: "Expr"
    options: tuple[Const, ...]


@dataclass(frozen=True, slots=True)
class And:
    """All parts hold."""

    parts: tuple["Expr", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """One part holds."""

    parts: tuple["Expr", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Expr"


@dataclass(frozen=True, slots=True)
class Arith:
    """Integer ``left op right`` with op one of + - *."""

    op: str
    left: "Expr"
    right: "Expr"


@dataclass(frozen=True, slots=True)
class IfElse:
    """``then`` where the condition holds, else ``other``; both of one type."""

    condition: "Expr"
    then: "Expr"
    other: "Expr"


@dataclass(frozen=True, slots=True)
class Call:
    """A listed function over values; literal arguments stand as ``Const``."""

    function: str
    args: tuple["Expr", ...]
    type: Type


@dataclass(frozen=True, slots=True)
class Bands:
    """The integer of the last threshold not above the value; 0 below all or if missing."""

    value: "Expr"
    steps: tuple[tuple[Const, int], ...]


@dataclass(frozen=True, slots=True)
class Aggregate:
    """``count``, ``total`` or ``exists`` over a subject's records for which ``where`` holds.

    ``months`` looks back from the as-of day (0: all records).
    """

    kind: str
    value: "Expr | None"
    where: "Expr"
    months: int


Expr = Const | Name | Compare | OneOf | And | Or | Not | Arith | IfElse | Call | Bands | Aggregate


def type_of(expr: Expr) -> Type:
    """Return the type of the expression's value."""
    match expr:
        case Const() | Name() | Call():
            return expr.type
        case Compare() | OneOf() | And() | Or() | Not():
            return Type.BOOL
        case IfElse():
            return type_of(expr.then)
        case Aggregate(kind="exists"):
            return Type.BOOL
        case _:
            return Type.INT


def children(expr: Expr) -> tuple[Expr, ...]:
    """Return the expressions directly inside."""
    match expr:
        case Compare() | Arith() | And() | Or() | IfElse():
            return _compound(expr)
        case Not():
            return (expr.part,)
        case OneOf() | Bands():
            return (expr.value,)
        case Call():
            return expr.args
        case Aggregate():
            return (expr.where,) if expr.value is None else (expr.value, expr.where)
        case _:
            return ()


def _compound(expr: Compare | Arith | And | Or | IfElse) -> tuple[Expr, ...]:
    match expr:
        case Compare() | Arith():
            return (expr.left, expr.right)
        case IfElse():
            return (expr.condition, expr.then, expr.other)
        case _:
            return expr.parts


def walk(expr: Expr) -> Iterator[Expr]:
    """Yield the expression and every expression inside."""
    yield expr
    for child in children(expr):
        yield from walk(child)


def names_in(expr: Expr) -> frozenset[str]:
    """Return the names that the expression reads."""
    return frozenset(part.name for part in walk(expr) if isinstance(part, Name))


def has_aggregate(expr: Expr) -> bool:
    """Tell whether the expression looks at more than one record."""
    return any(isinstance(part, Aggregate) for part in walk(expr))
