"""The answer to a credit check: facts and what law attaches to them; never a verdict (信用核查).

legal.md L6: facts unrelated to the matter are only counted, an organisation of which nothing is
known is ``neutral``, and a natural person or one-person undertaking is refused before any look-up.
Here are the shapes and what makes an answer of what is known; ``check.asking`` asks.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from gongxin.core import privacy, uscc
from gongxin.core.citation import Citation
from gongxin.core.clauses import Matter
from gongxin.core.errors import CreditError
from gongxin.core.subject import SubjectKind, archive_only
from gongxin.law import Release
from gongxin.law.basis import in_force

NEUTRAL = "neutral"
FACTS = "facts"
INCENTIVE = "incentive"
SOLE_TRADERS = "92"  # stands alone where a list keeps that it was a sole trader's, and not whose


class CheckRefused(CreditError):
    """The check may not be asked in this way; before any look-up, if the code alone tells so.

    ``facts["reason"]`` is purpose, matter, person, no_code, one_person or archive_only.
    """

    code = "check.refused"


@dataclass(frozen=True, slots=True)
class Question:
    """Who is asked about, for which matter and purpose, when, by whom and in which case.

    ``asker`` is a person, client or operator as the audit log names it, ``unit`` the code of the
    unit that decides the case.
    """

    uscc: str
    matter: str
    purpose: str
    as_of: date
    asked_at: datetime
    asker: str = ""
    case_no: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class PublicRecord:
    """What a check needs of a record that is public on the day."""

    record_id: str
    item: str
    document_no: str
    decided_on: date
    authority: str
    authority_name: str
    failing_class: str
    adverse: bool
    public_until: date | None
    repairable_from: date | None


@dataclass(frozen=True, slots=True)
class Known:
    """An organisation that the ledger knows, with its public records of the day, latest first."""

    uscc: str
    name: str
    kind: SubjectKind
    records: tuple[PublicRecord, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """The number of an answer, and the ledger's head and the release that it is made from."""

    check_no: str
    head: int
    release: Release


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


def admit(question: Question, release: Release) -> Matter:
    """Return the matter of a question that may be asked; nothing is looked up.

    Raises:
        CheckRefused: no valid code, a person or one-person undertaking, an unknown matter or
            purpose.
    """
    matter = matter_of(question, release)
    refuse_who_is_no_organisation(question.uscc)
    return matter


def answer_of(question: Question, matter: Matter, known: Known | None, made: Made) -> Answer:
    """Make the answer of what is known of an organisation; None is nothing.

    Raises:
        CheckRefused: only its registered name tells that it is one person's livelihood (L3).
    """
    _refuse_one_person(known)
    release = made.release
    records = known.records if known else ()
    related = tuple(record for record in records if record.item in matter.shows)
    lists = lists_of(release)
    organisation = known is not None and known.kind is SubjectKind.ORGANISATION
    # What may be one person's livelihood has its facts, and no measure attaches to it (L3).
    attached = tuple(measures_of(related, matter, question.as_of, release)) if organisation else ()
    return Answer(
        check_no=made.check_no,
        uscc=question.uscc,
        name=known.name if known else "",
        status=FACTS if related else NEUTRAL,
        matter=matter.matter,
        purpose=question.purpose,
        facts=tuple(fact_of(r, release) for r in related if r.item not in lists),
        list_entries=tuple(fact_of(r, release) for r in related if r.item in lists),
        measures=tuple(m for m in attached if m.kind != INCENTIVE),
        incentives=tuple(m for m in attached if m.kind == INCENTIVE),
        objections=(),
        not_shown=len(records) - len(related),
        coverage=_coverage(known),
        as_of=question.as_of,
        head=made.head,
        release=release.hash,
    )


def lists_of(release: Release) -> frozenset[str]:
    """Return the items whose records are entries of lists."""
    return frozenset(item.item for item in release.items.values() if item.list_entry)


def matter_of(question: Question, release: Release) -> Matter:
    """Find the matter by its code or Chinese name, and make sure of the purpose likewise.

    Raises:
        CheckRefused: an unknown matter or purpose.
    """
    content = release.content
    purposes = {p.purpose: p.name.zh for p in content.purposes}
    if question.purpose not in {*purposes, *purposes.values()}:
        known = ", ".join(f"{code} ({name})" for code, name in sorted(purposes.items()))
        message = f"unknown purpose {privacy.mask(question.purpose)}; known: {known}"
        raise CheckRefused(message, reason="purpose")
    for matter in content.matters:
        if question.matter in (matter.matter, matter.name.zh):
            return matter
    known = ", ".join(f"{m.matter} ({m.name.zh})" for m in content.matters)
    message = f"unknown matter {privacy.mask(question.matter)}; known: {known}"
    raise CheckRefused(message, reason="matter")


def fact_of(record: PublicRecord, release: Release) -> Fact:
    """Return a record as the fact that an answer shows."""
    return Fact(
        record_id=record.record_id,
        item=record.item,
        name=release.items[record.item].name.zh,
        document_no=record.document_no,
        decided_on=record.decided_on,
        authority=record.authority,
        authority_name=record.authority_name,
        failing_class=record.failing_class,
        adverse=record.adverse,
        public_until=record.public_until,
        repairable_from=record.repairable_from,
        channel=release.items[record.item].channel,
        basis=release.items[record.item].basis,
    )


def refuse_who_is_no_organisation(code: str) -> None:
    """Refuse a code of which nobody gets a check (legal.md L3).

    Raises:
        CheckRefused: a person, no code, a sole trader, or who has an archive only.
    """
    if uscc.is_person_number(code):
        message = "a natural person is never checked; only organisations have a check"
        raise CheckRefused(message, reason="person")
    if code != SOLE_TRADERS and not uscc.is_valid(code):
        message = "this is not a valid unified social credit code"  # it may be a person's number
        raise CheckRefused(message, reason="no_code", findings=uscc.findings(code))
    if code.startswith(SOLE_TRADERS):
        message = "a sole trader (个体工商户) is one person's livelihood and is not checked"
        raise CheckRefused(message, reason="one_person")
    if archive_only(code):
        message = "foreign, religious and union bodies have an archive only and are not checked"
        raise CheckRefused(message, reason="archive_only")


def measures_of(
    records: tuple[PublicRecord, ...], matter: Matter, day: date, release: Release
) -> Iterator[AttachedMeasure]:
    """Return what law attaches to the records in this matter's field on the day."""
    for measure in release.content.measures:
        if matter.matter not in measure.matters or not in_force(measure.basis, release, day):
            continue
        for record in records:
            wanted = record.adverse if measure.kind != INCENTIVE else not record.adverse
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


def _refuse_one_person(found: Known | None) -> None:
    """Refuse what only its registered name tells to be one person's livelihood (legal.md L3)."""
    if found is not None and found.kind is SubjectKind.ONE_PERSON:
        message = "an undertaking of one person is that person's livelihood and is not checked"
        raise CheckRefused(message, reason="one_person")


def _coverage(found: Known | None) -> str:
    """Until a register is imported nobody's data are known to be whole: never ``full``."""
    return "none" if found is None else "partial"
