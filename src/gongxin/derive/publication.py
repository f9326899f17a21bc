"""All that is public of organisations on a day, record after record (公开记录全集).

The same condition and the same allow-list as the archive's, so a copy shows what a page shows.
Undertakings of one person are in no copy (legal.md L3): a file of them is a list of livelihoods.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice

from django.db import transaction

from gongxin.accounts import units
from gongxin.core.subject import SubjectKind, shown_name
from gongxin.derive.archive import ArchiveRecord, corrected_of, public_on, shown_record
from gongxin.law import Release
from gongxin.ledger.models import Current, Subject

CHUNK = 2_000


@dataclass(frozen=True, slots=True)
class Published:
    """A public record with its organisation; ``revision`` is the entry that it stands by."""

    uscc: str
    name: str
    revision: int
    record: ArchiveRecord


def published(*, as_of: date, release: Release) -> Iterator[Published]:
    """Return every record that is public on the day, by organisation and record.

    Rows come from a cursor of the server in one statement: memory stays flat, and the result is of
    one moment.
    """
    names = units.names_by_day()
    with transaction.atomic():  # a cursor outside a transaction would be materialised
        found = Current.objects.filter(public_on(as_of)).exclude(subject="")
        rows = found.order_by("subject", "record_id").iterator(chunk_size=CHUNK)
        while part := list(islice(rows, CHUNK)):
            organisations = _organisations({row.subject for row in part})
            corrected = corrected_of(part)
            for row in part:
                if row.subject in organisations and row.item in release.items:
                    yield Published(
                        uscc=row.subject,
                        name=shown_name(row.subject, organisations[row.subject]),
                        revision=row.revision,
                        record=shown_record(
                            row,
                            release.items[row.item],
                            as_of,
                            names,
                            revised=row.record_id in corrected,
                        ),
                    )


def _organisations(codes: set[str]) -> dict[str, str]:
    found = Subject.objects.filter(uscc__in=codes, kind=SubjectKind.ORGANISATION.value)
    return dict(found.values_list("uscc", "name"))
