"""Failed logins slow the next one down, by account and by address; nobody is locked out (T18).

An attempt counts before the password is looked at, so that many at once gain nothing; one that
succeeds is taken back. What was typed is kept as a keyed digest only.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from gongxin.accounts import queries
from gongxin.accounts.models import FailedLogin, FirstEntry, Staff
from gongxin.audit.actions import record
from gongxin.core.audit import Deed
from gongxin.core.errors import CreditError

FORGOTTEN_AFTER = timedelta(hours=24)


class TooSoon(CreditError):
    """Logins failed too often; the next may be tried after ``seconds``."""

    code = "accounts.too_soon"


@dataclass(frozen=True, slots=True)
class Brake:
    """How failures in a row slow down: after ``free`` each doubles the wait, up to ``longest``."""

    key: str
    free: int
    longest: timedelta

    def wait(self, failures: int) -> timedelta:
        """Return how long after the last failure the next attempt may come."""
        beyond = failures - self.free
        if beyond < 0:
            return timedelta()
        return min(timedelta(seconds=2 ** min(beyond, 20)), self.longest)


def brakes(login: str, address: str, *, secret: str) -> tuple[Brake, ...]:
    """Return what slows a login name down: at this address, the address, and the name anywhere.

    The last stays short: whoever fails on purpose must not keep its owner out.
    """

    def key(*parts: str) -> str:
        text = "\0".join(parts).encode()
        return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()

    name = login.strip().lower()
    return (
        Brake(key("both", name, address), 5, timedelta(minutes=15)),
        Brake(key("address", address), 20, timedelta(minutes=15)),
        Brake(key("name", name), 20, timedelta(seconds=30)),
    )


@transaction.atomic
def attempt(given: tuple[Brake, ...], *, at: datetime) -> None:
    """Count an attempt.

    Raises:
        TooSoon: one of the brakes still holds; nothing was counted.
    """
    keys = sorted(brake.key for brake in given)
    old = FailedLogin.objects.filter(key__in=keys, last_at__lt=at - FORGOTTEN_AFTER)
    old.delete()
    FailedLogin.objects.bulk_create(
        [FailedLogin(key=key, failures=0, last_at=at) for key in keys], ignore_conflicts=True
    )
    rows = FailedLogin.objects.select_for_update().filter(key__in=keys).order_by("key")
    found = {row.key: row for row in rows}
    waits = (
        found[brake.key].last_at + brake.wait(found[brake.key].failures) - at for brake in given
    )
    left = max(waits)
    if left > timedelta():
        seconds = int(left.total_seconds()) + 1
        message = f"too many logins failed; try again in {seconds} seconds"
        raise TooSoon(message, seconds=seconds)
    for row in found.values():
        FailedLogin.objects.filter(key=row.key).update(failures=row.failures + 1, last_at=at)


@transaction.atomic
def succeeded(given: tuple[Brake, ...]) -> None:
    """Take the attempt back: the account's count begins anew, the address's goes one back."""
    both, address, name = given
    FailedLogin.objects.filter(key__in=[both.key, name.key]).delete()
    found = FailedLogin.objects.select_for_update().filter(key=address.key, failures__gt=0).first()
    if found is not None:
        FailedLogin.objects.filter(key=found.key).update(failures=found.failures - 1)


@transaction.atomic
def tell(staff: Staff, action: str, *, at: datetime, reason: str = "") -> None:
    """Record what somebody did to his own account or session."""
    name = queries.actor_name(staff)
    record(Deed(at=at, actor=name, action=action, object=name, reason=reason))


@transaction.atomic
def set_password(staff: Staff, password: str, *, at: datetime) -> None:
    """Set a password; every session of the account ends with it, and a link that waited."""
    staff.set_password(password)
    Staff.objects.filter(pk=staff.pk).update(password=staff.password)
    FirstEntry.objects.filter(staff=staff).delete()
    tell(staff, "set-password", at=at)
