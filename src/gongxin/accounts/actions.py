"""The only writers of people: accounts, roles, standing in and handing over (人员与任职).

Each change and its row in the audit log stand or fall together. Whether somebody may is decided
before, by ``policy.can``; what nobody may, is refused here and by the database.
"""

from dataclasses import dataclass
from datetime import date

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import transaction

from gongxin.accounts import entering, queries, units
from gongxin.accounts.models import Assignment, Delegation, Staff, Unit
from gongxin.accounts.policy import ADMINISTRATORS, Role
from gongxin.audit.actions import record
from gongxin.core import privacy, uscc
from gongxin.core.audit import By, Deed
from gongxin.core.dates import CHINA
from gongxin.core.errors import CreditError

OPERATOR = "operator:"
APART = ADMINISTRATORS | {Role.SUBJECT}  # an agent of an organisation has no work here either


class BadAccount(CreditError):
    """An account lacks what names its person, or is there already."""

    code = "accounts.bad_account"


class NoSuchAccount(CreditError):
    """There is no such account, assignment or delegation in force."""

    code = "accounts.not_found"


class DutiesApart(CreditError):
    """One person would hold two administrators' roles, or one beside other work (三员分立)."""

    code = "accounts.duties_apart"


class OwnRole(CreditError):
    """Somebody grants, ends or keeps a role of his own (不得给自己授权)."""

    code = "accounts.own_role"


class BadTerm(CreditError):
    """A role or delegation begins in the past, ends before it begins, or is at no unit."""

    code = "accounts.bad_term"


@dataclass(frozen=True, slots=True)
class Person:
    """Who an account is for: a named person with a staff number at a unit (实名账号)."""

    login: str
    name: str
    staff_no: str
    unit: str


@dataclass(frozen=True, slots=True)
class Term:
    """From which day to which, both inclusive; no last day is until it is ended."""

    from_on: date
    until_on: date | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """Which role somebody is to hold where and when; ``document`` is an agent's authorisation."""

    login: str
    role: Role
    unit: str
    term: Term
    document: str = ""


@transaction.atomic
def add_staff(person: Person, *, by: By, agent: bool = False) -> Staff:
    """Make the account of a named person, without a password: a link sets it once it is released.

    Raises:
        BadAccount: a part is empty, looks like a person's number, or the account is there.
        BadTerm: the unit is not registered, or dissolved.
    """
    parts = (person.login, person.name, person.staff_no)
    if any(part.strip() != part or part == "" for part in parts):
        message = "an account needs a login name, a name and a staff number, without blanks around"
        raise BadAccount(message)
    if any(uscc.is_person_number(part) or privacy.mask(part) != part for part in parts):
        message = "a person's number cannot be a login name, a name or a staff number; use others"
        raise BadAccount(message)
    if not agent:
        _demand_unit(person.unit, _day(by))
    same_person = Staff.objects.filter(unit=person.unit, staff_no=person.staff_no)
    if Staff.objects.filter(login__iexact=person.login).exists() or same_person.exists():
        message = "there is an account of that login name, or of that staff number at the unit"
        raise BadAccount(message)
    staff = Staff(login=person.login, name=person.name, staff_no=person.staff_no, unit=person.unit)
    staff.set_unusable_password()
    Staff.objects.bulk_create([staff])
    entering.await_release(staff, by=by, released=by.actor.startswith(OPERATOR))
    _tell(by, "add-account", staff, {"unit": person.unit, "staff_no": person.staff_no})
    return staff


@transaction.atomic
def disable_staff(login: str, *, by: By) -> None:
    """Close an account: nobody enters with it and whoever is in is out at the next page.

    Raises:
        NoSuchAccount: there is none that is open.
        OwnRole: it is one's own.
    """
    staff = _open_account(login)
    if by.actor == queries.actor_name(staff):
        message = "nobody closes an account of his own; ask another administrator"
        raise OwnRole(message)
    Staff.objects.filter(pk=staff.pk).update(is_active=False)
    _tell(by, "disable-account", staff, {})


@transaction.atomic
def renew_staff(login: str, *, by: By) -> Staff:
    """Take password and second factors away, as of one who lost them; a one-time link follows.

    Raises:
        NoSuchAccount: there is no such open account.
        DutiesApart: its person administrates: only an operator at the command line renews it, or a
            system administrator could become whom he wants.
        OwnRole: it is one's own.
    """
    staff = _open_account(login)
    if by.actor == queries.actor_name(staff):
        message = "nobody renews an account of his own; ask another administrator"
        raise OwnRole(message)
    held = {Role(one.role) for one in queries.open_assignments(staff, _day(by))}
    if held & ADMINISTRATORS and not by.actor.startswith(OPERATOR):
        message = "an administrator's account is renewed at the command line"
        raise DutiesApart(message)
    staff.set_unusable_password()
    Staff.objects.filter(pk=staff.pk).update(password=staff.password)
    Authenticator.objects.filter(user=staff).delete()
    entering.await_release(staff, by=by, released=by.actor.startswith(OPERATOR))
    _tell(by, "renew-account", staff, {})
    return staff


@transaction.atomic
def link_staff(login: str, provider: str, subject: str, *, by: By) -> None:
    """Link an account to a person of single sign-on: the provider stands for one issuer.

    Raises:
        NoSuchAccount: there is no such open account.
        BadAccount: the subject is linked already, or is a person's number.
    """
    staff = _open_account(login)
    if subject == "" or uscc.is_person_number(subject):
        message = "a link needs the subject as the identity service gives it, no person's number"
        raise BadAccount(message)
    if SocialAccount.objects.filter(provider=provider, uid=subject).exists():
        message = "the subject is linked to an account already"
        raise BadAccount(message)
    SocialAccount.objects.bulk_create([SocialAccount(user=staff, provider=provider, uid=subject)])
    _tell(by, "link-account", staff, {"provider": provider})


@transaction.atomic
def grant_role(login: str, role: Role, unit: str, term: Term, *, by: By) -> Assignment:
    """Let a person hold a role at a unit for a term.

    Raises:
        NoSuchAccount: no open account has the login name.
        OwnRole: the person is the one who grants.
        DutiesApart: an administrator would hold a second role, or somebody else could still enter
            with his one-time link; nothing was changed.
        BadTerm: it begins in the past, ends before it begins, or the unit is none.
    """
    if role is Role.SUBJECT:
        message = "an agent is appointed on a document, not granted a role"
        raise DutiesApart(message)
    return grant(Grant(login, role, unit, term), by=by)


@transaction.atomic
def grant(given: Grant, *, by: By) -> Assignment:
    """Grant what ``grant_role`` and ``agents.appoint`` have looked at; raises what they raise."""
    staff, term = _open_account(given.login), given.term
    if by.actor == queries.actor_name(staff):
        message = "nobody grants a role to himself; ask another security administrator"
        raise OwnRole(message)
    _demand_term(term, _day(by))
    if given.role is not Role.SUBJECT:
        _demand_unit(given.unit, term.from_on)
        _demand_unit(staff.unit, term.from_on)  # an agent has no work here
    _demand_apart(staff, given.role, term)
    _demand_entered(staff, given.role, by)
    granted = Assignment(
        staff=staff,
        role=given.role.value,
        unit=given.unit,
        from_on=term.from_on,
        until_on=term.until_on,
        granted_by=by.actor,
        granted_at=by.at,
        document=given.document,
    )
    Assignment.objects.bulk_create([granted])
    details = {"role": given.role.value, "unit": given.unit, "document": given.document}
    _tell(by, "grant-role", staff, details | _days(term) | {"assignment": str(granted.pk)})
    return granted


def _demand_entered(staff: Staff, role: Role, by: By) -> None:
    """Who administrates has set password and second factor himself before he gets the role.

    Whoever made the account saw its one-time link: he would become an administrator with it.
    """
    entered = staff.has_usable_password() and Authenticator.objects.filter(user=staff).exists()
    if role in ADMINISTRATORS and not entered and not by.actor.startswith(OPERATOR):
        message = "an administrator sets password and second factor before he gets the role"
        raise DutiesApart(message)


@transaction.atomic
def end_role(assignment: int, *, by: By) -> None:
    """End a role today; who stands in for it stands in no longer.

    Raises:
        NoSuchAccount: there is no such assignment, or it has ended.
        OwnRole: it is one's own.
    """
    found = Assignment.objects.select_for_update().filter(pk=assignment, ended_on=None).first()
    day = _day(by)
    if found is None or (found.until_on is not None and found.until_on < day):
        message = f"there is no assignment {assignment} that could be ended"
        raise NoSuchAccount(message)
    if by.actor == queries.actor_name(found.staff):
        message = "nobody ends a role of his own; ask another security administrator"
        raise OwnRole(message)
    _end(found, by)
    _tell(by, "end-role", found.staff, {"role": found.role, "assignment": str(found.pk)})


@transaction.atomic
def delegate(assignment: int, taker: str, term: Term, *, by: By) -> Delegation:
    """Let another person of the unit stand in for a role until a day (代办).

    Raises:
        NoSuchAccount: no such assignment is open, or the taker has no open account at its unit.
        OwnRole: the taker holds the role himself, or grants to himself.
        DutiesApart: the role is an administrator's, or the taker is one.
        BadTerm: no last day, or days that do not fit.
    """
    given = Assignment.objects.filter(pk=assignment, ended_on=None).first()
    other = _open_account(taker)
    if given is None or other.unit != given.unit:
        message = "name an assignment that is open and another person of the same unit"
        raise NoSuchAccount(message)
    if other.pk == given.staff_id or by.actor == queries.actor_name(other):
        message = "nobody stands in for himself or takes a role himself; name another person"
        raise OwnRole(message)
    if Role(given.role) in APART:
        message = "an administrator's or agent's role is granted, never delegated"
        raise DutiesApart(message, role=given.role)
    _demand_term(term, _day(by))
    if term.until_on is None:
        message = "standing in needs a last day"
        raise BadTerm(message)
    _demand_apart(other, Role(given.role), term)
    made = Delegation(
        assignment=given,
        taker=other,
        from_on=term.from_on,
        until_on=term.until_on,
        granted_by=by.actor,
        granted_at=by.at,
    )
    Delegation.objects.bulk_create([made])
    details = {"role": given.role, "of": given.staff.login, **_days(term)}
    _tell(by, "delegate", other, details)
    return made


@transaction.atomic
def end_delegation(delegation: int, *, by: By) -> None:
    """End a standing-in today.

    Raises:
        NoSuchAccount: there is none that could be ended.
    """
    found = Delegation.objects.select_for_update().filter(pk=delegation, ended_on=None).first()
    if found is None or found.until_on < _day(by):
        message = f"there is no delegation {delegation} that could be ended"
        raise NoSuchAccount(message)
    Delegation.objects.filter(pk=found.pk).update(ended_on=_day(by), ended_by=by.actor)
    _tell(by, "end-delegation", found.taker, {"role": found.assignment.role})


@transaction.atomic
def hand_over(giver: str, taker: str, *, by: By) -> int:
    """Move all open roles of a person to another of the unit and close the account (交接).

    Return how many roles moved. A role that the taker holds already only ends.

    Raises:
        NoSuchAccount: one of the two has no open account, or they are not at one unit.
        OwnRole: the taker does it himself, or both are one.
        DutiesApart: an administrator's role is granted anew, never handed over.
    """
    old, new = _open_account(giver), _open_account(taker)
    if old.pk == new.pk or by.actor == queries.actor_name(new):
        message = "nobody takes over from or for himself; name another person"
        raise OwnRole(message)
    if old.unit != new.unit:
        message = "hand over to a person of the same unit"
        raise NoSuchAccount(message)
    day = _day(by)
    moving = queries.open_assignments(old, day)
    if any(Role(one.role) in ADMINISTRATORS for one in moving):
        message = "an administrator's role is ended and granted anew, never handed over"
        raise DutiesApart(message)
    held = {(one.role, one.unit) for one in queries.open_assignments(new, day)}
    for one in moving:
        _end(one, by)
        if (one.role, one.unit) not in held:
            term = Term(max(one.from_on, day), one.until_on)
            grant_role(new.login, Role(one.role), one.unit, term, by=by)
    Delegation.objects.filter(taker=old, ended_on=None, until_on__gte=day).update(
        ended_on=day, ended_by=by.actor
    )
    Staff.objects.filter(pk=old.pk).update(is_active=False)
    _tell(by, "hand-over", old, {"to": new.login, "roles": str(len(moving))})
    return len(moving)


def _day(by: By) -> date:
    return by.at.astimezone(CHINA).date()


def _open_account(login: str) -> Staff:
    found = Staff.objects.select_for_update().filter(login=login, is_active=True).first()
    if found is None:
        message = "there is no open account of that login name"
        raise NoSuchAccount(message)
    return found


def _demand_unit(code: str, day: date) -> None:
    standing = units.standing_on(code, day)
    if not Unit.objects.filter(uscc=code).exists() or standing is None or not standing.in_force:
        message = "the unit is not registered or was dissolved; register it in the pack"
        raise BadTerm(message)


def _demand_term(term: Term, day: date) -> None:
    if term.from_on < day or (term.until_on is not None and term.until_on < term.from_on):
        message = "a term begins today or later and ends no earlier than it begins"
        raise BadTerm(message)


def _demand_apart(staff: Staff, role: Role, term: Term) -> None:
    """Refuse what the trigger would refuse, with words; the trigger holds whoever writes."""
    others = {Role(r) for r in queries.roles_held(staff, term.from_on, term.until_on)} - {role}
    if (role in APART and others) or others & APART:
        message = (
            "system administrator, security administrator and auditor are three persons, and none"
            " of them does other work here; end the other role first or name another person"
        )
        raise DutiesApart(message, role=role.value)


def _end(assignment: Assignment, by: By) -> None:
    day = _day(by)
    ended = {"ended_on": day, "ended_by": by.actor}
    Assignment.objects.filter(pk=assignment.pk).update(**ended)
    Delegation.objects.filter(assignment=assignment, ended_on=None, until_on__gte=day).update(
        **ended
    )


def _days(term: Term) -> dict[str, str]:
    return {"from": term.from_on.isoformat(), "until": str(term.until_on or "")}


def _tell(by: By, action: str, staff: Staff, details: dict[str, str]) -> None:
    name = queries.actor_name(staff)
    record(Deed(at=by.at, actor=by.actor, action=action, object=name, details=details))
