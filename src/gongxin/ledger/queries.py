"""Reading the ledger (账本查询)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Substr

from gongxin.core.dates import CHINA
from gongxin.core.identifiers import CodeKind
from gongxin.core.subject import SubjectKind
from gongxin.ledger.models import Head, OnePerson, OtherCode, Subject


@dataclass(frozen=True, slots=True)
class SeenCode:
    """Another number of an organisation and the day in China when a file first gave it."""

    kind: CodeKind
    code: str
    seen_on: date


def head() -> int:
    """Return the ledger's head: the last revision posted, 0 for an empty ledger."""
    return Head.objects.filter(id=1).values_list("revision", flat=True).first() or 0


def became_one_person(*, since: int, upto: int) -> dict[str, int]:
    """Return what turned out to be one person's after ``since`` and up to ``upto``: revisions.

    Every record of theirs that was told of as an organisation's is to be dropped from copies.
    """
    found = OnePerson.objects.filter(revision__gt=since, revision__lte=upto)
    return dict(found.values_list("subject", "revision"))


def other_codes(uscc: str) -> tuple[SeenCode, ...]:
    """Return the other numbers of an organisation that no other organisation has (其他代码)."""
    others = OtherCode.objects.exclude(subject=uscc)
    doubted = others.filter(kind=OuterRef("kind"), code=OuterRef("code"))
    found = OtherCode.objects.filter(~Exists(doubted), subject=uscc).order_by("seen_at", "id")
    return tuple(
        SeenCode(CodeKind(kind), code, seen_at.astimezone(CHINA).date())
        for kind, code, seen_at in found.values_list("kind", "code", "seen_at")
    )


def claims(codes: Sequence[tuple[CodeKind, str]]) -> tuple[tuple[str, CodeKind, str], ...]:
    """Return who has one of the numbers, as (subject, kind, code): two subjects mean doubt.

    An organisation code is its owner's by places 9–17 of the owner's code as well.
    """
    if len(codes) == 0:
        return ()
    asked = reduce(or_, (Q(kind=kind.value, code=code) for kind, code in codes))
    given = OtherCode.objects.filter(asked).order_by("id")
    found = given.values_list("subject", "kind", "code")
    within = [code for kind, code in codes if kind is CodeKind.ORGANISATION]
    owners = Subject.objects.annotate(own=Substr("uscc", 9, 9)).filter(
        own__in=within, kind=SubjectKind.ORGANISATION.value
    )
    own = owners.values_list("uscc", Value(CodeKind.ORGANISATION.value), "own") if within else ()
    return tuple((subject, CodeKind(kind), code) for subject, kind, code in (*found, *own))
