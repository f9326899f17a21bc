"""Sending to gateways: what became public, and what ended, until they acknowledged it (对接推送).

A platform has one message at a time and they are numbered: none overtakes another. What a message
says is made when it is sent; what a platform may have is written down before. Its answer is
believed only if it says what the adapter calls good. A worker that slept settles nothing.
"""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import Q, QuerySet

from gongxin.audit import actions
from gongxin.core import ulid
from gongxin.core.adapter import Adapter, Sends, Signing
from gongxin.core.audit import Deed
from gongxin.derive.archive import public_on
from gongxin.derive.changes import ChangeKind, Changes, changes
from gongxin.exchange import holding, mapping, signing
from gongxin.exchange.actions import digest_of
from gongxin.exchange.models import APPROVED, Parcel, Peer
from gongxin.law import Release
from gongxin.ledger.models import Current
from gongxin.ledger.queries import head
from gongxin.push.replies import Reply
from gongxin.push.sender import Sender

ROWS = 100
LEASE = timedelta(seconds=60)  # several times what a sending may take
WAITS = (5, 30, 120, 600, 3_600, 7_200, 18_000, 43_200, 86_400)
WORKER = "platform:exchange"


@dataclass(frozen=True, slots=True)
class Lease:
    """A message that a worker may send now, with all that it says."""

    parcel: str
    sequence: int
    upto: int
    attempt: int
    adapter: Adapter
    fence: int
    rows: tuple[dict[str, str], ...]
    removed: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Exchanger:
    """What exchanging needs; ``say`` takes a line for the operator."""

    sender: Callable[[], Sender]
    home: Path
    release: Callable[[], Release]
    now: Callable[[], datetime]
    today: Callable[[], date]
    say: Callable[[str], None]
    size: int = ROWS

    def once(self) -> int:
        """Send to every agreed platform what it has not yet; return how many messages were taken.

        Raises:
            NoSecret: a platform's secret is not there; all others were sent to.
        """
        taken, lacking = 0, None
        for adapter in self.release().adapters.values():
            try:
                while adapter.style == "sends" and self.deliver(adapter):
                    taken += 1
            except signing.NoSecret as error:
                lacking = lacking or error  # one platform's fault keeps nothing from another
        if lacking is not None:
            raise lacking
        return taken

    def deliver(self, adapter: Adapter) -> bool:
        """Send the next message of a platform; False if there is none or it was not taken."""
        secret = ""
        if agreed(adapter).exists():
            secret = signing.read_secret(self.home, adapter)
        lease = self.take(adapter)
        if lease is None:
            return False
        body = self.body(lease)
        told = signing.headers(adapter, secret, lease.parcel, self.now(), body)
        return self.settle(lease, self.sender().ask(adapter.address, told, body))

    def take(self, adapter: Adapter) -> Lease | None:
        """Lease the platform's message, making it if something is to be told; None if not."""
        now, sends = self.now(), adapter.sends
        if sends is None:
            return None
        with transaction.atomic():
            free = Q(leased_until=None) | Q(leased_until__lte=now)
            awake = Q(rests_until=None) | Q(rests_until__lte=now)
            peer = agreed(adapter).filter(free, awake).select_for_update(skip_locked=True).first()
            if peer is None:
                return None
            mapped = {one.item for one in sends.items}
            holding.compare(peer, upto=head(), items=mapped, on=self.today())
            parcel = Parcel.objects.filter(peer=peer, acknowledged_at=None).first()
            parcel = parcel or self._make(peer, sends)
            if parcel is None:
                return None
            shown, removed = self._content(parcel, sends)
            holding.hold(peer, shown)
            parcel.attempts += 1
            parcel.save(update_fields=["attempts"])
            peer.leased_until, peer.fence = now + LEASE, peer.fence + 1
            peer.save(update_fields=["leased_until", "fence"])
        release = self.release()
        rows = [mapping.told_of(one, sends, release) for one in shown]
        rows += [mapping.removal_of(record, sends) for _, record in removed]
        return Lease(
            parcel=parcel.id,
            sequence=parcel.sequence,
            upto=parcel.upto,
            attempt=parcel.attempts,
            adapter=adapter,
            fence=peer.fence,
            rows=tuple(rows),
            removed=tuple(removed),
        )

    def body(self, lease: Lease) -> bytes:
        """Return a message in the platform's envelope."""
        sends = lease.adapter.sends
        assert sends is not None  # noqa: S101 - take() made it of one
        told = {
            sends.number: lease.parcel,
            sends.sequence: lease.sequence,
            sends.sent_at: self.now().isoformat(),
            sends.rows: lease.rows,
        }
        return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()

    def settle(self, lease: Lease, reply: Reply) -> bool:
        """Keep what became of a message; whether it was taken. An old worker settles nothing."""
        fault = _fault(lease, reply)
        with transaction.atomic():
            held = Peer.objects.select_for_update()
            peer = held.filter(adapter=lease.adapter.adapter, fence=lease.fence).first()
            if peer is None:
                self.say(f"{lease.parcel}: another worker sends it by now")
                return False
            now = self.now()
            peer.leased_until, peer.fault = None, fault
            if fault == "":
                Parcel.objects.filter(id=lease.parcel).update(acknowledged_at=now)
                peer.cursor, peer.rests_until = max(peer.cursor, lease.upto), None
                holding.forget(peer, lease.removed)
            else:
                wait = WAITS[min(lease.attempt, len(WAITS)) - 1]
                peer.rests_until = now + timedelta(seconds=wait)
                self.say(f"{lease.adapter.adapter} did not take {lease.parcel}: {fault}")
            peer.save(update_fields=["leased_until", "fault", "cursor", "rests_until"])
            actions.record(_deed(lease, reply, fault, now))
        return fault == ""

    def _make(self, peer: Peer, sends: Sends) -> Parcel | None:
        """Make a message of the next changes or of what ended; pass over what concerns nobody."""
        end = head()
        while True:
            upto = self._changes(peer.cursor, end).upto if peer.cursor < end else end
            now, number = self.now(), peer.sequence + 1
            made = Parcel(
                id="msg_" + ulid.record_id(int(now.timestamp() * 1000), os.urandom(16)),
                peer=peer,
                sequence=number,
                since=peer.cursor,
                upto=upto,
                made_at=now,
            )
            if any(self._content(made, sends)):
                made.save(force_insert=True)
                peer.sequence = number
                peer.save(update_fields=["sequence"])
                return made
            peer.cursor = upto
            peer.save(update_fields=["cursor"])
            if upto >= end:
                return None

    def _content(
        self, parcel: Parcel, sends: Sends
    ) -> tuple[list[mapping.Shown], list[tuple[str, str]]]:
        """What became public in the parcel's revisions, and what the platform has that ended."""
        mapped, since = {one.item for one in sends.items}, parcel.since
        keys: set[tuple[str, str]] = set()
        while since < parcel.upto:
            part = self._changes(since, parcel.upto)
            keys |= {
                (one.uscc, one.record_id)
                for one in part.items
                if one.change is ChangeKind.PUBLIC and one.item in mapped
            }
            since = part.upto
        ended = holding.ended(parcel.peer, on=self.today(), most=self.size)
        return self._shown(keys, mapped), ended

    def _changes(self, since: int, until: int) -> Changes:
        return changes(
            since=since, limit=self.size, as_of=self.today(), release=self.release(), until=until
        )

    def _shown(self, keys: set[tuple[str, str]], mapped: set[str]) -> list[mapping.Shown]:
        subjects, records = {s for s, _ in keys}, {r for _, r in keys}
        found = Current.objects.filter(
            public_on(self.today()), subject__in=subjects, record_id__in=records, item__in=mapped
        ).order_by("revision")
        return [
            mapping.Shown(one.subject, one.record_id, one.item, one.public_until, one.payload)
            for one in found
            if (one.subject, one.record_id) in keys
        ]


def agreed(adapter: Adapter) -> QuerySet[Peer]:
    """Return the platform of an adapter if two people agreed to it as it stands now."""
    return Peer.objects.filter(
        adapter=adapter.adapter,
        decision=APPROVED,
        digest=digest_of(adapter),
        legacy_md5=adapter.signing is Signing.MD5,
    )


def _fault(lease: Lease, reply: Reply) -> str:
    """Return what is wrong with an answer: its status, its form, or that it says no."""
    sends = lease.adapter.sends
    if not reply.good or sends is None:
        return reply.fault or "style"
    told = mapping.read_answer(reply.body)
    if told is None:
        return "no_object"
    return "" if mapping.is_good(told, sends.answer, lease.parcel) else "refused"


def _deed(lease: Lease, reply: Reply, fault: str, at: datetime) -> Deed:
    return Deed(
        at=at,
        actor=WORKER,
        action="exchange-send",
        object=f"exchange:{lease.adapter.adapter}",
        reason=fault,
        details={
            "message": lease.parcel,
            "sequence": str(lease.sequence),
            "rows": str(len(lease.rows)),
            "removed": str(len(lease.removed)),
            "status": str(reply.status or ""),
        },
    )
