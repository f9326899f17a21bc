"""Statements of which none needs another's answer go to the database in one message (合并发送)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement with its parameters; it ends in no semicolon."""

    sql: str
    params: Sequence[Any]


def run_each(statements: Sequence[Statement]) -> list[list[tuple[Any, ...]]]:
    """Run the statements in their order in one message; return the rows of each.

    Without an open transaction they make one of their own. The first that fails raises, and none
    after it runs.
    """
    if len(statements) == 0:
        return []
    found: list[list[tuple[Any, ...]]] = []
    with connection.cursor() as cursor:
        cursor.execute(
            ";".join(statement.sql for statement in statements),
            [value for statement in statements for value in statement.params],
        )
        more: bool | None = True
        while more:
            found.append(cursor.fetchall() if cursor.description else [])
            more = cursor.nextset()
    return found


def run_together(statements: Sequence[Statement]) -> list[tuple[Any, ...]]:
    """Do as ``run_each``; return the rows of the last."""
    rows = run_each(statements)
    return rows[-1] if rows else []
