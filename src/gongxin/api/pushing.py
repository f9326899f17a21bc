"""Operations on a client's own pushes: propose, list, rotate, disable, replay (推送订阅接口)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Body, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from gongxin import law
from gongxin.accounts import policy
from gongxin.accounts.acting import acts_for
from gongxin.accounts.client_queries import Caller
from gongxin.api import clock, problems
from gongxin.api.operations import Limit, as_json, operation
from gongxin.api.problems import Problem
from gongxin.audit import actions as audit
from gongxin.core.audit import DENIED, By, Deed
from gongxin.core.destinations import BadDestination
from gongxin.push import actions, queries
from gongxin.push.actions import BadSubscription, Wanted
from gongxin.push.queries import DeliveryRow, SubscriptionRow
from gongxin.push.signing import platform_key, secret

SCOPE = "webhooks"
UNKEPT = {"Cache-Control": "no-store"}
Number = Annotated[
    str,
    Path(description="Number of the subscription 订阅编号", max_length=26, pattern="^[0-9A-Z]+$"),
]
Before = Annotated[
    str, Query(max_length=15, pattern="^[0-9]*$", description="`next` of the part before")
]


class _Taken(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)


class WebhookIn(_Taken):
    """An address that is to be told of changes 推送地址; ``removed`` cannot be left out."""

    address: Annotated[
        str, Field(min_length=1, max_length=500, description="https://name/path, no number")
    ]
    kinds: Annotated[
        tuple[Literal["public", "removed"], ...],
        Field(min_length=1, max_length=2, strict=False, description="Kinds of change"),
    ] = ("public", "removed")


class RotateIn(_Taken):
    """Which secret is to be replaced: sent twice, it is replaced once."""

    generation: Annotated[int, Field(ge=1, le=1_000_000)]


class ReplayIn(_Taken):
    """What is to be sent again: one message, or all with changes after a revision."""

    delivery: Annotated[str, Field(max_length=40, pattern="^[A-Za-z0-9_]*$")] = ""
    since: Annotated[int, Field(ge=0, le=10**15)] | None = None


@dataclass(frozen=True, slots=True)
class WebhookOut:
    """A subscription; ``state`` is proposed, approved, refused or disabled.

    Messages tell of what changes after the revision ``since``. ``secret`` is shown to whoever has
    proposed or rotated, and is empty in lists: keep it.
    """

    id: str
    address: str
    kinds: tuple[str, ...]
    state: str
    proposed_at: datetime
    since: int
    cursor: int
    generation: int
    failing_since: datetime | None
    disabled_why: str
    secret: str


@dataclass(frozen=True, slots=True)
class WebhooksOut:
    """The client's subscriptions, the youngest first."""

    items: tuple[WebhookOut, ...]


@dataclass(frozen=True, slots=True)
class DeliveryOut:
    """A message: ``waiting``, ``delivered`` or ``dead``; ``fault`` is a word that stays."""

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
class DeliveriesOut:
    """A part of the messages, the youngest first; ``next`` is the cursor of the part after it."""

    items: tuple[DeliveryOut, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class ReplayOut:
    """How many messages are sent again."""

    messages: int


@operation("GET", "/webhooks", gives=WebhooksOut, scope=SCOPE, takes=("limit",))
def list_webhooks(request: HttpRequest, limit: Limit = 50) -> HttpResponse:
    """List the client's subscriptions 推送订阅, the youngest first."""
    with _acting(request) as caller:
        rows = queries.subscriptions(client=caller.client_id, unit=caller.actor.unit)[:limit]
    return as_json(WebhooksOut(tuple(_out(row) for row in rows)), UNKEPT)


@operation("POST", "/webhooks", gives=WebhookOut, scope=SCOPE)
def propose_webhook(request: HttpRequest, wanted: Annotated[WebhookIn, Body()]) -> HttpResponse:
    """Propose an address 提出推送地址; the credit centre approves it, then it is told of changes.

    The same address again is the same subscription.
    """
    with _acting(request) as caller:
        given = Wanted(caller.client_id, caller.actor.unit, wanted.address, wanted.kinds)
        allowed = queries.allowed_by(law.active(settings.GONGXIN.home))
        number = actions.propose(given, by=_by(caller), allowed=allowed)
        row = _row(caller, number)
    return as_json(_out(row, shown=row.state == "proposed"), UNKEPT)


@operation("POST", "/webhooks/{webhook}/rotate", gives=WebhookOut, scope=SCOPE)
def rotate_webhook(
    request: HttpRequest, webhook: Number, given: Annotated[RotateIn, Body()]
) -> HttpResponse:
    """Get another secret 更换推送密钥; for a day messages are signed with both."""
    with _acting(request) as caller:
        unit = _row(caller, webhook).unit
        actions.rotate(webhook, unit=unit, generation=given.generation, by=_by(caller))
        row = _row(caller, webhook)
    return as_json(_out(row, shown=True), UNKEPT)


@operation("POST", "/webhooks/{webhook}/disable", gives=WebhookOut, scope=SCOPE)
def disable_webhook(request: HttpRequest, webhook: Number) -> HttpResponse:
    """End a subscription 停用推送; again changes nothing."""
    with _acting(request) as caller:
        actions.disable(webhook, unit=_row(caller, webhook).unit, by=_by(caller))
        row = _row(caller, webhook)
    return as_json(_out(row), UNKEPT)


@operation(
    "GET",
    "/webhooks/{webhook}/deliveries",
    gives=DeliveriesOut,
    scope=SCOPE,
    takes=("limit", "cursor"),
)
def list_deliveries(
    request: HttpRequest, webhook: Number, limit: Limit = 50, cursor: Before = ""
) -> HttpResponse:
    """List what was sent and what became of it 推送记录."""
    with _acting(request) as caller:
        _row(caller, webhook)
        before = int(cursor) if cursor else None
        rows = queries.deliveries(webhook, limit=limit + 1, before=before)
    part = rows[:limit]
    following = str(part[-1].since) if len(rows) > limit else None
    return as_json(DeliveriesOut(tuple(_delivery(row) for row in part), following), UNKEPT)


@operation("POST", "/webhooks/{webhook}/replay", gives=ReplayOut, scope=SCOPE)
def replay_webhook(
    request: HttpRequest, webhook: Number, given: Annotated[ReplayIn, Body()]
) -> HttpResponse:
    """Have messages sent again 重新推送: each keeps its ``webhook-id``."""
    if (given.delivery == "") == (given.since is None):
        raise Problem(problems.INVALID, "give either delivery or since")
    with _acting(request) as caller:
        unit, by = _row(caller, webhook).unit, _by(caller)
        if given.since is None:
            actions.replay_delivery(webhook, given.delivery, unit=unit, by=by)
            n = 1
        else:
            n = actions.replay_since(webhook, given.since, unit=unit, by=by)
    return as_json(ReplayOut(n), UNKEPT)


@contextmanager
def _acting(request: HttpRequest) -> Iterator[Caller]:
    """Act for the caller's unit in one transaction; what is refused is a problem.

    Raises:
        Problem: policy denies it, nothing is sent to the address, or the subscription does not
            allow it.
    """
    caller: Caller = request.auth  # type: ignore[attr-defined]
    _permit(caller)
    try:
        with transaction.atomic():
            acts_for(caller.actor.unit)
            yield caller
    except BadDestination as error:
        reason = {"reason": error.facts["reason"]}
        raise Problem(problems.ADDRESS_REFUSED, error.message, members=reason) from error
    except BadSubscription as error:
        if error.facts["reason"] == "unknown":
            raise Problem(problems.NOT_FOUND) from error
        reason = {"reason": error.facts["reason"]}
        raise Problem(problems.PUSH_REFUSED, error.message, members=reason) from error


def _permit(caller: Caller) -> None:
    actor = caller.actor
    resource = policy.Resource(owner=actor.unit)
    decision = policy.can(actor, policy.Action.SUBSCRIBE, resource)
    if decision.allow:
        return
    reason = decision.reason.value
    denied = Deed(
        at=clock.now(),
        actor=actor.name,
        action="subscribe",
        object="",
        on_behalf=actor.unit,
        decision=DENIED,
        reason=reason,
    )
    with transaction.atomic():
        audit.record(denied)
    raise Problem(problems.NOT_ALLOWED, members={"reason": reason})


def _by(caller: Caller) -> By:
    return By(caller.actor.name, clock.now())


def _row(caller: Caller, number: str) -> SubscriptionRow:
    """One of the caller's own; another client's is not there."""
    found = queries.subscription(number, client=caller.client_id, unit=caller.actor.unit)
    if found is None:
        raise Problem(problems.NOT_FOUND)
    return found


def _out(row: SubscriptionRow, *, shown: bool = False) -> WebhookOut:
    key = platform_key(settings.GONGXIN.home) if shown else b""
    return WebhookOut(
        id=row.id,
        address=row.address,
        kinds=row.kinds,
        state=row.state,
        proposed_at=row.proposed_at,
        since=row.since,
        cursor=row.cursor,
        generation=row.generation,
        failing_since=row.failing_since,
        disabled_why=row.disabled_why,
        secret=secret(key, row.id, row.generation) if shown else "",
    )


def _delivery(row: DeliveryRow) -> DeliveryOut:
    return DeliveryOut(
        id=row.id,
        since=row.since,
        upto=row.upto,
        made_at=row.made_at,
        state=row.state,
        attempts=row.attempts,
        next_at=row.next_at,
        sent_at=row.sent_at,
        status=row.status,
        fault=row.fault,
    )
