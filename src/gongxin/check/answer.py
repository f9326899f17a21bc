"""The answer to a credit check: facts and what law attaches to them; never a verdict (信用核查).

legal.md L6: facts unrelated to the matter are only counted, an organisation of which nothing is
known is ``neutral``, and a natural person or one-person undertaking is refused before any look-up.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from gongxin.audit import actions
from gongxin.core import privacy, ulid, uscc
from gongxin.core.audit import ALLOWED, DENIED, Deed
from gongxin.core.citation import Citation
from gongxin.core.clauses import Matter
from gongxin.core.errors import CreditError
from gongxin.core.subject import SubjectKind, archive_only
from gongxin.derive.archive import Archive, ArchiveRecord, archive
from gongxin.law import Release
from gongxin.law.basis import in_force
from gongxin.ledger.queries import head

NEUTRAL = "neutral"
FACTS = "facts"


class CheckRefused(CreditError):
    """The check may not be asked in this way; nothing was looked up."""

    code = "check.refused"


@dataclass(frozen=True, slots=True)
class Question:
    """Who is asked about, for which matter and purpose, when, by whom and in which case."""

    uscc: str
    matter: str
    purpose: str
    as_of: date
    asked_at: datetime
    asker: str = ""
    case_no: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One record that relates to the matter, as published, with the law that makes it one."""

    record_id: str
    item: str
    name: str
    document_no: str
    decided_on: date
    authority: str
    authority_name: str
    failing_class: str
    adverse: bool
    public_until: date | None
    repairable_from: date | None
    channel: str
    basis: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class AttachedMeasure:
    """A measure that law attaches to a fact of this answer in this matter's field."""

    measure: str
    name: str
    kind: str
    clause: tuple[Citation, ...]
    implementing_unit: str
    until: date | None
    record_id: str
    illustrative: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known. There is no field that decides anything, and none may be added."""

    check_no: str
    uscc: str
    name: str
    status: str
    matter: str
    purpose: str
    facts: tuple[Fact, ...]
    list_entries: tuple[Fact, ...]
    measures: tuple[AttachedMeasure, ...]
    incentives: tuple[AttachedMeasure, ...]
    objections: tuple[str, ...]
    not_shown: int
    coverage: str
    as_of: date
    head: int
    release: str


def check(question: Question, release: Release) -> Answer:
    """Answer a check of one organisation from the public archive as of a day.

    The answer and its row in the audit log stand or fall together; a refusal is recorded too.

    Raises:
        CheckRefused: no valid code, a person or one-person undertaking, an unknown matter or
            purpose.
    """
    try:
        with transaction.atomic():
            answer = _answer(question, release)
            told = {"check_no": answer.check_no, "status": answer.status, "head": str(answer.head)}
            actions.record(_deed(question, ALLOWED, told | {"release": answer.release}))
    except CheckRefused:
        with transaction.atomic():
            actions.record(_deed(question, DENIED, {}))
        raise
    return answer


def _deed(question: Question, decision: str, details: dict[str, str]) -> Deed:
    """What the audit log holds of a check; a text that may be a person's number is not in it."""
    shown = uscc.is_valid(question.uscc) and not uscc.is_person_number(question.uscc)
    return Deed(
        at=question.asked_at,
        actor=question.asker,
        action="check",
        object=question.uscc if shown else "",
        purpose=question.purpose if decision == ALLOWED else privacy.mask(question.purpose),
        matter=question.matter if decision == ALLOWED else privacy.mask(question.matter),
        case_no=privacy.mask(question.case_no),
        decision=decision,
        details=details | {"as_of": question.as_of.isoformat()},
    )


def _answer(question: Question, release: Release) -> Answer:
    matter = _matter(question, release)
    _refuse_who_is_no_organisation(question.uscc)
    found = archive(question.uscc, as_of=question.as_of, release=release)
    _refuse_one_person(found)
    related = tuple(r for r in found.records if r.item in matter.shows) if found else ()
    lists = {item.item for item in release.items.values() if item.list_entry}
    facts = tuple(_fact(r, release) for r in related if r.item not in lists)
    entries = tuple(_fact(r, release) for r in related if r.item in lists)
    organisation = found is not None and found.kind is SubjectKind.ORGANISATION
    # What may be one person's livelihood has its facts, and no measure attaches to it (L3).
    attached = tuple(_measures(related, matter, question.as_of, release)) if organisation else ()
    seed = f"{question.uscc}|{question.matter}|{question.purpose}".encode()
    return Answer(
        check_no=ulid.record_id(int(question.asked_at.timestamp() * 1000), seed),
        uscc=question.uscc,
        name=found.name if found else "",
        status=FACTS if related else NEUTRAL,
        matter=matter.matter,
        purpose=question.purpose,
        facts=facts,
        list_entries=entries,
        measures=tuple(m for m in attached if m.kind != "incentive"),
        incentives=tuple(m for m in attached if m.kind == "incentive"),
        objections=(),
        not_shown=len(found.records) - len(related) if found else 0,
        coverage=_coverage(found),
        as_of=question.as_of,
        head=found.head if found else head(),
        release=release.hash,
    )


def _matter(question: Question, release: Release) -> Matter:
    """Find the matter by its code or Chinese name, and make sure of the purpose likewise."""
    content = release.content
    purposes = {p.purpose: p.name.zh for p in content.purposes}
    if question.purpose not in {*purposes, *purposes.values()}:
        known = ", ".join(f"{code} ({name})" for code, name in sorted(purposes.items()))
        message = f"unknown purpose {privacy.mask(question.purpose)}; known: {known}"
        raise CheckRefused(message)
    for matter in content.matters:
        if question.matter in (matter.matter, matter.name.zh):
            return matter
    known = ", ".join(f"{m.matter} ({m.name.zh})" for m in content.matters)
    message = f"unknown matter {privacy.mask(question.matter)}; known: {known}"
    raise CheckRefused(message)


def _refuse_who_is_no_organisation(code: str) -> None:
    if uscc.is_person_number(code):
        message = "a natural person is never checked; only organisations have a check"
        raise CheckRefused(message)
    if not uscc.is_valid(code):
        message = "this is not a valid unified social credit code"  # it may be a person's number
        raise CheckRefused(message, findings=uscc.findings(code))
    if code.startswith("92"):
        message = "a sole trader (个体工商户) is one person's livelihood and is not checked"
        raise CheckRefused(message)
    if archive_only(code):
        message = "foreign, religious and union bodies have an archive only and are not checked"
        raise CheckRefused(message)


def _refuse_one_person(found: Archive | None) -> None:
    """Refuse what only its registered name tells to be one person's livelihood (legal.md L3)."""
    if found is not None and found.kind is SubjectKind.ONE_PERSON:
        message = "an undertaking of one person is that person's livelihood and is not checked"
        raise CheckRefused(message)


def _coverage(found: Archive | None) -> str:
    """Until a register is imported nobody's data are known to be whole: never ``full``."""
    return "none" if found is None else "partial"


def _fact(record: ArchiveRecord, release: Release) -> Fact:
    return Fact(
        record_id=record.record_id,
        item=record.item,
        name=record.item_name.zh,
        document_no=record.document_no,
        decided_on=record.decided_on,
        authority=record.authority,
        authority_name=record.authority_name,
        failing_class=record.failing_class,
        adverse=record.adverse,
        public_until=record.public_until,
        repairable_from=record.repairable_from,
        channel=record.channel,
        basis=release.items[record.item].basis,
    )


def _measures(
    records: tuple[ArchiveRecord, ...], matter: Matter, day: date, release: Release
) -> Iterator[AttachedMeasure]:
    for measure in release.content.measures:
        if matter.matter not in measure.matters or not in_force(measure.basis, release, day):
            continue
        for record in records:
            wanted = record.adverse if measure.kind != "incentive" else not record.adverse
            if record.item in measure.items and wanted:
                yield AttachedMeasure(
                    measure=measure.measure,
                    name=measure.name.zh,
                    kind=measure.kind,
                    clause=measure.basis,
                    implementing_unit=measure.implementing_unit,
                    until=record.public_until,
                    record_id=record.record_id,
                    illustrative=measure.illustrative,
                )
