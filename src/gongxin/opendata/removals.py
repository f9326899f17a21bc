"""What copies are to drop: records that ended, were repaired or withdrawn (撤下清单).

A function of ledger and day: a removal is told at once, whatever worker may be dead (P7). Ids and
kinds alone: who never had the record learns nothing.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, F, OuterRef, Q

from gongxin.core.dates import CHINA
from gongxin.core.errors import CreditError
from gongxin.core.subject import SubjectKind
from gongxin.derive.changes import Change, ChangeKind, changes
from gongxin.law import Release
from gongxin.ledger.models import Current, Subject
from gongxin.opendata.models import Ended

EXPIRED, REPAIRED, WITHDRAWN = "expired", "repaired", "withdrawn"
ERASED = "erased"  # kept free: the ledger is append-only, nothing erases yet
_CURSOR = re.compile(r"([0-9]{1,15})\.([0-9]{4}-[0-9]{2}-[0-9]{2})\.([0-9A-Z]{0,26})", re.ASCII)


class BadCursor(CreditError):
    """The text is no place in the removals."""

    code = "opendata.bad_cursor"


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in the removals: what entries took away, and what reached its last day.

    ``revision`` is the last that was looked at; ``day`` and ``record`` the last day of publicity
    and the record that were told last.
    """

    revision: int
    day: date
    record: str = ""

    def text(self) -> str:
        """Write it as ``revision.day.record``."""
        return f"{self.revision}.{self.day.isoformat()}.{self.record}"

    @classmethod
    def read(cls, text: str) -> "Cursor":
        """Read what ``text`` wrote.

        Raises:
            BadCursor: it is none.
        """
        found = _CURSOR.fullmatch(text)
        try:
            if found is not None:
                return cls(int(found[1]), date.fromisoformat(found[2]), found[3])
        except ValueError:
            pass
        message = "not a place in the removals; begin with the one of a manifest"
        raise BadCursor(message)


@dataclass(frozen=True, slots=True)
class Removal:
    """A record that is to be dropped, why, and since when; nothing of whom it is about."""

    record_id: str
    why: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Removals:
    """A part of the removals; go on at ``next``, at once if there is ``more``."""

    items: tuple[Removal, ...]
    next: Cursor
    more: bool


def removals(cursor: Cursor, *, limit: int, as_of: date, release: Release) -> Removals:
    """Return what is to be dropped after a place: of entries and of last days, ``limit`` each."""
    part = changes(since=cursor.revision, limit=limit, as_of=as_of, release=release)
    removed = [one for one in part.items if one.change is ChangeKind.REMOVED]
    ended, following = _ended(cursor, limit, as_of, release)
    upto = max(cursor.revision, part.upto)
    items = (*_told(removed, as_of), *ended)
    return Removals(
        items=tuple({one.record_id: one for one in items}.values()),
        next=Cursor(upto, following.day, following.record),
        more=upto < part.head or len(ended) == limit,
    )


def _told(removed: list[Change], as_of: date) -> list[Removal]:
    """Say why each left. What is still there and public by its entry has merely ended."""
    subjects, records = {one.uscc for one in removed}, {one.record_id for one in removed}
    standing = Current.objects.filter(subject__in=subjects, record_id__in=records, hidden="")
    ended = standing.filter(public_until__lt=as_of).values_list("record_id", "public_until")
    until = {record: last for record, last in ended if last is not None}
    kinds = Ended.objects.filter(
        subject__in=subjects, revision__in={one.revision for one in removed}
    ).values_list("revision", "record_id", "why", "received_at")
    why = {revision: (record, kind, at) for revision, record, kind, at in kinds}
    found = []
    for one in removed:
        record, kind, at = why[one.revision]
        if record != one.record_id:
            kind = WITHDRAWN  # another's entry took it away: its subject is one person's now
        if one.record_id in until:
            kind, at = EXPIRED, max(at, _after(until[one.record_id]))
        found.append(Removal(one.record_id, kind, at))
    return found


def _ended(
    cursor: Cursor, limit: int, as_of: date, release: Release
) -> tuple[list[Removal], Cursor]:
    """What reached its last day after the place and before the day."""
    later = Q(public_until__gt=cursor.day) | Q(public_until=cursor.day, record_id__gt=cursor.record)
    organisation = Subject.objects.filter(
        uscc=OuterRef("subject"), kind=SubjectKind.ORGANISATION.value
    )
    found = (
        Current.objects.filter(later, Exists(organisation), hidden="", public_until__lt=as_of)
        .filter(public_until__gte=cursor.day, public_from__lte=F("public_until"))
        .filter(item__in=release.items)
        .order_by("public_until", "record_id")
        .values_list("record_id", "public_until")[:limit]
    )
    items = [(record, until) for record, until in found if until is not None]
    told = [Removal(record, EXPIRED, _after(until)) for record, until in items]
    if len(items) == limit:
        record, until = items[-1]
        return told, Cursor(0, until, record)
    return told, Cursor(0, max(as_of, cursor.day), "" if as_of > cursor.day else cursor.record)


def _after(last: date) -> datetime:
    """The first instant after a last day, in China."""
    return datetime.combine(last + timedelta(days=1), time.min, CHINA)
