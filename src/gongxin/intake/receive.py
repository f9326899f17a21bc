"""Taking in one file: good rows are posted, every fault goes back, the same file changes nothing.

One transaction holds everything that a file does: entries, subjects, findings and the receipt.
Sealed rows are committed in their own database before it and stand only after it: whatever fails
leaves nothing behind that anybody is shown (ADR 0019).
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

from django.db import transaction

from gongxin import law
from gongxin.accounts import handing_in, units
from gongxin.audit import actions
from gongxin.cluster import disk
from gongxin.core import digest, privacy, ulid, uscc, validation
from gongxin.core.audit import Deed
from gongxin.core.dates import CHINA
from gongxin.core.errors import CreditError
from gongxin.core.validation import Finding
from gongxin.engines import files
from gongxin.engines.scratch import scratch_folder
from gongxin.engines.workbooks import SheetFull
from gongxin.intake import findings, marks, persons, posting, records, rejecting, returned
from gongxin.intake.models import Batch
from gongxin.intake.recognise import Wanted, recognise
from gongxin.intake.records import Stamp
from gongxin.intake.staging import Staging, UnitRow
from gongxin.law import Release
from gongxin.ledger import writer
from gongxin.personal import sealing

Progress = Callable[[str], None]


class ReleaseChanged(CreditError):
    """The rules changed between reading a file and posting it."""

    code = "intake.release_changed"


class UnknownUnit(CreditError):
    """Who hands in the file is no registered unit."""

    code = "intake.unknown_unit"


class DiskNearlyFull(CreditError):
    """The platform's disk is nearly full: a file that is taken could not be kept."""

    code = "intake.disk_nearly_full"


@dataclass(frozen=True, slots=True)
class Handover:
    """Who hands in what, when, and what it says the file is.

    ``errors`` is where the rows that are not taken are written, as the sender gave them.
    """

    path: Path
    unit: str
    received_at: datetime
    wanted: Wanted = field(default_factory=Wanted)
    errors: Path | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file; counts add up: rows = accepted + duplicates + personal + rejected.

    ``late`` counts the accepted rows that came after their item's deadline in working days.
    ``headers`` gives the sender's own header of each field that the file has. ``unwritten`` says
    why the file of rejected rows could not be written, empty if it was or none was wanted.
    """

    batch: str
    item: str
    profile: str
    rows: int
    accepted: int
    duplicates: int
    revisions: int
    personal: int
    rejected: int
    unattached: int
    incomplete: int
    late: int
    findings: tuple[Finding, ...]
    receipt: dict[str, object]
    headers: dict[str, str]
    unwritten: str = ""


def take_in(
    handover: Handover, *, release: Release, home: Path, progress: Progress = lambda _: None
) -> Outcome:
    """Take in a file.

    Raises:
        DiskNearlyFull: less than a tenth of the disk is free; nothing was done.
        UnknownUnit: ``handover.unit`` is not registered; nothing was done.
        MayNotHandIn: the unit has no right to the file's item; nothing was done.
        FileRefused: the file as a whole cannot be taken, or is an old template; nothing was done.
        ReleaseChanged: another release was put in force meanwhile; nothing was done.
    """
    returned.demand_place(handover.errors, handover.path)
    if disk.is_nearly_full(home):
        message = f"the disk of {home} is nearly full: make room, then hand the file in again"
        raise DiskNearlyFull(message)
    known = [UnitRow(u.uscc, u.name, u.name_key) for u in units.registered()]
    if handover.unit not in {unit.uscc for unit in known}:
        shown = "〔…〕" if uscc.is_person_number(handover.unit) else handover.unit
        message = f"unknown unit {shown}; register the unit in the pack or name another with --unit"
        raise UnknownUnit(message, unit=shown)
    with scratch_folder(home) as workspace:
        progress("read")
        clean = files.clean(handover.path, workspace=workspace)
        name = files.shown_name(handover.path)
        wanted = marks.wanted(clean.marks, handover.wanted, release, file=name)
        recognised = recognise(clean.header, release, wanted, file=name)
        received_on = handover.received_at.astimezone(CHINA).date()
        handing_in.demand(handover.unit, recognised.item.item, on=received_on)
        size = clean.path.stat().st_size
        staging = Staging(recognised, release, workspace=workspace, size=size)
        try:
            rows = staging.load(clean, handover.path, known)
            return _process(staging, handover, rows, home=home, progress=progress)
        finally:
            staging.close()


def _process(
    staging: Staging, handover: Handover, rows: int, *, home: Path, progress: Progress
) -> Outcome:
    file_digest = _digest(handover.path)
    progress("validate")
    if rows == 0:
        message = "there are no rows below the header; add them, send again"
        raise files.refused(handover.path, message)
    staging.check(handover.received_at.astimezone(CHINA).date())
    staging.canonical()
    found = findings.collect(staging)
    progress("attach")
    records.subjects(staging)
    with _sealed_and_posted() as posted, transaction.atomic():
        stamp = _stamp(handover, file_digest)
        if staging.item.persons is not None:
            posted.append(stamp.batch)
        demand_active(staging.release, home)
        head = posting.post(staging, stamp, file_digest, progress)
        persons.seal_rows(staging, stamp, home)
        rejecting.find(staging)
        rejecting.close(staging, stamp, file_digest)
        told = (*found, *findings.duplicates(staging), *findings.refusals(staging))
        found = tuple(sorted(told, key=lambda finding: finding.row))
        outcome = _outcome(staging, stamp, found)
        stored = _store(staging, handover, outcome, file_digest, head)
        findings.store(stored, found)
        rejecting.store(staging, stamp)
        actions.record(_deed(handover, outcome))
    if handover.errors is None:
        return outcome
    # The batch is posted: that its rejected rows cannot be written is told, not raised.
    try:
        returned.write(returned.of_staging(staging, outcome.batch, found), handover.errors)
    except (OSError, SheetFull) as error:
        why = error.message if isinstance(error, SheetFull) else error.strerror
        return replace(outcome, unwritten=f"{handover.errors}: {why}")
    return outcome


def demand_active(release: Release, home: Path) -> None:
    """Refuse to write under a release that another one has followed.

    Raises:
        ReleaseChanged: it has; nothing was done.
    """
    if not law.is_active(home, release):
        message = "the rules changed meanwhile and nothing was done: try again"
        raise ReleaseChanged(message)


@contextmanager
def _sealed_and_posted() -> Iterator[list[str]]:
    """Let the sealed rows of the batch that is named stand once it is committed, else take back.

    A process that dies in between leaves rows that do not stand; the next intake settles them.
    """
    batches: list[str] = []
    try:
        yield batches
    except BaseException:
        if batches:
            sealing.discard(batches)
        raise
    if batches:
        sealing.confirm(batches)


def _stamp(handover: Handover, file_digest: str) -> Stamp:
    """Number the batch, also when the same file came twice in one instant."""
    writer.lock_posting()
    received_ms = int(handover.received_at.timestamp() * 1000)
    alike = Batch.objects.filter(file_digest=file_digest, received_at=handover.received_at)
    seed = f"{file_digest}{handover.unit}{'+' * alike.count()}"
    batch = ulid.record_id(received_ms, seed.encode())
    return Stamp(batch, handover.unit, handover.received_at)


def _deed(handover: Handover, outcome: Outcome) -> Deed:
    """What the audit log holds of an intake: who handed in what, and the receipt's hash."""
    return Deed(
        at=handover.received_at,
        actor=handover.unit,
        action="intake",
        object=outcome.batch,
        details={
            "item": outcome.item,
            "accepted": str(outcome.accepted),
            "rejected": str(outcome.rejected),
            "receipt": str(outcome.receipt["hash"]),
        },
    )


def _late(staging: Staging, received_on: date) -> int:
    """Count the entries whose item has a deadline that has passed; late is not wrong."""
    calendar = staging.release.calendar
    first = validation.first_in_time(staging.item, calendar, received_on=received_on)
    return staging.count("entries", f"decided_on < DATE '{first}'")


def _outcome(staging: Staging, stamp: Stamp, found: tuple[Finding, ...]) -> Outcome:
    received_on = stamp.received_at.astimezone(CHINA).date()
    header = staging.recognised.header
    entries = staging.count("entries")
    return Outcome(
        batch=stamp.batch,
        item=staging.item.item,
        profile=staging.recognised.profile,
        rows=staging.count("mapped"),
        accepted=entries,
        duplicates=staging.count("outcomes", "refused IS NULL") - entries,
        revisions=staging.count("entries", "kind = 'correct'"),
        personal=staging.count("persons"),
        rejected=staging.count("rejected"),
        unattached=staging.count("entries", "subject = ''"),
        incomplete=staging.count("entries", "incomplete"),
        late=_late(staging, received_on),
        findings=found,
        receipt={},
        headers={n: header[i] for n, i in staging.recognised.columns.items()},
    )


def _store(
    staging: Staging, handover: Handover, outcome: Outcome, file_digest: str, head: int
) -> Batch:
    counts = {
        name: getattr(outcome, name)
        for name in (
            "rows",
            "accepted",
            "duplicates",
            "revisions",
            "personal",
            "rejected",
            "unattached",
        )
    }
    body: dict[str, object] = {
        "number": outcome.batch,
        "file": files.shown_name(handover.path),
        "file_digest": file_digest,
        "unit": handover.unit,
        "item": outcome.item,
        "edition": staging.item.edition,
        "profile": outcome.profile,
        "received_at": handover.received_at.isoformat(),
        "head": head,
        "release": staging.release.hash,
        **counts,
        "incomplete": outcome.incomplete,
        "late": outcome.late,
    }
    text = "\n".join(f"{name}={value}" for name, value in sorted(body.items()))
    outcome.receipt.update(body, hash=digest.digest(text.encode()))
    return Batch.objects.create(
        id=outcome.batch,
        unit=handover.unit,
        item=outcome.item,
        profile=outcome.profile,
        file_name=files.shown_name(handover.path),
        file_digest=file_digest,
        received_at=handover.received_at,
        release=staging.release.hash,
        head=head,
        receipt=outcome.receipt,
        kind=staging.kind,
        header=[privacy.mask(name) for name in staging.recognised.header],
        columns=dict(staging.recognised.columns),
        **counts,
    )


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return f"sha256:{hashlib.file_digest(stream, 'sha256').hexdigest()}"
