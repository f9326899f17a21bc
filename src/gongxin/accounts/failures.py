"""Failed logins in the audit log: a minute's first at once, the others as a number (登录失败).

Of people, and of systems that were refused a token. Anybody can fail to log in as often as he
likes. A row for each would let him fill the log, and the disk, and bury in it what others did; so
rows grow with accounts and minutes, never with attempts.
"""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import F

from gongxin.accounts import queries
from gongxin.accounts.client_queries import PREFIX
from gongxin.accounts.clients import Client
from gongxin.accounts.models import CountedFailure, Staff
from gongxin.audit.actions import record, record_all
from gongxin.core.audit import DENIED, Deed

NOBODY = "nobody"


@transaction.atomic
def tell_failed(login: str, reason: str, *, at: datetime) -> None:
    """Record or count that a login failed; a name that is no account's is not written anywhere."""
    staff = Staff.objects.filter(login=login).first()
    _tell(NOBODY if staff is None else queries.actor_name(staff), reason, at)


@transaction.atomic
def tell_refused(client_id: str, reason: str, *, at: datetime) -> None:
    """Record or count that a system was refused a token; an id that is none is not written."""
    known = Client.objects.filter(client_id=client_id).exists()
    _tell(f"{PREFIX}{client_id if known else NOBODY}", reason, at)


@transaction.atomic
def tell_counted(*, now: Callable[[], datetime]) -> int:
    """Record, as one row each, what was counted in minutes that are over; return how many rows.

    Called at each failure and by whoever seals the log: a flood that stops is told all the same.
    """
    at = now()
    over = CountedFailure.objects.select_for_update(skip_locked=True).filter(minute__lt=_minute(at))
    rows = list(over)
    CountedFailure.objects.filter(pk__in=[row.pk for row in rows]).delete()
    told = [
        _denied(
            row.object,
            row.reason,
            at,
            {"failures": str(row.more), "minute": row.minute.isoformat()},
        )
        for row in rows
        if row.more
    ]
    record_all(told)
    return len(told)


def _tell(whose: str, reason: str, at: datetime) -> None:
    tell_counted(now=lambda: at)
    counted, first = CountedFailure.objects.get_or_create(
        key=f"{whose} {reason}",
        defaults={"object": whose, "reason": reason, "minute": _minute(at)},
    )
    if not first:
        first = not CountedFailure.objects.filter(pk=counted.pk).update(more=F("more") + 1)
    if first:
        record(_denied(whose, reason, at, {}))


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _denied(whose: str, reason: str, at: datetime, details: dict[str, str]) -> Deed:
    return Deed(
        at=at,
        actor=NOBODY,
        action="token" if whose.startswith(PREFIX) else "login",
        object=whose,
        decision=DENIED,
        reason=reason,
        details=details,
    )
