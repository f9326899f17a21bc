"""What the ledger knows of the organisations that are asked about, for one and for many (读取)."""

from collections.abc import Collection, Mapping
from datetime import date

from gongxin.check.answer import Known, PublicRecord
from gongxin.core.subject import SubjectKind, shown_name
from gongxin.derive.archive import public_on
from gongxin.law import Release
from gongxin.ledger.models import Current, Subject

COLUMNS = (
    "subject",
    "record_id",
    "item",
    "payload",
    "decided_on",
    "authority",
    "failing_class",
    "adverse",
    "public_until",
    "repairable_from",
)


def read(codes: Collection[str], *, day: date, release: Release) -> Mapping[str, Known]:
    """Return each organisation that is known, with its records that are public on the day."""
    subjects = Subject.objects.filter(uscc__in=codes).values_list("uscc", "name", "kind")
    records = _records(codes, day=day, release=release)
    return {
        uscc: Known(uscc, shown_name(uscc, name), SubjectKind(kind), tuple(records.get(uscc, ())))
        for uscc, name, kind in subjects
    }


def _records(
    codes: Collection[str], *, day: date, release: Release
) -> Mapping[str, list[PublicRecord]]:
    found: dict[str, list[PublicRecord]] = {}
    rows = Current.objects.filter(public_on(day), subject__in=codes)
    ordered = rows.order_by("-decided_on", "record_id").values_list(*COLUMNS)
    for subject, record_id, item, payload, decided_on, authority, *standing in ordered:
        if item not in release.items:
            continue
        roles = release.items[item].roles
        record = PublicRecord(
            record_id,
            item,
            payload.get(roles.document_no, ""),
            decided_on,
            authority,
            payload.get(roles.authority_name, ""),
            *standing,
        )
        found.setdefault(subject, []).append(record)
    return found
