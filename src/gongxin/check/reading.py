"""What the ledger knows of the organisations that are asked about, in one query (读取)."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from gongxin.check.answer import Known, PublicRecord
from gongxin.cluster.together import Statement, run_each
from gongxin.core.subject import ARCHIVE_ONLY, SubjectKind, shown_name
from gongxin.law import Release

# Public on the day as ``derive.archive.public_on`` has it; a test holds the two against each other.
# The codes are given to both tables: each look goes to the one partition of its code.
SQL = """SELECT s.uscc, s.name, s.kind, h.revision, c.record_id, c.item, c.payload::text,
        c.decided_on, c.authority, c.failing_class, c.adverse, c.public_until, c.repairable_from
    FROM (SELECT coalesce(max(revision), 0) AS revision FROM ledger_head WHERE id = 1) h
    LEFT JOIN ledger_subject s ON s.uscc = ANY(%s)
    LEFT JOIN ledger_current c ON c.subject = s.uscc AND c.subject = ANY(%s)
        AND c.hidden = '' AND c.public_from <= %s
        AND (c.public_until IS NULL OR c.public_until >= %s)
    ORDER BY s.uscc, c.decided_on DESC, c.record_id"""


# Of who has nothing adverse in these items only the number counts: a bucket is thousands.
RANGE = """SELECT s.uscc, s.name, s.kind, c.record_id, c.item, c.payload::text,
        c.decided_on, c.authority, c.failing_class, c.adverse, c.public_until, c.repairable_from
    FROM ledger_subject s
    JOIN ledger_current c ON c.subject = s.uscc
    WHERE s.hashed = ANY(%(hashed)s) AND s.kind = 'organisation'
        AND left(s.uscc, 1) <> ALL(%(unchecked)s)
        AND c.item = ANY(%(items)s) AND c.adverse AND c.hidden = '' AND c.public_from <= %(day)s
        AND (c.public_until IS NULL OR c.public_until >= %(day)s)
    ORDER BY s.uscc, c.decided_on DESC, c.record_id"""
SIZE = """SELECT (SELECT coalesce(max(revision), 0) FROM ledger_head WHERE id = 1), count(*)
    FROM ledger_subject WHERE hashed = ANY(%(hashed)s) AND kind = 'organisation'
        AND left(uscc, 1) <> ALL(%(unchecked)s)"""


@dataclass(frozen=True, slots=True)
class Read:
    """The organisations that are known, and the ledger's head at that instant.

    ``then`` are the rows of the last statement that went along.
    """

    known: Mapping[str, Known]
    head: int
    then: Sequence[tuple[Any, ...]] = ()


def read(
    codes: Collection[str], *, day: date, release: Release, then: Sequence[Statement] = ()
) -> Read:
    """Return what is known of each code, with the records that are public on the day.

    ``then`` goes along in the same message.
    """
    listed = list(codes)
    rows, *after = run_each([Statement(SQL, [listed, listed, day, day]), *then])
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
    return Read(known, rows[0][3], after[-1] if after else ())


@dataclass(frozen=True, slots=True)
class ReadRange:
    """The organisations of a bucket that have something public, how many there are in all."""

    known: tuple[Known, ...]
    organisations: int
    head: int


def read_range(
    hashed: Collection[str], items: Collection[str], *, day: date, release: Release
) -> ReadRange:
    """Return the organisations whose hash begins so, with their public records of the items."""
    values: dict[str, list[str] | date] = {
        "hashed": list(hashed),
        "items": list(items),
        "day": day,
        "unchecked": list(ARCHIVE_ONLY),
    }
    with connection.cursor() as cursor:
        cursor.execute(SIZE, values)
        head, organisations = cursor.fetchone()
        cursor.execute(RANGE, values)
        rows = cursor.fetchall()
    records: dict[tuple[str, str, str], list[PublicRecord]] = {}
    for uscc, name, kind, record_id, item, payload, *standing in rows:
        found = records.setdefault((uscc, name, kind), [])
        found.append(_record(record_id, item, payload, standing, release))
    known = (
        Known(uscc, shown_name(uscc, name), SubjectKind(kind), tuple(found))
        for (uscc, name, kind), found in records.items()
    )
    return ReadRange(tuple(known), organisations, head)


def count_organisations() -> int:
    """Return how many organisations the platform knows; one look at every row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_subject WHERE kind = 'organisation'")
        found: int = cursor.fetchone()[0]
    return found


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
