"""Readers of the exchange: how it stands with each platform (对接查询)."""

from dataclasses import dataclass

from gongxin.core.adapter import Signing
from gongxin.exchange.actions import digest_of
from gongxin.exchange.models import APPROVED, REFUSED, Peer
from gongxin.law import Release


@dataclass(frozen=True, slots=True)
class PeerRow:
    """An adapter of the pack; ``state`` is closed, proposed, changed, approved or ended."""

    adapter: str
    name: str
    style: str
    address: str
    signing: str
    state: str
    fault: str


def peers(release: Release) -> list[PeerRow]:
    """Return every adapter of the pack with what was agreed; never a secret."""
    known = {peer.adapter: peer for peer in Peer.objects.all()}
    return [
        PeerRow(
            adapter=one.adapter,
            name=one.name.zh,
            style=one.style,
            address=one.address,
            signing=one.signing.value,
            state=_state(known.get(one.adapter), digest_of(one)),
            fault=known[one.adapter].fault if one.adapter in known else "",
        )
        for one in release.content.adapters
    ]


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
