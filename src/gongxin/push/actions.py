"""Writers of subscriptions: propose, approve, refuse, rotate, disable, replay (推送订阅管理).

One proposes an address, another of the credit centre approves it: the database holds that they
are two (SAFETY T10). Each deed is in the audit log in its transaction.
"""

import os
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max, Q, QuerySet

from gongxin.audit import actions
from gongxin.core import ulid
from gongxin.core.audit import By, Deed
from gongxin.core.destinations import Allowed, destination
from gongxin.core.errors import CreditError
from gongxin.derive.changes import ChangeKind
from gongxin.ledger.queries import head
from gongxin.push.models import (
    APPROVED,
    NOT_DECIDED,
    REFUSED,
    WAITING,
    Delivery,
    Subscription,
)

KINDS = tuple(kind.value for kind in ChangeKind)
MOST = 20  # open subscriptions of a client
# After a message's last sending. The last attempt is four days after the first, so a quarter leaves
# a receiver that lost its data weeks to ask again; what is older stands in the changes feed.
KEPT = timedelta(days=90)
FORGOTTEN_AT_ONCE = 1_000


class BadSubscription(CreditError):
    """A subscription cannot be had or changed in this way; nothing was changed.

    ``facts["reason"]`` is unknown, kinds, too_many, decided, own, not_open, generation or
    forgotten.
    """

    code = "push.bad_subscription"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a client proposes: where it wants to be told, and of which kinds of change.

    Whoever is told what is public is told what ceased to be: ``removed`` cannot be left out.
    """

    client: str
    unit: str
    address: str
    kinds: tuple[str, ...] = KINDS


@transaction.atomic
def propose(wanted: Wanted, *, by: By, allowed: Allowed) -> str:
    """Keep a proposal and return its number; the same again is the same proposal.

    Raises:
        BadDestination: nothing may be sent to the address.
        BadSubscription: unknown kinds, without ``removed``, or too many subscriptions.
    """
    destination(wanted.address, allowed)
    if not set(wanted.kinds) <= set(KINDS) or ChangeKind.REMOVED.value not in wanted.kinds:
        message = f"kinds are of {', '.join(KINDS)}, and removed is always one of them"
        raise BadSubscription(message, reason="kinds")
    opened = Subscription.objects.filter(
        client=wanted.client, disabled_at=None, decision__in=(NOT_DECIDED, APPROVED)
    )
    same = opened.filter(address=wanted.address).first()
    if same is not None:
        return same.id
    if opened.count() >= MOST:
        message = f"a client has at most {MOST} subscriptions; disable one first"
        raise BadSubscription(message, reason="too_many")
    made = Subscription.objects.create(
        id=ulid.record_id(int(by.at.timestamp() * 1000), os.urandom(16)),
        client=wanted.client,
        unit=wanted.unit,
        address=wanted.address,
        kinds=sorted(set(wanted.kinds)),
        proposed_by=by.actor,
        proposed_at=by.at,
    )
    _record("propose-push", made, by)
    return made.id


@transaction.atomic
def approve(number: str, *, by: By, allowed: Allowed) -> None:
    """Let messages go to the address, of what changes from now on.

    Raises:
        BadSubscription: unknown, decided or disabled already, or proposed by the same person.
        BadDestination: what may be sent to was narrowed since the proposal.
    """
    found = _locked(number)
    _undecided(found, by)
    destination(found.address, allowed)
    found.decision, found.decided_by, found.decided_at = APPROVED, by.actor, by.at
    found.began_at_revision = found.cursor = head()
    found.save(
        update_fields=["decision", "decided_by", "decided_at", "began_at_revision", "cursor"]
    )
    _record("approve-push", found, by)


@transaction.atomic
def refuse(number: str, *, by: By, reason: str) -> None:
    """Refuse an address.

    Raises:
        BadSubscription: unknown, decided or disabled already, or proposed by the same person.
    """
    found = _locked(number)
    _undecided(found, by)
    found.decision, found.decided_by, found.decided_at = REFUSED, by.actor, by.at
    found.save(update_fields=["decision", "decided_by", "decided_at"])
    _record("refuse-push", found, by, reason=reason)


@transaction.atomic
def rotate(number: str, *, unit: str, generation: int, by: By) -> int:
    """Give a subscription another secret and return which it is; the old one signs for a day more.

    ``generation`` is that of the secret that is to be replaced: the same call again changes
    nothing more.

    Raises:
        BadSubscription: none of this unit that is open, or another secret is in force.
    """
    found = _open(number, unit)
    if generation == found.generation - 1 and found.rotated_at is not None:
        return found.generation
    if generation != found.generation:
        message = f"secret {found.generation} is in force: name it as the one to be replaced"
        raise BadSubscription(message, reason="generation")
    found.generation, found.rotated_at = generation + 1, by.at
    found.save(update_fields=["generation", "rotated_at"])
    _record("rotate-push", found, by)
    return found.generation


@transaction.atomic
def disable(number: str, *, unit: str, by: By, why: str = "") -> None:
    """Send nothing more to an address; what waits for it is kept. Again changes nothing.

    Raises:
        BadSubscription: none of this unit, or it was refused.
    """
    found = _locked(number, unit)
    if found.decision == REFUSED:
        message = "the address was refused"
        raise BadSubscription(message, reason="not_open")
    if found.disabled_at is None:
        _disable(found, by, why)


def disable_failing(found: Subscription, *, by: By, why: str) -> None:
    """Disable what has failed for long, in the caller's transaction that holds its row."""
    _disable(found, by, why)


@transaction.atomic
def replay_delivery(number: str, delivery: str, *, unit: str, by: By) -> None:
    """Send a message again under its own number, whatever became of it.

    Raises:
        BadSubscription: none of this unit that is open, or no such message of it.
    """
    found = _open(number, unit)
    _again(found, Delivery.objects.filter(subscription=found, id=delivery), by)


@transaction.atomic
def replay_since(number: str, revision: int, *, unit: str, by: By) -> int:
    """Send again every message with changes after a revision; return how many they are.

    Raises:
        BadSubscription: none of this unit that is open, no message is that young, or some of
            them are not kept any more.
    """
    found = _open(number, unit)
    if revision < found.forgotten_upto:
        message = (
            f"messages are kept {KEPT.days} days after they were sent: ask since"
            f" {found.forgotten_upto} or later, and read older changes in the changes feed"
        )
        raise BadSubscription(message, reason="forgotten")
    return _again(found, Delivery.objects.filter(subscription=found, upto__gt=revision), by)


@transaction.atomic
def forget_deliveries(*, now: datetime) -> int:
    """Delete messages whose last sending is longer ago than ``KEPT``; return how many.

    What still waits to be sent stays, unless its subscription was disabled as long ago, which is
    for good. A call takes some of one subscription, so nobody waits long.
    """
    done = ~Q(state=WAITING) | Q(subscription__disabled_at__lt=now - KEPT)
    old = Q(sent_at__lt=now - KEPT) | Q(sent_at=None, made_at__lt=now - KEPT)
    first = Delivery.objects.filter(done, old).values_list("subscription", flat=True).first()
    if first is None:
        return 0
    # Asked again under the lock: a replay may have taken some of them meanwhile.
    found = Subscription.objects.select_for_update().get(id=first)
    gone = Delivery.objects.filter(done, old, subscription=found).order_by("since")
    theirs = Delivery.objects.filter(
        id__in=list(gone.values_list("id", flat=True)[:FORGOTTEN_AT_ONCE])
    )
    upto = theirs.aggregate(upto=Max("upto"))["upto"] or 0
    found.forgotten_upto = max(found.forgotten_upto, upto)
    found.save(update_fields=["forgotten_upto"])
    return theirs.delete()[0]


def _again(found: Subscription, deliveries: QuerySet[Delivery], by: By) -> int:
    n = deliveries.update(state=WAITING, attempts=0, next_at=by.at, fault="")
    if n == 0:
        message = f"there is no such message; they are kept {KEPT.days} days after sending"
        raise BadSubscription(message, reason="unknown")
    found.rests_until = None
    found.save(update_fields=["rests_until"])
    _record("replay-push", found, by, messages=str(n))
    return n


def _disable(found: Subscription, by: By, why: str) -> None:
    found.disabled_at, found.disabled_by, found.disabled_why = by.at, by.actor, why
    found.save(update_fields=["disabled_at", "disabled_by", "disabled_why"])
    _record("disable-push", found, by, why=why)


def _locked(number: str, unit: str | None = None) -> Subscription:
    own = {} if unit is None else {"unit": unit}
    found = Subscription.objects.select_for_update().filter(id=number, **own).first()
    if found is None:
        message = "there is no subscription of this number; see gongxin push list"
        raise BadSubscription(message, reason="unknown")
    return found


def _open(number: str, unit: str) -> Subscription:
    found = _locked(number, unit)
    if found.decision == REFUSED or found.disabled_at is not None:
        message = "the subscription was refused or disabled; propose the address anew"
        raise BadSubscription(message, reason="not_open")
    return found


def _undecided(found: Subscription, by: By) -> None:
    if found.decision != NOT_DECIDED or found.disabled_at is not None:
        message = "the proposal was decided or taken back already"
        raise BadSubscription(message, reason="decided")
    if found.proposed_by == by.actor:
        message = "who proposed an address does not decide on it; let another one do so"
        raise BadSubscription(message, reason="own")


def _record(action: str, found: Subscription, by: By, **details: str) -> None:
    actions.record(
        Deed(
            at=by.at,
            actor=by.actor,
            action=action,
            object=f"push:{found.id}",
            on_behalf=found.unit,
            details={"client": found.client, "address": found.address, **details},
        )
    )
