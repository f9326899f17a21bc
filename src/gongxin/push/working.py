"""The pusher: makes messages of what changed and sends them until they are heard (推送进程).

Many may work at once. A subscription has one lease at a time: its messages go out in order, one
worker sends, and a worker that slept through its lease settles nothing (its fence is old). What is
sent twice has the same ``webhook-id``: a receiver that keeps it does nothing twice (SAFETY R2).
"""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from threading import Event

from django.db import DatabaseError, InterfaceError, connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from gongxin.accounts.client_queries import items_of, without_access
from gongxin.core import ulid
from gongxin.core.audit import By
from gongxin.core.errors import CreditError
from gongxin.derive.changes import changes
from gongxin.law import Release
from gongxin.ledger.queries import head
from gongxin.push import actions
from gongxin.push.models import APPROVED, DEAD, DELIVERED, WAITING, Delivery, Subscription
from gongxin.push.sender import GONE, Answer, Sender
from gongxin.push.signing import secrets_in_force, sign

CHANGES = 100  # entries that a message is made of
LEASE = timedelta(seconds=60)  # several times what a sending may take
# 5 s to 24 h; what was not heard after the last is a dead letter: almost four days.
WAITS = (5, 30, 120, 600, 3_600, 7_200, 18_000, 43_200, 86_400, 86_400, 86_400)
JITTER = 0.2
DISABLED_AFTER = timedelta(days=3)  # of an address that is away: sooner than a dead letter
PUSHER = "platform:push"
MESSAGE = "changes"


@dataclass(frozen=True, slots=True)
class Lease:
    """A message that a worker may send now, for a subscription with all that signing needs."""

    delivery: str
    subscription: str
    fence: int
    address: str
    kinds: tuple[str, ...]
    items: frozenset[str] | None
    generation: int
    rotated_at: datetime | None
    since: int
    upto: int
    attempt: int


@dataclass(frozen=True, slots=True)
class Pusher:
    """What pushing needs; ``say`` takes a line for the operator, ``chance`` makes the jitter.

    Sender and release are asked for each time: what a pack opens no longer is closed at once.
    """

    sender: Callable[[], Sender]
    key: bytes
    release: Callable[[], Release]
    now: Callable[[], datetime]
    today: Callable[[], date]
    say: Callable[[str], None]
    chance: Random
    size: int = CHANGES

    def once(self) -> int:
        """Make messages of all that changed and send what is due; return how many were sent.

        Messages that need not be kept any more are deleted on the way.

        Raises:
            DatabaseError: the database does not answer.
        """
        while self.make():
            pass
        actions.forget_deliveries(now=self.now())
        sent = 0
        while (lease := self.take()) is not None:
            self.settle(lease, self.send(lease))
            sent += 1
        return sent

    def run(self, *, every: float, stop: Event) -> None:
        """Push each ``every`` seconds until ``stop`` is set."""
        while not stop.is_set():
            try:
                self.once()
            except (DatabaseError, InterfaceError) as error:
                self.say(f"the database does not answer ({type(error).__name__}); trying again")
                connection.close()
            except CreditError as error:
                self.say(f"nothing was pushed: {error.code}: {error.message}")
            stop.wait(every)

    def make(self) -> bool:
        """Make the next message of one subscription that is behind; False if none is.

        Message and cursor are one transaction: whoever dies here leaves nothing half made.
        """
        with transaction.atomic():
            behind = self._active().filter(cursor__lt=head()).select_for_update(skip_locked=True)
            found = behind.order_by("cursor", "id").first()
            if found is None:
                return False
            part = changes(
                since=found.cursor,
                limit=self.size,
                as_of=self.today(),
                release=self.release(),
                items=items_of(found.client),
            )
            if any(one.change.value in found.kinds for one in part.items):
                now = self.now()
                Delivery.objects.create(
                    id="msg_" + ulid.record_id(int(now.timestamp() * 1000), os.urandom(16)),
                    subscription=found,
                    since=found.cursor,
                    upto=part.upto,
                    made_at=now,
                    next_at=now,
                )
            found.cursor = part.upto
            found.save(update_fields=["cursor"])
            return True

    def take(self) -> Lease | None:
        """Lease the oldest message that is due; None if nothing is."""
        now = self.now()
        due = Delivery.objects.filter(subscription=OuterRef("id"), state=WAITING, next_at__lte=now)
        with transaction.atomic():
            free = Q(leased_until=None) | Q(leased_until__lte=now)
            awake = Q(rests_until=None) | Q(rests_until__lte=now)
            first = Subquery(due.order_by("next_at").values("next_at")[:1])
            ready = self._active().annotate(due_at=first).filter(free, awake, due_at__isnull=False)
            found = ready.order_by("due_at", "id").select_for_update(skip_locked=True).first()
            if found is None:
                return None
            waiting = Delivery.objects.filter(
                subscription=found, state=WAITING, next_at__lte=now
            ).order_by("since")
            message = waiting[0]
            message.attempts += 1
            message.save(update_fields=["attempts"])
            found.leased_until, found.fence = now + LEASE, found.fence + 1
            found.save(update_fields=["leased_until", "fence"])
        return Lease(
            delivery=message.id,
            subscription=found.id,
            fence=found.fence,
            address=found.address,
            kinds=tuple(found.kinds),
            items=items_of(found.client),
            generation=found.generation,
            rotated_at=found.rotated_at,
            since=message.since,
            upto=message.upto,
            attempt=message.attempts,
        )

    def send(self, lease: Lease) -> Answer:
        """Say what stands in the ledger now and send it, outside every transaction."""
        body = self.body(lease)
        at = self.now()
        secrets = secrets_in_force(
            self.key, lease.subscription, lease.generation, rotated_at=lease.rotated_at, at=at
        )
        timestamp = int(at.timestamp())
        headers = {
            "webhook-id": lease.delivery,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": sign(secrets, lease.delivery, timestamp, body),
        }
        return self.sender().send(lease.address, headers, body)

    def body(self, lease: Lease) -> bytes:
        """Return a message: ids and kinds of change, no record and no name.

        ``head`` is the revision of which it is true: of two that tell of one record, the one with
        the greater head is right.
        """
        day, release, at = self.today(), self.release(), head()
        found, since = [], lease.since
        while since < lease.upto:
            part = changes(
                since=since,
                limit=CHANGES,
                as_of=day,
                release=release,
                until=lease.upto,
                items=lease.items,
            )
            found += [one for one in part.items if one.change.value in lease.kinds]
            since = part.upto
        items = [
            {
                "revision": one.revision,
                "change": one.change.value,
                "uscc": one.uscc,
                "record_id": one.record_id,
                "public_until": one.public_until.isoformat() if one.public_until else None,
            }
            for one in found
        ]
        data = {
            "since": lease.since,
            "upto": lease.upto,
            "head": at,
            "as_of": day.isoformat(),
            "items": items,
        }
        told = {"type": MESSAGE, "timestamp": self.now().isoformat(), "data": data}
        return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()

    def settle(self, lease: Lease, answer: Answer) -> bool:
        """Keep what became of a message; False if another worker has taken it meanwhile."""
        with transaction.atomic():
            held = Subscription.objects.select_for_update().filter(
                id=lease.subscription, fence=lease.fence
            )
            found = held.first()
            if found is None:
                self.say(f"{lease.delivery}: another worker sends it by now")
                return False
            now = self.now()
            next_at = None if answer.good else self._next(lease, now)
            Delivery.objects.filter(id=lease.delivery).update(
                state=_state(answer, next_at),
                sent_at=now,
                next_at=next_at or now,
                status=answer.status,
                fault=answer.fault,
            )
            found.leased_until = None
            found.rests_until = next_at if answer.away else None
            found.failing_since = (found.failing_since or now) if answer.away else None
            found.save(update_fields=["leased_until", "rests_until", "failing_since"])
            self._give_up(found, answer, now)
            return True

    def _active(self) -> QuerySet[Subscription]:
        """Subscriptions that are sent to: approved, and of a client that has its access today."""
        without = without_access(self.today()).filter(client_id=OuterRef("client"))
        return Subscription.objects.filter(~Exists(without), decision=APPROVED, disabled_at=None)

    def _next(self, lease: Lease, now: datetime) -> datetime | None:
        if lease.attempt > len(WAITS):
            self.say(f"{lease.delivery} of {lease.subscription} is a dead letter")
            return None
        wait = WAITS[lease.attempt - 1]
        return now + timedelta(seconds=wait * (1 + self.chance.uniform(0, JITTER)))

    def _give_up(self, found: Subscription, answer: Answer, now: datetime) -> None:
        """Disable an address that is gone or has failed for long, and tell the operator."""
        long = found.failing_since is not None and now - found.failing_since >= DISABLED_AFTER
        if answer.status != GONE and not long:
            return
        why = "gone" if answer.status == GONE else "failing"
        actions.disable_failing(found, by=By(PUSHER, now), why=why)
        self.say(
            f"subscription {found.id} is disabled ({why}): its client hears of no change any more;"
            " tell it, and let it propose its address anew"
        )


def _state(answer: Answer, next_at: datetime | None) -> str:
    if answer.good:
        return DELIVERED
    return DEAD if next_at is None else WAITING
