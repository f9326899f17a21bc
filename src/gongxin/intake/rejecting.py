"""Rejected rows: open until their unit sends them again or cancels them (退回与整改).

Kept of a row is what the sender needs to put it right, without what is personal: a row that is or
may be about a natural person is kept as its number and faults alone, particulars of people and
columns that nobody knows are left out, texts are masked (legal.md L4). What is closed keeps no
cells. A row that comes again is known by the number that went back with it, else by document
number and name, else by its place in the very same file.
"""

from django.db import connection

from gongxin.core.validation import ORGANISATION, SOLE_TRADER
from gongxin.engines import builtins
from gongxin.engines.texts import fold, masked, quoted, text
from gongxin.intake.models import Reject
from gongxin.intake.records import UNIT, Stamp
from gongxin.intake.staging import Staging
from gongxin.ledger import bulk

ACCEPTED, SENT_AGAIN, CANCELLED = "accepted", "sent_again", "cancelled"
STORED = "batch_id, row, unit, item, cells, likeness, outcome, closed_batch, reason, actor"
CHUNK = 50_000
CLOSING = "id bigint, outcome text, closed_row bigint"


def number(batch: str, row: int) -> str:
    """Return the number under which a rejected row goes back (退回编号)."""
    return f"{batch}-{row}"


def find(staging: Staging) -> None:
    """Make ``rejected``: the rows that were not taken, each with its cells and what is kept."""
    staging.con.execute(
        """CREATE TABLE rejected_row AS SELECT row FROM bad
           UNION SELECT row FROM outcomes WHERE refused IS NOT NULL"""
    )
    staging.raw("rejected_row", into="rejected_cells")
    width = len(staging.recognised.header)
    given = ", ".join(f"coalesce(r.c{position}, '')" for position in range(width))
    kept = ", ".join(
        f"coalesce(r.c{position}, '')" if position in _kept(staging) else "''"
        for position in range(width)
    )
    staging.con.execute(
        f"""CREATE TABLE rejected AS SELECT row, [{given}] AS cells,
            CASE WHEN {_about_person(staging)} THEN []::VARCHAR[]
            ELSE list_transform([{kept}], lambda v: {masked("v")}) END AS kept,
            {_likeness(staging)} AS likeness
            FROM rejected_cells r JOIN mapped USING (row) ORDER BY row"""
    )


def _kept(staging: Staging) -> set[int]:
    """Positions of the columns of which something is kept."""
    known, split = staging.recognised, staging.item.split.fields
    columns = {name: (at, *known.joined.get(name, ())) for name, at in known.columns.items()}
    return {at for name, places in columns.items() if name not in split for at in places}


def _about_person(staging: Staging) -> str:
    """Write whether a row may be about a natural person: what is unclear counts as one."""
    roles = staging.item.roles
    doubts = [
        "coalesce(row_form, '') <> ''",
        builtins.apply("resident_id", quoted(roles.subject_code)),
    ]
    if roles.subject_kind:
        doubts.append(
            f"{quoted(roles.subject_kind)} NOT IN ({text(ORGANISATION)}, {text(SOLE_TRADER)})"
        )
    return " OR ".join(f"({doubt})" for doubt in doubts)


def _likeness(staging: Staging) -> str:
    """Write what a row and its correction have in common; empty where that says too little."""
    roles = staging.item.roles
    if not roles.document_no:
        return "''"
    document, name = quoted(roles.document_no), quoted(roles.subject_name)
    parts = f"{text(staging.item.item)}, {fold(document)}, {fold(name)}"
    return f"""CASE WHEN {document} = '' OR {name} = '' OR {_about_person(staging)} THEN ''
        ELSE sha256(concat_ws({UNIT}, {parts})) END"""


def close(staging: Staging, stamp: Stamp, file_digest: str) -> int:
    """Close what earlier files left open and this one sends again; return how many closed.

    A row that is faulty again closes the earlier one too: what is open is then this row. Needs the
    posting lock: two files cannot answer one row at once.
    """
    where = Reject.objects.filter(unit=stamp.unit, item=staging.item.item, outcome="")
    if not where.exists():
        return 0
    _load_open(staging, stamp, file_digest)
    _load_references(staging)
    answered = _ANSWERED.format(likeness=_likeness(staging))
    closing = bulk.dump(staging.con, answered, staging.workspace / "closing.csv")
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.closing")
        cursor.execute(f"CREATE TEMPORARY TABLE closing ({CLOSING}) ON COMMIT DROP")
        bulk.copy_in("closing", closing)
        cursor.execute(
            """UPDATE intake_reject r SET outcome = c.outcome, closed_batch = %s,
                   closed_row = c.closed_row, closed_at = %s, actor = %s, cells = '[]'
               FROM closing c WHERE c.id = r.id""",
            [stamp.batch, stamp.received_at, stamp.unit],
        )
        return int(cursor.rowcount)


_ANSWERED = f"""
    WITH sent AS (SELECT row, {{likeness}} AS likeness FROM mapped),
    answers AS (
        SELECT o.id, s.row, 0 AS sure FROM open_reject o JOIN reference s ON s.number = o.number
        UNION ALL SELECT o.id, s.row, 1 FROM open_reject o JOIN sent s USING (likeness)
        WHERE likeness <> ''
        UNION ALL SELECT o.id, s.row, 2 FROM open_reject o
        JOIN sent s ON s.row = o.same_file::BIGINT)
    SELECT id, CASE WHEN again THEN '{SENT_AGAIN}' ELSE '{ACCEPTED}' END, row
    FROM (SELECT id, row, row IN (SELECT row FROM rejected_row) AS again, sure FROM answers)
    QUALIFY row_number() OVER (PARTITION BY id ORDER BY sure, again, row) = 1"""


def _load_open(staging: Staging, stamp: Stamp, file_digest: str) -> None:
    """Make ``open_reject``; ``same_file`` is the row if it was in this very file."""
    staging.con.execute(
        "CREATE TABLE open_reject (id VARCHAR, number VARCHAR, likeness VARCHAR, same_file VARCHAR)"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT r.id::text, r.batch_id || '-' || r.row, r.likeness,
                   CASE WHEN b.file_digest = %s THEN r.row::text END
               FROM intake_reject r JOIN intake_batch b ON b.id = r.batch_id
               WHERE r.unit = %s AND r.item = %s AND r.outcome = ''""",
            [file_digest, stamp.unit, staging.item.item],
        )
        while rows := cursor.fetchmany(CHUNK):
            staging.fill("open_reject", rows)


def _load_references(staging: Staging) -> None:
    """Make ``reference``: the numbers that stand beside rows of a file that came back."""
    position = staging.recognised.reference
    if position is None:
        staging.con.execute("CREATE TABLE reference (row BIGINT, number VARCHAR)")
        return
    staging.raw("mapped", into="reference_cells")
    staging.con.execute(
        f"""CREATE TABLE reference AS SELECT row, upper(trim(c{position})) AS number
            FROM reference_cells WHERE c{position} IS NOT NULL"""
    )


def store(staging: Staging, stamp: Stamp) -> None:
    """Keep the rejected rows; their batch is there."""
    query = f"""SELECT {text(stamp.batch)}, row, {text(stamp.unit)}, {text(staging.item.item)},
        to_json(kept), likeness, '', '', '', '' FROM rejected"""
    rows = bulk.dump(staging.con, query, staging.workspace / "rejected.csv")
    bulk.copy_in(f"intake_reject ({STORED})", rows)
