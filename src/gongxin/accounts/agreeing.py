"""That a second person agrees, by his own password: not a name that somebody types (双人复核)."""

from datetime import datetime

from django.db import transaction

from gongxin.accounts import failures, queries
from gongxin.accounts.models import Staff
from gongxin.accounts.policy import Action, Resource, can
from gongxin.core.dates import CHINA
from gongxin.core.errors import CreditError


class NotAgreed(CreditError):
    """The second person has no such role today, or the password is wrong; nothing was done."""

    code = "accounts.not_agreed"


def auditor(login: str, password: str, *, at: datetime) -> str:
    """Return the auditor who agreed, as the audit log names him.

    Raises:
        NotAgreed: no open account of an auditor, or another password; one answer for all.
    """
    staff = Staff.objects.filter(login=login, is_active=True).first()
    known = staff is not None and staff.check_password(password)
    if staff is not None and known:
        actor = queries.actor_of(staff, at.astimezone(CHINA).date())
        if can(actor, Action.READ_AUDIT, Resource()).allow:
            return actor.name
    with transaction.atomic():
        failures.tell_failed(login, "agree", at=at)
    message = "the second person is an auditor with an open account, who types his own password"
    raise NotAgreed(message)
