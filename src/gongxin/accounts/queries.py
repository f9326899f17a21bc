"""Who somebody is on a day: roles held and stood in for, those that ended left out (任职查询)."""

from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.db.models import Q, QuerySet

from gongxin.accounts import units
from gongxin.accounts.models import Assignment, Delegation, Staff
from gongxin.accounts.policy import Actor, Role

M = TypeVar("M", Assignment, Delegation)


@dataclass(frozen=True, slots=True)
class Holding:
    """A role that somebody holds or stands in for; ``of`` names whose it is if it is another's.

    ``until_on`` is the last day, None while there is none.
    """

    number: int
    role: Role
    unit: str
    unit_name: str
    from_on: date
    until_on: date | None
    of: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """An account as administrators see it: who, where, open or closed."""

    login: str
    name: str
    staff_no: str
    unit: str
    unit_name: str
    active: bool


def actor_name(staff: Staff) -> str:
    """Return how the audit log and the policy name a person who works here."""
    return f"staff:{staff.login}"


def actor_of(staff: Staff, on: date, unit: str = "") -> Actor:
    """Return who somebody is at a unit on a day; at his own unit if none is named.

    A closed account has no role. Roles at another unit never mix with those here.
    """
    at = unit or staff.unit
    found = frozenset(held.role for held in holdings(staff, on) if held.unit == at)
    return Actor(actor_name(staff), at, found, region=units.region_of(at))


def holdings(staff: Staff, on: date) -> tuple[Holding, ...]:
    """Return the roles in force on a day: held first, then those stood in for; by number."""
    if not staff.is_active:
        return ()
    names = units.names()
    held = _in_force(Assignment.objects.filter(staff=staff), on).order_by("id")
    taken = (
        _in_force(Delegation.objects.filter(taker=staff), on)
        .filter(assignment__in=_in_force(Assignment.objects.filter(staff__is_active=True), on))
        .select_related("assignment__staff")
        .order_by("id")
    )
    own = tuple(_holding(one, names.get(one.unit, "")) for one in held)
    return own + tuple(
        Holding(
            number=one.pk,
            role=Role(one.assignment.role),
            unit=one.assignment.unit,
            unit_name=names.get(one.assignment.unit, ""),
            from_on=one.from_on,
            until_on=min(one.until_on, one.assignment.until_on or one.until_on),
            of=one.assignment.staff.name,
        )
        for one in taken
    )


def open_assignments(staff: Staff, on: date) -> list[Assignment]:
    """Return the assignments that have not ended by a day, also those that are to begin."""
    last = Q(until_on__isnull=True) | Q(until_on__gte=on)
    return list(Assignment.objects.filter(last, staff=staff, ended_on=None).order_by("id"))


def roles_held(staff: Staff, first: date, last: date | None) -> frozenset[str]:
    """Return the roles held or stood in for on any day of a span."""
    overlap = Q(until_on__isnull=True) | Q(until_on__gte=first)
    if last is not None:
        overlap &= Q(from_on__lte=last)
    overlap &= Q(ended_on__isnull=True) | Q(ended_on__gt=first)
    held = Assignment.objects.filter(overlap, staff=staff).values_list("role", flat=True)
    taken = Delegation.objects.filter(overlap, taker=staff)
    return frozenset(held) | frozenset(taken.values_list("assignment__role", flat=True))


def accounts() -> tuple[Account, ...]:
    """Return all accounts, ordered by login name."""
    names = units.names()
    return tuple(
        Account(one.login, one.name, one.staff_no, one.unit, names.get(one.unit, ""), one.is_active)
        for one in Staff.objects.order_by("login")
    )


def granted(on: date) -> tuple[tuple[Account, tuple[Holding, ...]], ...]:
    """Return each open account with its assignments that have not ended, ordered by login name."""
    names = units.names()
    by_login: dict[str, list[Holding]] = {}
    last = Q(until_on__isnull=True) | Q(until_on__gte=on)
    for one in (
        Assignment.objects.filter(last, ended_on=None).select_related("staff").order_by("id")
    ):
        holding = _holding(one, names.get(one.unit, ""))
        by_login.setdefault(one.staff.login, []).append(holding)
    return tuple((one, tuple(by_login.get(one.login, ()))) for one in accounts() if one.active)


def colleagues(staff: Staff) -> tuple[Account, ...]:
    """Return the open accounts of the same unit but one's own."""
    return tuple(
        one
        for one in accounts()
        if one.active and one.unit == staff.unit and one.login != staff.login
    )


def given(staff: Staff, on: date) -> tuple[tuple[int, str, Role, date], ...]:
    """Return who stands in for somebody: number, name, role and last day, not ended by the day."""
    found = Delegation.objects.filter(assignment__staff=staff, ended_on=None, until_on__gte=on)
    return tuple(
        (one.pk, one.taker.name, Role(one.assignment.role), one.until_on)
        for one in found.select_related("taker", "assignment").order_by("id")
    )


def _holding(one: Assignment, unit_name: str) -> Holding:
    return Holding(one.pk, Role(one.role), one.unit, unit_name, one.from_on, one.until_on)


def _in_force(found: QuerySet[M], on: date) -> QuerySet[M]:
    """What is in force on a day: it ends in the query, not in a job (architecture 2)."""
    last = Q(until_on__isnull=True) | Q(until_on__gte=on)
    early = Q(ended_on__isnull=True) | Q(ended_on__gt=on)
    return found.filter(last, early, from_on__lte=on)
