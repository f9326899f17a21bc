"""Statements whose answers nobody waits for go to the database in one message (合并发送)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement with its parameters; it ends in no semicolon."""

    sql: str
    params: Sequence[Any]


def run_together(statements: Sequence[Statement]) -> None:
    """Run the statements in their order: on the way they cost one message instead of many.

    The first that fails raises, and none after it runs.
    """
    if len(statements) == 0:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            ";".join(statement.sql for statement in statements),
            [value for statement in statements for value in statement.params],
        )
