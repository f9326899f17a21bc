"""How large an integer of an expression can become: it must fit 64 bits on every engine."""

from typing import cast

from gongxin.core.rules.nodes import (
    Aggregate,
    Arith,
    Bands,
    Call,
    Const,
    Expr,
    Name,
    Type,
    children,
    type_of,
    walk,
)

MAX_INTEGER = 10**18 - 1
MAX_FIELD = 10**9 - 1  # an integer that a row brings
MAX_LENGTH = 10**7  # characters of a value
MAX_RECORDS = 10**7  # of one subject


def may_overflow(expr: Expr) -> bool:
    """Tell whether some integer in the expression could have more than 18 digits."""
    integers = (part for part in walk(expr) if type_of(part) is Type.INT)
    return any(largest(part) > MAX_INTEGER for part in integers)


def largest(expr: Expr) -> int:
    """Return the greatest magnitude that an integer expression can have."""
    match expr:
        case Const():
            return abs(cast("int", expr.value))
        case Name():
            return MAX_FIELD
        case Bands(steps=steps):
            return max(abs(result) for _, result in steps)
        case Call(function="length"):
            return MAX_LENGTH
        case Aggregate(value=counted):
            return MAX_RECORDS * (1 if counted is None else largest(counted))
    return _combined(expr)


def _combined(expr: Expr) -> int:
    parts = [largest(part) for part in children(expr) if type_of(part) is Type.INT]
    match expr:
        case Arith(op="*"):
            return parts[0] * parts[1]
        case Arith():
            return sum(parts)
        case _:  # a choice, least or greatest
            return max(parts)
