"""How a record came, changed and was shown up to a day, read from where each stands (记录轨迹).

Every part is of the entries that had come by the end of the day: what came later is in none.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from gongxin.audit.models import Row
from gongxin.check.models import Asked
from gongxin.core.dates import CHINA
from gongxin.core.errors import CreditError
from gongxin.intake.models import Batch
from gongxin.ledger.models import Entry

DEEDS = ("intake", "restate")


class NoSuchRecord(CreditError):
    """The ledger had no record of this number by the end of the day."""

    code = "evidence.no_such_record"


@dataclass(frozen=True, slots=True)
class Revision:
    """One entry of the record, as it was received; ``shown`` is who could see it from when on."""

    revision: int
    kind: str
    received_at: datetime
    unit: str
    authority: str
    decided_on: date
    failing_class: str
    hidden: str
    public_from: date
    public_until: date | None
    repairable_from: date | None
    clause: str
    release: str
    content_hash: str
    payload: dict[str, object]
    source: "Source | None"


@dataclass(frozen=True, slots=True)
class Source:
    """The file and the row in which a department reported it; the file itself stays with it."""

    batch: str
    file: str
    file_digest: str
    row: int
    unit: str
    received_at: datetime
    receipt: dict[str, object]


@dataclass(frozen=True, slots=True)
class Published:
    """Days on which everybody could read the record as a revision has it; None: not ended yet."""

    revision: int
    first: date
    last: date | None
    clause: str


@dataclass(frozen=True, slots=True)
class Receiver:
    """A unit to which a check showed the record; its answer is kept as it was signed."""

    check_no: str
    asked_at: datetime
    unit: str
    matter: str
    purpose: str
    digest: str


def entries(record_id: str, day: date) -> list[Entry]:
    """Return the entries of a record that had come by the end of the day in China.

    Raises:
        NoSuchRecord: there were none.
    """
    end = datetime.combine(day + timedelta(days=1), time.min, CHINA)
    found = list(
        Entry.objects.filter(record_id=record_id, received_at__lt=end).order_by("revision")
    )
    if not found:
        message = f"no record {record_id} by the end of {day}; see its number on the record's page"
        raise NoSuchRecord(message)
    return found


def revisions(found: Sequence[Entry]) -> tuple[Revision, ...]:
    """Return the entries with the file and row that each came from."""
    batches = Batch.objects.in_bulk([entry.batch for entry in found])
    return tuple(_revision(entry, batches.get(entry.batch)) for entry in found)


def publications(found: Sequence[Entry], day: date) -> tuple[Published, ...]:
    """Return when everybody could read the record, revision by revision, up to the day.

    A revision counts from the day on which it came: nobody read it before.
    """
    spans = (
        _published(entry, following, day)
        for entry, following in zip(found, [*found[1:], None], strict=True)
    )
    return tuple(span for span in spans if span is not None)


def receivers(subject: str, record_id: str, day: date) -> tuple[Receiver, ...]:
    """Return the checks that showed the record, the oldest first.

    The answers of a batch stand in the asker's result and are not kept a second time.
    """
    end = datetime.combine(day + timedelta(days=1), time.min, CHINA)
    asked = Asked.objects.filter(subject=subject, asked_at__lt=end).exclude(content="")
    return tuple(
        Receiver(one.check_no, one.asked_at, one.unit, one.matter, one.purpose, one.digest)
        for one in asked.order_by("asked_at", "check_no")
        if record_id in _shown(json.loads(one.content))
    )


def deeds(found: Sequence[Entry]) -> tuple[int, ...]:
    """Return the numbers of the audit rows of the batches that brought the entries."""
    batches = {entry.batch for entry in found}
    rows = Row.objects.filter(object__in=batches, action__in=DEEDS).order_by("id")
    return tuple(rows.values_list("id", flat=True))


def _shown(answer: dict[str, list[dict[str, object]]]) -> Iterator[object]:
    return (fact["record_id"] for part in ("facts", "list_entries") for fact in answer[part])


def _revision(entry: Entry, batch: Batch | None) -> Revision:
    return Revision(
        revision=entry.revision,
        kind=entry.kind,
        received_at=entry.received_at,
        unit=entry.unit,
        authority=entry.authority,
        decided_on=entry.decided_on,
        failing_class=entry.failing_class,
        hidden=entry.hidden,
        public_from=entry.public_from,
        public_until=entry.public_until,
        repairable_from=entry.repairable_from,
        clause=entry.clause,
        release=entry.release,
        content_hash=entry.content_hash,
        payload=entry.payload,
        source=_source(entry, batch) if batch else None,
    )


def _source(entry: Entry, batch: Batch) -> Source:
    return Source(
        batch=batch.id,
        file=batch.file_name,
        file_digest=batch.file_digest,
        row=entry.row,
        unit=batch.unit,
        received_at=batch.received_at,
        receipt=batch.receipt,
    )


def _published(entry: Entry, following: Entry | None, day: date) -> Published | None:
    first = max(entry.public_from, _day(entry.received_at))
    replaced = _day(following.received_at) if following else None
    ends = [end for end in (entry.public_until, replaced) if end is not None]
    last = min(ends) if ends else None
    if entry.hidden or first > day or (last is not None and last < first):
        return None
    return Published(entry.revision, first, last, entry.clause)


def _day(at: datetime) -> date:
    return at.astimezone(CHINA).date()
