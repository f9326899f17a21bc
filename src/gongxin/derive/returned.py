"""What a unit handed in and what became of it, for that unit alone (数据回流).

In the order of the ledger, so that a lower platform follows it with a cursor: every entry of one of
its records comes, whoever made it. Records about natural persons stand elsewhere and are not here.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.db.models import Q

from gongxin.core.catalog import PublicRange
from gongxin.law import Release
from gongxin.ledger.models import Current, Entry
from gongxin.ledger.queries import head

LOOKED = 50_000  # revisions that one part looks at: of a unit that is silent for long none is found
DISPUTED = "dispute"


class State(StrEnum):
    """How a record stands on a day (状态)."""

    UNATTACHED = "unattached"  # accepted, and attached to no organisation yet
    PUBLIC = "public"
    NOT_PUBLIC = "not_public"  # kept, and shown to nobody outside; ``hidden`` says why
    ENDED = "ended"  # its last public day is past


@dataclass(frozen=True, slots=True)
class Returned:
    """A record as the platform has it now; ``batch`` and ``row`` say where it came from.

    ``disputed``: an objection to it is marked. ``fields`` are those of the ranges asked for.
    """

    revision: int
    record_id: str
    item: str
    uscc: str
    state: State
    hidden: str
    disputed: bool
    failing_class: str
    decided_on: date
    public_until: date | None
    batch: str
    row: int
    received_at: datetime
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """The records with an entry in some revisions, each once; ``upto`` is the last looked at."""

    items: tuple[Returned, ...]
    upto: int
    head: int


def returned(  # noqa: PLR0913 - one argument a limit
    unit: str,
    *,
    since: int,
    limit: int,
    as_of: date,
    release: Release,
    ranges: frozenset[PublicRange],
) -> Part:
    """Return what a unit handed in that has an entry after a revision, as it stands on the day.

    Nothing found is no end: go on from ``upto`` until it is ``head``. The transaction acts for the
    unit (``accounts.acting``), else what is not public stays unseen.
    """
    end = head()
    last = min(since + LOOKED, end)
    # By the record's unit of now: what another unit took over is that one's.
    entries = Entry.objects.filter(revision__gt=since, revision__lte=last, unit=unit)
    found = list(
        entries.order_by("revision").values_list("revision", "subject", "record_id")[:limit]
    )
    upto = found[-1][0] if len(found) == limit else max(since, last)
    keys = {(subject, record) for _, subject, record in found}
    rows = Current.objects.filter(
        Q(subject__in={s for s, _ in keys}, record_id__in={r for _, r in keys}), unit=unit
    ).order_by("revision")
    items = tuple(
        _returned(row, as_of, release, ranges)
        for row in rows
        if (row.subject, row.record_id) in keys
    )
    return Part(items, upto, end)


def _returned(
    row: Current, day: date, release: Release, ranges: frozenset[PublicRange]
) -> Returned:
    item = release.items.get(row.item)
    shown = {f.identify for f in item.fields if f.publication_range in ranges} if item else set()
    payload: dict[str, str] = row.payload
    return Returned(
        revision=row.revision,
        record_id=row.record_id,
        item=row.item,
        uscc=row.subject,
        state=_state(row, day),
        hidden=row.hidden,
        disputed=row.kind == DISPUTED,
        failing_class=row.failing_class,
        decided_on=row.decided_on,
        public_until=row.public_until,
        batch=row.batch,
        row=row.row,
        received_at=row.received_at,
        fields={name: value for name, value in payload.items() if name in shown},
    )


def _state(row: Current, day: date) -> State:
    if row.subject == "":
        return State.UNATTACHED
    if row.hidden != "" or row.public_from > day:
        return State.NOT_PUBLIC
    ended = row.public_until is not None and row.public_until < day
    return State.ENDED if ended else State.PUBLIC
