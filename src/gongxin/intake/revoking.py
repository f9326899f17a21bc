"""Taking back a whole batch that was handed in by mistake (批次撤销).

The ledger is append-only: what is taken back is hidden by a further entry, and what the batch had
corrected stands again as it was reported before, under the release that now holds. Rows about
persons that the batch brought are deleted. The batch may be handed in anew.
"""

from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction

from gongxin.audit import actions
from gongxin.core.audit import By, Deed
from gongxin.core.errors import CreditError
from gongxin.engines.scratch import scratch_folder
from gongxin.engines.texts import quoted, text
from gongxin.intake import persons, restating
from gongxin.intake.batches import found, reason_of
from gongxin.intake.models import Batch, Reject
from gongxin.intake.receive import demand_active
from gongxin.intake.records import REVOKED, WITHDRAWN
from gongxin.intake.rejecting import CANCELLED
from gongxin.law import Release
from gongxin.ledger import bulk, writer
from gongxin.ledger.columns import NAMES
from gongxin.personal import sealing

KIND = "withdraw"
REPORTED = ("assert", "correct", "restate")  # whatever else stands was decided by somebody


class AlreadyRevoked(CreditError):
    """The batch was taken back before; nothing was done."""

    code = "intake.already_revoked"


@dataclass(frozen=True, slots=True)
class Revoked:
    """What a revocation did: records hidden, records that stand as before, and those left alone.

    ``kept`` were corrected by a later batch, or an authority ended them: they stay as they are.
    """

    withdrawn: int
    restored: int
    kept: int
    closed: int


def revoke(batch: str, *, reason: str, by: By, release: Release, home: Path) -> Revoked:
    """Take back all records of a batch; its open rejected rows are closed.

    Raises:
        UnknownBatch, NoReason: as they say.
        AlreadyRevoked: it was done before.
        ReleaseChanged: another release was put in force meanwhile; nothing was done.
        DamagedSegment: what stood before cannot be read; nothing was done.
    """
    why = reason_of(reason)
    with scratch_folder(home) as folder, transaction.atomic():
        writer.lock_posting()
        one = found(batch)
        if one.revoked_at is not None:
            message = f"{one.id} was revoked on {one.revoked_at.isoformat()}: {one.revoked_why}"
            raise AlreadyRevoked(message)
        done = _take_back(one, why, by, folder)
        if done.restored:
            demand_active(release, home)
            restating.put_in_force(release, home, by=by)
        sealing.doubt([one.id])
    with transaction.atomic():
        writer.lock_posting()
        persons.settle()
    return done


def _take_back(one: Batch, why: str, by: By, folder: Path) -> Revoked:
    _touched(one)
    kept, withdrawn, restored = _counts()
    if withdrawn + restored:
        first = writer.reserve(withdrawn + restored)
        _append(first, withdrawn + restored, by, folder)
    writer.forget_batch(one.id)
    Batch.objects.filter(id=one.id).update(revoked_at=by.at, revoked_by=by.actor, revoked_why=why)
    closed = Reject.objects.filter(batch=one, outcome="").update(
        outcome=CANCELLED, reason=why, actor=by.actor, closed_at=by.at, cells=[]
    )
    counts = {"withdrawn": str(withdrawn), "restored": str(restored), "kept": str(kept)}
    details = counts | {"reason": why}
    actions.record(
        Deed(by.at, by.actor, "batch.revoke", one.id, on_behalf=one.unit, details=details)
    )
    return Revoked(withdrawn, restored, kept, closed)


def _touched(one: Batch) -> None:
    """Make ``touched``: each record of the batch, what stands and what was reported before.

    The entries of a batch have one run of revisions that ends with the batch's head. What another
    revoked batch reported is as if it had never been.
    """
    first = one.head - one.accepted + 1
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.touched")
        cursor.execute(
            """CREATE TEMPORARY TABLE touched ON COMMIT DROP AS
               SELECT b.subject, b.record_id, c.revision AS stands,
                   c.batch = %s AND c.hidden <> %s AND c.kind = ANY(%s) AS own,
                   (SELECT max(p.revision) FROM ledger_entry p WHERE p.subject = b.subject
                    AND p.record_id = b.record_id AND p.revision < b.first AND p.kind <> %s
                    AND NOT EXISTS (SELECT 1 FROM intake_batch r WHERE r.id = p.batch
                        AND r.revoked_at IS NOT NULL)) AS before
               FROM (SELECT subject, record_id, min(revision) AS first FROM ledger_entry
                     WHERE revision BETWEEN %s AND %s AND batch = %s
                     GROUP BY subject, record_id) b
               JOIN ledger_current c ON c.subject = b.subject AND c.record_id = b.record_id""",
            [one.id, WITHDRAWN, list(REPORTED), restating.KIND, first, one.head, one.id],
        )


def _counts() -> tuple[int, int, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT count(*) FILTER (WHERE NOT own),
                   count(*) FILTER (WHERE own AND before IS NULL),
                   count(*) FILTER (WHERE own AND before IS NOT NULL) FROM touched"""
        )
        kept, withdrawn, restored = cursor.fetchone()
    return kept, withdrawn, restored


def _append(first: int, count: int, by: By, folder: Path) -> None:
    hidden = {"kind": text(KIND), "hidden": text(REVOKED), "received_at": text(by.at.isoformat())}
    place = f"{first} - 1 + row_number() OVER (ORDER BY t.stands)"
    said = ", ".join(_said(name, hidden.get(name)) for name in NAMES if name != "revision")
    query = f"""SELECT {place} AS revision, {said} FROM touched t
        JOIN ledger_entry s ON s.subject = t.subject AND s.revision = t.stands
        LEFT JOIN ledger_entry p ON p.subject = t.subject AND p.revision = t.before
        WHERE t.own"""
    writer.post_again(bulk.copy_out(query, folder / "entries.csv"), first + count - 1)


def _said(name: str, withdrawn: str | None) -> str:
    """Write a column: as it stood before, or of what stands if nothing stood before."""
    column = quoted(name)
    again = "'correct'" if name == "kind" else f"p.{column}"
    return f"CASE WHEN t.before IS NULL THEN {withdrawn or f's.{column}'} ELSE {again} END"
