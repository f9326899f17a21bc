"""Readers of subscriptions and messages: what waits, how far behind, what failed (推送查询)."""

from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_network

from django.db.models import Min, Sum

from gongxin.core.destinations import HTTPS, Allowed
from gongxin.law import Release
from gongxin.ledger.queries import head
from gongxin.push.models import APPROVED, REFUSED, WAITING, Address, Delivery, Subscription


@dataclass(frozen=True, slots=True)
class SubscriptionRow:
    """A subscription as its client and the operator see it; never a secret.

    ``state`` is proposed, approved, refused or disabled; ``since`` the revision that its messages
    begin after, ``cursor`` the one that messages were made up to.
    """

    id: str
    client: str
    unit: str
    address: str
    kinds: tuple[str, ...]
    state: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str
    since: int
    cursor: int
    generation: int
    failing_since: datetime | None
    disabled_why: str


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A message and what became of it; ``fault`` is a stable word, empty if nothing failed."""

    id: str
    since: int
    upto: int
    made_at: datetime
    state: str
    attempts: int
    next_at: datetime | None
    sent_at: datetime | None
    status: int | None
    fault: str


@dataclass(frozen=True, slots=True)
class AddressRow:
    """How an address stands for who watches: ``lag_seconds`` is the age of the oldest message.

    ``behind`` counts the revisions of which no message was made yet.
    """

    id: str
    client: str
    unit: str
    address: str
    state: str
    disabled_why: str
    failing_since: datetime | None
    waiting: int
    dead: int
    lag_seconds: int
    behind: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How the pushes stand: messages that wait or are dead, the age of the oldest, who is behind.

    ``behind`` is the number of revisions that no message of the slowest subscription has yet.
    """

    waiting: int
    dead: int
    lag_seconds: int
    behind: int
    failing: int
    disabled: int


def subscriptions(*, client: str = "", unit: str = "") -> list[SubscriptionRow]:
    """Return the subscriptions of a client of a unit, or all; the youngest first."""
    found = Subscription.objects.order_by("-id")
    if client:
        found = found.filter(client=client, unit=unit)
    return [_row(one) for one in found]


def subscription(number: str, *, client: str, unit: str) -> SubscriptionRow | None:
    """Return one subscription of a client, None if it has none of this number."""
    found = Subscription.objects.filter(id=number, client=client, unit=unit).first()
    return None if found is None else _row(found)


def deliveries(number: str, *, limit: int, before: int | None = None) -> list[DeliveryRow]:
    """Return messages of a subscription, the youngest first; of those that begin before one."""
    found = Delivery.objects.filter(subscription=number).order_by("-since")
    if before is not None:
        found = found.filter(since__lt=before)
    return [
        DeliveryRow(
            id=one.id,
            since=one.since,
            upto=one.upto,
            made_at=one.made_at,
            state=one.state,
            attempts=one.attempts,
            next_at=one.next_at if one.state == WAITING else None,
            sent_at=one.sent_at,
            status=one.status,
            fault=one.fault,
        )
        for one in found[:limit]
    ]


def standing(*, now: datetime) -> Standing:
    """Return how the pushes stand at an instant, whosever they are."""
    opened = Address.objects.filter(decision=APPROVED)
    active = opened.filter(disabled_at=None)
    found = active.aggregate(
        waiting=Sum("waiting"), dead=Sum("dead"), oldest=Min("oldest"), cursor=Min("cursor")
    )
    return Standing(
        waiting=found["waiting"] or 0,
        dead=found["dead"] or 0,
        lag_seconds=_lag(found["oldest"], now),
        behind=0 if found["cursor"] is None else max(0, head() - found["cursor"]),
        failing=active.exclude(failing_since=None).count(),
        disabled=opened.exclude(disabled_at=None).exclude(disabled_why="").count(),
    )


def addresses(*, now: datetime) -> list[AddressRow]:
    """Return how each address stands at an instant, the youngest subscription first."""
    at = head()
    return [
        AddressRow(
            id=one.id,
            client=one.client,
            unit=one.unit,
            address=one.address,
            state=_state(one),
            disabled_why=one.disabled_why,
            failing_since=one.failing_since,
            waiting=one.waiting,
            dead=one.dead,
            lag_seconds=_lag(one.oldest, now),
            behind=max(0, at - one.cursor) if _state(one) == APPROVED else 0,
        )
        for one in Address.objects.order_by("-id")
    ]


def allowed_by(release: Release, *, loopback: bool = False) -> Allowed:
    """Return what the place's pack opens to pushes: own networks and ports (``push`` of its site).

    ``loopback`` is for rehearsals on one machine and never said by the platform itself.
    """
    site = release.content.site[-1:]
    networks = tuple(ip_network(text) for one in site for text in one.push.networks)
    ports = tuple(port for one in site for port in one.push.ports) or (HTTPS,)
    return Allowed(networks, ports, loopback)


def _lag(oldest: datetime | None, now: datetime) -> int:
    return 0 if oldest is None else max(0, int((now - oldest).total_seconds()))


def _row(one: Subscription) -> SubscriptionRow:
    return SubscriptionRow(
        id=one.id,
        client=one.client,
        unit=one.unit,
        address=one.address,
        kinds=tuple(one.kinds),
        state=_state(one),
        proposed_by=one.proposed_by,
        proposed_at=one.proposed_at,
        decided_by=one.decided_by,
        since=one.began_at_revision,
        cursor=one.cursor,
        generation=one.generation,
        failing_since=one.failing_since,
        disabled_why=one.disabled_why,
    )


def _state(one: Subscription | Address) -> str:
    if one.decision == REFUSED:
        return REFUSED
    if one.disabled_at is not None:
        return "disabled"
    return one.decision or "proposed"
