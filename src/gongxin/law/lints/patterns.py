"""Every pattern of every clause compiles with RE2, the strictest of the engines (模式)."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

import re2

from gongxin.core import rules, validation
from gongxin.core.catalog import Item
from gongxin.core.clauses import Model
from gongxin.core.evaluation import compile_model
from gongxin.core.rules import BadExpression, Expr
from gongxin.core.rules.nodes import Call, Const
from gongxin.law.lints.findings import Found, Key
from gongxin.law.lints.publicity import condition_texts
from gongxin.law.release import Content

Make = Callable[[], Iterable[Expr]]


def lint_patterns(content: Content) -> Found:
    """RE2 has the last word on patterns, also on those made from a field's options."""
    for key, make in _makers(content):
        for pattern in _patterns_in(make):
            try:
                re2.compile(pattern, _quiet())
            except re2.error:
                yield key, f"RE2 refuses the pattern {pattern!r}"


def _quiet() -> re2.Options:
    options = re2.Options()
    options.log_errors = False
    return options


def _makers(content: Content) -> Iterator[tuple[Key, Make]]:
    items = {item.item: item for item in content.items}
    for item in content.items:
        key = ("items", item.item)
        yield key, partial(_of_checks, item)
        for text in (item.adverse_when, item.complete_when):
            yield key, partial(_of_condition, text, item)
    for rule in content.publicity:
        for name in rule.items:
            for text in condition_texts(rule) if name in items else ():
                yield ("publicity", rule.rule), partial(_of_condition, text, items[name])
    for model in content.models:
        yield ("models", model.model), partial(_of_model, model, items)


def _of_checks(item: Item) -> Iterator[Expr]:
    return (check.when for check in validation.checks_of(item))


def _of_condition(text: str, item: Item) -> Iterator[Expr]:
    if text != "":
        yield rules.parse_over(text, item.columns)


def _of_model(model: Model, items: dict[str, Item]) -> Iterable[Expr]:
    compiled = compile_model(model, items)
    return (*compiled.wheres, *compiled.points, *compiled.ceilings)


def _patterns_in(make: Make) -> list[str]:
    try:
        expressions = list(make())
    except BadExpression:  # another lint says so
        return []
    return [
        str(part.args[1].value)
        for expr in expressions
        for part in rules.walk(expr)
        if isinstance(part, Call) and part.function == "matches" and isinstance(part.args[1], Const)
    ]
