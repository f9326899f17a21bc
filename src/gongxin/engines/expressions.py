"""From the rule language's syntax tree to SQL, by SQLGlot: one tree, several dialects.

Only constructs listed here are written. A text name must be given as an expression that is never
NULL; numbers and days may be NULL, and every comparison with them is coalesced to false, so the
answer is the same two-valued one as in Python.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import cast

from sqlglot import exp

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
)
from gongxin.engines import builtins
from gongxin.engines.builtins import DIALECT

Names = Callable[[Name], exp.Expression]
Aggregates = Callable[[Aggregate], exp.Expression]

_COMPARE: dict[str, type[exp.Binary]] = {
    "==": exp.EQ,
    "!=": exp.NEQ,
    "<": exp.LT,
    "<=": exp.LTE,
    ">": exp.GT,
    ">=": exp.GTE,
}
_ARITH: dict[str, type[exp.Binary]] = {"+": exp.Add, "-": exp.Sub, "*": exp.Mul}


NOTHING: Mapping[Expr, str] = MappingProxyType({})


def _no_aggregates(node: Aggregate) -> exp.Expression:
    message = f"{node.kind} cannot stand here: it looks at more than one record"
    raise ValueError(message)


def to_sql(
    expr: Expr,
    names: Names,
    *,
    aggregates: Aggregates = _no_aggregates,
    known: Mapping[Expr, str] = NOTHING,
) -> str:
    """Write the expression as SQL text; calls in ``known`` are columns of that name already."""
    return to_tree(expr, names, aggregates=aggregates, known=known).sql(dialect=DIALECT, copy=False)


def to_tree(  # noqa: C901, PLR0911, PLR0912 - one arm a construct
    expr: Expr,
    names: Names,
    *,
    aggregates: Aggregates = _no_aggregates,
    known: Mapping[Expr, str] = NOTHING,
) -> exp.Expression:
    """Turn the expression into a SQLGlot tree; ``names`` gives the SQL of each name."""

    def tree(part: Expr) -> exp.Expression:
        return to_tree(part, names, aggregates=aggregates, known=known)

    if expr in known:
        return exp.column(known[expr])
    match expr:
        case Const():
            return literal(expr)
        case Name():
            return names(expr)
        case Compare():
            return _compare(expr, tree(expr.left), tree(expr.right))
        case OneOf():
            options = [literal(option) for option in expr.options]
            return exp.Paren(this=exp.In(this=tree(expr.value), expressions=options))
        case And(parts=parts):
            return exp.paren(exp.and_(*(tree(part) for part in parts), copy=False), copy=False)
        case Or(parts=parts):
            return exp.paren(exp.or_(*(tree(part) for part in parts), copy=False), copy=False)
        case Not(part=part):
            return exp.not_(exp.paren(tree(part), copy=False), copy=False)
        case Arith():
            return exp.Paren(
                this=_ARITH[expr.op](this=tree(expr.left), expression=tree(expr.right))
            )
        case IfElse():
            case = exp.Case().when(tree(expr.condition), tree(expr.then), copy=False)
            return case.else_(tree(expr.other), copy=False)
        case Call():
            return _call(expr, [tree(arg) for arg in expr.args])
        case Bands():
            return _bands(expr, tree(expr.value))
        case Aggregate():
            return aggregates(expr)


def literal(const: Const) -> exp.Expression:
    """Write a typed literal: untyped decimals cost a cast per row on some engines."""
    match const.type:
        case Type.TEXT:
            return exp.Literal.string(cast("str", const.value))
        case Type.BOOL:
            return exp.true() if const.value else exp.false()
        case Type.INT:
            return exp.cast(exp.Literal.number(cast("int", const.value)), "BIGINT")
        case Type.NUMBER:
            number = format(cast("Decimal", const.value), "f")
            return exp.cast(exp.Literal.number(number), "DECIMAL(18, 6)")
        case Type.DAY:
            return exp.cast(exp.Literal.string(cast("date", const.value).isoformat()), "DATE")


def _compare(expr: Compare, left: exp.Expression, right: exp.Expression) -> exp.Expression:
    compared = _COMPARE[expr.op](this=left, expression=right)
    if type_of(expr.left) in (Type.NUMBER, Type.DAY):
        return exp.Coalesce(this=compared, expressions=[exp.false()])
    return exp.Paren(this=compared)


def _bands(expr: Bands, value: exp.Expression) -> exp.Expression:
    case = exp.Case()
    for threshold, result in reversed(expr.steps):
        above = exp.GTE(this=value.copy(), expression=literal(threshold))
        case = case.when(above, literal(Const(result, Type.INT)), copy=False)
    return case.else_(literal(Const(0, Type.INT)), copy=False)


def _call(expr: Call, args: list[exp.Expression]) -> exp.Expression:
    if expr.function in builtins.TEMPLATES:
        # Filled as text, the tree being the same: copying trees cost more than all the rest.
        argument = exp.paren(args[0], copy=False).sql(dialect=DIALECT, copy=False)
        return exp.Var(this=builtins.apply(expr.function, argument))
    return _TWO[expr.function](args[0], args[1])


def _text(argument: exp.Expression) -> str:
    return cast("str", argument.this)


def _ends(value: exp.Expression, end: exp.Expression) -> exp.Expression:
    count = exp.Literal.number(len(_text(end)))
    return exp.Paren(this=exp.EQ(this=exp.Right(this=value, expression=count), expression=end))


def _contains(value: exp.Expression, part: exp.Expression) -> exp.Expression:
    found = exp.StrPosition(this=value, substr=part)
    return exp.Paren(this=exp.GT(this=found, expression=exp.Literal.number(0)))


def _matches(value: exp.Expression, pattern: exp.Expression) -> exp.Expression:
    whole = exp.Literal.string(f"^(?:{_text(pattern)})$")
    return exp.RegexpLike(this=value, expression=whole)


def _has_part(value: exp.Expression, part: exp.Expression) -> exp.Expression:
    pattern = exp.Literal.string(builtins.part_pattern(_text(part)))
    return exp.RegexpLike(this=value, expression=pattern)


_TWO: dict[str, Callable[[exp.Expression, exp.Expression], exp.Expression]] = {
    "contains": _contains,
    "starts": lambda value, start: exp.StartsWith(this=value, expression=start),
    "ends": _ends,
    "matches": _matches,
    "has_part": _has_part,
    "least": lambda left, right: exp.Least(this=left, expressions=[right]),
    "greatest": lambda left, right: exp.Greatest(this=left, expressions=[right]),
}
