"""Keeping answered checks, one or a thousand at once (留存)."""

import json
from collections.abc import Sequence
from datetime import date

from django.db import connection

from gongxin.check.models import Asked

COLUMNS = tuple(str(field.column) for field in Asked._meta.concrete_fields)
# Not COPY: row security does not let it, and the role that serves is under row security.
SQL = "INSERT INTO check_asked SELECT * FROM jsonb_populate_recordset(NULL::check_asked, %s)"


def keep(rows: Sequence[Asked]) -> None:
    """Store the rows inside the caller's transaction."""
    if len(rows) == 0:
        return
    plain = [{name: getattr(row, name) for name in COLUMNS} for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(SQL, [json.dumps(plain, ensure_ascii=False, default=date.isoformat)])
