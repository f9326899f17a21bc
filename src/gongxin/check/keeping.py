"""Keeping answered checks, one or a thousand at once (留存)."""

import json
from collections.abc import Sequence
from datetime import date

from gongxin.check.models import Asked
from gongxin.cluster.together import Statement

COLUMNS = tuple(str(field.column) for field in Asked._meta.concrete_fields)
# Not COPY: row security does not let it, and the role that serves is under row security.
SQL = "INSERT INTO check_asked SELECT * FROM jsonb_populate_recordset(NULL::check_asked, %s)"


def keeping(rows: Sequence[Asked]) -> Statement:
    """Return what stores the rows inside the caller's transaction."""
    plain = [{name: getattr(row, name) for name in COLUMNS} for row in rows]
    return Statement(SQL, [json.dumps(plain, ensure_ascii=False, default=date.isoformat)])
