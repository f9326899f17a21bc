"""The checks of an item as SQL conditions over its fields, for whole files at once (校验)."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from sqlglot import exp

from gongxin.core.rules.nodes import Name
from gongxin.core.validation import Check
from gongxin.engines.expressions import repeated_calls, to_sql


@dataclass(frozen=True, slots=True)
class ChecksSql:
    """``tests`` has one condition a check; they read the columns of ``shared`` besides the fields.

    ``shared`` are (name, expression) of calls that several checks make, so each runs once a row.
    """

    shared: tuple[tuple[str, str], ...]
    tests: tuple[str, ...]


@lru_cache(maxsize=32)
def checks_sql(checks: tuple[Check, ...], *, today: date) -> ChecksSql:
    """Write the checks for rows received on ``today``; the SQL of an item is written once a day."""

    def name(node: Name) -> exp.Expression:
        if node.name == "today":
            return exp.cast(exp.Literal.string(today.isoformat()), "DATE")
        return exp.column(node.name, quoted=True)

    known = repeated_calls(check.when for check in checks)
    return ChecksSql(
        shared=tuple((column, to_sql(call, name)) for call, column in known.items()),
        tests=tuple(to_sql(check.when, name, known=known) for check in checks),
    )
