"""Readers of the exchange: how it stands with each platform (对接查询)."""

from dataclasses import dataclass
from datetime import date

from gongxin.core.adapter import Signing
from gongxin.exchange.actions import digest_of
from gongxin.exchange.models import APPROVED, REFUSED, Peer
from gongxin.law import Release


@dataclass(frozen=True, slots=True)
class PeerRow:
    """An adapter of the pack; ``state`` is closed, proposed, changed, approved or ended.

    ``unit`` is the source whose pages it takes, empty for other styles; ``since`` the day up to
    which they were taken. What is ``illustrative`` is settled with the other platform first.
    """

    adapter: str
    name: str
    style: str
    address: str
    signing: str
    state: str
    fault: str
    unit: str
    since: date | None
    illustrative: bool


def peers(release: Release) -> list[PeerRow]:
    """Return every adapter of the pack with what was agreed; never a secret."""
    told = Peer.objects.only("adapter", "digest", "decision", "fault", "since")
    known = {peer.adapter: peer for peer in told}
    return [
        PeerRow(
            adapter=one.adapter,
            name=one.name.zh,
            style=one.style,
            address=one.address,
            signing=one.signing.value,
            state=_state(known.get(one.adapter), digest_of(one)),
            fault=known[one.adapter].fault if one.adapter in known else "",
            unit=one.pulls.unit if one.pulls else "",
            since=known[one.adapter].since if one.adapter in known else None,
            illustrative=one.illustrative,
        )
        for one in release.content.adapters
    ]


def pulled(release: Release) -> frozenset[str]:
    """Return the units whose platform pages are taken from under an agreed adapter."""
    return frozenset(
        one.unit for one in peers(release) if one.state == "approved" and one.style == "pulls"
    )


def failing(release: Release) -> tuple[str, ...]:
    """Return the agreed gateways whose last message was not taken."""
    return tuple(
        one.adapter
        for one in peers(release)
        if one.state == "approved" and one.style == "sends" and one.fault != ""
    )


def legacy(release: Release) -> tuple[str, ...]:
    """Return the adapters in use that sign by MD5, which proves little."""
    return tuple(
        one.adapter
        for one in peers(release)
        if one.state == "approved" and one.signing == Signing.MD5.value
    )


def _state(peer: Peer | None, digest: str) -> str:
    if peer is None:
        return "closed"
    if peer.decision == REFUSED:
        return "ended"
    if peer.digest != digest:
        return "changed"
    return "approved" if peer.decision == APPROVED else "proposed"
