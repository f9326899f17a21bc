"""Taking pages from a data platform: each is handed in as a unit's file, or not at all (对接汇聚).

Believed is what the platform signed in answer to this very question, with a package number greater
than any before and just the columns that the adapter names. The rows then go the way of every
file: same validator, same faults, same receipt. Page and place are kept in one transaction.
"""

import csv
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.db.models import Q

from gongxin.audit import actions
from gongxin.core import privacy, ulid
from gongxin.core.adapter import Adapter, MappedItem, Pulls, read_in
from gongxin.core.audit import ALLOWED, DENIED, Deed
from gongxin.core.errors import CreditError
from gongxin.engines.scratch import scratch_folder
from gongxin.exchange import mapping, signing
from gongxin.exchange.actions import BadPeer
from gongxin.exchange.models import Peer
from gongxin.exchange.sending import LEASE, WORKER, Exchanger, agreed
from gongxin.intake.receive import Handover, Outcome, take_in
from gongxin.intake.recognise import Wanted
from gongxin.push.replies import Reply

MOST_PAGES = 1_000  # of one run: a platform that never ends is left until the next
MOST_ROWS = 10_000
LONGEST_CURSOR = 200
GREATEST = 2**62


class BadPage(CreditError):
    """A page cannot be taken; nothing of it was, and the place did not move.

    ``facts["reason"]`` is a stable word: signature, columns, replayed, repeated, cursor, …
    """

    code = "exchange.bad_page"


@dataclass(frozen=True, slots=True)
class Page:
    """A page that may be handed in: rows under our names, and the place behind it."""

    sequence: int
    rows: tuple[dict[str, str], ...]
    next_cursor: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a page; ``outcome`` is None for one without rows."""

    sequence: int
    outcome: Outcome | None
    more: bool


def demand_open(adapter: Adapter) -> None:
    """Let pass only an adapter under which pages are taken, as two people agreed to it.

    Raises:
        BadPeer: it is of another style, or not agreed to as the pack has it now.
    """
    if adapter.pulls is None:
        message = f"no pages are taken under {adapter.adapter}: its style is {adapter.style}"
        raise BadPeer(message, reason="style")
    if not agreed(adapter).exists():
        message = "two people have not agreed to it as the pack has it now; see exchange list"
        raise BadPeer(message, reason="not_open")


def pull(adapter: Adapter, exchanger: Exchanger) -> Iterator[Taken]:
    """Take the pages that are new, one transaction each.

    Raises:
        BadPage: a page cannot be taken; the ones before it are in.
        NoSecret: the platform's secret is not there.
        CreditError: the intake refuses the page as a whole.
    """
    for _ in range(MOST_PAGES):
        taken = _one(adapter, exchanger)
        if taken is None:
            return
        yield taken
        if not taken.more:
            return


def _one(adapter: Adapter, exchanger: Exchanger) -> Taken | None:
    peer = _lease(adapter, exchanger.now())
    pulls = adapter.pulls
    if peer is None or pulls is None:
        return None
    try:
        secret = signing.read_secret(exchanger.home, adapter)
        at = exchanger.now()
        number = "msg_" + ulid.record_id(int(at.timestamp() * 1000), os.urandom(16))
        body = _question(pulls, peer, exchanger)
        told = signing.headers(adapter, secret, number, at, body)
        reply = exchanger.sender().ask(adapter.address, told, body)
        _demand_signed(reply, secret, number, exchanger.now())
        page = read_page(reply.body, pulls, peer)
        return _hand_in(page, adapter, peer, exchanger)
    except CreditError as error:
        _refused(adapter, peer, error, exchanger.now())
        raise


def read_page(body: bytes, pulls: Pulls, peer: Peer) -> Page:
    """Read a page and make sure that it is a new one of the agreed form.

    Raises:
        BadPage: it is not.
    """
    told = mapping.read_answer(body)
    if told is None or not mapping.is_good(told, pulls.answer, ""):
        raise _bad(reason="refused" if told is not None else "no_object")
    sequence, rows = told.get(pulls.sequence), told.get(pulls.rows)
    if type(sequence) is not int or not 0 < sequence < GREATEST:
        raise _bad(reason="sequence")
    if sequence <= peer.taken:
        raise _bad(reason="replayed")
    cursor = told.get(pulls.next_cursor, "")
    if not isinstance(cursor, str) or not _is_place(cursor):
        raise _bad(reason="cursor")
    if cursor != "" and cursor == peer.page:
        raise _bad(reason="repeated")
    if not isinstance(rows, list) or len(rows) > MOST_ROWS:
        raise _bad(reason="rows")
    return Page(sequence, tuple(_row(row, pulls.item) for row in rows), cursor)


def _row(row: object, item: MappedItem) -> dict[str, str]:
    if not isinstance(row, dict) or set(row) != {field.theirs for field in item.fields}:
        raise _bad(reason="columns")
    if not all(isinstance(value, str) for value in row.values()):
        raise _bad(reason="values")  # a number that became a float has lost digits already
    return read_in(item.fields, row)


def _is_place(cursor: str) -> bool:
    plain = cursor.isascii() and cursor.isprintable() and len(cursor) <= LONGEST_CURSOR
    return plain and not privacy.holds_person_number(cursor)


def _bad(*, reason: str) -> BadPage:
    message = f"the platform's page cannot be taken ({reason}); nothing of it was, ask its operator"
    return BadPage(message, reason=reason)


def _lease(adapter: Adapter, now: datetime) -> Peer | None:
    with transaction.atomic():
        free = Q(leased_until=None) | Q(leased_until__lte=now)
        peer = agreed(adapter).filter(free).select_for_update(skip_locked=True).first()
        if peer is not None:
            peer.leased_until, peer.fence = now + LEASE, peer.fence + 1
            peer.save(update_fields=["leased_until", "fence"])
    return peer


def _question(pulls: Pulls, peer: Peer, exchanger: Exchanger) -> bytes:
    since = peer.since.isoformat() if peer.since else ""
    told = {
        pulls.asks_cursor: peer.page,
        pulls.asks_since: since,
        pulls.asks_until: exchanger.today().isoformat(),
    }
    return json.dumps(told, separators=(",", ":")).encode()


def _demand_signed(reply: Reply, secret: str, number: str, at: datetime) -> None:
    if not reply.good:
        raise _bad(reason=reply.fault)
    told = reply.headers or {}
    # The answer bears the question's number: one of yesterday answers nothing of today.
    if told.get("webhook-id") != number or not signing.is_signed(secret, told, at, reply.body):
        raise _bad(reason="signature")


def _hand_in(page: Page, adapter: Adapter, peer: Peer, exchanger: Exchanger) -> Taken:
    with scratch_folder(exchanger.home) as folder, transaction.atomic():
        held = Peer.objects.select_for_update().filter(adapter=peer.adapter, fence=peer.fence)
        found = held.first()
        if found is None:
            raise _bad(reason="another_worker")
        outcome = None
        if len(page.rows) > 0:
            path = folder / f"{adapter.adapter}-{page.sequence}.csv"
            outcome = _take_in(path, page, adapter, exchanger)
        found.taken, found.page = page.sequence, page.next_cursor
        found.leased_until, found.fault = None, ""
        if page.next_cursor == "":
            found.since = exchanger.today()
        found.save(update_fields=["taken", "page", "leased_until", "fault", "since"])
        details = {
            "sequence": str(page.sequence),
            "rows": str(len(page.rows)),
            "batch": outcome.batch if outcome else "",
        }
        actions.record(_deed(adapter, exchanger.now(), details=details))
    return Taken(page.sequence, outcome, page.next_cursor != "")


def _take_in(path: Path, page: Page, adapter: Adapter, exchanger: Exchanger) -> Outcome:
    pulls = adapter.pulls
    assert pulls is not None  # noqa: S101 - a page came of it
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, [field.ours for field in pulls.item.fields])
        writer.writeheader()
        writer.writerows(page.rows)
    handover = Handover(path, pulls.unit, exchanger.now(), Wanted(pulls.item.item))
    return take_in(handover, release=exchanger.release(), home=exchanger.home)


def _refused(adapter: Adapter, peer: Peer, error: CreditError, at: datetime) -> None:
    reason = str(error.facts.get("reason", error.code))
    with transaction.atomic():
        Peer.objects.filter(adapter=peer.adapter, fence=peer.fence).update(
            leased_until=None, fault=reason
        )
        actions.record(_deed(adapter, at, decision=DENIED, reason=reason))


def _deed(
    adapter: Adapter,
    at: datetime,
    *,
    decision: str = ALLOWED,
    reason: str = "",
    details: dict[str, str] | None = None,
) -> Deed:
    return Deed(
        at=at,
        actor=WORKER,
        action="exchange-pull",
        object=f"exchange:{adapter.adapter}",
        decision=decision,
        reason=reason,
        details=details or {},
    )
