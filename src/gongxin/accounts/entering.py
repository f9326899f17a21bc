"""How somebody enters for the first time: a link from one administrator, a code from another.

Whoever held the link alone would enter as the person and act with the roles that the person gets.
So the link that the system administrator hands over is good only with the code that the security
administrator hands over: neither enters alone (三员分立, 首次登录).
"""

import secrets
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare, salted_hmac

from gongxin.accounts import failures, logins, queries
from gongxin.accounts.models import FirstEntry, Staff
from gongxin.audit.actions import record
from gongxin.core.audit import DENIED, By, Deed
from gongxin.core.errors import CreditError

SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that is mistaken for another
LENGTH = 8
MOST_WRONG = 5


class NotReleased(CreditError):
    """No link of the account waits, or who would release it made it or is its person."""

    code = "accounts.not_released"


class WrongCode(CreditError):
    """The code is not the one that belongs to the link; after some the link is good no more."""

    code = "accounts.wrong_code"


def await_release(staff: Staff, *, by: By, released: bool) -> None:
    """Note that a link of the account was made, in the transaction that makes it.

    ``released``: at the command line, where whoever acts holds the database anyway.
    """
    made = {"made_by": by.actor, "code": "", "wrong": 0}
    given = {
        "released_by": by.actor if released else "",
        "released_at": by.at if released else None,
    }
    FirstEntry.objects.update_or_create(staff=staff, defaults=made | given)


@transaction.atomic
def release(login: str, *, by: By) -> str:
    """Release the link of an account and return the code that its person types, told once.

    Released again, the account has another code.

    Raises:
        NotReleased: there is no link of an open account, or the same person made it, or it is his
            own.
    """
    waiting = (
        FirstEntry.objects.select_for_update(of=("self",))
        .select_related("staff")
        .filter(staff__login=login, staff__is_active=True)
        .first()
    )
    if waiting is None or by.actor in {waiting.made_by, queries.actor_name(waiting.staff)}:
        message = "a link is released by another administrator than who made it, for another person"
        raise NotReleased(message)
    code = "".join(secrets.choice(SIGNS) for _ in range(LENGTH))
    FirstEntry.objects.filter(pk=waiting.pk).update(
        released_by=by.actor, released_at=by.at, code=_digest(waiting.staff, code), wrong=0
    )
    name = queries.actor_name(waiting.staff)
    record(Deed(at=by.at, actor=by.actor, action="release-link", object=name))
    return code


def is_released(staff: Staff) -> bool:
    """Tell whether the link of the account opens anything."""
    released = FirstEntry.objects.filter(staff=staff, wrong__lt=MOST_WRONG)
    return released.exclude(released_by="").exists()


def needs_code(staff: Staff) -> bool:
    """Tell whether its person types a code beside the link."""
    return FirstEntry.objects.filter(staff=staff).exclude(code="").exists()


def enter(staff: Staff, code: str, password: str, *, at: datetime) -> None:
    """Set the first password; the link and its code end with it.

    Raises:
        WrongCode: it is another code; that is counted and recorded, and nothing was set.
    """
    with transaction.atomic():
        waiting = FirstEntry.objects.select_for_update().filter(staff=staff).first()
        typed = _digest(staff, code.strip().upper()) if waiting and waiting.code else ""
        if waiting is not None and constant_time_compare(typed, waiting.code):
            logins.set_password(staff, password, at=at)
            return
        FirstEntry.objects.filter(staff=staff).update(wrong=F("wrong") + 1)
        name = queries.actor_name(staff)
        denied = Deed(at=at, actor=failures.NOBODY, action="login", object=name, decision=DENIED)
        record(denied)
    message = "the code is wrong; ask the security administrator for another"
    raise WrongCode(message)


def waiting() -> tuple[tuple[str, str, str, str], ...]:
    """Return the accounts whose link was made: login name, name, staff number, who released it."""
    found = FirstEntry.objects.filter(staff__is_active=True).order_by("staff__login")
    return tuple(found.values_list("staff__login", "staff__name", "staff__staff_no", "released_by"))


def _digest(staff: Staff, code: str) -> str:
    keyed = salted_hmac("gongxin.accounts.entering", f"{staff.pk}:{code}", algorithm="sha256")
    return f"hmac-sha256:{keyed.hexdigest()}"
