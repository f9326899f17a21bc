"""Keeping answered checks, one or a thousand at once (留存)."""

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection

from gongxin.check.models import Asked

COLUMNS = tuple(str(field.column) for field in Asked._meta.concrete_fields)


def keep(rows: Sequence[Asked]) -> None:
    """Store the rows inside the caller's transaction."""
    columns = ", ".join(COLUMNS)
    with connection.cursor() as cursor:
        if len(rows) == 1:
            places = ", ".join(["%s"] * len(COLUMNS))
            cursor.execute(f"INSERT INTO check_asked ({columns}) VALUES ({places})", _row(rows[0]))
        elif rows:
            with cursor.copy(f"COPY check_asked ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(_row(row))


def _row(asked: Asked) -> list[Any]:
    values = [getattr(asked, name) for name in COLUMNS]
    values[COLUMNS.index("measures")] = json.dumps(asked.measures, ensure_ascii=False)
    return values
