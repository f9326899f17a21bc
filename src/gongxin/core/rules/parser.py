"""From text to syntax tree. The surface is a strict subset of Python's expression syntax.

Python's own parser reads the text, so precedence and quoting are as everybody expects; whatever
is not listed here is refused with the place where it stands.
"""

import ast
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import cast

from gongxin.core.errors import CreditError
from gongxin.core.rules import patterns
from gongxin.core.rules.functions import SIGNATURES
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
    has_aggregate,
    type_of,
)

Schema = Mapping[str, Type]

THOUSANDTHS = 1000
MAX_DEPTH = 40
_COMPARE = {ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
_ARITH = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*"}
_AGGREGATES = ("count", "total", "exists")


class BadExpression(CreditError):
    """The text is not an expression of the rule language."""

    code = "law.bad_expression"


def parse(text: str, schema: Schema, *, result: Type = Type.BOOL) -> Expr:
    """Parse an expression over the names of ``schema`` and check its types.

    Raises:
        BadExpression: with column and reason.

    >>> from gongxin.core.rules.nodes import Type
    >>> type_of(parse("blank(CF_WSH)", {"CF_WSH": Type.TEXT})).value
    'bool'
    """
    try:
        body = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise BadExpression(f"not an expression: {text!r}", text=text) from error
    expr = _Reader(text=text.strip(), schema=schema).read(body, depth=0)
    if type_of(expr) is not result:
        message = f"{text!r} gives {type_of(expr)}, but {result} is wanted here"
        raise BadExpression(message, text=text)
    return expr


class _Reader:
    def __init__(self, *, text: str, schema: Schema) -> None:
        self.text = text
        self.schema = schema

    def fail(self, node: ast.AST, why: str) -> BadExpression:
        column = getattr(node, "col_offset", 0) + 1
        return BadExpression(f"{why} (column {column} of {self.text!r})", text=self.text)

    def read(self, node: ast.expr, *, depth: int) -> Expr:  # noqa: C901, PLR0911 - one arm a construct
        if depth > MAX_DEPTH:
            raise self.fail(node, "nested too deeply")
        depth += 1
        match node:
            case ast.Constant():
                return self.constant(node)
            case ast.Name():
                return self.name(node)
            case ast.BoolOp(op=ast.And(), values=values):
                return And(tuple(self.typed(v, Type.BOOL, depth) for v in values))
            case ast.BoolOp(values=values):
                return Or(tuple(self.typed(v, Type.BOOL, depth) for v in values))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return Not(self.typed(operand, Type.BOOL, depth))
            case ast.Compare():
                return self.compare(node, depth)
            case ast.BinOp():
                return self.arithmetic(node, depth)
            case ast.IfExp():
                return self.choice(node, depth)
            case ast.Call(func=ast.Name(id=function)):
                return self.call(node, function, depth)
        raise self.fail(node, f"{type(node).__name__} is not in the rule language")

    def typed(self, node: ast.expr, wanted: Type, depth: int) -> Expr:
        expr = self.read(node, depth=depth)
        if type_of(expr) is not wanted:
            raise self.fail(node, f"{wanted} is wanted, this is {type_of(expr)}")
        return expr

    def constant(self, node: ast.Constant) -> Const:
        match node.value:
            case bool(flag):
                return Const(flag, Type.BOOL)
            case str(text):
                return Const(text, Type.TEXT)
            case int(number):
                return Const(number, Type.INT)
            case float():
                return Const(self.decimal(node), Type.NUMBER)
        raise self.fail(node, "not a literal of the rule language")

    def decimal(self, node: ast.expr) -> Decimal:
        # The source text, not the float: 0.1 must stay 0.1.
        source = ast.get_source_segment(self.text, node) or ""
        if not source.replace(".", "", 1).isdecimal():
            raise self.fail(node, "write a number as digits with at most six decimals")
        value = Decimal(source)
        if -cast("int", value.as_tuple().exponent) > 6:  # noqa: PLR2004 - decimal(18,6)
            raise self.fail(node, "more than six decimals")
        return value

    def name(self, node: ast.Name) -> Name:
        if node.id not in self.schema:
            raise self.fail(node, f"unknown name {node.id}")
        return Name(node.id, self.schema[node.id])

    def compare(self, node: ast.Compare, depth: int) -> Expr:
        if len(node.ops) != 1:
            raise self.fail(node, "compare two values at a time")
        op, right_node = node.ops[0], node.comparators[0]
        left = self.read(node.left, depth=depth)
        if isinstance(op, ast.In | ast.NotIn):
            inside = OneOf(left, self.options(right_node, type_of(left)))
            return inside if isinstance(op, ast.In) else Not(inside)
        if type(op) not in _COMPARE:
            raise self.fail(node, "this comparison is not in the rule language")
        right = self.read(right_node, depth=depth)
        left, right = _alike(left, right)
        if type_of(left) is not type_of(right) or type_of(left) is Type.BOOL:
            raise self.fail(node, f"cannot compare {type_of(left)} with {type_of(right)}")
        return Compare(_COMPARE[type(op)], left, right)

    def options(self, node: ast.expr, wanted: Type) -> tuple[Const, ...]:
        if not isinstance(node, ast.List | ast.Tuple) or len(node.elts) == 0:
            raise self.fail(node, "a list of literals is wanted")
        found = tuple(self.read(element, depth=0) for element in node.elts)
        if wanted not in (Type.TEXT, Type.INT) or any(type_of(o) is not wanted for o in found):
            raise self.fail(node, f"every option must be a literal {wanted}")
        if not all(isinstance(option, Const) for option in found):
            raise self.fail(node, "every option must be a literal")
        return tuple(option for option in found if isinstance(option, Const))

    def arithmetic(self, node: ast.BinOp, depth: int) -> Arith:
        if type(node.op) not in _ARITH:
            raise self.fail(node, "only + - * on integers")
        left = self.typed(node.left, Type.INT, depth)
        return Arith(_ARITH[type(node.op)], left, self.typed(node.right, Type.INT, depth))

    def choice(self, node: ast.IfExp, depth: int) -> IfElse:
        then = self.read(node.body, depth=depth)
        other = self.typed(node.orelse, type_of(then), depth)
        return IfElse(self.typed(node.test, Type.BOOL, depth), then, other)

    def call(self, node: ast.Call, function: str, depth: int) -> Expr:
        if function in _AGGREGATES:
            return self.aggregate(node, function, depth)
        if node.keywords:
            raise self.fail(node, f"{function} takes no keyword")
        match function:
            case "date":
                return self.day_literal(node)
            case "points":
                return Const(self.points(node), Type.INT)
            case "bands":
                return self.bands(node, depth)
        if function not in SIGNATURES:
            raise self.fail(node, f"unknown function {function}")
        signature = SIGNATURES[function]
        if len(node.args) != len(signature.args):
            raise self.fail(node, f"{function} takes {len(signature.args)} arguments")
        args = tuple(
            self.typed(arg, wanted, depth)
            for arg, wanted in zip(node.args, signature.args, strict=True)
        )
        if not all(isinstance(args[i], Const) for i in signature.literal):
            raise self.fail(node, f"{function}: the text to look for must be a literal")
        if function == "matches":
            self.check_pattern(node, args[1])
        return Call(function, args, signature.result)

    def check_pattern(self, node: ast.Call, pattern: Expr) -> None:
        fault = patterns.fault_of(str(cast("Const", pattern).value))
        if fault is not None:
            raise self.fail(node, fault)

    def day_literal(self, node: ast.Call) -> Const:
        match node.args:
            case [ast.Constant(value=str(text))]:
                try:
                    return Const(date.fromisoformat(text), Type.DAY)
                except ValueError as error:
                    raise self.fail(node, f"not a day: {text}") from error
        raise self.fail(node, "date('YYYY-MM-DD') takes one literal")

    def points(self, node: ast.Call) -> int:
        match node.args:
            case [ast.Constant(value=bool())]:
                pass
            case [ast.Constant(value=int(whole))]:
                return whole * THOUSANDTHS
            case [ast.Constant(value=float()) as literal]:
                thousandths = self.decimal(literal) * THOUSANDTHS
                if thousandths == int(thousandths):
                    return int(thousandths)
        raise self.fail(node, "points(n) takes one literal with at most three decimals")

    def bands(self, node: ast.Call, depth: int) -> Bands:
        if len(node.args) != 2 or not isinstance(node.args[1], ast.List):  # noqa: PLR2004
            raise self.fail(node, "bands(value, [(threshold, result), ...])")
        value = self.read(node.args[0], depth=depth)
        if type_of(value) not in (Type.INT, Type.NUMBER):
            raise self.fail(node, "bands looks at a number")
        steps = tuple(self.step(step, type_of(value)) for step in node.args[1].elts)
        thresholds = [cast("Decimal", threshold.value) for threshold, _ in steps]
        if len(steps) == 0 or sorted(set(thresholds)) != thresholds:
            raise self.fail(node, "thresholds must rise")
        return Bands(value, steps)

    def step(self, node: ast.expr, kind: Type) -> tuple[Const, int]:
        if not isinstance(node, ast.Tuple) or len(node.elts) != 2:  # noqa: PLR2004
            raise self.fail(node, "a step is (threshold, result)")
        threshold, result = (self.read(part, depth=0) for part in node.elts)
        if isinstance(threshold, Const) and kind is Type.NUMBER:
            threshold = _as_number(threshold)
        if not (isinstance(threshold, Const) and threshold.type is kind):
            raise self.fail(node, f"a threshold is a literal {kind}")
        if not (isinstance(result, Const) and result.type is Type.INT):
            raise self.fail(node, "a result is a literal integer")
        return threshold, cast("int", result.value)

    def aggregate(self, node: ast.Call, kind: str, depth: int) -> Aggregate:
        months = self.window(node)
        wanted = 2 if kind == "total" else 1
        if len(node.args) != wanted:
            raise self.fail(node, f"{kind} takes {wanted} arguments")
        where = self.typed(node.args[-1], Type.BOOL, depth)
        value = self.typed(node.args[0], Type.INT, depth) if kind == "total" else None
        if has_aggregate(where) or (value is not None and has_aggregate(value)):
            raise self.fail(node, "an aggregate cannot stand inside another")
        return Aggregate(kind, value, where, months)

    def window(self, node: ast.Call) -> int:
        match [(keyword.arg, keyword.value) for keyword in node.keywords]:
            case []:
                return 0
            case [("months", ast.Constant(value=int(months)))] if months > 0:
                return months
        raise self.fail(node, "the only keyword is months=n")


def _as_number(const: Const) -> Const:
    if const.type is Type.INT:
        return Const(Decimal(cast("int", const.value)), Type.NUMBER)
    return const


def _alike(left: Expr, right: Expr) -> tuple[Expr, Expr]:
    """Read a literal integer as a number where the other side is a number."""
    if isinstance(left, Const) and type_of(right) is Type.NUMBER:
        return _as_number(left), right
    if isinstance(right, Const) and type_of(left) is Type.NUMBER:
        return left, _as_number(right)
    return left, right


@lru_cache(maxsize=8192)
def parse_over(text: str, fields: tuple[str, ...]) -> Expr:
    """Parse a condition over text fields alone; equal calls are answered from a cache."""
    return parse(text, dict.fromkeys(fields, Type.TEXT))
