"""Search for organisations by code or part of a name (主体检索)."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.db.models.functions import Length

from gongxin.core import identifiers, privacy
from gongxin.core import uscc as codes
from gongxin.core.citation import Label
from gongxin.core.documents import normalise_name
from gongxin.core.identifiers import CodeKind
from gongxin.core.subject import (
    BRANCH_ENDING,
    SubjectKind,
    archive_only,
    may_be_a_person,
    shown_name,
)
from gongxin.ledger import queries
from gongxin.ledger.models import OtherName, Subject

MIN_NAME = 2
MAX_FOUND = 400


@dataclass(frozen=True, slots=True)
class HitRecord:
    """A public record by whose ``number``, as it is written there, an organisation was found."""

    record_id: str
    item_name: Label
    number: str
    decided_on: date
    authority_name: str


@dataclass(frozen=True, slots=True)
class Hit:
    """One search result; ``matched_name`` differs from ``name`` for a former name.

    ``matched_code`` is the other number by which the organisation was found, else empty;
    ``records`` are those that have the number that was typed, else none.
    """

    uscc: str
    name: str
    matched_name: str
    kind: SubjectKind
    code_kind: CodeKind | None = None
    matched_code: str = ""
    records: tuple[HitRecord, ...] = ()


def search(text: str, *, limit: int = 20, offset: int = 0) -> tuple[Hit, ...]:
    """Find organisations by code, other number or two characters of a name (主体检索).

    A text that looks like a person's number (identity, telephone, card) finds nothing, asks
    nothing and is kept nowhere. One person's undertaking, what may be one, and a name that could
    be a person's are found by their code only (legal.md L3). An other number finds its only owner,
    exactly; one that two organisations have is in doubt and finds nobody.
    """
    wanted = codes.compact(text)
    if codes.is_person_number(text) or "\x00" in text:  # no database takes the character NUL
        return ()
    if codes.is_form(wanted):
        found = Subject.objects.filter(uscc=wanted)
        return tuple(_hit(s, shown_name(s.uscc, s.name)) for s in found)
    if len(privacy.found(text)) > 0:
        return ()
    hits = _by_other_code(text)[offset : offset + limit]
    return hits or _by_name(text, limit=limit, offset=offset)


def _by_other_code(text: str) -> tuple[Hit, ...]:
    claims = queries.claims(identifiers.codes_of(text))
    owners = {subject for subject, _, _ in claims}
    if len(owners) != 1:
        return ()
    uscc, kind, code = claims[0]
    found = Subject.objects.filter(uscc=uscc, kind=SubjectKind.ORGANISATION.value).first()
    if found is None or archive_only(uscc) or may_be_a_person(found.name):
        return ()
    return (Hit(uscc, found.name, found.name, SubjectKind(found.kind), kind, code),)


def findable() -> Q:
    """The subjects that may be found otherwise than by their code (legal.md L3)."""
    # Of a kind that is not known only a branch of a company cannot be one person's livelihood.
    branch = Q(kind=SubjectKind.UNKNOWN.value, name_key__endswith=BRANCH_ENDING)
    return Q(kind=SubjectKind.ORGANISATION.value) | branch


def _by_name(text: str, *, limit: int, offset: int) -> tuple[Hit, ...]:
    key = normalise_name(text)
    if len(key) < MIN_NAME:
        return ()
    subjects = Subject.objects.filter(findable())
    former = OtherName.objects.filter(name_key__contains=key).order_by(Length("name_key"), "id")
    by_former: dict[str, str] = {}
    for other in former[:MAX_FOUND]:
        by_former.setdefault(other.subject, other.name)  # the shortest of several
    found = subjects.filter(Q(name_key__contains=key) | Q(uscc__in=list(by_former)))
    hits = [
        _hit(s, s.name if key in s.name_key else by_former[s.uscc])
        for s in found.order_by(Length("name_key"), "name_key", "uscc")[:MAX_FOUND]
        if not may_be_a_person(s.name)
    ]
    hits.sort(key=lambda hit: _distance(hit, key))
    return tuple(hits[offset : offset + limit])


def _hit(subject: Subject, matched: str) -> Hit:
    name = shown_name(subject.uscc, subject.name)
    return Hit(subject.uscc, name, matched, SubjectKind(subject.kind))


def _distance(hit: Hit, key: str) -> tuple[bool, bool, int, str]:
    """Order hits: the name itself, names that begin so, shorter names first."""
    name = normalise_name(hit.matched_name)
    return (name != key, not name.startswith(key), len(name), hit.uscc)
