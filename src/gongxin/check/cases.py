"""Cases that units handled, and how many of them were checked (应查必查, requirement 4-16).

Only organisations are counted: an applicant who is a person or one person's undertaking stands
outside numerator and denominator (legal.md L6), and its number is not kept.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from gongxin.accounts.acting import acts_for
from gongxin.audit import actions
from gongxin.check.models import Case
from gongxin.core import privacy, uscc
from gongxin.core.audit import By, Deed
from gongxin.core.errors import CreditError
from gongxin.core.subject import archive_only
from gongxin.law import Release


class NoRequiredCheck(CreditError):
    """No check is required in the matter."""

    code = "check.none_required"


@dataclass(frozen=True, slots=True)
class Handled:
    """One case that a unit handled: its number, the applicant's code and the day."""

    case_no: str
    uscc: str
    handled_on: date


@dataclass(frozen=True, slots=True)
class Taken:
    """How many cases were counted, and how many stand outside: persons and the like."""

    counted: int
    outside: int


@dataclass(frozen=True, slots=True)
class Rate:
    """Cases that were checked of those that should have been, by unit and matter (应查已查).

    ``checked`` of ``cases``: the unit asked about the organisation in the matter under the case's
    number on the day it was handled or before.
    """

    unit: str
    matter: str
    checked: int
    cases: int


def hand_in(cases: Iterable[Handled], *, unit: str, matter: str, by: By, release: Release) -> Taken:
    """Count the cases that a unit handled in a matter; the same case again is not counted twice.

    Raises:
        NoRequiredCheck: the release requires no check in the matter; nothing was kept.
    """
    if matter not in {required.matter for required in release.content.required_checks}:
        message = "no check is required in this matter"
        raise NoRequiredCheck(message)
    given = list(cases)
    counted = [case for case in given if _is_counted(case.uscc)]
    with transaction.atomic():
        acts_for(unit)
        before = Case.objects.filter(unit=unit, matter=matter).count()
        Case.objects.bulk_create(
            [
                Case(
                    unit=unit,
                    matter=matter,
                    case_no=privacy.mask(case.case_no),
                    subject=case.uscc,
                    handled_on=case.handled_on,
                )
                for case in counted
            ],
            ignore_conflicts=True,
        )
        new = Case.objects.filter(unit=unit, matter=matter).count() - before
        told = {"cases": str(new), "outside": str(len(given) - len(counted))}
        deed = Deed(
            at=by.at,
            actor=by.actor,
            action="hand-in-cases",
            object="",
            on_behalf=unit,
            matter=matter,
            details=told,
        )
        actions.record(deed)
    return Taken(len(counted), len(given) - len(counted))


def _is_counted(code: str) -> bool:
    """Only organisations are: the code tells what can be told before any look-up."""
    person = uscc.is_person_number(code) or code.startswith("92")
    return uscc.is_valid(code) and not person and not archive_only(code)


def rates(*, first: date, last: date, units: Collection[str] | None = None) -> list[Rate]:
    """Return the rates of the cases handled from ``first`` to ``last``, both days included."""
    named = None if units is None else list(units)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM check_rates(%s, %s, %s::text[])", [first, last, named])
        return [Rate(*row) for row in cursor.fetchall()]
