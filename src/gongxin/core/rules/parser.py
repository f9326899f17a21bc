"""From text to syntax tree. The surface is a strict subset of Python's expression syntax.

Python's own parser reads the text, so precedence and quoting are as everybody expects; whatever
is not listed here is refused with the place where it stands.
"""

import ast
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import cast

from gongxin.core.errors import CreditError
from gongxin.core.rules import bounds, patterns, surface
from gongxin.core.rules.functions import SIGNATURES, parts_of
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
MAX_MONTHS = 1200
MAX_NAME = 100  # characters shown
MAX_DIGITS = 18
MAX_WHOLE_DIGITS = 12  # of a number, decimal(18,6)
MAX_DECIMALS = 6
_PAIR = 2
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(r"([0-9]*)\.?([0-9]*)")
_COMPARE = {ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
_ARITH = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*"}


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
    text = text.strip()
    fault = surface.fault_of(text)
    if fault is not None:
        message = f"{fault}: {_shown(text)}"
        raise BadExpression(message, text=text)
    try:
        body = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        message = f"not an expression: {_shown(text)}"
        raise BadExpression(message, text=text) from error
    expr = _Reader(text=text, schema=schema).read(body, depth=0)
    if type_of(expr) is not result:
        message = f"{_shown(text)} gives {type_of(expr)}, but {result} is wanted here"
        raise BadExpression(message, text=text)
    if bounds.may_overflow(expr):
        message = f"an integer could grow beyond {MAX_DIGITS} digits: {_shown(text)}"
        raise BadExpression(message, text=text)
    return expr


def parse_one(text: str, schema: Schema, *, result: Type = Type.BOOL) -> Expr:
    """Parse an expression over one record: count, total and exists have no place in it.

    Raises:
        BadExpression: as ``parse``.
    """
    expr = parse(text, schema, result=result)
    if has_aggregate(expr):
        message = f"this is asked of one record and cannot look at others: {_shown(text)}"
        raise BadExpression(message, text=text)
    return expr


def _shown(text: str, *, length: int = 200) -> str:
    return repr(text if len(text) <= length else text[:length] + "…")


class _Reader:
    def __init__(self, *, text: str, schema: Schema) -> None:
        self.text = text
        self.schema = schema

    def fail(self, node: ast.expr, why: str) -> BadExpression:
        message = f"{why} (column {node.col_offset + 1} of {_shown(self.text)})"
        return BadExpression(message, text=self.text)

    def read(self, node: ast.expr, *, depth: int) -> Expr:
        if depth > MAX_DEPTH:
            raise self.fail(node, "nested too deeply")
        match node:
            case ast.Constant() | ast.Name():
                return self.leaf(node)
            case ast.BoolOp() | ast.UnaryOp():
                return self.logic(node, depth + 1)
            case ast.Compare():
                return self.compare(node, depth + 1)
            case ast.BinOp():
                return self.arithmetic(node, depth + 1)
            case ast.IfExp():
                return self.choice(node, depth + 1)
            case ast.Call(func=ast.Name(id=function)):
                return self.call(node, function, depth + 1)
        raise self.fail(node, f"{type(node).__name__} is not in the rule language")

    def typed(self, node: ast.expr, wanted: Type, depth: int) -> Expr:
        expr = self.read(node, depth=depth)
        if type_of(expr) is not wanted:
            raise self.fail(node, f"{wanted} is wanted, this is {type_of(expr)}")
        return expr

    def leaf(self, node: ast.Constant | ast.Name) -> Const | Name:
        if isinstance(node, ast.Constant):
            return self.constant(node)
        if node.id not in self.schema:
            raise self.fail(node, f"unknown name {node.id[:MAX_NAME]}")
        return Name(node.id, self.schema[node.id])

    def constant(self, node: ast.Constant) -> Const:
        match node.value:
            case bool(flag):
                return Const(flag, Type.BOOL)
            case str(text):
                return Const(text, Type.TEXT)
            case int(number):
                return Const(self.integer(node, number), Type.INT)
            case float():
                return Const(self.decimal(node), Type.NUMBER)
        raise self.fail(node, "not a literal of the rule language")

    def integer(self, node: ast.expr, number: int, *, digits: int = MAX_DIGITS) -> int:
        if number >= 10**digits:
            raise self.fail(node, f"a whole number has at most {digits} digits here")
        return number

    def decimal(self, node: ast.expr) -> Decimal:
        # The source text, not the float: 0.1 must stay 0.1.
        found = _NUMBER.fullmatch(ast.get_source_segment(self.text, node) or "")
        whole, decimals = found.groups() if found is not None else ("", "0" * (MAX_DECIMALS + 1))
        if len(whole) > MAX_WHOLE_DIGITS or len(decimals) > MAX_DECIMALS:
            message = f"a number has at most {MAX_WHOLE_DIGITS} digits and {MAX_DECIMALS} decimals"
            raise self.fail(node, message)
        return Decimal(f"{whole or 0}.{decimals or 0}")

    def logic(self, node: ast.BoolOp | ast.UnaryOp, depth: int) -> Expr:
        match node:
            case ast.BoolOp(op=ast.And(), values=values):
                return And(tuple(self.typed(value, Type.BOOL, depth) for value in values))
            case ast.BoolOp(values=values):
                return Or(tuple(self.typed(value, Type.BOOL, depth) for value in values))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return Not(self.typed(operand, Type.BOOL, depth))
        raise self.fail(node, "a sign is not in the rule language; write 0 - x")

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
        left, right = self.alike(node, left, self.read(right_node, depth=depth))
        if type_of(left) is not type_of(right) or type_of(left) is Type.BOOL:
            raise self.fail(node, f"cannot compare {type_of(left)} with {type_of(right)}")
        return Compare(_COMPARE[type(op)], left, right)

    def alike(self, node: ast.expr, left: Expr, right: Expr) -> tuple[Expr, Expr]:
        """Read a literal integer as a number where the other side is a number."""
        if type_of(right) is Type.NUMBER:
            return self.as_number(node, left), right
        if type_of(left) is Type.NUMBER:
            return left, self.as_number(node, right)
        return left, right

    def as_number(self, node: ast.expr, expr: Expr) -> Expr:
        if isinstance(expr, Const) and expr.type is Type.INT:
            number = self.integer(node, cast("int", expr.value), digits=MAX_WHOLE_DIGITS)
            return Const(Decimal(number), Type.NUMBER)
        return expr

    def options(self, node: ast.expr, wanted: Type) -> tuple[Const, ...]:
        if not isinstance(node, ast.List | ast.Tuple) or len(node.elts) == 0:
            raise self.fail(node, "a list of literals is wanted")
        if wanted not in (Type.TEXT, Type.INT):
            raise self.fail(node, f"a {wanted} cannot be looked up in a list")
        return tuple(self.option(element, wanted) for element in node.elts)

    def option(self, node: ast.expr, wanted: Type) -> Const:
        option = self.constant(node) if isinstance(node, ast.Constant) else None
        if option is None or option.type is not wanted:
            raise self.fail(node, f"every option must be a literal {wanted}")
        return option

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
        if function in ("count", "total", "exists"):
            return self.aggregate(node, function, depth)
        if len(node.keywords) > 0:
            raise self.fail(node, f"{function[:MAX_NAME]} takes no keyword")
        match function:
            case "date":
                return self.day_literal(node)
            case "points":
                return Const(self.points(node), Type.INT)
            case "bands":
                return self.bands(node, depth)
        if function not in SIGNATURES:
            raise self.fail(node, f"unknown function {function[:MAX_NAME]}")
        return self.listed(node, function, depth)

    def listed(self, node: ast.Call, function: str, depth: int) -> Call:
        signature = SIGNATURES[function]
        if len(node.args) != len(signature.args):
            raise self.fail(node, f"{function} takes {len(signature.args)} arguments")
        args = tuple(
            self.typed(arg, wanted, depth)
            for arg, wanted in zip(node.args, signature.args, strict=True)
        )
        for place in signature.literal:
            literal = args[place]
            if not isinstance(literal, Const):
                raise self.fail(node, f"{function}: the text to look for must be a literal")
            self.check_literal(node, function, str(literal.value))
        return Call(function, args, signature.result)

    def check_literal(self, node: ast.Call, function: str, text: str) -> None:
        if function == "matches":
            fault = patterns.fault_of(text)
            if fault is not None:
                raise self.fail(node, f"pattern {_shown(text)}: {fault}")
        elif text == "":
            raise self.fail(node, f"{function}: the text to look for is empty; use blank(x)")
        elif function == "has_part" and parts_of(text) != [text]:
            raise self.fail(node, "has_part: a part has no separator and no blank at its ends")

    def day_literal(self, node: ast.Call) -> Const:
        match node.args:
            case [ast.Constant(value=str(text))] if _DAY.fullmatch(text) is not None:
                try:
                    return Const(date.fromisoformat(text), Type.DAY)
                except ValueError as error:
                    raise self.fail(node, f"not a day: {text}") from error
        raise self.fail(node, "date('YYYY-MM-DD') takes one literal")

    def points(self, node: ast.Call) -> int:
        match node.args:
            case [ast.Constant() as argument]:
                literal = self.constant(argument)
            case _:
                raise self.fail(node, "points(n) takes one literal number")
        if literal.type not in (Type.INT, Type.NUMBER):
            raise self.fail(node, f"points(n) takes a number, not {literal.type}")
        thousandths = cast("Decimal", literal.value) * THOUSANDTHS
        if thousandths != int(thousandths):
            raise self.fail(node, "points have at most three decimals")
        return self.integer(node, int(thousandths))

    def bands(self, node: ast.Call, depth: int) -> Bands:
        if len(node.args) != _PAIR or not isinstance(node.args[1], ast.List):
            raise self.fail(node, "bands(value, [(threshold, result), ...])")
        value = self.read(node.args[0], depth=depth)
        if type_of(value) not in (Type.INT, Type.NUMBER):
            raise self.fail(node, "bands looks at a number")
        steps = tuple(self.step(step, type_of(value), depth) for step in node.args[1].elts)
        thresholds = [cast("Decimal", threshold.value) for threshold, _ in steps]
        if len(steps) == 0 or sorted(set(thresholds)) != thresholds:
            raise self.fail(node, "thresholds must rise")
        return Bands(value, steps)

    def step(self, node: ast.expr, kind: Type, depth: int) -> tuple[Const, int]:
        if not isinstance(node, ast.Tuple) or len(node.elts) != _PAIR:
            raise self.fail(node, "a step is (threshold, result)")
        threshold, result = (self.read(part, depth=depth) for part in node.elts)
        if kind is Type.NUMBER:
            threshold = self.as_number(node, threshold)
        if not (isinstance(threshold, Const) and threshold.type is kind):
            raise self.fail(node, f"a threshold is a literal {kind}")
        if not (isinstance(result, Const) and result.type is Type.INT):
            raise self.fail(node, "a result is a literal integer")
        return threshold, cast("int", result.value)

    def aggregate(self, node: ast.Call, kind: str, depth: int) -> Aggregate:
        months = self.window(node)
        wanted = _PAIR if kind == "total" else 1
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
            case [("months", ast.Constant(value=bool()))]:
                pass
            case [("months", ast.Constant(value=int(months)))] if 0 < months <= MAX_MONTHS:
                return months
        raise self.fail(node, f"the only keyword is months=n, n from 1 to {MAX_MONTHS}")


@lru_cache(maxsize=8192)
def parse_over(text: str, fields: tuple[str, ...]) -> Expr:
    """Parse a condition over text fields alone; equal calls are answered from a cache."""
    return parse_one(text, dict.fromkeys(fields, Type.TEXT))
