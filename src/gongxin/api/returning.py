"""The operation that gives a unit back what it handed in (数据回流接口)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from gongxin import law
from gongxin.accounts import policy
from gongxin.accounts.acting import acts_for
from gongxin.accounts.client_queries import Caller
from gongxin.api import clock, problems
from gongxin.api.operations import Limit, Since, as_json, operation
from gongxin.api.problems import Problem
from gongxin.audit import actions
from gongxin.core.audit import ALLOWED, DENIED, Deed
from gongxin.core.catalog import PublicRange
from gongxin.derive.returned import Returned, returned

SCOPE = "own-records"
ACTION = "take-back"


@dataclass(frozen=True, slots=True)
class OwnRecordOut:
    """A record of the client's unit as the platform has it now.

    ``state`` is unattached, public, not_public (``hidden`` says why) or ended; ``disputed``: an
    objection is marked; ``batch`` and ``row`` say in which file it came.
    """

    revision: int
    record_id: str
    item: str
    uscc: str
    state: str
    hidden: str
    disputed: bool
    failing_class: str
    decided_on: date
    public_until: date | None
    batch: str
    row: int
    received_at: datetime
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class OwnRecordsOut:
    """A part of the unit's records; go on with ``next``, at once if there is ``more``."""

    items: tuple[OwnRecordOut, ...]
    next: str
    more: bool
    as_of: date


@operation("GET", "/own-records", gives=OwnRecordsOut, scope=SCOPE, takes=("since", "limit"))
def list_own_records(request: HttpRequest, limit: Limit = 200, since: Since = "0") -> HttpResponse:
    """List what the client's own unit handed in and what became of it 数据回流.

    Each record that has an entry after ``since``, once, as it stands today. Empty items are no end:
    revisions of other units are passed over. Records about natural persons are not given back.
    """
    caller: Caller = request.auth  # type: ignore[attr-defined]
    ranges = _permitted(caller)
    with transaction.atomic():
        acts_for(caller.actor.unit)
        found = returned(
            caller.actor.unit,
            since=int(since),
            limit=limit,
            as_of=clock.today(),
            release=law.active(settings.GONGXIN.home),
            ranges=ranges,
        )
        told = {"since": since, "upto": str(found.upto), "records": str(len(found.items))}
        actions.record(_deed(caller, details=told))
    items = tuple(_out(one) for one in found.items)
    more = found.upto < found.head
    answer = OwnRecordsOut(items, str(found.upto), more, clock.today())
    return as_json(answer, {"Cache-Control": "no-store"})


def _permitted(caller: Caller) -> frozenset[PublicRange]:
    """Return the classes of fields that the client's unit gets back.

    Raises:
        Problem: policy denies it; that is in the log.
    """
    resource = policy.Resource(owner=caller.actor.unit)
    decision = policy.can(caller.actor, policy.Action.TAKE_BACK, resource)
    if decision.allow:
        return decision.fields
    reason = decision.reason.value
    with transaction.atomic():
        actions.record(_deed(caller, decision=DENIED, reason=reason))
    raise Problem(problems.NOT_ALLOWED, members={"reason": reason})


def _deed(
    caller: Caller,
    *,
    decision: str = ALLOWED,
    reason: str = "",
    details: dict[str, str] | None = None,
) -> Deed:
    """Which records these were follows from unit and revisions: the log holds no list of them."""
    return Deed(
        at=clock.now(),
        actor=caller.actor.name,
        action=ACTION,
        object=caller.actor.unit,
        on_behalf=caller.actor.unit,
        decision=decision,
        reason=reason,
        details=details or {},
    )


def _out(one: Returned) -> OwnRecordOut:
    return OwnRecordOut(
        revision=one.revision,
        record_id=one.record_id,
        item=one.item,
        uscc=one.uscc,
        state=one.state.value,
        hidden=one.hidden,
        disputed=one.disputed,
        failing_class=one.failing_class,
        decided_on=one.decided_on,
        public_until=one.public_until,
        batch=one.batch,
        row=one.row,
        received_at=one.received_at,
        fields=one.fields,
    )
