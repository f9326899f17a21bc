"""What became public and what ceased to be, in the order of the ledger (公开信息变更).

For whoever copied public facts: a fact that was withdrawn or repaired here has to vanish there.
What merely reaches its last day makes no entry; every change says that day beforehand.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gongxin.core.dates import CHINA
from gongxin.core.subject import SubjectKind
from gongxin.derive.archive import public_on
from gongxin.law import Release
from gongxin.ledger.models import Changed, Current, Entry, Subject
from gongxin.ledger.queries import became_one_person, head

WIDER = 16


class ChangeKind(StrEnum):
    """Whether the record is public now or is to be removed."""

    PUBLIC = "public"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Change:
    """One record that changed; of a removed one nothing but its name is told.

    ``public_until`` is the last day: from the next on the record is to be removed unasked.
    """

    revision: int
    change: ChangeKind
    uscc: str
    record_id: str
    item: str
    public_until: date | None


@dataclass(frozen=True, slots=True)
class Changes:
    """The changes of some revisions, each record once; ``upto`` is the last revision seen."""

    items: tuple[Change, ...]
    upto: int
    head: int


def changes(  # noqa: PLR0913 - one argument a limit
    *,
    since: int,
    limit: int,
    as_of: date,
    release: Release,
    until: int | None = None,
    items: frozenset[str] | None = None,
) -> Changes:
    """Return what changed in the ``limit`` entries after ``since``, as it stands on the day.

    ``until`` is the last revision to look at, the ledger's head if it is None. ``items`` are the
    record types that whoever asks is entitled to, all if it is None: of others nothing is told,
    neither that one became public nor that it ceased to be.

    Only organisations: a feed of the failings of one person's undertakings would be a list of
    livelihoods (legal.md L3). What was never public is in no change. An organisation that turns
    out to be one person's is removed whole, at the revision that said so: the records of one
    revision are never parted, so a part may then hold more than ``limit``.
    """
    end = head() if until is None else until
    entries, upto = _next_entries(since, limit, end)
    latest = {(subject, record): revision for revision, subject, record in entries}
    subjects = _organisations({subject for subject, _ in latest})
    wanted = {key: revision for key, revision in latest.items() if key[0] in subjects}
    wanted |= _of_one_person(since, upto)
    shown = _public(
        {key: revision for key, revision in wanted.items() if key[0] in subjects}, as_of, release
    )
    removed = _ever_public({key for key in wanted if key not in shown}, upto, items)
    told = [
        Change(revision, ChangeKind.PUBLIC, *key, *shown[key])
        for key, revision in wanted.items()
        if key in shown and (items is None or shown[key][0] in items)
    ]
    told += [
        Change(revision, ChangeKind.REMOVED, *key, "", None)
        for key, revision in wanted.items()
        if key in removed
    ]
    return Changes(tuple(sorted(told, key=lambda change: change.revision)), upto, end)


def _next_entries(since: int, limit: int, end: int) -> tuple[list[tuple[int, str, str]], int]:
    """The next entries that concern somebody, and the revision up to which was looked.

    Revisions have gaps but no index of their own: a range that finds nothing is widened.
    """
    width = limit
    while True:
        upto = min(since + width, end)
        found = list(
            Changed.objects.filter(revision__gt=since, revision__lte=upto)
            .exclude(subject="")
            .order_by("revision")
            .values_list("revision", "subject", "record_id")[:limit]
        )
        if len(found) > 0 or upto >= end:
            return found, found[-1][0] if len(found) == limit else upto
        width *= WIDER


def _of_one_person(since: int, upto: int) -> dict[tuple[str, str], int]:
    """What a follower has been told of an organisation that turned out to be one person's just now.

    What came after ``since`` was told to nobody who asks from there: it stays untold.
    """
    became = became_one_person(since=since, upto=upto)
    found = Changed.objects.filter(subject__in=became).values_list(
        "subject", "record_id", "revision"
    )
    return {
        (subject, record): became[subject]
        for subject, record, revision in found
        if revision <= since
    }


def _organisations(codes: set[str]) -> set[str]:
    """Those that are organisations, or were until the batch that named them was revoked."""
    others = Subject.objects.filter(uscc__in=codes).exclude(kind=SubjectKind.ORGANISATION.value)
    return codes - set(others.values_list("uscc", flat=True))


def _public(
    keys: dict[tuple[str, str], int], day: date, release: Release
) -> dict[tuple[str, str], tuple[str, date | None]]:
    """The records of the keys that are public on the day, as their archives have them."""
    subjects, records = {s for s, _ in keys}, {r for _, r in keys}
    found = Current.objects.filter(public_on(day), subject__in=subjects, record_id__in=records)
    return {
        (subject, record): (item, until)
        for subject, record, item, until in found.values_list(
            "subject", "record_id", "item", "public_until"
        )
        if item in release.items
    }


def _ever_public(
    keys: set[tuple[str, str]], upto: int, items: frozenset[str] | None
) -> set[tuple[str, str]]:
    """Of these records those of the items that an entry made public when it was received."""
    subjects, records = {s for s, _ in keys}, {r for _, r in keys}
    found = Entry.objects.filter(
        subject__in=subjects, record_id__in=records, revision__lte=upto, hidden=""
    )
    if items is not None:
        found = found.filter(item__in=items)
    return {
        (subject, record)
        for subject, record, until, at in found.values_list(
            "subject", "record_id", "public_until", "received_at"
        )
        if until is None or until >= at.astimezone(CHINA).date()
    }
