"""Special queries: a unit applies, another person decides with reasons, uses are told (特殊查询).

What is granted widens which fields are shown of records that the unit may see anyway; it opens no
record that law hides, and nothing about persons or one person's livelihood.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import QuerySet

from gongxin.accounts.actions import Term
from gongxin.accounts.models import SpecialQuery
from gongxin.accounts.policy import Grant
from gongxin.audit.actions import record
from gongxin.core import privacy, uscc
from gongxin.core.audit import ALLOWED, DENIED, By, Deed
from gongxin.core.dates import CHINA
from gongxin.core.errors import CreditError

MOST = 100  # organisations of one application
LONGEST = timedelta(days=366)  # [design]


class BadApplication(CreditError):
    """An application lacks what it rests on, or names who may not be asked about."""

    code = "accounts.bad_application"


class NotToDecide(CreditError):
    """There is no such application to decide or revoke, by this person, or without a reason."""

    code = "accounts.not_to_decide"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a unit applies for: record types, about whom, for which purpose and matter, by law."""

    unit: str
    items: tuple[str, ...]
    subjects: tuple[str, ...]
    form: str
    purpose: str
    matter: str
    basis: str
    term: Term


@dataclass(frozen=True, slots=True)
class Application:
    """An application as pages show it."""

    number: int
    unit: str
    items: tuple[str, ...]
    subjects: tuple[str, ...]
    form: str
    purpose: str
    matter: str
    basis: str
    from_on: date
    until_on: date
    granted: bool | None
    reason: str
    revoked: bool


@transaction.atomic
def apply(wanted: Wanted, *, known: Collection[str], by: By) -> int:
    """Keep an application and return its number; ``known`` are the record types there are.

    Raises:
        BadApplication: no known record type, nobody or too many or a person or sole trader, a text
            that is empty or holds a person's number, or a term that is none or longer than a year.
    """
    _refuse(wanted, known, by.at.astimezone(CHINA).date())
    made = SpecialQuery.objects.create(
        unit=wanted.unit,
        items=list(wanted.items),
        subjects=list(wanted.subjects),
        form=wanted.form,
        purpose=wanted.purpose,
        matter=wanted.matter,
        basis=wanted.basis,
        from_on=wanted.term.from_on,
        until_on=wanted.term.until_on or wanted.term.from_on,
        asked_by=by.actor,
        asked_at=by.at,
    )
    _tell("apply-special", made, by)
    return int(made.pk)


@transaction.atomic
def decide(number: int, reason: str, *, granted: bool, by: By) -> None:
    """Grant or refuse an application, with reasons, once.

    Raises:
        NotToDecide: there is none that waits, no reason, or the same person asked.
    """
    found = SpecialQuery.objects.select_for_update().filter(pk=number, granted=None).first()
    said = privacy.mask(reason.strip())
    if found is None or found.asked_by == by.actor or not said:
        message = "another person than who asked decides what waits, and says why"
        raise NotToDecide(message)
    SpecialQuery.objects.filter(pk=number).update(
        granted=granted, decided_by=by.actor, decided_at=by.at, decided_reason=said
    )
    _tell("decide-special", found, by, decision=ALLOWED if granted else DENIED)


@transaction.atomic
def revoke(number: int, reason: str, *, by: By) -> None:
    """End a grant: the next look is not under it any more.

    Raises:
        NotToDecide: there is none that was granted and holds, or no reason.
    """
    held = SpecialQuery.objects.select_for_update().filter(granted=True, revoked_at=None)
    found, said = held.filter(pk=number).first(), privacy.mask(reason.strip())
    if found is None or not said:
        message = "name a grant that holds, and why it ends"
        raise NotToDecide(message)
    SpecialQuery.objects.filter(pk=number).update(
        revoked_by=by.actor, revoked_at=by.at, revoked_reason=said
    )
    _tell("revoke-special", found, by)


def grants(unit: str, on: date) -> tuple[Grant, ...]:
    """Return the grants of a unit that hold on a day: they end in the query, not in a job."""
    held = SpecialQuery.objects.filter(unit=unit, granted=True, revoked_at=None)
    found = held.filter(from_on__lte=on, until_on__gte=on).order_by("id")
    return tuple(
        Grant(
            number=one.pk,
            items=frozenset(one.items),
            subjects=frozenset(one.subjects),
            form=one.form,
            purpose=one.purpose,
            matter=one.matter,
        )
        for one in found
    )


def of_unit(unit: str) -> tuple[Application, ...]:
    """Return the applications of a unit, the latest first."""
    return _listed(SpecialQuery.objects.filter(unit=unit))


def all_of() -> tuple[Application, ...]:
    """Return the applications of all units, the latest first."""
    return _listed(SpecialQuery.objects.all())


def unit_of(number: int) -> str:
    """Return whose application it is; empty if there is none."""
    found = SpecialQuery.objects.filter(pk=number).values_list("unit", flat=True).first()
    return found or ""


def _listed(found: QuerySet[SpecialQuery]) -> tuple[Application, ...]:
    return tuple(
        Application(
            number=one.pk,
            unit=one.unit,
            items=tuple(one.items),
            subjects=tuple(one.subjects),
            form=one.form,
            purpose=one.purpose,
            matter=one.matter,
            basis=one.basis,
            from_on=one.from_on,
            until_on=one.until_on,
            granted=one.granted,
            reason=one.revoked_reason or one.decided_reason,
            revoked=one.revoked_at is not None,
        )
        for one in found.order_by("-id")
    )


def _refuse(wanted: Wanted, known: Collection[str], day: date) -> None:
    term, until = wanted.term, wanted.term.until_on
    if not wanted.items or not set(wanted.items) <= set(known):
        message = "name record types of the catalog"
    elif bool(wanted.subjects) == bool(wanted.form) or len(wanted.subjects) > MOST:
        message = f"name up to {MOST} organisations, or the kind that they are of"
    elif not all(_is_asked_about(code) for code in wanted.subjects):
        message = "only organisations with a valid code are asked about, no person or sole trader"
    elif not _is_clean(wanted.basis) or not wanted.purpose or not wanted.matter:
        message = "name purpose, matter, and law and article that it rests on; no person's number"
    elif until is None or not day <= term.from_on <= until <= term.from_on + LONGEST:
        message = "a term begins today or later and ends within a year"
    else:
        return
    raise BadApplication(message)


def _is_asked_about(code: str) -> bool:
    return uscc.is_valid(code) and not uscc.is_person_number(code) and not code.startswith("92")


def _is_clean(text: str) -> bool:
    return text.strip() != "" and privacy.mask(text) == text and not uscc.is_person_number(text)


def _tell(action: str, one: SpecialQuery, by: By, *, decision: str = ALLOWED) -> None:
    told = Deed(
        at=by.at,
        actor=by.actor,
        action=action,
        object=f"special:{one.pk}",
        on_behalf=one.unit,
        purpose=one.purpose,
        matter=one.matter,
        decision=decision,
        details={"items": ",".join(one.items), "subjects": ",".join(one.subjects)},
    )
    record(told)
