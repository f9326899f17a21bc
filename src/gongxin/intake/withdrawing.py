"""Withdrawing one record, by the unit that reported or decided it (记录撤回).

A further entry hides it at once. It comes back by no file: units send whole registers again and
again, and what was annulled must not return with them.
"""

from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from gongxin.audit import actions
from gongxin.core.audit import By, Deed
from gongxin.core.errors import CreditError
from gongxin.engines.scratch import scratch_folder
from gongxin.engines.texts import quoted, text
from gongxin.intake.batches import NoReason, reason_of
from gongxin.intake.models import Withdrawal
from gongxin.intake.records import REVOKED, WITHDRAWN
from gongxin.intake.revoking import KIND
from gongxin.ledger import bulk, writer
from gongxin.ledger.columns import NAMES
from gongxin.ledger.models import Current

GROUNDS = ("mistaken", "duplicate", "annulled")


class NotYours(CreditError):
    """A unit withdraws what it reported or decided and what stands; nothing was done."""

    code = "intake.not_yours"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A record that its unit withdraws, and why; ``ground`` is one of ``GROUNDS``."""

    subject: str
    record_id: str
    unit: str
    ground: str
    reason: str


def withdraw(wanted: Wanted, *, by: By, home: Path) -> int:
    """Take back one record; return the revision that hides it.

    Raises:
        NoReason: the ground is none of ``GROUNDS``, or there are no words.
        NotYours: there is no such record that stands, or it is of others: one answer for both.
    """
    why = reason_of(wanted.reason)
    if wanted.ground not in GROUNDS:
        message = f"the ground is one of {', '.join(GROUNDS)}"
        raise NoReason(message)
    with scratch_folder(home) as folder, transaction.atomic():
        writer.lock_posting()
        record = _standing(wanted)
        revision = _hide(record, by, folder)
        Withdrawal.objects.create(
            record_id=record.record_id,
            subject=record.subject,
            revision=revision,
            unit=wanted.unit,
            ground=wanted.ground,
            reason=why,
            actor=by.actor,
            at=by.at,
        )
        said = {"subject": record.subject, "ground": wanted.ground, "reason": why}
        done = Deed(by.at, by.actor, "record.withdraw", record.record_id, wanted.unit, details=said)
        actions.record(done)
    return revision


def _standing(wanted: Wanted) -> Current:
    record = Current.objects.filter(subject=wanted.subject, record_id=wanted.record_id).first()
    if record is None or wanted.unit not in {record.unit, record.authority}:
        message = "there is no such record that this unit reported or decided"
        raise NotYours(message)
    if record.hidden in {WITHDRAWN, REVOKED}:
        message = "the record was taken back before"
        raise NotYours(message)
    return record


def _hide(record: Current, by: By, folder: Path) -> int:
    """Add the entry that hides the record; return its revision."""
    revision = writer.reserve(1)
    said = {"revision": str(revision), "kind": text(KIND), "hidden": text(WITHDRAWN)}
    said["received_at"] = text(by.at.isoformat())
    columns = ", ".join(said.get(name, quoted(name)) for name in NAMES)
    query = f"SELECT {columns} FROM ledger_entry WHERE subject = %s AND revision = %s"
    where = (record.subject, record.revision)
    writer.post_again(bulk.copy_out(query, folder / "entry.csv", where), revision)
    return revision
