"""What the ledger knows of the organisations that are asked about, in one query (读取)."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from gongxin.check.answer import Known, PublicRecord
from gongxin.core.subject import SubjectKind, shown_name
from gongxin.law import Release

# Public on the day as ``derive.archive.public_on`` has it; a test holds the two against each other.
# The codes are given to both tables: each look goes to the one partition of its code.
SQL = """SELECT s.uscc, s.name, s.kind, h.revision, c.record_id, c.item, c.payload::text,
        c.decided_on, c.authority, c.failing_class, c.adverse, c.public_until, c.repairable_from
    FROM (SELECT coalesce(max(revision), 0) AS revision FROM ledger_head WHERE id = 1) h
    LEFT JOIN ledger_subject s ON s.uscc = ANY(%(codes)s)
    LEFT JOIN ledger_current c ON c.subject = s.uscc AND c.subject = ANY(%(codes)s)
        AND c.hidden = '' AND c.public_from <= %(day)s
        AND (c.public_until IS NULL OR c.public_until >= %(day)s)
    ORDER BY s.uscc, c.decided_on DESC, c.record_id"""


@dataclass(frozen=True, slots=True)
class Read:
    """The organisations that are known, and the ledger's head at that instant."""

    known: Mapping[str, Known]
    head: int


def read(codes: Collection[str], *, day: date, release: Release) -> Read:
    """Return what is known of each code, with the records that are public on the day."""
    with connection.cursor() as cursor:
        cursor.execute(SQL, {"codes": list(codes), "day": day})
        rows = cursor.fetchall()
    records: dict[str, list[PublicRecord]] = {}
    named: dict[str, tuple[str, str]] = {}
    for uscc, name, kind, _, record_id, item, payload, *standing in rows:
        if uscc is None:
            continue
        named[uscc] = (name, kind)
        found = records.setdefault(uscc, [])
        if item is not None and item in release.items:
            found.append(_record(record_id, item, payload, standing, release))
    known = {
        uscc: Known(uscc, shown_name(uscc, name), SubjectKind(kind), tuple(records[uscc]))
        for uscc, (name, kind) in named.items()
    }
    return Read(known, rows[0][3])


def _record(
    record_id: str, item: str, payload: str, standing: list[Any], release: Release
) -> PublicRecord:
    roles = release.items[item].roles
    given = json.loads(payload)
    decided_on, authority, *rest = standing
    return PublicRecord(
        record_id,
        item,
        given.get(roles.document_no, ""),
        decided_on,
        authority,
        given.get(roles.authority_name, ""),
        *rest,
    )
