"""What anybody may read: the public archive of an organisation, and the catalog (公开查询接口)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from gongxin.api import schemas
from gongxin.api.problems import NOT_FOUND, Problem
from gongxin.core import uscc
from gongxin.core.catalog import Item
from gongxin.core.subject import SubjectKind
from gongxin.derive.archive import Archive, ArchiveRecord, archive
from gongxin.derive.changes import changes as public_changes
from gongxin.law import Release

Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class Turn:
    """Which part of a list is wanted: at most ``limit`` entries after the one of the cursor."""

    limit: int
    cursor: str = ""


def archive_of(code: str, *, day: date, release: Release) -> Archive:
    """Return the public archive of a code.

    Raises:
        Problem: no code, a person's number, or nothing known: one answer for all (T02).
    """
    formed = uscc.is_form(code) and not uscc.is_person_number(code)
    found = archive(code, as_of=day, release=release) if formed else None
    if found is None:
        raise Problem(NOT_FOUND)
    return found


def is_unlisted(found: Archive) -> bool:
    """Tell whether search engines shall not list the answer, as on its page (legal.md L9)."""
    return found.counts["adverse"] > 0 or found.kind is not SubjectKind.ORGANISATION


def subject(found: Archive) -> schemas.SubjectOut:
    """Return the archive without its records."""
    return schemas.SubjectOut(
        uscc=found.uscc,
        name=found.name,
        former_names=found.former_names,
        other_codes=tuple(
            schemas.OtherCodeOut(other.kind.value, other.code, other.seen_on)
            for other in found.other_codes
        ),
        kind=found.kind.value,
        form=found.form,
        counts=found.counts,
        records=f"/api/v1/subjects/{found.uscc}/records",
        as_of=found.as_of,
        head=found.head,
        release=found.release,
    )


def records(found: Archive, turn: Turn, *, item: str, release: Release) -> schemas.RecordsOut:
    """Return a part of the records, the youngest decision first."""
    wanted = [r for r in found.records if item in ("", r.item)]
    part, following = _part(wanted, turn, _place_of_record)
    items = tuple(_record(record, release.items[record.item]) for record in part)
    return schemas.RecordsOut(items=items, next=following, as_of=found.as_of)


def catalog(turn: Turn, *, day: date, release: Release) -> schemas.CatalogOut:
    """Return a part of the catalog."""
    content = release.content
    wanted = sorted(content.items, key=_place_of_item)
    part, following = _part(wanted, turn, _place_of_item)
    return schemas.CatalogOut(
        items=tuple(_item(item) for item in part),
        next=following,
        matters={matter.matter: matter.name for matter in content.matters},
        purposes={purpose.purpose: purpose.name for purpose in content.purposes},
        as_of=day,
        release=release.hash,
    )


def changes(
    turn: Turn, *, entitled: frozenset[str] | None, day: date, release: Release
) -> schemas.ChangesOut:
    """Return a part of what became public or ceased to be, in the order of the ledger.

    ``entitled`` are the record types that the client was given, None is every one.
    """
    since = int(turn.cursor or "0")
    found = public_changes(
        since=since, limit=turn.limit, as_of=day, release=release, items=entitled
    )
    items = tuple(
        schemas.ChangeOut(
            revision=change.revision,
            change=change.change.value,
            uscc=change.uscc,
            record_id=change.record_id,
            item=change.item,
            public_until=change.public_until,
        )
        for change in found.items
    )
    following = max(since, found.upto)
    return schemas.ChangesOut(items, str(following), following < found.head, day)


def _place_of_record(record: ArchiveRecord) -> str:
    """A text that sorts as the list does: by falling day, then by id."""
    return f"{date.max.toordinal() - record.decided_on.toordinal():07}.{record.record_id}"


def _place_of_item(item: Item) -> str:
    return item.item


def _part(
    entries: Sequence[Entry], turn: Turn, place: Callable[[Entry], str]
) -> tuple[Sequence[Entry], str | None]:
    """Return the entries after the cursor's place, and the cursor of what follows them.

    A place stays good when entries before it come or go.
    """
    after = [entry for entry in entries if place(entry) > turn.cursor]
    part = after[: turn.limit]
    return part, place(part[-1]) if len(after) > len(part) else None


def _record(record: ArchiveRecord, item: Item) -> schemas.RecordOut:
    return schemas.RecordOut(
        record_id=record.record_id,
        item=record.item,
        item_name=record.item_name,
        section=record.section,
        phase=record.phase.value,
        adverse=record.adverse,
        failing_class=record.failing_class,
        document_no=record.document_no,
        decided_on=record.decided_on,
        authority=record.authority,
        authority_name=record.authority_name,
        source_name=record.source_name,
        received_at=record.received_at,
        public_from=record.public_from,
        public_until=record.public_until,
        repairable_from=record.repairable_from,
        repair_state=record.repair_state,
        channel=record.channel,
        record_class=record.record_class.value,
        revised=record.revised,
        basis=item.basis,
        fields=tuple(schemas.FieldOut(f.identify, f.name, f.value) for f in record.fields),
    )


def _item(item: Item) -> schemas.ItemOut:
    return schemas.ItemOut(
        item=item.item,
        name=item.name,
        edition=item.edition,
        category=item.category,
        owner=item.owner,
        deadline_working_days=item.deadline_working_days,
        public_type=item.public_type.value,
        record_class=item.record_class.value,
        nature=item.nature.value,
        phase=item.phase.value,
        subjects=item.subjects,
        basis=item.basis,
        illustrative=item.illustrative,
    )
