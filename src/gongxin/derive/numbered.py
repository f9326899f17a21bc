"""Search for organisations by the number of a public record (文书号检索).

Of the whole number alone, never of a part of it: nobody walks through the records by prefixes.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice

from django.db.models import Q

from gongxin.core import privacy, uscc
from gongxin.core.catalog import Item
from gongxin.core.documents import findable_number
from gongxin.core.subject import SubjectKind, archive_only, may_be_a_person, shown_name
from gongxin.derive.archive import public_on
from gongxin.derive.search import MAX_FOUND, Hit, HitRecord, findable
from gongxin.law import Release
from gongxin.ledger.models import Current, RecordNumber, Subject

MOST = 25 * MAX_FOUND  # records of a number that are looked at; one decision closed thousands


def search_by_number(text: str, *, as_of: date, release: Release) -> tuple[Hit, ...]:
    """Find organisations by the number of a record that is public on the day (文书号检索).

    The number of a decision or of a certificate, in any width, brackets and spaces; of several
    records under one number each organisation is a hit, the latest decision first. What has ended
    finds nothing, nor does a person's number, and who is found by the code only (legal.md L3) is
    not found by a record.
    """
    number = findable_number(text)
    if number == "" or uscc.is_person_number(text) or "\x00" in text:
        return ()
    if uscc.is_form(uscc.compact(text)) or len(privacy.found(text)) > 0:
        return ()
    named = RecordNumber.objects.filter(number=number).order_by("subject", "record_id")
    found: list[Hit] = []
    for keys in _parts(named.values_list("subject", "record_id")[:MOST], MAX_FOUND):
        found += _having(keys, number, as_of, release)
        if len(found) >= MAX_FOUND:
            break
    latest = sorted(found, key=lambda hit: hit.records[0].decided_on, reverse=True)
    return tuple(latest[:MAX_FOUND])


def _parts(named: Iterable[tuple[str, str]], size: int) -> Iterator[list[tuple[str, str]]]:
    """Give the records of a number in parts: most of a mass decision's may have ended."""
    rest = iter(named)
    while part := list(islice(rest, size)):
        yield part


def _having(keys: list[tuple[str, str]], number: str, as_of: date, release: Release) -> list[Hit]:
    """Return the organisations of which one of the records is public and has the number."""
    subjects = _subjects({subject for subject, _ in keys})
    rows = Current.objects.filter(
        public_on(as_of),
        subject__in=list(subjects),
        record_id__in=[record for subject, record in keys if subject in subjects],
    )
    having: dict[str, list[HitRecord]] = {}
    for row in rows.order_by("-decided_on", "record_id"):
        record = _record(row, release.items.get(row.item), number)
        if record is not None:
            having.setdefault(row.subject, []).append(record)
    return [_hit(subjects[code], tuple(records)) for code, records in having.items()]


def _subjects(codes: set[str]) -> dict[str, Subject]:
    """Of the codes, those that may be found by a record; a body with an archive only may not."""
    found = Subject.objects.filter(findable() & Q(uscc__in=codes))
    return {s.uscc: s for s in found if not archive_only(s.uscc) and not may_be_a_person(s.name)}


def _record(row: Current, item: Item | None, number: str) -> HitRecord | None:
    """Return the record if it has the number today: the index may lag behind a correction."""
    if item is None:
        return None
    payload: dict[str, str] = row.payload
    written = (payload.get(name, "") for name in item.record_numbers)
    said = next((text for text in written if findable_number(text) == number), None)
    if said is None:
        return None
    return HitRecord(
        record_id=row.record_id,
        item_name=item.name,
        number=said,
        decided_on=row.decided_on,
        authority_name=payload.get(item.roles.authority_name, ""),
    )


def _hit(subject: Subject, records: tuple[HitRecord, ...]) -> Hit:
    name = shown_name(subject.uscc, subject.name)
    return Hit(subject.uscc, name, name, SubjectKind(subject.kind), records=records)
