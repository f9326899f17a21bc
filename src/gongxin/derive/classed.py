"""Records of one organisation with the class of each field, for whoever decides what to show."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from gongxin.core.catalog import Item, PublicRange
from gongxin.core.citation import Label
from gongxin.core.subject import SubjectKind
from gongxin.derive.archive import FieldValue, public_on
from gongxin.law import Release
from gongxin.ledger.models import Current, Subject

BY_KIND = "item_not_public"  # core.visibility: the record type is shared or authorised


@dataclass(frozen=True, slots=True)
class ClassedRecord:
    """A record that may be looked up today; ``fields`` are all that may leave the platform."""

    record_id: str
    item: str
    item_name: Label
    document_no: str
    decided_on: date
    unit: str
    authority_name: str
    fields: tuple[tuple[PublicRange, FieldValue], ...]


@dataclass(frozen=True, slots=True)
class ClassedArchive:
    """An organisation, its form, and its records."""

    uscc: str
    name: str
    form: str
    records: tuple[ClassedRecord, ...]


def classed_archive(uscc: str, *, as_of: date, release: Release) -> ClassedArchive | None:
    """Return an organisation's records of a day; None of whom nothing is known, or one person's.

    Records that are public, and those that are not by their kind alone: shared between authorities
    or shown under a grant, nothing against the organisation among them. What law hides for another
    reason is not in it, whatever its class (legal.md L5).
    """
    kind = SubjectKind.ORGANISATION.value
    subject = Subject.objects.filter(uscc=uscc, kind=kind).first()
    if subject is None:
        return None
    ended = Q(public_until__isnull=True) | Q(public_until__gte=as_of)
    by_kind = Q(hidden=BY_KIND, adverse=False, public_from__lte=as_of) & ended
    found = Current.objects.filter(public_on(as_of) | by_kind, subject=uscc)
    rows = found.order_by("-decided_on", "record_id")
    records = tuple(
        _record(row, release.items[row.item]) for row in rows if row.item in release.items
    )
    return ClassedArchive(uscc, subject.name, subject.form, records)


def _record(row: Current, item: Item) -> ClassedRecord:
    payload: dict[str, str] = row.payload
    return ClassedRecord(
        record_id=row.record_id,
        item=row.item,
        item_name=item.name,
        document_no=payload.get(item.roles.document_no, ""),
        decided_on=row.decided_on,
        unit=row.unit,
        authority_name=payload.get(item.roles.authority_name, ""),
        fields=tuple(_fields(item, payload)),
    )


def _fields(item: Item, payload: dict[str, str]) -> list[tuple[PublicRange, FieldValue]]:
    """Fields about people are split off before the ledger; what is left of them stays out too."""
    barred = {item.roles.legal_representative, *item.split.fields}
    return [
        (field.publication_range, FieldValue(field.identify, field.name, payload[field.identify]))
        for field in item.fields
        if field.publication_range is not PublicRange.NONE
        and field.identify not in barred
        and payload.get(field.identify, "") != ""
    ]
