"""Agents of organisations: who may act for one, on which document, until when (信用主体经办人).

Requirement 1-85 and threat T04: an organisation sees who looked at it. It does so through a person
whom it authorised; the security administrator appoints him on the document that says so. An agent
acts for one organisation, holds no other role, and sees nothing else of the desk.
"""

from dataclasses import dataclass

from django.db import transaction

from gongxin.accounts import actions, queries
from gongxin.accounts.actions import Person, Term
from gongxin.accounts.models import Assignment, Staff
from gongxin.accounts.policy import Role
from gongxin.core import privacy, uscc
from gongxin.core.audit import By
from gongxin.core.errors import CreditError


class NotAppointed(CreditError):
    """Somebody cannot be an agent in this way; nothing was changed."""

    code = "accounts.not_appointed"


@dataclass(frozen=True, slots=True)
class Mandate:
    """Who acts for the organisation of his account, on which document (授权委托书), until when."""

    login: str
    document: str
    term: Term


def add_agent(person: Person, *, by: By) -> Staff:
    """Make the account of an agent: ``unit`` is the code of his organisation.

    Raises:
        NotAppointed: the code is none, or a person's number.
        BadAccount: as of any account.
    """
    if uscc.is_person_number(person.unit) or not uscc.is_valid(person.unit):
        message = "an agent acts for an organisation with a valid unified social credit code"
        raise NotAppointed(message)
    return actions.add_staff(person, by=by, agent=True)


@transaction.atomic
def appoint(mandate: Mandate, *, by: By) -> Assignment:
    """Appoint an agent of the organisation of his account, for a term that ends.

    Raises:
        NotAppointed: no document is named or it holds a person's number, the term has no end, or
            the person holds another role.
        NoSuchAccount, OwnRole, BadTerm: as of any role.
    """
    document = mandate.document.strip()
    if not document or privacy.mask(document) != document or uscc.is_person_number(document):
        message = "name the document of authorisation by its title, number and day"
        raise NotAppointed(message)
    staff = Staff.objects.filter(login=mandate.login, is_active=True).first()
    term = mandate.term
    held = queries.roles_held(staff, term.from_on, term.until_on) if staff else frozenset()
    if term.until_on is None or held - {Role.SUBJECT.value}:
        message = "an agent is appointed until a day, and holds no other role"
        raise NotAppointed(message)
    unit = staff.unit if staff is not None else ""
    return actions.grant(actions.Grant(mandate.login, Role.SUBJECT, unit, term, document), by=by)
