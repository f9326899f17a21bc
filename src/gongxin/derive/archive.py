"""The credit archive of one organisation: what law makes public today, in its sections (信用档案).

A function of ledger, release and day: what has ended is not in the answer, whoever may have slept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from gongxin.accounts import units
from gongxin.core.catalog import Item, Phase, PublicRange, RecordClass
from gongxin.core.citation import Label
from gongxin.core.subject import SubjectKind, shown_name
from gongxin.law import Release
from gongxin.ledger.models import Current, Entry, OtherName, Subject
from gongxin.ledger.queries import SeenCode, head, other_codes

SECTIONS = ("basic", "trustworthy", "adverse", "other")


@dataclass(frozen=True, slots=True)
class FieldValue:
    """One field of a record as it may be shown."""

    identify: str
    name: Label
    value: str


@dataclass(frozen=True, slots=True)
class ArchiveRecord:
    """One record with where it comes from, until when it shows and how it can be put right.

    ``repair_state`` is ``none`` (not adverse), ``not_yet`` or ``may_apply``; ``channel`` says who
    decides a repair. Days are days in China.
    """

    record_id: str
    item: str
    item_name: Label
    section: str
    phase: Phase
    adverse: bool
    failing_class: str
    document_no: str
    decided_on: date
    authority: str
    authority_name: str
    source_name: str
    received_at: datetime
    public_from: date
    public_until: date | None
    repairable_from: date | None
    repair_state: str
    channel: str
    record_class: RecordClass
    revised: bool
    clause: str
    fields: tuple[FieldValue, ...]


@dataclass(frozen=True, slots=True)
class Archive:
    """An organisation's public archive on a day; ``counts`` has every section, also empty ones.

    ``other_codes`` are its numbers in other registers by the day they were first seen, without
    those that another organisation has as well.
    """

    uscc: str
    name: str
    former_names: tuple[str, ...]
    other_codes: tuple[SeenCode, ...]
    kind: SubjectKind
    form: str
    records: tuple[ArchiveRecord, ...]
    counts: dict[str, int]
    as_of: date
    head: int
    release: str


def public_on(day: date) -> Q:
    """The condition under which a current record is public on a day: invariant P7."""
    open_ended = Q(public_until__isnull=True) | Q(public_until__gte=day)
    return Q(hidden="", public_from__lte=day) & open_ended


def public_records(uscc: str, day: date) -> QuerySet[Current]:
    """The current records of one subject that are public on the day."""
    return Current.objects.filter(public_on(day), subject=uscc)


def archive(uscc: str, *, as_of: date, release: Release) -> Archive | None:
    """Return the public archive of one subject, or None if the code is not known."""
    subject = Subject.objects.filter(uscc=uscc).first()
    if subject is None:
        return None
    unit_names = units.names_by_day()
    rows = list(public_records(uscc, as_of).order_by("-decided_on", "record_id"))
    corrected = corrected_of(rows)
    records = tuple(
        shown_record(
            row, release.items[row.item], as_of, unit_names, revised=row.record_id in corrected
        )
        for row in rows
        if row.item in release.items
    )
    names = OtherName.objects.filter(subject=uscc).order_by("seen_at", "id")
    organisation = subject.kind == SubjectKind.ORGANISATION.value
    return Archive(
        uscc=uscc,
        name=shown_name(uscc, subject.name),
        former_names=tuple(names.values_list("name", flat=True)),
        other_codes=other_codes(uscc) if organisation else (),
        kind=SubjectKind(subject.kind),
        form=subject.form,
        records=records,
        counts={s: sum(record.section == s for record in records) for s in SECTIONS},
        as_of=as_of,
        head=head(),
        release=release.hash,
    )


def corrected_of(rows: Sequence[Current]) -> frozenset[str]:
    """Return which of the records a unit corrected; of a restated one only the ledger can tell."""
    restated = {row.record_id: row.subject for row in rows if row.kind not in ("assert", "correct")}
    entries = Entry.objects.filter(
        subject__in=set(restated.values()), record_id__in=restated, kind="correct"
    )
    told = entries.values_list("record_id", flat=True) if restated else ()
    return frozenset((*told, *(row.record_id for row in rows if row.kind == "correct")))


def shown_record(
    row: Current, item: Item, day: date, unit_names: units.NamesByDay, *, revised: bool
) -> ArchiveRecord:
    """Return a record as anybody may see it; ``row`` is public on the day."""
    payload: dict[str, str] = row.payload
    return ArchiveRecord(
        record_id=row.record_id,
        item=row.item,
        item_name=item.name,
        section="adverse" if row.adverse else item.section,
        phase=item.phase,
        adverse=row.adverse,
        failing_class=row.failing_class,
        document_no=payload.get(item.roles.document_no, ""),
        decided_on=row.decided_on,
        authority=row.authority,
        authority_name=payload.get(item.roles.authority_name, ""),
        source_name=payload.get(item.roles.source_name, "")
        or unit_names.on(row.unit, row.decided_on),
        received_at=row.received_at,
        public_from=row.public_from,
        public_until=row.public_until,
        repairable_from=row.repairable_from,
        repair_state=_repair_state(row, day),
        channel=item.channel,
        record_class=RecordClass(row.record_class),
        revised=revised,
        clause=row.clause,
        fields=public_fields(item, payload),
    )


def _repair_state(row: Current, day: date) -> str:
    if not row.adverse or row.repairable_from is None:
        return "none"
    return "may_apply" if row.repairable_from <= day else "not_yet"


def public_fields(item: Item, payload: dict[str, str]) -> tuple[FieldValue, ...]:
    """Return the fields that may be shown to anybody: an allow-list from the catalog.

    The representative's name stands in a registration block only (legal.md L4), so never here.
    """
    barred = {item.roles.legal_representative, *item.split.fields}
    name = item.roles.subject_name
    shown = payload | {
        name: shown_name(payload.get(item.roles.subject_code, ""), payload.get(name, ""))
    }
    return tuple(
        FieldValue(field.identify, field.name, shown[field.identify])
        for field in item.fields
        if field.publication_range is PublicRange.PUBLIC
        and field.identify not in barred
        and payload.get(field.identify, "") != ""
    )
