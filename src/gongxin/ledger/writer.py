r"""The only writers of the ledger: bulk, inside the caller's transaction, append-only.

Rows come as CSV files that DuckDB wrote (NULL is ``\N``) and go in by COPY. Callers hold the
posting lock, so revisions become visible in their order and the head never skips.
"""

from collections.abc import Iterator
from pathlib import Path

from django.db import connection

from gongxin.core.subject import ARCHIVE_ONLY, Form, SubjectKind
from gongxin.ledger.bulk import copy_in
from gongxin.ledger.columns import NAMES
from gongxin.ledger.models import Head, OtherCode, OtherName, RecordNumber, Subject

POSTING_LOCK = 7_203_001
_LIST = ", ".join(f'"{name}"' for name in NAMES)


def lock_posting() -> None:
    """Wait for the right to post; held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [POSTING_LOCK])


def reserve(count: int) -> int:
    """Take ``count`` revisions and return the first. Needs the posting lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('ledger_revision')")
        first = int(cursor.fetchone()[0])
        if count > 1:
            cursor.execute("SELECT setval('ledger_revision', %s)", [first + count - 1])
    return first


def known_names(codes: Path) -> Iterator[tuple[str, str]]:
    """Return (uscc, name_key) of the subjects that are known among the codes of a file."""
    _temporary("incoming_code (uscc text)", codes)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.uscc, s.name_key FROM ledger_subject s JOIN incoming_code USING (uscc)"
        )
        yield from cursor.fetchall()


def existing(keys: Path, item: str) -> Iterator[tuple[str, ...]]:
    """Return the current records among the keys.

    Each as (subject, natural_key, record_id, content_hash, hidden, unit, authority).
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM ledger_current WHERE item = %s LIMIT 1", [item])
        if cursor.fetchone() is None:
            return
    _temporary("incoming_key (subject text, natural_key text)", keys)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE incoming_key")
        cursor.execute(
            """SELECT c.subject, c.natural_key, c.record_id, c.content_hash, c.hidden, c.unit,
                   c.authority
               FROM ledger_current c JOIN incoming_key USING (subject, natural_key)"""
        )
        yield from cursor.fetchall()


def sent_before(keys: Path, batches: list[str]) -> Iterator[tuple[str, str]]:
    """Return (natural_key, content_hash) of entries that the batches made, among the keys."""
    _temporary("sent_key (subject text, record_id text)", keys)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE sent_key")
        cursor.execute(
            """SELECT e.natural_key, e.content_hash FROM ledger_entry e
               JOIN sent_key USING (subject, record_id) WHERE e.batch = ANY(%s)""",
            [batches],
        )
        yield from cursor.fetchall()


def append(entries: Path) -> None:
    """Add entries; columns as ``columns.NAMES``."""
    copy_in(f"ledger_entry ({_LIST})", entries)


def post_again(entries: Path, last: int) -> None:
    """Add further entries of records that are there; ``last`` is the last one's revision."""
    append(entries)
    set_current(None, entries)
    set_head(last)


def set_current(added: Path | None, revised: Path) -> None:
    """Bring the current state up to date: new records, and records that have a later entry."""
    if added is not None:
        copy_in(f"ledger_current ({_LIST})", added)
    if revised.stat().st_size == 0:
        return
    _temporary("revised (LIKE ledger_current)", revised, columns=f" ({_LIST})")
    with connection.cursor() as cursor:
        cursor.execute(
            """DELETE FROM ledger_current c USING revised r
               WHERE c.subject = r.subject AND c.record_id = r.record_id"""
        )
        cursor.execute(f"INSERT INTO ledger_current ({_LIST}) SELECT {_LIST} FROM revised")


def register_subjects(subjects: Path) -> None:
    """Add subjects: uscc, name, name_key, kind, form, source, batch, created_at."""
    copy_in(
        "ledger_subject (uscc, name, name_key, kind, form, source, batch, created_at)", subjects
    )


def mark_one_person(codes: list[str]) -> list[str]:
    """Let the most protective of all names seen decide: these are one person's livelihood.

    Their other numbers are thrown away: they may be that person's own. Returns those that stood
    as organisations; ``tell_one_person`` says so to whoever copied them.
    """
    if len(codes) == 0:
        return []
    OtherCode.objects.filter(subject__in=codes).delete()
    RecordNumber.objects.filter(subject__in=codes).delete()
    found = Subject.objects.filter(uscc__in=codes)
    stood = list(found.filter(kind=SubjectKind.ORGANISATION.value).values_list("uscc", flat=True))
    found.update(kind=SubjectKind.ONE_PERSON.value, form=Form.OTHER.value)
    return stood


def tell_one_person(codes: list[str], first: int) -> None:
    """Keep at which revision these ceased to be shown, if they had entries before ``first``.

    It is their first entry of the posting that named them: followers come by it in their order,
    and what has no entry before it was never shown.
    """
    if len(codes) == 0:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO ledger_one_person (subject, revision)
               SELECT subject, min(revision) FILTER (WHERE revision >= %s)
               FROM ledger_entry WHERE subject = ANY(%s)
               GROUP BY subject HAVING min(revision) < %s
               ON CONFLICT DO NOTHING""",
            [first, codes, first],
        )


def keep_other_names(names: Path) -> None:
    """Keep different names of known codes: subject, name, name_key, batch, seen_at."""
    if names.stat().st_size == 0:
        return
    _temporary(
        "other_name (subject text, name text, name_key text, batch text, seen_at timestamptz)",
        names,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO ledger_other_name (subject, name, name_key, batch, seen_at)
               SELECT subject, name, name_key, batch, seen_at FROM other_name
               ON CONFLICT DO NOTHING"""
        )


def keep_other_codes(codes: Path) -> None:
    """Keep other numbers of organisations: subject, kind, code, batch, seen_at.

    Of nobody else: not of one person's undertakings, of what may be one, or of what has an archive
    only (legal.md L3, L8).
    """
    if codes.stat().st_size == 0:
        return
    _temporary(
        "other_code (subject text, kind text, code text, batch text, seen_at timestamptz)", codes
    )
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO ledger_other_code (subject, kind, code, batch, seen_at)
               SELECT o.subject, o.kind, o.code, o.batch, o.seen_at
               FROM other_code o JOIN ledger_subject s ON s.uscc = o.subject
               WHERE s.kind = %s AND strpos(%s, left(s.uscc, 1)) = 0
               ON CONFLICT DO NOTHING""",
            [SubjectKind.ORGANISATION.value, "".join(sorted(ARCHIVE_ONLY))],
        )


def keep_record_numbers(numbers: Path) -> None:
    """Keep the numbers by which records are found: number, subject, record_id.

    Of organisations alone. A number that a record no longer has may stay: whoever finds by it looks
    at the record.
    """
    if numbers.stat().st_size == 0:
        return
    _temporary("record_number (number text, subject text, record_id text)", numbers)
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO ledger_record_number (number, subject, record_id)
               SELECT n.number, n.subject, n.record_id
               FROM record_number n JOIN ledger_subject s ON s.uscc = n.subject
               WHERE s.kind = 'organisation' ON CONFLICT DO NOTHING"""
        )


def forget_batch(batch: str) -> None:
    """Take back what a batch said of organisations besides its records: names, codes, themselves.

    An organisation that stands by another batch takes a name that this one gave it; one that stands
    by none is not known any more. One person's undertaking stays one.
    """
    OtherName.objects.filter(batch=batch).delete()
    OtherCode.objects.filter(batch=batch).delete()
    with connection.cursor() as cursor:
        cursor.execute(
            """DELETE FROM ledger_subject s WHERE s.batch = %s AND s.kind = %s
               AND NOT EXISTS (SELECT 1 FROM ledger_current c
                   WHERE c.subject = s.uscc AND c.hidden <> 'batch_revoked')""",
            [batch, SubjectKind.ORGANISATION.value],
        )
        cursor.execute(
            """WITH told AS (SELECT DISTINCT ON (o.subject) o.id, o.subject, o.name, o.name_key,
                   o.batch FROM ledger_other_name o JOIN ledger_subject s ON s.uscc = o.subject
                   WHERE s.batch = %s ORDER BY o.subject, o.seen_at, o.id),
               named AS (UPDATE ledger_subject s SET name = t.name, name_key = t.name_key,
                   batch = t.batch FROM told t WHERE s.uscc = t.subject)
               DELETE FROM ledger_other_name o USING told t WHERE o.id = t.id""",
            [batch],
        )


def _temporary(definition: str, rows: Path, *, columns: str = "") -> None:
    """Fill a temporary table; one transaction may hold several postings."""
    name = definition.split(" ", 1)[0]
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{name}")
        cursor.execute(f"CREATE TEMPORARY TABLE {definition} ON COMMIT DROP")
    copy_in(f"{name}{columns}", rows)


def set_head(revision: int) -> None:
    """Move the ledger's head to the last posted revision. Needs the posting lock."""
    Head.objects.update_or_create(id=1, defaults={"revision": revision})
