"""The checks of an item as SQL conditions over its fields, for whole files at once (校验)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import cast

from sqlglot import exp

from gongxin.core.rules import Expr
from gongxin.core.rules.nodes import Call, Name, children
from gongxin.core.validation import Check
from gongxin.engines import builtins
from gongxin.engines.expressions import to_sql

# A look at a text costs less than finding what was read from it.
CHEAP = frozenset({"blank", "present", "length", "known_unit"})


@dataclass(frozen=True, slots=True)
class Reading:
    """What checks read from the text of ``field``: ``columns`` are (name, expression)."""

    field: str
    columns: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ChecksSql:
    """``tests`` has one condition a check, over the fields and the columns of ``readings``.

    Days, amounts and codes repeat in a file: each different text of a field is to be read once.
    """

    readings: tuple[Reading, ...]
    tests: tuple[str, ...]


@lru_cache(maxsize=32)
def checks_sql(checks: tuple[Check, ...], *, today: date) -> ChecksSql:
    """Write the checks for rows received on ``today``; the SQL of an item is written once a day."""

    def name(node: Name) -> exp.Expression:
        if node.name == "today":
            return exp.cast(exp.Literal.string(today.isoformat()), "DATE")
        return exp.column(node.name, quoted=True)

    known = readings(check.when for check in checks)
    by_field: dict[str, list[tuple[str, str]]] = {}
    for call, column in known.items():
        field = cast("Name", cast("Call", call).args[0]).name
        by_field.setdefault(field, []).append((column, to_sql(call, name)))
    return ChecksSql(
        readings=tuple(Reading(field, tuple(columns)) for field, columns in by_field.items()),
        tests=tuple(to_sql(check.when, name, known=known) for check in checks),
    )


def readings(exprs: Iterable[Expr]) -> dict[Expr, str]:
    """Name the calls that read one field's text and cost more than a look at it."""
    calls = dict.fromkeys(call for expr in exprs for call in _calls(expr))
    return {call: f"m{number}" for number, call in enumerate(calls)}


def _calls(expr: Expr) -> Iterator[Call]:
    if (
        isinstance(expr, Call)
        and expr.function in builtins.TEMPLATES.keys() - CHEAP
        and isinstance(expr.args[0], Name)
    ):
        yield expr
    for child in children(expr):
        yield from _calls(child)
